import { QUOTES, unquoted } from '../targets/quotes.ts';
import { LONE_PREFIXES, MARKS, PREFIXES } from '../targets/target.ts';

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

/** A word of a text, and the line it stands on. */
export interface Word {
  text: string;
  line: number;
}

/** What begins an item of a list, a heading of a fence, a box to tick. */
const LIST_MARK = /^\s*(?:(?:[-*+•◦▪‣·–—▶►→]|\(?\d{1,3}[.)]|[a-z]\))\s+)?(?:\[[ xX]?\]\s+)?/;
const FENCE = /^\s*(?:`{3,}|~{3,})[\w+-]{0,30}\s*$/;
/** From here to the end of its line a text is a comment. */
const COMMENT = /(?:^|\s)(?:#|\/\/)|^\s*;\s/;
/** Comments that are closed on their line, as HTML and programs have them. */
const CLOSED_COMMENT = /<!--[^\n]{0,300}?-->|(?<=^|\s)\/\*[^\n]{0,300}?\*\//g;
/** Links with a title, as Markdown and as Slack write them. */
const MARKDOWN_LINK = /\[[^[\]\n]{0,300}\]\(<?([a-z][a-z0-9+.-]{1,20}:[^()<>\s]{1,8000})>?\)/gi;
const TITLED = /<([^<>|\s]{1,8000})(?:\|[^<>\n]{0,1000})?>/g;

/** What chats make of the link in `jwks+https://…`. */
const APART = new RegExp(String.raw`(?<=^|[\s,;"'(<\x60])((?:${MARKS})[+:])\s+(?=https?:)`, 'gi');

/** `entra` is as good as `entra:`. */
function withColon(word: string): string {
  const [, prefix = ''] = /^(\w+):?[,;.]?$/.exec(word) ?? [];
  return LONE_PREFIXES.includes(prefix.toLowerCase()) ? `${prefix}:` : word;
}

/** The words of text that has no names in it. */
function plainWords(text: string): string[] {
  return plainParts(text).map(withColon);
}

function plainParts(text: string): string[] {
  return text
    .replaceAll(MARKDOWN_LINK, ' $1 ')
    .replaceAll(TITLED, ' $1 ')
    .replaceAll(APART, '$1')
    .replaceAll(/[|｜→⇒➜]/g, ' ')
    .replaceAll(/"\s?:\s?/g, '" ')
    .split(/\s+/);
}

function wordsOfLine(line: string): string[] {
  const words: string[] = [];
  let rest = FENCE.test(line) ? '' : line.replaceAll(CLOSED_COMMENT, ' ').replace(LIST_MARK, '');
  while (rest !== '') {
    const at = FORMS?.begins.exec(rest)?.index ?? rest.length;
    const isHost = at < rest.length && isPort(rest.slice(at));
    const begins = isHost ? rest.length : at;
    const plain = rest.slice(0, begins);
    const comment = COMMENT.exec(plain)?.index;
    for (const word of plainWords(plain.slice(0, comment))) words.push(word);
    if (begins === rest.length || comment !== undefined) break;
    const named = rest.slice(begins);
    const length = lengthOf(named, FORMS!);
    words.push(named.slice(0, length).trim());
    rest = named.slice(length);
  }
  return words.filter((word) => word !== '');
}

/**
 * The words of a text of several lines, without comments (from `#` or ` //` to the end of a line), the marks of lists
 * and tables, and the titles of links. A target that has a name of its own is one word, name and all: to the end of its
 * line or of its quotes, to `remind` with a threshold, to a person's mention (\uE000) or to the next of its like.
 */
export function wordsOf(text: string): Word[] {
  return text.split('\n').flatMap((line, number) => wordsOfLine(line).map((word) => ({ text: word, line: number })));
}
