import type { Fact } from '../../about.ts';
import type { Card, CardAction, Group, Mention, Row, State, Tone } from '../../card.ts';
import { alertKey } from '../../alerts/alerts.ts';
import { findingKind, isGone, kindOfCause, type Cause } from '../../alerts/causes.ts';
import { isCertificate } from '../../certificates/certificate.ts';
import type { Item } from '../../certificates/item.ts';
import type { Boundary } from '../../certificates/stages.ts';
import { shortDay, shortInstant } from '../../language/dates.ts';
import type { Say } from '../../language/language.ts';
import type { MessageKey } from '../../language/messages/en.ts';
import { capital, relative, shorten } from '../../language/wording.ts';
import type { Persona } from '../../model/conversation.ts';
import { openingOf } from '../persona.ts';
import { namesOf } from './names-of.ts';
import { briefTarget, typedTarget } from '../../targets/target.ts';
import type { Instant } from '../../time.ts';

/** A target as part of an incident. */
export interface IncidentRow {
  uri: string;
  owner: string;
  /** Of the watch, for what can be done with its row. */
  watch?: number;
}

/** One cause and everything that it concerns, as a message shows it. */
export interface IncidentPart {
  cause: Cause;
  /** The incident, where its rows can be taken one by one; `message`: the delivery that shows it. */
  incident?: { id: string; message: string | null };
  /** Those that have it now. */
  rows: IncidentRow[];
  /** Those that have it no more. */
  over: IncidentRow[];
  boundary: Boundary | null;
  /** The certificate (or whatever ends) that it is. */
  item: Item | null;
  /** Findings, and what to do about the first. */
  findings: string[];
  advice: string;
  /** Why nothing can be read, or what a renewal took away, where it is the same for all. */
  reason: string | null;
  isClosed: boolean;
  takenBy: string | null;
  /** So many targets the conversation watches. */
  total: number;
}

interface Options {
  now: Instant;
  say: Say;
  mentions?: Mention[];
  actions?: CardAction[];
  persona?: Persona | undefined;
}

/** Characters of names in one group. */
const MOST_TEXT = 6000;
/** UTF-16 units of a summary. */
const MOST_SUMMARY = 110;
/** Rows of one message. */
const MOST_ROWS = 15;

const STAGES: Record<Boundary['stage'], { symbol: string; tone: Tone }> = {
  notice: { symbol: '🔔', tone: 'notice' },
  urgent: { symbol: '⚠️', tone: 'warning' },
  critical: { symbol: '🚨', tone: 'attention' },
  expired: { symbol: '⛔', tone: 'attention' },
};

function isRenewal({ cause, boundary, findings }: IncidentPart): boolean {
  return kindOfCause(cause) === 'certificate' && boundary === null && !findings.some((finding) => isGone(finding));
}

function stateOf(part: IncidentPart, say: Say): { state: State; tone: Tone } {
  const { cause, boundary, isClosed, takenBy, findings, reason } = part;
  if (isClosed) {
    const word = say(isRenewal(part) ? 'incident.word.renewed' : 'incident.word.fixed');
    return { state: { symbol: '✅', word }, tone: 'good' };
  }
  if (takenBy !== null) {
    return { state: { symbol: '👀', word: say('incident.word.taken', { name: shorten(takenBy, 60) }) }, tone: 'held' };
  }
  if (boundary) {
    const { symbol, tone } = STAGES[boundary.stage];
    return { state: { symbol, word: say(`incident.word.${boundary.stage}`) }, tone };
  }
  const isSilent = kindOfCause(cause) === 'network' || findings.some((one) => SILENT.has(findingKind(one)));
  const silent = reason === null ? 'incident.word.unreachable' : 'state.unread';
  const word = say(isSilent ? silent : 'incident.word.wrong');
  return { state: { symbol: '⛔', word }, tone: 'attention' };
}

/** A finding in a few words. */
function findingWords(finding: string | undefined, say: Say): string {
  const kind = findingKind(finding ?? '');
  const key = `condition.${kind === 'address' ? 'unreachable' : kind}`;
  return CONDITIONS.has(kind) ? say(key as MessageKey) : kind;
}

const CONDITIONS = new Set([
  ...['broken-off', 'not-yet-valid', 'no-date', 'never-valid', 'key-usage', 'no-staple', 'leaf-is-ca', 'wrong-purpose'],
  ...['repeated-extension', 'critical-extension', 'unreadable-extension', 'raw-name', 'name-constraint', 'path-length'],
  ...['issuer-no-ca', 'wrong-name', 'self-signed', 'private-ca', 'incomplete-chain', 'expired-issuer', 'untrusted'],
  ...['revoked', 'weak-key', 'weak-signature', 'old-protocol', 'rare-tls', 'wrong-order', 'early-issuer'],
  ...['long-lifetime', 'no-starttls', 'injected', 'partly-renewed', 'different-certificates', 'alternating'],
  ...['unreachable', 'address', 'downgraded', 'lost-names', 'lost-uses', 'replaced', 'gone'],
  ...['document-expired', 'document-expiring', 'private-key', 'key-mismatch', 'wrong-thumbprint', 'unreadable-key'],
  ...['untrusted-server', 'issuer-mismatch', 'document-part', 'no-owner', 'unused-credential', 'replaced-credential'],
]);

/** Of these the host, or an address of it, is silent. */
const SILENT = new Set(['unreachable', 'address']);

/** One name, or how many. */
function hostsOf(rows: IncidentRow[], say: Say): string {
  const [first] = rows;
  return rows.length === 1 ? briefTarget(first!.uri) : say('incident.hosts', { number: rows.length });
}

function titleOf(part: IncidentPart, { now, say }: Options): string {
  const { cause, rows, over, boundary, item, findings, reason, isClosed, total } = part;
  if (isClosed) {
    if (kindOfCause(cause) === 'network') return say('incident.over.network');
    const values = { hosts: hostsOf(over, say), number: over.length };
    if (isRenewal(part)) return say('incident.over.renewed', values);
    return say(findings[0] === 'unreachable' ? 'incident.over.unreachable' : 'incident.over.fixed', values);
  }
  const hosts = hostsOf(rows, say);
  if (kindOfCause(cause) === 'network') return say('incident.network', { number: rows.length, total });
  if (boundary && item) {
    const when = relative(item.notAfter, now, say);
    const isOver = item.notAfter <= now;
    if (rows.length === 1) return say(isOver ? 'title.expired' : 'title.expires', { target: hosts, when });
    const values = { hosts, state: isOver ? 'expired' : 'valid', when };
    return say(isCertificate(item) ? 'incident.certificate' : 'incident.date', values);
  }
  if (findings[0] === 'unreachable')
    return say(reason === null ? 'incident.unreachable' : 'incident.unread', { hosts });
  return say('incident.finding', { hosts, number: rows.length, finding: findingWords(findings[0], say) });
}

/** Who owns all of several, which is the same in every row; empty: nobody does, or not one alone. */
function commonOwner(rows: IncidentRow[]): string {
  const [first] = rows;
  return first && rows.length > 1 && rows.every(({ owner }) => owner === first.owner) ? first.owner : '';
}

/** Each in a row of its own where there are few, else all of them by their names: none is left out without a word. */
function rowsOf(rows: IncidentRow[], most: number, say: Say): Pick<Group, 'rows' | 'text' | 'more'> {
  const isCommon = commonOwner(rows) !== '';
  if (rows.length <= most) {
    return {
      rows: rows.map(({ uri, owner }): Row => {
        return { name: briefTarget(uri), ...(owner === '' || isCommon ? {} : { sub: shorten(owner, 60) }) };
      }),
    };
  }
  const { text, more } = namesOf(
    rows.map(({ uri }) => briefTarget(uri)),
    MOST_TEXT,
  );
  return { text: [text], ...(more > 0 ? { more: say('incident.more', { number: more }) } : {}) };
}

function todoOf(
  { cause, rows, boundary, item, advice, isClosed, takenBy }: IncidentPart,
  say: Say,
): Card['todo'] | null {
  if (isClosed || takenBy !== null) return null;
  if (kindOfCause(cause) === 'network') return { task: say('incident.network.advice') };
  if (!boundary) return advice === '' ? null : { task: advice };
  if (!item || !isCertificate(item)) return null;
  const number = rows.length;
  const task = say(boundary.stage === 'expired' ? 'incident.renew-at-once' : 'incident.renew', { number });
  const after = say('incident.notice-by-myself');
  // oxlint-disable-next-line unicorn/no-thenable
  return { task, then: after };
}

function leadOf({ cause, item, boundary, reason, isClosed }: IncidentPart, { now, say }: Options): string | null {
  if (kindOfCause(cause) === 'network') return isClosed ? null : say('incident.network.lead');
  if (reason !== null && !boundary) return isClosed ? null : reason;
  if (!item || (!boundary && !isClosed)) return null;
  const at = shortInstant(item.notAfter, { now, say, zoned: true });
  const issuer = isCertificate(item) ? shorten(item.issuer, 80) : '';
  return isClosed ? null : [at, ...(issuer === '' ? [] : [say('incident.issued', { issuer })])].join(', ');
}

function progressOf({ cause, rows, over }: IncidentPart, say: Say): string[] {
  if (rows.length === 0 || over.length === 0) return [];
  const values = { done: over.length, total: rows.length + over.length };
  return [say(kindOfCause(cause) === 'certificate' ? 'incident.progress' : 'incident.progress.other', values)];
}

/** What a part says, for programs. */
function factsOf({ rows, over, boundary, item, findings, isClosed }: IncidentPart): Fact[] {
  if (isClosed) return over.map(({ uri }) => ({ target: uri, kind: 'fixed', value: findings[0] ?? 'certificate' }));
  return rows.map(({ uri }) =>
    boundary && item
      ? { target: uri, kind: 'stage', value: alertKey(item.fingerprint, boundary) }
      : { target: uri, kind: 'finding', value: findings[0] ?? 'unknown' },
  );
}

function summaryOf(title: string, part: IncidentPart, { now, say }: Options): string {
  const { state } = stateOf(part, say);
  const { item, boundary, isClosed } = part;
  const date = boundary && item && !isClosed ? `, ${shortDay(item.notAfter, { now, say, year: true })}` : '';
  return `${state.word}: ${title}${date}`;
}

/** Where nothing has it any more, it is shown as over, though it is still looked whether it comes back. */
function asItStands(part: IncidentPart): IncidentPart {
  return part.rows.length === 0 && part.over.length > 0 ? { ...part, isClosed: true } : part;
}

/** One cause with everything that it concerns. */
export function incidentCard(given: IncidentPart, options: Options): Card {
  const part = asItStands(given);
  const { say, mentions = [], actions = [] } = options;
  const { rows, over } = part;
  const title = titleOf(part, options);
  const lead = leadOf(part, options);
  const todo = todoOf(part, say);
  const progress = progressOf(part, say);
  // Whoever is mentioned is named already.
  const owner = mentions.some(({ kind }) => kind === 'person') ? '' : commonOwner(rows);
  const groups: Group[] = [];
  if (rows.length > 0) groups.push({ symbol: '✕', heading: say('incident.still'), ...rowsOf(rows, MOST_ROWS, say) });
  if (over.length > 0)
    groups.push({
      symbol: '✓',
      heading: say('incident.done'),
      ...rowsOf(over, Math.max(3, MOST_ROWS - rows.length), say),
    });
  return {
    language: say.language,
    summary: summaryOf(title, part, options),
    ...stateOf(part, say),
    title,
    ...(lead === null ? {} : { lead }),
    ...(todo ? { todo } : {}),
    ...(progress.length > 0 ? { text: progress } : {}),
    ...(owner === '' || part.isClosed ? {} : { facts: [{ label: say('label.owner'), value: shorten(owner, 80) }] }),
    groups,
    ...(mentions.length > 0 && !part.isClosed ? { mentions } : {}),
    actions: part.isClosed ? [] : actions,
    about: { kind: 'alert', facts: factsOf(part) },
    ...openingFor(part, options),
  };
}

/** What a persona says of a stage that several have reached. */
function openingFor(
  { boundary, item, isClosed, takenBy }: IncidentPart,
  { persona, say }: Options,
): Pick<Card, 'opening'> {
  if (!boundary || !item || isClosed || takenBy !== null) return {};
  const { tone } = STAGES[boundary.stage];
  return openingOf(persona, { item: { kind: 'stage', boundary, certificate: item }, tone }, say);
}

function listedOf({ isClosed, rows, over }: IncidentPart): IncidentRow[] {
  return isClosed ? over : rows;
}

/** What parts have in common that stand in one group. */
function sortOf(part: IncidentPart, say: Say): string {
  const { state } = stateOf(part, say);
  const { boundary, findings, isClosed, takenBy } = part;
  if (isClosed || takenBy !== null || boundary !== null) return state.word;
  return capital(findingWords(findings[0], say));
}

/** What can be done with one target of a digest: the alert has what is done with all of them. */
function digestActions({ watch }: IncidentRow, part: IncidentPart, say: Say): Pick<Row, 'actions'> {
  if (watch === undefined) return {};
  const show: CardAction = {
    kind: 'execute',
    ...{ label: say('button.show'), action: { name: 'show-row', data: { watch } } },
  };
  const { incident, isClosed, takenBy } = part;
  if (!incident || isClosed || takenBy !== null) return { actions: [show] };
  const data = { incident: incident.id, message: incident.message ?? '' };
  return { actions: [show, { kind: 'execute', label: say('button.have-this'), action: { name: 'take', data } }] };
}

/** A target that is alone with its cause: what that is, stands in the heading above it. */
function digestRow(part: IncidentPart, isOnesOwn: boolean, { now, say }: Options): Row {
  const { boundary, item, isClosed, takenBy, findings } = part;
  const [row] = listedOf(part) as [IncidentRow];
  const isDated = boundary !== null && item !== null && !isClosed;
  const sub = [
    ...(takenBy !== null && boundary === null ? [findingWords(findings[0], say)] : []),
    ...(row.owner === '' || isOnesOwn ? [] : [shorten(row.owner, 60)]),
  ];
  return {
    name: briefTarget(row.uri),
    ...(sub.length > 0 ? { sub: capital(sub.join(' · ')) } : {}),
    ...(isDated ? { date: shortDay(item.notAfter, { now, say }), distance: relative(item.notAfter, now, say) } : {}),
    ...digestActions(row, part, say),
  };
}

/** A cause with several targets, by the sentence that says what it is. */
function severalGroup(part: IncidentPart, most: number, options: Options): Group {
  const { say } = options;
  const listed = listedOf(part);
  const { rows, ...rest } = rowsOf(listed, most, say);
  return {
    symbol: stateOf(part, say).state.symbol,
    heading: titleOf(part, options),
    ...(listed.length > 0 ? rest : {}),
    ...(rows && listed.length > 0
      ? { rows: rows.map((row, index) => ({ ...row, ...digestActions(listed[index]!, part, say) })) }
      : {}),
  };
}

/** What ends on the same day in every row is said in the heading. */
function datedOnce(heading: string, rows: Row[]): Pick<Group, 'heading' | 'rows'> {
  const whens = new Set(rows.map(({ date, distance }) => (date ? `${date}, ${distance}` : '')));
  const [when] = whens;
  if (rows.length < 2 || whens.size > 1 || !when) return { heading, rows };
  return { heading: `${heading}: ${when}`, rows: rows.map(({ date: _date, distance: _distance, ...row }) => row) };
}

/**
 * A group for each cause with several targets, and for what is the same with others; of many causes all their names.
 */
function digestGroups(parts: IncidentPart[], options: Options): Group[] {
  const { say } = options;
  const isMany = parts.length > MOST_ROWS;
  const most = Math.max(1, Math.floor(MOST_ROWS / parts.length));
  const isOnesOwn = new Set(parts.flatMap((part) => listedOf(part)).map(({ owner }) => owner)).size === 1;
  const keyOf = (part: IncidentPart): string =>
    isMany || listedOf(part).length === 1 ? sortOf(part, say) : `${part.cause} alone`;
  return [...Map.groupBy(parts, keyOf).values()].map((some): Group => {
    const [first] = some as [IncidentPart];
    if (!isMany && listedOf(first).length !== 1) return severalGroup(first, most, options);
    const { symbol } = stateOf(first, say).state;
    const sort = sortOf(first, say);
    if (!isMany)
      return {
        symbol,
        ...datedOnce(
          sort,
          some.map((part) => digestRow(part, isOnesOwn, options)),
        ),
      };
    const listed = some.flatMap((part) => listedOf(part));
    return { symbol, heading: `${sort}: ${listed.length}`, ...rowsOf(listed, 3, say) };
  });
}

/** How one of several is named where a button is about all of them. */
function howToName(open: IncidentPart[], say: Say): Pick<Card, 'footnote'> {
  const first = open.flatMap(({ rows }) => rows)[0];
  return open.length > 1 && first ? { footnote: say('incident.digest.how', { typed: typedTarget(first.uri) }) } : {};
}

/** Several causes that came up within a minute. */
export function digestCard(given: IncidentPart[], options: Options): Card {
  const parts = given.map((part) => asItStands(part));
  const { say, mentions = [], actions = [] } = options;
  const open = parts.filter(({ isClosed }) => !isClosed);
  const counted = open.length > 0 ? open : parts;
  const groups = digestGroups(parts, options);
  const tones = open.map((part) => stateOf(part, say).tone);
  const tone = (['attention', 'warning', 'notice', 'held'] as const).find((one) => tones.includes(one)) ?? 'good';
  const title = say(open.length > 0 ? 'incident.digest' : 'incident.digest.over', { number: counted.length });
  const [first, ...others] = new Set(counted.slice(0, 2).map((part) => titleOf(part, options)));
  // A locked phone shows 160 characters, some of which say who has it.
  const isLong = [title, first, ...others].join('; ').length > MOST_SUMMARY;
  return {
    language: say.language,
    summary: [title, first, ...(isLong ? [] : others)].join('; '),
    title,
    tone,
    groups,
    ...(mentions.length > 0 && open.length > 0 ? { mentions } : {}),
    ...(actions.length > 0 && open.length > 0 ? { actions, ...howToName(open, say) } : {}),
    about: { kind: 'alert', facts: parts.flatMap((part) => factsOf(part)) },
  };
}
