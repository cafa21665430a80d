import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { startBot, type BotProcess } from '../support/bot-process.ts';
import { cardOf, createConversation } from '../support/conversation.ts';
import { startFakeConnector, type ConnectorCall, type FakeConnector } from '../peers/teams/connector.ts';
import { freePort } from '../support/free-port.ts';
import { createTestAuthority, startEndpoint, type Endpoint } from '../support/endpoint.ts';
import { DAY } from '../../src/core/time.ts';

function names(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => `h${String(from + index).padStart(4, '0')}.test.example`);
}

describe('many targets, through the whole bot', function () {
  let connector: FakeConnector;
  let endpoint: Endpoint;
  let silent: Server;
  let bot: BotProcess;

  before(async () => {
    connector = await startFakeConnector();
    const authority = await createTestAuthority();
    endpoint = await startEndpoint(await authority.leaf(60 * DAY, { names: ['*.test.example'], ips: ['127.0.0.1'] }));
    // Takes connections and never says a word.
    silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    bot = await startBot({ trusted: [authority.rootPem], env: { PROBE_INTERVAL: '6h', PROBE_TIMEOUT: '3s' } });
  });
  after(async () => {
    await bot?.dispose();
    silent?.close();
    await Promise.all([connector?.close(), endpoint?.close()]);
  });

  it('are listed in pages of fifteen, which the buttons turn', async () => {
    const chat = createConversation(connector, bot.url);
    const targets = names(1, 40).map((name) => `${endpoint.target} as ${name}`);
    const summary = await chat.say(`watch ${targets.join('\n')}`);
    assert.match(summary.summary, /^40 targets: 40 watched$/);
    const first = await chat.say('list');
    assert.match(first.text, /^All 40 are fine$/m);
    assert.match(first.text, /^Page 1 of 3\./m);
    const pages = [first.rows];
    let card = first;
    for (const page of [2, 3]) {
      const next = card.buttons.find(({ title }) => title.startsWith('Next'));
      card = await chat.press(next!);
      assert.match(card.text, new RegExp(`^Page ${page} of 3\\.`, 'm'));
      pages.push(card.rows);
    }
    assert.deepEqual(
      pages.map(({ length }) => length),
      [15, 15, 10],
    );
    assert.deepEqual(
      pages
        .flat()
        .map(([target]) => target)
        .toSorted(),
      targets.toSorted(),
    );
    assert.equal(
      card.buttons.some(({ title }) => title.startsWith('Next')),
      false,
    );
    const back = await chat.press(card.buttons.find(({ title }) => title.includes('Previous'))!);
    assert.deepEqual(back.rows, pages[1]);
    assert.equal((await chat.say('list h0007')).rows.length, 1);
  });

  it('are told together in the answer where nothing is wrong with them', async () => {
    const chat = createConversation(connector, bot.url);
    const card = await chat.say(
      `check ${names(1, 20)
        .map((name) => `${endpoint.target} as ${name}`)
        .join(', ')}`,
    );
    assert.match(card.text, /^All 20 are fine$/m);
    assert.match(card.text, /^✅ Fine: 20$/m);
    assert.equal(card.rows.length, 1);
    assert.match(card.rows[0]![0]!, / as h0001 to h0020\.test\.example$/);
    assert.match(card.summary, /^20 targets: 20 checked$/);
  });

  it('may be a thousand in one message: one card, kept up to date in place, ends in a summary', async () => {
    const chat = createConversation(connector, bot.url);
    const dead = await freePort();
    const silentPort = (silent.address() as AddressInfo).port;
    const alive = names(1, 970).map((name) => `${endpoint.target} as ${name}`);
    const down = names(971, 980).map((name) => `127.0.0.1:${dead} as ${name}`);
    const mute = names(981, 985).map((name) => `127.0.0.1:${silentPort} as ${name}`);
    const wrong = Array.from({ length: 10 }, (_, index) => `bad${index}.example:99999`);
    const repeated = alive.slice(0, 5);
    const { replyId } = await chat.send(`watch ${[...alive, ...down, ...mute, ...wrong, ...repeated].join('\n')}`);
    const last = await chat.next(/^995 targets: /);
    assert.equal(last.summary, '995 targets: 985 watched, 10 failed. Unreachable: 15; Fine: 970.');
    assert.equal(last.deliveryId, replyId);
    assert.match(last.text, /^25 of 995 need attention$/m);
    assert.match(last.text, /^⛔ Unreachable: 10\nConnection refused\.\n.* as h0971 to h0980\.test\.example\n10$/m);
    assert.match(last.text, /^⛔ Unreachable: 5\nNo answer in time\.\n.* as h0981 to h0985\.test\.example\n5$/m);
    assert.match(
      last.text,
      /^⚠️ Not done: 10\nThe port “99999” is not a number from 1 to 65535\..*\n.*\nbad0 to bad9\n10$/m,
    );
    assert.match(last.text, /^✅ Fine: 970$/m);

    const calls = chat.calls();
    const [posted, ...changes] = calls;
    assert.equal(posted!.method, 'POST');
    assert.ok(changes.every(({ method, activityId }) => method === 'PUT' && activityId === posted!.answeredId));
    for (const call of calls.slice(0, -1)) assert.match(cardOf(call).summary, /^Watching: \d+ of 995 targets done$/);
    const progress = calls.slice(0, -1);
    assert.ok(progress.length >= 1, 'no progress was shown');
    for (const [index, call] of progress.slice(1).entries()) {
      const gap = call.at - progress[index]!.at;
      assert.ok(gap >= 1000, `progress was shown after only ${gap} ms`);
    }
    assert.match((await chat.say('list')).summary, /^15 of 985 need attention, 970 are fine\.$/);
    assert.match(
      (await chat.say('unwatch all')).summary,
      /Stop watching all 985 targets here\? Nothing has been removed yet/,
    );
    assert.match(
      (await chat.say('unwatch all yes')).summary,
      /^Nothing is watched here any more\. .* of the 985 targets /,
    );
  });

  it('may not be more than a thousand', async () => {
    const chat = createConversation(connector, bot.url);
    const card = await chat.say(`watch ${names(1, 1001).join(' ')}`);
    assert.match(card.summary, /at most 1,000 targets, and this one names 1,001\. Nothing was done/);
  });

  it('do not keep others waiting', async () => {
    const busy = createConversation(connector, bot.url);
    const quick = createConversation(connector, bot.url);
    const { replyId } = await busy.send(
      `check ${names(1, 800)
        .map((name) => `${endpoint.target} as ${name}`)
        .join('\n')}`,
    );
    for (let round = 0; round < 5; round += 1) await quick.say('list');
    const isDone = (call: ConnectorCall): boolean =>
      call.activity['channelData']?.certbotDeliveryId === replyId && /800 checked/.test(cardOf(call).summary);
    assert.ok(!busy.calls().some(isDone), 'others were answered once it was done');
    await busy.wait(isDone);
  });

  it('leave nothing behind: no error in the log, nothing on standard error, a quick end', async () => {
    assert.deepEqual(bot.errors(), []);
    assert.equal(bot.stderr(), '');
    assert.ok((await bot.stop()) < 3000);
  });
});
