import assert from 'node:assert/strict';
import { LONG, NOW, UNTOUCHED, OVER, aCertificate, aCommit, aConversation, watchIn, type Use } from './fixtures.ts';
import type { StoredAnchor } from '../../../src/core/model/anchors.ts';
import { MINUTE, HOUR, DAY } from '../../../src/core/time.ts';

const HOST = 'tls://example.com:443';
const OTHER = 'tls://other.example:443';

export function watchesContract(use: Use): void {
  describe('targets', () => {
    it('know the domains whose mail exchangers they are, where there are any', async () => {
      const store = use();
      const uri = 'smtp://mx.example:25';
      const watch = await watchIn(store, 'c1', uri, { domains: ['a.example', 'b.example'] });
      assert.deepEqual(watch.domains, ['a.example', 'b.example']);
      await store.setWatchDomains(watch.id, ['c.example']);
      assert.deepEqual((await store.findWatch('c1', uri))?.domains, ['c.example']);
      assert.equal((await watchIn(store, 'c1', 'tls://a.example:443')).domains, undefined);
    });

    it('exist once, undue until somebody says when', async () => {
      const store = use();
      const target = await store.ensureTarget(HOST);
      assert.deepEqual(target, { id: target.id, uri: HOST, dueAt: null, state: null, observation: null });
      assert.deepEqual(await store.ensureTarget(HOST), target);
      assert.deepEqual(await store.findTarget(HOST), target);
      assert.equal(await store.findTarget(OTHER), null);
      await store.setTargetDue([target.id], NOW + 0.4);
      assert.deepEqual(await store.getTargets([target.id, 999_999]), [{ ...target, dueAt: NOW }]);
    });

    it('know what the living conversations trust that watch them', async () => {
      const store = use();
      const anchor = (fingerprint: string): StoredAnchor => ({
        ...{ fingerprint, subject: 'CN=Root', issuer: 'CN=Root', notBefore: NOW, notAfter: NOW + DAY },
        ...{
          selfSigned: true,
          isCa: true,
          pem: `PEM of ${fingerprint}`,
          addedBy: { id: 'u1', name: 'Ada' },
          addedAt: NOW,
        },
      });
      const settings = {
        one: { anchors: [anchor('a'), anchor('b')] },
        two: { timeZone: 'Europe/Berlin' },
        three: { anchors: [anchor('c')] },
        other: { anchors: [anchor('d')] },
      };
      for (const [id, own] of Object.entries(settings)) {
        await watchIn(store, id, id === 'other' ? OTHER : HOST);
        await store.setConversationSettings(id, own);
      }
      const trusted = async (uri: string) =>
        ((await store.listWatchersAnchors([uri, 'tls://x:1'])).get(uri) ?? []).map(({ pem }) => pem).toSorted();
      assert.deepEqual(await trusted(HOST), ['PEM of a', 'PEM of b', 'PEM of c']);
      assert.deepEqual(await trusted(OTHER), ['PEM of d']);
      assert.deepEqual(await trusted('tls://nobody.example:443'), []);
      assert.deepEqual(
        [...(await store.listWatchersAnchors([HOST, OTHER])).keys()].toSorted(),
        [HOST, OTHER].toSorted(),
      );
      assert.deepEqual(await store.listWatchersAnchors([]), new Map());
      await store.setConversationGone('three', NOW);
      assert.deepEqual(await trusted(HOST), ['PEM of a', 'PEM of b']);
    });

    it('due are claimed earliest first, up to the limit, and not twice', async () => {
      const store = use();
      const ids = new Map<string, number>();
      for (const [uri, due] of [
        ['tls://c:1', 3],
        ['tls://a:1', 1],
        ['tls://b:1', 2],
        ['tls://later:1', 9],
      ] as const) {
        const { id } = await store.ensureTarget(uri);
        ids.set(uri, id);
        await store.setTargetDue([id], NOW + due);
      }
      const first = await store.claimTargets(NOW + 3, 2, 'one', LONG);
      assert.deepEqual(
        first.map(({ uri }) => uri),
        ['tls://a:1', 'tls://b:1'],
      );
      const second = await store.claimTargets(NOW + 3, 9, 'two', LONG);
      assert.deepEqual(
        second.map(({ uri }) => uri),
        ['tls://c:1'],
      );
    });

    it('due later than they can have been put are due now: the clock has been set back', async () => {
      const store = use();
      for (const [uri, due] of [
        ['tls://tomorrow:1', NOW + DAY],
        ['tls://due:1', NOW],
        ['tls://soon:1', NOW + HOUR],
        ['tls://almost:1', NOW + 2 * HOUR + MINUTE],
      ] as const)
        await store.setTargetDue([(await store.ensureTarget(uri)).id], due);
      const claimed = await store.claimTargets(NOW, 9, 'lease', LONG, 2 * HOUR);
      assert.deepEqual(
        claimed.map(({ uri }) => uri),
        ['tls://due:1', 'tls://tomorrow:1'],
      );
      assert.deepEqual(await store.claimTargets(NOW, 9, 'next', LONG, 2 * HOUR), []);
    });

    it('are free when their lease ends later than any can: the clock of the database has been set back', async () => {
      const store = use();
      const { id } = await store.ensureTarget(HOST);
      await store.setTargetDue([id], NOW);
      await store.claimTargets(NOW, 1, 'before', DAY);
      assert.equal((await store.claimTargets(NOW, 1, 'after', LONG)).length, 1);
    });

    it('stay with who holds them, though others claim for less, or all for as long as a day', async () => {
      const store = use();
      const ids = [(await store.ensureTarget(HOST)).id, (await store.ensureTarget(OTHER)).id];
      await store.setTargetDue(ids, NOW);
      assert.equal((await store.claimTargets(NOW, 1, 'long', LONG)).length, 1);
      assert.equal((await store.claimTargets(NOW, 9, 'short', 1000)).length, 1);
      assert.deepEqual(await store.claimTargets(NOW, 9, 'other', 1000), []);
      await store.releaseTargets(
        ids.flatMap((targetId) => ['long', 'short'].map((leaseId) => ({ targetId, leaseId }))),
      );
      assert.equal((await store.claimTargets(NOW, 9, 'a day', DAY)).length, 2);
      assert.deepEqual(await store.claimTargets(NOW, 9, 'another', DAY), []);
    });

    it('return when the lease runs out; the late look is then skipped whole', async () => {
      const store = use();
      const { targetId } = await watchIn(store, 'c1', HOST);
      await store.setTargetDue([targetId], NOW);
      await store.claimTargets(NOW, 1, 'slow', OVER);
      assert.equal((await store.claimTargets(NOW, 1, 'quick', LONG)).length, 1);
      const leaf = aCertificate('late');
      assert.deepEqual(await store.commitObservations([aCommit(targetId, 'slow', leaf)], NOW), []);
      assert.deepEqual(await store.getCertificates([leaf.fingerprint]), []);
      assert.equal((await store.findTarget(HOST))?.observation, null);
      const commit = aCommit(targetId, 'quick', aCertificate('in time'));
      assert.deepEqual(await store.commitObservations([commit], NOW), [targetId]);
    });

    it('return at once when they are released by who holds them', async () => {
      const store = use();
      const kept = await watchIn(store, 'c1', HOST);
      const released = await watchIn(store, 'c1', OTHER);
      await store.setTargetDue([kept.targetId, released.targetId], NOW);
      assert.equal((await store.claimTargets(NOW, 9, 'mine', LONG)).length, 2);
      await store.releaseTargets([
        { targetId: kept.targetId, leaseId: 'lost' },
        { targetId: 999_999, leaseId: 'mine' },
        { targetId: released.targetId, leaseId: 'mine' },
      ]);
      const late = aCommit(released.targetId, 'mine', aCertificate('late'));
      assert.deepEqual(await store.commitObservations([late], NOW), [], 'whoever gave it back has it no more');
      const [again, ...none] = await store.claimTargets(NOW, 9, 'next', LONG);
      assert.deepEqual([again?.uri, again?.dueAt, none], [OTHER, NOW, []]);
      await store.releaseTargets([]);
    });
  });

  describe('watches', () => {
    it('are one per conversation and target', async () => {
      const store = use();
      const watch = await watchIn(store, 'c1', HOST, { policy: [{ kind: 'share', percent: 10 }] });
      assert.deepEqual(await store.findWatch('c1', HOST), watch);
      assert.deepEqual(watch.policy, [{ kind: 'share', percent: 10 }]);
      const { id: _, ...again } = { ...watch, createdBy: 'inbound-2' };
      assert.deepEqual(await store.addWatch(again), { watch, created: false });
      assert.equal(await store.countWatches('c1'), 1);
      assert.equal(await store.findWatch('c2', HOST), null);
      assert.deepEqual(await store.listWatches('c1'), [watch]);
    });

    it('are counted one transaction after the other by who adds up to a limit', async () => {
      const store = use();
      await watchIn(store, 'c1', HOST);
      const uris = Array.from({ length: 6 }, (_, index) => `tls://limited${index}.example:443`);
      const { id: _, ...watch } = (await store.findWatch('c1', HOST))!;
      async function addUpToThree(uri: string): Promise<boolean> {
        return store.transaction(async (operations) => {
          if ((await operations.lockWatches('c1')) >= 3) return false;
          await operations.addWatch({ ...watch, uri });
          return true;
        });
      }
      const added = await Promise.all(uris.map(addUpToThree));
      assert.equal(added.filter(Boolean).length, 2);
      assert.equal(await store.countWatches('c1'), 3);
      assert.equal(await store.lockWatches('nobody'), 0);
    });

    it('are added although their target was dropped in between', async () => {
      const store = use();
      const first = await watchIn(store, 'c1', HOST);
      await store.removeWatches([first.id]);
      const { id: _, ...again } = first;
      const { watch, created } = await store.addWatch(again);
      assert.equal(created, true);
      assert.equal(watch.targetId, (await store.findTarget(HOST))?.id);
    });

    it('never get the number of one that was removed, nor do targets: old buttons carry it', async () => {
      const store = use();
      const first = await watchIn(store, 'c1', HOST);
      await store.removeWatches([first.id]);
      const second = await watchIn(store, 'c1', OTHER);
      assert.ok(second.id > first.id && second.targetId > first.targetId);
    });

    it('removed drop targets nobody watches, and rest those only gone conversations watch', async () => {
      const store = use();
      const dropped = await watchIn(store, 'c1', HOST);
      const rested = await watchIn(store, 'c1', OTHER);
      await watchIn(store, 'gone', OTHER);
      await store.setConversationGone('gone', NOW);
      await store.commitObservations([aCommit(dropped.targetId, null, aCertificate('leaf'))], NOW);
      await store.setTargetDue([dropped.targetId, rested.targetId], NOW);
      const presented = await store.removeWatches([dropped.id, rested.id, 999_999]);
      assert.deepEqual(presented, [aCertificate('leaf').fingerprint], 'nothing else tells it any more');
      assert.equal(await store.findTarget(HOST), null);
      assert.deepEqual(await store.listSightings(dropped.targetId), []);
      assert.equal((await store.findTarget(OTHER))?.dueAt, null);
      assert.deepEqual(await store.claimTargets(NOW, 10, 'lease', LONG), []);
    });

    it('get to know more of their owner, who stays who it is', async () => {
      const store = use();
      const before = await watchIn(store, 'c1', HOST, { ownerMailbox: null, ownerTenantId: null });
      const beside = await watchIn(store, 'c1', OTHER, { ownerMailbox: null });
      const owner = {
        ownerId: before.ownerId,
        ownerName: 'Ada L.',
        ownerMailbox: 'ada@x.example',
        ownerTimeZone: 'Europe/Paris',
        ownerLocale: 'fr',
        ownerTenantId: 'T1',
      };
      await store.setWatchOwner([before.id], owner);
      assert.deepEqual(await store.listWatches('c1'), [{ ...before, ...owner }, beside]);
      assert.equal((await store.listWatchesByMailbox('graph', 'ada@x.example')).length, 1);
    });

    it('get another owner', async () => {
      const store = use();
      const before = await watchIn(store, 'c1', HOST);
      const owner = {
        ...{ ownerId: 'u2', ownerName: 'Grace \0', ownerMailbox: 'grace', ownerTimeZone: null },
        ...{ ownerLocale: null, ownerTenantId: 'tenant' },
      };
      await store.setWatchOwner([before.id], owner);
      assert.deepEqual(await store.findWatch('c1', HOST), { ...before, ...owner, ownerName: 'Grace \uFFFD' });
      assert.deepEqual(await store.listWatchesByOwner('teams', 'tenant', 'u1'), []);
      assert.equal((await store.listWatchesByOwner('teams', 'tenant', 'u2')).length, 1);
    });

    it('take their own policy', async () => {
      const store = use();
      const { id } = await watchIn(store, 'c1', HOST);
      await store.setWatchPolicy([id], [{ kind: 'duration', ms: DAY }]);
      assert.deepEqual((await store.findWatch('c1', HOST))?.policy, [{ kind: 'duration', ms: DAY }]);
      await store.setWatchPolicy([id], null);
      assert.equal((await store.findWatch('c1', HOST))?.policy, null);
    });

    it('come with what effects need, only of living conversations', async () => {
      const store = use();
      const mine = await watchIn(store, 'c1', HOST);
      const gone = await watchIn(store, 'c2', HOST);
      await watchIn(store, 'c1', OTHER);
      await store.setConversationGone('c2', NOW);
      const leaf = aCertificate('leaf');
      const episode = { watchId: mine.id, finding: 'unreachable', cause: 'host:a', openedAt: NOW, sureAt: null };
      await store.commitObservations([aCommit(mine.targetId, null, leaf, { episodesOpened: [episode] })], NOW);

      const contexts = await store.listWatchContexts([mine.targetId]);
      assert.deepEqual(contexts, [
        {
          watch: mine,
          conversation: { ...aConversation('c1'), ...UNTOUCHED },
          episodes: [episode],
        },
      ]);
      assert.equal(gone.targetId, mine.targetId);
      assert.deepEqual(await store.listWatchContexts([]), []);
    });

    it('are found by mailbox, gone conversations included', async () => {
      const store = use();
      const ada = await watchIn(store, 'c1', HOST, { ownerMailbox: 'ada' });
      const bob = await watchIn(store, 'c2', HOST, { ownerMailbox: 'bob' });
      const nobody = await watchIn(store, 'c2', OTHER, { ownerMailbox: null });
      await store.setConversationGone('c1', NOW);
      const ids = (list: { watch: { id: number } }[]) => list.map(({ watch }) => watch.id);
      assert.deepEqual(ids(await store.listWatchesByMailbox('graph', 'ada')), [ada.id]);
      assert.deepEqual(ids(await store.listWatchesByMailbox('ics', 'c2')), [bob.id, nobody.id]);
      const all = await store.listWatchesByMailbox('graph', null);
      assert.deepEqual(ids(all), [ada.id, bob.id, nobody.id]);
      assert.equal(all[0]?.conversation.goneAt, NOW);
      assert.equal(all[0]?.target.uri, HOST);
      const places = await store.getPlaces([nobody.id, 999_999, ada.id, bob.id]);
      assert.deepEqual(
        places,
        all.map(({ watch, conversation }) => ({ watch, conversation })),
      );
    });

    it('are listed by their ids, of some targets alone where that is asked, and then read', async () => {
      const store = use();
      const ada = await watchIn(store, 'c1', HOST, { ownerMailbox: 'ada' });
      const bob = await watchIn(store, 'c2', HOST, { ownerMailbox: 'bob' });
      const other = await watchIn(store, 'c2', OTHER, { ownerMailbox: 'ada' });
      assert.deepEqual(await store.listWatchIds('graph', 'ada'), [ada.id, other.id]);
      assert.deepEqual(await store.listWatchIds('graph', 'ada', { targets: [other.targetId] }), [other.id]);
      assert.deepEqual(await store.listWatchIds('ics', 'c2'), [bob.id, other.id]);
      assert.deepEqual(await store.listWatchIds('ics', 'c2', { targets: [bob.targetId] }), [bob.id]);
      assert.deepEqual(await store.listWatchIds('ics', 'c2', { targets: [] }), []);
      assert.deepEqual(await store.listWatchIds('graph', null, { limit: 2 }), [ada.id, bob.id]);
      assert.deepEqual(await store.listWatchIds('graph', null), [ada.id, bob.id, other.id]);
      assert.deepEqual(await store.listWatchIds('graph', null, { targets: [ada.targetId] }), [ada.id, bob.id]);
      assert.deepEqual(await store.getWatches([]), []);
      const all = await store.listWatchesByMailbox('graph', null);
      assert.deepEqual(await store.getWatches([other.id, 999_999, ada.id]), [all[0], all[2]]);
    });

    it('tell the zone of the first owner who has one', async () => {
      const store = use();
      await watchIn(store, 'c1', HOST, { ownerTimeZone: null });
      assert.equal(await store.ownerZoneOf('c1'), null);
      await watchIn(store, 'c1', OTHER, { ownerTimeZone: 'Asia/Tokyo' });
      await watchIn(store, 'c1', 'tls://third:443', { ownerTimeZone: 'Europe/Berlin' });
      await watchIn(store, 'c2', HOST, { ownerTimeZone: 'America/Lima' });
      assert.equal(await store.ownerZoneOf('c1'), 'Asia/Tokyo');
      assert.equal(await store.ownerZoneOf('nobody'), null);
    });

    it('are found by owner in the living conversations of one organisation', async () => {
      const store = use();
      const first = await watchIn(store, 'c1', HOST);
      const bobs = await watchIn(store, 'c1', OTHER, { ownerId: 'u2' });
      const second = await watchIn(store, 'c2', HOST, { ownerTenantId: 'guest of another' });
      await watchIn(store, 'gone', HOST);
      await store.setConversationGone('gone', NOW);
      await watchIn(store, 'slack', HOST, {}, { channel: 'slack' });
      const others = await watchIn(store, 'other', HOST, {}, { tenantId: 'other' });
      const nobodys = await watchIn(store, 'none', HOST, {}, { tenantId: null });

      const conversation = { ...aConversation('c1'), ...UNTOUCHED };
      const target = (await store.findTarget(HOST))!;
      assert.deepEqual(await store.listWatchesByOwner('teams', 'tenant', 'u1'), [
        { watch: first, conversation, target },
        { watch: second, conversation: { ...conversation, ...aConversation('c2') }, target },
      ]);
      const ids = async (tenantId: string | null, ownerId: string) => {
        return (await store.listWatchesByOwner('teams', tenantId, ownerId)).map(({ watch }) => watch.id);
      };
      assert.deepEqual(await ids('tenant', 'u2'), [bobs.id]);
      assert.deepEqual(await ids('other', 'u1'), [others.id]);
      assert.deepEqual(await ids(null, 'u1'), [nobodys.id]);
      assert.deepEqual(await ids('tenant', 'u3'), []);
      await store.setConversationGone('gone', null);
      assert.equal((await ids('tenant', 'u1')).length, 3);
    });

    it('know what their owner speaks and belongs to, or that nobody knows', async () => {
      const store = use();
      const known = await watchIn(store, 'c1', HOST, { ownerLocale: 'pt-BR', ownerTenantId: 'T1' });
      const unknown = await watchIn(store, 'c1', OTHER, { ownerLocale: null, ownerTenantId: null });
      assert.deepEqual([known.ownerLocale, known.ownerTenantId], ['pt-BR', 'T1']);
      assert.deepEqual([unknown.ownerLocale, unknown.ownerTenantId], [null, null]);
      assert.deepEqual(await store.listWatches('c1'), [known, unknown]);
    });

    it('added in a transaction that is rolled back leave nothing', async () => {
      const store = use();
      await store.rememberConversation(aConversation('c1'), NOW);
      const work = store.transaction(async (operations) => {
        const target = await operations.ensureTarget(HOST);
        await operations.addWatch({
          conversationId: 'c1',
          targetId: target.id,
          uri: HOST,
          ownerId: 'u1',
          ownerName: 'Ada',
          ownerMailbox: null,
          ownerTimeZone: null,
          ownerLocale: null,
          ownerTenantId: null,
          policy: null,
          createdAt: NOW,
          createdBy: 'i1',
        });
        assert.equal(await operations.countWatches('c1'), 1);
        throw new Error('no');
      });
      await assert.rejects(work, /^Error: no$/);
      assert.equal(await store.countWatches('c1'), 0);
      assert.equal(await store.findTarget(HOST), null);
    });
  });
}
