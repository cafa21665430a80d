import assert from 'node:assert/strict';
import { textOf, type Card } from '../../../src/core/card.ts';
import { createOrSkip, databaseKinds, type TestDatabase } from '../../support/databases.ts';
import { createWillingSource, fine, startPlainChat, type PlainChat } from './plain-chat.ts';
import { said } from '../../support/said.ts';

function names(count: number, from = 1): string[] {
  return Array.from({ length: count }, (_, index) => `h${String(index + from).padStart(4, '0')}.example`);
}

/** What the group says in which a host is, or that group alone. */
function noteOf(card: Card, host: string): string | undefined {
  const group = card.groups?.find(({ rows = [] }) => rows.some(({ name }) => textOf(name).includes(host)));
  return (
    group && [...(group.text ?? []), ...(group.rows ?? []).map(({ sub = '' }) => sub)].map(textOf).join(' ').trim()
  );
}

for (const kind of databaseKinds)
  describe(`the most watches of a conversation, on ${kind.name}`, function () {
    let database: TestDatabase;
    let opened: PlainChat[] = [];
    before(async function () {
      database = await createOrSkip(kind, this);
    });
    afterEach(async () => {
      await Promise.all(opened.map(({ bot }) => bot.close()));
      opened = [];
    });
    after(() => database?.drop());

    async function chatWith(maxWatches: number, locale = 'en') {
      const { source, looks } = createWillingSource();
      const chat = await startPlainChat({ source, settings: { maxWatches }, databaseUrl: database.url, locale });
      opened.push(chat);
      return { ...chat, looks };
    }

    it('refuses one more with what to do, and looks at nothing for it', async () => {
      const { say, uris, looks } = await chatWith(2);
      await say('watch a.example', 'one');
      await say('watch b.example', 'one');
      const card = await say('watch c.example', 'one');
      assert.equal(
        said(card),
        'c.example is not watched: this conversation has 2 watches, and 2 is the most it may have. Type “unwatch …” for what need not be watched any more, or watch it from another conversation. An administrator can raise MAX_WATCHES.',
      );
      assert.equal(looks.length, 2);
      assert.deepEqual(await uris('one'), ['tls://a.example:443', 'tls://b.example:443']);
      assert.match((await say('watch a.example remind 5d', 'one')).summary, /^Already watching a\.example/);
      assert.match((await say('watch c.example', 'another')).summary, /^Watching c\.example/);
      await say('unwatch b.example', 'one');
      assert.match((await say('watch c.example', 'one')).summary, /^Watching c\.example/);
    });

    it('refuses also where it was reached while the endpoint was looked at', async () => {
      let meanwhile = (): Promise<unknown> => Promise.resolve();
      const { source } = createWillingSource(async (uri) => {
        if (uri.includes('late.example')) await meanwhile();
        return fine(uri);
      });
      const chat = await startPlainChat({ source, settings: { maxWatches: 1 }, databaseUrl: database.url });
      opened.push(chat);
      await chat.say('list', 'overtaken');
      const conversation = (await chat.bot.store.findConversation('plain:overtaken'))!;
      meanwhile = () => chat.watchDirectly(conversation, ['first.example']);
      assert.match(
        said(await chat.say('watch late.example', 'overtaken')),
        /^late\.example is not watched: this conversation has 1 watch/,
      );
      assert.deepEqual(await chat.uris('overtaken'), ['tls://first.example:443']);
    });

    it('refuses in German', async () => {
      const { say } = await chatWith(1, 'de');
      await say('watch a.example', 'german');
      assert.match(
        said(await say('watch b.example', 'german')),
        /^b\.example wird nicht überwacht: Diese Unterhaltung überwacht 1 Ziel, und 1 ist die Obergrenze\./,
      );
    });

    it('watches the first of many up to it, beside those that it watches already, and lists each other', async () => {
      const { say, uris, looks } = await chatWith(5);
      await say(`watch ${names(2).join(' ')}`, 'bulk');
      const made = looks.length;
      const card = await say(`watch zz.example ${names(6).join(' ')} bad..example`, 'bulk');
      assert.match(card.summary, /^8 targets: 3 watched, 2 already watched, 3 failed$/);
      assert.deepEqual(
        await uris('bulk'),
        [...names(4), 'zz.example'].map((host) => `tls://${host}:443`),
      );
      for (const host of names(2, 5))
        assert.equal(
          noteOf(card, host.replace('.example', '')),
          'This conversation may have at most 5 watches (MAX_WATCHES). Under example:',
        );
      assert.equal(looks.length, made + 5);
    });

    it('is not exceeded by two that watch at the same time, in one process or two', async () => {
      for (let round = 0; round < 5; round += 1) {
        const place = `race ${round}`;
        const replicas = [await chatWith(30)];
        if (kind.name === 'PostgreSQL') replicas.push(await chatWith(30));
        await Promise.all(replicas.map(({ send }) => send('list', place)));
        await Promise.all(replicas.map(({ bot }) => bot.settled()));
        // Straight to the flow, past the inbox, which would let them run one after the other.
        const conversation = (await replicas[0]!.bot.store.findConversation(`plain:${place}`))!;
        await Promise.all(
          replicas.flatMap((chat, index) =>
            [0, 1].map((half) => chat.watchDirectly(conversation, names(20, 100 * (2 * index + half)))),
          ),
        );
        assert.equal(await replicas[0]!.bot.store.countWatches(conversation.id), 30);
        await Promise.all(replicas.map(({ bot }) => bot.close()));
        opened = [];
      }
    });
  });

describe('ports that policy does not allow', () => {
  let opened: PlainChat[] = [];
  afterEach(async () => {
    await Promise.all(opened.map(({ bot }) => bot.close()));
    opened = [];
  });

  async function chatWith(locale = 'en') {
    const { source, looks } = createWillingSource();
    const probePorts = [
      { from: 443, to: 443 },
      { from: 8000, to: 8999 },
    ];
    const chat = await startPlainChat({ source, settings: { probePorts }, locale });
    opened.push(chat);
    return { ...chat, looks };
  }

  for (const verb of ['watch', 'check'])
    it(`are refused by \`${verb}\` before anything is looked at, and those that are allowed are told`, async () => {
      const { say, uris, looks } = await chatWith();
      assert.equal(
        said(await say(`${verb} a.example:22`)),
        "a.example:22 was not looked at: this bot's policy does not allow connecting to port 22. It allows 443, 8000-8999 (PROBE_PORTS).",
      );
      assert.deepEqual(looks, []);
      assert.deepEqual(await uris(), []);
      assert.match((await say(`${verb} a.example:8443`)).summary, /a\.example:8443.* valid until /);
    });

  it('are refused in German', async () => {
    const { say } = await chatWith('de');
    assert.equal(
      said(await say('check a.example:22')),
      'a.example:22 wurde nicht geprüft: Die Regeln dieses Bots erlauben keine Verbindung zu Port 22. Erlaubt sind 443, 8000-8999 (PROBE_PORTS).',
    );
  });

  it('are refused one by one in a bulk command', async () => {
    const { say, looks } = await chatWith();
    const card = await say('watch a.example b.example:22 c.example:8080');
    assert.equal(card.summary, '3 targets: 2 watched, 1 failed');
    assert.equal(noteOf(card, 'b.example'), "This bot's policy does not allow port 22; it allows 443, 8000-8999");
    assert.equal(looks.length, 2);
  });
});
