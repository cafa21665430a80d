import { DeliveryError } from '../../core/errors.ts';
import type { Place, Reminder } from '../../core/model/reminder.ts';
import type { Calendar } from '../../core/ports/calendar.ts';
import { DAY, isInCalendars } from '../../core/time.ts';
import type { FlowContext } from '../context.ts';

/** How long events are remembered whose mailbox is not there any more. */
const MAILBOX_TIMEOUT = 30 * DAY;

/** What others are told of mailboxes and of what stands in them. */
export interface CalendarEvents {
  /** A person moved an event: it stands there now. */
  moved(reminder: Reminder, to: Place): Promise<void>;
  /** A person deleted an event of this mailbox. */
  deleted(mailbox: string): void;
  /** Something is to be written into a mailbox: resolves once it is planned by its hours. Throws DeliveryError. */
  hours(mailbox: string): Promise<void>;
  /** The service knows no such mailbox (any more). */
  mailboxMissing(mailbox: string): Promise<void>;
  /**
   * Something is to go from a mailbox: if that was missing and is there again, it is noted first. Throws DeliveryError
   * while it is missing.
   */
  mailboxBack(mailbox: string): Promise<void>;
}

/** What reminders are written with. */
interface Desk extends Pick<FlowContext, 'store' | 'now' | 'log'> {
  events: CalendarEvents;
}

async function remove({ store, events, now }: Desk, calendar: Calendar, reminder: Reminder): Promise<void> {
  try {
    await events.mailboxBack(reminder.mailbox);
    // With the mailbox what it was to be reminded of is back: nothing is deleted because of an answer that it was not
    // there.
    if ((await store.getReminder(reminder.id))?.wanted) return;
    await calendar.remove(reminder);
  } catch (error) {
    // With its mailbox the event went as well; one that may come back with the mailbox is waited for.
    const gone = error instanceof DeliveryError && error.code === 'gone';
    const over = reminder.eventId === null || now() - reminder.updatedAt > MAILBOX_TIMEOUT;
    if (!gone || !over) throw error;
  }
  await store.transaction(async (operations) => {
    // Locked: it may be wanted again just now.
    const current = await operations.lockReminder(reminder.id);
    if (current && !current.wanted) await operations.deleteReminders([reminder.id]);
  });
}

async function write(desk: Desk, calendar: Calendar, { id, mailbox }: Reminder): Promise<void> {
  const { store, events, log } = desk;
  try {
    await events.hours(mailbox);
    const reminder = await store.getReminder(id);
    if (!reminder?.wanted || reminder.deleted !== null) return;
    if (!isInCalendars(reminder.event.start) || !isInCalendars(reminder.event.end)) {
      log.error({ reminder: id }, 'an event at no time that calendars have is not written');
      return;
    }
    const outcome = await calendar.write(reminder, async (createBody) => {
      if (await store.keepCreateBody(reminder, createBody)) return;
      throw new DeliveryError('unavailable', 'the reminder got another identity while it was written');
    });
    if (outcome.kind === 'written') await store.setReminderWritten(reminder, outcome.written);
    else if (outcome.kind === 'moved') await events.moved(reminder, outcome.to);
    else events.deleted(reminder.mailbox);
  } catch (error) {
    if (!(error instanceof DeliveryError) || error.code !== 'gone') throw error;
    await events.mailboxMissing(mailbox);
    // Its place is the feed by now; if it is still wanted here, that could not be decided yet.
    if ((await store.getReminder(id))?.wanted) throw error;
  }
}

/**
 * Brings reminders to where they are wanted, by id: their events are written, or removed. Throws DeliveryError where
 * that has to be tried again.
 */
export function createReminderWriter(context: FlowContext, events: CalendarEvents): (id: string) => Promise<void> {
  const { store, calendar, now, log } = context;
  const desk: Desk = { store, now, log, events };

  return async (id) => {
    const reminder = await store.getReminder(id);
    if (!reminder) return;
    if (!calendar) throw new DeliveryError('unavailable', 'no calendar is configured that could write this reminder');
    if (!reminder.wanted) await remove(desk, calendar, reminder);
    else if (reminder.deleted === null) await write(desk, calendar, reminder);
  };
}
