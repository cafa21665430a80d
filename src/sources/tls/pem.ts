/** What labels stand before certificates (RFC 7468), and the OpenSSL one whose text goes on after the certificate. */
const LABEL =
  /(BEGIN|END)\s+((?:(?:TRUSTED|X509|NEW)\s+)?CERTIFICATE(?:\s+(?:REQUEST|CHAIN|SIGNING\s+REQUEST))?|PKCS\s*#?7(?:\s+SIGNED\s+DATA)?|CMS)(?![A-Za-z0-9])/gi;
const INVISIBLE = /[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g;
const ENTITY = /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));/gi;
const NAMED: Record<string, string> = {
  nbsp: ' ',
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  plus: '+',
  sol: '/',
  equals: '=',
  hyphen: '-',
  dash: '-',
  ndash: '-',
  mdash: '-',
  newline: ' ',
  tab: ' ',
};
/**
 * The first bytes of a SEQUENCE with a two-byte length in base64, and of the first label in base64 (as Kubernetes keeps
 * certificates).
 */
const BARE = /(?<![A-Za-z0-9+/=])(?:MI[A-Za-z0-9+/]{30}|LS0tLS1CRUdJTi)/;

function decodeEntities(text: string): string {
  return text.replaceAll(ENTITY, (entity, decimal, hex, name) => {
    if (name !== undefined) return NAMED[name.toLowerCase()] ?? entity;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : entity;
  });
}

/**
 * Text without what chats add: entities (some encode twice), markup, escapes of a line end as in JSON, invisible
 * characters.
 */
function plain(text: string): string {
  return decodeEntities(decodeEntities(text))
    .replaceAll(/<\/?[a-z][^<>]{0,200}>/gi, ' ')
    .replaceAll(/\\[rn]/g, ' ')
    .replaceAll(INVISIBLE, '');
}

function decode(base64: string): Buffer {
  return Buffer.from(base64.replaceAll(/[^A-Za-z0-9+/]/g, ''), 'base64');
}

/** The label of a block that is itself such a text, in base64. */
export const ENCODED_TEXT = 'text';

/** A block of base64, by its label; "" where it had none. */
export interface Block {
  label: string;
  bytes: Buffer;
}

function labelled(text: string): Block[] {
  const marks = [...text.matchAll(LABEL)];
  const blocks: Block[] = [];
  for (const [index, mark] of marks.entries()) {
    if (mark[1]!.toUpperCase() !== 'BEGIN') continue;
    const body = text.slice(mark.index + mark[0].length, marks[index + 1]?.index);
    blocks.push({ label: mark[2]!.toUpperCase().replaceAll(/\s+/g, ' '), bytes: decode(body) });
  }
  return blocks;
}

function bare(text: string): Block[] {
  const at = text.search(BARE);
  if (at < 0) return [];
  // Padding ends a block; several without padding decode as one, and their lengths tell them apart.
  const bodies = text
    .slice(at)
    .replaceAll(/[^A-Za-z0-9+/=]/g, '')
    .split(/=+/)
    .filter((body) => body.length > 30);
  return bodies.map((body) => ({ label: body.startsWith('LS0t') ? ENCODED_TEXT : '', bytes: decode(body) }));
}

/**
 * The blocks of base64 with certificates in a text as people paste it: line ends may have become spaces, hyphens
 * dashes, characters entities; labels may be missing. What stands around is left out; so are blocks of other kinds (but
 * certificate requests). The bytes may go on after the certificate.
 */
export function readPem(text: string): Block[] {
  const clean = plain(text);
  const blocks = labelled(clean);
  return blocks.length > 0 ? blocks : bare(clean);
}
