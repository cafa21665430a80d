import type * as Library from '@microsoft/microsoft-graph-client';
import type { Client, Context, GraphRequest, Middleware } from '@microsoft/microsoft-graph-client';
import { DeliveryError } from '../../core/errors.ts';
import { networkFailure, parseRetryAfter } from './failures.ts';
import type { GraphAnswer, GraphMethod } from './failures.ts';
import { createSlots } from './slots.ts';

/** The two levels that are written to; a pino logger fits. */
interface GraphLog {
  debug(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface GraphClientOptions {
  /** https origin (and path, if any) of the service, without `/v1.0`. */
  baseUrl: string;
  /** A bearer token for that service. */
  getToken: () => Promise<string>;
  log: GraphLog;
  /** Milliseconds for the token, and again for one call including the reading of its answer. */
  timeout: number;
}

interface GraphCall {
  method: GraphMethod;
  /** Directory object id or address. */
  mailbox: string;
  /** Path (and query) below `/users/{mailbox}`, percent-encoded, with a leading slash; or an absolute `@odata.nextLink`. */
  path: string;
  /** JSON text, sent exactly as given. */
  body?: string;
  /** ETag for If-Match. */
  ifMatch?: string | null;
}

interface GraphClient {
  /** One call, never repeated. Resolves with whatever was answered; throws DeliveryError when no whole answer came. */
  call(call: GraphCall): Promise<GraphAnswer>;
}

/** Outlook allows four concurrent requests per app and mailbox; half of it leaves room for a second replica. */
const CALLS_PER_MAILBOX = 2;

/** Outlook item ids otherwise change when an item moves between folders (Graph: "Obtain immutable identifiers for Outlook resources"). */
const IMMUTABLE_ID = 'IdType="ImmutableId"';

function memberOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

/** Graph's error code, kept only if it looks like one: the answer of a proxy may hold anything. */
function errorCode(body: unknown): string | null {
  const code = memberOf(memberOf(body, 'error'), 'code');
  return typeof code === 'string' && /^[\w.]{1,80}$/.test(code) ? code : null;
}

/** `encodeURIComponent` leaves dots alone, and URL parsers take `.` and `..` for steps up. */
function userPath(mailbox: string): string {
  if (/^\.{0,2}$/.test(mailbox)) {
    throw new DeliveryError('refused', 'The mailbox id is empty or no id: set an owner or CALENDAR_MAILBOX');
  }
  return `/users/${encodeURIComponent(mailbox)}`;
}

async function withDeadline<T>(work: Promise<T>, ms: number): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('deadline passed')), ms);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Microsoft Graph over its client library, which is loaded with the first call. The library retries some POSTs and hides network errors, so its
 * middleware chain is cut down to token, telemetry and one `fetch`: no retries, no redirects, a deadline per call. Per mailbox two calls run at a time.
 */
export function createGraphClient({ baseUrl, getToken, log, timeout }: GraphClientOptions): GraphClient {
  const base = new URL(baseUrl);
  if (base.protocol !== 'https:') throw new Error('GRAPH_BASE_URL must be an https address: tokens are sent there');
  const slots = createSlots(CALLS_PER_MAILBOX);
  let loading: Promise<{ library: typeof Library; client: Client }> | undefined;

  /** The library passes its own error class through untouched and rewraps everything else, cause lost. */
  function wrap(library: typeof Library, failure: DeliveryError): Error {
    return Object.assign(new library.GraphClientError(failure.message), { customError: failure });
  }

  async function tokenOrFailure(library: typeof Library): Promise<string> {
    try {
      return await withDeadline(getToken(), timeout);
    } catch (error) {
      const failure =
        error instanceof DeliveryError
          ? error
          : new DeliveryError('unavailable', 'No access token for Microsoft Graph could be had');
      throw wrap(library, failure);
    }
  }

  function createSender(library: typeof Library): Middleware {
    return {
      async execute(context: Context) {
        const options = { ...context.options, redirect: 'manual', signal: AbortSignal.timeout(timeout) } as RequestInit;
        try {
          context.response = await fetch(context.request as string, options);
        } catch (error) {
          throw wrap(library, networkFailure(error, (options.method ?? 'GET') as GraphMethod));
        }
      },
    };
  }

  async function load(): Promise<{ library: typeof Library; client: Client }> {
    const library = await import('@microsoft/microsoft-graph-client');
    const authentication = new library.AuthenticationHandler({ getAccessToken: () => tokenOrFailure(library) });
    const client = library.Client.initWithMiddleware({
      baseUrl: base.href,
      defaultVersion: 'v1.0',
      customHosts: new Set([base.hostname]),
      middleware: [authentication, new library.TelemetryHandler(), createSender(library)],
    });
    return { library, client };
  }

  /** Paging links come from the answer: one that leads elsewhere would carry the token there. */
  function pathOf(call: GraphCall): string {
    if (call.path.startsWith('/')) return userPath(call.mailbox) + call.path;
    if (URL.parse(call.path)?.origin === base.origin) return call.path;
    throw new DeliveryError('unavailable', 'Microsoft Graph answered with a paging link to another host');
  }

  function send(request: GraphRequest, { method, body }: GraphCall): Promise<Response> {
    if (method === 'POST') return request.post(body);
    if (method === 'PATCH') return request.patch(body);
    return method === 'DELETE' ? request.delete() : request.get();
  }

  async function readBody(response: Response, method: GraphMethod): Promise<unknown> {
    let text: string;
    try {
      text = await response.text();
    } catch (error) {
      throw networkFailure(error, method);
    }
    if (text === '') return undefined;
    try {
      return JSON.parse(text);
    } catch {
      // An error page of a proxy is told by its status; a success that cannot be read has told nothing.
      if (!response.ok) return undefined;
      throw networkFailure(undefined, method);
    }
  }

  async function exchange(call: GraphCall): Promise<GraphAnswer> {
    const path = pathOf(call);
    loading ??= load();
    const { library, client } = await loading;
    const headers = { Prefer: IMMUTABLE_ID, ...(call.ifMatch ? { 'If-Match': call.ifMatch } : {}) };
    const request = client.api(path).headers(headers).responseType(library.ResponseType.RAW);
    let response: Response;
    try {
      response = await send(request, call);
    } catch (error) {
      const failure = error instanceof library.GraphClientError ? error.customError : undefined;
      throw failure instanceof DeliveryError ? failure : networkFailure(error, call.method);
    }
    const body = await readBody(response, call.method);
    const retryAfter = parseRetryAfter(response.headers.get('retry-after'), Date.now());
    return { status: response.status, code: response.ok ? null : errorCode(body), retryAfter, body };
  }

  return {
    call(call) {
      return slots(call.mailbox.toLowerCase(), async () => {
        const { method } = call;
        const began = performance.now();
        try {
          const answer = await exchange(call);
          const { status, code } = answer;
          log.debug({ method, status, code, ms: Math.round(performance.now() - began) }, 'Graph call');
          return answer;
        } catch (error) {
          const code = error instanceof DeliveryError ? error.code : 'internal';
          log.warn({ method, code, ms: Math.round(performance.now() - began) }, 'Graph call failed');
          throw error;
        }
      });
    },
  };
}
