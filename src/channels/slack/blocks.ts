import type { types } from '@slack/bolt';
import type { Card, Mention } from '../../core/card.ts';
import { languageOf, sayIn, type Say } from '../../core/language/language.ts';
import { barOf, barOfProgress, rowsIn, TONE_SYMBOLS, withRows } from '../card-parts.ts';
import { shortened } from '../shortened.ts';
import { elementsOf } from './actions.ts';
import { factLine, groupBlocks, type Layout } from './groups.ts';
import { clip, escapeText, plain } from './markup.ts';
import { type Block, linesOf, type Piece, piecesOf, plainText, richText, TEXT_LENGTH } from './pieces.ts';

/**
 * Limits of Block Kit (docs.slack.dev, "Block Kit reference"): blocks of a message and of a Home tab; the others are
 * UTF-16 units and counts.
 */
export const MOST_BLOCKS = 50;
const MOST_HOME_BLOCKS = 100;
const HEADER_LENGTH = 150;
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

/**
 * Ids that Slack takes in mentions (docs.slack.dev, "User element", "Usergroup element"); it refuses the message for
 * others.
 */
const MENTIONABLE = { person: /^[UW][A-Z0-9]{1,40}$/, group: /^S[A-Z0-9]{1,40}$/ };

/**
 * How long the texts of a card may be, and how many paragraphs and facts it may have; tried one after the other until
 * it has room.
 */
const CUTS = [
  { length: 2900, count: Infinity },
  { length: 1000, count: 50 },
  { length: 300, count: 20 },
  { length: 100, count: 10 },
];
/** Rather than show fewer rows than this, paragraphs and facts are cut shorter. */
const FEWEST_ROWS = 5;

function barLine(gone: number, from: string, to: string): Piece[] {
  const { past, dot, rest } = barOf(gone);
  return [{ text: `${from === '' ? '' : `${from} `}${past}${dot}${rest} ${to}` }];
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

/** A quiet block, none where there is nothing to see. */
function context(text: string, id?: string): Block[] {
  const block = { type: 'context' as const, elements: [plainText(text, TEXT_LENGTH)], ...(id ? { block_id: id } : {}) };
  return plain(text).trim() === '' ? [] : [block];
}

interface Rendering extends Layout {
  isMentioning: boolean;
  /** What is left out, a line each. */
  leftOut: string[];
}

/**
 * State and title first: notifications are made of the first block. Nothing can be hidden: the details stand small at
 * the end.
 */
function render(card: Card, { leftOut, isMentioning, ...layout }: Rendering): Block[] {
  const {
    state,
    tone,
    lead,
    bar,
    todo,
    text = [],
    mentions = [],
    progress,
    facts = [],
    groups = [],
    details = [],
    opening,
  } = card;
  // Cards that an earlier version stored name no language.
  const say = sayIn(languageOf(card.language));
  const header = state ? `${state.symbol} ${state.word}: ${card.title}` : `${TONE_SYMBOLS[tone]}${card.title}`;
  const lines = (...all: Piece[][]): Block[] => richText(linesOf(all));
  const elements = elementsOf(card.actions ?? []);
  return [
    // Notifications of desktops are made of the first block: what a persona says comes after what is the matter.
    { type: 'header', text: plainText(header, HEADER_LENGTH) },
    ...(opening === undefined ? [] : lines([{ text: opening, italic: true }])),
    ...lines(...(lead ? [piecesOf(lead)] : []), ...(bar ? [barLine(bar.gone, bar.from, bar.to)] : [])),
    ...(todo ? lines([{ text: todo.task, bold: true }, ...(todo.then ? [{ text: ` ${todo.then}` }] : [])]) : []),
    ...lines(...text.map((each): Piece[] => [{ text: each }])),
    ...(mentions.length > 0 ? lines(mentionLine(mentions, isMentioning, say)) : []),
    ...(progress ? lines(barLine(barOfProgress(progress), '', say('channel.progress', { ...progress }))) : []),
    ...lines(...facts.map(factLine)),
    ...groupBlocks(groups, layout),
    ...lines(...leftOut.map((line): Piece[] => [{ text: line, italic: true }])),
    ...context(card.footnote ?? ''),
    ...(elements.length > 0 ? [{ type: 'actions' as const, elements }] : []),
    ...context(details.map(({ label, value }) => `${label}: ${value}`).join('\n'), 'details'),
  ];
}

/** Characters that people see. */
function visibleLength(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let sum = 0;
  for (const [key, each] of Object.entries(value))
    sum += key === 'text' && typeof each === 'string' ? each.length : visibleLength(each);
  return sum;
}

interface Room {
  /** Blocks. */
  most: number;
  /** Visible characters. */
  length: number;
  isMentioning?: boolean;
  drawsCharts?: boolean;
}

/**
 * The blocks of a card: at most `most`, with at most `length` visible characters. A card that would exceed them is cut:
 * details first, then rows, as long as a few remain, then long texts, then paragraphs and facts, each time with a line
 * that says how many are left out.
 */
function blocksOf(card: Card, { most, length: longest, isMentioning = false, drawsCharts = false }: Room): Block[] {
  const { details, ...undetailed } = card;
  const all = rowsIn(card);
  const say = sayIn(languageOf(card.language));
  function fits(blocks: Block[]): boolean {
    if (blocks.length > most || visibleLength(blocks) > longest) return false;
    return Buffer.byteLength(JSON.stringify(blocks)) <= BUDGET;
  }
  const whole = render(card, { length: CUTS[0]!.length, drawsCharts, isMentioning, leftOut: [] });
  if (fits(whole)) return whole;
  for (const { length, count } of CUTS) {
    const short = shortened(undetailed, { length, count });
    const lines = short.leftOut + (details?.length ?? 0);
    const cutAt = (rows: number, shown = short.card): Block[] => {
      const leftOut = [
        ...(rows < all ? [say('channel.rows-left-out', { number: all - rows })] : []),
        ...(lines > 0 ? [say('channel.lines-left-out', { number: lines })] : []),
      ];
      return render(withRows(shown, rows), { length, drawsCharts, isMentioning, leftOut });
    };
    const rows = mostThat((count) => fits(cutAt(count)), Math.min(all, FEWEST_ROWS), all);
    if (rows !== null) return cutAt(rows);
  }
  const last = shortened(undetailed, CUTS.at(-1)!).card;
  const leftOut = [say('channel.rest-left-out')];
  const rowless = { ...withRows(last, 0), groups: [] };
  const layout = { length: CUTS.at(-1)!.length, drawsCharts: false, isMentioning, leftOut };
  const short = render(rowless, layout);
  return fits(short) ? short : render({ ...rowless, actions: [] }, layout);
}

/** The largest number from `least` to `most` for which something holds that holds for all smaller ones; else null. */
function mostThat(holds: (count: number) => boolean, least: number, most: number): number | null {
  if (!holds(least)) return null;
  let [low, high] = [least, most];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (holds(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
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
 * it concerns is mentioned, which notifies them, instead of named. `drawsCharts`: by Slack, which not every workspace
 * has, instead of as text.
 */
export function messageOf(
  card: Card,
  options: { isMentioning?: boolean; drawsCharts?: boolean } = {},
): { text: string; blocks: Block[] } {
  return {
    text: summaryText(card),
    blocks: blocksOf(card, { most: MOST_BLOCKS, length: MESSAGE_LENGTH, ...options }),
  };
}

/**
 * A card as a person's App Home tab (docs.slack.dev, "Home tab views"). Nothing is sent to a channel, so twice as much
 * has room.
 */
export function homeView(card: Card): types.HomeView {
  return { type: 'home', blocks: blocksOf(card, { most: MOST_HOME_BLOCKS, length: 2 * MESSAGE_LENGTH }) };
}
