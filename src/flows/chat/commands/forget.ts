import { problemCard, sentenceCard } from '../../../core/chat/cards/replies.ts';
import type { Card } from '../../../core/card.ts';
import type { ForgetCommand } from '../../../core/chat/typed-rights.ts';
import { LEFT } from '../../../core/model/forgetting.ts';
import type { Say } from '../../../core/language/language.ts';
import type { Conversation } from '../../../core/model/conversation.ts';
import type { InboundAction } from '../../../core/model/inbound.ts';
import { extentOf, forget, personOfActor, type Extent } from '../../people/forget.ts';
import { forAsker, type CommandContext, type Reply, type Request } from './reply.ts';
import { auditOf } from './unwatch.ts';

function questionCard(personId: string, { owned, own, chats }: Extent, say: Say): Card {
  const more = [
    ...(chats > 0 && own > 0 ? [say('forget.ask.own', { number: own })] : []),
    ...(owned > 0 ? [say('forget.ask.owned', { number: owned })] : []),
    say('forget.ask.typed'),
  ];
  return sentenceCard(say('forget.title'), say('forget.ask'), say, {
    tone: 'warning',
    state: { symbol: '⚠️', word: say('state.question') },
    more,
    actions: [
      {
        kind: 'execute',
        label: say('button.forget-me'),
        action: { name: 'forget-me', data: { person: personId } },
        style: 'destructive',
      },
    ],
  });
}

/** What was done, without naming anybody. */
export function forgottenCard(
  { owned, own, chats, events }: Extent,
  say: Say,
  { who = 'self' }: { who?: 'self' | 'other' } = {},
): Card {
  const more = [
    ...(chats > 0 && own > 0 ? [say('forget.done.own')] : []),
    ...(owned > 0 ? [say('forget.done.owned', { number: owned })] : []),
    ...(events > 0 ? [say('forget.done.events', { number: events })] : []),
    say('forget.done.again'),
  ];
  return sentenceCard(say('forget.done.title', { who }), say('forget.done'), say, { tone: 'good', more });
}

/** `forget me`: asks once, and does it when it is said with “yes”. */
export async function forgetAsker(
  context: CommandContext,
  { inbound, replyId, say }: Request,
  conversation: Conversation,
  { sure }: ForgetCommand,
): Promise<Reply> {
  const person = await personOfActor(context, inbound.actor, conversation);
  const extent = await extentOf(context.store, person);
  if (!sure) return forAsker(questionCard(inbound.actor.id, extent, say));
  return {
    ...forAsker(forgottenCard(extent, say)),
    async commit(operations) {
      await forget(context, operations, person, { reply: replyId, message: inbound.id });
      const by = { ...inbound, actor: { ...inbound.actor, ...LEFT } };
      await operations.recordAudit([auditOf(context, by, 'forget', 'me')]);
    },
  };
}

/** The answer to the question, by whoever asked for it. */
export async function forgetPresser(
  context: CommandContext,
  { conversation, actor, action }: InboundAction,
  say: Say,
): Promise<Card> {
  // Others read it as well.
  if (action.data['person'] !== actor.id) return problemCard(say('forget.not-you'), say);
  const person = await personOfActor(context, actor, conversation);
  const extent = await extentOf(context.store, person);
  await context.store.transaction(async (operations) => {
    await forget(context, operations, person, { reply: null, message: null });
    const by = { conversation, actor: { ...actor, ...LEFT } };
    await operations.recordAudit([auditOf(context, by, 'forget', 'me')]);
  });
  context.planner.kick();
  context.deliverer.kick();
  return forgottenCard(extent, say);
}
