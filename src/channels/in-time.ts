import { within } from '../timing/within.ts';

/**
 * Whoever presses a button is answered within so many milliseconds: Teams says that something went wrong after ten to
 * fifteen seconds.
 */
export const ANSWER_WITHIN = 4000;

/** What the work comes to, if it ends within `milliseconds`; null: it goes on. Rejects as the work does. */
export function inTime<T>(work: Promise<T>, milliseconds: number): Promise<{ value: T } | null> {
  return within(
    work.then((value) => ({ value })),
    milliseconds,
    () => null,
  );
}
