import { z } from 'zod';
import type { ActionRequest, Card } from '../../core/card.ts';
import { sayTo } from '../../core/language/language.ts';
import type { Actor } from '../../core/model/people.ts';
import type { ConversationInput } from '../../core/model/conversation.ts';
import type { InboundAction } from '../../core/model/inbound.ts';
import type { Log } from '../../core/ports/log.ts';
import { describeError } from '../../log/describe-error.ts';
import type { createApology } from '../apology.ts';
import { ANSWER_WITHIN, inTime } from '../in-time.ts';
import { createRecent } from '../recent.ts';
import type { DirectChats } from './direct.ts';
import type { HomePages } from './home-pages.ts';
import type { SlackInbox } from './inbox.ts';
import type { Workspace } from './installation-record.ts';
import { saySlack } from './messages.ts';
import type { createSlackMessenger } from './messenger.ts';
import { isFromElsewhere } from './outsiders.ts';
import {
  actorOf,
  askerOf,
  conversationOf,
  pressSchema,
  workspaceOfPress,
  type SlackPress,
  type SlackThread,
} from './payload.ts';
import type { People } from './people.ts';
import type { createPlaces } from './places.ts';
import { isBare, readPress } from './press.ts';
import type { Presser } from './presser.ts';
import { referenceOf } from './reference.ts';
import type { ResponseUrls } from './response-urls.ts';
import type { Workspaces } from './workspaces.ts';

/**
 * Whoever waits for a word is not kept waiting longer than this for its language, milliseconds; with ANSWER_WITHIN less
 * than five seconds.
 */
const LOCALE_WITHIN = 300;
const homePageData = z.object({ page: z.coerce.number().int().min(1).max(100_000).default(1) });

export interface PressingTurnOptions {
  inbox: Pick<SlackInbox, 'action'>;
  workspaces: Pick<Workspaces, 'accessTo'>;
  responseUrls: ResponseUrls;
  directChats: Pick<DirectChats, 'channelWith'>;
  people: Pick<People, 'identify'>;
  presser: Presser;
  homePages: HomePages;
  replace: ReturnType<typeof createSlackMessenger>['replace'];
  places: ReturnType<typeof createPlaces>;
  serves: (workspace: Workspace) => boolean;
  sentenceFor: ReturnType<typeof createApology>;
  log: Log;
  now: () => number;
}

interface Counter extends PressingTurnOptions {
  /** Presses that came already. */
  presses: ReturnType<typeof createRecent>;
}

/** Who pressed what. */
interface Pressed {
  workspace: Workspace;
  actor: Actor;
  action: ActionRequest;
}

/**
 * What the bot does when somebody pressed a button. Whoever presses is always told something, whatever happens; but for
 * links, which open by themselves.
 */
export function createPressingTurn(options: PressingTurnOptions): (body: unknown) => Promise<void> {
  const counter: Counter = { ...options, presses: createRecent() };
  return (body) => onPress(counter, body);
}

async function onPress(counter: Counter, body: unknown): Promise<void> {
  const { presser, presses, serves, sentenceFor, log } = counter;
  const parsed = pressSchema.safeParse(body);
  if (!parsed.success) return log.debug({}, 'a press that is none');
  const press = parsed.data;
  const read = readPress(press.actions[0]);
  if (isBare(press.actions[0]) || (press.trigger_id && !presses.add(press.trigger_id))) return;
  const workspace = workspaceOfPress(press);
  const { id, username, name, team_id: teamId } = press.user;
  const actor = actorOf(id, username ?? name, teamId ?? workspace.teamId);
  if (!serves(workspace)) return presser.tell(press, workspace, { what: sayTo(null)('channel.not-served') });
  if (!read) return presser.tell(press, workspace, { what: sayTo(await localeOf(counter, workspace, actor))('stale') });
  try {
    const given: Pressed = { workspace, actor, action: read.action };
    await (press.view?.type === 'home' ? onHomePress(counter, press, given) : onMessagePress(counter, press, given));
  } catch (error) {
    const say = sayTo(await localeOf(counter, workspace, actor));
    await presser.tell(press, workspace, { what: sentenceFor(error, 'A button press failed.', say) });
  }
}

async function onMessagePress(
  counter: Counter,
  press: SlackPress,
  { workspace, actor, action }: Pressed,
): Promise<void> {
  const { responseUrls, presser, places, now } = counter;
  const channelId = press.channel?.id ?? press.container?.channel_id;
  if (!channelId)
    return presser.tell(press, workspace, { what: sayTo(await localeOf(counter, workspace, actor))('stale') });
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
  const card = await answeredInTime(counter, press, workspace, actor, {
    conversation,
    thread: { ...(below ? { ts: below } : {}), asker } satisfies SlackThread,
    ephemeral: isEphemeral ? ({ asker, ephemeral: true } satisfies SlackThread) : null,
    actor: { ...actor, ...(outsider === undefined ? {} : { outsider }) },
    action,
    receivedAt: now(),
  });
  if (card) await answerPress(counter, press, workspace, { conversation, ts, card });
}

/**
 * A button of a Home tab: pages are turned in place; everything else is answered in the person's own chat, since
 * nothing else can be said there.
 */
async function onHomePress(counter: Counter, press: SlackPress, { workspace, actor, action }: Pressed): Promise<void> {
  const { inbox, workspaces, directChats, presser, homePages, now } = counter;
  if (action.name === 'home-page') {
    const data = homePageData.safeParse(action.data);
    if (await homePages.publish(workspace, actor, data.success ? data.data.page : 1)) return;
    return presser.tell(press, workspace, { what: saySlack(await localeOf(counter, workspace, actor))('home-failed') });
  }
  const { token } = await workspaces.accessTo(workspace);
  const channelId = await directChats.channelWith(actor.id, token);
  const conversation = conversationOf(workspace, channelId, { type: 'im', userId: actor.id });
  const card = await inbox.action({ conversation, thread: null, ephemeral: null, actor, action, receivedAt: now() });
  if (card) await presser.tell(press, workspace, { what: card });
}

/** What comes of a press. Whoever pressed hears within seconds that it takes longer, where it does. */
async function answeredInTime(
  counter: Counter,
  press: SlackPress,
  workspace: Workspace,
  actor: Actor,
  action: InboundAction,
): Promise<Card | null> {
  const { inbox, presser } = counter;
  const working = inbox.action(action);
  const done = await inTime(working, ANSWER_WITHIN);
  if (done) return done.value;
  await presser.tell(press, workspace, { what: sayTo(await localeOf(counter, workspace, actor))('channel.later') });
  return working;
}

async function answerPress(
  { replace, presser, log }: Counter,
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
 * For words of the channel's own; null while Slack does not tell, or not soon enough for somebody who waits for them.
 */
export async function localeOf(
  { people }: Pick<PressingTurnOptions, 'people'>,
  workspace: Workspace,
  actor: Actor,
): Promise<string | null> {
  try {
    const identified = people.identify(actor, conversationOf(workspace, actor.id, { type: 'im' }));
    return (await inTime(identified, LOCALE_WITHIN))?.value.locale ?? null;
  } catch {
    return null;
  }
}
