import { z } from 'zod';
import type { Card } from '../core/card.ts';
import { errorCard, problemCard } from '../core/cards/replies.ts';
import type { InboundAction } from '../core/ports.ts';
import { displayTarget } from '../core/target.ts';
import { listPage, showCard } from './commands/look.ts';
import type { CommandContext } from './commands/reply.ts';

const listPageData = z.object({
  page: z.coerce.number().int().min(1).max(100_000),
  filter: z.string().max(200).default(''),
});
const showData = z.object({ watch: z.coerce.number().int().positive(), fresh: z.coerce.boolean().default(false) });

const STALE =
  'This button belongs to something that is no longer there. Type “list” to see what this conversation watches.';

async function show(context: CommandContext, { conversation: { id }, action }: InboundAction): Promise<Card> {
  const data = showData.safeParse(action.data);
  const conversation = await context.store.findConversation(id);
  if (!data.success || !conversation) return problemCard(STALE);
  const watch = (await context.store.listWatches(id)).find((one) => one.id === data.data.watch);
  if (!watch) return problemCard(STALE);
  if (data.data.fresh) {
    const observation = await context.observer.look(watch.uri);
    if (!observation) return problemCard(`${displayTarget(watch.uri)} cannot be looked at.`);
    // The person who pressed sees the result; whatever is new is still told to the whole conversation.
    await context.observer.settle(
      { targetId: watch.targetId, leaseId: null, observation, quiet: new Set() },
      { urgent: true },
    );
  }
  return showCard(context, conversation, watch);
}

async function turnPage(context: CommandContext, { conversation: { id }, action }: InboundAction): Promise<Card> {
  const data = listPageData.safeParse(action.data);
  const conversation = await context.store.findConversation(id);
  if (!data.success || !conversation) return problemCard(STALE);
  return listPage(context, conversation, data.data.filter, data.data.page);
}

/**
 * A button: checks that what it names belongs to the conversation it came from, acts, and returns the card that replaces the pressed one. What
 * the button carries is untrusted.
 */
export async function act(context: CommandContext, inbound: InboundAction): Promise<Card> {
  const { log } = context;
  try {
    await context.store.rememberConversation(inbound.conversation, context.now());
    if (inbound.action.name === 'list-page') return await turnPage(context, inbound);
    if (inbound.action.name === 'show') return await show(context, inbound);
    return problemCard(STALE);
  } catch (error) {
    const errorId = context.uuid().slice(0, 8);
    log.error({ err: error, errorId, action: inbound.action.name.slice(0, 40) }, 'a button failed');
    return errorCard(errorId);
  }
}
