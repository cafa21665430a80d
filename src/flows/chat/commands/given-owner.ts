import type { Command } from '../../../core/chat/command.ts';
import { UserError } from '../../../core/errors.ts';
import type { Conversation } from '../../../core/model/conversation.ts';
import type { Mentioned } from '../../../core/model/people.ts';
import { refusedToOutsider } from '../outsiders.ts';
import { owner } from './people.ts';
import type { CommandContext, Reply, Request } from './reply.ts';

/** What `owner` says of the targets of a `watch`, where that can be said. */
async function ownerReply(
  context: CommandContext,
  request: Request,
  conversation: Conversation,
  { command, person }: { command: Extract<Command, { verb: 'watch' }>; person: Mentioned },
): Promise<Pick<Reply, 'commit'> & { sentences: string[] }> {
  const { inbound, say } = request;
  const watches = await context.store.listWatches(conversation.id);
  const there = new Set(watches.map(({ uri }) => uri));
  const targets = command.targets.filter((target) => 'uri' in target && there.has(target.uri));
  if (targets.length === 0) return { sentences: [] };
  const naming = { verb: 'owner' as const, targets, person: { kind: 'mention' as const, index: 0 } };
  const refusal = refusedToOutsider(naming, inbound, conversation, watches, say);
  if (refusal !== null) return { sentences: [refusal] };
  try {
    const asked = { ...request, inbound: { ...inbound, mentions: [person] } };
    const { card, commit } = await owner(context, asked, conversation, naming);
    return { sentences: [`${card.title}.`, ...(card.text ?? [])], ...(commit ? { commit } : {}) };
  } catch (error) {
    if (error instanceof UserError) return { sentences: [error.message] };
    throw error;
  }
}

/**
 * A `watch` whose form names an owner: what it has watched is offered to them with the same answer. What was refused is
 * offered to nobody.
 */
export async function withGivenOwner(
  context: CommandContext,
  request: Request,
  conversation: Conversation,
  { command, reply }: { command: Extract<Command, { verb: 'watch' }>; reply: Reply },
): Promise<Reply> {
  const { owner: person } = request;
  if (!person || reply.forAsker) return reply;
  const { sentences, commit } = await ownerReply(context, request, conversation, { command, person });
  return {
    ...reply,
    card: { ...reply.card, text: [...(reply.card.text ?? []), ...sentences] },
    async commit(operations) {
      await reply.commit?.(operations);
      await commit?.(operations);
    },
  };
}
