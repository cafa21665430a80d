import { Worker } from 'node:worker_threads';

export interface Checkpoints {
  /** The log has so many bytes: has a checkpoint made when they are many, and none is being made. */
  grown(size: number): void;
  /** Something was brought to the log: it will be in the file within half a minute. */
  brought(): void;
  close(): Promise<void>;
}

/** Bytes of log that are worth a checkpoint. What is more by far is left to SQLite itself (wal_autocheckpoint). */
const WORTH = 8 * 1024 * 1024;
/** How long the log alone may hold something, milliseconds: who copies the file without its log is not to miss much. */
const LATEST = 20_000;

/**
 * Has checkpoints of this file made in a thread, which is started with the first one. `failed` is told of those that
 * could not be made.
 */
export function createCheckpoints(file: string, failed: (error: unknown) => void): Checkpoints {
  let worker: Worker | null = null;
  let isBusy = false;
  let timer: NodeJS.Timeout | null = null;

  function start(): Worker {
    const started = new Worker(new URL('./checkpoint-worker.js', import.meta.url), {
      workerData: file,
      // It needs next to nothing.
      resourceLimits: { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 16 },
    });
    started.on('message', (failure: string | null) => {
      isBusy = false;
      if (failure !== null) failed(new Error(failure));
    });
    started.on('error', failed);
    started.on('exit', () => {
      isBusy = false;
      worker = null;
    });
    started.unref();
    return started;
  }

  function checkpoint(): void {
    if (isBusy) return;
    isBusy = true;
    worker ??= start();
    worker.postMessage('checkpoint', []);
  }

  function brought(): void {
    timer ??= setTimeout(() => {
      timer = null;
      // The one that is being made has perhaps begun before this was written.
      if (isBusy) brought();
      else checkpoint();
    }, LATEST).unref();
  }

  return {
    grown(size) {
      if (size >= WORTH) checkpoint();
    },
    brought,
    async close() {
      if (timer) clearTimeout(timer);
      await worker?.terminate();
      worker = null;
    },
  };
}
