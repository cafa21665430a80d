import { isCertificate } from '../certificates/certificate.ts';
import type { Item } from '../certificates/item.ts';
import type { HistoryEntry, Remembered, TargetEvent } from '../model/history.ts';
import type { WatchContext } from '../model/watch.ts';
import { shorten } from '../language/text.ts';
import type { Instant } from '../time.ts';
import type { WatchEffects } from './alerts.ts';
import type { Look } from './findings.ts';

/** UTF-16 units of an issuer that are remembered. */
const LONGEST = 200;

function remembered(item: Item): Remembered {
  const { notBefore, notAfter } = item;
  return { notBefore, notAfter, by: isCertificate(item) ? shorten(item.issuer, LONGEST) : '' };
}

function changesIn({ change, certificates, state }: Look): TargetEvent[] {
  const renewed = change.replaced.flatMap(({ from, to }): TargetEvent[] => {
    const [old, next] = [certificates.get(from), certificates.get(to)];
    return next ? [{ kind: 'renewed', from: old ? remembered(old) : null, to: remembered(next) }] : [];
  });
  const leaf = certificates.get(state.leaf ?? '');
  return change.leafChanged && renewed.length === 0 && leaf ? [{ kind: 'first', to: remembered(leaf) }] : renewed;
}

/**
 * What a look is remembered by in the conversation of a watch: certificates that come, stages and findings when they are
 * told, and findings that are over. What an answer tells of a stage is no news.
 */
export function eventsOf(
  look: Look,
  { watch, conversation, episodes }: WatchContext,
  effects: WatchEffects,
  now: Instant,
): HistoryEntry[] {
  const events = changesIn(look);
  for (const item of effects.items)
    if (item.kind === 'stage')
      events.push({ kind: 'stage', stage: item.boundary.stage, end: item.certificate.notAfter });
  const told = [
    ...effects.opened.filter(({ toldAt }) => toldAt !== null).map(({ finding }) => finding),
    ...effects.toldEpisodes,
  ];
  events.push(...told.map((finding): TargetEvent => ({ kind: 'finding', finding })));
  for (const finding of effects.closed) {
    const episode = episodes.find((one) => one.finding === finding);
    if (episode && episode.toldAt !== null) events.push({ kind: 'over', finding, since: episode.openedAt });
  }
  return events.map((event) => ({ conversationId: conversation.id, uri: watch.uri, at: now, event }));
}
