import { DeliveryError } from '../core/errors.ts';
import type { Instant } from '../core/certificate.ts';
import type { Delivery, Reminder } from '../core/ports.ts';
import { createClaimLoop } from './claims.ts';
import type { FlowContext } from './context.ts';
import { replanMailboxes } from './plan.ts';

const SECOND = 1000;
const HOUR = 3600 * SECOND;
const DAY = 24 * HOUR;
/** Deliveries under way at once. */
const AT_ONCE = 32;
/** A message that could not be delivered for this long is given up; a reminder never is. */
const GIVE_UP_AFTER = 7 * DAY;
/** Working times of a mailbox are read again after this long. */
const WORKING_TIME_AGE = DAY;
/** How long events are remembered whose mailbox is not there any more. */
const MAILBOX_PATIENCE = 30 * DAY;
/** Sends that may have arrived before one stops: the first and one extra copy. */
const MOST_AMBIGUOUS = 2;
/** Late copies that are remembered. */
const MOST_COPIES = 1000;

export interface Deliverer {
  /** Works off everything due; resolves when nothing is left to claim. Never throws. */
  run(): Promise<void>;
  /** Asks for a run soon; calls while one is under way are remembered. */
  kick(): void;
  /** Waits until these deliveries have been tried, at most `timeout` milliseconds. */
  tried(ids: string[], timeout: number): Promise<void>;
  /** Works off what is due right now, then stops. */
  close(): Promise<void>;
}

/** When to try again: exactly when the peer asks to, else within a second at first, then doubling up to an hour, jittered. */
function retryAt(attempts: number, retryAfter: number | undefined, now: number, random: number): number {
  if (retryAfter !== undefined && retryAfter > 0) return Math.ceil(now + retryAfter + 500 * random);
  const doubled = Math.min(HOUR, 500 * 2 ** Math.min(attempts, 20));
  return Math.ceil(now + doubled * (0.8 + 0.2 * random));
}

function asDeliveryError(error: unknown): DeliveryError {
  if (error instanceof DeliveryError) return error;
  return new DeliveryError('unavailable', error instanceof Error ? error.message : String(error), { cause: error });
}

/** What the deliverer tells others of; they are made after it, since they deliver as well. */
export interface DeliveryEvents {
  /** A message has arrived, under the delivery's id. */
  told(id: string): void;
  /** A person moved an event: it stands at this start now. */
  moved(reminder: Reminder, start: Instant): Promise<void>;
  /** A person deleted an event of this mailbox. */
  deleted(mailbox: string): void;
  /** The service knows no such mailbox (any more). */
  mailboxMissing(mailbox: string): Promise<void>;
}

/** Carries messages to conversations and reminders to calendars, with one retry mechanism for both. */
export function createDeliverer(context: FlowContext, events: DeliveryEvents): Deliverer {
  const { store, messengers, calendar, settings, log, meter } = context;
  /** Messages that arrived after their send was given up, by delivery id, and where the other copy is. A restart forgets them: then a copy stays. */
  const copies = new Map<string, { late?: string; sent?: string }>();
  const refreshing = new Map<string, Promise<void>>();

  /** The answer of a send that had been given up: if its other copy is out already, this one is taken back; else it will be the only one. */
  async function cameLate(delivery: Delivery, activityId: string): Promise<void> {
    const known = copies.get(delivery.id) ?? {};
    if (copies.size >= MOST_COPIES) copies.clear();
    copies.set(delivery.id, { ...known, late: activityId });
    const conversation =
      delivery.conversationId === null ? null : await store.findConversation(delivery.conversationId);
    const messenger = conversation ? messengers.get(conversation.channel) : undefined;
    if (!conversation || !messenger || known.sent === undefined || known.sent === activityId) return;
    await messenger.remove(conversation, activityId, { thread: delivery.thread });
    log.info({ delivery: delivery.id }, 'an extra copy of a message was taken back');
  }

  async function sendMessage(delivery: Delivery): Promise<string | null> {
    const conversation =
      delivery.conversationId === null ? null : await store.findConversation(delivery.conversationId);
    const messenger = conversation ? messengers.get(conversation.channel) : undefined;
    if (!conversation || !delivery.card) throw new DeliveryError('gone', 'the conversation is not known any more');
    if (!messenger) throw new DeliveryError('unavailable', `the channel ${conversation.channel} is not configured`);
    const options = { deliveryId: delivery.id, thread: delivery.thread };
    const late = (activityId: string): void =>
      void cameLate(delivery, activityId).catch((error: unknown) => {
        log.warn({ err: error, delivery: delivery.id }, 'an extra copy of a message could not be taken back');
      });
    const posted = delivery.activityId ?? copies.get(delivery.id)?.late ?? null;
    if (posted === null) {
      const { activityId } = await messenger.send(conversation, delivery.card, { ...options, late });
      if (delivery.ambiguous > 0) copies.set(delivery.id, { ...copies.get(delivery.id), sent: activityId });
      return activityId;
    }
    try {
      await messenger.update(conversation, posted, delivery.card, options);
      return posted;
    } catch (error) {
      if (!(error instanceof DeliveryError) || error.status !== 404) throw error;
      // Somebody deleted the message that was to be replaced: what it says still has to be told.
      return (await messenger.send(conversation, delivery.card, options)).activityId;
    }
  }

  /** Refreshes what we know of the mailbox's working time; a change plans its reminders anew. Reminders of one mailbox share the asking. */
  function refreshWorkingTime(mailbox: string): Promise<void> {
    const under = refreshing.get(mailbox);
    if (under) return under;
    const refresh = refreshOnce(mailbox).finally(() => refreshing.delete(mailbox));
    refreshing.set(mailbox, refresh);
    return refresh;
  }

  async function refreshOnce(mailbox: string): Promise<void> {
    const known = await store.getWorkingTime(mailbox);
    const now = context.now();
    if (!calendar || (known && now - known.fetchedAt < WORKING_TIME_AGE)) return;
    const workingTime = await calendar.workingTime(mailbox).catch((error: unknown) => {
      // What is refused is not known; the events need not wait for it.
      if (error instanceof DeliveryError && error.code === 'refused') return null;
      throw error;
    });
    await store.transaction(async (operations) => {
      // Also that it is not to be seen is kept: it is asked for once a day, and not at each write.
      await operations.setWorkingTime(mailbox, workingTime, now);
      await replanMailboxes(context, operations, [{ calendar: 'graph', mailbox }]);
    });
  }

  async function removeReminder(reminder: Reminder): Promise<void> {
    try {
      await calendar!.remove(reminder);
    } catch (error) {
      // With its mailbox the event went as well; one that may come back with the mailbox is waited for.
      const gone = error instanceof DeliveryError && error.code === 'gone';
      const over = reminder.eventId === null || context.now() - reminder.updatedAt > MAILBOX_PATIENCE;
      if (!gone || !over) throw error;
    }
    await store.transaction(async (operations) => {
      const current = await operations.getReminder(reminder.id);
      if (current && !current.wanted) await operations.deleteReminders([reminder.id]);
    });
  }

  async function writeReminder(delivery: Delivery): Promise<void> {
    const stored = await store.getReminder(delivery.id);
    if (!stored) return;
    if (!calendar) throw new DeliveryError('unavailable', 'no calendar is configured that could write this reminder');
    if (!stored.wanted) return removeReminder(stored);
    if (stored.deleted !== null) return;
    try {
      await refreshWorkingTime(stored.mailbox);
      const reminder = await store.getReminder(stored.id);
      if (!reminder?.wanted || reminder.deleted !== null) return;
      const outcome = await calendar.write(reminder, async (createBody) => {
        if (await store.keepCreateBody(reminder, createBody)) return;
        throw new DeliveryError('unavailable', 'the reminder got another identity while it was written');
      });
      if (outcome.kind === 'written') await store.setReminderWritten(reminder, outcome.written);
      else if (outcome.kind === 'moved') await events.moved(reminder, outcome.start);
      else events.deleted(reminder.mailbox);
    } catch (error) {
      if (!(error instanceof DeliveryError) || error.code !== 'gone') throw error;
      await events.mailboxMissing(stored.mailbox);
      // Its place is the feed by now; if it is still wanted here, that could not be decided yet.
      if ((await store.getReminder(stored.id))?.wanted) throw error;
    }
  }

  async function failed(delivery: Delivery, error: DeliveryError): Promise<void> {
    const now = context.now();
    const message = delivery.kind === 'message';
    const ambiguous = message && error.code === 'ambiguous' && delivery.activityId === null;
    const tooOld = message && now - delivery.createdAt > GIVE_UP_AFTER;
    const exhausted = ambiguous && delivery.ambiguous + 1 >= MOST_AMBIGUOUS;
    // 401 is about our own credentials, which get mended; the message is still wanted then.
    const refused = error.permanent && error.status !== 401;
    // A conversation that comes back within a week gets what waited for it; until then none of its messages is claimed.
    const waits = error.code === 'gone' && !tooOld;
    const giveUp = message && !waits && (refused || tooOld || exhausted);
    // A calendar that refuses is a matter for its administrator, and gets mended: keep trying, slowly.
    const least = !message && error.permanent ? Math.max(error.retryAfter ?? 0, 10 * 60 * SECOND) : error.retryAfter;
    const at = giveUp ? null : retryAt(delivery.attempts, least, now, context.random());
    await store.failDelivery(delivery, { error: error.message.slice(0, 500), retryAt: at, ambiguous });
    if (at !== null && at - now < 10 * SECOND) setTimeout(kick, at - now).unref();
    if (message && error.code === 'gone' && delivery.conversationId !== null) {
      await store.setConversationGone(delivery.conversationId, now);
      log.info(
        { conversation: delivery.conversationId, delivery: delivery.id },
        'conversation is gone; its deliveries stop',
      );
    }
    meter.delivered(delivery.kind, giveUp ? 'failed' : 'retry');
    const fields = {
      delivery: delivery.id,
      kind: delivery.kind,
      code: error.code,
      status: error.status,
      attempts: delivery.attempts + 1,
      retryAt: at,
      reason: error.message,
    };
    log.warn(fields, giveUp ? 'delivery given up' : 'delivery failed; it will be tried again');
  }

  async function deliver(delivery: Delivery): Promise<void> {
    try {
      // An earlier send may have arrived twice already; a third copy would only add noise.
      if (delivery.kind === 'message' && delivery.activityId === null && delivery.ambiguous >= MOST_AMBIGUOUS) {
        throw new DeliveryError('refused', 'two sends of this message got no answer; it may have arrived');
      }
      let activityId = delivery.activityId;
      if (delivery.kind === 'message') {
        activityId = await sendMessage(delivery);
        events.told(delivery.id);
      } else await writeReminder(delivery);
      await store.completeDelivery(delivery, { activityId });
      meter.delivered(delivery.kind, 'done');
      log.debug({ delivery: delivery.id, kind: delivery.kind, activity: activityId }, 'delivered');
    } catch (error) {
      await failed(delivery, asDeliveryError(error));
    }
  }

  const {
    run,
    kick,
    close: stop,
  } = createClaimLoop<Delivery>({
    atOnce: AT_ONCE,
    claim: (limit) => store.claimDeliveries(context.now(), limit, context.uuid(), settings.lease),
    work: deliver,
    failed: (error) => log.error({ err: error }, 'deliveries could not be claimed or recorded'),
  });

  async function tried(ids: string[], timeout: number): Promise<void> {
    const until = performance.now() + timeout;
    while (ids.length > 0 && performance.now() < until) {
      const statuses = await store.deliveryStatuses(ids);
      // `attempts` counts the try that is under way as well; only its end tells how it went.
      if (!statuses.some(({ state, lastError }) => state === 'pending' && lastError === null)) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async function close(): Promise<void> {
    await run();
    await stop();
  }

  return { run, kick, tried, close };
}
