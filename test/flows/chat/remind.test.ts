import assert from 'node:assert/strict';
import { textOf } from '../../support/wired-people.ts';
import { createWillingSource, startPlainChat, type PlainChat } from './plain-chat.ts';
import { DAY } from '../../../src/core/time.ts';
import { said } from '../../support/said.ts';

/** Every certificate is valid for 60 days more. */
describe('when a conversation is alerted', () => {
  let chat: PlainChat;
  beforeEach(async () => {
    chat = await startPlainChat({ source: createWillingSource().source });
  });
  afterEach(() => chat.bot.close());

  const hosts = (count: number): string[] => Array.from({ length: count }, (_one, index) => `h${index + 10}.example`);
  const policy = async () => (await chat.bot.store.findConversation('plain:ops'))?.policy;

  it('is told, and changes nothing', async () => {
    const card = await chat.say('remind');
    assert.match(said(card), /^When this chat is alerted\. 30, 7 and 2 days/);
    assert.equal(await policy(), null);
    assert.deepEqual(await chat.bot.store.listAudit('plain:ops', 9), []);
  });

  it('is what was said last, until that is taken back; each is written down', async () => {
    assert.match(said(await chat.say('remind 30d 12h')), /^This chat is alerted 30 days and 12 hours before/);
    assert.equal((await policy())?.length, 2);
    await chat.say('remind default');
    assert.equal(await policy(), null);
    const audit = await chat.bot.store.listAudit('plain:ops', 9);
    assert.deepEqual(
      audit.map(({ verb, subject, actorId }) => [actorId, verb, subject]),
      [
        ['anna', 'remind', 'default'],
        ['anna', 'remind', '30d 12h'],
      ],
    );
  });

  it('says what is within the thresholds already, up to ten, and which have thresholds of their own', async () => {
    await chat.say(`watch ${hosts(10).join(' ')}`);
    await chat.say('watch own.example remind 90d');
    assert.doesNotMatch(textOf(await chat.say('remind 50d')), /Nearer to their end/);
    const ten = textOf(await chat.say('remind 70d'));
    const list = hosts(10);
    assert.ok(ten.includes(`Nearer to their end than that already: ${list.join(', ')}.`), ten);
    assert.match(ten, /1 of 11 watches here has times of its own/);
    await chat.say('watch h20.example');
    const eleven = textOf(await chat.say('remind 80d'));
    assert.ok(eleven.includes(`Nearer to their end than that already: ${list.join(', ')} …`), eleven);
  });

  it('has no alert for what the answer told, and looks again at once, but for those with thresholds of their own', async () => {
    await chat.say('watch a.example');
    await chat.say('watch own.example remind 5d');
    const dueOf = async (host: string) => (await chat.bot.store.findTarget(`tls://${host}:443`))!.dueAt!;
    const before = await dueOf('own.example');
    await chat.say('remind 70d 65d');
    assert.ok((await dueOf('a.example')) <= Date.now());
    assert.equal(await dueOf('own.example'), before);
    const posts = chat.posts.length;
    await chat.bot.round();
    assert.equal(chat.posts.length, posts);
    assert.ok((await dueOf('a.example')) > Date.now());
  });

  it('counts for its reminders as well', async () => {
    await chat.say('watch a.example');
    const renewal = async () =>
      (await chat.bot.store.listReminders('ics', 'plain:ops')).find(({ kind }) => kind === 'renew')!.event.start;
    const before = await renewal();
    await chat.say('remind 45d');
    assert.ok((await renewal()) < before - 10 * DAY);
    await chat.say('remind default');
    assert.equal(await renewal(), before);
  });
});
