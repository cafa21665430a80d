import assert from 'node:assert/strict';
import type { Named } from '../../../src/core/targets/kind.ts';
import {
  briefTarget,
  connects,
  displayTarget,
  endpointOf,
  formatTarget,
  namingOf,
  readTarget,
  typedTarget,
} from '../../../src/core/targets/target.ts';
import { DAY } from '../../../src/core/time.ts';
import { EN, NOW } from '../../support/certificate-facts.ts';

const NAMES = [
  'Code-signing token',
  'example.com',
  'unwatch all',
  '24.7 contract',
  '1.2.2027',
  '2027-04-01 Token',
  'Remind 3 people: remind 3d',
  '"A" and "B"',
  'A "B"',
  'see date:x',
  'Schlüssel/日本?#%41&b=c 🔑',
  '👍',
  'ends.',
  'x'.repeat(200),
];
const { parse, settle } = namingOf('date');

function typed(name: string, given: string | null = null): Named {
  return { prefix: 'date', name, given };
}

function uriOf(name: string, place = 'here'): string {
  return formatTarget({ scheme: 'date', place, name });
}

describe('a target that somebody typed a day for', () => {
  for (const name of NAMES) {
    it(`keeps its name through its URI, and as it is typed: ${name.slice(0, 40)}`, () => {
      const uri = uriOf(name);
      assert.match(uri, /^date:\/\/here\/[\w%.!~*'()-]+$/);
      assert.deepEqual(readTarget(uri), { scheme: 'date', place: 'here', name });
      assert.equal(displayTarget(uri), name);
      assert.equal(briefTarget(uri), name);
      for (const given of ['2027-03-01', null]) {
        const text = typedTarget(uri, given ?? undefined);
        assert.ok(text.startsWith('date:'), text);
        assert.deepEqual(parse(text.slice('date:'.length), EN), { named: typed(name, given) });
      }
    });
  }

  it('is not connected to', () => {
    assert.equal(connects(uriOf('A')), false);
    assert.equal(endpointOf(uriOf('A')), null);
    assert.equal(connects('tls://a.example:443'), true);
  });

  it('is none with a URI that nobody wrote', () => {
    for (const uri of ['date:A', 'date://here', 'date://here/', 'date://here/a/b', 'date://here/%'])
      assert.throws(() => readTarget(uri), uri);
  });

  it('is what the conversation calls so, however it is spelled', () => {
    const known = ['tls://a.example:443', uriOf('Code-Signing TOKEN', 'there'), uriOf('Straße')];
    const where = { now: NOW, place: 'here', known, mayBeNew: false };
    assert.deepEqual(settle(typed('code-signing token'), where, EN), { uri: known[1] });
    assert.deepEqual(settle(typed('STRASSE'), where, EN), { uri: uriOf('STRASSE') });
    assert.deepEqual(settle(typed('Token'), where, EN), { uri: uriOf('Token') });
    assert.deepEqual(settle(typed('Token', '2020-01-01'), where, EN), { uri: uriOf('Token') }, 'only named');
  });

  const days: [string, RegExp | null][] = [
    ['2026-11-22', /2026-11-22 is not in the future .* such as `watch date:/],
    ['2026-11-23', null],
    ['0001-01-01', /not in the future/],
    ['2076-11-01', null],
    ['2077-03-01', /more than 50 years away/],
    ['9999-12-31', /more than 50 years away/],
  ];
  for (const [given, problem] of days)
    it(`ends on ${given}: ${problem === null ? 'taken' : 'refused'}`, () => {
      const where = { now: NOW, place: 'here', known: [], mayBeNew: true };
      const settled = settle(typed('A', given), where, EN);
      if (problem === null) assert.deepEqual(settled, { uri: uriOf('A'), given });
      else assert.match('problem' in settled ? settled.problem : '', problem);
    });

  it('needs a day where it is new', () => {
    const where = { now: NOW, place: 'here', known: [uriOf('A')], mayBeNew: true };
    assert.deepEqual(settle(typed('a'), where, EN), { uri: uriOf('A') });
    const settled = settle(typed('tomorrow B'), where, EN);
    assert.match('problem' in settled ? settled.problem : '', /^“tomorrow B” is not a day as it is typed here/);
    assert.equal(NOW % DAY, DAY / 2, 'which is noon, so that today has begun');
  });
});
