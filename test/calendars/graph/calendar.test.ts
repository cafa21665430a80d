import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createGraphCalendar } from '../../../src/calendars/graph/calendar.ts';
import { eventHash } from '../../../src/calendars/graph/event.ts';
import { DeliveryError } from '../../../src/core/errors.ts';
import type { DeliveryFailure } from '../../../src/core/errors.ts';
import type { Calendar } from '../../../src/core/ports.ts';
import { graphFaults, startFakeGraph } from '../../support/fake-graph.ts';
import type { FakeGraph, GraphFault } from '../../support/fake-graph.ts';
import { makeEvent, makeReminder, tryWrite } from '../../support/graph-reminder.ts';

const MAILBOX = 'ada@example.com';
const log = { debug() {}, warn() {} };

/** The DeliveryError that a promise rejects with. */
async function failureOf(work: Promise<unknown>): Promise<DeliveryError> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof DeliveryError, `expected a DeliveryError, got ${String(error)}`);
  return error;
}

describe('the Graph calendar', () => {
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
      assert.deepEqual(written, { eventId: event?.id, etag: event?.etag, hash: eventHash(reminder.event) });
      assert.equal(event?.tag, reminder.id);
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
      ['the token was refused', graphFaults.unauthorized, 'refused', { posts: 2 }],
      ['the app lacked permission', graphFaults.forbidden, 'refused', { posts: 2 }],
      ['the mailbox did not exist yet', graphFaults.unknownMailbox, 'refused', { posts: 2 }],
    ];
    for (const [name, fault, code, { posts, retryAfter }] of faults) {
      it(`has exactly one event when ${name}`, async () => {
        const reminder = makeReminder();
        graph.inject(fault, { method: 'POST' });
        const failure = await failureOf(tryWrite(calendar, reminder));
        assert.equal(failure.code, code);
        assert.equal(failure.retryAfter, retryAfter);
        assert.notEqual(reminder.createBody, null);

        await tryWrite(calendar, reminder);
        assert.deepEqual(
          lines().map(({ method }) => method),
          ['POST', 'GET', 'POST'].slice(0, posts + 1),
        );
        for (const { body } of lines('POST')) assert.equal(body, reminder.createBody);
        const [event, ...others] = graph.events(MAILBOX);
        assert.deepEqual(others, []);
        assert.equal(event?.id, reminder.eventId);
      });
    }

    it('has exactly one event when the answer came too late, and the event later still', async () => {
      const reminder = makeReminder();
      const hasty = createGraphCalendar({ baseUrl: graph.url, getToken: async () => 'token', log, timeout: 80 });
      graph.inject({ kind: 'delay', ms: 500 }, { method: 'POST' });
      assert.equal((await failureOf(tryWrite(hasty, reminder))).code, 'ambiguous');
      await tryWrite(calendar, reminder);
      await graph.idle();
      assert.equal(lines('POST').length, 2);
      assert.equal(graph.events(MAILBOX).length, 1);
    });

    it('has exactly one event when the service stored it and never answered', async () => {
      const reminder = makeReminder();
      const hasty = createGraphCalendar({ baseUrl: graph.url, getToken: async () => 'token', log, timeout: 80 });
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

    it('does not create while the look-up fails', async () => {
      const reminder = makeReminder();
      graph.inject({ kind: 'drop-after' }, { method: 'POST' });
      graph.inject(graphFaults.unavailable, { method: 'GET' });
      await failureOf(tryWrite(calendar, reminder));
      assert.equal((await failureOf(tryWrite(calendar, reminder))).code, 'unavailable');
      assert.equal(lines('POST').length, 1);
    });

    it('adopts the oldest of several copies and deletes the others, over several pages', async () => {
      const reminder = makeReminder();
      graph.inject({ kind: 'drop-after' }, { method: 'POST' });
      await failureOf(tryWrite(calendar, reminder));
      const [oldest] = graph.events(MAILBOX);
      for (let copies = 0; copies < 24; copies += 1) graph.mailbox(MAILBOX).duplicate(oldest!.id);
      await tryWrite(calendar, reminder);
      assert.deepEqual(
        graph.events(MAILBOX).map(({ id }) => id),
        [oldest?.id],
      );
      assert.equal(reminder.eventId, oldest?.id);
      assert.equal(lines('GET').length, 3);
    });
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

  describe('towards the service', () => {
    it('asks for immutable ids with every request', async () => {
      const reminder = makeReminder();
      await tryWrite(calendar, reminder);
      reminder.event = makeEvent({ subject: 'x' });
      await tryWrite(calendar, reminder);
      await calendar.remove(reminder);
      assert.deepEqual(new Set(lines().map(({ method }) => method)), new Set(['GET', 'POST', 'PATCH', 'DELETE']));
      for (const { prefer } of lines()) assert.equal(prefer, 'IdType="ImmutableId"');
    });

    it('repeats nothing by itself', async () => {
      graph.inject({ kind: 'answer', status: 503, retryAfter: 0 }, { times: 9 });
      await failureOf(calendar.workingTime(MAILBOX));
      assert.equal(lines().length, 1);
    });

    it('does not follow a paging link to another host, nor a redirect', async () => {
      const reminder = makeReminder({ createBody: '{}' });
      const elsewhere = await startFakeGraph();
      try {
        const answer = JSON.stringify({ value: [], '@odata.nextLink': `${elsewhere.url}/v1.0/users/x/events` });
        const original = globalThis.fetch;
        globalThis.fetch = async () => new Response(answer, { headers: { 'content-type': 'application/json' } });
        try {
          assert.match((await failureOf(tryWrite(calendar, reminder))).message, /another host/);
          globalThis.fetch = async () =>
            new Response(null, { status: 302, headers: { location: `${elsewhere.url}/` } });
          assert.equal((await failureOf(calendar.workingTime(MAILBOX))).code, 'unavailable');
        } finally {
          globalThis.fetch = original;
        }
        assert.deepEqual(elsewhere.requests, []);
      } finally {
        await elsewhere.close();
      }
    });

    it('tells a failing token source from a failing service, and leaks neither', async () => {
      const lost = createGraphCalendar({
        baseUrl: graph.url,
        getToken: () => Promise.reject(new Error('s3cret')),
        log,
      });
      const failure = await failureOf(lost.workingTime(MAILBOX));
      assert.equal(failure.code, 'unavailable');
      assert.match(failure.message, /No access token/);
      assert.doesNotMatch(failure.message, /s3cret/);
      const hanging = createGraphCalendar({
        baseUrl: graph.url,
        getToken: () => new Promise(() => {}),
        log,
        timeout: 50,
      });
      assert.match((await failureOf(hanging.workingTime(MAILBOX))).message, /No access token/);
      const broken = createGraphCalendar({ baseUrl: graph.url, getToken: async () => 's3cret\nx', log });
      assert.doesNotMatch((await failureOf(broken.workingTime(MAILBOX))).message, /s3cret/);
      assert.deepEqual(graph.requests, []);
    });

    it('says that nothing was sent when nobody listens', async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as AddressInfo;
      await new Promise((resolve) => server.close(resolve));
      const alone = createGraphCalendar({ baseUrl: `https://127.0.0.1:${port}`, getToken: async () => 'token', log });
      const failure = await failureOf(tryWrite(alone, makeReminder()));
      assert.equal(failure.code, 'unavailable');
      assert.match(failure.message, /ECONNREFUSED/);
    });

    it('sends no token without TLS', () => {
      assert.throws(
        () => createGraphCalendar({ baseUrl: 'http://127.0.0.1', getToken: async () => 't', log }),
        /https/,
      );
    });

    it('logs neither mailbox nor token nor body', async () => {
      const told: string[] = [];
      const note = (fields: object, message: string) => told.push(JSON.stringify(fields) + message);
      const talking = createGraphCalendar({
        baseUrl: graph.url,
        getToken: async () => 's3cret',
        log: { debug: note, warn: note },
      });
      await tryWrite(talking, makeReminder());
      graph.inject({ kind: 'drop-before' });
      await failureOf(talking.workingTime(MAILBOX));
      assert.equal(told.length, 2);
      assert.doesNotMatch(told.join(), /s3cret|ada|example/);
    });
  });
});
