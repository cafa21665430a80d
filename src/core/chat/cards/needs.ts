import type { CardAction, Group, Row } from '../../card.ts';
import { askedName } from '../../alerts/findings.ts';
import type { Observation } from '../../certificates/certificate.ts';
import type { Item } from '../../certificates/item.ts';
import { mixedOf } from '../../certificates/mixed.ts';
import { stageAt, type Threshold } from '../../certificates/stages.ts';
import { saysNothing } from '../../certificates/state.ts';
import { itemsOf, judgeAll } from '../../certificates/verdict.ts';
import { atRest } from '../../items/at-rest.ts';
import { clockTime, shortDay, shortMonth, zoneWords } from '../../language/dates.ts';
import type { Say } from '../../language/language.ts';
import { fullStop, shortAgo, shorten } from '../../language/wording.ts';
import type { TargetRow, Watch } from '../../model/watch.ts';
import { sound, type LeftOut } from '../../sound.ts';
import { capital, groupOf } from './rows.ts';
import { briefTarget } from '../../targets/target.ts';
import { DAY, ENDLESS, HOUR, isDated, isWithinHorizon, MINUTE, type Instant } from '../../time.ts';

/** A watch with what is known of its target. */
export interface WatchView {
  watch: Watch;
  target: TargetRow;
  /** Last known leaves, the first to expire first; empty when none was ever seen. */
  leaves: Item[];
  policy: Threshold[] | null;
  /** Since when findings are open, by their key; missing: that is not known. */
  since?: Map<string, Instant>;
}

/** How urgently a watch wants somebody: it is broken, it expires soon, it is worth a look, it is fine. */
export type Need = 'now' | 'soon' | 'look' | 'fine';

/** In the order of need. */
const NEEDS = ['now', 'soon', 'look', 'fine'] as const;
const SYMBOLS: Record<Need, string> = { now: '⛔', soon: '🔔', look: '⚠️', fine: '✅' };
/** What expires within this time is told one by one. */
const SOON = 30 * DAY;
/** From this distance on a date needs its year, and its day does not matter. */
const FAR = 183 * DAY;

/** What a watch is in: how urgent that is, in a few words (none: all is well), and since when, where that is known. */
export interface Condition {
  need: Need;
  words: string[];
  since: Instant | null;
}

/**
 * Why the last look neither saw the endpoint nor failed to: its addresses are out of sight or out of bounds. Null when
 * that is not so.
 */
function unseen(observation: Observation, failures: number, say: Say): string | null {
  if (itemsOf(observation).length > 0 || failures > 0 || atRest(observation, say)) return null;
  if (!observation.addresses.every((result) => saysNothing(result))) return null;
  const refused = observation.addresses.some((result) => result.kind === 'failed' && result.failure.code === 'policy');
  return say(refused ? 'condition.forbidden' : 'condition.out-of-sight');
}

/** Since when something is wrong: while nothing answers, since when that is so; else since the first of it. */
function sinceOf({ since, target }: WatchView): Instant | null {
  const failing = (target.state?.failures ?? 0) > 0;
  const lost = failing ? (since?.get('unreachable') ?? target.state?.answeredAt ?? null) : null;
  if (lost !== null || !since || since.size === 0) return lost;
  return Math.min(...since.values());
}

/** What a watch is in. */
export function conditionOf(view: WatchView, now: Instant, say: Say): Condition {
  const { target, leaves, policy } = view;
  const { observation, state } = target;
  if (!observation || !state) return { need: 'look', words: [say('condition.new')], since: null };
  const [leaf] = leaves;
  const hidden = unseen(observation, state.failures, say);
  if (hidden && !leaf) return { need: 'look', words: [hidden], since: null };
  const findings = [...judgeAll(observation, askedName(target.uri), now, say).values()];
  const mixed = mixedOf(observation, now, say);
  const words = [...findings.map(({ code }) => code), ...(mixed ? [mixed.code] : [])].map((code) =>
    say(`condition.${code}`),
  );
  if (state.failures > 0) words.unshift(say('condition.unreachable'));
  const rest = state.failures > 0 ? null : atRest(observation, say);
  if (!leaf && rest)
    return { need: findings.length > 0 ? 'look' : 'fine', words: [rest.condition, ...words], since: null };
  if (!leaf) {
    const some = words.length > 0 ? words : [say('condition.nothing')];
    return { need: 'now', words: some, since: sinceOf(view) };
  }
  if (leaf.notAfter <= now) return { need: 'now', words: [say('stage.expired'), ...words], since: leaf.notAfter };
  if (state.failures > 0 || findings.some(({ grave }) => grave)) return { need: 'now', words, since: sinceOf(view) };
  if (leaf.notAfter - now <= SOON) return { need: 'soon', words, since: null };
  const stage = stageAt(leaf, policy, now);
  const all = [...(stage === 'fine' ? [] : [say(`stage.${stage}`)]), ...words, ...(hidden ? [hidden] : [])];
  return { need: all.length > 0 ? 'look' : 'fine', words: all, since: null };
}

/** Sorted by expiry of the first leaf; watches without a certificate come last, by name. */
export function sortViews<View extends WatchView>(views: View[]): View[] {
  return views.toSorted((a, b) => {
    const [first, second] = [a.leaves[0]?.notAfter ?? Infinity, b.leaves[0]?.notAfter ?? Infinity];
    return first === second ? a.watch.uri.localeCompare(b.watch.uri) : first - second;
  });
}

/** `17 days`, `5 hours`: from now to then, or from then to now. */
export function distanceTo(at: Instant, now: Instant, say: Say): string {
  const away = Math.abs(at - now);
  if (away >= 2 * DAY) return say('length.days', { number: Math.floor(away / DAY) });
  if (away >= 2 * HOUR) return say('length.hours', { number: Math.floor(away / HOUR) });
  return say('length.minutes', { number: Math.floor(away / MINUTE) });
}

/** A day, or the time of day where a day would say too little, the month where it would say too much. */
function pointAt(at: Instant, now: Instant, say: Say): string {
  const away = Math.abs(at - now);
  if (away < DAY) return clockTime(at, say);
  return away < FAR ? shortDay(at, { now, say, year: false }) : shortMonth(at, say);
}

/**
 * When something ends, for the right side of a row; what has no end is said in `sub` words instead. `isDay`: however
 * near it is, by its day alone.
 */
export function endOf(
  leaf: Pick<Item, 'notAfter'> | undefined,
  { now, say, isDay = false }: { now: Instant; say: Say; isDay?: boolean },
): { date?: string; distance?: string; sub?: string } {
  if (!leaf) return {};
  const { notAfter } = leaf;
  if (!isDated(notAfter)) return { sub: say('end.undated') };
  if (notAfter >= ENDLESS) return { sub: say('end.endless') };
  const date = isDay && Math.abs(notAfter - now) < DAY ? shortDay(notAfter, { now, say }) : pointAt(notAfter, now, say);
  if (!isWithinHorizon(notAfter, now)) return { date };
  const distance = notAfter <= now ? shortAgo(notAfter, now, say) : distanceTo(notAfter, now, say);
  return { date, distance };
}

/** Whether a row tells a time of day, so that its card has to name the zone. */
function tellsClock({ date }: Row): boolean {
  return date !== undefined && /^\d\d:\d\d$/.test(date);
}

/** A watch with what it is in. */
interface Judged<View> extends Condition {
  view: View;
}

/** Watches by need, those that need it most first. */
export interface Needs<View extends WatchView> {
  judged: Judged<View>[];
  count: (need: Need) => number;
}

/** What the watches are in. One that cannot be judged is left out, and told to `leftOut`. */
export function needsOf<View extends WatchView>(
  views: View[],
  { now, say, leftOut }: { now: Instant; say: Say; leftOut: LeftOut<View> },
): Needs<View> {
  const all = [
    ...sound(
      sortViews(views),
      (view) => ({ view, ...conditionOf(view, now, say), name: briefTarget(view.watch.uri) }),
      leftOut,
    ),
  ];
  const judged = NEEDS.flatMap((need) => all.filter((one) => one.need === need));
  return { judged, count: (need) => all.filter((one) => one.need === need).length };
}

/**
 * What all of them come to, as a title: how many are broken; if none is, how many expire soon; and so on.
 */
export function titleOf({ judged, count }: Needs<WatchView>, say: Say): string {
  const need = NEEDS.find((one) => one !== 'fine' && count(one) > 0) ?? 'fine';
  return say(`list.title.${need}`, { number: count(need), total: judged.length });
}

/** What a locked phone shows of a list, in UTF-16 units. */
const MOST_SUMMARY = 160;

/**
 * The same in full, with the day of the first that expires. `found`: what was asked for, and how much of it there is.
 */
export function needsSummary(
  needs: Needs<WatchView>,
  { now, say, found = '' }: { now: Instant; say: Say; found?: string },
): string {
  const { judged, count } = needs;
  const title = titleOf(needs, say);
  const hasNow = count('now') > 0;
  const parts = [
    title,
    ...(hasNow && count('soon') > 0 ? [say('list.summary.soon', { number: count('soon'), rank: 'more' })] : []),
    ...(count('look') > 0 && (hasNow || count('soon') > 0)
      ? [say('list.summary.look', { number: count('look') })]
      : []),
    ...(count('fine') > 0 && count('fine') < judged.length
      ? [say('list.summary.fine', { number: count('fine') })]
      : []),
  ];
  const [next] = sortViews(judged.map(({ view }) => view)).filter(
    ({ leaves: [leaf] }) => leaf && leaf.notAfter > now && leaf.notAfter < ENDLESS,
  );
  const all = fullStop(parts.join(', '));
  // Of what is all alike, what was asked for says enough.
  const isAlike = found !== '' && NEEDS.some((need) => count(need) === judged.length);
  const asked = isAlike ? fullStop(found) : [...(found === '' ? [] : [fullStop(found)]), all].join(' ');
  const sentence = asked.length <= MOST_SUMMARY ? asked : fullStop(shorten(found, MOST_SUMMARY - 1));
  if (!next || hasNow) return sentence;
  const date = shortDay(next.leaves[0]!.notAfter, { now, say, year: true });
  const target = briefTarget(next.watch.uri);
  const whole = `${sentence} ${say('list.summary.first', { target, date })}`;
  return whole.length <= MOST_SUMMARY ? whole : sentence;
}

export interface Paging {
  page: number;
  pages: number;
  /** The page on which what is fine begins; null: it stands on this one. */
  finePage: number | null;
}

interface Layout<View> {
  page: number;
  perPage: number;
  now: Instant;
  say: Say;
  /** What stands below the name beside the state. */
  about: (view: View) => string[];
  actions?: (view: View, page: number) => CardAction[];
  conversation?: (view: View) => string | undefined;
  leftOut: LeftOut<View>;
}

function rowOf<View extends WatchView>({ view, need, words, since }: Judged<View>, layout: Layout<View>): Row {
  const { now, say, about, actions, conversation, page } = layout;
  const end = endOf(view.leaves[0], { now, say });
  const when =
    need !== 'now'
      ? end
      : since === null
        ? {}
        : { date: pointAt(since, now, say), distance: shortAgo(since, now, say) };
  const parts = [
    ...(words.length > 0 ? [words.join(', ')] : []),
    ...(need !== 'now' && end.sub ? [end.sub] : []),
    // Last: a channel may link it.
    ...about(view),
  ];
  const place = conversation?.(view);
  return {
    name: briefTarget(view.watch.uri),
    ...(parts.length > 0 ? { sub: capital(parts.join(' · ')) } : {}),
    ...(when.date ? { date: when.date } : {}),
    ...(when.distance ? { distance: when.distance } : {}),
    ...(place === undefined ? {} : { conversation: place }),
    ...(actions ? { actions: actions(view, page) } : {}),
  };
}

function fineLine<View extends WatchView>(fine: Judged<View>[], { now, say }: Layout<View>): string[] {
  const next = fine.map(({ view }) => view.leaves[0]?.notAfter ?? ENDLESS).find((at) => at > now && at < ENDLESS);
  if (next === undefined) return [];
  return [say('list.fine.next', { number: fine.length, date: shortDay(next, { now, say }) })];
}

/**
 * One page of watches in groups by need. What is fine is one line, as long as it does not fit on the same page and
 * something else does: it has pages of its own behind the others.
 */
export function groupsOf<View extends WatchView>(
  { judged, count }: Needs<View>,
  layout: Layout<View>,
): { groups: Group[]; shown: View[]; paging: Paging; isTimed: boolean } {
  const { perPage, say, leftOut } = layout;
  const needing = judged.length - count('fine');
  const isApart = needing > 0 && count('fine') > 0 && judged.length > perPage;
  const needPages = isApart ? Math.ceil(needing / perPage) : 0;
  const rest = isApart ? count('fine') : judged.length;
  const pages = Math.max(1, needPages + Math.ceil(rest / perPage));
  const page = Math.min(Math.max(1, Math.floor(layout.page) || 1), pages);
  const isNeeding = isApart && page <= needPages;
  const from = isNeeding || !isApart ? (page - 1) * perPage : needing + (page - needPages - 1) * perPage;
  const to = Math.min(from + perPage, isNeeding ? needing : judged.length);
  const shown = judged.slice(from, to);
  const groups: Group[] = [];
  let isTimed = false;
  for (const need of NEEDS) {
    const those = shown.filter((one) => one.need === need);
    const isLine = need === 'fine' && isNeeding;
    if (those.length === 0 && !isLine) continue;
    const rows = [
      ...sound(
        those,
        (one) => rowOf(one, { ...layout, page }),
        (error, { view }) => leftOut(error, view),
      ),
    ];
    isTimed ||= rows.some(tellsClock);
    const last = those.at(-1);
    const behind = last ? judged.slice(judged.indexOf(last) + 1).filter((one) => one.need === need).length : 0;
    const group = { symbol: SYMBOLS[need], heading: say(`list.${need}`, { number: count(need) }) };
    const more = behind > 0 ? { more: say('list.more-on', { number: behind }) } : {};
    groups.push(
      isLine ? { ...group, text: fineLine(judged.slice(needing), layout) } : groupOf({ ...group, rows, ...more }),
    );
  }
  const paging = { page, pages, finePage: isNeeding ? needPages + 1 : null };
  return { groups, shown: shown.map(({ view }) => view), paging, isTimed };
}

/** The zone of a card whose rows tell times of day. */
export function zoneFootnote(say: Say): string {
  return say('zone.footnote', { zone: zoneWords(say) });
}

/** Counts what is left out of a list, each once, and passes it on. */
export function counted<T>(leftOut: LeftOut<T>): { leftOut: LeftOut<T>; words(say: Say): string[] } {
  const broken = new Set<T>();
  return {
    leftOut(error, item) {
      if (!broken.has(item)) leftOut(error, item);
      broken.add(item);
    },
    words: (say) => (broken.size > 0 ? [say('list.left-out', { number: broken.size })] : []),
  };
}
