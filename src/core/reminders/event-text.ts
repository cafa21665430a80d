import { DateTime } from 'luxon';
import { wordsAt, wordsOf } from '../items/words.ts';
import { shortDay, shortInstant } from '../language/dates.ts';
import { inZone, languageOf, sayIn, type Say } from '../language/language.ts';
import { nameRanges } from '../language/name-ranges.ts';
import type { EventBlock, EventRun, ReminderEvent, ReminderKind, Wanted } from '../model/reminder.ts';
import { helpLines, renewalHelp } from '../renewal/help.ts';
import { briefTarget, connects, displayTarget, isApplication, isDocument } from '../targets/target.ts';
import type { Instant } from '../time.ts';
import type { Closure } from './working-days.ts';
import { enumerate, shorten, subjectDate } from '../language/wording.ts';

/** So many targets are named, ranges of names as one. */
const MOST_NAMED = 200;
/** From so many on it is said how many. */
const MANY = 4;
const MOST_OWNERS = 5;

function subjectTarget(targets: string[], say: Say): string {
  const target = shorten(briefTarget(targets[0]!), 100);
  return targets.length === 1 ? target : say('event.targets', { target, number: targets.length - 1 });
}

/**
 * The subject of an event, in the language of `say`: with the date of the end of validity, as it is in `zone`, where
 * the event is not at that date.
 */
export function subjectOf(kind: ReminderKind, { certificate, targets }: Wanted, zone: string, say: Say): string {
  // A day that somebody typed is the same everywhere.
  const spoken = certificate.kind === 'date' ? say : inZone(say, zone);
  return wordsOf(certificate).subject(certificate, kind, subjectTarget(targets, say), spoken);
}

function dayOf(date: string): DateTime {
  return DateTime.fromISO(date, { zone: 'utc' });
}

function dateIn(say: Say, date: string): string {
  return subjectDate(dayOf(date).toMillis(), say);
}

/**
 * Why an event is not where it would be: the date (YYYY-MM-DD) that it avoids, or that it could not avoid, and what
 * that date is.
 */
export interface Displacement {
  what: 'moved' | 'falls';
  date: string;
  closure: Closure;
}

function displacedText({ what, date, closure }: Displacement, say: Say): string {
  const day = dateIn(say, date);
  if (closure.kind === 'holiday') return say(`event.${what}.holiday`, { date: day, name: shorten(closure.name, 100) });
  const [from, to] = [dateIn(say, closure.from), dateIn(say, closure.to)];
  const days = dayOf(closure.to).diff(dayOf(closure.from), 'days').days + 1;
  return say(`event.${what}.freeze`, { date: day, days, from, to });
}

/** The end, as people say it, in the zone of whoever is reminded, which is named once; a day that is one stays a day. */
function untilText({ certificate }: Wanted, { now, zone, say }: Speaking): string {
  const { kind, notAfter } = certificate;
  const options = { now, year: true };
  const date =
    kind === 'date'
      ? shortDay(notAfter, { ...options, say, weekday: true })
      : shortInstant(notAfter, { ...options, say: inZone(say, zone), zoned: true });
  return say('event.until', { date });
}

function whereLines({ targets }: Wanted, renewed: string[], say: Say): string[] {
  if (!connects(targets[0] ?? '')) return [say('date.event.about', { targets: targets.map(displayTarget).join(', ') })];
  const listed = (uris: string[]): string => enumerate(nameRanges(uris.map(briefTarget), say), MOST_NAMED, say);
  const own = targets.every(isDocument)
    ? 'document.event.listed'
    : targets.every(isApplication)
      ? 'credential.event.of'
      : 'event.where';
  const key = targets.length < MANY ? own : 'event.where.many';
  return [
    say(key, { targets: listed(targets), number: targets.length }),
    ...(renewed.length === 0 ? [] : [say('event.already-renewed', { targets: listed(renewed) })]),
  ];
}

/** Where to read on: the message, and everything about it. */
function linkLines(wanted: Wanted, say: Say): EventRun[][] {
  const link = linkOf(wanted, say);
  const { show } = wanted;
  const more: EventRun[] =
    show && show.url !== null
      ? [{ text: say('event.show.link'), url: show.url }]
      : show && link
        ? [{ text: say('event.show', { command: say('quoted', { text: show.command }) }) }]
        : [];
  return [...(link ? [[link]] : []), ...(more.length > 0 ? [more] : [])];
}

function block(lines: EventRun[][], look?: EventBlock['look']): EventBlock[] {
  return lines.length === 0 ? [] : [{ ...(look ? { look } : {}), lines }];
}

function plain(lines: string[]): EventRun[][] {
  return lines.map((text) => [{ text }]);
}

/** When, where and in which language an event is read. `now` decides nothing that an event says. */
interface Speaking {
  now: Instant;
  /** IANA name. */
  zone: string;
  say: Say;
}

/**
 * The body of an event, in the order of need: what to do, until when, where, how, who takes care of it, where to read
 * on; the serial number and the chain are quiet and last. `renewed` are the targets (URIs) that present the next
 * certificate already. Contains untrusted text, each line on one line.
 */
export function blocksOf(
  kind: ReminderKind,
  wanted: Wanted,
  { renewed, displaced, ...speaking }: { renewed: string[]; displaced: Displacement | null } & Speaking,
): EventBlock[] {
  const { certificate, targets, verdict, owners = [] } = wanted;
  const { say } = speaking;
  const words = wordsAt(certificate, targets);
  const help = renewalHelp(certificate, targets, { isDue: true, say });
  const names = owners.map((name) => shorten(name, 80)).filter((name) => name !== '');
  const owner =
    names.length > 0 ? [say('event.owner', { names: enumerate(names, MOST_OWNERS, say), number: names.length })] : [];
  return [
    ...block(plain([words.task(certificate, kind, say)]), 'task'),
    ...block(plain(displaced ? [displacedText(displaced, say)] : [])),
    ...block(plain([untilText(wanted, speaking), ...whereLines(wanted, renewed, say)])),
    ...block(help ? [[{ text: say('event.how'), bold: true }], ...helpLines(help)] : []),
    ...block([...plain(owner), ...linkLines(wanted, say)]),
    ...block(plain(words.details(certificate, { verdict }, say)), 'small'),
    ...block(plain([words.kept(say)]), 'small'),
  ];
}

function plainLine(line: EventRun[]): string {
  return line.map(({ text, url }) => (url === undefined ? text : `${text}: ${url}`)).join('');
}

/** The body as paragraphs of plain text. */
export function bodyOf(blocks: EventBlock[]): string[] {
  return blocks.map(({ lines }) => lines.map(plainLine).join('\n'));
}

/** The same without the lines that lead somewhere, for a place where there is no room for all. */
export function bodyWithoutLinks({ body, blocks }: Pick<ReminderEvent, 'body' | 'blocks'>): string[] {
  if (!blocks) return body;
  const kept = blocks.map((one) => ({ ...one, lines: one.lines.filter((line) => line.every(({ url }) => !url)) }));
  return bodyOf(kept.filter(({ lines }) => lines.length > 0));
}

/** The event as somebody takes it away with them: nobody keeps that copy, and it does not say so either. */
export function takenAway(event: ReminderEvent): ReminderEvent {
  const say = sayIn(languageOf(event.language));
  const kept = [say('event.kept'), say('date.event.kept')];
  const copied = (text: string): string => (kept.includes(text) ? say('event.copy') : text);
  const blocks = event.blocks?.map((one) => ({
    ...one,
    lines: one.lines.map((line) => line.map((run) => ({ ...run, text: copied(run.text) }))),
  }));
  return { ...event, body: event.body.map(copied), ...(blocks ? { blocks } : {}) };
}

/** Where the message is with which it began, else the conversation, and what to call it; null when there is neither. */
export function linkOf({ link, message }: Wanted, say: Say): { text: string; url: string } | null {
  if (message !== undefined) return { text: say('event.message'), url: message };
  return link === null ? null : { text: say('event.link'), url: link };
}
