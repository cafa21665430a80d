import type { Card, CardAction } from '../core/card.ts';
import { alertCard } from '../core/cards/alert.ts';
import type { Certificate, Observation } from '../core/certificate.ts';
import { advance, carryOver, needsThorough, othersOf, presentsNew, type TargetState } from '../core/change.ts';
import { effectsOf, nextLook, policyOf, type Look, type WatchEffects } from '../core/effects.ts';
import { stageAt } from '../core/policy.ts';
import { sayTo, type Say } from '../core/language.ts';
import type { Episode, ObservationCommit, OutgoingMessage, Reminder, TargetRow, WatchContext } from '../core/ports.ts';
import { routeKey } from '../core/route.ts';
import { readTarget } from '../core/target.ts';
import { shownBy } from '../core/verdict.ts';
import type { FlowContext } from './context.ts';
import { bookAction, outlookAction } from './commands/view.ts';
import { ownView } from './trust.ts';
import { createPlanPace } from './plan-pace.ts';
import { ownRouteOf, planMailbox, routesOf, settleMailboxes, type Pending } from './plan.ts';

/** A look that waits to be stored. */
interface Seen {
  targetId: number;
  leaseId: string | null;
  observation: Observation;
  /** Watches whose conversation learns everything from an answer that is being written anyway. */
  quiet: ReadonlySet<number>;
}

export interface Observer {
  /**
   * Looks at a target now, thoroughly (Observation.thorough) unless its state is given (null: it has none yet) and that can wait; null when no source observes
   * its scheme. Never throws.
   */
  look(uri: string, state?: TargetState | null): Promise<Observation | null>;
  /**
   * Stores a look: state, sightings, alerts, reminders, next look, in one transaction. Looks are stored in groups (64, or 250 ms after the
   * first; at once when `urgent`), strictly one group after the other, so that no two decisions start from the same state.
   */
  settle(seen: Seen, options?: { urgent?: boolean }): Promise<void>;
  /** Resolves when everything handed to `settle` is stored. */
  drain(): Promise<void>;
}

/** No look takes longer, in milliseconds. */
const OUTDATED_WITHIN = 10 * 60_000;
const GROUP_ROWS = 64;
const GROUP_DELAY = 250;

/** How often a look is decided anew because another process stored one of the same target in between. */
const MOST_DECISIONS = 5;

type Entry = Seen & { decisions: number; done: () => void; fail: (error: unknown) => void };

/** An alert on its way, and what its buttons depend on. */
interface Alert {
  message: OutgoingMessage;
  look: Look;
  watchContext: WatchContext;
  say: Say;
}

/** The buttons of an alert, `reminders` being those of its watch's owner. */
function alertActions(context: FlowContext, { look, watchContext, say }: Alert, reminders: Reminder[]): CardAction[] {
  const { watch } = watchContext;
  const now = context.now();
  const { holidays } = context;
  const leaf = look.certificates.get(look.state.leaf ?? '');
  const own = reminders.filter(({ wanted, fingerprint }) => wanted && fingerprint === leaf?.fingerprint);
  const planned = own.find(({ kind }) => kind === 'renew');
  const policy = policyOf(watchContext);
  return [
    { kind: 'execute', label: say('button.again'), action: { name: 'show', data: { watch: watch.id, fresh: true } } },
    ...bookAction(watch, own, { now, say }),
    ...outlookAction(leaf, watch.uri, {
      policy,
      timeZone: watch.ownerTimeZone,
      now,
      say,
      planned,
      holidays,
      observation: look.observation,
    }),
  ];
}

function alertOf(
  context: FlowContext,
  effects: WatchEffects,
  look: Look,
  watchContext: WatchContext,
  say: Say,
): Alert | null {
  if (effects.items.length === 0) return null;
  const policy = policyOf(watchContext);
  const card: Card = alertCard(effects.items, look, { now: context.now(), policy, actions: [], say });
  const message = { id: context.uuid(), conversationId: watchContext.conversation.id, thread: null, card };
  return { message, look, watchContext, say };
}

/** Episodes of a watch as they will be after these effects. */
function episodesAfter(before: Episode[], effects: WatchEffects, now: number): Episode[] {
  const open = before.filter(({ finding }) => !effects.closed.includes(finding));
  const told = open.map((episode) =>
    effects.toldEpisodes.includes(episode.finding) ? { ...episode, toldAt: now } : episode,
  );
  return [...told, ...effects.opened];
}

/** A look that took long may come after a newer one: what it saw is no news any more. (Where the clock was set back, the stored look is from the future.) */
function isOutdated({ observation }: Seen, { observation: last }: TargetRow): boolean {
  return last !== null && last.at > observation.at && last.at - observation.at < OUTDATED_WITHIN;
}

/** Decides what one look means for its target and all its watches. Pure but for clock, chance and ids. */
function decide(
  context: FlowContext,
  seen: Seen,
  row: TargetRow,
  watches: WatchContext[],
  known: Map<string, Certificate>,
): { commit: ObservationCommit; look: Look; alerts: Alert[]; concerned: WatchContext[] } {
  const now = context.now();
  const { grace } = context.settings;
  const observation = carryOver(seen.observation, row.observation);
  const { state, change } = advance(row.state, observation, known);
  const presented = observation.addresses.flatMap((result) =>
    result.kind === 'presented' ? shownBy(result).map(({ chain }) => chain[0]) : [],
  );
  const certificates = new Map([...known, ...presented.map((leaf): [string, Certificate] => [leaf.fingerprint, leaf])]);
  const look: Look = { observation, state, change, certificates };
  const commit: ObservationCommit = {
    targetId: seen.targetId,
    leaseId: seen.leaseId,
    previous: row.state,
    observation,
    state,
    dueAt: null,
    told: [],
    episodesOpened: [],
    episodesTold: [],
    episodesClosed: [],
    messages: [],
    reminders: [],
  };
  const after: { policy: ReturnType<typeof policyOf>; episodes: Episode[] }[] = [];
  const alerts: Alert[] = [];
  const concerned: WatchContext[] = [];
  for (const watchContext of watches) {
    const watchId = watchContext.watch.id;
    // An alert has no asker: it speaks the language of whoever set up the watch.
    const say = sayTo(watchContext.watch.ownerLocale);
    const own: Look = { ...look, observation: ownView(context, watchContext.conversation, observation) };
    const effects = effectsOf(own, watchContext, { quiet: seen.quiet.has(watchId), now, say, grace });
    commit.told.push(...effects.told.map((key) => ({ watchId, key })));
    commit.episodesOpened.push(...effects.opened);
    commit.episodesTold.push(...effects.toldEpisodes.map((finding) => ({ watchId, finding, toldAt: now })));
    commit.episodesClosed.push(...effects.closed.map((finding) => ({ watchId, finding })));
    const alert = alertOf(context, effects, own, watchContext, say);
    if (alert) {
      alerts.push(alert);
      commit.messages.push(alert.message);
    }
    // A new leaf concerns everybody who watches the target, a new stage or finding changes what the event says; the command that a quiet look belongs to
    // has perhaps just begun to watch.
    const told = [effects.told, effects.opened, effects.closed].some((each) => each.length > 0);
    if (change.leafChanged || told || seen.quiet.has(watchId)) concerned.push(watchContext);
    after.push({ policy: policyOf(watchContext), episodes: episodesAfter(watchContext.episodes, effects, now) });
  }
  commit.dueAt = nextLook(look, after, {
    interval: context.settings.probeInterval,
    now,
    random: context.random(),
    grace,
  });
  return { commit, look, alerts, concerned };
}

/** Looks at targets and stores what was seen. `stored` is called after each group that put something into the outbox. */
export function createObserver(context: FlowContext, options: { stored: () => void }): Observer {
  const { store, sources, log, meter } = context;
  let queue: Entry[] = [];
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> | null = null;
  const pace = createPlanPace({
    now: context.now,
    async plan(routes) {
      await settleMailboxes(context, routes);
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
    let observation = await source.observe(target, { thorough });
    if (!thorough && presentsNew(observation, state ?? null))
      observation = await source.observe(target, { thorough: true });
    const any = observation.addresses.some(({ kind }) => kind === 'presented');
    meter.looked(any ? 'presented' : 'failed', observation.duration);
    return observation;
  }

  /** The reminders of a watch's owner as they will be with the rows that have just been planned. `read`: those of places that were asked before. */
  async function ownReminders(
    placed: WatchContext,
    planned: Reminder[],
    read: Map<string, Reminder[]>,
  ): Promise<Reminder[]> {
    const route = await ownRouteOf(context, store, placed);
    if (!route) return [];
    const stored = read.get(routeKey(route)) ?? (await store.listReminders(route.calendar, route.mailbox));
    read.set(routeKey(route), stored);
    const changed = new Map(planned.map((row) => [row.id, row]));
    const known = new Set(stored.map(({ id }) => id));
    const added = planned.filter(
      ({ id, calendar, mailbox }) => !known.has(id) && calendar === route.calendar && mailbox === route.mailbox,
    );
    return [...stored.map((row) => changed.get(row.id) ?? row), ...added];
  }

  /** Stores what it can; returns the target ids whose looks were decided but skipped. */
  async function storeGroup(group: Entry[]): Promise<Set<number>> {
    const ids = group.map(({ targetId }) => targetId);
    const rows = new Map((await store.getTargets(ids)).map((row) => [row.id, row]));
    const contexts = Map.groupBy(await store.listWatchContexts(ids), ({ watch }) => watch.targetId);
    const prints = [
      ...new Set(
        [...rows.values()].flatMap(({ state }) => [
          ...(state?.leaves ?? []),
          ...(state?.leaf ? [state.leaf] : []),
          ...(state?.twin ? [state.twin.leaf] : []),
        ]),
      ),
    ];
    const stored = prints.length > 0 ? await store.getCertificates(prints) : [];
    const known = new Map(stored.map((certificate) => [certificate.fingerprint, certificate]));
    const decided = group.flatMap((seen) => {
      const row = rows.get(seen.targetId);
      return row && !isOutdated(seen, row)
        ? [decide(context, seen, row, contexts.get(seen.targetId) ?? [], known)]
        : [];
    });
    const concerned = decided.flatMap((one) => one.concerned);
    const pending: Pending = {
      states: new Map(decided.map(({ commit }) => [commit.targetId, commit.state])),
      observations: new Map(decided.map(({ commit }) => [commit.targetId, commit.observation])),
      certificates: new Map(decided.flatMap(({ look: { certificates } }) => [...certificates])),
    };
    const all = await routesOf(context, store, concerned);
    // Who waits for an answer reads in it where the reminders are.
    const isAwaited = group.some(({ leaseId }) => leaseId === null);
    const routes = isAwaited ? all : pace.due(all);
    const began = context.now();
    const [carrier] = decided.filter(({ commit: { targetId } }) => targetId === concerned[0]?.watch.targetId);
    for (const route of routes) carrier!.commit.reminders.push(...(await planMailbox(context, store, route, pending)));
    const planned = carrier?.commit.reminders ?? [];
    const read = new Map<string, Reminder[]>();
    for (const alert of decided.flatMap(({ alerts }) => alerts)) {
      const reminders = await ownReminders(alert.watchContext, planned, read);
      alert.message.card = { ...alert.message.card, actions: alertActions(context, alert, reminders) };
    }
    const commits = decided.map(({ commit }) => commit);
    const kept = new Set(await store.commitObservations(commits, context.now()));
    const skipped = new Set(commits.flatMap(({ targetId }) => (kept.has(targetId) ? [] : [targetId])));
    const unwanted = commits.flatMap(({ reminders }) =>
      reminders.filter(({ calendar, wanted }) => calendar === 'ics' && !wanted),
    );
    if (unwanted.length > 0) await store.deleteReminders(unwanted.map(({ id }) => id));
    // A plan that rode on a look that was skipped went with it, and one that was stored may be out of date already.
    await settleMailboxes(context, routes);
    pace.planned(routes, context.now() - began);
    if (commits.some(({ messages }) => messages.length > 0) || routes.length > 0) options.stored();
    return skipped;
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
        const skipped = await storeGroup(group);
        for (const entry of group) {
          entry.decisions += 1;
          // The lease was lost, or the state has moved on; the next try finds out.
          if (skipped.has(entry.targetId) && entry.decisions < MOST_DECISIONS) queue.unshift(entry);
          else entry.done();
        }
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

  function settle(seen: Seen, { urgent = false } = {}): Promise<void> {
    return new Promise((resolve, reject) => {
      queue.push({ ...seen, decisions: 0, done: resolve, fail: reject });
      if (urgent || queue.length >= GROUP_ROWS) setImmediate(flush);
      else timer ??= setTimeout(flush, GROUP_DELAY);
    });
  }

  async function drain(): Promise<void> {
    while (queue.length > 0 || running) {
      flush();
      await running;
    }
    await pace.drain();
  }

  return { look, settle, drain };
}
