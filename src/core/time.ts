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

/**
 * Instead of an end of validity that is no date. No certificate can name this instant: dates of certificates end with
 * the year 9999.
 */
export const UNDATED: Instant = 253_402_300_800 * SECOND;
/** `99991231235959Z`: the certificate has no defined end (RFC 5280 section 4.1.2.5). */
export const ENDLESS: Instant = UNDATED - SECOND;
/** The year 0 begins. */
const EARLIEST: Instant = -62_167_219_200 * SECOND;

/**
 * What is further away than this is nothing to be reminded of, nor counted in days: certificates that are to last for
 * ever are made for a hundred years. Longer than the days that people type may be away. Milliseconds.
 */
const HORIZON = 60 * 366 * DAY;
/** The same in years. */
export const HORIZON_YEARS = 60;

/** Whether an end (or beginning) of validity is a date. */
export function isDated(at: Instant): boolean {
  return at >= EARLIEST && at < UNDATED;
}

/**
 * Whether calendars can hold an event then: from 1601, where Windows begins to count, to 9998, so that no zone makes
 * five digits of the year.
 */
export function isInCalendars(at: Instant): boolean {
  return at >= -11_644_473_600 * SECOND && at < 253_370_764_800 * SECOND;
}

/** What was read as an instant, from a peer or from a row: whatever is none is UNDATED. */
export function soundInstant(at: unknown): Instant {
  return typeof at === 'number' && Number.isFinite(at) && isDated(at) ? at : UNDATED;
}

/** Whether an instant is near enough to plan for, in the past as well. Not so: what is no date, or has no end. */
export function isWithinHorizon(at: Instant, now: Instant): boolean {
  return Math.abs(at - now) <= HORIZON;
}
