import { z } from 'zod';
import type { Card } from '../core/card.ts';
import { errorCard, problemCard, sentenceCard } from '../core/cards/replies.ts';
import { sayTo, type Say } from '../core/language.ts';
import type { Conversation, InboundAction, Watch } from '../core/ports.ts';
import { displayTarget } from '../core/target.ts';
import { listPage, showCard } from './commands/look.ts';
import type { CommandContext } from './commands/reply.ts';
import { removeWatches } from './commands/settings.ts';
import { identifiedOrAsGiven } from './people.ts';
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

/** A press under way, with the presser as far as their channel tells, and in their language. */
type Press = InboundAction & { say: Say };

function stale(say: Say): Card {
  return problemCard(say('stale'), say);
}

async function watchOf({ store }: CommandContext, conversation: Conversation, id: number): Promise<Watch | undefined> {
  return (await store.listWatches(conversation.id)).find((one) => one.id === id);
}

async function lookAgain(context: CommandContext, watch: Watch, say: Say): Promise<Card | null> {
  const observation = await context.observer.look(watch.uri);
  if (!observation) return problemCard(say('show.cannot', { target: displayTarget(watch.uri) }), say);
  // The person who pressed sees the result; whatever is new is still told to the whole conversation.
  await context.observer.settle(
    { targetId: watch.targetId, leaseId: null, observation, quiet: new Set() },
    { urgent: true },
  );
  return null;
}

async function show(context: CommandContext, conversation: Conversation, { action, say }: Press): Promise<Card> {
  const data = showData.safeParse(action.data);
  const watch = data.success ? await watchOf(context, conversation, data.data.watch) : undefined;
  if (!data.success || !watch) return stale(say);
  const problem = data.data.fresh ? await lookAgain(context, watch, say) : null;
  return problem ?? showCard(context, conversation, watch, say);
}

async function turnPage(context: CommandContext, conversation: Conversation, { action, say }: Press): Promise<Card> {
  const data = pageData.safeParse(action.data);
  if (!data.success) return stale(say);
  return listPage(context, conversation, { ...data.data, say });
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
async function unwatchRow(context: CommandContext, conversation: Conversation, press: Press): Promise<Card> {
  const { say } = press;
  const data = rowData.safeParse(press.action.data);
  if (!data.success) return stale(say);
  const watch = await watchOf(context, conversation, data.data.watch);
  if (watch) {
    const target = displayTarget(watch.uri);
    const message = {
      id: context.uuid(),
      conversationId: conversation.id,
      thread: press.thread,
      card: sentenceCard(say('unwatch.title', { target }), say('unwatch.undo', { target }), say, { tone: 'good' }),
    };
    const routes = await context.store.transaction(async (operations): Promise<Route[]> => {
      const planned = await removeWatches(context, press, operations, [watch]);
      await operations.putMessages([message], context.now());
      return planned;
    });
    await settleMailboxes(context, routes);
    context.deliverer.kick();
  }
  return listPage(context, conversation, { filter: data.data.filter, page: data.data.page, say });
}

async function answer(context: CommandContext, press: Press): Promise<Card | null> {
  const { name } = press.action;
  const conversation = await context.store.rememberConversation(press.conversation, context.now());
  if (name === 'list-page') return turnPage(context, conversation, press);
  if (name === 'show') return show(context, conversation, press);
  if (name === 'unwatch-row') return unwatchRow(context, conversation, press);
  if (name !== 'show-row') return stale(press.say);
  await followUp(context, press, press.aside ?? press.thread, await show(context, conversation, press));
  return null;
}

/**
 * A button: checks that what it names belongs to the conversation it came from, acts, and returns the card that replaces the pressed one, or null
 * when the answer comes beside it. What the button carries is untrusted.
 */
export async function act(context: CommandContext, inbound: InboundAction): Promise<Card | null> {
  const { log } = context;
  const actor = await identifiedOrAsGiven(context, inbound.actor, inbound.conversation);
  const say = sayTo(actor.locale);
  try {
    return await answer(context, { ...inbound, actor, say });
  } catch (error) {
    const errorId = context.uuid().slice(0, 8);
    log.error({ err: error, errorId, action: inbound.action.name.slice(0, 40) }, 'a button failed');
    return errorCard(errorId, say);
  }
}
