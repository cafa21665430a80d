import assert from 'node:assert/strict';
import type { Card } from '../../../src/core/card.ts';
import { alertCard } from '../../../src/core/chat/cards/alert.ts';
import { bulkCard, progressCard, tally, type BulkResult } from '../../../src/core/chat/cards/bulk.ts';
import { conditionOf, listCard, PAGE_ROWS, sortViews, type WatchView } from '../../../src/core/chat/cards/list.ts';
import {
  observationCard,
  policyPhrase,
  reasonFor,
  summarise,
  toneOf,
} from '../../../src/core/chat/cards/observation.ts';
import { errorCard, helpCard, problemCard, sentenceCard, welcomeCard } from '../../../src/core/chat/cards/replies.ts';
import type { AddressResult, Certificate, Observation, Presented } from '../../../src/core/certificates/certificate.ts';
import { advance } from '../../../src/core/certificates/state.ts';
import { COMMANDS, parseCommand } from '../../../src/core/chat/command.ts';
import type { AlertItem } from '../../../src/core/alerts/alerts.ts';
import type { Look } from '../../../src/core/alerts/findings.ts';
import { boundaries, type Threshold } from '../../../src/core/certificates/stages.ts';
import {
  certificate,
  EN,
  failed,
  leaveNothingOut,
  NOW,
  observation,
  presented,
  thresholds,
  watchOf,
} from '../../support/certificate-facts.ts';
import { HOUR, DAY } from '../../../src/core/time.ts';

const FIRST = '192.0.2.1';
const SECOND = '192.0.2.2';
const THIRD = '2001:db8::3';

const LEAF = certificate('leaf', { notAfter: NOW + 112 * DAY });
const INC = certificate('inc', { issuer: 'Example CA, Inc.', notAfter: NOW + 112 * DAY });
const RENEWED = certificate('renewed', { notBefore: NOW, notAfter: NOW + 200 * DAY });
const INCOMPLETE = 'UNABLE_TO_VERIFY_LEAF_SIGNATURE';
/** Worth mending, and nothing that clients refuse. */
const DISORDERED = { disordered: true };
const BY_DEFAULT = { policy: null, now: NOW, say: EN };

const RSA = certificate('rsa', { key: 'RSA 2048', notAfter: NOW + 150 * DAY });

function leafUntil(days: number): Certificate {
  return certificate(`until ${days}`, { notAfter: NOW + days * DAY, dnsNames: [`in${days}.example`] });
}

/** Every text that a card shows. */
function textsOf(card: Card): string[] {
  return [
    card.summary,
    card.title,
    card.footnote ?? '',
    ...(card.text ?? []),
    ...(card.facts ?? []).flatMap(({ label, value }) => [label, value]),
    ...(card.table?.rows ?? []).flatMap(({ cells }) => cells.map(({ text }) => text)),
  ];
}

/** What no card may show, whatever it is about. */
function assertReadable(card: Card): void {
  assert.notEqual(card.summary, '');
  for (const text of textsOf(card)) {
    assert.doesNotMatch(
      text,
      /(?<!\d)\.\.|undefined|null|NaN|\[object|`|\(\)| {2}|\b1 (?:addresses|watches|targets|days)\b/,
      text,
    );
    assert.doesNotMatch(text, /: \S[^.]*: Fixed|: It /, text);
  }
  for (const line of card.text ?? []) assert.match(line, /[.!?…][”"')]*$/, `${line} does not end`);
}

function fact(card: Card, label: string): string | undefined {
  return card.facts?.find((one) => one.label === label)?.value;
}

function rows(card: Card): string[][] {
  return (card.table?.rows ?? []).map(({ cells }) => cells.map(({ text }) => text));
}

describe('the summary of an observation', () => {
  const summaries: [string, Observation, string][] = [
    [
      'a healthy target',
      observation([presented(FIRST, LEAF)]),
      'example.com:443 expires 2027-03-14 (in 112 days), issued by Demo CA E7',
    ],
    [
      'a target that expires tomorrow, in hours',
      observation([presented(FIRST, { ...LEAF, notAfter: NOW + 25 * HOUR })]),
      'example.com:443 expires 2026-11-23 13:00 UTC (in 25 hours), issued by Demo CA E7',
    ],
    [
      'an expired target',
      observation([presented(FIRST, { ...LEAF, notAfter: NOW - 21 * DAY }, { trust: 'CERT_HAS_EXPIRED' })]),
      'example.com:443 expired 2026-11-01 (21 days ago), issued by Demo CA E7',
    ],
    [
      'something wrong, after an issuer that ends with a period',
      observation([presented(FIRST, INC, { nameMatches: false })]),
      'example.com:443 expires 2027-03-14 (in 112 days), issued by Example CA, Inc. The certificate names example.com, but clients cannot read its names.',
    ],
    [
      'the leaf that expires first',
      observation([presented(FIRST, RENEWED), presented(SECOND, LEAF)]),
      'example.com:443 expires 2027-03-14 (in 112 days), issued by Demo CA E7',
    ],
    [
      'a name that does not exist',
      observation([]),
      'No certificate was seen at example.com:443: the host name does not exist in DNS',
    ],
    [
      'addresses that fail alike and otherwise',
      observation([failed(FIRST, 'refused'), failed(SECOND, 'refused'), failed(THIRD, 'no-route')]),
      'No certificate was seen at example.com:443: connection refused (192.0.2.1 and 192.0.2.2); not reachable from here: the bot has no route to addresses of this kind (2001:db8::3)',
    ],
    [
      'more addresses than four that fail alike',
      observation([1, 2, 3, 4, 5].map((last) => failed(`192.0.2.${last}`, 'refused'))),
      'No certificate was seen at example.com:443: connection refused (192.0.2.1, 192.0.2.2, 192.0.2.3, 192.0.2.4 and 1 more)',
    ],
    [
      'the first of several things that are wrong',
      observation([presented(FIRST, LEAF, { nameMatches: false, trust: INCOMPLETE })]),
      'example.com:443 expires 2027-03-14 (in 112 days), issued by Demo CA E7. The certificate names example.com, but clients cannot read its names.',
    ],
    [
      'an issuer with a long name, shortened',
      observation([presented(FIRST, { ...LEAF, issuer: 'i'.repeat(81) })]),
      `example.com:443 expires 2027-03-14 (in 112 days), issued by ${'i'.repeat(79)}…`,
    ],
    [
      'addresses that policy refuses',
      observation([failed('10.0.0.1', 'policy'), failed('10.0.0.2', 'policy')]),
      "No certificate was seen at example.com:443: this bot's policy does not allow connecting there (10.0.0.1 and 10.0.0.2)",
    ],
    [
      'a name with its own letters',
      observation([presented(FIRST, LEAF)], { uri: 'tls://xn--mller-kva.example:443' }),
      'müller.example:443 expires 2027-03-14 (in 112 days), issued by Demo CA E7',
    ],
    [
      'the name that was asked for',
      observation([presented(FIRST, LEAF)], { uri: 'tls://10.1.2.3:443?sni=internal.example' }),
      '10.1.2.3:443 as internal.example expires 2027-03-14 (in 112 days), issued by Demo CA E7',
    ],
  ];
  for (const [name, seen, summary] of summaries) {
    it(`tells of ${name}`, () => assert.equal(summarise(seen, NOW, EN), summary));
  }

  it('gives the reason alone where that is asked for', () => {
    assert.equal(reasonFor(observation([failed(FIRST, 'timeout')]), EN), 'no answer in time (192.0.2.1)');
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

describe('the card of an observation', () => {
  function cardOf(addresses: AddressResult[], now = NOW): Card {
    const card = observationCard(observation(addresses), { policy: null, now, say: EN });
    assertReadable(card);
    return card;
  }

  it('tells everything about the leaf', () => {
    const card = cardOf([presented(FIRST, LEAF)]);
    assert.equal(card.title, 'example.com:443');
    assert.deepEqual(card.facts, [
      { label: 'Expires', value: '2027-03-14 12:00 UTC (in 112 days)' },
      { label: 'Valid from', value: '2026-10-23 12:00 UTC' },
      { label: 'Issuer', value: 'Demo CA E7' },
      { label: 'Subject', value: 'example.com' },
      { label: 'Names', value: 'example.com, www.example.com' },
      { label: 'Key', value: 'EC P-256' },
      { label: 'Chain', value: '1. example.com (until 2027-03-14): trusted' },
      { label: 'Serial number', value: '0a1b' },
      {
        label: 'Fingerprint',
        value: `SHA-256 6C:65:61:66:00:00:00:00 ${Array(3).fill('00:00:00:00:00:00:00:00').join(' ')}`,
      },
    ]);
    assert.deepEqual(card.text, ['✓ The name matches, the chain is trusted, and the certificate is valid.']);
  });

  it('tells what each address presents', () => {
    const card = cardOf([
      presented(FIRST, LEAF),
      presented(SECOND, RENEWED, { nameMatches: false, trust: INCOMPLETE }),
      failed('192.0.2.3', 'refused'),
      failed(THIRD, 'no-route'),
    ]);
    assert.deepEqual(rows(card), [
      [FIRST, '✓ fine', '2027-03-14', 'EC P-256, TLSv1.3, 6c656166…'],
      [SECOND, '✖ wrong name, incomplete chain', '2027-06-10', 'EC P-256, TLSv1.3, 72656e65…'],
      ['192.0.2.3', '✖ connection refused', '–', '–'],
      [THIRD, '– not reachable from here: the bot has no route to addresses of this kind', '–', '–'],
    ]);
  });

  it('tells in the table when what a thorough look alone sees was seen', () => {
    const result = presented(FIRST, LEAF, { other: presented(FIRST, RSA), thoroughAt: NOW - HOUR });
    const cells = rows(cardOf([result])).map((row) => row.at(-1));
    const seen = ', seen 2026-11-22 11:00 UTC';
    assert.deepEqual(
      cells.map((cell) => cell!.endsWith(seen)),
      [false, true],
    );
  });

  const lines: [string, AddressResult[], string[]][] = [
    [
      'that renewal is due',
      [presented(FIRST, { ...LEAF, notAfter: NOW + 4 * DAY })],
      ['▲ It is time to renew it (urgent). The name matches, and the chain is trusted.'],
    ],
    [
      'since when it has expired',
      [presented(FIRST, { ...LEAF, notAfter: NOW - HOUR })],
      ['✖ The certificate expired on 2026-11-22 11:00 UTC. Renew it now.'],
    ],
    [
      'what is wrong, and that renewal is due as well',
      [presented(FIRST, { ...LEAF, notAfter: NOW + 4 * DAY }, { trust: 'CERT_REVOKED' })],
      [
        '✖ The chain does not verify (CERT_REVOKED). Compare the installed chain with the one your authority delivers.',
        '▲ It is time to renew it (urgent).',
      ],
    ],
    [
      'on which addresses something is wrong',
      [presented(FIRST, LEAF), presented(SECOND, LEAF, { trust: 'CERT_REVOKED' })],
      [
        '✖ On 192.0.2.2: The chain does not verify (CERT_REVOKED). Compare the installed chain with the one your authority delivers.',
      ],
    ],
    [
      'that addresses differ',
      [presented(FIRST, LEAF), presented(SECOND, RENEWED)],
      [
        '▲ example.com:443 is partly renewed: 1 of 2 renewed, 192.0.2.1 still presents the certificate that expires 2027-03-14. Install the new certificate there too, or restart what serves it.',
      ],
    ],
    [
      'what is worth mending, in another way than what clients refuse',
      [presented(FIRST, LEAF, DISORDERED)],
      [
        '▲ The certificates of the chain are sent in the wrong order. Put the leaf first, then each issuer after what it issued; strict clients fail otherwise.',
      ],
    ],
    [
      'since when it has expired, and what is wrong besides',
      [presented(FIRST, { ...LEAF, notAfter: NOW - HOUR }, DISORDERED)],
      [
        '✖ The certificate expired on 2026-11-22 11:00 UTC. Renew it now.',
        '▲ The certificates of the chain are sent in the wrong order. Put the leaf first, then each issuer after what it issued; strict clients fail otherwise.',
      ],
    ],
    [
      'first of all that one of two families does not work',
      [presented(FIRST, LEAF), failed(THIRD, 'refused')],
      [
        `ℹ IPv6 does not work here, and clients may try it first: connection refused (${THIRD}).`,
        '✓ The name matches, the chain is trusted, and the certificate is valid.',
      ],
    ],
    [
      'that the other family does not work, in its way',
      [presented(THIRD, LEAF), failed(FIRST, 'timeout'), failed(SECOND, 'timeout')],
      [
        `ℹ IPv4 does not work here, and clients may try it first: no answer in time (${FIRST} and ${SECOND}).`,
        '✓ The name matches, the chain is trusted, and the certificate is valid.',
      ],
    ],
    [
      'that some of several addresses do not answer',
      [presented(FIRST, LEAF), failed(SECOND, 'refused')],
      [
        `ℹ Not every address answers: connection refused (${SECOND}).`,
        '✓ The name matches, the chain is trusted, and the certificate is valid.',
      ],
    ],
    [
      'nothing of a family that cannot be seen from here, or may not be',
      [presented(FIRST, LEAF), failed(THIRD, 'no-route'), failed(SECOND, 'policy')],
      ['✓ The name matches, the chain is trusted, and the certificate is valid.'],
    ],
    [
      'that it asks for a certificate of the client',
      [presented(FIRST, LEAF, { asksCertificate: true, clientCertificate: false })],
      [
        '✓ The name matches, the chain is trusted, and the certificate is valid.',
        'ℹ It asks for a certificate of the client, which the bot does not have, and shakes hands without one all the same; whether it then serves anything, only a request would show (nginx answers such ones with 400).',
      ],
    ],
    [
      'that it demands a certificate of the client, rather than that it asks for it',
      [presented(FIRST, LEAF, { asksCertificate: true, clientCertificate: true, thoroughAt: NOW - HOUR })],
      [
        '✓ The name matches, the chain is trusted, and the certificate is valid.',
        'ℹ It demands a certificate of the client as well, which the bot does not have; what the server itself presents was seen all the same. This was last checked on 2026-11-22 11:00 UTC.',
      ],
    ],
    [
      'when a thorough look found the second certificate',
      [presented(FIRST, LEAF, { other: presented(FIRST, RSA), thoroughAt: NOW - HOUR })],
      [
        '✓ The name matches, the chain is trusted, and the certificate is valid.',
        'ℹ It has two certificates, EC P-256 for most clients and RSA 2048 for those that take no other; the table shows both. This was last checked on 2026-11-22 11:00 UTC.',
      ],
    ],
    [
      'that there are two certificates, and that clients need one',
      [
        presented(FIRST, LEAF, { other: presented(FIRST, RSA) }),
        presented(SECOND, LEAF, { other: null, clientCertificate: true }),
      ],
      [
        '✓ The name matches, the chain is trusted, and the certificate is valid.',
        'ℹ It has two certificates, EC P-256 for most clients and RSA 2048 for those that take no other; the table shows both.',
        'ℹ It demands a certificate of the client as well, which the bot does not have; what the server itself presents was seen all the same.',
      ],
    ],
    [
      'what is wrong with all that answer, whatever is silent besides',
      [failed(FIRST, 'injected'), failed(SECOND, 'timeout')],
      [`✖ ${EN('finding.injected')} ${EN('advice.injected')}`],
    ],
    [
      'why nothing was presented',
      [failed(FIRST, 'internal')],
      ['✖ No certificate was seen at example.com:443: the check itself failed; it will be repeated (192.0.2.1).'],
    ],
  ];
  for (const [name, addresses, text] of lines) {
    it(`says ${name}`, () => assert.deepEqual(cardOf(addresses).text, text));
  }

  it('shows ten of many names, and how many there are', () => {
    const dnsNames = Array.from({ length: 25 }, (_, index) => `h${index}.example`);
    const names = fact(cardOf([presented(FIRST, { ...LEAF, dnsNames })]), 'Names');
    assert.match(names!, /^h0\.example, .*h9\.example … \(25 names\)$/);
  });

  const named: [string, Partial<Certificate>, string][] = [
    [
      'ten, and no more',
      { dnsNames: Array.from({ length: 10 }, (_, index) => `h${index}`) },
      'h0, h1, h2, h3, h4, h5, h6, h7, h8, h9',
    ],
    [
      'eleven, of which it shows ten',
      { dnsNames: Array.from({ length: 11 }, (_, index) => `h${index}`) },
      'h0, h1, h2, h3, h4, h5, h6, h7, h8, h9 … (11 names)',
    ],
    ['addresses behind host names', { dnsNames: ['a.example'], ipAddresses: ['192.0.2.1'] }, 'a.example, 192.0.2.1'],
    ['none', { dnsNames: [] }, 'none'],
    [
      'how many there are where only some are known',
      { dnsNames: ['a.example'], names: 2000 },
      'a.example … (2000 names)',
    ],
    ['a long one short', { dnsNames: ['a'.repeat(101)] }, `${'a'.repeat(99)}…`],
  ];
  for (const [what, overrides, names] of named)
    it(`shows names: ${what}`, () =>
      assert.equal(fact(cardOf([presented(FIRST, { ...LEAF, ...overrides })]), 'Names'), names));

  const revocations: [Presented['revocation'], string | undefined][] = [
    [{ status: 'good', by: 'ocsp', subject: '' }, 'not revoked, says the authority (OCSP)'],
    [{ status: 'good', by: 'staple', subject: '' }, 'not revoked, says the response that the server staples (OCSP)'],
    [{ status: 'good', by: 'crl', subject: '' }, 'not revoked, says the list of the authority (CRL)'],
    [{ status: 'revoked', by: 'crl', subject: '' }, 'revoked'],
    [{ status: 'unknown', by: null, subject: '' }, undefined],
  ];
  for (const [revocation, value] of revocations)
    it(`says of revocation, where it is ${revocation!.status} by ${revocation!.by}: ${value ?? 'nothing'}`, () => {
      // Of the certificate that expires first.
      const other = presented(SECOND, RENEWED, { revocation: { status: 'good', by: 'crl', subject: '' } });
      const card = cardOf([other, presented(FIRST, LEAF, { ...(revocation ? { revocation } : {}) })]);
      assert.equal(fact(card, 'Revocation'), value);
    });

  it('says that a certificate names neither subject nor issuer, and shortens long ones', () => {
    const nameless = cardOf([presented(FIRST, { ...LEAF, subject: '', issuer: '', dnsNames: [] })]);
    assert.equal(fact(nameless, 'Subject'), 'none');
    assert.equal(fact(nameless, 'Issuer'), 'no name');
    assert.equal(fact(nameless, 'Chain'), '1. no subject (until 2027-03-14): trusted');
    const long = cardOf([presented(FIRST, { ...LEAF, subject: 's'.repeat(201), issuer: 'i'.repeat(201) })]);
    assert.equal(fact(long, 'Subject'), `${'s'.repeat(199)}…`);
    assert.equal(fact(long, 'Issuer'), `${'i'.repeat(199)}…`);
    assert.equal(fact(long, 'Chain'), `1. ${'s'.repeat(79)}… (until 2027-03-14): trusted`);
  });

  it('says what is wrong beside the stage in the row of an address, and how it looks', () => {
    const card = cardOf([
      presented(FIRST, leafUntil(4), { nameMatches: false }),
      presented(SECOND, LEAF, DISORDERED),
      presented('192.0.2.3', leafUntil(1), DISORDERED),
      presented('192.0.2.4', LEAF, { nameMatches: false, ...DISORDERED }),
      presented('192.0.2.5', LEAF),
      failed('192.0.2.6', 'refused'),
      failed(THIRD, 'no-route'),
    ]);
    assert.deepEqual(
      card.table!.rows.map(({ cells }) => [cells[1]!.text, cells[1]!.tone]),
      [
        ['✖ wrong name · ▲ urgent', 'attention'],
        ['▲ wrong order', 'warning'],
        ['▲ wrong order · ‼ critical', 'attention'],
        ['✖ wrong name, wrong order', 'attention'],
        ['✓ fine', 'good'],
        ['✖ connection refused', 'attention'],
        ['– not reachable from here: the bot has no route to addresses of this kind', 'neutral'],
      ],
    );
  });

  it('has a row for each of two certificates of an address', () => {
    const card = cardOf([presented(FIRST, LEAF, { other: presented(FIRST, RSA, { nameMatches: false }) })]);
    assert.deepEqual(
      rows(card).map(([address, verdict, , shown]) => [address, verdict, shown!.split(',')[0]]),
      [
        [FIRST, '✓ fine', 'EC P-256'],
        [FIRST, '✖ wrong name', 'RSA 2048'],
      ],
    );
  });

  it('has columns for address, verdict, expiry and what is presented; no table without addresses', () => {
    assert.deepEqual(
      cardOf([presented(FIRST, LEAF)]).table!.columns.map(({ title }) => title),
      ['Address', 'Verdict', 'Expires', 'Presents'],
    );
    const card = observationCard(observation([]), BY_DEFAULT);
    assert.ok(!('table' in card));
    assert.deepEqual(card.facts, []);
    assert.deepEqual(card.text, ['✖ No certificate was seen at example.com:443: the host name does not exist in DNS.']);
    assert.ok(!('footnote' in card));
    assert.deepEqual(card.actions, []);
  });

  it('shortens what is untrusted and long, and counts addresses beyond four', () => {
    const odd = cardOf([presented(FIRST, LEAF, { trust: 't'.repeat(81) })]);
    assert.ok(fact(odd, 'Chain')!.endsWith(`not trusted (${'t'.repeat(79)}…)`));
    const dnsNames = Array.from({ length: 5 }, (_, index) => String(index).repeat(60));
    const wordy = cardOf([presented(FIRST, { ...LEAF, dnsNames }, { nameMatches: false })]);
    const [before, sentence] = wordy.summary.split('issued by Demo CA E7. ');
    assert.match(before!, /^example\.com:443 expires/);
    assert.match(sentence!, /^.{199}…$/);
    const wrong = [2, 3, 4, 5, 6].map((last) => presented(`192.0.2.${last}`, LEAF, { nameMatches: false }));
    const some = cardOf([presented(FIRST, LEAF), ...wrong]);
    assert.match(some.text![0]!, /^✖ On 192\.0\.2\.2, .*, 192\.0\.2\.5 and 1 more: /);
  });

  it('says what is not trusted, also where the first to expire is', () => {
    const card = cardOf([presented(FIRST, LEAF), presented(SECOND, RENEWED, { trust: INCOMPLETE })]);
    assert.match(fact(card, 'Chain')!, /: not trusted \(UNABLE_TO_VERIFY_LEAF_SIGNATURE\)$/);
    const both = [presented(FIRST, RENEWED, { trust: INCOMPLETE }), presented(SECOND, LEAF, { trust: 'CERT_REVOKED' })];
    assert.equal(fact(cardOf(both), 'Chain'), '1. example.com (until 2027-03-14): not trusted (CERT_REVOKED)');
  });

  it('copes with a certificate that has no subject, as short-lived ones have', () => {
    const card = cardOf([presented(FIRST, { ...LEAF, subject: '' })]);
    assert.equal(fact(card, 'Subject'), 'none');
    assert.equal(fact(card, 'Chain'), '1. example.com (until 2027-03-14): trusted');
  });

  it('shows the chain from the leaf upwards', () => {
    const intermediate = certificate('intermediate', { subject: 'Demo CA E7', notAfter: NOW + 900 * DAY });
    const card = cardOf([presented(FIRST, LEAF, { chain: [LEAF, intermediate] })]);
    assert.equal(fact(card, 'Chain'), '1. example.com (until 2027-03-14) ← 2. Demo CA E7 (until 2029-05-10): trusted');
  });

  it('gives the DNS name of an internationalised one', () => {
    const seen = observation([presented(FIRST, LEAF)], { uri: 'tls://xn--mller-kva.example:443' });
    assert.equal(fact(observationCard(seen, BY_DEFAULT), 'DNS name'), 'xn--mller-kva.example');
    assert.equal(fact(cardOf([presented(FIRST, LEAF)]), 'DNS name'), undefined);
  });

  it('adds what the command knows', () => {
    const card = observationCard(observation([presented(FIRST, LEAF)]), BY_DEFAULT, {
      title: 'Watching example.com:443',
      facts: [{ label: 'Owner', value: 'Alice' }],
      text: ['One more thing.'],
      actions: [{ kind: 'open', label: 'Open', url: 'https://example.com/' }],
      footnote: 'Looked once.',
    });
    assert.equal(card.title, 'Watching example.com:443');
    assert.deepEqual(
      card.actions!.map(({ label }) => label),
      ['Open'],
    );
    assert.equal(fact(card, 'Owner'), 'Alice');
    assert.equal(card.text!.at(-1), 'One more thing.');
    assert.equal(card.footnote, 'Looked once.');
  });

  const policies: [Threshold[] | null, string][] = [
    [
      null,
      '30, 7 and 2 days before expiry (the default; later for certificates that are valid for less than 120 days)',
    ],
    [thresholds('60d'), '60 days before expiry'],
    [thresholds('60d', '10%', '12h'), '60 days, 10% of the lifetime and 12 hours before expiry'],
  ];
  for (const [policy, phrase] of policies) {
    it(`tells the thresholds: ${phrase}`, () => assert.equal(policyPhrase(policy, EN), phrase));
  }
});

/** The view of a watch whose target was last seen so. */
function view(host: string, addresses: AddressResult[], overrides: Partial<WatchView> = {}): WatchView {
  const uri = `tls://${host}:443`;
  const seen = observation(addresses, { uri });
  const { state } = advance(null, seen, new Map());
  const leaves = addresses.flatMap((result) => (result.kind === 'presented' ? [result.chain[0]] : []));
  return {
    watch: watchOf({ uri }),
    target: { id: 1, uri, dueAt: NOW, state, observation: seen },
    leaves,
    policy: null,
    ...overrides,
  };
}

/** A target that did not answer, as seen by a look that could see none of its addresses. */
function downTarget(): WatchView['target'] {
  const seen = observation([failed(THIRD, 'no-route')], { uri: 'tls://a.example:443' });
  const state = { leaf: null, leaves: [], addresses: {}, failures: 1, answeredAt: null };
  return { id: 1, uri: 'tls://a.example:443', dueAt: NOW, state, observation: seen };
}

describe('the list', () => {
  const fine = presented(FIRST, LEAF);
  const options = { filter: '', page: 1, now: NOW, say: EN, leftOut: leaveNothingOut };

  it('of nothing says how to begin', () => {
    const card = listCard([], options);
    assertReadable(card);
    assert.equal(card.summary, 'This conversation watches nothing yet. Type for example “watch example.com”.');
  });

  it('of nothing tells programs so', () => {
    const card = listCard([], options);
    assert.equal(card.title, 'Nothing watched yet');
    assert.equal(card.tone, 'neutral');
    assert.deepEqual(card.text, [card.summary]);
    assert.deepEqual(card.about, { kind: 'answer', verb: 'list', targets: [], total: 0 });
  });

  it('leaves out what cannot be shown, with a word, and tells why', () => {
    const absurd = view('absurd.example', [fine]);
    absurd.target.observation = { ...absurd.target.observation!, addresses: null as never };
    const views = [
      view('fine.example', [presented(FIRST, LEAF)]),
      absurd,
      { ...view('odd.example', [fine]), watch: watchOf({ uri: 'no uri' }) },
    ];
    const leftOut: string[] = [];
    const card = listCard(views, { ...options, leftOut: (_, { watch }) => leftOut.push(watch.uri) });
    assert.deepEqual(
      card.table!.rows.map(({ cells }) => cells[0]!.text),
      ['fine.example:443'],
    );
    assert.deepEqual(leftOut.toSorted(), ['no uri', 'tls://absurd.example:443']);
    assert.deepEqual(card.text, ['2 rows could not be shown. Whoever runs the bot finds the reason in its log.']);
    assertReadable(card);
  });

  it('begins with what expires first, and ends with what was never seen, by name', () => {
    const views = [
      view('never.example', [failed(FIRST, 'timeout')]),
      view('late.example', [presented(FIRST, leafUntil(80))]),
      view('absent.example', [failed(FIRST, 'timeout')]),
      view('soon.example', [presented(FIRST, leafUntil(3))]),
      view('gone.example', [presented(FIRST, leafUntil(-3))]),
    ];
    assert.deepEqual(
      sortViews(views).map(({ watch }) => watch.uri.slice('tls://'.length, -':443'.length)),
      ['gone.example', 'soon.example', 'late.example', 'absent.example', 'never.example'],
    );
    const card = listCard(views, options);
    assertReadable(card);
    assert.equal(
      card.summary,
      '5 watches; the first to expire is gone.example:443, which expired 2026-11-19 (3 days ago)',
    );
    assert.deepEqual(rows(card)[1], ['soon.example:443', '2026-11-25 (in 3 days)', '▲ urgent', 'Alice']);
    assert.deepEqual(rows(card)[4], ['never.example:443', '–', '✖ unreachable', 'Alice']);
  });

  it('of one watch speaks of one', () => {
    const card = listCard([view('example.com', [fine])], options);
    assert.equal(
      card.summary,
      '1 watch; the first to expire is example.com:443, which expires 2027-03-14 (in 112 days)',
    );
    assert.deepEqual(card.actions, []);
    assert.equal(card.title, '1 watch');
    assert.equal(card.tone, 'neutral');
    assert.ok(!('text' in card));
    assert.deepEqual(
      card.table!.columns.map(({ title }) => title),
      ['Target', 'Expires', 'State', 'Owner'],
    );
    const about = { kind: 'answer', verb: 'list', targets: ['tls://example.com:443'], total: 1 };
    assert.deepEqual(card.about, about);
  });

  it('of what was never seen tells how many there are', () => {
    assert.equal(listCard([view('a.example', [failed(FIRST, 'timeout')])], options).summary, '1 watch');
  });

  it('goes by name where certificates end at the same time', () => {
    const views = ['b.example', 'c.example', 'a.example'].map((host) => view(host, [fine]));
    assert.deepEqual(
      sortViews(views).map(({ watch }) => watch.uri),
      ['tls://a.example:443', 'tls://b.example:443', 'tls://c.example:443'],
    );
  });

  const owners: [string, string][] = [
    ['', '–'],
    ['o'.repeat(41), `${'o'.repeat(39)}…`],
  ];
  for (const [ownerName, shown] of owners)
    it(`calls an owner “${ownerName.slice(0, 3)}” “${shown.slice(0, 3)}”`, () => {
      const one = view('a.example', [fine]);
      one.watch.ownerName = ownerName;
      assert.equal(rows(listCard([one], options))[0]![3], shown);
    });

  const kept: [string, string, object][] = [
    ['no filter', '', {}],
    ['a filter of one letter', 'a', { filter: 'a' }],
    ['a filter', 'a'.repeat(40), { filter: 'a'.repeat(40) }],
    ['a filter that would be too heavy, which is left out', 'a'.repeat(41), {}],
  ];
  for (const [name, filter, extra] of kept)
    it(`has what can be done with each row, with ${name}`, () => {
      const one = view(`${'a'.repeat(41)}.example`, [fine]);
      one.watch.id = 7;
      const data = { watch: 7 };
      assert.deepEqual(listCard([one], { ...options, filter }).table!.rows[0]!.actions, [
        { kind: 'execute', label: 'Show', action: { name: 'show-row', data } },
        { kind: 'execute', label: 'Look again now', action: { name: 'show-row', data: { ...data, fresh: true } } },
        {
          kind: 'execute',
          label: 'Stop watching',
          action: { name: 'unwatch-row', data: { ...data, page: 1, ...extra } },
          style: 'destructive',
        },
      ]);
    });

  it('shortens a long filter, whether it matches or not', () => {
    const views = [view(`${'a'.repeat(61)}.example`, [fine])];
    const short = `“${'a'.repeat(59)}…”`;
    assert.equal(listCard(views, { ...options, filter: 'a'.repeat(61) }).title, `1 watch matching ${short}`);
    const { summary } = listCard(views, { ...options, filter: 'a'.repeat(62) });
    assert.equal(summary, `The one watch here does not match ${short}.`);
  });

  const filtered: [string, string[]][] = [
    ['ALPHA', ['alpha.example:443']],
    ['münchen', ['münchen.example:443']],
    ['xn--mnchen', ['münchen.example:443']],
    ['san-of-b', ['b.example:443']],
    ['demo ca', ['alpha.example:443', 'b.example:443', 'münchen.example:443']],
    ['bob', ['b.example:443']],
    ['tls://alpha', ['alpha.example:443']],
  ];
  for (const [filter, targets] of filtered) {
    it(`filtered by “${filter}” shows ${targets.join(', ')}`, () => {
      const sans = certificate('b', { notAfter: NOW + 113 * DAY, dnsNames: ['san-of-b.example'] });
      const views = [
        view('alpha.example', [fine]),
        view('b.example', [presented(FIRST, sans)]),
        view('xn--mnchen-3ya.example', [presented(FIRST, { ...LEAF, notAfter: NOW + 114 * DAY })]),
      ];
      views[1]!.watch.ownerName = 'Bob';
      const card = listCard(views, { ...options, filter });
      assert.deepEqual(
        rows(card).map(([target]) => target),
        targets,
      );
      assert.ok(card.title.endsWith(`matching “${filter}”`), card.title);
    });
  }

  const unmatched: [number, string][] = [
    [1, 'The one watch here does not match “nowhere”.'],
    [3, 'None of the 3 watches here matches “nowhere”.'],
  ];
  for (const [number, summary] of unmatched) {
    it(`of ${number}, filtered by what matches none, says so`, () => {
      const views = Array.from({ length: number }, (_, index) => view(`h${index}.example`, [fine]));
      const card = listCard(views, { ...options, filter: 'nowhere' });
      assertReadable(card);
      assert.equal(card.summary, summary);
      assert.equal(card.title, 'No match');
      assert.equal(card.tone, 'neutral');
      assert.deepEqual(card.text, [summary, 'Type “list” to see all.']);
      assert.deepEqual(card.about, { kind: 'answer', verb: 'list', targets: [], total: 0 });
    });
  }

  it('of one more than fit on a page has two', () => {
    const views = Array.from({ length: PAGE_ROWS + 1 }, (_, index) => view(`h${index}.example`, [fine]));
    assert.equal(listCard(views, options).title, '16 watches, page 1 of 2');
    assert.equal(listCard(views.slice(1), options).title, '15 watches');
  });

  describe('of many', () => {
    const views = Array.from({ length: 2 * PAGE_ROWS + 1 }, (_, index) =>
      view(`h${index}.example`, [presented(FIRST, leafUntil(100 + index))]),
    );
    const buttons = (page: number, filter = '') =>
      listCard(views, { ...options, filter, page }).actions!.map((action) =>
        action.kind === 'execute' ? [action.label, action.action] : [],
      );
    const to = (page: number, filter = '') => ({ name: 'list-page', data: { page, filter } });

    const pages: [number, number, number, string][] = [
      [1, 0, PAGE_ROWS, '31 watches, page 1 of 3'],
      [2, PAGE_ROWS, PAGE_ROWS, '31 watches, page 2 of 3'],
      [3, 2 * PAGE_ROWS, 1, '31 watches, page 3 of 3'],
      [99, 2 * PAGE_ROWS, 1, '31 watches, page 3 of 3'],
      [0, 0, PAGE_ROWS, '31 watches, page 1 of 3'],
      [-1, 0, PAGE_ROWS, '31 watches, page 1 of 3'],
      [Number.NaN, 0, PAGE_ROWS, '31 watches, page 1 of 3'],
    ];
    for (const [page, first, number, title] of pages) {
      it(`shows page ${page} as “${title}”`, () => {
        const card = listCard(views, { ...options, page });
        assert.equal(card.title, title);
        assert.equal(rows(card).length, number);
        assert.equal(rows(card)[0]![0], `h${first}.example:443`);
        assert.equal(card.about!.total, 31);
        assert.equal(card.about!.targets!.length, number);
        assert.equal(card.about!.targets![0], `tls://h${first}.example:443`);
      });
    }

    it('has buttons to the pages beside it, which keep the filter', () => {
      assert.deepEqual(buttons(1), [
        ['Next ▶', to(2)],
        ['Refresh', to(1)],
      ]);
      assert.deepEqual(buttons(2, 'example'), [
        ['◀ Previous', to(1, 'example')],
        ['Next ▶', to(3, 'example')],
        ['Refresh', to(2, 'example')],
      ]);
      assert.deepEqual(buttons(3), [
        ['◀ Previous', to(2)],
        ['Refresh', to(3)],
      ]);
    });
  });

  const conditions: [string, WatchView, string, string][] = [
    ['healthy', view('a.example', [fine]), 'good', '✓ fine'],
    ['due', view('a.example', [presented(FIRST, leafUntil(10))]), 'notice', '◔ notice'],
    ['expired', view('a.example', [presented(FIRST, leafUntil(-1))]), 'attention', '✖ expired'],
    ['wrong', view('a.example', [presented(FIRST, LEAF, { nameMatches: false })]), 'attention', '✖ wrong name'],
    [
      'wrong and due',
      view('a.example', [presented(FIRST, leafUntil(10), { trust: INCOMPLETE })]),
      'attention',
      '✖ notice, incomplete chain',
    ],
    ['down since ever', view('a.example', [failed(FIRST, 'timeout')]), 'attention', '✖ unreachable'],
    ['down', view('a.example', [failed(FIRST, 'timeout')], { leaves: [LEAF] }), 'attention', '✖ unreachable'],
    ['out of sight since ever', view('a.example', [failed(THIRD, 'no-route')]), 'neutral', '– not reachable from here'],
    [
      'out of sight',
      view('a.example', [failed(THIRD, 'no-route')], { leaves: [LEAF] }),
      'good',
      '✓ fine, not reachable from here',
    ],
    ['out of bounds', view('a.example', [failed(FIRST, 'policy')]), 'neutral', '– not allowed by policy'],
    [
      'partly out of bounds and else out of sight',
      view('a.example', [failed(THIRD, 'no-route'), failed(FIRST, 'policy')]),
      'neutral',
      '– not allowed by policy',
    ],
    ['partly out of sight', view('a.example', [fine, failed(THIRD, 'no-route')]), 'good', '✓ fine'],
    [
      'out of sight while it does not answer',
      view('a.example', [failed(THIRD, 'no-route')], { leaves: [LEAF], target: downTarget() }),
      'attention',
      '✖ unreachable',
    ],
    ['worth mending', view('a.example', [presented(FIRST, LEAF, DISORDERED)]), 'warning', '▲ wrong order'],
    [
      'worth mending and critical',
      view('a.example', [presented(FIRST, leafUntil(1), DISORDERED)]),
      'attention',
      '✖ critical, wrong order',
    ],
    ['partly renewed', view('a.example', [fine, presented(SECOND, RENEWED)]), 'warning', '▲ partly renewed'],
    [
      'wrong, of which no certificate is kept',
      view('a.example', [presented(FIRST, LEAF, { nameMatches: false, trust: INCOMPLETE })], { leaves: [] }),
      'attention',
      '✖ wrong name, incomplete chain',
    ],
    [
      'out of sight, and was never seen while it did not answer',
      view('a.example', [], { target: downTarget() }),
      'attention',
      '✖ unreachable',
    ],
    [
      'seen, of which no certificate is kept',
      view('a.example', [fine], { leaves: [] }),
      'attention',
      '✖ no certificate',
    ],
    [
      'known, but was not seen by this version',
      view('a.example', [fine], { target: { ...downTarget(), observation: null } }),
      'neutral',
      '… not looked at yet',
    ],
    [
      'seen, but of which nothing is carried on',
      view('a.example', [fine], { target: { ...downTarget(), state: null } }),
      'neutral',
      '… not looked at yet',
    ],
    [
      'new',
      view('a.example', [], {
        target: { id: 1, uri: 'tls://a.example:443', dueAt: null, state: null, observation: null },
      }),
      'neutral',
      '… not looked at yet',
    ],
  ];
  for (const [name, one, tone, text] of conditions) {
    it(`shows a target that is ${name} as “${text}”`, () => {
      assert.deepEqual(conditionOf(one, NOW, EN), { tone, text });
    });
  }
});

describe('the answer to a bulk command', () => {
  function result(index: number, overrides: Partial<BulkResult> = {}): BulkResult {
    return {
      target: { uri: `tls://h${index}.example:443` },
      outcome: 'watched',
      tone: 'good',
      note: '✓ fine',
      expires: '2027-03-14',
      rank: NOW + index,
      ...overrides,
    };
  }
  const wrong = {
    outcome: 'failed',
    tone: 'warning',
    note: '“x y” is not a host name.',
    expires: '–',
    rank: 0,
  } as const;

  it('lists up to twenty targets, the worst first', () => {
    const card = bulkCard([result(1), result(2, { ...wrong, target: { text: 'x y' } }), result(3)], EN);
    assertReadable(card);
    assert.equal(card.summary, '3 targets: 2 watched, 1 failed');
    assert.equal(card.title, card.summary);
    assert.deepEqual(rows(card), [
      ['x y', 'failed: “x y” is not a host name.', '–'],
      ['h1.example:443', 'watched: ✓ fine', '2027-03-14'],
      ['h3.example:443', 'watched: ✓ fine', '2027-03-14'],
    ]);
  });

  it('shortens what was typed, and what became of it', () => {
    const card = bulkCard([result(1, { ...wrong, target: { text: 't'.repeat(81) }, note: 'n'.repeat(161) })], EN);
    assert.deepEqual(rows(card)[0]!.slice(0, 2), [`${'t'.repeat(79)}…`, `failed: ${'n'.repeat(159)}…`]);
  });

  it('shows a note as it is: it may be a text from a certificate', () => {
    const card = bulkCard([result(1, { ...wrong, note: 'The chain ends at “`CA`”.' })], EN);
    assert.equal(rows(card)[0]![1], 'failed: The chain ends at “`CA`”.');
    assert.equal(card.summary, '1 target: 1 failed');
  });

  const many: [number, number, string][] = [
    [0, 0, 'Nothing needs attention.'],
    [1, 1, 'One of them needs attention and is listed here.'],
    [7, 7, '7 of them need attention and are listed here.'],
    [41, 40, 'The first 40 of 41 that need attention are listed; “list” shows all watches.'],
  ];
  for (const [problems, listed, text] of many) {
    it(`about many, ${problems} of them in trouble, lists ${listed}`, () => {
      const results = Array.from({ length: 50 }, (_, index) =>
        result(index, index < problems ? { tone: 'warning', note: '▲ urgent' } : {}),
      );
      const card = bulkCard(results, EN);
      assertReadable(card);
      assert.deepEqual(card.text, [text]);
      assert.equal(rows(card).length, listed);
    });
  }

  it('about many without trouble has no table', () => {
    const card = bulkCard(
      Array.from({ length: 21 }, (_, index) => result(index, { tone: index % 2 ? 'good' : 'neutral' })),
      EN,
    );
    assert.equal(card.table, undefined);
    assert.deepEqual(card.text, ['Nothing needs attention.']);
    assert.equal(card.tone, 'good');
  });

  it('about twenty lists each, and says no more', () => {
    const card = bulkCard(
      Array.from({ length: 20 }, (_, index) => result(index)),
      EN,
      'One more thing.',
    );
    assert.equal(rows(card).length, 20);
    assert.deepEqual(
      card.table!.columns.map(({ title }) => title),
      ['Target', 'Result', 'Expires'],
    );
    assert.deepEqual(card.text, []);
    assert.equal(card.footnote, 'One more thing.');
  });

  it('counts by outcome', () => {
    const outcomes: BulkResult['outcome'][] = ['already', 'watched', 'checked', 'unwatched', 'not-watched', 'failed'];
    assert.equal(
      tally(
        outcomes.map((outcome, index) => result(index, { outcome })),
        EN,
      ),
      '1 watched, 1 already watched, 1 checked, 1 no longer watched, 1 not watched here, 1 failed',
    );
  });

  const tones: [string, Partial<BulkResult>[], string][] = [
    ['all is well', [{}, {}], 'good'],
    ['one is due', [{}, { tone: 'notice' }], 'notice'],
    ['one failed', [{}, wrong], 'warning'],
    ['one failed and another has expired', [wrong, { tone: 'attention' }, { tone: 'notice' }], 'attention'],
  ];
  for (const [name, results, tone] of tones) {
    it(`is ${tone} when ${name}`, () => {
      assert.equal(
        bulkCard(
          results.map((overrides, index) => result(index, overrides)),
          EN,
        ).tone,
        tone,
      );
    });
  }

  it('shows its progress meanwhile', () => {
    const card = progressCard('check', 12, 400, EN);
    assertReadable(card);
    assert.equal(card.summary, 'Checking: 12 of 400 targets done');
    assert.deepEqual(card.progress, { done: 12, total: 400 });
    assert.equal(card.tone, 'neutral');
    assert.deepEqual(card.text, ['This card is kept up to date until the end.']);
  });
});

describe('an alert', () => {
  /** A look after one at which LEAF was presented everywhere. */
  function lookAt(addresses: AddressResult[], leaf: Certificate = LEAF): Look {
    const certificates = new Map([leaf, RENEWED].map((one) => [one.fingerprint, one]));
    const before = advance(null, observation([presented(FIRST, leaf), presented(SECOND, leaf)]), certificates);
    const seen = observation(addresses);
    return { observation: seen, ...advance(before.state, seen, certificates), certificates };
  }

  function alert(items: AlertItem[], look: Look, now = NOW): Card {
    const card = alertCard(items, look, { now, policy: null, actions: [], say: EN });
    assertReadable(card);
    return card;
  }

  function stageItem(leaf: Certificate, key: string): AlertItem {
    return { kind: 'stage', boundary: boundaries(leaf, null).find((one) => one.key === key)!, certificate: leaf };
  }

  describe('mentions who has to act', () => {
    const look = lookAt([presented(FIRST, LEAF), presented(SECOND, LEAF)]);
    const owner = { kind: 'person' as const, id: 'U0BOB', name: 'bob' };
    const replaced: AlertItem = { kind: 'renewed', from: RENEWED, to: LEAF };
    const renewed: AlertItem = { kind: 'renewed', from: LEAF, to: RENEWED };
    const over: AlertItem = { kind: 'fixed', finding: 'unreachable' };
    const rows: [string, () => AlertItem[], boolean][] = [
      ['a stage', () => [stageItem(LEAF, 'urgent')], true],
      ['a finding', () => [down], true],
      ['names that were lost', () => [renewed, { kind: 'lost-names', names: ['a.example'] }], true],
      ['a certificate that ends earlier than the one before', () => [replaced], true],
      ['good news beside a finding', () => [over, wrong], true],
      ['a renewal', () => [renewed], false],
      ['the end of a finding', () => [over], false],
    ];
    for (const [name, items, expected] of rows)
      it(`${expected ? 'in' : 'and not in'} ${name}`, () => {
        const card = alertCard(items(), look, { now: NOW, policy: null, actions: [], say: EN, mentions: [owner] });
        assert.deepEqual(card.mentions, expected ? [owner] : undefined);
      });
  });

  const down: AlertItem = {
    kind: 'finding',
    finding: 'unreachable',
    sentence: 'example.com:443 could not be reached: connection refused.',
    advice: 'The last known dates stay in force.',
    dated: false,
  };
  const differing: AlertItem = {
    kind: 'finding',
    finding: 'different-certificates',
    sentence:
      'example.com:443: Its addresses present 2 different certificates; the one on 192.0.2.2 expires first, on 2027-03-14.',
    advice: 'Look.',
    dated: true,
  };
  const wrong: AlertItem = {
    kind: 'finding',
    finding: 'wrong-name',
    sentence: 'example.com:443: The certificate does not name example.com: it is for a.example.',
    advice: 'Install another.',
    dated: false,
  };
  const healthy = lookAt([presented(FIRST, LEAF)]);
  const later = LEAF.notAfter - 7 * DAY;

  const alerts: [string, AlertItem[], Look, number, string, string, string][] = [
    [
      'a stage',
      [stageItem(LEAF, 'urgent')],
      healthy,
      later,
      'Certificate expires (urgent): example.com:443',
      'warning',
      'example.com:443 expires 2027-03-14 (in 7 days), issued by Demo CA E7',
    ],
    [
      'critical, in hours',
      [stageItem(LEAF, 'critical')],
      healthy,
      LEAF.notAfter - 2 * DAY + 1000,
      'Certificate expires (critical): example.com:443',
      'attention',
      'example.com:443 expires 2027-03-14 12:00 UTC (in 47 hours), issued by Demo CA E7',
    ],
    [
      'expiry',
      [stageItem(INC, 'expired')],
      lookAt([presented(FIRST, INC)], INC),
      INC.notAfter,
      'Certificate expired: example.com:443',
      'attention',
      'example.com:443 expired 2027-03-14 12:00 UTC (just now), issued by Example CA, Inc.',
    ],
    [
      'an unreachable target, with the date that stays',
      [down],
      lookAt([failed(FIRST, 'refused')]),
      NOW,
      'Unreachable: example.com:443',
      'attention',
      'example.com:443 could not be reached: connection refused; the certificate expires 2027-03-14 (in 112 days)',
    ],
    [
      'a target that is reachable again',
      [{ kind: 'fixed', finding: 'unreachable' }],
      healthy,
      NOW,
      'Reachable again: example.com:443',
      'good',
      'example.com:443 is reachable again; the certificate expires 2027-03-14 (in 112 days)',
    ],
    [
      'something wrong',
      [wrong],
      healthy,
      NOW,
      'Something is wrong: example.com:443',
      'attention',
      'example.com:443: The certificate does not name example.com: it is for a.example; the certificate expires 2027-03-14 (in 112 days)',
    ],
    [
      'addresses that differ, whose sentence has the date already',
      [differing],
      healthy,
      NOW,
      'Something is wrong: example.com:443',
      'attention',
      'example.com:443: Its addresses present 2 different certificates; the one on 192.0.2.2 expires first, on 2027-03-14',
    ],
    [
      'something fixed',
      [{ kind: 'fixed', finding: 'incomplete-chain' }],
      healthy,
      NOW,
      'Fixed: example.com:443',
      'good',
      'Fixed on example.com:443: the chain is complete again; the certificate expires 2027-03-14 (in 112 days)',
    ],
    [
      'a renewal',
      [{ kind: 'renewed', from: LEAF, to: RENEWED }],
      lookAt([presented(FIRST, RENEWED)]),
      NOW,
      'Certificate renewed: example.com:443',
      'good',
      'example.com:443 was renewed: the new certificate expires 2027-06-10 (in 200 days), issued by Demo CA E7',
    ],
    [
      'a replacement that does not last longer',
      [{ kind: 'renewed', from: RENEWED, to: LEAF }],
      lookAt([presented(FIRST, LEAF)], RENEWED),
      NOW,
      'Certificate replaced: example.com:443',
      'warning',
      'example.com:443 presents another certificate, which expires no later than the old one: the new certificate expires 2027-03-14 (in 112 days), issued by Demo CA E7',
    ],
  ];
  for (const [name, items, look, now, title, tone, summary] of alerts) {
    it(`about ${name} says “${title}”`, () => {
      const card = alert(items, look, now);
      assert.equal(card.title, title);
      assert.equal(card.tone, tone);
      assert.equal(card.summary, summary);
    });
  }

  const keys: [string, Certificate | null, string][] = [
    ['the key is new', LEAF, 'It arrived on every address that answers. The key is new as well.'],
    [
      'the key is the same',
      { ...LEAF, spki: RENEWED.spki },
      'It arrived on every address that answers. The key is the same as before.',
    ],
    ['the old certificate is not known', null, 'It arrived on every address that answers.'],
  ];
  for (const [name, from, advice] of keys) {
    it(`about a renewal after which ${name} says so`, () => {
      const card = alert([{ kind: 'renewed', from, to: RENEWED }], lookAt([presented(FIRST, RENEWED)]));
      assert.ok(card.text!.includes(advice), card.text!.join(' '));
    });
  }

  it('about a renewal by another authority, for more names, says so', () => {
    const from = { ...LEAF, issuer: '', dnsNames: ['example.com'] };
    const to = { ...RENEWED, issuer: 'j'.repeat(81), dnsNames: ['example.com', 'new.example', 'n'.repeat(81)] };
    const card = alert([{ kind: 'renewed', from, to }], lookAt([presented(FIRST, RENEWED)]));
    assert.equal(
      card.text![1],
      `It arrived on every address that answers. The key is new as well. Another authority issued it: ${'j'.repeat(79)}… instead of no name. New names: new.example and ${'n'.repeat(79)}….`,
    );
    const back = alert([{ kind: 'renewed', from: to, to: { ...from, notAfter: NOW + 300 * DAY } }], healthy);
    assert.match(back.text![1]!, /: no name instead of j+…\.$/);
  });

  it('about a renewal for one more name says which, and of many names ten', () => {
    const look = lookAt([presented(FIRST, RENEWED)]);
    const gained = (names: string[]): string => {
      const to = { ...RENEWED, issuer: 'i'.repeat(81), dnsNames: [...LEAF.dnsNames, ...names] };
      const card = alert([{ kind: 'renewed', from: LEAF, to }], look);
      assert.ok(card.summary.endsWith(`issued by ${'i'.repeat(79)}…`), card.summary);
      return card.text![1]!;
    };
    assert.match(gained(['new.example']), /New names: new\.example\.$/);
    const many = Array.from({ length: 12 }, (_, index) => `n${index}.example`);
    assert.match(gained(many), /New names: n0\.example, .*, n9\.example and 2 more\.$/);
  });

  it('about names that were lost says which', () => {
    const card = alert([{ kind: 'lost-names', names: ['a.example', 'b.example'] }], healthy);
    assert.equal(card.title, 'Names lost: example.com:443');
    assert.equal(card.tone, 'attention');
    assert.deepEqual(card.text, [
      'example.com:443: The new certificate does not name a.example and b.example any more, which the old one did; clients that use those names will refuse it.',
      'If they are still used, get a certificate with all names and install it.',
    ]);
    assert.match(card.summary, /refuse it; the certificate expires 2027-03-14/);
  });

  it('about a renewal names the certificate beside it that was not renewed', () => {
    const twin = { ...RSA, notAfter: NOW + 3 * DAY };
    const look = lookAt([presented(FIRST, RENEWED, { other: presented(FIRST, twin) })]);
    const card = alert([{ kind: 'renewed', from: LEAF, to: RENEWED, twin }], look);
    assert.equal(card.tone, 'warning');
    assert.match(card.summary, /was renewed: .* \(its EC P-256 certificate, one of two\)$/);
    assert.match(
      card.text![1]!,
      / Its other certificate \(RSA 2048\) was not renewed: that one expires 2026-11-25 \(in 3 days\)\./,
    );
  });

  it('about one of two certificates says which', () => {
    const item = { ...stageItem(LEAF, 'urgent'), altLeaf: true } as AlertItem;
    assert.match(
      alert([item], healthy, later).summary,
      /issued by Demo CA E7 \(its EC P-256 certificate, one of two\)$/,
    );
  });

  it('says what to do: another thing before expiry than after', () => {
    assert.match(alert([stageItem(LEAF, 'urgent')], healthy, later).text![1]!, /^Renew it/);
    assert.match(alert([stageItem(LEAF, 'expired')], healthy, LEAF.notAfter).text![1]!, /^Clients refuse it now/);
    assert.equal(alert([{ kind: 'fixed', finding: 'unreachable' }], healthy).text!.length, 1);
  });

  it('tells programs what it says, in the same order', () => {
    const items: AlertItem[] = [
      { kind: 'renewed', from: LEAF, to: RENEWED },
      stageItem(LEAF, 'urgent'),
      wrong,
      { kind: 'lost-names', names: ['a.example', 'b.example'] },
      { kind: 'fixed', finding: 'unreachable' },
    ];
    const target = 'tls://example.com:443';
    assert.deepEqual(alert(items, healthy).about, {
      kind: 'alert',
      facts: [
        { target, kind: 'renewed', value: RENEWED.fingerprint },
        { target, kind: 'stage', value: `${LEAF.fingerprint}/urgent` },
        { target, kind: 'finding', value: 'wrong-name' },
        { target, kind: 'lost-names', value: '2' },
        { target, kind: 'fixed', value: 'unreachable' },
      ],
    });
  });

  it('shows three certificates at most, and when there are alerts', () => {
    const leaves = [10, 20, 30, 40].map((days) => leafUntil(days));
    leaves[0]!.issuer = 'i'.repeat(81);
    const certificates = new Map(leaves.map((leaf) => [leaf.fingerprint, leaf]));
    const seen = observation(leaves.map((leaf, index) => presented(`192.0.2.${index + 1}`, leaf)));
    const look = { observation: seen, ...advance(null, seen, certificates), certificates };
    const open = { kind: 'open' as const, label: 'Open', url: 'https://example.com/' };
    const card = alertCard([wrong], look, { now: NOW, policy: thresholds('5d'), actions: [open], say: EN });
    assert.deepEqual(card.facts, [
      { label: 'Expires', value: `2026-12-02 12:00 UTC, issued by ${'i'.repeat(79)}…` },
      { label: 'Expires', value: '2026-12-12 12:00 UTC, issued by Demo CA E7' },
      { label: 'Expires', value: '2026-12-22 12:00 UTC, issued by Demo CA E7' },
      { label: 'Alerts', value: '2026-11-27, and when it expires' },
    ]);
    assert.deepEqual(card.actions, [open]);
    assert.ok(!('mentions' in card));
  });

  it('about several things begins with what needs attention', () => {
    const card = alert([stageItem(LEAF, 'urgent'), wrong], healthy, later);
    assert.equal(card.title, 'Something is wrong: example.com:443');
    assert.deepEqual(card.text, [
      'example.com:443: The certificate does not name example.com: it is for a.example.',
      'Install another.',
      'example.com:443 expires 2027-03-14 (in 7 days), issued by Demo CA E7.',
      'Renew it and install the new certificate; the bot notices by itself.',
    ]);
  });

  it('shows the addresses where there are several', () => {
    const look = lookAt([presented(FIRST, RENEWED), presented(SECOND, LEAF)]);
    const card = alert([differing], look);
    assert.deepEqual(
      rows(card).map(([address]) => address),
      [FIRST, SECOND],
    );
    assert.deepEqual(
      card.facts!.map(({ value }) => value.slice(0, 10)),
      ['2027-03-14', '2027-06-10', '2027-02-12'],
    );
    assert.equal(alert([wrong], healthy).table, undefined);
  });

  it('does without a certificate that is no longer stored', () => {
    const look = lookAt([failed(FIRST, 'refused')]);
    const card = alert([down], { ...look, certificates: new Map() });
    assert.equal(card.summary, 'example.com:443 could not be reached: connection refused');
  });
});

describe('a reply', () => {
  it('is one sentence, without Markdown', () => {
    const card = sentenceCard('Title', 'Type `list`.', EN, { more: ['Or `help`.'] });
    assert.equal(card.summary, 'Type “list”.');
    assert.deepEqual(card.text, ['Type “list”.', 'Or “help”.']);
    assert.equal(card.tone, 'neutral');
    assert.ok(!('actions' in card));
    assertReadable(card);
  });

  it('may have buttons', () => {
    const actions = [{ kind: 'open' as const, label: 'Open', url: 'https://example.com/' }];
    assert.deepEqual(sentenceCard('Title', 'It is so.', EN, { actions }).actions, actions);
  });

  it('to something that was not understood is a warning', () => {
    const card = problemCard('“wacth” is not a command. Did you mean `watch`?', EN);
    assertReadable(card);
    assert.equal(card.tone, 'warning');
    assert.deepEqual(card.about, { kind: 'answer', refused: true });
  });

  it('to our own fault carries the id under which the log tells more', () => {
    const card = errorCard('0a1b2c3d', EN);
    assertReadable(card);
    assert.match(card.summary, /error id 0a1b2c3d\.$/);
    assert.equal(card.tone, 'attention');
    assert.deepEqual(card.about, { kind: 'answer', error: '0a1b2c3d' });
  });

  it('to `help` has every command that is parsed', () => {
    const card = helpCard(EN);
    assertReadable(card);
    assert.deepEqual(
      rows(card).map(([usage]) => usage!.split(' ')[0]),
      Object.keys(COMMANDS),
    );
    assert.ok(card.summary.startsWith(`Commands: ${Object.keys(COMMANDS).join(', ')}.`), card.summary);
    assert.equal(card.tone, 'neutral');
    assert.deepEqual(
      card.table!.columns.map(({ title }) => title),
      ['Command', 'What it does'],
    );
    assert.equal(card.text!.length, 1);
  });

  it('to `help` has examples that are understood', () => {
    const examples = helpCard(EN).footnote!.replace('Examples: ', '').split(' · ');
    const verbs = examples.map((example) => parseCommand(example, EN).verb);
    assert.deepEqual(verbs, ['watch', 'watch', 'check', 'list', 'show']);
  });

  for (const [kind, first] of [
    ['personal', 'watch example.com'],
    ['group', '@certbot watch example.com'],
    ['channel', '@certbot watch example.com'],
  ] as const) {
    it(`on installation in a ${kind} chat says to type “${first}”`, () => {
      const card = welcomeCard(kind, 'graph', EN);
      assertReadable(card);
      assert.ok(card.summary.endsWith(`Type “${first}” to begin.`), card.summary);
      assert.equal(card.tone, 'good');
      assert.equal(card.text![0], card.summary);
      assert.match(card.text![2]!, kind === 'personal' ? /“help”/ : /“@certbot help”/);
    });
  }

  it('on installation promises no calendar where reminders go into none', () => {
    assert.match(welcomeCard('channel', 'ics', EN).text![1]!, /puts renewal reminders into the calendar, and alerts/);
    assert.match(welcomeCard('channel', 'none', EN).text![1]!, /^It looks at the certificate, and alerts/);
  });
});
