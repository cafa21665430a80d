import type { X509Certificate } from 'node:crypto';
import type { Certificate } from '../../core/certificates/certificate.ts';
import { KEY_USAGE, partsOf } from './revocation/certificate-parts.ts';
import { contentOf, elementAt, fewChildrenOf } from './revocation/der.ts';

const USAGES = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
];
const PURPOSES = new Map([
  ['2b06010505070301', 'serverAuth'],
  ['2b06010505070302', 'clientAuth'],
  ['2b06010505070303', 'codeSigning'],
  ['2b06010505070304', 'emailProtection'],
  ['2b06010505070308', 'timeStamping'],
  ['2b06010505070309', 'OCSPSigning'],
  ['551d2500', 'anyExtendedKeyUsage'],
]);
/** The DER content of the OID of extended key usage. */
const EXTENDED_KEY_USAGE = Buffer.from('551d25', 'hex');
/** Purposes that are kept of one certificate. */
const MOST_PURPOSES = 20;

/** An object identifier with dots, from the DER content; more bytes than any has are cut. */
export function dotted(oid: Buffer): string {
  const arcs: bigint[] = [];
  let arc = 0n;
  for (const octet of oid.subarray(0, 32)) {
    arc = (arc << 7n) | BigInt(octet & 0x7f);
    if (octet & 0x80) continue;
    arcs.push(arc);
    arc = 0n;
  }
  const [first = 0n, ...rest] = arcs;
  const root = first < 80n ? first / 40n : 2n;
  return [root, first - root * 40n, ...rest].join('.');
}

/** The names of a keyUsage (RFC 5280 section 4.2.1.3), from the extnValue. Throws a RangeError on what is none. */
export function usagesIn(value: Buffer): string[] {
  const bits = contentOf(value, elementAt(value, 0)).subarray(1);
  return USAGES.filter((_, bit) => ((bits[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0);
}

/** The DER content of the OIDs of an extKeyUsage (RFC 5280 section 4.2.1.12). Throws a RangeError on what is none. */
export function purposesIn(value: Buffer): Buffer[] {
  return fewChildrenOf(value, elementAt(value, 0)).map((one) => contentOf(value, one));
}

/** What a purpose is called, or its object identifier. */
export function purposeName(oid: Buffer): string {
  return PURPOSES.get(oid.toString('hex')) ?? dotted(oid);
}

/** As Certificate.uses; undefined of authorities, and where it says nothing or cannot be read. */
export function usesOf(certificate: X509Certificate): Certificate['uses'] {
  if (certificate.ca) return undefined;
  try {
    const parts = partsOf(certificate);
    const [usage, purposes] = [parts.extension(KEY_USAGE), parts.extension(EXTENDED_KEY_USAGE)];
    if (usage === null && purposes === null) return undefined;
    return {
      key: usage && usagesIn(usage),
      purposes: purposes && purposesIn(purposes).slice(0, MOST_PURPOSES).map(purposeName),
    };
  } catch {
    return undefined;
  }
}
