import assert from 'node:assert/strict';
import { NOW, type Use } from './fixtures.ts';

export function valuesContract(use: Use): void {
  describe('findings about the bot itself', () => {
    it('are opened by one, and closed by one', async () => {
      const store = use();
      const opened = await Promise.all(
        [1, 2, 3].map((more) => store.openOperatorFinding({ key: 'graph', openedAt: NOW + more })),
      );
      assert.equal(opened.filter(Boolean).length, 1);
      assert.equal(await store.openOperatorFinding({ key: 'other', openedAt: NOW }), true);
      assert.deepEqual(
        (await store.listOperatorFindings()).map(({ key }) => key),
        ['other', 'graph'],
      );
      const closed = await Promise.all([1, 2, 3].map(() => store.closeOperatorFinding('graph')));
      assert.equal(closed.filter(Boolean).length, 1);
      assert.deepEqual(await store.listOperatorFindings(), [{ key: 'other', openedAt: NOW }]);
      assert.equal(await store.openOperatorFinding({ key: 'graph', openedAt: NOW }), true);
    });
  });

  describe('values of the bot', () => {
    it('are set, replaced and taken away', async () => {
      const store = use();
      assert.equal(await store.getValue('operators'), null);
      await store.setValue('operators', 'c1');
      await store.setValue('operators', 'c2');
      await store.setValue('other', 'x');
      assert.equal(await store.getValue('operators'), 'c2');
      await store.setValue('operators', null);
      assert.equal(await store.getValue('operators'), null);
      assert.equal(await store.getValue('other'), 'x');
    });

    it('count what happens within a while, each key by itself, for all who count at the same time', async () => {
      const store = use();
      const counts = await Promise.all([1, 2, 3].map(() => store.countWithin('anna', 60_000, NOW)));
      assert.deepEqual(counts.toSorted(), [1, 2, 3]);
      assert.equal(await store.countWithin('bob', 60_000, NOW), 1);
      assert.equal(await store.countWithin('anna', 60_000, NOW + 59_999), 4);
      assert.equal(await store.countWithin('anna', 60_000, NOW + 60_000), 1, 'a minute is over');
      assert.equal(await store.countWithin('anna', 60_000, NOW), 1, 'the clock was set back');
      await store.pruneRates(NOW);
      assert.equal(await store.countWithin('anna', 60_000, NOW), 2);
      await store.pruneRates(NOW + 1);
      assert.equal(await store.countWithin('anna', 60_000, NOW), 1);
    });

    it('are made once, for all who ask at the same time', async () => {
      const store = use();
      const made = await Promise.all(
        [1, 2, 3].map((number) => store.ensureValue('installation', () => `made ${number}`)),
      );
      assert.equal(new Set(made).size, 1);
      assert.equal(await store.ensureValue('installation', () => assert.fail('it is there')), made[0]);
    });
  });
}
