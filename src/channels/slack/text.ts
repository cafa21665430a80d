/** More than a Slack message may hold (40,000 characters), so that nobody's list of targets is ever cut in silence. */
const MAX_LENGTH = 256 * 1024;
/** Slack's own forms in angle brackets (docs.slack.dev, "Formatting message text", retrieved messages). Bounded, so that hostile text cannot make matching slow. */
const FORM = /<([@#!]?)([^<>|\n]{1,3000})(?:\|([^<>\n]{0,1000}))?>/g;
const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>' };
const INVISIBLE = /[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g;
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000e-\u001f\u007f-\u009f]/g;
/** Emphasis around a whole word or line: not part of a host name, unlike the mark in `_dmarc.example.com` or `*.example.com`. */
const EMPHASIS = /(^|\s)([*_~])(\S(?:[^\n]{0,500}?\S)?)\2(?=\s|$)/gm;

/** What a link stands for: what was typed, or its address when the label is only a title. */
function linkText(address: string, label: string | undefined): string {
  if (/^mailto:/i.test(address)) return label || address.slice('mailto:'.length);
  if (label && /^[^\s]*[.:][^\s]*$/.test(label)) return label;
  return address;
}

/** What stands for one of Slack's forms; null = the bot itself, which goes. */
function formText(sign: string, body: string, label: string | undefined, botUserId: string | null): string | null {
  if (sign === '@') return body === botUserId ? null : `@${label || body}`;
  if (sign === '#') return `#${label || body}`;
  if (sign === '!') {
    if (label) return label;
    return body.startsWith('date^') ? '' : `@${body.replace(/\^.*$/s, '')}`;
  }
  return linkText(body, label);
}

/**
 * The text of a Slack message as a person typed it: the bot's own mention removed, other people, channels and links as they read, entities decoded once,
 * emphasis and invisible characters gone, one line per line, empty lines dropped. `botUserId` null: a mention at the beginning is taken for the bot's.
 */
export function plainText({ text, botUserId }: { text: string; botUserId: string | null }): string {
  const whole = text.slice(0, MAX_LENGTH);
  const self = botUserId ?? /^\s*<@([A-Z0-9]{1,40})(?:\|[^<>]{0,200})?>/.exec(whole)?.[1] ?? null;
  const read = whole.replace(FORM, (_form, sign: string, body: string, label: string | undefined) => {
    const shown = formText(sign, body, label, self);
    return shown === null ? ' ' : shown;
  });
  return read
    .replace(/&(amp|lt|gt);/g, (_entity, name: string) => ENTITIES[name] ?? '')
    .replaceAll('`', ' ')
    .replace(INVISIBLE, '')
    .replace(CONTROL, ' ')
    .replace(EMPHASIS, '$1$3')
    .split(/\r\n?|[\n\v\f\u2028\u2029]/)
    .map((line) => line.replace(/\s+/g, ' ').trim())
    .filter((line) => line !== '')
    .join('\n');
}
