import assert from 'node:assert/strict';
import type { Card } from '../../src/core/card.ts';
import { DeliveryError } from '../../src/core/errors.ts';
import { afterTest } from '../support/after-test.ts';
import { createWiredBot } from '../support/wired-bot.ts';

const NOW = Date.UTC(2027, 0, 15, 12);
const DAY = 86_400_000;
const OPS = { id: 'plain:ops', channel: 'plain', kind: 'channel' as const, tenantId: null, name: 'ops', reference: {} };
const ANNA = { id: 'anna', name: 'Anna', mailbox: null, timeZone: null, locale: 'en', tenantId: null, notice: null };

async function start() {
  let now = NOW;
  const bot = await createWiredBot({ sources: [], now: () => now });
  afterTest(() => bot.close());
  const posts: Card[] = [];
  bot.join({
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
