import { DateTime, IANAZone } from 'luxon';
import { type Instant, MINUTE } from '../../core/time.ts';

/** No zone changes its clocks twice within this time. */
const STEP = 7 * 86_400_000;
const DAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

/** A change of a zone's clocks; offsets from UTC in minutes, before and after it. */
interface Change {
  at: Instant;
  before: number;
  after: number;
}

/** The first minute in which the offset is another one than at `from`; it is by `to`. */
function changeBetween(zone: IANAZone, from: Instant, to: Instant): Change {
  let [low, high] = [from, to];
  const before = zone.offset(low);
  while (high - low > MINUTE) {
    const middle = Math.floor((low + high) / 2 / MINUTE) * MINUTE;
    if (zone.offset(middle) === before) low = middle;
    else high = middle;
  }
  return { at: high, before, after: zone.offset(high) };
}

function changesIn(zone: IANAZone, from: Instant, to: Instant): Change[] {
  const changes: Change[] = [];
  for (let at = from; at < to; at += STEP) {
    const next = Math.min(at + STEP, to);
    if (zone.offset(at) !== zone.offset(next)) changes.push(changeBetween(zone, at, next));
  }
  return changes;
}

/** RFC 5545, 3.3.14. */
function utcOffset(minutes: number): string {
  const size = Math.abs(minutes);
  const two = (number: number): string => String(number).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}${two(size % 60)}`;
}

/** What the clocks showed when they were changed. */
function onset({ at, before }: Change): DateTime {
  return DateTime.fromMillis(at + before * MINUTE, { zone: 'utc', locale: 'en-US' });
}

function observance(change: Change, rule: string[] = []): string[] {
  const kind = change.after > change.before ? 'DAYLIGHT' : 'STANDARD';
  return [
    `BEGIN:${kind}`,
    `DTSTART:${onset(change).toFormat("yyyyLLdd'T'HHmmss")}`,
    ...rule,
    `TZOFFSETFROM:${utcOffset(change.before)}`,
    `TZOFFSETTO:${utcOffset(change.after)}`,
    `END:${kind}`,
  ];
}

/**
 * The rule by which the clocks are changed so each year ("the last Sunday of March"); null when these changes follow
 * none.
 */
function yearlyRule(changes: Change[], years: number): string | null {
  const onsets = changes.map(onset);
  const [first] = onsets;
  if (!first || onsets.length !== years) return null;
  const isSame = onsets.every(
    (each, index) =>
      each.year === first.year + index &&
      each.month === first.month &&
      each.weekday === first.weekday &&
      each.toFormat('HHmm') === first.toFormat('HHmm'),
  );
  if (!isSame) return null;
  const nth = (each: DateTime): number => Math.ceil(each.day / 7);
  const isLast = onsets.every((each) => each.day + 7 > each.daysInMonth!);
  if (!isLast && !onsets.every((each) => nth(each) === nth(first))) return null;
  return `RRULE:FREQ=YEARLY;BYMONTH=${first.month};BYDAY=${isLast ? -1 : nth(first)}${DAYS[first.weekday - 1]}`;
}

/** Rules hold for ever, and nobody knows single changes so far ahead. */
const MOST_YEARS = 20;

/** Texts by zone and years: finding the changes takes a while. */
const kept = new Map<string, string[]>();
const MOST_KEPT = 1000;

/**
 * The lines of a VTIMEZONE (RFC 5545, 3.6.5) for an IANA zone, right for every instant from `from` to `to`: by yearly
 * rules where the zone has such, else with each change by itself, as in Morocco (for twenty years).
 */
export function vtimezone(name: string, from: Instant, to: Instant): string[] {
  const zone = IANAZone.create(name);
  const [first, end] = [from, to].map((at) => DateTime.fromMillis(at, { zone }).year) as [number, number];
  const last = Math.min(end, first + MOST_YEARS);
  const key = `${name} ${first} ${last}`;
  const known = kept.get(key);
  if (known) return known;
  // From the year before on, so that what holds at the beginning has its own change; one more year tells a rule from a
  // chance.
  const begin = Date.UTC(first - 1, 0, 1);
  const changes = changesIn(zone, begin, Date.UTC(last + 2, 0, 1));
  const years = last - first + 3;
  const lines = [`BEGIN:VTIMEZONE`, `TZID:${name}`];
  const isOpen = (changes[0]?.at ?? Infinity) >= Date.UTC(first, 0, 0);
  const offset = zone.offset(begin);
  if (isOpen) lines.push(...observance({ at: begin, before: offset, after: offset }));
  for (const each of Map.groupBy(changes, ({ before, after }) => `${before} ${after}`).values()) {
    const rule = yearlyRule(each, years);
    if (rule !== null) lines.push(...observance(each[0]!, [rule]));
    else for (const change of each) lines.push(...observance(change));
  }
  lines.push('END:VTIMEZONE');
  if (kept.size >= MOST_KEPT) kept.clear();
  kept.set(key, lines);
  return lines;
}
