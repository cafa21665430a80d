import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { networkInterfaces, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { PlaygroundError, startPlayground } from '../../src/playground/playground.ts';
import { freePort } from '../support/free-port.ts';

/** Where its page opens its web socket. */
const STREAM = '/_ws_conversation/v1/conversations/stream';
const BOT_URL = 'http://127.0.0.1:3978';
const log = { debug: () => {} };

async function canConnect(host: string, port: number): Promise<boolean> {
  const socket = connect({ host, port });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

const otherAddresses = (): string[] =>
  Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .filter(({ address, internal }) => address !== '127.0.0.1' && !(internal && address.startsWith('fe80')))
    .map(({ address, scopeid }) => (scopeid ? `${address}%${scopeid}` : address));

async function installedCommand(): Promise<string> {
  const manifest = fileURLToPath(import.meta.resolve('@microsoft/m365agentsplayground/package.json'));
  const { bin } = JSON.parse(await readFile(manifest, 'utf8')) as { bin: Record<string, string> };
  return join(dirname(manifest), bin['agentsplayground']!);
}

describe('the Agents Playground', function () {
  it('answers on 127.0.0.1 only, and is gone after close', async () => {
    const port = await freePort();
    const playground = await startPlayground({ botUrl: BOT_URL, port, log });
    try {
      assert.equal(playground.url, `http://127.0.0.1:${port}/`);
      const page = await (await fetch(playground.url)).text();
      assert.match(page, /<title>[^<]*Agents Playground/);
      // The same chats each time: what is watched there is there again at the next start.
      const told = await (await fetch(new URL('/_internal/v1/config', playground.url))).json();
      const { bot, personalChat } = (told as { config: Record<string, { id: string; name: string }> }).config;
      assert.deepEqual([bot!.name, personalChat!.id], ['certbot', 'personal-chat-id']);
      // 127.0.0.2 is this machine too, and reached by a server that listens on all interfaces.
      for (const address of ['127.0.0.2', '::1', ...otherAddresses()]) {
        assert.equal(await canConnect(address, port), false, address);
      }
    } finally {
      await playground.close();
    }
    assert.equal(await canConnect('127.0.0.1', port), false);
  });

  it('lets nobody in but its own page: neither to what it serves, nor to its web socket', async () => {
    const playground = await startPlayground({ botUrl: BOT_URL, port: await freePort(), log });
    const { host, hostname, port } = new URL(playground.url);
    async function statusOf(head: string[], path = '/'): Promise<number> {
      const socket = connect(Number(port), hostname);
      socket.write(`${[`GET ${path} HTTP/1.1`, ...head].join('\r\n')}\r\n\r\n`);
      const [first] = (await once(socket, 'data')) as [Buffer];
      socket.destroy();
      return Number(/^HTTP\/1\.1 (\d{3})/.exec(first.toString('latin1'))?.[1]);
    }
    const close = 'Connection: close';
    const upgrade = [
      ...['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'],
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ];
    const others = [
      ['Host: rebound.example'],
      [`Host: rebound.example:${port}`, `Origin: http://rebound.example:${port}`],
      [`Host: ${host}`, 'Origin: https://evil.example'],
      [`Host: ${host}`, 'Origin: null'],
      [`Host: ${host}`, `Origin: http://127.0.0.1:${Number(port) + 1}`],
      [`Host: ${host}`, 'Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: no-cors'],
    ];
    try {
      for (const head of others) {
        assert.equal(await statusOf([...head, close]), 403, head.join());
        for (const path of ['/', STREAM])
          assert.equal(await statusOf([...head, ...upgrade], path), 403, `upgrade ${head.join()}`);
      }
      for (const head of [[`Host: ${host}`], [`Host: localhost:${port}`, `Origin: http://localhost:${port}`]])
        assert.deepEqual(
          [await statusOf([...head, close]), await statusOf([...head, ...upgrade], STREAM)],
          [200, 101],
          head.join(),
        );
    } finally {
      await playground.close();
    }
  });

  it('opens no browser, nor tries to', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'certbot-openers-'));
    const tried = join(folder, 'tried');
    // Whatever it would run is written down. The opener is chosen by platform, whether to open anything is not.
    await writeFile(
      join(folder, 'watched.cjs'),
      `const processes = require('node:child_process');
        for (const name of ['spawn', 'exec', 'execFile', 'execSync', 'execFileSync', 'spawnSync']) {
          const run = processes[name];
          processes[name] = (...args) => {
            require('node:fs').appendFileSync(${JSON.stringify(tried)}, JSON.stringify(args) + '\\n');
            return run(...args);
          };
        }
        require(${JSON.stringify(await installedCommand())});`,
    );
    const playground = await startPlayground({
      botUrl: BOT_URL,
      port: await freePort(),
      log,
      command: join(folder, 'watched.cjs'),
    });
    try {
      assert.equal((await fetch(playground.url)).status, 200);
      await setTimeout(1000);
      const runs = await readFile(tried, 'utf8').catch(() => '');
      // It asks the shell for the machine's id.
      assert.deepEqual(
        runs.split('\n').filter((run) => run !== '' && !run.includes('machine-id')),
        [],
      );
    } finally {
      await playground.close();
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('tells the last lines that it wrote when it ends early', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'certbot-broken-'));
    const command = join(folder, 'broken.cjs');
    await writeFile(command, `console.error('Error: spawn something ENOENT'); process.exit(7);`);
    await assert.rejects(
      startPlayground({ botUrl: BOT_URL, port: await freePort(), log, command }),
      (error: unknown) => {
        assert.ok(error instanceof PlaygroundError);
        assert.match(error.message, /ended early \(7\)/);
        assert.deepEqual(error.lines, ['Error: spawn something ENOENT']);
        return true;
      },
    );
    await rm(folder, { recursive: true, force: true });
  });

  it('runs without the Node options and the log file of whoever starts it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'certbot-environment-'));
    const command = join(folder, 'telling.cjs');
    await writeFile(
      command,
      `const { NODE_OPTIONS, M365_AGENTS_PLAYGROUND_LOGFILE } = process.env;
        console.log(JSON.stringify([process.cwd(), NODE_OPTIONS ?? null, M365_AGENTS_PLAYGROUND_LOGFILE]));
        process.exit(0);`,
    );
    const own = { NODE_OPTIONS: '--require=nowhere.cjs', M365_AGENTS_PLAYGROUND_LOGFILE: folder };
    const starting = startPlayground({ botUrl: BOT_URL, log, command, env: { ...process.env, ...own } });
    await assert.rejects(starting, (error: unknown) => {
      assert.ok(error instanceof PlaygroundError);
      const [cwd, options, logFile] = JSON.parse(error.lines[0]!) as string[];
      assert.equal(options, null);
      assert.equal(logFile, join(cwd!, 'playground.log'));
      return true;
    });
    await rm(folder, { recursive: true, force: true });
  });

  it('is there when its page is, and not when something answers that it is not ready', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'certbot-slow-'));
    const command = join(folder, 'slow.cjs');
    await writeFile(
      command,
      `let asked = 0;
      const server = require('node:http').createServer((_, response) => {
        asked += 1;
        response.writeHead(asked < 4 ? 503 : 200);
        response.end(String(asked));
      });
      server.listen(0, () => console.log('Listening on ' + server.address().port));`,
    );
    const playground = await startPlayground({ botUrl: BOT_URL, log, command });
    try {
      assert.equal(await (await fetch(playground.url)).text(), '5');
    } finally {
      await playground.close();
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('is gone by the time it is said that it did not start', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'certbot-stubborn-'));
    const command = join(folder, 'stubborn.cjs');
    await writeFile(
      command,
      `process.on('SIGTERM', () => setTimeout(() => process.exit(0), 300));
      setInterval(() => {}, 1000);
      console.log(process.pid);`,
    );
    const controller = new AbortController();
    let pid = 0;
    const telling = {
      debug(fields: object) {
        pid = Number((fields as { line: string }).line);
        controller.abort();
      },
    };
    await assert.rejects(
      startPlayground({ botUrl: BOT_URL, log: telling, command, signal: controller.signal }),
      PlaygroundError,
    );
    assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
    await rm(folder, { recursive: true, force: true });
  });

  it('is ended by the signal also before its page answers', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'certbot-silent-'));
    const command = join(folder, 'silent.cjs');
    await writeFile(command, 'setInterval(() => {}, 1000);');
    const controller = new AbortController();
    const starting = startPlayground({ botUrl: BOT_URL, log, command, signal: controller.signal });
    const began = performance.now();
    controller.abort();
    await assert.rejects(starting, PlaygroundError);
    assert.ok(performance.now() - began < 30_000, 'it was waited for all the time that it has');
    await rm(folder, { recursive: true, force: true });
  });

  it('is kept to 127.0.0.1 however it listens', async () => {
    const preload = fileURLToPath(new URL('../../src/playground/loopback.cjs', import.meta.url));
    const script = `
      const ways = [[0], ['0'], [], [{ port: 0 }], [{ port: '0', host: '0.0.0.0' }], [0, '0.0.0.0'], [0, '::', 5]];
      for (const way of ways) {
        const server = require('node:net').createServer();
        server.listen(...way, () => console.log(server.address().address));
      }`;
    const child = spawn(process.execPath, ['--require', preload, '--eval', script], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const told: string[] = [];
    const lines = createInterface({ input: child.stdout });
    lines.on('line', (line) => {
      told.push(line);
      if (told.length === 7) child.stdin.end();
    });
    const [code] = (await once(child, 'close')) as [number | null];
    assert.equal(code, 0);
    assert.deepEqual(
      told,
      Array.from({ length: 7 }, () => '127.0.0.1'),
    );
  });

  it('takes another port when its own is taken', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    const { port } = blocker.address() as AddressInfo;
    const playground = await startPlayground({ botUrl: BOT_URL, port, log });
    try {
      assert.notEqual(new URL(playground.url).port, String(port));
      assert.equal((await fetch(playground.url)).status, 200);
    } finally {
      await playground.close();
      blocker.close();
      await once(blocker, 'close');
    }
  });

  it('ends with the signal it was given', async () => {
    const controller = new AbortController();
    const playground = await startPlayground({
      botUrl: BOT_URL,
      port: await freePort(),
      log,
      signal: controller.signal,
    });
    controller.abort();
    await playground.ended;
    assert.equal(await canConnect('127.0.0.1', Number(new URL(playground.url).port)), false);
  });

  it('ends when the process that started it is killed, and leaves nothing behind', async () => {
    const module = fileURLToPath(new URL('../../src/playground/playground.ts', import.meta.url));
    const script = `
      import { startPlayground } from ${JSON.stringify(module)};
      const log = { debug: () => {} };
      const { url } = await startPlayground({ botUrl: ${JSON.stringify(BOT_URL)}, port: ${await freePort()}, log });
      console.log(url);`;
    const folder = await mkdtemp(join(tmpdir(), 'certbot-left-'));
    const parent = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, TMPDIR: folder, TEMP: folder, TMP: folder },
    });
    const [url] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
    // The connection stays open until the Playground ends.
    const socket = connect({ host: '127.0.0.1', port: Number(new URL(url).port) });
    await once(socket, 'connect');
    socket.resume();
    const closed = once(socket, 'close');
    parent.kill('SIGKILL');
    await closed;
    // The kernel closes the sockets of a dead process one by one.
    while (await canConnect('127.0.0.1', Number(new URL(url).port))) await setImmediate();
    const left = async () => (await readdir(folder)).filter((name) => name.startsWith('certbot-playground-'));
    assert.deepEqual(await left(), []);
    await rm(folder, { recursive: true, force: true });
  });
});
