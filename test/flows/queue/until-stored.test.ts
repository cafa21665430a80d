import assert from 'node:assert/strict';
import { StoreError } from '../../../src/core/errors.ts';
import { untilStored } from '../../../src/flows/queue/until-stored.ts';

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
});
