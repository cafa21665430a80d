import { StoreError } from '../../core/errors.ts';

/** Work that is claimed from the store, a bounded number of items at a time. */
export interface ClaimLoop {
  /** Claims and works until nothing is left to claim. Never throws. */
  run(): Promise<void>;
  /** Asks for a run soon; a call while one is under way makes it claim once more. */
  kick(): void;
  /**
   * How long ago something was last claimed or finished (or nothing was found to claim), milliseconds; null before the
   * first time.
   */
  idleFor(): number | null;
  /** Stops claiming and waits for what is under way. */
  close(): Promise<void>;
}

/**
 * A loop over `claim(limit)` and `work(item)`; `failed` hears of a claim or of work that threw. While the store is away
 * claims fail each second: the first one is told.
 */
export function createClaimLoop<T>(options: {
  atOnce: number;
  claim: (limit: number) => Promise<T[]>;
  work: (item: T) => Promise<void>;
  failed: (error: unknown) => void;
}): ClaimLoop {
  const { atOnce, claim, work, failed } = options;
  const active = new Set<Promise<void>>();
  let running: Promise<void> | null = null;
  let again = false;
  let closed = false;
  let turnedAt: number | null = null;
  let isStoreAway = false;
  let wake = Promise.withResolvers<void>();

  function start(item: T): void {
    const one: Promise<void> = work(item)
      .catch(failed)
      .finally(() => {
        active.delete(one);
        turnedAt = performance.now();
        // It may have held back others of its conversation or mailbox, also from a claim that is under way right now.
        again = true;
        wake.resolve();
      });
    active.add(one);
  }

  async function loop(): Promise<void> {
    for (;;) {
      while (again && !closed) {
        again = false;
        const room = atOnce - active.size;
        if (room <= 0) continue;
        const items = await claim(room);
        turnedAt = performance.now();
        isStoreAway = false;
        for (const item of items) start(item);
      }
      if (active.size === 0) return;
      wake = Promise.withResolvers();
      // One silent peer must not hold up the others: a kick ends the wait as well.
      await wake.promise;
    }
  }

  async function runToEnd(): Promise<void> {
    try {
      await loop();
    } catch (error) {
      again = false;
      const isAway = error instanceof StoreError;
      if (!isAway || !isStoreAway) failed(error);
      isStoreAway = isAway;
    } finally {
      running = null;
    }
    // A kick that came after the last look at `again`; whoever gave it waits for this as well.
    if (again && !closed) await run();
  }

  function run(): Promise<void> {
    again = true;
    wake.resolve();
    running ??= runToEnd();
    return running;
  }

  async function close(): Promise<void> {
    closed = true;
    wake.resolve();
    await running;
    await Promise.all(active);
  }

  const idleFor = (): number | null => (turnedAt === null ? null : performance.now() - turnedAt);

  return { run, kick: () => void run(), idleFor, close };
}
