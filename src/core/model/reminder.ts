import type { Run } from '../card.ts';
import type { Item } from '../certificates/item.ts';
import type { Instant } from '../time.ts';
import type { Language } from '../language/language.ts';
import type { Threshold } from '../certificates/stages.ts';

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

/** A piece of a line of an event; with an address of the web it leads there. */
export interface EventRun extends Run {
  url?: string;
}

/** A paragraph of an event. No line is so short that a person would write the same beside it. */
export interface EventBlock {
  /** `task`: what to do, before all else. `small`: quieter. */
  look?: 'task' | 'small';
  lines: EventRun[][];
}

/** A calendar event as it should exist, free of any calendar's format. All strings are plain text. */
export interface ReminderEvent {
  /** What its texts are written in. Events that an earlier version stored name none: they are English. */
  language?: Language;
  subject: string;
  start: Instant;
  end: Instant;
  /** It takes whole days: start and end are where they begin. */
  allDay?: boolean;
  /** Zone to show it in: IANA name, and the mailbox's own name of it. */
  zone: string;
  zoneName: string;
  /** Alarm, minutes before start. */
  reminderMinutes: number;
  /** Paragraphs of the body as plain text, as `blocks` has it. Contains untrusted text. */
  body: string[];
  /** The body in its parts. Missing in events of earlier versions. */
  blocks?: EventBlock[];
  importance: 'normal' | 'high';
  /** How it shows in the calendar: busy when somebody booked the time. Missing in events of earlier versions: free. */
  showAs?: 'free' | 'busy';
  /** Where the conversation about it is: an https address and what to call it. Missing or null: nowhere to link to. */
  link?: { text: string; url: string } | null;
  /** URIs of the targets that present the certificate. */
  targets: string[];
  /** Under which category calendars show it; missing: that of certificates. */
  category?: string;
}

/** A time in which nothing is to be changed, by local dates (YYYY-MM-DD), both included. */
export interface Freeze {
  from: string;
  to: string;
}

/** What one mailbox should be reminded of, with everything of that owner that presents it. */
export interface Wanted {
  certificate: Item;
  /** Canonical URIs, sorted. */
  targets: string[];
  /** Policies of the watches concerned; the earliest notice counts. */
  policies: (Threshold[] | null)[];
  /** What the events are written in. */
  language: Language;
  /**
   * Leaves that it replaced on those targets. While one of them is still wanted in this mailbox, its events stand for
   * this certificate as well.
   */
  replaced: string[];
  /** What is wrong with the chain as presented, in sentences of `language`; empty = nothing. */
  verdict: string[];
  /** Opens the conversation (the first one, of several); null when there is nothing to open. */
  link: string | null;
  /** Opens the very message there with which it began; missing: not known. */
  message?: string;
  /** What to type there to see everything about it, and an address with that ready to be sent, where there is one. */
  show?: { command: string; url: string | null };
  /** Who takes care of it. Untrusted text. */
  owners?: string[];
  /** Regions whose public holidays count, e.g. ["DE-BY"]. */
  holidays: string[];
  freezes: Freeze[];
}

/** A calendar event we keep: desired state beside what was last written. */
export interface Reminder {
  /** UUID; also the tag (extended property) in Outlook and the UID in feeds. */
  id: string;
  /** Which calendar writes it: "graph" goes through the outbox, "ics" is served as a feed. */
  calendar: 'graph' | 'ics';
  /** graph: mailbox (directory object id or address). ics: conversation id. */
  mailbox: string;
  /** What it is about: Item.fingerprint. */
  fingerprint: string;
  kind: ReminderKind;
  /** What should exist. */
  event: ReminderEvent;
  /** Hash of the planning inputs; while it stays, the planned start stays. */
  basis: string;
  /** False once it should no longer exist; the row goes when the event is gone. */
  wanted: boolean;
  /** Hash of the event as last written by us; null before the first write. */
  writtenHash: string | null;
  /** The service's id and ETag of the event, after the first write. */
  eventId: string | null;
  etag: string | null;
  /**
   * Where the service said that the event stands when we wrote it last (as `writtenHash` says): its zone rules may be
   * others than ours. Null: not known.
   */
  answeredStart: Instant | null;
  /** transactionId of the creating POST, and that POST's exact body once it was (perhaps) sent. */
  transactionId: string;
  createBody: string | null;
  /** RFC 5545 SEQUENCE: grows with every change of the event. */
  sequence: number;
  /**
   * The start that a person chose for this certificate, by moving the event or by booking a slot, and how it shows;
   * null = as planned. `found`: where they put the event, when that could not be its start. `date`: the event takes
   * that whole day (YYYY-MM-DD, where the mailbox is), and starts as it begins.
   */
  chosen: { start: Instant; showAs: 'free' | 'busy'; found?: Instant; date?: string } | null;
  /**
   * A person deleted the event: `asked` until somebody answers whether to keep it, `declined` when it is not to be
   * written, `over` when its time had passed, so that nobody was asked. Null = it is kept.
   */
  deleted: 'asked' | 'declined' | 'over' | null;
  /** Id of the message that asks; null unless `deleted` is "asked". */
  question: string | null;
  createdAt: Instant;
  updatedAt: Instant;
}

/** What a calendar reports after a write. */
export interface WrittenEvent {
  eventId: string;
  etag: string | null;
  hash: string;
  /** Where it stands now, by the service's own answer. */
  start: Instant;
}

/** An event of ours as it stands in a mailbox. */
export interface CalendarEntry {
  /** Reminder.id, by the event's tag. */
  reminderId: string;
  eventId: string;
  etag: string | null;
  /** When the service created it; +Infinity when it does not say. */
  createdAt: Instant;
  /** An app made it, and not a person who copied one. */
  isMadeByApp: boolean;
  start: Instant;
  /** It takes whole days; `start` is midnight of the first, in UTC or where the calendar is. */
  allDay: boolean;
  subject: string;
  /**
   * What we wrote last, as the event itself carries it, and the beginning of the certificate's fingerprint that it was
   * about. Null when it carries none.
   */
  written: { start: Instant; hash: string; about?: string; details?: WrittenDetails } | null;
}

/**
 * What we wrote of an event beside its content: what differs from it now is a person's. Events that an earlier version
 * wrote do not tell it.
 */
export interface WrittenDetails {
  allDay: boolean;
  reminderMinutes: number;
  importance: string;
  showAs: string;
  /** Stands for the body. */
  body: string;
  /** Stand for its lines, by which they are found among other people's. */
  lines: string[];
}

/** Where a person put an event: the start, and whether it takes that whole day. */
export interface Place {
  start: Instant;
  allDay: boolean;
}

/**
 * Public holidays of a region ("DE", "DE-BY", "CH-ZH") in a calendar year, by local date (YYYY-MM-DD), with names in
 * the language. Pure.
 */
export type Holidays = (region: string, year: number, language: Language) => { date: string; name: string }[];
