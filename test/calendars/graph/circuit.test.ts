import assert from 'node:assert/strict';
import { AuthenticationRefused } from '../../../src/calendars/graph/authentication.ts';
import { createCircuit, outageAfter, trialWait } from '../../../src/calendars/graph/circuit.ts';
import type { AuthenticationProblem } from '../../../src/core/ports/calendar.ts';
import { MINUTE } from '../../../src/core/time.ts';

const EXPIRED: AuthenticationProblem = { what: 'secret-expired', code: 'AADSTS7000222' };
const WRONG: AuthenticationProblem = { what: 'secret-wrong', code: 'AADSTS7000215' };
const NONE_SENT: AuthenticationProblem = { what: 'secret-wrong', code: 'AADSTS7000218' };

describe('the wait until the next trial', () => {
  const waits: [number, number, number][] = [
    [1, 1, MINUTE],
    [1, 0, 0.8 * MINUTE],
    [2, 1, 2 * MINUTE],
    [6, 1, 32 * MINUTE],
    [7, 1, 60 * MINUTE],
    [7, 0.5, 54 * MINUTE],
    [1000, 1, 60 * MINUTE],
  ];
  for (const [refusals, random, expected] of waits) {
    it(`is ${expected / MINUTE} minutes after ${refusals} refusals and chance ${random}`, () => {
      assert.equal(trialWait(refusals, random), expected);
    });
  }

  it('grows with each refusal', () => {
    const first = outageAfter(null, EXPIRED, { now: 0, random: 1 });
    assert.deepEqual(first, { problem: EXPIRED, refusals: 1, retryAt: MINUTE });
    const second = outageAfter(first, WRONG, { now: MINUTE, random: 1 });
    assert.deepEqual(second, { problem: WRONG, refusals: 2, retryAt: 3 * MINUTE });
  });
});

describe('the circuit', () => {
  let now: number;
  let told: (string | null)[];
  let circuit: ReturnType<typeof createCircuit>;

  beforeEach(() => {
    now = 1_000_000;
    told = [];
    circuit = createCircuit({
      now: () => now,
      random: () => 1,
      authentication: { failed: ({ code }) => told.push(code), recovered: () => told.push('recovered') },
    });
  });
  const refuse = (problem = EXPIRED) => circuit.enter().refused(problem);

  it('tries again when the clock was set back, and promises no longer wait than there ever is', () => {
    refuse();
    now -= 86_400_000;
    assert.equal(circuit.enter().kind, 'trial');
    const resting = circuit.enter();
    assert.equal(resting.kind, 'resting');
    assert.ok(resting.failure(EXPIRED).retryAfter! <= 60 * MINUTE);
  });

  it('lets everybody through while all is well, and tells the first success once', () => {
    const passes = [circuit.enter(), circuit.enter()];
    for (const pass of passes) {
      assert.equal(pass.kind, 'free');
      pass.accepted();
    }
    assert.deepEqual(told, ['recovered']);
  });

  it('lets nobody through after a refusal, until the trial, and says how long', () => {
    refuse();
    const pass = circuit.enter();
    assert.equal(pass.kind, 'resting');
    const failure = pass.failure(WRONG);
    assert.ok(failure instanceof AuthenticationRefused);
    assert.deepEqual([failure.code, failure.retryAfter], ['unavailable', MINUTE]);
    assert.match(failure.message, /has expired/);
    now += MINUTE - 1;
    assert.equal(circuit.enter().kind, 'resting');
    now += 1;
    assert.equal(circuit.enter().kind, 'trial');
    assert.deepEqual(told, ['AADSTS7000222']);
  });

  it('lets one through at a time to try, and waits longer when that is refused too', () => {
    refuse();
    now += MINUTE;
    const trial = circuit.enter();
    const meanwhile = circuit.enter();
    assert.deepEqual([meanwhile.kind, meanwhile.failure(EXPIRED).retryAfter], ['resting', 1000]);
    trial.refused(EXPIRED);
    assert.equal(circuit.enter().failure(EXPIRED).retryAfter, 2 * MINUTE);
    now += 2 * MINUTE;
    circuit.enter().accepted();
    assert.equal(circuit.enter().kind, 'free');
    assert.deepEqual(told, ['AADSTS7000222', 'recovered']);
  });

  it('begins anew with a short wait after it has recovered', () => {
    refuse();
    now += MINUTE;
    circuit.enter().refused(EXPIRED);
    now += 2 * MINUTE;
    circuit.enter().accepted();
    refuse();
    assert.equal(circuit.enter().failure(EXPIRED).retryAfter, MINUTE);
    now += MINUTE;
    circuit.enter().accepted();
    assert.deepEqual(told, ['AADSTS7000222', 'recovered', 'AADSTS7000222', 'recovered']);
  });

  it('tells a problem again only when it has changed', () => {
    refuse();
    for (const problem of [EXPIRED, WRONG, WRONG, NONE_SENT]) {
      now += 3_600_000;
      circuit.enter().refused(problem);
    }
    assert.deepEqual(told, ['AADSTS7000222', 'AADSTS7000215', 'AADSTS7000218']);
  });

  it('says what was heard last, also by a call that was under way when it opened', () => {
    const underWay = circuit.enter();
    refuse();
    underWay.refused(WRONG);
    assert.deepEqual(circuit.enter().failure(EXPIRED).problem, WRONG);
    assert.deepEqual(told, ['AADSTS7000222', 'AADSTS7000215']);
  });

  it('has a failure for a call that was kept back and asks for it when all is well again', () => {
    refuse();
    const keptBack = circuit.enter();
    now += MINUTE;
    circuit.enter().accepted();
    const failure = keptBack.failure(WRONG);
    assert.deepEqual([failure.problem, failure.retryAfter], [WRONG, undefined]);
  });

  it('neither waits longer nor lets another try because a call ends that was not let through', () => {
    refuse();
    now += MINUTE / 2;
    circuit.enter().end();
    assert.equal(circuit.enter().failure(EXPIRED).retryAfter, MINUTE / 2);
    now += MINUTE / 2;
    const trial = circuit.enter();
    circuit.enter().end();
    assert.deepEqual([trial.kind, circuit.enter().kind], ['trial', 'resting']);
  });

  it('is opened once by calls that were under way together', () => {
    const passes = [circuit.enter(), circuit.enter(), circuit.enter()];
    for (const pass of passes) pass.refused(EXPIRED);
    assert.deepEqual(told, ['AADSTS7000222']);
    assert.equal(circuit.enter().failure(EXPIRED).retryAfter, MINUTE);
  });

  it('is not closed by a call that began before it opened', () => {
    const early = circuit.enter();
    refuse();
    early.accepted();
    assert.equal(circuit.enter().kind, 'resting');
    assert.deepEqual(told, ['AADSTS7000222']);
  });

  it('tries again after the same wait when a trial learned nothing', () => {
    refuse();
    now += MINUTE;
    circuit.enter().end();
    assert.equal(circuit.enter().failure(EXPIRED).retryAfter, MINUTE);
    now += MINUTE;
    assert.equal(circuit.enter().kind, 'trial');
  });

  it('lets another call try at once when the trial had no use for it', () => {
    refuse();
    now += MINUTE;
    const trial = circuit.enter();
    trial.spare();
    trial.accepted();
    assert.equal(circuit.enter().kind, 'trial');
    assert.deepEqual(told, ['AADSTS7000222']);
  });

  it('counts one ending of a call only, and none of those that were not let through', () => {
    const pass = circuit.enter();
    pass.end();
    pass.refused(EXPIRED);
    assert.equal(circuit.enter().kind, 'free');
    refuse();
    circuit.enter().refused(WRONG);
    circuit.enter().accepted();
    assert.deepEqual(told, ['AADSTS7000222']);
  });
});
