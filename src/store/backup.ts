import { renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { resolveFile } from './place.ts';
import { checkSizesAndLog, explained } from './integrity.ts';

/** What a backup holds. */
export interface Backup {
  /** Where it was copied from. */
  from: string;
  bytes: number;
  watches: number;
  conversations: number;
}

/**
 * Makes a copy one file, without a log beside it, and counts what is in it. Throws when a page of it cannot be read.
 */
function readThrough(
  copy: InstanceType<typeof import('better-sqlite3')>,
  from: string,
): Pick<Backup, 'watches' | 'conversations'> {
  try {
    copy.pragma('journal_mode = DELETE');
    const [checked] = copy.pragma('quick_check(1)') as { quick_check: string }[];
    if (checked?.quick_check !== 'ok') throw new Error(`The database ${from} is damaged, and so would be its copy.`);
    const count = (table: string): number =>
      copy.prepare<[], number>(`select count(*) from ${table}`).pluck().get() ?? 0;
    return { watches: count('watches'), conversations: count('conversations') };
  } finally {
    copy.close();
  }
}

/**
 * Copies the SQLite database of a `DATABASE_URL` to a new file, consistent, whether a bot is at work on it or not; it
 * is held up by nothing, since this takes no lock of its own. The copy is one file by itself and was read through.
 * Throws one sentence when there is nothing to copy, something in its place, or damage in what would be copied.
 */
export async function backUp(databaseUrl: string, to: string): Promise<Backup> {
  if (!databaseUrl.startsWith('sqlite:'))
    throw new Error(
      `DATABASE_URL names a PostgreSQL database, whose own tool makes its backups: pg_dump --format=custom --file=${to} "$DATABASE_URL"`,
    );
  const path = databaseUrl.slice('sqlite:'.length).replace(/^\/\//, '');
  if (path === ':memory:') throw new Error('A database in memory cannot be copied from another process.');
  const from = await resolveFile(path);
  if (!statSync(from, { throwIfNoEntry: false })) throw new Error(`There is no database at ${from} yet.`);
  const folder = dirname(to);
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new Error(`There is no folder ${folder}; make it, or name a file in another.`);
  if (statSync(to, { throwIfNoEntry: false })) throw new Error(`${to} is there already; name a file that is not.`);
  // What the end of the machine left out of the log is told where it matters: at the next start.
  checkSizesAndLog(from, { warn() {} });
  const { default: Sqlite } = await import('better-sqlite3');
  const unfinished = `${to}.unfinished`;
  try {
    const source = new Sqlite(from, { readonly: true, timeout: 5000 });
    try {
      // All at once, from one state: in pieces it would begin anew whenever the bot writes something.
      source.exec('begin');
      await source.backup(unfinished, { progress: () => 0x7fff_ffff });
    } finally {
      source.close();
    }
    const counted = readThrough(new Sqlite(unfinished), from);
    const { size } = statSync(unfinished);
    renameSync(unfinished, to);
    return { from, bytes: size, ...counted };
  } catch (error) {
    throw explained(error, from);
  } finally {
    rmSync(unfinished, { force: true });
  }
}
