import { overItems, policyOf } from '../../../core/alerts/alerts.ts';
import { askedName } from '../../../core/alerts/findings.ts';
import { isOnlyPassing, isTold } from '../../../core/alerts/incident-desk.ts';
import type { Observation } from '../../../core/certificates/certificate.ts';
import { stageAt } from '../../../core/certificates/stages.ts';
import { judgeAll } from '../../../core/certificates/verdict.ts';
import { certificateCause, fingerprintOf } from '../../../core/alerts/causes.ts';
import { verified, type Verified } from '../../../core/alerts/verify.ts';
import type { Card } from '../../../core/card.ts';
import { alertCard } from '../../../core/chat/cards/alert.ts';
import { partlyCard, renewedTargetsCard, stillOldCard, type DoneTarget } from '../../../core/chat/cards/done.ts';
import { problemCard } from '../../../core/chat/cards/replies.ts';
import type { Command } from '../../../core/chat/command.ts';
import { inZone, type Say } from '../../../core/language/language.ts';
import type { Conversation } from '../../../core/model/conversation.ts';
import type { Incident } from '../../../core/model/incident.ts';
import type { Watch } from '../../../core/model/watch.ts';
import type { Instant } from '../../../core/time.ts';
import { reminderFacts, remindersOf, zoneOf } from '../../reminders/view.ts';
import { ownView } from '../../trusted-view.ts';
import { changing } from '../open-incidents.ts';
import { tellable } from '../outsiders.ts';
import { meantIncidents } from './incidents.ts';
import { spent } from './look.ts';
import { named } from './people.ts';
import { forAsker, type CommandContext, type Reply, type Request } from './reply.ts';

/** Looks at once. */
const AT_ONCE = 8;

/** Which certificate should be gone from what is watched. `isDue`: somebody was told so, or it is time. */
interface Sought {
  watch: Watch;
  old: string | null;
  isDue: boolean;
}

/** The same, looked at. */
interface Looked extends Sought {
  /** The look began then. */
  at: number;
  /** All addresses were looked at. */
  isWhole: boolean;
  result: Verified;
}

/**
 * The certificate that should be gone from a target: what was alerted about last; else what it is known for, or what came
 * before that, where nothing is due.
 */
async function oldOf(
  { store, now }: CommandContext,
  conversation: Conversation,
  watch: Watch,
  incidents: Incident[],
): Promise<Sought> {
  const about = incidents.filter(({ cause, told }) => {
    return fingerprintOf(cause) !== null && told.named.includes(watch.targetId) && isTold(told) && !isOnlyPassing(told);
  });
  const [last] = about.toSorted(
    (a, b) => (b.closedAt ?? Infinity) - (a.closedAt ?? Infinity) || b.openedAt - a.openedAt,
  );
  if (last) return { watch, old: fingerprintOf(last.cause), isDue: true };
  const [row] = await store.getTargets([watch.targetId]);
  const { leaf = null, replaced = null } = row?.state ?? {};
  const [item] = leaf === null ? [] : await store.getCertificates([leaf]);
  const isDue = item !== undefined && stageAt(item, policyOf({ watch, conversation }), now()) !== 'fine';
  return { watch, old: isDue ? leaf : (replaced ?? leaf), isDue };
}

/**
 * Whether the answer tells all that a look has shown: that it is renewed or not. What is wrong with the new
 * certificate, or that an address is silent, is left to alerts; so is, of one target of several, which names it has no
 * more.
 */
function isAllTold(observation: Observation, { outcome }: Verified, { now, say, isOnly }: Judging): boolean {
  const { addresses, failure, uri } = observation;
  if (failure !== undefined || addresses.some(({ kind }) => kind !== 'presented')) return false;
  return (isOnly || outcome !== 'all') && judgeAll(observation, askedName(uri), now, say).size === 0;
}

interface Judging {
  now: Instant;
  say: Say;
  /** The answer is about this target alone. */
  isOnly: boolean;
}

/** Null: there is no way to look at it. */
async function lookAt(
  context: CommandContext,
  conversation: Conversation,
  { watch, old, isDue }: Sought,
  { say, isOnly }: Omit<Judging, 'now'>,
): Promise<Looked | null> {
  const { observer, budget, now } = context;
  const observation = await observer.look(watch.uri, undefined, { asking: conversation });
  budget.charge(conversation.id, observation);
  if (!observation) return null;
  const { targetId } = watch;
  const result = verified(observation, old);
  const seen = ownView(context, conversation, observation);
  const quiet = new Set(isAllTold(seen, result, { now: now(), say, isOnly }) ? [watch.id] : []);
  // Part of its addresses tells nothing of the others: the next look goes over more of them.
  if (observation.outOf !== undefined) await context.store.setTargetDue([targetId], context.now());
  else await observer.commitLook({ targetId, leaseId: null, observation, quiet }, { urgent: true });
  return { watch, old, isDue, at: observation.at, isWhole: observation.outOf === undefined, result };
}

/** What was seen to be renewed everywhere is over at once: somebody has looked, and this answer tells it. */
async function closeSeen(context: CommandContext, conversation: Conversation, looked: Looked[]): Promise<void> {
  const all = looked.filter(({ result, isWhole }) => result.outcome === 'all' && isWhole);
  const settled = Math.max(0, ...context.settings.alerts.confirm);
  await changing(context, conversation, async (operations) => {
    const open = (await operations.listIncidents(conversation.id)).filter(({ closedAt }) => closedAt === null);
    const next = open.flatMap((incident) => {
      const of = all.filter(({ watch, old }) => {
        return old !== null && incident.cause === certificateCause(old) && incident.told.named.includes(watch.targetId);
      });
      if (of.length === 0) return [];
      const left = {
        ...incident.told.left,
        ...Object.fromEntries(of.map(({ watch, at }) => [watch.targetId, at - settled])),
      };
      // Who waits for the others is told when these are renewed as well.
      const isOver = incident.told.named.every((targetId) => left[targetId] !== undefined);
      const told = { ...incident.told, left, ...(isOver ? { verified: true as const } : {}) };
      return [{ ...incident, editedAt: null, told }];
    });
    await operations.putIncidents(next);
  });
}

/** The renewed target: what changed, and where its reminder went. */
async function renewedCard(
  context: CommandContext,
  conversation: Conversation,
  { watch, old }: Looked,
  say: Say,
): Promise<Card | null> {
  const { store, now } = context;
  const [row] = await store.getTargets([watch.targetId]);
  if (!row?.state || !row.observation || old === null) return null;
  const { state } = row;
  const prints = [...new Set([old, ...state.leaves, ...(state.leaf ? [state.leaf] : [])])];
  const certificates = new Map((await store.getCertificates(prints)).map((item) => [item.fingerprint, item]));
  const observation = ownView(context, conversation, row.observation);
  const look = { observation, state, change: { replaced: [], leafChanged: false }, certificates };
  const items = overItems(look, certificateCause(old), []);
  if (items.length === 0) return null;
  const policy = policyOf({ watch, conversation });
  const { persona } = conversation.settings;
  const { about: _about, ...card } = alertCard(items, look, { now: now(), policy, actions: [], say, persona });
  const { reminders } = await remindersOf(context, { watch, conversation }, state);
  return { ...card, facts: [...(card.facts ?? []), ...reminderFacts(context, reminders, say)] };
}

async function answerFor(
  context: CommandContext,
  conversation: Conversation,
  looked: Looked[],
  say: Say,
): Promise<Card> {
  const [only] = looked;
  const options = { now: context.now(), say };
  if (looked.length === 1 && only) {
    const renewed = only.result.outcome === 'all' ? await renewedCard(context, conversation, only, say) : null;
    if (renewed) return renewed;
  }
  const prints = looked.flatMap(({ old }) => old ?? []);
  const items = new Map((await context.store.getCertificates(prints)).map((item) => [item.fingerprint, item]));
  const targets = looked.map(({ watch, old, isDue, result }): DoneTarget => {
    return { uri: watch.uri, result, isDue, old: items.get(old ?? '') ?? null };
  });
  if (targets.every(({ result }) => result.outcome === 'all')) return renewedTargetsCard(targets, options);
  if (targets.some(({ result }) => result.outcome === 'all' || result.outcome === 'some'))
    return partlyCard(targets, options);
  return stillOldCard(targets, options);
}

/** `done`: somebody says that it is renewed, and the bot looks at every address whether it is so. */
export async function done(
  context: CommandContext,
  request: Request,
  conversation: Conversation,
  command: Extract<Command, { verb: 'done' }>,
): Promise<Reply> {
  const { store, budget } = context;
  const { actor } = request.inbound;
  const say = inZone(request.say, zoneOf(context, { reminders: [], conversation, own: actor.timeZone }));
  const meant =
    command.targets === null || command.targets === 'all'
      ? await meantIncidents(context, conversation, command, { actor, say })
      : named(command.targets, tellable(await store.listWatches(conversation.id), !!actor.outsider), say);
  if ('sentence' in meant) return forAsker(problemCard(meant.sentence, say));
  const watches = 'watches' in meant ? meant.watches : meant.incidents.flatMap((one) => one.watches);
  const wait = budget.take(conversation.id);
  const [first] = watches;
  if (!first) return forAsker(problemCard(say('incidents.none'), say));
  if (wait > 0) return forAsker(problemCard(spent(context, wait, null, say), say));
  const incidents = await store.listIncidents(conversation.id);
  const queue: Sought[] = [];
  for (const watch of watches) queue.push(await oldOf(context, conversation, watch, incidents));
  const looked: Looked[] = [];
  async function work(): Promise<void> {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const one = await lookAt(context, conversation, next, { say, isOnly: watches.length === 1 });
      if (one) looked.push(one);
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  if (looked.length === 0) return forAsker(problemCard(say('show.cannot', { target: first.uri }), say));
  await closeSeen(context, conversation, looked);
  const order = new Map(watches.map(({ id }, index) => [id, index]));
  const sorted = looked.toSorted((a, b) => order.get(a.watch.id)! - order.get(b.watch.id)!);
  return { card: await answerFor(context, conversation, sorted, say) };
}
