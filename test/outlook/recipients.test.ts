import assert from 'node:assert/strict';
import type { Recipient } from '../../src/core/model/people.ts';
import { certificate, NOW } from '../support/certificate-facts.ts';
import { CHANNEL, chatOf, personOf, startWiredOutlook, type WiredOutlook } from '../support/wired-outlook.ts';
import { carriedBy, createFakeSignIn, kindsIn, PAAR, PAIR, pressForged, textOf } from '../support/wired-people.ts';
import { DAY } from '../../src/core/time.ts';

const anna = personOf('anna');
const bob = personOf('bob', { locale: 'de-DE' });
const carla = personOf('carla');
const LEAF = certificate('first', { notAfter: NOW + 60 * DAY });
const OTHER = certificate('other', { notAfter: NOW + 70 * DAY });
const YES = 'Ja, in meinen Kalender';
const STOP = 'Erinnerungen beenden';

describe('who is named as owner', () => {
  let it_: WiredOutlook;
  beforeEach(async () => {
    it_ = await startWiredOutlook({ people: [anna, bob, carla] });
    await it_.watching(anna, 'example.com', LEAF);
  });
  afterEach(() => it_.close());

  it('is asked with three buttons in their own chat, in their language, and nowhere else', async () => {
    const answer = await it_.say(anna, 'owner example.com @bob');
    assert.equal(answer.actions, undefined);
    const [question, ...more] = it_.said(chatOf(bob));
    assert.deepEqual(more, []);
    assert.equal(question?.language, 'de');
    assert.deepEqual(
      question.actions?.map(({ label }) => label),
      [YES, 'Nein', 'Von dort nie mehr fragen'],
    );
    assert.match(textOf(question), /example\.com/);
    assert.match(textOf(question), /anna/);
    assert.match(textOf(question), /Operations/);
    assert.deepEqual(it_.said(chatOf(anna)), []);
    assert.deepEqual(kindsIn(it_, 'bob'), []);
  });

  it('has no event after a renewal and a daily look either, as long as they have not answered', async () => {
    await it_.say(anna, 'owner example.com @bob');
    it_.scripted.serve('example.com', {
      address: '192.0.2.1',
      presents: certificate('second', { notBefore: NOW, notAfter: NOW + 150 * DAY }),
    });
    await it_.later();
    await it_.look('anna');
    await it_.later(DAY);
    assert.deepEqual([kindsIn(it_, 'anna'), kindsIn(it_, 'bob')], [PAIR, []]);
  });

  it('gets one pair by saying yes, however often, and the conversation hears it once in its own language', async () => {
    await it_.say(anna, 'owner example.com @bob');
    const data = carriedBy(it_.latest(chatOf(bob)), YES)!;
    const before = it_.said(CHANNEL).length;
    await Promise.all([
      pressForged(it_, bob, chatOf(bob), { name: 'accept-recipient', data }),
      pressForged(it_, bob, chatOf(bob), { name: 'accept-recipient', data }),
    ]);
    await pressForged(it_, bob, chatOf(bob), { name: 'accept-recipient', data });
    assert.deepEqual([kindsIn(it_, 'anna'), kindsIn(it_, 'bob')], [[], PAAR]);
    const told = it_.said(CHANNEL).slice(before);
    assert.equal(told.length, 1);
    assert.equal(told[0]!.language, 'en');
    assert.match(told[0]!.summary, /^bob owns example\.com from now on/);
  });

  it('is served anew when the new owner’s mailbox was out of reach at first: never two pairs, never none in the end', async () => {
    await it_.say(anna, 'owner example.com @bob');
    it_.graph.inject({ kind: 'answer', status: 503 }, { mailbox: 'bob', times: 6 });
    await it_.press(bob, YES, chatOf(bob));
    for (let round = 0; round < 6; round += 1) await it_.later(DAY / 24);
    assert.deepEqual([kindsIn(it_, 'anna'), kindsIn(it_, 'bob')], [[], PAAR]);
  });

  it('changes nothing by saying no, and is not asked again by a second press', async () => {
    await it_.say(anna, 'owner example.com @bob');
    const data = carriedBy(it_.latest(chatOf(bob)), 'Nein')!;
    const events = JSON.stringify(it_.graph.events('anna'));
    await it_.press(bob, 'Nein', chatOf(bob));
    const said = it_.said(CHANNEL).length;
    assert.doesNotMatch(textOf(it_.latest(CHANNEL)), /cannot be written to/, 'that is nobody’s concern now');
    await pressForged(it_, bob, chatOf(bob), { name: 'decline-recipient', data });
    assert.equal(it_.said(CHANNEL).length, said);
    assert.equal(JSON.stringify(it_.graph.events('anna')), events);
    assert.deepEqual(kindsIn(it_, 'bob'), []);
    const [watch] = await it_.bot.store.listWatches(CHANNEL.id);
    assert.equal(watch?.ownerId, anna.id);
  });

  for (const [who, actor, place] of [
    ['somebody else, in their own chat', carla, chatOf(carla)],
    ['the asker, in their own chat', anna, chatOf(anna)],
    ['the person themselves, but in the channel', bob, CHANNEL],
    ['somebody else in the channel', carla, CHANNEL],
  ] as const) {
    for (const name of ['accept-recipient', 'decline-recipient']) {
      it(`is not answered for by ${who} (${name})`, async () => {
        await it_.say(anna, 'owner example.com @bob');
        const data = carriedBy(it_.latest(chatOf(bob)), YES)!;
        const card = await pressForged(it_, actor, place, { name, data });
        assert.equal(card?.tone, 'warning');
        assert.deepEqual([kindsIn(it_, 'anna'), kindsIn(it_, 'bob'), kindsIn(it_, 'carla')], [PAIR, [], []]);
        assert.equal((await it_.bot.store.listRecipients([CHANNEL.id]))[0]?.state, 'asked');
        // The question still stands.
        await it_.press(bob, YES, chatOf(bob));
        assert.deepEqual(kindsIn(it_, 'bob'), PAAR);
      });
    }
  }

  it('may be the asker: at once, without a question', async () => {
    await it_.say(carla, 'owner example.com me');
    assert.deepEqual([kindsIn(it_, 'anna'), kindsIn(it_, 'carla')], [[], PAIR]);
    assert.deepEqual(it_.said(chatOf(carla)), []);
    await it_.say(carla, 'owner example.com me');
    it_.pair('carla');
  });

  it('may be the asker without a mailbox, who is not told that the reminders come there', async () => {
    const nobox = personOf('nobox', { mailbox: null });
    const card = await it_.say(nobox, 'owner example.com me');
    assert.match(card.summary, /stay in the calendar feed/);
    const copies = await it_.say(nobox, 'remind also me');
    assert.match(textOf(copies), /cannot be written to/);
    assert.match((await it_.say(carla, 'owner example.com me')).summary, /move to your calendar/);
    assert.match((await it_.say(carla, 'remind also me')).summary, /in your calendar/);
  });

  it('may be the asker by a mention or an address of their own', async () => {
    const dora = personOf('dora', { mailbox: 'dora@example.com' });
    await it_.say(dora, 'owner example.com @dora');
    assert.deepEqual([kindsIn(it_, 'anna'), kindsIn(it_, 'dora@example.com')], [[], PAIR]);
    await it_.say(anna, 'owner example.com me');
    await it_.say(dora, 'owner example.com Dora@Example.com');
    assert.deepEqual([kindsIn(it_, 'anna'), kindsIn(it_, 'dora@example.com')], [[], PAIR]);
    assert.deepEqual(it_.said(chatOf(dora)), []);
  });

  it('takes over everything that is watched there when asked for all', async () => {
    await it_.watching(carla, 'other.example', OTHER);
    await it_.say(anna, 'owner all @bob');
    assert.equal(it_.said(chatOf(bob)).length, 1);
    assert.match(textOf(it_.latest(chatOf(bob))), /example\.com/);
    assert.match(textOf(it_.latest(chatOf(bob))), /other\.example/);
    await it_.press(bob, YES, chatOf(bob));
    assert.deepEqual([kindsIn(it_, 'anna'), kindsIn(it_, 'carla')], [[], []]);
    assert.deepEqual(kindsIn(it_, 'bob'), [...PAAR, ...PAAR].toSorted());
  });

  it('may be named by e-mail address', async () => {
    const erik = personOf('erik', { mailbox: 'erik@example.com' });
    const with_ = await startWiredOutlook({ people: [anna, erik] });
    try {
      await with_.watching(anna, 'example.com', LEAF);
      await with_.say(anna, 'owner example.com erik@example.com');
      assert.deepEqual(kindsIn(with_, 'erik@example.com'), []);
      await with_.press(erik, 'Yes, into my calendar', chatOf(erik));
      assert.deepEqual([kindsIn(with_, 'anna'), kindsIn(with_, 'erik@example.com')], [[], PAIR]);
    } finally {
      await with_.close();
    }
  });

  for (const text of ['owner example.com nobody@example.com', 'owner example.com @nobody']) {
    it(`is looked for in vain in “${text}”: a sentence, and nothing changes`, async () => {
      const card = await it_.say(anna, text);
      assert.equal(card.tone, 'warning');
      assert.ok(card.summary.length > 20, card.summary);
      assert.deepEqual(await it_.bot.store.listRecipients([CHANNEL.id]), []);
      assert.deepEqual(kindsIn(it_, 'anna'), PAIR);
    });
  }

  it('is looked for in vain in “owner example.com nobody”: the word is named, and nothing changes', async () => {
    const card = await it_.say(anna, 'owner example.com nobody');
    assert.match(textOf(card), /“nobody”/);
    assert.deepEqual(await it_.bot.store.listRecipients([CHANNEL.id]), []);
    assert.deepEqual(kindsIn(it_, 'anna'), PAIR);
  });

  it('is asked about nothing that is not watched here', async () => {
    const card = await it_.say(anna, 'owner unknown.example @bob');
    assert.equal(card.tone, 'warning');
    assert.deepEqual(it_.said(chatOf(bob)), []);
  });

  it('keeps what was answered when the same button is pressed again', async () => {
    await it_.say(anna, 'owner example.com @bob');
    const owned = await it_.press(bob, YES, chatOf(bob));
    assert.match(owned!.summary, /^Die Zuständigkeit für example\.com ist übernommen/);
    assert.equal(await it_.press(bob, YES, chatOf(bob)), null);
    assert.equal(it_.latest(chatOf(bob)).title, 'Diese Frage ist schon beantwortet');
  });

  it('is named beside the owner until they answer', async () => {
    await it_.say(anna, 'owner example.com @bob');
    const pending = /bob was asked to take over example\.com, and has not answered yet\./;
    assert.match(textOf(await it_.say(anna, 'owner example.com')), pending);
    assert.match(textOf(await it_.say(anna, 'owner all')), pending);
    await it_.press(bob, YES, chatOf(bob));
    assert.doesNotMatch(textOf(await it_.say(anna, 'owner example.com')), /was asked/);
  });

  it('is told so when the watch has ended before they answer', async () => {
    await it_.say(anna, 'owner example.com @bob');
    await it_.say(anna, 'unwatch example.com');
    const said = it_.said(CHANNEL).length;
    assert.equal(await it_.press(bob, YES, chatOf(bob)), null);
    assert.match(it_.latest(chatOf(bob)).summary, /gibt es nicht mehr/);
    assert.equal(it_.said(CHANNEL).length, said, 'nobody is told of an owner of nothing');
    assert.deepEqual([kindsIn(it_, 'anna'), kindsIn(it_, 'bob')], [[], []]);
    // A new watch of the same target is its own matter.
    await it_.watching(anna, 'example.com', LEAF);
    assert.deepEqual([kindsIn(it_, 'anna'), kindsIn(it_, 'bob')], [PAIR, []]);
  });

  it('does not get what was asked about later by the button of an earlier question', async () => {
    await it_.watching(anna, 'other.example', OTHER);
    await it_.say(anna, 'owner example.com @bob');
    const first = carriedBy(it_.latest(chatOf(bob)), YES)!;
    it_.pass(1000);
    await it_.say(anna, 'owner all @bob');
    await pressForged(it_, bob, chatOf(bob), { name: 'accept-recipient', data: first });
    const subjects = it_.graph.events('bob').map(({ subject }) => subject);
    assert.ok(!subjects.some((subject) => subject.includes('other.example')), subjects.join());
  });

  it('who owns it already is not asked', async () => {
    await it_.say(anna, 'owner example.com me');
    const card = await it_.say(carla, 'owner example.com @anna');
    assert.match(card.summary, /anna owns example\.com already/);
    assert.deepEqual(it_.said(chatOf(anna)), []);
  });
});

describe('who is named for copies', () => {
  let it_: WiredOutlook;
  beforeEach(async () => {
    it_ = await startWiredOutlook({ people: [anna, bob, carla] });
    await it_.watching(anna, 'example.com', LEAF);
  });
  afterEach(() => it_.close());

  it('gets them after their yes alone, in their language, of what is watched now and later', async () => {
    await it_.say(anna, 'remind also @bob');
    assert.deepEqual(kindsIn(it_, 'bob'), []);
    await it_.press(bob, YES, chatOf(bob));
    assert.deepEqual([kindsIn(it_, 'anna'), kindsIn(it_, 'bob')], [PAIR, PAAR]);
    await it_.watching(carla, 'other.example', OTHER);
    assert.deepEqual(kindsIn(it_, 'bob'), [...PAAR, ...PAAR].toSorted());
    for (const { sent } of it_.graph.events('bob')) assert.ok(!('attendees' in sent), 'nobody is invited');
  });

  it('keeps them when somebody asks for them again', async () => {
    await it_.say(anna, 'remind also @bob');
    await it_.press(bob, YES, chatOf(bob));
    const ids = it_.graph.events('bob').map(({ id }) => id);
    const again = await it_.say(carla, 'remind also @bob');
    assert.doesNotMatch(again.summary, /have asked/);
    await it_.say(anna, 'settings freeze 2027-06-01..2027-06-02');
    await it_.look('bob');
    await it_.later(DAY);
    assert.deepEqual(
      it_.graph.events('bob').map(({ id }) => id),
      ids,
    );
    assert.equal(it_.said(chatOf(bob)).length, 1, 'one question is enough');
  });

  it('gets them for the targets named, and only those', async () => {
    await it_.watching(anna, 'other.example', OTHER);
    await it_.say(anna, 'remind also @bob for other.example');
    await it_.press(bob, YES, chatOf(bob));
    const subjects = it_.graph.events('bob').map(({ subject }) => subject);
    assert.equal(subjects.length, 2);
    for (const subject of subjects) assert.match(subject, /other\.example/);
  });

  it('ends them by their own button at any time, and the conversation hears it', async () => {
    await it_.say(anna, 'remind also @bob');
    const card = await it_.press(bob, YES, chatOf(bob));
    const data = carriedBy(card!, STOP)!;
    await it_.later(20 * DAY);
    await pressForged(it_, bob, chatOf(bob), { name: 'decline-recipient', data });
    assert.deepEqual(kindsIn(it_, 'bob'), []);
    assert.deepEqual(kindsIn(it_, 'anna'), PAIR);
    assert.match(it_.latest(CHANNEL).summary, /^bob wants no copies/);
    await it_.watching(anna, 'other.example', OTHER);
    await it_.later(DAY);
    assert.deepEqual(kindsIn(it_, 'bob'), []);
  });

  it('gets none any more by “remind not”, and an old button does not bring them back', async () => {
    await it_.say(anna, 'remind also @bob');
    const data = carriedBy(it_.latest(chatOf(bob)), YES)!;
    await it_.press(bob, YES, chatOf(bob));
    await it_.say(anna, 'remind not @bob');
    assert.deepEqual([kindsIn(it_, 'anna'), kindsIn(it_, 'bob')], [PAIR, []]);
    await pressForged(it_, bob, chatOf(bob), { name: 'accept-recipient', data });
    assert.deepEqual(kindsIn(it_, 'bob'), []);
  });

  it('cannot say yes any more once the question was taken back', async () => {
    await it_.say(anna, 'remind also @bob');
    const data = carriedBy(it_.latest(chatOf(bob)), YES)!;
    await it_.say(anna, 'remind not @bob');
    await pressForged(it_, bob, chatOf(bob), { name: 'accept-recipient', data });
    assert.deepEqual(kindsIn(it_, 'bob'), []);
  });

  it('loses them by “remind not” even when the channel does not know them any more', async () => {
    const gone = personOf('gone');
    const people = [anna, gone];
    const with_ = await startWiredOutlook({ people });
    try {
      await with_.watching(anna, 'example.com', LEAF);
      await with_.say(anna, 'remind also @gone');
      await with_.press(gone, 'Yes, into my calendar', chatOf(gone));
      with_.forget(gone);
      await with_.say(anna, `remind not @gone`, CHANNEL, [{ id: gone.id, text: '@gone' }]);
      assert.deepEqual(kindsIn(with_, 'gone'), []);
    } finally {
      await with_.close();
    }
  });

  it('has copies of everything, and is told how to end them when one target alone is named', async () => {
    await it_.say(anna, 'remind also @bob');
    await it_.press(bob, YES, chatOf(bob));
    const card = await it_.say(anna, 'remind not @bob for example.com');
    assert.deepEqual(kindsIn(it_, 'bob'), PAAR);
    assert.equal(card.tone, 'warning');
    assert.match(card.summary, /remind not/);
  });

  it('loses the copies of a watch that ends, and gets none for a new one of that name', async () => {
    await it_.watching(anna, 'other.example', OTHER);
    await it_.say(anna, 'remind also @bob for other.example');
    await it_.press(bob, YES, chatOf(bob));
    await it_.say(anna, 'unwatch other.example');
    assert.deepEqual([kindsIn(it_, 'anna'), kindsIn(it_, 'bob')], [PAIR, []]);
  });

  it('with copies of everything, loses all of them with the last watch', async () => {
    await it_.watching(anna, 'other.example', OTHER);
    await it_.say(anna, 'remind also @bob');
    await it_.press(bob, YES, chatOf(bob));
    await it_.say(anna, 'unwatch all');
    await it_.say(anna, 'unwatch all yes');
    assert.deepEqual([kindsIn(it_, 'anna'), kindsIn(it_, 'bob')], [[], []]);
  });

  it('with copies and then as owner has one pair', async () => {
    await it_.say(anna, 'remind also @bob');
    await it_.press(bob, YES, chatOf(bob));
    await it_.say(anna, 'owner example.com @bob');
    await it_.press(bob, YES, chatOf(bob));
    assert.deepEqual([kindsIn(it_, 'anna'), kindsIn(it_, 'bob')], [[], PAAR]);
  });

  it('is told of a watch that ended before they answered', async () => {
    await it_.say(anna, 'remind also @bob for example.com');
    await it_.say(anna, 'unwatch example.com');
    const said = it_.said(CHANNEL).length;
    assert.equal(await it_.press(bob, YES, chatOf(bob)), null);
    assert.match(it_.latest(chatOf(bob)).summary, /gibt es nicht mehr/);
    assert.equal(it_.said(CHANNEL).length, said);
    await it_.watching(anna, 'example.com', LEAF);
    assert.deepEqual(kindsIn(it_, 'bob'), []);
  });

  it('may be the asker', async () => {
    await it_.say(carla, 'remind also me');
    assert.deepEqual([kindsIn(it_, 'anna'), kindsIn(it_, 'carla')], [PAIR, PAIR]);
    await it_.say(carla, 'remind not me');
    assert.deepEqual([kindsIn(it_, 'anna'), kindsIn(it_, 'carla')], [PAIR, []]);
  });

  it('hears it when their calendar cannot be written to, and gets the copies once it can', async () => {
    const connected = createFakeSignIn();
    const closed = await startWiredOutlook({
      people: [anna, carla],
      settings: { ownAccess: false },
      signIn: connected.signIn,
    });
    try {
      await closed.watching(anna, 'example.com', LEAF);
      await closed.say(anna, 'remind also @carla');
      const card = await closed.press(carla, 'Yes, into my calendar', chatOf(carla));
      assert.match(textOf(card!), /cannot be written to.*calendar connect/s);
      connected.tokens.set(carla.id, 'token-of-carla');
      await closed.bot.inbox.signedIn(chatOf(carla), carla);
      await closed.bot.settled();
      assert.deepEqual(kindsIn(closed, 'carla'), PAIR);
    } finally {
      await closed.close();
    }
  });

  it('is listed, with who has not answered yet', async () => {
    await it_.say(anna, 'remind also @bob');
    assert.match(textOf(await it_.say(anna, 'remind also')), /^bob \| .*asked, not answered yet/im);
    await it_.press(bob, YES, chatOf(bob));
    assert.doesNotMatch(textOf(await it_.say(anna, 'remind also')), /not answered yet/);
  });

  for (const text of ['remind also nobody@example.com', 'remind also @nobody', 'remind not @bob']) {
    it(`is nobody in “${text}”: a sentence, and nothing changes`, async () => {
      const card = await it_.say(anna, text);
      assert.equal(card.tone, 'warning');
      assert.deepEqual(await it_.bot.store.listRecipients([CHANNEL.id]), []);
    });
  }
});

describe('what is told of owners and copies', () => {
  let it_: WiredOutlook;
  beforeEach(async () => {
    it_ = await startWiredOutlook({ people: [anna, bob, carla] });
    await it_.watching(anna, 'example.com', LEAF);
    await it_.watching(carla, 'other.example', OTHER);
  });
  afterEach(() => it_.close());

  it('is who owns each, or the one that is asked about', async () => {
    const all = textOf(await it_.say(bob, 'owner all'));
    assert.match(all, /example\.com.*anna/i);
    assert.match(all, /other\.example.*carla/i);
    const one = await it_.say(bob, 'owner other.example');
    assert.match(one.summary, /other\.example.*carla/);
    assert.doesNotMatch(textOf(one), /anna/);
  });

  it('is that somebody owns it already only where they own all of it', async () => {
    assert.match((await it_.say(carla, 'owner example.com @anna')).summary, /anna owns example\.com already/);
    assert.match((await it_.say(carla, 'owner all @anna')).summary, /asked anna/);
    assert.equal(it_.said(chatOf(anna)).length, 1);
  });

  it('is each part, where some have copies, some are asked, and the asker gets them at once', async () => {
    await it_.say(anna, 'remind also @bob');
    await it_.press(bob, YES, chatOf(bob));
    await it_.say(carla, 'remind also @bob for other.example');
    assert.equal(it_.said(chatOf(bob)).length, 1, 'has them already');
    const text = textOf(await it_.say(carla, 'remind also me @bob @anna for example.com'));
    assert.match(text, /anna/);
    assert.match(text, /bob.* already/);
    assert.deepEqual(kindsIn(it_, 'carla').length, 4);
    assert.match(textOf(it_.latest(chatOf(anna))), /example\.com/);
  });

  it('leaves out who said no, to whom nothing can be taken back either', async () => {
    await it_.say(anna, 'remind also @bob');
    await it_.press(bob, 'Nein', chatOf(bob));
    assert.doesNotMatch(textOf(await it_.say(anna, 'remind also')), /bob/);
    const card = await it_.say(anna, 'remind not @bob');
    assert.equal(card.tone, 'warning');
  });

  it('takes back the copies of the target that is named, and of no other', async () => {
    await it_.say(anna, 'remind also @bob for example.com');
    await it_.press(bob, YES, chatOf(bob));
    it_.pass(1000);
    await it_.say(anna, 'remind also @bob for other.example');
    await it_.press(bob, YES, chatOf(bob));
    assert.match(textOf(await it_.say(anna, 'remind also')), /example\.com.*other\.example/s);
    await it_.say(anna, 'remind not @bob for example.com');
    const subjects = it_.graph.events('bob').map(({ subject }) => subject);
    assert.equal(subjects.length, 2);
    for (const subject of subjects) assert.match(subject, /other\.example/);
  });

  it('takes copies back also by the address of somebody whom the chat does not know any more', async () => {
    const erik = personOf('erik', { mailbox: 'Erik@example.com' });
    await it_.say(erik, 'remind also me');
    assert.equal(kindsIn(it_, 'Erik@example.com').length, 4);
    it_.forget(erik);
    await it_.say(anna, 'remind not erik@example.com');
    assert.deepEqual(kindsIn(it_, 'Erik@example.com'), []);
  });

  it('is one entry for somebody who was named by the directory’s id, once they have said yes', async () => {
    const messenger = it_.bot.context.messengers.get('plain')!;
    const { direct } = messenger;
    messenger.direct = async (person, near) => {
      const found = await direct(person, near);
      return { ...found, actor: { ...found.actor, id: 'directory-id' } };
    };
    await it_.say(anna, 'remind also @bob');
    messenger.direct = direct;
    await it_.press(bob, YES, chatOf(bob));
    const rows = await it_.bot.store.listRecipients([CHANNEL.id]);
    assert.deepEqual(
      rows.map(({ personId, state, askedBy }) => [personId, state, askedBy]),
      [[bob.id, 'accepted', 'anna']],
    );
    await it_.say(anna, 'remind not @bob');
    assert.deepEqual(kindsIn(it_, 'bob'), []);
  });

  it('of whom no more than an id was known when they were asked gets them where they say to be', async () => {
    const messenger = it_.bot.context.messengers.get('plain')!;
    const { direct } = messenger;
    const bare = { mailbox: null, timeZone: null, locale: null, tenantId: null };
    messenger.direct = async (person, near) => {
      const found = await direct(person, near);
      return { ...found, actor: { ...found.actor, ...bare } };
    };
    await it_.say(anna, 'remind also @bob');
    messenger.direct = direct;
    await it_.press(bob, 'Yes, into my calendar', chatOf(bob));
    assert.equal(kindsIn(it_, 'bob').length, 4);
    const [{ mailbox, timeZone, locale, tenantId }] = (await it_.bot.store.listRecipients([CHANNEL.id])) as [Recipient];
    assert.deepEqual(
      { mailbox, timeZone, locale, tenantId },
      { mailbox: bob.mailbox, timeZone: bob.timeZone, locale: bob.locale, tenantId: bob.tenantId },
    );
  });

  it('names whoever asks by what there is', async () => {
    const nameless = personOf('x', { name: '' });
    await it_.say(nameless, 'remind also @carla');
    assert.match(textOf(it_.latest(chatOf(carla))), /id-x/);
    await it_.say(nameless, 'remind also me');
    assert.match(textOf(await it_.say(anna, 'remind also')), /^x \| /m);
  });

  it('is written down with what was done, and by whom', async () => {
    const done = async () =>
      (await it_.bot.store.listAudit(CHANNEL.id, 1)).map(({ actorId, verb, subject }) => [actorId, verb, subject]);
    const uri = 'tls://example.com:443';
    await it_.say(anna, 'remind also @bob for example.com');
    assert.deepEqual(await done(), [[anna.id, 'ask-copy', `${uri} bob`]]);
    await it_.press(bob, YES, chatOf(bob));
    assert.deepEqual(await done(), [[bob.id, 'copy', uri]]);
    await it_.say(anna, 'remind not @bob for example.com');
    assert.deepEqual(await done(), [[anna.id, 'decline', uri]]);
    await it_.say(anna, 'owner example.com @bob');
    assert.deepEqual(await done(), [[anna.id, 'ask-owner', `${uri} bob`]]);
    await it_.press(bob, YES, chatOf(bob));
    assert.deepEqual(await done(), [[bob.id, 'owner', uri]]);
    await it_.say(anna, 'remind also @bob');
    assert.deepEqual(await done(), [[anna.id, 'ask-copy', 'all bob']]);
    await it_.press(bob, 'Nein', chatOf(bob));
    assert.deepEqual(await done(), [[bob.id, 'decline', 'all']]);
  });
});

describe('whose calendar reminders are in, as it is told,', () => {
  const cases = [
    ['one’s own', {}, null, [/move to your calendar/, /in your calendar/, true]],
    [
      'that of all conversations',
      { calendarMailbox: 'all@example.com' },
      null,
      [/stay in the shared mailbox/, /in your calendar/, true],
    ],
    ['that of the conversation', {}, 'ops@example.com', [/stay in the shared mailbox/, /in your calendar/, true]],
    ['nobody’s', { calendar: 'none' }, null, [/now\.$/, /writes into none\. Alerts/, true]],
    [
      'the feed',
      { calendar: 'ics' },
      null,
      [/stay in the calendar feed/, /writes into none\s+Whoever subscribes/, true],
    ],
  ] as const;
  for (const [what, settings, mailbox, [owner, copy, isReached]] of cases)
    it(`is ${what}`, async () => {
      const it_ = await startWiredOutlook({ people: [anna, carla], settings });
      try {
        if (mailbox !== null) {
          it_.graph.mailbox(mailbox).setPurpose('shared');
          await it_.say(anna, `settings mailbox ${mailbox}`);
        }
        await it_.watching(anna, 'example.com', LEAF);
        assert.match((await it_.say(anna, 'owner example.com me')).summary, owner);
        assert.match(textOf(await it_.say(anna, 'remind also me')), copy);
        await it_.say(anna, 'owner example.com @carla');
        const isOwn = mailbox === null && !('calendar' in settings) && !('calendarMailbox' in settings);
        await it_.press(carla, isOwn ? 'Yes, into my calendar' : 'Yes', chatOf(carla));
        assert.equal(
          /cannot be written to just now/.test(textOf(it_.latest(CHANNEL))),
          !isReached,
          textOf(it_.latest(CHANNEL)),
        );
      } finally {
        await it_.close();
      }
    });

  it('is that of nobody for copies to somebody without a calendar, whatever mailbox the owner’s are in', async () => {
    const nobox = personOf('nobox', { mailbox: null });
    const it_ = await startWiredOutlook({
      people: [anna, nobox],
      settings: { calendarMailbox: 'all@example.com' },
    });
    try {
      await it_.watching(anna, 'example.com', LEAF);
      await it_.say(anna, 'remind also @nobox');
      await it_.press(nobox, 'Yes, into my calendar', chatOf(nobox));
      assert.match(textOf(it_.latest(CHANNEL)), /cannot be written to just now/);
    } finally {
      await it_.close();
    }
  });
});
