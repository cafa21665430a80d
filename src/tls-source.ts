import type { Config } from './config/config.ts';
import type { Log } from './core/ports/log.ts';
import type { Source } from './core/ports/source.ts';
import { readBundle } from './sources/tls/bundle.ts';
import { createTlsSource } from './sources/tls/source.ts';
import { StartError } from './start-error.ts';

/** The certificates of PROBE_CA_FILE, PEM each. */
async function readAuthorities(caFile: string | null): Promise<string[]> {
  if (caFile === null) return [];
  try {
    return await readBundle(caFile);
  } catch (cause) {
    throw new StartError(`PROBE_CA_FILE=${caFile} cannot be used: ${(cause as Error).message}`, { cause });
  }
}

/** The source that looks at endpoints as the configuration says. Throws StartError when PROBE_CA_FILE cannot be read. */
export async function tlsSource(
  { probe, dnsServers }: Pick<Config, 'probe' | 'dnsServers'>,
  env: Record<string, string | undefined>,
  log: Log,
): Promise<Source> {
  const { timeout, concurrency, allow, deny, ports, proxy } = probe;
  const authorities = await readAuthorities(probe.caFile);
  const settings = { timeout, concurrency, allow, deny, ports, dnsServers, authorities, proxy };
  return createTlsSource({ ...settings, log, env });
}
