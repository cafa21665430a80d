/** An instant: milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number;

/** Lengths of time, in milliseconds. */
export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** How far the clocks of replicas may differ, or one may be set back without being noticed. Milliseconds. */
export const SKEW = 60_000;

/** How long a message is known after it was answered, so that a repeated delivery does nothing. Milliseconds. */
export const REMEMBERED = 7 * 86_400_000;

/**
 * Whether an instant has come that was put `longest` milliseconds ahead at most. One further ahead was put by a clock
 * that has been set back since: it has come too, or whatever waits for it would wait for as long as the clock was set
 * back.
 */
export function hasCome(at: Instant, now: Instant, longest: number): boolean {
  return at <= now || at - now > longest + SKEW;
}

/**
 * Whether so many milliseconds have passed since an instant; also when that lies ahead, because the clock has been set
 * back since.
 */
export function hasPassed(since: Instant, wait: number, now: Instant): boolean {
  return hasCome(since + wait, now, wait);
}
