import type { Say } from '../language/language.ts';
import { firstWord } from '../language/text.ts';
import { holdsPrivateKey } from './private-key.ts';
import { unicodeHost } from '../targets/endpoint.ts';
import { parseTargets, type TargetArgument, type TypedTarget } from './typed-targets.ts';
import { commandLines, normalise, verbAtEnd, withoutMark, withoutRepeated } from './lines.ts';
import { personArgument, wordsWithPeople, type PersonArgument } from './people-words.ts';
import { importedText, parseNote, parseTag, type OverviewCommand } from './typed-overview.ts';
import { courtesy } from './courtesy.ts';
import { ASKS_WHAT_ENDS, exportFilter, listFilter } from './list/typed-filter.ts';
import { looksLikeTarget, piecesOf } from './pasted.ts';
import { asksToRenew, renewalWords } from './renewal-question.ts';
import { isIt, isWhole, parseIncident, saidOfAlert, type IncidentCommand } from './typed-incidents.ts';
import { parseThresholds } from './thresholds.ts';
import {
  parseAdmins,
  parseForget,
  parseOperators,
  type AdminsArgument,
  type ForgetCommand,
  type OperatorsCommand,
  type Words,
} from './typed-rights.ts';
import { commandIn, nearestVerb, verbOf, type Verb } from './verbs.ts';
import { MOST_TARGETS, withTargets } from './with-targets.ts';
import { wordsOf, type Word } from './words.ts';
import type { Threshold } from '../certificates/stages.ts';

/** What `settings` can set. */
export const SETTINGS = [
  'timezone',
  'holidays',
  'freeze',
  'mailbox',
  'operators',
  'alerts-to',
  'admins',
  'persona',
] as const;
export type SettingKey = (typeof SETTINGS)[number];

/** What a message asks for, with every target known. */
export type Command = CommandFor<TargetArgument> & Ignoring;

/** What a message asks for, as it was typed. */
export type TypedCommand = CommandFor<TypedTarget> & Ignoring;

interface Ignoring {
  /** Words among the targets that were taken for none, as they were typed. */
  ignored?: string[];
}

type CommandFor<Target> =
  /** Policy: thresholds of these targets; "default": those of the conversation hold for them; null: as it is. */
  | { verb: 'watch'; targets: Target[]; policy: Threshold[] | 'default' | null }
  | { verb: 'check'; targets: Target[] }
  /** `sure`: the answer to the question that all of them are asked with. */
  | { verb: 'unwatch'; targets: Target[] | 'all'; sure?: true }
  | { verb: 'list'; filter: string }
  | { verb: 'show'; target: Target }
  /** How something is renewed. */
  | { verb: 'renew'; target: Target }
  /** The same, and it is not said what. */
  | { verb: 'renew-what' }
  | { verb: 'remind'; policy: Threshold[] | 'default' | null }
  /** When some of the targets alert, as in "watch"; null: tells. */
  | { verb: 'thresholds'; targets: Target[] | 'all'; policy: Threshold[] | 'default' | null }
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
  | OverviewCommand<Target>
  | IncidentCommand<Target>
  | ForgetCommand
  | OperatorsCommand
  /** `about`: what is asked about, as it was typed; missing: everything. */
  | { verb: 'help'; about?: string }
  /** Nothing but a kind word. */
  | { verb: 'courtesy'; what: 'greeting' | 'thanks' }
  /** Something is wrong with it: the sentence to show, and what was probably meant, as it is typed. */
  | { verb: 'problem'; sentence: string; suggestion?: string };

interface Entry {
  /** As it is typed; what it means is said by `help.<verb>`. */
  usage: string;
  /**
   * `rest`: the text behind the command, without white space around it. `mentions`: how people whom the message
   * mentions stand in it.
   */
  parse: (words: readonly Word[], rest: string, say: Say, mentions: string[]) => TypedCommand;
}

/** The commands, in the order of the help text. Parsing and help come from this one table. */
export const COMMANDS: Record<Verb, Entry> = {
  watch: {
    usage: 'watch <target> [<target>…] [remind <when>…|default]',
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
    usage: 'list [<text>|<state>|<date>|mine|@person|#tag|issuer <name>]',
    parse: (_words, rest, _say, mentions) => ({ verb: 'list', filter: listFilter(rest, mentions) }),
  },
  show: { usage: 'show <target>', parse: (words, _rest, say) => parseOne('show', words, say('command.show-one'), say) },
  renew: { usage: 'renew <target>', parse: (_words, rest, say) => parseRenew(rest, say) },
  ack: { usage: 'ack [<target>…|all]', parse: (words, rest, say) => parseSaid('ack', words, rest, say) },
  unack: { usage: 'unack [<target>…|all]', parse: (words, rest, say) => parseSaid('unack', words, rest, say) },
  snooze: {
    usage: 'snooze [<target>…|all] until <when>|for <time>',
    parse: (_words, rest, say) => parseIncident('snooze', rest, say, MOST_TARGETS),
  },
  done: { usage: 'done [<target>…|all]', parse: (words, rest, say) => parseSaid('done', words, rest, say) },
  installing: {
    usage: 'installing [<target>…|all] on <day> [<time>]',
    parse: (_words, rest, say) => parseIncident('installing', rest, say, MOST_TARGETS),
  },
  remind: {
    usage: 'remind <when>…|default [for <target>…] · remind also|not @person [for <target>…]',
    parse: (words, rest, say, mentions) => parseRemind(words, rest, say, mentions),
  },
  owner: {
    usage: 'owner <target>…|all [@person|me]',
    parse: (_words, rest, say, mentions) => parseOwner(rest, say, mentions),
  },
  note: {
    usage: 'note <target>… [<text>|none]',
    parse: (_words, rest, say) => parseNote(rest, say, MOST_TARGETS),
  },
  tag: {
    usage: 'tag <target>… #<word>…',
    parse: (_words, rest, say) => parseTag('tag', rest, say, MOST_TARGETS),
  },
  untag: {
    usage: 'untag <target>…|all [#<word>…]',
    parse: (_words, rest, say) => parseTag('untag', rest, say, MOST_TARGETS),
  },
  history: {
    usage: 'history <target>',
    parse: (words, _rest, say) => parseOne('history', words.slice(isOf(words[0]) ? 1 : 0), say('history.one'), say),
  },
  report: {
    usage: 'report [<days>|<year>|<month>]',
    parse: (_words, rest) => ({ verb: 'report', span: rest.replaceAll(/\s+/g, ' ').toLowerCase().slice(0, 60) }),
  },
  export: {
    usage: 'export [<as in list>]',
    parse: (_words, rest, _say, mentions) => ({ verb: 'export', filter: exportFilter(rest, mentions) }),
  },
  import: { usage: 'import <CSV or file>', parse: (_words, rest) => ({ verb: 'import', text: rest }) },
  calendar: {
    usage: 'calendar [<target>|connect|disconnect|reset]',
    parse: (words, _rest, say) => parseCalendar(words, say),
  },
  settings: {
    usage: 'settings [<key> [<value>|default]]',
    parse: (_words, rest, say, mentions) => {
      const words = rest.split(/\s+/).filter((word) => word !== '');
      return withAdmins(parseSettings(words, say), { rest, mentions, say });
    },
  },
  trust: {
    usage: 'trust [add <PEM or file>|remove <number>|all]',
    parse: (_words, rest, say) => parseTrust(rest, say),
  },
  forget: { usage: 'forget me', parse: (_words, rest, say, mentions) => parseForget(readPeople(rest, mentions), say) },
  operators: {
    usage: 'operators status|conversations|orphaned|default …|audit export|allow|deny <source> here|forget <person>',
    parse: (_words, rest, say, mentions) => parseOperators(readPeople(rest, mentions), say),
  },
  help: {
    usage: 'help [<topic>|<command>]',
    parse: (_words, rest) => ({
      verb: 'help',
      ...(/^(?:|(?:me|us|mir|uns|please|bitte)\b.*)$/is.test(rest) ? {} : { about: rest.slice(0, 60) }),
    }),
  },
};

/** A certificate as people paste it; what chats make of the dashes does not matter. */
const LABELLED = /^\W*BEGIN\s+(?:\w+\s+)?(?:CERTIFICATE|PKCS)/i;

function problem(sentence: string): TypedCommand {
  return { verb: 'problem', sentence };
}

/** Words that begin thresholds behind targets. */
function isRemind({ text }: Word): boolean {
  return verbOf(text.replace(/[:,]$/, '')) === 'remind';
}

/** Thresholds, or that those of the conversation hold. */
function parsePolicy(words: readonly Word[], say: Say): { policy: Threshold[] | 'default' } | { sentence: string } {
  const texts = words.map(({ text }) => text);
  if (texts.length === 1 && /^(?:default|standard)[.!]?$/i.test(texts[0]!)) return { policy: 'default' };
  return parseThresholds(texts, say);
}

function parseWatch(words: readonly Word[], say: Say): TypedCommand {
  const at = words.findIndex(isRemind);
  if (at < 0) return withTargets('watch', words, say, (targets) => ({ verb: 'watch', targets, policy: null }));
  const thresholds = parsePolicy(words.slice(at + 1), say);
  if ('sentence' in thresholds) return problem(thresholds.sentence);
  const isJoined = /^(?:and|und)$/i.test(words[at - 1]?.text ?? '');
  return withTargets('watch', words.slice(0, isJoined ? at - 1 : at), say, (targets) => ({
    verb: 'watch',
    targets,
    policy: thresholds.policy,
  }));
}

function isAll(words: readonly Word[]): boolean {
  return words.length === 1 && /^(?:all|alle|alles)[.!]?$/i.test(words[0]!.text);
}

function parseUnwatch(words: readonly Word[], say: Say): TypedCommand {
  const [, sure] = words;
  const isSure = words.length === 2 && /^(?:yes|ja)[!.]*$/i.test(sure!.text);
  if (isAll(isSure ? words.slice(0, 1) : words))
    return { verb: 'unwatch', targets: 'all', ...(isSure ? { sure: true } : {}) };
  return withTargets('unwatch', words, say, (targets) => ({ verb: 'unwatch', targets }));
}

/** What is said of an alert; words that name no target are told. */
function parseSaid(verb: 'ack' | 'unack' | 'done', words: readonly Word[], rest: string, say: Say): TypedCommand {
  // A tag is no word, and names something all the same.
  const isPlain = (words.length > 0 || rest === '') && words.every((word) => isIt(word) || isWhole(word));
  if (isPlain) return parseIncident(verb, rest, say, MOST_TARGETS);
  const named = words.filter((word) => !isIt(word));
  return withTargets(verb, named, say, (targets) => ({ verb, targets }));
}

/** For the sentence that names what to type instead of the mail exchangers of a domain. */
function mxValues(verb: Verb, domain: string): Record<string, string> {
  return { verb, domain: unicodeHost(domain) };
}

/** “history of example.com”. */
function isOf(word: Word | undefined): boolean {
  return /^(?:of|for|about|von|vom|für|über|zu)$/i.test(word?.text ?? '');
}

/** A command about one target alone; `one`: the sentence where there are more or none. */
function parseOne(verb: 'show' | 'history' | 'renew', words: readonly Word[], one: string, say: Say): TypedCommand {
  return withTargets(verb, words, say, ([target, more]) => {
    if (more || !target) return problem(one);
    if ('exchangersOf' in target) return problem(say('command.mx-one', mxValues(verb, target.exchangersOf)));
    return { verb, target };
  });
}

function parseRenew(text: string, say: Say): TypedCommand {
  const words = renewalWords(text);
  return words.length === 0 ? { verb: 'renew-what' } : parseOne('renew', words, say('renew.one'), say);
}

function readPeople(text: string, mentions: string[]): Words {
  return wordsWithPeople(text, mentions).map((word) => personArgument(word.text) ?? word.text);
}

function parseOwner(rest: string, say: Say, mentions: string[]): TypedCommand {
  const words = wordsWithPeople(rest, mentions);
  const people = words.flatMap(({ text }) => personArgument(text) ?? []);
  const others = words.filter(({ text }) => personArgument(text) === null && !/^(?:to|an)$/i.test(text));
  const stray = others.find(({ text }, index) => text.startsWith('@') && !/^@[\d.:[\]a-f]+$/i.test(text) && index > 0);
  if (stray !== undefined) return problem(say('command.person', { text: stray.text.slice(0, 40) }));
  if (people.length > 1) return problem(say('command.one-owner'));
  const person = people[0] ?? null;
  if (isAll(others)) return { verb: 'owner', targets: 'all', person };
  return withTargets('owner', others, say, (targets) => ({ verb: 'owner', targets, person }));
}

const ALSO = /^(?:also|auch)$/i;
const NOT = /^(?:not|nicht)$/i;

function isFor({ text }: Word): boolean {
  return /^(?:for|für|fuer)$/i.test(text);
}

/** “14 days before example.com expires” */
const BEFORE = /^(?:before|about|of|vor|an)$/i;

function parseCopies(rest: string, say: Say, mentions: string[]): TypedCommand {
  const [word, tail] = firstWord(rest);
  const words = wordsWithPeople(tail, mentions);
  const at = words.findIndex(isFor);
  const named = (at < 0 ? words : words.slice(0, at)).map(({ text }) => text);
  const people = named.map((one) => personArgument(one));
  const stray = named.find((_one, index) => people[index] === null);
  if (stray !== undefined) return problem(say('command.person', { text: stray.slice(0, 40) }));
  const change = ALSO.test(word) ? 'add' : 'remove';
  const found = people.filter((person) => person !== null);
  if (found.length === 0 && change === 'remove') return problem(say('command.nobody'));
  const command = { verb: 'copies' as const, change: found.length === 0 ? null : change, people: found } as const;
  const targets = words.slice(at + 1);
  if (at < 0 || isAll(targets)) return { ...command, targets: null };
  const typed = `remind ${change === 'add' ? 'also' : 'not'} @person for`;
  return withTargets(typed, targets, say, (known) => ({ ...command, targets: known }));
}

function parseRemind(all: readonly Word[], rest: string, say: Say, mentions: string[]): TypedCommand {
  if (ALSO.test(all[0]?.text ?? '') || NOT.test(all[0]?.text ?? '')) return parseCopies(rest, say, mentions);
  const words = /^(?:me|us|mich|uns)$/i.test(all[0]?.text ?? '') ? all.slice(1) : all;
  const at = words.findIndex(
    (word, index) => isFor(word) || (BEFORE.test(word.text) && looksLikeTarget(words[index + 1]?.text ?? '')),
  );
  const before = at < 0 ? words : words.slice(0, at);
  const policy = before.length === 0 ? { policy: null } : parsePolicy(before, say);
  if ('sentence' in policy) return problem(policy.sentence);
  if (at < 0) return { verb: 'remind', ...policy };
  const targets = words.slice(at + 1);
  if (isAll(targets)) return { verb: 'thresholds', targets: 'all', ...policy };
  return withTargets('remind 10d for', targets, say, (known) => ({ verb: 'thresholds', targets: known, ...policy }));
}

function parseCalendar(words: readonly Word[], say: Say): TypedCommand {
  const [word] = words.map(({ text }) => text);
  if (word === undefined) return { verb: 'calendar', what: 'tell' };
  const what = (['reset', 'connect', 'disconnect'] as const).find((one) => one === word.toLowerCase());
  if (words.length === 1 && what) return { verb: 'calendar', what };
  if (parseTargets(words, say, MOST_TARGETS).targets.length === 0) {
    const text = words.map((one) => one.text).join(' ');
    return problem(say('command.calendar', { text: text.slice(0, 40) }));
  }
  return withTargets('calendar', words, say, ([target, more]) => {
    if (more || !target) return problem(say('command.calendar-one'));
    if ('exchangersOf' in target) return problem(say('command.mx-one', mxValues('calendar', target.exchangersOf)));
    return { verb: 'events', target };
  });
}

/** Other words for what can be set. */
const SAME_SETTINGS = new Map<string, SettingKey>([
  ['zone', 'timezone'],
  ['time-zone', 'timezone'],
  ['freezes', 'freeze'],
  ['holiday', 'holidays'],
  ['alert-to', 'alerts-to'],
  ['alertsto', 'alerts-to'],
]);

function parseSettings(words: readonly string[], say: Say): TypedCommand {
  const [word, ...values] = words;
  if (word === undefined) return { verb: 'settings', key: null, value: null };
  if (/^alerts?$/i.test(word) && /^to[:=]?$/i.test(values[0] ?? ''))
    return parseSettings(['alerts-to', ...values.slice(1)], say);
  const typed = word.toLowerCase().replace(/[:=]$/, '');
  const key = SETTINGS.find((one) => one === typed) ?? SAME_SETTINGS.get(typed);
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

function unknown(text: string, say: Say): TypedCommand {
  const words = text.split(/\s+/);
  const word = words[0]!.slice(0, 40);
  const verb = nearestVerb(words[0]!.toLowerCase());
  if (!verb) return problem(say('command.unknown', { word }));
  const meant = [verb, ...words.slice(1)].join(' ');
  const suggestion = meant.slice(0, 200);
  const sentence = say('command.did-you-mean', { word, suggestion });
  return { verb: 'problem', sentence, ...(suggestion === meant ? { suggestion } : {}) };
}

/** Verbs that may stand on each line of a message: `watch a.example`, then `watch b.example`. */
const REPEATABLE = new Set<Verb>(['watch', 'check', 'unwatch']);

/** The sentence for a message of several commands; null where it is one. */
function severalCommands(plain: string, verb: Verb | null, say: Say): TypedCommand | null {
  const lines = commandLines(plain);
  const others = lines.filter((line) => line.verb !== verb || !REPEATABLE.has(line.verb));
  const isOne = lines.length <= (verb === null ? 0 : 1);
  const reminds = lines.filter(({ rest }) => /(?:^|\s)remind\s/i.test(rest)).length;
  if (isOne || (others.length === 0 && reminds < 2)) return null;
  const [first, second] = verb === null ? [plain.split('\n')[0]!, lines[0]!.line] : [lines[0]!.line, lines[1]!.line];
  return several(first, second, say);
}

/** What the first column of a list of targets is called. */
const COLUMN =
  /^(?:(?:host|server|domain|end ?point|target|site|service)s?|(?:host ?)?names?|urls?|fqdns?|address(?:es)?|ziele?|adressen?|dienste?)$/i;

/** Whether a text without a verb is about targets: it begins with one, or with the heading of a list of them. */
function beginsWithTarget(words: readonly Word[]): boolean {
  const [first, ...more] = piecesOf(words.slice(0, 200)).filter(({ kind }) => kind !== 'dash');
  if (!first) return false;
  if (first.kind === 'target' || first.kind === 'named') return true;
  const next = more.find(({ line }) => line !== first.line);
  const isHeading = next?.line === more.find(({ kind }) => kind === 'target')?.line && more[0]?.line === first.line;
  return (
    next?.kind === 'target' && isHeading && (COLUMN.test(first.text) || nearestVerb(first.text.toLowerCase()) === null)
  );
}

/**
 * Reads a message (mention already stripped; may have many lines). Case-insensitive. A bare target is a `check`; an
 * empty message is `help`; what is no command at all becomes a `problem` with the nearest command. Problems are told by
 * `say`. `mentions`: how the people whom it mentions stand in the text.
 */
export function parseCommand(text: string, say: Say, mentions: string[] = []): TypedCommand {
  const plain = withoutMark(normalise(text));
  if (plain === '' || /^[?!.]{1,9}$/.test(plain)) return { verb: 'help' };
  if (holdsPrivateKey(plain)) return problem(say('trust.private-key'));
  if (LABELLED.test(plain)) return problem(say('trust.add-first'));
  const said = saidOfAlert(plain, say, MOST_TARGETS);
  if (said) return said;
  const { verb, rest } = commandIn(plain);
  if (verb === 'import') return { verb: 'import', text: importedText(text) };
  const refused = severalCommands(plain, verb, say);
  if (refused) return refused;
  if (verb !== null) return parseVerb(verb, rest, say, mentions);
  if (asksToRenew(rest)) return parseRenew(rest, say);
  const kind = courtesy(plain);
  if (kind) return kind;
  const behind = verbAtEnd(rest);
  if (behind) return parseVerb(behind.verb, behind.rest, say, mentions);
  const words = wordsOf(rest);
  if (ASKS_WHAT_ENDS.test(rest.slice(0, 200))) return { verb: 'list', filter: listFilter(rest, mentions) };
  return beginsWithTarget(words) ? COMMANDS.check.parse(words, rest, say, mentions) : unknown(rest || plain, say);
}

function several(first: string, second: string, say: Say): TypedCommand {
  return problem(say('command.several', { first: first.trim().slice(0, 80), second: second.slice(0, 80) }));
}

function parseVerb(verb: Verb, typed: string, say: Say, mentions: string[]): TypedCommand {
  const rest = REPEATABLE.has(verb) ? withoutRepeated(verb, typed) : typed;
  const words = wordsOf(rest);
  // Another command on the same line: what stands behind it is not this one's.
  const at = REPEATABLE.has(verb) ? words.findIndex((_word, index) => isCommandAt(words, index, verb)) : -1;
  if (at < 0) return COMMANDS[verb].parse(words, rest, say, mentions);
  const [first, second] = [words.slice(0, at), words.slice(at)].map((part) => part.map(({ text }) => text).join(' '));
  return several(`${verb} ${first}`, second!, say);
}

function isCommandAt(words: readonly Word[], index: number, verb: Verb): boolean {
  const [word, next] = words.slice(index, index + 2);
  const other = verbOf(word!.text);
  return (
    other !== null && other !== verb && other !== 'remind' && next?.line === word!.line && looksLikeTarget(next.text)
  );
}
