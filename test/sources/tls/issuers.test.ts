import assert from 'node:assert/strict';
import type { X509Certificate } from 'node:crypto';
import { createFetch, type Fetch } from '../../../src/sources/tls/fetch.ts';
import { createIssuerFinder } from '../../../src/sources/tls/issuers.ts';
import { issue, tlv, type Holder } from '../../peers/tls/revocation-pki.ts';
import { createWebPeers } from '../../peers/web/web-peers.ts';
import { DAY, HOUR } from '../../../src/core/time.ts';

/** PKCS#7 SignedData with certificates and nothing else. */
function bundle(...certificates: Buffer[]): Buffer {
  const version = tlv(2, Buffer.from([1]));
  const data = tlv(0x30, tlv(6, Buffer.from('2a864886f70d010701', 'hex')));
  const signed = tlv(0x30, version, tlv(0x31), data, tlv(0xa0, ...certificates), tlv(0x31));
  return tlv(0x30, tlv(6, Buffer.from('2a864886f70d010702', 'hex')), tlv(0xa0, signed));
}

describe('The finder of missing issuers', () => {
  const peers = createWebPeers();
  let root: Holder;
  let issuer: Holder;
  let stranger: Holder;
  let strangers: Holder[];
  before(async () => {
    root = await issue('Root', null, { authority: true });
    issuer = await issue('Issuer', root, { authority: true });
    stranger = await issue('Issuer', root, { authority: true });
    strangers = Array.from({ length: 9 }, () => stranger);
  });
  after(() => peers.close());

  function finder(now: () => number = Date.now) {
    const fetch = createFetch({
      permits: (address) => address === '127.0.0.1',
      permitsPort: () => true,
      resolve: async () => ['127.0.0.1'],
    });
    return createIssuerFinder({ fetch, now });
  }

  function pem(...holders: Holder[]): Buffer {
    return Buffer.from(holders.map(({ certificate }) => certificate.toString()).join('\n'));
  }

  const bodies: Record<string, [() => Buffer, boolean]> = {
    'a certificate in DER': [() => issuer.certificate.raw, true],
    'a certificate in PEM': [() => pem(issuer), true],
    'several in PEM': [() => pem(root, stranger, issuer), true],
    'a bundle': [() => bundle(root.certificate.raw, issuer.certificate.raw), true],
    'a bundle in PEM': [
      () =>
        Buffer.from(`-----BEGIN PKCS7-----\n${bundle(issuer.certificate.raw).toString('base64')}\n-----END PKCS7-----`),
      true,
    ],
    'ten in PEM': [() => pem(...strangers, issuer), true],
    'eleven in PEM, of which it is the last': [() => pem(stranger, ...strangers, issuer), false],
    'ten in a bundle': [() => bundle(...[...strangers, issuer].map(({ certificate }) => certificate.raw)), true],
    'eleven in a bundle, of which it is the last': [
      () => bundle(...[stranger, ...strangers, issuer].map(({ certificate }) => certificate.raw)),
      false,
    ],
    'a bundle of nothing': [() => bundle(), false],
    'a bundle of rubbish': [() => bundle(tlv(0x30), Buffer.from('0500', 'hex')), false],
    'one of the same name that did not issue it': [() => stranger.certificate.raw, false],
    'one that issued others': [() => root.certificate.raw, false],
    'a web page': [() => Buffer.from('<!doctype html>'), false],
    nothing: [() => Buffer.alloc(0), false],
    'half a certificate': [() => issuer.certificate.raw.subarray(0, 100), false],
    'a megabyte of elements': [() => tlv(0x30, Buffer.alloc(1_000_000, Buffer.from('0500', 'hex'))), false],
  };
  for (const [name, [body, expected]] of Object.entries(bodies)) {
    it(`${expected ? 'takes it from' : 'finds none in'} ${name}`, async () => {
      const peer = await peers.http((_, response) => response.end(body()));
      const leaf = await issue('leaf.example', issuer, { caIssuers: [peer.url] });
      const found = await finder()(leaf.certificate);
      assert.equal(found?.fingerprint256, expected ? issuer.certificate.fingerprint256 : undefined);
    });
  }

  it('asks nobody when the certificate names nobody', async () => {
    assert.equal(await finder()((await issue('leaf.example', issuer)).certificate), null);
    const leaf = await issue('leaf.example', issuer, {
      caIssuers: ['ldap://127.0.0.1/'],
      ocsp: ['http://127.0.0.1:1/'],
    });
    assert.equal(await finder()(leaf.certificate), null);
  });

  it('finds none behind an address that is refused', async () => {
    const leaf = await issue('leaf.example', issuer, { caIssuers: ['http://169.254.169.254/ca.der'] });
    assert.equal(await finder()(leaf.certificate), null);
  });

  it('tries the second address when the first has none', async () => {
    const peer = await peers.http((request, response) =>
      response.end(request.url === '/2' ? issuer.certificate.raw : stranger.certificate.raw),
    );
    const leaf = await issue('leaf.example', issuer, { caIssuers: [`${peer.url}/1`, `${peer.url}/2`] });
    assert.equal((await finder()(leaf.certificate))?.fingerprint256, issuer.certificate.fingerprint256);
  });

  it('asks two addresses, and no more', async () => {
    const peer = await peers.http((request, response) =>
      response.end(request.url === '/3' ? issuer.certificate.raw : stranger.certificate.raw),
    );
    const leaf = await issue('leaf.example', issuer, { caIssuers: ['1', '2', '3'].map((at) => `${peer.url}/${at}`) });
    assert.equal(await finder()(leaf.certificate), null);
    assert.deepEqual(peer.requests, ['GET /1', 'GET /2']);
  });

  it('remembers an issuer for a day, for all it issued, and a failure for an hour', async () => {
    let now = Date.now();
    const peer = await peers.http((request, response) =>
      request.url === '/none' ? response.writeHead(404).end() : response.end(issuer.certificate.raw),
    );
    const find = finder(() => now);
    const one = await issue('one.example', issuer, { caIssuers: [`${peer.url}/ca`] });
    const two = await issue('two.example', issuer, { caIssuers: [`${peer.url}/ca`] });
    const lost = await issue('lost.example', issuer, { caIssuers: [`${peer.url}/none`] });
    const asked: number[] = [];
    for (const step of [0, DAY / 25, DAY]) {
      now += step;
      assert.ok(await find(one.certificate));
      assert.ok(await find(two.certificate));
      assert.equal(await find(lost.certificate), null);
      asked.push(peer.requests.length);
    }
    assert.deepEqual(asked, [2, 2, 4]);
    now -= 3 * DAY;
    assert.ok(await find(one.certificate));
    assert.equal(peer.requests.length, 5, 'the clock was set back');
  });

  it('remembers a failure for an hour, and an issuer for a day, to the second', async () => {
    for (const [body, kept] of [
      [null, HOUR],
      [issuer.certificate.raw, DAY],
    ] as const) {
      let now = Date.now();
      let asked = 0;
      const fetch: Fetch = async () => {
        asked += 1;
        return body ? { ok: true, body } : { ok: false, reason: 'timeout' };
      };
      const find = createIssuerFinder({ fetch, now: () => now });
      const leaf = await issue('leaf.example', issuer, { caIssuers: ['http://ca.example/'] });
      for (const [step, expected] of [
        [0, 1],
        [kept - 1000, 1],
        [1000, 2],
      ] as const) {
        now += step;
        await find(leaf.certificate);
        assert.equal(asked, expected);
      }
    }
  });

  it('remembers a thousand addresses, and two megabytes of certificates, those asked about lately', async () => {
    const asked: string[] = [];
    const bodies = new Map<string, Buffer>();
    const fetch: Fetch = async (url) => {
      asked.push(url);
      return { ok: true, body: bodies.get(url) ?? issuer.certificate.raw };
    };
    // The same certificate naming another address: making thousands would take long.
    const leaf = await issue('leaf.example', issuer, { caIssuers: ['http://ca.example/0000'] });
    const place = leaf.certificate.raw.indexOf('/0000') + 1;
    const look = async (find: ReturnType<typeof createIssuerFinder>, path: string): Promise<number> => {
      const raw = Buffer.from(leaf.certificate.raw);
      raw.write(path.padStart(4, '0'), place);
      await find(Object.create(leaf.certificate, { raw: { value: raw } }) as X509Certificate);
      return asked.length;
    };
    const find = createIssuerFinder({ fetch, now: Date.now });
    for (let at = 0; at < 1000; at += 1) await look(find, `${at}`);
    assert.equal(await look(find, '0'), 1000);
    assert.equal(await look(find, '1000'), 1001);
    assert.equal(await look(find, '0'), 1001);
    assert.equal(await look(find, '1'), 1002);

    asked.length = 0;
    const usages = Array.from({ length: 2000 }, (_, at) => `1.3.6.1.4.1.${100_000 + at}.1.2.3.4.5.6.7.8`);
    const large = (await issue('Large', root, { usages })).certificate.raw;
    assert.ok(large.length > 30_000 && large.length < 64 * 1024, `${large.length} bytes`);
    const most = Math.floor((2 * 1024 * 1024) / large.length);
    for (let at = 0; at <= most; at += 1) bodies.set(`http://ca.example/${`${at}`.padStart(4, '0')}`, large);
    const other = createIssuerFinder({ fetch, now: Date.now });
    for (let at = 0; at < most; at += 1) await look(other, `${at}`);
    assert.equal(await look(other, '0'), most);
    assert.equal(await look(other, `${most}`), most + 1);
    assert.equal(await look(other, '0'), most + 1);
    assert.equal(await look(other, '1'), most + 2);
  });
});
