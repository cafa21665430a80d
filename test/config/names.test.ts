import assert from 'node:assert/strict';
import { readConfig } from '../../src/config/config.ts';
import { ownVariables } from '../../src/config/names.ts';

const NOTHING = 'is no variable of this bot and changes nothing; did you mean';

describe('a misspelt variable', () => {
  const wrong: [string, string][] = [
    ['SLACK_BOT_TOKN', 'SLACK_BOT_TOKEN'],
    ['SLACK_TOKEN', 'SLACK_BOT_TOKEN'],
    ['slack_bot_token', 'SLACK_BOT_TOKEN'],
    ['PROBE_INTERVALL', 'PROBE_INTERVAL'],
    ['PROBE_PORT', 'PROBE_PORTS'],
    ['METRIC_PORT', 'METRICS_PORT'],
    ['MicrosoftAppID', 'MicrosoftAppId'],
    ['MICROSOFTAPPPASSWORD', 'MicrosoftAppPassword'],
    ['DATABASE_URI', 'DATABASE_URL'],
    ['PUBLIC_URI', 'PUBLIC_URL'],
    ['CALENDER', 'CALENDAR'],
    ['HOLIDAY', 'HOLIDAYS'],
    ['AZURE_CLIENT_SECRETS', 'AZURE_CLIENT_SECRET'],
    ['NODE_EXTRA_CA_CERT', 'NODE_EXTRA_CA_CERTS'],
  ];
  for (const [name, right] of wrong) {
    it(`${name} is told to be ${right}`, () => {
      assert.deepEqual(readConfig({ [name]: '1' }).warnings, [`${name} ${NOTHING} ${right}?`]);
    });
  }

  const others: Record<string, string> = {
    HTTP_PROXY: 'http://proxy.example',
    http_proxy: 'http://proxy.example',
    ALL_PROXY: 'http://proxy.example',
    HOSTNAME: 'pod-1',
    PATH: '/usr/bin',
    LOGNAME: 'root',
    POSTGRES_PORT: '5432',
    REDIS_PORT: 'tcp://10.0.0.1:6379',
    npm_package_name: 'certbot',
    AZURE_STORAGE_ACCOUNT: 'ours',
    LOG_DIRECTORY: '/var/log',
    SLACK_PORT: 'tcp://10.0.0.1:443',
    SLACK_SERVICE_HOST: '10.0.0.1',
    SLACK_SERVICE_PORT_HTTPS: '443',
    SLACK_PORT_443_TCP_ADDR: '10.0.0.1',
    METRICS_PORT_9464_TCP: 'tcp://10.0.0.1:9464',
    PROBE_PORT: 'tcp://10.0.0.1:80',
  };
  for (const [name, value] of Object.entries(others)) {
    it(`${name}=${value} is none: it belongs to others`, () => {
      assert.deepEqual(readConfig({ [name]: value }).warnings, []);
    });
  }

  it('of this bot is none, be it read by the Bot Framework, by @azure/identity or by Node.js', () => {
    const env = { ValidateAuthority: 'false', AZURE_CLIENT_CERTIFICATE_PASSWORD: 'x', NODE_EXTRA_CA_CERTS: '/ca.pem' };
    assert.deepEqual(readConfig(env).warnings, []);
  });

  it('stands beside what is missing because of it', () => {
    assert.throws(() => readConfig({ SLACK_BOT_TOKN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1' }), {
      message: /- SLACK_BOT_TOKEN is missing[\s\S]*- SLACK_BOT_TOKN is no variable of this bot.*SLACK_BOT_TOKEN\?$/,
    });
  });
});

describe('what Kubernetes sets for a service called metrics', () => {
  it('is not the port of the metrics', () => {
    assert.deepEqual(ownVariables({ METRICS_PORT: 'tcp://10.0.0.1:9464', PORT: '80', HOST: ' ' }), { PORT: '80' });
    assert.equal(readConfig({ METRICS_PORT: 'tcp://10.0.0.1:9464' }).metrics?.port, 9464);
  });
});

describe('what changes nothing is told', () => {
  const slack = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_SIGNING_SECRET: 'f00' };
  const cases: [string, Record<string, string>, RegExp[]][] = [
    ['a channel over HTTP without PUBLIC_URL', slack, [/^PUBLIC_URL is not set: .*Slack over HTTP.*calendar feeds/]],
    [
      'a feed without PUBLIC_URL, though Slack comes by Socket Mode',
      { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1' },
      [/^PUBLIC_URL is not set: .*needed for calendar feeds and files$/],
    ],
    [
      'Socket Mode without any calendar needs no PUBLIC_URL',
      { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1', CALENDAR: 'none' },
      [],
    ],
    ['with PUBLIC_URL nothing is missed', { ...slack, PUBLIC_URL: 'https://certbot.example.com' }, []],
    ['a mailbox without Outlook', { CALENDAR_MAILBOX: 'a@b.example' }, [/^CALENDAR_MAILBOX changes nothing: /]],
    [
      'a bot whose type was the default, and is another now',
      {
        MicrosoftAppId: '6f1f7f4a-3c1e-4a58-9d0b-2f6f8a1f9b11',
        MicrosoftAppPassword: 's',
        MicrosoftAppTenantId: '2b2a8a4c-98a5-4cde-8a55-51d3b1f1c0de',
        PUBLIC_URL: 'https://certbot.example.com',
      },
      [/^MicrosoftAppType is not set and counts as SingleTenant/],
    ],
    [
      'a tenant without a bot',
      { MicrosoftAppTenantId: '2b2a8a4c-98a5-4cde-8a55-51d3b1f1c0de' },
      [/^MicrosoftAppTenantId changes nothing without MicrosoftAppId/],
    ],
    [
      'PostgreSQL without a key for feeds',
      { DATABASE_URL: 'postgres://u:p@db/c' },
      [/^SECRET_KEY is not set: calendar feeds get another address/],
    ],
    ['PostgreSQL without feeds', { DATABASE_URL: 'postgres://u:p@db/c', CALENDAR: 'none' }, []],
    ['a tenant without an app', { AZURE_TENANT_ID: 'contoso' }, [/^AZURE_TENANT_ID changes nothing without/]],
    ['PORT that is the default of METRICS_PORT', { PORT: '9464' }, [/^METRICS_PORT and PORT are both 9464, so/]],
  ];
  for (const [title, env, expected] of cases) {
    it(title, () => {
      const { warnings } = readConfig(env);
      assert.equal(warnings.length, expected.length, warnings.join('\n'));
      for (const [index, pattern] of expected.entries()) assert.match(warnings[index]!, pattern);
    });
  }

  it('and without PUBLIC_URL nothing is linked, but in local mode', () => {
    assert.equal(readConfig(slack).publicUrl, null);
    assert.equal(readConfig({}).publicUrl, 'http://localhost:3978');
  });
});

describe('a value', () => {
  it('has no white space around it', () => {
    assert.deepEqual(ownVariables({ CALENDAR: ' ics\r', HOLIDAYS: ' \r' }), { CALENDAR: 'ics' });
  });

  it('in quotes is told, once, also where it is no value by them', () => {
    const sentence =
      'is in quotes, which are part of its value here, as docker run takes it from a file; leave them out';
    const env = { DATABASE_URL: 'sqlite:data/"x"', SECRET_KEY: '"0123456789abcdef"', SOMETHING: '"else"' };
    assert.deepEqual(readConfig(env).warnings, [`SECRET_KEY ${sentence}`]);
    assert.throws(() => readConfig({ CALENDAR: "'ics'" }), { message: new RegExp(`CALENDAR ${sentence}`) });
  });
});
