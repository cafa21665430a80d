import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { runningServer } from '../../src/http/listening.ts';

const LOOPBACK = { host: '127.0.0.1', port: 0 };

/** A server that answers when the test says so, and would keep connections that are of no use for ever. */
function heldServer(): { server: Server; next: () => Promise<ServerResponse> } {
  const server = createServer();
  server.keepAliveTimeout = 0;
  const waiting: ServerResponse[] = [];
  server.on('request', (_request, response: ServerResponse) => waiting.push(response));
  async function next(): Promise<ServerResponse> {
    while (waiting.length === 0) await once(server, 'request');
    return waiting.shift()!;
  }
  return { server, next };
}

const REQUEST = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n';

describe('the start and end of an HTTP server', () => {
  it('is at its end when the last answer is out, and keeps no connection for further requests', async () => {
    const { server, next } = heldServer();
    const running = runningServer(server, LOOPBACK);
    const { host, port } = await running.listen();
    assert.equal(host, '127.0.0.1');
    const client = connect(port, host);
    client.write(REQUEST);
    const response = await next();
    let isOver = false;
    const closing = running.close().then(() => {
      isOver = true;
    });
    const refused = connect(port, host);
    await assert.rejects(once(refused, 'connect'), { code: 'ECONNREFUSED' });
    assert.equal(isOver, false, 'an answer was on its way');
    response.end('done');
    assert.match(await text(client), /done/);
    await closing;
  });

  it('waits for no request that does not arrive', async () => {
    const server = createServer({ connectionsCheckingInterval: 20 }, (request) => request.resume());
    const running = runningServer(server, { ...LOOPBACK, patience: 100 });
    const { host, port } = await running.listen();
    const begun = ['', 'GET / HTTP/1.1\r\nHost:', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{'];
    for (const beginning of begun) {
      const client = connect(port, host);
      client.write(beginning);
      assert.match(await text(client), /^$|^HTTP\/1\.1 408 /);
    }
    await running.close();
  });

  it('answers every request of a connection that were sent together', async () => {
    const { server, next } = heldServer();
    const running = runningServer(server, LOOPBACK);
    const { host, port } = await running.listen();
    const client = connect(port, host);
    client.write(REQUEST + REQUEST);
    const [first, second] = [await next(), await next()];
    const closing = running.close();
    const gone = once(first, 'close');
    first.end('one');
    await gone;
    second.end('two');
    assert.match(await text(client), /one[^]*two/);
    await closing;
  });

  it('waits for no connection whose request was answered before, and for none that sent nothing', async () => {
    const { server, next } = heldServer();
    const running = runningServer(server, LOOPBACK);
    const { host, port } = await running.listen();
    const silent = connect(port, host);
    await once(silent, 'connect');
    const client = connect(port, host);
    client.write(REQUEST);
    const response = await next();
    const answered = once(response, 'close');
    response.end('done');
    await answered;
    await running.close();
    for (const socket of [silent, client]) socket.destroy();
  });

  it('is no wait when it never listened, or has ended', async () => {
    const { server } = heldServer();
    const running = runningServer(server, LOOPBACK);
    await running.close();
    await running.listen();
    await running.close();
    await running.close();
  });

  it('can be tried again after its port was taken', async () => {
    const first = runningServer(createServer(), LOOPBACK);
    const { port } = await first.listen();
    const second = runningServer(createServer(), { host: '127.0.0.1', port });
    await assert.rejects(second.listen(), { code: 'EADDRINUSE' });
    await first.close();
    assert.equal((await second.listen()).port, port);
    await second.close();
  });
});
