import type { Card, CardFact, Group, Line, Row } from '../../card.ts';
import { textOf } from '../../card.ts';
import { zoneWords } from '../../language/dates.ts';
import type { Say } from '../../language/language.ts';

/** `Sun 1 Nov, 23:59` as `shortInstant` writes it, its blanks unbreakable. */
const CLOCK = /\u{a0}\p{L}{3,5}\.?(?:\u{a0}\d{4})?, \d\d:\d\d(?: Uhr)?/u;

function factLines(facts: CardFact[] = []): string[] {
  return facts.map(({ value }) => value);
}

function rowLines({ name, sub, date, distance }: Row): (Line | undefined)[] {
  return [name, sub, date, distance];
}

function groupLines({ heading, text = [], rows = [], facts, more }: Group): (Line | undefined)[] {
  return [heading, ...text, ...rows.flatMap(rowLines), ...factLines(facts), more];
}

function textsIn(card: Card): string[] {
  const { state, title, lead, todo, text = [], facts, groups = [], details, footnote } = card;
  const lines = [state?.word, title, lead, todo?.task, todo?.then, ...text, ...factLines(facts)];
  return [...lines, ...groups.flatMap(groupLines), ...factLines(details), footnote].map((line) => textOf(line ?? ''));
}

/** Whether a card names the zone of its times. */
export function namesZone(card: Card, say: Say): boolean {
  const zone = zoneWords(say);
  return textsIn(card).some((text) => text.includes(` ${zone}`));
}

/**
 * The same card, its zone named behind the first time of day that it tells, unless it is named already: everything else
 * on it is in the same one.
 */
export function zonedOnce(card: Card, say: Say): Card {
  const zone = zoneWords(say);
  if (namesZone(card, say) || !textsIn(card).some((text) => CLOCK.test(text))) return card;
  let isNamed = false;
  function named(text: string): string {
    if (isNamed || !CLOCK.test(text)) return text;
    isNamed = true;
    return text.replace(CLOCK, (clock) => `${clock} ${zone}`);
  }
  const facts = (list: CardFact[]): CardFact[] => list.map((fact) => ({ ...fact, value: named(fact.value) }));
  return {
    ...card,
    ...(typeof card.lead === 'string' ? { lead: named(card.lead) } : {}),
    ...(card.todo ? { todo: { ...card.todo, ...(card.todo.then ? { then: named(card.todo.then) } : {}) } } : {}),
    ...(card.text ? { text: card.text.map(named) } : {}),
    ...(card.facts ? { facts: facts(card.facts) } : {}),
    ...(card.details ? { details: facts(card.details) } : {}),
  };
}
