import { randomUUID } from 'node:crypto';
import type { TurnContext } from 'botbuilder';
import { sentenceCard } from '../../core/chat/cards/replies.ts';
import { StoreError, UserError } from '../../core/errors.ts';
import type { Say } from '../../core/language/language.ts';
import { prose } from '../../core/language/wording.ts';
import type { ConversationInput } from '../../core/model/conversation.ts';
import type { FormOutcome, SubmittedForm } from '../../core/model/form.ts';
import type { Log } from '../../core/ports/log.ts';
import { describeError } from '../../log/describe-error.ts';
import { createApology } from '../apology.ts';
import { ANSWER_WITHIN, inTime } from '../in-time.ts';
import { actorOf, type TeamsActivity } from './activity.ts';
import { answerTask, sayFor } from './answers.ts';
import {
  formCommand,
  type PayloadMessage,
  readMessage,
  type SentForm,
  sentForm,
  threadBelow,
  tickedOf,
} from './form-activity.ts';
import { fieldsOf, globalTask, messageTask, type Task } from './form-cards.ts';
import type { TeamsInbox } from './inbox.ts';
import type { createTeamsMessenger } from './messenger.ts';

/** What is not known by then is left out of a form: Teams waits five seconds for it. Milliseconds. */
const SHOWN_WITHIN = 3000;

interface FormsTurnOptions {
  inbox: Pick<TeamsInbox, 'forms'>;
  post: ReturnType<typeof createTeamsMessenger>['post'];
  log: Log;
  now: () => number;
}

interface Desk extends FormsTurnOptions {
  sentenceFor: ReturnType<typeof createApology>;
}

type Turn = (context: TurnContext, activity: TeamsActivity, conversation: ConversationInput) => Promise<void>;

/** Commands of the message extension (Teams, "Message extensions", action commands), and the forms that they open. */
export function createFormsTurn(options: FormsTurnOptions): { fetch: Turn; submit: Turn } {
  const desk: Desk = { ...options, sentenceFor: createApology(options.log) };
  return {
    fetch: (context, activity, conversation) => onFetch(desk, context, activity, conversation),
    submit: (context, activity, conversation) => onSubmit(desk, context, activity, conversation),
  };
}

async function onFetch(
  desk: Desk,
  context: TurnContext,
  activity: TeamsActivity,
  conversation: ConversationInput,
): Promise<void> {
  const say = sayFor(activity);
  const command = formCommand(activity);
  if (!command || (command.isOfMessage && !command.message)) return answerTask(context, say('channel.malformed'));
  try {
    const { message } = command;
    const form = command.isOfMessage && message ? messageForm(desk, activity, conversation, message) : null;
    await answerTask(context, await (form ?? globalForm(desk, conversation, say)));
  } catch (error) {
    await answerTask(context, desk.sentenceFor(error, 'A form could not be opened.', say));
  }
}

async function messageForm(
  { inbox }: Desk,
  activity: TeamsActivity,
  conversation: ConversationInput,
  message: PayloadMessage,
): Promise<Task> {
  const say = sayFor(activity);
  const known = inbox.forms.pointedAt({
    conversation,
    messageId: message.id,
    actor: actorOf(activity),
    ...readMessage(message),
    mustBeKnown: true,
  });
  return messageTask(fieldsOf(await known(SHOWN_WITHIN), say), say);
}

async function globalForm({ inbox, log }: Desk, conversation: ConversationInput, say: Say): Promise<Task> {
  const asking = inbox.forms.isThere(conversation).catch((error: unknown) => {
    log.warn({ err: describeError(error) }, 'a form is shown without what the store knows');
    return true;
  });
  // Whoever sends the form hears whether the bot is there.
  const isThere = conversation.kind !== 'personal' && ((await inTime(asking, SHOWN_WITHIN))?.value ?? true);
  const where = isThere ? 'here' : 'own';
  const empty = { targets: '', when: '', owner: '', error: null };
  return globalTask({ id: randomUUID(), offersHere: isThere, where, ...empty }, say);
}

function submittedOf(
  { now }: Desk,
  activity: TeamsActivity,
  conversation: ConversationInput,
  sent: SentForm,
): SubmittedForm {
  const actor = actorOf(activity);
  const message = formCommand(activity)?.message ?? null;
  const isOfMessage = sent.form === 'message' && message !== null;
  const owner = sent.owner || null;
  return {
    form: isOfMessage ? { messageId: message.id, serial: sent.serial } : { id: sent.id },
    conversation,
    place: isOfMessage || sent.where === 'here' ? 'here' : 'own',
    mustBeKnown: true,
    orOwn: isOfMessage,
    thread: isOfMessage ? threadBelow(activity, message) : null,
    actor,
    ticked: tickedOf(sent),
    typed: sent.more ?? '',
    when: sent.when ?? '',
    owner: owner === null || [actor.id, actor.mailbox].includes(owner) ? null : { id: owner, text: `@${owner}` },
    receivedAt: now(),
  };
}

async function outcomeOf({ inbox, sentenceFor, log }: Desk, form: SubmittedForm, say: Say): Promise<FormOutcome> {
  const failed = (sentence: string): FormOutcome => ({ kind: 'problem', field: 'targets', sentence });
  try {
    return await inbox.forms.submitted(form);
  } catch (error) {
    if (error instanceof UserError) return failed(error.message);
    if (!(error instanceof StoreError)) return failed(sentenceFor(error, 'A form could not be taken in.', say));
    log.warn({ err: describeError(error) }, 'a form could not be stored');
    return failed(say('form.not-stored'));
  }
}

/** The form once more, as it was filled in, with what is wrong about it. */
function again(sent: SentForm, activity: TeamsActivity, error: string, say: Say): Task {
  if (sent.form === 'message') {
    const { targets: ticks, serial, more } = sent;
    return messageTask({ ticks, chosen: tickedOf(sent), more: more ?? '', serial, below: [], error }, say);
  }
  const { id, more, where, when, owner } = sent;
  const isPersonal = activity.conversation.conversationType?.toLowerCase() === 'personal';
  const fields = { id, targets: more ?? '', where: where ?? 'own', when: when ?? '', owner: owner ?? '' };
  return globalTask({ ...fields, offersHere: !isPersonal && typeof where === 'string', error }, say);
}

async function onSubmit(
  desk: Desk,
  context: TurnContext,
  activity: TeamsActivity,
  conversation: ConversationInput,
): Promise<void> {
  const say = sayFor(activity);
  const sent = sentForm(activity);
  if (!sent || !formCommand(activity)) return answerTask(context, say('channel.malformed'));
  const form = submittedOf(desk, activity, conversation, sent);
  const working = outcomeOf(desk, form, say);
  const done = await inTime(working, ANSWER_WITHIN - 500);
  if (!done) {
    void tellLater(desk, form, working, say);
    return answerTask(context, say('form.later'));
  }
  const { value: outcome } = done;
  if (outcome.kind === 'accepted') return answerTask(context, null);
  if (outcome.kind === 'known') return answerTask(context, say('form.sent-before'));
  await answerTask(context, again(sent, activity, prose(outcome.sentence, say), say));
}

/** What became of a form after its person was told to wait, where it was not taken in. Never rejects. */
async function tellLater(
  { post, log }: Desk,
  { conversation, thread }: SubmittedForm,
  working: Promise<FormOutcome>,
  say: Say,
): Promise<void> {
  const outcome = await working;
  if (outcome.kind === 'accepted') return;
  const sentence = outcome.kind === 'known' ? say('form.sent-before') : prose(outcome.sentence, say);
  const card = sentenceCard(say('error.title'), sentence, say, { tone: 'attention' });
  try {
    await post(conversation, card, { deliveryId: randomUUID(), thread });
  } catch (error) {
    log.warn({ err: describeError(error) }, 'What came of a form could not be shown.');
  }
}
