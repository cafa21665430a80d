/**
 * One element of DER (X.690): where it begins, where its content begins, and where it ends, in the buffer it was read
 * from.
 */
export interface Element {
  tag: number;
  start: number;
  content: number;
  end: number;
}

/** Identifier octets that are met here. */
export const BOOLEAN = 0x01;
export const INTEGER = 0x02;
export const BIT_STRING = 0x03;
export const OCTET_STRING = 0x04;
export const OBJECT_IDENTIFIER = 0x06;
export const UTC_TIME = 0x17;
export const GENERALIZED_TIME = 0x18;
export const SEQUENCE = 0x30;
/** Context-specific and constructed: `[n]`. */
export function context(n: number): number {
  return 0xa0 + n;
}

/**
 * The element at an offset. Throws a RangeError on what is no DER of definite length, is longer than 4 GB or reaches
 * beyond `limit`. The library reads whole structures into objects, which takes too long and too much memory for lists
 * of ten thousands of entries; this finds the pieces of one.
 */
export function elementAt(der: Buffer, start: number, limit = der.length): Element {
  const tag = der[start];
  const first = der[start + 1];
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) throw new RangeError('no DER');
  let content = start + 2;
  let length = first;
  if (first >= 0x80) {
    const bytes = first & 0x7f;
    if (bytes === 0 || bytes > 4 || content + bytes > limit) throw new RangeError('no DER');
    length = der.readUIntBE(content, bytes);
    content += bytes;
  }
  const end = content + length;
  if (end > limit) throw new RangeError('the element is longer than what holds it');
  return { tag, start, content, end };
}

/** The elements inside of a constructed one, in order. Throws as `elementAt` does. */
export function* childrenOf(der: Buffer, parent: Element): Generator<Element> {
  for (let at = parent.content; at < parent.end;) {
    const child = elementAt(der, at, parent.end);
    yield child;
    at = child.end;
  }
}

/** More elements than this where a fixed few are expected are an attempt to fill memory. */
const MOST_CHILDREN = 100;

/**
 * The elements inside of a constructed one that has a few of them. Throws as `elementAt` does, and on more than a
 * hundred.
 */
export function fewChildrenOf(der: Buffer, parent: Element): Element[] {
  const children: Element[] = [];
  for (const child of childrenOf(der, parent)) {
    if (children.length === MOST_CHILDREN) throw new RangeError('too many elements');
    children.push(child);
  }
  return children;
}

/** All bytes of an element, without copying them. */
export function bytesOf(der: Buffer, { start, end }: Element): Buffer {
  return der.subarray(start, end);
}

/** The content of an element, without copying it. */
export function contentOf(der: Buffer, { content, end }: Element): Buffer {
  return der.subarray(content, end);
}

/** The elements of the outermost SEQUENCE, which has a few. Throws when there is none. */
export function sequenceOf(der: Buffer): Element[] {
  const outer = elementAt(der, 0);
  if (outer.tag !== SEQUENCE) throw new RangeError('no SEQUENCE');
  return fewChildrenOf(der, outer);
}

/** An element made of a tag and its content. */
export function encode(tag: number, content: Buffer): Buffer {
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content]);
  const head = Buffer.alloc(6);
  head[0] = tag;
  head[1] = 0x84;
  head.writeUInt32BE(length, 2);
  return Buffer.concat([head, content]);
}

/** INTEGERs compare by their bytes, whatever padding they have. */
export function unpadded(integer: Buffer): Buffer {
  let zeros = 0;
  while (zeros < integer.length - 1 && integer[zeros] === 0) zeros += 1;
  return integer.subarray(zeros);
}
