import assert from 'node:assert/strict';
import type { Tone } from '../../../src/core/card.ts';
import { MENTIONED, type SeenCard } from './channel-under-test.ts';

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

/** The text of a row, the first part of which may be bold. */
function rowText(block: any): string {
  return textOf({
    ...block,
    text: block.type === 'mrkdwn' ? block.text.replace(/^\*([^\n]*?)\*(?=\s|$)/, '$1') : block.text,
  });
}

interface Run {
  text: string;
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
  return { text: element.text, bold: element.style?.bold === true };
}

/** The lines of a rich_text block, each as runs. */
function linesOf(block: any): Run[][] {
  const lines: Run[][] = [];
  const parts = block.elements.flatMap((part: any) => (part.type === 'rich_text_list' ? part.elements : [part]));
  for (const part of parts) {
    assert.equal(part.type, 'rich_text_section');
    lines.push([]);
    for (const { text, bold } of part.elements.map(runOf)) {
      const [first, ...more] = text.split('\n');
      if (first !== '') lines.at(-1)!.push({ text: first, bold });
      for (const each of more) lines.push(each === '' ? [] : [{ text: each, bold }]);
    }
  }
  return lines.filter((runs) => runs.length > 0);
}

function titleOf(text: string): Pick<SeenCard, 'title' | 'tone'> {
  const [symbol, tone] = SYMBOLS.find(([each]) => text.startsWith(each)) ?? ['', 'neutral' as const];
  return { title: text.slice(symbol.length), tone };
}

/** A line that begins in bold is a fact when a colon ends the bold part, else a row of a table. */
function sortLine(runs: Run[], seen: SeenCard): void {
  const whole = runs.map(({ text }) => text).join('');
  if (!runs[0]!.bold) return void seen.texts.push(whole);
  const bold = runs.findIndex((run) => !run.bold);
  const head = runs
    .slice(0, bold < 0 ? runs.length : bold)
    .map(({ text }) => text)
    .join('');
  const label = /^(.*):\s*$/.exec(head)?.[1] ?? (/^:\s/.test(whole.slice(head.length)) ? head : undefined);
  if (label === undefined) seen.rows.push([whole]);
  else seen.facts.push({ label, value: whole.slice(head.length).replace(/^:?\s+/, '') });
}

/** A message's text and blocks, as Slack shows them. Fails on blocks that it does not know. */
export function readBlocks({ text, blocks = [] }: { text: string; blocks?: Record<string, any>[] }): SeenCard {
  const [header, ...rest] = blocks;
  assert.equal(header?.['type'], 'header', `no header: ${JSON.stringify(header)}`);
  const seen: SeenCard = {
    summary: shownMrkdwn(text),
    ...titleOf(header!['text'].text),
    texts: [],
    facts: [],
    columns: [],
    rows: [],
    footnote: null,
    buttons: [],
    menus: [],
  };
  for (const block of rest) {
    const type: string = block['type'];
    if (type === 'rich_text') for (const runs of linesOf(block)) sortLine(runs, seen);
    else if (type === 'section') {
      seen.rows.push([rowText(block['text'])]);
      const options: any[] = block['accessory']?.options ?? [];
      if (options.length > 0) seen.menus.push(options.map((option) => option.text.text));
    } else if (type === 'context') seen.footnote = block['elements'].map(textOf).join(' ');
    else if (type === 'actions')
      seen.buttons.push(...block['elements'].map((each: any) => ({ label: each.text.text, url: each.url ?? null })));
    else if (type !== 'divider') assert.fail(`a block that this reader does not know: ${type}`);
  }
  return seen;
}
