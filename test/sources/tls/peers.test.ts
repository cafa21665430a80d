import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuthority, selfSigned, type Authority, type Issued } from '../../../demo/certificates.ts';
import type { AddressResult, Observation, Presented } from '../../../src/core/certificates/certificate.ts';
import type { Source } from '../../../src/core/ports/source.ts';
import type { EndpointTarget } from '../../../src/core/targets/endpoint.ts';
import { createTlsSource } from '../../../src/sources/tls/source.ts';
import { startDnsServer } from '../../peers/dns/dns-server.ts';
import { closedPort, createPeers, hasAddress } from '../../peers/tls/tls-peers.ts';
import { silentLog } from './silent-log.ts';
import { skipWithout } from '../../support/skips.ts';
import { DAY } from '../../../src/core/time.ts';

const TIMEOUT = 5000;
const HERE = { names: ['localhost'], ips: ['127.0.0.1', '::1'] };
/** Has addresses of loopback without being `localhost`, so that a single one can be asked for by any name. */
const HERE_V4: Pick<EndpointTarget, 'address'> = { address: '127.0.0.1' };

function only(observation: Observation): AddressResult {
  assert.equal(observation.addresses.length, 1, JSON.stringify(observation));
  return observation.addresses[0]!;
}

function presented(observation: Observation): Presented {
  const result = only(observation);
  assert.equal(result.kind, 'presented', JSON.stringify(result));
  return result as Presented;
}

function failure(observation: Observation): { code: string; detail?: string } {
  const result = only(observation);
  assert.equal(result.kind, 'failed', JSON.stringify(result));
  return (result as Extract<AddressResult, { kind: 'failed' }>).failure;
}

describe('The TLS source meets', () => {
  const peers = createPeers();
  let folder: string;
  let root: Authority;
  let authority: Authority;
  let healthy: Issued;
  let source: Source;
  let impatient: Source;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'certbot-tls-'));
    root = await createAuthority('CN=Test Root, O=Test');
    authority = await root.intermediate('CN=Test Intermediate, O=Test');
    healthy = await authority.issue(HERE);
    const roots = join(folder, 'roots.pem');
    await writeFile(roots, root.certPem);
    const options = {
      concurrency: 16,
      allow: ['127.0.0.0/8', '::1/128'],
      deny: [],
      dnsServers: [],
      log: silentLog,
      env: { ...process.env, NODE_EXTRA_CA_CERTS: roots },
    };
    source = createTlsSource({ ...options, timeout: TIMEOUT });
    impatient = createTlsSource({ ...options, timeout: 150 });
  });
  afterEach(() => peers.close());
  after(async () => {
    await Promise.all([source.close(), impatient.close()]);
    await rm(folder, { recursive: true, force: true });
  });

  function look(port: number, target: Partial<EndpointTarget> = HERE_V4, by: Source = source): Promise<Observation> {
    return by.observe({ scheme: 'tls', host: 'localhost', port, ...target });
  }

  describe('a chain that is', () => {
    it('healthy', async () => {
      const { port } = await peers.tls(healthy);
      const observation = await look(port);
      const { trust, nameMatches, protocol, chain } = presented(observation);
      assert.deepEqual({ trust, nameMatches, protocol }, { trust: 'trusted', nameMatches: true, protocol: 'TLSv1.3' });
      assert.deepEqual(
        chain.map(({ subject, issuer }) => [subject, issuer]),
        [
          ['localhost', 'Test Intermediate'],
          ['Test Intermediate', 'Test Root'],
        ],
      );
      assert.equal(chain[0].fingerprint, healthy.fingerprint);
      assert.equal(chain[0].notAfter, healthy.notAfter.getTime());
      assert.equal(observation.uri, `tls://localhost:${port}?address=127.0.0.1`);
      assert.ok(Math.abs(observation.at - Date.now()) < 60_000 && observation.duration < TIMEOUT);
    });

    const trusts: [string, (peer: { authority: Authority; root: Authority }) => Promise<Issued>, string][] = [
      [
        'expired',
        ({ authority }) =>
          authority.issue({ ...HERE, notBefore: new Date(Date.now() - 9 * DAY), notAfter: new Date(Date.now() - DAY) }),
        // What is above the leaf is judged as if the leaf were in time: that it is not is another matter.
        'trusted',
      ],
      [
        'not yet valid',
        ({ authority }) => authority.issue({ ...HERE, notBefore: new Date(Date.now() + DAY) }),
        'trusted',
      ],
      ['self-signed', () => selfSigned(HERE), 'DEPTH_ZERO_SELF_SIGNED_CERT'],
      [
        'incomplete',
        async ({ authority }) => {
          const issued = await authority.issue(HERE);
          return { ...issued, chainPem: issued.certPem };
        },
        'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      ],
      [
        "another authority's, root included",
        async () => {
          const other = await createAuthority('CN=Other Root');
          const issued = await other.issue(HERE);
          return { ...issued, chainPem: issued.certPem + other.certPem };
        },
        'SELF_SIGNED_CERT_IN_CHAIN',
      ],
      [
        'issued by an expired intermediate',
        async ({ root }) => {
          const past = { notBefore: new Date(Date.now() - 9 * DAY), notAfter: new Date(Date.now() - DAY) };
          return (await root.intermediate('CN=Old Intermediate', past)).issue(HERE);
        },
        'CERT_HAS_EXPIRED',
      ],
    ];
    for (const [kind, issue, trust] of trusts)
      it(`${kind}: ${trust}, and the name is judged all the same`, async () => {
        const issued = await issue({ authority, root });
        const { port } = await peers.tls(issued);
        const result = presented(await look(port));
        assert.equal(result.trust, trust);
        assert.equal(result.nameMatches, true);
        assert.equal(result.chain[0].fingerprint, issued.fingerprint);
      });

    it('RSA', async () => {
      const { port } = await peers.tls(await authority.issue({ ...HERE, key: 'rsa' }));
      const { chain, trust } = presented(await look(port));
      assert.deepEqual([chain[0].key, trust], ['RSA 2048', 'trusted']);
    });

    it('in disorder, with strays and repetitions, and shows it exactly as sent', async () => {
      const stray = await createAuthority('CN=Stray');
      const cert = [healthy.certPem, stray.certPem, root.certPem, healthy.certPem, authority.certPem].join('');
      const { port } = await peers.tls(healthy, { cert });
      const { chain, trust } = presented(await look(port));
      assert.deepEqual(
        chain.map(({ subject }) => subject),
        ['localhost', 'Stray', 'Test Root', 'localhost', 'Test Intermediate'],
      );
      assert.equal(trust, 'trusted');
    });

    it('very long, and keeps 20 certificates of it', async () => {
      const { port } = await peers.tls(healthy, { cert: healthy.chainPem + authority.certPem.repeat(40) });
      assert.equal(presented(await look(port)).chain.length, 20);
    });
  });

  describe('names:', () => {
    const table: [string, string[], string[], Partial<EndpointTarget>, boolean][] = [
      ['the very name', ['a.example'], [], { host: 'a.example' }, true],
      ['another name', ['b.example'], [], { host: 'a.example' }, false],
      ['a wildcard one label up', ['*.example.com'], [], { host: 'a.example.com' }, true],
      ['a wildcard two labels up', ['*.example.com'], [], { host: 'a.b.example.com' }, false],
      ['part of a label as a wildcard', ['f*.example.com'], [], { host: 'foo.example.com' }, false],
      ['a common name only', [], [], { host: 'a.example' }, false],
      ['the overriding name', ['b.example'], [], { host: 'a.example', servername: 'b.example' }, true],
      ['the overridden name', ['a.example'], [], { host: 'a.example', servername: 'b.example' }, false],
      ['the address', [], ['127.0.0.1'], { host: '127.0.0.1' }, true],
      ['the address as a name', ['127.0.0.1'], [], { host: '127.0.0.1' }, false],
      ['another address', [], ['127.0.0.9'], { host: '127.0.0.1' }, false],
      ['the overriding name of an address', ['b.example'], [], { host: '127.0.0.1', servername: 'b.example' }, true],
    ];
    for (const [what, names, ips, target, matches] of table)
      it(`${what} ${matches ? 'matches' : 'does not match'}`, async () => {
        const issued = await authority.issue({ names, ips, subject: [{ CN: ['a.example'] }] });
        const { port } = await peers.tls(issued);
        const result = presented(await look(port, { ...HERE_V4, ...target }));
        assert.deepEqual([result.nameMatches, result.trust], [matches, 'trusted']);
      });
  });

  describe('a server that looks at SNI', () => {
    const table: [string, Partial<EndpointTarget>, string[]][] = [
      ['a name', { host: 'a.example', ...HERE_V4 }, ['a.example']],
      ['the overriding name', { host: 'a.example', servername: 'b.example', ...HERE_V4 }, ['b.example']],
      ['nothing for an address', { host: '127.0.0.1' }, []],
      ['the overriding name of an address', { host: '127.0.0.1', servername: 'b.example' }, ['b.example']],
    ];
    for (const [what, target, asked] of table)
      it(`and asks it for ${what}`, async () => {
        const peer = await peers.tls(healthy);
        presented(await look(peer.port, target));
        assert.deepEqual(peer.asked, asked);
        assert.equal(peer.accepted(), 1);
      });
  });

  describe('several addresses', () => {
    it('of localhost, with different leaves', async function () {
      if (!(await hasAddress('::1'))) skipWithout(this, 'this machine has no ::1');
      const other = await authority.issue(HERE);
      const { port } = await peers.tls(healthy);
      await peers.tls(other, {}, { host: '::1', port });
      const { addresses } = await look(port, { host: 'localhost' });
      assert.deepEqual(
        addresses.map((result) => [result.address, result.kind === 'presented' && result.chain[0].fingerprint]),
        [
          ['127.0.0.1', healthy.fingerprint],
          ['::1', other.fingerprint],
        ],
      );
    });

    it('of localhost, of which ::1 does not listen', async function () {
      if (!(await hasAddress('::1'))) skipWithout(this, 'this machine has no ::1');
      const { port } = await peers.tls(healthy);
      const { addresses } = await look(port, { host: 'localhost' });
      assert.deepEqual(
        addresses.map((result) => (result.kind === 'failed' ? result.failure.code : result.kind)),
        ['presented', 'refused'],
      );
    });

    it('of a name in the DNS: each is judged, and what policy forbids is never connected to', async function () {
      if (!(await hasAddress('127.0.0.2'))) skipWithout(this, 'this machine has no 127.0.0.2');
      const old = await authority.issue({ ...HERE, names: ['many.example'], notAfter: new Date(Date.now() + DAY) });
      const renewed = await authority.issue({ ...HERE, names: ['many.example'] });
      const { port } = await peers.tls(renewed);
      await peers.tls(old, {}, { host: '127.0.0.2', port });
      const forbidden = await peers.tls(renewed, {}, { host: '127.0.0.3', port });
      const dns = await startDnsServer((_, type) => ({
        addresses: type === 'A' ? ['127.0.0.1', '127.0.0.3', '127.0.0.2', '169.254.169.254'] : [],
      }));
      const resolving = createTlsSource({
        timeout: TIMEOUT,
        concurrency: 16,
        allow: ['127.0.0.0/8'],
        deny: ['127.0.0.3/32'],
        dnsServers: [dns.server],
        log: silentLog,
        env: process.env,
      });
      try {
        const { addresses } = await look(port, { host: 'many.example' }, resolving);
        assert.deepEqual(
          addresses.map((result) => [
            result.address,
            result.kind === 'presented' ? result.chain[0].fingerprint : result.failure.code,
          ]),
          [
            ['127.0.0.1', renewed.fingerprint],
            ['127.0.0.3', 'policy'],
            ['127.0.0.2', old.fingerprint],
            ['169.254.169.254', 'policy'],
          ],
        );
        assert.equal(forbidden.accepted(), 0);
      } finally {
        await resolving.close();
        await dns.close();
      }
    });
  });

  describe('a server that', () => {
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const)
      it(`demands a client certificate by ${version}, and sees its chain`, async () => {
        const { port } = await peers.tls(healthy, {
          minVersion: version,
          maxVersion: version,
          requestCert: true,
          rejectUnauthorized: true,
        });
        const { protocol, trust, nameMatches, chain } = presented(await look(port));
        assert.deepEqual([protocol, trust, nameMatches], [version, 'trusted', true]);
        assert.equal(chain.length, 2);
      });

    it('demands a client certificate and has an expired issuer: the verdict survives the broken handshake', async () => {
      const past = { notBefore: new Date(Date.now() - 9 * DAY), notAfter: new Date(Date.now() - 1000) };
      const expired = await (await root.intermediate('CN=Old Intermediate', past)).issue(HERE);
      const options = { maxVersion: 'TLSv1.2', requestCert: true, rejectUnauthorized: true } as const;
      const { port } = await peers.tls(expired, options);
      assert.equal(presented(await look(port)).trust, 'CERT_HAS_EXPIRED');
    });

    for (const version of ['TLSv1', 'TLSv1.1'] as const)
      it(`speaks ${version} only`, async () => {
        const ciphers = 'DEFAULT:@SECLEVEL=0';
        const { port } = await peers.tls(healthy, { minVersion: version, maxVersion: version, ciphers });
        const { protocol, trust } = presented(await look(port));
        assert.deepEqual([protocol, trust], [version, 'trusted']);
      });

    it('signs with a key that is not its certificate’s: a failed handshake, whatever it presented', async () => {
      const genuine = await peers.tls(healthy, { maxVersion: 'TLSv1.2' });
      const { port } = await peers.between(genuine, spoilKeyExchange);
      assert.equal(failure(await look(port)).code, 'handshake');
    });

    it('shares no cipher with us', async () => {
      const { port } = await peers.tls(healthy, { maxVersion: 'TLSv1.2', ciphers: 'PSK-AES128-CBC-SHA256' });
      const { code, detail } = failure(await look(port));
      const { openssl } = process.versions;
      assert.deepEqual([code, detail], ['incompatible', `alert handshake failure; OpenSSL ${openssl}`]);
    });

    it('accepts and says nothing', async () => {
      const peer = await peers.tcp(() => {});
      assert.equal(failure(await look(peer.port, HERE_V4, impatient)).code, 'timeout');
      assert.equal(peer.accepted(), 1);
    });

    it('says a little and then nothing', async () => {
      const { port } = await peers.tcp((socket) => socket.write(Buffer.from('160303', 'hex')));
      assert.equal(failure(await look(port, HERE_V4, impatient)).code, 'timeout');
    });

    it('resets at once', async () => {
      const { port } = await peers.tcp((socket) => socket.resetAndDestroy());
      assert.equal(failure(await look(port)).code, 'reset');
    });

    it('closes at once', async () => {
      const { port } = await peers.tcp((socket) => socket.end());
      assert.equal(failure(await look(port)).code, 'reset');
    });

    it('is not there', async () => {
      assert.deepEqual(failure(await look(await closedPort())), { code: 'refused', detail: 'ECONNREFUSED' });
    });

    const greetings: [string, Buffer][] = [
      ['plain HTTP', Buffer.from('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n')],
      ['SSH', Buffer.from('SSH-2.0-OpenSSH_9.9\r\n')],
      ['SMTP', Buffer.from('220 mail.example ESMTP\r\n')],
      ['nothing but zeros', Buffer.alloc(1000)],
    ];
    for (const [what, greeting] of greetings)
      it(`speaks ${what}`, async () => {
        const { port } = await peers.tcp((socket) => socket.write(greeting));
        assert.equal(failure(await look(port)).code, 'not-tls');
      });

    it('streams garbage without end', async () => {
      const garbage = Buffer.concat([Buffer.from('garbage'), randomBytes(64 * 1024)]);
      const { port } = await peers.tcp((socket) => {
        const pour = (): void => {
          while (!socket.destroyed && socket.write(garbage));
        };
        socket.on('drain', pour);
        pour();
      });
      assert.equal(failure(await look(port)).code, 'not-tls');
    });

    it('streams requests to begin anew without end, which TLS permits', async () => {
      // RFC 5246 section 7.4.1.1: a client in the middle of a handshake ignores HelloRequest.
      const requests = Buffer.from('160303000400000000'.repeat(5000), 'hex');
      const { port } = await peers.tcp((socket) => {
        const pour = (): void => {
          while (!socket.destroyed && socket.write(requests));
        };
        socket.on('drain', pour);
        socket.once('data', pour);
      });
      const { code, detail } = failure(await look(port));
      assert.deepEqual([code, detail], ['handshake', 'the peer sent far more than a handshake']);
    });

    for (const [sent, by, expected] of [
      [300_000, () => source, 'handshake'],
      [200_000, () => impatient, 'timeout'],
    ] as const)
      it(`sends ${sent} bytes before the end of a handshake: ${expected}`, async () => {
        const requests = Buffer.from('160303000400000000'.repeat(Math.ceil(sent / 9)), 'hex');
        const { port } = await peers.tcp((socket) => socket.once('data', () => socket.write(requests)));
        assert.equal(failure(await look(port, HERE_V4, by())).code, expected);
      });

    it('has a certificate of two thousand names', async () => {
      const names = Array.from({ length: 2000 }, (_, index) => `host-${index}.example.com`);
      const { port } = await peers.tls(await authority.issue({ names: [...names, 'localhost'] }));
      const { chain, nameMatches } = presented(await look(port));
      assert.deepEqual([chain[0].dnsNames.length, chain[0].names, nameMatches], [1000, 2001, true]);
    });
  });

  it('a target that cannot be one, and goes on', async () => {
    assert.equal(failure(await look(70_000)).code, 'internal');
    assert.equal(failure(await look(443, { address: 'not an address' })).code, 'internal');
    const { port } = await peers.tls(healthy);
    presented(await look(port));
  });

  it('a warm prober: a look at loopback takes well under 100 ms', async () => {
    const { port } = await peers.tls(healthy);
    let least = Infinity;
    // A busy machine has a calm moment at some time.
    for (let index = 0; index < 500 && least >= 100; index += 1) {
      const begun = performance.now();
      presented(await look(port));
      least = Math.min(least, performance.now() - begun);
    }
    assert.ok(least < 100, `${least} ms`);
  });

  it('a hundred silent hosts without making the others wait for them', async () => {
    const silent = await peers.tcp(() => {});
    const { port } = await peers.tls(healthy);
    const hanging = Array.from({ length: 100 }, () => look(silent.port));
    const begun = performance.now();
    presented(await look(port));
    // A hundred in sixteen at once are seven turns: of 250 ms each, not of the timeout.
    assert.ok(performance.now() - begun < TIMEOUT, 'it waited for the silent ones');
    await peers.close();
    await Promise.all(hanging);
  });
});

/** Spoils the signature in ServerKeyExchange (RFC 5246 section 7.4.3), the last bytes of that message. */
function spoilKeyExchange(bytes: Buffer): Buffer {
  const spoilt = Buffer.from(bytes);
  for (let record = 0; record + 5 <= spoilt.length; record += 5 + spoilt.readUInt16BE(record + 3)) {
    if (spoilt[record] !== 22) continue;
    const end = record + 5 + spoilt.readUInt16BE(record + 3);
    for (let message = record + 5; message + 4 <= end; message += 4 + spoilt.readUIntBE(message + 1, 3)) {
      const last = message + 3 + spoilt.readUIntBE(message + 1, 3);
      if (spoilt[message] === 12 && last < end) spoilt[last] = spoilt[last]! ^ 1;
    }
  }
  return spoilt;
}
