import { fullBucket, owing, refilled, reserveOf, take, type Bucket } from '../../core/budget.ts';
import { handshakesOf, type Observation } from '../../core/certificates/certificate.ts';
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
  /**
   * A look was made that took one: one with several handshakes costs as many, but for the second one of its first
   * address, which tells no more. What is not there is owed.
   */
  charge(conversationId: string, observation: Observation | null): void;
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

/** The accounts of all conversations, and what waits for them. */
interface Bank {
  perMinute: number;
  /** What bulk commands leave to single ones. */
  reserve: number;
  now: () => Instant;
  accounts: Map<string, Account>;
  /** Who waits beside the queues, and how they are told that it ends. */
  naps: Map<NodeJS.Timeout, (error: Error) => void>;
  sweptAt: Instant;
  closed: boolean;
}

function idle({ perMinute }: Bank, { bucket, queue }: Account, at: Instant): boolean {
  return queue.length === 0 && refilled(bucket, perMinute, at).tokens >= perMinute;
}

/** A bucket is full again after a minute: looking for those more often would find few. */
function sweep(bank: Bank, at: Instant): void {
  if (Math.abs(at - bank.sweptAt) < 60_000) return;
  bank.sweptAt = at;
  for (const [id, account] of bank.accounts) if (idle(bank, account, at)) bank.accounts.delete(id);
}

function accountOf(bank: Bank, id: string): Account {
  const at = bank.now();
  sweep(bank, at);
  const known = bank.accounts.get(id);
  if (known) return known;
  const account: Account = { bucket: fullBucket(bank.perMinute, at), queue: [], timer: null };
  bank.accounts.set(id, account);
  return account;
}

function takeFrom({ perMinute, now }: Bank, account: Account, reserve: number): number {
  const { bucket, wait } = take(account.bucket, { perMinute, reserve, now: now() });
  account.bucket = bucket;
  return wait;
}

function charge({ perMinute, now }: Bank, account: Account, observation: Observation | null): void {
  const more = observation === null ? 0 : handshakesOf(observation) - 2;
  if (more > 0) account.bucket = owing(refilled(account.bucket, perMinute, now()), more);
}

/** Serves who waits, in turn, as far as there is something; and comes back when there is more. */
function serve(bank: Bank, account: Account): void {
  if (account.timer) clearTimeout(account.timer);
  account.timer = null;
  while (account.queue.length > 0) {
    const wait = takeFrom(bank, account, bank.reserve);
    if (wait > 0) {
      account.timer = setTimeout(() => serve(bank, account), wait);
      return;
    }
    account.queue.shift()!.resolve();
  }
}

function nap({ naps }: Bank, ms: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(() => {
    naps.delete(timer);
    resolve();
  }, ms);
  naps.set(timer, reject);
  return promise;
}

async function takeWithin(bank: Bank, id: string, timeout: number): Promise<number> {
  const until = bank.now() + timeout;
  for (;;) {
    if (bank.closed) throw new Interrupted();
    const wait = takeFrom(bank, accountOf(bank, id), 0);
    if (wait === 0 || bank.now() + wait > until) return wait;
    // Somebody else may have taken it by then.
    await nap(bank, wait);
  }
}

function leave(account: Account, waiter: Waiter): void {
  account.queue = account.queue.filter((one) => one !== waiter);
  if (account.queue.length === 0 && account.timer) clearTimeout(account.timer);
  if (account.queue.length === 0) account.timer = null;
}

async function waitFor(bank: Bank, id: string, signal?: AbortSignal): Promise<void> {
  if (bank.closed) throw new Interrupted();
  signal?.throwIfAborted();
  const account = accountOf(bank, id);
  if (account.queue.length === 0 && takeFrom(bank, account, bank.reserve) === 0) return;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const waiter: Waiter = { resolve, reject };
  account.queue.push(waiter);
  if (!account.timer) serve(bank, account);
  function abort(): void {
    leave(account, waiter);
    reject(signal!.reason);
  }
  signal?.addEventListener('abort', abort);
  await promise.finally(() => signal?.removeEventListener('abort', abort));
}

function close(bank: Bank): void {
  bank.closed = true;
  for (const [timer, reject] of bank.naps) {
    clearTimeout(timer);
    reject(new Interrupted());
  }
  bank.naps.clear();
  for (const account of bank.accounts.values()) {
    if (account.timer) clearTimeout(account.timer);
    for (const { reject } of account.queue.splice(0)) reject(new Interrupted());
  }
}

function size(bank: Bank): number {
  const at = bank.now();
  return [...bank.accounts.values()].filter((account) => !idle(bank, account, at)).length;
}

/**
 * A budget of `perMinute` looks for each conversation: as many at once, then evenly. In memory: a process that starts
 * begins with full buckets.
 */
export function createBudget({ perMinute, now }: { perMinute: number; now: () => Instant }): Budget {
  const bank: Bank = {
    perMinute,
    reserve: reserveOf(perMinute),
    now,
    accounts: new Map(),
    naps: new Map(),
    sweptAt: now(),
    closed: false,
  };
  return {
    perMinute,
    take: (id) => takeFrom(bank, accountOf(bank, id), 0),
    takeWithin: (id, timeout) => takeWithin(bank, id, timeout),
    wait: (id, signal) => waitFor(bank, id, signal),
    charge: (id, observation) => charge(bank, accountOf(bank, id), observation),
    waiting: (id) => bank.accounts.get(id)?.queue.length ?? 0,
    size: () => size(bank),
    close: () => close(bank),
  };
}
