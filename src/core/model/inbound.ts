import type { ActionRequest } from '../card.ts';
import type { Instant } from '../time.ts';
import type { Actor, Mentioned } from './people.ts';
import type { ConversationInput } from './conversation.ts';

/** A file that came with a message. */
export interface Attachment {
  /** Untrusted text; may be empty. */
  name: string;
  /** Media type as the channel gives it, e.g. "application/x-x509-ca-cert". Untrusted text; may be empty. */
  type: string;
  /** Bytes; null when the channel does not tell. */
  size: number | null;
  /** What the channel needs to fetch it, JSON. Opaque to everyone else. */
  reference: unknown;
}

/** A message to the bot, after the channel has stripped mention and markup. Plain text, one line per line typed. */
export interface Inbound {
  /** Identity of the delivery, unique over channels: an edited or repeated delivery has the same one. */
  id: string;
  conversation: ConversationInput;
  /** Where answers go inside the conversation (JSON, opaque), or null for its top level. */
  thread: unknown;
  /**
   * Where an answer for the asker's eyes alone goes (JSON, opaque); null when the message was said before everybody.
   */
  ephemeral: unknown;
  actor: Actor;
  text: string;
  /** Other people whom the text mentions, in its order; groups after them. */
  mentions: Mentioned[];
  /** Files that came with it. */
  attachments: Attachment[];
  receivedAt: Instant;
}

/** A button press, from a channel's invoke. */
export interface InboundAction {
  conversation: ConversationInput;
  /** Where follow-ups of the pressed message go, as in Inbound. */
  thread: unknown;
  /** Where they go when only the presser sees the pressed message; else null. */
  ephemeral: unknown;
  actor: Actor;
  action: ActionRequest;
  receivedAt: Instant;
}
