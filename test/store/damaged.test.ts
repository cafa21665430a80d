import assert from 'node:assert/strict';
import { copyFile, mkdir, mkdtemp, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import type { Log } from '../../src/core/ports/log.ts';
import { brokenFrameOf } from '../../src/store/integrity.ts';
import { createStore } from '../../src/store/store.ts';

const PAGE = 4096;
const FRAME = 24 + PAGE;
const TARGETS = 40;

describe('A SQLite database', () => {
  let folder: string;
  let file: string;
  let said: string[];
  const log: Log = {
    debug() {},
    info: (_, message) => said.push(message),
    warn: (_, message) => said.push(message),
    error: (_, message) => said.push(message),
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'certbot-damaged-'));
    file = join(folder, 'store.sqlite');
    said = [];
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  function open(of = file) {
    return createStore({ databaseUrl: `sqlite:${of}`, log });
  }

  /**
   * A database with targets of two generations of its log, and what a killed process leaves of it: the file, and in its
   * log the second half of the targets.
   */
  async function killed(): Promise<void> {
    const alive = join(folder, 'alive');
    await mkdir(alive);
    const from = join(alive, 'store.sqlite');
    const store = await open(from);
    try {
      const half = TARGETS / 2;
      for (let n = 0; n < half; n += 1) await store.ensureTarget(`tls://first-${n}.example:443`);
      const other = new Sqlite(from);
      other.pragma('wal_checkpoint(PASSIVE)');
      other.close();
      for (let n = 0; n < half; n += 1) await store.ensureTarget(`tls://second-${n}.example:443`);
      for (const suffix of ['', '-wal']) await copyFile(`${from}${suffix}`, `${file}${suffix}`);
    } finally {
      await store.close();
    }
    said = [];
  }

  async function closed(): Promise<void> {
    const store = await open();
    for (let n = 0; n < TARGETS; n += 1) await store.ensureTarget(`tls://host-${n}.example:443`);
    await store.close();
    said = [];
  }

  async function targets(): Promise<number> {
    const store = await open();
    try {
      return (await store.statistics()).targets;
    } finally {
      await store.close();
    }
  }

  async function overwrite(path: string, at: number, bytes: Buffer): Promise<void> {
    const content = await readFile(path);
    bytes.copy(content, at);
    await writeFile(path, content);
  }

  /** The first frames of the log that belong to its second generation, by their salts. */
  async function ownFrames(): Promise<number> {
    const wal = await readFile(`${file}-wal`);
    const salts = wal.subarray(16, 24);
    let frames = 0;
    while (wal.subarray(32 + frames * FRAME + 8, 32 + frames * FRAME + 16).equals(salts)) frames += 1;
    return frames;
  }

  async function refuses(pattern: RegExp): Promise<void> {
    await assert.rejects(open(), (error: Error) => {
      assert.match(error.message, pattern);
      assert.ok(error.message.includes(file), error.message);
      assert.match(error.message, /backup|put back the file/);
      assert.doesNotMatch(error.message, /\n/);
      return true;
    });
  }

  it('that a killed process left is read whole, with its log and what an older time left in that', async () => {
    await killed();
    const frames = await ownFrames();
    assert.ok(frames > 2 && (await stat(`${file}-wal`)).size > 32 + frames * FRAME, 'no frames of an older time');
    assert.equal(await targets(), TARGETS);
    assert.deepEqual(said, []);
  });

  it('that is new is made, which is said', async () => {
    assert.equal(await targets(), 0);
    assert.deepEqual(said, ['there was no database yet; an empty one was made']);
  });

  describe('with a damaged log', () => {
    beforeEach(killed);

    const junk = Buffer.alloc(64, 0xa5);
    const damages: [string, (at: number) => [number, Buffer]][] = [
      ['page in the middle', (at) => [at + 24 + 2000, junk]],
      ['frame whose beginning is lost', (at) => [at, junk]],
      ['frame of zeros', (at) => [at, Buffer.alloc(FRAME)]],
    ];
    for (const [what, damaged] of damages) {
      it(`(a ${what}) is refused`, async () => {
        await overwrite(`${file}-wal`, ...damaged(32 + 2 * FRAME));
        await refuses(/has a damaged log, .*-wal \(frame 3 of \d+ cannot be read\)/);
        // Nothing was changed by looking.
        await refuses(/frame 3 of/);
      });
    }

    it('(its header) is refused', async () => {
      await overwrite(`${file}-wal`, 12, junk.subarray(0, 8));
      await refuses(/has a damaged log, .*-wal \(its header cannot be read\)/);
    });

    it('opens without it when that is moved away', async () => {
      await overwrite(`${file}-wal`, 12, junk.subarray(0, 8));
      await rm(`${file}-wal`);
      assert.equal(await targets(), TARGETS / 2);
    });

    it('opens when only the commit under way at the end is torn', async () => {
      const frames = await ownFrames();
      await truncate(`${file}-wal`, 32 + frames * FRAME - 1000);
      assert.equal(await targets(), TARGETS - 1);
      assert.deepEqual(said, []);
    });

    it('opens, with a word, when the machine went down since: what is damaged was not on the disk yet', async () => {
      await overwrite(`${file}-wal`, 32 + 2 * FRAME, junk);
      await utimes(`${file}-wal`, 1, 1);
      assert.ok((await targets()) < TARGETS);
      assert.deepEqual(said, [
        'the machine went down while the database was written; what was not on the disk yet is left out',
      ]);
    });
  });

  it('is not taken for damaged because of what was rolled back in its log', () => {
    const connection = new Sqlite(file);
    connection.pragma('journal_mode = WAL');
    connection.pragma('cache_size = 10');
    connection.exec('create table notes (text)');
    const insert = connection.prepare('insert into notes values (randomblob(3000))');
    connection.exec('begin');
    for (let n = 0; n < 200; n += 1) insert.run();
    connection.exec('rollback');
    insert.run();
    assert.ok(connection.pragma('wal_checkpoint(PASSIVE)'));
    assert.equal(brokenFrameOf(`${file}-wal`), null);
    connection.close();
  });

  describe('that was closed', () => {
    beforeEach(closed);

    it('is refused with an overwritten page in its middle', async () => {
      const { size } = await stat(file);
      await overwrite(file, Math.floor(size / PAGE / 2) * PAGE, Buffer.alloc(PAGE, 0xa5));
      await refuses(/is damaged \(.+\): move it away together with store\.sqlite-wal/);
    });

    it('is refused with an overwritten header', async () => {
      await overwrite(file, 0, Buffer.alloc(100, 0xa5));
      await refuses(/is damaged \(file is not a database\)/);
    });

    it('is refused when something else is in its place', async () => {
      await writeFile(file, 'Dear diary,\n'.repeat(1000));
      await refuses(/is damaged \(file is not a database\)/);
    });

    it('is refused when it was cut', async () => {
      const { size } = await stat(file);
      await truncate(file, Math.floor(size / PAGE / 2) * PAGE);
      await refuses(/is damaged \(.+\)/);
    });

    it('is refused when it was emptied', async () => {
      await truncate(file, 0);
      await refuses(/is damaged \(the file is empty\)/);
    });
  });

  it('whose file is missing is refused while its log is there', async () => {
    await killed();
    await rm(file);
    await refuses(/is not there, but its log .* is/);
  });

  it('whose lock file is something else is refused', async () => {
    await writeFile(`${file}.lock`, 'Dear diary,\n'.repeat(1000));
    await assert.rejects(open(), /^Error: The database .* cannot be locked, since .*\.lock is something else; move/);
  });

  it('whose lock cannot be made is refused for that, and not for being in use', async () => {
    await mkdir(`${file}.lock`);
    await assert.rejects(
      open(),
      /^Error: The database .*store\.sqlite cannot be locked, since .*\.lock is something else/,
    );
  });

  it('that is refused is free for the next start', async () => {
    await closed();
    const content = await readFile(file);
    await truncate(file, 0);
    await refuses(/is empty/);
    await writeFile(file, content);
    assert.equal(await targets(), TARGETS);
  });
});
