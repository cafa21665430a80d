import { createHash } from 'node:crypto';
import {
  ICalAlarmType,
  ICalCalendar,
  ICalCalendarMethod,
  ICalEventBusyStatus,
  ICalEventTransparency,
} from 'ical-generator';
import { languageOf, sayIn } from '../../core/language.ts';
import type { Reminder } from '../../core/ports.ts';
import { sound, type LeftOut } from '../../core/sound.ts';
import { visibleLine, visibleText } from '../../core/text.ts';

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

/** For a value of type URI (RFC 5545, 3.3.13), in which nothing is escaped: the generator would put backslashes before these marks. */
function uriValue(url: string): string {
  return url.replaceAll(/[\\;,]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}

function addEvent(calendar: ICalCalendar, { id, event, sequence, createdAt, updatedAt }: Reminder): void {
  const summary = visibleLine(event.subject);
  const priority = event.importance === 'high' ? { priority: 1 } : {};
  const url = event.link ? webAddress(event.link.url) : null;
  const paragraphs = [...event.body, ...(event.link && url !== null ? [`${event.link.text}: ${url}`] : [])];
  const busy = event.showAs === 'busy';
  const added = calendar.createEvent({
    id: `${id}@certbot`,
    sequence,
    stamp: new Date(updatedAt),
    created: new Date(createdAt),
    lastModified: new Date(updatedAt),
    start: new Date(event.start),
    end: new Date(event.end),
    summary,
    description: paragraphs.map(visibleText).join('\n\n'),
    transparency: busy ? ICalEventTransparency.OPAQUE : ICalEventTransparency.TRANSPARENT,
    busystatus: busy ? ICalEventBusyStatus.BUSY : ICalEventBusyStatus.FREE,
    categories: [{ name: sayIn(languageOf(event.language))('event.category') }],
    ...(url === null ? {} : { url: uriValue(url) }),
    ...priority,
  });
  added.createAlarm({ type: ICalAlarmType.display, triggerBefore: event.reminderMinutes * 60, description: summary });
}

const PRODUCT = { company: 'certbot', product: 'certificate reminders', language: 'EN' };

/**
 * An iCalendar feed (RFC 5545, METHOD:PUBLISH) of the wanted reminders under a calendar name: lines folded at 75 octets, CRLF, times in UTC. The text
 * depends on its arguments alone, in any order of reminders, so that it and its ETag change exactly when content does. Event and calendar texts may be
 * untrusted. Subscribed calendars mostly ignore the alarms. An event that cannot be written is left out, and told to `leftOut`.
 */
export function renderFeed({
  name,
  reminders,
  leftOut,
}: {
  name: string;
  reminders: Reminder[];
  leftOut: LeftOut<Reminder>;
}): string {
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
  return `${calendar.toString()}\r\n`;
}

/**
 * One event as an .ics file to import (RFC 5545, METHOD:PUBLISH), with its alarm: it says what the event in a mailbox says, and is the same event as in the
 * feed (UID, SEQUENCE). The text depends on the reminder alone.
 */
export function renderEvent(reminder: Reminder): string {
  const calendar = new ICalCalendar({ method: ICalCalendarMethod.PUBLISH, prodId: PRODUCT });
  addEvent(calendar, reminder);
  return `${calendar.toString()}\r\n`;
}

/** Strong entity tag of a feed's text, with its quotes (RFC 9110, 8.8.3). */
export function feedEtag(text: string): string {
  return `"${createHash('sha256').update(text).digest('base64url')}"`;
}
