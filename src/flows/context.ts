import type { PortRange } from '../core/targets/port-ranges.ts';
import type { AlertRules } from '../core/alerts/rules.ts';
import type { AppCredential, Calendar } from '../core/ports/calendar.ts';
import type { ConversationTrust } from '../core/model/anchors.ts';
import type { Freeze, Holidays } from '../core/model/reminder.ts';
import type { Log, Meter } from '../core/ports/log.ts';
import type { Messenger, SignIn } from '../core/ports/channel.ts';
import type { Source } from '../core/ports/source.ts';
import type { Store } from '../core/ports/store.ts';

/**
 * What every flow receives: the ports, the settings that concern them, and the world (clock, chance, ids) as arguments.
 */
export interface FlowContext {
  store: Store;
  sources: Source[];
  anchors: ConversationTrust;
  /** Messengers by channel. */
  messengers: Map<string, Messenger>;
  /** The calendar that is written to; null when reminders are served as feeds or not at all. */
  calendar: Calendar | null;
  /** Ways to sign in to one's own calendar, by channel. */
  signIns: Map<string, SignIn>;
  holidays: Holidays;
  settings: {
    calendar: 'graph' | 'ics' | 'none';
    /** One mailbox for everybody, instead of the owners' own. */
    calendarMailbox: string | null;
    /** Whether people of this organisation (Actor.tenantId of that channel) may have events in the mailboxes we can write to; others get the feed.
     * Undefined while it is not known: then nothing of theirs is planned anew. */
    mailboxesOpenTo: (channel: string, tenantId: string | null) => boolean | undefined;
    /** Whether this organisation (a tenant, or workspace of that channel) is the one of whoever runs the bot. */
    isHome: (channel: string, tenantId: string | null) => boolean;
    /** The bot has a permission of its own for mailboxes, not only those of people who signed in. */
    ownAccess: boolean;
    /** IANA zone for people whose own is not known. */
    defaultTimeZone: string;
    /** Region whose public holidays count where a conversation names none; null = none. */
    holidays: string | null;
    /** Change freezes where a conversation has none of its own. */
    freezes: Freeze[];
    /** What this program is called by its releases. */
    version: string;
    /** What this process is called among those that share a database. */
    replica: string;
    /**
     * Where the operators are told what concerns them, by configuration; null = what `settings operators here` said.
     */
    operatorConversation: string | null;
    /** Base of links in messages, without trailing slash; null = it is not known, and there are none. */
    publicUrl: string | null;
    /** The database as it is watched, where the bot reaches it over TLS, such as "postgres://db.example.com:5432"; null elsewhere. */
    ownDatabase: string | null;
    /** Outlook on the web in the cloud where people have their mailboxes, without trailing slash. */
    outlookUrl: string;
    /** Milliseconds between two looks at a target. */
    probeInterval: number;
    /** How long the addresses of a target may present different certificates before it is told, in milliseconds. */
    grace: number;
    /** How long alerts wait, and for what. */
    alerts: AlertRules;
    /** Looks a minute that the people of one conversation may cause. */
    probeBudget: number;
    /** Messages and presses a minute that are answered. */
    messageRate: { person: number; conversation: number };
    /** Ports that may be connected to; null = any. */
    probePorts: PortRange[] | null;
    /** The most watches of one conversation. */
    maxWatches: number;
    /** Milliseconds a claim lasts. */
    lease: number;
    /** Looks under way at once. */
    looksAtOnce: number;
  };
  /**
   * The tokens in the address of a feed, by what the store knows of it: one for each key, that for new addresses first.
   */
  feedTokens: (seed: string) => string[];
  /** What the bot shows who it is with, as far as that tells when it ends: certificates in files, tokens. */
  ownCredentials: () => Promise<AppCredential[]>;
  log: Log;
  meter: Meter;
  now: () => number;
  /** In [0, 1). */
  random: () => number;
  /** A fresh random UUID. */
  uuid: () => string;
  /** How long the processor has worked for this process, milliseconds. */
  spent: () => number;
}
