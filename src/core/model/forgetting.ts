import type { Instant } from '../time.ts';
import type { Watch } from './watch.ts';

/** Everything by which somebody is known here. */
export interface KnownPerson {
  /** Actor.id, in all channels. */
  ids: string[];
  /** Directory ids and addresses, as they are written. */
  mailboxes: string[];
  /** What they are called. Untrusted text; none is empty. */
  names: string[];
  /** Their own chats with the bot, by conversation id. */
  chats: string[];
}

/** Somebody who is being forgotten: what takes a while, such as their events, is still to be finished. */
export interface Forgetting {
  /** UUID. */
  id: string;
  person: KnownPerson;
  /** The message (Delivery.id) that tells them, which is still to be sent; null where none is. */
  reply: string | null;
  begunAt: Instant;
}

/** Stands for somebody who was forgotten, where it is recorded who did something. */
export const LEFT = { id: 'left', name: 'somebody who left' };

/** Who owns a watch whose owner was forgotten, beside what was known of their language and organisation. */
export const NOBODY: Pick<Watch, 'ownerId' | 'ownerName' | 'ownerMailbox' | 'ownerTimeZone'> = {
  ownerId: '',
  ownerName: '',
  ownerMailbox: null,
  ownerTimeZone: null,
};
