import assert from 'node:assert/strict';
import { asLongAgain, backoff, jittered, spread } from '../../src/core/backoff.ts';
import { SECOND, MINUTE } from '../../src/core/time.ts';

const PAUSES = { first: SECOND, longest: MINUTE };

describe('the pause before the next try', () => {
  const cases: Record<string, [number, Partial<Parameters<typeof backoff>[1]>, number]> = {
    'is none before anything failed': [0, {}, 0],
    'is the first after one failure': [1, {}, SECOND],
    'doubles with the second': [2, {}, 2 * SECOND],
    'doubles with each further one': [6, {}, 32 * SECOND],
    'ends at the longest': [7, {}, MINUTE],
    'is the longest after more failures than any number holds': [5000, {}, MINUTE],
    'grows by another factor where one is given': [3, { factor: 5 }, 25 * SECOND],
    'is the longest from the beginning where that is less than the first': [1, { longest: 500 }, 500],
    'is a fifth shorter by chance': [2, { random: 0 }, 1600],
    'is a tenth shorter by half a chance': [7, { random: 0.5 }, 54 * SECOND],
    'is what a peer asks for where that is more': [2, { asked: 3 * SECOND }, 3 * SECOND],
    'may be longer than the longest where a peer asks for it': [2, { asked: 3 * MINUTE, random: 0 }, 3 * MINUTE],
    'is no shorter because a peer asks for less': [3, { asked: 3 * SECOND }, 4 * SECOND],
    'is what a peer asks for also before anything failed': [0, { asked: 3 * SECOND }, 3 * SECOND],
    'is its own where a peer names no time': [2, { asked: undefined }, 2 * SECOND],
  };
  for (const [title, [failures, pauses, expected]] of Object.entries(cases))
    it(title, () => assert.equal(backoff(failures, { ...PAUSES, ...pauses }), expected));

  it('is spread over its last fifth', () => {
    assert.deepEqual(
      [0, 0.5, 1].map((random) => spread(1000, random)),
      [800, 900, 1000],
    );
  });
});

describe('a period', () => {
  it('is up to five percent shorter or longer by chance', () => {
    assert.deepEqual(
      [0, 0.5, 1].map((random) => Math.round(jittered(1000, random))),
      [950, 1000, 1050],
    );
  });
});

describe('the pause of what has waited', () => {
  const cases: [waited: number, expected: number][] = [
    [-SECOND, SECOND],
    [0, SECOND],
    [5 * SECOND, 5 * SECOND],
    [2 * MINUTE, MINUTE],
  ];
  for (const [waited, expected] of cases)
    it(`for ${waited} ms is ${expected} ms`, () =>
      assert.equal(asLongAgain(waited, { least: SECOND, most: MINUTE }), expected));
});
