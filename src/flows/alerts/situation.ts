import { setImmediate as nextTurn } from 'node:timers/promises';
import { openItems } from '../../core/alerts/causes.ts';
import type { Network, Situation, WatchView } from '../../core/alerts/incident-desk.ts';
import type { Item } from '../../core/certificates/item.ts';
import type { Conversation } from '../../core/model/conversation.ts';
import type { Incident } from '../../core/model/incident.ts';
import type { Watch, WatchFacts } from '../../core/model/watch.ts';
import { HOUR, type Instant } from '../../core/time.ts';
import type { FlowContext } from '../context.ts';
import { chunksOf } from '../reminders/chunks.ts';

/** No command takes longer. */
const ANSWERED_WITHIN = 2 * HOUR;

/** What a conversation's alerts depend on, as it was read. */
export interface Known {
  conversation: Conversation;
  incidents: Incident[];
  /** All watches but those whose command is not answered yet: its answer will tell. */
  views: WatchView[];
  /** Those of them of which something is open or was told; most of thousands are fine. */
  facts: WatchFacts[];
  /** What the targets of these present or presented. */
  certificates: Map<string, Item>;
  /** Some command is not answered yet. */
  isWaiting: boolean;
  at: Instant;
}

/** Tells of watches whether their command is still at work and its answer is not known to tell of them. */
function unansweredAmong({ store, now }: FlowContext, quiet: ReadonlySet<number>) {
  const pending = new Map<string, boolean>();
  return async ({ id, createdAt, createdBy }: Watch): Promise<boolean> => {
    if (quiet.has(id) || now() - createdAt >= ANSWERED_WITHIN) return false;
    const isPending = pending.get(createdBy) ?? (await store.findInbound(createdBy))?.state === 'pending';
    pending.set(createdBy, isPending);
    return isPending;
  };
}

function printsOf({ state }: WatchFacts): string[] {
  if (!state) return [];
  const { leaves, leaf, replaced, altLeaf } = state;
  return [...leaves, leaf, replaced, altLeaf?.leaf, altLeaf?.replaced].filter((print) => typeof print === 'string');
}

interface Circumstances {
  items: Map<string, Item>;
  /** Targets of which somebody was told. */
  told: ReadonlySet<number>;
  isQuiet: boolean;
}

/** Notes what is known of a watch. */
function note(known: Known, facts: WatchFacts, { items, told, isQuiet }: Circumstances): void {
  const { conversation, at, views, certificates } = known;
  const { watch, state, lookedAt, episodes } = facts;
  const policy = watch.policy ?? conversation.policy;
  const addresses = Object.entries(state?.addresses ?? {});
  const view: WatchView = {
    watchId: watch.id,
    targetId: watch.targetId,
    lookedAt,
    failures: state?.failures ?? 0,
    items: openItems({ state, episodes }, { certificates: items, policy, now: at }),
    addresses: Object.fromEntries(addresses.map(([address, { fingerprint }]) => [address, fingerprint])),
    isQuiet,
  };
  views.push(view);
  if (view.items.length === 0 && !isQuiet && !told.has(watch.targetId)) return;
  known.facts.push(facts);
  for (const print of printsOf(facts)) {
    const item = items.get(print);
    if (item) certificates.set(print, item);
  }
}

/**
 * Null: nobody is there any more who could be told. Read in pieces, between which others get their turn; what changes
 * meanwhile marks the conversation anew.
 */
export async function readKnown(
  context: FlowContext,
  conversationId: string,
  quiet: ReadonlySet<number>,
): Promise<Known | null> {
  const { store, now } = context;
  const conversation = await store.findConversation(conversationId);
  if (!conversation || conversation.goneAt !== null) return null;
  const incidents = await store.listIncidents(conversationId);
  const told = new Set(incidents.flatMap((incident) => incident.told.named));
  const isUnanswered = unansweredAmong(context, quiet);
  const known: Known = {
    ...{ conversation, incidents, views: [], facts: [], certificates: new Map(), isWaiting: false, at: now() },
  };
  for (const ids of chunksOf(await store.listWatchIds('ics', conversationId))) {
    const some = await store.getWatchFacts(ids);
    const prints = [...new Set(some.flatMap(printsOf))];
    const items = new Map((await store.getCertificates(prints)).map((item) => [item.fingerprint, item]));
    for (const facts of some) {
      if (await isUnanswered(facts.watch)) known.isWaiting = true;
      else note(known, facts, { items, told, isQuiet: quiet.has(facts.watch.id) });
    }
    await nextTurn();
  }
  return known;
}

/** What is to be decided on. */
export function situationOf({ settings, uuid }: FlowContext, known: Known, network: Network): Situation {
  return {
    conversationId: known.conversation.id,
    watches: known.views,
    incidents: known.incidents,
    network,
    rules: settings.alerts,
    now: known.at,
    uuid,
  };
}
