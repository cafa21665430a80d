import type { Say } from '../language/language.ts';
import { visibleLine } from '../language/text.ts';
import { looksLikeTarget } from './pasted.ts';
import { parseTargets, type TypedTarget } from './typed-targets.ts';
import { isNamed, wordsOf } from './words.ts';

/** Commands about what is watched: notes, tags, what became of it, and files. `Target` as in Command. */
export type OverviewCommand<Target> =
  /** Without a note: which there is. Null: none from now on. */
  | { verb: 'note'; targets: Target[] | 'all'; note?: string | null }
  /** Without tags: which there are; null: of all targets here. */
  | { verb: 'tag'; targets: Target[] | 'all' | null; tags: string[] }
  /** Without tags: all of them. */
  | { verb: 'untag'; targets: Target[] | 'all'; tags: string[] }
  | { verb: 'history'; target: Target }
  | { verb: 'report'; span: string }
  | { verb: 'export'; filter: string }
  | { verb: 'import'; text: string };

type Typed = OverviewCommand<TypedTarget> | { verb: 'problem'; sentence: string };

/** UTF-16 units of a note, characters of a tag, and tags of one watch. */
export const MOST_NOTE = 500;
const MOST_TAG = 32;
export const MOST_TAGS = 10;

const NONE = /^(?:none|nothing|remove|delete|clear|-|–|keine?|nichts|entfernen|löschen|weg)[.!]?$/i;
const TAG = /^[\p{L}\p{N}][\p{L}\p{N}_-]*$/u;
const ALL = /^(?:all|alle|alles)$/i;
const LINK = /^(?:as|with|mit|als|for|für|on|to|from|of|von|and|und|remove|,)$/i;

function problem(sentence: string): Typed {
  return { verb: 'problem', sentence };
}

/** A tag as it is kept; null where it is none. */
export function tagOf(word: string): string | null {
  const tag = word.replace(/^#/, '').normalize('NFC').toLowerCase();
  return TAG.test(tag) && tag.length <= MOST_TAG ? tag : null;
}

/** How much of a text are targets that it begins with. */
function targetsEnd(text: string): number {
  const quoted = /^["“„”][a-z]{1,20}:[^"“„”]{1,300}["“”]/i.exec(text)?.[0];
  if (quoted !== undefined) return quoted.length;
  const first = wordsOf(text.split('\n', 1)[0]!)[0]?.text;
  // “date:Signing key: in the safe”: what is said begins behind the second colon.
  const said = first !== undefined && isNamed(first) ? first.indexOf(': ') : -1;
  if (said >= 0 && text.startsWith(first!)) return said;
  if (first !== undefined && isNamed(first) && text.startsWith(first)) return first.length;
  let end = 0;
  for (const { 0: word, index } of text.matchAll(/\S+/g)) {
    const isAside = end > 0 && /^(?:@[\d.:[\]a-f]+,?|and|und|,)$/i.test(word);
    const isTarget = looksLikeTarget(word.replace(/[:,]$/, '')) || (end === 0 && ALL.test(word.replace(/[:,]$/, '')));
    if (!isTarget && !isAside) break;
    end = index + word.length;
    // “note example.com: moved to …”: from here on it is said.
    if (/:$/.test(word)) break;
  }
  return end;
}

/** `note example.com renewed by Ben`. */
export function parseNote(rest: string, say: Say, most: number): Typed {
  const end = targetsEnd(rest);
  const typed = rest.slice(0, end).replace(/[:,]$/, '');
  const { targets } = parseTargets(wordsOf(typed), say, most);
  const isAll = ALL.test(typed.trim());
  if (targets.length === 0 && !isAll) return problem(say('note.no-target'));
  const about = { verb: 'note' as const, targets: isAll ? ('all' as const) : targets };
  const note = visibleLine(rest.slice(end))
    .replace(/^[\s:,–-]+(?=\S)/, '')
    .trim();
  if (note === '' || note === ':') return about;
  if (NONE.test(note)) return { ...about, note: null };
  if (note.length > MOST_NOTE) return problem(say('note.too-long', { number: note.length, most: MOST_NOTE }));
  return { ...about, note };
}

/** Tags with and without `#`, and what is left of a text without them. */
function taken(rest: string): { marked: string[]; text: string } {
  const marked: string[] = [];
  const text = rest.replaceAll(/(^|[\s,;])#([^\s,;#]+)/g, (_whole, before: string, tag: string) => {
    marked.push(tag);
    return `${before} `;
  });
  return { marked, text };
}

/** `tag example.com #shop #eu`, `tag shop example.com`, `untag all #old`. */
export function parseTag(verb: 'tag' | 'untag', rest: string, say: Say, most: number): Typed {
  const { marked, text } = taken(rest);
  const words = text.split(/[\s,;]+/).filter((word) => word !== '' && word !== '|');
  const { targets, ignored } = parseTargets(wordsOf(text), say, most);
  const isAll = targets.length === 0 && words.some((word) => ALL.test(word));
  const unmarked = ignored
    .flatMap((run) => run.split(/[\s,;]+/))
    .filter((word) => !LINK.test(word) && !ALL.test(word) && word !== '');
  const typed = [...marked, ...unmarked];
  if (verb === 'tag' && targets.length === 0 && !isAll && typed.length === 0)
    return { verb: 'tag', targets: null, tags: [] };
  if (targets.length === 0 && !isAll) return problem(say('tag.no-target', { verb }));
  const tags = typed.map(tagOf);
  const wrong = typed.find((_word, index) => tags[index] === null);
  if (wrong !== undefined) return problem(say('tag.no-tag', { text: wrong.slice(0, 40), most: MOST_TAG }));
  const about = { targets: isAll ? ('all' as const) : targets, tags: [...new Set(tags as string[])] };
  if (about.tags.length > MOST_TAGS) return problem(say('tag.too-many', { most: MOST_TAGS }));
  return verb === 'tag' ? { verb, ...about } : { verb, ...about };
}

/** What stands behind `import`, with its lines and columns; fences of code are none of it. */
export function importedText(text: string): string {
  const [typed] = /^[^\n]{0,200}?import\p{L}*[^\S\n]*[:,]?/iu.exec(text) ?? [''];
  return text
    .slice(typed.length)
    .split('\n')
    .filter((line) => !/^\s*`{3}\w*\s*$/.test(line))
    .map((line) => line.replaceAll('```', ''))
    .join('\n')
    .trim();
}
