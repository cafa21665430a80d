import assert from 'node:assert/strict';
import { certificate, NOW } from '../support/certificate-facts.ts';
import { CHANNEL, chatOf, personOf, startWiredOutlook, type WiredOutlook } from '../support/wired-outlook.ts';
import { kindsIn, PAIR, pressForged, textOf } from '../support/wired-people.ts';
import { DAY } from '../../src/core/time.ts';

const anna = personOf('anna');
const bob = personOf('bob');
const carla = personOf('carla');
const LEAF = certificate('first', { notAfter: NOW + 60 * DAY });
const YES = 'Yes, into my calendar';

describe('an owner', () => {
  let it_: WiredOutlook;
  beforeEach(async () => {
    it_ = await startWiredOutlook({ people: [anna, bob, carla] });
    it_.graph.directory.setPerson('bob', { displayName: 'Bob <i>', mail: 'bob@example.com' });
    await it_.watching(anna, 'example.com', LEAF);
  });
  afterEach(() => it_.close());

  const feed = async () => (await it_.bot.store.listReminders('ics', CHANNEL.id)).filter(({ wanted }) => wanted);
  const told = (title: RegExp) => it_.said(CHANNEL).filter((card) => title.test(card.title));

  /** Days pass: each with its look at the mailbox, and a round of everything else. */
  async function days(number: number): Promise<void> {
    for (let day = 0; day < number; day += 1) {
      await it_.later(DAY);
      await it_.look('anna');
    }
  }

  it('about whom nothing is known to be wrong is left in peace', async () => {
    const before = it_.said(CHANNEL).length;
    await days(3);
    assert.equal(it_.said(CHANNEL).length, before);
    it_.pair('anna');
  });

  it('whose account is disabled: told once, with the manager; the feed takes over', async () => {
    it_.graph.directory.setPerson('anna', { displayName: 'Anna', accountEnabled: false, manager: 'bob' });
    await days(3);
    const [card, ...more] = told(/^No calendar for/);
    assert.deepEqual(more, []);
    assert.match(textOf(card!), /account is disabled/);
    assert.match(textOf(card!), /example\.com/);
    assert.match(textOf(card!), /new owner: Bob <i>/);
    assert.deepEqual(
      card!.actions?.map(({ label }) => label),
      ['Ask Bob <i>'],
    );
    assert.deepEqual(kindsIn(it_, 'anna'), []);
    assert.equal((await feed()).length, 2);
  });

  it('without a mailbox: told once, with the manager, and what stays there is tidied up when it is back', async () => {
    it_.graph.directory.setPerson('anna', { manager: 'bob' });
    it_.graph.mailbox('anna').setMissing('MailboxNotEnabledForRESTAPI');
    await days(3);
    const [card, ...more] = told(/^No calendar for/);
    assert.deepEqual(more, []);
    assert.match(textOf(card!), /no mailbox/);
    assert.match(textOf(card!), /new owner: Bob/);
    assert.equal((await feed()).length, 2);
    it_.graph.mailbox('anna').setMissing(null);
    await days(1);
    await it_.bot.flows.owners.recheck();
    await it_.bot.settled();
    assert.equal(told(/is back$/).length, 1);
    it_.pair('anna');
    assert.deepEqual(await feed(), []);
  });

  it('who is gone from the directory together with their mailbox: told once, the feed takes over, and back', async () => {
    it_.graph.directory.setPerson('anna', null);
    it_.graph.mailbox('anna').setMissing('ErrorInvalidUser');
    await days(3);
    const [card, ...more] = told(/^No calendar for/);
    assert.deepEqual(more, []);
    assert.match(textOf(card!), /no mailbox/);
    assert.match(textOf(card!), /owner all @person/);
    assert.deepEqual(
      (await it_.bot.store.getMailboxStates(['anna'])).map(({ state, manager }) => [state, manager]),
      [['missing', null]],
    );
    assert.equal((await feed()).length, 2);
    it_.graph.directory.setPerson('anna', {});
    it_.graph.mailbox('anna').setMissing(null);
    await days(1);
    await it_.bot.flows.owners.recheck();
    await it_.bot.settled();
    assert.equal(told(/is back$/).length, 1);
    it_.pair('anna');
    assert.deepEqual(await feed(), []);
  });

  it('who is gone from the directory is noticed by the daily question alone', async () => {
    it_.graph.directory.setPerson('anna', null);
    it_.graph.mailbox('anna').setMissing('ErrorInvalidUser');
    await it_.bot.flows.owners.check('anna');
    await it_.bot.settled();
    assert.equal(told(/^No calendar for/).length, 1);
    assert.equal((await feed()).length, 2);
  });

  it('of whom the directory knows nothing, and whose mailbox is there, is left in peace', async () => {
    it_.graph.directory.setPerson('anna', null);
    const before = it_.said(CHANNEL).length;
    await days(2);
    assert.equal(it_.said(CHANNEL).length, before);
    it_.pair('anna');
  });

  it('is not told of in a conversation that the bot has left', async () => {
    await it_.bot.store.setConversationGone(CHANNEL.id, it_.now());
    const before = it_.said(CHANNEL).length;
    it_.graph.directory.setPerson('anna', { displayName: 'Anna', accountEnabled: false, manager: 'bob' });
    await days(3);
    await it_.bot.store.setConversationGone(CHANNEL.id, null);
    await it_.later(DAY);
    assert.deepEqual(
      it_
        .said(CHANNEL)
        .slice(before)
        .filter(({ title }) => title.startsWith('No calendar for')),
      [],
    );
  });

  it('without a name is called by their mailbox', async () => {
    await it_.say(anna, 'unwatch example.com');
    await it_.watching(personOf('anna', { name: '' }), 'example.com', LEAF);
    it_.graph.directory.setPerson('anna', { accountEnabled: false, manager: 'bob' });
    await days(3);
    it_.graph.directory.setPerson('anna', { displayName: 'Anna' });
    await days(3);
    assert.match(it_.latest(CHANNEL).title, /\banna\b/);
  });

  it('without a manager: the sentence says how to name somebody', async () => {
    it_.graph.directory.setPerson('anna', { accountEnabled: false });
    await days(1);
    const [card] = told(/^No calendar for/);
    assert.match(textOf(card!), /owner all @person/);
    assert.equal(card!.actions?.length ?? 0, 0);
  });

  it('who is gone is succeeded by the manager, who is asked in their own chat and says yes', async () => {
    await it_.watching(anna, 'other.example', certificate('other'));
    await it_.watching(carla, 'hers.example', certificate('hers'));
    it_.graph.directory.setPerson('anna', { accountEnabled: false, manager: 'bob' });
    await days(1);
    const answer = await it_.press(carla, /^Ask Bob/);
    assert.match(answer?.summary ?? '', /asked bob/);
    assert.deepEqual(kindsIn(it_, 'bob'), [], 'nothing before the yes');
    const question = it_.latest(chatOf(bob));
    assert.match(textOf(question), /carla/);
    assert.match(textOf(question), /example\.com/);
    assert.match(textOf(question), /other\.example/);
    assert.doesNotMatch(textOf(question), /hers\.example/);
    await it_.press(bob, YES, chatOf(bob));
    assert.equal(kindsIn(it_, 'bob').length, 4);
    assert.deepEqual([kindsIn(it_, 'anna'), kindsIn(it_, 'carla')], [[], PAIR]);
    assert.deepEqual(await feed(), []);
    // Nobody hears again of somebody who owns nothing any more.
    const before = it_.said(CHANNEL).length;
    await days(2);
    it_.graph.directory.setPerson('anna', {});
    await days(2);
    assert.equal(it_.said(CHANNEL).length, before);
  });

  it('whose manager has no name in the chat: they are called as the directory calls them', async () => {
    it_.graph.directory.setPerson('nameless', { displayName: 'Dr. Name Less' });
    await it_.say(personOf('nameless', { name: '' }), 'help', chatOf(personOf('nameless')));
    it_.graph.directory.setPerson('anna', { accountEnabled: false, manager: 'nameless' });
    await days(1);
    const answer = await it_.press(carla, /^Ask Dr\. Name Less/);
    assert.match(answer?.summary ?? '', /asked Dr\. Name Less/);
  });

  it('who is gone stays when the manager says no', async () => {
    it_.graph.directory.setPerson('anna', { accountEnabled: false, manager: 'bob' });
    await days(1);
    await it_.press(anna, /^Ask Bob/);
    await it_.press(bob, 'No', chatOf(bob));
    assert.deepEqual(kindsIn(it_, 'bob'), []);
    assert.equal((await feed()).length, 2);
    assert.match(it_.latest(CHANNEL).summary, /does not take over/);
  });

  it('whose manager cannot be reached in the chat: a sentence beside the message, which stays', async () => {
    it_.graph.directory.setPerson('boss', { displayName: 'The boss' });
    it_.graph.directory.setPerson('anna', { accountEnabled: false, manager: 'boss' });
    await days(1);
    const [card] = told(/^No calendar for/);
    assert.equal(await it_.press(anna, /^Ask The boss/), null);
    assert.match(it_.latest(CHANNEL).summary, /could not reach this person/);
    assert.ok(it_.said(CHANNEL).includes(card!));
  });

  it('who is fine again: the button of the old message asks nobody', async () => {
    it_.graph.directory.setPerson('anna', { accountEnabled: false, manager: 'bob' });
    await days(1);
    it_.graph.directory.setPerson('anna', { manager: 'bob' });
    await it_.bot.flows.owners.recheck();
    await it_.bot.settled();
    assert.equal(told(/is back$/).length, 1);
    it_.pair('anna');
    const [watch] = await it_.bot.store.listWatches(CHANNEL.id);
    const press = { name: 'ask-owner', data: { watch: watch!.id } };
    assert.equal(await pressForged(it_, carla, CHANNEL, press), null);
    assert.equal(it_.latest(CHANNEL).tone, 'warning');
    assert.deepEqual(it_.said(chatOf(bob)), []);
  });

  it('is not asked about from another conversation', async () => {
    it_.graph.directory.setPerson('anna', { accountEnabled: false, manager: 'bob' });
    await days(1);
    const [watch] = await it_.bot.store.listWatches(CHANNEL.id);
    const press = { name: 'ask-owner', data: { watch: watch!.id } };
    assert.equal(await pressForged(it_, carla, chatOf(carla), press), null);
    assert.equal(it_.latest(chatOf(carla)).tone, 'warning');
    assert.deepEqual(it_.said(chatOf(bob)), []);
  });

  it('is not judged where the directory does not let the bot see', async () => {
    it_.graph.directory.allow({ people: false });
    it_.graph.directory.setPerson('anna', { accountEnabled: false, manager: 'bob' });
    const asked = () => it_.graph.requests.filter(({ path }) => path.includes('accountEnabled')).length;
    await it_.bot.flows.owners.check('anna');
    const once = asked();
    await it_.bot.flows.owners.check('anna');
    assert.deepEqual([once > 0, asked()], [true, once], 'the directory is asked again a day later');
    await days(3);
    assert.ok(asked() > once);
    assert.deepEqual(told(/^No calendar for/), []);
    it_.pair('anna');
  });

  it('whose account was disabled is not called back while the directory does not let the bot see', async () => {
    it_.graph.directory.setPerson('anna', { accountEnabled: false });
    await it_.bot.flows.owners.check('anna');
    it_.graph.directory.allow({ people: false });
    await it_.bot.flows.owners.recheck();
    await it_.bot.settled();
    assert.equal((await it_.bot.store.getMailboxStates(['anna']))[0]?.state, 'disabled');
    assert.equal((await feed()).length, 2);
  });

  it('whose mailbox is gone is told of also while the directory is out of reach', async () => {
    it_.graph.mailbox('anna').setMissing('MailboxNotEnabledForRESTAPI');
    it_.graph.setChaos(({ path }) => (path.includes('accountEnabled') ? { kind: 'answer', status: 503 } : null));
    await it_.bot.flows.owners.missing('anna');
    await it_.bot.settled();
    assert.equal(told(/^No calendar for/).length, 1);
    assert.equal((await feed()).length, 2);
  });

  it('who is back is noticed, though another is out of reach', async () => {
    await it_.watching(carla, 'other.example', certificate('other', { notAfter: NOW + 70 * DAY }));
    for (const name of ['anna', 'carla']) {
      it_.graph.mailbox(name).setMissing('MailboxNotEnabledForRESTAPI');
      await it_.look(name);
    }
    it_.graph.mailbox('carla').setMissing(null);
    await it_.bot.flows.owners.recheck();
    await it_.bot.settled();
    assert.deepEqual([kindsIn(it_, 'carla'), (await feed()).length], [PAIR, 2]);
  });

  it('is not taken for gone by one answer that the service gives by mistake', async () => {
    it_.graph.inject({ kind: 'answer', status: 404, code: 'ErrorInvalidUser' }, { mailbox: 'anna' });
    await it_.say(anna, 'settings freeze 2026-12-20..2027-01-10');
    await days(1);
    assert.deepEqual(told(/^No calendar for/), []);
    it_.pair('anna');
  });

  it('is told of in each conversation in which they own something, each in its own words', async () => {
    const german = personOf('anna', { locale: 'de-DE' });
    await it_.watching(german, 'www.example.com', LEAF, chatOf(anna));
    it_.graph.directory.setPerson('anna', { accountEnabled: false, manager: 'bob' });
    await days(2);
    assert.equal(told(/^No calendar for/).length, 1);
    const own = it_.said(chatOf(anna)).filter(({ tone }) => tone === 'warning');
    assert.equal(own.length, 1);
    assert.equal(own[0]!.language, 'de');
  });

  it('with a shared mailbox is not judged by its disabled account', async () => {
    it_.graph.mailbox('ops@example.com').setPurpose('shared');
    it_.graph.directory.setPerson('ops@example.com', { accountEnabled: false, manager: 'bob' });
    await it_.say(anna, 'settings mailbox ops@example.com');
    await days(2);
    await it_.look('ops@example.com');
    assert.deepEqual(kindsIn(it_, 'ops@example.com'), PAIR);
    assert.deepEqual(told(/^No calendar for/), []);
  });

  it('whose shared mailbox is deleted: told once, nobody proposed, the feed takes over, and back', async () => {
    it_.graph.mailbox('ops@example.com').setPurpose('shared');
    await it_.say(anna, 'settings mailbox ops@example.com');
    it_.graph.mailbox('ops@example.com').setMissing('ErrorInvalidUser');
    await it_.look('ops@example.com');
    await it_.look('ops@example.com');
    await days(1);
    assert.equal(told(/^No calendar for/).length, 1);
    assert.equal((await feed()).length, 2);
    it_.graph.mailbox('ops@example.com').setMissing(null);
    await it_.bot.flows.owners.recheck();
    await it_.bot.settled();
    assert.deepEqual(kindsIn(it_, 'ops@example.com'), PAIR);
    assert.deepEqual(await feed(), []);
  });

  it('stays, and copies of somebody who is gone end quietly, and come back with them', async () => {
    await it_.say(anna, 'remind also @carla');
    await it_.press(carla, YES, chatOf(carla));
    const before = it_.said(CHANNEL).length;
    it_.graph.directory.setPerson('carla', { accountEnabled: false, manager: 'bob' });
    await it_.look('carla');
    await days(1);
    assert.deepEqual([kindsIn(it_, 'anna'), kindsIn(it_, 'carla')], [PAIR, []]);
    assert.equal(it_.said(CHANNEL).length, before);
    it_.graph.directory.setPerson('carla', {});
    await days(2);
    assert.deepEqual([kindsIn(it_, 'anna'), kindsIn(it_, 'carla')], [PAIR, PAIR]);
  });
});

describe('an owner who types “watch” once more', () => {
  const moved = personOf('anna', { mailbox: 'anna.new', timeZone: 'America/New_York', locale: 'de-DE' });
  let it_: WiredOutlook;
  beforeEach(async () => {
    it_ = await startWiredOutlook({ people: [anna, bob] });
    await it_.watching(anna, 'example.com', LEAF);
  });
  afterEach(() => it_.close());

  const watch = async () => (await it_.bot.store.listWatches(CHANNEL.id))[0]!;

  it('with another mailbox has the reminders there, and none in the old one; the language stays', async () => {
    await it_.say(moved, 'watch example.com');
    assert.deepEqual([kindsIn(it_, 'anna'), kindsIn(it_, 'anna.new')], [[], PAIR]);
    const { ownerMailbox, ownerTimeZone, ownerLocale } = await watch();
    assert.deepEqual([ownerMailbox, ownerTimeZone, ownerLocale], ['anna.new', 'America/New_York', 'en-GB']);
    await it_.later(DAY);
    await it_.look('anna.new');
    assert.deepEqual([kindsIn(it_, 'anna'), kindsIn(it_, 'anna.new')], [[], PAIR]);
  });

  it('with a mailbox, where none was known, has the reminders there in place of the feed', async () => {
    const unknown = personOf('carla', { mailbox: null });
    await it_.watching(unknown, 'hers.example', certificate('hers'));
    const feed = async () => (await it_.bot.store.listReminders('ics', CHANNEL.id)).filter(({ wanted }) => wanted);
    assert.equal((await feed()).length, 2);
    await it_.say(carla, 'watch hers.example');
    assert.deepEqual([kindsIn(it_, 'carla'), await feed()], [PAIR, []]);
  });

  const others: [string, Parameters<typeof personOf>][] = [
    ['without a mailbox that is known', ['anna', { mailbox: null }]],
    ['as somebody else', ['bob', {}]],
    ['as before, from another time zone', ['anna', { timeZone: 'America/New_York' }]],
  ];
  for (const [how, args] of others) {
    it(`${how} changes nothing`, async () => {
      const before = [await watch(), JSON.stringify(it_.graph.events('anna'))];
      await it_.say(personOf(...args), 'watch example.com');
      assert.deepEqual([await watch(), JSON.stringify(it_.graph.events('anna'))], before);
      assert.deepEqual(kindsIn(it_, 'bob'), []);
    });
  }

  it('from another organisation by now is known by that', async () => {
    await it_.say(personOf('anna', { tenantId: 'another' }), 'watch example.com');
    assert.equal((await watch()).ownerTenantId, 'another');
    it_.pair('anna');
  });
});
