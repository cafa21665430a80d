import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { createAuthority } from '../../../demo/certificates.ts';
import { createProxy, ProxyError } from '../../../src/sources/tls/proxy.ts';
import { createPeers } from '../../peers/tls/tls-peers.ts';

const NEVER = new AbortController().signal;
const CONNECTED = 'HTTP/1.1 200 Connection established\r\n\r\n';

describe('A proxy', () => {
  describe('is left out by NO_PROXY', () => {
    const table: [noProxy: string, host: string, address: string, port: number, served: boolean][] = [
      ['', 'example.com', '192.0.2.1', 443, true],
      ['*', 'example.com', '192.0.2.1', 443, false],
      ['example.com', 'example.com', '192.0.2.1', 443, false],
      ['example.com', 'www.example.com', '192.0.2.1', 443, false],
      ['example.com', 'badexample.com', '192.0.2.1', 443, true],
      ['.example.com', 'example.com', '192.0.2.1', 443, false],
      ['*.example.com', 'www.example.com', '192.0.2.1', 443, false],
      ['Example.COM', 'WWW.example.com', '192.0.2.1', 443, false],
      ['example.com:8443', 'example.com', '192.0.2.1', 443, true],
      ['example.com:8443', 'example.com', '192.0.2.1', 8443, false],
      ['other.example, ,example.com', 'example.com', '192.0.2.1', 443, false],
      ['other.example example.com', 'example.com', '192.0.2.1', 443, false],
      ['192.0.2.1', 'example.com', '192.0.2.1', 443, false],
      ['192.0.2.1:443', 'example.com', '192.0.2.1', 443, false],
      ['192.0.2.1:443', 'example.com', '192.0.2.1', 444, true],
      ['192.0.2.1', 'example.com', '192.0.2.10', 443, true],
      ['192.0.2.0/28', 'example.com', '192.0.2.15', 443, false],
      ['192.0.2.0/28', 'example.com', '192.0.2.16', 443, true],
      ['192.0.2.0/28', 'example.com', '2001:db8::1', 443, true],
      ['192.0.2.0/99', 'example.com', '192.0.2.1', 443, true],
      ['2001:db8::/32', 'example.com', '2001:db8::1', 443, false],
      ['2001:DB8:0::1', 'example.com', '2001:db8::1', 443, false],
      ['[2001:db8::1]:443', 'example.com', '2001:db8::1', 443, false],
      ['[2001:db8::1]:443', 'example.com', '2001:db8::1', 444, true],
    ];
    for (const [noProxy, host, address, port, served] of table) {
      it(`${noProxy === '' ? 'that is empty' : noProxy}: ${served ? 'not for' : 'for'} ${host} at ${address} ${port}`, () => {
        const { serves } = createProxy({ url: 'http://proxy.example:3128', noProxy });
        assert.equal(serves(host, address, port), served);
      });
    }
  });

  describe('that is asked to connect', () => {
    const peers = createPeers();
    afterEach(() => peers.close());

    /**
     * Listens as a proxy that answers so to what it is asked; tells what that was, and when the connection was ended.
     */
    async function listen(answer: (socket: Socket) => void) {
      const asked: string[] = [];
      const { promise: ended, resolve: end } = Promise.withResolvers<void>();
      const { promise: met, resolve: meet } = Promise.withResolvers<void>();
      const { port } = await peers.tcp((socket) => {
        socket.once('close', () => end());
        socket.on('data', (bytes) => {
          asked.push(bytes.toString());
          answer(socket);
          meet();
        });
      });
      return {
        asked,
        ended,
        met,
        at: (user = '') => createProxy({ url: `http://${user}127.0.0.1:${port}`, noProxy: '' }),
      };
    }

    it('is told the address as it is written in URLs, and who asks', async () => {
      const { asked, at } = await listen((socket) => void socket.write(CONNECTED));
      const sockets = [
        await at().connect('2001:db8::1', 443, NEVER),
        await at('us%40er:p%3Ass@').connect('192.0.2.1', 25, NEVER),
      ];
      for (const socket of sockets) socket.destroy();
      const credentials = Buffer.from('us@er:p:ss').toString('base64');
      assert.deepEqual(asked, [
        'CONNECT [2001:db8::1]:443 HTTP/1.1\r\nHost: [2001:db8::1]:443\r\n\r\n',
        `CONNECT 192.0.2.1:25 HTTP/1.1\r\nHost: 192.0.2.1:25\r\nProxy-Authorization: Basic ${credentials}\r\n\r\n`,
      ]);
    });

    it('hands on what the peer said at once, together with its own answer', async () => {
      const { at } = await listen((socket) => void socket.write(`${CONNECTED}220 mail.example`));
      const socket = await at().connect('192.0.2.1', 25, NEVER);
      const [greeting] = (await once(socket, 'data')) as [Buffer];
      assert.equal(greeting.toString(), '220 mail.example');
      socket.destroy();
    });

    const heads: [string, string][] = [
      ['without a reason', 'HTTP/1.0 200\r\n\r\n'],
      ['with another status that is good', 'HTTP/1.1 204 Connected\r\n\r\n'],
      ['with lengths of a body', 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n'],
      ['with what ends connections', 'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n'],
      ['with a line that is folded', 'HTTP/1.1 200 OK\r\nVia: one,\r\n two\r\n\r\n'],
      ['with characters that no header has', 'HTTP/1.1 200 OK\r\nVia: \u0001\r\n\r\n'],
    ];
    for (const [what, head] of heads) {
      it(`and agrees ${what} is taken at its word`, async () => {
        const { at } = await listen((socket) => void socket.write(`${head}220 mail.example`));
        const socket = await at().connect('192.0.2.1', 25, NEVER);
        const [greeting] = (await once(socket, 'data')) as [Buffer];
        assert.equal(greeting.toString(), '220 mail.example');
        socket.destroy();
      });
    }

    const refusals: [string, (socket: Socket) => void, string][] = [
      ['wants to know who asks', (socket) => void socket.write('HTTP/1.1 407 Who\r\n\r\n'), 'HTTP 407'],
      ['sends elsewhere', (socket) => void socket.write('HTTP/1.1 302 Found\r\n\r\n'), 'HTTP 302'],
      ['wants to go on first', (socket) => void socket.write(`HTTP/1.1 100 Continue\r\n\r\n${CONNECTED}`), 'HTTP 100'],
      [
        'has headers without end',
        (socket) => void socket.write(`HTTP/1.1 200 OK\r\nVia: ${'x'.repeat(17_000)}`),
        'its answer does not end',
      ],
      ['resets the connection', (socket) => void socket.resetAndDestroy(), 'ECONNRESET'],
      ['does not end its answer', (socket) => void socket.write('x'.repeat(17_000)), 'its answer does not end'],
      ['speaks something else', (socket) => void socket.write('SSH-2.0\r\n\r\n'), 'it does not speak HTTP'],
      ['says half of it', (socket) => void socket.end('HTTP/1.1 200'), 'it closed the connection'],
    ];
    for (const [what, answer, message] of refusals) {
      it(`and ${what} is left, and the connection ended`, async () => {
        const { at, ended } = await listen(answer);
        await assert.rejects(at().connect('192.0.2.1', 443, NEVER), (error) => {
          assert.ok(error instanceof ProxyError);
          assert.deepEqual(error.failure, { code: 'proxy', detail: message });
          return true;
        });
        await ended;
      });
    }

    it('is asked over TLS where its address says so, and its certificate is good', async () => {
      const authority = await createAuthority('CN=Proxy Root');
      const { server, port } = await peers.tls(await authority.issue({ ips: ['127.0.0.1'] }));
      let asked = 0;
      server.on('secureConnection', (socket: Socket) =>
        socket.once('data', () => {
          asked += 1;
          socket.write(CONNECTED);
        }),
      );
      const { connect } = createProxy({ url: `https://127.0.0.1:${port}`, noProxy: '' });
      await assert.rejects(connect('192.0.2.1', 443, NEVER), {
        failure: { code: 'proxy', detail: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' },
      });
      const roots = getCACertificates('default');
      setDefaultCACertificates([...roots, authority.certPem]);
      try {
        (await connect('192.0.2.1', 443, NEVER)).destroy();
      } finally {
        setDefaultCACertificates(roots);
      }
      assert.equal(asked, 1);
    });

    it('leaves a tunnel alone once it is made, whatever becomes of the time', async () => {
      const { at } = await listen((socket) => void socket.write(CONNECTED));
      const controller = new AbortController();
      const socket = await at().connect('192.0.2.1', 443, controller.signal);
      controller.abort();
      assert.equal(socket.destroyed, false);
      socket.write('who is there');
      const [answer] = (await once(socket, 'data')) as [Buffer];
      assert.equal(answer.toString(), CONNECTED);
      socket.destroy();
    });

    it('is left when there is no time any more, before and while it answers', async () => {
      const late = await listen(() => {});
      await assert.rejects(late.at().connect('192.0.2.1', 443, AbortSignal.abort()), /given up/);
      assert.deepEqual(late.asked, []);
      const { at, ended, met } = await listen(() => {});
      const controller = new AbortController();
      const connecting = at().connect('192.0.2.1', 443, controller.signal);
      await met;
      controller.abort();
      await assert.rejects(connecting, /given up/);
      await ended;
    });
  });
});
