import assert from 'node:assert/strict';
import { eventHash } from '../../../src/calendars/graph/event.ts';
import type { DeliveryFailure } from '../../../src/core/errors.ts';
import type { Calendar } from '../../../src/core/ports/calendar.ts';
import { graphFaults, startFakeGraph, type FakeGraph, type GraphFault } from '../../peers/graph/graph.ts';
import {
  failureOf,
  makeEvent,
  makeReminder,
  tryWrite,
  makeCalendar,
  makeClock,
  INSTALLATION,
} from '../../peers/graph/reminder.ts';

const MAILBOX = 'ada@example.com';

describe('the Graph calendar, creating events', () => {
  let graph: FakeGraph;
  let calendar: Calendar;
  let clock: ReturnType<typeof makeClock>;
  const lines = (method?: string) => graph.requests.filter((one) => method === undefined || one.method === method);

  beforeEach(async () => {
    graph = await startFakeGraph();
    graph.trust();
    clock = makeClock();
    calendar = makeCalendar(graph.url, { now: clock.now });
  });
  afterEach(async () => {
    await graph.close();
    assert.deepEqual(graph.violations, []);
  });

  describe('writing for the first time', () => {
    it('creates the event with one POST, whose body was kept before', async () => {
      const reminder = makeReminder();
      let kept = '';
      const written = await calendar.write(reminder, async (createBody) => {
        assert.equal(graph.requests.length, 0);
        kept = createBody;
      });
      assert.deepEqual(
        graph.requests.map(({ method, path, body }) => ({ method, path, body })),
        [{ method: 'POST', path: '/v1.0/users/ada%40example.com/events', body: kept }],
      );
      const [event, ...others] = graph.events(MAILBOX);
      assert.deepEqual(others, []);
      assert.deepEqual(written, {
        kind: 'written',
        written: {
          eventId: event?.id,
          etag: event?.etag,
          hash: eventHash(reminder.event),
          start: reminder.event.start,
        },
      });
      assert.equal(event?.tag, reminder.id);
      assert.equal(event?.installation, INSTALLATION);
      assert.equal(event?.writtenStart, reminder.event.start);
      assert.equal(event?.hash, eventHash(reminder.event));
      assert.equal(event?.showAs, 'free');
      assert.equal(event?.start, reminder.event.start);
      assert.equal(event?.end, reminder.event.end);
      assert.equal(event?.timeZone, 'W. Europe Standard Time');
    });

    it('sends nothing when the body could not be kept', async () => {
      await assert.rejects(
        calendar.write(makeReminder(), () => Promise.reject(new Error('store is down'))),
        /store is down/,
      );
      assert.deepEqual(graph.requests, []);
    });

    it('writes many reminders of one mailbox without being throttled', async () => {
      const reminders = Array.from({ length: 12 }, () => makeReminder());
      await Promise.all(reminders.map((reminder) => tryWrite(calendar, reminder)));
      assert.equal(graph.events(MAILBOX).length, 12);
      assert.ok(graph.requests.every(({ status }) => status === 201));
    });

    it('keeps reminders of different mailboxes apart', async () => {
      const ids = ['d3b0c8a0-0000-4000-8000-000000000001', "o'brien+x/y@example.com"];
      for (const mailbox of ids) await tryWrite(calendar, makeReminder({ mailbox }));
      for (const mailbox of ids) assert.equal(graph.events(mailbox).length, 1);
    });

    for (const mailbox of ['', '.', '..']) {
      it(`asks nobody about the mailbox ${JSON.stringify(mailbox)}`, async () => {
        assert.equal((await failureOf(tryWrite(calendar, makeReminder({ mailbox })))).code, 'refused');
        assert.deepEqual(graph.requests, []);
      });
    }
  });

  describe('after a first try that failed', () => {
    const faults: [string, GraphFault, DeliveryFailure, { posts: number; retryAfter?: number }][] = [
      ['the connection broke before it was stored', { kind: 'drop-before' }, 'ambiguous', { posts: 2 }],
      ['the connection broke after it was stored', { kind: 'drop-after' }, 'ambiguous', { posts: 1 }],
      ['the service answered 500 and stored it', { kind: 'error-after' }, 'unavailable', { posts: 1 }],
      ['the service answered 504 and stored it', { kind: 'error-after', status: 504 }, 'unavailable', { posts: 1 }],
      ['the service was unavailable', graphFaults.unavailable, 'unavailable', { posts: 2 }],
      [
        'the service was unavailable for a while',
        { kind: 'answer', status: 503, retryAfter: 20 },
        'unavailable',
        { posts: 2, retryAfter: 20_000 },
      ],
      ['it was throttled', { kind: 'answer', status: 429, retryAfter: 3 }, 'throttled', { posts: 2, retryAfter: 3000 }],
      ['the app lacked permission', graphFaults.forbidden, 'refused', { posts: 2 }],
      ['the mailbox did not exist yet', graphFaults.unknownMailbox, 'gone', { posts: 2 }],
    ];
    for (const [name, fault, code, { posts, retryAfter }] of faults) {
      it(`has exactly one event when ${name}`, async () => {
        const reminder = makeReminder();
        graph.inject(fault, { method: 'POST' });
        const failure = await failureOf(tryWrite(calendar, reminder));
        assert.equal(failure.code, code);
        assert.equal(failure.retryAfter, retryAfter);
        assert.notEqual(reminder.createBody, null);

        clock.forward(retryAfter ?? 0);
        await tryWrite(calendar, reminder);
        assert.deepEqual(
          lines().flatMap(({ method, mailbox }) => (mailbox === null ? [] : [method])),
          posts === 1 ? ['POST', 'GET'] : ['POST', 'GET', 'POST', 'GET'],
        );
        for (const { body } of lines('POST')) assert.equal(body, reminder.createBody);
        const [event, ...others] = graph.events(MAILBOX);
        assert.deepEqual(others, []);
        assert.equal(event?.id, reminder.eventId);
      });
    }

    it('has exactly one event when the answer came too late, and the event later still', async () => {
      const reminder = makeReminder();
      const hasty = makeCalendar(graph.url, { timeout: 80 });
      graph.inject({ kind: 'delay', ms: 500 }, { method: 'POST' });
      assert.equal((await failureOf(tryWrite(hasty, reminder))).code, 'ambiguous');
      await tryWrite(calendar, reminder);
      await graph.idle();
      assert.equal(lines('POST').length, 2);
      assert.equal(graph.events(MAILBOX).length, 1);
    });

    it('has exactly one event when the service stored it and never answered', async () => {
      const reminder = makeReminder();
      const hasty = makeCalendar(graph.url, { timeout: 80 });
      graph.inject({ kind: 'silent-after' }, { method: 'POST' });
      assert.equal((await failureOf(tryWrite(hasty, reminder))).code, 'ambiguous');
      await tryWrite(calendar, reminder);
      assert.equal(graph.events(MAILBOX).length, 1);
    });

    it('brings the event up to date when the wish changed in between, stored or not', async () => {
      for (const fault of [{ kind: 'drop-before' }, { kind: 'drop-after' }] satisfies GraphFault[]) {
        const reminder = makeReminder({ mailbox: `${fault.kind}@example.com` });
        graph.inject(fault, { method: 'POST' });
        await failureOf(tryWrite(calendar, reminder));
        const sent = reminder.createBody;
        reminder.event = makeEvent({
          subject: 'Renew certificate: moved',
          start: Date.UTC(2027, 3, 1, 7),
          end: Date.UTC(2027, 3, 1, 8),
        });
        await tryWrite(calendar, reminder);
        assert.equal(reminder.createBody, sent);
        const [event, ...others] = graph.events(reminder.mailbox);
        assert.deepEqual(others, []);
        assert.equal(event?.subject, 'Renew certificate: moved');
        assert.equal(event?.start, reminder.event.start);
        assert.equal(event?.hash, eventHash(reminder.event));
        assert.equal(event?.etag, reminder.etag);
      }
    });

    it('creates the event anew when it had been stored and a person deleted it since', async () => {
      const reminder = makeReminder();
      graph.inject({ kind: 'drop-after' }, { method: 'POST' });
      await failureOf(tryWrite(calendar, reminder));
      graph.mailbox(MAILBOX).delete(graph.events(MAILBOX)[0]!.id);
      await tryWrite(calendar, reminder);
      assert.deepEqual(
        graph.events(MAILBOX).map(({ id }) => id),
        [reminder.eventId],
      );
      assert.equal(graph.events(MAILBOX)[0]?.sent['subject'], reminder.event.subject);
    });

    it('does not create while the look-up fails', async () => {
      const reminder = makeReminder();
      graph.inject({ kind: 'drop-after' }, { method: 'POST' });
      graph.inject(graphFaults.unavailable, { method: 'GET' });
      await failureOf(tryWrite(calendar, reminder));
      assert.equal((await failureOf(tryWrite(calendar, reminder))).code, 'unavailable');
      assert.equal(lines('POST').length, 1);
    });

    it('adopts the oldest of several that its own tries made and deletes the others, over several pages', async () => {
      const reminder = makeReminder();
      graph.inject({ kind: 'drop-after' }, { method: 'POST' });
      await failureOf(tryWrite(calendar, reminder));
      const [oldest] = graph.events(MAILBOX);
      for (let copies = 0; copies < 24; copies += 1)
        graph.mailbox(MAILBOX).duplicate(oldest!.id, { transactionId: `tx${copies}` });
      await tryWrite(calendar, reminder);
      assert.deepEqual(
        graph.events(MAILBOX).map(({ id }) => id),
        [oldest?.id],
      );
      assert.equal(reminder.eventId, oldest?.id);
      assert.equal(lines('GET').length, 3);
    });
  });
});
