import { open } from 'node:fs/promises';

export interface Wal {
  /** Something was committed: it will be on the disk within a tenth of a second, also if nobody waits for it. */
  written(): void;
  /** Resolves when all that was committed by now is on the disk, at once when it is; rejects when the disk refuses. */
  synced(): Promise<void>;
  close(): Promise<void>;
}

/** How long a write that nobody waits for may be lost by a power failure, milliseconds. */
const LATEST = 100;
/** Between two measurements of the log, milliseconds. */
const MEASURED_EVERY = 2000;

/**
 * Brings SQLite's write-ahead log to the disk (fdatasync, as SQLite does it with `synchronous = FULL`), in a thread of
 * Node's pool: a disk that takes ten milliseconds holds up whoever waits for that commit, and not every chat. Commits
 * that come while the disk is busy share the next round.
 * `failed` is told of a write that nobody waits for, `brought` of each round, `grown` of the log's size in bytes, every other second while something is written.
 */
export async function openWal(
  path: string,
  options: { failed: (error: unknown) => void; brought: () => void; grown: (size: number) => void },
): Promise<Wal> {
  const { failed, brought, grown } = options;
  // For writing, since Windows flushes no file that was opened for reading. SQLite keeps this file until the last
  // connection is closed.
  const file = await open(path, 'r+');
  let running: Promise<void> | null = null;
  let next: Promise<void> | null = null;
  let timer: NodeJS.Timeout | null = null;
  /** Commits that no round has begun to bring to the disk. */
  let isBehind = false;
  let measuredAt = -Infinity;

  async function measure(): Promise<void> {
    if (performance.now() - measuredAt < MEASURED_EVERY) return;
    measuredAt = performance.now();
    grown((await file.stat()).size);
  }

  async function round(): Promise<void> {
    // Also where the round before failed: whoever waited for that one knows.
    await running?.catch(() => {});
    running = next;
    next = null;
    if (timer) clearTimeout(timer);
    timer = null;
    isBehind = false;
    try {
      await file.datasync();
    } catch (error) {
      isBehind = true;
      throw error;
    }
    brought();
    void measure().catch(failed);
  }

  function synced(): Promise<void> {
    if (!isBehind && !next) return running ?? Promise.resolve();
    next ??= round();
    return next;
  }

  function written(): void {
    isBehind = true;
    timer ??= setTimeout(() => void synced().catch(failed), LATEST);
  }

  async function close(): Promise<void> {
    if (timer) clearTimeout(timer);
    timer = null;
    await Promise.allSettled([running, next]);
    await file.close();
  }

  return { written, synced, close };
}
