import { X509Certificate } from 'node:crypto';
import type { Anchor, AnchorProblem, AnchorReader } from '../../core/ports.ts';
import { holdsPrivateKey } from '../../core/private-key.ts';
import { ENCODED_TEXT, readPem } from './pem.ts';
import { readCertificate } from './x509.ts';

/** Bytes of one certificate in DER, and of a text or file. */
const LARGEST = 16 * 1024;
const LONGEST = 64 * 1024;
/** As many as a conversation may trust. */
export const MOST_ANCHORS = 10;

const SEQUENCE = 0x30;
/** Object identifiers in DER: signedData (RFC 5652 section 5.1), and the encryptions of private keys (RFC 8018 appendix A.4, RFC 7292 appendix C). */
const SIGNED_DATA = Buffer.from('06092a864886f70d010702', 'hex');
const KEY_ENCRYPTIONS = ['06092a864886f70d0105', '060a2a864886f70d010c01'].map((hex) => Buffer.from(hex, 'hex'));

class Refused extends Error {
  readonly problem: AnchorProblem;
  constructor(problem: AnchorProblem) {
    super(problem);
    this.problem = problem;
  }
}

interface Element {
  tag: number;
  /** Without tag and length. */
  content: Buffer;
  /** With them. */
  whole: Buffer;
}

/** The element at the beginning, of definite length (X.690 section 8.1.3); null when these bytes are none. Throws Refused when it breaks off. */
function firstElement(bytes: Buffer): Element | null {
  if (bytes.length < 2) return null;
  const [tag, short] = [bytes[0]!, bytes[1]!];
  const more = short < 0x80 ? 0 : short - 0x80;
  if (short === 0x80 || more > 4) return null;
  if (bytes.length < 2 + more) throw new Refused('cut-off');
  const length = more === 0 ? short : bytes.readUIntBE(2, more);
  const end = 2 + more + length;
  if (end > bytes.length) throw new Refused('cut-off');
  return { tag, content: bytes.subarray(2 + more, end), whole: bytes.subarray(0, end) };
}

/** Elements in a row; what stands after them and is none is left out. */
function elements(bytes: Buffer, most: number): Element[] {
  const found: Element[] = [];
  for (let rest = bytes; found.length < most;) {
    const element = firstElement(rest);
    if (!element) break;
    found.push(element);
    rest = rest.subarray(element.whole.length);
  }
  return found;
}

/** A version number at the beginning is what keys and PKCS#12 have and certificates do not (RFC 5958, RFC 8017 A.1.2, RFC 5915, RFC 7292 section 4). */
function refuseSecrets({ content }: Element): void {
  const [version, next] = [content.subarray(0, 3).toString('hex'), content[3]];
  if (version === '020103') throw new Refused('pkcs12');
  const isKey = (version === '020100' || version === '020101') && (next === 0x30 || next === 0x02 || next === 0x04);
  const start = content.subarray(0, 40);
  if (isKey || KEY_ENCRYPTIONS.some((algorithm) => start.includes(algorithm))) throw new Refused('private-key');
}

/** The certificates of a PKCS#7 bundle (RFC 5652 section 5.1: version, algorithms, content, certificates); null when it is none. */
function bundled({ content }: Element): Buffer[] | null {
  if (!content.subarray(0, SIGNED_DATA.length).equals(SIGNED_DATA)) return null;
  const [, explicit] = elements(content, 2);
  const signed = explicit && firstElement(explicit.content);
  const certificates = signed && elements(signed.content, 10).find(({ tag }) => tag === 0xa0);
  if (!certificates) return [];
  return elements(certificates.content, 1000)
    .filter(({ tag }) => tag === SEQUENCE)
    .map(({ whole }) => whole);
}

/** Every certificate of these bytes, as DER. */
function certificatesIn(bytes: Buffer, most: number): Buffer[] {
  const sequences = elements(bytes, most).filter(({ tag }) => tag === SEQUENCE);
  if (sequences.length === 0) throw new Refused('unreadable');
  for (const sequence of sequences) refuseSecrets(sequence);
  return sequences.flatMap((sequence) => bundled(sequence) ?? [sequence.whole]);
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
  if (!Number.isFinite(notBefore) || !Number.isFinite(notAfter)) throw new Refused('unreadable');
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
  // With a label there is one certificate in a block, and what follows in its bytes is OpenSSL's own, or text that stood behind it.
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
