import { constants, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { tlv } from '../peers/tls/revocation-pki.ts';

/** A key of one's own, and the one that a certificate claims to have. */
export interface DerKeys {
  privateKey: KeyObject;
  publicKey: KeyObject;
}

/** What a certificate is made of, byte by byte: whatever is given replaces what a good one has. */
export interface DerRequest {
  /** Elements of the validity; a text is a UTCTime, or with more than 13 characters a GeneralizedTime. */
  notBefore?: Buffer | string;
  notAfter?: Buffer | string;
  /** DER of names. */
  subject?: Buffer;
  issuer?: Buffer;
  /** Content of the INTEGER. */
  serial?: Buffer;
  /** Null: version 1, without extensions. */
  version?: number | null;
  keys?: DerKeys;
  /** DER of the SubjectPublicKeyInfo, in place of that of `keys`. */
  spki?: Buffer;
  /** Whole extensions, in their order. */
  extensions?: Buffer[];
  /** Who signs; by itself unless given. */
  signer?: DerKeys;
  /** DER of the AlgorithmIdentifier, in place of that of the signer's own algorithm. */
  algorithm?: Buffer;
  /** What is signed with, where it is not PKCS #1 or ECDSA over SHA-256: a digest, for RSASSA-PSS with a salt. */
  signing?: { digest: string; saltLength?: number };
}

/** DER content of object identifiers. */
export const OID = {
  commonName: '550403',
  organization: '55040a',
  unit: '55040b',
  country: '550406',
  keyUsage: '551d0f',
  alternativeName: '551d11',
  basicConstraints: '551d13',
  nameConstraints: '551d1e',
  extendedKeyUsage: '551d25',
  tlsFeature: '2b06010505070118',
  serverAuth: '2b06010505070301',
  clientAuth: '2b06010505070302',
  codeSigning: '2b06010505070303',
  anyPurpose: '551d2500',
  /** Of nobody. */
  unknown: '2a0304ce0f',
} as const;

/** A key on P-256. */
export function ecKeys(namedCurve = 'prime256v1'): DerKeys {
  return generateKeyPairSync('ec', { namedCurve });
}

/** An RSA key. */
export function rsaKeys(modulusLength = 2048): DerKeys {
  return generateKeyPairSync('rsa', { modulusLength });
}

export function oid(hex: string): Buffer {
  return tlv(6, Buffer.from(hex, 'hex'));
}

/** A name of attributes, one relative distinguished name each: the type, a value, and the tag of its string. */
export function nameOf(...attributes: [type: string, value: string | Buffer, tag?: number][]): Buffer {
  const parts = attributes.map(([type, value, tag = 0x0c]) =>
    tlv(0x31, tlv(0x30, oid(type), tlv(tag, Buffer.from(value as string)))),
  );
  return tlv(0x30, ...parts);
}

/** A name that is one common name. */
export function common(name: string): Buffer {
  return nameOf([OID.commonName, name]);
}

/** An extension around the DER of its value. */
export function extension(type: string, value: Buffer, critical = false): Buffer {
  const flag = critical ? [tlv(1, Buffer.from([0xff]))] : [];
  return tlv(0x30, oid(type), ...flag, tlv(4, value));
}

/** Names of a host: a text as dNSName, bytes of four or sixteen as iPAddress; others with their tag. */
export function alternativeNames(...names: (string | Buffer | { tag: number; value: Buffer })[]): Buffer {
  const entries = names.map((name) => {
    if (typeof name === 'string') return tlv(0x82, Buffer.from(name));
    return Buffer.isBuffer(name) ? tlv(0x87, name) : tlv(name.tag, name.value);
  });
  return extension(OID.alternativeName, tlv(0x30, ...entries));
}

/** The bits of a key usage in the order of RFC 5280 section 4.2.1.3: 0 digitalSignature, 2 keyEncipherment … */
export function keyUsage(...bits: number[]): Buffer {
  const octets = [0, 0];
  for (const bit of bits) octets[bit >> 3]! |= 0x80 >> (bit & 7);
  const content = octets[1] ? octets : octets[0] ? octets.slice(0, 1) : [];
  const last = content.at(-1) ?? 0x80;
  const unused = content.length === 0 ? 0 : Math.log2(last & -last);
  return extension(OID.keyUsage, tlv(3, Buffer.from([unused, ...content])), true);
}

export function purposes(...types: string[]): Buffer {
  return extension(OID.extendedKeyUsage, tlv(0x30, ...types.map(oid)));
}

export function authority(isCa = true): Buffer {
  return extension(OID.basicConstraints, tlv(0x30, ...(isCa ? [tlv(1, Buffer.from([0xff]))] : [])), true);
}

/** The name has to be among, or must not be among, what is below these domains. */
export function nameConstraints({ permitted = [], excluded = [] }: { permitted?: string[]; excluded?: string[] }) {
  const subtrees = (tag: number, domains: string[]): Buffer[] =>
    domains.length === 0 ? [] : [tlv(tag, ...domains.map((domain) => tlv(0x30, tlv(0x82, Buffer.from(domain)))))];
  return extension(OID.nameConstraints, tlv(0x30, ...subtrees(0xa0, permitted), ...subtrees(0xa1, excluded)), true);
}

/** Must-staple (RFC 7633). */
export function mustStaple(): Buffer {
  return extension(OID.tlsFeature, tlv(0x30, tlv(2, Buffer.from([5]))));
}

/** `YYMMDDHHMMSSZ` and the like, as it is written. */
export function time(text: string): Buffer {
  return tlv(text.length > 13 ? 0x18 : 0x17, Buffer.from(text, 'latin1'));
}

/** An instant as certificates have it: a UTCTime up to 2049. */
export function timeAt(at: number): Buffer {
  const digits = new Date(at).toISOString().replaceAll(/[-:T]/g, '').slice(0, 14);
  return time(Number(digits.slice(0, 4)) < 2050 ? `${digits.slice(2)}Z` : `${digits}Z`);
}

const ALGORITHMS = {
  ec: tlv(0x30, oid('2a8648ce3d040302')),
  rsa: tlv(0x30, oid('2a864886f70d01010b'), tlv(5)),
};

/** The DER of such a certificate. `now`: it is good from a month before to two months after. */
export function derCertificate(request: DerRequest, now: number): Buffer {
  const { version = 2, serial = Buffer.from([0x0a, 1]), subject = common('odd'), issuer = subject } = request;
  const keys = request.keys ?? ecKeys();
  const signer = request.signer ?? keys;
  const algorithm = request.algorithm ?? ALGORITHMS[signer.privateKey.asymmetricKeyType as 'ec' | 'rsa'];
  const instant = (given: Buffer | string | undefined, otherwise: number): Buffer =>
    given === undefined ? timeAt(otherwise) : typeof given === 'string' ? time(given) : given;
  const day = 86_400_000;
  const validity = tlv(0x30, instant(request.notBefore, now - 30 * day), instant(request.notAfter, now + 60 * day));
  const spki = request.spki ?? keys.publicKey.export({ type: 'spki', format: 'der' });
  const { extensions = [] } = request;
  const tbs = tlv(
    0x30,
    ...(version === null ? [] : [tlv(0xa0, tlv(2, Buffer.from([version])))]),
    tlv(2, serial),
    algorithm,
    issuer,
    validity,
    subject,
    spki,
    ...(extensions.length > 0 ? [tlv(0xa3, tlv(0x30, ...extensions))] : []),
  );
  const { digest, saltLength } = request.signing ?? { digest: 'sha256' };
  const key = signer.privateKey;
  const pss = { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: saltLength ?? 0 };
  const signature = sign(digest, tbs, saltLength === undefined ? key : pss);
  return tlv(0x30, tbs, algorithm, tlv(3, Buffer.from([0]), signature));
}

/** A certificate or key as PEM. */
export function pemOf(der: Buffer, label = 'CERTIFICATE'): string {
  const lines = der.toString('base64').match(/.{1,64}/g)!;
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
