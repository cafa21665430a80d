import assert from 'node:assert/strict';
import { syncBuiltinESMExports } from 'node:module';
import timers, { setImmediate as nextTurn } from 'node:timers/promises';
import sinon from 'sinon';
import type { About } from '../../../src/core/about.ts';
import type { Card } from '../../../src/core/card.ts';
import { DeliveryError, StoreError, type DeliveryFailure } from '../../../src/core/errors.ts';
import type { ConversationInput } from '../../../src/core/model/conversation.ts';
import type { Messenger } from '../../../src/core/ports/channel.ts';
import type { OutgoingMessage } from '../../../src/core/model/delivery.ts';
import { createDeliverer, type DeliveryEvents } from '../../../src/flows/delivery/deliver.ts';
import { afterTest } from '../../support/after-test.ts';
import { createWiredBot } from '../../support/wired-bot.ts';
import { SECOND, MINUTE, HOUR, DAY } from '../../../src/core/time.ts';

const NOW = Date.UTC(2027, 0, 15, 12);
const LONG = 60_000;

type Answer = Error | string;

function failure(code: DeliveryFailure, peerCode?: string): DeliveryError {
  return new DeliveryError(code, 'no', { peerCode });
}

function place(name: string, more: Partial<ConversationInput> = {}): ConversationInput {
  const rest = { channel: 'test', kind: 'channel' as const, tenantId: 'tenant', team: null, reference: {} };
  return { id: `test:${name}`, name, ...rest, ...more };
}

/**
 * A deliverer by itself over a store; its messenger answers each call as `answers` says: an error, or the id of the
 * message.
 */
async function start(answers: (where: string, call: string) => Answer | Promise<Answer>, lease = 30_000) {
  let now = NOW;
  const bot = await createWiredBot({ sources: [], now: () => now, uuid: () => crypto.randomUUID() });
  afterTest(() => bot.close());
  const { store } = bot;
  const calls: string[] = [];
  const told: string[] = [];
  const outcomes: string[] = [];
  const logged: string[] = [];
  let isToldElsewhere = false;
  let late: (activityId: string) => void = () => assert.fail('nothing was sent');
  let more: (pages: Card[]) => Promise<void> = () => assert.fail('nothing was sent');

  async function call(where: string | null, what: string): Promise<string> {
    calls.push(`${where}: ${what}`);
    const answer = await answers(where!, what);
    if (answer instanceof Error) throw answer;
    return answer;
  }
  const messenger: Messenger = {
    channel: 'test',
    async send({ name }, { title }, options) {
      late = options.late!;
      more = options.more!;
      return { activityId: await call(name, `send ${title}`) };
    },
    update: async ({ name }, activityId) => void (await call(name, `update ${activityId}`)),
    remove: async ({ name }, activityId) => void (await call(name, `remove ${activityId}`)),
    identify: (actor) => Promise.resolve(actor),
    direct: () => Promise.reject(failure('refused')),
    download: () => Promise.reject(new Error('no files here')),
    personOf: () => null,
    link: () => null,
  };
  const note = (event: string) => void told.push(event);
  const events: DeliveryEvents = {
    givenUp: async (id, reason, peerCode) => note(`given up ${id} ${reason} ${peerCode}`),
    async shutOut({ conversationId }, { why, peerCode }) {
      note(`shut out ${conversationId} ${why} ${peerCode}`);
      return isToldElsewhere;
    },
    credentialsRefused: async ({ id }) => note(`refused us in ${id}`),
    credentialsTaken: async ({ id }) => note(`took us in ${id}`),
    moved: async () => {},
    deleted: () => {},
    mailboxMissing: async () => {},
    mailboxBack: async () => {},
    hours: async () => {},
  };
  const keep = (_fields: object, message: string): void => void logged.push(message);
  const deliverer = createDeliverer(
    {
      ...bot.context,
      messengers: new Map([['test', messenger]]),
      settings: { ...bot.context.settings, lease },
      meter: { ...bot.context.meter, delivered: (_kind, outcome) => void outcomes.push(outcome) },
      log: { debug() {}, info: keep, warn: keep, error: keep },
    },
    events,
  );
  afterTest(() => deliverer.close());
  for (const name of ['a', 'b']) await store.rememberConversation(place(name), NOW);

  async function put(where: string, title: string, more: Partial<OutgoingMessage> & { about?: About } = {}) {
    const { about, ...rest } = more;
    const card: Card = { language: 'en', summary: title, title, tone: 'neutral', ...(about ? { about } : {}) };
    const id = rest.id ?? crypto.randomUUID();
    await store.putMessages([{ id, conversationId: `test:${where}`, thread: null, card, ...rest }], now);
    return id;
  }

  return {
    store,
    deliverer,
    calls,
    told,
    outcomes,
    logged,
    put,
    answerLate: (activityId: string) => late(activityId),
    /** How the message that was sent last tells its further pages. */
    tellMore: () => more,
    tellElsewhere: () => void (isToldElsewhere = true),
    async after(ms: number): Promise<void> {
      now += ms;
      await deliverer.run();
    },
    setNow: (at: number) => void (now = at),
    statusOf: async (id: string) => (await store.deliveryStatuses([id]))[0],
    /** How many sends of the message are in doubt, as whoever claims it next is told. */
    async doubtsOf(id: string): Promise<number | undefined> {
      const claimed = await store.claimDeliveries(now + DAY, 9, 'look', LONG);
      return claimed.find((one) => one.id === id)?.ambiguous;
    },
  };
}

describe('a conversation that is said to be closed', () => {
  it('is not written to for a day, and then tried all the same', async () => {
    const { store, put, after, calls, told } = await start(() => 'm1');
    await store.rememberConversation(place('a', { team: 'team' }), NOW);
    await store.closeTeam('test', 'team', NOW);
    await put('a', 'news');
    await after(0);
    await after(MINUTE);
    assert.deepEqual(calls, []);
    assert.deepEqual(told, ['shut out test:a unreachable archived']);
    await after(DAY - MINUTE - 1);
    assert.deepEqual(calls, []);
    await after(DAY);
    assert.deepEqual(calls, ['a: send news']);
  });
});

describe('a change of a message that fails', () => {
  for (const [code, calls] of [
    ['refused', ['a: send first', 'a: update m1', 'a: send second']],
    ['ambiguous', ['a: send first', 'a: update m1']],
    ['unavailable', ['a: send first', 'a: update m1']],
    ['throttled', ['a: send first', 'a: update m1']],
    ['unreachable', ['a: send first', 'a: update m1', 'a: send second']],
    ['credentials', ['a: send first', 'a: update m1']],
  ] as const) {
    it(`as ${code} is ${calls.length === 3 ? 'sent anew' : 'tried again'}`, async () => {
      const bot = await start((_where, call) => (call.startsWith('send') ? 'm1' : failure(code)));
      const id = await bot.put('a', 'first');
      await bot.after(0);
      await bot.put('a', 'second', { id });
      await bot.after(1);
      assert.deepEqual(bot.calls, calls);
      assert.equal((await bot.statusOf(id))?.state, calls.length === 3 ? 'done' : 'pending');
    });
  }

  it('is left at that where it would only tell of progress', async () => {
    const bot = await start((_where, call) => (call.startsWith('send') ? 'm1' : failure('refused')));
    const about = { kind: 'progress' as const, verb: 'check' as const };
    const id = await bot.put('a', 'first', { about });
    await bot.after(0);
    await bot.put('a', 'second', { id, about });
    await bot.after(1);
    assert.deepEqual(bot.calls, ['a: send first', 'a: update m1']);
    assert.equal((await bot.statusOf(id))?.state, 'done');
  });

  it('for a reason that is no answer of the channel is tried again', async () => {
    const bot = await start((_where, call) => (call.startsWith('send') ? 'm1' : new TypeError('x is undefined')));
    const id = await bot.put('a', 'first');
    await bot.after(0);
    await bot.put('a', 'second', { id });
    await bot.after(1);
    assert.deepEqual(bot.calls, ['a: send first', 'a: update m1']);
  });

  it('without an answer leaves no doubt: it can be made again without harm', async () => {
    const bot = await start((_where, call) => (call.startsWith('send') ? 'm1' : failure('ambiguous')));
    const id = await bot.put('a', 'first');
    await bot.after(0);
    await bot.put('a', 'second', { id });
    await bot.after(0);
    await bot.after(HOUR);
    assert.equal(bot.calls.filter((call) => call.includes('update')).length, 2);
    assert.equal(await bot.doubtsOf(id), 0);
  });

  it('and a message without an answer is in doubt each time', async () => {
    const bot = await start(() => failure('ambiguous'));
    const id = await bot.put('a', 'first');
    await bot.after(0);
    await bot.after(HOUR);
    assert.equal(await bot.doubtsOf(id), 2);
  });
});

describe('a peer that does not answer', () => {
  it('is away since its first silence, until it says anything', async () => {
    let answer: Answer = failure('unavailable');
    const { put, after, deliverer } = await start(() => answer);
    const since = () => deliverer.away().get('test');
    await put('a', 'news', { until: NOW + 30 * DAY });
    await after(0);
    assert.equal(since(), NOW);
    answer = failure('ambiguous');
    await after(HOUR);
    assert.equal(since(), NOW);
    for (const code of ['throttled', 'refused', 'credentials', 'unreachable'] as const) {
      answer = failure('unavailable');
      await after(DAY);
      assert.notEqual(since(), undefined);
      answer = failure(code);
      await after(DAY);
      assert.equal(since(), undefined, code);
      if (code === 'refused') await put('a', 'more', { until: NOW + 30 * DAY });
    }
    answer = failure('unavailable');
    await after(DAY);
    answer = 'm1';
    await after(2 * DAY);
    assert.equal(since(), undefined);
  });

  it('is not said to be away because our store is', async () => {
    const { put, after, deliverer } = await start(() => new StoreError('away'));
    await put('a', 'news');
    await after(0);
    assert.equal(deliverer.away().size, 0);
  });
});

describe('a message that is not taken', () => {
  for (const [code, tries, expected] of [
    ['unreachable', 1, []],
    ['unreachable', 2, ['shut out test:a unreachable word']],
    ['refused', 1, ['shut out test:a refused word']],
    ['unavailable', 3, []],
    ['ambiguous', 3, []],
    ['throttled', 3, []],
  ] as const) {
    it(`as ${code} ${tries === 1 ? 'once' : `${tries} times`} is told ${expected.length ? 'elsewhere' : 'nobody else'}`, async () => {
      const { put, after, told } = await start(() => failure(code, 'word'));
      await put('a', 'news');
      for (let each = 0; each < tries; each += 1) await after(each === 0 ? 0 : MINUTE);
      assert.deepEqual(told, expected);
    });
  }

  it('for as long as it matters is told elsewhere, whatever the reason, or is lost', async () => {
    for (const isTold of [true, false]) {
      const { put, after, told, outcomes, calls, tellElsewhere, statusOf } = await start(() => failure('unavailable'));
      if (isTold) tellElsewhere();
      const id = await put('a', 'news', { until: NOW + MINUTE });
      await after(0);
      await after(MINUTE);
      assert.equal(calls.length, 1, 'it is not even tried at its end');
      const lost = isTold ? [] : ['given up test:a outlived null'];
      assert.deepEqual(told, ['shut out test:a outlived null', ...lost]);
      assert.equal(outcomes.at(-1), isTold ? 'elsewhere' : 'outlived');
      assert.equal((await statusOf(id))?.state, 'failed');
    }
  });

  it('and told elsewhere goes on when nobody asked for it, and is over when somebody did', async () => {
    for (const [asker, state, outcome] of [
      [undefined, 'pending', 'retry'],
      ['anna', 'failed', 'elsewhere'],
    ] as const) {
      const { put, after, outcomes, tellElsewhere, statusOf } = await start(() => failure('refused'));
      tellElsewhere();
      const id = await put('a', 'news', asker ? { asker } : {});
      await after(0);
      assert.deepEqual([(await statusOf(id))?.state, outcomes.at(-1)], [state, outcome]);
    }
  });

  it('is tried again by itself when its pause is short', async function () {
    const clock = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    afterTest(() => clock.restore());
    const again = Promise.withResolvers<void>();
    let tries = 0;
    const { put, after, setNow } = await start(() => {
      tries += 1;
      if (tries === 2) again.resolve();
      return tries === 1 ? failure('unavailable') : 'm1';
    });
    await put('a', 'news');
    await after(0);
    setNow(NOW + SECOND);
    clock.tick(SECOND);
    await again.promise;
  });
});

describe('a pause before the next try', () => {
  for (const [retryAfter, timers] of [
    [9 * SECOND, 1],
    [10 * SECOND, 0],
  ] as const)
    it(`of ${retryAfter / SECOND} s and a bit is ${timers ? 'waited for' : 'left to the next round'}`, async () => {
      const clock = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      afterTest(() => clock.restore());
      const { put, after } = await start(() => new DeliveryError('throttled', 'later', { retryAfter }));
      await put('a', 'news');
      await after(0);
      assert.equal(clock.countTimers(), timers);
    });
});

describe('a conversation that lets something in again', () => {
  it('gets all that waited for that, at once', async () => {
    let isShut = true;
    const { put, after, calls } = await start(() => (isShut ? failure('unreachable') : 'm1'));
    for (const title of ['one', 'two', 'three']) {
      await put('a', title);
      for (let each = 0; each < 4; each += 1) await after(5 * MINUTE);
    }
    isShut = false;
    calls.length = 0;
    await put('a', 'four');
    await after(0);
    await after(0);
    assert.deepEqual(calls.toSorted(), ['a: send four', 'a: send one', 'a: send three', 'a: send two']);
  });
});

describe('a conversation that was shut', () => {
  it('has what it does not take told elsewhere at the first try, until something gets in', async () => {
    let isShut = true;
    const { put, after, told } = await start(() => (isShut ? failure('unreachable') : 'm1'));
    const shutOut = () => told.filter((event) => event.startsWith('shut out')).length;
    await put('a', 'one');
    await after(0);
    assert.equal(shutOut(), 0, 'one refusal may be a stray one');
    await after(MINUTE);
    assert.equal(shutOut(), 1);
    await after(5 * MINUTE);
    const before = shutOut();
    await put('a', 'two');
    await after(0);
    assert.equal(shutOut(), before + 1);
    isShut = false;
    await after(2 * DAY);
    isShut = true;
    const open = shutOut();
    await put('a', 'four');
    await after(0);
    assert.equal(shutOut(), open);
  });
});

describe('credentials that are not taken', () => {
  it('are told once for each organisation, and again when they were taken in between', async () => {
    let isWrong = true;
    const { store, put, after, told } = await start(() => (isWrong ? failure('credentials') : 'm1'));
    await store.rememberConversation(place('other', { tenantId: 'another' }), NOW);
    await put('a', 'one');
    await after(0);
    await put('b', 'two');
    await put('other', 'three');
    await after(SECOND);
    await after(MINUTE);
    assert.deepEqual(told, ['refused us in test:a', 'refused us in test:other']);
    isWrong = false;
    await after(MINUTE);
    assert.equal(told.length, 4);
    assert.deepEqual(
      told
        .slice(2)
        .map((event) => event.replace(/[ab]$/, '…'))
        .toSorted(),
      ['took us in test:other', 'took us in test:…'],
    );
    isWrong = true;
    await put('a', 'four');
    await after(0);
    assert.equal(told.at(-1), 'refused us in test:a');
    assert.equal(told.length, 5);
    isWrong = false;
    await after(2 * MINUTE);
    assert.equal(told.at(-1), 'took us in test:a');
    assert.equal(told.length, 6);
  });

  it('that are taken release what waited for that, at once', async () => {
    const { store, put, after, calls, told } = await start(() => 'm1');
    await put('b', 'waiting');
    const [waiting] = await store.claimDeliveries(NOW, 1, 'lease', LONG);
    const failed = { error: 'no', retryAt: NOW + HOUR, ambiguous: false, waitsFor: 'credentials' as const };
    await store.failDelivery(waiting!, failed);
    await put('a', 'news');
    await after(1);
    assert.deepEqual(calls, ['a: send news', 'b: send waiting']);
    assert.deepEqual(told, ['took us in test:a']);
  });

  it('are not taken because others get through beside them, but after a minute of it they are', async () => {
    const { put, after, told } = await start((where) => (where === 'a' ? failure('credentials') : 'm1'));
    await put('a', 'one', { until: NOW + 3 * SECOND });
    await after(0);
    await put('b', 'beside');
    await after(SECOND);
    assert.deepEqual(told, ['refused us in test:a']);
    await after(5 * SECOND);
    await put('b', 'later');
    await after(2 * MINUTE);
    assert.equal(told.at(-1), 'took us in test:b');
  });

  it('are taken as soon as the very message that was refused gets through', async () => {
    let answer: Answer = failure('credentials');
    const { put, after, told } = await start(() => answer);
    await put('a', 'one');
    await after(0);
    answer = 'm1';
    await after(30 * SECOND);
    assert.deepEqual(told, ['refused us in test:a', 'took us in test:a']);
  });
});

describe('the further pages of a message', () => {
  const page = (title: string): Card => ({ language: 'en', summary: title, title, tone: 'neutral' });

  it('go where it goes, for whom it is, and matter as long as it does', async () => {
    const bot = await start(() => 'm1');
    await bot.put('a', 'first', { thread: 'thread', until: NOW + HOUR, asker: 'anna' });
    await bot.after(0);
    await bot.tellMore()([page('second'), page('third')]);
    const claimed = [];
    for (let each = 0; each < 2; each += 1) {
      const [one] = await bot.store.claimDeliveries(NOW, 1, 'look', LONG);
      claimed.push([one!.conversationId, one!.card!.title, one!.thread, one!.until, one!.asker]);
      await bot.store.completeDelivery(one!, { activityId: `m${each}` });
    }
    assert.deepEqual(claimed, [
      ['test:a', 'second', 'thread', NOW + HOUR, 'anna'],
      ['test:a', 'third', 'thread', NOW + HOUR, 'anna'],
    ]);
  });

  it('that are told anew replace what they said before', async () => {
    const bot = await start((_where, call) => call.replace('send ', 'id of '));
    await bot.put('a', 'first');
    await bot.after(0);
    const tell = bot.tellMore();
    for (const title of ['second', 'other']) {
      await tell([page(title)]);
      await bot.after(0);
    }
    assert.deepEqual(bot.calls, ['a: send first', 'a: send second', 'a: update id of second']);
  });
});

describe('what waits for a message', () => {
  for (const [answer, state] of [
    ['m1', 'done'],
    [failure('unavailable'), 'pending'],
  ] as const)
    it(`goes on when its first try is over, with the message ${state}`, async () => {
      const { put, after, deliverer, calls, statusOf } = await start(() => answer);
      const id = await put('a', 'news');
      const tried = deliverer.tried([id], HOUR).then(() => calls.length);
      await after(0);
      assert.equal(await tried, 1);
      assert.equal((await statusOf(id))?.state, state);
    });

  it('goes on without it when its time is up', async () => {
    const { put, deliverer, statusOf } = await start(() => 'm1');
    const id = await put('a', 'news');
    await deliverer.tried([id], 0);
    assert.equal((await statusOf(id))?.state, 'pending');
  });
});

describe('a deliverer that is closed', () => {
  it('sends what is due, and nothing after that', async () => {
    const { put, deliverer, calls } = await start(() => 'm1');
    await put('a', 'one');
    await deliverer.close();
    assert.deepEqual(calls, ['a: send one']);
    await put('a', 'two');
    await deliverer.run();
    assert.deepEqual(calls, ['a: send one']);
  });
});

describe('the extra copy of a message', () => {
  const away = failure('unavailable');
  const LEFT = 'an extra copy of a message could not be taken back';
  const TAKEN = 'an extra copy of a message was taken back';
  for (const [name, answers, tries, says] of [
    ['is taken back at once', ['taken'], 1, TAKEN],
    ['is taken back as soon as its service is there again', [away, away, 'taken'], 3, TAKEN],
    ['stays where its service is away for longer', [away, away, away, away], 4, LEFT],
    ['stays where it is not to be removed, which is not asked again', [failure('refused')], 1, null],
  ] as const)
    it(name, async () => {
      const pause = sinon.stub(timers, 'setTimeout').resolves();
      syncBuiltinESMExports();
      afterTest(() => {
        pause.restore();
        syncBuiltinESMExports();
      });
      const sends: Answer[] = [failure('ambiguous'), 'm2'];
      const removes: Answer[] = [...answers];
      const { put, after, calls, logged, answerLate } = await start((_where, call) =>
        call.startsWith('send') ? sends.shift()! : removes.shift()!,
      );
      await put('a', 'news');
      await after(0);
      await after(MINUTE);
      answerLate('m1');
      for (let turn = 0; turn < 5000 && (turn < 50 || (says !== null && !logged.includes(says))); turn += 1)
        await nextTurn();
      assert.deepEqual(
        calls.slice(2),
        Array.from({ length: tries }, () => 'a: remove m1'),
      );
      assert.deepEqual(
        logged.filter((message) => message === LEFT || message === TAKEN),
        says === null ? [] : [says],
      );
      const pauses = pause.args.map(([ms]) => ms!);
      assert.ok(
        pauses.every((ms, index) => ms > (pauses[index - 1] ?? -1)),
        'each time it waits longer',
      );
      assert.ok(pauses.slice(1).every((ms) => ms >= SECOND));
    });
});

describe('a message that somebody else sends as well', function () {
  it('is one: who was later takes back their own', async () => {
    const removed = Promise.withResolvers<void>();
    const { store, put, after, calls } = await start(async (_where, call) => {
      if (call.startsWith('remove')) {
        removed.resolve();
        return '';
      }
      const [theirs] = await store.claimDeliveries(NOW, 1, 'another replica', LONG);
      await store.completeDelivery(theirs!, { activityId: 'theirs' });
      return 'ours';
    }, -1);
    await put('a', 'news');
    await after(0);
    await removed.promise;
    assert.deepEqual(calls, ['a: send news', 'a: remove ours']);
  });

  it('is ours when they have not got through yet, and they replace it', async () => {
    const { store, put, after, calls } = await start(async () => {
      await store.claimDeliveries(NOW, 1, 'another replica', LONG);
      return 'ours';
    }, -1);
    const id = await put('a', 'news');
    await after(0);
    assert.equal(await store.noteActivity(id, 'theirs', NOW), 'ours');
    assert.deepEqual(calls, ['a: send news']);
  });

  it('is replaced by itself as soon as its late answer tells that it is there', async () => {
    // The next try is not waited for.
    const clock = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    afterTest(() => clock.restore());
    const replaced = Promise.withResolvers<void>();
    const { put, after, calls, answerLate } = await start((_where, call) => {
      if (call.startsWith('update')) replaced.resolve();
      return call.startsWith('update') ? '' : failure('ambiguous');
    });
    await put('a', 'news');
    await after(0);
    answerLate('m1');
    await replaced.promise;
    assert.deepEqual(calls, ['a: send news', 'a: update m1']);
  });

  it('is theirs when an earlier send of it is heard of while ours is on its way', async () => {
    const removed = Promise.withResolvers<void>();
    let id = '';
    const { store, put, after, calls } = await start(async (_where, call) => {
      if (call.startsWith('remove')) removed.resolve();
      if (call.startsWith('send')) await store.noteActivity(id, 'earlier', NOW);
      return 'ours';
    });
    id = await put('a', 'news');
    await after(0);
    await removed.promise;
    assert.ok(calls.includes('a: remove ours'));
    assert.ok(calls.includes('a: update earlier'), 'what it says may be older');
  });
});

describe('news that became old while it waited', () => {
  const target = 'tls://example.com:443';
  const alert = (kind: 'finding' | 'fixed'): About => ({
    kind: 'alert',
    facts: [{ target, kind, value: 'untrusted' }],
  });

  for (const [title, waited, about, left] of [
    ['is left out after an hour', HOUR, alert('finding'), true],
    ['is told before that', HOUR - 1, alert('finding'), false],
    ['is told where it answers somebody', 2 * HOUR, { kind: 'answer', verb: 'list' } as About, false],
  ] as const) {
    it(title, async () => {
      let isAway = true;
      const { put, after, calls, outcomes } = await start(() => (isAway ? failure('unavailable') : 'm1'));
      await put('a', 'broken', { about });
      await put('a', 'fixed', { about: alert('fixed') });
      isAway = false;
      await after(waited);
      assert.deepEqual(calls, left ? ['a: send fixed'] : ['a: send broken', 'a: send fixed']);
      assert.equal(outcomes.includes('overtaken'), left);
    });
  }

  it('is changed all the same where it stands already', async () => {
    const { put, after, calls } = await start(() => 'm1');
    const id = await put('a', 'broken', { about: alert('finding') });
    await after(0);
    await put('a', 'fixed', { about: alert('fixed') });
    await put('a', 'broken still', { id, about: alert('finding') });
    await after(2 * HOUR);
    assert.deepEqual(calls.toSorted(), ['a: send broken', 'a: send fixed', 'a: update m1']);
  });
});
