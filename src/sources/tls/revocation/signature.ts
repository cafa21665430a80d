import { constants, verify, type KeyObject } from 'node:crypto';
import {
  contentOf,
  context,
  elementAt,
  fewChildrenOf,
  OBJECT_IDENTIFIER,
  SEQUENCE,
  sequenceOf,
  type Element,
} from './der.ts';

/**
 * Signature algorithms (RFC 3279, RFC 4055, RFC 5758, RFC 8410) by the hex of their OIDs' content: the type of key, and
 * the digest.
 */
const ALGORITHMS: Record<string, { key: string; digest: string | null }> = {
  '2a864886f70d010105': { key: 'rsa', digest: 'sha1' },
  '2a864886f70d01010e': { key: 'rsa', digest: 'sha224' },
  '2a864886f70d01010b': { key: 'rsa', digest: 'sha256' },
  '2a864886f70d01010c': { key: 'rsa', digest: 'sha384' },
  '2a864886f70d01010d': { key: 'rsa', digest: 'sha512' },
  '2a8648ce3d0401': { key: 'ec', digest: 'sha1' },
  '2a8648ce3d040301': { key: 'ec', digest: 'sha224' },
  '2a8648ce3d040302': { key: 'ec', digest: 'sha256' },
  '2a8648ce3d040303': { key: 'ec', digest: 'sha384' },
  '2a8648ce3d040304': { key: 'ec', digest: 'sha512' },
  '2b6570': { key: 'ed25519', digest: null },
  '2b6571': { key: 'ed448', digest: null },
};
const RSASSA_PSS = '2a864886f70d01010a';
const MGF1 = '2a864886f70d010108';
const DIGESTS: Record<string, string> = {
  '2b0e03021a': 'sha1',
  '608648016503040204': 'sha224',
  '608648016503040201': 'sha256',
  '608648016503040202': 'sha384',
  '608648016503040203': 'sha512',
};

/** The hex of the OID with which an AlgorithmIdentifier begins, and what comes after it. */
function readAlgorithm(der: Buffer, parent: Element): { oid: string; parameters: Element | undefined } {
  const [oid, parameters] = fewChildrenOf(der, parent);
  if (oid?.tag !== OBJECT_IDENTIFIER) throw new RangeError('no algorithm');
  return { oid: contentOf(der, oid).toString('hex'), parameters };
}

/**
 * RSASSA-PSS-params (RFC 4055 section 3.1), each with its default. Null where the mask uses another digest than the
 * signature, which nobody does.
 */
function readPss(der: Buffer, parameters: Element | undefined): { digest: string; saltLength: number } | null {
  let digest = 'sha1';
  let mask = 'sha1';
  let saltLength = 20;
  for (const field of parameters ? fewChildrenOf(der, parameters) : []) {
    const inner = elementAt(der, field.content, field.end);
    if (field.tag === context(0)) digest = DIGESTS[readAlgorithm(der, inner).oid] ?? '';
    if (field.tag === context(1)) {
      const generation = readAlgorithm(der, inner);
      if (generation.oid !== MGF1 || !generation.parameters) return null;
      mask = DIGESTS[readAlgorithm(der, generation.parameters).oid] ?? '';
    }
    if (field.tag === context(2))
      saltLength = contentOf(der, inner).readUIntBE(0, Math.min(inner.end - inner.content, 2));
  }
  return digest !== '' && digest === mask ? { digest, saltLength } : null;
}

/** What a digest is called in sentences, where it can be forged. */
const FORGEABLE: Record<string, string> = {
  '2b0e03021a': 'SHA-1',
  '2a864886f70d0205': 'MD5',
  '2a864886f70d0202': 'MD2',
};

/**
 * The forgeable digest that the parameters of an RSASSA-PSS signature name, or leave to the default, which is SHA-1 (RFC
 * 4055 section 3.1); null when they name a better one, or the algorithm is another. `algorithm` as for `verifies`.
 * Throws a RangeError on what is no AlgorithmIdentifier.
 */
export function forgeablePss(algorithm: Buffer): string | null {
  const { oid, parameters } = readAlgorithm(algorithm, elementAt(algorithm, 0));
  if (oid !== RSASSA_PSS) return null;
  const fields = parameters?.tag === SEQUENCE ? fewChildrenOf(algorithm, parameters) : [];
  const digest = fields.find(({ tag }) => tag === context(0));
  if (!digest) return 'SHA-1';
  return FORGEABLE[readAlgorithm(algorithm, elementAt(algorithm, digest.content, digest.end)).oid] ?? null;
}

/**
 * Whether a signature over `data` verifies. `algorithm` is the DER of the AlgorithmIdentifier, `signature` the BIT
 * STRING's content without the count of unused bits. Algorithms that are not known, and keys of another kind, verify
 * nothing. Never throws.
 */
export function verifies(algorithm: Buffer, key: KeyObject, data: Buffer, signature: Buffer): boolean {
  try {
    sequenceOf(algorithm);
    const { oid, parameters } = readAlgorithm(algorithm, elementAt(algorithm, 0));
    const type = key.asymmetricKeyType;
    if (oid === RSASSA_PSS) {
      const pss = readPss(algorithm, parameters);
      if (!pss || (type !== 'rsa' && type !== 'rsa-pss')) return false;
      const { digest, saltLength } = pss;
      return verify(digest, data, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }, signature);
    }
    const known = ALGORITHMS[oid];
    return known !== undefined && known.key === type && verify(known.digest, data, key, signature);
  } catch {
    return false;
  }
}
