import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { createInterface } from 'node:readline';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startPlayground } from '../src/playground.ts';
import { freePort } from './support/free-port.ts';

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

describe('the Agents Playground', function () {
  this.timeout(90_000);

  it('answers on 127.0.0.1 only, and is gone after close', async () => {
    const port = await freePort();
    const playground = await startPlayground({ botUrl: BOT_URL, port, log });
    try {
      assert.equal(playground.url, `http://127.0.0.1:${port}/`);
      const page = await (await fetch(playground.url)).text();
      assert.match(page, /<title>[^<]*Agents Playground/);
      // 127.0.0.2 is this machine too, and reached by a server that listens on all interfaces.
      for (const address of ['127.0.0.2', '::1', ...otherAddresses()]) {
        assert.equal(await canConnect(address, port), false, address);
      }
    } finally {
      await playground.close();
    }
    assert.equal(await canConnect('127.0.0.1', port), false);
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

  it('ends when the process that started it is killed', async () => {
    const module = fileURLToPath(new URL('../src/playground.ts', import.meta.url));
    const script = `
      import { startPlayground } from ${JSON.stringify(module)};
      const log = { debug: () => {} };
      const { url } = await startPlayground({ botUrl: ${JSON.stringify(BOT_URL)}, port: ${await freePort()}, log });
      console.log(url);`;
    const parent = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
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
  });
});
