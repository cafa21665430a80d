import { backoff, jittered } from '../../core/backoff.ts';
import { hasPassed, SECOND, DAY } from '../../core/time.ts';
import { compareCalendar, unlisted } from '../../core/reminders/compare.ts';
import { DeliveryError } from '../../core/errors.ts';
import type { CalendarEntry, Reminder } from '../../core/model/reminder.ts';
import type { FlowContext } from '../context.ts';
import type { Deliverer } from '../delivery/deliver.ts';
import { copyKey, type Edits } from './edits.ts';
import type { WorkingHours } from './working-hours.ts';
import { tryWaiting } from './waiting-reminders.ts';

/** Between two audits of a mailbox, however often endpoints are looked at. */
const LEAST = 30 * SECOND;
/** Who has a mailbox and when they work is asked once a day. */
const ASKED_EVERY = 0.9 * DAY;
/** Mailboxes looked at at once. */
const AT_ONCE = 4;
/** First audits after the start come within this time, one after the other by chance. */
const FIRST_WITHIN = 5 * SECOND;
/** After an audit that failed, unless the service asks for longer; doubling up to the longest. */
const AGAIN_AFTER = 60 * SECOND;
const AGAIN_AT_MOST = 3600 * SECOND;
/** An event that is in no calendar is taken for deleted when it is in none after this time as well. */
const SURE_AFTER = 15 * SECOND;
/** What is refused gets mended by somebody, who then waits for it to go on. */
const AGAIN_IF_REFUSED = 600 * SECOND;

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

export interface MailboxAudits {
  /** Begins whatever is due; returns at once. */
  kick(): void;
  /** Audits one mailbox now; audits asked for while one is under way share the next. Never rejects. */
  audit(mailbox: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * At the start, and then as often as endpoints are looked at, at least once a day: what is in a mailbox is compared
 * with what should be. What people moved or deleted is respected or asked about, the rest is repaired.
 */
export function createMailboxAudits(
  context: FlowContext,
  parts: { edits: Edits; owners: MailboxOwners; hours: Pick<WorkingHours, 'ask'>; deliverer: Pick<Deliverer, 'kick'> },
): MailboxAudits {
  const { store, calendar, settings, log, now, random } = context;
  const { edits, owners, hours, deliverer } = parts;
  /** Due `wait` after `at`. `askedAt`: when it was last asked who has the mailbox and when they work. */
  const due = new Map<string, { at: number; wait: number; failures: number; askedAt: number }>();
  const every = Math.min(DAY, Math.max(LEAST, settings.probeInterval));
  const running = new Map<string, Promise<void>>();
  /** Audits that begin when the one under way ends. */
  const next = new Map<string, Promise<void>>();
  /** When events that are in no calendar were first missed, by mailbox and reminder. */
  const missed = new Map<string, Map<string, number>>();
  let listing: Promise<void> | null = null;
  let closed = false;

  /** What is refused for one event (as an id of another mailbox) says nothing of the others: they go on. */
  async function withoutOthers(eventId: string | null, work: () => Promise<void>): Promise<void> {
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
  function confirmed(mailbox: string, missing: Reminder[]): Reminder[] {
    const before = missed.get(mailbox);
    missed.set(mailbox, new Map(missing.map(({ id }) => [id, before?.get(id) ?? now()])));
    return missing.filter(({ id, event }) => {
      const since = before?.get(id);
      if (event.end <= now()) return true;
      return since !== undefined && hasPassed(since, SURE_AFTER, now());
    });
  }

  /** Which of these events are copies that people made, as was told when they were found. */
  async function copiesAmong(rows: Reminder[], entries: CalendarEntry[]): Promise<Set<string>> {
    const own = new Set(rows.map(({ eventId }) => eventId));
    const found = new Set<string>();
    for (const { eventId } of entries)
      if (!own.has(eventId) && (await store.getValue(copyKey(eventId))) !== null) found.add(eventId);
    return found;
  }

  /** Returns whether everything is known: false when there is something to be confirmed soon. */
  async function compare(mailbox: string): Promise<boolean> {
    await owners.back(mailbox);
    const listed = await calendar!.list(mailbox);
    const rows = await store.listReminders('graph', mailbox);
    const suspects = unlisted(rows, listed);
    const located = suspects.length > 0 ? await calendar!.locate(mailbox, suspects) : { entries: [], missing: [] };
    const entries = [...listed, ...located.entries];
    const copies = await copiesAmong(rows, entries);
    const found = compareCalendar(rows, entries, { ...located, copies });
    const { moved, missing, back, repair, adopted, surplus } = found;
    for (const { reminder, entry } of adopted) {
      const { eventId, etag, start, written } = entry;
      const hash = written?.hash ?? reminder.writtenHash ?? '';
      await store.setReminderWritten(reminder, { eventId, etag, start, hash });
    }
    for (const { reminder, to } of moved) await edits.respectMove(reminder, to);
    if (back.length > 0) await edits.takeBack(mailbox, back);
    const deleted = confirmed(mailbox, missing);
    if (deleted.length > 0) await edits.askAboutDeleted(mailbox, deleted);
    if (found.copies.length > 0) await edits.tellCopies(mailbox, found.copies);
    await store.requeueReminders(
      [...repair, ...adopted.map(({ reminder }) => reminder)].map(({ id }) => id),
      now(),
    );
    const known = new Set(rows.map(({ id }) => id));
    for (const { eventId, reminderId } of surplus) {
      // The same mailbox may be known by another name as well (address, directory id).
      if (!known.has(reminderId) && (await store.getReminder(reminderId))) continue;
      await withoutOthers(eventId, () => calendar!.removeEvent(mailbox, eventId));
    }
    const numbers = {
      events: entries.length,
      moved: moved.length,
      missing: missing.length,
      back: back.length,
      adopted: adopted.length,
      copies: copies.size + found.copies.length,
      repaired: repair.length,
      surplus: surplus.length,
    };
    log.info(numbers, 'looked at a mailbox');
    return missing.length === deleted.length;
  }

  async function lookOnce(mailbox: string): Promise<void> {
    const { failures, askedAt: before } = due.get(mailbox) ?? { failures: 0, askedAt: 0 };
    let askedAt = before;
    try {
      if (hasPassed(askedAt, ASKED_EVERY, now())) {
        await owners.check(mailbox);
        await hours.ask(mailbox);
        askedAt = now();
      }
      const isSure = await compare(mailbox);
      // After a start, or after trouble: what waits there need not wait for the end of its pause.
      if (failures > 0 || before === 0) await tryWaiting(context, mailbox);
      const wait = isSure ? jittered(every, random()) : Math.min(SURE_AFTER, every);
      due.set(mailbox, { at: now(), wait, failures: 0, askedAt });
    } catch (error) {
      if (error instanceof DeliveryError && error.code === 'gone') await owners.missing(mailbox);
      const most = error instanceof DeliveryError && error.code === 'refused' ? AGAIN_IF_REFUSED : AGAIN_AT_MOST;
      const asked = error instanceof DeliveryError ? error.retryAfter : undefined;
      const wait = backoff(failures + 1, { first: AGAIN_AFTER, longest: most, asked, random: random() });
      due.set(mailbox, { at: now(), wait, failures: failures + 1, askedAt });
      log.warn({ err: error }, 'a mailbox could not be looked at; it will be tried again');
    } finally {
      deliverer.kick();
    }
  }

  function begun(mailbox: string): Promise<void> {
    const one = lookOnce(mailbox)
      .catch((error: unknown) => log.error({ err: error }, 'an audit of a mailbox failed'))
      .finally(() => running.delete(mailbox));
    running.set(mailbox, one);
    return one;
  }

  function audit(mailbox: string): Promise<void> {
    const under = running.get(mailbox);
    if (!under) return begun(mailbox);
    const waiting =
      next.get(mailbox) ??
      under.then(() => {
        next.delete(mailbox);
        return begun(mailbox);
      });
    next.set(mailbox, waiting);
    return waiting;
  }

  async function begin(): Promise<void> {
    const mailboxes = await store.listReminderMailboxes('graph');
    for (const mailbox of mailboxes)
      if (!due.has(mailbox)) due.set(mailbox, { at: now(), wait: FIRST_WITHIN * random(), failures: 0, askedAt: 0 });
    for (const [mailbox, { at, wait }] of due) {
      if (!mailboxes.includes(mailbox)) {
        due.delete(mailbox);
        missed.delete(mailbox);
      } else if (hasPassed(at, wait, now()) && !running.has(mailbox) && running.size < AT_ONCE && !closed)
        void audit(mailbox).then(() => kick());
    }
  }

  function kick(): void {
    if (!calendar || closed) return;
    listing ??= begin()
      .catch((error: unknown) => log.error({ err: error }, 'the mailboxes to audit could not be listed'))
      .finally(() => {
        listing = null;
      });
  }

  async function close(): Promise<void> {
    closed = true;
    await listing;
    await Promise.all([...running.values(), ...next.values()]);
  }

  return { kick, audit, close };
}
