import { welcomeCard } from '../../core/chat/cards/replies.ts';
import { inZone, sayTo } from '../../core/language/language.ts';
import { leavingCard } from '../../core/chat/cards/elsewhere.ts';
import type { Actor } from '../../core/model/people.ts';
import type { Conversation, ConversationInput } from '../../core/model/conversation.ts';
import type { OutgoingMessage } from '../../core/model/delivery.ts';
import { LOOKED } from '../../core/model/incident.ts';
import { RETENTION } from '../../core/model/retention.ts';
import type { Watch } from '../../core/model/watch.ts';
import type { StoreOperations } from '../../core/ports/store.ts';
import type { FlowContext } from '../context.ts';
import type { Deliverer } from '../delivery/deliver.ts';
import { directChatOf } from '../people/direct-chat.ts';
import type { Operators } from './operators.ts';
import { identifiedOrAsGiven } from '../people/identify.ts';
import { destinationKey } from '../../core/reminders/destination.ts';
import { destinationsOf, markDestinations } from '../reminders/destinations.ts';
import { uuidOf } from '../uuid-of.ts';
import { DAY, MINUTE } from '../../core/time.ts';

/** Data and events of a conversation that removed the bot stay this long, so that reinstalling resumes. */
export const KEPT_AFTER_REMOVAL = RETENTION.gone;
/**
 * Conversations that are welcomed within a minute. Of thousands that get the bot on one morning the others are welcomed
 * once somebody speaks there: nobody's alert waits behind their cards.
 */
const WELCOMED_AT_ONCE = 20;
/** How long before that its owners are told. */
const WARNED_BEFORE = 7 * DAY;

/** A conversation by its id, and with `team` every channel of that team of Microsoft Teams. */
export interface Place {
  id: string;
  team: string | null;
}

/** Under which the language stands in which a conversation is to be welcomed once somebody speaks there. */
function unwelcomedKey(conversationId: string): string {
  return `unwelcomed ${conversationId}`;
}

/** Somebody speaks in a conversation: one that has not been welcomed yet is now, behind the answer. */
export async function welcomeLate(
  { uuid, now, settings }: FlowContext,
  operations: StoreOperations,
  { id, kind }: Pick<Conversation, 'id' | 'kind'>,
): Promise<void> {
  const locale = await operations.getValue(unwelcomedKey(id));
  if (locale === null) return;
  await operations.setValue(unwelcomedKey(id), null);
  const card = welcomeCard(kind, settings.calendar, sayTo(locale || null));
  await operations.putMessages([{ id: uuid(), conversationId: id, thread: null, card }], now());
}

/**
 * The bot was added, by `actor` (null: the channel does not tell by whom). Channels tell it more than once: only a new
 * or a returning conversation is welcomed, in the language of whoever added the bot.
 */
export async function install(
  context: FlowContext,
  deliverer: Deliverer,
  input: ConversationInput,
  actor: Actor | null,
): Promise<void> {
  const { store } = context;
  const now = context.now();
  // Added again, it is back in every channel of the team.
  if (input.team) await store.reviveTeam(input.channel, input.team, now);
  const before = await store.findConversation(input.id);
  const welcomed = !before || before.goneAt !== null;
  const person = actor && welcomed ? await identifiedOrAsGiven(context, actor, input) : actor;
  const card = welcomeCard(input.kind, context.settings.calendar, sayTo(person?.locale ?? null));
  const message = { id: context.uuid(), conversationId: input.id, thread: null, card };
  await store.transaction(async (operations) => {
    const known = await operations.findConversation(input.id);
    const conversation = await operations.rememberConversation(input, now);
    if (conversation.goneAt !== null) await operations.setConversationGone(input.id, null);
    if (known && known.goneAt === null) return;
    const number = await operations.countWithin('welcomed', MINUTE, now);
    if (number <= WELCOMED_AT_ONCE) await operations.putMessages([message], now);
    else await operations.setValue(unwelcomedKey(input.id), person?.locale ?? '');
  });
  deliverer.kick();
}

/** A sign of life of a conversation that is known or not: it can be reached (again). */
export async function seen(context: FlowContext, input: ConversationInput): Promise<Conversation> {
  const { store, now } = context;
  const conversation = await store.rememberConversation(input, now());
  if (conversation.goneAt === null) return conversation;
  await store.setConversationGone(conversation.id, null);
  return { ...conversation, goneAt: null };
}

/** The bot was removed: deliveries and looks for these conversations stop; what is known of them stays for 30 days. */
export async function uninstall({ store, log, now }: FlowContext, { id, team }: Place): Promise<void> {
  if (team !== null) await store.setTeamGone('teams', team, now());
  const known = await store.findConversation(id);
  if (!known) return;
  await store.setConversationGone(id, now());
  log.info({ conversation: id, team }, 'the bot was removed from a conversation; its data stays for 30 days');
}

/** Nobody may write to the channels of that team for now; of a single conversation it says nothing. */
export async function archive({ store, now }: FlowContext, { team }: Place): Promise<void> {
  if (team !== null) await store.closeTeam('teams', team, now());
}

/** The channel has given a conversation another id: everything of it goes on under that one. */
export async function moveConversation(context: FlowContext, from: string, to: ConversationInput): Promise<void> {
  const { store, now } = context;
  const left = destinationKey({ calendar: 'ics', mailbox: from });
  await store.transaction(async (operations) => {
    // First of all: a plan that is being stored would bring reminders back under the old name.
    if (from !== to.id) {
      await operations.forgetMarks('reminders', [left]);
      // What was still to be told, or to be asked about later, is so under the new name.
      await operations.forgetMarks('alerts', [from]);
      await operations.mark('alerts', [{ key: to.id, part: LOOKED }], { now: now() });
    }
    await operations.moveConversation(from, to, now());
    // The feed has the reminders of before under its new name; what was to be planned was marked under the old one.
    await markDestinations(context, operations, [{ calendar: 'ics', mailbox: to.id }], null);
  });
}

/** What was deleted or closed is there again, and goes on where it was. */
export async function restore({ store, now }: FlowContext, { id, team }: Place): Promise<void> {
  if (team !== null) await store.reviveTeam('teams', team, now());
  else await store.setConversationGone(id, null);
}

/**
 * Owners of a conversation's watches, and where there is no chat with any of them the operators, are told what will be
 * deleted.
 */
async function warn(context: FlowContext, operators: Operators, conversation: Conversation): Promise<void> {
  const { store, now } = context;
  const watches = await store.listWatches(conversation.id);
  const until = Math.max(now(), (conversation.goneAt ?? now()) + KEPT_AFTER_REMOVAL);
  const owned = new Map<string, Watch[]>();
  for (const watch of watches) owned.set(watch.ownerId, [...(owned.get(watch.ownerId) ?? []), watch]);
  const messages: OutgoingMessage[] = [];
  let untold: Watch[] = [];
  function tell(place: Conversation, locale: string | null, those: Watch[]): void {
    const told = { uris: those.map(({ uri }) => uri), until, now: now() };
    const card = leavingCard(conversation, told, inZone(sayTo(locale), context.settings.defaultTimeZone));
    messages.push({
      id: uuidOf(`leaving ${conversation.id} ${until} ${place.id}`),
      conversationId: place.id,
      thread: null,
      card,
    });
  }
  for (const [ownerId, those] of owned) {
    const chat = await directChatOf(context, conversation, ownerId);
    if (chat) tell(chat, those[0]?.ownerLocale ?? null, those);
    else untold = [...untold, ...those];
  }
  // Whoever has removed the bot from their own chat knows, and nobody else has anything to do with it.
  const isPrivate = conversation.kind === 'personal';
  const place = untold.length > 0 && !isPrivate ? await operators.conversation() : null;
  if (place && place.id !== conversation.id) tell(place, await operators.locale(), untold);
  await store.transaction(async (operations) => {
    await operations.putMessages(messages, now());
    await operations.setConversationWarned(conversation.id, now());
  });
}

/**
 * Deletes conversations that have been gone for 30 days, with their watches and reminders; a week before that their
 * owners are told.
 */
export async function forgetGone(context: FlowContext, operators: Operators): Promise<number> {
  const { store, log } = context;
  for (const conversation of await store.listGoneConversations(context.now() - KEPT_AFTER_REMOVAL + WARNED_BEFORE)) {
    if (conversation.warnedAt === null) await warn(context, operators, conversation);
  }
  const gone = await store.listGoneConversations(context.now() - KEPT_AFTER_REMOVAL);
  for (const conversation of gone) {
    await store.transaction(async (operations) => {
      const watches = await operations.listWatches(conversation.id);
      const placed = watches.map((watch) => ({ watch, conversation }));
      const destinations = await destinationsOf(context, operations, placed);
      await operations.removeWatches(watches.map(({ id }) => id));
      await markDestinations(context, operations, destinations, null);
      await operations.setValue(unwelcomedKey(conversation.id), null);
      await operations.deleteConversation(conversation.id);
    });
    log.info({ conversation: conversation.id }, 'a conversation that removed the bot 30 days ago was deleted');
  }
  return gone.length;
}
