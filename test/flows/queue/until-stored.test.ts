import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import sinon from 'sinon';
import { StoreError } from '../../../src/core/errors.ts';
import { untilStored } from '../../../src/flows/queue/until-stored.ts';
import { MINUTE } from '../../../src/core/time.ts';

/** Work that fails with each of these in turn, and then comes to something. */
function failing(...errors: Error[]) {
  let tries = 0;
  return {
    tries: () => tries,
    async work(): Promise<string> {
      const error = errors[tries];
      tries += 1;
      if (error) throw error;
      return 'stored';
    },
  };
}

describe('work that waits for the store', () => {
  afterEach(() => sinon.restore());

  const [first, second] = [new StoreError('away'), new StoreError('still away')];

  it('is tried again while the store is away, and each failure is told', async () => {
    const { work, tries } = failing(first, second);
    const told: StoreError[] = [];
    const away = async (error: StoreError): Promise<void> => void told.push(error);
    assert.equal(await untilStored(work, { keepsAlive: true, firstPause: 1, away }), 'stored');
    assert.deepEqual([tries(), told], [3, [first, second]]);
  });

  it('fails at once with any other error', async () => {
    const other = new Error('no such table');
    const { work, tries } = failing(first, other);
    await assert.rejects(untilStored(work, { keepsAlive: true, firstPause: 1 }), other);
    assert.equal(tries(), 2);
  });

  it('fails with what hears of it', async () => {
    const taken = new Error('EADDRINUSE');
    const away = () => Promise.reject(taken);
    await assert.rejects(untilStored(failing(first).work, { keepsAlive: true, firstPause: 1, away }), taken);
  });

  it('is given up when its time is over, with the last error', async () => {
    const { work, tries } = failing(first, second);
    await assert.rejects(untilStored(work, { keepsAlive: true, firstPause: 2000, timeout: 1000 }), second);
    assert.equal(tries(), 2);
  });

  it('gives up after ten minutes, and not before', async () => {
    const times = [0, 10 * MINUTE, 10 * MINUTE + 1];
    sinon.stub(performance, 'now').callsFake(() => times.shift()!);
    const { work, tries } = failing(first, first, first);
    await assert.rejects(untilStored(work, { firstPause: 1 }), first);
    assert.equal(tries(), 2);
  });

  for (const [keepsAlive, told] of [
    [true, 'stored'],
    [false, ''],
  ] as const)
    it(`${keepsAlive ? 'keeps' : 'does not keep'} the process alive with keepsAlive: ${keepsAlive}`, () => {
      const source = `
        import { StoreError } from ${JSON.stringify(import.meta.resolve('../../../src/core/errors.ts'))};
        import { untilStored } from ${JSON.stringify(import.meta.resolve('../../../src/flows/queue/until-stored.ts'))};
        let tries = 0;
        async function work() {
          if ((tries += 1) < 3) throw new StoreError('away');
          process.stdout.write('stored');
        }
        await untilStored(work, { keepsAlive: ${keepsAlive}, firstPause: 10 });`;
      const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', source], { encoding: 'utf8' });
      assert.equal(stdout, told);
    });
});
