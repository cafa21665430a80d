import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { textOf, type Card } from '../../../src/core/card.ts';
import { DeliveryError, StoreError } from '../../../src/core/errors.ts';
import type { Actor } from '../../../src/core/model/people.ts';
import type { ConversationInput } from '../../../src/core/model/conversation.ts';
import { afterTest } from '../../support/after-test.ts';
import { certificate, NOW } from '../../support/certificate-facts.ts';
import { createScriptedSource } from '../../support/scripted-source.ts';
import { createWiredBot } from '../../support/wired-bot.ts';
import { HOUR, DAY } from '../../../src/core/time.ts';
import { said } from '../../support/said.ts';

const PATIENCE = 60_000;
const THREAD = 'the thread of the message';
const ASIDE = 'for the presser alone';
const OPS: ConversationInput = {
  id: 'plain:ops',
  channel: 'plain',
  kind: 'channel',
  tenantId: null,
  name: 'ops',
  reference: {},
};
const ANNA: Actor = {
  id: 'anna',
  name: 'Anna',
  mailbox: null,
  timeZone: null,
  locale: 'en',
  tenantId: null,
  notice: null,
};
const LEAF = certificate('first', { notAfter: NOW + 60 * DAY });
const NEXT = certificate('second', { notBefore: NOW, notAfter: NOW + 90 * DAY });

interface Post {
  thread: unknown;
  card: Card;
}

/** A conversation that watches these hosts, of which nobody but the bot itself has messages sent. */
async function start(hosts: string[]) {
  const scripted = createScriptedSource(() => NOW);
  const errors: string[] = [];
  const log = {
    debug() {},
    info() {},
    warn() {},
    error: (_fields: object, message: string) => void errors.push(message),
  };
  const bot = await createWiredBot({ sources: [scripted.source], now: () => NOW, uuid: randomUUID, log });
  afterTest(() => bot.close());
  const posts: Post[] = [];
  await bot.join({
    channel: 'plain',
    async send(_conversation, card, { thread }) {
      posts.push({ thread, card });
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
  for (const host of hosts) scripted.serve(host, { address: '192.0.2.1', presents: LEAF });
  const said = { id: 'plain:watch', conversation: OPS, thread: null, ephemeral: null, actor: ANNA, mentions: [] };
  await bot.inbox.message({ ...said, text: `watch ${hosts.join(' ')}`, attachments: [], receivedAt: NOW });
  await bot.settled();
  posts.length = 0;

  async function press(
    name: string,
    data: Record<string, string | number | boolean>,
    { ephemeral = null }: { ephemeral?: unknown } = {},
  ): Promise<Card | null> {
    const action = { name, data };
    return bot.inbox.action({ conversation: OPS, thread: THREAD, ephemeral, actor: ANNA, action, receivedAt: NOW });
  }

  return {
    bot,
    scripted,
    errors,
    press,
    idOf: async (host: string) => (await bot.store.findWatch(OPS.id, `tls://${host}:443`))!.id,
    /** What the bot sends by itself, once there is so much of it. */
    async sent(number: number): Promise<Post[]> {
      const until = performance.now() + PATIENCE;
      while (posts.length < number) {
        assert.ok(performance.now() < until, `${posts.length} of ${number} messages came`);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      return posts;
    },
  };
}

function rowsOf(card: Card | null): string[] {
  return (card?.groups ?? []).flatMap(({ rows = [] }) => rows.map(({ name }) => textOf(name)));
}

/** What a button of a list that turns its pages carries. */
function turning(card: Card | null, label: string): Record<string, string | number | boolean> {
  const found = card?.actions?.find((one) => one.label === label);
  return found?.kind === 'execute' ? found.action.data : assert.fail(`no button ${label}`);
}

describe('a button of a list', () => {
  const hosts = Array.from({ length: 20 }, (_, index) => `west${String(index).padStart(2, '0')}.example`);

  it('turns the pages of what the list was narrowed to, and of nothing else', async () => {
    const { press } = await start([...hosts, 'other.example']);
    const first = await press('list-page', { page: 1, filter: 'west' });
    const second = await press('list-page', turning(first, 'Next ▶'));
    assert.deepEqual([...rowsOf(first), ...rowsOf(second)], hosts);
  });

  it('that stops watching tells everybody, where the list stands, and leaves its page and what it was narrowed to', async () => {
    const { bot, press, sent, idOf } = await start([...hosts, 'other.example']);
    const card = await press('unwatch-row', { watch: await idOf('west17.example'), page: 2, filter: 'west' });
    assert.deepEqual(
      rowsOf(card),
      ['west15', 'west16', 'west18', 'west19'].map((name) => `${name}.example`),
    );
    const [told] = await sent(1);
    assert.deepEqual([told!.thread, told!.card.title], [THREAD, 'No longer watching west17.example']);
    assert.equal(await bot.store.findWatch(OPS.id, 'tls://west17.example:443'), null);
  });

  it('that is pressed twice tells it once', async () => {
    const { press, sent, idOf } = await start(['a.example', 'b.example']);
    const data = { watch: await idOf('a.example'), page: 1, filter: '' };
    await press('unwatch-row', data);
    assert.deepEqual(rowsOf(await press('unwatch-row', data)), ['b.example']);
    await press('show-row', { watch: await idOf('b.example') });
    assert.deepEqual(
      (await sent(2)).map(({ card }) => card.title),
      ['No longer watching a.example', 'b.example is valid until 21\u{a0}Jan'],
    );
  });

  for (const [where, ephemeral, thread] of [
    ['below the list', null, THREAD],
    ['to the presser alone where only they see the list', ASIDE, ASIDE],
  ] as const) {
    it(`shows a row ${where}`, async () => {
      const { press, sent, idOf } = await start(['a.example']);
      assert.equal(await press('show-row', { watch: await idOf('a.example') }, { ephemeral }), null);
      const [shown] = await sent(1);
      assert.deepEqual([shown!.thread, shown!.card.title], [thread, 'a.example is valid until 21\u{a0}Jan']);
    });

    it(`that belongs to nothing any more says so ${where}`, async () => {
      const { press, sent, errors } = await start(['a.example']);
      assert.equal(await press('show', { watch: 99 }, { ephemeral }), null);
      const [told] = await sent(1);
      assert.equal(told!.thread, thread);
      assert.match(said(told!.card), /belongs to something that is no longer there/);
      assert.deepEqual(errors, []);
    });
  }

  it('that nobody knows does nothing, whatever it carries', async () => {
    const { press, sent, idOf } = await start(['a.example']);
    assert.equal(await press('show-all', { watch: await idOf('a.example') }), null);
    assert.match(said((await sent(1))[0]!.card), /belongs to something that is no longer there/);
  });
});

describe('“Look again now”', () => {
  it('shows the presser what is new, and tells it everybody', async () => {
    const { bot, scripted, press, sent, idOf } = await start(['a.example']);
    const broken = { trust: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' };
    scripted.serve('a.example', { address: '192.0.2.1', presents: NEXT, ...broken });
    const card = await press('show', { watch: await idOf('a.example'), fresh: true });
    assert.match(card!.summary, /^Chain incomplete: some clients refuse a\.example\. It is valid until 20\sFeb/);
    const [told] = await sent(1);
    assert.equal(told!.card.title, 'Some clients refuse a.example');
    assert.equal(told!.thread, null);
    assert.equal((await bot.store.listWatches(OPS.id)).length, 1);
  });

  it('says so where nothing looks at such targets any more', async () => {
    const { bot, press, sent, errors } = await start(['a.example']);
    const [known] = await bot.store.listWatches(OPS.id);
    const { id: _id, ...rest } = known!;
    const uri = 'imap://mail.example:143';
    const target = await bot.store.ensureTarget(uri);
    const { watch } = await bot.store.addWatch({ ...rest, uri, targetId: target.id });
    assert.equal(await press('show', { watch: watch.id, fresh: true }), null);
    assert.equal(said((await sent(1))[0]!.card), 'This bot cannot check imap://mail.example:143.');
    assert.deepEqual(errors, []);
  });
});

describe('a button that fails', () => {
  it('says so beside the message, with the number under which the log tells more', async () => {
    const { bot, press, sent, errors } = await start(['a.example']);
    bot.store.listWatches = () => Promise.reject(new Error('no'));
    assert.equal(await press('show', { watch: 1 }, { ephemeral: ASIDE }), null);
    const [told] = await sent(1);
    assert.equal(told!.thread, ASIDE);
    assert.match(JSON.stringify(told!.card), /[0-9a-f]{8}/);
    assert.deepEqual(errors, ['a button failed']);
  });

  it('because the store is away leaves it to the channel to say so, or to deliver the press again', async () => {
    const { bot, press, errors } = await start(['a.example']);
    bot.store.listWatches = () => Promise.reject(new StoreError('away'));
    await assert.rejects(press('show', { watch: 1 }), StoreError);
    assert.deepEqual(errors, []);
    assert.deepEqual(await bot.store.claimDeliveries(NOW + HOUR, 9, 'lease', 1), []);
  });
});
