import { DateTime } from 'luxon';
import { type Instant, MINUTE, DAY } from '../time.ts';
import { blocksOf, bodyOf, linkOf, subjectOf, type Displacement } from './event-text.ts';
import { wordsOf } from '../items/words.ts';
import { sayIn } from '../language/language.ts';
import { boundaries, stageAt, type Stage } from '../certificates/stages.ts';
import type { Holidays, Reminder, ReminderKind, WorkingTime, ReminderEvent, Wanted } from '../model/reminder.ts';
import {
  closuresOf,
  isWorkingTime,
  lastWorkingSlot,
  localDate,
  nextWorkingSlot,
  OPEN,
  SLOT,
  startOfDate,
  startOfWorkBefore,
  workingHoursAt,
  type Closures,
} from './working-days.ts';

const DAY_MINUTES = 24 * 60;

/** Alarm of a slot, minutes before it starts. */
const SLOT_ALARM = 15;

/** The expiry event's alarm is at most so long before it. */
const EARLIEST_ALARM = 14 * DAY;

/** Monday to Friday, nine to five, in `zone`; UTC when the zone is unknown. */
export function defaultWorkingTime(zone: string | null): WorkingTime {
  const known = zone !== null && DateTime.fromMillis(0, { zone }).isValid ? zone : 'UTC';
  return { zone: known, zoneName: known, days: [1, 2, 3, 4, 5], start: 9 * 60, end: 17 * 60 };
}

/** Calendars keep whole seconds. */
function wholeSecond(at: Instant): Instant {
  return Math.floor(at / 1000) * 1000;
}

/**
 * Where a notice belongs: the start of work before it, regardless of holidays and freezes; itself where nobody works
 * ever.
 */
function ordinaryStart(noticeAt: Instant, working: WorkingTime): Instant {
  return startOfWorkBefore(noticeAt, working) ?? wholeSecond(noticeAt);
}

/**
 * The start of work before a notice on a day that is not closed; null when there is none. Where nobody works ever there
 * is nothing to move to.
 */
function openStart(noticeAt: Instant, working: WorkingTime, closures: Closures): Instant | null {
  if (working.days.length === 0) return ordinaryStart(noticeAt, working);
  return startOfWorkBefore(noticeAt, working, closures.on);
}

/**
 * When the renew event starts: the notice instant, moved back to the start of working time on the nearest earlier
 * working day that is not closed (a public holiday, a freeze). If that has passed, the first working slot from `now`
 * on, be it closed, since a later one would come later than it could; if that would not be before notAfter, now.
 */
export function renewStart(
  noticeAt: Instant,
  notAfter: Instant,
  working: WorkingTime,
  now: Instant,
  closures: Closures = OPEN,
): Instant {
  const planned = openStart(noticeAt, working, closures);
  if (planned !== null && planned >= now) return planned;
  const slot = nextWorkingSlot(now, working);
  return slot !== null && slot < notAfter ? slot : wholeSecond(now);
}

/** Without a watch that says otherwise the default policy counts. */
function policiesOf({ policies }: Wanted): Wanted['policies'] {
  return policies.length > 0 ? policies : [null];
}

function noticeAt(wanted: Wanted): Instant {
  return Math.min(...policiesOf(wanted).map((policy) => boundaries(wanted.certificate, policy)[0]!.at));
}

/**
 * The renew slot as it would be planned in good time, whatever the time is; null when every working day before the
 * notice is closed.
 */
export function plannedSlot(wanted: Wanted, working: WorkingTime, holidays: Holidays): Instant | null {
  return openStart(noticeAt(wanted), working, closuresOf(wanted, holidays));
}

/**
 * Text that changes exactly when the renew event has to be planned anew: while it stays, a planned start stays, even
 * when it lies in the past. Of holidays and freezes only those count that move the slot.
 */
export function planningBasis(wanted: Wanted, working: WorkingTime, holidays: Holidays): string {
  const { zone, days, start, end } = working;
  const notice = noticeAt(wanted);
  const basis = [notice, wanted.certificate.notAfter, zone, days, start, end];
  const closures = closuresOf(wanted, holidays);
  // Most have nothing in the way, and dates in zones take their time.
  if (closures === OPEN) return JSON.stringify(basis);
  const slot = openStart(notice, working, closures);
  // Without a closed day in the way the text is that of versions that knew none.
  return JSON.stringify(slot === ordinaryStart(notice, working) ? basis : [...basis, slot]);
}

/**
 * Why a renew event that starts then is not where it would be without holidays and freezes; null when they are not the
 * reason.
 */
function displacement(start: Instant, wanted: Wanted, working: WorkingTime, closures: Closures): Displacement | null {
  if (closures === OPEN) return null;
  const date = localDate(start, working.zone);
  const closure = start < wanted.certificate.notAfter ? closures.on(date) : null;
  if (closure) return { what: 'falls', date, closure };
  const ordinary = ordinaryStart(noticeAt(wanted), working);
  const avoided = localDate(ordinary, working.zone);
  const reason = start < ordinary ? closures.on(avoided) : null;
  return reason && { what: 'moved', date: avoided, closure: reason };
}

/** Alarm of a slot in minutes: not before the working day begins; `outside` for one before work or on a day off. */
function slotAlarm(start: Instant, working: WorkingTime, outside: number): number {
  const hours = workingHoursAt(start, working);
  if (!hours || start < hours.start) return outside;
  return Math.min(SLOT_ALARM, Math.floor((start - hours.start) / MINUTE));
}

/** Alarm of an event that takes a whole day, in minutes before its midnight: in the last half-hour of work before. */
function dayAlarm(start: Instant, working: WorkingTime, closures: Closures): number {
  const slot = lastWorkingSlot(start, working, closures.holidayOn);
  return slot === null ? DAY_MINUTES : Math.floor((start - slot) / MINUTE);
}

/**
 * Alarm of the expiry event in minutes: a day before when somebody works then, else in the last half-hour of work
 * before.
 */
function expiryAlarm(notAfter: Instant, working: WorkingTime, closures: Closures): number {
  const dayBefore = notAfter - DAY;
  if (isWorkingTime(dayBefore, working, closures.holidayOn)) return DAY_MINUTES;
  const slot = lastWorkingSlot(dayBefore, working, closures.holidayOn);
  if (slot === null || notAfter - slot > EARLIEST_ALARM) return DAY_MINUTES;
  return Math.floor((notAfter - slot) / MINUTE);
}

/**
 * Alarm in minutes for an expiry whose proper alarm has passed: the next half-hour of work before it; without one, at
 * once.
 */
function lateExpiryAlarm(notAfter: Instant, working: WorkingTime, closures: Closures, now: Instant): number {
  const slot = nextWorkingSlot(now, working, closures.holidayOn);
  const at = slot !== null && slot < notAfter ? slot : now;
  return Math.max(0, Math.floor((notAfter - at) / MINUTE));
}

const PRESSING = new Set<Stage>(['urgent', 'critical', 'expired']);

/** Whether it is urgent, or worse, by any of the policies. */
function isPressing(wanted: Wanted, now: Instant): boolean {
  return policiesOf(wanted).some((policy) => PRESSING.has(stageAt(wanted.certificate, policy, now)));
}

/** What an event is planned from, besides its certificate and the working time. */
export interface PlanOptions {
  now: Instant;
  holidays: Holidays;
  /** Start and alarm to keep, since the planning basis has not changed; null = plan. */
  kept: Pick<ReminderEvent, 'start' | 'reminderMinutes'> | null;
  /** What a person chose for this certificate. */
  chosen?: Reminder['chosen'];
  /** URIs of targets that present the next certificate already, told in the body. */
  renewed?: string[];
}

/**
 * The day that an event takes as a whole, as in 2027-03-01; undefined for one that has a time: what a person made of it,
 * and else the end of something that ends with a day, which is the same day wherever people are.
 */
function wholeDay(kind: ReminderKind, { certificate }: Wanted, chosen: PlanOptions['chosen']): string | undefined {
  if (chosen) return chosen.date;
  return kind === 'expiry' && certificate.kind === 'date' ? localDate(certificate.notAfter, 'UTC') : undefined;
}

function startOf(
  kind: ReminderKind,
  wanted: Wanted,
  working: WorkingTime,
  closures: Closures,
  { now, kept, chosen }: PlanOptions,
): Instant {
  const { notAfter } = wanted.certificate;
  const day = wholeDay(kind, wanted, chosen);
  if (day !== undefined) return startOfDate(day, working.zone);
  if (chosen) return chosen.start;
  if (kind === 'expiry') return notAfter;
  const fresh = () => renewStart(noticeAt(wanted), notAfter, working, now, closures);
  if (!kept) return fresh();
  // A freeze or holiday that came over a slot that was only the next one moves it earlier as well, while there is time.
  const closed = closures !== OPEN && closures.on(localDate(kept.start, working.zone)) !== null;
  return closed ? Math.min(kept.start, fresh()) : kept.start;
}

function alarmOf(
  kind: ReminderKind,
  start: Instant,
  working: WorkingTime,
  closures: Closures,
  { now, kept, chosen }: PlanOptions,
): number {
  const atExpiry = kind === 'expiry' && !chosen;
  const proper = atExpiry
    ? expiryAlarm(start, working, closures)
    : chosen?.date === undefined
      ? slotAlarm(start, working, chosen ? SLOT_ALARM : 0)
      : dayAlarm(start, working, closures);
  if (start - proper * MINUTE >= now) return proper;
  // Once it has passed nothing is gained by changing it.
  if (kept?.start === start) return kept.reminderMinutes;
  return atExpiry
    ? lateExpiryAlarm(start, working, closures, now)
    : Math.max(0, Math.min(proper, Math.floor((start - now) / MINUTE)));
}

/** The event of one kind as it should exist at `now`. */
export function planEvent(
  kind: ReminderKind,
  wanted: Wanted,
  working: WorkingTime,
  options: PlanOptions,
): ReminderEvent {
  const { targets, language } = wanted;
  const { chosen = null, renewed = [] } = options;
  const say = sayIn(language);
  const closures = closuresOf(wanted, options.holidays);
  const day = wholeDay(kind, wanted, chosen);
  const start = startOf(kind, wanted, working, closures, options);
  const category = wordsOf(wanted.certificate).category(say);
  const displaced = chosen ? null : displacement(start, wanted, working, closures);
  const blocks = blocksOf(kind, wanted, { renewed, displaced, now: options.now, zone: working.zone, say });
  return {
    language,
    zone: working.zone,
    zoneName: working.zoneName,
    subject: subjectOf(kind, wanted, working.zone, say),
    start,
    end: day === undefined ? start + SLOT : startOfDate(day, working.zone, 1),
    ...(day === undefined ? {} : { allDay: true }),
    reminderMinutes: alarmOf(kind, start, working, closures, options),
    body: bodyOf(blocks),
    blocks,
    importance: kind === 'expiry' || isPressing(wanted, options.now) ? 'high' : 'normal',
    showAs: chosen?.showAs ?? 'free',
    link: linkOf(wanted, say),
    targets,
    ...(category === undefined ? {} : { category }),
  };
}
