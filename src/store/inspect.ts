import { constants } from 'node:fs';
import { access, open, realpath, stat, statfs } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Client } from 'pg';
import { errorCodes } from '../core/errors.ts';
import { postgres } from './dialect.ts';
import { MAGIC } from './in-place.ts';
import { checkSizesAndLog } from './integrity.ts';
import { migrations } from './migrations.ts';

/** How a database is found, without anything being written to it. `place` names it, without user and password. */
export type DatabaseState = { place: string } & (
  | { kind: 'memory' | 'new' | 'malformed' | 'read-only' | 'no-rights' }
  /** SQLite: a bot has it to itself, in this process or another. */
  | { kind: 'running' }
  /** `pending`: changes of the schema that the next start makes; of a SQLite file they are not looked at. */
  | { kind: 'ready'; pending: number }
  /** `detail`: the system's or the server's code, a migration's name, or (damaged) a sentence. */
  | {
      kind: 'forbidden' | 'damaged' | 'unreachable' | 'refused' | 'missing' | 'file' | 'newer' | 'other';
      detail: string;
    }
);

/** File systems of Linux in which no file can be made, whatever their rights say (statfs(2)): proc and sysfs. */
const UNREAL = new Set([0x9fa0, 0x62656572]);

/**
 * Looks at the database of a `DATABASE_URL` as far as that writes nothing: nothing is made, migrated, or locked. A SQLite
 * file is not opened by SQLite, which would make files beside it; its pages are read through at every start. `timeout`
 * is in milliseconds. Throws what nobody expected.
 */
export async function inspectDatabase(databaseUrl: string, timeout: number): Promise<DatabaseState> {
  if (!databaseUrl.startsWith('sqlite:')) return inspectPostgres(databaseUrl, timeout);
  const path = databaseUrl.slice('sqlite:'.length).replace(/^\/\//, '');
  return path === ':memory:' ? { kind: 'memory', place: path } : inspectFile(resolve(path));
}

async function inspectFile(path: string): Promise<DatabaseState> {
  try {
    const file = await realpath(path);
    // First of all: closing any descriptor of the file would end the locks of this very process on it.
    if (await isHeld(`${file}.lock`)) return { kind: 'running', place: file };
    if (!(await stat(file)).isFile()) return { kind: 'forbidden', place: file, detail: 'EISDIR' };
    await access(file, constants.R_OK | constants.W_OK);
    // The log, the lock and what belongs to the log are beside it.
    await access(dirname(file), constants.W_OK);
    return await intact(file);
  } catch (error) {
    const [code = 'unknown'] = errorCodes(error);
    return code === 'ENOENT' ? inspectPlace(path) : { kind: 'forbidden', place: path, detail: code };
  }
}

/** Whether somebody has the lock of `sqlite.ts`. */
async function isHeld(lock: string): Promise<boolean> {
  const isThere = await stat(lock).catch(() => null);
  if (!isThere?.isFile()) return false;
  const { default: Sqlite } = await import('better-sqlite3');
  const connection = new Sqlite(lock, { readonly: true, timeout: 0 });
  try {
    connection.prepare('select count(*) from sqlite_schema').get();
    return false;
  } catch (error) {
    // What else is wrong with the lock is told by the start.
    return errorCodes(error).some((code) => code.startsWith('SQLITE_BUSY'));
  } finally {
    connection.close();
  }
}

async function beginsWell(file: string): Promise<boolean> {
  const opened = await open(file, 'r');
  try {
    const { buffer } = await opened.read(Buffer.alloc(MAGIC.length), 0, MAGIC.length, 0);
    return buffer.equals(MAGIC);
  } finally {
    await opened.close();
  }
}

/** What its sizes and its log say against it; null: nothing. */
function damageOf(file: string): DatabaseState | null {
  try {
    checkSizesAndLog(file, { warn() {} });
    return null;
  } catch (error) {
    return { kind: 'damaged', place: file, detail: (error as Error).message };
  }
}

async function intact(file: string): Promise<DatabaseState> {
  const damaged = damageOf(file);
  if (damaged) return damaged;
  if (await beginsWell(file)) return { kind: 'ready', place: file, pending: 0 };
  return { kind: 'damaged', place: file, detail: `${file} is no SQLite database.` };
}

/** The nearest folder that is there: in it the others can be made, or not. */
async function inspectPlace(path: string): Promise<DatabaseState> {
  // Its log may be there without it.
  const damaged = damageOf(path);
  if (damaged) return damaged;
  let folder = dirname(path);
  for (;;) {
    const found = await stat(folder).catch((error: unknown) => {
      if (errorCodes(error)[0] !== 'ENOENT') throw error;
      return null;
    });
    if (found?.isDirectory()) break;
    if (found || folder === dirname(folder)) return { kind: 'forbidden', place: path, detail: 'ENOTDIR' };
    folder = dirname(folder);
  }
  if (UNREAL.has((await statfs(folder)).type)) return { kind: 'forbidden', place: path, detail: 'ENOENT' };
  await access(folder, constants.W_OK | constants.X_OK);
  return { kind: 'new', place: dirname(path) === folder ? join(await realpath(folder), basename(path)) : path };
}

/** What a server that answers says no with (PostgreSQL, appendix A). */
const REFUSALS: Record<string, 'refused' | 'missing' | undefined> = {
  '28P01': 'refused',
  '28000': 'refused',
  '3D000': 'missing',
};

async function inspectPostgres(connectionString: string, timeout: number): Promise<DatabaseState> {
  const { default: pg } = await import('pg');
  let client: Client;
  try {
    client = new pg.Client({ connectionString, connectionTimeoutMillis: timeout, query_timeout: timeout });
  } catch (error) {
    const { syscall, message } = error as NodeJS.ErrnoException;
    if (syscall !== undefined) return { kind: 'file', place: 'postgres', detail: message };
    // The error quotes the password.
    return { kind: 'malformed', place: 'postgres' };
  }
  if (!(client.port >= 1 && client.port <= 65_535)) return { kind: 'malformed', place: 'postgres' };
  client.on('error', () => {});
  const place = `postgres://${client.host}:${client.port}/${client.database}`;
  try {
    await client.connect();
    return { place, ...(await inspectServer(client)) };
  } catch (error) {
    const [code = 'no answer'] = errorCodes(error);
    const isAnswer = /^[0-9A-Z]{5}$/.test(code) && !/^E[A-Z]{4}$/.test(code);
    return { kind: isAnswer ? (REFUSALS[code] ?? 'other') : 'unreachable', place, detail: code };
  } finally {
    // Of a peer that is silent nothing is waited for.
    client.end().catch(() => {});
  }
}

type ServerState =
  { kind: 'read-only' | 'no-rights' } | { kind: 'ready'; pending: number } | { kind: 'newer'; detail: string };

async function inspectServer(client: Client): Promise<ServerState> {
  const { rows } = await client.query<{ readOnly: boolean; mayCreate: boolean | null; migrated: boolean }>(`
    select current_setting('transaction_read_only') = 'on' as "readOnly",
      has_schema_privilege(current_schema(), 'create') as "mayCreate",
      to_regclass('kysely_migration') is not null as "migrated"`);
  const [server] = rows;
  if (!server || server.readOnly) return { kind: 'read-only' };
  const known = Object.keys(migrations(postgres));
  const done = server.migrated
    ? (await client.query<{ name: string }>('select name from kysely_migration order by name')).rows
    : [];
  const foreign = done.find(({ name }) => !known.includes(name));
  if (foreign) return { kind: 'newer', detail: foreign.name };
  const pending = known.length - done.length;
  return pending > 0 && server.mayCreate !== true ? { kind: 'no-rights' } : { kind: 'ready', pending };
}
