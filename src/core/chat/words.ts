import { QUOTES, unquoted } from '../targets/quotes.ts';
import { PREFIXES } from '../targets/target.ts';

const OPENING = `[${Object.keys(QUOTES).join('')}]`;

/** Quotes that are not closed by then are part of a name. */
const LONGEST_QUOTE = 300;

interface Forms {
  /** A named target: where it begins, behind white space or a comma. */
  begins: RegExp;
  /** The prefix itself, with the quote that may stand before it. */
  prefix: RegExp;
  /** What ends a name that is not quoted: thresholds, a person, the next named target. */
  ends: RegExp;
  /** The same, and what may follow quotes, just here (sticky). */
  endsHere: RegExp;
}

function formsOf(prefixes: readonly string[]): Forms | null {
  if (prefixes.length === 0) return null;
  const any = `(?:${prefixes.join('|')})`;
  const end = String.raw`\s+remind\s+(?=\d)|[\s,;](?=${OPENING}?${any}:\S)|\s*\uE000`;
  return {
    begins: new RegExp(String.raw`(?<=^|[\s,;])${OPENING}?${any}:`, 'i'),
    prefix: new RegExp(String.raw`^${OPENING}?(${any}):`, 'i'),
    ends: new RegExp(end, 'i'),
    endsHere: new RegExp(String.raw`\s*(?:$|[,;])|${end}`, 'iy'),
  };
}

const FORMS = formsOf(PREFIXES);

/** `date:443` is a host and its port, as it always was; a year is none. */
function isPort(text: string): boolean {
  return /^\w+:\d{1,5}\s*$/.test(text) && !/:(?:19|20)\d\d\s*$/.test(text);
}

/** The prefix of a named target, in lower case; null when the word is none. */
export function prefixOf(word: string): string | null {
  const prefix = FORMS?.prefix.exec(word)?.[1];
  return prefix === undefined || isPort(word) ? null : prefix.toLowerCase();
}

/** Whether a word is a target that has a name of its own. */
export function isNamed(word: string): boolean {
  return prefixOf(word) !== null;
}

/** What stands behind the prefix, without the quotes that stand around the whole. */
export function unprefixed(word: string, prefix: string): string {
  const whole = unquoted(word);
  return whole
    .replace(new RegExp(`^${OPENING}`), '')
    .slice(prefix.length + 1)
    .trim();
}

/**
 * How long a named target is that begins a text. In quotes a name ends with them, where nothing follows that would
 * belong to it.
 */
function lengthOf(text: string, { ends, endsHere }: Forms): number {
  const quoted = /^(?:(\W)|\w+:\s*(?:\d\S*\s+)?(\W))/.exec(text);
  const closing = QUOTES[quoted?.[1] ?? quoted?.[2] ?? ''] ?? '';
  const from = quoted?.[0].length ?? 0;
  for (let at = from; closing !== '' && at < Math.min(text.length, from + LONGEST_QUOTE); at += 1) {
    if (!closing.includes(text.charAt(at))) continue;
    endsHere.lastIndex = at + 1;
    if (endsHere.test(text)) return at + 1;
  }
  return ends.exec(text)?.index ?? text.length;
}

function wordsOfLine(line: string): string[] {
  const words: string[] = [];
  let rest = line;
  while (rest !== '') {
    const at = FORMS?.begins.exec(rest)?.index ?? rest.length;
    const isHost = at < rest.length && isPort(rest.slice(at));
    const begins = isHost ? rest.length : at;
    for (const word of rest.slice(0, begins).split(/\s+/)) words.push(word);
    if (begins === rest.length) break;
    const named = rest.slice(begins);
    const length = lengthOf(named, FORMS!);
    words.push(named.slice(0, length).trim());
    rest = named.slice(length);
  }
  return words.filter((word) => word !== '');
}

/**
 * The words of a text of several lines. A target that has a name of its own is one word, name and all: to the end of
 * its line or of its quotes, to `remind` with a threshold, to a person's mention (\uE000) or to the next of its like.
 */
export function wordsOf(text: string): string[] {
  return text.split('\n').flatMap((line) => wordsOfLine(line));
}
