import assert from 'node:assert/strict';
import { startBot, type BotProcess } from '../support/bot-process.ts';
import { createConversation } from '../support/conversation.ts';
import { startDnsServer } from '../peers/dns/dns-server.ts';
import { startFakeConnector, type FakeConnector } from '../peers/teams/connector.ts';
import { createTestAuthority, startEndpoint, type Endpoint } from '../support/endpoint.ts';
import { DAY } from '../../src/core/time.ts';

describe('what is configured for looks, through the whole bot', function () {
  let connector: FakeConnector;
  let endpoint: Endpoint;
  let dns: Awaited<ReturnType<typeof startDnsServer>>;
  let bot: BotProcess;
  before(async () => {
    connector = await startFakeConnector();
    const authority = await createTestAuthority();
    endpoint = await startEndpoint(await authority.leaf(60 * DAY, { names: ['*.test.example'] }));
    dns = await startDnsServer((name, type) => {
      if (type !== 'MX') return name.startsWith('mx') ? { addresses: type === 'A' ? ['127.0.0.1'] : [] } : null;
      if (name !== 'two.test.example') return { code: 'SERVFAIL' };
      const exchangers = [20, 10].map((priority) => ({ priority, exchange: `mx${priority}.test.example` }));
      return { exchangers };
    });
    bot = await startBot({
      trusted: [authority.rootPem],
      env: {
        PROBE_INTERVAL: '6h',
        PROBE_BUDGET: '6',
        MAX_WATCHES: '2',
        PROBE_PORTS: `25,${endpoint.port}`,
        DNS_SERVERS: dns.server,
      },
    });
  });
  after(async () => {
    await bot?.dispose();
    await Promise.all([connector?.close(), endpoint?.close(), dns?.close()]);
  });

  it('PROBE_BUDGET is how often one conversation may look', async () => {
    const chat = createConversation(connector, bot.url);
    for (let index = 0; index < 6; index += 1)
      assert.match((await chat.say(`check ${endpoint.target} as a.test.example`)).summary, /is valid until/);
    const made = endpoint.connections();
    const { text } = await chat.say(`check ${endpoint.target} as a.test.example`);
    assert.match(text, /may look at 6 targets a minute, and has done so\. In (?:\d|10) seconds?, type “check /);
    assert.equal(endpoint.connections(), made);
  });

  it('MAX_WATCHES is how much one conversation may watch', async () => {
    const chat = createConversation(connector, bot.url);
    const targets = ['a', 'b', 'c'].map((name) => `${endpoint.target} as ${name}.test.example`);
    assert.equal((await chat.say(`watch ${targets.join(' ')}`)).summary, '3 targets: 2 watched, 1 failed');
    assert.match((await chat.say(`watch ${targets[2]}`)).summary, /has 2 watches, and 2 is the most it may have/);
  });

  it('PROBE_PORTS is where it may connect to', async () => {
    const chat = createConversation(connector, bot.url);
    const { summary } = await chat.say('check 127.0.0.1:1');
    assert.match(summary, new RegExp(`does not allow connecting to port 1\\. It allows 25, ${endpoint.port} `));
  });

  it('DNS_SERVERS know the mail exchangers of a domain', async () => {
    const chat = createConversation(connector, bot.url);
    const card = await chat.say('check mx:two.test.example');
    assert.match(card.summary, /^2 targets: .* \(mail exchangers of two\.test\.example\)$/);
    assert.deepEqual(
      card.rows.map(([targets]) => targets),
      ['smtp://mx10.test.example:25, smtp://mx20.test.example:25'],
    );
    assert.match((await chat.say('watch mx:broken.example')).summary, /could not be found out: the DNS did not answer/);
  });

  it('leaves nothing behind: no error in the log, nothing on standard error', async () => {
    assert.deepEqual(bot.errors(), []);
    assert.equal(bot.stderr(), '');
    await bot.stop();
  });
});
