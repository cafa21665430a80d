import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import assert from 'node:assert/strict';
import { createAuthority } from '../../demo/certificates.ts';
import { DAY, SECOND } from '../../src/core/time.ts';
import { startDnsServer } from '../peers/dns/dns-server.ts';
import { startFakeGraph, type FakeGraph } from '../peers/graph/graph.ts';
import { startEndpoint, type Endpoint } from '../support/endpoint.ts';
import { startBot } from './bot.ts';
import { openPlayground, type PlaygroundPage } from './page.ts';

/** What the documents show: cards about hosts with names as people have them, reminders in an Outlook. */

const PORT = 8443;

interface Host {
  name: string;
  /** Where it lies on loopback. */
  address: string;
  /** How long its certificate is valid from now on, and as a whole; milliseconds. */
  left: number;
  lifetime: number;
}

const HOSTS: Host[] = [
  { name: 'shop.example.com', address: '127.0.7.1', left: 20 * DAY + DAY / 2, lifetime: 90 * DAY },
  { name: 'www.example.com', address: '127.0.7.2', left: 71 * DAY, lifetime: 90 * DAY },
  { name: 'vpn.example.com', address: '127.0.7.3', left: 7 * DAY + 20 * SECOND, lifetime: 199 * DAY },
  { name: 'mail.example.com', address: '127.0.7.4', left: -DAY, lifetime: 90 * DAY },
];

describe('the pictures of the documents', function () {
  this.timeout(120_000);
  let folder: string;
  let graph: FakeGraph;
  let dns: Awaited<ReturnType<typeof startDnsServer>>;
  let bot: Awaited<ReturnType<typeof startBot>>;
  let person: PlaygroundPage;
  /** Has the host be there; its time is counted from now on. */
  let serve: (host: Host) => Promise<void>;
  const endpoints: Endpoint[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'certbot-browser-'));
    graph = await startFakeGraph();
    const root = await createAuthority('CN=Example Root R1, O=Example Trust');
    const authority = await root.intermediate('CN=Example Trust E7, O=Example Trust');
    serve = async ({ name, address, left, lifetime }) => {
      const now = Date.now();
      const notAfter = new Date(now + left);
      const notBefore = new Date(now + left - lifetime);
      const issued = await authority.issue({ names: [name], notBefore, notAfter });
      endpoints.push(await startEndpoint(issued, { host: address, port: PORT }));
    };
    await serve(HOSTS[0]!);
    dns = await startDnsServer((name, type) => ({
      addresses: type === 'A' ? HOSTS.filter((host) => host.name === name).map(({ address }) => address) : [],
    }));
    await writeFile(join(folder, 'trusted.pem'), [graph.caPem, root.certPem].join('\n'));
    bot = await startBot(folder, {
      GRAPH_BASE_URL: graph.url,
      GRAPH_ACCESS_TOKEN: 'token',
      DNS_SERVERS: dns.server,
      NODE_EXTRA_CA_CERTS: join(folder, 'trusted.pem'),
    });
    person = await openPlayground(bot.url);
  });

  after(async () => {
    await person?.close();
    await bot?.close();
    await Promise.all(endpoints.map((endpoint) => endpoint.close()));
    await dns?.close();
    await graph?.close();
    await rm(folder, { recursive: true, force: true });
    assert.deepEqual(graph.violations, []);
  });

  it('shows the answer to watch', async () => {
    const target = `${HOSTS[0]!.name}:${PORT}`;
    await person.say(`watch ${target}`, `${target} expires in`);
    await person.picture('watch', `${target} expires in`);
  });

  it('shows the list', async () => {
    for (const host of HOSTS.slice(1)) await serve(host);
    const others = HOSTS.slice(1).map(({ name }) => `${name}:${PORT}`);
    await person.say(`watch ${others.join(' ')}`, 'All 3 are watched now');
    await person.say('list', '1 of 4 needs attention');
    await person.picture('list', '1 of 4 needs attention');
  });

  it('shows an alert that came by itself', async () => {
    const title = `vpn.example.com:${PORT} expires in 6`;
    await person.page.getByText(title).last().waitFor({ timeout: 60_000 });
    await person.picture('alert', title);
  });
});
