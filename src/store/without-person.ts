/** What is too short to be looked for: it would be found in everything. */
const SHORTEST = 2;

/** By what somebody is recognised in texts, the longest first. */
export function termsOf(texts: string[]): string[] {
  const terms = [...new Set(texts)].filter((text) => text.trim().length >= SHORTEST);
  return terms.toSorted((a, b) => b.length - a.length);
}

/** A text with `by` wherever one of these stands as a word, in whatever case. */
export function replaced(text: string, terms: string[], by: string): string {
  let result = text;
  for (const term of terms) {
    const literal = term.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
    const word = new RegExp(String.raw`(?<![\p{L}\p{N}])${literal}(?![\p{L}\p{N}])`, 'giu');
    result = result.replaceAll(word, () => by);
  }
  return result;
}

/** The same with every text of a structured value. */
export function replacedIn(value: unknown, terms: string[], by: string): unknown {
  if (typeof value === 'string') return replaced(value, terms, by);
  if (Array.isArray(value)) return value.map((each) => replacedIn(each, terms, by));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, replacedIn(each, terms, by)]));
}
