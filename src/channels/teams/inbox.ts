import type { Card } from '../../core/card.ts';
import type { Actor } from '../../core/model/people.ts';
import type { ConversationInput } from '../../core/model/conversation.ts';
import type { FormInbox } from '../../core/model/form.ts';
import type { Inbound, InboundAction } from '../../core/model/inbound.ts';

/** A conversation by its id, and with `team` every channel of that team. */
export interface Place {
  id: string;
  team: string | null;
}

/**
 * Where turns of the Teams channel go. A rejected promise is told to the chat: a UserError's own sentence, else an
 * error id that is in the log.
 */
export interface TeamsInbox {
  /** A message to the bot. Resolves when it is accepted; repeated deliveries carry the same Inbound.id. */
  message(inbound: Inbound): Promise<void>;
  /** A message as it reads since somebody edited it, under the id that it had. Arrives repeatedly. */
  edited(inbound: Inbound): Promise<void>;
  /**
   * A button press; the card it resolves to replaces the message that carried the button. Null: the answer comes beside
   * it.
   */
  action(action: InboundAction): Promise<Card | null>;
  /** Forms in which people choose what is watched. */
  forms: FormInbox;
  /** The bot was added. Arrives repeatedly (installationUpdate and conversationUpdate), so it has to be idempotent. */
  installed(conversation: ConversationInput, actor: Actor): Promise<void>;
  /** The bot was removed, or the channel or team was deleted. Arrives repeatedly. */
  removed(place: Place): Promise<void>;
  /** Nobody may write there for now. */
  archived(place: Place): Promise<void>;
  /** It is there again, or may be written to again. */
  restored(place: Place): Promise<void>;
  renamed(place: Place, name: string): Promise<void>;
  /** Somebody signed in to their own calendar, in their own chat. May arrive repeatedly. */
  signedIn(conversation: ConversationInput, actor: Actor): Promise<void>;
  /** Any other turn: the conversation's reference may have changed. */
  seen(conversation: ConversationInput): Promise<void>;
}
