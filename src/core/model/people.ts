import type { Instant } from '../time.ts';

/** Somebody as the directory knows them. */
export interface DirectoryPerson {
  /** False: the account is disabled. */
  enabled: boolean;
  name: string;
  /** Who they report to, with directory object id and address, when the directory says. Names are untrusted text. */
  manager: { id: string; name: string; address: string | null } | null;
}

/**
 * What somebody is called in the directory: their object id, and every address of theirs (user principal name, mail,
 * proxy addresses), in lower case.
 */
export interface DirectoryNames {
  id: string;
  addresses: string[];
}

/* ----------------------------------------------------------------- channels */

/** Who spoke. `id` is the channel's own id of the person. */
export interface Actor {
  id: string;
  /** Display name. Untrusted text; may be empty. */
  name: string;
  /** Directory object id (or address) of the person's mailbox, where the channel vouches for it; else null. */
  mailbox: string | null;
  /** IANA zone of the person's client, if known. */
  timeZone: string | null;
  /** BCP 47 tag of the language the person's client speaks, e.g. "de-DE", if known. */
  locale: string | null;
  /**
   * The organisation the person belongs to (Microsoft 365 tenant, Slack workspace), which may be another than the
   * conversation's; null when unknown.
   */
  tenantId: string | null;
  /**
   * They belong to another organisation than the conversation, which is shared with it: they may look and ask, and
   * change only what they own.
   */
  outsider?: boolean;
  /** Why the channel cannot tell something of the person that it could tell elsewhere; null when it tells all. */
  notice: ActorNotice | null;
}

/**
 * A sentence for the person: `mailbox` matters only where reminders go into mailboxes, `person` (no zone, no language)
 * everywhere.
 */
export interface ActorNotice {
  about: 'mailbox' | 'person';
  sentence: string;
}

/** Somebody, or a group of people, whom a message mentions, beside the bot. */
export interface Mentioned {
  /** The channel's own id of the person, as in Actor. */
  id: string;
  /** How the mention stands in Inbound.text, character for character. */
  text: string;
  /** It is a group of people. */
  isGroup?: true;
  /** Whom a form names as the owner of what it has watched; the text need not mention them. */
  isOwner?: true;
}

/**
 * Who is meant, by what is known of them: the channel's own id, or directory object id and e-mail address. At least one
 * is there.
 */
export interface PersonReference {
  id: string | null;
  directoryId: string | null;
  address: string | null;
}

/**
 * Somebody who is to own a watch, or to get a copy of reminders. Nothing of it counts before they accept, in their own
 * chat.
 */
export interface Recipient {
  /** UUID; the question's button carries it. */
  id: string;
  conversationId: string;
  /**
   * The watch it is about, by its canonical URI; null = every watch of the conversation, future ones too (copies only).
   */
  uri: string | null;
  role: 'owner' | 'copy';
  /** Actor.id and what was known of the person when asked; on acceptance replaced by what their own channel tells. */
  personId: string;
  name: string;
  mailbox: string | null;
  timeZone: string | null;
  locale: string | null;
  tenantId: string | null;
  /** never: they do not want to be asked from that conversation again (every role; the URI is null). */
  state: 'asked' | 'accepted' | 'declined' | 'never';
  /** The message that asks: while it is open, what is asked besides goes into it. Missing: nobody was asked. */
  question?: string;
  /** Who asked for it. */
  askedBy: string;
  askedAt: Instant;
}

/** What a mailbox's person said, and their sign-in. No row: nothing was said. */
export interface Connection {
  /** As in Reminder. */
  mailbox: string;
  channel: string;
  /** Actor.id of the person in that channel. */
  personId: string;
  /** Their own chat, to tell them when the sign-in ends. */
  conversationId: string;
  /**
   * connected: signed in, served by their own token. leaving: their events are being removed, then they are signed out.
   * closed: they want no events. lost: the token service has no token any more; they have been told.
   */
  state: 'connected' | 'leaving' | 'closed' | 'lost';
  changedAt: Instant;
}

/** What is known of a mailbox's person. No row: all is well as far as anybody knows. */
export interface MailboxState {
  mailbox: string;
  /** missing: there is no (usable) mailbox, or no such person any more. disabled: the account may not sign in. */
  state: 'fine' | 'missing' | 'disabled';
  name: string | null;
  manager: DirectoryPerson['manager'];
  checkedAt: Instant;
}
