import { distance } from 'fastest-levenshtein';

/** What the commands are called. */
export type Verb =
  | 'watch'
  | 'check'
  | 'unwatch'
  | 'list'
  | 'show'
  | 'renew'
  | 'ack'
  | 'unack'
  | 'snooze'
  | 'done'
  | 'installing'
  | 'remind'
  | 'owner'
  | 'note'
  | 'tag'
  | 'untag'
  | 'history'
  | 'report'
  | 'export'
  | 'import'
  | 'calendar'
  | 'settings'
  | 'trust'
  | 'forget'
  | 'operators'
  | 'help';

/** The words that people type for them, in English and in German. */
const VERBS: Record<Verb, string> = {
  watch: 'watch überwache überwach überwachen beobachte beobachten',
  check: 'check prüfe prüf prüfen überprüfe überprüfen teste testen',
  unwatch: 'unwatch entferne entfernen lösche lösch löschen',
  list: 'list liste auflisten',
  show: 'show zeige zeig zeigen anzeigen',
  renew: 'renew erneuere erneuer erneuern verlängere verlängern',
  ack: 'ack acknowledge übernehme übernehmen',
  unack: 'unack release zurückgeben',
  snooze: 'snooze schlummern stummschalten',
  done: 'done renewed erneuert erledigt fertig',
  installing: 'installing install installiere installieren einspielen',
  remind: 'remind erinnere erinnern erinnerung',
  owner: 'owner assign besitzer eigentümer verantwortlich',
  note: 'note notiz notiere notieren anmerkung',
  tag: 'tag tags schlagwort verschlagworte markiere markieren',
  untag: 'untag',
  history: 'history verlauf historie chronik',
  report: 'report bericht auswertung',
  export: 'export exportiere exportieren',
  import: 'import importiere importieren',
  calendar: 'calendar kalender',
  settings: 'settings einstellungen einstellung',
  trust: 'trust vertraue vertrauen',
  forget: 'forget vergiss vergessen',
  operators: 'operators betreiber',
  help: 'help hilfe hilf',
};

/** Umlauts as people without them on their keyboards write them. */
function spelled(word: string): string {
  return word
    .normalize('NFC')
    .toLowerCase()
    .replaceAll(/[äöüß]/g, (letter) => ({ ä: 'ae', ö: 'oe', ü: 'ue', ß: 'ss' })[letter]!);
}

const BY_WORD = new Map(
  Object.entries(VERBS).flatMap(([verb, words]) =>
    words.split(' ').map((word) => [spelled(word), verb as Verb] as const),
  ),
);

/** Every word that is a command, as it is suggested. */
const VERB_WORDS = Object.values(VERBS).flatMap((words) => words.split(' '));

/** The command that a word is; null when it is none. */
export function verbOf(word: string): Verb | null {
  return BY_WORD.get(spelled(word)) ?? null;
}

/** Verbs that German puts behind what they are about: `bitte example.com prüfen`. */
export function infinitiveOf(word: string): Verb | null {
  return /(?:en|euern|ängern)$/i.test(word) ? verbOf(word) : null;
}

/** Kind words and names in front of a command. */
const FILLERS = new Set(
  (
    'hi hiya hey hello hallo hallöchen hej moin servus yo good guten morning afternoon evening morgen tag abend dear ' +
    'liebe lieber team bot certbot there all everyone everybody alle zusammen please pls plz bitte kindly can could would will ' +
    'you u kannst könntest könnten könnt würdest würden du ihr sie mal kurz einmal just and also und auch dann now jetzt ' +
    "i i'd we want wants need like to us let's lets ich wir möchte möchten will ok okay so thanks thank danke sorry"
  ).split(' '),
);

const WORD = /^[/@]?([\p{L}']+)(?:[,.:;!?…，。：；！？]+(?=\s|$)|[:：](?=[^\d\s])|[,，]|(?=[\s([（「【]|$))\s*/u;
const MOST_FILLERS = 12;

/** “Guten Tag” and “Tag zusammen” greet; “tag example.com #shop” does not. */
function isFiller(word: string, rest: string, before: string): boolean {
  return verbOf(word) === null || /^(?:guten|schönen|schoenen)$/i.test(before) || isGreeting(word, rest);
}

/** What stands behind kind words that begin a text, and whether there were any. */
function behindFillers(text: string): string {
  let rest = text;
  let before = '';
  for (let count = 0; count < MOST_FILLERS; count += 1) {
    const emoji = /^(?:[\p{Extended_Pictographic}\ufe0f]|:[a-z][a-z0-9_+-]{0,40}:|[-–—,;:!.](?=\s))+\s*/u.exec(
      rest,
    )?.[0];
    const [whole, word] = WORD.exec(rest.slice(0, 100)) ?? [];
    if (emoji !== undefined) rest = rest.slice(emoji.length);
    else if (
      whole !== undefined &&
      FILLERS.has(word!.toLowerCase()) &&
      isFiller(word!, rest.slice(whole.length), before)
    ) {
      rest = rest.slice(whole.length);
      before = word!;
    } else break;
  }
  return rest;
}

/** “Tag” greets in German: it is a command where a target or a tag stands behind it. */
function isGreeting(word: string, rest: string): boolean {
  if (!/^tag$/i.test(word) || rest.trim() === '') return false;
  const next = WORD.exec(rest.slice(0, 100))?.[1];
  return (next !== undefined && verbOf(next) !== null) || !/[#.:]\S/.test(rest.slice(0, 2000));
}

/** A text as a command and what stands behind it; without a verb: what stands behind kind words. */
export function commandIn(text: string): { verb: Verb | null; rest: string } {
  const rest = behindFillers(text);
  const [whole, word] = WORD.exec(rest.slice(0, 100)) ?? [];
  const isHello = whole !== undefined && isGreeting(word!, rest.slice(whole.length));
  const verb = whole === undefined || isHello ? null : verbOf(word!);
  return { verb, rest: verb === null ? rest : rest.slice(whole!.length).trim() };
}

/** The nearest command to a mistyped word (in lower case), or null when nothing is near. */
export function nearestVerb(word: string): string | null {
  if (word.length > 30) return null;
  const near = VERB_WORDS.map((verb) => ({ verb, away: distance(verb, word) })).toSorted((a, b) => a.away - b.away)[0]!;
  return near.away <= (word.length < 4 ? 1 : 2) ? near.verb : null;
}
