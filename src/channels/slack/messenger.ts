import { z } from 'zod';
import { boundedAbout } from '../../core/about.ts';
import type { Card } from '../../core/card.ts';
import { plainText } from '../../core/chat/cards/plain-text.ts';
import { DeliveryError } from '../../core/errors.ts';
import type { Conversation } from '../../core/model/conversation.ts';
import type { Messenger } from '../../core/ports/channel.ts';
import type { SlackApi } from './api.ts';
import { messageOf } from './blocks.ts';
import type { DirectChats } from './direct.ts';
import { isShutOut, missingScope, slackCode } from './failures.ts';
import type { Files } from './files.ts';
import { CHART_BLOCK } from './groups.ts';
import { saySlack } from './messages.ts';
import type { SlackThread } from './payload.ts';
import type { People } from './people.ts';
import { escapeText } from './markup.ts';
import { linkTo, messageLinkTo, personOf, referenceOf } from './reference.ts';
import type { ResponseUrls } from './response-urls.ts';
import type { Workspaces } from './workspaces.ts';

const threadSchema = z.object({
  ts: z.string().optional(),
  asker: z.object({ userId: z.string(), responseUrl: z.string().nullable(), until: z.number() }).optional(),
  ephemeral: z.literal(true).optional(),
});

/** Errors that mean: this thread is not there, but its channel may be. */
const THREAD_GONE = new Set([
  'thread_not_found',
  'invalid_thread_ts',
  'cannot_reply_to_message',
  'message_not_found',
  'restricted_action_thread_locked',
  'restricted_action_non_threadable_channel',
]);
/** Errors that mean: we are not in that channel, or cannot even see it. */
const OUTSIDE = new Set(['not_in_channel', 'channel_not_found']);
/** Errors about what a message carries beside its text (docs.slack.dev, "chat.postMessage", errors). */
const NOT_TAKEN =
  /^(?:invalid_blocks|msg_too_long|msg_blocks_too_long|block_mismatch|invalid_attachments|metadata_|invalid_metadata|invalid_arguments|invalid_array_arg|too_many_attachments|no_text)/;
/** Stands for the message id of what only one person sees: it cannot be changed any more. */
const ASIDE = 'aside';

function threadOf(value: unknown): SlackThread {
  const { ts, asker, ephemeral } = threadSchema.safeParse(value ?? {}).data ?? {};
  return { ...(ts ? { ts } : {}), ...(asker ? { asker } : {}), ...(ephemeral ? { ephemeral } : {}) };
}

/** The card with a word on why only the asker sees it, and what to do; null when the error is none of these. */
function whisperedCard(card: Card, error: unknown): Card | null {
  const say = saySlack(card.language);
  const scope = missingScope(error);
  if (scope === null && !isShutOut(error)) return null;
  const code = slackCode(error) ?? '';
  const open = OUTSIDE.has(code) ? say('outside') : say('restricted');
  const reason = code === 'is_archived' ? say('archived') : open;
  const sentence = scope === null ? reason : say('silent', { scope });
  return { ...card, text: [...(card.text ?? []), sentence] };
}

/**
 * What programs read of a message: its delivery id, and what it says. Slack takes lists of flat objects, but no deeper
 * ones.
 */
function metadataOf({ about }: Card, deliveryId: string): { event_type: string; event_payload: object } {
  const payload = { delivery_id: deliveryId, ...(about ? boundedAbout(about) : {}) };
  return { event_type: 'certbot_delivery', event_payload: payload };
}

interface Mailroom {
  api: SlackApi;
  workspaces: Workspaces;
  people: People;
  directChats: DirectChats;
  responseUrls: ResponseUrls;
  files: Files;
  now: () => number;
}

type Place = Pick<Conversation, 'reference'>;

/** Reaches stored conversations through Slack's Web API. */
export function createSlackMessenger(mailroom: Mailroom) {
  const { people, directChats, files } = mailroom;
  const messenger: Messenger = {
    channel: 'slack',
    mentionsGroups: true,
    send: (conversation, card, posting) => send(mailroom, conversation, card, posting),
    update: (conversation, activityId, card, posting) => update(mailroom, conversation, activityId, card, posting),
    remove: (conversation, activityId) => remove(mailroom, conversation, activityId),
    below: ({ kind }, ts) => (kind === 'personal' || ts === ASIDE ? null : { ts }),
    identify: (actor, conversation) => people.identify(actor, conversation),
    direct: (person, near) => directChats.direct(person, near),
    administers: (actor, conversation) => people.administers(actor, conversation),
    link: linkTo,
    messageLink: messageLinkTo,
    personOf,
    download: files.download,
  };
  return {
    messenger,
    /** Replaces a message in place. Throws DeliveryError (404 when it is not there any more). */
    replace: (conversation: Place, ts: string, card: Card, deliveryId: string | null): Promise<void> =>
      replace(mailroom, conversation, ts, card, deliveryId),
  };
}

async function send(
  mailroom: Mailroom,
  conversation: Conversation,
  card: Card,
  { deliveryId, thread, late }: Parameters<Messenger['send']>[2],
): Promise<{ activityId: string }> {
  const { ts, asker, ephemeral } = threadOf(thread);
  if (ephemeral) {
    await tell(mailroom, conversation, card, threadOf(thread));
    return { activityId: ASIDE };
  }
  try {
    return { activityId: await post(mailroom, conversation, card, { deliveryId, ts, late }) };
  } catch (error) {
    const code = slackCode(error) ?? '';
    if (ts && THREAD_GONE.has(code))
      return { activityId: await post(mailroom, conversation, card, { deliveryId, ts: undefined, late }) };
    // A slash command works where the bot is no member, or must not write: its answer must not get lost.
    const whispered = asker ? whisperedCard(card, error) : null;
    if (!whispered) throw error;
    await tell(mailroom, conversation, whispered, threadOf(thread));
    return { activityId: ASIDE };
  }
}

async function update(
  mailroom: Mailroom,
  conversation: Conversation,
  activityId: string,
  card: Card,
  { deliveryId, thread }: Parameters<Messenger['update']>[3],
): Promise<void> {
  if (activityId === ASIDE) return tell(mailroom, conversation, card, threadOf(thread));
  await replace(mailroom, conversation, activityId, card, deliveryId);
}

async function remove(mailroom: Mailroom, conversation: Place, activityId: string): Promise<void> {
  if (activityId !== ASIDE) await call(mailroom, conversation, 'chat.delete', { ts: activityId });
}

function post(
  mailroom: Mailroom,
  conversation: Conversation,
  card: Card,
  { deliveryId, ts, late }: { deliveryId: string; ts: string | undefined; late?: ((ts: string) => void) | undefined },
): Promise<string> {
  const args = { unfurl_links: false, unfurl_media: false, ...(ts ? { thread_ts: ts } : {}) };
  return asCardOrText({ card, deliveryId, isMentioning: true }, (content) =>
    call(mailroom, conversation, 'chat.postMessage', { ...content, ...args }, late),
  );
}

async function replace(
  mailroom: Mailroom,
  conversation: Place,
  ts: string,
  card: Card,
  deliveryId: string | null,
): Promise<void> {
  await asCardOrText({ card, deliveryId, isMentioning: false }, (content) =>
    call(mailroom, conversation, 'chat.update', { ts, ...content }),
  );
}

/** Sends a card by `write`; when Slack refuses what it is made of, without charts, and then as plain text. */
async function asCardOrText(
  { card, deliveryId, isMentioning }: { card: Card; deliveryId: string | null; isMentioning: boolean },
  write: (content: Record<string, unknown>) => Promise<string>,
): Promise<string> {
  const metadata = deliveryId ? { metadata: metadataOf(card, deliveryId) } : {};
  const withCharts = messageOf(card, { isMentioning, drawsCharts: true });
  const isDrawn = withCharts.blocks.some(({ type }) => (type as string) === CHART_BLOCK);
  let refusal: unknown;
  for (const message of [withCharts, ...(isDrawn ? [messageOf(card, { isMentioning })] : [])])
    try {
      return await write({ ...message, ...metadata });
    } catch (error) {
      if (!NOT_TAKEN.test(slackCode(error) ?? '') && (error as DeliveryError).status !== 413) throw error;
      refusal = error;
    }
  const isAboutMetadata = (slackCode(refusal) ?? '').includes('metadata');
  return write({ text: escapeText(plainText(card)), blocks: [], ...(isAboutMetadata ? {} : metadata) });
}

/**
 * To one person: by the address that came with their command while it works, else in the channel, else in their own
 * chat.
 */
async function tell(mailroom: Mailroom, conversation: Conversation, card: Card, thread: SlackThread): Promise<void> {
  const { responseUrls, now } = mailroom;
  const { asker } = thread;
  if (!asker) throw new DeliveryError('refused', 'Nobody is named whom this answer is for.');
  if (asker.responseUrl !== null && now() < asker.until) {
    try {
      return await responseUrls.respond(asker.responseUrl, {
        response_type: 'ephemeral',
        replace_original: false,
        ...messageOf(card),
      });
    } catch (error) {
      if (!(error instanceof DeliveryError) || error.code !== 'refused') throw error;
    }
  }
  try {
    await call(mailroom, conversation, 'chat.postEphemeral', {
      user: asker.userId,
      ...messageOf(card),
      ...(thread.ts ? { thread_ts: thread.ts } : {}),
    });
  } catch (error) {
    const isShut = error instanceof DeliveryError && error.permanent && error.code !== 'credentials';
    if (!isShut) throw error;
    await tellDirectly(mailroom, conversation, asker.userId, card, error);
  }
}

/** In the person's own chat, since `refusal` came everywhere else. */
async function tellDirectly(
  { api, workspaces, directChats }: Mailroom,
  conversation: Conversation,
  userId: string,
  card: Card,
  refusal: DeliveryError,
): Promise<void> {
  try {
    const { token } = await workspaces.accessTo(referenceOf(conversation));
    const channel = await directChats.channelWith(userId, token);
    await api.call(token, 'chat.postMessage', {
      channel,
      ...messageOf(card),
      unfurl_links: false,
      unfurl_media: false,
    });
  } catch (error) {
    if (error instanceof DeliveryError && !error.permanent) throw error;
    // That one person cannot be reached says nothing about the conversation.
    throw new DeliveryError('refused', refusal.message, {
      cause: refusal,
      status: refusal.status,
      peerCode: refusal.peerCode,
    });
  }
}

async function call(
  { api, workspaces }: Mailroom,
  conversation: Place,
  method: string,
  args: Record<string, unknown>,
  late?: (ts: string) => void,
): Promise<string> {
  const reference = referenceOf(conversation);
  const { token } = await workspaces.accessTo(reference);
  const whole = { channel: reference.channelId, ...args };
  const answer = await api.call(token, method, whole, ({ ts }) => (ts && late ? late(ts) : undefined));
  return answer.ts ?? '';
}
