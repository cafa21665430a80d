import { setTimeout as sleep } from 'node:timers/promises';
import { isOvertaken } from '../../core/about.ts';
import { backoff } from '../../core/backoff.ts';
import { hasPassed, type Instant, SECOND, MINUTE, HOUR, DAY } from '../../core/time.ts';
import { DeliveryError, StoreError } from '../../core/errors.ts';
import type { Card } from '../../core/card.ts';
import { AMBIGUOUS_PAUSES, isAmbiguous, nextTry } from '../../core/delivery/next-try.ts';
import type { Conversation } from '../../core/model/conversation.ts';
import type { Delivery } from '../../core/model/delivery.ts';
import type { GivenUp } from '../../core/ports/log.ts';
import type { Place, Reminder } from '../../core/model/reminder.ts';
import type { StoreOperations } from '../../core/ports/store.ts';
import { createClaimLoop } from '../queue/claim-loop.ts';
import type { FlowContext } from '../context.ts';
import { untilStored } from '../queue/until-stored.ts';
import { uuidOf } from '../uuid-of.ts';

/** Deliveries under way at once. */
const AT_ONCE = 32;
/** Working times of a mailbox are read again after this long. */
const WORKING_TIME_AGE = DAY;
/** How long events are remembered whose mailbox is not there any more. */
const MAILBOX_TIMEOUT = 30 * DAY;
/** An alert that is later than this is told only as far as no later one has overtaken it, milliseconds. */
const OLD_NEWS_AFTER = HOUR;
/**
 * How long after a refusal of credentials what gets through elsewhere is no sign that they are taken again,
 * milliseconds.
 */
const MISTRUSTED_FOR = MINUTE;
/** Tries to take back an extra copy; afterwards it stays. Pauses in milliseconds. */
const TRIES_TO_TAKE_BACK = 4;
const PAUSES_TO_TAKE_BACK = { first: 2 * SECOND, longest: 60 * SECOND, factor: 6 };
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

function asDeliveryError(error: unknown): DeliveryError {
  if (error instanceof DeliveryError) return error;
  return new DeliveryError('unavailable', error instanceof Error ? error.message : String(error), { cause: error });
}

/** Why a message did not get into its conversation; `peerCode`: the service's own word for it. */
export interface ShutOut {
  why: 'unreachable' | GivenUp;
  peerCode: string | null;
}

/** Whose credentials speak in a conversation: those of its channel, or of its organisation there. */
function credentialOf({ channel, tenantId }: Conversation): string {
  return `${channel} ${tenantId ?? ''}`;
}

/** What the deliverer tells others of; they are made after it, since they deliver as well. */
export interface DeliveryEvents {
  /** A message has arrived, under the delivery's id. */
  told(id: string): void;
  /**
   * A message will not be tried again, and nobody has been told what it says. `peerCode`: the service's own word for
   * it.
   */
  givenUp(conversationId: string, reason: GivenUp, peerCode: string | null): Promise<void>;
  /** A conversation does not take a message. Resolves to whether what it says has been told elsewhere. */
  shutOut(delivery: Delivery, reason: ShutOut): Promise<boolean>;
  /** A channel does not take us for who we are, or lacks a permission of ours. */
  credentialsRefused(conversation: Conversation, error: DeliveryError): Promise<void>;
  /** It does again. */
  credentialsTaken(conversation: Conversation): Promise<void>;
  /** A person moved an event: it stands there now. */
  moved(reminder: Reminder, to: Place): Promise<void>;
  /** A person deleted an event of this mailbox. */
  deleted(mailbox: string): void;
  /** The working hours of a mailbox are known, in the transaction that keeps them. */
  hoursRead(mailbox: string, operations: StoreOperations): Promise<void>;
  /** The service knows no such mailbox (any more). */
  mailboxMissing(mailbox: string): Promise<void>;
  /**
   * Something is to go from a mailbox: if that was missing and is there again, it is noted first. Throws DeliveryError
   * while it is missing.
   */
  mailboxBack(mailbox: string): Promise<void>;
}

/** Carries messages to conversations and reminders to calendars, with one retry mechanism for both. */
export function createDeliverer(context: FlowContext, events: DeliveryEvents): Deliverer {
  const { store, messengers, calendar, settings, log, meter } = context;
  const refreshing = new Map<string, Promise<void>>();
  const away = new Map<string, Instant>();
  /** Conversations that have let nothing in since something last got there, as far as this process knows. */
  const shutOut = new Set<string>();
  /** Credentials that were taken when they were last used, and when others were refused last. */
  const trusted = new Set<string>();
  const mistrusted = new Map<string, Instant>();

  async function placeOf({ conversationId }: Delivery) {
    const conversation = conversationId === null ? null : await store.findConversation(conversationId);
    return { conversation, messenger: conversation ? messengers.get(conversation.channel) : undefined };
  }

  /**
   * Removes a message of which there is another copy. The service may be away just now, as it was when the copy came
   * about.
   */
  async function takeBack(delivery: Delivery, activityId: string): Promise<void> {
    for (let failures = 0; failures < TRIES_TO_TAKE_BACK; failures += 1) {
      await sleep(backoff(failures, PAUSES_TO_TAKE_BACK), undefined, { ref: false });
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

  /**
   * A message of which it was not known whether it arrived: it will be the delivery's only one, or is taken back where
   * another is known already.
   */
  async function arrivedAfterAll(delivery: Delivery, activityId: string): Promise<void> {
    const current = await untilStored(() => store.noteActivity(delivery.id, activityId, context.now()));
    if (current !== null && current !== activityId) await takeBack(delivery, activityId);
    else kick();
  }

  function background(delivery: Delivery, work: Promise<void>): void {
    work.catch((error: unknown) => log.warn({ err: error, delivery: delivery.id }, 'a copy could not be looked after'));
  }

  /** Puts the pages of a message that come after its first behind it. Told anew, they replace what they said before. */
  async function putPages({ id, conversationId, thread, until, asker }: Delivery, pages: Card[]): Promise<void> {
    if (conversationId === null) return;
    const messages = pages.map((card, index) => ({
      id: uuidOf(`page ${index + 2} of ${id}`),
      conversationId,
      thread,
      card,
      ...(until === null ? {} : { until }),
      ...(asker === null ? {} : { asker }),
    }));
    await untilStored(() => store.putMessages(messages, context.now()));
  }

  /** Resolves to the channel's id of the message, and where it is. */
  async function sendMessage(delivery: Delivery): Promise<{ activityId: string; conversation: Conversation }> {
    const { conversation, messenger } = await placeOf(delivery);
    if (!conversation || !delivery.card) throw new DeliveryError('refused', 'the conversation is not known any more');
    if (!messenger) throw new DeliveryError('unavailable', `the channel ${conversation.channel} is not configured`);
    // Events get lost, that of its opening as well: after a day it is tried all the same.
    if (conversation.closedAt !== null && !hasPassed(conversation.closedAt, DAY, context.now()))
      throw new DeliveryError('unreachable', 'the conversation is said to be closed', { peerCode: 'archived' });
    const more = (pages: Card[]): Promise<void> => putPages(delivery, pages);
    const options = { deliveryId: delivery.id, thread: delivery.thread, more };
    const late = (activityId: string): void => background(delivery, arrivedAfterAll(delivery, activityId));
    const { activityId: posted, card } = delivery;
    try {
      if (posted !== null) {
        await messenger.update(conversation, posted, card, options);
        return { activityId: posted, conversation };
      }
    } catch (error) {
      // Somebody deleted the message that was to be replaced, or it is not to be changed (any more): what it says still
      // has to be told, once. Whether the conversation lets anything in, a new message tells.
      if (!(error instanceof DeliveryError) || (error.code !== 'refused' && error.code !== 'unreachable')) throw error;
      // What is only in between need not be: the end of it comes as a message of its own.
      if (card.about?.kind === 'progress' && posted !== null) return { activityId: posted, conversation };
    }
    return { ...(await messenger.send(conversation, card, { ...options, late })), conversation };
  }

  /**
   * Refreshes what we know of the mailbox's working time; whoever plans is told. Reminders of one mailbox share the
   * asking.
   */
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
      await events.hoursRead(mailbox, operations);
    });
  }

  async function removeReminder(reminder: Reminder): Promise<void> {
    try {
      await events.mailboxBack(reminder.mailbox);
      // With the mailbox what it was to be reminded of is back: nothing is deleted because of an answer that it was not
      // there.
      if ((await store.getReminder(reminder.id))?.wanted) return;
      await calendar!.remove(reminder);
    } catch (error) {
      // With its mailbox the event went as well; one that may come back with the mailbox is waited for.
      const gone = error instanceof DeliveryError && error.code === 'gone';
      const over = reminder.eventId === null || context.now() - reminder.updatedAt > MAILBOX_TIMEOUT;
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
      else if (outcome.kind === 'moved') await events.moved(reminder, outcome.to);
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

  /**
   * What its conversation does not take is told elsewhere; true when it was. One refusal may be a stray one: the next
   * try, seconds later, has to come to the same.
   */
  async function toldElsewhere(delivery: Delivery, error: DeliveryError, end: GivenUp | null): Promise<boolean> {
    const { conversationId } = delivery;
    if (conversationId === null || (end === null && error.code !== 'refused' && error.code !== 'unreachable'))
      return false;
    const isSure = delivery.attempts > 0 || shutOut.has(conversationId);
    if (error.code === 'unreachable') shutOut.add(conversationId);
    if (error.code === 'unreachable' && end === null && !isSure) return false;
    const why = end === 'outlived' ? 'outlived' : error.code === 'unreachable' ? 'unreachable' : 'refused';
    return untilStored(() => events.shutOut(delivery, { why, peerCode: error.peerCode ?? null }));
  }

  async function failed(delivery: Delivery, error: DeliveryError): Promise<void> {
    const now = context.now();
    const { kind, conversationId } = delivery;
    const next = nextTry(delivery, error, { now, random: context.random() });
    const end = 'end' in next ? next.end : null;
    const isTold = kind === 'message' && (await toldElsewhere(delivery, error, end));
    // An answer is told once; an alert is also for the others in its conversation, who get it as soon as it can get
    // there.
    const isOver = end !== null || (isTold && delivery.asker !== null);
    const at = isOver || 'end' in next ? null : next.at;
    const waitsFor = 'end' in next ? null : next.waitsFor;
    const failure = {
      error: error.message,
      retryAt: at,
      ambiguous: isAmbiguous(delivery, error),
      waitsFor,
    };
    await untilStored(() => store.failDelivery(delivery, failure));
    if (at !== null && at - now < 10 * SECOND) setTimeout(kick, at - now).unref();
    const fields = {
      delivery: delivery.id,
      kind,
      conversation: conversationId,
      code: error.code,
      peerCode: error.peerCode,
      status: error.status,
      attempts: delivery.attempts + 1,
      retryAt: at,
      reason: error.message,
    };
    meter.delivered(kind, isTold && isOver ? 'elsewhere' : (end ?? 'retry'));
    log.warn(fields, isOver ? 'delivery given up' : 'delivery failed; it will be tried again');
    if (error.code === 'credentials' && kind === 'message') await refusedUs(delivery, error);
    if (end === null || isTold || conversationId === null) return;
    await untilStored(() => events.givenUp(conversationId, end, error.peerCode ?? null));
  }

  /** Nothing gets anywhere with these credentials. Told once; the next message that arrives there ends it. */
  async function refusedUs(delivery: Delivery, error: DeliveryError): Promise<void> {
    const { conversation } = await untilStored(() => placeOf(delivery));
    if (!conversation) return;
    const credential = credentialOf(conversation);
    const isNews = !mistrusted.has(credential);
    trusted.delete(credential);
    mistrusted.set(credential, context.now());
    if (isNews) await untilStored(() => events.credentialsRefused(conversation, error));
  }

  /** Something got through: what waited for that need not wait any longer. */
  async function gotThrough(delivery: Delivery, conversation: Conversation): Promise<void> {
    const { id: conversationId, channel } = conversation;
    if (shutOut.delete(conversationId))
      await untilStored(() => store.releaseMessages({ channel, conversationId }, 'conversation', context.now()));
    const credential = credentialOf(conversation);
    if (trusted.has(credential)) return;
    // Where others are refused at the same time, this one says nothing of them: only one that was refused itself does.
    const refusedAt = mistrusted.get(credential);
    const isBeside = refusedAt !== undefined && !hasPassed(refusedAt, MISTRUSTED_FOR, context.now());
    if (isBeside && delivery.attempts === 0) return;
    trusted.add(credential);
    mistrusted.delete(credential);
    await untilStored(() => store.releaseMessages({ channel }, 'credentials', context.now()));
    await untilStored(() => events.credentialsTaken(conversation));
    kick();
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
    let sent: Awaited<ReturnType<typeof sendMessage>> | null = null;
    try {
      if (delivery.kind === 'message') sent = await sendMessage(delivery);
      else await writeReminder(delivery);
    } catch (error) {
      const failure = asDeliveryError(error);
      heard(delivery, failure);
      return failed(delivery, failure);
    }
    heard(delivery, null);
    if (delivery.kind === 'message') events.told(delivery.id);
    await delivered(delivery, sent?.activityId ?? null);
    if (sent) await gotThrough(delivery, sent.conversation);
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
