import { constants } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';

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
 * Which context a handshake needs: certificates of one kind of key alone, any that are to be verified, any whose chain
 * is known anyway.
 */
type Context = KeyKind | 'any' | 'unverified';

/**
 * A context that handshakes share: making one with the bundled roots costs milliseconds. Old protocols and weak
 * ciphers are offered as well, since a server that speaks nothing else still has a certificate worth looking at;
 * everything else still negotiates TLS 1.3. `only`: certificates with that kind of key alone are taken. `roots`: PEM;
 * without them Node's own; none at all: nothing is verified, which saves a tenth of the work.
 */
function createProbeContext({ only, roots }: { only?: KeyKind; roots?: string[] } = {}): SecureContext {
  return createSecureContext({
    // An authority may be trusted without the one above it.
    ...(roots ? { ca: roots, allowPartialTrustChain: true } : {}),
    minVersion: 'TLSv1',
    ciphers: `${SUITES_13}:${only ? SUITES[only] : 'DEFAULT'}:@SECLEVEL=0`,
    ...(only ? { sigalgs: SIGNATURES[only] } : {}),
    // Only the first gets a key share at once; the rest is for servers that insist. Post-quantum groups are left out:
    // servers prefer them, at the cost of a second round, and no secret is ever sent.
    ecdhCurve: 'X25519:P-256:P-384:P-521:X448',
    // Servers without secure renegotiation (RFC 5746) still have a certificate.
    secureOptions: constants.SSL_OP_LEGACY_SERVER_CONNECT,
  });
}

/** The contexts of handshakes, each made for the first that needs it. `roots`: as createProbeContext. */
export function createContexts({ roots }: { roots?: string[] } = {}) {
  const contexts = new Map<Context, SecureContext>();
  return ({ only, unverified }: { only?: KeyKind; unverified?: boolean }): SecureContext => {
    const name = only ?? (unverified ? 'unverified' : 'any');
    const known = contexts.get(name);
    if (known) return known;
    const trusted = name === 'unverified' ? [] : roots;
    const made = createProbeContext({ ...(only ? { only } : {}), ...(trusted ? { roots: trusted } : {}) });
    contexts.set(name, made);
    return made;
  };
}
