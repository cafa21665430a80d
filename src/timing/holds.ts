import { hasPassed, type Instant, DAY } from '../core/time.ts';

/** The longest that a peer's word to wait is kept, milliseconds. */
const LONGEST = DAY;

/** Who has asked to be left alone for a while. */
export interface Holds {
  /** Takes note of a wait in milliseconds, from now; one that ends later stays. */
  hold(key: string, wait: number): void;
  /** Milliseconds until the time that was asked for has passed; 0 = now. */
  remaining(key: string): number;
}

/** Remembers, by key, until when peers have asked to wait, for a day at most. */
export function createHolds(now: () => Instant): Holds {
  const held = new Map<string, { at: Instant; wait: number }>();

  function remaining(key: string): number {
    const { at, wait } = held.get(key) ?? { at: 0, wait: 0 };
    return hasPassed(at, wait, now()) ? 0 : at + wait - now();
  }

  return {
    remaining,
    hold(key, wait) {
      const longer = Math.min(LONGEST, Math.max(remaining(key), wait));
      for (const other of held.keys()) if (remaining(other) === 0) held.delete(other);
      held.set(key, { at: now(), wait: longer });
    },
  };
}
