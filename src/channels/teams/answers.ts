import type { Activity, TurnContext } from 'botbuilder';
import { sayTo, type Say } from '../../core/language/language.ts';
import { actorOf, type TeamsActivity } from './activity.ts';
import type { Connector } from './connector.ts';

const MESSAGE_RESPONSE = 'application/vnd.microsoft.activity.message';

/** In the language of the client that sent the activity. */
export function sayFor(activity: TeamsActivity): Say {
  return sayTo(actorOf(activity).locale);
}

/** Says a sentence of the channel's own in the chat of the turn. Throws DeliveryError. */
export async function send(connector: Connector, context: TurnContext, sentence: string): Promise<void> {
  await connector.pass(() => context.sendActivity({ type: 'message', text: sentence, textFormat: 'plain' }));
}

/** Answers the press of a button on a card (Teams, "Universal Actions", response format). */
export async function answerInvoke(
  context: TurnContext,
  body: { statusCode: number; type: string; value: unknown },
): Promise<void> {
  await context.sendActivity({ type: 'invokeResponse', value: { status: 200, body } } as Partial<Activity>);
}

/** Answers a press with a sentence that only whoever pressed sees; the card stays as it is. */
export async function answerBeside(context: TurnContext, sentence: string): Promise<void> {
  await answerInvoke(context, { statusCode: 200, type: MESSAGE_RESPONSE, value: sentence });
}

/**
 * Answers a command of the message extension (Teams, "Message extensions", responding to the dialog submission): with a
 * form, with a sentence that only the person sees, or with null, which closes the dialog.
 */
export async function answerTask(context: TurnContext, answer: object | string | null): Promise<void> {
  const task = typeof answer === 'string' ? { type: 'message', value: answer } : answer;
  const value = { status: 200, body: task === null ? {} : { task } };
  await context.sendActivity({ type: 'invokeResponse', value } as Partial<Activity>);
}
