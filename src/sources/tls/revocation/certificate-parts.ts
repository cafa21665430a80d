import type { X509Certificate } from 'node:crypto';
import {
  BIT_STRING,
  bytesOf,
  childrenOf,
  contentOf,
  context,
  elementAt,
  fewChildrenOf,
  OCTET_STRING,
  SEQUENCE,
  unpadded,
  type Element,
} from './der.ts';

/** Pieces of a certificate (RFC 5280 section 4.1) that node:crypto does not hand out. */
export interface CertificateParts {
  /** Content of the INTEGER, without padding. */
  serial: Buffer;
  /** DER of the names. */
  issuer: Buffer;
  subject: Buffer;
  /** The subjectPublicKey: the BIT STRING's content without the count of unused bits. */
  publicKey: Buffer;
  /** The extnValue of an extension, by the DER content of its OID. */
  extension(oid: Buffer): Buffer | null;
}

/** The DER content of OIDs of extensions. */
export const AUTHORITY_INFO_ACCESS = Buffer.from('2b06010505070101', 'hex');
export const CRL_DISTRIBUTION_POINTS = Buffer.from('551d1f', 'hex');
export const KEY_USAGE = Buffer.from('551d0f', 'hex');

function* extensionsOf(der: Buffer, tagged: Element): Generator<{ oid: Buffer; value: Buffer }> {
  for (const extension of childrenOf(der, elementAt(der, tagged.content, tagged.end))) {
    const parts = fewChildrenOf(der, extension);
    const value = parts.at(-1);
    if (!parts[0] || value?.tag !== OCTET_STRING) continue;
    yield { oid: contentOf(der, parts[0]), value: contentOf(der, value) };
  }
}

/** Takes a certificate apart, as far as is asked for. Throws a RangeError on what is no certificate. */
export function partsOf(certificate: X509Certificate): CertificateParts {
  const der = certificate.raw;
  const outer = elementAt(der, 0);
  const parts = fewChildrenOf(der, elementAt(der, outer.content, outer.end));
  if (parts[0]?.tag === context(0)) parts.shift();
  const [serial, , issuer, , subject, key, ...rest] = parts;
  if (!serial || !issuer || !subject || !key) throw new RangeError('no certificate');
  const publicKey = fewChildrenOf(der, key).find(({ tag }) => tag === BIT_STRING);
  if (!publicKey) throw new RangeError('no key');
  const tagged = rest.find(({ tag }) => tag === context(3));
  return {
    serial: unpadded(contentOf(der, serial)),
    issuer: bytesOf(der, issuer),
    subject: bytesOf(der, subject),
    publicKey: contentOf(der, publicKey).subarray(1),
    extension(oid) {
      if (!tagged || der[tagged.content] !== SEQUENCE) return null;
      for (const extension of extensionsOf(der, tagged)) if (extension.oid.equals(oid)) return extension.value;
      return null;
    },
  };
}
