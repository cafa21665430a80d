// @peculiar/x509 needs its side effect.
// oxlint-disable-next-line import/no-unassigned-import
import 'reflect-metadata';
import { KeyObject, randomBytes, sign as signData, webcrypto, X509Certificate } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import type { Issued } from '../../../demo/certificates.ts';
import { tlv } from './revocation-pki.ts';
import { DAY } from '../../../src/core/time.ts';

const { subtle } = webcrypto;

export type KeyName = 'P-256' | 'P-384' | 'RSA-1024' | 'RSA-2048';
export type Keys = webcrypto.CryptoKeyPair;

function algorithm(key: KeyName, hash = 'SHA-256'): EcKeyGenParams & RsaHashedKeyGenParams {
  const name = key.startsWith('RSA') ? 'RSASSA-PKCS1-v1_5' : 'ECDSA';
  const rsa = { name, hash, modulusLength: Number(key.slice(4)), publicExponent: new Uint8Array([1, 0, 1]) };
  return (name === 'ECDSA' ? { name, namedCurve: key } : rsa) as EcKeyGenParams & RsaHashedKeyGenParams;
}

type EcKeyGenParams = webcrypto.EcKeyGenParams;
type RsaHashedKeyGenParams = webcrypto.RsaHashedKeyGenParams;

/** An RSA key is bound to the hash it signs with. */
export function generateKeys(key: KeyName = 'P-256', hash = 'SHA-256'): Promise<Keys> {
  return subtle.generateKey(algorithm(key, hash), true, ['sign', 'verify']) as Promise<Keys>;
}

export interface CertificateRequest {
  subject: string;
  /** Who signs it; by itself unless given. */
  issuer?: Signed;
  keys?: Keys;
  key?: KeyName;
  isCa?: boolean;
  /** Names, as DNS or IP. */
  names?: string[];
  notBefore?: Date;
  notAfter?: Date;
  hash?: 'SHA-1' | 'SHA-256';
  extensions?: x509.Extension[];
  /** SubjectPublicKeyInfo in DER, in place of that of `keys`. */
  publicKey?: Uint8Array;
}

/** A certificate with its key and how it can be shown. */
export interface Signed {
  certificate: x509.X509Certificate;
  keys: Keys;
  pem: string;
  x509: X509Certificate;
  fingerprint: string;
}

function alternative(name: string): x509.JsonGeneralName {
  return /^[\d.]+$|:/.test(name) ? { type: 'ip', value: name } : { type: 'dns', value: name };
}

/** Makes a certificate with whatever is asked for, good or bad. */
export async function sign(request: CertificateRequest): Promise<Signed> {
  const { subject, issuer, isCa = false, names = [], hash = 'SHA-256', extensions = [] } = request;
  const keys = request.keys ?? (await generateKeys(request.key, hash));
  const signer = issuer?.keys ?? keys;
  const own: x509.Extension[] = isCa
    ? [
        new x509.BasicConstraintsExtension(true, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      ]
    : [new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth])];
  if (names.length > 0) own.push(new x509.SubjectAlternativeNameExtension(names.map((name) => alternative(name))));
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: `0a${Buffer.from(webcrypto.getRandomValues(new Uint8Array(11))).toString('hex')}`,
    subject,
    issuer: issuer?.certificate.subjectName ?? subject,
    notBefore: request.notBefore ?? new Date(Date.now() - DAY),
    notAfter: request.notAfter ?? new Date(Date.now() + 89 * DAY),
    publicKey: request.publicKey ? new x509.PublicKey(request.publicKey) : keys.publicKey,
    signingKey: signer.privateKey,
    signingAlgorithm: { hash, ...signer.privateKey.algorithm },
    extensions: [...own, ...extensions],
  });
  const pem = `${certificate.toString('pem')}\n`;
  const parsed = new X509Certificate(pem);
  const fingerprint = parsed.fingerprint256.replaceAll(':', '').toLowerCase();
  return { certificate, keys, pem, x509: parsed, fingerprint };
}

/** A root that signs itself, good for ten years. */
export function root(subject: string, request: Partial<CertificateRequest> = {}): Promise<Signed> {
  return sign({ subject, isCa: true, notAfter: new Date(Date.now() + 3650 * DAY), ...request });
}

/** An intermediate of `issuer`, good for three years. */
export function intermediate(
  subject: string,
  issuer: Signed,
  request: Partial<CertificateRequest> = {},
): Promise<Signed> {
  return sign({ subject, issuer, isCa: true, notAfter: new Date(Date.now() + 1095 * DAY), ...request });
}

/** A certificate of version 1 (RFC 5280 section 4.1.2.1), which the library does not make. */
export async function versionOne(subject: string, issuer: string, signer: Signed | null): Promise<Signed> {
  const keys = await generateKeys();
  const name = (text: string): Buffer =>
    tlv(0x30, tlv(0x31, tlv(0x30, tlv(6, Buffer.from('550403', 'hex')), tlv(0x0c, Buffer.from(text)))));
  const time = (at: number): Buffer =>
    tlv(0x17, Buffer.from(`${new Date(at).toISOString().replaceAll(/[-:T]/g, '').slice(2, 14)}Z`));
  const algorithm = tlv(0x30, tlv(6, Buffer.from('2a8648ce3d040302', 'hex')));
  const spki = KeyObject.from(keys.publicKey).export({ type: 'spki', format: 'der' });
  const validity = tlv(0x30, time(Date.now() - DAY), time(Date.now() + DAY));
  const tbs = tlv(0x30, tlv(2, Buffer.from([7])), algorithm, name(issuer), validity, name(subject), spki);
  const signature = signData('sha256', tbs, KeyObject.from((signer?.keys ?? keys).privateKey));
  const der = tlv(0x30, tbs, algorithm, tlv(3, Buffer.from([0]), signature));
  const certificate = new x509.X509Certificate(der);
  const parsed = new X509Certificate(der);
  const fingerprint = parsed.fingerprint256.replaceAll(':', '').toLowerCase();
  return { certificate, keys, pem: parsed.toString(), x509: parsed, fingerprint };
}

/** As a TLS server takes it: the leaf, then whatever else is to be sent, in that order. */
export function served(leaf: Signed, ...rest: Signed[]): Issued {
  const { notBefore, notAfter } = leaf.certificate;
  return {
    certPem: leaf.pem,
    chainPem: [leaf, ...rest].map(({ pem }) => pem).join(''),
    keyPem: KeyObject.from(leaf.keys.privateKey).export({ type: 'pkcs8', format: 'pem' }).toString(),
    fingerprint: leaf.fingerprint,
    notBefore,
    notAfter,
  };
}

/** Says where the issuer of a certificate can be fetched (RFC 5280 section 4.2.2.1). */
export function namingIssuer(url: string): x509.Extension {
  return new x509.AuthorityInfoAccessExtension({ caIssuers: url });
}

/** Says where its issuer publishes what it has revoked (RFC 5280 section 4.2.1.13). */
export function namingList(url: string): x509.Extension {
  return new x509.CRLDistributionPointsExtension([url]);
}

/** SubjectPublicKeyInfo of an RSA key with that many bits, which nobody has the private half of. */
export function rsaSpki(bits: number): Uint8Array {
  const length = (size: number): Buffer => {
    if (size < 128) return Buffer.from([size]);
    const bytes = Buffer.from(size.toString(16).padStart(4, '0'), 'hex');
    return Buffer.concat([Buffer.from([0x82]), bytes]);
  };
  const der = (tag: number, ...parts: Buffer[]): Buffer => {
    const body = Buffer.concat(parts);
    return Buffer.concat([Buffer.from([tag]), length(body.length), body]);
  };
  const modulus = randomBytes(bits / 8);
  modulus[0]! |= 0x80;
  modulus[modulus.length - 1]! |= 1;
  const key = der(0x30, der(0x02, Buffer.from([0]), modulus), der(0x02, Buffer.from([1, 0, 1])));
  const algorithm = Buffer.from('300d06092a864886f70d0101010500', 'hex');
  return der(0x30, algorithm, der(0x03, Buffer.from([0]), key));
}
