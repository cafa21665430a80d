import type { X509Certificate } from 'node:crypto';
import {
  BIT_STRING,
  BOOLEAN,
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
  /** Both ends of the validity, as they are written. */
  validity: { tag: number; content: Buffer }[];
  /** Every extension there is, in order, by the DER content of its OID; throws a RangeError on what is none. */
  extensions(): Iterable<Extension>;
  /** The extnValue of an extension, by the DER content of its OID. */
  extension(oid: Buffer): Buffer | null;
}

/** An extension (RFC 5280 section 4.1): the DER content of its OID, and its extnValue. */
export interface Extension {
  oid: Buffer;
  critical: boolean;
  value: Buffer;
}

/** The DER content of OIDs of extensions. */
export const AUTHORITY_INFO_ACCESS = Buffer.from('2b06010505070101', 'hex');
export const CRL_DISTRIBUTION_POINTS = Buffer.from('551d1f', 'hex');
export const KEY_USAGE = Buffer.from('551d0f', 'hex');

function* extensionsOf(der: Buffer, tagged: Element): Generator<Extension> {
  for (const extension of childrenOf(der, elementAt(der, tagged.content, tagged.end))) {
    const parts = fewChildrenOf(der, extension);
    const value = parts.at(-1);
    if (!parts[0] || value?.tag !== OCTET_STRING) continue;
    const critical = parts[1]?.tag === BOOLEAN && contentOf(der, parts[1])[0] !== 0;
    yield { oid: contentOf(der, parts[0]), critical, value: contentOf(der, value) };
  }
}

/** Takes a certificate apart, as far as is asked for. Throws a RangeError on what is no certificate. */
export function partsOf(certificate: X509Certificate): CertificateParts {
  const der = certificate.raw;
  const outer = elementAt(der, 0);
  const parts = fewChildrenOf(der, elementAt(der, outer.content, outer.end));
  if (parts[0]?.tag === context(0)) parts.shift();
  const [serial, , issuer, validity, subject, key, ...rest] = parts;
  if (!serial || !issuer || !validity || !subject || !key) throw new RangeError('no certificate');
  const publicKey = fewChildrenOf(der, key).find(({ tag }) => tag === BIT_STRING);
  if (!publicKey) throw new RangeError('no key');
  const tagged = rest.find(({ tag }) => tag === context(3));
  function* extensions(): Generator<Extension> {
    if (tagged && der[tagged.content] === SEQUENCE) yield* extensionsOf(der, tagged);
  }

  return {
    serial: unpadded(contentOf(der, serial)),
    issuer: bytesOf(der, issuer),
    subject: bytesOf(der, subject),
    publicKey: contentOf(der, publicKey).subarray(1),
    validity: fewChildrenOf(der, validity).map((time) => ({ tag: time.tag, content: contentOf(der, time) })),
    extensions,
    extension(oid) {
      for (const extension of extensions()) if (extension.oid.equals(oid)) return extension.value;
      return null;
    },
  };
}
