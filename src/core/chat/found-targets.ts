import type { Say } from '../language/language.ts';
import { trimmedEnd } from '../language/text.ts';
import type { Threshold } from '../certificates/stages.ts';
import { formatThreshold } from '../certificates/stages.ts';
import type { FoundTarget } from '../model/form.ts';
import { typedTarget } from '../targets/target.ts';
import { parseCommand, type TypedCommand } from './command.ts';
import { MOST_TARGETS } from './with-targets.ts';
import type { TypedTarget } from './typed-targets.ts';
import { isNamed, wordsOf } from './words.ts';

/** More than a message holds, characters. */
const LONGEST_TEXT = 256 * 1024;
const LONGEST_WORD = 2000;
const LONGEST_LINE = 10_000;
/** Words of one text that are read as targets. */
const MOST_CANDIDATES = 3000;
/** What stands around a word in a sentence, a table or a list. */
const BEFORE = /^[\s"'`´“”„‚‘’«»([{<*_~>|•–—-]+/;
const AFTER = /[\s"'`´“”„‚‘’«»)\]}>*_~|,;.!?…:]/;
const URL = /^[a-z][a-z0-9+.-]{1,20}:\/\/[^/?#\s]/i;
const EXCHANGERS = /^mx:[^\s:/.]+\.[^\s:/]+$/i;
const IPV4 = /^(?:\d{1,3}\.){3}\d{1,3}(?::\d{1,5})?$/;
const IPV6 = /^\[[0-9a-f:.]{2,45}\](?::\d{1,5})?$/i;
const HOST =
  /^(?:[\p{L}\p{N}_](?:[\p{L}\p{N}_-]{0,61}[\p{L}\p{N}_])?\.){1,30}(?:\p{L}{2,63}|xn--[a-z0-9-]{1,59})\.?$/iu;
const NAMED_PORT = /^(?!port:|ports:|zeile:|line:)[a-z][a-z0-9-]{0,62}:\d{2,5}$/i;
/** Where a sentence ended without a space behind it. */
const SENTENCES = /\p{Ll}\.\p{Lu}\p{Ll}+$/u;
/** What follows is a remark, as in lists of hosts: `#` at the beginning of a line or before a space, and ` //`. */
const REMARK = /(?:^\s*#|\s#\s|(?:^|\s)\/\/).*$/;
/** Before a number or a tag in running text; behind a command it would begin a comment. */
const NUMBER_SIGN = /(?<=^|\s)#(?=\S)/g;
/** A line of a list that has the port in a column of its own. */
const WITH_PORT = /^[\s*•–|-]*([^\s,;|]{1,260})(?:\s*[,;|]\s*|\s+(?:port\s+)?)(\d{2,5})(?:[\s,;|].*)?$/i;
/** What looks like a host in running text and is the name of a file; endings that are top-level domains are not here. */
const FILE =
  /\.(?:txt|pdf|pem|crt|cer|der|key|csr|p12|pfx|jks|csv|tsv|json|ya?ml|xml|html?|css|jsx?|tsx?|log|docx?|xlsx?|pptx?|png|jpe?g|gif|svg|tar|gz|exe|dll|conf|cfg|ini|bak|sql|java|php|aspx?|jsp)$/i;

function looksLikeHost(text: string): boolean {
  const [host = ''] = text.split(/[/?#]/, 1);
  const rest = text.slice(host.length);
  const [, name = '', port] = /^(.*?)(:\d{1,5})?$/.exec(host)!;
  if (IPV4.test(host)) return rest === '' || rest.startsWith('/') ? !/^\/\d{1,2}$/.test(rest) : true;
  if (IPV6.test(host) || NAMED_PORT.test(host)) return true;
  return HOST.test(name) && (port !== undefined || rest !== '' || !(FILE.test(name) || SENTENCES.test(name)));
}

/** Whether a word of running text names something that can be watched. */
function isCandidate(word: string): boolean {
  if (URL.test(word)) return !/^(?:mailto|tel|file|data|javascript|slack|msteams):/i.test(word);
  if (EXCHANGERS.test(word)) return true;
  return !word.includes('@') && looksLikeHost(word);
}

/** An address to connect to, or a name to ask for, behind a target (see Targets in the documents). */
function overrideAt(words: string[], at: number): string[] {
  const [word = '', next = ''] = words.slice(at, at + 2);
  if (/^@[0-9a-f.:[\]]{3,45}$/i.test(word)) return [word];
  return word.toLowerCase() === 'as' && HOST.test(next) ? [word, next] : [];
}

function trimmed(word: string): string {
  if (word.length > LONGEST_WORD) return '';
  const begun = /^\[[0-9a-f:.]+\]/i.test(word) ? word : word.replace(BEFORE, '');
  return /^\[.*\][:\d]*$/.test(begun) ? begun : trimmedEnd(begun, AFTER);
}

function withPort(line: string): string {
  const [, host = '', port] = (line.length > LONGEST_LINE ? null : WITH_PORT.exec(line)) ?? [];
  const name = trimmed(host);
  const isHost = port !== undefined && !name.includes(':') && !name.includes('/') && isCandidate(name);
  return isHost && Number(port) < 65_536 ? `${name}:${port}` : line;
}

/** Targets among the words of a line, each with what is typed behind it. */
function candidatesAmong(words: string[]): string[] {
  const found: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = trimmed(words[at]!);
    if (!isCandidate(word)) continue;
    const override = overrideAt(words, at + 1);
    found.push([word, ...override].join(' '));
    at += override.length;
  }
  return found;
}

/** Targets that a text names, as a command takes them. */
function candidatesIn(text: string): string[] {
  const found: string[] = [];
  for (const raw of text.split('\n')) {
    const line = withPort(raw.length > LONGEST_LINE ? raw : raw.replace(REMARK, '').replaceAll(NUMBER_SIGN, ''));
    for (const parts of inRuns(wordsOf(line).map((word) => word.text)))
      found.push(...(typeof parts === 'string' ? [parts] : candidatesAmong(parts)));
  }
  return found;
}

/** Words that have a name of their own, and between them the others. */
function inRuns(words: string[]): (string | string[])[] {
  const runs: (string | string[])[] = [];
  for (const word of words) {
    const last = runs.at(-1);
    if (isNamed(word)) runs.push(word);
    else if (Array.isArray(last)) last.push(...word.split(/[,;|]+/));
    else runs.push(word.split(/[,;|]+/));
  }
  return runs;
}

function foundOf(target: TypedTarget): FoundTarget | null {
  if ('uri' in target) return { typed: typedTarget(target.uri, target.given), uri: target.uri };
  if ('exchangersOf' in target) return { typed: `mx:${target.exchangersOf}`, uri: null };
  // Without a day it is only another name for something that is watched somewhere.
  const isNew = 'named' in target && target.named.given !== null;
  return isNew ? { typed: target.text.replaceAll(/\s+/g, ' '), uri: null } : null;
}

function targetsOf(command: TypedCommand): TypedTarget[] {
  return command.verb === 'check' || command.verb === 'watch' ? command.targets : [];
}

/**
 * What a text that was not written for the bot names: hosts, addresses and links, also in lists and tables, each once
 * and in their order; 1,000 at most. Never throws. All that is known of how targets are typed comes from parseCommand.
 */
export function findTargets(text: string, say: Say): FoundTarget[] {
  const found = new Map<string, FoundTarget>();
  const candidates = new Set(candidatesIn(text.slice(0, LONGEST_TEXT)));
  for (const candidate of [...candidates].slice(0, MOST_CANDIDATES)) {
    if (found.size >= MOST_TARGETS) break;
    for (const target of targetsOf(parseCommand(`check ${candidate}`, say))) {
      const one = foundOf(target);
      if (one) found.set(one.typed, one);
    }
  }
  return [...found.values()];
}

/** A `watch` as it would have been typed, or the sentence that says what is wrong with a field of a form. */
export type WatchText = { text: string } | { field: 'targets' | 'when'; sentence: string };

/**
 * The command of a form: `ticked` and `typed` targets, and lengths of time as behind `remind`. One line, in which
 * everything is written as the bot itself writes it, since all of it came from outside.
 */
export function watchText(form: { ticked: string[]; typed: string; when: string }, say: Say): WatchText {
  const typed = [...form.ticked, form.typed].join('\n').trim();
  if (typed === '') return { field: 'targets', sentence: say('form.nothing') };
  const command = parseCommand(`watch ${typed}`, say);
  if (command.verb === 'problem') return { field: 'targets', sentence: command.sentence };
  if (command.verb !== 'watch') return { field: 'targets', sentence: say('form.nothing') };
  const targets: FoundTarget[] = [];
  for (const target of command.targets) {
    const found = foundOf(target);
    if (!found) return { field: 'targets', sentence: 'problem' in target ? target.problem : say('form.nothing') };
    targets.push(found);
  }
  const when = whenOf(form.when, command.policy === 'default' ? null : command.policy, say);
  if ('sentence' in when) return when;
  // A name goes to the end of its line, or to the next of its like.
  const named = targets.filter(({ typed: text }) => isNamed(text));
  const others = targets.filter(({ typed: text }) => !isNamed(text));
  const remind = when.policy ? ['remind', ...when.policy.map(formatThreshold)] : [];
  return { text: ['watch', ...[...others, ...named].map(({ typed: text }) => text), ...remind].join(' ') };
}

function whenOf(
  when: string,
  typed: Threshold[] | null,
  say: Say,
): { policy: Threshold[] | null } | { field: 'when'; sentence: string } {
  const words = when.slice(0, 300).replaceAll(/\s+/g, ' ').trim();
  if (words === '') return { policy: typed };
  const command = parseCommand(`remind ${words}`, say);
  if (command.verb === 'problem') return { field: 'when', sentence: command.sentence };
  if (command.verb !== 'remind') return { field: 'when', sentence: say('command.no-thresholds') };
  return { policy: command.policy === 'default' ? null : command.policy };
}
