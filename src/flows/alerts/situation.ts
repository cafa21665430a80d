import { hostCause, openItems } from '../../core/alerts/causes.ts';
import type { Network, Situation, WatchView } from '../../core/alerts/incident-desk.ts';
import type { Item } from '../../core/certificates/item.ts';
import type { Conversation } from '../../core/model/conversation.ts';
import type { Incident } from '../../core/model/incident.ts';
import type { WatchFacts } from '../../core/model/watch.ts';
import { HOUR } from '../../core/time.ts';
import type { FlowContext } from '../context.ts';

/** No command takes longer. */
const ANSWERED_WITHIN = 2 * HOUR;

/** What a conversation's alerts depend on, as it was read. */
export interface Known {
  conversation: Conversation;
  facts: WatchFacts[];
  incidents: Incident[];
  certificates: Map<string, Item>;
  /** Watches whose command is not answered yet are left out: its answer will tell. */
  isWaiting: boolean;
}

/** Without watches whose command is still at work, unless its answer is known to tell of them. */
async function withoutUnanswered(
  { store, now }: FlowContext,
  facts: WatchFacts[],
  quiet: ReadonlySet<number>,
): Promise<WatchFacts[]> {
  const young = facts.filter(({ watch }) => now() - watch.createdAt < ANSWERED_WITHIN && !quiet.has(watch.id));
  const pending = new Set<string>();
  for (const id of new Set(young.map(({ watch }) => watch.createdBy)))
    if ((await store.findInbound(id))?.state === 'pending') pending.add(id);
  return facts.filter(({ watch }) => quiet.has(watch.id) || !pending.has(watch.createdBy));
}

/** Null: nobody is there any more who could be told. */
export async function readKnown(
  context: FlowContext,
  conversationId: string,
  quiet: ReadonlySet<number>,
): Promise<Known | null> {
  const { store } = context;
  const conversation = await store.findConversation(conversationId);
  if (!conversation || conversation.goneAt !== null) return null;
  const all = await store.listWatchFacts(conversationId);
  const facts = await withoutUnanswered(context, all, quiet);
  const incidents = await store.listIncidents(conversationId);
  const prints = new Set(
    facts.flatMap(({ state }) => [
      ...(state?.leaves ?? []),
      ...(state ? [state.leaf, state.replaced, state.altLeaf?.leaf, state.altLeaf?.replaced] : []),
    ]),
  );
  const listed = [...prints].filter((print) => typeof print === 'string');
  const items = listed.length > 0 ? await store.getCertificates(listed) : [];
  const certificates = new Map(items.map((item) => [item.fingerprint, item]));
  return { conversation, facts, incidents, certificates, isWaiting: facts.length < all.length };
}

function viewOf(
  { watch, state, lookedAt, episodes }: WatchFacts,
  { conversation, certificates }: Known,
  { quiet, now }: { quiet: ReadonlySet<number>; now: number },
): WatchView {
  const policy = watch.policy ?? conversation.policy;
  return {
    watchId: watch.id,
    targetId: watch.targetId,
    host: hostCause(watch.uri),
    lookedAt,
    failures: state?.failures ?? 0,
    items: openItems({ state, episodes }, { certificates, policy, now }),
    addresses: Object.fromEntries(
      Object.entries(state?.addresses ?? {}).map(([address, { fingerprint }]) => [address, fingerprint]),
    ),
    isQuiet: quiet.has(watch.id),
  };
}

/** What is to be decided on. */
export function situationOf(
  { settings, now, uuid }: FlowContext,
  known: Known,
  { quiet, network }: { quiet: ReadonlySet<number>; network: Network },
): Situation {
  const at = now();
  return {
    conversationId: known.conversation.id,
    watches: known.facts.map((facts) => viewOf(facts, known, { quiet, now: at })),
    incidents: known.incidents,
    network,
    rules: settings.alerts,
    now: at,
    uuid,
  };
}
