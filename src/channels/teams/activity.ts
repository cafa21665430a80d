import { z } from 'zod';
import type { ActionRequest } from '../../core/card.ts';
import type { Actor } from '../../core/model/people.ts';
import type { ConversationInput, ConversationKind } from '../../core/model/conversation.ts';
import type { Inbound } from '../../core/model/inbound.ts';
import { isTimeZone } from '../../core/model/time-zone.ts';
import { ACTION_KEY, DELIVERY_KEY } from './cards.ts';
import { ownWords } from './quotes.ts';
import { readText, type Mention } from './text.ts';

const account = z.object({
  id: z.string().min(1).max(500),
  name: z.string().max(1000).nullish(),
  aadObjectId: z.string().max(200).nullish(),
});

const channelData = z
  .object({
    eventType: z.string().nullish().catch(undefined),
    tenant: z.object({ id: z.string().nullish() }).nullish().catch(undefined),
    channel: z.object({ id: z.string().nullish(), name: z.string().nullish() }).nullish().catch(undefined),
    team: z
      .object({ id: z.string().nullish(), name: z.string().nullish(), aadGroupId: z.string().nullish() })
      .nullish()
      .catch(undefined),
  })
  .nullish()
  .catch(undefined);

/** What every request has to be before anything else is looked at. */
export const envelopeSchema = z.looseObject({ type: z.string().min(1).max(100) });

/**
 * The parts of a Bot Framework activity that we read (https://github.com/microsoft/botframework-sdk, "Bot Framework --
 * Activity"). Fields that events may lack are optional; odd values in fields we can do without are dropped.
 */
export const activitySchema = z.object({
  type: z.string().min(1).max(100),
  id: z.string().max(500).nullish(),
  channelId: z.string().min(1).max(100),
  serviceUrl: z.url({ protocol: /^https?$/ }).max(2000),
  conversation: z.object({
    id: z.string().min(1).max(1000),
    conversationType: z.string().nullish().catch(undefined),
    isGroup: z.boolean().nullish().catch(undefined),
    tenantId: z.string().max(200).nullish().catch(undefined),
    name: z.string().max(1000).nullish().catch(undefined),
  }),
  from: account.nullish().catch(undefined),
  recipient: account.nullish().catch(undefined),
  text: z.string().nullish().catch(undefined),
  name: z.string().nullish().catch(undefined),
  action: z.string().nullish().catch(undefined),
  replyToId: z.string().max(500).nullish().catch(undefined),
  locale: z.string().max(100).nullish().catch(undefined),
  localTimezone: z.string().max(100).nullish().catch(undefined),
  entities: z
    .array(z.looseObject({ type: z.string().nullish() }))
    .nullish()
    .catch(undefined),
  attachments: z.array(z.unknown()).nullish().catch(undefined),
  membersAdded: z.array(account).nullish().catch(undefined),
  membersRemoved: z.array(account).nullish().catch(undefined),
  value: z.unknown().optional(),
  channelData,
});

export type TeamsActivity = z.infer<typeof activitySchema>;

/** What a turn is about. */
export type TurnKind =
  | 'message'
  | 'edited'
  | 'submit'
  | 'execute'
  | 'fetch-form'
  | 'submit-form'
  | 'signin'
  | 'installed'
  | 'removed'
  | 'archived'
  | 'restored'
  | 'renamed'
  | 'seen';

const THREAD = /;messageid=.*$/s;

/** The conversation id without its thread suffix `;messageid=…`. */
export function withoutThread(conversationId: string): string {
  return conversationId.replace(THREAD, '');
}

/** The full conversation id when the turn belongs to a thread, else null. */
export function threadOf(activity: TeamsActivity): string | null {
  return THREAD.test(activity.conversation.id) ? activity.conversation.id : null;
}

function kindOf({ conversation }: TeamsActivity): ConversationKind {
  const type = conversation.conversationType?.toLowerCase();
  if (type === 'channel') return 'channel';
  if (type === 'groupchat') return 'group';
  if (type === 'personal') return 'personal';
  return conversation.isGroup ? 'group' : 'personal';
}

/** Events about a channel arrive in the conversation of its team: that does not have the channel's name. */
function nameOf({ conversation, channelData }: TeamsActivity): string | null {
  const { channel, team } = channelData ?? {};
  const isOwn = !channel?.id || channel.id === withoutThread(conversation.id);
  return conversation.name || (isOwn && channel?.name) || team?.name || null;
}

/** The Microsoft 365 tenant of the conversation, or null when the activity does not say. */
export function tenantOf({ conversation, channelData }: TeamsActivity): string | null {
  return conversation.tenantId || channelData?.tenant?.id || null;
}

/** The team whose channel the conversation is; null outside of teams. */
function teamOf({ channelData }: TeamsActivity): string | null {
  return channelData?.team?.id || null;
}

/** The conversation of a turn; `reference` is what the messenger will be given again. */
export function conversationOf(activity: TeamsActivity, reference: unknown): ConversationInput {
  return {
    id: `teams:${withoutThread(activity.conversation.id)}`,
    channel: 'teams',
    kind: kindOf(activity),
    tenantId: tenantOf(activity),
    team: teamOf(activity),
    name: nameOf(activity),
    reference,
  };
}

/** Who acted. Zone and language are those of their client; unknown zone names count as none. */
export function actorOf(activity: TeamsActivity): Actor {
  const { from, localTimezone, entities } = activity;
  const clientInfo = entities?.find(({ type }) => type?.toLowerCase() === 'clientinfo');
  const zone = [localTimezone, clientInfo?.['timezone']].find((each) => typeof each === 'string' && isTimeZone(each));
  const locale = [activity.locale, clientInfo?.['locale']].find((each) => typeof each === 'string' && each !== '');
  return {
    id: from?.id ?? '',
    name: from?.name ?? '',
    mailbox: from?.aadObjectId || null,
    timeZone: typeof zone === 'string' ? zone : null,
    locale: typeof locale === 'string' ? locale.slice(0, 100) : null,
    tenantId: tenantOf(activity),
    notice: null,
  };
}

const mentionSchema = z.object({ text: z.string(), mentioned: z.object({ id: z.string() }) });

/** The message as its writer typed it, and whom it mentions: see ownWords and readText. */
export function readingOf(activity: TeamsActivity): Pick<Inbound, 'text' | 'mentions'> {
  const { entities, recipient, attachments } = activity;
  const mentions: Mention[] = [];
  for (const entity of entities ?? []) {
    const mention = entity.type?.toLowerCase() === 'mention' ? mentionSchema.safeParse(entity).data : undefined;
    if (mention) mentions.push({ id: mention.mentioned.id, text: mention.text });
  }
  const text = ownWords(activity.text ?? '', attachments ?? []);
  return readText({ text, mentions, bot: { id: recipient?.id ?? '', name: recipient?.name ?? '' } });
}

/** Identity of a message, the same for every delivery of it; null when the channel gave it none. */
export function inboundId(activity: TeamsActivity): string | null {
  return activity.id ? `teams:${withoutThread(activity.conversation.id)}:${activity.id}` : null;
}

const actionData = z.record(z.string().max(100), z.unknown());
const executeValue = z.object({ action: z.object({ verb: z.string().min(1).max(100), data: actionData.nullish() }) });

/** A button press as flows see it, with the delivery id of the message that carried the button. */
export interface Press {
  action: ActionRequest;
  deliveryId: string | null;
}

function press(name: string, data: Record<string, unknown>): Press {
  const kept: ActionRequest['data'] = {};
  for (const [key, value] of Object.entries(data)) {
    if (key === ACTION_KEY || key === DELIVERY_KEY) continue;
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') kept[key] = value;
  }
  const deliveryId = data[DELIVERY_KEY];
  const isId = typeof deliveryId === 'string' && /^[\w-]{1,64}$/.test(deliveryId);
  return { action: { name, data: kept }, deliveryId: isId ? deliveryId : null };
}

/** What an `adaptiveCard/action` invoke (Action.Execute) carries, or null when it is malformed. */
export function executePress({ value }: TeamsActivity): Press | null {
  const parsed = executeValue.safeParse(value);
  return parsed.success ? press(parsed.data.action.verb, parsed.data.action.data ?? {}) : null;
}

/** What a message made by Action.Submit carries, or null when it is malformed. */
export function submitPress({ value }: TeamsActivity): Press | null {
  const parsed = actionData.safeParse(value);
  const name = parsed.success ? parsed.data[ACTION_KEY] : undefined;
  return parsed.success && typeof name === 'string' && name !== '' && name.length <= 100
    ? press(name, parsed.data)
    : null;
}

/** What events tell of a team or one of its channels (Teams, "Conversation events in your bot"). */
const EVENTS = new Map<string, TurnKind>([
  ['teamDeleted', 'removed'],
  ['teamHardDeleted', 'removed'],
  ['channelDeleted', 'removed'],
  ['teamArchived', 'archived'],
  ['teamRestored', 'restored'],
  ['teamUnarchived', 'restored'],
  ['channelRestored', 'restored'],
  ['channelRenamed', 'renamed'],
]);

/** What an invoke is about, by its name. */
const INVOKES = new Map<string, TurnKind>([
  ['adaptiveCard/action', 'execute'],
  ['composeExtension/fetchTask', 'fetch-form'],
  ['composeExtension/submitAction', 'submit-form'],
]);

/**
 * Ways in which the client tells that somebody signed in (Teams, "Add authentication to your Teams bot"; the event is
 * WebChat's and the Emulator's).
 */
function isSigningIn({ type, name }: TeamsActivity): boolean {
  if (type === 'event') return name === 'tokens/response';
  return type === 'invoke' && (name === 'signin/verifyState' || name === 'signin/tokenExchange');
}

const stateValue = z.object({ state: z.string().min(1).max(100) });
const exchangeValue = z.object({
  id: z.string().max(500),
  connectionName: z.string().max(200),
  token: z.string().min(1).max(20_000),
});
const responseValue = z.object({ connectionName: z.string().max(200) });

/** What a turn of signing in carries; null when it is malformed. */
export type SigningIn =
  | { by: 'code'; code: string }
  | ({ by: 'exchange' } & z.infer<typeof exchangeValue>)
  | { by: 'event'; connectionName: string };

export function signingIn({ name, value }: TeamsActivity): SigningIn | null {
  if (name === 'signin/verifyState') {
    const parsed = stateValue.safeParse(value).data;
    return parsed ? { by: 'code', code: parsed.state } : null;
  }
  if (name === 'signin/tokenExchange') {
    const parsed = exchangeValue.safeParse(value).data;
    return parsed ? { by: 'exchange', ...parsed } : null;
  }
  const parsed = responseValue.safeParse(value).data;
  return parsed ? { by: 'event', connectionName: parsed.connectionName } : null;
}

/** Whether somebody edited the message (Teams, "Conversation events in your bot", messageUpdate). */
function isEdited({ type, text, channelData }: TeamsActivity): boolean {
  return type === 'messageUpdate' && channelData?.eventType === 'editMessage' && Boolean(text);
}

/** What the turn is about. */
export function turnKind(activity: TeamsActivity): TurnKind {
  const { type, recipient, channelData } = activity;
  const isBot = (member: { id: string }): boolean => member.id === recipient?.id;
  if (type === 'message') {
    const hasValue = typeof activity.value === 'object' && activity.value !== null;
    return hasValue && !activity.text ? 'submit' : 'message';
  }
  if (isEdited(activity)) return 'edited';
  if (isSigningIn(activity)) return 'signin';
  if (type === 'invoke') return INVOKES.get(activity.name ?? '') ?? 'seen';
  if (type === 'installationUpdate') {
    if (activity.action?.startsWith('add')) return 'installed';
    return activity.action?.startsWith('remove') ? 'removed' : 'seen';
  }
  if (type !== 'conversationUpdate') return 'seen';
  const event = EVENTS.get(channelData?.eventType ?? '');
  if (event === 'renamed' && !(channelData?.channel?.id && channelData.channel.name)) return 'seen';
  if (event) return event;
  if (activity.membersAdded?.some(isBot)) return 'installed';
  return activity.membersRemoved?.some(isBot) ? 'removed' : 'seen';
}

/**
 * What an event is about: one conversation, or with `team` every channel of that team as well. What befalls a channel
 * is announced in the team's own conversation, with the channel's id in `channelData`; that the bot is added to a team
 * or removed from it concerns all of it (Teams, "Conversation events in your bot").
 */
export function placeOf(activity: TeamsActivity): { id: string; team: string | null } {
  const { eventType, channel } = activity.channelData ?? {};
  if (eventType?.startsWith('channel') && channel?.id) return { id: `teams:${withoutThread(channel.id)}`, team: null };
  const id = withoutThread(activity.conversation.id);
  // What befalls a team is told in its first channel, which has the team's own id.
  const team = teamOf(activity) ?? (kindOf(activity) === 'channel' ? id : null);
  return { id: `teams:${id}`, team };
}
