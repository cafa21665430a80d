import { createHash } from 'node:crypto';
import { DateTime } from 'luxon';
import type { DateTimeTimeZone, Event } from '@microsoft/microsoft-graph-types';
import type { Instant } from '../../core/certificate.ts';
import { languageOf, sayIn } from '../../core/language.ts';
import type { CalendarEntry, Reminder, WrittenDetails } from '../../core/ports.ts';
import type { ReminderEvent } from '../../core/reminder.ts';
import { escapeHtml, shorten, visibleLine } from '../../core/text.ts';
import { localDate } from '../../core/working-days.ts';

/** Our property set; fixed for ever, or events written by older versions would no longer be found. */
const NAMESPACE = '{5c85f170-1a8a-4091-ad31-77425a468b72}';

/** Extended property whose value is the reminder's id: how our events are found again (Graph: "singleValueLegacyExtendedProperty"). */
export const TAG_PROPERTY = `String ${NAMESPACE} Name certbotReminder`;

/** Extended property whose value is the installation that keeps the event: how all of them are listed, and nobody else's. */
export const INSTALLATION_PROPERTY = `String ${NAMESPACE} Name certbotInstallation`;

/**
 * Extended property whose value is `<reminder id>/<start in ms>/<hash>/<certificate>/<details>` of what we wrote last: Exchange rewrites HTML bodies, so the
 * content itself cannot be compared, and start and details tell what a person changed since.
 */
export const EVENT_PROPERTY = `String ${NAMESPACE} Name certbotEvent`;

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
  | 'isAllDay'
>;

/** Graph takes whole days from midnight to midnight of one zone, whatever its clocks do then ("event resource type", isAllDay). */
function midnight(instant: Instant, zone: string, zoneName: string): DateTimeTimeZone {
  return { dateTime: `${localDate(instant, zone)}T00:00:00`, timeZone: zoneName };
}

function localTime(instant: Instant, zone: string, zoneName: string): DateTimeTimeZone | null {
  const time = DateTime.fromMillis(instant, { zone, locale: 'en-US' });
  // In the hour that repeats when clocks go back, local time names two instants, and the service would pick one.
  if (!time.isValid || time.getPossibleOffsets().length > 1) return null;
  return { dateTime: time.toFormat("yyyy-MM-dd'T'HH:mm:ss"), timeZone: zoneName };
}

/** How times are sent. */
export interface TimeOptions {
  /** In UTC, since the service does not know the zone by its name. */
  utc?: boolean;
}

/**
 * Start and end as Graph's dateTimeTimeZone: local time without zone suffix, and the mailbox's own name of the zone. Both in UTC instead when that name
 * is refused, the zone is unknown here or either local time is ambiguous.
 */
export function eventTimes(
  { start, end, allDay, zone, zoneName }: Pick<ReminderEvent, 'start' | 'end' | 'allDay' | 'zone' | 'zoneName'>,
  { utc: inUtc = false }: TimeOptions = {},
): { start: DateTimeTimeZone; end: DateTimeTimeZone } {
  const known = DateTime.fromMillis(start, { zone }).isValid;
  if (allDay && known) {
    const name = inUtc ? 'UTC' : zoneName;
    return { start: midnight(start, zone, name), end: midnight(end, zone, name) };
  }
  const local = { start: localTime(start, zone, zoneName), end: localTime(end, zone, zoneName) };
  if (!inUtc && local.start && local.end) return { start: local.start, end: local.end };
  const utc = (instant: Instant) => ({ dateTime: new Date(instant).toISOString().slice(0, 19), timeZone: 'UTC' });
  return { start: utc(start), end: utc(end) };
}

function htmlLink(link: ReminderEvent['link']): string[] {
  const address = link ? URL.parse(link.url) : null;
  if (!link || !address || !['https:', 'http:'].includes(address.protocol)) return [];
  return [`<a href="${escapeHtml(address.href)}">${escapeHtml(visibleLine(link.text))}</a>`];
}

/** One paragraph per entry, line feeds kept as breaks, every text escaped; then the link, if it leads to the web. */
function htmlBody({ body, link }: ReminderEvent): string {
  const paragraphs = body.map((paragraph) => escapeHtml(paragraph).replaceAll('\n', '<br>'));
  return [...paragraphs, ...htmlLink(link)].map((paragraph) => `<p>${paragraph}</p>`).join('\n');
}

/** The subject as it is sent: one line of at most 255 characters. */
export function eventSubject(event: Pick<ReminderEvent, 'subject'>): string {
  return shorten(visibleLine(event.subject), SUBJECT_LIMIT);
}

/** The event as Graph is to hold it. Never attendees: they would be sent mail. */
export function eventContent(event: ReminderEvent): EventContent {
  return {
    subject: eventSubject(event),
    body: { contentType: 'html', content: htmlBody(event) },
    ...eventTimes(event),
    ...(event.allDay ? { isAllDay: true } : {}),
    isReminderOn: true,
    reminderMinutesBeforeStart: event.reminderMinutes,
    showAs: event.showAs ?? 'free',
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

/** How much of a fingerprint tells certificates apart here, hex digits. */
const ABOUT = 16;

type WrittenReminder = Pick<Reminder, 'id' | 'event' | 'fingerprint'>;

/** What a creating POST writes of an event beside its content. */
export function detailsOf(event: ReminderEvent): WrittenDetails {
  const { allDay = false, reminderMinutes, importance, showAs = 'free' } = event;
  return { allDay, reminderMinutes, importance, showAs };
}

/** The properties that say what we wrote. */
function writtenProperties({ id, event, fingerprint }: WrittenReminder, installation: string, details: WrittenDetails) {
  const { allDay, reminderMinutes, importance, showAs } = details;
  const told = [allDay ? 'day' : 'time', reminderMinutes, importance, showAs].join(';');
  const value = `${id}/${event.start}/${eventHash(event)}/${fingerprint.slice(0, ABOUT)}/${told}`;
  return [
    { id: INSTALLATION_PROPERTY, value: installation },
    { id: EVENT_PROPERTY, value },
  ];
}

/** Exact JSON of the creating POST for a reminder. `installation` is the id of this bot's database. */
export function createBodyOf(
  reminder: WrittenReminder,
  transactionId: string,
  installation: string,
  options: TimeOptions = {},
): string {
  const event: Event = {
    ...eventContent(reminder.event),
    ...eventTimes(reminder.event, options),
    transactionId,
    singleValueExtendedProperties: [
      { id: TAG_PROPERTY, value: reminder.id },
      ...writtenProperties(reminder, installation, detailsOf(reminder.event)),
    ],
  };
  return JSON.stringify(event);
}

/**
 * Exact JSON of the PATCH that makes an existing event of the reminder hold its content. `times`: how they are sent; null for an event that stands where
 * it is wanted: the service may have other rules for the zone, and a person's own length of it stays.
 */
export function updateBodyOf(
  reminder: WrittenReminder,
  installation: string,
  { times, entry }: { times: TimeOptions | null; entry: Pick<CalendarEntry, 'allDay'> },
): string {
  const { start: _start, end: _end, isAllDay = false, ...content } = eventContent(reminder.event);
  const changes: Event = {
    ...content,
    ...(times ? eventTimes(reminder.event, times) : {}),
    ...(times && isAllDay !== entry.allDay ? { isAllDay } : {}),
    singleValueExtendedProperties: writtenProperties(reminder, installation, detailsOf(reminder.event)),
  };
  return JSON.stringify(changes);
}

function detailsIn(told: string): WrittenDetails {
  const [kind, minutes, importance, showAs] = told.split(';') as [string, string, string, string];
  return { allDay: kind === 'day', reminderMinutes: Number(minutes), importance, showAs };
}

/** What we wrote last, as an event (a parsed answer or creating body) carries it; null when it carries nothing of ours that can be read. */
export function writtenIn(event: unknown): ({ reminderId: string } & NonNullable<CalendarEntry['written']>) | null {
  const properties = (event as Event | null | undefined)?.singleValueExtendedProperties;
  if (!Array.isArray(properties)) return null;
  // Exchange answers with the property set's GUID in its own letter case.
  const found = properties.find((property) => property?.id?.toLowerCase() === EVENT_PROPERTY.toLowerCase());
  const [, reminderId, start, hash, about, told] =
    /^(.+)\/(-?\d{1,16})\/([0-9a-f]{64})\/([0-9a-f]{16})(?:\/((?:day|time);\d{1,6};\w+;\w+))?$/.exec(
      found?.value ?? '',
    ) ?? [];
  if (reminderId === undefined || hash === undefined || about === undefined) return null;
  return { reminderId, start: Number(start), hash, about, ...(told === undefined ? {} : { details: detailsIn(told) }) };
}

const EXPAND = `$expand=${encodeURIComponent(`singleValueExtendedProperties($filter=id eq '${EVENT_PROPERTY}')`)}`;
const SELECT = '$select=id,createdDateTime,start,isAllDay,subject';

/** OData string literal: a quote inside is doubled (OData 4.01 URL conventions, 5.1.1.14.1). */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** One extended property with one value: `or` is not to be had here. */
function eventsWith(property: string, value: string, top: number): string {
  const tagged = `ep/id eq ${literal(property)} and ep/value eq ${literal(value)}`;
  const filter = encodeURIComponent(`singleValueExtendedProperties/Any(ep: ${tagged})`);
  return `/events?$filter=${filter}&${EXPAND}&${SELECT}&$top=${top}`;
}

/** Path and query, below the user, of every event with the reminder's tag in its default calendar. */
export function copiesPath(reminderId: string): string {
  return eventsWith(TAG_PROPERTY, reminderId, 50);
}

/** Path and query, below the user, of every event of an installation in the default calendar. */
export function listPath(installation: string): string {
  return eventsWith(INSTALLATION_PROPERTY, installation, 500);
}

/** Path below the user of one event. */
export function eventPath(eventId: string): string {
  return `/events/${encodeURIComponent(eventId)}`;
}

/** Path and query, below the user, of one event with what the lists tell of each. */
export function eventReadPath(eventId: string): string {
  return `${eventPath(eventId)}?${EXPAND}&${SELECT}`;
}
