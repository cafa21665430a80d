import assert from 'node:assert/strict';
import { boundedAbout, isOvertaken, type About, type Fact } from '../../src/core/about.ts';

const sizeOf = (about: About): number => Buffer.byteLength(JSON.stringify(about));

describe('what a message says for programs', () => {
  it('stays as it is where there is room', () => {
    const about: About = { kind: 'answer', verb: 'list', targets: ['tls://example.com:443'], total: 1 };
    assert.deepEqual(boundedAbout(about), about);
    assert.deepEqual(boundedAbout({ kind: 'alert', facts: [] }), { kind: 'alert', facts: [] });
  });

  it('stays as it is where it is too long and nothing of it can be left out', () => {
    const about: About = { kind: 'answer', inbound: 'x'.repeat(2000) };
    assert.deepEqual(boundedAbout(about), about);
  });

  it('takes at most 1,500 bytes, keeps what comes first and counts the rest', () => {
    const targets = Array.from({ length: 15 }, (_, index) => `tls://${'ü'.repeat(100)}${index}.example:443`);
    const { targets: kept = [], more, ...rest } = boundedAbout({ kind: 'answer', verb: 'list', targets, total: 15 });
    assert.deepEqual(rest, { kind: 'answer', verb: 'list', total: 15 });
    assert.ok(kept.length > 3);
    assert.deepEqual(kept, targets.slice(0, kept.length));
    assert.equal(more, 15 - kept.length);
    assert.ok(sizeOf({ ...rest, targets: kept, more }) <= 1500);

    const full: About = { kind: 'answer', verb: 'list', targets: ['x'.repeat(1400), 'y'] };
    full.targets![1] = 'y'.repeat(1500 - sizeOf(full) + 1);
    assert.equal(sizeOf(full), 1500);
    assert.deepEqual(boundedAbout(full), full);

    const facts = Array.from({ length: 40 }, (_, index) => ({ kind: 'finding' as const, value: `address:${index}` }));
    const alert = boundedAbout({ kind: 'alert', facts });
    assert.equal(alert.facts!.length + alert.more!, 40);
    assert.ok(sizeOf(alert) <= 1500);
  });
});

describe('an alert that is told late', () => {
  const target = 'tls://example.com:443';
  const alert = (...facts: Fact[]): About => ({ kind: 'alert', facts });
  const stage = (value: string): Fact => ({ target, kind: 'stage', value });
  const finding: Fact = { target, kind: 'finding', value: 'untrusted' };
  const fixed: Fact = { target, kind: 'fixed', value: 'untrusted' };
  const renewed: Fact = { target, kind: 'renewed', value: 'b' };

  for (const [what, early, later, overtaken] of [
    ['a stage, by a later stage', alert(stage('a/30d')), [alert(stage('a/7d'))], true],
    ['a stage, by that of another certificate', alert(stage('a/7d')), [alert(stage('b/7d'))], false],
    ['a stage, by the renewal', alert(stage('a/7d')), [alert(renewed)], true],
    ['a finding, by its end', alert(finding), [alert(fixed)], true],
    ['the end of a finding, by its return', alert(fixed), [alert(finding)], true],
    ['both of what it says, by two', alert(stage('a/7d'), finding), [alert(renewed), alert(fixed)], true],
    ['half of what it says', alert(stage('a/7d'), finding), [alert(renewed)], false],
    ['a finding, by the end of another', alert(finding), [alert({ ...fixed, value: 'wrong-name' })], false],
    ['a stage, by that of another target', alert(stage('a/30d')), [alert({ ...stage('a/7d'), target: 'x' })], false],
    ['a finding, by a renewal', alert(finding), [alert(renewed)], false],
    ['a stage, by a finding', alert(stage('a/30d')), [alert(finding)], false],
    ['a renewal, by the next one', alert(renewed), [alert({ ...renewed, value: 'c' })], true],
    ['lost names, by a renewal', alert({ target, kind: 'lost-names', value: '2' }), [alert(renewed)], true],
    [
      'lost names, by more of them',
      alert({ target, kind: 'lost-names', value: '2' }),
      [alert({ target, kind: 'lost-names', value: '3' })],
      false,
    ],
    [
      'a finding, by lost names of the same value',
      alert({ ...finding, value: '2' }),
      [alert({ target, kind: 'lost-names', value: '2' })],
      false,
    ],
    ['an answer that holds facts', { kind: 'answer', verb: 'list', facts: [finding] }, [alert(fixed)], false],
    [
      'an alert, by an answer that holds facts',
      alert(finding),
      [{ kind: 'answer', verb: 'list', facts: [fixed] }],
      false,
    ],
    ['an alert without facts', alert(), [alert(fixed)], false],
    ['an alert that names none', { kind: 'alert' }, [{ kind: 'alert' }], false],
    ['what nothing is known about', undefined, [alert(fixed)], false],
    ['a renewal, by a stage', alert(renewed), [alert(stage('b/7d'))], false],
    ['what was left out of it for lack of room', { ...alert(finding), more: 1 }, [alert(fixed)], false],
    ['an answer', { kind: 'answer', verb: 'list' }, [alert(fixed)], false],
    ['a finding, by an alert that tells nothing to programs', alert(finding), [{ kind: 'alert' }], false],
    ['anything, by nothing', alert(finding), [undefined], false],
  ] as [string, About | undefined, (About | undefined)[], boolean][]) {
    it(`is ${overtaken ? '' : 'not '}overtaken: ${what}`, () => {
      assert.equal(isOvertaken(early, later), overtaken);
    });
  }
});
