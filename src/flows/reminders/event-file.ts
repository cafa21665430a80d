import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Reminder } from '../../core/model/reminder.ts';
import type { StoreOperations } from '../../core/ports/store.ts';
import type { FlowContext } from '../context.ts';

/** An unguessable feed token: 256 bits, of which two random UUIDs carry 244. */
export function newToken({ uuid }: Pick<FlowContext, 'uuid'>): string {
  return `${uuid()}${uuid()}`.replaceAll('-', '');
}

/** What tells that whoever has an address of an event's file got it from us; it ends with the feed's address. */
function fileSeal(feedToken: string, reminderId: string): string {
  return createHmac('sha256', feedToken).update(reminderId).digest('base64url');
}

/**
 * The address of one event as an .ics file; null where addresses are not known. It tells nothing of the feed's own
 * address.
 */
export async function fileUrl(
  { settings, uuid, now }: FlowContext,
  operations: StoreOperations,
  { id, mailbox }: Reminder,
): Promise<string | null> {
  if (settings.publicUrl === null) return null;
  const token = await operations.ensureFeed(mailbox, () => newToken({ uuid }), now());
  return `${settings.publicUrl}/calendar/event/${id}/${fileSeal(token, id)}.ics`;
}

/** The event behind such an address; null when it is nobody's (any more). */
export async function eventFile(
  { store, uuid, now }: FlowContext,
  reminderId: string,
  seal: string,
): Promise<Reminder | null> {
  const reminder = await store.getReminder(reminderId);
  if (!reminder?.wanted || reminder.calendar !== 'ics') return null;
  const token = await store.ensureFeed(reminder.mailbox, () => newToken({ uuid }), now());
  const expected = Buffer.from(fileSeal(token, reminderId));
  const given = Buffer.from(seal);
  return given.length === expected.length && timingSafeEqual(given, expected) ? reminder : null;
}
