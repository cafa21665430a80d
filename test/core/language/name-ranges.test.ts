import assert from 'node:assert/strict';
import { nameRanges, rangesOf } from '../../../src/core/language/name-ranges.ts';
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
    ['by the last number of the first part', ['k8s-1.x', 'k8s-2.x', 'k8s-3.x'], ['k8s-1 to k8s-3.x (3)']],
    ['with something behind it', ['w1-eu.x', 'w2-eu.x', 'w3-eu.x'], ['w1-eu to w3-eu.x (3)']],
    ['without a domain', ['a1:8443', 'a2:8443', 'a3:8443'], ['a1:8443 to a3:8443 (3)']],
    ['addresses of IPv6', numbers(1, 3, (n) => `[2001:db8::${n}]`), numbers(1, 3, (n) => `[2001:db8::${n}]`)],
    ['with a scheme', numbers(1, 3, (n) => `smtp://mx${n}.x:25`), ['smtp://mx1 to mx3.x:25 (3)']],
    ['asked for one name', numbers(7, 9, (n) => `192.0.2.${n} as www.x`), ['192.0.2.7 to 192.0.2.9 as www.x (3)']],
    ['hosts asked for one name', numbers(1, 4, (n) => `a${n}.x:8443 as b.x`), ['a1 to a4.x:8443 as b.x (4)']],
    ['one host asked for many', numbers(1, 3, (n) => `192.0.2.7 as w${n}.x`), ['192.0.2.7 as w1 to w3.x (3)']],
    ['at one address', numbers(1, 3, (n) => `w${n}.x @192.0.2.7`), ['w1 to w3.x @192.0.2.7 (3)']],
    [
      'asked for names of their own',
      numbers(1, 3, (n) => `a${n}.x as b${n}.x`),
      ['a1.x as b1.x', 'a2.x as b2.x', 'a3.x as b3.x'],
    ],
    [
      'addresses of IPv6 asked for one',
      numbers(1, 2, (n) => `[2001:db8::${n}] as a.x`),
      ['[2001:db8::1] as a.x', '[2001:db8::2] as a.x'],
    ],
    ['what is no name', numbers(1, 3, (n) => `no target ${n}`), numbers(1, 3, (n) => `no target ${n}`)],
    ['nothing', [], []],
  ] as const)
    it(`are ${expected.join(', ') || 'nothing'}: ${what}`, () => {
      assert.deepEqual(nameRanges([...names], EN), expected);
    });

  it('are told in German', () => assert.deepEqual(nameRanges(['a1.x', 'a2.x', 'a3.x'], DE), ['a1 bis a3.x (3)']));
});

describe('names of hosts in one line', () => {
  const named: [string, string[], [string, number, string][]][] = [
    ['a run', ['a-1.x.de', 'a-2.x.de', 'a-3.x.de'], [['a-1 to a-3', 3, 'x.de']]],
    ['two of them are named', ['a-1.x.de', 'a-2.x.de'], [['a-1, a-2', 2, 'x.de']]],
    ['across ten', ['a9.x.de', 'a10.x.de', 'a11.x.de'], [['a9 to a11', 3, 'x.de']]],
    [
      'a gap ends a run',
      ['a1.x.de', 'a2.x.de', 'a3.x.de', 'a5.x.de'],
      [
        ['a1 to a3', 3, 'x.de'],
        ['a5', 1, 'x.de'],
      ],
    ],
    ['numbers written in two ways are two hosts', ['a1.x.de', 'a02.x.de', 'a3.x.de'], [['a1, a02, a3', 3, 'x.de']]],
    ['ports are told', ['a1.x.de:8443', 'a2.x.de:8443', 'a3.x.de:8443'], [['a1 to a3', 3, 'x.de:8443']]],
    [
      'domains are apart',
      ['a.x.de', 'b.y.de'],
      [
        ['a', 1, 'x.de'],
        ['b', 1, 'y.de'],
      ],
    ],
    ['addresses stay whole', ['192.0.2.1', '192.0.2.2'], [['192.0.2.1, 192.0.2.2', 2, '']]],
    [
      'addresses in a row are a range',
      ['192.0.2.1:8443', '192.0.2.2:8443', '192.0.2.3:8443'],
      [['192.0.2.1 to 192.0.2.3:8443', 3, '']],
    ],
    ['asked for one name', ['a1.x as b.x', 'a2.x as b.x', 'a3.x as b.x'], [['a1 to a3.x as b.x', 3, '']]],
    ['two of these', ['a1.x as b.x', 'a2.x as b.x'], [['a1.x as b.x, a2.x as b.x', 2, '']]],
    ['beyond four they are counted', ['a.x', 'b.x', 'c.x', 'd.x', 'e.x'], [['a, b, c, d and 1 more', 5, 'x']]],
  ];
  for (const [name, hosts, expected] of named)
    it(`: ${name}`, () =>
      assert.deepEqual(
        rangesOf(hosts, EN).map((range) => [range.name, range.number, range.domain]),
        expected,
      ));
});
