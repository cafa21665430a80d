import { createHash } from 'node:crypto';
import { ICalAlarmType, ICalCalendar, ICalCalendarMethod, ICalEventTransparency } from 'ical-generator';
import { languageOf, sayIn } from '../../core/language.ts';
import type { Reminder } from '../../core/ports.ts';
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

function addEvent(calendar: ICalCalendar, { id, event, sequence, createdAt, updatedAt }: Reminder): void {
  const summary = visibleLine(event.subject);
  const priority = event.importance === 'high' ? { priority: 1 } : {};
  const added = calendar.createEvent({
    id: `${id}@certbot`,
    sequence,
    stamp: new Date(updatedAt),
    created: new Date(createdAt),
    lastModified: new Date(updatedAt),
    start: new Date(event.start),
    end: new Date(event.end),
    summary,
    description: event.body.map(visibleText).join('\n\n'),
    transparency: ICalEventTransparency.TRANSPARENT,
    categories: [{ name: sayIn(languageOf(event.language))('event.category') }],
    ...priority,
  });
  added.createAlarm({ type: ICalAlarmType.display, triggerBefore: event.reminderMinutes * 60, description: summary });
}

/**
 * An iCalendar feed (RFC 5545, METHOD:PUBLISH) of the wanted reminders under a calendar name: lines folded at 75 octets, CRLF, times in UTC. The text
 * depends on its arguments alone, in any order of reminders, so that it and its ETag change exactly when content does. Event and calendar texts may be
 * untrusted. Subscribed calendars mostly ignore the alarms.
 */
export function renderFeed({ name, reminders }: { name: string; reminders: Reminder[] }): string {
  const calendar = new ICalCalendar({
    name: escapeText(name),
    method: ICalCalendarMethod.PUBLISH,
    prodId: { company: 'certbot', product: 'certificate reminders', language: 'EN' },
    ttl: REFRESH,
  });
  for (const reminder of reminders.filter(({ wanted }) => wanted).toSorted(inOrder)) addEvent(calendar, reminder);
  return `${calendar.toString()}\r\n`;
}

/** Strong entity tag of a feed's text, with its quotes (RFC 9110, 8.8.3). */
export function feedEtag(text: string): string {
  return `"${createHash('sha256').update(text).digest('base64url')}"`;
}
