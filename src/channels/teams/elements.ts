import {
  type Card,
  type CardFact,
  type Chart,
  type Group,
  type LifetimeBar,
  type Line,
  type Row,
  type Run,
  type Tone,
  textOf,
} from '../../core/card.ts';
import { NBSP } from '../../core/language/dates.ts';
import type { Say } from '../../core/language/language.ts';
import { barOf, barOfProgress, spokenRow, textBars, TONE_SYMBOLS } from '../card-parts.ts';
import { type Buttons, plainButton } from './actions.ts';
import { escapeMarkdown, isParted, shown, shownMarkdown } from './markup.ts';

/** Width of labels, and of dates beside names. */
const LABEL_WIDTH = '84px';
const DATE_WIDTH = '80px';
/** The longest label that has room in its column, and the longest piece of a name beside a date, characters. */
const LABEL_LENGTH = 10;
const NAME_PIECE = 30;

const STYLES: Record<Tone, string | null> = {
  good: 'good',
  notice: 'accent',
  warning: 'warning',
  attention: 'attention',
  held: 'emphasis',
  neutral: null,
};
/** Of the part of a bar that is left. There is no `Warning` or `Good`: too pale on white to be read. */
const INKS: Record<Tone, object> = {
  good: {},
  notice: { color: 'Accent' },
  warning: { color: 'Attention' },
  attention: { color: 'Attention' },
  held: {},
  neutral: {},
};

type Json = Record<string, unknown>;

function run(piece: string | Run, looks: object = {}): object {
  if (typeof piece === 'string') return { type: 'TextRun', text: shown(piece), ...looks };
  const { text, bold, mono } = piece;
  const own = { ...(bold ? { weight: 'Bolder' } : {}), ...(mono ? { fontType: 'Monospace' } : {}) };
  return { type: 'TextRun', text: shown(text), ...own, ...looks };
}

/** A line as TextRuns, which know no markup: the place for text of others. `looks` are those of every run. */
export function rich(line: Line, block: object = {}, looks: object = {}): Json {
  const pieces = typeof line === 'string' ? [line] : line;
  return { type: 'RichTextBlock', ...block, inlines: pieces.map((piece) => run(piece, looks)) };
}

/**
 * A line as elements. What somebody may copy (`mono`) and what has no room on a phone's line stands in a TextBlock of
 * its own, which breaks words: a TextRun would need an invisible character there, which would be copied as well.
 */
function lines(line: Line, block: object = {}): Json[] {
  const pieces: Exclude<Line, string> = typeof line === 'string' ? [line] : line;
  const at = pieces.findIndex((piece) => typeof piece !== 'string' && piece.mono && isParted(piece.text));
  if (at === -1) return [rich(line, block)];
  const text = escapeMarkdown(textOf([pieces[at]!]));
  const [before, after] = [pieces.slice(0, at), pieces.slice(at + 1)];
  const own = before.length > 0 ? { spacing: 'None' } : block;
  return [
    ...(before.length > 0 ? [rich(before, block)] : []),
    { type: 'TextBlock', ...own, text, wrap: true, fontType: 'Monospace' },
    ...(after.length > 0 ? lines(after, { spacing: 'None' }) : []),
  ];
}

/** An address of the web that is longer than a line, and must stay one word to be copied. */
const LONG_ADDRESS = /:\/\/\S{20,}/;

/** A paragraph. Only a TextBlock breaks words, as a long address needs; its text is escaped. */
export function paragraph(text: string): object {
  return LONG_ADDRESS.test(text)
    ? { type: 'TextBlock', text: shownMarkdown(text), wrap: true, spacing: 'Medium' }
    : rich(text, { spacing: 'Medium' });
}

const QUIET = { size: 'Small', isSubtle: true };

/** State, title and lead: what is read first. Coloured by the tone, which a symbol and a word say as well. */
export function head({ state, title, tone, lead }: Card): object {
  const mark = state ? '' : TONE_SYMBOLS[tone];
  const items = [
    ...(state
      ? [{ type: 'TextBlock', text: shownMarkdown(`${state.symbol} ${state.word}`), weight: 'Bolder', wrap: true }]
      : []),
    {
      type: 'TextBlock',
      text: `${mark}${shownMarkdown(title)}`,
      size: 'Large',
      weight: 'Bolder',
      style: 'heading',
      wrap: true,
      ...(state ? { spacing: 'Small' } : {}),
    },
    ...(lead ? [rich(lead, { spacing: 'Small' })] : []),
  ];
  const style = STYLES[tone];
  return { type: 'Container', ...(style ? { style, bleed: true } : {}), items };
}

function line(gone: number, { from, to, tone }: { from: string; to: string; tone: Tone }): object {
  const { past, dot, rest } = barOf(gone);
  const beside = { size: 'Small', isSubtle: true };
  const inlines = [
    ...(from === '' ? [] : [run(`${from}${NBSP}`, beside)]),
    ...(past === '' ? [] : [{ type: 'TextRun', text: past, fontType: 'Monospace', isSubtle: true }]),
    { type: 'TextRun', text: `${dot}${rest}`, fontType: 'Monospace', weight: 'Bolder', ...INKS[tone] },
    run(`${NBSP}${to}`, beside),
  ];
  return { type: 'RichTextBlock', spacing: 'Medium', inlines };
}

/** How much of a life is over, in text: images and ProgressBars are dropped by some clients. */
export function lifetime({ from, to, gone }: LifetimeBar, tone: Tone): object {
  return line(gone, { from, to, tone });
}

export function progress(done: NonNullable<Card['progress']>, say: Say): object {
  return line(barOfProgress(done), { from: '', to: say('channel.progress', { ...done }), tone: 'neutral' });
}

export function todo({ task, then }: NonNullable<Card['todo']>): object {
  return rich([{ text: task, bold: true }, ...(then ? [` ${then}`] : [])], { spacing: 'Medium' });
}

function longest(text: string): number {
  return Math.max(0, ...text.split(/[\s\-–—/]+/).map(({ length }) => length));
}

/** A label beside its value, or above it where it is too long for its column. */
export function fact({ label, value, mono }: CardFact, isFirst: boolean): object {
  const name = rich(label, {}, { isSubtle: true });
  const said = lines([{ text: value, ...(mono ? { mono } : {}) }]);
  const columns =
    label.length <= LABEL_LENGTH
      ? [
          { type: 'Column', width: LABEL_WIDTH, items: [name] },
          { type: 'Column', width: 'stretch', spacing: 'Small', items: said },
        ]
      : [{ type: 'Column', width: 'stretch', items: [name, ...said.map((one) => ({ ...one, spacing: 'None' }))] }];
  return { type: 'ColumnSet', spacing: isFirst ? 'Medium' : 'Small', columns };
}

/** What is selected with a row: its first action, named by all that the row says, since nothing else is read out. */
function selecting(each: Row, buttons: Buttons): object {
  const [first] = each.actions ?? [];
  const select =
    first && first.kind !== 'choose' ? plainButton(first, buttons, `${spokenRow(each)}: ${first.label}`) : null;
  return select ? { selectAction: select } : {};
}

/** A name with a quiet second line; date and distance beside it, or below where the name needs the whole line. */
function row(each: Row, isFirst: boolean, buttons: Buttons): object {
  const { name, sub = '', date = '', distance = '' } = each;
  const isBelow = longest(textOf(name)) > NAME_PIECE;
  const when = [date, distance].filter(Boolean);
  const second = isBelow ? [when.join(', '), sub].filter(Boolean).join(' · ') : sub;
  const left = [rich(name), ...(second ? [rich(second, { spacing: 'None' }, QUIET)] : [])];
  const [day, ...rest] = when;
  const right =
    isBelow || day === undefined
      ? []
      : [
          rich(day, { horizontalAlignment: 'Right' }),
          ...rest.map((text) => rich(text, { spacing: 'None', horizontalAlignment: 'Right' }, QUIET)),
        ];
  return {
    type: 'ColumnSet',
    spacing: isFirst || (!second && !distance) ? 'Small' : 'Default',
    columns: [
      { type: 'Column', width: 'stretch', items: left },
      ...(right.length > 0 ? [{ type: 'Column', width: DATE_WIDTH, items: right }] : []),
    ],
    ...selecting(each, buttons),
  };
}

/** A chart, and where it cannot be drawn the same as text. In a hidden part always as text: see Android's clients. */
function chart({ title, bars }: Chart, heading: string, isHidden: boolean): object {
  const items = textBars(bars).map((text) => ({
    type: 'RichTextBlock',
    spacing: 'Small',
    inlines: [{ type: 'TextRun', text: shown(text).replaceAll(' ', NBSP), fontType: 'Monospace' }],
  }));
  const asText = { type: 'Container', spacing: 'Small', items };
  if (isHidden) return asText;
  return {
    type: 'Chart.VerticalBar',
    spacing: 'Small',
    ...(title === heading ? {} : { title: shown(title) }),
    data: bars.map(({ label, value }) => ({ x: shown(label), y: value })),
    showBarValues: true,
    fallback: asText,
  };
}

/** How a group stands among the others. */
interface Place {
  /** Id of the element when it is hidden until its button is pressed. */
  id: string | null;
  /** Directly below state and title. */
  isTop: boolean;
}

export function group(each: Group, { id, isTop }: Place, buttons: Buttons): object {
  const { symbol, heading, text = [], rows = [], facts = [], more } = each;
  const words = [symbol, heading].filter(Boolean).join(' ');
  const title = {
    type: 'TextBlock',
    text: shownMarkdown(words),
    // Headings are large unless they say otherwise.
    size: 'Default',
    weight: 'Bolder',
    style: 'heading',
    wrap: true,
  };
  return {
    type: 'Container',
    spacing: isTop ? 'Medium' : 'Large',
    ...(isTop ? {} : { separator: true }),
    ...(id ? { id, isVisible: false } : {}),
    items: [
      ...(words === '' ? [] : [title]),
      ...text.flatMap((one) => lines(one, { spacing: 'Small' })),
      ...rows.map((one, index) => row(one, index === 0, buttons)),
      ...facts.map((one, index) => fact(one, index === 0)),
      ...(each.chart ? [chart(each.chart, heading, id !== null)] : []),
      ...(more ? [rich(more, { spacing: 'Small' }, QUIET)] : []),
    ],
  };
}

export function footnote(text: string): object {
  return rich(text, { spacing: 'Medium' }, QUIET);
}
