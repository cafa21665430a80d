import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Observation } from '../../core/certificate.ts';
import type { Log, Source } from '../../core/ports.ts';
import { formatTarget, type Target } from '../../core/target.ts';
import type { ProbeSettings } from './probe.ts';
import type { FromProber, ToProber } from './prober.ts';

/** Each probe leaves about 8.5 KB of native memory behind: after this many the process is replaced. */
const RECYCLE_AFTER = 20_000;
/** What a look may take on top of its own deadlines before its process counts as stuck: it also waits its turn. Milliseconds. */
const STUCK_AFTER = 60_000;
/** How long the end waits for looks under way. Milliseconds. */
const CLOSE_WITHIN = 2000;
/** Variables a prober needs; it gets no others, so no secrets. */
const PASSED_ON = [
  'PATH',
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'TZ',
  'LD_PRELOAD',
  'SystemRoot',
  'TEMP',
  'TMPDIR',
];

interface Look {
  id: number;
  target: Target;
  at: number;
  retried: boolean;
  timer: NodeJS.Timeout;
  resolve: (observation: Observation) => void;
}

interface Prober {
  child: ChildProcess;
  looks: Map<number, Look>;
  /** Looks it was ever given. */
  given: number;
}

export interface TlsSourceOptions extends ProbeSettings {
  log: Log;
  /** NODE_EXTRA_CA_CERTS and the like are passed on to the probers. */
  env: Record<string, string | undefined>;
  /** Looks after which a prober is replaced. */
  recycleAfter?: number;
}

function childEnvironment(env: Record<string, string | undefined>): Record<string, string> {
  const passed = PASSED_ON.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]]));
  return { ...Object.fromEntries(passed), UV_THREADPOOL_SIZE: '32' };
}

/** Direct TLS, probed in child processes that are replaced, overlapping, before their leaks matter. */
export function createTlsSource(options: TlsSourceOptions): Source {
  const { log, env, recycleAfter = RECYCLE_AFTER, timeout, concurrency, allow, deny, dnsServers } = options;
  const settings: ProbeSettings = { timeout, concurrency, allow, deny, dnsServers };
  const probers = new Set<Prober>();
  let current: Prober | null = null;
  let nextId = 1;
  let closed = false;

  function retireIfIdle(prober: Prober): void {
    if (prober !== current && prober.looks.size === 0 && prober.child.connected) prober.child.disconnect();
  }

  function finish(prober: Prober, look: Look, observation: Observation): void {
    if (!prober.looks.delete(look.id)) return;
    clearTimeout(look.timer);
    look.resolve(observation);
    retireIfIdle(prober);
  }

  function internalFailure(look: Look, detail: string): Observation {
    const duration = Date.now() - look.at;
    return {
      uri: formatTarget(look.target),
      at: look.at,
      duration,
      addresses: [],
      failure: { code: 'internal', detail },
    };
  }

  function lost(prober: Prober): void {
    if (!probers.delete(prober)) return;
    if (current === prober) current = null;
    const looks = [...prober.looks.values()];
    if (looks.length > 0)
      log.warn({ looks: looks.length }, 'a prober process ended unexpectedly; its looks are made again');
    for (const look of looks) {
      clearTimeout(look.timer);
      prober.looks.delete(look.id);
      if (look.retried || closed) look.resolve(internalFailure(look, 'the prober process ended'));
      else give({ ...look, retried: true });
    }
  }

  function start(): Prober {
    const child = fork(fileURLToPath(new URL('prober.ts', import.meta.url)), [], {
      execArgv: ['--max-semi-space-size=2'],
      env: childEnvironment(env),
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const prober: Prober = { child, looks: new Map(), given: 0 };
    probers.add(prober);
    child.on('message', (message) => {
      const { id, observation } = message as unknown as FromProber;
      const look = prober.looks.get(id);
      if (look) finish(prober, look, observation);
    });
    child.once('exit', () => lost(prober));
    child.on('error', (error) => {
      log.error({ err: error }, 'a prober process could not be started or reached');
      lost(prober);
    });
    send(prober, { settings });
    return prober;
  }

  function send(prober: Prober, message: ToProber): void {
    prober.child.send(message, (error) => {
      if (error) lost(prober);
    });
  }

  function proberForNext(): Prober {
    if (current && current.given >= recycleAfter) {
      const retiring = current;
      current = start();
      retireIfIdle(retiring);
    }
    current ??= start();
    return current;
  }

  function give(look: Omit<Look, 'timer'>): void {
    const prober = proberForNext();
    prober.given += 1;
    const timer = setTimeout(
      () => {
        log.error({}, 'a prober process is stuck and is replaced');
        prober.child.kill('SIGKILL');
      },
      2 * timeout + STUCK_AFTER,
    );
    prober.looks.set(look.id, { ...look, timer });
    send(prober, { id: look.id, target: look.target });
  }

  function observe(target: Target): Promise<Observation> {
    const { promise, resolve } = Promise.withResolvers<Observation>();
    const look = { id: nextId, target, at: Date.now(), retried: false, resolve };
    nextId += 1;
    if (closed) resolve(internalFailure({ ...look, timer: undefined as never }, 'closing'));
    else give(look);
    return promise;
  }

  async function close(): Promise<void> {
    closed = true;
    const until = performance.now() + CLOSE_WITHIN;
    while (performance.now() < until && [...probers].some(({ looks }) => looks.size > 0)) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const ending = [...probers].map(({ child }) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      if (child.exitCode !== null || child.signalCode !== null) resolve();
      child.once('exit', () => resolve());
      if (child.connected) child.disconnect();
      setTimeout(() => child.kill('SIGKILL'), 1000).unref();
      return promise;
    });
    await Promise.all(ending);
  }

  current = start();
  return { schemes: ['tls'], observe, close };
}
