import { setTimeout as sleep } from 'node:timers/promises';
import { isOvertaken } from '../core/about.ts';
import { DeliveryError, StoreError } from '../core/errors.ts';
import type { Instant } from '../core/certificate.ts';
import type { Delivery, GivenUp, Reminder } from '../core/ports.ts';
import { createClaimLoop } from './claims.ts';
import type { FlowContext } from './context.ts';
import { replanMailboxes } from './plan.ts';
import { untilStored } from './until-stored.ts';

const SECOND = 1000;
const HOUR = 3600 * SECOND;
const DAY = 24 * HOUR;
/** Deliveries under way at once. */
const AT_ONCE = 32;
/** Working times of a mailbox are read again after this long. */
const WORKING_TIME_AGE = DAY;
/** How long events are remembered whose mailbox is not there any more. */
const MAILBOX_PATIENCE = 30 * DAY;
/** An alert that is later than this is told only as far as no later one has overtaken it, milliseconds. */
const OLD_NEWS_AFTER = HOUR;
/** Pauses between tries to take back an extra copy; afterwards it stays. Milliseconds. */
const TAKEN_BACK_AFTER = [0, 2 * SECOND, 15 * SECOND, 60 * SECOND];
/** What a calendar's answers are told under; messages go by their channel. */
const CALENDAR = 'outlook';

export interface Deliverer {
  /** Works off everything due; resolves when nothing is left to claim. Never throws. */
  run(): Promise<void>;
  /** Asks for a run soon; calls while one is under way are remembered. */
  kick(): void;
  /** Waits until these deliveries have been tried, at most `timeout` milliseconds. */
  tried(ids: string[], timeout: number): Promise<void>;
  /** How long ago the loop last claimed or finished something, milliseconds; null before the first time. */
  idleFor(): number | null;
  /** Since when peers have not answered, by channel, calendars as "outlook". */
  away(): ReadonlyMap<string, Instant>;
  /** Works off what is due right now, then stops. */
  close(): Promise<void>;
}

/**
 * Pauses before the next try, milliseconds, by the number of tries before this one that may have been carried out. Most connections that break work again
 * within a quarter of a minute, so that more than two extra copies are rare.
 */
const AMBIGUOUS_PAUSES = [SECOND, 20 * SECOND, 80 * SECOND, 320 * SECOND, 1280 * SECOND, HOUR];

/** When to try again: exactly when the peer asks to, else within a second at first, then doubling up to an hour, jittered. `ambiguous`: such tries before. */
function retryAt(
  { attempts, ambiguous }: { attempts: number; ambiguous: number | null },
  retryAfter: number | undefined,
  now: number,
  random: number,
): number {
  if (retryAfter !== undefined && retryAfter > 0) return Math.ceil(now + retryAfter + 500 * random);
  const pause = ambiguous === null ? 500 * 2 ** Math.min(attempts, 20) : (AMBIGUOUS_PAUSES[ambiguous] ?? HOUR);
  return Math.ceil(now + Math.min(HOUR, pause) * (0.8 + 0.2 * random));
}

function asDeliveryError(error: unknown): DeliveryError {
  if (error instanceof DeliveryError) return error;
  return new DeliveryError('unavailable', error instanceof Error ? error.message : String(error), { cause: error });
}

/** What the deliverer tells others of; they are made after it, since they deliver as well. */
export interface DeliveryEvents {
  /** A message has arrived, under the delivery's id. */
  told(id: string): void;
  /** A message will not be tried again. */
  givenUp(conversationId: string, reason: GivenUp): Promise<void>;
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
  const refreshing = new Map<string, Promise<void>>();
  const away = new Map<string, Instant>();

  async function placeOf({ conversationId }: Delivery) {
    const conversation = conversationId === null ? null : await store.findConversation(conversationId);
    return { conversation, messenger: conversation ? messengers.get(conversation.channel) : undefined };
  }

  /** Removes a message of which there is another copy. The service may be away just now, as it was when the copy came about. */
  async function takeBack(delivery: Delivery, activityId: string): Promise<void> {
    for (const pause of TAKEN_BACK_AFTER) {
      await sleep(pause, undefined, { ref: false });
      try {
        const { conversation, messenger } = await placeOf(delivery);
        if (!conversation || !messenger) return;
        await messenger.remove(conversation, activityId, { thread: delivery.thread });
        return log.info({ delivery: delivery.id }, 'an extra copy of a message was taken back');
      } catch (error) {
        if (asDeliveryError(error).permanent) return;
      }
    }
    log.warn({ delivery: delivery.id }, 'an extra copy of a message could not be taken back');
  }

  /** A message of which it was not known whether it arrived: it will be the delivery's only one, or is taken back where another is known already. */
  async function arrivedAfterAll(delivery: Delivery, activityId: string): Promise<void> {
    const current = await untilStored(() => store.noteActivity(delivery.id, activityId, context.now()));
    if (current !== null && current !== activityId) await takeBack(delivery, activityId);
    else kick();
  }

  function background(delivery: Delivery, work: Promise<void>): void {
    work.catch((error: unknown) => log.warn({ err: error, delivery: delivery.id }, 'a copy could not be looked after'));
  }

  async function sendMessage(delivery: Delivery): Promise<string> {
    const { conversation, messenger } = await placeOf(delivery);
    if (!conversation || !delivery.card) throw new DeliveryError('gone', 'the conversation is not known any more');
    if (!messenger) throw new DeliveryError('unavailable', `the channel ${conversation.channel} is not configured`);
    const options = { deliveryId: delivery.id, thread: delivery.thread };
    const late = (activityId: string): void => background(delivery, arrivedAfterAll(delivery, activityId));
    const { activityId: posted, card } = delivery;
    try {
      if (posted !== null) {
        await messenger.update(conversation, posted, card, options);
        return posted;
      }
    } catch (error) {
      // Somebody deleted the message that was to be replaced: what it says still has to be told.
      if (!(error instanceof DeliveryError) || error.status !== 404) throw error;
    }
    return (await messenger.send(conversation, card, { ...options, late })).activityId;
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

  /** What the answers of a peer say of it: no answer to one conversation may mean no answer to any. */
  function heard(delivery: Delivery, error: DeliveryError | null): void {
    const peer = delivery.conversationId === null ? CALENDAR : delivery.conversationId.split(':', 1)[0]!;
    if (error?.cause instanceof StoreError) return;
    const silent = error !== null && (error.code === 'unavailable' || error.code === 'ambiguous');
    if (!silent) away.delete(peer);
    else if (!away.has(peer)) away.set(peer, context.now());
  }

  /** Why a message that failed is not tried again; null: it is. */
  function endOf({ kind, until }: Delivery, error: DeliveryError): GivenUp | null {
    if (kind !== 'message') return null;
    if (until !== null && context.now() >= until) return 'outlived';
    if (error.code === 'gone') return 'gone';
    // 401 is about our own credentials, which get mended; the message is still wanted then.
    return error.permanent && error.status !== 401 ? 'refused' : null;
  }

  async function failed(delivery: Delivery, error: DeliveryError): Promise<void> {
    const now = context.now();
    const { kind, conversationId, until } = delivery;
    const ambiguous = kind === 'message' && error.code === 'ambiguous' && delivery.activityId === null;
    const end = endOf(delivery, error);
    // A conversation that comes back within a week gets what waited for it; until then none of its messages is claimed.
    const waits = end === null || end === 'gone';
    // A calendar that refuses is a matter for its administrator, and gets mended: keep trying, slowly.
    const least =
      kind === 'reminder' && error.permanent ? Math.max(error.retryAfter ?? 0, 10 * 60 * SECOND) : error.retryAfter;
    const tries = { attempts: delivery.attempts, ambiguous: ambiguous ? delivery.ambiguous : null };
    const next = retryAt(tries, least, now, context.random());
    const at = waits ? Math.min(next, until ?? next) : null;
    const failure = { error: error.message.slice(0, 500), retryAt: at, ambiguous };
    await untilStored(() => store.failDelivery(delivery, failure));
    if (at !== null && at - now < 10 * SECOND) setTimeout(kick, at - now).unref();
    const fields = {
      delivery: delivery.id,
      kind,
      conversation: conversationId,
      code: error.code,
      status: error.status,
      attempts: delivery.attempts + 1,
      retryAt: at,
      reason: error.message,
    };
    meter.delivered(kind, end ?? 'retry');
    if (end === null || conversationId === null) return log.warn(fields, 'delivery failed; it will be tried again');
    log.warn(fields, end === 'gone' ? 'conversation is gone; its deliveries stop' : 'delivery given up');
    if (end === 'gone') await untilStored(() => store.setConversationGone(conversationId, now));
    await untilStored(() => events.givenUp(conversationId, end));
  }

  async function delivered(delivery: Delivery, activityId: string | null): Promise<void> {
    const stored = await untilStored(() => store.completeDelivery(delivery, { activityId }));
    meter.delivered(delivery.kind, 'done');
    log.debug({ delivery: delivery.id, kind: delivery.kind, activity: activityId }, 'delivered');
    if (activityId === null) return;
    // The lease ran out while it was on its way, and somebody else may send it as well.
    if (stored === null) background(delivery, arrivedAfterAll(delivery, activityId));
    else if (stored.activityId !== null && stored.activityId !== activityId)
      background(delivery, takeBack(delivery, activityId));
  }

  /** An alert that could not be told for a while, and that later ones make old news: nothing of it is lost with it. */
  async function isOldNews({ id, card, activityId, createdAt }: Delivery): Promise<boolean> {
    if (card?.about?.kind !== 'alert' || activityId !== null) return false;
    if (context.now() - createdAt < OLD_NEWS_AFTER) return false;
    const later = await store.cardsAfter({ id });
    return isOvertaken(
      card.about,
      later.map(({ about }) => about),
    );
  }

  async function deliver(delivery: Delivery): Promise<void> {
    if (await untilStored(() => isOldNews(delivery))) {
      const overtaken = { error: 'overtaken by a later message', retryAt: null, ambiguous: false };
      await untilStored(() => store.failDelivery(delivery, overtaken));
      meter.delivered(delivery.kind, 'overtaken');
      return log.info({ delivery: delivery.id, conversation: delivery.conversationId }, 'an alert was overtaken');
    }
    if (delivery.until !== null && context.now() >= delivery.until)
      return failed(delivery, new DeliveryError('unavailable', 'it could not be delivered while it mattered'));
    let activityId: string | null = null;
    try {
      if (delivery.kind === 'message') activityId = await sendMessage(delivery);
      else await writeReminder(delivery);
    } catch (error) {
      const failure = asDeliveryError(error);
      heard(delivery, failure);
      return failed(delivery, failure);
    }
    heard(delivery, null);
    if (delivery.kind === 'message') events.told(delivery.id);
    await delivered(delivery, activityId);
  }

  const {
    run,
    kick,
    idleFor,
    close: stop,
  } = createClaimLoop<Delivery>({
    atOnce: AT_ONCE,
    claim: (limit) => store.claimDeliveries(context.now(), limit, context.uuid(), settings.lease, AMBIGUOUS_PAUSES),
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

  return { run, kick, tried, idleFor, away: () => away, close };
}
