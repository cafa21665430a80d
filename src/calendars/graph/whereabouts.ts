import type { CalendarEntry } from '../../core/model/reminder.ts';
import { DeliveryError } from '../../core/errors.ts';
import { inCalendar, type GraphEntry } from './event.ts';
import { answerFailure, type GraphAnswer } from './failures.ts';

/** A mailbox with more calendars than this does not exist. */
const MAX_PAGES = 20;
/** Folders of what was deleted, by Graph's well-known names ("mailFolder resource type"). */
const TRASH = ['deleteditems', 'recoverableitemsdeletions'];

/** What the other calendars of a mailbox hold. */
export interface Elsewhere {
  entries: GraphEntry[];
  /** Ids of all calendars; empty where the service does not let us see them. */
  calendars: ReadonlySet<string>;
  /** Every calendar was looked into: what is not found is in none. */
  isComplete: boolean;
}

const UNSEEN: Elsewhere = { entries: [], calendars: new Set(), isComplete: false };

function isRefusal(error: unknown): boolean {
  return error instanceof DeliveryError && (error.code === 'refused' || error.status === 404);
}

/**
 * Where in a mailbox events are that its default calendar does not list. An immutable id answers wherever the item is,
 * in Deleted Items and Recoverable Items too (Graph: "Obtain immutable identifiers for Outlook resources"), and an
 * event does not say in which folder that is: what is in none of the mailbox's calendars was deleted.
 */
export function createWhereabouts(options: {
  call: (request: { method: 'GET'; mailbox: string; path: string }) => Promise<GraphAnswer>;
  list: (mailbox: string, path: string, reminderId: string | null) => Promise<GraphEntry[]>;
}) {
  const { call, list } = options;

  async function calendarsOf(mailbox: string): Promise<{ id: string; isDefault: boolean }[] | null> {
    const found: { id: string; isDefault: boolean }[] = [];
    let path = '/calendars?$select=id,isDefaultCalendar&$top=100';
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const answer = await call({ method: 'GET', mailbox, path });
      if (answer.status >= 400 && answer.status < 500 && answer.status !== 429) return null;
      if (answer.status !== 200) throw answerFailure(answer, 'GET');
      const { value, '@odata.nextLink': next } = (answer.body ?? {}) as Record<string, unknown>;
      if (!Array.isArray(value)) return null;
      for (const calendar of value as unknown[]) {
        const { id, isDefaultCalendar } = (calendar ?? {}) as Record<string, unknown>;
        if (typeof id !== 'string' || id === '') return null;
        found.push({ id, isDefault: isDefaultCalendar === true });
      }
      if (typeof next !== 'string') return found;
      path = next;
    }
    return null;
  }

  /** Looks into every calendar but the default one, by the path and query of a list of events. */
  async function elsewhere(mailbox: string, path: string, reminderId: string | null): Promise<Elsewhere> {
    const calendars = await calendarsOf(mailbox);
    if (calendars === null) return UNSEEN;
    const entries: GraphEntry[] = [];
    let isComplete = true;
    for (const { id, isDefault } of calendars) {
      if (isDefault) continue;
      try {
        entries.push(...(await list(mailbox, inCalendar(id, path), reminderId)));
      } catch (error) {
        // Such as one of somebody else's that is shown here, or that was deleted in between.
        if (!isRefusal(error)) throw error;
        isComplete = false;
      }
    }
    return { entries, calendars: new Set(calendars.map(({ id }) => id)), isComplete };
  }

  /**
   * Whether an event that answers by its id, and is not listed in the default calendar, is in any calendar. Where
   * nobody can tell, it is.
   */
  async function isKept(
    mailbox: string,
    event: { id: CalendarEntry['eventId']; folder: string | null },
    { entries, calendars, isComplete }: Elsewhere,
  ): Promise<boolean> {
    if (entries.some(({ eventId }) => eventId === event.id)) return true;
    if (event.folder !== null && calendars.has(event.folder)) return true;
    if (isComplete) return false;
    if (event.folder === null) return true;
    for (const name of TRASH) {
      if (event.folder.toLowerCase() === name) return false;
      const answer = await call({ method: 'GET', mailbox, path: `/mailFolders/${name}?$select=id` });
      const { id } = (answer.status === 200 ? (answer.body ?? {}) : {}) as { id?: unknown };
      if (id === event.folder) return false;
    }
    return true;
  }

  return { elsewhere, isKept };
}
