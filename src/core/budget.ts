import { type Instant, MINUTE } from './time.ts';

/** A token bucket: how many looks were left at an instant. Refilled evenly, to as many as a minute brings. */
export interface Bucket {
  tokens: number;
  at: Instant;
}

/** A bucket that nobody has taken from. */
export function fullBucket(perMinute: number, now: Instant): Bucket {
  return { tokens: perMinute, at: now };
}

/** The bucket as it is now. A clock that was set back neither fills nor empties it. */
export function refilled({ tokens, at }: Bucket, perMinute: number, now: Instant): Bucket {
  const gained = (Math.max(0, now - at) * perMinute) / MINUTE;
  return { tokens: Math.min(perMinute, tokens + gained), at: now };
}

/** What more was used than was taken: the bucket may owe it. */
export function owing(bucket: Bucket, number: number): Bucket {
  return { ...bucket, tokens: bucket.tokens - number };
}

/**
 * What a bulk command leaves to single commands and buttons of its conversation, so that nobody waits for minutes to
 * look at one thing: a tenth.
 */
export function reserveOf(perMinute: number): number {
  return Math.floor(perMinute / 10);
}

/**
 * Takes one look from the bucket, unless fewer than `reserve` would be left. `wait`: milliseconds until there is one, 0
 * = it was taken.
 */
export function take(
  bucket: Bucket,
  { perMinute, reserve, now }: { perMinute: number; reserve: number; now: Instant },
): { bucket: Bucket; wait: number } {
  const current = refilled(bucket, perMinute, now);
  const missing = 1 + reserve - current.tokens;
  // Thousandths of a look are lost in rounding; they are nobody's.
  if (missing <= 1e-6) return { bucket: { ...current, tokens: current.tokens - 1 }, wait: 0 };
  return { bucket: current, wait: Math.max(1, Math.ceil((missing * MINUTE) / perMinute)) };
}
