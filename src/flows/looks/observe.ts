import type { Observation } from '../../core/certificates/certificate.ts';
import { needsThorough, othersOf, presentsNew, type TargetState } from '../../core/certificates/state.ts';
import { destinationKey } from '../../core/reminders/destination.ts';
import { stageAt } from '../../core/certificates/stages.ts';
import { readTarget } from '../../core/targets/target.ts';
import type { FlowContext } from '../context.ts';
import { alertActions, decide, isOutdated, type Seen } from './decide.ts';
import type { Precedence } from '../queue/precedence.ts';
import { destinationsOf, ownDestinationOf } from '../reminders/destinations.ts';
import { partOf } from '../reminders/scope.ts';

export interface Observer {
  /**
   * Looks at a target now, thoroughly (Observation.thorough) unless its state is given (null: it has none yet) and that
   * can wait; null when no source observes its scheme. Never throws.
   */
  look(uri: string, state?: TargetState | null): Promise<Observation | null>;
  /**
   * Stores a look: state, sightings, alerts, what is to be planned anew, next look, in one
   * transaction. Looks are stored in groups (32,
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

/** How often a look is decided anew because another process stored one of the same target in between. */
const MOST_DECISIONS = 5;

type Entry = Seen & { decisions: number; done: () => void; fail: (error: unknown) => void };

/**
 * Looks at targets and stores what was seen. `stored` is called after each group that put something into the outbox,
 * `marked` after each that changes what is to be reminded of.
 */
export function createObserver(
  context: FlowContext,
  options: { stored: () => void; marked: () => void; precedence: Precedence },
): Observer {
  const { precedence } = options;
  const { store, sources, log, meter } = context;
  let queue: Entry[] = [];
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> | null = null;

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
    for (const { commit, concerned } of decided) {
      const destinations = await destinationsOf(context, store, concerned);
      commit.marked = destinations.map((destination) => ({
        key: destinationKey(destination),
        part: partOf(commit.targetId),
      }));
    }
    for (const alert of decided.flatMap(({ alerts }) => alerts)) {
      const destination = await ownDestinationOf(context, store, alert.watchContext);
      alert.message.card = { ...alert.message.card, actions: alertActions(context, alert, destination) };
    }
    await precedence.yieldToChat(timeout);
    const commits = decided.map(({ commit }) => commit);
    const kept = new Set(await store.commitObservations(commits, context.now()));
    const skipped = new Set(commits.flatMap(({ targetId }) => (kept.has(targetId) ? [] : [targetId])));
    if (commits.some(({ marked }) => marked.length > 0)) options.marked();
    if (commits.some(({ messages }) => messages.length > 0)) options.stored();
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
  }

  return { look, commitLook, drain };
}
