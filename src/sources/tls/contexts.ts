import { constants } from 'node:crypto';
import { createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls';

/**
 * Kinds of keys that a server may have a certificate for, each with the signatures that a client offers which takes no
 * other (RFC 8446 section 4.2.3).
 */
const SIGNATURES = {
  rsa: 'rsa_pss_rsae_sha256:rsa_pss_rsae_sha384:rsa_pss_rsae_sha512:rsa_pss_pss_sha256:rsa_pss_pss_sha384:rsa_pss_pss_sha512:RSA+SHA256:RSA+SHA384:RSA+SHA512:RSA+SHA1',
  ec: 'ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512:ed25519:ed448:ECDSA+SHA1',
} as const;
/**
 * And the suites before TLS 1.3, whose authentication is part of them (RFC 8422 section 2): versions below 1.2 know no
 * other way to choose.
 */
const SUITES = { rsa: 'aRSA', ec: 'aECDSA' } as const;
/** Of TLS 1.3, the cheapest first: most servers take what the client prefers, and nothing of worth is sent. */
const SUITES_13 = 'TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_256_GCM_SHA384';

export type KeyKind = keyof typeof SIGNATURES;

/**
 * What is offered to servers: what common clients take, and more, since old versions and weak suites are worth a look
 * as well; `wide`: everything that this OpenSSL can; `older`: the same without TLS 1.3, whose signatures leave out keys
 * that older versions take (RFC 8446 section 4.2.3).
 */
export type Offer = 'common' | 'wide' | 'older';

/** Groups that the common offer has, the first with a key share at once. */
const COMMON_GROUPS = ['X25519', 'P-256', 'P-384', 'P-521', 'X448'];
/** All the others that a server may insist on (IANA, "TLS Supported Groups"), as OpenSSL names them. */
const OTHER_GROUPS = [
  ...['X25519MLKEM768', 'SecP256r1MLKEM768', 'SecP384r1MLKEM1024', 'MLKEM512', 'MLKEM768', 'MLKEM1024'],
  ...['ffdhe2048', 'ffdhe3072', 'ffdhe4096', 'ffdhe6144', 'ffdhe8192'],
  ...['brainpoolP256r1tls13', 'brainpoolP384r1tls13', 'brainpoolP512r1tls13', 'curveSM2', 'curveSM2MLKEM768'],
  ...['brainpoolP256r1', 'brainpoolP384r1', 'brainpoolP512r1', 'secp256k1', 'secp224r1', 'secp224k1'],
  ...['secp192r1', 'secp192k1', 'secp160r1', 'secp160r2', 'secp160k1'],
  ...['sect571r1', 'sect571k1', 'sect409r1', 'sect409k1', 'sect283r1', 'sect283k1', 'sect239k1', 'sect233r1'],
  ...['sect233k1', 'sect193r1', 'sect193r2', 'sect163r1', 'sect163r2', 'sect163k1'],
];
const OTHER_SUITES_13 = [
  ...['TLS_AES_128_CCM_SHA256', 'TLS_AES_128_CCM_8_SHA256', 'TLS_SM4_GCM_SM3', 'TLS_SM4_CCM_SM3'],
  ...['TLS_SHA256_SHA256', 'TLS_SHA384_SHA384'],
];
/** Without authentication there is no certificate. */
const ALL_SUITES = 'ALL:COMPLEMENTOFALL:!aNULL';

/** Whether this OpenSSL takes it. Without authorities a context costs next to nothing. */
function isAble(options: SecureContextOptions): boolean {
  try {
    createSecureContext({ ...options, ca: [] });
    return true;
  } catch {
    return false;
  }
}

interface Everything {
  groups: string;
  suites: string;
}

/** What the wide offers have, found out by trial: OpenSSL 3.0, 3.5 and their builds differ. */
function everything(): Everything {
  const groups = OTHER_GROUPS.filter((group) => isAble({ ecdhCurve: group }));
  const suites = OTHER_SUITES_13.filter((suite) => isAble({ ciphers: `${suite}:DEFAULT` }));
  return { groups: [...COMMON_GROUPS, ...groups].join(':'), suites: [SUITES_13, ...suites].join(':') };
}

const COMMON = { groups: COMMON_GROUPS.join(':'), suites: SUITES_13 };
/** Signatures for keys on other curves, which browsers do not take, are left to the wide offers. */
const COMMON_SIGNATURES = `${SIGNATURES.ec}:${SIGNATURES.rsa}`;

interface ContextOptions {
  only?: KeyKind;
  roots?: string[];
  offer: Offer;
  /** What the wide offers have. */
  all: () => Everything;
}

/**
 * A context that handshakes share: making one with the bundled roots costs milliseconds. Old protocols and weak
 * ciphers are offered as well, since a server that speaks nothing else still has a certificate worth looking at;
 * everything else still negotiates TLS 1.3. `only`: certificates with that kind of key alone are taken. `roots`: PEM;
 * without them Node's own; none at all: nothing is verified, which saves a tenth of the work.
 */
function createProbeContext({ only, roots, offer, all }: ContextOptions): SecureContext {
  const { groups, suites } = offer === 'common' ? COMMON : all();
  const sigalgs = only ? SIGNATURES[only] : offer === 'common' ? COMMON_SIGNATURES : null;
  const older = only ? SUITES[only] : offer === 'common' ? 'DEFAULT' : ALL_SUITES;
  return createSecureContext({
    // An authority may be trusted without the one above it.
    ...(roots ? { ca: roots, allowPartialTrustChain: true } : {}),
    minVersion: 'TLSv1',
    ...(offer === 'older' ? { maxVersion: 'TLSv1.2' as const } : {}),
    ciphers: `${suites}:${older}:@SECLEVEL=0`,
    ...(sigalgs === null ? {} : { sigalgs }),
    // Only the first gets a key share at once; the rest is for servers that insist. Post-quantum groups are left out
    // at first: servers prefer them, at the cost of a second round, and no secret is ever sent.
    ecdhCurve: groups,
    // Servers without secure renegotiation (RFC 5746) still have a certificate.
    secureOptions: constants.SSL_OP_LEGACY_SERVER_CONNECT,
  });
}

/**
 * Which context a handshake needs: certificates of one kind of key alone, any that are to be verified, any whose chain
 * is known anyway; and what it offers.
 */
interface ContextWanted {
  only?: KeyKind;
  unverified?: boolean;
  offer?: Offer;
}

/** The contexts of handshakes, each made for the first that needs it. `roots`: as createProbeContext. */
export function createContexts({ roots }: { roots?: string[] } = {}) {
  const contexts = new Map<string, SecureContext>();
  let able: Everything | null = null;
  const all = (): Everything => (able ??= everything());
  return ({ only, unverified = false, offer = 'common' }: ContextWanted): SecureContext => {
    const name = `${only ?? (unverified ? 'unverified' : 'any')} ${offer}`;
    const known = contexts.get(name);
    if (known) return known;
    const trusted = unverified && !only ? [] : roots;
    const made = createProbeContext({ ...(only ? { only } : {}), ...(trusted ? { roots: trusted } : {}), offer, all });
    contexts.set(name, made);
    return made;
  };
}
