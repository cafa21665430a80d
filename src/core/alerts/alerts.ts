import { isCertificate } from '../certificates/certificate.ts';
import { recurringAway } from '../certificates/alternation.ts';
import { currentLeaves, UNSEEN, type TargetState } from '../certificates/state.ts';
import type { Item } from '../certificates/item.ts';
import { passedBoundaries, type Boundary, type Threshold } from '../certificates/stages.ts';
import type { Episode, WatchContext } from '../model/watch.ts';
import { renewalOf } from '../certificates/renewal.ts';
import { DAY, hasPassed, type Instant } from '../time.ts';
import {
  certificateCause,
  fingerprintOf,
  goneFinding,
  isGone,
  isPassing,
  type Cause,
  type OpenItem,
} from './causes.ts';
import { FAILURES_TO_LOOK_AROUND } from './rules.ts';
import {
  type Look,
  askedName,
  calmGrace,
  currentFindings,
  GRACE,
  isMixed,
  isOver,
  TWICE,
  type EffectsOptions,
} from './findings.ts';

/** One thing to say about one watch. */
export type AlertItem =
  /** `altLeaf`: the endpoint has another certificate beside it. */
  | { kind: 'stage'; boundary: Boundary; certificate: Item; altLeaf?: boolean }
  /** What a document does not list any more. */
  | { kind: 'gone'; items: Item[] }
  /** The sentence has the target in it; `dated` when it also says when the certificate expires. */
  | { kind: 'finding'; finding: string; sentence: string; advice: string; dated: boolean }
  | { kind: 'fixed'; finding: string }
  /** `twin`: the certificate for the other kind of key, where it was not renewed. */
  | { kind: 'renewed'; from: Item | null; to: Item; twin?: Item }
  /** Names that the certificate before had and its successor has not. */
  | { kind: 'lost-names'; names: string[] }
  /** Usages of its key and purposes of which the same holds. */
  | { kind: 'lost-uses'; uses: string[] };

/** What an observation means for one watch: findings that begin, are sure now, or end. */
export interface WatchEffects {
  opened: Episode[];
  /** Open findings that are sure from now on. */
  sure: string[];
  closed: string[];
}

/** Each once, those about a renewal last: what clients refuse weighs more. */
export function findingsInOrder(findings: string[]): string[] {
  return [...new Set(findings)].toSorted((a, b) => Number(isPassing(a)) - Number(isPassing(b)));
}

/** The thresholds that hold for a watch: its own, else its conversation's, else (null) the default. */
export function policyOf(context: Pick<WatchContext, 'watch' | 'conversation'>): Threshold[] | null {
  return context.watch.policy ?? context.conversation.policy;
}

/** The key under which an alert about a threshold is known to programs. */
export function alertKey(fingerprint: string, boundary: Boundary): string {
  return `${fingerprint}/${boundary.key}`;
}

/** The current leaf beside one that was renewed, where it is older, and ends before: it has still to be renewed. */
function twinOf({ state, certificates }: Look, { from, to }: { from: string; to: Item }): Item | null {
  if (!state.altLeaf) return null;
  const [twin] = currentLeaves(state).flatMap(({ leaf }) => {
    return leaf !== to.fingerprint && leaf !== from ? (certificates.get(leaf) ?? []) : [];
  });
  return twin && twin.notBefore < to.notBefore && twin.notAfter < to.notAfter ? twin : null;
}

/**
 * What the certificate before had alone: names that clients could use, but for the very name of the target, and usages
 * of the key and purposes.
 */
function lostBy({ certificates, observation }: Look, from: string, to: string): { names: string[]; uses: string[] } {
  const [old, next] = [certificates.get(from), certificates.get(to)];
  if (!old || !next || !isCertificate(old) || !isCertificate(next) || observation.listed)
    return { names: [], uses: [] };
  const { lost, lostUses } = renewalOf(old, next);
  // That the very name of the target is missing is a finding of its own.
  const asked = askedName(observation.uri);
  return { names: lost.filter((name) => name !== asked), uses: lostUses };
}

/** A renewal that somebody has to know of: another authority, or an earlier end. */
function isOther({ certificates, observation }: Look, from: string, to: string): boolean {
  const [old, next] = [certificates.get(from), certificates.get(to)];
  if (!old || !next || !isCertificate(old) || !isCertificate(next) || observation.application) return false;
  const { later, issuerChanged } = renewalOf(old, next);
  // Of what a document lists the document vouches for, whoever issued it.
  return !later || (issuerChanged && !observation.listed);
}

/**
 * What renewals that the look saw took away: that is said once, of the new certificate; and what a document does not
 * list any more.
 */
function passing(look: Look): Map<string, Cause> {
  const { change, observation } = look;
  const found = new Map<string, Cause>();
  for (const { from, to } of change.replaced) {
    const lost = lostBy(look, from, to);
    if (lost.names.length > 0) found.set('lost-names', certificateCause(to));
    else if (lost.uses.length > 0) found.set('lost-uses', certificateCause(to));
    else if (isOther(look, from, to)) found.set('replaced', certificateCause(to));
  }
  // Of an application nobody misses what was deleted; what is listed beyond what is watched is not known to be gone.
  const isWhole = observation.document !== undefined && observation.document.total === undefined;
  const gone = isWhole ? (change.gone ?? []) : [];
  for (const fingerprint of gone) found.set(goneFinding(fingerprint), certificateCause(fingerprint));
  return found;
}

/** What a renewal took away is no news after a day, nor where the new certificate was taken back, or what was gone is there. */
function isPast({ state }: Look, { finding, cause, openedAt }: Episode, now: Instant): boolean {
  const fingerprint = fingerprintOf(cause) ?? '';
  if (isGone(finding)) return state.leaves.includes(fingerprint) || hasPassed(openedAt, DAY, now);
  const isThere = state.leaves.includes(fingerprint) && !recurringAway(state.seen).includes(fingerprint);
  return !isThere || hasPassed(openedAt, DAY, now);
}

/** How long addresses may differ before it is told: not for long where a stage of what they present has begun. */
function graceOf(look: Look, context: WatchContext, { grace = GRACE, now }: EffectsOptions): number {
  const { state, certificates } = look;
  const isDue = state.leaves.some((leaf) => {
    const certificate = certificates.get(leaf);
    return certificate !== undefined && passedBoundaries(certificate, policyOf(context), now).length > 0;
  });
  return isDue ? grace : calmGrace(grace);
}

/**
 * What one look means for one watch. `quiet`: the answer to a command tells everything that holds. `say` speaks the
 * language of the watch.
 */
export function effectsOf(
  look: Look,
  context: WatchContext,
  options: EffectsOptions & { quiet: boolean },
): WatchEffects {
  const { quiet, now } = options;
  const result: WatchEffects = { opened: [], sure: [], closed: [] };
  const watchId = context.watch.id;
  const current = currentFindings(look, { ...options, grace: graceOf(look, context, options) });
  const open = new Map(context.episodes.map((episode) => [episode.finding, episode]));
  for (const [finding, { cause, sure }] of current) {
    const episode = open.get(finding);
    const isSure = quiet || sure(episode?.openedAt ?? null);
    if (!episode) result.opened.push({ watchId, finding, cause, openedAt: now, sureAt: isSure ? now : null });
    else if (isSure && episode.sureAt === null) result.sure.push(finding);
  }
  const { twice = TWICE } = options;
  for (const [finding, cause] of passing(look)) {
    if (open.has(finding)) continue;
    // What is gone was missed twice.
    const isSure = quiet || twice === 0 || isGone(finding);
    result.opened.push({ watchId, finding, cause, openedAt: now, sureAt: isSure ? now : null });
  }
  const isMixedNow = [...current.keys()].some((finding) => isMixed(finding));
  for (const episode of context.episodes) {
    const { finding, openedAt, sureAt } = episode;
    const isRenewal = isPassing(finding);
    const isEnded = isRenewal ? isPast(look, episode, now) : isOver(finding, look, { now, isMixedNow });
    if (!current.has(finding) && isEnded) result.closed.push(finding);
    else if (isRenewal && sureAt === null && (quiet || hasPassed(openedAt, twice, now))) result.sure.push(finding);
  }
  return result;
}

/** What was presented, and where. */
function shownBy({ leaves, addresses }: TargetState): string {
  return JSON.stringify([leaves, Object.values(addresses).flatMap(({ fingerprint }) => fingerprint ?? [])]);
}

/**
 * Whether it has to be decided anew what a conversation is told, after a look at what one of its watches is about: a
 * finding is sure, or over; a stage has begun; others are to be looked at too; or what has something open presents
 * something else. What is not sure yet waits until it is. `episodes`: those that were open before the look.
 */
export function concernsAlerts(
  { state, certificates }: Look,
  before: TargetState | null,
  { effects, begun, policy, episodes }: Meaning,
  now: Instant,
): boolean {
  const { opened, sure, closed } = effects;
  const isSure = sure.length > 0 || opened.some(({ sureAt }) => sureAt !== null);
  if (isSure || closed.length > 0 || begun.length > 0) return true;
  const last = before ?? UNSEEN;
  if (state.failures === FAILURES_TO_LOOK_AROUND && last.failures !== state.failures) return true;
  if (shownBy(state) === shownBy(last)) return false;
  const isOpen = (leaf: string): boolean => {
    const item = certificates.get(leaf);
    return item === undefined || passedBoundaries(item, policy, now).length > 0;
  };
  return episodes.length > 0 || [...last.leaves, ...state.leaves].some(isOpen);
}

/** What a look means for a watch. */
interface Meaning {
  effects: WatchEffects;
  begun: { boundary: Boundary; item: Item }[];
  policy: Threshold[] | null;
  episodes: Episode[];
}

/** The stages that have begun since the look before this (at `lastAt`; null: there was none), the latest of each leaf. */
export function begunStages(
  { state, certificates }: Look,
  policy: Threshold[] | null,
  lastAt: Instant | null,
  now: Instant,
): { boundary: Boundary; item: Item }[] {
  return state.leaves.flatMap((leaf) => {
    const item = certificates.get(leaf);
    const last = item && passedBoundaries(item, policy, now).at(-1);
    return last !== undefined && (lastAt === null || last.at > lastAt) ? [{ boundary: last, item: item! }] : [];
  });
}

const WEIGHT: Record<AlertItem['kind'], number> = {
  renewed: 0,
  gone: 1,
  stage: 2,
  finding: 3,
  'lost-names': 4,
  'lost-uses': 5,
  fixed: 6,
};

/** In the order in which they are said. */
export function inOrder(items: AlertItem[]): AlertItem[] {
  return items.toSorted((a, b) => WEIGHT[a.kind] - WEIGHT[b.kind]);
}

/** What is gone is said at once of all. */
export function goneTogether(items: AlertItem[]): AlertItem[] {
  const gone = items.flatMap((item) => (item.kind === 'gone' ? item.items : []));
  const first = items.findIndex(({ kind }) => kind === 'gone');
  return items.flatMap((item, index): AlertItem[] => {
    if (item.kind !== 'gone') return [item];
    return index === first ? [{ kind: 'gone', items: [...new Set(gone)] }] : [];
  });
}

/** What is said of open items of one watch. */
export function alertItems(look: Look, items: OpenItem[], options: EffectsOptions): AlertItem[] {
  const { state, certificates } = look;
  const altLeaf = (state.altLeaf ?? null) !== null;
  const current = currentFindings(look, options);
  const [{ leaf, replaced } = { leaf: null, replaced: null }] = currentLeaves(state);
  return items.flatMap(({ cause, boundary, finding }): AlertItem[] => {
    const certificate = certificates.get(fingerprintOf(cause) ?? '');
    if (boundary) return certificate ? [{ kind: 'stage', boundary, certificate, altLeaf }] : [];
    if (finding === null) return [];
    if (isGone(finding)) return certificate ? [{ kind: 'gone', items: [certificate] }] : [];
    if (isPassing(finding)) {
      const to = fingerprintOf(cause) ?? leaf;
      const from = currentLeaves(state).find((one) => one.leaf === to)?.replaced ?? replaced;
      return to === null || from === null ? [] : renewedItems(look, from, to);
    }
    const found = current.get(finding);
    if (!found) return [];
    return [{ kind: 'finding', finding, sentence: found.sentence, advice: found.advice, dated: isMixed(finding) }];
  });
}

function renewedItems(look: Look, from: string, to: string): AlertItem[] {
  const [old, next] = [look.certificates.get(from) ?? null, look.certificates.get(to)];
  if (!next) return [];
  const twin = twinOf(look, { from, to: next });
  const { names, uses } = lostBy(look, from, to);
  const renewed: AlertItem = { kind: 'renewed', from: old, to: next, ...(twin ? { twin } : {}) };
  return [
    renewed,
    ...(names.length > 0 ? [{ kind: 'lost-names' as const, names }] : []),
    ...(uses.length > 0 ? [{ kind: 'lost-uses' as const, uses }] : []),
  ];
}

/** What is said of a watch where what was told of a cause is over. */
export function overItems(look: Look, cause: Cause, findings: string[]): AlertItem[] {
  const fingerprint = fingerprintOf(cause);
  const { state } = look;
  const leaves = currentLeaves(state);
  const isReplaced = fingerprint !== null && !state.leaves.includes(fingerprint);
  // What else a document lists has not taken its place.
  const next = leaves.find(({ replaced }) => replaced === fingerprint) ?? (state.listed ? undefined : leaves[0]);
  const gone = state.listed && isReplaced && !next ? look.certificates.get(fingerprint) : undefined;
  if (gone) return [{ kind: 'gone', items: [gone] }];
  const renewed = isReplaced && next ? renewedItems(look, fingerprint, next.leaf) : [];
  // One kind of mixture may have passed into another: that is over once.
  const mixed = findings.find((finding) => isMixed(finding));
  const over = findings.filter((finding) => !isPassing(finding) && (!isMixed(finding) || finding === mixed));
  return [...renewed, ...over.map((finding): AlertItem => ({ kind: 'fixed', finding }))];
}
