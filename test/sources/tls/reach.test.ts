import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import type { TlsOptions } from 'node:tls';
import { judgeAll } from '../../../src/core/certificates/verdict.ts';
import type { AddressResult, Failure, Observation } from '../../../src/core/certificates/certificate.ts';
import { summarise } from '../../../src/core/chat/cards/observation.ts';
import type { Source } from '../../../src/core/ports/source.ts';
import type { Seen } from '../../../src/sources/tls/handshake.ts';
import { reach } from '../../../src/sources/tls/reach.ts';
import { createTlsSource } from '../../../src/sources/tls/source.ts';
import type { Issued } from '../../../demo/certificates.ts';
import { DE, EN } from '../../support/certificate-facts.ts';
import { intermediate, root, served, sign, type Signed } from '../../peers/tls/pki.ts';
import { createPeers, type Peer } from '../../peers/tls/tls-peers.ts';
import { silentLog } from './silent-log.ts';

type What = NonNullable<Extract<AddressResult, { kind: 'presented' }>['rare']>['what'];

/** A server that common clients do not reach: what it insists on, its key, its settings. */
const INSISTING: [string, What, string, TlsOptions][] = [
  ['X25519MLKEM768', 'group', 'RSA', { ecdhCurve: 'X25519MLKEM768' }],
  ['SecP256r1MLKEM768', 'group', 'P-256', { ecdhCurve: 'SecP256r1MLKEM768' }],
  ['ffdhe3072', 'group', 'RSA', { ecdhCurve: 'ffdhe3072', minVersion: 'TLSv1.3' }],
  ['brainpoolP384r1', 'group', 'RSA', { ecdhCurve: 'brainpoolP384r1tls13', minVersion: 'TLSv1.3' }],
  ['secp256k1', 'group', 'RSA', { ecdhCurve: 'secp256k1', ciphers: 'ECDHE', maxVersion: 'TLSv1.2' }],
  ['sect283k1', 'group', 'RSA', { ecdhCurve: 'sect283k1', ciphers: 'ECDHE:@SECLEVEL=0' }],
  ['ARIA128-GCM-SHA256', 'suite', 'RSA', { ciphers: 'ARIA128-GCM-SHA256', maxVersion: 'TLSv1.2' }],
  ['ECDHE-ECDSA-CAMELLIA256-SHA384', 'suite', 'P-256', { ciphers: 'CAMELLIA:@SECLEVEL=0', maxVersion: 'TLSv1.2' }],
  ['AES256-CCM8', 'suite', 'RSA', { ciphers: 'AES256-CCM8:@SECLEVEL=0', maxVersion: 'TLSv1.2' }],
  ['TLS_AES_128_CCM_SHA256', 'suite', 'P-256', { ciphers: 'TLS_AES_128_CCM_SHA256', minVersion: 'TLSv1.3' }],
  ['NULL-SHA256', 'suite', 'RSA', { ciphers: 'NULL-SHA256:@SECLEVEL=0', maxVersion: 'TLSv1.2' }],
  ['EC secp224r1', 'key', 'secp224r1', {}],
  ['EC secp256k1', 'key', 'secp256k1', {}],
  ['EC brainpoolP256r1', 'key', 'brainpoolP256r1', {}],
  ['EC brainpoolP512r1', 'key', 'brainpoolP512r1', { maxVersion: 'TLSv1.2' }],
  ['RSA 2048', 'signature', 'RSA', { sigalgs: 'RSA+SHA224', maxVersion: 'TLSv1.2' }],
];
/** Whoever speaks only this is reached, and nothing is told of it. */
const COMMON: [string, string, TlsOptions][] = [
  ['X448', 'RSA', { ecdhCurve: 'X448' }],
  ['P-521', 'P-256', { ecdhCurve: 'P-521' }],
  ['DHE', 'RSA', { ciphers: 'DHE-RSA-AES128-GCM-SHA256', dhparam: 'auto', maxVersion: 'TLSv1.2' }],
  ['no forward secrecy', 'RSA', { ciphers: 'AES128-SHA', maxVersion: 'TLSv1.2' }],
];

describe('A server that common clients do not reach', () => {
  const peers = createPeers();
  const identities = new Map<string, Promise<Issued>>();
  let source: Source;
  let top: Signed;
  let middle: Signed;

  before(async () => {
    top = await root('CN=Reach Root');
    middle = await intermediate('CN=Reach Intermediate', top);
    source = createTlsSource({
      ...{ concurrency: 16, timeout: 5000, allow: ['127.0.0.0/8'], deny: [], dnsServers: [] },
      ...{ authorities: [top.pem], log: silentLog, env: process.env },
    });
  });
  afterEach(() => peers.close());
  after(() => source.close());

  async function issue(key: string): Promise<Issued> {
    const request = { subject: 'CN=leaf', issuer: middle, names: ['localhost'] };
    if (key === 'P-256') return served(await sign(request), middle);
    if (key === 'RSA') return served(await sign({ ...request, key: 'RSA-2048' }), middle);
    const pair = generateKeyPairSync('ec', { namedCurve: key });
    const leaf = await sign({ ...request, publicKey: pair.publicKey.export({ type: 'spki', format: 'der' }) });
    return { ...served(leaf, middle), keyPem: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
  }

  async function serve(key: string, options: TlsOptions): Promise<Peer> {
    if (!identities.has(key)) identities.set(key, issue(key));
    return peers.tls((await identities.get(key))!, options);
  }

  function look(port: number, host = 'localhost'): Promise<Observation> {
    const target = { scheme: 'tls', host, address: '127.0.0.1', port };
    return source.observe(target, { thorough: false });
  }

  function rareOf({ addresses: [result] }: Observation): unknown {
    assert.equal(result?.kind, 'presented', JSON.stringify(result));
    return (result as Extract<AddressResult, { kind: 'presented' }>).rare;
  }

  for (const [name, what, key, options] of INSISTING)
    it(`since it insists on ${name}, is reached, and what it insists on is told`, async () => {
      const { port } = await serve(key, options);
      const observation = await look(port);
      assert.deepEqual(rareOf(observation), { what, name });
      const [result] = observation.addresses as [Extract<AddressResult, { kind: 'presented' }>];
      assert.equal(result.trust, 'trusted');
      const found = judgeAll(observation, 'localhost', Date.now(), EN).get('rare-tls')!;
      assert.match(found.sentence, /^The server is only reachable (?:with|by) /);
      if (what !== 'signature') assert.ok(found.sentence.includes(name), found.sentence);
      assert.equal(found.grave, name !== 'X25519MLKEM768');
      const german = judgeAll(observation, 'localhost', Date.now(), DE).get('rare-tls')!;
      assert.match(german.sentence, /^Der Server ist nur .* erreichbar/);
    });

  for (const [name, key, options] of COMMON)
    it(`is none that speaks only ${name}`, async () => {
      const { port, accepted } = await serve(key, options);
      assert.deepEqual([rareOf(await look(port)), accepted()], [undefined, 1]);
    });

  it('is reached without TLS 1.3, where it breaks off with those that offer it', async () => {
    const { port: behind } = await serve('RSA', { maxVersion: 'TLSv1.2' });
    const { port } = await peers.tcp((client) =>
      forward(client, behind, (hello) => hello.includes(SUPPORTED_VERSIONS)),
    );
    const observation = await look(port);
    assert.deepEqual(rareOf(observation), { what: 'version', name: 'TLSv1.2' });
    const sentence = judgeAll(observation, 'localhost', Date.now(), EN).get('rare-tls')!.sentence;
    assert.equal(
      sentence,
      'The server is only reachable by clients that do not offer TLS 1.3: it breaks off with all others.',
    );
  });

  it('is none that broke off by chance', async () => {
    const { port: behind } = await serve('RSA', {});
    let met = 0;
    const { port } = await peers.tcp((client) => forward(client, behind, () => (met += 1) === 1));
    assert.deepEqual([rareOf(await look(port)), met], [undefined, 3]);
  });

  it('even by everything that this OpenSSL can is told so, with its version', async () => {
    const { port, accepted } = await peers.tcp((socket) => socket.once('data', () => socket.end(HANDSHAKE_FAILURE)));
    const observation = await look(port);
    assert.equal(accepted(), 3);
    const { openssl } = process.versions;
    const detail = `alert handshake failure; OpenSSL ${openssl}`;
    assert.deepEqual(observation.addresses, [
      { kind: 'failed', address: '127.0.0.1', failure: { code: 'incompatible', detail } },
    ]);
    assert.ok(
      summarise(observation, { policy: null, now: Date.now(), say: EN }).includes(
        `the server accepts none of the TLS settings that this bot can offer (${detail})`,
      ),
    );
  });

  it('by an address is told that a name may be wanted', async () => {
    const { port } = await peers.tcp((socket) => socket.once('data', () => socket.end(HANDSHAKE_FAILURE)));
    const { addresses } = await look(port, '127.0.0.1');
    const detail = `alert handshake failure; OpenSSL ${process.versions.openssl}`;
    assert.deepEqual(addresses, [{ kind: 'failed', address: '127.0.0.1', failure: { code: 'nameless', detail } }]);
  });

  for (const [what, alert, host, failure] of [
    ['another name', 112, 'localhost', { code: 'unknown-name', detail: 'unrecognized_name' }],
    ['a name where there is an address', 112, '127.0.0.1', { code: 'unknown-name', detail: 'unnamed' }],
    ['a certificate of the client', 116, 'localhost', { code: 'handshake', detail: 'alert certificate required' }],
  ] as const)
    it(`is not tried again when it wants ${what}`, async () => {
      const { port, accepted } = await peers.tcp((socket) =>
        socket.once('data', () => socket.end(Buffer.from([21, 3, 3, 0, 2, 2, alert]))),
      );
      const { addresses } = await look(port, host);
      assert.deepEqual(addresses, [{ kind: 'failed', address: '127.0.0.1', failure }]);
      assert.equal(accepted(), 1);
    });
});

const HANDSHAKE_FAILURE = Buffer.from('15030300020228', 'hex');
/** The extension supported_versions with TLS 1.3 first (RFC 8446 section 4.2.1). */
const SUPPORTED_VERSIONS = Buffer.from('002b0009080304', 'hex');

/** Hands a connection on, unless its first bytes are such that it is closed. */
function forward(client: Socket, port: number, isClosed: (hello: Buffer) => boolean): void {
  client.once('data', (hello: Buffer) => {
    if (isClosed(hello)) {
      client.destroy();
      return;
    }
    const upstream = connect(port, '127.0.0.1');
    upstream.on('error', () => {});
    upstream.write(hello);
    client.pipe(upstream).pipe(client);
    client.once('close', () => upstream.destroy());
  });
}

describe('what is offered to a server', () => {
  const REQUEST = { address: '192.0.2.1', port: 443, asked: 'a.example', scheme: 'tls', timeout: 1000 };
  const ALERT: Failure = { code: 'handshake', detail: 'alert handshake failure' };
  const CURVE: Failure = { code: 'handshake', detail: 'wrong curve' };
  const CLOSED: Failure = { code: 'reset', detail: 'closed' };
  const CHANCE: Failure = { code: 'handshake', detail: 'alert internal error' };
  const SEEN = { protocol: 'TLSv1.3', sent: [], trust: null, nameMatches: true, staple: null } as Seen;
  const refused = (detail: string): Failure => ({
    code: 'incompatible',
    detail: `${detail}; OpenSSL ${process.versions.openssl}`,
  });

  /** How the server ends each handshake, and what comes of it after which offers. */
  const table: [string, (Seen | Failure)[], Seen | Failure, string[]][] = [
    ['takes the common offer', [SEEN], SEEN, ['common']],
    ['takes the wide one', [ALERT, SEEN], SEEN, ['common', 'wide']],
    ['takes the older one', [ALERT, ALERT, SEEN], SEEN, ['common', 'wide', 'older']],
    ['takes none', [ALERT, ALERT, ALERT], refused('alert handshake failure'), ['common', 'wide', 'older']],
    ['chooses a curve that was not offered', [CURVE, SEEN], SEEN, ['common', 'wide']],
    ['takes none and closes at last', [ALERT, CLOSED, CLOSED], refused(ALERT.detail!), ['common', 'wide', 'older']],
    ['is silent at last', [ALERT, { code: 'timeout' }], ALERT, ['common', 'wide']],
    ['closes always', [CLOSED, CLOSED, CLOSED], CLOSED, ['common', 'wide', 'older']],
    ['closed by chance', [CLOSED, SEEN, SEEN], SEEN, ['common', 'wide', 'common']],
    ['closes on common offers', [CLOSED, SEEN, CLOSED], SEEN, ['common', 'wide', 'common']],
    ['fails by chance', [CHANCE, CHANCE, CHANCE], CHANCE, ['common', 'wide', 'older']],
    ['is none', [{ code: 'refused' }], { code: 'refused' }, ['common']],
    ['does not speak TLS', [{ code: 'not-tls' }], { code: 'not-tls' }, ['common']],
  ];
  for (const [name, ends, expected, offers] of table)
    it(`that ${name}: ${offers.join(', ')}`, async () => {
      const offered: unknown[] = [];
      const left = [...ends];
      const result = await reach((request) => {
        offered.push(request.offer);
        request.begun?.();
        return Promise.resolve(left.shift()!);
      }, REQUEST);
      assert.deepEqual([result, offered], [expected, offers]);
    });

  it('that closes before TLS is the common one alone', async () => {
    let met = 0;
    const result = await reach(() => {
      met += 1;
      return Promise.resolve(CLOSED);
    }, REQUEST);
    assert.deepEqual([result, met], [CLOSED, 1]);
  });

  it('begins where it was taken before', async () => {
    const offered: unknown[] = [];
    await reach(
      (request) => {
        offered.push(request.offer);
        return Promise.resolve(SEEN);
      },
      { ...REQUEST, offer: 'older' },
    );
    assert.deepEqual(offered, ['older']);
  });
});
