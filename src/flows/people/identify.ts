import type { Actor } from '../../core/model/people.ts';
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
