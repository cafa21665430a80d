import assert from 'node:assert/strict';
// oxlint-disable-next-line import/no-unassigned-import
import 'reflect-metadata';
import { ExtendedKeyUsage, ExtendedKeyUsageExtension } from '@peculiar/x509';
import type { AddressResult, Presented, Shown } from '../../../src/core/certificates/certificate.ts';
import { createConversationTrust } from '../../../src/sources/tls/conversation-trust.ts';
import { readCertificate } from '../../../src/sources/tls/x509.ts';
import { intermediate, root, sign, type Signed } from '../../peers/tls/pki.ts';
import { DAY } from '../../../src/core/time.ts';

const NOW = Date.now();

function shown(sent: Signed[], more: Partial<Shown> & { fetched?: Signed[] } = {}): Shown {
  const { fetched = [], ...rest } = more;
  const der = (all: Signed[]): string[] => all.map(({ x509 }) => x509.raw.toString('base64'));
  const [leaf, ...others] = sent.map(({ x509 }) => readCertificate(x509));
  return {
    protocol: 'TLSv1.3',
    chain: [leaf!, ...others],
    trust: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    nameMatches: true,
    der: { sent: der(sent), fetched: der(fetched) },
    ...rest,
  };
}

describe('What a conversation trusts', () => {
  let own: Signed;
  let middle: Signed;
  let lower: Signed;
  let leaf: Signed;
  let stranger: Signed;

  before(async () => {
    [own, stranger] = await Promise.all([root('CN=Own'), root('CN=Stranger')]);
    middle = await intermediate('CN=Middle', own);
    lower = await intermediate('CN=Lower', middle);
    leaf = await sign({ subject: 'CN=leaf', issuer: lower });
  });

  /** Looks at chains one after the other with what one conversation trusts, at an instant. */
  function createJudge() {
    const clock = { now: NOW };
    const { judge } = createConversationTrust({ now: () => clock.now });
    function seenBy(result: AddressResult, anchors: Signed[]): AddressResult {
      const observation = { uri: 'tls://example.com:443', at: NOW, duration: 1, addresses: [result] };
      const pems = anchors.map(({ pem }) => pem);
      return judge(observation, pems).addresses[0]!;
    }
    function presentedTo(anchors: Signed[], one: Shown): Presented {
      return seenBy({ kind: 'presented', address: '192.0.2.1', ...one }, anchors) as Presented;
    }
    return { clock, seenBy, presentedTo };
  }

  function facts({ trust, anchor, issuers, disordered }: Shown): unknown[] {
    return [trust, anchor, issuers?.map(({ subject, from }) => `${subject} ${from}`), disordered];
  }

  const WHOLE = ['trusted', 'private', ['Lower sent', 'Middle sent', 'Own anchor'], undefined];

  it('makes a chain below it trusted, and leaves alone what has nothing to do with it', () => {
    const { presentedTo, seenBy } = createJudge();
    const chain = shown([leaf, lower, middle]);
    assert.deepEqual(facts(presentedTo([own], chain)), WHOLE);
    assert.deepEqual(presentedTo([stranger], chain), { kind: 'presented', address: '192.0.2.1', ...chain });
    assert.deepEqual(facts(presentedTo([stranger, own], chain)), WHOLE);
    const failed = { kind: 'failed', address: '192.0.2.1', failure: { code: 'timeout' } } as const;
    assert.deepEqual(seenBy(failed, [own]), failed);
  });

  it('is not asked about what everybody trusts, nor about what is too large to be kept', () => {
    const { presentedTo } = createJudge();
    const { der: _, ...large } = shown([leaf, lower, middle]);
    for (const one of [shown([leaf, lower, middle], { trust: 'trusted' }), large])
      assert.deepEqual(presentedTo([own], one), { kind: 'presented', address: '192.0.2.1', ...one });
  });

  it('counts for the certificate with the other kind of key as well', () => {
    const { presentedTo } = createJudge();
    const other = shown([leaf, lower, middle]);
    const seen = presentedTo([own], { ...shown([stranger]), other } as Shown);
    assert.equal(seen.trust, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE');
    assert.deepEqual(facts(seen.other!), WHOLE);
  });

  it('counts for what an address presents at other times as well', () => {
    const { judge } = createConversationTrust({ now: () => NOW });
    const away: Presented = { kind: 'presented', address: '192.0.2.1', ...shown([leaf, lower, middle]) };
    const seen = { uri: 'tls://example.com:443', at: NOW, duration: 1, addresses: [], atOtherTimes: [away] };
    assert.deepEqual(facts(judge(seen, [own.pem]).atOtherTimes![0]!), WHOLE);
  });

  it('does not hide what was not sent, nor in which order it was', () => {
    const { presentedTo } = createJudge();
    const alone = shown([leaf]);
    assert.equal(presentedTo([own], alone).anchor, undefined);
    const fetched = ['Lower fetched', 'Middle fetched', 'Own anchor'];
    const seen = presentedTo([own], shown([leaf], { fetched: [lower, middle] }));
    assert.deepEqual(facts(seen), ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'private', fetched, undefined]);
    assert.deepEqual(facts(presentedTo([own], shown([leaf, middle, lower]))), [...WHOLE.slice(0, 3), true]);
  });

  it('does not make a certificate for clients one for servers', async () => {
    const { presentedTo } = createJudge();
    const usage = new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth]);
    const client = await sign({ subject: 'CN=client', issuer: own, isCa: true, extensions: [usage] });
    assert.equal(presentedTo([own], shown([client])).trust, 'INVALID_PURPOSE');
  });

  it('holds until something on the way ends', async () => {
    const { presentedTo, clock } = createJudge();
    const short = await intermediate('CN=Short', own, { notAfter: new Date(NOW + DAY / 2) });
    const chain = shown([await sign({ subject: 'CN=below', issuer: short }), short]);
    assert.equal(presentedTo([own], chain).trust, 'trusted');
    clock.now += DAY;
    assert.equal(presentedTo([own], chain).trust, 'CERT_HAS_EXPIRED');
  });
});
