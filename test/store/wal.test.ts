import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openWal, type Wal } from '../../src/store/wal.ts';

describe('the write-ahead log', () => {
  let folder: string;
  let wal: Wal;
  const failures: unknown[] = [];
  const sizes: number[] = [];
  let rounds = 0;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'certbot-wal-'));
    const path = join(folder, 'store.sqlite-wal');
    await writeFile(path, randomBytes(4096));
    failures.length = 0;
    rounds = 0;
    sizes.length = 0;
    wal = await openWal(path, {
      failed: (error) => failures.push(error),
      grown: (size) => sizes.push(size),
      brought: () => void (rounds += 1),
    });
  });
  afterEach(async () => {
    await wal.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('is on the disk at once while nothing is committed', async () => {
    await wal.synced();
    assert.equal(rounds, 0);
    wal.written();
    await wal.synced();
    assert.equal(rounds, 1);
  });

  it('brings commits that come at the same time to the disk in one round, and later ones in the next', async () => {
    wal.written();
    const first = wal.synced();
    assert.equal(wal.synced(), first, 'nothing has begun yet');
    await Promise.resolve();
    await Promise.resolve();
    wal.written();
    const second = wal.synced();
    assert.notEqual(second, first, 'the disk is busy with the first already');
    const order: string[] = [];
    await Promise.all([second.then(() => order.push('second')), first.then(() => order.push('first'))]);
    assert.deepEqual(order, ['first', 'second']);
    assert.deepEqual(failures, []);
    while (sizes.length === 0) await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(sizes, [4096], 'it is measured, and not with every round');
  });

  it('tells whoever waits that the disk refuses, tries again for the next, and tells of what nobody waits for', async () => {
    await wal.close();
    wal.written();
    await assert.rejects(wal.synced(), /closed|EBADF/i);
    await assert.rejects(wal.synced(), /closed|EBADF/i, 'it is behind still');
    wal.written();
    while (failures.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.match(String(failures[0]), /closed|EBADF/i);
  });
});
