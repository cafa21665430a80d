import { DateTime } from 'luxon';
import { type Instant, MINUTE, DAY } from '../time.ts';
import type { Language } from '../language/language.ts';
import type { Holidays, Freeze, WorkingTime } from '../model/reminder.ts';

/** Why nothing is to be planned on a date. */
export type Closure = { kind: 'freeze'; from: string; to: string } | { kind: 'holiday'; name: string };

/** The dates on which nothing is to be planned, by local date (YYYY-MM-DD). */
export interface Closures {
  /** A freeze or public holiday; null on an ordinary date. */
  on(date: string): Closure | null;
  /** A public holiday, whether or not changes are frozen. */
  holidayOn(date: string): Closure | null;
}

/** Length of what is planned, milliseconds. */
export const SLOT = 30 * 60_000;

const DAY_MINUTES = 24 * 60;
/** How many days a search looks at, backwards past freezes and forwards for work: it always ends. */
const REACH = 3660;
const NEAR = 14;

/** Every date is an ordinary one. What `closuresOf` answers without regions and freezes. */
export const OPEN: Closures = { on: () => null, holidayOn: () => null };

/** Whether the text is a date of the calendar, YYYY-MM-DD. */
export function isDate(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && DateTime.fromISO(text, { zone: 'utc' }).isValid;
}

/**
 * The closed dates of some regions and freezes. A date that is both is told as a freeze, which says more. Holidays are
 * asked for by year, when a search comes there. Freezes that are no dates, or end before they begin, count for nothing.
 */
export function closuresOf(
  { holidays: regions, freezes, language }: { holidays: string[]; freezes: Freeze[]; language: Language },
  holidays: Holidays,
): Closures {
  const frozen = freezes.filter(({ from, to }) => isDate(from) && isDate(to));
  if (regions.length === 0 && frozen.length === 0) return OPEN;
  const years = new Map<number, Map<string, string>>();
  function namesIn(year: number): Map<string, string> {
    let names = years.get(year);
    if (!names) {
      // The first region's name of a day comes first.
      const all = regions.flatMap((region) => holidays(region, year, language)).toReversed();
      names = new Map(all.map(({ date, name }) => [date, name]));
      years.set(year, names);
    }
    return names;
  }
  function holidayOn(date: string): Closure | null {
    const name = namesIn(Number(date.slice(0, 4))).get(date);
    return name === undefined ? null : { kind: 'holiday', name };
  }
  return {
    holidayOn,
    on(date) {
      const freeze = frozen.find(({ from, to }) => from <= date && date <= to);
      return freeze ? { kind: 'freeze', from: freeze.from, to: freeze.to } : holidayOn(date);
    },
  };
}

/**
 * Days since 1970-01-01 of the local date. Dates are counted, not added up in hours: a day may have 23 hours or 25, or
 * no midnight.
 */
function dayNumber(at: Instant, zone: string): number {
  return Math.floor((at + DateTime.fromMillis(at, { zone }).offset * MINUTE) / DAY);
}

/** Midnight of that date in UTC, to read year, month and day from. */
function civil(day: number): DateTime {
  return DateTime.fromMillis(day * DAY, { zone: 'utc' });
}

function dateOf(day: number): string {
  return civil(day).toISODate()!;
}

/** The local date (YYYY-MM-DD) of an instant in an IANA zone. */
export function localDate(at: Instant, zone: string): string {
  return dateOf(dayNumber(at, zone));
}

/**
 * The instant at which a local date (YYYY-MM-DD) begins, also where it has no midnight; `after`: so many dates later.
 */
export function startOfDate(date: string, zone: string, after = 0): Instant {
  return DateTime.fromISO(date, { zone }).plus({ days: after }).startOf('day').toMillis();
}

/** 1970-01-01 was a Thursday, the fourth day of ISO 8601's week. */
function weekdayOf(day: number): number {
  return ((((day + 3) % 7) + 7) % 7) + 1;
}

/**
 * That time on the wall clock, minutes after midnight, be it of a later day; where the clock skips it, what it shows
 * instead.
 */
function wall(day: number, minutes: number, zone: string): Instant {
  const { year, month, day: date } = civil(day + Math.floor(minutes / DAY_MINUTES));
  const time = { hour: Math.floor((minutes % DAY_MINUTES) / 60), minute: minutes % 60 };
  return DateTime.fromObject({ year, month, day: date, ...time }, { zone }).toMillis();
}

function startOn(day: number, { start, zone }: WorkingTime): Instant {
  return wall(day, start, zone);
}

function hoursOn(day: number, working: WorkingTime): { start: Instant; end: Instant } {
  return { start: startOn(day, working), end: wall(day, working.end, working.zone) };
}

/** Working hours of the local day of an instant; null when nobody works on that weekday. */
export function workingHoursAt(at: Instant, working: WorkingTime): { start: Instant; end: Instant } | null {
  const day = dayNumber(at, working.zone);
  return working.days.includes(weekdayOf(day)) ? hoursOn(day, working) : null;
}

type Closed = (date: string) => Closure | null;

/**
 * Numbers of working days that are not closed, from the local day of `at` on, forwards or backwards. At most `reach`
 * days are looked at.
 */
function* openDays(
  at: Instant,
  working: WorkingTime,
  { step, reach, closed }: { step: 1 | -1; reach: number; closed: Closed },
): Generator<number> {
  const today = dayNumber(at, working.zone);
  for (let count = 0; count <= reach; count += 1) {
    const day = today + count * step;
    if (!working.days.includes(weekdayOf(day))) continue;
    if (closed === OPEN.on || !closed(dateOf(day))) yield day;
  }
}

/** The latest start of an open working day that is not after `at`; null when there is none within ten years. */
export function startOfWorkBefore(at: Instant, working: WorkingTime, closed: Closed = OPEN.on): Instant | null {
  for (const day of openDays(at, working, { step: -1, reach: REACH, closed })) {
    const start = startOn(day, working);
    if (start <= at) return start;
  }
  return null;
}

/**
 * The first full or half hour from `at` on by the clock of the zone, whose offset need not be whole hours
 * (Asia/Kathmandu: 5:45).
 */
function nextHalfHour(at: Instant, zone: string): Instant {
  const offset = DateTime.fromMillis(at, { zone }).offset * MINUTE;
  return Math.ceil((at + offset) / SLOT) * SLOT - offset;
}

/**
 * The first half-hour from `now` on that lies within working time of an open day in the next two weeks; null when there
 * is none.
 */
export function nextWorkingSlot(now: Instant, working: WorkingTime, closed: Closed = OPEN.on): Instant | null {
  const rounded = nextHalfHour(now, working.zone);
  for (const day of openDays(now, working, { step: 1, reach: NEAR, closed })) {
    const { start, end } = hoursOn(day, working);
    const slot = Math.max(start, rounded);
    if (slot + SLOT <= end) return slot;
  }
  return null;
}

/**
 * The start of the last half-hour of an open working day that is not after `at`, at most two weeks before it; null when
 * there is none.
 */
export function lastWorkingSlot(at: Instant, working: WorkingTime, closed: Closed = OPEN.on): Instant | null {
  for (const day of openDays(at, working, { step: -1, reach: NEAR, closed })) {
    const { start, end } = hoursOn(day, working);
    const slot = Math.max(start, end - SLOT);
    if (slot <= at) return slot;
  }
  return null;
}

/** Whether somebody works at that instant. */
export function isWorkingTime(at: Instant, working: WorkingTime, closed: Closed = OPEN.on): boolean {
  const hours = workingHoursAt(at, working);
  return hours !== null && hours.start <= at && at < hours.end && !closed(localDate(at, working.zone));
}

/**
 * Every half-hour of open working days on the zone's half-hour grid, from `from` on, ended by `until`: both instants.
 * Looks ten years ahead.
 */
export function* workingSlots(
  { from, until }: { from: Instant; until: Instant },
  working: WorkingTime,
  closed: Closed = OPEN.on,
): Generator<Instant> {
  for (const day of openDays(from, working, { step: 1, reach: REACH, closed })) {
    const { start, end } = hoursOn(day, working);
    if (start >= until) return;
    const last = Math.min(end, until);
    for (let slot = nextHalfHour(Math.max(start, from), working.zone); slot + SLOT <= last; slot += SLOT) yield slot;
  }
}
