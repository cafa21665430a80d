import assert from 'node:assert/strict';
import { nameRanges } from '../../../src/core/language/name-ranges.ts';
import { DE, EN } from '../../support/certificate-facts.ts';

function numbers(from: number, to: number, name: (number: number) => string): string[] {
  return Array.from({ length: to - from + 1 }, (_none, index) => name(from + index));
}

describe('names as ranges', () => {
  for (const [what, names, expected] of [
    ['one', ['a1.example'], ['a1.example']],
    ['two in a row', ['a1.example', 'a2.example'], ['a1.example', 'a2.example']],
    ['three in a row', ['a1.example', 'a2.example', 'a3.example'], ['a1 to a3.example (3)']],
    ['in any order, once each', ['a3.x', 'a1.x', 'a2.x', 'a1.x'], ['a1 to a3.x (3)']],
    ['with a gap', ['a1.x', 'a2.x', 'a3.x', 'a5.x'], ['a1 to a3.x (3)', 'a5.x']],
    ['from nothing on', numbers(0, 11, (n) => `h${n}.x`), ['h0 to h11.x (12)']],
    ['padded beyond nine', numbers(1, 18, (n) => `app-${String(n).padStart(2, '0')}.x`), ['app-01 to app-18.x (18)']],
    ['padded and not', ['a01.x', 'a02.x', 'a03.x', 'a1.x'], ['a01 to a03.x (3)', 'a1.x']],
    ['addresses', numbers(10, 25, (n) => `192.0.2.${n}`), ['192.0.2.10 to 192.0.2.25 (16)']],
    ['addresses with a port', numbers(1, 3, (n) => `192.0.2.${n}:8443`), ['192.0.2.1 to 192.0.2.3:8443 (3)']],
    ['ports are no numbers of names', numbers(1, 3, (n) => `a.x:${n}`), ['a.x:1', 'a.x:2', 'a.x:3']],
    ['other domains', ['a1.x', 'a2.x', 'a3.y'], ['a1.x', 'a2.x', 'a3.y']],
    ['between others', ['b.x', 'a1.x', 'c.x', 'a2.x', 'a3.x'], ['b.x', 'a1 to a3.x (3)', 'c.x']],
    ['nothing', [], []],
  ] as const)
    it(`are ${expected.join(', ') || 'nothing'}: ${what}`, () => {
      assert.deepEqual(nameRanges([...names], EN), expected);
    });

  it('are told in German', () => assert.deepEqual(nameRanges(['a1.x', 'a2.x', 'a3.x'], DE), ['a1 bis a3.x (3)']));
});
