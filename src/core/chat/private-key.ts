import { trimmedEnd } from '../language/text.ts';

const SPACE = String.raw`(?:\s|&nbsp;|&#160;|\\[rn])+`;
/**
 * The label of a private key, whatever its kind and whatever a chat made of the dashes around it (RFC 7468 sections 10
 * and 11, OpenSSH, PGP).
 */
const LABEL = new RegExp(`(BEGIN|END)${SPACE}(?:[A-Z0-9]{1,20}${SPACE}){0,4}PRIVATE${SPACE}KEY`, 'i');
/** Stands for what was taken out, and is itself recognised. */
const LEFT = '-----BEGIN PRIVATE KEY-----';
/** At most two words at the beginning: the command. */
const COMMAND = /^\s*\/?[a-z]{1,12}(?=\s)(?:\s+[a-z]{1,12}(?=\s))?/i;

/** Whether the text has (part of) a private key with its label. */
export function holdsPrivateKey(text: string): boolean {
  return LABEL.test(text);
}

/**
 * The text up to a private key, and a label without a key in its place; all else is gone. Text without one stays as it
 * is.
 */
export function withoutPrivateKeys(text: string): string {
  const found = LABEL.exec(text);
  if (!found) return text;
  const isEnd = found[1]!.toUpperCase() === 'END';
  const before = isEnd ? (COMMAND.exec(text.slice(0, found.index))?.[0] ?? '') : text.slice(0, found.index);
  const head = trimmedEnd(before, /[\s\p{Pd}]/u);
  return head === '' ? LEFT : `${head} ${LEFT}`;
}
