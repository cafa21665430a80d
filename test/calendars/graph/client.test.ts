import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import sinon from 'sinon';
import type { GraphToken } from '../../../src/calendars/graph/client.ts';
import type { Calendar } from '../../../src/core/ports/calendar.ts';
import { startFakeGraph, type FakeGraph } from '../../peers/graph/graph.ts';
import { failureOf, makeEvent, makeReminder, tryWrite, makeCalendar } from '../../peers/graph/reminder.ts';

const MAILBOX = 'ada@example.com';

describe('the Graph calendar', () => {
  let graph: FakeGraph;
  let calendar: Calendar;
  const lines = (method?: string) => graph.requests.filter((one) => method === undefined || one.method === method);

  beforeEach(async () => {
    graph = await startFakeGraph();
    graph.trust();
    calendar = makeCalendar(graph.url);
  });
  afterEach(async () => {
    await graph.close();
    assert.deepEqual(graph.violations, []);
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

    it('follows no paging link that only looks as if it led to the same host', async () => {
      const original = globalThis.fetch;
      globalThis.fetch = async () =>
        Response.json({ value: [], '@odata.nextLink': `${graph.url}@elsewhere.example/v1.0/users/x/events` });
      try {
        assert.match((await failureOf(calendar.list(MAILBOX))).message, /another host/);
      } finally {
        globalThis.fetch = original;
      }
    });

    it('simply asks again about busy times when the answer was lost, though it asks by POST', async () => {
      graph.inject({ kind: 'drop-after' });
      const failure = await failureOf(calendar.busy(MAILBOX, 0, 3_600_000));
      assert.equal(failure.code, 'unavailable');
    });

    describe('when the answer is an odd one', () => {
      const original = globalThis.fetch;
      let sent: (RequestInit | undefined)[];
      const answering = (answer: () => Response) => {
        sent = [];
        globalThis.fetch = async (_request, options) => {
          sent.push(options);
          return answer();
        };
      };
      afterEach(() => {
        globalThis.fetch = original;
      });
      const next = 'https://127.0.0.1/v1.0/users/x/events?$skip=1';

      const oddities: [what: string, answer: () => Response, told: RegExp][] = [
        ['a proxy’s page of an error', () => new Response('<html>', { status: 502 }), /answered 502$/],
        [
          'an error whose code is none',
          () => Response.json({ error: { code: '<b> s3cret' } }, { status: 500 }),
          /answered 500$/,
        ],
        ['a success that cannot be read', () => new Response('<html>'), /did not answer/],
        [
          'one that breaks off',
          () => new Response(new ReadableStream({ start: (stream) => stream.error(new Error('s3cret')) })),
          /did not answer$/,
        ],
        ['no list', () => Response.json({}), /no list of events/],
      ];
      for (const [what, answer, told] of oddities)
        it(`says so: ${what}`, async () => {
          answering(answer);
          const failure = await failureOf(calendar.list(MAILBOX));
          assert.equal(failure.code, 'unavailable');
          assert.match(failure.message, told);
          assert.deepEqual(
            sent.map((options) => options?.redirect),
            ['manual'],
          );
        });

      it('follows no page that leads to itself', async () => {
        const link = new URL(next);
        link.host = new URL(graph.url).host;
        answering(() => Response.json({ value: [], '@odata.nextLink': link.href }));
        assert.match((await failureOf(calendar.list(MAILBOX))).message, /does not end/);
        assert.equal(sent.length, 2);
      });

      it('leaves out of the list what cannot be read, and takes nothing for the event of a reminder that cannot', async () => {
        answering(() => Response.json({ value: [{ id: 'x', subject: 'no start' }] }));
        assert.deepEqual(await calendar.list(MAILBOX), []);
        const failure = await failureOf(tryWrite(calendar, makeReminder({ createBody: '{}' })));
        assert.match(failure.message, /an event that cannot be read/);
        assert.ok(
          sent.every((options) => options?.method === 'GET'),
          'nothing is written then',
        );
      });
    });

    it('tells a failing token source from a failing service, and leaks neither', async () => {
      const withTokens = (get: () => Promise<GraphToken>) =>
        makeCalendar(graph.url, { tokens: { get, refused() {} }, timeout: 50 });
      const lost = await failureOf(withTokens(() => Promise.reject(new Error('s3cret'))).workingTime(MAILBOX));
      assert.equal(lost.code, 'unavailable');
      assert.match(lost.message, /No access token/);
      assert.doesNotMatch(lost.message, /s3cret/);
      const hanging = withTokens(() => new Promise(() => {}));
      assert.match((await failureOf(hanging.workingTime(MAILBOX))).message, /No access token/);
      const broken = withTokens(async () => ({ token: 's3cret\nx', kind: 'application' }));
      assert.doesNotMatch((await failureOf(broken.workingTime(MAILBOX))).message, /s3cret/);
      assert.deepEqual(graph.requests, []);
    });

    it('waits for a token as long as for an answer, and no longer', async () => {
      const clock = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      try {
        const get = (): Promise<GraphToken> => new Promise(() => {});
        const asked = failureOf(
          makeCalendar(graph.url, { tokens: { get, refused() {} }, timeout: 500 }).workingTime(MAILBOX),
        );
        let isOver = false;
        void asked.then(() => (isOver = true));
        await clock.tickAsync(499);
        assert.equal(isOver, false);
        await clock.tickAsync(1);
        assert.equal(isOver, true);
      } finally {
        clock.restore();
      }
    });

    it('says that nothing was sent when nobody listens', async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as AddressInfo;
      await new Promise((resolve) => server.close(resolve));
      const alone = makeCalendar(`https://127.0.0.1:${port}`);
      const failure = await failureOf(tryWrite(alone, makeReminder()));
      assert.equal(failure.code, 'unavailable');
      assert.match(failure.message, /ECONNREFUSED/);
    });

    it('sends no token without TLS', () => {
      assert.throws(() => makeCalendar('http://127.0.0.1'), /https/);
    });

    it('logs neither mailbox nor token nor body', async () => {
      const told: string[] = [];
      const note = (fields: object, message: string) => told.push(JSON.stringify(fields) + message);
      const talking = makeCalendar(graph.url, {
        tokens: { get: async () => ({ token: 's3cret', kind: 'application' }), refused() {} },
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
