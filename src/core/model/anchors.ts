import type { Certificate, Observation } from '../certificates/certificate.ts';
import type { Instant } from '../time.ts';

/** A certificate that somebody wants a conversation to trust. */
export interface Anchor extends Pick<
  Certificate,
  'fingerprint' | 'subject' | 'issuer' | 'notBefore' | 'notAfter' | 'selfSigned'
> {
  /** It may issue others (RFC 5280 section 4.2.1.9). False: it vouches for itself alone. */
  isCa: boolean;
  /** RFC 7468, one certificate. */
  pem: string;
}

/** An anchor of a conversation, and who added it when. */
export interface StoredAnchor extends Anchor {
  addedBy: { id: string; name: string };
  addedAt: Instant;
}

/**
 * Why nothing was taken: no certificate in it; a private key in it (nothing of it may be kept); a PKCS#12 file, which
 * holds one as a rule; a certificate that breaks off, that cannot be read, that is larger than 16 kB; more text than 64
 * kB; more certificates than a conversation may trust.
 */
export type AnchorProblem =
  'none' | 'private-key' | 'pkcs12' | 'cut-off' | 'unreadable' | 'too-large' | 'too-long' | 'too-many';

/** Reads the certificates that people attach or paste. */
export interface AnchorReader {
  /**
   * Text or a file: PEM, however damaged by a chat, base64, DER or PKCS#7. Each certificate once, in their order; never
   * empty. Never throws.
   */
  read(input: string | Uint8Array): { ok: true; anchors: Anchor[] } | { ok: false; problem: AnchorProblem };
}

/** Judges by what one conversation trusts in addition to the bot. */
export interface ConversationTrust {
  /** The observation as it looks to whoever trusts these certificates (PEM) as well. */
  judge(observation: Observation, pems: string[]): Observation;
}
