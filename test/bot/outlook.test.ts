import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { startBot, type BotProcess } from '../support/bot-process.ts';
import { createConversation, type SeenCard, type TestConversation } from '../support/conversation.ts';
import { createSqliteFile, type TestDatabase } from '../support/databases.ts';
import { startFakeConnector, type FakeConnector } from '../peers/teams/connector.ts';
import { graphFaults, startFakeGraph, type FakeEvent, type FakeGraph } from '../peers/graph/graph.ts';
import {
  createTestAuthority,
  moreLooks,
  startEndpoint,
  type Endpoint,
  type TestAuthority,
} from '../support/endpoint.ts';
import { together } from '../support/together.ts';
import { DAY } from '../../src/core/time.ts';

const SHARED = 'certificates@contoso.example';

/** A way to the service that can be shut: then connections are refused. */
async function startGate(port: number) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const onward = connect({ port, host: '127.0.0.1' });
    for (const one of [socket, onward]) {
      sockets.add(one);
      one.on('error', () => {}).once('close', () => sockets.delete(one));
    }
    socket.pipe(onward).pipe(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const own = (server.address() as AddressInfo).port;
  async function shut(): Promise<void> {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  }
  return {
    port: own,
    shut,
    async open() {
      server.listen(own, '127.0.0.1');
      await once(server, 'listening');
    },
  };
}

describe('the whole bot with Outlook', function () {
  let connector: FakeConnector;
  let authority: TestAuthority;
  let graph: FakeGraph;
  let gate: Awaited<ReturnType<typeof startGate>>;
  let database: TestDatabase;
  let bot: BotProcess;
  let gated: BotProcess;
  let shared: BotProcess;
  const endpoints: Endpoint[] = [];
  const bots = new Set<BotProcess>();

  async function start(env: Record<string, string>, databaseUrl?: string): Promise<BotProcess> {
    const one = await startBot({
      trusted: [authority.rootPem, graph.caPem],
      env: { CALENDAR: 'graph', GRAPH_ACCESS_TOKEN: 'a-token', GRAPH_BASE_URL: graph.url, LOG_LEVEL: 'debug', ...env },
      ...(databaseUrl ? { databaseUrl } : {}),
    });
    bots.add(one);
    return one;
  }

  before(async () => {
    [connector, authority, graph, database] = await Promise.all([
      startFakeConnector(),
      createTestAuthority(),
      startFakeGraph(),
      createSqliteFile(),
    ]);
    gate = await startGate(Number(new URL(graph.url).port));
    [bot, gated, shared] = await Promise.all([
      start({}),
      start({ GRAPH_BASE_URL: `https://127.0.0.1:${gate.port}` }),
      start({ CALENDAR_MAILBOX: SHARED }),
    ]);
  });
  after(async () => {
    await Promise.all([...bots].map((one) => one.dispose()));
    await Promise.all([gate?.shut(), connector?.close(), ...endpoints.map((endpoint) => endpoint.close())]);
    await graph?.close();
    await database?.drop();
  });

  async function serve(...args: Parameters<typeof startEndpoint>): Promise<Endpoint> {
    const endpoint = await startEndpoint(...args);
    endpoints.push(endpoint);
    return endpoint;
  }

  /** A person with a mailbox of their own, in a chat with this bot. */
  function person(of: BotProcess): TestConversation & { mailbox: string } {
    const mailbox = randomUUID();
    const who = { id: `29:${mailbox}`, name: 'Erika', aadObjectId: mailbox };
    return { ...createConversation(connector, of.url, { person: who }), mailbox };
  }

  /** The events of a mailbox, once `holds` says that they are as they should be; fails when that takes too long. */
  async function eventsOnce(
    mailbox: string,
    holds: (events: FakeEvent[]) => boolean,
    within = 60_000,
  ): Promise<FakeEvent[]> {
    const until = performance.now() + within;
    for (;;) {
      const events = graph.events(mailbox);
      if (holds(events)) return events;
      assert.ok(
        performance.now() < until,
        `the mailbox holds only ${JSON.stringify(events.map(({ subject, start }) => [subject, new Date(start)]))}`,
      );
      await sleep(20);
    }
  }

  const two = (events: FakeEvent[]): boolean => events.length === 2;
  const sortedIds = (events: FakeEvent[]): string[] => events.map(({ id }) => id).toSorted();

  function assertQueued(card: SeenCard): void {
    assert.match(card.summary, /^Watching /);
    assert.match(card.fact('Reminder') ?? '', /queued for Outlook/);
    assert.match(card.fact('On expiry') ?? '', /queued for Outlook/);
  }

  /** Exactly two, also a while later. */
  async function assertStaysTwo(mailbox: string): Promise<void> {
    await eventsOnce(mailbox, two);
    await sleep(1500);
    await graph.idle();
    assert.equal(
      graph.events(mailbox).length,
      2,
      graph
        .events(mailbox)
        .map(({ subject }) => subject)
        .join('\n'),
    );
  }

  it('writes exactly two events into the mailbox of the person who watches, in their working time', async () => {
    const leaf = await authority.leaf(60 * DAY);
    const endpoint = await serve(leaf);
    const erika = person(bot);
    const card = await erika.say(`watch ${endpoint.target}`);
    assert.match(card.fact('Reminder') ?? '', /08:00 Berlin time, in Outlook$/);
    assert.match(card.fact('On expiry') ?? '', /in Outlook$/);
    const events = await eventsOnce(erika.mailbox, two);
    const [renew, expiry] = events.toSorted((a, b) => a.start - b.start);
    assert.match(renew!.subject, new RegExp(`^Renew certificate: ${endpoint.target} \\(expires `));
    assert.equal(expiry!.subject, `Certificate expires: ${endpoint.target}`);
    assert.equal(expiry!.start, leaf.notAfter.getTime());
    assert.ok(renew!.start <= leaf.notAfter.getTime() - 22.5 * DAY);
    await assertStaysTwo(erika.mailbox);
  });

  describe('whatever happens to the service,', () => {
    together({
      async 'moves the same two events when the certificate is renewed'() {
        const endpoint = await serve(await authority.leaf(50 * DAY));
        const erika = person(bot);
        await erika.say(`watch ${endpoint.target}`);
        const before = await eventsOnce(erika.mailbox, two);
        const renewed = await authority.leaf(80 * DAY);
        endpoint.present(renewed);
        const after = await eventsOnce(erika.mailbox, (events) =>
          events.some(({ start }) => start === renewed.notAfter.getTime()),
        );
        assert.deepEqual(sortedIds(after), sortedIds(before));
        const moved = await eventsOnce(erika.mailbox, (events) =>
          events.every(({ start }) => !before.some((old) => old.start === start)),
        );
        assert.deepEqual(sortedIds(moved), sortedIds(before));
        await assertStaysTwo(erika.mailbox);
      },

      async 'deletes both events on `unwatch`'() {
        const endpoint = await serve(await authority.leaf(50 * DAY));
        const erika = person(bot);
        await erika.say(`watch ${endpoint.target}`);
        await eventsOnce(erika.mailbox, two);
        await erika.say(`unwatch ${endpoint.target}`);
        await eventsOnce(erika.mailbox, (events) => events.length === 0);
      },

      async 'writes no second pair when the same person watches the same target elsewhere too, and keeps it until both let go'() {
        const endpoint = await serve(await authority.leaf(50 * DAY));
        const erika = person(bot);
        const team = createConversation(connector, bot.url, { kind: 'groupChat', person: erika.person });
        await erika.say(`watch ${endpoint.target}`);
        await team.say(`watch ${endpoint.target}`);
        await assertStaysTwo(erika.mailbox);
        await erika.say(`unwatch ${endpoint.target}`);
        await assertStaysTwo(erika.mailbox);
        await team.say(`unwatch ${endpoint.target}`);
        await eventsOnce(erika.mailbox, (events) => events.length === 0);
      },

      async 'writes one pair for one certificate on twelve endpoints'() {
        const endpoint = await serve(await authority.leaf(50 * DAY, { names: ['*.test.example'] }));
        const erika = person(bot);
        const targets = Array.from({ length: 12 }, (_, index) => `${endpoint.target} as h${index}.test.example`);
        assert.match((await erika.say(`watch ${targets.join(' ')}`)).summary, /^12 targets: 12 watched$/);
        await assertStaysTwo(erika.mailbox);
        const events = await eventsOnce(erika.mailbox, (all) =>
          all.every(({ subject }) => subject.includes('and 11 more')),
        );
        for (const { body } of events) assert.ok(body.includes('h11.test.example'));
        await erika.say(`unwatch ${targets.slice(0, 11).join(' ')}`);
        await eventsOnce(
          erika.mailbox,
          (all) => all.length === 2 && all.every(({ subject }) => !subject.includes('more')),
        );
        await erika.say('unwatch all');
        await erika.say('unwatch all yes');
        await eventsOnce(erika.mailbox, (all) => all.length === 0);
      },

      async 'answers at once while Outlook refuses connections, says that the reminder is queued, and writes it later'() {
        const endpoint = await serve(await authority.leaf(50 * DAY));
        const erika = person(gated);
        await gate.shut();
        const began = performance.now();
        assertQueued(await erika.say(`watch ${endpoint.target}`));
        assert.ok(performance.now() - began < 15_000);
        const shown = await erika.say(`show ${endpoint.target}`);
        assert.match(
          shown.fact('Reminder') ?? '',
          /queued for Outlook \(tried (?:once|\d+ times), next try at .*cannot be reached/,
        );
        assert.deepEqual(graph.events(erika.mailbox), []);
        await gate.open();
        await assertStaysTwo(erika.mailbox);
      },

      async 'writes exactly two events after 503'() {
        const endpoint = await serve(await authority.leaf(50 * DAY));
        const erika = person(bot);
        graph.inject(graphFaults.unavailable, { mailbox: erika.mailbox, times: 8 });
        assertQueued(await erika.say(`watch ${endpoint.target}`));
        await assertStaysTwo(erika.mailbox);
      },

      async 'writes exactly two events when the connection breaks after the event was stored'() {
        const endpoint = await serve(await authority.leaf(50 * DAY));
        const erika = person(bot);
        graph.inject({ kind: 'drop-after' }, { mailbox: erika.mailbox, method: 'POST', times: 4 });
        const card = await erika.say(`watch ${endpoint.target}`);
        assert.match(card.summary, /^Watching /);
        await assertStaysTwo(erika.mailbox);
      },

      async 'writes exactly two events when an error is answered though the event was stored'() {
        const endpoint = await serve(await authority.leaf(50 * DAY));
        const erika = person(bot);
        graph.inject({ kind: 'error-after', status: 500 }, { mailbox: erika.mailbox, method: 'POST', times: 3 });
        await erika.say(`watch ${endpoint.target}`);
        await assertStaysTwo(erika.mailbox);
      },

      async 'waits as long as 429 asks, then writes'() {
        const endpoint = await serve(await authority.leaf(50 * DAY));
        const erika = person(bot);
        graph.inject(
          { kind: 'answer', status: 429, code: 'ApplicationThrottled', retryAfter: 4 },
          { mailbox: erika.mailbox, times: 2 },
        );
        const began = performance.now();
        assertQueued(await erika.say(`watch ${endpoint.target}`));
        await eventsOnce(erika.mailbox, (events) => events.length > 0);
        assert.ok(performance.now() - began >= 4000, 'it did not wait');
        await assertStaysTwo(erika.mailbox);
      },

      async 'deletes in the end what was watched and unwatched while Outlook was down'() {
        const endpoint = await serve(await authority.leaf(50 * DAY));
        const erika = person(bot);
        // Both are stored, whose answers are lost, so that there is something to delete; deleting fails for a while.
        graph.inject({ kind: 'drop-after' }, { mailbox: erika.mailbox, method: 'POST', times: 2 });
        graph.inject(graphFaults.unavailable, { mailbox: erika.mailbox, method: 'DELETE', times: 3 });
        await erika.say(`watch ${endpoint.target}`);
        await eventsOnce(erika.mailbox, two);
        await erika.say(`unwatch ${endpoint.target}`);
        await eventsOnce(erika.mailbox, (events) => events.length === 0);
        const refused = graph.requests.filter(
          ({ method, mailbox, status }) => method === 'DELETE' && mailbox === erika.mailbox && status === 503,
        );
        assert.equal(refused.length, 3);
      },

      async 'says what to mend when Outlook refuses, and keeps the reminder queued'() {
        const endpoint = await serve(await authority.leaf(50 * DAY));
        const erika = person(bot);
        // To whoever asks: the mailbox is also looked at meanwhile.
        graph.inject(graphFaults.forbidden, { mailbox: erika.mailbox, path: /events/, times: 1000 });
        const card = await erika.say(`watch ${endpoint.target}`);
        assertQueued(card);
        // The answer does not wait for Outlook: the first tries may still be on their way.
        const until = performance.now() + 60_000;
        for (;;) {
          const shown = await erika.say(`show ${endpoint.target}`);
          const fact = shown.fact('Reminder') ?? '';
          if (/403 ErrorAccessDenied: grant the app Calendars\.ReadWrite/.test(fact)) break;
          assert.ok(performance.now() < until, fact);
        }
      },

      async 'writes a pair per certificate and no more through kills'() {
        const pairs = 4;
        const mailbox = randomUUID();
        const who = { id: `29:${mailbox}`, name: 'Erika', aadObjectId: mailbox };
        const erika = createConversation(connector, '', { person: who });
        for (let round = 0; round < pairs; round += 1) {
          const endpoint = await serve(await authority.leaf((50 + round) * DAY));
          const first = await start({}, database.url);
          erika.moveTo(first.url);
          graph.inject({ kind: 'delay', ms: 60 }, { mailbox, times: 4 });
          const { replyId } = await erika.send(`watch ${endpoint.target}`);
          await sleep(60 + 70 * round);
          await first.kill();
          const second = await start({}, database.url);
          await erika.answerTo(replyId);
          await eventsOnce(mailbox, (events) => events.length >= 2 * (round + 1));
          await second.stop();
        }
        await graph.idle();
        const events = graph.events(mailbox);
        assert.equal(events.length, 2 * pairs, events.map(({ subject }) => subject).join('\n'));
        assert.equal(new Set(events.map(({ start }) => start)).size, events.length);
      },

      async 'writes everybody’s reminders into one mailbox with CALENDAR_MAILBOX, a pair per certificate'() {
        const leaf = await authority.leaf(50 * DAY);
        const [one, other] = [await serve(leaf), await serve(leaf)];
        const third = await serve(await authority.leaf(55 * DAY));
        const [erika, max] = [person(shared), person(shared)];
        await erika.say(`watch ${one.target}`);
        await max.say(`watch ${other.target}`);
        await max.say(`watch ${third.target}`);
        await eventsOnce(SHARED, (events) => events.length === 4);
        await moreLooks(one, 2);
        await graph.idle();
        assert.equal(graph.events(SHARED).length, 4);
        assert.deepEqual([graph.events(erika.mailbox), graph.events(max.mailbox)], [[], []]);
        await erika.say('unwatch all');
        await erika.say('unwatch all yes');
        await sleep(500);
        assert.equal(graph.events(SHARED).length, 4, 'Max still watches the certificate');
        await max.say('unwatch all');
        await max.say('unwatch all yes');
        await eventsOnce(SHARED, (events) => events.length === 0);
      },

      async 'serves a feed to people whose mailbox is not known'() {
        const endpoint = await serve(await authority.leaf(50 * DAY));
        const guest = createConversation(connector, bot.url, { person: { id: '29:guest', name: 'Guest' } });
        const card = await guest.say(`watch ${endpoint.target}`);
        assert.match(card.fact('Reminder') ?? '', /in the calendar feed$/);
        assert.match((await guest.say('calendar')).text, /2 events/);
      },
    });
  });

  describe('after all that', () => {
    it('asks nothing against the contract of Graph, writes no token into its log, and leaves nothing behind', async () => {
      assert.deepEqual(graph.violations, []);
      for (const one of [bot, gated, shared]) {
        assert.equal(one.output().includes('a-token'), false);
        // A mailbox that kept the bot out is a matter for whoever runs it, and nothing else was.
        const unexpected = one.errors().filter(({ finding }) => finding !== 'mailbox-forbidden');
        assert.deepEqual(unexpected, []);
        assert.equal(one.stderr(), '');
        assert.ok((await one.stop()) < 3000);
      }
    });
  });
});
