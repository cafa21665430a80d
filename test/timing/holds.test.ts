import assert from 'node:assert/strict';
import { createHolds, type Holds } from '../../src/timing/holds.ts';
import { SECOND, DAY } from '../../src/core/time.ts';

describe('what a peer asked to leave alone', () => {
  let now: number;
  let holds: Holds;
  beforeEach(() => {
    now = Date.UTC(2026, 2, 1);
    holds = createHolds(() => now);
  });

  it('is left alone for as long as it said, to the millisecond, and nothing else is', () => {
    holds.hold('a', 7 * SECOND);
    assert.deepEqual([holds.remaining('a'), holds.remaining('b')], [7 * SECOND, 0]);
    now += 7 * SECOND - 1;
    assert.equal(holds.remaining('a'), 1);
    now += 1;
    assert.equal(holds.remaining('a'), 0);
  });

  it('is left alone for a day at most', () => {
    holds.hold('a', 400 * DAY);
    assert.equal(holds.remaining('a'), DAY);
  });

  it('is not asked sooner because of a shorter wait, and later because of a longer one', () => {
    holds.hold('a', 9 * SECOND);
    holds.hold('a', 2 * SECOND);
    assert.equal(holds.remaining('a'), 9 * SECOND);
    now += SECOND;
    holds.hold('a', 10 * SECOND);
    assert.equal(holds.remaining('a'), 10 * SECOND);
  });

  it('is not left alone for as long as a clock is set back', () => {
    holds.hold('a', 7 * SECOND);
    now -= DAY;
    assert.equal(holds.remaining('a'), 0);
  });

  it('stays so while others are asked for and end', () => {
    holds.hold('a', 7 * SECOND);
    holds.hold('b', SECOND);
    now += 2 * SECOND;
    holds.hold('c', SECOND);
    assert.deepEqual(
      ['a', 'b', 'c'].map((key) => holds.remaining(key)),
      [5 * SECOND, 0, SECOND],
    );
  });
});
