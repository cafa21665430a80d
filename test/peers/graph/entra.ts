import { createServer } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { standInIdentity, trustStandIns } from './certificate.ts';

/** How the token endpoint answers. */
export type EntraAnswer =
  /** A token; `expiresIn` in seconds, `claims` beside its own. */
  | { kind: 'token'; expiresIn?: number; claims?: Record<string, unknown> }
  /** An OAuth error with one of Entra's codes, such as "AADSTS7000222". */
  | { kind: 'refusal'; code: string; status?: number }
  | { kind: 'drop' };

/** A request to the token endpoint. */
export interface EntraRequest {
  tenant: string;
  /** Fields of the form, such as client_id, client_secret, client_assertion, scope. */
  form: Record<string, string>;
}

export interface FakeEntra {
  /** For AZURE_AUTHORITY_HOST. */
  url: string;
  caPem: string;
  /** Makes this process trust it, and all stand-ins like it. */
  trust(): void;
  /** Requests for tokens so far. */
  requests: EntraRequest[];
  /** Everything that was asked for which is neither a token nor a discovery document; a test should find this empty. */
  strays: string[];
  /** Answers like this from now on; a token by default. */
  answer(next: EntraAnswer | ((request: EntraRequest) => EntraAnswer)): void;
  close(): Promise<void>;
}

async function readForm(request: IncomingMessage): Promise<Record<string, string>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString('utf8')));
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

/** Of the form that Entra's have, not signed by anybody. */
function makeToken(tenant: string, number: number, claims: Record<string, unknown> = {}): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none', typ: 'JWT' })}.${part({ tid: tenant, number, ...claims })}.bm9uZQ`;
}

/** A refusal in Entra's words ("Microsoft identity platform and OAuth 2.0 client credentials flow", error response). */
function refusalBody(code: string): object {
  const ids = 'Trace ID: 0 Correlation ID: 0 Timestamp: 2027-01-01 00:00:00Z';
  return {
    error: 'invalid_client',
    error_description: `${code}: stand-in for app 'certbot'. ${ids}`,
    error_codes: [Number(code.replace(/\D/g, ''))],
    timestamp: '2027-01-01 00:00:00Z',
    trace_id: '0',
    correlation_id: '0',
  };
}

/** A stand-in for Microsoft Entra's token endpoint over TLS on a free loopback port. */
export async function startFakeEntra(): Promise<FakeEntra> {
  const identity = await standInIdentity();
  const requests: EntraRequest[] = [];
  const strays: string[] = [];
  let answering: (request: EntraRequest) => EntraAnswer = () => ({ kind: 'token' });
  let given = 0;
  let url = '';

  function discovery(tenant: string): object {
    return {
      token_endpoint: `${url}/${tenant}/oauth2/v2.0/token`,
      issuer: `${url}/${tenant}/v2.0`,
      authorization_endpoint: `${url}/${tenant}/oauth2/v2.0/authorize`,
      end_session_endpoint: `${url}/${tenant}/oauth2/v2.0/logout`,
      jwks_uri: `${url}/${tenant}/discovery/v2.0/keys`,
    };
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '', url);
    const form = await readForm(request);
    const [, tenant = '', rest] = /^\/([^/]+)\/(.*)$/.exec(pathname) ?? [];
    if (rest === 'v2.0/.well-known/openid-configuration') return sendJson(response, 200, discovery(tenant));
    if (request.method !== 'POST' || rest !== 'oauth2/v2.0/token') {
      strays.push(`${request.method} ${request.url}`);
      return sendJson(response, 404, {});
    }
    requests.push({ tenant, form });
    const next = answering({ tenant, form });
    if (next.kind === 'drop') {
      response.socket?.destroy();
      return;
    }
    if (next.kind === 'refusal') return sendJson(response, next.status ?? 401, refusalBody(next.code));
    given += 1;
    const expiresIn = next.expiresIn ?? 3599;
    const token = { token_type: 'Bearer', expires_in: expiresIn, ext_expires_in: expiresIn };
    sendJson(response, 200, { ...token, access_token: makeToken(tenant, given, next.claims) });
  }

  const server = createServer({ key: identity.key, cert: identity.cert }, (request, response) => {
    handle(request, response).catch(() => response.socket?.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url,
    caPem: identity.caPem,
    trust: () => trustStandIns(identity),
    requests,
    strays,
    answer(next) {
      answering = typeof next === 'function' ? next : () => next;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
