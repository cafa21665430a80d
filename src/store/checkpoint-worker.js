// @ts-check
/**
 * A thread that carries the write-ahead log into the database file (https://sqlite.org/wal.html, "Checkpointing"): tens
 * of milliseconds of writing and of waiting for the disk. Started by checkpoints.ts with the file's name; for every
 * message one checkpoint, answered with null or with what went wrong. JavaScript, since a thread that reads TypeScript
 * takes 15 MB more.
 */
import { parentPort, workerData } from 'node:worker_threads';
import Sqlite from 'better-sqlite3';

const connection = new Sqlite(workerData, { fileMustExist: true });
// Kibibytes: it only copies pages, and reads none twice.
connection.pragma('cache_size = -64');
connection.pragma('synchronous = NORMAL');

/** @returns {string | null} */
function checkpoint() {
  try {
    connection.pragma('wal_checkpoint(PASSIVE)');
    return null;
  } catch (error) {
    return String(error);
  }
}

parentPort?.on('message', () => parentPort?.postMessage(checkpoint(), []));
