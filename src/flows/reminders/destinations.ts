import type { Wanted, Reminder, WorkingTime } from '../../core/model/reminder.ts';
import { setImmediate } from 'node:timers/promises';
import { planReminders } from '../../core/reminders/plan.ts';
import type { Conversation } from '../../core/model/conversation.ts';
import type { Recipient } from '../../core/model/people.ts';
import type { StoreOperations } from '../../core/ports/store.ts';
import type { Watch } from '../../core/model/watch.ts';
import { defaultWorkingTime } from '../../core/reminders/plan-event.ts';
import {
  addresseesOf,
  distinctDestinations,
  ownerMailboxOf,
  destinationKey,
  type Circumstances,
  type Addressee,
  type Owned,
  type Destination,
} from '../../core/reminders/destination.ts';
import type { FlowContext } from '../context.ts';
import type { Scope } from './scope.ts';
import { gatherWanted, type Destined, type Pending } from './wanted.ts';

/** A watch with the conversation that it belongs to. */
export type Placed = { watch: Watch; conversation: Conversation };

/** Rounds of planning until what several processes do at once has settled. */
const MOST_ROUNDS = 5;

const nextTurn = (): Promise<void> => setImmediate();

const NOTHING_PENDING: Pending = { states: new Map(), observations: new Map(), certificates: new Map() };

async function circumstancesOf(
  { settings }: FlowContext,
  operations: StoreOperations,
  placed: { watch: Owned; conversation: Conversation }[],
  recipients: Recipient[],
): Promise<Circumstances> {
  const owners = placed.map(({ watch, conversation }) => ownerMailboxOf(watch, conversation, settings.calendarMailbox));
  const mailboxes = [
    ...new Set([...owners, ...recipients.map(({ mailbox }) => mailbox)].filter((mailbox) => mailbox !== null)),
  ];
  const known = mailboxes.length > 0 && settings.calendar === 'graph';
  const connections = known ? await operations.getConnections(mailboxes) : [];
  const states = known ? await operations.getMailboxStates(mailboxes) : [];
  const { calendar, calendarMailbox, ownAccess, mailboxesOpenTo } = settings;
  return {
    calendar,
    calendarMailbox,
    ownAccess,
    mailboxesOpenTo,
    connections: new Map(connections.map((one) => [one.mailbox, one])),
    states: new Map(states.map((one) => [one.mailbox, one])),
  };
}

/** Where the reminders of each of these watches go, in their order; null for one of which it is not known yet. */
async function addresseesFor(
  context: FlowContext,
  operations: StoreOperations,
  placed: { watch: Owned; conversation: Conversation }[],
): Promise<(Addressee[] | null)[]> {
  if (placed.length === 0) return [];
  const conversations = [...new Set(placed.map(({ conversation }) => conversation.id))];
  const recipients = await operations.listRecipients(conversations);
  const byConversation = Map.groupBy(recipients, ({ conversationId }) => conversationId);
  const circumstances = await circumstancesOf(context, operations, placed, recipients);
  return placed.map(({ watch, conversation }) =>
    addresseesOf(watch, conversation, byConversation.get(conversation.id) ?? [], circumstances),
  );
}

/** Everywhere the reminders of these watches go, each place once. What is not known yet is left out. */
export async function destinationsOf(
  context: FlowContext,
  operations: StoreOperations,
  placed: Placed[],
): Promise<Destination[]> {
  const addressees = await addresseesFor(context, operations, placed);
  return distinctDestinations(addressees.flatMap((each) => (each ?? []).map(({ destination }) => destination)));
}

/** Where the reminders of one watch's owner go; null while it is not known and when calendars are off. */
export async function ownDestinationOf(
  context: FlowContext,
  operations: StoreOperations,
  placed: { watch: Owned; conversation: Conversation },
): Promise<Destination | null> {
  const [addressees] = await addresseesFor(context, operations, [placed]);
  return addressees?.[0]?.destination ?? null;
}

/**
 * Those of these watches whose reminders go there, each with whom they go there for; null while that is not known of
 * one.
 */
async function destinedOf(
  context: FlowContext,
  operations: StoreOperations,
  destination: Destination,
  ids: number[],
): Promise<Destined[] | null> {
  const joined = await operations.getWatches(ids);
  const addressees = await addresseesFor(context, operations, joined);
  const found: Destined[] = [];
  for (const [index, one] of joined.entries()) {
    const each = addressees[index];
    if (!each) return null;
    const addressee = each.find((candidate) => destinationKey(candidate.destination) === destinationKey(destination));
    if (addressee) found.push({ ...one, addressee });
  }
  return found;
}

/** The watches that may have reminders there, of these targets alone where they are given. */
function watchIdsAt(
  { settings }: FlowContext,
  operations: StoreOperations,
  destination: Destination,
  targets?: number[],
) {
  const { calendar, mailbox } = destination;
  const isEverybodys = calendar === 'graph' && settings.calendarMailbox === mailbox;
  return operations.listWatchIds(calendar, isEverybodys ? null : mailbox, targets);
}

/**
 * The watches whose reminders go there, each with whom it goes there for; null while that is not known of one that may
 * be among them.
 */
export async function destinedFor(
  context: FlowContext,
  operations: StoreOperations,
  destination: Destination,
): Promise<Destined[] | null> {
  return destinedOf(context, operations, destination, await watchIdsAt(context, operations, destination));
}

/** Zones in which a place may work: as its conversation set it, as its person has it. The first of each counts. */
export interface Zones {
  set: string | null;
  own: string | null;
}

/** Adds what one watch knows of the zones of its place. */
export function zonesWith(
  zones: Zones,
  { conversation, addressee }: Pick<Destined, 'conversation' | 'addressee'>,
): Zones {
  return { set: zones.set ?? conversation.settings.timeZone ?? null, own: zones.own ?? addressee.timeZone };
}

/**
 * Of the mailbox itself; where that is not known, nine to five in the zone of its conversation, of its person, or of
 * the bot.
 */
export async function workingTimeOf(
  { settings }: FlowContext,
  operations: StoreOperations,
  destination: Destination,
  { set, own }: Zones,
): Promise<WorkingTime> {
  const stored = destination.calendar === 'graph' ? await operations.getWorkingTime(destination.mailbox) : null;
  return stored?.workingTime ?? defaultWorkingTime(set ?? own ?? settings.defaultTimeZone);
}

/**
 * The scope, where a plan of it alone comes out as one of the whole place: when working time does not depend on watches
 * outside of it.
 */
async function usableScope(
  { settings }: FlowContext,
  operations: StoreOperations,
  { calendar, mailbox }: Destination,
  scope: Scope | null,
): Promise<{ scope: Scope | null; zones: Zones }> {
  const none = { set: null, own: null };
  if (!scope) return { scope, zones: none };
  // With calendars, feeds are for those watches alone whose people have no mailbox.
  if (calendar === 'ics' && settings.calendar === 'ics')
    return { scope, zones: { set: null, own: await operations.ownerZoneOf(mailbox) } };
  const known = calendar === 'graph' && (await operations.getWorkingTime(mailbox))?.workingTime;
  return { scope: known ? scope : null, zones: none };
}

/** How a plan is made. */
export interface PlanOptions {
  /** Looks that are not stored yet; none unless given. */
  pending?: Pending;
  /** Plans this part of the place alone, where that is possible. */
  scope?: Scope | null;
  /** Called every few milliseconds of work; does not wait unless given. */
  pause?: () => Promise<unknown>;
}

/** So many rows are read at a time, and so many that do not have what was seen. */
const CHUNK = 50;
const PLACES = 200;

function* chunksOf<T>(all: T[], size = CHUNK): Generator<T[]> {
  for (let from = 0; from < all.length; from += size) yield all.slice(from, from + size);
}

/**
 * The reminder rows of one mailbox that have to be stored so that it holds what it should. Reads only. None while it is
 * not known whose reminders belong there: what is there stays, rather than being deleted and made anew at every start.
 */
export async function planMailbox(
  context: FlowContext,
  operations: StoreOperations,
  destination: Destination,
  { pending = NOTHING_PENDING, scope: part = null, pause = () => Promise.resolve() }: PlanOptions = {},
): Promise<Reminder[]> {
  const usable = await usableScope(context, operations, destination, part);
  const { scope } = usable;
  let { zones } = usable;
  // Before the watches: a reminder that is made meanwhile, for a watch that is added meanwhile, is not to be taken for
  // one that nobody wants.
  const existing: Reminder[] = [];
  const { calendar, mailbox } = destination;
  for (const ids of chunksOf(await operations.listReminderIds(calendar, mailbox, scope?.fingerprints))) {
    existing.push(...(await operations.getReminders(ids)));
    await pause();
  }
  const gathered = gatherWanted(context, pending);
  for (const ids of chunksOf(await watchIdsAt(context, operations, destination, scope?.targets))) {
    const destined = await destinedOf(context, operations, destination, ids);
    if (!destined) return [];
    for (const one of destined) {
      gathered.add(one);
      zones = zonesWith(zones, one);
    }
    await pause();
  }
  const wanted = await gathered.finish(operations);
  const workingTime = await workingTimeOf(context, operations, destination, zones);
  const { holidays, uuid, log } = context;
  const leftOut = (error: unknown, { certificate: { fingerprint } }: Wanted): void =>
    log.error({ err: error, fingerprint }, 'the events of a certificate could not be planned; they stay as they are');
  const steps = planReminders({
    ...destination,
    wanted,
    existing,
    workingTime,
    holidays,
    now: context.now(),
    uuid,
    leftOut,
  });
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    await pause();
  }
}

async function putPlanned(operations: StoreOperations, rows: Reminder[], now: number): Promise<void> {
  await operations.putReminders(rows, now);
  // Feed rows nobody wants go at once.
  const gone = rows.filter(({ calendar, wanted }) => calendar === 'ics' && !wanted);
  await operations.deleteReminders(gone.map(({ id }) => id));
}

/** Plans and stores: after a command that changed watches or policies. */
export async function replanMailboxes(
  context: FlowContext,
  operations: StoreOperations,
  destinations: Destination[],
): Promise<void> {
  for (const destination of destinations)
    await putPlanned(operations, await planMailbox(context, operations, destination), context.now());
}

/**
 * Does something that changes where the reminders of these watches go, and plans both where they went and where they
 * go. Returns those places.
 */
export async function rerouted(
  context: FlowContext,
  operations: StoreOperations,
  read: () => Promise<Placed[]>,
  change: () => Promise<void>,
): Promise<Destination[]> {
  const before = await destinationsOf(context, operations, await read());
  await change();
  const after = await destinationsOf(context, operations, await read());
  // First where they go to: a reader in between sees them twice rather than not at all.
  const destinations = distinctDestinations([...after, ...before]);
  await replanMailboxes(context, operations, destinations);
  return destinations;
}

/**
 * Plans again until nothing changes. A plan made from what another process or command was just replacing (another
 * target of the same mailbox, a watch) may have been stored after that one's own: whoever stored last finds out here.
 * Reads without a transaction and stores little by little, so that nobody is held up by a place of thousands of
 * watches.
 */
export async function settleMailboxes(
  context: FlowContext,
  destinations: Destination[],
  { scope = null, pause = nextTurn }: Omit<PlanOptions, 'pending'> = {},
): Promise<void> {
  const { store } = context;
  for (const destination of destinations) {
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const changed = await planMailbox(context, store, destination, { scope, pause });
      if (changed.length === 0) break;
      for (const rows of chunksOf(changed)) {
        await store.transaction((operations) => putPlanned(operations, rows, context.now()), { waits: false });
        await pause();
      }
    }
  }
}

/** All watches with their conversations, some at a time: there may be a hundred thousand. */
export async function* everyPlace(store: StoreOperations): AsyncGenerator<Placed[]> {
  for (const ids of chunksOf(await store.listWatchIds('graph', null), PLACES)) yield await store.getPlaces(ids);
}

/** Every place where reminders are or should be. */
export async function allDestinations(
  context: FlowContext,
  pause: () => Promise<unknown> = nextTurn,
): Promise<Destination[]> {
  const { store } = context;
  const found: Destination[] = [];
  for await (const placed of everyPlace(store)) {
    found.push(...(await destinationsOf(context, store, placed)));
    await pause();
  }
  for (const calendar of ['graph', 'ics'] as const)
    for (const mailbox of await store.listReminderMailboxes(calendar)) found.push({ calendar, mailbox });
  return distinctDestinations(found);
}
