import { hasCome, type Instant, HOUR } from '../../core/time.ts';
import { hash, type X509Certificate } from 'node:crypto';
import type { Revocation } from '../../core/certificates/certificate.ts';
import { BUSY, type Fetch } from './fetch.ts';
import { loadAsn1, type Asn1, type DistributionPoint } from './revocation/asn1.ts';
import { AUTHORITY_INFO_ACCESS, CRL_DISTRIBUTION_POINTS, partsOf } from './revocation/certificate-parts.ts';
import { createCrlCache } from './revocation/crl-cache.ts';
import { readCrlFor } from './revocation/crl.ts';
import { ocspRequest, readOcspResponse, REQUEST_TYPE, RESPONSE_TYPE } from './revocation/ocsp.ts';
import type { Statement } from './revocation/statement.ts';
import { subjectOf } from './x509.ts';
import { within } from '../../timing/within.ts';

export interface RevocationChecker {
  /**
   * What the issuer says of a certificate: by the stapled OCSP response (DER, or null), else by OCSP, else by CRL;
   * `unknown` where nobody can be asked or nobody answers as it should. The issuer has to be the one that really issued
   * it. Takes at most about 5 s. Never throws.
   */
  check(certificate: X509Certificate, issuer: X509Certificate, staple: Buffer | null): Promise<Revocation>;
}

type Way = NonNullable<Revocation['by']>;

/** What is known of one certificate. Many of these are kept. */
interface Known {
  /** Null: nobody said anything that counts. */
  statement: Statement | null;
  by: Way | null;
  until: Instant;
  /** Of the certificate. */
  subject: string;
  /** A digest of the staple that was seen last, so that it is not read again. */
  staple: number;
}

/** Milliseconds for a check in all. */
const DEADLINE = 5000;
/** Milliseconds after which the CRL is asked as well while the responder keeps silent. */
const OCSP_PATIENCE = 2000;
/**
 * Milliseconds until a certificate about which nobody said anything is asked about again; sooner where there was no
 * turn to ask.
 */
const RETRY = HOUR;
const RETRY_BUSY = 60_000;
/** Certificates that are remembered, each with about 300 bytes. */
const MOST_KNOWN = 50_000;
/** Extensions that are remembered as read. */
const MOST_READ = 500;
const MOST_RESPONDERS = 2;
const MOST_CRLS = 3;
const OCSP_METHOD = '1.3.6.1.5.5.7.48.1';

/** An answer, or whether its absence says anything about those who were asked. */
type Outcome = { statement: Statement; by: Way } | { statement: null; busy: boolean };
const NOTHING: Outcome = { statement: null, busy: false };

function digestOf(staple: Buffer): number {
  return hash('sha256', staple, 'buffer').readUIntBE(0, 6);
}

function told({ statement, by, subject }: Pick<Known, 'statement' | 'by' | 'subject'>): Revocation {
  if (!statement) return { status: 'unknown', by: null, subject };
  const { status, at, reason } = statement;
  return { status, by, subject, ...(Number.isFinite(at) ? { at } : {}), ...(reason ? { reason } : {}) };
}

/** A certificate on hold may come back; any other revocation is for good (RFC 5280 section 5.3.1). */
function isForGood(known: Known | undefined): boolean {
  return known?.statement?.status === 'revoked' && known.statement.reason !== 'certificateHold';
}

/** The extensions that name whom to ask. Throws on what is no certificate. */
function placesOf(certificate: X509Certificate): { access: Buffer | null; distribution: Buffer | null } {
  const { extension } = partsOf(certificate);
  return { access: extension(AUTHORITY_INFO_ACCESS), distribution: extension(CRL_DISTRIBUTION_POINTS) };
}

function namesSomebody(certificate: X509Certificate): boolean {
  try {
    const { access, distribution } = placesOf(certificate);
    return access !== null || distribution !== null;
  } catch {
    return false;
  }
}

/**
 * Reads extensions, which most certificates of an authority have in common, once; nothing is in one that is malformed.
 */
function createReader<T>(): (extension: Buffer, read: () => T[]) => T[] {
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

/**
 * Asks who issued a certificate whether it was revoked, and remembers the answers for as long as they say they are
 * valid (seven days at most; an hour without nextUpdate), failures for an hour.
 */
export function createRevocation({ fetch, now }: { fetch: Fetch; now: () => Instant }): RevocationChecker {
  const known = new Map<string, Known>();
  const underWay = new Map<string, Promise<Known>>();
  const crlAt = createCrlCache({ fetch, now });
  const respondersIn = createReader<string>();
  const pointsIn = createReader<DistributionPoint>();

  function keep(key: string, entry: Known): Known {
    known.delete(key);
    known.set(key, entry);
    if (known.size > MOST_KNOWN) known.delete(known.keys().next().value!);
    return entry;
  }

  async function askResponders(
    asn1: Asn1,
    certificate: X509Certificate,
    issuer: X509Certificate,
    uris: string[],
  ): Promise<Outcome> {
    let busy = false;
    if (uris.length === 0) return { statement: null, busy };
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
    asn1: Asn1,
    certificate: X509Certificate,
    issuer: X509Certificate,
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

  /**
   * OCSP, and CRLs when it gives no answer or takes long over it; the first answer counts. A responder that answers
   * later is listened to by `late`.
   */
  async function ask(
    certificate: X509Certificate,
    issuer: X509Certificate,
    late: (outcome: Outcome) => void,
  ): Promise<Outcome> {
    const { access, distribution } = placesOf(certificate);
    const asn1 = await loadAsn1();
    const responders = access ? respondersIn(access, () => asn1.accessAddresses(access, OCSP_METHOD)) : [];
    const ocsp = askResponders(asn1, certificate, issuer, responders).catch(() => NOTHING);
    const early = await within(ocsp, OCSP_PATIENCE, () => null);
    if (early?.statement) return early;
    const points = distribution ? pointsIn(distribution, () => asn1.distributionPoints(distribution)) : [];
    const lists = askLists(asn1, certificate, issuer, points);
    const answers = [ocsp, lists].map(async (answer) => {
      const outcome = await answer;
      if (!outcome.statement) throw new Error('no answer');
      return outcome;
    });
    try {
      const first = await Promise.any(answers);
      if (first.by === 'crl' && early === null) void ocsp.then(late);
      return first;
    } catch {
      const outcomes = [await ocsp, await lists];
      return { statement: null, busy: outcomes.some((outcome) => !outcome.statement && outcome.busy) };
    }
  }

  /** Where nobody said anything, it cannot have been put further ahead than this. */
  function isOver({ statement, until }: Known): boolean {
    return hasCome(until, now(), statement ? Infinity : RETRY);
  }

  /** Nobody said anything that counts: remembered for a while. */
  function rest(key: string, certificate: X509Certificate, busy: boolean): Known {
    const last = known.get(key);
    if (last && !isOver(last)) return last;
    const until = now() + (busy ? RETRY_BUSY : RETRY);
    if (last && isForGood(last)) return keep(key, { ...last, until });
    const subject = last?.subject ?? subjectOf(certificate);
    return keep(key, { statement: null, by: null, until, subject, staple: last?.staple ?? 0 });
  }

  async function look(key: string, certificate: X509Certificate, issuer: X509Certificate): Promise<Known> {
    function take(outcome: Outcome): Known | null {
      if (!outcome.statement) return null;
      const last = known.get(key);
      // A staple, or a CRL when the responder was late, may have come in between.
      if (last?.statement?.status === 'revoked' && last.until > now() && outcome.statement.status === 'good')
        return last;
      const { subject, staple } = last ?? { subject: subjectOf(certificate), staple: 0 };
      return keep(key, { ...outcome, until: outcome.statement.until, subject, staple });
    }

    // A certificate that does not parse as far as this is one about which nobody says anything.
    const outcome = await ask(certificate, issuer, take).catch(() => NOTHING);
    return take(outcome) ?? rest(key, certificate, !outcome.statement && outcome.busy);
  }

  /** Takes in a staple that was not seen yet, where it counts. */
  async function hear(
    key: string,
    certificate: X509Certificate,
    issuer: X509Certificate,
    staple: Buffer,
  ): Promise<void> {
    const asn1 = await loadAsn1();
    const statement = readOcspResponse(asn1, staple, { certificate, issuer, now: now() });
    const last = known.get(key);
    const digest = digestOf(staple);
    // Whoever presents a revoked certificate may staple an older answer for as long as that is valid.
    const isNews =
      statement !== null &&
      (statement.status === 'revoked' || !last?.statement || statement.thisUpdate >= last.statement.thisUpdate);
    const subject = last?.subject ?? subjectOf(certificate);
    if (isNews) keep(key, { statement, by: 'staple', until: statement.until, subject, staple: digest });
    else if (last) last.staple = digest;
  }

  /** What is remembered, unless it is out of date or there is a staple that was not read yet. */
  function recall(key: string, staple: Buffer | null): Known | null {
    const last = known.get(key);
    if (!last || isOver(last)) return null;
    if (staple && staple.length > 0 && last.staple !== digestOf(staple)) return null;
    return keep(key, last);
  }

  async function find(
    key: string,
    certificate: X509Certificate,
    issuer: X509Certificate,
    staple: Buffer | null,
  ): Promise<Known> {
    if (staple && staple.length > 0) await hear(key, certificate, issuer, staple);
    const last = recall(key, null);
    if (last) return last;
    const shared = underWay.get(key);
    if (shared) return shared;
    const looking = look(key, certificate, issuer).finally(() => underWay.delete(key));
    underWay.set(key, looking);
    return looking;
  }

  async function check(
    certificate: X509Certificate,
    issuer: X509Certificate,
    staple: Buffer | null,
  ): Promise<Revocation> {
    const key = certificate.fingerprint256;
    const last = recall(key, staple);
    if (last) return told(last);
    if (!staple && !namesSomebody(certificate)) return told(rest(key, certificate, false));
    // What comes later is remembered all the same.
    const found = await within(find(key, certificate, issuer, staple), DEADLINE, () => null).catch(() => null);
    return told(found ?? { statement: null, by: null, subject: subjectOf(certificate) });
  }

  return { check };
}
