import type { Card } from '../card.ts';
import type { Actor, PersonReference } from '../model/people.ts';
import type { ConversationInput, Conversation } from '../model/conversation.ts';
import type { Attachment } from '../model/inbound.ts';

/** Reaches conversations of one channel. */
export interface Messenger {
  readonly channel: string;
  /** It can mention a group of people, not only single ones. */
  readonly mentionsGroups?: true;
  /**
   * Posts a card. `deliveryId` is put where the channel can carry it, so that a second copy can be told from a new
   * message. Resolves to the channel's id of the message; throws DeliveryError. When an answer comes only after the
   * send was given up as `ambiguous`, its message id is told to `late`. A card that has no room in one message is told
   * in pages, where `more` is given: what comes after the first is given to `more`, which puts it on its way as
   * messages of their own.
   */
  send(
    conversation: Conversation,
    card: Card,
    options: {
      deliveryId: string;
      thread: unknown;
      late?: (activityId: string) => void;
      more?: (pages: Card[]) => Promise<void>;
    },
  ): Promise<{ activityId: string }>;
  /**
   * Replaces a message in place, with `more` as in `send`; throws DeliveryError (status 404 when that message no longer
   * exists).
   */
  update(
    conversation: Conversation,
    activityId: string,
    card: Card,
    options: { deliveryId: string; thread: unknown; more?: (pages: Card[]) => Promise<void> },
  ): Promise<void>;
  /**
   * The thread below a message of ours that was posted there, as `send` takes it; null where there are no threads, or
   * none is worth it. Pure. Missing: the channel has none.
   */
  below?(conversation: Conversation, activityId: string): unknown;
  /**
   * Completes what the channel could not tell of a person at once (mailbox, zone, language), for channels that have to
   * ask; the others return the actor as it is. Throws DeliveryError when the answer may come later.
   */
  identify(actor: Actor, conversation: ConversationInput): Promise<Actor>;
  /**
   * Who the person is, and their own chat with the bot, which is opened when there is none. `near` is the conversation
   * in which they were named. Throws DeliveryError: `refused` when this channel does not know the person or they cannot
   * be written to.
   */
  direct(person: PersonReference, near: ConversationInput): Promise<{ actor: Actor; conversation: ConversationInput }>;
  /** An https address that opens the conversation in the channel's client; null when there is none. Pure. */
  link(conversation: ConversationInput): string | null;
  /** One that opens the message with this Inbound.id there; null where its address is not known. Pure. */
  messageLink?(conversation: ConversationInput, inboundId: string): string | null;
  /** One that opens the conversation with a text ready to be sent; null where there is no such address. Pure. */
  draftLink?(conversation: ConversationInput, text: string): string | null;
  /**
   * Whether somebody administers what the conversation belongs to, for channels that tell it by themselves; null: we are
   * not permitted to see that. Throws DeliveryError when it cannot be asked now.
   */
  administers?(actor: Actor, conversation: ConversationInput): Promise<boolean | null>;
  /**
   * The directory's id of the team whose channel it is, for channels whose teams have their owners in the directory;
   * null when there is none. Throws DeliveryError when it cannot be asked now.
   */
  groupOf?(conversation: ConversationInput): Promise<string | null>;
  /** Whose own chat with the bot a personal conversation is (Actor.id); null when that is not known. Pure. */
  personOf(conversation: ConversationInput): string | null;
  /**
   * The bytes of a file that came with a message, at most 64 kB, within 10 s. Throws DeliveryError: with status 413
   * when it is larger, and with the name of the permission in `lacks` where that is missing.
   */
  download(attachment: Attachment, conversation: ConversationInput): Promise<Uint8Array>;
  /** Deletes a message (a late-discovered extra copy); throws DeliveryError. */
  remove(conversation: Conversation, activityId: string, options: { thread: unknown }): Promise<void>;
}

/** People signing in to their own calendar through their channel, so that the bot acts there with their own token. */
export interface SignIn {
  readonly channel: string;
  /**
   * A token for Graph of a person (Actor.id), or null when they are not, or no longer, signed in. Throws DeliveryError.
   */
  token(personId: string): Promise<string | null>;
  /** Forgets the person's token at the token service. Throws DeliveryError. */
  signOut(personId: string): Promise<void>;
}
