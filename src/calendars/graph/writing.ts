import { DeliveryError } from '../../core/errors.ts';
import type { Instant } from '../../core/time.ts';
import { isInPlace, placeOf } from '../../core/reminders/compare.ts';
import type { WriteOutcome } from '../../core/ports/calendar.ts';
import type { CalendarEntry, Reminder } from '../../core/model/reminder.ts';
import type { MailboxCall } from './client.ts';
import { eventHash, eventPath, updateBodyOf, type GraphEntry, type TimeOptions } from './event.ts';
import { answerFailure, INVALID_ITEM, meansGone, type GraphAnswer } from './failures.ts';
import type { Listing } from './listing.ts';
import { chooseCopy, creationInUtc, identityOf, judgeCopy, planCreation, wasNeverSent, zoneIn } from './reconcile.ts';

const MAX_UPDATES = 4;

interface WritingOptions {
  call: MailboxCall;
  /** See `GraphCalendarOptions`. */
  installation: string;
  listing: Listing;
}

/** What events are written with. */
interface Desk extends WritingOptions {
  /** Names of zones that the service does not take, though mailboxes are said to be in them. */
  refusedZones: Set<string>;
}

async function removeEvent(call: MailboxCall, mailbox: string, eventId: string): Promise<void> {
  const answer = await call({ method: 'DELETE', mailbox, path: eventPath(eventId) });
  if (answer.status < 300 && answer.status >= 200) return;
  if (!meansGone(answer)) throw answerFailure(answer, 'DELETE');
}

function timesFor({ refusedZones }: Desk, { event }: Reminder): TimeOptions {
  return { utc: refusedZones.has(event.zoneName) };
}

/** The answer to a body; where that was refused, perhaps for the name of its zone, the answer to the same in UTC. */
async function withoutZone(
  { refusedZones }: Desk,
  answer: GraphAnswer,
  body: string,
  again: () => Promise<GraphAnswer>,
): Promise<GraphAnswer> {
  const zone = zoneIn(body);
  if (answer.status !== 400 || answer.code === INVALID_ITEM || zone === null) return answer;
  const second = await again();
  if (second.status < 300) refusedZones.add(zone);
  return second;
}

function written(
  { event }: Reminder,
  { eventId, etag, start }: Pick<CalendarEntry, 'eventId' | 'etag'> & { start: Instant | null },
): WriteOutcome {
  return { kind: 'written', written: { eventId, etag, hash: eventHash(event), start: start ?? event.start } };
}

/**
 * Makes the event. After a replayed body it is the event as it stands, since that body may be older than the wish.
 */
async function create(
  desk: Desk,
  reminder: Reminder,
  keep: (createBody: string) => Promise<void>,
  vanished: string | null = null,
): Promise<GraphEntry | WriteOutcome> {
  const { call, installation, listing } = desk;
  const planned = planCreation(reminder, installation, { vanished, ...timesFor(desk, reminder) });
  let { isNew } = planned;
  if (isNew) await keep(planned.body);
  const post = (body: string) => call({ method: 'POST', mailbox: reminder.mailbox, path: '/events', body });
  const answer = await withoutZone(desk, await post(planned.body), planned.body, async () => {
    // Refused means not stored: this one is the first.
    const body = creationInUtc(reminder, planned.body, installation);
    await keep(body);
    isNew = true;
    return post(body);
  });
  if (answer.status !== 201 && answer.status !== 200) throw answerFailure(answer, 'POST');
  const created = identityOf(answer.body);
  if (!created) throw new DeliveryError('ambiguous', 'Microsoft Graph created an event without telling its id');
  if (isNew) return written(reminder, { eventId: created.id, etag: created.etag, start: created.start });
  // A replayed transaction is answered with its event even when that was deleted since, and extended properties come
  // back only where they are expanded, which a POST cannot.
  return (await listing.madeBefore(reminder, created.id)) ?? create(desk, reminder, keep, created.id);
}

/** One PATCH; once more with times in UTC when the service does not take the name of the zone. */
async function update(desk: Desk, reminder: Reminder, current: GraphEntry): Promise<GraphAnswer> {
  const { call, installation } = desk;
  const { mailbox } = reminder;
  const patch = (body: string) =>
    call({ method: 'PATCH', mailbox, path: eventPath(current.eventId), body, ifMatch: current.etag });
  const bodyWith = (times: TimeOptions | null): string =>
    updateBodyOf(reminder, installation, { times, entry: current });
  const body = bodyWith(isInPlace(current, reminder) ? null : timesFor(desk, reminder));
  return withoutZone(desk, await patch(body), body, () => patch(bodyWith({ utc: true })));
}

function vanishedMeanwhile(): DeliveryError {
  return new DeliveryError('unavailable', 'The event was deleted while it was written');
}

/** Brings one event to what is wanted, unless it is, or a person moved it. */
async function settle(desk: Desk, reminder: Reminder, copy: GraphEntry): Promise<WriteOutcome> {
  let current = copy;
  for (let round = 0; round < MAX_UPDATES; round += 1) {
    const judgement = judgeCopy(current, reminder);
    if (judgement === 'moved') return { kind: 'moved', to: placeOf(current, reminder.event) };
    if (judgement === 'right') return written(reminder, current);
    const answer = await update(desk, reminder, current);
    if (answer.status === 200) {
      const { etag = null, start = null } = identityOf(answer.body) ?? {};
      return written(reminder, { eventId: copy.eventId, etag, start });
    }
    // Somebody changed it since it was read: 412 by the precondition, 409 by Exchange's own conflict resolution.
    if (answer.status !== 412 && answer.status !== 409) {
      throw meansGone(answer) ? vanishedMeanwhile() : answerFailure(answer, 'PATCH');
    }
    const reread = await desk.listing.readCopy(reminder, copy.eventId);
    if (!reread) throw vanishedMeanwhile();
    current = reread;
  }
  throw new DeliveryError('unavailable', 'The event keeps changing while it is written', { status: 412 });
}

async function write(
  desk: Desk,
  reminder: Reminder,
  keep: (createBody: string) => Promise<void>,
): Promise<WriteOutcome> {
  const { kept, surplus } = chooseCopy(await desk.listing.find(reminder), reminder);
  for (const copy of surplus) await removeEvent(desk.call, reminder.mailbox, copy.eventId);
  if (kept) return settle(desk, reminder, kept);
  if (reminder.eventId !== null) return { kind: 'deleted' };
  const created = await create(desk, reminder, keep);
  return 'kind' in created ? created : settle(desk, reminder, created);
}

async function remove({ call, listing }: Desk, reminder: Reminder): Promise<void> {
  const { eventId, mailbox } = reminder;
  if (wasNeverSent(reminder)) return;
  if (eventId !== null) return removeEvent(call, mailbox, eventId);
  const { kept, surplus } = chooseCopy(await listing.copies(reminder), reminder);
  for (const copy of kept ? [kept, ...surplus] : []) await removeEvent(call, mailbox, copy.eventId);
}

/** Makes mailboxes hold exactly the events that they should. Throws DeliveryError, and what `keep` threw. */
export function createWriting(options: WritingOptions) {
  const desk: Desk = { ...options, refusedZones: new Set() };
  return {
    /** See `Calendar.write`. */
    write: (reminder: Reminder, keep: (createBody: string) => Promise<void>) => write(desk, reminder, keep),
    /** See `Calendar.remove`. */
    remove: (reminder: Reminder) => remove(desk, reminder),
    /** See `Calendar.removeEvent`. */
    removeEvent: (mailbox: string, eventId: string) => removeEvent(desk.call, mailbox, eventId),
  };
}
