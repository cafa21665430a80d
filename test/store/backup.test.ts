import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Log } from '../../src/core/ports/log.ts';
import { createStore } from '../../src/store/store.ts';
import { aConversation, NOW, watchIn } from './contract/fixtures.ts';

const SCRIPT = fileURLToPath(new URL('../../scripts/backup.ts', import.meta.url));
const log: Log = { debug() {}, info() {}, warn() {}, error() {} };

async function spoil(path: string, at: number): Promise<void> {
  const bytes = await readFile(path);
  bytes[at]! ^= 1;
  await writeFile(path, bytes);
}

describe('npm run backup', function () {
  let folder: string;
  let file: string;
  let copy: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'certbot-backup-'));
    file = join(folder, 'store.sqlite');
    copy = join(folder, 'copy.sqlite');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  function open(of = file) {
    return createStore({ databaseUrl: `sqlite:${of}`, log });
  }

  /** Runs it as npm does, in the folder of the package, typed in the test's. */
  function backUp(
    args: string[],
    databaseUrl = `sqlite:${file}`,
    where: { env?: NodeJS.ProcessEnv; cwd?: string } = {},
  ): Promise<{ code: number; out: string; err: string }> {
    const env = { PATH: process.env['PATH'], DATABASE_URL: databaseUrl, INIT_CWD: folder };
    return new Promise((resolve) => {
      execFile(process.execPath, [SCRIPT, ...args], { env, ...where }, (error, out, err) => {
        resolve({ code: error ? Number(error.code) : 0, out, err });
      });
    });
  }

  it('copies what the bot knows while it goes on writing, and leaves it its lock', async () => {
    const store = await open();
    try {
      for (let n = 0; n < 500; n += 1) await store.ensureTarget(`tls://host-${n}.example:443`);
      let copied = false;
      const backup = backUp(['copy.sqlite']).finally(() => {
        copied = true;
      });
      let written = 500;
      for (; !copied; written += 1) {
        // Two rows at a time, so that a copy from between would show.
        await store.transaction(async (operations) => {
          await operations.ensureTarget(`tls://left-${written}.example:443`);
          await operations.ensureTarget(`tls://right-${written}.example:443`);
        });
      }
      const { code, out, err } = await backup;
      assert.equal(err, '');
      assert.equal(code, 0);
      assert.match(out, /^Copied .*store\.sqlite to .*copy\.sqlite: \d+ kB, watches: 0, conversations: 0\.\n$/);
      assert.ok(written > 500, 'nothing was written meanwhile');
      await assert.rejects(open(), /in use by another process/);
      const names = await readdir(folder);
      assert.deepEqual(
        names.filter((name) => name.startsWith('copy')),
        ['copy.sqlite'],
      );
      if (process.platform !== 'win32') assert.equal((await stat(copy)).mode & 0o077, 0);
      const restored = await open(copy);
      const { targets } = await restored.statistics();
      await restored.close();
      assert.ok(targets >= 500 && targets % 2 === 0, `${targets} targets`);
    } finally {
      await store.close();
    }
  });

  it('copies what a bot that was killed left', async () => {
    const left = join(folder, 'left.sqlite');
    const store = await open();
    await store.ensureTarget('tls://one.example:443');
    for (const suffix of ['', '-wal']) await copyFile(`${file}${suffix}`, `${left}${suffix}`);
    await store.close();
    assert.equal((await backUp([copy], `sqlite:${left}`)).code, 0);
    const restored = await open(copy);
    const { targets } = await restored.statistics();
    await restored.close();
    assert.equal(targets, 1);
  });

  it('finds the database in the file .env as the bot does, and counts what it copies', async () => {
    const store = await open();
    for (const id of ['c1', 'c2']) await store.rememberConversation(aConversation(id), NOW);
    await watchIn(store, 'c1', 'tls://one.example:443');
    await store.close();
    await writeFile(join(folder, '.env'), `DATABASE_URL=sqlite:${file}\n`);
    const { code, out, err } = await backUp([copy], '', { env: { PATH: process.env['PATH'] }, cwd: folder });
    assert.deepEqual([code, err], [0, '']);
    assert.match(out, /: \d+ kB, watches: 1, conversations: 2\.\n$/);
  });

  const damages: [string, (left: string) => Promise<void>, RegExp][] = [
    ['whose log is damaged', (left) => spoil(`${left}-wal`, 32 + 24 + 100), /has a damaged log, .*\(frame 1 of \d+ /],
    ['whose log has no beginning', (left) => spoil(`${left}-wal`, 0), /has a damaged log, .*\(its header /],
    ['that was emptied', (left) => truncate(left, 0), /is damaged \(the file is empty\)/],
  ];
  for (const [what, damage, pattern] of damages) {
    it(`refuses a file ${what}, and leaves its log as it is`, async () => {
      const left = join(folder, 'left.sqlite');
      const store = await open();
      for (let n = 0; n < 5; n += 1) await store.ensureTarget(`tls://host-${n}.example:443`);
      for (const suffix of ['', '-wal']) await copyFile(`${file}${suffix}`, `${left}${suffix}`);
      await store.close();
      await damage(left);
      const before = await readFile(`${left}-wal`);
      const { code, out, err } = await backUp([copy], `sqlite:${left}`);
      assert.deepEqual([code, out], [1, '']);
      assert.match(err, pattern);
      assert.doesNotMatch(err, /\n./);
      assert.deepEqual(await readFile(`${left}-wal`), before);
      assert.equal((await readdir(folder)).includes('copy.sqlite'), false);
    });
  }

  it('refuses a file of which a page is damaged, and leaves no copy of it', async () => {
    const store = await open();
    for (let n = 0; n < 5; n += 1) await store.ensureTarget(`tls://host-${n}.example:443`);
    await store.close();
    await spoil(file, 4096);
    const { code, out, err } = await backUp([copy]);
    assert.deepEqual([code, out], [1, '']);
    assert.match(err, /damaged/);
    assert.doesNotMatch(err, /\n./);
    const names = await readdir(folder);
    assert.deepEqual(
      names.filter((name) => name.startsWith('copy')),
      [],
    );
  });

  it('refuses what is in the memory of another process', async () => {
    const { code, err } = await backUp([copy], 'sqlite::memory:');
    assert.equal(code, 1);
    assert.match(err, /A database in memory cannot be copied from another process\.\n$/);
  });

  const refusals: [string, string[], string | undefined, RegExp][] = [
    ['without a name', [], undefined, /^Say where the backup goes: npm run backup -- <file>\n$/],
    ['where something is already', ['taken'], undefined, /taken is there already; name a file that is not\.\n$/],
    [
      'where there is no folder',
      ['no/folder'],
      undefined,
      /There is no folder .*no; make it, or name a file in another\.\n$/,
    ],
    ['where there is no database', ['copy'], 'sqlite:nowhere/x.sqlite', /There is no database at .*x\.sqlite yet\.\n$/],
    ['of PostgreSQL', ['copy'], 'postgres://user:secret@127.0.0.1/bot', /pg_dump --format=custom --file=.*copy/],
  ];
  for (const [what, args, url, pattern] of refusals) {
    it(`refuses ${what}, in one sentence`, async () => {
      await (await open()).close();
      await writeFile(join(folder, 'taken'), 'mine');
      const { code, out, err } = await backUp(args, url?.replace('sqlite:', `sqlite:${folder}/`));
      assert.equal(code, 1);
      assert.equal(out, '');
      assert.match(err, pattern);
      assert.doesNotMatch(err, /secret|\n./);
      assert.equal(await readFile(join(folder, 'taken'), 'utf8'), 'mine');
    });
  }
});
