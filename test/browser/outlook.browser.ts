import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestAuthority, startEndpoint, type Endpoint } from '../support/endpoint.ts';
import { startFakeGraph, type FakeEvent, type FakeGraph } from '../peers/graph/graph.ts';
import { startBot } from './bot.ts';
import { openPlayground, type PlaygroundPage } from './page.ts';
import { DAY } from '../../src/core/time.ts';

describe('Outlook behind the Agents Playground', function () {
  this.timeout(120_000);
  let folder: string;
  let graph: FakeGraph;
  let endpoint: Endpoint;
  let bot: Awaited<ReturnType<typeof startBot>>;
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
    await bot?.close();
    await endpoint?.close();
    await graph?.close();
    await rm(folder, { recursive: true, force: true });
    assert.deepEqual(graph.violations, []);
  });

  it('says that the reminders are in Outlook, where they are', async () => {
    await person.say(`watch ${target}`, new RegExp(`${target} (?:is valid until|expires in)`));
    await person.page.getByText(', in Outlook').last().waitFor();
    assert.equal(graph.events(mailbox()).length, 2);
    await person.shoot('o1-watch');
  });

  it('moves them earlier when a freeze is set', async () => {
    const before = renew().start;
    const day = (at: number): string => new Date(at).toISOString().slice(0, 10);
    await person.say(
      `settings freeze ${day(before - 3 * DAY)}..${day(before + 3 * DAY)}`,
      'Change freezes, from now on',
    );
    while (renew().start >= before) await person.page.waitForTimeout(50);
    assert.match(renew().body, /Moved earlier/);
    await person.say('settings', 'Settings of this chat');
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
    await person.page.getByText('are written there again').last().waitFor();
    while (graph.events(mailbox()).length < 2) await person.page.waitForTimeout(50);
  });

  it('takes over in a channel, and gives back', async () => {
    await person.say(`owner ${target} me`, `You own ${target}`);
    await person.say('owner all', `owns ${target}`);
    await person.shoot('o6-owner');
  });
});
