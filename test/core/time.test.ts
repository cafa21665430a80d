import assert from 'node:assert/strict';
import { hasCome, hasPassed, REMEMBERED, MINUTE, HOUR, DAY } from '../../src/core/time.ts';
import { longestWait, nextLook } from '../../src/core/alerts/next-look.ts';
import { UNSEEN } from '../../src/core/certificates/state.ts';
import { failed, NOW, observation } from '../support/certificate-facts.ts';

describe('an instant that was put an hour ahead at most', () => {
  const cases: [string, number, boolean][] = [
    ['has come when it is now', NOW, true],
    ['has come when it is over', NOW - 1, true],
    ['has not come before', NOW + 1, false],
    ['has not come an hour before, by clocks that differ a little', NOW + HOUR + 1000, false],
    ['has come when it is further ahead: the clock was set back', NOW + 2 * HOUR, true],
    ['has not come at the most that clocks may differ', NOW + HOUR + MINUTE, false],
    ['has come a millisecond after that', NOW + HOUR + MINUTE + 1, true],
  ];
  for (const [what, at, expected] of cases) {
    it(what, () => assert.equal(hasCome(at, NOW, HOUR), expected));
  }

  it('is so counted from when it was put', () => {
    assert.equal(hasPassed(NOW - HOUR, HOUR, NOW), true);
    assert.equal(hasPassed(NOW - HOUR + 1, HOUR, NOW), false);
    assert.equal(hasPassed(NOW + DAY, HOUR, NOW), true);
  });
});

it('a message that was answered is known for a week, for Teams and Slack repeat deliveries for hours', () => {
  assert.equal(REMEMBERED, 7 * DAY);
});

describe('the longest wait for a look', () => {
  for (const interval of [1000, MINUTE, HOUR, 6 * HOUR]) {
    it(`is longer than any, with an interval of ${interval / 1000} s`, () => {
      const seen = observation([failed('192.0.2.1', 'timeout')]);
      for (const failures of [0, 1, 3, 10, 100]) {
        const look = {
          observation: seen,
          state: { ...UNSEEN, failures },
          change: { replaced: [], leafChanged: false },
          certificates: new Map(),
        };
        const next = nextLook(look, [{ policy: null, episodes: [] }], { interval, now: NOW, random: 0.999 })!;
        assert.ok(next - NOW <= Math.ceil(longestWait(interval)), `${failures} failures: ${next - NOW} ms`);
      }
    });
  }
});
