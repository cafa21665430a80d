import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import type { SecureVersion, TlsOptions } from 'node:tls';
import { selfSigned, type Issued } from '../../../demo/certificates.ts';
import { createHandshake, isFailure } from '../../../src/sources/tls/handshake.ts';
import { createPeers, type Peer } from '../../peers/tls/tls-peers.ts';

/** RFC 5246 section 7.4 and RFC 8446 section 4. */
const MESSAGE = { certificate: 11, serverKeyExchange: 12, certificateRequest: 13, serverHelloDone: 14 };

/** Whole records at the beginning of these bytes. */
function recordsOf(bytes: Buffer): Buffer[] {
  const records: Buffer[] = [];
  for (let at = 0; at + 5 <= bytes.length;) {
    const end = at + 5 + bytes.readUInt16BE(at + 3);
    if (end > bytes.length) break;
    records.push(bytes.subarray(at, end));
    at = end;
  }
  return records;
}

/** The records up to the one with a handshake message in plain text, one message in each as OpenSSL sends them. */
function upToMessage(type: number): (records: Buffer[]) => Buffer[] | null {
  return (records) => {
    const at = records.findIndex((record) => record[0] === 22 && record[5] === type);
    return at < 0 ? null : records.slice(0, at + 1);
  };
}

/** The first records: in TLS 1.3 ServerHello, ChangeCipherSpec, EncryptedExtensions, Certificate …, one in each. */
function upToRecord(count: number): (records: Buffer[]) => Buffer[] | null {
  return (records) => (records.length < count ? null : records.slice(0, count));
}

type Ending = (socket: Socket) => void;
const alert =
  (description: number): Ending =>
  (socket) =>
    socket.write(Buffer.from([21, 3, socketVersion, 0, 2, 2, description]));
let socketVersion = 3;
const close: Ending = (socket) => socket.end();
const reset: Ending = (socket) => socket.resetAndDestroy();

describe('A handshake that is broken off after the Certificate', () => {
  const peers = createPeers();
  let issued: Issued;

  before(async () => {
    issued = await selfSigned({ ips: ['127.0.0.1'], key: 'rsa' });
  });
  afterEach(() => peers.close());

  /** Lets a real server's handshake through up to somewhere, and ends it when the client has said what it says to it. */
  function relay(
    peer: Peer,
    upTo: (records: Buffer[]) => Buffer[] | null,
    end: Ending,
    afterAnswer: boolean,
  ): Promise<Peer> {
    return peers.tcp((client) => {
      const upstream = connect(peer.port, '127.0.0.1');
      upstream.on('error', () => {});
      client.once('close', () => upstream.destroy());
      let held = Buffer.alloc(0);
      let over = false;
      client.on('data', (bytes: Buffer) => {
        if (!over) upstream.write(bytes);
        else if (afterAnswer) end(client);
      });
      upstream.on('data', (bytes: Buffer) => {
        held = Buffer.concat([held, bytes]);
        const part = over ? null : upTo(recordsOf(held));
        if (!part) return;
        over = true;
        client.write(Buffer.concat(part), () => {
          if (!afterAnswer) end(client);
        });
      });
    });
  }

  async function shake(port: number, patient = false): Promise<unknown> {
    const request = { address: '127.0.0.1', port, asked: '127.0.0.1', scheme: 'tls', timeout: 5000, patient };
    const result = await createHandshake()(request);
    if (isFailure(result)) return result;
    assert.equal(result.sent.length, 1);
    return { ...result.brokenOff, ...(result.clientCertificate ? { clientCertificate: true } : {}) };
  }

  const FAILURE = { said: 'alert handshake failure' };
  const SILENT = { said: null };
  const DEMANDED = { clientCertificate: true };
  const asking = { requestCert: true };
  const cases: [string, SecureVersion, TlsOptions, ReturnType<typeof upToMessage>, Ending, boolean, object][] = [
    ['by an alert', 'TLSv1.2', {}, upToMessage(MESSAGE.certificate), alert(40), false, FAILURE],
    ['by another', 'TLSv1.2', {}, upToMessage(MESSAGE.certificate), alert(80), false, { said: 'alert internal error' }],
    ['by closing', 'TLSv1.2', {}, upToMessage(MESSAGE.certificate), close, false, SILENT],
    ['by a reset', 'TLSv1.2', {}, upToMessage(MESSAGE.certificate), reset, false, SILENT],
    ['and its proof', 'TLSv1.2', {}, upToMessage(MESSAGE.serverKeyExchange), alert(40), false, FAILURE],
    ['in answer to our Finished', 'TLSv1.2', {}, upToMessage(MESSAGE.serverHelloDone), alert(40), true, FAILURE],
    ['before we could answer', 'TLSv1.2', asking, upToMessage(MESSAGE.certificateRequest), alert(40), false, FAILURE],
    ['for want of ours', 'TLSv1.2', asking, upToMessage(MESSAGE.serverHelloDone), alert(40), true, DEMANDED],
    ['for want of ours, by 50', 'TLSv1.2', asking, upToMessage(MESSAGE.serverHelloDone), alert(50), true, DEMANDED],
    ['for want of ours, closing', 'TLSv1.2', asking, upToMessage(MESSAGE.serverHelloDone), close, true, DEMANDED],
    ['by an alert', 'TLSv1.1', {}, upToMessage(MESSAGE.certificate), alert(40), false, FAILURE],
    ['for want of ours', 'TLSv1.1', asking, upToMessage(MESSAGE.serverHelloDone), alert(40), true, DEMANDED],
    ['by an alert in plain text', 'TLSv1.3', {}, upToRecord(4), alert(40), false, SILENT],
    ['by closing', 'TLSv1.3', {}, upToRecord(4), close, false, SILENT],
    ['by a reset', 'TLSv1.3', {}, upToRecord(5), reset, false, SILENT],
    ['having asked for ours', 'TLSv1.3', asking, upToRecord(5), close, false, SILENT],
  ];
  for (const [how, version, options, upTo, end, afterAnswer, expected] of cases)
    it(`${how} (${version}): ${JSON.stringify(expected)}`, async () => {
      socketVersion = version === 'TLSv1.1' ? 2 : 3;
      const ciphers = 'DEFAULT:@SECLEVEL=0';
      const peer = await peers.tls(issued, { minVersion: version, maxVersion: version, ciphers, ...options });
      const { port } = await relay(peer, upTo, end, afterAnswer);
      assert.deepEqual(await shake(port), expected);
    });

  it('in answer to what we send last, is told by a look that waits for it', async () => {
    const peer = await peers.tls(issued, { minVersion: 'TLSv1.3' });
    const { port } = await peers.tcp((client) => {
      const upstream = connect(peer.port, '127.0.0.1');
      client.once('close', () => upstream.destroy());
      let hello = true;
      client.on('data', (bytes: Buffer) => {
        const spoilt = Buffer.from(bytes);
        // Of the last record, which is Finished.
        if (!hello) spoilt[spoilt.length - 1]! ^= 1;
        hello = false;
        upstream.write(spoilt);
      });
      upstream.on('data', (bytes: Buffer) => client.write(bytes));
    });
    assert.deepEqual(await shake(port, true), { said: 'alert bad record mac', late: true });
  });
});
