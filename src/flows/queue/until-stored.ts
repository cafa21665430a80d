import { setTimeout as sleep } from 'node:timers/promises';
import { backoff } from '../../core/backoff.ts';
import { StoreError } from '../../core/errors.ts';
import { SECOND } from '../../core/time.ts';

const PAUSES = { first: SECOND / 4, longest: 5 * SECOND };
const GIVEN_UP_AFTER = 10 * 60 * SECOND;

/**
 * Runs `work` again, after growing pauses, while the store is away: for what has happened already outside and only has
 * to be noted, so that it is not done once more. Throws StoreError after ten minutes, and everything else at once. With
 * `keepsAlive` the process does not end for want of anything else to do meanwhile.
 */
export async function untilStored<T>(work: () => Promise<T>, { keepsAlive = false } = {}): Promise<T> {
  const began = performance.now();
  for (let failures = 1; ; failures += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof StoreError) || performance.now() - began > GIVEN_UP_AFTER) throw error;
    }
    await sleep(backoff(failures, PAUSES), undefined, { ref: keepsAlive });
  }
}
