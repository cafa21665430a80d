import { DateTime } from 'luxon';
import { parseDuration } from '../certificates/stages.ts';
import type { Instant } from '../time.ts';
import { numberOf, periodOf, type Calendar } from './list/periods.ts';

/** UTF-16 units of a time in words; longer is none. */
const LONGEST = 60;

/** `10:00`, `10 Uhr`, `10:30 Uhr`, `3 pm`, `15.30 Uhr`, `at 10` at the end, or the beginning, of what is said. */
const TIME = String.raw`(\d{1,2})[:.](\d{2})(?:\s*uhr)?|(\d{1,2})\s*uhr|(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)|(noon|mittags?)`;
const CLOCK = String.raw`(?:(?:(?:at|um|@)\s+)?(?:${TIME})|(?:at|um|@)\s+(\d{1,2}))`;
const CLOCK_LAST = new RegExp(String.raw`(?:^|[\s,])${CLOCK}$`);
const CLOCK_FIRST = new RegExp(String.raw`^${CLOCK}(?=[\s,]|$)`);
/** A part of a day, behind that day or by itself. Afternoons begin at two, evenings at six. */
const PART = /^(.{0,50}?)\s*(?:(afternoon|nachmittags?)|tonight|evening|abends?)$/;
/** A day with its time as programs write it: seconds and an offset may follow. */
const ISO = /^(\d{4}-\d{2}-\d{2})[t ](\d{1,2}):(\d{2})(?::\d{2}(?:\.\d{1,9})?)?\s?(z|[+-]\d{2}:?\d{2})?$/;

/** Minutes after midnight. */
const [AFTERNOON, EVENING] = [14 * 60, 18 * 60];

function minutesOf(found: RegExpExecArray): number | null {
  const [, hour, minute, uhr, twelve, past, half, noon, bare] = found;
  if (noon !== undefined) return 12 * 60;
  if (twelve !== undefined) {
    const number = Number(twelve);
    return number < 1 || number > 12 ? null : ((number % 12) + (half === 'pm' ? 12 : 0)) * 60 + Number(past ?? 0);
  }
  const [hours, minutes] = [Number(hour ?? uhr ?? bare), Number(minute ?? 0)];
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
    const day = DateTime.fromISO(iso[1]!, { zone: iso[4] === undefined ? zone : `UTC${iso[4].replace('z', '')}` });
    const isInstant = day.isValid && Number(iso[2]) < 24 && Number(iso[3]) < 60;
    return isInstant ? at(day, Number(iso[2]) * 60 + Number(iso[3])) : null;
  }
  const part = PART.exec(plain);
  if (part) {
    const day = /^(?:this|the|heute|am|in|)$/.test(part[1]!) ? dayIn('today', calendar) : dayIn(part[1]!, calendar);
    return day && at(day, part[2] === undefined ? EVENING : AFTERNOON);
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
