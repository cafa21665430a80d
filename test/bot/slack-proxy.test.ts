import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { createServer } from 'node:tls';
import { startBot, type BotProcess } from '../support/bot-process.ts';
import { startConnectProxy, type ConnectProxy } from '../peers/web/connect-proxy.ts';
import { startFakeSlack, type FakeSlack } from '../peers/slack/slack.ts';
import { createSlackChat } from '../support/slack-chat.ts';
import { createTestAuthority, type TestAuthority } from '../support/endpoint.ts';
import { DAY } from '../../src/core/time.ts';

/** TLS in front of what listens on a port of loopback. */
async function startTlsFront(port: number, authority: TestAuthority) {
  const { keyPem, chainPem } = await authority.leaf(60 * DAY, { names: ['slack.test', 'wss.slack.test'] });
  const sockets = new Set<Socket>();
  const server = createServer({ key: keyPem, cert: chainPem }, (inner) => {
    const upstream = connect(port, '127.0.0.1');
    for (const socket of [inner, upstream]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.once('close', () => sockets.delete(socket));
    }
    inner.pipe(upstream).pipe(inner);
    inner.once('close', () => upstream.destroy());
    upstream.once('close', () => inner.destroy());
  });
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

describe('a Slack bot that reaches the internet through a proxy alone', function () {
  let slack: FakeSlack;
  let proxy: ConnectProxy;
  let authority: TestAuthority;
  let bot: BotProcess | undefined;
  const ends: (() => unknown)[] = [];

  beforeEach(async () => {
    authority = await createTestAuthority();
    slack = await startFakeSlack({ linkOrigin: 'wss://wss.slack.test' });
    const front = await startTlsFront(Number(new URL(slack.origin).port), authority);
    proxy = await startConnectProxy({ 'slack.test': front.port, 'wss.slack.test': front.port });
    ends.push(() => slack.close(), front.close, proxy.close);
  });
  afterEach(async () => {
    await bot?.dispose();
    for (const end of ends.splice(0).toReversed()) await end();
    assert.deepEqual(slack.violations, []);
  });

  async function start(env: Record<string, string> = {}): Promise<BotProcess> {
    bot = await startBot({
      trusted: [authority.rootPem],
      env: {
        SLACK_BOT_TOKEN: 'xoxb-acme',
        SLACK_APP_TOKEN: slack.appToken,
        SLACK_API_URL: 'https://slack.test/api/',
        HTTPS_PROXY: proxy.url,
        ...env,
      },
    });
    return bot;
  }

  it('listens by Socket Mode and answers, by names that only the proxy knows', async () => {
    const { url } = await start();
    await slack.socket.connected(2);
    const chat = createSlackChat(slack, url, 'socket');
    assert.match((await chat.say('help')).summary, /^To begin, type/);
    const to = proxy.requests.map((head) => /^CONNECT (\S+)/.exec(head)?.[1]);
    assert.deepEqual(new Set(to), new Set(['slack.test:443', 'wss.slack.test:443']));
    const basic = Buffer.from('user:p@ss').toString('base64');
    assert.ok(proxy.requests.every((head) => head.includes(`Proxy-Authorization: Basic ${basic}\r\n`)));
    assert.ok(!bot!.output().includes('p@ss') && !bot!.output().includes('p%40ss'));
  });

  it('comes back when the proxy did, and ends with nothing left open', async () => {
    await start();
    await slack.socket.connected(2);
    proxy.answer(503);
    slack.socket.cut();
    await slack.until(() => /Slack cannot be reached/.test(bot!.output()), 'a try that failed');
    proxy.answer(200);
    await slack.socket.connected(2);
    assert.ok((await bot!.stop()) < 10_000);
    await slack.until(() => proxy.open() === 0, 'the end of the tunnels');
  });

  it('goes past the proxy to what NO_PROXY names', async () => {
    const direct = await startFakeSlack();
    ends.push(() => direct.close());
    await start({ SLACK_API_URL: direct.apiUrl, NO_PROXY: '127.0.0.0/8' });
    await direct.socket.connected(2);
    assert.deepEqual(proxy.requests, []);
    assert.deepEqual(direct.violations, []);
  });
});
