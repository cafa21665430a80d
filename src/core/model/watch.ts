import type { HistoryEntry } from './history.ts';
import type { Mark } from './mark.ts';
import type { Instant } from '../time.ts';
import type { Observation } from '../certificates/certificate.ts';
import type { OutgoingMessage } from './delivery.ts';
import type { Threshold } from '../certificates/stages.ts';
import type { TargetState } from '../certificates/state.ts';
import type { Conversation } from './conversation.ts';

/* -------------------------------------------------------------------- store */

/** What is looked at, once for all its watches. */
export interface TargetRow {
  id: number;
  uri: string;
  /** When it is due for its next look; null while nobody alive watches it. */
  dueAt: Instant | null;
  /** Pure state carried from look to look; null before the first. */
  state: TargetState | null;
  /** The last observation, as shown by `show`; null before the first. */
  observation: Observation | null;
}

/** What a look needs to know of a target. */
export type DueTarget = Omit<TargetRow, 'observation'>;

/** One conversation's interest in one target. */
export interface Watch {
  id: number;
  conversationId: string;
  targetId: number;
  uri: string;
  ownerId: string;
  ownerName: string;
  /** The owner's mailbox at watch time; null when the channel did not know it. */
  ownerMailbox: string | null;
  ownerTimeZone: string | null;
  /** The owner's language (BCP 47) and organisation at watch time; null when unknown. */
  ownerLocale: string | null;
  ownerTenantId: string | null;
  /** `watch … remind …`; null = the conversation's policy. */
  policy: Threshold[] | null;
  createdAt: Instant;
  /** Inbound.id of the message that created it, so that a replayed command recognises its own work. */
  createdBy: string;
  /** The domains (A-labels) whose mail exchanger it was watched as, by `watch mx:…`; missing: none. */
  domains?: string[];
  /** What people noted of it; missing: nothing. Untrusted text. */
  note?: string;
  /** Words in lower case; missing: none. */
  tags?: string[];
}

/** A watch with the conversation that it belongs to. */
export interface JoinedWatch {
  watch: Watch;
  conversation: Conversation;
}

/** The same with what is watched. */
export interface JoinedTarget extends JoinedWatch {
  target: TargetRow;
}

/** A watch with what its conversation has been told already. */
export interface WatchContext extends JoinedWatch {
  /** Keys of alerts already told (see effects.ts); only those of certificates in the target's state. */
  told: Set<string>;
  episodes: Episode[];
}

/** An open finding of a watch. */
export interface Episode {
  watchId: number;
  /** Which finding, e.g. "unreachable", "untrusted", "address-unreachable:192.0.2.1". */
  finding: string;
  openedAt: Instant;
  /** When the conversation was told; null while it waits to be sure. */
  toldAt: Instant | null;
}

/** A certificate as stored, with where it was seen. */
export interface Sighting {
  targetId: number;
  address: string;
  fingerprint: string;
  firstAt: Instant;
  lastAt: Instant;
}

/** The outcome of one look, ready to be stored (see flows/looks). */
export interface ObservationCommit {
  targetId: number;
  /** Fence from claimTargets; null when a command made the look (then no lease is asked for). */
  leaseId: string | null;
  /**
   * The state that the decisions below started from: if the target has another one by now, the look is skipped whole.
   * Undefined = any.
   */
  previous?: TargetState | null;
  observation: Observation;
  state: TargetState;
  dueAt: Instant | null;
  /** Alert keys to mark as told, per watch. */
  told: { watchId: number; key: string }[];
  episodesOpened: Episode[];
  episodesTold: { watchId: number; finding: string; toldAt: Instant }[];
  episodesClosed: { watchId: number; finding: string }[];
  messages: OutgoingMessage[];
  /** Destinations whose reminders have to be planned for this target. */
  marked: Mark[];
  /** What is written down of it; missing: nothing. */
  history?: HistoryEntry[];
}
