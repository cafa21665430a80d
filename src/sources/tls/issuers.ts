import { hasCome, type Instant, HOUR } from '../../core/time.ts';
import { X509Certificate } from 'node:crypto';
import { isBundle, unbundle } from './cms.ts';
import type { Fetch } from './fetch.ts';
import { loadAsn1 } from './revocation/asn1.ts';
import { AUTHORITY_INFO_ACCESS, partsOf } from './revocation/certificate-parts.ts';
import { isReasonable } from './x509.ts';

const CA_ISSUERS = '1.3.6.1.5.5.7.48.2';
/** Addresses that one certificate may have us ask. */
const MOST_ADDRESSES = 2;
/** Certificates that are read at one address: a bundle has the issuer and perhaps cross-signed ones. */
const MOST_CERTIFICATES = 10;
const LONGEST_CERTIFICATE = 64 * 1024;
/**
 * Addresses that are remembered, with how many bytes of certificates, and for how many milliseconds: an issuer's
 * certificate hardly ever changes.
 */
const MOST_KNOWN = 1000;
const MOST_BYTES = 2 * 1024 * 1024;
const KEPT = 24 * 3_600_000;
const RETRY = HOUR;

/** The DER of what a body holds: a certificate or a bundle, in DER or as PEM. */
function piecesOf(body: Buffer): Buffer[] {
  const text = body.toString('latin1');
  const blocks = [...text.matchAll(/-----BEGIN (?:CERTIFICATE|PKCS7|CMS)-----([\sA-Za-z0-9+/=]+)-----END /g)];
  const ders = blocks.slice(0, MOST_CERTIFICATES).map(([, base64]) => Buffer.from(base64!, 'base64'));
  return (ders.length > 0 ? ders : [body]).flatMap((der) => {
    try {
      return isBundle(der) ? unbundle(der) : [der];
    } catch {
      return [];
    }
  });
}

function readIssuers(body: Buffer): X509Certificate[] {
  return piecesOf(body)
    .filter(({ length }) => length <= LONGEST_CERTIFICATE)
    .slice(0, MOST_CERTIFICATES)
    .flatMap((der) => {
      try {
        return [new X509Certificate(der)];
      } catch {
        return [];
      }
    });
}

function hasIssued(issuer: X509Certificate, certificate: X509Certificate): boolean {
  try {
    const { publicKey } = issuer;
    return certificate.checkIssued(issuer) && isReasonable(publicKey) && certificate.verify(publicKey);
  } catch {
    return false;
  }
}

/**
 * Finds the issuer that a certificate names by the caIssuers access method (RFC 5280 section 4.2.2.1): a certificate in
 * DER or PEM, or a PKCS#7 bundle. Only one that really issued it is handed out; null when there is none to be had.
 * Addresses are remembered for a day, failures for an hour. Never throws.
 */
export function createIssuerFinder({ fetch, now }: { fetch: Fetch; now: () => Instant }) {
  const known = new Map<string, { issuers: X509Certificate[]; until: Instant; bytes: number }>();
  let bytes = 0;

  function drop(uri: string): void {
    bytes -= known.get(uri)?.bytes ?? 0;
    known.delete(uri);
  }

  function keep(uri: string, entry: { issuers: X509Certificate[]; until: Instant; bytes: number }): void {
    drop(uri);
    known.set(uri, entry);
    bytes += entry.bytes;
    while (bytes > MOST_BYTES || known.size > MOST_KNOWN) drop(known.keys().next().value!);
  }

  async function issuersAt(uri: string): Promise<X509Certificate[]> {
    const last = known.get(uri);
    if (last && !hasCome(last.until, now(), KEPT)) {
      keep(uri, last);
      return last.issuers;
    }
    const fetched = await fetch(uri);
    const issuers = fetched.ok ? readIssuers(fetched.body) : [];
    const size = issuers.reduce((sum, { raw }) => sum + raw.length, 0);
    keep(uri, { issuers, until: now() + (issuers.length > 0 ? KEPT : RETRY), bytes: size });
    return issuers;
  }

  return async (certificate: X509Certificate): Promise<X509Certificate | null> => {
    try {
      const access = partsOf(certificate).extension(AUTHORITY_INFO_ACCESS);
      if (!access) return null;
      const addresses = (await loadAsn1()).accessAddresses(access, CA_ISSUERS);
      for (const uri of addresses.slice(0, MOST_ADDRESSES)) {
        const issuers = await issuersAt(uri);
        const issuer = issuers.find((candidate) => hasIssued(candidate, certificate));
        if (issuer) return issuer;
      }
      return null;
    } catch {
      return null;
    }
  };
}
