import assert from 'node:assert/strict';
import { isTold, risksOf, workingHours, type Risk } from '../../simulate/risks.ts';
import { uriOf, type Host, type Served, type Span } from '../../simulate/world.ts';
import { DAY, HOUR, MINUTE } from '../../src/core/time.ts';
import { certificate } from '../support/certificate-facts.ts';

const BERLIN = 'Europe/Berlin';
/** A Monday. */
const MONDAY = Date.UTC(2027, 2, 1);
const YEAR = { from: MONDAY - 100 * DAY, until: MONDAY + 100 * DAY };

function at(text: string): number {
  return Date.parse(text);
}

function hostOf(...addresses: Served[][]): Host {
  return { scenario: 'one', name: 'one.example', addresses, down: [], unresolved: [], renewsItself: false };
}

describe('working hours', () => {
  const cases: [string, from: string, until: string, hours: number][] = [
    ['a working day', '2027-03-01T00:00+01:00', '2027-03-02T00:00+01:00', 8],
    ['before it begins', '2027-03-01T00:00+01:00', '2027-03-01T09:00+01:00', 0],
    ['in the middle', '2027-03-01T11:30+01:00', '2027-03-01T13:00+01:00', 1.5],
    ['after it has ended', '2027-03-01T17:00+01:00', '2027-03-02T09:00+01:00', 0],
    ['a weekend', '2027-03-05T17:00+01:00', '2027-03-08T09:00+01:00', 0],
    ['a week', '2027-03-01T12:00+01:00', '2027-03-08T12:00+01:00', 40],
    ['a weekend in which clocks change', '2027-03-26T16:00+01:00', '2027-03-29T10:00+02:00', 2],
    ['nothing', '2027-03-02T10:00+01:00', '2027-03-01T10:00+01:00', 0],
  ];
  for (const [title, from, until, hours] of cases)
    it(`of ${title}: ${hours}`, () => assert.equal(workingHours(at(from), at(until), BERLIN), hours));

  it('are those of the zone', () => {
    const [from, until] = [at('2027-03-01T00:00Z'), at('2027-03-01T14:00Z')];
    assert.deepEqual([workingHours(from, until, 'UTC'), workingHours(from, until, 'America/New_York')], [5, 0]);
  });
});

describe('a risk', () => {
  const leaf = certificate('leaf', { notBefore: MONDAY - 80 * DAY, notAfter: MONDAY + 10 * DAY });
  const next = certificate('next', { notBefore: MONDAY, notAfter: MONDAY + 190 * DAY });
  const first: Served = { from: -Infinity, leaves: [leaf] };
  const renewed = (before: number): Served => ({ from: leaf.notAfter - before, leaves: [next] });
  const short = { ...leaf, notBefore: leaf.notAfter - 160 * HOUR };
  const cases: [string, Served[][], risks: number][] = [
    ['renewed three days before', [[first, renewed(3 * DAY)]], 0],
    ['renewed a day before', [[first, renewed(DAY)]], 1],
    ['renewed when two days are left', [[first, renewed(2 * DAY)]], 0],
    [
      'on one of two addresses',
      [
        [first, renewed(30 * DAY)],
        [first, renewed(DAY)],
      ],
      1,
    ],
    ['never renewed', [[first]], 1],
    ['behind one address with another', [[{ from: -Infinity, leaves: [next, leaf] }]], 1],
    ['of six days, nine hours before', [[{ ...first, leaves: [short] }, renewed(9 * HOUR)]], 0],
    ['of six days, seven hours before', [[{ ...first, leaves: [short] }, renewed(7 * HOUR)]], 1],
  ];
  for (const [title, addresses, risks] of cases)
    it(`is a certificate ${title}: ${risks}`, () => assert.equal(risksOf(hostOf(...addresses), YEAR).length, risks));

  it('is none where it ends after the year', () => {
    assert.deepEqual(risksOf(hostOf([first]), { ...YEAR, until: leaf.notAfter }), []);
  });
});

describe('a risk is told', () => {
  const host = hostOf();
  const risk = (life: number, notAfter: number): Risk => {
    const spans: Span[] = [[YEAR.from, YEAR.until]];
    return { host, life: { certificate: certificate('leaf', { notBefore: notAfter - life, notAfter }), spans } };
  };
  const { fingerprint } = certificate('leaf');
  const told = (of: Risk, before: number, ends = { target: uriOf(host), fingerprint }): boolean =>
    isTold(of, [{ at: of.life.certificate.notAfter - before, ends: [ends] }], BERLIN);
  // A Wednesday at 12.
  const wednesday = at('2027-03-10T12:00+01:00');
  const monday = at('2027-03-08T12:00+01:00');
  const cases: [string, Risk, before: number, boolean][] = [
    ['12 hours before', risk(10 * DAY, wednesday), 12 * HOUR, true],
    ['less than 12 hours before', risk(20 * DAY, wednesday), 12 * HOUR - MINUTE, false],
    ['of six days: eight hours before', risk(160 * HOUR, wednesday), 8 * HOUR, true],
    ['of six days: less than eight hours before', risk(160 * HOUR, wednesday), 8 * HOUR - MINUTE, false],
    ['of 90 days: two days before a Wednesday', risk(90 * DAY, wednesday), 2 * DAY, true],
    ['of 90 days: a day before a Wednesday', risk(90 * DAY, wednesday), DAY, false],
    ['of 90 days: two days before a Monday', risk(90 * DAY, monday), 2 * DAY, false],
    ['of 90 days: four days before a Monday', risk(90 * DAY, monday), 4 * DAY, true],
  ];
  for (const [title, of, before, expected] of cases)
    it(`${title}: ${expected}`, () => assert.equal(told(of, before), expected));

  it('by what names this target and this certificate alone', () => {
    const one = risk(90 * DAY, wednesday);
    assert.equal(told(one, 7 * DAY), true);
    assert.equal(told(one, 7 * DAY, { target: 'tls://other.example:443', fingerprint }), false);
    assert.equal(told(one, 7 * DAY, { target: uriOf(host), fingerprint: 'another' }), false);
    assert.equal(isTold(one, [], BERLIN), false);
  });
});
