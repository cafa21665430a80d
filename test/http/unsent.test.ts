import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { neverSent } from '../../src/http/unsent.ts';
import { afterTest } from '../support/after-test.ts';

/** The port of a server that does this with each connection. */
async function serverThat(does: (socket: Socket) => void): Promise<number> {
  const server: Server = createServer((socket) => does(socket.on('error', () => {})));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  afterTest(() => server.close());
  return (server.address() as AddressInfo).port;
}

async function failureOf(url: string): Promise<unknown> {
  return fetch(url, { method: 'POST', body: '{}' }).then(
    () => assert.fail('it was answered'),
    (error: unknown) => error,
  );
}

describe('a request that failed', () => {
  it('was never sent when the connection was refused', async () => {
    const port = await serverThat(() => {});
    const closed = port === 65_535 ? port - 1 : port + 1;
    assert.equal(neverSent(await failureOf(`http://127.0.0.1:${closed}/`)), true);
  });

  it('was never sent when the name does not exist', async () => {
    assert.equal(neverSent(await failureOf('http://nowhere.invalid/')), true);
  });

  it('was never sent when the connection ended in its TLS handshake', async () => {
    const port = await serverThat((socket) => socket.once('data', () => socket.end()));
    assert.equal(neverSent(await failureOf(`https://127.0.0.1:${port}/`)), true);
  });

  it('was perhaps sent when the connection broke after it was read', async () => {
    const port = await serverThat((socket) => socket.once('data', () => socket.resetAndDestroy()));
    assert.equal(neverSent(await failureOf(`http://127.0.0.1:${port}/`)), false);
  });

  it('was perhaps sent when the connection ended without an answer', async () => {
    const port = await serverThat((socket) => socket.once('data', () => socket.end()));
    assert.equal(neverSent(await failureOf(`http://127.0.0.1:${port}/`)), false);
  });
});
