import { DateTime } from 'luxon';
import { type Instant, DAY, ENDLESS, HORIZON_YEARS, HOUR, isDated, isWithinHorizon, MINUTE, SECOND } from '../time.ts';
import type { Language, Say } from './language.ts';
import { shortDay, shortInstant } from './dates.ts';
import { shorten as cut } from './text.ts';

/** `2027-03-14`, as days are typed. */
export function isoDate(at: Instant): string {
  return DateTime.fromMillis(at, { zone: 'utc' }).toFormat('yyyy-MM-dd');
}

/** A date as subjects have it: the pattern, in the language's own names of months. */
const SUBJECT_DATE: Record<Language, string> = { en: 'd LLL yyyy', de: 'd. LLLL yyyy' };

/** `14 Mar 2027`, in the zone of what is said, else in UTC. */
export function subjectDate(at: Instant, say: Say): string {
  return DateTime.fromMillis(at, { zone: say.zone ?? 'utc', locale: say.language }).toFormat(
    SUBJECT_DATE[say.language],
  );
}

/** A length of time in its unit, rounded down: days from two days on, hours below that, minutes below two hours. */
function measured(length: number): { unit: 'days' | 'hours' | 'minutes' | 'seconds'; number: number } {
  if (length >= 2 * DAY) return { unit: 'days', number: Math.floor(length / DAY) };
  if (length >= 2 * HOUR) return { unit: 'hours', number: Math.floor(length / HOUR) };
  if (length >= 2 * MINUTE) return { unit: 'minutes', number: Math.floor(length / MINUTE) };
  return { unit: 'seconds', number: Math.floor(length / SECOND) };
}

/** `in 112 days`, `5 hours ago`; `just now` in the first minute after; beyond the horizon `in more than 60 years`. */
export function relative(at: Instant, now: Instant, say: Say): string {
  if (!isWithinHorizon(at, now)) return say(at > now ? 'in.ages' : 'ago.ages', { number: HORIZON_YEARS });
  const { unit, number } = measured(at > now ? Math.max(SECOND, at - now) : now - at);
  if (at > now) return say(`in.${unit}`, { number });
  return now - at < MINUTE ? say('ago.now') : say(`ago.${unit}`, { number });
}

/** The same of what is over, where there is little room: `1 day ago` from a day on, units cut short. */
export function shortAgo(at: Instant, now: Instant, say: Say): string {
  if (!isWithinHorizon(at, now) || now - at < MINUTE) return relative(at, now, say);
  if (now - at >= DAY) return say('ago.days', { number: Math.floor((now - at) / DAY) });
  const { unit, number } = measured(now - at);
  return say(unit === 'hours' ? 'ago.hours.short' : 'ago.minutes.short', {
    number: unit === 'seconds' ? 1 : number,
  });
}

/** `87 days`, until then; null where it is over, has no end, or is too far away to count. */
export function lengthLeft(at: Instant, now: Instant, say: Say): string | null {
  if (at <= now || !isDated(at) || at >= ENDLESS || !isWithinHorizon(at, now)) return null;
  const { unit, number } = measured(at - now);
  return unit === 'seconds' ? say('length.minutes', { number: 1 }) : say(`length.${unit}`, { number });
}

/** `14 Mar 2027`, as sentences have it that stay the same for as long as what they are about does. */
export function dayWithYear(at: Instant, say: Say): string {
  return shortDay(at, { now: at, say, year: true });
}

/** `Sun 14 Mar 2027, 12:00 UTC`, likewise. */
export function minuteWithYear(at: Instant, say: Say): string {
  return shortInstant(at, { now: at, say, year: true, zoned: true });
}

/**
 * The arguments of messages about an end of validity: `state` is "expired", "valid", "endless" (it has no defined end)
 * or "undated" (it is no date), `date` with its year, and with the time of day when less than two days away.
 */
export function expiryValues(
  notAfter: Instant,
  now: Instant,
  say: Say,
): { state: 'expired' | 'valid' | 'endless' | 'undated'; date: string; when: string } {
  const near = Math.abs(notAfter - now) < 2 * DAY;
  const ends = notAfter <= now ? 'expired' : 'valid';
  return {
    state: !isDated(notAfter) ? 'undated' : notAfter >= ENDLESS ? 'endless' : ends,
    date: near ? minuteWithYear(notAfter, say) : dayWithYear(notAfter, say),
    when: relative(notAfter, now, say),
  };
}

/** `expires 14 Mar 2027 (in 112 days)` or `expired 1 Nov 2026 (21 days ago)`. */
export function expiryPhrase(notAfter: Instant, now: Instant, say: Say): string {
  return say('expiry', expiryValues(notAfter, now, say));
}

/** `a, b and c`; beyond `most`, `a, b and 7 more`. */
export function enumerate(items: string[], most: number, say: Say): string {
  if (items.length <= 1) return items[0] ?? '';
  if (items.length > most)
    return say('list.more', { items: items.slice(0, most).join(', '), number: items.length - most });
  return say('list.and', { items: items.slice(0, -1).join(', '), last: items.at(-1)! });
}

/**
 * Shortens untrusted text for a place that has room for `most` UTF-16 units, and makes spaces of what would not show or
 * would break the line.
 */
export function shorten(text: string, most: number): string {
  const visible = text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ')
    .trim();
  return cut(visible, most);
}

/** The text with its first letter as at the beginning of a sentence. */
export function capital(text: string): string {
  const [first = ''] = text;
  return first.toUpperCase() + text.slice(first.length);
}

/** The text as a sentence that ends: `issued by Example Inc.` already does. */
export function fullStop(text: string): string {
  return /[.!?…][”“"')]*$/.test(text) ? text : `${text}.`;
}

/** Typographic quotes instead of the back quotes of Markdown: cards are plain text. */
export function prose(text: string, say: Say): string {
  return text.replaceAll(/`([^`]+)`/g, (_quoted, inner: string) => say('quoted', { text: inner }));
}
