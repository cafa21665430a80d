import { DeliveryError } from '../../core/errors.ts';
import type { Actor, DirectoryNames } from '../../core/model/people.ts';
import type { ConversationInput } from '../../core/model/conversation.ts';
import type { FlowContext } from '../context.ts';

/**
 * The person with all that their channel can tell: mailbox, zone, language. Throws DeliveryError while the channel
 * cannot be asked.
 */
export async function identified(
  { messengers }: FlowContext,
  actor: Actor,
  conversation: ConversationInput,
): Promise<Actor> {
  const messenger = messengers.get(conversation.channel);
  return messenger ? messenger.identify(actor, conversation) : actor;
}

/**
 * The same where nobody can be kept waiting: a channel that cannot be asked now leaves what is known of the person as
 * it is. Never rejects.
 */
export async function identifiedOrAsGiven(
  context: FlowContext,
  actor: Actor,
  conversation: ConversationInput,
): Promise<Actor> {
  try {
    return await identified(context, actor, conversation);
  } catch (error) {
    context.log.warn({ err: error }, 'the channel does not tell who a person is; going on without');
    return actor;
  }
}

/**
 * Every name of whoever has an address, as far as the directory tells; null when it does not, or cannot be asked just
 * now.
 */
export async function namesOf(
  { calendar, log }: Pick<FlowContext, 'calendar' | 'log'>,
  address: string,
): Promise<DirectoryNames | null> {
  try {
    return (await calendar?.lookUp(address)) ?? null;
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    log.debug({ err: error }, 'the directory does not tell who has an address');
    return null;
  }
}
