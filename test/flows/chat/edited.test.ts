import assert from 'node:assert/strict';
import type { Card } from '../../../src/core/card.ts';
import { DAY } from '../../../src/core/time.ts';
import { createWillingSource, startPlainChat, type PlainChat } from './plain-chat.ts';
import { rowsOf, said } from '../../support/said.ts';

const ID = 'plain:first';

function textOf({ text = [] }: Card): string {
  return text.join('\n');
}

describe('an edited message', () => {
  let chat: PlainChat;

  beforeEach(async () => {
    chat = await startPlainChat({ source: createWillingSource().source });
  });
  afterEach(() => chat.bot.close());

  it('is run anew, its answer in place of the old one, with the button that ends what the first text began', async () => {
    const ends = new Date(Date.now() + 60 * DAY);
    const versions = await chat.edit(ID, 'watch a.exmaple', 'watch a.example');
    const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(ends);
    const until = `is valid until ${day.replace(' ', '\u{a0}')}`;
    assert.deepEqual(
      versions.map(({ title }) => title),
      [`a.exmaple ${until}`, `a.example ${until}`],
    );
    assert.deepEqual(await chat.uris(), ['tls://a.example:443', 'tls://a.exmaple:443']);
    const last = versions.at(-1)!;
    assert.deepEqual(
      versions.map(({ about }) => about?.inbound),
      [ID, ID],
    );
    assert.match(textOf(last), /was edited.*not undone: a\.exmaple stays watched/);
    const buttons = (last.actions ?? []).filter((action) => action.kind === 'execute');
    const stop = buttons.findLast(({ action }) => action.name === 'unwatch-left')!;
    assert.equal(stop.label, 'Stop watching a.exmaple');
    assert.equal(await chat.press(Number(stop.action.data['watch']), 'unwatch-left'), null);
    assert.deepEqual(await chat.uris(), ['tls://a.example:443']);
    await chat.press(Number(stop.action.data['watch']), 'unwatch-left');
    assert.deepEqual(await chat.uris(), ['tls://a.example:443']);
  });

  it('is run once, however often its text is delivered, and not when it asks for the same as before', async () => {
    const versions = await chat.edit(
      ID,
      'watch a.example',
      'watch a.example',
      'Please watch a.example!',
      'watch a.example b.example',
      'watch a.example b.example',
      'watch a.example, b.example, please',
    );
    assert.equal(versions.length, 2);
    assert.doesNotMatch(textOf(versions.at(-1)!), /edited/);
    assert.deepEqual(await chat.uris(), ['tls://a.example:443', 'tls://b.example:443']);
  });

  it('tells how a target is watched again that the first text stopped', async () => {
    await chat.say('watch a.example b.example');
    const versions = await chat.edit(ID, 'unwatch a.example', 'unwatch b.example');
    assert.match(textOf(versions.at(-1)!), /not undone: a\.example is not watched any more\. “watch a\.example”/);
    const again = (versions.at(-1)!.actions ?? []).find(
      (one) => one.kind === 'execute' && one.action.name === 'watch-again',
    );
    assert.ok(again?.kind === 'execute');
    assert.equal(again.label, 'Watch a.example again');
    assert.deepEqual(again.action.data, { uri: 'tls://a.example:443' });
    await chat.pressed({ name: 'watch-again', data: again.action.data });
    assert.deepEqual(await chat.uris(), ['tls://a.example:443']);
    const mended = await chat.edit(ID, 'watch b.example');
    assert.doesNotMatch(textOf(mended.at(-1)!), /b\.example is not watched any more/);
  });

  it('names what else the first text changed', async () => {
    const versions = await chat.edit(ID, 'remind 30d', 'list');
    assert.match(textOf(versions.at(-1)!), /first text asked for \(“remind”\) is not undone/);
    for (const text of ['ack a.example', 'snooze a.example until Monday', 'installing a.example tomorrow'])
      assert.match(
        textOf((await chat.edit(`plain:${text}`, text, 'list')).at(-1)!),
        new RegExp(`first text asked for \\(“${text.split(' ', 1)[0]!}”\\) is not undone`),
      );
    const harmless = await chat.edit('plain:second', 'list', 'help');
    assert.doesNotMatch(textOf(harmless.at(-1)!), /edited/);
  });

  it('that nobody knows any more is left alone', async () => {
    await chat.edit(ID, 'list');
    await chat.bot.store.pruneInbound(Date.now() + 1);
    const before = chat.posts.length;
    const [{ inbox }, receivedAt] = [chat.bot, Date.now()];
    const actor = {
      id: 'anna',
      name: 'Anna',
      mailbox: null,
      timeZone: null,
      locale: 'en',
      tenantId: null,
      notice: null,
    };
    const conversation = {
      id: 'plain:ops',
      channel: 'plain',
      kind: 'channel',
      tenantId: null,
      name: 'ops',
      reference: {},
    } as const;
    const message = { thread: null, ephemeral: null, mentions: [], attachments: [], conversation, actor, receivedAt };
    await inbox.edited({ ...message, id: ID, text: 'watch a.example' });
    await chat.bot.settled();
    assert.equal(chat.posts.length, before);
  });
});

describe('thresholds of one watch', () => {
  let chat: PlainChat;

  beforeEach(async () => {
    chat = await startPlainChat({ source: createWillingSource().source });
  });
  afterEach(() => chat.bot.close());

  async function policies(): Promise<(number | null)[]> {
    const watches = await chat.bot.store.listWatches('plain:ops');
    return watches.toSorted((a, b) => (a.uri < b.uri ? -1 : 1)).map(({ policy }) => policy?.length ?? null);
  }

  it('are set, told and taken back by `remind … for`, and by `watch … remind default`', async () => {
    await chat.say('watch a.example b.example');
    const set = await chat.say('remind 30, 14 and 7 days for a.example');
    assert.match(said(set), /^Alerts for a\.example come 30 days, 14 days and 7 days before expiry/);
    assert.deepEqual(await policies(), [3, null]);
    assert.deepEqual(rowsOf(await chat.say('remind for a.example')), [
      ['a.example', '30 days, 14 days and 7 days before expiry.', '', ''],
    ]);
    assert.match(
      said(await chat.say('remind default for a.example')),
      /as everywhere in this chat: 30, 7 and 2 days before expiry/,
    );
    assert.deepEqual(await policies(), [null, null]);
    await chat.say('remind 10d for all');
    assert.deepEqual(await policies(), [1, 1]);
    await chat.say('watch a.example remind default');
    assert.deepEqual(await policies(), [null, 1]);
    await chat.say('remind default for all');
    assert.deepEqual(await policies(), [null, null]);
    assert.match(said(await chat.say('remind 10d for c.example')), /c\.example is not watched in this conversation/);
  });

  it('come with the words that were no targets', async () => {
    const card = await chat.say('watch a.example, please');
    assert.match(textOf(card), /Not taken for a target: “please”\./);
    assert.deepEqual(await chat.uris(), ['tls://a.example:443']);
  });
});

describe('a time zone', () => {
  for (const [typed, told] of [
    ['Berlin', 'Europe/Berlin'],
    ['“Europe/Berlin”', 'Europe/Berlin'],
    ['"W. Europe Standard Time"', 'Europe/Berlin'],
    ['GMT Standard Time', 'Europe/London'],
    ['new york', 'America/New_York'],
    ['Zürich', 'Europe/Zurich'],
    ['Kolkata', 'Asia/Kolkata'],
    ['cet', 'CET'],
    ['US/Eastern', 'US/Eastern'],
  ] as const)
    it(`typed as ${typed} is ${told}`, async () => {
      const chat = await startPlainChat({ source: createWillingSource().source });
      try {
        assert.match(
          said(await chat.say(`settings timezone ${typed}`)),
          new RegExp(`^Time zone, from now on: ${told}\\.`),
        );
      } finally {
        await chat.bot.close();
      }
    });
});
