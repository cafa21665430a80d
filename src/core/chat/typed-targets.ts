import type { Say } from '../language/language.ts';
import { parseExchangers, parseTarget, unicodeHost, withOverride, type ParsedExchangers } from '../targets/endpoint.ts';
import type { Named } from '../targets/kind.ts';
import { formatTarget, namingOf, parseMarked } from '../targets/target.ts';
import { notTaken, readPieces } from './pasted.ts';
import { prefixOf, unprefixed, type Word } from './words.ts';

/**
 * One target of a command: its canonical URI (and the domains whose mail exchanger it is, where it was named so; and what was
 * told of it to its source), or what is wrong with the text.
 */
export type TargetArgument =
  { text: string; uri: string; domains?: string[]; given?: string } | { text: string; problem: string };

/**
 * One target as it was typed: `mx:example.com` stands for the mail exchangers of a domain, which only the DNS knows; what
 * a name stands for, only its conversation.
 */
export type TypedTarget = TargetArgument | { text: string; exchangersOf: string } | { text: string; named: Named };

/**
 * UTF-16 units. A name has 253 characters, and what is behind it in an address counts for nothing: a word that is longer
 * is cut off before anything else meets it.
 */
const LONGEST = 2048;

function exchangersArgument(text: string, parsed: ParsedExchangers, isOverridden: boolean, say: Say): TypedTarget {
  if (!parsed.ok) return { text, problem: parsed.problem };
  if (isOverridden) return { text, problem: say('target.mx-override', { domain: unicodeHost(parsed.domain) }) };
  return { text, exchangersOf: parsed.domain };
}

function targetArgument(text: string, override: { address?: string; servername?: string }, say: Say): TypedTarget {
  const prefix = prefixOf(text);
  if (prefix !== null) return { text, ...namingOf(prefix).parse(unprefixed(text, prefix), say) };
  const marked = parseMarked(text, say);
  if (marked) {
    const isOverridden = 'uri' in marked && Object.keys(override).length > 0;
    return { text, ...(isOverridden ? { problem: say('document.override') } : marked) };
  }
  const exchangers = parseExchangers(text, say);
  if (exchangers) return exchangersArgument(text, exchangers, Object.keys(override).length > 0, say);
  const parsed = parseTarget(text, say);
  if (!parsed.ok) return { text, problem: parsed.problem };
  // The name of the host itself is asked for anyway.
  const isOwnName = override.servername?.toLowerCase() === parsed.target.host;
  const full = withOverride(parsed.target, isOwnName ? { ...override, servername: undefined } : override, say);
  if (!full.ok) return { text, problem: full.problem };
  return { text, uri: formatTarget(full.target) };
}

function keyOf(argument: TypedTarget): string {
  if ('uri' in argument) return argument.uri;
  if ('named' in argument) return JSON.stringify(argument.named);
  return 'exchangersOf' in argument ? `mx:${argument.exchangersOf}` : argument.text;
}

/**
 * Reads targets with their `@address` and `as name` overrides, and names the words that are none as they were typed.
 * Repeated targets count once. Those beyond `most` are too many to be read: they are only counted.
 */
export function parseTargets(
  words: readonly Word[],
  say: Say,
  most: number,
): { targets: TypedTarget[]; ignored: string[] } {
  const readings = readPieces(words);
  const found = new Map<string, TypedTarget>();
  const read = new Set<string>();
  for (const reading of readings) {
    if (reading.kind === 'word') continue;
    const text = prefixOf(reading.text) === null ? reading.text.slice(0, LONGEST) : reading.text;
    const override = reading.kind === 'target' ? reading.override : {};
    const typed = JSON.stringify([text, override]);
    if (read.has(typed)) continue;
    read.add(typed);
    const argument = found.size > most ? { text: typed, problem: '' } : targetArgument(text, override, say);
    const key = keyOf(argument);
    if (!found.has(key)) found.set(key, argument);
  }
  return { targets: [...found.values()], ignored: notTaken(readings) };
}
