import { randomUUID } from 'node:crypto';
import type { Activity, TurnContext } from 'botbuilder';
import { DeliveryError } from '../../core/errors.ts';
import type { ConversationInput } from '../../core/model/conversation.ts';
import type { Log } from '../../core/ports/log.ts';
import { describeError } from '../../log/describe-error.ts';
import { actorOf, inboundId, signingIn, type SigningIn, type TeamsActivity } from './activity.ts';
import type { TeamsInbox } from './inbox.ts';
import { createOnce } from './once.ts';
import type { SignInService } from './sign-in.ts';

const OK = 200;
const BAD_REQUEST = 400;
const NOT_FOUND = 404;
/**
 * The client is to show the sign-in card's button: the person has to consent (Teams, "Single sign-on for bots", token
 * exchange).
 */
const PRECONDITION_FAILED = 412;
const UNAVAILABLE = 503;

interface Answer {
  status: number;
  body?: object;
}

interface SigningTurnOptions {
  signIn: SignInService;
  inbox: Pick<TeamsInbox, 'signedIn'>;
  log: Log;
}

type Once = ReturnType<typeof createOnce>;

interface Counter extends SigningTurnOptions {
  /**
   * Every client of a person sends the exchange of one card: they share one. One that lacked consent comes again under
   * the same id.
   */
  exchangeOnce: Once;
  /**
   * A code is used up by the first delivery that brings it, also when what follows from it cannot be noted before a
   * later one.
   */
  redeemOnce: Once;
  noteOnce: Once;
}

/** Turns in which people sign in. */
export function createSigningTurn(options: SigningTurnOptions) {
  const counter: Counter = {
    ...options,
    exchangeOnce: createOnce(),
    redeemOnce: createOnce(),
    noteOnce: createOnce(),
  };
  return {
    /** Answers the client; never rejects. */
    turn: (context: TurnContext, activity: TeamsActivity, conversation: ConversationInput): Promise<void> =>
      turn(counter, context, activity, conversation),
    /** Whether a message, by its text, was a code that completes a sign-in. Rejects when that could not be noted. */
    typed: (activity: TeamsActivity, conversation: ConversationInput, text: string): Promise<boolean> =>
      typed(counter, activity, conversation, text),
  };
}

async function turn(
  counter: Counter,
  context: TurnContext,
  activity: TeamsActivity,
  conversation: ConversationInput,
): Promise<void> {
  const request = conversation.kind === 'personal' ? signingIn(activity) : null;
  let answer: Answer;
  try {
    answer = request ? await settle(counter, activity, conversation, request) : { status: BAD_REQUEST };
  } catch (error) {
    counter.log.warn({ err: describeError(error) }, 'A sign-in could not be completed.');
    answer = { status: UNAVAILABLE };
  }
  if (activity.type === 'invoke') await answerInvoke(context, answer);
}

async function answerInvoke(context: TurnContext, value: Answer): Promise<void> {
  await context.sendActivity({ type: 'invokeResponse', value } as Partial<Activity>);
}

async function settle(
  counter: Counter,
  activity: TeamsActivity,
  conversation: ConversationInput,
  request: SigningIn,
): Promise<Answer> {
  const { signIn, inbox } = counter;
  if (request.by === 'exchange') {
    const { id, connectionName } = request;
    const told = { id, connectionName };
    if (connectionName !== signIn.connectionName)
      return { status: BAD_REQUEST, body: { ...told, failureDetail: 'This bot uses another OAuth connection.' } };
    if (await exchanged(counter, request, conversation, activity)) return { status: OK, body: told };
    return { status: PRECONDITION_FAILED, body: { ...told, failureDetail: 'The token could not be exchanged.' } };
  }
  if (request.by === 'code')
    return { status: (await redeemed(counter, request.code, conversation, activity)) ? OK : NOT_FOUND };
  // What an event claims is not taken for a token: the service itself is asked.
  const isOurs = request.connectionName === signIn.connectionName;
  if (!isOurs || (await signIn.signIn.token(actorOf(activity).id)) === null) return { status: NOT_FOUND };
  await inbox.signedIn(conversation, actorOf(activity));
  return { status: OK };
}

async function exchanged(
  { signIn, inbox, exchangeOnce }: Counter,
  { id, token }: Extract<SigningIn, { by: 'exchange' }>,
  conversation: ConversationInput,
  activity: TeamsActivity,
): Promise<boolean> {
  const { id: personId } = actorOf(activity);
  return exchangeOnce(JSON.stringify([personId, id]), async () => {
    const isDone = await signIn.exchange(personId, token);
    if (isDone) await inbox.signedIn(conversation, actorOf(activity));
    return isDone;
  });
}

async function redeemed(
  { signIn, inbox, redeemOnce, noteOnce }: Counter,
  code: string,
  conversation: ConversationInput,
  activity: TeamsActivity,
): Promise<boolean> {
  const delivery = inboundId(activity) ?? randomUUID();
  const isDone = await redeemOnce(delivery, () => signIn.redeem(actorOf(activity).id, code));
  if (!isDone) return false;
  return noteOnce(delivery, async () => {
    await inbox.signedIn(conversation, actorOf(activity));
    return true;
  });
}

async function typed(
  counter: Counter,
  activity: TeamsActivity,
  conversation: ConversationInput,
  text: string,
): Promise<boolean> {
  if (conversation.kind !== 'personal' || !/^\d{6}$/.test(text)) return false;
  try {
    return await redeemed(counter, text, conversation, activity);
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    counter.log.warn({ err: describeError(error) }, 'A typed code could not be checked.');
    return false;
  }
}
