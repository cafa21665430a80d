import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Conversation } from '../../core/model/conversation.ts';
import type { Recipient } from '../../core/model/people.ts';
import type { StoreOperations } from '../../core/ports/store.ts';
import type { Watch, JoinedWatch } from '../../core/model/watch.ts';
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
import { chunksOf } from './chunks.ts';
import { partsOf, type Scope } from './scope.ts';
import type { Destined } from './wanted.ts';

/** So many rows that do not have what was seen are read at a time. */
const PLACES = 200;

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

/** Where the reminders of each of these watches go, in their order. What is not known yet is left out. */
export async function destinationsOfEach(
  context: FlowContext,
  operations: StoreOperations,
  placed: JoinedWatch[],
): Promise<Destination[][]> {
  const addressees = await addresseesFor(context, operations, placed);
  return addressees.map((each) => (each ?? []).map(({ destination }) => destination));
}

/** Everywhere the reminders of these watches go, each destination once. What is not known yet is left out. */
export async function destinationsOf(
  context: FlowContext,
  operations: StoreOperations,
  placed: JoinedWatch[],
): Promise<Destination[]> {
  return distinctDestinations((await destinationsOfEach(context, operations, placed)).flat());
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

/** For whom reminders go there, of those for whom they go anywhere. */
function addresseeAt(destination: Destination, addressees: Addressee[]): Addressee | undefined {
  return addressees.find((one) => destinationKey(one.destination) === destinationKey(destination));
}

/**
 * Those of these watches whose reminders go there, each with whom they go there for; null while that is not known of
 * one.
 */
export async function destinedOf(
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
    const addressee = addresseeAt(destination, each);
    if (addressee) found.push({ ...one, addressee });
  }
  return found;
}

/** The watches that may have reminders there, of these targets alone, and the first alone, where that is said. */
export function watchIdsAt(
  { settings }: FlowContext,
  operations: StoreOperations,
  destination: Destination,
  only?: { targets?: number[] | undefined; limit?: number },
) {
  const { calendar, mailbox } = destination;
  const isEverybodys = calendar === 'graph' && settings.calendarMailbox === mailbox;
  return operations.listWatchIds(calendar, isEverybodys ? null : mailbox, only);
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

/** Those of the first so many watches that remind there, read without what was seen of them, with whom it is for. */
export async function firstAddressees(
  context: FlowContext,
  operations: StoreOperations,
  destination: Destination,
  number: number,
): Promise<{ conversation: Conversation; addressee: Addressee }[]> {
  const ids = await watchIdsAt(context, operations, destination, { limit: number });
  const placed = await operations.getPlaces(ids);
  const addressees = await addresseesFor(context, operations, placed);
  return placed.flatMap(({ conversation }, index) => {
    const addressee = addresseeAt(destination, addressees[index] ?? []);
    return addressee ? [{ conversation, addressee }] : [];
  });
}

/** What `watches` have to do with what is planned: their targets. */
export function targetsOf(watches: Pick<Watch, 'targetId'>[]): Scope {
  return { targets: watches.map(({ targetId }) => targetId), fingerprints: [] };
}

/**
 * Has the reminders of these destinations planned: what has to do with this scope, or (null, or much) everything. What
 * is a matter of routine goes after everything else.
 */
export async function markDestinations(
  { now }: Pick<FlowContext, 'now'>,
  operations: StoreOperations,
  destinations: Destination[],
  scope: Scope | null,
  { isRoutine = false } = {},
): Promise<void> {
  const marks = destinations.flatMap((destination) => {
    const key = destinationKey(destination);
    return partsOf(scope).map((part) => ({ key, part }));
  });
  await operations.mark('reminders', marks, { now: now(), isRoutine });
}

/**
 * Does something that changes where the reminders of these watches go, and has them planned both where they went and
 * where they go. `change` returns the watches as they are from then on. Returns those destinations.
 */
export async function rerouted(
  context: FlowContext,
  operations: StoreOperations,
  before: JoinedWatch[],
  change: () => Promise<JoinedWatch[]>,
): Promise<Destination[]> {
  const left = await destinationsOf(context, operations, before);
  const after = await change();
  const destinations = distinctDestinations([...(await destinationsOf(context, operations, after)), ...left]);
  const watches = [...before, ...after].map(({ watch }) => watch);
  await markDestinations(context, operations, destinations, targetsOf(watches));
  return destinations;
}

/**
 * All watches with their conversations, some at a time: there may be a hundred thousand. Others get turns in between.
 */
export async function* everyPlace(store: StoreOperations): AsyncGenerator<JoinedWatch[]> {
  for (const ids of chunksOf(await store.listWatchIds('graph', null), PLACES)) {
    yield await store.getPlaces(ids);
    await nextTurn();
  }
}

/** Every place where reminders are or should be. */
export async function allDestinations(context: FlowContext): Promise<Destination[]> {
  const { store } = context;
  const found: Destination[] = [];
  for await (const placed of everyPlace(store)) found.push(...(await destinationsOf(context, store, placed)));
  for (const calendar of ['graph', 'ics'] as const)
    for (const mailbox of await store.listReminderMailboxes(calendar)) found.push({ calendar, mailbox });
  return distinctDestinations(found);
}
