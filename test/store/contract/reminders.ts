import assert from 'node:assert/strict';
import { NOW, aReminder, claim } from './fixtures.ts';
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
  });
}
