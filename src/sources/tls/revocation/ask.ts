import { hash, type X509Certificate } from 'node:crypto';
import type { Revocation } from '../../../core/certificates/certificate.ts';
import type { Instant } from '../../../core/time.ts';
import { within } from '../../../timing/within.ts';
import { BUSY, type Fetch } from '../fetch.ts';
import { loadAsn1, type Asn1, type DistributionPoint } from './asn1.ts';
import { AUTHORITY_INFO_ACCESS, CRL_DISTRIBUTION_POINTS, partsOf } from './certificate-parts.ts';
import { createCrlCache } from './crl-cache.ts';
import { readCrlFor } from './crl.ts';
import { ocspRequest, readOcspResponse, REQUEST_TYPE, RESPONSE_TYPE } from './ocsp.ts';
import type { Statement } from './statement.ts';

/** How an answer came. */
export type Way = NonNullable<Revocation['by']>;

/** An answer, or whether its absence says anything about those who were asked. */
export type Outcome = { statement: Statement; by: Way } | { statement: null; busy: boolean };
export const NOTHING: Outcome = { statement: null, busy: false };

/**
 * Asks by OCSP, and by CRLs when that gives no answer or takes long over it; the first answer counts. `late` is told
 * what a responder says that took long, even after that. Throws on what is no certificate.
 */
export type Ask = (
  certificate: X509Certificate,
  issuer: X509Certificate,
  late: (outcome: Outcome) => void,
) => Promise<Outcome>;

/** Milliseconds after which the CRL is asked as well while the responder keeps silent. */
const OCSP_PATIENCE = 2000;
/** Extensions that are remembered as read. */
const MOST_READ = 500;
const MOST_RESPONDERS = 2;
const MOST_CRLS = 3;
const OCSP_METHOD = '1.3.6.1.5.5.7.48.1';

/** About one certificate, to those who speak for its issuer. */
interface Question {
  asn1: Asn1;
  certificate: X509Certificate;
  issuer: X509Certificate;
}

/** By which authorities are asked. */
interface Means {
  fetch: Fetch;
  now: () => Instant;
  crlAt: ReturnType<typeof createCrlCache>;
  respondersIn: Reader<string>;
  pointsIn: Reader<DistributionPoint>;
}

type Reader<T> = (extension: Buffer, read: () => T[]) => T[];

/**
 * Reads extensions, which most certificates of an authority have in common, once; nothing is in one that is malformed.
 */
function createReader<T>(): Reader<T> {
  const known = new Map<string, T[]>();
  return (extension, read) => {
    const key = hash('sha256', extension, 'base64');
    let found = known.get(key);
    if (found) return found;
    try {
      found = read();
    } catch {
      found = [];
    }
    if (known.size >= MOST_READ) known.clear();
    known.set(key, found);
    return found;
  };
}

/** The extensions that name whom to ask. Throws on what is no certificate. */
function placesOf(certificate: X509Certificate): { access: Buffer | null; distribution: Buffer | null } {
  const { extension } = partsOf(certificate);
  return { access: extension(AUTHORITY_INFO_ACCESS), distribution: extension(CRL_DISTRIBUTION_POINTS) };
}

/** Whether a certificate names anybody who can be asked about it. */
export function namesSomebody(certificate: X509Certificate): boolean {
  try {
    const { access, distribution } = placesOf(certificate);
    return access !== null || distribution !== null;
  } catch {
    return false;
  }
}

async function askResponders(
  { fetch, now }: Means,
  { asn1, certificate, issuer }: Question,
  uris: string[],
): Promise<Outcome> {
  let busy = false;
  const body = ocspRequest(asn1, certificate, issuer);
  const request = { body, type: REQUEST_TYPE, accept: RESPONSE_TYPE };
  for (const uri of uris.slice(0, MOST_RESPONDERS)) {
    const fetched = await fetch(uri, request);
    if (!fetched.ok) {
      busy ||= fetched.reason === BUSY;
      continue;
    }
    const statement = readOcspResponse(asn1, fetched.body, { certificate, issuer, now: now() });
    if (statement) return { statement, by: 'ocsp' };
  }
  return { statement: null, busy };
}

async function askLists(
  { crlAt, now }: Means,
  { asn1, certificate, issuer }: Question,
  points: DistributionPoint[],
): Promise<Outcome> {
  let asked = 0;
  let busy = false;
  for (const point of points) {
    for (const uri of point.uris) {
      asked += 1;
      if (asked > MOST_CRLS) return { statement: null, busy };
      const crl = await crlAt(asn1, uri, issuer);
      busy ||= crl === 'busy';
      const statement = crl && crl !== 'busy' && readCrlFor(asn1, crl, { certificate, point, now: now() });
      if (statement) return { statement, by: 'crl' };
    }
  }
  return { statement: null, busy };
}

async function ask(means: Means, ...[certificate, issuer, late]: Parameters<Ask>): Promise<Outcome> {
  const { access, distribution } = placesOf(certificate);
  const asn1 = await loadAsn1();
  const question = { asn1, certificate, issuer };
  const responders = access ? means.respondersIn(access, () => asn1.accessAddresses(access, OCSP_METHOD)) : [];
  const ocsp = askResponders(means, question, responders).catch(() => NOTHING);
  const early = await within(ocsp, OCSP_PATIENCE, () => null);
  if (early?.statement) return early;
  const points = distribution ? means.pointsIn(distribution, () => asn1.distributionPoints(distribution)) : [];
  const lists = askLists(means, question, points);
  const answers = [ocsp, lists].map(async (answer) => {
    const outcome = await answer;
    if (!outcome.statement) throw new Error('no answer');
    return outcome;
  });
  try {
    const first = await Promise.any(answers);
    void ocsp.then(late);
    return first;
  } catch {
    const outcomes = [await ocsp, await lists];
    return { statement: null, busy: outcomes.some((outcome) => !outcome.statement && outcome.busy) };
  }
}

/** Asks whoever a certificate names; lists, and what certificates of an authority have in common, are read once. */
export function createAsk({ fetch, now }: { fetch: Fetch; now: () => Instant }): Ask {
  const crlAt = createCrlCache({ fetch, now });
  const means: Means = { fetch, now, crlAt, respondersIn: createReader(), pointsIn: createReader() };
  return (certificate, issuer, late) => ask(means, certificate, issuer, late);
}
