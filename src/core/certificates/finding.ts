import type { Say } from '../language/language.ts';

/** What can be wrong with what is presented, expiry of the leaf apart (that is a stage). */
export type FindingCode =
  | 'broken-off'
  | 'not-yet-valid'
  | 'revoked'
  | 'no-date'
  | 'never-valid'
  | 'wrong-name'
  | 'raw-name'
  | 'repeated-extension'
  | 'unreadable-extension'
  | 'critical-extension'
  | 'wrong-purpose'
  | 'key-usage'
  | 'name-constraint'
  | 'path-length'
  | 'issuer-no-ca'
  | 'no-staple'
  | 'leaf-is-ca'
  | 'self-signed'
  | 'private-ca'
  | 'incomplete-chain'
  | 'expired-issuer'
  | 'untrusted'
  | 'weak-key'
  | 'weak-signature'
  | 'old-protocol'
  | 'rare-tls'
  | 'wrong-order'
  | 'early-issuer'
  | 'long-lifetime'
  | 'no-starttls'
  | 'injected'
  | 'document-expired'
  | 'document-expiring'
  | 'private-key'
  | 'key-mismatch'
  | 'wrong-thumbprint'
  | 'unreadable-key'
  | 'untrusted-server'
  | 'issuer-mismatch'
  | 'document-part'
  | 'no-owner'
  | 'unused-credential'
  | 'replaced-credential';

/** Something wrong, with what to do about it. */
export interface Finding {
  code: FindingCode;
  /** Clients refuse it, or it will not do for what it is meant; the others are worth mending without hurry. */
  grave: boolean;
  /** One plain sentence. Contains untrusted text. */
  sentence: string;
  advice: string;
  /** The fingerprint of what it is about, of several things that a document lists. */
  item?: string;
}

/** A finding whose advice depends on nothing. */
export function finding(
  code: Exclude<FindingCode, 'wrong-name' | 'rare-tls'>,
  sentence: string,
  say: Say,
  { grave = true } = {},
): Finding {
  return { code, grave, sentence, advice: say(`advice.${code}`) };
}
