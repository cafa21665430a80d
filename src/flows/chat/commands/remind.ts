import { policyPhrase } from '../../../core/chat/cards/observation.ts';
import { sentenceCard } from '../../../core/chat/cards/replies.ts';
import type { Command } from '../../../core/chat/command.ts';
import { alertKey } from '../../../core/alerts/alerts.ts';
import { formatThreshold, passedBoundaries, type Threshold } from '../../../core/certificates/stages.ts';
import type { Conversation } from '../../../core/model/conversation.ts';
import type { StoreOperations } from '../../../core/ports/store.ts';
import { displayTarget } from '../../../core/targets/target.ts';
import { destinationsOf, markDestinations, targetsOf } from '../../reminders/destinations.ts';
import { forAsker, type CommandContext, type Reply, type Request } from './reply.ts';
import { auditOf } from './unwatch.ts';
import { viewsOf } from '../../reminders/view.ts';

async function applyPolicy(
  context: CommandContext,
  request: Request,
  operations: StoreOperations,
  conversation: Conversation,
  policy: Threshold[] | null,
): Promise<void> {
  const now = context.now();
  await operations.setConversationPolicy(conversation.id, policy);
  const watches = await operations.listWatches(conversation.id);
  const concerned = watches.filter((watch) => watch.policy === null);
  // What the new thresholds have passed already is told by this answer; only what comes later alerts.
  const views = await viewsOf(context, operations, { ...conversation, policy }, concerned);
  const told = views.flatMap(({ watch, leaves }) =>
    leaves.flatMap((leaf) =>
      passedBoundaries(leaf, policy, now).map((boundary) => ({
        watchId: watch.id,
        key: alertKey(leaf.fingerprint, boundary),
      })),
    ),
  );
  await operations.markTold(told, now);
  // The next boundary may lie before the next look that was planned: look soon and plan again.
  await operations.setTargetDue(
    concerned.map(({ targetId }) => targetId),
    now,
  );
  await operations.recordAudit([
    auditOf(context, request.inbound, 'remind', policy ? policy.map(formatThreshold).join(' ') : 'default'),
  ]);
  const placed = concerned.map((watch) => ({ watch, conversation: { ...conversation, policy } }));
  const destinations = await destinationsOf(context, operations, placed);
  await markDestinations(context, operations, destinations, targetsOf(concerned));
}

/** `remind`: when this conversation is alerted; without arguments it tells. */
export async function remind(
  context: CommandContext,
  request: Request,
  conversation: Conversation,
  command: Extract<Command, { verb: 'remind' }>,
): Promise<Reply> {
  const { say } = request;
  if (command.policy === null) {
    const sentence = say('remind.tell', { policy: policyPhrase(conversation.policy, say) });
    return forAsker(sentenceCard(say('remind.title'), sentence, say));
  }
  const policy = command.policy === 'default' ? null : command.policy;
  const watches = await context.store.listWatches(conversation.id);
  const own = watches.filter((watch) => watch.policy !== null).length;
  const more = own > 0 ? [say('remind.own', { own, number: watches.length })] : [];
  const views = await viewsOf(
    context,
    context.store,
    { ...conversation, policy },
    watches.filter((watch) => watch.policy === null),
  );
  const due = views.filter(({ leaves }) => leaves[0] && passedBoundaries(leaves[0], policy, context.now()).length > 0);
  const targets = due
    .slice(0, 10)
    .map(({ watch }) => displayTarget(watch.uri))
    .join(', ');
  if (due.length > 0) more.push(say(due.length > 10 ? 'remind.due-more' : 'remind.due', { targets }));
  const sentence = say('remind.changed', { policy: policyPhrase(policy, say) });
  return {
    card: sentenceCard(say('remind.changed.title'), sentence, say, { tone: 'good', more }),
    commit: (operations) => applyPolicy(context, request, operations, conversation, policy),
  };
}
