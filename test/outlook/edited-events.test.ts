import assert from 'node:assert/strict';
import { shortDay } from '../../src/core/language/dates.ts';
import { certificate, EN, NOW } from '../support/certificate-facts.ts';
import { CHANNEL, chatOf, personOf, startWiredOutlook, type WiredOutlook } from '../support/wired-outlook.ts';
import { MINUTE, HOUR, DAY } from '../../src/core/time.ts';

const anna = personOf('anna');
const bob = personOf('bob');
const LEAF = certificate('first', { notAfter: NOW + 60 * DAY });
const RENEWED = certificate('second', { notBefore: NOW, notAfter: NOW + 150 * DAY });

function texts(bot: WiredOutlook): string[] {
  return bot.said(CHANNEL).map(({ summary }) => summary);
}

describe('an event that a person moved while it is not known whose reminders belong there', () => {
  it('is left alone, and told of once it is known', async () => {
    let open: true | undefined = true;
    const it_ = await startWiredOutlook({ people: [anna, bob], settings: { mailboxesOpenTo: () => open } });
    try {
      await it_.watching(anna, 'example.com', LEAF);
      const { renew } = it_.pair('anna');
      const chosen = renew.start - 3 * DAY;
      it_.graph.mailbox('anna').move(renew.id, chosen);
      open = undefined;
      const before = it_.graph.requests.length;
      await it_.look('anna');
      assert.ok(it_.graph.requests.length - before < 10, 'it is not looked at over and over');
      open = true;
      await it_.look('anna');
      assert.equal(it_.pair('anna').renew.start, chosen);
      assert.equal(texts(it_).filter((text) => /I keep to|I have put it at/.test(text)).length, 1);
    } finally {
      await it_.close();
    }
  });
});

describe('an event of ours', () => {
  let it_: WiredOutlook;
  beforeEach(async () => {
    it_ = await startWiredOutlook({ people: [anna, bob] });
    await it_.watching(anna, 'example.com', LEAF);
  });
  afterEach(() => it_.close());

  it('that a person moved stays where they put it, and the chat hears of it once', async () => {
    const { renew } = it_.pair('anna');
    const chosen = renew.start - 3 * DAY;
    it_.graph.mailbox('anna').move(renew.id, chosen);
    await it_.look('anna');
    await it_.look('anna');
    assert.equal(it_.pair('anna').renew.start, chosen);
    assert.equal(it_.pair('anna').renew.id, renew.id);
    const told = texts(it_).filter((text) => /I keep to|I have put it at/.test(text));
    assert.equal(told.length, 1);
    assert.match(told[0]!, /I keep to/);
    // It is the reminder's time from now on, also for what is shown.
    const shown = await it_.say(anna, 'show example.com');
    assert.match(JSON.stringify(shown.facts), new RegExp(shortDay(chosen, { now: NOW, say: EN })));
  });

  it('that a person moved keeps its time when something else about it changes', async () => {
    const { renew } = it_.pair('anna');
    it_.graph.mailbox('anna').move(renew.id, renew.start + 2 * HOUR);
    // Nobody has looked yet, and the event is written to: another endpoint presents the certificate as well.
    await it_.watching(anna, 'www.example.com', LEAF);
    const after = it_.pair('anna').renew;
    assert.equal(after.start, renew.start + 2 * HOUR);
    assert.match(after.body, /www\.example\.com/);
    assert.equal(texts(it_).filter((text) => /I keep to|I have put it at/.test(text)).length, 1);
  });

  it('that a person moved too far is put a day before the end, and the chat hears why', async () => {
    const { renew } = it_.pair('anna');
    it_.graph.mailbox('anna').move(renew.id, LEAF.notAfter - 2 * HOUR);
    await it_.look('anna');
    assert.equal(it_.pair('anna').renew.start, LEAF.notAfter - DAY);
    assert.match(texts(it_).at(-1)!, /I have put it at/);
  });

  it('that a person moved too far is told of once, though it stands there for some looks, and again when moved elsewhere', async () => {
    const told = () => texts(it_).filter((text) => text.includes('I have put it at')).length;
    const { renew } = it_.pair('anna');
    for (const [moves, hours] of [
      [1, 2],
      [2, 5],
    ] as const) {
      it_.graph.mailbox('anna').move(renew.id, LEAF.notAfter - hours * HOUR);
      // It cannot be moved back yet.
      it_.graph.inject({ kind: 'answer', status: 503 }, { mailbox: 'anna', method: 'PATCH', times: 50 });
      for (let look = 0; look < 3; look += 1) {
        it_.pass(MINUTE);
        await it_.look('anna');
      }
      assert.equal(told(), moves);
      assert.equal(it_.pair('anna').renew.start, LEAF.notAfter - hours * HOUR);
      it_.graph.clearFaults();
      await it_.later(HOUR);
      assert.equal(it_.pair('anna').renew.start, LEAF.notAfter - DAY);
    }
    assert.equal(told(), 2);
  });

  it('that is reported as moved too far by two looks at once is told of once', async () => {
    const row = (await it_.bot.store.listReminders('graph', 'anna')).find(({ kind }) => kind === 'renew')!;
    const to = { start: LEAF.notAfter - 2 * HOUR, allDay: false };
    for (let look = 0; look < 2; look += 1) await it_.bot.flows.edits.respectMove(row, to);
    await it_.bot.settled();
    assert.equal(texts(it_).filter((text) => text.includes('I have put it at')).length, 1);
    await it_.bot.flows.edits.respectMove(row, { ...to, start: to.start - HOUR });
    await it_.bot.settled();
    assert.equal(texts(it_).filter((text) => text.includes('I have put it at')).length, 2);
  });

  it('that a person moved follows the renewal afresh', async () => {
    const { renew } = it_.pair('anna');
    it_.graph.mailbox('anna').move(renew.id, renew.start - 3 * DAY);
    await it_.look('anna');
    it_.scripted.serve('example.com', { address: '192.0.2.1', presents: RENEWED });
    await it_.later();
    const after = it_.pair('anna').renew;
    assert.equal(after.id, renew.id);
    assert.ok(after.start > LEAF.notAfter, 'it belongs to the new certificate');
  });

  it('that a person moved, unnoticed until the renewal, belongs to the new certificate', async () => {
    const { renew } = it_.pair('anna');
    it_.graph.mailbox('anna').move(renew.id, renew.start - 3 * DAY);
    it_.scripted.serve('example.com', { address: '192.0.2.1', presents: RENEWED });
    await it_.later();
    await it_.look('anna');
    assert.equal(it_.pair('anna').renew.id, renew.id);
    assert.ok(it_.pair('anna').renew.start > LEAF.notAfter);
    assert.equal(texts(it_).filter((text) => /I keep to|I have put it at/.test(text)).length, 0);
  });

  it('that a person renamed gets its own subject back, and nothing is said', async () => {
    const { expiry } = it_.pair('anna');
    const before = texts(it_).length;
    it_.graph.mailbox('anna').rename(expiry.id, 'Not important');
    await it_.look('anna');
    assert.equal(it_.pair('anna').expiry.id, expiry.id);
    assert.equal(texts(it_).length, before);
  });

  describe('that a person copied', () => {
    const KIND = /copied in Outlook$/;
    const told = () => it_.said(CHANNEL).filter(({ title }) => KIND.test(title));
    let copy: string;
    beforeEach(() => {
      copy = it_.graph.mailbox('anna').duplicate(it_.pair('anna').renew.id);
    });
    const state = (id = copy) => JSON.stringify(it_.graph.events('anna').find((event) => event.id === id));

    it('is the only one that is kept; the copy is left alone, which is told once', async () => {
      const before = state();
      for (let looks = 0; looks < 3; looks += 1) await it_.look('anna');
      assert.equal(told().length, 1);
      assert.match(told()[0]!.summary, /^A reminder was copied in Outlook\. For example\.com\. The copy is yours/);
      it_.scripted.serve('example.com', { address: '192.0.2.1', presents: RENEWED });
      await it_.later();
      await it_.look('anna');
      assert.equal(state(), before);
      assert.equal(it_.graph.events('anna').length, 3);
      assert.equal(told().length, 1);
    });

    it('is told of once for all copies that are there at once, and again for those that come later', async () => {
      const hands = it_.graph.mailbox('anna');
      hands.duplicate(copy);
      await it_.look('anna');
      assert.match(told()[0]!.summary, /^2 reminders were copied/);
      const third = hands.duplicate(copy);
      hands.move(third, NOW + DAY);
      await it_.look('anna');
      await it_.look('anna');
      assert.equal(told().length, 2);
      assert.equal(it_.graph.events('anna').length, 5);
    });

    it('leaves its copy there when nobody watches any more, also when a copy says that an app made it', async () => {
      const second = it_.graph.mailbox('anna').duplicate(copy, { transactionId: 'as the event has it' });
      const before = [state(), state(second)];
      await it_.look('anna');
      await it_.watching(anna, 'other.example', certificate('other', { notAfter: NOW + 90 * DAY }));
      await it_.say(anna, 'unwatch example.com');
      await it_.look('anna');
      assert.deepEqual([state(), state(second)], before);
      assert.equal(told().length, 1);
    });

    it('is asked about when it was deleted, though a copy is there', async () => {
      await it_.look('anna');
      const before = state();
      it_.graph.mailbox('anna').trash(it_.graph.events('anna').find(({ id, tag }) => tag !== null && id !== copy)!.id);
      for (let looks = 0; looks < 2; looks += 1) {
        it_.pass(MINUTE);
        await it_.look('anna');
      }
      assert.equal(texts(it_).filter((text) => text.includes('Keep reminding in Outlook?')).length, 1);
      assert.equal(state(), before);
    });
  });

  it('that was put back under another id is kept under that', async () => {
    const hands = it_.graph.mailbox('anna');
    const { renew } = it_.pair('anna');
    const restored = hands.duplicate(renew.id, { transactionId: renew.transactionId });
    hands.delete(renew.id);
    const before = texts(it_).length;
    for (let looks = 0; looks < 2; looks += 1) {
      it_.pass(MINUTE);
      await it_.look('anna');
    }
    assert.equal(texts(it_).length, before);
    it_.scripted.serve('example.com', { address: '192.0.2.1', presents: RENEWED });
    await it_.later();
    assert.equal(it_.pair('anna').renew.id, restored);
    assert.ok(it_.pair('anna').renew.start > LEAF.notAfter);
  });

  it('that was moved to another calendar of the mailbox is left there', async () => {
    const { renew } = it_.pair('anna');
    it_.graph.mailbox('anna').moveToOtherCalendar(renew.id);
    const before = texts(it_).length;
    await it_.look('anna');
    assert.equal(it_.pair('anna').renew.id, renew.id);
    assert.equal(texts(it_).length, before);
  });

  it('that nobody touched costs three requests once a day, and one at each further look', async () => {
    for (const requests of [3, 1, 1]) {
      const before = it_.graph.requests.length;
      await it_.look('anna');
      assert.equal(it_.graph.requests.length - before, requests);
    }
    it_.pass(DAY);
    const before = it_.graph.requests.length;
    await it_.look('anna');
    assert.equal(it_.graph.requests.length - before, 3);
  });

  it('costs two looks when many are asked for at once: the one under way, and one after it', async () => {
    await it_.look('anna');
    const before = it_.graph.requests.length;
    await Promise.all(Array.from({ length: 20 }, () => it_.look('anna')));
    assert.equal(it_.graph.requests.length - before, 2);
  });

  it('beside events of others leaves them alone', async () => {
    const lunch = it_.graph.mailbox('anna').addForeign();
    const untouched = JSON.stringify(it_.graph.events('anna').find(({ id }) => id === lunch));
    await it_.look('anna');
    await it_.say(anna, 'unwatch all');
    await it_.say(anna, 'unwatch all yes');
    assert.deepEqual(
      it_.graph.events('anna').map((event) => JSON.stringify(event)),
      [untouched],
    );
  });

  describe('that a person deleted', () => {
    /** Two looks that do not find it, so far apart that it is certain. */
    async function missed(mailbox: string): Promise<void> {
      await it_.look(mailbox);
      it_.pass(MINUTE);
      await it_.look(mailbox);
    }

    it('is not made again before somebody answers, for both events at once', async () => {
      const { renew, expiry } = it_.pair('anna');
      it_.graph.mailbox('anna').delete(renew.id);
      it_.graph.mailbox('anna').delete(expiry.id);
      await missed('anna');
      await it_.watching(anna, 'www.example.com', LEAF);
      assert.deepEqual(it_.graph.events('anna'), []);
      const questions = texts(it_).filter((text) => text.includes('Keep reminding in Outlook?'));
      assert.equal(questions.length, 1);
    });

    it('is noticed also when it is written to in between, and asked about', async () => {
      it_.graph.mailbox('anna').delete(it_.pair('anna').renew.id);
      await it_.watching(anna, 'www.example.com', LEAF);
      await missed('anna');
      assert.equal(it_.graph.events('anna').length, 1);
      assert.equal(texts(it_).filter((text) => text.includes('Keep reminding in Outlook?')).length, 1);
    });

    it('comes back when its person wants it', async () => {
      it_.graph.mailbox('anna').delete(it_.pair('anna').renew.id);
      await missed('anna');
      const card = await it_.press(anna, 'Keep reminding');
      assert.equal(card?.title, 'I go on reminding in Outlook');
      it_.pair('anna');
      await it_.look('anna');
      assert.equal(texts(it_).filter((text) => text.includes('Keep reminding in Outlook?')).length, 1);
    });

    it('stays away when its person does not want it, after a renewal too', async () => {
      const { renew, expiry } = it_.pair('anna');
      it_.graph.mailbox('anna').delete(renew.id);
      it_.graph.mailbox('anna').delete(expiry.id);
      await missed('anna');
      await it_.press(anna, 'No, alerts are enough');
      await it_.look('anna');
      it_.scripted.serve('example.com', { address: '192.0.2.1', presents: RENEWED });
      await it_.later();
      await it_.look('anna');
      assert.deepEqual(it_.graph.events('anna'), []);
      assert.match(JSON.stringify((await it_.say(anna, 'show example.com')).facts), /not wanted there any more/);
    });

    it('is nobody else’s to answer for', async () => {
      it_.graph.mailbox('anna').delete(it_.pair('anna').renew.id);
      await missed('anna');
      assert.equal(await it_.press(bob, 'Keep reminding'), null);
      assert.equal(it_.graph.events('anna').length, 1);
      assert.match(it_.latest(CHANNEL).summary, /Only the person whose calendar it is/);
    });

    it('is answered once', async () => {
      it_.graph.mailbox('anna').delete(it_.pair('anna').renew.id);
      await missed('anna');
      await it_.press(anna, 'Keep reminding');
      // What is shown in place of the question stays.
      assert.equal(await it_.press(anna, 'No, alerts are enough'), null);
      assert.equal(it_.latest(CHANNEL).title, 'This question has been answered');
      it_.pair('anna');
    });

    it('is not asked about once it is over', async () => {
      const { renew } = it_.pair('anna');
      it_.pass(renew.start - it_.now() + 3 * DAY);
      it_.graph.mailbox('anna').delete(renew.id);
      await it_.look('anna');
      assert.equal(it_.graph.events('anna').length, 1);
      assert.equal(texts(it_).filter((text) => text.includes('Keep reminding')).length, 0);
    });

    it('once it was over says nothing about the next certificate', async () => {
      const { renew } = it_.pair('anna');
      it_.pass(renew.start - it_.now() + 3 * DAY);
      it_.graph.mailbox('anna').delete(renew.id);
      await it_.look('anna');
      it_.scripted.serve('example.com', { address: '192.0.2.1', presents: RENEWED });
      await it_.later();
      assert.ok(it_.pair('anna').renew.start > LEAF.notAfter);
    });

    it('is not what the bot itself removed, when somebody watches again before it was done with that', async () => {
      it_.graph.inject({ kind: 'drop-after' }, { method: 'DELETE', times: 2 });
      await it_.say(anna, 'unwatch example.com');
      assert.deepEqual(it_.graph.events('anna'), []);
      await it_.watching(anna, 'example.com', LEAF);
      it_.pass(HOUR);
      await it_.look('anna');
      it_.pair('anna');
      assert.equal(texts(it_).filter((text) => text.includes('Keep reminding')).length, 0);
    });

    it('by somebody who has a copy is asked about in their own chat', async () => {
      await it_.say(anna, 'remind also @bob');
      await it_.press(bob, 'Yes, into my calendar', chatOf(bob));
      it_.graph.mailbox('bob').delete(it_.pair('bob').renew.id);
      await missed('bob');
      assert.match(it_.latest(chatOf(bob)).summary, /Keep reminding in Outlook\?/);
      await it_.press(bob, 'Keep reminding', chatOf(bob));
      it_.pair('bob');
    });
  });
});
