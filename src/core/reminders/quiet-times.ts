import { DateTime } from 'luxon';
import type { WorkingTime } from '../model/reminder.ts';
import { MINUTE, type Instant } from '../time.ts';
import { isWorkingTime, nextWorkingSlot, workingHoursAt, type Closures } from './working-days.ts';

/** Until when people like to be left alone: the next day somebody works, Monday, the next half-hour of working time. */
export const SNOOZES = ['tomorrow', 'monday', 'slot', 'limit'] as const;
export type Snooze = (typeof SNOOZES)[number];

/** When people work, and when not. */
export interface WorkDays {
  working: WorkingTime;
  closures: Closures;
}

/** So many days ahead a day to work is looked for. */
const NEAR_DAYS = 21;

/** When work begins on the first day from `day` on that somebody works. */
function workBegins(day: DateTime, { working, closures }: WorkDays): Instant | null {
  for (let ahead = 0; ahead < NEAR_DAYS; ahead += 1) {
    const noon = day.plus({ days: ahead }).set({ hour: 12, minute: 0, second: 0, millisecond: 0 });
    const hours = workingHoursAt(noon.toMillis(), working);
    if (hours && !closures.on(noon.toISODate() ?? '')) return hours.start;
  }
  return null;
}

/** The instant that is meant; null: there is none. `limit`: until then at most. */
export function snoozeUntil(
  which: Snooze,
  days: WorkDays,
  { now, limit }: { now: Instant; limit: Instant },
): Instant | null {
  const today = DateTime.fromMillis(now, { zone: days.working.zone });
  if (which === 'limit') return limit;
  if (which === 'tomorrow') return workBegins(today.plus({ days: 1 }), days);
  if (which === 'monday') return workBegins(today.plus({ weeks: 1 }).startOf('week'), days);
  return nextWorkingSlot(now + 1, days.working, days.closures.on);
}

/**
 * What can be chosen now: each instant once, none after the limit. `isSlotOwn`: the next free slot is that of a
 * calendar, and is looked for when it is chosen.
 */
export function snoozeChoices(
  days: WorkDays,
  { now, limit, isSlotOwn = false }: { now: Instant; limit: Instant; isSlotOwn?: boolean },
): { which: Snooze; at: Instant }[] {
  const found: { which: Snooze; at: Instant }[] = [];
  for (const which of SNOOZES) {
    const at = snoozeUntil(which, days, { now, limit });
    const isKnown = found.some((one) => one.at === at) && !(isSlotOwn && which === 'slot');
    if (at !== null && at > now && at <= limit && !isKnown) found.push({ which, at });
  }
  return found;
}

/** So soon nobody installs anything. */
const LEAD = 30 * MINUTE;
const OFFERED = 5;

/** Times to offer for installing something: the next half-hour of working time, and ten o'clock of the days after. */
export function appointmentChoices(days: WorkDays, { now, last }: { now: Instant; last: Instant }): Instant[] {
  const { working, closures } = days;
  const first = nextWorkingSlot(now + LEAD, working, closures.on);
  const found = first === null ? [] : [first];
  const today = DateTime.fromMillis(first ?? now, { zone: working.zone });
  for (let ahead = 1; ahead < NEAR_DAYS && found.length < OFFERED; ahead += 1) {
    const ten = today.plus({ days: ahead }).set({ hour: 10, minute: 0, second: 0, millisecond: 0 });
    if (isWorkingTime(ten.toMillis(), working, closures.on)) found.push(ten.toMillis());
  }
  return found.filter((at) => at <= last);
}
