/** A name with a number in it. */
interface Numbered {
  before: string;
  digits: string;
  after: string;
}

/** The last number in the first label of a name: `app-01.example.com` is `app-`, `01`, `.example.com`. */
function numbered(name: string): Numbered | null {
  const end = name.search(/[.:]/);
  const label = end === -1 ? name : name.slice(0, end);
  const digits = /\d{1,9}$/.exec(label)?.[0];
  if (digits === undefined) return null;
  return { before: label.slice(0, label.length - digits.length), digits, after: name.slice(label.length) };
}

function follows(last: Numbered, next: Numbered): boolean {
  const isSame = last.before === next.before && last.after === next.after && last.digits.length === next.digits.length;
  return isSame && Number(next.digits) === Number(last.digits) + 1;
}

/** Names that follow one another are said as a range: `app-01.example.com to app-18.example.com`. */
function ranges(names: string[]): { text: string; count: number }[] {
  const sorted = names.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  const runs: string[][] = [];
  for (const name of sorted) {
    const run = runs.at(-1);
    const [last, next] = [run && numbered(run.at(-1)!), numbered(name)];
    if (run && last && next && follows(last, next)) run.push(name);
    else runs.push([name]);
  }
  return runs.flatMap((run) => {
    if (run.length < 3) return run.map((text) => ({ text, count: 1 }));
    return [{ text: `${run[0]} – ${run.at(-1)}`, count: run.length }];
  });
}

/**
 * All names in one text of at most so many characters, and how many had no room. Ranges only where there is no room for
 * each.
 */
export function namesOf(names: string[], most: number): { text: string; more: number } {
  const all = names.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true })).join(', ');
  if (all.length <= most) return { text: all, more: 0 };
  let text = '';
  let told = 0;
  for (const { text: one, count } of ranges(names)) {
    const next = text === '' ? one : `${text}, ${one}`;
    if (next.length > most) break;
    text = next;
    told += count;
  }
  return { text, more: names.length - told };
}
