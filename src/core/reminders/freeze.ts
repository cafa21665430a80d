import type { Freeze } from '../model/reminder.ts';
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
