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
  /** Usages of the key and purposes that the old one named and the new one does not allow. */
  lostUses: string[];
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

/** What clients of the target itself need: that it is missing is a finding of its own. */
const OF_SERVERS = new Set(['digitalSignature', 'serverAuth']);
/** Server Gated Cryptography, which nothing asks for any more. */
const GATED = new Set(['2.16.840.1.113730.4.1', '1.3.6.1.4.1.311.10.3.3']);
const ANY_PURPOSE = 'anyExtendedKeyUsage';
/** These go by the kind of the key: another kind has others. */
const OF_KINDS = new Set(['keyEncipherment', 'dataEncipherment', 'keyAgreement', 'encipherOnly', 'decipherOnly']);

function kindOf({ key }: Certificate): string {
  return key.split(' ', 1)[0]!;
}

/** Where nothing is known of one of them, as of those that earlier versions stored, nothing is lost. */
function lostUses(from: Certificate, to: Certificate): string[] {
  if (!from.uses || !to.uses) return [];
  const [before, after] = [from.uses, to.uses];
  const isOtherKind = kindOf(from) !== kindOf(to);
  const usages = (before.key ?? []).filter((one) => {
    return after.key !== null && !after.key.includes(one) && !(isOtherKind && OF_KINDS.has(one));
  });
  const named = (before.purposes ?? []).flatMap((one) => (one === ANY_PURPOSE ? [one, 'clientAuth'] : [one]));
  const purposes = named.filter((one) => {
    const isKept = after.purposes === null || after.purposes.includes(ANY_PURPOSE) || after.purposes.includes(one);
    return !isKept && one !== ANY_PURPOSE && !GATED.has(one);
  });
  return [...new Set([...purposes, ...usages])].filter((one) => !OF_SERVERS.has(one));
}

/** Compares a certificate with the one whose place it took. */
export function renewalOf(from: Certificate, to: Certificate): Renewal {
  return {
    later: !isDated(from.notAfter) || (isDated(to.notAfter) && to.notAfter > from.notAfter),
    rekeyed: from.spki !== to.spki,
    issuerChanged: from.issuer !== to.issuer,
    lost: missingIn(to, from),
    gained: missingIn(from, to),
    lostUses: lostUses(from, to),
  };
}
