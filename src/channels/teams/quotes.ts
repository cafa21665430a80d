import { z } from 'zod';
import { wordsOf } from './text.ts';

/**
 * Where Teams quotes a message that is replied to (Teams SDK, "Quoted replies"): an empty element, and what it stands
 * for in an entity.
 */
const QUOTED = /<quoted(?:\s[^<>]{0,1000})?(?:\/>|>(?:[^<]{0,5000}<\/quoted\s*>)?)/gi;
/** A quoted or forwarded message inside of HTML. Blockquotes without this type are what somebody wrote. */
const QUOTATION = /itemtype\s*=\s*["']?https?:\/\/schema\.skype\.com\/(Reply|Forward)\b/i;
const BLOCKQUOTE = /<(\/?)blockquote(\s[^<>]{0,4000})?>/gi;
/** How the HTML of a message names people, where its text has `<at>`. */
const NAMED = /<span\s[^<>]{0,1000}schema\.skype\.com\/Mention[^<>]{0,1000}>([^<>]{0,300})<\/span\s*>/gi;
const TABLE = /<table[\s>]/i;
const MENTION = /<at(?:\s[^<>]{0,500})?>[^<>]{0,300}<\/at\s*>/gi;
/** More of a quotation than is looked for in a text. */
const LONGEST = 30_000;
/** More than a message of Teams has of attachments, and an attachment of quotations, that are looked for in its text. */
const MOST = 20;

const htmlSchema = z.object({ contentType: z.string().regex(/^text\/html\b/i), content: z.string() });
const referenceSchema = z.object({
  contentType: z.string().regex(/^(?:forwardedMessageReference|messageReference)$/i),
  content: z.string(),
});
const referredSchema = z.object({
  originalMessageContent: z.string().nullish().catch(undefined),
  messagePreview: z.string().nullish().catch(undefined),
});

interface Apart {
  /** Without the messages that it quotes. What has no end is left as it is. */
  rest: string;
  quotations: string[];
  /** Nothing but a forwarded message: nobody said anything about it. */
  onlyForwards: boolean;
}

function apart(html: string): Apart {
  const quotations: string[] = [];
  let forwards = false;
  let rest = '';
  let copied = 0;
  let depth = 0;
  let begin = 0;
  for (const { 0: tag, 1: slash, 2: attributes = '', index } of html.matchAll(BLOCKQUOTE)) {
    if (depth === 0) {
      const kind = slash ? undefined : QUOTATION.exec(attributes)?.[1];
      if (kind === undefined) continue;
      forwards ||= kind.toLowerCase() === 'forward';
      begin = index;
      depth = 1;
      continue;
    }
    depth += slash ? -1 : 1;
    if (depth > 0) continue;
    quotations.push(html.slice(begin, index));
    rest += `${html.slice(copied, begin)}\n`;
    copied = index + tag.length;
  }
  rest = (rest + html.slice(copied)).replace(NAMED, '<at>$1</at>');
  return { rest, quotations, onlyForwards: forwards && wordsOf(rest.replace(MENTION, '')) === '' };
}

/**
 * What a reference to another message holds of it (Microsoft Graph, chatMessageAttachment, content of message
 * references).
 */
function referred(content: string): string[] {
  try {
    const { originalMessageContent, messagePreview } = referredSchema.parse(JSON.parse(content));
    return [originalMessageContent, messagePreview].filter((each) => typeof each === 'string');
  } catch {
    return [];
  }
}

/**
 * Where a text holds a part that is not empty; -1 when nowhere. In linear time, whatever both are (Knuth, Morris and
 * Pratt): `indexOf` compares them anew at every place.
 */
function placeIn(text: string, part: string): number {
  const back = new Int32Array(part.length);
  for (let at = 1, known = 0; at < part.length; at += 1) {
    while (known > 0 && part[at] !== part[known]) known = back[known - 1]!;
    if (part[at] === part[known]) known += 1;
    back[at] = known;
  }
  for (let at = 0, known = 0; at < text.length; at += 1) {
    while (known > 0 && text[at] !== part[known]) known = back[known - 1]!;
    if (text[at] === part[known]) known += 1;
    if (known === part.length) return at - known + 1;
  }
  return -1;
}

/** A text as quotations are compared (wordsOf), with the place of each of its characters in the text. */
function comparable(text: string): { compared: string; places: number[] } {
  const compared: string[] = [];
  const places: number[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const isSpace = /\s/.test(text.charAt(at));
    if (isSpace && compared.at(-1) === ' ') continue;
    const lower = text.charAt(at).toLowerCase();
    compared.push(isSpace ? ' ' : lower.length === 1 ? lower : text.charAt(at));
    places.push(at);
  }
  return { compared: compared.join(''), places };
}

/** The text without a quotation that stands in it word for word; as it is, when there is nothing else in it. */
function without(quotation: string, text: string): string {
  const quoted = wordsOf(quotation).slice(0, LONGEST).trimEnd();
  if (quoted === '') return text;
  const { compared, places } = comparable(text);
  const at = placeIn(compared, quoted);
  if (at < 0) return text;
  const rest = `${text.slice(0, places[at])}\n${text.slice(places[at + quoted.length - 1]! + 1)}`;
  return wordsOf(rest.replace(MENTION, '')) === '' ? text : rest;
}

/** The text without what an attachment, the message once more as HTML, shows as quoted or forwarded. */
function withoutThose({ rest, quotations, onlyForwards }: Apart, text: string): string {
  if (quotations.length === 0 || onlyForwards) return text;
  const [all, comment] = [wordsOf(text), wordsOf(rest)];
  if (comment !== '' && comment !== all && placeIn(all, comment) >= 0) return rest;
  return quotations.slice(0, MOST).reduce((own, quotation) => without(quotation, own), text);
}

/** The same message as HTML, where that alone tells which words are the cells of a table. */
function withTable({ rest }: Apart, own: string): string {
  if (!TABLE.test(rest) || TABLE.test(own)) return own;
  const letters = (text: string): string => wordsOf(text).replaceAll(' ', '');
  return letters(rest) === letters(own) ? rest : own;
}

/**
 * A message's text as its writer wrote it: without the messages that it quotes, and without a forwarded one where it
 * has a comment. Teams marks them in the text, or tells in an attachment which part of the text they are. A forwarded
 * message without a comment stays: there is nothing else. Which words are a table an attachment may tell alone.
 */
export function ownWords(text: string, attachments: unknown[]): string {
  const unquoted = text.replace(QUOTED, '\n');
  const { rest, onlyForwards } = apart(unquoted);
  let own = onlyForwards ? unquoted : rest;
  for (const attachment of attachments.slice(0, MOST)) {
    const html = htmlSchema.safeParse(attachment).data;
    const reference = referenceSchema.safeParse(attachment).data;
    if (html) {
      const parts = apart(html.content);
      own = withTable(parts, withoutThose(parts, own));
    }
    for (const quotation of reference ? referred(reference.content) : []) own = without(quotation, own);
  }
  return own;
}
