import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** Encrypts small texts for storage, each bound to what it belongs to. */
export interface Seal {
  /** "v1.<base64url of nonce, ciphertext and tag>". Sealing the same text twice gives two different results. */
  seal(plain: string, context: string): string;
  /** The text, or null when no key fits, the context is another, or the sealed text was changed. Never throws. */
  unseal(sealed: string, context: string): string | null;
  /** The same content sealed by the first key: `sealed` itself when it already is, null when it cannot be opened. */
  reseal(sealed: string, context: string): string | null;
  /** Secrets for one other purpose, base64url of 32 bytes: always the same for a key and purpose, that of the first key first. */
  deriveSecrets(purpose: string): string[];
}

const INFO = 'certbot-for-teams-and-slack';
const CIPHER = 'aes-256-gcm';
/** NIST SP 800-38D 8.2: 96-bit nonces. Random ones allow 2^32 texts per key, which installations never reach. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const SEALED = /^v1\.([\w-]+)$/;

function derive(secret: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', `${INFO}/${purpose}`, 32));
}

function opened(key: Buffer, bytes: Buffer, context: string): string | null {
  try {
    const nonce = bytes.subarray(0, NONCE_BYTES);
    const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(context));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    const plain = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
    return Buffer.concat([plain, decipher.final()]).toString('utf8');
  } catch {
    return null;
  }
}

/**
 * Authenticated encryption (AES-256-GCM) with keys derived from SECRET_KEY by HKDF-SHA256 (RFC 5869). `secretKey` holds
 * one or more keys separated by commas: the first seals, all of them open, so that a new key can be put in front of the
 * old one. HKDF does not slow down guessing: keys have to be random, not passwords. `context` says what a text belongs
 * to, e.g. "slack:T123"; a text moved elsewhere does not open. Throws when there is no key at all.
 */
export function createSeal(secretKey: string): Seal {
  const secrets = secretKey
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
  if (secrets.length === 0) throw new Error('SECRET_KEY holds no key.');
  const keys = secrets.map((secret) => derive(secret, 'seal/v1'));
  const sealingKey = keys[0]!;

  function seal(plain: string, context: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, sealingKey, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(Buffer.from(context));
    const bytes = Buffer.concat([nonce, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return `v1.${bytes.toString('base64url')}`;
  }

  function open(sealed: string, context: string): { plain: string; isFirst: boolean } | null {
    const encoded = SEALED.exec(sealed)?.[1];
    if (encoded === undefined) return null;
    const bytes = Buffer.from(encoded, 'base64url');
    if (bytes.length < NONCE_BYTES + TAG_BYTES) return null;
    for (const key of keys) {
      const plain = opened(key, bytes, context);
      if (plain !== null) return { plain, isFirst: key === sealingKey };
    }
    return null;
  }

  return {
    seal,
    unseal: (sealed, context) => open(sealed, context)?.plain ?? null,
    reseal(sealed, context) {
      const content = open(sealed, context);
      if (content === null) return null;
      return content.isFirst ? sealed : seal(content.plain, context);
    },
    deriveSecrets: (purpose) => secrets.map((secret) => derive(secret, `derive/${purpose}`).toString('base64url')),
  };
}
