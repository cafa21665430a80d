import { z } from 'zod';
import { DeliveryError } from '../../core/errors.ts';
import type { ConversationInput } from '../../core/model/conversation.ts';
import type { SlackReference } from './payload.ts';

const referenceSchema = z.object({
  teamId: z.string().nullable(),
  enterpriseId: z.string().nullable().default(null),
  isEnterpriseInstall: z.boolean().default(false),
  channelId: z.string().min(1),
  userId: z.string().min(1).exactOptional(),
});

/** How a conversation is reached, as it was stored. Throws DeliveryError `refused` when that cannot be read. */
export function referenceOf(conversation: Pick<ConversationInput, 'reference'>): SlackReference {
  const parsed = referenceSchema.safeParse(conversation.reference);
  if (!parsed.success) throw new DeliveryError('refused', 'The stored conversation reference is unreadable.');
  return parsed.data;
}

/**
 * The address that opens a conversation in Slack's client, in the browser or the app (docs.slack.dev, "Deep linking
 * into Slack"); null when its workspace is not known.
 */
export function linkTo(conversation: Pick<ConversationInput, 'reference'>): string | null {
  const { teamId, channelId } = referenceSchema.safeParse(conversation.reference).data ?? {};
  if (!teamId || !channelId) return null;
  return `https://app.slack.com/client/${encodeURIComponent(teamId)}/${encodeURIComponent(channelId)}`;
}

/**
 * The address of a message in Slack's client, by the id under which it was taken in (its conversation, then its
 * timestamp); null for what is no message, such as a slash command. Permalinks need the name of the workspace, which no
 * event tells.
 */
export function messageLinkTo(
  { id, reference }: Pick<ConversationInput, 'id' | 'reference'>,
  inboundId: string,
): string | null {
  const client = linkTo({ reference });
  const { channelId } = referenceSchema.safeParse(reference).data ?? {};
  const timestamp = inboundId.startsWith(`${id}:`)
    ? /^\d{9,11}\.\d{6}(?=~|$)/.exec(inboundId.slice(id.length + 1))
    : null;
  if (client === null || !channelId || !timestamp) return null;
  return `${client}/thread/${encodeURIComponent(channelId)}-${timestamp[0]}`;
}

/** See Messenger.personOf. */
export function personOf({ kind, reference }: Pick<ConversationInput, 'kind' | 'reference'>): string | null {
  return kind === 'personal' ? (referenceSchema.safeParse(reference).data?.userId ?? null) : null;
}
