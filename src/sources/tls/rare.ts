import type { X509Certificate } from 'node:crypto';
import type { EphemeralKeyInfo, TLSSocket } from 'node:tls';
import type { Rare } from '../../core/certificates/certificate.ts';
import type { Offer } from './contexts.ts';
import { keyOf } from './x509.ts';

/** Suites that browsers do not offer, by what is in their names. */
const RARE_SUITE = /ARIA|CAMELLIA|CCM|NULL|SEED|IDEA|RC[24]|SM4|GOST|DES|^TLS_SHA/;
/** Keys that browsers take. */
const COMMON_KEY = /^(?:RSA|EC P-(?:256|384|521)$|Ed25519$|Ed448$)/;
const COMMON_GROUP = /^(?:X25519|X448|prime256v1|secp384r1|secp521r1)$/;

/** The group of a TLS 1.3 handshake, as it is called in RFC 8446; undefined where it is not known. */
function groupOf(info: Partial<EphemeralKeyInfo>): string | undefined {
  return info.type === 'DH' ? `ffdhe${info.size}` : info.name;
}

/**
 * What a server takes that took no common offer, the one that is sure to be needed first. Which signature was made
 * nobody tells.
 */
export function rareOf(socket: TLSSocket, offer: Exclude<Offer, 'common'>, leaf: X509Certificate): Rare {
  const key = keyOf(leaf);
  if (!COMMON_KEY.test(key)) return { what: 'key', name: key };
  const suite = socket.getCipher()?.name ?? '';
  if (RARE_SUITE.test(suite)) return { what: 'suite', name: suite };
  const info = socket.getEphemeralKeyInfo() as Partial<EphemeralKeyInfo> | null;
  // Before TLS 1.3 any group will do for Diffie-Hellman.
  const isAny = info?.type === 'DH' && socket.getProtocol() !== 'TLSv1.3';
  const group = info && !isAny ? groupOf(info) : undefined;
  if (group !== undefined && !COMMON_GROUP.test(group)) return { what: 'group', name: group };
  return offer === 'older' ? { what: 'version', name: socket.getProtocol() ?? '' } : { what: 'signature', name: key };
}
