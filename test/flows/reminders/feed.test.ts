import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import Sqlite from 'better-sqlite3';
import type { Reminder } from '../../../src/core/model/reminder.ts';
import type { EventWriter, Feed } from '../../../src/core/ports/calendar.ts';
import type { Log } from '../../../src/core/ports/log.ts';
import { createFeedTokens } from '../../../src/feed-keys.ts';
import { feedToken, knownFeedToken, tokenHash } from '../../../src/flows/reminders/feed-token.ts';
import { createFeeds, feedName } from '../../../src/flows/reminders/feed.ts';
import { sayIn } from '../../../src/core/language/language.ts';
import { createWillingSource, startPlainChat, type PlainChat } from '../chat/plain-chat.ts';
import { textOf } from '../../support/wired-people.ts';
import { createSqliteFile } from '../../support/databases.ts';
import { afterTest } from '../../support/after-test.ts';

/** Feeds of a chat, written down as they are; and what was told of events that could not be. */
function readFeeds({ bot: { context } }: PlainChat, unwritable: (reminder: Reminder) => boolean = () => false) {
  const written: Feed[] = [];
  const errors: [fields: object, message: string][] = [];
  const log: Log = { ...context.log, error: (fields, message) => void errors.push([fields, message]) };
  const writer: EventWriter = {
    feed(feed) {
      written.push(feed);
      for (const reminder of feed.reminders.filter(unwritable)) feed.leftOut(new RangeError('no such day'), reminder);
      return { body: `feed ${written.length}`, etag: '"tag"' };
    },
    event: ({ id }) => `event ${id}`,
  };
  return { feeds: createFeeds({ ...context, log }, writer), written, errors };
}

async function start(locale = 'en') {
  const chat = await startPlainChat({ source: createWillingSource().source, locale });
  afterTest(() => chat.bot.close());
  const token = async (): Promise<string> =>
    /calendar\/(\w+)\.ics/.exec(textOf(await chat.say('calendar')))?.[1] ?? assert.fail('no address was told');
  return { chat, token };
}

describe('a feed', () => {
  it('holds what is wanted in its conversation, under its name, and is written as the writer writes it', async () => {
    const { chat, token } = await start();
    await chat.say('watch example.com');
    await chat.say('watch example.org', 'elsewhere');
    const { feeds, written } = readFeeds(chat);
    assert.deepEqual(await feeds.feed(await token()), { body: 'feed 1', etag: '"tag"' });
    const [{ name, reminders }] = written as [Feed];
    assert.equal(name, 'Certificates – ops');
    assert.equal(reminders.length, 2);
    for (const { event, wanted } of reminders) assert.match(`${wanted} ${event.subject}`, /^true .*example\.com/);
  });

  it('is empty where nothing is watched any more', async () => {
    const { chat, token } = await start();
    await chat.say('watch example.com');
    await chat.say('unwatch example.com');
    const { feeds, written } = readFeeds(chat);
    assert.ok(await feeds.feed(await token()));
    assert.deepEqual(written[0]?.reminders, []);
  });

  it('has the language of its events', async () => {
    const { chat, token } = await start('de');
    await chat.say('watch example.com');
    const { feeds, written } = readFeeds(chat);
    await feeds.feed(await token());
    assert.equal(written[0]?.name, 'Zertifikate – ops');
  });

  it('is nobody’s under any other token, nor under one that was taken back', async () => {
    const { chat, token } = await start();
    const before = await token();
    const { feeds, written } = readFeeds(chat);
    assert.equal(await feeds.feed('A'.repeat(64)), null);
    await chat.say('calendar reset');
    assert.equal(await feeds.feed(before), null);
    assert.deepEqual(written, []);
  });

  it('has the same address whenever it is asked for, which is not in the store, and another after “calendar reset”', async () => {
    const { chat, token } = await start();
    const first = await token();
    assert.match(first, /^[\da-f]{64}$/);
    assert.equal(await token(), first);
    const { store } = chat.bot.context;
    const live = await store.findLiveFeed('plain:ops');
    assert.equal(live?.hash, tokenHash(first));
    assert.equal(JSON.stringify(live).includes(first), false);
    await chat.say('calendar reset');
    assert.notEqual(await token(), first);
  });

  it('has an address that stands nowhere in the database once it was told, nor do those of its events', async () => {
    const file = await createSqliteFile();
    const chat = await startPlainChat({ source: createWillingSource().source, databaseUrl: file.url });
    try {
      await chat.say('watch example.com');
      const told = JSON.stringify([await chat.say('calendar'), await chat.say('calendar example.com')]);
      const secrets = [...told.matchAll(/(?:\/|%2F)([\w-]{20,})\.ics/g)].map(([, secret]) => secret!);
      assert.equal(new Set(secrets).size, 3);
      await chat.bot.settled();
      const database = new Sqlite(file.url.slice('sqlite:'.length), { readonly: true });
      const tables = database.prepare("select name from sqlite_schema where type = 'table'").pluck().all() as string[];
      const rows = tables.map((name) => database.prepare(`select * from "${name}"`).all());
      database.close();
      const dump = JSON.stringify(rows);
      assert.match(dump, /calendar\/….ics/);
      for (const secret of secrets) assert.equal(dump.includes(secret), false, secret);
    } finally {
      await chat.bot.close();
      await file.drop();
    }
  });

  it('goes on under an address whose key is gone, or which an earlier version gave out, beside a new one', async () => {
    const { chat, token } = await start();
    const before = await token();
    const { context } = chat.bot;
    const others = { ...context, feedTokens: createFeedTokens(['another key of the tests']) };
    const there = await feedToken(others, context.store, 'plain:ops');
    assert.notEqual(there, before);
    const { feeds } = readFeeds(chat);
    for (const known of [before, there]) assert.ok(await feeds.feed(known), known);
    await chat.say('calendar reset');
    for (const known of [before, there]) assert.equal(await feeds.feed(known), null, known);
  });

  it('keeps its address when a key is put before the one that made it', async () => {
    const { chat, token } = await start();
    const before = await token();
    const { context } = chat.bot;
    const others = { ...context, feedTokens: createFeedTokens(['another key of the tests', 'a key of the tests']) };
    assert.equal(await feedToken(others, context.store, 'plain:ops'), before);
    assert.equal(await knownFeedToken(others, context.store, 'plain:ops'), before);
    const without = { feedTokens: createFeedTokens(['another key of the tests']) };
    assert.equal(await knownFeedToken(without, context.store, 'plain:ops'), null);
  });

  it('tells the log which event could not be written', async () => {
    const { chat, token } = await start();
    await chat.say('watch example.com');
    const { feeds, written, errors } = readFeeds(chat, ({ event }) => event.subject.startsWith('Renew'));
    await feeds.feed(await token());
    const { id } = written[0]!.reminders.find(({ event }) => event.subject.startsWith('Renew'))!;
    const told = { err: new RangeError('no such day'), reminder: id };
    assert.deepEqual(errors, [[told, 'an event of a feed could not be written']]);
  });

  it('has no address, nor have files of events, where the bot does not know its own', async () => {
    const chat = await startPlainChat({ source: createWillingSource().source, settings: { publicUrl: null } });
    afterTest(() => chat.bot.close());
    await chat.say('watch example.com');
    const said = JSON.stringify([await chat.say('calendar'), await chat.say('calendar example.com')]);
    assert.match(said, /whoever runs it sets PUBLIC_URL/);
    assert.match(said, /Reminder into Outlook/);
    assert.doesNotMatch(said, /localhost|null\/calendar|\.ics/);
  });

  it('is called by what it holds where its conversation has no name', () => {
    assert.equal(feedName({ name: null }, sayIn('en')), 'Certificates');
    assert.equal(feedName(null, sayIn('en')), 'Certificates');
  });
});

describe('the file of an event', () => {
  it('is written for whoever has its address, and for nobody else', async () => {
    const { chat } = await start();
    await chat.say('watch example.com');
    const { actions = [] } = await chat.say('calendar example.com');
    const [url] = actions.flatMap((one) => (one.kind === 'open' && one.url.endsWith('.ics') ? [one.url] : []));
    const [, id, seal] = /event\/([\da-f-]+)\/([\w-]+)\.ics$/.exec(url ?? '') ?? assert.fail('no file was offered');
    const { feeds } = readFeeds(chat);
    assert.equal(await feeds.event(id!, seal!), `event ${id}`);
    assert.equal(await feeds.event(id!, 'A'.repeat(seal!.length)), null);
    assert.equal(await feeds.event(randomUUID(), seal!), null);
  });
});
