import type { Config } from './config/config.ts';
import type { Log } from './core/ports/log.ts';
import type { Source } from './core/ports/source.ts';
import { createTlsSource } from './sources/tls/source.ts';

/** The source that looks at endpoints as the configuration says; `authorities` are trusted beside Node's own, PEM. */
export function tlsSource(
  { probe, dnsServers }: Pick<Config, 'probe' | 'dnsServers'>,
  authorities: string[],
  env: Record<string, string | undefined>,
  log: Log,
): Source {
  const { timeout, concurrency, allow, deny, ports, proxy } = probe;
  const settings = { timeout, concurrency, allow, deny, ports, dnsServers, authorities, proxy };
  return createTlsSource({ ...settings, log, env });
}
