/**
 * Bidirectional overrides and zero-width characters would let text from a certificate show as something that it is not.
 */
const DECEPTIVE = /[\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g;
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029]+/g;

/**
 * Untrusted text for a place that renders no markup, such as a TextRun or an activity's `summary`: control and
 * formatting characters removed.
 */
export function plain(text: string): string {
  // Clients turn {{DATE(…)}} and {{TIME(…)}} into dates, in TextRuns too (Adaptive Cards, "Text features").
  return text.replace(DECEPTIVE, '').replace(CONTROL, ' ').replaceAll('{{', '{ {');
}

/**
 * Untrusted text for a place that renders the Adaptive Cards subset of Markdown (TextBlock, fact titles and values):
 * emphasis, links, headings and list markers are escaped with a backslash, so that the text shows as it is.
 */
export function escapeMarkdown(text: string): string {
  return plain(text)
    .replace(/[\\`*_[\]<>~|]/g, String.raw`\$&`)
    .replace(/^([^\S\n\r\u2028\u2029]*)([#+-])/gm, String.raw`$1\$2`)
    .replace(/^([^\S\n\r\u2028\u2029]*\d{1,9})([.)])(?=\s|$)/gm, String.raw`$1\$2`);
}

/** Cuts text to `length` characters, the last one being an ellipsis; never inside a surrogate pair. */
export function clip(text: string, length: number): string {
  if (text.length <= length) return text;
  const end = /[\ud800-\udbff]/.test(text[length - 2] ?? '') ? length - 2 : length - 1;
  return `${text.slice(0, end)}…`;
}
