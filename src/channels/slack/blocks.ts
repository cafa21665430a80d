import type { types } from '@slack/bolt';
import type { Card, CardAction, Mention, Table, TableRow, Tone } from '../../core/card.ts';
import { languageOf, sayIn, type Say } from '../../core/language/language.ts';
import { clip, escapeText, plain } from './markup.ts';
import { pressValue } from './press.ts';

type Block = types.KnownBlock;
type RichText = types.RichTextElement;

/**
 * Limits of Block Kit (docs.slack.dev, "Block Kit reference"): blocks of a message and of a Home tab; the others are
 * UTF-16 units and counts.
 */
export const MOST_BLOCKS = 50;
const MOST_HOME_BLOCKS = 100;
const HEADER_LENGTH = 150;
const TEXT_LENGTH = 3000;
const BUTTON_LENGTH = 75;
const BUTTON_VALUE = 2000;
const OPTION_VALUE = 150;
const MOST_OPTIONS = 5;
const MOST_BUTTONS = 25;
const URL_LENGTH = 3000;
/**
 * Slack answers `msg_blocks_too_long` above about 13,200 characters in all blocks together
 * (github.com/slackapi/bolt-js/issues/2509).
 */
const MESSAGE_LENGTH = 12_000;
/** The request carries more than the blocks. Bytes of JSON. */
const BUDGET = 80_000;
/**
 * Slack asks for at most 4,000 characters in a message's `text` (docs.slack.dev, "chat.postMessage", truncating
 * content).
 */
const SUMMARY_LENGTH = 3000;
const BAR_LENGTH = 15;

const SYMBOLS: Record<Tone, string> = {
  good: '✅ ',
  notice: '🔔 ',
  warning: '⚠️ ',
  attention: '🚨 ',
  held: '👀 ',
  neutral: '',
};

/** A piece of a line. */
interface Piece {
  text: string;
  bold?: true;
  italic?: true;
  /** Id of a channel that is named by a link instead. */
  channel?: string;
  /** Somebody, or a group, that is mentioned instead. */
  mention?: Mention;
}

/**
 * Ids that Slack takes in mentions (docs.slack.dev, "User element", "Usergroup element"); it refuses the message for
 * others.
 */
const MENTIONABLE = { person: /^[UW][A-Z0-9]{1,40}$/, group: /^S[A-Z0-9]{1,40}$/ };

/**
 * How long the texts of a card may be, and how many paragraphs and facts it may have; tried one after the other until
 * it has room.
 */
interface Cut {
  paragraph: number;
  value: number;
  cell: number;
  count: number;
}

const CUTS: Cut[] = [
  { paragraph: 2900, value: 1500, cell: 600, count: Infinity },
  { paragraph: 1000, value: 600, cell: 300, count: 50 },
  { paragraph: 300, value: 300, cell: 150, count: 20 },
  { paragraph: 100, value: 100, cell: 100, count: 10 },
];
/** Rather than show fewer rows than this, paragraphs and facts are cut shorter. */
const FEWEST_ROWS = 5;

/** `emoji: false`, or the middle of `2001:db8:ab::1` would become a picture. */
function plainText(text: string, length: number): types.PlainTextElement {
  return { type: 'plain_text', text: clip(plain(clip(text, 4 * length)).trim(), length) || '–', emoji: false };
}

function element({ text, bold, italic, channel, mention }: Piece): RichText {
  if (mention?.kind === 'person') return { type: 'user', user_id: mention.id };
  if (mention) return { type: 'usergroup', usergroup_id: mention.id };
  if (channel) return { type: 'channel', channel_id: channel };
  const style = { ...(bold ? { bold } : {}), ...(italic ? { italic } : {}) };
  return { type: 'text', text, ...(Object.keys(style).length > 0 ? { style } : {}) };
}

/**
 * The pieces as they are shown, cut where they would fill more than one block; none when there would be nothing to see.
 */
function shown(line: Piece[]): Piece[] {
  const pieces: Piece[] = [];
  let room = TEXT_LENGTH - 10;
  for (const piece of line) {
    if (room <= 0) break;
    const text = clip(plain(piece.text), room);
    room -= text.length;
    if (text !== '' || piece.channel || piece.mention) pieces.push({ ...piece, text });
  }
  return pieces.some(({ text, channel, mention }) => channel || mention || text.trim() !== '') ? pieces : [];
}

/**
 * Lines as rich_text: its text elements render no markup, so that untrusted text shows as it is. Split where a block
 * would hold too much.
 */
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
    const pieces = shown(line);
    if (pieces.length === 0) continue;
    const added = pieces.reduce((sum, { text }) => sum + text.length, 1);
    if (length > 0 && length + added > TEXT_LENGTH) flush();
    if (length > 0) elements.push({ type: 'text', text: '\n' });
    for (const piece of pieces) elements.push(element(piece));
    length += added;
  }
  flush();
  return blocks;
}

function progressLine({ done, total }: NonNullable<Card['progress']>, say: Say): string {
  const filled = total > 0 ? Math.floor((Math.min(done, total) / total) * BAR_LENGTH) : BAR_LENGTH;
  return `${'▓'.repeat(filled)}${'░'.repeat(BAR_LENGTH - filled)} ${say('channel.progress', { done, total })}`;
}

/** Whom the card concerns: mentioned, or by name alone. */
function mentionLine(mentions: Mention[], isMentioning: boolean, say: Say): Piece[] {
  const pieces: Piece[] = [{ text: say('channel.for') }];
  for (const mention of mentions) {
    const { kind, id, name } = mention;
    if (isMentioning && MENTIONABLE[kind].test(id)) pieces.push({ text: ' ' }, { text: '', mention });
    else pieces.push({ text: ` @${clip(name, 80).replace(/^@/, '') || id}` });
  }
  return pieces;
}

/** The id of a channel that Slack can link to: direct and group chats have no name of their own. */
function channelOf(conversation: string | undefined): string | null {
  return /^slack:[^:]*:(C[A-Z0-9]+)$/.exec(conversation ?? '')?.[1] ?? null;
}

function cellText(text: string | undefined, length: number): string {
  // Cut before as well, or a hostile megabyte would be read again and again.
  const near = plain(clip(text ?? '', 4 * length));
  return clip(near.replace(/\s+/g, ' ').trim(), length) || '–';
}

/** The cells after the first: with their column's title, unless they carry a tone and with it words of their own. */
function cellPieces({ cells }: TableRow, { columns }: Table, length: number): { label: string; cell: Piece }[] {
  return cells.slice(1).map(({ text, tone, conversation }, index) => {
    const title = cellText(columns[index + 1]?.title, length);
    const label = tone || columns.length === 2 || title === '–' ? '' : `${title}: `;
    const channel = channelOf(conversation);
    return { label, cell: { text: cellText(text, length), ...(channel ? { channel } : {}) } };
  });
}

function rowLine(row: TableRow, table: Table, length: number): Piece[] {
  const separator = table.columns.length === 2 ? ' – ' : ' · ';
  const rest = cellPieces(row, table, length).flatMap(({ label, cell }) => [{ text: `${separator}${label}` }, cell]);
  return [{ text: cellText(row.cells[0]?.text, length), bold: true }, ...rest];
}

function options(actions: CardAction[]): types.PlainTextOption[] {
  const all = actions.flatMap((each) => {
    const value = each.kind === 'execute' ? pressValue(each.action) : '';
    return value === '' || value.length > OPTION_VALUE ? [] : [{ text: plainText(each.label, BUTTON_LENGTH), value }];
  });
  return all.slice(0, MOST_OPTIONS);
}

/** A row with a menu beside it. */
function rowSection(row: TableRow, table: Table, { index, length }: { index: number; length: number }): Block {
  const rest = cellPieces(row, table, length).map(({ label, cell }) => `${label}${cell.text}`);
  const entries = options(row.actions ?? []);
  const accessory: types.Overflow = { type: 'overflow', action_id: `row:${index}`, options: entries };
  return {
    type: 'section',
    text: plainText(`${cellText(row.cells[0]?.text, length)}\n${rest.join(' · ')}`, TEXT_LENGTH),
    ...(entries.length > 0 ? { accessory } : {}),
  };
}

/** Rows with actions have a block of their own each; those between share one. */
function tableBlocks(table: Table, rows: TableRow[], length: number): Block[] {
  const blocks: Block[] = [];
  let lines: Piece[][] = [];
  for (const [index, row] of rows.entries()) {
    if (!row.actions?.length) {
      lines.push(rowLine(row, table, length));
      continue;
    }
    blocks.push(...richText(lines), rowSection(row, table, { index, length }));
    lines = [];
  }
  return [...blocks, ...richText(lines)];
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
  const wanted = each.kind === 'execute' ? each.style : undefined;
  const style = wanted === 'positive' ? 'primary' : wanted === 'destructive' ? 'danger' : null;
  return { type: 'button', action_id: `act:${index}`, text, value, ...(style ? { style } : {}) };
}

/** The blocks of a card with its texts cut and only its first `rows` table rows. */
function render(card: Card, cut: Cut, rows: number, isMentioning: boolean): Block[] {
  const { text = [], facts = [], table } = card;
  // Cards that an earlier version stored name no language.
  const say = sayIn(languageOf(card.language));
  const hiddenRows = (table?.rows.length ?? 0) - rows;
  const hiddenLines = Math.max(0, text.length - cut.count) + Math.max(0, facts.length - cut.count);
  const leftOut = [
    ...(hiddenRows > 0 ? [say('channel.rows-left-out', { number: hiddenRows })] : []),
    ...(hiddenLines > 0 ? [say('channel.lines-left-out', { number: hiddenLines })] : []),
  ];
  const blocks: Block[] = [
    { type: 'header', text: plainText(`${SYMBOLS[card.tone]}${card.title}`, HEADER_LENGTH) },
    ...richText(text.slice(0, cut.count).map((paragraph) => [{ text: clip(paragraph, cut.paragraph) }])),
  ];
  if (card.mentions?.length) blocks.push(...richText([mentionLine(card.mentions, isMentioning, say)]));
  if (card.progress) blocks.push(...richText([[{ text: progressLine(card.progress, say) }]]));
  const factLines = facts.slice(0, cut.count).map(({ label, value }): Piece[] => {
    return [{ text: `${cellText(label, cut.cell)}: `, bold: true }, { text: clip(value, cut.value) || '–' }];
  });
  blocks.push(...richText(factLines));
  if (table) blocks.push(...tableBlocks(table, table.rows.slice(0, rows), cut.cell));
  blocks.push(...richText(leftOut.map((line): Piece[] => [{ text: line, italic: true }])));
  const footnote = plain(card.footnote ?? '').trim();
  if (footnote !== '') blocks.push({ type: 'context', elements: [plainText(footnote, cut.value)] });
  const buttons = (card.actions ?? []).map(button).filter((each) => each !== null);
  if (buttons.length > 0) blocks.push({ type: 'actions', elements: buttons.slice(0, MOST_BUTTONS) });
  return blocks;
}

/** Characters that people see. */
function visibleLength(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let sum = 0;
  for (const [key, each] of Object.entries(value))
    sum += key === 'text' && typeof each === 'string' ? each.length : visibleLength(each);
  return sum;
}

/**
 * The blocks of a card: at most `most`, with at most `length` visible characters. A card that would exceed them is cut:
 * rows first, as long as a few remain, then long texts, then paragraphs and facts, each time with a line that says how
 * many are left out.
 */
function blocksOf(
  card: Card,
  { most, length, isMentioning = false }: { most: number; length: number; isMentioning?: boolean },
): Block[] {
  const all = card.table?.rows.length ?? 0;
  function fits(blocks: Block[]): boolean {
    if (blocks.length > most || visibleLength(blocks) > length) return false;
    return Buffer.byteLength(JSON.stringify(blocks)) <= BUDGET;
  }
  for (const cut of CUTS) {
    const whole = render(card, cut, all, isMentioning);
    if (fits(whole)) return whole;
    let [low, high] = [Math.min(all, FEWEST_ROWS), all];
    if (!fits(render(card, cut, low, isMentioning))) continue;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (fits(render(card, cut, middle, isMentioning))) low = middle;
      else high = middle - 1;
    }
    return render(card, cut, low, isMentioning);
  }
  const last = CUTS.at(-1)!;
  const rowless = render(card, last, 0, isMentioning);
  return fits(rowless) ? rowless : render({ ...card, actions: [] }, last, 0, isMentioning);
}

/** The summary, escaped for mrkdwn, which makes up to five characters of one. */
function summaryText({ summary, title }: Card): string {
  const shown = plain(summary).trim() || plain(title).trim() || '–';
  const escaped = escapeText(clip(shown, SUMMARY_LENGTH));
  return escaped.length <= SUMMARY_LENGTH ? escaped : escapeText(clip(shown, SUMMARY_LENGTH / 5));
}

/**
 * A card as a Slack message: the summary sentence as `text`, for notifications and screen readers, and everything in
 * blocks. All text is escaped for its place, and whatever the card holds, Slack's limits are kept. `isMentioning`: whom
 * it concerns is mentioned, which notifies them, instead of named.
 */
export function messageOf(card: Card, { isMentioning = false } = {}): { text: string; blocks: Block[] } {
  const limits = { most: MOST_BLOCKS, length: MESSAGE_LENGTH };
  return { text: summaryText(card), blocks: blocksOf(card, { ...limits, isMentioning }) };
}

/**
 * A card as a person's App Home tab (docs.slack.dev, "Home tab views"). Nothing is sent to a channel, so twice as much
 * has room.
 */
export function homeView(card: Card): types.HomeView {
  return { type: 'home', blocks: blocksOf(card, { most: MOST_HOME_BLOCKS, length: 2 * MESSAGE_LENGTH }) };
}
