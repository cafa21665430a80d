/**
 * A probe that takes longer than this no longer counts against the limit: silent hosts cost a socket, not throughput.
 * Milliseconds.
 */
const SLOW_AFTER = 250;

/**
 * Runs work with at most `concurrency` in the fast lane and at most `most` in both lanes together. What is known to be
 * `slow` never counts in the fast one.
 */
export function createLanes({
  concurrency,
  most,
}: {
  concurrency: number;
  most: number;
}): <T>(work: () => Promise<T>, options?: { slow?: boolean }) => Promise<T> {
  const waiting: (() => void)[] = [];
  let fast = 0;
  let open = 0;

  function pump(): void {
    while (waiting.length > 0 && fast < concurrency && open < most) {
      fast += 1;
      open += 1;
      waiting.shift()!();
    }
  }

  /** Resolves with whether it counts in the fast lane. */
  async function enter(slow: boolean): Promise<boolean> {
    if (slow && open < most) {
      open += 1;
      return false;
    }
    await new Promise<void>((resolve) => {
      waiting.push(resolve);
      pump();
    });
    return true;
  }

  return async (work, { slow = false } = {}) => {
    let isFast = await enter(slow);
    const timer = setTimeout(() => {
      if (isFast) fast -= 1;
      isFast = false;
      pump();
    }, SLOW_AFTER);
    try {
      return await work();
    } finally {
      clearTimeout(timer);
      if (isFast) fast -= 1;
      open -= 1;
      pump();
    }
  };
}
