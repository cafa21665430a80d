import { hasPassed, SECOND } from '../../core/time.ts';
import { compareCalendar, unlisted } from '../../core/reminders/compare.ts';
import { DeliveryError } from '../../core/errors.ts';
import type { CalendarEntry, Reminder } from '../../core/model/reminder.ts';
import type { FlowContext } from '../context.ts';
import { copyKey, type Edits } from './edits.ts';

/** An event that is in no calendar is taken for deleted when it is in none after this time as well. */
export const SURE_AFTER = 15 * SECOND;

/** Whether the people of mailboxes are still there. */
export interface MailboxOwners {
  /** Asks the directory, as far as it lets us, whether the mailbox's person is still there. Throws DeliveryError. */
  check(mailbox: string): Promise<void>;
  /** There is no such mailbox (any more). */
  missing(mailbox: string): Promise<void>;
  /**
   * Notes that a mailbox that was missing is there, and does nothing about others: what was to go because it was
   * missing may stay. Throws DeliveryError while it is missing, or cannot be asked.
   */
  back(mailbox: string): Promise<void>;
}

/** Compares what is in mailboxes with what should be. */
export interface MailboxAuditor {
  /**
   * What people moved or deleted is respected or asked about, the rest is repaired. Resolves to whether everything is
   * known: false when there is something to be confirmed soon. Throws DeliveryError.
   */
  audit(mailbox: string): Promise<boolean>;
  /** Nothing is known any more of what was missed in this mailbox. */
  forget(mailbox: string): void;
}

interface Auditor {
  context: FlowContext;
  edits: Edits;
  owners: MailboxOwners;
  /** When events that are in no calendar were first missed, by mailbox and reminder. */
  missed: Map<string, Map<string, number>>;
}

type Found = ReturnType<typeof compareCalendar>;

/** What is refused for one event (as an id of another mailbox) says nothing of the others: they go on. */
async function withoutOthers({ log }: FlowContext, eventId: string | null, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof DeliveryError) || error.code !== 'refused' || error.status === 401) throw error;
    log.warn({ err: error, event: eventId }, 'one event of a mailbox could not be looked at');
  }
}

/**
 * Those that were in no calendar at an earlier audit already: a service that answers with an empty list once, or a
 * person who takes a deletion back at once, is not asked about. What is over needs no question, and no certainty.
 */
function confirmed({ missed, context: { now } }: Auditor, mailbox: string, missing: Reminder[]): Reminder[] {
  const before = missed.get(mailbox);
  missed.set(mailbox, new Map(missing.map(({ id }) => [id, before?.get(id) ?? now()])));
  return missing.filter(({ id, event }) => {
    const since = before?.get(id);
    if (event.end <= now()) return true;
    return since !== undefined && hasPassed(since, SURE_AFTER, now());
  });
}

/** Which of these events are copies that people made, as was told when they were found. */
async function copiesAmong({ store }: FlowContext, rows: Reminder[], entries: CalendarEntry[]): Promise<Set<string>> {
  const own = new Set(rows.map(({ eventId }) => eventId));
  const found = new Set<string>();
  for (const { eventId } of entries)
    if (!own.has(eventId) && (await store.getValue(copyKey(eventId))) !== null) found.add(eventId);
  return found;
}

/** What was found, dealt with as far as it is a matter of people: what they moved, deleted, brought back or copied. */
async function respect(auditor: Auditor, mailbox: string, found: Found): Promise<{ deleted: Reminder[] }> {
  const { edits } = auditor;
  for (const { reminder, to } of found.moved) await edits.respectMove(reminder, to);
  if (found.back.length > 0) await edits.takeBack(mailbox, found.back);
  const deleted = confirmed(auditor, mailbox, found.missing);
  if (deleted.length > 0) await edits.askAboutDeleted(mailbox, deleted);
  if (found.copies.length > 0) await edits.tellCopies(mailbox, found.copies);
  return { deleted };
}

/** Events of ours that no reminder has are taken away. */
async function clear(context: FlowContext, mailbox: string, rows: Reminder[], { surplus }: Found): Promise<void> {
  const { store, calendar } = context;
  const known = new Set(rows.map(({ id }) => id));
  for (const { eventId, reminderId } of surplus) {
    // The same mailbox may be known by another name as well (address, directory id).
    if (!known.has(reminderId) && (await store.getReminder(reminderId))) continue;
    await withoutOthers(context, eventId, () => calendar!.removeEvent(mailbox, eventId));
  }
}

/** Returns whether everything is known: false when there is something to be confirmed soon. */
async function audit(auditor: Auditor, mailbox: string): Promise<boolean> {
  const { context, owners } = auditor;
  const { store, calendar, log, now } = context;
  await owners.back(mailbox);
  const listed = await calendar!.list(mailbox);
  const rows = await store.listReminders('graph', mailbox);
  const suspects = unlisted(rows, listed);
  const located = suspects.length > 0 ? await calendar!.locate(mailbox, suspects) : { entries: [], missing: [] };
  const entries = [...listed, ...located.entries];
  const copies = await copiesAmong(context, rows, entries);
  const found = compareCalendar(rows, entries, { ...located, copies });
  const { moved, missing, repair, adopted, surplus } = found;
  for (const { reminder, entry } of adopted) {
    const { eventId, etag, start, written } = entry;
    const hash = written?.hash ?? reminder.writtenHash ?? '';
    await store.setReminderWritten(reminder, { eventId, etag, start, hash });
  }
  const { deleted } = await respect(auditor, mailbox, found);
  await store.requeueReminders(
    [...repair, ...adopted.map(({ reminder }) => reminder)].map(({ id }) => id),
    now(),
  );
  await clear(context, mailbox, rows, found);
  const numbers = {
    events: entries.length,
    moved: moved.length,
    missing: missing.length,
    back: found.back.length,
    adopted: adopted.length,
    copies: copies.size + found.copies.length,
    repaired: repair.length,
    surplus: surplus.length,
  };
  log.info(numbers, 'looked at a mailbox');
  return missing.length === deleted.length;
}

export function createMailboxAuditor(
  context: FlowContext,
  { edits, owners }: { edits: Edits; owners: MailboxOwners },
): MailboxAuditor {
  const auditor: Auditor = { context, edits, owners, missed: new Map() };
  return {
    audit: (mailbox) => audit(auditor, mailbox),
    forget: (mailbox) => void auditor.missed.delete(mailbox),
  };
}
