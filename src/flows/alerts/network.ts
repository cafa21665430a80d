import type { Network } from '../../core/alerts/incident-desk.ts';
import { hostCause } from '../../core/alerts/causes.ts';
import type { TargetState } from '../../core/certificates/state.ts';
import { LOOKED } from '../../core/model/incident.ts';
import { connects } from '../../core/targets/target.ts';
import { MINUTE, type Instant } from '../../core/time.ts';
import type { FlowContext } from '../context.ts';

/** What was looked at longer ago says nothing of now. */
const RECENT = 5 * MINUTE;
/** What has been silent for longer is no witness: it is looked at more often than others. */
const NEWLY = 10 * MINUTE;
const FEWEST_HOSTS = 3;
/** So many silent targets are looked at each minute, to see whether they are back. */
const CANARIES = 5;

/** What is known of one target's last look. */
interface Sight {
  host: string;
  at: Instant;
  failures: number;
  /** Since when nothing has answered; null: it does. What never answered has been silent since ever. */
  since: Instant | null;
  /** Failures since the network was last away. */
  after: number;
}

type Seen = Pick<TargetState, 'failures' | 'answeredAt'>;

/** Whether it is rather the bot that is cut off, over everything that this process looks at. */
export interface NetworkWatch {
  /** A look was stored. */
  saw(targetId: number, uri: string, state: Seen): void;
  current(): Network;
  /** Once a second: tells whom it concerns when it has changed, and looks whether it is over. */
  beat(): Promise<void>;
}

/** Whom it tells. */
interface Told {
  away: (targets: number) => Promise<void>;
  back: () => Promise<void>;
  marked: () => void;
}

interface Desk {
  context: FlowContext;
  told: Told;
  sights: Map<number, Sight>;
  state: Network['state'];
  since: Instant;
  endedAt: Instant | null;
  canariesAt: Instant;
  /** What was silent when the network was back. */
  doubtful: Set<number>;
  /**
   * Something was seen that is not judged yet. Every judgement reads all sights: one for each look of a hundred
   * thousand would take longer than the looks.
   */
  isStale: boolean;
  /** The state of which the conversations concerned have heard. */
  announced: Network['state'];
}

function saw(desk: Desk, targetId: number, uri: string, { failures, answeredAt }: Seen): void {
  if (!connects(uri)) return;
  const at = desk.context.now();
  const before = desk.sights.get(targetId);
  const began = failures === 1 && answeredAt !== null ? at : (before?.since ?? -Infinity);
  const after = failures > 0 ? (before?.after ?? 0) + 1 : 0;
  desk.sights.set(targetId, { host: hostCause(uri), at, failures, since: failures > 0 ? began : null, after });
  // What has never answered says nothing of the network.
  if ((failures > 0 && began > -Infinity) || desk.state !== 'fine') desk.isStale = true;
}

/** Silent for the first time lately, and looked at lately. */
function newlySilent({ sights, state, since, context }: Desk): [number, Sight][] {
  const now = context.now();
  const from = (state === 'fine' ? now : since) - NEWLY;
  return [...sights].filter(([, sight]) => sight.since !== null && sight.since >= from && now - sight.at <= RECENT);
}

function judge(desk: Desk): void {
  const { context, sights } = desk;
  desk.isStale = false;
  const now = context.now();
  const silent = newlySilent(desk);
  const hosts = new Set(silent.map(([, { host }]) => host));
  // What has answered since several fell silent stays a witness: the network was there, and they were not. Looked at
  // together, who answers does so a while before it is known who does not.
  const begins = silent.map(([, sight]) => sight.since!).toSorted((a, b) => a - b)[FEWEST_HOSTS - 1] ?? Infinity;
  const recent = [...sights.values()].filter(
    (sight) => sight.since === null && (now - sight.at <= RECENT || sight.at >= begins - MINUTE),
  );
  const answering = new Set(recent.map(({ host }) => host));
  const isMost = hosts.size >= FEWEST_HOSTS && hosts.size > answering.size;
  // While it lasts, one that answers is enough to know that it is over.
  const isOver = desk.state !== 'fine' && (!isMost || recent.some(({ at }) => at > desk.since && at > now - MINUTE));
  if (desk.state === 'fine' && isMost) {
    desk.state = 'suspected';
    desk.since = now;
  } else if (isOver) {
    desk.state = 'fine';
    desk.endedAt = now;
    for (const sight of sights.values()) sight.after = 0;
  }
  const isSure = silent.filter(([, { failures }]) => failures > 1).length >= FEWEST_HOSTS;
  if (desk.state === 'suspected' && isSure && now - desk.since >= context.settings.alerts.network) desk.state = 'open';
}

async function announce(desk: Desk): Promise<void> {
  const { context, told, sights, state } = desk;
  const { store, now } = context;
  const silent = [...sights].flatMap(([id, { since }]) => (since === null ? [] : [id]));
  if (state === 'open') await told.away(newlySilent(desk).length);
  if (state === 'fine' && desk.announced === 'open') await told.back();
  await mark(desk, [...sights.keys()]);
  if (state === 'fine') {
    desk.doubtful = new Set(silent);
    await store.setTargetDue(silent, now());
  }
  desk.announced = state;
}

/** Those who watch these targets have perhaps to be told something. */
async function mark({ context, told }: Desk, targetIds: number[]): Promise<void> {
  const { store, now } = context;
  const contexts = await store.listWatchContexts(targetIds);
  const keys = new Set(contexts.map(({ watch }) => watch.conversationId));
  await store.mark(
    'alerts',
    [...keys].map((key) => ({ key, part: LOOKED })),
    { now: now() },
  );
  told.marked();
}

/** What was still silent when the network was back is looked at until it is known to be down by itself, or not. */
async function settle(desk: Desk): Promise<void> {
  const { context, doubtful } = desk;
  if (doubtful.size === 0) return;
  const settled = [...doubtful].filter((id) => !isDoubtful(desk, id));
  for (const id of settled) doubtful.delete(id);
  if (settled.length > 0) await mark(desk, settled);
  if (!isMinuteOver(desk)) return;
  await context.store.setTargetDue([...doubtful], context.now());
}

/** Once a minute. */
function isMinuteOver(desk: Desk): boolean {
  const { now, settings } = desk.context;
  const at = now();
  if (at < desk.canariesAt && desk.canariesAt - at <= MINUTE) return false;
  desk.canariesAt = at + Math.min(MINUTE, settings.probeInterval);
  return true;
}

async function beat(desk: Desk): Promise<void> {
  const { context, sights } = desk;
  const { store } = context;
  const now = context.now();
  if (desk.isStale || desk.state !== 'fine') judge(desk);
  if (desk.state !== desk.announced) await announce(desk);
  if (desk.state === 'fine') {
    await settle(desk);
    return;
  }
  if (!isMinuteOver(desk)) return;
  const silent = newlySilent(desk).toSorted(([, a], [, b]) => a.at - b.at);
  await store.setTargetDue(
    silent.slice(0, CANARIES).map(([id]) => id),
    now,
  );
  for (const [id, { at }] of sights) if (now - at > 24 * 60 * MINUTE) sights.delete(id);
}

/** A host that fell silent together with all others is told of when it is still silent after that. */
function isDoubtful({ sights, endedAt }: Desk, targetId: number): boolean {
  const sight = sights.get(targetId);
  if (endedAt === null || !sight || sight.since === null || sight.since > endedAt) return false;
  return sight.after < 2;
}

/** See NetworkWatch. */
export function createNetworkWatch(context: FlowContext, told: Told): NetworkWatch {
  const desk: Desk = {
    context,
    told,
    sights: new Map(),
    state: 'fine',
    since: 0,
    endedAt: null,
    canariesAt: 0,
    doubtful: new Set(),
    isStale: false,
    announced: 'fine',
  };
  return {
    saw: (targetId, uri, state) => saw(desk, targetId, uri, state),
    current() {
      if (desk.isStale) judge(desk);
      return { state: desk.state, isDoubtful: (targetId) => isDoubtful(desk, targetId) };
    },
    beat: () => beat(desk),
  };
}
