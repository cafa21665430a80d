import { bookedCard, slotsCard } from '../../core/chat/cards/slots.ts';
import type { Card } from '../../core/card.ts';
import { problemCard, sentenceCard } from '../../core/chat/cards/replies.ts';
import { currentLeaves } from '../../core/certificates/state.ts';
import type { Item } from '../../core/certificates/item.ts';
import { type Instant, DAY, isWithinHorizon } from '../../core/time.ts';
import { policyOf } from '../../core/alerts/alerts.ts';
import { DeliveryError } from '../../core/errors.ts';
import { freeSlots } from '../../core/reminders/free-slots.ts';
import type { Say } from '../../core/language/language.ts';
import { nextBoundary } from '../../core/certificates/stages.ts';
import type { Actor } from '../../core/model/people.ts';
import type { Conversation } from '../../core/model/conversation.ts';
import type { Reminder, WorkingTime } from '../../core/model/reminder.ts';
import type { Watch } from '../../core/model/watch.ts';
import { briefTarget, displayTarget } from '../../core/targets/target.ts';
import { closuresOf } from '../../core/reminders/working-days.ts';
import { shorten } from '../../core/language/wording.ts';
import type { FlowContext } from '../context.ts';
import type { Deliverer } from '../delivery/deliver.ts';
import type { Destination } from '../../core/reminders/destination.ts';
import { isSamePerson } from '../directory-names.ts';
import { markDestinations, ownDestinationOf, targetsOf } from './destinations.ts';
import { workingTimeOf, type Planner } from './planner.ts';

const HALF_HOUR = 30 * 60_000;
/** How far ahead is looked at first, and at most (Graph: "getSchedule" takes at most 62 days). */
const NEAR = 14 * DAY;
const FAR = 60 * DAY;
const OFFERED = 3;
/** A time that begins sooner would have passed before somebody has chosen it. Milliseconds. */
const LEAD = 5 * 60_000;
/** How long the answer waits for the calendar, so that it can say "in Outlook". Milliseconds. */
const CALENDAR_TIMEOUT = 2000;

/** The ports, and who plans and writes the booked event. */
export interface SlotContext extends FlowContext {
  planner: Pick<Planner, 'planned'>;
  deliverer: Pick<Deliverer, 'kick' | 'tried'>;
}

/** What a watch's owner can book a time for. */
interface Bookable {
  watch: Watch;
  conversation: Conversation;
  destination: Destination;
  certificate: Item;
  reminder: Reminder;
  working: WorkingTime;
  /** The next stage, or the end: before that it should be done. */
  until: Instant;
}

/** The renew event of the watch in its owner's mailbox, or the card that says why there is nothing to book. */
async function bookable(
  context: SlotContext,
  { watch, conversation }: { watch: Watch; conversation: Conversation },
  say: Say,
): Promise<Bookable | Card> {
  const { store } = context;
  const target = displayTarget(watch.uri);
  const nothing = (): Card => problemCard(say('slots.nothing', { target }), say);
  const destination = await ownDestinationOf(context, store, { watch, conversation });
  const [row] = await store.getTargets([watch.targetId]);
  const settled = currentLeaves(row?.state ?? null).map(({ leaf }) => leaf);
  const [certificate] = (await store.getCertificates(settled)).toSorted((a, b) => a.notAfter - b.notAfter);
  if (destination?.calendar !== 'graph' || !certificate || !context.calendar) return nothing();
  const now = context.now();
  if (certificate.notAfter <= now || !isWithinHorizon(certificate.notAfter, now)) return nothing();
  await context.planner.planned([destination]);
  const reminders = await store.listReminders('graph', destination.mailbox);
  const reminder = reminders.find(
    ({ kind, wanted, event, fingerprint }) =>
      kind === 'renew' && wanted && (fingerprint === certificate.fingerprint || event.targets.includes(watch.uri)),
  );
  if (!reminder) return nothing();
  const working = await workingTimeOf(context, destination);
  const boundary = nextBoundary(certificate, policyOf({ watch, conversation }), now);
  return {
    watch,
    conversation,
    destination,
    certificate,
    reminder,
    working,
    until: boundary?.at ?? certificate.notAfter,
  };
}

/** Free half-hours of the mailbox within working time, from `from` on. Throws DeliveryError. */
async function findSlots(
  context: SlotContext,
  {
    destination: { mailbox },
    conversation,
    working,
    until,
  }: Pick<Bookable, 'destination' | 'conversation' | 'working' | 'until'>,
  { from, number }: { from: Instant; number: number },
): Promise<Instant[]> {
  const region = conversation.settings.holidays ?? context.settings.holidays;
  const holidays = region === null || region === 'none' ? [] : [region];
  const freezes = conversation.settings.freezes ?? context.settings.freezes;
  const closures = closuresOf({ holidays, freezes, language: 'en' }, context.holidays);
  for (const reach of [NEAR, FAR]) {
    const end = Math.min(until, from + reach);
    if (end - from < HALF_HOUR) return [];
    // On the hour and half-hour, as calendars are filled: else a half-hour that is taken would hide two.
    const first = Math.floor(from / HALF_HOUR) * HALF_HOUR;
    const last = Math.ceil(end / HALF_HOUR) * HALF_HOUR;
    const busy = await context.calendar!.busy(mailbox, first, last);
    const slots = freeSlots({ busy, working, closures, from, until: end, number });
    if (slots.length >= number || end === until) return slots;
  }
  return [];
}

function outOfReach(error: unknown, say: Say): Card {
  if (!(error instanceof DeliveryError)) throw error;
  return problemCard(say('slots.unreachable', { reason: shorten(error.message, 200) }), say);
}

/** Who may see the free time of a watch's owner: nobody else. Null, or the card that says so. */
export function notTheOwner(watch: Watch, actor: Actor, say: Say): Card | null {
  if (actor.id === watch.ownerId) return null;
  return problemCard(say('slots.not-owner', { name: shorten(watch.ownerName, 80) || say('person.somebody') }), say);
}

/**
 * Whether the times of the mailbox are this person's to see: their own, or those of a mailbox that is shared. A person
 * may have lent theirs to the conversation's reminders, which is no word about their free time.
 */
async function mayLook(context: SlotContext, mailbox: string, actor: Actor): Promise<boolean> {
  const { calendar, settings } = context;
  if (mailbox === actor.mailbox || mailbox === settings.calendarMailbox) return true;
  // One of which nobody tells whose it is may be a person's.
  if ((await calendar!.purpose(mailbox)) === 'shared') return true;
  return actor.mailbox !== null && isSamePerson(context, actor.mailbox, mailbox);
}

/**
 * The first half-hour before `until` that somebody has free in their own calendar; null: they have none here, or it
 * cannot be read. Where nothing is free: `until`.
 */
export async function nextFreeSlot(
  context: SlotContext,
  { watch, conversation }: { watch: Watch; conversation: Conversation },
  { actor, until }: { actor: Actor; until: Instant },
): Promise<Instant | null> {
  const { store, calendar, now } = context;
  if (actor.id !== watch.ownerId || !calendar) return null;
  const destination = await ownDestinationOf(context, store, { watch, conversation });
  if (destination?.calendar !== 'graph') return null;
  try {
    if (!(await mayLook(context, destination.mailbox, actor))) return null;
    const working = await workingTimeOf(context, destination);
    const within = { destination, conversation, working, until };
    const [slot] = await findSlots(context, within, { from: now() + LEAD, number: 1 });
    return slot ?? until;
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    return null;
  }
}

/** Three free half-hours to choose from. `note` stands above them. */
export async function offerSlots(
  context: SlotContext,
  placed: { watch: Watch; conversation: Conversation },
  actor: Actor,
  say: Say,
  note?: string,
): Promise<Card> {
  const found = await bookable(context, placed, say);
  if (!('reminder' in found)) return found;
  const { working, watch, until, reminder } = found;
  try {
    if (!(await mayLook(context, reminder.mailbox, actor))) return problemCard(say('slots.not-shared'), say);
    const slots = await findSlots(context, found, { from: context.now() + LEAD, number: OFFERED });
    return slotsCard(slots, { watch, zone: working.zone, now: context.now(), until, say, ...(note ? { note } : {}) });
  } catch (error) {
    return outOfReach(error, say);
  }
}

/**
 * Moves the renew event to the chosen half-hour, if it is still free, and shows it as busy. What the button carries is
 * untrusted: only what would be offered now can be chosen.
 */
export async function chooseSlot(
  context: SlotContext,
  placed: { watch: Watch; conversation: Conversation },
  { start, actor }: { start: Instant; actor: Actor },
  say: Say,
): Promise<Card> {
  const { store, now, planner, deliverer } = context;
  const found = await bookable(context, placed, say);
  if (!('reminder' in found)) return found;
  const { destination, reminder, working, watch } = found;
  if (reminder.chosen?.start !== start) {
    let free: Instant[];
    try {
      if (!(await mayLook(context, reminder.mailbox, actor))) return problemCard(say('slots.not-shared'), say);
      free = start > now() ? await findSlots(context, found, { from: start, number: 1 }) : [];
    } catch (error) {
      return outOfReach(error, say);
    }
    if (free[0] !== start) return offerSlots(context, placed, actor, say, say('slots.taken'));
  }
  await choose(context, found, { start, actor });
  await planner.planned([destination]);
  deliverer.kick();
  await deliverer.tried([reminder.id], CALENDAR_TIMEOUT);
  const [status] = await store.deliveryStatuses([reminder.id]);
  const written = status?.state === 'done';
  return bookedCard({ watch, start, zone: working.zone, now: now(), written, say });
}

/** Has the renew event begin then, shown as busy; one that its owner had deleted is made anew. */
async function choose(
  context: SlotContext,
  { watch, conversation, destination, reminder }: Pick<Bookable, 'watch' | 'conversation' | 'destination' | 'reminder'>,
  { start, actor }: { start: Instant; actor: Pick<Actor, 'id' | 'name'> },
): Promise<void> {
  const { store, now, uuid } = context;
  await store.transaction(async (operations) => {
    // First, as whoever stores a plan does: those who take the two in another order would wait for each other.
    await markDestinations(context, operations, [destination], targetsOf([watch]));
    const row = await operations.getReminder(reminder.id);
    if (!row) return;
    const chosen = { start, showAs: 'busy' as const };
    if (row.deleted === null) await operations.setReminderChoice(row.id, { chosen, deleted: null, question: null });
    else await operations.remakeReminder(row.id, { chosen, transactionId: uuid() }, now());
    await operations.recordAudit([
      {
        at: now(),
        conversationId: conversation.id,
        actorId: actor.id,
        actorName: actor.name,
        verb: 'book',
        subject: watch.uri,
      },
    ]);
  });
}

/**
 * Puts the time at which something is installed into the calendar: of the owner, where they say so themselves, and of
 * feeds and mailboxes that everybody shares. Resolves to where it stands; null: in no calendar, or none of theirs.
 */
export async function placeSlot(
  context: SlotContext,
  { watch, conversation }: { watch: Watch; conversation: Conversation },
  { start, actor }: { start: Instant; actor: Actor },
): Promise<'graph' | 'ics' | null> {
  const { store, planner, settings } = context;
  const destination = await ownDestinationOf(context, store, { watch, conversation });
  if (!destination) return null;
  const { calendar, mailbox } = destination;
  // What everybody shares belongs to the organisation.
  const isShared = !actor.outsider && (calendar === 'ics' || mailbox === settings.calendarMailbox);
  if (!isShared && actor.id !== watch.ownerId) return null;
  await planner.planned([destination]);
  const [row] = await store.getTargets([watch.targetId]);
  const prints = currentLeaves(row?.state ?? null).map(({ leaf }) => leaf);
  const reminder = (await store.listReminders(calendar, mailbox, prints)).find(
    ({ kind, wanted }) => kind === 'renew' && wanted,
  );
  if (!reminder) return null;
  await choose(context, { watch, conversation, destination, reminder }, { start, actor });
  await planner.planned([destination]);
  context.deliverer.kick();
  return calendar;
}

/** Told in the channel while the times themselves go to the owner's own chat. */
export function elsewhereCard(watch: Watch, say: Say): Card {
  const target = briefTarget(watch.uri);
  return sentenceCard(say('slots.in-direct.title', { target }), say('slots.in-direct'), say);
}
