import { DateTime } from 'luxon';
import type { Certificate, Instant } from './certificate.ts';
import { sayIn, type Language, type Say } from './language.ts';
import { boundaries, type Threshold } from './policy.ts';
import { displayTarget, readTarget } from './target.ts';
import { enumerate, isoMinute, shorten } from './wording.ts';

/** `renew`: do it now, in working time. `expiry`: the moment the certificate stops being valid. */
export type ReminderKind = 'renew' | 'expiry';

/** When a mailbox's person works. */
export interface WorkingTime {
  /** IANA zone name. */
  zone: string;
  /** The mailbox's own name of that zone (Windows names such as "W. Europe Standard Time"), or the IANA name. */
  zoneName: string;
  /** ISO weekdays, 1 = Monday … 7 = Sunday. */
  days: number[];
  /** Start and end of the working day, minutes after midnight. */
  start: number;
  end: number;
}

/** A calendar event as it should exist, free of any calendar's format. All strings are plain text. */
export interface ReminderEvent {
  /** What its texts are written in. Events that an earlier version stored name none: they are English. */
  language?: Language;
  subject: string;
  start: Instant;
  end: Instant;
  /** Zone to show it in: IANA name, and the mailbox's own name of it. */
  zone: string;
  zoneName: string;
  /** Alarm, minutes before start. */
  reminderMinutes: number;
  /** Paragraphs of the body. Contains untrusted text. */
  body: string[];
  importance: 'normal' | 'high';
  /** How it shows in the calendar: busy when somebody booked the time. Missing in events of earlier versions: free. */
  showAs?: 'free' | 'busy';
  /** Where the conversation about it is: an https address and what to call it. Missing or null: nowhere to link to. */
  link?: { text: string; url: string } | null;
  /** URIs of the targets that present the certificate. */
  targets: string[];
}

/** A time in which nothing is to be changed, by local dates (YYYY-MM-DD), both included. */
export interface Freeze {
  from: string;
  to: string;
}

/** A certificate that one mailbox should be reminded of, with everything of that owner that presents it. */
export interface Wanted {
  certificate: Certificate;
  /** Canonical URIs, sorted. */
  targets: string[];
  /** Policies of the watches concerned; the earliest notice counts. */
  policies: (Threshold[] | null)[];
  /** What the events are written in. */
  language: Language;
  /** Leaves that it replaced on those targets. While one of them is still wanted in this mailbox, its events stand for this certificate as well. */
  replaced: string[];
  /** What is wrong with the chain as presented, in sentences of `language`; empty = nothing. */
  verdict: string[];
  /** Opens the conversation (the first one, of several); null when there is nothing to open. */
  link: string | null;
  /** Regions whose public holidays count, e.g. ["DE-BY"]. */
  holidays: string[];
  freezes: Freeze[];
}

const MINUTE = 60_000;
const SLOT = 30 * MINUTE;
const DAY_MINUTES = 24 * 60;
/** Alarm of the renew event, minutes before it starts. */
const RENEW_ALARM = 15;

/** Monday to Friday, nine to five, in `zone`; UTC when the zone is unknown. */
export function defaultWorkingTime(zone: string | null): WorkingTime {
  const known = zone !== null && DateTime.fromMillis(0, { zone }).isValid ? zone : 'UTC';
  return { zone: known, zoneName: known, days: [1, 2, 3, 4, 5], start: 9 * 60, end: 17 * 60 };
}

/** The working day that is `offset` days from the local day of `at`; null when nobody works then. Wall-clock times, so DST days are right. */
function workingDay(at: Instant, offset: number, working: WorkingTime): { start: Instant; end: Instant } | null {
  const day = DateTime.fromMillis(at, { zone: working.zone }).startOf('day').plus({ days: offset });
  if (!working.days.includes(day.weekday)) return null;
  const wall = (minutes: number): Instant =>
    day.set({ hour: Math.floor(minutes / 60) % 24, minute: minutes % 60 }).toMillis();
  return {
    start: wall(working.start),
    end: working.end >= DAY_MINUTES ? day.plus({ days: 1 }).startOf('day').toMillis() : wall(working.end),
  };
}

/** The latest start of a working day that is not after `at`; null when the mailbox has no working days. */
function startOfWorkBefore(at: Instant, working: WorkingTime): Instant | null {
  for (let offset = 0; offset >= -14; offset -= 1) {
    const day = workingDay(at, offset, working);
    if (day && day.start <= at) return day.start;
  }
  return null;
}

/** The first full or half hour from `at` on by the clock of the zone, whose offset need not be whole hours (Asia/Kathmandu: 5:45). */
function nextHalfHour(at: Instant, zone: string): Instant {
  const offset = DateTime.fromMillis(at, { zone }).offset * MINUTE;
  return Math.ceil((at + offset) / SLOT) * SLOT - offset;
}

/** The first half-hour from `now` on that lies within working time; null when there is none. */
function nextWorkingSlot(now: Instant, working: WorkingTime): Instant | null {
  const rounded = nextHalfHour(now, working.zone);
  for (let offset = 0; offset <= 14; offset += 1) {
    const day = workingDay(now, offset, working);
    if (!day) continue;
    const slot = Math.max(day.start, rounded);
    if (slot + SLOT <= day.end) return slot;
  }
  return null;
}

/**
 * When the renew event starts: the notice instant, moved back to the start of working time on the nearest earlier working day; if that has
 * passed, the next working slot; if that would not be before notAfter, now.
 */
export function renewStart(noticeAt: Instant, notAfter: Instant, working: WorkingTime, now: Instant): Instant {
  const planned = startOfWorkBefore(noticeAt, working) ?? noticeAt;
  if (planned >= now) return planned;
  const slot = nextWorkingSlot(now, working);
  return slot !== null && slot < notAfter ? slot : Math.floor(now / 1000) * 1000;
}

/** `example.com`, or `example.com:8443` when the port is not the usual one. */
function shortTarget(uri: string): string {
  const { scheme, port } = readTarget(uri);
  const shown = displayTarget(uri);
  return scheme === 'tls' && port === 443 ? shown.replace(/:443(?=$| )/, '') : shown;
}

function subjectTarget(targets: string[], say: Say): string {
  const target = shorten(shortTarget(targets[0]!), 100);
  return targets.length === 1 ? target : say('event.targets', { target, number: targets.length - 1 });
}

/** A date as subjects have it: the pattern, in the language's own names of months. */
const SUBJECT_DATE: Record<Language, string> = { en: 'd LLL yyyy', de: 'd. LLLL yyyy' };

function bodyOf(wanted: Wanted, advice: string, say: Say): string[] {
  const { certificate, targets } = wanted;
  const names = [...certificate.dnsNames, ...certificate.ipAddresses].map((name) => shorten(name, 100));
  return [
    advice,
    say('event.presented-by', { targets: enumerate(targets.map(displayTarget), 50, say) }),
    say('event.valid-until', { date: isoMinute(certificate.notAfter) }),
    say('event.issuer', { issuer: shorten(certificate.issuer, 200) }),
    say('event.names', { names: enumerate(names, 50, say) || say('none') }),
    say('event.serial-number', { number: certificate.serialNumber }),
    say('event.kept'),
  ];
}

function noticeAt({ certificate, policies }: Wanted): Instant {
  const all = policies.length > 0 ? policies : [null];
  return Math.min(...all.map((policy) => boundaries(certificate, policy)[0]!.at));
}

/** Text that changes exactly when the renew event has to be planned anew: while it stays, a planned start stays, even when it lies in the past. */
export function planningBasis(wanted: Wanted, working: WorkingTime): string {
  const { zone, days, start, end } = working;
  return JSON.stringify([noticeAt(wanted), wanted.certificate.notAfter, zone, days, start, end]);
}

/** The event of one kind as it should exist. `kept` is the start to keep when the planning basis has not changed. */
export function planEvent(
  kind: ReminderKind,
  wanted: Wanted,
  working: WorkingTime,
  options: { now: Instant; kept: Instant | null },
): ReminderEvent {
  const { certificate, targets, language } = wanted;
  const say = sayIn(language);
  const zone = { zone: working.zone, zoneName: working.zoneName };
  const target = subjectTarget(targets, say);
  if (kind === 'expiry') {
    const start = certificate.notAfter;
    return {
      language,
      ...zone,
      subject: say('event.expiry', { target }),
      start,
      end: start + SLOT,
      reminderMinutes: DAY_MINUTES,
      body: bodyOf(wanted, say('event.expiry.what'), say),
      importance: 'high',
      targets,
    };
  }
  const until = DateTime.fromMillis(certificate.notAfter, { zone: 'utc', locale: language });
  const start = options.kept ?? renewStart(noticeAt(wanted), certificate.notAfter, working, options.now);
  return {
    language,
    ...zone,
    subject: say('event.renew', { target, date: until.toFormat(SUBJECT_DATE[language]) }),
    start,
    end: start + SLOT,
    reminderMinutes: start > options.now ? RENEW_ALARM : 0,
    body: bodyOf(wanted, say('event.renew.what'), say),
    importance: 'normal',
    targets,
  };
}
