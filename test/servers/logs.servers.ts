import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { selfSigned } from '../../demo/certificates.ts';
import type { Source } from '../../src/core/ports/source.ts';
import { createTlsSource } from '../../src/sources/tls/source.ts';
import { silentLog } from '../sources/tls/silent-log.ts';
import { freePort } from '../support/free-port.ts';
import { BLACKBOX, install } from './install.ts';
import { listening, REAL_SERVERS, start, type Certified, type RealServer, type Running } from './real-servers.ts';

/** Looks of each kind. */
const LOOKS = 5;
const NAME = 'here.example';

function moduleOf({ name }: RealServer): string {
  return name.replaceAll(/\W+/g, '-');
}

describe('The log of a real server holds no more after looks of the bot than after those of others:', () => {
  const running: Running[] = [];
  const rows: string[] = [];
  let folder: string;
  let certificate: Certified;
  let source: Source;
  let blackbox: { child: ChildProcess; url: string };

  before(async function () {
    this.timeout(600_000);
    install(this, REAL_SERVERS);
    folder = await mkdtemp(join(tmpdir(), 'real-servers-'));
    await chmod(folder, 0o755);
    const { chainPem, keyPem } = await selfSigned({ names: [NAME], ips: ['127.0.0.1'], key: 'rsa' });
    certificate = { cert: chainPem, key: keyPem, both: chainPem + keyPem };
    const settings = { timeout: 5000, concurrency: 4, allow: ['127.0.0.0/8'], deny: [], dnsServers: [] };
    source = createTlsSource({ ...settings, log: silentLog, env: process.env });
    blackbox = await startBlackbox();
  });
  afterEach(() => Promise.all(running.splice(0).map((server) => server.close())));
  after(async () => {
    if (!folder) return;
    await source?.close();
    blackbox?.child.kill();
    await rm(folder, { recursive: true, force: true });
    console.log(['', `    lines of its log for ${LOOKS} looks: the bot’s, others’`, ...rows].join('\n    '));
  });

  async function startBlackbox(): Promise<typeof blackbox> {
    const modules = REAL_SERVERS.map((server) => {
      const query = 'blackbox' in server.others ? server.others.blackbox : [];
      const tls = { tls: query.length === 0, tls_config: { insecure_skip_verify: true } };
      const tcp = { ...tls, ...(query.length > 0 ? { query_response: query } : {}) };
      return [moduleOf(server), { prober: 'tcp', timeout: '5s', tcp }];
    });
    const config = join(folder, 'blackbox.yml');
    await writeFile(config, stringify({ modules: Object.fromEntries(modules) as object }));
    const port = await freePort();
    const options = [`--config.file=${config}`, `--web.listen-address=127.0.0.1:${port}`, '--log.level=error'];
    const child = spawn(BLACKBOX, options, { stdio: 'ignore' });
    await listening(port, child);
    return { child, url: `http://127.0.0.1:${port}` };
  }

  async function look({ scheme }: RealServer, port: number): Promise<void> {
    const target = { scheme, host: '127.0.0.1', port, servername: NAME };
    const { addresses } = await source.observe(target, { thorough: false });
    const [seen] = addresses;
    assert.ok(seen?.kind === 'presented' && !seen.brokenOff, JSON.stringify(seen));
  }

  /** Another one's look. False where there is nobody else who can. */
  async function lookOtherwise(server: RealServer, port: number): Promise<boolean> {
    if ('blackbox' in server.others) {
      const answer = await fetch(`${blackbox.url}/probe?module=${moduleOf(server)}&target=127.0.0.1:${port}`);
      assert.match(await answer.text(), /^probe_success 1$/m);
      return true;
    }
    const { openssl } = server.others;
    if (openssl === null) return false;
    const place = ['-connect', `127.0.0.1:${port}`, '-starttls', openssl, '-servername', NAME];
    const host = openssl === 'xmpp' ? ['-xmpphost', NAME] : [];
    const child = spawn('openssl', ['s_client', '-brief', ...place, ...host], { stdio: 'ignore' });
    assert.deepEqual(await once(child, 'exit'), [0, null]);
    return true;
  }

  for (const server of REAL_SERVERS)
    it(server.name, async () => {
      const one = await start(server, folder, certificate);
      running.push(one);
      const before = await one.lines();
      for (let number = 0; number < LOOKS; number += 1) await look(server, one.port);
      const between = await one.lines();
      let compared = true;
      for (let number = 0; number < LOOKS; number += 1) compared &&= await lookOtherwise(server, one.port);
      const after = await one.lines();
      const ours = between.slice(before.length).filter((line) => !isWanted(server, line));
      const theirs = after.length - between.length;
      const by = compared
        ? `${theirs} (${'blackbox' in server.others ? 'blackbox_exporter' : 'openssl s_client'})`
        : '–';
      rows.push(`  ${server.name.padEnd(16)} ${String(ours.length).padStart(3)}  ${by}`);
      if (compared) assert.ok(ours.length <= theirs, `${ours.length} lines, not ${theirs}:\n${ours.join('\n')}`);
    });

  function isWanted({ wanted }: RealServer, line: string): boolean {
    return wanted?.test(line) ?? false;
  }
});
