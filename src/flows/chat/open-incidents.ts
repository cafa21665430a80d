import { fingerprintOf } from '../../core/alerts/causes.ts';
import { policyOf } from '../../core/alerts/alerts.ts';
import { isTold } from '../../core/alerts/incident-desk.ts';
import { limitFor } from '../../core/alerts/snooze.ts';
import type { Card } from '../../core/card.ts';
import type { Item } from '../../core/certificates/item.ts';
import { UserError } from '../../core/errors.ts';
import type { Say } from '../../core/language/language.ts';
import { enumerate, shorten } from '../../core/language/wording.ts';
import type { Conversation } from '../../core/model/conversation.ts';
import { LOOKED, type Incident, type Taker } from '../../core/model/incident.ts';
import type { Actor } from '../../core/model/people.ts';
import type { Watch } from '../../core/model/watch.ts';
import type { StoreOperations } from '../../core/ports/store.ts';
import { briefTarget } from '../../core/targets/target.ts';
import { SECOND, type Instant } from '../../core/time.ts';
import { readKnown } from '../alerts/situation.ts';
import { nextFreeSlot } from '../reminders/slots.ts';
import { workDaysOf } from '../alerts/work-days.ts';
import { snoozeUntil, type Snooze } from '../../core/reminders/quiet-times.ts';
import type { CommandContext } from './commands/reply.ts';
import { auditOf } from './commands/unwatch.ts';

/** The card that shows it is waited for no longer than this. */
const SHOWN_WITHIN = 2 * SECOND;

/** An incident that is open, and whom it concerns: those that have it, else those that had it. */
export interface OpenIncident {
  incident: Incident;
  watches: Watch[];
  /** What it is about, where that ends. */
  item: Item | undefined;
}

/** What somebody does about an incident. */
interface Doer {
  actor: Actor;
  say: Say;
}

/** The incidents of a conversation that are open and that somebody was told of, oldest first. */
export async function openIncidents(context: CommandContext, conversation: Conversation): Promise<OpenIncident[]> {
  const known = await readKnown(context, conversation.id, new Set());
  if (!known) return [];
  const byTarget = new Map(known.facts.map(({ watch }) => [watch.targetId, watch]));
  const open = known.incidents.filter(({ closedAt, told }) => closedAt === null && isTold(told));
  return open.map((incident) => {
    const has = known.views.filter(({ items }) => items.some(({ cause }) => cause === incident.cause));
    const ids = has.length > 0 ? has.map(({ targetId }) => targetId) : incident.told.named;
    const item = known.certificates.get(fingerprintOf(incident.cause) ?? '');
    return { incident, watches: ids.flatMap((id) => byTarget.get(id) ?? []), item };
  });
}

/** What is stored about an incident while nobody else decides on it; then its message is brought up to date. */
export async function changing(
  context: CommandContext,
  conversation: Conversation,
  work: (operations: StoreOperations) => Promise<void>,
): Promise<void> {
  const { store, now, notifier, deliverer } = context;
  await store.transaction(async (operations) => {
    // First, as whoever stores alerts does: those who take the two in another order would wait for each other.
    await operations.mark('alerts', [{ key: conversation.id, part: LOOKED }], { now: now() });
    await operations.lockIncidents(conversation.id);
    await work(operations);
  });
  await notifier.workedOff([conversation.id], SHOWN_WITHIN);
  deliverer.kick();
}

/**
 * The card of an incident as it stands; null: there is none, or `message` (null: any) is not the newest about it.
 * “later”: what was pressed is stored, and is shown by an edit that is still to come; the card of before would hide it.
 */
export async function newestCard(
  { store }: CommandContext,
  conversation: Conversation,
  { id, message }: { id: string; message: string | null },
): Promise<Card | 'later' | null> {
  const { message: newest = null, editedAt = null } = (await store.findIncident(conversation.id, id)) ?? {};
  if (newest === null || (message !== null && message !== newest)) return null;
  if (editedAt === null) return 'later';
  const [found] = await store.getMessages([newest]);
  return found?.card ?? null;
}

/** Those of these that are still open, with who has them now. Throws UserError where all of them are over. */
async function stillOpen(
  operations: StoreOperations,
  conversation: Conversation,
  incidents: OpenIncident[],
  say: Say,
): Promise<{ of: OpenIncident; takenBy: Taker | null }[]> {
  const open: { of: OpenIncident; takenBy: Taker | null }[] = [];
  for (const of of incidents) {
    const found = await operations.findIncident(conversation.id, of.incident.id);
    if (found && found.closedAt === null) open.push({ of, takenBy: found.takenBy });
  }
  if (open.length === 0) throw new UserError(say('incident.closed'));
  return open;
}

/**
 * Somebody has these: nobody had them before, or `from` had, as far as they could see. Resolves to those that somebody
 * else has, who was first. Throws UserError where all of them are over.
 */
export async function take(
  context: CommandContext,
  conversation: Conversation,
  incidents: OpenIncident[],
  { actor, say, from }: Doer & { from: string | null },
): Promise<{ of: OpenIncident; by: Taker }[]> {
  const taker: Taker = { id: actor.id, name: actor.name, since: context.now() };
  const lost: { of: OpenIncident; by: Taker }[] = [];
  await changing(context, conversation, async (operations) => {
    for (const { of, takenBy } of await stillOpen(operations, conversation, incidents, say)) {
      const { id, cause } = of.incident;
      if (takenBy?.id === taker.id) continue;
      if (takenBy !== null && takenBy.id !== from) lost.push({ of, by: takenBy });
      else if (await operations.takeIncident(id, taker, takenBy))
        await operations.recordAudit([auditOf(context, { conversation, actor }, 'ack', cause)]);
    }
  });
  return lost;
}

/**
 * Whoever has these gives them back. Resolves to those of which nobody or somebody else has. Throws UserError where all
 * of them are over.
 */
export async function giveBack(
  context: CommandContext,
  conversation: Conversation,
  incidents: OpenIncident[],
  { actor, say }: Doer,
): Promise<{ of: OpenIncident; by: Taker | null }[]> {
  const refused: { of: OpenIncident; by: Taker | null }[] = [];
  await changing(context, conversation, async (operations) => {
    for (const { of, takenBy } of await stillOpen(operations, conversation, incidents, say)) {
      const { id, cause } = of.incident;
      if (takenBy?.id !== actor.id) refused.push({ of, by: takenBy });
      else if (await operations.releaseIncident(id, takenBy))
        await operations.recordAudit([auditOf(context, { conversation, actor }, 'unack', cause)]);
    }
  });
  return refused;
}

/** Until when it can be kept silent about at most. */
export function limitOf(context: CommandContext, conversation: Conversation, { watches, item }: OpenIncident): Instant {
  const policies = watches.map((watch) => policyOf({ watch, conversation }));
  return limitFor(item, policies, context.now());
}

/** The instant that somebody means who snoozes; null: there is none. Free time is theirs, as far as it is known. */
export async function instantMeant(
  context: CommandContext,
  conversation: Conversation,
  which: Snooze,
  { actor, say, watches, limit }: Doer & { watches: Watch[]; limit: Instant },
): Promise<Instant | null> {
  const own = which === 'slot' ? watches.find(({ ownerId }) => ownerId === actor.id) : undefined;
  const free = own ? await nextFreeSlot(context, { watch: own, conversation }, { actor, until: limit }) : null;
  return free ?? snoozeUntil(which, workDaysOf(context, conversation, say), { now: context.now(), limit });
}

/** Nothing is said of these until then, but for what is new. Throws UserError where all of them are over. */
export async function snooze(
  context: CommandContext,
  conversation: Conversation,
  { incidents, until }: { incidents: Incident[]; until: Instant },
  { actor, say }: Doer,
): Promise<void> {
  await changing(context, conversation, async (operations) => {
    let over = 0;
    for (const { id, cause } of incidents) {
      if (await operations.snoozeIncident(id, until))
        await operations.recordAudit([auditOf(context, { conversation, actor }, 'snooze', cause)]);
      else over += 1;
    }
    if (over === incidents.length) throw new UserError(say('incident.closed'));
  });
}

/** How somebody is called in a sentence. */
export function takerName({ name }: Pick<Taker, 'name'>, say: Say): string {
  return shorten(name, 60) || say('person.somebody');
}

/** Who has what, as values of a sentence for each of them. */
export function havers(all: { of: OpenIncident; by: Taker }[], say: Say): { name: string; targets: string }[] {
  return [...Map.groupBy(all, ({ by }) => by.id).values()].map((some) => {
    const incidents = some.map(({ of }) => of);
    return { name: takerName(some[0]!.by, say), targets: namesOf(incidents, say) };
  });
}

/** Why these cannot be given back: a sentence for those that nobody has, and for each who has some. */
export function notGivenBack(refused: { of: OpenIncident; by: Taker | null }[], say: Say): string[] {
  const free = refused.filter(({ by }) => by === null).map(({ of }) => of);
  const theirs = refused.flatMap(({ of, by }) => (by === null ? [] : [{ of, by }]));
  return [
    ...(free.length > 0 ? [say('unack.nobody', { targets: namesOf(free, say) })] : []),
    ...havers(theirs, say).map((values) => say('unack.other', values)),
  ];
}

/** What a sentence calls the targets of all of these, each once. */
export function namesOf(incidents: Pick<OpenIncident, 'watches'>[], say: Say): string {
  return namesOfWatches(watchesOf(incidents), say);
}

/** What all of these are about, each watch once. */
export function watchesOf(incidents: Pick<OpenIncident, 'watches'>[]): Watch[] {
  return [...new Map(incidents.flatMap((one) => one.watches).map((watch) => [watch.id, watch])).values()];
}

/** So many names stand in one sentence. */
export const MOST_NAMES = 5;

/** What a sentence calls these targets. */
export function namesOfWatches(watches: Pick<Watch, 'uri'>[], say: Say): string {
  return enumerate(
    watches.map(({ uri }) => shorten(briefTarget(uri), 60)),
    MOST_NAMES,
    say,
  );
}
