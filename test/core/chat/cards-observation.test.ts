import assert from 'node:assert/strict';
import { textOf, type Card } from '../../../src/core/card.ts';
import type { Extra } from '../../../src/core/chat/cards/observation.ts';
import {
  observationCard,
  policyPhrase,
  reasonFor,
  summarise,
  toneOf,
} from '../../../src/core/chat/cards/observation.ts';
import type { AddressResult, Certificate, Observation, Presented } from '../../../src/core/certificates/certificate.ts';
import type { Threshold } from '../../../src/core/certificates/stages.ts';
import { DAY, ENDLESS, HOUR, UNDATED } from '../../../src/core/time.ts';
import { certificate, EN, failed, NOW, observation, presented, thresholds } from '../../support/certificate-facts.ts';
import { assertReadable, factOf, rowsOf, spaced } from '../../support/card-texts.ts';

const FIRST = '192.0.2.1';
const SECOND = '192.0.2.2';
const THIRD = '2001:db8::3';

const LEAF = certificate('leaf', { notAfter: NOW + 112 * DAY });
const RENEWED = certificate('renewed', { notBefore: NOW, notAfter: NOW + 200 * DAY });
const RSA = certificate('rsa', { key: 'RSA 2048', notAfter: NOW + 150 * DAY });
const INCOMPLETE = 'UNABLE_TO_VERIFY_LEAF_SIGNATURE';
/** Worth mending, and nothing that clients refuse. */
const DISORDERED = { disordered: true };
const BY_DEFAULT = { policy: null, now: NOW, say: EN };

function leafUntil(days: number): Certificate {
  return certificate(`until ${days}`, { notAfter: NOW + days * DAY, dnsNames: [`in${days}.example`] });
}

function cardOf(addresses: AddressResult[], extra: Extra = {}): Card {
  const card = observationCard(observation(addresses), BY_DEFAULT, extra);
  assertReadable(card);
  return card;
}

/** What stands at the top of a card: state, title, lead, what to do. */
function topOf({ state, title, lead = '', todo }: Card): string[] {
  const lines = [`${state!.symbol} ${state!.word}`, title, textOf(lead), todo?.task ?? '', todo?.then ?? ''];
  return lines.filter((line) => line !== '').map(spaced);
}

describe('the summary of an observation', () => {
  const summaries: [string, Observation, string][] = [
    [
      'a healthy target',
      observation([presented(FIRST, LEAF)]),
      'Fine: example.com is valid until 14 Mar 2027, in 112 days.',
    ],
    [
      'a target that expires tomorrow, in hours',
      observation([presented(FIRST, { ...LEAF, notAfter: NOW + 25 * HOUR })]),
      'Critical: example.com expires in 25 hours, on Mon 23 Nov 2026. From then on clients refuse it.',
    ],
    [
      'an expired target',
      observation([presented(FIRST, { ...LEAF, notAfter: NOW - 21 * DAY }, { trust: 'CERT_HAS_EXPIRED' })]),
      'Expired: example.com expired 21 days ago, on Sun 1 Nov 2026. Clients refuse it now.',
    ],
    [
      'something wrong',
      observation([presented(FIRST, { ...LEAF, dnsNames: ['a.example'] }, { nameMatches: false })]),
      'Wrong name: clients refuse example.com. It is valid until 14 Mar 2027. The certificate does not name example.com: it is for a.example.',
    ],
    [
      'something worth mending',
      observation([presented(FIRST, LEAF, DISORDERED)]),
      'Wrong order: example.com is valid until 14 Mar 2027, in 112 days. The certificates of the chain are sent in the wrong order.',
    ],
    [
      'the leaf that was not renewed',
      observation([presented(FIRST, RENEWED), presented(SECOND, LEAF)]),
      'Partly renewed: on example.com, 192.0.2.2 still presents the certificate that expires on 14 Mar 2027.',
    ],
    [
      'a name that does not exist',
      observation([]),
      'Unreachable: example.com cannot be reached: the host name does not exist in DNS.',
    ],
    [
      'addresses that fail alike and otherwise',
      observation([failed(FIRST, 'refused'), failed(SECOND, 'refused'), failed('192.0.2.3', 'reset')]),
      'Unreachable: example.com does not answer: connection refused (192.0.2.1 and 192.0.2.2); the server closed the connection before showing a certificate (192.0.2.3).',
    ],
    [
      'addresses that policy refuses',
      observation([failed('10.0.0.1', 'policy'), failed('10.0.0.2', 'policy')]),
      "Unreachable: example.com cannot be reached: this bot's policy does not allow connecting there.",
    ],
    [
      'a name with its own letters',
      observation([presented(FIRST, LEAF)], { uri: 'tls://xn--mller-kva.example:443' }),
      'Fine: müller.example is valid until 14 Mar 2027, in 112 days.',
    ],
    [
      'another port than the usual one',
      observation([presented(FIRST, LEAF)], { uri: 'tls://example.com:8443' }),
      'Fine: example.com:8443 is valid until 14 Mar 2027, in 112 days.',
    ],
    [
      'the name that was asked for',
      observation([presented(FIRST, LEAF)], { uri: 'tls://10.1.2.3:443?sni=internal.example' }),
      'Fine: 10.1.2.3 as internal.example is valid until 14 Mar 2027, in 112 days.',
    ],
    [
      'no end',
      observation([presented(FIRST, { ...LEAF, notAfter: ENDLESS })]),
      'Fine: example.com has no defined end.',
    ],
  ];
  for (const [name, seen, summary] of summaries) {
    it(`tells of ${name}`, () => assert.equal(spaced(summarise(seen, BY_DEFAULT)), summary));
  }

  it('has 160 characters at most, and ends with a whole word', () => {
    const dnsNames = Array.from({ length: 5 }, (_, index) => String(index).repeat(60));
    const seen = observation([presented(FIRST, { ...LEAF, dnsNames }, { nameMatches: false })]);
    const summary = spaced(summarise(seen, BY_DEFAULT));
    assert.ok(summary.length <= 160, summary);
    assert.match(summary, /^Wrong name: .* The certificate does not name example\.com: it is for…$/);
    const long = observation([presented(FIRST, LEAF)], {
      uri: `tls://${'a'.repeat(63)}.${'b'.repeat(63)}.example:443`,
    });
    assert.ok(summarise(long, BY_DEFAULT).length <= 160);
  });

  it('tells that it is watched from now on, or was already', () => {
    assert.equal(
      spaced(cardOf([presented(FIRST, LEAF)], { watching: 'new' }).summary),
      'Watching example.com: fine, valid until 14 Mar 2027, in 112 days.',
    );
    assert.equal(
      spaced(cardOf([presented(FIRST, leafUntil(4))], { watching: 'already' }).summary),
      'Already watching example.com: urgent, it expires in 4 days, on Thu 26 Nov 2026.',
    );
    assert.equal(
      cardOf([failed(FIRST, 'refused')], { watching: 'new' }).summary,
      'Watching example.com: unreachable. Connection refused.',
    );
    assert.equal(
      spaced(cardOf([presented(FIRST, LEAF, { trust: 'CERT_REVOKED' })], { watching: 'new' }).summary),
      'Watching example.com: not trusted, valid until 14 Mar 2027, in 112 days. The chain does not verify (CERT_REVOKED).',
    );
  });

  it('gives the reason alone where that is asked for', () => {
    assert.equal(reasonFor(observation([failed(FIRST, 'timeout')]), EN), 'no answer in time (192.0.2.1)');
    const five = observation([1, 2, 3, 4, 5].map((last) => failed(`192.0.2.${last}`, 'refused')));
    assert.equal(reasonFor(five, EN), 'connection refused (192.0.2.1, 192.0.2.2, 192.0.2.3, 192.0.2.4 and 1 more)');
  });
});

describe('the tone of an observation', () => {
  const early = { ...LEAF, notBefore: NOW + DAY };
  const tones: [string, AddressResult[], string][] = [
    ['a healthy certificate', [presented(FIRST, LEAF)], 'good'],
    ['one that is due', [presented(FIRST, { ...LEAF, notAfter: NOW + 9 * DAY })], 'notice'],
    ['one that is urgent', [presented(FIRST, { ...LEAF, notAfter: NOW + 4 * DAY })], 'warning'],
    ['one that is critical', [presented(FIRST, { ...LEAF, notAfter: NOW + DAY })], 'attention'],
    ['one that has expired', [presented(FIRST, { ...LEAF, notAfter: NOW })], 'attention'],
    ['one that is not valid yet', [presented(FIRST, early)], 'attention'],
    [
      'one address that is wrong',
      [presented(FIRST, LEAF), presented(SECOND, LEAF, { nameMatches: false })],
      'attention',
    ],
    ['nothing', [failed(FIRST, 'timeout')], 'attention'],
    ['one with a chain in the wrong order', [presented(FIRST, LEAF, DISORDERED)], 'warning'],
    ['one that is due, with a chain in the wrong order', [presented(FIRST, leafUntil(9), DISORDERED)], 'warning'],
    [
      'one that is critical, with a chain in the wrong order',
      [presented(FIRST, leafUntil(1), DISORDERED)],
      'attention',
    ],
    ['addresses that differ', [presented(FIRST, LEAF), presented(SECOND, RENEWED)], 'warning'],
    [
      'addresses that differ, one of them critical',
      [presented(FIRST, leafUntil(1)), presented(SECOND, LEAF)],
      'attention',
    ],
  ];
  for (const [name, addresses, tone] of tones) {
    it(`for ${name} is ${tone}`, () => assert.equal(toneOf(observation(addresses), BY_DEFAULT), tone));
  }
});

describe('the top of the card of an observation', () => {
  const good = { revocation: { status: 'good' as const, by: 'ocsp' as const, subject: '' } };
  const NEXT = 'I notice by myself.';
  const tops: [string, AddressResult[], Extra, string[]][] = [
    [
      'nothing is wrong',
      [presented(FIRST, LEAF, good), presented(SECOND, LEAF, good)],
      { watching: 'new' },
      [
        '✅ Fine, and watched from now on',
        'example.com is valid until 14 Mar',
        '112 days left; name, chain and revocation are good on both addresses.',
      ],
    ],
    [
      'one of several addresses says nothing of revocation',
      [presented(FIRST, LEAF, good), presented(SECOND, LEAF), presented('192.0.2.3', LEAF)],
      { watching: 'already' },
      [
        '✅ Fine, and watched already',
        'example.com is valid until 14 Mar',
        '112 days left; name and chain are good on all 3 addresses.',
      ],
    ],
    [
      'renewal is due',
      [presented(FIRST, leafUntil(4)), presented(SECOND, leafUntil(4))],
      { watching: 'new' },
      [
        '⚠️ Urgent, and watched from now on',
        'example.com expires in 4 days',
        'Thu 26 Nov, 12:00 UTC. Name and chain are good on both addresses.',
        'Renew it and install it on both addresses.',
        NEXT,
      ],
    ],
    [
      'renewal is to be planned',
      [presented(FIRST, leafUntil(9))],
      { watching: 'shown' },
      [
        '🔔 Notice',
        'example.com expires in 9 days',
        'Tue 1 Dec, 12:00 UTC. Name and chain are good.',
        'Plan the renewal.',
        NEXT,
      ],
    ],
    [
      'it expires today, and is only looked at',
      [presented(FIRST, leafUntil(1))],
      {},
      [
        '🚨 Critical',
        'example.com expires in 24 hours',
        'Mon 23 Nov, 12:00 UTC. From then on clients refuse it. Name and chain are good.',
        'Renew it today.',
      ],
    ],
    [
      'it has expired',
      [presented(FIRST, { ...LEAF, notAfter: NOW - HOUR })],
      { watching: 'shown' },
      [
        '⛔ Expired',
        'example.com expired 60 minutes ago',
        'Sun 22 Nov, 11:00 UTC. Clients refuse it now. Name and chain are good.',
        'Install a new certificate now.',
        'I keep looking and say when it is right.',
      ],
    ],
    [
      'clients refuse it, and it is due as well',
      [presented(FIRST, leafUntil(4), { trust: 'CERT_REVOKED' })],
      { watching: 'new' },
      [
        '⛔ Not trusted',
        'Clients refuse example.com',
        'The chain does not verify (CERT_REVOKED).',
        'Compare the installed chain with the one your authority delivers.',
        'It is watched from now on: I say so when it is right.',
      ],
    ],
    [
      'something is worth mending',
      [presented(FIRST, LEAF, DISORDERED)],
      {},
      [
        '⚠️ Wrong order',
        'example.com is valid until 14 Mar',
        'The certificates of the chain are sent in the wrong order.',
        'Put the leaf first, then each issuer after what it issued; strict clients fail otherwise.',
      ],
    ],
    [
      'one of two addresses was not renewed',
      [presented(FIRST, LEAF), presented(SECOND, RENEWED)],
      { watching: 'shown' },
      [
        '⚠️ Partly renewed',
        'One address of example.com is old',
        'Install the new certificate on 192.0.2.1 too, or restart what serves it there.',
        'I say so when it is right.',
      ],
    ],
    [
      'one of two addresses was not renewed, and expires',
      [presented(FIRST, { ...LEAF, notAfter: NOW + DAY }), presented(SECOND, RENEWED)],
      { watching: 'shown' },
      [
        '🚨 Critical',
        'example.com expires in 24 hours',
        'Mon 23 Nov, 12:00 UTC. From then on clients refuse it.',
        'Install the new certificate on 192.0.2.1 too, or restart what serves it there.',
        NEXT,
      ],
    ],
    [
      'nothing answers',
      [failed(FIRST, 'refused'), failed(SECOND, 'refused')],
      { watching: 'new' },
      [
        '⛔ Unreachable',
        'example.com does not answer',
        'Connection refused.',
        'Look whether the service runs.',
        'I keep looking and say when it answers.',
      ],
    ],
    [
      'what answers shows no certificate',
      [failed(FIRST, 'not-tls')],
      {},
      [
        '⛔ No certificate',
        'example.com shows no certificate',
        'Something answered, but it does not speak TLS.',
        'Look what answers there.',
      ],
    ],
    [
      'the look itself failed',
      [failed(FIRST, 'internal')],
      {},
      [
        '⛔ Not checked',
        'example.com could not be checked',
        'The check itself failed; it will be repeated.',
        'Look again in a minute.',
      ],
    ],
    [
      'all that answer do it without TLS, whatever is silent besides',
      [failed(FIRST, 'injected'), failed(SECOND, 'timeout')],
      {},
      ['⛔ Bytes before TLS', 'example.com sends bytes before TLS', EN('finding.injected'), EN('advice.injected')],
    ],
    [
      'it has no end',
      [presented(FIRST, { ...LEAF, notAfter: ENDLESS })],
      {},
      [
        '✅ Fine',
        'example.com has no defined end',
        'There is nothing to be reminded of, and no event. Name and chain are good.',
      ],
    ],
    [
      'its end is too far away to count',
      [presented(FIRST, { ...LEAF, notAfter: NOW + 36_600 * DAY })],
      {},
      [
        '✅ Fine',
        'example.com is valid until 6 Feb 2127',
        'That is more than 60 years away: there is nothing to be reminded of, and no event. Name and chain are good.',
      ],
    ],
    [
      'its end is no date',
      [presented(FIRST, { ...LEAF, notAfter: UNDATED })],
      {},
      ['⛔ No date', 'Clients refuse example.com', EN('finding.no-date'), EN('advice.no-date')],
    ],
  ];
  for (const [name, addresses, extra, top] of tops)
    it(`where ${name}`, () => assert.deepEqual(topOf(cardOf(addresses, extra)), top));

  it('draws how much of the life is over, where there is nothing else to be told of it', () => {
    assert.deepEqual(cardOf([presented(FIRST, certificate('leaf'))]).bar, {
      from: '23\u{a0}Oct',
      to: '21\u{a0}Jan',
      gone: 1 / 3,
    });
    assert.equal(cardOf([presented(FIRST, leafUntil(-1))]).bar!.gone, 1);
    const none: AddressResult[][] = [
      [presented(FIRST, { ...LEAF, notAfter: ENDLESS })],
      [presented(FIRST, { ...LEAF, notBefore: UNDATED })],
      [presented(FIRST, { ...LEAF, notAfter: NOW - 40 * DAY })],
      [presented(FIRST, LEAF, { nameMatches: false })],
      [presented(FIRST, LEAF), presented(SECOND, RENEWED)],
      [failed(FIRST, 'refused')],
    ];
    for (const addresses of none) assert.equal(cardOf(addresses).bar, undefined);
  });

  const others: [string, AddressResult[], string[] | undefined][] = [
    [
      'what else is wrong, with what to do',
      [presented(FIRST, { ...LEAF, notAfter: NOW - HOUR }, DISORDERED)],
      [
        '✕ The certificates of the chain are sent in the wrong order. Put the leaf first, then each issuer after what it issued; strict clients fail otherwise.',
      ],
    ],
    [
      'that one of two families does not work',
      [presented(FIRST, LEAF), failed(THIRD, 'refused')],
      [`IPv6 does not work here, and clients may try it first: connection refused (${THIRD}).`],
    ],
    [
      'that the other family does not work, in its way',
      [presented(THIRD, LEAF), failed(FIRST, 'timeout'), failed(SECOND, 'timeout')],
      [`IPv4 does not work here, and clients may try it first: no answer in time (${FIRST} and ${SECOND}).`],
    ],
    [
      'that some of several addresses do not answer',
      [presented(FIRST, LEAF), failed(SECOND, 'refused')],
      [`Not every address answers: connection refused (${SECOND}).`],
    ],
    [
      'nothing of a family that cannot be seen from here, or may not be',
      [presented(FIRST, LEAF), failed(THIRD, 'no-route'), failed(SECOND, 'policy')],
      undefined,
    ],
  ];
  for (const [name, addresses, text] of others)
    it(`is followed by ${name}`, () => assert.deepEqual(cardOf(addresses).text, text));

  it('names the addresses that a finding is about, beyond four as a number', () => {
    const revoked = presented(SECOND, LEAF, { trust: 'CERT_REVOKED' });
    const one = cardOf([presented(FIRST, LEAF), revoked]);
    assert.equal(one.lead, 'On 192.0.2.2: The chain does not verify (CERT_REVOKED).');
    const wrong = [2, 3, 4, 5, 6].map((last) => presented(`192.0.2.${last}`, LEAF, { nameMatches: false }));
    const some = cardOf([presented(FIRST, LEAF), ...wrong]);
    assert.match(textOf(some.lead!), /^On 192\.0\.2\.2, .*, 192\.0\.2\.5 and 1 more: /);
  });
});

describe('the details of an observation', () => {
  it('tell everything about the leaf', () => {
    const { details } = cardOf([presented(FIRST, LEAF)]);
    assert.deepEqual(
      details!.map(({ label, value }) => [label, spaced(value)]),
      [
        ['Addresses', FIRST],
        ['Expires', 'Sun 14 Mar, 12:00 UTC'],
        ['Names', 'example.com, www.example.com'],
        ['Issued by', 'Demo CA E7'],
        ['Chain', '1. example.com (until 14 Mar): trusted'],
        ['Key', 'EC P-256, TLS 1.3'],
        ['Valid from', 'Fri 23 Oct, 12:00'],
        ['Serial', '0a 1b'],
        ['SHA-256', `6c65 6166 ${Array(14).fill('0000').join(' ')}`],
      ],
    );
    assert.deepEqual(
      details!.filter(({ mono }) => mono).map(({ label }) => label),
      ['Serial', 'SHA-256'],
    );
  });

  const notes: [string, AddressResult[], string[]][] = [
    [
      'it asks for a certificate of the client',
      [presented(FIRST, LEAF, { asksCertificate: true, clientCertificate: false })],
      [EN('verdict.asks-certificate')],
    ],
    [
      'there are two certificates, and clients need one',
      [
        presented(FIRST, LEAF, { other: presented(FIRST, RSA) }),
        presented(SECOND, LEAF, { other: null, clientCertificate: true }),
      ],
      [
        'It has two certificates, EC P-256 for most clients and RSA 2048 for those that take no other.',
        EN('verdict.client-certificate'),
      ],
    ],
    [
      'an earlier look found that out',
      [presented(FIRST, LEAF, { other: presented(FIRST, RSA), thoroughAt: NOW - HOUR })],
      [
        'It has two certificates, EC P-256 for most clients and RSA 2048 for those that take no other. This was last checked on Sun 22 Nov, 11:00.',
      ],
    ],
  ];
  for (const [name, addresses, expected] of notes)
    it(`note that ${name}`, () => {
      const found = cardOf(addresses).details!.filter(({ label }) => label === 'Remark');
      assert.deepEqual(
        found.map(({ value }) => spaced(value)),
        expected,
      );
    });

  const hosts = (number: number): string[] => Array.from({ length: number }, (_, index) => `h${index}`);
  const named: [string, Partial<Certificate>, string][] = [
    ['ten, and no more', { dnsNames: hosts(10) }, hosts(10).join(', ')],
    ['eleven, of which it shows ten', { dnsNames: hosts(11) }, `${hosts(10).join(', ')} … (11 names)`],
    ['a hundred', { dnsNames: hosts(100) }, `${hosts(10).join(', ')} … (100 names)`],
    ['addresses behind host names', { dnsNames: ['a.example'], ipAddresses: [FIRST] }, `a.example, ${FIRST}`],
    ['none', { dnsNames: [] }, 'none'],
    [
      'how many there are where only some are known',
      { dnsNames: ['a.example'], names: 2000 },
      'a.example … (2000 names)',
    ],
    ['a long one short', { dnsNames: ['a'.repeat(101)] }, `${'a'.repeat(99)}…`],
  ];
  for (const [what, overrides, names] of named)
    it(`show names: ${what}`, () =>
      assert.equal(factOf(cardOf([presented(FIRST, { ...LEAF, ...overrides })]), 'Names'), names));

  const revocations: [Presented['revocation'], string | undefined][] = [
    [{ status: 'good', by: 'ocsp', subject: '' }, 'not revoked, says the authority (OCSP)'],
    [{ status: 'good', by: 'staple', subject: '' }, 'not revoked, says the response that the server staples (OCSP)'],
    [{ status: 'good', by: 'crl', subject: '' }, 'not revoked, says the list of the authority (CRL)'],
    [{ status: 'revoked', by: 'crl', subject: '' }, 'revoked'],
    [{ status: 'unknown', by: null, subject: '' }, undefined],
  ];
  for (const [revocation, value] of revocations)
    it(`say of revocation, where it is ${revocation!.status} by ${revocation!.by}: ${value ?? 'nothing'}`, () => {
      // Of the certificate that expires first.
      const other = presented(SECOND, RENEWED, { revocation: { status: 'good', by: 'crl', subject: '' } });
      const card = cardOf([other, presented(FIRST, LEAF, { ...(revocation ? { revocation } : {}) })]);
      assert.equal(factOf(card, 'Revocation'), value);
    });

  it('name the subject where it is none of the names, and shorten what is long', () => {
    assert.equal(factOf(cardOf([presented(FIRST, LEAF)]), 'Subject'), undefined);
    const nameless = cardOf([presented(FIRST, { ...LEAF, subject: '', issuer: '', dnsNames: [] })]);
    assert.equal(factOf(nameless, 'Subject'), 'none');
    assert.equal(factOf(nameless, 'Issued by'), 'no name');
    assert.equal(factOf(nameless, 'Chain'), '1. no subject (until 14 Mar): trusted');
    const long = cardOf([presented(FIRST, { ...LEAF, subject: 's'.repeat(201), issuer: 'i'.repeat(201) })]);
    assert.equal(factOf(long, 'Subject'), `${'s'.repeat(199)}…`);
    assert.equal(factOf(long, 'Issued by'), `${'i'.repeat(199)}…`);
    assert.equal(factOf(long, 'Chain'), `1. ${'s'.repeat(79)}… (until 14 Mar): trusted`);
    const odd = cardOf([presented(FIRST, LEAF, { trust: 't'.repeat(81) })]);
    assert.ok(factOf(odd, 'Chain')!.endsWith(`not trusted (${'t'.repeat(79)}…)`));
  });

  it('say what is not trusted, also where the first to expire is', () => {
    const card = cardOf([presented(FIRST, LEAF), presented(SECOND, RENEWED, { trust: INCOMPLETE })]);
    assert.match(factOf(card, 'Chain')!, /: not trusted \(UNABLE_TO_VERIFY_LEAF_SIGNATURE\)$/);
    const both = [presented(FIRST, RENEWED, { trust: INCOMPLETE }), presented(SECOND, LEAF, { trust: 'CERT_REVOKED' })];
    assert.equal(factOf(cardOf(both), 'Chain'), '1. example.com (until 14 Mar): not trusted (CERT_REVOKED)');
  });

  it('show the chain from the leaf upwards', () => {
    const intermediate = certificate('intermediate', { subject: 'Demo CA E7', notAfter: NOW + 900 * DAY });
    const card = cardOf([presented(FIRST, LEAF, { chain: [LEAF, intermediate] })]);
    assert.equal(factOf(card, 'Chain'), '1. example.com (until 14 Mar) ← 2. Demo CA E7 (until 10 May 2029): trusted');
  });

  it('give the DNS name of an internationalised one', () => {
    const seen = observation([presented(FIRST, LEAF)], { uri: 'tls://xn--mller-kva.example:443' });
    assert.equal(factOf(observationCard(seen, BY_DEFAULT), 'DNS name'), 'xn--mller-kva.example');
    assert.equal(factOf(cardOf([presented(FIRST, LEAF)]), 'DNS name'), undefined);
  });

  it('are none of what was never seen', () => {
    const card = observationCard(observation([]), BY_DEFAULT);
    assert.deepEqual([card.facts, card.details, card.actions], [[], [], []]);
    for (const part of ['groups', 'bar', 'footnote', 'text']) assert.ok(!(part in card), part);
  });

  it('are followed by what the command knows', () => {
    const card = cardOf([presented(FIRST, LEAF)], {
      facts: [{ label: 'Owner', value: 'Alice' }],
      details: [{ label: 'Watched', value: 'since 1 Nov' }],
      text: ['One more thing.'],
      actions: [{ kind: 'open', label: 'Open', url: 'https://example.com/' }],
      footnote: 'Looked once.',
    });
    assert.deepEqual(card.facts, [{ label: 'Owner', value: 'Alice' }]);
    assert.equal(card.details!.at(-1)!.label, 'Watched');
    assert.deepEqual(
      card.actions!.map(({ label }) => label),
      ['Open'],
    );
    assert.deepEqual(card.text, ['One more thing.']);
    assert.equal(card.footnote, 'Looked once.');
  });
});

describe('the addresses of an observation', () => {
  it('that present the same are enumerated behind “More”', () => {
    assert.equal(factOf(cardOf([presented(FIRST, LEAF)]), 'Addresses'), FIRST);
    const two = cardOf([presented(FIRST, LEAF), presented(SECOND, LEAF)]);
    assert.deepEqual(two.details![0], { label: 'Addresses', value: `${FIRST} and ${SECOND} present the same` });
    assert.ok(!('groups' in two));
    const failing = cardOf([failed(FIRST, 'refused'), failed(SECOND, 'refused')]);
    assert.equal(factOf(failing, 'Addresses'), `${FIRST} and ${SECOND}`);
  });

  it('that cannot be seen from here are told at once', () => {
    const card = cardOf([presented(FIRST, LEAF), failed(THIRD, 'no-route')]);
    const value = `${FIRST} presents it; ${THIRD} is not visible from here`;
    assert.deepEqual(card.facts, [{ label: 'Addresses', value }]);
    assert.equal(factOf(cardOf([failed(THIRD, 'no-route')]), 'Addresses'), `${THIRD} is not visible from here`);
  });

  it('that differ are rows, first what is wrong; those that are alike are one', () => {
    const card = cardOf([
      presented(FIRST, LEAF),
      presented('192.0.2.5', LEAF),
      presented(SECOND, RENEWED, { nameMatches: false, trust: INCOMPLETE }),
      failed('192.0.2.3', 'refused'),
      failed('192.0.2.4', 'refused'),
      failed(THIRD, 'no-route'),
    ]);
    assert.deepEqual(rowsOf(card), [
      ['192.0.2.1 and 192.0.2.5', '✕ still the old one', '14 Mar', '112 days'],
      [SECOND, '✕ the new one · wrong name, incomplete chain', '10 Jun', '2027'],
      ['192.0.2.3 and 192.0.2.4', '✕ connection refused', '', ''],
      [THIRD, '– not reachable from here: the bot has no route to addresses of this kind', '', ''],
    ]);
    assert.deepEqual(
      card.details!.filter(({ label }) => label === 'Presents').map(({ value }) => spaced(value)),
      [
        'EC P-256, TLS 1.3, 6c656166…, until 14 Mar: 192.0.2.1 and 192.0.2.5',
        'EC P-256, TLS 1.3, 72656e65…, until 10 Jun 2027: 192.0.2.2',
      ],
    );
  });

  it('tell what is wrong beside the stage', () => {
    const card = cardOf([
      presented(FIRST, leafUntil(4), { nameMatches: false }),
      presented(SECOND, LEAF, DISORDERED),
      presented('192.0.2.3', leafUntil(1), DISORDERED),
      presented('192.0.2.4', LEAF, { nameMatches: false, ...DISORDERED }),
      presented('192.0.2.5', LEAF),
      presented('192.0.2.6', certificate('endless', { notAfter: ENDLESS })),
    ]);
    assert.deepEqual(
      rowsOf(card).map(([, verdict]) => verdict),
      [
        '✕ wrong name, urgent',
        '✕ wrong order',
        '✕ wrong order, critical',
        '✕ wrong name, wrong order',
        '✓ fine',
        '✓ fine · no defined end',
      ],
    );
  });

  it('have a row for each of two certificates, which names its key, and when that was seen', () => {
    const other = presented(FIRST, RSA, { nameMatches: false });
    const card = cardOf([presented(FIRST, LEAF, { other, thoroughAt: NOW - HOUR })]);
    assert.deepEqual(rowsOf(card), [
      ['RSA 2048', '✕ wrong name · seen Sun 22 Nov, 11:00', '21 Apr', '150 days'],
      ['EC P-256', '✓ fine', '14 Mar', '112 days'],
    ]);
  });

  it('of which sixteen differ are all there', () => {
    const sixteen = Array.from({ length: 16 }, (_, index) => `2001:db8:aaaa:bbbb:cccc:dddd:eeee:${index + 10}`);
    const card = cardOf(sixteen.map((address, index) => presented(address, index % 2 ? LEAF : RENEWED)));
    const shown = rowsOf(card)
      .map(([name]) => name)
      .join(' ');
    for (const address of sixteen) assert.ok(shown.includes(address), address);
    assert.equal(rowsOf(card).length, 2);
  });
});

describe('the rule of alerts', () => {
  const policies: [Threshold[] | null, string][] = [
    [
      null,
      '30, 7 and 2 days before expiry (the default; later for certificates that are valid for less than 120 days)',
    ],
    [thresholds('60d'), '60 days before expiry'],
    [thresholds('60d', '10%', '12h'), '60 days, 10% of the lifetime and 12 hours before expiry'],
  ];
  for (const [policy, phrase] of policies) {
    it(`is told: ${phrase}`, () => assert.equal(policyPhrase(policy, EN), phrase));
  }
});
