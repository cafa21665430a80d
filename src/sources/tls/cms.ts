import {
  bytesOf,
  contentOf,
  context,
  elementAt,
  fewChildrenOf,
  OBJECT_IDENTIFIER,
  sequenceOf,
} from './revocation/der.ts';

const SIGNED_DATA = Buffer.from('2a864886f70d010702', 'hex');

/**
 * Whether DER is CMS (PKCS#7) rather than a certificate: it begins with what it is. Throws a RangeError on what is no
 * SEQUENCE.
 */
export function isBundle(der: Buffer): boolean {
  const [type] = sequenceOf(der);
  return type?.tag === OBJECT_IDENTIFIER;
}

/**
 * The certificates of a "certs-only" bundle (RFC 5652 section 5.1, RFC 8551 section 3.8) in DER. Throws a RangeError on
 * what is none.
 */
export function unbundle(der: Buffer): Buffer[] {
  const [type, tagged] = sequenceOf(der);
  if (type?.tag !== OBJECT_IDENTIFIER || !contentOf(der, type).equals(SIGNED_DATA)) throw new RangeError('no bundle');
  if (tagged?.tag !== context(0)) throw new RangeError('no bundle');
  const parts = fewChildrenOf(der, elementAt(der, tagged.content, tagged.end));
  const certificates = parts.find(({ tag }) => tag === context(0));
  if (!certificates) return [];
  return fewChildrenOf(der, certificates).map((element) => bytesOf(der, element));
}
