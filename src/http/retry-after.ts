import type { Instant } from '../core/time.ts';

/**
 * Milliseconds to wait from a Retry-After header (RFC 9110, 10.2.3), in seconds, which some give fractions of, or as an
 * HTTP date; undefined when it says nothing usable.
 */
export function parseRetryAfter(value: string | null, now: Instant): number | undefined {
  if (!value) return undefined;
  if (/^\s*\d{1,9}(?:\.\d+)?\s*$/.test(value)) return Math.round(Number(value) * 1000);
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
