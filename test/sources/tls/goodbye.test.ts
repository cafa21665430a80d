import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import sinon from 'sinon';
import { selfSigned, type Issued } from '../../../demo/certificates.ts';
import { STARTTLS_SCHEMES, type StarttlsScheme } from '../../../src/core/targets/endpoint.ts';
import { createHandshake, isFailure } from '../../../src/sources/tls/handshake.ts';
import { mysqlPacket, OFFERING, play } from '../../peers/tls/starttls-peers.ts';
import { createPeers } from '../../peers/tls/tls-peers.ts';

/** What is said over TLS at the end, by scheme; MySQL's is a conversation. */
const SAID: Record<Exclude<StarttlsScheme, 'mysql'>, string> = {
  smtp: 'QUIT\r\n',
  lmtp: 'QUIT\r\n',
  imap: 'a3 LOGOUT\r\n',
  pop3: 'QUIT\r\n',
  ftp: 'QUIT\r\n',
  ldap: '0\x05\x02\x01\x02B\0',
  postgres: '',
  xmpp: '</stream:stream>',
  'xmpp-server': '</stream:stream>',
  sieve: 'LOGOUT\r\n',
  nntp: 'QUIT\r\n',
  irc: 'QUIT\r\n',
  rdp: '',
};

/** Lengths of the records that these bytes are, and the type of the last. */
function recordsOf(bytes: Buffer): { lengths: number[]; last: number } {
  const lengths: number[] = [];
  let last = 0;
  for (let at = 0; at < bytes.length; at += 5 + lengths.at(-1)!) {
    last = bytes[at]!;
    lengths.push(bytes.readUInt16BE(at + 3));
  }
  return { lengths, last };
}

describe('The end of a look', () => {
  const peers = createPeers();
  let issued: Issued;

  before(async () => {
    issued = await selfSigned({ ips: ['127.0.0.1'], names: ['localhost'] });
  });
  afterEach(async () => {
    sinon.restore();
    await peers.close();
  });

  async function shake(port: number, scheme: string, patient = false): Promise<void> {
    const request = { address: '127.0.0.1', port, asked: 'localhost', scheme, timeout: 5000, patient };
    const result = await createHandshake()(request);
    assert.ok(!isFailure(result), JSON.stringify(result));
    assert.equal(result.brokenOff, undefined);
  }

  for (const version of ['TLSv1.2', 'TLSv1.3'] as const)
    for (const patient of [false, true])
      it(`lets the handshake end and closes TLS (${version}${patient ? ', patient' : ''})`, async () => {
        const peer = await peers.tls(issued, { minVersion: version, maxVersion: version });
        const secured = once(peer.server, 'secureConnection') as Promise<[TLSSocket]>;
        const sent: Buffer[] = [];
        const { port } = await peers.tcp((client) => {
          const upstream = connect(peer.port, '127.0.0.1');
          client.on('data', (bytes: Buffer) => sent.push(bytes));
          client.pipe(upstream).pipe(client);
          upstream.on('error', () => {});
        });
        const shaking = shake(port, 'tls', patient);
        const [socket] = await secured;
        socket.resume();
        await Promise.all([shaking, once(socket, 'end')]);
        const { lengths, last } = recordsOf(Buffer.concat(sent));
        // An alert of two bytes, encrypted: in TLS 1.3 with its type and a tag, before it with a nonce and a tag.
        const alert = version === 'TLSv1.3' ? [23, 2 + 1 + 16] : [21, 8 + 2 + 16];
        assert.deepEqual([last, lengths.at(-1)], alert);
      });

  /** Looks at a peer of a protocol; what its side of TLS heard until the end. `meet` may answer. */
  async function heardBy(scheme: StarttlsScheme, meet: (socket: TLSSocket) => void = () => {}): Promise<string> {
    const { promise: heard, resolve } = Promise.withResolvers<string>();
    const { port } = await peers.tcp(async (plain: Socket) => {
      const socket = (await play(plain, OFFERING[scheme], { ending: 'tls' }, issued))!;
      let text = '';
      socket.on('data', (bytes: Buffer) => {
        text += bytes.toString('latin1');
      });
      socket.once('end', () => resolve(text));
      meet(socket);
    });
    await shake(port, scheme);
    return heard;
  }

  for (const [scheme, said] of Object.entries(SAID))
    it(`says ${JSON.stringify(said)} over ${scheme}`, async () => {
      assert.equal(await heardBy(scheme as StarttlsScheme), said);
    });

  it('is known of every scheme', () => {
    assert.deepEqual([...Object.keys(SAID), 'mysql'].toSorted(), STARTTLS_SCHEMES.toSorted());
  });

  const refused = mysqlPacket(Buffer.from('\xff\x15\x04#28000Access denied', 'latin1'), 3);
  const answers: [string, Buffer, string][] = [
    ['and nothing more where it is refused', refused, ''],
    ['and COM_QUIT where anybody may sign in', mysqlPacket(Buffer.from('00000002000000', 'hex'), 3), '\x01\0\0\0\x01'],
    [
      'and no password where another way is asked for',
      mysqlPacket(Buffer.from('\xfesha256\0', 'latin1'), 3),
      '\0\0\0\x04',
    ],
  ];
  for (const [what, answer, more] of answers)
    it(`signs in to MySQL as nobody, ${what}, since a connection without sign-in counts as an error`, async () => {
      const heard = await heardBy('mysql', (socket) => void socket.once('data', () => socket.write(answer)));
      const login = heard.slice(0, heard.length - more.length);
      assert.equal(heard.slice(login.length), more);
      assert.equal(login.slice(0, 4), `${String.fromCharCode(login.length - 4)}\0\0\x02`);
      assert.equal(login.slice(36), 'certificate-check\0\0mysql_native_password\0');
    });

  it('is waited for half a second at most', async () => {
    const clock = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { promise: heard, resolve: hear } = Promise.withResolvers<void>();
    const { port } = await peers.tcp(async (plain: Socket) => {
      plain.allowHalfOpen = true;
      const socket = (await play(plain, OFFERING.smtp, { ending: 'tls' }, issued))!;
      socket.allowHalfOpen = true;
      socket.once('data', () => hear());
    });
    let done = false;
    const shaking = shake(port, 'smtp').then(() => {
      done = true;
    });
    await heard;
    await clock.tickAsync(499);
    assert.equal(done, false);
    await clock.tickAsync(1);
    await shaking;
  });
});
