import { setImmediate as nextTurn } from 'node:timers/promises';
import { hasCome, SECOND, MINUTE, HOUR, DAY, type Instant } from '../core/time.ts';
import { jittered } from '../core/backoff.ts';
import { longestWait } from '../core/alerts/next-look.ts';
import { isOurFault } from '../core/certificates/state.ts';
import { StoreError } from '../core/errors.ts';
import type { StoredAnchor } from '../core/model/anchors.ts';
import { RETENTION } from '../core/model/retention.ts';
import type { DueTarget } from '../core/model/watch.ts';
import { forgetExport } from './audit-export.ts';
import type { FlowContext } from './context.ts';
import type { Defaults } from './defaults.ts';
import { forgetReplicas, REPLICA } from './replicas.ts';
import type { Commander } from './chat/inbox.ts';
import type { Deliverer } from './delivery/deliver.ts';
import { followLeads } from './chat/follow.ts';
import { forgetGone } from './chat/membership.ts';
import type { Observer } from './looks/observe.ts';
import type { MailboxAudits } from './reminders/mailbox-rounds.ts';
import type { Operators } from './chat/operators.ts';
import { finishForgetting } from './people/forget.ts';
import type { Owners } from './people/owners.ts';
import { allDestinations, markDestinations } from './reminders/destinations.ts';
import { chunksOf } from './reminders/chunks.ts';
import type { NetworkWatch } from './alerts/network.ts';
import type { Notifier } from './alerts/notifier.ts';
import type { Planner } from './reminders/planner.ts';
import type { SignIns } from './people/sign-in.ts';
import { untilStored } from './queue/until-stored.ts';
import { within } from '../timing/within.ts';

/** Claims are small, so that people who chat wait in between. */
const CLAIMED_AT_ONCE = 32;
/** Between two writes that only tell whether the store takes any, milliseconds. */
const BEAT_EVERY = 10 * SECOND;
/** How long the end waits for looks under way: silent hosts take longer, and their looks are made again. */
const CLOSE_WITHIN = 2 * SECOND;

/** What /readyz and /healthz ask: lengths of time in milliseconds, null where it has not happened yet. */
export interface Pulse {
  /** Since the store last took a write, and the error of the last one if that failed. */
  written: { ago: number | null; error: unknown };
  /** Since targets were last claimed (or none was due), or a look ended. */
  looks: number | null;
  /** Since deliveries were last claimed (or none was due), or one ended. */
  deliveries: number | null;
}

export interface Tick {
  start(): void;
  /** Once what happens every second; resolves when all of it has ended. */
  beat(): Promise<void>;
  /** Plans all reminders again with the next round: something that decides where they go has become known. */
  planAgain(): void;
  pulse(): Pulse;
  /** Stops claiming and waits for looks under way, at most two seconds. */
  close(): Promise<void>;
}

/** Whom the tick sets to work. */
interface Workers {
  observer: Observer;
  planner: Planner;
  notifier: Notifier;
  network: NetworkWatch;
  deliverer: Deliverer;
  commander: Commander;
  audits: MailboxAudits;
  owners: Owners;
  operators: Operators;
  signing: SignIns;
  defaults: Defaults;
}

/** What a beat does, each by itself: one that waits for an answer of the store holds up nothing else. */
interface Duty {
  work: () => Promise<void>;
  failure: string;
  running: Promise<void> | null;
}

/** Whom the tick sets to work, what is under way, and when what comes next. */
interface Clockwork extends FlowContext, Workers {
  /** Looks that are under way. */
  active: Set<Promise<void>>;
  /** What else goes on beside the beats. */
  beside: Set<Promise<void>>;
  /** The fewest targets that are worth a claim. */
  least: number;
  timer: NodeJS.Timeout | null;
  claiming: Promise<void> | null;
  closed: boolean;
  lookedAt: number | null;
  /** Claims fail each second then: the first one is told. */
  isStoreAway: boolean;
  written: { at: number | null; error: unknown };
  tidyAt: Instant;
  recheckAt: Instant;
}

/** A claim, and what those who watch these targets trust. */
interface Claim {
  leaseId: string;
  anchors: Map<string, StoredAnchor[]>;
}

async function observeOne(clockwork: Clockwork, row: DueTarget, { leaseId, anchors }: Claim): Promise<void> {
  const { observer, log } = clockwork;
  const observation = await observer.look(row.uri, row.state, { asking: { trusted: anchors.get(row.uri) ?? [] } });
  if (!observation) {
    log.warn({ target: row.id }, 'no source observes the scheme of this target');
    return;
  }
  // Our own fault tells nothing about the endpoint: it comes due again when the lease ends.
  if (isOurFault(observation)) return;
  await observer.commitLook({ targetId: row.id, leaseId, observation, quiet: new Set() });
  await followLeads(clockwork, observation);
}

function begin(clockwork: Clockwork, row: DueTarget, claimed: Claim): void {
  const { settings, active, least, log } = clockwork;
  const one: Promise<void> = observeOne(clockwork, row, claimed)
    .catch((error: unknown) => log.error({ err: error, target: row.id }, 'a look failed'))
    .finally(() => {
      active.delete(one);
      clockwork.lookedAt = performance.now();
      if (settings.looksAtOnce - active.size >= least) void claim(clockwork);
    });
  active.add(one);
}

/**
 * Claims as many due targets as there is room for; when they are done and more is waiting, goes on without waiting
 * for the next second. A loop of its own beside that of the queues: a beat ends when everything due is claimed, and not
 * when silent hosts are given up; and room is not filled one by one.
 */
async function claimRound(clockwork: Clockwork): Promise<void> {
  const { store, settings, active, least, now, uuid } = clockwork;
  while (!clockwork.closed) {
    const room = settings.looksAtOnce - active.size;
    if (room < least) return;
    const leaseId = uuid();
    const limit = Math.min(room, CLAIMED_AT_ONCE);
    const longest = longestWait(settings.probeInterval);
    const rows = await store.claimTargets(now(), limit, leaseId, settings.lease, longest);
    clockwork.lookedAt = performance.now();
    clockwork.isStoreAway = false;
    const anchors = await store.listWatchersAnchors(rows.map(({ uri }) => uri));
    for (const row of rows) begin(clockwork, row, { leaseId, anchors });
    if (rows.length < limit) return;
    await nextTurn();
  }
}

function claim(clockwork: Clockwork): Promise<void> {
  clockwork.claiming ??= claimRound(clockwork)
    .catch((error: unknown) => {
      const isAway = error instanceof StoreError;
      if (!isAway || !clockwork.isStoreAway) clockwork.log.error({ err: error }, 'due targets could not be claimed');
      clockwork.isStoreAway = isAway;
    })
    .finally(() => {
      clockwork.claiming = null;
    });
  return clockwork.claiming;
}

async function tidy(clockwork: Clockwork): Promise<void> {
  const { store, operators, log } = clockwork;
  const now = clockwork.now();
  if (!hasCome(clockwork.tidyAt, now, 1.05 * DAY)) return;
  // Until it has ended well it is tried again.
  const again = now + MINUTE;
  clockwork.tidyAt = again;
  await clockwork.defaults.refresh();
  await store.pruneInbound(now - RETENTION.inbound);
  await store.pruneDeliveries(now - RETENTION.sent);
  await store.pruneKept(now);
  await forgetExport(clockwork);
  await store.pruneMarks();
  await store.pruneRates(now - RETENTION.rates);
  await forgetReplicas(store, now);
  const forgotten = await forgetGone(clockwork, operators);
  // Meanwhile somebody may have asked for another plan.
  if (clockwork.tidyAt === again) clockwork.tidyAt = now + jittered(DAY, clockwork.random());
  log.info({ forgotten }, 'tidied up');
  // Thousands of watches take a while.
  background(
    clockwork,
    untilStored(() => planAll(clockwork)),
    'reminders could not be planned anew; tomorrow they are',
  );
  // These ask peers, who may take their time; a round of the tick does not wait for them.
  background(clockwork, operators.selfCheck(), 'the bot could not look after itself');
}

/** Desired state once more for every mailbox: settings may have changed while the process was down. */
async function planAll(clockwork: Clockwork): Promise<void> {
  const { planner, store, log } = clockwork;
  const destinations = await allDestinations(clockwork);
  for (const some of chunksOf(destinations)) {
    if (clockwork.closed) return;
    await store.transaction((operations) => markDestinations(clockwork, operations, some, null, { isRoutine: true }), {
      waits: false,
    });
    await nextTurn();
  }
  planner.kick();
  log.info({ mailboxes: destinations.length }, 'reminders are planned anew');
}

function background({ beside, log }: Clockwork, work: Promise<void>, failure: string): void {
  const one: Promise<void> = work
    .catch((error: unknown) => log.warn({ err: error }, failure))
    .finally(() => beside.delete(one));
  beside.add(one);
}

/** Mailboxes that were missing come back when somebody is given a licence, or is let in again. */
function recheckOwners(clockwork: Clockwork): void {
  const now = clockwork.now();
  if (!hasCome(clockwork.recheckAt, now, 1.05 * HOUR)) return;
  clockwork.recheckAt = now + jittered(HOUR, clockwork.random());
  background(clockwork, clockwork.owners.recheck(), 'owners whose mailboxes were missing could not be looked up');
}

/**
 * Writes where nothing else would tell whether the store takes writes: every so often, and again and again while it
 * takes none.
 */
async function beatStore(clockwork: Clockwork): Promise<void> {
  const { store, written, settings, defaults, log, now } = clockwork;
  if (written.error === null && written.at !== null && performance.now() - written.at < BEAT_EVERY) return;
  try {
    await store.beat(now());
    await store.setValue(`${REPLICA}${settings.replica}`, `${now()} ${settings.version}`);
    // Perhaps set by another replica.
    if (await defaults.refresh()) clockwork.tidyAt = 0;
    if (written.error !== null) log.info({}, 'the store keeps what is written again');
    written.at = performance.now();
    written.error = null;
  } catch (error) {
    if (written.error === null) log.error({ err: error }, 'the store keeps nothing');
    written.error = error;
  }
}

function dutiesOf(clockwork: Clockwork): Duty[] {
  const { signing, operators, network } = clockwork;
  const duties: Omit<Duty, 'running'>[] = [
    { work: () => beatStore(clockwork), failure: 'the store could not be asked whether it takes writes' },
    { work: () => claim(clockwork), failure: 'due targets could not be claimed' },
    { work: () => tidy(clockwork), failure: 'tidying up failed; it is tried again' },
    { work: signing.finishLeaving, failure: 'calendars that are to be left could not be left yet' },
    { work: () => finishForgetting(clockwork), failure: 'people could not be forgotten to the end yet' },
    { work: network.beat, failure: 'it could not be told yet whether the network is there' },
    { work: operators.retell, failure: 'the operators could not be told yet' },
  ];
  return duties.map((duty) => ({ ...duty, running: null }));
}

async function beat(clockwork: Clockwork, duties: Duty[]): Promise<void> {
  const { commander, planner, notifier, deliverer, audits, log } = clockwork;
  if (clockwork.closed) return;
  commander.kick();
  planner.kick();
  notifier.kick();
  deliverer.kick();
  audits.kick();
  recheckOwners(clockwork);
  for (const duty of duties) {
    duty.running ??= duty
      .work()
      .catch((error: unknown) => {
        if (!(error instanceof StoreError)) log.error({ err: error }, duty.failure);
      })
      .finally(() => {
        duty.running = null;
      });
  }
  await Promise.all(duties.flatMap(({ running }) => running ?? []));
}

function pulse({ written, lookedAt, deliverer }: Clockwork): Pulse {
  const since = (at: number | null): number | null => (at === null ? null : performance.now() - at);
  return {
    written: { ago: since(written.at), error: written.error },
    looks: since(lookedAt),
    deliveries: deliverer.idleFor(),
  };
}

async function close(clockwork: Clockwork): Promise<void> {
  const { timer, active, beside, audits, observer } = clockwork;
  clockwork.closed = true;
  if (timer) clearInterval(timer);
  await clockwork.claiming;
  const looking = audits.close();
  await within(Promise.all([...active, ...beside, looking]), CLOSE_WITHIN, () => {});
  await observer.drain();
}

/**
 * Every second (more often where looks come that close together): takes up messages, looks at what is due, sends what
 * is due; once a day tidies up.
 */
export function createTick(context: FlowContext & Workers): Tick {
  const { settings } = context;
  const clockwork: Clockwork = {
    ...context,
    active: new Set(),
    beside: new Set(),
    least: Math.min(CLAIMED_AT_ONCE, settings.looksAtOnce / 4),
    timer: null,
    claiming: null,
    closed: false,
    lookedAt: null,
    isStoreAway: false,
    written: { at: null, error: null },
    tidyAt: 0,
    recheckAt: 0,
  };
  const duties = dutiesOf(clockwork);
  return {
    start() {
      // An interval of a second or two would otherwise come out up to a second longer.
      clockwork.timer = setInterval(() => void beat(clockwork, duties), Math.min(SECOND, settings.probeInterval / 4));
      void beat(clockwork, duties);
    },
    beat: () => beat(clockwork, duties),
    planAgain() {
      clockwork.tidyAt = 0;
    },
    pulse: () => pulse(clockwork),
    close: () => close(clockwork),
  };
}
