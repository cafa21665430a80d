import type { ScheduleInformation } from '@microsoft/microsoft-graph-types';
import { type Instant, MINUTE } from '../../core/time.ts';
import { DeliveryError } from '../../core/errors.ts';

/** Minutes of one character of an availability view. */
const INTERVAL = 30;

function utc(instant: Instant): { dateTime: string; timeZone: string } {
  return { dateTime: new Date(instant).toISOString().slice(0, 19), timeZone: 'UTC' };
}

/** Exact JSON of the getSchedule POST for one mailbox, by its SMTP address (Graph: "calendar: getSchedule"). */
export function scheduleBody(address: string, from: Instant, to: Instant): string {
  return JSON.stringify({
    schedules: [address],
    startTime: utc(from),
    endTime: utc(to),
    availabilityViewInterval: INTERVAL,
  });
}

/**
 * The times of an availability view (one digit per half-hour from `from` on, 0 = free) that are not free, neighbours
 * joined.
 */
export function busyTimes(view: string, from: Instant): { start: Instant; end: Instant }[] {
  const times: { start: Instant; end: Instant }[] = [];
  for (const [index, digit] of view.split('').entries()) {
    if (digit === '0') continue;
    const start = from + index * INTERVAL * MINUTE;
    const end = start + INTERVAL * MINUTE;
    const last = times.at(-1);
    if (last?.end === start) last.end = end;
    else times.push({ start, end });
  }
  return times;
}

/**
 * The availability view in an answer of getSchedule about one mailbox. Throws DeliveryError `unavailable` when there is
 * none.
 */
export function availabilityView(body: unknown): string {
  const { value } = (body ?? {}) as { value?: unknown };
  const [schedule] = (Array.isArray(value) ? value : []) as (ScheduleInformation | null)[];
  const view = schedule?.availabilityView;
  if (schedule?.error || typeof view !== 'string' || !/^\d*$/.test(view)) {
    const code = schedule?.error?.responseCode ?? '';
    const named = /^\w{1,60}$/.test(code) ? ` (${code})` : '';
    throw new DeliveryError('unavailable', `Microsoft Graph tells no free times of this mailbox${named}`);
  }
  return view;
}
