import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A question for a token, as App Service's endpoint gets it. */
interface IdentityRequest {
  clientId: string | null;
  resource: string | null;
}

export interface FakeManagedIdentity {
  /** The variables by which App Service tells its endpoint. */
  env: { IDENTITY_ENDPOINT: string; IDENTITY_HEADER: string };
  requests: IdentityRequest[];
  close(): Promise<void>;
}

/** The library finds the endpoint once in a process; this makes it look again. */
async function forgetEndpoint(): Promise<void> {
  const { ManagedIdentityCredential } = await import('@azure/identity');
  const credential = new ManagedIdentityCredential({ clientId: 'any' }) as unknown as {
    managedIdentityApp: { managedIdentityClient: { constructor: { identitySource: unknown } } };
  };
  credential.managedIdentityApp.managedIdentityClient.constructor.identitySource = undefined;
}

const HEADER = 'identity-header';

/**
 * App Service's local endpoint for tokens of managed identities ("REST endpoint reference", api-version 2019-08-01), at
 * a machine that has those of `clientIds`. The claim `appid` of a token is the client id.
 */
export async function startFakeManagedIdentity(clientIds: string[]): Promise<FakeManagedIdentity> {
  await forgetEndpoint();
  const requests: IdentityRequest[] = [];
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://localhost');
    const clientId = searchParams.get('client_id');
    requests.push({ clientId, resource: searchParams.get('resource') });
    const isKnown =
      clientId !== null && clientIds.includes(clientId) && request.headers['x-identity-header'] === HEADER;
    response.writeHead(isKnown ? 200 : 400, { 'content-type': 'application/json' });
    const token = {
      access_token: `${part({ alg: 'none', typ: 'JWT' })}.${part({ appid: clientId })}.bm9uZQ`,
      expires_on: String(Math.floor(Date.now() / 1000) + 3600),
      resource: searchParams.get('resource'),
      token_type: 'Bearer',
      client_id: clientId,
    };
    const refusal = { error: 'invalid_request', error_description: 'Identity not found' };
    response.end(JSON.stringify(isKnown ? token : refusal));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    env: { IDENTITY_ENDPOINT: `http://127.0.0.1:${port}/msi/token`, IDENTITY_HEADER: HEADER },
    requests,
    async close() {
      await forgetEndpoint();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
