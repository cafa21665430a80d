import assert from 'node:assert/strict';
import sinon from 'sinon';
import { StoreError } from '../../../src/core/errors.ts';
import { createClaimLoop } from '../../../src/flows/queue/claim-loop.ts';

function gate(): { open: () => void; passed: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { open: resolve, passed: promise };
}

describe('the loop that claims work', () => {
  it('claims again when work ends while a claim is under way, since that work may have held others back', async () => {
    const first = gate();
    const answer = gate();
    const done: string[] = [];
    let claims = 0;
    const loop = createClaimLoop<string>({
      atOnce: 4,
      async claim() {
        claims += 1;
        if (claims === 1) return ['first'];
        if (claims === 2) {
          // The second item waits for the first; this claim has seen that, and comes back after the first is done.
          await answer.passed;
          return [];
        }
        return claims === 3 ? ['second'] : [];
      },
      async work(item) {
        if (item === 'first') await first.passed;
        done.push(item);
      },
      failed: assert.ifError,
    });
    const running = loop.run();
    await new Promise(setImmediate);
    loop.kick();
    await new Promise(setImmediate);
    first.open();
    await new Promise(setImmediate);
    answer.open();
    await running;
    assert.deepEqual(done, ['first', 'second']);
  });

  it('does not lose a kick that comes while it ends, and lets whoever gave it wait for what comes of it', async () => {
    let waiting = 0;
    let worked = 0;
    const late: Promise<void>[] = [];
    const loop = createClaimLoop<number>({
      atOnce: 1,
      async claim() {
        const found = waiting;
        waiting = 0;
        // Comes between the claim's answer and the end of the run.
        if (worked === 0 && found === 0)
          void Promise.resolve()
            .then(() => undefined)
            .then(() => {
              waiting = 1;
              late.push(loop.run());
            });
        return found > 0 ? [found] : [];
      },
      async work() {
        await new Promise(setImmediate);
        worked += 1;
      },
      failed: assert.ifError,
    });
    await loop.run();
    await Promise.all(late);
    assert.deepEqual([late.length, worked], [1, 1]);
    await loop.close();
  });

  it('works on while one item takes long', async () => {
    const slow = gate();
    const items = [['slow'], ['quick'], [], []];
    const done: string[] = [];
    const loop = createClaimLoop<string>({
      atOnce: 2,
      claim: async () => items.shift() ?? [],
      async work(item) {
        if (item === 'slow') await slow.passed;
        done.push(item);
      },
      failed: assert.ifError,
    });
    const running = loop.run();
    await new Promise(setImmediate);
    loop.kick();
    await new Promise(setImmediate);
    assert.deepEqual(done, ['quick']);
    slow.open();
    await running;
    assert.deepEqual(done, ['quick', 'slow']);
  });

  it('never has more under way than it may', async () => {
    let under = 0;
    let most = 0;
    let left = 20;
    const loop = createClaimLoop<number>({
      atOnce: 3,
      async claim(limit) {
        const taken = Math.min(limit, left);
        left -= taken;
        return Array.from({ length: taken }, () => 1);
      },
      async work() {
        under += 1;
        most = Math.max(most, under);
        await new Promise(setImmediate);
        under -= 1;
      },
      failed: assert.ifError,
    });
    await loop.run();
    assert.deepEqual({ left, most }, { left: 0, most: 3 });
  });

  it('tells of a claim that fails, and goes on with the next kick', async () => {
    const failures: unknown[] = [];
    const answers = [
      () => Promise.reject(new Error('no database')),
      () => Promise.resolve(['one']),
      () => Promise.resolve([]),
    ];
    const done: string[] = [];
    const loop = createClaimLoop<string>({
      atOnce: 1,
      claim: () => answers.shift()?.() ?? Promise.resolve([]),
      work: async (item) => void done.push(item),
      failed: (error) => failures.push(error),
    });
    await loop.run();
    await loop.run();
    assert.deepEqual([failures.length, done], [1, ['one']]);
  });

  it('tells once that the store is away, again when it was back, and of anything else each time', async () => {
    const away = new StoreError('the store is away');
    const other = new Error('nothing of that kind');
    const outcomes = [away, away, other, other, away, away, null, away];
    const failures: unknown[] = [];
    const loop = createClaimLoop<string>({
      atOnce: 1,
      async claim() {
        const outcome = outcomes.shift();
        if (outcome) throw outcome;
        return [];
      },
      work: () => Promise.resolve(),
      failed: (error) => failures.push(error),
    });
    for (let round = outcomes.length; round > 0; round -= 1) await loop.run();
    assert.deepEqual(failures, [away, other, other, away, away]);
    assert.deepEqual(outcomes, [], 'a claim that failed is not made again by itself');
  });

  it('tells of work that fails, and goes on', async () => {
    const failures: unknown[] = [];
    const items = ['bad', 'good'];
    const done: string[] = [];
    const loop = createClaimLoop<string>({
      atOnce: 1,
      claim: async () => items.splice(0, 1),
      async work(item) {
        if (item === 'bad') throw new Error('it does not work');
        done.push(item);
      },
      failed: (error) => failures.push(error),
    });
    await loop.run();
    assert.deepEqual([failures.length, done], [1, ['good']]);
  });

  it('is not idle when it has claimed, nor when work has ended', async () => {
    const clock = sinon.useFakeTimers({ toFake: ['performance'] });
    try {
      const [slow, silent] = [gate(), gate()];
      const claims = [async () => ['slow'], () => silent.passed.then(() => [])];
      const loop = createClaimLoop<string>({
        atOnce: 1,
        claim: () => claims.shift()!(),
        work: () => slow.passed,
        failed: assert.ifError,
      });
      assert.equal(loop.idleFor(), null);
      const running = loop.run();
      await new Promise(setImmediate);
      clock.tick(1000);
      assert.equal(loop.idleFor(), 1000);
      slow.open();
      await new Promise(setImmediate);
      assert.equal(loop.idleFor(), 0);
      clock.tick(1000);
      silent.open();
      await running;
      assert.equal(loop.idleFor(), 0);
    } finally {
      clock.restore();
    }
  });

  it('ends after what is under way also where the last claim failed', async () => {
    const slow = gate();
    let ended = false;
    const answers = [() => Promise.resolve(['slow']), () => Promise.reject(new Error('no database'))];
    const failures: unknown[] = [];
    const loop = createClaimLoop<string>({
      atOnce: 2,
      claim: () => answers.shift()!(),
      work: () => slow.passed,
      failed: (error) => failures.push(error),
    });
    loop.kick();
    await new Promise(setImmediate);
    loop.kick();
    await new Promise(setImmediate);
    assert.equal(failures.length, 1);
    const closing = loop.close().then(() => (ended = true));
    await new Promise(setImmediate);
    assert.equal(ended, false);
    slow.open();
    await closing;
  });

  it('ends after what is under way, and claims nothing more', async () => {
    const slow = gate();
    let claims = 0;
    let ended = false;
    const loop = createClaimLoop<string>({
      atOnce: 1,
      async claim() {
        claims += 1;
        return ['slow'];
      },
      work: () => slow.passed,
      failed: assert.ifError,
    });
    loop.kick();
    await new Promise(setImmediate);
    const closing = loop.close().then(() => (ended = true));
    loop.kick();
    await new Promise(setImmediate);
    assert.equal(ended, false);
    slow.open();
    await closing;
    assert.equal(claims, 1);
  });
});
