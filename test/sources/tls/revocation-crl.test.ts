import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { DistributionPointName, GeneralName, Name, Reason, ReasonFlags } from '@peculiar/asn1-x509';
import { createFetch } from '../../../src/sources/tls/fetch.ts';
import { createRevocation } from '../../../src/sources/tls/revocation.ts';
import {
  CRL_OIDS,
  crlOf,
  crlScope,
  distributionPoint,
  generateKeys,
  issue,
  ocspResponse,
  tlv,
  type CertificateRequest,
  type CrlRequest,
  type Holder,
} from '../../peers/tls/revocation-pki.ts';
import { createWebPeers, type WebPeer } from '../../peers/web/web-peers.ts';
import { HOUR, DAY } from '../../../src/core/time.ts';

const SERIAL = '0a0b0c0d0e0f';
const OTHER = '0a0b0c0d0e10';
const AT = new Date(Date.UTC(2026, 0, 2, 3, 4, 5));
const DER_NULL = Buffer.from('0500', 'hex');

function laterBy(milliseconds: number): Date {
  return new Date(Date.now() + milliseconds);
}

function named(uri: string): DistributionPointName {
  return new DistributionPointName({ fullName: [new GeneralName({ uniformResourceIdentifier: uri })] });
}

describe('Revocation by CRL', () => {
  const peers = createWebPeers();
  let issuer: Holder;
  let stranger: Holder;
  let other: Holder;
  let leafKeys: Holder['keys'];

  before(async () => {
    leafKeys = await generateKeys();
    issuer = await issue('Issuer', null, { authority: true });
    stranger = await issue('Issuer', null, { authority: true });
    other = await issue('Other', null, { authority: true });
  });
  after(() => peers.close());

  function checker(now: () => number = Date.now) {
    const fetch = createFetch({ permits: () => true, permitsPort: () => true, resolve: async () => ['127.0.0.1'] });
    return createRevocation({ fetch, now });
  }

  function leafAt(uri: string, request: CertificateRequest = {}): Promise<Holder> {
    return issue('leaf.example', issuer, { crl: [uri], keys: leafKeys, serialNumber: SERIAL, ...request });
  }

  function served(list: (url: string) => Buffer | RequestListener): Promise<WebPeer> {
    const answer: RequestListener = (request, response) => {
      const given = list(`http://${request.headers.host}${request.url}`);
      if (typeof given === 'function') given(request, response);
      else response.end(given);
    };
    return peers.http(answer);
  }

  const subject = 'leaf.example';
  const unknown = { status: 'unknown', by: null, subject };
  const good = { status: 'good', by: 'crl', subject };
  const revoked = { status: 'revoked', by: 'crl', subject, at: AT.getTime() };
  const entry = { serialNumber: SERIAL, at: AT };

  describe('with a list that', () => {
    const lists: Record<string, [(url: string) => CrlRequest, object]> = {
      'is empty': [() => ({}), good],
      'has others': [() => ({ entries: [{ serialNumber: OTHER }, { serialNumber: '0b' }] }), good],
      'has it': [() => ({ entries: [{ serialNumber: OTHER }, entry] }), revoked],
      'has it, and why': [() => ({ entries: [{ ...entry, reason: 1 }] }), { ...revoked, reason: 'keyCompromise' }],
      'has it on hold': [() => ({ entries: [{ ...entry, reason: 6 }] }), { ...revoked, reason: 'certificateHold' }],
      'has it as removed from the list': [() => ({ entries: [{ ...entry, reason: 8 }] }), good],
      'has it with something critical that nobody knows': [
        () => ({ entries: [{ ...entry, extensions: [{ oid: '2a0304', value: DER_NULL, critical: true }] }] }),
        unknown,
      ],
      'has it with something else that nobody knows': [
        () => ({ entries: [{ ...entry, extensions: [{ oid: '2a0304', value: DER_NULL, critical: false }] }] }),
        revoked,
      ],
      'has it among entries of another issuer': [
        () => ({
          entries: [
            {
              serialNumber: OTHER,
              extensions: [
                { oid: CRL_OIDS.certificateIssuer, value: tlv(0x30, tlv(0x86, Buffer.from('x:y'))), critical: true },
              ],
            },
            entry,
          ],
        }),
        unknown,
      ],
      'calls itself indirect': [() => ({ entries: [entry], extensions: [crlScope({ indirectCRL: true })] }), unknown],
      'is a delta to another': [
        () => ({
          entries: [entry],
          extensions: [{ oid: CRL_OIDS.delta, value: Buffer.from('020101', 'hex'), critical: true }],
        }),
        unknown,
      ],
      'has something critical that nobody knows': [
        () => ({ entries: [entry], extensions: [{ oid: '2a0304', value: DER_NULL, critical: true }] }),
        unknown,
      ],
      'has thirty kilobytes beside its entries': [
        () => ({
          entries: [entry],
          extensions: [{ oid: '2a0304', value: tlv(4, Buffer.alloc(30_000)), critical: false }],
        }),
        revoked,
      ],
      'has forty kilobytes beside its entries': [
        () => ({
          entries: [entry],
          extensions: [{ oid: '2a0304', value: tlv(4, Buffer.alloc(40_000)), critical: false }],
        }),
        unknown,
      ],
      'is about users only': [
        () => ({ entries: [entry], extensions: [crlScope({ onlyContainsUserCerts: true })] }),
        revoked,
      ],
      'is about authorities only': [
        () => ({ entries: [entry], extensions: [crlScope({ onlyContainsCACerts: true })] }),
        unknown,
      ],
      'is about attribute certificates only': [
        () => ({ entries: [entry], extensions: [crlScope({ onlyContainsAttributeCerts: true })] }),
        unknown,
      ],
      'has it, and is about some reasons only': [
        () => ({
          entries: [entry],
          extensions: [crlScope({ onlySomeReasons: new Reason(ReasonFlags.keyCompromise) })],
        }),
        revoked,
      ],
      'does not have it, and is about some reasons only': [
        () => ({ extensions: [crlScope({ onlySomeReasons: new Reason(ReasonFlags.keyCompromise) })] }),
        unknown,
      ],
      'is the one of its distribution point': [
        (url) => ({ entries: [entry], extensions: [crlScope({ distributionPoint: named(url) })] }),
        revoked,
      ],
      'is the one of another distribution point': [
        (url) => ({ extensions: [crlScope({ distributionPoint: named(`${url}/2`) })] }),
        unknown,
      ],
      'is stale': [() => ({ entries: [entry], thisUpdate: laterBy(-2 * DAY), nextUpdate: laterBy(-1000) }), unknown],
      'comes from the future': [() => ({ entries: [entry], thisUpdate: laterBy(HOUR) }), unknown],
      'does not say until when': [() => ({ entries: [entry], nextUpdate: null }), revoked],
      'is signed by somebody else of that name': [() => ({ entries: [entry], signer: stranger }), unknown],
    };
    for (const [name, [request, expected]] of Object.entries(lists)) {
      it(name, async () => {
        const peer = await served((url) => crlOf(issuer, request(url)));
        const { certificate } = await leafAt(`${peer.url}/1.crl`);
        assert.deepEqual(await checker().check(certificate, issuer.certificate, null), expected);
      });
    }

    const others: Record<string, () => Buffer | RequestListener> = {
      'comes from another authority': () => crlOf(other, { entries: [entry], signer: issuer }),
      'was changed on the way': () => {
        const der = crlOf(issuer, { entries: [entry] });
        der[der.indexOf(Buffer.from(SERIAL, 'hex')) + 1]! ^= 1;
        return der;
      },
      'breaks off': () => crlOf(issuer, { entries: [entry] }).subarray(0, -10),
      'is none': () => Buffer.from('<!doctype html>'),
      'is empty of bytes': () => Buffer.alloc(0),
      'is half a million elements': () => tlv(0x30, tlv(0x30, Buffer.alloc(1_000_000, DER_NULL)), tlv(0x30), tlv(3)),
      'is too large': () => Buffer.alloc(2 * 1024 * 1024, 0x30),
      'is not there': () => (_, response) => response.writeHead(404).end(),
    };
    for (const [name, list] of Object.entries(others)) {
      it(`${name}: unknown`, async () => {
        const peer = await served(list);
        const { certificate } = await leafAt(peer.url);
        assert.deepEqual(await checker().check(certificate, issuer.certificate, null), unknown);
      });
    }
  });

  it('reads a list in PEM', async () => {
    const base64 = crlOf(issuer, { entries: [entry] })
      .toString('base64')
      .replaceAll(/.{64}/g, '$&\n');
    const peer = await served(() => Buffer.from(`-----BEGIN X509 CRL-----\n${base64}\n-----END X509 CRL-----\n`));
    const { certificate } = await leafAt(peer.url);
    assert.deepEqual(await checker().check(certificate, issuer.certificate, null), revoked);
  });

  it('does not count when the issuer may not sign lists', async () => {
    const limited = await issue('Issuer', null, { authority: true, keyUsage: 32, keys: issuer.keys });
    const peer = await served(() => crlOf(issuer, { entries: [entry] }));
    const { certificate } = await leafAt(peer.url);
    assert.deepEqual(await checker().check(certificate, limited.certificate, null), unknown);
  });

  it('does not take a list that was verified for one issuer for that of another of that name', async () => {
    const peer = await served(() => crlOf(issuer, { entries: [entry] }));
    const leaf = await leafAt(peer.url);
    const foreign = await issue('leaf.example', stranger, { crl: [peer.url], serialNumber: SERIAL });
    const { check } = checker();
    assert.deepEqual(await check(leaf.certificate, issuer.certificate, null), revoked);
    assert.deepEqual(await check(foreign.certificate, stranger.certificate, null), unknown);
    assert.equal(peer.requests.length, 1);
  });

  it('tells serial numbers apart that look alike in its index', async () => {
    const [listed, alike] = ['0a02b3303066', '0a0303bc3c77'];
    const peer = await served(() => crlOf(issuer, { entries: [{ serialNumber: listed!, at: AT }] }));
    const { check } = checker();
    const first = await leafAt(peer.url, { serialNumber: listed });
    const second = await leafAt(peer.url, { serialNumber: alike });
    assert.deepEqual(await check(first.certificate, issuer.certificate, null), revoked);
    assert.deepEqual(await check(second.certificate, issuer.certificate, null), good);
  });

  it('reads the list for authorities when the certificate is one', async () => {
    const peer = await served(() => crlOf(issuer, { extensions: [crlScope({ onlyContainsCACerts: true })] }));
    const intermediate = await issue('Intermediate', issuer, { authority: true, crl: [peer.url] });
    assert.equal((await checker().check(intermediate.certificate, issuer.certificate, null)).status, 'good');
  });

  it('skips points whose list comes from somebody else, and those that name no web address', async () => {
    const foreign = await served(() => crlOf(issuer, { entries: [entry] }));
    const peer = await served(() => crlOf(issuer));
    const elsewhere = [new GeneralName({ directoryName: new Name() })];
    const { certificate } = await leafAt('', {
      crl: [
        distributionPoint([foreign.url], { cRLIssuer: elsewhere }),
        distributionPoint(['ldap://127.0.0.1/x']),
        distributionPoint(['ldap://127.0.0.1/x', peer.url]),
      ],
    });
    assert.deepEqual(await checker().check(certificate, issuer.certificate, null), good);
    assert.equal(foreign.requests.length, 0);
  });

  describe('of a distribution point that is for some reasons only', () => {
    const someReasons = { reasons: new Reason(ReasonFlags.keyCompromise) };

    it('says nothing by having no entry', async () => {
      const peer = await served(() => crlOf(issuer));
      const { certificate } = await leafAt('', { crl: [distributionPoint([peer.url], someReasons)] });
      assert.deepEqual(await checker().check(certificate, issuer.certificate, null), unknown);
      assert.equal(peer.requests.length, 1);
    });

    it('says revoked by having one', async () => {
      const peer = await served(() => crlOf(issuer, { entries: [entry] }));
      const { certificate } = await leafAt('', { crl: [distributionPoint([peer.url], someReasons)] });
      assert.deepEqual(await checker().check(certificate, issuer.certificate, null), revoked);
    });

    it('leaves it to the next point to say good, or revoked', async () => {
      for (const [entries, expected] of [
        [[], good],
        [[entry], revoked],
      ] as const) {
        const part = await served(() => crlOf(issuer));
        const whole = await served(() => crlOf(issuer, { entries: [...entries] }));
        const points = [distributionPoint([part.url], someReasons), distributionPoint([whole.url])];
        const { certificate } = await leafAt('', { crl: points });
        assert.deepEqual(await checker().check(certificate, issuer.certificate, null), expected);
      }
    });
  });

  it('asks three addresses for a list, and no more', async () => {
    const none = await served(() => (_, response) => response.writeHead(404).end());
    const peer = await served(() => crlOf(issuer));
    const at = (count: number): string[] => Array.from({ length: count }, (_, index) => `${none.url}/${index}`);
    const third = await leafAt('', { crl: [...at(2), peer.url] });
    assert.deepEqual(await checker().check(third.certificate, issuer.certificate, null), good);
    const fourth = await leafAt('', { crl: [...at(3), peer.url] });
    assert.deepEqual(await checker().check(fourth.certificate, issuer.certificate, null), unknown);
    assert.equal(peer.requests.length, 1);
  });

  it('goes on to the next address when the first has nothing that counts', async () => {
    const stale = await served(() => crlOf(issuer, { thisUpdate: laterBy(-2 * DAY), nextUpdate: laterBy(-DAY) }));
    const peer = await served(() => crlOf(issuer, { entries: [entry] }));
    const { certificate } = await leafAt('', { crl: [stale.url, peer.url] });
    assert.deepEqual(await checker().check(certificate, issuer.certificate, null), revoked);
  });

  it('comes after the responder, which is asked first', async () => {
    const order: string[] = [];
    const responder = await peers.http((_, response) => {
      order.push('ocsp');
      response.end(ocspResponse(leaf.certificate, issuer, { status: order.length === 1 ? 'good' : 'unknown' }));
    });
    const lists = await served(() => {
      order.push('crl');
      return crlOf(issuer, { entries: [entry] });
    });
    const leaf = await leafAt(lists.url, { ocsp: [responder.url] });
    assert.deepEqual(await checker().check(leaf.certificate, issuer.certificate, null), { ...good, by: 'ocsp' });
    assert.deepEqual(order, ['ocsp']);
    assert.deepEqual(await checker().check(leaf.certificate, issuer.certificate, null), revoked);
    assert.deepEqual(order, ['ocsp', 'ocsp', 'crl']);
  });

  describe('remembers', () => {
    it('a list until its nextUpdate, for all certificates of the issuer', async () => {
      let now = Date.now();
      const peer = await served(() =>
        crlOf(issuer, { entries: [entry], thisUpdate: new Date(now), nextUpdate: new Date(now + DAY) }),
      );
      const first = await leafAt(peer.url);
      const second = await leafAt(peer.url, { serialNumber: OTHER });
      const { check } = checker(() => now);
      const asked: number[] = [];
      for (const step of [0, 23 * HOUR, 2 * HOUR]) {
        now += step;
        assert.deepEqual(await check(first.certificate, issuer.certificate, null), revoked);
        assert.deepEqual(await check(second.certificate, issuer.certificate, null), good);
        asked.push(peer.requests.length);
      }
      assert.deepEqual(asked, [1, 1, 2]);
    });

    it('an address without a list that counts for ten minutes, whatever certificates name it', async () => {
      let now = Date.now();
      const peer = await served(() => crlOf(issuer, { entries: [entry], signer: stranger }));
      const leaves = await Promise.all(['01', '02', '03'].map((serialNumber) => leafAt(peer.url, { serialNumber })));
      const { check } = checker(() => now);
      const asked: number[] = [];
      for (const [at, leaf] of leaves.entries()) {
        if (at === 2) now += 11 * 60_000;
        assert.deepEqual(await check(leaf.certificate, issuer.certificate, null), unknown);
        asked.push(peer.requests.length);
      }
      assert.deepEqual(asked, [1, 1, 2]);
    });

    it('sixteen megabytes of lists at most', async () => {
      const filler = { oid: '2a0305', value: tlv(4, Buffer.alloc(20_000)), critical: false };
      const entries = Array.from({ length: 10_000 }, (_, at) => ({
        serialNumber: `0c${at.toString(16).padStart(40, '0')}`,
      }));
      const list = crlOf(issuer, { entries, extensions: [filler] });
      assert.ok(list.length > 400_000 && list.length < 500_000);
      const peer = await served(() => list);
      const { check } = checker();
      const leaves: Holder[] = [];
      for (let at = 0; at < 40; at += 1)
        leaves.push(await leafAt(`${peer.url}/${at}`, { serialNumber: `0d${10 + at}` }));
      for (const leaf of leaves) await check(leaf.certificate, issuer.certificate, null);
      assert.equal(peer.requests.length, 40);
      const last = await leafAt(`${peer.url}/39`, { serialNumber: '0e01' });
      await check(last.certificate, issuer.certificate, null);
      assert.equal(peer.requests.length, 40);
      const first = await leafAt(`${peer.url}/0`, { serialNumber: '0e02' });
      await check(first.certificate, issuer.certificate, null);
      assert.equal(peer.requests.length, 41);
    });
  });

  it('finds its entry among 25,000, each time in a moment', async () => {
    const entries = Array.from({ length: 25_000 }, (_, at) => ({
      serialNumber: `0c${(at * 7919).toString(16).padStart(32, '0')}`,
      ...(at % 3 === 0 ? { reason: 1 } : {}),
      at: AT,
    }));
    const list = crlOf(issuer, { entries });
    assert.ok(list.length > 900_000 && list.length < 1024 * 1024, `${list.length} bytes`);
    const peer = await served(() => list);
    const { check } = checker();
    const serials = [entries[0]!, entries[12_345]!, entries[24_999]!].map(({ serialNumber }) => serialNumber);
    for (const serialNumber of [...serials, '0d01']) {
      const { certificate } = await leafAt(peer.url, { serialNumber });
      const { status } = await check(certificate, issuer.certificate, null);
      assert.equal(status, serialNumber === '0d01' ? 'good' : 'revoked');
    }
    assert.equal(peer.requests.length, 1);
  });
});
