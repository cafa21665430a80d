import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import sinon from 'sinon';
import { createSlackChannel, type SlackChannelOptions, type SlackInbox } from '../../../src/channels/slack/channel.ts';
import type { Tunnels } from '../../../src/channels/slack/way.ts';
import type { Card } from '../../../src/core/card.ts';
import type { Conversation } from '../../../src/core/model/conversation.ts';
import { startFakeSlack, type FakeSlack } from '../../peers/slack/slack.ts';
import { APP, appUninstalled, eventCallback } from '../../peers/slack/events.ts';

type Settings = SlackChannelOptions['settings'];

const OAUTH = { clientId: APP.clientId, clientSecret: APP.clientSecret, secretKey: 'k'.repeat(32) };
const CARD: Card = { language: 'en', summary: 'A list.', title: 'A list', tone: 'neutral' };

describe('the Slack channel', () => {
  let slack: FakeSlack;
  const ends: (() => unknown)[] = [];
  const heard: string[] = [];
  const logged: string[] = [];

  beforeEach(async () => {
    slack = await startFakeSlack();
    heard.length = 0;
    logged.length = 0;
  });
  afterEach(async () => {
    for (const end of ends.splice(0).toReversed()) await end();
    await slack.close();
  });

  function channelOf(settings: Partial<Settings> = {}, more: Partial<SlackChannelOptions> = {}) {
    const keep = (_fields: object, message: string) => void logged.push(message);
    const hear =
      (what: string) =>
      (tenantId: string): Promise<void> => {
        heard.push(`${what} ${tenantId}`);
        return Promise.resolve();
      };
    const channel = createSlackChannel({
      settings: {
        botToken: null,
        appToken: null,
        signingSecret: null,
        apiUrl: slack.apiUrl,
        oauth: null,
        allowedWorkspaces: null,
        graphWorkspaces: [],
        ...settings,
      },
      publicUrl: () => 'https://certbot.example',
      store: {
        saveInstallation: async () => true,
        findInstallation: async () => null,
        deleteInstallation: async () => false,
        listInstallations: async () => [],
      } as unknown as SlackChannelOptions['store'],
      inbox: {
        recognised: (tenantId: string) => void hear('recognised')(tenantId),
        left: hear('left'),
        returned: hear('returned'),
      } as unknown as SlackInbox,
      log: { debug() {}, info() {}, warn: keep, error: keep },
      now: () => Date.now(),
      random: () => 0,
      ...more,
    });
    ends.push(() => channel.close());
    return channel;
  }

  const routes: [string, Partial<Settings>, string[]][] = [
    ['none by Socket Mode', { botToken: 'xoxb-acme', appToken: 'xapp-1' }, []],
    ['one for what Slack posts', { botToken: 'xoxb-acme', signingSecret: 'secret' }, ['POST /api/slack/events']],
    [
      'those of installations',
      { oauth: OAUTH },
      ['GET /api/slack/install', 'GET /slack/install', 'GET /api/slack/oauth_redirect'],
    ],
  ];
  for (const [what, settings, expected] of routes)
    it(`has routes: ${what}`, () => {
      const found = channelOf(settings).routes.map(({ method, path }) => `${method} ${path}`);
      assert.deepEqual(found, expected);
    });

  it('asks from the start on whose the configured token is, and then knows who may reach mailboxes', async () => {
    const channel = channelOf({ botToken: 'xoxb-acme', graphWorkspaces: ['T0LINKED'] });
    assert.deepEqual([channel.reachMailboxes('T0ACME'), channel.reachMailboxes('T0LINKED')], [undefined, true]);
    channel.start();
    while (heard.length === 0) await new Promise(setImmediate);
    assert.deepEqual(heard, ['recognised T0ACME']);
    assert.deepEqual([channel.reachMailboxes('T0ACME'), channel.reachMailboxes('T0OTHER')], [true, false]);
  });

  it('looks at the installations from the start on, and says when that cannot be', async () => {
    const asked = Promise.withResolvers<void>();
    const store = {
      async listInstallations() {
        asked.resolve();
        throw new Error('away');
      },
    } as unknown as SlackChannelOptions['store'];
    channelOf({ oauth: OAUTH }, { store }).start();
    await asked.promise;
    for (let round = 0; round < 5; round += 1) await new Promise(setImmediate);
    assert.deepEqual(logged, ['the installations of Slack workspaces could not be read']);
  });

  it('tells how long it has had no connection, where it is to have one', async () => {
    const without = channelOf({ botToken: 'xoxb-acme', signingSecret: 'secret' });
    without.start();
    assert.equal(without.awayFor(), null);
    const channel = channelOf({ appToken: slack.appToken });
    assert.ok(channel.awayFor()! >= 0);
    channel.start();
    await slack.socket.connected();
    while (channel.awayFor() !== null) await new Promise(setImmediate);
    await channel.close();
    await slack.until(() => slack.socket.connections().length === 0, 'the end of the connections');
  });

  describe('when Slack says that a workspace removed the bot', () => {
    const settings = () => ({ botToken: 'xoxb-acme', appToken: slack.appToken });

    async function uninstalled(given: Partial<Settings>, more: Partial<SlackChannelOptions> = {}): Promise<string[]> {
      channelOf(given, more).start();
      await slack.socket.connected();
      await slack.socket.sendEnvelope('events_api', eventCallback(appUninstalled()));
      return heard.filter((each) => each.startsWith('left'));
    }

    it('stays where the configured token still works', async () => assert.deepEqual(await uninstalled(settings()), []));

    it('leaves where it works no more', async () => {
      slack.fail({ kind: 'error', error: 'account_inactive' }, { method: 'auth.test' });
      assert.deepEqual(await uninstalled(settings()), ['left T0ACME']);
    });

    it('leaves where it works no more, though workspaces may install the bot by themselves', async () => {
      slack.fail({ kind: 'error', error: 'account_inactive' }, { method: 'auth.test' });
      assert.deepEqual(await uninstalled({ ...settings(), oauth: OAUTH }), ['left T0ACME']);
    });

    it('leaves where the installation is forgotten, whatever the configured token does', async () => {
      const store = {
        listInstallations: async () => [],
        findInstallation: async () => ({ channel: 'slack', tenantId: 'T0ACME', sealed: '', installedAt: 0 }),
        deleteInstallation: async () => true,
      } as unknown as SlackChannelOptions['store'];
      assert.deepEqual(await uninstalled({ ...settings(), oauth: OAUTH }, { store }), ['left T0ACME']);
    });
  });

  describe('behind a proxy', () => {
    const OPS = {
      id: 'slack:T0ACME:C0OPS',
      kind: 'channel',
      reference: { teamId: 'T0ACME', enterpriseId: null, channelId: 'C0OPS' },
    } as Conversation;
    /** Every host that was to be reached, all through the proxy. */
    const hosts: string[] = [];
    const tunnels: Tunnels = {
      serves: () => true,
      async connect(host, port) {
        hosts.push(`${host}:${port}`);
        throw new Error('no');
      },
    };
    beforeEach(() => {
      hosts.length = 0;
    });

    const behind = (settings: Partial<Settings> = {}) =>
      channelOf({ botToken: 'xoxb-acme', apiUrl: 'https://slack.test/api/', ...settings }, { tunnels });

    it('calls Slack through it', async () => {
      await assert.rejects(behind().messenger.send(OPS, CARD, { deliveryId: 'd', thread: null }));
      assert.deepEqual(hosts, ['slack.test:443']);
    });

    it('answers whoever asked through it', async () => {
      const responseUrl = 'https://hooks.slack.com/commands/1/2/3';
      const thread = { asker: { userId: 'U0ALICE', responseUrl, until: Date.now() + 60_000 }, ephemeral: true };
      await assert.rejects(behind().messenger.send(OPS, CARD, { deliveryId: 'd', thread }));
      assert.equal(hosts[0], 'hooks.slack.com:443');
    });

    it('fetches files through it', async () => {
      const reference = { id: 'F0CA', url: 'https://files.slack.com/files-pri/T0ACME-F0CA/ca.pem' };
      const file = { name: 'ca.pem', type: 'text/plain', size: 10, reference };
      await assert.rejects(behind().messenger.download(file, OPS));
      assert.deepEqual(hosts, ['files.slack.com:443']);
    });

    it('listens through it', async () => {
      behind({ botToken: null, appToken: 'xapp-1' }).start();
      while (hosts.length === 0) await new Promise(setImmediate);
      assert.deepEqual(new Set(hosts), new Set(['slack.test:443']));
    });

    it('reaches nothing any more once it has ended, and asks nothing again', async () => {
      const clock = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      ends.push(() => clock.restore());
      const channel = behind();
      channel.start();
      const refused = () => logged.filter((line) => line.startsWith('Slack cannot be reached')).length;
      while (refused() === 0) await new Promise(setImmediate);
      await channel.close();
      await clock.tickAsync(60_000);
      await assert.rejects(channel.messenger.send(OPS, CARD, { deliveryId: 'd', thread: null }));
      assert.deepEqual([hosts.length, refused()], [1, 1]);
    });

    it('is installed through it', async () => {
      const { end } = await begin(behind({ botToken: null, oauth: OAUTH }));
      assert.equal((await end('code=x')).status, 503);
      assert.deepEqual(new Set(hosts), new Set(['slack.test:443']));
    });
  });

  describe('that workspaces install by themselves', () => {
    const installs: [string, allowed: string[] | null, status: number, heard: string[]][] = [
      ['lets them, and has them resume', null, 200, ['returned T0ACME']],
      ['lets those that may use it', ['T0ACME'], 200, ['returned T0ACME']],
      ['lets no others', ['T0OTHER'], 403, []],
    ];
    for (const [what, allowedWorkspaces, status, expected] of installs)
      it(what, async () => {
        const { location, end } = await begin(channelOf({ oauth: OAUTH, allowedWorkspaces }));
        const consent = await fetch(location, { redirect: 'manual' });
        const code = new URL(consent.headers.get('location')!).searchParams.get('code')!;
        assert.equal((await end(`code=${code}`)).status, status);
        assert.deepEqual(heard, expected);
      });

    it('reaches no mailboxes for them while it is not known whose the configured token is', async () => {
      const rows = [{ channel: 'slack', tenantId: 'T0THEIRS', sealed: '', installedAt: 0 }];
      const store = { listInstallations: async () => rows } as unknown as SlackChannelOptions['store'];
      slack.fail({ kind: 'status', status: 503 }, { method: 'auth.test' });
      const channel = channelOf({ botToken: 'xoxb-acme', oauth: OAUTH }, { store });
      channel.start();
      while (channel.reachMailboxes('T0THEIRS') === undefined) await new Promise(setImmediate);
      assert.deepEqual([channel.reachMailboxes('T0THEIRS'), channel.reachMailboxes('T0ACME')], [false, undefined]);
    });
  });

  /** Somebody begins an installation in their browser: where they are sent, and how they come back. */
  async function begin({ routes: served }: ReturnType<typeof channelOf>) {
    const server = createServer((request, response) => {
      const path = URL.parse(request.url ?? '', 'http://localhost')?.pathname;
      void served.find((each) => each.path === path)?.handle(request, response);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    ends.push(() => {
      server.close();
      server.closeAllConnections();
    });
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const begun = await fetch(`${base}/slack/install`, { redirect: 'manual' });
    const location = begun.headers.get('location')!;
    const state = encodeURIComponent(new URL(location).searchParams.get('state')!);
    const cookie = begun.headers.get('set-cookie')!.split(';')[0]!;
    return {
      location,
      end: (query: string) =>
        fetch(`${base}/api/slack/oauth_redirect?${query}&state=${state}`, { headers: { cookie } }),
    };
  }
});
