import { hasPassed, type Instant, DAY, HOUR, MINUTE } from '../time.ts';
import {
  TRUSTED,
  type AddressResult,
  type Failure,
  type Observation,
  type Shown,
} from '../certificates/certificate.ts';
import type { Item } from '../certificates/item.ts';
import {
  answeringOf,
  FAILURES_TO_TELL,
  isAnswer,
  isOlder,
  isOurFault,
  presentsOlder,
  saysNothing,
  type Change,
  type TargetState,
} from '../certificates/state.ts';
import { sayIn, type Say } from '../language/language.ts';
import { protocolName } from '../certificates/protocol.ts';
import { mixedOf } from '../certificates/mixed.ts';
import { displayTarget, endpointOf, isApplication } from '../targets/target.ts';
import { itemsOf, judge, judgeAll, presentedEver, shownBy } from '../certificates/verdict.ts';
import { certificateCause, findingKind, hostCause, ownCause, type Cause } from './causes.ts';
import { enumerate } from '../language/wording.ts';
import { failurePhrase } from '../certificates/failure-phrase.ts';

/** What an authority on the path is to blame for. */
const ISSUER_FINDINGS = new Set(['private-ca', 'expired-issuer', 'early-issuer', 'untrusted']);

const CHAIN_FINDINGS = new Set(['self-signed', 'private-ca', 'incomplete-chain', 'expired-issuer', 'untrusted']);

interface CurrentFinding {
  sentence: string;
  advice: string;
  cause: Cause;
  /** Whether it is sure enough to tell, given since when it has been open (null = new). */
  sure: (openedAt: Instant | null) => boolean;
}

export interface Look {
  observation: Observation;
  state: TargetState;
  change: Change;
  /** Certificates of state.leaves and change.replaced. */
  certificates: Map<string, Item>;
}

/**
 * The name (or address) that a client of this target (a URI) wants to see in the certificate; empty where nobody
 * connects.
 */
export function askedName(uri: string): string {
  const endpoint = endpointOf(uri);
  return endpoint?.servername ?? endpoint?.host ?? '';
}

function presentsNothing(observation: Observation): boolean {
  return !observation.listed && !observation.leadsTo && itemsOf(observation).length === 0;
}

/**
 * What is wrong with the chain that a target presents, in sentences; one when it could not be seen; none when nothing
 * is wrong.
 */
export function verdictOf(
  observation: Observation | null,
  uri: string,
  { now, say }: { now: Instant; say: Say },
): string[] {
  if (!observation || presentsNothing(observation)) return [say('plan.unseen')];
  const judged = [...judgeAll(observation, askedName(uri), now, say).values()].map(({ sentence }) => sentence);
  // Whatever may change of it at any look, such as their number, would have to be written into events each time.
  const alternating = observation.alternating === true && mixedOf(observation, now, say) !== null;
  return alternating ? [...judged, say('finding.alternating-event', { target: displayTarget(uri) })] : judged;
}

/** What answers, and cannot be read, is not the silence of its host, nor what a directory does not know that of the directory. */
function isOfItself(failure: Failure | undefined): boolean {
  return failure !== undefined && ['document', 'http', 'gone'].includes(failure.code);
}

function unreachableFinding({ observation, state }: Look, say: Say): CurrentFinding {
  const failed = observation.addresses.filter((result) => result.kind === 'failed');
  const failure = observation.failure ?? (failed.find((result) => !saysNothing(result)) ?? failed[0])?.failure;
  const reason = failure ? failurePhrase(failure, say) : say('failure.none');
  const isRead = failure?.code === 'document' || isApplication(observation.uri);
  return {
    sentence: say(isRead ? 'finding.unread' : 'finding.unreachable', {
      target: displayTarget(observation.uri),
      reason,
    }),
    advice: say(isRead ? 'advice.unread' : 'advice.unreachable'),
    cause: isOfItself(failure) ? ownCause(observation.uri) : hostCause(observation.uri),
    sure: () => state.failures >= FAILURES_TO_TELL,
  };
}

function addressFindings({ observation, state }: Look, say: Say): Map<string, CurrentFinding> {
  const found = new Map<string, CurrentFinding>();
  for (const result of observation.addresses) {
    if (result.kind === 'presented') continue;
    const known = state.addresses[result.address];
    if (!known || known.fingerprint === null || known.failures === 0) continue;
    found.set(`address:${result.address}`, {
      sentence: say('finding.address', {
        target: displayTarget(observation.uri),
        address: result.address,
        reason: failurePhrase(result.failure, say),
      }),
      advice: say('advice.address'),
      cause: hostCause(observation.uri),
      sure: () => known.failures >= FAILURES_TO_TELL,
    });
  }
  return found;
}

/** The sentence of a finding, with the addresses or that it is not always so where others do not show it. */
export function placed(
  { addresses, sentence }: { addresses: string[]; sentence: string },
  answering: AddressResult[],
  say: Say,
): string {
  if (addresses.length >= answering.length) return sentence;
  if (new Set(answering.map(({ address }) => address)).size === 1) return say('verdict.at-times', { sentence });
  return say('verdict.some', { addresses: enumerate([...new Set(addresses)], 4, say), sentence });
}

/** Addresses that speak an older version of TLS than they have spoken before. */
function downgradedFinding(
  { observation, state }: Look,
  say: Say,
  sure: CurrentFinding['sure'],
): CurrentFinding | null {
  const down = presentedEver(observation).filter(({ address, protocol }) =>
    isOlder(protocol, state.addresses[address]?.best ?? protocol),
  );
  const [first] = down;
  if (!first) return null;
  const values = {
    target: displayTarget(observation.uri),
    protocol: protocolName(first.protocol),
    before: protocolName(state.addresses[first.address]!.best!),
    addresses: enumerate([...new Set(down.map(({ address }) => address))], 5, say),
  };
  const some = down.length < presentedEver(observation).length;
  return {
    sentence: say(some ? 'finding.downgraded-some' : 'finding.downgraded', values),
    advice: say('advice.downgraded'),
    cause: hostCause(observation.uri),
    sure,
  };
}

/** What is known of the target is what it was. */
function sawNothing({ observation }: Look): boolean {
  return presentsNothing(observation);
}

/**
 * What a finding of that code comes of: an authority on the path, the certificate that is presented, or, where there is
 * none, the host.
 */
function causeOf(code: string, addresses: string[], { observation, state }: Look, asked: string, now: Instant): Cause {
  const shown = presentedEver(observation)
    .filter(({ address }) => addresses.includes(address))
    .flatMap((presented) => shownBy(presented));
  const first = shown.find((one) => judge(one, asked, now, sayIn('en')).some((each) => each.code === code)) ?? shown[0];
  if (!first) return ownCause(observation.uri);
  const leaf = certificateCause(first.chain[0].fingerprint);
  if (isMixed(code)) return certificateCause(state.leaves[0] ?? first.chain[0].fingerprint);
  const isOfIssuer =
    ISSUER_FINDINGS.has(code) || (code === 'revoked' && first.revocation?.subject !== first.chain[0].subject);
  if (!isOfIssuer) return leaf;
  const top = first.issuers?.at(-1) ?? first.chain.at(-1)!;
  return top.fingerprint === first.chain[0].fingerprint ? leaf : `issuer:${top.fingerprint}`;
}

export function currentFindings(
  look: Look,
  { now, say, grace = GRACE, twice = TWICE }: EffectsOptions,
): Map<string, CurrentFinding> {
  const { observation } = look;
  if (isOurFault(observation) || observation.item === null) return new Map();
  const asked = askedName(observation.uri);
  const target = displayTarget(observation.uri);
  const judged = judgeAll(observation, asked, now, say);
  if (sawNothing(look) && judged.size === 0) return new Map([['unreachable', unreachableFinding(look, say)]]);
  const found = addressFindings(look, say);
  const mixed = mixedOf(observation, now, say);
  // A deployment may roll behind one address as well: what people know of already is enough to see of it.
  const isOld = !observation.alternating || presentsOlder(observation, look.state);
  const sure = (openedAt: Instant | null): boolean => isOld && openedAt !== null && hasPassed(openedAt, grace, now);
  if (mixed) {
    const addresses = presentedEver(observation).map(({ address }) => address);
    const cause = causeOf(mixed.code, addresses, look, asked, now);
    found.set(mixed.code, { sentence: mixed.sentence, advice: mixed.advice, cause, sure });
  }
  const answering = answeringOf(observation);
  // Anything may go wrong once, and a connection break; a second look tells.
  const seenBefore = (openedAt: Instant | null, code?: string): boolean =>
    openedAt === null ? twice === 0 && code !== 'broken-off' : hasPassed(openedAt, twice, now);
  for (const [code, finding] of judged) {
    const sentence = say('finding.about', { target, sentence: placed(finding, answering, say) });
    const { item, addresses } = finding;
    const cause = item === undefined ? causeOf(code, addresses, look, asked, now) : certificateCause(item);
    // Nobody revokes by mistake, and for a moment.
    const sure = (openedAt: Instant | null): boolean => code === 'revoked' || seenBefore(openedAt, code);
    found.set(code, { sentence, advice: finding.advice, cause, sure });
  }
  const downgraded = downgradedFinding(look, say, seenBefore);
  if (downgraded) found.set('downgraded', downgraded);
  return found;
}

export function isMixed(finding: string): boolean {
  return ['partly-renewed', 'different-certificates', 'alternating'].includes(finding);
}

/**
 * An address that has answered before is silent, but not yet three times in a row: it still counts as presenting what
 * it did; or a document does not list what it did.
 */
export function isUnsure({ addresses, listed = [] }: TargetState): boolean {
  if (listed.some(({ missed }) => missed)) return true;
  return Object.values(addresses).some(
    ({ fingerprint, failures }) => fingerprint !== null && failures > 0 && failures < FAILURES_TO_TELL,
  );
}

/**
 * OpenSSL reports one error of several: of a leaf out of time it tells nothing else about the chain. (We look for a
 * path ourselves; stored looks may be older.)
 */
function hidesChain({ chain: [leaf], trust, anchor }: Shown, now: Instant): boolean {
  return anchor === undefined && trust !== TRUSTED && (leaf.notAfter <= now || leaf.notBefore > now);
}

/** Whether a finding that the look does not show is over: what could not be seen just now may well go on. */
export function isOver(
  finding: string,
  look: Look,
  { now, isMixedNow }: { now: Instant; isMixedNow: boolean },
): boolean {
  const { observation, state } = look;
  const kind = findingKind(finding);
  const answered = observation.addresses.some((result) => result.kind === 'failed' && isAnswer(result.failure));
  if (kind === 'unreachable') return !sawNothing(look) || answered;
  if (sawNothing(look)) return false;
  if (kind === 'address') {
    const address = finding.slice('address:'.length);
    return !observation.addresses.some((result) => result.address === address && saysNothing(result));
  }
  // What answered without TLS has to be seen with it, or to be gone.
  if (kind === 'no-starttls' || kind === 'injected')
    return observation.addresses.every((result) => result.kind === 'presented' || saysNothing(result));
  // One kind of mixture may pass into the other.
  if (isMixed(finding)) return !isMixedNow && (state.leaves.length < 2 || !isUnsure(state));
  if (isUnsure(state)) return false;
  return !CHAIN_FINDINGS.has(kind) || !presentedEver(observation).some((presented) => hidesChain(presented, now));
}

/**
 * How long a rolling deployment may present different leaves before the conversation hears of it, where nothing else is
 * said. Milliseconds.
 */
export const GRACE = HOUR;

/**
 * How long addresses may differ while none of what they present is due to be renewed: `grace` where that is set shorter
 * than usual, else a day. Milliseconds.
 */
export function calmGrace(grace: number): number {
  return grace < GRACE ? grace : Math.max(grace, DAY);
}

/** So long a finding has to last before it is told. Milliseconds. */
export const TWICE = 2 * MINUTE;

/** `grace` and `twice`: as GRACE and TWICE, in milliseconds. */
export interface EffectsOptions {
  now: Instant;
  say: Say;
  grace?: number;
  twice?: number;
}

const FIXED = [
  'unreachable',
  'broken-off',
  'not-yet-valid',
  'no-date',
  'never-valid',
  'wrong-name',
  'raw-name',
  'repeated-extension',
  'unreadable-extension',
  'critical-extension',
  'wrong-purpose',
  'key-usage',
  'name-constraint',
  'path-length',
  'issuer-no-ca',
  'no-staple',
  'leaf-is-ca',
  'self-signed',
  'private-ca',
  'incomplete-chain',
  'expired-issuer',
  'untrusted',
  'revoked',
  'weak-key',
  'weak-signature',
  'old-protocol',
  'rare-tls',
  'wrong-order',
  'early-issuer',
  'long-lifetime',
  'no-starttls',
  'injected',
  'downgraded',
  'document-expired',
  'document-expiring',
  'private-key',
  'key-mismatch',
  'wrong-thumbprint',
  'unreadable-key',
  'untrusted-server',
  'issuer-mismatch',
  'document-part',
  'no-owner',
  'unused-credential',
  'replaced-credential',
] as const;

/** The sentence of a finding that went away. It holds even where another finding has taken its place. */
export function fixedSentence(finding: string, uri: string, say: Say): string {
  const target = displayTarget(uri);
  const kind = findingKind(finding);
  if (kind === 'address') return say('fixed.address', { target, address: finding.slice('address:'.length) });
  if (finding === 'alternating') return say('fixed.alternating', { target });
  if (isMixed(finding)) return say('fixed.mixed', { target });
  const known = FIXED.find((one) => one === kind);
  return known ? say(`fixed.${known}`, { target }) : say('fixed.other', { target, finding: kind });
}
