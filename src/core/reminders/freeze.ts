import { DateTime } from 'luxon';
import type { Freeze } from '../model/reminder.ts';
import { shortDay } from '../language/dates.ts';
import { inZone, type Say } from '../language/language.ts';
import { isDate } from './working-days.ts';

/** The most freezes one conversation may have. */
export const MOST_FREEZES = 20;

/**
 * Change freezes as people type them: `2026-12-18..2027-01-06`, one day `2026-12-24`, several separated by spaces or
 * commas. Null when the text is something else, or a freeze ends before it begins. Sorted by their beginning.
 */
export function parseFreezes(text: string): Freeze[] | null {
  const joined = text.replaceAll(/\s+/g, ' ').replaceAll(/ ?(?:\.\.+|…|–|—|\bto\b|\bbis\b) ?/gi, '..');
  const freezes: Freeze[] = [];
  for (const word of joined.split(/[\s,;]/).filter((one) => one !== '')) {
    const [from, to = from, more] = word.split('..');
    if (more !== undefined || !from || !to || !isDate(from) || !isDate(to) || to < from) return null;
    if (!freezes.some((one) => one.from === from && one.to === to)) freezes.push({ from, to });
  }
  if (freezes.length === 0 || freezes.length > MOST_FREEZES) return null;
  return freezes.toSorted((a, b) => (a.from < b.from ? -1 : 1));
}

/** The shortest text that `parseFreezes` reads back. */
export function formatFreezes(freezes: Freeze[]): string {
  return freezes.map(({ from, to }) => (from === to ? from : `${from}..${to}`)).join(' ');
}

/** The instant at which a day (`2026-12-18`) is noon in UTC, which is that day in every zone where people say it. */
function noonOf(day: string): number {
  return DateTime.fromISO(`${day}T12:00`, { zone: 'utc' }).toMillis();
}

/** The same as people say it: `18 Dec 2026 to 6 Jan 2027`. */
export function freezeWords(freezes: Freeze[], say: Say): string {
  const spoken = inZone(say, 'UTC');
  const dayOf = (day: string): string => shortDay(noonOf(day), { now: 0, say: spoken, year: true });
  return freezes
    .map(({ from, to }) =>
      from === to ? dayOf(from) : say('settings.freeze.span', { from: dayOf(from), to: dayOf(to) }),
    )
    .join(', ');
}
