import type { Instant } from '../time.ts';
import type { Application } from './application.ts';
import type { DocumentFacts, Item, Listed } from './item.ts';

/** One X.509 certificate (RFC 5280), reduced to what people are told and what judgements need. */
export interface Certificate extends Item {
  kind?: 'certificate';
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
  /**
   * Algorithm of the signature on it, as OpenSSL names it, e.g. "sha256WithRSAEncryption". Missing in certificates
   * stored by earlier versions, as what follows.
   */
  signature?: string;
  /**
   * What it may be used for, by the names of RFC 5280 (sections 4.2.1.3 and 4.2.1.12), other purposes by their object
   * identifiers; null: it does not say, which allows everything. Missing where it says neither, and in authorities.
   */
  uses?: { key: string[] | null; purposes: string[] | null };
  /** How many names it has, where the lists above were cut. */
  names?: number;
  /** It asserts a policy that only certificates under the CA/Browser Forum's requirements may assert (BR 7.1.6.1). */
  publicPolicy?: boolean;
}

/** Whether what a source presents is a certificate. */
export function isCertificate(item: Item): item is Certificate {
  return item.kind === undefined || item.kind === 'certificate';
}

/** What OpenSSL's chain verification said: `trusted`, or its error code such as `UNABLE_TO_VERIFY_LEAF_SIGNATURE`. */
export type Trust = string;

export const TRUSTED: Trust = 'trusted';

/** A certificate above the leaf, on the path from it towards a trust anchor. */
export interface Issuer extends Pick<
  Certificate,
  'fingerprint' | 'subject' | 'issuer' | 'notBefore' | 'notAfter' | 'key' | 'signature' | 'selfSigned'
> {
  /**
   * Where it came from: the peer sent it, it is a trust anchor, or it was fetched from the address that the certificate
   * below names (AIA).
   */
  from: 'sent' | 'anchor' | 'fetched';
}

/** What the issuer of a certificate says of it. */
export interface Revocation {
  status: 'good' | 'revoked' | 'unknown';
  /** Who said so; null when nobody could be asked. */
  by: 'staple' | 'ocsp' | 'crl' | null;
  /** The certificate it is about, by its subject. Untrusted text. */
  subject: string;
  /** When it was revoked. */
  at?: Instant;
  /** CRLReason (RFC 5280 section 5.3.1), e.g. "keyCompromise". */
  reason?: string;
}

/**
 * What a server insists on that common clients do not offer: the kind of its key, a cipher suite, a group for the key
 * exchange, an older version of TLS where a newer is offered, or (with the kind of key) a signature.
 */
export interface Rare {
  what: 'key' | 'suite' | 'group' | 'version' | 'signature';
  /** e.g. "EC secp256k1", "ECDHE-RSA-ARIA256-GCM-SHA384", "ffdhe3072", "TLSv1.2". */
  name: string;
}

/**
 * What clients object to in a certificate, by its own bytes:
 *
 * - `key-usage`: its key usage (`detail`) lacks digitalSignature. `wrong-purpose`: its extended key usage (`detail`) lacks
 *   serverAuth. `authority`: a leaf that may issue (CA:TRUE). `no-staple`: it demands a stapled OCSP response, and none
 *   came. `must-staple`: it demands one.
 * - `repeated-extension`: one (`detail`) that may stand there once. `critical-extension`: one that has to be understood,
 *   and is not. `unreadable-extension`. `raw-name`: a name in bytes beyond ASCII.
 * - Of an authority on the path: `name-constraint`: it may not issue for a name (`detail`). `path-length`: it may not have
 *   so many below it. `issuer-no-ca`: it issued what is below it (`detail`), and is no authority.
 *   `other-key`: what is below it (`detail`) names it as its issuer, and is not signed by its key.
 */
export interface Fault {
  code:
    | 'key-usage'
    | 'wrong-purpose'
    | 'authority'
    | 'must-staple'
    | 'no-staple'
    | 'repeated-extension'
    | 'critical-extension'
    | 'unreadable-extension'
    | 'raw-name'
    | 'name-constraint'
    | 'path-length'
    | 'issuer-no-ca'
    | 'other-key';
  /** Untrusted text. */
  detail?: string;
  /** Whose fault it is, by its subject, where it is not the leaf's. Untrusted text. */
  issuer?: string;
}

/** That a server broke off a handshake after it had shown its chain, and not for want of a client certificate. */
export interface BrokenOff {
  /** Its alert, e.g. "alert internal error"; null where it closed the connection without one. Untrusted text. */
  said: string | null;
  /** It did so in answer to our last message, which only thorough looks wait for. */
  late?: boolean;
}

/** A chain that a server showed, and how it verifies. */
export interface Shown {
  /** e.g. "TLSv1.3". */
  protocol: string;
  /** The chain exactly as sent, leaf first. Never empty. */
  chain: [Certificate, ...Certificate[]];
  /** Chain verification against the bundled roots plus NODE_EXTRA_CA_CERTS and PROBE_CA_FILE, name not considered. */
  trust: Trust;
  /** RFC 9525: does the leaf name the servername (or address) that was asked for? */
  nameMatches: boolean;
  /**
   * The best path from the leaf upwards, the leaf left out; it ends at a trust anchor exactly when `anchor` is not
   * null. Left out where it verifies and is what was sent, each certificate of it, with the anchor on top.
   */
  issuers?: Issuer[];
  /**
   * Whether the path ends at an authority that everybody trusts, or at one that only this bot or conversation was told
   * to trust.
   */
  anchor?: 'public' | 'private' | null;
  /** Certificates of the path were sent in another order than RFC 5246 section 7.4.2 asks for. */
  disordered?: boolean;
  /** It shows it only to clients that offer this. */
  rare?: Rare;
  /** What clients object to in the leaf and in the issuers on the path; left out when there is nothing. */
  faults?: Fault[];
  /** No client can connect: not even that the chain is the server's own need be proven. */
  brokenOff?: BrokenOff;
  /** What is known of revocation, of the leaf or, when one of them is revoked, of a certificate above it. */
  revocation?: Revocation;
  /**
   * DER in base64 of what was sent and of what had to be fetched, where the chain did not verify: a conversation may
   * trust an authority that the bot does not.
   */
  der?: { sent: string[]; fetched: string[] };
}

/** One address that completed a handshake far enough to show its chain. */
export interface Presented extends Shown {
  kind: 'presented';
  /** Literal IP address that was connected to. */
  address: string;
  /**
   * The certificate that it presents to clients that take the other kind of key only (RSA beside ECDSA); null: it has
   * none. Undefined: nobody asked.
   */
  other?: Shown | null;
  /** It ends connections of clients that show no certificate of their own. Undefined: nobody found out. */
  clientCertificate?: boolean;
  /** It asks for a client certificate (CertificateRequest). Whether it does without is `clientCertificate`. */
  asksCertificate?: boolean;
  /** When `other` and `clientCertificate` were found out, where an earlier look did. */
  thoroughAt?: Instant;
}

/**
 * Why an address, or the name itself, gave nothing to judge.
 * - `policy`: the probe policy forbids the address or (detail "port") the port; it was never connected to.
 * - `no-route`: this machine has no route to that address family: "not visible from here", no finding.
 * - `refused`, `timeout`, `reset`: TCP level. `not-tls`: something answered that is not TLS. `handshake`: TLS alert or failure.
 *   `incompatible`: it takes nothing of all that our OpenSSL can offer.
 * - `no-starttls`: it speaks the protocol of the scheme, and does not offer TLS in it. `injected`: it sent bytes between its go-ahead and TLS (CVE-2011-0411).
 *   `protocol`: it does not speak the protocol of the scheme. `oversized`: it sends more certificates than clients take.
 *   `unreadable-certificate`: one that it sends is none.
 * - `turned-away`: it speaks the protocol of the scheme to send us away; the detail is its reply code.
 * - `unknown-name`: it serves other names (detail: "host-unknown" and the like of XMPP, "unrecognized_name" of TLS,
 *   "unnamed" where no name was asked for). `nameless`: as `handshake` and `incompatible`, where no name was asked for,
 *   which may be why.
 * - `proxy`: the proxy would not connect us.
 * - Of documents: `http`: the server answers with a status (detail) that is no success. `document`: what came is none
 *   that can be read (detail: why).
 * - Only in Observation.failure: `name-not-found`: the name does not exist. `no-addresses`: it does, and has none.
 *   `alias-loop`: its aliases (CNAME) lead in a circle. `alias-not-found`: they lead to a name (detail) that does not
 *   exist. `dns-error`: the DNS answers with an error (detail, e.g. "ESERVFAIL"). `resolver`: not in time.
 * - Of what a directory tells: `lacks-permission`: the bot lacks one (detail: its name). `no-access`: the bot was given no
 *   access of its own. `service`: no answer that can be used (detail). `throttled`: it asks to come later. `gone`: it knows
 *   no such thing (any more).
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
  | 'incompatible'
  | 'no-starttls'
  | 'injected'
  | 'protocol'
  | 'turned-away'
  | 'unknown-name'
  | 'nameless'
  | 'oversized'
  | 'unreadable-certificate'
  | 'proxy'
  | 'http'
  | 'document'
  | 'name-not-found'
  | 'no-addresses'
  | 'alias-loop'
  | 'alias-not-found'
  | 'dns-error'
  | 'resolver'
  | 'lacks-permission'
  | 'no-access'
  | 'service'
  | 'throttled'
  | 'gone'
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

/**
 * What one look at a target saw. Of an endpoint either per-address results, or (resolution failed, nothing to connect
 * to) a failure; of what is not connected to an item.
 */
export interface Observation {
  /** Canonical URI of the target. */
  uri: string;
  /** When the look began. */
  at: Instant;
  /** How long the whole look took, in milliseconds. */
  duration: number;
  /** One entry per address, in the resolver's order. Empty when `failure` or `item` is set. */
  addresses: AddressResult[];
  /** How many addresses the name has, where not all of them were looked at. */
  outOf?: number;
  failure?: Failure;
  /**
   * What a source presents that shakes no hands. Null: it has nothing new to say, so that what it presented last stands
   * (carryOver).
   */
  item?: Item | null;
  /** What a document lists (never empty) or an application has. Addresses and item are not set then. */
  listed?: Listed[];
  /** About the document that `listed` is from. */
  document?: DocumentFacts;
  /** The server asks not to be asked again before then. */
  notAgainBefore?: Instant;
  /** The application that `listed` is of. */
  application?: Application;
  /** The targets (URIs) to which it leads: who watches it watches those as well, also those that come later. */
  leadsTo?: string[];
  /**
   * It also found out about the other kind of key and about client certificates (Presented.other, .clientCertificate),
   * which not every look does; "partly": not at every address that answered.
   */
  thorough?: boolean | 'partly';
  /**
   * What addresses presented at other times and will present again: several servers answer behind one address. As it
   * was when it was seen last.
   */
  atOtherTimes?: Presented[];
  /** The target's certificates come and go, whether or not one of them is away just now. */
  alternating?: true;
}

/** How many handshakes a look has made, as far as it tells. */
export function handshakesOf({ addresses, thorough }: Observation): number {
  const made = addresses.map((result) => {
    if (result.kind === 'presented') return thorough ? 2 : 1;
    return result.failure.code === 'policy' ? 0 : 1;
  });
  return made.reduce((sum: number, number) => sum + number, 0);
}
