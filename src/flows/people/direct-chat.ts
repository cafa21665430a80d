import { DeliveryError } from '../../core/errors.ts';
import { NOBODY } from '../../core/model/forgetting.ts';
import type { Conversation } from '../../core/model/conversation.ts';
import type { FlowContext } from '../context.ts';

/**
 * Somebody's own chat with the bot, by Actor.id: one that is known, else the one that their channel opens, which is
 * remembered. `near` is a conversation in which they are known. Null where there is none, and where `near` is their own
 * chat itself.
 */
export async function directChatOf(
  { store, messengers, log, now }: FlowContext,
  near: Conversation,
  personId: string,
): Promise<Conversation | null> {
  const messenger = messengers.get(near.channel);
  if (personId === NOBODY.ownerId) return null;
  if (!messenger || messenger.personOf(near) === personId) return null;
  const known = await store.listPersonalConversations(near.channel, near.tenantId);
  const found = known.find((one) => messenger.personOf(one) === personId);
  if (found) return found;
  try {
    const reference = { id: personId, directoryId: null, address: null };
    const { conversation } = await messenger.direct(reference, near);
    return conversation.id === near.id ? null : await store.rememberConversation(conversation, now());
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    log.info({ err: error, conversation: near.id }, 'there is no chat with a person of this conversation');
    return null;
  }
}
