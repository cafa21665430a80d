import { isCertificate } from '../certificates/certificate.ts';
import { currentLeaves } from '../certificates/state.ts';
import type { Item } from '../certificates/item.ts';
import type { Instant } from '../time.ts';
import { passedBoundaries, type Boundary, type Threshold } from '../certificates/stages.ts';
import type { Episode, WatchContext } from '../model/watch.ts';
import { renewalOf } from '../certificates/renewal.ts';
import { type Look, askedName, currentFindings, isMixed, isOver, type EffectsOptions } from './findings.ts';

/** One thing to say about one watch. */
export type AlertItem =
  /** `altLeaf`: the endpoint has another certificate beside it. */
  | { kind: 'stage'; boundary: Boundary; certificate: Item; altLeaf?: boolean }
  /** The sentence has the target in it; `dated` when it also says when the certificate expires. */
  | { kind: 'finding'; finding: string; sentence: string; advice: string; dated: boolean }
  | { kind: 'fixed'; finding: string }
  /** `twin`: the certificate for the other kind of key, where it was not renewed. */
  | { kind: 'renewed'; from: Item | null; to: Item; twin?: Item }
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

/** The thresholds that hold for a watch: its own, else its conversation's, else (null) the default. */
export function policyOf(context: Pick<WatchContext, 'watch' | 'conversation'>): Threshold[] | null {
  return context.watch.policy ?? context.conversation.policy;
}

/** The key under which an alert about a threshold is told once per watch. */
export function alertKey(fingerprint: string, boundary: Boundary): string {
  return `${fingerprint}/${boundary.key}`;
}

function stageItems(look: Look, context: WatchContext, now: Instant): { told: string[]; items: AlertItem[] } {
  const told: string[] = [];
  const items: AlertItem[] = [];
  const altLeaf = (look.state.altLeaf ?? null) !== null;
  for (const fingerprint of look.state.leaves) {
    const certificate = look.certificates.get(fingerprint);
    if (!certificate) continue;
    const passed = passedBoundaries(certificate, policyOf(context), now);
    const fresh = passed.filter((boundary) => !context.told.has(alertKey(fingerprint, boundary)));
    told.push(...fresh.map((boundary) => alertKey(fingerprint, boundary)));
    const latest = passed.at(-1);
    if (latest && fresh.includes(latest)) items.push({ kind: 'stage', boundary: latest, certificate, altLeaf });
  }
  return { told, items };
}

/** The current leaf beside one that was renewed, where it is older, and ends before: it has still to be renewed. */
function twinOf({ state, change, certificates }: Look, to: Item): Item | null {
  const [twin] = currentLeaves(state).flatMap(({ leaf }) => {
    const isOther = leaf !== to.fingerprint && !change.replaced.some((one) => one.to === leaf);
    return isOther ? (certificates.get(leaf) ?? []) : [];
  });
  return twin && twin.notBefore < to.notBefore && twin.notAfter < to.notAfter ? twin : null;
}

/** What the look says of current leaves that were replaced. */
function renewedItems(look: Look): AlertItem[] {
  const { change, certificates, observation } = look;
  // That the very name of the target is missing is a finding of its own.
  const asked = askedName(observation.uri);
  return change.replaced.flatMap(({ from, to }): AlertItem[] => {
    const [old, next] = [certificates.get(from) ?? null, certificates.get(to)!];
    const lost =
      old && isCertificate(old) && isCertificate(next)
        ? renewalOf(old, next).lost.filter((name) => name !== asked)
        : [];
    const twin = twinOf(look, next);
    const renewed: AlertItem = { kind: 'renewed', from: old, to: next, ...(twin ? { twin } : {}) };
    return lost.length > 0 ? [renewed, { kind: 'lost-names', names: lost }] : [renewed];
  });
}

const WEIGHT: Record<AlertItem['kind'], number> = { renewed: 0, stage: 1, finding: 2, 'lost-names': 3, fixed: 4 };

/**
 * What one look means for one watch. `quiet`: the answer to a command tells everything that holds, so mark it as told
 * and send nothing. An alert goes out once per (watch, leaf, threshold), of several missed thresholds only the last; a
 * finding once per episode. `say` speaks the language of the watch.
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
