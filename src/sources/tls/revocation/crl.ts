import type { X509Certificate } from 'node:crypto';
import type { Instant } from '../../../core/time.ts';
import type { Asn1, DistributionPoint } from './asn1.ts';
import { KEY_USAGE, partsOf } from './certificate-parts.ts';
import {
  BIT_STRING,
  bytesOf,
  childrenOf,
  contentOf,
  elementAt,
  encode,
  fewChildrenOf,
  INTEGER,
  SEQUENCE,
  sequenceOf,
  unpadded,
  type Element,
} from './der.ts';
import { verifies } from './signature.ts';
import { reasonName, validUntil, type Statement } from './statement.ts';

/** A CRL as it is kept: its bytes, and where in them the entry of a serial number begins. */
export interface Crl {
  der: Buffer;
  /** Sorted: 32 bits of hash of the serial number, then 20 bits of offset. */
  index: Float64Array;
  tbs: Element;
  signatureAlgorithm: Buffer;
  signature: Buffer;
  /** DER of the issuer's name. */
  issuer: Buffer;
  thisUpdate: Date;
  nextUpdate: Date | undefined;
  /** From the issuing distribution point (RFC 5280 section 5.2.5). */
  scope: { uris: string[] | null; onlyUsers: boolean; onlyAuthorities: boolean; everyReason: boolean };
}

const OFFSETS = 2 ** 20;
/** All of a CRL but its entries. */
const LONGEST_FRAME = 32 * 1024;
const CERTIFICATE_ISSUER = Buffer.from('0603551d1d', 'hex');
const UTC_TIME = 0x17;
const GENERALIZED_TIME = 0x18;
const REMOVED = 8;

/** FNV-1a, 32 bits. Equal values only cost a comparison more. */
function hashOf(serial: Buffer): number {
  let value = 0x811c9dc5;
  for (const byte of serial) value = Math.imul(value ^ byte, 0x01000193);
  return value >>> 0;
}

function isTime({ tag }: Element): boolean {
  return tag === UTC_TIME || tag === GENERALIZED_TIME;
}

/** The list of entries, which follows the times; and the rest of the TBSCertList without it. */
function splitEntries(der: Buffer, tbs: Element): { entries: Element | null; frame: Buffer } {
  const parts = fewChildrenOf(der, tbs);
  const at = parts.findLastIndex(isTime) + 1;
  const entries = at > 0 && parts[at]?.tag === SEQUENCE ? parts[at] : null;
  const kept = parts.filter((part) => part !== entries).map((part) => bytesOf(der, part));
  return { entries, frame: encode(SEQUENCE, Buffer.concat(kept)) };
}

/** The serial number of an entry, without padding. */
function serialAt(der: Buffer, entry: Element): Buffer {
  const serial = elementAt(der, entry.content, entry.end);
  if (entry.tag !== SEQUENCE || serial.tag !== INTEGER) throw new RangeError('no entry');
  return unpadded(contentOf(der, serial));
}

function indexOf(der: Buffer, entries: Element | null): Float64Array {
  const found: number[] = [];
  if (entries) {
    for (const entry of childrenOf(der, entries)) found.push(hashOf(serialAt(der, entry)) * OFFSETS + entry.start);
  }
  return Float64Array.from(found).sort();
}

function offsetsOf(index: Float64Array, serial: Buffer): number[] {
  const from = hashOf(serial) * OFFSETS;
  let low = 0;
  for (let high = index.length; low < high;) {
    const middle = (low + high) >>> 1;
    if (index[middle]! < from) low = middle + 1;
    else high = middle;
  }
  const offsets: number[] = [];
  for (let at = low; at < index.length && index[at]! < from + OFFSETS; at += 1) offsets.push(index[at]! - from);
  return offsets;
}

/** Some serve PEM, against RFC 5280 section 4.2.1.13. */
function toDer(body: Buffer): Buffer {
  if (body[0] === SEQUENCE) return body;
  const pem = /-----BEGIN X509 CRL-----([\sA-Za-z0-9+/=]+)-----END X509 CRL-----/.exec(body.toString('latin1'));
  return pem ? Buffer.from(pem[1]!, 'base64') : body;
}

function readScope(asn1: Asn1, value: ArrayBuffer): Crl['scope'] | null {
  const { x509, parse, webAddresses } = asn1;
  const point = parse(new Uint8Array(value), x509.IssuingDistributionPoint);
  if (point.indirectCRL || point.onlyContainsAttributeCerts) return null;
  const { distributionPoint, onlySomeReasons } = point;
  return {
    uris: distributionPoint === undefined ? null : webAddresses(distributionPoint.fullName ?? []),
    onlyUsers: point.onlyContainsUserCerts,
    onlyAuthorities: point.onlyContainsCACerts,
    everyReason: onlySomeReasons === undefined,
  };
}

/**
 * Reads a CRL (RFC 5280 section 5), at most 1 MB of it. Null for what is none, and for those that must not be used
 * without understanding more: indirect and delta CRLs, those about attribute certificates, and those with other
 * critical extensions. Nothing is verified yet. Never throws.
 */
export function readCrl(asn1: Asn1, body: Buffer): Crl | null {
  const { x509, parse } = asn1;
  try {
    const der = toDer(body);
    if (der.length > OFFSETS) return null;
    const [tbs, algorithm, signature] = sequenceOf(der);
    if (tbs?.tag !== SEQUENCE || !algorithm || signature?.tag !== BIT_STRING) return null;
    const { entries, frame } = splitEntries(der, tbs);
    if (frame.length > LONGEST_FRAME) return null;
    // Entries of other issuers, which a CRL that does not call itself indirect must not have.
    if (entries && contentOf(der, entries).includes(CERTIFICATE_ISSUER)) return null;
    const list = parse(frame, x509.TBSCertList);
    let scope: Crl['scope'] | null = { uris: null, onlyUsers: false, onlyAuthorities: false, everyReason: true };
    for (const { extnID, critical, extnValue } of list.crlExtensions ?? []) {
      if (extnID === x509.id_ce_issuingDistributionPoint) scope = readScope(asn1, extnValue.buffer);
      else if (critical || extnID === x509.id_ce_deltaCRLIndicator) return null;
      if (!scope) return null;
    }
    const issuer = fewChildrenOf(der, tbs).find((_, at, all) => all[at + 1] !== undefined && isTime(all[at + 1]!));
    if (!issuer) return null;
    return {
      der,
      index: indexOf(der, entries),
      tbs,
      signatureAlgorithm: bytesOf(der, algorithm),
      signature: contentOf(der, signature).subarray(1),
      issuer: bytesOf(der, issuer),
      thisUpdate: list.thisUpdate.getTime(),
      nextUpdate: list.nextUpdate?.getTime(),
      scope,
    };
  } catch {
    return null;
  }
}

/** Whether the issuer of certificates signed this CRL, and may. Takes milliseconds for a large one. Never throws. */
export function isCrlOf(asn1: Asn1, crl: Crl, issuer: X509Certificate): boolean {
  const { x509, parse } = asn1;
  try {
    const { subject, extension } = partsOf(issuer);
    if (!crl.issuer.equals(subject)) return false;
    const usage = extension(KEY_USAGE);
    if (usage && (parse(usage, x509.KeyUsage).toNumber() & x509.KeyUsageFlags.cRLSign) === 0) return false;
    return verifies(crl.signatureAlgorithm, issuer.publicKey, bytesOf(crl.der, crl.tbs), crl.signature);
  } catch {
    return false;
  }
}

/** The entry about a serial number: null when there is none, "unusable" when what it says is not understood. */
function entryOf(
  asn1: Asn1,
  crl: Crl,
  serial: Buffer,
): { at: Instant; reason: number | undefined } | 'unusable' | null {
  const { x509, parse } = asn1;
  for (const offset of offsetsOf(crl.index, serial)) {
    const element = elementAt(crl.der, offset);
    if (!serialAt(crl.der, element).equals(serial)) continue;
    const entry = parse(bytesOf(crl.der, element), x509.RevokedCertificate);
    let reason: number | undefined;
    for (const { extnID, critical, extnValue } of entry.crlEntryExtensions ?? []) {
      if (extnID === x509.id_ce_cRLReasons) reason = parse(new Uint8Array(extnValue.buffer), x509.CRLReason).reason;
      else if (critical) return 'unusable';
    }
    return { at: entry.revocationDate.getTime().getTime(), reason };
  }
  return null;
}

/**
 * What a CRL of the certificate's issuer (see `isCrlOf`) says of it. `point` is the distribution point that named it.
 * Null when it says nothing: it is stale, from the future, about other certificates, or has no entry and does not cover
 * every reason (RFC 5280 section 6.3.3). Never throws.
 */
export function readCrlFor(
  asn1: Asn1,
  crl: Crl,
  about: { certificate: X509Certificate; point: DistributionPoint; now: Instant },
): Statement | null {
  const { certificate, point, now } = about;
  const { scope, thisUpdate, nextUpdate } = crl;
  try {
    if (scope.uris && !scope.uris.some((uri) => point.uris.includes(uri))) return null;
    if (certificate.ca ? scope.onlyUsers : scope.onlyAuthorities) return null;
    const until = validUntil(thisUpdate, nextUpdate, now);
    if (until === null) return null;
    const heard = { thisUpdate: thisUpdate.getTime(), until };
    const entry = entryOf(asn1, crl, partsOf(certificate).serial);
    if (entry === 'unusable') return null;
    if (entry && entry.reason !== REMOVED) {
      const reason = reasonName(entry.reason);
      return { status: 'revoked', at: entry.at, ...(reason ? { reason } : {}), ...heard };
    }
    return scope.everyReason && point.everyReason ? { status: 'good', ...heard } : null;
  } catch {
    return null;
  }
}
