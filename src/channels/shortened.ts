import { type Card, type CardFact, type Group, type Line, type Row, textOf } from '../core/card.ts';
import { shorten } from '../core/language/text.ts';

/** The first `length` UTF-16 units of a text, the last one being an ellipsis; never half a surrogate pair. */
type Cut = (text: string) => string;

function cutLine(line: Line, cut: Cut, length: number): Line {
  if (typeof line === 'string') return cut(line);
  if (textOf(line).length <= length) return line;
  return line.length <= 1 || textOf(line).length > 4 * length
    ? cut(textOf(line))
    : line.map((run) => (typeof run === 'string' ? cut(run) : { ...run, text: cut(run.text) }));
}

function cutFact({ label, value, ...rest }: CardFact, cut: Cut): CardFact {
  return { label: cut(label), value: cut(value), ...rest };
}

function cutRow(row: Row, cut: Cut, length: number): Row {
  const { name, sub, date, distance } = row;
  return {
    ...row,
    name: cutLine(name, cut, length),
    ...(sub === undefined ? {} : { sub: cut(sub) }),
    ...(date === undefined ? {} : { date: cut(date) }),
    ...(distance === undefined ? {} : { distance: cut(distance) }),
  };
}

interface Limits {
  /** Of each text, UTF-16 units. */
  length: number;
  /** Of paragraphs, facts and details each, of groups, and of lines and facts in each of them. */
  count: number;
}

/**
 * The card with every text cut to `length` and at most `count` paragraphs, facts, details and groups, and how many
 * lines that leaves out. Rows stay: they are counted by whoever lays them out.
 */
export function shortened(card: Card, { length, count }: Limits): { card: Card; leftOut: number } {
  const cut: Cut = (text) => shorten(text, length);
  let leftOut = 0;
  function first<T>(all: T[] | undefined): T[] {
    leftOut += Math.max(0, (all?.length ?? 0) - count);
    return all?.slice(0, count) ?? [];
  }
  function cutGroup(group: Group): Group {
    const { heading, text, facts, rows, more } = group;
    return {
      ...group,
      heading: cut(heading),
      ...(text ? { text: first(text).map((line) => cutLine(line, cut, length)) } : {}),
      ...(facts ? { facts: first(facts).map((each) => cutFact(each, cut)) } : {}),
      ...(rows ? { rows: rows.map((row) => cutRow(row, cut, length)) } : {}),
      ...(more === undefined ? {} : { more: cut(more) }),
    };
  }
  const { summary, title, state, lead, todo, text, facts, groups, details, footnote } = card;
  const short: Card = {
    ...card,
    summary: cut(summary),
    title: cut(title),
    ...(state ? { state: { symbol: cut(state.symbol), word: cut(state.word) } } : {}),
    ...(lead === undefined ? {} : { lead: cutLine(lead, cut, length) }),
    ...(todo ? { todo: { task: cut(todo.task), ...(todo.then ? { then: cut(todo.then) } : {}) } } : {}),
    ...(text ? { text: first(text).map(cut) } : {}),
    ...(facts ? { facts: first(facts).map((each) => cutFact(each, cut)) } : {}),
    ...(groups ? { groups: first(groups).map(cutGroup) } : {}),
    ...(details ? { details: first(details).map((each) => cutFact(each, cut)) } : {}),
    ...(footnote === undefined ? {} : { footnote: cut(footnote) }),
  };
  return { card: short, leftOut };
}
