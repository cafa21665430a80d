import type { Card, Group, Row } from '../../card.ts';
import type { Say } from '../../language/language.ts';
import { prose, shorten } from '../../language/wording.ts';

/** Rows of a group. */
const MOST_ROWS = 12;

/** What became of one line of an import: the target as it is shown, and why, or what changed. */
export interface ImportedLine {
  line: number;
  outcome: 'watched' | 'changed' | 'same' | 'refused';
  target: string;
  note: string;
}

const SYMBOL = { watched: '✅', changed: '✅', same: '✅', refused: '⚠️' } as const;

/** `2 to 4, 7`. */
function ranges(lines: number[]): string {
  const sorted = lines.toSorted((a, b) => a - b);
  const runs: [number, number][] = [];
  for (const line of sorted) {
    const last = runs.at(-1);
    if (last && line === last[1] + 1) last[1] = line;
    else runs.push([line, line]);
  }
  const shown = runs.slice(0, 8).map(([from, to]) => (from === to ? String(from) : `${from}–${to}`));
  return [...shown, ...(runs.length > 8 ? ['…'] : [])].join(', ');
}

/** Lines with the same outcome are told once; the targets of few stand there by name. */
function rowsOf(lines: ImportedLine[], say: Say): Row[] {
  const groups = Map.groupBy(lines, ({ note }) => note);
  return [...groups].map(([note, each]): Row => {
    const numbers = say('import.lines', { number: each.length, lines: ranges(each.map(({ line }) => line)) });
    const names = each.slice(0, 3).map(({ target }) => shorten(target, 80));
    const name = each.length > 3 ? `${names.join(', ')} …` : names.join(', ');
    const sub = note === '' ? numbers : `${numbers}: ${prose(note, say)}`;
    return { name: name || numbers, sub: name ? sub : note, ...(each.length > 1 ? { date: String(each.length) } : {}) };
  });
}

/** The answer to `import`: what it did, line by line, equal outcomes once. `owners`: lines that name another owner. */
export function importCard(lines: ImportedLine[], owners: number, say: Say): Card {
  const count = (outcome: ImportedLine['outcome']): number => lines.filter((one) => one.outcome === outcome).length;
  const order = ['refused', 'watched', 'changed', 'same'] as const;
  const groups = order.flatMap((outcome): Group[] => {
    const own = lines.filter((one) => one.outcome === outcome);
    if (own.length === 0) return [];
    const heading = say(`import.${outcome}`, { number: own.length });
    const rows = rowsOf(own, say);
    const rest = rows.length - MOST_ROWS;
    return [
      {
        symbol: SYMBOL[outcome],
        heading,
        rows: rows.slice(0, MOST_ROWS),
        ...(rest > 0 ? { more: say('report.more', { number: rest }) } : {}),
      },
    ];
  });
  const [watched, changed, same, refused] = (['watched', 'changed', 'same', 'refused'] as const).map(count);
  return {
    language: say.language,
    summary: say('import.summary', { watched: watched!, changed: changed!, same: same!, refused: refused! }),
    title: say('import.title', { number: lines.length, refused: refused!, taken: lines.length - refused! }),
    tone: refused! > 0 ? 'warning' : 'good',
    groups,
    ...(owners > 0 ? { footnote: prose(say('import.owners', { number: owners }), say) } : {}),
  };
}
