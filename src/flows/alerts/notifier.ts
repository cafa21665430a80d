import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Outcome } from '../../core/alerts/incident-desk.ts';
import { incidentsOf } from '../../core/alerts/incidents.ts';
import { answeredAmong, type Incident } from '../../core/model/incident.ts';
import { LONGEST_WAKE, type ClaimedMark } from '../../core/model/mark.ts';
import type { Conversation } from '../../core/model/conversation.ts';
import type { OutgoingMessage } from '../../core/model/delivery.ts';
import type { StoreOperations } from '../../core/ports/store.ts';
import { MINUTE } from '../../core/time.ts';
import type { FlowContext } from '../context.ts';
import { createMarkedQueue, type Keep, type MarkedQueue } from '../queue/marked-queue.ts';
import { cardOf, overtakenCard } from './cards.ts';
import type { NetworkWatch } from './network.ts';
import { addressed, inOwnChat, type OwnChat, type Sending } from './own-chats.ts';
import { readKnown, situationOf, type Known } from './situation.ts';

/** How often it is decided anew because somebody has pressed a button in between. */
const MOST_DECISIONS = 5;

export type Notifier = MarkedQueue;

/** Whom the notifier asks, and whom it tells. */
interface Workers {
  network: NetworkWatch;
  /** Something was put into the outbox. */
  stored: () => void;
  ownChat: OwnChat;
}

/** In whose thread messages go that follow the first one about a cause. */
async function threadOf({ store, messengers }: FlowContext, conversation: Conversation, first: string | null) {
  const below = messengers.get(conversation.channel)?.below;
  const [message] = first !== null && below ? await store.getMessages([first]) : [];
  if (!below || !message || message.activityId === null || message.conversationId !== conversation.id) return null;
  return below(conversation, message.activityId);
}

async function sentOf(
  context: FlowContext,
  known: Known,
  { outcome, sendings }: { outcome: Outcome; sendings: Sending[] },
): Promise<OutgoingMessage[]> {
  const messages: OutgoingMessage[] = [];
  for (const { id, conversation, parts } of sendings) {
    const card = await cardOf(context, known, parts, { isMentioning: true });
    if (!card) continue;
    const isHere = conversation.id === known.conversation.id;
    // Of several causes the first one that has a thread.
    const firsts = parts.map(({ incident }) => incident.first);
    const first = firsts.find((one) => one !== null && one !== outcome.send!.id) ?? null;
    const thread = isHere ? await threadOf(context, conversation, first) : null;
    messages.push({ id, conversationId: conversation.id, thread, card: isHere ? card : inOwnChat(card) });
  }
  return messages;
}

/** What stands in the chat and has to say something else. What was forgotten is not put again: that would be news. */
async function editedOf(context: FlowContext, known: Known, outcome: Outcome): Promise<OutgoingMessage[]> {
  const { edits, followed } = outcome;
  const ids = [...edits.map(({ id }) => id), ...followed];
  const messages = new Map((await context.store.getMessages(ids)).map((message) => [message.id, message]));
  const edited: OutgoingMessage[] = [];
  const put = (id: string, card: OutgoingMessage['card'] | null | undefined): void => {
    const message = messages.get(id);
    if (!message || !card) return;
    const { conversationId, thread } = message;
    edited.push({
      id,
      conversationId,
      thread,
      card: conversationId === known.conversation.id ? card : inOwnChat(card),
    });
  };
  for (const { id, parts } of edits) {
    if (!messages.has(id)) continue;
    const isLeft = parts.every(({ incident }) => incident.how === 'left');
    const old = messages.get(id)!.card;
    put(
      id,
      isLeft
        ? old && overtakenCard(old, 'incident.left')
        : await cardOf(context, known, parts, { isMentioning: false }),
    );
  }
  for (const id of followed) {
    const old = messages.get(id)?.card;
    put(id, old && overtakenCard(old, 'incident.older'));
  }
  return edited;
}

/** What is over before anybody was told is not told any more. */
async function withdraw(operations: StoreOperations, outcome: Outcome): Promise<string[]> {
  const over = outcome.edits.filter(({ parts }) => parts.every(({ incident }) => incident.closedAt !== null));
  const firsts = over.filter(({ id, parts }) => parts.every(({ incident }) => incident.first === id));
  return operations.withdrawMessages(firsts.map(({ id }) => id));
}

function isSame(a: Incident[], b: Incident[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Stores what was decided. False: somebody has pressed a button since. */
async function store(
  context: FlowContext,
  operations: StoreOperations,
  { known, outcome, messages }: { known: Known; outcome: Outcome; messages: OutgoingMessage[] },
): Promise<boolean> {
  const { id } = known.conversation;
  await operations.lockIncidents(id);
  if (!isSame(await operations.listIncidents(id), known.incidents)) return false;
  const withdrawn = await withdraw(operations, outcome);
  const untold = outcome.changed.filter(({ message }) => message !== null && withdrawn.includes(message));
  await operations.deleteIncidents([...outcome.dropped, ...untold.map((incident) => incident.id)]);
  await operations.putIncidents(outcome.changed.filter((incident) => !untold.includes(incident)));
  await operations.putMessages(
    messages.filter((message) => !withdrawn.includes(message.id)),
    context.now(),
  );
  return true;
}

async function notify(
  context: FlowContext,
  { network, stored, ownChat }: Workers,
  { key, parts }: ClaimedMark,
  keep: Keep,
): Promise<boolean | { nextAt: number | null }> {
  const quiet = answeredAmong(parts ?? []);
  for (let decisions = 0; decisions < MOST_DECISIONS; decisions += 1) {
    const known = await readKnown(context, key, quiet);
    if (!known) return true;
    const decided = incidentsOf(situationOf(context, known, network.current()));
    const told = await addressed(context, known, decided, ownChat);
    const { outcome } = told;
    const messages = [...(await editedOf(context, known, outcome)), ...(await sentOf(context, known, told))];
    // By itself: whoever stores looks locks targets first and marks after them, and would wait for what waits for it.
    await context.store.setTargetDue(outcome.looks, context.now());
    let isStored = false;
    await keep(async (operations) => {
      isStored = await store(context, operations, { known, outcome, messages });
    });
    if (!isStored) continue;
    if (messages.length > 0) stored();
    const wakeAt = known.isWaiting ? Math.min(outcome.wakeAt ?? Infinity, context.now() + MINUTE) : outcome.wakeAt;
    return { nextAt: wakeAt === null ? null : Math.min(Math.ceil(wakeAt), context.now() + LONGEST_WAKE) };
  }
  return false;
}

/**
 * Works out what conversations that were marked have to be told, one conversation at a time, each by one process at a
 * time.
 */
export function createNotifier(context: FlowContext, workers: Workers): Notifier {
  const { store, settings, log, now, uuid, spent } = context;
  return createMarkedQueue({
    ...{ queue: 'alerts' as const, store, lease: settings.lease, now, uuid },
    work: async (claim, keep) => {
      await nextTurn();
      return notify(context, workers, claim, keep);
    },
    spent,
    failed: (error) => log.warn({ err: error }, 'alerts could not be worked out; it will be tried again'),
  });
}
