import assert from 'node:assert/strict';
import { NOW, aCertificate, aCommit, aConversation, watchIn, type Use } from './fixtures.ts';
import type { HistoryEntry } from '../../../src/core/model/history.ts';

const HOST = 'tls://example.com:443';

function entry(conversationId: string, at: number, uri = HOST): HistoryEntry {
  return { conversationId, uri, at, event: { kind: 'finding', finding: 'unreachable' } };
}

export function historyContract(use: Use): void {
  describe('what became of targets', () => {
    it('is kept with the look that saw it, and not with one that is skipped', async () => {
      const store = use();
      const watch = await watchIn(store, 'c1', HOST);
      const leaf = aCertificate('one');
      await store.commitObservations([aCommit(watch.targetId, null, leaf, { history: [entry('c1', NOW)] })], NOW);
      await store.commitObservations([aCommit(watch.targetId, 'lost', leaf, { history: [entry('c1', NOW + 1)] })], NOW);
      assert.deepEqual(await store.listHistory('c1', HOST, 9), [entry('c1', NOW)]);
    });

    it('is told newest first of one target in one conversation, and oldest first of all', async () => {
      const store = use();
      await store.recordHistory([
        entry('c1', NOW),
        entry('c1', NOW + 2),
        entry('c2', NOW + 3),
        entry('c1', NOW, 'tls://other.example:443'),
      ]);
      assert.deepEqual(
        (await store.listHistory('c1', HOST, 9)).map(({ at }) => at),
        [NOW + 2, NOW],
      );
      assert.deepEqual(
        (await store.listHistory('c1', HOST, 1)).map(({ at }) => at),
        [NOW + 2],
      );
      assert.deepEqual(
        (await store.historySince('c1', NOW)).map(({ at }) => at),
        [NOW, NOW, NOW + 2],
      );
      assert.deepEqual(await store.historySince('c1', NOW + 3), []);
    });

    it('goes with its conversation to another id, and ends with it', async () => {
      const store = use();
      await store.rememberConversation(aConversation('c1'), NOW);
      await store.recordHistory([entry('c1', NOW)]);
      await store.moveConversation('c1', aConversation('c2'), NOW);
      assert.equal((await store.listHistory('c2', HOST, 9)).length, 1);
      assert.equal((await store.listHistory('c1', HOST, 9)).length, 0);
    });

    it('has who did what to a target, by its whole address, and to all of them', async () => {
      const store = use();
      const base = { conversationId: 'c1', actorId: 'a', actorName: 'A' };
      await store.recordAudit([
        { ...base, at: NOW, verb: 'watch', subject: HOST },
        { ...base, at: NOW + 1, verb: 'watch', subject: `${HOST}?sni=www.example.com` },
        { ...base, at: NOW + 2, verb: 'remind', subject: `60d for ${HOST}` },
        { ...base, at: NOW + 3, verb: 'remind', subject: '30d' },
        { ...base, at: NOW + 4, verb: 'trust', subject: 'add ff Example Root' },
        { ...base, conversationId: 'c2', at: NOW + 5, verb: 'note', subject: `${HOST} hello` },
      ]);
      const subjects = async (uri: string | null): Promise<string[]> =>
        (await store.listAuditOf('c1', uri, NOW, 9)).map(({ subject }) => subject);
      assert.deepEqual(await subjects(HOST), [`60d for ${HOST}`, HOST]);
      assert.deepEqual(await subjects(null), ['add ff Example Root', '30d']);
      assert.deepEqual(await store.listAuditOf('c1', HOST, NOW + 3, 9), []);
    });
  });

  describe('notes and tags', () => {
    it('are kept with the watch, and taken away', async () => {
      const store = use();
      const watch = await watchIn(store, 'c1', HOST);
      assert.deepEqual([watch.note, watch.tags], [undefined, undefined]);
      await store.setWatchNote([watch.id], 'renewed by Ben');
      await store.setWatchTags(watch.id, ['shop', 'eu']);
      const noted = (await store.findWatch('c1', HOST))!;
      assert.deepEqual([noted.note, noted.tags], ['renewed by Ben', ['shop', 'eu']]);
      await store.setWatchNote([watch.id], null);
      await store.setWatchTags(watch.id, []);
      assert.deepEqual(await store.findWatch('c1', HOST), watch);
    });

    it('do not name who is forgotten, nor does what was written down about them', async () => {
      const store = use();
      const watch = await watchIn(store, 'c1', HOST, { ownerId: 'anna', ownerName: 'Anna' });
      await store.setWatchNote([watch.id], 'Ask Ben Okafor first');
      await store.recordAudit([
        {
          conversationId: 'c1',
          actorId: 'anna',
          actorName: 'Anna',
          at: NOW,
          verb: 'note',
          subject: `${HOST} Ask Ben Okafor first`,
        },
      ]);
      const person = { ids: ['ben'], mailboxes: [], names: ['Ben Okafor'], chats: [] };
      await store.scrub(person, { before: NOW, reply: null, message: null });
      assert.doesNotMatch((await store.findWatch('c1', HOST))!.note!, /Ben|Okafor/);
      assert.doesNotMatch((await store.listAuditOf('c1', HOST, 0, 9))[0]!.subject, /Ben|Okafor/);
    });
  });

  describe('addresses of exported lists', () => {
    it('open until the next one of their conversation', async () => {
      const store = use();
      const address = { hash: 'h1', conversationId: 'c1', language: 'de' as const, until: NOW };
      await store.putExport(address);
      await store.putExport({ ...address, hash: 'h2', conversationId: 'c2' });
      assert.deepEqual(await store.findExport('h1'), address);
      await store.putExport({ ...address, hash: 'h3' });
      assert.equal(await store.findExport('h1'), null);
      assert.equal((await store.findExport('h2'))?.conversationId, 'c2');
      await store.pruneKept(NOW + 1);
      assert.equal(await store.findExport('h3'), null);
    });
  });
}
