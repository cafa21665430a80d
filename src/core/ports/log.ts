/** Structured log, pino's shape: fields first. Secrets, tokens and message bodies never go in. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Why a message is not tried again: the service refuses it, or nobody needs it any more. */
export type GivenUp = 'refused' | 'outlived';

/** Counts for /metrics; no target names in labels. */
export interface Meter {
  /** One look: whether any address presented a chain, and how long it took in milliseconds. */
  looked(outcome: 'presented' | 'failed', duration: number): void;
  /** One try of a delivery. */
  delivered(kind: 'message' | 'reminder', outcome: 'done' | 'retry' | 'overtaken' | 'elsewhere' | GivenUp): void;
  /**
   * One plan of a destination: of a part of it, of all of it since all was marked, or of all of it since the part was
   * too large to be planned by itself.
   */
  planned(extent: 'part' | 'all' | 'too-much'): void;
  /** One command, by verb. */
  commanded(verb: string): void;
}
