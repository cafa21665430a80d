import { findIana } from 'windows-iana';
import type { DayOfWeek, MailboxSettings } from '@microsoft/microsoft-graph-types';
import { defaultWorkingTime } from '../../core/reminders/plan-event.ts';
import type { WorkingTime } from '../../core/model/reminder.ts';
import { isTimeZone } from '../../core/model/time-zone.ts';

const WEEKDAYS: DayOfWeek[] = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

/** Monday to Friday, nine to five. */
const ASSUMED = defaultWorkingTime(null);
const MIDNIGHT = 24 * 60;

/**
 * IANA name of a zone that is given by its Windows or its IANA name; null when it is neither, such as "Customized Time
 * Zone".
 */
export function ianaZone(name: string): string | null {
  const [fromWindows] = findIana(name);
  if (fromWindows !== undefined) return fromWindows;
  return isTimeZone(name) ? name : null;
}

/** Minutes after midnight of an Edm.TimeOfDay such as `08:00:00.0000000`; null when it is none. */
function minutesOf(time: string | null | undefined): number | null {
  const match = /^([01]\d|2[0-3]):([0-5]\d)(?::|$)/.exec(time ?? '');
  return match ? Number(match[1]) * 60 + Number(match[2]) : null;
}

function daysOf(names: (DayOfWeek | null)[] | null | undefined): number[] {
  const days = WEEKDAYS.flatMap((day, index) => (names?.includes(day) ? [index + 1] : []));
  return days.length > 0 ? days : ASSUMED.days;
}

/** Start and end; a working day that ends at or after midnight ends, for planning, at midnight. */
function hoursOf({ startTime, endTime }: { startTime?: string | null; endTime?: string | null }): {
  start: number;
  end: number;
} {
  const start = minutesOf(startTime);
  const end = minutesOf(endTime);
  if (start === null || end === null) return { start: ASSUMED.start, end: ASSUMED.end };
  return { start, end: end > start ? end : MIDNIGHT };
}

/**
 * Working time from Graph's mailboxSettings (`timeZone`, `workingHours`). The hours' own zone comes first, since the
 * hours are told in it, then the mailbox's. What is missing becomes Monday to Friday, nine to five. Null when neither
 * zone is known here.
 */
export function readWorkingTime(settings: unknown): WorkingTime | null {
  if (typeof settings !== 'object' || settings === null) return null;
  const { timeZone, workingHours } = settings as MailboxSettings;
  for (const zoneName of [workingHours?.timeZone?.name, timeZone]) {
    const zone = typeof zoneName === 'string' ? ianaZone(zoneName) : null;
    if (zone === null || typeof zoneName !== 'string') continue;
    return { zone, zoneName, days: daysOf(workingHours?.daysOfWeek), ...hoursOf(workingHours ?? {}) };
  }
  return null;
}
