import assert from 'node:assert/strict';
import { DeliveryError } from '../../src/core/errors.ts';
import type { Messenger } from '../../src/core/ports.ts';
import type { FlowContext } from '../../src/flows/context.ts';
import { createDeliverer, type Deliverer } from '../../src/flows/deliver.ts';
import { createStore } from '../../src/store/store.ts';

const silent = { debug() {}, info() {}, warn() {}, error() {} };
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
  let now = 1_800_000_000_000;
  const context: FlowContext = {
    store,
    sources: [],
    anchors: { judge: (observation) => observation },
    messengers: new Map([['test', messenger]]),
    calendar: null,
    signIns: new Map(),
    holidays: () => [],
    settings: {
      calendar: 'none',
      calendarMailbox: null,
      mailboxesOpenTo: () => true,
      ownAccess: false,
      defaultTimeZone: 'UTC',
      holidays: null,
      operatorConversation: null,
      publicUrl: '',
      probeInterval: 1000,
      grace: 1000,
      lease: 30_000,
      probeBudget: 100,
      probePorts: null,
      maxWatches: 2000,
      looksAtOnce: 1,
    },
    log: silent,
    meter: { looked() {}, delivered() {}, commanded() {} },
    now: () => now,
    random: () => 0,
    uuid: () => crypto.randomUUID(),
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
  const deliverer = createDeliverer(context, {
    told: () => {},
    moved: async () => {},
    deleted: () => {},
    mailboxMissing: async () => {},
  });
  async function runAfter(ms: number): Promise<void> {
    now += ms;
    await deliverer.run();
  }
  async function end(closing: Deliverer): Promise<void> {
    await closing.close();
    await store.close();
  }
  return { store, runAfter, end: () => end(deliverer) };
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
