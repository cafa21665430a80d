import type { Snooze } from '../reminders/quiet-times.ts';
import type { Say } from '../language/language.ts';
import { trimmedEnd } from '../language/text.ts';
import { looksLikeTarget } from './pasted.ts';
import { parseTargets, type TypedTarget } from './typed-targets.ts';
import { isNamed, wordsOf, type Word } from './words.ts';

/** What people say of alerts. Null targets: what is meant is the only one that is open; all: whatever is open. */
export type IncidentCommand<Target> = { targets: Target[] | 'all' | null } & (
  | { verb: 'ack' }
  | { verb: 'unack' }
  /** It is renewed, says somebody. */
  | { verb: 'done' }
  /** `until`: when it is told again, as it was typed; null: it is not said. */
  | { verb: 'snooze'; until: string | null }
  /** `on`: when whoever says so installs what mends it. */
  | { verb: 'installing'; on: string | null }
);

type IncidentVerb = IncidentCommand<unknown>['verb'];

/** UTF-16 units: what people say of alerts without a command is short. */
const LONGEST = 300;
/** `example.com`, where the sentence has a target, or a word that stands for the only one. */
const IT = '(?<it>.{1,200}?)';

/** Sentences, in English and in German, without the full stop. A capture is what they are about. */
const SENTENCES: [IncidentVerb, RegExp][] = [
  ['ack', /^(?:i|we)(?: have|['’]ve| got|['’]ve got| have got) (?:it|this|that)$/],
  ['ack', new RegExp(String.raw`^(?:i|we)(?:['’]ll| will)? (?:take|handle|do) (?:care of )?${IT}$`)],
  ['ack', new RegExp(String.raw`^(?:(?:i|we)(?: am|['’]m| are|['’]re) )?on it$`)],
  ['ack', /^(?:das |es )?(?:übernehme|uebernehme|mache|erledige) ich(?: gern[e]?)?$/],
  ['ack', new RegExp(String.raw`^ich (?:übernehme|uebernehme|mache?) ${IT}$`)],
  ['ack', new RegExp(String.raw`^${IT} (?:übernehme|uebernehme) ich$`)],
  ['ack', /^(?:ich k(?:ü|ue)mmere? mich|wir k(?:ü|ue)mmern uns)(?: darum)?$/],
  ['ack', new RegExp(String.raw`^(?:ich k(?:ü|ue)mmere? mich|wir k(?:ü|ue)mmern uns) um ${IT}$`)],
  ['unack', new RegExp(String.raw`^(?:i )?give (?:it|this|that|${IT}) back$`)],
  ['unack', new RegExp(String.raw`^give back(?: ${IT})?$`)],
  [
    'unack',
    /^(?:ich )?gebe?(?: ich)? (?:es|das)(?: wieder)? (?:zurück|ab)$|^(?:das )?gebe ich(?: wieder)? (?:zurück|ab)$/,
  ],
  ['unack', new RegExp(String.raw`^(?:ich )?gebe? ${IT} (?:wieder )?(?:zur(?:ü|ue)ck|ab)$`)],
  ['unack', new RegExp(String.raw`^${IT} gebe ich (?:wieder )?(?:zur(?:ü|ue)ck|ab)$`)],
  [
    'done',
    new RegExp(
      String.raw`^${IT} (?:(?:is|are|was|were|has been|have been) )?(?:renewed|replaced|done|installed)(?: now)?$`,
    ),
  ],
  ['done', /^(?:i|we)(?: have|['’]ve)? renewed (?:it|this|that)$/],
  ['done', new RegExp(String.raw`^(?:i|we)(?: have|['’]ve)? (?:renewed|replaced) ${IT}$`)],
  [
    'done',
    new RegExp(
      String.raw`^${IT} (?:(?:ist|sind|wurden?) )?(?:jetzt )?(?:erneuert|ersetzt|erledigt|fertig|installiert)$`,
    ),
  ],
  [
    'done',
    new RegExp(
      String.raw`^(?:(?:ich )?habe?|(?:wir )?haben) ${IT} (?:jetzt )?(?:erneuert|ersetzt|installiert|eingespielt)$`,
    ),
  ],
  [
    'installing',
    new RegExp(
      String.raw`^(?:i|we)(?:['’]ll| will|(?: am|['’]m| are|['’]re) going to)? install ${IT} (?<when>(?:on|at|in|tomorrow|today|next) ?.*)$`,
    ),
  ],
  [
    'installing',
    new RegExp(
      String.raw`^(?:i|we)(?: am|['’]m| are|['’]re) installing ${IT} (?<when>(?:on|at|in|tomorrow|today|next) ?.*)$`,
    ),
  ],
  ['installing', new RegExp(String.raw`^${IT} installiere ich (?<when>(?:am|um|in|morgen|heute|nächsten?) ?.*)$`)],
  [
    'installing',
    new RegExp(
      String.raw`^ich (?:installiere|spiele|baue) ${IT} (?<when>(?:am|um|in|morgen|heute|nächsten?) ?.*?)(?: ein)?$`,
    ),
  ],
];

/** A sentence as one of the commands; null when it is none. */
export function saidOfAlert(plain: string, say: Say, most: number): IncidentCommand<TypedTarget> | null {
  if (plain.length > LONGEST || plain.includes('\n')) return null;
  const sentence = trimmedEnd(plain.trim(), /[.!\s]/);
  for (const [verb, form] of SENTENCES) {
    const found = new RegExp(form.source, 'iu').exec(sentence);
    if (!found) continue;
    const { it = '', when = '' } = found.groups ?? {};
    const words = wordsOf(it);
    // Of anything else, such as coffee, nothing is known here.
    if (!words.every((word) => isIt(word) || isNamed(word.text) || looksLikeTarget(word.text))) continue;
    return parseIncident(verb, `${it} ${when}`.trim(), say, most);
  }
  return null;
}

/** A word that names nothing: what is meant is the only one that is open. */
export function isIt({ text }: Word): boolean {
  return /^(?:it|this|that|es|das|dies|ihn|and|und|the|certificate|zertifikat|alert|now|jetzt|please|bitte)[,.!]*$/i.test(
    text,
  );
}

/** A word that names all that is open. */
export function isWhole({ text }: Word): boolean {
  return ALL.test(text);
}

const BEGINS = /^(?:until|till|til|bis|for|für|fuer|on|am|um|at|in|to|zum)$/i;
/** `10:00` and `1.12.` are times, whatever else they look like. */
const TIME =
  /^(?:\d{1,2}:\d{2}|\d{1,2}\.\d{1,2}\.?(?:\d{2,4})?|\d{4}-\d{2}-\d{2}(?:t\d{1,2}:\d{2}[\d:.]{0,13}(?:z|[+-]\d{2}:?\d{2})?)?|\d{1,2}\.\d{2})$/i;
/** Whatever is open. */
const ALL = /^(?:all|alle|alles|everything|\*)[.!]?$/i;

function isTarget({ text }: Word): boolean {
  return isNamed(text) || (!TIME.test(text) && looksLikeTarget(text));
}

/** What stands behind a command about alerts: targets, and of some when. */
export function parseIncident(verb: IncidentVerb, rest: string, say: Say, most: number): IncidentCommand<TypedTarget> {
  const words = wordsOf(trimmedEnd(rest, /[!\s]/));
  const named = words.filter((word) => isTarget(word));
  const { targets: found } = parseTargets(named, say, most);
  const isAll = found.length === 0 && words.some(({ text }) => ALL.test(text));
  const targets = isAll ? 'all' : found.length > 0 ? found : null;
  if (verb === 'ack' || verb === 'unack' || verb === 'done') return { verb, targets };
  const others = words.filter((word) => !isTarget(word) && !isIt(word) && !ALL.test(word.text)).map(({ text }) => text);
  // “at 10” is a time, and “10” is none.
  while (BEGINS.test(others[0] ?? '') && !(/^(?:at|um)$/i.test(others[0]!) && /^\d/.test(others[1] ?? '')))
    others.shift();
  const when = others.join(' ').slice(0, 100);
  return verb === 'snooze'
    ? { verb, targets, until: when === '' ? null : when }
    : { verb, targets, on: when === '' ? null : when };
}

/** A time that has a name, such as the next free slot; null for others. */
export function snoozeNamed(text: string): Snooze | null {
  const plain = text.toLowerCase();
  if (/^(?:the )?next (?:free )?slot$|^(?:zum )?nächsten? (?:freien )?termin$/.test(plain)) return 'slot';
  if (/^(?:the )?next working day$|^(?:zum )?nächsten arbeitstag$/.test(plain)) return 'tomorrow';
  const isLongest =
    /^(?:the )?next (?:stage|alert)$|^(?:zum )?nächsten alarm$|^(?:zur )?nächsten stufe$/.test(plain) ||
    /^(?:forever|as long as possible|(?:the )?end|expires|so lange wie möglich|zum ende|immer)$/.test(plain);
  return isLongest ? 'limit' : null;
}
