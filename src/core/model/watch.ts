import type { HistoryEntry } from './history.ts';
import type { Mark } from './mark.ts';
import type { Instant } from '../time.ts';
import type { Observation } from '../certificates/certificate.ts';
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

/** A watch with the findings that are open about it. */
export interface WatchContext extends JoinedWatch {
  episodes: Episode[];
}

/** A watch with what is known of its target, as far as alerts depend on it. */
export interface WatchFacts {
  watch: Watch;
  state: TargetState | null;
  /** When it was looked at last. */
  lookedAt: Instant | null;
  episodes: Episode[];
}

/** An open finding of a watch. */
export interface Episode {
  watchId: number;
  /** Which finding, e.g. "unreachable", "untrusted", "address-unreachable:192.0.2.1". */
  finding: string;
  /** What it comes of; see core/alerts/causes.ts. */
  cause: string;
  openedAt: Instant;
  /** Since when it has been sure enough to be told; null while it waits for that. */
  sureAt: Instant | null;
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
  episodesOpened: Episode[];
  episodesSure: { watchId: number; finding: string; sureAt: Instant }[];
  episodesClosed: { watchId: number; finding: string }[];
  /** Destinations whose reminders have to be planned for this target. */
  marked: Mark[];
  /** What is written down of it; missing: nothing. */
  history?: HistoryEntry[];
  /** Conversations that have perhaps to be told of something. */
  alerted: Mark[];
}
