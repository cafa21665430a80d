import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Calendar } from '../../../src/core/ports/calendar.ts';
import { graphFaults, startFakeGraph, type FakeGraph } from '../../peers/graph/graph.ts';
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

describe('the Graph calendar, once events exist', () => {
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

    describe('after a person moved the event', () => {
      const moved = Date.UTC(2027, 1, 20, 12);

      it('tells where it is and changes nothing, also when the wish changed', async () => {
        const reminder = await written();
        graph.mailbox(MAILBOX).move(reminder.eventId!, moved);
        assert.deepEqual(await tryWrite(calendar, reminder), { kind: 'moved', to: { start: moved, allDay: false } });
        reminder.event = later();
        assert.deepEqual(await tryWrite(calendar, reminder), { kind: 'moved', to: { start: moved, allDay: false } });
        assert.deepEqual(patches(), []);
        assert.equal(graph.events(MAILBOX)[0]?.start, moved);
      });

      it('is content once it is wanted where it stands', async () => {
        const reminder = await written();
        graph.mailbox(MAILBOX).move(reminder.eventId!, moved);
        reminder.event = makeEvent({ start: moved, end: moved + 1_800_000, showAs: 'busy' });
        assert.equal((await tryWrite(calendar, reminder)).kind, 'written');
        const [event] = graph.events(MAILBOX);
        assert.deepEqual([event?.start, event?.writtenStart, event?.showAs], [moved, moved, 'busy']);
        await tryWrite(calendar, reminder);
        assert.deepEqual(patches(), [200]);
      });

      it('does not take lost seconds for a move', async () => {
        const reminder = await written({ event: makeEvent({ start: Date.UTC(2027, 2, 1, 8, 0, 59) }) });
        graph.mailbox(MAILBOX).move(reminder.eventId!, Date.UTC(2027, 2, 1, 8, 0));
        assert.equal((await tryWrite(calendar, reminder)).kind, 'written');
        assert.deepEqual(patches(), []);
      });

      it('does not take a copy that stands where it was for the event', async () => {
        const reminder = await written();
        graph.mailbox(MAILBOX).duplicate(reminder.eventId!);
        graph.mailbox(MAILBOX).move(reminder.eventId!, moved);
        assert.equal((await tryWrite(calendar, reminder)).kind, 'moved');
        assert.equal(graph.events(MAILBOX).length, 2);
      });

      it('notices it between reading and writing', async () => {
        const reminder = await written();
        reminder.event = later();
        graph.setChaos(({ method }) => {
          if (method === 'PATCH') graph.mailbox(MAILBOX).move(reminder.eventId!, moved);
          return null;
        });
        assert.deepEqual(await tryWrite(calendar, reminder), { kind: 'moved', to: { start: moved, allDay: false } });
        assert.deepEqual(patches(), [412]);
      });
    });

    it('gives back the subject that a person changed', async () => {
      const reminder = await written();
      graph.mailbox(MAILBOX).rename(reminder.eventId!, 'Do not forget');
      assert.equal((await tryWrite(calendar, reminder)).kind, 'written');
      assert.equal(graph.events(MAILBOX)[0]?.subject, reminder.event.subject);
      await tryWrite(calendar, reminder);
      assert.deepEqual(patches(), [200]);
    });

    it('brings an event of an earlier version, which does not say what was written, up to date', async () => {
      const reminder = await written();
      graph.mailbox(MAILBOX).dropProperty(reminder.eventId!, 'certbotEvent');
      graph.mailbox(MAILBOX).dropProperty(reminder.eventId!, 'certbotInstallation');
      assert.equal((await calendar.list(MAILBOX))[0], undefined);
      assert.equal((await tryWrite(calendar, reminder)).kind, 'written');
      const [event] = graph.events(MAILBOX);
      assert.deepEqual([event?.hash, event?.installation], [reminder.writtenHash, INSTALLATION]);
      assert.deepEqual(patches(), [200]);
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

    it('tells that a person deleted the event, and makes none, until it is to be made anew', async () => {
      const reminder = await written();
      const first = reminder.eventId;
      graph.mailbox(MAILBOX).delete(reminder.eventId!);
      for (let round = 0; round < 2; round += 1) {
        assert.deepEqual(await tryWrite(calendar, reminder), { kind: 'deleted' });
      }
      assert.deepEqual(graph.events(MAILBOX), []);
      Object.assign(reminder, { eventId: null, createBody: null, transactionId: randomUUID() });
      assert.equal((await tryWrite(calendar, reminder)).kind, 'written');
      assert.deepEqual(
        graph.events(MAILBOX).map(({ id }) => id),
        [reminder.eventId],
      );
      assert.notEqual(reminder.eventId, first);
    });

    for (const kind of ['drop-before', 'drop-after', 'error-after'] as const) {
      it(`replaces an event that was deleted before its id was known only once though the POST met ${kind}`, async () => {
        const reminder = makeReminder();
        graph.inject({ kind: 'drop-after' }, { method: 'POST' });
        await failureOf(tryWrite(calendar, reminder));
        graph.mailbox(MAILBOX).delete(graph.events(MAILBOX)[0]!.id);
        // The replayed body is answered with the deleted event; the second POST is the replacement.
        graph.inject({ kind: 'delay', ms: 0 }, { method: 'POST' });
        graph.inject({ kind }, { method: 'POST' });
        await failureOf(tryWrite(calendar, reminder));
        // Not yet in the index: the look-up finds nothing although the event is there.
        const [stored] = graph.events(MAILBOX);
        if (stored) graph.mailbox(MAILBOX).moveToOtherCalendar(stored.id);
        await tryWrite(calendar, reminder);
        const [event, ...others] = graph.events(MAILBOX);
        assert.deepEqual(others, []);
        assert.equal(event?.id, reminder.eventId);
        assert.equal(new Set(lines('POST').map(({ body }) => JSON.parse(body).transactionId)).size, 2);
      });
    }

    it('leaves copies that people made as they are, and takes none for the event when that was deleted', async () => {
      const reminder = await written();
      const copy = graph.mailbox(MAILBOX).duplicate(reminder.eventId!);
      const before = graph.events(MAILBOX).find(({ id }) => id === copy);
      reminder.event = later();
      await tryWrite(calendar, reminder);
      assert.deepEqual(
        graph.events(MAILBOX).find(({ id }) => id === copy),
        before,
      );
      assert.equal(graph.events(MAILBOX).find(({ id }) => id === reminder.eventId)?.start, reminder.event.start);
      graph.mailbox(MAILBOX).delete(reminder.eventId!);
      assert.deepEqual(await tryWrite(calendar, reminder), { kind: 'deleted' });
      assert.deepEqual(graph.events(MAILBOX), [before]);
    });
  });

  describe('removing', () => {
    it('asks nothing when nothing was ever sent', async () => {
      await calendar.remove(makeReminder());
      assert.deepEqual(graph.requests, []);
    });

    it('deletes its event, also in another calendar, and neither copies that people made nor others’ events', async () => {
      const [reminder, other] = [makeReminder(), makeReminder()];
      await tryWrite(calendar, reminder);
      await tryWrite(calendar, other);
      const copy = graph.mailbox(MAILBOX).duplicate(reminder.eventId!);
      graph.mailbox(MAILBOX).moveToOtherCalendar(reminder.eventId!);
      await calendar.remove(reminder);
      assert.deepEqual(
        graph.events(MAILBOX).map(({ id }) => id),
        [other.eventId, copy],
      );
    });

    it('deletes all that its own tries made, of which none was confirmed, and no copy of them', async () => {
      const reminder = makeReminder();
      graph.inject({ kind: 'drop-after' }, { method: 'POST' });
      await failureOf(tryWrite(calendar, reminder));
      const [first] = graph.events(MAILBOX);
      graph.mailbox(MAILBOX).duplicate(first!.id, { transactionId: 'another try' });
      const copy = graph.mailbox(MAILBOX).duplicate(first!.id);
      await calendar.remove(reminder);
      assert.deepEqual(
        graph.events(MAILBOX).map(({ id }) => id),
        [copy],
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
        const before = graph.requests.length;
        await calendar.remove(reminder);
        const asked = graph.requests.slice(before).filter(({ method }) => method === 'DELETE');
        assert.deepEqual(
          asked.map((request) => request.status),
          [status],
          'it was not asked for again',
        );
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
      clock.forward(9000);
      graph.inject({ kind: 'drop-before' });
      assert.equal((await failureOf(calendar.workingTime(MAILBOX))).code, 'unavailable');
    });
  });
});
