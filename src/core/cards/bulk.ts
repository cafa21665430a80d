import type { Card, Table, Tone } from '../card.ts';
import { displayTarget } from '../target.ts';
import { count, prose, shorten } from '../wording.ts';

/** How one target of a bulk command came out. */
export interface BulkResult {
  /** The canonical URI, or the text as typed when it did not parse. */
  target: { uri: string } | { text: string };
  outcome: 'watched' | 'already' | 'checked' | 'unwatched' | 'not-watched' | 'failed';
  tone: Tone;
  /** Symbol and a few words, e.g. "✓ fine" or why it failed. May contain untrusted text. */
  note: string;
  /** `2027-03-14`, or "–". */
  expires: string;
  /** Worst first: lower sorts earlier. */
  rank: number;
}

const OUTCOMES: Record<BulkResult['outcome'], string> = {
  watched: 'watched',
  already: 'already watched',
  checked: 'checked',
  unwatched: 'no longer watched',
  'not-watched': 'not watched here',
  failed: 'failed',
};

/** Rows that are listed one by one; beyond that only those that need attention are, as far as there is room. */
const MOST_ROWS = 20;
const MOST_PROBLEM_ROWS = 40;

const WORST_FIRST: Tone[] = ['attention', 'warning', 'notice'];

function shownTarget({ target }: BulkResult): string {
  return 'uri' in target ? displayTarget(target.uri) : shorten(target.text, 80);
}

/** `12 watched, 3 already watched, 1 failed`. */
export function tally(results: BulkResult[]): string {
  const parts = (Object.keys(OUTCOMES) as BulkResult['outcome'][])
    .map((outcome) => ({ outcome, number: results.filter((result) => result.outcome === outcome).length }))
    .filter(({ number }) => number > 0);
  return parts.map(({ outcome, number }) => `${number} ${OUTCOMES[outcome]}`).join(', ');
}

function tableOf(results: BulkResult[]): Table {
  return {
    columns: [
      { title: 'Target', weight: 4 },
      { title: 'Result', weight: 5 },
      { title: 'Expires', weight: 3 },
    ],
    rows: results.map((result) => ({
      cells: [
        { text: shownTarget(result) },
        { text: `${OUTCOMES[result.outcome]}: ${shorten(prose(result.note), 160)}`, tone: result.tone },
        { text: result.expires },
      ],
    })),
  };
}

/** While it works: how far it is. */
export function progressCard(verb: string, done: number, total: number): Card {
  const summary = `${verb}: ${done} of ${total} targets done`;
  return {
    summary,
    title: summary,
    tone: 'neutral',
    progress: { done, total },
    text: ['This card is kept up to date until the end.'],
  };
}

/** The end of a bulk command: up to twenty targets are each listed; of more, those that need attention. */
export function bulkCard(results: BulkResult[], footnote?: string): Card {
  const sorted = results.toSorted((a, b) => a.rank - b.rank);
  const few = results.length <= MOST_ROWS;
  const problems = sorted.filter(({ tone }) => tone !== 'good' && tone !== 'neutral');
  const rows = few ? sorted : problems.slice(0, MOST_PROBLEM_ROWS);
  const summary = `${count(results.length, 'target')}: ${tally(results)}`;
  const text: string[] = [];
  if (!few && problems.length > rows.length)
    text.push(
      `The first ${rows.length} of ${problems.length} that need attention are listed; “list” shows all watches.`,
    );
  else if (!few)
    text.push(
      problems.length === 0
        ? 'Nothing needs attention.'
        : problems.length === 1
          ? 'One of them needs attention and is listed here.'
          : `${problems.length} of them need attention and are listed here.`,
    );
  return {
    summary,
    title: summary,
    tone: WORST_FIRST.find((tone) => problems.some((result) => result.tone === tone)) ?? 'good',
    text,
    ...(rows.length > 0 ? { table: tableOf(rows) } : {}),
    ...(footnote ? { footnote } : {}),
  };
}
