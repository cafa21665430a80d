import type { Group, Row } from '../../card.ts';

/** From so many rows on, what is the same in all of them is said once; a day with its distance already of two. */
const LEAST = 3;
const BETWEEN = ' · ';

/** The first letter of a line is a capital; a host name or an address stays as it is typed. */
export function capital(text: string): string {
  if (/^\S*[.:]\S/.test(text)) return text;
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** What is the same in all rows; undefined where it is not, or not there. */
function common<T>(values: (T | undefined)[]): T | undefined {
  const [first] = values;
  return values.every((value) => value === first) ? first : undefined;
}

/** Parts of the quiet lines that stand in all of them, wherever. */
function commonParts(rows: Row[]): string[] {
  const [first = [], ...others] = rows.map(({ sub }) => (sub ?? '').split(BETWEEN));
  return first.filter((part) => part !== '' && others.every((parts) => parts.includes(part)));
}

/**
 * A group of rows in which nothing stands in every row: what all of them have in common becomes a line above them, said
 * once.
 */
export function groupOf({ rows = [], ...group }: Group): Group {
  const isPair = rows.length === LEAST - 1;
  const alike = common(rows.map(({ date, distance }) => date && distance && `${date}, ${distance}`));
  if (rows.length < LEAST && !(isPair && alike)) return { ...group, rows };
  const shared = isPair ? [] : commonParts(rows);
  const date = common(rows.map((row) => row.date));
  const distance = common(rows.map((row) => row.distance));
  const place = isPair ? undefined : common(rows.map(({ conversation }) => conversation));
  const line = [...(date === undefined ? [] : [[date, distance].filter(Boolean).join(', ')]), ...shared].join(BETWEEN);
  const bare = rows.map((row): Row => {
    const { sub = '', date: _date, distance: _distance, conversation, ...rest } = row;
    const parts = sub.split(BETWEEN).filter((part) => !shared.includes(part));
    const left = parts.join(BETWEEN);
    // The last part is what the conversation is called: where that is said above, nothing is left to link.
    const isNamed = conversation !== undefined && place === undefined;
    return {
      ...rest,
      ...(left === '' ? {} : { sub: capital(left) }),
      ...(date === undefined && row.date !== undefined ? { date: row.date } : {}),
      ...((date === undefined || distance === undefined) && row.distance !== undefined
        ? { distance: row.distance }
        : {}),
      ...(isNamed ? { conversation } : {}),
    };
  });
  return { ...group, ...(line === '' ? {} : { text: [...(group.text ?? []), capital(line)] }), rows: bare };
}
