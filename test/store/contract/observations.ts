import { isCertificate } from '../../../src/core/certificates/certificate.ts';
import type { Item } from '../../../src/core/certificates/item.ts';
import { UNSEEN } from '../../../src/core/certificates/state.ts';
import assert from 'node:assert/strict';
import { LONG, NOW, OVER, aCertificate, aCommit, aReminder, anObservation, watchIn, type Use } from './fixtures.ts';
import { MINUTE, DAY } from '../../../src/core/time.ts';

const HOST = 'tls://example.com:443';

export function observationsContract(use: Use): void {
  describe('observations', () => {
    it('are stored with state, due instant, certificates and sightings, and free the lease', async () => {
      const store = use();
      const { targetId } = await watchIn(store, 'c1', HOST);
      await store.setTargetDue([targetId], NOW);
      await store.claimTargets(NOW, 1, 'lease', LONG);
      const leaf = aCertificate('leaf');
      const observation = anObservation(HOST, leaf, ['192.0.2.1', '192.0.2.2']);
      const commit = aCommit(targetId, 'lease', leaf, { observation, dueAt: NOW + MINUTE });
      assert.deepEqual(await store.commitObservations([commit], NOW), [targetId]);
      assert.deepEqual(await store.findTarget(HOST), {
        id: targetId,
        uri: HOST,
        dueAt: NOW + MINUTE,
        state: commit.state,
        observation,
      });
      assert.deepEqual(await store.getCertificates([leaf.fingerprint, 'unknown']), [leaf]);
      const seen = { targetId, fingerprint: leaf.fingerprint, firstAt: NOW, lastAt: NOW };
      assert.deepEqual(await store.listSightings(targetId), [
        { ...seen, address: '192.0.2.1' },
        { ...seen, address: '192.0.2.2' },
      ]);
      assert.equal((await store.claimTargets(NOW + MINUTE, 1, 'next', LONG)).length, 1);
      assert.deepEqual(await store.commitObservations([commit], NOW), [], 'a fence opens once');
    });

    it('keep the certificate with the other kind of key as well, and that it was seen', async () => {
      const store = use();
      const { targetId } = await watchIn(store, 'c1', HOST);
      const [leaf, other] = [aCertificate('leaf'), aCertificate('other')];
      const observation = anObservation(HOST, leaf);
      const [shown] = observation.addresses;
      assert.ok(shown?.kind === 'presented');
      shown.other = { protocol: 'TLSv1.3', chain: [other], trust: 'trusted', nameMatches: true };
      await store.commitObservations([aCommit(targetId, null, leaf, { observation })], NOW);
      const prints = [leaf, other].map(({ fingerprint }) => fingerprint).toSorted();
      const kept = await store.getCertificates(prints);
      assert.deepEqual(kept.map(({ fingerprint }) => fingerprint).toSorted(), prints);
      assert.deepEqual((await store.fingerprintsOf([targetId])).toSorted(), prints);
    });

    it('extend sightings: the first instant stays, the last moves on and never back', async () => {
      const store = use();
      const { targetId } = await watchIn(store, 'c1', HOST);
      const leaf = aCertificate('leaf');
      for (const at of [NOW, NOW + 2, NOW + 1]) {
        const observation = anObservation(HOST, leaf, ['192.0.2.1'], at);
        await store.commitObservations([aCommit(targetId, null, leaf, { observation })], at);
      }
      const [sighting] = await store.listSightings(targetId);
      assert.deepEqual([sighting?.firstAt, sighting?.lastAt], [NOW, NOW + 2]);
    });

    it('of what shakes no hands keep its item, and that it was seen', async () => {
      const store = use();
      const { targetId } = await watchIn(store, 'c1', 'date://c1/Token');
      const item: Item = { kind: 'date', fingerprint: 'd'.repeat(64), notBefore: NOW, notAfter: NOW + 90 * DAY };
      const observation = { uri: 'date://c1/Token', at: NOW, duration: 0, addresses: [], item };
      const state = { ...UNSEEN, leaf: item.fingerprint, leaves: [item.fingerprint], answeredAt: NOW };
      await store.commitObservations([aCommit(targetId, null, aCertificate('none'), { observation, state })], NOW);
      assert.deepEqual(await store.getCertificates([item.fingerprint]), [item]);
      assert.deepEqual((await store.findTarget('date://c1/Token'))?.observation, observation);
      assert.deepEqual(await store.fingerprintsOf([targetId]), [item.fingerprint]);
      assert.deepEqual(await store.targetsOf([item.fingerprint], 10), [targetId]);
    });

    it('decided from a state that another process has replaced meanwhile are skipped whole', async () => {
      const store = use();
      const { targetId } = await watchIn(store, 'c1', HOST);
      const [old, next] = [aCertificate('old'), aCertificate('next')];
      const first = aCommit(targetId, null, old, { previous: null });
      assert.deepEqual(await store.commitObservations([first], NOW), [targetId]);
      assert.deepEqual(await store.commitObservations([first], NOW), [], 'there is a state by now');
      const { state: before } = (await store.findTarget(HOST))!;
      const news = aCommit(targetId, null, next, { previous: before, alerted: [{ key: 'c1', part: null }] });
      assert.deepEqual(await store.commitObservations([news], NOW), [targetId]);
      const same = { ...news, alerted: [{ key: 'another', part: null }] };
      assert.deepEqual(await store.commitObservations([same], NOW), []);
      const marked = await store.pendingMarks('alerts', ['c1', 'another'], NOW);
      assert.deepEqual(
        marked.map(({ key }) => key),
        ['c1'],
      );
    });

    it('that are skipped leave nothing behind, neither findings nor marks nor reminders, also beside others that are stored', async () => {
      const store = use();
      const [overtaken, lost, stored] = [
        await watchIn(store, 'c1', HOST),
        await watchIn(store, 'c2', 'tls://lost.example:443'),
        await watchIn(store, 'c3', 'tls://stored.example:443'),
      ];
      await store.setTargetDue([lost.targetId], NOW);
      await store.claimTargets(NOW, 1, 'before', OVER);
      await store.claimTargets(NOW, 1, 'now', LONG);
      await store.commitObservations([aCommit(overtaken.targetId, null, aCertificate('new'))], NOW);
      const [late, open] = ['late', 'open'].map((finding) => ({
        finding,
        cause: 'host:a',
        openedAt: NOW,
        sureAt: null,
      }));
      for (const { id: watchId, targetId } of [overtaken, lost])
        await store.commitObservations(
          [aCommit(targetId, null, aCertificate('new'), { episodesOpened: [{ ...open!, watchId }] })],
          NOW,
        );
      const everything = ({ id: watchId, targetId }: { id: number; targetId: number }, lease: string | null) =>
        aCommit(targetId, lease, aCertificate(`old ${watchId}`), {
          episodesOpened: [{ ...late!, watchId }],
          episodesSure: [{ watchId, finding: 'open', sureAt: NOW }],
          alerted: [{ key: `c${watchId}`, part: null }],
          marked: [{ key: `feed ${watchId}`, part: String(targetId) }],
        });
      const skipped = [{ ...everything(overtaken, null), previous: null }, everything(lost, 'before')];
      const kept = everything(stored, null);
      assert.deepEqual(await store.commitObservations([...skipped, kept], NOW), [stored.targetId]);
      const contexts = await store.listWatchContexts([overtaken, lost].map(({ targetId }) => targetId));
      for (const { watch, episodes } of contexts) assert.deepEqual(episodes, [{ ...open!, watchId: watch.id }]);
      const fingerprints = skipped.flatMap(({ state }) => state.leaf ?? []);
      assert.equal(fingerprints.length, 2);
      assert.deepEqual(await store.getCertificates(fingerprints), []);
      for (const { targetId, state } of skipped) {
        const sightings = await store.listSightings(targetId);
        assert.ok(sightings.every(({ fingerprint }) => fingerprint !== state.leaf));
      }
      const all = [...skipped, kept];
      const conversations = all.flatMap(({ alerted }) => alerted.map(({ key }) => key));
      assert.deepEqual(
        (await store.pendingMarks('alerts', conversations, NOW)).map(({ key }) => key),
        [kept.alerted[0]!.key],
      );
      const keys = all.flatMap(({ marked }) => marked.map(({ key }) => key));
      assert.deepEqual(
        (await store.pendingMarks('reminders', keys, NOW)).map(({ key }) => key),
        [kept.marked[0]!.key],
      );
      assert.deepEqual(await store.claimTargets(NOW, 9, 'other', LONG), [], 'the lease that counts still runs');
    });

    it('of a command are stored beside a running lease', async () => {
      const store = use();
      const { targetId } = await watchIn(store, 'c1', HOST);
      await store.setTargetDue([targetId], NOW);
      await store.claimTargets(NOW, 1, 'tick', LONG);
      const stored = await store.commitObservations(
        [aCommit(targetId, null, aCertificate('leaf'), { dueAt: NOW })],
        NOW,
      );
      assert.deepEqual(stored, [targetId]);
      assert.deepEqual(await store.claimTargets(NOW, 1, 'other', LONG), [], 'the lease still runs');
      const ticked = await store.commitObservations([aCommit(targetId, 'tick', aCertificate('leaf'))], NOW);
      assert.deepEqual(ticked, [targetId]);
    });

    it('of a command are due as it says, though nobody watches the target yet', async () => {
      const store = use();
      const { id } = await store.ensureTarget(HOST);
      await store.commitObservations([aCommit(id, null, aCertificate('leaf'), { dueAt: NOW + MINUTE })], NOW);
      assert.equal((await store.findTarget(HOST))?.dueAt, NOW + MINUTE);
    });

    it('of a target that was unwatched meanwhile do not make it due again', async () => {
      const store = use();
      const { targetId } = await watchIn(store, 'c1', HOST);
      await store.setTargetDue([targetId], NOW);
      await store.claimTargets(NOW, 1, 'tick', LONG);
      await store.setConversationGone('c1', NOW);
      await store.commitObservations([aCommit(targetId, 'tick', aCertificate('leaf'))], NOW);
      assert.equal((await store.findTarget(HOST))?.dueAt, null);
    });

    it('of a target that is gone are skipped, those beside it stored', async () => {
      const store = use();
      const { targetId } = await watchIn(store, 'c1', HOST);
      const leaf = aCertificate('leaf');
      const commits = [aCommit(999_999, null, leaf), aCommit(targetId, null, leaf), aCommit(999_999, 'x', leaf)];
      assert.deepEqual(await store.commitObservations(commits, NOW), [targetId]);
    });

    it('skip told alerts and episodes of removed watches, and keep the rest', async () => {
      const store = use();
      const removed = await watchIn(store, 'c2', HOST);
      const kept = await watchIn(store, 'c1', HOST);
      await store.removeWatches([removed.id]);
      const ids = [removed.id, kept.id];
      const commit = aCommit(kept.targetId, null, aCertificate('leaf'), {
        episodesOpened: ids.map((watchId) => ({
          ...{ watchId, finding: 'untrusted', cause: 'issuer:a' },
          ...{ openedAt: NOW, sureAt: null },
        })),
        episodesSure: ids.map((watchId) => ({ watchId, finding: 'untrusted', sureAt: NOW })),
        episodesClosed: [{ watchId: removed.id, finding: 'other' }],
      });
      assert.deepEqual(await store.commitObservations([commit], NOW), [kept.targetId]);
      const [context] = await store.listWatchContexts([kept.targetId]);
      const episode = { watchId: kept.id, finding: 'untrusted', cause: 'issuer:a', openedAt: NOW, sureAt: NOW };
      assert.deepEqual(context?.episodes, [episode]);
    });

    it('open episodes, are sure of them and close them; one that is open keeps its first instant', async () => {
      const store = use();
      const { id: watchId, targetId } = await watchIn(store, 'c1', HOST);
      const look = (more: Parameters<typeof aCommit>[3]) => aCommit(targetId, null, aCertificate('leaf'), more);
      const episodes = async () => (await store.listWatchContexts([targetId]))[0]?.episodes;
      const opened = { watchId, finding: 'unreachable', cause: 'host:a', openedAt: NOW, sureAt: null };
      await store.commitObservations([look({ episodesOpened: [opened] })], NOW);
      await store.commitObservations([look({ episodesOpened: [{ ...opened, openedAt: NOW + 9 }] })], NOW);
      await store.commitObservations([look({ episodesSure: [{ ...opened, sureAt: NOW + 1 }] })], NOW);
      assert.deepEqual(await episodes(), [{ ...opened, sureAt: NOW + 1 }]);
      const closed = { watchId, finding: 'unreachable' };
      await store.commitObservations([look({ episodesClosed: [closed] })], NOW);
      assert.deepEqual(await episodes(), []);
      await store.commitObservations([look({ episodesOpened: [opened] }), look({ episodesClosed: [closed] })], NOW);
      assert.deepEqual(await episodes(), [], 'looks of one group count in their order');
    });

    it('keep episodes in the order in which they opened, and are sure of and close each by itself', async () => {
      const store = use();
      const { id: watchId, targetId } = await watchIn(store, 'c1', HOST);
      const look = (more: Parameters<typeof aCommit>[3]) => aCommit(targetId, null, aCertificate('leaf'), more);
      const findings = async () => {
        const [context] = await store.listWatchContexts([targetId]);
        return context?.episodes.map(({ finding, sureAt }) => [finding, sureAt]);
      };
      const opened = ['later', 'middle', 'first'].map((finding, index) => {
        return { watchId, finding, cause: 'host:a', openedAt: NOW - index, sureAt: null };
      });
      await store.commitObservations([look({ episodesOpened: opened })], NOW);
      await store.commitObservations([look({ episodesSure: [{ watchId, finding: 'middle', sureAt: NOW + 1 }] })], NOW);
      assert.deepEqual(await findings(), [
        ['first', null],
        ['middle', NOW + 1],
        ['later', null],
      ]);
      await store.commitObservations([look({ episodesClosed: [{ watchId, finding: 'first' }] })], NOW);
      assert.deepEqual(await findings(), [
        ['middle', NOW + 1],
        ['later', null],
      ]);
    });

    it('have planned anew what they mark', async () => {
      const store = use();
      const { targetId } = await watchIn(store, 'c1', HOST);
      const marked = [{ key: 'feed', part: String(targetId) }];
      await store.commitObservations([aCommit(targetId, null, aCertificate('leaf'), { marked })], NOW);
      const claimed = await store.claimMark('reminders', { now: NOW, leaseId: 'lease', leaseMs: LONG });
      assert.deepEqual([claimed?.key, claimed?.parts], ['feed', [String(targetId)]]);
    });

    it('are stored whole or not at all', async () => {
      const store = use();
      const { targetId } = await watchIn(store, 'c1', HOST);
      const broken = { key: null as unknown as string, part: null };
      const leaf = aCertificate('leaf');
      await assert.rejects(store.commitObservations([aCommit(targetId, null, leaf, { alerted: [broken] })], NOW));
      assert.equal((await store.findTarget(HOST))?.observation, null);
      assert.deepEqual(await store.getCertificates([leaf.fingerprint]), []);
    });
  });

  describe('certificates', () => {
    it('and those who present them are found from each other', async () => {
      const store = use();
      const [first, second, alone] = [
        await watchIn(store, 'c1', HOST),
        await watchIn(store, 'c2', 'tls://second:443'),
        await watchIn(store, 'c1', 'tls://alone:443'),
      ];
      const [old, shared, own] = [aCertificate('old'), aCertificate('shared'), aCertificate('own')];
      await store.commitObservations([aCommit(first.targetId, null, old), aCommit(alone.targetId, null, own)], NOW);
      await store.commitObservations(
        [aCommit(first.targetId, null, shared), aCommit(second.targetId, null, shared)],
        NOW,
      );
      const prints = (...leaves: { fingerprint: string }[]) => leaves.map(({ fingerprint }) => fingerprint).toSorted();
      assert.deepEqual((await store.fingerprintsOf([first.targetId])).toSorted(), prints(old, shared));
      assert.deepEqual((await store.fingerprintsOf([second.targetId, alone.targetId])).toSorted(), prints(shared, own));
      assert.deepEqual(await store.fingerprintsOf([]), []);
      const presenting = async (leaves: { fingerprint: string }[], limit = 10) =>
        (await store.targetsOf(prints(...leaves), limit)).toSorted((a, b) => a - b);
      assert.deepEqual(await presenting([old]), [first.targetId]);
      assert.deepEqual(await presenting([shared]), [first.targetId, second.targetId]);
      assert.deepEqual(await presenting([own, shared]), [first.targetId, second.targetId, alone.targetId]);
      assert.equal((await presenting([own, shared], 2)).length, 2);
      assert.deepEqual(await presenting([]), []);
    });

    it('are kept while somebody refers to them, and pruned afterwards', async () => {
      const store = use();
      const watch = await watchIn(store, 'c1', HOST);
      const [seen, reminded, fresh] = [aCertificate('seen'), aCertificate('reminded'), aCertificate('fresh')];
      const others = [
        await watchIn(store, 'c1', 'tls://reminded:443'),
        await watchIn(store, 'c1', 'tls://fresh:443'),
      ] as const;
      await store.commitObservations([aCommit(watch.targetId, null, seen)], NOW);
      await store.commitObservations([aCommit(others[0].targetId, null, reminded)], NOW);
      await store.commitObservations([aCommit(others[1].targetId, null, fresh)], NOW + 2 * DAY);
      await store.removeWatches(others.map(({ id }) => id));
      await store.putReminders([aReminder('ada', 'reminded')], NOW);
      const names = async () => {
        const found = await store.getCertificates([seen, reminded, fresh].map(({ fingerprint }) => fingerprint));
        return found.map((one) => (isCertificate(one) ? one.subject : one.fingerprint)).toSorted();
      };
      await store.pruneDeliveries(NOW + DAY);
      assert.deepEqual(await names(), ['fresh', 'reminded', 'seen']);
      await store.removeWatches([watch.id]);
      await store.pruneDeliveries(NOW + DAY);
      assert.deepEqual(await names(), ['fresh', 'reminded']);
    });
  });
}
