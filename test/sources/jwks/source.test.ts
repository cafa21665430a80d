import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, type JsonWebKey } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { gzipSync } from 'node:zlib';
import sinon from 'sinon';
import type { Issued } from '../../../demo/certificates.ts';
import type { Key, Listed } from '../../../src/core/certificates/item.ts';
import type { Certificate, Observation } from '../../../src/core/certificates/certificate.ts';
import { ENDLESS, UNDATED } from '../../../src/core/time.ts';
import { createJwksSource } from '../../../src/sources/jwks/source.ts';
import { createDocumentPeers, derOf, json } from '../../peers/web/document-peers.ts';

type Peers = Awaited<ReturnType<typeof createDocumentPeers>>;

function jwkOf(leaf: Issued): JsonWebKey {
  return createPublicKey(leaf.certPem).export({ format: 'jwk' });
}

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const EC = publicKey.export({ format: 'jwk' });
const PRIVATE = privateKey.export({ format: 'jwk' });

describe('the source of key sets', () => {
  let peers: Peers;
  let leaf: Issued;
  let other: Issued;
  before(async () => {
    peers = await createDocumentPeers();
    leaf = await peers.authority.issue({ names: ['signing.example'], key: 'rsa' });
    other = await peers.authority.issue({ names: ['other.example'] });
  });
  after(() => peers.close());

  async function look(url: string, settings = {}, trusted: string[] = []): Promise<Observation> {
    const source = createJwksSource({ download: peers.download(settings), now: () => Date.now() });
    try {
      return await source.observe({ scheme: 'jwks+https', url }, { thorough: true, trusted });
    } finally {
      await source.close();
    }
  }

  async function lookAt(answer: RequestListener, path = '/jwks.json'): Promise<Observation> {
    const peer = await peers.serve(answer);
    return look(`${peer.url}${path}`);
  }
  const keySet = (...keys: unknown[]): Promise<Observation> => lookAt(json({ keys }));
  const faultsOf = ({ document }: Observation): string[] =>
    (document?.faults ?? []).map(({ code, detail }) => `${code} ${detail}`);

  it('reads certificates as handshakes do, and what they are for', async () => {
    const { listed, document, addresses } = await keySet(
      { ...jwkOf(leaf), use: 'sig', kid: 'a', x5c: [derOf(leaf), derOf(other)] },
      { ...jwkOf(other), use: 'enc', kid: 'b', x5c: [derOf(other)] },
    );
    assert.deepEqual(addresses, []);
    assert.deepEqual(
      listed!.map(({ item, places }) => [item.fingerprint, places]).toSorted(),
      [
        [leaf.fingerprint, [{ use: 'signing', name: 'a' }]],
        [other.fingerprint, [{ use: 'encryption', name: 'b' }]],
      ].toSorted(),
    );
    assert.deepEqual(document, { faults: [] });
  });

  it('knows keys without a certificate by their public key, and ends them where they say so', async () => {
    const { listed } = await keySet(
      { ...EC, kid: 'a' },
      { ...EC, kid: 'b', use: 'sig', exp: 1_900_000_000, nbf: 1_700_000_000 },
    );
    const [dated, endless] = listed!.map(({ item }) => item as Key);
    assert.equal(endless!.fingerprint, endless!.spki);
    assert.deepEqual([endless!.notBefore, endless!.notAfter, endless!.key], [UNDATED, ENDLESS, 'EC P-256']);
    assert.deepEqual([dated!.notBefore, dated!.notAfter, dated!.spki], [1.7e12, 1.9e12, endless!.spki]);
    assert.notEqual(dated!.fingerprint, endless!.fingerprint);
  });

  it('reads an end in seconds, milliseconds or as a date, on a machine in any zone', async () => {
    const ends: [unknown, number][] = [
      [1_900_000_000, 1.9e12],
      [1_900_000_001_000, 1_900_000_001_000],
      ['2030-03-01', Date.UTC(2030, 2, 1)],
      ['2030-03-02T12:00:00', Date.UTC(2030, 2, 2, 12)],
      [253_402_300_799, ENDLESS],
      [1e300, UNDATED],
      ['2030-02-30', ENDLESS],
    ];
    for (const [exp, at] of ends) {
      const { listed } = await keySet({ ...EC, exp });
      assert.equal(listed![0]!.item.notAfter, at, String(exp));
    }
  });

  it('knows the key of a certificate as the same', async () => {
    const [alone] = (await keySet({ ...jwkOf(other) })).listed!;
    const [certified] = (await keySet({ ...jwkOf(other), x5c: [derOf(other)] })).listed!;
    const spkiOf = ({ item }: Listed): string => (item as Key | Certificate).spki;
    assert.equal(spkiOf(alone!), spkiOf(certified!));
  });

  const FAULTS: [string, () => unknown[], string[]][] = [
    ['a private key', () => [{ ...PRIVATE, kid: 'a' }], ['private-key a']],
    ['a private RSA key without a name', () => [{ ...jwkOf(leaf), d: 'AQAB', p: 'x' }], ['private-key #1']],
    ['a symmetric key alone', () => [{ kty: 'oct', k: 'c2VjcmV0', kid: 's' }], ['private-key s']],
    ['a certificate of another key', () => [{ ...EC, kid: 'a', x5c: [derOf(other)] }], ['key-mismatch a']],
    [
      'a wrong thumbprint',
      () => [{ ...jwkOf(other), kid: 'a', x5c: [derOf(other)], 'x5t#S256': 'AAAA' }],
      ['wrong-thumbprint a'],
    ],
    [
      'a right thumbprint',
      () => [
        {
          ...jwkOf(other),
          x5c: [derOf(other)],
          'x5t#S256': Buffer.from(other.fingerprint, 'hex').toString('base64url'),
        },
      ],
      [],
    ],
    ['a certificate that is none', () => [{ ...EC, kid: 'a', x5c: ['AAAA'] }], ['unreadable-key a']],
    ['a certificate that is no text', () => [{ ...EC, kid: 'a', x5c: [{ a: 1 }] }], ['unreadable-key a']],
    [
      'keys that are none',
      () => [EC, null, 'x', [], { kty: 'RSA' }, { kty: 'EC', crv: 'P-256', x: 5, y: 'A' }],
      ['unreadable-key #2', 'unreadable-key #3', 'unreadable-key #4', 'unreadable-key #5', 'unreadable-key #6'],
    ],
    [
      'nothing wrong with kinds of keys to come',
      () => [EC, { kty: 'AKP', alg: 'ML-DSA-44', pub: 'AAAA', kid: 'a' }],
      [],
    ],
    [
      'an enormous number',
      () => [EC, { kty: 'RSA', e: 'AQAB', n: 'A'.repeat(100_000), kid: 'a' }],
      ['unreadable-key a'],
    ],
  ];
  for (const [name, keys, faults] of FAULTS)
    it(`finds ${name}`, async () => {
      const seen = await keySet(...keys());
      assert.deepEqual(faultsOf(seen), faults);
      assert.doesNotMatch(JSON.stringify(seen), new RegExp(`c2VjcmV0|${PRIVATE.d!}`), 'nothing private is kept');
    });

  it('watches what ends first where there is very much', async () => {
    const keys = Array.from({ length: 300 }, (_, index) => ({ ...EC, exp: 1_900_000_000 + index }));
    const { listed, document } = await keySet(...keys);
    assert.deepEqual([listed!.length, document!.total], [200, 300]);
    assert.equal(listed![0]!.item.notAfter, 1.9e12);
  });

  describe('of an issuer', () => {
    async function issuer(routes: Record<string, (origin: string) => unknown>, path = ''): Promise<Observation> {
      const peer = await peers.serve((request, response) => {
        const found = routes[request.url!];
        if (!found) return void response.writeHead(404).end('nothing');
        json(found(peer.url))(request, response);
      });
      return look(peer.url + path);
    }
    const keys = () => ({ keys: [{ ...EC, kid: 'found' }] });
    const nameOf = ({ listed }: Observation): unknown => listed?.[0]?.places[0]?.name;

    it('follows OpenID Connect Discovery', async () => {
      const seen = await issuer({
        '/.well-known/openid-configuration': (origin) => ({ issuer: origin, jwks_uri: `${origin}/k` }),
        '/k': keys,
      });
      assert.deepEqual([nameOf(seen), faultsOf(seen)], ['found', []]);
    });
    it('with a path, by appending to it', async () => {
      const seen = await issuer(
        {
          '/tenant/v2.0/.well-known/openid-configuration': (origin) => ({
            issuer: `${origin}/tenant/v2.0`,
            jwks_uri: `${origin}/k`,
          }),
          '/k': keys,
        },
        '/tenant/v2.0',
      );
      assert.deepEqual([nameOf(seen), faultsOf(seen)], ['found', []]);
    });
    it('with a path, as RFC 8414 has it', async () => {
      const seen = await issuer(
        {
          '/.well-known/oauth-authorization-server/tenant': (origin) => ({
            issuer: `${origin}/tenant`,
            jwks_uri: `${origin}/k`,
          }),
          '/k': keys,
        },
        '/tenant',
      );
      assert.deepEqual([nameOf(seen), faultsOf(seen)], ['found', []]);
    });
    it('of which the discovery document itself is named', async () => {
      const routes = {
        '/a/.well-known/openid-configuration': (origin: string) => ({ issuer: `${origin}/b`, jwks_uri: `${origin}/k` }),
        '/k': keys,
      };
      const seen = await issuer(routes, '/a/.well-known/openid-configuration');
      assert.equal(nameOf(seen), 'found');
      assert.match(faultsOf(seen)[0]!, /^issuer-mismatch https:.*\/b$/);
    });
    it('with a slash at its end or without', async () => {
      const seen = await issuer({
        '/.well-known/openid-configuration': (origin) => ({ issuer: `${origin}/`, jwks_uri: `${origin}/k` }),
        '/k': keys,
      });
      assert.deepEqual([nameOf(seen), faultsOf(seen)], ['found', []]);
    });
    it('that sends to plain http, or nowhere', async () => {
      for (const jwks of ['http://127.0.0.1/k', 'file:///etc/passwd', 5, undefined]) {
        const seen = await issuer({
          '/.well-known/openid-configuration': (origin) => ({ issuer: origin, jwks_uri: jwks }),
        });
        assert.deepEqual(seen.failure, { code: 'document', detail: 'address' });
      }
    });
    it('that sends to where nobody may look', async () => {
      const seen = await issuer({
        '/.well-known/openid-configuration': (origin) => ({
          issuer: origin,
          jwks_uri: 'https://169.254.169.254/latest',
        }),
      });
      assert.deepEqual(seen.addresses, [{ kind: 'failed', address: '169.254.169.254', failure: { code: 'policy' } }]);
    });
    it('that has none: what is told is what was typed', async () => {
      const seen = await issuer({}, '/keys');
      assert.deepEqual(seen.failure, { code: 'http', detail: '404' });
    });
  });

  const FAILING: [string, RequestListener, object][] = [
    ['404', (_q, r) => void r.writeHead(404).end(), { code: 'http', detail: '404' }],
    ['500', (_q, r) => void r.writeHead(500).end(), { code: 'http', detail: '500' }],
    ['no JSON', (_q, r) => void r.end('<html>'), { code: 'document', detail: 'json' }],
    [
      'bytes that are no text',
      (_q, r) => void r.end(Buffer.from([0xff, 0xfe, 0xff])),
      { code: 'document', detail: 'json' },
    ],
    ['other JSON', json([1]), { code: 'document', detail: 'keyset' }],
    ['JSON without end', (_q, r) => void r.end('['.repeat(100_000)), { code: 'document', detail: 'json' }],
    ['keys that are none', json({ keys: 'x' }), { code: 'document', detail: 'keyset' }],
    ['no keys', json({ keys: [] }), { code: 'document', detail: 'empty' }],
    [
      'more than 5 MB',
      (_q, r) => void r.end(Buffer.alloc(5 * 1024 * 1024 + 1, ' ')),
      { code: 'document', detail: 'large' },
    ],
    [
      'more than it says it will',
      (_q, r) => void r.writeHead(200, { 'content-length': '9999999999' }).write(' '),
      { code: 'document', detail: 'large' },
    ],
    [
      'a bomb',
      (_q, r) => void r.setHeader('content-encoding', 'gzip').end(gzipSync(Buffer.alloc(10_000_000))),
      { code: 'document', detail: 'encoded' },
    ],
    [
      'a broken connection',
      (_q, r) => void r.writeHead(200, { 'content-length': '10' }).destroy(),
      { code: 'reset', detail: 'ECONNRESET' },
    ],
    [
      'redirects in a circle',
      (_q, r) => void r.writeHead(302, { location: '/jwks.json' }).end(),
      { code: 'document', detail: 'redirects' },
    ],
    [
      'a redirect to plain http',
      (_q, r) => void r.writeHead(302, { location: 'http://127.0.0.1/' }).end(),
      { code: 'document', detail: 'plain' },
    ],
  ];
  for (const [name, answer, failure] of FAILING)
    it(`says why there is nothing: ${name}`, async () => {
      const seen = await lookAt(answer);
      assert.deepEqual(seen.failure, failure);
      assert.equal(seen.listed, undefined);
    });

  it('follows redirects whose addresses may be looked at, and no others', async () => {
    const target = await peers.serve(json({ keys: [EC] }));
    const seen = await lookAt((_q, r) => void r.writeHead(307, { location: `${target.url}/x` }).end());
    assert.equal(seen.listed!.length, 1);
    const refused = await lookAt((_q, r) => void r.writeHead(302, { location: 'https://10.0.0.1/x' }).end());
    assert.deepEqual(refused.addresses, [{ kind: 'failed', address: '10.0.0.1', failure: { code: 'policy' } }]);
  });

  it('waits fifteen seconds for all of it, however slowly it comes', async () => {
    const clock = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const peer = await peers.serve((_q, r) => void r.writeHead(200).write('{"keys":'));
      const looked = look(`${peer.url}/k`);
      await peer.asked();
      await clock.tickAsync(15_000);
      assert.deepEqual((await looked).failure, { code: 'document', detail: 'slow' });
    } finally {
      clock.restore();
    }
  });

  it('tells when it wants to be asked again', async () => {
    const before = Date.now();
    const seen = await lookAt((_q, r) => void r.writeHead(429, { 'retry-after': '7200' }).end());
    assert.deepEqual(seen.failure, { code: 'http', detail: '429' });
    assert.ok(seen.notAgainBefore! >= before + 7_200_000);
  });

  it('does not connect to where nobody may look', async () => {
    const peer = await peers.serve(json({ keys: [EC] }));
    const seen = await look(`${peer.url}/jwks.json`, { allow: [] });
    assert.deepEqual(seen.addresses, [{ kind: 'failed', address: '127.0.0.1', failure: { code: 'policy' } }]);
    const byPort = await look(`${peer.url}/jwks.json`, { ports: [{ from: 443, to: 443 }] });
    assert.equal(byPort.addresses[0]!.kind, 'failed');
    assert.equal(peer.accepted(), 0);
  });

  it('says what is wrong on the way', async () => {
    const port = await peers.closedPort();
    assert.equal((await look(`https://127.0.0.1:${port}/`)).failure!.code, 'refused');
    const plain = await peers.http(json({ keys: [] }));
    assert.equal((await look(`https://127.0.0.1:${plain.port}/k`)).failure!.code, 'not-tls');
  });

  it('reads what a server shows whose own certificate clients refuse, and says so', async () => {
    const expired = await peers.authority.issue({
      ips: ['127.0.0.1'],
      notBefore: new Date(Date.now() - 9e9),
      notAfter: new Date(Date.now() - 8e9),
    });
    const elsewhere = await peers.authority.issue({ names: ['elsewhere.example'] });
    for (const [bad, reason] of [
      [expired, 'CERT_HAS_EXPIRED'],
      [elsewhere, 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ] as const) {
      const peer = await peers.serve(json({ keys: [EC] }), bad);
      const seen = await look(`${peer.url}/k`);
      assert.deepEqual([seen.listed!.length, faultsOf(seen)], [1, [`untrusted-server ${reason}`]]);
    }
    const peer = await peers.serve(json({ keys: [EC] }));
    const stranger = await look(`${peer.url}/k`, { authorities: [] });
    assert.match(faultsOf(stranger)[0]!, /^untrusted-server UNABLE_TO_VERIFY/);
    const own = await look(`${peer.url}/k`, { authorities: [] }, [peers.authority.certPem]);
    assert.deepEqual(faultsOf(own), [], 'a conversation trusts it');
  });
});
