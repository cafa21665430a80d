import { type Activity, type ConversationReference, TurnContext } from 'botbuilder';
import { boundedAbout } from '../../core/about.ts';
import type { Card } from '../../core/card.ts';
import { plainText } from '../../core/cards/plain-text.ts';
import { DeliveryError } from '../../core/errors.ts';
import type { Conversation, Messenger } from '../../core/ports.ts';
import type { Download } from '../download.ts';
import { withoutThread } from './activity.ts';
import { fetchAttachment } from './attachments.ts';
import { ADAPTIVE_CARD, adaptiveCard, DELIVERY_KEY } from './cards.ts';
import { linkTo, personOf, type DirectChats } from './direct.ts';
import { plain } from './markup.ts';
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

/** The same without the card, which the service does not take. */
export function textActivity(card: Card, deliveryId: string | null): Partial<Activity> {
  const { attachments: _card, summary: _summary, ...activity } = cardActivity(card, deliveryId);
  return { ...activity, text: plain(plainText(card)), textFormat: 'plain' };
}

/** Statuses by which the service refuses what a message carries. */
const NOT_TAKEN = new Set([400, 413, 415, 422]);

/** Sends a card by `send`, and as plain text when the service refuses the card. */
export async function asCardOrText<T>(
  { card, text }: { card: Partial<Activity>; text: () => Partial<Activity> },
  send: (activity: Partial<Activity>) => Promise<T>,
): Promise<T> {
  try {
    return await send(card);
  } catch (error) {
    if (!(error instanceof DeliveryError) || error.code !== 'refused' || !NOT_TAKEN.has(error.status ?? 0)) throw error;
    return send(text());
  }
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
      const forms = {
        card: await activityOf(context, card, deliveryId),
        text: () => textActivity(card, deliveryId),
      };
      return asCardOrText(forms, (activity) => context.sendActivity(activity));
    };
    const response = await inConversation(reference, sending, late);
    return { activityId: response?.id ?? '' };
  }

  /** Posts a card into a thread, or where that is shut into its channel. Throws DeliveryError. */
  async function postTo(
    conversation: Pick<Conversation, 'reference'>,
    card: Card,
    { deliveryId, thread, late }: Parameters<Messenger['send']>[2],
  ): Promise<{ activityId: string }> {
    const reference = referenceFor(conversation.reference, thread);
    try {
      return await post(reference, { card, deliveryId }, late);
    } catch (error) {
      // The thread may be deleted or locked, and its channel open: only what that refuses as well is refused.
      const isThread = reference.conversation?.id !== withoutThread(reference.conversation?.id ?? '');
      const isShut = error instanceof DeliveryError && (error.code === 'unreachable' || error.code === 'refused');
      if (!isThread || !isShut) throw error;
      return await post(referenceFor(conversation.reference, null), { card, deliveryId }, late);
    }
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
    await inConversation(reference, async (context) => {
      const forms = {
        card: await activityOf(context, card, deliveryId),
        text: () => textActivity(card, deliveryId),
      };
      await asCardOrText(forms, (activity) => context.updateActivity({ ...activity, id: activityId }));
    });
  }

  const messenger: Messenger = {
    channel: 'teams',

    send: postTo,
    update: replace,

    // The activity has told everything already.
    identify: (actor) => Promise.resolve(actor),

    direct: directChats.direct,
    link: (conversation) => linkTo(conversation, appId),
    personOf,
    download: (attachment) => fetchAttachment(attachment, download),

    async remove(conversation, activityId, { thread }) {
      const reference = referenceFor(conversation.reference, thread);
      if (!activityId) throw new DeliveryError('refused', 'The message has no id.', { status: 404 });
      await inConversation(reference, (context) => context.deleteActivity(activityId));
    },
  };

  return { messenger, replace, post: postTo };
}
