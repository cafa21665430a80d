import { distance } from 'fastest-levenshtein';
import type { Say } from '../language/language.ts';
import { firstWord, trimmedEnd } from '../language/text.ts';
import { holdsPrivateKey } from './private-key.ts';
import { unicodeHost } from '../targets/endpoint.ts';
import { parseTargets, type TargetArgument, type TypedTarget } from './typed-targets.ts';
import {
  parseAdmins,
  parseForget,
  parseOperators,
  type AdminsArgument,
  type ForgetCommand,
  type OperatorsCommand,
  type PersonArgument,
  type Words,
} from './typed-rights.ts';
import { isNamed, wordsOf } from './words.ts';
import { formatThreshold, parseThreshold, type Threshold } from '../certificates/stages.ts';

export type { PersonArgument };

/** What `settings` can set. */
export const SETTINGS = ['timezone', 'holidays', 'freeze', 'mailbox', 'operators', 'alerts-to', 'admins'] as const;
export type SettingKey = (typeof SETTINGS)[number];

/** What a message asks for, with every target known. */
export type Command = CommandFor<TargetArgument>;

/** What a message asks for, as it was typed. */
export type TypedCommand = CommandFor<TypedTarget>;

type CommandFor<Target> =
  | { verb: 'watch'; targets: Target[]; policy: Threshold[] | null }
  | { verb: 'check'; targets: Target[] }
  | { verb: 'unwatch'; targets: Target[] | 'all' }
  | { verb: 'list'; filter: string }
  | { verb: 'show'; target: Target }
  | { verb: 'remind'; policy: Threshold[] | 'default' | null }
  /** Without a person: who it is. */
  | { verb: 'owner'; targets: Target[] | 'all'; person: PersonArgument | null }
  /**
   * Copies of reminders: who gets them from now on, or no more; without people: who does. Null targets: everything
   * watched here.
   */
  | { verb: 'copies'; change: 'add' | 'remove' | null; people: PersonArgument[]; targets: Target[] | null }
  | { verb: 'calendar'; what: 'tell' | 'reset' | 'connect' | 'disconnect' }
  | { verb: 'events'; target: Target }
  /** Without a key: all of them; without a value: that one. `admins`: what the value of that key means. */
  | { verb: 'settings'; key: SettingKey | null; value: string | null; admins?: AdminsArgument }
  /**
   * Certificates that are trusted in this conversation. `add`: what stands behind it, which may be nothing; `remove`: a
   * number, fingerprint, name or "all".
   */
  | { verb: 'trust'; what: 'list' }
  | { verb: 'trust'; what: 'add'; text: string }
  | { verb: 'trust'; what: 'remove'; which: string }
  | ForgetCommand
  | OperatorsCommand
  | { verb: 'help' }
  /** Nothing but a kind word. */
  | { verb: 'courtesy'; what: 'greeting' | 'thanks' }
  /** Something is wrong with it: the sentence to show. */
  | { verb: 'problem'; sentence: string };

/** What the commands are called. */
export type Verb = Exclude<Command['verb'], 'problem' | 'courtesy' | 'copies' | 'events'>;

interface Entry {
  /** As it is typed; what it means is said by `help.<verb>`. */
  usage: string;
  /**
   * `rest`: the text behind the command, without white space around it. `mentions`: how people whom the message
   * mentions stand in it.
   */
  parse: (words: string[], rest: string, say: Say, mentions: string[]) => TypedCommand;
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
    parse: (_words, rest) => ({ verb: 'list', filter: rest.replaceAll(/\s+/g, ' ').toLowerCase() }),
  },
  show: { usage: 'show <target>', parse: (words, _rest, say) => parseShow(words, say) },
  remind: {
    usage: 'remind <when>…|default · remind also|not @person [for <target>…]',
    parse: (words, rest, say, mentions) => parseRemind(words, rest, say, mentions),
  },
  owner: {
    usage: 'owner <target>…|all [@person|me]',
    parse: (_words, rest, say, mentions) => parseOwner(rest, say, mentions),
  },
  calendar: {
    usage: 'calendar [<target>|connect|disconnect|reset]',
    parse: (words, _rest, say) => parseCalendar(words, say),
  },
  settings: {
    usage: 'settings [<key> [<value>|default]]',
    parse: (words, rest, say, mentions) => withAdmins(parseSettings(words, say), { rest, mentions, say }),
  },
  trust: {
    usage: 'trust [add <PEM or file>|remove <number>|all]',
    parse: (_words, rest, say) => parseTrust(rest, say),
  },
  forget: { usage: 'forget me', parse: (_words, rest, say, mentions) => parseForget(readPeople(rest, mentions), say) },
  operators: {
    usage: 'operators status|conversations|orphaned|default …|audit export|forget <person>',
    parse: (_words, rest, say, mentions) => parseOperators(readPeople(rest, mentions), say),
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

/** A certificate as people paste it; what chats make of the dashes does not matter. */
const LABELLED = /^\W*BEGIN\s+(?:\w+\s+)?(?:CERTIFICATE|PKCS)/i;

function problem(sentence: string): TypedCommand {
  return { verb: 'problem', sentence };
}

function looksLikeTarget(word: string): boolean {
  return /^localhost$/i.test(word) || /[.:]/.test(trimmedEnd(word, /[.:!?]/));
}

/** `verb`: what stands before the targets, as it is typed. */
function withTargets(
  verb: string,
  words: string[],
  say: Say,
  then: (targets: TypedTarget[]) => TypedCommand,
): TypedCommand {
  const targets = parseTargets(words, say, MOST_TARGETS);
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

function parseWatch(words: string[], say: Say): TypedCommand {
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

function parseUnwatch(words: string[], say: Say): TypedCommand {
  if (words.length === 1 && words[0]!.toLowerCase() === 'all') return { verb: 'unwatch', targets: 'all' };
  return withTargets('unwatch', words, say, (targets) => ({ verb: 'unwatch', targets }));
}

/** For the sentence that names what to type instead of the mail exchangers of a domain. */
function mxValues(verb: Verb, domain: string): Record<string, string> {
  return { verb, domain: unicodeHost(domain) };
}

function parseShow(words: string[], say: Say): TypedCommand {
  return withTargets('show', words, say, (targets) => {
    const [target, more] = targets;
    if (more || !target) return problem(say('command.show-one'));
    if ('exchangersOf' in target) return problem(say('command.mx-one', mxValues('show', target.exchangersOf)));
    return { verb: 'show', target };
  });
}

/** Stands for a mention while words are taken apart: names have spaces in them. */
const MENTION = /^\uE000(\d+)\uE000$/;

/** Where a mention stands last, as words of its own: in "@Bob for bob.example.com" it is the first. Null: nowhere. */
function lastMention(text: string, mention: string): { from: number; to: number } | null {
  const literal = mention.replace(/^@/, '').replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
  if (literal === '') return null;
  const alone = new RegExp(String.raw`(?<=^|[\s,;(])@?${literal}(?=$|[\s,;)\uE000]|[.:!?](?:\s|$))`, 'giu');
  const last = [...text.matchAll(alone)].at(-1);
  return last ? { from: last.index, to: last.index + last[0].length } : null;
}

/**
 * The words of a text, each mentioned person as one word. People follow what is said of them, so that a name is looked
 * for from the end.
 */
function wordsWithPeople(text: string, mentions: string[]): string[] {
  let rest = text;
  for (const [index, mention] of [...mentions.entries()].toReversed()) {
    const found = lastMention(rest, mention);
    if (found) rest = `${rest.slice(0, found.from)} \uE000${index}\uE000 ${rest.slice(found.to)}`;
  }
  return wordsOf(rest)
    .flatMap((word) => (isNamed(word) ? withoutPeople(word) : word.split(/[,;]+/)))
    .filter((word) => word !== '');
}

/** A name goes to the end of its line, but not over the person that stands there without a mention. */
function withoutPeople(word: string): string[] {
  const parts = word.split(/\s+/);
  const last = parts.at(-1)!;
  const isPerson = parts.length > 1 && !last.startsWith('@') && personArgument(last) !== null;
  if (isPerson) parts.pop();
  if (parts.length > 1 && parts.at(-1)!.toLowerCase() === 'to') parts.pop();
  return isPerson ? [parts.join(' '), last] : [parts.join(' ')];
}

function personArgument(word: string): PersonArgument | null {
  const mention = MENTION.exec(word);
  if (mention) return { kind: 'mention', index: Number(mention[1]) };
  if (/^@?(?:me|myself|ich|mich)$/i.test(word)) return { kind: 'self' };
  const address = word.replace(/^@|^mailto:/i, '');
  return /^[^\s@<>]+@[^\s@<>]+\.[^\s@<>.]+$/.test(address) ? { kind: 'address', address: address.toLowerCase() } : null;
}

function readPeople(text: string, mentions: string[]): Words {
  return wordsWithPeople(text, mentions).map((word) => personArgument(word) ?? word);
}

function parseOwner(rest: string, say: Say, mentions: string[]): TypedCommand {
  const words = wordsWithPeople(rest, mentions);
  const people = words.flatMap((word) => personArgument(word) ?? []);
  const others = words.filter((word) => personArgument(word) === null && word.toLowerCase() !== 'to');
  const stray = others.find((word, index) => word.startsWith('@') && !/^@[\d.:[\]a-f]+$/i.test(word) && index > 0);
  if (stray !== undefined) return problem(say('command.person', { text: stray.slice(0, 40) }));
  if (people.length > 1) return problem(say('command.one-owner'));
  const person = people[0] ?? null;
  if (others.length === 1 && others[0]!.toLowerCase() === 'all') return { verb: 'owner', targets: 'all', person };
  return withTargets('owner', others, say, (targets) => ({ verb: 'owner', targets, person }));
}

function parseCopies(rest: string, say: Say, mentions: string[]): TypedCommand {
  const [word, tail] = firstWord(rest);
  const words = wordsWithPeople(tail, mentions);
  const at = words.findIndex((one) => /^(?:for|für|fuer)$/i.test(one));
  const named = at < 0 ? words : words.slice(0, at);
  const people = named.map((one) => personArgument(one));
  const stray = named.find((_one, index) => people[index] === null);
  if (stray !== undefined) return problem(say('command.person', { text: stray.slice(0, 40) }));
  const typed = word.toLowerCase();
  const change = typed === 'also' ? 'add' : 'remove';
  const found = people.filter((person) => person !== null);
  if (found.length === 0 && change === 'remove') return problem(say('command.nobody'));
  const command = { verb: 'copies' as const, change: found.length === 0 ? null : change, people: found } as const;
  if (at < 0) return { ...command, targets: null };
  const targets = words.slice(at + 1);
  if (targets.length === 1 && targets[0]!.toLowerCase() === 'all') return { ...command, targets: null };
  return withTargets(`remind ${typed} @person for`, targets, say, (known) => ({ ...command, targets: known }));
}

function parseRemind(words: string[], rest: string, say: Say, mentions: string[]): TypedCommand {
  if (words.length === 0) return { verb: 'remind', policy: null };
  if (/^(?:also|not)$/i.test(words[0]!)) return parseCopies(rest, say, mentions);
  if (words.length === 1 && words[0]!.toLowerCase() === 'default') return { verb: 'remind', policy: 'default' };
  const thresholds = parseThresholds(words, say);
  return 'sentence' in thresholds ? problem(thresholds.sentence) : { verb: 'remind', policy: thresholds.policy };
}

function parseCalendar(words: string[], say: Say): TypedCommand {
  const [word] = words;
  if (word === undefined) return { verb: 'calendar', what: 'tell' };
  const what = (['reset', 'connect', 'disconnect'] as const).find((one) => one === word.toLowerCase());
  if (words.length === 1 && what) return { verb: 'calendar', what };
  if (!looksLikeTarget(word)) return problem(say('command.calendar', { text: words.join(' ').slice(0, 40) }));
  return withTargets('calendar', words, say, ([target, more]) => {
    if (more || !target) return problem(say('command.calendar-one'));
    if ('exchangersOf' in target) return problem(say('command.mx-one', mxValues('calendar', target.exchangersOf)));
    return { verb: 'events', target };
  });
}

function parseSettings(words: string[], say: Say): TypedCommand {
  const [word, ...values] = words;
  if (word === undefined) return { verb: 'settings', key: null, value: null };
  if (/^alerts?$/i.test(word) && /^to[:=]?$/i.test(values[0] ?? ''))
    return parseSettings(['alerts-to', ...values.slice(1)], say);
  const typed = word.toLowerCase().replace(/[:=]$/, '');
  const same: Record<string, SettingKey> = {
    zone: 'timezone',
    'time-zone': 'timezone',
    freezes: 'freeze',
    holiday: 'holidays',
    'alert-to': 'alerts-to',
    alertsto: 'alerts-to',
  };
  const key = SETTINGS.find((one) => one === typed) ?? same[typed];
  if (!key) return problem(say('command.setting', { text: word.slice(0, 40), keys: SETTINGS.join(', ') }));
  return { verb: 'settings', key, value: values.length > 0 ? values.join(' ') : null };
}

/** What is set where people are named by it. */
function withAdmins(
  command: TypedCommand,
  { rest, mentions, say }: { rest: string; mentions: string[]; say: Say },
): TypedCommand {
  if (command.verb !== 'settings' || command.key !== 'admins' || command.value === null) return command;
  const admins = parseAdmins(readPeople(rest, mentions).slice(1), say);
  return 'sentence' in admins ? problem(admins.sentence) : { ...command, admins };
}

function parseTrust(rest: string, say: Say): TypedCommand {
  const [word] = /^[a-z]*/i.exec(rest)!;
  const tail = rest.slice(word.length).replace(/^[:,]?\s*/, '');
  const what = word.toLowerCase();
  if (rest === '' || (what === 'list' && tail === '')) return { verb: 'trust', what: 'list' };
  if (what === 'add') return { verb: 'trust', what: 'add', text: tail };
  if (/^(?:remove|delete|rm)$/.test(what)) {
    if (tail === '') return problem(say('trust.remove-what'));
    return { verb: 'trust', what: 'remove', which: tail.replaceAll(/\s+/g, ' ') };
  }
  if (LABELLED.test(rest)) return { verb: 'trust', what: 'add', text: rest };
  return problem(say('trust.command', { text: rest.slice(0, 40) }));
}

/** To whom a kind word may be said. */
const YOU = String.raw`(?: (?:there|all|everyone|everybody|bot|certbot|alle|zusammen|leute|dir|euch|ihnen))*`;
const GREETING = new RegExp(
  String.raw`^(?:hi|hiya|hey|hello|hallo|hallöchen|hej|howdy|yo|good (?:morning|afternoon|evening|day)|morning|gr(?:ü|ue)(?:ß|ss) (?:gott|dich|euch)|gr(?:ü|ue)(?:ß|ss)e|gr(?:ü|ue)ezi|servus|moin(?: moin)?|guten (?:morgen|tag|abend)|morgen|tach)${YOU}$`,
);
const THANKS = new RegExp(
  String.raw`^(?:(?:many |ok |okay |great |perfect )?thanks|thank you|thx|ty|cheers|(?:ok |okay |super |vielen |besten |herzlichen |tausend )?dank(?:e|eschön|eschoen)?|merci)(?: (?:so|very|much|a lot|a million|schön|schoen|sehr|vielmals|again|nochmal))*${YOU}$`,
);
const ASKS_FOR_HELP =
  /^(?:hilfe|hilf mir|was kannst du(?: alles)?|wie geht das|what can (?:you|i) do|how does (?:this|it) work)$/;

/** What is no command, but said kindly, or asks for one in other words; null for anything else. */
function courtesy(plain: string): TypedCommand | null {
  const words = plain
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
  if (GREETING.test(words)) return { verb: 'courtesy', what: 'greeting' };
  if (THANKS.test(words)) return { verb: 'courtesy', what: 'thanks' };
  return ASKS_FOR_HELP.test(words) ? { verb: 'help' } : null;
}

/** The nearest command to a mistyped word, or null when nothing is near. */
function suggest(word: string): Verb | null {
  const near = (Object.keys(COMMANDS) as Verb[])
    .map((verb) => ({ verb, away: distance(verb, word) }))
    .toSorted((a, b) => a.away - b.away)[0]!;
  return near.away <= (word.length < 4 ? 1 : 2) ? near.verb : null;
}

function unknown(words: string[], say: Say): TypedCommand {
  const word = words[0]!.slice(0, 40);
  const verb = suggest(word.toLowerCase());
  if (!verb) return problem(say('command.unknown', { word }));
  const suggestion = [verb, ...words.slice(1)].join(' ').slice(0, 200);
  return problem(say('command.did-you-mean', { word, suggestion }));
}

/**
 * Reads a message (mention already stripped; may have many lines). Case-insensitive. A bare target is a `check`; an
 * empty message is `help`; what is no command at all becomes a `problem` with the nearest command. Problems are told by
 * `say`. `mentions`: how the people whom it mentions stand in the text.
 */
export function parseCommand(text: string, say: Say, mentions: string[] = []): TypedCommand {
  const plain = normalise(text);
  if (plain === '' || plain === '?') return { verb: 'help' };
  if (holdsPrivateKey(plain)) return problem(say('trust.private-key'));
  if (LABELLED.test(plain)) return problem(say('trust.add-first'));
  const [first, rest] = firstWord(plain.replace(/^\/(?=\S)/, ''));
  const verb = trimmedEnd(first.toLowerCase(), /[:,!.?]/);
  if (isVerb(verb)) {
    const repeated = new RegExp(`^${verb}\\s+`, 'gim');
    const words = wordsOf(rest.replaceAll(repeated, ''));
    return COMMANDS[verb].parse(words, rest, say, mentions);
  }
  const kind = courtesy(plain);
  if (kind) return kind;
  const words = wordsOf(plain);
  if (
    words.every(
      (word, index) =>
        looksLikeTarget(word) || (index > 0 && /^(?:@|as$)/i.test(word)) || words[index - 1]?.toLowerCase() === 'as',
    )
  ) {
    return COMMANDS.check.parse(words, plain, say, mentions);
  }
  return unknown(words, say);
}
