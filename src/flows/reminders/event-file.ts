import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Reminder } from '../../core/model/reminder.ts';
import type { StoreOperations } from '../../core/ports/store.ts';
import type { FlowContext } from '../context.ts';
import { feedToken, knownFeedToken } from './feed-token.ts';

/** What tells that whoever has an address of an event's file got it from us; it ends with the feed's address. */
function fileSeal(feedToken: string, reminderId: string): string {
  return createHmac('sha256', feedToken).update(reminderId).digest('base64url');
}

/**
 * The address of one event as an .ics file; null where addresses are not known. It tells nothing of the feed's own
 * address.
 */
export async function fileUrl(
  context: FlowContext,
  operations: StoreOperations,
  { id, mailbox }: Reminder,
): Promise<string | null> {
  const { publicUrl } = context.settings;
  if (publicUrl === null) return null;
  const token = await feedToken(context, operations, mailbox);
  return `${publicUrl}/calendar/event/${id}/${fileSeal(token, id)}.ics`;
}

/** The event behind such an address; null when it is nobody's (any more). */
export async function eventFile(context: FlowContext, reminderId: string, seal: string): Promise<Reminder | null> {
  const reminder = await context.store.getReminder(reminderId);
  if (!reminder?.wanted || reminder.calendar !== 'ics') return null;
  const token = await knownFeedToken(context, context.store, reminder.mailbox);
  if (token === null) return null;
  const expected = Buffer.from(fileSeal(token, reminderId));
  const given = Buffer.from(seal);
  return given.length === expected.length && timingSafeEqual(given, expected) ? reminder : null;
}
