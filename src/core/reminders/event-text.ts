import { DateTime } from 'luxon';
import { wordsOf } from '../items/words.ts';
import { languageOf, sayIn, type Say } from '../language/language.ts';
import type { ReminderEvent, ReminderKind, Wanted } from '../model/reminder.ts';
import { briefTarget, displayTarget } from '../targets/target.ts';
import type { Closure } from './working-days.ts';
import { enumerate, shorten, subjectDate } from '../language/wording.ts';

const MOST_ENDPOINTS = 200;

function subjectTarget(targets: string[], say: Say): string {
  const target = shorten(briefTarget(targets[0]!), 100);
  return targets.length === 1 ? target : say('event.targets', { target, number: targets.length - 1 });
}

/**
 * The subject of an event, in the language of `say`: with the (UTC) date of the end of validity where the event is not
 * at that date.
 */
export function subjectOf(kind: ReminderKind, { certificate, targets }: Wanted, say: Say): string {
  return wordsOf(certificate).subject(certificate, kind, subjectTarget(targets, say), say);
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

/**
 * The paragraphs of an event's body. `renewed` are the targets (URIs) that present the next certificate already.
 * Contains untrusted text, each paragraph on one line.
 */
export function bodyOf(
  kind: ReminderKind,
  wanted: Wanted,
  { renewed, displaced, say }: { renewed: string[]; displaced: Displacement | null; say: Say },
): string[] {
  const { certificate, targets, verdict } = wanted;
  const words = wordsOf(certificate);
  const listed = (uris: string[]) => enumerate(uris.map(displayTarget), MOST_ENDPOINTS, say);
  return [
    words.task(certificate, kind, say),
    ...(displaced ? [displacedText(displaced, say)] : []),
    ...words.details(certificate, { targets: listed(targets), renewed: listed(renewed), verdict }, say),
    words.kept(say),
  ];
}

/** The event as somebody takes it away with them: nobody keeps that copy, and it does not say so either. */
export function takenAway(event: ReminderEvent): ReminderEvent {
  const say = sayIn(languageOf(event.language));
  const kept = [say('event.kept'), say('date.event.kept')];
  const body = event.body.map((paragraph) => (kept.includes(paragraph) ? say('event.copy') : paragraph));
  return { ...event, body };
}

/** Where the conversation is and what to call it; null when there is nothing to open. */
export function linkOf({ link }: Wanted, say: Say): { text: string; url: string } | null {
  return link === null ? null : { text: say('event.link'), url: link };
}
