import { once } from 'node:events';
import { createServer as createPlainServer, type IncomingMessage, ServerResponse } from 'node:http';
import { pino } from 'pino';
import type { Registry } from 'prom-client';
import restify from 'restify';
import { StoreError } from '../core/errors.ts';
import type { Log } from '../core/ports/log.ts';
import { readJson } from './body.ts';
import { describeError, newErrorId } from '../log/describe-error.ts';
import { type RunningServer, runningServer } from './listening.ts';
import { isFromHere, isLoopbackAddress, isOfOtherPage } from './loopback.ts';
import { PAGE_POLICY } from './page.ts';
import { homePage, privacyPage, termsPage } from './pages.ts';

// Loading restify replaces writeHead of every ServerResponse in the process by one that returns nothing; others chain
// calls on it, as Node documents.
const { writeHead } = ServerResponse.prototype;
ServerResponse.prototype.writeHead = function writeHeadAndReturn(this: ServerResponse, ...args: unknown[]) {
  Reflect.apply(writeHead, this, args);
  return this;
};

/** The largest Bot Framework activity that is read, bytes. Teams' own limit of a message is about 28 KB. */
const BODY_LIMIT = 256 * 1024;
/** How long a calendar program may reuse a feed, seconds. */
const FEED_MAX_AGE = 900;

/**
 * A route that a channel brings along. The handler answers, or rejects; it may go on answering after it has resolved.
 */
export interface Route {
  method: 'GET' | 'POST';
  path: string;
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void> | void;
}

export interface HttpServerOptions {
  host: string;
  /** 0 = any free port. */
  port: number;
  log: Log;
  /** Base of links in messages; the pages name its host. Null = not known. */
  publicUrl: string | null;
  /**
   * Local mode: requests whose Host header is not loopback (DNS rebinding), and those of other web pages, are refused;
   * health checks excepted.
   */
  loopbackOnly: boolean;
  /** POST /api/messages; null = there is no such route. */
  messages: ((request: IncomingMessage & { body?: unknown }, response: ServerResponse) => Promise<void>) | null;
  /**
   * Routes of further channels. Their handlers read the body themselves: one parsed here could not be checked against a
   * signature.
   */
  routes?: Route[];
  /** GET /calendar/<token>.ics: the feed and its ETag (quoted), or null when nobody has that token. */
  feeds: (token: string) => Promise<{ body: string; etag: string } | null>;
  /** GET /calendar/event/<id>/<seal>.ics: one event as a file, or null when that seal opens nothing. */
  events?: (id: string, seal: string) => Promise<string | null>;
  /** GET /readyz: can it do its work? One word or phrase per check, e.g. { store: "ok" }. */
  ready: () => { ok: boolean; checks: Record<string, string> };
  /** GET /healthz: can the process go on by itself? If not it should be started anew. */
  healthy?: () => boolean;
}

/** The path of a request as it may be logged: calendar tokens and queries left out. */
function redactedPath(url: string | undefined): string {
  const path = (url ?? '').split(/[?#;]/, 1)[0]!.slice(0, 200);
  const [, secret] = /^\/+(calendar|audit|export)\//i.exec(path) ?? [];
  return secret === undefined ? path : `/${secret.toLowerCase()}/…`;
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  body: string,
  headers: Record<string, string>,
): void {
  response.writeHead(status, { ...headers, 'content-length': String(Buffer.byteLength(body)) });
  response.end(request.method === 'HEAD' ? undefined : body);
}

function sendJson(request: IncomingMessage, response: ServerResponse, status: number, body: object): void {
  send(request, response, status, JSON.stringify(body), {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
  });
}

/** Does an If-None-Match header name this ETag (RFC 9110 13.1.2, weak comparison)? */
function namesEtag(header: string | undefined, etag: string): boolean {
  if (!header) return false;
  const bare = (tag: string): string => tag.trim().replace(/^W\//, '');
  return header.trim() === '*' || header.split(',').some((tag) => bare(tag) === bare(etag));
}

type Handler = (request: restify.Request, response: restify.Response) => Promise<void>;

/** What routes are added to. */
interface Site {
  server: restify.Server;
  log: Log;
}

/** An exception in a restify handler would send its message to the client. */
function guarded(log: Log, handler: Handler): Handler {
  return async (request, response) => {
    try {
      await handler(request, response);
    } catch (error) {
      if (request.destroyed && !request.complete) return;
      if (error instanceof StoreError && !response.headersSent) {
        log.warn({ path: redactedPath(request.url), err: describeError(error) }, 'a request met a store that is away');
        return sendJson(request, response, 503, { error: 'The bot cannot reach what it has stored right now.' });
      }
      const errorId = newErrorId();
      log.error({ errorId, path: redactedPath(request.url), err: describeError(error) }, 'A request failed.');
      if (response.headersSent) return void response.destroy();
      sendJson(request, response, 500, { error: 'Something went wrong.', errorId });
    }
  };
}

function get({ server, log }: Site, path: string, handler: Handler): void {
  server.get(path, guarded(log, handler));
  server.head(path, guarded(log, handler));
}

/**
 * Whether restify can make an address of a request: it throws where Host or target are none, outside of any handler.
 */
function isAddressed({ headers: { host }, url = '/' }: IncomingMessage): boolean {
  const base = `http://${host || 'localhost'}`;
  return url.startsWith('/') ? URL.canParse(base + url) : URL.canParse(url, base);
}

/** What holds for every request: headers, a line in the log, and who is let in at all. */
function receive({ server, log }: Site, loopbackOnly: boolean): void {
  server.pre((request: restify.Request, response: restify.Response, next: restify.Next) => {
    response.setHeader('x-content-type-options', 'nosniff');
    response.setHeader('content-security-policy', "default-src 'none'; frame-ancestors 'none'");
    response.setHeader('referrer-policy', 'no-referrer');
    const path = redactedPath(request.url);
    const started = performance.now();
    response.once('close', () => {
      const ms = Math.round(performance.now() - started);
      log.debug({ method: request.method, path, status: response.statusCode, ms }, 'request');
    });
    if (!isAddressed(request)) {
      sendJson(request, response, 400, { error: 'The request could not be understood.' });
      return next(false);
    }
    if (loopbackOnly && path !== '/healthz' && path !== '/readyz' && !isFromHere(request)) {
      sendJson(request, response, 403, {
        error: 'In local mode this bot answers on localhost only, and no other page.',
      });
      return next(false);
    }
    return next();
  });
}

const SENTENCES: Record<number, string> = {
  404: 'There is nothing here.',
  405: 'This address does not take that method.',
};

/**
 * restify sends its errors itself and repeats the path in them; both of its formatters ask the error what to say.
 */
function sayOwnSentences({ server }: Site): void {
  server.on(
    'restifyError',
    (_request: unknown, _response: unknown, error: { statusCode?: number }, done: () => void) => {
      const sentence = SENTENCES[error.statusCode ?? 0] ?? 'The request could not be understood.';
      Object.assign(error, { message: sentence, toJSON: () => ({ error: sentence }), toString: () => sentence });
      done();
    },
  );
}

function takeMessages({ server, log }: Site, messages: NonNullable<HttpServerOptions['messages']>): void {
  const handler = guarded(log, async (request, response) => {
    const body = await readJson(request, BODY_LIMIT);
    if (!body.ok) {
      response.setHeader('connection', 'close');
      return sendJson(request, response, body.status, { error: body.problem });
    }
    request.body = body.value;
    await messages(request, response);
  });
  server.post('/api/messages', handler);
}

function addRoute({ server, log }: Site, { method, path, handle }: Route): void {
  const handler = guarded(log, async (request, response) => {
    const closed = once(response, 'close');
    await handle(request, response);
    await closed;
  });
  if (method === 'GET') server.get(path, handler);
  else server.post(path, handler);
}

function offerFeeds(site: Site, feeds: HttpServerOptions['feeds']): void {
  get(site, '/calendar/:file', async (request, response) => {
    const token = /^([\w-]{8,200})\.ics$/.exec(String(request.params.file))?.[1];
    const feed = token === undefined ? null : await feeds(token);
    if (!feed)
      return send(request, response, 404, 'No such calendar.\n', {
        'content-type': 'text/plain; charset=utf-8',
        'cache-control': 'no-store',
      });
    const headers = { etag: feed.etag, 'cache-control': `private, max-age=${FEED_MAX_AGE}` };
    if (namesEtag(request.headers['if-none-match'], feed.etag)) {
      response.writeHead(304, headers);
      response.end();
      return;
    }
    send(request, response, 200, feed.body, {
      ...headers,
      'content-type': 'text/calendar; charset=utf-8',
      'content-disposition': 'inline; filename="certificates.ics"',
    });
  });
}

function offerEvents(site: Site, events: HttpServerOptions['events']): void {
  get(site, '/calendar/event/:id/:file', async (request, response) => {
    const seal = /^([\w-]{8,200})\.ics$/.exec(String(request.params.file))?.[1];
    const id = /^[\da-f-]{36}$/i.exec(String(request.params.id))?.[0];
    const body = seal && id && events ? await events(id, seal) : null;
    if (body === null)
      return send(request, response, 404, 'No such event.\n', {
        'content-type': 'text/plain; charset=utf-8',
        'cache-control': 'no-store',
      });
    send(request, response, 200, body, {
      'cache-control': 'private, no-cache',
      'content-type': 'text/calendar; charset=utf-8; method=PUBLISH',
      'content-disposition': 'attachment; filename="certificate.ics"',
    });
  });
}

function tellHealth(site: Site, { healthy, ready }: Pick<HttpServerOptions, 'healthy' | 'ready'>): void {
  get(site, '/healthz', async (request, response) => {
    const isHealthy = healthy?.() ?? true;
    send(request, response, isHealthy ? 200 : 503, isHealthy ? 'ok' : 'stands still', {
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'no-store',
    });
  });
  get(site, '/readyz', async (request, response) => {
    const state = ready();
    sendJson(request, response, state.ok ? 200 : 503, state);
  });
}

function showPages(site: Site, publicUrl: string | null): void {
  const publicHost = publicUrl === null ? 'this address' : (URL.parse(publicUrl)?.host ?? publicUrl);
  for (const [path, html] of [
    ['/', homePage()],
    ['/privacy', privacyPage(publicHost)],
    ['/terms', termsPage(publicHost)],
  ] as const) {
    get(site, path, async (request, response) =>
      send(request, response, 200, html, {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': PAGE_POLICY,
        'cache-control': 'public, max-age=3600',
      }),
    );
  }
}

/** The public HTTP server. Nothing listens before `listen()`. */
export function createHttpServer(options: HttpServerOptions): RunningServer {
  const { host, port, log, messages, routes = [] } = options;
  const server = restify.createServer({
    name: '',
    log: pino({ level: 'silent' }) as never,
    handleUncaughtExceptions: false,
  });
  // Without a listener restify makes every error of its server, a taken port too, an uncaught one; listen() rejects
  // with it.
  server.on('error', (error: unknown) => log.debug({ err: describeError(error) }, 'http server'));
  const site: Site = { server, log };
  receive(site, options.loopbackOnly);
  sayOwnSentences(site);
  if (messages) takeMessages(site, messages);
  for (const route of routes) addRoute(site, route);
  offerFeeds(site, options.feeds);
  offerEvents(site, options.events);
  tellHealth(site, options);
  showPages(site, options.publicUrl);
  return runningServer(server.server as ReturnType<typeof createPlainServer>, { host, port });
}

/**
 * The server of GET /metrics, for Prometheus. It has its own port, on loopback unless `host` says otherwise. It answers
 * no web page, and on loopback under names of this machine alone.
 */
export function createMetricsServer(options: {
  port: number;
  host?: string;
  registry: Registry;
  log: Log;
}): RunningServer {
  const { port, host = '127.0.0.1', registry, log } = options;
  const isLocal = isLoopbackAddress(host);
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (isLocal ? !isFromHere(request) : isOfOtherPage(request))
      return sendJson(request, response, 403, {
        error: 'This address answers no other page, and on this machine only.',
      });
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (!isRead || request.url?.split('?', 1)[0] !== '/metrics')
      return sendJson(request, response, 404, { error: 'There is nothing here.' });
    send(request, response, 200, await registry.metrics(), { 'content-type': registry.contentType });
  }
  const server = createPlainServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      const errorId = newErrorId();
      log.error({ errorId, err: describeError(error) }, 'The metrics could not be read.');
      sendJson(request, response, 500, { error: 'Something went wrong.', errorId });
    });
  });
  return runningServer(server, { host, port });
}
