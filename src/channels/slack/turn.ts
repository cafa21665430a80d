import { StoreError } from '../../core/errors.ts';
import { sayTo } from '../../core/language/language.ts';
import type { Inbound } from '../../core/model/inbound.ts';
import { describeError } from '../../log/describe-error.ts';
import { createApology } from '../apology.ts';
import type { SlackApi } from './api.ts';
import { filesOf } from './files.ts';
import type { SlackInbox } from './inbox.ts';
import { tenantOf, type Workspace } from './installation-record.ts';
import { saySlack } from './messages.ts';
import { isFromElsewhere } from './outsiders.ts';
import {
  actorOf,
  askerOf,
  changedSchema,
  channelEventSchema,
  commandSchema,
  conversationOf,
  envelopeSchema,
  homeOpenedSchema,
  isPast,
  messageSchema,
  movedSchema,
  renamedSchema,
  workspaceOfCommand,
  workspaceOfEvent,
  type SlackMessage,
  type SlackThread,
} from './payload.ts';
import { createPlaces } from './places.ts';
import { createFormsTurn, type FormsTurnOptions } from './forms-turn.ts';
import { createPressingTurn, type PressingTurnOptions } from './pressing-turn.ts';
import { readText } from './text.ts';
import type { Workspaces } from './workspaces.ts';

/**
 * Messages of these kinds were typed by a person; others tell of joins, edits, deletions and bots (docs.slack.dev,
 * "message event", subtypes).
 */
const TYPED = new Set([undefined, null, 'file_share', 'thread_broadcast', 'me_message']);

interface TurnOptions extends Omit<PressingTurnOptions, 'places' | 'serves' | 'sentenceFor'> {
  inbox: SlackInbox;
  api: SlackApi;
  workspaces: Workspaces;
  commonChannels: FormsTurnOptions['commonChannels'];
  /** Workspaces and organisations that may use the bot; null = any. */
  allowed: string[] | null;
  /** Forgets the installation of a workspace, unless it is newer than `happenedAt` (milliseconds); false then. */
  forget: (workspace: Workspace, happenedAt: number) => Promise<boolean>;
}

interface Reception extends TurnOptions {
  places: ReturnType<typeof createPlaces>;
  serves: (workspace: Workspace) => boolean;
  sentenceFor: ReturnType<typeof createApology>;
}

/** Answers in words that only the asker sees. */
type Refuse = (sentence: string) => Promise<void>;

/** What the bot does with everything that Slack sends, once its origin has been checked. */
export function createTurn(options: TurnOptions) {
  const reception: Reception = {
    ...options,
    places: createPlaces(options.inbox),
    serves: servesOnly(options.allowed),
    sentenceFor: createApology(options.log),
  };
  const { places, serves, sentenceFor } = reception;
  return {
    onEvent: (body: unknown, event: unknown): Promise<void> => onEvent(reception, body, event),
    onCommand: (body: unknown, refuse: Refuse): Promise<void> => onCommand(reception, body, refuse),
    onPress: createPressingTurn({ ...options, places, serves, sentenceFor }),
    ...createFormsTurn({ ...options, places, serves, sentenceFor }),
    onHomeOpened: (body: unknown, event: unknown): Promise<void> => onHomeOpened(reception, body, event),
    /** Somebody has joined a channel: it matters when that is the bot. */
    onJoined: (body: unknown, event: unknown): Promise<void> => onJoined(reception, body, event),
    /** A channel can be written to again. */
    onOpened: (body: unknown, event: unknown): Promise<void> => onOpened(reception, body, event),
    onRenamed: (body: unknown, event: unknown): Promise<void> => onRenamed(reception, body, event),
    /** A channel has another id from now on, as when it is shared with another workspace. */
    onMoved: (body: unknown, event: unknown): Promise<void> => onMoved(reception, body, event),
    /** The bot was removed from a workspace, or its token taken away. */
    onLeft: (body: unknown): Promise<void> => onLeft(reception, body),
  };
}

export type Turn = ReturnType<typeof createTurn>;

function servesOnly(tenants: string[] | null): (workspace: Workspace) => boolean {
  const allowed = tenants && new Set(tenants.map((tenant) => tenant.toUpperCase()));
  return ({ teamId, enterpriseId }) =>
    allowed === null || [teamId, enterpriseId].some((tenant) => tenant !== null && allowed.has(tenant.toUpperCase()));
}

async function onEvent(reception: Reception, body: unknown, event: unknown): Promise<void> {
  const { log, now } = reception;
  const changed = changedSchema.safeParse(event).data;
  const { channel, channel_type } = changed ?? {};
  const message = messageSchema.safeParse(changed ? { ...changed.message, channel, channel_type } : event);
  if (!message.success) return log.debug({}, 'an event that is no message of a person');
  const isDirect = message.data.channel_type === 'im' || message.data.channel.startsWith('D');
  if (message.data.type === 'message' && !isDirect) return;
  // Nobody remembers any more whether it was answered: it was.
  if (isPast(message.data, now())) return log.info({}, 'an event of days ago was delivered again, or edited');
  await onMessage(reception, body, message.data, changed !== undefined);
}

async function onMessage(reception: Reception, body: unknown, message: SlackMessage, isEdited: boolean): Promise<void> {
  if (!TYPED.has(message.subtype ?? undefined) || message.bot_id) return;
  const { inbox, places, serves, workspaces, now } = reception;
  const envelope = envelopeSchema.parse(body);
  const workspace = workspaceOfEvent(envelope);
  const isDirect = message.channel_type === 'im' || message.channel.startsWith('D');
  // In a direct chat answers follow one another; in a channel they go below the message they answer.
  const ts = message.thread_ts ?? (isDirect ? undefined : message.ts);
  if (!serves(workspace)) {
    const text = sayTo(null)('channel.not-served');
    return say(reception, workspace, { channel: message.channel, ts, text });
  }
  const conversation = await places.placed(workspace, message.channel, {
    type: message.channel_type ?? (isDirect ? 'im' : null),
    userId: isDirect ? message.user : null,
  });
  const botUserId = workspace.botUserId ?? (await botUserOf(workspaces, workspace));
  const isShared = envelope.is_ext_shared_channel ?? false;
  const team = message.user_team ?? message.source_team ?? message.team ?? null;
  // Within an organisation everybody's workspace may be another.
  const isInside = workspace.isEnterpriseInstall && envelope.is_ext_shared_channel === false;
  const outsider = team === null ? undefined : !isInside && isFromElsewhere(workspace, { teams: [team] });
  const thread: SlackThread | null = ts ? { ts } : null;
  await (isEdited ? inbox.edited : inbox.message)({
    // Repeated deliveries, and an event for the mention beside one for the message, have the message's timestamp in
    // common.
    id: `${conversation.id}:${message.ts}`,
    conversation: { ...conversation, ...(isShared ? { isShared } : {}) },
    thread,
    ephemeral: null,
    actor: actorOf(message.user, null, team ?? workspace.teamId, outsider),
    ...said(message.text ?? '', botUserId),
    attachments: filesOf(message.files),
    receivedAt: now(),
  });
}

/** What a message says, with everybody whom it mentions: people, then groups. */
function said(typed: string, botUserId: string | null): Pick<Inbound, 'text' | 'mentions'> {
  const { text, mentions, groups = [] } = readText({ text: typed, botUserId });
  return { text, mentions: [...mentions, ...groups] };
}

async function onCommand(reception: Reception, body: unknown, refuse: Refuse): Promise<void> {
  const { inbox, workspaces, responseUrls, places, serves, sentenceFor, now } = reception;
  const parsed = commandSchema.safeParse(body);
  if (!parsed.success) return refuse(saySlack(null)('incomplete'));
  const command = parsed.data;
  const workspace = workspaceOfCommand(command);
  if (!serves(workspace)) return refuse(sayTo(null)('channel.not-served'));
  const asker = askerOf(command.user_id, command.response_url, { now: now(), isTrusted: responseUrls.isTrusted });
  const conversation = await places.placed(workspace, command.channel_id, { name: command.channel_name });
  const text = command.text ?? '';
  // Hardly anybody mentions the bot in its own command: then alone it is worth asking who it is.
  const botUserId = text.includes('<@') ? await botUserOf(workspaces, workspace) : null;
  const inbound: Inbound = {
    id: `slack:${tenantOf(workspace) ?? ''}:${command.trigger_id}`,
    conversation,
    thread: { asker } satisfies SlackThread,
    ephemeral: { asker, ephemeral: true } satisfies SlackThread,
    actor: actorOf(command.user_id, command.user_name, workspace.teamId),
    ...said(text, botUserId),
    attachments: [],
    receivedAt: now(),
  };
  try {
    await inbox.message(inbound);
  } catch (error) {
    if (error instanceof StoreError) throw error;
    await refuse(sentenceFor(error, 'A slash command could not be accepted.', sayTo(null)));
  }
}

async function say(
  { api, workspaces, log }: Reception,
  workspace: Workspace,
  { channel, ts, text }: { channel: string; ts: string | undefined; text: string },
): Promise<void> {
  try {
    const { token } = await workspaces.accessTo(workspace);
    await api.call(token, 'chat.postMessage', { channel, text, ...(ts ? { thread_ts: ts } : {}) });
  } catch (error) {
    log.warn({ err: describeError(error) }, 'A sentence could not be said.');
  }
}

/** Who the bot is in a workspace, for events that do not say; null while that cannot be told. */
async function botUserOf(workspaces: Workspaces, workspace: Workspace): Promise<string | null> {
  try {
    await workspaces.home();
    return (await workspaces.accessTo(workspace)).botUserId;
  } catch {
    return null;
  }
}

async function onHomeOpened(
  { inbox, homePages, serves, now }: Reception,
  body: unknown,
  event: unknown,
): Promise<void> {
  const opened = homeOpenedSchema.safeParse(event);
  const workspace = workspaceOfEvent(envelopeSchema.parse(body));
  if (!opened.success || isPast(opened.data, now()) || !serves(workspace)) return;
  const { user, channel, tab } = opened.data;
  const actor = actorOf(user, null, workspace.teamId);
  if (tab !== 'messages') return void (await homePages.publish(workspace, actor, 1));
  if (channel) await inbox.installed(conversationOf(workspace, channel, { type: 'im', userId: user }), actor);
}

async function onJoined({ inbox, workspaces, serves }: Reception, body: unknown, event: unknown): Promise<void> {
  const joined = channelEventSchema.safeParse(event).data;
  const workspace = workspaceOfEvent(envelopeSchema.parse(body));
  const botUserId = workspace.botUserId ?? (await botUserOf(workspaces, workspace));
  if (joined?.user && serves(workspace) && joined.user === botUserId)
    await inbox.seen(conversationOf(workspace, joined.channel, {}));
}

async function onOpened({ inbox, serves }: Reception, body: unknown, event: unknown): Promise<void> {
  const opened = channelEventSchema.safeParse(event).data;
  const workspace = workspaceOfEvent(envelopeSchema.parse(body));
  if (opened && serves(workspace)) await inbox.seen(conversationOf(workspace, opened.channel, {}));
}

async function onRenamed({ inbox }: Reception, body: unknown, event: unknown): Promise<void> {
  const renamed = renamedSchema.safeParse(event).data?.channel;
  const workspace = workspaceOfEvent(envelopeSchema.parse(body));
  if (renamed) await inbox.renamed(conversationOf(workspace, renamed.id, {}).id, `#${renamed.name}`);
}

async function onMoved({ inbox }: Reception, body: unknown, event: unknown): Promise<void> {
  const moved = movedSchema.safeParse(event).data;
  const workspace = workspaceOfEvent(envelopeSchema.parse(body));
  if (!moved) return;
  const from = conversationOf(workspace, moved.old_channel_id, {});
  await inbox.moved(from.id, conversationOf(workspace, moved.new_channel_id, {}));
}

async function onLeft({ inbox, forget, now }: Reception, body: unknown): Promise<void> {
  const envelope = envelopeSchema.parse(body);
  const workspace = workspaceOfEvent(envelope);
  // Slack tells whole seconds: what was installed within the same one was installed before.
  const happenedAt = envelope.event_time ? (envelope.event_time + 1) * 1000 : now();
  if (!(await forget(workspace, happenedAt))) return;
  const tenant = tenantOf(workspace);
  if (tenant !== null) await inbox.left(tenant);
}
