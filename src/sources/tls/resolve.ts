import { lookup, Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Failure } from '../../core/certificates/certificate.ts';
import type { EndpointTarget } from '../../core/targets/endpoint.ts';
import { within } from '../../timing/within.ts';

/** The addresses of a target in the resolver's order, each once; or why there are none. */
export type Resolved = { addresses: string[] } | { failure: Failure };

/**
 * More addresses than this are cut: no real endpoint has so many, and whoever writes the DNS must not choose how many
 * sockets are opened.
 */
const MOST_ADDRESSES = 64;
const MISSING = new Set(['ENOTFOUND', 'ENODATA', 'ENONAME', 'EAI_NODATA', 'EAI_NONAME']);

class Late extends Error {
  readonly code = 'ETIMEOUT';
}

function tooLate(): never {
  throw new Late('the resolver did not answer in time');
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown';
}

/** Asks for A and AAAA. What one of them says counts, even if the other is never answered. */
async function askServers(host: string, servers: string[], timeout: number): Promise<string[]> {
  const resolver = new Resolver({ timeout: Math.max(100, Math.floor(timeout / (4 * servers.length))), tries: 2 });
  resolver.setServers(servers);
  const timer = setTimeout(() => resolver.cancel(), timeout);
  const answers = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
  clearTimeout(timer);
  const addresses = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  if (addresses.length > 0) return addresses;
  const errors = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as unknown] : []));
  // "This name does not exist" holds for both types (RFC 8020); "no such record" only for the one that was asked for.
  const telling =
    errors.find((error) => codeOf(error) === 'ENOTFOUND') ?? errors.find((error) => !MISSING.has(codeOf(error)));
  throw telling ?? errors[0] ?? new Late('no answer');
}

async function askSystem(host: string, timeout: number): Promise<string[]> {
  const answers = await within(lookup(host, { all: true }), timeout, tooLate);
  return answers.map(({ address }) => address);
}

/**
 * Resolves once. Literal addresses and `@address` stand for themselves; `localhost` is 127.0.0.1 and ::1 (RFC 6761
 * section 6.3); other names go to the operating system's resolver (hosts file, split DNS), or to `servers` if there are
 * any. `timeout` in milliseconds. At most 64 addresses. Never throws: a name that does not exist is `name-not-found`,
 * anything else that fails `resolver`.
 */
export async function resolve(
  target: EndpointTarget,
  options: { servers: string[]; timeout: number },
): Promise<Resolved> {
  const { host } = target;
  const { servers, timeout } = options;
  const literal = target.address ?? (isIP(host) === 0 ? null : host);
  if (literal !== null) return { addresses: [literal] };
  if (host === 'localhost' || host.endsWith('.localhost')) return { addresses: ['127.0.0.1', '::1'] };
  try {
    const answers = await (servers.length > 0 ? askServers(host, servers, timeout) : askSystem(host, timeout));
    const addresses = [...new Set(answers.map((address) => address.replace(/%.*$/, '')))].slice(0, MOST_ADDRESSES);
    return addresses.length > 0 ? { addresses } : { failure: { code: 'name-not-found', detail: 'ENODATA' } };
  } catch (error) {
    const code = codeOf(error);
    return { failure: { code: MISSING.has(code) ? 'name-not-found' : 'resolver', detail: code } };
  }
}
