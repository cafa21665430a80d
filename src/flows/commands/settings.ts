import { bulkCard, type BulkResult } from '../../core/cards/bulk.ts';
import { policyPhrase } from '../../core/cards/observation.ts';
import { problemCard, sentenceCard } from '../../core/cards/replies.ts';
import type { Command, TargetArgument } from '../../core/command.ts';
import { alertKey } from '../../core/effects.ts';
import type { Say } from '../../core/language.ts';
import { formatThreshold, passedBoundaries, type Threshold } from '../../core/policy.ts';
import type { AuditEntry, Conversation, InboundAction, StoreOperations, Watch } from '../../core/ports.ts';
import { displayTarget } from '../../core/target.ts';
import { localMinute, prose } from '../../core/wording.ts';
import { distinctRoutes, replanMailboxes, routeOf, type Route } from '../plan.ts';
import { notWatched } from './look.ts';
import { forAsker, type CommandContext, type Reply, type Request } from './reply.ts';
import { viewsOf } from './view.ts';

type Doer = Pick<InboundAction, 'conversation' | 'actor'>;

function auditOf(context: CommandContext, { conversation, actor }: Doer, verb: string, subject: string): AuditEntry {
  return {
    at: context.now(),
    conversationId: conversation.id,
    actorId: actor.id,
    actorName: actor.name,
    verb,
    subject,
  };
}

/** Removes watches with their reminders and records it. Returns where reminders were planned. */
export async function removeWatches(
  context: CommandContext,
  by: Doer,
  operations: StoreOperations,
  watches: Watch[],
): Promise<Route[]> {
  await operations.removeWatches(watches.map(({ id }) => id));
  await operations.recordAudit(watches.map(({ uri }) => auditOf(context, by, 'unwatch', uri)));
  const routes = distinctRoutes(watches.map((watch) => routeOf(context.settings, watch)));
  await replanMailboxes(context, operations, routes);
  return routes;
}

function unwatchResult(target: TargetArgument, found: Watch | undefined, watches: Watch[], say: Say): BulkResult {
  if ('problem' in target)
    return {
      target: { text: target.text },
      outcome: 'failed',
      tone: 'warning',
      note: prose(target.problem, say),
      expires: '–',
      rank: 0,
    };
  if (!found)
    return {
      target: { uri: target.uri },
      outcome: 'not-watched',
      tone: 'warning',
      note: notWatched(target.uri, watches, say),
      expires: '–',
      rank: 1,
    };
  return {
    target: { uri: target.uri },
    outcome: 'unwatched',
    tone: 'good',
    note: say('unwatch.note'),
    expires: '–',
    rank: 2,
  };
}

/** `unwatch`: stops watching and takes the reminders back. */
export async function unwatch(
  context: CommandContext,
  request: Request,
  conversation: Conversation,
  command: Extract<Command, { verb: 'unwatch' }>,
): Promise<Reply> {
  const { say } = request;
  const watches = await context.store.listWatches(conversation.id);
  if (command.targets === 'all') {
    if (watches.length === 0) return forAsker(problemCard(say('unwatch.nothing'), say));
    const sentence = say('unwatch.all', { number: watches.length });
    const card = sentenceCard(say('unwatch.all.title'), sentence, say, { tone: 'good' });
    return { card, commit: (operations) => removeWatches(context, request.inbound, operations, watches) };
  }
  const byUri = new Map(watches.map((watch) => [watch.uri, watch]));
  const found = command.targets.map((target) => ('uri' in target ? byUri.get(target.uri) : undefined));
  const gone = found.filter((one) => one !== undefined);
  const commit = (operations: StoreOperations): Promise<Route[]> =>
    removeWatches(context, request.inbound, operations, gone);
  const [only] = command.targets;
  if (command.targets.length > 1 || !only) {
    const results = command.targets.map((target, index) => unwatchResult(target, found[index], watches, say));
    return { card: bulkCard(results, say), commit };
  }
  if ('problem' in only) return forAsker(problemCard(only.problem, say));
  if (gone.length === 0) return forAsker(problemCard(notWatched(only.uri, watches, say), say));
  const target = displayTarget(only.uri);
  return {
    card: sentenceCard(say('unwatch.title', { target }), say('unwatch', { target }), say, { tone: 'good' }),
    commit,
  };
}

async function applyPolicy(
  context: CommandContext,
  request: Request,
  operations: StoreOperations,
  conversation: Conversation,
  policy: Threshold[] | null,
): Promise<Route[]> {
  const now = context.now();
  await operations.setConversationPolicy(conversation.id, policy);
  const watches = await operations.listWatches(conversation.id);
  const concerned = watches.filter((watch) => watch.policy === null);
  // What the new thresholds have passed already is told by this answer; only what comes later alerts.
  const views = await viewsOf(operations, { ...conversation, policy }, concerned);
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
  const routes = distinctRoutes(concerned.map((watch) => routeOf(context.settings, watch)));
  await replanMailboxes(context, operations, routes);
  return routes;
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

/** An unguessable feed token: 256 bits, of which two random UUIDs carry 244. */
function newToken(context: CommandContext): string {
  return `${context.uuid()}${context.uuid()}`.replaceAll('-', '');
}

/** `calendar`: where the reminders are; `calendar reset` makes a new feed address. */
export async function calendar(
  context: CommandContext,
  request: Request,
  conversation: Conversation,
  command: Extract<Command, { verb: 'calendar' }>,
): Promise<Reply> {
  const { settings, store } = context;
  const { say } = request;
  if (settings.calendar === 'none')
    return forAsker(sentenceCard(say('calendar.none.title'), say('calendar.none'), say));
  const now = context.now();
  const token = await store.transaction(async (operations) => {
    if (command.reset) {
      await operations.revokeFeeds(conversation.id, now);
      await operations.recordAudit([auditOf(context, request.inbound, 'calendar', 'reset')]);
    }
    return operations.ensureFeed(conversation.id, () => newToken(context), now);
  });
  const url = `${settings.publicUrl}/calendar/${token}.ics`;
  const reminders = (await store.listReminders('ics', conversation.id)).filter(({ wanted }) => wanted);
  const coming = reminders
    .map(({ event }) => event)
    .filter(({ end }) => end > now)
    .toSorted((a, b) => a.start - b.start);
  const [next] = coming;
  const number = reminders.length;
  const content = next
    ? say('calendar.next', { number, subject: next.subject, instant: localMinute(next.start, next.zone) })
    : say('calendar.empty', { number });
  const written = settings.calendar === 'graph' ? [say('calendar.outlook')] : [];
  return {
    // Whoever has the address can read the feed: no need to show it to more people than asked.
    forAsker: true,
    card: {
      language: say.language,
      summary: say('calendar.summary', { url }),
      title: say(command.reset ? 'calendar.new-title' : 'calendar.title'),
      tone: 'neutral',
      text: [
        ...written,
        say('calendar.subscribe', { url }),
        content,
        say(command.reset ? 'calendar.revoked' : 'calendar.secret'),
      ],
      footnote: say('calendar.pace'),
      actions: [{ kind: 'open', label: say('button.open-feed'), url }],
    },
  };
}
