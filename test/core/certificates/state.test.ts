import assert from 'node:assert/strict';
import type {
  AddressResult,
  Certificate,
  FailureCode,
  Observation,
} from '../../../src/core/certificates/certificate.ts';
import {
  advance,
  answeringOf,
  isOlder,
  presentsNew,
  currentLeaves,
  UNSEEN,
  type Change,
  type TargetState,
} from '../../../src/core/certificates/state.ts';
import { kindOfKey } from '../../../src/core/certificates/current-leaf.ts';
import { certificate, failed, NOW, observation, presented } from '../../support/certificate-facts.ts';
import { HOUR, DAY } from '../../../src/core/time.ts';

const OLD = certificate('old', { notAfter: NOW + 5 * DAY });
const NEW = certificate('new', { notAfter: NOW + 90 * DAY });
const OTHER = certificate('other', { notAfter: NOW + 40 * DAY, dnsNames: ['other.example'] });
const KNOWN = new Map([OLD, NEW, OTHER].map((leaf): [string, Certificate] => [leaf.fingerprint, leaf]));

const FIRST = '192.0.2.1';
const SECOND = '192.0.2.2';
const THIRD = '2001:db8::3';

const TITLES = new Map(
  Object.entries({ old: OLD, new: NEW, other: OTHER }).map(([name, leaf]) => [leaf.fingerprint, name]),
);

function titleOf(fingerprint: string | null): string | null {
  return fingerprint === null ? null : TITLES.get(fingerprint)!;
}

/** One look after the other, an hour apart; the state and change after the last. */
function after(...looks: (AddressResult[] | Observation)[]): { state: TargetState; change: Change } {
  let state: TargetState | null = null;
  let change: Change = { replaced: [], leafChanged: false };
  for (const [index, look] of looks.entries()) {
    const seen = Array.isArray(look) ? observation(look, { at: NOW + index * HOUR }) : look;
    ({ state, change } = advance(state, seen, KNOWN));
  }
  return { state: state ?? UNSEEN, change };
}

function repeat(times: number, look: AddressResult[]): AddressResult[][] {
  return Array.from({ length: times }, () => look);
}

describe('a version of TLS', () => {
  const versions = ['SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];
  it('is older than each that came later', () => {
    for (const [index, version] of versions.entries())
      for (const [other, than] of versions.entries())
        assert.equal(isOlder(version, than), index < other, `${version} ${than}`);
  });

  it('that is not known is neither older nor newer', () => {
    for (const version of versions) {
      assert.equal(isOlder('TLSv9', version), false);
      assert.equal(isOlder(version, 'TLSv9'), false);
    }
  });
});

describe('the kind of a key', () => {
  for (const [key, kind] of [
    ['RSA 2048', 'RSA'],
    ['EC P-256', 'EC'],
    ['Ed25519', 'Ed25519'],
  ] as const)
    it(`of ${key} is ${kind}`, () => assert.equal(kindOfKey({ key }), kind));
});

describe('a look at a target', () => {
  it('settles the leaf at first sight, which is no replacement', () => {
    const { state, change } = after([presented(FIRST, OLD)]);
    assert.equal(state.leaf, OLD.fingerprint);
    assert.equal(state.answeredAt, NOW);
    assert.deepEqual(change, { replaced: [], leafChanged: true });
  });

  it('changes nothing when the same leaf is presented again', () => {
    const { state, change } = after([presented(FIRST, OLD)], [presented(FIRST, OLD)]);
    assert.deepEqual(change, { replaced: [], leafChanged: false });
    assert.equal(state.answeredAt, NOW + HOUR);
  });

  it('settles the leaf that expires first when addresses present different ones', () => {
    const { state } = after([presented(FIRST, NEW), presented(SECOND, OLD)]);
    assert.equal(titleOf(state.leaf), 'old');
    assert.deepEqual(state.leaves.map(titleOf), ['old', 'new']);
  });

  it('remembers the newest version of TLS that an address spoke', () => {
    const best = (...protocols: string[]): string | undefined =>
      after(...protocols.map((protocol) => [presented(FIRST, OLD, { protocol })])).state.addresses[FIRST]?.best;
    assert.equal(best('TLSv1.2'), 'TLSv1.2');
    assert.equal(best('TLSv1.2', 'TLSv1.3'), 'TLSv1.3');
    assert.equal(best('TLSv1.3', 'TLSv1.2'), 'TLSv1.3');
  });

  it('that came to nothing by our own fault changes nothing', () => {
    const { state } = after([presented(FIRST, OLD)], [failed(FIRST, 'timeout')]);
    const fault = observation([], { failure: { code: 'internal' } });
    assert.deepEqual(advance(state, fault, KNOWN), { state, change: { replaced: [], leafChanged: false } });
  });

  it('finds what is new at any address that was there before, and leaves nowhere else', () => {
    const { state } = after([presented(FIRST, OLD), presented(SECOND, OLD)]);
    const isNew = (...addresses: AddressResult[]): boolean => presentsNew(observation(addresses), state);
    assert.equal(isNew(presented(FIRST, OLD), presented(SECOND, NEW)), true);
    assert.equal(isNew(presented(FIRST, OLD), presented(THIRD, OLD)), false);
    assert.equal(isNew(presented(FIRST, OLD), presented(THIRD, NEW)), true);
    for (const before of [null, UNSEEN])
      assert.equal(presentsNew(observation([presented(FIRST, OLD)]), before), false, 'all is new at first');
  });

  it('knows who answered, be it without TLS', () => {
    const answering = [presented(FIRST, OLD), failed(SECOND, 'injected'), failed('192.0.2.3', 'no-starttls')];
    const silent = [failed(THIRD, 'timeout'), failed('192.0.2.4', 'no-route')];
    assert.deepEqual(answeringOf(observation([...answering, ...silent])), answering);
  });

  it('forgets an address that left the DNS', () => {
    const { state } = after([presented(FIRST, OLD), presented(SECOND, OLD)], [presented(FIRST, OLD)]);
    assert.deepEqual(Object.keys(state.addresses), [FIRST]);
  });
});

describe('a leaf is replaced', () => {
  /** What happens after a look at which both addresses presented the old leaf, and the current leaf after it. */
  const cases: [string, AddressResult[][], string][] = [
    ['not while one address still presents the old one', [[presented(FIRST, NEW), presented(SECOND, OLD)]], 'old'],
    ['once no address presents the old one', [[presented(FIRST, NEW), presented(SECOND, NEW)]], 'new'],
    [
      'not while an address that had the old one is only briefly silent',
      repeat(2, [presented(FIRST, NEW), failed(SECOND, 'timeout')]),
      'old',
    ],
    [
      'once the silent address has failed three times in a row',
      repeat(3, [presented(FIRST, NEW), failed(SECOND, 'timeout')]),
      'new',
    ],
    ['once the address that had the old one has left the DNS', [[presented(FIRST, NEW)]], 'new'],
    [
      'once the address that had the old one, after a failure, cannot be seen from here any more',
      [
        [presented(FIRST, NEW), failed(SECOND, 'timeout')],
        [presented(FIRST, NEW), failed(SECOND, 'no-route')],
      ],
      'new',
    ],
    ['not while nothing answers', repeat(9, [failed(FIRST, 'timeout'), failed(SECOND, 'refused')]), 'old'],
  ];
  for (const [when, looks, leaf] of cases) {
    it(when, () => {
      const { state, change } = after([presented(FIRST, OLD), presented(SECOND, OLD)], ...looks);
      assert.equal(titleOf(state.leaf), leaf);
      assert.deepEqual(
        change,
        leaf === 'new'
          ? { replaced: [{ from: OLD.fingerprint, to: NEW.fingerprint }], leafChanged: true }
          : { replaced: [], leafChanged: false },
      );
    });
  }

  it('and is kept beside the one in its place, until that is replaced in turn', () => {
    const looks = [[presented(FIRST, OLD)], [presented(FIRST, NEW)], [presented(FIRST, NEW)]];
    const replaced = (number: number): (string | null)[] =>
      currentLeaves(after(...looks.slice(0, number)).state).map((one) => titleOf(one.replaced));
    assert.deepEqual([replaced(1), replaced(2), replaced(3)], [[null], ['old'], ['old']]);
    assert.deepEqual(currentLeaves(null), []);
    assert.deepEqual(currentLeaves(UNSEEN), []);
    const { replaced: _replaced, ...earlier } = after(...looks.slice(0, 1)).state;
    assert.deepEqual(currentLeaves(earlier), [{ leaf: OLD.fingerprint, replaced: null }]);
  });

  it('also where its certificate is not stored any more', () => {
    const { state } = after([presented(FIRST, OLD)]);
    const { change } = advance(state, observation([presented(FIRST, NEW)]), new Map());
    assert.deepEqual(change.replaced, [{ from: OLD.fingerprint, to: NEW.fingerprint }]);
  });

  it('once, not again at the next look', () => {
    assert.deepEqual(
      after([presented(FIRST, OLD)], [presented(FIRST, NEW)], [presented(FIRST, NEW)]).change.replaced,
      [],
    );
  });

  it('by the one that is new, not by one that stood beside it all along', () => {
    const { state, change } = after(
      [presented(FIRST, OLD), presented(SECOND, OTHER)],
      [presented(FIRST, NEW), presented(SECOND, OTHER)],
    );
    assert.equal(titleOf(change.replaced[0]?.to ?? null), 'new');
    assert.equal(titleOf(state.leaf), 'other', 'reminders are about the one that expires first');
  });

  it('by one that expires sooner as well', () => {
    const { change } = after([presented(FIRST, NEW)], [presented(FIRST, OLD)]);
    assert.deepEqual(change, { replaced: [{ from: NEW.fingerprint, to: OLD.fingerprint }], leafChanged: true });
  });
});

describe('a target that does not answer', () => {
  it('keeps its last known leaves, however long', () => {
    const { state, change } = after([presented(FIRST, OLD)], ...repeat(50, [failed(FIRST, 'timeout')]));
    assert.deepEqual(state.leaves.map(titleOf), ['old']);
    assert.equal(titleOf(state.leaf), 'old');
    assert.equal(state.failures, 50);
    assert.equal(state.answeredAt, NOW);
    assert.equal(change.leafChanged, false);
  });

  it('keeps what a silent address presented, in the order in which it ends, as long as that is stored', () => {
    const both = [presented(FIRST, NEW), presented(SECOND, OLD)];
    const half = [presented(FIRST, NEW), failed(SECOND, 'timeout')];
    assert.deepEqual(after(both, half).state.leaves.map(titleOf), ['old', 'new']);
    const same = { ...OLD, notAfter: NEW.notAfter };
    const known = new Map([...KNOWN, [OLD.fingerprint, same]]);
    const before = advance(null, observation([presented(FIRST, NEW), presented(SECOND, same)]), known).state;
    const inOrder = [OLD.fingerprint, NEW.fingerprint].toSorted((a, b) => a.localeCompare(b));
    assert.deepEqual(advance(before, observation(half), known).state.leaves, inOrder);
    assert.deepEqual(advance(before, observation(half), new Map()).state.leaves, [NEW.fingerprint]);
  });

  for (const code of ['no-starttls', 'injected'] as const)
    it(`but says ${code} has answered, after whatever silence`, () => {
      const { state } = after([presented(FIRST, OLD)], ...repeat(4, [failed(FIRST, 'timeout')]), [
        failed(FIRST, code),
        failed(SECOND, 'timeout'),
      ]);
      assert.equal(state.failures, 0);
      assert.equal(state.answeredAt, NOW + 5 * HOUR);
      assert.equal(state.addresses[FIRST]!.failures, 0);
      assert.equal(titleOf(state.leaf), 'old');
    });

  it('keeps its addresses while the name does not resolve', () => {
    const { state } = after([presented(FIRST, OLD)], observation([], { failure: { code: 'resolver' } }));
    assert.deepEqual(state.addresses, { [FIRST]: { fingerprint: OLD.fingerprint, failures: 0, best: 'TLSv1.3' } });
    assert.equal(state.failures, 1);
  });

  it('starts to count anew when one address answers', () => {
    const both = [failed(FIRST, 'timeout'), failed(SECOND, 'timeout')];
    const { state } = after(both, both, [presented(FIRST, OLD), failed(SECOND, 'timeout')]);
    assert.equal(state.failures, 0);
    assert.deepEqual(state.addresses[SECOND], { fingerprint: null, failures: 3 });
  });

  const counted: [FailureCode, number][] = [
    ['refused', 1],
    ['timeout', 1],
    ['reset', 1],
    ['not-tls', 1],
    ['handshake', 1],
    ['internal', 1],
    ['no-route', 0],
    ['policy', 0],
  ];
  for (const [code, failures] of counted) {
    it(`with ${code} ${failures ? 'has failed once more' : 'has not failed: nothing was seen'}`, () => {
      const { state } = after([presented(FIRST, OLD)], [failed(FIRST, code)]);
      assert.equal(state.failures, failures);
      assert.deepEqual(state.addresses[FIRST], { fingerprint: OLD.fingerprint, failures, best: 'TLSv1.3' });
    });
  }

  it('fails when all that can be seen from here fails', () => {
    assert.equal(after([failed(FIRST, 'refused'), failed(THIRD, 'no-route')]).state.failures, 1);
  });

  for (const code of ['no-route', 'policy'] as const) {
    it(`has its failures counted anew after a look with ${code}`, () => {
      const looks = [...repeat(2, [failed(FIRST, 'timeout')]), [failed(FIRST, code)], [failed(FIRST, 'timeout')]];
      const { state } = after([presented(FIRST, OLD)], ...looks);
      assert.deepEqual(state.addresses[FIRST], { fingerprint: OLD.fingerprint, failures: 1, best: 'TLSv1.3' });
      assert.equal(state.failures, 1);
    });
  }
});
