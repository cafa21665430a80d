import { AT_ONCE } from '../../support/alert-rules.ts';
import assert from 'node:assert/strict';
import { DeliveryError } from '../../../src/core/errors.ts';
import type { Messenger } from '../../../src/core/ports/channel.ts';
import type { FlowContext } from '../../../src/flows/context.ts';
import { createDeliverer, type Deliverer, type DeliveryEvents } from '../../../src/flows/delivery/deliver.ts';
import { createStore } from '../../../src/store/store.ts';

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const START = 1_800_000_000_000;
const ID = '00000000-0000-4000-8000-000000000001';

/** A messenger whose first send gets no answer in time; `late` tells the id of that message afterwards. */
function lossyMessenger() {
  const calls: string[] = [];
  let late: (activityId: string) => void = () => assert.fail('nothing was sent');
  const removed = Promise.withResolvers<void>();
  const messenger: Messenger = {
    channel: 'test',
    async send(_conversation, _card, options) {
      calls.push(`send ${options.deliveryId}`);
      if (calls.length > 1) return { activityId: 'second' };
      late = options.late!;
      throw new DeliveryError('ambiguous', 'no answer');
    },
    async update(_conversation, activityId) {
      calls.push(`update ${activityId}`);
    },
    identify: (actor) => Promise.resolve(actor),
    direct: () => Promise.reject(new DeliveryError('refused', 'nobody')),
    download: () => Promise.reject(new Error('nobody attaches files here')),
    personOf: () => null,
    link: () => null,
    async remove(_conversation, activityId) {
      calls.push(`remove ${activityId}`);
      removed.resolve();
    },
  };
  return { messenger, calls, removed: removed.promise, answerLate: () => late('first') };
}

async function setUp(messenger: Messenger) {
  const store = await createStore({ databaseUrl: 'sqlite::memory:', log: silent });
  let now = START;
  const outcomes: string[] = [];
  const context: FlowContext = {
    store,
    sources: [],
    ownCredentials: () => Promise.resolve([]),
    anchors: { judge: (observation) => observation },
    messengers: new Map([['test', messenger]]),
    calendar: null,
    signIns: new Map(),
    holidays: () => [],
    feedTokens: () => [],
    settings: {
      calendar: 'none',
      calendarMailbox: null,
      mailboxesOpenTo: () => true,
      isHome: () => true,
      ownAccess: false,
      defaultTimeZone: 'UTC',
      holidays: null,
      freezes: [],
      version: '1.2.3',
      replica: 'host:1',
      operatorConversation: null,
      outlookUrl: 'https://outlook.office.com',
      publicUrl: '',
      ownDatabase: null,
      probeInterval: 1000,
      grace: 1000,
      alerts: AT_ONCE,
      lease: 30_000,
      messageRate: { person: 20, conversation: 60 },
      probeBudget: 100,
      probePorts: null,
      maxWatches: 2000,
      looksAtOnce: 1,
    },
    log: silent,
    meter: { looked() {}, delivered: (_kind, outcome) => void outcomes.push(outcome), commanded() {}, planned() {} },
    now: () => now,
    random: () => 0,
    uuid: () => crypto.randomUUID(),
    spent: () => 0,
  };
  const conversation = {
    id: 'test:1',
    channel: 'test',
    kind: 'personal' as const,
    tenantId: null,
    name: null,
    reference: {},
  };
  await store.rememberConversation(conversation, now);
  await store.putMessages(
    [
      {
        id: ID,
        conversationId: 'test:1',
        thread: null,
        card: { language: 'en', summary: 's', title: 't', tone: 'neutral' },
      },
    ],
    now,
  );
  const givenUp: string[] = [];
  const events: DeliveryEvents = {
    givenUp: async (conversationId, reason) => void givenUp.push(`${conversationId} ${reason}`),
    shutOut: async () => false,
    credentialsRefused: async () => {},
    credentialsTaken: async () => {},
    moved: async () => {},
    deleted: () => {},
    mailboxMissing: async () => {},
    mailboxBack: async () => {},
    hours: async () => {},
  };
  const deliverer = createDeliverer(context, events);
  async function runAfter(ms: number): Promise<void> {
    now += ms;
    await deliverer.run();
  }
  async function end(closing: Deliverer): Promise<void> {
    await closing.close();
    await store.close();
  }
  return { store, runAfter, givenUp, outcomes, another: createDeliverer(context, events), end: () => end(deliverer) };
}

describe('a message whose answer comes too late', () => {
  it('is sent once more under the same delivery id, and its extra copy is taken back', async () => {
    const { messenger, calls, removed, answerLate } = lossyMessenger();
    const { runAfter, end } = await setUp(messenger);
    await runAfter(0);
    await runAfter(5000);
    assert.deepEqual(calls, [`send ${ID}`, `send ${ID}`]);
    answerLate();
    await removed;
    assert.deepEqual(calls.slice(2), ['remove first']);
    await end();
  });

  it('is replaced and not sent again by whoever tries next, another replica or the next start', async () => {
    const { messenger, calls, answerLate } = lossyMessenger();
    const { store, runAfter, another, end } = await setUp(messenger);
    await runAfter(0);
    answerLate();
    await another.run();
    assert.deepEqual(calls, [`send ${ID}`, 'update first']);
    assert.equal((await store.deliveryStatuses([ID]))[0]?.state, 'done');
    await end();
  });

  it('is tried for as long as it matters, less and less often, and then given up with its conversation', async () => {
    let sends = 0;
    const { messenger } = lossyMessenger();
    const silentOne: Messenger = {
      ...messenger,
      send() {
        sends += 1;
        return Promise.reject(new DeliveryError('ambiguous', 'no answer'));
      },
    };
    const { store, runAfter, givenUp, end } = await setUp(silentOne);
    for (let minute = 0; minute < 60; minute++) await runAfter(60_000);
    assert.ok(sends >= 5 && sends <= 8, `${sends} sends within an hour`);
    for (let hour = 0; hour < 7 * 24 - 2; hour++) await runAfter(3_600_000);
    assert.deepEqual(givenUp, []);
    await runAfter(2 * 3_600_000);
    assert.deepEqual(givenUp, ['test:1 outlived']);
    assert.equal((await store.deliveryStatuses([ID]))[0]?.state, 'failed');
    const before = sends;
    await runAfter(24 * 3_600_000);
    assert.equal(sends, before);
    await end();
  });

  it('is left out after an hour when a later one has made it old news', async () => {
    const { messenger, calls } = lossyMessenger();
    let away = true;
    const send: Messenger['send'] = async (_conversation, { summary }) => {
      if (away) throw new DeliveryError('unavailable', 'nobody listens');
      calls.push(summary);
      return { activityId: summary };
    };
    const { store, runAfter, outcomes, givenUp, end } = await setUp({ ...messenger, send });
    const target = 'tls://example.com:443';
    const alertOf = (summary: string, kind: 'finding' | 'fixed', at: number) => {
      const about = { kind: 'alert' as const, facts: [{ target, kind, value: 'untrusted' }] };
      const card = { language: 'en' as const, summary, title: summary, tone: 'neutral' as const, about };
      return store.putMessages([{ id: crypto.randomUUID(), conversationId: 'test:1', thread: null, card }], at);
    };
    await alertOf('broken', 'finding', START);
    await runAfter(0);
    await alertOf('fixed', 'fixed', START + 1000);
    await runAfter(2 * 3_600_000);
    away = false;
    await runAfter(3_600_000);
    await runAfter(3_600_000);
    assert.deepEqual(calls, ['s', 'fixed']);
    assert.equal(outcomes.includes('overtaken'), true);
    assert.deepEqual(givenUp, []);
    await end();
  });

  it('is tried for a day when its service refuses it, and then told as refused', async () => {
    const { messenger } = lossyMessenger();
    let tries = 0;
    const send = () => {
      tries += 1;
      return Promise.reject(new DeliveryError('refused', 'no', { status: 400 }));
    };
    const { store, runAfter, givenUp, outcomes, end } = await setUp({ ...messenger, send });
    for (let hour = 0; hour < 24; hour += 1) await runAfter(3_600_000);
    assert.ok(tries > 3 && tries < 10, `${tries} tries`);
    assert.deepEqual(givenUp, []);
    for (let hour = 0; hour < 8; hour += 1) await runAfter(3_600_000);
    assert.deepEqual(givenUp, ['test:1 refused']);
    assert.equal(outcomes.at(-1), 'refused');
    assert.equal((await store.deliveryStatuses([ID]))[0]?.state, 'failed');
    await end();
  });

  it('waits for a conversation that lets nothing in, each time longer, and at last a day', async () => {
    const { messenger } = lossyMessenger();
    const tries: number[] = [];
    let hour = 0;
    const send = () => {
      tries.push(hour);
      return Promise.reject(new DeliveryError('unreachable', 'no', { status: 403 }));
    };
    const { store, runAfter, givenUp, end } = await setUp({ ...messenger, send });
    for (; hour < 6 * 24; hour += 1) await runAfter(3_600_000);
    assert.deepEqual(givenUp, []);
    assert.equal((await store.deliveryStatuses([ID]))[0]?.state, 'pending');
    const gaps = tries.map((at, index) => at - (tries[index - 1] ?? 0));
    assert.ok(gaps.every((gap) => gap <= 24) && gaps.at(-1)! >= 19, JSON.stringify(tries));
    await end();
  });

  it('is not sent again when the answer comes before the next try', async () => {
    const { messenger, calls, answerLate } = lossyMessenger();
    const { store, runAfter, end } = await setUp(messenger);
    await runAfter(0);
    answerLate();
    await runAfter(5000);
    assert.deepEqual(calls, [`send ${ID}`, 'update first']);
    assert.equal((await store.deliveryStatuses([ID]))[0]?.state, 'done');
    await end();
  });
});
