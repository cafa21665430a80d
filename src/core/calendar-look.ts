import type { Instant } from './certificate.ts';
import type { CalendarEntry, Reminder } from './ports.ts';
import { shorten, visibleLine } from './text.ts';

/** PidTagSubject allows more, but Outlook shows and keeps 255 characters. */
const SUBJECT_LIMIT = 255;

/** What a look at a calendar found to do. */
export interface CalendarLook {
  /** Events that a person moved, and to where. */
  moved: { reminder: Reminder; start: Instant }[];
  /** Written, wanted, and not listed: deleted, or moved to another calendar. To be verified one by one. */
  suspects: Reminder[];
  /** To be written again: changed by hand, or never brought up to date. */
  repair: Reminder[];
  /** Events too many: younger copies, and those of which nothing is known here any more. To be deleted one by one. */
  surplus: CalendarEntry[];
}

function inOrderOfAge(a: CalendarEntry, b: CalendarEntry): number {
  if (a.createdAt !== b.createdAt) return a.createdAt < b.createdAt ? -1 : 1;
  return a.eventId < b.eventId ? -1 : Number(a.eventId > b.eventId);
}

/** Calendars keep whole seconds. */
function sameTime(a: Instant, b: Instant): boolean {
  return Math.floor(a / 1000) === Math.floor(b / 1000);
}

function shownSubject(text: string): string {
  return shorten(visibleLine(text), SUBJECT_LIMIT).trim();
}

function isAsWritten(entry: CalendarEntry, { event, writtenHash }: Reminder): boolean {
  if (!entry.written) return false;
  return (
    sameTime(entry.start, event.start) &&
    shownSubject(entry.subject) === shownSubject(event.subject) &&
    (writtenHash === null || entry.written.hash === writtenHash)
  );
}

/**
 * Whether a person moved the event since we wrote it last, and nobody has decided about that yet. Where it is wanted it is not moved, whatever it stood
 * before; and a move that nobody had noticed before the renewal was meant for the old certificate.
 */
export function isMoved(
  { start, written }: Pick<CalendarEntry, 'start' | 'written'>,
  { event, chosen, fingerprint }: Pick<Reminder, 'event' | 'chosen' | 'fingerprint'>,
): boolean {
  if (!written || sameTime(start, written.start) || sameTime(start, event.start)) return false;
  if (written.about !== undefined && !fingerprint.startsWith(written.about)) return false;
  return chosen?.found === undefined || !sameTime(start, chosen.found);
}

/**
 * Compares all reminder rows of a mailbox with the events of ours that it lists. Events of rows that are no longer wanted are left out: their removal is
 * under way. So are rows whose event a person deleted, but for surplus copies, and rows that were not written yet and of which nothing is listed.
 */
export function compareCalendar(rows: Reminder[], entries: CalendarEntry[]): CalendarLook {
  const look: CalendarLook = { moved: [], suspects: [], repair: [], surplus: [] };
  const known = new Set(rows.map(({ id }) => id));
  const byReminder = Map.groupBy(entries, ({ reminderId }) => reminderId);
  for (const reminder of rows) {
    if (!reminder.wanted) continue;
    const [entry, ...copies] = (byReminder.get(reminder.id) ?? []).toSorted(inOrderOfAge);
    look.surplus.push(...copies);
    if (reminder.deleted !== null) continue;
    if (!entry) {
      if (reminder.eventId !== null) look.suspects.push(reminder);
      continue;
    }
    if (isMoved(entry, reminder)) look.moved.push({ reminder, start: entry.start });
    else if (!isAsWritten(entry, reminder)) look.repair.push(reminder);
  }
  look.surplus.push(...entries.filter(({ reminderId }) => !known.has(reminderId)));
  return look;
}
