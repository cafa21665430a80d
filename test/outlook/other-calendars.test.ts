import assert from 'node:assert/strict';
import { shortDay } from '../../src/core/language/dates.ts';
import { certificate, EN, NOW } from '../support/certificate-facts.ts';
import type { FakeEvent } from '../peers/graph/graph.ts';
import { CHANNEL, personOf, startWiredOutlook, type WiredOutlook } from '../support/wired-outlook.ts';
import { MINUTE, DAY } from '../../src/core/time.ts';

const anna = personOf('anna');
const LEAF = certificate('first', { notAfter: NOW + 60 * DAY });
const RENEWED = certificate('second', { notBefore: NOW, notAfter: NOW + 150 * DAY });

for (const areShown of [true, false]) {
  describe(`an event in another calendar of its mailbox${areShown ? '' : ', where calendars cannot be seen'}`, () => {
    let it_: WiredOutlook;
    let renew: FakeEvent;
    const hands = () => it_.graph.mailbox('anna');
    const told = () => it_.said(CHANNEL).filter(({ summary }) => summary.includes('Outlook'));

    beforeEach(async () => {
      it_ = await startWiredOutlook({ people: [anna] });
      await it_.watching(anna, 'example.com', LEAF);
      renew = it_.pair('anna').renew;
      hands().showCalendars(areShown);
      hands().moveToOtherCalendar(renew.id);
    });
    afterEach(() => it_.close());

    async function look(times = 2): Promise<void> {
      for (let count = 0; count < times; count += 1) {
        await it_.look('anna');
        it_.pass(MINUTE);
      }
    }

    it('is left there, and nobody is asked', async () => {
      await look(3);
      assert.deepEqual(told(), []);
      assert.equal(it_.pair('anna').renew.id, renew.id);
      assert.equal(it_.graph.requests.filter(({ method }) => method === 'PATCH').length, 0);
    });

    it('is followed when its person moves it in time, also in what is shown', async () => {
      const to = renew.start - 3 * DAY;
      hands().move(renew.id, to);
      await look();
      assert.equal(told().length, 1);
      assert.match(told()[0]!.summary, /^Moved in Outlook: /);
      assert.equal(it_.pair('anna').renew.start, to);
      const shown = JSON.stringify((await it_.say(anna, 'show example.com')).facts);
      assert.match(shown, new RegExp(shortDay(to, { now: to, say: EN })));
    });

    it('gets its subject back, and is one of that calendar still', async () => {
      hands().rename(renew.id, 'mine');
      await look();
      assert.equal(it_.pair('anna').renew.subject, renew.subject);
      assert.equal(hands().placeOf(renew.id), 'work');
    });

    it('follows the renewal, and goes when nobody watches any more', async () => {
      it_.scripted.serve('example.com', { address: '192.0.2.1', presents: RENEWED });
      await it_.later();
      await look();
      const after = it_.pair('anna').renew;
      assert.equal(after.id, renew.id);
      assert.ok(after.start > LEAF.notAfter);
      assert.equal(hands().placeOf(renew.id), 'work');
      await it_.say(anna, 'unwatch example.com');
      assert.deepEqual(it_.graph.events('anna'), []);
    });
  });
}

it('many events in another calendar cost a look no more than a few requests', async () => {
  const it_ = await startWiredOutlook({ people: [anna] });
  try {
    for (let number = 0; number < 8; number += 1)
      await it_.watching(anna, `host${number}.example`, certificate(`leaf ${number}`, { notAfter: NOW + 60 * DAY }));
    for (const { id } of it_.graph.events('anna')) it_.graph.mailbox('anna').moveToOtherCalendar(id);
    await it_.look('anna');
    const before = it_.graph.requests.length;
    await it_.look('anna');
    assert.ok(it_.graph.requests.length - before <= 4, `${it_.graph.requests.length - before} requests`);
  } finally {
    await it_.close();
  }
});
