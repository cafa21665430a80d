import { randomUUID } from 'node:crypto';
import { advance, carryOver, withOtherTimes, type TargetState } from '../../src/core/certificates/state.ts';
import type { AddressResult, Observation } from '../../src/core/certificates/certificate.ts';
import type { Item } from '../../src/core/certificates/item.ts';
import { alertItems, effectsOf, inOrder, overItems, policyOf, type AlertItem } from '../../src/core/alerts/alerts.ts';
import { certificateCause, hostCause, openItems } from '../../src/core/alerts/causes.ts';
import { incidentsOf } from '../../src/core/alerts/incidents.ts';
import type { Threshold } from '../../src/core/certificates/stages.ts';
import type { Incident } from '../../src/core/model/incident.ts';
import { HOUR, MINUTE } from '../../src/core/time.ts';
import type { WatchContext } from '../../src/core/model/watch.ts';
import { itemsOf } from '../../src/core/certificates/verdict.ts';
import { AT_ONCE } from './alert-rules.ts';
import { conversationOf, EN, observation, watchOf } from './certificate-facts.ts';

/** What an item says, in two words. */
export function nameOf(item: AlertItem): string {
  if (item.kind === 'stage') return `stage ${item.boundary.key}`;
  if (item.kind === 'renewed' || item.kind === 'lost-names' || item.kind === 'lost-uses' || item.kind === 'gone')
    return item.kind;
  return `${item.kind} ${item.finding}`;
}

/** What is said of a renewal itself. */
function isPassing(finding: string): boolean {
  return finding === 'lost-names' || finding === 'lost-uses' || finding === 'replaced';
}

/** One watch from look to look, with everything stored in between as the store keeps it, and nothing waited for. */
export function history(options: { policy?: Threshold[]; conversationPolicy?: Threshold[]; grace?: number } = {}) {
  // Shorter than usual, so that it does not matter whether a stage has begun.
  const { grace = HOUR - MINUTE } = options;
  const context: WatchContext = {
    watch: watchOf({ policy: options.policy ?? null }),
    conversation: conversationOf({ policy: options.conversationPolicy ?? null }),
    episodes: [],
  };
  const known = new Map<string, Item>();
  const incidents = new Map<string, Incident>();
  let state: TargetState | null = null;
  let last: Observation | null = null;

  /** What there is to say after one look, in a message or in one that is edited; `now` is when it is judged. */
  function look(addresses: AddressResult[] | Observation, now: number, { quiet = false } = {}): AlertItem[] {
    const carried = carryOver(Array.isArray(addresses) ? observation(addresses, { at: now }) : addresses, last);
    const next = advance(state, carried, known);
    const seen = withOtherTimes(carried, last, next.state);
    last = seen;
    for (const item of itemsOf(seen)) known.set(item.fingerprint, item);
    state = next.state;
    const found = { observation: seen, ...next, certificates: known };
    const effects = effectsOf(found, context, { quiet, now, say: EN, twice: 0, grace });
    const before = context.episodes;
    context.episodes = before
      .filter(({ finding }) => !effects.closed.includes(finding))
      .map((episode) => (effects.sure.includes(episode.finding) ? { ...episode, sureAt: now } : episode));
    context.episodes.push(...effects.opened);
    const policy = policyOf(context);
    const view = {
      ...{ watchId: 1, targetId: 1, host: hostCause(context.watch.uri), lookedAt: now, failures: state.failures },
      ...{
        items: openItems({ state, episodes: context.episodes }, { certificates: known, policy, now }),
        isQuiet: quiet,
      },
    };
    const outcome = incidentsOf({
      ...{ conversationId: context.conversation.id, watches: [view], incidents: [...incidents.values()], now },
      ...{ network: { state: 'fine', isDoubtful: () => false }, rules: AT_ONCE, uuid: randomUUID },
    });
    for (const incident of outcome.changed) incidents.set(incident.id, incident);
    for (const id of outcome.dropped) incidents.delete(id);
    if (quiet) return [];
    const options = { now, say: EN, twice: 0 };
    const fresh = (outcome.send?.parts ?? []).flatMap((part) => part.fresh);
    const sure = [
      ...effects.opened.filter(({ sureAt }) => sureAt !== null).map(({ finding }) => finding),
      ...effects.sure,
    ];
    const findings = fresh.filter(({ finding }) => finding !== null && sure.includes(finding) && !isPassing(finding));
    const over = before.filter(({ finding, sureAt }) => sureAt !== null && effects.closed.includes(finding));
    const fixed = overItems(
      found,
      hostCause(context.watch.uri),
      over.map(({ finding }) => finding).filter((finding) => !isPassing(finding)),
    );
    const items = [
      ...next.change.replaced.flatMap(({ from }) => overItems(found, certificateCause(from), [])),
      ...alertItems(found, [...fresh.filter(({ boundary }) => boundary !== null), ...findings], options),
      ...fixed,
    ];
    return inOrder(items);
  }

  return {
    look,
    says: (addresses: AddressResult[] | Observation, now: number) => look(addresses, now).map(nameOf),
    /** The answer to `watch`. */
    watched: (addresses: AddressResult[] | Observation, now: number) => look(addresses, now, { quiet: true }),
    episodes: () => context.episodes.map(({ finding }) => finding).filter((finding) => !isPassing(finding)),
  };
}
