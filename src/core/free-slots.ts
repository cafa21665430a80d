import type { Instant } from './certificate.ts';
import type { Freeze, WorkingTime } from './reminder.ts';
import { closuresOf, SLOT, workingSlots } from './working-days.ts';

/**
 * Starts of free half-hours, first come first: inside working time, on full and half hours by the clock of its zone, not overlapping anything busy, not on a
 * holiday (local dates, YYYY-MM-DD) nor in a freeze, none beginning before `from` or ending after `until`. At most `number`.
 */
export function freeSlots({
  busy,
  working,
  holidays,
  freezes,
  from,
  until,
  number,
}: {
  busy: { start: Instant; end: Instant }[];
  working: WorkingTime;
  holidays: { date: string }[];
  freezes: Freeze[];
  from: Instant;
  until: Instant;
  number: number;
}): Instant[] {
  const found: Instant[] = [];
  const off = new Set(holidays.map(({ date }) => date));
  const closures = closuresOf({ holidays: [], freezes, language: 'en' }, () => []);
  const closed = (date: string) => (off.has(date) ? { kind: 'holiday' as const, name: '' } : closures.on(date));
  const taken = busy.toSorted((a, b) => a.start - b.start);
  for (const slot of workingSlots({ from, until }, working, closed)) {
    if (found.length >= number) break;
    if (!taken.some(({ start, end }) => start < slot + SLOT && slot < end)) found.push(slot);
  }
  return found;
}
