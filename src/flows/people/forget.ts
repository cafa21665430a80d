import { NOBODY, type Forgetting, type KnownPerson } from '../../core/model/forgetting.ts';
import type { ConversationInput } from '../../core/model/conversation.ts';
import type { Actor } from '../../core/model/people.ts';
import type { JoinedWatch } from '../../core/model/watch.ts';
import type { StoreOperations } from '../../core/ports/store.ts';
import { destinationKey } from '../../core/reminders/destination.ts';
import { DAY, hasPassed, HOUR } from '../../core/time.ts';
import type { FlowContext } from '../context.ts';
import { destinationsOf, markDestinations, rerouted } from '../reminders/destinations.ts';
import { namesOf } from '../directory-names.ts';

/** How long their events are tried to be deleted; what is known of these goes then. */
const MOST_TRIED = 7 * DAY;
/** How long the answer is tried to be delivered before their chat goes. */
const MOST_ANSWERED = HOUR;
/** Values of the store that say which conversation is the operators', and what of the bot's own is watched there. */
const OF_CHAT = ['operators', 'own-endpoint', 'own-database'];

/** What forgetting somebody comes to, in numbers. */
export interface Extent {
  /** Watches in conversations of several people, which stay there and belong to nobody. */
  owned: number;
  /** Watches in their own chats, which go. */
  own: number;
  chats: number;
  /** Events in their calendars. */
  events: number;
}

/** Everything by which somebody is known: by what their channel tells, by the directory, and by what is stored. */
export async function personKnownBy(
  context: FlowContext,
  { ids, mailboxes, names }: Pick<KnownPerson, 'ids' | 'mailboxes' | 'names'>,
): Promise<KnownPerson> {
  const more: string[] = [];
  for (const mailbox of mailboxes) {
    const known = await namesOf(context, mailbox);
    if (known) more.push(known.id, ...known.addresses);
  }
  return context.store.knownPerson({ ids, mailboxes: [...new Set([...mailboxes, ...more])], names });
}

/**
 * Whether a conversation is somebody's own chat with the bot. Slack's commands may come from a chat of two people, which
 * the channel cannot tell from one: then nobody else may own anything in it.
 */
async function isOwnChat(
  { store, messengers }: FlowContext,
  conversation: ConversationInput,
  personId: string,
): Promise<boolean> {
  if (conversation.kind !== 'personal') return false;
  const owner = messengers.get(conversation.channel)?.personOf(conversation) ?? null;
  if (owner !== null) return owner === personId;
  return (await store.listWatches(conversation.id)).every(({ ownerId }) => ownerId === personId);
}

/** The same of somebody who speaks in a conversation. */
export async function personOfActor(
  context: FlowContext,
  { id, name, mailbox }: Pick<Actor, 'id' | 'name' | 'mailbox'>,
  conversation: ConversationInput,
): Promise<KnownPerson> {
  const mailboxes = mailbox === null ? [] : [mailbox];
  const person = await personKnownBy(context, { ids: [id], mailboxes, names: name === '' ? [] : [name] });
  const own = (await isOwnChat(context, conversation, id)) ? [conversation.id] : [];
  return { ...person, chats: [...new Set([...person.chats, ...own])] };
}

async function eventsOf(operations: StoreOperations, { mailboxes }: KnownPerson): Promise<number> {
  let number = 0;
  for (const mailbox of mailboxes) {
    const reminders = await operations.listReminders('graph', mailbox);
    number += reminders.filter(({ wanted, eventId }) => wanted || eventId !== null).length;
  }
  return number;
}

/** What forgetting would come to. */
export async function extentOf(operations: StoreOperations, person: KnownPerson): Promise<Extent> {
  const places = await operations.getPlaces(await operations.watchesOfPerson(person));
  const own = places.filter(({ conversation }) => person.chats.includes(conversation.id)).length;
  const events = await eventsOf(operations, person);
  return { owned: places.length - own, own, chats: person.chats.length, events };
}

/** All watches of the conversations in which something of the person decides where reminders go. */
async function concerned(operations: StoreOperations, person: KnownPerson): Promise<JoinedWatch[]> {
  const owned = await operations.getPlaces(await operations.watchesOfPerson(person));
  const recipients = await operations.recipientsOfPerson(person);
  const ids = new Set([
    ...owned.map(({ conversation }) => conversation.id),
    ...recipients.map(({ conversationId }) => conversationId),
    ...(await operations.placesOfPerson(person)),
  ]);
  const found: JoinedWatch[] = [];
  for (const id of ids) {
    const conversation = await operations.findConversation(id);
    if (!conversation) continue;
    for (const watch of await operations.listWatches(id)) found.push({ watch, conversation });
  }
  return found;
}

/** Nobody owns these any more; what was known of the language and organisation is the conversation's. */
async function disown(operations: StoreOperations, watches: JoinedWatch['watch'][]): Promise<void> {
  const groups = Map.groupBy(watches, ({ ownerLocale, ownerTenantId }) => JSON.stringify([ownerLocale, ownerTenantId]));
  for (const each of groups.values()) {
    const [{ ownerLocale, ownerTenantId }] = each as [JoinedWatch['watch']];
    const ids = each.map(({ id }) => id);
    await operations.setWatchOwner(ids, { ...NOBODY, ownerLocale, ownerTenantId });
  }
}

/** Their sign-ins end once their events are gone. */
async function leaveCalendars({ now }: FlowContext, operations: StoreOperations, mailboxes: string[]): Promise<void> {
  for (const connection of await operations.getConnections(mailboxes)) {
    if (connection.state === 'closed') await operations.deleteConnection(connection.mailbox);
    else await operations.putConnection({ ...connection, state: 'leaving', changedAt: now() });
  }
}

/**
 * Forgets somebody, in a transaction: what is known of them goes now, and what takes a while (their events, the chat in
 * which they are answered) is begun. `reply`: the message that answers them; `message`: the one that asked for it.
 */
export async function forget(
  context: FlowContext,
  operations: StoreOperations,
  person: KnownPerson,
  { reply, message }: { reply: string | null; message: string | null },
): Promise<void> {
  const before = context.now();
  const placed = await concerned(operations, person);
  const theirs = new Set(await operations.watchesOfPerson(person));
  const isOwn = ({ watch }: JoinedWatch): boolean => person.chats.includes(watch.conversationId);
  const left = await destinationsOf(context, operations, placed);
  await rerouted(context, operations, placed, async () => {
    const owned = placed.filter((one) => theirs.has(one.watch.id) && !isOwn(one)).map(({ watch }) => watch);
    await disown(operations, owned);
    await operations.removeWatches(placed.filter(isOwn).map(({ watch }) => watch.id));
    await operations.deleteRecipients((await operations.recipientsOfPerson(person)).map(({ id }) => id));
    await leaveCalendars(context, operations, person.mailboxes);
    await operations.scrub(person, { before, reply, message });
    return operations.getPlaces(placed.filter((one) => !isOwn(one)).map(({ watch }) => watch.id));
  });
  const mailboxes = person.mailboxes.map((mailbox) => ({ calendar: 'graph' as const, mailbox }));
  await markDestinations(context, operations, [...left, ...mailboxes], null);
  for (const key of OF_CHAT) {
    const [chat = ''] = (await operations.getValue(key))?.split(' ') ?? [];
    if (person.chats.includes(chat)) await operations.setValue(key, null);
  }
  await operations.putForgetting({ id: context.uuid(), person, reply, begunAt: before });
}

/** Mailboxes of theirs in which they are not reminded anew; null: something has still to go from one. */
async function leftMailboxes(context: FlowContext, { person, begunAt }: Forgetting): Promise<string[] | null> {
  const { store, now } = context;
  const isLate = hasPassed(begunAt, MOST_TRIED, now());
  const states = await store.getMailboxStates(person.mailboxes);
  const found: string[] = [];
  for (const mailbox of person.mailboxes) {
    if ((await store.listWatchIds('graph', mailbox, { limit: 1 })).length > 0) continue;
    const isMissing = states.some((one) => one.mailbox === mailbox && one.state === 'missing');
    const key = destinationKey({ calendar: 'graph', mailbox });
    const marks = await store.pendingMarks('reminders', [key], now());
    const isPlanned = marks.every(({ version, done }) => done >= version);
    const isEmpty = (await store.listReminders('graph', mailbox)).length === 0;
    const isSignedOut = (await store.getConnections([mailbox])).every(({ state }) => state !== 'leaving');
    if (!isLate && (!isPlanned || (!isMissing && !(isEmpty && isSignedOut)))) return null;
    found.push(mailbox);
  }
  return found;
}

async function finish(context: FlowContext, forgetting: Forgetting): Promise<void> {
  const { store, now, log } = context;
  const { id, person, reply, begunAt } = forgetting;
  const [answer] = reply === null ? [] : await store.deliveryStatuses([reply]);
  if (answer?.state === 'pending' && !hasPassed(begunAt, MOST_ANSWERED, now())) return;
  const mailboxes = await leftMailboxes(context, forgetting);
  if (mailboxes === null) return;
  await store.transaction(async (operations) => {
    await operations.scrub(person, { before: begunAt, reply: null, message: null });
    await operations.forgetMailboxes(mailboxes);
    for (const chat of person.chats) {
      if (!(await operations.isQuietSince(chat, begunAt))) continue;
      await operations.forgetMailboxes([chat]);
      await operations.deleteConversation(chat);
    }
    await operations.deleteForgetting(id);
  });
  await store.wiped();
  log.info({}, 'a person was forgotten');
}

/** Finishes what could not be done at once for people who are being forgotten. */
export async function finishForgetting(context: FlowContext): Promise<void> {
  for (const forgetting of await context.store.listForgettings())
    await finish(context, forgetting).catch((error: unknown) =>
      context.log.warn({ err: error }, 'a person could not be forgotten to the end yet; it will be tried again'),
    );
}
