import assert from 'node:assert/strict';
import { constants, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { verifies } from '../../../src/sources/tls/revocation/signature.ts';
import { tlv } from '../../peers/tls/revocation-pki.ts';

const DATA = Buffer.from('what was signed');
const OIDS: Record<string, string> = {
  sha1: '2b0e03021a',
  sha256: '608648016503040201',
  sha384: '608648016503040202',
  sha512: '608648016503040203',
};

function algorithm(oid: string, ...parameters: Buffer[]): Buffer {
  return tlv(0x30, tlv(6, Buffer.from(oid, 'hex')), ...parameters);
}

/** RSASSA-PSS-params; what has its default value is left out. */
function pss(digest: string, saltLength: number, mask = digest): Buffer {
  const hash = digest === 'sha1' ? [] : [tlv(0xa0, algorithm(OIDS[digest]!))];
  const generation = mask === 'sha1' ? [] : [tlv(0xa1, algorithm('2a864886f70d010108', algorithm(OIDS[mask]!)))];
  const salt = saltLength === 20 ? [] : [tlv(0xa2, tlv(2, Buffer.from([saltLength])))];
  return algorithm('2a864886f70d01010a', tlv(0x30, ...hash, ...generation, ...salt));
}

describe('Signatures on revocation data', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const ed25519 = generateKeyPairSync('ed25519');
  const ed448 = generateKeyPairSync('ed448');

  function pssSignature(digest: string, saltLength: number): Buffer {
    const padding = constants.RSA_PKCS1_PSS_PADDING;
    return sign(digest, DATA, { key: rsa.privateKey, padding, saltLength });
  }

  const made: Record<string, [Buffer, { publicKey: KeyObject }, () => Buffer]> = {
    'RSA with SHA-1': [algorithm('2a864886f70d010105', tlv(5)), rsa, () => sign('sha1', DATA, rsa.privateKey)],
    'RSA with SHA-256': [algorithm('2a864886f70d01010b', tlv(5)), rsa, () => sign('sha256', DATA, rsa.privateKey)],
    'RSA with SHA-384': [algorithm('2a864886f70d01010c', tlv(5)), rsa, () => sign('sha384', DATA, rsa.privateKey)],
    'RSA with SHA-512': [algorithm('2a864886f70d01010d', tlv(5)), rsa, () => sign('sha512', DATA, rsa.privateKey)],
    'RSASSA-PSS as by default': [pss('sha1', 20), rsa, () => pssSignature('sha1', 20)],
    'RSASSA-PSS with SHA-256': [pss('sha256', 32), rsa, () => pssSignature('sha256', 32)],
    'RSASSA-PSS with SHA-384': [pss('sha384', 48), rsa, () => pssSignature('sha384', 48)],
    'ECDSA with SHA-1': [algorithm('2a8648ce3d0401'), ec, () => sign('sha1', DATA, ec.privateKey)],
    'ECDSA with SHA-256': [algorithm('2a8648ce3d040302'), ec, () => sign('sha256', DATA, ec.privateKey)],
    'ECDSA with SHA-384': [algorithm('2a8648ce3d040303'), ec, () => sign('sha384', DATA, ec.privateKey)],
    'ECDSA with SHA-512': [algorithm('2a8648ce3d040304'), ec, () => sign('sha512', DATA, ec.privateKey)],
    Ed25519: [algorithm('2b6570'), ed25519, () => sign(null, DATA, ed25519.privateKey)],
    Ed448: [algorithm('2b6571'), ed448, () => sign(null, DATA, ed448.privateKey)],
  };
  for (const [name, [identifier, { publicKey }, signature]] of Object.entries(made)) {
    it(`verify by ${name}, and no longer when anything was changed`, () => {
      const bytes = signature();
      assert.equal(verifies(identifier, publicKey, DATA, bytes), true);
      assert.equal(verifies(identifier, publicKey, Buffer.from('something else'), bytes), false);
      bytes[bytes.length - 1]! ^= 1;
      assert.equal(verifies(identifier, publicKey, DATA, bytes), false);
    });
  }

  const none: Record<string, [Buffer, KeyObject, () => Buffer]> = {
    'with MD5': [algorithm('2a864886f70d010104', tlv(5)), rsa.publicKey, () => sign('md5', DATA, rsa.privateKey)],
    'with another digest than they say': [
      algorithm('2a864886f70d01010b', tlv(5)),
      rsa.publicKey,
      () => sign('sha512', DATA, rsa.privateKey),
    ],
    'by another kind of key than they say': [
      algorithm('2a864886f70d01010b', tlv(5)),
      ec.publicKey,
      () => sign('sha256', DATA, ec.privateKey),
    ],
    'with a salt of another length than they say': [pss('sha256', 32), rsa.publicKey, () => pssSignature('sha256', 20)],
    'with a mask by another digest': [pss('sha256', 32, 'sha1'), rsa.publicKey, () => pssSignature('sha256', 32)],
    'without an algorithm': [tlv(0x30), rsa.publicKey, () => sign('sha256', DATA, rsa.privateKey)],
    'with rubbish for an algorithm': [
      Buffer.from('rubbish'),
      rsa.publicKey,
      () => sign('sha256', DATA, rsa.privateKey),
    ],
    'of no bytes': [algorithm('2b6570'), ed25519.publicKey, () => Buffer.alloc(0)],
  };
  for (const [name, [identifier, key, signature]] of Object.entries(none)) {
    it(`do not verify ${name}`, () => assert.equal(verifies(identifier, key, DATA, signature()), false));
  }
});
