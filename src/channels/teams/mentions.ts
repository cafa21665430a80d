import type { Mention } from '../../core/card.ts';
import type { Say } from '../../core/language/language.ts';
import { rich } from './elements.ts';
import { clip, escapeMarkdown, plain } from './markup.ts';

/**
 * Who can be mentioned: Teams' own ids of people, or those of the directory. A tag or a group takes ids that a bot is
 * not told.
 */
function isMentionable({ kind, id }: Mention): boolean {
  return kind === 'person' && id !== '';
}

/**
 * A name as it may stand in `<at>`: the entity has to repeat it character for character, so that it holds nothing that
 * is escaped or rendered.
 */
function atName({ name }: Mention): string {
  return clip(plain(name).replaceAll(/[^\p{L}\p{M}\p{N} .,'-]/gu, ' '), 80)
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/**
 * Whom the card concerns: mentioned, with the entities for that, or by name alone (learn.microsoft.com, "Format cards
 * in Teams", mentions in Adaptive Cards). Only a TextBlock can mention.
 */
export function mentioned(
  mentions: Mention[],
  isMentioning: boolean,
  say: Say,
): { line: object; entities: object[] } | null {
  if (mentions.length === 0) return null;
  const entities: object[] = [];
  const bare: string[] = [];
  const parts = mentions.map((mention) => {
    const name = atName(mention);
    const written = `@${mention.name || mention.id}`;
    bare.push(written);
    if (!isMentioning || name === '' || !isMentionable(mention)) return escapeMarkdown(written);
    const text = `<at>${name}</at>`;
    entities.push({ type: 'mention', text, mentioned: { id: mention.id, name } });
    return text;
  });
  const words = say('channel.for');
  if (entities.length === 0) return { line: rich([words, ...bare].join(' '), { spacing: 'Medium' }), entities };
  const line = { type: 'TextBlock', text: [words, ...parts].join(' '), wrap: true, spacing: 'Medium' };
  return { line, entities };
}
