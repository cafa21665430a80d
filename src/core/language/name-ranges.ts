import type { Say } from './language.ts';

/** From so many on they are one range. */
const FEWEST = 3;

interface Numbered {
  before: string;
  digits: string;
  behind: string;
}

/** The number that tells a name from its neighbours: the last octet of an address, the first digits of a host. */
function numbered(name: string): Numbered | null {
  const address = /^(\d{1,3}\.\d{1,3}\.\d{1,3}\.)(\d{1,3})(?=$|:)/.exec(name);
  const [whole, before, digits] = address ?? /^([^\d.:]{1,200})(\d{1,9})(?!\d)/.exec(name) ?? [];
  if (whole === undefined) return null;
  return { before: before!, digits: digits!, behind: name.slice(whole.length) };
}

/** Names that differ by their number alone. Where one has leading zeros, those of its length follow one another. */
function familiesOf<One extends Numbered>(known: One[]): One[][] {
  const alike = Map.groupBy(known, ({ before, behind }) => JSON.stringify([before, behind]));
  return [...alike.values()].flatMap((some) => {
    const padded = new Set(some.flatMap(({ digits }) => (/^0\d/.test(digits) ? [digits.length] : [])));
    return [...Map.groupBy(some, ({ digits }) => (padded.has(digits.length) ? digits.length : 0)).values()];
  });
}

/**
 * Names in fewer words: `app-01 to app-18.example.com (18)` for three and more that follow one another, in the place of
 * the first of them; all others as they are, each once.
 */
export function nameRanges(names: string[], say: Say): string[] {
  const unique = [...new Set(names)];
  const shown = new Map(unique.map((name) => [name, name]));
  const known = unique.flatMap((name) => {
    const parts = numbered(name);
    return parts ? [{ name, number: Number(parts.digits), ...parts }] : [];
  });
  for (const family of familiesOf(known)) {
    const sorted = family.toSorted((a, b) => a.number - b.number);
    let run: typeof sorted = [];
    const close = (): void => {
      const [first, last] = [run[0], run.at(-1)];
      if (!first || !last || run.length < FEWEST) return;
      const place = unique.find((name) => run.some((one) => one.name === name))!;
      for (const { name } of run) shown.delete(name);
      const range = { from: `${first.before}${first.digits}`, to: last.name, number: run.length };
      shown.set(place, say('names.range', range));
    };
    for (const one of sorted) {
      if (run.length > 0 && one.number !== run.at(-1)!.number + 1) {
        close();
        run = [];
      }
      run.push(one);
    }
    close();
  }
  return unique.flatMap((name) => shown.get(name) ?? []);
}
