import { DateTime } from 'luxon';
import { isCertificate } from '../../certificates/certificate.ts';
import type { WatchView } from '../cards/list.ts';
import type { HistoryEntry, TargetEvent } from '../../model/history.ts';
import { type Instant, DAY } from '../../time.ts';
import { renewalsByHand, type ByHand } from './by-hand.ts';

/** Months of which expiries are counted one by one. */
const MONTHS = 6;

/** A stretch of time; `days`: it was asked for by its length. */
export interface ReportPeriod {
  from: Instant;
  to: Instant;
  days?: number;
}

/** A target whose certificate had ended before another came; `until` null: none has come yet, or it was unwatched. */
interface Lapse {
  uri: string;
  since: Instant;
  until: Instant | null;
}

export interface Report {
  period: ReportPeriod;
  watched: number;
  /** The longest first. */
  lapses: Lapse[];
  /** Lapses in as much time before; null where that is not known. */
  before: number | null;
  /** Renewals in time, and how many days before the end on average. */
  renewed: { number: number; days: number };
  /** Since when it is written down, where that is after the beginning of the period; else null. */
  knownSince: Instant | null;
  /** Beginnings of months with what ends in them, and what ends after all of them. */
  months: { from: Instant; number: number }[];
  later: number;
  authorities: { name: string; number: number }[];
  byHand: ByHand;
}

/** How long something has lapsed, by an instant. */
export function lengthOf({ since, until }: Lapse, now: Instant): number {
  return (until ?? now) - since;
}

/** What had lapsed within a stretch of time, each target and end once. */
function lapsesIn(views: WatchView[], history: HistoryEntry[], period: ReportPeriod, now: Instant): Lapse[] {
  const found = new Map<string, Lapse>();
  const add = (lapse: Lapse): void => {
    const isIn = lapse.since < Math.min(period.to, now) && (lapse.until ?? now) > period.from;
    if (isIn) found.set(`${lapse.uri} ${lapse.since}`, lapse);
  };
  for (const { uri, event } of history)
    if (event.kind === 'stage' && event.stage === 'expired') add({ uri, since: event.end, until: null });
  for (const { watch, leaves } of views)
    if (leaves[0] && leaves[0].notAfter <= now) add({ uri: watch.uri, since: leaves[0].notAfter, until: null });
  for (const { uri, event, at } of history)
    if (event.kind === 'renewed' && event.from && at > event.from.notAfter)
      add({ uri, since: event.from.notAfter, until: at });
  return [...found.values()].toSorted((a, b) => lengthOf(b, now) - lengthOf(a, now));
}

/** What came has to end later: an older certificate in the place of a newer one renews nothing. */
function isInTime({ from, to }: Extract<TargetEvent, { kind: 'renewed' }>, at: Instant): boolean {
  return from !== null && at <= from.notAfter && to.notAfter > from.notAfter;
}

function renewedIn(history: HistoryEntry[], { from, to }: ReportPeriod): Report['renewed'] {
  const ahead = history.flatMap(({ event, at }) =>
    event.kind === 'renewed' && event.from && at >= from && at < to && isInTime(event, at)
      ? [event.from.notAfter - at]
      : [],
  );
  const sum = ahead.reduce((total, each) => total + each, 0);
  return { number: ahead.length, days: ahead.length === 0 ? 0 : Math.round(sum / ahead.length / DAY) };
}

/** The name of an authority without the number of the key that it signs with: `Let's Encrypt E7`, `… (R11)`. */
function authorityOf(issuer: string): string {
  return issuer.replace(/\s\(?(?:E|R|YE|YR|WE|WR)\d{1,2}\)?$/, '') || issuer;
}

function countedBy(names: string[]): { name: string; number: number }[] {
  const groups = Map.groupBy(names, (name) => name);
  return [...groups]
    .map(([name, each]) => ({ name, number: each.length }))
    .toSorted((a, b) => b.number - a.number || a.name.localeCompare(b.name));
}

/**
 * What became of everything that is watched, within a stretch of time, and what is to come. `history`: everything known
 * of the conversation, oldest first; `since`: since when that is written down.
 */
export function reportOf(
  views: WatchView[],
  history: HistoryEntry[],
  { period, now, zone, since }: { period: ReportPeriod; now: Instant; zone: string; since: Instant },
): Report {
  const lapses = lapsesIn(views, history, period, now);
  const length = period.to - period.from;
  const previous = { from: period.from - length, to: period.from };
  const ends = views.flatMap(({ leaves: [leaf] }) => (leaf && leaf.notAfter > now ? [leaf.notAfter] : []));
  const first = DateTime.fromMillis(now, { zone }).startOf('month');
  const starts = Array.from({ length: MONTHS + 1 }, (_one, index) => first.plus({ months: index }).toMillis());
  const months = starts
    .slice(0, MONTHS)
    .map((from, index) => ({ from, number: ends.filter((end) => end >= from && end < starts[index + 1]!).length }));
  const issuers = views.flatMap(({ leaves: [leaf] }) =>
    leaf && isCertificate(leaf) ? [authorityOf(leaf.issuer)] : [],
  );
  return {
    period,
    watched: views.length,
    lapses,
    before: period.days !== undefined && since <= previous.from ? lapsesIn(views, history, previous, now).length : null,
    renewed: renewedIn(history, period),
    knownSince: since > period.from ? since : null,
    months,
    later: ends.filter((end) => end >= starts.at(-1)!).length,
    authorities: countedBy(issuers),
    byHand: renewalsByHand(views, history, { now, zone }),
  };
}
