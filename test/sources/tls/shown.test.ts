import assert from 'node:assert/strict';
import type { X509Certificate } from 'node:crypto';
import sinon from 'sinon';
import type { Revocation } from '../../../src/core/certificates/certificate.ts';
import type { Seen } from '../../../src/sources/tls/handshake.ts';
import { createTrustStore } from '../../../src/sources/tls/path.ts';
import { createShownReader } from '../../../src/sources/tls/shown.ts';
import { intermediate, root, sign, type Signed } from '../../peers/tls/pki.ts';
import { HOUR } from '../../../src/core/time.ts';

const STAPLE = Buffer.from('staple');

/** The same certificate, as if it had so many bytes more. */
function padded({ x509, ...rest }: Signed, bytes: number, mark = ''): Signed {
  const fingerprint256 = { value: `${x509.fingerprint256}${mark}` };
  const raw = { value: Buffer.concat([x509.raw, Buffer.alloc(bytes)]) };
  return { ...rest, x509: Object.create(x509, { raw, fingerprint256 }) as X509Certificate };
}

function named({ subject }: X509Certificate): string {
  return subject.replace(/^CN=/, '');
}

describe('What a handshake has shown', () => {
  let top: Signed;
  let middle: Signed;
  let lower: Signed;
  let leaf: Signed;

  before(async () => {
    top = await root('CN=Top');
    middle = await intermediate('CN=Middle', top);
    lower = await intermediate('CN=Lower', middle);
    leaf = await sign({ subject: 'CN=leaf', issuer: lower, names: ['leaf.example'] });
  });

  /**
   * Reads chains with these anchors; whose name is in `revoked` is, what is in `published` can be fetched by the name
   * of whom it issued, and nobody ever answers for `silent`.
   */
  function reader({
    anchors = [top],
    revoked = {},
    published = {},
    silent,
  }: {
    anchors?: Signed[];
    revoked?: Record<string, Revocation['status']>;
    published?: Record<string, Signed>;
    silent?: string;
  } = {}) {
    const asked: [string, string, boolean][] = [];
    const wanted: string[] = [];
    const clock = { now: Date.now() };
    const { shown, isKnown } = createShownReader({
      store: createTrustStore({ publicPems: [], privatePems: anchors.map(({ pem }) => pem) }),
      findIssuer: async (certificate) => {
        wanted.push(named(certificate));
        if (named(certificate) === silent) return new Promise(() => {});
        return published[named(certificate)]?.x509 ?? null;
      },
      checkRevocation: async (certificate, issuer, staple) => {
        asked.push([named(certificate), named(issuer), staple !== null]);
        const subject = named(certificate);
        const status = revoked[subject] ?? 'good';
        return { status, by: status === 'unknown' ? null : 'ocsp', subject };
      },
      now: () => clock.now,
    });
    async function show(sent: Signed[], trust: string | null = 'trusted') {
      const seen: Seen = {
        protocol: 'TLSv1.3',
        sent: sent.map(({ x509 }) => x509),
        trust,
        nameMatches: true,
        staple: STAPLE,
      };
      return shown(seen, 'place');
    }
    return { asked, wanted, clock, show, isKnown };
  }

  describe('of revocation:', () => {
    it('each certificate below the anchor is asked about at its own issuer, the leaf alone with its staple', async () => {
      const { show, asked } = reader();
      await show([leaf, lower, middle]);
      assert.deepEqual(asked, [
        ['leaf', 'Lower', true],
        ['Lower', 'Middle', false],
        ['Middle', 'Top', false],
      ]);
    });

    it('nobody is asked about a root that was sent, nor about a leaf whose issuer nobody has', async () => {
      const { show, asked } = reader({ anchors: [] });
      await show([leaf, lower, middle, top], 'SELF_SIGNED_CERT_IN_CHAIN');
      assert.deepEqual(
        asked.map(([subject]) => subject),
        ['leaf', 'Lower', 'Middle'],
      );
      const alone = reader();
      const result = await alone.show([leaf], 'UNABLE_TO_VERIFY_LEAF_SIGNATURE');
      assert.deepEqual([alone.asked, result!.revocation], [[], undefined]);
    });

    const told: [string, Record<string, Revocation['status']>, string | undefined][] = [
      ['the leaf’s, where all is well', {}, 'good leaf'],
      ['that of a revoked leaf', { leaf: 'revoked' }, 'revoked leaf'],
      ['that of a revoked authority above a good leaf', { Lower: 'revoked' }, 'revoked Lower'],
      ['that of a revoked authority further up', { Middle: 'revoked' }, 'revoked Middle'],
      [
        'that of a revoked authority above a leaf of which nobody speaks',
        { leaf: 'unknown', Middle: 'revoked' },
        'revoked Middle',
      ],
      ['that of the leaf, where all are revoked', { leaf: 'revoked', Lower: 'revoked' }, 'revoked leaf'],
      ['none, where nobody speaks of the leaf', { leaf: 'unknown' }, undefined],
    ];
    for (const [what, revoked, expected] of told) {
      it(`what is told is ${what}`, async () => {
        const { revocation } = (await reader({ revoked }).show([leaf, lower, middle]))!;
        assert.equal(revocation && `${revocation.status} ${revocation.subject}`, expected);
      });
    }
  });

  describe('of what was not sent:', () => {
    const UNSENT = 'UNABLE_TO_VERIFY_LEAF_SIGNATURE';

    it('issuers are fetched one by one, up to the one below the anchor', async () => {
      const { show, wanted } = reader({ published: { leaf: lower, Lower: middle, Middle: top } });
      const result = (await show([leaf], UNSENT))!;
      assert.deepEqual(wanted, ['leaf', 'Lower']);
      assert.deepEqual(
        result.issuers!.map(({ subject, from }) => `${subject} ${from}`),
        ['Lower fetched', 'Middle fetched', 'Top anchor'],
      );
      assert.equal(result.der!.fetched.length, 2);
    });

    it('nobody looks for the issuer of a root that was fetched, though it is no anchor', async () => {
      const { show, wanted } = reader({
        anchors: [],
        published: { leaf: lower, Lower: middle, Middle: top, Top: leaf },
      });
      const result = (await show([leaf], UNSENT))!;
      assert.deepEqual(wanted, ['leaf', 'Lower', 'Middle']);
      assert.deepEqual([result.anchor, result.issuers!.at(-1)!.subject], [null, 'Top']);
    });

    it('an issuer that is given out again and again ends the search', async () => {
      const { show, wanted } = reader({ anchors: [], published: { leaf: lower, Lower: lower } });
      await show([leaf], UNSENT);
      assert.deepEqual(wanted, ['leaf', 'Lower']);
    });

    it('four issuers are fetched at most', async () => {
      const tower = [top];
      for (let floor = 0; floor < 6; floor += 1) tower.unshift(await intermediate(`CN=Floor ${floor}`, tower[0]!));
      const high = await sign({ subject: 'CN=high', issuer: tower[0]! });
      const published = Object.fromEntries(
        [high, ...tower.slice(0, -1)].map((one, at) => [named(one.x509), tower[at]!]),
      );
      const { show, wanted } = reader({ published });
      const result = (await show([high], UNSENT))!;
      assert.deepEqual([wanted.length, result.der!.fetched.length, result.anchor], [4, 4, null]);
    });

    it('what was fetched is remembered for an hour, and so is that there was nothing', async () => {
      const both: Record<string, Signed>[] = [{ leaf: lower, Lower: middle }, {}];
      for (const published of both) {
        const { show, wanted, clock } = reader({ published });
        await show([leaf], UNSENT);
        const first = wanted.length;
        clock.now += HOUR - 1;
        await show([leaf], UNSENT);
        assert.equal(wanted.length, first);
        clock.now += 1;
        await show([leaf], UNSENT);
        assert.equal(wanted.length, 2 * first);
      }
    });

    it('what was fetched is not remembered beyond the end of what it was fetched for', async () => {
      const end = { notAfter: new Date(Date.now() + HOUR / 2) };
      const short = await sign({ subject: 'CN=short', issuer: lower, ...end });
      const { show, wanted, clock } = reader({ published: { short: lower, Lower: middle } });
      await show([short], UNSENT);
      clock.now += HOUR / 2;
      await show([short], UNSENT);
      assert.deepEqual(wanted, ['short', 'Lower', 'short', 'Lower']);
    });

    it('what does not come within eight seconds is as if nobody had it', async () => {
      const timers = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      try {
        const { show } = reader({ published: { leaf: lower }, silent: 'Lower' });
        const showing = show([leaf], UNSENT);
        await timers.tickAsync(7999);
        assert.equal(await Promise.race([showing, Promise.resolve('waiting')]), 'waiting');
        await timers.tickAsync(1);
        const { issuers } = (await showing)!;
        assert.deepEqual(
          issuers!.map(({ subject }) => subject),
          ['Lower'],
        );
      } finally {
        timers.restore();
      }
    });

    it('what was fetched is told as such, and what was sent as that, though the path is the same', async () => {
      const { show } = reader({ published: { leaf: lower, Lower: middle } });
      for (const [sent, from] of [
        [[leaf], 'fetched'],
        [[leaf, lower, middle], 'sent'],
      ] as const) {
        const { issuers } = (await show([...sent], 'CERT_SIGNATURE_FAILURE'))!;
        assert.deepEqual(
          issuers!.map((issuer) => issuer.from),
          [from, from, 'anchor'],
        );
      }
    });

    it('what was fetched counts among the 32 kB', async () => {
      const { show } = reader({ anchors: [], published: { leaf: padded(lower, 32 * 1024) } });
      assert.equal((await show([leaf], UNSENT))!.der, undefined);
    });

    it('more than 32 kB of DER are not kept for conversations that trust another authority', async () => {
      const { show } = reader({ anchors: [] });
      const names = Array.from({ length: 1000 }, (_, index) => `${'x'.repeat(30)}${index}.example`);
      const large = await sign({ subject: 'CN=large', issuer: lower, names });
      assert.ok((await show([leaf, lower], UNSENT))!.der);
      assert.equal((await show([large, lower], UNSENT))!.der, undefined);
    });

    it('nothing is fetched for a chain that was sent whole, whose DER is not kept either', async () => {
      const { show, wanted } = reader({ published: { Middle: top } });
      const result = (await show([leaf, lower, middle]))!;
      assert.deepEqual([wanted, result.der, result.anchor, result.issuers], [[], undefined, 'private', undefined]);
    });
  });

  it('the path is told where some of the chain were sent in another order', async () => {
    const lowest = await intermediate('CN=Lowest', lower);
    const below = await sign({ subject: 'CN=below', issuer: lowest });
    const { issuers, disordered } = (await reader().show([below, lowest, middle, lower]))!;
    const subjects = issuers!.map(({ subject }) => subject);
    assert.deepEqual([subjects, disordered], [['Lowest', 'Lower', 'Middle', 'Top'], true]);
  });

  describe('of memory:', () => {
    const MB = 1024 * 1024;

    it('certificates are read once, as long as those seen since have four megabytes', async () => {
      const { show } = reader();
      const first = (await show([leaf, lower]))!.chain[0];
      const strays = ['a', 'b', 'c'].map((mark) => padded(top, 1.2 * MB, mark));
      await show([lower, ...strays]);
      assert.equal((await show([leaf, lower]))!.chain[0], first);
      await show([lower, padded(top, 1.2 * MB, 'd')]);
      const again = (await show([leaf, lower]))!.chain[0];
      assert.notEqual(again, first);
      await show([leaf, lower]);
      assert.equal((await show([leaf, lower]))!.chain[0], again);
    });

    it('verdicts are known until chains took twelve megabytes, and then again', async () => {
      const issuers = ['1', '2', '3'].map((mark) => padded(lower, 2.2 * MB, mark));
      const leaves = await Promise.all(issuers.map((_, at) => sign({ subject: `CN=l${at}`, issuer: lower })));
      const published = Object.fromEntries(leaves.map((one, at) => [named(one.x509), issuers[at]!]));
      const { show, isKnown } = reader({ published });
      const before = (await show([leaf, lower, middle], 'CERT_SIGNATURE_FAILURE'))!.issuers;
      assert.equal((await show([leaf, lower, middle], null))!.issuers, before);
      assert.equal(isKnown('place'), true);
      assert.equal(isKnown('elsewhere'), false);
      // What is fetched counts with the chain and with its path.
      for (const [at, one] of leaves.entries()) {
        await show([one], 'UNABLE_TO_VERIFY_LEAF_SIGNATURE');
        assert.equal((await show([leaf, lower, middle], null)) !== null, at < 2, `${at}`);
      }
      assert.notEqual((await show([leaf, lower, middle], 'CERT_SIGNATURE_FAILURE'))!.issuers, before, 'paths, too');
      assert.ok(await show([leaf, lower, middle], null));
    });
  });

  describe('of trust:', () => {
    it('a chain that was not verified has the verdict it had, and none before it had any', async () => {
      const { show } = reader();
      assert.equal(await show([leaf, lower, middle], null), null);
      await show([leaf, lower, middle], 'trusted');
      assert.equal((await show([leaf, lower, middle], null))!.trust, 'trusted');
      assert.equal(await show([leaf, lower], null), null);
      const other = await sign({ subject: 'CN=other', issuer: lower });
      assert.equal(await show([other, lower, middle], null), null);
    });

    it('a leaf that is an anchor is trusted by itself, and one without an issuer is not', async () => {
      const { show } = reader({ anchors: [top] });
      assert.equal((await show([top], 'DEPTH_ZERO_SELF_SIGNED_CERT'))!.anchor, 'private');
      assert.equal((await show([leaf], 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'))!.anchor, null);
    });

    it('a verdict is not remembered beyond the day', async () => {
      const { show, clock } = reader();
      await show([leaf, lower, middle]);
      clock.now += 24 * HOUR - 1;
      assert.ok(await show([leaf, lower, middle], null));
      clock.now += 1;
      assert.equal(await show([leaf, lower, middle], null), null);
    });

    it('dates are judged over our own path, and anything else by what OpenSSL said', async () => {
      const { show } = reader();
      for (const date of ['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID', 'ERR_TLS_CERT_ALTNAME_INVALID'])
        assert.equal((await show([leaf, lower, middle], date))!.trust, 'trusted');
      const broken = (await show([leaf, lower, middle], 'CERT_SIGNATURE_FAILURE'))!;
      assert.deepEqual([broken.trust, broken.issuers?.length], ['CERT_SIGNATURE_FAILURE', 3], 'the path is told');
      const stranger = reader({ anchors: [] });
      assert.equal(
        (await stranger.show([leaf, lower, middle, top], 'CERT_HAS_EXPIRED'))!.trust,
        'SELF_SIGNED_CERT_IN_CHAIN',
      );
    });
  });
});
