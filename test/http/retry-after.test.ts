import assert from 'node:assert/strict';
import { parseRetryAfter } from '../../src/http/retry-after.ts';

const NOW = Date.UTC(2026, 10, 22, 10);

describe('Retry-After', () => {
  const cases: [value: string | null, expected: number | undefined][] = [
    [null, undefined],
    ['', undefined],
    ['0', 0],
    ['120', 120_000],
    [' 2 ', 2000],
    ['1.5', 1500],
    ['Sun, 22 Nov 2026 10:01:30 GMT', 90_000],
    ['Sun, 22 Nov 2026 09:00:00 GMT', 0],
    ['soon', undefined],
  ];
  for (const [value, expected] of cases)
    it(`${JSON.stringify(value)} is ${expected} ms`, () => assert.equal(parseRetryAfter(value, NOW), expected));
});
