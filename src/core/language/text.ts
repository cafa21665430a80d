/** C0 controls (but tab and line feed), DEL, C1 controls, and the bidirectional overrides and isolates of UAX #9. */
// eslint-disable-next-line no-control-regex
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/**
 * Untrusted text made safe to show: CR LF and CR become LF, control characters and bidirectional overrides go, lone
 * surrogates are replaced (they can be neither percent-encoded nor stored as UTF-8). Line feeds and tabs stay.
 */
export function visibleText(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n').toWellFormed().replaceAll(UNSEEN, '');
}

/** `visibleText` on one line: every run of white space is one space. */
export function visibleLine(text: string): string {
  return visibleText(text).replaceAll(/\s+/g, ' ').trim();
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/**
 * Text as HTML that shows exactly that text, in element content and in quoted attributes (HTML Living Standard, 13.1.2
 * and 13.5).
 */
export function escapeHtml(text: string): string {
  return visibleText(text).replaceAll(/[&<>"']/g, (character) => ENTITIES[character]!);
}

/**
 * The text without the characters at its end that `unwanted` matches, a pattern of one UTF-16 unit. `replace(/[…]+$/)`
 * would try at each such character anywhere, and take quadratic time on a text of very many.
 */
export function trimmedEnd(text: string, unwanted: RegExp): string {
  let end = text.length;
  while (end > 0 && unwanted.test(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

/** The first word of a text without white space around it, and what follows it, without the white space between. */
export function firstWord(text: string): [word: string, rest: string] {
  const end = text.search(/\s/);
  return end < 0 ? [text, ''] : [text.slice(0, end), text.slice(end).trimStart()];
}

/** The first `limit` UTF-16 units, with an ellipsis where something was cut; never half a surrogate pair. */
export function shorten(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${text.slice(0, Math.max(0, limit - 1)).replace(/[\ud800-\udbff]$/, '')}…`;
}
