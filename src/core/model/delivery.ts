import type { Card } from '../card.ts';
import type { Instant } from '../time.ts';

/**
 * A message on its way to a conversation, or already there. It is desired state: `card` is what the message should
 * show. Without
 * `activityId` it is posted, with one it is replaced in place.
 */
export interface OutgoingMessage {
  /** UUID, the delivery id. */
  id: string;
  conversationId: string;
  thread: unknown;
  card: Card;
  /**
   * From when on it need not be sent any more; seven days from now unless given. What is new in a known message says it
   * anew.
   */
  until?: Instant;
  /**
   * Whom it answers (Actor.id): it goes before what nobody waits for, and to their own chat where the conversation does
   * not take it.
   */
  asker?: string;
}

/** A message that was put, as it was put last; `activityId`: what the channel calls it, null until it was sent. */
export interface StoredMessage extends Pick<OutgoingMessage, 'id' | 'conversationId' | 'thread'> {
  activityId: string | null;
  card: Card | null;
}

/**
 * What ends the wait of messages: that something gets into their conversation again, or that a channel takes us for who
 * we are.
 */
export type Waiting = 'conversation' | 'credentials';

/** A claimed outbox row. */
export interface Delivery {
  /** UUID. For kind "message" it is OutgoingMessage.id; for kind "reminder" the reminder's id. */
  id: string;
  kind: 'message' | 'reminder';
  conversationId: string | null;
  thread: unknown;
  card: Card | null;
  /** The channel's id of the message once it was posted. */
  activityId: string | null;
  /** Grows with every change of the desired state; completion of an older version leaves the row pending. */
  version: number;
  /** Tries so far, this one not counted. */
  attempts: number;
  /** Sends that may or may not have arrived, this one not counted (a send that was interrupted by a crash is one). */
  ambiguous: number;
  /** Fence: completion with another lease id does nothing. */
  leaseId: string;
  createdAt: Instant;
  /** When it last became something to be sent. */
  pendingSince: Instant;
  /** From when on it need not be sent any more; null = always (reminders). */
  until: Instant | null;
  /** As in OutgoingMessage; null = nobody. */
  asker: string | null;
}

export interface DeliveryStatus {
  id: string;
  state: 'pending' | 'done' | 'failed';
  attempts: number;
  dueAt: Instant | null;
  lastError: string | null;
}
