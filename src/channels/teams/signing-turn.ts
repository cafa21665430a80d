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

/** Turns in which people sign in. */
export function createSigningTurn({
  signIn,
  inbox,
  log,
}: {
  signIn: SignInService;
  inbox: Pick<TeamsInbox, 'signedIn'>;
  log: Log;
}) {
  /**
   * Every client of a person sends the exchange of one card: they share one. One that lacked consent comes again under
   * the same id.
   */
  const exchangeOnce = createOnce();
  /**
   * A code is used up by the first delivery that brings it, also when what follows from it cannot be noted before a
   * later one.
   */
  const redeemOnce = createOnce();
  const noteOnce = createOnce();

  async function answerInvoke(context: TurnContext, value: Answer): Promise<void> {
    await context.sendActivity({ type: 'invokeResponse', value } as Partial<Activity>);
  }

  async function exchanged(
    { id, token }: Extract<SigningIn, { by: 'exchange' }>,
    personId: string,
    conversation: ConversationInput,
    activity: TeamsActivity,
  ): Promise<boolean> {
    return exchangeOnce(JSON.stringify([personId, id]), async () => {
      const isDone = await signIn.exchange(personId, token);
      if (isDone) await inbox.signedIn(conversation, actorOf(activity));
      return isDone;
    });
  }

  async function redeemed(code: string, conversation: ConversationInput, activity: TeamsActivity): Promise<boolean> {
    const delivery = inboundId(activity) ?? randomUUID();
    const isDone = await redeemOnce(delivery, () => signIn.redeem(actorOf(activity).id, code));
    if (!isDone) return false;
    return noteOnce(delivery, async () => {
      await inbox.signedIn(conversation, actorOf(activity));
      return true;
    });
  }

  async function settle(activity: TeamsActivity, conversation: ConversationInput, request: SigningIn): Promise<Answer> {
    const { id: personId } = actorOf(activity);
    if (request.by === 'exchange') {
      const { id, connectionName } = request;
      const told = { id, connectionName };
      if (connectionName !== signIn.connectionName)
        return { status: BAD_REQUEST, body: { ...told, failureDetail: 'This bot uses another OAuth connection.' } };
      if (await exchanged(request, personId, conversation, activity)) return { status: OK, body: told };
      return { status: PRECONDITION_FAILED, body: { ...told, failureDetail: 'The token could not be exchanged.' } };
    }
    if (request.by === 'code')
      return { status: (await redeemed(request.code, conversation, activity)) ? OK : NOT_FOUND };
    // What an event claims is not taken for a token: the service itself is asked.
    if (request.connectionName !== signIn.connectionName || (await signIn.signIn.token(personId)) === null)
      return { status: NOT_FOUND };
    await inbox.signedIn(conversation, actorOf(activity));
    return { status: OK };
  }

  /** Answers the client; never rejects. */
  async function turn(context: TurnContext, activity: TeamsActivity, conversation: ConversationInput): Promise<void> {
    const request = conversation.kind === 'personal' ? signingIn(activity) : null;
    let answer: Answer;
    try {
      answer = request ? await settle(activity, conversation, request) : { status: BAD_REQUEST };
    } catch (error) {
      log.warn({ err: describeError(error) }, 'A sign-in could not be completed.');
      answer = { status: UNAVAILABLE };
    }
    if (activity.type === 'invoke') await answerInvoke(context, answer);
  }

  /** Whether a message, by its text, was a code that completes a sign-in. Rejects when that could not be noted. */
  async function typed(activity: TeamsActivity, conversation: ConversationInput, text: string): Promise<boolean> {
    if (conversation.kind !== 'personal' || !/^\d{6}$/.test(text)) return false;
    try {
      return await redeemed(text, conversation, activity);
    } catch (error) {
      if (!(error instanceof DeliveryError)) throw error;
      log.warn({ err: describeError(error) }, 'A typed code could not be checked.');
      return false;
    }
  }

  return { turn, typed };
}
