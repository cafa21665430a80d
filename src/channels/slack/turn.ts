import { z } from 'zod';
import type { ActionRequest, Card } from '../../core/card.ts';
import { StoreError } from '../../core/errors.ts';
import { sayTo } from '../../core/language/language.ts';
import type { Actor } from '../../core/model/people.ts';
import type { ConversationInput } from '../../core/model/conversation.ts';
import type { Inbound, InboundAction } from '../../core/model/inbound.ts';
import type { Log } from '../../core/ports/log.ts';
import { describeError } from '../../log/describe-error.ts';
import { createApology } from '../apology.ts';
import { ANSWER_WITHIN, inTime } from '../in-time.ts';
import type { SlackApi } from './api.ts';
import type { DirectChats } from './direct.ts';
import { filesOf } from './files.ts';
import type { HomePages } from './home-pages.ts';
import type { SlackInbox } from './inbox.ts';
import { tenantOf, type Workspace } from './installation-record.ts';
import { saySlack } from './messages.ts';
import type { createSlackMessenger } from './messenger.ts';
import { isFromElsewhere } from './outsiders.ts';
import {
  actorOf,
  askerOf,
  channelEventSchema,
  commandSchema,
  conversationOf,
  envelopeSchema,
  homeOpenedSchema,
  isPast,
  messageSchema,
  movedSchema,
  pressSchema,
  renamedSchema,
  workspaceOfCommand,
  workspaceOfEvent,
  workspaceOfPress,
  type SlackMessage,
  type SlackPress,
  type SlackThread,
} from './payload.ts';
import type { People } from './people.ts';
import { createPlaces } from './places.ts';
import type { Presser } from './presser.ts';
import { isBare, readPress } from './press.ts';
import { createRecent } from '../recent.ts';
import { referenceOf } from './reference.ts';
import type { ResponseUrls } from './response-urls.ts';
import { readText } from './text.ts';
import type { Workspaces } from './workspaces.ts';

/**
 * Messages of these kinds were typed by a person; others tell of joins, edits, deletions and bots (docs.slack.dev,
 * "message event", subtypes).
 */
const TYPED = new Set([undefined, null, 'file_share', 'thread_broadcast', 'me_message']);
/**
 * Whoever waits for a word is not kept waiting longer than this for its language, milliseconds; with ANSWER_WITHIN less
 * than five seconds.
 */
const LOCALE_WITHIN = 300;
const homePageData = z.object({ page: z.coerce.number().int().min(1).max(100_000).default(1) });

/** What a message says, with everybody whom it mentions: people, then groups. */
function said(typed: string, botUserId: string | null): Pick<Inbound, 'text' | 'mentions'> {
  const { text, mentions, groups = [] } = readText({ text: typed, botUserId });
  return { text, mentions: [...mentions, ...groups] };
}

interface TurnOptions {
  inbox: SlackInbox;
  api: SlackApi;
  workspaces: Workspaces;
  responseUrls: ResponseUrls;
  directChats: Pick<DirectChats, 'channelWith'>;
  people: Pick<People, 'identify'>;
  presser: Presser;
  homePages: HomePages;
  replace: ReturnType<typeof createSlackMessenger>['replace'];
  /** Workspaces and organisations that may use the bot; null = any. */
  allowed: string[] | null;
  /** Forgets the installation of a workspace, unless it is newer than `happenedAt` (milliseconds); false then. */
  forget: (workspace: Workspace, happenedAt: number) => Promise<boolean>;
  log: Log;
  now: () => number;
}

/** What the bot does with everything that Slack sends, once its origin has been checked. */
export function createTurn(options: TurnOptions) {
  const { inbox, api, workspaces, responseUrls, directChats, people, presser, homePages, replace, forget, log, now } =
    options;
  const allowed = options.allowed && new Set(options.allowed.map((tenant) => tenant.toUpperCase()));
  const places = createPlaces(inbox);
  const presses = createRecent();
  const sentenceFor = createApology(log);

  function serves({ teamId, enterpriseId }: Workspace): boolean {
    if (allowed === null) return true;
    return [teamId, enterpriseId].some((tenant) => tenant !== null && allowed.has(tenant.toUpperCase()));
  }

  async function say(workspace: Workspace, channel: string, ts: string | undefined, text: string): Promise<void> {
    try {
      const { token } = await workspaces.accessTo(workspace);
      await api.call(token, 'chat.postMessage', { channel, text, ...(ts ? { thread_ts: ts } : {}) });
    } catch (error) {
      log.warn({ err: describeError(error) }, 'A sentence could not be said.');
    }
  }

  async function onMessage(body: unknown, message: SlackMessage): Promise<void> {
    if (!TYPED.has(message.subtype ?? undefined) || message.bot_id) return;
    const envelope = envelopeSchema.parse(body);
    const workspace = workspaceOfEvent(envelope);
    const isDirect = message.channel_type === 'im' || message.channel.startsWith('D');
    // In a direct chat answers follow one another; in a channel they go below the message they answer.
    const ts = message.thread_ts ?? (isDirect ? undefined : message.ts);
    if (!serves(workspace)) return say(workspace, message.channel, ts, sayTo(null)('channel.not-served'));
    const conversation = await places.placed(workspace, message.channel, {
      type: message.channel_type ?? (isDirect ? 'im' : null),
      userId: isDirect ? message.user : null,
    });
    const botUserId = workspace.botUserId ?? (await botUserOf(workspace));
    const isShared = envelope.is_ext_shared_channel ?? false;
    const team = message.user_team ?? message.source_team ?? message.team ?? null;
    // Within an organisation everybody's workspace may be another.
    const isInside = workspace.isEnterpriseInstall && envelope.is_ext_shared_channel === false;
    const outsider = team === null ? undefined : !isInside && isFromElsewhere(workspace, { teams: [team] });
    const thread: SlackThread | null = ts ? { ts } : null;
    await inbox.message({
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

  /** Who the bot is in a workspace, for events that do not say; null while that cannot be told. */
  async function botUserOf(workspace: Workspace): Promise<string | null> {
    try {
      await workspaces.home();
      return (await workspaces.accessTo(workspace)).botUserId;
    } catch {
      return null;
    }
  }

  async function onEvent(body: unknown, event: unknown): Promise<void> {
    const message = messageSchema.safeParse(event);
    if (!message.success) return log.debug({}, 'an event that is no message of a person');
    const isDirect = message.data.channel_type === 'im' || message.data.channel.startsWith('D');
    if (message.data.type === 'message' && !isDirect) return;
    // Nobody remembers any more whether it was answered: it was.
    if (isPast(message.data, now())) return log.info({}, 'an event of days ago was delivered again, or edited');
    await onMessage(body, message.data);
  }

  /** `refuse` answers in words that only the asker sees. */
  async function onCommand(body: unknown, refuse: (sentence: string) => Promise<void>): Promise<void> {
    const parsed = commandSchema.safeParse(body);
    if (!parsed.success) return refuse(saySlack(null)('incomplete'));
    const command = parsed.data;
    const workspace = workspaceOfCommand(command);
    if (!serves(workspace)) return refuse(sayTo(null)('channel.not-served'));
    const asker = askerOf(command.user_id, command.response_url, { now: now(), isTrusted: responseUrls.isTrusted });
    const conversation = await places.placed(workspace, command.channel_id, { name: command.channel_name });
    const text = command.text ?? '';
    // Hardly anybody mentions the bot in its own command: then alone it is worth asking who it is.
    const botUserId = text.includes('<@') ? await botUserOf(workspace) : null;
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

  /**
   * For words of the channel's own; null while Slack does not tell, or not soon enough for somebody who waits for them.
   */
  async function localeOf(workspace: Workspace, actor: Actor): Promise<string | null> {
    try {
      const identified = people.identify(actor, conversationOf(workspace, actor.id, { type: 'im' }));
      return (await inTime(identified, LOCALE_WITHIN))?.value.locale ?? null;
    } catch {
      return null;
    }
  }

  async function answerPress(
    press: SlackPress,
    workspace: Workspace,
    { conversation, ts, card }: { conversation: ConversationInput; ts: string | null; card: Card },
  ): Promise<void> {
    const isShared = !press.container?.is_ephemeral && ts !== null;
    try {
      if (isShared) return await replace(conversation, ts, card, null);
    } catch (error) {
      // It was deleted, or the channel archived, or Slack is not well: whoever pressed gets the answer all the same.
      log.warn({ err: describeError(error) }, 'a pressed message could not be changed');
    }
    await presser.tell(press, workspace, { what: card, replaces: !isShared });
  }

  /**
   * A button of a Home tab: pages are turned in place; everything else is answered in the person's own chat, since
   * nothing else can be said there.
   */
  async function onHomePress(
    press: SlackPress,
    { workspace, actor, action }: { workspace: Workspace; actor: Actor; action: ActionRequest },
  ): Promise<void> {
    if (action.name === 'home-page') {
      const data = homePageData.safeParse(action.data);
      if (await homePages.publish(workspace, actor, data.success ? data.data.page : 1)) return;
      return presser.tell(press, workspace, { what: saySlack(await localeOf(workspace, actor))('home-failed') });
    }
    const { token } = await workspaces.accessTo(workspace);
    const channelId = await directChats.channelWith(actor.id, token);
    const conversation = conversationOf(workspace, channelId, { type: 'im', userId: actor.id });
    const card = await inbox.action({ conversation, thread: null, ephemeral: null, actor, action, receivedAt: now() });
    if (card) await presser.tell(press, workspace, { what: card });
  }

  /** What comes of a press. Whoever pressed hears within seconds that it takes longer, where it does. */
  async function answeredInTime(
    press: SlackPress,
    workspace: Workspace,
    actor: Actor,
    action: InboundAction,
  ): Promise<Card | null> {
    const working = inbox.action(action);
    const done = await inTime(working, ANSWER_WITHIN);
    if (done) return done.value;
    await presser.tell(press, workspace, { what: sayTo(await localeOf(workspace, actor))('channel.later') });
    return working;
  }

  async function onMessagePress(
    press: SlackPress,
    { workspace, actor, action }: { workspace: Workspace; actor: Actor; action: ActionRequest },
  ): Promise<void> {
    const channelId = press.channel?.id ?? press.container?.channel_id;
    if (!channelId) return presser.tell(press, workspace, { what: sayTo(await localeOf(workspace, actor))('stale') });
    const ts = press.container?.message_ts ?? press.message?.ts ?? null;
    const threadTs = press.message?.thread_ts ?? press.container?.thread_ts ?? null;
    const asker = askerOf(press.user.id, press.response_url, { now: now(), isTrusted: responseUrls.isTrusted });
    const hint = { name: press.channel?.name };
    const conversation = await places.pressed(workspace, channelId, hint, press.message?.team ?? null);
    const isEphemeral = press.container?.is_ephemeral === true;
    const below = threadTs ?? (conversation.kind === 'personal' || isEphemeral ? null : ts);
    const { team, enterprise, user } = press;
    const own = team?.id === user.team_id ? (enterprise?.id ?? team?.enterprise_id) : null;
    const origin = { teams: [user.team_id], enterpriseId: own };
    const outsider = user.team_id ? isFromElsewhere(referenceOf(conversation), origin) : undefined;
    const card = await answeredInTime(press, workspace, actor, {
      conversation,
      thread: { ...(below ? { ts: below } : {}), asker } satisfies SlackThread,
      ephemeral: isEphemeral ? ({ asker, ephemeral: true } satisfies SlackThread) : null,
      actor: { ...actor, ...(outsider === undefined ? {} : { outsider }) },
      action,
      receivedAt: now(),
    });
    if (card) await answerPress(press, workspace, { conversation, ts, card });
  }

  /** Whoever presses is always told something, whatever happens; but for links, which open by themselves. */
  async function onPress(body: unknown): Promise<void> {
    const parsed = pressSchema.safeParse(body);
    if (!parsed.success) return log.debug({}, 'a press that is none');
    const press = parsed.data;
    const read = readPress(press.actions[0]);
    if (isBare(press.actions[0]) || (press.trigger_id && !presses.add(press.trigger_id))) return;
    const workspace = workspaceOfPress(press);
    const { id, username, name, team_id: teamId } = press.user;
    const actor = actorOf(id, username ?? name, teamId ?? workspace.teamId);
    if (!serves(workspace)) return presser.tell(press, workspace, { what: sayTo(null)('channel.not-served') });
    if (!read) return presser.tell(press, workspace, { what: sayTo(await localeOf(workspace, actor))('stale') });
    try {
      const given = { workspace, actor, action: read.action };
      await (press.view?.type === 'home' ? onHomePress(press, given) : onMessagePress(press, given));
    } catch (error) {
      const say = sayTo(await localeOf(workspace, actor));
      await presser.tell(press, workspace, { what: sentenceFor(error, 'A button press failed.', say) });
    }
  }

  async function onHomeOpened(body: unknown, event: unknown): Promise<void> {
    const opened = homeOpenedSchema.safeParse(event);
    const workspace = workspaceOfEvent(envelopeSchema.parse(body));
    if (!opened.success || isPast(opened.data, now()) || !serves(workspace)) return;
    const { user, channel, tab } = opened.data;
    const actor = actorOf(user, null, workspace.teamId);
    if (tab !== 'messages') return void (await homePages.publish(workspace, actor, 1));
    if (channel) await inbox.installed(conversationOf(workspace, channel, { type: 'im', userId: user }), actor);
  }

  /** Somebody has joined a channel: it matters when that is the bot. */
  async function onJoined(body: unknown, event: unknown): Promise<void> {
    const joined = channelEventSchema.safeParse(event).data;
    const workspace = workspaceOfEvent(envelopeSchema.parse(body));
    const botUserId = workspace.botUserId ?? (await botUserOf(workspace));
    if (joined?.user && serves(workspace) && joined.user === botUserId)
      await inbox.seen(conversationOf(workspace, joined.channel, {}));
  }

  /** A channel can be written to again. */
  async function onOpened(body: unknown, event: unknown): Promise<void> {
    const opened = channelEventSchema.safeParse(event).data;
    const workspace = workspaceOfEvent(envelopeSchema.parse(body));
    if (opened && serves(workspace)) await inbox.seen(conversationOf(workspace, opened.channel, {}));
  }

  async function onRenamed(body: unknown, event: unknown): Promise<void> {
    const renamed = renamedSchema.safeParse(event).data?.channel;
    const workspace = workspaceOfEvent(envelopeSchema.parse(body));
    if (renamed) await inbox.renamed(conversationOf(workspace, renamed.id, {}).id, `#${renamed.name}`);
  }

  /** A channel has another id from now on, as when it is shared with another workspace. */
  async function onMoved(body: unknown, event: unknown): Promise<void> {
    const moved = movedSchema.safeParse(event).data;
    const workspace = workspaceOfEvent(envelopeSchema.parse(body));
    if (!moved) return;
    const from = conversationOf(workspace, moved.old_channel_id, {});
    await inbox.moved(from.id, conversationOf(workspace, moved.new_channel_id, {}));
  }

  /** The bot was removed from a workspace, or its token taken away. */
  async function onLeft(body: unknown): Promise<void> {
    const envelope = envelopeSchema.parse(body);
    const workspace = workspaceOfEvent(envelope);
    // Slack tells whole seconds: what was installed within the same one was installed before.
    const happenedAt = envelope.event_time ? (envelope.event_time + 1) * 1000 : now();
    if (!(await forget(workspace, happenedAt))) return;
    const tenant = tenantOf(workspace);
    if (tenant !== null) await inbox.left(tenant);
  }

  return { onEvent, onCommand, onPress, onHomeOpened, onJoined, onOpened, onRenamed, onMoved, onLeft };
}

export type Turn = ReturnType<typeof createTurn>;
