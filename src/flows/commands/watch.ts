import { bulkCard, progressCard, type BulkResult } from '../../core/cards/bulk.ts';
import { observationCard, policyPhrase, reasonFor, toneOf } from '../../core/cards/observation.ts';
import { problemCard } from '../../core/cards/replies.ts';
import type { CardAction } from '../../core/card.ts';
import type { Observation } from '../../core/certificate.ts';
import type { Command, TargetArgument } from '../../core/command.ts';
import type { Say } from '../../core/language.ts';
import { formatThreshold, stageAt, type Threshold } from '../../core/policy.ts';
import type { Actor, Conversation, Inbound, StoreOperations, Watch } from '../../core/ports.ts';
import { displayTarget, readTarget } from '../../core/target.ts';
import { judgeAll, leavesOf } from '../../core/verdict.ts';
import { isoDate, isoMinute, prose, STAGE_LOOK } from '../../core/wording.ts';
import { askedName } from '../../core/effects.ts';
import { forAsker, type CommandContext, type Reply, type Request } from './reply.ts';
import { distinctRoutes, replanMailboxes, routeOf } from '../plan.ts';
import { outlookAction, reminderFacts, remindersOf } from './view.ts';

type WatchCommand = Extract<Command, { verb: 'watch' }>;

/** Looks under way at once for one bulk command: silent hosts cost a place each until their timeout. */
const LOOKS_AT_ONCE = 48;
/** A single answer waits this long for the calendar, so that it can say "in Outlook" instead of "queued". Milliseconds. */
const CALENDAR_PATIENCE = 2000;
/** A new watch is left alone by the tick until its command has stored the first look, or has died. Milliseconds. */
const FIRST_LOOK_GRACE = 60_000;

/** Every address is forbidden by policy: nothing could ever be seen, so nothing is kept. */
export function forbidden(observation: Observation): boolean {
  const { addresses } = observation;
  return (
    addresses.length > 0 && addresses.every((result) => result.kind === 'failed' && result.failure.code === 'policy')
  );
}

/** The sentence for schemes that no source observes. */
export function unsupported(uri: string, say: Say): string {
  const { scheme, host } = readTarget(uri);
  return say('watch.starttls', { target: displayTarget(uri), protocol: scheme.toUpperCase(), host });
}

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
    ownerName: name,
    ownerMailbox: mailbox,
    ownerTimeZone: timeZone,
    ownerLocale: watch.ownerLocale,
    ownerTenantId: tenantId,
  };
  const before = routeOf(context.settings, watch);
  await operations.setWatchOwner(watch.id, owner);
  await replanMailboxes(context, operations, distinctRoutes([before]));
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
function noticesFor({ settings }: CommandContext, { actor, conversation }: Inbound): string[] {
  const { notice, mailbox, tenantId } = actor;
  const own = { ownerMailbox: mailbox, ownerTenantId: tenantId, conversationId: conversation.id };
  const reached = settings.calendar !== 'graph' || routeOf(settings, own)?.calendar === 'graph';
  if (!notice || (notice.about === 'mailbox' && reached)) return [];
  return [notice.sentence];
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
  const observation = await context.observer.look(uri);
  if (!observation) return forAsker(problemCard(unsupported(uri, say), say));
  const now = context.now();
  const effective = policy ?? conversation.policy;
  if (forbidden(observation)) {
    const addresses = observation.addresses.map(({ address }) => address).join(', ');
    return forAsker(problemCard(say('watch.forbidden', { target, addresses }), say));
  }
  const { watch, mine } = (await keep(context, request, [{ uri, observation }], policy)).get(uri)!;
  const [leaf] = leavesOf(observation);
  const settled = (await context.store.getTargets([watch.targetId]))[0]?.state?.leaf ?? null;
  let reminders = await remindersOf(context, watch, settled);
  if (reminders.some(({ reminder }) => reminder.calendar === 'graph')) {
    await context.deliverer.tried(
      reminders.map(({ reminder }) => reminder.id),
      CALENDAR_PATIENCE,
    );
    reminders = await remindersOf(context, watch, settled);
  }
  const text = leaf ? [] : [say('watch.down', { target })];
  text.push(...noticesFor(context, request.inbound));
  const facts = [
    ...reminderFacts(reminders, say),
    { label: say('label.alerts'), value: policyPhrase(watch.policy ?? effective, say) },
  ];
  const date = isoMinute(watch.createdAt);
  const name = watch.ownerName;
  if (!mine)
    facts.push({ label: say('label.watched-since'), value: name ? say('fact.watched-since', { date, name }) : date });
  const planned = reminders.find(({ reminder }) => reminder.kind === 'renew')?.reminder;
  const actions: CardAction[] = [
    { kind: 'execute', label: say('button.again'), action: { name: 'show', data: { watch: watch.id, fresh: true } } },
    ...outlookAction(leaf, uri, { policy: effective, timeZone: request.inbound.actor.timeZone, now, say, planned }),
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

function problemResult({ text, problem }: { text: string; problem: string }, say: Say): BulkResult {
  return { target: { text }, outcome: 'failed', tone: 'warning', note: prose(problem, say), expires: '–', rank: 0 };
}

/** How a look came out, for a line of a bulk answer. */
export function lookResult(
  uri: string,
  observation: Observation | null,
  options: { policy: Threshold[] | null; now: number; outcome: BulkResult['outcome']; say: Say },
): BulkResult {
  const { policy, now, outcome, say } = options;
  const failed = { target: { uri }, outcome: 'failed', tone: 'warning', expires: '–', rank: 0 } as const;
  if (!observation) return { ...failed, note: unsupported(uri, say) };
  if (forbidden(observation)) return { ...failed, note: say('failure.policy') };
  const [leaf] = leavesOf(observation);
  if (!leaf)
    return { target: { uri }, outcome, tone: 'attention', note: reasonFor(observation, say), expires: '–', rank: 1 };
  const [finding] = judgeAll(observation, askedName(readTarget(uri)), now, say).values();
  const stage = stageAt(leaf, policy, now);
  const { symbol } = STAGE_LOOK[stage];
  const word = say(`stage.${stage}`);
  const tone = toneOf(observation, { policy, now, say });
  const note = finding ? `✖ ${stage === 'fine' ? '' : `${word}; `}${finding.sentence}` : `${symbol} ${word}`;
  return {
    target: { uri },
    outcome,
    tone,
    note,
    expires: isoDate(leaf.notAfter),
    rank: tone === 'good' ? leaf.notAfter : 2 + leaf.notAfter / 1e15,
  };
}

/**
 * Runs `work` over the targets, bounded, and shows progress meanwhile. Targets that did not parse come out as failed. `store` receives what was
 * looked at in groups.
 */
export async function lookAtMany(
  context: CommandContext,
  request: Request,
  options: {
    verb: 'check' | 'watch';
    targets: TargetArgument[];
    store: (looks: { uri: string; observation: Observation }[]) => Promise<BulkResult[]>;
    policy: Threshold[] | null;
  },
): Promise<BulkResult[]> {
  const { targets } = options;
  const results: BulkResult[] = [];
  let group: { uri: string; observation: Observation }[] = [];
  const pending = [...targets];
  async function flush(least: number): Promise<void> {
    if (group.length < least || group.length === 0) return;
    const looks = group;
    group = [];
    results.push(...(await options.store(looks)));
  }
  async function work(): Promise<void> {
    for (let next = pending.shift(); next; next = pending.shift()) {
      if ('problem' in next) results.push(problemResult(next, request.say));
      else {
        const observation = await context.observer.look(next.uri);
        if (!observation || forbidden(observation))
          results.push(
            lookResult(next.uri, observation, {
              policy: options.policy,
              now: context.now(),
              outcome: 'failed',
              say: request.say,
            }),
          );
        else group.push({ uri: next.uri, observation });
      }
      await flush(50);
    }
  }
  const ticking = setInterval(() => {
    void request
      .progress(progressCard(options.verb, results.length + group.length, targets.length, request.say))
      .catch((error: unknown) => {
        context.log.warn({ err: error }, 'progress could not be shown');
      });
  }, 2000);
  try {
    await Promise.all(Array.from({ length: Math.min(LOOKS_AT_ONCE, targets.length) }, work));
    await flush(1);
  } finally {
    clearInterval(ticking);
  }
  return results;
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
        return lookResult(uri, observation, { policy: effective, now: context.now(), outcome, say });
      });
    },
  });
  const card = bulkCard(results, say, say('bulk.unreachable'));
  return { card: { ...card, text: [...(card.text ?? []), ...noticesFor(context, request.inbound)] } };
}
