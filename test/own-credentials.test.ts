import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../src/config/config.ts';
import { databaseOverTls } from '../src/flow-settings.ts';
import { ownCredentials } from '../src/own-credentials.ts';
import { sign } from './peers/tls/pki.ts';
import { tokenWith } from './support/wired-people.ts';

function configWith(accessToken: string | null): Pick<Config, 'graph'> {
  return { graph: { accessToken } as Config['graph'] };
}

describe('what the bot itself holds', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'own-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('is told with its end: the certificate in a file, beside its key, and a token', async () => {
    const notAfter = new Date('2027-03-01T00:00:00Z');
    const { pem } = await sign({ subject: 'CN=the bot', notAfter });
    const path = join(folder, 'bot.pem');
    await writeFile(path, `-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n${pem}`);
    const token = tokenWith({ iat: 1_800_000_000, exp: 1_800_003_600 });
    const found = await ownCredentials(configWith(token), { AZURE_CLIENT_CERTIFICATE_PATH: path });
    assert.deepEqual(
      found.map(({ kind, variable, name, notAfter: end }) => [kind, variable, name, end]),
      [
        ['certificate', 'AZURE_CLIENT_CERTIFICATE_PATH', 'CN=the bot', notAfter.getTime()],
        ['token', 'GRAPH_ACCESS_TOKEN', '', 1_800_003_600_000],
      ],
    );
  });

  it('is nothing where nothing tells when it ends', async () => {
    const path = join(folder, 'bot.pem');
    assert.deepEqual(await ownCredentials(configWith('opaque'), { AZURE_CLIENT_CERTIFICATE_PATH: path }), []);
    await writeFile(path, 'no certificate');
    assert.deepEqual(await ownCredentials(configWith(null), { AZURE_CLIENT_CERTIFICATE_PATH: path }), []);
    assert.deepEqual(await ownCredentials(configWith(null), {}), []);
  });
});

describe('the bot’s own database, as it is watched', () => {
  const URLS: Record<string, string | null> = {
    'postgres://u:p@db.example.com/bot?sslmode=verify-full': 'postgres://db.example.com:5432',
    'postgresql://u:p@db.example.com:6432/bot?sslmode=require': 'postgres://db.example.com:6432',
    'postgres://u:p@db.example.com/bot': null,
    'postgres://u:p@db.example.com/bot?sslmode=disable': null,
    'postgres://u:p@localhost/bot?sslmode=require': null,
    'postgres://u:p@127.0.0.1/bot?sslmode=require': null,
    'postgres:///bot?host=/run/postgresql&sslmode=require': null,
    'sqlite:data/bot.sqlite': null,
  };
  for (const [url, expected] of Object.entries(URLS))
    it(url.replace('u:p@', ''), () => assert.equal(databaseOverTls(url), expected));
});
