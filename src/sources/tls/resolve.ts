import { lookup, Resolver } from 'node:dns/promises';
import ipaddr from 'ipaddr.js';
import type { Failure } from '../../core/certificate.ts';
import type { Target } from '../../core/target.ts';

/** The addresses of a target in the resolver's order, each once; or why there are none. */
export type Resolved = { addresses: string[] } | { failure: Failure };

const MISSING = new Set(['ENOTFOUND', 'ENODATA', 'ENONAME', 'EAI_NODATA', 'EAI_NONAME']);

class Late extends Error {
  readonly code = 'ETIMEOUT';
}

async function withDeadline<T>(work: Promise<T>, timeout: number): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Late('the resolver did not answer in time')), timeout);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}

async function askServers(host: string, servers: string[], timeout: number): Promise<string[]> {
  const resolver = new Resolver({ timeout: Math.max(500, Math.floor(timeout / 2)), tries: 2 });
  resolver.setServers(servers);
  const answers = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
  const addresses = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  if (addresses.length > 0) return addresses;
  const failed = answers
    .filter((answer) => answer.status === 'rejected')
    .map(({ reason }) => reason as NodeJS.ErrnoException);
  throw failed.find(({ code }) => !MISSING.has(code ?? '')) ?? failed[0] ?? new Late('no answer');
}

/**
 * Resolves once. Literal addresses and `@address` stand for themselves; `localhost` is 127.0.0.1 and ::1 (RFC 6761 section 6.3); other names go to the
 * operating system's resolver (hosts file, split DNS), or to `servers` if there are any. `timeout` in milliseconds. Never throws.
 */
export async function resolve(target: Target, options: { servers: string[]; timeout: number }): Promise<Resolved> {
  const { host } = target;
  const literal = target.address ?? (ipaddr.isValid(host) ? host : null);
  if (literal !== null) return { addresses: [literal] };
  if (host === 'localhost' || host.endsWith('.localhost')) return { addresses: ['127.0.0.1', '::1'] };
  try {
    const asking =
      options.servers.length > 0
        ? askServers(host, options.servers, options.timeout)
        : lookup(host, { all: true }).then((answers) => answers.map(({ address }) => address));
    const addresses = await withDeadline(asking, options.timeout);
    const literals = addresses.map((address) => address.replace(/%.*$/, ''));
    return { addresses: [...new Set(literals)] };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    return { failure: { code: MISSING.has(code) ? 'name-not-found' : 'resolver', detail: code } };
  }
}
