import { fullBucket, refilled, reserveOf, take, type Bucket } from '../../core/budget.ts';
import type { Instant } from '../../core/time.ts';

/** How many looks a minute the people of each conversation may cause. Looks of the tick are nobody's. */
export interface Budget {
  readonly perMinute: number;
  /**
   * One look for a single command or button. 0: go on; else the milliseconds after which there is one again, and
   * nothing was taken.
   */
  take(conversationId: string): number;
  /**
   * The same, after waiting for it as long as `timeout` (milliseconds) where that is enough. Throws Interrupted once
   * closed.
   */
  takeWithin(conversationId: string, timeout: number): Promise<number>;
  /**
   * One look for a bulk command: waits for its turn, in the order of asking. Rejects with the signal's reason when it
   * is aborted, with Interrupted once closed.
   */
  wait(conversationId: string, signal?: AbortSignal): Promise<void>;
  /** How many looks of bulk commands wait for their turn. */
  waiting(conversationId: string): number;
  /** Buckets that are not full, or that somebody waits for. */
  size(): number;
  /** Ends all waiting. */
  close(): void;
}

/** The process ends while a command waits: it is left to the next start. */
export class Interrupted extends Error {
  readonly code = 'INTERRUPTED';
  constructor() {
    super('the process ends; the command is left to the next start');
    this.name = 'Interrupted';
  }
}

interface Waiter {
  resolve: () => void;
  reject: (error: Error) => void;
}

interface Account {
  bucket: Bucket;
  queue: Waiter[];
  timer: NodeJS.Timeout | null;
}

/**
 * A budget of `perMinute` looks for each conversation: as many at once, then evenly. In memory: a process that starts
 * begins with full buckets.
 */
export function createBudget({ perMinute, now }: { perMinute: number; now: () => Instant }): Budget {
  const accounts = new Map<string, Account>();
  const naps = new Map<NodeJS.Timeout, (error: Error) => void>();
  const reserve = reserveOf(perMinute);
  let sweptAt = now();
  let closed = false;

  function idle({ bucket, queue }: Account, at: Instant): boolean {
    return queue.length === 0 && refilled(bucket, perMinute, at).tokens >= perMinute;
  }

  /** A bucket is full again after a minute: looking for those more often would find few. */
  function sweep(at: Instant): void {
    if (Math.abs(at - sweptAt) < 60_000) return;
    sweptAt = at;
    for (const [id, account] of accounts) if (idle(account, at)) accounts.delete(id);
  }

  function accountOf(id: string): Account {
    const at = now();
    sweep(at);
    const known = accounts.get(id);
    if (known) return known;
    const account: Account = { bucket: fullBucket(perMinute, at), queue: [], timer: null };
    accounts.set(id, account);
    return account;
  }

  function takeFrom(account: Account, left: number): number {
    const { bucket, wait } = take(account.bucket, { perMinute, reserve: left, now: now() });
    account.bucket = bucket;
    return wait;
  }

  /** Serves who waits, in turn, as far as there is something; and comes back when there is more. */
  function serve(account: Account): void {
    if (account.timer) clearTimeout(account.timer);
    account.timer = null;
    while (account.queue.length > 0) {
      const wait = takeFrom(account, reserve);
      if (wait > 0) {
        account.timer = setTimeout(() => serve(account), wait);
        return;
      }
      account.queue.shift()!.resolve();
    }
  }

  function nap(ms: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(() => {
      naps.delete(timer);
      resolve();
    }, ms);
    naps.set(timer, reject);
    return promise;
  }

  async function takeWithin(id: string, timeout: number): Promise<number> {
    const until = now() + timeout;
    for (;;) {
      if (closed) throw new Interrupted();
      const wait = takeFrom(accountOf(id), 0);
      if (wait === 0 || now() + wait > until) return wait;
      // Somebody else may have taken it by then.
      await nap(wait);
    }
  }

  async function wait(id: string, signal?: AbortSignal): Promise<void> {
    if (closed) throw new Interrupted();
    signal?.throwIfAborted();
    const account = accountOf(id);
    if (account.queue.length === 0 && takeFrom(account, reserve) === 0) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter: Waiter = { resolve, reject };
    account.queue.push(waiter);
    if (!account.timer) serve(account);
    function leave(): void {
      account.queue = account.queue.filter((one) => one !== waiter);
      if (account.queue.length === 0 && account.timer) clearTimeout(account.timer);
      if (account.queue.length === 0) account.timer = null;
      reject(signal!.reason);
    }
    signal?.addEventListener('abort', leave);
    await promise.finally(() => signal?.removeEventListener('abort', leave));
  }

  function close(): void {
    closed = true;
    for (const [timer, reject] of naps) {
      clearTimeout(timer);
      reject(new Interrupted());
    }
    naps.clear();
    for (const account of accounts.values()) {
      if (account.timer) clearTimeout(account.timer);
      for (const { reject } of account.queue.splice(0)) reject(new Interrupted());
    }
  }

  function size(): number {
    const at = now();
    return [...accounts.values()].filter((account) => !idle(account, at)).length;
  }

  return {
    perMinute,
    take: (id) => takeFrom(accountOf(id), 0),
    takeWithin,
    wait,
    waiting: (id) => accounts.get(id)?.queue.length ?? 0,
    size,
    close,
  };
}
