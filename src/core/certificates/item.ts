import type { Instant } from '../time.ts';

/** Which kind of thing it is that ends. */
export type ItemKind = 'certificate' | 'date' | 'key' | 'credential';

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

/** A public key that nobody has put an end to, or its publisher by a word of their own. */
export interface Key extends Item {
  kind: 'key';
  /** As Certificate.spki. */
  spki: string;
  /** How its publisher calls it; may be empty. Untrusted text. */
  name: string;
  /** As Certificate.key. */
  key: string;
}

/** Whether what a source presents is a key without a certificate. */
export function isKey(item: Item): item is Key {
  return item.kind === 'key';
}

/** Where something stands in a document that lists several: what it is for, and whose it is. */
export interface ListedPlace {
  /**
   * `both`: for signatures and encryption. `document`: it signs the document itself. Of an application: what it signs in
   * with (`secret`, `certificate`), and what its SAML responses are signed with (`saml`).
   */
  use: 'signing' | 'encryption' | 'both' | 'document' | 'secret' | 'certificate' | 'saml';
  /** Whose it is, where the document is about several, such as an entityID. Untrusted text. */
  of?: string;
  /** What it is called there, such as a key's id. Untrusted text. */
  name?: string;
}

/** One thing of several that a document lists, or an application has. */
export interface Listed {
  item: Item;
  /** Never empty. */
  places: ListedPlace[];
}

/**
 * What is wrong with a document.
 *
 * - `private-key`: it publishes a private (or a symmetric) key. `key-mismatch`: a certificate does not belong to the key
 *   beside it, `wrong-thumbprint`: nor a thumbprint to the certificate. `unreadable-key`. Detail: which.
 * - `untrusted-server`: clients refuse the certificate of the server that it came from (detail: OpenSSL's reason).
 * - `issuer-mismatch`: whose discovery document led to it calls itself otherwise (detail: how).
 */
export interface DocumentFault {
  code: 'private-key' | 'key-mismatch' | 'wrong-thumbprint' | 'unreadable-key' | 'untrusted-server' | 'issuer-mismatch';
  /** Untrusted text. */
  detail: string;
}

/** What is known of a document as a whole. */
export interface DocumentFacts {
  /** Nobody may use it from then on, or the part of it that is named: whoever ends first. */
  validUntil?: { at: Instant; of?: string };
  /** When a look first saw that end. */
  since?: Instant;
  /** How long others may use their copy of it, in milliseconds. */
  cachedFor?: number;
  faults: DocumentFault[];
  /** How much it lists, where that is more than is watched. */
  total?: number;
}

/** A secret of an application, or a certificate of which no more is known than when it ends. */
export interface Credential extends Item {
  kind: 'credential';
  type: 'secret' | 'certificate';
  /** What people call it; may be empty. Untrusted text. */
  name: string;
}
