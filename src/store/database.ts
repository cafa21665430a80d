import type { Log } from '../core/ports/log.ts';
import { openPostgres } from './postgres.ts';
import type { Database } from './dialect.ts';
import { openSqlite } from './sqlite.ts';

/**
 * Opens the database of a `DATABASE_URL`: `sqlite:<path>`, `sqlite::memory:`, `postgres://…` or `postgresql://…`.
 * Throws with one sentence when the URL is none of these or another process has the SQLite file. `image`: what one in
 * memory begins with, as SQLite serializes it; nothing unless given.
 */
export async function openDatabase(databaseUrl: string, log: Log, image?: Buffer): Promise<Database> {
  if (databaseUrl.startsWith('sqlite:'))
    return openSqlite(databaseUrl.slice('sqlite:'.length).replace(/^\/\//, ''), log, image);
  if (/^postgres(ql)?:\/\//.test(databaseUrl)) return openPostgres(databaseUrl, log);
  throw new Error('The database URL must be sqlite:<path>, sqlite::memory: or postgres://…');
}
