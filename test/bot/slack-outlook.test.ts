import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { startBot, type BotProcess } from '../support/bot-process.ts';
import { teamsActivity } from '../peers/teams/connector.ts';
import { startFakeGraph, type FakeGraph } from '../peers/graph/graph.ts';
import { startFakeSlack, type FakeSlack } from '../peers/slack/slack.ts';
import { createSlackChat, type SlackChat } from '../support/slack-chat.ts';
import { APP, appMention, directMessage, eventCallback } from '../peers/slack/events.ts';
import { ACME } from '../peers/slack/workspaces.ts';
import {
  createTestAuthority,
  moreLooks,
  startEndpoint,
  type Endpoint,
  type TestAuthority,
} from '../support/endpoint.ts';
import { DAY } from '../../src/core/time.ts';

const SHARED = 'certificates@acme.example';
const GRAPH_TENANT = '11111111-2222-4333-8444-555555555555';

/** A workspace that installed the bot too; linked or not is up to the bot's settings. */
const PARTNER = {
  id: 'T0PARTNER',
  token: 'xoxb-partner',
  botUserId: 'U0PBOT',
  users: [{ id: 'U0EVE', name: 'eve', real_name: 'Eve', email: 'bob@acme.example', locale: 'en-US' }],
  conversations: [{ id: 'D0EVE', kind: 'im' as const, user: 'U0EVE' }],
};

describe('Outlook for people in Slack', function () {
  let slack: FakeSlack;
  let graph: FakeGraph;
  let authority: TestAuthority;
  let endpoint: Endpoint;
  const bots: BotProcess[] = [];

  async function start(env: Record<string, string> = {}): Promise<{ bot: BotProcess; chat: SlackChat }> {
    const bot = await startBot({
      trusted: [authority.rootPem, graph.caPem],
      env: {
        SLACK_BOT_TOKEN: 'xoxb-acme',
        SLACK_SIGNING_SECRET: APP.signingSecret,
        SLACK_API_URL: slack.apiUrl,
        PUBLIC_URL: 'http://localhost',
        PROBE_ALLOW: '127.0.0.0/8',
        CALENDAR: 'graph',
        GRAPH_ACCESS_TOKEN: 'a-token',
        GRAPH_BASE_URL: graph.url,
        ...env,
      },
    });
    bots.push(bot);
    return { bot, chat: createSlackChat(slack, bot.url, 'http') };
  }

  before(async () => {
    [slack, graph, authority] = await Promise.all([
      startFakeSlack({ workspaces: [ACME, PARTNER] }),
      startFakeGraph(),
      createTestAuthority(),
    ]);
    endpoint = await startEndpoint(await authority.leaf(60 * DAY));
  });
  afterEach(async () => {
    await Promise.all(bots.splice(0).map((bot) => bot.dispose()));
    slack.heal();
    assert.deepEqual(slack.violations, []);
    assert.deepEqual(graph.violations, []);
  });
  after(async () => {
    await Promise.all([slack?.close(), endpoint?.close()]);
    await graph?.close();
  });

  const held = (mailbox: string): number => graph.events(mailbox).length;

  it('finds the mailbox by e-mail, writes two events in its working time, and deletes them on unwatch', async () => {
    const { chat } = await start();
    const card = await chat.say(`watch ${endpoint.target}`);
    assert.match(card.fact('Reminder')!, /08:00 Berlin time, in Outlook$/);
    assert.equal(held('bob@acme.example'), 2);
    await chat.say(`unwatch ${endpoint.target}`);
    while (held('bob@acme.example') > 0) await sleep(20);
  });

  it('leaves the events alone through restarts, also while Slack does not answer, and moves them when the certificate is renewed', async () => {
    const own = await startEndpoint(await authority.leaf(60 * DAY));
    try {
      const first = await start();
      await first.chat.say(`watch ${own.target}`);
      const before = graph.events('bob@acme.example').map(({ id, start: at }) => [id, at]);
      assert.equal(before.length, 2);
      const database = first.bot.databaseUrl;
      const deletes = (): number => graph.requests.filter(({ method }) => method === 'DELETE').length;
      const deleted = deletes();
      await first.bot.stop();

      slack.fail({ kind: 'status', status: 503, body: 'no' }, { method: 'auth.test' });
      const second = await start({ DATABASE_URL: database });
      await moreLooks(own, 2);
      await second.bot.stop();
      slack.heal();

      const third = await start({ DATABASE_URL: database });
      await moreLooks(own, 2);
      while (!/belongs to this workspace.*tidied up/s.test(third.bot.output())) await sleep(20);
      assert.equal(deletes(), deleted);
      assert.deepEqual(
        graph.events('bob@acme.example').map(({ id, start: at }) => [id, at]),
        before,
      );
      const renewed = await authority.leaf(80 * DAY);
      own.present(renewed);
      while (!graph.events('bob@acme.example').some(({ start: at }) => at === renewed.notAfter.getTime()))
        await sleep(20);
      await third.chat.say('unwatch all');
      await third.chat.say('unwatch all yes');
      while (held('bob@acme.example') > 0) await sleep(20);
    } finally {
      await own.close();
    }
  });

  it('says which scope is missing, keeps the reminders in the feed, and moves them into Outlook on the next watch after it was added', async () => {
    const { scopes } = slack.world.tokens.get('xoxb-acme')!;
    for (const scope of ['users:read.email', 'users:read']) {
      scopes.delete(scope);
      const { bot, chat } = await start();
      const card = await chat.say(`watch ${endpoint.target}`);
      assert.match(card.text, new RegExp(`lacks the scope ${scope.replace('.', '\\.')}:`));
      assert.match(card.fact('Reminder')!, /in the calendar feed$/);
      assert.equal(held('bob@acme.example'), 0);
      scopes.add(scope);
      const database = bot.databaseUrl;
      await bot.stop();
      const { chat: again } = await start({ DATABASE_URL: database });
      assert.match((await again.say(`watch ${endpoint.target}`)).fact('Reminder')!, /in Outlook$/);
      assert.equal(held('bob@acme.example'), 2);
      assert.match((await again.say('calendar')).text, /^There is no event in it yet\./m);
      await again.say('unwatch all');
      await again.say('unwatch all yes');
      while (held('bob@acme.example') > 0) await sleep(20);
      await Promise.all(bots.splice(0).map((each) => each.dispose()));
    }
  });

  it('says which scope is missing to whoever types a command where the bot must not write', async () => {
    const { scopes } = slack.world.tokens.get('xoxb-acme')!;
    scopes.delete('chat:write');
    try {
      const { chat } = await start({ CALENDAR: 'ics' });
      const seen = slack.ephemerals('U0BOB').length;
      await chat.command(`watch ${endpoint.target}`);
      assert.match((await chat.whisper('U0BOB', seen)).text, /lacks the scope chat:write/);
    } finally {
      scopes.add('chat:write');
    }
  });

  it('never reaches mailboxes for people of a workspace that is not linked, though they have the same address', async () => {
    const oauth = { SLACK_CLIENT_ID: APP.clientId, SLACK_CLIENT_SECRET: APP.clientSecret, SECRET_KEY: 'k'.repeat(40) };
    const { bot, chat } = await start(oauth);
    const page = await fetch(`${bot.url}/api/slack/install`, { redirect: 'manual', headers: { connection: 'close' } });
    Object.assign(slack.installer, { team: 'T0PARTNER', user: 'U0EVE' });
    const consent = await fetch(page.headers.get('location')!, {
      redirect: 'manual',
      headers: { connection: 'close' },
    });
    const back = new URL(consent.headers.get('location')!);
    const done = await fetch(`${bot.url}${back.pathname}${back.search}`, {
      headers: { connection: 'close', cookie: page.headers.get('set-cookie')!.split(';')[0]! },
    });
    assert.equal(done.status, 200, await done.text());
    const partner = {
      team_id: 'T0PARTNER',
      authorizations: [
        { team_id: 'T0PARTNER', enterprise_id: null, user_id: 'U0PBOT', is_bot: true, is_enterprise_install: false },
      ],
    };
    const message = directMessage(`watch ${endpoint.target}`, { channel: 'D0EVE', user: 'U0EVE', team: 'T0PARTNER' });
    await chat.deliver('event', eventCallback(message, partner));
    const card = await chat.answer('D0EVE', 0);
    assert.match(card.fact('Reminder')!, /in the calendar feed$/);
    assert.match(card.text, /Your Slack workspace is not linked/);
    assert.equal(held('bob@acme.example'), 0);
  });

  it('never reaches mailboxes for a guest of another workspace in a shared channel, the shared mailbox included', async () => {
    slack.world.addUser('T0ACME', {
      id: 'U0MALLORY',
      team_id: 'T0ELSEWHERE',
      name: 'mallory',
      email: 'bob@acme.example',
      is_stranger: true,
    });
    const { chat } = await start({ CALENDAR_MAILBOX: SHARED });
    const seen = chat.answers('C0OPS').length;
    const mention = appMention(`<@U0BOT> watch ${endpoint.target}`, {
      user: 'U0MALLORY',
      team: 'T0ELSEWHERE',
      user_team: 'T0ELSEWHERE',
    });
    await chat.deliver('event', eventCallback(mention, { is_ext_shared_channel: true }));
    assert.match((await chat.answer('C0OPS', seen)).fact('Reminder')!, /in the calendar feed$/);
    assert.equal(held(SHARED) + held('bob@acme.example'), 0);
    await chat.say(`watch ${endpoint.target}`);
    while (held(SHARED) !== 2) await sleep(20);
    await chat.say('unwatch all');
    await chat.say('unwatch all yes');
    while (held(SHARED) > 0) await sleep(20);
  });

  it('reaches mailboxes for a workspace that an administrator has linked', async () => {
    slack.world.addUser('T0ACME', { id: 'U0GRACE', team_id: 'T0LINKED', name: 'grace', email: 'Grace@Acme.example' });
    const { chat } = await start({ SLACK_GRAPH_WORKSPACES: 'T0LINKED' });
    const card = await chat.say(`watch ${endpoint.target}`, { user: 'U0GRACE', team: 'T0LINKED' });
    assert.match(card.fact('Reminder')!, /in Outlook$/);
    assert.equal(held('grace@acme.example'), 2);
  });

  it('serves Teams and Slack in one process', async () => {
    const { bot, chat } = await start({
      MicrosoftAppId: GRAPH_TENANT,
      MicrosoftAppType: 'MultiTenant',
      MicrosoftAppPassword: 'secret',
      AZURE_TENANT_ID: GRAPH_TENANT,
    });
    const activity = JSON.stringify(teamsActivity('https://smba.example/'));
    const headers = { 'content-type': 'application/json', connection: 'close' };
    const response = await fetch(`${bot.url}/api/messages`, { method: 'POST', headers, body: activity });
    assert.equal(response.status, 401, 'Teams is there, and asks for a token');
    assert.match((await chat.say('help')).summary, /^To begin, type/);
    assert.match(bot.output(), /"mode":"teams and slack"/);
  });
});
