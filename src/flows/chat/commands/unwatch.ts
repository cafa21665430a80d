import { bulkCard, type BulkResult } from '../../../core/chat/cards/bulk.ts';
import { capital } from '../../../core/chat/cards/rows.ts';
import { problemCard, sentenceCard } from '../../../core/chat/cards/replies.ts';
import type { Card, CardAction } from '../../../core/card.ts';
import { enumerate } from '../../../core/language/wording.ts';
import { MINUTE } from '../../../core/time.ts';
import type { TargetArgument } from '../../../core/chat/typed-targets.ts';
import { LOOKED } from '../../../core/model/incident.ts';
import type { Say } from '../../../core/language/language.ts';
import type { AuditEntry, Conversation } from '../../../core/model/conversation.ts';
import type { InboundAction } from '../../../core/model/inbound.ts';
import type { StoreOperations } from '../../../core/ports/store.ts';
import type { Watch } from '../../../core/model/watch.ts';
import { displayTarget } from '../../../core/targets/target.ts';
import { uuidOf } from '../../uuid-of.ts';
import { destinationsOf, markDestinations, targetsOf } from '../../reminders/destinations.ts';
import { problemResult } from './bulk.ts';
import { domainsOf, namingDomains } from './exchangers.ts';
import { notWatched } from './look.ts';
import { forAsker, type CommandContext, type Reply, type Request } from './reply.ts';

/** So long it can be undone that something is not watched any more, milliseconds. */
const UNDONE_WITHIN = 10 * MINUTE;

type Doer = Pick<InboundAction, 'conversation' | 'actor'>;

/** A change as it is recorded. */
export function auditOf(
  context: CommandContext,
  { conversation, actor }: Doer,
  verb: string,
  subject: string,
): AuditEntry {
  return {
    at: context.now(),
    conversationId: conversation.id,
    actorId: actor.id,
    actorName: actor.name,
    verb,
    subject,
  };
}

/** Removes watches of one conversation with their reminders and records it. `removed`: by that id it can be undone. */
export async function removeWatches(
  context: CommandContext,
  by: Doer,
  operations: StoreOperations,
  watches: Watch[],
  removed: string | null = null,
): Promise<void> {
  const [first] = watches;
  const conversation = first ? await operations.findConversation(first.conversationId) : null;
  if (!conversation) return;
  // Asked before they go: afterwards nothing tells any more who had copies.
  const destinations = await destinationsOf(
    context,
    operations,
    watches.map((watch) => ({ watch, conversation })),
  );
  const targets = watches.map(({ targetId }) => targetId);
  if (removed !== null) {
    const until = context.now() + UNDONE_WITHIN;
    await operations.keepRemoved({ id: removed, conversationId: conversation.id, watches, until });
  }
  const fingerprints = await operations.removeWatches(watches.map(({ id }) => id));
  await operations.recordAudit(watches.map(({ uri }) => auditOf(context, by, 'unwatch', uri)));
  await markDestinations(context, operations, destinations, { targets, fingerprints });
  await operations.mark('alerts', [{ key: conversation.id, part: LOOKED }], { now: context.now() });
}

/** A button that takes back what was removed under that id. */
export function undoAction(removed: string, say: Say): CardAction {
  return { kind: 'execute', label: say('button.undo'), action: { name: 'undo-unwatch', data: { removed } } };
}

/** Watches again what was removed under that id, as it was. Null: there is nothing, or it is too late. */
export async function watchAnew(
  context: CommandContext,
  by: Doer,
  { conversation, id }: { conversation: Conversation; id: string },
  say: Say,
): Promise<Card | null> {
  const { store, now } = context;
  const again = await store.transaction(async (operations): Promise<Watch[] | null> => {
    const watches = await operations.takeRemoved(conversation.id, { id, now: now() });
    if (!watches) return null;
    const added: Watch[] = [];
    for (const { id: _id, ...kept } of watches) {
      const { watch } = await operations.addWatch({ ...kept, createdBy: `undo:${id}` });
      if (kept.note !== undefined) await operations.setWatchNote([watch.id], kept.note);
      if (kept.tags !== undefined) await operations.setWatchTags(watch.id, kept.tags);
      added.push(watch);
    }
    await operations.recordAudit(added.map(({ uri }) => auditOf(context, by, 'watch', uri)));
    const destinations = await destinationsOf(
      context,
      operations,
      added.map((watch) => ({ watch, conversation })),
    );
    // Before all marks, as looks are stored.
    await operations.setTargetDue(
      added.map(({ targetId }) => targetId),
      now(),
    );
    await markDestinations(context, operations, destinations, targetsOf(added));
    await operations.mark('alerts', [{ key: conversation.id, part: LOOKED }], { now: now() });
    return added;
  });
  if (!again) return null;
  context.planner.kick();
  context.notifier.kick();
  const targets = enumerate(
    again.map(({ uri }) => displayTarget(uri)),
    5,
    say,
  );
  return sentenceCard(say('undo.title', { targets }), say('undo.sentence'), say, { tone: 'good' });
}

/** Targets of a command of which the nearest that is watched is looked for, where they are not. */
const FEW = 50;

function unwatchResult(
  target: TargetArgument,
  found: Watch | undefined,
  { watches, isOneOfMany }: { watches: Watch[]; isOneOfMany: boolean },
  say: Say,
): BulkResult {
  if ('problem' in target) return problemResult(target, say);
  if (!found) {
    const sentence = notWatched(target.uri, watches, say, { isOneOfMany });
    const cause = { heading: capital(say('outcome.not-watched')), tone: 'warning' as const, sentence };
    return { target: { uri: target.uri }, outcome: 'not-watched', cause, notAfter: null };
  }
  return { target: { uri: target.uri }, outcome: 'unwatched', notAfter: null };
}

/** `unwatch` with targets: stops watching them and takes their reminders back. */
export async function unwatch(
  context: CommandContext,
  request: Request,
  conversation: Conversation,
  command: { targets: TargetArgument[] },
): Promise<Reply> {
  const { say } = request;
  const watches = await context.store.listWatches(conversation.id);
  const byUri = new Map(watches.map((watch) => [watch.uri, watch]));
  const found = command.targets.map((target) => ('uri' in target ? byUri.get(target.uri) : undefined));
  const gone = found.filter((one) => one !== undefined);
  const removed = uuidOf(`undo ${request.replyId}`);
  const commit = (operations: StoreOperations): Promise<void> =>
    removeWatches(context, request.inbound, operations, gone, removed);
  const actions = gone.length > 0 ? [undoAction(removed, say)] : [];
  const [only] = command.targets;
  if (command.targets.length > 1 || !only || domainsOf(command.targets).length > 0) {
    const among = { watches, isOneOfMany: command.targets.length > FEW };
    const results = command.targets.map((target, index) => unwatchResult(target, found[index], among, say));
    const card = namingDomains(bulkCard(results, { now: context.now(), say }), command.targets, say);
    return { card: { ...card, actions: [...actions, ...(card.actions ?? [])] }, commit };
  }
  if ('problem' in only) return forAsker(problemCard(only.problem, say));
  if (gone.length === 0) return forAsker(problemCard(notWatched(only.uri, watches, say), say));
  const target = displayTarget(only.uri);
  return {
    card: sentenceCard(say('unwatch.title', { target }), say('unwatch'), say, { tone: 'good', actions }),
    commit,
  };
}
