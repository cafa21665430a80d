import assert from 'node:assert/strict';
import { textOf, type Card } from '../../../src/core/card.ts';
import { alertCard, alertParts, partsCard } from '../../../src/core/chat/cards/alert.ts';
import type { AddressResult, Certificate } from '../../../src/core/certificates/certificate.ts';
import { advance } from '../../../src/core/certificates/state.ts';
import type { AlertItem } from '../../../src/core/alerts/alerts.ts';
import type { Look } from '../../../src/core/alerts/findings.ts';
import { boundaries } from '../../../src/core/certificates/stages.ts';
import type { Item } from '../../../src/core/certificates/item.ts';
import { inZone } from '../../../src/core/language/language.ts';
import { DAY, HOUR } from '../../../src/core/time.ts';
import { certificate, EN, failed, NOW, observation, presented, thresholds } from '../../support/certificate-facts.ts';
import { assertReadable, factOf, rowsOf, spaced } from '../../support/card-texts.ts';

const FIRST = '192.0.2.1';
const SECOND = '192.0.2.2';

const LEAF = certificate('leaf', { notAfter: NOW + 112 * DAY });
const RENEWED = certificate('renewed', { notBefore: NOW, notAfter: NOW + 200 * DAY });
const RSA = certificate('rsa', { key: 'RSA 2048', notAfter: NOW + 150 * DAY });
const WRONG = { nameMatches: false };
const OTHER_NAME = { ...LEAF, dnsNames: ['a.example'] };

/** A look after one at which `leaf` was presented everywhere. */
function lookAt(addresses: AddressResult[], leaf: Certificate = LEAF): Look {
  const certificates = new Map<string, Item>([leaf, RENEWED].map((one) => [one.fingerprint, one]));
  const before = advance(null, observation([presented(FIRST, leaf), presented(SECOND, leaf)]), certificates);
  const seen = observation(addresses);
  return { observation: seen, ...advance(before.state, seen, certificates), certificates };
}

function alert(items: AlertItem[], look: Look, now = NOW): Card {
  const card = alertCard(items, look, { now, policy: null, actions: [], say: EN, owner: 'Ada Lovelace' });
  assertReadable(card);
  return card;
}

function topOf({ state, title, lead = '', todo }: Card): string[] {
  const lines = [`${state!.symbol} ${state!.word}`, title, textOf(lead), todo?.task ?? '', todo?.then ?? ''];
  return lines.filter((line) => line !== '').map(spaced);
}

function stageItem(leaf: Certificate, key: string): AlertItem {
  return { kind: 'stage', boundary: boundaries(leaf, null).find((one) => one.key === key)!, certificate: leaf };
}

/** As `effectsOf` words what the look shows itself anyway. */
function found(finding: string, sentence = '', advice = ''): AlertItem {
  return { kind: 'finding', finding, sentence, advice, dated: false };
}

const down = found('unreachable');
const wrong = found('wrong-name');
const healthy = lookAt([presented(FIRST, LEAF), presented(SECOND, LEAF)]);
const misnamed = lookAt([presented(FIRST, OTHER_NAME, WRONG)], OTHER_NAME);
const later = LEAF.notAfter - 7 * DAY;

describe('an alert', () => {
  const alerts: [string, AlertItem[], Look, number, { top: string[]; summary: string }][] = [
    [
      'a stage that gives time to plan',
      [stageItem(LEAF, 'notice')],
      healthy,
      LEAF.notAfter - 22 * DAY,
      {
        top: [
          '🔔 Notice',
          'example.com expires in 22 days',
          'Sun 14 Mar, 12:00 UTC',
          'Plan the renewal.',
          'I notice by myself.',
        ],
        summary: 'Notice: example.com expires in 22 days, on Sun 14 Mar 2027.',
      },
    ],
    [
      'an urgent stage',
      [stageItem(LEAF, 'urgent')],
      healthy,
      later,
      {
        top: [
          '⚠️ Urgent',
          'example.com expires in 7 days',
          'Sun 14 Mar, 12:00 UTC',
          'Renew it and install it on both addresses.',
          'I notice by myself.',
        ],
        summary: 'Urgent: example.com expires in 7 days, on Sun 14 Mar 2027.',
      },
    ],
    [
      'a critical stage, in hours, of one address',
      [stageItem(LEAF, 'critical')],
      lookAt([presented(FIRST, LEAF)]),
      LEAF.notAfter - 2 * DAY + 1000,
      {
        top: [
          '🚨 Critical',
          'example.com expires in 47 hours',
          'Sun 14 Mar, 12:00 UTC. From then on clients refuse it.',
          'Renew it today.',
          'I notice by myself.',
        ],
        summary: 'Critical: example.com expires in 47 hours, on Sun 14 Mar 2027. From then on clients refuse it.',
      },
    ],
    [
      'expiry',
      [stageItem(LEAF, 'expired')],
      healthy,
      LEAF.notAfter,
      {
        top: [
          '⛔ Expired',
          'example.com expired just now',
          'Sun 14 Mar, 12:00 UTC. Clients refuse it now.',
          'Install a new certificate on both addresses now.',
          'I keep looking and say when it is right.',
        ],
        summary: 'Expired: example.com expired just now, on Sun 14 Mar 2027. Clients refuse it now.',
      },
    ],
    [
      'a target that does not answer',
      [down],
      { ...lookAt([failed(FIRST, 'refused')]), state: { ...lookAt([failed(FIRST, 'refused')]).state, failures: 3 } },
      NOW,
      {
        top: [
          '⛔ Unreachable',
          'example.com does not answer',
          '3 looks in a row: connection refused.',
          'Look whether the service runs.',
          'I keep looking and say when it answers; its reminders stay as they are.',
        ],
        summary: 'Unreachable: example.com does not answer: connection refused. It is valid until 14 Mar 2027.',
      },
    ],
    [
      'a target that answers again',
      [{ kind: 'fixed', finding: 'unreachable' }],
      healthy,
      NOW,
      {
        top: ['✅ Reachable again', 'example.com answers', 'Valid until 14 Mar.'],
        summary: 'Reachable again: example.com answers. It is valid until 14 Mar 2027.',
      },
    ],
    [
      'something that clients refuse',
      [wrong],
      misnamed,
      NOW,
      {
        top: [
          '⛔ Wrong name',
          'Clients refuse example.com',
          'The certificate does not name example.com: it is for a.example.',
          'Install a certificate whose subject alternative names include example.com.',
          'I say so when it is right.',
        ],
        summary:
          'Wrong name: clients refuse example.com. It is valid until 14 Mar 2027. The certificate does not name example.com: it is for a.example.',
      },
    ],
    [
      'something that is worth mending',
      [found('wrong-order')],
      lookAt([presented(FIRST, LEAF, { disordered: true })]),
      NOW,
      {
        top: [
          '⚠️ Wrong order',
          'example.com is valid until 14 Mar',
          'The certificates of the chain are sent in the wrong order.',
          'Put the leaf first, then each issuer after what it issued; strict clients fail otherwise.',
          'I say so when it is right.',
        ],
        summary:
          'Wrong order: example.com is valid until 14 Mar 2027, in 112 days. The certificates of the chain are sent in the wrong order.',
      },
    ],
    [
      'addresses of which one is old',
      [found('partly-renewed')],
      lookAt([presented(FIRST, RENEWED), presented(SECOND, LEAF)]),
      NOW,
      {
        top: [
          '⚠️ Partly renewed',
          'One address of example.com is old',
          'Install the new certificate on 192.0.2.2 too, or restart what serves it there.',
          'I say so when it is right.',
        ],
        summary:
          'Partly renewed: on example.com, 192.0.2.2 still presents the certificate that expires on 14 Mar 2027.',
      },
    ],
    [
      'addresses that differ',
      [found('different-certificates')],
      lookAt([presented(FIRST, LEAF), presented(SECOND, certificate('b', { dnsNames: ['b.example'] }))]),
      NOW,
      {
        top: [
          '⚠️ Different certificates',
          'The addresses of example.com differ',
          'Its addresses present 2 different certificates; the one on 192.0.2.2 expires first, on 21 Jan 2027.',
          'If that is not meant, look at what serves the differing addresses.',
          'I say so when it is right.',
        ],
        summary:
          'Different certificates: the addresses of example.com differ. It is valid until 21 Jan 2027. Its addresses present 2 different certificates; the one on…',
      },
    ],
    [
      'an address that is silent',
      [
        found(
          `address:${SECOND}`,
          `example.com: One of its addresses, ${SECOND}, does not answer any more: connection refused.`,
          'Look at it.',
        ),
      ],
      healthy,
      NOW,
      {
        top: [
          '⚠️ Address silent',
          'One address of example.com is silent',
          `One of its addresses, ${SECOND}, does not answer any more: connection refused.`,
          'Look at it.',
          'I say so when it is right.',
        ],
        summary: `Address silent: example.com: One of its addresses, ${SECOND}, does not answer any more: connection refused. It is valid until 14 Mar 2027.`,
      },
    ],
    [
      'an older version of TLS',
      [found('downgraded', 'example.com: It speaks TLS 1.2 now, after TLS 1.3.', 'Look at it.')],
      healthy,
      NOW,
      {
        top: [
          '⚠️ Older TLS',
          'example.com speaks an older TLS',
          'It speaks TLS 1.2 now, after TLS 1.3.',
          'Look at it.',
          'I say so when it is right.',
        ],
        summary:
          'Older TLS: example.com speaks an older TLS. It is valid until 14 Mar 2027. It speaks TLS 1.2 now, after TLS 1.3.',
      },
    ],
    [
      'something fixed',
      [{ kind: 'fixed', finding: 'incomplete-chain' }],
      healthy,
      NOW,
      {
        top: ['✅ Fixed', 'example.com is right again', 'The chain is complete again.'],
        summary: 'Fixed: example.com is right again. It is valid until 14 Mar 2027. The chain is complete again.',
      },
    ],
    [
      'a renewal',
      [{ kind: 'renewed', from: LEAF, to: RENEWED }],
      lookAt([presented(FIRST, RENEWED), presented(SECOND, RENEWED)]),
      NOW,
      {
        top: [
          '✅ Renewed',
          'example.com is valid until 10 Jun 2027',
          '200 days left; both addresses present the new certificate.',
        ],
        summary:
          'Renewed: example.com is valid until 10 Jun 2027, in 200 days. Both addresses present the new certificate.',
      },
    ],
    [
      'a replacement that does not last longer',
      [{ kind: 'renewed', from: RENEWED, to: LEAF }],
      lookAt([presented(FIRST, LEAF)], RENEWED),
      NOW,
      {
        top: [
          '⚠️ Replaced',
          'example.com has another certificate',
          'The new one is valid until 14 Mar 2027, no later than the one before.',
        ],
        summary:
          'Replaced: example.com is valid until 14 Mar 2027, in 112 days. The new one is valid until 14 Mar 2027, no later than the one before.',
      },
    ],
    [
      'names that were lost',
      [{ kind: 'lost-names', names: ['a.example', 'b.example'] }],
      healthy,
      NOW,
      {
        top: [
          '⛔ Names lost',
          'example.com lost 2 names',
          'The new certificate does not name a.example and b.example any more, which the one before did.',
          'If they are still used, get a certificate with all names and install it.',
        ],
        summary:
          'Names lost: example.com lost 2 names. The new certificate does not name a.example and b.example any more, which the one before did.',
      },
    ],
    [
      'uses that were lost, below which it says that it was renewed',
      [
        { kind: 'renewed', from: LEAF, to: RENEWED },
        { kind: 'lost-uses', uses: ['clientAuth', 'keyEncipherment'] },
      ],
      healthy,
      NOW,
      {
        top: [
          '⚠️ Uses lost',
          'example.com has a certificate without clientAuth and keyEncipherment',
          'The certificate before allowed that.',
          'If it signs in to other servers with this certificate (mTLS), it needs another one for that. Else nothing is to be done.',
        ],
        summary:
          'Uses lost: example.com has a certificate without clientAuth and keyEncipherment. The certificate before allowed that.',
      },
    ],
  ];
  for (const [name, items, look, now, { top, summary }] of alerts)
    it(`about ${name}`, () => {
      const card = alert(items, look, now);
      assert.deepEqual(topOf(card), top);
      assert.equal(spaced(card.summary), summary);
    });

  describe('mentions who has to act', () => {
    const owner = { kind: 'person' as const, id: 'U0BOB', name: 'bob' };
    const replaced: AlertItem = { kind: 'renewed', from: RENEWED, to: LEAF };
    const renewed: AlertItem = { kind: 'renewed', from: LEAF, to: RENEWED };
    const over: AlertItem = { kind: 'fixed', finding: 'unreachable' };
    const rows: [string, AlertItem[], boolean][] = [
      ['a stage', [stageItem(LEAF, 'urgent')], true],
      ['a finding', [down], true],
      ['names that were lost', [renewed, { kind: 'lost-names', names: ['a.example'] }], true],
      ['uses that were lost', [renewed, { kind: 'lost-uses', uses: ['clientAuth'] }], true],
      ['a certificate that ends earlier than the one before', [replaced], true],
      ['good news beside a finding', [over, wrong], true],
      ['a renewal', [renewed], false],
      ['the end of a finding', [over], false],
    ];
    const options = { now: NOW, policy: null, actions: [], say: EN, mentions: [owner] };
    for (const [name, items, expected] of rows)
      it(`${expected ? 'in' : 'and not in'} ${name}`, () => {
        const card = alertCard(items, healthy, options);
        assert.deepEqual(card.mentions, expected ? [owner] : undefined);
      });

    it('and does not name them once more', () => {
      const card = alertCard([stageItem(LEAF, 'urgent')], healthy, { ...options, owner: 'bob' });
      assert.equal(factOf(card, 'Owner'), undefined);
      const other = alertCard([stageItem(LEAF, 'urgent')], healthy, { ...options, mentions: [], owner: 'bob' });
      assert.equal(factOf(other, 'Owner'), 'bob');
    });
  });

  it('draws the life of the certificate where it ends or begins', () => {
    assert.ok(alert([stageItem(LEAF, 'urgent')], healthy, later).bar!.gone > 0.9);
    assert.equal(alert([{ kind: 'renewed', from: LEAF, to: RENEWED }], healthy).bar!.gone, 0);
    assert.equal(alert([wrong], misnamed).bar, undefined);
  });

  it('says when the next one comes, and behind “More” all of them', () => {
    const urgent = alert([stageItem(LEAF, 'urgent')], healthy, later);
    assert.equal(factOf(urgent, 'Next alert'), 'critical, on Fri 12 Mar');
    assert.equal(factOf(urgent, 'All alerts'), 'Fri 12 Mar, and when it expires');
    const critical = alert([stageItem(LEAF, 'critical')], healthy, LEAF.notAfter - DAY);
    assert.equal(factOf(critical, 'Next alert'), 'when it expires');
    assert.equal(factOf(critical, 'All alerts'), undefined);
    const expired = alert([stageItem(LEAF, 'expired')], healthy, LEAF.notAfter);
    assert.equal(factOf(expired, 'Next alert'), undefined);
  });

  it('names the zone of its times once, beside the first', () => {
    const say = inZone(EN, 'Europe/Berlin');
    const card = alertCard([stageItem(LEAF, 'urgent')], healthy, { now: later, policy: null, actions: [], say });
    assert.equal(spaced(textOf(card.lead!)), 'Sun 14 Mar, 13:00 Berlin time');
    assert.equal(JSON.stringify(card).match(/Berlin/g)!.length, 1);
  });

  const keys: [string, Certificate | null, string | undefined][] = [
    ['the key is new', LEAF, 'new key, same authority, same names'],
    ['the key is the same', { ...LEAF, spki: RENEWED.spki }, 'same key, same authority, same names'],
    [
      'names are gone',
      { ...LEAF, dnsNames: [...LEAF.dnsNames, 'old.example'] },
      'new key, same authority, fewer names',
    ],
    ['the old certificate is not known', null, undefined],
  ];
  for (const [name, from, changed] of keys)
    it(`about a renewal after which ${name} says so`, () => {
      const card = alert([{ kind: 'renewed', from, to: RENEWED }], lookAt([presented(FIRST, RENEWED)]));
      assert.equal(factOf(card, 'Changed'), changed);
      assert.equal(factOf(card, 'Was'), from ? 'valid until 14 Mar, serial 0a 1b' : undefined);
    });

  it('about a renewal by another authority, for more names, says so', () => {
    const from = { ...LEAF, issuer: '', dnsNames: ['example.com'] };
    const to = { ...RENEWED, issuer: 'j'.repeat(81), dnsNames: ['example.com', 'new.example', 'n'.repeat(81)] };
    const card = alert([{ kind: 'renewed', from, to }], lookAt([presented(FIRST, RENEWED)]));
    assert.equal(
      factOf(card, 'Changed'),
      `new key, another authority: ${'j'.repeat(79)}… instead of no name, new names: new.example and ${'n'.repeat(79)}…`,
    );
    const many = Array.from({ length: 12 }, (_, index) => `n${index}.example`);
    const gained = { ...RENEWED, dnsNames: [...LEAF.dnsNames, ...many] };
    const ten = alert([{ kind: 'renewed', from: LEAF, to: gained }], lookAt([presented(FIRST, RENEWED)]));
    assert.match(factOf(ten, 'Changed')!, /new names: n0\.example, .*, n9\.example and 2 more$/);
  });

  it('about a renewal names the certificate beside it that was not renewed', () => {
    const twin = { ...RSA, notAfter: NOW + 3 * DAY };
    const look = lookAt([presented(FIRST, RENEWED, { other: presented(FIRST, twin) })]);
    const card = alert([{ kind: 'renewed', from: LEAF, to: RENEWED, twin }], look);
    assert.deepEqual(topOf(card), [
      '⚠️ Renewed',
      'example.com is valid until 10 Jun 2027',
      '200 days left; its address presents the new certificate (EC P-256, one of two).',
      'Renew the certificate with the key RSA 2048 as well.',
    ]);
    assert.equal(
      factOf(card, 'Other one'),
      'its certificate with the key RSA 2048 was not renewed; it expires on 25 Nov, in 3 days',
    );
  });

  it('about one of two certificates says which', () => {
    const card = alert([{ ...stageItem(LEAF, 'urgent'), altLeaf: true } as AlertItem], healthy, later);
    assert.equal(spaced(textOf(card.lead!)), 'Sun 14 Mar, 12:00 UTC. It is its EC P-256 certificate, one of two.');
    assert.match(card.summary, /It is its EC P-256 certificate, one of two\.$/);
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
    assert.deepEqual(alert(items, misnamed).about, {
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

  it('tells until when it is valid where that is not what it is about, and who owns it', () => {
    const open = { kind: 'open' as const, label: 'Open', url: 'https://example.com/' };
    const options = { now: NOW, policy: thresholds('5d'), actions: [open], say: EN, owner: 'o'.repeat(81) };
    const card = alertCard([wrong], misnamed, options);
    assert.deepEqual(
      card.facts!.map(({ label, value }) => [label, spaced(value)]),
      [
        ['Expires', '14 Mar, in 112 days'],
        ['Owner', `${'o'.repeat(79)}…`],
        ['Next alert', 'notice, on 9 Mar'],
      ],
    );
    assert.equal(factOf({ ...card, facts: [] }, 'Expires'), 'Sun 14 Mar, 12:00 UTC');
    assert.deepEqual(card.actions, [open]);
    assert.ok(!('mentions' in card));
  });

  it('about several things begins with what needs attention', () => {
    const card = alert([stageItem(OTHER_NAME, 'urgent'), wrong], misnamed, later);
    assert.equal(card.title, 'Clients refuse example.com');
    assert.deepEqual(card.text!.map(spaced), ['Urgent: example.com expires in 7 days, on Sun 14 Mar 2027. Renew it.']);
    const good: AlertItem[] = [
      { kind: 'renewed', from: LEAF, to: RENEWED },
      { kind: 'fixed', finding: 'old-protocol' },
    ];
    assert.deepEqual(alert(good, lookAt([presented(FIRST, RENEWED)])).text!.map(spaced), [
      'Fixed: example.com is right again. The server speaks TLS 1.2 or newer again.',
    ]);
  });

  it('shows the addresses where they differ', () => {
    const card = alert([found('partly-renewed')], lookAt([presented(FIRST, RENEWED), presented(SECOND, LEAF)]));
    assert.deepEqual(rowsOf(card), [
      [SECOND, '✕ still the old one', '14 Mar', '112 days'],
      [FIRST, '✓ the new one', '10 Jun', '2027'],
    ]);
    assert.equal(factOf(card, 'Addresses'), undefined);
    assert.equal(alert([wrong], misnamed).groups, undefined);
  });

  it('about what does not answer tells when it did, and what is known of it', () => {
    const look = lookAt([failed(FIRST, 'timeout')]);
    const card = alert([down], { ...look, state: { ...look.state, failures: 3, answeredAt: NOW - HOUR } });
    assert.equal(factOf(card, 'Last seen'), 'Sun 22 Nov, 11:00 UTC, valid until 14 Mar');
    assert.equal(factOf(card, 'Serial'), '0a 1b');
    assert.ok(!('groups' in card));
  });

  it('leads with a stage, unless the news is that addresses differ', () => {
    const look = lookAt([presented(FIRST, RENEWED), presented(SECOND, LEAF)]);
    const items = [stageItem(LEAF, 'notice'), found('partly-renewed')];
    const options = { now: LEAF.notAfter - 22 * DAY, policy: null, actions: [], say: EN };
    const words = [false, true].map((isMixture) => alertCard(items, look, { ...options, isMixture }).state!.word);
    assert.deepEqual(words, ['Notice', 'Partly renewed']);
  });

  it('does without a certificate that is no longer stored', () => {
    const look = lookAt([failed(FIRST, 'refused')]);
    const card = alert([down], { ...look, certificates: new Map() });
    assert.equal(card.summary, 'Unreachable: example.com does not answer: connection refused.');
  });

  it('may be made of what is to be said of several targets', () => {
    const context = { now: later, policy: null, say: EN };
    const parts = ['tls://a.example:443', 'tls://b.example:443'].flatMap((uri) =>
      alertParts([stageItem(LEAF, 'urgent')], { ...healthy, observation: { ...healthy.observation, uri } }, context),
    );
    const frame = { uri: 'tls://a.example:443', facts: [], groups: [], details: [], actions: [], mentions: [] };
    const card = partsCard(parts, frame, EN);
    assert.equal(card.title, 'a.example expires in\u{a0}7 days'.replace('\u{a0}', ' '));
    assert.match(card.text![0]!, /^Urgent: b\.example expires in 7 days/);
    assert.deepEqual(
      card.about!.facts!.map(({ target }) => target),
      ['tls://a.example:443', 'tls://b.example:443'],
    );
  });
});
