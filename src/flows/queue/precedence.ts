import { setImmediate as nextTurn } from 'node:timers/promises';

/** Whoever waits longer than this waits for something else than the processor, milliseconds. */
const SHORT = 50;

export interface Precedence {
  /** Somebody begins to wait for an answer, under any id. */
  begins(id: string): void;
  /** The answer is on its way. */
  ends(id: string): void;
  /**
   * Work in the background lets whatever has come in pass, and lets go ahead who waits for an answer: until they all
   * have it, at most `timeout` milliseconds (50). Returns what is left of it.
   */
  yieldToChat(timeout?: number): Promise<number>;
  /**
   * From here on nobody is given way to: a person waits for the work in the background itself. Ends with the function
   * that it returns.
   */
  hurry(): () => void;
}

/**
 * People who chat go before looks and plans: an answer takes a dozen turns of the event loop, and in a sweep each would
 * wait for a piece of other work. `clock` gives milliseconds and never goes back.
 */
export function createPrecedence(clock: () => number = () => performance.now()): Precedence {
  /** Until when each counts, in the order in which they came. */
  const waiting = new Map<string, number>();
  let hurrying = 0;
  let changed = Promise.withResolvers<void>();

  function wake(): void {
    changed.resolve();
    changed = Promise.withResolvers();
  }

  /** How long somebody may still have to wait; 0 when nobody does. */
  function needed(): number {
    for (const [id, until] of waiting) {
      if (until > clock()) return until - clock();
      waiting.delete(id);
    }
    return 0;
  }

  async function yieldToChat(timeout = SHORT): Promise<number> {
    await nextTurn();
    let left = timeout;
    while (left > 0 && hurrying === 0) {
      const wait = Math.min(left, needed());
      if (wait === 0) break;
      const began = clock();
      const timer = setTimeout(wake, Math.ceil(wait));
      await changed.promise;
      clearTimeout(timer);
      left -= clock() - began;
    }
    return Math.max(0, left);
  }

  return {
    begins(id) {
      waiting.set(id, clock() + SHORT);
    },
    ends(id) {
      if (waiting.delete(id) && waiting.size === 0) wake();
    },
    yieldToChat,
    hurry() {
      hurrying += 1;
      wake();
      return () => {
        hurrying -= 1;
      };
    },
  };
}
