import assert from 'node:assert/strict';
import type { Failed, Issuer, Presented, Revocation, Shown } from '../../../src/core/certificates/certificate.ts';
import { textOf } from '../../../src/core/card.ts';
import { observationCard } from '../../../src/core/chat/cards/observation.ts';
import { conditionOf } from '../../../src/core/chat/cards/list.ts';
import type { FindingCode } from '../../../src/core/certificates/finding.ts';
import { judge, judgeAll } from '../../../src/core/certificates/verdict.ts';
import { certificate, DE, EN, failed, NOW, observation, presented, watchOf } from '../../support/certificate-facts.ts';
import { history } from '../../support/watch-history.ts';
import { HOUR, DAY } from '../../../src/core/time.ts';

const FIRST = '192.0.2.1';
const SECOND = '192.0.2.2';
const LEAF = certificate('leaf');
const NEXT = certificate('next', { notBefore: NOW, notAfter: NOW + 150 * DAY });

function issuer(subject: string, overrides: Partial<Issuer> = {}): Issuer {
  const {
    fingerprint,
    issuer: above,
    notBefore,
    notAfter,
    key,
  } = certificate(subject, {
    issuer: 'Demo Root',
    notAfter: NOW + 3900 * DAY,
  });
  return {
    fingerprint,
    subject,
    issuer: above,
    notBefore,
    notAfter,
    key,
    selfSigned: false,
    from: 'sent',
    ...overrides,
  };
}

const ROOT = issuer('Demo Root', { from: 'anchor', selfSigned: true, notAfter: NOW + 4000 * DAY });
const GOOD: Partial<Presented> = { issuers: [issuer('Demo CA'), ROOT], anchor: 'public' };

function revoked(overrides: Partial<Revocation> = {}): Partial<Presented> {
  const at = NOW - DAY;
  return {
    ...GOOD,
    revocation: { status: 'revoked', by: 'ocsp', subject: LEAF.subject, at, reason: 'keyCompromise', ...overrides },
  };
}

/** What is shown, what is found, and the beginning of its sentence. */
const CASES: [string, Partial<Shown>, FindingCode | null, RegExp?][] = [
  ['a good path', GOOD, null],
  ['a leaf that is valid from this very moment on', { ...GOOD, chain: [{ ...LEAF, notBefore: NOW }] }, null],
  ['a leaf for another name', { ...GOOD, nameMatches: false }, 'wrong-name'],
  [
    'a path whose root has an RSA-1024 key and SHA-1',
    { ...GOOD, issuers: [issuer('Demo CA'), { ...ROOT, key: 'RSA 1024', signature: 'sha1WithRSAEncryption' }] },
    null,
  ],
  [
    'a root that ends before the leaf',
    { ...GOOD, issuers: [issuer('Demo CA'), { ...ROOT, notAfter: NOW + DAY }] },
    null,
  ],
  [
    'a private authority’s certificate of ten years',
    { ...GOOD, anchor: 'private', chain: [{ ...LEAF, notAfter: NOW + 3650 * DAY }] },
    null,
  ],
  [
    'a public authority’s certificate of 201 days',
    { ...GOOD, chain: [{ ...LEAF, notBefore: NOW - DAY, notAfter: NOW + 200 * DAY }] },
    'long-lifetime',
    /valid for 202 days; public authorities were allowed at most 200/,
  ],
  [
    'a certificate that claims public rules under a private root',
    { ...GOOD, anchor: 'private', chain: [{ ...LEAF, publicPolicy: true, notAfter: NOW + 3650 * DAY }] },
    'long-lifetime',
  ],
  ['a revoked leaf', revoked(), 'revoked', /^The certificate was revoked on 21\sNov\s2026 \(keyCompromise\)\.$/],
  [
    'a revoked leaf, nobody knows when or why',
    { ...GOOD, revocation: { status: 'revoked', by: 'crl', subject: LEAF.subject } },
    'revoked',
    /^The certificate was revoked\.$/,
  ],
  [
    'a revoked intermediate',
    revoked({ subject: 'Demo CA' }),
    'revoked',
    /^“Demo CA”, which stands above the certificate/,
  ],
  [
    'an authority that says nothing',
    { ...GOOD, revocation: { status: 'unknown', by: null, subject: LEAF.subject } },
    null,
  ],
  [
    'an issuer that had to be fetched',
    { ...GOOD, trust: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', issuers: [issuer('Demo CA', { from: 'fetched' }), ROOT] },
    'incomplete-chain',
    /does not send “Demo CA”, needed above “example\.com”/,
  ],
  [
    'two that had to be fetched',
    {
      ...GOOD,
      trust: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      issuers: [issuer('Lower'), issuer('Middle', { from: 'fetched' }), issuer('Upper', { from: 'fetched' }), ROOT],
    },
    'incomplete-chain',
    /does not send “Middle” and “Upper”, needed above “Lower”/,
  ],
  [
    'a root that had to be fetched, which need not be sent',
    {
      trust: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      anchor: null,
      issuers: [issuer('Demo CA'), { ...ROOT, from: 'fetched' }],
    },
    'private-ca',
    /The chain ends at “Demo Root”/,
  ],
  [
    'an issuer that had to be fetched, and its root with it',
    {
      trust: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      anchor: 'private',
      issuers: [issuer('Demo CA', { from: 'fetched' }), { ...ROOT, from: 'fetched' }],
    },
    'incomplete-chain',
    /does not send “Demo CA”, needed above “example\.com”/,
  ],
  [
    'an issuer on the path that has expired',
    { ...GOOD, trust: 'CERT_HAS_EXPIRED', issuers: [issuer('Demo CA', { notAfter: NOW - DAY }), ROOT] },
    'expired-issuer',
    /“Demo CA”, expired 21\sNov\s2026/,
  ],
  [
    'an issuer of the future',
    { ...GOOD, trust: 'CERT_NOT_YET_VALID', issuers: [issuer('Demo CA', { notBefore: NOW + DAY }), ROOT] },
    'expired-issuer',
    /“Demo CA”, is not valid before 23\sNov\s2026/,
  ],
  [
    'a path to a root that nobody trusts',
    { trust: 'SELF_SIGNED_CERT_IN_CHAIN', anchor: null, issuers: [issuer('Demo CA'), { ...ROOT, from: 'sent' }] },
    'private-ca',
    /The chain ends at “Demo Root”/,
  ],
  [
    'an issuer that ends first',
    { ...GOOD, issuers: [issuer('Demo CA', { notAfter: NOW + 10 * DAY }), ROOT] },
    'early-issuer',
    /^“Demo CA” in the chain expires 2\sDec\s2026, before the certificate itself \(21\sJan\s2027\)/,
  ],
  [
    'an issuer that ends with the leaf',
    { ...GOOD, issuers: [issuer('Demo CA', { notAfter: LEAF.notAfter }), ROOT] },
    null,
  ],
  ['an issuer that ends just now', { ...GOOD, issuers: [issuer('Demo CA', { notAfter: NOW }), ROOT] }, null],
  [
    'an issuer that is valid just now, below one of the future that is trusted all the same',
    { ...GOOD, trust: 'CERT_NOT_YET_VALID', issuers: [issuer('Demo CA', { notBefore: NOW }), ROOT] },
    null,
  ],
  [
    'a long path of which the top is missing',
    {
      trust: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      anchor: null,
      issuers: ['Lower', 'Middle', 'Upper'].map((one) => issuer(one)),
    },
    'incomplete-chain',
    /does not send “Demo Root”, which issued “Upper”/,
  ],
  [
    'a long path to a root that nobody trusts',
    {
      trust: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      anchor: null,
      issuers: [issuer('Lower'), issuer('Middle'), { ...ROOT, from: 'sent' }],
    },
    'private-ca',
    /The chain ends at “Demo Root”/,
  ],
  [
    'a certificate that claims public rules under a root that nobody trusts',
    {
      trust: 'SELF_SIGNED_CERT_IN_CHAIN',
      anchor: null,
      issuers: [issuer('Demo CA'), { ...ROOT, from: 'sent' }],
      chain: [{ ...LEAF, publicPolicy: true, notAfter: NOW + 3650 * DAY }],
    },
    'private-ca',
  ],
  [
    'a weak key of an issuer',
    { ...GOOD, issuers: [issuer('Demo CA', { key: 'RSA 1024' }), ROOT] },
    'weak-key',
    /^The key of “Demo CA” is too weak/,
  ],
  [
    'a weak key of an anchor that is no root',
    { ...GOOD, issuers: [issuer('Demo CA', { key: 'RSA 1024', from: 'anchor' })] },
    null,
  ],
  [
    'a weak key of a root that was sent',
    { ...GOOD, issuers: [issuer('Demo CA'), { ...ROOT, from: 'sent', key: 'RSA 1024' }] },
    null,
  ],
  ['a chain in the wrong order', { ...GOOD, disordered: true }, 'wrong-order'],
  ['TLS 1.0 at best', { ...GOOD, protocol: 'TLSv1' }, 'old-protocol', /^The server speaks TLS 1\.0 at best/],
  ['SSL 3 at best', { ...GOOD, protocol: 'SSLv3' }, 'old-protocol', /^The server speaks SSL 3\.0 at best/],
  ['TLS 1.1 at best', { ...GOOD, protocol: 'TLSv1.1' }, 'old-protocol', /^The server speaks TLS 1\.1 at best/],
  ['TLS 1.2', { ...GOOD, protocol: 'TLSv1.2' }, null],
  [
    'a weak key of the leaf',
    { ...GOOD, chain: [{ ...LEAF, key: 'RSA 1024' }] },
    'weak-key',
    /^The key of “example\.com” is too weak \(RSA 1024\)/,
  ],
  [
    'a SHA-1 signature on the leaf',
    { ...GOOD, chain: [{ ...LEAF, signature: 'sha1WithRSAEncryption' }] },
    'weak-signature',
    /\(sha1WithRSAEncryption\)/,
  ],
];

/** What is worth mending without hurry: clients take it. */
const LESSER = new Set<FindingCode>(['wrong-order', 'early-issuer', 'long-lifetime']);

describe('what is found in', () => {
  for (const [name, overrides, code, sentence] of CASES) {
    it(`${name}: ${code ?? 'nothing'}`, () => {
      const found = judge(presented(FIRST, LEAF, overrides as Partial<Presented>), 'example.com', NOW, EN);
      assert.deepEqual(
        found.map((one) => one.code),
        code ? [code] : [],
      );
      if (sentence) assert.match(found[0]!.sentence, sentence);
      for (const one of found) assert.equal(one.grave, !LESSER.has(one.code), one.code);
      for (const say of [EN, DE]) {
        for (const one of judge(presented(FIRST, LEAF, overrides as Partial<Presented>), 'example.com', NOW, say))
          assert.ok(one.sentence.endsWith('.') && one.advice.length > 10, `${one.sentence} ${one.advice}`);
      }
    });
  }
});

describe('an endpoint that was revoked', () => {
  const good: Partial<Presented> = { ...GOOD, revocation: { status: 'good', by: 'ocsp', subject: LEAF.subject } };
  const silent: Partial<Presented> = { ...GOOD, revocation: { status: 'unknown', by: null, subject: LEAF.subject } };

  it('is told once, and is not over because nobody can be asked any more', () => {
    const watch = history();
    watch.watched([presented(FIRST, LEAF, good)], NOW);
    assert.deepEqual(watch.says([presented(FIRST, LEAF, revoked())], NOW + HOUR), ['finding revoked']);
    assert.deepEqual(watch.says([presented(FIRST, LEAF, silent)], NOW + 2 * HOUR), []);
    assert.deepEqual(watch.says([presented(FIRST, LEAF, GOOD)], NOW + 3 * HOUR), []);
    assert.deepEqual(watch.says([presented(FIRST, LEAF, revoked())], NOW + 4 * HOUR), []);
    assert.deepEqual(watch.says([presented(FIRST, LEAF, good)], NOW + 5 * HOUR), ['fixed revoked']);
  });

  it('is over with another certificate, of which nobody says anything', () => {
    const watch = history();
    watch.watched([presented(FIRST, LEAF, revoked())], NOW);
    assert.deepEqual(watch.says([presented(FIRST, NEXT, GOOD)], NOW + HOUR), ['renewed', 'fixed revoked']);
  });
});

describe('a server that does not offer TLS', () => {
  const refusing: Failed = failed(FIRST, 'no-starttls');

  it('is told at once, is not unreachable, and is fixed when it does', () => {
    const watch = history();
    watch.watched([presented(FIRST, LEAF, GOOD)], NOW);
    const [item] = watch.look([refusing], NOW + HOUR);
    assert.ok(item?.kind === 'finding' && item.finding === 'no-starttls');
    assert.match(item.sentence, /does not offer TLS/);
    for (let hours = 2; hours < 6; hours += 1) assert.deepEqual(watch.says([refusing], NOW + hours * HOUR), []);
    assert.deepEqual(watch.says([presented(FIRST, LEAF, GOOD)], NOW + 9 * HOUR), ['fixed no-starttls']);
  });

  it('is reachable again after it was not', () => {
    const watch = history();
    watch.watched([presented(FIRST, LEAF, GOOD)], NOW);
    for (let hours = 1; hours <= 3; hours += 1) watch.look([failed(FIRST, 'timeout')], NOW + hours * HOUR);
    assert.deepEqual(watch.says([refusing], NOW + 4 * HOUR), ['finding no-starttls', 'fixed unreachable']);
  });

  it('is not fixed by silence', () => {
    const watch = history();
    watch.watched([refusing], NOW);
    assert.deepEqual(watch.says([failed(FIRST, 'timeout')], NOW + HOUR), []);
    assert.ok(watch.episodes().includes('no-starttls'));
  });

  it('is listed as that, not as out of sight', () => {
    const seen = observation([refusing], { uri: 'smtp://example.com:25' });
    const target = {
      id: 1,
      uri: 'smtp://example.com:25',
      dueAt: NOW,
      state: { leaf: null, leaves: [], addresses: {}, failures: 0, answeredAt: NOW },
      observation: seen,
    };
    const view = { watch: watchOf(), target, leaves: [], policy: null };
    assert.deepEqual(conditionOf(view, NOW, EN), { need: 'now', since: null, words: ['no STARTTLS'] });
    const card = observationCard(seen, { policy: null, now: NOW, say: EN });
    assert.equal(card.title, 'smtp://example.com:25 does not offer TLS');
    assert.match(textOf(card.lead!), /^The server answers, but does not offer TLS \(SMTP without STARTTLS\)/);
  });

  it('on one of two addresses is told with that address', () => {
    const seen = observation([presented(SECOND, LEAF, GOOD), refusing]);
    assert.deepEqual(judgeAll(seen, 'example.com', NOW, EN).get('no-starttls')?.addresses, [FIRST]);
  });
});

describe('a change between looks', () => {
  it('to an older version of TLS is told once per address, and when it is back', () => {
    const watch = history();
    const old: Partial<Presented> = { ...GOOD, protocol: 'TLSv1.2' };
    watch.watched([presented(FIRST, LEAF, GOOD), presented(SECOND, LEAF, GOOD)], NOW);
    const both = [presented(FIRST, LEAF, GOOD), presented(SECOND, LEAF, old)];
    const [item] = watch.look(both, NOW + HOUR);
    assert.ok(item?.kind === 'finding');
    assert.equal(item.sentence, 'example.com: On 192.0.2.2 it speaks TLS 1.2 now, after TLS 1.3.');
    assert.deepEqual(watch.says(both, NOW + 2 * HOUR), []);
    const healthy = [presented(FIRST, LEAF, GOOD), presented(SECOND, LEAF, GOOD)];
    assert.deepEqual(watch.says(healthy, NOW + 3 * HOUR), ['fixed downgraded']);
  });

  it('to an older version of TLS names five addresses, and counts the others', () => {
    const all = (protocol: string): Presented[] =>
      Array.from({ length: 7 }, (_, index) => presented(`192.0.2.${index + 2}`, LEAF, { ...GOOD, protocol }));
    const watch = history();
    watch.watched([presented(FIRST, LEAF, GOOD), ...all('TLSv1.3')], NOW);
    const [item] = watch.look([presented(FIRST, LEAF, GOOD), ...all('TLSv1.2')], NOW + HOUR);
    assert.match(item?.kind === 'finding' ? item.sentence : '', /192\.0\.2\.2, .*, 192\.0\.2\.6 and 2 more/);
  });

  it('to an older version of TLS on every address that answers names none', () => {
    const watch = history();
    const old: Partial<Presented> = { ...GOOD, protocol: 'TLSv1.2' };
    watch.watched([presented(FIRST, LEAF, GOOD), presented(SECOND, LEAF, GOOD)], NOW);
    const [item] = watch.look([presented(FIRST, LEAF, old), failed(SECOND, 'timeout')], NOW + HOUR);
    assert.ok(item?.kind === 'finding');
    assert.equal(item.sentence, 'example.com: It speaks TLS 1.2 now, after TLS 1.3.');
  });

  it('to a newer version is nothing', () => {
    const watch = history();
    watch.watched([presented(FIRST, LEAF, { ...GOOD, protocol: 'TLSv1.2' })], NOW);
    assert.deepEqual(watch.says([presented(FIRST, LEAF, GOOD)], NOW + HOUR), []);
  });

  it('to a certificate without one of the names is an alert of its own', () => {
    const watch = history();
    watch.watched([presented(FIRST, LEAF, GOOD)], NOW);
    const less = { ...NEXT, dnsNames: ['example.com'] };
    const items = watch.look([presented(FIRST, less, GOOD)], NOW + HOUR);
    assert.deepEqual(
      items.map((item) => (item.kind === 'lost-names' ? item.names : item.kind)),
      ['renewed', ['www.example.com']],
    );
  });

  it('of one of two certificates is told as its renewal', () => {
    const rsa = certificate('rsa', { key: 'RSA 2048' });
    const both = (other: typeof rsa): Presented =>
      presented(FIRST, LEAF, { ...GOOD, other: presented(FIRST, other, GOOD) });
    const watch = history();
    watch.watched([both(rsa)], NOW);
    const next = certificate('rsa next', { key: 'RSA 2048', notBefore: NOW, notAfter: NOW + 150 * DAY });
    const [item] = watch.look([both(next)], NOW + HOUR);
    assert.ok(item?.kind === 'renewed' && item.to.fingerprint === next.fingerprint);
  });

  it('that ends the second certificate is an alert that says which', () => {
    const rsa = certificate('rsa', { key: 'RSA 2048', notAfter: NOW + 30 * DAY });
    const seen = presented(FIRST, NEXT, { ...GOOD, other: presented(FIRST, rsa, GOOD) });
    const watch = history();
    watch.watched([seen], NOW);
    const [item] = watch.look([seen], rsa.notAfter - DAY);
    assert.ok(item?.kind === 'stage' && item.altLeaf && item.certificate === rsa);
  });
});
