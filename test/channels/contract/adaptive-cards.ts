import assert from 'node:assert/strict';
import type { Tone } from '../../../src/core/card.ts';
import { asRead, bareTitle, MENTIONED, rowSeen, type SeenCard } from './channel-under-test.ts';

/** Styles of the container around state and title (adaptivecards.io/explorer/Container.html). */
const TONES: Record<string, Tone> = {
  good: 'good',
  accent: 'notice',
  warning: 'warning',
  attention: 'attention',
  emphasis: 'held',
};
/** A symbol and a word, so that no colour is alone. */
const SYMBOL = /^\p{Extended_Pictographic}\uFE0F? \S/u;

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

/** What a line says that is text of others, or (a heading) our own. */
function lineOf(block: any): string {
  if (block.type === 'TextBlock') return braces(shownMarkdown(block.text));
  assert.equal(block.type, 'RichTextBlock', `an element that people's clients may not know: ${block.type}`);
  return runsOf(block);
}

/** State, title and lead. */
function headOf({ style, items }: any): { title: string; tone: Tone; lead: string[] } {
  const heading = items.findIndex((item: any) => item.style === 'heading');
  assert.ok(heading >= 0 && heading <= 1, 'a title is the first or second line');
  const words = items.slice(0, heading + 1).map(lineOf);
  const tone = style ? TONES[style] : 'neutral';
  assert.ok(tone, `a title in the unknown style ${style}`);
  if (style) assert.match(words[0], SYMBOL, 'a colour alone');
  const lead = items.slice(heading + 1).flatMap((item: any) => lineOf(item).split('\n'));
  return { title: bareTitle(words.join(': ')), tone, lead: lead.map(asRead) };
}

const isQuiet = ({ type, inlines }: any): boolean =>
  type === 'RichTextBlock' && inlines.every(({ size, isSubtle }: any) => isSubtle && size === 'Small');

/** A fact, or a row of a group: a label is quiet and as large as its value. */
function readColumns({ columns }: any, seen: SeenCard): void {
  const items = columns.flatMap((column: any) => column.items);
  const [first, ...rest] = items.map(lineOf);
  const [run] = items[0].inlines;
  if (run.isSubtle && !run.size) seen.facts.push({ label: asRead(first), value: asRead(rest.join(' ')) });
  else seen.rows.push(rowSeen(first, rest));
}

function readButtons(actions: any[] = [], seen: SeenCard): void {
  for (const { type, title, url } of actions)
    if (type !== 'Action.ToggleVisibility') seen.buttons.push({ label: asRead(title), url: url ?? null });
}

function readBlock(block: any, seen: SeenCard, entities: any[]): void {
  if (block.type === 'Container') for (const item of block.items) readBlock(item, seen, entities);
  else if (block.type === 'ColumnSet') readColumns(block, seen);
  else if (block.type === 'ActionSet') readButtons(block.actions, seen);
  else if (block.type === 'Input.ChoiceSet') assert.ok(!block.isRequired, 'what is hidden may be required');
  else if (isQuiet(block)) seen.footnotes.push(asRead(runsOf(block)));
  else if (block.type === 'TextBlock' && block.text.includes('<at>')) seen.texts.push(mentionsOf(block.text, entities));
  else seen.texts.push(...lineOf(block).split('\n').map(asRead));
}

/** An activity's summary and Adaptive Card, as Teams shows them. Fails on elements that it does not know. */
export function readAdaptiveCard(content: any, summary: string): SeenCard {
  const [first, ...blocks] = content.body;
  const { lead, ...head } = headOf(first);
  const seen: SeenCard = { summary, ...head, texts: lead, facts: [], rows: [], footnotes: [], buttons: [], menus: [] };
  readButtons(content.actions, seen);
  for (const block of blocks) readBlock(block, seen, content.msteams?.entities ?? []);
  return seen;
}

/** `speak` of a card: the summary, as it is read out. */
export function spoken(content: any): string {
  return braces(content.speak).replaceAll('&lt;', '<').replaceAll('&amp;', '&');
}
