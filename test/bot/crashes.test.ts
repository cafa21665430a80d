import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import ical from 'node-ical';
import pg from 'pg';
import { replyIdOf } from '../../src/flows/chat/inbox.ts';
import { startBot, type BotProcess } from '../support/bot-process.ts';
import { createConversation, type TestConversation, feedIn } from '../support/conversation.ts';
import { createOrSkip, databaseKinds, type TestDatabase } from '../support/databases.ts';
import { sendActivity, startFakeConnector, type ConnectorCall, type FakeConnector } from '../peers/teams/connector.ts';
import { createTestAuthority, endLeases, startEndpoint, type Endpoint } from '../support/endpoint.ts';
import { together } from '../support/together.ts';
import { DAY } from '../../src/core/time.ts';
import { seeded } from '../support/seeded.ts';

const MOST_MOMENT = 400;

interface Sent {
  text: string;
  chat: TestConversation;
  activity: Record<string, any>;
  replyId: string;
  /** The bot said that it has it. */
  accepted: boolean;
}

/** Sends as the Bot Framework does; the kill may come in between. */
async function attempt(botUrl: string, chat: TestConversation, text: string): Promise<Sent> {
  const activity = chat.activity({ text });
  const status = await sendActivity(botUrl, activity).then(
    (answer) => answer.status,
    () => null,
  );
  const replyId = replyIdOf(`teams:${chat.id}:${activity['id']}`);
  return { text, chat, activity, replyId, accepted: status === 200 };
}

function postsOf({ chat, replyId }: Sent): ConnectorCall[] {
  return chat
    .calls()
    .filter(({ method, activity }) => method === 'POST' && activity['channelData']?.certbotDeliveryId === replyId);
}

/** Which deliveries the database of a bot that does not run has as made; of a file a copy is read. */
async function deliveredIn(url: string): Promise<Set<string>> {
  const query = "select id from outbox where state = 'done'";
  if (!url.startsWith('sqlite:')) {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const { rows } = await client.query<{ id: string }>(query).finally(() => client.end());
    return new Set(rows.map(({ id }) => id));
  }
  const folder = await mkdtemp(join(tmpdir(), 'certbot-copy-'));
  const [file, copy] = [url.slice('sqlite:'.length), join(folder, 'copy.sqlite')];
  for (const end of ['', '-wal']) if (existsSync(file + end)) await copyFile(file + end, copy + end);
  const database = new Sqlite(copy);
  const rows = database.prepare<[], { id: string }>(query).all();
  database.close();
  await rm(folder, { recursive: true });
  return new Set(rows.map(({ id }) => id));
}

function assertAnsweredOnce(sent: Sent, delivered: Set<string>): void {
  const posts = postsOf(sent);
  assert.ok(posts.length > 0, `“${sent.text}” was never answered`);
  assert.ok(posts.length <= 2, `“${sent.text}” was answered ${posts.length} times`);
  if (delivered.has(sent.replyId)) assert.equal(posts.length, 1, `“${sent.text}” was answered again`);
}

/** What the feed says, once it has so many events: on a busy machine they follow the answer. */
async function feedEvents(chat: TestConversation, count: number): Promise<string[]> {
  for (;;) {
    const events = await eventsNow(chat);
    if (events.length >= count) return events;
    await sleep(100);
  }
}

async function eventsNow(chat: TestConversation): Promise<string[]> {
  const url = feedIn(await chat.say('calendar'));
  const body = await (await fetch(url, { headers: { connection: 'close' } })).text();
  return Object.values(ical.sync.parseICS(body)).flatMap((entry) =>
    entry?.type === 'VEVENT' ? [`${String(entry.summary).split(':')[0]} ${entry.start.toISOString()}`] : [],
  );
}

describe('the whole bot, killed at any moment', function () {
  let connector: FakeConnector;
  let trusted: string[];
  const endpoints: Endpoint[] = [];
  const databases = new Map<string, TestDatabase>();
  const bots = new Set<BotProcess>();

  before(async function () {
    connector = await startFakeConnector();
    const authority = await createTestAuthority();
    trusted = [authority.rootPem];
    for (const left of [50, 60, 70])
      endpoints.push(await startEndpoint(await authority.leaf(left * DAY, { names: ['*.test.example'] })));
    for (const kind of databaseKinds) databases.set(kind.name, await createOrSkip(kind, this));
    for (const name of ['SQLite too', 'bulk']) databases.set(name, await databaseKinds[0]!.create());
  });
  after(async () => {
    await Promise.all([...bots].map((bot) => bot.dispose()));
    await Promise.all([connector?.close(), ...endpoints.map((endpoint) => endpoint.close())]);
    await Promise.all([...databases.values()].map((database) => database.drop()));
  });

  async function start(database: string, chats: TestConversation[]): Promise<BotProcess> {
    const bot = await startBot({ trusted, databaseUrl: databases.get(database)!.url, measured: false });
    bots.add(bot);
    for (const chat of chats) chat.moveTo(bot.url);
    return bot;
  }

  async function kill(bot: BotProcess): Promise<void> {
    await bot.kill();
    assert.equal(bot.stderr(), '');
    assert.deepEqual(bot.errors(), []);
  }

  /** One kill: a `watch` in one conversation and a `list` in another under way. */
  async function strike(bot: BotProcess, chats: TestConversation[], round: number, random: () => number) {
    const [watching, listing] = chats as [TestConversation, TestConversation];
    const endpoint = endpoints[round % endpoints.length]!;
    const moment = Math.floor(random() * MOST_MOMENT);
    const sending = [
      attempt(bot.url, watching, `watch ${endpoint.target} as h${round}.test.example`),
      sleep(random() * MOST_MOMENT * 0.8).then(() => attempt(bot.url, listing, 'list')),
    ];
    await sleep(moment);
    await kill(bot);
    return { sent: await Promise.all(sending), delivered: await deliveredIn(bot.databaseUrl) };
  }

  /** What nobody vouched for comes again, as the Bot Framework sends it. */
  async function redeliver(bot: BotProcess, sent: Sent[]): Promise<void> {
    for (const one of sent.filter(({ accepted }) => !accepted)) {
      assert.equal((await sendActivity(bot.url, one.activity)).status, 200);
    }
  }

  async function assertState(watching: TestConversation, rounds: number): Promise<void> {
    const { rows } = await watching.say('list');
    const expected = Array.from(
      { length: rounds },
      (_, round) => `${endpoints[round % endpoints.length]!.target} as h${round}.test.example`,
    );
    assert.deepEqual(rows.map(([target]) => target).toSorted(), expected.toSorted());
    const events = await feedEvents(watching, 2 * endpoints.length);
    assert.equal(new Set(events).size, 2 * endpoints.length, events.join('\n'));
    assert.equal(events.length, 2 * endpoints.length, events.join('\n'));
  }

  async function throughKills(database: string, rounds: number, seed: number): Promise<void> {
    const random = seeded(seed);
    const chats = [createConversation(connector, ''), createConversation(connector, '')];
    let bot = await start(database, chats);
    for (let round = 0; round < rounds; round += 1) {
      const { sent, delivered } = await strike(bot, chats, round, random);
      if (database === 'PostgreSQL') await endLeases(databases.get(database)!.url);
      bot = await start(database, chats);
      await redeliver(bot, sent);
      for (const { chat, replyId, text } of sent)
        await chat.answerTo(replyId, { what: `round ${round}: the answer to “${text}”` });
      // What is answered after them shows that nothing of theirs is on its way any more.
      for (const chat of chats) await chat.say('list');
      for (const one of sent) assertAnsweredOnce(one, delivered);
    }
    await assertState(chats[0]!, rounds);
    assert.deepEqual(bot.errors(), []);
    await bot.stop();
  }

  together({
    'answers every command on SQLite, none again that was answered, and keeps each watch and reminder once': () =>
      throughKills('SQLite', 5, 20200203),
    'does so at other moments too': () => throughKills('SQLite too', 5, 20260131),
    'answers every command on PostgreSQL, none again that was answered, and keeps each watch and reminder once': () =>
      throughKills('PostgreSQL', 4, 20270314),

    async 'finishes a bulk command that it was killed in the middle of'() {
      const random = seeded(300);
      for (let round = 0; round < 2; round += 1) {
        const chat = createConversation(connector, '');
        let bot = await start('bulk', [chat]);
        const targets = Array.from(
          { length: 150 },
          (_, index) => `${endpoints[index % 3]!.target} as h${index}.test.example`,
        );
        const sent = await attempt(bot.url, chat, `watch ${targets.join('\n')}`);
        assert.equal(sent.accepted, true);
        await sleep(50 + random() * 400);
        await kill(bot);
        bot = await start('bulk', [chat]);
        await chat.next(/^150 targets: 150 watched$/m);
        assert.ok(postsOf(sent).length <= 2);
        assert.match((await chat.say('list')).summary, /^All 150 are fine\. /);
        assert.equal((await feedEvents(chat, 6)).length, 6);
        assert.deepEqual(bot.errors(), []);
        await bot.stop();
      }
    },
  });
});
