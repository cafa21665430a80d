import type { Card, CardAction, Group, Row, State, Tone } from '../../card.ts';
import { shortDay } from '../../language/dates.ts';
import type { Say } from '../../language/language.ts';
import { fullStop, shorten } from '../../language/wording.ts';
import { briefTarget } from '../../targets/target.ts';
import { DAY, ENDLESS, isDated, type Instant } from '../../time.ts';
import { endOf } from './needs.ts';
import { rangesOf, wholeName } from '../../language/name-ranges.ts';
import { typeAction } from './replies.ts';
import { capital, groupOf } from './rows.ts';

/** What is wrong with a target of a bulk command, so that those of one cause are told together. */
export interface BulkCause {
  /** In a few words, such as "Wrong name"; those that have it in common stand under it. */
  heading: string;
  tone: 'attention' | 'warning';
  /** One sentence, which may contain untrusted text. Those with the same are of one cause. */
  sentence: string;
  advice?: string;
  /** The authority that issued it and that is not known here. `isMissing`: its certificate was not sent. */
  authority?: { name: string; isMissing: boolean };
}

/** How one target of a bulk command came out. */
export interface BulkResult {
  /** The canonical URI, or the text as typed when it did not parse. */
  target: { uri: string } | { text: string };
  outcome: 'watched' | 'already' | 'checked' | 'unwatched' | 'not-watched' | 'failed';
  /** Missing: nothing is wrong. */
  cause?: BulkCause;
  /** What is worth knowing besides, in a few words. */
  note?: string;
  /** When what it presents ends; null: nothing was seen. */
  notAfter: Instant | null;
  /** Id of its watch, if there is one. */
  watch?: number;
  /** Nothing answered there. */
  unreached?: true;
}

/** In the order in which they are counted. */
const OUTCOMES: BulkResult['outcome'][] = ['watched', 'already', 'checked', 'unwatched', 'not-watched', 'failed'];

/** Rows of all groups together. */
const MOST_ROWS = 15;
/** What is wrong is told one by one up to this many. */
const MOST_SINGLES = 6;
/** Longer ones are cut beside a name. */
const MOST_SUB = 160;
const SOON = 30 * DAY;

/** `12 watched, 3 already watched, 1 failed`. */
export function tally(results: BulkResult[], say: Say): string {
  const parts = OUTCOMES.map((outcome) => ({
    outcome,
    number: results.filter((result) => result.outcome === outcome).length,
  })).filter(({ number }) => number > 0);
  return parts.map(({ outcome, number }) => `${number} ${say(`outcome.${outcome}`)}`).join(', ');
}

/** While it works: how far it is. */
export function progressCard(verb: 'check' | 'watch', done: number, total: number, say: Say): Card {
  return {
    language: say.language,
    summary: say(`bulk.progress.${verb}`, { done, total }),
    title: say(`progress.${verb}`, { total }),
    tone: 'neutral',
    progress: { done, total },
    footnote: say('bulk.kept-current'),
  };
}

function nameOf({ target }: BulkResult): string {
  return 'uri' in target ? briefTarget(target.uri) : shorten(target.text, 80);
}

/** When and since when everything is told. */
interface Telling {
  now: Instant;
  say: Say;
}

/** A row about one target: its date, and what is to be said of it. */
function singleRow(result: BulkResult, sub: string, { now, say }: Telling): Row {
  const { notAfter, watch, note } = result;
  const end = notAfter === null ? {} : endOf({ notAfter }, { now, say, isDay: true });
  const parts = [sub, note ?? '', end.sub ?? ''].filter((part) => part !== '');
  const show: CardAction[] =
    watch === undefined
      ? []
      : [{ kind: 'execute', label: say('button.show'), action: { name: 'show-row', data: { watch } } }];
  return {
    name: nameOf(result),
    ...(parts.length > 0 ? { sub: shorten(capital(parts.join(' · ')), MOST_SUB) } : {}),
    ...(end.date ? { date: end.date } : {}),
    ...(end.distance ? { distance: end.distance } : {}),
    ...(show.length > 0 ? { actions: show } : {}),
  };
}

/** Many targets that have something in common, as ranges of names, with the line that says what else all of them have. */
function rangeRows(results: BulkResult[], room: Room, { now, say }: Telling): { text: string[]; rows: Row[] } {
  const ranges = rangesOf(results.map(nameOf), say);
  const domains = new Set(ranges.map(({ domain }) => domain));
  const [domain = ''] = domains;
  const days = new Set(
    results.map(({ notAfter }) =>
      notAfter !== null && isDated(notAfter) && notAfter < ENDLESS ? shortDay(notAfter, { now, say }) : '',
    ),
  );
  const [date = ''] = days.size === 1 ? days : [];
  const isOne = domains.size === 1 && domain !== '';
  const key = isOne ? (date === '' ? 'bulk.under' : 'bulk.under-until') : 'bulk.until';
  const line = isOne || date !== '' ? say(key, { domain, date }) : '';
  // Where another group began with it, the names are told in full.
  const isSaid = line !== '' && !room.said.has(line);
  room.said.add(line);
  const rows = ranges.map((range): Row => {
    const name = isOne && isSaid ? range.name : wholeName(range, say);
    return { name, ...(range.number > 1 ? { date: String(range.number) } : {}) };
  });
  return { text: isSaid ? [line] : [], rows };
}

/** The rows as far as there is room for them, and how many targets are left out. */
function fitting(rows: Row[], room: Room, say: Say): Pick<Group, 'rows' | 'more'> {
  const shown = rows.slice(0, Math.max(1, room.rows));
  room.rows -= shown.length;
  const rest = rows
    .slice(shown.length)
    .reduce((sum, { date }) => sum + (/^\d+$/.test(date ?? '') ? Number(date) : 1), 0);
  return { rows: shown, ...(rest > 0 ? { more: say('bulk.rest', { number: rest }) } : {}) };
}

function adviceOf({ advice, authority, sentence }: BulkCause, number: number, say: Say): string[] {
  if (!authority) return [fullStop(capital(sentence)), ...(advice ? [advice] : [])];
  return [
    say('bulk.authority.sentence', { authority: shorten(authority.name, 100), number }),
    say('bulk.authority.advice'),
    ...(authority.isMissing ? [say('bulk.authority.incomplete')] : []),
  ];
}

function causeKey({ heading, sentence, authority }: BulkCause): string {
  return authority ? `authority ${authority.name} ${authority.isMissing}` : `${heading}\n${sentence}`;
}

/** Room that is left on the card, and what was said of groups already. */
interface Room {
  rows: number;
  said: Set<string>;
}

/** Targets that share a cause. */
interface Shared {
  cause: BulkCause;
  results: BulkResult[];
}

/** Those with one cause together, the most first; and those that are alone with theirs, by its heading. */
function causesOf(results: BulkResult[]): { shared: Shared[]; alone: Shared[] } {
  const wrong = results.filter((one): one is BulkResult & { cause: BulkCause } => one.cause !== undefined);
  const groups = [...Map.groupBy(wrong, ({ cause }) => causeKey(cause)).values()];
  const shared = groups
    .filter(({ length }) => length > 1)
    .map((those) => ({ cause: those[0]!.cause, results: those }))
    .toSorted((a, b) => rankOf(a.cause) - rankOf(b.cause) || b.results.length - a.results.length);
  const single = groups.filter(({ length }) => length === 1).flat();
  const alone = [...Map.groupBy(single, ({ cause }) => cause.heading).values()].map((those) => ({
    cause: those[0]!.cause,
    results: those,
  }));
  return { shared, alone: alone.toSorted((a, b) => rankOf(a.cause) - rankOf(b.cause)) };
}

function rankOf({ tone }: BulkCause): number {
  return tone === 'attention' ? 0 : 1;
}

function symbolOf({ tone }: BulkCause): string {
  return tone === 'attention' ? '⛔' : '⚠️';
}

function sharedGroup({ cause, results }: Shared, room: Room, telling: Telling): Group {
  const { say } = telling;
  const { text, rows } = rangeRows(results, room, telling);
  const heading = say('bulk.group', { heading: cause.heading, number: results.length });
  const lines = [...adviceOf(cause, results.length, say), ...text];
  return { symbol: symbolOf(cause), heading, text: lines, ...fitting(rows, room, say) };
}

/** Each with its own sentence beside it, or where they are very many by name alone. */
function aloneGroup({ cause, results }: Shared, room: Room, telling: Telling): Group {
  const { say } = telling;
  const isFew = results.length <= MOST_SINGLES;
  const advices = new Set(results.map((one) => one.cause?.advice ?? ''));
  const [advice = ''] = advices.size === 1 ? advices : [];
  const many = isFew ? null : rangeRows(results, room, telling);
  const rows = many?.rows ?? results.map((one) => singleRow(one, one.cause?.sentence ?? '', telling));
  const text = [...(advice === '' ? [] : [advice]), ...(many?.text ?? [])];
  return {
    symbol: symbolOf(cause),
    heading: say('bulk.group', { heading: cause.heading, number: results.length }),
    ...(text.length > 0 ? { text } : {}),
    ...fitting(rows, room, say),
  };
}

function plainGroup(
  results: BulkResult[],
  { symbol, heading, text }: { symbol: string; heading: string; text?: string },
  room: Room,
  telling: Telling,
): Group[] {
  if (results.length === 0) return [];
  const { say } = telling;
  const isFew = results.length <= Math.max(MOST_SINGLES, room.rows);
  const many = isFew ? null : rangeRows(results, room, telling);
  const sorted = results.toSorted((a, b) => (a.notAfter ?? ENDLESS) - (b.notAfter ?? ENDLESS));
  const rows = many?.rows ?? sorted.map((one) => singleRow(one, '', telling));
  const lines = [...(text === undefined ? [] : [text]), ...(many?.text ?? [])];
  return [groupOf({ symbol, heading, ...(lines.length > 0 ? { text: lines } : {}), ...fitting(rows, room, say) })];
}

/** What is told besides what has a cause, by how near it is to its end. */
interface Sorted {
  expired: BulkResult[];
  soon: BulkResult[];
  fine: BulkResult[];
}

function sorted(results: BulkResult[], now: Instant): Sorted {
  const good = results.filter(({ cause }) => cause === undefined);
  const left = ({ notAfter }: BulkResult): number => (notAfter ?? ENDLESS) - now;
  return {
    expired: good.filter((one) => left(one) <= 0),
    soon: good.filter((one) => left(one) > 0 && left(one) <= SOON),
    fine: good.filter((one) => left(one) > SOON),
  };
}

/** The line that says what was done with all of them. */
function leadOf(results: BulkResult[], say: Say): string {
  const [first] = results;
  const isAlike = results.every(({ outcome }) => outcome === first?.outcome);
  if (first && isAlike) return say(`bulk.all.${first.outcome}`, { number: results.length });
  return say('bulk.some', { tally: tally(results, say) });
}

/** `unwatch`, as far as it got. */
function isEnding(results: BulkResult[]): boolean {
  return (
    results.every(({ outcome }) => outcome !== 'watched' && outcome !== 'already' && outcome !== 'checked') &&
    results.some(({ outcome }) => outcome === 'unwatched' || outcome === 'not-watched')
  );
}

function endingHead(results: BulkResult[], say: Say): { state: State; title: string; tone: Tone } {
  const number = results.filter(({ outcome }) => outcome === 'unwatched').length;
  const total = results.length;
  if (number === total)
    return {
      state: { symbol: '✅', word: say('state.done') },
      title: say('bulk.title.unwatched', { number }),
      tone: 'good',
    };
  const title = say('bulk.title.unwatched-some', { number, total });
  return { state: { symbol: '⚠️', word: say('state.note') }, title, tone: 'warning' };
}

function headOf(
  { shared, alone, expired, soon }: ReturnType<typeof causesOf> & Sorted,
  results: BulkResult[],
  say: Say,
): { state: State; title: string; tone: Tone } {
  const total = results.length;
  const causes = [...shared, ...alone];
  const number = causes.reduce((sum, one) => sum + one.results.length, 0) + expired.length;
  const isGrave = expired.length > 0 || causes.some(({ cause }) => cause.tone === 'attention');
  const tone = isGrave ? 'attention' : 'warning';
  if (isEnding(results)) return endingHead(results, say);
  const [main] = shared.toSorted((a, b) => b.results.length - a.results.length);
  if (main && main.results.length * 2 > total && main.results.length > 2) {
    const word = main.cause.authority ? say('state.untrusted') : main.cause.heading;
    const key = main.results.length === total ? 'bulk.title.cause-all' : 'bulk.title.cause';
    const title = say(key, { number: main.results.length, total });
    return { state: { symbol: symbolOf(main.cause), word }, title, tone: main.cause.tone };
  }
  const [worst] = causes.toSorted((a, b) => rankOf(a.cause) - rankOf(b.cause));
  const word = isGrave && worst?.cause.tone !== 'attention' ? capital(say('stage.expired')) : worst?.cause.heading;
  if (number > 0)
    return {
      state: { symbol: isGrave ? '⛔' : '⚠️', word: word ?? capital(say('stage.expired')) },
      title: say('list.title.now', { number, total }),
      tone,
    };
  if (soon.length > 0)
    return {
      state: { symbol: '🔔', word: capital(say('stage.notice')) },
      title: say('list.title.soon', { number: soon.length, total }),
      tone: 'notice',
    };
  return {
    state: { symbol: '✅', word: say('state.fine') },
    title: say('bulk.title.fine', { total }),
    tone: 'good',
  };
}

/** What is to be said of those that were done, with their number; empty where all of them are fine. */
function statesOf(results: BulkResult[], now: Instant, say: Say): string {
  const done = results.filter(({ outcome }) => outcome !== 'failed' && outcome !== 'not-watched');
  const { expired, soon, fine } = sorted(done, now);
  if (fine.length === done.length) return '';
  const causes = Map.groupBy(
    done.filter(({ cause }) => cause !== undefined),
    ({ cause }) => cause!.heading,
  );
  return [
    ...[...causes].map(([heading, { length }]) => say('bulk.group', { heading, number: length })),
    ...(expired.length > 0 ? [say('bulk.expired', { number: expired.length })] : []),
    ...(soon.length > 0 ? [say('list.soon', { number: soon.length })] : []),
    ...(fine.length > 0 ? [say('list.fine', { number: fine.length })] : []),
  ].join('; ');
}

/** The end of a bulk command: equal causes together with what helps, then what has expired, then what is fine. */
export function bulkCard(
  results: BulkResult[],
  { now, say, footnote }: { now: Instant; say: Say; footnote?: string },
): Card {
  const telling = { now, say };
  const told = { ...causesOf(results), ...sorted(results, now) };
  const isUnwatch = isEnding(results);
  const room: Room = { rows: MOST_ROWS, said: new Set() };
  const { expired, soon, fine } = told;
  const groups = [
    ...told.shared.map((one) => sharedGroup(one, room, telling)),
    ...told.alone.map((one) => aloneGroup(one, room, telling)),
    ...plainGroup(
      expired,
      {
        symbol: '⛔',
        heading: say('bulk.expired', { number: expired.length }),
        text: say('bulk.expired.advice', { number: expired.length }),
      },
      room,
      telling,
    ),
    ...plainGroup(soon, { symbol: '🔔', heading: say('list.soon', { number: soon.length }) }, room, telling),
    ...plainGroup(
      fine,
      { symbol: '✅', heading: say(isUnwatch ? 'bulk.done' : 'list.fine', { number: fine.length }) },
      room,
      telling,
    ),
  ];
  const head = headOf(told, results, say);
  const hasAuthority = [...told.shared, ...told.alone].some(({ cause }) => cause.authority);
  const isWatched = results.some(({ outcome }) => outcome === 'watched' || outcome === 'already');
  const actions = [
    hasAuthority ? typeAction(say('button.trust-help'), 'help trust', { style: 'positive' }) : null,
    isWatched ? typeAction(say('button.open-list'), 'list') : null,
  ].filter((one) => one !== null);
  const values = { number: results.length, tally: tally(results, say), states: statesOf(results, now, say) };
  return {
    language: say.language,
    summary: shorten(say(values.states === '' ? 'bulk.summary' : 'bulk.summary-states', values), 160),
    ...head,
    lead: leadOf(results, say),
    groups,
    ...(footnote ? { footnote } : {}),
    ...(actions.length > 0 ? { actions } : {}),
  };
}
