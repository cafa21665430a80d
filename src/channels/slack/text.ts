import type { Mentioned } from '../../core/model/people.ts';

/** More than a Slack message may hold (40,000 characters), so that nobody's list of targets is ever cut in silence. */
const MAX_LENGTH = 256 * 1024;
/**
 * Slack's own forms in angle brackets (docs.slack.dev, "Formatting message text", retrieved messages). Bounded, so that
 * hostile text cannot make matching slow.
 */
const FORM = /<([@#!]?)([^<>|\s][^<>|\n]{0,3000})(?:\|([^<>\n]{0,1000}))?>/g;
const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>' };
const INVISIBLE = /[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g;
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000e-\u001f\u007f-\u009f]/g;
/** Stands for the bot's mention until emphasis around it is gone; cannot occur in the text by then. */
const SELF = '\u0000';
/**
 * Around the number of another person's mention, until what is done to text cannot change the name any more; cannot
 * occur in the text by then.
 */
const HELD = '\u0001';
// eslint-disable-next-line no-control-regex
const HELD_MENTION = /\u0001(\d+)\u0001/g;
/** Ids of people (docs.slack.dev, "user" type): U, or W in an organisation. */
const PERSON = /^[UW][A-Z0-9]{1,40}$/;
/**
 * A user group in the body of a form; its id begins with S (docs.slack.dev, "Formatting message text", mentioning
 * groups).
 */
const GROUP = /^subteam\^(S[A-Z0-9]{1,40})$/;
/** More than anybody names in one command; beyond, mentions are only text. */
const MOST_MENTIONS = 100;
const EMPHASIS = /[*_~]/;
/** Where words begin and end. */
// eslint-disable-next-line no-control-regex
const AROUND = /[\s\u0000]/;
/** UTF-16 units that may stand between two marks of emphasis. */
const LONGEST_EMPHASIS = 502;
/** Bold, italic and struck at once is the most there is. */
const MOST_EMPHASIS = 3;
/** How Slack writes the items of a list made with its composer. */
const LIST_MARK = /^\s*(?:[•◦▪]|\d{1,3}\.)\s+/;
const BROADCAST = /^(?:here|channel|everyone)$/;

/** Whether a label reads like what somebody typed, and not like a title. */
function looksTyped(label: string | undefined): label is string {
  return label !== undefined && /^[^\s.:@]*[.:@]\S*$/.test(label);
}

function decode(text: string): string {
  return text.replace(/&(amp|lt|gt);/g, (_entity, name: string) => ENTITIES[name] ?? '');
}

function formText(sign: string, body: string, label: string | undefined): string {
  const name = label?.replace(/^[@#]/, '');
  if (sign === '@') return `@${name || body}`;
  if (sign === '#') return `#${name || body}`;
  if (sign === '!') {
    if (body.startsWith('date^')) return label ?? '';
    return BROADCAST.test(body) || !name ? `@${body.split('^', 1)[0]!}` : `@${name}`;
  }
  return looksTyped(label) ? label : body.replace(/^mailto:/i, '');
}

/** The nearest mark behind each one that opens emphasis, which ends it, by their places in a line. */
function emphasised(line: string): Map<number, number> {
  const isMark = (at: number): boolean => EMPHASIS.test(line.charAt(at));
  const isOutside = (at: number): boolean => at < 0 || at >= line.length || AROUND.test(line.charAt(at));
  const nearest = new Map<string, number>();
  const found = new Map<number, number>();
  for (let at = line.length - 3; at >= 0; at -= 1) {
    const end = at + 2;
    if (isMark(end) && !/\s/.test(line.charAt(end - 1)) && isOutside(end + 1)) nearest.set(line.charAt(end), end);
    const to = isMark(at) && isOutside(at - 1) && !/\s/.test(line.charAt(at + 1)) && nearest.get(line.charAt(at));
    if (to && to - at <= LONGEST_EMPHASIS + 1) found.set(at, to);
  }
  return found;
}

/**
 * A line without emphasis around whole words: not part of a host name, unlike the mark in `_dmarc.example.com` or
 * `*.example.com`. In linear time, whatever the line.
 */
function lessEmphasis(line: string): string {
  const ends = emphasised(line);
  if (ends.size === 0) return line;
  const kept: string[] = [];
  let from = 0;
  for (const [at, to] of [...ends].toReversed()) {
    if (at < from) continue;
    kept.push(line.slice(from, at), line.slice(at + 1, to));
    from = to + 1;
  }
  return kept.join('') + line.slice(from);
}

function withoutEmphasis(text: string): string {
  let lines = text.split('\n');
  for (let round = 0; round < MOST_EMPHASIS; round += 1) lines = lines.map((line) => lessEmphasis(line));
  return lines.join('\n');
}

/** A mention as it reads: by the name that Slack gives with it, else by the id. */
function mentionText(id: string, label: string | undefined): string {
  const name = decode(label ?? '')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/^@/, '')
    .trim();
  return `@${name || id}`;
}

/**
 * The text of a Slack message as a person typed it: the bot's own mention removed, other people, channels and links as
 * they read, entities decoded once, emphasis and invisible characters gone, one line per line, empty lines dropped; and
 * the people it mentions beside the bot, in the order in which they stand, each as often as mentioned, with how that
 * reads in the text; and the user groups. `botUserId` null: a mention at the beginning is taken for the bot's.
 * Broadcasts (`@here`) mention nobody. Forms: docs.slack.dev, "Formatting message text".
 */
export function readText({ text, botUserId }: { text: string; botUserId: string | null }): {
  text: string;
  mentions: Mentioned[];
  groups?: Mentioned[];
} {
  const whole = text.slice(0, MAX_LENGTH).replace(INVISIBLE, '').replace(CONTROL, ' ');
  const self = botUserId ?? /^[\s*_~]*<@([A-Z0-9]{1,40})(?:\|[^<>]{0,200})?>/.exec(whole)?.[1] ?? null;
  const mentions: Mentioned[] = [];
  const groups: Mentioned[] = [];
  function formOf(_form: string, sign: string, body: string, label: string | undefined): string {
    if (sign === '@' && body === self) return SELF;
    const group = sign === '!' ? GROUP.exec(body)?.[1] : undefined;
    if (group !== undefined && groups.length < MOST_MENTIONS)
      groups.push({ id: group, text: label ? mentionText(group, label) : formText(sign, body, label), isGroup: true });
    if (sign !== '@' || !PERSON.test(body) || mentions.length >= MOST_MENTIONS) return formText(sign, body, label);
    mentions.push({ id: body, text: mentionText(body, label) });
    return `${HELD}${mentions.length - 1}${HELD}`;
  }
  const read = decode(whole.replace(FORM, formOf)).replaceAll('```', ' ').replaceAll('`', '');
  const lines = withoutEmphasis(read)
    .replaceAll(SELF, ' ')
    .split(/\r\n?|[\n\v\f\u2028\u2029]/)
    .map((line) => line.replace(LIST_MARK, '').replace(/\s+/g, ' ').trim())
    .filter((line) => line !== '');
  const plain = lines.join('\n').replace(HELD_MENTION, (_held, index: string) => mentions[Number(index)]?.text ?? '');
  return { text: plain, mentions, ...(groups.length > 0 ? { groups } : {}) };
}
