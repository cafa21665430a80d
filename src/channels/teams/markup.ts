import { unbroken } from '../../core/language/dates.ts';

/**
 * Bidirectional overrides and zero-width characters would let text from a certificate show as something that it is not.
 */
const DECEPTIVE = /[\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g;
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029]+/g;
/** What has no place where a line may end by itself: no space, no hyphen. */
const LONG_WORD = /[^\s\-–—\u200b]{31,}/g;
/** Codes of software, such as DEPTH_ZERO_SELF_SIGNED_CERT. */
const CODE = /\b[A-Z]+(?:_[A-Z]+){2,}\b/g;
/** What is broken where nothing else is, characters. */
const PIECE = 30;
/** Lets a line end where nothing is seen. */
const BREAK = '\u200b';

/**
 * Untrusted text for a place that renders no markup, such as a TextRun or an activity's `summary`: control and
 * formatting characters removed.
 */
export function plain(text: string): string {
  // Clients turn {{DATE(…)}} and {{TIME(…)}} into dates, in TextRuns too (Adaptive Cards, "Text features").
  return text.replace(DECEPTIVE, '').replace(CONTROL, ' ').replaceAll('{{', '{ {');
}

function escaped(text: string): string {
  return text
    .replace(/[\\`*_[\]<>~|]/g, String.raw`\$&`)
    .replace(/^([^\S\n\r\u2028\u2029]*)([#+-])/gm, String.raw`$1\$2`)
    .replace(/^([^\S\n\r\u2028\u2029]*\d{1,9})([.)])(?=\s|$)/gm, String.raw`$1\$2`);
}

/**
 * Untrusted text for a place that renders the Adaptive Cards subset of Markdown (TextBlock): emphasis, links, headings
 * and list markers are escaped with a backslash, so that the text shows as it is.
 */
export function escapeMarkdown(text: string): string {
  return escaped(plain(text));
}

/**
 * A word that fills a phone's line may end it: names after a dot, what has none after 30 characters. Not an address of
 * the web, which somebody may copy.
 */
function breakable(word: string): string {
  if (word.includes('//')) return word;
  let [pieces, length] = ['', 0];
  for (const part of word.split(/(?<=[.:,@=/])/)) {
    for (let from = 0; from < part.length; from += PIECE) {
      const piece = part.slice(from, from + PIECE);
      if (length > 0 && length + piece.length > PIECE && !/[\udc00-\udfff]/.test(piece[0]!)) {
        pieces += BREAK;
        length = 0;
      }
      pieces += piece;
      length += piece.length;
    }
  }
  return pieces;
}

/** Untrusted text as a TextRun shows it: dates stay on one line, words that have no room on a phone's do not. */
export function shown(text: string): string {
  return unbroken(plain(text))
    .replace(CODE, (code) => code.replaceAll('_', `_${BREAK}`))
    .replace(LONG_WORD, breakable);
}

/** The same for a TextBlock. */
export function shownMarkdown(text: string): string {
  return escaped(shown(text));
}

/** Whether `shown` puts an invisible character into it, at which a phone's line may end. */
export function isParted(text: string): boolean {
  return shown(text).includes(BREAK);
}

/** Cuts text to `length` characters, the last one being an ellipsis; never inside a surrogate pair. */
export function clip(text: string, length: number): string {
  if (text.length <= length) return text;
  const end = /[\ud800-\udbff]/.test(text[length - 2] ?? '') ? length - 2 : length - 1;
  return `${text.slice(0, end)}…`;
}
