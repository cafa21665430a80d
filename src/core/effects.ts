import { hasPassed } from './clock.ts';
import { TRUSTED, type Certificate, type Instant, type Observation, type Shown } from './certificate.ts';
import {
  answeringOf,
  FAILURES_TO_TELL,
  isAnswer,
  isOlder,
  isOurFault,
  saysNothing,
  type Change,
  type TargetState,
} from './change.ts';
import { boundaries, passedBoundaries, type Boundary, type Threshold } from './policy.ts';
import type { Say } from './language.ts';
import { mixedOf } from './mixed.ts';
import type { Episode, WatchContext } from './ports.ts';
import { renewalOf } from './renewal.ts';
import { displayTarget, readTarget, type Target } from './target.ts';
import { judgeAll, presentedOf } from './verdict.ts';
import { enumerate, failurePhrase } from './wording.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const CHAIN_FINDINGS = new Set(['self-signed', 'private-ca', 'incomplete-chain', 'expired-issuer', 'untrusted']);

/** One thing to say about one watch. */
export type AlertItem =
  /** `twin`: the endpoint has another certificate beside it. */
  | { kind: 'stage'; boundary: Boundary; certificate: Certificate; twin?: boolean }
  /** The sentence has the target in it; `dated` when it also says when the certificate expires. */
  | { kind: 'finding'; finding: string; sentence: string; advice: string; dated: boolean }
  | { kind: 'fixed'; finding: string }
  | { kind: 'renewed'; from: Certificate | null; to: Certificate }
  /** Names that the certificate before had and its successor has not. */
  | { kind: 'lost-names'; names: string[] };

/** What an observation means for one watch. */
export interface WatchEffects {
  watchId: number;
  /** Alert keys that count as told from now on. */
  told: string[];
  opened: Episode[];
  /** Open episodes that are told now. */
  toldEpisodes: string[];
  closed: string[];
  /** What to send, in the order of weight; empty = nothing. */
  items: AlertItem[];
}

interface CurrentFinding {
  sentence: string;
  advice: string;
  /** Whether it is sure enough to tell, given since when it has been open (null = new). */
  sure: (openedAt: Instant | null) => boolean;
}

export interface Look {
  observation: Observation;
  state: TargetState;
  change: Change;
  /** Certificates of state.leaves and change.replaced. */
  certificates: Map<string, Certificate>;
}

/** The thresholds that hold for a watch: its own, else its conversation's, else (null) the default. */
export function policyOf(context: Pick<WatchContext, 'watch' | 'conversation'>): Threshold[] | null {
  return context.watch.policy ?? context.conversation.policy;
}

/** The key under which an alert about a threshold is told once per watch. */
export function alertKey(fingerprint: string, boundary: Boundary): string {
  return `${fingerprint}/${boundary.key}`;
}

/** The name (or address) that a client of this target wants to see in the certificate. */
export function askedName(target: Target): string {
  return target.servername ?? target.host;
}

/** What is wrong with the chain that a target presents, in sentences; one when it could not be seen; none when nothing is wrong. */
export function verdictOf(
  observation: Observation | null,
  uri: string,
  { now, say }: { now: Instant; say: Say },
): string[] {
  if (!observation || presentedOf(observation).length === 0) return [say('plan.unseen')];
  return [...judgeAll(observation, askedName(readTarget(uri)), now, say).values()].map(({ sentence }) => sentence);
}

/** Which kind of finding an episode is about, e.g. "address" for "address:192.0.2.1". */
export function findingKind(finding: string): string {
  return finding.replace(/:.*$/s, '');
}

function unreachableFinding({ observation, state }: Look, say: Say): CurrentFinding {
  const failed = observation.addresses.filter((result) => result.kind === 'failed');
  const failure = observation.failure ?? (failed.find((result) => !saysNothing(result)) ?? failed[0])?.failure;
  const reason = failure ? failurePhrase(failure, say) : say('failure.none');
  return {
    sentence: say('finding.unreachable', { target: displayTarget(observation.uri), reason }),
    advice: say('advice.unreachable'),
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
      sure: () => known.failures >= FAILURES_TO_TELL,
    });
  }
  return found;
}

/** Addresses that speak an older version of TLS than they have spoken before. */
function downgradedFinding({ observation, state }: Look, say: Say): CurrentFinding | null {
  const down = presentedOf(observation).filter(({ address, protocol }) =>
    isOlder(protocol, state.addresses[address]?.best ?? protocol),
  );
  const [first] = down;
  if (!first) return null;
  const values = {
    target: displayTarget(observation.uri),
    protocol: first.protocol.replace('v', ' '),
    before: state.addresses[first.address]!.best!.replace('v', ' '),
    addresses: enumerate(
      down.map(({ address }) => address),
      5,
      say,
    ),
  };
  const some = down.length < presentedOf(observation).length;
  return {
    sentence: say(some ? 'finding.downgraded-some' : 'finding.downgraded', values),
    advice: say('advice.downgraded'),
    sure: () => true,
  };
}

/** No address presented anything: what is known of the endpoint is what it was. */
function sawNothing({ observation }: Look): boolean {
  return presentedOf(observation).length === 0;
}

function currentFindings(look: Look, { now, say, grace = GRACE }: EffectsOptions): Map<string, CurrentFinding> {
  const { observation } = look;
  if (isOurFault(observation)) return new Map();
  const asked = askedName(readTarget(observation.uri));
  const target = displayTarget(observation.uri);
  const judged = judgeAll(observation, asked, now, say);
  if (sawNothing(look) && judged.size === 0) return new Map([['unreachable', unreachableFinding(look, say)]]);
  const found = addressFindings(look, say);
  const mixed = mixedOf(observation, now, say);
  const sure = (openedAt: Instant | null): boolean => openedAt !== null && hasPassed(openedAt, grace, now);
  if (mixed) found.set(mixed.code, { sentence: mixed.sentence, advice: mixed.advice, sure });
  const answering = answeringOf(observation).length;
  for (const [code, finding] of judged) {
    const some = finding.addresses.length < answering;
    const where = some
      ? say('verdict.some', { addresses: enumerate(finding.addresses, 4, say), sentence: finding.sentence })
      : finding.sentence;
    const sentence = say('finding.about', { target, sentence: where });
    found.set(code, { sentence, advice: finding.advice, sure: () => true });
  }
  const downgraded = downgradedFinding(look, say);
  if (downgraded) found.set('downgraded', downgraded);
  return found;
}

function stageItems(look: Look, context: WatchContext, now: Instant): { told: string[]; items: AlertItem[] } {
  const told: string[] = [];
  const items: AlertItem[] = [];
  const twin = (look.state.twin ?? null) !== null;
  for (const fingerprint of look.state.leaves) {
    const certificate = look.certificates.get(fingerprint);
    if (!certificate) continue;
    const passed = passedBoundaries(certificate, policyOf(context), now);
    const fresh = passed.filter((boundary) => !context.told.has(alertKey(fingerprint, boundary)));
    told.push(...fresh.map((boundary) => alertKey(fingerprint, boundary)));
    const latest = passed.at(-1);
    if (latest && fresh.includes(latest)) items.push({ kind: 'stage', boundary: latest, certificate, twin });
  }
  return { told, items };
}

/** What the look says of settled leaves that were replaced. */
function renewedItems({ change, certificates, observation }: Look): AlertItem[] {
  // That the very name of the target is missing is a finding of its own.
  const asked = askedName(readTarget(observation.uri));
  return change.replaced.flatMap(({ from, to }): AlertItem[] => {
    const [old, next] = [certificates.get(from) ?? null, certificates.get(to)!];
    const lost = old ? renewalOf(old, next).lost.filter((name) => name !== asked) : [];
    const renewed: AlertItem = { kind: 'renewed', from: old, to: next };
    return lost.length > 0 ? [renewed, { kind: 'lost-names', names: lost }] : [renewed];
  });
}

function isMixed(finding: string): boolean {
  return finding === 'partly-renewed' || finding === 'different-certificates';
}

/** An address that has answered before is silent, but not yet three times in a row: it still counts as presenting what it did. */
function isUnsure({ addresses }: TargetState): boolean {
  return Object.values(addresses).some(
    ({ fingerprint, failures }) => fingerprint !== null && failures > 0 && failures < FAILURES_TO_TELL,
  );
}

/** OpenSSL reports one error of several: of a leaf out of time it tells nothing else about the chain. (We look for a path ourselves; stored looks may be older.) */
function hidesChain({ chain: [leaf], trust, anchor }: Shown, now: Instant): boolean {
  return anchor === undefined && trust !== TRUSTED && (leaf.notAfter <= now || leaf.notBefore > now);
}

/** Whether a finding that the look does not show is over: what could not be seen just now may well go on. */
function isOver(finding: string, look: Look, { now, isMixedNow }: { now: Instant; isMixedNow: boolean }): boolean {
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
  return !CHAIN_FINDINGS.has(kind) || !presentedOf(observation).some((presented) => hidesChain(presented, now));
}

const WEIGHT: Record<AlertItem['kind'], number> = { renewed: 0, stage: 1, finding: 2, 'lost-names': 3, fixed: 4 };

/** How long a rolling deployment may present different leaves before the conversation hears of it, where nothing else is said. Milliseconds. */
const GRACE = HOUR;

/** `grace`: as GRACE, in milliseconds. */
export interface EffectsOptions {
  now: Instant;
  say: Say;
  grace?: number;
}

/**
 * What one look means for one watch. `quiet`: the answer to a command tells everything that holds, so mark it as told and send nothing.
 * An alert goes out once per (watch, leaf, threshold), of several missed thresholds only the last; a finding once per episode. `say` speaks the
 * language of the watch.
 */
export function effectsOf(
  look: Look,
  context: WatchContext,
  options: EffectsOptions & { quiet: boolean },
): WatchEffects {
  const { quiet, now } = options;
  const stages = stageItems(look, context, now);
  const result: WatchEffects = {
    watchId: context.watch.id,
    told: stages.told,
    opened: [],
    toldEpisodes: [],
    closed: [],
    items: [],
  };
  const items: AlertItem[] = [...stages.items, ...renewedItems(look)];
  const current = currentFindings(look, options);
  const open = new Map(context.episodes.map((episode) => [episode.finding, episode]));
  for (const [finding, { sentence, advice, sure }] of current) {
    const episode = open.get(finding);
    const tell = episode?.toldAt === null ? sure(episode.openedAt) || quiet : !episode && (sure(null) || quiet);
    if (!episode) result.opened.push({ watchId: context.watch.id, finding, openedAt: now, toldAt: tell ? now : null });
    else if (tell) result.toldEpisodes.push(finding);
    if (tell) items.push({ kind: 'finding', finding, sentence, advice, dated: isMixed(finding) });
  }
  const isMixedNow = [...current.keys()].some((finding) => isMixed(finding));
  for (const episode of context.episodes) {
    const { finding } = episode;
    if (current.has(finding) || !isOver(finding, look, { now, isMixedNow })) continue;
    result.closed.push(finding);
    const said = isMixed(finding) && items.some((item) => item.kind === 'fixed' && isMixed(item.finding));
    if (episode.toldAt !== null && !said) items.push({ kind: 'fixed', finding });
  }
  if (!quiet) result.items = items.toSorted((a, b) => WEIGHT[a.kind] - WEIGHT[b.kind]);
  return result;
}

function longestBackoff(interval: number): number {
  return Math.max(interval, Math.min(64 * interval, HOUR));
}

/** The longest that `nextLook` ever puts a look ahead. Milliseconds. */
export function longestWait(interval: number): number {
  return Math.max(longestBackoff(interval), 1.05 * interval);
}

/** While nothing answers: every minute (or interval, if shorter) until it is sure, then doubling, up to an hour or the interval. Milliseconds. */
function backoff(failures: number, interval: number): number {
  const base = Math.min(interval, MINUTE);
  return Math.min(longestBackoff(interval), base * 2 ** Math.max(0, failures - FAILURES_TO_TELL + 1));
}

/**
 * When to look next: after `interval` (milliseconds; ±5 % by `random` in [0, 1)), sooner when a stage boundary, the start of validity or the end
 * of a grace period comes first, sooner again to confirm a failing address or after a fault of our own, with backoff while nothing answers. Null when nobody
 * watches.
 */
export function nextLook(
  look: Look,
  contexts: { policy: Threshold[] | null; episodes: Episode[] }[],
  options: { interval: number; now: Instant; random: number; grace?: number },
): Instant | null {
  if (contexts.length === 0) return null;
  const { interval, now, random, grace = GRACE } = options;
  const { state } = look;
  const jittered = interval * (0.95 + 0.1 * random);
  const answered = isUnsure(state) ? Math.min(jittered, MINUTE) : jittered;
  let due = now + (state.failures > 0 || isOurFault(look.observation) ? backoff(state.failures, interval) : answered);
  const moments: Instant[] = [];
  for (const fingerprint of state.leaves) {
    const certificate = look.certificates.get(fingerprint);
    if (!certificate) continue;
    moments.push(certificate.notBefore);
    for (const { policy } of contexts) moments.push(...boundaries(certificate, policy).map(({ at }) => at));
  }
  for (const { episodes } of contexts) {
    for (const { finding, openedAt, toldAt } of episodes) {
      if (toldAt === null && isMixed(finding)) moments.push(openedAt + grace);
    }
  }
  for (const moment of moments) if (moment > now && moment < due) due = moment;
  return Math.ceil(due);
}

const FIXED = [
  'unreachable',
  'not-yet-valid',
  'wrong-name',
  'self-signed',
  'private-ca',
  'incomplete-chain',
  'expired-issuer',
  'untrusted',
  'revoked',
  'weak-key',
  'weak-signature',
  'old-protocol',
  'wrong-order',
  'early-issuer',
  'long-lifetime',
  'no-starttls',
  'injected',
  'downgraded',
] as const;

/** The sentence of a finding that went away. It holds even where another finding has taken its place. */
export function fixedSentence(finding: string, uri: string, say: Say): string {
  const target = displayTarget(uri);
  const kind = findingKind(finding);
  if (kind === 'address') return say('fixed.address', { target, address: finding.slice('address:'.length) });
  if (isMixed(finding)) return say('fixed.mixed', { target });
  const known = FIXED.find((one) => one === kind);
  return known ? say(`fixed.${known}`, { target }) : say('fixed.other', { target, finding: kind });
}
