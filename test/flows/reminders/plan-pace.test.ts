import assert from 'node:assert/strict';
import sinon from 'sinon';
import type { Destination } from '../../../src/core/reminders/destination.ts';
import { createPlanPace } from '../../../src/flows/reminders/plan-pace.ts';

const OPS: Destination = { calendar: 'ics', mailbox: 'ops' };
const DEV: Destination = { calendar: 'ics', mailbox: 'dev' };

describe('planning in a sweep', () => {
  let clock: sinon.SinonFakeTimers;
  let planned: string[];
  /** How long a plan takes, milliseconds. */
  let takes: number;
  let pace: ReturnType<typeof createPlanPace>;

  beforeEach(() => {
    clock = sinon.useFakeTimers({ toFake: ['Date', 'setTimeout', 'setInterval', 'clearTimeout', 'clearInterval'] });
    planned = [];
    takes = 0;
    pace = createPlanPace({
      now: () => Date.now(),
      async plan({ mailbox }, targets) {
        planned.push(`${mailbox}: ${targets?.join(' ') ?? 'all'}`);
        clock.setSystemTime(Date.now() + takes);
      },
      failed: (error) => assert.fail(String(error)),
    });
    // What may be planned at a stretch is used up.
    pace.took(2000);
  });
  afterEach(() => clock.restore());

  it('does not rest for as long as a clock is set back', () => {
    pace.took(200);
    clock.setSystemTime(Date.now() - 86_400_000);
    assert.equal(pace.isRested(), false);
    clock.tick(2000);
    assert.equal(pace.isRested(), true);
  });

  it('rests ten times as long as a plan took', async () => {
    assert.equal(pace.isRested(), true);
    pace.took(200);
    assert.equal(pace.isRested(), false);
    await clock.tickAsync(1999);
    assert.equal(pace.isRested(), false);
    await clock.tickAsync(1);
    assert.equal(pace.isRested(), true);
  });

  it('lets two seconds be planned at a stretch, which ten times as much rest earns back', async () => {
    const fresh = createPlanPace({ now: () => Date.now(), plan: async () => {}, failed: () => {} });
    for (let plans = 0; plans < 4; plans += 1) {
      assert.equal(fresh.isRested(), true);
      fresh.took(501);
    }
    assert.equal(fresh.isRested(), false);
    await clock.tickAsync(40);
    assert.equal(fresh.isRested(), true);
    fresh.took(1);
    assert.equal(fresh.isRested(), false);
    await clock.tickAsync(60_000);
    fresh.took(2000);
    assert.equal(fresh.isRested(), true, 'no more than two seconds are earned');
    fresh.took(1);
    assert.equal(fresh.isRested(), false);
  });

  it('does not hold up what takes no time', () => {
    pace.took(0);
    assert.equal(pace.isRested(), true);
  });

  it('gathers what changes in a place meanwhile, and plans it in one go', async () => {
    pace.took(200);
    pace.later([OPS], [1, 2]);
    pace.later([OPS], [2, 3]);
    await clock.tickAsync(1999);
    assert.deepEqual(planned, []);
    await clock.tickAsync(1);
    assert.deepEqual(planned, ['ops: 1 2 3']);
    await clock.tickAsync(60_000);
    assert.equal(planned.length, 1);
  });

  it('plans a whole place when very much has changed there', async () => {
    pace.took(200);
    pace.later(
      [OPS],
      Array.from({ length: 200 }, (_, index) => index),
    );
    pace.later([DEV], [7]);
    pace.later([OPS], [200]);
    pace.later([OPS], [201]);
    await clock.tickAsync(2010);
    assert.deepEqual(planned, ['ops: all', 'dev: 7']);
  });

  it('has places take turns, with a rest in between', async () => {
    takes = 100;
    pace.later([OPS, DEV], [1]);
    await clock.tickAsync(1);
    assert.deepEqual(planned, ['ops: 1']);
    pace.later([OPS], [2]);
    await clock.tickAsync(898);
    assert.deepEqual(planned, ['ops: 1']);
    await clock.tickAsync(1);
    assert.deepEqual(planned, ['ops: 1', 'dev: 1']);
    await clock.tickAsync(1000);
    assert.deepEqual(planned, ['ops: 1', 'dev: 1', 'ops: 2']);
  });

  it('plans what waits before the end, without resting', async () => {
    takes = 999;
    pace.took(60_000);
    pace.later([OPS, DEV], [1]);
    await pace.drain();
    assert.deepEqual(planned, ['ops: 1', 'dev: 1']);
    await clock.tickAsync(900_000);
    assert.equal(planned.length, 2);
  });

  it('leaves to the next start what would hold up the end', async () => {
    takes = 1500;
    pace.took(60_000);
    pace.later([OPS, DEV, { calendar: 'graph', mailbox: 'ada' }], [1]);
    await pace.drain();
    assert.deepEqual(planned, ['ops: 1', 'dev: 1']);
  });

  it('plans one place at a time, and the end waits for the one that is under way', async () => {
    const begun: string[] = [];
    const gates = new Map([OPS, DEV].map(({ mailbox }) => [mailbox, Promise.withResolvers<void>()]));
    const slow = createPlanPace({
      now: () => Date.now(),
      plan({ mailbox }) {
        begun.push(mailbox);
        return gates.get(mailbox)!.promise;
      },
      failed: (error) => assert.fail(String(error)),
    });
    slow.later([OPS], [1]);
    await clock.tickAsync(1);
    assert.equal(slow.isRested(), false);
    slow.later([DEV], [1]);
    await clock.tickAsync(1000);
    const drained = slow.drain();
    await clock.tickAsync(1000);
    assert.deepEqual(begun, ['ops']);
    gates.get('ops')!.resolve();
    await clock.tickAsync(0);
    assert.deepEqual(begun, ['ops', 'dev']);
    gates.get('dev')!.resolve();
    await drained;
    assert.equal(slow.isRested(), true);
  });

  it('goes on after a plan that failed', async () => {
    const failures: unknown[] = [];
    const tried: string[] = [];
    const failing = createPlanPace({
      now: () => Date.now(),
      async plan({ mailbox }) {
        tried.push(mailbox);
        throw new Error('no store');
      },
      failed: (error) => void failures.push(error),
    });
    failing.later([OPS, DEV], [1]);
    await clock.tickAsync(10);
    assert.deepEqual(tried, ['ops', 'dev']);
    assert.equal(failures.length, 2);
  });
});
