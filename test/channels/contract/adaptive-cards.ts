import assert from 'node:assert/strict';
import type { Tone } from '../../../src/core/card.ts';
import { MENTIONED, type SeenCard } from './channel-under-test.ts';

/** Styles of the container around a title (adaptivecards.io/explorer/Container.html), and the symbols before it. */
const TONES: Record<string, { tone: Tone; symbol: string }> = {
  good: { tone: 'good', symbol: '✅ ' },
  accent: { tone: 'notice', symbol: '🔔 ' },
  warning: { tone: 'warning', symbol: '⚠️ ' },
  attention: { tone: 'attention', symbol: '🚨 ' },
};

/**
 * What the cards' subset of Markdown would turn into something else (adaptivecards.io, "Text features"), escapes apart.
 */
const MARKUP =
  /(?<![\\\w])(\*\*?|__?)(?!\s)[^\n]*?(?<![\s\\])\1(?!\w)|(?<!\\)\[[^\]\n]*(?<!\\)\]\([^)\n]*\)|^\s*(?:[-+*]|\d+[.)])\s|^\s*#+\s/m;

/** A text that Teams renders as Markdown, as people see it. Fails when it would show as anything but plain text. */
function shownMarkdown(text: string): string {
  assert.doesNotMatch(text, MARKUP, 'Teams would render markup here');
  return text.replaceAll(/\\([\\`*_{}[\]()#+\-.!|<>~&])/g, '$1');
}

/** Teams turns `{{DATE(…)}}` into a date; the bot keeps the braces apart. */
function braces(text: string): string {
  assert.doesNotMatch(text, /\{\{/, 'Teams would render a date here');
  return text.replaceAll('{ {', '{{');
}

function runsOf(block: any): string {
  return braces(block.inlines.map(({ text }: any) => text).join(''));
}

function cellText(cell: any): string {
  assert.equal(cell.items.length, 1);
  assert.equal(cell.items[0].type, 'RichTextBlock');
  return runsOf(cell.items[0]);
}

/**
 * A line with mentions, each of which has its entity, character for character (learn.microsoft.com, "Format cards in
 * Teams").
 */
function mentionsOf(text: string, entities: any[]): string {
  const rest = entities.reduce((line: string, entity: any) => {
    assert.equal(entity.type, 'mention');
    assert.equal(entity.text, `<at>${entity.mentioned.name}</at>`);
    assert.ok(entity.mentioned.id && line.includes(entity.text));
    return line.replace(entity.text, MENTIONED);
  }, text);
  assert.doesNotMatch(rest, /<at>/);
  return shownMarkdown(rest);
}

function titleOf(block: any): Pick<SeenCard, 'title' | 'tone'> {
  const isStyled = block.type === 'Container';
  const look = isStyled ? TONES[block.style] : { tone: 'neutral' as const, symbol: '' };
  const heading = isStyled ? block.items[0] : block;
  assert.ok(look, `a title in the unknown style ${block.style}`);
  assert.equal(heading.style, 'heading');
  const text = braces(shownMarkdown(heading.text));
  assert.ok(text.startsWith(look.symbol), `the style ${block.style} and the symbol differ: ${text}`);
  return { title: text.slice(look.symbol.length), tone: look.tone };
}

/** An activity's summary and Adaptive Card, as Teams shows them. Fails on elements that it does not know. */
export function readAdaptiveCard(content: any, summary: string): SeenCard {
  const [first, ...blocks] = content.body;
  const seen: SeenCard = {
    summary,
    ...titleOf(first),
    texts: [],
    facts: [],
    columns: [],
    rows: [],
    footnote: null,
    buttons: (content.actions ?? []).map((action: any) => ({ label: action.title, url: action.url ?? null })),
    menus: [],
  };
  for (const block of blocks) {
    if (block.type === 'FactSet')
      for (const { title, value } of block.facts)
        seen.facts.push({ label: shownMarkdown(title), value: braces(shownMarkdown(value)) });
    else if (block.type === 'Table') {
      const [header, ...rows] = block.rows.map(({ cells }: any) => cells.map(cellText));
      seen.columns = header;
      seen.rows = rows;
    } else if (block.type === 'RichTextBlock' && block.inlines[0].isSubtle) seen.footnote = runsOf(block);
    else if (block.type === 'TextBlock') seen.texts.push(mentionsOf(block.text, content.msteams?.entities ?? []));
    else if (block.type === 'RichTextBlock') seen.texts.push(...runsOf(block).split('\n'));
    else assert.fail(`an element that people's clients may not know: ${block.type}`);
  }
  return seen;
}

/** `speak` of a card: the summary, as it is read out. */
export function spoken(content: any): string {
  return braces(content.speak).replaceAll('&lt;', '<').replaceAll('&amp;', '&');
}
