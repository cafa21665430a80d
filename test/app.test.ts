import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import sinon from 'sinon';
import { startApp, type App } from '../src/app.ts';
import { readConfig } from '../src/config/config.ts';
import { createConversation, type TestConversation } from './support/conversation.ts';
import { createSqliteFile, type TestDatabase } from './support/databases.ts';
import { sendActivity, startFakeConnector, type FakeConnector } from './peers/teams/connector.ts';
import {
  createTestAuthority,
  moreLooks,
  startEndpoint,
  type Endpoint,
  type TestAuthority,
} from './support/endpoint.ts';
import { MINUTE, DAY } from '../src/core/time.ts';

describe('the composed app', function () {
  let connector: FakeConnector;
  let authority: TestAuthority;
  let database: TestDatabase;
  let app: App | null;
  let lines: Record<string, unknown>[];
  const endpoints: Endpoint[] = [];

  let folder: string;
  before(async () => {
    authority = await createTestAuthority();
    folder = await mkdtemp(join(tmpdir(), 'certbot-app-'));
    await writeFile(join(folder, 'roots.pem'), authority.rootPem);
  });
  after(() => rm(folder, { recursive: true, force: true }));
  beforeEach(async () => {
    [connector, database] = await Promise.all([startFakeConnector(), createSqliteFile()]);
    lines = [];
    app = null;
  });
  afterEach(async () => {
    sinon.restore();
    await app?.close();
    await Promise.all([connector.close(), ...endpoints.splice(0).map((endpoint) => endpoint.close())]);
    await database.drop();
  });

  function environment(env: Record<string, string> = {}): Record<string, string> {
    return {
      PORT: '0',
      METRICS_PORT: 'off',
      PLAYGROUND: 'off',
      PROBE_INTERVAL: '1s',
      DATABASE_URL: database.url,
      NODE_EXTRA_CA_CERTS: join(folder, 'roots.pem'),
      ...env,
    };
  }

  async function start(env: Record<string, string> = {}): Promise<App> {
    const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
    const full = environment(env);
    app = await startApp(readConfig(full), { PATH: process.env['PATH'], ...full }, log);
    return app;
  }

  function urlOf({ address }: App): string {
    return `http://127.0.0.1:${address.port}`;
  }

  async function serve(...args: Parameters<typeof startEndpoint>): Promise<Endpoint> {
    const endpoint = await startEndpoint(...args);
    endpoints.push(endpoint);
    return endpoint;
  }

  /**
   * The clock of this process, which can be moved on; `looks` moves it so that the endpoint is looked at `count` times
   * without waiting.
   */
  function movedOn() {
    const real = Date.now.bind(Date);
    let offset = 0;
    sinon.stub(Date, 'now').callsFake(() => real() + offset);
    async function looks(endpoint: Endpoint, count: number): Promise<void> {
      const enough = endpoint.connections() + count;
      while (endpoint.connections() < enough) {
        offset += 500;
        await sleep(50);
      }
    }
    return { by: (ms: number) => void (offset += ms), looks };
  }

  function alerts(chat: TestConversation, answers: number): string[] {
    return chat
      .cards()
      .slice(answers)
      .map(({ summary }) => summary);
  }

  async function twoAddresses(): Promise<{ first: Endpoint; second: Endpoint; target: string }> {
    const leaf = await authority.leaf(40 * DAY);
    const first = await serve(leaf);
    const second = await serve(leaf, { host: '::1', port: first.port });
    return { first, second, target: `localhost:${first.port}` };
  }

  /** What comes when some minutes have passed. */
  async function inMinutes<T>(clock: ReturnType<typeof movedOn>, coming: Promise<T>): Promise<T> {
    while (!(await Promise.race([coming.then(() => true), sleep(500, false)]))) clock.by(MINUTE);
    return coming;
  }

  it('tells of a partial renewal once, a day after it began, and of the whole when it has arrived', async () => {
    const { first, second, target } = await twoAddresses();
    const clock = movedOn();
    const chat = createConversation(connector, urlOf(await start()));
    await chat.say(`watch ${target}`);
    const renewed = await authority.leaf(80 * DAY);
    first.present(renewed);
    // The look that meets something new is followed by a thorough one, of two handshakes.
    await clock.looks(first, 5);
    assert.deepEqual(alerts(chat, 1), [], 'a rolling deployment is given a day');
    clock.by(DAY);
    const partly = await inMinutes(clock, chat.next(/^Partly renewed: /));
    assert.match(partly.summary, /, ::1 still presents the certificate that expires on /);
    assert.equal(partly.rows.length, 2);
    await clock.looks(first, 2);
    assert.equal(alerts(chat, 1).length, 1);
    second.present(renewed);
    const whole = await inMinutes(clock, chat.next(/^Renewed: /));
    assert.equal(whole.call.method, 'PUT', 'the alert says so');
    assert.match(whole.text, /all addresses that answer present the same certificate/i);
    await clock.looks(first, 2);
  });

  it('tells once of one address that does not answer any more while the other does', async () => {
    const { first, second, target } = await twoAddresses();
    const clock = movedOn();
    const chat = createConversation(connector, urlOf(await start()));
    await chat.say(`watch ${target}`);
    await second.stop();
    await inMinutes(clock, chat.next(/one of its addresses, ::1, does not answer any more: connection refused/i));
    await clock.looks(first, 2);
    assert.equal(alerts(chat, 1).length, 1);
    await second.start();
    await chat.next(/::1 answers again/);
    assert.equal(alerts(chat, 1).length, 2);
  });

  it('says of several stages that passed while it was away only the last', async () => {
    const endpoint = await serve(await authority.leaf(40 * DAY));
    const clock = movedOn();
    const first = await start();
    const chat = createConversation(connector, urlOf(first));
    await chat.say(`watch ${endpoint.target}`);
    await first.close();
    clock.by(39 * DAY);
    chat.moveTo(urlOf(await start()));
    await inMinutes(clock, chat.next(/^Critical: /));
    await clock.looks(endpoint, 2);
    assert.equal(alerts(chat, 1).length, 1, alerts(chat, 1).join('\n'));
    clock.by(2 * DAY);
    await chat.next(/^Expired: /);
  });

  it('links to Outlook and Teams of the national cloud that GRAPH_BASE_URL is in', async () => {
    const endpoint = await serve(await authority.leaf(80 * DAY));
    const running = await start({ GRAPH_BASE_URL: 'https://dod-graph.microsoft.us' });
    const chat = createConversation(connector, urlOf(running));
    const { buttons } = await chat.say(`watch ${endpoint.target}`);
    const toOutlook = buttons.map(({ url }) => url).find((url) => url?.includes('/deeplink/compose'));
    assert.equal(new URL(toOutlook!).host, 'outlook-dod.office365.us');
    const card = await chat.say('calendar');
    const [subscribe, feedUrl] = card.buttons.map(({ url }) => url!) as [string, string];
    assert.equal(new URL(subscribe).host, 'outlook-dod.office365.us');
    assert.equal(new URL(subscribe).searchParams.get('url'), feedUrl);
    assert.ok(card.text.includes(feedUrl.replace(/^http:/, 'webcal:')), card.text);
    const { pathname } = new URL(feedUrl);
    const feed = await (await fetch(`${urlOf(running)}${pathname}`, { headers: { connection: 'close' } })).text();
    assert.match(feed.replaceAll('\r\n ', ''), /https:\/\/dod\.teams\.microsoft\.us\/l\//);
    assert.doesNotMatch(feed.replaceAll('\r\n ', ''), /teams\.microsoft\.com/);
  });

  describe('with PROBE_CA_FILE', () => {
    /** Nothing else makes the test's root known. */
    async function startWith(content: string | null): Promise<App> {
      const path = join(folder, 'authorities.pem');
      await rm(path, { force: true });
      if (content !== null) await writeFile(path, content);
      return start({ NODE_EXTRA_CA_CERTS: '', PROBE_CA_FILE: path });
    }

    it('trusts what it holds, whatever stands between; and gives an event as a file', async () => {
      const endpoint = await serve(await authority.leaf(60 * DAY));
      const one = await startWith(`Our authority\n${authority.rootPem}\nthe end\n`);
      const chat = createConversation(connector, urlOf(one));
      const answer = await chat.say(`watch ${endpoint.target}`);
      assert.match(answer.text, /name and chain are good/);
      const card = await chat.say(`calendar ${endpoint.target}`);
      const files = card.buttons
        .filter(({ title }) => /as a file$/.test(title))
        .map(({ url }) => new URL(url!).pathname);
      assert.equal(files.length, 2);
      for (const path of files) {
        const response = await fetch(urlOf(one) + path, { headers: { connection: 'close' } });
        assert.deepEqual(
          [response.status, response.headers.get('content-disposition')?.slice(0, 10)],
          [200, 'attachment'],
        );
        assert.match(await response.text(), /^BEGIN:VCALENDAR[\s\S]*SUMMARY:(?:Renew certificate|Certificate expires)/);
      }
      const forged = files[0]!.replace(/[^/]+\.ics$/, `${'A'.repeat(43)}.ics`);
      assert.equal((await fetch(urlOf(one) + forged, { headers: { connection: 'close' } })).status, 404);
    });

    it('does not trust it elsewhere', async () => {
      const endpoint = await serve(await authority.leaf(60 * DAY));
      const chat = createConversation(connector, urlOf(await start({ NODE_EXTRA_CA_CERTS: '' })));
      assert.match((await chat.say(`check ${endpoint.target}`)).text, /private authority|incomplete|not trusted/i);
    });

    const unusable: [string, string | null, RegExp][] = [
      [
        'that is not there',
        null,
        /^PROBE_CA_FILE=.*authorities\.pem cannot be used: there is no such file\. Name a PEM file/,
      ],
      ['that is empty', '', /cannot be used: it holds no certificate in PEM/],
      [
        'with something broken in it',
        '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
        /cannot be used: certificate 1 in it cannot be read/,
      ],
      ['that is far too large', 'x'.repeat(4 * 1024 * 1024 + 1), /cannot be used: it is larger than 4 MB/],
    ];
    for (const [name, content, message] of unusable)
      it(`does not start with a file ${name}, and says why`, () =>
        assert.rejects(startWith(content), { code: 'START_ERROR', message }));

    it('does not hold on to the database when the file cannot be used', async () => {
      await assert.rejects(startWith(null), { code: 'START_ERROR' });
      await startWith(authority.rootPem);
    });
  });

  it('deletes a conversation with its watches 30 days after the bot was removed from it, and not before', async () => {
    const endpoint = await serve(await authority.leaf(80 * DAY));
    const clock = movedOn();
    const first = await start();
    const chat = createConversation(connector, urlOf(first));
    await chat.say(`watch ${endpoint.target}`);
    const feed = new URL((await chat.say('calendar')).buttons[1]!.url!).pathname;
    const removal = chat.activity({ type: 'installationUpdate', action: 'remove' });
    assert.equal((await sendActivity(urlOf(first), removal)).status, 200);
    const status = async (): Promise<number> => {
      const response = await fetch(`${urlOf(app!)}${feed}`, { headers: { connection: 'close' } });
      await response.text();
      return response.status;
    };
    clock.by(29 * DAY);
    await first.close();
    const pulse = await serve(await authority.leaf(80 * DAY));
    await createConversation(connector, urlOf(await start())).say(`watch ${pulse.target}`);
    // Rounds have passed by then, and the first of them tidies up.
    await moreLooks(pulse, 3);
    assert.equal(await status(), 200);
    clock.by(2 * DAY);
    for (let tries = 0; (await status()) !== 404; tries += 1) {
      assert.ok(tries < 1000, 'it is still there');
      await sleep(50);
    }
  });

  it('greets a conversation once, however often the installation is told', async () => {
    const url = urlOf(await start());
    const chat = createConversation(connector, url);
    const installation = chat.activity({ type: 'installationUpdate', action: 'add' });
    const members = chat.activity({ type: 'conversationUpdate', membersAdded: [{ id: '28:bot', name: 'Certbot' }] });
    for (const activity of [installation, members, installation])
      assert.equal((await sendActivity(url, activity)).status, 200);
    const welcome = await chat.next(/I watch TLS certificates/);
    assert.match(welcome.text, /To begin, type “watch example\.com”/);
    await chat.say('help');
    assert.equal(chat.calls().length, 2);
  });

  it('leaves no server, socket, timer or child process behind', async () => {
    const resources = (): string[] =>
      process
        .getActiveResourcesInfo()
        .filter((name) => !/^(?:TTYWrap|PipeWrap|Immediate|TickObject|CloseReq)$/.test(name))
        .toSorted();
    const endpoint = await serve(await authority.leaf(40 * DAY));
    // What is loaded and pooled once, by this process rather than by the app.
    const warm = await start();
    await createConversation(connector, urlOf(warm)).say(`check ${endpoint.target}`);
    await warm.close();
    let before = resources();
    // What was closed goes in its own time: until nothing goes any more.
    for (let same = 0; same < 5; same += 1) {
      await sleep(20);
      const now = resources();
      if (now.length !== before.length) same = 0;
      before = now;
    }
    const one = await start();
    const chat = createConversation(connector, urlOf(one));
    await chat.say(`watch ${endpoint.target}`);
    await moreLooks(endpoint, 1);
    await one.close();
    app = null;
    function added(): string[] {
      const left = resources();
      for (const name of before) {
        const index = left.indexOf(name);
        if (index >= 0) left.splice(index, 1);
      }
      return left;
    }
    for (let tries = 0; added().length > 0; tries += 1) {
      assert.ok(tries < 1000, `still there: ${added().join(', ')}`);
      await sleep(20);
    }
  });

  it('frees everything when a port cannot be had', async () => {
    const one = await start();
    const other = await createSqliteFile();
    const env = environment({ PORT: String(one.address.port), DATABASE_URL: other.url });
    const silent = pino({ level: 'silent' });
    await assert.rejects(startApp(readConfig(env), env, silent), { code: 'EADDRINUSE' });
    const again = await startApp(readConfig({ ...env, PORT: '0' }), env, silent);
    await again.close();
    await other.drop();
  });
});
