import Sqlite from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { sqlite } from '../../src/store/dialect.ts';
import { migrate } from '../../src/store/migrations.ts';
import type { Schema } from '../../src/store/schema.ts';

let image: Promise<Buffer> | undefined;

async function make(): Promise<Buffer> {
  const connection = new Sqlite(':memory:');
  const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database: connection }) });
  await migrate({ db, dialect: sqlite });
  const bytes = connection.serialize();
  await db.destroy();
  return bytes;
}

/**
 * An empty store for `createStore` to begin with: to bring the schema up to date takes a hundred statements, more than
 * many a test. Each database gets a copy.
 */
export function emptyStore(): Promise<Buffer> {
  return (image ??= make());
}
