import assert from 'node:assert/strict';
import { chmod, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { pino } from 'pino';
import { createStore } from '../../src/store/store.ts';
import { startBot } from '../support/bot-process.ts';
import { skipOn } from '../support/skips.ts';

const log = pino({ level: 'silent' });

/** Every file and folder below a folder with its mode, such as "bot.sqlite 600". */
async function modesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  const modes = names.map(async (name) => `${name} ${((await stat(join(folder, name))).mode & 0o777).toString(8)}`);
  // Of the lock it is there at some moments only.
  return (await Promise.all(modes)).filter((line) => line !== 'bot.sqlite.lock-journal 600').toSorted();
}

describe('the files of the bot', () => {
  let folder: string;
  let mask: number;
  beforeEach(async function () {
    if (process.platform === 'win32') skipOn(this, 'Windows has no such modes');
    mask = process.umask(0o022);
    folder = await mkdtemp(join(tmpdir(), 'certbot-private-'));
    await chmod(folder, 0o755);
  });
  afterEach(async () => {
    process.umask(mask);
    await rm(folder, { recursive: true, force: true });
  });

  async function open(): Promise<string[]> {
    const store = await createStore({ databaseUrl: `sqlite:${join(folder, 'bot.sqlite')}`, log });
    await store.beat(1);
    const modes = await modesIn(folder);
    await store.close();
    return modes;
  }

  const PRIVATE = ['bot.sqlite 600', 'bot.sqlite-shm 600', 'bot.sqlite-wal 600', 'bot.sqlite.lock 600'];

  it('are for its user alone, in a folder that everybody may read', async () => {
    assert.deepEqual(await open(), PRIVATE);
  });

  it('become so where an earlier version made them', async () => {
    const old = new Sqlite(join(folder, 'bot.sqlite'));
    old.pragma('journal_mode = WAL');
    old.exec('create table earlier (version)');
    // A copy of what a process leaves behind that was killed.
    const lock = new Sqlite(join(folder, 'bot.sqlite.lock'));
    lock.exec('begin exclusive; commit');
    for (const database of [old, lock]) database.close();
    for (const name of await readdir(folder)) await chmod(join(folder, name), 0o644);
    assert.deepEqual(await open(), PRIVATE);
  });

  it('are so in a whole process, compiled modules as well', async () => {
    const bot = await startBot({ databaseUrl: `sqlite:${join(folder, 'bot.sqlite')}`, env: { TMPDIR: folder } });
    try {
      const modes = await modesIn(folder);
      assert.ok(
        modes.some((line) => line.startsWith('certbot-compiled-')),
        modes.join(),
      );
      assert.deepEqual(
        modes.filter((line) => !/ [67]00$/.test(line)),
        [],
      );
    } finally {
      await bot.dispose();
    }
  });
});
