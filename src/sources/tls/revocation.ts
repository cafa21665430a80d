import { hash, type X509Certificate } from 'node:crypto';
import type { Revocation } from '../../core/certificates/certificate.ts';
import { hasCome, type Instant, HOUR } from '../../core/time.ts';
import { within } from '../../timing/within.ts';
import type { Fetch } from './fetch.ts';
import { createAsk, namesSomebody, NOTHING, type Ask, type Outcome, type Way } from './revocation/ask.ts';
import { loadAsn1 } from './revocation/asn1.ts';
import { readOcspResponse } from './revocation/ocsp.ts';
import type { Statement } from './revocation/statement.ts';
import { subjectOf } from './x509.ts';

/** Who may be asked: nobody, so that a stapled answer alone counts; whoever has a public address; or others as well. */
export type Reach = 'nobody' | 'public' | 'private';

export interface RevocationChecker {
  /**
   * What the issuer says of a certificate: by the stapled OCSP response (DER, or null), else by OCSP, else by CRL;
   * `unknown` where nobody can be asked or nobody answers as it should. The issuer has to be the one that really issued
   * it. `reach` is `public` unless it is said. Takes at most about 5 s. Never throws.
   */
  check(
    certificate: X509Certificate,
    issuer: X509Certificate,
    staple: Buffer | null,
    reach?: Reach,
  ): Promise<Revocation>;
}

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
/**
 * Milliseconds until a certificate about which nobody said anything is asked about again; sooner where there was no
 * turn to ask.
 */
const RETRY = HOUR;
const RETRY_BUSY = 60_000;
/** Certificates that are remembered, each with about 300 bytes. */
const MOST_KNOWN = 50_000;

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

/** What is known, and how more becomes known. */
interface Memory {
  known: Map<string, Known>;
  underWay: Map<string, Promise<Known>>;
  asks: Record<Exclude<Reach, 'nobody'>, Ask>;
  now: () => Instant;
}

/** A certificate, and who may be asked about it. */
interface Question {
  certificate: X509Certificate;
  issuer: X509Certificate;
  reach: Exclude<Reach, 'nobody'>;
}

/** Where others may be asked, it means nothing that those with public addresses said nothing. */
function keyOf({ fingerprint256 }: X509Certificate, reach: Reach): string {
  return reach === 'private' ? `private ${fingerprint256}` : fingerprint256;
}

function keep({ known }: Memory, key: string, entry: Known): Known {
  known.delete(key);
  known.set(key, entry);
  if (known.size > MOST_KNOWN) known.delete(known.keys().next().value!);
  return entry;
}

/** Where nobody said anything, it cannot have been put further ahead than this. */
function isOver({ statement, until }: Known, now: Instant): boolean {
  return hasCome(until, now, statement ? Infinity : RETRY);
}

/** Nobody said anything that counts: remembered for a while. */
function rest(memory: Memory, key: string, certificate: X509Certificate, busy: boolean): Known {
  const { known, now } = memory;
  const last = known.get(key);
  if (last && !isOver(last, now())) return last;
  const until = now() + (busy ? RETRY_BUSY : RETRY);
  if (last && isForGood(last)) return keep(memory, key, { ...last, until });
  const subject = subjectOf(certificate);
  return keep(memory, key, { statement: null, by: null, until, subject, staple: last?.staple ?? 0 });
}

async function look(memory: Memory, key: string, { certificate, issuer, reach }: Question): Promise<Known> {
  const { known, asks, now } = memory;
  function take(outcome: Outcome): Known | null {
    if (!outcome.statement) return null;
    const last = known.get(key);
    // A staple, or a CRL when the responder was late, may have come in between.
    if (last?.statement?.status === 'revoked' && last.until > now() && outcome.statement.status === 'good') return last;
    const subject = subjectOf(certificate);
    return keep(memory, key, { ...outcome, until: outcome.statement.until, subject, staple: last?.staple ?? 0 });
  }

  // A certificate that does not parse as far as this is one about which nobody says anything.
  const outcome = await asks[reach](certificate, issuer, take).catch(() => NOTHING);
  return take(outcome) ?? rest(memory, key, certificate, !outcome.statement && outcome.busy);
}

/** Takes in a staple that was not seen yet, where it counts. */
async function hear(
  memory: Memory,
  key: string,
  certificate: X509Certificate,
  issuer: X509Certificate,
  staple: Buffer,
): Promise<void> {
  const { known, now } = memory;
  const asn1 = await loadAsn1();
  const statement = readOcspResponse(asn1, staple, { certificate, issuer, now: now() });
  const last = known.get(key);
  const digest = digestOf(staple);
  // Whoever presents a revoked certificate may staple an older answer for as long as that is valid.
  const isNews =
    statement !== null &&
    (statement.status === 'revoked' || !last?.statement || statement.thisUpdate >= last.statement.thisUpdate);
  const subject = subjectOf(certificate);
  if (isNews) keep(memory, key, { statement, by: 'staple', until: statement.until, subject, staple: digest });
  else if (last) last.staple = digest;
}

/** What is remembered, unless it is out of date or there is a staple that was not read yet. */
function recall(memory: Memory, key: string, staple: Buffer | null): Known | null {
  const last = memory.known.get(key);
  if (!last || isOver(last, memory.now())) return null;
  if (staple && last.staple !== digestOf(staple)) return null;
  return keep(memory, key, last);
}

async function find(memory: Memory, key: string, question: Question, staple: Buffer | null): Promise<Known> {
  const { certificate, issuer } = question;
  if (staple) await hear(memory, key, certificate, issuer, staple);
  const last = recall(memory, key, null);
  if (last) return last;
  const shared = memory.underWay.get(key);
  if (shared) return shared;
  const looking = look(memory, key, question).finally(() => memory.underWay.delete(key));
  memory.underWay.set(key, looking);
  return looking;
}

async function check(
  memory: Memory,
  ...[certificate, issuer, staple, reach = 'public']: Parameters<RevocationChecker['check']>
): Promise<Revocation> {
  const key = keyOf(certificate, reach);
  const last = recall(memory, key, staple);
  if (last) return told(last);
  const nothing = { statement: null, by: null, subject: subjectOf(certificate) };
  if (reach === 'nobody') {
    if (staple) await hear(memory, key, certificate, issuer, staple).catch(() => {});
    return told(recall(memory, key, null) ?? nothing);
  }
  if (!staple && !namesSomebody(certificate)) return told(rest(memory, key, certificate, false));
  // What comes later is remembered all the same.
  const finding = find(memory, key, { certificate, issuer, reach }, staple);
  return told((await within(finding, DEADLINE, () => null).catch(() => null)) ?? nothing);
}

/**
 * Asks who issued a certificate whether it was revoked, and remembers the answers for as long as they say they are
 * valid (seven days at most; an hour without nextUpdate), failures for an hour. `privately` fetches from addresses that
 * are not public, too.
 */
export function createRevocation({
  fetch,
  privately = fetch,
  now,
}: {
  fetch: Fetch;
  privately?: Fetch;
  now: () => Instant;
}): RevocationChecker {
  const asks = { public: createAsk({ fetch, now }), private: createAsk({ fetch: privately, now }) };
  const memory: Memory = { known: new Map(), underWay: new Map(), asks, now };
  return { check: (...question) => check(memory, ...question) };
}
