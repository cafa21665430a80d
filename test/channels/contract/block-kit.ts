import assert from 'node:assert/strict';
import type { Tone } from '../../../src/core/card.ts';
import { asRead, bareTitle, MENTIONED, rowSeen, type SeenCard } from './channel-under-test.ts';

const SYMBOLS: [symbol: string, tone: Tone][] = [
  ['✅ ', 'good'],
  ['🔔 ', 'notice'],
  ['⚠️ ', 'warning'],
  ['🚨 ', 'attention'],
];

/**
 * Emphasis that Slack would render in mrkdwn: marks around words that stand free. A word joiner beside a mark keeps it
 * from pairing.
 */
const EMPHASIS = /(?<![\w\u2060])([*_~`])(?![\s\u2060])[^\n]*?(?<![\s\u2060])\1(?![\w\u2060])/;

/** Text that Slack renders as mrkdwn, as people see it. Fails when it would show as anything but plain text. */
export function shownMrkdwn(text: string): string {
  assert.doesNotMatch(text, /[<>]/, 'Slack would render a link or a mention here');
  assert.doesNotMatch(text, EMPHASIS, 'Slack would render emphasis here');
  return text.replaceAll('\u2060', '').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

interface Run {
  text: string;
  /** Or what can be typed: names of rows are either. */
  bold: boolean;
}

function textOf({ type, text }: any): string {
  return type === 'mrkdwn' ? shownMrkdwn(text) : text;
}

function runOf(element: any): Run {
  if (element.type === 'user') {
    assert.match(element.user_id, /^[UW][A-Z0-9]+$/);
    return { text: MENTIONED, bold: false };
  }
  assert.equal(element.type, 'text', `a rich_text element that is not plain: ${JSON.stringify(element)}`);
  return { text: element.text, bold: element.style?.bold === true || element.style?.code === true };
}

interface Line {
  runs: Run[];
  isBullet: boolean;
}

/** The lines of a rich_text block, each as runs. */
function linesOf(block: any): Line[] {
  const lines: Line[] = [];
  const parts = block.elements.flatMap((part: any) =>
    part.type === 'rich_text_list'
      ? part.elements.map((each: any) => ({ ...each, isBullet: true }))
      : [{ ...part, isBullet: false }],
  );
  for (const { type, elements, isBullet } of parts) {
    assert.equal(type, 'rich_text_section');
    lines.push({ runs: [], isBullet });
    for (const run of elements.map(runOf)) {
      const [first, ...more] = run.text.split('\n');
      if (first !== '') lines.at(-1)!.runs.push({ ...run, text: first });
      for (const each of more) lines.push({ runs: each === '' ? [] : [{ ...run, text: each }], isBullet });
    }
  }
  return lines.filter(({ runs }) => runs.length > 0);
}

function toneOf(text: string): Tone {
  return SYMBOLS.find(([each]) => text.startsWith(each))?.[1] ?? 'neutral';
}

/** A bullet is a row, its name in bold; another line that begins with a bold label is a fact. */
function sortLine({ runs, isBullet }: Line, seen: SeenCard): void {
  const whole = runs.map(({ text }) => text).join('');
  const bold = runs.findIndex((run) => !run.bold);
  const head = runs
    .slice(0, bold < 0 ? runs.length : bold)
    .map(({ text }) => text)
    .join('');
  const rest = whole.slice(head.length);
  const label = /^(.*): $/.exec(head)?.[1];
  if (isBullet) seen.rows.push(rowSeen(head || whole, head ? [rest] : []));
  else if (label === undefined) seen.texts.push(asRead(whole));
  else seen.facts.push({ label: asRead(label), value: asRead(rest) });
}

function labelOf({ type, text, placeholder, options }: any): string[] {
  if (type === 'overflow') return options.map((option: any) => option.text.text);
  return [type === 'button' ? text.text : placeholder.text];
}

/** A message's text and blocks, as Slack shows them. Fails on blocks that it does not know. */
export function readBlocks({ text, blocks = [] }: { text: string; blocks?: Record<string, any>[] }): SeenCard {
  const [header, ...rest] = blocks;
  assert.equal(header?.['type'], 'header', `no header: ${JSON.stringify(header)}`);
  const shown: string = header!['text'].text;
  const seen: SeenCard = {
    summary: shownMrkdwn(text),
    title: bareTitle(shown),
    tone: toneOf(shown),
    texts: [],
    facts: [],
    rows: [],
    footnotes: [],
    buttons: [],
    menus: [],
  };
  for (const block of rest) {
    const type: string = block['type'];
    if (type === 'rich_text') for (const line of linesOf(block)) sortLine(line, seen);
    else if (type === 'section') {
      const [name, ...others] = textOf(block['text']).split('\n');
      seen.rows.push(rowSeen(name!, others));
      const options: any[] = block['accessory']?.options ?? [];
      if (options.length > 0) seen.menus.push(options.map((option) => option.text.text));
    } else if (type === 'context' && block['block_id'] === 'details') {
      for (const line of block['elements'].flatMap((each: any) => textOf(each).split('\n'))) {
        const [label, ...value] = asRead(line).split(': ');
        seen.facts.push({ label: label!, value: value.join(': ') });
      }
    } else if (type === 'context') seen.footnotes.push(asRead(block['elements'].map(textOf).join(' ')));
    else if (type === 'actions')
      for (const each of block['elements'])
        seen.buttons.push(...labelOf(each).map((label) => ({ label: asRead(label), url: each.url ?? null })));
    else if (type !== 'divider') assert.fail(`a block that this reader does not know: ${type}`);
  }
  return seen;
}
