/** Runs work for a key, waiting while `limit` pieces of work of the same key are under way; first come, first served. */
type Slots = <T>(key: string, work: () => Promise<T>) => Promise<T>;

/** Slots that admit `limit` pieces of work per key at a time. The outcome of the work, also an error, is passed on. */
export function createSlots(limit: number): Slots {
  const busy = new Map<string, { running: number; waiting: (() => void)[] }>();

  function release(key: string): void {
    const entry = busy.get(key);
    if (!entry) return;
    const next = entry.waiting.shift();
    if (next) {
      next();
      return;
    }
    entry.running -= 1;
    if (entry.running === 0) busy.delete(key);
  }

  async function enter(key: string): Promise<void> {
    const entry = busy.get(key) ?? { running: 0, waiting: [] };
    busy.set(key, entry);
    if (entry.running < limit) {
      entry.running += 1;
      return;
    }
    await new Promise<void>((resolve) => entry.waiting.push(resolve));
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
