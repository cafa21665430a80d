import assert from 'node:assert/strict';
import type { OutgoingMessage } from '../../../src/core/model/delivery.ts';
import {
  aConversation,
  aMessage,
  anIncident,
  anInbound,
  aRecipient,
  aReminder,
  claim,
  LONG,
  NOW,
  UNTOUCHED,
  watchIn,
  type Use,
} from './fixtures.ts';
import { DAY } from '../../../src/core/time.ts';

const HOST = 'tls://example.com:443';

export function conversationsContract(use: Use): void {
  describe('conversations', () => {
    it('are remembered, and refreshed without losing what is known', async () => {
      const store = use();
      await store.rememberConversation(aConversation('c1', { name: 'Ops', tenantId: 't1' }), NOW);
      await store.setConversationPolicy('c1', [{ kind: 'duration', ms: DAY }]);
      const again = aConversation('c1', { name: null, tenantId: null, reference: { to: 'elsewhere' } });
      const conversation = await store.rememberConversation(again, NOW + DAY);
      assert.deepEqual(conversation, {
        ...aConversation('c1', { name: 'Ops', tenantId: 't1', reference: { to: 'elsewhere' } }),
        ...UNTOUCHED,
        policy: [{ kind: 'duration', ms: DAY }],
      });
      assert.deepEqual(await store.findConversation('c1'), conversation);
      assert.equal(await store.findConversation('c2'), null);
    });

    it('tell what operators have allowed in them, while the bot is there', async () => {
      const store = use();
      for (const [id, allowed] of [
        ['c1', ['entra']],
        ['c2', []],
        ['c3', ['entra', 'vault']],
      ] as const) {
        await store.rememberConversation(aConversation(id, { name: id, kind: 'channel' }), NOW);
        await store.setConversationSettings(id, { timeZone: 'Europe/Berlin', allowed: [...allowed] });
      }
      await store.rememberConversation(aConversation('c4'), NOW);
      const one = { id: 'c1', kind: 'channel', name: 'c1', sources: ['entra'] };
      assert.deepEqual(await store.allowances(), [one, { ...one, id: 'c3', name: 'c3', sources: ['entra', 'vault'] }]);
      await store.setConversationGone('c1', NOW);
      assert.deepEqual(
        (await store.allowances()).map(({ id }) => id),
        ['c3'],
      );
    });

    it('keep where they are written to when an event does not tell, and become what the channel calls them', async () => {
      const store = use();
      await store.rememberConversation(aConversation('c1', { kind: 'group' }), NOW);
      await store.rememberConversation(aConversation('c1', { reference: null, kind: 'channel' }), NOW + 1);
      const { reference, kind } = (await store.findConversation('c1'))!;
      assert.deepEqual([reference, kind], [{ to: 'c1' }, 'channel']);
    });

    it('are found by the end of their ids, oldest first', async () => {
      const store = use();
      const ids = ['slack:T2:C1', 'slack:T1:C1', 'slack:T1:XC1', ':C1', 'C1', 'slack:T1:C12', "slack:T1:'"];
      for (const [index, id] of [...ids.entries()].toReversed())
        await store.rememberConversation(aConversation(id, { channel: 'slack' }), NOW + index);
      await store.rememberConversation(aConversation('teams:C1'), NOW);
      const found = async (suffix: string): Promise<string[]> =>
        (await store.listConversationsBySuffix('slack', suffix)).map(({ id }) => id);
      assert.deepEqual(await found(':C1'), ['slack:T2:C1', 'slack:T1:C1', ':C1']);
      assert.deepEqual(await found(":'"), ["slack:T1:'"]);
      assert.deepEqual(await found('%'), []);
    });

    it('keep what several change in their settings at once', async () => {
      const store = use();
      await store.rememberConversation(aConversation('c1'), NOW);
      assert.equal(await store.transaction((operations) => operations.lockConversation('c2')), null);
      const change = (freeze: string): Promise<void> =>
        store.transaction(async (operations) => {
          const { settings } = (await operations.lockConversation('c1'))!;
          const freezes = [...(settings.freezes ?? []), { from: freeze, to: freeze }];
          await operations.setConversationSettings('c1', { ...settings, freezes });
        });
      const days = ['2030-12-01', '2030-12-02', '2030-12-03', '2030-12-04'];
      await Promise.all(days.map(change));
      const { settings } = (await store.findConversation('c1'))!;
      assert.deepEqual(settings.freezes?.map(({ from }) => from).toSorted(), days);
    });

    it('that hear from a channel again stay gone until they are revived', async () => {
      const store = use();
      await store.rememberConversation(aConversation('c1'), NOW);
      await store.setConversationGone('c1', NOW + 1);
      assert.equal((await store.rememberConversation(aConversation('c1'), NOW + 2)).goneAt, NOW + 1);
      await store.setConversationGone('c1', NOW + 3);
      assert.equal((await store.findConversation('c1'))?.goneAt, NOW + 1, 'the first instant counts');
      await store.setConversationGone('c1', null);
      assert.equal((await store.findConversation('c1'))?.goneAt, null);
    });

    it('gone before an instant are listed, longest gone first', async () => {
      const store = use();
      for (const id of ['c1', 'c2', 'c3', 'c4']) await store.rememberConversation(aConversation(id), NOW);
      await store.setConversationGone('c3', NOW - 2);
      await store.setConversationGone('c2', NOW - 3);
      await store.setConversationGone('c4', NOW);
      const gone = await store.listGoneConversations(NOW);
      assert.deepEqual(
        gone.map(({ id }) => id),
        ['c2', 'c3'],
      );
    });

    it('gone leave their targets undue unless a living one watches too, and due at once when revived', async () => {
      const store = use();
      const alone = await watchIn(store, 'c1', HOST);
      const shared = await watchIn(store, 'c1', 'tls://shared.example:443');
      await watchIn(store, 'c2', 'tls://shared.example:443');
      await store.setTargetDue([alone.targetId, shared.targetId], NOW + DAY);

      await store.setConversationGone('c1', NOW);
      assert.equal((await store.findTarget(HOST))?.dueAt, null);
      assert.equal((await store.findTarget('tls://shared.example:443'))?.dueAt, NOW + DAY);

      await store.setConversationGone('c2', NOW);
      assert.equal((await store.findTarget('tls://shared.example:443'))?.dueAt, null);

      await store.rememberConversation(aConversation('c1'), NOW + 5);
      await store.setConversationGone('c1', null);
      assert.equal((await store.claimTargets(NOW + 5, 10, 'lease', LONG)).length, 2);
    });

    it('that come back have looked at soon what others watch too and looked at later', async () => {
      const store = use();
      const { targetId } = await watchIn(store, 'c1', HOST);
      await watchIn(store, 'c2', HOST);
      await store.setConversationGone('c1', NOW);
      await store.setTargetDue([targetId], NOW + DAY);
      await store.rememberConversation(aConversation('c1'), NOW + 5);
      await store.setConversationGone('c1', null);
      assert.equal((await store.findTarget(HOST))?.dueAt, NOW + 5);
      await store.setConversationGone('c2', NOW + 6);
      await store.setTargetDue([targetId], NOW + 1);
      await store.rememberConversation(aConversation('c2'), NOW + 7);
      await store.setConversationGone('c2', null);
      assert.equal((await store.findTarget(HOST))?.dueAt, NOW + 1, 'what is due sooner stays so');
    });

    it('of a tenant are gone together, with what setConversationGone does for one', async () => {
      const store = use();
      const alone = await watchIn(store, 'c1', HOST);
      const shared = await watchIn(store, 'c2', 'tls://shared.example:443');
      await watchIn(store, 'elsewhere', 'tls://shared.example:443', {}, { tenantId: 'other' });
      await store.setTargetDue([alone.targetId, shared.targetId], NOW);
      await store.putMessages([aMessage('c1')], NOW);

      assert.equal(await store.setTenantGone('teams', 'tenant', NOW + 1), 2);
      assert.equal((await store.findConversation('c1'))?.goneAt, NOW + 1);
      assert.equal((await store.findConversation('c2'))?.goneAt, NOW + 1);
      assert.equal((await store.findTarget(HOST))?.dueAt, null);
      assert.equal((await store.findTarget('tls://shared.example:443'))?.dueAt, NOW, 'the other tenant watches it');
      assert.deepEqual(await claim(store, NOW + 2), []);

      assert.equal(await store.setTenantGone('teams', 'other', NOW + 2), 1);
      assert.equal((await store.findTarget('tls://shared.example:443'))?.dueAt, null);
      await store.rememberConversation(aConversation('c1'), NOW + 3);
      await store.setConversationGone('c1', null);
      assert.equal((await store.findTarget(HOST))?.dueAt, NOW + 3);
    });

    it('of other channels, of other tenants and of none stay when a tenant is gone', async () => {
      const store = use();
      const others = [
        aConversation('slack', { channel: 'slack', tenantId: 'tenant' }),
        aConversation('other', { tenantId: 'other' }),
        aConversation('none', { tenantId: null }),
      ];
      for (const other of others) await store.rememberConversation(other, NOW);
      await store.rememberConversation(aConversation('mine'), NOW);
      assert.equal(await store.setTenantGone('teams', 'tenant', NOW), 1);
      assert.equal(await store.setTenantGone('teams', 'unknown', NOW), 0);
      for (const { id } of others) assert.equal((await store.findConversation(id))?.goneAt, null, id);
    });

    it('of a tenant come back together when it has the bot again, and others stay gone', async () => {
      const store = use();
      const elsewhere = 'tls://elsewhere.example:443';
      await watchIn(store, 'c1', HOST);
      await watchIn(store, 'c2', elsewhere, {}, { tenantId: 'other' });
      await store.setTenantGone('teams', 'tenant', NOW);
      await store.setTenantGone('teams', 'other', NOW);
      await store.rememberConversation(aConversation('c3'), NOW);
      assert.equal(await store.reviveTenant('teams', 'tenant', NOW + 7), 1);
      assert.equal((await store.findConversation('c1'))?.goneAt, null);
      assert.equal((await store.findConversation('c2'))?.goneAt, NOW);
      assert.equal((await store.findTarget(HOST))?.dueAt, NOW + 7);
      assert.equal((await store.findTarget(elsewhere))?.dueAt, null);
    });

    it('gone before their tenant keep the first instant and are not counted', async () => {
      const store = use();
      for (const id of ['early', 'late']) await store.rememberConversation(aConversation(id), NOW);
      await store.setConversationGone('early', NOW);
      assert.equal(await store.setTenantGone('teams', 'tenant', NOW + 5.4), 1);
      assert.equal((await store.findConversation('early'))?.goneAt, NOW);
      assert.equal((await store.findConversation('late'))?.goneAt, NOW + 5);
      assert.equal(await store.setTenantGone('teams', 'tenant', NOW + 9), 0);
      assert.equal((await store.findConversation('late'))?.goneAt, NOW + 5);
    });

    it('of a tenant are as they were when the transaction is rolled back', async () => {
      const store = use();
      const { targetId } = await watchIn(store, 'c1', HOST);
      await store.setTargetDue([targetId], NOW);
      const work = store.transaction(async (operations) => {
        assert.equal(await operations.setTenantGone('teams', 'tenant', NOW), 1);
        throw new Error('no');
      });
      await assert.rejects(work, /^Error: no$/);
      assert.equal((await store.findConversation('c1'))?.goneAt, null);
      assert.equal((await store.findTarget(HOST))?.dueAt, NOW);
    });

    it('gone receive nothing; revived ones receive what is younger than a week', async () => {
      const store = use();
      await store.rememberConversation(aConversation('c1'), NOW);
      const [sent, old, young] = ['sent', 'old', 'young'].map((summary) => aMessage('c1', summary)) as [
        OutgoingMessage,
        OutgoingMessage,
        OutgoingMessage,
      ];
      await store.putMessages([sent, old], NOW);
      await store.completeDelivery((await claim(store))[0]!, { activityId: 'a1' });
      await store.setConversationGone('c1', NOW);
      await store.putMessages([young], NOW + 5 * DAY);
      assert.deepEqual(await claim(store, NOW + 6 * DAY), []);
      assert.equal((await store.statistics()).pendingDeliveries, 0, 'what nobody will send is not waiting');

      await store.rememberConversation(aConversation('c1'), NOW + 8 * DAY);
      await store.setConversationGone('c1', null);
      assert.deepEqual(
        (await claim(store, NOW + 8 * DAY)).map(({ id }) => id),
        [young.id],
      );
      assert.equal((await store.deliveryStatuses([old.id]))[0]?.state, 'failed');
      assert.equal((await store.deliveryStatuses([sent.id]))[0]?.state, 'done');
    });

    it('of a team go and come back together, the first channel by the id of the team', async () => {
      const store = use();
      await watchIn(store, 'teams:team1', HOST);
      await watchIn(store, 'teams:c1', HOST, {}, { team: 'team1' });
      await watchIn(store, 'teams:c2', HOST, {}, { team: 'team2' });
      await watchIn(store, 'slack:c1', HOST, {}, { team: 'team1', channel: 'slack' });
      const goneAt = async () => {
        const all = await Promise.all(
          ['teams:team1', 'teams:c1', 'teams:c2', 'slack:c1'].map((id) => store.findConversation(id)),
        );
        return all.map((one) => one?.goneAt);
      };
      assert.equal(await store.setTeamGone('teams', 'team1', NOW + 1), 2);
      assert.deepEqual(await goneAt(), [NOW + 1, NOW + 1, null, null]);
      assert.equal(await store.reviveTeam('teams', 'team1', NOW + 2), 2);
      assert.deepEqual(await goneAt(), [null, null, null, null]);
    });

    it('of a team that is archived are closed, until the team or one of them is heard of', async () => {
      const store = use();
      for (const id of ['c1', 'c2']) await store.rememberConversation(aConversation(id, { team: 'team1' }), NOW);
      await store.closeTeam('teams', 'team1', NOW + 1);
      const closedAt = async () =>
        (await Promise.all(['c1', 'c2'].map((id) => store.findConversation(id)))).map((one) => one?.closedAt);
      assert.deepEqual(await closedAt(), [NOW + 1, NOW + 1]);
      await store.rememberConversation(aConversation('c1', { team: null }), NOW + 2);
      assert.deepEqual(await closedAt(), [null, NOW + 1]);
      await store.closeTeam('teams', 'team1', NOW + 3);
      assert.deepEqual(await closedAt(), [NOW + 3, NOW + 3], 'it belongs to the team still');
      await store.reviveTeam('teams', 'team1', NOW + 4);
      assert.deepEqual(await closedAt(), [null, null]);
      await store.closeTeam('teams', 'team1', NOW + 5);
      await store.setConversationGone('c1', NOW + 5);
      await store.setConversationGone('c1', null);
      assert.deepEqual(await closedAt(), [null, NOW + 5]);
    });

    for (const [what, leave, comeBack] of [
      ['a tenant', 'setTenantGone', 'reviveTenant'],
      ['a team', 'setTeamGone', 'reviveTeam'],
      ['an archived team', 'closeTeam', 'reviveTeam'],
    ] as const) {
      it(`of ${what} that comes back get at once what could not be sent to them`, async () => {
        const store = use();
        await store.rememberConversation(aConversation('teams:c1', { team: 'tenant' }), NOW);
        await store.putMessages([aMessage('teams:c1')], NOW);
        const [refused] = await claim(store);
        const failure = { error: 'no', ambiguous: false, retryAt: NOW + DAY, waitsFor: 'conversation' as const };
        await store.failDelivery(refused!, failure);
        await store[leave]('teams', 'tenant', NOW + 1);
        await store[comeBack]('teams', 'tenant', NOW + 2);
        assert.equal((await claim(store, NOW + 2)).length, 1);
      });
    }

    it('get another name, and the note that their owners were told', async () => {
      const store = use();
      await store.rememberConversation(aConversation('c1'), NOW);
      await store.renameConversation('c1', 'Night shift');
      await store.setConversationWarned('c1', NOW + 1);
      const { name, warnedAt } = (await store.findConversation('c1'))!;
      assert.deepEqual([name, warnedAt], ['Night shift', NOW + 1]);
      await store.setConversationGone('c1', NOW);
      await store.setConversationGone('c1', null);
      assert.equal((await store.findConversation('c1'))?.warnedAt, null, 'for the next time');
    });

    it('of people are listed by organisation, those alone that are there, whoever spoke last first', async () => {
      const store = use();
      for (const [id, more] of [
        ['p1', { kind: 'personal' }],
        ['p2', { kind: 'personal', tenantId: 'other' }],
        ['p3', { kind: 'personal' }],
        ['p4', { kind: 'personal', channel: 'slack' }],
        ['p5', { kind: 'personal' }],
        ['c1', {}],
      ] as const)
        await store.rememberConversation(aConversation(id, more), NOW);
      await store.rememberConversation(aConversation('p5', { kind: 'personal' }), NOW + 1);
      await store.setConversationGone('p3', NOW);
      const own = await store.listPersonalConversations('teams', 'tenant');
      assert.deepEqual(
        own.map(({ id }) => id),
        ['p5', 'p1'],
      );
    });

    for (const isKnown of [false, true]) {
      it(`that get another id go on under it with all that is theirs${isKnown ? ', where a message has come already' : ''}`, async () => {
        const store = use();
        await watchIn(store, 'c1', HOST);
        await watchIn(store, 'c1', 'tls://only.example:443');
        await store.setConversationPolicy('c1', [{ kind: 'duration', ms: DAY }]);
        await store.putIncidents([anIncident('c1')]);
        await store.putRecipient(aRecipient('c1'));
        const message = aMessage('c1');
        await store.putMessages([message], NOW);
        await store.acceptInbound(anInbound('i1', 'c1'));
        const { hash } = await store.ensureFeed('c1', { seed: 's1', hash: 'h1' }, NOW);
        await store.ensureFeed('c9', { seed: 's9', hash: 'h9' }, NOW);
        await store.putReminders([aReminder('c1', 'leaf', { calendar: 'ics' })], NOW);
        await store.setValue('operators', 'c1');
        const to = aConversation('c9', { reference: { to: 'c9' } });
        if (isKnown) await watchIn(store, 'c9', HOST);

        await store.moveConversation('c1', to, NOW + 1);
        await store.moveConversation('c1', to, NOW + 2);
        assert.equal(await store.findConversation('c1'), null);
        const { policy, reference } = (await store.findConversation('c9'))!;
        assert.deepEqual([policy, reference], [[{ kind: 'duration', ms: DAY }], { to: 'c9' }]);
        const uris = (await store.listWatches('c9')).map(({ uri }) => uri);
        assert.deepEqual(uris.toSorted(), [HOST, 'tls://only.example:443']);
        assert.deepEqual(
          (await store.listRecipients(['c9'])).map(({ personId }) => personId),
          ['u2'],
        );
        assert.deepEqual(
          (await claim(store, NOW + 1)).map((one) => [one.id, one.conversationId]),
          [[message.id, 'c9']],
        );
        assert.equal((await store.claimInbound(10, 'lease', LONG)).length, 1);
        assert.equal(await store.findFeed(hash), 'c9');
        assert.equal(await store.findFeed('h9'), 'c9', 'what the other had goes on working');
        assert.deepEqual(await store.findLiveFeed('c9'), { seed: 's1', hash: 'h1' });
        assert.equal((await store.listReminders('ics', 'c9')).length, 1);
        assert.equal(await store.getValue('operators'), 'c9');
      });
    }

    it('that get another id bring what has not come under that one yet, which keeps its own', async () => {
      const store = use();
      for (const id of ['c1', 'c9']) await store.rememberConversation(aConversation(id), NOW);
      const [asOwner, forOne, theirs] = [
        aRecipient('c9', { role: 'owner' }),
        aRecipient('c9', { uri: HOST, state: 'accepted' }),
        aRecipient('c9', { personId: 'u3' }),
      ];
      const own = aRecipient('c1');
      for (const one of [asOwner, forOne, theirs, own, aRecipient('c1', { uri: HOST })]) await store.putRecipient(one);
      const ics = { calendar: 'ics' } as const;
      const [known, brought] = [aReminder('c9', 'leaf', ics), aReminder('c1', 'leaf', { ...ics, kind: 'expiry' })];
      await store.putReminders([known, aReminder('c1', 'leaf', ics), brought], NOW);
      const live = await store.ensureFeed('c9', { seed: 's9', hash: 'h9' }, NOW);
      await store.setConversationPolicy('c1', [{ kind: 'duration', ms: DAY }]);
      await store.setConversationPolicy('c9', [{ kind: 'share', percent: 10 }]);
      await store.setConversationSettings('c1', { mailbox: 'theirs' });
      await store.setConversationSettings('c9', { mailbox: 'own' });

      await store.moveConversation('c1', aConversation('c9'), NOW + 1);
      const { policy, settings } = (await store.findConversation('c9'))!;
      assert.deepEqual([policy, settings], [[{ kind: 'share', percent: 10 }], { mailbox: 'own' }]);
      const recipients = await store.listRecipients(['c9']);
      assert.deepEqual(
        new Set(recipients.map(({ id }) => id)),
        new Set([asOwner, forOne, theirs, own].map(({ id }) => id)),
      );
      const reminders = await store.listReminders('ics', 'c9');
      assert.deepEqual(new Set(reminders.map(({ id }) => id)), new Set([known.id, brought.id]));
      assert.deepEqual(await store.listReminders('ics', 'c1'), []);
      assert.deepEqual(await store.findLiveFeed('c9'), live, 'there was no feed of the other');
    });

    it('that get another id keep their name, settings, mailbox, connections and what was done there', async () => {
      const store = use();
      const watch = await watchIn(store, 'c1', HOST, {}, { name: 'Night shift' });
      await store.rememberConversation(aConversation('c9'), NOW);
      await store.setConversationSettings('c1', { mailbox: 'shared' });
      await store.recordAudit([
        { at: NOW, conversationId: 'c1', actorId: 'u', actorName: 'Ada', verb: 'watch', subject: HOST },
      ]);
      const connection = {
        mailbox: 'ada',
        channel: 'teams',
        personId: 'u1',
        state: 'connected',
        changedAt: NOW,
      } as const;
      await store.putConnection({ ...connection, conversationId: 'c1' });
      await store.acceptInbound(anInbound('slow', 'c1'));
      await store.claimInbound(1, 'lease', LONG);
      await store.moveToBackground(anInbound('slow', 'c1'), 'lease');

      await store.moveConversation('c1', aConversation('c9', { name: null }), NOW + 1);
      assert.deepEqual((await store.findConversation('c9'))?.settings, { mailbox: 'shared' });
      const [joined] = await store.listWatchesByMailbox('graph', 'shared');
      assert.equal(joined?.watch.id, watch.id);
      assert.equal((await store.listAudit('c9', 10)).length, 1);
      assert.deepEqual(await store.getConnections(['ada']), [{ ...connection, conversationId: 'c9' }]);
      assert.equal(await store.hasBackground('c9'), true);
      await store.moveConversation('c9', aConversation('c10', { name: null }), NOW + 2);
      assert.equal((await store.findConversation('c10'))?.name, 'Ops');
    });

    it('that were gone when they got another id are there again, and looked at', async () => {
      const store = use();
      await watchIn(store, 'c1', HOST);
      await store.setConversationGone('c1', NOW);
      await store.moveConversation('c1', aConversation('c9'), NOW + 1);
      assert.equal((await store.findConversation('c9'))?.goneAt, null);
      assert.equal((await store.claimTargets(NOW + 1, 1, 'lease', LONG)).length, 1);
    });

    it('that are not known are not moved, and those that have the id keep what they have', async () => {
      const store = use();
      await store.moveConversation('c1', aConversation('c9'), NOW);
      assert.equal(await store.findConversation('c9'), null);
      const watch = await watchIn(store, 'c1', HOST);
      await store.moveConversation('c1', aConversation('c1'), NOW);
      assert.deepEqual(await store.listWatches('c1'), [watch]);
    });

    it('deleted take everything of theirs along, and nothing of others', async () => {
      const store = use();
      const watch = await watchIn(store, 'c1', HOST);
      const other = await watchIn(store, 'c2', HOST);
      await watchIn(store, 'c1', 'tls://only.example:443');
      await store.setTargetDue([watch.targetId], NOW);
      await store.putIncidents([anIncident('c1'), anIncident('c2')]);
      const messages = [aMessage('c1'), aMessage('c2')];
      await store.putMessages(messages, NOW);
      await store.acceptInbound(anInbound('i1', 'c1'));
      await store.acceptInbound(anInbound('i2', 'c2'));
      const { hash } = await store.ensureFeed('c1', { seed: 's1', hash: 'h1' }, NOW);
      const entry = { at: NOW, actorId: 'u', actorName: 'Ada', verb: 'watch', subject: HOST };
      await store.recordAudit([
        { ...entry, conversationId: 'c1' },
        { ...entry, conversationId: 'c2' },
      ]);

      await store.deleteConversation('c1');
      assert.equal(await store.findConversation('c1'), null);
      assert.deepEqual(await store.listWatches('c1'), []);
      assert.equal(await store.findTarget('tls://only.example:443'), null);
      assert.equal((await store.findTarget(HOST))?.dueAt, NOW, 'c2 watches it');
      assert.deepEqual(await store.listWatches('c2'), [other]);
      assert.deepEqual(
        (await store.deliveryStatuses(messages.map(({ id }) => id))).map(({ id }) => id),
        [messages[1]?.id],
      );
      assert.deepEqual(
        (await store.claimInbound(10, 'lease', LONG)).map(({ inbound }) => inbound.id),
        ['i2'],
      );
      assert.equal(await store.findFeed(hash), null);
      assert.deepEqual(await store.listAudit('c1', 10), []);
      assert.equal((await store.listAudit('c2', 10)).length, 1);
    });

    it('deleted take messages along that are not answered, in whatever lane, and remember those that are', async () => {
      const store = use();
      await store.rememberConversation(aConversation('c1'), NOW);
      for (const id of ['answered', 'passed', 'waiting']) {
        await store.acceptInbound(anInbound(id, 'c1'));
        if (id === 'waiting') continue;
        await store.claimInbound(1, id, LONG);
        if (id === 'answered') await store.completeInbound(id, id);
        else await store.moveToBackground(anInbound(id, 'c1'), id);
      }
      await store.deleteConversation('c1');
      assert.equal(await store.hasBackground('c1'), false);
      assert.deepEqual(await store.claimInbound(10, 'lease', LONG), []);
      assert.equal(await store.acceptInbound(anInbound('answered', 'c1')), false, 'a repeated delivery does nothing');
    });

    it('deleted leave targets undue that only gone ones watch beside them', async () => {
      const store = use();
      const { targetId } = await watchIn(store, 'c1', HOST);
      await watchIn(store, 'gone', HOST);
      await store.setTargetDue([targetId], NOW);
      await store.setConversationGone('gone', NOW);
      assert.equal((await store.findTarget(HOST))?.dueAt, NOW);
      await store.deleteConversation('c1');
      assert.equal((await store.findTarget(HOST))?.dueAt, null);
    });
  });

  describe('feeds', () => {
    it('have one address until it is revoked', async () => {
      const store = use();
      await store.rememberConversation(aConversation('c1'), NOW);
      const [first, second] = [
        { seed: 's1', hash: 'h1' },
        { seed: 's2', hash: 'h2' },
      ];
      assert.equal(await store.findLiveFeed('c1'), null);
      assert.deepEqual(await store.ensureFeed('c1', first, NOW), first);
      assert.deepEqual(await store.ensureFeed('c1', second, NOW), first);
      assert.deepEqual(await store.findLiveFeed('c1'), first);
      assert.equal(await store.findFeed('h1'), 'c1');
      await store.rememberConversation(aConversation('c2'), NOW);
      await store.ensureFeed('c2', { seed: 's3', hash: 'of another' }, NOW);
      await store.revokeFeeds('c1', NOW);
      assert.deepEqual([await store.findFeed('h1'), await store.findLiveFeed('c1')], [null, null]);
      assert.equal(await store.findFeed('of another'), 'c2');
      assert.deepEqual(await store.ensureFeed('c1', second, NOW), second);
      assert.equal(await store.findFeed('unknown'), null);
    });

    it('whose address cannot be shown any more go on working beside another, until both are revoked', async () => {
      const store = use();
      await store.rememberConversation(aConversation('c1'), NOW);
      await store.ensureFeed('c1', { seed: 's1', hash: 'h1' }, NOW);
      await store.hideFeed('h1');
      assert.equal(await store.findLiveFeed('c1'), null);
      await store.ensureFeed('c1', { seed: 's2', hash: 'h2' }, NOW);
      assert.deepEqual([await store.findFeed('h1'), await store.findFeed('h2')], ['c1', 'c1']);
      await store.revokeFeeds('c1', NOW);
      assert.deepEqual([await store.findFeed('h1'), await store.findFeed('h2')], [null, null]);
    });
  });

  describe('audit', () => {
    it('lists the newest entries of one conversation first', async () => {
      const store = use();
      const entry = (at: number, verb: string) => {
        return { at, conversationId: 'c1', actorId: 'u', actorName: 'Ada \0', verb, subject: 'x' };
      };
      await store.recordAudit([entry(NOW + 1, 'unwatch'), entry(NOW, 'watch'), entry(NOW, 'remind')]);
      const entries = await store.listAudit('c1', 2);
      assert.deepEqual(
        entries.map(({ verb }) => verb),
        ['unwatch', 'remind'],
      );
      assert.equal(entries[0]?.actorName, 'Ada \uFFFD');
    });
  });
}
