import { createHash, type KeyObject, type X509Certificate } from 'node:crypto';
import ipaddr from 'ipaddr.js';
import type { Certificate } from '../../core/certificates/certificate.ts';
import { bytesOf, sequenceOf } from './revocation/der.ts';
import { forgeablePss } from './revocation/signature.ts';
import { usesOf } from './uses.ts';
import { validityOf } from './validity.ts';

const CURVES: Record<string, string> = { prime256v1: 'P-256', secp384r1: 'P-384', secp521r1: 'P-521' };
const KEYS: Record<string, string> = { ed25519: 'Ed25519', ed448: 'Ed448', dsa: 'DSA' };
/** Longest name that is kept; longer ones only serve to fill memory. */
const LONGEST = 300;
/** Names that are kept of one certificate: public authorities issue for at most a few hundred. */
const MOST_NAMES = 1000;
/**
 * Reserved policy identifiers of the CA/Browser Forum (BR 7.1.6.1): EV, DV, OV, IV; as DER, 2.23.140.1.1 and
 * 2.23.140.1.2.x.
 */
const PUBLIC_POLICIES = ['060567810c0101', '060667810c010201', '060667810c010202', '060667810c010203'].map((hex) =>
  Buffer.from(hex, 'hex'),
);

/** Text that every store takes: bounded, no half surrogate pairs, no NUL. */
function storable(text: string): string {
  return text.slice(0, LONGEST).toWellFormed().replaceAll('\0', '\uFFFD');
}

/** RFC 4514 section 2.4: `\,` is a comma, `\0A` a line feed. */
function unescape(value: string): string {
  return value.replaceAll(/\\([0-9A-Fa-f]{2}|.)/gs, (_, escaped: string) =>
    escaped.length === 2 ? String.fromCharCode(Number.parseInt(escaped, 16)) : escaped,
  );
}

/**
 * The attributes of a name as Node prints it: one relative distinguished name per line, several attributes in one
 * joined by ` + `.
 */
function attributes(name: string): { type: string; value: string }[] {
  return name
    .split('\n')
    .flatMap((line) => line.split(' + '))
    .filter((part) => part.includes('='))
    .map((part) => {
      const at = part.indexOf('=');
      return { type: part.slice(0, at), value: storable(unescape(part.slice(at + 1))) };
    });
}

function valueOf(name: string, wanted: string): string | null {
  return attributes(name).find(({ type, value }) => type === wanted && value.trim() !== '')?.value ?? null;
}

function whole(name: string, { blanks = true } = {}): string {
  const parts = attributes(name)
    .filter(({ value }) => blanks || value.trim() !== '')
    .map(({ type, value }) => `${type}=${value}`);
  return storable(parts.join(', '));
}

function issuerName(issuer: string): string {
  const common = valueOf(issuer, 'CN');
  const organization = valueOf(issuer, 'O');
  if (common === null) return organization ?? whole(issuer, { blanks: false });
  if (organization === null || common.toLowerCase().includes(organization.toLowerCase())) return common;
  return storable(`${organization} ${common}`);
}

/** `DNS:a, IP Address:192.0.2.1, DNS:"odd\u002c one"`: Node writes entries with special characters as JSON strings. */
function* entries(subjectAltName: string): Generator<[string, string]> {
  const pattern = /([^:",]+):("(?:[^"\\]|\\.)*"|[^,]*)(?:, |$)/gy;
  for (const [, kind, value] of subjectAltName.matchAll(pattern)) {
    if (!value!.startsWith('"')) yield [kind!, value!];
    else {
      try {
        yield [kind!, String(JSON.parse(value!))];
      } catch {
        yield [kind!, value!];
      }
    }
  }
}

/** Node reads each byte as a character; what was meant by bytes beyond ASCII is mostly UTF-8. */
function dnsName(value: string): string {
  if (!/[\x80-\xff]/.test(value) || /[^\0-\xff]/.test(value)) return storable(value).toLowerCase();
  const text = Buffer.from(value, 'latin1').toString('utf8');
  return storable(text.includes('\uFFFD') ? value : text).toLowerCase();
}

function canonicalIp(text: string): string {
  return ipaddr.isValid(text) ? ipaddr.parse(text).toString() : storable(text);
}

/** As Certificate.key. */
export function keyName(key: KeyObject): string {
  const type = key.asymmetricKeyType ?? 'unknown';
  const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {};
  if (type.startsWith('rsa')) return `RSA ${modulusLength ?? '?'}`;
  if (type === 'ec') return `EC ${CURVES[namedCurve ?? ''] ?? namedCurve ?? '?'}`;
  return KEYS[type] ?? type;
}

function keyFacts(certificate: X509Certificate): { spki: string; key: string; publicKey: KeyObject | null } {
  try {
    const { publicKey } = certificate;
    const der = publicKey.export({ type: 'spki', format: 'der' });
    return { spki: createHash('sha256').update(der).digest('hex'), key: keyName(publicKey), publicKey };
  } catch {
    return { spki: '', key: 'unknown', publicKey: null };
  }
}

/** As Certificate.key. */
export function keyOf(certificate: X509Certificate): string {
  return keyFacts(certificate).key;
}

/** As node:crypto names it, such as "rsa" or "ec"; empty for a key that this OpenSSL cannot read. */
export function keyTypeOf(certificate: X509Certificate): string {
  return keyFacts(certificate).publicKey?.asymmetricKeyType ?? '';
}

/**
 * Keys with which a signature takes milliseconds to check are strays, sent to keep us busy: authorities have at most
 * 8192 bits and small exponents.
 */
export function isReasonable({ asymmetricKeyDetails: details }: KeyObject): boolean {
  return (details?.modulusLength ?? 0) <= 8192 && (details?.publicExponent ?? 3n) <= 0xffff_ffffn;
}

/** As OpenSSL names it; of RSASSA-PSS the digest counts, which stands in its parameters. */
function signatureOf({ raw, signatureAlgorithm }: X509Certificate): string {
  const name = signatureAlgorithm ?? 'unknown';
  if (!/pss/i.test(name)) return name;
  try {
    const [, algorithm] = sequenceOf(raw);
    const digest = algorithm ? forgeablePss(bytesOf(raw, algorithm)) : null;
    return digest === null ? name : `${name} with ${digest}`;
  } catch {
    return name;
  }
}

function isSelfSigned(certificate: X509Certificate, publicKey: KeyObject | null): boolean {
  if (publicKey === null || certificate.subject !== certificate.issuer || !isReasonable(publicKey)) return false;
  try {
    return certificate.verify(publicKey);
  } catch {
    return false;
  }
}

/** SHA-256 of the DER, 64 lower-case hex digits. */
export function fingerprintOf(certificate: X509Certificate): string {
  return certificate.fingerprint256.replaceAll(':', '').toLowerCase();
}

/**
 * What a certificate is about, as people are told: the common name of its subject, or the whole subject when it has
 * none. Untrusted text.
 */
export function subjectOf(certificate: X509Certificate): string {
  const subject = certificate.subject ?? '';
  return valueOf(subject, 'CN') ?? whole(subject);
}

/**
 * Reduces a parsed certificate to what core needs. A key this OpenSSL cannot read becomes "unknown" with an empty
 * `spki`; never throws.
 */
export function readCertificate(certificate: X509Certificate): Certificate {
  const { spki, key, publicKey } = keyFacts(certificate);
  const uses = usesOf(certificate);
  const dnsNames: string[] = [];
  const ipAddresses: string[] = [];
  let names = 0;
  for (const [kind, value] of entries(certificate.subjectAltName ?? '')) {
    if (kind !== 'DNS' && kind !== 'IP Address') continue;
    names += 1;
    if (names > MOST_NAMES) continue;
    if (kind === 'DNS') dnsNames.push(dnsName(value));
    else ipAddresses.push(canonicalIp(value));
  }
  return {
    fingerprint: fingerprintOf(certificate),
    spki,
    subject: subjectOf(certificate),
    issuer: issuerName(certificate.issuer ?? ''),
    serialNumber: certificate.serialNumber.toLowerCase(),
    ...validityOf(certificate),
    dnsNames,
    ipAddresses,
    key,
    selfSigned: isSelfSigned(certificate, publicKey),
    signature: signatureOf(certificate),
    ...(uses ? { uses } : {}),
    ...(names > MOST_NAMES ? { names } : {}),
    ...(PUBLIC_POLICIES.some((policy) => certificate.raw.includes(policy)) ? { publicPolicy: true } : {}),
  };
}
