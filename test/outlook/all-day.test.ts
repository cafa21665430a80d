import assert from 'node:assert/strict';
import { DateTime } from 'luxon';
import { certificate, NOW } from '../support/certificate-facts.ts';
import { CHANNEL, personOf, startWiredOutlook, type WiredOutlook } from '../support/wired-outlook.ts';
import { HOUR, DAY } from '../../src/core/time.ts';

const anna = personOf('anna');
const LEAF = certificate('first', { notAfter: NOW + 60 * DAY });
const RENEWED = certificate('second', { notBefore: NOW, notAfter: NOW + 150 * DAY });

/** The date (YYYY-MM-DD) of an instant in Berlin, where the mailbox is. */
function dateOf(instant: number): string {
  return new Date(instant).toLocaleDateString('sv-SE', { timeZone: 'Europe/Berlin' });
}

/** A day as cards say it. */
function spoken(date: string): string {
  return DateTime.fromISO(date).toFormat('d LLL').replace(' ', '\\s');
}

describe('an event that its person made one of a whole day', () => {
  let it_: WiredOutlook;
  const told = () =>
    it_
      .said(CHANNEL)
      .map(({ summary }) => summary)
      .filter((text) => /I keep to|I have put it at/.test(text));
  const refused = () => it_.graph.requests.filter(({ status }) => status === 400);
  const patches = () => it_.graph.requests.filter(({ method }) => method === 'PATCH');

  beforeEach(async () => {
    it_ = await startWiredOutlook({ people: [anna] });
    await it_.watching(anna, 'example.com', LEAF);
  });
  afterEach(() => it_.close());

  it('is one of that day from now on, told once, and nothing is refused', async () => {
    const { renew } = it_.pair('anna');
    it_.graph.mailbox('anna').tickAllDay(renew.id);
    for (let looks = 0; looks < 3; looks += 1) await it_.look('anna');
    const date = dateOf(renew.start);
    const after = it_.pair('anna').renew;
    assert.deepEqual([after.sent['isAllDay'], dateOf(after.start), after.end - after.start], [true, date, DAY]);
    assert.equal(told().length, 1);
    assert.match(told()[0]!, new RegExp(spoken(date)));
    assert.deepEqual(refused(), []);
    assert.ok(patches().length <= 1, 'it is noted once');
    assert.match(
      JSON.stringify((await it_.say(anna, 'show example.com')).facts),
      new RegExp(`${spoken(date)} \\(all day\\)`),
    );
  });

  it('can be the expiry, on the day of the expiry', async () => {
    const { expiry } = it_.pair('anna');
    it_.graph.mailbox('anna').tickAllDay(expiry.id);
    await it_.look('anna');
    await it_.look('anna');
    const after = it_.pair('anna').expiry;
    assert.deepEqual([after.sent['isAllDay'], dateOf(after.start)], [true, dateOf(LEAF.notAfter)]);
    assert.deepEqual(refused(), []);
    assert.equal(told().length, 1);
    assert.match(told()[0]!, /I keep to/);
  });

  it('stays one of that day when something else about it changes', async () => {
    const { renew } = it_.pair('anna');
    it_.graph.mailbox('anna').tickAllDay(renew.id);
    await it_.watching(anna, 'www.example.com', LEAF);
    await it_.look('anna');
    const after = it_.pair('anna').renew;
    assert.deepEqual([after.sent['isAllDay'], dateOf(after.start)], [true, dateOf(renew.start)]);
    assert.match(after.body, /www\.example\.com/);
    assert.deepEqual(refused(), []);
    assert.equal(told().length, 1);
  });

  it('follows when it is moved to another day, and to a time of that day', async () => {
    const { renew } = it_.pair('anna');
    const onto = dateOf(renew.start - 5 * DAY);
    it_.graph.mailbox('anna').tickAllDay(renew.id, onto);
    await it_.look('anna');
    await it_.look('anna');
    assert.equal(dateOf(it_.pair('anna').renew.start), onto);
    const hour = Date.parse(`${onto}T12:00:00Z`);
    it_.graph.mailbox('anna').move(renew.id, { start: hour, end: hour + HOUR, allDay: false });
    await it_.look('anna');
    await it_.look('anna');
    const after = it_.pair('anna').renew;
    assert.deepEqual([after.start, after.sent['isAllDay']], [hour, false]);
    assert.equal(told().length, 2);
    assert.deepEqual(refused(), []);
  });

  it('is put back as one of a whole day when that day would be too late', async () => {
    const { renew } = it_.pair('anna');
    it_.graph.mailbox('anna').tickAllDay(renew.id, dateOf(LEAF.notAfter + 3 * DAY));
    for (let looks = 0; looks < 3; looks += 1) await it_.look('anna');
    const after = it_.pair('anna').renew;
    const latest = dateOf(LEAF.notAfter - DAY);
    assert.deepEqual([after.sent['isAllDay'], dateOf(after.start), dateOf(after.end - 1)], [true, latest, latest]);
    assert.deepEqual(refused(), []);
    assert.equal(told().length, 1);
    assert.match(told()[0]!, new RegExp(spoken(latest)));
  });

  it('is one of half an hour again after the renewal', async () => {
    const { renew } = it_.pair('anna');
    it_.graph.mailbox('anna').tickAllDay(renew.id);
    await it_.look('anna');
    it_.scripted.serve('example.com', { address: '192.0.2.1', presents: RENEWED });
    await it_.later();
    await it_.look('anna');
    const after = it_.pair('anna').renew;
    assert.deepEqual([after.id, after.sent['isAllDay'], after.end - after.start], [renew.id, false, HOUR / 2]);
    assert.ok(after.start > LEAF.notAfter);
    assert.deepEqual(refused(), []);
    assert.equal(told().length, 1);
  });

  it('has its alarm in the last half-hour of work before', async () => {
    const { renew } = it_.pair('anna');
    it_.graph.mailbox('anna').tickAllDay(renew.id, '2027-01-13');
    await it_.look('anna');
    const after = it_.pair('anna').renew;
    assert.equal(after.start - after.reminderMinutes * 60_000, Date.parse('2027-01-12T15:30:00Z'));
  });
});

describe('an event of which the service says that its id is none of this mailbox', () => {
  it('holds up neither the look nor the other events, and nobody is asked about it', async () => {
    const it_ = await startWiredOutlook({ people: [anna] });
    try {
      await it_.watching(anna, 'example.com', LEAF);
      const { renew, expiry } = it_.pair('anna');
      const hands = it_.graph.mailbox('anna');
      hands.moveToOtherCalendar(renew.id);
      hands.setInvalid(renew.id);
      hands.rename(expiry.id, 'mine');
      for (let looks = 0; looks < 3; looks += 1) {
        await it_.look('anna');
        it_.pass(HOUR);
      }
      assert.equal(it_.pair('anna').expiry.subject, expiry.subject, 'the other one is repaired');
      // It is listed, but cannot be changed.
      hands.setInvalid(renew.id, false);
      hands.setInvalid(expiry.id);
      hands.rename(expiry.id, 'mine');
      await it_.watching(anna, 'www.example.com', LEAF);
      await it_.look('anna');
      assert.match(it_.graph.events('anna').find(({ id }) => id === renew.id)!.body, /www\.example\.com/);
      hands.setInvalid(expiry.id, false);
      it_.pass(HOUR);
      await it_.look('anna');
      assert.match(it_.pair('anna').expiry.body, /www\.example\.com/);
      assert.equal(it_.said(CHANNEL).filter(({ summary }) => /Outlook\?/.test(summary)).length, 0);
    } finally {
      await it_.close();
    }
  });
});
