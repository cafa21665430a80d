import { advance, carryOver, withOtherTimes, type TargetState } from '../../src/core/certificates/state.ts';
import type { AddressResult, Observation } from '../../src/core/certificates/certificate.ts';
import type { Item } from '../../src/core/certificates/item.ts';
import { effectsOf, type AlertItem } from '../../src/core/alerts/alerts.ts';
import type { Threshold } from '../../src/core/certificates/stages.ts';
import type { WatchContext } from '../../src/core/model/watch.ts';
import { itemsOf } from '../../src/core/certificates/verdict.ts';
import { conversationOf, EN, observation, watchOf } from './certificate-facts.ts';

/** What an item says, in two words. */
export function nameOf(item: AlertItem): string {
  if (item.kind === 'stage') return `stage ${item.boundary.key}`;
  if (item.kind === 'renewed' || item.kind === 'lost-names') return item.kind;
  return `${item.kind} ${item.finding}`;
}

/** One watch from look to look, with everything stored in between as the store keeps it. */
export function history(options: { policy?: Threshold[]; conversationPolicy?: Threshold[] } = {}) {
  const context: WatchContext = {
    watch: watchOf({ policy: options.policy ?? null }),
    conversation: conversationOf({ policy: options.conversationPolicy ?? null }),
    told: new Set(),
    episodes: [],
  };
  const known = new Map<string, Item>();
  let state: TargetState | null = null;
  let last: Observation | null = null;

  /** The items of one look; `now` is when it is judged. */
  function look(addresses: AddressResult[] | Observation, now: number, { quiet = false } = {}): AlertItem[] {
    const carried = carryOver(Array.isArray(addresses) ? observation(addresses, { at: now }) : addresses, last);
    const next = advance(state, carried, known);
    const seen = withOtherTimes(carried, last, next.state);
    last = seen;
    for (const item of itemsOf(seen)) known.set(item.fingerprint, item);
    state = next.state;
    const effects = effectsOf({ observation: seen, ...next, certificates: known }, context, { quiet, now, say: EN });
    for (const key of effects.told) context.told.add(key);
    context.episodes = context.episodes
      .filter(({ finding }) => !effects.closed.includes(finding))
      .map((episode) => (effects.toldEpisodes.includes(episode.finding) ? { ...episode, toldAt: now } : episode));
    context.episodes.push(...effects.opened);
    return effects.items;
  }

  return {
    look,
    says: (addresses: AddressResult[] | Observation, now: number) => look(addresses, now).map(nameOf),
    /** The answer to `watch`. */
    watched: (addresses: AddressResult[] | Observation, now: number) => look(addresses, now, { quiet: true }),
    episodes: () => context.episodes.map(({ finding }) => finding),
  };
}
