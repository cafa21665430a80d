import { asLongAgain, backoff, spread } from '../backoff.ts';
import { type Instant, SECOND, MINUTE, HOUR, DAY } from '../time.ts';
import type { DeliveryError } from '../errors.ts';
import type { Delivery, Waiting } from '../model/delivery.ts';
import type { GivenUp } from '../ports/log.ts';

/**
 * Pauses before the next try, milliseconds, by the number of tries before this one that may have been carried out. Most
 * connections that break work again within a quarter of a minute, so that more than two extra copies are rare.
 */
export const AMBIGUOUS_PAUSES = [
  SECOND,
  ...[1, 2, 3, 4, 5].map((further) => backoff(further, { first: 20 * SECOND, longest: HOUR, factor: 4 })),
];
/** The longest that a peer may ask to wait. */
const LONGEST_WAIT = DAY;
/** Between tries of a calendar that refuses: that is a matter for its administrator, and gets mended. */
const CALENDAR_PAUSE = 10 * MINUTE;
/** Between tries while our own credentials are not taken. Whoever mends them need not tell us. */
const CREDENTIALS_PAUSE = 30 * SECOND;
/** Pauses where a conversation does not let us in: as long as it has been waited for already, within these. */
const CLOSED_PAUSES = { least: 5 * SECOND, most: DAY };
/** The same where a message is refused; such a one lets those behind it pass. */
const REFUSED_PAUSES = { least: 2 * MINUTE, most: 6 * HOUR };
/** A message that was refused for so long is given up. */
const REFUSED_FOR = DAY;

/**
 * What becomes of a delivery that failed: when it is tried again and what may end the wait earlier, or why it is not.
 */
export type NextTry = { at: Instant; waitsFor: Waiting | null } | { end: GivenUp };

export type Failed = Pick<Delivery, 'kind' | 'attempts' | 'ambiguous' | 'activityId' | 'pendingSince' | 'until'>;

/** Is it open whether the message has arrived? What is to be replaced can be replaced again without harm. */
export function isAmbiguous({ kind, activityId }: Failed, { code }: Pick<DeliveryError, 'code'>): boolean {
  return kind === 'message' && code === 'ambiguous' && activityId === null;
}

/** Within a second at first, then doubling up to an hour. */
function usualPause(failed: Failed, error: Pick<DeliveryError, 'code'>): number {
  if (isAmbiguous(failed, error)) return AMBIGUOUS_PAUSES[failed.ambiguous] ?? HOUR;
  return backoff(failed.attempts + 1, { first: SECOND / 2, longest: HOUR });
}

function pauseOf(failed: Failed, error: Pick<DeliveryError, 'code' | 'permanent'>, now: Instant): number {
  const usual = usualPause(failed, error);
  if (failed.kind === 'reminder') return error.permanent ? CALENDAR_PAUSE : usual;
  const waited = now - failed.pendingSince;
  if (error.code === 'unreachable') return asLongAgain(waited, CLOSED_PAUSES);
  if (error.code === 'refused') return asLongAgain(waited, REFUSED_PAUSES);
  return error.code === 'credentials' ? Math.min(CREDENTIALS_PAUSE, usual) : usual;
}

/** When to try again: not before the peer asks to, at most a day later, jittered by `random` in [0, 1). */
export function nextTry(
  failed: Failed,
  error: Pick<DeliveryError, 'code' | 'permanent' | 'retryAfter'>,
  { now, random }: { now: Instant; random: number },
): NextTry {
  const { kind, until } = failed;
  if (kind === 'message' && until !== null && now >= until) return { end: 'outlived' };
  if (kind === 'message' && error.code === 'refused' && now - failed.pendingSince >= REFUSED_FOR)
    return { end: 'refused' };
  const pause = pauseOf(failed, error, now);
  const asked = Math.min(error.retryAfter ?? 0, LONGEST_WAIT);
  const isAsked = asked > 0 && (asked >= pause || !error.permanent);
  const at = Math.ceil(isAsked ? now + asked + 500 * random : now + spread(pause, random));
  const waits = error.code === 'unreachable' ? 'conversation' : error.code === 'credentials' ? 'credentials' : null;
  return { at: kind === 'message' ? Math.min(at, until ?? at) : at, waitsFor: kind === 'message' ? waits : null };
}
