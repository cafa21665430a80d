import assert from 'node:assert/strict';
import type { Installation } from '../../../src/core/model/conversation.ts';
import { NOW, type Use } from './fixtures.ts';
import { DAY } from '../../../src/core/time.ts';

function anInstallation(tenantId: string, more: Partial<Installation> = {}): Installation {
  return { channel: 'slack', tenantId, sealed: `sealed for ${tenantId}`, installedAt: NOW, ...more };
}

export function installationsContract(use: Use): void {
  describe('installations', () => {
    it('are found by channel and tenant, and replaced when they come again', async () => {
      const store = use();
      await store.saveInstallation(anInstallation('T1'));
      await store.saveInstallation(anInstallation('T2'));
      assert.deepEqual(await store.findInstallation('slack', 'T1'), anInstallation('T1'));
      const again = anInstallation('T1', { sealed: 'sealed anew', installedAt: NOW + DAY });
      await store.saveInstallation({ ...again, installedAt: again.installedAt + 0.4 });
      assert.deepEqual(await store.findInstallation('slack', 'T1'), again);
      assert.deepEqual(await store.findInstallation('slack', 'T2'), anInstallation('T2'), 'the other is untouched');
    });

    it('of one channel are listed by tenant', async () => {
      const store = use();
      for (const tenantId of ['T2', 'T3', 'T1']) await store.saveInstallation(anInstallation(tenantId));
      await store.saveInstallation(anInstallation('T0', { channel: 'other' }));
      await store.saveInstallation(anInstallation('T2', { installedAt: NOW + 1 }));
      assert.deepEqual(await store.listInstallations('slack'), [
        anInstallation('T1'),
        anInstallation('T2', { installedAt: NOW + 1 }),
        anInstallation('T3'),
      ]);
      assert.deepEqual(await store.listInstallations('teams'), []);
    });

    it('of two channels are kept apart, although their tenants have the same id', async () => {
      const store = use();
      const other = anInstallation('T1', { channel: 'other', sealed: 'of the other channel' });
      await store.saveInstallation(anInstallation('T1'));
      await store.saveInstallation(other);
      assert.deepEqual(await store.findInstallation('slack', 'T1'), anInstallation('T1'));
      assert.equal(await store.findInstallation('teams', 'T1'), null);
      await store.deleteInstallation('slack', 'T1');
      assert.equal(await store.findInstallation('slack', 'T1'), null);
      assert.deepEqual(await store.findInstallation('other', 'T1'), other);
    });

    it('deleted are gone alone, twice is no error, and they can come again', async () => {
      const store = use();
      await store.saveInstallation(anInstallation('T1'));
      await store.saveInstallation(anInstallation('T2'));
      await store.deleteInstallation('slack', 'T1');
      await store.deleteInstallation('slack', 'T1');
      assert.deepEqual(await store.listInstallations('slack'), [anInstallation('T2')]);
      await store.saveInstallation(anInstallation('T1'));
      assert.deepEqual(await store.findInstallation('slack', 'T1'), anInstallation('T1'));
    });

    it('saved in a transaction that is rolled back leave what was there', async () => {
      const store = use();
      await store.saveInstallation(anInstallation('T1'));
      const work = store.transaction(async (operations) => {
        await operations.saveInstallation(anInstallation('T1', { sealed: 'never' }));
        await operations.deleteInstallation('slack', 'T2');
        throw new Error('no');
      });
      await assert.rejects(work, /^Error: no$/);
      assert.deepEqual(await store.findInstallation('slack', 'T1'), anInstallation('T1'));
    });
  });
}
