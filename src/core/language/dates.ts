import { DateTime, IANAZone } from 'luxon';
import { type Instant, DAY, ENDLESS, isDated } from '../time.ts';
import type { Language, Say } from './language.ts';

/** No line breaks here: within a date, between a number and what it counts. */
export const NBSP = '\u{a0}';
/** From this distance on a date needs its year. */
const WITH_YEAR = 183 * DAY;

const DAY_FORMAT: Record<Language, string> = { en: 'd MMM', de: 'd. MMM' };

/** The zone that times are told in; UTC where it is none that is known (any more). */
function zoneOf({ zone = 'UTC' }: Say): string {
  return IANAZone.create(zone).isValid ? zone : 'UTC';
}

function local(at: Instant, say: Say): DateTime {
  return DateTime.fromMillis(at, { zone: zoneOf(say), locale: say.language });
}

function written(at: Instant, say: Say, format: string): string {
  if (!isDated(at)) return say('end.undated');
  if (at >= ENDLESS) return say('end.endless');
  return local(at, say).toFormat(format).replaceAll(' ', NBSP);
}

/**
 * A day as people say it, in the zone of what is said: `1 Nov`, `Sun 1 Nov`, `1. Nov.`; its year only from about half a
 * year on, or where it is asked for (summaries, settings). What has no date is that in words. Never breaks.
 */
export function shortDay(
  at: Instant,
  { now, say, weekday = false, year = Math.abs(at - now) > WITH_YEAR }: DayOptions & { say: Say },
): string {
  const format = `${weekday ? 'ccc ' : ''}${DAY_FORMAT[say.language]}${year ? ' yyyy' : ''}`;
  return written(at, say, format);
}

interface DayOptions {
  now: Instant;
  weekday?: boolean;
  year?: boolean;
}

/** `Jun 2027`, in the zone of what is said: a day that is far away, where there is little room. Never breaks. */
export function shortMonth(at: Instant, say: Say): string {
  return written(at, say, 'MMM yyyy');
}

/** `23:59`, in the zone of what is said, which somebody has to name once. */
export function clockTime(at: Instant, say: Say): string {
  return written(at, say, 'HH:mm');
}

/** `Berlin time`, `Berliner Zeit`, `UTC`: once a card, beside its first clock time or in its footnote. */
export function zoneWords(say: Say): string {
  const zone = zoneOf(say);
  if (!zone.includes('/')) return zone.toUpperCase() === 'UTC' ? 'UTC' : zone;
  const city = zone.slice(zone.lastIndexOf('/') + 1).replaceAll('_', ' ');
  return say('zone.words', { city, key: zone.replaceAll(/\W/g, '') }).replaceAll(' ', NBSP);
}

/** `Sun 1 Nov, 23:59`, or with `zoned` `Sun 1 Nov, 23:59 Berlin time`. What has no date is that in words. */
export function shortInstant(
  at: Instant,
  { zoned = false, ...options }: DayOptions & { say: Say; zoned?: boolean },
): string {
  const { say } = options;
  const day = shortDay(at, { weekday: true, ...options });
  if (!isDated(at) || at >= ENDLESS) return day;
  return say('date.instant', { day, clock: clockTime(at, say), zone: zoned ? ` ${zoneWords(say)}` : '' });
}

/**
 * The same text with no line break within dates (`1 Nov`, `Sun 1 Nov`, `Nov 2027`), nor between a number and what it
 * counts (`7 days`). For whatever channels show.
 */
export function unbroken(text: string): string {
  return text
    .replaceAll(
      /(?<=\d) (?=(?:days?|hours?|minutes?|seconds?|weeks?|months?|Tage?n?|Std|Min|min|Stunden?|Minuten?|Sekunden?|Wochen?|Monate?n?)\b)/g,
      NBSP,
    )
    .replaceAll(
      /(?<=\d\.?) (?=(?:Jan|Feb|Mar|Mär|Apr|May|Mai|Jun|Jul|Aug|Sep|Oct|Okt|Nov|Dec|Dez)[a-zä]{0,6}\b)/g,
      NBSP,
    )
    .replaceAll(
      /(?<=\b(?:Jan|Feb|Mar|März|Apr|May|Mai|June?|Juni|July?|Juli|Aug|Sept?|Oct|Okt|Nov|Dec|Dez)\.?) (?=20\d\d)/g,
      NBSP,
    )
    .replaceAll(/(?<=\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|Mo|Di|Mi|Do|Fr|Sa|So)) (?=\d)/g, NBSP);
}
