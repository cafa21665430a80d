import type { Observation } from '../../../core/certificates/certificate.ts';
import type { Item } from '../../../core/certificates/item.ts';
import { formatThreshold, type Threshold } from '../../../core/certificates/stages.ts';
import type { Command } from '../../../core/chat/command.ts';
import { wordsOf } from '../../../core/items/words.ts';
import type { Inbound } from '../../../core/model/inbound.ts';
import type { Actor } from '../../../core/model/people.ts';
import type { Watch } from '../../../core/model/watch.ts';
import type { StoreOperations } from '../../../core/ports/store.ts';
import { destinationsOf, markDestinations, rerouted, targetsOf } from '../../reminders/destinations.ts';
import type { CommandContext, Request } from './reply.ts';

/** Thresholds as `watch` tells them; see Command. */
export type Told = Extract<Command, { verb: 'watch' }>['policy'];

/** A new watch is left alone by the tick until its command has stored the first look, or has died. Milliseconds. */
const FIRST_LOOK_GRACE = 60_000;

export interface Added {
  watch: Watch;
  /** Made by this very message (perhaps in an earlier try that was interrupted). */
  mine: boolean;
  /** What was last typed of it before, where it is not connected to. */
  before: Item | null;
}

/** A look that is to be kept. */
export interface Seen {
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
export async function admitted(
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
      if (target.dueAt === null) await operations.setTargetDue([target.id], now + FIRST_LOOK_GRACE);
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
export function ownPolicy(told: Told): Threshold[] | null {
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
 * Adds the watches and stores the looks with their reminders. `isTold`: the answer tells what holds, so that the looks
 * raise no alerts in this conversation. What is missing in what it returns is more than the conversation may watch.
 */
export async function keep(
  context: CommandContext,
  request: Request,
  looks: Seen[],
  of: { told: Told; domains: Map<string, string[]>; isTold: boolean },
): Promise<Map<string, Added>> {
  const added = await addWatches(context, request, looks, of);
  const settled = looks.map(async ({ uri, observation }) => {
    const { watch, mine } = added.get(uri) ?? {};
    if (!watch) return;
    // Part of its addresses tells nothing of the others, which have been looked at.
    if (!mine && observation.outOf !== undefined) return context.store.setTargetDue([watch.targetId], context.now());
    await context.observer.commitLook(
      { targetId: watch.targetId, leaseId: null, observation, quiet: new Set(of.isTold ? [watch.id] : []) },
      { urgent: true },
    );
  });
  await Promise.all(settled);
  // A directory of thousands takes a while, and answers are awaited.
  for (const { uri, observation } of looks) if (observation.leadsTo && added.has(uri)) context.follow(observation);
  context.deliverer.kick();
  return added;
}
