import { seeded } from '../test/support/seeded.ts';

/** Chance that is the same for the same seed. */
export interface Chance {
  /** In [0, 1). */
  next(): number;
  between(from: number, to: number): number;
  pick<T>(list: readonly T[]): T;
  /** True with this probability. */
  is(probability: number): boolean;
}

export function createChance(seed: number): Chance {
  const next = seeded(seed);
  return {
    next,
    between: (from, to) => from + next() * (to - from),
    pick: (list) => list[Math.floor(next() * list.length)]!,
    is: (probability) => next() < probability,
  };
}
