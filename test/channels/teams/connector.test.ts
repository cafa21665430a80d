import assert from 'node:assert/strict';
import { DeliveryError } from '../../../src/core/errors.ts';
import { createConnector } from '../../../src/channels/teams/connector.ts';

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
});
