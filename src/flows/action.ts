import { z } from 'zod';
import type { Card } from '../core/card.ts';
import { errorCard, problemCard, sentenceCard } from '../core/cards/replies.ts';
import type { Conversation, InboundAction, Watch } from '../core/ports.ts';
import { displayTarget } from '../core/target.ts';
import { listPage, showCard } from './commands/look.ts';
import type { CommandContext } from './commands/reply.ts';
import { removeWatches } from './commands/settings.ts';
import { settleMailboxes, type Route } from './plan.ts';

const pageData = z.object({
  page: z.coerce.number().int().min(1).max(100_000),
  filter: z.string().max(200).default(''),
});
const showData = z.object({ watch: z.coerce.number().int().positive(), fresh: z.coerce.boolean().default(false) });
const rowData = z.object({
  watch: z.coerce.number().int().positive(),
  page: z.coerce.number().int().min(1).max(100_000).default(1),
  filter: z.string().max(200).default(''),
});

const STALE =
  'This button belongs to something that is no longer there. Type “list” to see what this conversation watches.';

async function watchOf({ store }: CommandContext, conversation: Conversation, id: number): Promise<Watch | undefined> {
  return (await store.listWatches(conversation.id)).find((one) => one.id === id);
}

async function lookAgain(context: CommandContext, watch: Watch): Promise<Card | null> {
  const observation = await context.observer.look(watch.uri);
  if (!observation) return problemCard(`${displayTarget(watch.uri)} cannot be looked at.`);
  // The person who pressed sees the result; whatever is new is still told to the whole conversation.
  await context.observer.settle(
    { targetId: watch.targetId, leaseId: null, observation, quiet: new Set() },
    { urgent: true },
  );
  return null;
}

async function show(context: CommandContext, conversation: Conversation, inbound: InboundAction): Promise<Card> {
  const data = showData.safeParse(inbound.action.data);
  const watch = data.success ? await watchOf(context, conversation, data.data.watch) : undefined;
  if (!data.success || !watch) return problemCard(STALE);
  const problem = data.data.fresh ? await lookAgain(context, watch) : null;
  return problem ?? showCard(context, conversation, watch);
}

async function turnPage(context: CommandContext, conversation: Conversation, inbound: InboundAction): Promise<Card> {
  const data = pageData.safeParse(inbound.action.data);
  if (!data.success) return problemCard(STALE);
  return listPage(context, conversation, data.data.filter, data.data.page);
}

/** Says something beside the pressed message, which stays as it is. */
async function followUp(
  { store, uuid, now, deliverer }: CommandContext,
  { conversation }: InboundAction,
  thread: unknown,
  card: Card,
): Promise<void> {
  await store.putMessages([{ id: uuid(), conversationId: conversation.id, thread, card }], now());
  deliverer.kick();
}

/** Stops one watch of a list: everybody is told, and the list is shown without it. Pressed twice, the second only shows the list. */
async function unwatchRow(context: CommandContext, conversation: Conversation, inbound: InboundAction): Promise<Card> {
  const data = rowData.safeParse(inbound.action.data);
  if (!data.success) return problemCard(STALE);
  const watch = await watchOf(context, conversation, data.data.watch);
  if (watch) {
    const shown = displayTarget(watch.uri);
    const message = {
      id: context.uuid(),
      conversationId: conversation.id,
      thread: inbound.thread,
      card: sentenceCard(
        `No longer watching ${shown}`,
        `${shown} is no longer watched in this conversation; its reminders go as well. Type “watch ${shown}” to take it up again.`,
        { tone: 'good' },
      ),
    };
    const routes = await context.store.transaction(async (operations): Promise<Route[]> => {
      const planned = await removeWatches(context, inbound, operations, [watch]);
      await operations.putMessages([message], context.now());
      return planned;
    });
    await settleMailboxes(context, routes);
    context.deliverer.kick();
  }
  return listPage(context, conversation, data.data.filter, data.data.page);
}

async function answer(context: CommandContext, inbound: InboundAction): Promise<Card | null> {
  const { name } = inbound.action;
  const conversation = await context.store.rememberConversation(inbound.conversation, context.now());
  if (name === 'list-page') return turnPage(context, conversation, inbound);
  if (name === 'show') return show(context, conversation, inbound);
  if (name === 'unwatch-row') return unwatchRow(context, conversation, inbound);
  if (name !== 'show-row') return problemCard(STALE);
  await followUp(context, inbound, inbound.aside ?? inbound.thread, await show(context, conversation, inbound));
  return null;
}

/**
 * A button: checks that what it names belongs to the conversation it came from, acts, and returns the card that replaces the pressed one, or null
 * when the answer comes beside it. What the button carries is untrusted.
 */
export async function act(context: CommandContext, inbound: InboundAction): Promise<Card | null> {
  const { log } = context;
  try {
    return await answer(context, inbound);
  } catch (error) {
    const errorId = context.uuid().slice(0, 8);
    log.error({ err: error, errorId, action: inbound.action.name.slice(0, 40) }, 'a button failed');
    return errorCard(errorId);
  }
}
