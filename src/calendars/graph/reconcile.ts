import { createHash } from 'node:crypto';
import { DateTime } from 'luxon';
import type { Instant } from '../../core/certificate.ts';
import { isMoved } from '../../core/calendar-look.ts';
import type { CalendarEntry, Reminder } from '../../core/ports.ts';
import { visibleLine } from '../../core/text.ts';
import { createBodyOf, eventHash, eventSubject, writtenIn } from './event.ts';
import { ianaZone } from './working-time.ts';

const MINUTE = 60_000;

/** The instant (ms) of a dateTimeTimeZone as Graph answers it (UTC unless asked otherwise); null when it cannot be read. */
export function instantOf(value: unknown): Instant | null {
  if (typeof value !== 'object' || value === null) return null;
  const { dateTime, timeZone } = value as Record<string, unknown>;
  if (typeof dateTime !== 'string') return null;
  const zone = typeof timeZone === 'string' ? ianaZone(timeZone) : 'UTC';
  const time = DateTime.fromISO(dateTime, { zone: zone ?? 'invalid' });
  return time.isValid ? time.toMillis() : null;
}

/** Id and ETag of an event in an answer; null when it has no id. */
export function identityOf(event: unknown): { id: string; etag: string | null } | null {
  if (typeof event !== 'object' || event === null) return null;
  const { id, '@odata.etag': etag } = event as Record<string, unknown>;
  if (typeof id !== 'string' || id === '') return null;
  return { id, etag: typeof etag === 'string' ? etag : null };
}

/**
 * Outlook shows and keeps whole minutes, so that nobody can move an event by less: a start that differs by seconds is the one we wrote.
 */
function asWritten(start: Instant, written: Instant | undefined): Instant {
  return written !== undefined && Math.abs(start - written) < MINUTE ? written : start;
}

/** An event of an answer as an entry, by the reminder it carries or the one it was found for; null when it has no id or start, or belongs to none. */
export function entryOf(event: unknown, reminderId: string | null): CalendarEntry | null {
  const identity = identityOf(event);
  const { createdDateTime, start: time, subject } = (event ?? {}) as Record<string, unknown>;
  const start = instantOf(time);
  const written = writtenIn(event);
  const belongsTo = reminderId ?? written?.reminderId;
  if (!identity || start === null || belongsTo === undefined) return null;
  const createdAt = typeof createdDateTime === 'string' ? Date.parse(createdDateTime) : Number.NaN;
  return {
    reminderId: belongsTo,
    eventId: identity.id,
    etag: identity.etag,
    createdAt: Number.isNaN(createdAt) ? Number.POSITIVE_INFINITY : createdAt,
    start: asWritten(start, written?.start),
    subject: typeof subject === 'string' ? subject : '',
    written: written && {
      start: written.start,
      hash: written.hash,
      ...(written.about ? { about: written.about } : {}),
    },
  };
}

function older(a: CalendarEntry, b: CalendarEntry): number {
  if (a.createdAt !== b.createdAt) return a.createdAt < b.createdAt ? -1 : 1;
  return a.eventId < b.eventId ? -1 : 1;
}

/** Which of several copies stays (the oldest, by id among equals, so that two processes choose alike) and which go. */
export function chooseCopy(copies: CalendarEntry[]): { kept: CalendarEntry | null; surplus: CalendarEntry[] } {
  const [kept, ...surplus] = [...new Map(copies.map((copy) => [copy.eventId, copy])).values()].toSorted(older);
  return { kept: kept ?? null, surplus };
}

/**
 * What to do about an event as it stands: nothing, respect that a person moved it, or write it. One that stands where it is wanted is not moved, whatever
 * it stood before; one that does not say what we wrote last (an earlier version's, or half of it lost) is written.
 */
export function judgeCopy(
  copy: CalendarEntry,
  reminder: Pick<Reminder, 'event' | 'chosen' | 'fingerprint'>,
): 'right' | 'moved' | 'outdated' {
  const { written } = copy;
  const { event } = reminder;
  const isInPlace = asWritten(copy.start, event.start) === event.start;
  if (!isInPlace && isMoved(copy, reminder)) return 'moved';
  if (!isInPlace || written?.hash !== eventHash(event)) return 'outdated';
  return visibleLine(copy.subject) === eventSubject(event) ? 'right' : 'outdated';
}

/**
 * The transactionId for an event that replaces a vanished one. A replayed id would get the deleted event back as an answer and create nothing, so it
 * must differ; it is derived (UUID version 8, RFC 9562 section 5.8), so that a repeated attempt at the same replacement has the same one.
 */
export function replacementId(reminderId: string, vanishedEventId: string): string {
  const hex = createHash('sha256').update(`${reminderId}\n${vanishedEventId}`).digest('hex');
  const variant = '89ab'[Number.parseInt(hex[16] ?? '0', 16) % 4];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/**
 * The creating POST for a reminder no event was found of: the body that was perhaps sent before, or a new one, which must be kept before it is sent.
 * `vanished` is the event with which that body was answered although it is there no more.
 */
export function planCreation(
  reminder: Reminder,
  installation: string,
  vanished: string | null = null,
): { body: string; isNew: boolean } {
  if (vanished !== null) {
    return { body: createBodyOf(reminder, replacementId(reminder.id, vanished), installation), isNew: true };
  }
  if (reminder.createBody !== null) return { body: reminder.createBody, isNew: false };
  return { body: createBodyOf(reminder, reminder.transactionId, installation), isNew: true };
}
