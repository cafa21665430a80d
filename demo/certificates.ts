// @peculiar/x509 needs its side effect.
// oxlint-disable-next-line import/no-unassigned-import
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

const EC = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const RSA = {
  name: 'RSASSA-PKCS1-v1_5',
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
  hash: 'SHA-256',
};
const DAY = 86_400_000;

/** Text such as "CN=Demo Root, O=Demo", or one entry per relative distinguished name. */
export type DistinguishedName = string | x509.JsonNameParams;

/** A leaf with its key, as a TLS server takes them. */
export interface Issued {
  /** PEM of the leaf alone. */
  certPem: string;
  /** PEM of the leaf followed by its intermediates. */
  chainPem: string;
  keyPem: string;
  /** SHA-256 of the DER, lower-case hex. */
  fingerprint: string;
  notBefore: Date;
  notAfter: Date;
}

export interface LeafRequest {
  names?: string[];
  ips?: string[];
  notBefore?: Date;
  notAfter?: Date;
  key?: 'ec' | 'rsa';
  /** Subject; a common name that is the first of the names unless given. */
  subject?: DistinguishedName;
  /** Subject alternative names of other kinds. */
  otherNames?: x509.JsonGeneralNames;
}

/** A certificate authority made on the spot. */
export interface Authority {
  certPem: string;
  /** Chain of this authority without its root, PEM; empty for a root. */
  intermediatesPem: string;
  intermediate(name: DistinguishedName, validity?: { notBefore?: Date; notAfter?: Date }): Promise<Authority>;
  issue(request: LeafRequest): Promise<Issued>;
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key)).toString('base64');
  return `-----BEGIN PRIVATE KEY-----\n${der.match(/.{1,64}/g)!.join('\n')}\n-----END PRIVATE KEY-----\n`;
}

function generate(key: 'ec' | 'rsa'): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(key === 'rsa' ? RSA : EC, true, [
    'sign',
    'verify',
  ]) as Promise<webcrypto.CryptoKeyPair>;
}

function authorityExtensions(): x509.Extension[] {
  return [
    new x509.BasicConstraintsExtension(true, undefined, true),
    new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
  ];
}

function serial(): string {
  return `0a${Buffer.from(webcrypto.getRandomValues(new Uint8Array(11))).toString('hex')}`;
}

async function issued(
  certificate: x509.X509Certificate,
  keys: webcrypto.CryptoKeyPair,
  intermediatesPem: string,
): Promise<Issued> {
  const certPem = `${certificate.toString('pem')}\n`;
  return {
    certPem,
    chainPem: certPem + intermediatesPem,
    keyPem: await exportKey(keys.privateKey),
    fingerprint: Buffer.from(await certificate.getThumbprint('SHA-256')).toString('hex'),
    notBefore: certificate.notBefore,
    notAfter: certificate.notAfter,
  };
}

function leafOf(request: LeafRequest): {
  subject: x509.Name;
  notBefore: Date;
  notAfter: Date;
  extensions: x509.Extension[];
} {
  const {
    names = [],
    ips = [],
    notBefore = new Date(Date.now() - DAY),
    notAfter = new Date(Date.now() + 89 * DAY),
    otherNames = [],
    subject = [{ CN: [names[0] ?? ips[0] ?? 'nobody'] }],
  } = request;
  const alternatives = [
    ...otherNames,
    ...names.map((value) => ({ type: 'dns' as const, value })),
    ...ips.map((value) => ({ type: 'ip' as const, value })),
  ];
  const extensions: x509.Extension[] = [new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth])];
  if (alternatives.length > 0) extensions.push(new x509.SubjectAlternativeNameExtension(alternatives));
  return { subject: new x509.Name(subject), notBefore, notAfter, extensions };
}

function authorityOf(
  certificate: x509.X509Certificate,
  keys: webcrypto.CryptoKeyPair,
  intermediatesPem: string,
): Authority {
  return {
    certPem: `${certificate.toString('pem')}\n`,
    intermediatesPem,
    async intermediate(
      name,
      { notBefore = new Date(Date.now() - 365 * DAY), notAfter = new Date(Date.now() + 3 * 365 * DAY) } = {},
    ) {
      const own = await generate('ec');
      const next = await x509.X509CertificateGenerator.create({
        serialNumber: serial(),
        subject: new x509.Name(name),
        issuer: certificate.subject,
        notBefore,
        notAfter,
        publicKey: own.publicKey,
        signingKey: keys.privateKey,
        signingAlgorithm: EC,
        extensions: authorityExtensions(),
      });
      return authorityOf(next, own, `${next.toString('pem')}\n${intermediatesPem}`);
    },
    async issue(request) {
      const own = await generate(request.key ?? 'ec');
      const leaf = await x509.X509CertificateGenerator.create({
        ...leafOf(request),
        serialNumber: serial(),
        issuer: certificate.subject,
        publicKey: own.publicKey,
        signingKey: keys.privateKey,
        signingAlgorithm: EC,
      });
      return issued(leaf, own, intermediatesPem);
    },
  };
}

/** A root that signs itself. */
export async function createAuthority(name: DistinguishedName): Promise<Authority> {
  const keys = await generate('ec');
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serial(),
    name: new x509.Name(name),
    notBefore: new Date(Date.now() - 2 * 365 * DAY),
    notAfter: new Date(Date.now() + 10 * 365 * DAY),
    signingAlgorithm: EC,
    keys,
    extensions: authorityExtensions(),
  });
  return authorityOf(certificate, keys, '');
}

/** A leaf that signs itself. */
export async function selfSigned(request: LeafRequest): Promise<Issued> {
  const keys = await generate(request.key ?? 'ec');
  const { subject, ...rest } = leafOf(request);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    ...rest,
    serialNumber: serial(),
    name: subject,
    signingAlgorithm: request.key === 'rsa' ? RSA : EC,
    keys,
  });
  return issued(certificate, keys, '');
}
