import type { Instant } from '../time.ts';
import type { Threshold } from '../certificates/stages.ts';
import type { Freeze } from './reminder.ts';
import type { StoredAnchor } from './anchors.ts';

/** Whom the bot plays, where it is not itself. */
export type Persona = 'clippy';

export type ConversationKind = 'personal' | 'group' | 'channel';

/** What a channel knows of a conversation at each turn. */
export interface ConversationInput {
  /** Stable key without thread suffix, prefixed by the channel, e.g. "teams:19:abc@thread.tacv2". */
  id: string;
  /** Which messenger reaches it, e.g. "teams". */
  channel: string;
  kind: ConversationKind;
  tenantId: string | null;
  /** The team (of Teams) whose channel it is, by its id; not given: none, or not known. */
  team?: string | null;
  name: string | null;
  /** Whatever the channel needs to write there again, JSON. Opaque to everyone else. Thread suffix stripped. */
  reference: unknown;
  /** People of other organisations read it as well, as far as the channel told this time. Not stored. */
  isShared?: boolean;
}

export interface Conversation extends ConversationInput {
  createdAt: Instant;
  /** When the bot was removed; null while it is there. */
  goneAt: Instant | null;
  /** Since when an event says that nobody may write there; null = they may, as far as is known. */
  closedAt: Instant | null;
  /** When its owners were told that it will be deleted; null = they were not. */
  warnedAt: Instant | null;
  /** `remind` of the whole conversation; null = the default policy. */
  policy: Threshold[] | null;
  settings: ConversationSettings;
}

/**
 * What `settings` keeps for a conversation. What is missing falls back to the person, then to the bot's own
 * configuration.
 */
export interface ConversationSettings {
  /** IANA zone. */
  timeZone?: string;
  /** Region whose public holidays count, such as "DE-BY"; "none" = none at all. */
  holidays?: string;
  freezes?: Freeze[];
  /** A shared mailbox instead of the owners' own. */
  mailbox?: string;
  /** A group of people that alerts mention beside the owner of the watch, by the channel's own id. */
  alertsTo?: { id: string; name: string };
  /** “unwatch all” has asked whether all watches up to this id are meant. */
  unwatchAsked?: { upTo: number; at: Instant };
  /** Certificates that are trusted here in addition to those that the bot trusts. */
  anchors?: StoredAnchor[];
  /** What proves that somebody here reads the bot's log: the hash of a code that is written there, and until when. */
  operatorsCode?: { hash: string; until: Instant };
  /** What the operators have allowed here of what is the whole organisation's (RESTRICTED). */
  allowed?: string[];
  /** Only some may end watches and change settings here; missing: everybody may. */
  admins?: Admins;
  /** How alerts begin; missing: with what is the matter. */
  persona?: Persona;
}

/** Somebody by the channel's own id. The name is untrusted text and may be empty. */
interface Named {
  id: string;
  name: string;
}

/**
 * Who may end watches and change settings of a conversation: whoever administers it, where the channel tells that, and
 * the people named; where it does not tell, whoever switched it on (null: they have left) in their place.
 */
export interface Admins {
  by: Named | null;
  people: Named[];
}

/** A recorded change, with who made it. */
export interface AuditEntry {
  at: Instant;
  conversationId: string;
  actorId: string;
  actorName: string;
  /** e.g. "watch", "unwatch", "remind". */
  verb: string;
  /** URI or argument it was about. */
  subject: string;
}

/** Something the operators of the bot have to know, from its beginning to its end. */
export interface OperatorFinding {
  /** e.g. "graph-credentials", "credential:<id>/urgent". */
  key: string;
  openedAt: Instant;
}

/** Access to one organisation that installed the bot by itself, as its channel keeps it. */
export interface Installation {
  channel: string;
  /** Workspace or organisation, by the channel's own id. */
  tenantId: string;
  /**
   * What the channel needs to act there, sealed (encrypted and authenticated) by the channel. Opaque to everyone else.
   */
  sealed: string;
  installedAt: Instant;
}
