import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type SecureContext, type TLSSocket } from 'node:tls';

/** What is sent with a POST. */
export interface Body {
  body: Buffer;
  type: string;
  accept?: string;
}

const SMALL_BODY = 16 * 1024;
/** Pieces of a body: a server that sends it byte by byte wants us to be busy with it. */
const MOST_PIECES = 20_000;
const MOST_HEADERS = 16 * 1024;
/** Interim answers (1xx) before the real one. */
const MOST_INTERIM = 5;
const LONGEST_URL = 2000;
const LONGEST_HOST = 255;

/** A fetch that came to nothing. `of` is what is left alone from now on: an origin, or an address with its port. */
export class FetchError extends Error {
  readonly of: string | null;
  constructor(reason: string, of: string | null = null) {
    super(reason);
    this.name = 'FetchError';
    this.of = of;
  }
}

/** Ends with the signal, whatever becomes of the work; what comes too late is handed to `discard`. */
export function until<T>(signal: AbortSignal, work: Promise<T>, discard: (late: T) => void = () => {}): Promise<T> {
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

export function readUrl(text: string): URL {
  if (text.length > LONGEST_URL || !URL.canParse(text)) throw new FetchError('not a URL');
  const url = new URL(text);
  if (url.hostname.length > LONGEST_HOST) throw new FetchError('not a URL');
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new FetchError('scheme');
  if (url.username !== '' || url.password !== '') throw new FetchError('credentials in the URL');
  return url;
}

export function portOf(url: URL): number {
  return Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
}

export function codeOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return (code ?? message ?? 'unknown').slice(0, 100);
}

export function openTcp(address: string, port: number, signal: AbortSignal): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const socket = connectTcp({ host: address, port });
  const abort = (): void => void socket.destroy(signal.reason as Error);
  signal.addEventListener('abort', abort, { once: true });
  socket.on('error', reject);
  socket.once('connect', () => resolve(socket));
  return promise;
}

export async function openTls(
  socket: Socket,
  url: URL,
  {
    context,
    signal,
    rejectUnauthorized = true,
  }: { context: SecureContext; signal: AbortSignal; rejectUnauthorized?: boolean },
): Promise<TLSSocket> {
  const { promise, resolve, reject } = Promise.withResolvers<TLSSocket>();
  const name = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const secured = connectTls({
    socket,
    host: name,
    ...(isIP(name) === 0 ? { servername: name } : {}),
    secureContext: context,
    rejectUnauthorized,
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
export function exchange(socket: Socket, url: URL, body?: Body, accept = '*/*'): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const options: RequestOptions = {
    method: body ? 'POST' : 'GET',
    path: url.pathname + url.search,
    setHost: false,
    headers: {
      Host: url.host,
      Accept: body?.accept ?? accept,
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

/** The body of an answer, at most so many bytes. Throws FetchError. */
export async function readBody(answer: IncomingMessage, most: number): Promise<Buffer> {
  const encoding = answer.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') throw new FetchError('encoded');
  if (Number(answer.headers['content-length'] ?? 0) > most) throw new FetchError('too large');
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  // Pieces are copied, not kept: each holds on to all that was read from the connection with it.
  let body = Buffer.allocUnsafe(SMALL_BODY);
  let length = 0;
  let pieces = 0;
  answer.on('data', (piece: Buffer) => {
    pieces += 1;
    const needed = length + piece.length;
    if (needed > most || pieces > MOST_PIECES) {
      answer.destroy(new FetchError('too large'));
      return;
    }
    if (needed > body.length) {
      const larger = Buffer.allocUnsafe(Math.min(most, Math.max(4 * body.length, needed)));
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
export function redirectOf(answer: IncomingMessage, url: URL, body: Body | undefined): URL | null {
  const status = answer.statusCode ?? 0;
  if (!REDIRECTS.has(status)) return null;
  const { location } = answer.headers;
  if (location === undefined || (status === 303 && body) || !URL.canParse(location, url.href)) {
    throw new FetchError(`HTTP ${status}`);
  }
  return readUrl(new URL(location, url).href);
}
