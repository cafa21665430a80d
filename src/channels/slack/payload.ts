import { z } from 'zod';
import { REMEMBERED } from '../../core/time.ts';
import type { Actor } from '../../core/model/people.ts';
import type { ConversationInput, ConversationKind } from '../../core/model/conversation.ts';
import { tenantOf, workspaceOf, type Workspace } from './installation-record.ts';

/** What we keep to write to a conversation again. */
export interface SlackReference {
  teamId: string | null;
  enterpriseId: string | null;
  isEnterpriseInstall: boolean;
  channelId: string;
  /**
   * Whose direct chat with the bot it is, where that is certain: a slash command or a press may come from a chat of two
   * people.
   */
  userId?: string;
}

/** Where an answer goes. */
export interface SlackThread {
  /** Timestamp of the message whose thread it belongs to. */
  ts?: string;
  /**
   * Who asked by a slash command or button, and the address that answers them for half an hour, whether or not the bot
   * is in the channel.
   */
  asker?: { userId: string; responseUrl: string | null; until: number };
  /** For the asker's eyes alone. */
  ephemeral?: true;
}

/**
 * A `response_url` works for 30 minutes (docs.slack.dev, "Handling user interaction", message responses); a little less
 * is counted on. Milliseconds.
 */
const RESPONSE_URL_LIFETIME = 29 * 60_000;

const id = z.string().min(1).max(100);
const optionalId = id.nullish().catch(undefined);
const optionalText = z.string().max(1000).nullish().catch(undefined);

const authorizations = z
  .array(
    z.object({
      team_id: optionalId,
      enterprise_id: optionalId,
      user_id: optionalId,
      is_enterprise_install: z.boolean().nullish().catch(undefined),
    }),
  )
  .nullish()
  .catch(undefined);

/** The envelope of an event (docs.slack.dev, "Events API", callback field). */
export const envelopeSchema = z.object({
  team_id: optionalId,
  enterprise_id: optionalId,
  /** Seconds since 1970. */
  event_time: z.number().nullish().catch(undefined),
  authorizations,
  /** People of other workspaces read it (Slack Connect). */
  is_ext_shared_channel: z.boolean().nullish().catch(undefined),
});

/** app_mention and message.im, as far as we read them. */
export const messageSchema = z.object({
  type: z.string(),
  subtype: z.string().nullish(),
  channel: id,
  channel_type: z.string().nullish().catch(undefined),
  user: id,
  team: optionalId,
  user_team: optionalId,
  source_team: optionalId,
  bot_id: z.string().nullish(),
  text: z.string().nullish().catch(undefined),
  ts: id,
  event_ts: optionalId,
  thread_ts: optionalId,
  files: z.array(z.unknown()).nullish().catch(undefined),
});

/** A message of a direct chat that was edited (docs.slack.dev, "message_changed"); links that unfold are told so too. */
export const changedSchema = z.object({
  type: z.literal('message'),
  subtype: z.literal('message_changed'),
  channel: id,
  channel_type: z.string().nullish().catch(undefined),
  message: z.looseObject({ edited: z.looseObject({ ts: id }) }),
});

export const homeOpenedSchema = z.object({
  user: id,
  channel: optionalId,
  tab: z.string().nullish(),
  event_ts: optionalId,
});

/** Clocks differ, and what is as old as what is kept may be forgotten at any moment. Milliseconds. */
const OLD_AFTER = REMEMBERED - 3_600_000;

/**
 * Is an event so old that a record of it would be gone? Slack tries to deliver for a day at most (docs.slack.dev,
 * "Events API", retries), but tells of a message anew, under its own old timestamp, when somebody edits it.
 */
export function isPast({ ts, event_ts }: { ts?: string; event_ts?: string | null | undefined }, now: number): boolean {
  return [ts, event_ts].some((each) => typeof each === 'string' && now - Number(each) * 1000 > OLD_AFTER);
}

/** member_joined_channel, channel_unarchive and group_unarchive. */
export const channelEventSchema = z.object({ channel: id, channel_type: optionalText, user: optionalId });
/** channel_rename and group_rename. */
export const renamedSchema = z.object({ channel: z.object({ id, name: z.string().min(1).max(1000) }) });
/** channel_id_changed. */
export const movedSchema = z.object({ old_channel_id: id, new_channel_id: id });

/** A slash command (docs.slack.dev, "Slash commands", payload). */
export const commandSchema = z.object({
  text: z.string().nullish().catch(undefined),
  team_id: optionalId,
  enterprise_id: optionalId,
  channel_id: id,
  channel_name: optionalText,
  user_id: id,
  user_name: optionalText,
  trigger_id: z.string().min(1).max(500),
  response_url: z.string().max(2000).nullish().catch(undefined),
  is_enterprise_install: z.union([z.boolean(), z.string()]).nullish().catch(undefined),
});

/** A pressed button or chosen menu entry (docs.slack.dev, "block_actions payload"). */
export const pressSchema = z.object({
  trigger_id: z.string().max(500).nullish().catch(undefined),
  team: z.object({ id: optionalId, enterprise_id: optionalId }).nullish().catch(undefined),
  enterprise: z.object({ id: optionalId }).nullish().catch(undefined),
  is_enterprise_install: z.union([z.boolean(), z.string()]).nullish().catch(undefined),
  user: z.object({ id, team_id: optionalId, username: optionalText, name: optionalText }),
  channel: z.object({ id, name: optionalText }).nullish().catch(undefined),
  container: z
    .object({
      type: z.string().nullish(),
      channel_id: optionalId,
      message_ts: optionalId,
      thread_ts: optionalId,
      is_ephemeral: z.boolean().nullish().catch(undefined),
    })
    .nullish()
    .catch(undefined),
  message: z.object({ ts: optionalId, thread_ts: optionalId, team: optionalId }).nullish().catch(undefined),
  view: z.object({ type: z.string() }).nullish().catch(undefined),
  response_url: z.string().max(2000).nullish().catch(undefined),
  actions: z.array(z.looseObject({ action_ts: optionalText })).min(1),
});

export type Envelope = z.infer<typeof envelopeSchema>;
export type SlackMessage = z.infer<typeof messageSchema>;
export type SlackCommand = z.infer<typeof commandSchema>;
export type SlackPress = z.infer<typeof pressSchema>;

function isTrue(value: boolean | string | null | undefined): boolean {
  return value === true || value === 'true';
}

/**
 * The workspace whose installation an event came through: in shared channels it may differ from the one where it
 * happened.
 */
export function workspaceOfEvent(envelope: Envelope): Workspace & { botUserId: string | null } {
  const [authorization] = envelope.authorizations ?? [];
  const workspace = workspaceOf({
    teamId: authorization?.team_id ?? envelope.team_id ?? null,
    enterpriseId: authorization?.enterprise_id ?? envelope.enterprise_id ?? null,
    isEnterpriseInstall: authorization?.is_enterprise_install ?? false,
  });
  return { ...workspace, botUserId: authorization?.user_id ?? null };
}

export function workspaceOfCommand(command: SlackCommand): Workspace {
  return workspaceOf({
    teamId: command.team_id ?? null,
    enterpriseId: command.enterprise_id ?? null,
    isEnterpriseInstall: isTrue(command.is_enterprise_install),
  });
}

export function workspaceOfPress({
  team,
  enterprise,
  user,
  is_enterprise_install,
}: Pick<SlackPress, 'team' | 'enterprise' | 'user' | 'is_enterprise_install'>): Workspace {
  return workspaceOf({
    teamId: team?.id ?? user.team_id ?? null,
    enterpriseId: enterprise?.id ?? team?.enterprise_id ?? null,
    isEnterpriseInstall: isTrue(is_enterprise_install),
  });
}

/** Slack's names for conversations without one of their own, in slash commands and presses. */
const NAMELESS = /^(?:directmessage|privategroup|mpdm-.*)$/;

function kindOf(channelId: string, hint: string | null | undefined): ConversationKind {
  if (hint === 'im' || hint === 'directmessage' || channelId.startsWith('D')) return 'personal';
  if (hint === 'mpim' || hint?.startsWith('mpdm-')) return 'group';
  return 'channel';
}

/**
 * The conversation of a channel in a workspace, or in an organisation where the installation is the organisation's:
 * there a channel may be one of several workspaces', under one id. `hint` is a channel type (events) or name (commands,
 * presses), and the person whose direct chat with the bot it is, where that is certain.
 */
export function conversationOf(
  workspace: Workspace,
  channelId: string,
  hint: { type?: string | null | undefined; name?: string | null | undefined; userId?: string | null },
): ConversationInput {
  const name = hint.name && !NAMELESS.test(hint.name) ? `#${hint.name}` : null;
  const reference: SlackReference = {
    teamId: workspace.teamId,
    enterpriseId: workspace.enterpriseId,
    isEnterpriseInstall: workspace.isEnterpriseInstall ?? false,
    channelId,
    ...(hint.userId ? { userId: hint.userId } : {}),
  };
  const tenantId = tenantOf(workspace);
  return {
    id: `slack:${tenantId ?? ''}:${channelId}`,
    channel: 'slack',
    kind: kindOf(channelId, hint.type ?? hint.name),
    tenantId,
    name,
    reference,
  };
}

/**
 * A person as a payload names them; the rest is asked for before it is needed (people.ts). `outsider`: what the payload
 * says about that, if anything.
 */
export function actorOf(
  userId: string,
  name: string | null | undefined,
  teamId: string | null,
  outsider?: boolean,
): Actor {
  const actor = { id: userId, name: name ?? '', mailbox: null, timeZone: null, locale: null, tenantId: teamId };
  return { ...actor, ...(outsider === undefined ? {} : { outsider }), notice: null };
}

/** Who asked, and how to answer them: by `responseUrl` while that works, when it is an address `isTrusted` knows. */
export function askerOf(
  userId: string,
  responseUrl: string | null | undefined,
  options: { now: number; isTrusted: (url: string) => boolean },
): NonNullable<SlackThread['asker']> {
  const trusted = responseUrl && options.isTrusted(responseUrl) ? responseUrl : null;
  return { userId, responseUrl: trusted, until: options.now + RESPONSE_URL_LIFETIME };
}
