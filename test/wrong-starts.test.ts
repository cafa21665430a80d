import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, readConfig } from '../src/config/config.ts';
import { runBot } from './support/bot-process.ts';

const APP_ID = '6f1f7f4a-3c1e-4a58-9d0b-2f6f8a1f9b11';
const TENANT = '2b2a8a4c-98a5-4cde-8a55-51d3b1f1c0de';
const TEAMS = { MicrosoftAppId: APP_ID, MicrosoftAppPassword: 'hush', MicrosoftAppTenantId: TENANT };
const GRAPH = { AZURE_TENANT_ID: TENANT, AZURE_CLIENT_ID: APP_ID };
type Environment = Record<string, string>;

/** Real files and ports that a wrong configuration names. */
async function createScene() {
  const folder = await mkdtemp(join(tmpdir(), 'certbot-wrong-'));
  const at = (name: string): string => join(folder, name);
  await Promise.all([
    writeFile(at('text'), 'this is no database\n'),
    writeFile(at('empty.pem'), ''),
    writeFile(at('key.pem'), '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n'),
    mkdir(at('folder')),
    mkdir(at('closed')),
  ]);
  await chmod(at('closed'), 0o500);
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  // The answer of PostgreSQL without TLS to an SSLRequest.
  const plain = createServer((socket) => socket.once('data', () => socket.end('N'))).listen(0, '127.0.0.1');
  await once(plain, 'listening');
  return {
    at,
    plainPort: String((plain.address() as AddressInfo).port),
    port: String((taken.address() as AddressInfo).port),
    async close() {
      for (const server of [taken, plain]) {
        server.close();
        await once(server, 'close');
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

type Scene = Awaited<ReturnType<typeof createScene>>;

/** Root may write everywhere, but not where there can be no files. */
const IS_ROOT = process.getuid?.() === 0;

/** What is wrong, the environment, and what the one sentence says; with a function it names the scene's files. */
const CASES: [string, Environment | ((scene: Scene) => Environment), RegExp][] = [
  ['a port that is a word', { PORT: 'eighty' }, /PORT must be a whole number from 0 to 65535/],
  ['a port out of range', { PORT: '70000' }, /PORT must be a whole number from 0 to 65535/],
  ['a negative port', { PORT: '-1' }, /PORT must be a whole number/],
  ['a port that is taken', ({ port }) => ({ PORT: port }), /^Port \d+ is already taken .* with PORT, .*PORT=/],
  [
    'a port of the metrics that is taken',
    ({ port }) => ({ METRICS_PORT: port }),
    /^Port \d+ is already taken .* with METRICS_PORT, /,
  ],
  [
    'one port for both',
    { PORT: '45123', METRICS_PORT: '45123' },
    /METRICS_PORT and PORT are both 45123: choose another for one of them, for example METRICS_PORT=45124/,
  ],
  [
    'an address of the metrics of another machine',
    { METRICS_PORT: '45124', METRICS_HOST: '192.0.2.1' },
    /^METRICS_HOST=192\.0\.2\.1 is not an address of this machine/,
  ],
  ['an address that is a URL', { HOST: 'http://localhost' }, /HOST must be an address of this machine/],
  [
    'a name that is no address',
    { HOST: 'nowhere.invalid', ALLOW_UNAUTHENTICATED: 'yes', PORT: '45125' },
    /^HOST=nowhere\.invalid is not an address of this machine/,
  ],
  [
    'an address of another machine and any port',
    { HOST: '192.0.2.1', ALLOW_UNAUTHENTICATED: 'yes', PORT: '0' },
    /^HOST=192\.0\.2\.1 is not an address of this machine/,
  ],
  ['a yes that is a true', { ALLOW_UNAUTHENTICATED: 'true' }, /ALLOW_UNAUTHENTICATED must be one of yes, no/],
  ['a public address without a scheme', { PUBLIC_URL: 'certbot.example.com' }, /PUBLIC_URL must be an address such as/],
  ['a public address with a query', { PUBLIC_URL: 'https://a.example/?b=c' }, /PUBLIC_URL must be an address such as/],
  [
    'another database',
    { DATABASE_URL: 'mysql://localhost/certbot' },
    /DATABASE_URL must be sqlite:<file> or postgres:/,
  ],
  ['a database without a file', { DATABASE_URL: 'sqlite:' }, /DATABASE_URL must be sqlite:<file> or/],
  [
    'a database that is a folder',
    ({ at }) => ({ DATABASE_URL: `sqlite:${at('folder')}` }),
    /^The database \S+folder cannot be opened: it is a folder; name a file in a folder/,
  ],
  [
    'a database below a file',
    ({ at }) => ({ DATABASE_URL: `sqlite:${at('text')}/certbot.sqlite` }),
    /^The database \S+certbot\.sqlite cannot be opened: its folder \S+text cannot be made \(ENOTDIR\); name a file/,
  ],
  [
    'a database that is something else',
    ({ at }) => ({ DATABASE_URL: `sqlite:${at('text')}` }),
    /^The database \S+text is damaged \(file is not a database\): move it away/,
  ],
  [
    'a database that is a device',
    { DATABASE_URL: 'sqlite:/dev/null' },
    /^The database \/dev\/null cannot be opened: it is not a file; name a file/,
  ],
  [
    'a database where there are no files',
    { DATABASE_URL: 'sqlite:/proc/certbot.sqlite' },
    /^The database \/proc\/certbot\.sqlite cannot be opened: this user cannot read and write it and the folder \/proc /,
  ],
  [
    'a database in a folder that cannot be made',
    { DATABASE_URL: 'sqlite:/proc/certbot/data/certbot.sqlite' },
    /^The database \/proc\/certbot\/data\/certbot\.sqlite cannot be opened: its folder \S+ cannot be made \(ENOENT\); name/,
  ],
  [
    'a database whose port is none',
    { DATABASE_URL: 'postgres://user:hush@127.0.0.1:99999/certbot' },
    /DATABASE_URL is no address that can be read: check its port/,
  ],
  [
    'a database whose authority is not there',
    { DATABASE_URL: 'postgres://user:hush@127.0.0.1:1/certbot?sslrootcert=/nowhere/ca.pem' },
    /^The database cannot be \w+: .*ENOENT.*\/nowhere\/ca\.pem/,
  ],
  [
    'a database whose password is encoded otherwise',
    { DATABASE_URL: 'postgres://user:hush%FF@127.0.0.1:1/certbot' },
    /DATABASE_URL is no address that can be read: .*percent-encoded/,
  ],
  [
    'a database whose port among its options is none',
    { DATABASE_URL: 'postgres://user:hush@127.0.0.1/certbot?port=abc' },
    /^The database cannot be reached: DATABASE_URL cannot be read as an address/,
  ],
  [
    'a database that has no TLS',
    ({ plainPort }) => ({ DATABASE_URL: `postgres://user:hush@127.0.0.1:${plainPort}/certbot?sslmode=verify-full` }),
    /^The database cannot be reached: The server does not support SSL connections; check sslmode/,
  ],
  [
    'a database whose authority is a folder',
    ({ at }) => ({
      DATABASE_URL: `postgres://user:hush@127.0.0.1:1/certbot?sslmode=require&sslrootcert=${at('folder')}`,
    }),
    /^The database cannot be reached: EISDIR.*; check the files that DATABASE_URL names/,
  ],
  ['a range that is a word', { PROBE_DENY: 'foo' }, /PROBE_DENY: “foo” is not an address range/],
  [
    'a range that is too long',
    { PROBE_ALLOW: '10.0.0.0/99' },
    /PROBE_ALLOW: “10\.0\.0\.0\/99” is not an address range/,
  ],
  [
    'authorities that never end',
    { PROBE_CA_FILE: '/dev/zero' },
    /^PROBE_CA_FILE=\/dev\/zero cannot be used: it is not a file/,
  ],
  ['ports the wrong way round', { PROBE_PORTS: '2000-1000' }, /PROBE_PORTS: “2000-1000” is not a port/],
  ['a length of time without a unit', { PROBE_INTERVAL: '30' }, /PROBE_INTERVAL must be a length of time from 1s/],
  ['a negative length of time', { PROBE_GRACE: '-1h' }, /PROBE_GRACE must be a length of time from 1s/],
  ['a timeout that is too long', { PROBE_TIMEOUT: '2h' }, /PROBE_TIMEOUT must be a length of time from 1s to 1h/],
  ['nothing at once', { PROBE_CONCURRENCY: '0' }, /PROBE_CONCURRENCY must be a whole number from 1 to 1024/],
  ['a negative budget', { PROBE_BUDGET: '-5' }, /PROBE_BUDGET must be a whole number from 1/],
  ['a number that is a word', { MAX_WATCHES: 'many' }, /MAX_WATCHES must be a whole number from 1/],
  [
    'authorities that are not there',
    { PROBE_CA_FILE: '/nowhere/ca.pem' },
    /^PROBE_CA_FILE=\/nowhere\/ca\.pem cannot be used: there is no such file\. Name a PEM file/,
  ],
  [
    'authorities that are a folder',
    ({ at }) => ({ PROBE_CA_FILE: at('folder') }),
    /^PROBE_CA_FILE=\S+ cannot be used: it is a folder\./,
  ],
  [
    'authorities of which there are none',
    ({ at }) => ({ PROBE_CA_FILE: at('empty.pem') }),
    /^PROBE_CA_FILE=\S+ cannot be used: it holds no certificate in PEM/,
  ],
  [
    'authorities that are a private key',
    ({ at }) => ({ PROBE_CA_FILE: at('key.pem') }),
    /^PROBE_CA_FILE=\S+ cannot be used: it holds a private key/,
  ],
  [
    'roots of Node.js that are not there',
    { NODE_EXTRA_CA_CERTS: '/nowhere/roots.pem' },
    /NODE_EXTRA_CA_CERTS=\/nowhere\/roots\.pem cannot be used: there is no such file\./,
  ],
  ['a place for a time zone', { DEFAULT_TIME_ZONE: 'Berlin' }, /DEFAULT_TIME_ZONE must be a time zone such as/],
  ['a country in words', { HOLIDAYS: 'Germany' }, /HOLIDAYS must be a country or one of its regions/],
  ['a level that is none', { LOG_LEVEL: 'verbose' }, /LOG_LEVEL must be one of trace, debug, info/],
  ['a format that is none', { LOG_FORMAT: 'text' }, /LOG_FORMAT must be one of auto, pretty, json/],
  ['a Playground that is none', { PLAYGROUND: 'true' }, /PLAYGROUND must be one of auto, on, off/],
  ['a calendar that is none', { CALENDAR: 'outlook' }, /CALENDAR must be one of graph, ics, none/],
  [
    'a bot token of something else',
    { SLACK_BOT_TOKEN: 'hush', SLACK_APP_TOKEN: 'xapp-1' },
    /SLACK_BOT_TOKEN must be the bot token of the app, which begins with xoxb-/,
  ],
  [
    'an app token of something else',
    { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'hush' },
    /SLACK_APP_TOKEN must be an app-level token, which begins with xapp-/,
  ],
  [
    'a signing secret that is an address',
    { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_SIGNING_SECRET: 'https://slack.com' },
    /SLACK_SIGNING_SECRET must be the signing secret of the app/,
  ],
  ['half of Slack', { SLACK_BOT_TOKEN: 'xoxb-1' }, /SLACK_APP_TOKEN is missing/],
  ['half of an app of Slack', { SLACK_CLIENT_ID: '1.2' }, /SLACK_CLIENT_ID and SLACK_CLIENT_SECRET go together/],
  ['a key that can be guessed', { SECRET_KEY: 'hush' }, /SECRET_KEY must be at least 16 characters/],
  ['a bot that is a name', { ...TEAMS, MicrosoftAppId: 'my-bot' }, /MicrosoftAppId must be .* a UUID/],
  ['half of Teams', { MicrosoftAppId: APP_ID, MicrosoftAppTenantId: TENANT }, /MicrosoftAppPassword is missing/],
  ['a secret without a bot', { MicrosoftAppPassword: 'hush' }, /MicrosoftAppPassword is set but MicrosoftAppId is not/],
  [
    'a bot of the time when multi-tenant was the default',
    { MicrosoftAppId: APP_ID, MicrosoftAppPassword: 'hush' },
    /MicrosoftAppTenantId is missing: .* set MicrosoftAppType=MultiTenant instead/,
  ],
  ['a type that is none', { ...TEAMS, MicrosoftAppType: 'Multi' }, /MicrosoftAppType must be one of/],
  ['a cloud that is none', { ...TEAMS, ChannelService: 'azure' }, /ChannelService must be https:\/\//],
  ['a connection without a bot', { OAUTH_CONNECTION: 'outlook' }, /OAUTH_CONNECTION is a connection of the Azure Bot/],
  ['half of Graph', { AZURE_CLIENT_SECRET: 'hush' }, /AZURE_TENANT_ID and AZURE_CLIENT_ID are missing/],
  [
    'a certificate of Graph that is not there',
    { ...GRAPH, AZURE_CLIENT_CERTIFICATE_PATH: '/nowhere/app.pem' },
    /^AZURE_CLIENT_CERTIFICATE_PATH=\/nowhere\/app\.pem cannot be used: there is no such file\./,
  ],
  ['a Graph without https', { GRAPH_BASE_URL: 'http://graph.example' }, /GRAPH_BASE_URL must be an address such as/],
  ['a token with its scheme', { GRAPH_ACCESS_TOKEN: 'Bearer hush' }, /GRAPH_ACCESS_TOKEN must be the token alone/],
  [
    'a database whose name is too long',
    { DATABASE_URL: `sqlite:/tmp/${'x'.repeat(300)}.sqlite` },
    /^The database \S+ cannot be opened: its name is too long; name a file/,
  ],
  [
    'a public address that is the endpoint of Teams',
    { PUBLIC_URL: 'https://certbot.example.com/api/messages' },
    /PUBLIC_URL must be an address such as https:\/\/certbot\.example\.com, without \/api\/messages/,
  ],
  ['a tenant that is a name', { ALLOWED_TENANTS: 'contoso.com' }, /ALLOWED_TENANTS must be ids/],
  ['a name server that is a name', { DNS_SERVERS: 'dns.example' }, /DNS_SERVERS: “dns\.example” is not an IP address/],
  ['a proxy without a scheme', { HTTPS_PROXY: 'proxy' }, /HTTPS_PROXY must be the address of an http or https proxy/],
];

if (!IS_ROOT) {
  CASES.push([
    'a database in a folder where nothing may be written',
    ({ at }) => ({ DATABASE_URL: `sqlite:${at('closed')}/certbot.sqlite` }),
    /^The database \S+ cannot be opened: this user cannot read and write it and the folder \S+closed /,
  ]);
}

/** What the process says; where the configuration alone knows it, a start is not worth its second (see main.test.ts). */
async function saidBy(env: Environment): Promise<string> {
  try {
    readConfig(env);
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error.message;
  }
  const { code, stderr, stdout } = await runBot({ env });
  // One that hangs was killed, and has no code.
  assert.equal(code, 1, stdout + stderr);
  assert.doesNotMatch(stderr, /^\s+at /m, 'a stack trace');
  assert.doesNotMatch(stdout, /hush/, 'a secret');
  // Node.js itself has said first that it leaves out the roots that it cannot read.
  return stderr.replaceAll(/^Warning: Ignoring extra certs.*\n/gm, '');
}

describe('a start that cannot work says so', () => {
  let scene: Scene;
  before(async () => {
    scene = await createScene();
  });
  after(() => scene?.close());

  for (const [title, env, sentence] of CASES) {
    it(`with ${title}`, async () => {
      const said = await saidBy(typeof env === 'function' ? env(scene) : env);
      assert.match(said, sentence);
      assert.doesNotMatch(said, /hush/, 'a secret');
    });
  }
});
