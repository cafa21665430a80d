import { createHash } from 'node:crypto';
import { DateTime } from 'luxon';
import type { DateTimeTimeZone, Event } from '@microsoft/microsoft-graph-types';
import type { Instant } from '../../core/time.ts';
import { languageOf, sayIn } from '../../core/language/language.ts';
import type { CalendarEntry, Reminder, WrittenDetails, ReminderEvent } from '../../core/model/reminder.ts';
import { printsIn, withOurLines } from './body.ts';
import { htmlBody, htmlParagraphs } from './html.ts';
import { shorten, visibleLine } from '../../core/language/text.ts';
import { localDate } from '../../core/reminders/working-days.ts';

/** Our property set; fixed for ever, or events written by older versions would no longer be found. */
const NAMESPACE = '{5c85f170-1a8a-4091-ad31-77425a468b72}';

/**
 * Extended property whose value is the reminder's id: how our events are found again (Graph:
 * "singleValueLegacyExtendedProperty").
 */
export const TAG_PROPERTY = `String ${NAMESPACE} Name certbotReminder`;

/**
 * Extended property whose value is the installation that keeps the event: how all of them are listed, and nobody
 * else's.
 */
export const INSTALLATION_PROPERTY = `String ${NAMESPACE} Name certbotInstallation`;

/**
 * Extended property whose value is `<reminder id>/<start in ms>/<hash>/<certificate>/<details>` of what we wrote last:
 * Exchange rewrites HTML bodies, so the content itself cannot be compared, and start and details tell what a person
 * changed since.
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

/**
 * Graph takes whole days from midnight to midnight of one zone, whatever its clocks do then ("event resource type",
 * isAllDay).
 */
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
 * Start and end as Graph's dateTimeTimeZone: local time without zone suffix, and the mailbox's own name of the zone.
 * Both in UTC instead when that name is refused, the zone is unknown here or either local time is ambiguous.
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
    categories: [event.category ?? sayIn(languageOf(event.language))('event.category')],
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
  const body = createHash('sha256').update(htmlBody(event)).digest('hex').slice(0, 8);
  return { allDay, reminderMinutes, importance, showAs, body, lines: printsIn(htmlBody(event)) };
}

/** The properties that say what we wrote. */
function writtenProperties({ id, event, fingerprint }: WrittenReminder, installation: string, details: WrittenDetails) {
  const { allDay, reminderMinutes, importance, showAs, body, lines } = details;
  const told = [allDay ? 'day' : 'time', reminderMinutes, importance, showAs, body, lines.join('.')].join(';');
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

/** What an event holds beside time and subject, as the service tells it; null = not told. */
export interface EventState {
  body: string | null;
  isReminderOn: boolean | null;
  reminderMinutes: number | null;
  showAs: string | null;
  importance: string | null;
}

/** An event of ours with what it holds. */
export type GraphEntry = CalendarEntry & { state: EventState };

/**
 * What we wrote last, by the event's own word. One that an earlier version wrote tells its hash alone, which may be
 * that of what is wanted still, or of the creating POST.
 */
function lastWritten(
  { written }: Pick<GraphEntry, 'written'>,
  { event, createBody }: Pick<Reminder, 'event' | 'createBody'>,
): WrittenDetails | null {
  if (written?.details) return written.details;
  if (written === null) return null;
  if (written.hash === eventHash(event)) return detailsOf(event);
  return detailsSent(createBody, written.hash);
}

/** The details of a creating POST whose content had that hash; null when it had another. */
function detailsSent(createBody: string | null, hash: string): WrittenDetails | null {
  try {
    const sent = JSON.parse(createBody ?? 'null') as Event | null;
    if (sent === null || writtenIn(sent)?.hash !== hash) return null;
    const { reminderMinutesBeforeStart, importance, showAs, body } = sent;
    const lines = printsIn(body?.content ?? '');
    const known = { importance: importance ?? 'normal', showAs: showAs ?? 'free', body: '', lines };
    return { allDay: false, reminderMinutes: reminderMinutesBeforeStart ?? 0, ...known };
  } catch {
    return null;
  }
}

/** What of an event is still as we wrote it, and may follow what is wanted. */
function oursOf({ state }: GraphEntry, before: WrittenDetails | null) {
  return {
    alarm: before !== null && state.isReminderOn === true && state.reminderMinutes === before.reminderMinutes,
    showAs: before !== null && state.showAs === before.showAs,
    importance: before !== null && state.importance === before.importance,
  };
}

/** The body with our lines brought up to date; null when they are, or when somebody took them out. */
function freshBody({ state }: GraphEntry, event: ReminderEvent, before: WrittenDetails | null): string | null {
  const wanted = detailsOf(event);
  if (state.body === null || before?.body === wanted.body) return null;
  return withOurLines(state.body, new Set([...(before?.lines ?? []), ...wanted.lines]), htmlParagraphs(event));
}

/**
 * Exact JSON of the PATCH that makes an existing event of the reminder hold its content, as far as that is ours:
 * subject, times, our lines of the body, and alarm, importance and how it shows where nobody changed them. Categories,
 * privacy and what else there is are never in it. `times`: how they are sent; null for an event that stands where it is
 * wanted: the service may have other rules for the zone, and a person's own length of it stays. Graph: "Update event",
 * whose note on online meetings wants their block kept in the body.
 */
export function updateBodyOf(
  reminder: WrittenReminder & Pick<Reminder, 'createBody'>,
  installation: string,
  { times, entry }: { times: TimeOptions | null; entry: GraphEntry },
): string {
  const { event } = reminder;
  const { subject, isAllDay = false, reminderMinutesBeforeStart, showAs, importance } = eventContent(event);
  const before = lastWritten(entry, reminder);
  const wanted = detailsOf(event);
  const ours = oursOf(entry, before);
  const content = freshBody(entry, event, before);
  const details: WrittenDetails = {
    ...wanted,
    allDay: times || before === null ? wanted.allDay : entry.allDay,
    reminderMinutes: ours.alarm || before === null ? wanted.reminderMinutes : before.reminderMinutes,
    showAs: ours.showAs || before === null ? wanted.showAs : before.showAs,
    importance: ours.importance || before === null ? wanted.importance : before.importance,
  };
  const changes: Event = {
    subject,
    ...(times ? eventTimes(event, times) : {}),
    ...(times && isAllDay !== entry.allDay ? { isAllDay } : {}),
    ...(ours.alarm && entry.state.reminderMinutes !== event.reminderMinutes ? { reminderMinutesBeforeStart } : {}),
    ...(ours.showAs && entry.state.showAs !== showAs ? { showAs } : {}),
    ...(ours.importance && entry.state.importance !== importance ? { importance } : {}),
    ...(content === null ? {} : { body: { contentType: 'html', content } }),
    singleValueExtendedProperties: writtenProperties(reminder, installation, details),
  };
  return JSON.stringify(changes);
}

function detailsIn(told: string): WrittenDetails {
  const [kind, minutes, importance = '', showAs = '', body = '', lines = ''] = told.split(';');
  const all = lines === '' ? [] : lines.split('.');
  return { allDay: kind === 'day', reminderMinutes: Number(minutes), importance, showAs, body, lines: all };
}

/**
 * What we wrote last, as an event (a parsed answer or creating body) carries it; null when it carries nothing of ours
 * that can be read.
 */
export function writtenIn(event: unknown): ({ reminderId: string } & NonNullable<CalendarEntry['written']>) | null {
  const properties = (event as Event | null | undefined)?.singleValueExtendedProperties;
  if (!Array.isArray(properties)) return null;
  // Exchange answers with the property set's GUID in its own letter case.
  const found = properties.find((property) => property?.id?.toLowerCase() === EVENT_PROPERTY.toLowerCase());
  const [, reminderId, start, hash, about, told] =
    /^(.+)\/(-?\d{1,16})\/([0-9a-f]{64})\/([0-9a-f]{16})(?:\/((?:day|time);\d{1,6};\w+;\w+;[0-9a-f]{8};[0-9a-f.]*))?$/.exec(
      found?.value ?? '',
    ) ?? [];
  if (reminderId === undefined || hash === undefined || about === undefined) return null;
  return { reminderId, start: Number(start), hash, about, ...(told === undefined ? {} : { details: detailsIn(told) }) };
}

const EXPAND = `$expand=${encodeURIComponent(`singleValueExtendedProperties($filter=id eq '${EVENT_PROPERTY}')`)}`;
const SELECT = '$select=id,createdDateTime,transactionId,start,isAllDay,subject';
/** What is to be known of an event that may be written to. */
const SELECT_ALL = `${SELECT},isReminderOn,reminderMinutesBeforeStart,showAs,importance,body`;

/** OData string literal: a quote inside is doubled (OData 4.01 URL conventions, 5.1.1.14.1). */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** One extended property with one value: `or` is not to be had here. */
function eventsWith(property: string, value: string, { select, top }: { select: string; top: number }): string {
  const tagged = `ep/id eq ${literal(property)} and ep/value eq ${literal(value)}`;
  const filter = encodeURIComponent(`singleValueExtendedProperties/Any(ep: ${tagged})`);
  return `/events?$filter=${filter}&${EXPAND}&${select}&$top=${top}`;
}

/** Path and query, below the user, of every event with the reminder's tag in its default calendar. */
export function copiesPath(reminderId: string): string {
  return eventsWith(TAG_PROPERTY, reminderId, { select: SELECT_ALL, top: 50 });
}

/** Path and query, below the user, of every event of an installation in the default calendar. */
export function listPath(installation: string): string {
  return eventsWith(INSTALLATION_PROPERTY, installation, { select: SELECT, top: 500 });
}

/** A path of events of the default calendar as one of another calendar of the mailbox. */
export function inCalendar(calendarId: string, path: string): string {
  return `/calendars/${encodeURIComponent(calendarId)}${path}`;
}

/** Path below the user of one event. */
export function eventPath(eventId: string): string {
  return `/events/${encodeURIComponent(eventId)}`;
}

/** Path and query, below the user, of one event with all that the service tells of it. */
export function eventReadPath(eventId: string): string {
  return `${eventPath(eventId)}?${EXPAND}`;
}
