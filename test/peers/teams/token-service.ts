import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request to the token service, as it arrived. */
export interface TokenServiceCall {
  method: string;
  /** e.g. "usertoken/GetToken". */
  operation: string;
  query: Record<string, string>;
  body: any;
  authorization: string | undefined;
}

/** What each operation takes (Bot Framework, user token API); anything else is refused. */
const QUERIES: Record<string, string[]> = {
  'GET usertoken/GetToken': ['userId', 'connectionName', 'channelId', 'code'],
  'DELETE usertoken/SignOut': ['userId', 'connectionName', 'channelId'],
  'POST usertoken/exchange': ['userId', 'connectionName', 'channelId'],
  'GET botsignin/GetSignInResource': ['state', 'code_challenge', 'emulatorUrl', 'finalRedirect'],
};

async function readJson(request: IncomingMessage): Promise<any> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text ? JSON.parse(text) : null;
}

/** The Bot Framework's token service on loopback; its address goes into OAuthUrl. */
export async function startFakeTokenService({ lifetime = 3_600_000 }: { lifetime?: number } = {}) {
  const calls: TokenServiceCall[] = [];
  const violations: string[] = [];
  /** Tokens by person, and the codes that complete a sign-in. */
  const tokens = new Map<string, string>();
  const codes = new Map<string, { personId: string; token: string }>();
  /** Tokens of clients that can be exchanged. */
  const exchangeable = new Map<string, string>();
  /** `late`: what it would have answered comes when that has passed. */
  let fault: { status: number } | { late: Promise<void> } | 'hang' | null = null;
  const waiting: { count: number; resolve: () => void }[] = [];
  /** What single sign-on needs, for connections that are set up for it. */
  let resources: { tokenExchangeResource?: object; tokenPostResource?: object } = {};

  function send(response: ServerResponse, status: number, body: object | null): void {
    response.writeHead(status, body ? { 'content-type': 'application/json' } : {});
    response.end(body ? JSON.stringify(body) : undefined);
  }

  function tokenAnswer(connectionName: string | undefined, token: string): object {
    return { channelId: 'msteams', connectionName, token, expiration: new Date(Date.now() + lifetime).toISOString() };
  }

  function perform({ method, operation, query, body }: TokenServiceCall, response: ServerResponse): void {
    const { userId = '', connectionName, code } = query;
    if (operation === 'botsignin/GetSignInResource')
      return send(response, 200, {
        signInLink: `${url}/signin?state=${encodeURIComponent(query['state'] ?? '')}`,
        ...resources,
      });
    if (method === 'DELETE') {
      tokens.delete(userId);
      return send(response, 204, null);
    }
    if (operation === 'usertoken/exchange') {
      const token = exchangeable.get(body?.token);
      if (!token) return send(response, 400, { error: { code: 'BadRequest', message: 'consent is needed' } });
      tokens.set(userId, token);
      return send(response, 200, tokenAnswer(connectionName, token));
    }
    const redeemed = code === undefined ? undefined : codes.get(code);
    if (redeemed?.personId === userId) {
      tokens.set(userId, redeemed.token);
      codes.delete(code!);
    }
    const token = code === undefined || redeemed?.personId === userId ? tokens.get(userId) : undefined;
    if (!token) return send(response, 404, { error: { code: 'NotFound', message: 'no token' } });
    send(response, 200, tokenAnswer(connectionName, token));
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://tokens');
    const call: TokenServiceCall = {
      method: request.method ?? '',
      operation: pathname.replace(/^\/api\//, ''),
      query: Object.fromEntries(searchParams),
      body: await readJson(request),
      authorization: request.headers.authorization,
    };
    calls.push(call);
    for (const waiter of waiting) if (calls.length >= waiter.count) waiter.resolve();
    const allowed = QUERIES[`${call.method} ${call.operation}`];
    const strange = Object.keys(call.query).filter((name) => !allowed?.includes(name));
    if (!allowed || strange.length > 0) {
      violations.push(`${call.method} ${call.operation} ${strange.join()}`);
      return send(response, 400, { error: { code: 'BadSyntax', message: 'unknown' } });
    }
    if (!/^Bearer \S/.test(call.authorization ?? ''))
      return send(response, 401, { error: { code: 'Unauthorized', message: 'no bearer token' } });
    if (fault === 'hang') return;
    if (fault && 'late' in fault) {
      const held = fault.late;
      const write = response.end.bind(response);
      response.end = ((...args: any[]) => void held.then(() => (write as any)(...args))) as never;
    } else if (fault) return send(response, fault.status, { error: { code: 'Fault', message: 'injected' } });
    perform(call, response);
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url,
    calls,
    /** What was asked against the API; a test should find this empty. */
    violations,
    tokens,
    /** The person has signed in; this code in their client completes it. */
    signIn: (personId: string, code: string, token: string): void => void codes.set(code, { personId, token }),
    allowExchange: (clientToken: string, token: string): void => void exchangeable.set(clientToken, token),
    offerSingleSignOn(next: typeof resources): void {
      resources = next;
    },
    /** Resolves once `count` requests have arrived in all. */
    async received(count: number): Promise<void> {
      if (calls.length >= count) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.push({ count, resolve });
      await promise;
    },
    setFault(next: typeof fault): void {
      fault = next;
    },
    async close(): Promise<void> {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
