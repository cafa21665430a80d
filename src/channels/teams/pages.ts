import { type Card, type CardFact, type Group, type Line, type Row, textOf } from '../../core/card.ts';
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

/** What a card is made of, in the order in which it is shown; parts of a group know its number. */
type Item =
  | { kind: 'text'; text: string }
  | { kind: 'fact'; fact: CardFact }
  | { kind: 'detail'; fact: CardFact }
  | { kind: 'group'; group: number; part: Pick<Group, 'text' | 'rows' | 'facts' | 'more' | 'chart'> };

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

function cutLine(line: Line, length: number): Line {
  const text = textOf(line);
  return text.length <= length ? line : clip(text, length);
}

function cutRow(row: Row): Row {
  const { name, sub, date, distance } = row;
  return {
    ...row,
    name: cutLine(name, CELL_LENGTH),
    ...(sub === undefined ? {} : { sub: clip(sub, CELL_LENGTH) }),
    ...(date === undefined ? {} : { date: clip(date, LABEL_LENGTH) }),
    ...(distance === undefined ? {} : { distance: clip(distance, LABEL_LENGTH) }),
  };
}

function factsOf(facts: CardFact[]): CardFact[] {
  return facts.flatMap(({ label, value, ...rest }) =>
    pieces(value).map((value) => ({ label: clip(label, LABEL_LENGTH), value, ...rest })),
  );
}

/** A group in its parts, each of which may stand on another page than the one before. */
function partsOf({ text = [], rows = [], facts = [], more, chart }: Group, group: number): Item[] {
  const parts = [
    ...text.flatMap((line) => {
      const whole = textOf(line);
      const lines: Line[] = whole.length <= PIECE ? [line] : pieces(whole);
      return lines.map((each) => ({ text: [each] }));
    }),
    ...rows.map((row) => ({ rows: [cutRow(row)] })),
    ...factsOf(facts).map((fact) => ({ facts: [fact] })),
    ...(chart ? [{ chart }] : []),
    ...(more === undefined ? [] : [{ more: clip(more, PIECE) }]),
  ];
  return (parts.length > 0 ? parts : [{}]).map((part) => ({ kind: 'group', group, part }));
}

function itemsOf({ title, text = [], facts = [], groups = [], details = [] }: Card): Item[] {
  const paragraphs = title.length > TITLE_LENGTH ? [title, ...text] : text;
  return [
    ...paragraphs.flatMap(pieces).map((text): Item => ({ kind: 'text', text })),
    ...factsOf(facts).map((fact): Item => ({ kind: 'fact', fact })),
    ...groups.flatMap(partsOf),
    ...factsOf(details).map((fact): Item => ({ kind: 'detail', fact })),
  ];
}

function groupOf({ heading, symbol, toggle }: Group, items: Extract<Item, { kind: 'group' }>[]): Group {
  const group: Group = {
    heading: clip(heading, LABEL_LENGTH),
    ...(symbol ? { symbol } : {}),
    ...(toggle ? { toggle } : {}),
  };
  for (const { part } of items) {
    if (part.text) group.text = [...(group.text ?? []), ...part.text];
    if (part.rows) group.rows = [...(group.rows ?? []), ...part.rows];
    if (part.facts) group.facts = [...(group.facts ?? []), ...part.facts];
    if (part.chart) group.chart = part.chart;
    if (part.more !== undefined) group.more = part.more;
  }
  return group;
}

/** The frame with these items in it; a group whose parts stand on several pages has its heading on each. */
function withItems(frame: Card, items: Item[], groups: Group[]): Card {
  const text = items.flatMap((item) => (item.kind === 'text' ? [item.text] : []));
  const facts = items.flatMap((item) => (item.kind === 'fact' ? [item.fact] : []));
  const details = items.flatMap((item) => (item.kind === 'detail' ? [item.fact] : []));
  const parts = Map.groupBy(
    items.filter((item) => item.kind === 'group'),
    ({ group }) => group,
  );
  return {
    ...frame,
    ...(text.length > 0 ? { text } : {}),
    ...(facts.length > 0 ? { facts } : {}),
    ...(parts.size > 0 ? { groups: [...parts].map(([group, some]) => groupOf(groups[group]!, some)) } : {}),
    ...(details.length > 0 ? { details } : {}),
  };
}

/** The items page by page. `first` and `others` are the room that is left for them, in characters. */
function* packed(card: Card, { first, others }: { first: number; others: number }): Generator<Item[]> {
  // With something above: groups are set off from what precedes them.
  const frame: Card = { language: card.language, summary: '', title: '', tone: 'neutral', todo: { task: '' } };
  const lengthOf = (...items: Item[]): number => cardLength(withItems(frame, items, card.groups ?? []));
  const empty = lengthOf();
  const placeOf = (item: Item): string => (item.kind === 'group' ? `group ${item.group}` : item.kind);
  let page: Item[] = [];
  let places = new Set<string>();
  let room = first;
  for (const item of itemsOf(card)) {
    const once = lengthOf(item) - empty;
    const before: Item = item.kind === 'group' ? { ...item, part: { text: [''] } } : item;
    const again = lengthOf(before, item) - lengthOf(before);
    if (page.length > 0 && (places.has(placeOf(item)) ? again : once) > room) {
      yield page;
      page = [];
      places = new Set();
      room = others;
    }
    room -= places.has(placeOf(item)) ? again : once;
    places.add(placeOf(item));
    page.push(item);
  }
  yield page;
}

/**
 * A card as cards that each have at most `room` characters (see cardLength), to be told one after the other: the card
 * itself where it has room, else its paragraphs, facts, groups and details over as many as it takes, all with the same
 * title and state, the last one with footnote and buttons.
 */
export function pagesOf(card: Card, room: number): Card[] {
  if (cardLength(card) <= room) return [card];
  const say = sayIn(languageOf(card.language));
  const { footnote, actions, signIn, progress, about, mentions, language, tone, state, lead, bar, todo } = card;
  const [title, summary] = [clip(card.title, TITLE_LENGTH), clip(card.summary, SUMMARY_LENGTH)];
  const numbered = (text: string, page: number, pages: number) => say('channel.page', { title: text, page, pages });
  const beginning: Partial<Card> = {
    ...(lead === undefined ? {} : { lead: cutLine(lead, PIECE) }),
    ...(bar ? { bar } : {}),
    ...(todo ? { todo: { task: clip(todo.task, PIECE), ...(todo.then ? { then: clip(todo.then, PIECE) } : {}) } } : {}),
    ...(progress ? { progress } : {}),
    ...(about ? { about } : {}),
    ...(mentions ? { mentions } : {}),
  };
  const frameOf = (page: number, pages: number): Card => ({
    language,
    tone,
    ...(state ? { state } : {}),
    title: numbered(title, page, pages),
    summary: page === 1 ? summary : numbered(summary, page, pages),
    ...(page === 1 ? beginning : {}),
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
  const groups = card.groups ?? [];
  const closing = { ...withItems(frameOf(MOST_PAGES, MOST_PAGES), last, groups), ...tail };
  if (cardLength(closing) > room) contents.push([]);
  return contents.map((items, index) => ({
    ...withItems(frameOf(index + 1, contents.length), items, groups),
    ...(index === contents.length - 1 ? tail : {}),
  }));
}
