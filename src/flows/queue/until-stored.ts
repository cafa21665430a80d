import { setTimeout as sleep } from 'node:timers/promises';
import { backoff } from '../../core/backoff.ts';
import { StoreError } from '../../core/errors.ts';
import { MINUTE, SECOND } from '../../core/time.ts';

const LONGEST_PAUSE = 5 * SECOND;

export interface Waiting {
  /** The process does not end for want of anything else to do meanwhile. */
  keepsAlive?: boolean;
  /** Milliseconds before the second try; each pause after it is twice as long, five seconds at most. */
  firstPause?: number;
  /** After how many milliseconds it is given up. */
  timeout?: number;
  /** Hears of each try that failed; what it throws ends the waiting. */
  away?: (error: StoreError) => Promise<void>;
}

/**
 * Runs `work` again, after growing pauses, while the store is away: for what has happened already outside and only has
 * to be noted, so that it is not done once more. Throws StoreError after ten minutes (or `timeout`, where
 * that is given), and everything else at once.
 */
export async function untilStored<T>(
  work: () => Promise<T>,
  { keepsAlive = false, firstPause = 250, timeout = 10 * MINUTE, away }: Waiting = {},
): Promise<T> {
  const began = performance.now();
  for (let failures = 1; ; failures += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof StoreError) || performance.now() - began > timeout) throw error;
      await away?.(error);
    }
    await sleep(backoff(failures, { first: firstPause, longest: LONGEST_PAUSE }), undefined, { ref: keepsAlive });
  }
}
