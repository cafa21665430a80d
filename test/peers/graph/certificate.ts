// @peculiar/x509 needs its side effect.
// oxlint-disable-next-line import/no-unassigned-import
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import tls from 'node:tls';
import * as x509 from '@peculiar/x509';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

interface Identity {
  key: string;
  cert: string;
  caPem: string;
}

/** A fresh CA and a server certificate of it for loopback names, all PEM. */
export async function createLoopbackIdentity(): Promise<Identity> {
  const keys = () => webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const [caKeys, serverKeys] = [await keys(), await keys()];
  const validity = {
    // Whatever the clock of a test says.
    notBefore: new Date('2000-01-01'),
    notAfter: new Date('2049-12-31'),
    signingAlgorithm: ALGORITHM,
  };
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    ...validity,
    name: `CN=Loopback Graph CA ${webcrypto.randomUUID().slice(0, 8)}`,
    keys: caKeys,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
    ],
  });
  const server = await x509.X509CertificateGenerator.create({
    ...validity,
    subject: 'CN=localhost',
    issuer: ca.subject,
    publicKey: serverKeys.publicKey,
    signingKey: caKeys.privateKey,
    extensions: [
      new x509.SubjectAlternativeNameExtension([
        { type: 'dns', value: 'localhost' },
        { type: 'ip', value: '127.0.0.1' },
        { type: 'ip', value: '::1' },
      ]),
    ],
  });
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', serverKeys.privateKey)).toString('base64');
  return {
    key: `-----BEGIN PRIVATE KEY-----\n${pkcs8}\n-----END PRIVATE KEY-----\n`,
    cert: server.toString('pem'),
    caPem: ca.toString('pem'),
  };
}

let standIns: Promise<Identity> | undefined;
let standInsTrusted = false;

/** The identity of all stand-ins of this process: having one trusted takes longer than many a test. */
export function standInIdentity(): Promise<Identity> {
  return (standIns ??= createLoopbackIdentity());
}

/** Makes `fetch` of this process trust its stand-ins, for good. */
export function trustStandIns({ caPem }: Identity): void {
  if (!standInsTrusted) trustCa(caPem);
  standInsTrusted = true;
}

/**
 * Makes `fetch` of this process trust a CA as well; the returned function takes that back. Child processes need
 * NODE_EXTRA_CA_CERTS.
 */
export function trustCa(caPem: string): () => void {
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), caPem]);
  return () => {
    tls.setDefaultCACertificates(tls.getCACertificates('default').filter((pem) => pem.trim() !== caPem.trim()));
  };
}
