import { distance } from 'fastest-levenshtein';
import type { Say } from './language.ts';
import { formatTarget, parseTarget, withOverride } from './target.ts';
import { formatThreshold, parseThreshold, type Threshold } from './policy.ts';

/** One target of a command: its canonical URI, or what is wrong with the text. */
export type TargetArgument = { text: string; uri: string } | { text: string; problem: string };

/** What a message asks for. */
export type Command =
  | { verb: 'watch'; targets: TargetArgument[]; policy: Threshold[] | null }
  | { verb: 'check'; targets: TargetArgument[] }
  | { verb: 'unwatch'; targets: TargetArgument[] | 'all' }
  | { verb: 'list'; filter: string }
  | { verb: 'show'; target: TargetArgument }
  | { verb: 'remind'; policy: Threshold[] | 'default' | null }
  | { verb: 'calendar'; reset: boolean }
  | { verb: 'help' }
  /** Something is wrong with it: the sentence to show. */
  | { verb: 'problem'; sentence: string };

type Verb = Exclude<Command['verb'], 'problem'>;

interface Entry {
  /** As it is typed; what it means is said by `help.<verb>`. */
  usage: string;
  parse: (words: string[], rest: string, say: Say) => Command;
}

/** The most targets one message may carry. */
export const MOST_TARGETS = 1000;

/** The commands, in the order of the help text. Parsing and help come from this one table. */
export const COMMANDS: Record<Verb, Entry> = {
  watch: {
    usage: 'watch <target> [<target>…] [remind <when>…]',
    parse: (words, _rest, say) => parseWatch(words, say),
  },
  check: {
    usage: 'check <target>…',
    parse: (words, _rest, say) => withTargets('check', words, say, (targets) => ({ verb: 'check', targets })),
  },
  unwatch: {
    usage: 'unwatch <target>|all',
    parse: (words, _rest, say) => parseUnwatch(words, say),
  },
  list: {
    usage: 'list [<text>]',
    parse: (_words, rest) => ({ verb: 'list', filter: rest.replaceAll(/\s+/g, ' ').trim().toLowerCase() }),
  },
  show: { usage: 'show <target>', parse: (words, _rest, say) => parseShow(words, say) },
  remind: {
    usage: 'remind <when>…|default',
    parse: (words, _rest, say) => parseRemind(words, say),
  },
  calendar: {
    usage: 'calendar [reset]',
    parse: (words, _rest, say) => parseCalendar(words, say),
  },
  help: { usage: 'help', parse: () => ({ verb: 'help' }) },
};

function isVerb(word: string): word is Verb {
  return Object.hasOwn(COMMANDS, word);
}

/** Spaces of every kind become one kind, what cannot be seen goes, lines stay. */
function normalise(text: string): string {
  return text
    .replaceAll(/&nbsp;|&#160;/gi, ' ')
    .replaceAll(/[\u200B-\u200D\u2060\uFEFF\u00AD]/g, '')
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/[^\S\n]+/g, ' ')
    .trim();
}

function problem(sentence: string): Command {
  return { verb: 'problem', sentence };
}

function looksLikeTarget(word: string): boolean {
  return /^localhost(?::\d+)?$/i.test(word) || /[.:]/.test(word.replace(/[.:!?]+$/, ''));
}

function targetArgument(text: string, override: { address?: string; servername?: string }, say: Say): TargetArgument {
  const parsed = parseTarget(text, say);
  if (!parsed.ok) return { text, problem: parsed.problem };
  const full = withOverride(parsed.target, override, say);
  if (!full.ok) return { text, problem: full.problem };
  return { text, uri: formatTarget(full.target) };
}

/** Reads targets with their `@address` and `as name` overrides. Repeated targets count once; commas separate like spaces. */
function parseTargets(words: string[], say: Say): TargetArgument[] {
  const pending = words
    .flatMap((word) => (word.startsWith('<') ? [word] : word.split(/[,;]+/)))
    .filter((word) => word !== '');
  const found = new Map<string, TargetArgument>();
  while (pending.length > 0) {
    const text = pending.shift()!;
    const override: { address?: string; servername?: string } = {};
    for (;;) {
      if (pending[0]?.startsWith('@')) override.address = pending.shift()!.slice(1);
      else if (pending[0]?.toLowerCase() === 'as') override.servername = pending.splice(0, 2)[1] ?? '';
      else break;
    }
    const argument = targetArgument(text, override, say);
    const key = 'uri' in argument ? argument.uri : argument.text;
    if (!found.has(key)) found.set(key, argument);
  }
  return [...found.values()];
}

function withTargets(verb: Verb, words: string[], say: Say, then: (targets: TargetArgument[]) => Command): Command {
  const targets = parseTargets(words, say);
  if (targets.length === 0) return problem(say('command.no-target', { verb }));
  if (targets.length > MOST_TARGETS) return problem(say('command.too-many', { number: targets.length }));
  return then(targets);
}

/** One to six distinct thresholds, or the sentence that says what is wrong. */
function parseThresholds(words: string[], say: Say): { policy: Threshold[] } | { sentence: string } {
  const texts = words.flatMap((word) => word.split(/[,;]+/)).filter((word) => word !== '');
  if (texts.length === 0) return { sentence: say('command.no-thresholds') };
  const policy = new Map<string, Threshold>();
  for (const text of texts) {
    const threshold = parseThreshold(text);
    if (!threshold) return { sentence: say('command.threshold', { text: text.slice(0, 40) }) };
    policy.set(formatThreshold(threshold), threshold);
  }
  if (policy.size > 6) return { sentence: say('command.too-many-thresholds', { number: policy.size }) };
  return { policy: [...policy.values()] };
}

function parseWatch(words: string[], say: Say): Command {
  const at = words.findIndex((word) => word.toLowerCase() === 'remind');
  if (at < 0) return withTargets('watch', words, say, (targets) => ({ verb: 'watch', targets, policy: null }));
  const thresholds = parseThresholds(words.slice(at + 1), say);
  if ('sentence' in thresholds) return problem(thresholds.sentence);
  return withTargets('watch', words.slice(0, at), say, (targets) => ({
    verb: 'watch',
    targets,
    policy: thresholds.policy,
  }));
}

function parseUnwatch(words: string[], say: Say): Command {
  if (words.length === 1 && words[0]!.toLowerCase() === 'all') return { verb: 'unwatch', targets: 'all' };
  return withTargets('unwatch', words, say, (targets) => ({ verb: 'unwatch', targets }));
}

function parseShow(words: string[], say: Say): Command {
  return withTargets('show', words, say, (targets) => {
    if (targets.length > 1) return problem(say('command.show-one'));
    return { verb: 'show', target: targets[0]! };
  });
}

function parseRemind(words: string[], say: Say): Command {
  if (words.length === 0) return { verb: 'remind', policy: null };
  if (words.length === 1 && words[0]!.toLowerCase() === 'default') return { verb: 'remind', policy: 'default' };
  const thresholds = parseThresholds(words, say);
  return 'sentence' in thresholds ? problem(thresholds.sentence) : { verb: 'remind', policy: thresholds.policy };
}

function parseCalendar(words: string[], say: Say): Command {
  if (words.length === 0) return { verb: 'calendar', reset: false };
  if (words.length === 1 && words[0]!.toLowerCase() === 'reset') return { verb: 'calendar', reset: true };
  return problem(say('command.calendar', { text: words.join(' ').slice(0, 40) }));
}

/** The nearest command to a mistyped word, or null when nothing is near. */
function suggest(word: string): Verb | null {
  const near = (Object.keys(COMMANDS) as Verb[])
    .map((verb) => ({ verb, away: distance(verb, word) }))
    .toSorted((a, b) => a.away - b.away)[0]!;
  return near.away <= (word.length < 4 ? 1 : 2) ? near.verb : null;
}

function unknown(words: string[], say: Say): Command {
  const word = words[0]!.slice(0, 40);
  const verb = suggest(words[0]!.toLowerCase());
  if (!verb) return problem(say('command.unknown', { word }));
  const suggestion = [verb, ...words.slice(1)].join(' ').slice(0, 200);
  return problem(say('command.did-you-mean', { word, suggestion }));
}

/**
 * Reads a message (mention already stripped; may have many lines). Case-insensitive. A bare target is a `check`; an empty message is `help`;
 * what is no command at all becomes a `problem` with the nearest command. Problems are told by `say`.
 */
export function parseCommand(text: string, say: Say): Command {
  const plain = normalise(text);
  if (plain === '' || plain === '?') return { verb: 'help' };
  const [, first, rest] = /^\/?(\S+)\s*([\s\S]*)$/.exec(plain)!;
  const verb = first!.toLowerCase().replace(/[:,!.?]+$/, '');
  if (isVerb(verb)) {
    const repeated = new RegExp(`^${verb}\\s+`, 'gim');
    const words = rest!
      .replaceAll(repeated, '')
      .split(/\s+/)
      .filter((word) => word !== '');
    return COMMANDS[verb].parse(words, rest!, say);
  }
  const words = plain.split(/\s+/);
  if (
    words.every(
      (word, index) =>
        looksLikeTarget(word) || (index > 0 && /^(?:@|as$)/i.test(word)) || words[index - 1]?.toLowerCase() === 'as',
    )
  ) {
    return COMMANDS.check.parse(words, plain, say);
  }
  return unknown(words, say);
}
