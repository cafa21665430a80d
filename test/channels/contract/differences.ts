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

/** Where links that make an event lead. */
const OUTLOOK = 'https://outlook.office.com/';

/**
 * Everything in which channels may differ by nature; all else has to be equal. What the readers undo is not repeated
 * here: symbols before titles, the order of what a row says beside its name, escapes of Markdown and mrkdwn, the
 * word joiners that stand for an escape in Slack's summaries.
 */
export const DIFFERENCES: Difference[] = [
  {
    why: 'Slack has no tints: only the symbol before a title without a state says its tone',
    of: /^Slack/,
    evened: (card, reference) => ({ ...card, tone: reference.tone }),
  },
  {
    why: 'what is rare, or too much at once, stands behind “More” or “…”, after the others',
    evened: (card) => ({
      ...card,
      buttons: card.buttons.toSorted((one, other) => one.label.localeCompare(other.label)),
    }),
  },
  {
    why: 'menus beside rows exist in Slack only: Adaptive Cards have none, and everything in them can be typed as well',
    of: /^Teams/,
    evened: (card, reference) => ({ ...card, menus: reference.menus }),
  },
  {
    why: 'where there is room for it, progress and lifetimes are shown as a bar beside the words',
    evened: (card) => ({ ...card, texts: card.texts.map((text) => text.replace(/ ?[═─●]{22} /u, ' ').trim()) }),
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
  rows: [],
  footnotes: [],
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
