import assert from 'node:assert/strict';
import { createOnce } from '../../../src/channels/teams/once.ts';

describe('what is done once', () => {
  /** Does things, by key, and counts how often. */
  function counting(limit?: number) {
    const done: string[] = [];
    const once = createOnce(limit);
    return {
      done,
      act: (key: string, outcome: () => Promise<boolean> = () => Promise.resolve(true)): Promise<boolean> =>
        once(key, () => {
          done.push(key);
          return outcome();
        }),
    };
  }

  it('is shared by those who wait for it, and answered alike afterwards', async () => {
    const { act, done } = counting();
    const work = Promise.withResolvers<boolean>();
    const asking = [act('a', () => work.promise), act('a')];
    work.resolve(true);
    assert.deepEqual(await Promise.all(asking), [true, true]);
    assert.equal(await act('a'), true);
    assert.deepEqual(done, ['a']);
  });

  it('is another thing under another key', async () => {
    const { act, done } = counting();
    for (const key of ['a', 'b']) await act(key);
    assert.deepEqual(done, ['a', 'b']);
  });

  it('is done again when it came to nothing', async () => {
    const { act, done } = counting();
    assert.equal(await act('a', () => Promise.resolve(false)), false);
    assert.equal(await act('a'), true);
    assert.deepEqual(done, ['a', 'a']);
  });

  it('is done again when it failed, which all are told who waited for it', async () => {
    const { act, done } = counting();
    const failing = [act('a', () => Promise.reject(new Error('away'))), act('a')];
    for (const each of failing) await assert.rejects(each, /away/);
    assert.equal(await act('a'), true);
    assert.deepEqual(done, ['a', 'a']);
  });

  it('is remembered for as many as the limit, the oldest of which goes first', async () => {
    const { act, done } = counting(2);
    for (const key of ['a', 'b', 'a', 'b', 'c', 'b', 'c', 'a']) await act(key);
    assert.deepEqual(done, ['a', 'b', 'c', 'a']);
  });

  it('is remembered for a thousand unless said otherwise', async () => {
    const { act, done } = counting();
    for (let index = 0; index < 1000; index += 1) await act(String(index));
    await act('0');
    assert.equal(done.length, 1000);
    await act('1000');
    await act('0');
    assert.deepEqual(done.slice(1000), ['1000', '0']);
  });
});
