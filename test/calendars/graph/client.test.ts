import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { GraphToken } from '../../../src/calendars/graph/client.ts';
import type { Calendar } from '../../../src/core/ports.ts';
import { startFakeGraph } from '../../support/fake-graph.ts';
import type { FakeGraph } from '../../support/fake-graph.ts';
import { failureOf, makeEvent, makeReminder, tryWrite, makeCalendar } from '../../support/graph-reminder.ts';

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
