import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sinon from 'sinon';
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
    assert.deepEqual(sizes, [4096], 'it is measured');
    for (let round = 0; round < 3; round += 1) {
      wal.written();
      await wal.synced();
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.deepEqual([rounds, sizes], [5, [4096]], 'and not with every round');
  });

  describe('on a disk that takes its time', () => {
    let disk: sinon.SinonStub;
    beforeEach(async () => {
      const file = await open(join(folder, 'store.sqlite-wal'), 'r');
      disk = sinon.stub(Object.getPrototypeOf(file), 'datasync');
      await file.close();
    });
    afterEach(() => disk.restore());

    it('is there when the round that is under way ends, for whoever asks meanwhile', async () => {
      const busy = Promise.withResolvers<void>();
      disk.returns(busy.promise);
      const order: string[] = [];
      wal.written();
      const first = wal.synced().then(() => order.push('first'));
      while (!disk.called) await Promise.resolve();
      const meanwhile = wal.synced().then(() => order.push('meanwhile'));
      await new Promise((resolve) => setImmediate(resolve));
      assert.deepEqual(order, []);
      busy.resolve();
      await Promise.all([first, meanwhile]);
      assert.equal(disk.callCount, 1, 'nothing was written since');
    });

    it('is tried again for the next who asks, when the disk refused once', async () => {
      disk.onFirstCall().rejects(new Error('EIO'));
      disk.resolves();
      wal.written();
      await assert.rejects(wal.synced(), /EIO/);
      await wal.synced();
      assert.deepEqual([disk.callCount, rounds], [2, 1]);
      await wal.synced();
      assert.equal(disk.callCount, 2);
    });
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
