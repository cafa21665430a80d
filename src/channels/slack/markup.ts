/**
 * Bidirectional overrides and zero-width characters would let text from a certificate show as something that it is not.
 */
const DECEPTIVE = /[\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g;
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029]+/g;

/**
 * Untrusted text for a place that renders no markup (plain_text, text elements of rich_text): control and formatting
 * characters removed.
 */
export function plain(text: string): string {
  return text.toWellFormed().replace(DECEPTIVE, '').replace(CONTROL, ' ');
}

/**
 * Untrusted text for a place that renders mrkdwn, such as a message's `text`: `&`, `<` and `>` as entities, so that it
 * neither mentions nor links (docs.slack.dev, "Formatting message text", escaping). Emphasis marks have no escape
 * there; a word joiner keeps them from pairing.
 */
export function escapeText(text: string): string {
  return plain(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[*_~`]/g, '\u2060$&\u2060');
}

/** Cuts text to `length` UTF-16 units, the last one being an ellipsis; never inside a surrogate pair. */
export function clip(text: string, length: number): string {
  if (text.length <= length) return text;
  const end = /[\ud800-\udbff]/.test(text[length - 2] ?? '') ? length - 2 : length - 1;
  return `${text.slice(0, end)}…`;
}
