import type { Instant } from '../time.ts';

/** Somebody who said that they have it. */
export interface Taker {
  id: string;
  name: string;
  /** Missing: before that was noted. */
  since?: Instant;
}

/**
 * One cause in one conversation, while anything of it is open and for a week after: what was told of it, and which
 * message shows how it stands.
 */
export interface Incident {
  /** UUID. */
  id: string;
  conversationId: string;
  /** See core/alerts/causes.ts. */
  cause: string;
  openedAt: Instant;
  closedAt: Instant | null;
  /** `left`: nobody watches what it was about any more. */
  how: 'fixed' | 'left' | null;
  told: Told;
  /** The delivery that shows it; null where nothing was sent: an answer told all of it, or it waits. */
  message: string | null;
  /** The first delivery about it, in whose thread those that follow go. */
  first: string | null;
  sentAt: Instant | null;
  editedAt: Instant | null;
  takenBy: Taker | null;
  snoozedUntil: Instant | null;
  /** When whoever has it installs what mends it: nothing is said of its stages until then. */
  installsAt: Instant | null;
}

/** What people know of an incident. */
export interface Told {
  /** Keys of boundaries (Boundary.key). */
  boundaries: string[];
  /** Findings: of each kind one is enough. */
  findings: string[];
  /** How urgent the most urgent stage was that was told: 0 none, 1 notice … 4 expired. */
  rank: number;
  /** The ids of the targets that a message or an answer has named. */
  named: number[];
  /** Since when there has been something to tell. */
  pending: Instant | null;
  /** Since when the cause has been gone from a target, by its id. */
  left: Record<string, Instant>;
  /** Since when a finding that was told is seen nowhere any more. */
  ended: Record<string, Instant>;
  /** When it went from a target last, while it is on others. */
  progressAt: Instant | null;
  /** What the message shows, abbreviated. */
  shown: string | null;
  /** Somebody said that it is renewed, and was told that it is so. */
  verified?: true;
  /** It is over, and whoever has it is to be told. */
  closing?: true;
}

/** What of a conversation is marked where a look changed something. */
export const LOOKED = 'look';
const ANSWERED = 'answered:';

/** What is marked where an answer tells all that holds of a watch. */
export function answeredPart(watchId: number): string {
  return `${ANSWERED}${watchId}`;
}

/** The watches among the marked parts of which an answer tells. */
export function answeredAmong(parts: string[]): Set<number> {
  return new Set(parts.flatMap((part) => (part.startsWith(ANSWERED) ? [Number(part.slice(ANSWERED.length))] : [])));
}

export const NOTHING_TOLD: Told = {
  boundaries: [],
  findings: [],
  rank: 0,
  named: [],
  pending: null,
  left: {},
  ended: {},
  progressAt: null,
  shown: null,
};
