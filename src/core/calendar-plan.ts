import type { Instant } from './certificate.ts';
import type { Reminder } from './ports.ts';
import { planEvent, planningBasis, type ReminderKind, type Wanted, type WorkingTime } from './reminder.ts';

const KINDS: ReminderKind[] = ['renew', 'expiry'];

export interface PlanInput {
  calendar: Reminder['calendar'];
  mailbox: string;
  /** Every certificate this mailbox should be reminded of. */
  wanted: Wanted[];
  /** Every reminder row of this mailbox. */
  existing: Reminder[];
  workingTime: WorkingTime;
  now: Instant;
  /** A fresh UUID at each call. */
  uuid: () => string;
}

function sharesTarget(reminder: Reminder, wanted: Wanted): boolean {
  return reminder.event.targets.some((uri) => wanted.targets.includes(uri));
}

/** Text that is equal exactly when two events are. */
function content(reminder: Pick<Reminder, 'event' | 'fingerprint' | 'wanted'>): string {
  const { event } = reminder;
  return JSON.stringify([
    reminder.fingerprint,
    reminder.wanted,
    event.subject,
    event.start,
    event.end,
    event.zoneName,
    event.reminderMinutes,
    event.body,
    event.importance,
    event.targets,
  ]);
}

function draft(input: PlanInput, kind: ReminderKind, wanted: Wanted, base: Reminder | null): Reminder {
  const { workingTime, now, uuid } = input;
  const basis = planningBasis(wanted, workingTime);
  const keep = base !== null && base.fingerprint === wanted.certificate.fingerprint && base.basis === basis;
  const event = planEvent(kind, wanted, workingTime, { now, kept: keep ? base.event.start : null });
  if (keep) event.reminderMinutes = base.event.reminderMinutes;
  if (base) return { ...base, fingerprint: wanted.certificate.fingerprint, event, basis, wanted: true };
  return {
    id: uuid(),
    calendar: input.calendar,
    mailbox: input.mailbox,
    fingerprint: wanted.certificate.fingerprint,
    kind,
    event,
    basis,
    wanted: true,
    writtenHash: null,
    eventId: null,
    etag: null,
    transactionId: uuid(),
    createBody: null,
    sequence: 0,
    createdAt: now,
    updatedAt: now,
  };
}

/**
 * Compares the reminders that should exist in one mailbox with those that do, and returns the rows to store: new ones, changed ones (sequence
 * raised) and ones no longer wanted (`wanted: false`). One certificate is one pair of events however many targets present it. A certificate
 * without rows adopts the rows of one that is no longer wanted and was presented by one of the same targets: renewal moves events.
 */
export function planReminders(input: PlanInput): Reminder[] {
  const { wanted, existing, now } = input;
  const wantedPrints = new Set(wanted.map(({ certificate }) => certificate.fingerprint));
  const orphans = existing.filter(({ fingerprint }) => !wantedPrints.has(fingerprint));
  const result: Reminder[] = [];
  for (const kind of KINDS) {
    for (const want of wanted) {
      const own = existing.find((row) => row.kind === kind && row.fingerprint === want.certificate.fingerprint);
      const adopted = own ? -1 : orphans.findIndex((row) => row.kind === kind && sharesTarget(row, want));
      const base = own ?? (adopted >= 0 ? orphans.splice(adopted, 1)[0]! : null);
      const next = draft(input, kind, want, base);
      if (base && content(base) === content(next)) continue;
      result.push(base ? { ...next, sequence: base.sequence + 1, updatedAt: now } : next);
    }
  }
  for (const row of orphans)
    if (row.wanted) result.push({ ...row, wanted: false, sequence: row.sequence + 1, updatedAt: now });
  return result;
}
