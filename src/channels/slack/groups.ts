import type { types } from '@slack/bolt';
import { type CardAction, type CardFact, type Chart, type Group, type Row, textOf } from '../../core/card.ts';
import { textBars } from '../card-parts.ts';
import { clip, plain } from './markup.ts';
import {
  type Block,
  linesOf,
  oneLine,
  type Part,
  type Piece,
  piecesOf,
  plainText,
  richText,
  TEXT_LENGTH,
} from './pieces.ts';
import { pressValue } from './press.ts';

const BUTTON_LENGTH = 75;
const OPTION_VALUE = 150;
const MOST_OPTIONS = 5;
/** Of a row's texts each, UTF-16 units. */
const ROW_LENGTH = 600;
/**
 * Limits of charts (docs.slack.dev, "Data visualization block"; more than two in a message are refused:
 * github.com/vercel/chat/pull/696).
 */
const CHART = { title: 50, label: 20, bars: 20, most: 2 };

/** The id of a channel that Slack can link to: direct and group chats have no name of their own. */
function channelOf(conversation: string | undefined): string | null {
  return /^slack:[^:]*:(C[A-Z0-9]+)$/.exec(conversation ?? '')?.[1] ?? null;
}

export function factLine({ label, value, mono }: CardFact): Piece[] {
  const said = value.trim() === '' ? '–' : value;
  return [
    { text: `${oneLine(label, ROW_LENGTH)}: `, bold: true },
    { text: said, ...(mono ? { mono } : {}) },
  ];
}

/** What a row says beside its name: date, distance, state and owner. */
function restOf({ date = '', distance = '', sub = '' }: Row, length: number): { when: string; sub: string } {
  const when = [date, distance].filter((each) => each.trim() !== '').join(', ');
  return { when: when && oneLine(when, length), sub: plain(sub).trim() && oneLine(sub, length) };
}

/** The name in bold, and what the row says beside it; a link in place of the channel that it names. */
function bullet(row: Row, length: number): Piece[] {
  const { when, sub } = restOf(row, length);
  const channel = channelOf(row.conversation);
  const name = typeof row.name === 'string' ? [{ text: oneLine(row.name, length) }] : piecesOf(row.name);
  const parts = sub ? sub.split(' · ') : [];
  const place = channel ? parts.pop() : undefined;
  const isName = channel !== null && place === undefined;
  return [
    ...name.map((piece) => ({ ...piece, ...(piece.mono ? {} : { bold: true }), ...(isName ? { channel } : {}) })),
    ...(when ? [{ text: ` ${when}` }] : []),
    ...(parts.length > 0 ? [{ text: ` · ${parts.join(' · ')}` }] : []),
    ...(place !== undefined && channel ? [{ text: ' · ' }, { text: place, channel }] : []),
  ];
}

function options(actions: CardAction[]): types.PlainTextOption[] {
  const all = actions.flatMap((each) => {
    const value = each.kind === 'execute' ? pressValue(each.action) : '';
    return value === '' || value.length > OPTION_VALUE ? [] : [{ text: plainText(each.label, BUTTON_LENGTH), value }];
  });
  return all.slice(0, MOST_OPTIONS);
}

/** A row with a menu beside it. */
function section(row: Row, { id, length }: { id: string; length: number }): Block {
  const { when, sub } = restOf(row, length);
  const entries = options(row.actions ?? []);
  const accessory: types.Overflow = { type: 'overflow', action_id: id, options: entries };
  const second = [when, sub].filter(Boolean).join(' · ');
  const text = `${oneLine(textOf(row.name), length)}${second ? `\n${second}` : ''}`;
  return { type: 'section', text: plainText(text, TEXT_LENGTH), ...(entries.length > 0 ? { accessory } : {}) };
}

function isNative({ bars }: Chart): boolean {
  const labels = bars.map(({ label }) => plain(label).trim());
  const areFine = labels.every((label) => label !== '' && label.length <= CHART.label);
  return areFine && labels.length > 0 && labels.length <= CHART.bars && new Set(labels).size === labels.length;
}

/** Type of the block that Slack draws. */
export const CHART_BLOCK = 'data_visualization';

/** Drawn by Slack; its types do not know the block yet. */
function chartBlock({ title, bars }: Chart): Block {
  const data = bars.map(({ label, value }) => ({ label: plain(label).trim(), value }));
  const name = plainText(title, CHART.label).text;
  const block = {
    type: CHART_BLOCK,
    title: plainText(title, CHART.title).text,
    chart: { type: 'bar', series: [{ name, data }], axis_config: { categories: data.map(({ label }) => label) } },
  };
  return block as unknown as Block;
}

/** How groups are laid out. */
export interface Layout {
  /** Of each text at most, UTF-16 units. */
  length: number;
  /** Charts may be drawn by Slack. */
  drawsCharts: boolean;
}

/** Groups below each other. Those that are hidden until their button is pressed are left out: nothing can be hidden. */
export function groupBlocks(groups: Group[], { length: longest, drawsCharts }: Layout): Block[] {
  const length = Math.min(longest, ROW_LENGTH);
  let [rowsSoFar, charts] = [0, 0];
  function blocksOf({ symbol, heading, text = [], rows = [], facts = [], chart, more }: Group): Block[] {
    const title = [symbol, heading].filter(Boolean).join(' ');
    let parts: Part[] = linesOf([[{ text: clip(title, longest), bold: true }], ...text.map(piecesOf)]);
    const blocks: Block[] = [];
    for (const row of rows) {
      rowsSoFar += 1;
      if (!row.actions?.length) {
        parts.push({ kind: 'bullet', pieces: bullet(row, length) });
        continue;
      }
      blocks.push(...richText(parts), section(row, { id: `row:${rowsSoFar - 1}`, length }));
      parts = [];
    }
    parts.push(...linesOf(facts.map(factLine)));
    if (chart && drawsCharts && charts < CHART.most && isNative(chart)) {
      charts += 1;
      blocks.push(...richText(parts), chartBlock(chart));
    } else {
      const bars = chart
        ? textBars(chart.bars).map((line): Part => ({ kind: 'columns', pieces: [{ text: line }] }))
        : [];
      blocks.push(...richText([...parts, ...bars]));
    }
    if (more && plain(more).trim() !== '') blocks.push({ type: 'context', elements: [plainText(more, length)] });
    return blocks;
  }
  return groups.filter(({ toggle }) => !toggle).flatMap(blocksOf);
}
