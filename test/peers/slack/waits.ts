import { performance } from 'node:perf_hooks';

// Taken before any test replaces the clock: a deadline that stands still is none.
const { setTimeout: startTimer, clearTimeout: stopTimer } = globalThis;

/** How long a wait may last unless told otherwise, milliseconds. */
const PATIENCE = 120_000;

interface Wait {
  /** True once it is settled. */
  look: () => boolean;
  fail: (why: string) => void;
}

/**
 * Things to wait for that never wait for ever. `describe` is asked when a wait fails, for what has happened instead.
 */
export function createWaits(describe: () => string) {
  const waits = new Set<Wait>();

  function look(): void {
    for (const wait of [...waits]) if (wait.look()) waits.delete(wait);
  }

  return {
    /** Looks at every wait again: something has happened. */
    changed: look,
    /**
     * Resolves with the first value of `probe` that is neither undefined nor false. Rejects after `timeout`
     * milliseconds, or when the fake closes.
     */
    until<T>(probe: () => T | undefined | false, what: string, timeout = PATIENCE): Promise<T> {
      const { promise, resolve, reject } = Promise.withResolvers<T>();
      const began = performance.now();
      const wait: Wait = {
        look() {
          try {
            const value = probe();
            if (value === undefined || value === false) return false;
            resolve(value);
          } catch (error) {
            reject(error as Error);
          }
          stopTimer(timer);
          return true;
        },
        fail(why) {
          stopTimer(timer);
          waits.delete(wait);
          reject(new Error(`${why} while waiting for ${what}\n${describe()}`));
        },
      };
      const timer = startTimer(() => {
        wait.fail(`gave up after ${Math.round(performance.now() - began)} ms`);
      }, timeout);
      waits.add(wait);
      look();
      // A test that has ended does not look at what it waited for any more.
      promise.catch(() => {});
      return promise;
    },
    close(): void {
      for (const wait of [...waits]) wait.fail('the fake Slack was closed');
    },
  };
}

export type Waits = ReturnType<typeof createWaits>;
