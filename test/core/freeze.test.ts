import assert from 'node:assert/strict';
import { formatFreezes, parseFreezes } from '../../src/core/freeze.ts';

describe('a change freeze', () => {
  const good: [string, string][] = [
    ['2026-12-18..2027-01-06', '2026-12-18..2027-01-06'],
    ['2026-12-18 .. 2027-01-06', '2026-12-18..2027-01-06'],
    ['2026-12-18…2027-01-06', '2026-12-18..2027-01-06'],
    ['2026-12-18 – 2027-01-06', '2026-12-18..2027-01-06'],
    ['2026-12-18 to 2027-01-06', '2026-12-18..2027-01-06'],
    ['2026-12-18 bis 2027-01-06', '2026-12-18..2027-01-06'],
    ['2026-12-24', '2026-12-24'],
    ['2026-12-24..2026-12-24', '2026-12-24'],
    ['2027-03-01..2027-03-03, 2026-12-24', '2026-12-24 2027-03-01..2027-03-03'],
    ['2026-12-24 2026-12-24', '2026-12-24'],
    ['2028-02-29', '2028-02-29'],
  ];
  for (const [typed, read] of good) {
    it(`typed as “${typed}” is ${read}`, () => {
      const freezes = parseFreezes(typed);
      assert.equal(freezes && formatFreezes(freezes), read);
      assert.deepEqual(parseFreezes(read), freezes);
    });
  }
  const bad = [
    '',
    'christmas',
    '2027-01-06..2026-12-18',
    '2026-02-30',
    '2027-02-29',
    '2026-12-18..',
    '..2027-01-06',
    '2026-12-18..2027-01-06..2027-02-01',
    '18.12.2026',
    '2026-12-18-2027-01-06',
    Array.from({ length: 21 }, (_, day) => `2027-01-${String(day + 1).padStart(2, '0')}`).join(' '),
  ];
  for (const typed of bad) it(`is not “${typed.slice(0, 40)}”`, () => assert.equal(parseFreezes(typed), null));
});
