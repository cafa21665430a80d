import type { Instant } from '../../core/time.ts';
import type { Calendar } from '../../core/ports/calendar.ts';
import { createGraphClient, type GraphClientOptions, type MailboxCall } from './client.ts';
import { createDirectory, type GraphApp } from './directory.ts';
import { meansNoMailbox } from './failures.ts';
import { createListing } from './listing.ts';
import { busyIn, opens, purposeOf, workingTimeOf } from './mailbox.ts';
import { createNames } from './names.ts';
import { withPageSizes } from './page-size.ts';
import { withRefusals, type MailboxListener } from './refusals.ts';
import { ownersOf } from './teams.ts';
import { createWriting } from './writing.ts';

const DEFAULT_TIMEOUT = 15_000;

export interface GraphCalendarOptions extends Omit<GraphClientOptions, 'timeout' | 'now' | 'random'> {
  /** Id of this bot's database: two bots that keep events in one mailbox do not touch each other's. */
  installation: string;
  /** Hears which mailboxes let the bot in, and which do not. */
  mailboxes?: MailboxListener;
  /** The apps that the bot is, whose credentials it watches. */
  apps: GraphApp[];
  /** Milliseconds, for the token and for each call; default 15 s. */
  timeout?: number;
  now?: () => Instant;
  /** From 0 to 1. */
  random?: () => number;
}

/** The same calls; of each is noted whether the mailbox was found to be `missing`, in lower case. */
function notingMissing(call: MailboxCall, missing: Set<string>): MailboxCall {
  return async (request) => {
    const answer = await call(request);
    const key = request.mailbox.toLowerCase();
    if (meansNoMailbox(answer)) missing.add(key);
    else if (answer.status < 300) missing.delete(key);
    return answer;
  };
}

/**
 * Outlook calendars through Microsoft Graph. Nothing is loaded or sent before the first use. Throws Error when
 * `baseUrl` is no https URL; the calendar's methods throw DeliveryError, and what `keep` threw. While Entra refuses the
 * bot itself they throw AuthenticationRefused at once, except for mailboxes whose person is signed in; while a mailbox
 * rests, `throttled`.
 */
export function createGraphCalendar(options: GraphCalendarOptions): Calendar {
  const { installation, apps, log, timeout = DEFAULT_TIMEOUT, now = () => Date.now(), random = Math.random } = options;
  const client = createGraphClient({ ...options, timeout, now, random });
  const names = createNames({ call: withPageSizes(client.call, now), now });
  /** Mailboxes found not to be there: then the directory is asked for the manager as well. */
  const missing = new Set<string>();
  const call = notingMissing(options.mailboxes ? withRefusals(names.call, options.mailboxes) : names.call, missing);
  const directory = createDirectory({ call: names.call, apps });
  const listing = createListing({ call, installation, log, now });
  const { write, remove, removeEvent } = createWriting({ call, installation, listing });
  return {
    kind: 'graph',
    write,
    remove,
    removeEvent,
    list: listing.list,
    locate: listing.locate,
    workingTime: (mailbox) => workingTimeOf(call, mailbox),
    purpose: (mailbox) => purposeOf(call, mailbox),
    opens: (mailbox) => opens(call, mailbox),
    busy: (mailbox, from, to) => busyIn(call, mailbox, from, to),
    person: (mailbox) => directory.person(mailbox, missing.has(mailbox.toLowerCase())),
    lookUp: names.lookUp,
    ownersOf: (teamId) => ownersOf(client.call, teamId),
    credentials: directory.credentials,
    directory: (path) => client.call({ method: 'GET', mailbox: null, path }),
  };
}
