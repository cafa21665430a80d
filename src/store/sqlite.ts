import { Kysely, SqliteDialect, type SqliteDatabase } from 'kysely';
import { StoreError } from '../core/errors.ts';
import type { Log } from '../core/ports/log.ts';
import { createCheckpoints } from './checkpoints.ts';
import { sqlite, type Database } from './dialect.ts';
import { sqliteError } from './away.ts';
import { watchFile } from './in-place.ts';
import { checkFile, explained } from './integrity.ts';
import { misplaced, resolveFile } from './place.ts';
import { keepPrivate, touchPrivate } from './private-files.ts';
import type { Schema } from './schema.ts';
import { openWal, type Wal } from './wal.ts';

/** Statement texts of this store are few; the bound only keeps a mistake from growing without end. */
const STATEMENTS_KEPT = 200;

export async function openSqlite(path: string, log: Log, image?: Buffer): Promise<Database> {
  if (path === '') throw new Error('The database URL names no file; write sqlite:<path> or sqlite::memory:');
  const { default: Sqlite } = await import('better-sqlite3');
  const file = path === ':memory:' ? path : await resolveFile(path);
  const lock = file === ':memory:' ? null : takeLock(Sqlite, file);
  let connection: SqliteConnection | null = null;
  let watched: Awaited<ReturnType<typeof watchFile>> | null = null;
  try {
    if (lock) {
      // SQLite gives what it makes beside the database the mode of that.
      keepPrivate([file, `${file}-wal`, `${file}-shm`, `${file}.lock`], log);
      checkFile(Sqlite, file, log);
    }
    watched = lock ? await watchFile(file) : null;
    connection = new Sqlite(file === ':memory:' && image ? image : file);
    connection.pragma('journal_mode = WAL');
    // Commits wait for the disk all the same, but not in this thread: see wal.ts.
    connection.pragma('synchronous = NORMAL');
    connection.pragma('foreign_keys = ON');
    connection.pragma('busy_timeout = 5000');
    connection.pragma('journal_size_limit = 67108864');
    // Kibibytes; it would be sixteen thousand, and the operating system keeps the file's pages as well.
    connection.pragma('cache_size = -4000');
    // Checkpoints hold everything up, so a thread makes them; only when it does not keep up they are made here. In
    // pages of 4 KB.
    connection.pragma('wal_autocheckpoint = 50000');
    // A log that is begun anew has nothing in it that could be taken for a damaged end; the first reading makes it, if
    // it is not there yet.
    connection.pragma('wal_checkpoint(TRUNCATE)');
    connection.prepare('select count(*) from sqlite_schema').get();
    const failed = (error: unknown): void => log.error({ err: error }, 'the database could not be written to the disk');
    const checkpoints = createCheckpoints(file, failed);
    const wal = file === ':memory:' ? null : await openWal(`${file}-wal`, { failed, ...checkpoints });
    const opened = connection;
    const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database: keepStatements(opened, wal) }) });
    const close = async () => {
      await checkpoints.close();
      await db.destroy();
      await wal?.close();
      // destroy() closes the connection only if a query was ever made.
      opened.close();
      await watched?.close();
      lock?.close();
    };
    const kept = async (): Promise<void> => {
      await wal!.synced().catch((cause: unknown) => {
        throw new StoreError('The database file cannot be brought to the disk.', { cause });
      });
      watched?.complain();
    };
    const executor = { db, dialect: wal ? { ...sqlite, kept } : sqlite };
    const inPlace = async (): Promise<void> => watched?.check();
    return { ...executor, unhurried: (work) => work(executor), inPlace, close };
  } catch (error) {
    connection?.close();
    await watched?.close();
    lock?.close();
    throw misplaced(explained(error, file), file);
  }
}

function openLock(Sqlite: typeof import('better-sqlite3'), file: string): SqliteConnection {
  try {
    touchPrivate(`${file}.lock`);
    return new Sqlite(`${file}.lock`, { timeout: 0 });
  } catch (error) {
    throw codeOf(error) === 'EISDIR' ? strayLock(file, error) : misplaced(error, file);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function strayLock(file: string, cause: unknown): Error {
  return new Error(`The database ${file} cannot be locked, since ${file}.lock is something else; move that away.`, {
    cause,
  });
}

/**
 * Leases are voided at start, so two processes on one file would both send what is in flight. The lock is SQLite's own
 * on a file beside the database: the operating system releases it when the process ends, however it ends.
 */
function takeLock(Sqlite: typeof import('better-sqlite3'), file: string): { close(): void } {
  const lock = openLock(Sqlite, file);
  try {
    lock.exec('begin exclusive');
    return lock;
  } catch (cause) {
    lock.close();
    const code = codeOf(cause);
    if (code === 'SQLITE_NOTADB') throw strayLock(file, cause);
    if (!code.startsWith('SQLITE_BUSY')) throw misplaced(cause, file);
    throw new Error(
      `The database ${file} is in use by another process; stop that one first, or give several processes a PostgreSQL database.`,
      { cause },
    );
  }
}

type SqliteConnection = InstanceType<typeof import('better-sqlite3')>;

type SqliteStatement = ReturnType<SqliteConnection['prepare']>;

type Statement = ReturnType<SqliteDatabase['prepare']>;

/** What `work` gives; an error of a file that cannot be used comes out as StoreError. */
function trying<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw sqliteError(error);
  }
}

const NOTHING: Statement = {
  reader: false,
  all: () => [],
  run: () => ({ changes: 0, lastInsertRowid: 0 }),
  iterate: () => [].values(),
};

function followed(statement: SqliteStatement, after: () => void): Statement {
  function follow<T>(run: () => T): T {
    const result = trying(run);
    after();
    return result;
  }
  return {
    reader: statement.reader,
    all: (parameters) => follow(() => statement.all(parameters)),
    run: (parameters) => follow(() => statement.run(parameters)),
    iterate: (parameters) => statement.iterate(parameters) as IterableIterator<unknown>,
  };
}

/** Keeps prepared statements, and tells the log when something was committed. */
function keepStatements(connection: SqliteConnection, wal: Wal | null): SqliteDatabase {
  const kept = new Map<string, Statement>();
  let wrote = false;
  const commits = (): void => {
    if (!wrote || connection.inTransaction) return;
    wrote = false;
    wal?.written();
  };
  const writes = (): void => {
    wrote = true;
    commits();
  };
  return {
    close() {
      kept.clear();
      connection.close();
    },
    prepare(text) {
      // After SQLITE_FULL and the like SQLite has rolled back by itself, and would refuse to do it again.
      if (text === 'rollback' && !connection.inTransaction) return NOTHING;
      const known = kept.get(text);
      if (known) return known;
      const prepared = trying(() => connection.prepare(text));
      const statement = followed(prepared, prepared.readonly ? (text === 'commit' ? commits : () => {}) : writes);
      if (kept.size >= STATEMENTS_KEPT) kept.delete(kept.keys().next().value!);
      kept.set(text, statement);
      return statement;
    },
  };
}
