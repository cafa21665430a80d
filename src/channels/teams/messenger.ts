import { type Activity, type ConversationReference, TurnContext } from 'botbuilder';
import { boundedAbout } from '../../core/about.ts';
import type { Card } from '../../core/card.ts';
import { plainText } from '../../core/chat/cards/plain-text.ts';
import { DeliveryError } from '../../core/errors.ts';
import type { Conversation } from '../../core/model/conversation.ts';
import type { Messenger } from '../../core/ports/channel.ts';
import type { Download } from '../download.ts';
import { withoutThread } from './activity.ts';
import { fetchAttachment } from './attachments.ts';
import { ADAPTIVE_CARD, adaptiveCard, cardLength, DELIVERY_KEY } from './cards.ts';
import { draftLinkTo, linkTo, messageLinkTo, personOf, type DirectChats } from './direct.ts';
import { clip, plain } from './markup.ts';
import { pagesOf } from './pages.ts';
import { threadAt, type Proactive } from './proactive.ts';
import type { Rooms } from './rooms.ts';
import type { SignInService } from './sign-in.ts';

/**
 * The reference to store for a turn's conversation: thread suffix stripped, so that a message goes to its top level,
 * and nothing about single messages or, outside personal chats, about who happened to write. `appId` is null in local
 * mode.
 */
export function storedReference(activity: Activity, appId: string | null): Record<string, unknown> {
  const { activityId: _activityId, user, ...reference } = TurnContext.getConversationReference(activity);
  const conversation = { ...activity.conversation, id: withoutThread(activity.conversation.id) };
  const isPersonal = conversation.conversationType === 'personal';
  const group: unknown = activity.channelData?.team?.aadGroupId;
  const team = typeof group === 'string' ? { aadGroupId: group } : {};
  return { ...reference, ...(isPersonal ? { user } : {}), ...team, conversation, vouchedFor: appId };
}

/** Key of `About` in the channel data of a message, beside that of the delivery id. */
const ABOUT_KEY = 'certbotAbout';
const SUMMARY_LENGTH = 1000;
const TOO_LARGE = 413;

/** Puts further pages of a card behind it, see Messenger. */
type More = (pages: Card[]) => Promise<void>;

/**
 * The activity that carries a card, which has `room` characters in it (see cards.ts). The summary is what notifications
 * show; a `text` would be shown a second time beside the card.
 */
export function cardActivity(
  card: Card,
  deliveryId: string | null,
  options: Parameters<typeof adaptiveCard>[2] = {},
): Partial<Activity> {
  const about = card.about ? { [ABOUT_KEY]: boundedAbout(card.about) } : {};
  return {
    type: 'message',
    summary: clip(card.summary, SUMMARY_LENGTH),
    attachments: [{ contentType: ADAPTIVE_CARD, content: adaptiveCard(card, deliveryId, options) }],
    ...(deliveryId ? { channelData: { [DELIVERY_KEY]: deliveryId, ...about } } : {}),
  };
}

/** The same without the card, which the service does not take. */
function textActivity(card: Card, deliveryId: string | null): Partial<Activity> {
  const { attachments: _card, summary: _summary, ...activity } = cardActivity(card, deliveryId);
  return { ...activity, text: plain(plainText(card)), textFormat: 'plain' };
}

/** Statuses by which the service refuses what a message carries. */
const NOT_TAKEN = new Set([400, 413, 415, 422]);

/** Writes a card, and plain text in its place when the service refuses the card. */
async function orAsText<T>(card: () => Promise<T>, text: () => Promise<T>): Promise<T> {
  try {
    return await card();
  } catch (error) {
    // What the sign-in service refuses, without a code of the connector's, is not about the card.
    const isAboutCard = error instanceof DeliveryError && error.code === 'refused' && error.peerCode !== undefined;
    if (!isAboutCard || !NOT_TAKEN.has(error.status ?? 0)) throw error;
    return text();
  }
}

interface Mailroom {
  proactive: Proactive;
  directChats: DirectChats;
  /** What invites to sign in, beside a card; null without an OAuth connection. */
  invitation: SignInService['invitation'] | null;
  download: Download;
  groupOf: NonNullable<Messenger['groupOf']>;
  rooms: Rooms;
  /** Null in local mode. */
  appId: string | null;
  /** Address of Teams on the web. */
  teams: string;
}

type Place = Pick<Conversation, 'reference'>;
type Posting = Parameters<Messenger['send']>[2];
/** `deliveryId` may be unknown. */
interface Replacing {
  deliveryId: string | null;
  thread: unknown;
  more?: More;
}

/** Reaches stored conversations through the Bot Framework connector. */
export function createTeamsMessenger(mailroom: Mailroom) {
  const { directChats, download, appId, teams } = mailroom;
  /** Posts a card into a thread, or where that is shut into its channel. Throws DeliveryError. */
  const post = (conversation: Place, card: Card, posting: Posting): Promise<{ activityId: string }> =>
    postTo(mailroom, conversation, card, posting);
  /** Replaces a message in place. Throws DeliveryError. */
  const replaceIn = (conversation: Place, activityId: string, card: Card, replacing: Replacing): Promise<void> =>
    replace(mailroom, conversation, activityId, card, replacing);

  const messenger: Messenger = {
    channel: 'teams',

    send: post,
    update: replaceIn,
    remove: (conversation, activityId, { thread }) => remove(mailroom, conversation, activityId, thread),

    below: ({ kind, reference }, activityId) => (kind === 'channel' ? threadAt(reference, activityId) : null),

    // The activity has told everything already.
    identify: (actor) => Promise.resolve(actor),

    direct: directChats.direct,
    groupOf: mailroom.groupOf,
    link: (conversation) => linkTo(conversation, { appId, teams }),
    messageLink: (conversation, inboundId) => messageLinkTo(conversation, inboundId, { teams }),
    draftLink: (conversation, text) => draftLinkTo(conversation, text, { appId, teams }),
    personOf,
    download: (attachment) => fetchAttachment(attachment, download),
  };

  return { messenger, replace: replaceIn, post };
}

async function postTo(
  mailroom: Mailroom,
  conversation: Place,
  card: Card,
  { deliveryId, thread, late, more }: Posting,
): Promise<{ activityId: string }> {
  const { referenceFor } = mailroom.proactive;
  const reference = referenceFor(conversation.reference, thread);
  try {
    return await post(mailroom, reference, { card, deliveryId, more }, late);
  } catch (error) {
    // The thread may be deleted or locked, and its channel open: only what that refuses as well is refused.
    const isThread = reference.conversation?.id !== withoutThread(reference.conversation?.id ?? '');
    const isShut = error instanceof DeliveryError && (error.code === 'unreachable' || error.code === 'refused');
    if (!isThread || !isShut) throw error;
    return await post(mailroom, referenceFor(conversation.reference, null), { card, deliveryId, more }, late);
  }
}

async function post(
  mailroom: Mailroom,
  reference: Partial<ConversationReference>,
  { card, deliveryId, more }: { card: Card; deliveryId: string; more: More | undefined },
  late?: (activityId: string) => void,
): Promise<{ activityId: string }> {
  const { inConversation } = mailroom.proactive;
  const sendingOf =
    (activityIn: (context: TurnContext) => Promise<Partial<Activity>>) => async (context: TurnContext) => {
      // The proactive turn has a made-up activity; with its id this would be sent as a reply to that.
      delete context.activity.id;
      return context.sendActivity(await activityIn(context));
    };
  const response = await orAsText(
    () =>
      inPages(mailroom, reference, { card, more }, (page, room) => {
        const sending = sendingOf((context) =>
          activityOf(mailroom, context, { card: page, deliveryId, room, isMentioning: true }),
        );
        return inConversation(reference, sending, late);
      }),
    () =>
      inConversation(
        reference,
        sendingOf(() => Promise.resolve(textActivity(card, deliveryId))),
        late,
      ),
  );
  return { activityId: response?.id ?? '' };
}

async function replace(
  mailroom: Mailroom,
  conversation: Place,
  activityId: string,
  card: Card,
  { deliveryId, thread, more }: Replacing,
): Promise<void> {
  const { referenceFor, inConversation } = mailroom.proactive;
  const reference = referenceFor(conversation.reference, thread);
  if (!activityId) throw new DeliveryError('refused', 'The message has no id.', { status: 404 });
  await orAsText(
    () =>
      inPages(mailroom, reference, { card, more }, (page, room) =>
        inConversation(reference, async (context) =>
          context.updateActivity({
            ...(await activityOf(mailroom, context, { card: page, deliveryId, room, isMentioning: false })),
            id: activityId,
          }),
        ),
      ),
    () =>
      inConversation(reference, (context) =>
        context.updateActivity({ ...textActivity(card, deliveryId), id: activityId }),
      ),
  );
}

async function remove(
  { proactive }: Mailroom,
  conversation: Place,
  activityId: string,
  thread: unknown,
): Promise<void> {
  const reference = proactive.referenceFor(conversation.reference, thread);
  if (!activityId) throw new DeliveryError('refused', 'The message has no id.', { status: 404 });
  await proactive.inConversation(reference, (context) => context.deleteActivity(activityId));
}

/**
 * The card, and where it invites to sign in the Bot Framework's own card for that: only to one person, in their own
 * chat.
 */
async function activityOf(
  { invitation }: Mailroom,
  context: TurnContext,
  { card, deliveryId, ...options }: { card: Card; deliveryId: string | null; room: number; isMentioning: boolean },
): Promise<Partial<Activity>> {
  const activity = cardActivity(card, deliveryId, options);
  const isPersonal = context.activity.conversation.conversationType === 'personal';
  if (!card.signIn || !invitation || !isPersonal) return activity;
  return {
    ...activity,
    attachments: [...(activity.attachments ?? []), await invitation(context, card.signIn.label)],
  };
}

/**
 * Writes a card in as many pages as it takes: the first one now, the others behind it, by `more`; without that it is
 * cut. A host that takes no message of that size is asked once more, with less.
 */
async function inPages<T>(
  { rooms }: Mailroom,
  { serviceUrl = '' }: Partial<ConversationReference>,
  { card, more }: { card: Card; more: More | undefined },
  write: (page: Card, room: number) => Promise<T>,
): Promise<T> {
  async function within(room: number): Promise<T> {
    const [first, ...others] = more ? pagesOf(card, room) : [card];
    const written = await write(first!, room);
    if (others.length > 0) await more?.(others);
    return written;
  }
  const room = rooms.roomAt(serviceUrl);
  try {
    return await within(room);
  } catch (error) {
    if (!(error instanceof DeliveryError) || error.status !== TOO_LARGE) throw error;
    const less = rooms.lessThan(Math.min(room, cardLength(card)), serviceUrl);
    if (less === null) throw error;
    return within(less);
  }
}
