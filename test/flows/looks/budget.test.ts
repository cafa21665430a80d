import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import sinon from 'sinon';
import type { Observation } from '../../../src/core/certificates/certificate.ts';
import { certificate, observation, presented } from '../../support/certificate-facts.ts';
import { createBudget, Interrupted } from '../../../src/flows/looks/budget.ts';

const FAKED = ['Date', 'setTimeout', 'setInterval', 'clearTimeout', 'clearInterval'] as const;

/** Asks for `count` looks as a bulk command does; the times at which they were granted, milliseconds since now. */
function ask(budget: ReturnType<typeof createBudget>, id: string, count: number): number[] {
  const begun = Date.now();
  const times: number[] = [];
  for (let index = 0; index < count; index += 1)
    void budget.wait(id).then(
      () => times.push(Date.now() - begun),
      () => {},
    );
  return times;
}

describe('the budget of conversations', () => {
  let clock: sinon.SinonFakeTimers;
  beforeEach(() => {
    clock = sinon.useFakeTimers({ now: 1_700_000_000_000, toFake: [...FAKED] });
  });
  afterEach(() => clock.restore());

  function budgetOf(perMinute: number) {
    return createBudget({ perMinute, now: () => Date.now() });
  }

  it('is charged for every handshake of a look but the second of its first address, and may owe', () => {
    const budget = budgetOf(10);
    const presenting = (number: number, thorough: boolean): Observation => {
      const addresses = Array.from({ length: number }, (_, index) => presented(`192.0.2.${index}`, certificate('a')));
      return { ...observation(addresses), ...(thorough ? { thorough } : {}) };
    };
    for (const [number, thorough] of [
      [1, true],
      [1, false],
      [2, false],
    ] as const) {
      assert.equal(budget.take('a'), 0);
      budget.charge('a', presenting(number, thorough));
    }
    budget.charge('a', null);
    assert.equal(budget.take('a'), 0);
    budget.charge('a', presenting(16, true));
    // 10 - 4 - 30 = -24: there is one again after 25 of six seconds each.
    assert.equal(budget.take('a'), 150_000);
    assert.equal(budget.take('b'), 0);
  });

  it('smooths what a bulk command asks for: at once what there is, then evenly', async () => {
    const budget = budgetOf(6);
    const times = ask(budget, 'a', 9);
    await clock.tickAsync(29_999);
    assert.deepEqual(times, [0, 0, 0, 0, 0, 0, 10_000, 20_000]);
    assert.equal(budget.waiting('a'), 1);
    await clock.tickAsync(1);
    assert.deepEqual(times.slice(-1), [30_000]);
    assert.equal(budget.waiting('a'), 0);
    budget.close();
  });

  it('lets a thousand through in as long as it takes at 120 a minute', async () => {
    const budget = budgetOf(120);
    const times = ask(budget, 'a', 1000);
    await clock.tickAsync(10 * 60_000);
    assert.equal(times.length, 1000);
    assert.ok(times.at(-1)! >= 440_000 && times.at(-1)! <= 447_000, `${times.at(-1)} ms`);
    budget.close();
  });

  it('keeps conversations apart', async () => {
    const budget = budgetOf(6);
    const busy = ask(budget, 'busy', 100);
    const quick = ask(budget, 'quick', 6);
    await clock.tickAsync(0);
    assert.equal(busy.length, 6);
    assert.deepEqual(quick, [0, 0, 0, 0, 0, 0]);
    budget.close();
  });

  it('has something for a single command while a bulk command waits', async () => {
    const budget = budgetOf(120);
    ask(budget, 'a', 1000);
    await clock.tickAsync(60_000);
    assert.equal(budget.take('a'), 0);
    assert.ok(budget.waiting('a') > 0);
    budget.close();
  });

  it('refuses a single look beyond it with the time to wait, and takes nothing for that', async () => {
    const budget = budgetOf(2);
    assert.equal(budget.take('a'), 0);
    assert.equal(budget.take('a'), 0);
    for (let again = 0; again < 10; again += 1) assert.equal(budget.take('a'), 30_000);
    await clock.tickAsync(30_000);
    assert.equal(budget.take('a'), 0);
    budget.close();
  });

  it('waits for a look where patience is enough, and says at once where it is not', async () => {
    const budget = budgetOf(20);
    for (let taken = 0; taken < 20; taken += 1) budget.take('a');
    const patient = budget.takeWithin('a', 5000);
    assert.equal(await budget.takeWithin('a', 2000), 3000);
    await clock.tickAsync(3000);
    assert.equal(await patient, 0);
    budget.close();
  });

  it('waits for a look where patience is just enough', async () => {
    const budget = budgetOf(20);
    for (let taken = 0; taken < 20; taken += 1) budget.take('a');
    const patient = budget.takeWithin('a', 3000);
    await clock.tickAsync(3000);
    assert.equal(await patient, 0);
    budget.close();
  });

  it('lets nobody in before those who wait already, also at the moment at which there is something', async () => {
    const budget = budgetOf(6);
    ask(budget, 'a', 6);
    const order: string[] = [];
    void budget.wait('a').then(() => order.push('first'));
    await clock.tickAsync(1);
    clock.setSystemTime(Date.now() + 10_000);
    void budget.wait('a').then(() => order.push('second'));
    await clock.tickAsync(0);
    assert.notEqual(order[0], 'second');
    await clock.tickAsync(20_000);
    assert.deepEqual(order, ['first', 'second']);
    budget.close();
  });

  it('never waits longer than patience, even if others are faster', async () => {
    const budget = budgetOf(20);
    for (let taken = 0; taken < 20; taken += 1) budget.take('a');
    const answers = [budget.takeWithin('a', 5000), budget.takeWithin('a', 5000), budget.takeWithin('a', 5000)];
    await clock.tickAsync(5000);
    const waits = await Promise.all(answers);
    assert.equal(waits.filter((wait) => wait === 0).length, 1);
    assert.ok(waits.every((wait) => wait <= 3000));
    budget.close();
  });

  it('forgets conversations that have been quiet for a minute', async () => {
    const budget = budgetOf(60);
    for (let index = 0; index < 500; index += 1) budget.take(`conversation ${index}`);
    assert.equal(budget.size(), 500);
    await clock.tickAsync(61_000);
    budget.take('another');
    assert.equal(budget.size(), 1);
    budget.close();
  });

  it('lets a command leave that is stopped, and others go on', async () => {
    const budget = budgetOf(6);
    ask(budget, 'a', 6);
    const stop = new AbortController();
    const left = [budget.wait('a', stop.signal), budget.wait('a', stop.signal)];
    const times = ask(budget, 'a', 1);
    const reason = new Error('stopped');
    stop.abort(reason);
    for (const one of left) await assert.rejects(one, reason);
    await assert.rejects(budget.wait('a', stop.signal), reason);
    assert.equal(budget.waiting('a'), 1);
    await clock.tickAsync(10_000);
    assert.deepEqual(times, [10_000]);
    const last = new AbortController();
    const waiting = budget.wait('a', last.signal);
    last.abort(reason);
    await assert.rejects(waiting, reason);
    assert.equal(clock.countTimers(), 0);
    const next = ask(budget, 'a', 1);
    await clock.tickAsync(10_000);
    assert.equal(next.length, 1, 'whoever comes later is served');
    budget.close();
  });

  it('keeps nothing of a command that got its look, and leaves no timer where one of several is stopped', async () => {
    const budget = budgetOf(1);
    const { signal } = new AbortController();
    await budget.wait('a', signal);
    const served = budget.wait('a', signal);
    await clock.tickAsync(60_000);
    await served;
    assert.equal(getEventListeners(signal, 'abort').length, 0);
    const stop = new AbortController();
    const stopped = budget.wait('a', stop.signal);
    ask(budget, 'a', 1);
    stop.abort(new Error('stopped'));
    await assert.rejects(stopped);
    assert.equal(clock.countTimers(), 1);
    ask(budget, 'a', 1);
    assert.equal(clock.countTimers(), 1);
    budget.close();
    assert.equal(clock.countTimers(), 0);
  });

  it('ends all waiting when the process ends, and leaves no timer behind', async () => {
    const budget = budgetOf(1);
    budget.take('a');
    const bulk = budget.wait('a');
    const one = budget.takeWithin('a', 100_000);
    budget.close();
    await assert.rejects(bulk, Interrupted);
    await assert.rejects(one, Interrupted);
    await assert.rejects(budget.wait('a'), Interrupted);
    await assert.rejects(budget.takeWithin('b', 1), Interrupted);
    assert.equal(clock.countTimers(), 0);
  });
});
