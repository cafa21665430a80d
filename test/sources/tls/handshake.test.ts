import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import sinon from 'sinon';
import { selfSigned, type Issued } from '../../../demo/certificates.ts';
import type { Failure } from '../../../src/core/certificates/certificate.ts';
import { createHandshake, isFailure, type HandshakeRequest, type Seen } from '../../../src/sources/tls/handshake.ts';
import { closedPort, createPeers } from '../../peers/tls/tls-peers.ts';

function seen(result: Seen | Failure): Seen {
  assert.ok(!isFailure(result), JSON.stringify(result));
  return result;
}

describe('A handshake', () => {
  const peers = createPeers();
  let identity: Issued;
  let opened: Socket[];
  const note = (message: unknown): void => void opened.push((message as { socket: Socket }).socket);

  before(async () => {
    identity = await selfSigned({ ips: ['127.0.0.1'], names: ['here.example'] });
  });
  beforeEach(() => {
    opened = [];
    subscribe('net.client.socket', note);
  });
  afterEach(async () => {
    sinon.restore();
    unsubscribe('net.client.socket', note);
    await peers.close();
  });

  function shake(port: number, more: Partial<HandshakeRequest> = {}): Promise<Seen | Failure> {
    const request = { address: '127.0.0.1', port, asked: '127.0.0.1', scheme: 'tls', timeout: 5000 };
    return createHandshake()({ ...request, ...more });
  }

  it('asks for an OCSP answer and hands over what is stapled, and nothing where nothing is', async () => {
    for (const [stapled, expected] of [
      [Buffer.from('an answer'), 'an answer'],
      [null, undefined],
    ] as const) {
      const { port, server } = await peers.tls(identity);
      server.on('OCSPRequest', (_: Buffer, __: Buffer, answer: (error: null, response: Buffer | null) => void) =>
        answer(null, stapled),
      );
      assert.equal(seen(await shake(port)).staple?.toString(), expected);
    }
  });

  it('has no verdict where none was asked for', async () => {
    const { port } = await peers.tls(identity);
    assert.equal(seen(await shake(port)).trust, 'DEPTH_ZERO_SELF_SIGNED_CERT');
    assert.equal(seen(await shake(port, { unverified: true })).trust, null);
  });

  it('judges the name that was asked for, whatever the address, and asks nobody for an address by SNI', async () => {
    const { port, asked } = await peers.tls(identity);
    assert.equal(seen(await shake(port, { asked: 'here.example' })).nameMatches, true);
    assert.equal(seen(await shake(port, { asked: 'there.example' })).nameMatches, false);
    assert.equal(seen(await shake(port, { asked: '127.0.0.2' })).nameMatches, false);
    assert.deepEqual(asked, ['here.example', 'there.example']);
  });

  for (const curve of ['P-384', 'secp521r1', 'X448']) {
    it(`is made with a server that insists on ${curve}`, async () => {
      const { port } = await peers.tls(identity, { ecdhCurve: curve });
      assert.equal(seen(await shake(port)).protocol, 'TLSv1.3');
    });
  }

  it('is made with a server whose group is smaller than any that one can start here', async () => {
    const { port } = await peers.tls(identity, { maxVersion: 'TLSv1.2', ciphers: 'DEFAULT' });
    sinon.stub(TLSSocket.prototype, 'getEphemeralKeyInfo').returns({ type: 'DH', size: 512 } as never);
    assert.equal(seen(await shake(port)).protocol, 'TLSv1.2');
  });

  describe('leaves nothing behind when', () => {
    const ways: Record<string, [() => Promise<Partial<HandshakeRequest> & { port: number }>, string | undefined]> = {
      'it has seen a chain': [async () => ({ port: (await peers.tls(identity)).port }), undefined],
      'it was patient': [async () => ({ port: (await peers.tls(identity)).port, patient: true }), undefined],
      'it met silence': [async () => ({ port: (await peers.tcp(() => {})).port, timeout: 50 }), 'timeout'],
      'it met silence in plain text': [
        async () => ({ port: (await peers.tcp(() => {})).port, timeout: 50, scheme: 'smtp' }),
        'timeout',
      ],
      'nobody was there to be asked for TLS': [async () => ({ port: await closedPort(), scheme: 'smtp' }), 'refused'],
      'it met another protocol': [
        async () => ({ port: (await peers.tcp((socket) => socket.write('SSH-2.0-x\r\n'))).port, scheme: 'smtp' }),
        'protocol',
      ],
    };
    for (const [way, [request, expected]] of Object.entries(ways)) {
      it(way, async () => {
        const clear = sinon.spy(globalThis, 'clearTimeout');
        const timers = sinon.spy(globalThis, 'setTimeout');
        const { port, scheme = 'tls', timeout = 5000, patient = false } = await request();
        opened = [];
        const result = await shake(port, { scheme, timeout, patient });
        assert.equal(isFailure(result) ? result.code : undefined, expected);
        assert.ok(opened.length > 0 && opened.every(({ destroyed }) => destroyed));
        const cleared = new Set(clear.args.map(([timer]) => timer));
        const left = timers
          .getCalls()
          .filter(({ args, returnValue }) => args[1] === timeout && !cleared.has(returnValue));
        assert.equal(left.length, 0, 'the deadline');
      });
    }

    it('its time is over before the tunnel stands, which is told, and ended when it comes all the same', async () => {
      const { port } = await peers.tcp(() => {});
      const { promise: tunnel, resolve: open } = Promise.withResolvers<Socket>();
      const { promise: asked, resolve: ask } = Promise.withResolvers<AbortSignal>();
      const shaking = shake(port, {
        timeout: 50,
        tunnel(signal) {
          ask(signal);
          return tunnel;
        },
      });
      const signal = await asked;
      assert.equal(signal.aborted, false);
      assert.deepEqual(await shaking, { code: 'timeout' });
      assert.equal(signal.aborted, true);
      const late = connect(port, '127.0.0.1');
      open(late);
      await once(late, 'close');
    });

    it('several were under way: the watch over floods ends with the last', async () => {
      const clock = sinon.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
      const handshake = createHandshake();
      const request = { address: '127.0.0.1', asked: '127.0.0.1', scheme: 'tls', timeout: 5000 };
      const { promise: met, resolve } = Promise.withResolvers<Socket>();
      const silent = await peers.tcp(resolve);
      const { port } = await peers.tls(identity);
      const long = handshake({ ...request, port: silent.port });
      const silence = await met;
      assert.equal(clock.countTimers(), 1);
      seen(await handshake({ ...request, port }));
      assert.equal(clock.countTimers(), 1, 'one is still under way');
      silence.destroy();
      assert.equal(isFailure(await long), true);
      assert.equal(clock.countTimers(), 0);
      const { promise: metAgain, resolve: meet } = Promise.withResolvers<Socket>();
      const another = handshake({ ...request, port: (await peers.tcp(meet)).port });
      const next = await metAgain;
      assert.equal(clock.countTimers(), 1, 'and begins anew');
      next.destroy();
      await another;
    });
  });

  it('asks for TLS as the name that was asked for', async () => {
    const { promise: said, resolve } = Promise.withResolvers<string>();
    const peer = await peers.tcp((socket) =>
      socket.once('data', (data: Buffer) => {
        resolve(data.toString());
        socket.destroy();
      }),
    );
    await shake(peer.port, { scheme: 'xmpp', asked: 'here.example' });
    assert.match(await said, / to='here\.example' /);
  });

  it('that is patient waits no longer than for the first ticket', async () => {
    sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { port } = await peers.tls(identity);
    assert.equal(seen(await shake(port, { patient: true })).clientCertificate, false);
  });

  for (const [way, took, patience] of [
    ['short', 0, 400],
    ['long', 500, 1500],
  ] as const)
    it(`that is patient says when its work is done, and waits ${patience} ms then where the way is ${way}`, async () => {
      const clock = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
      // Nothing of what the server says afterwards arrives, tickets included.
      let shaken = false;
      const { promise: told, resolve: tell } = Promise.withResolvers<void>();
      const peer = await peers.tls(identity);
      const { port } = await peers.between(peer, (bytes) => {
        if (performance.now() === 0) clock.tick(took);
        return shaken ? Buffer.alloc(0) : bytes;
      });
      let done = false;
      const request = {
        patient: true,
        shaken() {
          shaken = true;
          tell();
        },
      };
      const shaking = shake(port, request).then((result) => {
        done = true;
        return result;
      });
      await told;
      await clock.tickAsync(patience - 1);
      assert.equal(done, false);
      await clock.tickAsync(1);
      assert.equal(seen(await shaking).clientCertificate, false);
    });
});
