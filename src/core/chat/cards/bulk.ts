import type { Card, Table, Tone } from '../../card.ts';
import type { Say } from '../../language/language.ts';
import { displayTarget } from '../../targets/target.ts';
import { shorten } from '../../language/wording.ts';

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
  /** Nothing answered there. */
  unreached?: true;
}

/** In the order in which they are counted. */
const OUTCOMES: BulkResult['outcome'][] = ['watched', 'already', 'checked', 'unwatched', 'not-watched', 'failed'];

/** Rows that are listed one by one; beyond that only those that need attention are, as far as there is room. */
const MOST_ROWS = 20;
const MOST_PROBLEM_ROWS = 40;

const WORST_FIRST: Tone[] = ['attention', 'warning', 'notice'];

function shownTarget({ target }: BulkResult): string {
  return 'uri' in target ? displayTarget(target.uri) : shorten(target.text, 80);
}

/** `12 watched, 3 already watched, 1 failed`. */
export function tally(results: BulkResult[], say: Say): string {
  const parts = OUTCOMES.map((outcome) => ({
    outcome,
    number: results.filter((result) => result.outcome === outcome).length,
  })).filter(({ number }) => number > 0);
  return parts.map(({ outcome, number }) => `${number} ${say(`outcome.${outcome}`)}`).join(', ');
}

function tableOf(results: BulkResult[], say: Say): Table {
  return {
    columns: [
      { title: say('column.target'), weight: 4 },
      { title: say('column.result'), weight: 5 },
      { title: say('column.expires'), weight: 3 },
    ],
    rows: results.map((result) => ({
      cells: [
        { text: shownTarget(result) },
        {
          text: `${say(`outcome.${result.outcome}`)}: ${shorten(result.note, 160)}`,
          tone: result.tone,
        },
        { text: result.expires },
      ],
    })),
  };
}

/** While it works: how far it is. */
export function progressCard(verb: 'check' | 'watch', done: number, total: number, say: Say): Card {
  const summary = say(`bulk.progress.${verb}`, { done, total });
  return {
    language: say.language,
    summary,
    title: summary,
    tone: 'neutral',
    progress: { done, total },
    text: [say('bulk.kept-current')],
  };
}

/** The end of a bulk command: up to twenty targets are each listed; of more, those that need attention. */
export function bulkCard(results: BulkResult[], say: Say, footnote?: string): Card {
  const sorted = results.toSorted((a, b) => a.rank - b.rank);
  const few = results.length <= MOST_ROWS;
  const problems = sorted.filter(({ tone }) => tone !== 'good' && tone !== 'neutral');
  const rows = few ? sorted : problems.slice(0, MOST_PROBLEM_ROWS);
  const summary = say('bulk.summary', { number: results.length, tally: tally(results, say) });
  const text: string[] = [];
  if (!few && problems.length > rows.length)
    text.push(say('bulk.first', { shown: rows.length, number: problems.length }));
  else if (!few) text.push(say('bulk.attention', { number: problems.length }));
  return {
    language: say.language,
    summary,
    title: summary,
    tone: WORST_FIRST.find((tone) => problems.some((result) => result.tone === tone)) ?? 'good',
    text,
    ...(rows.length > 0 ? { table: tableOf(rows, say) } : {}),
    ...(footnote ? { footnote } : {}),
  };
}
