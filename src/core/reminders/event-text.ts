import { DateTime } from 'luxon';
import type { Language, Say } from '../language/language.ts';
import type { ReminderKind, Wanted } from '../model/reminder.ts';
import { briefTarget, displayTarget } from '../targets/target.ts';
import type { Closure } from './working-days.ts';
import { enumerate, isoMinute, shorten } from '../language/wording.ts';

const MOST_ENDPOINTS = 200;
const MOST_NAMES = 500;
/** A DNS name has at most 253 characters (RFC 1035, 2.3.4). */
const NAME_LIMIT = 255;

/** A date as subjects have it: the pattern, in the language's own names of months. */
const SUBJECT_DATE: Record<Language, string> = { en: 'd LLL yyyy', de: 'd. LLLL yyyy' };

function subjectTarget(targets: string[], say: Say): string {
  const target = shorten(briefTarget(targets[0]!), 100);
  return targets.length === 1 ? target : say('event.targets', { target, number: targets.length - 1 });
}

/**
 * The subject of an event, in the language of `say`: with the (UTC) date of the end of validity where the event is not
 * at that date.
 */
export function subjectOf(kind: ReminderKind, { certificate, targets }: Wanted, say: Say): string {
  const target = subjectTarget(targets, say);
  if (kind === 'expiry') return say('event.expiry', { target });
  const until = DateTime.fromMillis(certificate.notAfter, { zone: 'utc', locale: say.language });
  return say('event.renew', { target, date: until.toFormat(SUBJECT_DATE[say.language]) });
}

function dayOf(date: string): DateTime {
  return DateTime.fromISO(date, { zone: 'utc' });
}

function dateIn(say: Say, date: string): string {
  return dayOf(date).setLocale(say.language).toFormat(SUBJECT_DATE[say.language]);
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

function chainText(verdict: string[], say: Say): string {
  if (verdict.length === 0) return say('event.chain.fine');
  return say('event.chain', { findings: verdict.map((sentence) => shorten(sentence, 1000)).join(' ') });
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
  const names = [...certificate.dnsNames, ...certificate.ipAddresses].map((name) => shorten(name, NAME_LIMIT));
  const listed = (uris: string[]) => enumerate(uris.map(displayTarget), MOST_ENDPOINTS, say);
  return [
    say(`event.${kind}.what`),
    ...(displaced ? [displacedText(displaced, say)] : []),
    say('event.presented-by', { targets: listed(targets) }),
    ...(renewed.length > 0 ? [say('event.already-renewed', { targets: listed(renewed) })] : []),
    say('event.valid-until', { date: isoMinute(certificate.notAfter) }),
    say('event.issuer', { issuer: shorten(certificate.issuer, 200) }),
    say('event.names', { names: enumerate(names, MOST_NAMES, say) || say('none') }),
    say('event.serial-number', { number: certificate.serialNumber }),
    chainText(verdict, say),
    say('event.kept'),
  ];
}

/** Where the conversation is and what to call it; null when there is nothing to open. */
export function linkOf({ link }: Wanted, say: Say): { text: string; url: string } | null {
  return link === null ? null : { text: say('event.link'), url: link };
}
