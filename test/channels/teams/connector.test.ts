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
});
