import { bulkCard } from '../../core/cards/bulk.ts';
import { observationCard, policyPhrase } from '../../core/cards/observation.ts';
import { problemCard } from '../../core/cards/replies.ts';
import type { CardAction } from '../../core/card.ts';
import type { Observation } from '../../core/certificate.ts';
import type { Command } from '../../core/command.ts';
import { formatThreshold, type Threshold } from '../../core/policy.ts';
import type { Actor, Conversation, Inbound, StoreOperations, Watch } from '../../core/ports.ts';
import { displayTarget } from '../../core/target.ts';
import { leavesOf } from '../../core/verdict.ts';
import { isoMinute } from '../../core/wording.ts';
import { forbidden, lookAtMany, lookResult, unsupported } from './bulk.ts';
import { forAsker, type CommandContext, type Reply, type Request } from './reply.ts';
import { ownRouteOf, rerouted, type Placed } from '../plan.ts';
import { ownView } from '../trust.ts';
import { bookAction, fileAction, outlookAction, reminderFacts, remindersOf } from './view.ts';

type WatchCommand = Extract<Command, { verb: 'watch' }>;

/** A single answer waits this long for the calendar, so that it can say "in Outlook" instead of "queued". Milliseconds. */
const CALENDAR_PATIENCE = 2000;
/** A new watch is left alone by the tick until its command has stored the first look, or has died. Milliseconds. */
const FIRST_LOOK_GRACE = 60_000;

interface Added {
  watch: Watch;
  /** Made by this very message (perhaps in an earlier try that was interrupted). */
  mine: boolean;
}

/**
 * The owner types `watch` once more, and by now more is known of them (a mailbox, since a permission was mended): their reminders move there. The language
 * stays as it was.
 */
async function refreshOwner(
  context: CommandContext,
  operations: StoreOperations,
  watch: Watch,
  { id, name, mailbox, timeZone, tenantId }: Actor,
): Promise<Watch> {
  const isSame = watch.ownerMailbox === mailbox && watch.ownerTenantId === tenantId;
  if (watch.ownerId !== id || isSame || mailbox === null) return watch;
  const owner = {
    ownerId: id,
    ownerName: name,
    ownerMailbox: mailbox,
    ownerTimeZone: timeZone,
    ownerLocale: watch.ownerLocale,
    ownerTenantId: tenantId,
  };
  const conversation = await operations.findConversation(watch.conversationId);
  if (!conversation) return watch;
  async function read(): Promise<Placed[]> {
    const current = await operations.findWatch(watch.conversationId, watch.uri);
    return current ? [{ watch: current, conversation: conversation! }] : [];
  }
  await rerouted(context, operations, read, () => operations.setWatchOwner(watch.id, owner));
  return { ...watch, ...owner };
}

async function addWatches(
  context: CommandContext,
  request: Request,
  uris: string[],
  policy: Threshold[] | null,
): Promise<Map<string, Added>> {
  const { inbound } = request;
  const now = context.now();
  const added = new Map<string, Added>();
  await context.store.transaction(async (operations) => {
    // In one order everywhere: two replicas that add the same targets would otherwise wait for each other.
    for (const uri of uris.toSorted()) {
      const target = await operations.ensureTarget(uri);
      const { watch, created } = await operations.addWatch({
        conversationId: inbound.conversation.id,
        targetId: target.id,
        uri,
        ownerId: inbound.actor.id,
        ownerName: inbound.actor.name,
        ownerMailbox: inbound.actor.mailbox,
        ownerTimeZone: inbound.actor.timeZone,
        ownerLocale: inbound.actor.locale,
        ownerTenantId: inbound.actor.tenantId,
        policy,
        createdAt: now,
        createdBy: inbound.id,
      });
      if (!created && policy) await operations.setWatchPolicy([watch.id], policy);
      const known = created ? watch : await refreshOwner(context, operations, watch, inbound.actor);
      if (created && target.dueAt === null) await operations.setTargetDue([target.id], now + FIRST_LOOK_GRACE);
      if (created || policy) await operations.recordAudit([audit(inbound, now, uri, policy)]);
      added.set(uri, { watch: policy ? { ...known, policy } : known, mine: watch.createdBy === inbound.id });
    }
  });
  return added;
}

function audit(
  inbound: Inbound,
  at: number,
  uri: string,
  policy: Threshold[] | null,
): Parameters<CommandContext['store']['recordAudit']>[0][number] {
  const subject = policy ? `${uri} remind ${policy.map(formatThreshold).join(' ')}` : uri;
  return {
    at,
    conversationId: inbound.conversation.id,
    actorId: inbound.actor.id,
    actorName: inbound.actor.name,
    verb: 'watch',
    subject,
  };
}

/** Adds the watches and stores the looks with their reminders; the answer tells what holds, so the looks raise no alerts in this conversation. */
async function keep(
  context: CommandContext,
  request: Request,
  looks: { uri: string; observation: Observation }[],
  policy: Threshold[] | null,
): Promise<Map<string, Added>> {
  const added = await addWatches(
    context,
    request,
    looks.map(({ uri }) => uri),
    policy,
  );
  const settled = looks.map(({ uri, observation }) => {
    const { watch } = added.get(uri)!;
    return context.observer.settle(
      { targetId: watch.targetId, leaseId: null, observation, quiet: new Set([watch.id]) },
      { urgent: true },
    );
  });
  await Promise.all(settled);
  context.deliverer.kick();
  return added;
}

/** What the person should know about what their channel cannot tell of them. */
async function noticesFor(
  context: CommandContext,
  { actor, conversation: { id } }: Inbound,
  conversation: Conversation,
): Promise<string[]> {
  const { notice } = actor;
  if (!notice) return [];
  if (notice.about !== 'mailbox') return [notice.sentence];
  const watch = {
    uri: '',
    conversationId: id,
    ownerId: actor.id,
    ownerMailbox: actor.mailbox,
    ownerTenantId: actor.tenantId,
    ownerLocale: actor.locale,
    ownerTimeZone: actor.timeZone,
  };
  const route = await ownRouteOf(context, context.store, { watch, conversation });
  return context.settings.calendar === 'graph' && route?.calendar === 'ics' ? [notice.sentence] : [];
}

async function watchOne(
  context: CommandContext,
  request: Request,
  conversation: Conversation,
  uri: string,
  policy: Threshold[] | null,
): Promise<Reply> {
  const { say } = request;
  const target = displayTarget(uri);
  const seen = await context.observer.look(uri);
  if (!seen) return forAsker(problemCard(unsupported(uri, say), say));
  const observation = ownView(context, conversation, seen);
  const now = context.now();
  const effective = policy ?? conversation.policy;
  if (forbidden(observation)) {
    const addresses = observation.addresses.map(({ address }) => address).join(', ');
    return forAsker(problemCard(say('watch.forbidden', { target, addresses }), say));
  }
  const { watch, mine } = (await keep(context, request, [{ uri, observation: seen }], policy)).get(uri)!;
  const [leaf] = leavesOf(observation);
  const settled = (await context.store.getTargets([watch.targetId]))[0]?.state ?? null;
  const placed = { watch, conversation };
  let reminders = await remindersOf(context, placed, settled);
  // Who asks for it again wants to be sure of it: what is in the mailbox is compared with what should be.
  if (!mine)
    await context.store.requeueReminders(
      reminders.map(({ reminder }) => reminder.id),
      now,
    );
  context.deliverer.kick();
  if (reminders.some(({ reminder }) => reminder.calendar === 'graph')) {
    await context.deliverer.tried(
      reminders.map(({ reminder }) => reminder.id),
      CALENDAR_PATIENCE,
    );
    reminders = await remindersOf(context, placed, settled);
  }
  const text = leaf ? [] : [say('watch.down', { target })];
  text.push(...(await noticesFor(context, request.inbound, conversation)));
  const facts = [
    ...reminderFacts(reminders, say),
    { label: say('label.alerts'), value: policyPhrase(watch.policy ?? effective, say) },
  ];
  const date = isoMinute(watch.createdAt);
  const name = watch.ownerName;
  if (!mine)
    facts.push({ label: say('label.watched-since'), value: name ? say('fact.watched-since', { date, name }) : date });
  const rows = reminders.map(({ reminder }) => reminder);
  const planned = rows.find(({ kind }) => kind === 'renew');
  const { holidays } = context;
  const { timeZone } = request.inbound.actor;
  const actions: CardAction[] = [
    { kind: 'execute', label: say('button.again'), action: { name: 'show', data: { watch: watch.id, fresh: true } } },
    ...bookAction(watch, rows, { now, say }),
    ...outlookAction(leaf, uri, { policy: effective, timeZone, now, say, planned, holidays, observation }),
    ...(await fileAction(context, rows, say)),
  ];
  const title = say(mine ? 'watch.title' : 'watch.already', { target });
  return {
    card: observationCard(
      observation,
      { policy: watch.policy ?? effective, now, say },
      { title, facts, text, actions },
    ),
  };
}

/** `watch`: one target gets the full card, several one summarising card. */
export async function watch(
  context: CommandContext,
  request: Request,
  conversation: Conversation,
  command: WatchCommand,
): Promise<Reply> {
  const { targets, policy } = command;
  const { say } = request;
  const [only] = targets;
  if (targets.length === 1 && only) {
    if ('problem' in only) return forAsker(problemCard(only.problem, say));
    return watchOne(context, request, conversation, only.uri, policy);
  }
  const effective = policy ?? conversation.policy;
  const results = await lookAtMany(context, request, {
    verb: 'watch',
    targets,
    policy: effective,
    store: async (looks) => {
      const added = await keep(context, request, looks, policy);
      return looks.map(({ uri, observation }) => {
        const outcome = added.get(uri)!.mine ? 'watched' : 'already';
        const own = ownView(context, conversation, observation);
        return lookResult(uri, own, { policy: effective, now: context.now(), outcome, say });
      });
    },
  });
  const card = bulkCard(results, say, say('bulk.unreachable'));
  const notices = await noticesFor(context, request.inbound, conversation);
  return { card: { ...card, text: [...(card.text ?? []), ...notices] } };
}
