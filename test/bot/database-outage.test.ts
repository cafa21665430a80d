import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../../src/core/ports/log.ts';
import { startBot, type BotProcess } from '../support/bot-process.ts';
import { createConversation } from '../support/conversation.ts';
import { createOrSkip, databaseKinds, type TestDatabase } from '../support/databases.ts';
import { startFakeConnector, type FakeConnector } from '../peers/teams/connector.ts';
import { startTcpProxy, type TcpProxy } from '../peers/web/tcp-proxy.ts';
import { createTestAuthority, startEndpoint, type Endpoint, type TestAuthority } from '../support/endpoint.ts';
import { createStore } from '../../src/store/store.ts';
import { DAY } from '../../src/core/time.ts';

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };
const postgres = databaseKinds.find(({ name }) => name === 'PostgreSQL')!;

interface Answer {
  status: number;
  body: string;
}

async function ask(url: string): Promise<Answer> {
  const response = await fetch(url, { headers: { connection: 'close' } });
  return { status: response.status, body: await response.text() };
}

/** Asks until `holds`; fails after `within` milliseconds with the last answer. */
async function until(url: string, within: number, holds: (answer: Answer) => boolean): Promise<Answer> {
  const began = performance.now();
  for (;;) {
    const answer = await ask(url);
    if (holds(answer)) return answer;
    if (performance.now() - began > within) assert.fail(`${url} still answers ${answer.status} ${answer.body}`);
    await sleep(100);
  }
}

describe('a bot whose PostgreSQL goes away', function () {
  let connector: FakeConnector;
  let authority: TestAuthority;
  let endpoint: Endpoint;
  let database: TestDatabase;
  let proxy: TcpProxy;
  let bot: BotProcess | null;

  before(async function () {
    database = await createOrSkip(postgres, this);
    [connector, authority] = await Promise.all([startFakeConnector(), createTestAuthority()]);
    endpoint = await startEndpoint(await authority.leaf(20 * DAY));
    proxy = await startTcpProxy(database.url);
    bot = null;
  });
  after(async () => {
    await bot?.dispose();
    await Promise.all([connector?.close(), endpoint?.close(), proxy?.close()]);
    await database?.drop();
  });

  it('lives on, says so, takes nothing in, and goes on by itself when it is back', async () => {
    bot = await startBot({ trusted: [authority.rootPem], databaseUrl: proxy.url });
    const chat = createConversation(connector, bot.url);
    await chat.say(`watch ${endpoint.target}`);
    // What is on its way when the connections break is done again.
    const interrupted = await Promise.all(Array.from({ length: 5 }, () => chat.send('list').catch(() => null)));
    proxy.cut();
    const away = await until(`${bot.url}/readyz`, 60_000, ({ status }) => status === 503);
    assert.match(away.body, /"store":"keeps nothing/);
    assert.equal((await ask(`${bot.url}/healthz`)).status, 200);
    await assert.rejects(chat.send('list'), /503/);
    endpoint.present(await authority.leaf(70 * DAY));
    await sleep(3000);
    proxy.restore();
    await until(`${bot.url}/readyz`, 60_000, ({ status }) => status === 200);
    for (const accepted of interrupted.filter((one) => one !== null))
      await chat.wait(({ activity }) => activity['channelData']?.certbotDeliveryId === accepted.replyId, {
        what: 'the answer to what was on its way',
      });
    await chat.wait(({ activity }) => /^Renewed: /.test(activity['summary']), { what: 'the alert' });
    assert.match((await chat.say('help')).text, /What you can type/);
    const errors = bot.errors().filter(({ msg }) => msg === 'the store keeps nothing');
    assert.equal(errors.length, 1, 'it is said once');
    await bot.stop();
  });

  it('waits for it at its start, and says for what', async () => {
    proxy.cut();
    const starting = startBot({ databaseUrl: proxy.url });
    await sleep(4000);
    proxy.restore();
    bot = await starting;
    const [waiting] = bot.lines.filter(({ msg }) => /^waiting for the database/.test(msg));
    assert.match(String(waiting?.['reason']), /PostgreSQL is away/);
    await bot.stop();
  });

  async function moreTries(count: number): Promise<void> {
    const began = performance.now();
    const enough = proxy.connections() + count;
    while (proxy.connections() < enough) {
      assert.ok(performance.now() - began < 30_000, 'nothing tries again');
      await sleep(20);
    }
  }

  const steps: [what: string, statement: string, env: Record<string, string>][] = [
    ['what installation this is', 'from "bot_values"', { CALENDAR: 'graph', GRAPH_ACCESS_TOKEN: 'a-token' }],
    ['which messages waited for credentials', 'update outbox', {}],
  ];
  for (const [what, statement, env] of steps)
    it(`waits for it when it goes away again while the start asks ${what}`, async () => {
      // The start finds the schema as it is.
      await (await createStore({ databaseUrl: database.url, log: silent })).close();
      const cut = proxy.cutAt(statement);
      const starting = startBot({ databaseUrl: proxy.url, env });
      await Promise.race([cut, starting]);
      // A process that ends meanwhile is a start that fails.
      await Promise.race([moreTries(2), starting]);
      proxy.restore();
      bot = await starting;
      assert.deepEqual(
        bot.lines.filter(({ msg }) => /^waiting for the database/.test(msg)),
        [],
        'it had been opened',
      );
      await bot.stop();
    });
});
