import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { createFeedTokens, feedKeys } from '../src/feed-keys.ts';

const log = pino({ level: 'silent' });
const SECRET = 'sixteen letters, or more';

describe('the keys of calendar addresses', () => {
  let folder: string;
  let databaseUrl: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'certbot-keys-'));
    databaseUrl = `sqlite:${join(folder, 'bot.sqlite')}`;
    file = join(folder, 'bot.sqlite.key');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('are in a file beside the database, which is made for its user alone and found again', async () => {
    const [key, ...more] = await feedKeys({ secretKeys: [], databaseUrl }, log);
    assert.match(key!, /^[\w-]{43}$/);
    assert.deepEqual(more, []);
    assert.equal(await readFile(file, 'utf8'), `${key}\n`);
    if (process.platform !== 'win32') assert.equal((await stat(file)).mode & 0o777, 0o600);
    await chmod(file, 0o644);
    assert.deepEqual(await feedKeys({ secretKeys: [], databaseUrl }, log), [key]);
    if (process.platform !== 'win32') assert.equal((await stat(file)).mode & 0o777, 0o600);
  });

  it('are SECRET_KEY where that is set, and no file is made', async () => {
    assert.deepEqual(await feedKeys({ secretKeys: [SECRET, 'old'], databaseUrl }, log), [SECRET, 'old']);
    assert.deepEqual(await readdir(folder), []);
  });

  it('are SECRET_KEY first, then that of the time before', async () => {
    const [key] = await feedKeys({ secretKeys: [], databaseUrl }, log);
    assert.deepEqual(await feedKeys({ secretKeys: [SECRET], databaseUrl }, log), [SECRET, key]);
  });

  for (const url of ['postgres://localhost/certbot', 'sqlite::memory:'])
    it(`are made anew for each process with ${url}, unless SECRET_KEY is set`, async () => {
      const keys = async () => (await feedKeys({ secretKeys: [], databaseUrl: url }, log))[0]!;
      assert.notEqual(await keys(), await keys());
      assert.deepEqual(await feedKeys({ secretKeys: [SECRET], databaseUrl: url }, log), [SECRET]);
    });

  it('are refused with a sentence where the file holds none, or cannot be read', async () => {
    await writeFile(file, '\n');
    await assert.rejects(feedKeys({ secretKeys: [], databaseUrl }, log), /bot\.sqlite\.key holds no key: put it back/);
    await rm(file);
    const below = `sqlite:${join(folder, 'dir')}`;
    await writeFile(join(folder, 'dir'), '');
    await mkdir(join(folder, 'dir.key'));
    await assert.rejects(feedKeys({ secretKeys: [], databaseUrl: below }, log), /dir\.key cannot be read \(EISDIR\)/);
  });

  it('make other tokens for other seeds and other keys, the same for the same', () => {
    const tokens = createFeedTokens([SECRET, 'another']);
    assert.deepEqual(tokens('a'), tokens('a'));
    assert.equal(new Set([...tokens('a'), ...tokens('b')]).size, 4);
    for (const token of tokens('a')) assert.match(token, /^[\da-f]{64}$/);
  });
});
