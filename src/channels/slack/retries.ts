import { backoff } from '../../core/backoff.ts';
import { DeliveryError } from '../../core/errors.ts';

/** Tries before a command is put off, and the longest wait in between, milliseconds. */
const TRIES = 3;
const MOST_WAIT = 3000;
const PAUSES = { first: 400, longest: MOST_WAIT };

/**
 * Asks Slack something that may be asked again without harm. A hiccup is waited out here: a command that is put off
 * comes again only when its lease has run out. Throws what the last try threw.
 */
export async function withRetries<T>(ask: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      const wait = error instanceof DeliveryError ? backoff(attempt, { ...PAUSES, asked: error.retryAfter }) : Infinity;
      if (attempt >= TRIES || wait > MOST_WAIT || (error as DeliveryError).permanent) throw error;
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
}
