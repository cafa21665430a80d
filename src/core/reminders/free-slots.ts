import type { Instant } from '../time.ts';
import type { WorkingTime } from '../model/reminder.ts';
import { SLOT, workingSlots, type Closures } from './working-days.ts';

/**
 * Starts of free half-hours, first come first: inside working time, on full and half hours by the clock of its zone,
 * not overlapping anything busy, not on a closed date, none beginning before `from` or ending after `until`. At most
 * `number`.
 */
export function freeSlots({
  busy,
  working,
  closures,
  from,
  until,
  number,
}: {
  busy: { start: Instant; end: Instant }[];
  working: WorkingTime;
  closures: Closures;
  from: Instant;
  until: Instant;
  number: number;
}): Instant[] {
  const found: Instant[] = [];
  for (const slot of workingSlots({ from, until }, working, closures.on)) {
    if (found.length >= number) break;
    if (!busy.some(({ start, end }) => start < slot + SLOT && slot < end)) found.push(slot);
  }
  return found;
}
