import { elsewhereCard } from '../../core/chat/cards/elsewhere.ts';
import type { Conversation } from '../../core/model/conversation.ts';
import type { Delivery, OutgoingMessage } from '../../core/model/delivery.ts';
import type { FlowContext } from '../context.ts';
import type { Deliverer, ShutOut } from '../delivery/deliver.ts';
import { directChatOf } from '../people/direct-chat.ts';
import type { Operators } from './operators.ts';
import { uuidOf } from '../uuid-of.ts';
import { HOUR } from '../../core/time.ts';

/** Tells people elsewhere what their conversation does not take. */
export function createElsewhere(
  context: FlowContext,
  { kick }: Pick<Deliverer, 'kick'>,
  operators: Pick<Operators, 'conversation'>,
) {
  const { store, messengers, now } = context;

  /** Of what an alert speaks, as far as it is watched in that conversation. */
  async function ownersOf({ card, conversationId }: Delivery): Promise<string[]> {
    const targets = new Set((card?.about?.facts ?? []).map(({ target }) => target));
    const watches = await store.listWatches(conversationId!);
    return [...new Set(watches.filter(({ uri }) => targets.has(uri)).map(({ ownerId }) => ownerId))];
  }

  async function chatsOf(near: Conversation, people: string[]): Promise<Conversation[]> {
    const chats: Conversation[] = [];
    for (const person of people) {
      const chat = await directChatOf(context, near, person);
      if (chat) chats.push(chat);
    }
    return chats;
  }

  async function put(messages: OutgoingMessage[]): Promise<boolean> {
    const there = new Set((await store.deliveryStatuses(messages.map(({ id }) => id))).map(({ id }) => id));
    const fresh = messages.filter(({ id }) => !there.has(id));
    await store.putMessages(fresh, now());
    if (fresh.length > 0) kick();
    return messages.length > 0;
  }

  /**
   * An alert goes to the own chats of those who own what it speaks of and to the operators, an answer to the own chat
   * of whoever asked: once, however often it fails. Resolves to whether there was anybody to tell.
   */
  async function shutOut(delivery: Delivery, { why, peerCode }: ShutOut): Promise<boolean> {
    const { card, asker, conversationId } = delivery;
    const near = conversationId === null ? null : await store.findConversation(conversationId);
    const kind = card?.about?.kind;
    const isAlert = kind === 'alert';
    // What is only in between is not worth a message elsewhere, and would stand there for the answer.
    if (!near || !card || card.about?.elsewhere || kind === 'progress' || (!isAlert && asker === null)) return false;
    const operatorsPlace = isAlert ? await operators.conversation() : null;
    const chats = await chatsOf(near, isAlert ? await ownersOf(delivery) : [asker!]);
    const places = new Map([...chats, ...(operatorsPlace ? [operatorsPlace] : [])].map((one) => [one.id, one]));
    places.delete(near.id);
    const link = messengers.get(near.channel)?.link(near) ?? null;
    const told = elsewhereCard(card, { where: near.name, link, why: isAlert ? why : 'answer', peerCode });
    const messages = [...places.keys()].map((id): OutgoingMessage => {
      const message = { id: uuidOf(`elsewhere ${delivery.id} ${id}`), conversationId: id, thread: null, card: told };
      return isAlert ? message : { ...message, asker: asker!, until: now() + HOUR };
    });
    return put(messages);
  }

  return { shutOut };
}
