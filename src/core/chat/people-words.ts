import { isNamed, wordsOf, type Word } from './words.ts';

/** Somebody as a message names them: by the index of a mention, by address, or the asker themselves. */
export type PersonArgument =
  { kind: 'mention'; index: number } | { kind: 'address'; address: string } | { kind: 'self' };

/** Stands for a mention while words are taken apart: names have spaces in them. */
const MENTION = /^\uE000(\d+)\uE000$/;

/** Where a mention stands last, as words of its own: in "@Bob for bob.example.com" it is the first. Null: nowhere. */
function lastMention(text: string, mention: string): { from: number; to: number } | null {
  const literal = mention.replace(/^@/, '').replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
  if (literal === '') return null;
  const alone = new RegExp(String.raw`(?<=^|[\s,;(])@?${literal}(?=$|[\s,;)\uE000]|[.:!?](?:\s|$))`, 'giu');
  const last = [...text.matchAll(alone)].at(-1);
  return last ? { from: last.index, to: last.index + last[0].length } : null;
}

/** A text in which each mentioned person is one word; PERSON_WORD tells which. */
export function withPeople(text: string, mentions: string[]): string {
  let rest = text;
  for (const [index, mention] of [...mentions.entries()].toReversed()) {
    const found = lastMention(rest, mention);
    if (found) rest = `${rest.slice(0, found.from)} \uE000${index}\uE000 ${rest.slice(found.to)}`;
  }
  return rest;
}

/** A mentioned person among the words of such a text, by the index of the mention. */
export const PERSON_WORD = /\uE000(\d+)\uE000/g;

/**
 * The words of a text, each mentioned person as one word. People follow what is said of them, so that a name is looked
 * for from the end.
 */
export function wordsWithPeople(text: string, mentions: string[]): Word[] {
  return wordsOf(withPeople(text, mentions))
    .flatMap(({ text: word, line }) =>
      (isNamed(word) ? withoutPeople(word) : withMentionsApart(word)).map((one) => ({ text: one, line })),
    )
    .filter((word) => word.text !== '');
}

/** Words of a list of people; commas in the path of a link are its own. */
function withMentionsApart(word: string): string[] {
  return /[/?]/.test(word) ? [word] : word.split(/[,;]+/);
}

/** A name goes to the end of its line, but not over the person that stands there without a mention. */
function withoutPeople(word: string): string[] {
  const parts = word.split(/\s+/);
  const last = parts.at(-1)!;
  const isPerson = parts.length > 1 && !last.startsWith('@') && personArgument(last) !== null;
  if (isPerson) parts.pop();
  if (parts.length > 1 && parts.at(-1)!.toLowerCase() === 'to') parts.pop();
  return isPerson ? [parts.join(' '), last] : [parts.join(' ')];
}

export function personArgument(word: string): PersonArgument | null {
  const mention = MENTION.exec(word);
  if (mention) return { kind: 'mention', index: Number(mention[1]) };
  if (/^@?(?:me|myself|ich|mich)$/i.test(word)) return { kind: 'self' };
  const address = word.replace(/^@|^mailto:/i, '');
  return /^[^\s@<>]+@[^\s@<>]+\.[^\s@<>.]+$/.test(address) ? { kind: 'address', address: address.toLowerCase() } : null;
}
