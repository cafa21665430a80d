import { type Instant, HOUR } from '../../../core/time.ts';

/** What an issuer said of one certificate, in an OCSP response or a CRL that counts. */
export interface Statement {
  status: 'good' | 'revoked';
  at?: Instant;
  reason?: string;
  thisUpdate: Instant;
  /** Until when it counts. */
  until: Instant;
}

/** Clocks of responders and ours differ. */
const TOLERANCE = 5 * 60_000;
/**
 * Without nextUpdate newer information is to be had at any time (RFC 6960 section 4.2.2.1); lest an old answer be shown
 * for ever, it counts for a day.
 */
const OPEN_ENDED = 24 * HOUR;
/** Nothing is believed for longer without asking again. */
const LONGEST = 7 * 24 * HOUR;

/**
 * Until when something that was said at `thisUpdate` may be believed: its nextUpdate, at most seven days from now; an
 * hour where it has none. Null when it is stale or from the future.
 */
export function validUntil(thisUpdate: Date, nextUpdate: Date | undefined, now: Instant): Instant | null {
  const from = thisUpdate.getTime();
  if (!(from <= now + TOLERANCE)) return null;
  if (!nextUpdate) return now - from < OPEN_ENDED ? now + HOUR : null;
  const until = nextUpdate.getTime();
  return until > now ? Math.min(until, now + LONGEST) : null;
}

/** CRLReason (RFC 5280 section 5.3.1) by its number. */
const REASONS: Record<number, string> = {
  1: 'keyCompromise',
  2: 'cACompromise',
  3: 'affiliationChanged',
  4: 'superseded',
  5: 'cessationOfOperation',
  6: 'certificateHold',
  8: 'removeFromCRL',
  9: 'privilegeWithdrawn',
  10: 'aACompromise',
};

/** The name of a CRLReason; undefined for none, unspecified, and those that do not exist. */
export function reasonName(reason: number | undefined): string | undefined {
  return reason === undefined ? undefined : REASONS[reason];
}
