import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { runBot, startBot, type BotProcess, type Ended } from './support/bot-process.ts';
import { createConversation } from './support/conversation.ts';
import { createSqliteFile } from './support/databases.ts';
import { freePort } from './support/free-port.ts';
import { together } from './support/together.ts';
import { sendActivity, startFakeConnector, type FakeConnector } from './peers/teams/connector.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const MAIN = new URL('../src/main.ts', import.meta.url).pathname;

/** A refusal is a sentence on standard error and exit code 1, without a stack trace. */
function assertRefused({ code, stderr }: Ended, ...sentences: RegExp[]): void {
  assert.equal(code, 1, stderr);
  for (const sentence of sentences) assert.match(stderr, sentence);
  assert.doesNotMatch(stderr, /^\s+at /m, 'a stack trace');
}

async function silentServer(at = 0): Promise<{ server: Server; port: number; close: () => Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}));
  });
  server.listen(at, '127.0.0.1');
  await once(server, 'listening');
  return {
    server,
    port: (server.address() as AddressInfo).port,
    async close() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}

describe('the process', function () {
  let connector: FakeConnector;
  let silent: Awaited<ReturnType<typeof silentServer>>;
  const bots: BotProcess[] = [];
  before(async () => {
    [connector, silent] = await Promise.all([startFakeConnector(), silentServer()]);
  });
  after(async () => {
    await Promise.all(bots.map((bot) => bot.dispose()));
    await Promise.all([connector?.close(), silent?.close()]);
  });

  async function start(...args: Parameters<typeof startBot>): Promise<BotProcess> {
    const bot = await startBot(...args);
    bots.push(bot);
    return bot;
  }

  describe('that is asked to end', () => {
    together({
      async 'finishes an answer that is on its way'() {
        const bot = await start();
        const chat = createConversation(connector, bot.url);
        const released = Promise.withResolvers<void>();
        connector.fail(
          { kind: 'delay', until: released.promise },
          { times: 1, matches: ({ conversationId }) => conversationId === chat.id },
        );
        const { replyId } = await chat.send('help');
        await chat.answerTo(replyId);
        const stopping = bot.stop();
        await sleep(500);
        released.resolve();
        await stopping;
        assert.deepEqual([bot.errors(), bot.stderr()], [[], '']);
        const again = await start({ databaseUrl: bot.databaseUrl });
        await sleep(1500);
        assert.equal(chat.calls().length, 1, 'it was recorded as delivered');
        await again.stop();
      },

      async 'answers a command that it has taken'() {
        const bot = await start({ env: { PROBE_TIMEOUT: '2s' } });
        const chat = createConversation(connector, bot.url);
        const { replyId } = await chat.send(`watch 127.0.0.1:${silent.port}`);
        await sleep(200);
        await bot.stop();
        const [call] = chat.calls();
        assert.equal(call?.activity['channelData'].certbotDeliveryId, replyId);
        assert.match(call.activity['summary'], /No answer in time/);
        assert.deepEqual([bot.errors(), bot.stderr()], [[], '']);
      },

      async 'by SIGTERM to the npm that started it, alone'() {
        const folder = await mkdtemp(join(tmpdir(), 'certbot-npm-'));
        const port = await freePort();
        const env = {
          ...{ PATH: process.env['PATH'] ?? '', HOME: folder, PORT: String(port), METRICS_PORT: 'off' },
          ...{ PLAYGROUND: 'off', DATABASE_URL: `sqlite:${join(folder, 'npm.sqlite')}` },
        };
        const npm = spawn('npm', ['start'], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'inherit'], detached: true });
        const pid = Promise.withResolvers<void>();
        createInterface({ input: npm.stdout }).on('line', (line) => {
          if (line.includes('"listening"')) pid.resolve();
        });
        const closed = once(npm, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
        await Promise.race([pid.promise, closed.then(() => assert.fail('npm start ended by itself'))]);
        npm.kill('SIGTERM');
        // Its output is closed when nothing holds it any more: neither npm nor the bot.
        assert.deepEqual(await closed, [0, null]);
        await assert.rejects(fetch(`http://127.0.0.1:${port}/healthz`));
        assert.throws(() => process.kill(-npm.pid!, 0), { code: 'ESRCH' });
        await rm(folder, { recursive: true, force: true });
      },

      async 'does not wait for hosts that keep silent'() {
        const bot = await start({ env: { PROBE_TIMEOUT: '30s' } });
        const chat = createConversation(connector, bot.url);
        const before = await silentServer();
        await before.close();
        await chat.say(`watch 127.0.0.1:${before.port}`);
        const later = await silentServer(before.port);
        await once(later.server, 'connection');
        assert.ok((await bot.stop()) < 15_000);
        assert.deepEqual([bot.errors(), bot.stderr()], [[], '']);
        await later.close();
      },

      async 'leaves a connector that never answers, and a bulk command that takes long, to the next start'() {
        const bot = await start({ env: { PROBE_TIMEOUT: '30s' } });
        const [hung, busy] = [createConversation(connector, bot.url), createConversation(connector, bot.url)];
        const never = Promise.withResolvers<void>();
        connector.fail(
          { kind: 'delay', until: never.promise },
          { matches: ({ conversationId }) => conversationId === hung.id },
        );
        await hung.send('help');
        await hung.wait(() => true);
        const targets = Array.from({ length: 200 }, (_, index) => `127.0.0.1:${silent.port} as h${index}.test.example`);
        await busy.send(`watch ${targets.join('\n')}`);
        await sleep(300);
        assert.ok((await bot.stop()) < 15_000);
        assert.deepEqual([bot.errors(), bot.stderr()], [[], '']);
        never.resolve();
      },

      async 'takes no more messages, and loses none that it took'() {
        const bot = await start();
        const chat = createConversation(connector, bot.url);
        let taken = 0;
        let refused = 0;
        const sending = (async () => {
          while (refused === 0) {
            const { status } = await sendActivity(bot.url, chat.activity({ text: 'help' })).catch(() => ({
              status: 0,
            }));
            if (status === 200) taken += 1;
            else refused += 1;
          }
        })();
        while (taken < 5) await sleep(10);
        await bot.stop();
        await sending;
        const again = await start({ databaseUrl: bot.databaseUrl });
        await chat.wait(() => chat.calls().length >= taken);
        await sleep(300);
        assert.equal(chat.calls().length, taken);
        await again.stop();
      },

      async 'ends at once while it is still starting'() {
        const database = await createSqliteFile();
        const env = {
          PATH: process.env['PATH'] ?? '',
          PORT: '0',
          METRICS_PORT: 'off',
          PLAYGROUND: 'off',
          DATABASE_URL: database.url,
        };
        for (const moment of [250, 450, 650]) {
          const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'pipe'] });
          const stderr: string[] = [];
          child.stderr.setEncoding('utf8').on('data', (text: string) => stderr.push(text));
          const ended = once(child, 'close');
          await sleep(moment);
          const began = performance.now();
          child.kill('SIGTERM');
          const [code, signal] = await ended;
          assert.ok(performance.now() - began < 5000);
          assert.ok(code === 0 || signal === 'SIGTERM', `${code} ${signal} ${stderr.join('')}`);
          assert.equal(stderr.join(''), '');
        }
        await database.drop();
      },
    });
  });

  describe('is refused with a sentence', () => {
    together({
      async 'when its port is taken, and names PORT'() {
        const bot = await start();
        const { port } = new URL(bot.url);
        const second = await runBot({ env: { PORT: port } });
        assertRefused(
          second,
          new RegExp(`^Port ${port} is already taken \\(perhaps by another certbot\\).* with PORT, for example: PORT=`),
        );
        await bot.stop();
      },

      async 'when a port for metrics was named and is taken'() {
        assertRefused(
          await runBot({ env: { METRICS_PORT: String(silent.port) } }),
          new RegExp(`^Port ${silent.port} is already taken.*METRICS_PORT`),
        );
      },

      async 'when its address is not one of this machine'() {
        assertRefused(
          await runBot({ env: { HOST: '192.0.2.1', ALLOW_UNAUTHENTICATED: 'yes', PORT: '45678' } }),
          /HOST=192\.0\.2\.1/,
        );
      },

      async 'when another process has its SQLite file'() {
        const bot = await start();
        assertRefused(
          await runBot({ databaseUrl: bot.databaseUrl }),
          /^The database .*bot\.sqlite is in use by another process; stop that one first/,
        );
        const chat = createConversation(connector, bot.url);
        assert.match((await chat.say('help')).text, /What you can type/);
        await bot.stop();
      },

      async 'when its SQLite file cannot be made'() {
        assertRefused(
          await runBot({ databaseUrl: 'sqlite:/dev/null/certbot.sqlite' }),
          /^The database \/dev\/null\/certbot\.sqlite cannot be opened: its folder \/dev\/null cannot be made/,
        );
      },

      async 'when the configuration is wrong, and lists everything that is'() {
        const ended = await runBot({
          env: {
            PORT: 'eighty',
            PROBE_INTERVAL: 'often',
            PROBE_ALLOW: '10.0.0.0/99',
            CALENDAR: 'outlook',
            DNS_SERVERS: 'resolver.example',
            HOST: '0.0.0.0',
            MicrosoftAppPassword: 'hush',
            LOG_LEVEL: 'chatty',
          },
        });
        assertRefused(
          ended,
          /^The configuration is not usable:/,
          /PORT must be a whole number from 0 to 65535/,
          /PROBE_INTERVAL must be a length of time/,
          /PROBE_ALLOW: “10\.0\.0\.0\/99” is not an address range/,
          /CALENDAR must be one of graph, ics, none/,
          /LOG_LEVEL must be one of/,
          /DNS_SERVERS: “resolver\.example” is not an IP address/,
          /HOST=0\.0\.0\.0 would let anybody on the network command this bot/,
          /MicrosoftAppPassword is set but MicrosoftAppId is not/,
          /Every variable is explained in \.env\.example/,
        );
        assert.equal(ended.stderr.includes('hush'), false);
      },

      async 'when it would listen to the whole network without knowing anybody'() {
        assertRefused(
          await runBot({ env: { HOST: '0.0.0.0' } }),
          /HOST=0\.0\.0\.0 would let anybody on the network command this bot/,
        );
      },

      async 'and blames one variable once'() {
        const { stderr } = await runBot({
          env: { MicrosoftAppId: 'my-bot', MicrosoftAppPassword: 'x', HOST: '0.0.0.0' },
        });
        assert.deepEqual(
          stderr.match(/^  - .*$/gm)?.map((line) => line.slice(4, 18)),
          ['MicrosoftAppId'],
        );
      },
    });
  });

  for (const [what, env, isWarned] of [
    ['warns of roots that are named in .env alone', {}, true],
    ['warns of no roots that the environment names as well', { NODE_EXTRA_CA_CERTS: '/dev/null' }, false],
  ] as [string, Record<string, string>, boolean][])
    it(what, async () => {
      const ended = await runBot({
        env: { PORT: String(silent.port), ...env },
        envFile: 'NODE_EXTRA_CA_CERTS=/dev/null\n',
      });
      const warning = /"level":40,.*NODE_EXTRA_CA_CERTS in the file \.env .*set it in the environment/;
      assert.equal(warning.test(ended.stdout), isWarned, ended.stdout);
      assertRefused(ended, /already taken/);
    });

  it('says where it listens and serves its metrics without any name of a target', async () => {
    const free = await silentServer();
    await free.close();
    const bot = await start({ env: { METRICS_PORT: String(free.port) } });
    const chat = createConversation(connector, bot.url);
    await chat.say(`watch 127.0.0.1:${free.port} as secret.test.example`);
    const text = await (
      await fetch(`http://127.0.0.1:${free.port}/metrics`, { headers: { connection: 'close' } })
    ).text();
    assert.match(text, /certbot_commands_total\{verb="watch"\} 1/);
    assert.match(text, /certbot_stored\{what="watches"\} 1/);
    assert.equal(text.includes('secret'), false);
    await bot.stop();
  });
});
