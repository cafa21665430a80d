import { hasCome } from '../../core/time.ts';

/** More than this do not wait: they would have no turn in time. */
const MOST_WAITING = 2000;
/** Milliseconds for which a server that could not be reached is left alone. */
const DEAD_FOR = 10 * 60_000;
const MOST_DEAD = 10_000;

/** What could not be reached lately, by origin or address and port. Bounded: the oldest is forgotten first. */
export function createDead() {
  const dead = new Map<string, { reason: string; until: number }>();
  return {
    reason(key: string): string | null {
      const entry = dead.get(key);
      return entry && !hasCome(entry.until, Date.now(), DEAD_FOR) ? entry.reason : null;
    },
    add(key: string, reason: string): void {
      dead.delete(key);
      dead.set(key, { reason, until: Date.now() + DEAD_FOR });
      if (dead.size > MOST_DEAD) dead.delete(dead.keys().next().value!);
    },
  };
}

/** At most so many at once; the others wait in order. */
export function createTurns(most: number) {
  let taken = 0;
  const waiting = new Set<() => void>();

  return {
    /** Resolves with whether there was a turn before the signal ended. */
    async take(signal: AbortSignal): Promise<boolean> {
      if (taken < most) {
        taken += 1;
        return true;
      }
      if (waiting.size >= MOST_WAITING) return false;
      const { promise, resolve } = Promise.withResolvers<boolean>();
      const go = (): void => resolve(true);
      const abort = (): void => {
        if (waiting.delete(go)) resolve(false);
      };
      waiting.add(go);
      signal.addEventListener('abort', abort, { once: true });
      return promise;
    },
    give(): void {
      const next = waiting.values().next().value;
      if (next) {
        waiting.delete(next);
        next();
      } else taken -= 1;
    },
  };
}
