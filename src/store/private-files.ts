import { chmodSync, closeSync, openSync, statSync } from 'node:fs';
import type { Log } from '../core/ports/log.ts';

const OWN = 0o600;
const OTHERS = 0o077;
/** Windows has no such modes: who may read a file follows from its folder. */
const HAS_MODES = process.platform !== 'win32';

/** Makes an empty file that its user alone may read, unless there is one. */
export function touchPrivate(path: string): void {
  closeSync(openSync(path, 'a', OWN));
}

/**
 * Takes files that others may read, such as those of earlier versions, away from them; those that are not there are
 * left out. `log` hears of one that belongs to somebody else.
 */
export function keepPrivate(paths: string[], log: Pick<Log, 'warn'>): void {
  if (!HAS_MODES) return;
  for (const path of paths) {
    const found = statSync(path, { throwIfNoEntry: false });
    if (!found || (found.mode & OTHERS) === 0) continue;
    try {
      chmodSync(path, found.mode & ~OTHERS);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      log.warn({ file: path, code }, 'others may read this file of the bot, and it is not ours to change that');
    }
  }
}
