import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { getCACertificates, setDefaultCACertificates, type TLSSocket } from 'node:tls';
import { gzipSync } from 'node:zlib';
import sinon from 'sinon';
import { createAuthority } from '../../../demo/certificates.ts';
import { createFetch, type FetchPolicy } from '../../../src/sources/tls/fetch.ts';
import { createGuard } from '../../../src/sources/tls/guard.ts';
import { bodyOf, createWebPeers } from '../../peers/web/web-peers.ts';

const MOST_BODY = 1024 * 1024;
const TIMERS = ['Date', 'setTimeout', 'setInterval', 'clearTimeout', 'clearInterval'] as const;

describe('The guarded fetch', () => {
  const peers = createWebPeers();
  after(() => peers.close());
  afterEach(() => sinon.restore());

  const names: Record<string, string[]> = {
    'good.example': ['127.0.0.1'],
    'mixed.example': ['127.0.0.1', '169.254.169.254', '127.0.0.2'],
    'metadata.example': ['169.254.169.254'],
    'nowhere.example': [],
  };
  let resolved: string[] = [];
  beforeEach(() => {
    resolved = [];
  });

  function fetcher(policy: Partial<FetchPolicy> = {}) {
    return createFetch({
      permits: createGuard({ allow: ['127.0.0.0/8'], deny: ['127.0.0.9/32'] }),
      permitsPort: () => true,
      resolve: async (host) => {
        resolved.push(host);
        const addresses = names[host];
        if (!addresses) throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
        return addresses;
      },
      ...policy,
    });
  }

  it('gets a body, asking for it as the name that was resolved, without credentials or cookies', async () => {
    let seen: Record<string, unknown> = {};
    const peer = await peers.http((request, response) => {
      seen = request.headers;
      response.end('the body');
    });
    assert.deepEqual(await fetcher()(`http://good.example:${peer.port}/a?b=c#d`), {
      ok: true,
      body: Buffer.from('the body'),
    });
    assert.deepEqual(peer.requests, ['GET /a?b=c']);
    assert.deepEqual(seen, {
      host: `good.example:${peer.port}`,
      accept: '*/*',
      'accept-encoding': 'identity',
      'user-agent': 'certbot-for-teams-and-slack',
      connection: 'close',
    });
  });

  it('posts a body with its type and length', async () => {
    const peer = await peers.http(async (request, response) => {
      const body = await bodyOf(request);
      const { accept, 'content-type': type, 'content-length': length } = request.headers;
      response.end(`${type} ${accept} ${length} ${body.toString()}`);
    });
    const request = { body: Buffer.from('question'), type: 'text/question', accept: 'text/answer' };
    assert.deepEqual(await fetcher()(peer.url, request), {
      ok: true,
      body: Buffer.from('text/question text/answer 8 question'),
    });
    assert.deepEqual(peer.requests, ['POST /']);
  });

  describe('fails where the server', () => {
    const servers: Record<string, [RequestListener, string]> = {
      'answers 404': [(_, response) => response.writeHead(404).end('no'), 'HTTP 404'],
      'answers 500': [(_, response) => response.writeHead(500).end('no'), 'HTTP 500'],
      'answers 204': [(_, response) => response.writeHead(204).end(), 'HTTP 204'],
      'says that it sends 2 MB': [
        (_, response) => response.writeHead(200, { 'Content-Length': 2 * MOST_BODY }).write('x'),
        'too large',
      ],
      'sends 2 MB without saying so': [(_, response) => response.end(Buffer.alloc(2 * MOST_BODY)), 'too large'],
      'sends one byte more than a megabyte': [(_, response) => response.end(Buffer.alloc(MOST_BODY + 1)), 'too large'],
      'says that it sends one byte more than a megabyte, before it does': [
        (_, response) => response.writeHead(200, { 'Content-Length': MOST_BODY + 1 }).write('x'),
        'too large',
      ],
      'answers 304 with an address': [(_, response) => response.writeHead(304, { Location: '/' }).end(), 'HTTP 304'],
      'sends chunks without end': [
        (_, response) => {
          const more = (): void => {
            while (!response.destroyed && response.write(Buffer.alloc(64 * 1024)));
          };
          response.on('drain', more);
          more();
        },
        'too large',
      ],
      'sends a megabyte in pieces of one byte': [
        (request) =>
          request.socket.write(
            `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${'1\r\nx\r\n'.repeat(MOST_BODY - 1)}0\r\n\r\n`,
          ),
        'too large',
      ],
      'compresses, though nobody asked for it': [
        (_, response) => response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync(Buffer.alloc(MOST_BODY))),
        'encoded',
      ],
      'breaks off in the body': [
        (_, response) => {
          response.writeHead(200, { 'Content-Length': 100 });
          response.write('x', () => response.destroy());
        },
        'ECONNRESET',
      ],
      'closes without an answer': [(request) => request.socket.destroy(), 'ECONNRESET'],
      'sends 100 KB of headers': [
        (_, response) => response.writeHead(200, { 'X-Long': 'x'.repeat(100_000) }).end(),
        'HPE_HEADER_OVERFLOW',
      ],
      'redirects in a circle': [
        (request, response) => response.writeHead(302, { Location: `${request.url}x` }).end(),
        'redirects without end',
      ],
      'redirects to nowhere': [(_, response) => response.writeHead(302).end(), 'HTTP 302'],
      'redirects to a refused address': [
        (_, response) => response.writeHead(302, { Location: 'http://169.254.169.254/latest' }).end(),
        'refused',
      ],
      'redirects to a name with a refused address': [
        (_, response) => response.writeHead(302, { Location: 'http://metadata.example/' }).end(),
        'refused',
      ],
      'redirects to a file': [
        (_, response) => response.writeHead(302, { Location: 'file:///etc/passwd' }).end(),
        'scheme',
      ],
      'switches protocols': [
        (request) =>
          request.socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n'),
        'closed',
      ],
    };
    for (const [name, [answer, reason]] of Object.entries(servers)) {
      it(name, async () => {
        const peer = await peers.http(answer);
        const fetched = await fetcher()(peer.url);
        assert.equal(fetched.ok ? `${fetched.body.length} bytes` : fetched.reason, reason);
      });
    }

    const talkers: Record<string, [(socket: Socket) => void, string]> = {
      'sends interim answers without end': [
        (socket) => void socket.write('HTTP/1.1 102 Processing\r\n\r\n'.repeat(100)),
        'interim answers without end',
      ],
      'does not speak HTTP': [(socket) => socket.end('220 mail.example ESMTP\r\n'), 'HPE_INVALID_CONSTANT'],
      'says two lengths': [
        (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'),
        'HPE_UNEXPECTED_CONTENT_LENGTH',
      ],
    };
    for (const [name, [met, reason]] of Object.entries(talkers)) {
      it(name, async () => {
        const peer = await peers.tcp(met);
        assert.deepEqual(await fetcher()(peer.url), { ok: false, reason });
      });
    }
  });

  describe('gives up after five seconds where the server', () => {
    const servers: Record<string, (socket: Socket) => void> = {
      'says nothing': () => {},
      'sends its head a byte at a time': (socket) => void socket.write('HTTP/1.1 2'),
      'sends its body a byte at a time': (socket) => void socket.write('HTTP/1.1 200 OK\r\n\r\nx'),
    };
    for (const [name, met, connection] of Object.entries(servers).flatMap(([what, how]) => [
      [what, how, 'own'] as const,
      [`${what}, on a connection that was given`, how, 'given'] as const,
    ])) {
      it(name, async () => {
        const clock = sinon.useFakeTimers({ toFake: [...TIMERS] });
        const { promise: reached, resolve } = Promise.withResolvers<void>();
        const peer = await peers.tcp((socket) => {
          socket.once('data', () => {
            met(socket);
            resolve();
          });
        });
        const fetch = fetcher(
          connection === 'own' ? {} : { connect: async ({ address, port }) => connect({ host: address, port }) },
        );
        const fetching = fetch(peer.url);
        await reached;
        clock.tick(4999);
        const early = await Promise.race([fetching, Promise.resolve('waiting')]);
        assert.equal(early, 'waiting');
        clock.tick(1);
        assert.deepEqual(await fetching, { ok: false, reason: 'timeout' });
        assert.deepEqual(await fetch(`${peer.url}/other`), { ok: false, reason: 'timeout' });
        assert.equal(peer.accepted(), 1, 'left alone from then on');
        clock.tick(10 * 60_000);
        const again = fetch(peer.url);
        while (peer.accepted() < 2) await new Promise(setImmediate);
        clock.tick(5000);
        await again;
      });
    }

    it('says nothing to the greeting of TLS', async () => {
      const clock = sinon.useFakeTimers({ toFake: [...TIMERS] });
      const { promise: greeted, resolve } = Promise.withResolvers<void>();
      const peer = await peers.tcp((socket) => socket.once('data', () => resolve()));
      const given: FetchPolicy['connect'] = async ({ address, port }) => connect({ host: address, port });
      const fetching = fetcher({ connect: given })(`https://127.0.0.1:${peer.port}/`);
      await greeted;
      clock.tick(5000);
      assert.deepEqual(await fetching, { ok: false, reason: 'timeout' });
    });

    it('has addresses in the very last moment', async () => {
      const clock = sinon.useFakeTimers({ toFake: [...TIMERS] });
      const { promise: addresses, resolve: answer } = Promise.withResolvers<string[]>();
      const connect = (): Promise<Socket> => Promise.withResolvers<Socket>().promise;
      const fetching = fetcher({ resolve: () => addresses, connect })('http://slow.example/');
      await new Promise(setImmediate);
      answer(['127.0.0.1']);
      clock.tick(5000);
      assert.deepEqual(await fetching, { ok: false, reason: 'timeout' });
    });

    it('is slow to resolve', async () => {
      const clock = sinon.useFakeTimers({ toFake: [...TIMERS] });
      const fetching = fetcher({ resolve: () => Promise.withResolvers<string[]>().promise })('http://slow.example/');
      await new Promise(setImmediate);
      clock.tick(5000);
      assert.deepEqual(await fetching, { ok: false, reason: 'timeout' });
    });
  });

  describe('does not connect to', () => {
    const urls: Record<string, [(port: number) => string, string]> = {
      'a refused literal address': [(port) => `http://127.0.0.9:${port}/`, 'refused'],
      'a literal address in disguise': [(port) => `http://0x7f.0.0.9:${port}/`, 'refused'],
      'an IPv6 form of a refused address': [(port) => `http://[::ffff:127.0.0.9]:${port}/`, 'refused'],
      'a name with one refused address among good ones': [(port) => `http://mixed.example:${port}/`, 'refused'],
      'a name without addresses': [(port) => `http://nowhere.example:${port}/`, 'no address'],
      'a name that does not exist': [(port) => `http://unknown.example:${port}/`, 'ENOTFOUND'],
      'a URL with credentials': [(port) => `http://user:password@127.0.0.1:${port}/`, 'credentials in the URL'],
      'a URL with a name alone': [(port) => `http://user@127.0.0.1:${port}/`, 'credentials in the URL'],
      'a URL with a password alone': [(port) => `http://:password@127.0.0.1:${port}/`, 'credentials in the URL'],
      'another scheme': [(port) => `ftp://127.0.0.1:${port}/`, 'scheme'],
      'what is no URL': [() => 'http://', 'not a URL'],
      'an endless name': [() => `http://${'x.'.repeat(200)}example/`, 'not a URL'],
      'an endless URL': [(port) => `http://127.0.0.1:${port}/${'x'.repeat(3000)}`, 'not a URL'],
    };
    for (const [name, [url, reason]] of Object.entries(urls)) {
      it(name, async () => {
        const peer = await peers.http((_, response) => response.end());
        const opened: string[] = [];
        const fetch = fetcher({
          connect: async ({ address, port }) => {
            opened.push(address);
            return connect({ host: address, port });
          },
        });
        assert.deepEqual(await fetch(url(peer.port)), { ok: false, reason });
        assert.deepEqual(opened, []);
      });
    }

    it('a port that the policy refuses, whoever names it', async () => {
      const refused = await peers.http((_, response) => response.end());
      const peer = await peers.http((_, response) => response.writeHead(307, { Location: refused.url }).end());
      const fetch = fetcher({ permitsPort: (port) => port !== refused.port });
      assert.deepEqual(await fetch(refused.url), { ok: false, reason: 'refused' });
      assert.deepEqual(await fetch(peer.url), { ok: false, reason: 'refused' });
      assert.deepEqual(refused.requests, []);
      for (const [url, own] of [
        ['http://127.0.0.1/', 80],
        ['https://127.0.0.1/', 443],
      ] as const) {
        const toWeb = fetcher({ permitsPort: (port) => port !== own, connect: async () => assert.fail('connected') });
        assert.deepEqual(await toWeb(url), { ok: false, reason: 'refused' });
      }
    });
  });

  it('follows three redirects, keeping what it posts', async () => {
    const peer = await peers.http(async (request, response) => {
      const body = await bodyOf(request);
      const hops = Number(request.url!.slice(1));
      if (hops === 0) response.end(body);
      else response.writeHead(308, { Location: `/${hops - 1}` }).end();
    });
    const question = { body: Buffer.from('question'), type: 'text/plain' };
    assert.deepEqual(await fetcher()(`${peer.url}/3`, question), { ok: true, body: Buffer.from('question') });
    assert.deepEqual(peer.requests, ['POST /3', 'POST /2', 'POST /1', 'POST /0']);
    assert.deepEqual(await fetcher()(`${peer.url}/4`, question), { ok: false, reason: 'redirects without end' });
  });

  it('does not go on to another address (303) with what it posts, but with what it asks', async () => {
    const peer = await peers.http((request, response) => {
      if (request.url === '/there') response.end('fine');
      else response.writeHead(303, { Location: '/there' }).end();
    });
    const posted = { body: Buffer.from('question'), type: 'text/question' };
    assert.deepEqual(await fetcher()(peer.url, posted), { ok: false, reason: 'HTTP 303' });
    assert.deepEqual(await fetcher()(peer.url), { ok: true, body: Buffer.from('fine') });
  });

  it('takes an answer after five interim ones, and gives up at the sixth', async () => {
    const interim = 'HTTP/1.1 102 Processing\r\n\r\n';
    let client: Socket | null = null;
    const patient = await peers.tcp((socket) => {
      socket.once('data', async () => {
        socket.write(interim.repeat(5));
        while (client!.bytesRead < 5 * interim.length) await new Promise(setImmediate);
        socket.end('HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx');
      });
    });
    const fetch = fetcher({ connect: async ({ address, port }) => (client = connect({ host: address, port })) });
    assert.deepEqual(await fetch(patient.url), { ok: true, body: Buffer.from('x') });
    const endless = await peers.tcp((socket) => {
      socket.once('data', () => socket.write(interim.repeat(6)));
    });
    assert.deepEqual(await fetcher()(endless.url), { ok: false, reason: 'interim answers without end' });
  });

  it('gets a body of a megabyte, whole', async () => {
    const body = randomBytes(MOST_BODY);
    const peer = await peers.http((_, response) => response.end(body));
    const fetched = await fetcher()(peer.url);
    assert.ok(fetched.ok && fetched.body.equals(body));
  });

  it('gets a body in fifteen thousand pieces, as small as they are', async () => {
    const peer = await peers.tcp((socket) => {
      socket.once('data', () =>
        socket.end(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${'1\r\nx\r\n'.repeat(15_000)}0\r\n\r\n`),
      );
    });
    const fetched = await fetcher()(peer.url);
    assert.ok(fetched.ok && fetched.body.equals(Buffer.alloc(15_000, 'x')));
  });

  it('asks once for what several want at the same time', async () => {
    const peer = await peers.http((request, response) => response.end(request.url));
    const fetch = fetcher();
    const bodies = await Promise.all([fetch(`${peer.url}/a`), fetch(`${peer.url}/a`), fetch(`${peer.url}/b`)]);
    assert.deepEqual(
      bodies.map((fetched) => fetched.ok && fetched.body.toString()),
      ['/a', '/a', '/b'],
    );
    assert.equal(peer.requests.length, 2);
    await fetch(`${peer.url}/a`);
    assert.equal(peer.requests.length, 3);
  });

  it('asks each question by itself, though they go to the same address at the same time', async () => {
    const peer = await peers.http(async (request, response) => response.end(await bodyOf(request)));
    const fetch = fetcher();
    const questions = [
      ['one', 'text/question'],
      ['other', 'text/question'],
      ['one', 'text/question'],
      ['one', 'text/other'],
    ] as const;
    const asked = questions.map(([body, type]) => ({ body: Buffer.from(body), type }));
    const answers = await Promise.all(asked.map((request) => fetch(peer.url, request)));
    assert.deepEqual(
      answers,
      asked.map(({ body }) => ({ ok: true, body })),
    );
    assert.equal(peer.requests.length, 3);
  });

  it('ends a connection that it was given when it has no use for the rest of the answer', async () => {
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    const peer = await peers.tcp((socket) => {
      socket.resume().once('close', () => resolve());
      socket.write('HTTP/1.1 404 Not Found\r\nContent-Length: 100\r\n\r\nnot');
    });
    const fetch = fetcher({ connect: async ({ address, port }) => connect({ host: address, port }) });
    assert.deepEqual(await fetch(peer.url), { ok: false, reason: 'HTTP 404' });
    await ended;
  });

  it('has sixteen under way at most; the others wait', async () => {
    let now = 0;
    let most = 0;
    const peer = await peers.http((_, response) => {
      now += 1;
      most = Math.max(most, now);
      setTimeout(() => {
        now -= 1;
        response.end('x');
      }, 10);
    });
    const fetch = fetcher();
    const all = await Promise.all(Array.from({ length: 50 }, (_, index) => fetch(`${peer.url}/${index}`)));
    assert.ok(all.every(({ ok }) => ok));
    assert.equal(most, 16);
  });

  it('tells that there was no turn within its time, and does not blame the server for it', async () => {
    const clock = sinon.useFakeTimers({ toFake: [...TIMERS] });
    const { promise: full, resolve } = Promise.withResolvers<void>();
    let waiting = 0;
    const silent = await peers.http(() => {
      waiting += 1;
      if (waiting === 16) resolve();
    });
    const peer = await peers.http((_, response) => response.end('x'));
    const fetch = fetcher();
    const dead = `http://127.0.0.1:${await peers.closedPort()}/`;
    const refused = { ok: false, reason: 'ECONNREFUSED' };
    assert.deepEqual(await fetch(dead), refused);
    const blocked = Array.from({ length: 16 }, (_, index) => fetch(`${silent.url}/${index}`));
    await full;
    assert.deepEqual(await fetch(dead), refused, 'that takes no turn');
    clock.tick(1500);
    const late = fetch(peer.url);
    const crowd = Array.from({ length: 1999 }, (_, index) => fetch(`${peer.url}/${index}`));
    assert.deepEqual(await fetch(`${peer.url}/more`), { ok: false, reason: 'busy' }, 'two thousand wait already');
    await clock.tickAsync(3500);
    await Promise.all(blocked);
    assert.deepEqual(await late, { ok: false, reason: 'busy' });
    await clock.tickAsync(5000);
    await Promise.all(crowd);
    assert.equal((await fetch(peer.url)).ok, true);
    assert.equal(clock.countTimers(), 0, 'no deadline is left');
    const other = await peers.http(() => {});
    const sixteen = Array.from({ length: 16 }, (_, index) => fetch(`${other.url}/${index}`));
    const next = fetch(`http://good.example:${peer.port}/`);
    await other.asked();
    assert.deepEqual(resolved, [], 'those without a turn gave none away');
    await clock.tickAsync(5000);
    await Promise.all([...sixteen, next]);
  });

  describe('leaves a server alone that', () => {
    it('refused the connection, for ten minutes, by whatever name', async () => {
      const clock = sinon.useFakeTimers({ toFake: [...TIMERS] });
      const port = await peers.closedPort();
      const tried: string[] = [];
      names['alias.example'] = ['127.0.0.1'];
      const fetch = fetcher({
        connect: async ({ address }) => {
          tried.push(address);
          throw Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
        },
      });
      const refused = { ok: false, reason: 'ECONNREFUSED' };
      for (let at = 0; at < 20; at += 1) {
        assert.deepEqual(await fetch(`http://good.example:${port}/${at}`), refused);
        assert.deepEqual(await fetch(`http://alias.example:${port}/${at}`), refused);
      }
      assert.deepEqual(tried, ['127.0.0.1']);
      assert.deepEqual(resolved, ['good.example', 'alias.example']);
      clock.tick(10 * 60_000 + 1);
      await fetch(`http://good.example:${port}/`);
      assert.equal(tried.length, 2);
    });

    it('refused the connection at one port, and not what is at another', async () => {
      const fetch = fetcher();
      const port = await peers.closedPort();
      assert.deepEqual(await fetch(`http://127.0.0.1:${port}/`), { ok: false, reason: 'ECONNREFUSED' });
      assert.equal((await fetch((await peers.http((_, response) => response.end('x'))).url)).ok, true);
    });

    it('has no name, without resolving it again', async () => {
      const fetch = fetcher();
      for (let at = 0; at < 5; at += 1) await fetch(`http://unknown.example/${at}`);
      assert.equal(resolved.length, 1);
      const peer = await peers.http((_, response) =>
        response.writeHead(302, { Location: 'http://unknown.example/' }).end(),
      );
      assert.deepEqual(await fetch(peer.url), { ok: false, reason: 'ENOTFOUND' });
      assert.equal(resolved.length, 1, 'a redirect leads there');
    });

    it('has a name of refused addresses, without resolving it again', async () => {
      const fetch = fetcher();
      for (let at = 0; at < 5; at += 1)
        assert.deepEqual(await fetch(`http://metadata.example/${at}`), { ok: false, reason: 'refused' });
      assert.equal(resolved.length, 1);
    });

    it('has a slow name, but not the address behind it', async () => {
      const clock = sinon.useFakeTimers({ toFake: [...TIMERS] });
      const peer = await peers.http((_, response) => response.end('x'));
      const { promise: connecting, resolve: meet } = Promise.withResolvers<void>();
      const fetch = fetcher({
        resolve: async (host) => {
          if (host === 'slow.example') await new Promise((resolve) => setTimeout(resolve, 3000));
          return ['127.0.0.1'];
        },
        connect({ host }) {
          if (host !== 'slow.example') return null;
          meet();
          return Promise.withResolvers<Socket>().promise;
        },
      });
      const fetching = fetch(`http://slow.example:${peer.port}/`);
      await clock.tickAsync(3000);
      await connecting;
      await clock.tickAsync(2000);
      assert.deepEqual(await fetching, { ok: false, reason: 'timeout' });
      assert.equal((await fetch(`http://good.example:${peer.port}/`)).ok, true);
    });

    it('is dead, but not the one that was meant, when a redirect of the slow one led there', async () => {
      const clock = sinon.useFakeTimers({ toFake: [...TIMERS] });
      const good = await peers.http((request, response) => {
        if (request.url !== '/hang') response.end('fine');
      });
      const peer = await peers.http((_, response) => response.writeHead(302, { Location: `${good.url}/hang` }).end());
      const fetch = fetcher();
      const fetching = fetch(peer.url);
      await good.asked();
      clock.tick(5000);
      assert.deepEqual(await fetching, { ok: false, reason: 'timeout' });
      assert.equal((await fetch(good.url)).ok, true);
      assert.deepEqual(await fetch(peer.url), { ok: false, reason: 'timeout' });
    });
  });

  it('tries the next address of a name when one refuses', async () => {
    const peer = await peers.http((_, response) => response.end('x'));
    names['two.example'] = ['127.0.0.3', '127.0.0.1'];
    assert.equal((await fetcher()(`http://two.example:${peer.port}/`)).ok, true);
  });

  it('tries the next address of a name after a second, and gives the last one three', async () => {
    const clock = sinon.useFakeTimers({ toFake: [...TIMERS] });
    names['slow.example'] = ['127.0.0.3', '127.0.0.1'];
    const tried: string[] = [];
    const fetch = fetcher({
      connect({ address }) {
        tried.push(address);
        return Promise.withResolvers<Socket>().promise;
      },
    });
    const fetching = fetch('http://slow.example/');
    await clock.tickAsync(999);
    assert.deepEqual(tried, ['127.0.0.3']);
    await clock.tickAsync(1);
    assert.deepEqual(tried, ['127.0.0.3', '127.0.0.1']);
    await clock.tickAsync(2999);
    assert.equal(await Promise.race([fetching, Promise.resolve('waiting')]), 'waiting');
    await clock.tickAsync(1);
    assert.deepEqual(await fetching, { ok: false, reason: 'timeout' });
  });

  it('ends the connection that it no longer waits for, and one that comes too late', async () => {
    const clock = sinon.useFakeTimers({ toFake: [...TIMERS] });
    names['slow.example'] = ['127.0.0.3', '127.0.0.1'];
    const { promise: tried, resolve: tryLate } = Promise.withResolvers<AbortSignal>();
    const { promise: opening, resolve: open } = Promise.withResolvers<Socket>();
    const peer = await peers.http((_, response) => response.end('x'));
    const fetch = fetcher({
      connect({ address, signal }) {
        if (address !== '127.0.0.3') return null;
        tryLate(signal);
        return opening;
      },
    });
    const fetching = fetch(`http://slow.example:${peer.port}/`);
    const signal = await tried;
    assert.equal(signal.aborted, false);
    clock.tick(1000);
    assert.equal(signal.aborted, true, 'whoever opens it is told');
    assert.equal((await fetching).ok, true);
    const late = connect({ host: '127.0.0.1', port: peer.port });
    open(late);
    await once(late, 'close');
  });

  it('ends a connection of its own at once that takes too long to open', async () => {
    const clock = sinon.useFakeTimers({ toFake: [...TIMERS] });
    const peer = await peers.tcp(() => {});
    const opened: Socket[] = [];
    const note = (message: unknown): void => void opened.push((message as { socket: Socket }).socket);
    subscribe('net.client.socket', note);
    try {
      const fetching = fetcher()(`${peer.url}/`);
      // Its turn comes before the kernel is heard.
      for (let turn = 0; turn < 100 && opened.length === 0; turn += 1) await Promise.resolve();
      clock.tick(3000);
      assert.deepEqual(
        opened.map(({ destroyed }) => destroyed),
        [true],
      );
      assert.deepEqual(await fetching, { ok: false, reason: 'timeout' });
    } finally {
      unsubscribe('net.client.socket', note);
    }
  });

  it('tells why in a hundred characters at most', async () => {
    const fetch = fetcher({ connect: async () => Promise.reject(new Error('x'.repeat(1000))) });
    assert.deepEqual(await fetch('http://good.example/'), { ok: false, reason: 'x'.repeat(100) });
  });

  it('tries no other address when its time is over', async () => {
    const clock = sinon.useFakeTimers({ toFake: [...TIMERS] });
    const tried: string[] = [];
    const fetch = fetcher({
      async resolve() {
        await new Promise((resolve) => setTimeout(resolve, 3500));
        return ['127.0.0.1', '127.0.0.2', '127.0.0.3'];
      },
      connect({ address }) {
        tried.push(address);
        return Promise.withResolvers<Socket>().promise;
      },
    });
    const fetching = fetch('http://slow.example/');
    await clock.tickAsync(5000);
    assert.deepEqual(await fetching, { ok: false, reason: 'timeout' });
    assert.deepEqual(tried, ['127.0.0.1', '127.0.0.2']);
  });

  it('tries three addresses of a name, and no more', async () => {
    names['many.example'] = ['127.0.0.1', '127.0.0.2', '127.0.0.3', '127.0.0.4'];
    const tried: string[] = [];
    const fetch = fetcher({
      connect: async ({ address }) => {
        tried.push(address);
        throw Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
      },
    });
    assert.deepEqual(await fetch('http://many.example/'), { ok: false, reason: 'ECONNREFUSED' });
    assert.deepEqual(tried, ['127.0.0.1', '127.0.0.2', '127.0.0.3']);
  });

  it('goes through the connection that it is given, to the checked address, and survives its late errors', async () => {
    const peer = await peers.http((_, response) => response.end('x'));
    const opened: string[] = [];
    let given: Socket | null = null;
    let until: AbortSignal | null = null;
    const fetch = fetcher({
      connect: async ({ address, port, signal }) => {
        until = signal;
        opened.push(`${address} ${port}`);
        given = connect({ host: '127.0.0.1', port: peer.port });
        return given;
      },
    });
    assert.equal((await fetch('http://good.example/')).ok, true);
    assert.deepEqual(opened, ['127.0.0.1 80']);
    assert.equal(given!.destroyed, true);
    assert.equal(until!.aborted, true, 'nothing of it goes on');
    given!.emit('error', new Error('late'));
  });

  it('checks the certificate of an https server by its name', async () => {
    const authority = await createAuthority('CN=Web Root');
    const issued = await authority.issue({ names: ['good.example'], ips: ['::1'] });
    const met: unknown[] = [];
    const peer = await peers.https(
      { cert: issued.certPem, key: issued.keyPem, ALPNProtocols: ['h2', 'http/1.1'] },
      ({ socket }, response) => {
        const { servername, alpnProtocol } = socket as TLSSocket & { servername?: string | false };
        met.push([servername, alpnProtocol]);
        response.end('x');
      },
    );
    names['other.example'] = ['127.0.0.1'];
    const untrusted = await fetcher()(`https://good.example:${peer.port}/`);
    assert.equal(untrusted.ok, false);
    const roots = getCACertificates('default');
    setDefaultCACertificates([...roots, authority.certPem]);
    try {
      const fetch = fetcher();
      assert.equal((await fetch(`https://good.example:${peer.port}/`)).ok, true);
      assert.equal(
        (await fetch(`https://good.example.:${peer.port}/`)).ok,
        true,
        'a dot at the end is not of the name',
      );
      const byAddress = fetcher({
        permits: () => true,
        connect: async ({ port }) => connect({ host: '127.0.0.1', port }),
      });
      assert.equal((await byAddress(`https://[::1]:${peer.port}/`)).ok, true);
      assert.deepEqual(met, [
        ['good.example', 'http/1.1'],
        ['good.example', 'http/1.1'],
        [false, 'http/1.1'],
      ]);
      assert.deepEqual(await fetch(`https://other.example:${peer.port}/`), {
        ok: false,
        reason: 'ERR_TLS_CERT_ALTNAME_INVALID',
      });
    } finally {
      setDefaultCACertificates(roots);
    }
  });

  it('pays no attention to the proxy of the environment', async () => {
    sinon.stub(process, 'env').value({ ...process.env, NODE_USE_ENV_PROXY: '1', HTTP_PROXY: 'http://127.0.0.1:1' });
    const peer = await peers.http((_, response) => response.end('x'));
    assert.equal((await fetcher()(peer.url)).ok, true);
  });
});
