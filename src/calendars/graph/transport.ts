import type * as Library from '@microsoft/microsoft-graph-client';
import type { Client, Context, GraphRequest, Middleware } from '@microsoft/microsoft-graph-client';
import type { Instant } from '../../core/time.ts';
import { parseRetryAfter } from '../../http/retry-after.ts';
import { networkFailure, type GraphAnswer, type GraphMethod } from './failures.ts';

/** One request as it leaves. */
export interface GraphRequestLine {
  method: GraphMethod;
  /** Path and query below `/v1.0`, percent-encoded, with a leading slash; or an absolute address of the same origin. */
  path: string;
  /** JSON text, sent exactly as given. */
  body?: string;
  /** ETag for If-Match. */
  ifMatch?: string | null;
  /** A POST that changes nothing. */
  isRead?: boolean;
  /** An advanced query of the directory. */
  eventual?: boolean;
}

/**
 * Outlook item ids otherwise change when an item moves between folders (Graph: "Obtain immutable identifiers for
 * Outlook resources").
 */
const IMMUTABLE_ID = 'IdType="ImmutableId"';

function memberOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

/** Graph's error code, kept only if it looks like one: the answer of a proxy may hold anything. */
function errorCode(body: unknown): string | null {
  const code = memberOf(memberOf(body, 'error'), 'code');
  return typeof code === 'string' && /^[\w.]{1,80}$/.test(code) ? code : null;
}

/** A page of a thousand records is some megabytes; more serves to fill memory. */
const MOST_BYTES = 32 * 1024 * 1024;

async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MOST_BYTES) throw new Error('too much');
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

async function readBody(response: Response, method: GraphMethod): Promise<unknown> {
  let text: string;
  try {
    text = await textOf(response);
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

function send(request: GraphRequest, { method, body }: GraphRequestLine): Promise<Response> {
  if (method === 'POST') return request.post(body);
  if (method === 'PATCH') return request.patch(body);
  return method === 'DELETE' ? request.delete() : request.get();
}

/**
 * One request to Microsoft Graph over its client library, which is loaded with the first. The library retries some
 * POSTs and hides network errors, so its middleware chain is cut down to token, telemetry and one `fetch`: no retries,
 * no redirects, a deadline of `timeout` ms, its answer's body included. The function resolves with whatever was
 * answered and throws DeliveryError when no whole answer came. Throws Error when `base` is no https address.
 */
export function createTransport({ base, timeout, now }: { base: URL; timeout: number; now: () => Instant }) {
  if (base.protocol !== 'https:') throw new Error('GRAPH_BASE_URL must be an https address: tokens are sent there');
  let loading: Promise<{ library: typeof Library; client: Client }> | undefined;

  /** The library passes its own error class through untouched and rewraps everything else, cause lost. */
  function createSender(library: typeof Library): Middleware {
    return {
      async execute(context: Context) {
        const options = { ...context.options, redirect: 'manual', signal: AbortSignal.timeout(timeout) } as RequestInit;
        try {
          context.response = await fetch(context.request as string, options);
        } catch (error) {
          throw Object.assign(new library.GraphClientError('fetch failed'), { customError: error });
        }
      },
    };
  }

  async function load(): Promise<{ library: typeof Library; client: Client }> {
    const library = await import('@microsoft/microsoft-graph-client');
    // Every request brings its own token.
    const authentication = new library.AuthenticationHandler({ getAccessToken: () => Promise.reject(new Error()) });
    const client = library.Client.initWithMiddleware({
      baseUrl: base.href,
      defaultVersion: 'v1.0',
      customHosts: new Set([base.hostname]),
      middleware: [authentication, new library.TelemetryHandler(), createSender(library)],
    });
    return { library, client };
  }

  return async function exchange(line: GraphRequestLine, token: string): Promise<GraphAnswer> {
    const method = line.isRead ? 'GET' : line.method;
    loading ??= load();
    const { library, client } = await loading;
    const headers = {
      Prefer: IMMUTABLE_ID,
      ...(line.ifMatch ? { 'If-Match': line.ifMatch } : {}),
      ...(line.eventual ? { ConsistencyLevel: 'eventual' } : {}),
    };
    const request = client
      .api(line.path)
      .headers(headers)
      .middlewareOptions([new library.AuthenticationHandlerOptions({ getAccessToken: async () => token })])
      .responseType(library.ResponseType.RAW);
    let response: Response;
    try {
      response = await send(request, line);
    } catch (error) {
      throw networkFailure(error instanceof library.GraphClientError ? error.customError : error, method);
    }
    const body = await readBody(response, method);
    const retryAfter = parseRetryAfter(response.headers.get('retry-after'), now());
    return { status: response.status, code: response.ok ? null : errorCode(body), retryAfter, body };
  };
}
