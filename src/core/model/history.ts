import type { Language } from '../language/language.ts';
import type { Instant } from '../time.ts';

/** A certificate, or what else ends, as it is remembered. `by`: its issuer, or what it is called. Untrusted text. */
export interface Remembered {
  notBefore: Instant;
  notAfter: Instant;
  by: string;
}

/** What became of a target. */
export type TargetEvent =
  /** Seen for the first time. */
  | { kind: 'first'; to: Remembered }
  /** Another took its place; `from` null: it was not known any more. */
  | { kind: 'renewed'; from: Remembered | null; to: Remembered }
  /** A stage has begun of what ends then. */
  | { kind: 'stage'; stage: 'notice' | 'urgent' | 'critical' | 'expired'; end: Instant }
  /** A finding was sure, by its code; or is over. */
  | { kind: 'finding'; finding: string }
  | { kind: 'over'; finding: string; since: Instant };

/** The same with where and when. */
export interface HistoryEntry {
  conversationId: string;
  uri: string;
  at: Instant;
  event: TargetEvent;
}

/** Under what a conversation's list can be had as a file: the SHA-256 of the token in its address. */
export interface ExportAddress {
  hash: string;
  conversationId: string;
  language: Language;
  until: Instant;
}
