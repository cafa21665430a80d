import assert from 'node:assert/strict';
import { startBot, type BotProcess } from '../support/bot-process.ts';
import { createConversation } from '../support/conversation.ts';
import { createSqliteFile } from '../support/databases.ts';
import { startFakeConnector, type FakeConnector } from '../peers/teams/connector.ts';
import { createTestAuthority, startEndpoint, type TestAuthority } from '../support/endpoint.ts';
import { together } from '../support/together.ts';
import { DAY } from '../../src/core/time.ts';

/**
 * At 60 a minute 54 of them are looked at at once, and one more each second: half a minute for what is to happen in
 * between.
 */
const TARGETS = 84;

describe('a bulk command that goes slowly, through the whole bot', function () {
  let connector: FakeConnector;
  let authority: TestAuthority;
  before(async () => {
    connector = await startFakeConnector();
    authority = await createTestAuthority();
  });
  after(() => connector?.close());

  async function endedBy(end: (bot: BotProcess) => Promise<unknown>): Promise<void> {
    const endpoint = await startEndpoint(await authority.leaf(60 * DAY, { names: ['*.test.example'] }));
    const database = await createSqliteFile();
    const options = {
      trusted: [authority.rootPem],
      databaseUrl: database.url,
      // No look fails because the machine is slow: what fails is looked at again, and others with it.
      env: { PROBE_INTERVAL: '6h', PROBE_BUDGET: '60', PROBE_TIMEOUT: '1m' },
    };
    const bots: BotProcess[] = [];
    try {
      bots.push(await startBot(options));
      const chat = createConversation(connector, bots[0]!.url);
      const targets = Array.from({ length: TARGETS }, (_, index) => `${endpoint.target} as h${index}.test.example`);
      const { replyId } = await chat.send(`watch ${targets.join('\n')}`);
      await chat.next(/^Watching: [5-7]\d of 84 targets done$/m);
      const stored = Number(/^(?:All|\d+ of) ([1-9]\d*)\b/.exec((await chat.say('list')).summary)?.[1]);
      await end(bots[0]!);
      const before = endpoint.asked().length;
      bots.push(await startBot(options));
      chat.moveTo(bots[1]!.url);
      const last = await chat.next(/^84 targets: 84 watched$/m);
      assert.equal(last.deliveryId, replyId);
      assert.match((await chat.say('list')).summary, /^All 84 are fine\. /);
      // What was stored before is not looked at again; a look may take several handshakes.
      const again = new Set(endpoint.asked().slice(before)).size;
      assert.ok(again > 0 && again <= TARGETS - stored, `${stored} stored, then looks at ${again}`);
      assert.deepEqual(bots[1]!.errors(), []);
    } finally {
      for (const bot of bots) await bot.dispose();
      await Promise.all([endpoint.close(), database.drop()]);
    }
  }

  together({
    async 'ends at once with the process, and goes on where it was with the next start'() {
      await endedBy(async (bot) => {
        const took = await bot.stop();
        assert.ok(took < 5000, `the end took ${took} ms`);
        assert.deepEqual(bot.errors(), []);
        assert.equal(bot.stderr(), '');
      });
    },
    async 'goes on where it was when the process was killed'() {
      await endedBy((bot) => bot.kill());
    },
  });
});
