/** Who works off what is marked. */
export type MarkQueue = 'reminders';

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
