import { setTimeout as sleep } from 'node:timers/promises';
import type { ClaimedMark, MarkQueue } from '../../core/model/mark.ts';
import type { Store, StoreOperations } from '../../core/ports/store.ts';
import { MINUTE, SECOND } from '../../core/time.ts';
import { createClaimLoop } from './claim-loop.ts';

/**
 * In the long run what is marked is worked off in a tenth of the time, once it took so long at a stretch. Milliseconds
 * of the processor: what waited for a busy machine or a slow database has nothing to rest from.
 */
const REST = 10;
const AT_A_STRETCH = 2 * SECOND;
/** What failed is tried again after this long. */
const FAILED_AFTER = 10 * SECOND;
/** What cannot be worked out yet, since something is not known, is tried again after this long. */
const UNKNOWN_AFTER = MINUTE;
/** How often the store is asked whether another process has come to an end with something. Milliseconds. */
const ASKED_EVERY = 50;

/** Keeps what a piece of work found out, as long as the work is still ours. */
export type Keep = (work: (operations: StoreOperations) => Promise<void>) => Promise<void>;

export interface MarkedQueue {
  /** Works off what is due; resolves when nothing is left to claim. Never throws. */
  run(): Promise<void>;
  kick(): void;
  /**
   * Resolves when everything that was marked of these keys before the call is worked off, here or by another process,
   * but at the latest after `timeout` milliseconds. What nobody works on is worked off at once. Resolves to whether it
   * is; what was put off, since it cannot be worked out yet, is not waited for.
   */
  workedOff(keys: string[], timeout: number): Promise<boolean>;
  /** Claims nothing any more, and waits for what is under way. */
  close(): Promise<void>;
}

/** The lease was lost: another process has gone on with the key. */
class LeaseLost extends Error {}

export interface MarkedQueueOptions {
  queue: MarkQueue;
  store: Store;
  /** Milliseconds a claim lasts unless it is prolonged. */
  lease: number;
  now: () => number;
  uuid: () => string;
  /**
   * Reads as long as it takes and stores through `keep`; false: it cannot be worked out yet. `nextAt`: when it has to be
   * worked out anew even if nothing changes.
   */
  work: (claim: ClaimedMark, keep: Keep) => Promise<boolean | { nextAt: number | null }>;
  failed: (error: unknown) => void;
  /** How long the processor has worked for this process, milliseconds; what the work took of it is rested from. */
  spent: () => number;
}

interface Workshop extends MarkedQueueOptions {
  /** Resolves when work on some key has ended next. */
  ended: PromiseWithResolvers<void>;
  /**
   * Until when nothing of it has to be rested from. By a clock that is never set back or forward: a rest is not to last
   * longer for that.
   */
  restedAt: number;
  /** What is under way for whoever waits. */
  helping: Set<Promise<void>>;
  closed: boolean;
}

function tell(workshop: Workshop): void {
  workshop.ended.resolve();
  workshop.ended = Promise.withResolvers();
}

function claim({ queue, store, lease, now, uuid }: Workshop, key?: string): Promise<ClaimedMark | null> {
  return store.claimMark(queue, { now: now(), leaseId: uuid(), leaseMs: lease, ...(key === undefined ? {} : { key }) });
}

async function workOff(workshop: Workshop, claimed: ClaimedMark): Promise<void> {
  const { store, lease, now, failed } = workshop;
  const keep: Keep = (work) =>
    store.transaction(
      async (operations) => {
        if (!(await operations.holdMark(claimed, lease))) throw new LeaseLost();
        await work(operations);
      },
      { waits: false },
    );
  // Reading thousands of rows takes longer than a lease.
  const prolonging = setInterval(() => void keep(async () => {}).catch(() => undefined), lease / 3);
  try {
    const outcome = await workshop.work(claimed, keep);
    const nextAt = typeof outcome === 'object' ? outcome.nextAt : null;
    await store.completeMark(claimed, outcome === false ? now() + UNKNOWN_AFTER : null, nextAt);
  } catch (error) {
    if (error instanceof LeaseLost) return;
    failed(error);
    // Where the store is away the lease ends by itself.
    await store.completeMark(claimed, now() + FAILED_AFTER).catch(() => undefined);
  } finally {
    clearInterval(prolonging);
    tell(workshop);
  }
}

/** What is due, unless there has to be a rest. */
async function claimRested(workshop: Workshop): Promise<ClaimedMark[]> {
  if (workshop.closed || performance.now() < workshop.restedAt - REST * AT_A_STRETCH) return [];
  const claimed = await claim(workshop);
  return claimed ? [claimed] : [];
}

async function workOffAndRest(workshop: Workshop, claimed: ClaimedMark): Promise<void> {
  const before = workshop.spent();
  await workOff(workshop, claimed);
  const took = workshop.spent() - before;
  workshop.restedAt = Math.max(workshop.restedAt, performance.now()) + REST * took;
}

/** Works off what nobody works on of these keys, one by one, as long as somebody waits for it. */
async function help(workshop: Workshop, keys: string[], until: number): Promise<void> {
  for (const key of keys) {
    if (workshop.closed || performance.now() >= until) return;
    const claimed = await claim(workshop, key);
    if (claimed) await workOff(workshop, claimed);
  }
}

async function workedOff(workshop: Workshop, keys: string[], timeout: number): Promise<boolean> {
  const { queue, store, now, failed, helping } = workshop;
  const until = performance.now() + timeout;
  let pending = await store.pendingMarks(queue, keys, now());
  const awaited = new Map(pending.map(({ key, version }) => [key, version]));
  let helper: Promise<void> | null = null;
  for (;;) {
    const left = pending.filter(({ key, done }) => done < awaited.get(key)!);
    if (left.length === 0) return true;
    const due = left.flatMap(({ key, isDue }) => (isDue ? [key] : []));
    if (due.length === 0 || workshop.closed || performance.now() >= until) return false;
    const { promise } = workshop.ended;
    if (!helper) {
      const one = help(workshop, due, until)
        .catch(failed)
        .finally(() => {
          helping.delete(one);
          helper = null;
        });
      helping.add(one);
      helper = one;
    }
    await Promise.race([promise, sleep(Math.min(ASKED_EVERY, timeout), undefined, { ref: false })]);
    pending = await store.pendingMarks(queue, [...awaited.keys()], now());
  }
}

/**
 * Works off what is marked in a queue, one key at a time, each by one process at a time. Facts that change meanwhile
 * mark the key anew.
 */
export function createMarkedQueue(options: MarkedQueueOptions): MarkedQueue {
  const workshop: Workshop = {
    ...options,
    ended: Promise.withResolvers(),
    restedAt: 0,
    helping: new Set(),
    closed: false,
  };
  const { run, kick, close } = createClaimLoop<ClaimedMark>({
    atOnce: 1,
    claim: () => claimRested(workshop),
    work: (claimed) => workOffAndRest(workshop, claimed),
    failed: options.failed,
  });
  return {
    run,
    kick,
    workedOff: (keys, timeout) => workedOff(workshop, keys, timeout),
    async close() {
      workshop.closed = true;
      tell(workshop);
      await close();
      await Promise.all(workshop.helping);
    },
  };
}
