import { bulkCard, type BulkResult } from '../../../core/chat/cards/bulk.ts';
import { renewedHead } from '../../../core/chat/cards/head.ts';
import { allAlertsFact, nextAlertFact } from '../../../core/chat/cards/lifetime.ts';
import { observationCard, watchedFact } from '../../../core/chat/cards/observation.ts';
import { problemCard } from '../../../core/chat/cards/replies.ts';
import type { CardAction } from '../../../core/card.ts';
import type { Observation } from '../../../core/certificates/certificate.ts';
import type { Item } from '../../../core/certificates/item.ts';
import type { Command } from '../../../core/chat/command.ts';
import type { TargetArgument } from '../../../core/chat/typed-targets.ts';
import { inZone, type Say } from '../../../core/language/language.ts';
import { formatThreshold, type Threshold } from '../../../core/certificates/stages.ts';
import type { Actor } from '../../../core/model/people.ts';
import type { Conversation } from '../../../core/model/conversation.ts';
import type { Inbound } from '../../../core/model/inbound.ts';
import type { StoreOperations } from '../../../core/ports/store.ts';
import type { Watch } from '../../../core/model/watch.ts';
import { wordsOf } from '../../../core/items/words.ts';
import { briefTarget, connects, displayTarget } from '../../../core/targets/target.ts';
import { askedName } from '../../../core/alerts/findings.ts';
import { judgeAll, itemsOf } from '../../../core/certificates/verdict.ts';
import { forbidden, lookAtMany, lookResult, refusedPort, refusedResult, unsupported } from './bulk.ts';
import { domainsOf, namingDomains } from './exchangers.ts';
import { spent } from './look.ts';
import { forAsker, type CommandContext, type Reply, type Request } from './reply.ts';
import {
  destinationsOf,
  markDestinations,
  ownDestinationOf,
  rerouted,
  targetsOf,
} from '../../reminders/destinations.ts';
import { asStored } from '../../looks/decide.ts';
import { ownView } from '../../trusted-view.ts';
import {
  fileAction,
  inSight,
  reminderParts,
  remindersOf,
  stopAction,
  watchActions,
  zoneOf,
} from '../../reminders/view.ts';

type WatchCommand = Extract<Command, { verb: 'watch' }>;

/** Thresholds as `watch` tells them; see Command. */
type Told = WatchCommand['policy'];

/**
 * A single answer waits this long for the calendar, so that it can say "in Outlook" instead of "queued". Milliseconds.
 */
const CALENDAR_TIMEOUT = 2000;
/** How long one watch waits for the conversation's budget. Milliseconds. */
const BUDGET_PATIENCE = 5000;
/** A new watch is left alone by the tick until its command has stored the first look, or has died. Milliseconds. */
const FIRST_LOOK_GRACE = 60_000;

interface Added {
  watch: Watch;
  /** Made by this very message (perhaps in an earlier try that was interrupted). */
  mine: boolean;
  /** What was last typed of it before, where it is not connected to. */
  before: Item | null;
}

/** A look that is to be kept. */
interface Seen {
  uri: string;
  observation: Observation;
}

/**
 * The owner types `watch` once more, and by now more is known of them (a mailbox, since a permission was mended): their
 * reminders move there. The language stays as it was.
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
  const changed = { ...watch, ...owner };
  await rerouted(context, operations, [{ watch, conversation }], async () => {
    await operations.setWatchOwner([watch.id], owner);
    return [{ watch: changed, conversation }];
  });
  return changed;
}

/**
 * The URIs, in their order, that a conversation with so many watches may watch: those that it watches already, and new
 * ones until it has as many as it may have.
 */
async function admitted(
  { settings: { maxWatches } }: CommandContext,
  operations: StoreOperations,
  conversationId: string,
  uris: string[],
  count: number,
): Promise<string[]> {
  let room = Math.max(0, maxWatches - count);
  if (uris.length <= room) return uris;
  const found: string[] = [];
  for (const uri of uris) {
    const isNew = (await operations.findWatch(conversationId, uri)) === null;
    if (isNew && room === 0) continue;
    if (isNew) room -= 1;
    found.push(uri);
  }
  return found;
}

/**
 * Has the reminders of what was added planned. Not left to the look: a newer one of a target that others watch may
 * overtake it, and knows of nothing new.
 */
async function markAdded(
  context: CommandContext,
  operations: StoreOperations,
  conversationId: string,
  added: Added[],
): Promise<void> {
  const conversation = await operations.findConversation(conversationId);
  if (!conversation) return;
  const watches = added.map(({ watch }) => watch);
  const destinations = await destinationsOf(
    context,
    operations,
    watches.map((watch) => ({ watch, conversation })),
  );
  await markDestinations(context, operations, destinations, targetsOf(watches));
}

/** Adds what may be added; what is missing in the answer is too much. */
async function addWatches(
  context: CommandContext,
  request: Request,
  looks: Seen[],
  of: { told: Told; domains: Map<string, string[]> },
): Promise<Map<string, Added>> {
  const { inbound } = request;
  const { told } = of;
  const policy = ownPolicy(told);
  const uris = looks.map(({ uri }) => uri);
  const items = new Map(looks.map(({ uri, observation }) => [uri, observation.item ?? null]));
  const { id } = inbound.conversation;
  const now = context.now();
  const added = new Map<string, Added>();
  await context.store.transaction(async (operations) => {
    const count = await operations.lockWatches(id);
    // “unwatch all” came in between: what it found is gone, and nothing is added after it.
    if (await operations.isStopped(inbound.id)) return;
    const room = await admitted(context, operations, id, uris, count);
    // In one order everywhere: two replicas that add the same targets would otherwise wait for each other.
    for (const uri of room.toSorted()) {
      const target = await operations.ensureTarget(uri);
      const { watch, created } = await operations.addWatch({
        conversationId: id,
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
        domains: of.domains.get(uri) ?? [],
      });
      if (!created && told !== null) await operations.setWatchPolicy([watch.id], policy);
      const { domains = [] } = watch;
      const more = [...new Set([...domains, ...(of.domains.get(uri) ?? [])])];
      if (more.length > domains.length) await operations.setWatchDomains(watch.id, more);
      const known = created ? watch : await refreshOwner(context, operations, watch, inbound.actor);
      if (created && target.dueAt === null) await operations.setTargetDue([target.id], now + FIRST_LOOK_GRACE);
      const [item, before] = [items.get(uri) ?? null, target.observation?.item ?? null];
      const given = item && item.fingerprint !== before?.fingerprint ? wordsOf(item).given(item) : undefined;
      if (created || told !== null || given !== undefined)
        await operations.recordAudit([
          audit(inbound, now, [uri, ...(given === undefined ? [] : [given]), ...remindWords(told)].join(' ')),
        ]);
      const mine = watch.createdBy === inbound.id;
      added.set(uri, { watch: told === null ? known : { ...known, policy }, mine, before });
    }
    await markAdded(context, operations, id, [...added.values()]);
  });
  return added;
}

/** The thresholds that the watch itself has from then on. */
function ownPolicy(told: Told): Threshold[] | null {
  return told === 'default' ? null : told;
}

function remindWords(told: Told): string[] {
  if (told === null) return [];
  return ['remind', ...(told === 'default' ? [told] : told.map(formatThreshold))];
}

function audit(
  inbound: Inbound,
  at: number,
  subject: string,
): Parameters<CommandContext['store']['recordAudit']>[0][number] {
  return {
    at,
    conversationId: inbound.conversation.id,
    actorId: inbound.actor.id,
    actorName: inbound.actor.name,
    verb: 'watch',
    subject,
  };
}

/**
 * Adds the watches and stores the looks with their reminders; the answer tells what holds, so the looks raise no alerts
 * in this conversation. What is missing in the answer is more than the conversation may watch.
 */
async function keep(
  context: CommandContext,
  request: Request,
  looks: Seen[],
  of: { told: Told; domains: Map<string, string[]> },
): Promise<Map<string, Added>> {
  const added = await addWatches(context, request, looks, of);
  const settled = looks.map(async ({ uri, observation }) => {
    const { watch, mine } = added.get(uri) ?? {};
    if (!watch) return;
    // Part of its addresses tells nothing of the others, which have been looked at.
    if (!mine && observation.outOf !== undefined) return context.store.setTargetDue([watch.targetId], context.now());
    await context.observer.commitLook(
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
  const destination = await ownDestinationOf(context, context.store, { watch, conversation });
  return context.settings.calendar === 'graph' && destination?.calendar === 'ics' ? [notice.sentence] : [];
}

async function fullSentence(
  { store, settings }: CommandContext,
  { id }: Conversation,
  uri: string,
  say: Say,
): Promise<string> {
  const values = { number: await store.countWatches(id), most: settings.maxWatches };
  return say('watch.full', { target: displayTarget(uri), ...values });
}

/**
 * The sentence when the conversation may not watch one more; null when it may, or already watches this one. Adding
 * decides anew.
 */
async function full(
  context: CommandContext,
  conversation: Conversation,
  uri: string,
  say: Say,
): Promise<string | null> {
  const { store } = context;
  const count = await store.countWatches(conversation.id);
  const [room] = await admitted(context, store, conversation.id, [uri], count);
  return room === undefined ? fullSentence(context, conversation, uri, say) : null;
}

function addressesOf({ addresses }: Observation): string {
  return addresses.map(({ address }) => address).join(', ');
}

async function watchOne(
  context: CommandContext,
  request: Request,
  conversation: Conversation,
  { uri, given }: Extract<TargetArgument, { uri: string }>,
  policy: Told,
): Promise<Reply> {
  const { say } = request;
  const target = displayTarget(uri);
  const refused = refusedPort(context, uri, say) ?? (await full(context, conversation, uri, say));
  if (refused !== null) return forAsker(problemCard(refused, say));
  const wait = connects(uri) ? await context.budget.takeWithin(conversation.id, BUDGET_PATIENCE) : 0;
  if (wait > 0) return forAsker(problemCard(spent(context, wait, { verb: 'watch', uri, policy }, say), say));
  const seen = await context.observer.look(uri, undefined, { given, asking: conversation });
  context.budget.charge(conversation.id, seen);
  if (!seen) return forAsker(problemCard(unsupported(uri, say), say));
  const now = context.now();
  const effective = ownPolicy(policy) ?? conversation.policy;
  if (forbidden(seen)) {
    return forAsker(problemCard(say('watch.forbidden', { target, addresses: addressesOf(seen) }), say));
  }
  const told = { told: policy, domains: new Map() };
  const added = (await keep(context, request, [{ uri, observation: seen }], told)).get(uri);
  if (!added) return forAsker(problemCard(await fullSentence(context, conversation, uri, say), say));
  const { watch, mine, before } = added;
  const [row] = await context.store.getTargets([watch.targetId]);
  const observation = ownView(context, conversation, row ? asStored(row, seen) : seen);
  const [leaf] = itemsOf(observation);
  const settled = row?.state ?? null;
  const placed = { watch, conversation };
  let { destination, reminders } = await remindersOf(context, placed, settled);
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
      CALENDAR_TIMEOUT,
    );
    ({ destination, reminders } = await remindersOf(context, placed, settled));
  }
  const answered = judgeAll(observation, askedName(uri), now, say).size > 0;
  const text = leaf || answered || !mine ? [] : [say('watch.down', { target })];
  text.push(...(await noticesFor(context, request.inbound, conversation)));
  const spoken = inZone(say, zoneOf(context, { reminders, conversation, own: watch.ownerTimeZone }));
  const judged = { policy: watch.policy ?? effective, now, say: spoken };
  const placing = reminderParts(context, reminders, spoken);
  const facts = [
    ...placing.facts,
    ...nextAlertFact(leaf, judged),
    ...(mine ? [] : [watchedFact(watch, watch.ownerName, { now, say: spoken })]),
  ];
  const details = [...placing.details, ...allAlertsFact(leaf, judged)];
  const rows = reminders.map(({ reminder }) => reminder);
  const { holidays } = context;
  const { outlookUrl } = context.settings;
  const { timeZone } = request.inbound.actor;
  const actions: CardAction[] = inSight([
    ...watchActions(
      { watch, destination, reminders: rows, leaf },
      { policy: effective, timeZone, now, say, holidays, observation, outlookUrl },
    ),
    ...(await fileAction(context, rows, say)),
    stopAction(watch, say),
  ]);
  const isRenewed = !mine && before && leaf && before.fingerprint !== leaf.fingerprint;
  const renewed = isRenewed ? wordsOf(leaf).renewed({ from: before, to: leaf }, briefTarget(uri), judged) : null;
  const head =
    renewed && leaf ? { head: renewedHead(renewed, leaf, judged) } : ({ watching: mine ? 'new' : 'already' } as const);
  return { card: observationCard(observation, judged, { ...head, facts, details, text, actions }) };
}

function fullNote({ settings: { maxWatches } }: CommandContext, say: Say): string {
  return say('watch.full-note', { most: maxWatches });
}

/**
 * Results of a bulk command that need no look: what an earlier try of this very message has stored, and what is beyond
 * the most that may be watched.
 */
async function clearResults(
  context: CommandContext,
  { inbound, say }: Request,
  { id }: Conversation,
  targets: TargetArgument[],
  policy: Threshold[] | null,
): Promise<Map<string, BulkResult>> {
  const { store } = context;
  const uris = targets.flatMap((target) =>
    'uri' in target && refusedPort(context, target.uri, say) === null ? [target.uri] : [],
  );
  const results = new Map<string, BulkResult>();
  const room = new Set(await admitted(context, store, id, uris, await store.countWatches(id)));
  for (const uri of uris) if (!room.has(uri)) results.set(uri, refusedResult(uri, fullNote(context, say), say));
  const own = (await store.listWatches(id)).filter(({ createdBy }) => createdBy === inbound.id);
  const rows = new Map((await store.getTargets(own.map(({ targetId }) => targetId))).map((row) => [row.uri, row]));
  for (const { id: watch, uri } of own) {
    const observation = rows.get(uri)?.observation;
    // What was typed may not be stored yet, though the tick has been there.
    if (!observation || observation.at < inbound.receivedAt || !connects(uri)) continue;
    const as = { policy, now: context.now(), outcome: 'watched', say, watch } as const;
    results.set(uri, lookResult(context, uri, observation, as));
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
  if (targets.length === 1 && only && domainsOf(targets).length === 0) {
    if ('problem' in only) return forAsker(problemCard(only.problem, say));
    return watchOne(context, request, conversation, only, policy);
  }
  const effective = ownPolicy(policy) ?? conversation.policy;
  const domains = new Map(targets.flatMap((target) => ('uri' in target ? [[target.uri, target.domains ?? []]] : [])));
  const results = await lookAtMany(context, request, {
    asking: conversation,
    verb: 'watch',
    targets,
    policy: effective,
    known: await clearResults(context, request, conversation, targets, effective),
    store: async (looks) => {
      const added = await keep(context, request, looks, { told: policy, domains });
      const isStopped = added.size < looks.length && (await context.store.isStopped(request.inbound.id));
      return looks.map(({ uri, observation }) => {
        const found = added.get(uri);
        if (!found) return refusedResult(uri, isStopped ? say('bulk.stopped') : fullNote(context, say), say);
        const outcome = found.mine ? 'watched' : 'already';
        const own = (seen: Observation): Observation => ownView(context, conversation, seen);
        return lookResult(context, uri, observation, {
          policy: effective,
          now: context.now(),
          outcome,
          say,
          ownView: own,
          watch: found.watch.id,
          before: found.mine ? null : found.before,
        });
      });
    },
  });
  const isDown = results.some(({ outcome, unreached }) => outcome !== 'failed' && unreached);
  const footnote = isDown ? say('bulk.unreachable') : undefined;
  const card = namingDomains(
    bulkCard(results, { now: context.now(), say, ...(footnote ? { footnote } : {}) }),
    targets,
    say,
  );
  const notices = await noticesFor(context, request.inbound, conversation);
  return { card: { ...card, text: [...(card.text ?? []), ...notices] } };
}
