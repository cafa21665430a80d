import { createHash } from 'node:crypto';
import {
  ICalAlarmType,
  ICalCalendar,
  ICalCalendarMethod,
  ICalEventBusyStatus,
  ICalEventTransparency,
} from 'ical-generator';
import { DateTime, IANAZone } from 'luxon';
import { isInCalendars, type Instant } from '../../core/time.ts';
import { languageOf, sayIn } from '../../core/language/language.ts';
import type { Reminder, ReminderEvent } from '../../core/model/reminder.ts';
import type { EventWriter, Feed } from '../../core/ports/calendar.ts';
import { sound } from '../../core/sound.ts';
import { visibleLine, visibleText } from '../../core/language/text.ts';
import { takenAway } from '../../core/reminders/event-text.ts';
import { localDate } from '../../core/reminders/working-days.ts';
import { vtimezone } from './vtimezone.ts';

/** How often subscribers should look again, seconds (REFRESH-INTERVAL, RFC 7986 5.7, and Outlook's X-PUBLISHED-TTL). */
const REFRESH = 3600;

/** RFC 5545 3.3.11. The generator escapes the texts of events, but not the name of the calendar. */
function escapeText(text: string): string {
  return visibleLine(text).replaceAll(/[\\;,]/g, (character) => `\\${character}`);
}

function inOrder(a: Reminder, b: Reminder): number {
  if (a.event.start !== b.event.start) return a.event.start - b.event.start;
  return a.id < b.id ? -1 : 1;
}

/** The address in a form that cannot end its line; null when it is none of the web. */
function webAddress(url: string): string | null {
  if (!URL.canParse(url)) return null;
  const { protocol, href } = new URL(url);
  return protocol === 'https:' || protocol === 'http:' ? href : null;
}

/**
 * For a value of type URI (RFC 5545, 3.3.13), in which nothing is escaped: the generator would put backslashes before
 * these marks.
 */
function uriValue(url: string): string {
  return url.replaceAll(/[\\;,]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** These need no VTIMEZONE. */
const UTC_NAMES = new Set(['UTC', 'Etc/UTC', 'Etc/UCT', 'Etc/Zulu', 'Etc/Universal', 'GMT', 'Etc/GMT', 'Zulu']);

/**
 * The zone in which an event's times are written; null: in UTC, since it has no zone, or since clocks that go back
 * would show its times twice; or it takes whole days, which have none.
 */
function zoneOf({ zone, start, end, allDay }: Pick<ReminderEvent, 'zone' | 'start' | 'end' | 'allDay'>): string | null {
  if (allDay || UTC_NAMES.has(zone) || !IANAZone.isValidZone(zone)) return null;
  const isPlain = [start, end].every((at) => {
    const time = DateTime.fromMillis(at, { zone });
    return time.isValid && time.getPossibleOffsets().length === 1;
  });
  return isPlain ? zone : null;
}

/** The date of an instant, at midnight in UTC: the generator writes dates (RFC 5545, 3.3.4) as UTC has them. */
function dateOf(at: Instant, zone: string): Date {
  return new Date(`${localDate(at, zone)}T00:00:00Z`);
}

function timesOf(event: ReminderEvent): {
  start: DateTime | Date;
  end: DateTime | Date;
  timezone?: string;
  allDay?: boolean;
} {
  if (event.allDay) return { start: dateOf(event.start, event.zone), end: dateOf(event.end, event.zone), allDay: true };
  const zone = zoneOf(event);
  if (zone === null) return { start: new Date(event.start), end: new Date(event.end) };
  const inZone = (at: Instant): DateTime => DateTime.fromMillis(at, { zone, locale: 'en-US' });
  return { start: inZone(event.start), end: inZone(event.end), timezone: zone };
}

/**
 * A VTIMEZONE for each zone that these events name, before them: the generator would put it before properties of the
 * calendar (RFC 5545, 3.6).
 */
function withZones(text: string, reminders: Reminder[]): string {
  const spans = new Map<string, { from: Instant; to: Instant }>();
  for (const { event } of reminders) {
    const zone = zoneOf(event);
    if (zone === null) continue;
    const { from, to } = spans.get(zone) ?? { from: event.start, to: event.end };
    spans.set(zone, { from: Math.min(from, event.start), to: Math.max(to, event.end) });
  }
  const zones = [...spans]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([zone, { from, to }]) => vtimezone(zone, from, to));
  // A function: dollar signs mean something in a replacement.
  return text.replace(/^BEGIN:VEVENT$/m, (first) => [...zones, first].join('\r\n'));
}

function addEvent(calendar: ICalCalendar, { id, event, sequence, createdAt, updatedAt }: Reminder): void {
  if (!isInCalendars(event.start) || !isInCalendars(event.end))
    throw new RangeError('an event at no time that calendars have');
  const summary = visibleLine(event.subject);
  const priority = event.importance === 'high' ? { priority: 1 } : {};
  const url = event.link ? webAddress(event.link.url) : null;
  // An event of an earlier version has its link beside its body.
  const beside = event.blocks === undefined && event.link && url !== null ? [`${event.link.text}: ${url}`] : [];
  const paragraphs = [...event.body, ...beside];
  const busy = event.showAs === 'busy';
  const added = calendar.createEvent({
    id: `${id}@certbot`,
    sequence,
    stamp: new Date(updatedAt),
    created: new Date(createdAt),
    lastModified: new Date(updatedAt),
    ...timesOf(event),
    summary,
    description: paragraphs.map(visibleText).join('\n\n'),
    transparency: busy ? ICalEventTransparency.OPAQUE : ICalEventTransparency.TRANSPARENT,
    busystatus: busy ? ICalEventBusyStatus.BUSY : ICalEventBusyStatus.FREE,
    categories: [{ name: event.category ?? sayIn(languageOf(event.language))('event.category') }],
    ...(url === null ? {} : { url: uriValue(url) }),
    ...priority,
  });
  added.createAlarm({ type: ICalAlarmType.display, triggerBefore: event.reminderMinutes * 60, description: summary });
}

const PRODUCT = { company: 'certbot', product: 'certificate reminders', language: 'EN' };

/**
 * An iCalendar feed (RFC 5545, METHOD:PUBLISH) of the wanted reminders under a calendar name: lines folded at 75
 * octets, CRLF, times in the zone of whoever is reminded, with its VTIMEZONE, else in UTC. The text depends on its
 * arguments alone, in any order of reminders, so that it and its ETag change exactly when content does. Event and
 * calendar texts may be untrusted. Subscribed calendars mostly ignore the alarms. An event that cannot be written is
 * left out, and told to `leftOut`.
 */
export function renderFeed({ name, reminders, leftOut }: Feed): string {
  const wanted = reminders.filter((reminder) => reminder.wanted).toSorted(inOrder);
  try {
    return calendarOf(name, wanted);
  } catch {
    // One of them is to blame, and the generator does not say which: each is tried by itself.
    const whole = (reminder: Reminder): Reminder => {
      renderEvent(reminder);
      return reminder;
    };
    return calendarOf(name, [...sound(wanted, whole, leftOut)]);
  }
}

function calendarOf(name: string, reminders: Reminder[]): string {
  const calendar = new ICalCalendar({
    name: escapeText(name),
    method: ICalCalendarMethod.PUBLISH,
    prodId: PRODUCT,
    ttl: REFRESH,
  });
  for (const reminder of reminders) addEvent(calendar, reminder);
  return withZones(`${calendar.toString()}\r\n`, reminders);
}

/**
 * One event as an .ics file to import (RFC 5545, METHOD:PUBLISH), with its alarm: it says what the event in a mailbox
 * says, but that it is a copy, and is the same event as in the feed (UID, SEQUENCE). The text depends on the reminder alone.
 */
export function renderEvent(reminder: Reminder): string {
  const calendar = new ICalCalendar({ method: ICalCalendarMethod.PUBLISH, prodId: PRODUCT });
  addEvent(calendar, { ...reminder, event: takenAway(reminder.event) });
  return withZones(`${calendar.toString()}\r\n`, [reminder]);
}

/** Strong entity tag of a feed's text, with its quotes (RFC 9110, 8.8.3). */
export function feedEtag(text: string): string {
  return `"${createHash('sha256').update(text).digest('base64url')}"`;
}

/** Reminders as iCalendar (RFC 5545). */
export const icsWriter: EventWriter = {
  feed(feed) {
    const body = renderFeed(feed);
    return { body, etag: feedEtag(body) };
  },
  event: renderEvent,
};
