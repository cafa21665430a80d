import assert from 'node:assert/strict';
import sinon from 'sinon';
import type { Route } from '../../src/core/route.ts';
import { createPlanPace } from '../../src/flows/plan-pace.ts';

const OPS: Route = { calendar: 'ics', mailbox: 'ops' };
const DEV: Route = { calendar: 'ics', mailbox: 'dev' };

describe('planning in a sweep', () => {
  let clock: sinon.SinonFakeTimers;
  let planned: string[];
  let pace: ReturnType<typeof createPlanPace>;

  beforeEach(() => {
    clock = sinon.useFakeTimers({ toFake: ['Date', 'setTimeout', 'setInterval', 'clearTimeout', 'clearInterval'] });
    planned = [];
    pace = createPlanPace({
      now: () => Date.now(),
      plan: async (routes) => void planned.push(...routes.map(({ mailbox }) => mailbox)),
      failed: (error) => assert.fail(String(error)),
    });
  });
  afterEach(() => clock.restore());

  it('lets a place that took long rest ten times as long, and plans it by itself then', async () => {
    assert.deepEqual(pace.due([OPS, DEV]), [OPS, DEV]);
    pace.planned([OPS], 200);
    assert.deepEqual(pace.due([OPS, DEV]), [DEV]);
    assert.deepEqual(pace.due([OPS]), []);
    await clock.tickAsync(1999);
    assert.deepEqual(planned, []);
    await clock.tickAsync(2);
    assert.deepEqual(planned, ['ops'], 'once, however often it was asked for');
    assert.deepEqual(pace.due([OPS]), [OPS]);
  });

  it('does not hold up what takes no time', () => {
    pace.planned([OPS], 0);
    assert.deepEqual(pace.due([OPS]), [OPS]);
  });

  it('plans what waits before the end', async () => {
    pace.planned([OPS, DEV], 60_000);
    pace.due([OPS]);
    await pace.drain();
    assert.deepEqual(planned, ['ops']);
    await clock.tickAsync(900_000);
    assert.deepEqual(planned, ['ops']);
  });

  it('goes on after a plan that failed', async () => {
    const failures: unknown[] = [];
    const failing = createPlanPace({
      now: () => Date.now(),
      plan: () => Promise.reject(new Error('no store')),
      failed: (error) => void failures.push(error),
    });
    failing.planned([OPS], 100);
    failing.due([OPS]);
    await clock.tickAsync(2000);
    assert.equal(failures.length, 1);
    assert.deepEqual(failing.due([OPS]), [OPS]);
  });
});
