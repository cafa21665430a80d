import { errorCodes } from '../core/errors.ts';
import { SECOND, MINUTE } from '../core/time.ts';
import type { FlowContext } from './context.ts';
import type { Deliverer } from './delivery/deliver.ts';
import type { Pulse, Tick } from './tick.ts';

/** A write older than this means that the store takes none: there is one every ten seconds. */
const WRITTEN_WITHIN = 30 * SECOND;
/**
 * A loop that has neither claimed nor finished anything for so long stands still: the slowest look or delivery takes
 * less.
 */
const TURNED_WITHIN = MINUTE;
/** After so long a loop that stands still, although the store takes writes, will not go on by itself. */
const LOST_AFTER = 5 * MINUTE;

/** A length of time as people say it, in the two largest of its units that say enough. */
function spoken(ms: number): string {
  if (ms < 2 * MINUTE) return `${Math.round(ms / SECOND)} s`;
  if (ms < 120 * MINUTE) return `${Math.round(ms / MINUTE)} min`;
  return `${Math.round(ms / (60 * MINUTE))} h`;
}

/** What /readyz and /healthz are answered from: lengths of time in milliseconds. */
interface State {
  pulse: Pulse;
  /** How long the process has been running. */
  upFor: number;
  /** How long peers have not answered, by name. */
  away: ReadonlyMap<string, number>;
}

function storeCheck({ written }: Pulse): string {
  if (written.error !== null) {
    const [code] = errorCodes(written.error).filter((one) => one !== 'STORE_AWAY');
    const last = written.ago === null ? 'since the start' : `for ${spoken(written.ago)}`;
    return `keeps nothing ${last}${code ? ` (${code})` : '; the log says why'}`;
  }
  if (written.ago === null) return 'not written to yet';
  return written.ago < WRITTEN_WITHIN ? 'ok' : `does not answer: last write ${spoken(written.ago)} ago`;
}

function loopCheck(idleFor: number | null): string {
  if (idleFor === null) return 'not begun yet';
  return idleFor < TURNED_WITHIN ? 'ok' : `stand still for ${spoken(idleFor)}`;
}

/**
 * Whether the process can do its work: the store takes writes, targets that are due are looked at, what is to be said
 * is sent. Peers that do not answer are told, but no load balancer is to drop what comes in because of them.
 */
export function readinessOf({ pulse, away }: State): { ok: boolean; checks: Record<string, string> } {
  const checks = {
    store: storeCheck(pulse),
    looks: loopCheck(pulse.looks),
    deliveries: loopCheck(pulse.deliveries),
  };
  const ok = Object.values(checks).every((check) => check === 'ok');
  const peers = [...away].map(([peer, ms]) => [peer, `no answer for ${spoken(ms)}`]);
  return { ok, checks: { ...checks, ...Object.fromEntries(peers) } };
}

/**
 * Whether the process can go on by itself: false only when a loop stands still that nothing holds up. Never because of
 * its database.
 */
export function isHealthy({ pulse, upFor }: Omit<State, 'away'>): boolean {
  if (storeCheck(pulse) !== 'ok') return true;
  return [pulse.looks, pulse.deliveries].every((idleFor) => (idleFor ?? upFor) < LOST_AFTER);
}

export interface Readiness {
  /** Whether it can do its work, with a word or phrase per check. */
  ready(): { ok: boolean; checks: Record<string, string> };
  /** Whether it can go on by itself; if not, it is to be started anew. */
  healthy(): boolean;
}

/**
 * How the bot is, from the moment at which this is called. `socketAway` tells for how long the socket of Slack has had
 * no connection, in milliseconds; null while it has one, or there is none.
 */
export function createReadiness(
  { tick, deliverer }: { tick: Pick<Tick, 'pulse'>; deliverer: Pick<Deliverer, 'away'> },
  { now, socketAway }: Pick<FlowContext, 'now'> & { socketAway: () => number | null },
): Readiness {
  const startedAt = performance.now();

  function state(): State {
    const since = [...deliverer.away()].map(([peer, at]): [string, number] => [peer, Math.max(0, now() - at)]);
    const socket = socketAway();
    const away = new Map([...since, ...(socket === null ? [] : [['slack', socket] as const])]);
    return { pulse: tick.pulse(), upFor: performance.now() - startedAt, away };
  }

  return { ready: () => readinessOf(state()), healthy: () => isHealthy(state()) };
}
