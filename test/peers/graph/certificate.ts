// @peculiar/x509 needs its side effect.
// oxlint-disable-next-line import/no-unassigned-import
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import tls from 'node:tls';
import * as x509 from '@peculiar/x509';
import { DAY } from '../../../src/core/time.ts';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** A fresh CA and a server certificate of it for loopback names, all PEM. */
export async function createLoopbackIdentity(): Promise<{ key: string; cert: string; caPem: string }> {
  const keys = () => webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const [caKeys, serverKeys] = [await keys(), await keys()];
  const validity = {
    notBefore: new Date(Date.now() - DAY),
    notAfter: new Date(Date.now() + 30 * DAY),
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
