import { DAY } from '../time.ts';

/** Who works off what is marked: the planner of reminders, by destinations, and the notifier, by conversations. */
export type MarkQueue = 'reminders' | 'alerts';

/** No conversation waits longer before it is asked what has to be told. Milliseconds. */
export const LONGEST_WAKE = DAY;

/** Something that has to be worked out anew, since facts that it depends on have changed. */
export interface Mark {
  key: string;
  /** What of it, in words of whoever works it off; null = everything. */
  part: string | null;
}

/** A marked key that somebody works on. Marks that come meanwhile have a later version. */
export interface ClaimedMark {
  queue: MarkQueue;
  key: string;
  version: number;
  leaseId: string;
  /** What of it; null = everything. */
  parts: string[] | null;
}
