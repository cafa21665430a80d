import type { Say } from '../../core/language/language.ts';
import type { Conversation } from '../../core/model/conversation.ts';
import type { Inbound } from '../../core/model/inbound.ts';
import type { FlowContext } from '../context.ts';

type Asked = Pick<Inbound, 'actor' | 'conversation'>;

/**
 * Why what an organisation keeps for itself is not shown in this conversation, whatever the operators say: people of
 * other organisations read it, or ask. Null: that is not so.
 */
export function foreignRefusal({ settings }: Pick<FlowContext, 'settings'>, asked: Asked, say: Say): string | null {
  const { actor, conversation } = asked;
  if (actor.outsider || conversation.isShared) return say('allowance.guests');
  const { channel } = conversation;
  const isHome = settings.isHome(channel, conversation.tenantId) && settings.isHome(channel, actor.tenantId);
  return isHome ? null : say('allowance.home');
}

/** Why a conversation does not get to see a restricted source (RESTRICTED); null where the operators have allowed it. */
export function allowanceRefusal(
  context: Pick<FlowContext, 'settings'>,
  conversation: Pick<Conversation, 'settings'>,
  { source, asked }: { source: string; asked: Asked },
  say: Say,
): string | null {
  const foreign = foreignRefusal(context, asked, say);
  if (foreign !== null) return foreign;
  return conversation.settings.allowed?.includes(source) ? null : say('allowance.refused', { source });
}
