import type { Certificate } from './certificate.ts';
import { isDated } from '../time.ts';

/** What is different about the certificate that came in place of another. */
export interface Renewal {
  /** It ends later; else it was merely replaced. */
  later: boolean;
  /** The key is a new one. */
  rekeyed: boolean;
  issuerChanged: boolean;
  /** Names that clients could use with the old one only. */
  lost: string[];
  gained: string[];
}

/** RFC 9525 section 6.3: `*.example.com` stands for one label. */
function isNamed(name: string, { dnsNames, ipAddresses }: Certificate): boolean {
  return dnsNames.includes(name) || ipAddresses.includes(name) || dnsNames.includes(name.replace(/^[^.]+\./, '*.'));
}

function missingIn(certificate: Certificate, names: Certificate): string[] {
  // Of names that were cut nobody knows which are missing.
  if (certificate.names !== undefined || names.names !== undefined) return [];
  return [...names.dnsNames, ...names.ipAddresses].filter((name) => !isNamed(name, certificate));
}

/** Compares a certificate with the one whose place it took. */
export function renewalOf(from: Certificate, to: Certificate): Renewal {
  return {
    later: !isDated(from.notAfter) || (isDated(to.notAfter) && to.notAfter > from.notAfter),
    rekeyed: from.spki !== to.spki,
    issuerChanged: from.issuer !== to.issuer,
    lost: missingIn(to, from),
    gained: missingIn(from, to),
  };
}
