import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTeamsChannel } from '../../../src/channels/teams/channel.ts';
import { createHttpServer } from '../../../src/http/server.ts';
import { createTlsSource } from '../../../src/sources/tls/source.ts';
import { createConversation } from '../../support/conversation.ts';
import { startFakeConnector } from '../../peers/teams/connector.ts';
import { root, served, sign } from '../../peers/tls/pki.ts';
import { createWiredBot } from '../../support/wired-bot.ts';
import { startEndpoint } from '../../support/endpoint.ts';

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const LOOPBACK = ['127.0.0.0/8', '::1/128'];

describe('an endpoint of a private authority', () => {
  const ends: (() => unknown)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).toReversed()) await end();
  });

  it('is fine where its authority is trusted, by an attached file, and nowhere else', async () => {
    const authority = await root('CN=Inside Root R1');
    const leaf = await sign({ subject: 'CN=127.0.0.1', issuer: authority, names: ['127.0.0.1'] });
    const endpoint = await startEndpoint(served(leaf));
    ends.push(endpoint.close);
    const downloads: string[] = [];
    const files = createServer((request, response) => {
      downloads.push(request.url!);
      response.end(Buffer.from(authority.certificate.rawData));
    }).listen(0, '127.0.0.1');
    await once(files, 'listening');
    ends.push(() => (files.close(), once(files, 'close')));

    const source = createTlsSource({
      timeout: 5000,
      concurrency: 4,
      allow: LOOPBACK,
      deny: [],
      dnsServers: [],
      log: silent,
      env: {},
    });
    ends.push(source.close);
    const bot = await createWiredBot({ sources: [source], now: () => Date.now(), uuid: () => randomUUID() });
    ends.push(bot.close);
    const channel = createTeamsChannel({
      credentials: null,
      env: {},
      allowedTenants: null,
      oauthConnection: null,
      permits: (address) => address === '127.0.0.1',
      inbox: bot.inbox,
      log: silent,
      now: () => Date.now(),
    });
    await bot.join(channel.messenger);
    const http = createHttpServer({
      host: '127.0.0.1',
      port: 0,
      log: silent,
      publicUrl: 'http://localhost',
      loopbackOnly: true,
      messages: channel.handle,
      feeds: async () => null,
      ready: () => ({ ok: true, checks: {} }),
    });
    const url = `http://127.0.0.1:${(await http.listen()).port}`;
    ends.push(http.close);
    const connector = await startFakeConnector();
    ends.push(connector.close);
    const [chat, other] = [createConversation(connector, url), createConversation(connector, url)];

    for (const one of [chat, other]) {
      const { text } = await one.say(`watch ${endpoint.target}`);
      assert.match(text, /private|not verify|unknown|not trusted/i);
    }
    const attachments = [
      {
        contentType: 'application/vnd.microsoft.teams.file.download.info',
        name: 'inside.der',
        contentUrl: 'https://contoso.sharepoint.com/inside.der',
        content: {
          downloadUrl: `http://127.0.0.1:${(files.address() as AddressInfo).port}/inside.der`,
          fileType: 'der',
        },
      },
      { contentType: 'text/html', content: '<p>trust add</p>' },
    ];
    assert.match((await chat.say('trust add', { attachments })).summary, /from now on: Inside Root R1/);
    assert.deepEqual(downloads, ['/inside.der']);
    await bot.round();
    // What is stored is what was seen: others do not share this trust.
    assert.match((await chat.say(`watch ${endpoint.target}`)).text, /name and chain are good/);
    const good = await chat.say(`show ${endpoint.target}`);
    assert.match(good.text, /name and chain are good/);
    assert.doesNotMatch((await other.say(`show ${endpoint.target}`)).text, /name and chain are good/);
    await chat.say('trust remove inside');
    assert.doesNotMatch((await chat.say(`show ${endpoint.target}`)).text, /name and chain are good/);
  });
});
