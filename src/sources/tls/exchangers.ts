import { Resolver } from 'node:dns/promises';
import ipaddr from 'ipaddr.js';
import type { MailExchangers } from '../../core/ports/source.ts';
import { resolve } from './resolve.ts';

/** More exchangers than this are cut: whoever writes the DNS must not choose how many endpoints are looked at. */
const MOST_EXCHANGERS = 20;
/** "This name does not exist", and "it exists, without such a record". */
const MISSING = new Set(['ENOTFOUND', 'ENODATA']);

/**
 * A host name as the DNS gave it, in lower case without trailing dot; null when it is none (RFC 1123 section 2.1,
 * underscores let pass). Untrusted.
 */
function hostName(text: string): string | null {
  const host = text.toLowerCase().replace(/\.$/, '');
  if (host === '' || host.length > 253 || ipaddr.IPv4.isValid(host)) return null;
  const isName = host
    .split('.')
    .every((label) => label.length <= 63 && /^[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?$/.test(label));
  return isName ? host : null;
}

type Records = { exchange: string; priority: number }[];

/** The MX records, none, or the code of what went wrong. */
async function ask(
  domain: string,
  servers: string[],
  timeout: number,
): Promise<{ records: Records } | { code: string }> {
  const shares = 4 * Math.max(1, servers.length);
  const resolver = new Resolver({ timeout: Math.max(100, Math.floor(timeout / shares)), tries: 2 });
  if (servers.length > 0) resolver.setServers(servers);
  const timer = setTimeout(() => resolver.cancel(), timeout);
  try {
    return { records: await resolver.resolveMx(domain) };
  } catch (error) {
    return { code: (error as NodeJS.ErrnoException).code ?? 'unknown' };
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Asks the DNS for mail exchangers: `servers`, or the operating system's resolvers when there are none. `timeout` in
 * milliseconds, for all of it. A domain without MX records is its own exchanger (RFC 5321 section 5.1); a single empty
 * name means that it accepts no mail (RFC 7505).
 */
export function createMailExchangers({ servers, timeout }: { servers: string[]; timeout: number }): MailExchangers {
  return {
    async exchangers(domain) {
      const begun = performance.now();
      const answer = await ask(domain, servers, timeout);
      if ('records' in answer && answer.records.length > 0) {
        const named = answer.records.filter(({ exchange }) => exchange !== '' && exchange !== '.');
        if (named.length === 0) return { failure: 'no-mail' };
        const sorted = named.toSorted((a, b) => a.priority - b.priority || (a.exchange < b.exchange ? -1 : 1));
        const hosts = [...new Set(sorted.flatMap(({ exchange }) => hostName(exchange) ?? []))];
        return hosts.length > 0 ? { hosts: hosts.slice(0, MOST_EXCHANGERS) } : { failure: 'none' };
      }
      if ('code' in answer && !MISSING.has(answer.code)) return { failure: 'resolver' };
      const remaining = Math.max(1, timeout - (performance.now() - begun));
      const addresses = await resolve({ scheme: 'smtp', host: domain, port: 25 }, { servers, timeout: remaining });
      if ('addresses' in addresses) return { hosts: [domain] };
      const { code } = addresses.failure;
      return { failure: code === 'resolver' || code === 'dns-error' ? 'resolver' : 'none' };
    },
  };
}
