import { parse } from 'csv-parse/sync';
import { formatThreshold, stageAt, type Threshold } from '../../certificates/stages.ts';
import { isCertificate } from '../../certificates/certificate.ts';
import { csvLine, csvTime } from '../../csv.ts';
import { wordsOf } from '../../items/words.ts';
import { sayIn, type Say } from '../../language/language.ts';
import { typedTarget } from '../../targets/target.ts';
import { isDated, type Instant } from '../../time.ts';
import { conditionOf, type WatchView } from '../cards/list.ts';
import { tagWords } from '../cards/notes.ts';

const COLUMNS = ['target', 'state', 'expires', 'issuer', 'owner', 'tags', 'note', 'thresholds'] as const;
type Column = (typeof COLUMNS)[number];

/** What spreadsheets take for a formula, behind the quote that made it text; see csvLine. */
const DEFUSED = /^'(?=\s*[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20])/;

/** How a target is typed, with the day where it is one. */
export function typedOf({ watch, target }: WatchView): string {
  const item = target.observation?.item;
  return typedTarget(watch.uri, item ? wordsOf(item).given(item) : undefined);
}

/** Thresholds of the watch itself, as they are typed; empty: it has none. */
export function typedThresholds(policy: Threshold[] | null): string {
  return (policy ?? []).map(formatThreshold).join(' ');
}

/** What a watch is in; in one group of a list the stage goes without saying, here it does not. */
function stateOf(view: WatchView, now: Instant, say: Say): string {
  const { leaves, policy } = view;
  const { need, words } = conditionOf(view, now, say);
  const stage = need === 'soon' && leaves[0] ? stageAt(leaves[0], policy, now) : 'fine';
  return [...(stage === 'fine' ? [] : [say(`stage.${stage}`)]), ...words].join(', ') || say('stage.fine');
}

function cellsOf(view: WatchView, now: Instant, say: Say): string[] {
  const { watch, leaves } = view;
  const [leaf] = leaves;
  return [
    typedOf(view),
    stateOf(view, now, say),
    leaf && isDated(leaf.notAfter) ? csvTime(leaf.notAfter) : '',
    leaf && isCertificate(leaf) ? leaf.issuer : '',
    watch.ownerName,
    tagWords(watch.tags ?? []),
    watch.note ?? '',
    typedThresholds(watch.policy),
  ];
}

/** The lines of a table (RFC 4180): the names of its columns, then one for each watch. */
export function tableLines(views: WatchView[], now: Instant, say: Say): string[] {
  return [
    csvLine(COLUMNS.map((column) => say(`table.${column}`))),
    ...views.map((view) => csvLine(cellsOf(view, now, say))),
  ];
}

/** A line of a table that came back; what has no column is missing. Cells are untrusted text. */
export interface TableRow {
  /** Counted from 1, the names of columns included. */
  line: number;
  target: string;
  owner?: string;
  tags?: string;
  note?: string;
  thresholds?: string;
}

/** Other names that people give to columns. */
const NAMES: [Column, RegExp][] = [
  ['target', /^(?:targets?|hosts?|hostnames?|domains?|names?|urls?|endpoints?|ziele?|server|adresse)$/],
  ['owner', /^(?:owners?|besitzer|eigentümer|verantwortlich|zuständige?r?)$/],
  ['tags', /^(?:tags?|labels?|schlagworte?|schlagwörter)$/],
  ['note', /^(?:notes?|comments?|remarks?|notiz(?:en)?|kommentare?|bemerkung(?:en)?)$/],
  ['thresholds', /^(?:thresholds?|alerts?|reminders?|remind|meldung(?:en)?|schwellen|erinnerung(?:en)?)$/],
];

function columnOf(name: string): Column | null {
  const text = name.trim().toLowerCase().replace(/[:*]$/, '');
  const own = COLUMNS.find((column) =>
    (['en', 'de'] as const).some((language) => sayIn(language)(`table.${column}`).toLowerCase() === text),
  );
  return own ?? NAMES.find(([, form]) => form.test(text))?.[0] ?? null;
}

/** What separates columns: of comma, semicolon and tab what stands most often in the first line. */
function delimiterOf(text: string): string {
  const first = text.split(/\r?\n/, 1)[0]!;
  const counts = [',', ';', '\t'].map((sign) => ({ sign, number: first.split(sign).length }));
  return counts.toSorted((a, b) => b.number - a.number)[0]!.sign;
}

function cellOf(cells: string[], columns: (Column | null)[], column: Column): string | undefined {
  const index = columns.indexOf(column);
  return index < 0 ? undefined : (cells[index] ?? '').replace(DEFUSED, '').trim();
}

/** Keyboards and chats make quotes typographic; where they did so in the first line, they did so in all. */
function plainQuotes(text: string): string {
  return /[“”„]/.test(text.split('\n', 1)[0]!) ? text.replaceAll(/[“”„]/g, '"') : text;
}

/** Reads such a table; or what is wrong with it. A first line of targets alone is one, too: there is nothing else then. */
export function readTable(
  text: string,
): { rows: TableRow[] } | { problem: 'nothing' | 'no-column' } | { problem: 'unreadable'; line: number } {
  const plain = plainQuotes(text.replace(/^\uFEFF/, '').trim());
  if (plain === '') return { problem: 'nothing' };
  let records: { record: string[]; info: { lines: number } }[];
  try {
    records = parse(plain, {
      delimiter: delimiterOf(plain),
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      info: true,
    }) as unknown as typeof records;
  } catch (error) {
    return { problem: 'unreadable', line: Number((error as { lines?: number }).lines ?? 1) };
  }
  const [head, ...rest] = records;
  const columns = (head?.record ?? []).map(columnOf);
  if (!columns.includes('target')) return { problem: 'no-column' };
  let line = head!.info.lines;
  const rows = rest.map(({ record, info }): TableRow => {
    // A cell of several lines counts from where it begins.
    const from = line + 1;
    line = info.lines;
    const cell = (column: Column): string | undefined => cellOf(record, columns, column);
    const more = (['owner', 'tags', 'note', 'thresholds'] as const).flatMap((column) => {
      const value = cell(column);
      return value === undefined ? [] : [[column, value] as const];
    });
    return { line: from, target: cell('target') ?? '', ...Object.fromEntries(more) };
  });
  return { rows };
}
