import { createHash, type KeyObject, type X509Certificate } from 'node:crypto';
import ipaddr from 'ipaddr.js';
import type { Certificate } from '../../core/certificate.ts';

const CURVES: Record<string, string> = { prime256v1: 'P-256', secp384r1: 'P-384', secp521r1: 'P-521' };
/** Longest name that is kept; longer ones only serve to fill memory. */
const LONGEST = 300;

function attribute(name: string, type: string): string | null {
  const line = name.split('\n').find((part) => part.startsWith(`${type}=`));
  return line === undefined ? null : line.slice(type.length + 1, type.length + 1 + LONGEST);
}

function whole(name: string): string {
  return name.split('\n').join(', ').slice(0, LONGEST);
}

function issuerName(issuer: string): string {
  const common = attribute(issuer, 'CN');
  const organization = attribute(issuer, 'O');
  if (common === null) return organization ?? whole(issuer);
  if (organization === null || common.toLowerCase().includes(organization.toLowerCase())) return common;
  return `${organization} ${common}`;
}

/** `DNS:a, IP Address:192.0.2.1, DNS:"odd, one"`: entries with special characters are JSON strings. */
function* entries(subjectAltName: string): Generator<[string, string]> {
  const pattern = /([A-Za-z ]+):("(?:[^"\\]|\\.)*"|[^,]*)(?:, |$)/gy;
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

function canonicalIp(text: string): string {
  if (!ipaddr.isValid(text)) return text;
  const address = ipaddr.parse(text);
  return address instanceof ipaddr.IPv6 ? address.toRFC5952String() : address.toString();
}

function keyName(key: KeyObject): string {
  const type = key.asymmetricKeyType ?? 'unknown';
  const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {};
  if (type.startsWith('rsa')) return `RSA ${modulusLength ?? '?'}`;
  if (type === 'ec') return `EC ${CURVES[namedCurve ?? ''] ?? namedCurve ?? '?'}`;
  if (type === 'ed25519') return 'Ed25519';
  if (type === 'ed448') return 'Ed448';
  return type;
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

/** SHA-256 of the DER, 64 lower-case hex digits. */
export function fingerprintOf(certificate: X509Certificate): string {
  return certificate.fingerprint256.replaceAll(':', '').toLowerCase();
}

/** Reduces a parsed certificate to what core needs. A key this OpenSSL cannot read becomes "unknown" with an empty `spki`; never throws. */
export function readCertificate(certificate: X509Certificate): Certificate {
  const { spki, key, publicKey } = keyFacts(certificate);
  const dnsNames: string[] = [];
  const ipAddresses: string[] = [];
  for (const [kind, value] of entries(certificate.subjectAltName ?? '')) {
    if (kind === 'DNS') dnsNames.push(value.slice(0, LONGEST));
    else if (kind === 'IP Address') ipAddresses.push(canonicalIp(value));
  }
  const named = certificate.subject === certificate.issuer && publicKey !== null;
  return {
    fingerprint: fingerprintOf(certificate),
    spki,
    subject: attribute(certificate.subject ?? '', 'CN') ?? whole(certificate.subject ?? ''),
    issuer: issuerName(certificate.issuer ?? ''),
    serialNumber: certificate.serialNumber.toLowerCase(),
    notBefore: certificate.validFromDate.getTime(),
    notAfter: certificate.validToDate.getTime(),
    dnsNames,
    ipAddresses,
    key,
    selfSigned: named && certificate.verify(publicKey),
  };
}
