import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { DeliveryError } from '../../src/core/errors.ts';
import type { Calendar, Reminder } from '../../src/core/ports.ts';
import type { ReminderEvent } from '../../src/core/reminder.ts';

/** An event at 2027-03-01 09:00 in Berlin, with overrides. */
export function makeEvent(overrides: Partial<ReminderEvent> = {}): ReminderEvent {
  return {
    subject: 'Renew certificate: example.com (expires 2027-03-31)',
    start: Date.UTC(2027, 2, 1, 8, 0),
    end: Date.UTC(2027, 2, 1, 8, 30),
    zone: 'Europe/Berlin',
    zoneName: 'W. Europe Standard Time',
    reminderMinutes: 15,
    body: ['The certificate of example.com:443 expires on 2027-03-31.', "Issued by Let's Encrypt E7."],
    importance: 'normal',
    targets: ['tls://example.com:443'],
    ...overrides,
  };
}

/** A reminder that was never written, with overrides. */
export function makeReminder(overrides: Partial<Reminder> = {}): Reminder {
  return {
    id: randomUUID(),
    calendar: 'graph',
    mailbox: 'ada@example.com',
    fingerprint: 'ab'.repeat(32),
    kind: 'renew',
    event: makeEvent(),
    basis: 'basis',
    wanted: true,
    writtenHash: null,
    eventId: null,
    etag: null,
    transactionId: randomUUID(),
    createBody: null,
    sequence: 0,
    createdAt: Date.UTC(2026, 11, 1),
    updatedAt: Date.UTC(2026, 11, 1),
    ...overrides,
  };
}

/** One try as the outbox makes it: what must survive is kept on the reminder. Throws what `write` throws. */
export async function tryWrite(calendar: Calendar, reminder: Reminder): Promise<void> {
  const written = await calendar.write(reminder, async (createBody) => {
    reminder.createBody = createBody;
  });
  reminder.eventId = written.eventId;
  reminder.etag = written.etag;
  reminder.writtenHash = written.hash;
}

/** The DeliveryError that a promise rejects with. */
export async function failureOf(work: Promise<unknown>): Promise<DeliveryError> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof DeliveryError, `expected a DeliveryError, got ${String(error)}`);
  return error;
}
