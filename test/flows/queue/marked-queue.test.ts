import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import sinon from 'sinon';
import { StoreError } from '../../../src/core/errors.ts';
import type { ClaimedMark } from '../../../src/core/model/mark.ts';
import type { Store } from '../../../src/core/ports/store.ts';
import { MINUTE, SECOND } from '../../../src/core/time.ts';
import { createMarkedQueue, type Keep } from '../../../src/flows/queue/marked-queue.ts';
import { createStore } from '../../../src/store/store.ts';
import { afterTest } from '../../support/after-test.ts';
import { NOW } from '../../support/certificate-facts.ts';
import { createOrSkip, databaseKinds } from '../../support/databases.ts';
import { seeded } from '../../support/seeded.ts';

const QUEUE = 'reminders';
const LEASE = 30_000;
const SOON = 20_000;
const silentLog = { debug() {}, info() {}, warn() {}, error() {} };

function gate(): { open: () => void; passed: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { open: resolve, passed: promise };
}

/** Lets everything run that is ready to. */
async function turns(number = 50): Promise<void> {
  for (let turn = 0; turn < number; turn += 1) await new Promise(setImmediate);
}

interface QueueOptions {
  lease?: number;
  over?: Store;
  /** Milliseconds that the processor has worked; as long as it took, unless said. */
  spent?: () => number;
}

/** A store with a clock that stands unless a test moves it, for queues beside each other as in several processes. */
async function start() {
  const store = await createStore({ databaseUrl: 'sqlite::memory:', log: silentLog });
  const clock = { now: NOW };
  let serial = 0;
  afterTest(() => store.close());

  /** A queue that notes what it works on; `work` may do more, and says false when that cannot be worked out yet. */
  function queueOf(
    work: (claim: ClaimedMark, keep: Keep) => Promise<boolean | void> = async () => {},
    { lease = LEASE, over = store, spent = () => performance.now() }: QueueOptions = {},
  ) {
    const worked: string[] = [];
    const failures: unknown[] = [];
    const queue = createMarkedQueue({
      queue: QUEUE,
      store: over,
      lease,
      now: () => clock.now,
      uuid: () => `lease-${(serial += 1)}`,
      async work(claim, keep) {
        worked.push(`${claim.key} ${claim.parts?.join() ?? 'all'}`);
        return (await work(claim, keep)) !== false;
      },
      failed: (error) => failures.push(error),
      spent,
    });
    afterTest(() => queue.close());
    return { ...queue, worked, failures };
  }

  const mark = (key: string, part: string | null = '1') => store.mark(QUEUE, [{ key, part }], { now: clock.now });
  const isOpen = async (key: string) => (await store.pendingMarks(QUEUE, [key], clock.now)).length > 0;
  /** The store, of which some operations do something else first. */
  function withFirst(first: Partial<Record<keyof Store, () => unknown>>): Store {
    const entries = Object.entries(first).map(([name, before]) => {
      const operation = store[name as keyof Store] as (...given: unknown[]) => unknown;
      return [name, async (...given: unknown[]) => (await before(), operation(...given))];
    });
    return { ...store, ...Object.fromEntries(entries) };
  }
  const leave = (key: string, part: string): Keep extends (work: infer Work) => unknown ? Work : never => {
    return (operations) => operations.mark(QUEUE, [{ key, part }], { now: clock.now });
  };
  return { store, clock, queueOf, mark, isOpen, withFirst, leave };
}

describe('what is marked', () => {
  it('is worked off, in the order in which it came, by whatever was marked of it', async () => {
    const { clock, queueOf, mark, isOpen } = await start();
    await mark('b', '2');
    clock.now += 1;
    await mark('a', null);
    await mark('b', '3');
    const queue = queueOf();
    await queue.run();
    assert.deepEqual(queue.worked, ['b 2,3', 'a all']);
    assert.deepEqual([await isOpen('a'), await isOpen('b')], [false, false]);
    await queue.run();
    assert.equal(queue.worked.length, 2);
  });

  it('while it is worked on is worked off afterwards, and what was before is not', async () => {
    const { queueOf, mark } = await start();
    await mark('a', '1');
    let isFirst = true;
    const queue = queueOf(async () => {
      if (isFirst) await mark('a', '2');
      isFirst = false;
    });
    await queue.run();
    assert.deepEqual(queue.worked, ['a 1', 'a 2']);
  });

  it('while something is stored of it is worked off afterwards', async () => {
    const { queueOf, mark, leave } = await start();
    await mark('a', '1');
    let isFirst = true;
    const queue = queueOf(async (_, keep) => {
      if (isFirst) await keep(leave('a', '2'));
      isFirst = false;
    });
    await queue.run();
    assert.deepEqual(queue.worked, ['a 1', 'a 2']);
  });

  it('is worked on by one process at a time, each key by whichever comes first', async () => {
    const { queueOf, mark } = await start();
    for (const key of ['a', 'b', 'c']) await mark(key);
    const under = new Map<string, number>();
    let most = 0;
    const work = async ({ key }: ClaimedMark) => {
      under.set(key, (under.get(key) ?? 0) + 1);
      most = Math.max(most, under.get(key)!);
      await mark('c');
      await turns(5);
      under.set(key, under.get(key)! - 1);
    };
    let left = 8;
    const limited = async (claim: ClaimedMark) => {
      left -= 1;
      if (left > 0) await work(claim);
    };
    const [one, other] = [queueOf(limited), queueOf(limited)];
    await Promise.all([one.run(), other.run()]);
    assert.equal(most, 1);
    assert.ok(one.worked.length > 0 && other.worked.length > 0);
  });

  it('works on one key at a time in a process', async () => {
    const { queueOf, mark } = await start();
    for (const key of ['a', 'b', 'c']) await mark(key);
    let under = 0;
    const most: number[] = [];
    const queue = queueOf(async () => {
      under += 1;
      most.push(under);
      await turns(5);
      under -= 1;
    });
    queue.kick();
    queue.kick();
    await queue.run();
    assert.deepEqual(most, [1, 1, 1]);
  });

  it('is not lost when whoever works on it dies: another goes on when the lease is over', async () => {
    const { store, queueOf, mark, leave } = await start();
    await mark('a');
    const dead = (await store.claimMark(QUEUE, { now: NOW, leaseId: 'dead', leaseMs: -1 }))!;
    const queue = queueOf();
    await queue.run();
    assert.deepEqual(queue.worked, ['a 1']);
    await store.completeMark(dead);
    await store.transaction((operations) => leave('a', '2')(operations));
    await queue.run();
    assert.deepEqual(queue.worked, ['a 1', 'a 2']);
  });

  it('is left alone while whoever works on it lives', async () => {
    const { store, queueOf, mark } = await start();
    await mark('a');
    await store.claimMark(QUEUE, { now: NOW, leaseId: 'alive', leaseMs: LEASE });
    const queue = queueOf();
    await queue.run();
    assert.deepEqual(queue.worked, []);
  });

  it('of which the lease was lost keeps nothing any more, without a failure, and is the other’s', async () => {
    const { store, queueOf, mark, isOpen, leave } = await start();
    await mark('a');
    const began = gate();
    const lost = gate();
    const late = queueOf(async (_, keep) => {
      began.open();
      await lost.passed;
      await keep(leave('stored', 'late'));
    });
    const running = late.run();
    await began.passed;
    const claimed = (await store.claimMark(QUEUE, { now: NOW, leaseId: 'mine', leaseMs: LEASE, key: 'a' })) as null;
    assert.equal(claimed, null, 'it is still held');
    await store.voidLeases();
    const other = (await store.claimMark(QUEUE, { now: NOW, leaseId: 'other', leaseMs: LEASE, key: 'a' }))!;
    lost.open();
    await running;
    assert.deepEqual([late.failures, await isOpen('stored'), await isOpen('a')], [[], false, true]);
    assert.equal(await store.holdMark(other, LEASE), true);
  });

  it('of which the lease was lost is the other’s also where nothing was to be stored', async () => {
    const { store, queueOf, mark, isOpen } = await start();
    await mark('a');
    const queue = queueOf(async () => {
      await store.voidLeases();
      assert.ok(await store.claimMark(QUEUE, { now: NOW, leaseId: 'other', leaseMs: LEASE, key: 'a' }));
    });
    await queue.run();
    assert.equal(await isOpen('a'), true);
  });

  it('is held by its lease however long it takes to read, and no longer', async () => {
    const { store, queueOf, mark, withFirst } = await start();
    await mark('a');
    const read = gate();
    const prolonged = { number: 0, third: gate() };
    const timers = sinon.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      const transactions = withFirst({
        transaction: () => {
          prolonged.number += 1;
          if (prolonged.number === 3) prolonged.third.open();
        },
      });
      const queue = queueOf(() => read.passed, { over: transactions });
      const running = queue.run();
      await turns();
      await timers.tickAsync(LEASE / 3 - 1);
      assert.equal(prolonged.number, 0);
      await timers.tickAsync(1 + (2 * LEASE) / 3);
      await prolonged.third.passed;
      assert.equal(await store.claimMark(QUEUE, { now: NOW, leaseId: 'other', leaseMs: LEASE }), null);
      read.open();
      await running;
      await timers.tickAsync(LEASE);
      assert.deepEqual([prolonged.number, timers.countTimers()], [3, 0]);
    } finally {
      timers.restore();
    }
  });

  it('goes on by its short lease when the store could not prolong it once', async () => {
    const { queueOf, mark, isOpen, withFirst } = await start();
    await mark('a');
    const read = gate();
    const timers = sinon.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      const transaction = async (): Promise<void> => {
        throw new StoreError('away');
      };
      const queue = queueOf(() => read.passed, { over: withFirst({ transaction }) });
      const running = queue.run();
      await turns();
      await timers.tickAsync(LEASE / 3);
      await turns();
      read.open();
      await running;
      assert.deepEqual([queue.failures, await isOpen('a')], [[], false]);
    } finally {
      timers.restore();
    }
  });

  it('that failed is tried again ten seconds later, as it was, and the others go on', async () => {
    const { clock, queueOf, mark, isOpen } = await start();
    await mark('bad', '7');
    await mark('good', null);
    const error = new Error('it cannot be');
    const queue = queueOf(async ({ key }) => {
      if (key === 'bad') throw error;
    });
    await queue.run();
    assert.deepEqual([queue.worked.toSorted(), queue.failures], [['bad 7', 'good all'], [error]]);
    assert.deepEqual([await isOpen('bad'), await isOpen('good')], [true, false]);
    clock.now += 10 * SECOND - 1;
    await queue.run();
    assert.equal(queue.worked.length, 2);
    clock.now += 1;
    await queue.run();
    assert.deepEqual(queue.worked.slice(2), ['bad 7']);
  });

  it('that cannot be worked out yet is tried again a minute later, as it was, which is no failure', async () => {
    const { clock, queueOf, mark } = await start();
    await mark('a', '7');
    const queue = queueOf(async () => false);
    await queue.run();
    clock.now += MINUTE - 1;
    await queue.run();
    assert.deepEqual([queue.worked, queue.failures], [['a 7'], []]);
    clock.now += 1;
    await queue.run();
    assert.deepEqual(queue.worked, ['a 7', 'a 7']);
  });

  it('that cannot be worked out yet is tried at once where something has changed meanwhile', async () => {
    const { queueOf, mark } = await start();
    await mark('a', '7');
    let isFirst = true;
    const queue = queueOf(async () => {
      if (!isFirst) return true;
      isFirst = false;
      await mark('a', '8');
      return false;
    });
    await queue.run();
    assert.deepEqual(queue.worked, ['a 7', 'a 7,8']);
  });

  it('is still there when the store is away at the end of it, and is worked off once more', async () => {
    const { store, queueOf, mark, withFirst, isOpen } = await start();
    await mark('a');
    const away = new StoreError('away');
    const completeMark = async (): Promise<void> => {
      throw away;
    };
    const queue = queueOf(undefined, { over: withFirst({ completeMark }) });
    await queue.run();
    assert.deepEqual([queue.failures, await isOpen('a')], [[away], true]);
    await store.voidLeases();
    const next = queueOf();
    await next.run();
    assert.deepEqual(next.worked, ['a 1']);
  });

  it('that cannot be claimed is told, and claimed with the next run', async () => {
    const { queueOf, mark, withFirst } = await start();
    await mark('a');
    const errors = [new Error('no')];
    const claimMark = async (): Promise<void> => {
      const error = errors.shift();
      if (error) throw error;
    };
    const queue = queueOf(undefined, { over: withFirst({ claimMark }) });
    await queue.run();
    assert.equal(queue.failures.length, 1);
    await queue.run();
    assert.deepEqual(queue.worked, ['a 1']);
  });

  it('is not worked on any more once it is closed, which waits for what is under way', async () => {
    const { queueOf, mark, isOpen } = await start();
    for (const key of ['a', 'b']) await mark(key);
    const read = gate();
    const queue = queueOf(() => read.passed);
    queue.kick();
    await turns();
    let isClosed = false;
    const closing = queue.close().then(() => (isClosed = true));
    await turns();
    assert.equal(isClosed, false);
    read.open();
    await closing;
    assert.equal(queue.worked.length, 1);
    assert.deepEqual([await isOpen('a'), await isOpen('b')], [false, true]);
    await queue.run();
    assert.equal(await queue.workedOff(['b'], SOON), false);
    assert.equal(queue.worked.length, 1);
  });
});

describe('the rest of those who work off what is marked', () => {
  /** A queue whose every piece of work takes so long; how many pieces are done at which second of work and rest. */
  async function pieces(took: number, { date = (): void => {} } = {}) {
    const context = await start();
    const timers = sinon.useFakeTimers({ toFake: ['performance'] });
    afterTest(() => timers.restore());
    const queue = context.queueOf(async ({ key }) => {
      timers.tick(took);
      date();
      await context.mark(key);
    });
    await context.mark('a');
    /** How many pieces are done within the next milliseconds, of which each hundredth asks for a run. */
    async function within(ms: number): Promise<number> {
      const before = queue.worked.length;
      for (let left = ms; left > 0; left -= 100) {
        await queue.run();
        timers.tick(100);
      }
      return queue.worked.length - before;
    }
    return { ...context, queue, timers, within };
  }

  it('does not begin before two seconds of work at a stretch', async () => {
    const { queue } = await pieces(500);
    await queue.run();
    assert.equal(queue.worked.length, 5);
  });

  it('takes nine tenths of the time and more afterwards, and no longer', async () => {
    const { queue, within } = await pieces(500);
    await queue.run();
    const done = await within(100 * SECOND);
    assert.ok(done >= 16 && done <= 22, `${done} pieces of half a second`);
  });

  it('lets a stretch come again after a pause', async () => {
    const { queue, timers } = await pieces(500);
    await queue.run();
    timers.tick(HOUR_OF_REST);
    const before = queue.worked.length;
    await queue.run();
    assert.equal(queue.worked.length - before, 5);
  });

  it('ends where it was to end when the time of day is set back or forward meanwhile', async () => {
    for (const leap of [-60 * MINUTE, 60 * MINUTE]) {
      let date = (): void => {};
      const { clock, queue, within } = await pieces(500, { date: () => date() });
      date = () => {
        clock.now += leap;
        date = () => {};
      };
      await queue.run();
      clock.now = Math.max(clock.now, NOW) + 120 * MINUTE;
      assert.equal(queue.worked.length, 5, String(leap));
      assert.ok((await within(20 * SECOND)) >= 2, String(leap));
    }
  });

  it('is not for what only waited, for a busy machine or a slow database', async () => {
    const { queueOf, mark } = await start();
    const timers = sinon.useFakeTimers({ toFake: ['performance'] });
    afterTest(() => timers.restore());
    const waiting = async (): Promise<void> => void timers.tick(MINUTE);
    const queue = queueOf(waiting, { spent: () => 0 });
    for (const key of ['a', 'b', 'c']) await mark(key);
    await queue.run();
    assert.equal(queue.worked.length, 3);
  });

  it('holds up nobody who waits for something', async () => {
    const { queue, mark } = await pieces(30 * SECOND);
    await queue.run();
    await mark('b');
    await queue.run();
    assert.equal(queue.worked.length, 1);
    await queue.workedOff(['b'], 1);
    await turns();
    assert.deepEqual(queue.worked.slice(1), ['b 1']);
  });
});

const HOUR_OF_REST = 60 * MINUTE;

/** What several processes mark and work off at once, on one database. */
describe('marks of several processes on PostgreSQL', () => {
  for (const seed of [1, 2, 3]) {
    it(`are never lost, whoever marks, works, waits or tidies up meanwhile (${seed})`, async function () {
      const database = await createOrSkip(databaseKinds[1]!, this);
      afterTest(() => database.drop());
      const random = seeded(seed);
      const keys = ['c1', 'c2', 'c3', 'c4'];
      const stores = await Promise.all(
        Array.from({ length: 3 }, () => createStore({ databaseUrl: database.url, log: silentLog })),
      );
      for (const id of keys) {
        const place = { id, channel: 'c', kind: 'channel' as const, tenantId: null, name: '0', reference: {} };
        await stores[0]!.rememberConversation(place, NOW);
      }
      const seen = new Map<string, string>();
      const problems: unknown[] = [];
      const queues = stores.map((store, index) =>
        createMarkedQueue({
          ...{ queue: QUEUE, store, lease: LEASE, now: () => Date.now(), uuid: () => randomUUID() },
          async work({ key, parts }, keep) {
            assert.ok(parts === null || parts.length > 0, 'it is known what of it');
            const name = (await store.findConversation(key))!.name!;
            // Takes so long that others mark it meanwhile.
            await turns(Math.floor(20 * random()));
            await keep(async () => void seen.set(key, name));
            return true;
          },
          failed: (error) => problems.push([index, error]),
          spent: () => 0,
        }),
      );
      afterTest(async () => {
        await Promise.all(queues.map((queue) => queue.close()));
        await Promise.all(stores.map((store) => store.close()));
      });
      let facts = 0;
      async function change(store: Store): Promise<void> {
        for (let round = 0; round < 30; round += 1) {
          const chosen = keys.filter(() => random() < 0.5).toSorted(() => random() - 0.5);
          const part = random() < 0.3 ? null : String(Math.floor(5 * random()));
          await store.transaction(async (operations) => {
            await operations.mark(
              QUEUE,
              chosen.map((key) => ({ key, part })),
              { now: Date.now() },
            );
            for (const key of chosen) await operations.renameConversation(key, String((facts += 1)));
          });
          if (random() < 0.1) await store.pruneMarks();
          queues[Math.floor(3 * random())]!.kick();
          if (random() < 0.2) await queues[Math.floor(3 * random())]!.workedOff(keys, 5);
        }
      }
      await Promise.all(stores.map(change));
      assert.equal(await queues[0]!.workedOff(keys, SOON), true);
      for (const key of keys) assert.equal(seen.get(key), (await stores[0]!.findConversation(key))!.name, key);
      assert.deepEqual(problems, []);
      await stores[0]!.pruneMarks();
      assert.deepEqual(await stores[1]!.pendingMarks(QUEUE, keys, Date.now()), []);
    });
  }
});

describe('whoever waits for what was marked', () => {
  it('waits for nothing where nothing is', async () => {
    const { queueOf, mark } = await start();
    await mark('other');
    const queue = queueOf();
    assert.equal(await queue.workedOff(['a'], SOON), true);
    assert.equal(await queue.workedOff([], SOON), true);
    assert.deepEqual(queue.worked, []);
  });

  it('has it worked off at once, those keys alone', async () => {
    const { queueOf, mark, isOpen } = await start();
    for (const key of ['a', 'b', 'c']) await mark(key);
    const queue = queueOf();
    assert.equal(await queue.workedOff(['c', 'a'], SOON), true);
    assert.deepEqual(queue.worked.toSorted(), ['a 1', 'c 1']);
    assert.equal(await isOpen('b'), true);
  });

  for (const [who, beside] of [
    ['the same process', true],
    ['another process', false],
  ] as const) {
    it(`waits for ${who} that works on it already`, async () => {
      const { queueOf, mark } = await start();
      await mark('a');
      const read = gate();
      const one = queueOf(() => read.passed);
      const waiting = beside ? one : queueOf();
      one.kick();
      await turns();
      let told: boolean | null = null;
      const answer = waiting.workedOff(['a'], SOON).then((is) => (told = is));
      await turns();
      assert.equal(told, null);
      read.open();
      assert.equal(await answer, true);
      assert.deepEqual([one.worked, beside ? [] : waiting.worked], [['a 1'], []]);
    });
  }

  it('goes on itself where the other process dies', async () => {
    const { store, queueOf, mark } = await start();
    await mark('a');
    await store.claimMark(QUEUE, { now: NOW, leaseId: 'dead', leaseMs: LEASE });
    const queue = queueOf();
    const answer = queue.workedOff(['a'], SOON);
    await turns();
    assert.deepEqual(queue.worked, []);
    await store.voidLeases();
    assert.equal(await answer, true);
    assert.deepEqual(queue.worked, ['a 1']);
  });

  it('does not wait for what is marked after they asked', async () => {
    const { queueOf, mark, isOpen } = await start();
    await mark('a');
    const stop = { now: false };
    const queue = queueOf(async () => {
      if (!stop.now) await mark('a', 'again');
    });
    assert.equal(await queue.workedOff(['a'], SOON), true);
    assert.equal(await isOpen('a'), true);
    assert.deepEqual(queue.worked, ['a 1']);
    stop.now = true;
  });

  for (const [name, work] of [
    ['cannot be worked out yet', async () => false],
    ['fails', () => Promise.reject(new Error('no'))],
  ] as [string, () => Promise<boolean>][]) {
    it(`does not wait for what ${name}, and learns that it is not worked off, also when they ask again`, async () => {
      const { clock, queueOf, mark } = await start();
      await mark('a');
      await mark('b');
      const queue = queueOf(({ key }) => (key === 'a' ? work() : Promise.resolve(true)));
      const began = performance.now();
      assert.equal(await queue.workedOff(['a', 'b'], SOON), false);
      assert.equal(await queue.workedOff(['a'], SOON), false);
      assert.equal(await queue.workedOff(['b'], SOON), true);
      assert.ok(performance.now() - began < SOON / 2);
      assert.deepEqual(queue.worked.toSorted(), ['a 1', 'b 1']);
      clock.now += MINUTE;
      assert.equal(await queue.workedOff(['a'], SOON), false);
      assert.equal(queue.worked.length, 3);
    });
  }

  it('waits no longer than they said, also where the process itself works on it, which goes on', async () => {
    const { queueOf, mark, isOpen } = await start();
    for (const key of ['a', 'b']) await mark(key);
    const read = gate();
    const queue = queueOf(() => read.passed);
    const began = performance.now();
    assert.equal(await queue.workedOff(['a', 'b'], 20), false);
    const took = performance.now() - began;
    assert.ok(took >= 20 && took < SOON / 2, String(took));
    assert.equal(queue.worked.length, 1);
    const closing = queue.close();
    read.open();
    await closing;
    assert.equal((await isOpen('a')) && (await isOpen('b')), false, 'it was worked off before the close');
    assert.equal(queue.worked.length, 1, 'nobody waits for the other');
  });

  it('learns at once that the process itself is through with it', async () => {
    const { queueOf, mark } = await start();
    const took: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      await mark('a');
      const read = gate();
      const queue = queueOf(() => read.passed);
      queue.kick();
      await turns();
      const answer = queue.workedOff(['a'], SOON);
      await turns();
      const began = performance.now();
      read.open();
      assert.equal(await answer, true);
      took.push(performance.now() - began);
    }
    assert.ok(Math.min(...took) < 30, `and not when the store is asked again: ${took.join()}`);
  });

  it('is let go when the process ends', async () => {
    const { store, queueOf, mark } = await start();
    await mark('a');
    await store.claimMark(QUEUE, { now: NOW, leaseId: 'other', leaseMs: LEASE });
    const queue = queueOf();
    const answer = queue.workedOff(['a'], 10 * MINUTE);
    await turns();
    await queue.close();
    assert.equal(await answer, false);
  });

  it('learns that the store is away', async () => {
    const { queueOf, mark, withFirst } = await start();
    await mark('a');
    const away = new StoreError('away');
    const pendingMarks = (): Promise<void> => Promise.reject(away);
    await assert.rejects(queueOf(undefined, { over: withFirst({ pendingMarks }) }).workedOff(['a'], SOON), away);
  });

  it('is told apart from others: each of many has their own worked off', async () => {
    const { queueOf, mark } = await start();
    const keys = Array.from({ length: 20 }, (_, index) => `k${index}`);
    for (const key of keys) await mark(key);
    const queue = queueOf(() => turns(2));
    queue.kick();
    const answers = await Promise.all(keys.map((key) => queue.workedOff([key], SOON)));
    assert.ok(answers.every(Boolean));
    assert.equal(new Set(queue.worked).size, 20);
    assert.equal(queue.worked.length, 20);
  });
});
