import assert from 'node:assert/strict';
import type { AddressResult, Certificate, Observation, Presented } from '../../../src/core/certificates/certificate.ts';
import { LOOKS_TO_SETTLE } from '../../../src/core/certificates/alternation.ts';
import { mixedOf } from '../../../src/core/certificates/mixed.ts';
import {
  advance,
  carryOver,
  currentLeaves,
  presentsNew,
  together,
  withOtherTimes,
  type TargetState,
} from '../../../src/core/certificates/state.ts';
import { itemsOf } from '../../../src/core/certificates/verdict.ts';
import { verdictOf } from '../../../src/core/alerts/findings.ts';
import { certificate, EN, failed, NOW, observation, presented } from '../../support/certificate-facts.ts';
import { history } from '../../support/watch-history.ts';
import { stateFromJson, stateToJson } from '../../../src/store/target-state.ts';
import { DAY, HOUR } from '../../../src/core/time.ts';

const [FIRST, SECOND, THIRD] = ['192.0.2.1', '192.0.2.2', '192.0.2.3'] as const;
const A = certificate('a', { notAfter: NOW + 200 * DAY });
const B = certificate('b', { notAfter: NOW + 220 * DAY, notBefore: NOW - 20 * DAY });
const C = certificate('c', { notAfter: NOW + 240 * DAY, notBefore: NOW - 10 * DAY });
const D = certificate('d', { notAfter: NOW + 190 * DAY });
const A_NEXT = certificate('a next', { notAfter: NOW + 300 * DAY, notBefore: NOW });
const B_NEXT = certificate('b next', { notAfter: NOW + 310 * DAY, notBefore: NOW });
const RSA = certificate('rsa', { notAfter: NOW + 180 * DAY, key: 'RSA 2048' });
const RSA_NEXT = certificate('rsa next', { notAfter: NOW + 260 * DAY, key: 'RSA 2048' });
const ALL = { A, B, C, D, A_NEXT, B_NEXT, RSA, RSA_NEXT };
const NAMES = new Map(Object.entries(ALL).map(([name, one]) => [one.fingerprint, name]));
const KNOWN = new Map(Object.values(ALL).map((one) => [one.fingerprint, one]));

type Seen = AddressResult[] | 'down';

const at = (...leaves: Certificate[]): AddressResult[] =>
  leaves.map((leaf, index) => presented([FIRST, SECOND, THIRD][index]!, leaf));
const times = (number: number, ...looks: Seen[]): Seen[] => Array.from({ length: number }, () => looks).flat();
const only = (leaf: Certificate, number = LOOKS_TO_SETTLE + 1): Seen[] => times(number, at(leaf));

/** Looks six hours apart, thorough where they tell of the other kind of key; stored and read in between, as the store does it. */
function follow(...looks: Seen[]) {
  let state: TargetState | null = null;
  let last: Observation | null = null;
  const replaced: string[] = [];
  const settled: string[] = [];
  for (const [index, look] of looks.entries()) {
    const addresses = look === 'down' ? [failed(FIRST, 'timeout')] : look;
    const isThorough = addresses.some((result) => result.kind === 'presented' && result.other !== undefined);
    const seen = observation(addresses, { at: NOW + index * 6 * HOUR, ...(isThorough ? { thorough: true } : {}) });
    const carried = carryOver(seen, last);
    const next = advance(state, carried, KNOWN);
    state = stateFromJson(stateToJson(next.state));
    last = withOtherTimes(carried, last, state);
    replaced.push(...next.change.replaced.map(({ from, to }) => `${NAMES.get(from)} by ${NAMES.get(to)}`));
    const current = currentLeaves(state).map(({ leaf }) => NAMES.get(leaf));
    if (settled.at(-1) !== current.join(' ')) settled.push(current.join(' '));
  }
  const finding = mixedOf(last!, NOW, EN)?.code ?? null;
  return { state: state!, last: last!, replaced, settled, finding, ends: itemsOf(last!).map(nameOf) };
}

function nameOf({ fingerprint }: { fingerprint: string }): string {
  return NAMES.get(fingerprint)!;
}

interface Expected {
  replaced: string[];
  /** Current leaves, one after the other. */
  settled: string[];
  finding: string | null;
}

const ONE: [string, Seen[], Expected][] = [
  [
    'two in turn: the one that ends first is current, and nothing moves any more',
    times(20, at(A), at(B)),
    { replaced: ['A by B'], settled: ['A', 'B', 'A'], finding: 'alternating' },
  ],
  [
    'two in turn, the one that ends later first',
    times(20, at(B), at(A)),
    { replaced: ['B by A'], settled: ['B', 'A', 'B', 'A'], finding: 'alternating' },
  ],
  [
    'one of the two now and then only',
    times(6, ...only(A, 8), at(B)),
    { replaced: ['A by B'], settled: ['A', 'B', 'A'], finding: 'alternating' },
  ],
  [
    'three in turn',
    times(12, at(C), at(B), at(A)),
    { replaced: ['C by B', 'B by A'], settled: ['C', 'B', 'A', 'C', 'B', 'A'], finding: 'alternating' },
  ],
  [
    'four in turn, the one that ends first last',
    times(12, at(A), at(B), at(C), at(D)),
    { replaced: ['A by B', 'B by C', 'C by D'], settled: ['A', 'B', 'C', 'D', 'A', 'D'], finding: 'alternating' },
  ],
  [
    'one, then another for good',
    [...only(A), ...only(B)],
    { replaced: ['A by B'], settled: ['A', 'B'], finding: null },
  ],
  [
    'a renewal that is taken back for good',
    [...only(A), ...only(B, 8), ...only(A)],
    { replaced: ['A by B'], settled: ['A', 'B', 'A'], finding: null },
  ],
  [
    'a renewal that is taken back, just now',
    [...only(A), ...only(B, 8), at(A)],
    { replaced: ['A by B'], settled: ['A', 'B', 'A'], finding: 'alternating' },
  ],
  [
    'a renewal that is taken back and made again',
    [...only(A), ...only(B, 4), ...only(A, 3), ...only(B, 20)],
    { replaced: ['A by B'], settled: ['A', 'B', 'A', 'B'], finding: null },
  ],
  [
    'an older one back after more than a month, which nothing remembers',
    [...only(A), ...only(B, 125), at(A)],
    { replaced: ['A by B', 'B by A'], settled: ['A', 'B', 'A'], finding: null },
  ],
  [
    'a deployment that rolls',
    [at(A), at(B), at(A), at(B), ...only(B)],
    { replaced: ['A by B'], settled: ['A', 'B', 'A', 'B'], finding: null },
  ],
  [
    'two in turn, of which the first to end is renewed',
    [...times(10, at(A), at(B)), ...times(20, at(A_NEXT), at(B))],
    { replaced: ['A by B', 'A by A_NEXT'], settled: ['A', 'B', 'A', 'B'], finding: 'alternating' },
  ],
  [
    'two in turn, of which the other is renewed',
    [...times(10, at(A), at(B)), ...times(20, at(A), at(B_NEXT))],
    { replaced: ['A by B'], settled: ['A', 'B', 'A'], finding: 'alternating' },
  ],
  [
    'two in turn, and then a new one alone',
    [...times(10, at(A), at(B)), ...only(A_NEXT, 30)],
    { replaced: ['A by B', 'A by A_NEXT'], settled: ['A', 'B', 'A', 'B', 'A_NEXT'], finding: null },
  ],
  [
    'two in turn with outages in between',
    [...times(15, at(A), 'down', at(B), 'down', 'down', 'down', 'down'), at(A)],
    { replaced: ['A by B'], settled: ['A', 'B', 'A'], finding: 'alternating' },
  ],
  [
    'two in turn, and one that ends before them once',
    [...times(10, at(A), at(B)), at(D), ...times(3, at(A), at(B))],
    { replaced: ['A by B'], settled: ['A', 'B', 'A'], finding: 'alternating' },
  ],
  [
    'one alone with outages',
    times(15, at(A), 'down', 'down', 'down', 'down'),
    { replaced: [], settled: ['A'], finding: null },
  ],
];

const SEVERAL: [string, Seen[], Expected][] = [
  [
    'one of two addresses in turn',
    times(20, at(A, A), at(B, A)),
    { replaced: [], settled: ['A'], finding: 'alternating' },
  ],
  [
    'the second address in turn, the first has the one that ends later',
    times(20, at(B, B), at(B, A)),
    { replaced: [], settled: ['B', 'A'], finding: 'alternating' },
  ],
  [
    'both addresses in turn, together',
    times(20, at(A, A), at(B, B)),
    { replaced: ['A by B'], settled: ['A', 'B', 'A'], finding: 'alternating' },
  ],
  [
    'both addresses in turn, against each other, which is the same at every look',
    times(20, at(A, B), at(B, A)),
    { replaced: [], settled: ['A'], finding: 'partly-renewed' },
  ],
  [
    'addresses that change with what they present',
    times(20, [presented(FIRST, A)], [presented(SECOND, B)], [presented(THIRD, C)]),
    { replaced: ['A by B', 'B by C'], settled: ['A', 'B', 'C', 'A'], finding: 'alternating' },
  ],
  [
    'one that stays on one address after it came and went',
    [at(A, A), at(B, A), at(A, A), ...times(20, at(B, A))],
    { replaced: [], settled: ['A'], finding: 'partly-renewed' },
  ],
  [
    'an address that was silent for long and is back with the old one',
    [at(A, B), ...times(8, [failed(FIRST, 'timeout'), presented(SECOND, B)]), at(A, B)],
    { replaced: ['A by B'], settled: ['A', 'B'], finding: 'partly-renewed' },
  ],
];

const both = (leaf: Certificate, other: Certificate | null): AddressResult[] => [
  presented(FIRST, leaf, { other: other && { ...presented(FIRST, other) } }),
];

/** Every fourth look alone asks for the other kind. */
const pairs = (...looks: [Certificate, Certificate | null][]): Seen[] =>
  looks.flatMap(([leaf, other]) => [both(leaf, other), ...only(leaf, 3)]);

const TWINS: [string, Seen[], Expected][] = [
  [
    'a pair all the time',
    pairs(...Array.from({ length: 20 }, (): [Certificate, Certificate] => [A, RSA])),
    { replaced: [], settled: ['RSA A'], finding: null },
  ],
  [
    'a pair, of which one comes in turn with another of its kind',
    times(20, both(A, RSA), at(B), at(A), at(B)),
    { replaced: ['A by B'], settled: ['RSA A', 'RSA B', 'RSA A'], finding: 'alternating' },
  ],
  [
    'two pairs in turn',
    times(10, ...pairs([A, RSA], [B, RSA_NEXT])),
    {
      replaced: ['RSA by RSA_NEXT', 'A by B'],
      settled: ['RSA A', 'RSA_NEXT B', 'RSA A'],
      finding: 'alternating',
    },
  ],
  [
    'a second one in turn, which is asked for now and then only',
    times(8, both(A, RSA), ...only(A, 15), both(A, RSA_NEXT), ...only(A, 15)),
    { replaced: ['RSA by RSA_NEXT'], settled: ['RSA A', 'RSA_NEXT A', 'RSA A'], finding: 'alternating' },
  ],
  [
    'two pairs in turn, which nobody asks for longer than it takes to settle',
    [...times(4, ...pairs([A, RSA], [A, RSA_NEXT])), ...only(A, 14)],
    { replaced: ['RSA by RSA_NEXT'], settled: ['RSA A', 'RSA_NEXT A', 'RSA A'], finding: 'alternating' },
  ],
  [
    'a server with one kind and a server with the other',
    times(20, at(A), at(RSA)),
    { replaced: ['A by RSA'], settled: ['A', 'RSA', 'A', 'RSA'], finding: 'alternating' },
  ],
];

for (const [title, cases] of [
  ['a target presents', ONE],
  ['the addresses of a target present', SEVERAL],
  ['of certificates with two kinds of keys a target presents', TWINS],
] as const)
  describe(title, () => {
    for (const [name, looks, expected] of cases)
      it(name, () => {
        const { replaced, settled, finding } = follow(...looks);
        assert.deepEqual({ replaced, settled, finding }, expected);
      });
  });

describe('certificates at different times', () => {
  const inTurn = follow(...times(10, at(A), at(B)));

  it('are all known, the first to end first, whichever is presented', () => {
    assert.deepEqual(inTurn.ends, ['A', 'B']);
    assert.deepEqual(
      inTurn.state.leaves.map((print) => NAMES.get(print)),
      ['A', 'B'],
    );
    assert.deepEqual(follow(...times(10, at(A), at(B)), 'down', 'down', at(B)).ends, ['A', 'B']);
  });

  it('are none of which nothing is presented', () => {
    assert.deepEqual(follow(...times(10, at(A), at(B)), 'down').ends, []);
  });

  it('keep what only thorough looks find out', () => {
    const known = [presented(FIRST, A, { clientCertificate: true, other: null })];
    const [seen] = follow(at(A), at(B), at(A), known, at(B), at(A)).last.addresses;
    assert.equal(seen!.kind, 'presented');
    const { thoroughAt, ...rest } = seen as Presented;
    assert.deepEqual(rest, { ...known[0]!, other: null });
    assert.ok(thoroughAt !== undefined, 'from an earlier look');
  });

  it('are not looked at again each time', () => {
    assert.equal(presentsNew(observation(at(A)), inTurn.state), false);
    assert.equal(presentsNew(observation(at(C)), inTurn.state), true);
  });

  it('are told in one sentence, with the date that counts', () => {
    assert.equal(
      mixedOf(inTurn.last, NOW, EN)!.sentence,
      'example.com presents different certificates at different times: 2 so far, of which the first expires 10\u{a0}Jun\u{a0}2027.',
    );
    assert.match(mixedOf(inTurn.last, A.notAfter, EN)!.sentence, /of which the first expired 10\sJun\s2027/);
    assert.deepEqual(verdictOf(inTurn.last, 'tls://example.com:443', { now: NOW, say: EN }), [
      'example.com presents different certificates at different times; dates and reminders follow the one that ends first.',
    ]);
  });

  it('are few, however many there are', () => {
    const many = Array.from({ length: 200 }, (_, index) => {
      return certificate(`many ${index}`, { notAfter: NOW + (100 + (index % 60)) * DAY });
    });
    for (const one of many) KNOWN.set(one.fingerprint, one);
    const some = many.slice(0, 20);
    const { state, last, finding } = follow(...times(4, ...some.map((one) => at(one))));
    assert.equal(finding, 'alternating');
    assert.equal(state.leaf, some[0]!.fingerprint);
    assert.ok(last.atOtherTimes!.length <= 8, `${last.atOtherTimes!.length} are shown`);
    const tooMany = follow(...times(2, ...many.map((one) => at(one)))).state;
    assert.ok(tooMany.seen!.length <= 64, `${tooMany.seen!.length} are remembered`);
  });

  it('leave nothing behind where there is one alone', () => {
    assert.equal(follow(...only(A)).state.seen, undefined);
    assert.equal(follow(...only(A), ...only(B, 150)).state.seen, undefined);
  });

  it('are remembered anew after a replica of an earlier version has stored a look', () => {
    const { seen: _forgotten, ...state } = inTurn.state;
    const next = advance(state, observation(at(A), { at: NOW + 30 * DAY }), KNOWN);
    assert.deepEqual(next.change, { replaced: [], leafChanged: false });
  });

  it('in one look are known at once', () => {
    const { state, last } = follow(...only(A));
    const [first, second] = [observation(at(B)), observation(at(A), { at: NOW + 30 * DAY, thorough: true })];
    const seen = together(first, second, state);
    const next = advance(state, carryOver(seen, last), new Map([[A.fingerprint, A]]));
    assert.deepEqual(next.change, { replaced: [], leafChanged: false });
    const shown = withOtherTimes(seen, last, next.state);
    assert.deepEqual(itemsOf(shown).map(nameOf), ['A', 'B']);
    assert.equal(mixedOf(shown, NOW, EN)!.code, 'alternating');
    assert.deepEqual(together(observation(at(A)), observation(at(B)), state), observation(at(B)), 'a renewal just now');
    assert.deepEqual(together(first, observation(both(A, B)), state), observation(both(A, B)), 'a pair');
  });

  it('are heard of when they have settled on one that nobody has heard of', () => {
    let { state, last } = follow(...only(A));
    const replaced: string[] = [];
    const look = (seen: Observation): void => {
      const carried = carryOver(seen, last);
      const next = advance(state, carried, KNOWN);
      replaced.push(...next.change.replaced.map(({ from, to }) => `${NAMES.get(from)} by ${NAMES.get(to)}`));
      state = next.state;
      last = withOtherTimes(carried, last, state);
    };
    look(together(observation(at(B)), observation(at(A), { at: NOW + 30 * DAY }), state));
    for (let index = 1; index <= LOOKS_TO_SETTLE; index += 1)
      look(observation(at(B), { at: NOW + 30 * DAY + index * HOUR }));
    assert.deepEqual(replaced, ['A by B']);
    assert.equal(last.alternating, undefined);
  });
});

describe('people who watch certificates that come in turn', () => {
  /** What is said from look to look, six hours apart; what nothing is said of is left out. */
  function told(...looks: Seen[]): string[] {
    const watch = history();
    watch.watched(looks[0] === 'down' ? [] : looks[0]!, NOW);
    return looks.slice(1).flatMap((look, index) => {
      const addresses = look === 'down' ? [failed(FIRST, 'timeout')] : look;
      return watch.says(addresses, NOW + (index + 1) * 6 * HOUR).map((said) => `${index + 1}: ${said}`);
    });
  }

  const cases: [string, Seen[], string[]][] = [
    ['hear of it once', times(50, at(A), at(B)), ['1: renewed', '4: finding alternating']],
    ['hear of it once with several addresses', times(50, at(A, A), at(B, A)), ['4: finding alternating']],
    [
      'hear when it has settled, once',
      [...times(4, at(A), at(B)), ...only(B, 40)],
      ['1: renewed', '4: finding alternating', '18: fixed alternating'],
    ],
    [
      'hear of a renewal that was taken back',
      [at(A), at(B), at(B), ...only(A, 40)],
      ['1: renewed', '4: finding alternating', '14: fixed alternating'],
    ],
    [
      'hear nothing more of a deployment that rolls behind one address',
      [at(A), at(B), at(A), ...only(B, 40)],
      ['1: renewed'],
    ],
    [
      'hear of the renewal of the one that ends first, when it is gone',
      [...times(4, at(A), at(B)), ...times(30, at(A_NEXT), at(B))],
      ['1: renewed', '4: finding alternating', '18: renewed'],
    ],
  ];
  for (const [name, looks, expected] of cases) it(name, () => assert.deepEqual(told(...looks), expected));

  it('hear at once that what was wrong with a new one is over where it was taken back', () => {
    const broken = presented(FIRST, B, { trust: 'INVALID_PURPOSE' });
    assert.deepEqual(told(...only(A, 4), [broken], at(A), at(A)), [
      '4: renewed',
      '4: finding wrong-purpose',
      '5: fixed wrong-purpose',
      '6: finding alternating',
    ]);
    const takenBack = follow(...only(A, 4), [broken], at(A));
    assert.deepEqual(takenBack.ends, ['A']);
    assert.equal(
      mixedOf(takenBack.last, NOW, EN)!.sentence,
      'example.com presents different certificates at different times: now one again that it presented before, which expires 10\u{a0}Jun\u{a0}2027.',
    );
  });

  it('hear of what is wrong with one of them while it is not sure that it will be back, and then once, and that it is not always so', () => {
    const weak = presented(FIRST, B, { trust: 'INVALID_PURPOSE', protocol: 'TLSv1.2' });
    const looks = times(20, at(A), [weak]);
    assert.deepEqual(told(...looks), [
      '1: renewed',
      '1: finding wrong-purpose',
      '1: finding downgraded',
      '2: fixed wrong-purpose',
      '2: fixed downgraded',
      '3: finding wrong-purpose',
      '3: finding downgraded',
      '4: finding alternating',
    ]);
  });
});
