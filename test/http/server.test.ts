import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, request as httpRequest, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { Counter, Registry } from 'prom-client';
import { StoreError } from '../../src/core/errors.ts';
import { createHttpServer, createMetricsServer, type HttpServerOptions } from '../../src/http/server.ts';
import { isLoopbackHost, isLoopbackUrl } from '../../src/http/loopback.ts';
import { keepingLog } from '../channels/teams/bot.ts';

const TOKEN = 'feed-token-0123456789';

async function start(options: Partial<HttpServerOptions> = {}) {
  const { log, entries } = keepingLog();
  const server = createHttpServer({
    host: '127.0.0.1',
    port: 0,
    log,
    publicUrl: 'https://bot.example:8443/base',
    loopbackOnly: false,
    messages: null,
    feeds: async (token) => (token === TOKEN ? { body: 'BEGIN:VCALENDAR', etag: '"v1"' } : null),
    ready: () => ({ ok: true, checks: { store: 'ok' } }),
    ...options,
  });
  const { port } = await server.listen();
  return { server, port, entries, url: `http://127.0.0.1:${port}` };
}

/** A request with free choice of headers, Host included. */
async function ask(
  port: number,
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: string | Buffer } = {},
) {
  const sent = httpRequest({
    host: '127.0.0.1',
    port,
    path,
    agent: false,
    method: options.method ?? 'GET',
    headers: options.headers ?? {},
  });
  sent.end(options.body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode!, headers: response.headers, body: Buffer.concat(chunks).toString('utf8') };
}

describe('the HTTP server', () => {
  let running: Awaited<ReturnType<typeof start>>;
  const echo = async (request: IncomingMessage & { body?: unknown }, response: ServerResponse) => {
    response.end(JSON.stringify({ got: request.body }));
  };
  const json = { 'content-type': 'application/json' };
  afterEach(() => running.server.close());

  it('refuses requests of which no address can be made, and goes on', async () => {
    running = await start();
    for (const host of ['localhost:99999', 'a b', '[', '%', 'a^b', 'http://x', '@', 'x:y', '::1']) {
      const { status } = await ask(running.port, '/healthz', { headers: { host } });
      assert.ok(status === 400 || (host === 'http://x' && status === 404), `${host}: ${status}`);
    }
    for (const path of ['/%', '/%ff', '//', '///[', '/\\', '*', 'http://[', 'http://x:99999/', 'x']) {
      const { status } = await ask(running.port, path);
      assert.ok(status === 400 || status === 404, `${path}: ${status}`);
    }
    assert.equal((await ask(running.port, '/healthz')).status, 200);
  });

  it('answers health checks', async () => {
    running = await start();
    const { status, body, headers } = await ask(running.port, '/healthz');
    assert.deepEqual([status, body, headers['content-type']], [200, 'ok', 'text/plain; charset=utf-8']);
  });

  it('asks to be started anew when it stands still', async () => {
    running = await start({ healthy: () => false });
    const { status, body } = await ask(running.port, '/healthz');
    assert.deepEqual([status, body], [503, 'stands still']);
  });

  for (const [ok, status] of [
    [true, 200],
    [false, 503],
  ] as const) {
    it(`answers readiness ${ok} with ${status}`, async () => {
      running = await start({ ready: () => ({ ok, checks: { store: ok ? 'ok' : 'down' } }) });
      const answer = await ask(running.port, '/readyz');
      assert.equal(answer.status, status);
      assert.deepEqual(JSON.parse(answer.body), { ok, checks: { store: ok ? 'ok' : 'down' } });
    });
  }

  it('serves a calendar feed, and 304 for a copy that is current', async () => {
    running = await start();
    const path = `/calendar/${TOKEN}.ics`;
    const { status, headers, body } = await ask(running.port, path);
    assert.deepEqual([status, body, headers['etag']], [200, 'BEGIN:VCALENDAR', '"v1"']);
    assert.match(headers['content-type']!, /^text\/calendar/);
    assert.equal(headers['cache-control'], 'private, max-age=900');
    assert.equal(headers['content-disposition'], 'inline; filename="certificates.ics"');
    for (const [condition, expected] of [
      ['"v1"', 304],
      ['W/"v1"', 304],
      ['"v0", "v1"', 304],
      ['*', 304],
      ['"v0"', 200],
    ] as const) {
      assert.equal(
        (await ask(running.port, path, { headers: { 'if-none-match': condition } })).status,
        expected,
        condition,
      );
    }
    const head = await ask(running.port, path, { method: 'HEAD' });
    assert.deepEqual([head.status, head.body, head.headers['content-length']], [200, '', '15']);
  });

  for (const path of [
    '/calendar/unknown-token-123.ics',
    `/calendar/${TOKEN}`,
    `/calendar/%20${TOKEN}.ics`,
    `/calendar/${TOKEN}.ics.txt`,
    '/calendar/.ics',
    '/calendar/..%2f..%2fetc.ics',
    '/calendar/%E0%A4%A.ics',
  ]) {
    it(`knows no calendar ${path}`, async () => {
      running = await start();
      const { status, body } = await ask(running.port, path);
      assert.equal(status, 404);
      assert.doesNotMatch(body, /at |Error|token/);
    });
  }

  describe('with files of single events', () => {
    const id = '12345678-1234-4234-8234-123456789abc';
    const seal = 'seal-of_0123456789';
    const known: NonNullable<HttpServerOptions['events']> = async (given, by) =>
      given === id && by === seal ? 'BEGIN:VCALENDAR' : null;

    it('gives one to whoever has its address, to be saved', async () => {
      running = await start({ events: known });
      const { status, headers, body } = await ask(running.port, `/calendar/event/${id}/${seal}.ics`);
      assert.deepEqual([status, body], [200, 'BEGIN:VCALENDAR']);
      assert.equal(headers['content-type'], 'text/calendar; charset=utf-8; method=PUBLISH');
      assert.equal(headers['content-disposition'], 'attachment; filename="certificate.ics"');
      assert.equal(headers['cache-control'], 'private, no-cache');
    });

    const unknown: [string, string][] = [
      ['another seal', `${id}/seal-of_9876543210.ics`],
      ['another event', `${id.replace('1', '2')}/${seal}.ics`],
      ['an id that is none', `${id}x/${seal}.ics`],
      ['a short seal', `${id}/seal.ics`],
      ['a seal with more in it', `${id}/${seal}%20.ics`],
      ['no ending', `${id}/${seal}`],
      ['nothing', `${id}/.ics`],
    ];
    for (const [name, path] of unknown)
      it(`knows no event by ${name}`, async () => {
        const asked: string[][] = [];
        const events = async (...given: [string, string]): Promise<string | null> => {
          asked.push(given);
          return known(...given);
        };
        running = await start({ events });
        const { status, headers, body } = await ask(running.port, `/calendar/event/${path}`);
        assert.deepEqual([status, body, headers['cache-control']], [404, 'No such event.\n', 'no-store']);
        const isPlausible = /^(?:another seal|another event)$/.test(name);
        assert.equal(asked.length, isPlausible ? 1 : 0, 'what cannot be one is not looked for');
      });

    it('knows none where the bot has no events, and logs neither seal nor id', async () => {
      running = await start();
      const { status } = await ask(running.port, `/calendar/event/${id}/${seal}.ics`);
      assert.equal(status, 404);
      await running.server.close();
      assert.doesNotMatch(JSON.stringify(running.entries), new RegExp(`${seal}|${id}`));
    });
  });

  it('logs no calendar token and no query', async () => {
    running = await start({ feeds: () => Promise.reject(new Error('down')) });
    await ask(running.port, `/calendar/${TOKEN}.ics?secret=1`);
    await ask(running.port, `//calendar/${TOKEN}.ics`);
    await ask(running.port, `/Calendar/${TOKEN}.ics`);
    await ask(running.port, '/healthz?secret=1');
    await running.server.close();
    const logged = JSON.stringify(running.entries);
    assert.match(logged, /healthz/);
    assert.doesNotMatch(logged, new RegExp(`${TOKEN}|secret`));
  });

  it('names no host on its pages where it does not know its own address', async () => {
    running = await start({ publicUrl: null });
    const { body } = await ask(running.port, '/privacy');
    assert.match(body, /This copy of the bot runs at this address\./);
    assert.doesNotMatch(body, /localhost|null/);
  });

  for (const [path, words] of [
    ['/', [/not the Electronic Frontier Foundation/]],
    ['/privacy', [/30 days/, /bot\.example:8443/, /administrator/, /notes and tags/, /who said that they see to it/]],
    ['/terms', [/without warranty/i]],
  ] as const) {
    it(`shows the page ${path} with its style and nothing from elsewhere`, async () => {
      running = await start();
      const { status, headers, body } = await ask(running.port, path);
      assert.equal(status, 200);
      assert.match(headers['content-type']!, /^text\/html/);
      assert.equal(headers['cache-control'], 'public, max-age=3600');
      assert.match(String(headers['content-security-policy']), /^default-src 'none'; style-src 'sha256-/);
      for (const word of words) assert.match(body, word);
      assert.doesNotMatch(body, /<script|src=|http:\/\//);
    });
  }

  for (const [method, path, status] of [
    ['GET', '/nope', 404],
    ['GET', '/metrics', 404],
    ['POST', '/api/messages', 404],
    ['DELETE', '/healthz', 405],
    ['GET', '/%2e%2e/%2e%2e/etc/passwd', 404],
    ['GET', '/%E0%A4%A', 404],
  ] as const) {
    it(`answers ${method} ${path} with ${status} as JSON that tells nothing`, async () => {
      running = await start();
      const answer = await ask(running.port, path, { method });
      assert.equal(answer.status, status);
      assert.deepEqual(Object.keys(JSON.parse(answer.body)), ['error']);
      assert.doesNotMatch(answer.body, /nope|etc|stack/);
      assert.equal(answer.headers['server'], undefined);
      assert.equal(answer.headers['x-powered-by'], undefined);
      assert.equal(answer.headers['x-content-type-options'], 'nosniff');
      assert.equal(answer.headers['referrer-policy'], 'no-referrer');
      assert.match(String(answer.headers['content-security-policy']), /default-src 'none'/);
    });
  }

  it('parses the JSON of a message', async () => {
    running = await start({ messages: echo });
    const answer = await ask(running.port, '/api/messages', {
      method: 'POST',
      headers: json,
      body: '{"type":"message"}',
    });
    assert.deepEqual(JSON.parse(answer.body), { got: { type: 'message' } });
  });

  const bodies: [name: string, headers: Record<string, string>, body: string | Buffer, status: number][] = [
    ['no JSON', json, '{"type"', 400],
    ['nothing', json, '', 400],
    ['text', { 'content-type': 'text/plain' }, '{}', 415],
    ['no content type', {}, '{}', 415],
    ['JSON with its charset', { 'content-type': 'Application/JSON ; charset=utf-8' }, '{}', 200],
    ['JSON of a kind', { 'content-type': 'application/activity+json' }, '{}', 200],
    ['what only contains the name of a kind', { 'content-type': 'x-application/activity+json' }, '{}', 415],
    ['what only begins like a kind of JSON', { 'content-type': 'application/activity+json-seq' }, '{}', 415],
    ['JSON that says it is not encoded', { ...json, 'content-encoding': 'identity' }, '{}', 200],
    ['a gzip bomb', { ...json, 'content-encoding': 'gzip' }, gzipSync('0'.repeat(1_000_000)), 415],
    ['broken gzip', { ...json, 'content-encoding': 'gzip' }, 'not gzip', 415],
    ['more than 256 KB', json, JSON.stringify('x'.repeat(300_000)), 413],
    ['just below 256 KB', json, JSON.stringify('x'.repeat(256 * 1024 - 2)), 200],
    [
      'more than 256 KB in chunks',
      { ...json, 'transfer-encoding': 'chunked' },
      JSON.stringify('x'.repeat(300_000)),
      413,
    ],
  ];
  for (const [name, headers, body, status] of bodies) {
    it(`answers a message of ${name} with ${status}`, async () => {
      running = await start({ messages: echo });
      const answer = await ask(running.port, '/api/messages', { method: 'POST', headers, body });
      assert.equal(answer.status, status);
      if (status !== 200) assert.deepEqual(Object.keys(JSON.parse(answer.body)), ['error']);
      assert.equal((await ask(running.port, '/healthz')).status, 200);
    });
  }

  it('does not wait for a message that is announced as too large', async () => {
    running = await start({ messages: echo });
    const sent = httpRequest({
      ...{ host: '127.0.0.1', port: running.port, path: '/api/messages', agent: false, method: 'POST' },
      headers: { ...json, 'content-length': '300000', connection: 'keep-alive' },
    });
    sent.on('error', () => {});
    sent.flushHeaders();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    assert.deepEqual([response.statusCode, response.headers.connection], [413, 'close']);
    sent.destroy();
  });

  it('answers an exception with an error id that is in the log, and not with its message', async () => {
    running = await start({ messages: () => Promise.reject(new Error('hunter2')) });
    const answer = await ask(running.port, '/api/messages', { method: 'POST', headers: json, body: '{}' });
    assert.equal(answer.status, 500);
    const { error, errorId } = JSON.parse(answer.body);
    assert.equal(error, 'Something went wrong.');
    assert.match(errorId, /^[0-9a-f]{8}$/);
    const [entry] = running.entries.filter(({ level }) => level === 'error');
    assert.deepEqual([entry?.fields.errorId, entry?.fields.path], [errorId, '/api/messages']);
  });

  it('says that it cannot reach what it has stored while the store is away, which is no error of its own', async () => {
    running = await start({ feeds: () => Promise.reject(new StoreError('The database is away.')) });
    const { status, body } = await ask(running.port, `/calendar/${TOKEN}.ics`);
    assert.equal(status, 503);
    assert.deepEqual(JSON.parse(body), { error: 'The bot cannot reach what it has stored right now.' });
    assert.deepEqual(
      running.entries.map(({ level }) => level).filter((level) => level !== 'debug'),
      ['warn'],
    );
  });

  for (const [what, error] of [
    ['fails', new Error('hunter2')],
    ['meets a store that is away', new StoreError('The database is away.')],
  ] as const)
    it(`breaks an answer off that ${what} half-way, so that nobody takes it for whole`, async () => {
      running = await start({
        messages: async (_request, response) => {
          response.writeHead(200, { 'content-length': '100' });
          response.write('half');
          throw error;
        },
      });
      await assert.rejects(
        ask(running.port, '/api/messages', { method: 'POST', headers: json, body: '{}' }),
        /aborted|socket hang up|ECONNRESET/,
      );
      assert.ok(running.entries.some(({ level, fields }) => level === 'error' && fields.path === '/api/messages'));
    });

  it('takes it for no error of its own when a client goes away while it sends', async () => {
    running = await start({ messages: echo });
    const socket = connect(running.port, '127.0.0.1');
    const head = ['POST /api/messages HTTP/1.1', 'Host: x', 'Content-Type: application/json', 'Content-Length: 100'];
    socket.write(`${[...head, 'Expect: 100-continue'].join('\r\n')}\r\n\r\n{`);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    assert.match(answer.toString(), /^HTTP\/1\.1 100 /);
    socket.destroy();
    // The server has heard of it when it has answered somebody who came later, and has closed.
    assert.equal((await ask(running.port, '/healthz')).status, 200);
    await running.server.close();
    assert.deepEqual(
      running.entries.filter(({ level }) => level !== 'debug'),
      [],
    );
  });

  it('notes of each request what was asked, how it was answered and how long that took', async () => {
    running = await start();
    const began = performance.now();
    const path = `/${'x'.repeat(300)}`;
    await ask(running.port, path, { method: 'HEAD' });
    await running.server.close();
    const { method, path: noted, status, ms } = running.entries.find(({ fields }) => 'ms' in fields)!.fields;
    assert.deepEqual([method, noted, status], ['HEAD', path.slice(0, 200), 404]);
    assert.ok(ms >= 0 && ms <= Math.ceil(performance.now() - began), String(ms));
  });

  it('answers under any name when it is not in local mode', async () => {
    running = await start();
    assert.equal((await ask(running.port, '/', { headers: { host: 'certbot.example.com' } })).status, 200);
  });

  it('in local mode refuses names that are not loopback, health checks excepted', async () => {
    let messages = 0;
    running = await start({
      loopbackOnly: true,
      messages: async (_request, response) => {
        messages += 1;
        response.end();
      },
    });
    const statuses: [path: string, host: string, status: number][] = [
      ['/', 'localhost:3978', 200],
      ['/', '127.0.0.1', 200],
      ['/', '[::1]:3978', 200],
      ['/', 'rebound.example:3978', 403],
      ['/', 'localhost.example', 403],
      [`/calendar/${TOKEN}.ics`, 'rebound.example', 403],
      ['/healthz', '10.0.0.7:3978', 200],
      ['/readyz', '10.0.0.7:3978', 200],
    ];
    for (const [path, host, status] of statuses) {
      assert.equal((await ask(running.port, path, { headers: { host } })).status, status, `${host}${path}`);
    }
    const post = { method: 'POST', headers: { ...json, host: 'rebound.example' }, body: '{}' };
    assert.equal((await ask(running.port, '/api/messages', post)).status, 403);
    assert.equal(messages, 0, 'it was handed on');
  });

  it('in local mode refuses what other pages send, and lets links be followed', async () => {
    let messages = 0;
    running = await start({
      loopbackOnly: true,
      messages: async (_request, response) => {
        messages += 1;
        response.end();
      },
    });
    const { port } = running;
    const host = `localhost:${port}`;
    const origins: [origin: string, status: number][] = [
      [`http://${host}`, 200],
      [`http://LOCALHOST:${port}`, 200],
      [`http://127.0.0.1:${port}`, 403],
      [`http://localhost:${port + 1}`, 403],
      ['http://localhost', 403],
      ['https://evil.example', 403],
      [`http://evil.example:${port}`, 403],
      [`http://${host}.evil.example`, 403],
      [`http://${host}@evil.example`, 403],
      [`file://${host}`, 403],
      [`chrome-extension://${host}`, 403],
      ['null', 403],
      ['', 403],
      ['localhost', 403],
    ];
    for (const [origin, status] of origins) {
      const post = { method: 'POST', headers: { ...json, host, origin }, body: '{}' };
      assert.equal((await ask(port, '/api/messages', post)).status, status, origin);
      assert.equal((await ask(port, '/', { headers: { host, origin } })).status, status, origin);
    }
    assert.equal(messages, 2);
    const fetches: [site: string, mode: string, to: string, status: number][] = [
      ['none', 'navigate', 'document', 200],
      ['same-origin', 'cors', 'empty', 200],
      ['same-site', 'navigate', 'document', 200],
      ['cross-site', 'navigate', 'document', 200],
      ['cross-site', 'navigate', 'iframe', 403],
      ['cross-site', 'no-cors', 'image', 403],
      ['cross-site', 'no-cors', 'script', 403],
      ['same-site', 'cors', 'empty', 403],
      ['cross-site', 'websocket', 'websocket', 403],
    ];
    for (const [site, mode, to, status] of fetches) {
      const headers = { host, 'sec-fetch-site': site, 'sec-fetch-mode': mode, 'sec-fetch-dest': to };
      assert.equal((await ask(port, '/', { headers })).status, status, `${site} ${mode} ${to}`);
      const post = { method: 'POST', headers: { ...headers, ...json }, body: '{}' };
      const own = site === 'none' || site === 'same-origin';
      assert.equal((await ask(port, '/api/messages', post)).status, own ? 200 : 403, `POST ${site} ${mode}`);
    }
  });

  it('rejects when its port is taken', async () => {
    running = await start();
    await assert.rejects(start({ port: running.port }), { code: 'EADDRINUSE' });
  });

  it('finishes what is in flight before it closes, and then closes the connection', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const arrived = Promise.withResolvers<void>();
    running = await start({
      messages: async (_request, response) => {
        arrived.resolve();
        await promise;
        response.end('done');
      },
    });
    const idle = connect(running.port, '127.0.0.1');
    await once(idle, 'connect');
    idle.on('error', () => {});
    const answer = fetch(`${running.url}/api/messages`, { method: 'POST', headers: json, body: '{}' });
    await arrived.promise;
    const closing = running.server.close();
    await assert.rejects(ask(running.port, '/healthz'), { code: 'ECONNREFUSED' });
    resolve();
    assert.equal(await (await answer).text(), 'done');
    await closing;
  });

  it('takes further routes, with the body unread', async () => {
    const handle = (request: IncomingMessage, response: ServerResponse): void => {
      let length = 0;
      request.on('data', (chunk: Buffer) => (length += chunk.length));
      request.on('end', () => response.end(String(length)));
    };
    running = await start({ routes: [{ method: 'POST', path: '/api/other', handle }] });
    const answer = await ask(running.port, '/api/other', { method: 'POST', headers: json, body: '{"a":1}' });
    assert.equal(answer.body, '7');
  });

  it('keeps the message of an exception in a further route to itself', async () => {
    const handle = async (): Promise<void> => {
      throw new Error('secret detail');
    };
    running = await start({ routes: [{ method: 'GET', path: '/api/other', handle }] });
    const answer = await ask(running.port, '/api/other');
    assert.equal(answer.status, 500);
    assert.doesNotMatch(answer.body, /secret/);
  });
});

describe('other servers of the process', () => {
  it('can chain calls on writeHead, as Node documents', async () => {
    const server = createServer((_request, response) => void response.writeHead(201).end('x')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    assert.equal((await ask((server.address() as AddressInfo).port, '/')).status, 201);
    server.close();
    await once(server, 'close');
  });
});

describe('the metrics server', () => {
  it('serves the registry on /metrics and nothing else', async () => {
    const registry = new Registry();
    new Counter({ name: 'looks_total', help: 'Looks.', registers: [registry] }).inc(3);
    const server = createMetricsServer({ port: 0, registry, log: keepingLog().log });
    const { host, port } = await server.listen();
    assert.equal(host, '127.0.0.1');
    const answer = await ask(port, '/metrics?name[]=looks_total');
    assert.equal(answer.status, 200);
    assert.match(answer.body, /^looks_total 3$/m);
    assert.match(answer.headers['content-type']!, /^text\/plain/);
    for (const path of ['/', '/metrics/x']) {
      const { status, body } = await ask(port, path);
      assert.deepEqual([status, JSON.parse(body)], [404, { error: 'There is nothing here.' }]);
    }
    assert.equal((await ask(port, '/metrics', { method: 'HEAD' })).status, 200);
    assert.equal((await ask(port, '/metrics', { method: 'POST' })).status, 404);
    await server.close();
  });

  it('answers no other page, and on loopback no name that was rebound', async () => {
    const registry = new Registry();
    const cases: [bound: string, headers: Record<string, string>, status: number][] = [
      ['127.0.0.1', { host: 'localhost:9464' }, 200],
      ['127.0.0.1', { host: 'rebound.example:9464' }, 403],
      ['127.0.0.1', { host: '10.0.0.7:9464' }, 403],
      ['127.0.0.1', { host: 'localhost:9464', origin: 'https://evil.example' }, 403],
      ['127.0.0.1', { host: 'localhost:9464', origin: 'http://localhost:3000' }, 403],
      ['127.0.0.1', { host: 'localhost:9464', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }, 403],
      ['0.0.0.0', { host: 'certbot:9464' }, 200],
      ['0.0.0.0', { host: 'certbot:9464', origin: 'https://evil.example' }, 403],
    ];
    for (const [host, headers, status] of cases) {
      const server = createMetricsServer({ port: 0, host, registry, log: keepingLog().log });
      const { port } = await server.listen();
      assert.equal((await ask(port, '/metrics', { headers })).status, status, JSON.stringify([host, headers]));
      await server.close();
    }
  });

  it('answers 500 without the reason when the registry fails', async () => {
    const registry = {
      contentType: 'text/plain',
      metrics: () => Promise.reject(new Error('hunter2')),
    } as unknown as Registry;
    const { log, entries } = keepingLog();
    const server = createMetricsServer({ port: 0, registry, log });
    const { port } = await server.listen();
    const { status, body } = await ask(port, '/metrics');
    assert.equal(status, 500);
    const { errorId, ...others } = JSON.parse(body);
    assert.deepEqual(others, { error: 'Something went wrong.' });
    assert.equal(entries.find(({ level }) => level === 'error')?.fields.errorId, errorId);
    await server.close();
  });
});

describe('loopback', () => {
  const hosts: [host: string | undefined, expected: boolean][] = [
    ['localhost', true],
    ['LOCALHOST:1', true],
    ['127.0.0.1:3978', true],
    ['127.8.9.10', true],
    ['[::1]', true],
    ['[::1]:3978', true],
    ['127.1', true],
    [undefined, false],
    ['', false],
    ['localhost.evil.example', false],
    ['127.0.0.1.evil.example', false],
    ['evil@localhost', false],
    ['localhost/x', false],
    ['0.0.0.0', false],
    ['10.0.0.1', false],
    ['[::ffff:10.0.0.1]', false],
    ['::1', false],
  ];
  for (const [host, expected] of hosts) {
    it(`${host} is ${expected ? '' : 'no '}loopback host`, () => assert.equal(isLoopbackHost(host), expected));
  }
  const urls: [url: string, expected: boolean][] = [
    ['http://localhost:56150/_connector', true],
    ['https://127.0.0.1/', true],
    ['ftp://127.0.0.1/', false],
    ['http://user@127.0.0.1/', false],
    ['http://:secret@127.0.0.1/', false],
    ['http://127.0.0.1@evil.example/', false],
    ['nonsense', false],
  ];
  for (const [url, expected] of urls) {
    it(`${url} is ${expected ? '' : 'no '}loopback URL`, () => assert.equal(isLoopbackUrl(url), expected));
  }
});
