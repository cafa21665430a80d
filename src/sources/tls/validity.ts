import type { X509Certificate } from 'node:crypto';
import { soundInstant, UNDATED, type Instant } from '../../core/time.ts';
import { partsOf } from './revocation/certificate-parts.ts';
import { GENERALIZED_TIME, UTC_TIME } from './revocation/der.ts';

/** Both ends of a certificate's validity; UNDATED where what it says is no date. */
export interface Validity {
  notBefore: Instant;
  notAfter: Instant;
}

/**
 * A Time as RFC 5280 section 4.1.2.5 has it, to the letter: `YYMMDDHHMMSSZ` (1950 to 2049) or `YYYYMMDDHHMMSSZ`, a day
 * that there is, and a second that there is. UNDATED for everything else, which clients refuse.
 */
export function instantOf({ tag, content }: { tag: number; content: Buffer }): Instant {
  const text = content.toString('latin1');
  const isShort = tag === UTC_TIME;
  if (!isShort && tag !== GENERALIZED_TIME) return UNDATED;
  if (!(isShort ? /^\d{12}Z$/ : /^\d{14}Z$/).test(text) || text.includes('\n')) return UNDATED;
  const century = Number(text.slice(0, 2)) < 50 ? '20' : '19';
  const [year, ...rest] = (isShort ? century + text : text).match(/^\d{4}|\d\d/g)!;
  const [month, day, hour, minute, second] = rest;
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  const at = Date.parse(iso);
  // Dates roll over: 30 February is 2 March, and hour 24 is the next day.
  return Number.isNaN(at) || new Date(at).toISOString() !== iso ? UNDATED : at;
}

function asParsed(certificate: X509Certificate): Validity {
  const { validFromDate, validToDate } = certificate;
  return { notBefore: soundInstant(validFromDate.getTime()), notAfter: soundInstant(validToDate.getTime()) };
}

/** When a certificate is valid, by its own bytes: parsers differ in what they take for a date. Never throws. */
export function validityOf(certificate: X509Certificate): Validity {
  try {
    const [notBefore, notAfter] = partsOf(certificate).validity;
    return {
      notBefore: notBefore ? instantOf(notBefore) : UNDATED,
      notAfter: notAfter ? instantOf(notAfter) : UNDATED,
    };
  } catch {
    // Not in DER, but OpenSSL has read it.
    return asParsed(certificate);
  }
}
