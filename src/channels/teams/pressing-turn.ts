import { randomUUID } from 'node:crypto';
import type { TurnContext } from 'botbuilder';
import type { Card } from '../../core/card.ts';
import { sentenceCard } from '../../core/chat/cards/replies.ts';
import { DeliveryError, StoreError } from '../../core/errors.ts';
import type { ConversationInput } from '../../core/model/conversation.ts';
import type { Log } from '../../core/ports/log.ts';
import { describeError } from '../../log/describe-error.ts';
import { createApology } from '../apology.ts';
import { ANSWER_WITHIN, inTime } from '../in-time.ts';
import { createRecent } from '../recent.ts';
import { actorOf, executePress, inboundId, type Press, submitPress, threadOf, type TeamsActivity } from './activity.ts';
import { answerBeside, answerInvoke, sayFor, send } from './answers.ts';
import { ADAPTIVE_CARD, adaptiveCard } from './cards.ts';
import type { Connector } from './connector.ts';
import type { TeamsInbox } from './inbox.ts';
import type { createTeamsMessenger } from './messenger.ts';
import type { Rooms } from './rooms.ts';

interface PressingTurnOptions {
  inbox: Pick<TeamsInbox, 'action'>;
  connector: Connector;
  replace: ReturnType<typeof createTeamsMessenger>['replace'];
  post: ReturnType<typeof createTeamsMessenger>['post'];
  rooms: Rooms;
  log: Log;
  now: () => number;
}

interface Counter extends PressingTurnOptions {
  /** Presses of old-style buttons. */
  presses: ReturnType<typeof createRecent>;
  sentenceFor: ReturnType<typeof createApology>;
}

type Turn = (context: TurnContext, activity: TeamsActivity, conversation: ConversationInput) => Promise<void>;

/** Turns in which somebody pressed a button. They reject only when not even the chat could be told. */
export function createPressingTurn(options: PressingTurnOptions): { execute: Turn; submit: Turn } {
  const counter: Counter = { ...options, presses: createRecent(), sentenceFor: createApology(options.log) };
  return {
    /** Of a card whose answer takes its place (Teams, "Universal Actions"). */
    execute: (context, activity, conversation) => onExecute(counter, context, activity, conversation),
    /** Of an old-style button, which is a message. */
    submit: (context, activity, conversation) => onSubmit(counter, context, activity, conversation),
  };
}

async function onExecute(
  counter: Counter,
  context: TurnContext,
  activity: TeamsActivity,
  conversation: ConversationInput,
): Promise<void> {
  const { rooms, sentenceFor } = counter;
  const press = executePress(activity);
  const say = sayFor(activity);
  if (!press) {
    const value = { code: 'BadRequest', message: say('channel.malformed') };
    return answerInvoke(context, { statusCode: 400, type: 'application/vnd.microsoft.error', value });
  }
  try {
    const working = act(counter, activity, conversation, press);
    const done = await inTime(working, ANSWER_WITHIN);
    if (!done) {
      finishLater(counter, working, activity, conversation, press.deliveryId);
      return await answerBeside(context, say('channel.later'));
    }
    const { value: card } = done;
    if (!card) return await answerBeside(context, say('channel.beside'));
    const value = adaptiveCard(card, press.deliveryId, { room: rooms.roomAt(activity.serviceUrl) });
    await answerInvoke(context, { statusCode: 200, type: ADAPTIVE_CARD, value });
    editForOthers(counter, activity, conversation, card, press.deliveryId);
  } catch (error) {
    if (error instanceof StoreError) throw error;
    await answerBeside(context, sentenceFor(error, 'A button press failed.', say));
  }
}

async function onSubmit(
  counter: Counter,
  context: TurnContext,
  activity: TeamsActivity,
  conversation: ConversationInput,
): Promise<void> {
  const { connector, presses, sentenceFor, log } = counter;
  const id = inboundId(activity);
  if (id !== null && !presses.add(id)) return;
  const press = submitPress(activity);
  const say = sayFor(activity);
  if (!press) return send(connector, context, say('channel.malformed'));
  const began = performance.now();
  try {
    const working = act(counter, activity, conversation, press);
    const done = await inTime(working, ANSWER_WITHIN);
    if (!done) {
      finishLater(counter, working, activity, conversation, press.deliveryId);
      return await acknowledge(log, began, send(connector, context, say('channel.later')));
    }
    if (done.value)
      await acknowledge(log, began, showResult(counter, activity, conversation, done.value, press.deliveryId));
  } catch (error) {
    if (error instanceof StoreError) {
      // Nothing was done: the same press may come again.
      if (id !== null) presses.forget(id);
      throw error;
    }
    await acknowledge(log, began, send(connector, context, sentenceFor(error, 'A button press failed.', say)));
  }
}

function act(
  { inbox, now }: Counter,
  activity: TeamsActivity,
  conversation: ConversationInput,
  { action }: Press,
): Promise<Card | null> {
  const pressed = { conversation, thread: threadOf(activity), ephemeral: null, actor: actorOf(activity) };
  return inbox.action({ ...pressed, action, receivedAt: now() });
}

/**
 * Teams shows the card of the answer to the person who pressed; everybody else in a group sees the message as it was
 * until it is edited (Teams, "Universal Actions", sequential workflows). The edit is not waited for: the answer to
 * the press has to come within seconds.
 */
function editForOthers(
  { replace, log }: Counter,
  activity: TeamsActivity,
  conversation: ConversationInput,
  card: Card,
  deliveryId: string | null,
): void {
  if (conversation.kind === 'personal' || !activity.replyToId) return;
  replace(conversation, activity.replyToId, card, { deliveryId, thread: threadOf(activity) }).catch(
    (error: unknown) => {
      log.debug({ err: describeError(error) }, 'A pressed card could not be edited for the others.');
    },
  );
}

/** Edits the pressed message, or where that is refused posts another one. */
async function showResult(
  { replace, post }: Counter,
  activity: TeamsActivity,
  conversation: ConversationInput,
  card: Card,
  deliveryId: string | null,
): Promise<void> {
  const thread = threadOf(activity);
  try {
    if (activity.replyToId) return await replace(conversation, activity.replyToId, card, { deliveryId, thread });
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
  }
  await post(conversation, card, { deliveryId: deliveryId ?? randomUUID(), thread });
}

/** A press whose work takes longer than its answer may: what comes of it follows as an edit. */
function finishLater(
  counter: Counter,
  working: Promise<Card | null>,
  activity: TeamsActivity,
  conversation: ConversationInput,
  deliveryId: string | null,
): void {
  const { sentenceFor, post, log } = counter;
  const say = sayFor(activity);
  working
    .then((card) => (card ? showResult(counter, activity, conversation, card, deliveryId) : undefined))
    .catch(async (error: unknown) => {
      const sentence = sentenceFor(error, 'A button press failed.', say);
      const card = sentenceCard(say('error.title'), sentence, say, { tone: 'attention' });
      await post(conversation, card, { deliveryId: randomUUID(), thread: threadOf(activity) });
    })
    .catch((error: unknown) => log.warn({ err: describeError(error) }, 'What came of a press could not be shown.'));
}

/**
 * Waits for what a press says no longer than its answer may take, counted from `began` (performance.now()): the
 * connector may be slow, or silent.
 */
async function acknowledge(log: Log, began: number, saying: Promise<void>): Promise<void> {
  const done = await inTime(saying, Math.max(0, began + ANSWER_WITHIN - performance.now()));
  if (done) return;
  saying.catch((error: unknown) => log.warn({ err: describeError(error) }, 'What came of a press could not be shown.'));
}
