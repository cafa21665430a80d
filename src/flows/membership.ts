import { welcomeCard } from '../core/cards/replies.ts';
import { sayTo } from '../core/language.ts';
import type { Actor, ConversationInput } from '../core/ports.ts';
import type { FlowContext } from './context.ts';
import type { Deliverer } from './deliver.ts';
import { identifiedOrAsGiven } from './people.ts';
import { replanMailboxes, routesOf } from './plan.ts';

const DAY = 86_400_000;
/** Data and events of a conversation that removed the bot stay this long, so that reinstalling resumes. */
export const KEPT_AFTER_REMOVAL = 30 * DAY;

/**
 * The bot was added, by `actor` (null: the channel does not tell by whom). Channels tell it more than once: only a new or a returning conversation is
 * welcomed, in the language of whoever added the bot.
 */
export async function install(
  context: FlowContext,
  deliverer: Deliverer,
  input: ConversationInput,
  actor: Actor | null,
): Promise<void> {
  const { store } = context;
  const now = context.now();
  const before = await store.findConversation(input.id);
  const welcomed = !before || before.goneAt !== null;
  const person = actor && welcomed ? await identifiedOrAsGiven(context, actor, input) : actor;
  const card = welcomeCard(input.kind, sayTo(person?.locale ?? null));
  await store.transaction(async (operations) => {
    const known = await operations.findConversation(input.id);
    const conversation = await operations.rememberConversation(input, now);
    if (conversation.goneAt !== null) await operations.setConversationGone(input.id, null);
    if (known && known.goneAt === null) return;
    await operations.putMessages([{ id: context.uuid(), conversationId: input.id, thread: null, card }], now);
  });
  deliverer.kick();
}

/** The bot was removed: deliveries and looks for this conversation stop; what is known of it stays for 30 days. */
export async function uninstall(context: FlowContext, input: ConversationInput): Promise<void> {
  const known = await context.store.findConversation(input.id);
  if (!known || known.goneAt !== null) return;
  await context.store.setConversationGone(input.id, context.now());
  context.log.info({ conversation: input.id }, 'the bot was removed from a conversation; its data stays for 30 days');
}

/** Deletes conversations that have been gone for 30 days, with their watches and reminders. */
export async function forgetGone(context: FlowContext): Promise<number> {
  const { store } = context;
  const gone = await store.listGoneConversations(context.now() - KEPT_AFTER_REMOVAL);
  for (const conversation of gone) {
    await store.transaction(async (operations) => {
      const watches = await operations.listWatches(conversation.id);
      const placed = watches.map((watch) => ({ watch, conversation }));
      const routes = await routesOf(context, operations, placed);
      await operations.removeWatches(watches.map(({ id }) => id));
      await replanMailboxes(context, operations, routes);
      await operations.deleteConversation(conversation.id);
    });
  }
  return gone.length;
}
