import { StoreError, UserError } from '../../core/errors.ts';
import { sayTo, type Say } from '../../core/language/language.ts';
import { prose } from '../../core/language/wording.ts';
import type { ConversationInput } from '../../core/model/conversation.ts';
import type { FormOutcome, MessageForm, SubmittedForm } from '../../core/model/form.ts';
import type { Actor } from '../../core/model/people.ts';
import { describeError } from '../../log/describe-error.ts';
import { inTime } from '../in-time.ts';
import { createRecent } from '../recent.ts';
import type { SlackApi } from './api.ts';
import type { CommonChannels } from './common-channels.ts';
import { filesOf } from './files.ts';
import {
  answersOf,
  type FormMetadata,
  GLOBAL_SHORTCUT,
  MESSAGE_SHORTCUT,
  messageText,
  metadataOf,
  type Shortcut,
  shortcutSchema,
  type Submission,
  submissionSchema,
} from './form-payload.ts';
import { blockFor, type CommonChannel, globalView, messageView, noticeView, OWN } from './form-views.ts';
import type { SlackInbox } from './inbox.ts';
import type { Workspace } from './installation-record.ts';
import { saySlack } from './messages.ts';
import { isFromElsewhere } from './outsiders.ts';
import { actorOf, askerOf, conversationOf, workspaceOfPress, type SlackThread } from './payload.ts';
import { localeOf, type PressingTurnOptions } from './pressing-turn.ts';
import { referenceOf } from './reference.ts';
import { withRetries } from './retries.ts';

/**
 * What is known of a message by then is shown, and the rest when it is known; a sent form is answered by then. Slack
 * takes both within three seconds (docs.slack.dev, "Handling user interaction"). Milliseconds.
 */
const SHOWN_WITHIN = 1800;
/** How long it is asked which conversation a channel is, where several workspaces see it. Milliseconds. */
const PLACED_WITHIN = 800;
/** No file and no store takes longer. */
const KNOWN_WITHIN = 30_000;
/** Entries of a select menu, less the one for the person's own chat. */
const MOST_CHANNELS = 99;
const LONGEST_URL = 1000;

/** How a sent form is answered (docs.slack.dev, "Modals", response_action). */
export type ViewAnswer =
  | { response_action: 'clear' }
  | { response_action: 'errors'; errors: Record<string, string> }
  | { response_action: 'update'; view: ReturnType<typeof noticeView> };

export interface FormsTurnOptions extends Pick<
  PressingTurnOptions,
  'workspaces' | 'responseUrls' | 'people' | 'presser' | 'places' | 'serves' | 'sentenceFor' | 'log' | 'now'
> {
  inbox: Pick<SlackInbox, 'forms'>;
  api: SlackApi;
  commonChannels: CommonChannels;
}

interface Desk extends FormsTurnOptions {
  /** Shortcuts that came already. */
  opened: ReturnType<typeof createRecent>;
}

/** Somebody at a form, in their language. */
interface Person {
  workspace: Workspace;
  actor: Actor;
  say: Say;
}

/**
 * Shortcuts and the forms that they open. A form is opened at once, before anything is known, since Slack's permission
 * to do so lasts three seconds.
 */
export function createFormsTurn(options: FormsTurnOptions) {
  const desk: Desk = { ...options, opened: createRecent() };
  return {
    /** A shortcut, which was acknowledged. Whoever used it is always told something. */
    onShortcut: (body: unknown): Promise<void> => onShortcut(desk, body),
    /** A sent form; resolves to its answer, in time. */
    onSubmit: (body: unknown): Promise<ViewAnswer> => onSubmit(desk, body),
  };
}

async function personOf(desk: Desk, given: Pick<Shortcut, 'team' | 'enterprise' | 'is_enterprise_install' | 'user'>) {
  const workspace = workspaceOfPress(given);
  const { id, username, name, team_id: teamId } = given.user;
  const actor = actorOf(id, username ?? name, teamId ?? workspace.teamId);
  if (!desk.serves(workspace)) return { workspace, actor, say: sayTo(null) };
  const locale = await localeOf(desk, workspace, actor);
  return { workspace, actor: { ...actor, locale }, say: sayTo(locale) };
}

async function onShortcut(desk: Desk, body: unknown): Promise<void> {
  const { presser, serves, opened, log } = desk;
  const parsed = shortcutSchema.safeParse(body);
  if (!parsed.success || ![MESSAGE_SHORTCUT, GLOBAL_SHORTCUT].includes(parsed.data.callback_id))
    return log.debug({}, 'a shortcut that is none of ours');
  const shortcut = parsed.data;
  if (!opened.add(shortcut.trigger_id)) return;
  const began = performance.now();
  const person = await personOf(desk, shortcut);
  const { workspace, say } = person;
  if (!serves(workspace)) return presser.tell(shortcut, workspace, { what: say('channel.not-served') });
  try {
    const isOfMessage = shortcut.callback_id === MESSAGE_SHORTCUT;
    await (isOfMessage ? openForMessage(desk, shortcut, person, began) : openForm(desk, shortcut, person, began));
  } catch (error) {
    log.warn({ err: describeError(error) }, 'a form could not be opened');
    await presser.tell(shortcut, workspace, { what: saySlack(person.actor.locale)('form-failed') });
  }
}

/** Opens a form with a word, and fills it as soon as there is something to show. Throws DeliveryError. */
async function open({ api, workspaces }: Desk, { trigger_id }: Shortcut, workspace: Workspace, view: object) {
  const { token } = await workspaces.accessTo(workspace);
  const answer = await api.call(token, 'views.open', { trigger_id, view });
  const { id } = answer['view'] as { id: string };
  return (next: object) => withRetries(() => api.call(token, 'views.update', { view_id: id, view: next }));
}

/** Shows what there is in time; and once more, when all of it is there. */
async function fill<T>(
  { log }: Desk,
  update: (view: object) => Promise<unknown>,
  known: (milliseconds: number) => Promise<T>,
  { began, view, isWhole }: { began: number; view: (known: T) => object; isWhole: (known: T) => boolean },
): Promise<void> {
  try {
    const first = await known(Math.max(0, began + SHOWN_WITHIN - performance.now()));
    await update(view(first));
    if (!isWhole(first)) await update(view(await known(KNOWN_WITHIN)));
  } catch (error) {
    // Perhaps it was closed, or sent, meanwhile.
    log.warn({ err: describeError(error) }, 'a form could not be filled');
  }
}

function originOf({ user, team, enterprise }: Pick<Shortcut, 'user' | 'team' | 'enterprise'>) {
  const own = team?.id === user.team_id ? (enterprise?.id ?? team?.enterprise_id) : null;
  return { teams: [user.team_id], enterpriseId: own };
}

/** Whether somebody is another organisation's, where they act. */
function outsiderIn(conversation: ConversationInput, given: Pick<Shortcut, 'user' | 'team' | 'enterprise'>) {
  return given.user.team_id ? { outsider: isFromElsewhere(referenceOf(conversation), originOf(given)) } : {};
}

async function openForMessage(desk: Desk, shortcut: Shortcut, person: Person, began: number): Promise<void> {
  const { inbox, places, now } = desk;
  const { workspace, actor, say } = person;
  const { channel, message } = shortcut;
  const update = await open(desk, shortcut, workspace, noticeView(say('form.looking'), say('form.message.short'), say));
  if (!channel || !message)
    return void (await update(noticeView(prose(say('form.none'), say), say('form.message.short'), say)));
  const openedAt = now();
  const { response_url: url } = shortcut;
  async function look() {
    const hint = { name: channel!.name };
    const placing = places.pressed(workspace, channel!.id, hint, null).catch(() => null);
    const placed = await inTime(placing, PLACED_WITHIN);
    const conversation = placed?.value ?? conversationOf(workspace, channel!.id, hint);
    return inbox.forms.pointedAt({
      conversation,
      messageId: message!.ts,
      actor,
      text: messageText(message!),
      attachments: filesOf(message!.files),
      unreadable: [],
      mustBeKnown: false,
    });
  }
  const looking = look();
  async function known(milliseconds: number): Promise<MessageForm> {
    const end = performance.now() + milliseconds;
    return (await looking)(Math.max(0, end - performance.now()));
  }
  await fill(desk, update, known, {
    began,
    isWhole: ({ isWhole }: MessageForm) => isWhole,
    view: (form) => {
      const metadata: FormMetadata = {
        channel: channel.id,
        name: channel.name ?? null,
        ts: message.ts,
        thread: message.thread_ts ?? null,
        serial: form.serial,
        url: url && url.length <= LONGEST_URL ? url : null,
        openedAt,
      };
      return messageView(form, metadata, say);
    },
  });
}

async function openForm(desk: Desk, shortcut: Shortcut, person: Person, began: number): Promise<void> {
  const { commonChannels, log } = desk;
  const { workspace, actor, say } = person;
  const update = await open(desk, shortcut, workspace, noticeView(say('form.loading'), say('form.title'), say));
  const listing = commonChannels(workspace, actor.id).catch((error: unknown) => {
    log.warn({ err: describeError(error) }, 'the channels of a person could not be listed');
    return null;
  });
  const state: { isOver: boolean } = { isOver: false };
  void listing.finally(() => (state.isOver = true));
  await fill(desk, update, async (milliseconds) => (await inTime(listing, milliseconds))?.value ?? null, {
    began,
    isWhole: () => state.isOver,
    view: (channels: CommonChannel[] | null) => globalView({ channels, most: MOST_CHANNELS }, say),
  });
}

/** Where a form belongs, and where its answer goes. Null: nowhere any more. */
async function destinationOf(
  { places, commonChannels, responseUrls }: Desk,
  submission: Submission,
  { metadata, where, workspace }: { metadata: FormMetadata; where: string | null; workspace: Workspace },
): Promise<Pick<SubmittedForm, 'conversation' | 'place' | 'thread' | 'form'> | null> {
  const { user, view } = submission;
  const form = { id: view.id };
  if ('channel' in metadata) {
    const { channel, name, ts, thread, serial, url, openedAt } = metadata;
    const conversation = await places.pressed(workspace, channel, { name }, null);
    const below = thread ?? (conversation.kind === 'personal' ? null : ts);
    const asker = askerOf(user.id, url, { now: openedAt, isTrusted: responseUrls.isTrusted });
    const answered: SlackThread = { ...(below ? { ts: below } : {}), asker };
    return { conversation, place: 'here', thread: answered, form: { messageId: ts, serial } };
  }
  if (where === null || where === OWN) {
    const near = conversationOf(workspace, user.id, { type: 'im' });
    return { conversation: near, place: 'own', thread: null, form };
  }
  const channel = (await commonChannels(workspace, user.id)).find(({ id }) => id === where);
  if (!channel) return null;
  const conversation = await places.placed(workspace, channel.id, { name: channel.name });
  return { conversation, place: 'here', thread: null, form };
}

async function submit(desk: Desk, submission: Submission, person: Person): Promise<FormOutcome> {
  const { workspace, actor, say } = person;
  const metadata = metadataOf(submission);
  if (!metadata) return { kind: 'problem', field: 'targets', sentence: say('channel.malformed') };
  const { ticked, typed, when, where, owner } = answersOf(submission);
  const destination = await destinationOf(desk, submission, { metadata, where, workspace });
  if (!destination) return { kind: 'problem', field: 'where', sentence: say('form.where.not-there') };
  const isHere = destination.place === 'here';
  return desk.inbox.forms.submitted({
    ...destination,
    mustBeKnown: false,
    orOwn: false,
    actor: { ...actor, ...(isHere ? outsiderIn(destination.conversation, submission) : {}) },
    ticked,
    typed,
    when,
    owner: owner === null || owner === actor.id ? null : { id: owner, text: `@${owner}` },
    receivedAt: desk.now(),
  });
}

async function outcomeOf(desk: Desk, submission: Submission, person: Person): Promise<FormOutcome> {
  const { say } = person;
  const failed = (sentence: string): FormOutcome => ({ kind: 'problem', field: 'targets', sentence });
  if (!desk.serves(person.workspace)) return failed(say('channel.not-served'));
  try {
    return await submit(desk, submission, person);
  } catch (error) {
    if (error instanceof UserError) return failed(error.message);
    if (!(error instanceof StoreError)) return failed(desk.sentenceFor(error, 'A form could not be taken in.', say));
    desk.log.warn({ err: describeError(error) }, 'a form could not be stored');
    return failed(say('form.not-stored'));
  }
}

/** What became of a form, in words; null: its answer is in the conversation, and there is nothing more to say. */
function sentenceOf(outcome: FormOutcome, say: Say): string | null {
  if (outcome.kind === 'accepted') return null;
  return outcome.kind === 'known' ? say('form.sent-before') : prose(outcome.sentence, say);
}

async function onSubmit(desk: Desk, body: unknown): Promise<ViewAnswer> {
  const parsed = submissionSchema.safeParse(body);
  if (!parsed.success || ![MESSAGE_SHORTCUT, GLOBAL_SHORTCUT].includes(parsed.data.view.callback_id))
    return { response_action: 'clear' };
  const submission = parsed.data;
  const began = performance.now();
  const person = await personOf(desk, submission);
  const { say } = person;
  const isOfMessage = submission.view.callback_id === MESSAGE_SHORTCUT;
  const title = say(isOfMessage ? 'form.message.short' : 'form.title');
  const working = outcomeOf(desk, submission, person);
  const done = await inTime(working, Math.max(0, began + SHOWN_WITHIN - performance.now()));
  if (!done) {
    void tellLater(desk, submission, { ...person, title, working });
    return { response_action: 'update', view: noticeView(say('form.later'), title, say) };
  }
  const sentence = sentenceOf(done.value, say);
  if (sentence === null) return { response_action: 'clear' };
  const block = done.value.kind === 'problem' ? blockFor(done.value.field, answersOf(submission).blockIds) : null;
  if (block !== null) return { response_action: 'errors', errors: { [block]: sentence } };
  return { response_action: 'update', view: noticeView(sentence, title, say) };
}

/** What became of a form after its person was told to wait: nothing more where it was taken in. Never rejects. */
async function tellLater(
  { api, workspaces, log }: Desk,
  submission: Submission,
  { workspace, say, title, working }: Person & { title: string; working: Promise<FormOutcome> },
): Promise<void> {
  const sentence = sentenceOf(await working, say);
  if (sentence === null) return;
  try {
    const { token } = await workspaces.accessTo(workspace);
    const update = { view_id: submission.view.id, view: noticeView(sentence, title, say) };
    await withRetries(() => api.call(token, 'views.update', update));
  } catch (error) {
    log.warn({ err: describeError(error) }, 'What came of a form could not be shown.');
  }
}
