import type { Card, CardAction, Mention, Table, TableCell, Tone } from '../../core/card.ts';
import { languageOf, sayIn, type Language, type Say } from '../../core/language/language.ts';
import { clip, escapeMarkdown, plain } from './markup.ts';

/** An Adaptive Card, version 1.5, as plain JSON (https://adaptivecards.io/explorer). */
export interface AdaptiveCard {
  type: 'AdaptiveCard';
  $schema: string;
  version: '1.5';
  lang: Language;
  speak: string;
  fallbackText: string;
  body: object[];
  actions?: object[];
  msteams?: { width?: 'Full'; entities?: object[] };
}

/** Content type of the attachment that carries an Adaptive Card. */
export const ADAPTIVE_CARD = 'application/vnd.microsoft.card.adaptive';
/** Keys of ours inside an action's data, beside what the card put there. */
export const DELIVERY_KEY = 'certbotDeliveryId';
export const ACTION_KEY = 'certbotAction';
/**
 * The largest message that Teams takes, bytes of its JSON in UTF-16 (Teams, "Format your bot messages"), and what older
 * hosts take.
 */
const LARGEST = 100_000;
const LARGEST_OF_OLDER = 28_000;
/**
 * What is left for the rest of a message: who is written to by whom, what the message says for programs. Characters.
 */
const ENVELOPE = 3500;
/** Room for a card and its summary in one message, in characters (UTF-16 units, two bytes each). */
export const ROOM = LARGEST / 2 - ENVELOPE;
export const ROOM_OF_OLDER = LARGEST_OF_OLDER / 2 - ENVELOPE;
/** As long as a delivery id is. */
const SOME_ID = '00000000-0000-0000-0000-000000000000';
/** More than six buttons end up behind a menu that some clients lack. */
const MAX_ACTIONS = 6;
const BAR_LENGTH = 15;

const SYMBOLS: Record<Tone, string> = {
  good: '✅ ',
  notice: '🔔 ',
  warning: '⚠️ ',
  attention: '🚨 ',
  held: '👀 ',
  neutral: '',
};
const STYLES: Record<Tone, string> = {
  good: 'good',
  notice: 'accent',
  warning: 'warning',
  attention: 'attention',
  held: 'emphasis',
  neutral: 'default',
};

/** In the card's language. Cards that an earlier version stored name none. */
function sayFor({ language }: Card): Say {
  return sayIn(languageOf(language));
}

function richText(text: string, options: object = {}, block: object = {}): object {
  return { type: 'RichTextBlock', inlines: [{ type: 'TextRun', text: plain(text), ...options }], ...block };
}

function title(card: Card): object {
  const heading = {
    type: 'TextBlock',
    text: `${SYMBOLS[card.tone]}${escapeMarkdown(card.title)}`,
    size: 'Medium',
    weight: 'Bolder',
    style: 'heading',
    wrap: true,
  };
  if (card.tone === 'neutral') return heading;
  return { type: 'Container', style: STYLES[card.tone], bleed: true, items: [heading] };
}

function facts(entries: NonNullable<Card['facts']>): object {
  return {
    type: 'FactSet',
    spacing: 'Medium',
    facts: entries.map(({ label, value }) => ({ title: escapeMarkdown(label), value: escapeMarkdown(value) })),
  };
}

function cell({ text, tone }: TableCell, options: object = {}): object {
  const style = tone && tone !== 'neutral' ? { style: STYLES[tone] } : {};
  return { type: 'TableCell', ...style, items: [richText(text, options)] };
}

function table({ columns, rows }: Table): object {
  return {
    type: 'Table',
    spacing: 'Medium',
    firstRowAsHeaders: true,
    showGridLines: true,
    columns: columns.map(({ weight }) => ({ width: weight })),
    rows: [
      { type: 'TableRow', cells: columns.map((column) => cell({ text: column.title }, { weight: 'Bolder' })) },
      ...rows.map(({ cells }) => ({ type: 'TableRow', cells: cells.map((each) => cell(each)) })),
    ],
  };
}

/** ProgressBar is dropped by older clients, so progress is text: `▓▓▓▓▓░░░░░░░░░░ 120 of 400`. */
function progress({ done, total }: NonNullable<Card['progress']>, say: Say): object {
  const filled = total > 0 ? Math.floor((Math.min(done, total) / total) * BAR_LENGTH) : BAR_LENGTH;
  const bar = '▓'.repeat(filled) + '░'.repeat(BAR_LENGTH - filled);
  return richText(`${bar} ${say('channel.progress', { done, total })}`);
}

/**
 * Who can be mentioned: Teams' own ids of people, or those of the directory. A tag or a group takes ids that a bot is
 * not told.
 */
function isMentionable({ kind, id }: Mention): boolean {
  return kind === 'person' && id !== '';
}

/**
 * A name as it may stand in `<at>`: the entity has to repeat it character for character, so that it holds nothing that
 * is escaped or rendered.
 */
function atName({ name }: Mention): string {
  return clip(plain(name).replaceAll(/[^\p{L}\p{M}\p{N} .,'-]/gu, ' '), 80)
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/**
 * Whom the card concerns: mentioned, with the entities for that, or by name alone (learn.microsoft.com, "Format cards
 * in Teams", mentions in Adaptive Cards).
 */
function mentioned(mentions: Mention[], isMentioning: boolean, say: Say): { line: object; entities: object[] } | null {
  if (mentions.length === 0) return null;
  const entities: object[] = [];
  const parts = mentions.map((mention) => {
    const name = atName(mention);
    if (!isMentioning || name === '' || !isMentionable(mention))
      return escapeMarkdown(`@${mention.name || mention.id}`);
    const text = `<at>${name}</at>`;
    entities.push({ type: 'mention', text, mentioned: { id: mention.id, name } });
    return text;
  });
  return { line: { type: 'TextBlock', text: [say('channel.for'), ...parts].join(' '), wrap: true }, entities };
}

function isWebAddress(url: string): boolean {
  return ['http:', 'https:'].includes(URL.parse(url)?.protocol ?? '');
}

function action(each: CardAction, deliveryId: string | null): object | null {
  const label = clip(plain(each.label), 100);
  if (each.kind === 'open')
    return isWebAddress(each.url) ? { type: 'Action.OpenUrl', title: label, url: each.url } : null;
  const { name, data } = each.action;
  const carried = { ...data, [ACTION_KEY]: name, ...(deliveryId ? { [DELIVERY_KEY]: deliveryId } : {}) };
  const style = each.kind === 'execute' && each.style ? { style: each.style } : {};
  return {
    type: 'Action.Execute',
    title: label,
    verb: name,
    data: carried,
    ...style,
    fallback: { type: 'Action.Submit', title: label, data: carried, ...style },
  };
}

/** How a card is sent: with the delivery id in its buttons, and whether whom it concerns is mentioned. */
interface Sending {
  deliveryId: string | null;
  isMentioning: boolean;
}

function render(card: Card, { deliveryId, isMentioning }: Sending, leftOut: string[]): AdaptiveCard {
  const body: object[] = [title(card)];
  for (const paragraph of card.text ?? []) body.push(richText(paragraph));
  const concerned = mentioned(card.mentions ?? [], isMentioning, sayFor(card));
  if (concerned) body.push(concerned.line);
  if (card.progress) body.push(progress(card.progress, sayFor(card)));
  if (card.facts?.length) body.push(facts(card.facts));
  if (card.table?.rows.length) body.push(table(card.table));
  for (const line of leftOut) body.push(richText(line, { italic: true }));
  if (card.footnote) body.push(richText(card.footnote, { isSubtle: true, size: 'Small' }, { spacing: 'Medium' }));
  const actions = (card.actions ?? []).map((each) => action(each, deliveryId)).filter((each) => each !== null);
  const msteams = {
    ...(card.table?.rows.length ? { width: 'Full' as const } : {}),
    ...(concerned?.entities.length ? { entities: concerned.entities } : {}),
  };
  return {
    type: 'AdaptiveCard',
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    version: '1.5',
    lang: sayFor(card).language,
    // May be SSML, so a "<" would start an element.
    speak: plain(card.summary).replaceAll('&', '&amp;').replaceAll('<', '&lt;'),
    fallbackText: escapeMarkdown(card.summary),
    body,
    ...(actions.length ? { actions: actions.slice(0, MAX_ACTIONS) } : {}),
    ...(Object.keys(msteams).length > 0 ? { msteams } : {}),
  };
}

function lengthOf(rendered: AdaptiveCard, { summary }: Card): number {
  return JSON.stringify(rendered).length + JSON.stringify(summary).length;
}

/** How much of a message a whole card takes: characters of its JSON and of its summary's. */
export function cardLength(card: Card): number {
  return lengthOf(render(card, { deliveryId: SOME_ID, isMentioning: true }, []), card);
}

/** The card with every text cut to `length` characters and at most `count` paragraphs and facts. */
function shortened(card: Card, length: number, count: number): { card: Card; leftOut: string[] } {
  const leftOut: string[] = [];
  const hidden = Math.max(0, (card.text?.length ?? 0) - count) + Math.max(0, (card.facts?.length ?? 0) - count);
  if (hidden > 0) leftOut.push(sayFor(card)('channel.lines-left-out', { number: hidden }));
  const cut = (text: string) => clip(text, length);
  const short: Card = {
    ...card,
    summary: cut(card.summary),
    title: cut(card.title),
    ...(card.text ? { text: card.text.slice(0, count).map(cut) } : {}),
    ...(card.facts
      ? { facts: card.facts.slice(0, count).map(({ label, value }) => ({ label: cut(label), value: cut(value) })) }
      : {}),
    ...(card.footnote ? { footnote: cut(card.footnote) } : {}),
  };
  if (card.table) {
    const rows = card.table.rows.map(({ cells }) => ({
      cells: cells.map((each) => ({ ...each, text: cut(each.text) })),
    }));
    short.table = { ...card.table, rows };
  }
  return { card: short, leftOut };
}

/** The rendering with as many table rows as fit, or null when not even an empty table does. */
function withFittingRows(card: Card, sending: Sending, leftOut: string[], room: number): AdaptiveCard | null {
  const rows = card.table?.rows ?? [];
  const fits = (rendered: AdaptiveCard): boolean => lengthOf(rendered, card) <= room;
  const cutAt = (count: number): AdaptiveCard => {
    const hidden = rows.length - count;
    const more = hidden > 0 ? [sayFor(card)('channel.rows-left-out', { number: hidden })] : [];
    const shown = card.table ? { ...card, table: { ...card.table, rows: rows.slice(0, count) } } : card;
    return render(shown, sending, [...more, ...leftOut]);
  };
  if (!fits(cutAt(0))) return null;
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(cutAt(middle))) low = middle;
    else high = middle - 1;
  }
  return cutAt(low);
}

/**
 * A card as Adaptive Card 1.5. All text is escaped for its place. A card that takes more than `room` (see ROOM), and
 * that is not told in pages, is cut: long texts first, then table rows, then paragraphs and facts, each time with a
 * line that says how many are left out. `deliveryId` goes into the data of its buttons. `isMentioning`: whom it
 * concerns is mentioned, which notifies them, instead of named.
 */
export function adaptiveCard(
  card: Card,
  deliveryId: string | null,
  { room = ROOM, isMentioning = false } = {},
): AdaptiveCard {
  const sending = { deliveryId, isMentioning };
  const whole = render(card, sending, []);
  if (lengthOf(whole, card) <= room) return whole;
  for (const [length, count] of [
    [1000, 50],
    [300, 20],
    [100, 10],
  ] as const) {
    const short = shortened(card, length, count);
    const cut = withFittingRows(short.card, sending, short.leftOut, room);
    if (cut) return cut;
  }
  const { actions: _actions, table: _table, ...rest } = shortened(card, 100, 3).card;
  return render(rest, sending, [sayFor(card)('channel.rest-left-out')]);
}
