import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

function base64url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function sign(payload: object, key: KeyObject, kid: string): string {
  const unsigned = `${base64url({ alg: 'RS256', typ: 'JWT', kid })}.${base64url(payload)}`;
  return `${unsigned}.${createSign('RSA-SHA256').update(unsigned).sign(key).toString('base64url')}`;
}

/** What comes of a request for the keys in place of them. */
type Trouble = '503' | 'a page' | 'a cut connection' | 'silence';

/**
 * The Bot Framework's token issuer on loopback: OpenID metadata, its keys, and tokens as it signs them for the bot
 * `appId`.
 */
export async function startTokenIssuer({ appId }: { appId: string }) {
  const kid = 'key-1';
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  let trouble: Trouble | null = null;
  const server = createServer((request, response) => {
    if (trouble === 'silence') return;
    if (trouble === 'a cut connection') return void request.socket.destroy();
    if (trouble === 'a page') return void response.end('<html>A proxy</html>');
    if (trouble === '503') return void response.writeHead(503).end();
    const isKeys = request.url === '/keys';
    const jwk = { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', endorsements: ['msteams', 'webchat'] };
    const body = isKeys ? { keys: [jwk] } : { issuer, jwks_uri: `${issuer}/keys` };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  function payload(serviceUrl: string): Record<string, unknown> {
    const now = Math.floor(Date.now() / 1000);
    return { iss: issuer, aud: appId, serviceurl: serviceUrl, nbf: now - 60, exp: now + 3600 };
  }

  return {
    /** What the product has to be given so that it trusts this issuer. */
    env: { ToBotFromChannelOpenIdMetadataUrl: `${issuer}/openid`, ToBotFromChannelTokenIssuer: issuer },
    valid: (serviceUrl: string): string => `Bearer ${sign(payload(serviceUrl), privateKey, kid)}`,
    wrongSignature: (serviceUrl: string): string => `Bearer ${sign(payload(serviceUrl), stranger, kid)}`,
    wrongAudience: (serviceUrl: string): string =>
      `Bearer ${sign({ ...payload(serviceUrl), aud: 'someone-else' }, privateKey, kid)}`,
    expired: (serviceUrl: string): string => {
      const now = Math.floor(Date.now() / 1000);
      return `Bearer ${sign({ ...payload(serviceUrl), nbf: now - 7200, exp: now - 3600 }, privateKey, kid)}`;
    },
    withoutServiceUrl: (): string => {
      const { serviceurl: _serviceUrl, ...rest } = payload('');
      return `Bearer ${sign(rest, privateKey, kid)}`;
    },
    /** From now on the keys cannot be fetched: whoever asks for them gets this. */
    goDown(how: Trouble = '503'): void {
      trouble = how;
    },
    async close(): Promise<void> {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

export type TokenIssuer = Awaited<ReturnType<typeof startTokenIssuer>>;
