import assert from 'node:assert/strict';
import type { AddressResult, Certificate, Observation, Presented } from '../../../src/core/certificates/certificate.ts';
import {
  advance,
  carryOver,
  needsThorough,
  presentsNew,
  currentLeaves,
  type TargetState,
} from '../../../src/core/certificates/state.ts';
import { mixedOf } from '../../../src/core/certificates/mixed.ts';
import { itemsOf } from '../../../src/core/certificates/verdict.ts';
import { certificate, EN, failed, NOW, observation, presented } from '../../support/certificate-facts.ts';
import { HOUR, DAY } from '../../../src/core/time.ts';

const [FIRST, SECOND] = ['192.0.2.1', '192.0.2.2'];
const RSA = certificate('rsa', { key: 'RSA 2048', notAfter: NOW + 20 * DAY });
const EC = certificate('ec', { key: 'EC P-256', notAfter: NOW + 40 * DAY });
const RSA_NEXT = certificate('rsa next', { key: 'RSA 2048', notAfter: NOW + 90 * DAY, notBefore: NOW });
const EC_NEXT = certificate('ec next', { key: 'EC P-256', notAfter: NOW + 91 * DAY, notBefore: NOW });
const EC_SOON = certificate('ec soon', { key: 'EC P-256', notAfter: NOW + 30 * DAY });
const ALL = [RSA, EC, RSA_NEXT, EC_NEXT, EC_SOON];
const KNOWN = new Map(ALL.map((one) => [one.fingerprint, one]));
const NAMES = new Map(
  Object.entries({ RSA, EC, RSA_NEXT, EC_NEXT, EC_SOON }).map(([name, one]) => [one.fingerprint, name]),
);

function both(address: string, leaf: Certificate, other: Certificate | null): Presented {
  return presented(address, leaf, { other: other && { ...presented(address, other) } });
}

/** Thorough looks, an hour apart. */
function after(...looks: Presented[][]) {
  let state: TargetState | null = null;
  let replaced: string[] = [];
  let leafChanged = false;
  for (const [index, addresses] of looks.entries()) {
    const seen = observation(addresses, { at: NOW + index * HOUR, thorough: true });
    const next = advance(state, seen, KNOWN);
    state = next.state;
    replaced = next.change.replaced.map(({ from, to }) => `${NAMES.get(from)} by ${NAMES.get(to)}`);
    ({ leafChanged } = next.change);
  }
  const settled = currentLeaves(state).map(({ leaf }) => NAMES.get(leaf));
  return { state: state!, replaced, leafChanged, settled };
}

describe('an endpoint with an RSA and an ECDSA certificate', () => {
  it('has both tracked, the one that ends first before all', () => {
    const { state, settled, leafChanged } = after([both(FIRST, EC, RSA)]);
    assert.deepEqual(settled, ['RSA', 'EC']);
    assert.deepEqual(
      state.leaves.map((print) => NAMES.get(print)),
      ['RSA', 'EC'],
    );
    assert.equal(leafChanged, true);
    assert.deepEqual(
      itemsOf(observation([both(FIRST, EC, RSA)])).map(({ fingerprint }) => NAMES.get(fingerprint)),
      ['RSA', 'EC'],
    );
  });

  const renewals: [string, Presented[][], { replaced: string[]; settled: string[] }][] = [
    [
      'has its RSA one renewed while the other stays',
      [[both(FIRST, EC, RSA)], [both(FIRST, EC, RSA_NEXT)]],
      { replaced: ['RSA by RSA_NEXT'], settled: ['RSA_NEXT', 'EC'] },
    ],
    [
      'has its ECDSA one renewed while the other stays',
      [[both(FIRST, EC, RSA)], [both(FIRST, EC_NEXT, RSA)]],
      { replaced: ['EC by EC_NEXT'], settled: ['RSA', 'EC_NEXT'] },
    ],
    [
      'has both renewed at once',
      [[both(FIRST, EC, RSA)], [both(FIRST, EC_NEXT, RSA_NEXT)]],
      { replaced: ['RSA by RSA_NEXT', 'EC by EC_NEXT'], settled: ['RSA_NEXT', 'EC_NEXT'] },
    ],
    [
      'gets the second one later',
      [[both(FIRST, RSA, null)], [both(FIRST, EC, RSA)]],
      { replaced: [], settled: ['RSA', 'EC'] },
    ],
    ['gives the second one up', [[both(FIRST, EC, RSA)], [both(FIRST, RSA, null)]], { replaced: [], settled: ['RSA'] }],
    [
      'moves from RSA alone to ECDSA alone, which is one renewal',
      [[both(FIRST, RSA, null)], [both(FIRST, EC_NEXT, null)]],
      { replaced: ['RSA by EC_NEXT'], settled: ['EC_NEXT'] },
    ],
    [
      'moves from RSA alone to two ECDSA ones, of which the one that ends first counts as its renewal',
      [[both(FIRST, RSA, null)], [both(FIRST, EC_NEXT, null), both(SECOND, EC_SOON, null)]],
      { replaced: ['RSA by EC_SOON'], settled: ['EC_SOON'] },
    ],
    [
      'moves from ECDSA alone to both, which renews the one of its kind',
      [[both(FIRST, EC, null)], [both(FIRST, EC_NEXT, RSA_NEXT)]],
      { replaced: ['EC by EC_NEXT'], settled: ['RSA_NEXT', 'EC_NEXT'] },
    ],
    [
      'loses the one that ends first, and keeps the other',
      [[both(FIRST, EC, RSA)], [both(FIRST, EC, null)]],
      { replaced: ['RSA by EC'], settled: ['EC'] },
    ],
    [
      'keeps the second one that it had, though another address has one that ends sooner',
      [[both(FIRST, EC, RSA)], [both(FIRST, EC, RSA), both(SECOND, EC_SOON, RSA)]],
      { replaced: [], settled: ['RSA', 'EC'] },
    ],
    [
      'is not taken for one by two addresses of which each has another kind',
      [[both(FIRST, RSA, null), both(SECOND, EC, null)]],
      { replaced: [], settled: ['RSA'] },
    ],
  ];
  for (const [name, looks, expected] of renewals) {
    it(name, () => {
      const { replaced, settled } = after(...looks);
      assert.deepEqual({ replaced, settled }, expected);
    });
  }

  it('has reminders planned when the second one comes, changes or goes', () => {
    const pair = [both(FIRST, EC, RSA)];
    assert.equal(after([both(FIRST, RSA, null)], pair).leafChanged, true);
    assert.equal(after(pair, [both(FIRST, EC_NEXT, RSA)]).leafChanged, true);
    assert.equal(after(pair, [both(FIRST, RSA, null)]).leafChanged, true);
    assert.equal(after(pair, pair).leafChanged, false);
  });

  it('has what either of them replaced kept with it', () => {
    const replaced = (...looks: Presented[][]): (string | null | undefined)[] =>
      currentLeaves(after(...looks).state).map((one) => one.replaced && NAMES.get(one.replaced));
    const pair = [both(FIRST, EC, RSA)];
    assert.deepEqual(replaced(pair), [null, null]);
    assert.deepEqual(replaced(pair, [both(FIRST, EC, RSA_NEXT)]), ['RSA', null]);
    const second = [both(FIRST, EC_NEXT, RSA)];
    assert.deepEqual(replaced(pair, second), [null, 'EC']);
    assert.deepEqual(replaced(pair, second, second), [null, 'EC']);
    assert.deepEqual(replaced(pair, [both(FIRST, EC_NEXT, RSA_NEXT)]), ['RSA', 'EC']);
  });

  it('has its second one kept by looks that do not ask for it', () => {
    const { state } = after([both(FIRST, EC, RSA)]);
    const next = advance(state, observation([presented(FIRST, EC)], { at: NOW + HOUR }), KNOWN).state;
    assert.deepEqual(next.addresses[FIRST], { ...state.addresses[FIRST], other: RSA.fingerprint });
    assert.deepEqual(next.leaves, state.leaves);
    assert.equal(next.thoroughAt, NOW);
    const gone = advance(state, observation([both(FIRST, EC, null)]), KNOWN).state;
    assert.equal(gone.addresses[FIRST]!.other, null);
  });

  it('keeps what only a thorough look finds out, as long as the leaf is the same', () => {
    const before = observation([both(FIRST, EC, RSA), both(SECOND, EC, RSA)]);
    const [first, second] = carryOver(observation([presented(FIRST, EC), presented(SECOND, EC_NEXT)]), before)
      .addresses as [Presented, Presented];
    assert.equal(first.other?.chain[0].fingerprint, RSA.fingerprint);
    assert.equal(second.other, undefined);
    const gone = carryOver(observation([both(FIRST, EC, null)]), before).addresses[0] as Presented;
    assert.equal(gone.other, null);
  });

  it('keeps a silent address’s second certificate too, until its third failure', () => {
    const { state } = after([both(FIRST, EC, RSA), both(SECOND, EC_NEXT, RSA_NEXT)]);
    const silent = observation([both(FIRST, EC, RSA), failed(SECOND, 'timeout')]);
    assert.equal(advance(state, silent, KNOWN).state.leaves.length, 4);
  });

  it('is looked at thoroughly once a day, and more often while its second certificate is due', () => {
    const { state } = after([both(FIRST, EC, RSA)]);
    const later = { interval: 6 * HOUR, random: 0.5, now: NOW + 6 * HOUR, isDue: (): boolean => false };
    assert.equal(needsThorough(state, later), false);
    assert.equal(needsThorough(state, { ...later, now: NOW + DAY }), true);
    assert.equal(needsThorough(state, { ...later, isDue: (one) => one === RSA.fingerprint }), true);
    assert.equal(needsThorough(state, { ...later, isDue: (one) => one === EC.fingerprint }), false);
    for (const random of [0.2, 0.3])
      assert.equal(
        needsThorough(null, { ...later, random }),
        random < 0.25,
        'a quarter of the first looks each six hours',
      );
    assert.equal(presentsNew(observation([presented(FIRST, EC)]), state), false);
    assert.equal(presentsNew(observation([presented(FIRST, EC_NEXT)]), state), true);
  });
});

describe('what a look takes over from the one before', () => {
  /** What becomes of a look at the first address after another look. */
  function carried(last: AddressResult[], next: AddressResult, thorough = false): Presented {
    return carryOver(observation([next], { thorough }), observation(last)).addresses[0] as Presented;
  }

  it('is what its own address showed, before what others did with the same leaf', () => {
    const { other } = carried([both(FIRST, EC, RSA), both(SECOND, EC, RSA_NEXT)], presented(FIRST, EC));
    assert.equal(other?.chain[0].fingerprint, RSA.fingerprint);
  });

  it('is nothing where the look itself has found it out, or nobody has', () => {
    const before = [presented(FIRST, EC, { clientCertificate: true })];
    const found = both(FIRST, EC, RSA);
    assert.deepEqual(carried(before, found), { ...found, clientCertificate: true, thoroughAt: NOW });
    const asked = presented(FIRST, EC, { other: null, clientCertificate: false });
    assert.deepEqual(carried([both(FIRST, EC, RSA)], asked), asked);
    assert.deepEqual(carried([presented(FIRST, EC)], presented(FIRST, EC)), presented(FIRST, EC));
    const none = { ...both(FIRST, EC, null), thoroughAt: NOW };
    assert.deepEqual(carried([both(FIRST, EC, null)], presented(FIRST, EC)), none);
  });

  it('carries the time at which it was found out, from look to look', () => {
    const found = observation([both(FIRST, EC, RSA)]);
    const first = carryOver(observation([presented(FIRST, EC)], { at: NOW + HOUR }), found);
    const second = carryOver(observation([presented(FIRST, EC)], { at: NOW + 2 * HOUR }), first);
    assert.deepEqual(
      [found, first, second].map(({ addresses }) => (addresses[0] as Presented).thoroughAt),
      [undefined, NOW, NOW],
    );
    const again = carryOver(observation([both(FIRST, EC, RSA)], { at: NOW + DAY, thorough: true }), second);
    assert.equal((again.addresses[0] as Presented).thoroughAt, undefined);
  });

  it('is that the server breaks off in answer to our last message, until a look waits for that again', () => {
    const late = { brokenOff: { said: 'alert access denied', late: true } };
    const before = [presented(FIRST, EC, late)];
    assert.deepEqual(carried(before, presented(FIRST, EC)).brokenOff, late.brokenOff);
    assert.equal(carried(before, presented(FIRST, EC_NEXT)).brokenOff, undefined);
    assert.equal(carried(before, presented(FIRST, EC), true).brokenOff, undefined);
    const early = [presented(FIRST, EC, { brokenOff: { said: null } })];
    assert.equal(carried(early, presented(FIRST, EC)).brokenOff, undefined, 'every look sees it');
  });

  it('is whether clients need a certificate, as long as the leaf is the same', () => {
    const before = [presented(FIRST, EC, { clientCertificate: true })];
    assert.equal(carried(before, presented(FIRST, EC)).clientCertificate, true);
    assert.deepEqual(carried(before, presented(FIRST, EC_NEXT)), presented(FIRST, EC_NEXT));
  });

  const thorough: [string, Presented[], Observation['thorough']][] = [
    ['all of what it asked for', [both(FIRST, EC, RSA), both(SECOND, EC, null)], true],
    ['one of two addresses in vain', [both(FIRST, EC, RSA), presented(SECOND, EC)], 'partly'],
  ];
  for (const [name, addresses, expected] of thorough)
    it(`is marked where a thorough look asked ${name}`, () => {
      const seen = observation(addresses, { thorough: true });
      for (const before of [null, observation([presented(FIRST, EC)])])
        assert.equal(carryOver(seen, before).thorough, expected);
    });
});

describe('addresses that differ', () => {
  const cases: [string, Presented[], string | null][] = [
    ['not, when each has the same two', [both(FIRST, EC, RSA), both(SECOND, EC, RSA)], null],
    ['not, when they prefer them differently', [both(FIRST, EC, RSA), both(SECOND, RSA, EC)], null],
    ['not, when one of them has only one of the two', [both(FIRST, EC, RSA), both(SECOND, RSA, null)], null],
    ['in the second certificate alone', [both(FIRST, EC, RSA), both(SECOND, EC, RSA_NEXT)], 'partly-renewed'],
    ['in the first alone', [both(FIRST, EC, RSA), both(SECOND, EC_NEXT, RSA)], 'partly-renewed'],
    ['in everything', [both(FIRST, RSA, null), both(SECOND, EC, null)], 'partly-renewed'],
    [
      'in everything, where a third one has both',
      [both(FIRST, RSA, null), both(SECOND, EC, null), both('192.0.2.3', EC, RSA)],
      'partly-renewed',
    ],
  ];
  for (const [name, addresses, code] of cases) {
    it(`differ ${name}`, () => assert.equal(mixedOf(observation(addresses), NOW, EN)?.code ?? null, code));
  }

  it('say how many are renewed, and which address is left behind until when', () => {
    const addresses = [
      presented('203.0.113.4', RSA_NEXT),
      presented('203.0.113.5', RSA_NEXT),
      presented('203.0.113.6', RSA_NEXT),
      presented('203.0.113.7', { ...RSA, notAfter: Date.UTC(2026, 11, 1) }),
    ];
    const { sentence } = mixedOf(observation(addresses), NOW, EN)!;
    assert.match(sentence, /3 of 4 renewed, 203\.0\.113\.7 still presents the certificate that expires 1\sDec\s2026/);
  });

  it('take the later issued one for the new one, though it ends sooner', () => {
    const long = certificate('long', { notBefore: NOW - 100 * DAY, notAfter: NOW + 200 * DAY });
    const short = certificate('short', { notBefore: NOW - DAY, notAfter: NOW + 46 * DAY });
    const { sentence } = mixedOf(observation([presented(FIRST, short), presented(SECOND, long)]), NOW, EN)!;
    assert.match(sentence, /1 of 2 renewed, 192\.0\.2\.2 still presents/);
  });
});

describe('addresses with certificates that differ', () => {
  const old = certificate('old', { notAfter: NOW + 10 * DAY, dnsNames: ['a.example', 'b.example'] });
  const later = { notAfter: NOW + 90 * DAY };
  const addressed = { ...old, dnsNames: [], ipAddresses: ['192.0.2.1'] };

  /** Where each address presents another of these. */
  function mixed(...leaves: Certificate[]) {
    return mixedOf(observation(leaves.map((leaf, index) => presented(`192.0.2.${index + 1}`, leaf))), NOW, EN)!;
  }

  const cases: [string, Certificate[], string][] = [
    [
      'a name of several',
      [old, { ...certificate('new', later), dnsNames: ['b.example', 'c.example'] }],
      'partly-renewed',
    ],
    ['no name', [old, { ...certificate('new', later), dnsNames: ['c.example'] }], 'different-certificates'],
    ['an address', [addressed, { ...addressed, ...later, fingerprint: 'new' }], 'partly-renewed'],
    [
      'neither name nor address',
      [addressed, { ...addressed, ...later, fingerprint: 'new', ipAddresses: ['192.0.2.2'] }],
      'different-certificates',
    ],
    ['everything, also how long they are valid', [old, { ...old, fingerprint: 'new' }], 'different-certificates'],
    [
      'everything, and only the third lasts longer',
      [old, { ...old, fingerprint: 'second' }, { ...old, ...later, fingerprint: 'third' }],
      'partly-renewed',
    ],
  ];
  for (const [name, leaves, code] of cases)
    it(`that have in common ${name} are ${code}`, () => assert.equal(mixed(...leaves).code, code));

  it('name five addresses that hold the old one, and count the others', () => {
    const { sentence } = mixed(...Array.from({ length: 7 }, () => old), { ...old, ...later, fingerprint: 'new' });
    assert.match(sentence, /1 of 8 renewed, 192\.0\.2\.1, .*, 192\.0\.2\.5 and 2 more still present/);
  });

  it('say that the old one has expired, from that very moment on', () => {
    const { sentence } = mixed({ ...old, notAfter: NOW }, { ...old, ...later, fingerprint: 'new' });
    assert.match(sentence, /192\.0\.2\.1 still presents the certificate that expired 22\sNov\s2026\.$/);
  });

  it('take that for the old one which ends first, unless it was issued more than a day after the last', () => {
    const [first, second, third] = [10, 20, 30].map((days) =>
      certificate(`${days} days`, { notAfter: NOW + days * DAY, notBefore: NOW - 30 * DAY }),
    );
    const issued = (leaf: Certificate, at: number): Certificate => ({ ...leaf, notBefore: at });
    const isOld = /192\.0\.2\.1 still presents/;
    assert.match(mixed(first!, issued(third!, first!.notBefore - DAY)).sentence, isOld);
    assert.doesNotMatch(mixed(first!, issued(third!, first!.notBefore - DAY - 1)).sentence, isOld);
    assert.match(mixed(first!, issued(second!, first!.notBefore - 9 * DAY), third!).sentence, isOld);
  });
});

describe('what only a thorough look finds out', () => {
  it('is looked for again soon where addresses differ in it', () => {
    const { state } = after([both(FIRST, EC, RSA), both(SECOND, EC, RSA_NEXT)]);
    const soon = { interval: 6 * HOUR, random: 0.9, now: NOW + HOUR, isDue: (): boolean => false };
    assert.equal(needsThorough(state, soon), true);
  });

  it('stays as it was where a thorough look tried in vain, and is tried again within the hour', () => {
    const first = observation([both(FIRST, EC, RSA)], { thorough: true });
    const { state } = advance(null, first, KNOWN);
    const failing = carryOver(observation([presented(FIRST, EC_NEXT)], { at: NOW + HOUR, thorough: true }), first);
    const next = advance(state, failing, KNOWN);
    assert.deepEqual(
      next.change.replaced.map(({ from, to }) => [NAMES.get(from), NAMES.get(to)]),
      [['EC', 'EC_NEXT']],
      'the RSA certificate was not touched',
    );
    assert.ok(next.state.leaves.includes(RSA.fingerprint));
    const needs = (now: number): boolean =>
      needsThorough(next.state, { interval: 6 * HOUR, random: 0.9, now, isDue: () => false });
    assert.deepEqual([needs(NOW + 2 * HOUR - 1), needs(NOW + 2 * HOUR)], [false, true]);
  });

  const chances: [string, number, number, boolean][] = [
    ['every six hours, in the first quarter', 6 * HOUR, 0.2499, true],
    ['every six hours, after it', 6 * HOUR, 0.25, false],
    ['every minute, in the first fiftieth', 60_000, 0.0199, true],
    ['every minute, after it', 60_000, 0.02, false],
  ];
  for (const [name, interval, random, expected] of chances)
    it(`is ${expected ? '' : 'not '}looked for by chance where nobody has yet: ${name}`, () => {
      const { state } = advance(null, observation([presented(FIRST, EC)]), KNOWN);
      assert.equal(state.thoroughAt, null);
      const { thoroughAt: _thoroughAt, ...earlier } = state;
      for (const one of [null, state, earlier])
        assert.equal(needsThorough(one, { interval, random, now: NOW, isDue: () => false }), expected);
    });

  it('is not looked for again soon where there is nothing that could be due', () => {
    const { state } = after([both(FIRST, EC, null)]);
    const soon = { interval: 6 * HOUR, random: 0, now: NOW + 6 * HOUR, isDue: (): boolean => true };
    assert.equal(needsThorough(state, soon), false);
  });

  it('is taken over by an address that is new and presents the same leaf: it is nothing new', () => {
    const first = observation([both(FIRST, EC, RSA)], { thorough: true });
    const { state } = advance(null, first, KNOWN);
    const moved = observation([presented('192.0.2.9', EC)]);
    assert.equal(presentsNew(moved, state), false);
    const [carried] = carryOver(moved, first).addresses as [Presented];
    assert.equal(carried.other?.chain[0].fingerprint, RSA.fingerprint);
  });
});

describe('a revocation', () => {
  const said = { status: 'revoked', by: 'ocsp', subject: EC.subject } as const;

  it('stands while nobody says otherwise, also of the second certificate, and goes with the certificate', () => {
    const before = observation([
      presented(FIRST, EC, { revocation: said, other: presented(FIRST, RSA, { revocation: said }) }),
    ]);
    const [silent] = carryOver(observation([presented(FIRST, EC)]), before).addresses as [Presented];
    assert.equal(silent.revocation?.status, 'revoked');
    assert.equal(silent.other?.revocation?.status, 'revoked');
    const good = presented(FIRST, EC, { revocation: { status: 'good', by: 'ocsp', subject: EC.subject } });
    assert.equal((carryOver(observation([good]), before).addresses[0] as Presented).revocation?.status, 'good');
    const renewed = carryOver(observation([presented(FIRST, EC_NEXT)]), before).addresses[0] as Presented;
    assert.equal(renewed.revocation, undefined);
    const [again] = carryOver(observation([both(FIRST, EC, RSA)]), before).addresses as [Presented];
    assert.equal(again.other?.revocation?.status, 'revoked');
  });

  const issuer = certificate('issuer', { subject: 'Demo CA E7' });
  const { fingerprint, subject, notBefore, notAfter, key, selfSigned } = issuer;
  const step = {
    fingerprint,
    subject,
    issuer: 'Demo Root',
    notBefore,
    notAfter,
    key,
    selfSigned,
    from: 'sent' as const,
  };
  const chains: [string, Partial<Presented>, boolean][] = [
    ['is sent', { chain: [EC, issuer] }, true],
    ['is on the path', { issuers: [step] }, true],
    ['is not there any more', { issuers: [{ ...step, subject: 'Demo CA E8' }] }, false],
    ['is not known to be there', {}, false],
  ];
  for (const [name, shown, stands] of chains)
    it(`of an issuer ${stands ? 'stands' : 'goes'} where that ${name}`, () => {
      const revocation = { ...said, subject: 'Demo CA E7' };
      const before = observation([presented(FIRST, EC, { chain: [EC, issuer], revocation })]);
      const [seen] = carryOver(observation([presented(FIRST, EC, shown)]), before).addresses as [Presented];
      assert.deepEqual(seen.revocation, stands ? revocation : undefined);
    });
});
