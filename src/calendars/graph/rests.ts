import { backoff } from '../../core/backoff.ts';
import { type Instant, SECOND, HOUR } from '../../core/time.ts';
import { createHolds } from '../../timing/holds.ts';
import type { GraphAnswer } from './failures.ts';

/** After throttled answers in a row that name no time, milliseconds. */
const PAUSES = { first: SECOND, longest: HOUR };

/** Mailboxes that the service asked to leave alone for a while. */
interface Rests {
  /** Milliseconds until the mailbox may be called again; 0 = now. */
  remaining(mailbox: string): number;
  /** Takes note of an answer; returns the milliseconds that the mailbox is now to rest because of it, or undefined. */
  note(mailbox: string, answer: GraphAnswer): number | undefined;
}

function waitOf({ status, retryAfter }: GraphAnswer, streak: number): number | undefined {
  if (status === 429) return retryAfter ?? backoff(streak, PAUSES);
  return status === 503 || status === 504 ? retryAfter : undefined;
}

/**
 * Remembers, per mailbox, until when the service asked to wait: Retry-After of 429, 503 and 504 to the second (RFC
 * 9110, 10.2.3; Graph throttling guidance), and a growing rest after a 429 without one.
 */
export function createRests(now: () => Instant): Rests {
  const { hold, remaining } = createHolds(now);
  /** Throttled answers in a row, by mailbox. */
  const streaks = new Map<string, number>();

  return {
    remaining,
    note(mailbox, answer) {
      const streak = answer.status === 429 ? (streaks.get(mailbox) ?? 0) + 1 : 0;
      const wait = waitOf(answer, streak);
      if (wait !== undefined) {
        streaks.set(mailbox, streak);
        hold(mailbox, wait);
        return wait;
      }
      // An answer to a call that was on its way before the service asked to wait does not end the rest.
      if (remaining(mailbox) === 0) streaks.delete(mailbox);
      return undefined;
    },
  };
}
