import assert from 'node:assert/strict';
import { DAY, LONG, NOW, aReminder, claim, hashOf } from './fixtures.ts';
import type { Use } from './fixtures.ts';

export function remindersContract(use: Use): void {
  describe('reminders', () => {
    it('are listed by calendar and mailbox', async () => {
      const store = use();
      const graph = aReminder('ada', 'leaf');
      const ics = aReminder('c1', 'leaf', { calendar: 'ics' });
      await store.putReminders([graph, ics], NOW);
      assert.deepEqual(await store.listReminders('graph', 'ada'), [graph]);
      assert.deepEqual(await store.listReminders('ics', 'ada'), []);
      assert.deepEqual(await store.listReminderMailboxes('ics'), ['c1']);
      assert.deepEqual(await store.getReminder(graph.id), graph);
      assert.equal(await store.getReminder('unknown'), null);
    });

    it('for Outlook are queued with each change, those for feeds are not', async () => {
      const store = use();
      const graph = aReminder('ada', 'leaf');
      await store.putReminders([graph, aReminder('c1', 'leaf', { calendar: 'ics' })], NOW);
      const [first] = await claim(store);
      assert.deepEqual([first?.id, first?.version], [graph.id, 1]);
      await store.putReminders([{ ...graph, wanted: false }], NOW + 1);
      await store.completeDelivery(first!, { activityId: null });
      const [second] = await claim(store, NOW + 1);
      assert.equal(second?.version, 2);
      assert.equal((await store.getReminder(graph.id))?.wanted, false);
    });

    it('keep what was written when a plan made before it is stored', async () => {
      const store = use();
      const planned = aReminder('ada', 'leaf');
      await store.putReminders([planned], NOW);
      await store.keepCreateBody(planned.id, '{"subject":"x"}');
      await store.setReminderWritten(planned.id, { eventId: 'e1', etag: 'W/1', hash: 'h1' });
      await store.putReminders([{ ...planned, basis: 'moved', sequence: 1 }], NOW);
      assert.deepEqual(await store.getReminder(planned.id), {
        ...planned,
        basis: 'moved',
        sequence: 1,
        createBody: '{"subject":"x"}',
        eventId: 'e1',
        etag: 'W/1',
        writtenHash: 'h1',
      });
      const anew = { ...planned, transactionId: 'another event' };
      await store.putReminders([anew], NOW);
      assert.deepEqual(await store.getReminder(planned.id), anew, 'a new transaction id means a new event');
    });

    it('exist once per mailbox, certificate and kind: a second plan adds none', async () => {
      const store = use();
      const first = aReminder('ada', 'leaf');
      const expiry = aReminder('ada', 'leaf', { kind: 'expiry' });
      await store.putReminders([first, expiry, aReminder('ada', 'leaf')], NOW);
      await store.putReminders([aReminder('ada', 'leaf')], NOW);
      const ids = async () => (await store.listReminders('graph', 'ada')).map(({ id }) => id).toSorted();
      assert.deepEqual(await ids(), [first.id, expiry.id].toSorted());
      assert.equal((await claim(store)).length, 2);

      const successor = aReminder('ada', 'leaf');
      await store.putReminders([{ ...first, wanted: false }, successor], NOW);
      assert.deepEqual(await ids(), [first.id, expiry.id, successor.id].toSorted(), 'an unwanted one does not count');
    });

    it('deleted leave the outbox too', async () => {
      const store = use();
      const reminder = aReminder('ada', 'leaf');
      await store.putReminders([reminder], NOW);
      await store.deleteReminders([reminder.id]);
      assert.equal(await store.getReminder(reminder.id), null);
      assert.deepEqual(await claim(store), []);
    });
  });

  describe('working times', () => {
    it('are the last that were seen', async () => {
      const store = use();
      assert.equal(await store.getWorkingTime('ada'), null);
      const workingTime = {
        zone: 'Europe/Berlin',
        zoneName: 'W. Europe Standard Time',
        days: [1, 2],
        start: 480,
        end: 1020,
      };
      await store.setWorkingTime('ada', workingTime, NOW);
      await store.setWorkingTime('ada', { ...workingTime, start: 540 }, NOW + 1);
      assert.deepEqual(await store.getWorkingTime('ada'), {
        workingTime: { ...workingTime, start: 540 },
        fetchedAt: NOW + 1,
      });
    });

    it('keep what a person decided while certificate and event stay', async () => {
      const store = use();
      const reminder = aReminder('ada', 'first');
      await store.putReminders([reminder], NOW);
      const choice = {
        chosen: { start: NOW + DAY, showAs: 'busy' as const },
        deleted: 'asked' as const,
        question: 'q1',
      };
      await store.setReminderChoice(reminder.id, choice);
      // A plan made from an older reading.
      await store.putReminders([{ ...reminder, sequence: 1 }], NOW);
      assert.deepEqual(await store.getReminder(reminder.id), { ...reminder, sequence: 1, ...choice });
      assert.deepEqual(
        (await store.listRemindersByQuestion('q1')).map(({ id }) => id),
        [reminder.id],
      );
      await store.setReminderChoice(reminder.id, { chosen: null, deleted: null, question: null });
      assert.deepEqual(await store.listRemindersByQuestion('q1'), []);
    });

    it('take the plan’s word for another certificate and for another event', async () => {
      const store = use();
      const reminder = aReminder('ada', 'first');
      await store.putReminders([reminder], NOW);
      const chosen = { start: NOW + DAY, showAs: 'free' as const, found: NOW + 2 * DAY };
      await store.setReminderChoice(reminder.id, { chosen, deleted: 'declined', question: null });
      const renewed = { ...reminder, fingerprint: hashOf('second'), deleted: 'declined' as const };
      await store.putReminders([renewed], NOW);
      assert.deepEqual(await store.getReminder(reminder.id), renewed);
      await store.setReminderWritten(reminder.id, { eventId: 'e', etag: 't', hash: 'h' });
      const anew = { ...renewed, deleted: null, transactionId: 'another', chosen };
      await store.putReminders([anew], NOW);
      assert.deepEqual(await store.getReminder(reminder.id), anew);
    });

    it('are due again when they are to be compared with their mailbox', async () => {
      const store = use();
      const reminder = aReminder('ada', 'first');
      const feed = aReminder('c1', 'first', { calendar: 'ics' });
      await store.putReminders([reminder, feed], NOW);
      const [first] = await store.claimDeliveries(NOW, 10, 'lease', LONG);
      await store.requeueReminders([reminder.id, feed.id, 'unknown'], NOW);
      // Put while it was under way: what is done is the version before.
      assert.equal(await store.completeDelivery(first!, { activityId: null }), true);
      const again = await store.claimDeliveries(NOW, 10, 'lease', LONG);
      assert.deepEqual(
        again.map(({ id, version }) => [id, version]),
        [[reminder.id, 2]],
      );
      await store.completeDelivery(again[0]!, { activityId: null });
      await store.requeueReminders([], NOW);
      assert.deepEqual(await store.claimDeliveries(NOW, 10, 'lease', LONG), []);
    });

    it('remember a mailbox that tells no working time', async () => {
      const store = use();
      await store.setWorkingTime('ada', null, NOW);
      assert.deepEqual(await store.getWorkingTime('ada'), { workingTime: null, fetchedAt: NOW });
    });
  });
}
