import type { Instant } from '../time.ts';
import type { ConversationInput } from './conversation.ts';
import type { Attachment } from './inbound.ts';
import type { Actor, Mentioned } from './people.ts';

/** A target that was found in somebody's message. */
export interface FoundTarget {
  /** As it is typed in a command; it parses to itself. */
  typed: string;
  /** Canonical URI; null where only the DNS knows what it stands for. */
  uri: string | null;
}

/** A message that somebody points at, to have watched what it names. All of it is untrusted. */
export interface PointedAt {
  conversation: ConversationInput;
  /** The channel's own id of the message. */
  messageId: string;
  /** Who points at it. */
  actor: Actor;
  /** Without the channel's markup, links by their addresses. */
  text: string;
  attachments: Attachment[];
  /** Names of files that came with it and cannot be had. */
  unreadable: string[];
  /** The conversation counts only if the bot has been heard of there; else the person's own chat takes its place. */
  mustBeKnown: boolean;
}

/** What a form offers about a message. */
export interface MessageForm {
  /** What is not watched there yet, as far as is known; each once. */
  offered: FoundTarget[];
  watched: FoundTarget[];
  /** Sentences about what could not be looked at. */
  notes: string[];
  /** Where it will be watched: in the conversation of the message, or in the person's own chat. */
  place: 'here' | 'own';
  /** Which form about this message it is, counted from 0: forms with the same number act once. */
  serial: number;
  /** Whether everything is known: nothing was given up as too slow. */
  isWhole: boolean;
}

/** What a person sent by a form. All of it is untrusted. */
export interface SubmittedForm {
  /** What makes it one and the same form, however often it is opened or sent. */
  form: { messageId: string; serial: number } | { id: string };
  /** Where it belongs, or with `place` "own" a conversation near which the person is found. */
  conversation: ConversationInput;
  place: 'here' | 'own';
  /** The conversation has to be one where the bot is, as far as is known. */
  mustBeKnown: boolean;
  /** Where it is not, the person's own chat takes its place, without a word. */
  orOwn: boolean;
  thread: unknown;
  actor: Actor;
  /** Ticked targets, as they are typed. */
  ticked: string[];
  /** Targets that were typed, or left in the field. */
  typed: string;
  /** As behind `remind`; empty: what the conversation has. */
  when: string;
  /** Who is to own what is watched; null: who sent the form. */
  owner: Mentioned | null;
  receivedAt: Instant;
}

/**
 * What became of a form: its command is stored; it was before; or a sentence says what is to be changed, and in which
 * field.
 */
export type FormOutcome =
  { kind: 'accepted' } | { kind: 'known' } | { kind: 'problem'; field: FormField; sentence: string };

export type FormField = 'targets' | 'when' | 'where';

/** What channels ask about forms. */
export interface FormInbox {
  /**
   * Begins to look at a message; the function tells what is known after so many milliseconds at most. Never rejects.
   */
  pointedAt(message: PointedAt): (within: number) => Promise<MessageForm>;
  /** Whether the bot has been heard of in a conversation, and was not removed since. */
  isThere(conversation: ConversationInput): Promise<boolean>;
  /** Resolves when the command of a form is stored. Rejects with StoreError, and with UserError where nobody is found. */
  submitted(form: SubmittedForm): Promise<FormOutcome>;
}
