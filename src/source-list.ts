import type { Config } from './config/config.ts';
import type { ReadDirectory } from './core/ports/directory.ts';
import type { Log } from './core/ports/log.ts';
import type { Source } from './core/ports/source.ts';
import type { Instant } from './core/time.ts';
import { createDateSource } from './sources/date/source.ts';
import { createDownload } from './sources/documents/download.ts';
import { createEntraSource } from './sources/entra/source.ts';
import { createJwksSource } from './sources/jwks/source.ts';
import { createSamlSource } from './sources/saml/source.ts';
import type { ProbeSettings } from './sources/tls/probe.ts';
import { createTlsSource } from './sources/tls/source.ts';

type Looking = Pick<Config, 'probe' | 'dnsServers'>;

/** Where looks may go, and how; `authorities` are trusted beside Node's own, PEM. */
function probeSettings({ probe, dnsServers }: Looking, authorities: string[]): ProbeSettings {
  const { timeout, concurrency, allow, deny, ports, proxy } = probe;
  return { timeout, concurrency, allow, deny, ports, dnsServers, authorities, proxy };
}

/** The source that looks at endpoints as the configuration says; `authorities` are trusted beside Node's own, PEM. */
export function tlsSource(
  config: Looking,
  authorities: string[],
  env: Record<string, string | undefined>,
  log: Log,
): Source {
  return createTlsSource({ ...probeSettings(config, authorities), log, env });
}

/** Every source, as the configuration says. `directory` is read with the bot's own permission; null: it has none. */
export function allSources(
  config: Looking,
  authorities: string[],
  options: {
    env: Record<string, string | undefined>;
    log: Log;
    directory: ReadDirectory | null;
    now: () => Instant;
  },
): Source[] {
  const { env, log, directory, now } = options;
  const download = createDownload({ ...probeSettings(config, authorities), now });
  return [
    tlsSource(config, authorities, env, log),
    createDateSource({ now }),
    createJwksSource({ download, now }),
    createSamlSource({ download, now }),
    createEntraSource({ read: directory, interval: config.probe.interval, now }),
  ];
}
