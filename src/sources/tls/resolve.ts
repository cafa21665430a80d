import { lookup, Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Failure } from '../../core/certificates/certificate.ts';
import type { EndpointTarget } from '../../core/targets/endpoint.ts';
import { within } from '../../timing/within.ts';
import { detailText } from './failure.ts';

/** The addresses of a target in the resolver's order, each once; or why there are none. `total`: how many it has, where they are more. */
export type Resolved = { addresses: string[]; total?: number } | { failure: Failure };

/**
 * More addresses than this are cut: no real endpoint has so many, and whoever writes the DNS must not choose how many
 * sockets are opened.
 */
const MOST_ADDRESSES = 64;
/** What c-ares and getaddrinfo call a name that does not exist, and one that has no such record. */
const MISSING = new Set(['ENOTFOUND', 'ENONAME', 'EAI_NONAME']);
const EMPTY = new Set(['ENODATA', 'EAI_NODATA']);
/** Answers that are errors (RFC 1035 section 4.1.1), as c-ares calls them; others mean that there was no answer. */
const ERRORS = new Set(['ESERVFAIL', 'EREFUSED', 'EFORMERR', 'ENOTIMP', 'EBADRESP']);
/** Resolvers follow fewer aliases. */
const MOST_ALIASES = 16;
/** How long the reason of a failure may take, in milliseconds: it is for people alone. */
const REASON_WITHIN = 2000;

class Late extends Error {
  readonly code = 'ETIMEOUT';
}

class Nothing extends Error {
  readonly code = 'ENODATA';
}

function tooLate(): never {
  throw new Late('the resolver did not answer in time');
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown';
}

/** What the code of an error means for a name. */
function failureOf(code: string): Failure {
  if (MISSING.has(code)) return { code: 'name-not-found', detail: code };
  if (EMPTY.has(code)) return { code: 'no-addresses', detail: code };
  if (ERRORS.has(code)) return { code: 'dns-error', detail: code };
  // Our own end of the wait may come before that of c-ares, and means the same.
  return { code: 'resolver', detail: code === 'ECANCELLED' ? 'ETIMEOUT' : code };
}

/** Asks for A and AAAA. What one of them says counts, even if the other is never answered. */
async function askBoth(resolver: Resolver, host: string): Promise<string[]> {
  const answers = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
  const addresses = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  if (addresses.length > 0) return addresses;
  const errors = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as unknown] : []));
  // "This name does not exist" holds for both types (RFC 8020); "no such record" only for the one that was asked for.
  const telling =
    errors.find((error) => MISSING.has(codeOf(error))) ?? errors.find((error) => !EMPTY.has(codeOf(error)));
  // An answer of aliases alone is no error to c-ares.
  throw telling ?? errors[0] ?? new Nothing('no addresses');
}

/** Where aliases (CNAME) lead: to the last name, which is the name itself where it is none; null: in a circle. */
async function followAliases(resolver: Resolver, host: string): Promise<string | null> {
  const met = new Set([host.toLowerCase()]);
  let last = host;
  while (met.size <= MOST_ALIASES) {
    const [next] = await resolver.resolveCname(last).catch((): string[] => []);
    if (next === undefined) return last;
    if (met.has(next.toLowerCase())) return null;
    met.add(next.toLowerCase());
    last = next;
  }
  return null;
}

/** What aliases have to do with a failure. */
async function withAliases(resolver: Resolver, host: string, failure: Failure): Promise<Failure> {
  if (failure.code === 'resolver') return failure;
  const last = await followAliases(resolver, host);
  if (last === null) return { code: 'alias-loop' };
  return failure.code === 'name-not-found' && last !== host
    ? { code: 'alias-not-found', detail: detailText(last) }
    : failure;
}

/** Asks by c-ares; the system's name servers where none are given. */
async function askServers(host: string, servers: string[], timeout: number): Promise<Resolved> {
  const shares = 4 * Math.max(1, servers.length);
  const resolver = new Resolver({ timeout: Math.max(100, Math.floor(timeout / shares)), tries: 2 });
  const timer = setTimeout(() => resolver.cancel(), timeout);
  try {
    if (servers.length > 0) resolver.setServers(servers);
    return { addresses: await askBoth(resolver, host) };
  } catch (error) {
    return { failure: await withAliases(resolver, host, failureOf(codeOf(error))) };
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Why the operating system's resolver has failed, which cannot tell: c-ares is asked for the reason alone. What it finds
 * is not used, since the system may have been told otherwise (hosts file, split DNS).
 */
async function reasonFor(host: string, failure: Failure, left: number): Promise<Failure> {
  if (left < 1) return failure;
  const asked = await askServers(host, [], Math.min(left, REASON_WITHIN));
  return 'failure' in asked && asked.failure.code !== 'resolver' ? asked.failure : failure;
}

async function askSystem(host: string, timeout: number): Promise<Resolved> {
  const until = performance.now() + timeout;
  try {
    const answers = await within(lookup(host, { all: true }), timeout, tooLate);
    return { addresses: answers.map(({ address }) => address) };
  } catch (error) {
    return { failure: await reasonFor(host, failureOf(codeOf(error)), until - performance.now()) };
  }
}

/**
 * Resolves once. Literal addresses and `@address` stand for themselves; `localhost` is 127.0.0.1 and ::1 (RFC 6761
 * section 6.3); other names go to the operating system's resolver (hosts file, split DNS), or to `servers` if there are
 * any. `timeout` in milliseconds. At most 64 addresses. Never throws: what fails is told as the failures of
 * Observation.failure.
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
  const found = await (servers.length > 0 ? askServers(host, servers, timeout) : askSystem(host, timeout));
  if ('failure' in found) return found;
  const all = [...new Set(found.addresses.map((one) => one.split('%', 1)[0]!))];
  const addresses = all.slice(0, MOST_ADDRESSES);
  const total = all.length > addresses.length ? { total: all.length } : {};
  return addresses.length > 0 ? { addresses, ...total } : { failure: failureOf('ENODATA') };
}
