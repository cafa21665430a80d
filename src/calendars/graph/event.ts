import { createHash } from 'node:crypto';
import { DateTime } from 'luxon';
import type { DateTimeTimeZone, Event } from '@microsoft/microsoft-graph-types';
import type { Instant } from '../../core/certificate.ts';
import { languageOf, sayIn } from '../../core/language.ts';
import type { Reminder } from '../../core/ports.ts';
import type { ReminderEvent } from '../../core/reminder.ts';
import { escapeHtml, shorten, visibleLine } from '../../core/text.ts';

/** Our property set; fixed for ever, or events written by older versions would no longer be found. */
const NAMESPACE = '{5c85f170-1a8a-4091-ad31-77425a468b72}';

/** Extended property whose value is the reminder's id: how our events are found again (Graph: "singleValueLegacyExtendedProperty"). */
export const TAG_PROPERTY = `String ${NAMESPACE} Name certbotReminder`;

/** Extended property whose value is the hash of what we wrote: Exchange rewrites HTML bodies, so the content itself cannot be compared. */
export const HASH_PROPERTY = `String ${NAMESPACE} Name certbotHash`;

/** PidTagSubject allows more, but Outlook shows and keeps 255 characters. */
const SUBJECT_LIMIT = 255;

/** What Graph is given of a reminder, apart from its identity. */
type EventContent = Pick<
  Event,
  | 'subject'
  | 'body'
  | 'start'
  | 'end'
  | 'isReminderOn'
  | 'reminderMinutesBeforeStart'
  | 'showAs'
  | 'importance'
  | 'categories'
  | 'responseRequested'
>;

function localTime(instant: Instant, zone: string, zoneName: string): DateTimeTimeZone | null {
  const time = DateTime.fromMillis(instant, { zone, locale: 'en-US' });
  // In the hour that repeats when clocks go back, local time names two instants, and the service would pick one.
  if (!time.isValid || time.getPossibleOffsets().length > 1) return null;
  return { dateTime: time.toFormat("yyyy-MM-dd'T'HH:mm:ss"), timeZone: zoneName };
}

/**
 * Start and end as Graph's dateTimeTimeZone: local time without zone suffix, and the mailbox's own name of the zone. Both in UTC instead when the
 * zone is unknown here or either local time is ambiguous.
 */
export function eventTimes({ start, end, zone, zoneName }: ReminderEvent): {
  start: DateTimeTimeZone;
  end: DateTimeTimeZone;
} {
  const local = { start: localTime(start, zone, zoneName), end: localTime(end, zone, zoneName) };
  if (local.start && local.end) return { start: local.start, end: local.end };
  const utc = (instant: Instant) => ({ dateTime: new Date(instant).toISOString().slice(0, 19), timeZone: 'UTC' });
  return { start: utc(start), end: utc(end) };
}

/** One paragraph per entry, line feeds kept as breaks, every text escaped. */
function htmlBody(paragraphs: string[]): string {
  return paragraphs.map((paragraph) => `<p>${escapeHtml(paragraph).replaceAll('\n', '<br>')}</p>`).join('\n');
}

/** The event as Graph is to hold it. Never attendees: they would be sent mail. */
export function eventContent(event: ReminderEvent): EventContent {
  return {
    subject: shorten(visibleLine(event.subject), SUBJECT_LIMIT),
    body: { contentType: 'html', content: htmlBody(event.body) },
    ...eventTimes(event),
    isReminderOn: true,
    reminderMinutesBeforeStart: event.reminderMinutes,
    showAs: 'free',
    importance: event.importance,
    categories: [sayIn(languageOf(event.language))('event.category')],
    responseRequested: false,
  };
}

/** SHA-256 (hex) of the content that is sent: equal content, equal hash. */
export function eventHash(event: ReminderEvent): string {
  return createHash('sha256')
    .update(JSON.stringify(eventContent(event)))
    .digest('hex');
}

/** Exact JSON of the creating POST for a reminder. */
export function createBodyOf(reminder: Pick<Reminder, 'id' | 'event'>, transactionId: string): string {
  const event: Event = {
    ...eventContent(reminder.event),
    transactionId,
    singleValueExtendedProperties: [
      { id: TAG_PROPERTY, value: reminder.id },
      { id: HASH_PROPERTY, value: eventHash(reminder.event) },
    ],
  };
  return JSON.stringify(event);
}

/** Exact JSON of the PATCH that makes an existing event hold this content. */
export function updateBodyOf(event: ReminderEvent): string {
  const changes: Event = {
    ...eventContent(event),
    singleValueExtendedProperties: [{ id: HASH_PROPERTY, value: eventHash(event) }],
  };
  return JSON.stringify(changes);
}

/** Our hash among the extended properties of an event, a parsed answer or creating body; null when there is none. */
export function hashIn(event: unknown): string | null {
  const properties = (event as Event | null | undefined)?.singleValueExtendedProperties;
  if (!Array.isArray(properties)) return null;
  // Exchange answers with the property set's GUID in its own letter case.
  const found = properties.find((property) => property?.id?.toLowerCase() === HASH_PROPERTY.toLowerCase());
  return typeof found?.value === 'string' ? found.value : null;
}

const EXPAND = `$expand=${encodeURIComponent(`singleValueExtendedProperties($filter=id eq '${HASH_PROPERTY}')`)}`;
const SELECT = '$select=id,createdDateTime';

/** OData string literal: a quote inside is doubled (OData 4.01 URL conventions, 5.1.1.14.1). */
function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Path and query, below the user, of every event with the reminder's tag in its default calendar. */
export function copiesPath(reminderId: string): string {
  const tagged = `ep/id eq ${literal(TAG_PROPERTY)} and ep/value eq ${literal(reminderId)}`;
  const filter = encodeURIComponent(`singleValueExtendedProperties/Any(ep: ${tagged})`);
  return `/events?$filter=${filter}&${EXPAND}&${SELECT}&$top=50`;
}

/** Path below the user of one event. */
export function eventPath(eventId: string): string {
  return `/events/${encodeURIComponent(eventId)}`;
}

/** Path and query, below the user, of one event with what `copiesPath` lists of each. */
export function eventReadPath(eventId: string): string {
  return `${eventPath(eventId)}?${EXPAND}&${SELECT}`;
}
