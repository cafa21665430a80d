import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { startBot, type BotProcess } from '../support/bot-process.ts';
import { createSqliteFile, type TestDatabase } from '../support/databases.ts';
import { startFakeSlack, type FakeSlack } from '../peers/slack/slack.ts';
import { createSlackChat, readSlack, type SlackChat } from '../support/slack-chat.ts';
import { APP, appHomeOpened, appMention, appUninstalled, directMessage, eventCallback } from '../peers/slack/events.ts';
import { ACME } from '../peers/slack/workspaces.ts';
import { createStore } from '../../src/store/store.ts';
import {
  createTestAuthority,
  moreLooks,
  startEndpoint,
  type Endpoint,
  type TestAuthority,
} from '../support/endpoint.ts';
import { DAY } from '../../src/core/time.ts';

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const KEY = 'a key of the tests that nobody has to keep secret';
const NEW = {
  id: 'T0NEW',
  token: 'xoxb-of-the-new-workspace',
  botUserId: 'U0NBOT',
  users: [{ id: 'U0EVE', name: 'eve', locale: 'en-US' }],
  conversations: [
    { id: 'C0NEW', name: 'new' },
    { id: 'D0EVE', kind: 'im' as const, user: 'U0EVE' },
  ],
};
/** How an event of that workspace comes. */
const ENVELOPE = {
  team_id: 'T0NEW',
  authorizations: [
    { team_id: 'T0NEW', enterprise_id: null, user_id: 'U0NBOT', is_bot: true, is_enterprise_install: false },
  ],
};

/** A whole organisation (Enterprise Grid): a channel of two of its workspaces, people of both, and one token. */
const ORGANISATION = {
  id: 'E0ORG',
  name: 'Org',
  token: 'xoxb-of-the-organisation',
  botUserId: 'U0WIDE',
  botId: 'B0WIDE',
  enterprise: { id: 'E0ORG', name: 'Org' },
  users: ['ONE', 'TWO'].map((name) => ({
    id: `W0${name}`,
    team_id: `T0${name}`,
    name: name.toLowerCase(),
    enterprise_user: { id: `W0${name}`, enterprise_id: 'E0ORG', enterprise_name: 'Org', teams: [`T0${name}`] },
  })),
  conversations: [{ id: 'C0BOTH', name: 'both', teams: ['T0ONE', 'T0TWO', 'E0ORG'] }],
};

/** How an event of a workspace of the organisation comes. */
function inOrganisation(team: string | null): Record<string, any> {
  return {
    team_id: team,
    enterprise_id: 'E0ORG',
    authorizations: [
      { team_id: team, enterprise_id: 'E0ORG', user_id: 'U0WIDE', is_bot: true, is_enterprise_install: true },
    ],
  };
}

describe('several Slack workspaces, one bot', function () {
  let slack: FakeSlack;
  let authority: TestAuthority;
  let endpoint: Endpoint;
  let database: TestDatabase;
  const bots: BotProcess[] = [];

  async function start(env: Record<string, string> = {}): Promise<{ bot: BotProcess; chat: SlackChat }> {
    const bot = await startBot({
      trusted: [authority.rootPem],
      databaseUrl: database.url,
      env: {
        SLACK_CLIENT_ID: APP.clientId,
        SLACK_CLIENT_SECRET: APP.clientSecret,
        SECRET_KEY: KEY,
        SLACK_SIGNING_SECRET: APP.signingSecret,
        SLACK_API_URL: slack.apiUrl,
        PROBE_ALLOW: '127.0.0.0/8',
        LOG_LEVEL: 'debug',
        ...env,
      },
    });
    bots.push(bot);
    return { bot, chat: createSlackChat(slack, bot.url, 'http') };
  }

  /** Goes through the pages of an installation as a browser does; resolves to the last of them. */
  async function install(bot: BotProcess, team = 'T0NEW'): Promise<{ status: number; text: string }> {
    Object.assign(slack.installer, { team, user: 'U0EVE', refuses: false });
    const plain = { redirect: 'manual', headers: { connection: 'close' } } as const;
    const first = await fetch(`${bot.url}/api/slack/install`, plain);
    const consent = await fetch(first.headers.get('location')!, plain);
    const back = new URL(consent.headers.get('location')!);
    const cookie = first.headers.get('set-cookie')!.split(';')[0]!;
    const last = await fetch(`${bot.url}${back.pathname}${back.search}`, { headers: { connection: 'close', cookie } });
    return { status: last.status, text: await last.text() };
  }

  async function say(chat: SlackChat, text: string): ReturnType<SlackChat['answer']> {
    const before = chat.answers('C0NEW').length;
    const mention = appMention(`<@U0NBOT> ${text}`, { channel: 'C0NEW', user: 'U0EVE', team: 'T0NEW' });
    await chat.deliver('event', eventCallback(mention, ENVELOPE));
    return chat.answer('C0NEW', before);
  }

  before(async () => {
    authority = await createTestAuthority();
    endpoint = await startEndpoint(await authority.leaf(60 * DAY));
  });
  after(() => endpoint?.close());
  beforeEach(async () => {
    [slack, database] = await Promise.all([
      startFakeSlack({ workspaces: [ACME, NEW, ORGANISATION] }),
      createSqliteFile(),
    ]);
  });
  afterEach(async () => {
    const output = bots.map((bot) => bot.output()).join('\n');
    await Promise.all(bots.splice(0).map((bot) => bot.dispose()));
    await slack.close();
    await database.drop();
    assert.deepEqual(slack.violations, []);
    for (const secret of [NEW.token, APP.clientSecret, KEY])
      assert.ok(!output.includes(secret), 'a secret is in the log');
  });

  it('is installed by a workspace itself, answers there with its token, and still does after a restart', async () => {
    const { bot, chat } = await start();
    const page = await install(bot);
    assert.equal(page.status, 200, page.text);
    assert.match((await say(chat, 'help')).summary, /^To begin, type/);
    assert.ok(slack.callsOf('chat.postMessage').every(({ token }) => token === NEW.token));
    await bot.stop();
    const { chat: again } = await start();
    assert.match((await say(again, `watch ${endpoint.target}`)).summary, /valid until/);
  });

  it('keeps tokens encrypted', async () => {
    const { bot } = await start();
    await install(bot);
    await bot.stop();
    const files = await Promise.all(
      ['', '-wal'].map((suffix) =>
        readFile(`${database.url.replace(/^sqlite:/, '')}${suffix}`).catch(() => Buffer.alloc(0)),
      ),
    );
    assert.ok(files[0]!.length > 0 && files[0]!.includes('T0NEW'));
    for (const file of files) assert.ok(!file.includes(NEW.token));
  });

  it('says in the log that the key of stored tokens is another, and loses nothing until that is mended', async () => {
    const { bot } = await start();
    await install(bot);
    await bot.stop();
    const { bot: other, chat } = await start({ SECRET_KEY: 'another key that opens nothing of what was stored' });
    const mention = appMention('<@U0NBOT> help', { channel: 'C0NEW', user: 'U0EVE', team: 'T0NEW' });
    await chat.deliver('event', eventCallback(mention, ENVELOPE));
    while (!/SECRET_KEY/.test(other.output())) await sleep(20);
    assert.equal(chat.answers('C0NEW').length, 0);
    await other.stop();
    const { chat: mended } = await start();
    assert.match((await mended.answer('C0NEW', 0)).summary, /^To begin, type/);
  });

  it('answers where it was installed though the configured token of another workspace does not work', async () => {
    const { bot, chat } = await start({ SLACK_BOT_TOKEN: 'xoxb-revoked' });
    await install(bot);
    assert.match((await say(chat, 'help')).summary, /^To begin, type/);
  });

  it('resumes with a configured token too, when the workspace has the bot again', async () => {
    const alone = { SLACK_BOT_TOKEN: 'xoxb-acme', SLACK_CLIENT_ID: '', SLACK_CLIENT_SECRET: '' };
    const { bot, chat } = await start(alone);
    const watched = await startEndpoint(await authority.leaf(60 * DAY));
    try {
      await chat.say(`watch ${watched.target}`, { channel: 'C0OPS' });
      await chat.deliver('event', eventCallback(appUninstalled()));
      const looks = watched.connections();
      await moreLooks(watched, 1);
      assert.ok(watched.connections() > looks, 'an event that comes late changes nothing: the token still works');

      slack.world.tokens.get('xoxb-acme')!.revoked = true;
      await chat.deliver('event', eventCallback(appUninstalled()));
      while (!/removed the bot/.test(bot.output())) await sleep(20);
      watched.present(await authority.untrusted(60 * DAY));
      await bot.stop();
      slack.world.tokens.get('xoxb-acme')!.revoked = false;
      const seen = chat.answers('C0OPS').length;
      const { chat: again } = await start(alone);
      assert.match((await again.answer('C0OPS', seen)).summary, /The chain is incomplete/);
    } finally {
      await watched.close();
    }
  });

  it('lets only workspaces install it that may use it', async () => {
    const { bot } = await start({ ALLOWED_TENANTS: 'T0ACME' });
    assert.equal((await install(bot)).status, 403);
    assert.equal(slack.world.tokens.get(NEW.token)?.revoked, true);
  });

  it('stops when a workspace removes it, and resumes with what waited when it is installed again', async () => {
    const { bot, chat } = await start({ SLACK_BOT_TOKEN: 'xoxb-acme' });
    await install(bot);
    const watched = await startEndpoint(await authority.leaf(60 * DAY));
    try {
      await chat.say(`watch ${endpoint.target}`, { channel: 'C0OPS' });
      await say(chat, `watch ${watched.target}`);
      await chat.deliver('event', eventCallback(appUninstalled(), ENVELOPE));
      while (!/removed the bot/.test(bot.output())) await sleep(20);
      watched.present(await authority.untrusted(60 * DAY));
      const calls = slack.callsOf('chat.postMessage').length;
      const looks = watched.connections();
      // What another workspace watches is the clock.
      await moreLooks(endpoint, 3);
      assert.ok(watched.connections() <= looks + 1);
      assert.equal(slack.callsOf('chat.postMessage').length, calls);
      const seen = chat.answers('C0NEW').length;
      await install(bot);
      assert.match((await chat.answer('C0NEW', seen)).summary, /The chain is incomplete/);
    } finally {
      await watched.close();
    }
  });

  describe('of an organisation that installed it for all of them', () => {
    let bot: BotProcess;
    let chat: SlackChat;

    beforeEach(async () => {
      ({ bot, chat } = await start());
      const page = await install(bot, 'E0ORG');
      assert.equal(page.status, 200, page.text);
      assert.match(page.text, /organisation Org/);
    });

    /** Somebody of one of its workspaces says something in the channel of both. */
    async function sayAs(name: 'ONE' | 'TWO', text: string): ReturnType<SlackChat['answer']> {
      const before = chat.answers('C0BOTH').length;
      const given = { channel: 'C0BOTH', user: `W0${name}`, team: `T0${name}` };
      await chat.deliver('event', eventCallback(appMention(`<@U0WIDE> ${text}`, given), inOrganisation(`T0${name}`)));
      return chat.answer('C0BOTH', before);
    }

    it('answers with the token of the organisation, and a channel of several is one conversation', async () => {
      assert.match((await sayAs('ONE', `watch ${endpoint.target}`)).summary, /valid until/);
      assert.match((await sayAs('TWO', 'list')).summary, /^The one that is watched is fine/);
      await chat.command('list', {
        channel_id: 'C0BOTH',
        user_id: 'W0TWO',
        team_id: 'T0TWO',
        enterprise_id: 'E0ORG',
        is_enterprise_install: 'true',
      });
      assert.match((await chat.whisper('W0TWO', 0)).summary, /^The one that is watched is fine/);
      assert.ok(slack.callsOf('chat.postMessage').every(({ token }) => token === ORGANISATION.token));
    });

    const teams: [string, Record<string, any>][] = [
      ['no workspace', { team: null, enterprise: { id: 'E0ORG', name: 'Org' }, is_enterprise_install: true }],
      ['another workspace', { team: { id: 'T0TWO', enterprise_id: 'E0ORG' }, is_enterprise_install: true }],
      ['another, and does not say that it is the organisation’s', { team: { id: 'T0TWO', enterprise_id: 'E0ORG' } }],
      ['the organisation in its place', { team: { id: 'E0ORG' }, enterprise: { id: 'E0ORG' } }],
    ];
    for (const [name, partial] of teams)
      it(`takes a press that names ${name}`, async () => {
        const card = await sayAs('ONE', `watch ${endpoint.target}`);
        const updated = slack.next(({ method }) => method === 'chat.update');
        await chat.press('Look again now', card, { user: 'W0TWO', team: 'T0TWO', partial });
        assert.match(readSlack((await updated).arguments).fact('Looked at')!, /just now/);
      });

    it('shows people what they watch on their Home tab', async () => {
      await sayAs('ONE', `watch ${endpoint.target}`);
      const opened = appHomeOpened({ user: 'W0ONE', channel: 'D0ONE' });
      await chat.deliver('event', eventCallback(opened, inOrganisation('T0ONE')));
      await slack.until(() => JSON.stringify(slack.home('W0ONE', 'E0ORG') ?? '').includes(endpoint.target), 'the tab');
    });

    it('stops when the organisation removes it, and resumes when it is installed again', async () => {
      const watched = await startEndpoint(await authority.leaf(60 * DAY));
      try {
        await sayAs('ONE', `watch ${watched.target}`);
        await chat.deliver('event', eventCallback(appUninstalled(), inOrganisation(null)));
        while (!/removed the bot/.test(bot.output())) await sleep(20);
        watched.present(await authority.untrusted(60 * DAY));
        const seen = chat.answers('C0BOTH').length;
        await install(bot, 'E0ORG');
        assert.match((await chat.answer('C0BOTH', seen)).summary, /The chain is incomplete/);
      } finally {
        await watched.close();
      }
    });

    it('goes on in a conversation that is known under one of its workspaces', async () => {
      const { id, ...reference } = { id: 'slack:T0ONE:C0BOTH', teamId: 'T0ONE', enterpriseId: 'E0ORG' };
      await bot.stop();
      const store = await createStore({ databaseUrl: database.url, log: silent });
      const known = { id, channel: 'slack', kind: 'channel' as const, tenantId: 'T0ONE', name: '#both' };
      await store.rememberConversation({ ...known, reference: { ...reference, channelId: 'C0BOTH' } }, Date.now());
      await store.setConversationSettings(id, { timeZone: 'Asia/Tokyo' });
      await store.close();
      ({ bot, chat } = await start());
      assert.match((await sayAs('TWO', 'settings timezone')).text, /Asia\/Tokyo/);
    });
  });

  it('refuses people of a workspace that may not use it, in a sentence', async () => {
    const { bot } = await start();
    await install(bot);
    await bot.stop();
    const { chat } = await start({ ALLOWED_TENANTS: 'T0ACME' });
    assert.equal((await say(chat, 'help')).summary, 'This bot does not serve your organisation.');
  });
});

describe('a Slack bot that is killed', function () {
  it('answers what it had acknowledged, once, when it is back', async () => {
    const [slack, authority, database] = await Promise.all([
      startFakeSlack(),
      createTestAuthority(),
      createSqliteFile(),
    ]);
    const endpoint = await startEndpoint(await authority.leaf(60 * DAY));
    const env = {
      SLACK_BOT_TOKEN: 'xoxb-acme',
      SLACK_APP_TOKEN: slack.appToken,
      SLACK_API_URL: slack.apiUrl,
      PROBE_ALLOW: '127.0.0.0/8',
    };
    const begin = (): Promise<BotProcess> => startBot({ env, trusted: [authority.rootPem], databaseUrl: database.url });
    let bot = await begin();
    try {
      for (let round = 0; round < 4; round += 1) {
        await slack.socket.connected(1);
        const chat = createSlackChat(slack, bot.url, 'socket');
        const before = chat.answers('D0ALICE').length;
        const body = eventCallback(directMessage(`check ${endpoint.target}`, { user: 'U0BOB' }));
        await slack.socket.sendEnvelope('events_api', body);
        await sleep(round * 6);
        await bot.kill();
        const ended = bot;
        bot = await begin();
        await ended.dispose();
        await slack.socket.connected(1);
        await slack.socket.sendEnvelope('events_api', body, { attempt: 1 });
        await chat.answer('D0ALICE', before);
        await chat.say('help');
        const answers = chat
          .answers('D0ALICE')
          .slice(before)
          .filter(({ summary }) => / is valid until /.test(summary));
        const ids = new Set(answers.map(({ message }) => message['metadata'].event_payload.delivery_id));
        assert.equal(ids.size, 1);
        assert.ok(answers.length <= 2, 'at most one extra copy');
      }
    } finally {
      await bot.dispose();
      await Promise.all([slack.close(), endpoint.close()]);
      await database.drop();
    }
    assert.deepEqual(slack.violations, []);
  });
});
