import { type Activity, type ConversationReference, TurnContext } from 'botbuilder';
import { boundedAbout } from '../../core/about.ts';
import type { Card } from '../../core/card.ts';
import { DeliveryError } from '../../core/errors.ts';
import type { Conversation, Messenger } from '../../core/ports.ts';
import type { Download } from '../download.ts';
import { withoutThread } from './activity.ts';
import { fetchAttachment } from './attachments.ts';
import { ADAPTIVE_CARD, adaptiveCard, DELIVERY_KEY } from './cards.ts';
import { linkTo, type DirectChats } from './direct.ts';
import type { Proactive } from './proactive.ts';
import type { SignInService } from './sign-in.ts';

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

/** Key of `About` in the channel data of a message, beside that of the delivery id. */
const ABOUT_KEY = 'certbotAbout';

/** The activity that carries a card. The summary is what notifications show; a `text` would be shown a second time beside the card. */
export function cardActivity(card: Card, deliveryId: string | null): Partial<Activity> {
  const about = card.about ? { [ABOUT_KEY]: boundedAbout(card.about) } : {};
  return {
    type: 'message',
    summary: card.summary,
    attachments: [{ contentType: ADAPTIVE_CARD, content: adaptiveCard(card, deliveryId) }],
    ...(deliveryId ? { channelData: { [DELIVERY_KEY]: deliveryId, ...about } } : {}),
  };
}

/** Reaches stored conversations through the Bot Framework connector. `appId` is null in local mode. */
export function createTeamsMessenger(options: {
  proactive: Proactive;
  directChats: DirectChats;
  /** What invites to sign in, beside a card; null without an OAuth connection. */
  invitation: SignInService['invitation'] | null;
  download: Download;
  appId: string | null;
}) {
  const { directChats, invitation, download, appId } = options;
  const { referenceFor, inConversation } = options.proactive;

  /** The card, and where it invites to sign in the Bot Framework's own card for that: only to one person, in their own chat. */
  async function activityOf(context: TurnContext, card: Card, deliveryId: string | null): Promise<Partial<Activity>> {
    const activity = cardActivity(card, deliveryId);
    const isPersonal = context.activity.conversation.conversationType === 'personal';
    if (!card.signIn || !invitation || !isPersonal) return activity;
    return {
      ...activity,
      attachments: [...(activity.attachments ?? []), await invitation(context, card.signIn.label)],
    };
  }

  async function post(
    reference: Partial<ConversationReference>,
    { card, deliveryId }: { card: Card; deliveryId: string },
    late?: (activityId: string) => void,
  ): Promise<{ activityId: string }> {
    const sending = async (context: TurnContext) => {
      // The proactive turn has a made-up activity; with its id this would be sent as a reply to that.
      delete context.activity.id;
      return context.sendActivity(await activityOf(context, card, deliveryId));
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
    await inConversation(reference, async (context) =>
      context.updateActivity({ ...(await activityOf(context, card, deliveryId)), id: activityId }),
    );
  }

  const messenger: Messenger = {
    channel: 'teams',

    async send(conversation, card, { deliveryId, thread, late }) {
      const reference = referenceFor(conversation.reference, thread);
      try {
        return await post(reference, { card, deliveryId }, late);
      } catch (error) {
        // A deleted thread is 404 too: only when the conversation's top level is gone as well, the conversation is.
        const isThread = reference.conversation?.id !== withoutThread(reference.conversation?.id ?? '');
        if (!isThread || !(error instanceof DeliveryError) || error.status !== 404) throw error;
        return await post(referenceFor(conversation.reference, null), { card, deliveryId }, late);
      }
    },

    update: replace,

    // The activity has told everything already.
    identify: (actor) => Promise.resolve(actor),

    direct: directChats.direct,
    link: (conversation) => linkTo(conversation, appId),
    download: (attachment) => fetchAttachment(attachment, download),

    async remove(conversation, activityId, { thread }) {
      const reference = referenceFor(conversation.reference, thread);
      if (!activityId) throw new DeliveryError('refused', 'The message has no id.', { status: 404 });
      await inConversation(reference, (context) => context.deleteActivity(activityId));
    },
  };

  return { messenger, replace };
}
