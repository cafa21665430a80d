import type { Config } from './config/config.ts';
import { StoreError } from './core/errors.ts';
import type { Log } from './core/ports/log.ts';
import type { Store } from './core/ports/store.ts';
import { SECOND } from './core/time.ts';
import { untilStored } from './flows/queue/until-stored.ts';
import { createWaitingServer } from './http/waiting.ts';
import { StartError } from './start-error.ts';
import { createStore } from './store/store.ts';

/** How often it is said that the database is waited for, milliseconds. */
const SAID_EVERY = 60 * SECOND;

/** One try. StoreError: a database on another machine is away. StartError: it cannot be had, and waiting cannot help. */
async function open(databaseUrl: string, log: Log): Promise<Store> {
  try {
    return await createStore({ databaseUrl, log });
  } catch (cause) {
    if (cause instanceof StoreError && !databaseUrl.startsWith('sqlite:')) throw cause;
    const { message } = cause as Error;
    const sentence = message.startsWith('The database ') ? message : `The database cannot be opened: ${message}`;
    throw new StartError(sentence, { cause });
  }
}

/**
 * The store. One that is on another machine and away is waited for, with health checks answered meanwhile; what waiting
 * cannot mend is a StartError. A signal that ends the process ends the waiting.
 */
export async function openStore(
  { databaseUrl, host, port }: Pick<Config, 'databaseUrl' | 'host' | 'port'>,
  log: Log,
): Promise<Store> {
  const waiting = createWaitingServer({ host, port });
  let saidAt = -Infinity;

  async function away({ message }: StoreError): Promise<void> {
    if (saidAt === -Infinity) await waiting.listen();
    if (performance.now() - saidAt <= SAID_EVERY) return;
    log.warn({ reason: message }, 'waiting for the database of DATABASE_URL; the bot starts when it answers');
    saidAt = performance.now();
  }

  try {
    const withRetries = { keepsAlive: true, firstPause: SECOND, timeout: Infinity, away };
    return await untilStored(() => open(databaseUrl, log), withRetries);
  } finally {
    await waiting.close();
  }
}

/** What the start needs of a store that is open already: it may go away again before everything is made. */
export function whenStored<T>(work: () => Promise<T>): Promise<T> {
  return untilStored(work, { keepsAlive: true });
}
