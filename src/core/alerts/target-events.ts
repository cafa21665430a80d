import { isCertificate } from '../certificates/certificate.ts';
import type { Item } from '../certificates/item.ts';
import type { HistoryEntry, Remembered, TargetEvent } from '../model/history.ts';
import type { Boundary } from '../certificates/stages.ts';
import type { WatchContext } from '../model/watch.ts';
import { shorten } from '../language/text.ts';
import type { Instant } from '../time.ts';
import type { WatchEffects } from './alerts.ts';
import { isPassing } from './causes.ts';
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
  const isFirst = change.leafChanged && !change.isBeside && renewed.length === 0;
  return isFirst && leaf ? [{ kind: 'first', to: remembered(leaf) }] : renewed;
}

/**
 * What a look is remembered by in the conversation of a watch: certificates that come, stages that begin, findings once
 * they are sure, and findings that are over.
 */
export function eventsOf(
  look: Look,
  { watch, conversation, episodes }: WatchContext,
  { effects, begun }: { effects: WatchEffects; begun: { boundary: Boundary; item: Item }[] },
  now: Instant,
): HistoryEntry[] {
  const events = changesIn(look);
  for (const { boundary, item } of begun) events.push({ kind: 'stage', stage: boundary.stage, end: item.notAfter });
  const sure = [
    ...effects.opened.filter(({ sureAt }) => sureAt !== null).map(({ finding }) => finding),
    ...effects.sure,
  ];
  events.push(...sure.map((finding): TargetEvent => ({ kind: 'finding', finding })));
  for (const finding of effects.closed) {
    const episode = episodes.find((one) => one.finding === finding);
    if (episode && episode.sureAt !== null && !isPassing(finding))
      events.push({ kind: 'over', finding, since: episode.openedAt });
  }
  return events.map((event) => ({ conversationId: conversation.id, uri: watch.uri, at: now, event }));
}
