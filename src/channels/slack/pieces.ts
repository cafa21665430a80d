import type { types } from '@slack/bolt';
import type { Line, Mention } from '../../core/card.ts';
import { unbroken } from '../../core/language/dates.ts';
import { clip, plain } from './markup.ts';

export type Block = types.KnownBlock;
export type RichText = types.RichTextElement;

/** Characters of a block of text (docs.slack.dev, "Block Kit reference"), UTF-16 units. */
export const TEXT_LENGTH = 3000;

/** A piece of a line. */
export interface Piece {
  text: string;
  bold?: boolean;
  italic?: boolean;
  mono?: boolean;
  /** Id of a channel that is named by a link instead. */
  channel?: string;
  /** Somebody, or a group, that is mentioned instead. */
  mention?: Mention;
}

/** Untrusted text for a place without markup, with dates that stay on one line. */
function shown(text: string): string {
  return unbroken(plain(text));
}

/** `emoji: false`, or the middle of `2001:db8:ab::1` would become a picture. */
export function plainText(text: string, length: number): types.PlainTextElement {
  return { type: 'plain_text', text: clip(shown(clip(text, 4 * length)).trim(), length) || '–', emoji: false };
}

/** Text on one line, never empty. */
export function oneLine(text: string | undefined, length: number): string {
  // Cut before as well, or a hostile megabyte would be read again and again.
  const near = plain(clip(text ?? '', 4 * length));
  return clip(near.replace(/\s+/g, ' ').trim(), length) || '–';
}

export function piecesOf(line: Line): Piece[] {
  if (typeof line === 'string') return [{ text: line }];
  return line.map((run) => (typeof run === 'string' ? { text: run } : run));
}

function element({ text, bold, italic, mono, channel, mention }: Piece): RichText {
  if (mention?.kind === 'person') return { type: 'user', user_id: mention.id };
  if (mention) return { type: 'usergroup', usergroup_id: mention.id };
  if (channel) return { type: 'channel', channel_id: channel };
  const style = { ...(bold ? { bold } : {}), ...(italic ? { italic } : {}), ...(mono ? { code: true } : {}) };
  return { type: 'text', text, ...(Object.keys(style).length > 0 ? { style } : {}) };
}

/**
 * The pieces as they are shown, cut where they would fill more than one block; none when there would be nothing to see.
 */
function visible(line: Piece[]): Piece[] {
  const pieces: Piece[] = [];
  let room = TEXT_LENGTH - 10;
  for (const piece of line) {
    if (room <= 0) break;
    const text = clip(shown(piece.text), room);
    room -= text.length;
    if (text !== '' || piece.channel || piece.mention) pieces.push({ ...piece, text });
  }
  return pieces.some(({ text, channel, mention }) => channel || mention || text.trim() !== '') ? pieces : [];
}

/** What one block of text holds: lines below each other, bullets, and text in which columns stand. */
export type Part =
  { kind: 'line'; pieces: Piece[] } | { kind: 'bullet'; pieces: Piece[] } | { kind: 'columns'; pieces: Piece[] };

/** Parts of one kind that follow each other, as Slack wants them. */
function together(kind: Part['kind'], lines: RichText[][]): types.RichTextBlockElement {
  if (kind === 'bullet') {
    const elements = lines.map((elements) => ({ type: 'rich_text_section' as const, elements }));
    return { type: 'rich_text_list', style: 'bullet', elements };
  }
  const elements = lines.flatMap((line, index) => [
    ...(index > 0 ? [{ type: 'text' as const, text: '\n' }] : []),
    ...line,
  ]);
  return kind === 'line'
    ? { type: 'rich_text_section', elements }
    : { type: 'rich_text_preformatted', elements: elements as types.RichTextText[] };
}

/**
 * Parts as rich_text: its text elements render no markup, so that untrusted text shows as it is. Split where a block
 * would hold too much.
 */
export function richText(parts: Part[]): Block[] {
  const blocks: Block[] = [];
  let runs: { kind: Part['kind']; lines: RichText[][] }[] = [];
  let length = 0;
  function flush(): void {
    const elements = runs.map(({ kind, lines }) => together(kind, lines));
    if (elements.length > 0) blocks.push({ type: 'rich_text', elements });
    runs = [];
    length = 0;
  }
  for (const { kind, pieces: line } of parts) {
    const pieces = visible(line);
    if (pieces.length === 0) continue;
    const added = pieces.reduce((sum, { text }) => sum + text.length, 1);
    if (length > 0 && length + added > TEXT_LENGTH) flush();
    const last = runs.at(-1);
    if (last?.kind === kind) last.lines.push(pieces.map(element));
    else runs.push({ kind, lines: [pieces.map(element)] });
    length += added;
  }
  flush();
  return blocks;
}

/** Lines below each other. */
export function linesOf(lines: Piece[][]): Part[] {
  return lines.map((pieces) => ({ kind: 'line', pieces }));
}
