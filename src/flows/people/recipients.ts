import type { Card } from '../../core/card.ts';
import { answeredCard, questionCard, type Whereabouts } from '../../core/chat/cards/people.ts';
import { problemCard, sentenceCard } from '../../core/chat/cards/replies.ts';
import type { Instant } from '../../core/time.ts';
import { DeliveryError, UserError } from '../../core/errors.ts';
import { sayTo, type Say } from '../../core/language/language.ts';
import type { Actor, PersonReference, Recipient } from '../../core/model/people.ts';
import type { Conversation, ConversationInput } from '../../core/model/conversation.ts';
import type { InboundAction } from '../../core/model/inbound.ts';
import type { Messenger } from '../../core/ports/channel.ts';
import type { StoreOperations } from '../../core/ports/store.ts';
import type { Watch, JoinedWatch } from '../../core/model/watch.ts';
import { briefTarget } from '../../core/targets/target.ts';
import { enumerate, shorten } from '../../core/language/wording.ts';
import type { FlowContext } from '../context.ts';
import type { Deliverer } from '../delivery/deliver.ts';
import { namesOf } from '../directory-names.ts';
import { destinationsOf, rerouted } from '../reminders/destinations.ts';
import type { Planner } from '../reminders/planner.ts';
import { ownerMailboxOf, type Destination } from '../../core/reminders/destination.ts';

type AskingContext = FlowContext & { deliverer: Deliverer; planner: Pick<Planner, 'kick'> };

/** What somebody is asked to take over, in one conversation. */
export interface Proposal {
  conversation: Conversation;
  by: Pick<Actor, 'id' | 'name'>;
  role: Recipient['role'];
  /** Canonical URIs of watches there; null = every watch, future ones too (copies only). */
  uris: string[] | null;
}

/** Where a person can be asked. */
export interface Found {
  actor: Actor;
  conversation: ConversationInput;
}

/** Tried of somebody whom the channel does not know by the address that was typed. */
const MOST_NAMES = 5;

/**
 * Whoever has this address by the other names that the directory tells of them: a chat may know people by their user
 * principal name, or by another address than the one that was typed. Empty when the directory tells nothing.
 */
async function otherwiseNamed(context: FlowContext, { id, address }: PersonReference): Promise<PersonReference[]> {
  if (id !== null || address === null) return [];
  const { addresses = [] } = (await namesOf(context, address)) ?? {};
  const others = addresses.filter((each) => each !== address.toLowerCase()).slice(0, MOST_NAMES);
  // Only by addresses: with a directory id a channel may open a chat with anybody at all.
  return others.map((each) => ({ id: null, directoryId: null, address: each }));
}

async function findByAnyName(
  context: FlowContext,
  messenger: Messenger,
  person: PersonReference,
  near: ConversationInput,
): Promise<Found> {
  try {
    return await messenger.direct(person, near);
  } catch (error) {
    if (!(error instanceof DeliveryError) || !error.permanent) throw error;
    for (const other of await otherwiseNamed(context, person)) {
      const found = await messenger.direct(other, near).catch((reason: unknown) => {
        if (!(reason instanceof DeliveryError) || !reason.permanent) throw reason;
        return null;
      });
      if (found) return found;
    }
    throw error;
  }
}

/**
 * The person and their own chat. Throws UserError when they cannot be reached, and DeliveryError when that may be
 * otherwise later.
 */
export async function findPerson(
  context: FlowContext,
  person: PersonReference,
  near: ConversationInput,
  say: Say,
): Promise<Found> {
  const messenger = context.messengers.get(near.channel);
  if (!messenger) throw new UserError(say('person.no-channel'));
  try {
    return await findByAnyName(context, messenger, person, near);
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    throw new UserError(say('person.unreachable', { reason: shorten(error.message, 200) }), { cause: error });
  }
}

/** How a person is called in sentences: their name, or whatever there is. Untrusted text. */
export function nameOf({ name, mailbox, id }: Pick<Actor, 'name' | 'mailbox' | 'id'>): string {
  return shorten(name || mailbox || id, 80);
}

/**
 * The targets of a proposal in words: all of them up to five. `here`: it is said in the conversation that it is about.
 */
export function subjectOf(uris: string[] | null, say: Say, { here = false } = {}): string {
  return uris === null
    ? say(here ? 'person.everything-here' : 'person.everything')
    : enumerate(uris.map(briefTarget), 5, say);
}

/** Where the reminders are that somebody is asked to take over, or to get copies of, once they have said yes. */
export function whereaboutsOf(
  { settings: { calendar, calendarMailbox } }: Pick<FlowContext, 'settings'>,
  { settings }: Pick<Conversation, 'settings'>,
  { role, mailbox }: Pick<Recipient, 'role' | 'mailbox'>,
): Whereabouts {
  if (calendar !== 'graph' || role === 'copy') return calendar;
  const held = ownerMailboxOf({ ownerMailbox: mailbox }, { settings }, calendarMailbox);
  if (held === null) return 'ics';
  return held === mailbox ? 'graph' : 'shared';
}

function drafts(context: FlowContext, { conversation, by, role, uris }: Proposal, actor: Actor): Recipient[] {
  const askedAt = context.now();
  return (uris ?? [null]).map((uri) => ({
    id: context.uuid(),
    conversationId: conversation.id,
    uri,
    role,
    personId: actor.id,
    name: actor.name,
    mailbox: actor.mailbox,
    timeZone: actor.timeZone,
    locale: actor.locale,
    tenantId: actor.tenantId,
    state: 'asked',
    askedBy: by.name || by.id,
    askedAt,
  }));
}

/** Whether somebody has said yes to copies for all of these targets (null = for every watch, future ones too). */
export function hasCopies(
  recipients: Recipient[],
  { personId, uris }: { personId: string; uris: string[] | null },
): boolean {
  const accepted = recipients.filter(
    (each) => each.role === 'copy' && each.state === 'accepted' && each.personId === personId,
  );
  return (uris ?? [null]).every((uri) => accepted.some((each) => each.uri === null || each.uri === uri));
}

/** What is asked of a person in a conversation, and not answered yet, in one role. */
function openOf(recipients: Recipient[], role: Recipient['role'], personId: string): Recipient[] {
  return recipients.filter((each) => each.state === 'asked' && each.role === role && each.personId === personId);
}

/**
 * Puts the question into the person's own chat, or what is asked besides into the one that is open there. Nothing else
 * changes before they answer. Whether they may be asked says `questionRefused`.
 */
export async function ask(
  context: AskingContext,
  operations: StoreOperations,
  proposal: Proposal,
  found: Found,
): Promise<void> {
  const { role, conversation } = proposal;
  const now = context.now();
  const known = await operations.listRecipients([conversation.id]);
  const open = openOf(known, role, found.actor.id);
  const fresh = drafts(context, proposal, found.actor).filter(
    ({ uri, personId }) =>
      // Asked once more, a person who has said yes would lose their events until they say it again.
      role === 'owner' || !hasCopies(known, { personId, uris: uri === null ? null : [uri] }),
  );
  if (fresh.length === 0) return;
  const question = open.find((each) => each.question !== undefined)?.question ?? context.uuid();
  const asked: Recipient[] = [];
  for (const each of [...open, ...fresh]) {
    const stored = await operations.putRecipient({ ...each, askedBy: fresh[0]!.askedBy, askedAt: now, question });
    if (!asked.some(({ id }) => id === stored.id)) asked.push(stored);
  }
  await operations.rememberConversation(found.conversation, now);
  const say = sayTo(found.actor.locale);
  const uris = asked.some(({ uri }) => uri === null) ? null : asked.flatMap(({ uri }) => uri ?? []);
  const [first] = asked as [Recipient];
  const calendar = whereaboutsOf(context, conversation, first);
  const card = questionCard(first, { subject: subjectOf(uris, say), calendar, place: conversation, say });
  await operations.putMessages([{ id: question, conversationId: found.conversation.id, thread: null, card }], now);
  await operations.recordAudit([
    {
      at: now,
      conversationId: proposal.conversation.id,
      actorId: proposal.by.id,
      actorName: proposal.by.name,
      verb: proposal.role === 'owner' ? 'ask-owner' : 'ask-copy',
      subject: `${proposal.uris?.join(' ') ?? 'all'} ${nameOf(found.actor)}`,
    },
  ]);
}

async function watchesOf(
  operations: StoreOperations,
  conversationId: string,
  uris: (string | null)[],
): Promise<Watch[]> {
  const watches = await operations.listWatches(conversationId);
  return uris.includes(null) ? watches : watches.filter(({ uri }) => uris.includes(uri));
}

async function placedOf(
  operations: StoreOperations,
  conversationId: string,
  uris: (string | null)[],
): Promise<JoinedWatch[]> {
  const conversation = await operations.findConversation(conversationId);
  if (!conversation) return [];
  return (await watchesOf(operations, conversationId, uris)).map((watch) => ({ watch, conversation }));
}

/**
 * Makes it so: the person said it themselves, or said yes. `recipients` are of one conversation, role and person.
 * Returns where their reminders went and go.
 */
export async function applyAnswer(
  context: FlowContext,
  operations: StoreOperations,
  recipients: Recipient[],
  person: Actor,
): Promise<Destination[]> {
  const [{ conversationId, role }] = recipients as [Recipient];
  const uris = recipients.map(({ uri }) => uri);
  const placed = await placedOf(operations, conversationId, uris);
  const { name, mailbox, timeZone, locale, tenantId } = person;
  const owner = {
    ownerId: person.id,
    ownerName: name,
    ownerMailbox: mailbox,
    ownerTimeZone: timeZone,
    ownerLocale: locale,
    ownerTenantId: tenantId,
  };
  return rerouted(context, operations, placed, async () => {
    if (role === 'copy') {
      // Known by the directory's id until now: from here on by the channel's.
      const renamed = recipients.filter(({ personId }) => personId !== person.id);
      await operations.deleteRecipients(renamed.map(({ id }) => id));
      for (const recipient of recipients)
        await operations.putRecipient({
          ...recipient,
          personId: person.id,
          name,
          mailbox,
          timeZone,
          locale,
          tenantId,
          state: 'accepted',
        });
    } else {
      await operations.setWatchOwner(
        placed.map(({ watch }) => watch.id),
        owner,
      );
      await operations.deleteRecipients(recipients.map(({ id }) => id));
    }
    await operations.recordAudit([
      {
        at: context.now(),
        conversationId,
        actorId: person.id,
        actorName: name,
        verb: role === 'owner' ? 'owner' : 'copy',
        subject: uris.map((uri) => uri ?? 'all').join(' '),
      },
    ]);
    if (role === 'copy') return placed;
    return placed.map(({ watch, conversation }) => ({ watch: { ...watch, ...owner }, conversation }));
  });
}

/** For people who name themselves: no question is needed. */
export async function takeOver(
  context: FlowContext,
  operations: StoreOperations,
  proposal: Proposal,
  person: Actor,
): Promise<Destination[]> {
  const rows = drafts(context, proposal, person);
  if (proposal.role === 'owner') return applyAnswer(context, operations, rows, person);
  const stored: Recipient[] = [];
  for (const row of rows) stored.push(await operations.putRecipient(row));
  return applyAnswer(context, operations, stored, person);
}

/** Everything that was asked in one question. */
async function questionOf(operations: StoreOperations, recipient: Recipient): Promise<Recipient[]> {
  const all = await operations.listRecipients([recipient.conversationId]);
  return all.filter(
    ({ personId, role, askedAt }) =>
      personId === recipient.personId && role === recipient.role && askedAt === recipient.askedAt,
  );
}

/**
 * Who was named by the directory alone is known by another id once they speak in the channel; their mailbox is the
 * same.
 */
function isFor({ personId, mailbox }: Recipient, actor: Actor): boolean {
  if (personId === actor.id) return true;
  return mailbox !== null && mailbox.toLowerCase() === actor.mailbox?.toLowerCase();
}

/** What was pressed under a question. `never`: they do not want to be asked from there again. */
interface Pressed {
  recipient: string;
  askedAt: Instant | undefined;
  yes: boolean;
  never?: boolean;
}

/** Owners are asked about targets, never about everything: nothing else stands in this place. */
function neverAgain({ uuid, now }: FlowContext, recipient: Recipient): Recipient {
  return { ...recipient, id: uuid(), uri: null, role: 'owner', state: 'never', askedAt: now() };
}

/** What became of an answer: what those who asked are told, and the card in place of the question. */
interface Answer {
  recipient: Recipient;
  rows: Recipient[];
  conversation: Conversation;
  actor: Actor;
  yes: boolean;
  /** They do not want to be asked from there again. */
  never: boolean;
}

function ownerSentence(yes: boolean, calendar: string, tell: Say): string {
  if (!yes) return tell('person.owner.declined');
  return calendar === 'graph' ? tell('person.owner.accepted') : '';
}

/** Tells the conversation where it was asked for, in the language of those who watched there before. */
async function tellAnswer(
  context: AskingContext,
  operations: StoreOperations,
  { recipient: { role }, conversation, actor, yes, never }: Answer,
  about: { uris: string[] | null; destinations: Destination[]; tell: Say },
): Promise<void> {
  const { uris, destinations, tell } = about;
  // A shared mailbox takes the owner's place; one that cannot be written to leaves the feed.
  const { calendar, calendarMailbox } = context.settings;
  const shared = role === 'owner' ? [calendarMailbox, conversation.settings.mailbox ?? null] : [];
  const isReached = destinations.some(
    (destination) => destination.calendar === 'graph' && [actor.mailbox, ...shared].includes(destination.mailbox),
  );
  const unreached = yes && calendar === 'graph' && destinations.length > 0 && !isReached;
  const values = { name: nameOf(actor), subject: subjectOf(uris, tell, { here: true }), calendar, role };
  const told = sentenceCard(
    tell(yes ? `person.${role}.accepted.title` : `person.declined.title`, values),
    role === 'owner' ? ownerSentence(yes, calendar, tell) : '',
    tell,
    {
      tone: yes ? 'good' : 'neutral',
      more: [...(unreached ? [tell('person.no-mailbox')] : []), ...(never ? [tell('person.never', values)] : [])],
    },
  );
  await operations.putMessages(
    [{ id: context.uuid(), conversationId: conversation.id, thread: null, card: told }],
    context.now(),
  );
}

/** Makes the answer hold, unless it does already, and tells of it; the card in place of the question. */
async function settle(context: AskingContext, operations: StoreOperations, answer: Answer, say: Say): Promise<Card> {
  const { recipient, rows, conversation, actor, yes, never } = answer;
  const uris = rows.some(({ uri }) => uri === null) ? null : rows.map(({ uri }) => uri!);
  const isSettled = !never && recipient.state === (yes ? 'accepted' : 'declined');
  const [first] = await watchesOf(operations, conversation.id, uris ?? [null]);
  const tell = sayTo(first?.ownerLocale ?? null);
  let destinations: Destination[];
  if (isSettled)
    destinations = await destinationsOf(
      context,
      operations,
      await placedOf(operations, conversation.id, uris ?? [null]),
    );
  else if (yes) destinations = await applyAnswer(context, operations, rows, actor);
  else destinations = await withdraw(context, operations, rows, actor);
  if (never) await operations.putRecipient(neverAgain(context, recipient));
  if (!isSettled) await tellAnswer(context, operations, answer, { uris, destinations, tell });
  const reached = destinations.some(
    (destination) => destination.calendar === 'graph' && destination.mailbox === actor.mailbox,
  );
  const calendar = whereaboutsOf(context, conversation, { role: recipient.role, mailbox: actor.mailbox });
  return answeredCard(recipient, {
    yes,
    never,
    reached,
    calendar,
    subject: subjectOf(uris, say),
    place: conversation,
    say,
  });
}

/**
 * The answer to the question "may I …?", pressed in the person's own chat; they may say no later as well. `askedAt`
 * tells which question was answered: a yes is to what that one named, and not to what was asked about since. Undefined
 * in questions of earlier versions. Null: there is nothing (any more) to answer, and what is shown in place of the
 * question may be the answer to it.
 */
export async function answerQuestion(
  context: AskingContext,
  { conversation: place, actor }: InboundAction,
  { recipient: id, askedAt, yes, never = false }: Pressed,
  say: Say,
): Promise<Card | null> {
  const card = await context.store.transaction(async (operations): Promise<Card | null> => {
    const recipient = await operations.findRecipient(id);
    if (place.kind !== 'personal' || (recipient && !isFor(recipient, actor))) return problemCard(say('stale'), say);
    if (!recipient) return null;
    const conversation = await operations.findConversation(recipient.conversationId);
    if (!conversation || (yes && askedAt !== undefined && askedAt !== recipient.askedAt)) return null;
    const rows = await questionOf(operations, recipient);
    if (yes && askedAt !== undefined && askedAt !== recipient.askedAt) return null;
    return settle(context, operations, { recipient, rows, conversation, actor, yes, never }, say);
  });
  context.planner.kick();
  context.deliverer.kick();
  return card;
}

/** What was asked is asked no more: the question that is open says so, in its place. */
async function takeBack(context: FlowContext, operations: StoreOperations, recipients: Recipient[]): Promise<void> {
  await operations.deleteRecipients(recipients.map(({ id }) => id));
  for (const { question, state, locale } of recipients) {
    const place = state === 'asked' && question !== undefined ? await operations.findMessage(question) : null;
    if (!place) continue;
    const say = sayTo(locale);
    const card = sentenceCard(say('person.taken-back.title'), say('person.taken-back'), say);
    await operations.putMessages([{ id: question!, ...place, card }], context.now());
  }
}

/**
 * No more copies for somebody, or no to a question. `forget`: what was asked is taken back, so that its buttons do
 * nothing any more; else the person may still change their mind. Returns where their reminders went and go.
 */
export async function withdraw(
  context: FlowContext,
  operations: StoreOperations,
  recipients: Recipient[],
  by: Pick<Actor, 'id' | 'name'>,
  { forget = false } = {},
): Promise<Destination[]> {
  const [{ conversationId }] = recipients as [Recipient];
  const uris = recipients.map(({ uri }) => uri);
  const placed = await placedOf(operations, conversationId, uris);
  return rerouted(context, operations, placed, async () => {
    if (forget) await takeBack(context, operations, recipients);
    else for (const recipient of recipients) await operations.putRecipient({ ...recipient, state: 'declined' });
    await operations.recordAudit([
      {
        at: context.now(),
        conversationId,
        actorId: by.id,
        actorName: by.name,
        verb: 'decline',
        subject: recipients.map(({ uri }) => uri ?? 'all').join(' '),
      },
    ]);
    return placed;
  });
}
