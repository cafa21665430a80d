/** A probe that takes longer than this no longer counts against the limit: silent hosts cost a socket, not throughput. Milliseconds. */
const SLOW_AFTER = 250;

/** Runs work with at most `concurrency` in the fast lane and at most `most` in both lanes together. */
export function createLanes({
  concurrency,
  most,
}: {
  concurrency: number;
  most: number;
}): <T>(work: () => Promise<T>) => Promise<T> {
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

  return async (work) => {
    await new Promise<void>((resolve) => {
      waiting.push(resolve);
      pump();
    });
    let slow = false;
    const timer = setTimeout(() => {
      slow = true;
      fast -= 1;
      pump();
    }, SLOW_AFTER);
    try {
      return await work();
    } finally {
      clearTimeout(timer);
      if (!slow) fast -= 1;
      open -= 1;
      pump();
    }
  };
}
