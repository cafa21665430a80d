import type { Certificate } from './certificate.ts';
import { DAY, SECOND } from '../time.ts';
import { limitAt } from './lifetimes.ts';

/**
 * How long a certificate lives, in days, and how long one issued on its day may; null before there was a limit. Both
 * ends of the validity belong to it (RFC 5280 section 4.1.2.5), and any fraction of a day is one more (BR 6.3.2).
 */
export function lifetimeAllowed({
  notBefore,
  notAfter,
}: Pick<Certificate, 'notBefore' | 'notAfter'>): { days: number; allowed: number } | null {
  const limit = limitAt(notBefore);
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
