import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/** A file larger than this is no bundle of authorities: the roots of a browser take 250 kB. */
const MOST_BYTES = 4 * 1024 * 1024;

/**
 * The certificates of a PEM bundle, one by one, as PEM; what stands between them is ignored. Throws with a sentence
 * that says what is wrong when the file cannot be read, holds none, or holds one that cannot be read.
 */
export async function readBundle(path: string): Promise<string[]> {
  const content = await readFile(path);
  if (content.length > MOST_BYTES) throw new Error('it is larger than 4 MB, which no bundle of authorities is');
  const pems = content.toString('latin1').match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  if (pems.length === 0) {
    if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(content.toString('latin1')))
      throw new Error('it holds a private key, and no certificate (-----BEGIN CERTIFICATE-----)');
    throw new Error('it holds no certificate in PEM (-----BEGIN CERTIFICATE-----)');
  }
  for (const [index, pem] of pems.entries()) {
    try {
      void new X509Certificate(pem);
    } catch (cause) {
      throw new Error(`certificate ${index + 1} in it cannot be read`, { cause });
    }
  }
  return pems.map((pem) => `${pem}\n`);
}
