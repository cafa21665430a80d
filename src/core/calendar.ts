import type { Instant } from './certificate.ts';
import type { Language } from './language.ts';
import type { ReminderEvent, ReminderKind, WorkingTime } from './reminder.ts';

/** A calendar event we keep: desired state beside what was last written. */
export interface Reminder {
  /** UUID; also the tag (extended property) in Outlook and the UID in feeds. */
  id: string;
  /** Which calendar writes it: "graph" goes through the outbox, "ics" is served as a feed. */
  calendar: 'graph' | 'ics';
  /** graph: mailbox (directory object id or address). ics: conversation id. */
  mailbox: string;
  /** Leaf certificate it is about; SHA-256 hex. */
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
   * Where the service said that the event stands when we wrote it last (as `writtenHash` says): its zone rules may be others than ours. Null: not known.
   */
  answeredStart: Instant | null;
  /** transactionId of the creating POST, and that POST's exact body once it was (perhaps) sent. */
  transactionId: string;
  createBody: string | null;
  /** RFC 5545 SEQUENCE: grows with every change of the event. */
  sequence: number;
  /**
   * The start that a person chose for this certificate, by moving the event or by booking a slot, and how it shows; null = as planned. `found`: where they
   * put the event, when that could not be its start. `date`: the event takes that whole day (YYYY-MM-DD, where the mailbox is), and starts as it begins.
   */
  chosen: { start: Instant; showAs: 'free' | 'busy'; found?: Instant; date?: string } | null;
  /**
   * A person deleted the event: `asked` until somebody answers whether to keep it, `declined` when it is not to be written, `over` when its time had passed,
   * so that nobody was asked. Null = it is kept.
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
  /** What we wrote last, as the event itself carries it, and the beginning of the certificate's fingerprint that it was about. Null when it carries none. */
  written: { start: Instant; hash: string; about?: string; details?: WrittenDetails } | null;
}

/** What we wrote of an event beside its content: what differs from it now is a person's. Events that an earlier version wrote do not tell it. */
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

/** How a write came out. */
export type WriteOutcome =
  | { kind: 'written'; written: WrittenEvent }
  /** A person moved it since we wrote last. Nothing was changed. */
  | { kind: 'moved'; to: Place }
  /** It had been written and is there no more: a person deleted it. Nothing was changed. */
  | { kind: 'deleted' };

/** Somebody as the directory knows them. */
export interface DirectoryPerson {
  /** False: the account is disabled. */
  enabled: boolean;
  name: string;
  /** Who they report to, with directory object id and address, when the directory says. Names are untrusted text. */
  manager: { id: string; name: string; address: string | null } | null;
}

/** What somebody is called in the directory: their object id, and every address of theirs (user principal name, mail, proxy addresses), in lower case. */
export interface DirectoryNames {
  id: string;
  addresses: string[];
}

/** A secret or certificate with which the bot shows who it is. */
export interface AppCredential {
  /** Its id in the directory. */
  id: string;
  kind: 'secret' | 'certificate';
  /** Display name, untrusted text; may be empty. */
  name: string;
  /** Which variable of the bot holds it, e.g. "AZURE_CLIENT_SECRET". */
  variable: string;
  notBefore: Instant;
  notAfter: Instant;
}

/**
 * Why the service does not take the bot for who it says it is. The codes are Microsoft Entra's (AADSTS…, "Microsoft Entra authentication and
 * authorization error codes").
 */
export interface AuthenticationProblem {
  /**
   * secret-expired: AADSTS7000222. secret-wrong: AADSTS7000215. certificate: AADSTS700027 and the like, or a certificate that cannot be used.
   * app-unknown: AADSTS700016. tenant-unknown: AADSTS90002. consent: AADSTS65001. policy: AADSTS53003 (Conditional Access). app-disabled: AADSTS7000112.
   * wrong-cloud: AADSTS500011, AADSTS900382. token: a token (pasted or fetched) that the service refuses.
   */
  what:
    | 'secret-expired'
    | 'secret-wrong'
    | 'certificate'
    | 'app-unknown'
    | 'tenant-unknown'
    | 'consent'
    | 'policy'
    | 'app-disabled'
    | 'wrong-cloud'
    | 'token'
    | 'other';
  /** Entra's own code such as "AADSTS7000222", where there is one. */
  code: string | null;
}

/** What a mailbox does not let the bot do, which is a matter for whoever runs it. */
export interface MailboxRefusal {
  /** forbidden: 403 (permission, consent, access policy). full: nothing more fits in. */
  why: 'forbidden' | 'full';
  what: 'read' | 'write';
  /** The service's own code such as "ErrorAccessDenied"; null where it named none. */
  code: string | null;
}

/**
 * Writes reminders into mailboxes and reads what bears on them. Every method throws DeliveryError; its code is `gone` when there is no such mailbox
 * (any more), `throttled` with `retryAfter` when the service asks to wait.
 */
export interface Calendar {
  readonly kind: 'graph';
  /**
   * Makes the mailbox hold `reminder.event` in one event of the reminder's: creates, updates or leaves alone. Copies that people made are theirs; of several
   * that our own tries made before one was confirmed, the oldest stays. Calls `keep` with the exact creating body *before* it is sent, and replays that body byte for
   * byte if it is already set on the reminder. An event that a person moved or deleted is left as it is and told, unless it stands where it is wanted.
   */
  write(reminder: Reminder, keep: (createBody: string) => Promise<void>): Promise<WriteOutcome>;
  /** Deletes the reminder's event, and what tries of ours made beside it; copies that people made stay. Already gone is success. */
  remove(reminder: Reminder): Promise<void>;
  /** Every event of this installation in the mailbox's default calendar, copies included. */
  list(mailbox: string): Promise<CalendarEntry[]>;
  /**
   * Looks for events of these reminders that the default calendar did not list: those that are in another calendar of the mailbox (or were not listed by mistake),
   * and the reminders whose event is in none, be it in the trash. A reminder of which neither is told is not known of now.
   */
  locate(mailbox: string, reminders: Reminder[]): Promise<{ entries: CalendarEntry[]; missing: Reminder[] }>;
  /** Deletes one event by its id. Already gone is success. */
  removeEvent(mailbox: string, eventId: string): Promise<void>;
  /** Zone and working hours of the mailbox; null when the service does not let us see them. */
  workingTime(mailbox: string): Promise<WorkingTime | null>;
  /**
   * Whether a mailbox belongs to a person or is shared by several (shared, room, equipment); `unsaid` when the service lets us see its settings and they
   * tell no purpose; null when it does not let us see them.
   */
  purpose(mailbox: string): Promise<'person' | 'shared' | 'unsaid' | null>;
  /** Whether the calendar of the mailbox can be opened with the token that serves it; false when it is forbidden or hidden. */
  opens(mailbox: string): Promise<boolean>;
  /** When the mailbox is not free (tentative, busy, away, elsewhere) between two instants at most 62 days apart, in whole half-hours, in order. */
  busy(mailbox: string, from: Instant, to: Instant): Promise<{ start: Instant; end: Instant }[]>;
  /** Who has the mailbox; null when the directory does not let us see. Throws `gone` when there is no such person. */
  person(mailbox: string): Promise<DirectoryPerson | null>;
  /** Who has an address, by whichever of their names it is; null when that is nobody, several, or not to be seen. */
  lookUp(address: string): Promise<DirectoryNames | null>;
  /** The bot's own credentials at the service that can be the ones in use; null when the directory does not let us see. */
  credentials(): Promise<AppCredential[] | null>;
}

/** Public holidays of a region ("DE", "DE-BY", "CH-ZH") in a calendar year, by local date (YYYY-MM-DD), with names in the language. Pure. */
export type Holidays = (region: string, year: number, language: Language) => { date: string; name: string }[];
