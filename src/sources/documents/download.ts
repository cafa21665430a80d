import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import type { Failure } from '../../core/certificates/certificate.ts';
import { allowsPort } from '../../core/targets/port-ranges.ts';
import type { Instant } from '../../core/time.ts';
import { parseRetryAfter } from '../../http/retry-after.ts';
import { codeOf, exchange, FetchError, openTls, readBody, readUrl, redirectOf, until } from '../tls/exchange.ts';
import { detailText, failureOf } from '../tls/failure.ts';
import { connected, type FetchPolicy } from '../tls/fetch.ts';
import { createDead, createTurns } from '../tls/fetch-limits.ts';
import { createGuard } from '../tls/guard.ts';
import type { ProbeSettings } from '../tls/probe.ts';
import { createProxy } from '../tls/proxy.ts';
import { resolve } from '../tls/resolve.ts';
import { networkInterfaces } from 'node:os';

/** Bytes. */
const MOST_BODY = 5 * 1024 * 1024;
/** Milliseconds for all of one document: waiting for a turn, redirects, the last byte. */
const DEADLINE = 15_000;
const MOST_REDIRECTS = 3;
const MOST_AT_ONCE = 8;
/** Sets of authorities whose contexts are kept: each takes a while to make. */
const MOST_CONTEXTS = 20;

/** A document as it came. */
export interface Document {
  body: Buffer;
  /** Why clients refuse the certificate of a server on the way to it, as OpenSSL says; null where they do not. */
  unverified: string | null;
}

/** Why no document came, or none that can be read. */
export class DocumentError extends Error {
  readonly failure: Failure;
  /** The host that the policy refuses. */
  readonly host: string | null;
  readonly notAgainBefore: Instant | null;
  constructor(failure: Failure, more: { host?: string; notAgainBefore?: Instant | null; cause?: unknown } = {}) {
    super(`${failure.code} ${failure.detail ?? ''}`, { cause: more.cause });
    this.name = 'DocumentError';
    this.failure = failure;
    this.host = more.host ?? null;
    this.notAgainBefore = more.notAgainBefore ?? null;
  }
}

/** Gets a document. Throws DocumentError. */
export type Download = (
  url: string,
  options: { accept: string; trusted: readonly string[]; signal: AbortSignal },
) => Promise<Document>;

/** Our reasons that are codes of failures. */
const SAME = new Set<string>([
  'name-not-found',
  'no-addresses',
  'alias-loop',
  'alias-not-found',
  'dns-error',
  'resolver',
]);
const DOCUMENT: Record<string, string> = {
  'too large': 'large',
  encoded: 'encoded',
  closed: 'broken',
  aborted: 'broken',
  'socket hang up': 'broken',
};

/** What an error on the way to a document means. */
function errorOf(error: unknown, url: URL): DocumentError {
  if (error instanceof DocumentError) return error;
  const reason = codeOf(error);
  const detail = detailText(reason);
  const of = (failure: Failure): DocumentError => new DocumentError(failure, { cause: error });
  if (reason === 'refused') return new DocumentError({ code: 'policy' }, { host: url.hostname, cause: error });
  if (SAME.has(reason)) return of({ code: reason as Failure['code'] });
  if (reason === 'timeout') return of({ code: 'timeout' });
  if (reason === 'PROXY') return of({ code: 'proxy' });
  if (reason.startsWith('HTTP ')) return of({ code: 'http', detail: reason.slice('HTTP '.length) });
  const known = DOCUMENT[reason];
  if (known !== undefined) return of({ code: 'document', detail: known });
  if (reason.startsWith('HPE_')) return of({ code: 'document', detail: 'broken' });
  const cause: NodeJS.ErrnoException =
    error instanceof FetchError ? Object.assign(new Error(reason), { code: reason }) : (error as Error);
  const failure = failureOf(cause, url.hostname, networkInterfaces);
  return of(
    failure.code === 'internal'
      ? { code: 'document', detail: 'broken' }
      : { ...failure, detail: failure.detail ?? detail },
  );
}

/** Where documents may be: where targets may. */
function policyFor(settings: ProbeSettings): FetchPolicy {
  const { dnsServers, timeout, ports = null } = settings;
  const proxy = settings.proxy ? createProxy(settings.proxy) : null;
  return {
    permits: createGuard(settings),
    permitsPort: (port) => allowsPort(ports, port),
    async resolve(host) {
      const found = await resolve({ scheme: 'tls', host, port: 443 }, { servers: dnsServers, timeout });
      if ('failure' in found) throw Object.assign(new Error(found.failure.detail), { code: found.failure.code });
      return found.addresses;
    },
    connect: ({ host, address, port, signal }) =>
      proxy?.serves(host, address, port) ? proxy.connect(address, port, signal) : null,
  };
}

/** What servers are verified by: the bot's authorities, and those of the conversations for which it looks. */
function createContexts(authorities: string[]): (trusted: readonly string[]) => SecureContext {
  const contexts = new Map<string, SecureContext>();
  return (trusted) => {
    const key = trusted.join('');
    const known = contexts.get(key);
    if (known) return known;
    if (contexts.size >= MOST_CONTEXTS) contexts.clear();
    const context = createSecureContext({ ca: [...getCACertificates('default'), ...authorities, ...trusted] });
    contexts.set(key, context);
    return context;
  };
}

/**
 * Downloads documents over https, guarded as probes are: every address of the name and of each redirect (three at most,
 * none to plain http) has to pass the policy and is connected to literally, through the proxy where there is one. 5 MB
 * and 15 s in all; compressed answers are none. A server whose own certificate clients refuse is read all the same, and
 * that is said: its keys end whether or not somebody mends it, and nothing is decided by what is read.
 */
export function createDownload(settings: ProbeSettings & { now: () => Instant }): Download {
  const { now } = settings;
  const policy = policyFor(settings);
  const turns = createTurns(MOST_AT_ONCE);
  const contextFor = createContexts(settings.authorities ?? []);

  async function once(
    url: URL,
    { accept, trusted, signal }: Parameters<Download>[1],
  ): Promise<{ next: URL | null; body: Buffer; unverified: string | null }> {
    // Whatever was wrong a moment ago: somebody may have mended it and wants to know.
    const plain = await connected({ policy, dead: createDead() }, url, signal);
    try {
      const context = contextFor(trusted);
      const socket = await openTls(plain, url, { context, signal, rejectUnauthorized: false });
      const answer = await until(signal, exchange(socket, url, undefined, accept));
      answer.on('error', () => {});
      const wrong: unknown = socket.authorizationError;
      const unverified = socket.authorized ? null : detailText(wrong instanceof Error ? codeOf(wrong) : String(wrong));
      const next = redirectOf(answer, url, undefined);
      if (next) return { next, body: Buffer.alloc(0), unverified };
      const { statusCode = 0, headers } = answer;
      if (statusCode !== 200) {
        const wait = parseRetryAfter(headers['retry-after'] ?? null, now());
        const notAgainBefore = wait === undefined ? null : now() + wait;
        throw new DocumentError({ code: 'http', detail: String(statusCode) }, { notAgainBefore });
      }
      return { next: null, body: await until(signal, readBody(answer, MOST_BODY)), unverified };
    } finally {
      plain.destroy();
    }
  }

  async function follow(first: string, options: Parameters<Download>[1]): Promise<Document> {
    let url = readUrl(first);
    let unverified: string | null = null;
    for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects += 1) {
      if (url.protocol !== 'https:') throw new DocumentError({ code: 'document', detail: 'plain' });
      try {
        const answer = await once(url, options);
        unverified ??= answer.unverified;
        if (!answer.next) return { body: answer.body, unverified };
        url = answer.next;
      } catch (error) {
        if (options.signal.aborted) throw new DocumentError({ code: 'document', detail: 'slow' }, { cause: error });
        throw errorOf(error, url);
      }
    }
    throw new DocumentError({ code: 'document', detail: 'redirects' });
  }

  return async (url, options) => {
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(new FetchError('timeout')), DEADLINE);
    const signal = AbortSignal.any([controller.signal, options.signal]);
    const hasTurn = await turns.take(signal);
    try {
      if (!hasTurn) throw new DocumentError({ code: 'internal', detail: 'busy' });
      return await follow(url, { ...options, signal });
    } finally {
      clearTimeout(timer);
      controller.abort(new FetchError('done'));
      if (hasTurn) turns.give();
    }
  };
}
