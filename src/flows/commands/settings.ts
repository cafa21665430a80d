import { bulkCard, type BulkResult } from '../../core/cards/bulk.ts';
import { policyPhrase } from '../../core/cards/observation.ts';
import { problemCard, sentenceCard } from '../../core/cards/replies.ts';
import type { Command, TargetArgument } from '../../core/command.ts';
import { alertKey } from '../../core/effects.ts';
import { formatThreshold, passedBoundaries, type Threshold } from '../../core/policy.ts';
import type { AuditEntry, Conversation, InboundAction, StoreOperations, Watch } from '../../core/ports.ts';
import { displayTarget } from '../../core/target.ts';
import { localMinute } from '../../core/wording.ts';
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

function unwatchResult(target: TargetArgument, found: Watch | undefined, watches: Watch[]): BulkResult {
  if ('problem' in target)
    return {
      target: { text: target.text },
      outcome: 'failed',
      tone: 'warning',
      note: target.problem,
      expires: '–',
      rank: 0,
    };
  if (!found)
    return {
      target: { uri: target.uri },
      outcome: 'not-watched',
      tone: 'warning',
      note: notWatched(target.uri, watches),
      expires: '–',
      rank: 1,
    };
  return {
    target: { uri: target.uri },
    outcome: 'unwatched',
    tone: 'good',
    note: 'its reminders go as well',
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
  const watches = await context.store.listWatches(conversation.id);
  if (command.targets === 'all') {
    if (watches.length === 0)
      return forAsker(problemCard('This conversation watches nothing, so there is nothing to stop.'));
    const number = watches.length === 1 ? 'the one watch' : `all ${watches.length} watches`;
    const card = sentenceCard(
      'Nothing is watched here any more',
      `Stopped ${number} of this conversation; their reminders go as well.`,
      { tone: 'good' },
    );
    return { card, commit: (operations) => removeWatches(context, request.inbound, operations, watches) };
  }
  const byUri = new Map(watches.map((watch) => [watch.uri, watch]));
  const found = command.targets.map((target) => ('uri' in target ? byUri.get(target.uri) : undefined));
  const gone = found.filter((one) => one !== undefined);
  const commit = (operations: StoreOperations): Promise<Route[]> =>
    removeWatches(context, request.inbound, operations, gone);
  const [only] = command.targets;
  if (command.targets.length > 1 || !only) {
    return {
      card: bulkCard(command.targets.map((target, index) => unwatchResult(target, found[index], watches))),
      commit,
    };
  }
  if ('problem' in only) return forAsker(problemCard(only.problem));
  if (gone.length === 0) return forAsker(problemCard(notWatched(only.uri, watches)));
  const sentence = `${displayTarget(only.uri)} is no longer watched in this conversation; its reminders go as well.`;
  return { card: sentenceCard(`No longer watching ${displayTarget(only.uri)}`, sentence, { tone: 'good' }), commit };
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
  if (command.policy === null) {
    const sentence = `Alerts in this conversation: ${policyPhrase(conversation.policy)}. Type for example “remind 60d 14d 3d 12h”, or “remind default”.`;
    return forAsker(sentenceCard('When this conversation is alerted', sentence));
  }
  const policy = command.policy === 'default' ? null : command.policy;
  const watches = await context.store.listWatches(conversation.id);
  const own = watches.filter((watch) => watch.policy !== null).length;
  const more = own > 0 ? [`${own} of ${watches.length} watches here have thresholds of their own and keep them.`] : [];
  const views = await viewsOf(
    context.store,
    { ...conversation, policy },
    watches.filter((watch) => watch.policy === null),
  );
  const due = views.filter(({ leaves }) => leaves[0] && passedBoundaries(leaves[0], policy, context.now()).length > 0);
  if (due.length > 0)
    more.push(
      `Already within these thresholds: ${due
        .slice(0, 10)
        .map(({ watch }) => displayTarget(watch.uri))
        .join(', ')}${due.length > 10 ? ' …' : ''}.`,
    );
  return {
    card: sentenceCard('Alerts changed', `This conversation is now alerted: ${policyPhrase(policy)}.`, {
      tone: 'good',
      more,
    }),
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
  if (settings.calendar === 'none')
    return forAsker(
      sentenceCard(
        'No calendar',
        'This bot keeps no calendar reminders (CALENDAR=none); alerts come to this conversation.',
      ),
    );
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
  const next = coming[0]
    ? `The next is “${coming[0].subject}”, ${localMinute(coming[0].start, coming[0].zone)}.`
    : 'It is empty for now: the feed fills as watches get reminders.';
  const written =
    settings.calendar === 'graph'
      ? ['The reminders of people whose mailbox is known are written into Outlook itself; the feed holds the others.']
      : [];
  const secret = command.reset
    ? 'The old address no longer works.'
    : 'Whoever has the address can read it; “calendar reset” makes a new one and revokes this one.';
  return {
    // Whoever has the address can read the feed: no need to show it to more people than asked.
    forAsker: true,
    card: {
      summary: `Calendar feed of this conversation: ${url}`,
      title: command.reset ? 'New calendar feed' : 'Calendar feed',
      tone: 'neutral',
      text: [
        ...written,
        `Subscribe to this address in Outlook, Google Calendar or Apple Calendar: ${url}`,
        `${reminders.length} events. ${next}`,
        secret,
      ],
      footnote:
        'Calendar programs refresh subscriptions at their own pace and mostly ignore alarms in them: count on the alerts in this chat.',
      actions: [{ kind: 'open', label: 'Open the feed', url }],
    },
  };
}
