import { hasPassed, type Instant, HOUR } from '../../core/time.ts';
import type { GraphAnswer } from './failures.ts';

const FIRST = 1000;
const LONGEST = HOUR;

/**
 * Milliseconds to rest after the so-manieth throttled answer in a row (from 1) that named no time: one second,
 * doubling, at most an hour.
 */
export function restAfter(streak: number): number {
  return Math.min(FIRST * 2 ** Math.min(streak - 1, 30), LONGEST);
}

/** Mailboxes that the service asked to leave alone for a while. */
interface Rests {
  /** Milliseconds until the mailbox may be called again; 0 = now. */
  remaining(mailbox: string): number;
  /** Takes note of an answer; returns the milliseconds that the mailbox is now to rest because of it, or undefined. */
  note(mailbox: string, answer: GraphAnswer): number | undefined;
}

/**
 * Remembers, per mailbox, until when the service asked to wait: Retry-After of 429, 503 and 504 to the second (RFC
 * 9110, 10.2.3; Graph throttling guidance), and a growing rest after a 429 without one.
 */
export function createRests(now: () => Instant): Rests {
  /** `wait` is counted from `at`. */
  const rests = new Map<string, { at: Instant; wait: number; streak: number }>();

  function waitOf({ status, retryAfter }: GraphAnswer, streak: number): number | undefined {
    if (status === 429) return retryAfter ?? restAfter(streak);
    return status === 503 || status === 504 ? retryAfter : undefined;
  }

  function remaining(mailbox: string): number {
    const rest = rests.get(mailbox);
    return rest && !hasPassed(rest.at, rest.wait, now()) ? rest.at + rest.wait - now() : 0;
  }

  return {
    remaining,
    note(mailbox, answer) {
      const known = rests.get(mailbox);
      const streak = answer.status === 429 ? (known?.streak ?? 0) + 1 : 0;
      const wait = waitOf(answer, streak);
      if (wait !== undefined) {
        rests.set(mailbox, { at: now(), wait: Math.max(remaining(mailbox), wait), streak });
        return wait;
      }
      // An answer to a call that was on its way before the service asked to wait does not end the rest.
      if (remaining(mailbox) === 0) rests.delete(mailbox);
      return undefined;
    },
  };
}
