import assert from 'node:assert/strict';
import type { SeenCard } from './channel-under-test.ts';
import type { Sight, Told, Transcript } from './story.ts';

/**
 * Something in which channels may differ, and what is compared instead. `reference` is the same card in the plain
 * channel.
 */
interface Difference {
  why: string;
  /** Only these channels may; default: all. */
  of?: RegExp;
  evened(card: SeenCard, reference: SeenCard): SeenCard;
}

function quoted(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}

/**
 * The cells of a reference row when the line shows exactly them in order, with nothing but separators and the titles of
 * their columns between.
 */
function cellsIn(line: string, cells: string[], columns: string[]): string[] | null {
  const glue = String.raw`[\s·–—|:]*`;
  const parts = cells.map((cell, index) => {
    const title = index > 0 && columns[index] ? `(?:${quoted(columns[index])}${glue})?` : '';
    return `${title}${quoted(cell)}`;
  });
  return new RegExp(`^${parts.join(glue)}$`).test(line) ? cells : null;
}

/** Where links that make an event lead. */
const OUTLOOK = 'https://outlook.office.com/';

/**
 * Everything in which channels may differ by nature; all else has to be equal. What the readers undo is not repeated
 * here: symbols of the tone before titles (they become `tone`, which is compared), escapes of Markdown and mrkdwn, the
 * word joiners that stand for an escape in Slack's summaries.
 */
export const DIFFERENCES: Difference[] = [
  {
    why: 'Slack has no tables: a row is a line of text, in which titles of columns stand before cells instead of above them',
    of: /^Slack/,
    evened: (card, reference) => ({
      ...card,
      columns: card.columns.length === 0 && card.rows.length > 0 ? reference.columns : card.columns,
      rows: card.rows.map((row, index) => {
        const cells = reference.rows[index];
        if (row.length !== 1 || !cells || cells.length === 1) return row;
        return cellsIn(row[0]!, cells, reference.columns) ?? row;
      }),
    }),
  },
  {
    why: 'menus beside rows exist in Slack only: Adaptive Cards have none, and everything in them can be typed as well',
    of: /^Teams/,
    evened: (card, reference) => ({ ...card, menus: reference.menus }),
  },
  {
    why: 'where there is room for it, progress is shown as a bar before the numbers',
    evened: (card) => ({
      ...card,
      texts: card.texts.map((text) => text.replace(/^[▓░]+ (?=\d+ (?:of|von) \d+$)/u, '')),
    }),
  },
  {
    why: 'the address of a calendar feed is a secret of its conversation',
    evened: (card) => {
      const hidden = (text: string): string =>
        text.replaceAll(/(\/|%2F)calendar\1(?:event\1)?[\w-]+(?:\1[\w-]+)?\.ics/g, '/calendar/<secret>.ics');
      return {
        ...card,
        summary: hidden(card.summary),
        texts: card.texts.map(hidden),
        buttons: card.buttons.map(({ label, url }) => ({ label, url: url === null ? null : hidden(url) })),
      };
    },
  },
  {
    why: 'events link back to their conversation, which is at another address in each channel and leaves more or less room for the rest of the text',
    evened: (card) => ({
      ...card,
      buttons: card.buttons.map(({ label, url }) => ({
        label,
        url: url?.startsWith(OUTLOOK) ? url.replace(/&body=[^&]*/, '') : url,
      })),
    }),
  },
];

const NOTHING: SeenCard = {
  summary: '',
  title: '',
  tone: 'neutral',
  texts: [],
  facts: [],
  columns: [],
  rows: [],
  footnote: null,
  buttons: [],
  menus: [],
};

/** What was told, with what may differ evened out by the plain channel's transcript. */
export function evened({ name, transcript }: Told, reference: Transcript): Transcript {
  const allowed = DIFFERENCES.filter(({ of }) => of?.test(name) ?? true);
  function evenedCard(card: SeenCard, other: SeenCard = NOTHING): SeenCard {
    return allowed.reduce((one, difference) => difference.evened(one, other), card);
  }
  return transcript.map(({ did, sees }, step) => ({
    did,
    sees: sees.map((sight, index) => ({
      ...sight,
      card: evenedCard(sight.card, reference[step]?.sees[index]?.card),
    })),
  }));
}

function same(what: string, actual: unknown, expected: unknown): void {
  try {
    assert.deepEqual(actual, expected);
  } catch (error) {
    if (!(error instanceof assert.AssertionError)) throw error;
    throw new assert.AssertionError({ message: `${what}\n${error.message}`, actual, expected, operator: 'deepEqual' });
  }
}

/** Fails with the first message in which a channel differs from the plain one, and how. */
export function compare(told: Told, plain: Told): void {
  const [actual, expected] = [evened(told, plain.transcript), evened(plain, plain.transcript)];
  for (const [index, step] of expected.entries()) {
    const other = actual[index];
    const where = `${told.name} differs from ${plain.name} after the step “${step.did}”`;
    const shown = (sights: Sight[] = []): string[] =>
      sights.map(({ number, place, card }) => `message ${number}, ${place}: ${card.summary}`);
    same(`${where}, in which messages are new or changed`, shown(other?.sees), shown(step.sees));
    for (const [position, sight] of step.sees.entries())
      same(`${where}, in message ${sight.number}, ${sight.place} (${sight.card.title})`, other!.sees[position], sight);
  }
  assert.equal(actual.length, expected.length);
}
