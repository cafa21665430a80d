/** An instant: milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number;

/** One X.509 certificate (RFC 5280), reduced to what people are told and what judgements need. */
export interface Certificate {
  /** SHA-256 of the DER, 64 lower-case hex digits. */
  fingerprint: string;
  /** SHA-256 of the SubjectPublicKeyInfo, 64 lower-case hex digits (RFC 7469 section 2.4 hashes the same bytes). */
  spki: string;
  /** Common name of the subject, or the whole subject when it has none. Untrusted text. */
  subject: string;
  /** Common name of the issuer with its organization where it has one, e.g. "Let's Encrypt E7". Untrusted text. */
  issuer: string;
  /** Lower-case hex as the DER has it, leading `00` dropped. */
  serialNumber: string;
  notBefore: Instant;
  notAfter: Instant;
  /** subjectAltName dNSName entries in the order of the certificate, A-labels. Untrusted text. */
  dnsNames: string[];
  /** subjectAltName iPAddress entries, canonical text. */
  ipAddresses: string[];
  /** e.g. "RSA 2048", "EC P-256", "Ed25519". */
  key: string;
  /** Subject and issuer are the same name and the signature verifies with its own key. */
  selfSigned: boolean;
}

/** What OpenSSL's chain verification said: `trusted`, or its error code such as `UNABLE_TO_VERIFY_LEAF_SIGNATURE`. */
export type Trust = string;
export const TRUSTED: Trust = 'trusted';

/** One address that completed a handshake far enough to show its chain. */
export interface Presented {
  kind: 'presented';
  /** Literal IP address that was connected to. */
  address: string;
  /** e.g. "TLSv1.3". */
  protocol: string;
  /** The chain exactly as sent, leaf first. Never empty. */
  chain: [Certificate, ...Certificate[]];
  /** Chain verification against the bundled roots plus NODE_EXTRA_CA_CERTS, name not considered. */
  trust: Trust;
  /** RFC 9525: does the leaf name the servername (or address) that was asked for? */
  nameMatches: boolean;
}

/**
 * Why an address, or the name itself, gave nothing to judge.
 * - `policy`: the probe policy forbids the address; it was never connected to.
 * - `no-route`: this machine has no route to that address family: "not visible from here", no finding.
 * - `refused`, `timeout`, `reset`: TCP level. `not-tls`: something answered that is not TLS. `handshake`: TLS alert or failure.
 * - `name-not-found`, `resolver`: the name does not exist / the resolver did not answer (only in Observation.failure).
 * - `internal`: our own fault, such as a prober process that died.
 */
export type FailureCode =
  | 'policy'
  | 'no-route'
  | 'refused'
  | 'timeout'
  | 'reset'
  | 'not-tls'
  | 'handshake'
  | 'name-not-found'
  | 'resolver'
  | 'internal';

export interface Failure {
  code: FailureCode;
  /** Short technical detail for `show` and the log, e.g. "ECONNREFUSED". Untrusted text, at most 200 characters. */
  detail?: string;
}

export interface Failed {
  kind: 'failed';
  address: string;
  failure: Failure;
}

export type AddressResult = Presented | Failed;

/** What one look at a target saw. Either per-address results, or (resolution failed, nothing to connect to) a failure. */
export interface Observation {
  /** Canonical URI of the target. */
  uri: string;
  /** When the look began. */
  at: Instant;
  /** How long the whole look took, in milliseconds. */
  duration: number;
  /** One entry per address, in the resolver's order. Empty exactly when `failure` is set. */
  addresses: AddressResult[];
  failure?: Failure;
}
