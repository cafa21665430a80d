import type { Card, TableRow } from '../../core/card.ts';
import { languageOf, sayIn } from '../../core/language/language.ts';
import { cardLength } from './cards.ts';
import { clip } from './markup.ts';

/** The most pages of one card; nobody reads more. What is left then is said to be left out. */
const MOST_PAGES = 20;
/**
 * A paragraph or a fact that is longer goes on in the next one; a few of them have room on every page, however their
 * characters are escaped.
 */
const PIECE = 1500;
const TITLE_LENGTH = 300;
const SUMMARY_LENGTH = 1000;
const LABEL_LENGTH = 200;
const CELL_LENGTH = 600;
/** Characters that are kept for the word that the rest is left out. */
const LAST_WORD = 200;

/** What a card is made of, in the order in which it is shown. */
type Item =
  | { kind: 'text'; text: string }
  | { kind: 'fact'; fact: { label: string; value: string } }
  | { kind: 'row'; row: TableRow };

/** Text in pieces, cut where words end if possible. */
function pieces(text: string): string[] {
  const parts: string[] = [];
  let rest = text;
  while (rest.length > PIECE) {
    const near = rest.slice(PIECE / 2, PIECE);
    const space = Math.max(near.lastIndexOf('\n'), near.lastIndexOf(' '));
    const surrogate = /[\ud800-\udbff]/.test(rest[PIECE - 1]!) ? 1 : 0;
    const end = space < 0 ? PIECE - surrogate : PIECE / 2 + space + 1;
    parts.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end);
  }
  return [...parts, rest];
}

function itemsOf({ title, text = [], facts = [], table }: Card): Item[] {
  const paragraphs = title.length > TITLE_LENGTH ? [title, ...text] : text;
  return [
    ...paragraphs.flatMap(pieces).map((text): Item => ({ kind: 'text', text })),
    ...facts.flatMap(({ label, value }) =>
      pieces(value).map((value): Item => ({ kind: 'fact', fact: { label: clip(label, LABEL_LENGTH), value } })),
    ),
    ...(table?.rows ?? []).map(({ cells, ...rest }): Item => {
      const row = { ...rest, cells: cells.map((cell) => ({ ...cell, text: clip(cell.text, CELL_LENGTH) })) };
      return { kind: 'row', row };
    }),
  ];
}

function withItems(frame: Card, items: Item[], table: Card['table']): Card {
  const text = items.flatMap((item) => (item.kind === 'text' ? [item.text] : []));
  const facts = items.flatMap((item) => (item.kind === 'fact' ? [item.fact] : []));
  const rows = items.flatMap((item) => (item.kind === 'row' ? [item.row] : []));
  return {
    ...frame,
    ...(text.length > 0 ? { text } : {}),
    ...(facts.length > 0 ? { facts } : {}),
    ...(table && rows.length > 0 ? { table: { columns: table.columns, rows } } : {}),
  };
}

/** The items page by page. `first` and `others` are the room that is left for them, in characters. */
function* packed(card: Card, { first, others }: { first: number; others: number }): Generator<Item[]> {
  const frame: Card = { language: card.language, summary: '', title: '', tone: 'neutral' };
  const lengthOf = (...items: Item[]): number => cardLength(withItems(frame, items, card.table));
  const empty = lengthOf();
  let page: Item[] = [];
  let room = first;
  for (const item of itemsOf(card)) {
    const once = lengthOf(item) - empty;
    const again = lengthOf(item, item) - empty - once;
    if (page.length > 0 && (page.some(({ kind }) => kind === item.kind) ? again : once) > room) {
      yield page;
      page = [];
      room = others;
    }
    room -= page.some(({ kind }) => kind === item.kind) ? again : once;
    page.push(item);
  }
  yield page;
}

/**
 * A card as cards that each have at most `room` characters (see cardLength), to be told one after the other: the card
 * itself where it has room, else pages that say which they are. What it says for programs and whom it mentions go with
 * the first page, its footnote and buttons with the last. Only the cells of such a table are cut.
 */
export function pagesOf(card: Card, room: number): Card[] {
  if (cardLength(card) <= room) return [card];
  const say = sayIn(languageOf(card.language));
  const { footnote, actions, signIn, progress, about, mentions, language, tone } = card;
  const [title, summary] = [clip(card.title, TITLE_LENGTH), clip(card.summary, SUMMARY_LENGTH)];
  const numbered = (text: string, page: number, pages: number) => say('channel.page', { title: text, page, pages });
  const frameOf = (page: number, pages: number): Card => ({
    language,
    tone,
    title: numbered(title, page, pages),
    summary: page === 1 ? summary : numbered(summary, page, pages),
    ...(page === 1 && progress ? { progress } : {}),
    ...(page === 1 && about ? { about } : {}),
    ...(page === 1 && mentions ? { mentions } : {}),
  });
  const tail = {
    ...(footnote ? { footnote: clip(footnote, PIECE) } : {}),
    ...(actions ? { actions } : {}),
    ...(signIn ? { signIn } : {}),
  };
  const roomOn = (page: number): number => room - LAST_WORD - cardLength(frameOf(page, MOST_PAGES));
  const contents: Item[][] = [];
  let isAll = true;
  for (const items of packed(card, { first: roomOn(1), others: roomOn(2) })) {
    isAll = contents.length < MOST_PAGES;
    if (!isAll) break;
    contents.push(items);
  }
  const last = contents.at(-1)!;
  if (!isAll) last.push({ kind: 'text', text: say('channel.rest-left-out') });
  const closing = { ...withItems(frameOf(MOST_PAGES, MOST_PAGES), last, card.table), ...tail };
  if (cardLength(closing) > room) contents.push([]);
  return contents.map((items, index) => ({
    ...withItems(frameOf(index + 1, contents.length), items, card.table),
    ...(index === contents.length - 1 ? tail : {}),
  }));
}
