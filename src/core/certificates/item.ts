import type { Instant } from '../time.ts';

/** Which kind of thing it is that ends. */
export type ItemKind = 'certificate' | 'date';

/** What a source presents: something that ends. Stages, alerts and reminders need to know no more of it. */
export interface Item {
  /** Missing: a certificate (rows of earlier versions name no kind). */
  kind?: ItemKind;
  /** What it is known by, 64 lower-case hex digits: a digest of everything that makes it another one. */
  fingerprint: string;
  notBefore: Instant;
  /** It has ended from this instant on. */
  notAfter: Instant;
}
