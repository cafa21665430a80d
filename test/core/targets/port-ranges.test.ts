import assert from 'node:assert/strict';
import { allowsPort, formatPortRanges, parsePortRange, type PortRange } from '../../../src/core/targets/port-ranges.ts';

describe('a range of ports', () => {
  const table: [string, PortRange | null][] = [
    ['443', { from: 443, to: 443 }],
    ['1000-2000', { from: 1000, to: 2000 }],
    [' 1000 - 2000 ', { from: 1000, to: 2000 }],
    ['1-65535', { from: 1, to: 65_535 }],
    ['443-443', { from: 443, to: 443 }],
    ['0', null],
    ['65536', null],
    ['2000-1000', null],
    ['1-2-3', null],
    ['-5', null],
    ['5-', null],
    ['https', null],
    ['4.5', null],
    ['', null],
  ];
  for (const [text, expected] of table)
    it(`${JSON.stringify(text)} is ${expected ? `${expected.from} to ${expected.to}` : 'none'}`, () => {
      assert.deepEqual(parsePortRange(text), expected);
    });

  it('allows its ends and what is between, and nothing beside', () => {
    const ranges = [
      { from: 443, to: 443 },
      { from: 1000, to: 2000 },
    ];
    const allowed = [442, 443, 444, 999, 1000, 1500, 2000, 2001].filter((port) => allowsPort(ranges, port));
    assert.deepEqual(allowed, [443, 1000, 1500, 2000]);
    assert.equal(allowsPort(null, 22), true);
    assert.equal(allowsPort([], 22), false);
  });

  it('is told in full, and shortened when there are many', () => {
    assert.equal(
      formatPortRanges([
        { from: 443, to: 443 },
        { from: 1000, to: 2000 },
      ]),
      '443, 1000-2000',
    );
    const many = Array.from({ length: 9 }, (_, index) => ({ from: index + 1, to: index + 1 }));
    assert.equal(formatPortRanges(many), '1, 2, 3, 4, 5, 6, 7, 8, …');
    assert.equal(formatPortRanges(many.slice(0, 8)), '1, 2, 3, 4, 5, 6, 7, 8');
  });
});
