import assert from 'node:assert/strict';
import type { Reminder } from '../../src/core/model/reminder.ts';
import { certificate, NOW } from '../support/certificate-facts.ts';
import { CHANNEL, chatOf, personOf, startWiredOutlook, type WiredOutlook } from '../support/wired-outlook.ts';
import { DAY, MINUTE } from '../../src/core/time.ts';

const anna = personOf('anna');
const bob = personOf('bob');
const LEAF = certificate('first', { notAfter: NOW + 60 * DAY });

describe('what a person did to an event', () => {
  let it_: WiredOutlook;
  beforeEach(async () => {
    it_ = await startWiredOutlook({ people: [anna, bob] });
    await it_.watching(anna, 'example.com', LEAF);
  });
  afterEach(() => it_.close());

  async function rowOf(): Promise<Reminder> {
    const rows = await it_.bot.store.listReminders('graph', 'anna');
    return rows.find(({ kind }) => kind === 'renew')!;
  }

  async function showAsAfterMove(event: Partial<Reminder['event']>, chosen: Reminder['chosen'] = null) {
    const row = await rowOf();
    const { showAs: _planned, ...rest } = row.event;
    await it_.bot.store.putReminders([{ ...row, sequence: row.sequence + 1, event: { ...rest, ...event } }], NOW);
    await it_.bot.store.setReminderChoice(row.id, { ...row, chosen });
    await it_.bot.flows.edits.respectMove(await rowOf(), { start: row.event.start - DAY, allDay: false });
    return (await rowOf()).chosen?.showAs;
  }

  it('keeps how it shows: as it was chosen, else as it was planned, else free', async () => {
    assert.equal(await showAsAfterMove({ showAs: 'busy' }), 'busy');
    assert.equal(await showAsAfterMove({}), 'free');
    assert.equal(await showAsAfterMove({ showAs: 'free' }, { start: NOW + DAY, showAs: 'busy' }), 'busy');
  });

  describe('is not taken back by what was seen of a row', () => {
    beforeEach(async () => {
      const row = await rowOf();
      await it_.bot.store.setReminderChoice(row.id, { ...row, deleted: 'asked', question: 'question' });
    });
    const others: [string, Partial<Reminder>][] = [
      ['of another certificate', { fingerprint: 'f'.repeat(64) }],
      ['of another event', { transactionId: 'another' }],
      ['of another answer', { deleted: 'declined' }],
    ];
    for (const [what, other] of others)
      it(what, async () => {
        await it_.bot.flows.edits.takeBack('anna', [{ ...(await rowOf()), ...other }]);
        assert.equal((await rowOf()).deleted, 'asked');
      });

    it('but by what was seen of this very one', async () => {
      await it_.bot.flows.edits.takeBack('anna', [await rowOf()]);
      assert.equal((await rowOf()).deleted, null);
    });
  });

  it('is in the audit in five hundred characters, however many endpoints it is about', async () => {
    for (let index = 0; index < 12; index += 1)
      await it_.watching(anna, `${'long'.repeat(12)}-${index}.example.com`, LEAF);
    it_.graph.mailbox('anna').delete(it_.pair('anna').renew.id);
    for (let count = 0; count < 2; count += 1) {
      it_.pass(MINUTE);
      await it_.look('anna');
    }
    await it_.press(anna, 'Keep reminding');
    const [entry] = (await it_.bot.store.listAudit(CHANNEL.id, 50)).filter(({ verb }) => verb === 'keep-event');
    assert.equal(entry!.subject.length, 500);
  });

  it('to a copy is told in the conversation where its person cannot be reached', async () => {
    await it_.say(anna, 'remind also @bob');
    await it_.press(bob, 'Yes, into my calendar', chatOf(bob));
    const before = it_.said(chatOf(bob)).length;
    it_.forget(bob);
    it_.graph.mailbox('bob').delete(it_.pair('bob').renew.id);
    for (let count = 0; count < 2; count += 1) {
      it_.pass(MINUTE);
      await it_.look('bob');
    }
    assert.match(it_.latest(CHANNEL).summary, /Keep reminding in Outlook\?/);
    assert.equal(it_.said(chatOf(bob)).length, before);
  });
});
