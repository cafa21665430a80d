import type { Card } from '../../core/card.ts';
import { DeliveryError } from '../../core/errors.ts';
import type { Conversation } from '../../core/model/conversation.ts';
import type { Delivery } from '../../core/model/delivery.ts';
import type { Messenger } from '../../core/ports/channel.ts';
import { DAY, hasPassed } from '../../core/time.ts';
import type { FlowContext } from '../context.ts';
import { untilStored } from '../queue/until-stored.ts';
import { uuidOf } from '../uuid-of.ts';

/** Where a message goes, and by whom; neither where its conversation is not known any more. */
export async function placeOf(
  { store, messengers }: FlowContext,
  { conversationId }: Delivery,
): Promise<{ conversation: Conversation | null; messenger: Messenger | undefined }> {
  const conversation = conversationId === null ? null : await store.findConversation(conversationId);
  return { conversation, messenger: conversation ? messengers.get(conversation.channel) : undefined };
}

/** Puts the pages of a message that come after its first behind it. Told anew, they replace what they said before. */
async function putPages(context: FlowContext, delivery: Delivery, pages: Card[]): Promise<void> {
  const { id, conversationId, thread, until, asker } = delivery;
  if (conversationId === null) return;
  const messages = pages.map((card, index) => ({
    id: uuidOf(`page ${index + 2} of ${id}`),
    conversationId,
    thread,
    card,
    ...(until === null ? {} : { until }),
    ...(asker === null ? {} : { asker }),
  }));
  await untilStored(() => context.store.putMessages(messages, context.now()));
}

/**
 * Sends a message, or replaces it where it was sent before. Resolves to the channel's id of the message, and where it
 * is; `late` hears of an id that comes after it was given up to wait for it. Throws what the channel throws, and
 * DeliveryError where the message has no place.
 */
export async function sendMessage(
  context: FlowContext,
  delivery: Delivery,
  late: (activityId: string) => void,
): Promise<{ activityId: string; conversation: Conversation }> {
  const { conversation, messenger } = await placeOf(context, delivery);
  if (!conversation || !delivery.card) throw new DeliveryError('refused', 'the conversation is not known any more');
  if (!messenger) throw new DeliveryError('unavailable', `the channel ${conversation.channel} is not configured`);
  // Events get lost, that of its opening as well: after a day it is tried all the same.
  if (conversation.closedAt !== null && !hasPassed(conversation.closedAt, DAY, context.now()))
    throw new DeliveryError('unreachable', 'the conversation is said to be closed', { peerCode: 'archived' });
  const more = (pages: Card[]): Promise<void> => putPages(context, delivery, pages);
  const options = { deliveryId: delivery.id, thread: delivery.thread, more };
  const { activityId: posted, card } = delivery;
  try {
    if (posted !== null) {
      await messenger.update(conversation, posted, card, options);
      return { activityId: posted, conversation };
    }
  } catch (error) {
    // Somebody deleted the message that was to be replaced, or it is not to be changed (any more): what it says still
    // has to be told, once. Whether the conversation lets anything in, a new message tells.
    if (!(error instanceof DeliveryError) || (error.code !== 'refused' && error.code !== 'unreachable')) throw error;
    // What is only in between need not be: the end of it comes as a message of its own.
    if (card.about?.kind === 'progress' && posted !== null) return { activityId: posted, conversation };
  }
  return { ...(await messenger.send(conversation, card, { ...options, late })), conversation };
}
