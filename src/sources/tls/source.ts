import type { Observation } from '../../core/certificates/certificate.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Source } from '../../core/ports/source.ts';
import { STARTTLS_SCHEMES, type EndpointTarget } from '../../core/targets/endpoint.ts';
import { compileCache } from './compile-cache.ts';
import { createGuard } from './guard.ts';
import type { ProbeSettings } from './probe.ts';
import { createProbers } from './probers.ts';

/** Each handshake leaves 5 to 9 KB of native memory behind: after this many the process is replaced. */
const RECYCLE_AFTER = 6_000;
/** Addresses of a name that are looked at upon somebody's word. */
const MOST_ASKED = 16;
/** Variables a prober needs; it gets no others, so no secrets. */
const PASSED_ON = [
  'PATH',
  'NODE_EXTRA_CA_CERTS',
  'NODE_COMPILE_CACHE',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'TZ',
  'LD_PRELOAD',
  'SystemRoot',
  'TEMP',
  'TMPDIR',
];

export interface TlsSourceOptions extends ProbeSettings {
  log: Log;
  /** NODE_EXTRA_CA_CERTS and the like are passed on to the probers. */
  env: Record<string, string | undefined>;
  /** Handshakes after which a prober is replaced. */
  recycleAfter?: number;
}

function childEnvironment(env: Record<string, string | undefined>, cache: string | null): Record<string, string> {
  const passed = PASSED_ON.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]]));
  const compiled = cache === null ? {} : { NODE_COMPILE_CACHE: cache };
  return { ...compiled, ...Object.fromEntries(passed), UV_THREADPOOL_SIZE: '32' };
}

/**
 * Direct TLS and STARTTLS, probed in child processes that are replaced before their leaks matter: the next one is
 * started while the old one still works, and takes over what silent hosts hold up. The first is started here and now,
 * in the background. Throws on a range in `allow` or `deny` that is none.
 */
export function createTlsSource(options: TlsSourceOptions): Source {
  const { log, env, recycleAfter = RECYCLE_AFTER, timeout, concurrency, allow, deny, dnsServers } = options;
  const { authorities = [], proxy = null, ports = null } = options;
  const settings: ProbeSettings = { timeout, concurrency, allow, deny, dnsServers, authorities, proxy, ports };
  createGuard(settings);
  const environment = childEnvironment(env, compileCache());
  const probers = createProbers({ settings, environment, recycleAfter, log });
  let nextId = 1;

  function observe(
    target: EndpointTarget,
    { thorough, awaited = false, asked = false, trusted = [] }: Parameters<Source['observe']>[1] & object = {
      thorough: false,
    },
  ): Promise<Observation> {
    const { promise, resolve } = Promise.withResolvers<Observation>();
    const options = {
      thorough,
      ...(asked ? { most: MOST_ASKED } : {}),
      ...(trusted.length > 0 ? { trusted: [...trusted] } : {}),
    };
    probers.give({ id: nextId, target, options, awaited, at: Date.now(), retried: false, resolve });
    nextId += 1;
    return promise;
  }

  return { schemes: ['tls', ...STARTTLS_SCHEMES], observe, close: probers.close };
}
