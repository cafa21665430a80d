import assert from 'node:assert/strict';
import { DateTime } from 'luxon';
import { startBot, type BotProcess } from '../support/bot-process.ts';
import { createConversation, type TestConversation, feedIn } from '../support/conversation.ts';
import { createOrSkip, databaseKinds, type TestDatabase } from '../support/databases.ts';
import { startFakeConnector, type FakeConnector } from '../peers/teams/connector.ts';
import {
  createTestAuthority,
  moreLooks,
  startEndpoint,
  type Endpoint,
  type TestAuthority,
} from '../support/endpoint.ts';
import { together } from '../support/together.ts';
import { SECOND, DAY } from '../../src/core/time.ts';

/** How much later than its boundary an alert may come: the tick's second, and a crowded machine. */
const LATE = 20 * SECOND;

/** `14 Mar 2027` as part of a pattern, perhaps with its weekday before it. */
function withYear(date: Date): string {
  const local = DateTime.fromJSDate(date, { zone: 'Europe/Berlin' });
  return `(?:\\w{3}\\s)?${local.toFormat('d LLL yyyy').replaceAll(' ', '\\s')}`;
}

/** Texts of what the bot said by itself, the answers to commands apart. */
function alerts(chat: TestConversation, answers: number): string[] {
  return chat
    .cards()
    .slice(answers)
    .map(({ summary }) => summary);
}

describe('alerts of the whole bot', function () {
  let connector: FakeConnector;
  let authority: TestAuthority;
  let bot: BotProcess;
  let rare: BotProcess;
  let hasty: BotProcess;
  let onPostgres: BotProcess;
  let database: TestDatabase;
  const endpoints: Endpoint[] = [];

  before(async function () {
    database = await createOrSkip(databaseKinds[1]!, this);
    [connector, authority] = await Promise.all([startFakeConnector(), createTestAuthority()]);
    const trusted = [authority.rootPem];
    [bot, rare, hasty, onPostgres] = await Promise.all([
      startBot({ trusted }),
      startBot({ trusted, env: { PROBE_INTERVAL: '6h' } }),
      startBot({ trusted, env: { PROBE_GRACE: '1s' } }),
      startBot({ trusted, databaseUrl: database.url }),
    ]);
  });
  after(async () => {
    await Promise.all([bot?.dispose(), rare?.dispose(), hasty?.dispose(), onPostgres?.dispose()]);
    await database?.drop();
    await Promise.all([connector?.close(), ...endpoints.map((endpoint) => endpoint.close())]);
  });

  async function serve(...args: Parameters<typeof startEndpoint>): Promise<Endpoint> {
    const endpoint = await startEndpoint(...args);
    endpoints.push(endpoint);
    return endpoint;
  }

  async function crossing(of: BotProcess): Promise<void> {
    const leaf = await authority.leaf(7 * DAY + 15 * SECOND);
    const boundary = leaf.notAfter.getTime() - 7 * DAY;
    const endpoint = await serve(leaf);
    const later = await serve(await authority.leaf(7 * DAY + 18 * SECOND));
    const [chat, other] = [createConversation(connector, of.url), createConversation(connector, of.url)];
    await other.say(`watch ${later.target}`);
    const answer = await chat.say(`watch ${endpoint.target}`);
    assert.match(answer.text, /^🔔 Notice, and watched from now on$/m);
    const alert = await chat.next(/^Urgent: /);
    assert.ok(alert.call.at >= boundary, `the alert came ${boundary - alert.call.at} ms early`);
    assert.ok(alert.call.at <= boundary + LATE, `the alert came ${alert.call.at - boundary} ms late`);
    assert.match(
      alert.summary,
      new RegExp(`^Urgent: ${endpoint.target} expires in 6\\sdays, on ${withYear(leaf.notAfter)}\\.$`),
    );
    // Rounds have passed by then, whether or not they look at anything.
    await other.next(/^Urgent: /);
    assert.equal(alerts(chat, 1).length, 1);
  }

  async function renewal(of: BotProcess): Promise<void> {
    const endpoint = await serve(await authority.leaf(20 * DAY));
    const chat = createConversation(connector, of.url);
    await chat.say(`watch ${endpoint.target}`);
    const url = feedIn(await chat.say('calendar'));
    const uidsOf = async (): Promise<string[]> => {
      const body = await (await fetch(url, { headers: { connection: 'close' } })).text();
      return [...body.matchAll(/^UID:(.*)$/gm)].map(([, uid]) => uid!.trim()).toSorted();
    };
    let before = await uidsOf();
    for (; before.length < 2; before = await uidsOf()) await moreLooks(endpoint, 1);
    const renewed = await authority.leaf(80 * DAY);
    endpoint.present(renewed);
    const presented = Date.now();
    const alert = await chat.next(/^Renewed: /);
    assert.ok(alert.call.at - presented < 30 * SECOND, `it took ${alert.call.at - presented} ms`);
    assert.match(
      alert.summary,
      new RegExp(
        `^Renewed: ${endpoint.target} is valid until ${withYear(renewed.notAfter)}, in 79\\sdays\\. Its address presents`,
      ),
    );
    await moreLooks(endpoint, 3);
    assert.equal(alerts(chat, 2).length, 1);
    assert.equal(before.length, 2);
    assert.deepEqual(await uidsOf(), before, 'the events of the feed move');
  }

  together({
    'come once when the certificate was renewed, and the events of the feed move': () => renewal(bot),
    'come once when the certificate was renewed, and the events of the feed move, on PostgreSQL': () =>
      renewal(onPostgres),
    'come once when a stage begins, soon after it and not before': () => crossing(bot),
    'come once when a stage begins, soon after it and not before, also where looks are six hours apart': () =>
      crossing(rare),

    async 'come once when the certificate expires'() {
      const leaf = await authority.leaf(15 * SECOND);
      const expiry = leaf.notAfter.getTime();
      const endpoint = await serve(leaf);
      const chat = createConversation(connector, bot.url);
      const answer = await chat.say(`watch ${endpoint.target}`);
      assert.match(answer.text, /^🚨 Critical, and watched from now on$/m);
      const alert = await chat.next(/^Expired: /);
      assert.ok(alert.call.at >= expiry && alert.call.at <= expiry + LATE);
      assert.match(
        alert.summary,
        new RegExp(`^Expired: ${endpoint.target} expired .*, on ${withYear(leaf.notAfter)}\\.`),
      );
      await moreLooks(endpoint, 3);
      assert.equal(alerts(chat, 1).length, 1, alerts(chat, 1).join('\n'));
    },

    async 'say everything that one look found in one message'() {
      const endpoint = await serve(await authority.leaf(80 * DAY));
      const chat = createConversation(connector, bot.url);
      await chat.say(`watch ${endpoint.target}`);
      endpoint.present(await authority.leaf(DAY, { names: ['other.example'], ips: [] }));
      const alert = await chat.next(/other\.example/);
      assert.match(alert.text, /expires in 23\shours/);
      assert.match(alert.text, /Replaced: .* no later than the one before\./);
      await moreLooks(endpoint, 3);
      assert.equal(alerts(chat, 1).length, 1, alerts(chat, 1).join('\n'));
    },

    async 'come once when another certificate is presented at each connection, and when that is over'() {
      const [first, second] = [await authority.leaf(60 * DAY), await authority.leaf(80 * DAY)];
      const endpoint = await serve(first);
      const chat = createConversation(connector, hasty.url);
      await chat.say(`watch ${endpoint.target}`);
      endpoint.takeTurns(first, second);
      const told = await chat.next(/It presents different certificates at different times/);
      assert.match(told.text, new RegExp(`the first expires ${withYear(first.notAfter)}`));
      await moreLooks(endpoint, 6);
      const summaries = alerts(chat, 1);
      assert.equal(summaries.filter((summary) => /at different times/.test(summary)).length, 1, summaries.join('\n'));
      assert.ok(summaries.filter((summary) => /^Renewed: /.test(summary)).length <= 1, summaries.join('\n'));
      assert.ok(!summaries.some((summary) => /^Replaced: /.test(summary)), summaries.join('\n'));
      const [row] = (await chat.say('list')).rows;
      const day = DateTime.fromJSDate(first.notAfter, { zone: 'Europe/Berlin' }).toFormat('d LLL');
      assert.deepEqual(row?.slice(1, 3), ['Different certificates at different times', day]);
      const url = feedIn(await chat.say('calendar'));
      const feed = await (await fetch(url, { headers: { connection: 'close' } })).text();
      assert.match(feed.replaceAll(/\r\n /g, ''), /presents different certificates at different times/);
      endpoint.present(second);
      const settled = await chat.next(/presented the same certificate for some time/);
      assert.match(settled.summary, new RegExp(`valid until ${withYear(second.notAfter)}`));
    },

    async 'come once when the name is wrong, and once when that is fixed'() {
      const endpoint = await serve(await authority.leaf(60 * DAY));
      const chat = createConversation(connector, bot.url);
      await chat.say(`watch ${endpoint.target}`);
      endpoint.present(await authority.leaf(61 * DAY, { names: ['other.example'], ips: [] }));
      const broken = await chat.next(/^Wrong name: /);
      assert.match(broken.text, /the certificate does not name 127\.0\.0\.1: it is for other\.example/i);
      await moreLooks(endpoint, 2);
      endpoint.present(await authority.leaf(62 * DAY));
      const fixed = await chat.next(/the certificate names the host again/i);
      await moreLooks(endpoint, 2);
      assert.equal(alerts(chat, 1).length, 2, alerts(chat, 1).join('\n'));
      assert.match(fixed.text, /Renewed/);
    },

    async 'come once when the chain is not trusted, and once when it is again'() {
      const good = await authority.leaf(60 * DAY);
      const endpoint = await serve(good);
      const chat = createConversation(connector, bot.url);
      await chat.say(`watch ${endpoint.target}`);
      endpoint.present(await authority.untrusted(60 * DAY));
      const broken = await chat.next(/^Chain incomplete: /);
      assert.match(broken.text, /the chain is incomplete: the server does not send “(?:Nobody )?Stranger Root/i);
      await moreLooks(endpoint, 2);
      endpoint.present(good);
      await chat.next(/The chain is complete again/);
      await moreLooks(endpoint, 2);
      assert.equal(alerts(chat, 1).length, 2, alerts(chat, 1).join('\n'));
    },

    async 'come after three failures in a row, and when it is reachable again'() {
      const endpoint = await serve(await authority.leaf(60 * DAY));
      const chat = createConversation(connector, bot.url);
      await chat.say(`watch ${endpoint.target}`);
      await endpoint.stop();
      const stopped = Date.now();
      const down = await chat.next(/Unreachable: /);
      assert.ok(down.call.at - stopped > 1500, 'one failure is none');
      assert.match(down.summary, /does not answer: connection refused\. It is valid until /);
      assert.match(down.text, /its reminders stay as they are/);
      const shown = await chat.say(`show ${endpoint.target}`);
      assert.match(shown.fact('Last known') ?? '', /expires .* issued by Test Intermediate E1/);
      assert.ok((await chat.say('list')).rows[0]!.includes('Unreachable'));
      await endpoint.start();
      const up = await chat.next(/Reachable again: /);
      assert.match(up.summary, / answers\. It is valid until /);
      await moreLooks(endpoint, 2);
      assert.equal(chat.cards().length, 5);
    },

    async 'do not come for a short interruption'() {
      const endpoint = await serve(await authority.leaf(60 * DAY));
      const chat = createConversation(connector, bot.url);
      await chat.say(`watch ${endpoint.target}`);
      await moreLooks(endpoint, 1);
      endpoint.breakConnections(true);
      await moreLooks(endpoint, 1);
      endpoint.breakConnections(false);
      await moreLooks(endpoint, 3);
      assert.deepEqual(alerts(chat, 1), []);
    },

    async 'tell that a host which was down when it was watched can be reached now'() {
      const endpoint = await serve(await authority.leaf(60 * DAY));
      await endpoint.stop();
      const chat = createConversation(connector, bot.url);
      const answer = await chat.say(`watch ${endpoint.target}`);
      assert.match(answer.text, /does not answer\nConnection refused\./);
      assert.match(answer.text, /I keep looking and say when it answers/);
      assert.equal((await chat.say('list')).rows.length, 1);
      await endpoint.start();
      const up = await chat.next(/Reachable again: /);
      assert.match(up.text, /Issued by: Test Intermediate E1/);
      const feed = await chat.say('calendar');
      assert.match(feed.text, /2 events/);
      await moreLooks(endpoint, 2);
      assert.equal(chat.cards().length, 4);
    },

    async 'say at once in the answer when two addresses present different certificates'() {
      const old = await serve(await authority.leaf(20 * DAY));
      await serve(await authority.leaf(80 * DAY), { host: '::1', port: old.port });
      const chat = createConversation(connector, bot.url);
      const answer = await chat.say(`watch localhost:${old.port}`);
      assert.match(answer.text, /Install the new certificate on 127\.0\.0\.1 too/);
      assert.equal(answer.rows.length, 2);
    },

    async 'come only to the conversation that watches'() {
      const endpoint = await serve(await authority.leaf(60 * DAY));
      const [watching, other] = [createConversation(connector, bot.url), createConversation(connector, bot.url)];
      await watching.say(`watch ${endpoint.target}`);
      await other.say(`check ${endpoint.target}`);
      endpoint.present(await authority.leaf(50 * DAY));
      await watching.next(/^Replaced: /);
      await moreLooks(endpoint, 2);
      assert.deepEqual(alerts(other, 1), []);
    },

    async 'go on when the look was made by hand: the button tells, and so does the alert'() {
      const leaf = await authority.leaf(60 * DAY);
      const endpoint = await serve(leaf);
      const chat = createConversation(connector, rare.url);
      const answer = await chat.say(`watch ${endpoint.target}`);
      endpoint.present(await authority.leaf(DAY, { lifetime: 60 * DAY }));
      const pressed = await chat.press(answer.buttons.find(({ title }) => title === 'Look again now')!);
      assert.match(pressed.summary, /in 23\shours/);
      await chat.next(/^Critical: /);
    },
  });

  it('leave nothing behind: no error in the log, nothing on standard error, a quick end', async () => {
    for (const one of [bot, rare, onPostgres]) {
      assert.deepEqual(one.errors(), []);
      assert.equal(one.stderr(), '');
      await one.stop();
    }
  });
});
