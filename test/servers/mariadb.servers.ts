import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { selfSigned } from '../../demo/certificates.ts';
import type { Source } from '../../src/core/ports/source.ts';
import { createTlsSource } from '../../src/sources/tls/source.ts';
import { silentLog } from '../sources/tls/silent-log.ts';
import { install } from './install.ts';
import { MARIADB, start, type Running } from './real-servers.ts';

/** Of TEST-NET-2, where this machine has no address but loopback's, which the server does not count for. */
const ADDED = '198.51.100.1';

describe('MariaDB', () => {
  let folder: string;
  let server: Running;
  let source: Source;
  let address: string;
  let hasAdded = false;

  before(async function () {
    this.timeout(600_000);
    install(this, [MARIADB]);
    const own = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
    address = own.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? ADDED;
    hasAdded = address === ADDED;
    if (hasAdded) execFileSync('ip', ['address', 'replace', `${ADDED}/32`, 'dev', 'lo']);
    folder = await mkdtemp(join(tmpdir(), 'mariadb-'));
    await chmod(folder, 0o755);
    const { chainPem, keyPem } = await selfSigned({ ips: ['127.0.0.1'], key: 'rsa' });
    server = await start(MARIADB, folder, { cert: chainPem, key: keyPem, both: chainPem + keyPem });
    const settings = { timeout: 5000, concurrency: 4, allow: [`${address}/32`], deny: [], dnsServers: [] };
    source = createTlsSource({ ...settings, log: silentLog, env: process.env });
  });
  after(async () => {
    await source?.close();
    await server?.close();
    if (hasAdded) execFileSync('ip', ['address', 'delete', `${ADDED}/32`, 'dev', 'lo']);
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  it('does not block an address for its looks, of which it counts none as a connection error', async () => {
    const socket = join(server.folder, 'socket');
    // Errors count for hosts that somebody may sign in from.
    const sql = "create user 'somebody'@'%' identified by 'secret'";
    execFileSync('mariadb', ['--no-defaults', '-uroot', `--socket=${socket}`, '-e', sql]);
    // It blocks after three.
    for (let number = 0; number < 12; number += 1) {
      const thorough = number % 3 === 0;
      const { addresses } = await source.observe({ scheme: 'mysql', host: address, port: server.port }, { thorough });
      assert.equal(addresses[0]?.kind, 'presented', JSON.stringify(addresses));
    }
  });
});
