import { X509Certificate } from 'node:crypto';
import type { Anchor, AnchorProblem, AnchorReader } from '../../core/model/anchors.ts';
import { holdsPrivateKey } from '../../core/chat/private-key.ts';
import { isBundle, unbundle } from './cms.ts';
import { ENCODED_TEXT, readPem } from './pem.ts';
import { contentOf, elementAt, SEQUENCE } from './revocation/der.ts';
import { readCertificate } from './x509.ts';
import { isDated } from '../../core/time.ts';

/** Bytes of one certificate in DER, and of a text or file. */
const LARGEST = 16 * 1024;
const LONGEST = 64 * 1024;
/** As many as a conversation may trust. */
const MOST_ANCHORS = 10;

/**
 * Encryptions of private keys, the beginning of their object identifiers in DER (RFC 8018 appendix A.4, RFC 7292
 * appendix C).
 */
const KEY_ENCRYPTIONS = ['06092a864886f70d0105', '060a2a864886f70d010c01'].map((hex) => Buffer.from(hex, 'hex'));

class Refused extends Error {
  readonly problem: AnchorProblem;
  constructor(problem: AnchorProblem) {
    super(problem);
    this.problem = problem;
  }
}

/** SEQUENCEs in a row; what stands after them and is none is left out. Throws Refused when one breaks off. */
function sequencesIn(bytes: Buffer, most: number): Buffer[] {
  const found: Buffer[] = [];
  for (let at = 0; found.length < most && bytes[at] === SEQUENCE;) {
    const length = bytes[at + 1] ?? 0x82;
    // Text behind a certificate can look like the beginning of another, but hardly ever of one as long as certificates
    // are.
    if (at > 0 && length !== 0x81 && length !== 0x82) break;
    if (length === 0x80 || length > 0x84) throw new Refused('unreadable');
    try {
      const { end } = elementAt(bytes, at);
      found.push(bytes.subarray(at, end));
      at = end;
    } catch {
      throw new Refused('cut-off');
    }
  }
  return found;
}

/**
 * A version number at the beginning is what keys and PKCS#12 have and certificates do not (RFC 5958, RFC 8017 A.1.2,
 * RFC 5915, RFC 7292 section 4).
 */
function refuseSecrets(der: Buffer): void {
  const content = contentOf(der, elementAt(der, 0));
  const [version, next] = [content.subarray(0, 3).toString('hex'), content[3]];
  if (version === '020103') throw new Refused('pkcs12');
  const isKey = (version === '020100' || version === '020101') && (next === 0x30 || next === 0x02 || next === 0x04);
  const start = content.subarray(0, 40);
  if (isKey || KEY_ENCRYPTIONS.some((algorithm) => start.includes(algorithm))) throw new Refused('private-key');
}

function unbundled(der: Buffer): Buffer[] {
  try {
    return isBundle(der) ? unbundle(der) : [der];
  } catch {
    throw new Refused('unreadable');
  }
}

/** Every certificate of these bytes, as DER. */
function certificatesIn(bytes: Buffer, most: number): Buffer[] {
  const sequences = sequencesIn(bytes, most);
  if (sequences.length === 0) throw new Refused('unreadable');
  for (const sequence of sequences) refuseSecrets(sequence);
  return sequences.flatMap((sequence) => unbundled(sequence));
}

function anchorOf(der: Buffer): Anchor {
  if (der.length > LARGEST) throw new Refused('too-large');
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(der);
  } catch {
    throw new Refused('unreadable');
  }
  const { fingerprint, subject, issuer, notBefore, notAfter, selfSigned } = readCertificate(certificate);
  if (!isDated(notBefore) || !isDated(notAfter)) throw new Refused('unreadable');
  return {
    fingerprint,
    subject,
    issuer,
    notBefore,
    notAfter,
    selfSigned,
    isCa: certificate.ca,
    pem: certificate.toString(),
  };
}

/** A text file; Windows writes UTF-16 with a byte order mark. */
function textOf(file: Buffer): string {
  const isWide = file[0] === 0xff && file[1] === 0xfe;
  return isWide ? file.toString('utf16le') : file.toString('utf8');
}

/** Text can begin with the same byte, "0", but not go on like this. */
function isDer(file: Buffer): boolean {
  return file[0] === SEQUENCE && (file[1]! >= 0x80 || file.length === file[1]! + 2);
}

function certificatesOf(input: string | Buffer, depth = 0): Buffer[] {
  if (typeof input !== 'string' && isDer(input)) return certificatesIn(input, 1000);
  const text = typeof input === 'string' ? input : textOf(input);
  if (holdsPrivateKey(text)) throw new Refused('private-key');
  const blocks = readPem(text);
  if (blocks.length === 0) throw new Refused('none');
  // With a label there is one certificate in a block, and what follows in its bytes is OpenSSL's own, or text that
  // stood behind it.
  return blocks.flatMap(({ label, bytes }) => {
    if (label !== ENCODED_TEXT) return certificatesIn(bytes, label === '' ? 1000 : 1);
    if (depth > 0) throw new Refused('none');
    return certificatesOf(bytes.toString('latin1'), depth + 1);
  });
}

function readAll(input: string | Buffer): Anchor[] {
  if (input.length > LONGEST) throw new Refused('too-long');
  const found = new Map<string, Buffer>();
  for (const der of certificatesOf(input)) found.set(der.toString('latin1'), der);
  if (found.size > MOST_ANCHORS) throw new Refused('too-many');
  if (found.size === 0) throw new Refused('none');
  return [...found.values()].map((der) => anchorOf(der));
}

/** Reads the certificates that people attach or paste; see the port. Nothing of what is refused is kept. */
export function createAnchorReader(): AnchorReader {
  return {
    read(input) {
      try {
        return { ok: true, anchors: readAll(typeof input === 'string' ? input : Buffer.from(input)) };
      } catch (error) {
        if (error instanceof Refused) return { ok: false, problem: error.problem };
        throw error;
      }
    },
  };
}
