import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import sinon from 'sinon';
import type { Delivery } from '../../../src/core/model/delivery.ts';
import { LONG, NOW, OVER, aCard, aConversation, aMessage, aReminder, claim, watchIn, type Use } from './fixtures.ts';
import { MINUTE, HOUR, DAY } from '../../../src/core/time.ts';

const RETRY = { error: 'timed out', ambiguous: false };

export function outboxContract(use: Use): void {
  async function storeWith(...conversations: string[]) {
    const store = use();
    for (const id of conversations) await store.rememberConversation(aConversation(id), NOW);
    return store;
  }

  function only(deliveries: Delivery[]): Delivery {
    assert.equal(deliveries.length, 1);
    return deliveries[0]!;
  }

  describe('messages', () => {
    it('tell where they go, of which reminders and unknown ones tell nothing', async () => {
      const store = use();
      await store.rememberConversation(aConversation('c1'), NOW);
      await store.putMessages([{ id: 'm1', conversationId: 'c1', thread: { messageid: '7' }, card: aCard('x') }], NOW);
      const reminder = aReminder('ada', 'leaf');
      await store.putReminders([reminder], NOW);
      assert.deepEqual(await store.findMessage('m1'), { conversationId: 'c1', thread: { messageid: '7' } });
      assert.equal(await store.findMessage(reminder.id), null);
      assert.equal(await store.findMessage('unknown'), null);
    });

    it('are claimed with everything needed to send them, and done once completed', async () => {
      const store = await storeWith('c1');
      const message = aMessage('c1', 'hello');
      await store.putMessages([message], NOW);
      assert.deepEqual(await claim(store, NOW - 1), [], 'not due yet');
      const delivery = only(await claim(store, NOW, 'lease'));
      assert.deepEqual(delivery, {
        id: message.id,
        kind: 'message',
        conversationId: 'c1',
        thread: { messageid: '9' },
        card: aCard('hello'),
        activityId: null,
        version: 1,
        attempts: 0,
        ambiguous: 0,
        leaseId: 'lease',
        createdAt: NOW,
        pendingSince: NOW,
        until: NOW + 7 * DAY,
        asker: null,
      });
      assert.deepEqual(await store.completeDelivery(delivery, { activityId: 'a1' }), { activityId: 'a1' });
      assert.equal(await store.completeDelivery(delivery, { activityId: 'a2' }), null);
      assert.deepEqual(await claim(store, NOW + DAY), []);
      const [status] = await store.deliveryStatuses([message.id, 'unknown']);
      assert.deepEqual(status, { id: message.id, state: 'done', attempts: 1, dueAt: null, lastError: null });
    });

    it('that wait since a clock has been set back are due, and so are those leased by such a clock', async () => {
      const store = await storeWith('c1');
      await store.putReminders([aReminder('a@example.com', 'leaf')], NOW + DAY);
      await store.putMessages([aMessage('c1')], NOW + DAY);
      const [first] = await claim(store, NOW + DAY, 'before', DAY);
      assert.ok(first);
      assert.equal((await claim(store, NOW, 'after')).length, 2, 'of the other clock, which has been set back');
      assert.deepEqual(await claim(store, NOW, 'again'), []);
    });

    it('that failed before a clock was set back are tried again at once, others when they are due', async () => {
      const store = await storeWith('c1', 'c2');
      await store.putMessages([aMessage('c1', 'before')], NOW + HOUR);
      await store.failDelivery(only(await claim(store, NOW + HOUR)), { ...RETRY, retryAt: NOW + HOUR + 2000 });
      await store.putMessages([aMessage('c2', 'since')], NOW);
      const both = await claim(store, NOW);
      assert.deepEqual(both.map(({ conversationId }) => conversationId).toSorted(), ['c1', 'c2']);
      const since = both.find(({ conversationId }) => conversationId === 'c2')!;
      await store.failDelivery(since, { ...RETRY, retryAt: NOW + 2000 });
      assert.equal((await claim(store, NOW + 1)).length, 0);
    });

    it('that somebody waits for go before those that nobody does', async () => {
      const store = await storeWith('c1');
      const messages = [aMessage('c1', 'alert'), { ...aMessage('c1', 'answer'), asker: 'u1' }, aMessage('c1', 'later')];
      await store.putMessages(messages, NOW);
      const order: (string | undefined)[] = [];
      for (let next = await claim(store); next[0]; next = await claim(store)) {
        order.push(next[0].card?.summary);
        await store.completeDelivery(next[0], { activityId: 'a' });
      }
      assert.deepEqual(order, ['answer', 'alert', 'later']);
    });

    it('that wait for something are due as soon as it has come, those of others are not', async () => {
      const store = use();
      for (const id of ['teams:1', 'teams:2', 'teamsters:1', 'slack:1'])
        await store.rememberConversation(aConversation(id), NOW);
      const failed = async (id: string, waitsFor: 'conversation' | 'credentials' | null): Promise<void> => {
        await store.putMessages([aMessage(id)], NOW);
        const failure = { ...RETRY, retryAt: NOW + DAY, waitsFor };
        await store.failDelivery(only(await claim(store)), failure);
      };
      await failed('teams:1', 'conversation');
      await failed('teams:2', 'credentials');
      await failed('teamsters:1', 'credentials');
      await failed('slack:1', 'credentials');
      const due = async (at: number) => (await claim(store, at)).map(({ conversationId }) => conversationId);
      await store.releaseMessages({ channel: 'teams', conversationId: 'teams:2' }, 'conversation', NOW + 1);
      assert.deepEqual(await due(NOW + 1), []);
      await store.releaseMessages({ channel: 'teams' }, 'credentials', NOW + 2);
      assert.deepEqual(await due(NOW + 2), ['teams:2']);
      await store.rememberConversation(aConversation('teams:1'), NOW + 3);
      assert.deepEqual(await due(NOW + 3), ['teams:1'], 'whoever writes can be written to');
    });

    it('put again matter as long, and to whom, as said last, and have not failed so far', async () => {
      const store = await storeWith('c1');
      const message = { ...aMessage('c1'), until: NOW + HOUR, asker: 'u1' };
      await store.putMessages([message], NOW);
      await store.failDelivery(only(await claim(store)), { ...RETRY, retryAt: NOW + MINUTE });
      await store.putMessages([{ ...message, until: NOW + DAY, asker: 'u2' }], NOW + 1);
      const [status] = await store.deliveryStatuses([message.id]);
      assert.deepEqual([status?.lastError, status?.attempts, status?.dueAt], [null, 0, NOW + 1]);
      const again = only(await claim(store, NOW + 1));
      assert.deepEqual([again.until, again.asker], [NOW + DAY, 'u2']);
    });

    it('have waited since they first became pending, also when they are put again', async () => {
      const store = await storeWith('c1');
      const message = aMessage('c1');
      await store.putMessages([message], NOW);
      await store.putMessages([message], NOW + 1);
      const waiting = only(await claim(store, NOW + 1));
      assert.deepEqual([waiting.createdAt, waiting.pendingSince], [NOW, NOW]);
      await store.completeDelivery(waiting, { activityId: 'a1' });
      await store.putMessages([message], NOW + 2);
      const again = only(await claim(store, NOW + 2));
      assert.deepEqual([again.createdAt, again.pendingSince], [NOW, NOW + 2], 'it was done in between');
    });

    it('that failed with a long answer keep the first thousand characters of it', async () => {
      const store = await storeWith('c1');
      const message = aMessage('c1');
      await store.putMessages([message], NOW);
      await store.failDelivery(only(await claim(store)), { ...RETRY, error: 'no'.repeat(1000), retryAt: NOW });
      const [failed] = await store.deliveryStatuses([message.id]);
      assert.equal(failed?.lastError, 'no'.repeat(500));
      await store.completeDelivery(only(await claim(store)), { activityId: 'a1' });
      assert.equal((await store.deliveryStatuses([message.id]))[0]?.lastError, null, 'in the end it arrived');
    });

    it('are told with the cards that follow in their conversation, but for those that were given up', async () => {
      const store = await storeWith('c1', 'c2');
      const [before, message, lost] = ['before', 'message', 'lost'].map((summary) => aMessage('c1', summary));
      const later = ['elsewhere', 'second', 'third'].map((summary) =>
        aMessage(summary === 'elsewhere' ? 'c2' : 'c1', summary),
      );
      await store.putMessages([before!, message!, lost!, ...later], NOW);
      for (const one of [before, message]) {
        const sent = (await claim(store)).find(({ id }) => id === one!.id)!;
        await store.completeDelivery(sent, { activityId: one!.id });
      }
      const [failed] = (await claim(store)).filter(({ id }) => id === lost!.id);
      await store.failDelivery(failed!, { ...RETRY, retryAt: null });
      const summaries = (await store.cardsAfter(message!)).map(({ summary }) => summary);
      assert.deepEqual(summaries, ['second', 'third']);
    });

    it('put again replace the card in place', async () => {
      const store = await storeWith('c1');
      const message = aMessage('c1', 'working');
      await store.putMessages([message], NOW);
      await store.completeDelivery(only(await claim(store)), { activityId: 'a1' });
      await store.putMessages([{ ...message, thread: null, card: aCard('ready') }], NOW + 1);
      assert.deepEqual(await claim(store, NOW), []);
      const delivery = only(await claim(store, NOW + 1));
      assert.equal(delivery.version, 2);
      assert.equal(delivery.activityId, 'a1');
      assert.equal(delivery.attempts, 0);
      assert.deepEqual(delivery.thread, { messageid: '9' });
      assert.deepEqual(delivery.card, aCard('ready'));
    });

    it('changed while on their way stay due, and remember where they arrived', async () => {
      const store = await storeWith('c1');
      const message = aMessage('c1', 'first');
      await store.putMessages([message], NOW);
      const first = only(await claim(store));
      await store.putMessages([{ ...message, card: aCard('second') }], NOW + 1);
      assert.deepEqual(await claim(store, NOW + 1), [], 'the first is still on its way');
      assert.deepEqual(await store.completeDelivery(first, { activityId: 'a1' }), { activityId: 'a1' });
      const second = only(await claim(store, NOW + 1));
      assert.deepEqual([second.activityId, second.version, second.card?.summary], ['a1', 2, 'second']);
      assert.equal(await store.failDelivery(second, { ...RETRY, retryAt: null }), true);
      assert.deepEqual(await claim(store, NOW + DAY), []);
    });

    it('changed while on their way are not given up with the version that failed', async () => {
      const store = await storeWith('c1');
      const message = aMessage('c1', 'first');
      await store.putMessages([message], NOW);
      const first = only(await claim(store));
      await store.putMessages([{ ...message, card: aCard('second') }], NOW + 1);
      await store.failDelivery(first, { ...RETRY, retryAt: null });
      assert.equal(only(await claim(store, NOW + 1)).card?.summary, 'second');
    });

    it('that fail come back at the retry, or never when given up', async () => {
      const store = await storeWith('c1');
      const message = aMessage('c1');
      await store.putMessages([message], NOW);
      await store.failDelivery(only(await claim(store)), { error: 'busy', retryAt: NOW + 5.5, ambiguous: true });
      const [status] = await store.deliveryStatuses([message.id]);
      assert.deepEqual(status, { id: message.id, state: 'pending', attempts: 1, dueAt: NOW + 6, lastError: 'busy' });
      assert.deepEqual(await claim(store, NOW + 5), []);
      const again = only(await claim(store, NOW + 6));
      assert.deepEqual([again.attempts, again.ambiguous], [1, 1]);
      assert.equal(await store.failDelivery(again, { error: 'blocked', retryAt: null, ambiguous: false }), true);
      assert.equal(await store.failDelivery(again, { error: 'late', retryAt: NOW, ambiguous: false }), false);
      const [failed] = await store.deliveryStatuses([message.id]);
      assert.deepEqual([failed?.state, failed?.lastError, failed?.attempts], ['failed', 'blocked', 2]);
    });

    it('of one conversation go out in order, one at a time', async () => {
      const store = await storeWith('c1', 'c2');
      const [a, b, c] = [aMessage('c1', 'a'), aMessage('c1', 'b'), aMessage('c2', 'c')];
      await store.putMessages([a, b], NOW);
      await store.putMessages([c], NOW - 1);
      const claimed = await claim(store);
      assert.deepEqual(
        claimed.map(({ id }) => id),
        [c.id, a.id],
        'oldest first',
      );
      assert.deepEqual(await claim(store), [], 'b waits for a');
      const first = claimed[1]!;
      await store.failDelivery(first, { ...RETRY, retryAt: NOW + 10 });
      assert.deepEqual(await claim(store, NOW + 9), [], 'b waits for the retry of a');
      await store.failDelivery(only(await claim(store, NOW + 10)), { ...RETRY, retryAt: null });
      assert.equal(only(await claim(store, NOW + 10)).id, b.id, 'a was given up');
    });

    it('whose next try is more than a minute away are passed by later ones', async () => {
      const store = await storeWith('c1');
      const [a, b] = [aMessage('c1', 'a'), aMessage('c1', 'b')];
      await store.putMessages([a, b], NOW);
      await store.failDelivery(only(await claim(store)), { ...RETRY, retryAt: NOW + 2 * MINUTE });
      assert.equal(only(await claim(store, NOW + 1)).id, b.id);
    });

    it('whose answer comes late are replaced by the next try, at once, and not sent again', async () => {
      const store = await storeWith('c1');
      const message = aMessage('c1');
      await store.putMessages([message], NOW);
      await store.failDelivery(only(await claim(store)), { ...RETRY, retryAt: NOW + MINUTE, ambiguous: true });
      assert.equal(await store.noteActivity(message.id, 'late', NOW + 5), 'late');
      const again = only(await claim(store, NOW + 5));
      assert.equal(again.activityId, 'late');
      assert.deepEqual(await store.completeDelivery(again, { activityId: 'late' }), { activityId: 'late' });
      assert.equal(await store.noteActivity(message.id, 'second', NOW + 6), 'late', 'the first is the message');
      assert.deepEqual(await claim(store, NOW + DAY), [], 'what is done is not due again');
      assert.equal(await store.noteActivity('00000000-0000-4000-8000-000000000000', 'x', NOW), null);
    });

    it('that wait for their next try go on waiting when another answer comes late, or are given up still', async () => {
      const store = await storeWith('c1', 'c2');
      const [shown, lost] = [aMessage('c1'), aMessage('c2')];
      await store.putMessages([shown, lost], NOW);
      const both = await claim(store);
      await store.noteActivity(shown.id, 'first', NOW);
      for (const one of both)
        await store.failDelivery(one, { ...RETRY, ambiguous: true, retryAt: one.id === shown.id ? NOW + HOUR : null });
      for (const { id } of [shown, lost]) await store.noteActivity(id, 'second', NOW + 1);
      const statuses = await store.deliveryStatuses([shown.id, lost.id]);
      assert.deepEqual(
        new Map(statuses.map(({ id, dueAt }) => [id, dueAt])),
        new Map([
          [shown.id, NOW + HOUR],
          [lost.id, null],
        ]),
      );
      assert.deepEqual(await claim(store, NOW + 1), []);
    });

    it('that were sent twice stay what was told of first, and are due once more', async () => {
      const store = await storeWith('c1');
      const message = aMessage('c1');
      await store.putMessages([message], NOW);
      const second = only(await claim(store));
      await store.noteActivity(message.id, 'first', NOW);
      assert.deepEqual(await store.completeDelivery(second, { activityId: 'second' }), { activityId: 'first' });
      assert.equal(only(await claim(store)).activityId, 'first', 'it may show what was to be said earlier');
    });

    it('that may have been sent keep their pause when what they say changes; others, and those that are replaced, do not', async () => {
      const store = await storeWith('c1', 'c2', 'c3');
      const [maybe, not, shown] = [aMessage('c1', 'maybe'), aMessage('c2', 'not'), aMessage('c3', 'shown')];
      await store.putMessages([maybe, not, shown], NOW);
      for (const delivery of await claim(store))
        await store.failDelivery(delivery, { ...RETRY, retryAt: NOW + 500, ambiguous: delivery.id !== not.id });
      await store.noteActivity(shown.id, 'late', NOW + 400);
      await store.putMessages([maybe, not, shown], NOW + 1);
      const due = (await claim(store, NOW + 1)).map(({ id }) => id);
      assert.deepEqual(due.toSorted(), [not.id, shown.id].toSorted());
      assert.equal(only(await claim(store, NOW + 500)).id, maybe.id);
    });

    it('interrupted by a crash count as ambiguous when they come again', async () => {
      const store = await storeWith('c1');
      await store.putMessages([aMessage('c1')], NOW);
      const lost = only(await claim(store, NOW, 'lost', OVER));
      const again = only(await claim(store, NOW, 'again', OVER));
      assert.deepEqual([again.attempts, again.ambiguous], [1, 1]);
      assert.equal(await store.completeDelivery(lost, { activityId: 'late' }), null);
      assert.equal(only(await claim(store, NOW, 'third')).ambiguous, 2, 'each interruption counts');
    });

    it('that may have been sent wait for their pause also when whoever tried again was interrupted', async () => {
      const store = await storeWith('c1');
      await store.putMessages([aMessage('c1')], NOW);
      const lose = (now: number) => store.claimDeliveries(now, 1, 'lost', OVER, [1000, 20_000, 80_000]);
      assert.equal(only(await lose(NOW)).ambiguous, 0);
      assert.equal(only(await lose(NOW + 1)).ambiguous, 1, 'the first interruption is made up for at once');
      assert.deepEqual(await lose(NOW + 20_000), []);
      const third = only(await lose(NOW + 20_001));
      assert.equal(third.ambiguous, 2);
      assert.deepEqual(await lose(NOW + 100_000), []);
      assert.equal(only(await lose(NOW + 100_001)).ambiguous, 3);
    });

    it("are leased by the database's clock, not by that of the process", async () => {
      const store = await storeWith('c1');
      await store.putMessages([aMessage('c1')], NOW);
      const delivery = only(await claim(store));
      const clock = sinon.useFakeTimers({ now: Date.now() + 10 * LONG, toFake: ['Date'] });
      try {
        assert.deepEqual(await claim(store, NOW + 10 * LONG), []);
      } finally {
        clock.restore();
      }
      assert.notEqual(await store.completeDelivery(delivery, { activityId: 'a1' }), null);
    });

    it('of unknown conversations are not claimed, and pruned some day', async () => {
      const store = await storeWith();
      const message = aMessage('nowhere');
      await store.putMessages([message], NOW);
      assert.deepEqual(await claim(store), []);
      await store.pruneDeliveries(NOW + DAY);
      assert.deepEqual(await store.deliveryStatuses([message.id]), []);
    });

    it('done or failed are pruned by age, pending ones and reminders stay', async () => {
      const store = await storeWith('c1', 'c2', 'c3');
      const [done, failed, pending] = [aMessage('c1'), aMessage('c2'), aMessage('c3')];
      const reminder = aReminder('ada', 'leaf');
      await store.putMessages([done, failed, pending], NOW);
      await store.putReminders([reminder], NOW);
      for (const delivery of await claim(store)) {
        if (delivery.id === failed.id) await store.failDelivery(delivery, { ...RETRY, retryAt: null });
        else if (delivery.id === pending.id) await store.failDelivery(delivery, { ...RETRY, retryAt: NOW });
        else await store.completeDelivery(delivery, { activityId: null });
      }
      const left = async () => {
        return (await store.deliveryStatuses([done.id, failed.id, pending.id, reminder.id])).map(({ id }) => id);
      };
      await store.pruneDeliveries(NOW);
      assert.equal((await left()).length, 4);
      await store.pruneDeliveries(NOW + 1);
      assert.deepEqual((await left()).toSorted(), [pending.id, reminder.id].toSorted());
    });
  });

  describe('reminders on their way', () => {
    it('are at most two of a mailbox, over all claims', async () => {
      const store = await storeWith();
      const ada = ['a', 'b', 'c', 'd'].map((name) => aReminder('ada', name));
      const bob = aReminder('bob', 'a');
      await store.putReminders(ada, NOW);
      await store.putReminders([bob], NOW + 1);
      const first = only(await store.claimDeliveries(NOW + 1, 1, 'one', LONG));
      const second = await store.claimDeliveries(NOW + 1, 9, 'two', LONG);
      assert.deepEqual(second.map(({ id }) => id).includes(bob.id), true);
      assert.equal(second.length, 2, 'one more of ada, and bob');
      assert.deepEqual(await claim(store, NOW + 1), []);
      await store.completeDelivery(first, { activityId: null });
      assert.equal((await claim(store, NOW + 1)).length, 1);
    });

    it('go out as they are due, and leave the places that their mailbox may not take to others', async () => {
      const store = await storeWith();
      for (const [id, due] of [
        ['third', NOW + 2],
        ['second', NOW + 1],
        ['first', NOW],
      ] as const)
        await store.putReminders([aReminder('ada', id, { id })], due);
      await store.putReminders([aReminder('bob', 'leaf', { id: 'other' })], NOW + 3);
      const claimed = async (limit: number) =>
        (await store.claimDeliveries(NOW + 3, limit, randomUUID(), LONG)).map(({ id }) => id);
      assert.deepEqual(await claimed(1), ['first']);
      assert.deepEqual(await claimed(2), ['second', 'other']);
      assert.deepEqual(await claimed(2), []);
    });

    it('that belong to another mailbox by now wait for that one alone', async () => {
      const store = await storeWith();
      const moved = aReminder('ada', 'moved');
      await store.putReminders([aReminder('ada', 'a'), aReminder('ada', 'b')], NOW);
      assert.equal((await claim(store)).length, 2);
      await store.putReminders([moved], NOW);
      assert.deepEqual(await claim(store), []);
      await store.putReminders([{ ...moved, mailbox: 'bob' }], NOW);
      assert.equal(only(await claim(store)).id, moved.id);
    });

    it('interrupted are not ambiguous: a calendar is looked up before it is written', async () => {
      const store = await storeWith();
      await store.putReminders([aReminder('ada', 'leaf')], NOW);
      await claim(store, NOW, 'lost', OVER);
      const again = only(await claim(store));
      assert.deepEqual([again.kind, again.ambiguous, again.attempts], ['reminder', 0, 1]);
      assert.deepEqual([again.conversationId, again.card, again.thread], [null, null, null]);
    });

    it('share the limit of a claim with messages, whatever is due first', async () => {
      const store = await storeWith('c1', 'c2');
      const [early, late] = [aMessage('c1'), aMessage('c2')];
      const reminder = aReminder('ada', 'leaf');
      await store.putMessages([late], NOW);
      await store.putReminders([reminder], NOW - 1);
      await store.putMessages([early], NOW - 2);
      const claimed = await store.claimDeliveries(NOW, 2, 'lease', LONG);
      assert.deepEqual(
        claimed.map(({ id }) => id),
        [early.id, reminder.id],
      );
    });
  });

  describe('statistics', () => {
    it('count what lives and what waits', async () => {
      const store = await storeWith('c1', 'c2');
      for (const id of ['c1', 'gone']) await watchIn(store, id, 'tls://example.com:443');
      await store.setConversationGone('gone', NOW);
      await store.putMessages([aMessage('c2')], NOW - 1);
      await store.completeDelivery(only(await claim(store)), { activityId: null });
      await store.putMessages([aMessage('c1')], NOW + 1);
      await store.putReminders([aReminder('ada', 'leaf')], NOW);
      assert.deepEqual(await store.statistics(), {
        conversations: 2,
        watches: 1,
        targets: 1,
        pendingDeliveries: 2,
        oldestPendingAt: NOW,
      });
      await store.beat(0);
    });
  });
}
