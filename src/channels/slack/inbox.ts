import type { Card } from '../../core/card.ts';
import type { Actor } from '../../core/model/people.ts';
import type { ConversationInput } from '../../core/model/conversation.ts';
import type { FormInbox } from '../../core/model/form.ts';
import type { Inbound, InboundAction } from '../../core/model/inbound.ts';

/**
 * Where what happens in Slack goes. A rejected promise is told to the chat: a UserError's own sentence, else an error
 * id that is in the log.
 */
export interface SlackInbox {
  /** A message to the bot. Resolves when it is stored; repeated deliveries carry the same Inbound.id. */
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
  /** Somebody opened their direct chat with the bot. Arrives repeatedly, so it has to be idempotent. */
  installed(conversation: ConversationInput, actor: Actor): Promise<void>;
  /** A sign of life of a conversation, such as that the bot was invited to it. */
  seen(conversation: ConversationInput): Promise<void>;
  /** Slack has given a conversation another id. */
  moved(from: string, to: ConversationInput): Promise<void>;
  /** A channel, by the id of its conversation, is called otherwise now. */
  renamed(id: string, name: string): Promise<void>;
  /**
   * The page of one person's own watches; `page` counts from 1. `conversation` is one through which the person can be
   * asked for.
   */
  home(request: {
    tenantId: string | null;
    actor: Actor;
    page: number;
    conversation: ConversationInput;
  }): Promise<Card>;
  /** Known conversations of a channel, by Slack's id of it: those of several workspaces that share it. */
  conversationsIn(channelId: string): Promise<ConversationInput[]>;
  /** A workspace has removed the bot. */
  left(tenantId: string): Promise<void>;
  /** Slack has told to which workspace the configured token belongs: who may reach mailboxes is known from now on. */
  recognised(tenantId: string): void;
  /** A workspace has installed the bot, perhaps again. */
  returned(tenantId: string): Promise<void>;
}
