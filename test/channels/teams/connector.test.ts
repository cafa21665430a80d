import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import sinon from 'sinon';
import { DeliveryError } from '../../../src/core/errors.ts';
import { createConnector } from '../../../src/channels/teams/connector.ts';
import { afterTest } from '../../support/after-test.ts';

describe('a send through the Bot Framework SDK', () => {
  const request = { url: 'http://127.0.0.1:9/', method: 'POST', headers: { headersArray: () => [] } };

  it('is given up as unavailable when no access token comes, and a late one sends nothing', async () => {
    const connector = createConnector({ sendTimeout: 20, now: Date.now });
    const token = Promise.withResolvers<void>();
    const late = Promise.withResolvers<unknown>();
    const sending = connector.pass(async () => {
      await token.promise;
      await connector.httpClient.sendRequest(request).then(late.reject, late.resolve);
    });
    await assert.rejects(sending, { name: 'DeliveryError', code: 'unavailable' });
    token.resolve();
    const error = await late.promise;
    assert.ok(error instanceof DeliveryError && /too late/.test(error.message));
  });

  it('is unavailable when the SDK fails before anything was sent', async () => {
    const connector = createConnector({ sendTimeout: 1000, now: Date.now });
    const sending = connector.pass(() => Promise.reject(new Error('invalid_client')));
    await assert.rejects(sending, { name: 'DeliveryError', code: 'unavailable' });
  });

  it('is about our credentials when no access token is given out to them', async () => {
    const connector = createConnector({ sendTimeout: 1000, now: Date.now });
    const refused = Object.assign(new Error('AADSTS7000215: Invalid client secret.'), { errorCode: 'invalid_client' });
    const sending = connector.pass(() => Promise.reject(refused));
    await assert.rejects(sending, { name: 'DeliveryError', code: 'credentials', peerCode: 'AADSTS7000215' });
  });

  /** A connector that leaves answering to the test. */
  async function listening(): Promise<{ url: string; asked: Promise<ServerResponse> }> {
    const asked = Promise.withResolvers<ServerResponse>();
    const server = createServer((_request, response) => asked.resolve(response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    afterTest(() => {
      server.close();
      server.closeAllConnections();
    });
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, asked: asked.promise };
  }

  it('may have arrived when the SDK fails after its request was answered', async () => {
    const { url, asked } = await listening();
    const connector = createConnector({ sendTimeout: 5000, now: Date.now });
    const sending = connector.pass(async () => {
      await connector.httpClient.sendRequest({ ...request, url });
      throw new TypeError('the SDK cannot read the answer');
    });
    (await asked).end('{"id":"m1"}');
    await assert.rejects(sending, { name: 'DeliveryError', code: 'ambiguous' });
  });

  for (const [status, text, expected] of [
    [200, '{"id":"m1"}', ['m1']],
    [201, '{"id":""}', []],
    [200, '{"id":7}', []],
    [500, '{"id":"m1"}', []],
    [200, 'no JSON', []],
  ] as const) {
    it(`that is answered too late with ${status} ${text} ${expected.length ? 'tells the id of its message' : 'tells nothing more'}`, async () => {
      const answer = Promise.withResolvers<Response>();
      const fetching = sinon.stub(globalThis, 'fetch').returns(answer.promise);
      afterTest(() => fetching.restore());
      const connector = createConnector({ sendTimeout: 20, now: Date.now });
      const late: string[] = [];
      const sending = connector.pass(
        () => connector.httpClient.sendRequest(request),
        (id) => void late.push(id),
      );
      await assert.rejects(sending, { name: 'DeliveryError', code: 'ambiguous' });
      const signal = fetching.firstCall.args[1]?.signal;
      assert.equal(signal?.aborted, false, 'its answer is still listened to');
      const response = new Response(text, { status });
      answer.resolve(response);
      await answer.promise;
      // The body is read, and what follows from that done, within this turn of the event loop.
      await new Promise(setImmediate);
      assert.equal(response.bodyUsed, true);
      assert.deepEqual(late, expected);
    });
  }

  it('that is answered in time tells its id once, with the answer', async () => {
    const { url, asked } = await listening();
    const connector = createConnector({ sendTimeout: 5000, now: Date.now });
    const late: string[] = [];
    const sending = connector.pass(
      () => connector.httpClient.sendRequest({ ...request, url }),
      (id) => void late.push(id),
    );
    (await asked).end('{"id":"m1"}');
    assert.equal((await sending).bodyAsText, '{"id":"m1"}');
    assert.deepEqual(late, []);
  });

  it('that changes a message is listened to no longer than its deadline: there is no copy to take back', async () => {
    const fetching = sinon.stub(globalThis, 'fetch').returns(new Promise(() => {}));
    afterTest(() => fetching.restore());
    const connector = createConnector({ sendTimeout: 20, now: Date.now });
    const sending = connector.pass(() => connector.httpClient.sendRequest({ ...request, method: 'PUT' }));
    await assert.rejects(sending, { name: 'DeliveryError', code: 'ambiguous' });
    const signal = fetching.firstCall.args[1]!.signal!;
    if (!signal.aborted) await once(signal, 'abort');
    assert.equal(signal.reason.name, 'TimeoutError');
  });

  it('that failed on its way says how, and keeps the cause', async () => {
    const connector = createConnector({ sendTimeout: 1000, now: Date.now });
    const fetching = sinon.stub(globalThis, 'fetch');
    afterTest(() => fetching.restore());
    for (const [code, failure, message] of [
      ['ECONNREFUSED', 'unavailable', /could not be reached \(ECONNREFUSED\)/],
      ['ECONNRESET', 'ambiguous', /No answer came .*\(ECONNRESET\)/],
      [undefined, 'ambiguous', /No answer came .*\(timeout\)/],
    ] as const) {
      const cause = Object.assign(new Error('broken'), code ? { code } : {});
      fetching.rejects(cause);
      const sending = connector.pass(() => connector.httpClient.sendRequest(request));
      await assert.rejects(sending, { name: 'DeliveryError', code: failure, message, cause });
    }
  });

  it('goes nowhere else: a redirection is an answer of somebody in between', async () => {
    const { url, asked } = await listening();
    const connector = createConnector({ sendTimeout: 5000, now: Date.now });
    const sending = connector.pass(() => connector.httpClient.sendRequest({ ...request, url }));
    (await asked).writeHead(307, { location: `${url}elsewhere` }).end();
    await assert.rejects(sending, { name: 'DeliveryError', code: 'unavailable', status: 307 });
  });

  it('carries the headers and the body of the SDK, but for the headers that only the connection knows', async () => {
    const { url, asked } = await listening();
    const connector = createConnector({ sendTimeout: 5000, now: Date.now });
    const given = {
      Authorization: 'Bearer x',
      'Content-Type': 'application/json',
      'Content-Length': '999',
      Host: 'elsewhere.example',
      Connection: 'upgrade',
      'Accept-Encoding': 'of the SDK',
    };
    const headers = { headersArray: () => Object.entries(given).map(([name, value]) => ({ name, value })) };
    const sending = connector.httpClient.sendRequest({ ...request, url, headers, body: '{"text":"x"}' });
    const response = await asked;
    const { req } = response;
    const body = (await req.toArray()).join('');
    response.end('{"id":"m1"}');
    const answer = await sending;
    assert.deepEqual([body, answer.status, answer.headers], ['{"text":"x"}', 200, headers]);
    const { authorization, 'content-type': type, 'content-length': length, host } = req.headers;
    assert.deepEqual([authorization, type, length, host], ['Bearer x', 'application/json', '12', new URL(url).host]);
    assert.notEqual(req.headers['accept-encoding'], 'of the SDK');
    assert.notEqual(req.headers.connection, 'upgrade');
  });

  it('leaves no timer behind', async () => {
    const clock = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    afterTest(() => clock.restore());
    const fetching = sinon.stub(globalThis, 'fetch').resolves(new Response('{"id":"m1"}'));
    afterTest(() => fetching.restore());
    const connector = createConnector({ sendTimeout: 15_000, now: Date.now });
    await connector.pass(() => connector.httpClient.sendRequest(request));
    assert.equal(clock.countTimers(), 0);
  });
});

describe('a connector that asked to wait', () => {
  const ACTIVITIES = 'https://smba.example/emea/v3/conversations/19:ops/activities';
  const HOUR = 3_600_000;

  /** Sends through the SDK's own way; `answered` says with what, from now on. */
  function sending() {
    let now = Date.UTC(2026, 10, 22, 10);
    let answer: [status: number, retryAfter: string | null] = [200, null];
    const fetching = sinon.stub(globalThis, 'fetch').callsFake(async () => {
      const [status, wait] = answer;
      return new Response('{}', { status, headers: wait === null ? {} : { 'retry-after': wait } });
    });
    afterTest(() => fetching.restore());
    const { httpClient } = createConnector({ sendTimeout: 5000, now: () => now });
    return {
      answered(...next: typeof answer): void {
        answer = next;
      },
      pass(milliseconds: number): void {
        now += milliseconds;
      },
      /** What became of it, and whether it was asked at all. */
      async send(method = 'POST', url = ACTIVITIES) {
        const before = fetching.callCount;
        const error: unknown = await httpClient.sendRequest({ url, method, headers: { headersArray: () => [] } }).then(
          () => null,
          (reason: unknown) => reason,
        );
        assert.ok(error === null || error instanceof DeliveryError, String(error));
        return {
          asked: fetching.callCount > before,
          code: error?.code,
          status: error?.status,
          wait: error?.retryAfter,
        };
      },
    };
  }
  const held = (wait: number): object => ({ asked: false, code: 'throttled', status: 429, wait });
  const done = { asked: true, code: undefined, status: undefined, wait: undefined };

  it('is asked nothing of that kind about that conversation meanwhile, but anything else', async () => {
    const { answered, send } = sending();
    answered(429, '60');
    await send('PUT', `${ACTIVITIES}/1`);
    answered(200, null);
    assert.deepEqual(await send('PUT', `${ACTIVITIES}/2`), held(60_000));
    assert.deepEqual(await send('DELETE', `${ACTIVITIES}/1`), done);
    assert.deepEqual(await send('POST'), done);
    assert.deepEqual(await send('PUT', `${ACTIVITIES.replace('ops', 'dev')}/1`), done);
  });

  it('is asked again once that has passed', async () => {
    const { answered, pass, send } = sending();
    answered(429, '60');
    assert.deepEqual(await send(), { asked: true, code: 'throttled', status: 429, wait: 60_000 });
    answered(200, null);
    pass(59_999);
    assert.deepEqual(await send(), held(1));
    pass(1);
    assert.deepEqual(await send(), done);
  });

  it('is asked again after a day, however long it wants', async () => {
    const { answered, pass, send } = sending();
    answered(429, String(90 * 24 * 3600));
    await send();
    answered(200, null);
    assert.deepEqual(await send(), held(24 * HOUR));
    pass(24 * HOUR);
    assert.deepEqual(await send(), done);
  });

  it('is asked again when the clock was set back since, by more than it wants', async () => {
    const { answered, pass, send } = sending();
    answered(429, '60');
    await send();
    answered(200, null);
    pass(-HOUR);
    assert.deepEqual(await send(), done);
  });

  for (const [status, wait] of [
    [429, null],
    [429, '0'],
    [503, '60'],
    [500, '60'],
  ] as const)
    it(`is asked again at once after ${status} with Retry-After ${wait ?? 'missing'}: whoever sends sees to that`, async () => {
      const { answered, send } = sending();
      answered(status, wait);
      assert.equal((await send()).asked, true);
      answered(200, null);
      assert.deepEqual(await send(), done);
    });
});
