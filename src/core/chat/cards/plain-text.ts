import type { Card } from '../../card.ts';
import { sayIn } from '../../language/language.ts';
import { visibleText } from '../../language/text.ts';

/** UTF-16 units: any chat takes so much, and nobody reads more without a table. */
const MOST = 8000;

/**
 * Everything that a card says, as lines of plain text without markup: for a chat that does not take the card. Unsafe
 * characters are made visible.
 */
export function plainText(card: Card): string {
  const { progress, table } = card;
  const say = sayIn(card.language);
  const open = (card.actions ?? []).flatMap((action) =>
    action.kind === 'open' ? [`${action.label}: ${action.url}`] : [],
  );
  const lines = [
    card.title,
    ...(card.text ?? [card.summary]),
    ...(progress ? [say('channel.progress', { ...progress })] : []),
    ...(card.facts ?? []).map(({ label, value }) => `${label}: ${value}`),
    ...(table ? [table.columns.map(({ title }) => title).join(' | ')] : []),
    ...(table?.rows ?? []).map(({ cells }) => cells.map(({ text }) => text).join(' | ')),
    ...(card.footnote === undefined ? [] : [card.footnote]),
    ...open,
  ].map(visibleText);
  const rest = say('channel.rest-left-out');
  let length = rest.length;
  const kept = lines.filter((line) => (length += line.length + 1) <= MOST);
  return [...kept, ...(kept.length < lines.length ? [rest] : [])].join('\n');
}
