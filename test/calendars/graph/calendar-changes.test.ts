import assert from 'node:assert/strict';
import { createGraphCalendar } from '../../../src/calendars/graph/calendar.ts';
import type { Calendar } from '../../../src/core/ports.ts';
import { graphFaults, startFakeGraph } from '../../support/fake-graph.ts';
import type { FakeGraph } from '../../support/fake-graph.ts';
import { failureOf, makeEvent, makeReminder, tryWrite } from '../../support/graph-reminder.ts';

const MAILBOX = 'ada@example.com';
const log = { debug() {}, warn() {} };

describe('the Graph calendar, once events exist', () => {
  let graph: FakeGraph;
  let calendar: Calendar;
  const lines = (method?: string) => graph.requests.filter((one) => method === undefined || one.method === method);

  beforeEach(async () => {
    graph = await startFakeGraph();
    graph.trust();
    calendar = createGraphCalendar({ baseUrl: graph.url, getToken: async () => 'token', log });
  });
  afterEach(async () => {
    await graph.close();
    assert.deepEqual(graph.violations, []);
  });

  describe('writing again', () => {
    async function written(overrides: Parameters<typeof makeReminder>[0] = {}) {
      const reminder = makeReminder(overrides);
      await tryWrite(calendar, reminder);
      return reminder;
    }
    const later = () =>
      makeEvent({ start: Date.UTC(2027, 5, 1, 7), end: Date.UTC(2027, 5, 1, 7, 30), body: ['changed'] });
    const patches = () => lines('PATCH').map(({ status }) => status);

    it('changes nothing when the wish is the same, though Exchange has rewritten the body', async () => {
      const reminder = await written();
      assert.match(graph.events(MAILBOX)[0]?.body ?? '', /<meta http-equiv/);
      await tryWrite(calendar, reminder);
      assert.deepEqual(patches(), []);
      assert.equal(lines('POST').length, 1);
    });

    it('changes the event in place when the wish changed', async () => {
      const reminder = await written();
      const { eventId, etag } = reminder;
      reminder.event = later();
      await tryWrite(calendar, reminder);
      const [event, ...others] = graph.events(MAILBOX);
      assert.deepEqual(others, []);
      assert.equal(event?.id, eventId);
      assert.notEqual(event?.etag, etag);
      assert.equal(event?.etag, reminder.etag);
      assert.equal(event?.start, reminder.event.start);
      assert.match(event?.body ?? '', /<p>changed<\/p>/);
      assert.equal(event?.tag, reminder.id);
      assert.equal(event?.hash, reminder.writtenHash);
    });

    it('leaves an event where a person moved it, until the wish changes', async () => {
      const reminder = await written();
      const moved = { start: Date.UTC(2027, 1, 20, 12), end: Date.UTC(2027, 1, 20, 13) };
      graph.mailbox(MAILBOX).move(reminder.eventId!, moved);
      await tryWrite(calendar, reminder);
      assert.deepEqual(patches(), []);
      assert.equal(graph.events(MAILBOX)[0]?.start, moved.start);
      reminder.event = later();
      await tryWrite(calendar, reminder);
      assert.equal(graph.events(MAILBOX)[0]?.start, reminder.event.start);
    });

    it('finds an event that a person moved to another calendar', async () => {
      const reminder = await written();
      graph.mailbox(MAILBOX).moveToOtherCalendar(reminder.eventId!);
      reminder.event = later();
      await tryWrite(calendar, reminder);
      assert.deepEqual(patches(), [200]);
      assert.equal(graph.events(MAILBOX).length, 1);
    });

    it('reads again when somebody else was faster', async () => {
      const reminder = await written();
      reminder.event = later();
      graph.inject({ kind: 'answer', status: 412, code: 'ErrorIrresolvableConflict' }, { method: 'PATCH', times: 2 });
      await tryWrite(calendar, reminder);
      assert.deepEqual(patches(), [412, 412, 200]);
      assert.equal(graph.events(MAILBOX)[0]?.start, reminder.event.start);
    });

    it('sees by the ETag that the event changed between reading and writing', async () => {
      const reminder = await written();
      reminder.event = later();
      let touched = false;
      graph.setChaos(({ method }) => {
        if (method === 'PATCH' && !touched) {
          touched = true;
          graph.mailbox(MAILBOX).touch(reminder.eventId!);
        }
        return null;
      });
      await tryWrite(calendar, reminder);
      assert.deepEqual(patches(), [412, 200]);
      assert.equal(graph.events(MAILBOX)[0]?.etag, reminder.etag);
    });

    it('is content when another replica has written the same wish in between', async () => {
      const reminder = await written();
      reminder.event = later();
      graph.inject({ kind: 'error-after', status: 412 }, { method: 'PATCH' });
      await tryWrite(calendar, reminder);
      assert.deepEqual(patches(), [412]);
      assert.equal(graph.events(MAILBOX)[0]?.etag, reminder.etag);
      assert.equal(graph.events(MAILBOX)[0]?.start, reminder.event.start);
    });

    it('gives up for now when the event never stops changing', async () => {
      const reminder = await written();
      reminder.event = later();
      graph.inject({ kind: 'answer', status: 412 }, { method: 'PATCH', times: 99 });
      assert.equal((await failureOf(tryWrite(calendar, reminder))).code, 'unavailable');
      assert.ok(patches().length < 10);
    });

    for (const [kind, code] of [
      ['drop-before', 'ambiguous'],
      ['drop-after', 'ambiguous'],
      ['error-after', 'unavailable'],
    ] as const) {
      it(`gets there with the next try after a PATCH met ${kind}`, async () => {
        const reminder = await written();
        reminder.event = later();
        graph.inject({ kind }, { method: 'PATCH' });
        assert.equal((await failureOf(tryWrite(calendar, reminder))).code, code);
        await tryWrite(calendar, reminder);
        assert.equal(patches().length, kind === 'drop-before' ? 2 : 1);
        assert.equal(graph.events(MAILBOX)[0]?.start, reminder.event.start);
        assert.equal(reminder.etag, graph.events(MAILBOX)[0]?.etag);
      });
    }

    it('creates the event anew, under another transaction id, when a person deleted it', async () => {
      const reminder = await written();
      const first = reminder.eventId;
      for (let round = 0; round < 2; round += 1) {
        graph.mailbox(MAILBOX).delete(reminder.eventId!);
        await tryWrite(calendar, reminder);
        const [event, ...others] = graph.events(MAILBOX);
        assert.deepEqual(others, []);
        assert.equal(event?.id, reminder.eventId);
      }
      assert.notEqual(reminder.eventId, first);
      const used = lines('POST').map(({ body }) => JSON.parse(body).transactionId);
      assert.equal(new Set(used).size, 3);
    });

    for (const kind of ['drop-before', 'drop-after', 'error-after'] as const) {
      it(`creates a deleted event anew only once though the POST met ${kind}`, async () => {
        const reminder = await written();
        graph.mailbox(MAILBOX).delete(reminder.eventId!);
        graph.inject({ kind }, { method: 'POST' });
        await failureOf(tryWrite(calendar, reminder));
        // Not yet in the index: the look-up finds nothing although the event is there.
        const [stored] = graph.events(MAILBOX);
        if (stored) graph.mailbox(MAILBOX).moveToOtherCalendar(stored.id);
        await tryWrite(calendar, reminder);
        const [event, ...others] = graph.events(MAILBOX);
        assert.deepEqual(others, []);
        assert.equal(event?.id, reminder.eventId);
      });
    }

    it('reduces copies to the oldest', async () => {
      const reminder = await written();
      graph.mailbox(MAILBOX).duplicate(reminder.eventId!);
      graph.mailbox(MAILBOX).duplicate(reminder.eventId!);
      await tryWrite(calendar, reminder);
      assert.deepEqual(
        graph.events(MAILBOX).map(({ id }) => id),
        [reminder.eventId],
      );
    });
  });

  describe('removing', () => {
    it('asks nothing when nothing was ever sent', async () => {
      await calendar.remove(makeReminder());
      assert.deepEqual(graph.requests, []);
    });

    it('deletes every copy, also in other calendars, and nobody else’s events', async () => {
      const [reminder, other] = [makeReminder(), makeReminder()];
      await tryWrite(calendar, reminder);
      await tryWrite(calendar, other);
      graph.mailbox(MAILBOX).duplicate(reminder.eventId!);
      graph.mailbox(MAILBOX).moveToOtherCalendar(reminder.eventId!);
      await calendar.remove(reminder);
      assert.deepEqual(
        graph.events(MAILBOX).map(({ tag }) => tag),
        [other.id],
      );
    });

    it('finds an event whose POST never got its answer', async () => {
      const reminder = makeReminder();
      graph.inject({ kind: 'drop-after' }, { method: 'POST' });
      await failureOf(tryWrite(calendar, reminder));
      await calendar.remove(reminder);
      assert.deepEqual(graph.events(MAILBOX), []);
    });

    const gone: [number, string][] = [
      [404, 'ErrorItemNotFound'],
      [410, 'Gone'],
      [403, 'ErrorCannotDeleteObject'],
    ];
    for (const [status, code] of gone) {
      it(`is done when the service answers ${status} ${code}`, async () => {
        const reminder = makeReminder();
        await tryWrite(calendar, reminder);
        graph.inject({ kind: 'answer', status, code }, { method: 'DELETE' });
        await calendar.remove(reminder);
      });
    }

    it('is not done when the app may not delete, or nothing is known', async () => {
      const reminder = makeReminder();
      await tryWrite(calendar, reminder);
      graph.inject(graphFaults.forbidden, { method: 'DELETE' });
      assert.equal((await failureOf(calendar.remove(reminder))).code, 'refused');
      graph.inject({ kind: 'drop-after' }, { method: 'DELETE' });
      assert.equal((await failureOf(calendar.remove(reminder))).code, 'unavailable');
      await calendar.remove(reminder);
      assert.deepEqual(graph.events(MAILBOX), []);
    });
  });

  describe('working time', () => {
    it('is that of the mailbox settings', async () => {
      assert.deepEqual(await calendar.workingTime(MAILBOX), {
        zone: 'Europe/Berlin',
        zoneName: 'W. Europe Standard Time',
        days: [1, 2, 3, 4, 5],
        start: 480,
        end: 1020,
      });
    });

    it('is unknown when the app may not read it or the mailbox does not exist', async () => {
      graph.mailbox(MAILBOX).setSettings(null);
      assert.equal(await calendar.workingTime(MAILBOX), null);
      graph.inject(graphFaults.unknownMailbox);
      assert.equal(await calendar.workingTime(MAILBOX), null);
    });

    it('fails when the service does', async () => {
      graph.inject({ kind: 'answer', status: 429, retryAfter: 9 });
      assert.equal((await failureOf(calendar.workingTime(MAILBOX))).retryAfter, 9000);
      graph.inject({ kind: 'drop-before' });
      assert.equal((await failureOf(calendar.workingTime(MAILBOX))).code, 'unavailable');
    });
  });
});
