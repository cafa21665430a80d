import { bulkCard, type BulkResult } from '../../../core/chat/cards/bulk.ts';
import { renewedHead } from '../../../core/chat/cards/head.ts';
import { allAlertsFact, nextAlertFact } from '../../../core/chat/cards/lifetime.ts';
import { observationCard, watchedFact } from '../../../core/chat/cards/observation.ts';
import { problemCard } from '../../../core/chat/cards/replies.ts';
import type { CardAction } from '../../../core/card.ts';
import type { Observation } from '../../../core/certificates/certificate.ts';
import type { Command } from '../../../core/chat/command.ts';
import type { TargetArgument } from '../../../core/chat/typed-targets.ts';
import { inZone, type Say } from '../../../core/language/language.ts';
import type { Threshold } from '../../../core/certificates/stages.ts';
import type { Conversation } from '../../../core/model/conversation.ts';
import type { Inbound } from '../../../core/model/inbound.ts';
import { atRest } from '../../../core/items/at-rest.ts';
import { wordsOf } from '../../../core/items/words.ts';
import { briefTarget, connects, displayTarget, endpointOf, typedTarget } from '../../../core/targets/target.ts';
import { askedName } from '../../../core/alerts/findings.ts';
import { judgeAll, itemsOf } from '../../../core/certificates/verdict.ts';
import { forbidden, lookAtMany, lookResult, refusedPort, refusedResult, unsupported } from './bulk.ts';
import { domainsOf, namingDomains } from './exchangers.ts';
import { spent } from './look.ts';
import { admitted, keep, ownPolicy, type Told } from './adding.ts';
import { forAsker, type CommandContext, type Reply, type Request } from './reply.ts';
import { ownDestinationOf } from '../../reminders/destinations.ts';
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

/**
 * A single answer waits this long for the calendar, so that it can say "in Outlook" instead of "queued". Milliseconds.
 */
const CALENDAR_TIMEOUT = 2000;
/** How long one watch waits for the conversation's budget. Milliseconds. */
const BUDGET_PATIENCE = 5000;
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
  { policy, isTold }: { policy: Told; isTold: boolean },
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
  const told = { told: policy, domains: new Map(), isTold };
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
  const isHere = leaf !== undefined || atRest(observation, say) !== null;
  const text =
    isHere || answered || !mine
      ? []
      : [say(endpointOf(uri) ? 'watch.down' : 'watch.unread', { typed: typedTarget(uri) })];
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

/**
 * `watch`: one target gets the full card, several one summarising card. `isTold`: people get to read it; else what
 * holds is left to alerts.
 */
export async function watch(
  context: CommandContext,
  request: Request,
  conversation: Conversation,
  command: WatchCommand,
  { isTold = true } = {},
): Promise<Reply> {
  const { targets, policy } = command;
  const { say } = request;
  const [only] = targets;
  if (targets.length === 1 && only && domainsOf(targets).length === 0) {
    if ('problem' in only) return forAsker(problemCard(only.problem, say));
    return watchOne(context, request, conversation, only, { policy, isTold });
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
      const added = await keep(context, request, looks, { told: policy, domains, isTold });
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
