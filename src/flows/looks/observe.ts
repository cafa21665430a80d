import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Observation } from '../../core/certificates/certificate.ts';
import type { Item } from '../../core/certificates/item.ts';
import {
  carryOver,
  needsThorough,
  othersOf,
  presentsNew,
  together,
  type TargetState,
} from '../../core/certificates/state.ts';
import { itemsOf } from '../../core/certificates/verdict.ts';
import { destinationKey } from '../../core/reminders/destination.ts';
import { stageAt } from '../../core/certificates/stages.ts';
import type { StoredAnchor } from '../../core/model/anchors.ts';
import type { Conversation } from '../../core/model/conversation.ts';
import { answeredPart } from '../../core/model/incident.ts';
import type { TargetRow } from '../../core/model/watch.ts';
import { readTarget } from '../../core/targets/target.ts';
import type { FlowContext } from '../context.ts';
import { decide, isOutdated, tellsAsMuch, type Seen } from './decide.ts';
import type { NetworkWatch } from '../alerts/network.ts';
import { destinationsOfEach } from '../reminders/destinations.ts';
import { partOf } from '../reminders/scope.ts';

type Asking = Pick<Conversation, 'settings'> | { trusted: StoredAnchor[] };

/** Why a look is made, as far as its state does not tell. */
interface Why {
  /** Source.observe. */
  given?: string | undefined;
  asked?: boolean;
  /** The conversation that wants to know, beside those that watch; or what all of these trust, where that is known. */
  asking?: Asking | undefined;
}

export interface Observer {
  /**
   * Looks at a target now, thoroughly (Observation.thorough) unless its state is given (null: it has none yet) and that
   * can wait; null when no source observes its scheme. `given`: what a command tells of it, `asked`: a person causes it
   * (Source.observe), which those are that are given no state. Throws StoreError alone.
   */
  look(uri: string, state?: TargetState | null, why?: Why): Promise<Observation | null>;
  /**
   * Stores a look: state, sightings, findings, what is to be planned and told anew, next look, in one transaction. Looks are
   * stored in groups (32, or 250 ms after the first; at once when `urgent`), strictly one group after the other, so
   * that no two decisions start from the same state.
   */
  commitLook(seen: Seen, options?: { urgent?: boolean }): Promise<void>;
  /** Resolves when everything handed to `commitLook` is stored. */
  drain(): Promise<void>;
}

/** Failures that tell of an answer. */
const ANSWERS = new Set(['http', 'document', 'lacks-permission', 'no-access', 'throttled', 'gone']);

const GROUP_ROWS = 32;
/** So many looks are decided at a stretch: people who chat wait in between. */
const DECIDED_AT_ONCE = 8;
const GROUP_DELAY = 250;

/** How often a look is decided anew because another process stored one of the same target in between. */
const MOST_DECISIONS = 5;

type Entry = Seen & { decisions: number; done: () => void; fail: (error: unknown) => void };
type Decided = ReturnType<typeof decide>;

/** What the observer tells others of. */
interface Told {
  /** A group changes what is to be reminded of. */
  marked: () => void;
  /** A group changes what conversations have perhaps to be told. */
  alerted: () => void;
  network: NetworkWatch;
}

/** Looks that wait to be stored. */
interface Desk {
  context: FlowContext;
  told: Told;
  queue: Entry[];
  timer: NodeJS.Timeout | null;
  running: Promise<void> | null;
}

/** A certificate in the stage of renewal; what one conversation set for itself does not count here. */
async function isDue({ store, now }: FlowContext, fingerprints: string[]): Promise<(fingerprint: string) => boolean> {
  const certificates = fingerprints.length > 0 ? await store.getCertificates(fingerprints) : [];
  const due = certificates.filter((certificate) => stageAt(certificate, null, now()) !== 'fine');
  const prints = new Set(due.map(({ fingerprint }) => fingerprint));
  return (fingerprint) => prints.has(fingerprint);
}

async function isThorough(context: FlowContext, state: TargetState | null | undefined): Promise<boolean> {
  if (state === undefined) return true;
  return needsThorough(state, {
    now: context.now(),
    interval: context.settings.probeInterval,
    random: context.random(),
    isDue: await isDue(context, state ? othersOf(state) : []),
  });
}

/** What whoever asks for a look and whoever watches the target trust, PEM. */
async function trustedFor({ store }: FlowContext, uri: string, asking: Asking | undefined): Promise<string[]> {
  const watchers = async (): Promise<StoredAnchor[]> => (await store.listWatchersAnchors([uri])).get(uri) ?? [];
  const all =
    asking && 'trusted' in asking ? asking.trusted : [...(asking?.settings.anchors ?? []), ...(await watchers())];
  return [...new Set(all.map(({ pem }) => pem))];
}

async function look(
  context: FlowContext,
  uri: string,
  { state, given, asking, asked = state === undefined }: Why & { state: TargetState | null | undefined },
): Promise<Observation | null> {
  const target = readTarget(uri);
  const source = context.sources.find(({ schemes }) => schemes.includes(target.scheme));
  if (!source) return null;
  const thorough = await isThorough(context, state);
  const awaited = state === undefined;
  const trusted = await trustedFor(context, uri, asking);
  const options = { awaited, trusted, ...(asked ? { asked } : {}) };
  let observation = await source.observe(target, { thorough, ...options, ...(given === undefined ? {} : { given }) });
  if (!thorough && presentsNew(observation, state ?? null)) {
    const further = await source.observe(target, { thorough: true, ...options });
    observation = together(observation, further, state ?? null);
  }
  // An answer tells what holds, also where what it told of the target was no news.
  if (observation.item !== undefined && awaited)
    observation = carryOver(observation, (await context.store.findTarget(uri))?.observation ?? null);
  const { item, listed, leadsTo } = observation;
  const any = itemsOf(observation).length > 0 || item === null || listed !== undefined || leadsTo !== undefined;
  context.meter.looked(any ? 'presented' : 'failed', observation.duration);
  return observation;
}

/** What these targets have presented, as far as their states tell. */
async function knownOf({ store }: FlowContext, rows: TargetRow[]): Promise<Map<string, Item>> {
  const prints = rows.flatMap(({ state }) => [
    ...(state?.leaves ?? []),
    ...(state?.leaf ? [state.leaf] : []),
    ...(state?.altLeaf ? [state.altLeaf.leaf] : []),
  ]);
  const stored = prints.length > 0 ? await store.getCertificates([...new Set(prints)]) : [];
  return new Map(stored.map((certificate) => [certificate.fingerprint, certificate]));
}

/** What each look means, and the looks that nothing could be made of; those with nothing new to say are left out. */
async function decideGroup(
  context: FlowContext,
  group: Entry[],
): Promise<{ decided: Decided[]; broken: Map<Entry, unknown> }> {
  const { store } = context;
  const ids = group.map(({ targetId }) => targetId);
  const rows = new Map((await store.getTargets(ids)).map((row) => [row.id, row]));
  const contexts = Map.groupBy(await store.listWatchContexts(ids), ({ watch }) => watch.targetId);
  const known = await knownOf(context, [...rows.values()]);
  const decided: Decided[] = [];
  const broken = new Map<Entry, unknown>();
  for (const [index, seen] of group.entries()) {
    if (index % DECIDED_AT_ONCE === 0) await nextTurn();
    const row = rows.get(seen.targetId);
    if (!row || isOutdated(seen, row)) continue;
    try {
      decided.push(decide(context, seen, row, contexts.get(seen.targetId) ?? [], known));
    } catch (error) {
      broken.set(seen, error);
    }
  }
  return { decided, broken };
}

/** Marks where reminders change. */
async function address(context: FlowContext, decided: Decided[]): Promise<void> {
  const { store } = context;
  const contexts = decided.flatMap(({ concerned }) => concerned);
  const each = await destinationsOfEach(context, store, contexts);
  const destinations = new Map(contexts.map((watchContext, index) => [watchContext, each[index]!]));
  for (const one of decided) {
    const keys = new Set(one.concerned.flatMap((watchContext) => destinations.get(watchContext)!.map(destinationKey)));
    const part = partOf(one.commit.targetId);
    one.commit.marked = [...keys].map((key) => ({ key, part }));
  }
}

/**
 * Stores what it can; returns the target ids whose looks were stored, those of looks that were decided but skipped,
 * and the looks that nothing could be made of. The others had nothing new to say.
 */
async function storeGroup(
  { context, told }: Desk,
  group: Entry[],
): Promise<{ kept: Set<number>; skipped: Set<number>; broken: Map<Entry, unknown> }> {
  const { decided, broken } = await decideGroup(context, group);
  await address(context, decided);
  await nextTurn();
  const commits = decided.map(({ commit }) => commit);
  const kept = new Set(await context.store.commitObservations(commits, context.now()));
  const skipped = new Set(commits.flatMap(({ targetId }) => (kept.has(targetId) ? [] : [targetId])));
  if (commits.some(({ marked }) => marked.length > 0)) told.marked();
  const uris = new Map(group.map(({ targetId, observation }) => [targetId, observation.uri]));
  for (const { targetId, state, observation } of commits) {
    // Who answers can be reached, also where the answer is none that can be read.
    const hasAnswered = ANSWERS.has(observation.failure?.code ?? '');
    const seen = hasAnswered ? { ...state, failures: 0 } : state;
    if (kept.has(targetId)) told.network.saw(targetId, uris.get(targetId)!, seen);
  }
  if (commits.some(({ alerted }) => alerted.length > 0)) told.alerted();
  return { kept, skipped, broken };
}

/** Nothing will be stored under the leases of these looks: a newer one has said when their targets are due. */
async function release({ store }: FlowContext, unstored: Entry[]): Promise<void> {
  const claims = unstored.flatMap(({ targetId, leaseId }) => (leaseId === null ? [] : [{ targetId, leaseId }]));
  if (claims.length > 0) await store.releaseTargets(claims);
}

/** What an answer tells of a look that came too late to be stored is not told again either. */
async function answer({ context: { store, now }, told }: Desk, unstored: Entry[]): Promise<void> {
  const asked = new Map(unstored.flatMap((entry) => (entry.quiet.size > 0 ? [[entry.targetId, entry]] : [])));
  if (asked.size === 0) return;
  const ids = [...asked.keys()];
  const at = now();
  const rows = (await store.getTargets(ids)).filter((row) => tellsAsMuch(asked.get(row.id)!, row, at));
  const contexts = await store.listWatchContexts(rows.map(({ id }) => id));
  const answered = contexts.filter(({ watch }) => asked.get(watch.targetId)!.quiet.has(watch.id));
  if (answered.length === 0) return;
  const marks = answered.map(({ watch }) => ({ key: watch.conversationId, part: answeredPart(watch.id) }));
  await store.mark('alerts', marks, { now: at });
  told.alerted();
}

/** Takes a group from the queue; a target stands in it once, its next look waits for the next group. */
function takeGroup(desk: Desk): Entry[] {
  const group = new Map<number, Entry>();
  const rest: Entry[] = [];
  for (const entry of desk.queue) {
    if (group.size < GROUP_ROWS && !group.has(entry.targetId)) group.set(entry.targetId, entry);
    else rest.push(entry);
  }
  desk.queue = rest;
  return [...group.values()];
}

async function run(desk: Desk): Promise<void> {
  const { context } = desk;
  while (desk.queue.length > 0) {
    const group = takeGroup(desk);
    try {
      const { kept, skipped, broken } = await storeGroup(desk, group);
      // Their targets come due again when the lease ends: not at once, or they would be looked at without end.
      for (const [entry, error] of broken) entry.fail(error);
      for (const entry of group) entry.decisions += 1;
      // The lease was lost, or the state has moved on; the next try finds out.
      const again = group.filter(({ targetId, decisions }) => skipped.has(targetId) && decisions < MOST_DECISIONS);
      const over = group.filter((entry) => !again.includes(entry) && !broken.has(entry));
      const unstored = over.filter(({ targetId }) => !kept.has(targetId));
      await release(context, unstored);
      await answer(desk, unstored);
      desk.queue.unshift(...again);
      for (const entry of over) entry.done();
    } catch (error) {
      context.log.error(
        { err: error, looks: group.length },
        'a group of looks could not be stored; their targets come due again when the lease ends',
      );
      for (const entry of group) entry.fail(error);
    }
  }
}

function flush(desk: Desk): void {
  if (desk.timer) clearTimeout(desk.timer);
  desk.timer = null;
  desk.running ??= run(desk).finally(() => {
    desk.running = null;
  });
}

function commitLook(desk: Desk, seen: Seen, urgent: boolean): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    desk.queue.push({ ...seen, decisions: 0, done: resolve, fail: reject });
    if (urgent || desk.queue.length >= GROUP_ROWS) setImmediate(() => flush(desk));
    else desk.timer ??= setTimeout(() => flush(desk), GROUP_DELAY);
  });
}

async function drain(desk: Desk): Promise<void> {
  while (desk.queue.length > 0 || desk.running) {
    flush(desk);
    await desk.running;
  }
}

/** Looks at targets and stores what was seen. */
export function createObserver(context: FlowContext, told: Told): Observer {
  const desk: Desk = { context, told, queue: [], timer: null, running: null };
  return {
    look: (uri, state, why = {}) => look(context, uri, { ...why, state }),
    commitLook: (seen, { urgent = false } = {}) => commitLook(desk, seen, urgent),
    drain: () => drain(desk),
  };
}
