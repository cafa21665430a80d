import { isOvertaken } from '../../core/about.ts';
import { DeliveryError, StoreError } from '../../core/errors.ts';
import { AMBIGUOUS_PAUSES, isAmbiguous, nextTry } from '../../core/delivery/next-try.ts';
import type { Conversation } from '../../core/model/conversation.ts';
import type { Delivery } from '../../core/model/delivery.ts';
import type { GivenUp } from '../../core/ports/log.ts';
import { HOUR, SECOND, type Instant } from '../../core/time.ts';
import type { FlowContext } from '../context.ts';
import { createClaimLoop } from '../queue/claim-loop.ts';
import { untilStored } from '../queue/until-stored.ts';
import { createCopies, type Copies } from './copies.ts';
import { createCredentials, type CredentialEvents, type Credentials } from './credentials.ts';
import { createReminderWriter, type CalendarEvents } from './to-calendars.ts';
import { placeOf, sendMessage } from './to-chats.ts';

/** Deliveries under way at once. */
const AT_ONCE = 32;
/** An alert that is later than this is told only as far as no later one has overtaken it, milliseconds. */
const OLD_NEWS_AFTER = HOUR;
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

/** Why a message did not get into its conversation; `peerCode`: the service's own word for it. */
export interface ShutOut {
  why: 'unreachable' | GivenUp;
  peerCode: string | null;
}

/** What the deliverer tells others of; they are made after it, since they deliver as well. */
export interface DeliveryEvents extends CalendarEvents, CredentialEvents {
  /**
   * A message will not be tried again, and nobody has been told what it says. `peerCode`: the service's own word for
   * it.
   */
  givenUp(conversationId: string, reason: GivenUp, peerCode: string | null): Promise<void>;
  /** A conversation does not take a message. Resolves to whether what it says has been told elsewhere. */
  shutOut(delivery: Delivery, reason: ShutOut): Promise<boolean>;
}

/** What is on its way out, what carries it, and what is known of those who are to take it. */
interface Outbox {
  context: FlowContext;
  events: DeliveryEvents;
  copies: Copies;
  credentials: Credentials;
  writeReminder: (id: string) => Promise<void>;
  /** Peers that have not answered, by channel, and since when. */
  away: Map<string, Instant>;
  /** Conversations that have let nothing in since something last got there, as far as this process knows. */
  shutOut: Set<string>;
  kick: () => void;
}

function asDeliveryError(error: unknown): DeliveryError {
  if (error instanceof DeliveryError) return error;
  return new DeliveryError('unavailable', error instanceof Error ? error.message : String(error), { cause: error });
}

/** What the answers of a peer say of it: no answer to one conversation may mean no answer to any. */
function heard({ away, context }: Outbox, delivery: Delivery, error: DeliveryError | null): void {
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
async function toldElsewhere(
  { events, shutOut }: Outbox,
  delivery: Delivery,
  error: DeliveryError,
  end: GivenUp | null,
): Promise<boolean> {
  const { conversationId } = delivery;
  if (conversationId === null || (end === null && error.code !== 'refused' && error.code !== 'unreachable'))
    return false;
  const isSure = delivery.attempts > 0 || shutOut.has(conversationId);
  if (error.code === 'unreachable') shutOut.add(conversationId);
  if (error.code === 'unreachable' && end === null && !isSure) return false;
  const why = end === 'outlived' ? 'outlived' : error.code === 'unreachable' ? 'unreachable' : 'refused';
  return untilStored(() => events.shutOut(delivery, { why, peerCode: error.peerCode ?? null }));
}

async function refusedUs({ context, credentials }: Outbox, delivery: Delivery, error: DeliveryError): Promise<void> {
  const { conversation } = await untilStored(() => placeOf(context, delivery));
  if (conversation) await credentials.refused(conversation, error);
}

async function failed(outbox: Outbox, delivery: Delivery, error: DeliveryError): Promise<void> {
  const { context, events, kick } = outbox;
  const { store, log, meter } = context;
  const now = context.now();
  const { kind, conversationId } = delivery;
  const next = nextTry(delivery, error, { now, random: context.random() });
  const end = 'end' in next ? next.end : null;
  const isTold = kind === 'message' && (await toldElsewhere(outbox, delivery, error, end));
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
  if (error.code === 'credentials' && kind === 'message') await refusedUs(outbox, delivery, error);
  if (end === null || isTold || conversationId === null) return;
  await untilStored(() => events.givenUp(conversationId, end, error.peerCode ?? null));
}

/** Something got through: what waited for that need not wait any longer. */
async function gotThrough(outbox: Outbox, delivery: Delivery, conversation: Conversation): Promise<void> {
  const { context, credentials, shutOut } = outbox;
  const { id: conversationId, channel } = conversation;
  const { store, now } = context;
  if (shutOut.delete(conversationId))
    await untilStored(() => store.releaseMessages({ channel, conversationId }, 'conversation', now()));
  await credentials.taken(conversation, delivery);
}

async function delivered({ context, copies }: Outbox, delivery: Delivery, activityId: string | null): Promise<void> {
  const { store, log, meter } = context;
  const stored = await untilStored(() => store.completeDelivery(delivery, { activityId }));
  meter.delivered(delivery.kind, 'done');
  log.debug({ delivery: delivery.id, kind: delivery.kind, activity: activityId }, 'delivered');
  if (activityId === null) return;
  // The lease ran out while it was on its way, and somebody else may send it as well.
  if (stored === null) copies.arrivedAfterAll(delivery, activityId);
  else if (stored.activityId !== null && stored.activityId !== activityId) copies.takeBack(delivery, activityId);
}

/** An alert that could not be told for a while, and that later ones make old news: nothing of it is lost with it. */
async function isOldNews({ store, now }: FlowContext, delivery: Delivery): Promise<boolean> {
  const { id, card, activityId, createdAt } = delivery;
  if (card?.about?.kind !== 'alert' || activityId !== null) return false;
  if (now() - createdAt < OLD_NEWS_AFTER) return false;
  const later = await store.cardsAfter({ id });
  return isOvertaken(
    card.about,
    later.map(({ about }) => about),
  );
}

async function deliver(outbox: Outbox, delivery: Delivery): Promise<void> {
  const { context, copies } = outbox;
  const { store, log, meter } = context;
  if (await untilStored(() => isOldNews(context, delivery))) {
    const overtaken = { error: 'overtaken by a later message', retryAt: null, ambiguous: false };
    await untilStored(() => store.failDelivery(delivery, overtaken));
    meter.delivered(delivery.kind, 'overtaken');
    return log.info({ delivery: delivery.id, conversation: delivery.conversationId }, 'an alert was overtaken');
  }
  if (delivery.until !== null && context.now() >= delivery.until)
    return failed(outbox, delivery, new DeliveryError('unavailable', 'it could not be delivered while it mattered'));
  const late = (activityId: string): void => copies.arrivedAfterAll(delivery, activityId);
  let sent: Awaited<ReturnType<typeof sendMessage>> | null = null;
  try {
    if (delivery.kind === 'message') sent = await sendMessage(context, delivery, late);
    else await outbox.writeReminder(delivery.id);
  } catch (error) {
    const failure = asDeliveryError(error);
    heard(outbox, delivery, failure);
    return failed(outbox, delivery, failure);
  }
  heard(outbox, delivery, null);
  await delivered(outbox, delivery, sent?.activityId ?? null);
  if (sent) await gotThrough(outbox, delivery, sent.conversation);
}

async function tried({ store }: FlowContext, ids: string[], timeout: number): Promise<void> {
  const until = performance.now() + timeout;
  while (ids.length > 0 && performance.now() < until) {
    const statuses = await store.deliveryStatuses(ids);
    // `attempts` counts the try that is under way as well; only its end tells how it went.
    if (!statuses.some(({ state, lastError }) => state === 'pending' && lastError === null)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Carries messages to conversations and reminders to calendars, with one retry mechanism for both. */
export function createDeliverer(context: FlowContext, events: DeliveryEvents): Deliverer {
  const { store, settings, log } = context;
  const loop = createClaimLoop<Delivery>({
    atOnce: AT_ONCE,
    claim: (limit) => store.claimDeliveries(context.now(), limit, context.uuid(), settings.lease, AMBIGUOUS_PAUSES),
    work: (delivery) => deliver(outbox, delivery),
    failed: (error) => log.error({ err: error }, 'deliveries could not be claimed or recorded'),
  });
  const { run, kick, idleFor } = loop;
  const outbox: Outbox = {
    context,
    events,
    copies: createCopies(context, kick),
    credentials: createCredentials(context, events, kick),
    writeReminder: createReminderWriter(context, events),
    away: new Map(),
    shutOut: new Set(),
    kick,
  };

  async function close(): Promise<void> {
    await run();
    await loop.close();
  }

  return {
    run,
    kick,
    tried: (ids, timeout) => tried(context, ids, timeout),
    idleFor,
    away: () => outbox.away,
    close,
  };
}
