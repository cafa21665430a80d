import assert from 'node:assert/strict';
import { LONG, NOW, aReminder, claim, hashOf, type Use } from './fixtures.ts';
import { MINUTE, DAY } from '../../../src/core/time.ts';

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

    it('of some certificates alone are listed where that is asked, oldest first', async () => {
      const store = use();
      const [first, second, other] = [
        aReminder('ada', 'leaf', { id: 'z' }),
        aReminder('ada', 'next', { id: 'y', createdAt: NOW + 1 }),
        aReminder('ada', 'other', { id: 'x', createdAt: NOW + 2 }),
      ];
      await store.putReminders([other, second, first, aReminder('bob', 'leaf')], NOW);
      const some = ['next', 'leaf', 'unknown'].map((name) => hashOf(name));
      assert.deepEqual(await store.listReminders('graph', 'ada', some), [first, second]);
      assert.deepEqual(await store.listReminderIds('graph', 'ada', some), ['z', 'y']);
      assert.deepEqual(await store.listReminderIds('graph', 'ada', []), []);
      assert.deepEqual(await store.listReminderIds('graph', 'ada'), ['z', 'y', 'x']);
    });

    it('made anew are to be written, although the old event was', async () => {
      const store = use();
      const planned = aReminder('ada', 'leaf');
      await store.putReminders([planned], NOW);
      const [written] = await claim(store);
      await store.completeDelivery(written!, { activityId: null });
      await store.remakeReminder(planned.id, { transactionId: 'another event', chosen: null }, NOW + 1);
      assert.deepEqual(
        (await claim(store, NOW + 1)).map(({ id }) => id),
        [planned.id],
      );
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
      assert.equal(await store.keepCreateBody(planned, '{"subject":"x"}'), true);
      await store.setReminderWritten(planned, { eventId: 'e1', etag: 'W/1', hash: 'h1', start: NOW + 7 });
      await store.putReminders([{ ...planned, basis: 'moved', sequence: 1 }], NOW);
      assert.deepEqual(await store.getReminder(planned.id), {
        ...planned,
        basis: 'moved',
        sequence: 1,
        createBody: '{"subject":"x"}',
        eventId: 'e1',
        etag: 'W/1',
        writtenHash: 'h1',
        answeredStart: NOW + 7,
      });
    });

    it('are made anew under another identity, of which plans and reports of the old event know nothing', async () => {
      const store = use();
      const planned = aReminder('ada', 'leaf', { updatedAt: NOW });
      await store.putReminders([planned], NOW);
      await store.setReminderWritten(planned, { eventId: 'e1', etag: 'W/1', hash: 'h1', start: NOW + 7 });
      await store.setReminderChoice(planned.id, { chosen: null, deleted: 'asked', question: 'q1' });
      const [first] = await store.claimDeliveries(NOW, 10, 'lease', LONG);
      const chosen = { start: NOW + DAY, showAs: 'busy' as const };
      await store.remakeReminder(planned.id, { transactionId: 'another event', chosen }, NOW);
      const remade = { ...planned, transactionId: 'another event', chosen };
      assert.deepEqual(await store.getReminder(planned.id), remade);
      assert.equal(await store.keepCreateBody(planned, 'late'), false);
      await store.setReminderWritten(planned, { eventId: 'late', etag: 'late', hash: 'late', start: NOW });
      await store.putReminders([{ ...planned, deleted: 'asked', question: 'q1', sequence: 1 }], NOW);
      assert.deepEqual(await store.getReminder(planned.id), { ...remade, sequence: 1 });
      await store.completeDelivery(first!, { activityId: null });
      assert.equal((await store.claimDeliveries(NOW, 10, 'lease', LONG))[0]?.id, planned.id, 'it is to be written');
    });

    it('that are wanted again get the identity that is given, and nothing of what was sent under the old one but its hash', async () => {
      const store = use();
      const planned = aReminder('ada', 'leaf');
      await store.putReminders([planned], NOW);
      await store.keepCreateBody(planned, '{"subject":"x"}');
      await store.setReminderWritten(planned, { eventId: 'e1', etag: 'W/1', hash: 'h1', start: NOW });
      await store.putReminders([{ ...planned, wanted: false }], NOW);
      await store.putReminders([{ ...planned, wanted: false, transactionId: 'too early', sequence: 1 }], NOW);
      const unwanted = await store.getReminder(planned.id);
      assert.deepEqual([unwanted?.eventId, unwanted?.transactionId], ['e1', planned.transactionId], 'to be deleted');
      await store.putReminders([{ ...planned, transactionId: 'another' }], NOW);
      assert.deepEqual(await store.getReminder(planned.id), {
        ...planned,
        transactionId: 'another',
        writtenHash: 'h1',
        answeredStart: NOW,
      });
      await store.putReminders([{ ...planned, transactionId: 'a third' }], NOW);
      assert.equal((await store.getReminder(planned.id))?.transactionId, 'another');
    });

    it('are found by the message that asks about them', async () => {
      const store = use();
      const first = aReminder('ada', 'leaf', { deleted: 'asked', question: 'q1' });
      const second = aReminder('ada', 'leaf', { kind: 'expiry', createdAt: NOW + 1, deleted: 'asked', question: 'q1' });
      const other = aReminder('bob', 'leaf', { deleted: 'asked', question: 'q2' });
      await store.putReminders([second, first, other, aReminder('eve', 'leaf')], NOW);
      assert.deepEqual(await store.listRemindersByQuestion('q1'), [first, second]);
      assert.deepEqual(await store.listRemindersByQuestion('q2'), [other]);
      assert.deepEqual(await store.listRemindersByQuestion('q3'), []);
    });

    for (const [calendar, mailbox] of [
      ['graph', 'ada'],
      ['ics', 'c1'],
    ] as const) {
      it(`of ${calendar} keep what people decided when a plan made before it is stored`, async () => {
        const store = use();
        const planned = aReminder(mailbox, 'leaf', { calendar });
        const beside = aReminder(mailbox, 'another', { calendar });
        await store.putReminders([planned, beside], NOW);
        for (const choice of [
          { chosen: { start: NOW + DAY, showAs: 'busy', found: NOW + 2 * DAY }, deleted: 'asked', question: 'q1' },
          { chosen: null, deleted: 'declined', question: null },
          { chosen: null, deleted: null, question: null },
        ] as const) {
          await store.setReminderChoice(planned.id, choice);
          assert.deepEqual(await store.getReminder(planned.id), { ...planned, ...choice });
          const stale = { chosen: { start: NOW, showAs: 'free' }, deleted: 'asked', question: 'older' } as const;
          await store.putReminders([{ ...planned, ...stale, basis: 'later', sequence: 1 }], NOW);
          assert.deepEqual(await store.getReminder(planned.id), { ...planned, ...choice, basis: 'later', sequence: 1 });
          await store.putReminders([planned], NOW);
        }
        assert.deepEqual(await store.getReminder(beside.id), beside);
      });
    }

    it('planned for another certificate start with the choices that are given', async () => {
      const store = use();
      const decided = {
        chosen: { start: NOW + DAY, showAs: 'busy' },
        deleted: 'asked',
        question: 'q1',
      } as const;
      const planned = aReminder('ada', 'leaf');
      await store.putReminders([planned], NOW);
      await store.setReminderChoice(planned.id, decided);
      const afresh = { ...planned, fingerprint: hashOf('renewed') };
      await store.putReminders([afresh], NOW);
      assert.deepEqual(await store.getReminder(planned.id), afresh);
      const given = { ...afresh, ...decided, fingerprint: hashOf('third') };
      await store.putReminders([given], NOW);
      assert.deepEqual(await store.getReminder(planned.id), given);
    });

    it('adopted by a renewed certificate keep their event, not what people decided about the old one', async () => {
      const store = use();
      const planned = aReminder('ada', 'leaf');
      await store.putReminders([planned], NOW);
      await store.setReminderWritten(planned, { eventId: 'e1', etag: 'W/1', hash: 'h1', start: NOW + 7 });
      await store.setReminderChoice(planned.id, { chosen: null, deleted: 'declined', question: null });
      await store.putReminders([{ ...planned, fingerprint: hashOf('renewed') }], NOW);
      const adopted = await store.getReminder(planned.id);
      assert.deepEqual([adopted?.eventId, adopted?.writtenHash, adopted?.deleted], ['e1', 'h1', null]);
    });

    it('queued again are due at once with the next version, whatever became of their delivery', async () => {
      const store = use();
      const names = ['done', 'failed', 'later', 'claimed', 'other'];
      const reminders = names.map((name) => aReminder(`mailbox of ${name}`, 'leaf', { id: name }));
      await store.putReminders(reminders, NOW);
      const deliveries = new Map((await claim(store)).map((delivery) => [delivery.id, delivery]));
      const failure = { error: 'no', ambiguous: false };
      await store.completeDelivery(deliveries.get('done')!, { activityId: null });
      await store.completeDelivery(deliveries.get('other')!, { activityId: null });
      await store.failDelivery(deliveries.get('failed')!, { ...failure, retryAt: null });
      await store.failDelivery(deliveries.get('later')!, { ...failure, retryAt: NOW + DAY });
      await store.requeueReminders(['done', 'failed', 'later', 'claimed', 'unknown'], NOW + MINUTE);
      assert.deepEqual(await claim(store, NOW + MINUTE - 1), []);
      await store.completeDelivery(deliveries.get('claimed')!, { activityId: null });
      const again = (await claim(store, NOW + MINUTE)).map(({ id, version, attempts }) => [id, version, attempts]);
      assert.deepEqual(again.toSorted(), [
        ['claimed', 2, 0],
        ['done', 2, 0],
        ['failed', 2, 0],
        ['later', 2, 0],
      ]);
      assert.deepEqual(await store.getReminder('done'), reminders[0], 'the reminder itself is untouched');
    });

    it('of feeds, and unknown ones, are not queued again', async () => {
      const store = use();
      const graph = aReminder('ada', 'leaf');
      const ics = aReminder('c1', 'leaf', { calendar: 'ics' });
      await store.putReminders([graph, ics], NOW);
      const [first] = await claim(store);
      await store.completeDelivery(first!, { activityId: null });
      await store.requeueReminders([], NOW);
      assert.deepEqual(await claim(store), []);
      await store.requeueReminders([ics.id, 'unknown', graph.id, graph.id], NOW);
      assert.deepEqual(
        (await claim(store)).map(({ id, version }) => [id, version]),
        [[graph.id, 2]],
      );
    });

    it('exist once per mailbox, certificate and kind: a second plan adds none', async () => {
      const store = use();
      const first = aReminder('ada', 'leaf');
      const expiry = aReminder('ada', 'leaf', { kind: 'expiry' });
      await store.putReminders([first, expiry, aReminder('ada', 'leaf')], NOW);
      await store.putReminders([aReminder('ada', 'leaf'), aReminder('ada', 'leaf', { calendar: 'ics' })], NOW);
      assert.equal((await store.listReminders('ics', 'ada')).length, 1, 'of another calendar');
      const ids = async () => (await store.listReminders('graph', 'ada')).map(({ id }) => id).toSorted();
      assert.deepEqual(await ids(), [first.id, expiry.id].toSorted());
      assert.equal((await claim(store)).length, 2);

      const successor = aReminder('ada', 'leaf');
      await store.putReminders([{ ...first, wanted: false }, successor], NOW);
      assert.deepEqual(await ids(), [first.id, expiry.id, successor.id].toSorted(), 'an unwanted one does not count');
      await store.putReminders([{ ...expiry, wanted: false }], NOW);
      const next = aReminder('ada', 'leaf', { kind: 'expiry' });
      await store.putReminders([next], NOW);
      assert.equal((await store.getReminder(next.id))?.id, next.id, 'nor one that has been so for a while');
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

    it('that the service would not tell are remembered as such', async () => {
      const store = use();
      const workingTime = { zone: 'UTC', zoneName: 'UTC', days: [1], start: 480, end: 1020 };
      await store.setWorkingTime('ada', null, NOW);
      assert.deepEqual(await store.getWorkingTime('ada'), { workingTime: null, fetchedAt: NOW });
      await store.setWorkingTime('ada', workingTime, NOW + 1);
      assert.deepEqual(await store.getWorkingTime('ada'), { workingTime, fetchedAt: NOW + 1 });
      await store.setWorkingTime('ada', null, NOW + 2);
      assert.deepEqual(await store.getWorkingTime('ada'), { workingTime: null, fetchedAt: NOW + 2 });
    });
  });
}
