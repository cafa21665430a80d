import assert from 'node:assert/strict';
import { textOf, type Card } from '../../src/core/card.ts';

/** Every text that a card of an item shows, in the order in which it is read. */
export function textsOf(card: Card): string[] {
  const {
    summary,
    state,
    title,
    lead = '',
    todo,
    text = [],
    facts = [],
    groups = [],
    details = [],
    footnote = '',
  } = card;
  return [
    summary,
    state?.word ?? '',
    title,
    textOf(lead),
    todo?.task ?? '',
    todo?.then ?? '',
    ...text,
    ...[...facts, ...details].flatMap(({ label, value }) => [label, value]),
    ...groups.flatMap(({ heading, rows = [] }) => [
      heading,
      ...rows.flatMap((row) => [textOf(row.name), row.sub ?? '']),
    ]),
    footnote,
  ].filter((line) => line !== '');
}

/** What no card may show, whatever it is about. */
export function assertReadable(card: Card): void {
  assert.notEqual(card.summary, '');
  for (const line of textsOf(card)) {
    assert.doesNotMatch(
      line,
      /(?<!\d)\.\.|undefined|null|NaN|\[object|`|\(\)| {2}|\b1 (?:addresses|watches|targets|days)\b|\b20\d\d-\d\d-\d\d\b/,
      line,
    );
    assert.doesNotMatch(line, /: \S[^.]*: Fixed|: It /, line);
  }
  for (const line of [card.todo?.task, card.todo?.then, ...(card.text ?? [])])
    if (line !== undefined) assert.match(line, /[.!?…][”"')]*$/, `${line} does not end`);
  for (const { label } of [...(card.facts ?? []), ...(card.details ?? [])])
    assert.ok(label.length <= 10, `${label} is too long for its column`);
}

/** The value of a fact or of a detail, with ordinary blanks. */
export function factOf({ facts = [], details = [] }: Card, label: string): string | undefined {
  return spaced([...facts, ...details].find((one) => one.label === label)?.value);
}

/** The rows of all groups: name, second line, date, distance. */
export function rowsOf({ groups = [] }: Card): string[][] {
  return groups.flatMap(({ rows = [] }) =>
    rows.map(({ name, sub = '', date = '', distance = '' }) => [textOf(name), sub, date, distance].map(spaced)),
  );
}

/** With ordinary blanks in the place of those that do not break. */
export function spaced<Text extends string | undefined>(text: Text): Text {
  return text?.replaceAll('\u{a0}', ' ').replaceAll('\u{200b}', '') as Text;
}
