import assert from 'node:assert/strict';
import { certificate, NOW } from '../support/certificate-facts.ts';
import { CHANNEL, personOf, startWiredOutlook, type WiredOutlook } from '../support/wired-outlook.ts';
import { HOUR, DAY } from '../../src/core/time.ts';

const anna = personOf('anna');
const LEAF = certificate('first', { notAfter: NOW + 60 * DAY });
const RENEWED = certificate('second', { notBefore: NOW, notAfter: NOW + 150 * DAY });
const ZONE = 'Pacific Standard Time';
const ALBERTA = 'Mountain Standard Time';
const MOROCCO = 'Morocco Standard Time';

for (const [zone, later] of [
  [ZONE, HOUR],
  [ALBERTA, HOUR],
  [MOROCCO, -HOUR],
] as const) {
  describe(`a mailbox in ${zone}, whose clock the service takes to be ${later / HOUR} h later than we do`, () => {
    let it_: WiredOutlook;
    beforeEach(async () => {
      it_ = await startWiredOutlook({ people: [anna] });
      const mailbox = it_.graph.mailbox('anna');
      mailbox.setSettings({
        userPurpose: 'user',
        timeZone: zone,
        workingHours: {
          daysOfWeek: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
          startTime: '08:00:00.0000000',
          endTime: '17:00:00.0000000',
          timeZone: { name: zone },
        },
      });
      mailbox.setZoneRules(zone, later);
    });
    afterEach(() => it_.close());

    const moves = () => it_.said(CHANNEL).filter(({ summary }) => summary.startsWith('Moved in Outlook: '));
    const changes = () => it_.graph.requests.filter(({ method }) => method === 'PATCH');

    it('keeps its events where the service put them, look after look, and nothing is said', async () => {
      await it_.watching(anna, 'example.com', LEAF);
      const before = it_.pair('anna');
      for (let looks = 0; looks < 3; looks += 1) await it_.look('anna');
      assert.deepEqual(it_.pair('anna'), before);
      assert.deepEqual(changes(), []);
      assert.deepEqual(moves(), []);
      assert.equal(before.renew.start - before.renew.writtenStart!, later, 'the stand-in has other rules');
    });

    it('keeps them there when something else about them changes', async () => {
      await it_.watching(anna, 'example.com', LEAF);
      const { renew, expiry } = it_.pair('anna');
      await it_.watching(anna, 'www.example.com', LEAF);
      await it_.look('anna');
      const after = it_.pair('anna');
      assert.match(after.renew.body, /www\.example\.com/);
      assert.deepEqual([after.renew.start, after.expiry.start], [renew.start, expiry.start]);
      assert.deepEqual(moves(), []);
    });

    for (const method of ['POST', 'PATCH']) {
      it(`keeps them there when the answer to a ${method} was lost`, async () => {
        if (method === 'PATCH') await it_.watching(anna, 'www.example.com', LEAF);
        it_.graph.inject({ kind: 'drop-after' }, { method, times: 2 });
        await it_.watching(anna, 'example.com', LEAF);
        it_.pass(HOUR);
        await it_.bot.settled();
        const before = it_.pair('anna');
        await it_.look('anna');
        await it_.look('anna');
        assert.deepEqual(
          [it_.pair('anna').renew.start, it_.pair('anna').expiry.start],
          [before.renew.start, before.expiry.start],
        );
        assert.deepEqual(moves(), []);
      });
    }

    it('keeps an event exactly where its person put it, says so once, and moves it with the renewal', async () => {
      await it_.watching(anna, 'example.com', LEAF);
      const { renew } = it_.pair('anna');
      for (const to of [renew.start - 3 * DAY, renew.start - 2 * HOUR]) {
        it_.graph.mailbox('anna').move(renew.id, { start: to, end: to + 2 * HOUR });
        const before = moves().length;
        for (let looks = 0; looks < 3; looks += 1) await it_.look('anna');
        assert.equal(it_.pair('anna').renew.start, to);
        assert.equal(it_.pair('anna').renew.end, to + 2 * HOUR, 'its length is its person’s as well');
        assert.equal(moves().length, before + 1);
      }
      it_.scripted.serve('example.com', { address: '192.0.2.1', presents: RENEWED });
      await it_.later();
      for (let looks = 0; looks < 2; looks += 1) await it_.look('anna');
      const after = it_.pair('anna').renew;
      assert.ok(after.start > LEAF.notAfter);
      assert.equal(after.start - after.writtenStart!, later);
      assert.equal(moves().length, 2);
    });

    it('has a move told that is as long as the rules differ', async () => {
      await it_.watching(anna, 'example.com', LEAF);
      const { renew } = it_.pair('anna');
      const to = renew.start - 2 * later;
      it_.graph.mailbox('anna').move(renew.id, to);
      await it_.look('anna');
      assert.equal(it_.pair('anna').renew.start, to);
      assert.equal(moves().length, 1);
    });
  });
}

describe('a mailbox whose zone the service does not take by its name', () => {
  it('gets its events in UTC, at the same instants, and is not asked to take the name again and again', async () => {
    const it_ = await startWiredOutlook({ people: [anna] });
    try {
      it_.graph.mailbox('anna').setZoneRules('W. Europe Standard Time', null);
      await it_.watching(anna, 'example.com', LEAF);
      const { renew, expiry } = it_.pair('anna');
      assert.deepEqual([renew.timeZone, expiry.timeZone], ['UTC', 'UTC']);
      assert.deepEqual([renew.start, expiry.start], [renew.writtenStart, LEAF.notAfter]);
      it_.scripted.serve('example.com', { address: '192.0.2.1', presents: RENEWED });
      await it_.later();
      assert.equal(it_.pair('anna').expiry.start, RENEWED.notAfter);
      assert.equal(it_.pair('anna').renew.id, renew.id);
      const refused = it_.graph.requests.filter(({ status }) => status === 400);
      assert.ok(refused.length >= 1 && refused.length <= 2, `${refused.length} were refused`);
      await it_.look('anna');
      assert.equal(it_.said(CHANNEL).filter(({ summary }) => summary.includes('moved')).length, 0);
    } finally {
      await it_.close();
    }
  });

  it('gets them so also when the name is taken at first, and refused at the renewal', async () => {
    const it_ = await startWiredOutlook({ people: [anna] });
    try {
      await it_.watching(anna, 'example.com', LEAF);
      const { renew } = it_.pair('anna');
      it_.graph.mailbox('anna').setZoneRules('W. Europe Standard Time', null);
      it_.scripted.serve('example.com', { address: '192.0.2.1', presents: RENEWED });
      await it_.later();
      const after = it_.pair('anna');
      assert.equal(after.renew.id, renew.id);
      assert.deepEqual([after.renew.timeZone, after.expiry.start], ['UTC', RENEWED.notAfter]);
    } finally {
      await it_.close();
    }
  });
});
