import assert from 'node:assert/strict';
import sinon from 'sinon';
import type { Reminder } from '../../src/core/model/reminder.ts';
import { certificate, NOW } from '../support/certificate-facts.ts';
import { CHANNEL, personOf, startWiredOutlook, type WiredOutlook } from '../support/wired-outlook.ts';
import { kindsIn, PAIR } from '../support/wired-people.ts';
import { MINUTE, HOUR, DAY } from '../../src/core/time.ts';

const anna = personOf('anna');
const LEAF = certificate('first', { notAfter: NOW + 60 * DAY });
const OTHER = certificate('other', { notAfter: NOW + 90 * DAY });

describe('a reminder that is wanted again', () => {
  let it_: WiredOutlook;
  beforeEach(async () => {
    it_ = await startWiredOutlook({ people: [anna] });
    await it_.watching(anna, 'example.com', LEAF);
  });
  afterEach(() => it_.close());

  const rows = () => it_.bot.store.listReminders('graph', 'anna');

  /** Has both reminders removed, and waits until that was tried. */
  async function unwant(): Promise<void> {
    const unwanted = (await rows()).map((row) => ({ ...row, wanted: false }));
    await it_.bot.store.putReminders(unwanted, it_.now());
    await it_.bot.settled();
  }

  /** What a plan of somebody who watches again stores, under another identity. */
  async function wantAgain({ id }: Pick<Reminder, 'id'>): Promise<void> {
    const row = (await it_.bot.store.getReminder(id))!;
    await it_.bot.store.putReminders([{ ...row, wanted: true, transactionId: `again-${id}` }], it_.now());
  }

  it('while its event is being removed is kept, and its event made anew', async () => {
    const before = Object.values(it_.pair('anna')).map(({ id }) => id);
    const calendar = it_.bot.context.calendar!;
    const { remove } = calendar;
    const stub = sinon.stub(calendar, 'remove').callsFake(async (reminder) => {
      await remove(reminder);
      await wantAgain(reminder);
    });
    try {
      await unwant();
    } finally {
      stub.restore();
    }
    await it_.bot.settled();
    const { renew, expiry } = it_.pair('anna');
    assert.ok(!before.includes(renew.id) && !before.includes(expiry.id), 'the old ones are gone');
    assert.deepEqual(
      (await rows()).map(({ wanted, eventId }) => [wanted, eventId]).toSorted(),
      [
        [true, renew.id],
        [true, expiry.id],
      ].toSorted(),
    );
  });

  it('because its mailbox turns out to be back is not removed', async () => {
    const before = JSON.stringify(it_.graph.events('anna'));
    const listed = sinon.stub(it_.bot.store, 'getMailboxStates').callsFake(async () => {
      for (const row of await rows()) if (!row.wanted) await wantAgain(row);
      return [];
    });
    try {
      await unwant();
      assert.ok(listed.called);
    } finally {
      listed.restore();
    }
    await it_.later(MINUTE);
    assert.deepEqual(
      it_.graph.requests.filter(({ method }) => method === 'DELETE'),
      [],
    );
    assert.equal(JSON.stringify(it_.graph.events('anna')), before);
  });
});

describe('what was found in a mailbox, and what was decided meanwhile:', () => {
  let it_: WiredOutlook;
  let seen: Reminder;
  beforeEach(async () => {
    it_ = await startWiredOutlook({ people: [anna] });
    await it_.watching(anna, 'example.com', LEAF);
    seen = (await it_.bot.store.listReminders('graph', 'anna')).find(({ kind }) => kind === 'renew')!;
  });
  afterEach(() => it_.close());

  const store = () => it_.bot.store;

  const changes: [what: string, change: (row: Reminder) => Promise<unknown>][] = [
    ['is not wanted any more', (row) => store().putReminders([{ ...row, wanted: false }], it_.now())],
    ['is asked about', (row) => store().setReminderChoice(row.id, { ...row, deleted: 'asked', question: 'earlier' })],
    ['is declined', (row) => store().setReminderChoice(row.id, { ...row, deleted: 'declined', question: null })],
    [
      'belongs to another certificate',
      (row) => store().putReminders([{ ...row, fingerprint: OTHER.fingerprint }], it_.now()),
    ],
    [
      'has another event',
      (row) => store().remakeReminder(row.id, { transactionId: 'another event', chosen: null }, it_.now()),
    ],
    ['is gone', (row) => store().deleteReminders([row.id])],
  ];

  const edits: [what: string, edit: (row: Reminder) => Promise<unknown>][] = [
    ['moved', (row) => it_.bot.flows.edits.respectMove(row, { start: row.event.start - DAY, allDay: false })],
    ['deleted', (row) => it_.bot.flows.edits.askAboutDeleted('anna', [row])],
    [
      'deleted, and over',
      (row) => it_.bot.flows.edits.askAboutDeleted('anna', [{ ...row, event: { ...row.event, end: NOW } }]),
    ],
  ];
  for (const [change, make] of changes) {
    it(`an event is moved or deleted whose reminder by now ${change}: nothing is decided, and nothing said`, async () => {
      await make(seen);
      const decided = async () => {
        const { chosen, deleted, question } = (await store().getReminder(seen.id)) ?? {};
        return [chosen, deleted, question];
      };
      const before = await decided();
      const said = it_.said(CHANNEL).length;
      // The move last: what is found is planned anew after it.
      for (const [edit, find] of edits.toReversed()) {
        await find(seen);
        assert.deepEqual(await decided(), before, edit);
      }
      await it_.bot.settled();
      assert.equal(it_.said(CHANNEL).length, said);
    });
  }

  for (const [edit, find] of edits) {
    it(`an event is ${edit} whose reminder is as it was: that is decided`, async () => {
      await find(seen);
      const { chosen, deleted } = (await store().getReminder(seen.id))!;
      const expected = { moved: [seen.event.start - DAY, null], deleted: [undefined, 'asked'] } as const;
      assert.deepEqual(
        [chosen?.start, deleted],
        edit === 'deleted, and over' ? [undefined, 'over'] : expected[edit as 'moved' | 'deleted'],
      );
    });
  }

  describe('an event is there again', () => {
    let asked: Reminder;
    beforeEach(async () => {
      await it_.bot.flows.edits.askAboutDeleted('anna', [seen]);
      asked = (await store().getReminder(seen.id))!;
      assert.equal(asked.deleted, 'asked');
    });

    it('whose reminder is as it was: it is kept', async () => {
      await it_.bot.flows.edits.takeBack('anna', [asked]);
      await it_.bot.settled();
      assert.equal((await store().getReminder(seen.id))!.deleted, null);
      assert.equal(it_.latest(CHANNEL).title, 'A reminder is back in Outlook');
    });

    it('and two replicas saw that at once, after its person had said no: it is said once', async () => {
      await store().setReminderChoice(seen.id, { ...asked, deleted: 'declined', question: null });
      const declined = (await store().getReminder(seen.id))!;
      for (let replica = 0; replica < 2; replica += 1) await it_.bot.flows.edits.takeBack('anna', [declined]);
      await it_.bot.settled();
      assert.equal((await store().getReminder(seen.id))!.deleted, null);
      assert.equal(it_.said(CHANNEL).filter(({ title }) => title === 'A reminder is back in Outlook').length, 1);
    });

    it('that was over when it was looked at, and whose reminder is declined by now: that stays', async () => {
      const over = { ...asked, deleted: 'over' as const, question: null };
      await store().setReminderChoice(seen.id, { ...asked, deleted: 'declined', question: null });
      await it_.bot.flows.edits.takeBack('anna', [over]);
      assert.equal((await store().getReminder(seen.id))!.deleted, 'declined');
    });

    const since: [what: string, change: (row: Reminder) => Promise<unknown>][] = [
      ['was declined', (row) => store().setReminderChoice(row.id, { ...row, deleted: 'declined', question: null })],
      ['was asked about anew', (row) => store().setReminderChoice(row.id, { ...row, question: 'another' })],
      ['is not wanted any more', (row) => store().putReminders([{ ...row, wanted: false }], it_.now())],
      [
        'belongs to another certificate',
        (row) => store().putReminders([{ ...row, fingerprint: OTHER.fingerprint }], it_.now()),
      ],
      ['is gone', (row) => store().deleteReminders([row.id])],
    ];
    for (const [what, change] of since) {
      it(`whose reminder by now ${what}: that stays, and nothing is said`, async () => {
        await change(asked);
        const before = [await store().getReminder(seen.id), it_.said(CHANNEL).length];
        await it_.bot.flows.edits.takeBack('anna', [asked]);
        assert.deepEqual([await store().getReminder(seen.id), it_.said(CHANNEL).length], before);
        assert.deepEqual(
          (await store().listRemindersByQuestion(asked.question!)).length,
          what === 'is not wanted any more' || what === 'belongs to another certificate' ? 1 : 0,
        );
      });
    }

    it('that was made anew since under another identity, though it is asked about once more: that stays', async () => {
      await store().remakeReminder(seen.id, { transactionId: 'another event', chosen: null }, it_.now());
      await store().setReminderChoice(seen.id, { ...asked });
      const before = await store().getReminder(seen.id);
      await it_.bot.flows.edits.takeBack('anna', [asked]);
      assert.deepEqual(await store().getReminder(seen.id), before);
    });
  });
});

describe('one mailbox under two names', () => {
  const ID = 'object-of-anna';
  const byAddress = personOf('anna', { mailbox: 'anna@example.com' });
  const byId = personOf('anna', { mailbox: ID });
  let it_: WiredOutlook;
  beforeEach(async () => {
    it_ = await startWiredOutlook({ people: [byAddress] });
    it_.graph.directory.setPerson(ID, { displayName: 'Anna', mail: 'anna@example.com' });
    await it_.watching(byAddress, 'example.com', LEAF);
    await it_.watching(byId, 'other.example', OTHER);
    assert.deepEqual(kindsIn(it_, ID), [...PAIR, ...PAIR].toSorted());
  });
  afterEach(() => it_.close());

  it('keeps the events of both: a look by one name takes those of the other for nobody’s surplus', async () => {
    const before = JSON.stringify(it_.graph.events(ID));
    for (let look = 0; look < 2; look += 1)
      for (const name of [ID, 'anna@example.com']) {
        it_.pass(MINUTE);
        await it_.look(name);
      }
    assert.equal(JSON.stringify(it_.graph.events(ID)), before);
    assert.deepEqual(
      it_.graph.requests.filter(({ method }) => method === 'DELETE'),
      [],
    );
  });

  it('loses what belongs to no reminder of either', async () => {
    const rows = await it_.bot.store.listReminders('graph', ID);
    await it_.bot.store.deleteReminders(rows.map(({ id }) => id));
    await it_.look('anna@example.com');
    assert.deepEqual(kindsIn(it_, ID), PAIR);
    await it_.later(HOUR);
    assert.ok(it_.graph.requests.some(({ method }) => method === 'DELETE'));
  });
});
