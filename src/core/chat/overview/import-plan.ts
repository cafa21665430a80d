import type { Threshold } from '../../certificates/stages.ts';
import type { Say } from '../../language/language.ts';
import { visibleLine } from '../../language/text.ts';
import { shorten } from '../../language/wording.ts';
import { parseThresholds } from '../thresholds.ts';
import { MOST_NOTE, MOST_TAGS, tagOf } from '../typed-overview.ts';
import { tagWords } from '../cards/notes.ts';
import { typedThresholds, type TableRow } from './table.ts';
import type { Watch } from '../../model/watch.ts';

/** What a line of a table changes of a watch; what is missing stays as it is. */
export interface RowChange {
  note?: string | null;
  /** Tags that come to those it has. */
  tags?: string[];
  policy?: Threshold[] | null;
}

const NONE = /^(?:none|default|standard|-|–|keine?)$/i;

function noteIn(cell: string, own: string | null, say: Say): Pick<RowChange, 'note'> | { problem: string } {
  // Chats make one space of several.
  const note = visibleLine(cell).replaceAll(/\s+/g, ' ').trim();
  if (note === '' || note === own || note === (own ?? '').trim()) return {};
  if (NONE.test(note)) return own === null ? {} : { note: null };
  if (note.length > MOST_NOTE) return { problem: say('note.too-long', { number: note.length, most: MOST_NOTE }) };
  return { note };
}

function tagsIn(cell: string, own: string[], say: Say): Pick<RowChange, 'tags'> | { problem: string } {
  const words = cell.split(/[\s,;]+/).filter((word) => word !== '' && !NONE.test(word));
  const tags = words.map(tagOf);
  const wrong = words.find((_word, index) => tags[index] === null);
  if (wrong !== undefined) return { problem: say('tag.no-tag', { text: wrong.slice(0, 40), most: 32 }) };
  const fresh = [...new Set(tags as string[])].filter((tag) => !own.includes(tag));
  if (own.length + fresh.length > MOST_TAGS) return { problem: say('tag.too-many', { most: MOST_TAGS }) };
  return fresh.length === 0 ? {} : { tags: fresh };
}

function policyIn(cell: string, own: Threshold[] | null, say: Say): Pick<RowChange, 'policy'> | { problem: string } {
  const words = cell.split(/[\s,;]+/).filter((word) => word !== '');
  if (words.length === 0) return {};
  if (words.length === 1 && NONE.test(words[0]!)) return own === null ? {} : { policy: null };
  const parsed = parseThresholds(words, say);
  if ('sentence' in parsed) return { problem: parsed.sentence };
  return typedThresholds(parsed.policy) === typedThresholds(own) ? {} : { policy: parsed.policy };
}

/**
 * What a line asks for beyond what holds already; empty cells ask for nothing. `watch` null: it is watched only now. Or
 * the sentence why it cannot be had.
 */
export function changeOf(row: TableRow, watch: Watch | null, say: Say): RowChange | { problem: string } {
  const parts = [
    noteIn(row.note ?? '', watch?.note ?? null, say),
    tagsIn(row.tags ?? '', watch?.tags ?? [], say),
    policyIn(row.thresholds ?? '', watch?.policy ?? null, say),
  ];
  const wrong = parts.find((part) => 'problem' in part);
  return wrong ?? Object.assign({}, ...parts);
}

/** `tags #shop, note “…”`; empty where nothing changes. */
export function changeWords({ note, tags, policy }: RowChange, say: Say): string {
  return [
    ...(tags ? [say('import.to-tags', { tags: tagWords(tags) })] : []),
    ...(note === undefined
      ? []
      : [note === null ? say('import.to-no-note') : say('import.to-note', { note: shorten(note, 60) })]),
    ...(policy === undefined
      ? []
      : [say('import.to-thresholds', { thresholds: typedThresholds(policy) || 'default' })]),
  ].join(', ');
}
