import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { ConfigError, readConfig, type Config } from '../../src/config/config.ts';
import { DAY } from '../../src/core/time.ts';

const APP_ID = '6f1f7f4a-3c1e-4a58-9d0b-2f6f8a1f9b11';
const TENANT = '2b2a8a4c-98a5-4cde-8a55-51d3b1f1c0de';
const PRIVATE = ['127.0.0.0/8', '::1/128', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'];

/** A multi-tenant bot with a secret. */
const CREDENTIALS = { MicrosoftAppId: APP_ID, MicrosoftAppPassword: 'secret', MicrosoftAppType: 'MultiTenant' };

const THUMBPRINT = 'AB12'.repeat(10);
const KEY = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' });

type Environment = Record<string, string | undefined>;

function problems(env: Environment): string[] {
  try {
    readConfig(env);
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    assert.equal(error.code, 'CONFIG_ERROR');
    for (const problem of error.problems) assert.ok(error.message.includes(problem));
    return error.problems;
  }
  return [];
}

/** Environment, and the part of the configuration that it decides. */
function decides(title: string, env: Environment, part: (config: Config) => unknown, expected: unknown): void {
  it(title, () => {
    assert.deepEqual(problems(env), []);
    assert.deepEqual(part(readConfig(env)), expected);
  });
}

describe('the configuration', () => {
  it('of an empty environment is local mode', () => {
    const expected: Config = {
      port: 3978,
      host: '127.0.0.1',
      publicUrl: 'http://localhost:3978',
      localMode: true,
      teams: null,
      slack: null,
      allowedTenants: null,
      databaseUrl: 'sqlite:data/certbot.sqlite',
      secretKeys: [],
      calendar: 'ics',
      calendarMailbox: null,
      graph: {
        baseUrl: 'https://graph.microsoft.com',
        accessToken: null,
        tenantId: null,
        clientId: null,
        secretHint: null,
        ownAccess: false,
      },
      oauthConnection: null,
      operatorConversation: null,
      defaultTimeZone: 'UTC',
      holidays: null,
      probe: {
        interval: DAY / 4,
        timeout: 10_000,
        concurrency: 16,
        allow: PRIVATE,
        deny: [],
        ports: null,
        budget: 120,
        grace: DAY / 24,
        caFile: null,
        proxy: null,
      },
      alertInterval: 60_000,
      maxWatches: 2000,
      messageRate: { person: 20, conversation: 60 },
      dnsServers: [],
      metrics: { host: '127.0.0.1', port: 9464, isNamed: false },
      playground: true,
      logFormat: 'auto',
      logLevel: 'info',
      warnings: [],
    };
    assert.deepEqual(readConfig({}), expected);
  });

  it('of a bot with credentials is open to the network, but connects to public addresses only', () => {
    const config = readConfig(CREDENTIALS);
    assert.equal(config.localMode, false);
    assert.equal(config.host, '0.0.0.0');
    assert.equal(config.playground, false);
    assert.deepEqual(config.probe.allow, []);
    assert.equal(config.allowedTenants, null);
    assert.deepEqual(config.teams, {
      appId: APP_ID,
      appPassword: 'secret',
      appType: 'MultiTenant',
      tenantId: undefined,
      certificate: undefined,
    });
  });

  it('takes a variable that is set but empty for one that is not set', async () => {
    const example = await readFile(new URL('../../.env.example', import.meta.url), 'utf8');
    const names = [...example.matchAll(/^([A-Za-z_]+)=/gm)].map(([, name]) => name!);
    assert.ok(names.length > 20);
    for (const blank of ['', '  ', undefined]) {
      assert.deepEqual(readConfig(Object.fromEntries(names.map((name) => [name, blank]))), readConfig({}));
    }
  });

  it('of .env.example is the default one', async () => {
    const example = await readFile(new URL('../../.env.example', import.meta.url), 'utf8');
    const lines = [...example.matchAll(/^([A-Za-z_]+)=(.*)$/gm)];
    assert.deepEqual(readConfig(Object.fromEntries(lines.map(([, name, value]) => [name!, value!]))), readConfig({}));
  });
});

describe('the variable', () => {
  decides(
    'PORT is where it listens, and part of the default PUBLIC_URL',
    { PORT: '8080' },
    (config) => [config.port, config.publicUrl],
    [8080, 'http://localhost:8080'],
  );
  decides('HOST is the address it binds to', { ...CREDENTIALS, HOST: '192.0.2.1' }, ({ host }) => host, '192.0.2.1');
  decides(
    'PUBLIC_URL loses its trailing slash',
    { PUBLIC_URL: 'https://certbot.example.com/' },
    ({ publicUrl }) => publicUrl,
    'https://certbot.example.com',
  );
  decides(
    'PUBLIC_URL may have a path',
    { PUBLIC_URL: 'https://example.com/certbot' },
    ({ publicUrl }) => publicUrl,
    'https://example.com/certbot',
  );
  decides(
    'DATABASE_URL may be PostgreSQL',
    { DATABASE_URL: 'postgres://u:p@db/c' },
    ({ databaseUrl }) => databaseUrl,
    'postgres://u:p@db/c',
  );
  decides(
    'DATABASE_URL may be a file',
    { DATABASE_URL: 'sqlite:/tmp/c.sqlite' },
    ({ databaseUrl }) => databaseUrl,
    'sqlite:/tmp/c.sqlite',
  );
  decides(
    'CALENDAR_MAILBOX is one mailbox for all',
    { CALENDAR_MAILBOX: 'ops@example.com' },
    ({ calendarMailbox }) => calendarMailbox,
    'ops@example.com',
  );
  decides(
    'GRAPH_ACCESS_TOKEN is enough to write into Outlook',
    { GRAPH_ACCESS_TOKEN: 'token' },
    (config) => [config.calendar, config.graph.accessToken],
    ['graph', 'token'],
  );
  decides(
    'AZURE_TENANT_ID with AZURE_CLIENT_ID means Outlook',
    { AZURE_TENANT_ID: TENANT, AZURE_CLIENT_ID: APP_ID },
    ({ calendar }) => calendar,
    'graph',
  );
  decides('AZURE_CLIENT_ID alone does not', { AZURE_CLIENT_ID: APP_ID }, ({ calendar }) => calendar, 'ics');
  decides('AZURE_TENANT_ID alone does not', { AZURE_TENANT_ID: TENANT }, ({ calendar }) => calendar, 'ics');
  decides(
    'CALENDAR=ics wins over Graph credentials',
    { CALENDAR: 'ics', GRAPH_ACCESS_TOKEN: 'token' },
    ({ calendar }) => calendar,
    'ics',
  );
  decides('CALENDAR=none keeps no calendar', { CALENDAR: 'none' }, ({ calendar }) => calendar, 'none');
  decides(
    'CALENDAR=graph needs no variable of its own: a managed identity will do',
    { CALENDAR: 'graph' },
    ({ calendar }) => calendar,
    'graph',
  );
  decides(
    'GRAPH_BASE_URL goes without slash and version',
    { GRAPH_BASE_URL: 'https://graph.microsoft.us/v1.0/' },
    ({ graph }) => graph.baseUrl,
    'https://graph.microsoft.us',
  );
  decides(
    'AZURE_CLIENT_SECRET is known by its first three characters only',
    { AZURE_TENANT_ID: TENANT, AZURE_CLIENT_ID: APP_ID, AZURE_CLIENT_SECRET: 'abcdef' },
    ({ graph: { tenantId, clientId, secretHint, ownAccess } }) => [tenantId, clientId, secretHint, ownAccess],
    [TENANT, APP_ID, 'abc', true],
  );
  decides(
    'OAUTH_CONNECTION lets people of Teams sign in to their Outlook, where the bot may do nothing of its own',
    { ...CREDENTIALS, OAUTH_CONNECTION: 'outlook' },
    ({ calendar, oauthConnection, graph }) => [calendar, oauthConnection, graph.ownAccess],
    ['graph', 'outlook', false],
  );
  decides(
    'OAUTH_CONNECTION leaves no managed identity to CALENDAR=graph',
    { ...CREDENTIALS, OAUTH_CONNECTION: 'outlook', CALENDAR: 'graph' },
    ({ graph }) => graph.ownAccess,
    false,
  );
  decides('CALENDAR=graph alone uses a managed identity', { CALENDAR: 'graph' }, ({ graph }) => graph.ownAccess, true);
  decides(
    'CALENDAR_MAILBOX is no trouble without Outlook',
    { ...CREDENTIALS, CALENDAR: 'ics', CALENDAR_MAILBOX: 'ops@example.com' },
    ({ calendarMailbox }) => calendarMailbox,
    'ops@example.com',
  );
  decides(
    'OPERATOR_CONVERSATION is where operators are told',
    { OPERATOR_CONVERSATION: 'teams:19:ops' },
    ({ operatorConversation }) => operatorConversation,
    'teams:19:ops',
  );
  decides(
    'DEFAULT_TIME_ZONE is a zone, and HOLIDAYS a region in any letter case',
    { DEFAULT_TIME_ZONE: 'Europe/Berlin', HOLIDAYS: ' de-by ' },
    ({ defaultTimeZone, holidays }) => [defaultTimeZone, holidays],
    ['Europe/Berlin', 'DE-BY'],
  );
  decides(
    'PROBE_CONCURRENCY and MAX_WATCHES may be the least or the most that is said',
    { PROBE_CONCURRENCY: '1024', MAX_WATCHES: '1', PROBE_BUDGET: '100000' },
    ({ probe, maxWatches }) => [probe.concurrency, maxWatches, probe.budget],
    [1024, 1, 100_000],
  );
  decides('PROBE_CONCURRENCY is a number', { PROBE_CONCURRENCY: '4' }, ({ probe }) => probe.concurrency, 4);
  decides('PROBE_ALLOW replaces the default', { PROBE_ALLOW: '10.0.0.0/8, fd00::/8' }, ({ probe }) => probe.allow, [
    '10.0.0.0/8',
    'fd00::/8',
  ]);
  decides('PROBE_ALLOW takes single addresses', { PROBE_ALLOW: '192.0.2.1;2001:db8::1' }, ({ probe }) => probe.allow, [
    '192.0.2.1/32',
    '2001:db8::1/128',
  ]);
  decides(
    'PROBE_DENY leaves the default of PROBE_ALLOW',
    { PROBE_DENY: '10.9.0.0/16' },
    ({ probe }) => [probe.allow, probe.deny],
    [PRIVATE, ['10.9.0.0/16']],
  );
  decides('PROBE_PORTS are ports and ranges', { PROBE_PORTS: '443, 8443;1000 - 2000' }, ({ probe }) => probe.ports, [
    { from: 443, to: 443 },
    { from: 8443, to: 8443 },
    { from: 1000, to: 2000 },
  ]);
  decides('PROBE_BUDGET is looks a minute', { PROBE_BUDGET: '30' }, ({ probe }) => probe.budget, 30);
  decides('PROBE_GRACE is a length of time', { PROBE_GRACE: '10m' }, ({ probe }) => probe.grace, 600_000);
  decides('PROBE_CA_FILE is a path', { PROBE_CA_FILE: '/etc/ca.pem' }, ({ probe }) => probe.caFile, '/etc/ca.pem');
  decides('MAX_WATCHES is a number', { MAX_WATCHES: '50' }, ({ maxWatches }) => maxWatches, 50);
  decides(
    'HTTPS_PROXY is a proxy, with what goes past it',
    { HTTPS_PROXY: 'http://user:p%40ss@proxy.example.com:3128/', NO_PROXY: '.internal,10.0.0.0/8' },
    ({ probe }) => probe.proxy,
    { url: 'http://user:p%40ss@proxy.example.com:3128/', noProxy: '.internal,10.0.0.0/8' },
  );
  decides(
    'https_proxy and no_proxy count as well, the names in upper case first',
    { https_proxy: 'https://a.example', no_proxy: '*', HTTPS_PROXY: '' },
    ({ probe }) => probe.proxy,
    { url: 'https://a.example', noProxy: '*' },
  );
  decides(
    'HTTPS_PROXY and NO_PROXY count before their names in lower case',
    { HTTPS_PROXY: 'http://upper.example', https_proxy: 'http://lower.example', NO_PROXY: 'upper', no_proxy: 'lower' },
    ({ probe }) => probe.proxy,
    { url: 'http://upper.example', noProxy: 'upper' },
  );
  decides('NO_PROXY alone is no proxy', { NO_PROXY: '*' }, ({ probe }) => probe.proxy, null);
  decides(
    'DNS_SERVERS are addresses, with a port or without',
    { DNS_SERVERS: '192.0.2.53,192.0.2.54:1 2001:db8::53 [2001:db8::54]:65535' },
    ({ dnsServers }) => dnsServers,
    ['192.0.2.53', '192.0.2.54:1', '2001:db8::53', '[2001:db8::54]:65535'],
  );
  decides('METRICS_PORT is a port', { METRICS_PORT: '9999' }, ({ metrics }) => metrics, {
    host: '127.0.0.1',
    port: 9999,
    isNamed: true,
  });
  decides(
    'METRICS_HOST without them changes nothing, and that is said',
    { METRICS_PORT: 'off', METRICS_HOST: '0.0.0.0' },
    ({ warnings }) => warnings,
    ['METRICS_HOST changes nothing: with METRICS_PORT=off there are no metrics'],
  );
  decides(
    'ALLOWED_TENANTS may be names, which let nobody in, and that is said',
    { ALLOWED_TENANTS: `contoso, ${TENANT}` },
    ({ warnings }) => warnings,
    [
      'ALLOWED_TENANTS lets nobody in by contoso, which looks like a name: it takes the ids of Microsoft 365 tenants, and of Slack workspaces (T…) and organisations (E…)',
    ],
  );
  decides('METRICS_PORT=off is none', { METRICS_PORT: 'off' }, ({ metrics }) => metrics, null);
  decides('METRICS_HOST is where they are read from', { METRICS_HOST: '0.0.0.0' }, ({ metrics }) => metrics, {
    host: '0.0.0.0',
    port: 9464,
    isNamed: false,
  });
  decides('PLAYGROUND=off closes it in local mode', { PLAYGROUND: 'off' }, ({ playground }) => playground, false);
  decides(
    'PLAYGROUND=on opens it beside credentials',
    { ...CREDENTIALS, PLAYGROUND: 'on' },
    ({ playground }) => playground,
    true,
  );
  decides('LOG_LEVEL says how much is logged', { LOG_LEVEL: 'debug' }, ({ logLevel }) => logLevel, 'debug');
  decides(
    'ALLOWED_TENANTS is a list',
    { ...CREDENTIALS, ALLOWED_TENANTS: `${TENANT}, T0123` },
    ({ allowedTenants }) => allowedTenants,
    [TENANT, 'T0123'],
  );

  const durations: [string, number][] = [
    ['1s', 1000],
    ['1000ms', 1000],
    [' 90s ', 90_000],
    ['1.5h', 5_400_000],
    ['6 h', 21_600_000],
    ['30d', 30 * DAY],
    ['365d', 365 * DAY],
  ];
  for (const [text, length] of durations) {
    decides(`PROBE_INTERVAL=${text} is ${length} ms`, { PROBE_INTERVAL: text }, ({ probe }) => probe.interval, length);
  }
  decides('PROBE_TIMEOUT may be a minute', { PROBE_TIMEOUT: '1m' }, ({ probe }) => probe.timeout, 60_000);
});

describe('the credentials of the bot', () => {
  const single = { ...CREDENTIALS, MicrosoftAppType: 'SingleTenant', MicrosoftAppTenantId: TENANT };
  decides('of a single-tenant one let its own tenant in only', single, ({ allowedTenants }) => allowedTenants, [
    TENANT,
  ]);
  decides(
    'of a single-tenant one may name others',
    { ...single, ALLOWED_TENANTS: 'other' },
    ({ allowedTenants }) => allowedTenants,
    ['other'],
  );
  decides(
    'of a multi-tenant one let everybody in',
    { ...CREDENTIALS, MicrosoftAppTenantId: TENANT },
    ({ allowedTenants }) => allowedTenants,
    null,
  );
  decides(
    'of a managed identity need no secret',
    { MicrosoftAppId: APP_ID, MicrosoftAppType: 'UserAssignedMSI', MicrosoftAppTenantId: TENANT },
    ({ teams, allowedTenants }) => [teams?.appType, teams?.appPassword, allowedTenants],
    ['UserAssignedMSI', undefined, [TENANT]],
  );
  decides(
    'may be a certificate, whose key may come on one line',
    {
      MicrosoftAppId: APP_ID,
      MicrosoftAppTenantId: TENANT,
      MicrosoftAppCertificateThumbprint: THUMBPRINT,
      MicrosoftAppCertificateKey: String(KEY).replaceAll('\n', '\\n'),
    },
    ({ teams }) => [teams?.appType, teams?.certificate],
    ['SingleTenant', { thumbprint: THUMBPRINT, privateKey: String(KEY) }],
  );
  decides(
    'are not needed for the type alone, as bot templates have it',
    { MicrosoftAppType: 'MultiTenant' },
    ({ localMode }) => localMode,
    true,
  );
});

describe('local mode', () => {
  for (const host of ['127.0.0.1', '127.1.2.3', '::1', 'localhost']) {
    decides(`may listen on ${host}`, { HOST: host }, (config) => [config.localMode, config.host], [true, host]);
  }
  for (const host of ['0.0.0.0', '::', '192.168.0.7', 'example.com', '127.evil.example', '127.1']) {
    it(`may not listen on ${host}`, () => {
      const [problem, ...more] = problems({ HOST: host });
      assert.deepEqual(more, []);
      assert.equal(
        problem,
        `HOST=${host} would let anybody on the network command this bot, since without MicrosoftAppId or Slack credentials nobody is authenticated; leave HOST out, set chat credentials, or set ALLOW_UNAUTHENTICATED=yes if you really mean it`,
      );
    });
  }
  decides(
    'may, if one really means it',
    { HOST: '0.0.0.0', ALLOW_UNAUTHENTICATED: 'yes' },
    ({ host }) => host,
    '0.0.0.0',
  );
  it('may not because of anything but yes', () => {
    assert.equal(problems({ HOST: '0.0.0.0', ALLOW_UNAUTHENTICATED: 'true' }).length, 1);
  });
});

describe('a wrong configuration', () => {
  const number = (name: string, least: number, most: number) =>
    `${name} must be a whole number from ${least} to ${most}`;
  const interval = 'PROBE_INTERVAL must be a length of time from 1s to 365d, such as 30s, 5m, 6h or 30d';
  const timeout = 'PROBE_TIMEOUT must be a length of time from 1s to 1h, such as 10s or 1m';
  const ports = (what: string) =>
    `PROBE_PORTS: ${what}; type ports and ranges separated by commas, such as 443,8443,1000-2000`;
  const proxy = (name: string) =>
    `${name} must be the address of an http or https proxy, such as http://proxy.example.com:3128`;
  const range = (name: string, text: string) =>
    `${name}: “${text}” is not an address range; type CIDR ranges separated by commas, such as 10.0.0.0/8,fd00::/8`;
  const server = (text: string) =>
    `DNS_SERVERS: “${text}” is not an IP address; type addresses separated by commas, such as 192.0.2.53 or [2001:db8::53]:53`;
  const database = 'DATABASE_URL must be sqlite:<file> or postgres://user:password@host/database';
  const graph = 'GRAPH_BASE_URL must be an address such as https://graph.microsoft.com (https, without /v1.0)';
  const publicUrl = 'PUBLIC_URL must be an address such as https://certbot.example.com';

  const wrong: [Environment, string][] = [
    [{ PORT: 'http' }, number('PORT', 0, 65_535)],
    [{ PORT: '65536' }, number('PORT', 0, 65_535)],
    [{ PORT: '-1' }, number('PORT', 0, 65_535)],
    [{ PUBLIC_URL: 'certbot.example.com' }, publicUrl],
    [{ PUBLIC_URL: 'ftp://certbot.example.com' }, publicUrl],
    [{ MicrosoftAppId: 'my-bot' }, 'MicrosoftAppId must be the application (client) id of the bot, a UUID'],
    [
      { ...CREDENTIALS, MicrosoftAppType: 'Multitenant' },
      'MicrosoftAppType must be one of MultiTenant, SingleTenant, UserAssignedMSI',
    ],
    [
      { MicrosoftAppId: APP_ID, MicrosoftAppTenantId: TENANT },
      'MicrosoftAppPassword is missing (or MicrosoftAppCertificateThumbprint with MicrosoftAppCertificateKey): a SingleTenant bot (MicrosoftAppType) needs one',
    ],
    [
      { MicrosoftAppId: APP_ID, MicrosoftAppPassword: 'secret' },
      'MicrosoftAppTenantId is missing: a SingleTenant bot (MicrosoftAppType) needs the tenant it lives in; for a bot that was registered as multi-tenant, which was the default up to version 0.2.0, set MicrosoftAppType=MultiTenant instead',
    ],
    [
      { ...CREDENTIALS, MicrosoftAppTenantId: 'our tenant' },
      'MicrosoftAppTenantId must be the directory (tenant) id of the app registration, a UUID',
    ],
    [
      { ...CREDENTIALS, MicrosoftAppCertificateThumbprint: 'AB12', MicrosoftAppCertificateKey: String(KEY) },
      'MicrosoftAppCertificateThumbprint must be the SHA-1 thumbprint of the certificate as Entra shows it, 40 hexadecimal digits',
    ],
    [
      { ...CREDENTIALS, MicrosoftAppCertificateThumbprint: THUMBPRINT, MicrosoftAppCertificateKey: 'key' },
      'MicrosoftAppCertificateKey must be a private key in PEM without a passphrase (-----BEGIN PRIVATE KEY-----)',
    ],
    [
      { ...CREDENTIALS, ChannelService: 'https://botframework.azure.cn' },
      'ChannelService must be https://botframework.azure.us (Azure Government), or be left out; other clouds need ToChannelFromBotLoginUrl and the other endpoints as well',
    ],
    [
      { PORT: '9000', METRICS_PORT: '9000' },
      'METRICS_PORT and PORT are both 9000: choose another for one of them, for example METRICS_PORT=9001',
    ],
    [{ HOST: 'http://localhost' }, 'HOST must be an address of this machine, such as 127.0.0.1, 0.0.0.0 or ::'],
    [{ HOST: '127.0.0.1:3978' }, 'HOST must be an address of this machine, such as 127.0.0.1, 0.0.0.0 or ::'],
    [{ PUBLIC_URL: 'https://certbot.example.com/?a=b' }, publicUrl],
    [
      { DATABASE_URL: '/data/certbot.sqlite' },
      'DATABASE_URL must be sqlite:<file> or postgres://user:password@host/database',
    ],
    [
      { ...CREDENTIALS, MicrosoftAppType: 'UserAssignedMSI', MicrosoftAppTenantId: TENANT },
      'MicrosoftAppPassword and MicrosoftAppType=UserAssignedMSI rule each other out: an identity has no secret; leave one of them out',
    ],
    [{ ...CREDENTIALS, OAuthUrl: 'token' }, 'OAuthUrl must be an address that begins with https://'],
    [{ ...CREDENTIALS, ValidateAuthority: 'no' }, 'ValidateAuthority must be one of true, false'],
    [{ PUBLIC_URL: 'https://user:hush@certbot.example.com' }, publicUrl],
    [{ ALLOW_UNAUTHENTICATED: 'true' }, 'ALLOW_UNAUTHENTICATED must be one of yes, no'],
    [
      { DATABASE_URL: 'postgres://user:pass@localhost:99999/db' },
      'DATABASE_URL is no address that can be read: check its port, and write special characters of the password percent-encoded (@ as %40, / as %2F, % as %25)',
    ],
    ...['u:50%FFoff@localhost/db', 'us%E9r:pass@localhost/db', 'u:pass@localhost/db%FF'].map(
      (rest): [Environment, string] => [
        { DATABASE_URL: `postgres://${rest}` },
        'DATABASE_URL is no address that can be read: check its port, and write special characters of the password percent-encoded (@ as %40, / as %2F, % as %25)',
      ],
    ),
    [{ GRAPH_BASE_URL: 'https://graph.microsoft.com/beta' }, graph],
    [{ GRAPH_ACCESS_TOKEN: 'Bearer ey' }, 'GRAPH_ACCESS_TOKEN must be the token alone, without “Bearer”'],
    [
      { CALENDAR_MAILBOX: 'operations', GRAPH_ACCESS_TOKEN: 'token' },
      'CALENDAR_MAILBOX must be one mailbox, such as certificates@example.com',
    ],
    [
      { AZURE_CLIENT_SECRET: 'secret' },
      'AZURE_TENANT_ID and AZURE_CLIENT_ID are missing: AZURE_CLIENT_SECRET is a credential of an app in a tenant; set all three, or none',
    ],
    [
      { AZURE_TENANT_ID: TENANT, AZURE_CLIENT_CERTIFICATE_PATH: '/etc/app.pem' },
      'AZURE_CLIENT_ID is missing: AZURE_CLIENT_CERTIFICATE_PATH is a credential of an app in a tenant; set all three, or none',
    ],
    [
      { AZURE_TENANT_ID: 'our tenant', AZURE_CLIENT_ID: APP_ID },
      'AZURE_TENANT_ID must be the directory (tenant) id of Microsoft Entra, a UUID',
    ],
    [
      { AZURE_AUTHORITY_HOST: 'login' },
      'AZURE_AUTHORITY_HOST must be an address such as https://login.microsoftonline.com',
    ],
    [
      { OPERATOR_CONVERSATION: 'our channel' },
      'OPERATOR_CONVERSATION must be the id of a conversation: 19:…@thread.tacv2 of a channel in Teams, or <team id>:<channel id> in Slack',
    ],
    [
      { MicrosoftAppPassword: 'secret' },
      'MicrosoftAppPassword is set but MicrosoftAppId is not; set both, or neither for local mode',
    ],
    [
      { MicrosoftAppCertificateThumbprint: THUMBPRINT },
      'MicrosoftAppCertificateThumbprint is set but MicrosoftAppId is not; set both, or neither for local mode',
    ],
    [
      { MicrosoftAppCertificateKey: String(KEY) },
      'MicrosoftAppCertificateKey is set but MicrosoftAppId is not; set both, or neither for local mode',
    ],
    [
      { ...CREDENTIALS, MicrosoftAppCertificateKey: String(KEY) },
      'MicrosoftAppCertificateThumbprint and MicrosoftAppCertificateKey go together; set both or neither',
    ],
    [
      { ...CREDENTIALS, MicrosoftAppType: 'SingleTenant' },
      'MicrosoftAppTenantId is missing: a SingleTenant bot (MicrosoftAppType) needs the tenant it lives in',
    ],
    [
      { MicrosoftAppId: APP_ID, MicrosoftAppType: 'UserAssignedMSI' },
      'MicrosoftAppTenantId is missing: a UserAssignedMSI bot (MicrosoftAppType) needs the tenant it lives in',
    ],
    [{ DATABASE_URL: 'mysql://db/c' }, database],
    [{ DATABASE_URL: 'sqlite:' }, database],
    [{ DATABASE_URL: 'my-sqlite:certbot.sqlite' }, database],
    [{ CALENDAR: 'outlook' }, 'CALENDAR must be one of graph, ics, none'],
    [{ GRAPH_BASE_URL: 'http://graph.example' }, graph],
    [{ PROBE_INTERVAL: '6' }, interval],
    [{ PROBE_INTERVAL: '999ms' }, interval],
    [{ PROBE_INTERVAL: '366d' }, interval],
    [{ PROBE_INTERVAL: '6 hours' }, interval],
    [{ PROBE_INTERVAL: 'every 6h' }, interval],
    [{ PROBE_TIMEOUT: '0s' }, timeout],
    [{ PROBE_TIMEOUT: '2h' }, timeout],
    [{ PROBE_CONCURRENCY: '0' }, number('PROBE_CONCURRENCY', 1, 1024)],
    [{ PROBE_CONCURRENCY: '2.5' }, number('PROBE_CONCURRENCY', 1, 1024)],
    [{ PROBE_ALLOW: '10.0.0.0/8,10.0.0.0/33' }, range('PROBE_ALLOW', '10.0.0.0/33')],
    [{ PROBE_ALLOW: '10/8' }, range('PROBE_ALLOW', '10/8')],
    [{ PROBE_DENY: 'localhost' }, range('PROBE_DENY', 'localhost')],
    [{ PROBE_DENY: '127.1' }, range('PROBE_DENY', '127.1')],
    [{ PROBE_PORTS: '443,https' }, ports('“https” is not a port from 1 to 65535 nor a range of them')],
    [{ PROBE_PORTS: '0' }, ports('“0” is not a port from 1 to 65535 nor a range of them')],
    [{ PROBE_PORTS: '2000-1000' }, ports('“2000-1000” is not a port from 1 to 65535 nor a range of them')],
    [{ PROBE_PORTS: ',' }, ports('it names no port')],
    [{ PROBE_BUDGET: '0' }, number('PROBE_BUDGET', 1, 100_000)],
    [{ PROBE_BUDGET: '100001' }, number('PROBE_BUDGET', 1, 100_000)],
    [{ MAX_WATCHES: '0' }, number('MAX_WATCHES', 1, 1_000_000)],
    [{ PROBE_GRACE: '1' }, interval.replace('PROBE_INTERVAL', 'PROBE_GRACE')],
    [{ HTTPS_PROXY: 'proxy.example.com:3128' }, proxy('HTTPS_PROXY')],
    [{ HTTPS_PROXY: 'socks5://proxy.example.com' }, proxy('HTTPS_PROXY')],
    [{ https_proxy: 'http://proxy.example.com/path' }, proxy('https_proxy')],
    [{ HTTPS_PROXY: 'http://proxy.example.com/?a=b' }, proxy('HTTPS_PROXY')],
    [{ HTTPS_PROXY: 'http://us%er:x@proxy.example.com' }, proxy('HTTPS_PROXY')],
    [{ HTTPS_PROXY: 'http://user:%zz@proxy.example.com' }, proxy('HTTPS_PROXY')],
    [
      { DEFAULT_TIME_ZONE: 'Berlin' },
      'DEFAULT_TIME_ZONE must be a time zone such as Europe/Berlin or America/New_York',
    ],
    [
      { HOLIDAYS: 'DE-XX' },
      'HOLIDAYS must be a country or one of its regions whose public holidays are known, such as DE, DE-BY, CH-ZH or US-CA',
    ],
    [
      { ...CREDENTIALS, OAUTH_CONNECTION: 'outlook', CALENDAR_MAILBOX: 'ops@example.com' },
      'CALENDAR_MAILBOX needs a permission of the bot itself (AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET, or a managed identity): with OAUTH_CONNECTION alone people open only their own calendars',
    ],
    [{ DNS_SERVERS: 'dns.example' }, server('dns.example')],
    [{ DNS_SERVERS: '192.0.2.53:0' }, server('192.0.2.53:0')],
    [{ DNS_SERVERS: '192.0.2.53,127.1' }, server('127.1')],
    [{ DNS_SERVERS: '192.0.2.53:99999' }, server('192.0.2.53:99999')],
    [{ METRICS_PORT: 'on' }, 'METRICS_PORT must be a port number or off'],
    [{ METRICS_PORT: '70000' }, number('METRICS_PORT', 0, 65_535)],
    [{ PLAYGROUND: 'yes' }, 'PLAYGROUND must be one of auto, on, off'],
    [{ LOG_LEVEL: 'verbose' }, 'LOG_LEVEL must be one of trace, debug, info, warn, error, fatal, silent'],
  ];
  for (const [env, sentence] of wrong) {
    const shown = Object.entries(env).map(([name, value]) => `${name}=${value === String(KEY) ? 'a key' : value}`);
    it(`with ${shown.join(' ')} says: ${sentence}`, () => {
      assert.deepEqual(problems(env), [sentence]);
    });
  }

  it('is told whole, each variable once', () => {
    const found = problems({
      PORT: 'x',
      LOG_LEVEL: 'x',
      DNS_SERVERS: 'x',
      MicrosoftAppPassword: 'secret',
      HOST: '0.0.0.0',
    });
    assert.deepEqual(found.map((problem) => /^\w+/.exec(problem)![0]).toSorted(), [
      'DNS_SERVERS',
      'HOST',
      'LOG_LEVEL',
      'MicrosoftAppPassword',
      'PORT',
    ]);
  });

  it('is told without what only follows from it', () => {
    const found = problems({ MicrosoftAppId: 'my-bot', MicrosoftAppPassword: 'secret', HOST: '0.0.0.0' });
    assert.deepEqual(found, ['MicrosoftAppId must be the application (client) id of the bot, a UUID']);
    assert.equal(problems({ MicrosoftAppId: APP_ID, MicrosoftAppType: 'MSI' }).length, 1);
  });

  it('is told without any secret', () => {
    const secrets = {
      MicrosoftAppPassword: 's3cret',
      MicrosoftAppCertificateKey: 's3cret',
      GRAPH_ACCESS_TOKEN: 's3cret',
    };
    for (const problem of problems({
      ...secrets,
      DATABASE_URL: 'mysql://u:s3cret@db/c',
      PUBLIC_URL: 'u:s3cret@x',
      HTTPS_PROXY: 'u:s3cret@x:1',
      https_proxy: 'ftp://u:s3cret@x',
    }))
      assert.doesNotMatch(problem, /s3cret/);
  });
});
