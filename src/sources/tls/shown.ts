import type { X509Certificate } from 'node:crypto';
import type { Certificate, Revocation, Shown } from '../../core/certificates/certificate.ts';
import type { Seen } from './handshake.ts';
import {
  boundaryAfter,
  describePath,
  findPath,
  isDisordered,
  trustOfPath,
  type Path,
  type TrustStore,
} from './path.ts';
import { fingerprintOf, readCertificate } from './x509.ts';
import { HOUR } from '../../core/time.ts';
import { within } from '../../timing/within.ts';

/**
 * Certificates seen lately are not parsed again, nearly every look sees what the last one saw: up to this many bytes of
 * DER.
 */
const REMEMBERED = 4 * 1024 * 1024;
/** What is remembered of chains, in bytes: a peer may present another one each time. */
const MOST_BYTES = 12 * 1024 * 1024;
/** What one costs without the certificates that it shares with others. */
const CHAIN_BYTES = 600;
/** Fetching what a peer does not send takes so long at most, in milliseconds. */
const FETCH_WITHIN = 8000;
/** How long a path is taken as found, where something had to be fetched or could not be. Milliseconds. */
const KEPT_FETCHED = HOUR;
/** Issuers that are fetched one after the other. */
const MOST_FETCHED = 4;
/** More DER than this is not kept for conversations that trust another authority. */
const MOST_DER = 32 * 1024;

export interface ShownOptions {
  store: TrustStore;
  /** The issuer that a certificate names (AIA), null when there is none to be had. */
  findIssuer: (certificate: X509Certificate) => Promise<X509Certificate | null>;
  /** What the issuer says of a certificate; the staple came with the handshake. */
  checkRevocation: (
    certificate: X509Certificate,
    issuer: X509Certificate,
    staple: Buffer | null,
  ) => Promise<Revocation>;
  now: () => number;
}

/** What was found out about one chain as sent. */
interface Known {
  path: Pick<Shown, 'issuers' | 'anchor'>;
  /** As trustOfPath. */
  trust: string;
  disordered: boolean;
  fetched: X509Certificate[];
  /** The certificates of `path`. */
  issuers: X509Certificate[];
  /** `path` is what was sent, and an anchor. */
  plain: boolean;
  /** What OpenSSL's verification said of the chain, as far as it was asked. */
  verdict: string | null;
  /** Found anew from then on: something on it comes into or goes out of time. */
  until: number;
}

type Described = Pick<Known, 'path' | 'issuers'>;

/** OpenSSL tells one problem of several, and dates come late; what they hide, our own path tells. */
const DATES = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID', 'ERR_TLS_CERT_ALTNAME_INVALID']);

function keyOf(sent: X509Certificate[]): string {
  let key = '';
  for (const one of sent) key += one.fingerprint256;
  return key;
}

function isPlain({ issuers, anchor }: Path, sent: X509Certificate[]): boolean {
  const below = issuers.filter(({ from }) => from === 'sent');
  if (anchor === null || below.length !== sent.length || issuers.length !== sent.length + 1) return false;
  return below.every(({ certificate }, index) => certificate.fingerprint256 === sent[index]!.fingerprint256);
}

function bytesOf(certificates: X509Certificate[]): number {
  return certificates.reduce((sum, { raw }) => sum + raw.length, 0);
}

function derOf(sent: X509Certificate[], fetched: X509Certificate[]): Pick<Shown, 'der'> {
  if (bytesOf([...sent, ...fetched]) > MOST_DER) return {};
  const texts = (certificates: X509Certificate[]): string[] => certificates.map(({ raw }) => raw.toString('base64'));
  return { der: { sent: texts(sent), fetched: texts(fetched) } };
}

/**
 * Reads what handshakes saw: parses certificates, finds paths, fetches what is missing, asks about revocation. Results
 * are remembered.
 */
export function createShownReader({ store, findIssuer, checkRevocation, now }: ShownOptions) {
  const certificates = new Map<string, Certificate>();
  const chains = new Map<string, Known>();
  /** The key of the chain that was seen last, by place. */
  const places = new Map<string, string>();
  const paths = new Map<string, Described>();
  let rememberedBytes = 0;
  let chainBytes = 0;

  function forgetChains(): void {
    chains.clear();
    places.clear();
    paths.clear();
    chainBytes = 0;
  }

  function read(certificate: X509Certificate): Certificate {
    // As OpenSSL writes it: only a key, on the way of every look.
    const fingerprint = certificate.fingerprint256;
    const known = certificates.get(fingerprint);
    if (known) return known;
    const parsed = readCertificate(certificate);
    rememberedBytes += certificate.raw.length;
    if (rememberedBytes > REMEMBERED) {
      certificates.clear();
      rememberedBytes = certificate.raw.length;
    }
    certificates.set(fingerprint, parsed);
    return parsed;
  }

  /** The same text for the same path, so that thousands of chains share one. */
  function described(path: Path): Described {
    const steps = path.issuers.map(({ certificate, from }) => from + certificate.fingerprint256);
    const key = [path.anchor, ...steps].join(' ');
    const known = paths.get(key);
    if (known) return known;
    const issuers = path.issuers.map(({ certificate }) => certificate);
    const found = { path: describePath(path), issuers };
    chainBytes += CHAIN_BYTES + bytesOf(issuers);
    paths.set(key, found);
    return found;
  }

  /** Fetches what the peer should have sent, as far as the certificates name it. */
  async function fetchInto(fetched: X509Certificate[], leaf: X509Certificate, sent: X509Certificate[]): Promise<void> {
    while (fetched.length < MOST_FETCHED) {
      const path = findPath(leaf, { sent, fetched, store, now: now() });
      const top = path.issuers.at(-1)?.certificate ?? leaf;
      if (path.anchor !== null || top.subject === top.issuer) break;
      const issuer = await findIssuer(top);
      if (!issuer || fetched.some((one) => fingerprintOf(one) === fingerprintOf(issuer))) break;
      fetched.push(issuer);
    }
  }

  /** What could be fetched in time; the rest is as if nobody had it. */
  async function fetchMissing(leaf: X509Certificate, sent: X509Certificate[]): Promise<X509Certificate[]> {
    const fetched: X509Certificate[] = [];
    await within(fetchInto(fetched, leaf, sent), FETCH_WITHIN, () => {});
    return [...fetched];
  }

  async function investigate(leaf: X509Certificate, sent: X509Certificate[]): Promise<Known> {
    const begun = now();
    const alone = findPath(leaf, { sent, store, now: begun });
    const trust = trustOfPath(alone, leaf, begun);
    const fetched = alone.anchor === null ? await fetchMissing(leaf, sent) : [];
    const path = fetched.length > 0 ? findPath(leaf, { sent, fetched, store, now: begun }) : alone;
    const boundary = boundaryAfter([leaf, ...path.issuers.map(({ certificate }) => certificate)], begun);
    return {
      ...described(path),
      trust,
      plain: isPlain(path, sent),
      verdict: null,
      disordered: isDisordered(path, sent),
      fetched,
      until: alone.anchor === null ? Math.min(boundary, begun + KEPT_FETCHED) : boundary,
    };
  }

  async function know(key: string, leaf: X509Certificate, sent: X509Certificate[]): Promise<Known> {
    const known = chains.get(key);
    if (known && known.until > now()) return known;
    const found = await investigate(leaf, sent);
    chainBytes += CHAIN_BYTES + key.length + bytesOf(found.fetched);
    if (chainBytes > MOST_BYTES) forgetChains();
    else chains.set(key, found);
    return found;
  }

  /** The last known verdict over a chain, while nothing on it comes into or goes out of time. */
  function recall(key: string | undefined): string | null {
    const known = key === undefined ? undefined : chains.get(key);
    return known && known.until > now() ? known.verdict : null;
  }

  /** Of the leaf, or of whatever above it is revoked. Undefined where no issuer is known who could say. */
  async function revocationOf(chain: X509Certificate[], staple: Buffer | null): Promise<Revocation | undefined> {
    // The topmost is a trust anchor, or has no issuer here who could be asked.
    const asked = chain.slice(0, -1).map((certificate, index) => {
      return checkRevocation(certificate, chain[index + 1]!, index === 0 ? staple : null);
    });
    if (asked.length === 0) return undefined;
    const answers = await Promise.all(asked);
    return answers.find(({ status }) => status === 'revoked') ?? answers[0];
  }

  /**
   * Never throws on what a peer sends. Null when the chain was not verified and its verdict is not known. `place`:
   * where it was seen.
   */
  async function shown(
    { protocol, sent, trust: verified, nameMatches, staple }: Seen,
    place: string,
  ): Promise<Shown | null> {
    const [leaf, ...rest] = sent as [X509Certificate, ...X509Certificate[]];
    const key = keyOf(sent);
    const trust = verified ?? recall(key);
    if (trust === null) return null;
    const known = await know(key, leaf, rest);
    known.verdict = trust;
    places.set(place, key);
    const revocation = await revocationOf([leaf, ...known.issuers], staple);
    const judged = DATES.has(trust) ? known.trust : trust;
    return {
      protocol,
      chain: [read(leaf), ...rest.map((one) => read(one))],
      trust: judged,
      nameMatches,
      ...(known.plain && judged === 'trusted' ? { anchor: known.path.anchor! } : known.path),
      ...(known.disordered ? { disordered: true } : {}),
      ...(revocation && revocation.status !== 'unknown' ? { revocation } : {}),
      ...(judged === 'trusted' ? {} : derOf(sent, known.fetched)),
    };
  }

  return { shown, isKnown: (place: string): boolean => recall(places.get(place)) !== null };
}
