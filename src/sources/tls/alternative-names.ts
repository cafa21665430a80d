import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { partsOf } from './revocation/certificate-parts.ts';
import { childrenOf, contentOf, elementAt } from './revocation/der.ts';

const SUBJECT_ALTERNATIVE_NAME = Buffer.from('551d11', 'hex');
/** Identifier octets of a GeneralName (RFC 5280 section 4.2.1.6). */
export const DNS_NAME = 0x82;
export const IP_ADDRESS = 0x87;

/** The subject alternative names, as their tags and bytes; none where there are none. Throws on what is no DER. */
export function* alternativeNamesOf(certificate: X509Certificate): Generator<{ tag: number; content: Buffer }> {
  const value = partsOf(certificate).extension(SUBJECT_ALTERNATIVE_NAME);
  if (!value) return;
  for (const name of childrenOf(value, elementAt(value, 0))) yield { tag: name.tag, content: contentOf(value, name) };
}

/** `*.example.com` for `my_host.example.com`: browsers take it, and OpenSSL no name with an underscore. */
function matchesUnderscored(certificate: X509Certificate, asked: string): boolean {
  const match = /^[\w-]+\.([^.]+\..+)$/.exec(asked);
  if (!match || !asked.includes('_')) return false;
  const wildcard = `*.${match[1]}`.toLowerCase();
  try {
    for (const { tag, content } of alternativeNamesOf(certificate))
      if (tag === DNS_NAME && content.toString('latin1').toLowerCase() === wildcard) return true;
  } catch {
    // OpenSSL could not read it either.
  }
  return false;
}

/**
 * Whether a certificate names a host or an address as browsers read it (RFC 9525): by subject alternative names only, a
 * wildcard only as the whole left-most label.
 */
export function namesHost(leaf: X509Certificate, asked: string): boolean {
  if (isIP(asked) !== 0) return leaf.checkIP(asked) !== undefined;
  const isNamed = leaf.checkHost(asked, { subject: 'never', partialWildcards: false }) !== undefined;
  return isNamed || matchesUnderscored(leaf, asked);
}
