import { textOf, type Card } from '../../src/core/card.ts';
import { sayIn } from '../../src/core/language/language.ts';
import { fullStop } from '../../src/core/language/wording.ts';

/** What an answer says in sentences: title, lead and paragraphs, one after the other, with spaces that may break. */
export function said({ language, title, lead, text = [] }: Card): string {
  // A title that says nothing of its own stands for none.
  const heading = title === sayIn(language)('problem.title') ? [] : [fullStop(title)];
  return [...heading, ...(lead === undefined ? [] : [textOf(lead)]), ...text].join(' ').replaceAll('\u{a0}', ' ');
}

/** The rows of an answer: name, quiet line, date, distance; empty texts for what a row does not say. */
export function rowsOf({ groups = [] }: Card): string[][] {
  return groups.flatMap(({ rows = [] }) =>
    rows.map(({ name, sub = '', date = '', distance = '' }) =>
      [textOf(name), sub, date, distance].map((cell) => cell.replaceAll('\u{a0}', ' ')),
    ),
  );
}
