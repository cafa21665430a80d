import { DateTime } from 'luxon';
import type { Certificate } from './certificate.ts';
import { type Instant, DAY, SECOND } from '../time.ts';

function utc(day: string): Instant {
  return DateTime.fromISO(day, { zone: 'utc' }).toMillis();
}

/**
 * The longest lifetimes, in days, that the CA/Browser Forum's Baseline Requirements have allowed for subscriber
 * certificates of public authorities, by the day from which on they were issued: BR 6.3.2 (Ballots 193, SC-22, SC-31,
 * SC-081v3), and 9.4.1 of the versions before 2015 (60 and 39 months).
 */
const LIFETIMES: { from: Instant; days: number }[] = [
  { from: utc('2012-07-01'), days: 1827 },
  { from: utc('2015-04-01'), days: 1188 },
  { from: utc('2018-03-01'), days: 825 },
  { from: utc('2020-09-01'), days: 398 },
  { from: utc('2026-03-15'), days: 200 },
  { from: utc('2027-03-15'), days: 100 },
  { from: utc('2029-03-15'), days: 47 },
];

/**
 * How long a certificate lives, in days, and how long one issued on its day may; null before there was a limit. Both
 * ends of the validity belong to it (RFC 5280 section 4.1.2.5), and any fraction of a day is one more (BR 6.3.2).
 */
export function lifetimeAllowed({
  notBefore,
  notAfter,
}: Pick<Certificate, 'notBefore' | 'notAfter'>): { days: number; allowed: number } | null {
  const limit = LIFETIMES.findLast(({ from }) => notBefore >= from);
  return limit ? { days: Math.ceil((notAfter - notBefore + SECOND) / DAY), allowed: limit.days } : null;
}

/**
 * Whether a certificate of a public authority lives longer than the Baseline Requirements allowed on the day it was
 * issued.
 */
export function isOverlong(certificate: Pick<Certificate, 'notBefore' | 'notAfter'>): boolean {
  const lifetime = lifetimeAllowed(certificate);
  return lifetime !== null && lifetime.days > lifetime.allowed;
}

/**
 * Keys that clients refuse or should: RSA below 2048 bits, curves below 256 bits, DSA (BR 6.1.5, NIST SP 800-131A).
 * `key` as in Certificate.key.
 */
export function isWeakKey(key: string): boolean {
  if (key === 'DSA') return true;
  const rsa = /^RSA (\d+)$/.exec(key);
  if (rsa) return Number(rsa[1]) < 2048;
  const curve = /^EC .*?(\d{3})/.exec(key);
  return curve !== null && Number(curve[1]) < 256;
}

/** Signatures over hashes that can be forged: MD5 and SHA-1 (BR 7.1.3.2, RFC 9155). `signature` as OpenSSL names it. */
export function isWeakSignature(signature: string): boolean {
  return /(?:md[245]|sha-?1|dsaWithSHA)(?!\d)/i.test(signature);
}
