import { X509Certificate } from 'node:crypto';
import type { Issuer, Shown } from '../../core/certificates/certificate.ts';
import { fingerprintOf, isReasonable, readCertificate } from './x509.ts';
import { isGarbled, ownFaults } from './own-faults.ts';
import { validityOf } from './validity.ts';
import { DAY, isDated } from '../../core/time.ts';

/** A path longer than this is none that clients would build. */
const LONGEST_PATH = 10;
/** id-kp-serverAuth and anyExtendedKeyUsage. */
const SERVER_PURPOSES = new Set(['1.3.6.1.5.5.7.3.1', '2.5.29.37.0']);
/** Signatures that are checked for one chain: a peer chooses what it sends, and each costs time. */
const MOST_CHECKS = 20;
const MOST_PRETENDERS = 3;

export type AnchorKind = 'public' | 'private';

/** Certificates that are trusted of themselves, by their subject. */
export interface TrustStore {
  /** Those that may have issued the certificate, by name alone. */
  issuersOf(certificate: X509Certificate): X509Certificate[];
  kindOf(fingerprint: string): AnchorKind | null;
  /** As PEM, one by one. */
  pems: string[];
}

/** The best path that was found from a leaf upwards. */
export interface Path {
  /** The leaf left out; the last is a trust anchor exactly when `anchor` is not null. */
  issuers: { certificate: X509Certificate; from: Issuer['from'] }[];
  anchor: AnchorKind | null;
  /** All but the leaf are within their validity. */
  inTime: boolean;
  /** What issued the top of the path where that has no issuer here, and is no authority. */
  pretender?: X509Certificate;
  /** Nobody here has issued the top of the path: an authority that is called so has another key. */
  namesake?: X509Certificate;
}

/** OpenSSL compares names without regard to case and runs of spaces (RFC 5280 section 7.1). */
function nameKey(name: string | undefined): string {
  return (name ?? '').toLowerCase().replaceAll(/[^\S\n]+/g, ' ');
}

/**
 * Trust anchors: those everybody trusts, and those this bot or a conversation was told to trust (a certificate in both
 * is public). PEM each; one that cannot be read is left out. They are read when first needed.
 */
export function createTrustStore({
  publicPems,
  privatePems,
}: {
  publicPems: readonly string[];
  privatePems: readonly string[];
}): TrustStore {
  const pems = [...publicPems, ...privatePems];
  let read: { bySubject: Map<string, X509Certificate[]>; kinds: Map<string, AnchorKind> } | null = null;

  function load(): NonNullable<typeof read> {
    const bySubject = new Map<string, X509Certificate[]>();
    const kinds = new Map<string, AnchorKind>();
    for (const [index, pem] of pems.entries()) {
      let certificate: X509Certificate;
      try {
        certificate = new X509Certificate(pem);
      } catch {
        continue;
      }
      const fingerprint = fingerprintOf(certificate);
      if (kinds.has(fingerprint)) continue;
      kinds.set(fingerprint, index < publicPems.length ? 'public' : 'private');
      const key = nameKey(certificate.subject);
      bySubject.set(key, [...(bySubject.get(key) ?? []), certificate]);
    }
    return { bySubject, kinds };
  }

  return {
    issuersOf: (certificate) => (read ??= load()).bySubject.get(nameKey(certificate.issuer)) ?? [],
    kindOf: (fingerprint) => (read ??= load()).kinds.get(fingerprint) ?? null,
    pems,
  };
}

function isInTime(certificate: X509Certificate, now: number): boolean {
  const { notBefore, notAfter } = validityOf(certificate);
  return isDated(notBefore) && isDated(notAfter) && notBefore <= now && notAfter > now;
}

/**
 * Behind the headers of two sequences stands the version, tagged [0], in every certificate but those of version 1 (RFC
 * 5280 section 4.1).
 */
function isVersion1({ raw }: X509Certificate): boolean {
  const behind = (at: number): number => at + 2 + (raw[at + 1]! & 0x80 ? raw[at + 1]! & 0x7f : 0);
  return raw[behind(behind(0))] !== 0xa0;
}

/** Only an authority may issue (RFC 5280 section 6.1.4 k); roots from before there were extensions count as such. */
function isAuthority(certificate: X509Certificate): boolean {
  if (certificate.ca) return true;
  if (isGarbled(certificate)) return ownFaults(certificate).some(({ code }) => code === 'authority');
  return nameKey(certificate.subject) === nameKey(certificate.issuer) && isVersion1(certificate);
}

/**
 * Whether a certificate may stand for a server: it says nothing about what it is for, or that (RFC 5280 section
 * 4.2.1.12).
 */
export function isForServers(leaf: X509Certificate): boolean {
  const purposes = leaf.keyUsage as string[] | undefined;
  return !purposes || purposes.length === 0 || purposes.some((purpose) => SERVER_PURPOSES.has(purpose));
}

/** Whether its key has signed another certificate, whatever it may do. */
function hasSigned(issuer: X509Certificate, certificate: X509Certificate): boolean {
  try {
    const { publicKey } = issuer;
    return isReasonable(publicKey) && certificate.verify(publicKey);
  } catch {
    return false;
  }
}

function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  try {
    const { publicKey } = issuer;
    const isNamed = certificate.checkIssued(issuer) || isGarbled(certificate) || isGarbled(issuer);
    return isNamed && isReasonable(publicKey) && certificate.verify(publicKey);
  } catch {
    // A key or signature algorithm that this OpenSSL does not know.
    return false;
  }
}

/**
 * Anchored and in time before anchored, that before one that ends at a certificate of its own, that before one whose
 * top has no issuer here.
 */
function rank({ anchor, inTime, issuers }: Path, leaf: X509Certificate): number {
  if (anchor !== null) return inTime ? 4 : 3;
  const top = issuers.at(-1)?.certificate ?? leaf;
  return nameKey(top.subject) === nameKey(top.issuer) ? 1 : 2;
}

/**
 * The best path from a leaf to a trust anchor over certificates that were sent or fetched (RFC 4158): anchors are
 * preferred, as clients do, so that an expired cross-signed root beside a good path is on none. Every signature on the
 * path is checked. `sent` without the leaf. `now` in milliseconds.
 */
export function findPath(
  leaf: X509Certificate,
  options: { sent: readonly X509Certificate[]; fetched?: readonly X509Certificate[]; store: TrustStore; now: number },
): Path {
  const { sent, fetched = [], store, now } = options;
  const pool: { certificate: X509Certificate; from: 'sent' | 'fetched' }[] = [
    ...sent.map((certificate) => ({ certificate, from: 'sent' as const })),
    ...fetched.map((certificate) => ({ certificate, from: 'fetched' as const })),
  ];
  let checks = 0;
  let best: Path | null = null;

  function offer(issuers: Path['issuers'], anchor: AnchorKind | null): void {
    const inTime = issuers.every(({ certificate }) => isInTime(certificate, now));
    const path = { issuers: [...issuers], anchor, inTime };
    if (!best || rank(path, leaf) > rank(best, leaf)) best = path;
  }

  function climb(from: X509Certificate, issuers: Path['issuers'], used: Set<string>): void {
    if (best && rank(best, leaf) === 4) return;
    const kind = store.kindOf(fingerprintOf(from));
    if (kind !== null) {
      // A root may be cross-signed as well, but clients stop at what they trust.
      offer(issuers, kind);
      return;
    }
    const anchors = store.issuersOf(from).map((certificate) => ({ certificate, from: 'anchor' as const }));
    let climbed = false;
    if (issuers.length < LONGEST_PATH) {
      for (const candidate of [...anchors, ...pool]) {
        const print = fingerprintOf(candidate.certificate);
        if (used.has(print) || nameKey(candidate.certificate.subject) !== nameKey(from.issuer)) continue;
        checks += 1;
        if (checks > MOST_CHECKS) break;
        if (!isAuthority(candidate.certificate) || !isIssuedBy(from, candidate.certificate)) continue;
        climbed = true;
        climb(candidate.certificate, [...issuers, candidate], new Set([...used, print]));
      }
    }
    if (!climbed) offer(issuers, null);
  }

  climb(leaf, [], new Set([fingerprintOf(leaf)]));
  const path: Path = best ?? { issuers: [], anchor: null, inTime: true };
  if (path.anchor !== null) return path;
  const top = path.issuers.at(-1)?.certificate ?? leaf;
  const called = namedAsIssuer(top, [...store.issuersOf(top), ...sent, ...fetched]);
  const pretender = called
    .filter((one) => !isAuthority(one))
    .slice(0, MOST_PRETENDERS)
    .find((one) => hasSigned(one, top));
  if (pretender) return { ...path, pretender };
  const namesake = called.find((one) => isAuthority(one));
  return namesake ? { ...path, namesake } : path;
}

/** Among candidates those that are called what the top of a path names as its issuer: else it would stand on one. */
function namedAsIssuer(top: X509Certificate, candidates: X509Certificate[]): X509Certificate[] {
  const name = nameKey(top.issuer);
  if (nameKey(top.subject) === name) return [];
  return candidates.filter((one) => nameKey(one.subject) === name && one.fingerprint256 !== top.fingerprint256);
}

/**
 * What OpenSSL would say of the path, the dates of the leaf left out (X509_V_ERR_* in openssl-verification-options(1)).
 */
export function trustOfPath({ issuers, anchor, inTime }: Path, leaf: X509Certificate, now: number): string {
  if (anchor !== null) {
    if (inTime) return 'trusted';
    const early = issuers.some(({ certificate }) => {
      const { notBefore } = validityOf(certificate);
      return isDated(notBefore) && notBefore > now;
    });
    return early ? 'CERT_NOT_YET_VALID' : 'CERT_HAS_EXPIRED';
  }
  const top = issuers.at(-1)?.certificate;
  if (!top) return isIssuedBy(leaf, leaf) ? 'DEPTH_ZERO_SELF_SIGNED_CERT' : 'UNABLE_TO_VERIFY_LEAF_SIGNATURE';
  return isIssuedBy(top, top) ? 'SELF_SIGNED_CERT_IN_CHAIN' : 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY';
}

/**
 * Whether certificates of the path were sent in another order than one certifying the one before it (RFC 5246 section
 * 7.4.2). Strays do not count.
 */
export function isDisordered({ issuers }: Path, sent: readonly X509Certificate[]): boolean {
  const prints = sent.map((certificate) => fingerprintOf(certificate));
  const places = issuers
    .map(({ certificate }) => prints.indexOf(fingerprintOf(certificate)))
    .filter((place) => place >= 0);
  return places.some((place, index) => index > 0 && place < places[index - 1]!);
}

/** Until when nothing of these comes into or goes out of time, a day at most. `now` in milliseconds. */
export function boundaryAfter(certificates: X509Certificate[], now: number): number {
  const instants = certificates
    .map((one) => validityOf(one))
    .flatMap(({ notBefore, notAfter }) => [notBefore, notAfter]);
  return Math.min(...instants.filter((instant) => instant > now), now + DAY);
}

/** The path as an observation tells it. */
export function describePath(path: Path): Pick<Shown, 'issuers' | 'anchor'> {
  const issuers = path.issuers.map(({ certificate, from }): Issuer => {
    const { fingerprint, subject, issuer, notBefore, notAfter, key, signature, selfSigned } =
      readCertificate(certificate);
    return {
      fingerprint,
      subject,
      issuer,
      notBefore,
      notAfter,
      key,
      selfSigned,
      from,
      ...(signature ? { signature } : {}),
    };
  });
  return { issuers, anchor: path.anchor };
}
