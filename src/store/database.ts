import { mkdir, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { Kysely, PostgresDialect, SqliteDialect } from 'kysely';
import type { SqliteDatabase } from 'kysely';
import type { Log } from '../core/ports.ts';
import { postgres, sqlite } from './dialect.ts';
import type { Executor } from './dialect.ts';
import type { Schema } from './schema.ts';

export interface Database extends Executor {
  close(): Promise<void>;
}

/** Statement texts of this store are few; the bound only keeps a mistake from growing without end. */
const STATEMENTS_KEPT = 200;
const POOL_SIZE = 10;
const INT8 = 20;

/**
 * Opens the database of a `DATABASE_URL`: `sqlite:<path>`, `sqlite::memory:`, `postgres://…` or `postgresql://…`. Throws with one sentence when the
 * URL is none of these or another process has the SQLite file.
 */
export async function openDatabase(databaseUrl: string, log: Log): Promise<Database> {
  if (databaseUrl.startsWith('sqlite:')) return openSqlite(databaseUrl.slice('sqlite:'.length).replace(/^\/\//, ''));
  if (/^postgres(ql)?:\/\//.test(databaseUrl)) return openPostgres(databaseUrl, log);
  throw new Error('The database URL must be sqlite:<path>, sqlite::memory: or postgres://…');
}

async function openSqlite(path: string): Promise<Database> {
  if (path === '') throw new Error('The database URL names no file; write sqlite:<path> or sqlite::memory:');
  const { default: Sqlite } = await import('better-sqlite3');
  const file = path === ':memory:' ? path : await resolveFile(path);
  const lock = file === ':memory:' ? null : takeLock(Sqlite, file);
  try {
    const connection = new Sqlite(file);
    connection.pragma('journal_mode = WAL');
    // The package is compiled with NORMAL for WAL, which may lose the last commits on power failure.
    connection.pragma('synchronous = FULL');
    connection.pragma('foreign_keys = ON');
    connection.pragma('busy_timeout = 5000');
    connection.pragma('journal_size_limit = 67108864');
    // Checkpoints hold everything up: by default they would come several times a second in a sweep, and hardly cost more when they are rarer.
    connection.pragma('wal_autocheckpoint = 12000');
    const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database: keepStatements(connection) }) });
    const close = async () => {
      await db.destroy();
      // destroy() closes the connection only if a query was ever made.
      connection.close();
      lock?.close();
    };
    return { db, dialect: sqlite, close };
  } catch (error) {
    lock?.close();
    throw error;
  }
}

/** The same file under one name, whatever links lead to it, so that all processes meet at the same lock. */
async function resolveFile(path: string): Promise<string> {
  const full = resolve(path);
  await mkdir(dirname(full), { recursive: true, mode: 0o700 });
  return realpath(full).catch(async () => join(await realpath(dirname(full)), basename(full)));
}

/**
 * Leases are voided at start, so two processes on one file would both send what is in flight. The lock is SQLite's own on a file beside the
 * database: the operating system releases it when the process ends, however it ends.
 */
function takeLock(Sqlite: typeof import('better-sqlite3'), file: string): { close(): void } {
  const lock = new Sqlite(`${file}.lock`, { timeout: 0 });
  try {
    lock.exec('begin exclusive');
    return lock;
  } catch (cause) {
    lock.close();
    if (!(cause instanceof Sqlite.SqliteError) || !cause.code.startsWith('SQLITE_BUSY')) throw cause;
    throw new Error(
      `The database ${file} is in use by another process; stop that one first, or give several processes a PostgreSQL database.`,
      { cause },
    );
  }
}

type Statement = ReturnType<SqliteDatabase['prepare']>;

function keepStatements(connection: SqliteDatabase): SqliteDatabase {
  const kept = new Map<string, Statement>();
  return {
    close() {
      kept.clear();
      connection.close();
    },
    prepare(text) {
      const known = kept.get(text);
      if (known) return known;
      const statement = connection.prepare(text);
      if (kept.size >= STATEMENTS_KEPT) kept.delete(kept.keys().next().value!);
      kept.set(text, statement);
      return statement;
    },
  };
}

async function openPostgres(connectionString: string, log: Log): Promise<Database> {
  const { default: pg } = await import('pg');
  const getTypeParser: typeof pg.types.getTypeParser = (oid: number, format?: 'text' | 'binary') => {
    // Every 64-bit integer here is an instant, a count or a row number: all exact as a double.
    if (oid === INT8 && format !== 'binary') return Number;
    return format === 'binary' ? pg.types.getTypeParser(oid, format) : pg.types.getTypeParser(oid, 'text');
  };
  const pool = new pg.Pool({
    connectionString,
    max: POOL_SIZE,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    application_name: 'certbot',
    types: { getTypeParser },
  });
  // Without a listener a connection that breaks while idle would end the process; the pool replaces it.
  pool.on('error', (error) => log.warn({ error: error.message }, 'an idle database connection broke'));
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  return { db, dialect: postgres, close: () => db.destroy() };
}
