import { DateTime } from 'luxon';
import { parseDuration } from '../certificates/stages.ts';
import type { Instant } from '../time.ts';
import { numberOf, periodOf, type Calendar } from './list/periods.ts';

/** UTF-16 units of a time in words; longer is none. */
const LONGEST = 60;

/** `10:00`, `10 Uhr`, `10:30 Uhr`, `3 pm`, `15.30 Uhr` at the end, or the beginning, of what is said. */
const CLOCK = String.raw`(?:(?:at|um|@)\s+)?(?:(\d{1,2})[:.](\d{2})(?:\s*uhr)?|(\d{1,2})\s*uhr|(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)|(noon|mittags?))`;
const CLOCK_LAST = new RegExp(String.raw`(?:^|[\s,])${CLOCK}$`);
const CLOCK_FIRST = new RegExp(String.raw`^${CLOCK}(?=[\s,]|$)`);
/** A day with its time as programs write it. */
const ISO = /^(\d{4}-\d{2}-\d{2})[t ](\d{1,2}):(\d{2})$/;

function minutesOf(found: RegExpExecArray): number | null {
  const [, hour, minute, uhr, twelve, past, half, noon] = found;
  if (noon !== undefined) return 12 * 60;
  if (twelve !== undefined) {
    const number = Number(twelve);
    return number < 1 || number > 12 ? null : ((number % 12) + (half === 'pm' ? 12 : 0)) * 60 + Number(past ?? 0);
  }
  const [hours, minutes] = [Number(hour ?? uhr), Number(minute ?? 0)];
  return hours > 23 || minutes > 59 ? null : hours * 60 + minutes;
}

function at(day: DateTime, minutes: number): Instant {
  return day
    .startOf('day')
    .set({ hour: Math.floor(minutes / 60), minute: minutes % 60 })
    .toMillis();
}

/** `2 hours`, `2h`, `zwei Stunden`, `an hour`; null when it is no length of time. Milliseconds. */
function lengthIn(text: string): number | null {
  const [first = '', ...rest] = text.split(' ');
  const number = numberOf(first);
  const unit = rest.join(' ').replace(/^stunden?$/, 'h');
  const joined = number === null || rest.length === 0 ? text : `${number} ${unit}`;
  return parseDuration(joined);
}

/** The day that is meant; null: none. Of a period, such as a week, its first day. */
function dayIn(text: string, calendar: Calendar): DateTime | null {
  const words = text.split(' ').filter((word) => !/^(?:on|am|the|den|,|früh|frueh|morning)$/.test(word));
  const today = DateTime.fromMillis(calendar.now, { zone: calendar.zone });
  if (words.length === 1 && /^(?:today|tonight|heute)$/.test(words[0]!)) return today.startOf('day');
  return periodOf(words, calendar)?.from ?? null;
}

/**
 * The instant that these words name, such as `Monday`, `Friday 10:00`, `tomorrow at 3 pm`, `bis 1.12. um 9 Uhr`,
 * `2 hours`; null when they name none. `begins`: when a day begins where no time is said, in minutes after midnight.
 */
export function instantIn(text: string, calendar: Calendar, begins: number): Instant | null {
  const plain = text.toLowerCase().replaceAll(/\s+/g, ' ').trim();
  if (plain === '' || plain.length > LONGEST) return null;
  const length = lengthIn(plain.replace(/^(?:for|für|fuer|in) /, ''));
  if (length !== null) return calendar.now + length;
  const iso = ISO.exec(plain);
  const { zone } = calendar;
  if (iso) {
    const day = DateTime.fromISO(iso[1]!, { zone });
    const instant = day.isValid && Number(iso[2]) < 24 && Number(iso[3]) < 60;
    return instant ? at(day, Number(iso[2]) * 60 + Number(iso[3])) : null;
  }
  const clock = CLOCK_LAST.exec(plain) ?? CLOCK_FIRST.exec(plain);
  const minutes = clock ? minutesOf(clock) : begins;
  if (minutes === null) return null;
  const rest = (clock ? `${plain.slice(0, clock.index)} ${plain.slice(clock.index + clock[0].length)}` : plain).trim();
  if (rest === '' && clock) {
    const today = DateTime.fromMillis(calendar.now, { zone });
    const first = at(today, minutes);
    return first > calendar.now ? first : at(today.plus({ days: 1 }), minutes);
  }
  const day = dayIn(rest.replace(/,$/, ''), calendar);
  return day && at(day, minutes);
}
