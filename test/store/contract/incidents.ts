import assert from 'node:assert/strict';
import { NOTHING_TOLD } from '../../../src/core/model/incident.ts';
import { MINUTE } from '../../../src/core/time.ts';
import { aCertificate, aCommit, aMessage, anIncident, claim, LONG, NOW, watchIn, type Use } from './fixtures.ts';

const HOST = 'tls://example.com:443';
const ADA = { id: 'u1', name: 'Ada' };
const BEN = { id: 'u2', name: 'Ben' };

function incidentId(number: number): string {
  return `removed-${number}`;
}

export function incidentsContract(use: Use): void {
  describe('incidents', () => {
    it('are stored, replaced by their cause, and deleted; those of others stay', async () => {
      const store = use();
      await watchIn(store, 'c1', HOST);
      await watchIn(store, 'c2', HOST);
      const told = { ...NOTHING_TOLD, boundaries: ['notice'], rank: 1, named: [1] };
      const [mine, other] = [anIncident('c1', { told, message: 'm1', first: 'm1' }), anIncident('c2')];
      await store.putIncidents([mine, other, anIncident('nobody')]);
      assert.deepEqual(await store.listIncidents('c1'), [mine]);
      const next = { ...mine, id: 'another', closedAt: NOW + 1, how: 'fixed' as const };
      await store.putIncidents([next]);
      assert.deepEqual(await store.listIncidents('c1'), [{ ...next, id: mine.id }]);
      assert.deepEqual(await store.findIncident('c1', mine.id), { ...next, id: mine.id });
      assert.equal(await store.findIncident('c2', mine.id), null);
      await store.deleteIncidents([mine.id]);
      assert.deepEqual(await store.listIncidents('c1'), []);
      assert.deepEqual(await store.listIncidents('c2'), [other]);
      assert.deepEqual(await store.listIncidents('nobody'), []);
    });

    it('are taken over from whom they were seen with alone, given back, and installed', async () => {
      const store = use();
      await watchIn(store, 'c1', HOST);
      const incident = anIncident('c1', { takenBy: ADA });
      await store.putIncidents([incident]);
      assert.equal(await store.takeIncident(incident.id, BEN), false);
      assert.equal(await store.takeIncident(incident.id, BEN, { ...ADA, since: NOW }), false);
      assert.equal(await store.takeIncident(incident.id, BEN, ADA), true);
      assert.equal(await store.releaseIncident(incident.id, ADA), false);
      assert.equal(await store.releaseIncident(incident.id, BEN), true);
      assert.equal(await store.planInstallation(incident.id, ADA, NOW + MINUTE), true);
      const [{ takenBy, installsAt } = { takenBy: null, installsAt: 0 }] = await store.listIncidents('c1');
      assert.deepEqual([takenBy, installsAt], [ADA, NOW + MINUTE]);
      await store.putIncidents([{ ...incident, closedAt: NOW, how: 'fixed' }]);
      assert.equal(await store.planInstallation(incident.id, ADA, NOW + MINUTE), false);
    });

    it('and watches that were removed are taken back once, in time, where they were', async () => {
      const store = use();
      const watch = await watchIn(store, 'c1', HOST);
      await watchIn(store, 'c2', HOST);
      const removed = { id: incidentId(1), conversationId: 'c1', watches: [watch], until: NOW + MINUTE };
      await store.keepRemoved(removed);
      await store.keepRemoved(removed);
      await store.keepRemoved({ ...removed, id: incidentId(2) });
      assert.equal(await store.takeRemoved('c2', { id: removed.id, now: NOW }), null);
      assert.deepEqual(await store.takeRemoved('c1', { id: removed.id, now: NOW }), [watch]);
      assert.equal(await store.takeRemoved('c1', { id: removed.id, now: NOW }), null);
      assert.equal(await store.takeRemoved('c1', { id: incidentId(2), now: NOW + MINUTE }), null);
    });

    it('are taken by the first who says so, while they are open', async () => {
      const store = use();
      await watchIn(store, 'c1', HOST);
      const incident = anIncident('c1', { snoozedUntil: NOW + MINUTE });
      await store.putIncidents([incident]);
      assert.equal(await store.snoozeIncident(incident.id, NOW + 2 * MINUTE), true);
      assert.equal((await store.listIncidents('c1'))[0]!.snoozedUntil, NOW + 2 * MINUTE);
      const taken = await Promise.all([ADA, BEN].map((by) => store.takeIncident(incident.id, by)));
      assert.equal(taken.filter(Boolean).length, 1);
      const [{ takenBy, snoozedUntil } = { takenBy: null, snoozedUntil: 0 }] = await store.listIncidents('c1');
      assert.deepEqual(takenBy, taken[0] ? ADA : BEN);
      assert.equal(snoozedUntil, null);
      await store.putIncidents([{ ...incident, closedAt: NOW, takenBy: null }]);
      assert.equal(await store.takeIncident(incident.id, ADA), false);
      assert.equal(await store.snoozeIncident(incident.id, NOW), false);
    });

    it('depend on watches with their states and open findings', async () => {
      const store = use();
      const [watch, fresh] = [await watchIn(store, 'c1', HOST), await watchIn(store, 'c1', 'tls://new.example:443')];
      const leaf = aCertificate('leaf');
      const episode = { watchId: watch.id, finding: 'revoked', cause: 'certificate:a', openedAt: NOW, sureAt: NOW };
      const commit = aCommit(watch.targetId, null, leaf, { episodesOpened: [episode] });
      await store.commitObservations([commit], NOW);
      const lookedAt = commit.observation.at;
      assert.deepEqual(await store.getWatchFacts([fresh.id, watch.id]), [
        { watch, state: commit.state, lookedAt, episodes: [episode] },
        { watch: fresh, state: null, lookedAt: null, episodes: [] },
      ]);
      assert.deepEqual(await store.getWatchFacts([]), []);
    });

    it('take back messages that nobody has begun to send, and those alone', async () => {
      const store = use();
      await watchIn(store, 'c1', HOST);
      const [first, second] = [aMessage('c1'), aMessage('c1')];
      await store.putMessages([first, second], NOW);
      const [delivery] = await claim(store);
      assert.deepEqual(await store.withdrawMessages([first.id, second.id, 'unknown']), [second.id]);
      await store.completeDelivery(delivery!, { activityId: 'posted' });
      const messages = await store.getMessages([first.id, second.id]);
      assert.deepEqual(
        messages.map(({ id, conversationId, activityId }) => [id, conversationId, activityId]),
        [[first.id, 'c1', 'posted']],
      );
      assert.deepEqual(await store.withdrawMessages([first.id]), []);
    });

    it('are due again when the notifier says so, and at once when something is marked meanwhile', async () => {
      const store = use();
      const at = (now: number) => store.claimMark('alerts', { now, leaseId: `lease ${now}`, leaseMs: LONG });
      await store.mark('alerts', [{ key: 'c1', part: 'look' }], { now: NOW });
      await store.completeMark((await at(NOW))!, null, NOW + 40 * MINUTE);
      assert.equal(await at(NOW + 39 * MINUTE), null);
      const claimed = await at(NOW + 40 * MINUTE);
      assert.deepEqual(claimed?.parts, [], 'what was marked before is worked off');
      await store.mark('alerts', [{ key: 'c1', part: 'answered:1' }], { now: NOW + 40 * MINUTE });
      await store.completeMark(claimed!, null, NOW + 90 * MINUTE);
      assert.deepEqual((await at(NOW + 41 * MINUTE))?.parts, ['answered:1']);
    });
  });
}
