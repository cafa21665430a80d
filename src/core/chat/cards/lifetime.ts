import type { LifetimeBar } from '../../card.ts';
import type { Item } from '../../certificates/item.ts';
import { boundaries, nextBoundary, stageAt, type Threshold } from '../../certificates/stages.ts';
import type { Facts, Speaking } from '../../items/item-words.ts';
import { wordsOf } from '../../items/words.ts';
import { shortDay, shortInstant } from '../../language/dates.ts';
import type { Say } from '../../language/language.ts';
import { enumerate, relative } from '../../language/wording.ts';
import { DAY, ENDLESS, HORIZON_YEARS, HOUR, isDated, isWithinHorizon, MINUTE, type Instant } from '../../time.ts';

/** How much of its life is over; nothing where it has no end that could be drawn, or no beginning. */
export function lifetimeBar(item: Item, { now, say }: Speaking): LifetimeBar | undefined {
  const begin = wordsOf(item).begins(item);
  const end = item.notAfter;
  if (begin === null || !isDated(begin) || !isDated(end) || begin >= end || !isWithinHorizon(end, now))
    return undefined;
  const gone = Math.min(1, Math.max(0, (now - begin) / (end - begin)));
  return { from: shortDay(begin, { now, say }), to: shortDay(end, { now, say }), gone };
}

/** As which of these its end is told. */
type EndState = 'expired' | 'endless' | 'undated' | 'due' | 'valid';

interface Judged extends Speaking {
  policy: Threshold[] | null;
}

function endState(item: Item, { policy, now }: Pick<Judged, 'policy' | 'now'>): EndState {
  if (!isDated(item.notAfter)) return 'undated';
  if (item.notAfter >= ENDLESS) return 'endless';
  const stage = stageAt(item, policy, now);
  return stage === 'expired' ? stage : stage === 'fine' ? 'valid' : 'due';
}

/** `shop.example.com expires in 7 days`, `… is valid until 10 Jan`: a title, without a full stop. */
export function endTitle(item: Item, target: string, context: Judged): string {
  const { now, say } = context;
  const state = endState(item, context);
  if (state === 'endless' || state === 'undated') return say(`title.${state}`, { target });
  if (state === 'valid') return say('title.valid', { target, date: wordsOf(item).day(item, { now, say }) });
  return say(state === 'due' ? 'title.expires' : 'title.expired', { target, when: relative(item.notAfter, now, say) });
}

/** The arguments of sentences about its end that a locked phone shows; `date` has its year. */
function endValues(item: Item, context: Judged): { state: EndState; date: string; when: string } {
  const { now, say } = context;
  const weekday = Math.abs(item.notAfter - now) < 60 * DAY;
  const date = wordsOf(item).day(item, { now, say }, { year: true, weekday });
  return { state: endState(item, context), date, when: relative(item.notAfter, now, say) };
}

/** `shop.example.com expires in 7 days, on Sun 1 Nov 2026.` */
export function endSentence(item: Item, target: string, context: Judged): string {
  return context.say('summary.ends', { ...endValues(item, context), target });
}

/** The same behind a colon that the target stands before. */
export function itEnds(item: Item, context: Judged): string {
  return context.say('summary.it-ends', endValues(item, context));
}

/** `It is valid until 10 Jan 2027.` */
export function untilSentence(item: Item, context: Judged): string {
  return context.say('summary.until', endValues(item, context));
}

/** `valid until 9 Jan`, as part of a fact. */
export function untilPhrase(item: Item, context: Judged): string {
  const { now, say } = context;
  const state = endState(item, context);
  return say('fact.until', { state, date: wordsOf(item).day(item, { now, say }) });
}

/** `10 Jan, in 87 days`, with its stage where one holds. */
export function expiresFact(item: Item, context: Judged): Facts {
  const { now, say } = context;
  const state = endState(item, context);
  const label = say('label.expires');
  const date = wordsOf(item).day(item, { now, say });
  if (state === 'endless' || state === 'undated') return [{ label, value: date }];
  const values = { date, when: relative(item.notAfter, now, say) };
  if (state === 'valid') return [{ label, value: say('fact.when', values) }];
  return [{ label, value: say('fact.due', { ...values, stage: say(`stage.${stageAt(item, context.policy, now)}`) }) }];
}

/** To the minute where a day would say too little: near now, or near the end. */
function boundaryDate(at: Instant, { notAfter }: Item, { now, say }: Speaking): string {
  const isNear = at - now < 2 * DAY || notAfter - at < 2 * DAY;
  return isNear ? shortInstant(at, { now, say }) : shortDay(at, { now, say, weekday: at - now < 60 * DAY });
}

/** Which alert comes next, and when; nothing where none does. */
export function nextAlertFact(item: Item | undefined, { policy, now, say }: Judged): Facts {
  if (!item || !isDated(item.notAfter) || !isWithinHorizon(item.notAfter, now)) return [];
  const next = nextBoundary(item, policy, now);
  if (!next) return [];
  const date = boundaryDate(next.at, item, { now, say });
  const value =
    next.stage === 'expired'
      ? say('fact.next-alert.expires')
      : say('fact.next-alert', { stage: say(`stage.${next.stage}`), date });
  return [{ label: say('label.next-alert'), value }];
}

function thresholdPhrase(threshold: Threshold, say: Say): string {
  if (threshold.kind === 'share') return say('policy.share', { percent: threshold.percent });
  const [unit, one] = (
    [
      ['days', DAY],
      ['hours', HOUR],
    ] as const
  ).find(([, length]) => threshold.ms % length === 0) ?? ['minutes', MINUTE];
  return say(`length.${unit}`, { number: Math.round(threshold.ms / one) });
}

/**
 * What a policy says, in words: that it is the default, or the person's own thresholds, such as `60 days, 14 days and
 * 10% of the lifetime before expiry`.
 */
export function policyPhrase(policy: Threshold[] | null, say: Say): string {
  if (!policy) return say('policy.default');
  const phrases = policy.map((threshold) => thresholdPhrase(threshold, say));
  return say('policy.own', { thresholds: enumerate(phrases, 10, say) });
}

/** When alerts about this item are still to come; the rule, while it is not known. */
export function alertsPhrase(leaf: Item | undefined, policy: Threshold[] | null, { now, say }: Speaking): string {
  if (!leaf || !isDated(leaf.notAfter)) return policyPhrase(policy, say);
  if (leaf.notAfter <= now) return say('alerts.over');
  if (!isWithinHorizon(leaf.notAfter, now)) return say('alerts.far', { years: HORIZON_YEARS });
  const coming = boundaries(leaf, policy).filter(({ at, key }) => at > now && key !== 'expired');
  const dates = [...new Set(coming.map(({ at }) => boundaryDate(at, leaf, { now, say })))];
  return dates.length === 0 ? say('alerts.last') : say('alerts.dates', { dates: dates.join('; ') });
}

/** All alerts that are still to come, where `nextAlertFact` does not say it all. */
export function allAlertsFact(leaf: Item | undefined, { policy, now, say }: Judged): Facts {
  const isAll =
    leaf !== undefined &&
    isDated(leaf.notAfter) &&
    isWithinHorizon(leaf.notAfter, now) &&
    (nextBoundary(leaf, policy, now)?.stage ?? 'expired') === 'expired';
  return isAll ? [] : [{ label: say('label.all-alerts'), value: alertsPhrase(leaf, policy, { now, say }) }];
}
