import { open, stat } from 'node:fs/promises';
import { StoreError } from '../core/errors.ts';

/** How every SQLite database file begins (https://sqlite.org/fileformat2.html, "The Database Header"). */
export const MAGIC = Buffer.from('SQLite format 3\0');

/**
 * Watches over a database file that is in use: SQLite goes on with what it has in memory when somebody overwrites the
 * file or moves it away, and everything is gone with the next start. `check` rejects with StoreError then, and
 * `complain` throws it again until a check finds all well.
 */
export async function watchFile(
  path: string,
): Promise<{ check(): Promise<void>; complain(): void; close(): Promise<void> }> {
  // Opened once and kept: closing any descriptor of the file would end SQLite's locks on it
  // (https://sqlite.org/howtocorrupt.html, 2.2).
  const file = await open(path, 'r');
  const { ino, dev } = await file.stat({ bigint: true });
  let harm: string | null = null;

  async function look(): Promise<string | null> {
    const now = await stat(path, { bigint: true }).catch(() => null);
    if (now?.ino !== ino || now.dev !== dev) return 'was moved away or replaced';
    const { buffer } = await file.read(Buffer.alloc(MAGIC.length), 0, MAGIC.length, 0);
    return buffer.equals(MAGIC) ? null : 'was overwritten';
  }

  function complain(): void {
    if (harm !== null) throw new StoreError(`The database file ${path} ${harm} while it is in use.`);
  }

  async function check(): Promise<void> {
    harm = await look();
    complain();
  }

  return { check, complain, close: () => file.close() };
}
