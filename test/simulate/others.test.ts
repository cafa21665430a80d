import assert from 'node:assert/strict';
import { endsTold, outagesTold, TLSENTINEL, toldOf, toldOfCuts, UPTIME_KUMA } from '../../simulate/others.ts';
import type { Host, Served, Span, World } from '../../simulate/world.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../src/core/time.ts';
import { certificate } from '../support/certificate-facts.ts';

const FROM = Date.UTC(2027, 0, 4);
const UNTIL = FROM + 365 * DAY;
const KUMA = UPTIME_KUMA.days;

describe('what other tools tell of a certificate', () => {
  const leaf = certificate('leaf', { notBefore: FROM, notAfter: FROM + 90 * DAY });
  const short = certificate('short', { notBefore: FROM, notAfter: FROM + 160 * HOUR });
  const served = (from: number, until: number): Span[] => [[FROM + from, FROM + until]];
  const cases: [string, typeof leaf, Span[], days: number[], number][] = [
    ['renewed 30 days before', leaf, served(0, 60 * DAY), KUMA, 0],
    ['renewed 20 days before', leaf, served(0, 70 * DAY), KUMA, 1],
    ['renewed 10 days before', leaf, served(0, 80 * DAY), KUMA, 2],
    ['forgotten', leaf, served(0, 91 * DAY), KUMA, 3],
    ['forgotten, by four thresholds', leaf, served(0, 91 * DAY), TLSENTINEL.days, 4],
    ['of six days, renewed at half of them', short, served(0, 80 * HOUR), KUMA, 1],
    ['of six days, until the last day', short, served(0, 150 * HOUR), TLSENTINEL.days, 2],
    ['that comes ten days before its end', leaf, served(80 * DAY, 90 * DAY), KUMA, 2],
  ];
  for (const [title, of, spans, days, number] of cases)
    it(`${title}: ${number}`, () => assert.equal(endsTold({ certificate: of, spans }, days), number));
});

describe('what other tools tell of outages', () => {
  const options = { every: MINUTE, phase: FROM, until: UNTIL };
  const span = (from: number, length: number): Span => [FROM + from, FROM + from + length];
  const cases: [string, Span[], number][] = [
    ['none', [], 0],
    ['a minute: down and up', [span(10 * SECOND, MINUTE)], 2],
    ['half a minute between two looks', [span(10 * SECOND, MINUTE / 2)], 0],
    ['half a minute with a look in it', [span(50 * SECOND, MINUTE / 2)], 2],
    ['one that goes on after the year: down', [span(300 * DAY, 100 * DAY)], 1],
    ['one that begins after the year', [span(366 * DAY, DAY)], 0],
    ['two', [span(0, HOUR), span(DAY, HOUR)], 4],
  ];
  for (const [title, spans, number] of cases)
    it(`${title}: ${number}`, () => assert.equal(outagesTold(spans, options), number));
});

describe('what other tools tell of a host', () => {
  const leaf = certificate('leaf', { notBefore: FROM, notAfter: FROM + 90 * DAY });
  const next = certificate('next', { notBefore: FROM + 60 * DAY, notAfter: UNTIL + 90 * DAY });
  const host = (more: Partial<Host>, ...served: Served[]): Host => ({
    ...{ scenario: 'one', name: 'one.example', down: [], unresolved: [], renewsItself: false },
    addresses: [served],
    ...more,
  });
  const world: World = { from: FROM, until: UNTIL, hosts: [], cuts: [], trusts: [{ at: FROM + DAY, authority: 'R1' }] };
  const told = (one: Host): number => toldOf(one, world, UPTIME_KUMA, FROM);
  const renewed: Served[] = [
    { from: -Infinity, leaves: [leaf] },
    { from: FROM + 60 * DAY, leaves: [next] },
  ];

  it('that is renewed in time: nothing', () => assert.equal(told(host({}, ...renewed)), 0));

  it('whose chain is broken for a while: down and up', () => {
    const [first, second] = renewed as [Served, Served];
    const broken: Served = { ...second, isBroken: true };
    assert.equal(told(host({}, first, broken, { ...second, from: FROM + 61 * DAY })), 2);
  });

  it('of an authority that is trusted a day later: down and up; of one that never is: down', () => {
    const of = (authority: string): Served[] => [{ from: -Infinity, leaves: [next], authority }];
    assert.equal(told(host({}, ...of('R1'))), 2);
    assert.equal(told(host({}, ...of('R2'))), 1);
  });

  it('that is down, and whose name is not resolved at the same time: down and up', () => {
    const spans: Span[] = [[FROM + DAY, FROM + 2 * DAY]];
    assert.equal(told(host({ down: spans, unresolved: spans }, ...renewed)), 2);
  });

  it('looks at its first address alone', () => {
    const one = host({}, ...renewed);
    assert.equal(told({ ...one, addresses: [...one.addresses, [{ from: -Infinity, leaves: [leaf] }]] }), 0);
  });

  it('while its own network is away: down and up, unless it is down anyway', () => {
    const span = [FROM + DAY, FROM + DAY + HOUR] as const;
    const cut = { ...world, cuts: [{ span, chat: true }] };
    assert.equal(toldOfCuts(host({}, ...renewed), cut, UPTIME_KUMA, FROM), 2);
    assert.equal(toldOfCuts(host({ down: [[FROM, UNTIL]] }, ...renewed), cut, UPTIME_KUMA, FROM), 0);
  });
});
