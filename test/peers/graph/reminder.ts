import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { DeliveryError } from '../../../src/core/errors.ts';
import { createGraphCalendar, type GraphCalendarOptions } from '../../../src/calendars/graph/calendar.ts';
import type { Calendar, WriteOutcome } from '../../../src/core/ports/calendar.ts';
import type { Reminder, ReminderEvent } from '../../../src/core/model/reminder.ts';

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
    answeredStart: null,
    transactionId: randomUUID(),
    createBody: null,
    sequence: 0,
    chosen: null,
    deleted: null,
    question: null,
    createdAt: Date.UTC(2026, 11, 1),
    updatedAt: Date.UTC(2026, 11, 1),
    ...overrides,
  };
}

/** One try as the outbox makes it: what must survive is kept on the reminder. Throws what `write` throws. */
export async function tryWrite(calendar: Calendar, reminder: Reminder): Promise<WriteOutcome> {
  const outcome = await calendar.write(reminder, async (createBody) => {
    reminder.createBody = createBody;
  });
  if (outcome.kind !== 'written') return outcome;
  const { eventId, etag, hash, start } = outcome.written;
  Object.assign(reminder, { eventId, etag, writtenHash: hash, answeredStart: start });
  return outcome;
}

/** The installation that `makeCalendar` writes for. */
export const INSTALLATION = '0f6e0c1e-6d0b-4c0e-9b52-5f2f6a1c7d11';

/** A Graph calendar at that address, with a token that everybody takes for good, unless told otherwise. */
export function makeCalendar(baseUrl: string, overrides: Partial<GraphCalendarOptions> = {}): Calendar {
  return createGraphCalendar({
    baseUrl,
    installation: INSTALLATION,
    tokens: { get: async () => ({ token: 'token', kind: 'application' }), refused() {} },
    apps: [],
    authentication: { failed() {}, recovered() {} },
    log: { debug() {}, warn() {} },
    ...overrides,
  });
}

/** A clock that goes on by itself and can be put forward (ms). */
export function makeClock(): { now: () => number; forward: (ms: number) => void } {
  let ahead = 0;
  return {
    now: () => Date.now() + ahead,
    forward(ms) {
      ahead += ms;
    },
  };
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
