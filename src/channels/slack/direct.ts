import { z } from 'zod';
import { DeliveryError } from '../../core/errors.ts';
import type { Actor, PersonReference } from '../../core/model/people.ts';
import type { ConversationInput } from '../../core/model/conversation.ts';
import type { ApiAnswer, SlackApi } from './api.ts';
import { lackOf, missingScope, slackCode } from './failures.ts';
import { withRetries } from './retries.ts';
import { conversationOf } from './payload.ts';
import type { People } from './people.ts';
import { referenceOf } from './reference.ts';
import type { Workspaces } from './workspaces.ts';

const foundSchema = z.object({ user: z.object({ id: z.string().min(1) }) });
const openedSchema = z.object({ channel: z.object({ id: z.string().min(1) }) });

const NOBODY = 'Slack shows no such person in this workspace.';

/**
 * Errors of users.lookupByEmail, users.info and conversations.open that are about the person (docs.slack.dev, each
 * method's page), in words.
 */
const REASONS = new Map([
  ['users_not_found', 'Slack knows nobody with this e-mail address in this workspace.'],
  ['user_not_found', NOBODY],
  ['user_not_visible', NOBODY],
  ['user_disabled', 'The Slack account of this person was deactivated.'],
  ['cannot_dm_bot', 'This is a bot, not a person.'],
  ['invalid_user_combination', 'Slack does not let this bot write to this person, who belongs to another workspace.'],
  ['restricted_action', 'This Slack workspace does not let this bot begin a direct chat.'],
]);

const OPEN = 'conversations.open';
/** Of the scopes that Slack names as needed for opening any kind of conversation, the one for people's own. */
const OPEN_SCOPE = 'im:write';

/** What keeps one from a person, said as such; all else as it is. */
function aboutPerson(error: unknown): unknown {
  const reason = REASONS.get(slackCode(error) ?? '');
  if (reason === undefined || !(error instanceof DeliveryError)) return error;
  return new DeliveryError('refused', reason, { cause: error.cause, status: error.status });
}

function read<T>(schema: z.ZodType<T>, answer: ApiAnswer, method: string): T {
  const parsed = schema.safeParse(answer);
  if (!parsed.success) throw new DeliveryError('unavailable', `The answer of Slack to ${method} could not be read.`);
  return parsed.data;
}

/** People's own chats with the bot. */
export function createDirectChats({
  api,
  workspaces,
  people,
}: {
  api: SlackApi;
  workspaces: Workspaces;
  people: People;
}) {
  async function idOf({ id, address }: PersonReference, token: string): Promise<string> {
    if (id !== null) return id;
    if (address === null)
      throw new DeliveryError(
        'refused',
        'Slack finds people by their e-mail address, and none is known of this person.',
      );
    const answer = await withRetries(() => api.call(token, 'users.lookupByEmail', { email: address }));
    return read(foundSchema, answer, 'users.lookupByEmail').user.id;
  }

  async function open(userId: string, token: string): Promise<string> {
    try {
      const answer = await withRetries(() => api.call(token, OPEN, { users: userId }));
      return read(openedSchema, answer, OPEN).channel.id;
    } catch (error) {
      throw missingScope(error) === null ? error : lackOf(OPEN_SCOPE, OPEN, (error as DeliveryError).cause);
    }
  }

  /**
   * Who the person is, by Slack's id or by e-mail address, and their direct chat with the bot, opened when there is
   * none (Messenger.direct). It is the conversation from which what they write there comes. Throws DeliveryError:
   * `refused` for whom Slack does not know, for bots, deactivated accounts and people whom the bot may not write to,
   * and, naming the scope, when the app lacks one; `credentials` where the bot is not installed any more.
   */
  async function direct(
    person: PersonReference,
    near: ConversationInput,
  ): Promise<{ actor: Actor; conversation: ConversationInput }> {
    const reference = referenceOf(near);
    const { token } = await workspaces.accessTo(reference);
    try {
      const userId = await idOf(person, token);
      const actor = await people.meet(userId, near);
      const isThere = near.kind === 'personal' && reference.userId === userId;
      const channelId = isThere ? reference.channelId : await open(userId, token);
      return { actor, conversation: conversationOf(reference, channelId, { type: 'im', userId }) };
    } catch (error) {
      throw aboutPerson(error);
    }
  }

  return {
    direct,
    /** The channel of a person's own chat, by their id. Throws DeliveryError as `direct` does. */
    channelWith: open,
  };
}

export type DirectChats = ReturnType<typeof createDirectChats>;
