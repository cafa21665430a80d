import { ContractError, assertFits, instantOf } from './contract.ts';
import type { Reply } from './answers.ts';
import { MINUTE } from '../../../src/core/time.ts';

/**
 * A time that is not free, in ms; `digit` as in an availability view (1 tentative, 2 busy, 3 out of office, 4
 * elsewhere).
 */
export interface TakenTime {
  start: number;
  end: number;
  digit: '1' | '2' | '3' | '4';
}

const LONGEST = 62 * 24 * 60 * MINUTE;

/** One digit per interval: the highest of what overlaps it. */
function viewOf(taken: TakenTime[], start: number, end: number, step: number): string {
  const slots = Array.from({ length: Math.ceil((end - start) / step) }, (_, index) => start + index * step);
  return slots
    .map((from) =>
      taken
        .filter((one) => one.start < from + step && one.end > from)
        .map(({ digit }) => digit)
        .reduce((highest, digit) => (digit > highest ? digit : highest), '0'),
    )
    .join('');
}

/**
 * Answers getSchedule. `scheduleOf` tells what a mailbox has at an SMTP address, or the code of the error in its place.
 */
export function readSchedules(body: unknown, scheduleOf: (address: string) => TakenTime[] | string): Reply {
  assertFits('scheduleRequest', body);
  const { schedules, startTime, endTime, availabilityViewInterval } = body as {
    schedules: string[];
    startTime: unknown;
    endTime: unknown;
    availabilityViewInterval?: number;
  };
  const [start, end] = [instantOf(startTime), instantOf(endTime)];
  if (end <= start || end - start > LONGEST) throw new ContractError('endTime must be within 62 days after startTime');
  const step = (availabilityViewInterval ?? 30) * MINUTE;
  const value = schedules.map((scheduleId) => {
    const found = scheduleId.includes('@') ? scheduleOf(scheduleId) : 'ErrorInvalidSmtpAddress';
    const schedule =
      typeof found === 'string'
        ? { scheduleId, availabilityView: '', error: { message: 'stand-in', responseCode: found } }
        : { scheduleId, availabilityView: viewOf(found, start, end, step), scheduleItems: [] };
    assertFits('scheduleInformation', schedule);
    return schedule;
  });
  return { status: 200, body: { value } };
}
