import { hash } from 'node:crypto';
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, createSecureContext, type SecureContext } from 'node:tls';
import { createDead, createTurns } from './fetch-limits.ts';

/** What was fetched, or a short reason why nothing was: "refused", "timeout", "busy", "HTTP 404", "ECONNREFUSED" … */
export type Fetched = { ok: true; body: Buffer } | { ok: false; reason: string };

/** Where a fetch may go, and how it gets there. */
export interface FetchPolicy {
  /** Whether a literal address may be connected to. */
  permits: (address: string) => boolean;
  permitsPort: (port: number) => boolean;
  /** All addresses of a name; never asked about literal addresses. May throw. */
  resolve: (host: string) => Promise<string[]>;
  /**
   * Opens a TCP connection to a literal address that was checked, in place of one straight to it; null where it has to
   * be straight.
   */
  connect?: (to: { host: string; address: string; port: number; signal: AbortSignal }) => Promise<Socket> | null;
}

/** With a body: POST. */
export type Fetch = (url: string, request?: { body: Buffer; type: string; accept?: string }) => Promise<Fetched>;

type Body = NonNullable<Parameters<Fetch>[1]>;

/** The reason of a fetch that had no turn within its time: nobody was asked, so nothing is known of the server. */
export const BUSY = 'busy';

/** Bytes. */
export const MOST_BODY = 1024 * 1024;
const SMALL_BODY = 16 * 1024;
/** Pieces of a body: a server that sends it byte by byte wants us to be busy with it. */
const MOST_PIECES = 20_000;
/** Milliseconds for all of it: waiting for a turn, resolution, redirects, the last byte of the body. */
const DEADLINE = 5000;
/** With less of it left nobody is asked: it would be blamed for what others took. */
const FAIR = 2000;
const MOST_REDIRECTS = 3;
const MOST_AT_ONCE = 16;
const MOST_HEADERS = 16 * 1024;
/** Interim answers (1xx) before the real one. */
const MOST_INTERIM = 5;
const LONGEST_URL = 2000;
const LONGEST_HOST = 255;
/**
 * Addresses of one name that are tried one after the other, and how many milliseconds each has to take the connection,
 * the last more.
 */
const MOST_ADDRESSES = 3;
const CONNECT_PATIENCE = 1000;
const LAST_PATIENCE = 3000;

/** A fetch that came to nothing. `of` is what is left alone from now on: an origin, or an address with its port. */
class FetchError extends Error {
  readonly of: string | null;
  constructor(reason: string, of: string | null = null) {
    super(reason);
    this.name = 'FetchError';
    this.of = of;
  }
}

/** Ends with the signal, whatever becomes of the work; what comes too late is handed to `discard`. */
function until<T>(signal: AbortSignal, work: Promise<T>, discard: (late: T) => void = () => {}): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason as Error);
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  work.then(
    (value) => !signal.aborted || discard(value),
    () => {},
  );
  return Promise.race([work, promise]);
}

function readUrl(text: string): URL {
  if (text.length > LONGEST_URL || !URL.canParse(text)) throw new FetchError('not a URL');
  const url = new URL(text);
  if (url.hostname.length > LONGEST_HOST) throw new FetchError('not a URL');
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new FetchError('scheme');
  if (url.username !== '' || url.password !== '') throw new FetchError('credentials in the URL');
  return url;
}

function portOf(url: URL): number {
  return Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
}

function codeOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return (code ?? message ?? 'unknown').slice(0, 100);
}

function openTcp(address: string, port: number, signal: AbortSignal): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const socket = connectTcp({ host: address, port });
  const abort = (): void => void socket.destroy(signal.reason as Error);
  signal.addEventListener('abort', abort, { once: true });
  socket.on('error', reject);
  socket.once('connect', () => resolve(socket));
  return promise;
}

async function openTls(socket: Socket, url: URL, context: SecureContext, signal: AbortSignal): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const name = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const secured = connectTls({
    socket,
    host: name,
    ...(isIP(name) === 0 ? { servername: name } : {}),
    secureContext: context,
    rejectUnauthorized: true,
    ALPNProtocols: ['http/1.1'],
  });
  secured.on('error', reject);
  secured.once('close', () => reject(new Error('closed')));
  secured.once('secureConnect', () => resolve(secured));
  return until(signal, promise);
}

/**
 * One request on a connection of its own. Resolves with the answer's head; the rest is up to the caller, who ends the
 * connection.
 */
function exchange(socket: Socket, url: URL, body: Body | undefined): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const options: RequestOptions = {
    method: body ? 'POST' : 'GET',
    path: url.pathname + url.search,
    setHost: false,
    headers: {
      Host: url.host,
      Accept: body?.accept ?? '*/*',
      'Accept-Encoding': 'identity',
      'User-Agent': 'certbot-for-teams-and-slack',
      Connection: 'close',
      ...(body ? { 'Content-Type': body.type, 'Content-Length': body.body.length } : {}),
    },
    maxHeaderSize: MOST_HEADERS,
    // Given, so that no agent is: agents keep connections, and may follow the environment's proxy.
    createConnection: () => socket,
  };
  const request = httpRequest(options, resolve);
  let interim = 0;
  request.on('information', () => {
    interim += 1;
    if (interim > MOST_INTERIM) request.destroy(new Error('interim answers without end'));
  });
  request.on('error', reject);
  request.once('close', () => reject(new Error('closed')));
  request.end(body?.body);
  return promise;
}

async function readBody(answer: IncomingMessage): Promise<Buffer> {
  const encoding = answer.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') throw new FetchError('encoded');
  if (Number(answer.headers['content-length'] ?? 0) > MOST_BODY) throw new FetchError('too large');
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  // Pieces are copied, not kept: each holds on to all that was read from the connection with it.
  let body = Buffer.allocUnsafe(SMALL_BODY);
  let length = 0;
  let pieces = 0;
  answer.on('data', (piece: Buffer) => {
    pieces += 1;
    const needed = length + piece.length;
    if (needed > MOST_BODY || pieces > MOST_PIECES) {
      answer.destroy(new FetchError('too large'));
      return;
    }
    if (needed > body.length) {
      const larger = Buffer.allocUnsafe(Math.min(MOST_BODY, Math.max(4 * body.length, needed)));
      body.copy(larger, 0, 0, length);
      body = larger;
    }
    piece.copy(body, length);
    length = needed;
  });
  answer.once('end', () => resolve(Buffer.from(body.subarray(0, length))));
  answer.once('error', reject);
  answer.once('close', () => reject(new FetchError('closed')));
  return promise;
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** Where the answer sends us, if it does. */
function redirectOf(answer: IncomingMessage, url: URL, body: Body | undefined): URL | null {
  const status = answer.statusCode ?? 0;
  if (!REDIRECTS.has(status)) return null;
  const { location } = answer.headers;
  if (location === undefined || (status === 303 && body) || !URL.canParse(location, url.href)) {
    throw new FetchError(`HTTP ${status}`);
  }
  return readUrl(new URL(location, url).href);
}

/** What all fetches share. */
interface Fetcher {
  policy: FetchPolicy;
  /** What could not be reached lately. */
  dead: ReturnType<typeof createDead>;
  turns: ReturnType<typeof createTurns>;
  /** For all servers; made for the first. */
  context: SecureContext | null;
}

async function addressesOf({ permits, resolve }: FetchPolicy, url: URL, signal: AbortSignal): Promise<string[]> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const isLiteral = isIP(host) !== 0;
  const name = host.replace(/\.$/, '');
  const addresses = isLiteral
    ? [host]
    : await until(signal, resolve(name)).catch((error: unknown) => {
        throw new FetchError(codeOf(error), url.origin);
      });
  if (addresses.every((address) => permits(address))) return addresses;
  // Remembered, so that the name is not resolved again and again.
  throw new FetchError('refused', isLiteral ? null : url.origin);
}

async function open(
  { policy, dead }: Fetcher,
  { host, address, port }: { host: string; address: string; port: number },
  last: boolean,
  signal: AbortSignal,
): Promise<Socket> {
  const key = `${address} ${port}`;
  const known = dead.reason(key);
  if (known !== null) throw new FetchError(known);
  const timeout = new AbortController();
  const time = last ? LAST_PATIENCE : CONNECT_PATIENCE;
  const timer = setTimeout(() => timeout.abort(new FetchError('timeout')), time);
  const either = AbortSignal.any([signal, timeout.signal]);
  try {
    const opening = policy.connect?.({ host, address, port, signal: either }) ?? openTcp(address, port, either);
    const socket = await until(either, opening, (late) => late.destroy());
    // Whoever uses it listens as well; this one is for errors in between.
    socket.on('error', () => {});
    return socket;
  } catch (error) {
    if (!signal.aborted) dead.add(key, codeOf(error));
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

async function connected(fetcher: Fetcher, url: URL, signal: AbortSignal): Promise<Socket> {
  const { policy, dead } = fetcher;
  const port = portOf(url);
  if (!policy.permitsPort(port)) throw new FetchError('refused');
  const known = dead.reason(url.origin);
  if (known !== null) throw new FetchError(known);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const addresses = (await addressesOf(policy, url, signal)).slice(0, MOST_ADDRESSES);
  for (const [index, address] of addresses.entries()) {
    const last = index === addresses.length - 1;
    try {
      return await open(fetcher, { host, address, port }, last, signal);
    } catch (error) {
      if (signal.aborted) throw error;
      if (last) throw new FetchError(codeOf(error), url.origin);
    }
  }
  throw new FetchError('no address', url.origin);
}

async function once(fetcher: Fetcher, url: URL, body: Body | undefined, signal: AbortSignal): Promise<Buffer | URL> {
  const plain = await connected(fetcher, url, signal);
  try {
    let socket = plain;
    if (url.protocol === 'https:') {
      fetcher.context ??= createSecureContext();
      socket = await openTls(plain, url, fetcher.context, signal);
    }
    const answer = await until(signal, exchange(socket, url, body));
    answer.on('error', () => {});
    const next = redirectOf(answer, url, body);
    if (next) return next;
    if (answer.statusCode !== 200) throw new FetchError(`HTTP ${answer.statusCode}`);
    return await until(signal, readBody(answer));
  } finally {
    plain.destroy();
  }
}

async function follow(fetcher: Fetcher, first: URL, body: Body | undefined, signal: AbortSignal): Promise<Fetched> {
  let url = first;
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects += 1) {
    const result = await once(fetcher, url, body, signal);
    if (!(result instanceof URL)) return { ok: true, body: result };
    url = result;
  }
  return { ok: false, reason: 'redirects without end' };
}

async function run(fetcher: Fetcher, url: string, body: Body | undefined): Promise<Fetched> {
  const { policy, dead, turns } = fetcher;
  const controller = new AbortController();
  const { signal } = controller;
  const timer = setTimeout(() => controller.abort(new FetchError('timeout')), DEADLINE);
  const begun = Date.now();
  let hasTurn = false;
  let origin: string | null = null;
  try {
    const first = readUrl(url);
    if (!policy.permitsPort(portOf(first))) return { ok: false, reason: 'refused' };
    ({ origin } = first);
    const known = dead.reason(origin);
    if (known !== null) return { ok: false, reason: known };
    hasTurn = await turns.take(signal);
    if (!hasTurn || Date.now() - begun > DEADLINE - FAIR) return { ok: false, reason: BUSY };
    return await follow(fetcher, first, body, signal);
  } catch (error) {
    const reason = codeOf(error);
    // It was asked and took too long: the one that was named, lest a redirect of its own gives somebody else a bad
    // name.
    if (signal.aborted && origin !== null) dead.add(origin, reason);
    else if (error instanceof FetchError && error.of !== null) dead.add(error.of, reason);
    return { ok: false, reason };
  } finally {
    clearTimeout(timer);
    controller.abort(new FetchError('done'));
    if (hasTurn) turns.give();
  }
}

/**
 * Fetches what a peer's certificate names: OCSP answers, CRLs, certificates of issuers. The URLs are the peer's, so
 * they are treated as hostile: http and https only, every address of the name and of each redirect (three at most) has
 * to pass the policy, the connection goes to a checked address, an answer is at most 1 MB and takes at most 5 s in all,
 * no more than 16 are under way at once, and a server that cannot be reached is left alone for ten minutes. Status 200
 * counts, nothing else. Identical requests share one answer. Never throws.
 */
export function createFetch(policy: FetchPolicy): Fetch {
  const fetcher: Fetcher = { policy, dead: createDead(), turns: createTurns(MOST_AT_ONCE), context: null };
  const underWay = new Map<string, Promise<Fetched>>();

  return (url, body) => {
    const key = body ? `${url} ${body.type} ${hash('sha256', body.body)}` : url;
    const shared = underWay.get(key);
    if (shared) return shared;
    const fetching = run(fetcher, url, body).finally(() => underWay.delete(key));
    underWay.set(key, fetching);
    return fetching;
  };
}
