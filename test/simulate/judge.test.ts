import assert from 'node:assert/strict';
import type { Arrival } from '../../simulate/chat.ts';
import { judge, NETWORK, SEVERAL } from '../../simulate/judge.ts';
import { reportOf, verdictsOf } from '../../simulate/report.ts';
import { uriOf, type Host, type World } from '../../simulate/world.ts';
import type { Fact } from '../../src/core/about.ts';
import { DAY } from '../../src/core/time.ts';
import { certificate } from '../support/certificate-facts.ts';

const FROM = Date.UTC(2027, 0, 4);
const UNTIL = FROM + 100 * DAY;
const LEAF = certificate('leaf', { notBefore: FROM, notAfter: FROM + 90 * DAY });
const OPTIONS = { seed: 3, zone: 'UTC' };

function host(name: string, renewsItself: boolean): Host {
  return {
    ...{ scenario: name, name: `${name}.example`, renewsItself, unresolved: [] },
    addresses: [[{ from: -Infinity, leaves: [LEAF] }]],
    down: [[FROM + DAY, FROM + 2 * DAY]],
  };
}

const [calm, risky] = [host('calm', true), host('risky', false)];
calm.addresses[0]!.push({
  from: FROM + 50 * DAY,
  leaves: [certificate('next', { notBefore: FROM + 50 * DAY, notAfter: UNTIL + 90 * DAY })],
});
const WORLD: World = { from: FROM, until: UNTIL, hosts: [calm, risky], cuts: [], trusts: [] };

function arrival(facts: Fact[], more: Partial<Arrival> = {}): Arrival {
  return { at: FROM + 70 * DAY, id: '1', isEdit: false, about: { kind: 'alert', facts }, summary: 'said', ...more };
}

const stage = (of: Host): Fact => ({ target: uriOf(of), kind: 'stage', value: `${LEAF.fingerprint}/notice` });
const down = (of: Host): Fact => ({ target: uriOf(of), kind: 'finding', value: 'unreachable' });

describe('a simulated year is judged', () => {
  it('by whether each risk was told', () => {
    const told = judge(WORLD, [arrival([stage(risky)])], OPTIONS);
    assert.deepEqual([told.total.told, told.total.risks, told.missed], [1, 1, []]);
    for (const arrivals of [[], [arrival([down(risky)])], [arrival([stage(risky)], { isEdit: true })]]) {
      const missed = judge(WORLD, arrivals, OPTIONS);
      assert.equal(missed.total.told, 0);
      assert.match(missed.missed.join('\n'), /^risky\.example: \w+ ends 2027-04-04/);
    }
  });

  it('by what is sent: answers are no alerts, and edits are counted apart', () => {
    const answer = arrival([], { about: { kind: 'answer', verb: 'watch' } });
    const { rows, total } = judge(
      WORLD,
      [
        ...[answer, arrival([stage(risky)]), arrival([stage(risky)], { isEdit: true })],
        ...[arrival([down(calm), down(risky)]), arrival([], { about: { kind: 'operators' } })],
      ],
      OPTIONS,
    );
    assert.deepEqual([total.sends, total.edits], [3, 1]);
    const sends = Object.fromEntries(rows.map((row) => [row.scenario, row.sends]));
    assert.deepEqual(sends, { calm: 0, risky: 1, [SEVERAL]: 1, [NETWORK]: 1 });
  });

  it('by messages about hosts that renew by themselves, unless they were down', () => {
    const needless = (...facts: Fact[]): number => judge(WORLD, [arrival(facts)], OPTIONS).needless.length;
    assert.equal(needless(down(calm)), 0);
    assert.equal(needless({ ...down(calm), kind: 'fixed' }), 0);
    assert.equal(needless(stage(calm)), 1);
    assert.equal(needless(down(risky), { target: uriOf(calm), kind: 'renewed', value: 'next' }), 1);
    assert.equal(needless(stage(risky)), 0);
  });

  it('and reported: what has to hold, and what does not', () => {
    const good = judge(WORLD, [arrival([stage(risky)])], OPTIONS);
    // Two outages, and three thresholds of one certificate.
    assert.equal(good.total.kuma, 7);
    assert.equal(good.ofKuma, 1 / 7);
    const few = { ...good, ofKuma: 0.04 };
    assert.deepEqual(
      verdictsOf([good, few]).map(({ holds }) => holds),
      [true, true, true],
      'it is the mean that counts',
    );
    const bad = judge(WORLD, [arrival([stage(calm)])], OPTIONS);
    const lines = reportOf([bad]);
    assert.deepEqual(
      lines.filter((line) => /^[✓✗]/.test(line)).map((line) => line[0]),
      ['✗', '✗', '✗'],
    );
    assert.ok(
      lines.some((line) => /^risky +1 +0 +0 +5 +\d+ +0\/1$/.test(line)),
      lines.join('\n'),
    );
    assert.ok(lines.includes('Not told in time (seed 3):'));
  });
});
