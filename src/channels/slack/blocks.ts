import type { types } from '@slack/bolt';
import type { Card, CardAction, Table, TableRow, Tone } from '../../core/card.ts';
import { clip, escapeText, plain } from './markup.ts';
import { pressValue } from './press.ts';

type Block = types.KnownBlock;
type RichText = types.RichTextElement;

/** Limits of Block Kit (docs.slack.dev, "Block Kit reference"). */
const MOST_BLOCKS = 50;
const MOST_HOME_BLOCKS = 100;
const HEADER_LENGTH = 150;
const TEXT_LENGTH = 3000;
const BUTTON_LENGTH = 75;
const BUTTON_VALUE = 2000;
const OPTION_VALUE = 150;
const MOST_OPTIONS = 5;
const MOST_BUTTONS = 25;
const URL_LENGTH = 3000;
/** Slack refuses messages whose blocks hold more than about 13,000 characters (`msg_blocks_too_long`). */
const MESSAGE_LENGTH = 12_000;
/** A message's `text` is what notifications show; Slack cuts it at 4,000 characters. */
const SUMMARY_LENGTH = 3000;
const PARAGRAPH_SHARE = 4000;
const FACT_SHARE = 4000;
const FOOTNOTE_LENGTH = 2000;
const BAR_LENGTH = 15;

const SYMBOLS: Record<Tone, string> = { good: '✅ ', notice: '🔔 ', warning: '⚠️ ', attention: '🚨 ', neutral: '' };

/** A piece of a line. */
interface Piece {
  text: string;
  bold?: true;
  italic?: true;
  /** Id of a channel that is named by a link instead. */
  channel?: string;
}

/** What a card is cut down to, and what that leaves out. */
interface Fitted {
  paragraphs: string[];
  facts: NonNullable<Card['facts']>;
  rows: TableRow[];
  leftOut: string[];
}

function plainText(text: string, length: number): types.PlainTextElement {
  return { type: 'plain_text', text: clip(plain(text).trim(), length) || '–', emoji: true };
}

function element({ text, bold, italic, channel }: Piece): RichText {
  if (channel) return { type: 'channel', channel_id: channel };
  const style = { ...(bold ? { bold } : {}), ...(italic ? { italic } : {}) };
  return { type: 'text', text, ...(Object.keys(style).length > 0 ? { style } : {}) };
}

function lengthOf(pieces: Piece[]): number {
  return pieces.reduce((sum, { text }) => sum + text.length, 1);
}

/** Lines as rich_text: its text elements render no markup, so that untrusted text shows as it is. Split where a block would hold too much. */
function richText(lines: Piece[][]): Block[] {
  const blocks: Block[] = [];
  let elements: RichText[] = [];
  let length = 0;
  function flush(): void {
    if (elements.length > 0) blocks.push({ type: 'rich_text', elements: [{ type: 'rich_text_section', elements }] });
    elements = [];
    length = 0;
  }
  for (const line of lines) {
    const pieces = line
      .map((piece) => ({ ...piece, text: clip(plain(piece.text), TEXT_LENGTH - 100) }))
      .filter(({ text }) => text !== '');
    if (pieces.length === 0) continue;
    if (length > 0 && length + lengthOf(pieces) > TEXT_LENGTH) flush();
    if (length > 0) elements.push({ type: 'text', text: '\n' });
    for (const piece of pieces) elements.push(element(piece));
    length += lengthOf(pieces);
  }
  flush();
  return blocks;
}

function progressLine({ done, total }: NonNullable<Card['progress']>): string {
  const filled = total > 0 ? Math.floor((Math.min(done, total) / total) * BAR_LENGTH) : BAR_LENGTH;
  return `${'▓'.repeat(filled)}${'░'.repeat(BAR_LENGTH - filled)} ${done} of ${total}`;
}

/** The id of a channel that Slack can link to: direct and group chats have no name of their own. */
function channelOf(conversation: string | undefined): string | null {
  return /^slack:[^:]*:(C[A-Z0-9]+)$/.exec(conversation ?? '')?.[1] ?? null;
}

/** The cells after the first: with their column's title, unless they carry a tone and with it words of their own. */
function cellPieces({ cells }: TableRow, { columns }: Table): Piece[][] {
  return cells.slice(1).map((cell, index): Piece[] => {
    const title = columns[index + 1]?.title;
    const label = cell.tone || columns.length === 2 || !title ? '' : `${title}: `;
    const channel = channelOf(cell.conversation);
    return [{ text: `${label}${channel ? '' : cell.text || '–'}` }, ...(channel ? [{ text: '', channel }] : [])];
  });
}

function rowLine(row: TableRow, table: Table): Piece[] {
  const separator = table.columns.length === 2 ? ' – ' : ' · ';
  const rest = cellPieces(row, table).flatMap((pieces) => [{ text: separator }, ...pieces]);
  return [{ text: row.cells[0]?.text || '–', bold: true }, ...rest];
}

/** A row with a menu beside it. */
function rowSection(row: TableRow, table: Table, index: number): Block {
  const rest = cellPieces(row, table).map((pieces) => pieces.map(({ text }) => text).join(''));
  const options = (row.actions ?? []).flatMap((each) => {
    const value = each.kind === 'execute' ? pressValue(each.action) : '';
    if (value === '' || value.length > OPTION_VALUE) return [];
    return [{ text: plainText(each.label, BUTTON_LENGTH), value }];
  });
  const accessory: types.Overflow = {
    type: 'overflow',
    action_id: `row:${index}`,
    options: options.slice(0, MOST_OPTIONS),
  };
  return {
    type: 'section',
    text: plainText(`${row.cells[0]?.text || '–'}\n${rest.join(' · ')}`, 600),
    ...(options.length > 0 ? { accessory } : {}),
  };
}

function isWebAddress(url: string): boolean {
  return ['http:', 'https:'].includes(URL.parse(url)?.protocol ?? '') && url.length <= URL_LENGTH;
}

function button(each: CardAction, index: number): types.Button | null {
  const text = plainText(each.label, BUTTON_LENGTH);
  if (each.kind === 'open')
    return isWebAddress(each.url) ? { type: 'button', action_id: `link:${index}`, text, url: each.url } : null;
  const value = pressValue(each.action);
  if (value.length > BUTTON_VALUE) return null;
  const style = each.style === 'positive' ? 'primary' : each.style === 'destructive' ? 'danger' : null;
  return { type: 'button', action_id: `act:${index}`, text, value, ...(style ? { style } : {}) };
}

/** As many items from the beginning as have room in `budget` characters. */
function taken<T>(items: T[], budget: number, length: (item: T) => number): T[] {
  let left = budget;
  const fitting = items.findIndex((item) => (left -= length(item)) < 0);
  return fitting < 0 ? items : items.slice(0, fitting);
}

function rowLength({ cells }: TableRow): number {
  return cells.reduce((sum, { text }) => sum + Math.min(text.length, TEXT_LENGTH) + 20, 0);
}

/** The parts of a card that have room in one message, and sentences about what is left out. */
function fit(card: Card, mostRows: number, budget: number): Fitted {
  const paragraphs = taken(card.text ?? [], PARAGRAPH_SHARE, (text) => Math.min(text.length, TEXT_LENGTH));
  const facts = taken(
    card.facts ?? [],
    FACT_SHARE,
    ({ label, value }) => label.length + Math.min(value.length, TEXT_LENGTH),
  );
  const used =
    paragraphs.reduce((sum, text) => sum + Math.min(text.length, TEXT_LENGTH), 0) +
    facts.reduce((sum, { label, value }) => sum + label.length + Math.min(value.length, TEXT_LENGTH), 0) +
    Math.min(card.footnote?.length ?? 0, FOOTNOTE_LENGTH);
  const all = card.table?.rows ?? [];
  const rows = taken(all, budget - used - 500, rowLength).slice(0, mostRows);
  const lines = (card.text?.length ?? 0) - paragraphs.length + (card.facts?.length ?? 0) - facts.length;
  const hidden = all.length - rows.length;
  const leftOut = [
    ...(hidden > 0
      ? [`${hidden} more ${hidden === 1 ? 'row is' : 'rows are'} left out: this message was too long.`]
      : []),
    ...(lines > 0
      ? [`${lines} more ${lines === 1 ? 'line is' : 'lines are'} left out: this message was too long.`]
      : []),
  ];
  return { paragraphs, facts, rows, leftOut };
}

/** The blocks of a card, at most `most`. */
export function blocksOf(card: Card, most: number, budget: number): Block[] {
  const buttons = (card.actions ?? []).map(button).filter((each) => each !== null);
  // Header, progress, footnote, buttons, left-out line, and two each for paragraphs and facts.
  const { paragraphs, facts, rows, leftOut } = fit(card, most - 9, budget);
  const blocks: Block[] = [
    { type: 'header', text: plainText(`${SYMBOLS[card.tone]}${card.title}`, HEADER_LENGTH) },
    ...richText(paragraphs.flatMap((text) => text.split('\n').map((line): Piece[] => [{ text: line }]))),
  ];
  if (card.progress) blocks.push(...richText([[{ text: progressLine(card.progress) }]]));
  blocks.push(
    ...richText(facts.map(({ label, value }): Piece[] => [{ text: `${label}: `, bold: true }, { text: value || '–' }])),
  );
  const { table } = card;
  if (table && rows.some(({ actions }) => actions?.length))
    blocks.push(...rows.map((row, index) => rowSection(row, table, index)));
  else if (table) blocks.push(...richText(rows.map((row) => rowLine(row, table))));
  blocks.push(...richText(leftOut.map((text): Piece[] => [{ text, italic: true }])));
  if (card.footnote) blocks.push({ type: 'context', elements: [plainText(card.footnote, FOOTNOTE_LENGTH)] });
  if (buttons.length > 0) blocks.push({ type: 'actions', elements: buttons.slice(0, MOST_BUTTONS) });
  return blocks.slice(0, most);
}

/** A card as a Slack message: the summary sentence as `text`, for notifications and screen readers, and everything else in blocks. */
export function messageOf(card: Card): { text: string; blocks: Block[] } {
  return {
    text: escapeText(clip(card.summary, SUMMARY_LENGTH)),
    blocks: blocksOf(card, MOST_BLOCKS, MESSAGE_LENGTH),
  };
}

/** A card as a person's App Home tab. */
export function homeView(card: Card): types.HomeView {
  return { type: 'home', blocks: blocksOf(card, MOST_HOME_BLOCKS, 2 * MESSAGE_LENGTH) };
}
