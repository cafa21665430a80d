import type { Instant } from '../../core/time.ts';
import type { WorkingTime } from '../../core/model/reminder.ts';
import type { MailboxCall } from './client.ts';
import { answerFailure, meansGone } from './failures.ts';
import { availabilityView, busyTimes, scheduleBody } from './schedule.ts';
import { readWorkingTime } from './working-time.ts';

/** See `Calendar.workingTime`. Throws DeliveryError. */
export async function workingTimeOf(call: MailboxCall, mailbox: string): Promise<WorkingTime | null> {
  const answer = await call({ method: 'GET', mailbox, path: '/mailboxSettings?$select=timeZone,workingHours' });
  if (answer.status === 200) return readWorkingTime(answer.body);
  if (answer.status === 403 || answer.status === 404) return null;
  throw answerFailure(answer, 'GET');
}

/** See `Calendar.purpose`. Throws DeliveryError. */
export async function purposeOf(call: MailboxCall, mailbox: string): Promise<'person' | 'shared' | null> {
  const answer = await call({ method: 'GET', mailbox, path: '/mailboxSettings?$select=userPurpose' });
  if (answer.status === 403) return null;
  if (answer.status !== 200) throw answerFailure(answer, 'GET');
  const { userPurpose } = (answer.body ?? {}) as { userPurpose?: unknown };
  // Not every cloud and not every mailbox has the property.
  if (userPurpose === 'user' || userPurpose === 'linked') return 'person';
  const isShared = ['shared', 'room', 'equipment'].some((one) => one === userPurpose);
  return isShared ? 'shared' : null;
}

/** See `Calendar.opens`. Throws DeliveryError. */
export async function opens(call: MailboxCall, mailbox: string): Promise<boolean> {
  const answer = await call({ method: 'GET', mailbox, path: '/calendar?$select=owner' });
  if (answer.status === 200) return true;
  // What a token may not see Exchange does not find.
  if (answer.status === 403 || (answer.status === 404 && meansGone(answer))) return false;
  throw answerFailure(answer, 'GET');
}

/** getSchedule takes SMTP addresses only. */
async function addressOf(call: MailboxCall, mailbox: string): Promise<string> {
  if (mailbox.includes('@')) return mailbox;
  const answer = await call({ method: 'GET', mailbox, path: '/calendar?$select=owner' });
  if (answer.status !== 200) throw answerFailure(answer, 'GET');
  const { owner } = (answer.body ?? {}) as { owner?: { address?: unknown } | null };
  if (typeof owner?.address === 'string' && owner.address.includes('@')) return owner.address;
  // Where the calendar does not say whose it is, the directory may, if it lets us see.
  const person = await call({ method: 'GET', mailbox, path: '?$select=mail,userPrincipalName' });
  const { mail, userPrincipalName } = (person.status === 200 ? (person.body ?? {}) : {}) as Record<string, unknown>;
  return (
    ([mail, userPrincipalName].find((one) => typeof one === 'string' && one.includes('@')) as string | undefined) ??
    mailbox
  );
}

/** See `Calendar.busy`. Throws DeliveryError. */
export async function busyIn(
  call: MailboxCall,
  mailbox: string,
  from: Instant,
  to: Instant,
): Promise<{ start: Instant; end: Instant }[]> {
  if (to <= from) return [];
  const body = scheduleBody(await addressOf(call, mailbox), from, to);
  const answer = await call({ method: 'POST', mailbox, path: '/calendar/getSchedule', body, isRead: true });
  if (answer.status !== 200) throw answerFailure(answer, 'GET');
  return busyTimes(availabilityView(answer.body), from);
}
