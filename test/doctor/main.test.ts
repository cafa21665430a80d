import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { selfSigned } from '../../demo/certificates.ts';
import { examineEnvironment, lineOf } from '../../src/doctor/doctor.ts';
import { examined } from '../../src/doctor/verdict.ts';
import { closedPort, createPeers } from '../peers/tls/tls-peers.ts';
import { startDnsServer } from '../peers/dns/dns-server.ts';
import { afterTest } from '../support/after-test.ts';
import { silentLog as log } from '../sources/tls/silent-log.ts';
import { DE, EN } from '../support/certificate-facts.ts';

const MAIN = fileURLToPath(new URL('../../src/doctor/main.ts', import.meta.url));

describe('npm run doctor', () => {
  const peers = createPeers();
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'certbot-doctor-'));
  });
  afterEach(async () => {
    rmSync(folder, { recursive: true });
    await peers.close();
  });

  /** What it writes and with which code it ends, with nothing of this process's environment. */
  function run(env: Record<string, string>, ...args: string[]): Promise<{ code: unknown; out: string; err: string }> {
    return new Promise((resolve) => {
      const options = { cwd: folder, env: { PATH: process.env['PATH'] ?? '', ...env } };
      execFile(process.execPath, [MAIN, ...args], options, (error, out, err) =>
        resolve({ code: error ? error.code : 0, out, err }),
      );
    });
  }

  async function server(): Promise<string> {
    const { port } = await peers.tls(await selfSigned({ ips: ['127.0.0.1'] }));
    return `127.0.0.1:${port}`;
  }

  it('says a line for each check and ends well, with nothing written', async () => {
    const { code, out, err } = await run({}, await server());
    assert.deepEqual([code, err], [0, ''], out);
    const names = out
      .trim()
      .split('\n')
      .map((line) => /^[✓–] (.+?): /.exec(line)?.[1]);
    assert.deepEqual(names, [
      ...['Configuration', 'Database', 'Slack', 'Slack, Socket Mode', 'Slack, installation', 'Bot Framework'],
      ...['Microsoft Graph', 'Graph permissions', 'Calendars', 'DNS', 'Handshake'],
    ]);
    assert.deepEqual(readdirSync(folder), []);
  });

  it('takes no internet for no fault where the bot has to reach nothing', async () => {
    const { server: resolver, close } = await startDnsServer(() => ({ code: 'NXDOMAIN' }));
    afterTest(close);
    const { code, out } = await run({ DNS_SERVERS: resolver });
    assert.equal(code, 0, out);
    assert.match(out, /^! DNS: There is no name example\.com/m);
    assert.match(out, /^! Handshake: /m);
    const asked = await run({ DNS_SERVERS: resolver }, 'mail.example.com');
    assert.equal(asked.code, 1, asked.out);
  });

  it('ends with 1 when something is wrong, and tells the rest', async () => {
    const { code, out } = await run({ DATABASE_URL: `sqlite:${folder}` }, await server());
    assert.equal(code, 1);
    assert.match(out, /^✗ Database: .*EISDIR/m);
    assert.match(out, /^✓ Handshake: /m);
  });

  it('tries Teams, Slack and Graph beside one another, whose libraries share some', async () => {
    const id = '11111111-2222-4333-8444-555555555555';
    const nobody = `https://127.0.0.1:${await closedPort()}`;
    const { out } = await run(
      {
        ...{ MicrosoftAppId: id, MicrosoftAppType: 'UserAssignedMSI', MicrosoftAppTenantId: id },
        ...{ IDENTITY_ENDPOINT: nobody, IDENTITY_HEADER: 'header' },
        ...{ SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1', SLACK_API_URL: nobody },
        ...{ CALENDAR: 'graph', GRAPH_BASE_URL: nobody, AZURE_AUTHORITY_HOST: nobody },
        ...{ AZURE_TENANT_ID: id, AZURE_CLIENT_ID: id, AZURE_CLIENT_SECRET: 's3cret', DATABASE_URL: 'sqlite::memory:' },
      },
      await server(),
    );
    for (const name of ['Slack', 'Slack, Socket Mode', 'Bot Framework', 'Microsoft Graph'])
      assert.ok(out.includes(`\n✗ ${name}: `), out);
    assert.doesNotMatch(out, /could not be tried/);
  });

  it('reads .env, and tells all that is wrong with the configuration', async () => {
    writeFileSync(join(folder, '.env'), 'PORT=many\nCALENDAR=paper\n');
    const { code, out } = await run({});
    assert.equal(code, 1);
    const lines = out.trim().split('\n');
    assert.match(lines[0]!, /^✗ Configuration: PORT must be a whole number.*\.env\.example\.$/);
    assert.match(lines[1]!, /^✗ Configuration: CALENDAR must be/);
    assert.match(lines[2]!, /^– Configuration: Everything else/);
    assert.equal(lines.length, 3);
  });

  it('hints that roots of .env do not count for every connection', async () => {
    writeFileSync(join(folder, '.env'), 'NODE_EXTRA_CA_CERTS=/dev/null\n');
    const { out } = await run({}, await server());
    assert.match(out, /^! Configuration: .*NODE_EXTRA_CA_CERTS in the file \.env .*set it in the environment/);
  });

  it('refuses a .env that cannot be read', async () => {
    mkdirSync(join(folder, '.env'));
    const { code, out, err } = await run({});
    assert.deepEqual(
      [code, out, err],
      [1, '', 'The file .env in this folder cannot be read (EISDIR). Mend it, or move it away.\n'],
    );
  });

  it('refuses a target that is none', async () => {
    const { code, out, err } = await run({}, 'no target!');
    assert.deepEqual([code, out], [1, '']);
    assert.match(err, /“no target” is not a host name/);
  });
});

describe('a check', () => {
  const patient = { say: EN, timeout: 60_000 };

  it('that throws what nobody expected tells its code, and not its text', async () => {
    const secret = Object.assign(new Error('password=1234'), { code: 'EODD' });
    const found = await examined('slack', () => Promise.reject(secret), patient);
    assert.equal(found.outcome, 'wrong');
    assert.equal(found.sentence, 'It could not be tried (EODD).');
    const plain = await examined('slack', () => Promise.reject(new TypeError('password=1234')), patient);
    assert.equal(plain.sentence, 'It could not be tried (TypeError).');
  });

  it('that hangs hides no other, and is told in the language that is asked for', async () => {
    const found = await Promise.all([
      examined('slack', () => new Promise(() => {}), { say: DE, timeout: 10 }),
      examined('dns', async () => ({ outcome: 'fine', sentence: 'x', remedy: null }), { say: DE, timeout: 60_000 }),
    ]);
    assert.deepEqual(
      found.map(({ check, outcome }) => [check, outcome]),
      [
        ['slack', 'wrong'],
        ['dns', 'fine'],
      ],
    );
    assert.match(lineOf(found[0], DE), /^✗ Slack: In 0 s kam keine Antwort\. Den Weg dorthin prüfen/);
  });

  it('of an unusable configuration is the only one', async () => {
    const options = { env: { PORT: 'x' }, say: DE, timeout: 1000, target: null, log, now: () => 0 };
    const found = await Promise.all(examineEnvironment(options));
    assert.deepEqual(
      found.map(({ check, outcome }) => [check, outcome]),
      [
        ['configuration', 'wrong'],
        ['configuration', 'unused'],
      ],
    );
  });
});
