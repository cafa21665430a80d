import type { Card, TableRow } from '../../card.ts';
import type { Say } from '../../language/language.ts';
import { isoDate, shorten } from '../../language/wording.ts';
import type { ConversationCount, OrphanedWatch } from '../../model/overview.ts';
import { displayTarget } from '../../targets/target.ts';

/** Rows of a table; the channel tells what has no room in pages. */
const MOST_ROWS = 300;

/** What is called by its name alone: a person's own chat has none that others are to read. */
function placeName({ kind, name }: Pick<ConversationCount, 'kind' | 'name'>, say: Say): string {
  if (kind === 'personal') return say('operators.conversations.direct');
  return shorten(name ?? '', 80) || say('operators.conversations.nameless');
}

function tableCard(
  { title, summary, columns, rows }: { title: string; summary: string; columns: string[]; rows: TableRow[] },
  say: Say,
): Card {
  const more = rows.length - MOST_ROWS;
  return {
    language: say.language,
    summary,
    title,
    tone: 'neutral',
    text: [summary],
    ...(rows.length === 0
      ? {}
      : {
          table: {
            columns: columns.map((column, index) => ({ title: column, weight: index === 0 ? 5 : 3 })),
            rows: rows.slice(0, MOST_ROWS),
          },
        }),
    ...(more > 0 ? { footnote: say('operators.more', { number: more }) } : {}),
  };
}

/** `operators conversations`. */
export function conversationsCard(counts: ConversationCount[], say: Say): Card {
  const alive = counts.filter(({ goneAt }) => goneAt === null);
  const watches = counts.reduce((sum, each) => sum + each.watches, 0);
  const rows = counts.map((each) => ({
    cells: [
      { text: placeName(each, say) },
      { text: each.channel },
      { text: String(each.watches) },
      {
        text:
          each.goneAt === null
            ? isoDate(each.seenAt)
            : say('operators.conversations.gone', { date: isoDate(each.goneAt) }),
      },
    ],
  }));
  const summary = say('operators.conversations', {
    number: alive.length,
    gone: counts.length - alive.length,
    watches,
  });
  const columns = (['conversation', 'channel', 'watches', 'seen'] as const).map((column) =>
    say(`operators.column.${column}`),
  );
  return tableCard({ title: say('operators.conversations.title'), summary, columns, rows }, say);
}

/** `operators orphaned`. */
export function orphanedCard(watches: OrphanedWatch[], say: Say): Card {
  const rows = watches.map(({ uri, kind, conversation, ownerName, state }) => ({
    cells: [
      { text: displayTarget(uri) },
      { text: placeName({ kind, name: conversation }, say) },
      {
        text:
          state === 'missing' || state === 'disabled'
            ? say(`operators.orphaned.${state}`, { name: shorten(ownerName, 60) || say('person.somebody') })
            : say('person.nobody'),
      },
    ],
  }));
  const columns = (['target', 'conversation', 'owner'] as const).map((column) => say(`operators.column.${column}`));
  const summary = say('operators.orphaned', { number: watches.length });
  return tableCard({ title: say('operators.orphaned.title'), summary, columns, rows }, say);
}
