import { type Instant, MINUTE, DAY } from '../time.ts';
import type { CalendarEntry, Place, Reminder, ReminderEvent } from '../model/reminder.ts';
import { shorten, visibleLine } from '../language/text.ts';
import { localDate, startOfDate } from './working-days.ts';

/** PidTagSubject allows more, but Outlook shows and keeps 255 characters. */
const SUBJECT_LIMIT = 255;

/** What a look at a calendar found to do. */
export interface CalendarLook {
  /** Events that a person moved, and to where. */
  moved: { reminder: Reminder; to: Place }[];
  /** Written, wanted, and in no calendar: deleted. */
  missing: Reminder[];
  /** A person had deleted the event, and it is there again. */
  back: Reminder[];
  /** To be written again: changed by hand, or never brought up to date. */
  repair: Reminder[];
  /** The event has another id than it had: it was put back, or its mailbox was moved. */
  adopted: { reminder: Reminder; entry: CalendarEntry }[];
  /** Copies that people made of an event and that are not known yet. */
  copies: { reminder: Reminder; entry: CalendarEntry }[];
  /**
   * Events too many that the bot made itself: by tries of which no answer came, or for reminders of which nothing is
   * known here any more. To be deleted one by one.
   */
  surplus: CalendarEntry[];
}

function inOrderOfAge(a: CalendarEntry, b: CalendarEntry): number {
  return a.createdAt - b.createdAt || (a.eventId < b.eventId ? -1 : 1);
}

/** Calendars keep whole minutes, so that nobody moves an event by less. */
function sameTime(a: Instant, b: Instant): boolean {
  return Math.abs(a - b) < MINUTE;
}

function shownSubject(text: string): string {
  return shorten(visibleLine(text), SUBJECT_LIMIT);
}

/** What an event is compared with. */
type Compared = Pick<Reminder, 'event' | 'chosen' | 'fingerprint' | 'writtenHash' | 'answeredStart'>;

/**
 * Whether the service can have made this of a local time that we wrote, and that we computed by other rules of the
 * zone: clocks differ by an hour then, on Lord Howe Island by half of one.
 */
function mayBeZoneRules(start: Instant, written: Instant, { zone }: Pick<ReminderEvent, 'zone'>): boolean {
  const apart = Math.abs(start - written);
  return !zone.endsWith('UTC') && (sameTime(apart, 60 * MINUTE) || sameTime(apart, 30 * MINUTE));
}

type Standing = Pick<CalendarEntry, 'start' | 'allDay' | 'written'>;

type Written = NonNullable<CalendarEntry['written']>;

/**
 * Whether nobody moved the event since we wrote it: it stands where the service said, or where it was written. Where no
 * answer is known (an earlier version wrote it, or the answer was lost), what zone rules can explain is no move.
 */
function isWhereWritten(entry: Standing, written: Written, { event, writtenHash, answeredStart }: Compared): boolean {
  const { start, allDay } = entry;
  if (allDay !== (written.details?.allDay ?? false)) return false;
  if (sameTime(placeOf(entry, event).start, written.start)) return true;
  if (answeredStart !== null && writtenHash === written.hash) return sameTime(start, answeredStart);
  return mayBeZoneRules(start, written.start, event);
}

/**
 * Where an event stands. One that takes whole days begins with the first of them, in the zone of its calendar: Graph
 * tells those days at midnight in UTC, whatever the zone; a service that converts them tells the midnight of the zone.
 */
export function placeOf({ start, allDay }: Standing, { zone }: Pick<ReminderEvent, 'zone'>): Place {
  if (!allDay) return { start, allDay };
  return { start: startOfDate(localDate(start, start % DAY === 0 ? 'UTC' : zone), zone), allDay };
}

/** Whether the event stands where it is wanted, or where the service put what we wrote and still want. */
export function isInPlace(entry: Standing, reminder: Compared): boolean {
  const { event } = reminder;
  if (entry.allDay !== (event.allDay ?? false)) return false;
  if (sameTime(placeOf(entry, event).start, event.start)) return true;
  const { written } = entry;
  return written !== null && sameTime(written.start, event.start) && isWhereWritten(entry, written, reminder);
}

function isAsWritten(entry: CalendarEntry, reminder: Reminder): boolean {
  const { event, writtenHash } = reminder;
  if (!entry.written?.details) return false;
  return (
    isInPlace(entry, reminder) &&
    shownSubject(entry.subject) === shownSubject(event.subject) &&
    (writtenHash === null || entry.written.hash === writtenHash)
  );
}

/**
 * Whether a person moved the event since we wrote it last, and nobody has decided about that yet. Where it is wanted it
 * is not moved, whatever it stood before; and a move that nobody had noticed before the renewal was meant for the old
 * certificate.
 */
export function isMoved(entry: Standing, reminder: Compared): boolean {
  const { written } = entry;
  const { event, chosen, fingerprint } = reminder;
  if (!written || isInPlace(entry, reminder) || isWhereWritten(entry, written, reminder)) return false;
  if (written.about !== undefined && !fingerprint.startsWith(written.about)) return false;
  return chosen?.found === undefined || !sameTime(placeOf(entry, event).start, chosen.found);
}

/**
 * The reminders whose event should be listed and is not: it was deleted, moved to another calendar, or left out by
 * mistake. Those that people are asked about are among them, since an event can come back wherever they like.
 */
export function unlisted(rows: Reminder[], entries: CalendarEntry[]): Reminder[] {
  const listed = new Set(entries.map(({ eventId }) => eventId));
  return rows.filter(
    ({ wanted, eventId, deleted }) =>
      wanted && eventId !== null && !listed.has(eventId) && (deleted === null || deleted === 'asked'),
  );
}

/**
 * Which of the events under one reminder's tag is the reminder's own; the others, oldest first, but for copies that are
 * known already.
 */
function splitEntries(
  { eventId, deleted }: Reminder,
  entries: CalendarEntry[],
  { isGone, copies }: { isGone: boolean; copies: ReadonlySet<string> },
): { own: CalendarEntry | null; others: CalendarEntry[] } {
  const own = entries.find((entry) => entry.eventId === eventId);
  const unknown = entries.filter((entry) => entry !== own && !copies.has(entry.eventId)).toSorted(inOrderOfAge);
  if (own) return { own, others: unknown };
  // While it is not known what became of its own event, nobody knows what the others are.
  if (eventId !== null && !isGone && deleted === null) return { own: null, others: [] };
  const heir = unknown.find(({ isMadeByApp }) => isMadeByApp) ?? null;
  return { own: heir, others: unknown.filter((entry) => entry !== heir) };
}

/**
 * Compares all reminder rows of a mailbox with the events of ours that are in its calendars. `missing`: reminders whose
 * event was looked for and is in none.
 * `copies`: ids of events that are known to be people's copies. Events of rows that are no longer wanted are left out: their removal is under way. So are rows
 * that were not written yet and of which nothing is there, and those of whose event nothing is known now.
 */
export function compareCalendar(
  rows: Reminder[],
  entries: CalendarEntry[],
  { missing = [], copies = new Set() }: { missing?: Reminder[]; copies?: ReadonlySet<string> } = {},
): CalendarLook {
  const look: CalendarLook = { moved: [], missing: [], back: [], repair: [], adopted: [], copies: [], surplus: [] };
  const known = new Set(rows.map(({ id }) => id));
  const gone = new Set(missing.map(({ id }) => id));
  const byReminder = Map.groupBy(entries, ({ reminderId }) => reminderId);
  for (const reminder of rows) {
    const { id, wanted, eventId, writtenHash, deleted } = reminder;
    if (!wanted) continue;
    const { own, others } = splitEntries(reminder, byReminder.get(id) ?? [], { isGone: gone.has(id), copies });
    const isConfirmed = eventId !== null || writtenHash !== null;
    for (const entry of others) {
      if (!isConfirmed && entry.isMadeByApp) look.surplus.push(entry);
      else look.copies.push({ reminder, entry });
    }
    if (!own) {
      if (eventId !== null && gone.has(id) && deleted === null) look.missing.push(reminder);
      continue;
    }
    if (eventId !== null && own.eventId !== eventId) look.adopted.push({ reminder, entry: own });
    if (deleted !== null) look.back.push(reminder);
    else if (isMoved(own, reminder)) look.moved.push({ reminder, to: placeOf(own, reminder.event) });
    else if (!isAsWritten(own, reminder)) look.repair.push(reminder);
  }
  const orphans = entries.filter(({ reminderId, eventId }) => !known.has(reminderId) && !copies.has(eventId));
  look.surplus.push(...orphans.filter(({ isMadeByApp }) => isMadeByApp));
  return look;
}
