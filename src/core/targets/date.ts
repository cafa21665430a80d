import { DateTime } from 'luxon';
import type { Say } from '../language/language.ts';
import { firstWord, shorten, trimmedEnd } from '../language/text.ts';
import { DAY } from '../time.ts';
import type { Named, NamedWhere, Naming, TargetKind } from './kind.ts';
import { folded, visible } from './names.ts';
import { unquoted } from './quotes.ts';

/** Something that ends on a day that somebody types: it has a name in one conversation, and is not looked at. */
export interface DateTarget {
  scheme: 'date';
  /** NamedWhere.place. */
  place: string;
  name: string;
}

type Problem = { problem: string };

const PREFIX = 'date';
/** UTF-16 units: more is no name, and lists have no room for it. */
const LONGEST_NAME = 200;
/** What is further away is a typing error. */
const FURTHEST = 50 * 366 * DAY;
/** A name with its day and what may stand around both. */
const MOST_TYPED = 2 * LONGEST_NAME;
const EXAMPLE = 'Code-signing token';

/** Other ways to write a day, or a day with more to it. */
const LIKE_A_DAY = /^(?:\d{1,4}([./-])\d{1,2}\1\d{1,4}|\d{8}(?!\d))/;
const TIME = /^(?:(?:at|um)\s)?(?:[T+]?\d{1,2}:\d{2}|\d{1,2}\s?(?:am|pm|uhr)\b)/i;

/** A name without what sets it off from the day; empty when there is none to read. */
function nameIn(text: string): string {
  const name = unquoted(trimmedEnd(text.replace(/^[,;:=–—-]+(?=\s|$)/, ''), /[,;\s]/));
  return /[\p{L}\p{N}\p{Extended_Pictographic}]/u.test(name) ? name : '';
}

function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && DateTime.fromISO(text, { zone: 'utc' }).isValid;
}

/** The day that is meant by another way of writing it, where there is no doubt; else null. */
function readable(text: string): string | null {
  const german = /^(\d{1,2})\.(\d{1,2})\.(\d{4})\.?$/.exec(text);
  const orderly = /^(\d{4})([./-]?)(\d{1,2})\2(\d{1,2})/.exec(text);
  const parts = german ? [german[3], german[2], german[1]] : orderly ? [orderly[1], orderly[3], orderly[4]] : [];
  const day = parts.map((part) => part!.padStart(2, '0')).join('-');
  return isDay(day) ? day : null;
}

function otherForm(first: string, rest: string, say: Say): Problem {
  const text = shorten(first, 40);
  const name = shorten(nameIn(rest) || EXAMPLE, 60);
  const day = readable(first);
  if (/^\d{4}-\d{2}-\d{2}(?:[T+Z]|-\d)/i.test(first) && day) return { problem: say('date.time', { day, name }) };
  if (/^\d{4}-\d{2}-\d{2}$/.test(first)) return { problem: say('date.no-such-day', { text }) };
  return { problem: day ? say('date.other-form', { text, day, name }) : say('date.form', { text }) };
}

/**
 * Reads `2027-03-01 Code-signing token`, or a name alone. Days are typed as RFC 3339 has them (full-date) and in no
 * other way: what is one of several would be guessed.
 */
function parse(typed: string, say: Say): { named: Named } | Problem {
  // A message may hold very much of it.
  if (typed.length > MOST_TYPED) return tooLong(typed, say);
  const text = visible(typed);
  const [first, rest] = firstWord(text);
  const day = trimmedEnd(first, /[,;:]/);
  if (!isDay(day)) {
    if (LIKE_A_DAY.test(first)) return otherForm(day, rest, say);
    const name = nameIn(text);
    return named(name, null, name === '' ? say('date.form', { text: shorten(text, 40) || `${PREFIX}:` }) : null, say);
  }
  const name = nameIn(rest);
  if (TIME.test(rest))
    return { problem: say('date.time', { day, name: shorten(nameIn(rest.replace(TIME, '')) || EXAMPLE, 60) }) };
  return named(name, day, name === '' ? say('date.no-name', { day }) : null, say);
}

function tooLong(name: string, say: Say): Problem {
  return { problem: say('date.long-name', { number: name.length, most: LONGEST_NAME }) };
}

function named(name: string, given: string | null, missing: string | null, say: Say): { named: Named } | Problem {
  if (missing !== null) return { problem: missing };
  if (name.length > LONGEST_NAME) return tooLong(name, say);
  return { named: { prefix: PREFIX, name, given } };
}

function format({ place, name }: DateTarget): string {
  return `date://${place}/${encodeURIComponent(name)}`;
}

function read(uri: string): DateTarget {
  const match = /^date:\/\/([^/]+)\/([^/]+)$/.exec(uri);
  if (!match) throw new Error(`not a canonical target URI: ${uri}`);
  return { scheme: 'date', place: match[1]!, name: decodeURIComponent(match[2]!) };
}

function settle(
  { name, given }: Named,
  { now, place, known, mayBeNew }: NamedWhere,
  say: Say,
): { uri: string; given?: string } | Problem {
  const same = known.find((uri) => uri.startsWith('date:') && folded(read(uri).name) === folded(name));
  const uri = same ?? format({ scheme: 'date', place, name });
  if (!mayBeNew || (given === null && same !== undefined)) return { uri };
  if (given === null) return { problem: say('date.form', { text: shorten(name, 40) }) };
  const at = DateTime.fromISO(given, { zone: 'utc' }).toMillis();
  if (at <= now) return { problem: say('date.past', { day: given }) };
  if (at > now + FURTHEST) return { problem: say('date.far', { day: given }) };
  return { uri, given };
}

/** A name that would be read as something else is quoted. */
function typedName(name: string): string {
  if (!/^[^\p{L}]|[\p{P}\s]$|\sremind\s|date:/iu.test(name)) return name;
  return name.includes('"') ? `“${name}”` : `"${name}"`;
}

const naming: Naming = { prefix: PREFIX, parse, settle };

/** What somebody types a day for: `date:2027-03-01 Code-signing token`. */
export const dateKind: TargetKind<DateTarget> = {
  schemes: ['date'],
  connects: false,
  format,
  read,
  display: ({ name }) => name,
  brief: ({ name }) => name,
  typed: ({ name }, given) => [`${PREFIX}:${given ?? ''}`, typedName(name)].join(given === undefined ? '' : ' '),
  naming,
};
