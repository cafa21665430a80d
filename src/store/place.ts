import { mkdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

const ELSEWHERE =
  'name a file in a folder where this user may write, for example DATABASE_URL=sqlite:/var/lib/certbot/certbot.sqlite';

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

/** Why a database file cannot be used where it was named, and what to do. */
export function placeError(file: string, what: string, options?: ErrorOptions): Error {
  return new Error(`The database ${file} cannot be opened: ${what}; ${ELSEWHERE}.`, options);
}

/**
 * Makes a folder and those above it, one by one: Node's own recursive way never ends where the system says that the
 * parent it has just seen is not there, as /proc does.
 */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    const code = codeOf(error);
    const found = await stat(folder).catch(() => null);
    if (found?.isDirectory()) return;
    if (found) throw Object.assign(new Error(`${folder} is not a folder`, { cause: error }), { code: 'ENOTDIR' });
    const above = dirname(folder);
    if (code !== 'ENOENT' || above === folder || (await stat(above).catch(() => null))) throw error;
    await makeFolder(above);
    await mkdir(folder, { mode: 0o700 });
  }
}

/**
 * The same file under one name, whatever links lead to it, so that all processes meet at the same lock; its folder is
 * made. Throws a sentence where there can be no such file.
 */
export async function resolveFile(path: string): Promise<string> {
  const full = resolve(path);
  const folder = dirname(full);
  try {
    await makeFolder(folder);
  } catch (cause) {
    throw placeError(full, `its folder ${folder} cannot be made (${codeOf(cause)})`, { cause });
  }
  const file = await realpath(full).catch(async () => join(await realpath(folder), basename(full)));
  const found = await stat(file).catch(() => null);
  if (found?.isDirectory()) throw placeError(file, 'it is a folder');
  if (found && !found.isFile()) throw placeError(file, 'it is not a file');
  return file;
}

/** The file of a `DATABASE_URL` of SQLite; null where there is none: PostgreSQL, or a database in memory. */
export async function sqliteFile(databaseUrl: string): Promise<string | null> {
  const path = /^sqlite:(?:\/\/)?(.+)$/.exec(databaseUrl)?.[1];
  return path === undefined || path === ':memory:' ? null : resolveFile(path);
}

/** What SQLite says of a file that it may not open or write, as such a sentence; any other error as it is. */
export function misplaced(error: unknown, file: string): unknown {
  const code = codeOf(error);
  if (!/^(?:SQLITE_(?:CANTOPEN|READONLY|PERM|IOERR|FULL)|E(?:ACCES|NOENT|PERM|ROFS|NAMETOOLONG)$)/.test(code))
    return error;
  if (code.startsWith('SQLITE_FULL'))
    return new Error(`The database ${file} cannot be written: the disk is full; make room, and start again.`, {
      cause: error,
    });
  if (code === 'ENAMETOOLONG') return placeError(file, 'its name is too long', { cause: error });
  return placeError(file, `this user cannot read and write it and the folder ${dirname(file)} (${code})`, {
    cause: error,
  });
}
