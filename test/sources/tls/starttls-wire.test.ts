import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createWire, type Wire } from '../../../src/sources/tls/wire.ts';
import { createPeers } from '../../peers/tls/tls-peers.ts';

const EVENTS = ['readable', 'data', 'end', 'error', 'close'];

describe('The plain-text wire', () => {
  const peers = createPeers();
  const sockets: Socket[] = [];
  after(() => peers.close());
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
  });

  /** Both ends of a connection. */
  async function connected(options?: {
    most?: number;
  }): Promise<{ wire: Wire; socket: Socket; peer: Socket; before: number[] }> {
    const { promise, resolve } = Promise.withResolvers<Socket>();
    const { port } = await peers.tcp(resolve);
    const socket = connect(port, '127.0.0.1');
    sockets.push(socket);
    await once(socket, 'connect');
    const before = EVENTS.map((event) => socket.listenerCount(event));
    return { wire: createWire(socket, options), socket, peer: await promise, before };
  }

  it('reads lines that end by CR LF or LF, bytes, and text up to a delimiter', async () => {
    const { wire, peer } = await connected();
    peer.write('one\r\ntwo\n\r\n\0\u0001\u0002<a>ä\r\r\n');
    assert.equal(await wire.readLine(), 'one');
    assert.equal(await wire.readLine(), 'two');
    assert.equal(await wire.readLine(), '');
    assert.deepEqual(await wire.readBytes(3), Buffer.of(0, 1, 2));
    assert.equal(await wire.readUntil('>'), '<a>');
    assert.equal(await wire.readLine(), 'ä');
  });

  it('puts a character together that came in two segments', async () => {
    const { wire, peer } = await connected();
    const line = wire.readLine();
    peer.setNoDelay(true);
    peer.write(Buffer.of(0xc3));
    await new Promise((resolve) => void setImmediate(resolve));
    peer.write(Buffer.of(0xa4, 0x0a));
    assert.equal(await line, 'ä');
  });

  it('returns what nobody read, and leaves no listeners behind', async () => {
    const { wire, socket, peer, before } = await connected();
    peer.write('go\r\nmore\r\nand more');
    assert.equal(await wire.readLine(), 'go');
    assert.equal(wire.release().toString(), 'more\r\nand more');
    assert.deepEqual(
      EVENTS.map((event) => socket.listenerCount(event)),
      before,
    );
    assert.equal(socket.isPaused(), true);
  });

  it('returns what lay in the socket before it was made', async () => {
    const { promise, resolve } = Promise.withResolvers<Socket>();
    const { port } = await peers.tcp(resolve);
    const socket = connect(port, '127.0.0.1');
    sockets.push(socket);
    await once(socket, 'connect');
    (await promise).write('early');
    await once(socket, 'readable');
    assert.equal(createWire(socket).release().toString(), 'early');
  });

  it('reads what came before the peer closed, then rejects', async () => {
    const { wire, peer } = await connected();
    peer.end('last\r\nhalf');
    assert.equal(await wire.readLine(), 'last');
    await assert.rejects(wire.readLine(), { code: 'ECONNRESET' });
    await assert.rejects(wire.readBytes(5), { code: 'ECONNRESET' });
  });

  it('rejects with the socket’s own error', async () => {
    const { wire, socket } = await connected();
    const line = wire.readLine();
    socket.destroy(Object.assign(new Error('late'), { code: 'ETIMEDOUT' }));
    await assert.rejects(line, { code: 'ETIMEDOUT' });
  });

  it('rejects at once on a socket that has ended, and writes nothing to it', async () => {
    const { wire, socket } = await connected();
    socket.destroy();
    await once(socket, 'close');
    wire.write('lost');
    await assert.rejects(wire.readLine(), { code: 'ECONNRESET' });
    await assert.rejects(createWire(socket).readLine(), { code: 'ECONNRESET' });
  });

  const bounds: [string, string, (wire: Wire) => Promise<unknown>, string][] = [
    ['a line of more than 8 KB', 'x'.repeat(8200), (wire) => wire.readLine(), 'a line does not end'],
    [
      'a line of more than 8 KB that has an end',
      `${'x'.repeat(8200)}\r\n`,
      (wire) => wire.readLine(),
      'a line does not end',
    ],
    ['binary data in place of a line', 'ab\0', (wire) => wire.readLine(), 'binary data in place of text'],
    ['more than 64 KB', 'x'.repeat(66_000), (wire) => wire.readBytes(70_000), 'what it says before TLS does not end'],
    ['more than 1,000 lines', '\n'.repeat(2000), readOn, 'what it says before TLS does not end'],
    [
      'more than 64 KB in ordinary lines',
      `${'x'.repeat(999)}\n`.repeat(70),
      readOn,
      'what it says before TLS does not end',
    ],
    [
      'more than 64 KB in pieces that are each short enough',
      'x'.repeat(66_000),
      async (wire) => {
        for (;;) await wire.readBytes(1000);
      },
      'what it says before TLS does not end',
    ],
  ];
  for (const [what, sent, read, detail] of bounds) {
    it(`refuses ${what}`, async () => {
      const { wire, peer } = await connected();
      peer.write(sent);
      await assert.rejects(read(wire), { code: 'PRELUDE', failure: { code: 'protocol', detail } });
    });
  }

  async function readOn(wire: Wire): Promise<never> {
    for (;;) await wire.readLine();
  }

  it('takes 64 KB to the last byte', async () => {
    const { wire, peer } = await connected();
    peer.write('x'.repeat(64 * 1024 - 1));
    for (let read = 0; read < 63; read += 1) assert.equal((await wire.readBytes(1024)).length, 1024);
    assert.equal((await wire.readBytes(1023)).length, 1023);
    peer.write('x');
    assert.equal((await wire.readBytes(1)).length, 1);
    peer.write('x');
    await assert.rejects(wire.readBytes(2), { code: 'PRELUDE' });
  });

  it('takes lines of 8 KB, and 1,000 of them', async () => {
    const { wire, peer } = await connected();
    peer.write(`${'x'.repeat(8192)}\n${'\n'.repeat(999)}`);
    assert.equal((await wire.readLine()).length, 8192);
    for (let line = 1; line < 1000; line += 1) assert.equal(await wire.readLine(), '');
  });

  it('refuses more bytes than it was told to take', async () => {
    const { wire, peer } = await connected({ most: 10 });
    peer.write('12345678901');
    await assert.rejects(wire.readBytes(20), { code: 'PRELUDE' });
  });
});
