import { foundCard } from '../../core/chat/cards/found.ts';
import type { Application } from '../../core/certificates/application.ts';
import type { Observation } from '../../core/certificates/certificate.ts';
import { UserError } from '../../core/errors.ts';
import { sayTo } from '../../core/language/language.ts';
import type { Conversation } from '../../core/model/conversation.ts';
import type { Watch, WatchContext } from '../../core/model/watch.ts';
import { policyOf } from '../../core/alerts/alerts.ts';
import { identityOf } from '../../core/targets/target.ts';
import { hasPassed, MINUTE, type Instant } from '../../core/time.ts';
import type { StoreOperations } from '../../core/ports/store.ts';
import type { FlowContext } from '../context.ts';
import type { Deliverer } from '../delivery/deliver.ts';
import type { Observer } from '../looks/observe.ts';
import { questionRefused } from '../people/questions.ts';
import { ask, findPerson, nameOf, type Found } from '../people/recipients.ts';
import type { Planner } from '../reminders/planner.ts';
import { uuidOf } from '../uuid-of.ts';

interface FollowContext extends FlowContext {
  observer: Observer;
  deliverer: Deliverer;
  planner: Planner;
}

/** What is added at once: a directory may have thousands. */
const ADDED_AT_ONCE = 100;
const LOOKS_AT_ONCE = 16;
/** What was added and is not told by then was lost: the process has ended in between, or the database was away. */
const TOLD_WITHIN = 10 * MINUTE;
/** People who are asked at once whether they take over what is theirs. */
const MOST_ASKED = 50;

interface Added {
  watch: Watch;
  observation: Observation | null;
}

/** Name of the value that says what was added because of a watch, and is still to be told. */
function untoldKey({ id }: Watch): string {
  return `found ${id}`;
}

/** What was added, and when that was last; null: all of it was told. */
async function untold(operations: StoreOperations, watch: Watch): Promise<{ at: Instant; uris: string[] } | null> {
  const text = await operations.getValue(untoldKey(watch));
  return text === null ? null : (JSON.parse(text) as { at: Instant; uris: string[] });
}

/** Adds a watch for each of these, for whoever watches what leads to them; those that were there already are left out. */
async function add(
  { store, now }: FollowContext,
  { watch, conversation }: WatchContext,
  uris: string[],
): Promise<Watch[]> {
  return store.transaction(async (operations) => {
    await operations.lockWatches(conversation.id);
    // Somebody may have ended it meanwhile.
    if (!(await operations.findWatch(conversation.id, watch.uri))) return [];
    const added: Watch[] = [];
    // In one order everywhere: two replicas that add the same targets would otherwise wait for each other.
    for (const uri of uris.toSorted()) {
      const target = await operations.ensureTarget(uri);
      const { ownerId, ownerName, ownerMailbox, ownerTimeZone, ownerLocale, ownerTenantId, policy } = watch;
      const owner = { ownerId, ownerName, ownerMailbox, ownerTimeZone, ownerLocale, ownerTenantId };
      const made = await operations.addWatch({
        conversationId: conversation.id,
        targetId: target.id,
        uri,
        ...owner,
        policy,
        createdAt: now(),
        createdBy: `led:${watch.id}`,
      });
      if (!made.created) continue;
      if (target.dueAt === null) await operations.setTargetDue([target.id], now() + MINUTE);
      const who = { actorId: ownerId, actorName: ownerName };
      await operations.recordAudit([
        { at: now(), conversationId: conversation.id, ...who, verb: 'watch', subject: uri },
      ]);
      added.push(made.watch);
    }
    if (added.length > 0) {
      const { uris: before = [] } = (await untold(operations, watch)) ?? {};
      const note = { at: now(), uris: [...before, ...added.map(({ uri }) => uri)] };
      await operations.setValue(untoldKey(watch), JSON.stringify(note));
    }
    return added;
  });
}

/** The first look at each, which raises no alerts: one message tells of all. */
async function lookAt(context: FollowContext, conversation: Conversation, watches: Watch[]): Promise<Added[]> {
  const { observer, log } = context;
  const pending = [...watches];
  const seen: Added[] = [];
  async function work(): Promise<void> {
    for (let watch = pending.shift(); watch; watch = pending.shift()) {
      const { id, targetId, uri } = watch;
      try {
        const observation = await observer.look(uri, null, { asked: true, asking: conversation });
        seen.push({ watch, observation });
        if (observation) await observer.commitLook({ targetId, leaseId: null, observation, quiet: new Set([id]) });
      } catch (error) {
        log.warn({ err: error, target: targetId }, 'a target that another leads to could not be looked at yet');
      }
    }
  }
  await Promise.all(Array.from({ length: LOOKS_AT_ONCE }, work));
  return seen;
}

type Owner = NonNullable<Application['owners']>[number];

/** Whoever the directory names as the owner is asked, in their own chat, once for everything. */
async function askOwners(
  context: FollowContext,
  { watch, conversation }: WatchContext,
  added: Added[],
): Promise<string[]> {
  const { store, deliverer, log } = context;
  const byOwner = new Map<string, { owner: Owner; uris: string[] }>();
  for (const { watch: one, observation } of added) {
    const [owner] = observation?.application?.owners ?? [];
    if (!owner) continue;
    const known = byOwner.get(owner.id) ?? { owner, uris: [] };
    known.uris.push(one.uri);
    byOwner.set(owner.id, known);
  }
  const names: string[] = [];
  const say = sayTo(watch.ownerLocale);
  for (const { owner, uris } of [...byOwner.values()].slice(0, MOST_ASKED)) {
    let found: Found;
    try {
      const reference = { id: null, directoryId: owner.id, address: owner.address };
      found = await findPerson(context, reference, conversation, say);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      log.debug({ reason: error.message }, 'an owner of an application is not to be found in the chat');
      continue;
    }
    if (found.actor.id === watch.ownerId || found.actor.outsider) continue;
    const by = { id: watch.ownerId, name: watch.ownerName };
    const proposal = { conversation, by, role: 'owner', uris } as const;
    if ((await questionRefused(context, proposal, found, say)) !== null) continue;
    await store.transaction((operations) => ask(context, operations, proposal, found));
    names.push(nameOf(found.actor));
  }
  deliverer.kick();
  return names;
}

async function followIn(context: FollowContext, place: WatchContext, leadsTo: string[]): Promise<void> {
  const { store, settings, now, deliverer, planner } = context;
  const { watch, conversation } = place;
  const watches = await store.listWatches(conversation.id);
  const known = new Set(watches.map(({ uri }) => identityOf(uri)));
  const fresh = leadsTo.filter((uri) => !known.has(identityOf(uri)));
  const room = Math.max(0, settings.maxWatches - watches.length);
  const uris = fresh.slice(0, room);
  const note = await untold(store, watch);
  const isLost = note !== null && hasPassed(note.at, TOLD_WITHIN, now());
  const lost = watches.filter(({ uri }) => isLost && note.uris.includes(uri));
  const added = [...lost];
  for (let from = 0; from < uris.length; from += ADDED_AT_ONCE)
    added.push(...(await add(context, place, uris.slice(from, from + ADDED_AT_ONCE))));
  if (added.length === 0) return;
  const seen = await lookAt(context, conversation, added);
  const asked = await askOwners(context, place, seen);
  const card = foundCard(
    {
      uri: watch.uri,
      added: seen.map(({ watch: { uri }, observation }) => ({ uri, observation })),
      left: fresh.length - uris.length,
      asked,
      isFirst: !watches.some((one) => one.createdBy === `led:${watch.id}` && !lost.includes(one)),
    },
    { now: now(), policy: policyOf(place), say: sayTo(watch.ownerLocale) },
  );
  const id = uuidOf(`led ${watch.id} ${added.map(({ id: one }) => one).join(' ')}`);
  await store.transaction(async (operations) => {
    await operations.putMessages([{ id, conversationId: conversation.id, thread: null, card }], now());
    await operations.setValue(untoldKey(watch), null);
  });
  planner.kick();
  deliverer.kick();
}

/**
 * Watches what a target leads to, in each conversation that watches it and for whoever does: also what is there for the
 * first time. Done again it changes nothing, but for what was lost while it was told.
 */
export async function followLeads(context: FollowContext, { uri, leadsTo }: Observation): Promise<void> {
  if (!leadsTo || leadsTo.length === 0) return;
  const target = await context.store.findTarget(uri);
  for (const place of target ? await context.store.listWatchContexts([target.id]) : [])
    await followIn(context, place, leadsTo);
}
