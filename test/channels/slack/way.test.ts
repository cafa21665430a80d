import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import sinon from 'sinon';
import { fetch as fetchThrough, type Dispatcher } from 'undici';
import { createWay, type Way } from '../../../src/channels/slack/way.ts';

/**
 * A peer on loopback that answers each HTTP request with 200, but for /wait; `heard` is what arrived, one entry a
 * connection.
 */
async function startPeer(): Promise<{ server: Server; port: number; heard: string[]; sockets: Set<Socket> }> {
  const heard: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const index = heard.push('') - 1;
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => sockets.delete(socket));
    socket.on('data', (bytes: Buffer) => {
      heard[index] += bytes.toString('latin1');
      if (bytes[0] === 0x16) return void socket.end();
      if (!heard[index]!.includes('GET /wait')) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port, heard, sockets };
}

describe('the way to Slack', () => {
  let peer: Awaited<ReturnType<typeof startPeer>>;
  const ways: Way[] = [];

  beforeEach(async () => {
    peer = await startPeer();
  });
  afterEach(async () => {
    sinon.restore();
    await Promise.all(ways.splice(0).map((way) => way.close()));
    peer.server.close();
    for (const socket of peer.sockets) socket.destroy();
  });

  /** Through tunnels that lead to the peer, wherever they are said to; what they were asked. */
  function tunnelled({ serves = true, open = true } = {}) {
    const asked: [host: string, address: string, port: number][] = [];
    const tunnels: [host: string, port: number][] = [];
    const way = createWay({
      serves(...given) {
        asked.push(given);
        return serves;
      },
      async connect(host, port, signal) {
        tunnels.push([host, port]);
        if (!open) {
          if (!signal.aborted) await once(signal, 'abort');
          throw new Error('given up');
        }
        const socket = connect(peer.port, '127.0.0.1');
        await once(socket, 'connect');
        return socket;
      },
    });
    ways.push(way);
    return { way, asked, tunnels };
  }

  it('is the one that Node knows by itself, where there is no proxy', async () => {
    const way = createWay(null);
    assert.equal(way.fetch, globalThis.fetch);
    const { dispatcher, cut } = way.line();
    assert.equal(dispatcher, undefined);
    cut();
    await way.close();
  });

  const addresses: [url: string, host: string, address: string, port: number][] = [
    ['http://slack.test:8080/', 'slack.test', '', 8080],
    ['http://slack.test/', 'slack.test', '', 80],
    ['http://192.0.2.1:8080/', '192.0.2.1', '192.0.2.1', 8080],
    ['http://[2001:db8::1]:8080/', '2001:db8::1', '2001:db8::1', 8080],
  ];
  for (const [url, host, address, port] of addresses)
    it(`leads through the proxy to ${url}`, async () => {
      const { way, asked, tunnels } = tunnelled();
      assert.equal(await (await way.fetch(url)).text(), 'ok');
      assert.deepEqual([asked, tunnels], [[[host, address, port]], [[host, port]]]);
    });

  it('leads past the proxy where that is not for it', async () => {
    const { way, asked, tunnels } = tunnelled({ serves: false });
    assert.equal(await (await way.fetch(`http://127.0.0.1:${peer.port}/`)).text(), 'ok');
    assert.deepEqual([asked, tunnels], [[['127.0.0.1', '127.0.0.1', peer.port]], []]);
  });

  it('is by TLS inside the tunnel for https, and never by HTTP/2, in which there is no WebSocket', async () => {
    const { way, asked } = tunnelled();
    await assert.rejects(way.fetch('https://slack.test/'));
    assert.deepEqual(asked, [['slack.test', '', 443]]);
    const [hello] = peer.heard;
    assert.equal(hello?.charCodeAt(0), 0x16);
    assert.ok(hello.includes('slack.test') && hello.includes('\u0008http/1.1') && !hello.includes('\u0002h2'));
  });

  it('is given up where the proxy does not connect within ten seconds', async () => {
    const late = new AbortController();
    const timeout = sinon.stub(AbortSignal, 'timeout').returns(late.signal);
    const { way, tunnels } = tunnelled({ open: false });
    const fetching = way.fetch('http://slack.test/');
    fetching.catch(() => {});
    while (tunnels.length === 0) await new Promise(setImmediate);
    assert.deepEqual(timeout.args, [[10_000]]);
    late.abort();
    await assert.rejects(fetching, (error: Error) => /given up/.test(String(error.cause)));
  });

  describe('for a WebSocket', () => {
    /** Something that is under way there. */
    function waiting(dispatcher: Dispatcher | undefined): Promise<unknown> {
      const fetching = fetchThrough('http://slack.test/wait', { dispatcher: dispatcher! });
      fetching.catch(() => {});
      return fetching;
    }
    async function arrived(count: number): Promise<void> {
      while (peer.heard.filter((each) => each !== '').length < count) await new Promise(setImmediate);
    }

    it('is one of its own, which can be cut, and serves again', async () => {
      const { way, tunnels } = tunnelled();
      const [first, second] = [way.line(), way.line()];
      const cut = waiting(first.dispatcher);
      const other = waiting(second.dispatcher);
      const request = way.fetch('http://slack.test/wait');
      request.catch(() => {});
      await arrived(3);
      assert.deepEqual(
        tunnels,
        Array.from({ length: 3 }, () => ['slack.test', 80]),
      );
      first.cut();
      await assert.rejects(cut);
      while (peer.sockets.size > 2) await new Promise(setImmediate);
      const again = fetchThrough('http://slack.test/', { dispatcher: first.dispatcher! });
      assert.equal(await (await again).text(), 'ok');
      // Neither of these was cut: they end with the way.
      const ended = { other: false, request: false };
      void other.catch(() => (ended.other = true));
      void request.catch(() => (ended.request = true));
      for (let round = 0; round < 5; round += 1) await new Promise(setImmediate);
      assert.deepEqual(ended, { other: false, request: false });
    });

    it('ends with the way, and so does every request', async () => {
      const { way } = tunnelled();
      const line = waiting(way.line().dispatcher);
      const request = way.fetch('http://slack.test/wait');
      request.catch(() => {});
      await arrived(2);
      await way.close();
      await assert.rejects(line);
      await assert.rejects(request);
    });
  });
});
