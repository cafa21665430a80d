import type { Observation } from '../../core/certificates/certificate.ts';
import {
  needsThorough,
  othersOf,
  presentsNew,
  currentLeaves,
  type TargetState,
} from '../../core/certificates/state.ts';
import { stageAt } from '../../core/certificates/stages.ts';
import type { Reminder } from '../../core/model/reminder.ts';
import type { WatchContext } from '../../core/model/watch.ts';
import { readTarget } from '../../core/targets/target.ts';
import type { FlowContext } from '../context.ts';
import { alertActions, decide, isOutdated, type Seen } from './decide.ts';
import { createPlanPace } from '../reminders/plan-pace.ts';
import type { Precedence } from '../queue/precedence.ts';
import { ownDestinationOf, planMailbox, destinationsOf, settleMailboxes } from '../reminders/destinations.ts';
import { scopeOf, type Scope } from '../reminders/scope.ts';
import { untilStored } from '../queue/until-stored.ts';
import type { Pending } from '../reminders/wanted.ts';

export interface Observer {
  /**
   * Looks at a target now, thoroughly (Observation.thorough) unless its state is given (null: it has none yet) and that
   * can wait; null when no source observes its scheme. Never throws.
   */
  look(uri: string, state?: TargetState | null): Promise<Observation | null>;
  /**
   * Stores a look: state, sightings, alerts, reminders, next look, in one transaction. Looks are stored in groups (32,
   * or 250 ms after the first; at once when `urgent`), strictly one group after the other, so that no two decisions
   * start from the same state.
   */
  commitLook(seen: Seen, options?: { urgent?: boolean }): Promise<void>;
  /** Resolves when everything handed to `commitLook` is stored. */
  drain(): Promise<void>;
}

const GROUP_ROWS = 32;
/** So many looks are decided at a stretch: people who chat wait in between. */
const DECIDED_AT_ONCE = 8;
const GROUP_DELAY = 250;

/** Looks of a command that are answered one by one. */
const FEW = 20;

/** How often a look is decided anew because another process stored one of the same target in between. */
const MOST_DECISIONS = 5;

/** How many looks of the group somebody waits for, who reads in the answer where the reminders are. */
function awaitedOf(group: Seen[]): number {
  return group.filter(({ leaseId }) => leaseId === null).length;
}

type Entry = Seen & { decisions: number; done: () => void; fail: (error: unknown) => void };

/** What these watches present, from where the plan of their reminders is found to need more. */
function partOf(concerned: WatchContext[], { states }: Pending): Scope {
  const targets = [...new Set(concerned.map(({ watch }) => watch.targetId))];
  const settled = targets.flatMap((id) => currentLeaves(states.get(id) ?? null));
  return { targets, fingerprints: settled.flatMap(({ leaf, replaced }) => (replaced ? [leaf, replaced] : [leaf])) };
}

/**
 * Looks at targets and stores what was seen. `stored` is called after each group that put something into the outbox.
 */
export function createObserver(
  context: FlowContext,
  options: { stored: () => void; precedence: Precedence },
): Observer {
  const { precedence } = options;
  const { store, sources, log, meter } = context;
  let queue: Entry[] = [];
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> | null = null;
  const pause = (): Promise<unknown> => precedence.yieldToChat();
  const pace = createPlanPace({
    now: context.now,
    async plan(destination, targets) {
      const scope = targets && (await scopeOf(store, { targets, fingerprints: [] }));
      await untilStored(() => settleMailboxes(context, [destination], { scope, pause }));
      options.stored();
    },
    failed: (error) => log.warn({ err: error }, 'reminders could not be planned; the daily round does it'),
  });

  /** A certificate in the stage of renewal; what one conversation set for itself does not count here. */
  async function isDue(fingerprints: string[]): Promise<(fingerprint: string) => boolean> {
    const certificates = fingerprints.length > 0 ? await store.getCertificates(fingerprints) : [];
    const due = certificates.filter((certificate) => stageAt(certificate, null, context.now()) !== 'fine');
    const prints = new Set(due.map(({ fingerprint }) => fingerprint));
    return (fingerprint) => prints.has(fingerprint);
  }

  async function isThorough(state: TargetState | null | undefined): Promise<boolean> {
    if (state === undefined) return true;
    return needsThorough(state, {
      now: context.now(),
      interval: context.settings.probeInterval,
      random: context.random(),
      isDue: await isDue(state ? othersOf(state) : []),
    });
  }

  async function look(uri: string, state?: TargetState | null): Promise<Observation | null> {
    const target = readTarget(uri);
    const source = sources.find(({ schemes }) => schemes.includes(target.scheme));
    if (!source) return null;
    const thorough = await isThorough(state);
    const awaited = state === undefined;
    let observation = await source.observe(target, { thorough, awaited });
    if (!thorough && presentsNew(observation, state ?? null))
      observation = await source.observe(target, { thorough: true, awaited });
    const any = observation.addresses.some(({ kind }) => kind === 'presented');
    meter.looked(any ? 'presented' : 'failed', observation.duration);
    return observation;
  }

  /** The reminders of a leaf at a watch's owner as they will be with the rows that have just been planned. */
  async function ownReminders(placed: WatchContext, leaf: string | null, planned: Reminder[]): Promise<Reminder[]> {
    const destination = leaf === null ? null : await ownDestinationOf(context, store, placed);
    if (!destination || leaf === null) return [];
    const { calendar, mailbox } = destination;
    const changed = planned.filter((row) => row.calendar === calendar && row.mailbox === mailbox);
    const ids = new Set(changed.map(({ id }) => id));
    const stored = await store.listReminders(calendar, mailbox, [leaf]);
    return [...stored.filter(({ id }) => !ids.has(id)), ...changed];
  }

  /**
   * Stores what it can; returns the target ids whose looks were stored, those of looks that were decided but skipped,
   * and the looks that nothing could be made of. The others had nothing new to say.
   */
  async function storeGroup(
    group: Entry[],
  ): Promise<{ kept: Set<number>; skipped: Set<number>; broken: Map<Entry, unknown> }> {
    let timeout = await precedence.yieldToChat();
    const ids = group.map(({ targetId }) => targetId);
    const rows = new Map((await store.getTargets(ids)).map((row) => [row.id, row]));
    const contexts = Map.groupBy(await store.listWatchContexts(ids), ({ watch }) => watch.targetId);
    const prints = [
      ...new Set(
        [...rows.values()].flatMap(({ state }) => [
          ...(state?.leaves ?? []),
          ...(state?.leaf ? [state.leaf] : []),
          ...(state?.altLeaf ? [state.altLeaf.leaf] : []),
        ]),
      ),
    ];
    const stored = prints.length > 0 ? await store.getCertificates(prints) : [];
    const known = new Map(stored.map((certificate) => [certificate.fingerprint, certificate]));
    const decided: ReturnType<typeof decide>[] = [];
    const broken = new Map<Entry, unknown>();
    for (const [index, seen] of group.entries()) {
      if (index % DECIDED_AT_ONCE === 0) timeout = await precedence.yieldToChat(timeout);
      const row = rows.get(seen.targetId);
      if (!row || isOutdated(seen, row)) continue;
      try {
        decided.push(decide(context, seen, row, contexts.get(seen.targetId) ?? [], known));
      } catch (error) {
        broken.set(seen, error);
      }
    }
    const concerned = decided.flatMap((one) => one.concerned);
    const pending: Pending = {
      states: new Map(decided.map(({ commit }) => [commit.targetId, commit.state])),
      observations: new Map(decided.map(({ commit }) => [commit.targetId, commit.observation])),
      certificates: new Map(decided.flatMap(({ look: { certificates } }) => [...certificates])),
    };
    const destinations = await destinationsOf(context, store, concerned);
    const began = context.now();
    const part = partOf(concerned, pending);
    const scope = destinations.length > 0 ? await scopeOf(store, part) : null;
    const awaited = awaitedOf(group);
    const isSmall = scope !== null || (awaited > 0 && awaited <= FEW);
    const isNow = awaited > 0 ? isSmall || pace.isRested() : isSmall && pace.isRested();
    const [carrier] = decided.filter(({ commit: { targetId } }) => targetId === concerned[0]?.watch.targetId);
    for (const destination of isNow ? destinations : []) {
      const planned = await planMailbox(context, store, destination, { pending, scope, pause });
      carrier!.commit.reminders.push(...planned);
    }
    const planned = carrier?.commit.reminders ?? [];
    for (const alert of decided.flatMap(({ alerts }) => alerts)) {
      const reminders = await ownReminders(alert.watchContext, alert.look.state.leaf, planned);
      alert.message.card = { ...alert.message.card, actions: alertActions(context, alert, reminders) };
    }
    await precedence.yieldToChat(timeout);
    const commits = decided.map(({ commit }) => commit);
    const kept = new Set(await store.commitObservations(commits, context.now()));
    const skipped = new Set(commits.flatMap(({ targetId }) => (kept.has(targetId) ? [] : [targetId])));
    const unwanted = commits.flatMap(({ reminders }) =>
      reminders.filter(({ calendar, wanted }) => calendar === 'ics' && !wanted),
    );
    if (unwanted.length > 0) await store.deleteReminders(unwanted.map(({ id }) => id));
    if (isNow) {
      // A plan that rode on a look that was skipped went with it, and one that was stored may be out of date already.
      await untilStored(() => settleMailboxes(context, destinations, { scope, pause }));
      if (destinations.length > 0) pace.took(context.now() - began);
    } else pace.later(destinations, part.targets);
    if (commits.some(({ messages }) => messages.length > 0) || destinations.length > 0) options.stored();
    return { kept, skipped, broken };
  }

  /** Nothing will be stored under the leases of these looks: a newer one has said when their targets are due. */
  async function release(unstored: Entry[]): Promise<void> {
    const claims = unstored.flatMap(({ targetId, leaseId }) => (leaseId === null ? [] : [{ targetId, leaseId }]));
    if (claims.length > 0) await store.releaseTargets(claims);
  }

  /** Takes a group from the queue; a target stands in it once, its next look waits for the next group. */
  function takeGroup(): Entry[] {
    const group = new Map<number, Entry>();
    const rest: Entry[] = [];
    for (const entry of queue) {
      if (group.size < GROUP_ROWS && !group.has(entry.targetId)) group.set(entry.targetId, entry);
      else rest.push(entry);
    }
    queue = rest;
    return [...group.values()];
  }

  async function run(): Promise<void> {
    while (queue.length > 0) {
      const group = takeGroup();
      try {
        const { kept, skipped, broken } = await storeGroup(group);
        // Their targets come due again when the lease ends: not at once, or they would be looked at without end.
        for (const [entry, error] of broken) entry.fail(error);
        for (const entry of group) entry.decisions += 1;
        // The lease was lost, or the state has moved on; the next try finds out.
        const again = group.filter(({ targetId, decisions }) => skipped.has(targetId) && decisions < MOST_DECISIONS);
        const over = group.filter((entry) => !again.includes(entry) && !broken.has(entry));
        await release(over.filter(({ targetId }) => !kept.has(targetId)));
        queue.unshift(...again);
        for (const entry of over) entry.done();
      } catch (error) {
        log.error(
          { err: error, looks: group.length },
          'a group of looks could not be stored; their targets come due again when the lease ends',
        );
        for (const entry of group) entry.fail(error);
      }
    }
  }

  function flush(): void {
    if (timer) clearTimeout(timer);
    timer = null;
    running ??= run().finally(() => {
      running = null;
    });
  }

  function commitLook(seen: Seen, { urgent = false } = {}): Promise<void> {
    // Somebody waits for this very look.
    const calm = urgent ? precedence.hurry() : () => {};
    const stored = new Promise<void>((resolve, reject) => {
      queue.push({ ...seen, decisions: 0, done: resolve, fail: reject });
      if (urgent || queue.length >= GROUP_ROWS) setImmediate(flush);
      else timer ??= setTimeout(flush, GROUP_DELAY);
    });
    return stored.finally(calm);
  }

  async function drain(): Promise<void> {
    while (queue.length > 0 || running) {
      flush();
      await running;
    }
    await pace.drain();
  }

  return { look, commitLook, drain };
}
