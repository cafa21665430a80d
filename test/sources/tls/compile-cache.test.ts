import assert from 'node:assert/strict';
import { chmod, lstat, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { basename, join } from 'node:path';
import { compileCache } from '../../../src/sources/tls/compile-cache.ts';
import { skipOn } from '../../support/skips.ts';

describe('the folder for compiled modules', () => {
  let parent: string;

  beforeEach(async function () {
    if (process.platform === 'win32') skipOn(this, 'Windows has no such modes');
    parent = await mkdtemp(join(tmpdir(), 'certbot-cache-'));
  });
  afterEach(() => rm(parent, { recursive: true, force: true }));

  it('is made for this user alone, and found again', async () => {
    const folder = compileCache(parent)!;
    assert.equal(basename(folder), `certbot-compiled-${userInfo().uid}`);
    assert.equal((await lstat(folder)).mode & 0o777, 0o700);
    assert.equal(compileCache(parent), folder);
  });

  it('is not used where others may write, since what lies in it is run', async () => {
    const folder = compileCache(parent)!;
    await chmod(folder, 0o777);
    assert.equal(compileCache(parent), null);
  });

  it('is taken away from those who may only read it', async () => {
    const folder = compileCache(parent)!;
    await chmod(folder, 0o755);
    assert.equal(compileCache(parent), folder);
    assert.equal((await lstat(folder)).mode & 0o777, 0o700);
  });

  it('is not used where it is a link to somewhere else', async () => {
    const folder = compileCache(parent)!;
    await rm(folder, { recursive: true });
    await mkdir(join(parent, 'elsewhere'), { mode: 0o700 });
    await symlink(join(parent, 'elsewhere'), folder);
    assert.equal(compileCache(parent), null);
  });

  it('is done without where it cannot be made', async () => {
    await writeFile(join(parent, 'file'), '');
    assert.equal(compileCache(join(parent, 'file')), null);
  });
});
