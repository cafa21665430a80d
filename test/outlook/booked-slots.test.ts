import assert from 'node:assert/strict';
import { DateTime } from 'luxon';
import type { Card } from '../../src/core/card.ts';
import { certificate, NOW } from '../support/certificate-facts.ts';
import { CHANNEL, chatOf, personOf, startWiredOutlook, type WiredOutlook } from '../support/wired-outlook.ts';
import { carriedBy, pressForged, textOf } from '../support/wired-people.ts';
import { MINUTE, HOUR, DAY } from '../../src/core/time.ts';

const anna = personOf('anna');
const bob = personOf('bob');
/** Notice on 1 December at midnight UTC, urgent on 16 December at noon. */
const LEAF = certificate('soon', { notBefore: NOW - 59 * DAY, notAfter: NOW + 31 * DAY });
const URGENT = LEAF.notAfter - 7 * DAY;
const TUESDAY = Date.UTC(2026, 11, 1);

function startsIn({ actions = [] }: Card): number[] {
  return actions.flatMap((one) =>
    one.kind === 'execute' && one.action.name === 'choose-slot' ? [Number(one.action.data['start'])] : [],
  );
}

function local(start: number): string {
  return DateTime.fromMillis(start, { zone: 'Europe/Berlin' }).toFormat('ccc HH:mm');
}

describe('the alert of a stage that came', () => {
  let it_: WiredOutlook;
  let alert: Card;
  beforeEach(async () => {
    it_ = await startWiredOutlook({ people: [anna, bob] });
    it_.graph.mailbox('anna').setOwner('anna@example.com');
    it_.graph.mailbox('bob').setOwner('bob@example.com');
    await it_.watching(anna, 'example.com', LEAF);
    const before = it_.said(CHANNEL).length;
    await it_.later(TUESDAY + 8 * HOUR - NOW);
    assert.equal(it_.said(CHANNEL).length, before + 1, 'one alert');
    alert = it_.latest(CHANNEL);
  });
  afterEach(() => it_.close());

  async function offered(): Promise<Card> {
    assert.equal(await it_.press(anna, 'Book a slot'), null);
    return it_.latest(chatOf(anna));
  }

  const choose = (start: number, who = anna, place = chatOf(who)) =>
    pressForged(it_, who, place, {
      name: 'choose-slot',
      data: { watch: Number(carriedBy(alert, 'Book a slot')!['watch']), start },
    });

  it('offers three half-hours that are free and within working hours, before the next stage', async () => {
    assert.ok(carriedBy(alert, 'Book a slot'), 'the alert itself has the button');
    it_.graph.mailbox('anna').setTaken([
      { start: TUESDAY + 8 * HOUR, end: TUESDAY + 9 * HOUR, digit: '2' },
      { start: TUESDAY + 9 * HOUR + 40 * MINUTE, end: TUESDAY + 9 * HOUR + 45 * MINUTE, digit: '1' },
      { start: TUESDAY + 10 * HOUR, end: TUESDAY + 15 * HOUR, digit: '3' },
      { start: TUESDAY + 15 * HOUR, end: TUESDAY + 15 * HOUR + 30 * MINUTE, digit: '4' },
    ]);
    const card = await offered();
    assert.deepEqual(startsIn(card).map(local), ['Tue 10:00', 'Tue 16:30', 'Wed 08:00']);
    for (const start of startsIn(card)) assert.ok(start + 30 * MINUTE <= URGENT);
    assert.match(textOf(card), /Times are Berlin\stime/);
  });

  it('offers them in the owner’s own chat alone: nobody in the channel sees a time', async () => {
    const before = it_.said(CHANNEL).length;
    await offered();
    const said = it_.said(CHANNEL).slice(before);
    assert.equal(said.length, 1);
    assert.match(said[0]!.summary, /own chat/);
    assert.equal(said[0]!.actions, undefined);
    assert.doesNotMatch(textOf(said[0]!), /\d\d:\d\d/);
    assert.deepEqual(it_.latest(CHANNEL), said[0]);
    assert.ok(it_.said(CHANNEL).includes(alert), 'the alert stays');
    assert.deepEqual(it_.said(chatOf(bob)), []);
  });

  it('books the one that is chosen: the event moves there and shows as busy, and stays one pair', async () => {
    const { renew } = it_.pair('anna');
    const card = await offered();
    const start = startsIn(card)[2]!;
    const booked = await it_.press(anna, card.actions![2]!.label, chatOf(anna));
    assert.equal(booked?.state?.word, 'Booked');
    assert.match(booked?.summary ?? '', /in Outlook, shown as busy/);
    const after = it_.pair('anna');
    assert.deepEqual(
      [after.renew.id, after.renew.start, after.renew.end, after.renew.showAs],
      [renew.id, start, start + 30 * MINUTE, 'busy'],
    );
    assert.equal(after.expiry.showAs, 'free');
    // It is nobody's move by hand.
    await it_.look('anna');
    await it_.later(HOUR);
    assert.equal(it_.said(CHANNEL).filter(({ title }) => title.includes('moved')).length, 0);
    assert.deepEqual([it_.pair('anna').renew.start, it_.pair('anna').renew.showAs], [start, 'busy']);
  });

  it('books once when pressed twice, and another time when another one is chosen', async () => {
    const starts = startsIn(await offered());
    await Promise.all([choose(starts[0]!), choose(starts[0]!)]);
    assert.equal(it_.pair('anna').renew.start, starts[0]);
    assert.equal((await choose(starts[1]!))?.state?.word, 'Booked');
    assert.equal(it_.pair('anna').renew.start, starts[1]);
    // Outlook shows it as taken by now, by what was booked.
    it_.graph.mailbox('anna').setTaken([{ start: starts[1]!, end: starts[1]! + 30 * MINUTE, digit: '2' }]);
    assert.equal((await choose(starts[1]!))?.state?.word, 'Booked');
  });

  describe('where the event was deleted in Outlook', () => {
    async function deleted(): Promise<void> {
      it_.graph.mailbox('anna').delete(it_.pair('anna').renew.id);
      for (let looks = 0; looks < 2; looks += 1) {
        it_.pass(MINUTE);
        await it_.look('anna');
      }
    }

    /** It stands ahead, so that its deletion is asked about. */
    async function deletedAhead(): Promise<void> {
      assert.equal((await choose(startsIn(await offered())[2]!))?.state?.word, 'Booked');
      await deleted();
      assert.equal(it_.latest(CHANNEL).title, 'Keep reminding in Outlook?');
    }

    async function assertBooked(): Promise<void> {
      const starts = startsIn(await offered());
      const card = await choose(starts[1]!);
      assert.equal(card?.state?.word, 'Booked');
      assert.match(card?.summary ?? '', /in Outlook, shown as busy/);
      const { renew } = it_.pair('anna');
      assert.deepEqual([renew.start, renew.showAs], [starts[1], 'busy']);
      // It is kept from now on, and nobody is asked about it again.
      const before = it_.posts.length;
      for (let looks = 0; looks < 2; looks += 1) {
        it_.pass(MINUTE);
        await it_.look('anna');
      }
      assert.equal(it_.posts.length, before);
      assert.equal(it_.pair('anna').renew.id, renew.id);
    }

    it('once it was over, books by making it anew', async () => {
      await deleted();
      await assertBooked();
    });

    it('books by making it anew, and the question is answered by that', async () => {
      await deletedAhead();
      await assertBooked();
      assert.equal(await it_.press(anna, 'No, alerts are enough'), null);
      assert.equal(it_.latest(CHANNEL).title, 'This question has been answered');
      it_.pair('anna');
    });

    it('books also after its person said no', async () => {
      await deletedAhead();
      await it_.press(anna, 'No, alerts are enough');
      await assertBooked();
    });
  });

  it('offers nothing to somebody else, and says whose matter it is', async () => {
    const before = it_.graph.requests.length;
    assert.equal(await it_.press(bob, 'Book a slot'), null);
    assert.match(it_.latest(CHANNEL).summary, /Only anna can book/);
    assert.deepEqual([it_.said(chatOf(anna)), it_.said(chatOf(bob))], [[], []]);
    assert.equal(it_.graph.requests.length, before, 'nobody looked into a calendar');
  });

  it('is answered in the owner’s own chat alone where they press it there', async () => {
    await it_.watching(
      anna,
      'own.example',
      certificate('own', { notBefore: NOW - 59 * DAY, notAfter: NOW + 31 * DAY }),
      chatOf(anna),
    );
    const [watch] = await it_.bot.store.listWatches(chatOf(anna).id);
    const before = it_.posts.length;
    await pressForged(it_, anna, chatOf(anna), { name: 'book-slots', data: { watch: watch!.id } });
    const said = it_.posts.slice(before);
    assert.deepEqual(
      said.map(({ conversationId }) => conversationId),
      [chatOf(anna).id],
    );
    assert.equal(startsIn(said[0]!.card).length, 3);
  });

  it('tells the presser alone what comes of it, where only they see it', async () => {
    const data = { watch: Number(carriedBy(alert, 'Book a slot')!['watch']) };
    for (const [who, expected] of [
      [bob, /Only anna can book/],
      [anna, /own chat/],
    ] as const) {
      const before = it_.posts.length;
      await pressForged(it_, who, CHANNEL, { name: 'book-slots', data }, { ephemeral: 'for the presser alone' });
      const [told, ...more] = it_.posts.slice(before).filter(({ conversationId }) => conversationId === CHANNEL.id);
      assert.deepEqual([told?.thread, more], ['for the presser alone', []]);
      assert.match(told!.card.summary, expected);
    }
  });

  it('is not answered by a choice of somebody else, nor by one from the channel', async () => {
    const [start] = startsIn(await offered());
    const { renew } = it_.pair('anna');
    for (const [who, place] of [
      [bob, chatOf(bob)],
      [bob, CHANNEL],
      [anna, CHANNEL],
    ] as const) {
      assert.equal(await choose(start!, who, place), null);
      assert.match(it_.latest(place).summary, /This button belongs to something that is no longer there\./);
    }
    assert.deepEqual([it_.pair('anna').renew.start, it_.pair('anna').renew.showAs], [renew.start, 'free']);
  });

  it('offers other times when the chosen one was taken meanwhile', async () => {
    const [start] = startsIn(await offered());
    const { renew } = it_.pair('anna');
    it_.graph.mailbox('anna').setTaken([{ start: start!, end: start! + 30 * MINUTE, digit: '2' }]);
    const card = await choose(start!);
    assert.match(textOf(card!), /not free any more/);
    assert.equal(startsIn(card!).length, 3);
    assert.ok(!startsIn(card!).includes(start!));
    assert.equal(it_.pair('anna').renew.start, renew.start);
  });

  for (const [what, start] of [
    ['long past', 1],
    ['past', TUESDAY + 7 * HOUR],
    ['after the end of the certificate', LEAF.notAfter + 3 * DAY],
    ['after the next stage', URGENT + DAY],
    ['at night', TUESDAY + 22 * HOUR],
    ['on a Saturday', TUESDAY + 4 * DAY + 9 * HOUR],
    ['between two half-hours', TUESDAY + DAY + 9 * HOUR + 7 * MINUTE],
    ['a millisecond off', TUESDAY + DAY + 9 * HOUR + 1],
    ['too large for a date', 9e15],
  ] as const) {
    it(`is not answered by a forged time that is ${what}`, async () => {
      await offered();
      const { renew } = it_.pair('anna');
      const card = await choose(start);
      assert.notEqual(card?.state?.word, 'Booked');
      assert.deepEqual([it_.pair('anna').renew.start, it_.pair('anna').renew.showAs], [renew.start, 'free']);
    });
  }

  it('offers no time of a change freeze or a public holiday', async () => {
    await it_.say(anna, 'settings freeze 2026-12-01..2026-12-02');
    const card = await offered();
    assert.deepEqual(startsIn(card).map(local), ['Thu 08:00', 'Thu 08:30', 'Thu 09:00']);
  });

  it('offers no time that begins before somebody can have chosen it', async () => {
    it_.pass(25 * MINUTE);
    assert.deepEqual(startsIn(await offered()).map(local), ['Tue 09:30', 'Tue 10:00', 'Tue 10:30']);
    it_.pass(MINUTE);
    assert.deepEqual(startsIn(await offered()).map(local), ['Tue 10:00', 'Tue 10:30', 'Tue 11:00']);
  });

  it('offers times further ahead where the next two weeks are full', async () => {
    it_.graph.mailbox('anna').setTaken([{ start: TUESDAY, end: TUESDAY + 15 * DAY, digit: '2' }]);
    const starts = startsIn(await offered());
    assert.deepEqual(starts.map(local), ['Wed 08:00', 'Wed 08:30', 'Wed 09:00']);
    assert.ok(starts[0]! > TUESDAY + 15 * DAY);
  });

  it('offers nothing once the certificate has ended', async () => {
    it_.pass(LEAF.notAfter - it_.now());
    assert.match((await offered()).summary, /no event in Outlook/);
  });

  it('says that nothing is free when nothing is', async () => {
    it_.graph.mailbox('anna').setTaken([{ start: TUESDAY, end: LEAF.notAfter, digit: '2' }]);
    const card = await offered();
    assert.deepEqual(startsIn(card), []);
    assert.match(card.summary, /no free half-hour/);
  });

  it('says so when the calendar is out of reach, and stays', async () => {
    it_.graph.inject({ kind: 'answer', status: 503 }, { mailbox: 'anna', times: 20 });
    const card = await offered();
    assert.match(card.summary, /could not be read just now/);
    assert.ok(it_.said(CHANNEL).includes(alert));
  });

  it('stays where it is when the owner cannot be written to: a sentence comes beside it', async () => {
    it_.forget(anna);
    assert.equal(await it_.press(anna, 'Book a slot'), null);
    assert.ok(it_.said(CHANNEL).includes(alert));
    assert.match(it_.latest(CHANNEL).summary, /could not reach this person/);
  });

  it('queues a booking that Outlook does not take now, and it gets there', async () => {
    const [start] = startsIn(await offered());
    it_.graph.inject({ kind: 'answer', status: 503 }, { mailbox: 'anna', method: 'PATCH', times: 3 });
    const card = await choose(start!);
    assert.match(card?.summary ?? '', /as soon as it can be reached/);
    for (let round = 0; round < 4; round += 1) await it_.later(10 * MINUTE);
    assert.deepEqual([it_.pair('anna').renew.start, it_.pair('anna').renew.showAs], [start, 'busy']);
  });

  it('books nothing for a renewed certificate: its event is planned afresh, and free', async () => {
    const [start] = startsIn(await offered());
    await choose(start!);
    const { id } = it_.pair('anna').renew;
    const renewed = certificate('renewed', { notBefore: it_.now(), notAfter: it_.now() + 90 * DAY });
    it_.scripted.serve('example.com', { address: '192.0.2.1', presents: renewed });
    await it_.later();
    const after = it_.pair('anna').renew;
    assert.deepEqual([after.id, after.showAs], [id, 'free']);
    assert.ok(after.start > LEAF.notAfter);
    await it_.look('anna');
    assert.deepEqual([it_.pair('anna').renew.start, it_.pair('anna').renew.showAs], [after.start, 'free']);
  });

  it('is not answered once the watch has ended', async () => {
    const [start] = startsIn(await offered());
    await it_.say(anna, 'unwatch example.com');
    assert.equal(await choose(start!), null);
    assert.equal(it_.latest(chatOf(anna)).tone, 'warning');
    assert.deepEqual(it_.graph.events('anna'), []);
    assert.equal(await it_.press(anna, 'Book a slot'), null);
    assert.equal(it_.latest(CHANNEL).tone, 'warning');
  });

  it('follows a new owner: the former one books nothing any more', async () => {
    const [start] = startsIn(await offered());
    await it_.say(bob, 'owner example.com me');
    assert.notEqual((await choose(start!))?.state?.word, 'Booked');
    await it_.press(anna, 'Book a slot');
    assert.match(it_.latest(CHANNEL).summary, /Only bob/);
    assert.equal(await it_.press(bob, 'Book a slot'), null);
    assert.equal(startsIn(it_.latest(chatOf(bob))).length, 3);
  });
});

describe('where nothing is written into Outlook', () => {
  it('no alert and no answer offers a slot', async () => {
    const it_ = await startWiredOutlook({ people: [anna], settings: { calendar: 'ics' } });
    try {
      const answer = await it_.watching(anna, 'example.com', LEAF);
      await it_.later(TUESDAY + 8 * HOUR - NOW);
      assert.equal(it_.said(CHANNEL).length, 2);
      for (const card of [answer, it_.latest(CHANNEL), await it_.say(anna, 'show example.com')])
        assert.equal(carriedBy(card, 'Book a slot'), undefined);
      const [watch] = await it_.bot.store.listWatches(CHANNEL.id);
      await pressForged(it_, anna, CHANNEL, { name: 'book-slots', data: { watch: watch!.id } });
      assert.match(it_.latest(chatOf(anna)).summary, /no event in Outlook/);
      assert.deepEqual(
        it_.graph.requests.filter(({ mailbox }) => mailbox !== null),
        [],
      );
    } finally {
      await it_.close();
    }
  });
});

describe('a slot in the one mailbox of everybody', () => {
  it('is offered to the owner of the watch, whatever kind of mailbox it is', async () => {
    const it_ = await startWiredOutlook({ people: [anna], settings: { calendarMailbox: 'team@example.com' } });
    try {
      it_.graph.mailbox('team@example.com').setPurpose('user');
      await it_.watching(anna, 'example.com', LEAF);
      await it_.later(TUESDAY + 8 * HOUR - NOW);
      await it_.press(anna, 'Book a slot');
      assert.equal(startsIn(it_.latest(chatOf(anna))).length, 3);
    } finally {
      await it_.close();
    }
  });
});

describe('a slot in the mailbox of a conversation', () => {
  const boss = personOf('boss', { mailbox: 'boss@example.com' });
  const names: Record<string, string> = { 'dora@example.com': 'id-1', 'd@example.com': 'id-1' };

  async function startsOffered(
    purpose: 'person' | 'shared' | null,
    { who = anna, mailbox = 'team@example.com' } = {},
  ): Promise<number> {
    const it_ = await startWiredOutlook({
      people: [who],
      settings: { mailboxesOpenTo: () => true },
    });
    try {
      const calendar = it_.bot.context.calendar!;
      calendar.lookUp = async (address) => {
        const id = names[address];
        return id === undefined ? null : { id, addresses: [address] };
      };
      calendar.purpose = () => Promise.resolve('shared');
      await it_.say(who, `settings mailbox ${mailbox}`);
      await it_.watching(who, 'example.com', LEAF);
      calendar.purpose = () => Promise.resolve(purpose);
      await it_.later(TUESDAY + 8 * HOUR - NOW);
      await it_.press(who, 'Book a slot');
      return startsIn(it_.latest(chatOf(who))).length;
    } finally {
      await it_.close();
    }
  }

  it('is offered where the mailbox is shared, and not where it is a person’s or may be', async () => {
    assert.deepEqual(
      [await startsOffered('shared'), await startsOffered('person'), await startsOffered(null)],
      [3, 0, 0],
    );
  });

  it('is offered to whoever has it by another address, by the id in the directory', async () => {
    const dora = personOf('dora', { mailbox: 'dora@example.com' });
    assert.equal(await startsOffered(null, { who: dora, mailbox: 'd@example.com' }), 3);
    assert.equal(await startsOffered(null, { who: boss, mailbox: 'd@example.com' }), 0);
  });
});
