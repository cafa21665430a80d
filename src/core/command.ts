import { distance } from 'fastest-levenshtein';
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
  usage: string;
  meaning: string;
  parse: (words: string[], rest: string) => Command;
}

/** The most targets one message may carry. */
export const MOST_TARGETS = 1000;

/** The commands, in the order of the help text. Parsing and help come from this one table. */
export const COMMANDS: Record<Verb, Entry> = {
  watch: {
    usage: 'watch <target> [<target>…] [remind <when>…]',
    meaning: 'look at it from now on: reminders in the calendar, alerts in this chat',
    parse: parseWatch,
  },
  check: {
    usage: 'check <target>…',
    meaning: 'look once, now, and remember nothing (a bare target does the same)',
    parse: (words) => withTargets('check', words, (targets) => ({ verb: 'check', targets })),
  },
  unwatch: {
    usage: 'unwatch <target>|all',
    meaning: 'stop watching and delete its reminders',
    parse: parseUnwatch,
  },
  list: {
    usage: 'list [<text>]',
    meaning: 'what this conversation watches, first to expire first',
    parse: (_words, rest) => ({ verb: 'list', filter: rest.replaceAll(/\s+/g, ' ').trim().toLowerCase() }),
  },
  show: { usage: 'show <target>', meaning: 'everything known about one target', parse: parseShow },
  remind: {
    usage: 'remind <when>…|default',
    meaning: 'when to alert in this conversation, e.g. `remind 60d 14d 3d 12h` or `remind 25% 5%`',
    parse: parseRemind,
  },
  calendar: {
    usage: 'calendar [reset]',
    meaning: 'where the reminders are; `reset` makes a new feed address and revokes the old one',
    parse: parseCalendar,
  },
  help: { usage: 'help', meaning: 'this text', parse: () => ({ verb: 'help' }) },
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

function targetArgument(text: string, override: { address?: string; servername?: string }): TargetArgument {
  const parsed = parseTarget(text);
  if (!parsed.ok) return { text, problem: parsed.problem };
  const full = withOverride(parsed.target, override);
  if (!full.ok) return { text, problem: full.problem };
  return { text, uri: formatTarget(full.target) };
}

/** Reads targets with their `@address` and `as name` overrides. Repeated targets count once; commas separate like spaces. */
function parseTargets(words: string[]): TargetArgument[] {
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
    const argument = targetArgument(text, override);
    const key = 'uri' in argument ? argument.uri : argument.text;
    if (!found.has(key)) found.set(key, argument);
  }
  return [...found.values()];
}

function withTargets(verb: Verb, words: string[], then: (targets: TargetArgument[]) => Command): Command {
  const targets = parseTargets(words);
  if (targets.length === 0) return problem(`The target is missing. Type for example \`${verb} example.com\`.`);
  if (targets.length > MOST_TARGETS) {
    return problem(
      `One message may name at most 1,000 targets, and this one names ${targets.length.toLocaleString('en')}. Nothing was done: send it in several messages.`,
    );
  }
  return then(targets);
}

/** One to six distinct thresholds, or the sentence that says what is wrong. */
function parseThresholds(words: string[]): { policy: Threshold[] } | { sentence: string } {
  const example = 'Type for example `remind 60d 14d 3d 12h` or `remind 25% 5%`.';
  const texts = words.flatMap((word) => word.split(/[,;]+/)).filter((word) => word !== '');
  if (texts.length === 0) return { sentence: `After \`remind\` comes when to alert. ${example}` };
  const policy = new Map<string, Threshold>();
  for (const text of texts) {
    const threshold = parseThreshold(text);
    if (!threshold) {
      return {
        sentence: `“${text.slice(0, 40)}” is not a length of time before expiry (m, h, d or w, at most 3650d) nor a share of the lifetime. ${example}`,
      };
    }
    policy.set(formatThreshold(threshold), threshold);
  }
  if (policy.size > 6)
    return { sentence: `At most six thresholds are possible, and these are ${policy.size}. ${example}` };
  return { policy: [...policy.values()] };
}

function parseWatch(words: string[]): Command {
  const at = words.findIndex((word) => word.toLowerCase() === 'remind');
  if (at < 0) return withTargets('watch', words, (targets) => ({ verb: 'watch', targets, policy: null }));
  const thresholds = parseThresholds(words.slice(at + 1));
  if ('sentence' in thresholds) return problem(thresholds.sentence);
  return withTargets('watch', words.slice(0, at), (targets) => ({ verb: 'watch', targets, policy: thresholds.policy }));
}

function parseUnwatch(words: string[]): Command {
  if (words.length === 1 && words[0]!.toLowerCase() === 'all') return { verb: 'unwatch', targets: 'all' };
  return withTargets('unwatch', words, (targets) => ({ verb: 'unwatch', targets }));
}

function parseShow(words: string[]): Command {
  return withTargets('show', words, (targets) => {
    if (targets.length > 1)
      return problem('`show` takes one target. Type for example `show example.com`, or `list` to see all.');
    return { verb: 'show', target: targets[0]! };
  });
}

function parseRemind(words: string[]): Command {
  if (words.length === 0) return { verb: 'remind', policy: null };
  if (words.length === 1 && words[0]!.toLowerCase() === 'default') return { verb: 'remind', policy: 'default' };
  const thresholds = parseThresholds(words);
  return 'sentence' in thresholds ? problem(thresholds.sentence) : { verb: 'remind', policy: thresholds.policy };
}

function parseCalendar(words: string[]): Command {
  if (words.length === 0) return { verb: 'calendar', reset: false };
  if (words.length === 1 && words[0]!.toLowerCase() === 'reset') return { verb: 'calendar', reset: true };
  return problem(
    `“${words.join(' ').slice(0, 40)}” is not something \`calendar\` knows. Type \`calendar\`, or \`calendar reset\` for a new feed address.`,
  );
}

/** The nearest command to a mistyped word, or null when nothing is near. */
function suggest(word: string): Verb | null {
  const near = (Object.keys(COMMANDS) as Verb[])
    .map((verb) => ({ verb, away: distance(verb, word) }))
    .toSorted((a, b) => a.away - b.away)[0]!;
  return near.away <= (word.length < 4 ? 1 : 2) ? near.verb : null;
}

function unknown(words: string[]): Command {
  const word = words[0]!;
  const suggestion = suggest(word.toLowerCase());
  const hint = suggestion
    ? `Did you mean \`${[suggestion, ...words.slice(1)].join(' ').slice(0, 200)}\`?`
    : 'Type `help` to see all commands, or for example `watch example.com`.';
  return problem(`“${word.slice(0, 40)}” is not a command. ${hint}`);
}

/**
 * Reads a message (mention already stripped; may have many lines). Case-insensitive. A bare target is a `check`; an empty message is `help`;
 * what is no command at all becomes a `problem` with the nearest command.
 */
export function parseCommand(text: string): Command {
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
    return COMMANDS[verb].parse(words, rest!);
  }
  const words = plain.split(/\s+/);
  if (
    words.every(
      (word, index) =>
        looksLikeTarget(word) || (index > 0 && /^(?:@|as$)/i.test(word)) || words[index - 1]?.toLowerCase() === 'as',
    )
  ) {
    return COMMANDS.check.parse(words, plain);
  }
  return unknown(words);
}
