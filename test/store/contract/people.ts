import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Connection, MailboxState } from '../../../src/core/model/people.ts';
import { NOW, aConversation, aRecipient, watchIn, type Use } from './fixtures.ts';
import { DAY } from '../../../src/core/time.ts';

const HOST = 'tls://example.com:443';
const OTHER = 'tls://other.example:443';

function aConnection(mailbox: string, more: Partial<Connection> = {}): Connection {
  const state = 'connected' as const;
  return { mailbox, channel: 'teams', personId: 'u2', conversationId: 'd2', state, changedAt: NOW, ...more };
}

export function peopleContract(use: Use): void {
  describe('recipients', () => {
    it('that are asked know the message that asks them', async () => {
      const store = use();
      await store.rememberConversation(aConversation('c1'), NOW);
      const asked = await store.putRecipient(aRecipient('c1', { state: 'asked', question: 'message-1' }));
      assert.equal(asked.question, 'message-1');
      const never = await store.putRecipient({ ...asked, id: randomUUID(), role: 'owner', state: 'never' });
      assert.deepEqual([(await store.findRecipient(never.id))?.state, never.question], ['never', 'message-1']);
    });

    it('are kept, and asked again under the id that they have', async () => {
      const store = use();
      await store.rememberConversation(aConversation('c1'), NOW);
      const first = aRecipient('c1');
      assert.deepEqual(await store.putRecipient(first), first);
      const nobody = { mailbox: null, timeZone: null, locale: null, tenantId: null };
      const again = aRecipient('c1', { ...nobody, name: 'G.', state: 'accepted', askedAt: NOW + 1 });
      assert.deepEqual(await store.putRecipient(again), { ...again, id: first.id });
      assert.deepEqual(await store.findRecipient(first.id), { ...again, id: first.id });
      assert.equal(await store.findRecipient(again.id), null);
    });

    it('are told apart by target, role and person, and listed in the order in which they were asked', async () => {
      const store = use();
      for (const id of ['c1', 'c2', 'c3']) await store.rememberConversation(aConversation(id), NOW);
      const all = [
        aRecipient('c1', { askedAt: NOW }),
        aRecipient('c1', { askedAt: NOW + 1, uri: HOST }),
        aRecipient('c1', { askedAt: NOW + 2, uri: OTHER }),
        aRecipient('c1', { askedAt: NOW + 3, uri: HOST, role: 'owner' }),
        aRecipient('c2', { askedAt: NOW + 4, personId: 'u3' }),
      ];
      for (const one of all.toReversed()) await store.putRecipient(one);
      await store.putRecipient(aRecipient('c3'));
      assert.deepEqual(await store.listRecipients(['c2', 'c1']), all);
      assert.deepEqual(await store.listRecipients([]), []);
      await store.deleteRecipients([all[0]!.id, all[4]!.id]);
      await store.deleteRecipients([]);
      assert.deepEqual(await store.listRecipients(['c2', 'c1']), all.slice(1, 4));
    });

    it('are found by person within a channel', async () => {
      const store = use();
      for (const id of ['teams:1', 'slack:1', 'teamsters:1']) await store.rememberConversation(aConversation(id), NOW);
      const mine = aRecipient('teams:1');
      for (const one of [
        mine,
        aRecipient('slack:1'),
        aRecipient('teamsters:1'),
        aRecipient('teams:1', { personId: 'u3' }),
      ])
        await store.putRecipient(one);
      const first = aRecipient('teams:1', { uri: HOST, askedAt: NOW - 1 });
      await store.putRecipient(first);
      assert.deepEqual(await store.listRecipientsByPerson('teams', 'u2'), [first, mine], 'as they were asked');
    });

    it('go with the watch they are about, and with their conversation', async () => {
      const store = use();
      const watch = await watchIn(store, 'c1', HOST);
      await watchIn(store, 'c2', HOST);
      const everything = aRecipient('c1', { askedAt: NOW });
      const other = aRecipient('c1', { askedAt: NOW + 1, uri: OTHER });
      for (const one of [everything, other, aRecipient('c1', { uri: HOST }), aRecipient('c2', { uri: HOST })])
        await store.putRecipient(one);
      await store.removeWatches([watch.id]);
      assert.deepEqual(await store.listRecipients(['c1']), [everything, other]);
      assert.equal((await store.listRecipients(['c2'])).length, 1);
      await store.deleteConversation('c2');
      assert.deepEqual(await store.listRecipients(['c2']), []);
    });

    it('bring the watches of their conversation to their mailbox once they accepted a copy', async () => {
      const store = use();
      const first = await watchIn(store, 'c1', HOST, { ownerMailbox: 'ada' });
      const second = await watchIn(store, 'c1', OTHER, { ownerMailbox: 'ada' });
      const elsewhere = await watchIn(store, 'c2', HOST, { ownerMailbox: 'grace' });
      const found = async () => (await store.listWatchesByMailbox('graph', 'grace')).map(({ watch }) => watch.id);
      await store.putRecipient(aRecipient('c1'));
      await store.putRecipient(aRecipient('c1', { role: 'owner', uri: HOST, state: 'accepted' }));
      assert.deepEqual(await found(), [elsewhere.id]);
      await store.putRecipient(aRecipient('c1', { uri: OTHER, state: 'accepted' }));
      assert.deepEqual(await found(), [second.id, elsewhere.id]);
      await store.putRecipient(aRecipient('c1', { state: 'accepted' }));
      assert.deepEqual(await found(), [first.id, second.id, elsewhere.id]);
      await store.putRecipient(aRecipient('c1', { state: 'declined' }));
      await store.putRecipient(aRecipient('c1', { uri: OTHER, state: 'declined' }));
      assert.deepEqual(await found(), [elsewhere.id]);
    });
  });

  describe('the settings of a conversation', () => {
    it('are kept, whatever the channel tells of it later', async () => {
      const store = use();
      await store.rememberConversation(aConversation('c1'), NOW);
      const settings = {
        timeZone: 'Europe/Berlin',
        holidays: 'DE-BY',
        freezes: [{ from: '2026-12-18', to: '2027-01-06' }],
      };
      await store.setConversationSettings('c1', settings);
      assert.deepEqual((await store.rememberConversation(aConversation('c1'), NOW + DAY)).settings, settings);
      await store.setConversationSettings('c1', {});
      assert.deepEqual((await store.findConversation('c1'))?.settings, {});
    });

    it('bring its watches to their mailbox, each once', async () => {
      const store = use();
      const first = await watchIn(store, 'c1', HOST, { ownerMailbox: 'shared' });
      const second = await watchIn(store, 'c1', OTHER, { ownerMailbox: 'ada' });
      await watchIn(store, 'c2', HOST, { ownerMailbox: 'ada' });
      const found = async () => (await store.listWatchesByMailbox('graph', 'shared')).map(({ watch }) => watch.id);
      await store.setConversationSettings('c1', { mailbox: 'shared' });
      assert.deepEqual(await found(), [first.id, second.id]);
      const [joined] = await store.listWatchesByMailbox('graph', 'shared');
      assert.deepEqual(joined?.conversation.settings, { mailbox: 'shared' });
      await store.setConversationSettings('c1', { mailbox: 'other' });
      assert.deepEqual(await found(), [first.id]);
    });
  });

  describe('connections', () => {
    it('are one per mailbox, and listed by state', async () => {
      const store = use();
      await store.putConnection(aConnection('b'));
      await store.putConnection(aConnection('a'));
      await store.putConnection(aConnection('c', { state: 'leaving' }));
      assert.deepEqual(await store.getConnections(['c', 'a', 'unknown']), [
        aConnection('a'),
        aConnection('c', { state: 'leaving' }),
      ]);
      const gone = aConnection('a', { state: 'lost', personId: 'u3', conversationId: 'd3', changedAt: NOW + 1 });
      await store.putConnection(gone);
      assert.deepEqual(await store.listConnections('connected'), [aConnection('b')]);
      assert.deepEqual(await store.listConnections('lost'), [gone]);
      await store.deleteConnection('b');
      assert.deepEqual(await store.getConnections(['b']), []);
      assert.deepEqual(await store.getConnections([]), []);
    });
  });

  describe('what is known of a mailbox', () => {
    it('is kept with its person’s manager', async () => {
      const store = use();
      const known: MailboxState = {
        mailbox: 'ada',
        state: 'disabled',
        name: 'Ada “the first”',
        manager: { id: 'm', name: 'Charles', address: null },
        checkedAt: NOW,
      };
      await store.putMailboxState(known);
      assert.deepEqual(await store.getMailboxStates(['grace', 'ada']), [known]);
      const fine: MailboxState = { mailbox: 'ada', state: 'fine', name: null, manager: null, checkedAt: NOW + 1 };
      await store.putMailboxState(fine);
      assert.deepEqual(await store.getMailboxStates(['ada']), [fine]);
      assert.deepEqual(await store.getMailboxStates([]), []);
    });
  });
}
