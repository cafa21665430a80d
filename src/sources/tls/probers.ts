import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Observation } from '../../core/certificates/certificate.ts';
import { backoff } from '../../core/backoff.ts';
import type { Log } from '../../core/ports/log.ts';
import { formatEndpoint, type EndpointTarget } from '../../core/targets/endpoint.ts';
import type { ProbeOptions, ProbeSettings } from './probe.ts';
import type { FromProber, ToProber } from './prober.ts';

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
const PAUSES = { first: 1000, longest: 60_000 };
/** A prober holds some 20 MB; left alone, V8 lets garbage grow to three times that before it collects. */
const HEAP = ['--max-semi-space-size=2', '--max-old-space-size=128'];
/** How long the end waits for looks under way, and then for the processes. Milliseconds. */
const CLOSE_WITHIN = 2000;
const END_WITHIN = 1000;

/** A look to make. */
export interface Look {
  id: number;
  target: EndpointTarget;
  options: ProbeOptions;
  /** Somebody waits for it. */
  awaited: boolean;
  at: number;
  retried: boolean;
  resolve: (observation: Observation) => void;
}

/** A prober process. */
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

interface ProbersOptions {
  settings: ProbeSettings;
  /** Of the processes. */
  environment: Record<string, string>;
  /** Handshakes after which one is replaced. */
  recycleAfter: number;
  log: Log;
}

/** All prober processes. */
interface Probers {
  options: ProbersOptions;
  all: Set<Prober>;
  /** Makes the looks. */
  current: Prober | null;
  /** Takes over as soon as it is ready. */
  successor: Prober | null;
  /** In a row. */
  failedStarts: number;
  /** As performance.now(). */
  noStartBefore: number;
  closed: boolean;
  /** Told when no look is under way any more. */
  idle: (() => void) | null;
  beating: NodeJS.Timeout | undefined;
}

/** How many handshakes a look has made, as far as it tells. */
function handshakesOf({ addresses, thorough }: Observation): number {
  return addresses.length * (thorough ? 2 : 1);
}

/** What a look ends with that no prober could make. */
function internalFailure({ target, at }: Look, detail: string): Observation {
  const failure = { code: 'internal' as const, detail };
  return { uri: formatEndpoint(target), at, duration: Date.now() - at, addresses: [], failure };
}

function underWay({ all }: Probers): boolean {
  return [...all].some(({ looks }) => looks.size > 0);
}

function retireIfIdle({ current, successor }: Probers, prober: Prober): void {
  if (prober === current || prober === successor || prober.looks.size > 0) return;
  if (prober.child.connected) prober.child.disconnect();
}

/**
 * Ends a process as soon as it has nothing to do. Silent hosts would keep it for as long as ten seconds, and its
 * memory with it: what nobody waits for is soon begun anew by its successor.
 */
function retire(probers: Probers, prober: Prober): void {
  retireIfIdle(probers, prober);
  const timer = setTimeout(() => {
    for (const [id, look] of prober.looks) {
      if (look.awaited || look.retried || probers.closed) continue;
      take(prober, id);
      give(probers, { ...look, options: { ...look.options, silent: true }, retried: true });
    }
    retireIfIdle(probers, prober);
  }, SILENT_AFTER);
  timer.unref();
}

function take(prober: Prober, id: number): Look | null {
  const look = prober.looks.get(id) ?? null;
  prober.looks.delete(id);
  return look;
}

function received(probers: Probers, prober: Prober, message: FromProber): void {
  prober.missed = 0;
  if ('alive' in message) return;
  if ('ready' in message) {
    prober.ready = true;
    probers.failedStarts = 0;
    if (prober !== probers.successor) return;
    const retiring = probers.current;
    probers.current = prober;
    probers.successor = null;
    if (retiring) retire(probers, retiring);
    return;
  }
  prober.rss = message.rss;
  for (const { id, observation } of message.seen) {
    prober.handshakes += handshakesOf(observation);
    take(prober, id)?.resolve(observation);
  }
  retireIfIdle(probers, prober);
  if (probers.idle && !underWay(probers)) probers.idle();
}

/**
 * One may have been killed while it started; more in a row mean that none will start, and trying at every look would
 * only burn the processor.
 */
function noteFailedStart(probers: Probers): void {
  probers.failedStarts += 1;
  probers.noStartBefore = performance.now() + backoff(probers.failedStarts - 1, PAUSES);
}

function lost(probers: Probers, prober: Prober): void {
  if (!probers.all.delete(prober)) return;
  if (probers.current === prober) probers.current = null;
  if (probers.successor === prober) probers.successor = null;
  prober.child.kill('SIGKILL');
  if (!prober.ready) noteFailedStart(probers);
  const looks = [...prober.looks.keys()].map((id) => take(prober, id)!);
  if (looks.length > 0 && !probers.closed)
    probers.options.log.warn({ looks: looks.length }, 'a prober process ended unexpectedly; its looks are made again');
  for (const look of looks) {
    if (look.retried || probers.closed) look.resolve(internalFailure(look, 'the prober process ended'));
    else give(probers, { ...look, retried: true });
  }
}

function send(probers: Probers, prober: Prober, message: ToProber): void {
  try {
    prober.child.send(message, (error) => {
      if (error) lost(probers, prober);
    });
  } catch {
    // A process that could not be started has no channel; its error event is on the way or has been.
    setImmediate(() => lost(probers, prober));
  }
}

/** What was asked for in one turn of the loop goes in one message. */
function sendLooks(probers: Probers, prober: Prober): void {
  const looks = prober.unsent.splice(0).filter(({ id }) => prober.looks.has(id));
  if (looks.length > 0)
    send(probers, prober, { looks: looks.map(({ id, target, options }) => ({ id, target, options })) });
}

function start(probers: Probers, lasts: number): Prober {
  const { environment, settings, log } = probers.options;
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
  probers.all.add(prober);
  child.on('message', (message) => received(probers, prober, message as unknown as FromProber));
  child.once('exit', () => lost(probers, prober));
  child.on('error', (error) => {
    log.error({ err: error }, 'a prober process could not be started or reached');
    lost(probers, prober);
  });
  send(probers, prober, { settings });
  return prober;
}

function proberForNext(probers: Probers): Prober {
  const { recycleAfter } = probers.options;
  const mayStart = performance.now() >= probers.noStartBefore;
  if (!probers.current) {
    if (!probers.successor && !mayStart)
      throw new Error('the last prober processes did not start; waiting before the next');
    probers.current = probers.successor ?? start(probers, recycleAfter);
    probers.successor = null;
  }
  const { all, current, successor } = probers;
  // A third process at a time would take more memory than this one loses by waiting.
  const isRetiring = [...all].some((prober) => prober !== current && prober !== successor);
  const isWorn = current.handshakes >= (isRetiring ? 2 : 1) * current.lasts || current.rss >= RECYCLE_SIZE;
  if (isWorn && mayStart) probers.successor ??= start(probers, recycleAfter);
  return current;
}

/**
 * Asks each prober whether it lives, and ends those that stand still: `lost` gives their looks to the next. What is
 * counted are beats of this process, and not time, since a machine that was suspended as a whole makes one beat of
 * it, however long that was.
 */
function beat(probers: Probers): void {
  for (const prober of probers.all) {
    prober.missed += 1;
    if (prober.missed > (prober.ready ? MOST_MISSED : MOST_MISSED_AT_START)) {
      probers.options.log.error({ looks: prober.looks.size }, 'a prober process stands still and is replaced');
      lost(probers, prober);
    } else if (prober.missed === 1 && prober.child.connected) send(probers, prober, { alive: true });
  }
}

function give(probers: Probers, look: Look): void {
  try {
    const prober = proberForNext(probers);
    prober.looks.set(look.id, look);
    prober.unsent.push(look);
    if (prober.unsent.length === 1) setImmediate(sendLooks, probers, prober);
  } catch (error) {
    probers.options.log.error({ err: error }, 'a prober process could not be started');
    look.resolve(internalFailure(look, 'the prober process could not be started'));
  }
}

async function drain(probers: Probers): Promise<void> {
  if (!underWay(probers)) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  probers.idle = resolve;
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

async function close(probers: Probers): Promise<void> {
  probers.closed = true;
  await drain(probers);
  clearInterval(probers.beating);
  await Promise.all([...probers.all].map((prober) => end(prober)));
}

/**
 * Processes that make looks, and are replaced before their leaks matter: the next one is started while the old one
 * still works, and takes over what silent hosts hold up. The first is started here and now, in the background.
 */
export function createProbers(options: ProbersOptions) {
  const probers: Probers = {
    options,
    all: new Set(),
    current: null,
    successor: null,
    failedStarts: 0,
    noStartBefore: 0,
    closed: false,
    idle: null,
    beating: undefined,
  };
  try {
    probers.current = start(probers, Math.min(options.recycleAfter, RECYCLE_FIRST_AFTER));
  } catch (error) {
    options.log.error({ err: error }, 'a prober process could not be started; the next look tries again');
  }
  probers.beating = setInterval(beat, BEAT, probers);
  probers.beating.unref();
  return {
    /** Has a look made; it is resolved in any case. */
    give(look: Look): void {
      if (probers.closed) look.resolve(internalFailure(look, 'closing'));
      else give(probers, look);
    },
    /** Ends the processes, after the looks under way as far as they are quick. */
    close: (): Promise<void> => close(probers),
  };
}
