import assert from 'node:assert/strict';
import type { Calendar } from '../../../src/core/ports/calendar.ts';
import { startFakeGraph, type FakeGraph } from '../../peers/graph/graph.ts';
import { failureOf, makeCalendar, makeClock, makeReminder, tryWrite } from '../../peers/graph/reminder.ts';

const MAILBOX = 'ada@example.com';
const OTHER = 'bob@example.com';

describe('the Graph calendar, asked to wait', () => {
  let graph: FakeGraph;
  let calendar: Calendar;
  let clock: ReturnType<typeof makeClock>;

  beforeEach(async () => {
    graph = await startFakeGraph({ pageSize: 50 });
    graph.trust();
    clock = makeClock();
    calendar = makeCalendar(graph.url, { now: clock.now });
  });
  afterEach(async () => {
    await graph.close();
    assert.deepEqual(graph.violations, []);
  });

  for (const status of [429, 503, 504]) {
    it(`sends nothing to the mailbox until Retry-After of ${status} has passed, and everything to others`, async () => {
      graph.inject({ kind: 'answer', status, retryAfter: 30 }, { mailbox: MAILBOX });
      assert.equal((await failureOf(calendar.list(MAILBOX))).retryAfter, 30_000);
      clock.forward(29_000);
      const failure = await failureOf(calendar.write(makeReminder({ mailbox: MAILBOX.toUpperCase() }), async () => {}));
      assert.equal(failure.code, 'throttled');
      assert.ok(failure.retryAfter! > 0 && failure.retryAfter! <= 1000, String(failure.retryAfter));
      assert.equal(graph.load(MAILBOX).requests, 1);
      await tryWrite(calendar, makeReminder({ mailbox: OTHER }));
      clock.forward(1000);
      assert.deepEqual(await calendar.list(MAILBOX), []);
    });
  }

  it('lets a mailbox rest ever longer when no time is named', async () => {
    graph.inject({ kind: 'answer', status: 429 }, { mailbox: MAILBOX, times: 3 });
    for (const wait of [1000, 2000, 4000]) {
      const failure = await failureOf(calendar.list(MAILBOX));
      assert.deepEqual([failure.code, failure.retryAfter], ['throttled', wait]);
      clock.forward(wait);
    }
    assert.deepEqual(await calendar.list(MAILBOX), []);
  });

  it('sends what waited for its turn only after the rest', async () => {
    graph.inject({ kind: 'answer', status: 429, retryAfter: 5 }, { times: 2 });
    const all = await Promise.allSettled(Array.from({ length: 6 }, () => calendar.list(MAILBOX)));
    assert.ok(all.every(({ status }) => status === 'rejected'));
    assert.equal(graph.load(MAILBOX).requests, 2);
  });

  it('calls a mailbox twice at a time and the service sixteen times, and lets no mailbox starve the others', async () => {
    await graph.close();
    graph = await startFakeGraph({ latency: 80 });
    graph.trust();
    calendar = makeCalendar(graph.url, { now: clock.now });
    // The first are held until as many have come as may be at work, which a busy machine takes longer to send than to
    // answer.
    graph.inject({ kind: 'delay', ms: 600 }, { times: 16 });
    const finished: string[] = [];
    const write = async (mailbox: string): Promise<void> => {
      await tryWrite(calendar, makeReminder({ mailbox }));
      finished.push(mailbox);
    };
    const greedy = Array.from({ length: 40 }, () => write(MAILBOX));
    const modest = Array.from({ length: 60 }, (_, index) => write(`user${index % 20}@example.com`));
    await Promise.all([...greedy, ...modest]);
    assert.equal(graph.load(MAILBOX).mostAtOnce, 2);
    assert.equal(graph.load().mostAtOnce, 16);
    assert.equal(graph.events(MAILBOX).length, 40);
    const lastOfModest = finished.findLastIndex((mailbox) => mailbox !== MAILBOX);
    const greedyAfter = finished.slice(lastOfModest).filter((mailbox) => mailbox === MAILBOX).length;
    assert.ok(greedyAfter > 20, `only ${greedyAfter} of the long line came last`);
  });

  it('lists 1,000 events of one mailbox with at most 21 requests', async () => {
    const reminders = Array.from({ length: 1000 }, () => makeReminder());
    await Promise.all(reminders.map((reminder) => tryWrite(calendar, reminder)));
    graph.mailbox(MAILBOX).addForeign();
    const before = graph.load(MAILBOX).requests;
    const entries = await calendar.list(MAILBOX);
    assert.ok(graph.load(MAILBOX).requests - before <= 21);
    assert.deepEqual(entries.map(({ reminderId }) => reminderId).toSorted(), reminders.map(({ id }) => id).toSorted());
  }).timeout(60_000);
});
