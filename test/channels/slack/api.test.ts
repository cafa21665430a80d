import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSlackApi, type ApiAnswer } from '../../../src/channels/slack/api.ts';
import { DeliveryError } from '../../../src/core/errors.ts';
import type { Log } from '../../../src/core/ports/log.ts';
import { startFakeSlack, type FakeSlack, type SlackFault } from '../../peers/slack/slack.ts';

const TOKEN = 'xoxb-acme';
const post = { channel: 'C0OPS', text: 'hello' };

describe("the calls of Slack's Web API", () => {
  let slack: FakeSlack;
  let now: number;
  const logged: string[] = [];
  const ends: (() => Promise<unknown>)[] = [];

  beforeEach(async () => {
    slack = await startFakeSlack();
    ends.push(() => slack.close());
    now = Date.parse('2026-08-01T12:00:00Z');
    logged.length = 0;
  });
  afterEach(async () => {
    for (const end of ends.splice(0).toReversed()) await end();
  });

  function apiOf({
    apiUrl = slack.apiUrl,
    sendTimeout = 5000,
    ...way
  }: { apiUrl?: string; sendTimeout?: number; fetch?: typeof globalThis.fetch } = {}) {
    const keep = (fields: object, message: string) => void logged.push(`${JSON.stringify(fields)} ${message}`);
    const log: Log = { debug: keep, info: keep, warn: keep, error: keep };
    return createSlackApi({ apiUrl, sendTimeout, log, now: () => now, ...way });
  }

  async function failureOf(calling: Promise<unknown>): Promise<DeliveryError> {
    const error: unknown = await calling.then(
      () => assert.fail('the call was carried out'),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof DeliveryError, String(error));
    return error;
  }

  /** An HTTP server that is no Slack at all. */
  async function startOther(answer: (response: ServerResponse) => void): Promise<string> {
    const server = createServer((request, response) => {
      request.resume().on('end', () => answer(response));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    ends.push(async () => {
      server.close();
      server.closeAllConnections();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`;
  }

  it('are one request each, with the arguments as they are and nothing else', async () => {
    const api = apiOf();
    const { ok, ts, channel } = await api.call(TOKEN, 'chat.postMessage', { ...post, unfurl_links: false });
    assert.deepEqual([ok, channel, slack.messages('C0OPS')[0]?.ts], [true, 'C0OPS', ts]);
    assert.deepEqual(
      slack.calls.map((call) => [call.method, call.arguments, call.token]),
      [['chat.postMessage', { ...post, unfurl_links: false }, TOKEN]],
    );
    assert.deepEqual(slack.violations, []);
  });

  it('go the way that they are given', async () => {
    const asked: string[] = [];
    const api = apiOf({
      fetch: (url, init) => {
        asked.push(String(url));
        return globalThis.fetch(url, init);
      },
    });
    await api.call(TOKEN, 'auth.test', {});
    assert.deepEqual(asked, [`${slack.apiUrl}auth.test`]);
  });

  it('tell which scopes the token has', async () => {
    const { response_metadata } = await apiOf().call(TOKEN, 'auth.test', {});
    assert.ok(response_metadata?.scopes?.includes('chat:write'));
  });

  it('are made with the token of each call', async () => {
    slack.world.addWorkspace({ id: 'T0OTHER', token: 'xoxb-other' });
    const api = apiOf();
    const teams = await Promise.all(['xoxb-other', TOKEN, 'xoxb-other'].map((each) => api.call(each, 'auth.test', {})));
    assert.deepEqual(
      teams.map(({ team_id }) => team_id),
      ['T0OTHER', 'T0ACME', 'T0OTHER'],
    );
  });

  describe('that have no answer', () => {
    it('are ambiguous after the deadline, and tell the answer that comes later', async () => {
      const { promise: until, resolve: answerNow } = Promise.withResolvers<void>();
      slack.fail({ kind: 'delay', until });
      const late = Promise.withResolvers<ApiAnswer>();
      const failure = await failureOf(apiOf({ sendTimeout: 80 }).call(TOKEN, 'chat.postMessage', post, late.resolve));
      assert.equal(failure.code, 'ambiguous');
      assert.match(failure.message, /chat\.postMessage in time/);
      answerNow();
      assert.equal((await late.promise).ts, slack.messages('C0OPS')[0]?.ts);
      assert.equal(slack.calls.length, 1);
    });

    it('tell nothing later when the answer came in time', async () => {
      const late: ApiAnswer[] = [];
      await apiOf().call(TOKEN, 'chat.postMessage', post, (answer) => late.push(answer));
      await new Promise(setImmediate);
      assert.deepEqual(late, []);
    });

    it('survive that the late answer is a refusal', async () => {
      const { promise: until, resolve: answerNow } = Promise.withResolvers<void>();
      slack.fail({ kind: 'delay', until }, { times: 1 });
      const late: ApiAnswer[] = [];
      const api = apiOf({ sendTimeout: 80 });
      const call = api.call(TOKEN, 'chat.postMessage', { channel: 'C0NONE', text: 'x' }, (each) => late.push(each));
      assert.equal((await failureOf(call)).code, 'ambiguous');
      answerNow();
      await slack.until(() => slack.calls[0]?.answer?.ok === false, 'the refusal');
      await api.call(TOKEN, 'auth.test', {});
      assert.deepEqual(late, []);
    });

    it('are unavailable when the connection is refused', async () => {
      const { apiUrl } = slack;
      await ends.pop()!();
      const failure = await failureOf(apiOf({ apiUrl }).call(TOKEN, 'chat.postMessage', post));
      assert.equal(failure.code, 'unavailable');
      assert.match(failure.message, /ECONNREFUSED/);
    });

    for (const kind of ['drop', 'drop-after'] as const) {
      it(`are ambiguous and not repeated when the connection is cut: ${kind}`, async () => {
        slack.fail({ kind });
        const failure = await failureOf(apiOf().call(TOKEN, 'chat.postMessage', post));
        assert.equal(failure.code, 'ambiguous');
        assert.equal(slack.calls.length, 1);
        assert.equal(slack.messages('C0OPS').length, kind === 'drop' ? 0 : 1);
      });
    }

    it('are ambiguous when the connection is cut within the answer', async () => {
      const apiUrl = await startOther((response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
        response.write('{"ok":', () => response.destroy());
      });
      assert.equal((await failureOf(apiOf({ apiUrl }).call(TOKEN, 'chat.postMessage', post))).code, 'ambiguous');
    });
  });

  describe('that something else than Slack answers', () => {
    const bodies: [string, DeliveryError['code']][] = [
      ['<html>Please log in</html>', 'unavailable'],
      ['\n<!doctype html><p>Blocked</p>', 'unavailable'],
      ['', 'ambiguous'],
      ['{}', 'ambiguous'],
      ['null', 'ambiguous'],
      ['[]', 'ambiguous'],
      ['{"ok":false}', 'ambiguous'],
      ['{"ok":false,"error":{}}', 'ambiguous'],
    ];
    for (const [body, code] of bodies) {
      it(`are ${code}: ${JSON.stringify(body)}`, async () => {
        const apiUrl = await startOther((response) => response.writeHead(200).end(body));
        const failure = await failureOf(apiOf({ apiUrl }).call(TOKEN, 'chat.postMessage', post));
        assert.equal(failure.code, code);
        assert.doesNotMatch(failure.message, /html/);
      });
    }

    it('follow no redirect', async () => {
      let asked = 0;
      const elsewhere = await startOther((response) => {
        asked += 1;
        response.writeHead(200).end('{"ok":true}');
      });
      const apiUrl = await startOther((response) => response.writeHead(307, { location: elsewhere }).end());
      assert.notEqual((await failureOf(apiOf({ apiUrl }).call(TOKEN, 'auth.test', {}))).code, 'credentials');
      assert.equal(asked, 0);
    });
  });

  describe('that Slack throttles', () => {
    it('say for how long, and are not made again until then', async () => {
      slack.fail({ kind: 'status', status: 429, retryAfter: 17 }, { times: 1 });
      const api = apiOf();
      const failure = await failureOf(api.call(TOKEN, 'chat.postMessage', post));
      assert.deepEqual([failure.code, failure.retryAfter, failure.status], ['throttled', 17_000, 429]);
      now += 16_000;
      const held = await failureOf(api.call(TOKEN, 'chat.postMessage', post));
      assert.deepEqual([held.code, held.retryAfter], ['throttled', 1000]);
      assert.equal(slack.calls.length, 1);
      now += 1000;
      await api.call(TOKEN, 'chat.postMessage', post);
      assert.equal(slack.calls.length, 2);
    });

    it('hold neither other methods nor other tokens', async () => {
      slack.world.addWorkspace({ id: 'T0OTHER', token: 'xoxb-other', conversations: [{ id: 'C0THERE' }] });
      slack.fail({ kind: 'status', status: 429, retryAfter: 60 }, { times: 1 });
      const api = apiOf();
      await failureOf(api.call(TOKEN, 'chat.postMessage', post));
      await api.call(TOKEN, 'auth.test', {});
      await api.call('xoxb-other', 'chat.postMessage', { channel: 'C0THERE', text: 'x' });
      assert.equal(slack.calls.length, 3);
    });

    it('hold new messages to that channel alone, and everything else of that method', async () => {
      slack.world.addWorkspace({ id: 'T0OTHER', token: 'xoxb-other', conversations: [{ id: 'C0THERE' }] });
      slack.fail(
        { kind: 'status', status: 429, retryAfter: 60 },
        { times: 1, matches: ({ token }) => token === TOKEN },
      );
      const api = apiOf();
      await failureOf(api.call(TOKEN, 'chat.postMessage', post));
      const codes: string[] = [];
      const attempts: [token: string, channel: string][] = [
        [TOKEN, 'C0OPS'],
        [TOKEN, 'C0NEW'],
        ['xoxb-other', 'C0OPS'],
      ];
      for (const [token, channel] of attempts)
        codes.push((await failureOf(api.call(token, 'chat.postMessage', { channel, text: '' }))).code);
      assert.equal(codes[0], 'throttled');
      assert.ok(!codes.slice(1).includes('throttled'), codes.join());
      slack.fail({ kind: 'status', status: 429, retryAfter: 60 }, { times: 1 });
      await failureOf(api.call(TOKEN, 'users.info', { user: 'U0BOB' }));
      const held = [
        await failureOf(api.call(TOKEN, 'users.info', { user: 'U0ALICE' })),
        await failureOf(api.call('xoxb-other', 'users.info', { user: 'U0BOB' })),
      ].map(({ code }) => code === 'throttled');
      assert.deepEqual(held, [true, false]);
      assert.equal((await api.call(TOKEN, 'auth.test', {})).ok, true);
    });

    it('hold nothing for an outage, even if that says how long it lasts', async () => {
      slack.fail({ kind: 'status', status: 503, retryAfter: 60 }, { times: 1 });
      const api = apiOf();
      assert.equal((await failureOf(api.call(TOKEN, 'auth.test', {}))).code, 'unavailable');
      assert.equal((await api.call(TOKEN, 'auth.test', {})).ok, true);
    });

    it('hold for a day at most', async () => {
      slack.fail({ kind: 'status', status: 429, retryAfter: 864_000 }, { times: 1 });
      const api = apiOf();
      await failureOf(api.call(TOKEN, 'auth.test', {}));
      now += 86_399_000;
      assert.equal((await failureOf(api.call(TOKEN, 'auth.test', {}))).retryAfter, 1000);
      now += 1000;
      assert.equal((await api.call(TOKEN, 'auth.test', {})).ok, true);
    });

    const waits: [string, SlackFault, number][] = [
      ['without Retry-After', { kind: 'status', status: 429 }, 30_000],
      ['with a Retry-After that is no number', { kind: 'status', status: 429, retryAfter: 'soon' }, 30_000],
      ['in words', { kind: 'error', error: 'ratelimited' }, 30_000],
      ['as rate_limited', { kind: 'error', error: 'rate_limited' }, 30_000],
    ];
    for (const [name, fault, wait] of waits) {
      it(`wait ${wait} ms ${name}`, async () => {
        slack.fail(fault);
        const api = apiOf();
        const { code, retryAfter, status } = await failureOf(api.call(TOKEN, 'chat.postMessage', post));
        assert.deepEqual([code, retryAfter, status], ['throttled', wait, 429]);
        await failureOf(api.call(TOKEN, 'chat.postMessage', post));
        assert.equal(slack.calls.length, 1);
      });
    }

    it('are held as well when they were given up before Slack said so', async () => {
      const { promise: until, resolve: answerNow } = Promise.withResolvers<void>();
      let asked = 0;
      const apiUrl = await startOther((response) => {
        asked += 1;
        if (asked > 1) return void response.writeHead(200).end('{"ok":true}');
        void until.then(() => response.writeHead(429, { 'retry-after': '60' }).end());
      });
      const api = apiOf({ apiUrl, sendTimeout: 80 });
      assert.equal((await failureOf(api.call(TOKEN, 'chat.postMessage', post))).code, 'ambiguous');
      answerNow();
      const again = async () => {
        const deadline = Date.now() + 60_000;
        while (Date.now() < deadline) await api.call(TOKEN, 'chat.postMessage', post);
      };
      assert.equal((await failureOf(again())).code, 'throttled');
    });
  });

  const statuses: [number, DeliveryError['code']][] = [
    [403, 'unavailable'],
    [405, 'unavailable'],
    [413, 'refused'],
    [500, 'ambiguous'],
    [502, 'ambiguous'],
    [503, 'unavailable'],
    [504, 'ambiguous'],
  ];
  for (const [status, code] of statuses) {
    it(`are ${code} and not repeated when Slack answers ${status}`, async () => {
      slack.fail({ kind: 'status', status, body: '<html>sorry</html>', contentType: 'text/html' });
      const failure = await failureOf(apiOf().call(TOKEN, 'chat.postMessage', post));
      assert.deepEqual([failure.code, failure.status, slack.calls.length], [code, status, 1]);
    });
  }

  it('keep tokens out of errors and of the log', async () => {
    const secret = 'xoxb-123-secret-of-ours';
    const faults: SlackFault[] = [
      { kind: 'error', error: 'invalid_auth', fields: { response_metadata: { messages: [`[ERROR] bad ${secret}`] } } },
      { kind: 'status', status: 500, body: secret },
      { kind: 'status', status: 429, retryAfter: 1 },
      { kind: 'drop' },
    ];
    for (const fault of faults) {
      slack.fail(fault, { times: 1 });
      const error = await failureOf(apiOf().call(secret, 'chat.postMessage', post));
      for (let each: unknown = error; each instanceof Error; each = each.cause)
        assert.doesNotMatch(`${each.message} ${each.stack}`, /secret-of-ours/);
    }
    assert.ok(logged.length > 0);
    assert.doesNotMatch(logged.join('\n'), /secret-of-ours/);
  });

  it('keep what is said out of the log', async () => {
    slack.fail({ kind: 'error', error: 'internal_error' });
    await failureOf(apiOf().call(TOKEN, 'chat.postMessage', { channel: 'C0OPS', text: 'confidential' }));
    assert.doesNotMatch(logged.join('\n'), /confidential/);
  });
});
