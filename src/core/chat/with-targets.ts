import type { Say } from '../language/language.ts';
import { shorten } from '../language/text.ts';
import { parseTargets, type TypedTarget } from './typed-targets.ts';
import type { Word } from './words.ts';

/** The most targets one message may carry. */
export const MOST_TARGETS = 1000;

/** Words that are no targets: so many are named. */
const MOST_NAMED = 60;

/** Words as a sentence names them: each run in quotes, of very many the first. */
export function citedWords(runs: readonly string[], say: Say): string {
  const named = runs.slice(0, MOST_NAMED).map((run) => say('quoted', { text: shorten(run, 200) }));
  return [...named, ...(runs.length > MOST_NAMED ? ['…'] : [])].join(', ');
}

function problem(sentence: string): { verb: 'problem'; sentence: string } {
  return { verb: 'problem', sentence };
}

/** `verb`: what stands before the targets, as it is typed. Words that are no targets are told, whatever the command. */
export function withTargets<C extends { verb: string }>(
  verb: string,
  words: readonly Word[],
  say: Say,
  then: (targets: TypedTarget[]) => C,
): (C & { ignored?: string[] }) | { verb: 'problem'; sentence: string } {
  const { targets, ignored } = parseTargets(words, say, MOST_TARGETS);
  if (targets.length === 0) {
    if (ignored.length === 0) return problem(say('command.no-target', { verb }));
    const [name = 'intranet'] = ignored.flatMap(
      (run) => /^(?!\d+$)[a-z0-9][a-z0-9-]{0,62}$/i.exec(run)?.[0].toLowerCase() ?? [],
    );
    return problem(say('command.no-target-among', { words: citedWords(ignored, say), verb, name }));
  }
  if (targets.length > MOST_TARGETS) return problem(say('command.too-many', { number: targets.length }));
  const command = then(targets);
  return ignored.length === 0 || command.verb === 'problem' ? command : { ...command, ignored };
}
