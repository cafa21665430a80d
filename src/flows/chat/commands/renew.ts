import type { Card } from '../../../core/card.ts';
import type { WatchView } from '../../../core/chat/cards/list.ts';
import { renewalCard, whichToRenewCard } from '../../../core/chat/cards/renewal.ts';
import { problemCard } from '../../../core/chat/cards/replies.ts';
import type { Command } from '../../../core/chat/command.ts';
import type { Item } from '../../../core/certificates/item.ts';
import { itemsOf } from '../../../core/certificates/verdict.ts';
import type { Say } from '../../../core/language/language.ts';
import type { Conversation } from '../../../core/model/conversation.ts';
import type { Watch } from '../../../core/model/watch.ts';
import { connects } from '../../../core/targets/target.ts';
import { viewsOf } from '../../reminders/view.ts';
import { refusedPort, unsupported } from './bulk.ts';
import { notWatched, spent } from './look.ts';
import { tellable } from '../outsiders.ts';
import { forAsker, type CommandContext, type Reply, type Request } from './reply.ts';

/** What a watch is known for; else what its target presented when it was last looked at. */
function itemOf({ leaves, target }: WatchView): Item | undefined {
  const known = leaves.toSorted((a, b) => a.notAfter - b.notAfter)[0];
  return known ?? (target.observation ? itemsOf(target.observation)[0] : undefined);
}

/** How to renew what is watched, from what is stored. */
export async function renewalOfWatch(
  context: CommandContext,
  conversation: Conversation,
  watch: Watch,
  say: Say,
): Promise<Card> {
  const [view] = await viewsOf(context, context.store, conversation, [watch]);
  return renewalCard(view && itemOf(view), watch.uri, { now: context.now(), say });
}

/** Where it is not said what is meant: the only one that is watched here, else a question with those that end first. */
export async function whatIsDue(
  context: CommandContext,
  { inbound, say }: Request,
  conversation: Conversation,
): Promise<Card> {
  const watches = tellable(await context.store.listWatches(conversation.id), !!inbound.actor.outsider);
  const [only, more] = watches;
  if (only && !more) return renewalOfWatch(context, conversation, only, say);
  const views = await viewsOf(context, context.store, conversation, watches);
  const known = views.flatMap((view) => {
    const item = itemOf(view);
    return item ? [{ watch: view.watch, item }] : [];
  });
  return whichToRenewCard(known, { now: context.now(), say });
}

/** `renew`: how a target is renewed. What is not watched is looked at, as `check` does. */
export async function renew(
  context: CommandContext,
  { say }: Request,
  conversation: Conversation,
  { target }: Extract<Command, { verb: 'renew' }>,
): Promise<Reply> {
  if ('problem' in target) return forAsker(problemCard(target.problem, say));
  const { uri } = target;
  const watch = await context.store.findWatch(conversation.id, uri);
  if (watch) return forAsker(await renewalOfWatch(context, conversation, watch, say));
  if (!connects(uri)) {
    const watches = await context.store.listWatches(conversation.id);
    return forAsker(problemCard(notWatched(uri, watches, say), say));
  }
  const refused = refusedPort(context, uri, say);
  if (refused !== null) return forAsker(problemCard(refused, say));
  const wait = context.budget.take(conversation.id);
  if (wait > 0) return forAsker(problemCard(spent(context, wait, { verb: 'check', uri }, say), say));
  const seen = await context.observer.look(uri, undefined, { asking: conversation });
  context.budget.charge(conversation.id, seen);
  if (!seen) return forAsker(problemCard(unsupported(uri, say), say));
  return forAsker(renewalCard(itemsOf(seen)[0], uri, { now: context.now(), say }));
}
