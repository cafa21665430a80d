import assert from 'node:assert/strict';
import type { Card } from '../../../src/core/card.ts';
import { DeliveryError } from '../../../src/core/errors.ts';
import { forgetGone, install, restore, uninstall } from '../../../src/flows/chat/membership.ts';
import { afterTest } from '../../support/after-test.ts';
import { certificate } from '../../support/certificate-facts.ts';
import { createWiredBot } from '../../support/wired-bot.ts';
import { CHANNEL, personOf, startWiredOutlook } from '../../support/wired-outlook.ts';
import { kindsIn, PAIR } from '../../support/wired-people.ts';
import { DAY } from '../../../src/core/time.ts';

const NOW = Date.UTC(2027, 0, 15, 12);
const OPS = { id: 'plain:ops', channel: 'plain', kind: 'channel' as const, tenantId: null, name: 'ops', reference: {} };
const ANNA = { id: 'anna', name: 'Anna', mailbox: null, timeZone: null, locale: 'en', tenantId: null, notice: null };

async function start() {
  let now = NOW;
  const bot = await createWiredBot({ sources: [], now: () => now });
  afterTest(() => bot.close());
  const posts: Card[] = [];
  await bot.join({
    channel: 'plain',
    async send(_conversation, card) {
      posts.push(card);
      return { activityId: `m${posts.length}` };
    },
    update: () => Promise.resolve(),
    remove: () => Promise.resolve(),
    identify: (actor) => Promise.resolve(actor),
    direct: () => Promise.reject(new DeliveryError('refused', 'nobody')),
    download: () => Promise.reject(new Error('no files here')),
    personOf: () => null,
    link: () => null,
  });
  return {
    bot,
    posts,
    async added(): Promise<void> {
      await bot.inbox.installed(OPS, ANNA);
      await bot.settled();
    },
    removed: () => bot.inbox.removed({ id: OPS.id, team: null }),
    goneAt: async () => (await bot.store.findConversation(OPS.id))?.goneAt,
    setNow: (at: number) => void (now = at),
  };
}

describe('a conversation that the bot is added to', () => {
  it('is welcomed once, however often that is told, and again when it was removed in between', async () => {
    const { added, removed, posts, goneAt } = await start();
    await added();
    await added();
    assert.equal(posts.length, 1);
    await removed();
    await added();
    assert.equal(posts.length, 2);
    assert.equal(await goneAt(), null);
  });

  it('is welcomed once somebody speaks, where thousands get the bot in the same minute', async () => {
    const { bot, posts } = await start();
    const chats = Array.from({ length: 200 }, (_, index) => ({
      ...OPS,
      id: `plain:p${index}`,
      kind: 'personal' as const,
    }));
    for (const chat of chats) await bot.inbox.installed(chat, ANNA);
    await bot.settled();
    assert.equal(posts.length, 20);
    const message = { thread: null, ephemeral: null, actor: ANNA, text: 'list', mentions: [], attachments: [] };
    const speak = (id: string): Promise<void> =>
      bot.inbox.message({ ...message, id, conversation: chats[199]!, receivedAt: NOW });
    await speak('first');
    await bot.settled();
    const titles = posts.slice(20).map(({ title }) => title);
    assert.equal(titles.length, 2);
    assert.ok(titles.includes(posts[0]!.title));
    await speak('second');
    await bot.settled();
    assert.equal(posts.length, 23);
  });
});

describe('a removal that is told late or twice', () => {
  it('counts from when it was told first', async () => {
    const { bot, added, removed, goneAt, setNow } = await start();
    await added();
    await removed();
    setNow(NOW + 29 * DAY);
    await removed();
    assert.equal(await goneAt(), NOW);
    setNow(NOW + 30 * DAY);
    await bot.round();
    assert.equal(await goneAt(), NOW, 'not before thirty days are over');
    setNow(NOW + 30 * DAY + 1);
    await bot.round();
    assert.equal(await goneAt(), undefined);
  });

  it('of a conversation that nobody knows makes none', async () => {
    const { removed, goneAt } = await start();
    await removed();
    assert.equal(await goneAt(), undefined);
  });
});

describe('the reminders of a conversation that removed the bot', () => {
  it('stay in Outlook for thirty days, and go with it', async () => {
    const anna = personOf('anna');
    const it_ = await startWiredOutlook({ people: [anna] });
    try {
      const leaf = certificate('first', { notAfter: it_.now() + 90 * DAY });
      await it_.watching(anna, 'example.com', leaf);
      await it_.bot.inbox.removed({ id: CHANNEL.id, team: null });
      await it_.later(29 * DAY);
      assert.deepEqual(kindsIn(it_, 'anna'), PAIR);
      it_.pass(2 * DAY);
      assert.equal(await forgetGone(it_.bot.context, it_.bot.flows.operators), 1);
      await it_.bot.settled();
      assert.deepEqual(kindsIn(it_, 'anna'), []);
    } finally {
      await it_.close();
    }
  });
});

describe('a team of Microsoft Teams', () => {
  it('has the bot removed from all of its channels, and back in all of them; others stay as they are', async () => {
    const { bot } = await start();
    const channel = (name: string, team: string) => ({ ...OPS, id: `teams:${name}`, channel: 'teams', name, team });
    const channels = [channel('general', 'one'), channel('ops', 'one'), channel('general-of-two', 'two')];
    for (const each of channels) await bot.store.rememberConversation(each, NOW);
    const gone = async () => {
      const found = await Promise.all(channels.map(({ id }) => bot.store.findConversation(id)));
      return found.map((one) => one!.goneAt !== null);
    };
    const { context } = bot;
    await uninstall(context, { id: 'teams:one', team: 'one' });
    assert.deepEqual(await gone(), [true, true, false]);
    await restore(context, { id: 'teams:one', team: 'one' });
    assert.deepEqual(await gone(), [false, false, false]);
    await uninstall(context, { id: 'teams:ops', team: null });
    assert.deepEqual(await gone(), [false, true, false]);
    await restore(context, { id: 'teams:ops', team: null });
    assert.deepEqual(await gone(), [false, false, false]);
    await uninstall(context, { id: 'teams:one', team: 'one' });
    await install(context, bot.flows.deliverer, channels[0]!, null);
    assert.deepEqual(await gone(), [false, false, false]);
  });
});
