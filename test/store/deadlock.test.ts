import assert from 'node:assert/strict';
import type { Store } from '../../src/core/ports/store.ts';
import { createStore } from '../../src/store/store.ts';
import { afterTest } from '../support/after-test.ts';
import { createOrSkip, databaseKinds } from '../support/databases.ts';
import { aConversation, NOW } from './contract/fixtures.ts';

const log = { debug() {}, info() {}, warn() {}, error() {} };
const [sqlite, postgres] = databaseKinds;

async function open(databaseUrl: string): Promise<Store> {
  const store = await createStore({ databaseUrl, log });
  afterTest(() => store.close());
  for (const id of ['c1', 'c2']) await store.rememberConversation(aConversation(id), NOW);
  return store;
}

function failure(code: string): Error {
  return Object.assign(new Error('ended by the database'), { code });
}

describe('a transaction that PostgreSQL ends to resolve a deadlock', () => {
  it('is run again, so that of two that wait for each other both come to their end, once', async function () {
    const database = await createOrSkip(postgres!, this);
    afterTest(() => database.drop());
    const url = new URL(database.url);
    // It looks for deadlocks that soon; else after a second.
    url.searchParams.set('options', '-c deadlock_timeout=10ms');
    const store = await open(url.href);
    const both = Promise.withResolvers<void>();
    let ready = 0;
    let runs = 0;
    async function rename(first: string, second: string): Promise<void> {
      await store.transaction(async (operations) => {
        runs += 1;
        await operations.renameConversation(first, `by ${first}`);
        ready += 1;
        if (ready === 2) both.resolve();
        await both.promise;
        await operations.renameConversation(second, `by ${first}`);
      });
    }
    await Promise.all([rename('c1', 'c2'), rename('c2', 'c1')]);
    assert.equal(runs, 3, 'one of them twice');
    const names = await Promise.all(['c1', 'c2'].map(async (id) => (await store.findConversation(id))?.name));
    assert.equal(names[0], names[1], 'each was done as a whole');
  });

  for (const [failures, runs] of [
    [1, 2],
    [2, 3],
  ] as const) {
    it(`is run ${runs} times when that happens ${failures} times, and nothing of the failed runs stays`, async function () {
      const database = await createOrSkip(sqlite!, this);
      afterTest(() => database.drop());
      const store = await open(database.url);
      let run = 0;
      const result = await store.transaction(async (operations) => {
        run += 1;
        await operations.rememberConversation(aConversation(`in run ${run}`), NOW);
        if (run <= failures) throw failure('40P01');
        return `done in run ${run}`;
      });
      assert.equal(result, `done in run ${runs}`);
      for (let each = 1; each < runs; each += 1)
        assert.equal(await store.findConversation(`in run ${each}`), null, `run ${each}`);
      assert.notEqual(await store.findConversation(`in run ${runs}`), null);
    });
  }

  it('is given up with its error after three runs', async function () {
    const database = await createOrSkip(sqlite!, this);
    afterTest(() => database.drop());
    const store = await open(database.url);
    let runs = 0;
    const deadlock = failure('40P01');
    await assert.rejects(
      store.transaction(async () => {
        runs += 1;
        throw deadlock;
      }),
      (error) => error === deadlock,
    );
    assert.equal(runs, 3);
  });

  it('is the only one that is run again: after other errors it was wrong', async function () {
    const database = await createOrSkip(sqlite!, this);
    afterTest(() => database.drop());
    const store = await open(database.url);
    for (const error of [failure('23505'), new Error('40P01')]) {
      let runs = 0;
      await assert.rejects(
        store.transaction(async () => {
          runs += 1;
          throw error;
        }),
        error,
      );
      assert.equal(runs, 1);
    }
  });
});
