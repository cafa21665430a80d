import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createTestAuthority, startEndpoint, type Endpoint } from '../support/endpoint.ts';
import { startFakeGraph, type FakeEvent, type FakeGraph } from '../peers/graph/graph.ts';
import { openPlayground, type PlaygroundPage } from './page.ts';
import { DAY } from '../../src/core/time.ts';

/** The bot of local mode with an Outlook behind it; resolves to the Playground's address. */
async function startBot(folder: string, env: Record<string, string>): Promise<{ process: ChildProcess; url: string }> {
  const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
  const child = spawn(process.execPath, [main], {
    cwd: folder,
    env: { ...process.env, PORT: '0', METRICS_PORT: 'off', PLAYGROUND: 'on', PROBE_INTERVAL: '2s', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface(child.stdout)) {
    const page = /Chat with the bot at (http:\S+)/.exec(line);
    if (page) return { process: child, url: page[1]! };
  }
  throw new Error('the bot ended before the Playground was there');
}

describe('Outlook behind the Agents Playground', function () {
  this.timeout(120_000);
  let folder: string;
  let graph: FakeGraph;
  let endpoint: Endpoint;
  let bot: { process: ChildProcess; url: string };
  let person: PlaygroundPage;
  let target: string;

  /** Whoever the Playground says is typing. */
  function mailbox(): string {
    const found = graph.requests.find(({ mailbox: one }) => one !== null)?.mailbox;
    assert.ok(found, 'no mailbox was asked for');
    return found;
  }

  function renew(): FakeEvent {
    const found = graph.events(mailbox()).filter(({ subject }) => subject.startsWith('Renew'));
    assert.equal(found.length, 1);
    return found[0]!;
  }

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'certbot-browser-'));
    graph = await startFakeGraph();
    const authority = await createTestAuthority();
    endpoint = await startEndpoint(await authority.leaf(40 * DAY));
    await writeFile(join(folder, 'trusted.pem'), [graph.caPem, authority.rootPem].join('\n'));
    bot = await startBot(folder, {
      GRAPH_BASE_URL: graph.url,
      GRAPH_ACCESS_TOKEN: 'token',
      NODE_EXTRA_CA_CERTS: join(folder, 'trusted.pem'),
    });
    person = await openPlayground(bot.url);
    target = `127.0.0.1:${endpoint.port}`;
  });

  after(async () => {
    await person?.close();
    if (bot && bot.process.exitCode === null) {
      const ended = once(bot.process, 'exit');
      bot.process.kill('SIGTERM');
      await ended;
    }
    await endpoint?.close();
    await graph?.close();
    await rm(folder, { recursive: true, force: true });
    assert.deepEqual(graph.violations, []);
  });

  it('says that the reminders are in Outlook, where they are', async () => {
    await person.say(`watch ${target}`, `Watching ${target}`);
    await person.page.getByText(', in Outlook').last().waitFor();
    assert.equal(graph.events(mailbox()).length, 2);
    await person.shoot('o1-watch');
  });

  it('moves them earlier when a freeze is set', async () => {
    const before = renew().start;
    const day = (at: number): string => new Date(at).toISOString().slice(0, 10);
    await person.say(`settings freeze ${day(before - 3 * DAY)}..${day(before + 3 * DAY)}`, 'Setting changed');
    while (renew().start >= before) await person.page.waitForTimeout(50);
    assert.match(renew().body, /Moved earlier/);
    await person.say('settings', 'Settings of this conversation');
    await person.shoot('o2-settings');
  });

  it('offers three free half-hours, and books the one that is chosen', async () => {
    graph.mailbox(mailbox()).setOwner(`${mailbox()}@example.com`);
    await person.page.getByRole('button', { name: 'Book a slot' }).last().click();
    await person.page
      .getByText(/Free in your calendar/)
      .last()
      .waitFor();
    await person.shoot('o3-slots');
    await person.page
      .getByRole('button', { name: /:\d\d$/ })
      .last()
      .click();
    await person.page
      .getByText(/shown as busy\.$/)
      .last()
      .waitFor();
    assert.equal(renew().showAs, 'busy');
    await person.shoot('o4-booked');
  });

  it('asks before it writes again what was deleted', async () => {
    graph.mailbox(mailbox()).delete(renew().id);
    // Whoever watches again what is watched wants to be sure of it: the mailbox is looked at.
    await person.say(`watch ${target}`, 'Keep reminding in Outlook?');
    await person.shoot('o5-question');
    await person.page.getByRole('button', { name: 'Keep reminding' }).last().click();
    await person.page.getByText('written into Outlook again').last().waitFor();
    while (graph.events(mailbox()).length < 2) await person.page.waitForTimeout(50);
  });

  it('takes over in a channel, and gives back', async () => {
    await person.say(`owner ${target} me`, `You own ${target}`);
    await person.say('owner all', 'is owned by');
    await person.shoot('o6-owner');
  });
});
