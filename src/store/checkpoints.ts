import { Worker } from 'node:worker_threads';

export interface Checkpoints {
  /** The log has so many bytes: has a checkpoint made when they are many, and none is being made. */
  grown(size: number): void;
  close(): Promise<void>;
}

/** Bytes of log that are worth a checkpoint. What is more by far is left to SQLite itself (wal_autocheckpoint). */
const WORTH = 8 * 1024 * 1024;

/** Has checkpoints of this file made in a thread, which is started with the first one. `failed` is told of those that could not be made. */
export function createCheckpoints(file: string, failed: (error: unknown) => void): Checkpoints {
  let worker: Worker | null = null;
  let isBusy = false;

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

  return {
    grown(size) {
      if (isBusy || size < WORTH) return;
      isBusy = true;
      worker ??= start();
      worker.postMessage('checkpoint', []);
    },
    async close() {
      await worker?.terminate();
      worker = null;
    },
  };
}
