import assert from 'node:assert/strict';
import { createRests } from '../../../src/calendars/graph/rests.ts';

describe('rests', () => {
  let now: number;
  let rests: ReturnType<typeof createRests>;
  const answer = (status: number, retryAfter?: number) => ({ status, code: null, retryAfter, body: undefined });

  beforeEach(() => {
    now = Date.UTC(2026, 2, 1);
    rests = createRests(() => now);
  });

  for (const status of [429, 503, 504]) {
    it(`last as long as Retry-After of ${status} says, to the millisecond`, () => {
      assert.equal(rests.note('a', answer(status, 7000)), 7000);
      assert.equal(rests.remaining('a'), 7000);
      assert.equal(rests.remaining('b'), 0);
      now += 6999;
      assert.equal(rests.remaining('a'), 1);
      now += 1;
      assert.equal(rests.remaining('a'), 0);
    });
  }

  it('do not last for as long as a clock is set back', () => {
    rests.note('a', answer(429, 7000));
    now -= 86_400_000;
    assert.equal(rests.remaining('a'), 0);
  });

  it('are not asked for by other answers', () => {
    for (const status of [200, 400, 500]) assert.equal(rests.note('a', answer(status, 7000)), undefined);
    assert.equal(rests.note('a', answer(503)), undefined);
    assert.equal(rests.remaining('a'), 0);
  });

  it('grow with each 429 that names no time, and start small after another answer', () => {
    const waits: (number | undefined)[] = [];
    for (let times = 0; times < 4; times += 1) {
      waits.push(rests.note('a', answer(429)));
      now += 3_600_000;
    }
    assert.deepEqual(waits, [1000, 2000, 4000, 8000]);
    rests.note('a', answer(200));
    assert.equal(rests.note('a', answer(429)), 1000);
  });

  it('start small after a busy service that named a time, too', () => {
    for (const [status, retryAfter] of [[429], [503, 5000]] as const) {
      rests.note('a', answer(status, retryAfter));
      now += 60_000;
    }
    assert.equal(rests.note('a', answer(429)), 1000);
  });

  it('last at most an hour when nobody says how long', () => {
    for (let times = 0; times < 2000; times += 1) rests.note('a', answer(429));
    assert.equal(rests.note('a', answer(429)), 3_600_000);
    assert.equal(rests.remaining('a'), 3_600_000);
  });

  it('are neither shortened nor ended by answers to calls that were under way', () => {
    rests.note('a', answer(429, 9000));
    rests.note('a', answer(429, 2000));
    rests.note('a', answer(200));
    assert.equal(rests.remaining('a'), 9000);
  });
});
