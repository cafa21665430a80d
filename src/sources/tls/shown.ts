import type { X509Certificate } from 'node:crypto';
import type { Certificate, Fault, Revocation, Shown } from '../../core/certificates/certificate.ts';
import { faultsOf, withStaple } from './faults.ts';
import type { Seen } from './handshake.ts';
import {
  boundaryAfter,
  createTrustStore,
  describePath,
  findPath,
  isDisordered,
  trustOfPath,
  type Path,
  type TrustStore,
} from './path.ts';
import type { Reach } from './revocation.ts';
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
  /**
   * The issuer that a certificate names (AIA), null when there is none to be had. What names it was vouched for by
   * nobody yet, so that it is fetched from public addresses alone.
   */
  findIssuer: (certificate: X509Certificate) => Promise<X509Certificate | null>;
  /** What the issuer says of a certificate; the staple came with the handshake. */
  checkRevocation: (
    certificate: X509Certificate,
    issuer: X509Certificate,
    staple: Buffer | null,
    reach: Reach,
  ) => Promise<Revocation>;
  now: () => number;
}

/** Who showed a chain, and to whom. */
export interface Setting {
  /** Its address is not a public one. */
  isPrivate: boolean;
  /** Authorities that a conversation trusts for which it is looked at, PEM. */
  trusted: readonly string[];
}

const ANYBODY: Setting = { isPrivate: false, trusted: [] };

/** What was found out about one chain as sent. */
interface Known {
  path: Pick<Shown, 'issuers' | 'anchor'>;
  /** As trustOfPath. */
  trust: string;
  disordered: boolean;
  faults: Fault[];
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
const DATES = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'ERROR_IN_CERT_NOT_BEFORE_FIELD',
  'ERROR_IN_CERT_NOT_AFTER_FIELD',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

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

/** What is remembered of chains. */
interface Memory {
  /** By the certificates that were sent. */
  chains: Map<string, Known>;
  /** The key of the chain that was seen last, by place. */
  places: Map<string, string>;
  paths: Map<string, Described>;
  /** What all of it takes. */
  bytes: number;
}

interface Reader {
  options: ShownOptions;
  memory: Memory;
  /** A certificate, parsed. */
  read: (certificate: X509Certificate) => Certificate;
}

/** Parses certificates, those that were seen lately only once. */
function createCertificateReader(): (certificate: X509Certificate) => Certificate {
  const certificates = new Map<string, Certificate>();
  let bytes = 0;
  return (certificate) => {
    // As OpenSSL writes it: only a key, on the way of every look.
    const fingerprint = certificate.fingerprint256;
    const known = certificates.get(fingerprint);
    if (known) return known;
    const parsed = readCertificate(certificate);
    bytes += certificate.raw.length;
    if (bytes > REMEMBERED) {
      certificates.clear();
      bytes = certificate.raw.length;
    }
    certificates.set(fingerprint, parsed);
    return parsed;
  };
}

function forgetChains(memory: Memory): void {
  memory.chains.clear();
  memory.places.clear();
  memory.paths.clear();
  memory.bytes = 0;
}

/** The same text for the same path, so that thousands of chains share one. */
function described(memory: Memory, path: Path): Described {
  const steps = path.issuers.map(({ certificate, from }) => from + certificate.fingerprint256);
  const key = [path.anchor, ...steps].join(' ');
  const known = memory.paths.get(key);
  if (known) return known;
  const issuers = path.issuers.map(({ certificate }) => certificate);
  const found = { path: describePath(path), issuers };
  memory.bytes += CHAIN_BYTES + bytesOf(issuers);
  memory.paths.set(key, found);
  return found;
}

/** Fetches what the peer should have sent, as far as the certificates name it. */
async function fetchInto(
  { store, findIssuer, now }: ShownOptions,
  fetched: X509Certificate[],
  leaf: X509Certificate,
  sent: X509Certificate[],
): Promise<void> {
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
async function fetchMissing(
  options: ShownOptions,
  leaf: X509Certificate,
  sent: X509Certificate[],
): Promise<X509Certificate[]> {
  const fetched: X509Certificate[] = [];
  await within(fetchInto(options, fetched, leaf, sent), FETCH_WITHIN, () => {});
  return [...fetched];
}

async function investigate(
  { options, memory }: Reader,
  leaf: X509Certificate,
  sent: X509Certificate[],
): Promise<Known> {
  const { store, now } = options;
  const begun = now();
  const alone = findPath(leaf, { sent, store, now: begun });
  const trust = trustOfPath(alone, leaf, begun);
  const fetched = alone.anchor === null ? await fetchMissing(options, leaf, sent) : [];
  const path = fetched.length > 0 ? findPath(leaf, { sent, fetched, store, now: begun }) : alone;
  const boundary = boundaryAfter([leaf, ...path.issuers.map(({ certificate }) => certificate)], begun);
  return {
    ...described(memory, path),
    trust,
    plain: isPlain(path, sent),
    verdict: null,
    disordered: isDisordered(path, sent),
    faults: faultsOf(leaf, path),
    fetched,
    until: alone.anchor === null ? Math.min(boundary, begun + KEPT_FETCHED) : boundary,
  };
}

async function know(reader: Reader, key: string, leaf: X509Certificate, sent: X509Certificate[]): Promise<Known> {
  const { memory, options } = reader;
  const known = memory.chains.get(key);
  if (known && known.until > options.now()) return known;
  const found = await investigate(reader, leaf, sent);
  memory.bytes += CHAIN_BYTES + key.length + bytesOf(found.fetched);
  if (memory.bytes > MOST_BYTES) forgetChains(memory);
  else memory.chains.set(key, found);
  return found;
}

/** The last known verdict over a chain, while nothing on it comes into or goes out of time. */
function recall({ memory, options }: Reader, key: string | undefined): string | null {
  const known = key === undefined ? undefined : memory.chains.get(key);
  return known && known.until > options.now() ? known.verdict : null;
}

/**
 * Who may be asked about a chain. What it names is the word of its anchor: without one it is anybody's, and nobody is
 * asked. Where the anchor is of our own house, as the peer is, so may be those who speak for it.
 */
function reachOf(anchor: Shown['anchor'], { isPrivate }: Setting): Reach {
  if (anchor === null) return 'nobody';
  return anchor === 'private' && isPrivate ? 'private' : 'public';
}

/** What is above the leaf, and whom it names may be asked; by the bot's own authorities, or those of a conversation. */
function vouched(
  { options: { now } }: Reader,
  known: Known,
  [leaf, ...sent]: X509Certificate[],
  setting: Setting,
): { issuers: X509Certificate[]; reach: Reach } {
  const own = { issuers: known.issuers, reach: reachOf(known.path.anchor, setting) };
  if (known.path.anchor !== null || setting.trusted.length === 0) return own;
  const store = createTrustStore({ publicPems: [], privatePems: setting.trusted });
  const { anchor, issuers } = findPath(leaf!, { sent, fetched: known.fetched, store, now: now() });
  if (anchor === null) return own;
  return { issuers: issuers.map(({ certificate }) => certificate), reach: reachOf(anchor, setting) };
}

/** Of the leaf, or of whatever above it is revoked. Undefined where no issuer is known who could say. */
async function revocationOf(
  { checkRevocation }: ShownOptions,
  chain: X509Certificate[],
  staple: Buffer | null,
  reach: Reach,
): Promise<Revocation | undefined> {
  // The topmost is a trust anchor, or has no issuer here who could be asked.
  const asked = chain.slice(0, -1).map((certificate, index) => {
    return checkRevocation(certificate, chain[index + 1]!, index === 0 ? staple : null, reach);
  });
  if (asked.length === 0) return undefined;
  const answers = await Promise.all(asked);
  return answers.find(({ status }) => status === 'revoked') ?? answers[0];
}

async function shown(
  reader: Reader,
  { protocol, sent, trust: verified, nameMatches, staple, rare, brokenOff }: Seen,
  place: string,
  setting: Setting,
): Promise<Shown | null> {
  const { options, memory, read } = reader;
  const [leaf, ...rest] = sent as [X509Certificate, ...X509Certificate[]];
  const key = keyOf(sent);
  const trust = verified ?? recall(reader, key);
  if (trust === null) return null;
  const known = await know(reader, key, leaf, rest);
  known.verdict = trust;
  memory.places.set(place, key);
  const { issuers, reach } = vouched(reader, known, sent, setting);
  const revocation = await revocationOf(options, [leaf, ...issuers], staple, reach);
  const faults = withStaple(known.faults, staple !== null);
  const judged = DATES.has(trust) ? known.trust : trust;
  return {
    protocol,
    chain: [read(leaf), ...rest.map((one) => read(one))],
    trust: judged,
    nameMatches,
    ...(known.plain && judged === 'trusted' ? { anchor: known.path.anchor! } : known.path),
    ...(known.disordered ? { disordered: true } : {}),
    ...(rare ? { rare } : {}),
    ...(faults.length > 0 ? { faults } : {}),
    ...(brokenOff ? { brokenOff } : {}),
    ...(revocation && revocation.status !== 'unknown' ? { revocation } : {}),
    ...(judged === 'trusted' ? {} : derOf(sent, known.fetched)),
  };
}

/**
 * Reads what handshakes saw: parses certificates, finds paths, fetches what is missing, asks about revocation. Results
 * are remembered.
 */
export function createShownReader(options: ShownOptions) {
  const memory: Memory = { chains: new Map(), places: new Map(), paths: new Map(), bytes: 0 };
  const reader: Reader = { options, memory, read: createCertificateReader() };
  return {
    /**
     * Never throws on what a peer sends. Null when the chain was not verified and its verdict is not known. `place`:
     * where it was seen.
     */
    shown: (seen: Seen, place: string, setting: Setting = ANYBODY): Promise<Shown | null> =>
      shown(reader, seen, place, setting),
    /** Whether the chain that was seen there last has a verdict that still holds. */
    isKnown: (place: string): boolean => recall(reader, memory.places.get(place)) !== null,
  };
}
