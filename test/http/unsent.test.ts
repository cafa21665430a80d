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

  const coded = (code: string, more: object = {}): Error => Object.assign(new Error('no'), { code, ...more });
  const causes: [name: string, cause: unknown, neverSent: boolean][] = [
    ['all addresses refused', new AggregateError([coded('ECONNREFUSED'), coded('ECONNREFUSED')]), true],
    [
      'one address refused and another did not answer',
      new AggregateError([coded('ETIMEDOUT'), coded('ECONNREFUSED')]),
      true,
    ],
    ['ENOTFOUND', coded('ENOTFOUND'), true],
    ['EAI_AGAIN', coded('EAI_AGAIN'), true],
    ['EHOSTUNREACH', coded('EHOSTUNREACH'), true],
    ['ENETUNREACH', coded('ENETUNREACH'), true],
    ['EADDRNOTAVAIL', coded('EADDRNOTAVAIL'), true],
    ['UND_ERR_CONNECT_TIMEOUT', coded('UND_ERR_CONNECT_TIMEOUT'), true],
    ['the proxy', coded('PROXY'), true],
    ['CERT_HAS_EXPIRED', coded('CERT_HAS_EXPIRED'), true],
    ['ERR_TLS_CERT_ALTNAME_INVALID', coded('ERR_TLS_CERT_ALTNAME_INVALID'), true],
    ['ERR_SSL_WRONG_VERSION_NUMBER', coded('ERR_SSL_WRONG_VERSION_NUMBER'), true],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', coded('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), true],
    ['SELF_SIGNED_CERT_IN_CHAIN', coded('SELF_SIGNED_CERT_IN_CHAIN'), true],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', coded('DEPTH_ZERO_SELF_SIGNED_CERT'), true],
    ['a socket on which nothing was written', coded('UND_ERR_SOCKET', { socket: { bytesWritten: 0 } }), true],
    ['a socket on which something was written', coded('UND_ERR_SOCKET', { socket: { bytesWritten: 7 } }), false],
    ['ECONNRESET', coded('ECONNRESET'), false],
    ['EPIPE', coded('EPIPE'), false],
    ['UND_ERR_HEADERS_TIMEOUT', coded('UND_ERR_HEADERS_TIMEOUT'), false],
    ['a word that only begins with such a code', coded('ECONNREFUSED_AFTERWARDS'), false],
    ['a word that only ends with such a code', coded('NOT_ECONNREFUSED'), false],
    ['no error', 'ECONNREFUSED', false],
  ];
  for (const [name, cause, expected] of causes) {
    it(`was ${expected ? 'never' : 'perhaps'} sent because of ${name}`, () => {
      assert.equal(neverSent(new TypeError('fetch failed', { cause })), expected);
    });
  }
});
