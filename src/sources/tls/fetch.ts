import { hash } from 'node:crypto';
import { isIP, type Socket } from 'node:net';
import { createSecureContext, type SecureContext } from 'node:tls';
import {
  codeOf,
  exchange,
  FetchError,
  openTcp,
  openTls,
  portOf,
  readBody,
  readUrl,
  redirectOf,
  until,
  type Body,
} from './exchange.ts';
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
export type Fetch = (url: string, request?: Body) => Promise<Fetched>;

/** The reason of a fetch that had no turn within its time: nobody was asked, so nothing is known of the server. */
export const BUSY = 'busy';

/** Bytes. */
export const MOST_BODY = 1024 * 1024;
/** Milliseconds for all of it: waiting for a turn, resolution, redirects, the last byte of the body. */
const DEADLINE = 5000;
/** With less of it left nobody is asked: it would be blamed for what others took. */
const FAIR = 2000;
const MOST_REDIRECTS = 3;
const MOST_AT_ONCE = 16;
/**
 * Addresses of one name that are tried one after the other, and how many milliseconds each has to take the connection,
 * the last more.
 */
const MOST_ADDRESSES = 3;
const CONNECT_PATIENCE = 1000;
const LAST_PATIENCE = 3000;

/** Where connections may go. */
interface Paths {
  policy: FetchPolicy;
  /** What could not be reached lately. */
  dead: ReturnType<typeof createDead>;
}

/** What all fetches share. */
interface Fetcher extends Paths {
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
  { policy, dead }: Paths,
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

/** A TCP connection to where a URL leads, as far as the policy allows. Throws FetchError, or the signal's reason. */
export async function connected(paths: Paths, url: URL, signal: AbortSignal): Promise<Socket> {
  const { policy, dead } = paths;
  const port = portOf(url);
  if (!policy.permitsPort(port)) throw new FetchError('refused');
  const known = dead.reason(url.origin);
  if (known !== null) throw new FetchError(known);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const addresses = (await addressesOf(policy, url, signal)).slice(0, MOST_ADDRESSES);
  for (const [index, address] of addresses.entries()) {
    const last = index === addresses.length - 1;
    try {
      return await open(paths, { host, address, port }, last, signal);
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
      socket = await openTls(plain, url, { context: fetcher.context, signal });
    }
    const answer = await until(signal, exchange(socket, url, body));
    answer.on('error', () => {});
    const next = redirectOf(answer, url, body);
    if (next) return next;
    if (answer.statusCode !== 200) throw new FetchError(`HTTP ${answer.statusCode}`);
    return await until(signal, readBody(answer, MOST_BODY));
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
