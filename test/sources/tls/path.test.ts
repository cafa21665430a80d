import assert from 'node:assert/strict';
// oxlint-disable-next-line import/no-unassigned-import
import 'reflect-metadata';
import { X509Certificate } from 'node:crypto';
import { ExtendedKeyUsage, ExtendedKeyUsageExtension } from '@peculiar/x509';
import sinon from 'sinon';
import {
  createTrustStore,
  describePath,
  findPath,
  isDisordered,
  isForServers,
  trustOfPath,
} from '../../../src/sources/tls/path.ts';
import { intermediate, root, rsaSpki, sign, versionOne, type Signed } from '../../peers/tls/pki.ts';
import { DAY } from '../../../src/core/time.ts';

interface Sent {
  leaf: Signed;
  sent: Signed[];
  fetched?: Signed[];
  anchors?: Signed[];
  privately?: Signed[];
}

function pathOf({ leaf, sent, fetched = [], anchors = [], privately = [] }: Sent, now = Date.now()) {
  const store = createTrustStore({
    publicPems: anchors.map(({ pem }) => pem),
    privatePems: privately.map(({ pem }) => pem),
  });
  const certificates = sent.map(({ x509 }) => x509);
  const path = findPath(leaf.x509, { sent: certificates, fetched: fetched.map((one) => one.x509), store, now });
  return {
    issuers: describePath(path).issuers!.map(({ subject, from }) => `${subject} ${from}`),
    anchor: path.anchor,
    trust: trustOfPath(path, leaf.x509, now),
    disordered: isDisordered(path, certificates),
  };
}

describe('the path of a chain', () => {
  const past = { notBefore: new Date(Date.now() - 9 * DAY), notAfter: new Date(Date.now() - DAY) };
  let top: Signed;
  let middle: Signed;
  let lower: Signed;
  let leaf: Signed;
  let stranger: Signed;

  before(async () => {
    top = await root('CN=Top');
    middle = await intermediate('CN=Middle', top);
    lower = await intermediate('CN=Lower', middle);
    leaf = await sign({ subject: 'CN=leaf', issuer: lower, names: ['leaf.example'] });
    stranger = await root('CN=Stranger');
  });

  const cases: [string, () => Sent | Promise<Sent>, ReturnType<typeof pathOf>][] = [
    [
      'sent whole ends at the anchor',
      () => ({ leaf, sent: [lower, middle], anchors: [top] }),
      {
        issuers: ['Lower sent', 'Middle sent', 'Top anchor'],
        anchor: 'public',
        trust: 'trusted',
        disordered: false,
      },
    ],
    [
      'sent with its root ends at the anchor',
      () => ({ leaf, sent: [lower, middle, top], privately: [top] }),
      {
        issuers: ['Lower sent', 'Middle sent', 'Top anchor'],
        anchor: 'private',
        trust: 'trusted',
        disordered: false,
      },
    ],
    [
      'sent in the wrong order is found all the same, and is disordered',
      () => ({ leaf, sent: [middle, lower], anchors: [top] }),
      {
        issuers: ['Lower sent', 'Middle sent', 'Top anchor'],
        anchor: 'public',
        trust: 'trusted',
        disordered: true,
      },
    ],
    [
      'sent with a stray among it is in order',
      () => ({ leaf, sent: [stranger, lower, middle], anchors: [top] }),
      {
        issuers: ['Lower sent', 'Middle sent', 'Top anchor'],
        anchor: 'public',
        trust: 'trusted',
        disordered: false,
      },
    ],
    [
      'without an intermediate stops below it',
      () => ({ leaf, sent: [lower], anchors: [top] }),
      {
        issuers: ['Lower sent'],
        anchor: null,
        trust: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
        disordered: false,
      },
    ],
    [
      'without any issuer is the leaf alone',
      () => ({ leaf, sent: [], anchors: [top] }),
      { issuers: [], anchor: null, trust: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', disordered: false },
    ],
    [
      'goes through what had to be fetched',
      () => ({ leaf, sent: [], fetched: [lower, middle], anchors: [top] }),
      {
        issuers: ['Lower fetched', 'Middle fetched', 'Top anchor'],
        anchor: 'public',
        trust: 'trusted',
        disordered: false,
      },
    ],
    [
      'to a root that nobody trusts ends there',
      () => ({ leaf, sent: [lower, middle, top], anchors: [stranger] }),
      {
        issuers: ['Lower sent', 'Middle sent', 'Top sent'],
        anchor: null,
        trust: 'SELF_SIGNED_CERT_IN_CHAIN',
        disordered: false,
      },
    ],
    [
      'of a leaf that signs itself is nothing',
      async () => ({ leaf: await sign({ subject: 'CN=alone' }), sent: [], anchors: [top] }),
      { issuers: [], anchor: null, trust: 'DEPTH_ZERO_SELF_SIGNED_CERT', disordered: false },
    ],
    [
      'of a leaf that is trusted itself ends at once',
      async () => {
        const alone = await sign({ subject: 'CN=alone' });
        return { leaf: alone, sent: [], privately: [alone] };
      },
      { issuers: [], anchor: 'private', trust: 'trusted', disordered: false },
    ],
    [
      'goes past an expired cross-signed root to the good one',
      async () => {
        const old = await root('CN=Old', past);
        const crossed = await sign({ subject: 'CN=Top', keys: top.keys, issuer: old, isCa: true, ...past });
        return { leaf, sent: [lower, middle, crossed, old], anchors: [old, top] };
      },
      {
        issuers: ['Lower sent', 'Middle sent', 'Top anchor'],
        anchor: 'public',
        trust: 'trusted',
        disordered: false,
      },
    ],
    [
      'takes the intermediate in time of two with the same name and key',
      async () => {
        const old = await sign({ subject: 'CN=Middle', keys: middle.keys, issuer: top, isCa: true, ...past });
        return { leaf, sent: [lower, old, middle], anchors: [top] };
      },
      {
        issuers: ['Lower sent', 'Middle sent', 'Top anchor'],
        anchor: 'public',
        trust: 'trusted',
        disordered: false,
      },
    ],
    [
      'over an expired intermediate alone has expired',
      async () => {
        const old = await intermediate('CN=Ended', top, past);
        const below = await sign({ subject: 'CN=below', issuer: old });
        return { leaf: below, sent: [old], anchors: [top] };
      },
      { issuers: ['Ended sent', 'Top anchor'], anchor: 'public', trust: 'CERT_HAS_EXPIRED', disordered: false },
    ],
    [
      'over an intermediate of the future is not valid yet',
      async () => {
        const early = await intermediate('CN=Early', top, { notBefore: new Date(Date.now() + DAY) });
        const below = await sign({ subject: 'CN=below', issuer: early });
        return { leaf: below, sent: [early], anchors: [top] };
      },
      { issuers: ['Early sent', 'Top anchor'], anchor: 'public', trust: 'CERT_NOT_YET_VALID', disordered: false },
    ],
    [
      'is not led by a name whose key did not sign',
      async () => {
        const impostor = await intermediate('CN=Lower', top);
        return { leaf, sent: [impostor], anchors: [top] };
      },
      { issuers: [], anchor: null, trust: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', disordered: false },
    ],
    [
      'does not go over a certificate that is no authority',
      async () => {
        const server = await sign({ subject: 'CN=server', issuer: top });
        const below = await sign({ subject: 'CN=below', issuer: server });
        return { leaf: below, sent: [server], anchors: [top] };
      },
      { issuers: [], anchor: null, trust: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', disordered: false },
    ],
    [
      'does not end at a trusted certificate that is no authority, but at itself',
      async () => {
        const device = await sign({ subject: 'CN=device' });
        // Who has no authority may say so: this one does.
        const below = await sign({ subject: 'CN=below', issuer: device });
        return { leaf: below, sent: [device], privately: [device] };
      },
      { issuers: [], anchor: null, trust: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', disordered: false },
    ],
    [
      'to an anchor that everybody and the bot alone trust is public',
      () => ({ leaf, sent: [lower, middle], anchors: [top], privately: [top] }),
      {
        issuers: ['Lower sent', 'Middle sent', 'Top anchor'],
        anchor: 'public',
        trust: 'trusted',
        disordered: false,
      },
    ],
    [
      'finds an anchor whose name is written in other letters and spaces',
      async () => {
        const plain = await root('CN=Old Root');
        const written = await root('CN=OLD  Root', { keys: plain.keys });
        return { leaf: await sign({ subject: 'CN=below', issuer: written }), sent: [], anchors: [plain] };
      },
      { issuers: ['Old Root anchor'], anchor: 'public', trust: 'trusted', disordered: false },
    ],
    [
      'to no anchor is rather one that lacks an issuer than one that ends at a stranger’s own root',
      async () => {
        const elsewhere = await root('CN=Elsewhere');
        const crossed = await sign({ subject: 'CN=Middle', keys: middle.keys, issuer: elsewhere, isCa: true });
        return { leaf, sent: [lower, middle, top, crossed], anchors: [stranger] };
      },
      {
        issuers: ['Lower sent', 'Middle sent'],
        anchor: null,
        trust: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
        disordered: false,
      },
    ],
    [
      'ends, however many certificates of one name a peer sends',
      async () => {
        const circle = await Promise.all(
          Array.from({ length: 18 }, () => sign({ subject: 'CN=Lower', keys: lower.keys, issuer: lower, isCa: true })),
        );
        return { leaf, sent: circle, anchors: [top] };
      },
      {
        issuers: Array.from({ length: 10 }, () => 'Lower sent'),
        anchor: null,
        trust: 'SELF_SIGNED_CERT_IN_CHAIN',
        disordered: false,
      },
    ],
  ];
  for (const [name, sent, expected] of cases) {
    it(name, async () => {
      assert.deepEqual(pathOf(await sent()), expected);
    });
  }

  it('is in time from the first instant of each issuer, and no longer at its last', async () => {
    const [from, to] = [Date.UTC(2030, 0, 1), Date.UTC(2031, 0, 1)];
    const between = await intermediate('CN=Between', top, { notBefore: new Date(from), notAfter: new Date(to) });
    const chain = { leaf: await sign({ subject: 'CN=below', issuer: between }), sent: [between], anchors: [top] };
    const trusts = [from - 1, from, to - 1, to].map((now) => pathOf(chain, now).trust);
    assert.deepEqual(trusts, ['CERT_NOT_YET_VALID', 'trusted', 'trusted', 'CERT_HAS_EXPIRED']);
  });

  it('is found whichever of two anchors of one name it ends at, beside one that cannot be read', async () => {
    const namesake = await root(top.x509.subject);
    for (const publicPems of [
      ['rubbish', top.pem, namesake.pem],
      ['rubbish', namesake.pem, top.pem],
    ]) {
      const store = createTrustStore({ publicPems, privatePems: [top.pem] });
      const path = findPath(leaf.x509, { sent: [lower.x509, middle.x509], store, now: Date.now() });
      assert.equal(path.anchor, 'public');
    }
  });

  it('tells how each of its certificates was signed', () => {
    const store = createTrustStore({ publicPems: [top.pem], privatePems: [] });
    const path = findPath(leaf.x509, { sent: [lower.x509, middle.x509], store, now: Date.now() });
    const signatures = describePath(path).issuers!.map(({ signature }) => signature);
    assert.deepEqual(
      signatures,
      Array.from({ length: 3 }, () => 'ecdsa-with-SHA256'),
    );
  });

  const purposes: [string, string[] | null, boolean][] = [
    ['nothing about what it is for', null, true],
    ['that it is for servers', [ExtendedKeyUsage.clientAuth, ExtendedKeyUsage.serverAuth], true],
    ['that it is for anything', ['2.5.29.37.0'], true],
    ['that it is for clients', [ExtendedKeyUsage.clientAuth], false],
  ];
  for (const [said, usages, expected] of purposes) {
    it(`${expected ? 'may' : 'may not'} begin with a certificate that says ${said}`, async () => {
      const extensions = usages ? [new ExtendedKeyUsageExtension(usages)] : [];
      const { x509 } = await sign({ subject: 'CN=some', isCa: true, extensions });
      assert.equal(isForServers(x509), expected);
    });
  }

  it('may end at a root of version 1, from before there were extensions, which no intermediate may be', async () => {
    const old = await versionOne('Old', 'Old', null);
    const below = await sign({ subject: 'CN=below', issuer: old });
    const facts = { issuers: ['Old anchor'], anchor: 'private', trust: 'trusted', disordered: false } as const;
    assert.deepEqual(pathOf({ leaf: below, sent: [], privately: [old] }), facts);
    const between = await versionOne('Between', 'Old', old);
    const lowest = await sign({ subject: 'CN=lowest', issuer: between });
    assert.deepEqual(pathOf({ leaf: lowest, sent: [between], privately: [old] }).issuers, []);
  });

  describe('costs at most twenty signatures that are checked, where a peer sends', () => {
    let verify: sinon.SinonSpy;
    beforeEach(() => {
      verify = sinon.spy(X509Certificate.prototype, 'verify');
    });
    afterEach(() => verify.restore());

    /** What has the name of the issuer, and another key. */
    function impostors(count: number): Promise<Signed[]> {
      return Promise.all(Array.from({ length: count }, () => intermediate('CN=Middle', top)));
    }

    function found(path: ReturnType<typeof findPath>): [number, string | null, string[]] {
      return [verify.callCount, path.anchor, describePath(path).issuers!.map(({ subject }) => subject)];
    }

    async function search(sent: Signed[], of = leaf): Promise<[number, string | null, string[]]> {
      const store = createTrustStore({ publicPems: [top.pem], privatePems: [] });
      verify.resetHistory();
      return found(findPath(of.x509, { sent: sent.map(({ x509 }) => x509), store, now: Date.now() }));
    }

    it('eighteen impostors before the issuer: it is found', async () => {
      const below = await sign({ subject: 'CN=below', issuer: middle });
      assert.deepEqual(await search([...(await impostors(18)), middle], below), [20, 'public', ['Middle', 'Top']]);
    });

    it('one more: the search ends below the anchor', async () => {
      const below = await sign({ subject: 'CN=below', issuer: middle });
      assert.deepEqual(await search([...(await impostors(19)), middle], below), [20, null, ['Middle']]);
      assert.deepEqual(await search([...(await impostors(20)), middle], below), [20, null, []]);
    });

    it('an issuer with a key that takes long to check with: it is none', async () => {
      const quick = await intermediate('CN=Quick', top, { key: 'RSA-2048' });
      const huge = await sign({ subject: 'CN=Quick', issuer: top, isCa: true, publicKey: rsaSpki(16_384) });
      const below = await sign({ subject: 'CN=below', issuer: quick });
      assert.deepEqual(await search([huge, quick], below), [2, 'public', ['Quick', 'Top']]);
    });

    it('several ways to the anchor: the first is taken, and no other climbed', async () => {
      const twin = await sign({ subject: 'CN=Middle', keys: middle.keys, issuer: top, isCa: true });
      const below = await sign({ subject: 'CN=below', issuer: middle });
      assert.deepEqual(await search([middle, twin], below), [3, 'public', ['Middle', 'Top']]);
    });

    it('authorities that certify each other in a circle', async () => {
      const circle = await Promise.all(
        Array.from({ length: 18 }, () => sign({ subject: 'CN=Lower', keys: lower.keys, issuer: lower, isCa: true })),
      );
      const [checked, anchor, issuers] = await search(circle);
      assert.deepEqual([checked, anchor, issuers.length], [20, null, 10]);
    });

    it('a path of ten authorities, which is found, and of eleven, which is not', async () => {
      const tower = [top];
      for (let floor = 1; floor <= 10; floor += 1) tower.unshift(await intermediate(`CN=Floor ${floor}`, tower[0]!));
      const high = await sign({ subject: 'CN=high', issuer: tower[0]! });
      const lowerOne = await sign({ subject: 'CN=lower', issuer: tower[1]! });
      const [, anchor, issuers] = await search(tower.slice(1), lowerOne);
      assert.deepEqual([anchor, issuers.length], ['public', 10]);
      const [, none, cut] = await search(tower, high);
      assert.deepEqual([none, cut.length], [null, 10]);
    });
  });
});
