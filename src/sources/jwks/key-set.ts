import { setImmediate } from 'node:timers/promises';
import { createPublicKey, hash, type JsonWebKey } from 'node:crypto';
import { DateTime } from 'luxon';
import type { Key, ListedPlace } from '../../core/certificates/item.ts';
import { ENDLESS, soundInstant, UNDATED, type Instant } from '../../core/time.ts';
import { certificateIn, printOf, type Listing } from '../documents/listing.ts';
import { isReasonable, keyName } from '../tls/x509.ts';

/** A JSON Web Key as it was read: nothing in it is what it should be. */
type Jwk = Record<string, unknown>;

/** Kinds of public keys that are read (RFC 7518 section 6.1, RFC 8037). */
const KINDS = new Set(['RSA', 'EC', 'OKP']);
/** Keys that are read at a stretch: others want their turn. */
const STRETCH = 20;
/** More keys than this no key set has; the rest is not read. */
const MOST_KEYS = 1000;
/** Characters of a number in base64url: RSA with 16384 bits. */
const LONGEST_NUMBER = 2800;
/** Members that only a private (RFC 7518 section 6) or symmetric key has. */
const PRIVATE = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'priv'];

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** More seconds than there are up to the year 9999 are milliseconds. */
const MOST_SECONDS = UNDATED / 1000;

/**
 * Seconds since 1970 as JWTs have them, milliseconds, or a date (UTC without a zone); null when it is none of these.
 */
function instantOf(value: unknown): Instant | null {
  if (typeof value === 'string' && /^\d{4}-\d{2}-\d{2}/.test(value)) {
    const at = DateTime.fromISO(value.slice(0, 60), { zone: 'utc' });
    return at.isValid ? at.toMillis() : null;
  }
  const number = typeof value === 'string' && /^\d{9,14}$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number) || number <= 0) return null;
  return soundInstant(Math.round(number < MOST_SECONDS ? number * 1000 : number));
}

function placeOf(jwk: Jwk): ListedPlace {
  const { use, key_ops: operations } = jwk;
  const ops = Array.isArray(operations) ? operations : [];
  const signs = use === 'sig' || ops.some((op) => op === 'sign' || op === 'verify');
  const encrypts =
    use === 'enc' || ops.some((op) => ['encrypt', 'decrypt', 'wrapKey', 'unwrapKey'].includes(op as string));
  return { use: signs === encrypts ? 'both' : signs ? 'signing' : 'encryption', name: textOf(jwk['kid']) };
}

/** The public key that stands there itself; null where none does, or it cannot be read. */
function publicKeyOf(jwk: Jwk): { spki: string; key: string } | null {
  const { kty, crv } = jwk;
  const numbers = ['n', 'e', 'x', 'y'].flatMap((name) => {
    const value = jwk[name];
    return typeof value === 'string' && value.length <= LONGEST_NUMBER ? [[name, value]] : [];
  });
  try {
    const key = createPublicKey({ key: { kty, crv, ...Object.fromEntries(numbers) } as JsonWebKey, format: 'jwk' });
    if (!isReasonable(key)) return null;
    return { spki: printOf(key.export({ type: 'spki', format: 'der' })), key: keyName(key) };
  } catch {
    return null;
  }
}

function isPrivate(jwk: Jwk): boolean {
  return PRIVATE.some((name) => jwk[name] !== undefined) || (jwk['kty'] === 'oct' && jwk['k'] !== undefined);
}

/** A key without a certificate, or whose publisher has put an end to it. */
function keyItem(jwk: Jwk, { spki, key }: { spki: string; key: string }): Key {
  const end = instantOf(jwk['exp']);
  return {
    kind: 'key',
    fingerprint: end === null ? spki : hash('sha256', `${spki} ${end}`, 'hex'),
    notBefore: instantOf(jwk['nbf']) ?? instantOf(jwk['iat']) ?? UNDATED,
    notAfter: end ?? ENDLESS,
    spki,
    name: textOf(jwk['kid']).slice(0, 200),
    key,
  };
}

/** Whether a thumbprint (RFC 7517 sections 4.8 and 4.9) is that of another certificate. */
function isWrongThumbprint(jwk: Jwk, der: Buffer): boolean {
  return (
    [
      ['x5t', 'sha1'],
      ['x5t#S256', 'sha256'],
    ] as const
  ).some(([name, digest]) => {
    const said = textOf(jwk[name]).replaceAll('=', '').replaceAll('+', '-').replaceAll('/', '_');
    return said !== '' && said !== hash(digest, der, 'base64url');
  });
}

/** The certificate in `x5c`: the first, of which the rest is the chain. */
function addCertificate(jwk: Jwk, own: { spki: string } | null, listing: Listing, nameless: string): Instant | null {
  const [first] = Array.isArray(jwk['x5c']) ? (jwk['x5c'] as unknown[]) : [];
  if (first === undefined) return null;
  const read = certificateIn(textOf(first));
  if (!read) {
    listing.fault('unreadable-key', nameless);
    return null;
  }
  const { x509, certificate } = read;
  if (own && certificate.spki !== own.spki) listing.fault('key-mismatch', nameless);
  if (isWrongThumbprint(jwk, x509.raw)) listing.fault('wrong-thumbprint', nameless);
  listing.add(certificate, placeOf(jwk));
  return certificate.notAfter;
}

/**
 * Reads a JSON Web Key Set (RFC 7517 section 5) into a listing. Private numbers in it are noticed, and never kept. Kinds
 * of keys that nobody knows yet are passed over, as the section wants it.
 */
export async function readKeySet(keys: unknown[], listing: Listing): Promise<void> {
  for (const [index, jwk] of keys.slice(0, MOST_KEYS).entries()) {
    if (index % STRETCH === STRETCH - 1) await setImmediate();
    const kid = isObject(jwk) ? textOf(jwk['kid']) : '';
    const name = kid === '' ? `#${index + 1}` : kid;
    if (!isObject(jwk)) {
      listing.fault('unreadable-key', name);
      continue;
    }
    if (isPrivate(jwk)) listing.fault('private-key', name);
    if (typeof jwk['kty'] === 'string' && !KINDS.has(jwk['kty']) && jwk['x5c'] === undefined) continue;
    const own = publicKeyOf(jwk);
    const end = addCertificate(jwk, own, listing, name);
    if (!own && end === null) {
      if (jwk['x5c'] === undefined) listing.fault('unreadable-key', name);
      continue;
    }
    if (!own) continue;
    const item = keyItem(jwk, own);
    if (end === null || item.notAfter < end) listing.add(item, placeOf(jwk));
  }
}
