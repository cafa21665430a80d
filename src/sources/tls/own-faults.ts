import type { X509Certificate } from 'node:crypto';
import type { Fault } from '../../core/certificates/certificate.ts';
import { partsOf, type Extension } from './revocation/certificate-parts.ts';
import { BOOLEAN, contentOf, elementAt, fewChildrenOf, INTEGER } from './revocation/der.ts';
import { alternativeNamesOf, DNS_NAME, IP_ADDRESS } from './alternative-names.ts';
import { dotted, purposeName, purposesIn, usagesIn } from './uses.ts';

/** Extensions that clients understand (RFC 5280 section 4.2, RFC 6962, RFC 7633), by the DER content of their OIDs. */
const KNOWN = new Map([
  ['551d0e', 'subjectKeyIdentifier'],
  ['551d0f', 'keyUsage'],
  ['551d11', 'subjectAltName'],
  ['551d12', 'issuerAltName'],
  ['551d13', 'basicConstraints'],
  ['551d1e', 'nameConstraints'],
  ['551d1f', 'cRLDistributionPoints'],
  ['551d20', 'certificatePolicies'],
  ['551d21', 'policyMappings'],
  ['551d23', 'authorityKeyIdentifier'],
  ['551d24', 'policyConstraints'],
  ['551d25', 'extKeyUsage'],
  ['551d36', 'inhibitAnyPolicy'],
  ['2b06010505070101', 'authorityInfoAccess'],
  ['2b06010505070118', 'tlsFeature'],
  ['6086480186f8420101', 'netscapeCertType'],
]);
/** Of no use where they have to be understood: clients do not act on them. */
const HINTS = new Set(['issuerAltName', 'authorityInfoAccess', 'tlsFeature']);
/** Stands for serverAuth in old ones (Netscape and Microsoft's Server Gated Cryptography). */
const GATED = new Set(['6086480186f8420401', '2b0601040182370a0303']);
const UNREADABLE_NAMES: Fault = { code: 'unreadable-extension', detail: 'subjectAltName' };
/** status_request, in a TLS Feature extension (RFC 7633). */
const STATUS_REQUEST = 5;

function keyUsageFault({ value }: Extension): Fault | null {
  const set = usagesIn(value);
  return set.includes('digitalSignature') ? null : { code: 'key-usage', detail: set.join(', ') };
}

function purposeFault({ value }: Extension): Fault | null {
  const oids = purposesIn(value);
  const isForServers = oids.some((oid) => purposeName(oid) === 'serverAuth' || GATED.has(oid.toString('hex')));
  if (isForServers) return null;
  const names = oids.slice(0, 5).map((oid) => purposeName(oid));
  return { code: 'wrong-purpose', detail: names.join(', ') };
}

function authorityFault({ value }: Extension): Fault | null {
  const [isCa] = fewChildrenOf(value, elementAt(value, 0));
  return isCa?.tag === BOOLEAN && contentOf(value, isCa)[0] !== 0 ? { code: 'authority' } : null;
}

function stapleFault({ value }: Extension): Fault | null {
  const features = fewChildrenOf(value, elementAt(value, 0));
  const wants = features.some(
    (one) => one.tag === INTEGER && one.end - one.content === 1 && value[one.content] === STATUS_REQUEST,
  );
  return wants ? { code: 'must-staple' } : null;
}

/** OpenSSL takes a certificate for issued by nobody where it cannot read one of these. */
function readable({ value }: Extension): null {
  fewChildrenOf(value, elementAt(value, 0));
  return null;
}

const READERS: Record<string, (extension: Extension) => Fault | null> = {
  keyUsage: keyUsageFault,
  extKeyUsage: purposeFault,
  basicConstraints: authorityFault,
  tlsFeature: stapleFault,
  authorityKeyIdentifier: readable,
  cRLDistributionPoints: readable,
  nameConstraints: readable,
};

function faultOf(extension: Extension): Fault | null {
  const hex = extension.oid.toString('hex');
  const name = KNOWN.get(hex);
  if (extension.critical && (name === undefined || HINTS.has(name)))
    return { code: 'critical-extension', detail: name ?? dotted(extension.oid) };
  if (name === undefined) return null;
  try {
    return READERS[name]?.(extension) ?? null;
  } catch {
    return { code: 'unreadable-extension', detail: name };
  }
}

/** Whether names of hosts can be read as clients do (RFC 5280 section 4.2.1.6). */
function namesFault(certificate: X509Certificate): Fault | null {
  try {
    for (const { tag, content } of alternativeNamesOf(certificate)) {
      if (tag === DNS_NAME && content.some((octet) => octet >= 0x80)) return { code: 'raw-name' };
      if (tag === IP_ADDRESS && content.length !== 4 && content.length !== 16) return UNREADABLE_NAMES;
    }
    return null;
  } catch {
    return UNREADABLE_NAMES;
  }
}

/** What a certificate says of itself that clients object to, or cannot read; each code once. Never throws. */
export function ownFaults(certificate: X509Certificate): Fault[] {
  const found = new Map<Fault['code'], Fault>();
  const seen = new Set<string>();
  const note = (fault: Fault | null): void => {
    if (fault && !found.has(fault.code)) found.set(fault.code, fault);
  };
  try {
    for (const extension of partsOf(certificate).extensions()) {
      const hex = extension.oid.toString('hex');
      if (seen.has(hex)) note({ code: 'repeated-extension', detail: KNOWN.get(hex) ?? dotted(extension.oid) });
      seen.add(hex);
      note(faultOf(extension));
    }
    note(namesFault(certificate));
  } catch {
    // Not in DER: OpenSSL says what it makes of it.
  }
  return [...found.values()];
}

/**
 * Whether OpenSSL cannot make sense of a certificate's extensions: it takes it for issued by nobody then, whoever has
 * signed it.
 */
export function isGarbled(certificate: X509Certificate): boolean {
  return ownFaults(certificate).some(
    ({ code, detail }) =>
      code === 'repeated-extension' || code === 'unreadable-extension' || (code === 'key-usage' && detail === ''),
  );
}
