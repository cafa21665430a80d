/** Runs work for a key, waiting while too much is under way; within a key first come, first served. */
type Slots = <T>(key: string, work: () => Promise<T>) => Promise<T>;

/**
 * Slots that admit `perKey` pieces of work per key at a time, and `total` over all keys. Keys that wait for room take
 * turns, so that a long line at one of them holds up nobody else. The outcome of the work, also an error, is passed on.
 */
export function createSlots({ perKey, total }: { perKey: number; total: number }): Slots {
  const lines = new Map<string, { running: number; waiting: (() => void)[] }>();
  /** Keys with work that waits for nothing but room under the total, in the order of their turns. */
  const ready = new Set<string>();
  let underWay = 0;

  function admit(): void {
    for (const key of ready) {
      if (underWay >= total) return;
      ready.delete(key);
      const line = lines.get(key);
      const start = line?.waiting.shift();
      if (!line || !start) continue;
      line.running += 1;
      underWay += 1;
      // To the end of the line of keys, which this loop still reaches.
      if (line.waiting.length > 0 && line.running < perKey) ready.add(key);
      start();
    }
  }

  function release(key: string): void {
    const line = lines.get(key);
    if (!line) return;
    line.running -= 1;
    underWay -= 1;
    if (line.waiting.length > 0) ready.add(key);
    else if (line.running === 0) lines.delete(key);
    admit();
  }

  async function enter(key: string): Promise<void> {
    const line = lines.get(key) ?? { running: 0, waiting: [] };
    lines.set(key, line);
    const admitted = new Promise<void>((resolve) => line.waiting.push(resolve));
    if (line.running < perKey) ready.add(key);
    admit();
    await admitted;
  }

  return async function run(key, work) {
    await enter(key);
    try {
      return await work();
    } finally {
      release(key);
    }
  };
}
