import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createSqliteFile, type TestDatabase } from '../support/databases.ts';
import { startBot, type BotProcess } from '../support/bot-process.ts';
import { createConversation } from '../support/conversation.ts';
import { found, wholeDatabase } from '../support/whole-database.ts';
import { startFakeConnector, type FakeConnector } from '../peers/teams/connector.ts';

const ZOE = { id: '29:zq9f', name: 'Zoë Quirkenbaum', aadObjectId: randomUUID() };
const TRACES = [ZOE.id, ZOE.name, ZOE.aadObjectId];

describe('the whole bot', () => {
  let connector: FakeConnector;
  let database: TestDatabase;
  let bot: BotProcess;
  before(async () => {
    [connector, database] = await Promise.all([startFakeConnector(), createSqliteFile()]);
    bot = await startBot({ databaseUrl: database.url });
  });
  after(async () => {
    await bot?.dispose();
    await database?.drop();
    await connector?.close();
  });

  it('leaves nothing of somebody who wants to be forgotten, and gives the operators a file without them', async () => {
    const own = createConversation(connector, bot.url, { person: ZOE });
    const channel = { kind: 'channel', name: 'Operations', id: '19:ops@thread.tacv2' } as const;
    const theirs = createConversation(connector, bot.url, { ...channel, person: ZOE });
    const others = createConversation(connector, bot.url, channel);
    await others.say('settings operators here');
    await own.say('watch date:2031-03-01 Own token');
    await theirs.say('watch date:2031-03-01 Shared token');
    await theirs.say('settings admins only');
    assert.match((await others.say('unwatch all')).text, /only Zoë Quirkenbaum may/);
    assert.notDeepEqual(found(await wholeDatabase(database.url), TRACES), []);
    const question = await own.say('forget me');
    const done = await own.press(question.buttons.find(({ verb }) => verb === 'forget-me')!);
    assert.match(done.text, /Removed: name/);
    const until = performance.now() + 20_000;
    while (found(await wholeDatabase(database.url), TRACES).length > 0 && performance.now() < until) await sleep(200);
    assert.deepEqual(found(await wholeDatabase(database.url), TRACES), []);
    const { buttons } = await others.say('operators audit export');
    const response = await fetch(buttons[0]!.url!);
    assert.equal(response.headers.get('content-type'), 'text/csv; charset=utf-8');
    const text = await response.text();
    assert.match(text, /"somebody who left","left","watch","date:/);
    assert.deepEqual(found(text, TRACES), []);
    assert.equal((await fetch(buttons[0]!.url!.replace('.csv', 'x.csv'))).status, 404);
    assert.match((await others.say('operators status')).text, /^Version: \d+\.\d+/m);
  });
});
