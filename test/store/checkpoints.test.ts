import assert from 'node:assert/strict';
import { copyFile, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import sinon from 'sinon';
import type { Log } from '../../src/core/ports/log.ts';
import { createCheckpoints } from '../../src/store/checkpoints.ts';
import { createStore } from '../../src/store/store.ts';

const MB = 1024 * 1024;

describe('checkpoints', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'certbot-checkpoints-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('of a log that has grown carry it into the file, beside whoever writes', async () => {
    const file = join(folder, 'store.sqlite');
    const connection = new Sqlite(file);
    connection.pragma('journal_mode = WAL');
    connection.pragma('wal_autocheckpoint = 0');
    connection.exec('create table notes (text)');
    connection.prepare('insert into notes values (?)').run('x'.repeat(200_000));
    const failures: unknown[] = [];
    const checkpoints = createCheckpoints(file, (error) => failures.push(error));
    /** How many threads this starts; other stores of the process may start theirs at any other time. */
    async function threadsOf(size: number): Promise<number> {
      let threads = 0;
      const count = (): void => void (threads += 1);
      process.on('worker', count);
      checkpoints.grown(size);
      await new Promise((resolve) => setImmediate(resolve));
      process.removeListener('worker', count);
      return threads;
    }
    try {
      assert.equal(await threadsOf(8 * MB - 1), 0, 'one that is small is left alone');
      assert.equal(await threadsOf(8 * MB), 1);
      while ((await stat(file)).size < 200_000) await new Promise((resolve) => setTimeout(resolve, 10));
      connection.prepare('insert into notes values (?)').run('y'.repeat(400_000));
      while ((await stat(file)).size < 600_000) {
        assert.equal(await threadsOf(100 * MB), 0, 'the thread is there');
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      assert.deepEqual(failures, []);
    } finally {
      await checkpoints.close();
      connection.close();
    }
  });

  it('come by themselves: the file alone holds what was said a minute ago, however little that was', async () => {
    const file = join(folder, 'store.sqlite');
    const copied = join(folder, 'copied.sqlite');
    const errors: string[] = [];
    const log: Log = { debug() {}, info() {}, warn() {}, error: (_, message) => errors.push(message) };
    const { setImmediate: turn } = globalThis;
    const clock = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const store = await createStore({ databaseUrl: `sqlite:${file}`, log });

    /** Null: the file was copied in the middle of a checkpoint, so that the copy is half of each. */
    async function heldByFile(): Promise<number | null> {
      await copyFile(file, copied);
      const copy = new Sqlite(copied, { readonly: true });
      try {
        const tables = copy.prepare("select count(*) from sqlite_schema where name = 'targets'").pluck().get();
        return tables === 1 ? (copy.prepare<[], number>('select count(*) from targets').pluck().get() ?? 0) : 0;
      } catch (error) {
        if (error instanceof Sqlite.SqliteError && error.code.startsWith('SQLITE_CORRUPT')) return null;
        throw error;
      } finally {
        copy.close();
      }
    }

    try {
      for (const [index, host] of ['one.example', 'two.example'].entries()) {
        await store.transaction((operations) => operations.ensureTarget(`tls://${host}:443`));
        assert.equal(await heldByFile(), index);
        // Again where the one before is not known to have ended: the next comes twenty seconds after that.
        do {
          clock.tick(30_000);
          await new Promise((resolve) => turn(resolve));
        } while ((await heldByFile()) !== index + 1);
        assert.equal(await heldByFile(), index + 1);
      }
      assert.deepEqual(errors, []);
    } finally {
      clock.restore();
      await store.close();
    }
  });

  it('that cannot be made are told', async () => {
    const failed = Promise.withResolvers<unknown>();
    const checkpoints = createCheckpoints(join(folder, 'nothing.sqlite'), failed.resolve);
    checkpoints.grown(100 * MB);
    assert.match(String(await failed.promise), /unable to open database file|directory does not exist/);
    await checkpoints.close();
  });
});
