import assert from 'node:assert/strict';
import type { X509Certificate } from 'node:crypto';
import { OCSPRequest, OCSPResponse, OCSPResponseStatus } from '@peculiar/asn1-ocsp';
import { AsnParser } from '@peculiar/asn1-schema';
import { AuthorityInfoAccessSyntax, CRLReasons } from '@peculiar/asn1-x509';
import type { RequestListener } from 'node:http';
import sinon from 'sinon';
import { createFetch, type Fetch, type Fetched } from '../../../src/sources/tls/fetch.ts';
import { loadAsn1 } from '../../../src/sources/tls/revocation/asn1.ts';
import { createRevocation } from '../../../src/sources/tls/revocation.ts';
import {
  crlOf,
  generateKeys,
  issue,
  ocspError,
  ocspResponse,
  tlv,
  type Holder,
  type OcspAnswer,
} from '../../peers/tls/revocation-pki.ts';
import { bodyOf, createWebPeers, type WebPeer } from '../../peers/web/web-peers.ts';
import { HOUR, DAY } from '../../../src/core/time.ts';

const TIMERS = ['Date', 'setTimeout', 'setInterval', 'clearTimeout', 'clearInterval'] as const;
const OCSP_SIGNING = '1.3.6.1.5.5.7.3.9';
const REVOKED_AT = new Date(Date.UTC(2026, 0, 2, 3, 4, 5));

function laterBy(milliseconds: number): Date {
  return new Date(Date.now() + milliseconds);
}

describe('Revocation', () => {
  const peers = createWebPeers();
  let root: Holder;
  let issuer: Holder;
  let stranger: Holder;
  let namesake: Holder;
  let large: Holder;
  let responders: Record<'proper' | 'withoutPurpose' | 'expired' | 'foreign' | 'early', Holder>;
  let leafKeys: Holder['keys'];

  before(async () => {
    root = await issue('Root', null, { authority: true });
    issuer = await issue('Issuer', root, { authority: true });
    stranger = await issue('Issuer', null, { authority: true });
    namesake = await issue('Issuer by another name', root, { authority: true, keys: issuer.keys });
    large = await issue('x'.repeat(60_000), root);
    assert.ok(large.certificate.raw.length > 50_000 && large.certificate.raw.length < 80_000);
    leafKeys = await generateKeys();
    const [proper, withoutPurpose, expired, foreign, early] = await Promise.all([
      issue('Responder', issuer, { usages: [OCSP_SIGNING] }),
      issue('Responder', issuer),
      issue('Responder', issuer, { usages: [OCSP_SIGNING], notAfter: laterBy(-DAY) }),
      issue('Responder', stranger, { usages: [OCSP_SIGNING] }),
      issue('Responder', issuer, { usages: [OCSP_SIGNING], notBefore: laterBy(DAY) }),
    ]);
    responders = { proper, withoutPurpose, expired, foreign, early };
  });
  afterEach(() => sinon.restore());
  after(() => peers.close());

  function checker(now: () => number = Date.now) {
    const fetch = createFetch({
      permits: (address) => address === '127.0.0.1',
      permitsPort: () => true,
      resolve: async () => ['127.0.0.1'],
    });
    return createRevocation({ fetch, now });
  }

  function leafOf(names: { ocsp?: string[]; crl?: string[] } = {}): Promise<Holder> {
    return issue('leaf.example', issuer, { ...names, keys: leafKeys });
  }

  /** A responder that answers about whatever leaf it is told of. */
  async function responder(answer: (leaf: X509Certificate) => OcspAnswer | Buffer | RequestListener): Promise<{
    peer: WebPeer;
    leaf: X509Certificate;
  }> {
    let leaf: X509Certificate | null = null;
    const peer = await peers.http((request, response) => {
      const given = answer(leaf!);
      if (typeof given === 'function') given(request, response);
      else response.end(Buffer.isBuffer(given) ? given : ocspResponse(leaf!, issuer, given));
    });
    leaf = (await leafOf({ ocsp: [`${peer.url}/ocsp`] })).certificate;
    return { peer, leaf };
  }

  const subject = 'leaf.example';
  const unknown = { status: 'unknown', by: null, subject };
  const good = { status: 'good', by: 'ocsp', subject };
  const revoked = { status: 'revoked', by: 'ocsp', subject, at: REVOKED_AT.getTime() };

  it('is unknown where a certificate names nobody to ask', async () => {
    const { certificate } = await leafOf();
    assert.deepEqual(await checker().check(certificate, issuer.certificate, null), unknown);
  });

  describe('by a responder that', () => {
    const answers: Record<string, [() => OcspAnswer, object]> = {
      'says good': [() => ({ status: 'good' }), good],
      'says good, by SHA-256': [() => ({ status: 'good', hash: 'sha256' }), good],
      'says good without saying until when': [() => ({ status: 'good', nextUpdate: null }), good],
      'says revoked': [() => ({ status: 'revoked', at: REVOKED_AT }), revoked],
      'says revoked, and why': [
        () => ({ status: 'revoked', at: REVOKED_AT, reason: CRLReasons.keyCompromise }),
        { ...revoked, reason: 'keyCompromise' },
      ],
      'says revoked for no reason in particular': [
        () => ({ status: 'revoked', at: REVOKED_AT, reason: CRLReasons.unspecified }),
        revoked,
      ],
      'says on hold': [
        () => ({ status: 'revoked', at: REVOKED_AT, reason: CRLReasons.certificateHold }),
        { ...revoked, reason: 'certificateHold' },
      ],
      'says unknown': [() => ({ status: 'unknown' }), unknown],
      'forged its signature': [() => ({ status: 'revoked', forged: true }), unknown],
      'signs as somebody else of that name': [() => ({ status: 'revoked', signer: stranger }), unknown],
      'signs with the key of the certificate itself': [
        () => ({ status: 'good', signer: { ...issuer, keys: leafKeys } }),
        unknown,
      ],
      'was authorized by the issuer': [
        () => ({ status: 'good', signer: responders.proper, certificates: [responders.proper.certificate] }),
        good,
      ],
      'was authorized, among other certificates': [
        () => ({
          status: 'good',
          signer: responders.proper,
          certificates: [root, issuer, stranger, responders.proper].map(({ certificate }) => certificate),
        }),
        good,
      ],
      'was authorized, and shows it behind four other certificates': [
        () => ({
          status: 'good',
          signer: responders.proper,
          certificates: [root, issuer, stranger, namesake, responders.proper].map(({ certificate }) => certificate),
        }),
        unknown,
      ],
      'sends a certificate of 60 kB along': [() => ({ status: 'good', certificates: [large.certificate] }), good],
      'sends more than 100 kB': [
        () => ({ status: 'good', certificates: [large.certificate, large.certificate] }),
        unknown,
      ],
      'was authorized and does not show it': [() => ({ status: 'revoked', signer: responders.proper }), unknown],
      'has a certificate of the issuer for another purpose': [
        () => ({
          status: 'revoked',
          signer: responders.withoutPurpose,
          certificates: [responders.withoutPurpose.certificate],
        }),
        unknown,
      ],
      'was authorized until yesterday': [
        () => ({ status: 'revoked', signer: responders.expired, certificates: [responders.expired.certificate] }),
        unknown,
      ],
      'will be authorized tomorrow': [
        () => ({ status: 'revoked', signer: responders.early, certificates: [responders.early.certificate] }),
        unknown,
      ],
      'was authorized by another authority': [
        () => ({ status: 'revoked', signer: responders.foreign, certificates: [responders.foreign.certificate] }),
        unknown,
      ],
      'gives an answer that is stale': [
        () => ({ status: 'revoked', thisUpdate: laterBy(-2 * DAY), nextUpdate: laterBy(-1000) }),
        unknown,
      ],
      'gives an answer of last week that does not say until when': [
        () => ({ status: 'good', thisUpdate: laterBy(-7 * DAY), nextUpdate: null }),
        unknown,
      ],
      'gives an answer from the future': [() => ({ status: 'revoked', thisUpdate: laterBy(10 * 60_000) }), unknown],
      'has a clock that is a little fast': [() => ({ status: 'good', thisUpdate: laterBy(4 * 60_000) }), good],
      'demands something of which nobody has heard': [() => ({ status: 'revoked', critical: true }), unknown],
    };
    for (const [name, [answer, expected]] of Object.entries(answers)) {
      it(name, async () => {
        const { leaf } = await responder(answer);
        assert.deepEqual(await checker().check(leaf, issuer.certificate, null), expected);
      });
    }

    const others: Record<string, (leaf: X509Certificate) => Buffer | RequestListener> = {
      'says to try later': () => ocspError(OCSPResponseStatus.tryLater),
      'says unauthorized': () => ocspError(OCSPResponseStatus.unauthorized),
      'says malformed': () => ocspError(OCSPResponseStatus.malformedRequest),
      'answers about another certificate': () => ocspResponse(root.certificate, issuer, { status: 'revoked' }),
      'answers about a certificate of another issuer': (leaf) => ocspResponse(leaf, root, { status: 'revoked' }),
      'answers about one that another of that name issued': (leaf) =>
        ocspResponse(leaf, stranger, { status: 'revoked', signer: issuer }),
      'answers about one that another with that key issued': (leaf) =>
        ocspResponse(leaf, namesake, { status: 'revoked', signer: issuer }),
      'answers 500': () => (_, response) => response.writeHead(500).end(),
      'answers with a web page': () => Buffer.from('<!doctype html><title>Welcome</title>'),
      'answers with nothing': () => Buffer.alloc(0),
      'breaks off': (leaf) => ocspResponse(leaf, issuer, { status: 'revoked' }).subarray(0, -20),
      'sends 2 MB': () => Buffer.alloc(2 * 1024 * 1024, 0x30),
      'sends a hundred thousand nested elements': () => Buffer.alloc(100_000, Buffer.from([0x30, 0x80])),
      'redirects to itself': () => (_, response) => response.writeHead(302, { Location: '/' }).end(),
      'redirects to a cloud metadata service': () => (_, response) =>
        response.writeHead(302, { Location: 'http://169.254.169.254/' }).end(),
    };
    for (const [name, answer] of Object.entries(others)) {
      it(`${name}: unknown`, async () => {
        const { leaf } = await responder(answer);
        assert.deepEqual(await checker().check(leaf, issuer.certificate, null), unknown);
      });
    }

    it('refuses the connection: unknown', async () => {
      const { certificate } = await leafOf({ ocsp: [`http://127.0.0.1:${await peers.closedPort()}/`] });
      assert.deepEqual(await checker().check(certificate, issuer.certificate, null), unknown);
    });

    it('says nothing: unknown after five seconds, and the CRL is asked after two', async () => {
      const clock = sinon.useFakeTimers({ toFake: [...TIMERS] });
      const silent = await peers.http(() => {});
      const lists = await peers.http((_, response) => response.end(crlOf(issuer)));
      const { check } = checker();
      const alone = (await leafOf({ ocsp: [silent.url] })).certificate;
      const checking = check(alone, issuer.certificate, null);
      await silent.asked();
      await clock.tickAsync(5000);
      assert.deepEqual(await checking, unknown);
      const both = (await leafOf({ ocsp: [silent.url], crl: [lists.url] })).certificate;
      const fresh = checker().check(both, issuer.certificate, null);
      await silent.asked();
      await clock.tickAsync(2000);
      assert.deepEqual(await fresh, { status: 'good', by: 'crl', subject });
    });
  });

  it('asks a second responder when the first does not know', async () => {
    const first = await peers.http((_, response) => response.end(ocspError(OCSPResponseStatus.tryLater)));
    const second = await peers.http((_, response) => response.end(ocspResponse(leaf, issuer, { status: 'good' })));
    const leaf = (await leafOf({ ocsp: [first.url, 'ldap://x.example/?http://', second.url.replace('http', 'HTTP')] }))
      .certificate;
    assert.deepEqual(await checker().check(leaf, issuer.certificate, null), good);
  });

  it('asks two responders, and no more', async () => {
    const silent = await peers.http((_, response) => response.end(ocspError(OCSPResponseStatus.tryLater)));
    const third = await peers.http((_, response) => response.end(ocspResponse(leaf, issuer, { status: 'good' })));
    const leaf = (await leafOf({ ocsp: [`${silent.url}/1`, `${silent.url}/2`, third.url] })).certificate;
    assert.deepEqual(await checker().check(leaf, issuer.certificate, null), unknown);
    assert.deepEqual([silent.requests.length, third.requests.length], [2, 0]);
  });

  it('asks by POST, with the type of OCSP requests', async () => {
    let type: string | undefined;
    const { leaf, peer } = await responder(() => (request, response) => {
      type = request.headers['content-type'];
      response.end();
    });
    await checker().check(leaf, issuer.certificate, null);
    assert.deepEqual(peer.requests, ['POST /ocsp']);
    assert.equal(type, 'application/ocsp-request');
  });

  it('asks about a serial number that begins with a set bit as a positive one', async () => {
    let asked: Buffer | null = null;
    const peer = await peers.http(async (request, response) => {
      const { requestList } = AsnParser.parse(await bodyOf(request), OCSPRequest).tbsRequest;
      asked = Buffer.from(requestList[0]!.reqCert.serialNumber);
      response.end();
    });
    const leaf = await issue('leaf.example', issuer, { ocsp: [peer.url], serialNumber: 'f00102', keys: leafKeys });
    await checker().check(leaf.certificate, issuer.certificate, null);
    assert.equal(asked!.toString('hex'), '00f00102');
  });

  describe('by what is stapled', () => {
    it('counts first, and nobody is asked', async () => {
      const { leaf, peer } = await responder(() => ({ status: 'revoked' }));
      const staple = ocspResponse(leaf, issuer, { status: 'good' });
      const { check } = checker();
      assert.deepEqual(await check(leaf, issuer.certificate, staple), { ...good, by: 'staple' });
      assert.deepEqual(await check(leaf, issuer.certificate, null), { ...good, by: 'staple' });
      assert.deepEqual(peer.requests, []);
    });

    it('counts where the certificate names nobody', async () => {
      const { certificate } = await leafOf();
      const staple = ocspResponse(certificate, issuer, { status: 'good' });
      assert.deepEqual(await checker().check(certificate, issuer.certificate, staple), { ...good, by: 'staple' });
    });

    const useless: Record<string, (leaf: X509Certificate) => Buffer> = {
      'a stale one': (leaf) =>
        ocspResponse(leaf, issuer, { status: 'revoked', thisUpdate: laterBy(-DAY), nextUpdate: laterBy(-HOUR) }),
      'a forged one': (leaf) => ocspResponse(leaf, issuer, { status: 'revoked', forged: true }),
      'one about another certificate': () => ocspResponse(root.certificate, issuer, { status: 'revoked' }),
      'an empty one': () => Buffer.alloc(0),
      rubbish: () => Buffer.from('rubbish'),
    };
    for (const [name, staple] of Object.entries(useless)) {
      it(`does not count when it is ${name}: the responder is asked`, async () => {
        const { leaf } = await responder(() => ({ status: 'good' }));
        assert.deepEqual(await checker().check(leaf, issuer.certificate, staple(leaf)), good);
      });
    }

    it('says revoked at once, even if a good answer is remembered', async () => {
      const { leaf } = await responder(() => ({ status: 'good' }));
      const { check } = checker();
      assert.deepEqual(await check(leaf, issuer.certificate, null), good);
      const staple = ocspResponse(leaf, issuer, { status: 'revoked', at: REVOKED_AT, thisUpdate: laterBy(-2 * HOUR) });
      const stapled = { ...revoked, by: 'staple' };
      assert.deepEqual(await check(leaf, issuer.certificate, staple), stapled);
      assert.deepEqual(await check(leaf, issuer.certificate, null), stapled);
    });

    it('does not hide a revocation behind an older good answer', async () => {
      const { leaf } = await responder(() => ({ status: 'revoked', at: REVOKED_AT }));
      const { check } = checker();
      assert.deepEqual(await check(leaf, issuer.certificate, null), revoked);
      const staple = ocspResponse(leaf, issuer, { status: 'good', thisUpdate: laterBy(-2 * HOUR) });
      assert.deepEqual(await check(leaf, issuer.certificate, staple), revoked);
    });
  });

  describe('when answers cross each other', () => {
    it('a staple that comes while the responder is asked is not forgotten over its silence or an older “good”', async () => {
      for (const status of ['good', 'unknown'] as const) {
        const { promise: asked, resolve: arrived } = Promise.withResolvers<void>();
        const { promise: heard, resolve: goOn } = Promise.withResolvers<void>();
        const { leaf } = await responder((certificate) => async (_, response) => {
          arrived();
          await heard;
          response.end(ocspResponse(certificate, issuer, { status }));
        });
        const { check } = checker();
        const first = check(leaf, issuer.certificate, null);
        await asked;
        const staple = ocspResponse(leaf, issuer, { status: 'revoked', at: REVOKED_AT });
        const stapled = { ...revoked, by: 'staple' };
        assert.deepEqual(await check(leaf, issuer.certificate, staple), stapled);
        goOn();
        assert.deepEqual(await first, stapled);
        assert.deepEqual(await check(leaf, issuer.certificate, null), stapled);
      }
    });

    it('a slow responder that says revoked corrects what the CRL said in the meantime', async () => {
      const clock = sinon.useFakeTimers({ toFake: [...TIMERS] });
      const { promise: waited, resolve: goOn } = Promise.withResolvers<void>();
      const slow = await peers.http(async (_, response) => {
        await waited;
        response.end(ocspResponse(leaf, issuer, { status: 'revoked', at: REVOKED_AT }));
      });
      const lists = await peers.http((_, response) => response.end(crlOf(issuer)));
      const leaf = (await leafOf({ ocsp: [slow.url], crl: [lists.url] })).certificate;
      const { check } = checker();
      const checking = check(leaf, issuer.certificate, null);
      await slow.asked();
      await clock.tickAsync(2000);
      assert.equal((await checking).by, 'crl');
      goOn();
      let last = await check(leaf, issuer.certificate, null);
      while (last.by === 'crl') {
        await new Promise(setImmediate);
        last = await check(leaf, issuer.certificate, null);
      }
      assert.deepEqual(last, revoked);
    });

    it('a good staple that comes while the responder is asked is not forgotten over its silence', async () => {
      const { promise: asked, resolve: arrived } = Promise.withResolvers<void>();
      const { promise: heard, resolve: goOn } = Promise.withResolvers<void>();
      const { leaf } = await responder(() => async (_, response) => {
        arrived();
        await heard;
        response.writeHead(500).end();
      });
      const { check } = checker();
      const first = check(leaf, issuer.certificate, null);
      await asked;
      const stapled = { ...good, by: 'staple' };
      const staple = ocspResponse(leaf, issuer, { status: 'good' });
      assert.deepEqual(await check(leaf, issuer.certificate, staple), stapled);
      goOn();
      assert.deepEqual(await first, stapled);
      assert.deepEqual(await check(leaf, issuer.certificate, null), stapled);
    });

    it('a staple that was not read yet is read, a known one is not waited for', async () => {
      const { leaf, peer } = await responder(() => ({ status: 'good', thisUpdate: laterBy(-HOUR) }));
      const { check } = checker();
      assert.deepEqual(await check(leaf, issuer.certificate, Buffer.from('rubbish')), good);
      assert.deepEqual(await check(leaf, issuer.certificate, Buffer.from('rubbish')), good);
      const staple = ocspResponse(leaf, issuer, { status: 'good', thisUpdate: laterBy(-1000) });
      for (const given of [staple, staple, null]) {
        assert.deepEqual(await check(leaf, issuer.certificate, given), { ...good, by: 'staple' });
      }
      assert.equal(peer.requests.length, 1);
    });
  });

  describe('asks again', () => {
    const [first, second, list] = ['http://ocsp.example/1', 'http://ocsp.example/2', 'http://crl.example/'];
    const reasons: [string, Record<string, string>, number][] = [
      [
        'after a minute where there was no turn to ask anybody',
        { [first]: 'busy', [second]: 'busy', [list]: 'busy' },
        2,
      ],
      ['after a minute where there was none to ask the first', { [first]: 'busy' }, 2],
      ['after a minute where there was none to ask for the list', { [list]: 'busy' }, 2],
      ['after an hour where nobody answered', {}, 1],
    ];
    for (const [when, busy, expected] of reasons) {
      it(when, async () => {
        let now = Date.now();
        const asked: string[] = [];
        const fetch: Fetch = async (url) => {
          asked.push(url);
          return { ok: false, reason: busy[url] ?? 'timeout' };
        };
        const { check } = createRevocation({ fetch, now: () => now });
        const { certificate } = await leafOf({ ocsp: [first, second], crl: [list] });
        for (const step of [0, 59_000, 2000]) {
          now += step;
          assert.deepEqual(await check(certificate, issuer.certificate, null), unknown);
        }
        assert.equal(asked.filter((url) => url === first).length, expected);
      });
    }
  });

  it('is unknown after five seconds, however long a fetch takes', async () => {
    const clock = sinon.useFakeTimers({ toFake: [...TIMERS] });
    const { check } = createRevocation({ fetch: () => Promise.withResolvers<Fetched>().promise, now: Date.now });
    const { certificate } = await leafOf({ ocsp: ['http://ocsp.example/'], crl: ['http://crl.example/'] });
    const checking = check(certificate, issuer.certificate, null);
    await clock.tickAsync(4999);
    assert.equal(await Promise.race([checking, Promise.resolve('waiting')]), 'waiting');
    await clock.tickAsync(1);
    assert.deepEqual(await checking, unknown);
  });

  it('never throws, whatever the fetch does', async () => {
    const { certificate } = await leafOf({ ocsp: ['http://ocsp.example/'], crl: ['http://crl.example/'] });
    const { check } = createRevocation({ fetch: async () => Promise.reject(new Error('broken')), now: Date.now });
    assert.deepEqual(await check(certificate, issuer.certificate, null), unknown);
  });

  it('goes on to the list where the responder cannot even be asked', async () => {
    const { certificate } = await leafOf({ ocsp: ['http://ocsp.example/'], crl: ['http://crl.example/'] });
    const fetch: Fetch = async (url) => {
      if (url === 'http://ocsp.example/') throw new Error('broken');
      return { ok: true, body: crlOf(issuer) };
    };
    const { check } = createRevocation({ fetch, now: Date.now });
    assert.deepEqual(await check(certificate, issuer.certificate, null), { ...good, by: 'crl' });
  });

  describe('reads', () => {
    /** How many structures of that kind are parsed meanwhile. */
    async function parsed(kind: unknown, work: () => Promise<unknown>): Promise<number> {
      const parse = sinon.spy(AsnParser, 'parse');
      await work();
      const count = parse.args.filter(([, target]) => target === kind).length;
      parse.restore();
      return count;
    }

    it('what is stapled once, whether it counts or not', async () => {
      const { leaf } = await responder(() => ({ status: 'good', thisUpdate: laterBy(-HOUR) }));
      for (const staple of [ocspResponse(leaf, issuer, { status: 'good' }), ocspError(OCSPResponseStatus.tryLater)]) {
        const { check } = checker();
        const again = (): Promise<unknown> => check(leaf, issuer.certificate, staple);
        // The first time, nothing is remembered of a certificate to which this could be noted.
        await again();
        await again();
        assert.equal(await parsed(OCSPResponse, again), 0);
      }
    });

    it('no extension of more than 8 kB', async () => {
      const peer = await peers.http((request, response) =>
        response.end(request.method === 'POST' ? ocspResponse(small, issuer, { status: 'good' }) : crlOf(issuer)),
      );
      const long = (length: number): string[] => [peer.url, `http://x.example/${'x'.repeat(length)}`];
      const small = (await leafOf({ ocsp: long(8000) })).certificate;
      assert.deepEqual(await checker().check(small, issuer.certificate, null), good);
      const listed = (await leafOf({ crl: long(8000) })).certificate;
      assert.deepEqual(await checker().check(listed, issuer.certificate, null), { ...good, by: 'crl' });
      const { certificate } = await leafOf({ ocsp: long(8192), crl: long(8192) });
      assert.deepEqual(await checker().check(certificate, issuer.certificate, null), unknown);
      assert.equal(peer.requests.length, 2);
    });

    it('no structure of more than four thousand elements, nor one that is nested more than thirty times', async () => {
      const { parse, x509 } = await loadAsn1();
      const usages = (count: number): Buffer =>
        tlv(0x30, ...Array.from({ length: count }, () => tlv(6, Buffer.of(42))));
      assert.equal(parse(usages(3900), x509.ExtendedKeyUsage).length, 3900);
      assert.throws(() => parse(usages(4100), x509.ExtendedKeyUsage));
      let nested: Buffer = Buffer.alloc(0);
      for (let depth = 0; depth < 40; depth += 1) nested = tlv(0x30, nested);
      assert.throws(() => parse(nested, x509.ExtendedKeyUsage), /depth/i);
    });

    it('an extension once that certificates have in common, up to five hundred of them', async () => {
      const { check } = createRevocation({ fetch: async () => ({ ok: false, reason: 'timeout' }), now: Date.now });
      const named = (path: string): Promise<Holder> => leafOf({ ocsp: [`http://ocsp.example/${path}`] });
      const look = async (path: string): Promise<unknown> =>
        check((await named(path)).certificate, issuer.certificate, null);
      await look('common');
      for (let count = 1; count < 500; count += 1) await look(`${count}`);
      const [second, third] = await Promise.all(['common', 'common'].map((path) => named(path)));
      const again = (leaf: Holder) => () => check(leaf.certificate, issuer.certificate, null);
      assert.equal(await parsed(AuthorityInfoAccessSyntax, again(second!)), 0);
      await look('one more');
      assert.equal(await parsed(AuthorityInfoAccessSyntax, again(third!)), 1);
    });
  });

  describe('remembers', () => {
    it('fifty thousand certificates, and forgets which it was asked about the longest ago', async () => {
      const asked: string[] = [];
      const fetch: Fetch = async (url) => {
        asked.push(url);
        return { ok: false, reason: 'timeout' };
      };
      const { check } = createRevocation({ fetch, now: Date.now });
      const look = (certificate: X509Certificate): Promise<unknown> => check(certificate, issuer.certificate, null);
      const others = (from: number, to: number): Promise<unknown> =>
        Promise.all(
          Array.from({ length: to - from }, (_, at) =>
            look({ fingerprint256: `${from + at}`, subject: 'CN=x', raw: Buffer.alloc(0) } as X509Certificate),
          ),
        );
      const [one, other] = await Promise.all(['one', 'other'].map((name) => leafOf({ ocsp: [`http://${name}/`] })));
      await look(one!.certificate);
      await look(other!.certificate);
      await others(0, 49_998);
      await look(one!.certificate);
      await others(49_998, 49_999);
      await look(one!.certificate);
      assert.deepEqual(asked, ['http://one/', 'http://other/']);
      await look(other!.certificate);
      assert.deepEqual(asked, ['http://one/', 'http://other/', 'http://other/']);
    });

    it('no silence for longer than an hour, though the clock was set back', async () => {
      let now = Date.now();
      let asked = 0;
      const fetch: Fetch = async () => {
        asked += 1;
        return { ok: false, reason: 'timeout' };
      };
      const { check } = createRevocation({ fetch, now: () => now });
      const { certificate } = await leafOf({ ocsp: ['http://ocsp.example/'] });
      await check(certificate, issuer.certificate, null);
      now -= DAY;
      await check(certificate, issuer.certificate, null);
      assert.equal(asked, 2);
    });

    it('no hold that was lifted', async () => {
      let now = Date.now();
      let reason: CRLReasons | null = CRLReasons.certificateHold;
      const { leaf } = await responder(() => (reason === null ? { status: 'good' } : { status: 'revoked', reason }));
      const { check } = checker(() => now);
      assert.equal((await check(leaf, issuer.certificate, null)).status, 'revoked');
      reason = null;
      now += 2 * DAY;
      sinon.useFakeTimers({ toFake: ['Date'], now });
      assert.deepEqual(await check(leaf, issuer.certificate, null), good);
    });

    it('an answer until its nextUpdate', async () => {
      let now = Date.now();
      const { leaf, peer } = await responder(() => ({
        status: 'good',
        thisUpdate: new Date(now),
        nextUpdate: new Date(now + DAY),
      }));
      const { check } = checker(() => now);
      const asked: number[] = [];
      for (const step of [0, HOUR, 22 * HOUR, HOUR + 1, 0]) {
        now += step;
        assert.deepEqual(await check(leaf, issuer.certificate, null), good);
        asked.push(peer.requests.length);
      }
      assert.deepEqual(asked, [1, 1, 1, 2, 2]);
    });

    const limits: Record<string, [OcspAnswer, number]> = {
      'an answer without nextUpdate for an hour': [{ status: 'good', nextUpdate: null }, HOUR],
      'an answer for seven days at most': [{ status: 'good', nextUpdate: laterBy(90 * DAY) }, 7 * DAY],
      'that there was no answer for an hour': [{ status: 'unknown' }, HOUR],
    };
    for (const [name, [answer, length]] of Object.entries(limits)) {
      it(name, async () => {
        let now = Date.now();
        const { leaf, peer } = await responder(() => answer);
        const { check } = checker(() => now);
        const asked: number[] = [];
        for (const step of [0, length - 2000, 3000]) {
          now += step;
          await check(leaf, issuer.certificate, null);
          asked.push(peer.requests.length);
        }
        assert.deepEqual(asked, [1, 1, 2]);
      });
    }

    it('that a certificate was revoked for good, when nobody answers any more; not one that was on hold', async () => {
      for (const reason of [CRLReasons.superseded, CRLReasons.certificateHold]) {
        let now = Date.now();
        let answers = true;
        const { leaf, peer } = await responder(() =>
          answers ? { status: 'revoked', reason } : (_: unknown, response) => response.writeHead(503).end(),
        );
        const { check } = checker(() => now);
        assert.equal((await check(leaf, issuer.certificate, null)).status, 'revoked');
        answers = false;
        now += 2 * DAY;
        const { status } = await check(leaf, issuer.certificate, null);
        assert.equal(status, reason === CRLReasons.superseded ? 'revoked' : 'unknown');
        assert.equal(peer.requests.length, 2);
      }
    });

    it('a dead responder, whatever certificates name it', async () => {
      const port = await peers.closedPort();
      let tried = 0;
      const fetch = createFetch({
        permits: () => true,
        permitsPort: () => true,
        resolve: async () => ['127.0.0.1'],
        connect: async () => {
          tried += 1;
          throw new Error('refused');
        },
      });
      const { check } = createRevocation({ fetch, now: Date.now });
      const leaves = await Promise.all(
        Array.from({ length: 20 }, (_, at) => leafOf({ ocsp: [`http://ocsp.example:${port}/${at}`] })),
      );
      for (const leaf of leaves) assert.deepEqual(await check(leaf.certificate, issuer.certificate, null), unknown);
      assert.equal(tried, 1);
    });

    it('what is being asked already: many checks at once are one question', async () => {
      const asked: string[] = [];
      const fetch: Fetch = async (url) => {
        asked.push(url);
        return url.endsWith('.crl') ? { ok: true, body: crlOf(issuer) } : { ok: false, reason: 'timeout' };
      };
      const { check } = createRevocation({ fetch, now: Date.now });
      const leaves = await Promise.all(
        ['one', 'other'].map((name) => leafOf({ ocsp: [`http://${name}/`], crl: ['http://lists/common.crl'] })),
      );
      const all = Array.from({ length: 10 }, (_, at) => check(leaves[at % 2]!.certificate, issuer.certificate, null));
      for (const answer of await Promise.all(all)) assert.deepEqual(answer, { ...good, by: 'crl' });
      assert.deepEqual(asked.toSorted(), ['http://lists/common.crl', 'http://one/', 'http://other/']);
    });
  });

  it('survives an issuer that is none', async () => {
    const { leaf } = await responder(() => ({ status: 'good' }));
    assert.deepEqual(await checker().check(leaf, leaf, null), unknown);
  });
});
