import { DateTime } from 'luxon';
import type { Instant } from '../time.ts';

/** How long certificates of public authorities may live that are issued from a day on, and who says so. */
export interface Lifetime {
  from: Instant;
  days: number;
  source: string;
}

function utc(day: string): Instant {
  return DateTime.fromISO(day, { zone: 'utc' }).toMillis();
}

/**
 * The longest lifetimes, in days, that the CA/Browser Forum's Baseline Requirements allow for subscriber certificates of
 * public authorities, by the day from which on they were (or will be) issued.
 */
export const LIFETIMES: Lifetime[] = [
  { from: utc('2012-07-01'), days: 1827, source: 'BR 1.0, 9.4.1: 60 months' },
  { from: utc('2015-04-01'), days: 1188, source: 'BR 1.0, 9.4.1: 39 months' },
  { from: utc('2018-03-01'), days: 825, source: 'CA/B Forum Ballot 193, BR 6.3.2' },
  { from: utc('2020-09-01'), days: 398, source: 'CA/B Forum Ballots SC-22 and SC-31, BR 6.3.2' },
  { from: utc('2026-03-15'), days: 200, source: 'CA/B Forum Ballot SC-081v3, BR 6.3.2' },
  { from: utc('2027-03-15'), days: 100, source: 'CA/B Forum Ballot SC-081v3, BR 6.3.2' },
  { from: utc('2029-03-15'), days: 47, source: 'CA/B Forum Ballot SC-081v3, BR 6.3.2' },
];

/** The limit for what is issued at an instant; null before there was one. */
export function limitAt(at: Instant): Lifetime | null {
  return LIFETIMES.findLast(({ from }) => at >= from) ?? null;
}

/** The limits that begin to hold after an instant. */
export function limitsAfter(at: Instant): Lifetime[] {
  return LIFETIMES.filter(({ from }) => from > at);
}
