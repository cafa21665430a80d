import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Observation } from '../../core/certificates/certificate.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Source } from '../../core/ports/source.ts';
import { formatTarget, STARTTLS_SCHEMES, type Target } from '../../core/targets/target.ts';
import { compileCache } from './compile-cache.ts';
import { createGuard } from './guard.ts';
import type { ProbeOptions, ProbeSettings } from './probe.ts';
import type { FromProber, ToProber } from './prober.ts';

/** Each handshake leaves 5 to 9 KB of native memory behind: after this many the process is replaced. */
const RECYCLE_AFTER = 6_000;
/** The first one perhaps had to compile what it runs, and keeps the compiler. */
const RECYCLE_FIRST_AFTER = 500;
/** And when it takes this many bytes: of large chains more is left behind. */
const RECYCLE_SIZE = 250 * 1024 * 1024;
/** A host that has not answered by then, in milliseconds, will probably not. */
const SILENT_AFTER = 1000;
/** How often probers are asked whether they live, milliseconds. */
const BEAT = 1000;
/**
 * A prober that lets so many questions in a row pass stands still. One that starts reads its modules first, on a busy
 * machine for a while.
 */
const MOST_MISSED = 7;
const MOST_MISSED_AT_START = 20;
/**
 * After the second process in a row that never became ready, how long no other is started: doubling up to the longest.
 * Milliseconds.
 */
const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 60_000;
/** A prober holds some 20 MB; left alone, V8 lets garbage grow to three times that before it collects. */
const HEAP = ['--max-semi-space-size=2', '--max-old-space-size=128'];
/** How long the end waits for looks under way, and then for the processes. Milliseconds. */
const CLOSE_WITHIN = 2000;
const END_WITHIN = 1000;
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

interface Look {
  id: number;
  target: Target;
  options: ProbeOptions;
  /** Somebody waits for it. */
  awaited: boolean;
  at: number;
  retried: boolean;
  resolve: (observation: Observation) => void;
}

interface Prober {
  child: ChildProcess;
  looks: Map<number, Look>;
  /** Asked for in this turn of the loop, and not sent yet. */
  unsent: Look[];
  /** Handshakes it has made. */
  handshakes: number;
  /** Bytes it takes, as it last said. */
  rss: number;
  /** Handshakes after which it is replaced. */
  lasts: number;
  /** It has read its settings, so that processes can be started at all. */
  ready: boolean;
  /** Beats since it last said anything. */
  missed: number;
}

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

/** How many handshakes a look has made, as far as it tells. */
function handshakesOf({ addresses, thorough }: Observation): number {
  return addresses.length * (thorough ? 2 : 1);
}

function internalFailure({ target, at }: Look, detail: string): Observation {
  const failure = { code: 'internal' as const, detail };
  return { uri: formatTarget(target), at, duration: Date.now() - at, addresses: [], failure };
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
  const probers = new Set<Prober>();
  let current: Prober | null = null;
  let successor: Prober | null = null;
  let nextId = 1;
  let failedStarts = 0;
  let noStartBefore = 0;
  let closed = false;
  let idle: (() => void) | null = null;

  function underWay(): boolean {
    return [...probers].some(({ looks }) => looks.size > 0);
  }

  function retireIfIdle(prober: Prober): void {
    if (prober === current || prober === successor || prober.looks.size > 0) return;
    if (prober.child.connected) prober.child.disconnect();
  }

  /**
   * Ends a process as soon as it has nothing to do. Silent hosts would keep it for as long as ten seconds, and its
   * memory with it: what nobody waits for is soon begun anew by its successor.
   */
  function retire(prober: Prober): void {
    retireIfIdle(prober);
    const timer = setTimeout(() => {
      for (const [id, look] of prober.looks) {
        if (look.awaited || look.retried || closed) continue;
        take(prober, id);
        give({ ...look, options: { ...look.options, silent: true }, retried: true });
      }
      retireIfIdle(prober);
    }, SILENT_AFTER);
    timer.unref();
  }

  function take(prober: Prober, id: number): Look | null {
    const look = prober.looks.get(id) ?? null;
    prober.looks.delete(id);
    return look;
  }

  function received(prober: Prober, message: FromProber): void {
    prober.missed = 0;
    if ('alive' in message) return;
    if ('ready' in message) {
      prober.ready = true;
      failedStarts = 0;
      if (prober !== successor) return;
      const retiring = current;
      current = successor;
      successor = null;
      if (retiring) retire(retiring);
      return;
    }
    prober.rss = message.rss;
    for (const { id, observation } of message.seen) {
      prober.handshakes += handshakesOf(observation);
      take(prober, id)?.resolve(observation);
    }
    retireIfIdle(prober);
    if (idle && !underWay()) idle();
  }

  /**
   * One may have been killed while it started; more in a row mean that none will start, and trying at every look would
   * only burn the processor.
   */
  function noteFailedStart(): void {
    failedStarts += 1;
    if (failedStarts < 2) return;
    noStartBefore = performance.now() + Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (failedStarts - 2));
  }

  function lost(prober: Prober): void {
    if (!probers.delete(prober)) return;
    if (current === prober) current = null;
    if (successor === prober) successor = null;
    prober.child.kill('SIGKILL');
    if (!prober.ready) noteFailedStart();
    const looks = [...prober.looks.keys()].map((id) => take(prober, id)!);
    if (looks.length > 0 && !closed)
      log.warn({ looks: looks.length }, 'a prober process ended unexpectedly; its looks are made again');
    for (const look of looks) {
      if (look.retried || closed) look.resolve(internalFailure(look, 'the prober process ended'));
      else give({ ...look, retried: true });
    }
  }

  function send(prober: Prober, message: ToProber): void {
    try {
      prober.child.send(message, (error) => {
        if (error) lost(prober);
      });
    } catch {
      // A process that could not be started has no channel; its error event is on the way or has been.
      setImmediate(() => lost(prober));
    }
  }

  /** What was asked for in one turn of the loop goes in one message. */
  function sendLooks(prober: Prober): void {
    const looks = prober.unsent.splice(0).filter(({ id }) => prober.looks.has(id));
    if (looks.length > 0) send(prober, { looks: looks.map(({ id, target, options }) => ({ id, target, options })) });
  }

  function start(lasts = recycleAfter): Prober {
    const child = fork(fileURLToPath(new URL('prober.ts', import.meta.url)), [], {
      execArgv: HEAP,
      env: environment,
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const prober: Prober = {
      child,
      looks: new Map(),
      unsent: [],
      handshakes: 0,
      lasts,
      rss: 0,
      ready: false,
      missed: 0,
    };
    probers.add(prober);
    child.on('message', (message) => received(prober, message as unknown as FromProber));
    child.once('exit', () => lost(prober));
    child.on('error', (error) => {
      log.error({ err: error }, 'a prober process could not be started or reached');
      lost(prober);
    });
    send(prober, { settings });
    return prober;
  }

  function proberForNext(): Prober {
    const mayStart = performance.now() >= noStartBefore;
    if (!current) {
      if (!successor && !mayStart) throw new Error('the last prober processes did not start; waiting before the next');
      current = successor ?? start();
      successor = null;
    }
    // A third process at a time would take more memory than this one loses by waiting.
    const isRetiring = [...probers].some((prober) => prober !== current && prober !== successor);
    const isWorn = current.handshakes >= (isRetiring ? 2 : 1) * current.lasts || current.rss >= RECYCLE_SIZE;
    if (isWorn && mayStart) successor ??= start();
    return current;
  }

  /**
   * Asks each prober whether it lives, and ends those that stand still: `lost` gives their looks to the next. What is
   * counted are beats of this process, and not time, since a machine that was suspended as a whole makes one beat of
   * it, however long that was.
   */
  function beat(): void {
    for (const prober of probers) {
      prober.missed += 1;
      if (prober.missed > (prober.ready ? MOST_MISSED : MOST_MISSED_AT_START)) {
        log.error({ looks: prober.looks.size }, 'a prober process stands still and is replaced');
        lost(prober);
      } else if (prober.missed === 1 && prober.child.connected) send(prober, { alive: true });
    }
  }

  function give(look: Look): void {
    try {
      const prober = proberForNext();
      prober.looks.set(look.id, look);
      prober.unsent.push(look);
      if (prober.unsent.length === 1) setImmediate(sendLooks, prober);
    } catch (error) {
      log.error({ err: error }, 'a prober process could not be started');
      look.resolve(internalFailure(look, 'the prober process could not be started'));
    }
  }

  function observe(
    target: Target,
    { thorough, awaited = false }: { thorough: boolean; awaited?: boolean } = { thorough: false },
  ): Promise<Observation> {
    const { promise, resolve } = Promise.withResolvers<Observation>();
    const look = { id: nextId, target, options: { thorough }, awaited, at: Date.now(), retried: false, resolve };
    nextId += 1;
    if (closed) resolve(internalFailure(look, 'closing'));
    else give(look);
    return promise;
  }

  async function drain(): Promise<void> {
    if (!underWay()) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    idle = resolve;
    const timer = setTimeout(resolve, CLOSE_WITHIN);
    await promise;
    clearTimeout(timer);
  }

  async function end({ child }: Prober): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    if (child.connected) child.disconnect();
    const timer = setTimeout(() => child.kill('SIGKILL'), END_WITHIN);
    await promise;
    clearTimeout(timer);
  }

  async function close(): Promise<void> {
    closed = true;
    await drain();
    clearInterval(beating);
    await Promise.all([...probers].map((prober) => end(prober)));
  }

  try {
    current = start(Math.min(recycleAfter, RECYCLE_FIRST_AFTER));
  } catch (error) {
    log.error({ err: error }, 'a prober process could not be started; the next look tries again');
  }
  const beating = setInterval(beat, BEAT);
  beating.unref();
  return { schemes: ['tls', ...STARTTLS_SCHEMES], observe, close };
}
