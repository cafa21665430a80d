import {
  TRUSTED,
  type Certificate,
  type Failure,
  type Issuer,
  type Observation,
  type Presented,
  type Shown,
} from './certificate.ts';
import { ENDLESS, HORIZON_YEARS, isDated, isWithinHorizon, type Instant } from '../time.ts';
import type { Item } from './item.ts';
import type { Say } from '../language/language.ts';
import { isOverlong, isWeakKey, isWeakSignature, lifetimeAllowed } from './requirements.ts';
import { faultFindings, REFUSED } from './fault-findings.ts';
import { documentFindings } from './document-findings.ts';
import { judgeApplication } from './application.ts';
import { finding, type Finding, type FindingCode } from './finding.ts';
import { nameFinding } from './name-finding.ts';
import { rareWords } from './rare.ts';
import { readTarget } from '../targets/target.ts';
import { shortInstant } from '../language/dates.ts';
import { dayWithYear, enumerate, minuteWithYear, shorten } from '../language/wording.ts';
import { protocolName } from './protocol.ts';

/**
 * OpenSSL verification results (X509_V_ERR_*, openssl-verification-options(1)) that say the top of the chain could not
 * be found.
 */
const DATED = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'ERROR_IN_CERT_NOT_BEFORE_FIELD',
  'ERROR_IN_CERT_NOT_AFTER_FIELD',
]);
const ISSUER_MISSING = new Set([
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

function nameOf(text: string, say: Say): string {
  return shorten(text, 100) || say('no-name');
}

function isInTime({ notBefore, notAfter }: Pick<Certificate, 'notBefore' | 'notAfter'>, now: Instant): boolean {
  return isDated(notBefore) && isDated(notAfter) && notBefore <= now && notAfter > now;
}

/**
 * An issuer on the path that is out of time. Where the path is not known (observations of earlier versions), one that
 * was sent.
 */
function untimely({ chain, issuers }: Shown, now: Instant, say: Say): Finding | null {
  const [leaf, ...rest] = chain;
  if (!issuers && !isInTime(leaf, now)) return null;
  const culprit = (issuers ?? rest).find((certificate) => !isInTime(certificate, now));
  if (!culprit && issuers) return null;
  const code = 'expired-issuer';
  if (!culprit) return finding(code, say('finding.expired-issuer-unknown'), say);
  const values = { issuer: nameOf(culprit.subject, say), date: dayWithYear(culprit.notAfter, say) };
  if (!isDated(culprit.notBefore) || !isDated(culprit.notAfter))
    return finding(code, say('finding.undated-issuer', { issuer: values.issuer }), say);
  const early = culprit.notBefore > now;
  const sentence = early
    ? say('finding.early-valid-issuer', { issuer: values.issuer, date: dayWithYear(culprit.notBefore, say) })
    : say('finding.expired-issuer', values);
  return finding(code, sentence, say);
}

function missingIssuer({ chain, trust, issuers, faults }: Shown, say: Say): Finding | null {
  const code = 'incomplete-chain';
  // The issuer is there, and may not be one; or something else is called so.
  if (faults?.some((fault) => fault.code === 'issuer-no-ca' || fault.code === 'other-key')) return null;
  const path = issuers ?? [];
  // A root need not be sent (RFC 5246 section 7.4.2).
  const fetched = path.filter(({ from, selfSigned }) => from === 'fetched' && !selfSigned);
  if (fetched.length > 0) {
    const missing = enumerate(
      fetched.map(({ subject }) => `“${nameOf(subject, say)}”`),
      4,
      say,
    );
    const below = [chain[0], ...path][path.indexOf(fetched[0]!)]!;
    return finding(code, say('finding.incomplete-fetched', { missing, subject: nameOf(below.subject, say) }), say);
  }
  if (!ISSUER_MISSING.has(trust) || path.at(-1)?.selfSigned) return null;
  // What was sent beside the path does not belong to the leaf. Where no path is known (observations of earlier
  // versions), it is taken to.
  const top = path.at(-1) ?? (issuers ? chain[0] : chain.at(-1)!);
  const values = { issuer: nameOf(top.issuer, say), subject: nameOf(top.subject, say) };
  // What is missing may as well be the root of a private authority, which servers do not send.
  return { ...finding(code, say('finding.incomplete-chain', values), say), advice: say('advice.unknown-issuer') };
}

/** The path ends at a certificate that nobody here trusts. */
function unknownAuthority({ chain, trust, issuers, anchor }: Shown, say: Say): Finding | null {
  const [leaf] = chain;
  const top = issuers?.at(-1);
  const alone = top === undefined && leaf.selfSigned && (anchor ?? null) === null;
  if (trust === 'DEPTH_ZERO_SELF_SIGNED_CERT' || alone) return finding('self-signed', say('finding.self-signed'), say);
  const ends = trust === 'SELF_SIGNED_CERT_IN_CHAIN' || (anchor === null && top?.selfSigned === true);
  if (!ends) return null;
  const authority = nameOf((top ?? chain.at(-1)!).subject, say);
  return finding('private-ca', say('finding.private-ca', { authority }), say);
}

function chainFindings(shown: Shown, now: Instant, say: Say): Finding[] {
  const { trust, issuers } = shown;
  // The name is judged by itself.
  if (trust === TRUSTED || trust === 'ERR_TLS_CERT_ALTNAME_INVALID') return [];
  const dated = DATED.has(trust);
  const found = [unknownAuthority(shown, say), missingIssuer(shown, say)];
  if (dated || issuers) found.push(untimely(shown, now, say));
  const known = found.filter((one) => one !== null);
  if (known.length > 0 || dated || shown.faults?.some(({ code }) => REFUSED.has(code))) return known;
  if (trust === 'INVALID_PURPOSE')
    return [finding('wrong-purpose', say('finding.wrong-purpose', { purposes: 'none' }), say)];
  const sentence =
    trust === 'UNSPECIFIED'
      ? say('finding.untrusted-unnamed')
      : say('finding.untrusted', { reason: shorten(trust, 80) });
  return [finding('untrusted', sentence, say)];
}

function revocationFinding({ revocation, chain: [leaf] }: Shown, say: Say): Finding | null {
  if (revocation?.status !== 'revoked') return null;
  const subject = nameOf(revocation.subject, say);
  const values = {
    subject,
    whose: revocation.subject === leaf.subject ? 'leaf' : 'issuer',
    dated: revocation.at === undefined ? 'no' : 'yes',
    date: revocation.at === undefined ? '' : dayWithYear(revocation.at, say),
    reason: shorten(revocation.reason ?? '', 40) || 'none',
  };
  return finding('revoked', say('finding.revoked', values), say);
}

function brokenOffFinding({ brokenOff }: Shown, say: Say): Finding | null {
  if (!brokenOff) return null;
  const said = shorten(brokenOff.said ?? '', 80) || 'none';
  return finding('broken-off', say('finding.broken-off', { said }), say);
}

/** The issuers on the path, also where the chain as sent is all there is to it. None where no path is known. */
export function pathOf({ chain: [, ...rest], issuers, anchor }: Shown): Issuer[] {
  if (issuers) return issuers;
  return (anchor ?? null) === null ? [] : rest.map((certificate) => ({ ...certificate, from: 'sent' }));
}

/**
 * What is sent and used: the leaf and the issuers on its path; a trust anchor's own key and signature are the clients'
 * business.
 */
function used(shown: Shown): (Certificate | Issuer)[] {
  return [shown.chain[0], ...pathOf(shown).filter(({ from, selfSigned }) => from !== 'anchor' && !selfSigned)];
}

function strengthFindings(shown: Shown, say: Say): Finding[] {
  const found: Finding[] = [];
  const certificates = used(shown);
  const weak = certificates.find(({ key }) => isWeakKey(key));
  if (weak)
    found.push(
      finding('weak-key', say('finding.weak-key', { subject: nameOf(weak.subject, say), key: weak.key }), say),
    );
  const signed = certificates.find(({ signature, selfSigned }) => !selfSigned && isWeakSignature(signature ?? ''));
  if (signed) {
    const values = { subject: nameOf(signed.subject, say), signature: shorten(signed.signature ?? '', 60) };
    found.push(finding('weak-signature', say('finding.weak-signature', values), say));
  }
  return found;
}

function lesserFindings(shown: Shown, now: Instant, say: Say): Finding[] {
  const { protocol, chain, disordered, anchor, rare } = shown;
  const [leaf] = chain;
  const found: Finding[] = [];
  if (/^(?:TLSv1(?:\.1)?|SSLv[23])$/.test(protocol))
    found.push(finding('old-protocol', say('finding.old-protocol', { protocol: protocolName(protocol) }), say));
  if (rare) found.push({ code: 'rare-tls', ...rareWords(rare, say) });
  const minor = { grave: false };
  if (disordered) found.push(finding('wrong-order', say('finding.wrong-order'), say, minor));
  const early = pathOf(shown).find(
    ({ from, notAfter }) => from !== 'anchor' && notAfter < leaf.notAfter && notAfter > now,
  );
  if (early && isDated(leaf.notAfter)) {
    const leafEnd = dayWithYear(leaf.notAfter, say);
    const values = { issuer: nameOf(early.subject, say), date: dayWithYear(early.notAfter, say), leaf: leafEnd };
    found.push(finding('early-issuer', say('finding.early-issuer', values), say, minor));
  }
  // Also one that claims to be issued by the rules for public authorities, whoever added its root here.
  const isPublic = anchor === 'public' || (anchor === 'private' && leaf.publicPolicy === true);
  if (isPublic && isDated(leaf.notBefore) && isDated(leaf.notAfter) && isOverlong(leaf)) {
    const { days, allowed } = lifetimeAllowed(leaf)!;
    const values = { days, allowed, date: dayWithYear(leaf.notBefore, say) };
    const isCounted = isWithinHorizon(leaf.notAfter, leaf.notBefore);
    const sentence = isCounted
      ? say('finding.long-lifetime', values)
      : say('finding.endless-lifetime', { ...values, years: HORIZON_YEARS });
    found.push(finding('long-lifetime', sentence, say, minor));
  }
  return found;
}

/** Dates that are none, or that no day lies between. */
function datesFinding({ notBefore, notAfter }: Certificate, now: Instant, say: Say): Finding | null {
  if (!isDated(notAfter)) return finding('no-date', say('finding.no-date'), say);
  // A beginning that stands for none never comes.
  if (notBefore >= ENDLESS || !isDated(notBefore)) return finding('no-date', say('finding.no-date-begin'), say);
  if (notAfter < notBefore) {
    // The end is told first, with the zone of both.
    const begin = shortInstant(notBefore, { now, say, year: true });
    const values = { begin, end: minuteWithYear(notAfter, say) };
    return finding('never-valid', say('finding.never-valid', values), say);
  }
  if (notBefore <= now) return null;
  return finding('not-yet-valid', say('finding.not-yet-valid', { date: minuteWithYear(notBefore, say) }), say);
}

/**
 * What is wrong with one chain that was shown, in the order of weight. `asked` is the name (or address) the client
 * wanted. Empty = nothing.
 */
export function judge(shown: Shown, asked: string, now: Instant, say: Say): Finding[] {
  const found: (Finding | null)[] = [brokenOffFinding(shown, say), datesFinding(shown.chain[0], now, say)];
  const name = nameFinding(shown, asked, say);
  // Of the very name that was asked for more is said.
  const faults = faultFindings(shown, say).filter(({ code }) => code !== name?.code);
  found.push(revocationFinding(shown, say), name, ...faults);
  found.push(...chainFindings(shown, now, say), ...strengthFindings(shown, say), ...lesserFindings(shown, now, say));
  return found.filter((one) => one !== null);
}

/**
 * Everything an address showed: the chain that most clients see, and the one for clients that take the other kind of
 * key only.
 */
export function shownBy(presented: Presented): Shown[] {
  return presented.other ? [presented, presented.other] : [presented];
}

/**
 * What is wrong with what one address presents, each code once; with two certificates each finding of one alone says
 * which it is.
 */
export function judgeAddress(presented: Presented, asked: string, now: Instant, say: Say): Finding[] {
  const { other } = presented;
  const own = judge(presented, asked, now, say);
  if (!other) return own;
  const others = judge(other, asked, now, say);
  const found = own.map((one) => {
    const both = others.some(({ code }) => code === one.code);
    return both
      ? one
      : { ...one, sentence: say('finding.alt-leaf', { key: presented.chain[0].key, sentence: one.sentence }) };
  });
  for (const one of others) {
    if (own.some(({ code }) => code === one.code)) continue;
    found.push({ ...one, sentence: say('finding.alt-leaf', { key: other.chain[0].key, sentence: one.sentence }) });
  }
  return found;
}

/** What is wrong with an address that answers without getting as far as TLS. */
function unsecured({ code }: Failure, uri: string, say: Say): Finding | null {
  if (code === 'injected') return finding(code, say('finding.injected'), say);
  if (code !== 'no-starttls') return null;
  return finding(code, say('finding.no-starttls', { protocol: readTarget(uri).scheme.toUpperCase() }), say);
}

/** All findings over all addresses of an observation, each code once, with the addresses that show it. */
export function judgeAll(
  observation: Observation,
  asked: string,
  now: Instant,
  say: Say,
): Map<FindingCode, Finding & { addresses: string[] }> {
  const found = new Map<FindingCode, Finding & { addresses: string[] }>();
  for (const result of [...observation.addresses, ...otherTimesOf(observation)]) {
    const findings =
      result.kind === 'presented'
        ? judgeAddress(result, asked, now, say)
        : [unsecured(result.failure, observation.uri, say)].filter((one) => one !== null);
    for (const one of findings) {
      const known = found.get(one.code);
      if (known) known.addresses.push(result.address);
      else found.set(one.code, { ...one, addresses: [result.address] });
    }
  }
  for (const one of documentFindings(observation, now, say)) found.set(one.code, { ...one, addresses: [] });
  const { application } = observation;
  for (const one of application ? judgeApplication(application, say) : [])
    found.set(one.code, { ...one, addresses: [] });
  return found;
}

/** The addresses that presented a chain. */
export function presentedOf(observation: Observation): Presented[] {
  return observation.addresses.filter((result) => result.kind === 'presented');
}

/** What addresses present at other times, as far as anything is presented at all. */
export function otherTimesOf(observation: Observation): Presented[] {
  return presentedOf(observation).length > 0 ? (observation.atOtherTimes ?? []) : [];
}

/** What is presented now and at other times. */
export function presentedEver(observation: Observation): Presented[] {
  return [...presentedOf(observation), ...otherTimesOf(observation)];
}

function inOrder(items: Item[]): Item[] {
  const all = new Map(items.map((item) => [item.fingerprint, item]));
  return [...all.values()].toSorted((a, b) => a.notAfter - b.notAfter || a.fingerprint.localeCompare(b.fingerprint));
}

function itemsIn({ item, listed }: Observation, presented: Presented[]): Item[] {
  if (item) return [item];
  const leaves = presented.flatMap((one) => shownBy(one).map(({ chain }) => chain[0]));
  return inOrder(listed ? listed.map((one) => one.item) : leaves);
}

/** What this very look saw, as `itemsOf`. */
export function presentedItems(observation: Observation): Item[] {
  return itemsIn(observation, presentedOf(observation));
}

/**
 * What is presented, also at other times: distinct leaves, or what there is without a handshake; the first to expire
 * first.
 */
export function itemsOf(observation: Observation): Item[] {
  return itemsIn(observation, presentedEver(observation));
}
