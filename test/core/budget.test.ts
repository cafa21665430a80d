import assert from 'node:assert/strict';
import { fullBucket, refilled, reserveOf, take, type Bucket } from '../../src/core/budget.ts';

const START = 1_000_000;

/** Takes as many as there are; returns the bucket and how many they were. */
function drain(bucket: Bucket, perMinute: number, now: number, reserve = 0): { bucket: Bucket; taken: number } {
  for (let taken = 0; ; taken += 1) {
    const next = take(bucket, { perMinute, reserve, now });
    if (next.wait > 0) return { bucket: next.bucket, taken };
    bucket = next.bucket;
  }
}

describe('a budget of looks', () => {
  it('gives a minute’s worth at once, and then says how long to wait for the next', () => {
    const { bucket, taken } = drain(fullBucket(120, START), 120, START);
    assert.equal(taken, 120);
    assert.equal(take(bucket, { perMinute: 120, reserve: 0, now: START }).wait, 500);
    assert.equal(take(bucket, { perMinute: 120, reserve: 0, now: START + 200 }).wait, 300);
    assert.equal(take(bucket, { perMinute: 120, reserve: 0, now: START + 500 }).wait, 0);
  });

  for (const perMinute of [1, 7, 60, 120, 100_000])
    it(`of ${perMinute} is refilled evenly: what it says to wait is exactly enough, for an hour`, () => {
      let { bucket } = drain(fullBucket(perMinute, START), perMinute, START);
      let now = START;
      let taken = 0;
      while (now < START + 60 * 60_000 && taken < 5000) {
        const { wait } = take(bucket, { perMinute, reserve: 0, now });
        if (wait > 1) assert.ok(take(bucket, { perMinute, reserve: 0, now: now + wait - 1 }).wait > 0);
        now += wait;
        const next = take(bucket, { perMinute, reserve: 0, now });
        assert.equal(next.wait, 0);
        ({ bucket } = next);
        taken += 1;
      }
      const minutes = (now - START) / 60_000;
      assert.ok(Math.abs(taken - minutes * perMinute) <= 1 + taken * 0.001, `${taken} in ${minutes} minutes`);
    });

  it('holds no more than a minute’s worth, however long nobody looks', () => {
    const { bucket } = drain(fullBucket(10, START), 10, START);
    assert.equal(drain(bucket, 10, START + 24 * 3_600_000).taken, 10);
  });

  it('leaves a tenth to single commands when a bulk command takes all it may', () => {
    const { bucket, taken } = drain(fullBucket(120, START), 120, START, reserveOf(120));
    assert.equal(taken, 108);
    assert.equal(drain(bucket, 120, START).taken, 12);
    assert.equal(reserveOf(5), 0);
  });

  it('is neither filled nor emptied by a clock that is set back', () => {
    const { bucket } = drain(fullBucket(60, START), 60, START);
    const back = refilled(bucket, 60, START - 3_600_000);
    assert.equal(Math.round(back.tokens), 0);
    assert.equal(take(back, { perMinute: 60, reserve: 0, now: START - 3_600_000 + 1000 }).wait, 0);
  });
});
