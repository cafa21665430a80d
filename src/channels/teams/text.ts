import type { Mentioned } from '../../core/model/people.ts';

/** A mention as the activity's `entities` list it (Bot Framework: entity of type "mention"). */
export interface Mention {
  /** Channel id of who is mentioned. */
  id: string;
  /** The text that stands for the mention inside the message, e.g. `<at>Certbot</at>`. */
  text: string;
}

/**
 * Elements Teams puts into message text. Only these are markup; `<https://example.com>` and `<example.com>` are what
 * somebody typed.
 */
const ELEMENTS =
  'a|at|attachment|b|big|blockquote|body|br|caption|code|codeblock|customemoji|dd|del|div|dl|dt|em|emoji|font|h[1-6]|head|hr|html|i|img|ins|li|ol|p|pre|readonly|s|small|span|strike|strong|sub|sup|table|tbody|td|tfoot|th|thead|tr|u|ul';
const TAG = new RegExp(String.raw`<(/?)(${ELEMENTS})(?:\s[^<>]*)?/?>`, 'gi');
const BLOCK = /^(?:blockquote|br|caption|codeblock|dd|div|dl|dt|h[1-6]|hr|li|ol|p|pre|table|tr|ul)$/i;
/** Bounded, so that hostile text cannot make matching quadratic. */
const MENTION = /<at(?:\s[^<>]{0,500})?>(.{0,300}?)<\/at\s*>/gis;
const LINK = /<a\s([^<>]{1,4000})>(.{0,1000}?)<\/a\s*>/gis;
/**
 * More than a request may carry (see http/server.ts), so that nobody's list of targets is ever cut in silence. Teams'
 * own limit of a message is about 28 KB.
 */
const MAX_LENGTH = 256 * 1024;
/** More than anybody names in one command; beyond, mentions are only text. */
const MOST_MENTIONS = 100;
/** More entities than that of one message are not looked at. */
const MOST_ENTITIES = 4 * MOST_MENTIONS;
/** What is longer is nobody's name, and is not looked for where it stands without markup. */
const LONGEST_NAME = 300;
/**
 * Stands, around its number, for a person's mention until all else is done. A noncharacter (Unicode 23.7): nobody can
 * type it.
 */
const HELD = '\ufdd0';
const HELD_MENTION = /\ufdd0(\d+)\ufdd0/g;
/** Stand around what is quoted. */
const QUOTED = '\ufdd2';
const UNQUOTED = '\ufdd3';
const QUOTE_MARKS = /[\ufdd2\ufdd3]/g;
/** Stands between two cells of a table, in the end a tab. */
const CELL = '\ufdd4';
const CELLS = / ?\ufdd4 ?/g;
/** Stands for a mention of the bot, in the end a space. */
const BOT = '\ufdd1';
/** Mentions at the beginning of a message: who is called to it. What follows may be an IPv6 address. */
const CALLED =
  /^(?:@?(?:\ufdd0\d+\ufdd0|\ufdd1)(?:[,;]|:(?!:))?\s*(?:(?:&|\+|,|and|und)\s*(?=@?[\ufdd0\ufdd1]))?)+(?:[,;]\s|:\s)?/i;
const NAMED: Record<string, string> = {
  nbsp: ' ',
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  shy: '',
  zwsp: '',
};
/** Zero-width and bidirectional formatting characters, and the soft hyphen: invisible, but they would break names. */
const INVISIBLE = /[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g;
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000e-\u001f\u007f-\u009f]/g;

function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,5}));/gi, (entity, decimal, hex, name) => {
    if (name !== undefined) return NAMED[name.toLowerCase()] ?? entity;
    const code = decimal === undefined ? parseInt(hex, 16) : Number(decimal);
    if (code >= 0xfdd0 && code <= 0xfdd4) return '';
    const valid = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
    return valid ? String.fromCodePoint(code) : entity;
  });
}

/** Of a quotation it is marked where it begins and ends. */
function spaceFor(element: string, isEnd: boolean): string {
  if (element === 'blockquote') return isEnd ? `${UNQUOTED}\n` : `\n${QUOTED}`;
  return BLOCK.test(element) ? '\n' : '';
}

/**
 * Text without its tags. A row of a table is a line, whatever stands on several lines in its cells, and whichever of
 * them are empty.
 */
function stripTags(html: string): string {
  let [text, from, cells, isInRow] = ['', 0, 0, false];
  for (const tag of html.matchAll(TAG)) {
    const [element, isEnd] = [tag[2]!.toLowerCase(), tag[1] !== ''];
    const before = html.slice(from, tag.index);
    from = tag.index + tag[0].length;
    text += isInRow ? before.replaceAll(/\s+/g, ' ') : before;
    if (element === 'tr' || element === 'table') {
      [isInRow, cells] = [element === 'tr' && !isEnd, 0];
      text += '\n';
    } else if (element === 'td' || element === 'th') {
      text += isEnd ? ' ' : cells > 0 ? CELL : ' ';
      if (!isEnd) cells += 1;
    } else text += isInRow && BLOCK.test(element) ? ' ' : spaceFor(element, isEnd);
  }
  return text + html.slice(from);
}

/** What is quoted as plain text has it: each line behind `> `. */
function withQuoteMarks(text: string): string {
  if (!text.includes(QUOTED)) return text;
  let depth = 0;
  return text
    .split(/\r\n?|[\n\v\f\u2028\u2029]/)
    .map((line) => {
      depth += line.split(QUOTED).length - 1;
      const own = line.replaceAll(QUOTE_MARKS, '').trim();
      const marked = depth > 0 && own !== '' ? `> ${own}` : own;
      depth = Math.max(0, depth - (line.split(UNQUOTED).length - 1));
      return marked;
    })
    .join('\n');
}

/** What HTML says, as it is compared: no markup, one space between words, lower case. */
export function wordsOf(html: string): string {
  return decodeEntities(stripTags(html))
    .replace(QUOTE_MARKS, '')
    .replace(INVISIBLE, '')
    .replace(CELLS, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase();
}

/** What is said in one line, without markup. */
function plainLine(html: string): string {
  return decodeEntities(stripTags(html))
    .replace(QUOTE_MARKS, '')
    .replace(INVISIBLE, '')
    .replace(CONTROL, ' ')
    .replace(CELLS, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/**
 * Takes the bot's mentions out of `<at>` elements and lets `hold` stand in for all others, also for those that no
 * entity tells of. Mention entities come in the order of the elements, so that a person who has the bot's name is told
 * apart from it.
 */
function replaceMentions(
  html: string,
  mentions: Mention[],
  bot: { id: string; name: string },
  hold: (id: string | null, name: string) => string | null,
): string {
  const open = mentions.map((mention) => ({ ...mention, name: wordsOf(mention.text) }));
  const known = [...open];
  return html.replace(MENTION, (_element, inner: string) => {
    const name = wordsOf(inner);
    const index = open.findIndex((mention) => mention.name === name);
    const mention = index >= 0 ? open.splice(index, 1)[0] : known.find((each) => each.name === name);
    const isBot = mention ? mention.id === bot.id : mentions.length === 0 && name === wordsOf(bot.name);
    if (isBot) return BOT;
    return hold(mention?.id ?? null, plainLine(inner)) ?? inner;
  });
}

/**
 * Some clients write a mention without markup: the entity's own text, such as "@Certbot", stands in the message as it
 * is.
 */
function removePlainMentions(text: string, mentions: Mention[], botId: string): string {
  let rest = text;
  for (const mention of mentions) {
    const plain = mention.text.trim();
    if (mention.id !== botId || !plain || plain.length > LONGEST_NAME || /<at/i.test(plain)) continue;
    const at = rest.toLowerCase().indexOf(plain.toLowerCase());
    const after = rest[at + plain.length] ?? ' ';
    if (at < 0 || /[\w.-]/.test(after)) continue;
    rest = `${rest.slice(0, at)}${BOT}${rest.slice(at + plain.length)}`;
  }
  return rest;
}

/** What a link stands for: the text that was typed, or its address when the text is only a title. */
function replaceLinks(html: string): string {
  return html.replace(LINK, (_element, attributes: string, inner: string) => {
    const shown = wordsOf(inner);
    const href = /href\s*=\s*(?:"([^"]*)"|'([^']*)')/i.exec(attributes);
    const address = href?.[1] ?? href?.[2];
    if (address && /^https?:/i.test(address) && !/^[^\s.:]*[.:]\S*$/.test(shown)) return ` ${address} `;
    return inner;
  });
}

/** Where a name stands as words of their own, in text in which other mentions are held; -1 when nowhere. */
function placeOf(name: string, text: string): number {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    const before = text.slice(Math.max(0, at - 2), at);
    const after = text.slice(at + name.length, at + name.length + 3);
    if (!/[\p{L}\p{N}_\ufdd0]$/u.test(before) && !/^(?:[.-]?[\p{L}\p{N}_]|\ufdd0)/u.test(after)) return at;
  }
  return -1;
}

/** Holds people whose mentions stand in the text without markup, in the order of their entities. */
function holdPlainMentions(
  text: string,
  mentions: Mention[],
  botId: string,
  hold: (id: string | null, name: string) => string | null,
): string {
  let rest = text;
  for (const { id, text: shown } of mentions) {
    if (id === botId || shown.length > LONGEST_NAME || /<at/i.test(shown)) continue;
    const name = plainLine(shown);
    const at = name === '' ? -1 : placeOf(name, rest);
    const held = at < 0 ? null : hold(id, name);
    if (held !== null) rest = `${rest.slice(0, at)}${held}${rest.slice(at + name.length)}`;
  }
  return rest;
}

/** One line per line, single spaces, no empty lines. Cells stay apart. */
function tidy(text: string): string {
  return text
    .split(/\r\n?|[\n\v\f\u2028\u2029]/)
    .map((line) => line.replace(/\s+/g, ' ').trim())
    .filter((line) => line.replaceAll(CELL, '').trim() !== '')
    .join('\n');
}

/**
 * A Teams message as a person typed it. `text`: the bot's own mention and all markup removed, entities decoded once,
 * other mentions kept as their names, but for those that stand in front of what the bot is told (“@On call @Certbot
 * check …”), invisible characters gone, one line per line, empty lines dropped, tabs between the cells of a table.
 * `mentions`: the people whom `text` names, in the order in which they stand, each as often as mentioned, with how that
 * reads there.
 */
export function readText(message: { text: string; mentions: Mention[]; bot: { id: string; name: string } }): {
  text: string;
  mentions: Mentioned[];
} {
  const { bot } = message;
  const mentions = message.mentions.slice(0, MOST_ENTITIES);
  const held: { id: string | null; text: string }[] = [];
  function hold(id: string | null, name: string): string | null {
    if (name === '' || held.length >= MOST_MENTIONS) return null;
    held.push({ id, text: name });
    return `${HELD}${held.length - 1}${HELD}`;
  }
  const html = message.text.slice(0, MAX_LENGTH).replace(/[\ufdd0-\ufdd4]/g, '');
  const withoutBot = removePlainMentions(replaceMentions(html, mentions, bot, hold), mentions, bot.id);
  const plain = tidy(
    withQuoteMarks(decodeEntities(stripTags(replaceLinks(withoutBot))))
      .replace(INVISIBLE, '')
      .replace(CONTROL, ' '),
  );
  const everybody = holdPlainMentions(plain, mentions, bot.id, hold);
  const told = everybody.includes(BOT) ? everybody.replace(CALLED, '') : everybody;
  const inOrder: Mentioned[] = [];
  const lines = tidy(told.replaceAll(BOT, ' ')).replace(CELLS, '\t');
  const text = lines.replace(HELD_MENTION, (_held, index: string) => {
    const { id, text: name } = held[Number(index)]!;
    if (id !== null) inOrder.push({ id, text: name });
    return name;
  });
  return { text, mentions: inOrder };
}
