import assert from 'node:assert/strict';
import type { Presented } from '../../../src/core/certificates/certificate.ts';
import type { FindingCode } from '../../../src/core/certificates/finding.ts';
import { judge, judgeAddress, judgeAll, itemsOf } from '../../../src/core/certificates/verdict.ts';
import { certificate, EN, failed, NOW, observation, presented } from '../../support/certificate-facts.ts';
import { DAY } from '../../../src/core/time.ts';

const FIRST = '192.0.2.1';
const SECOND = '192.0.2.2';
const ASKED = 'example.com';

const LEAF = certificate('leaf');
const EXPIRED = certificate('expired', { notAfter: NOW - DAY });
const EARLY = certificate('early', { notBefore: NOW + DAY });
const SELF_SIGNED = certificate('self', { issuer: 'example.com', selfSigned: true });
const INTERMEDIATE = certificate('intermediate', { subject: 'Demo CA E7', issuer: 'Demo Root X1', dnsNames: [] });
const EXPIRED_INTERMEDIATE = { ...INTERMEDIATE, notAfter: NOW - DAY };
const ROOT = certificate('root', { subject: 'Demo Root X1', issuer: 'Demo Root X1', dnsNames: [], selfSigned: true });

const INCOMPLETE = 'UNABLE_TO_VERIFY_LEAF_SIGNATURE';

/** What is presented, and the findings in the order of weight. */
const CASES: [string, Partial<Presented>, FindingCode[]][] = [
  ['a trusted chain with the right name', {}, []],
  ['an expired leaf: that is a stage', { chain: [EXPIRED], trust: 'CERT_HAS_EXPIRED' }, []],
  ['a leaf that is not valid yet', { chain: [EARLY], trust: 'CERT_NOT_YET_VALID' }, ['not-yet-valid']],
  ['a leaf for another name', { nameMatches: false }, ['wrong-name']],
  [
    'a leaf for another name, of a server that breaks off then',
    { nameMatches: false, brokenOff: { said: 'alert internal error' } },
    ['broken-off', 'wrong-name'],
  ],
  [
    'a name error reported as a chain error',
    { trust: 'ERR_TLS_CERT_ALTNAME_INVALID', nameMatches: false },
    ['wrong-name'],
  ],
  ['a self-signed leaf', { chain: [SELF_SIGNED], trust: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, ['self-signed']],
  [
    'an expired self-signed leaf',
    { chain: [{ ...SELF_SIGNED, notAfter: NOW }], trust: 'CERT_HAS_EXPIRED' },
    ['self-signed'],
  ],
  [
    'a chain to a root that is not trusted',
    { chain: [LEAF, INTERMEDIATE, ROOT], trust: 'SELF_SIGNED_CERT_IN_CHAIN' },
    ['private-ca'],
  ],
  ['a leaf alone', { trust: INCOMPLETE }, ['incomplete-chain']],
  [
    'a chain without its top',
    { chain: [LEAF, INTERMEDIATE], trust: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY' },
    ['incomplete-chain'],
  ],
  [
    'a chain with an expired intermediate',
    { chain: [LEAF, EXPIRED_INTERMEDIATE], trust: 'CERT_HAS_EXPIRED' },
    ['expired-issuer'],
  ],
  [
    'a self-signed leaf that is trusted here, but has expired',
    { chain: [{ ...SELF_SIGNED, notAfter: NOW }], trust: 'CERT_HAS_EXPIRED', issuers: [], anchor: 'private' },
    [],
  ],
  ['a leaf above which nothing is known', { trust: 'UNABLE_TO_GET_ISSUER_CERT' }, ['incomplete-chain']],
  ['anything else that OpenSSL objects to', { trust: 'CERT_REVOKED' }, ['untrusted']],
  [
    'everything at once',
    { chain: [{ ...EARLY }], trust: INCOMPLETE, nameMatches: false },
    ['not-yet-valid', 'wrong-name', 'incomplete-chain'],
  ],
];

describe('the verdict on', () => {
  for (const [name, overrides, codes] of CASES) {
    it(`${name} is ${codes.join(', ') || 'that nothing is wrong'}`, () => {
      const findings = judge(presented(FIRST, LEAF, overrides), ASKED, NOW, EN);
      assert.deepEqual(
        findings.map(({ code }) => code),
        codes,
      );
    });
  }

  for (const [name, overrides] of CASES.filter(([, , codes]) => codes.length > 0)) {
    it(`${name} comes in sentences, with advice`, () => {
      for (const { sentence, advice } of judge(presented(FIRST, LEAF, overrides), ASKED, NOW, EN)) {
        for (const text of [sentence, advice]) assert.match(text, /^[A-Z].*[^.]\.$/);
      }
    });
  }
});

describe('a chain of which no path is known', () => {
  const weak = { ...INTERMEDIATE, key: 'RSA 1024', notAfter: NOW + DAY };
  const cases: [string, Partial<Presented>, FindingCode[]][] = [
    ['is its path where it is trusted', { anchor: 'public' }, ['weak-key', 'early-issuer']],
    ['is none where it is not', { anchor: null, trust: INCOMPLETE }, ['incomplete-chain']],
    ['is none where that is not known', {}, []],
  ];
  for (const [name, overrides, codes] of cases)
    it(name, () => {
      const findings = judge(presented(FIRST, LEAF, { chain: [LEAF, weak], ...overrides }), ASKED, NOW, EN);
      assert.deepEqual(
        findings.map(({ code }) => code),
        codes,
      );
    });
});

describe('of two certificates of an address', () => {
  const RSA = certificate('rsa', { key: 'RSA 2048' });
  const wrong = { nameMatches: false };
  const incomplete = { trust: INCOMPLETE };
  const NAME = 'The certificate names example.com, but clients cannot read its names.';
  const CHAIN =
    'The chain is incomplete: the server does not send “Demo CA E7”, which issued “example.com”, and the bot does not know it.';

  const cases: [string, Partial<Presented>, Partial<Presented>, string[]][] = [
    ['nothing is wrong', {}, {}, []],
    ['what is wrong with both is told once', wrong, wrong, [NAME]],
    ['what is wrong with the first says so', wrong, {}, [`Its EC P-256 certificate: ${NAME}`]],
    ['what is wrong with the second says so', {}, wrong, [`Its RSA 2048 certificate: ${NAME}`]],
    [
      'what is wrong with each says so',
      wrong,
      incomplete,
      [`Its EC P-256 certificate: ${NAME}`, `Its RSA 2048 certificate: ${CHAIN}`],
    ],
    [
      'what is wrong with one of them stands beside what is wrong with both',
      { ...wrong, ...incomplete },
      incomplete,
      [`Its EC P-256 certificate: ${NAME}`, CHAIN],
    ],
    [
      'what is wrong with the other stands beside what is wrong with both',
      incomplete,
      { ...wrong, ...incomplete },
      [CHAIN, `Its RSA 2048 certificate: ${NAME}`],
    ],
  ];
  for (const [name, first, second, sentences] of cases)
    it(name, () => {
      const seen = presented(FIRST, LEAF, { ...first, other: presented(FIRST, RSA, second) });
      assert.deepEqual(
        judgeAddress(seen, ASKED, NOW, EN).map(({ sentence }) => sentence),
        sentences,
      );
    });
});

describe('what helps where no authority here vouches', () => {
  const advice = (overrides: Partial<Presented>): string =>
    judge(presented(FIRST, LEAF, overrides), ASKED, NOW, EN)[0]!.advice!;
  const issuers = [
    { ...INTERMEDIATE, from: 'fetched' as const },
    { ...INTERMEDIATE, subject: 'Demo Root X1', selfSigned: true, from: 'anchor' as const },
  ];
  const cases: [string, Partial<Presented>, sends: boolean, trusts: boolean][] = [
    ['an issuer that nobody knows: the intermediate, or trust', { trust: INCOMPLETE }, true, true],
    ['an issuer that could be fetched: the intermediate', { trust: INCOMPLETE, issuers }, true, false],
    ['a self-signed one: another, or trust', { trust: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, false, true],
  ];
  for (const [name, overrides, sends, trusts] of cases)
    it(name, () => {
      const said = advice(overrides);
      assert.deepEqual([said.includes('intermediate certificates'), said.includes('trust add')], [sends, trusts], said);
    });
});

describe('the sentence about', () => {
  function sentence(overrides: Partial<Presented>): string {
    return judge(presented(FIRST, LEAF, overrides), ASKED, NOW, EN)[0]!.sentence;
  }

  const many = Array.from({ length: 9 }, (_, index) => `h${index}.example`);
  const sentences: [string, Partial<Presented>, string][] = [
    [
      'a wrong name says which names there are',
      {
        chain: [certificate('x', { dnsNames: ['a.example', 'b.example'], ipAddresses: ['192.0.2.9'] })],
        nameMatches: false,
      },
      'The certificate does not name example.com: it is for a.example, b.example and 192.0.2.9.',
    ],
    [
      'a wrong name shows five of many names',
      { chain: [certificate('x', { dnsNames: many })], nameMatches: false },
      'The certificate does not name example.com: it is for h0.example, h1.example, h2.example, h3.example, h4.example and 4 more.',
    ],
    [
      'a certificate without names says so',
      { chain: [certificate('x', { dnsNames: [] })], nameMatches: false },
      'The certificate names example.com as its common name only, which clients do not read any more; it has no subject alternative names.',
    ],
    [
      'validity gives the instant in UTC',
      { chain: [EARLY], trust: 'CERT_NOT_YET_VALID' },
      'The certificate is not valid before Mon\u{a0}23\u{a0}Nov\u{a0}2026, 12:00 UTC.',
    ],
    [
      'an incomplete chain names what is missing',
      { trust: INCOMPLETE },
      'The chain is incomplete: the server does not send “Demo CA E7”, which issued “example.com”, and the bot does not know it.',
    ],
    [
      'an incomplete chain names what is missing above what was sent',
      { chain: [LEAF, INTERMEDIATE], trust: INCOMPLETE },
      'The chain is incomplete: the server does not send “Demo Root X1”, which issued “Demo CA E7”, and the bot does not know it.',
    ],
    [
      'an incomplete chain names what is missing above the leaf, where what was sent with it does not belong to it',
      { chain: [LEAF, { ...INTERMEDIATE, subject: 'Other CA' }], issuers: [], anchor: null, trust: INCOMPLETE },
      'The chain is incomplete: the server does not send “Demo CA E7”, which issued “example.com”, and the bot does not know it.',
    ],
    [
      'an expired issuer names it',
      { chain: [LEAF, EXPIRED_INTERMEDIATE], trust: 'CERT_HAS_EXPIRED' },
      'An issuer in the chain, “Demo CA E7”, expired 21\u{a0}Nov\u{a0}2026, so the chain does not verify.',
    ],
    [
      'an expired issuer that was not sent still is right',
      { trust: 'CERT_HAS_EXPIRED' },
      'An issuer in the chain has expired or is not valid yet, so the chain does not verify.',
    ],
    [
      'a private authority names it',
      { chain: [LEAF, INTERMEDIATE, ROOT], trust: 'SELF_SIGNED_CERT_IN_CHAIN' },
      'The chain ends at “Demo Root X1”, an authority that is not trusted here.',
    ],
    ['an unknown error gives its code', { trust: 'CERT_REVOKED' }, 'The chain does not verify (CERT_REVOKED).'],
  ];
  const long = 'x'.repeat(200);
  const step = { ...INTERMEDIATE, from: 'fetched' as const };
  const shortened: [string, Partial<Presented>, RegExp][] = [
    ['names', { nameMatches: false, chain: [certificate('x', { dnsNames: [long] })] }, /for x{79}…\.$/],
    ['a subject', { trust: INCOMPLETE, chain: [{ ...LEAF, subject: long }] }, /issued “x{99}…”/],
    ['an error', { trust: long }, /\(x{79}…\)/],
    ['a reason', { revocation: { status: 'revoked', by: 'crl', subject: '', reason: long } }, /\(x{39}…\)/],
    ['an algorithm', { anchor: null, chain: [{ ...LEAF, signature: `md5${long}` }] }, /\(md5x{56}…\)/],
    [
      'five fetched issuers: to four',
      { trust: INCOMPLETE, issuers: Array.from({ length: 5 }, (_, index) => ({ ...step, subject: `CA ${index}` })) },
      /“CA 0”, “CA 1”, “CA 2”, “CA 3” and 1 more,/,
    ],
  ];
  for (const [name, overrides, expected] of shortened)
    it(`what is untrusted and long shortens ${name}`, () => assert.match(sentence(overrides), expected));

  for (const [name, overrides, expected] of sentences) it(name, () => assert.equal(sentence(overrides), expected));

  it('names that try to reorder the line shows them without their marks', () => {
    const text = sentence({ chain: [certificate('x', { dnsNames: ['a\u202Eb.example'] })], nameMatches: false });
    assert.doesNotMatch(text, /\p{Cf}/u);
  });
});

describe('an observation', () => {
  it('has each finding once, with the addresses that show it', () => {
    const seen = observation([
      presented(FIRST, LEAF, { nameMatches: false }),
      presented(SECOND, LEAF, { nameMatches: false, trust: INCOMPLETE }),
      failed('192.0.2.3', 'refused'),
    ]);
    const found = [...judgeAll(seen, ASKED, NOW, EN).values()].map(({ code, addresses }) => [code, addresses]);
    assert.deepEqual(found, [
      ['wrong-name', [FIRST, SECOND]],
      ['incomplete-chain', [SECOND]],
    ]);
  });

  it('has its distinct leaves, the first to expire first', () => {
    const sooner = certificate('sooner', { notAfter: NOW + DAY });
    const seen = observation([presented(FIRST, LEAF), presented(SECOND, sooner), presented('192.0.2.3', LEAF)]);
    assert.deepEqual(itemsOf(seen), [sooner, LEAF]);
  });
});
