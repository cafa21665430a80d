import { createHash } from 'node:crypto';
import { DateTime } from 'luxon';
import type { Event } from '@microsoft/microsoft-graph-types';
import type { Instant } from '../../core/time.ts';
import { isInPlace, isMoved } from '../../core/reminders/compare.ts';
import type { CalendarEntry, Reminder } from '../../core/model/reminder.ts';
import { escapeHtml, visibleLine } from '../../core/language/text.ts';
import {
  createBodyOf,
  eventHash,
  eventSubject,
  writtenIn,
  type EventState,
  type GraphEntry,
  type TimeOptions,
} from './event.ts';
import { ianaZone } from './working-time.ts';

/**
 * The instant (ms) of a dateTimeTimeZone as Graph answers it (UTC unless asked otherwise); null when it cannot be read.
 */
export function instantOf(value: unknown): Instant | null {
  if (typeof value !== 'object' || value === null) return null;
  const { dateTime, timeZone } = value as Record<string, unknown>;
  if (typeof dateTime !== 'string') return null;
  const zone = typeof timeZone === 'string' ? ianaZone(timeZone) : 'UTC';
  const time = DateTime.fromISO(dateTime, { zone: zone ?? 'invalid' });
  return time.isValid ? time.toMillis() : null;
}

/** Id and ETag of an event in an answer, and where it stands, as far as it tells; null when it has no id. */
export function identityOf(event: unknown): { id: string; etag: string | null; start: Instant | null } | null {
  if (typeof event !== 'object' || event === null) return null;
  const { id, '@odata.etag': etag, start } = event as Record<string, unknown>;
  if (typeof id !== 'string' || id === '') return null;
  return { id, etag: typeof etag === 'string' ? etag : null, start: instantOf(start) };
}

function stateOf(event: unknown): EventState {
  const { body, isReminderOn, reminderMinutesBeforeStart, showAs, importance } = (event ?? {}) as Partial<
    Record<string, unknown>
  >;
  const { content, contentType } = (body ?? {}) as Record<string, unknown>;
  const html = typeof content === 'string' ? content : null;
  return {
    body: html !== null && contentType === 'text' ? escapeHtml(html).replaceAll('\n', '<br>') : html,
    isReminderOn: typeof isReminderOn === 'boolean' ? isReminderOn : null,
    reminderMinutes: typeof reminderMinutesBeforeStart === 'number' ? reminderMinutesBeforeStart : null,
    showAs: typeof showAs === 'string' ? showAs : null,
    importance: typeof importance === 'string' ? importance : null,
  };
}

function withoutName(named: NonNullable<ReturnType<typeof writtenIn>>): CalendarEntry['written'] {
  const { reminderId: _reminderId, ...written } = named;
  return written;
}

/**
 * An event of an answer as an entry, by the reminder it carries or the one it was found for; null when it has no id or
 * start, or belongs to none.
 */
export function entryOf(event: unknown, reminderId: string | null): GraphEntry | null {
  const identity = identityOf(event);
  const { createdDateTime, transactionId, isAllDay, subject } = (event ?? {}) as Record<string, unknown>;
  const start = identity?.start ?? null;
  const written = writtenIn(event);
  const belongsTo = reminderId ?? written?.reminderId;
  if (!identity || start === null || belongsTo === undefined) return null;
  const createdAt = typeof createdDateTime === 'string' ? Date.parse(createdDateTime) : Number.NaN;
  return {
    reminderId: belongsTo,
    eventId: identity.id,
    etag: identity.etag,
    createdAt: Number.isNaN(createdAt) ? Number.POSITIVE_INFINITY : createdAt,
    // Only what an app made has one (Graph: "event resource type").
    isMadeByApp: typeof transactionId === 'string' && transactionId !== '',
    start,
    allDay: isAllDay === true,
    subject: typeof subject === 'string' ? subject : '',
    written: written && withoutName(written),
    state: stateOf(event),
  };
}

function older(a: CalendarEntry, b: CalendarEntry): number {
  if (a.createdAt !== b.createdAt) return a.createdAt < b.createdAt ? -1 : 1;
  return a.eventId < b.eventId ? -1 : 1;
}

/**
 * Which of several events under a reminder's tag is its own: the known one, else the oldest that an app made (by id
 * among equals, so that two processes choose alike). `surplus`: others that tries of ours made before one was
 * confirmed. All else are copies that people made.
 */
export function chooseCopy<T extends CalendarEntry>(
  copies: T[],
  { eventId, writtenHash }: Pick<Reminder, 'eventId' | 'writtenHash'>,
): { kept: T | null; surplus: T[] } {
  const all = [...new Map(copies.map((copy) => [copy.eventId, copy])).values()].toSorted(older);
  if (eventId !== null) return { kept: all.find((copy) => copy.eventId === eventId) ?? null, surplus: [] };
  const [kept = null, ...others] = all.filter(({ isMadeByApp }) => isMadeByApp);
  return { kept, surplus: writtenHash === null ? others : [] };
}

/** Before the first POST there can be no event. */
export function wasNeverSent({ eventId, createBody, writtenHash }: Reminder): boolean {
  return eventId === null && createBody === null && writtenHash === null;
}

/**
 * What to do about an event as it stands: nothing, respect that a person moved it, or write it. One that stands where
 * it is wanted is not moved, whatever it stood before; one that does not say what we wrote last (an earlier version's,
 * or half of it lost) is written.
 */
export function judgeCopy(
  copy: CalendarEntry,
  reminder: Pick<Reminder, 'event' | 'chosen' | 'fingerprint' | 'writtenHash' | 'answeredStart'>,
): 'right' | 'moved' | 'outdated' {
  const { written } = copy;
  const { event } = reminder;
  if (isMoved(copy, reminder)) return 'moved';
  if (!isInPlace(copy, reminder) || written?.hash !== eventHash(event) || !written.details) return 'outdated';
  return visibleLine(copy.subject) === eventSubject(event) ? 'right' : 'outdated';
}

/**
 * The transactionId for an event that replaces a vanished one. A replayed id would get the deleted event back as an
 * answer and create nothing, so it must differ; it is derived (UUID version 8, RFC 9562 section 5.8), so that a
 * repeated attempt at the same replacement has the same one.
 */
export function replacementId(reminderId: string, vanishedEventId: string): string {
  const hex = createHash('sha256').update(`${reminderId}\n${vanishedEventId}`).digest('hex');
  const variant = '89ab'[Number.parseInt(hex[16] ?? '0', 16) % 4];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/**
 * The zone in whose local time a body that was sent tells its times; null when it tells none, or UTC, which no service
 * refuses.
 */
export function zoneIn(body: string): string | null {
  const zone = sentIn(body)?.start?.timeZone;
  return typeof zone === 'string' && zone !== 'UTC' ? zone : null;
}

function sentIn(body: string): Event | null {
  try {
    return JSON.parse(body) as Event | null;
  } catch {
    return null;
  }
}

/**
 * The creating POST once more, under the same identity, with times in UTC: the service did not take the name of the
 * zone.
 */
export function creationInUtc(reminder: Reminder, refused: string, installation: string): string {
  const transactionId = sentIn(refused)?.transactionId ?? reminder.transactionId;
  return createBodyOf(reminder, transactionId, installation, { utc: true });
}

/**
 * The creating POST for a reminder no event was found of: the body that was perhaps sent before, or a new one, which
 * must be kept before it is sent.
 * `vanished` is the event with which that body was answered although it is there no more.
 */
export function planCreation(
  reminder: Reminder,
  installation: string,
  { vanished = null, ...times }: TimeOptions & { vanished?: string | null } = {},
): { body: string; isNew: boolean } {
  const made = (id: string) => ({ body: createBodyOf(reminder, id, installation, times), isNew: true });
  if (vanished !== null) return made(replacementId(reminder.id, vanished));
  if (reminder.createBody !== null) return { body: reminder.createBody, isNew: false };
  return made(reminder.transactionId);
}
