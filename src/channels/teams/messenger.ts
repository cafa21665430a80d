import { type Activity, type ConversationReference, TurnContext } from 'botbuilder';
import { z } from 'zod';
import type { Card } from '../../core/card.ts';
import { DeliveryError } from '../../core/errors.ts';
import type { Conversation, Messenger } from '../../core/ports.ts';
import { isLoopbackUrl } from '../../http/loopback.ts';
import { withoutThread } from './activity.ts';
import type { TeamsAdapter } from './adapter.ts';
import { ADAPTIVE_CARD, adaptiveCard, DELIVERY_KEY } from './cards.ts';
import type { Connector } from './connector.ts';

/** What we keep of a conversation: the SDK's reference, and the app id whose token vouched for its serviceUrl (null: local mode). */
const referenceSchema = z.looseObject({
  vouchedFor: z.string().nullable(),
  serviceUrl: z.string().min(1),
  conversation: z.looseObject({ id: z.string().min(1) }),
});

/**
 * The reference to store for a turn's conversation: thread suffix stripped, so that a message goes to its top level, and nothing about single
 * messages or, outside personal chats, about who happened to write. `appId` is null in local mode.
 */
export function storedReference(activity: Activity, appId: string | null): Record<string, unknown> {
  const { activityId: _activityId, user, ...reference } = TurnContext.getConversationReference(activity);
  const conversation = { ...activity.conversation, id: withoutThread(activity.conversation.id) };
  const isPersonal = conversation.conversationType === 'personal';
  return { ...reference, ...(isPersonal ? { user } : {}), conversation, vouchedFor: appId };
}

/** The activity that carries a card. The summary is what notifications show; a `text` would be shown a second time beside the card. */
export function cardActivity(card: Card, deliveryId: string | null): Partial<Activity> {
  return {
    type: 'message',
    summary: card.summary,
    attachments: [{ contentType: ADAPTIVE_CARD, content: adaptiveCard(card, deliveryId) }],
    ...(deliveryId ? { channelData: { [DELIVERY_KEY]: deliveryId } } : {}),
  };
}

/** Reaches stored conversations through the Bot Framework connector. `appId` is null in local mode. */
export function createTeamsMessenger(options: { adapter: TeamsAdapter; connector: Connector; appId: string | null }) {
  const { adapter, connector, appId } = options;

  function referenceFor(stored: unknown, thread: unknown): Partial<ConversationReference> {
    const parsed = referenceSchema.safeParse(stored);
    if (!parsed.success) throw new DeliveryError('refused', 'The stored conversation reference is unreadable.');
    const { vouchedFor, ...reference } = parsed.data;
    // The bearer token goes to this address: only one that a token for this very bot vouched for, or loopback without a token.
    const isSafe = appId === null ? isLoopbackUrl(reference.serviceUrl) : vouchedFor === appId;
    if (!isSafe) throw new DeliveryError('refused', 'The stored conversation belongs to another bot registration.');
    const { conversation } = reference;
    const isThread = typeof thread === 'string' && withoutThread(thread) === conversation.id;
    return {
      ...reference,
      conversation: { ...conversation, id: isThread ? thread : conversation.id },
    } as Partial<ConversationReference>;
  }

  /** Runs `act` in a proactive turn. Its error is caught inside the turn, where the SDK cannot swallow or wrap it. */
  async function inConversation<T>(
    reference: Partial<ConversationReference>,
    act: (context: TurnContext) => Promise<T>,
    late?: (activityId: string) => void,
  ): Promise<T> {
    return connector.pass(async () => {
      let outcome: { value: T } | { error: unknown } | undefined;
      await adapter.continueConversationAsync(appId ?? '', reference, async (context) => {
        try {
          outcome = { value: await act(context) };
        } catch (error) {
          outcome = { error };
        }
      });
      if (!outcome) throw new Error('The SDK did not run the turn.');
      if ('error' in outcome) throw outcome.error;
      return outcome.value;
    }, late);
  }

  async function post(
    reference: Partial<ConversationReference>,
    activity: Partial<Activity>,
    late?: (activityId: string) => void,
  ): Promise<{ activityId: string }> {
    const sending = (context: TurnContext) => {
      // The proactive turn has a made-up activity; with its id this would be sent as a reply to that.
      delete context.activity.id;
      return context.sendActivity(activity);
    };
    const response = await inConversation(reference, sending, late);
    return { activityId: response?.id ?? '' };
  }

  /** Replaces a message in place; `deliveryId` may be unknown. Throws DeliveryError. */
  async function replace(
    conversation: Pick<Conversation, 'reference'>,
    activityId: string,
    card: Card,
    { deliveryId, thread }: { deliveryId: string | null; thread: unknown },
  ): Promise<void> {
    const reference = referenceFor(conversation.reference, thread);
    if (!activityId) throw new DeliveryError('refused', 'The message has no id.', { status: 404 });
    await inConversation(reference, (context) =>
      context.updateActivity({ ...cardActivity(card, deliveryId), id: activityId }),
    );
  }

  const messenger: Messenger = {
    channel: 'teams',

    async send(conversation, card, { deliveryId, thread, late }) {
      const activity = cardActivity(card, deliveryId);
      const reference = referenceFor(conversation.reference, thread);
      try {
        return await post(reference, activity, late);
      } catch (error) {
        // A deleted thread is 404 too: only when the conversation's top level is gone as well, the conversation is.
        const isThread = reference.conversation?.id !== withoutThread(reference.conversation?.id ?? '');
        if (!isThread || !(error instanceof DeliveryError) || error.status !== 404) throw error;
        return await post(referenceFor(conversation.reference, null), activity, late);
      }
    },

    update: replace,

    // The activity has told everything already.
    identify: (actor) => Promise.resolve(actor),

    direct: () => Promise.reject(new DeliveryError('refused', 'not yet')),
    link: () => null,

    async remove(conversation, activityId, { thread }) {
      const reference = referenceFor(conversation.reference, thread);
      if (!activityId) throw new DeliveryError('refused', 'The message has no id.', { status: 404 });
      await inConversation(reference, (context) => context.deleteActivity(activityId));
    },
  };

  return { messenger, replace };
}
