import { DeliveryError } from '../../core/errors.ts';
import type { CalendarEntry, Reminder } from '../../core/model/reminder.ts';
import type { Instant } from '../../core/time.ts';
import type { GraphClientOptions, MailboxCall } from './client.ts';
import { copiesPath, eventReadPath, listPath, type GraphEntry } from './event.ts';
import { answerFailure, meansGone } from './failures.ts';
import { entryOf, wasNeverSent } from './reconcile.ts';
import { createWhereabouts, type Elsewhere } from './whereabouts.ts';

/** A list that is longer does not end; the smallest page of ten makes this 20,000 events. */
const MAX_PAGES = 2_000;
/** An event that is older than this is in the lists of its calendar, milliseconds. */
const LISTED_AFTER = 600_000;

interface ListingOptions {
  call: MailboxCall;
  /** See `GraphCalendarOptions`. */
  installation: string;
  log: Pick<GraphClientOptions['log'], 'warn'>;
  now: () => Instant;
}

/** What events are looked for with. */
interface Desk extends ListingOptions {
  whereabouts: ReturnType<typeof createWhereabouts>;
}

function unreadable(): DeliveryError {
  return new DeliveryError('unavailable', 'Microsoft Graph answered with an event that cannot be read');
}

async function listAt(
  call: MailboxCall,
  mailbox: string,
  firstPath: string,
  reminderId: string | null,
): Promise<GraphEntry[]> {
  const entries = new Map<string, GraphEntry>();
  let path = firstPath;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const answer = await call({ method: 'GET', mailbox, path });
    if (answer.status !== 200) throw answerFailure(answer, 'GET');
    const { value, '@odata.nextLink': nextLink } = (answer.body ?? {}) as {
      value?: unknown;
      '@odata.nextLink'?: unknown;
    };
    if (!Array.isArray(value)) {
      throw new DeliveryError('unavailable', 'Microsoft Graph answered with no list of events');
    }
    for (const event of value as unknown[]) {
      const entry = entryOf(event, reminderId);
      if (entry) entries.set(entry.eventId, entry);
      else if (reminderId !== null) throw unreadable();
    }
    if (typeof nextLink !== 'string') return [...entries.values()];
    if (nextLink === path) break;
    path = nextLink;
  }
  throw new DeliveryError('unavailable', 'Microsoft Graph answered with a list of events that does not end');
}

/** The events under the tag of a reminder that the calendar lists. */
function copiesOf(call: MailboxCall, { id, mailbox }: Reminder): Promise<GraphEntry[]> {
  return listAt(call, mailbox, copiesPath(id), id);
}

/**
 * An event by its id, with the folder that it is in, if the service tells that; wherever in the mailbox it is, also
 * deleted. Null: there is none.
 */
async function read(
  call: MailboxCall,
  { mailbox, id }: Reminder,
  eventId: string,
): Promise<{ entry: GraphEntry; folder: string | null } | null> {
  const answer = await call({ method: 'GET', mailbox, path: eventReadPath(eventId) });
  if (meansGone(answer)) return null;
  if (answer.status !== 200) throw answerFailure(answer, 'GET');
  const entry = entryOf(answer.body, id);
  if (!entry) throw unreadable();
  const { parentFolderId } = answer.body as { parentFolderId?: unknown };
  return { entry, folder: typeof parentFolderId === 'string' ? parentFolderId : null };
}

/**
 * All events of the reminder that are in a calendar. One that a person moved to another calendar of the mailbox is not
 * in the list but still found by its id, as is one in the trash. Before the first POST there can be none, so nothing is
 * asked.
 */
async function find({ call, whereabouts }: Desk, reminder: Reminder): Promise<GraphEntry[]> {
  const { id, eventId, mailbox } = reminder;
  if (wasNeverSent(reminder)) return [];
  const copies = await copiesOf(call, reminder);
  if (eventId === null || copies.some((copy) => copy.eventId === eventId)) return copies;
  const known = await read(call, reminder, eventId);
  if (!known) return copies;
  const others = await whereabouts.elsewhere(mailbox, copiesPath(id), id);
  const kept = await whereabouts.isKept(mailbox, { id: eventId, folder: known.folder }, others);
  return kept ? [...copies, known.entry] : copies;
}

/** Where the event of one reminder is that was listed nowhere: in a calendar all the same, or null. */
async function look(
  { call, whereabouts }: Desk,
  reminder: Reminder,
  eventId: string,
  others: Elsewhere,
): Promise<GraphEntry | null> {
  const known = await read(call, reminder, eventId);
  const listed = (await copiesOf(call, reminder)).find((entry) => entry.eventId === eventId);
  if (!known || listed) return listed ?? null;
  return (await whereabouts.isKept(reminder.mailbox, { id: eventId, folder: known.folder }, others))
    ? known.entry
    : null;
}

async function locate(
  desk: Desk,
  mailbox: string,
  reminders: Reminder[],
): Promise<{ entries: CalendarEntry[]; missing: Reminder[] }> {
  const others = await desk.whereabouts.elsewhere(mailbox, listPath(desk.installation), null);
  const entries = new Map<string, CalendarEntry>(others.entries.map((entry) => [entry.eventId, entry]));
  const missing: Reminder[] = [];
  for (const reminder of reminders) {
    const { eventId } = reminder;
    if (eventId === null || entries.has(eventId)) continue;
    try {
      const entry = await look(desk, reminder, eventId, others);
      if (entry) entries.set(eventId, entry);
      else missing.push(reminder);
    } catch (error) {
      // What is refused for one event (as an id of another mailbox) says nothing of it, nor of the others.
      if (!(error instanceof DeliveryError) || error.code !== 'refused' || error.status === 401) throw error;
      desk.log.warn({ reminder: reminder.id, reason: error.message }, 'an event could not be looked for');
    }
  }
  return { entries: [...entries.values()], missing };
}

/**
 * The event that an earlier POST made, unless it was deleted since. One that was made just now need not be listed
 * anywhere yet.
 */
async function madeBefore(desk: Desk, reminder: Reminder, eventId: string): Promise<GraphEntry | null> {
  const { mailbox, id } = reminder;
  const known = await read(desk.call, reminder, eventId);
  if (!known || desk.now() - known.entry.createdAt < LISTED_AFTER) return known?.entry ?? null;
  return look(desk, reminder, eventId, await desk.whereabouts.elsewhere(mailbox, copiesPath(id), id));
}

/** Reads our events: from the lists of calendars, by their ids, and wherever else they are. Throws DeliveryError. */
export function createListing(options: ListingOptions) {
  const { call, installation } = options;
  const whereabouts = createWhereabouts({ call, list: (...asked) => listAt(call, ...asked) });
  const desk: Desk = { ...options, whereabouts };
  return {
    /** All events of this installation that the mailbox's calendar lists. */
    list: (mailbox: string) => listAt(call, mailbox, listPath(installation), null),
    copies: (reminder: Reminder) => copiesOf(call, reminder),
    /** Null: there is none by that id. */
    async readCopy(reminder: Reminder, eventId: string): Promise<GraphEntry | null> {
      return (await read(call, reminder, eventId))?.entry ?? null;
    },
    find: (reminder: Reminder) => find(desk, reminder),
    /** See `Calendar.locate`. */
    locate: (mailbox: string, reminders: Reminder[]) => locate(desk, mailbox, reminders),
    madeBefore: (reminder: Reminder, eventId: string) => madeBefore(desk, reminder, eventId),
  };
}

export type Listing = ReturnType<typeof createListing>;
