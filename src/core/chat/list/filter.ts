import { isCertificate } from '../../certificates/certificate.ts';
import { wordsOf } from '../../items/words.ts';
import type { Say } from '../../language/language.ts';
import { trimmedEnd } from '../../language/text.ts';
import { shorten } from '../../language/wording.ts';
import { displayTarget } from '../../targets/target.ts';
import type { Instant } from '../../time.ts';
import type { WatchView } from '../cards/list.ts';
import { isOfKind, kindOf } from './kinds.ts';
import type { Calendar } from './periods.ts';
import { isWithin, spanAt, spanWords, type Span } from './spans.ts';
import { stateAt, statesOf, type ListState } from './states.ts';

/** Whose watches are meant: a person by the channel's id, by address or name, or nobody's. */
type OwnerFilter =
  | { kind: 'person'; id: string }
  | { kind: 'address'; address: string }
  | { kind: 'name'; name: string }
  | { kind: 'nobody' };

/** Which watches somebody wants to see; what is empty does not matter. */
export interface ListFilter {
  /** Any of them. */
  states: ListState[];
  /** None of them. */
  except: ListState[];
  owner: OwnerFilter | null;
  issuer: string | null;
  /** All of them; null among them: none at all. */
  tags: (string | null)[];
  /** Any of them. */
  kinds: string[];
  span: Span | null;
  /** What stands in target, owner, names, issuer, tags or note, in lower case. */
  text: string;
}

/** Somebody by the channel's own id, as texts of filters have them: buttons carry these. */
export const PERSON = /^person:(\S+)$/;

/** What only says that it is about expiry; and what says that all of something is meant. */
const VERB =
  /^(?:expir(?:e|es|ed|ing|y)|ends?|ending|that|which|who|what|will|is|are|läuft|laeuft|laufen|ablaufen|ablaufend\p{L}*|abläuft|ende[nt]|fällig|due|was|welche|werden|müssen|sind|ist|renew|erneuern|zu|their|with|mit|and|und|or|oder|state|status|zustand|kind|type|art|please|pls|bitte|thanks|danke)$/u;
const ALL = /^(?:all|alle|alles|everything)$/;
const THINGS =
  /^(?:servers?|die|der|das|den|those|certificates?|certs?|zertifikate?|targets?|ziele?|watches|hosts?|endpoints?)$/;
const MINE = /^(?:mine|my|own|meine?|meins|meinen|eigene)$/;
const OWNER =
  /^(?:owner|owners|besitzer|besitzerin|eigentümer|eigentuemer|eigentümerin|verantwortlich|zuständig|responsible|of|von)$/;
const WITHOUT = /^(?:without|no|ohne|kein|keine|keinen|not)$/;
const OWNED = /^(?:(?:an )?owner|besitzer|eigentümer|eigentuemer|verantwortliche[nr]?|zuständige[nr]?)$/;
const NOT = /^(?:not|no|non|nicht|keine?|ohne|without)$/;
const NOBODY = /^(?:nobody|noone|none|unowned|ownerless|niemand|niemandem|keiner|herrenlos)$/;
/** What stands before a name that is looked for, and says nothing by itself. */
const PREPOSITION = /^(?:from|of|by|in|for|on|at|von|vom|bei|für|auf|an|im)$/;
const ISSUER = /^(?:issuer|issuers|authority|ca|aussteller|ausstellerin|zertifizierungsstelle|issued|ausgestellt)$/;
const TAG = /^(?:tag|tags|tagged|label|labels|labelled|schlagwort|schlagworte|schlagwörter|markiert)$/;

function isBeginning(words: string[], at: number, calendar: Calendar): boolean {
  const word = words[at]!;
  const isWord = [MINE, OWNER, WITHOUT, ISSUER, TAG].some((form) => form.test(word)) || /^[#@]|^person:/.test(word);
  return isWord || stateAt(words, at) !== null || spanAt(words, at, calendar) !== null;
}

/** Words up to the next that mean something else; one at least. */
function nameAt(words: string[], at: number, calendar: Calendar): { name: string; count: number } | null {
  if (at >= words.length) return null;
  let end = at + 1;
  while (end < words.length && !isBeginning(words, end, calendar) && !VERB.test(words[end]!)) end += 1;
  return { name: words.slice(at, end).join(' '), count: end - at };
}

function personFrom(name: string): OwnerFilter {
  const id = PERSON.exec(name)?.[1];
  if (id !== undefined) return { kind: 'person', id };
  const text = name.replace(/^@/, '');
  if (NOBODY.test(text)) return { kind: 'nobody' };
  return /^[^\s@]+@[^\s@]+$/.test(text) ? { kind: 'address', address: text } : { kind: 'name', name: text };
}

/** Reads what begins at a word into the filter; how many words that takes, 0 when it is text. */
function readAt(words: string[], at: number, filter: ListFilter, { calendar, self }: Reading): number {
  const word = words[at]!;
  const next = words[at + 1];
  if (MINE.test(word)) {
    filter.owner = self;
    return 1;
  }
  if (/^#./.test(word)) {
    filter.tags.push(word.slice(1));
    return 1;
  }
  if (/^(?:untagged|unmarkiert)$/.test(word)) {
    filter.tags.push(null);
    return 1;
  }
  if (WITHOUT.test(word) && next !== undefined) {
    const article = /^(?:an|a|any|einen|jeden)$/.test(next) ? 1 : 0;
    const what = words[at + 1 + article] ?? '';
    if (OWNED.test(what)) filter.owner = { kind: 'nobody' };
    else if (TAG.test(what)) filter.tags.push(null);
    else return stateOrText(words, at, filter);
    return 2 + article;
  }
  if (NOBODY.test(word)) {
    filter.owner = { kind: 'nobody' };
    return 1;
  }
  if (/^@.|^person:/.test(word)) {
    filter.owner = personFrom(word);
    return 1;
  }
  return readNamed(words, at, filter, { calendar, self }) || readRest(words, at, filter, calendar);
}

/** A name that stands `behind` words further. */
function readOwner(
  words: string[],
  at: number,
  behind: number,
  filter: ListFilter,
  { calendar, self }: Reading,
): number {
  const found = nameAt(words, at + behind, calendar);
  if (!found) return 0;
  filter.owner = /^(?:me|ich|mich|mir|myself)$/.test(found.name) ? self : personFrom(found.name);
  return behind + found.count;
}

/** `owner anna`, `issuer let's encrypt`, `tag shop`. */
function readNamed(words: string[], at: number, filter: ListFilter, { calendar, self }: Reading): number {
  const [word, next] = [words[at]!, words[at + 1]];
  if (/^owned$/.test(word) && next === 'by') return readOwner(words, at, 2, filter, { calendar, self });
  if (OWNER.test(word) && next !== undefined) {
    const isPreposition = /^(?:of|von)$/.test(word);
    if (isPreposition && !/^@|^person:/.test(next)) return 0;
    const isLinked = /^(?:is|ist|by|:|=)$/.test(next) ? 1 : 0;
    return readOwner(words, at, 1 + isLinked, filter, { calendar, self });
  }
  if (ISSUER.test(word) && next !== undefined) {
    const isLinked = /^(?:by|from|von|durch|is|ist|:|=)$/.test(next) ? 1 : 0;
    const found = nameAt(words, at + 1 + isLinked, calendar);
    if (!found) return 0;
    filter.issuer = found.name;
    return 1 + isLinked + found.count;
  }
  if (TAG.test(word) && next !== undefined && /^#?[\p{L}\p{N}_-]+$/u.test(next)) {
    filter.tags.push(next.replace(/^#/, ''));
    return 2;
  }
  return 0;
}

function stateOrText(words: string[], at: number, filter: ListFilter): number {
  const state = stateAt(words, at);
  const other = NOT.test(words[at]!) && !state ? stateAt(words, at + 1) : null;
  if (other) {
    filter.except.push(other.value);
    return 1 + other.count;
  }
  if (!state) return 0;
  if (!filter.states.includes(state.value)) filter.states.push(state.value);
  return state.count;
}

function readRest(words: string[], at: number, filter: ListFilter, calendar: Calendar): number {
  const span = filter.span ? null : spanAt(words, at, calendar);
  if (span) {
    filter.span = span.value;
    return span.count;
  }
  const kind = kindOf(words[at]);
  if (kind !== null) {
    filter.kinds.push(kind);
    return 1;
  }
  return stateOrText(words, at, filter);
}

interface Reading {
  calendar: Calendar;
  /** Whose “mine” is. */
  self: OwnerFilter;
}

/** `owner:anna` as two words; an address or a port is none of it. */
function keyAndValue(word: string): string[] {
  const [, key, value] = /^(\p{L}{2,20})[:=](.*)$/u.exec(word) ?? [];
  if (key === undefined || PERSON.test(word)) return [word];
  const text = key.toLowerCase();
  const isKey =
    [OWNER, ISSUER, TAG].some((form) => form.test(text)) || /^(?:state|status|zustand|kind|type|art)$/.test(text);
  return isKey ? [key, value!] : [word];
}

/** Words in lower case, without the punctuation of sentences; what stands in quotes is one. */
function piecesOf(text: string): { words: string[]; quoted: string[] } {
  const quoted: string[] = [];
  const plain = text.replaceAll(/["“”„«»‟]([^"“”„«»‟]{1,100})["“”„«»‟]/g, (_whole, inner: string) => {
    quoted.push(inner.trim().toLowerCase());
    return ' ';
  });
  const words = plain
    .split(/\s+/)
    .flatMap(keyAndValue)
    .map((word) => (PERSON.test(word) ? word : trimmedEnd(word.toLowerCase(), /[,;!?]/)))
    .filter((word) => word !== '' && word !== '-');
  const last = words.at(-1);
  if (last !== undefined && !/\d\.$/.test(last)) words[words.length - 1] = trimmedEnd(last, /\./);
  return { words: words.filter((word) => word !== ''), quoted };
}

function isEmpty({ states, except, owner, issuer, tags, kinds, span }: ListFilter): boolean {
  return !owner && !span && issuer === null && states.length + except.length + tags.length + kinds.length === 0;
}

/**
 * What somebody types behind `list`. Words that mean nothing here are text to look for, as is what stands in quotes, and
 * a name between dots is never taken for a state. `self`: the id of whoever asks.
 */
export function readFilter(typed: string, { self, ...calendar }: Calendar & { self: string }): ListFilter {
  const { words, quoted } = piecesOf(typed);
  const filter: ListFilter = {
    states: [],
    except: [],
    owner: null,
    issuer: null,
    tags: [],
    kinds: [],
    span: null,
    text: '',
  };
  const reading: Reading = { calendar, self: { kind: 'person', id: self } };
  const rest: string[] = [];
  for (let at = 0; at < words.length;) {
    // “Expiring before Christmas”: the date says which; “expiring” alone is a state.
    const isVerb = VERB.test(words[at]!) && words.length > 1 && !/^(?:expired|abgelaufen)$/.test(words[at]!);
    const isFollowed = isVerb && at + 1 < words.length && spanAt(words, at + 1, calendar) !== null;
    const count = isFollowed ? 0 : readAt(words, at, filter, reading);
    if (count === 0) rest.push(words[at]!);
    at += Math.max(1, count);
  }
  const isFound = !isEmpty(filter);
  const text = rest.filter((word, index) => {
    if (ALL.test(word) && (isFound || rest.length === 1)) return false;
    return !(
      isFound &&
      (VERB.test(word) || THINGS.test(word) || (/^(?:ab|on|an)$/.test(word) && index === rest.length - 1))
    );
  });
  while (text.length > 1 && PREPOSITION.test(text[0]!)) text.shift();
  if (isFound && text.length === 1 && PREPOSITION.test(text[0]!)) text.shift();
  return { ...filter, text: [...text, ...quoted].join(' ') };
}

function isOwnedBy({ watch }: WatchView, owner: OwnerFilter): boolean {
  const { ownerId, ownerName, ownerMailbox } = watch;
  if (owner.kind === 'person') return ownerId === owner.id;
  if (owner.kind === 'nobody') return ownerId === '';
  if (owner.kind === 'address') return ownerMailbox?.toLowerCase() === owner.address;
  return ownerName.toLowerCase().includes(owner.name);
}

/** Quotes and dashes as keyboards have them: certificates and people write them differently. */
function folded(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[’‘‚´`']/g, '')
    .replaceAll(/[–—]/g, '-');
}

function holdsText({ watch, leaves }: WatchView, text: string): boolean {
  if (text === '') return true;
  const { uri, ownerName, note = '', tags = [] } = watch;
  const ofLeaves = leaves.flatMap((leaf) => wordsOf(leaf).found(leaf));
  const parts = [displayTarget(uri), uri, ownerName, note, ...tags, ...ofLeaves];
  const wanted = folded(text);
  return parts.some((part) => folded(part).includes(wanted));
}

function isIssuedBy({ leaves }: WatchView, issuer: string): boolean {
  const wanted = folded(issuer);
  return leaves.some((leaf) => isCertificate(leaf) && folded(leaf.issuer).includes(wanted));
}

/** Whether a filter means a watch. */
export function isMeant(filter: ListFilter, view: WatchView, now: Instant, say: Say): boolean {
  const { states, except, owner, issuer, tags, kinds, span, text } = filter;
  if (owner && !isOwnedBy(view, owner)) return false;
  if (issuer !== null && !isIssuedBy(view, issuer)) return false;
  const own = view.watch.tags ?? [];
  if (!tags.every((tag) => (tag === null ? own.length === 0 : own.includes(tag)))) return false;
  if (kinds.length > 0 && !kinds.some((kind) => isOfKind(view.watch, kind))) return false;
  if (span) {
    const [leaf] = view.leaves;
    const past = states.includes('expired') || states.includes('broken');
    if (!leaf || !isWithin(span, leaf.notAfter, { now, past })) return false;
  }
  if (states.length + except.length > 0) {
    const are = statesOf(view, now, say);
    if (states.length > 0 && !states.some((state) => are.has(state))) return false;
    if (except.some((state) => are.has(state))) return false;
  }
  return holdsText(view, text);
}

function ownerWords(owner: OwnerFilter, views: WatchView[], say: Say): string {
  if (owner.kind === 'nobody') return say('filter.nobody');
  const name =
    owner.kind === 'person'
      ? (views.find(({ watch }) => watch.ownerId === owner.id)?.watch.ownerName ?? '')
      : owner.kind === 'address'
        ? owner.address
        : owner.name;
  return name === '' ? say('filter.one-person') : say('filter.owner', { name: shorten(name, 40) });
}

/** How a filter was understood, in words: `expired, #shop`; empty where everything is meant. */
export function filterWords(
  filter: ListFilter,
  { views, now, say, year = false }: { views: WatchView[]; now: Instant; say: Say; year?: boolean },
): string {
  const { states, except, owner, issuer, tags, kinds, span, text } = filter;
  const words = [
    ...(states.length > 0
      ? [
          enumerateOr(
            states.map((state) => say(`filter.state.${state}`)),
            say,
          ),
        ]
      : []),
    ...except.map((state) => say('filter.except', { state: say(`filter.state.${state}`) })),
    ...(owner ? [ownerWords(owner, views, say)] : []),
    ...(issuer === null ? [] : [say('filter.issuer', { issuer: shorten(issuer, 40) })]),
    ...tags.map((tag) => (tag === null ? say('filter.untagged') : `#${shorten(tag, 40)}`)),
    ...(kinds.length > 0
      ? [
          enumerateOr(
            kinds.map((kind) => (kind === 'date' ? say('filter.dates') : kind)),
            say,
          ),
        ]
      : []),
    ...(span ? [say('filter.ends', { span: spanWords(span, now, say, { year }) })] : []),
    ...(text === '' ? [] : [say('quoted', { text: shorten(text, 60) })]),
  ];
  return words.join(', ');
}

function enumerateOr(items: string[], say: Say): string {
  return items.length < 2
    ? (items[0] ?? '')
    : say('filter.or', { items: items.slice(0, -1).join(', '), last: items.at(-1)! });
}

/** `12 of 58 expire before 25 Dec`: how many there are, and what was understood. `year`: days have it, however near. */
export function foundWords(
  filter: ListFilter,
  {
    number,
    views,
    now,
    say,
    year = false,
  }: { number: number; views: WatchView[]; now: Instant; say: Say; year?: boolean },
): string {
  const total = views.length;
  const { span } = filter;
  const isSpan = span && isEmpty({ ...filter, span: null }) && filter.text === '';
  if (isSpan) return say('filter.found-ends', { number, total, span: spanWords(span, now, say, { year }) });
  return say('filter.found', { number, total, filter: filterWords(filter, { views, now, say, year }) });
}
