import { randomUUID } from 'node:crypto';
import type { Activity, TurnContext } from 'botbuilder';
import type { Card } from '../../core/card.ts';
import { sentenceCard } from '../../core/chat/cards/replies.ts';
import { DeliveryError, StoreError } from '../../core/errors.ts';
import { sayTo, type Say } from '../../core/language/language.ts';
import type { ConversationInput } from '../../core/model/conversation.ts';
import type { Log } from '../../core/ports/log.ts';
import { describeError } from '../../log/describe-error.ts';
import { createApology } from '../apology.ts';
import { ANSWER_WITHIN, inTime } from '../in-time.ts';
import { createRecent } from '../recent.ts';
import {
  actorOf,
  conversationOf,
  executePress,
  inboundId,
  placeOf,
  type Press,
  readingOf,
  submitPress,
  tenantOf,
  threadOf,
  turnKind,
  type TeamsActivity,
} from './activity.ts';
import { attachmentsOf } from './attachments.ts';
import { ADAPTIVE_CARD, adaptiveCard } from './cards.ts';
import type { Connector } from './connector.ts';
import type { TeamsInbox } from './inbox.ts';
import { type createTeamsMessenger, storedReference } from './messenger.ts';
import type { Rooms } from './rooms.ts';
import type { SignInService } from './sign-in.ts';
import { createSigningTurn } from './signing-turn.ts';

const MESSAGE_RESPONSE = 'application/vnd.microsoft.activity.message';

interface TurnOptions {
  appId: string | null;
  allowedTenants: string[] | null;
  inbox: TeamsInbox;
  connector: Connector;
  /** Null: nobody can sign in. */
  signIn: SignInService | null;
  replace: ReturnType<typeof createTeamsMessenger>['replace'];
  post: ReturnType<typeof createTeamsMessenger>['post'];
  rooms: Rooms;
  log: Log;
  now: () => number;
}

/** In the language of the client that sent the activity. */
function sayFor(activity: TeamsActivity): Say {
  return sayTo(actorOf(activity).locale);
}

/** What the bot does in one turn of an authenticated, valid activity. */
export function createTurn(options: TurnOptions) {
  const { appId, allowedTenants, inbox, connector, signIn, replace, post, rooms, log, now } = options;
  const tenants = allowedTenants && new Set(allowedTenants.map((tenant) => tenant.toLowerCase()));
  /** Presses of old-style buttons. */
  const presses = createRecent();
  const signingTurn = signIn && createSigningTurn({ signIn, inbox, log });
  const sentenceFor = createApology(log);

  function serves(activity: TeamsActivity): boolean {
    return tenants === null || tenants.has(tenantOf(activity)?.toLowerCase() ?? '');
  }

  async function send(context: TurnContext, sentence: string): Promise<void> {
    await connector.pass(() => context.sendActivity({ type: 'message', text: sentence, textFormat: 'plain' }));
  }

  async function answerInvoke(
    context: TurnContext,
    body: { statusCode: number; type: string; value: unknown },
  ): Promise<void> {
    await context.sendActivity({ type: 'invokeResponse', value: { status: 200, body } } as Partial<Activity>);
  }

  function act(activity: TeamsActivity, conversation: ConversationInput, { action }: Press): Promise<Card | null> {
    const pressed = { conversation, thread: threadOf(activity), ephemeral: null, actor: actorOf(activity) };
    return inbox.action({ ...pressed, action, receivedAt: now() });
  }

  async function onMessage(
    context: TurnContext,
    activity: TeamsActivity,
    conversation: ConversationInput,
  ): Promise<void> {
    const { text, mentions } = readingOf(activity);
    try {
      // Older clients have the person type the code into the chat.
      if (signingTurn && (await signingTurn.typed(activity, conversation, text))) return;
      await inbox.message({
        id: inboundId(activity) ?? `${conversation.id}:${randomUUID()}`,
        conversation,
        thread: threadOf(activity),
        ephemeral: null,
        actor: actorOf(activity),
        text,
        mentions,
        attachments: attachmentsOf(activity),
        receivedAt: now(),
      });
    } catch (error) {
      if (error instanceof StoreError) throw error;
      await send(context, sentenceFor(error, 'A message could not be accepted.', sayFor(activity)));
    }
  }

  /**
   * Teams shows the card of the answer to the person who pressed; everybody else in a group sees the message as it was
   * until it is edited (Teams, "Universal Actions", sequential workflows). The edit is not waited for: the answer to
   * the press has to come within seconds.
   */
  function editForOthers(
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
    working: Promise<Card | null>,
    activity: TeamsActivity,
    conversation: ConversationInput,
    deliveryId: string | null,
  ): void {
    const say = sayFor(activity);
    working
      .then((card) => (card ? showResult(activity, conversation, card, deliveryId) : undefined))
      .catch(async (error: unknown) => {
        const sentence = sentenceFor(error, 'A button press failed.', say);
        const card = sentenceCard(say('error.title'), sentence, say, { tone: 'attention' });
        await post(conversation, card, { deliveryId: randomUUID(), thread: threadOf(activity) });
      })
      .catch((error: unknown) => log.warn({ err: describeError(error) }, 'What came of a press could not be shown.'));
  }

  async function onExecute(
    context: TurnContext,
    activity: TeamsActivity,
    conversation: ConversationInput,
  ): Promise<void> {
    const press = executePress(activity);
    const say = sayFor(activity);
    if (!press) {
      const value = { code: 'BadRequest', message: say('channel.malformed') };
      return answerInvoke(context, { statusCode: 400, type: 'application/vnd.microsoft.error', value });
    }
    const beside = (value: string) => answerInvoke(context, { statusCode: 200, type: MESSAGE_RESPONSE, value });
    try {
      const working = act(activity, conversation, press);
      const done = await inTime(working, ANSWER_WITHIN);
      if (!done) {
        finishLater(working, activity, conversation, press.deliveryId);
        return await beside(say('channel.later'));
      }
      const { value: card } = done;
      if (!card) return await beside(say('channel.beside'));
      const value = adaptiveCard(card, press.deliveryId, { room: rooms.roomAt(activity.serviceUrl) });
      await answerInvoke(context, { statusCode: 200, type: ADAPTIVE_CARD, value });
      editForOthers(activity, conversation, card, press.deliveryId);
    } catch (error) {
      if (error instanceof StoreError) throw error;
      await beside(sentenceFor(error, 'A button press failed.', say));
    }
  }

  /**
   * Waits for what a press says no longer than its answer may take, counted from `began` (performance.now()): the
   * connector may be slow, or silent.
   */
  async function acknowledge(began: number, saying: Promise<void>): Promise<void> {
    const done = await inTime(saying, Math.max(0, began + ANSWER_WITHIN - performance.now()));
    if (done) return;
    saying.catch((error: unknown) =>
      log.warn({ err: describeError(error) }, 'What came of a press could not be shown.'),
    );
  }

  async function onSubmit(
    context: TurnContext,
    activity: TeamsActivity,
    conversation: ConversationInput,
  ): Promise<void> {
    const id = inboundId(activity);
    if (id !== null && !presses.add(id)) return;
    const press = submitPress(activity);
    const say = sayFor(activity);
    if (!press) return send(context, say('channel.malformed'));
    const began = performance.now();
    try {
      const working = act(activity, conversation, press);
      const done = await inTime(working, ANSWER_WITHIN);
      if (!done) {
        finishLater(working, activity, conversation, press.deliveryId);
        return await acknowledge(began, send(context, say('channel.later')));
      }
      if (done.value) await acknowledge(began, showResult(activity, conversation, done.value, press.deliveryId));
    } catch (error) {
      if (error instanceof StoreError) {
        // Nothing was done: the same press may come again.
        if (id !== null) presses.forget(id);
        throw error;
      }
      await acknowledge(began, send(context, sentenceFor(error, 'A button press failed.', say)));
    }
  }

  async function refuse(context: TurnContext, activity: TeamsActivity): Promise<void> {
    const kind = turnKind(activity);
    const value = sayFor(activity)('channel.not-served');
    if (kind === 'execute') return answerInvoke(context, { statusCode: 200, type: MESSAGE_RESPONSE, value });
    if (kind === 'message' || kind === 'submit') await send(context, value);
  }

  /** `activity` is the parsed form of `context.activity`. Rejects only when not even the chat could be told. */
  return async function turn(context: TurnContext, activity: TeamsActivity): Promise<void> {
    if (!serves(activity)) return refuse(context, activity);
    const conversation = conversationOf(activity, storedReference(context.activity, appId));
    switch (turnKind(activity)) {
      case 'message':
        return onMessage(context, activity, conversation);
      case 'execute':
        return onExecute(context, activity, conversation);
      case 'submit':
        return onSubmit(context, activity, conversation);
      case 'signin':
        return signingTurn ? signingTurn.turn(context, activity, conversation) : inbox.seen(conversation);
      case 'installed':
        return inbox.installed(conversation, actorOf(activity));
      case 'removed':
        return inbox.removed(placeOf(activity));
      case 'archived':
        return inbox.archived(placeOf(activity));
      case 'restored':
        return inbox.restored(placeOf(activity));
      case 'renamed':
        return inbox.renamed(placeOf(activity), activity.channelData?.channel?.name ?? '');
      case 'seen':
        return inbox.seen(conversation);
    }
  };
}
