import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { certificate, NOW } from '../support/certificate-facts.ts';
import { CHANNEL, personOf, startWiredOutlook, type WiredOutlook } from '../support/wired-outlook.ts';
import { MINUTE, HOUR, DAY } from '../../src/core/time.ts';

const anna = personOf('anna');
const LEAF = certificate('first', { notAfter: NOW + 60 * DAY });
const RENEWED = certificate('second', { notBefore: NOW, notAfter: NOW + 150 * DAY });
const KEEP = 'Keep reminding in Outlook?';

describe('an event that somebody deleted in Outlook, and that still answers by its id', () => {
  let it_: WiredOutlook;
  const hands = () => it_.graph.mailbox('anna');
  const titles = () => it_.said(CHANNEL).map(({ title }) => title);
  const questions = () => titles().filter((title) => title === KEEP);

  beforeEach(async () => {
    it_ = await startWiredOutlook({ people: [anna] });
    await it_.watching(anna, 'example.com', LEAF);
  });
  afterEach(() => it_.close());

  async function look(times = 1): Promise<void> {
    for (let count = 0; count < times; count += 1) {
      it_.pass(MINUTE);
      await it_.look('anna');
    }
  }

  for (const place of ['deleteditems', 'recoverableitemsdeletions'] as const) {
    it(`is asked about, once, and nothing is written to it: ${place}`, async () => {
      const { renew } = it_.pair('anna');
      hands().trash(renew.id, place);
      const before = JSON.stringify(hands().deleted());
      await look(4);
      await it_.watching(anna, 'www.example.com', LEAF);
      await look();
      assert.equal(questions().length, 1);
      assert.equal(JSON.stringify(hands().deleted()), before);
      assert.equal(it_.graph.events('anna').length, 1);
    });
  }

  it('is asked about also where events tell their folder, and calendars cannot be seen', async () => {
    hands().tellFolders();
    hands().showCalendars(false);
    hands().trash(it_.pair('anna').renew.id);
    await look(2);
    assert.equal(questions().length, 1);
  });

  it('is made anew when its person wants it, and what lies in the trash stays there', async () => {
    const { renew } = it_.pair('anna');
    hands().trash(renew.id);
    await look(2);
    await it_.press(anna, 'Keep reminding');
    assert.notEqual(it_.pair('anna').renew.id, renew.id);
    assert.deepEqual(
      hands()
        .deleted()
        .map(({ id }) => id),
      [renew.id],
    );
    await look(3);
    it_.pair('anna');
  });

  it('is not asked about when the deletion is taken back before the next look, nor is anything said', async () => {
    const { renew } = it_.pair('anna');
    const before = it_.posts.length;
    hands().trash(renew.id);
    await look();
    hands().restore(renew.id);
    await look(3);
    assert.equal(it_.posts.length, before);
    assert.equal(it_.pair('anna').renew.id, renew.id);
  });

  it('is kept again when the deletion is taken back after the question, which goes', async () => {
    const { renew, expiry } = it_.pair('anna');
    hands().trash(renew.id);
    hands().trash(expiry.id);
    await look(2);
    hands().restore(renew.id);
    await look();
    assert.equal(questions().length, 1, 'the other one is still asked about');
    assert.match(it_.latest(CHANNEL).summary, /The reminder for example\.com was deleted/);
    hands().restore(expiry.id);
    await look();
    assert.deepEqual(questions(), []);
    assert.equal(it_.latest(CHANNEL).title, 'A reminder is back in Outlook');
    assert.deepEqual(it_.latest(CHANNEL).actions ?? [], []);
    // It follows again.
    it_.scripted.serve('example.com', { address: '192.0.2.1', presents: RENEWED });
    await it_.later();
    const after = it_.pair('anna');
    assert.deepEqual([after.renew.id, after.expiry.id], [renew.id, expiry.id]);
    assert.equal(after.expiry.start, RENEWED.notAfter);
  });

  it('is kept again also in another calendar, where it was taken out of the trash to', async () => {
    const { renew } = it_.pair('anna');
    hands().trash(renew.id);
    await look(2);
    hands().moveToOtherCalendar(renew.id);
    await look();
    assert.deepEqual(questions(), []);
  });

  it('is kept again when its person said no, and took it out of the trash later', async () => {
    const { renew } = it_.pair('anna');
    hands().trash(renew.id);
    await look(2);
    await it_.press(anna, 'No, alerts are enough');
    await look();
    hands().restore(renew.id);
    await look(2);
    assert.equal(titles().filter((title) => title === 'A reminder is back in Outlook').length, 1);
    it_.scripted.serve('example.com', { address: '192.0.2.1', presents: RENEWED });
    await it_.later();
    assert.equal(it_.pair('anna').renew.id, renew.id);
    assert.ok(it_.pair('anna').renew.start > LEAF.notAfter);
  });

  it('is nothing where one list was empty: nobody is asked, nothing is made anew', async () => {
    const before = [it_.posts.length, JSON.stringify(it_.graph.events('anna'))];
    hands().answerEmpty(1);
    await look(2);
    hands().answerEmpty(2);
    await look(2);
    assert.deepEqual([it_.posts.length, JSON.stringify(it_.graph.events('anna'))], before);
  });

  it('is nothing where the mailbox showed nothing at all for a moment, in lists and by id', async () => {
    const before = [it_.posts.length, JSON.stringify(it_.graph.events('anna'))];
    hands().answerEmpty(20);
    it_.graph.inject({ kind: 'answer', status: 404, code: 'ErrorItemNotFound' }, { path: /events\/AAk/, times: 20 });
    await look();
    await it_.watching(anna, 'www.example.com', LEAF);
    hands().answerEmpty(0);
    it_.graph.clearFaults();
    await look(3);
    assert.equal(questions().length, 0);
    const { renew } = it_.pair('anna');
    assert.match(renew.body, /www\.example\.com/, 'what had to wait is written');
    assert.ok(JSON.parse(before[1] as string).some(({ id }: { id: string }) => id === renew.id));
  });

  it('is taken back where the mailbox showed nothing for longer', async () => {
    const { renew } = it_.pair('anna');
    hands().answerEmpty(50);
    it_.graph.inject({ kind: 'answer', status: 404, code: 'ErrorItemNotFound' }, { path: /events\/AAk/, times: 50 });
    await look(2);
    assert.equal(questions().length, 1);
    hands().answerEmpty(0);
    it_.graph.clearFaults();
    await look();
    assert.deepEqual(questions(), []);
    assert.equal(it_.pair('anna').renew.id, renew.id);
  });

  it('is certain within seconds, whatever the interval of looks is', async () => {
    hands().trash(it_.pair('anna').renew.id);
    await look();
    it_.pass(16_000);
    it_.bot.flows.audits.kick();
    const patience = performance.now() + 60_000;
    while (questions().length === 0 && performance.now() < patience) await setImmediate();
    assert.equal(questions().length, 1);
  });

  it('is said to be back in nobody’s chat once it was over', async () => {
    const { renew } = it_.pair('anna');
    it_.pass(renew.start - it_.now() + HOUR);
    hands().trash(renew.id);
    await look();
    hands().restore(renew.id);
    const before = it_.posts.length;
    await look();
    assert.equal(it_.posts.length, before);
    it_.scripted.serve('example.com', { address: '192.0.2.1', presents: RENEWED });
    await it_.later();
    assert.equal(it_.pair('anna').renew.id, renew.id, 'it is kept again');
  });
});
