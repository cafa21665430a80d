import type { LeftOut } from '../sound.ts';
import type { Instant } from '../time.ts';
import type { WorkingTime, Reminder, WrittenEvent, CalendarEntry, Place } from '../model/reminder.ts';
import type { ReadDirectory } from './directory.ts';
import type { DirectoryPerson, DirectoryNames } from '../model/people.ts';

/** How a write came out. */
export type WriteOutcome =
  | { kind: 'written'; written: WrittenEvent }
  /** A person moved it since we wrote last. Nothing was changed. */
  | { kind: 'moved'; to: Place }
  /** It had been written and is there no more: a person deleted it. Nothing was changed. */
  | { kind: 'deleted' };

/** A secret, certificate or token with which the bot shows who it is. */
export interface AppCredential {
  /** Its id in the directory. */
  id: string;
  kind: 'secret' | 'certificate' | 'token';
  /** Display name, untrusted text; may be empty. */
  name: string;
  /** Which variable of the bot holds it, e.g. "AZURE_CLIENT_SECRET". */
  variable: string;
  notBefore: Instant;
  notAfter: Instant;
}

/**
 * Why the service does not take the bot for who it says it is. The codes are Microsoft Entra's (AADSTS…, "Microsoft
 * Entra authentication and authorization error codes").
 */
export interface AuthenticationProblem {
  /**
   * secret-expired: AADSTS7000222. secret-wrong: AADSTS7000215. certificate: AADSTS700027 and the like, or a
   * certificate that cannot be used. app-unknown: AADSTS700016. tenant-unknown: AADSTS90002. consent: AADSTS65001.
   * policy: AADSTS53003 (Conditional Access). app-disabled: AADSTS7000112. wrong-cloud: AADSTS500011, AADSTS900382.
   * token: a token (pasted or fetched) that the service refuses.
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
 * Writes reminders into mailboxes and reads what bears on them. Every method throws DeliveryError; its code is `gone`
 * when there is no such mailbox (any more), `throttled` with `retryAfter` when the service asks to wait.
 */
export interface Calendar {
  readonly kind: 'graph';
  /**
   * Makes the mailbox hold `reminder.event` in one event of the reminder's: creates, updates or leaves alone. Copies
   * that people made are theirs; of several that our own tries made before one was confirmed, the oldest stays. Calls
   * `keep` with the exact creating body *before* it is sent, and replays that body byte for byte if it is already set
   * on the reminder. An event that a person moved or deleted is left as it is and told, unless it stands where it is
   * wanted.
   */
  write(reminder: Reminder, keep: (createBody: string) => Promise<void>): Promise<WriteOutcome>;
  /**
   * Deletes the reminder's event, and what tries of ours made beside it; copies that people made stay. Already gone is
   * success.
   */
  remove(reminder: Reminder): Promise<void>;
  /** Every event of this installation in the mailbox's default calendar, copies included. */
  list(mailbox: string): Promise<CalendarEntry[]>;
  /**
   * Looks for events of these reminders that the default calendar did not list: those that are in another calendar of
   * the mailbox (or were not listed by mistake), and the reminders whose event is in none, be it in the trash. A
   * reminder of which neither is told is not known of now.
   */
  locate(mailbox: string, reminders: Reminder[]): Promise<{ entries: CalendarEntry[]; missing: Reminder[] }>;
  /** Deletes one event by its id. Already gone is success. */
  removeEvent(mailbox: string, eventId: string): Promise<void>;
  /** Zone and working hours of the mailbox; null when the service does not let us see them. */
  workingTime(mailbox: string): Promise<WorkingTime | null>;
  /**
   * Whether a mailbox belongs to a person or is shared by several (shared, room, equipment); null when the service does
   * not tell: it may be anybody's then.
   */
  purpose(mailbox: string): Promise<'person' | 'shared' | null>;
  /**
   * Whether the calendar of the mailbox can be opened with the token that serves it; false when it is forbidden or
   * hidden.
   */
  opens(mailbox: string): Promise<boolean>;
  /**
   * When the mailbox is not free (tentative, busy, away, elsewhere) between two instants at most 62 days apart, in
   * whole half-hours, in order.
   */
  busy(mailbox: string, from: Instant, to: Instant): Promise<{ start: Instant; end: Instant }[]>;
  /** Who has the mailbox; null when the directory does not let us see. Throws `gone` when there is no such person. */
  person(mailbox: string): Promise<DirectoryPerson | null>;
  /** Who has an address, by whichever of their names it is; null when that is nobody, several, or not to be seen. */
  lookUp(address: string): Promise<DirectoryNames | null>;
  /**
   * The directory ids, in lower case, of who owns a team; null when the service does not let us see (there is no such
   * team in its tenant, or TeamMember.Read.Group was not granted in it).
   */
  ownersOf(teamId: string): Promise<string[] | null>;
  /**
   * The bot's own credentials at the service that can be the ones in use; null when the directory does not let us see.
   */
  credentials(): Promise<AppCredential[] | null>;
  /** Reads from the directory with the bot's own permission. */
  readonly directory: ReadDirectory;
}

/** What a calendar program gets that has subscribed to a conversation's reminders. */
export interface Feed {
  /** What the calendar is called. May be untrusted text. */
  name: string;
  reminders: Reminder[];
  /** Hears of an event that could not be written, and is left out for that. */
  leftOut: LeftOut<Reminder>;
}

/** Writes reminders as text that calendar programs read. */
export interface EventWriter {
  /** A feed of the wanted reminders, and its strong entity tag, with quotes (RFC 9110, 8.8.3). */
  feed(feed: Feed): { body: string; etag: string };
  /** One event as a file. */
  event(reminder: Reminder): string;
}
