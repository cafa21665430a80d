import type { Instant } from '../time.ts';
import type { ConversationInput, ConversationKind } from './conversation.ts';
import type { MailboxState } from './people.ts';

/** A conversation with how much it watches. */
export interface ConversationCount {
  id: string;
  channel: string;
  kind: ConversationKind;
  name: string | null;
  goneAt: Instant | null;
  seenAt: Instant;
  watches: number;
}

/** A watch whose owner has left (`state`), or that nobody owns. */
export interface OrphanedWatch {
  uri: string;
  conversationId: string;
  kind: ConversationKind;
  conversation: string | null;
  ownerName: string;
  state: MailboxState['state'] | null;
}

/** How many of each should have been done by some time. */
export interface Lateness {
  looks: number;
  commands: number;
  messages: number;
  reminders: number;
  plans: number;
}

/** What could not be delivered, by why. */
export interface Failure {
  kind: 'message' | 'reminder';
  error: string;
  number: number;
}

/** A living conversation in which operators have allowed something. */
export interface Allowance extends Pick<ConversationInput, 'id' | 'kind' | 'name'> {
  sources: string[];
}
