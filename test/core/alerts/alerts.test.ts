import assert from 'node:assert/strict';
import type { AddressResult, Certificate, FailureCode, Presented } from '../../../src/core/certificates/certificate.ts';
import { advance, type TargetState } from '../../../src/core/certificates/state.ts';
import { effectsOf, overItems, policyOf } from '../../../src/core/alerts/alerts.ts';
import { openItems } from '../../../src/core/alerts/causes.ts';
import { fixedSentence, verdictOf, type Look } from '../../../src/core/alerts/findings.ts';
import { longestWait, nextLook } from '../../../src/core/alerts/next-look.ts';
import type { Threshold } from '../../../src/core/certificates/stages.ts';
import type { Episode } from '../../../src/core/model/watch.ts';
import {
  certificate,
  conversationOf,
  EN,
  failed,
  NOW,
  observation,
  presented,
  thresholds,
  watchOf,
} from '../../support/certificate-facts.ts';
import { history } from '../../support/watch-history.ts';
import { MINUTE, HOUR, DAY } from '../../../src/core/time.ts';

/** Two addresses of IPv4, one of IPv6. */
const FIRST = '192.0.2.1';
const SECOND = '192.0.2.2';
const THIRD = '2001:db8::3';

const LEAF = certificate('leaf');
/** Stage boundaries of LEAF under the default policy, as instants. */
const NOTICE = LEAF.notAfter - 22.5 * DAY;
const URGENT = LEAF.notAfter - 7 * DAY;
const CRITICAL = LEAF.notAfter - 2 * DAY;

const RENEWED = certificate('renewed', { notBefore: NOW, notAfter: NOW + 150 * DAY });
const ELSEWHERE = certificate('elsewhere', { notAfter: NOW + 45 * DAY, dnsNames: ['other.example'] });

const HEALTHY = [presented(FIRST, LEAF)];
const DOWN = [failed(FIRST, 'timeout')];

describe('a stage', () => {
  it('is told once when it begins', () => {
    const watch = history();
    assert.deepEqual(watch.watched(HEALTHY, NOW), []);
    assert.deepEqual(watch.says(HEALTHY, NOTICE - 1), []);
    assert.deepEqual(watch.says(HEALTHY, NOTICE), ['stage notice']);
    assert.deepEqual(watch.says(HEALTHY, NOTICE + HOUR), []);
    assert.deepEqual(watch.says(HEALTHY, URGENT), ['stage urgent']);
    assert.deepEqual(watch.says(HEALTHY, CRITICAL), ['stage critical']);
    assert.deepEqual(watch.says(HEALTHY, LEAF.notAfter), ['stage expired']);
    assert.deepEqual(watch.says(HEALTHY, LEAF.notAfter + 100 * DAY), []);
  });

  it('that was missed is not told after a later one: only the last alerts', () => {
    const watch = history();
    watch.watched(HEALTHY, NOW);
    assert.deepEqual(watch.says(HEALTHY, CRITICAL), ['stage critical']);
    assert.deepEqual(watch.says(HEALTHY, CRITICAL + HOUR), []);
  });

  it('that already holds counts as told by the answer to `watch`', () => {
    const watch = history();
    watch.watched(HEALTHY, URGENT + 1);
    assert.deepEqual(watch.says(HEALTHY, URGENT + HOUR), []);
    assert.deepEqual(watch.says(HEALTHY, CRITICAL), ['stage critical']);
  });

  it('is told for each threshold of the watch itself', () => {
    const watch = history({ policy: thresholds('40d', '3d', '12h'), conversationPolicy: thresholds('1d') });
    watch.watched(HEALTHY, NOW);
    assert.deepEqual(watch.says(HEALTHY, LEAF.notAfter - 40 * DAY), ['stage 40d']);
    assert.deepEqual(watch.says(HEALTHY, LEAF.notAfter - DAY), ['stage 3d']);
    assert.deepEqual(watch.says(HEALTHY, LEAF.notAfter - 12 * HOUR), ['stage 12h']);
  });

  it('follows the conversation where the watch has no thresholds of its own', () => {
    const watch = history({ conversationPolicy: thresholds('10%') });
    watch.watched(HEALTHY, NOW);
    assert.deepEqual(watch.says(HEALTHY, LEAF.notAfter - 9 * DAY), ['stage 10%']);
  });

  it('starts afresh for a renewed certificate', () => {
    const watch = history();
    watch.watched(HEALTHY, URGENT);
    assert.deepEqual(watch.says([presented(FIRST, RENEWED)], URGENT + HOUR), ['renewed']);
    assert.deepEqual(watch.says([presented(FIRST, RENEWED)], RENEWED.notAfter - 7 * DAY), ['stage urgent']);
  });

  const twins: [string, Partial<Certificate>, boolean][] = [
    ['an older one that ends before', {}, true],
    ['one that was renewed before', { notBefore: NOW + DAY, notAfter: NOW + 91 * DAY }, false],
    ['one that ends later all the same', { notAfter: NOW + 400 * DAY }, false],
  ];
  for (const [name, overrides, isNamed] of twins)
    it(`names ${isNamed ? 'the' : 'no'} twin beside a renewed certificate: ${name}`, () => {
      const twin = certificate('twin', { key: 'RSA 2048', ...overrides });
      const other = presented(FIRST, twin);
      const watch = history();
      watch.watched([presented(FIRST, LEAF, { other })], NOW);
      const [item] = watch.look([presented(FIRST, RENEWED, { other })], NOW + HOUR);
      assert.ok(item?.kind === 'renewed');
      assert.equal(item.twin?.fingerprint, isNamed ? twin.fingerprint : undefined);
      const next = certificate('next twin', { key: 'RSA 2048', notBefore: NOW, notAfter: NOW + 140 * DAY });
      const both = history();
      both.watched([presented(FIRST, LEAF, { other })], NOW);
      const items = both.look([presented(FIRST, RENEWED, { other: presented(FIRST, next) })], NOW + HOUR);
      assert.ok(items.every((one) => one.kind !== 'renewed' || one.twin === undefined));
    });

  it('is told from the last known dates while nothing answers', () => {
    const watch = history();
    watch.watched(HEALTHY, NOW);
    for (let number = 1; number <= 3; number += 1) watch.look(DOWN, NOW + number * MINUTE);
    assert.deepEqual(watch.says(DOWN, URGENT), ['stage urgent']);
    assert.deepEqual(watch.says(observation([]), LEAF.notAfter), ['stage expired']);
  });

  it('is told per leaf where addresses present different ones', () => {
    const watch = history();
    const mixed = [presented(FIRST, LEAF), presented(SECOND, ELSEWHERE)];
    watch.watched(mixed, NOW);
    const items = watch.look(mixed, ELSEWHERE.notAfter - 18.75 * DAY);
    assert.deepEqual(
      items.map((item) => item.kind === 'stage' && [item.boundary.key, item.certificate.fingerprint]),
      [['notice', ELSEWHERE.fingerprint]],
    );
  });

  it('says whether the endpoint has a certificate for another kind of key beside it', () => {
    const rsa = certificate('rsa', { key: 'RSA 2048', notAfter: LEAF.notAfter + 40 * DAY });
    const altLeaves = (other: Certificate | null): boolean[] => {
      const watch = history();
      const addresses = [presented(FIRST, LEAF, { other: other && presented(FIRST, other) })];
      watch.watched(observation(addresses, { thorough: true }), NOW);
      return watch.look(addresses, URGENT).map((item) => item.kind === 'stage' && item.altLeaf === true);
    };
    assert.deepEqual(altLeaves(null), [false]);
    assert.deepEqual(altLeaves(rsa), [true]);
  });

  it('of the old certificate is not told once it is presented nowhere', () => {
    const watch = history();
    watch.watched(HEALTHY, NOW);
    watch.look([presented(FIRST, RENEWED)], NOW + HOUR);
    assert.deepEqual(watch.says([presented(FIRST, RENEWED)], LEAF.notAfter), []);
  });
});

describe('what is told', () => {
  const broken = { trust: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' };

  it('is a renewal before the stage that its certificate is in, and names that were lost behind what is wrong', () => {
    const watch = history();
    watch.watched(HEALTHY, NOW);
    const short = certificate('short', { notAfter: NOW + 10 * DAY, dnsNames: ['example.com'] });
    assert.deepEqual(watch.says([presented(FIRST, short, broken)], NOW + HOUR), [
      'renewed',
      'stage notice',
      'finding incomplete-chain',
      'lost-names',
    ]);
  });

  it('is nothing where nothing is new', () => {
    const seen = observation(HEALTHY);
    const certificates = new Map([[LEAF.fingerprint, LEAF]]);
    const look = { observation: seen, ...advance(null, seen, certificates), certificates };
    const context = { watch: watchOf(), conversation: conversationOf(), episodes: [] };
    const nothing = { opened: [], sure: [], closed: [] };
    assert.deepEqual(effectsOf(look, context, { quiet: false, now: NOW, say: EN }), nothing);
  });

  it('needs no certificate that is not stored any more', () => {
    const seen = observation([presented(FIRST, RENEWED)]);
    const before = advance(null, observation(HEALTHY), new Map()).state;
    const look = {
      observation: seen,
      ...advance(before, seen, new Map()),
      certificates: new Map([[RENEWED.fingerprint, RENEWED]]),
    };
    const items = overItems(look, `certificate:${LEAF.fingerprint}`, []);
    assert.deepEqual(
      items.map((item) => item.kind === 'renewed' && [item.from, item.to]),
      [[null, RENEWED]],
    );
    const without = { ...look, change: { replaced: [], leafChanged: false }, certificates: new Map() };
    const context = { watch: watchOf(), conversation: conversationOf(), episodes: [] };
    const options = { quiet: false, now: LEAF.notAfter, say: EN };
    assert.deepEqual(effectsOf(without, context, options), { opened: [], sure: [], closed: [] });
    const known = { certificates: without.certificates, policy: null, now: LEAF.notAfter };
    assert.deepEqual(openItems({ state: without.state, episodes: [] }, known), []);
    const next = { interval: 6 * HOUR, now: NOW, random: 0.5 };
    assert.equal(nextLook(without, [{ policy: null, episodes: [] }], next), NOW + 6 * HOUR);
  });

  it('says of a stage whether there is another certificate beside it', () => {
    const watch = history();
    watch.watched(HEALTHY, NOW);
    const [item] = watch.look(HEALTHY, NOTICE);
    assert.ok(item?.kind === 'stage');
    assert.equal(item.altLeaf, false);
  });
});

describe('the verdict for an event', () => {
  const uri = 'tls://example.com:443';
  const verdict = (addresses: AddressResult[] | null): string[] =>
    verdictOf(addresses && observation(addresses), uri, { now: NOW, say: EN });

  it('has a sentence for each thing that is wrong, and none when nothing is', () => {
    assert.deepEqual(verdict(HEALTHY), []);
    assert.deepEqual(verdict([presented(FIRST, ELSEWHERE, { nameMatches: false })]), [
      'The certificate does not name example.com: it is for other.example.',
    ]);
  });

  for (const addresses of [null, DOWN, []])
    it(`says that nothing could be seen of ${addresses ? `${addresses.length} addresses` : 'what was not looked at'}`, () =>
      assert.match(verdict(addresses).join(), /^The endpoint could not be reached/));
});

describe('the thresholds of a watch', () => {
  const own = thresholds('3d');
  const ofConversation = thresholds('5d');
  const cases: [string, Threshold[] | null, Threshold[] | null, Threshold[] | null][] = [
    ['are its own', own, ofConversation, own],
    ['else those of its conversation', null, ofConversation, ofConversation],
    ['else the default', null, null, null],
  ];
  for (const [name, watch, conversation, expected] of cases) {
    it(name, () => {
      const context = { watch: watchOf({ policy: watch }), conversation: conversationOf({ policy: conversation }) };
      assert.equal(policyOf(context), expected);
    });
  }
});

describe('a target that does not answer', () => {
  it('is told after three failures in a row, and when it is reachable again', () => {
    const watch = history();
    watch.watched(HEALTHY, NOW);
    assert.deepEqual(watch.says(DOWN, NOW + 1 * MINUTE), []);
    assert.deepEqual(watch.says(DOWN, NOW + 2 * MINUTE), []);
    assert.deepEqual(watch.says(DOWN, NOW + 3 * MINUTE), ['finding unreachable']);
    assert.deepEqual(watch.says(DOWN, NOW + 4 * MINUTE), []);
    assert.deepEqual(watch.says(HEALTHY, NOW + HOUR), ['fixed unreachable']);
    assert.deepEqual(watch.says(HEALTHY, NOW + 2 * HOUR), []);
  });

  it('is not told when it answers again after two failures', () => {
    const watch = history();
    watch.watched(HEALTHY, NOW);
    const looks = [DOWN, DOWN, HEALTHY, DOWN, DOWN, HEALTHY];
    const said = looks.flatMap((addresses, index) => watch.says(addresses, NOW + index * MINUTE));
    assert.deepEqual(said, []);
    assert.deepEqual(watch.episodes(), []);
  });

  it('may become unreachable again, and is told again', () => {
    const watch = history();
    watch.watched(HEALTHY, NOW);
    const looks = [DOWN, DOWN, DOWN, HEALTHY, DOWN, DOWN, DOWN, HEALTHY];
    const said = looks.flatMap((addresses, index) => watch.says(addresses, NOW + index * MINUTE));
    const once = ['finding unreachable', 'fixed unreachable'];
    assert.deepEqual(said, [...once, ...once]);
  });

  it('is told by the answer to `watch` at once, so its first answer is news', () => {
    const watch = history();
    watch.watched(DOWN, NOW);
    for (let number = 1; number <= 5; number += 1) assert.deepEqual(watch.says(DOWN, NOW + number * MINUTE), []);
    assert.deepEqual(watch.says(HEALTHY, NOW + HOUR), ['fixed unreachable']);
  });

  it('is told by the answer to `watch` also where one look before it failed', () => {
    const watch = history();
    watch.watched(HEALTHY, NOW);
    assert.deepEqual(watch.says(DOWN, NOW + MINUTE), []);
    watch.watched(DOWN, NOW + 2 * MINUTE);
    for (let number = 3; number <= 5; number += 1) assert.deepEqual(watch.says(DOWN, NOW + number * MINUTE), []);
    assert.deepEqual(watch.says(HEALTHY, NOW + HOUR), ['fixed unreachable']);
  });

  it('is reachable again when it answers without TLS, which is another finding', () => {
    const watch = history();
    watch.watched(HEALTHY, NOW);
    for (let number = 1; number <= 3; number += 1) watch.look(DOWN, NOW + number * MINUTE);
    const said = watch.says([failed(FIRST, 'no-starttls')], NOW + HOUR);
    assert.deepEqual(said, ['finding no-starttls', 'fixed unreachable']);
  });

  it('keeps its other findings open meanwhile', () => {
    const watch = history();
    const wrong = [presented(FIRST, LEAF, { nameMatches: false })];
    watch.watched(HEALTHY, NOW);
    assert.deepEqual(watch.says(wrong, NOW + HOUR), ['finding wrong-name']);
    for (let number = 1; number <= 3; number += 1) watch.look(DOWN, NOW + HOUR + number * MINUTE);
    assert.deepEqual(watch.says(wrong, NOW + 2 * HOUR), ['fixed unreachable']);
    assert.deepEqual(watch.says(HEALTHY, NOW + 3 * HOUR), ['fixed wrong-name']);
  });

  for (const code of ['no-route', 'policy'] as const) {
    it(`for ${code} alone is no finding, however long`, () => {
      const watch = history();
      watch.watched(HEALTHY, NOW);
      for (let number = 1; number <= 9; number += 1)
        assert.deepEqual(watch.says([failed(FIRST, code)], NOW + number * HOUR), []);
      assert.deepEqual(watch.says(HEALTHY, NOW + 10 * HOUR), []);
    });

    it(`for ${code} after it was told as unreachable is not reachable again`, () => {
      const watch = history();
      watch.watched(HEALTHY, NOW);
      for (let number = 1; number <= 3; number += 1) watch.look(DOWN, NOW + number * MINUTE);
      assert.deepEqual(watch.says([failed(FIRST, code)], NOW + HOUR), []);
      assert.deepEqual(watch.says(HEALTHY, NOW + 2 * HOUR), ['fixed unreachable']);
    });
  }

  it('by a fault of our own is neither a finding nor the end of one, and is looked at again soon', () => {
    const watch = history();
    const fault = (at: number) => observation([], { at, failure: { code: 'internal' } });
    watch.watched(HEALTHY, NOW);
    for (let number = 1; number <= 9; number += 1)
      assert.deepEqual(watch.says(fault(NOW + number * MINUTE), NOW + number * MINUTE), []);
    assert.deepEqual(watch.episodes(), []);
    for (let number = 1; number <= 3; number += 1) watch.look(DOWN, NOW + HOUR + number * MINUTE);
    assert.deepEqual(watch.says(fault(NOW + 2 * HOUR), NOW + 2 * HOUR), []);
    assert.deepEqual(watch.says(HEALTHY, NOW + 3 * HOUR), ['fixed unreachable']);
    const look = { observation: fault(NOW), ...advance(null, fault(NOW), new Map()), certificates: new Map() };
    const next = nextLook(look, [{ policy: null, episodes: [] }], { interval: 6 * HOUR, now: NOW, random: 0.5 });
    assert.equal(next, NOW + MINUTE);
  });

  it('says why, leaving out what cannot be seen from here', () => {
    const watch = history();
    watch.watched(HEALTHY, NOW);
    const look = [failed(THIRD, 'no-route'), failed(FIRST, 'refused')];
    const [item] = [1, 2, 3].flatMap((number) => watch.look(look, NOW + number * MINUTE));
    assert.ok(item?.kind === 'finding');
    assert.equal(item.sentence, 'example.com could not be reached: connection refused.');
  });
});

describe('one address of several', () => {
  const both = [presented(FIRST, LEAF), presented(SECOND, LEAF)];
  const failures: [FailureCode, boolean][] = [
    ['refused', true],
    ['timeout', true],
    ['reset', true],
    ['handshake', true],
    ['no-route', false],
    ['policy', false],
  ];
  for (const [code, told] of failures) {
    it(`that answered before and fails with ${code} is ${told ? 'told after three failures in a row' : 'no finding'}`, () => {
      const watch = history();
      watch.watched(both, NOW);
      const look = [presented(FIRST, LEAF), failed(SECOND, code)];
      const said = [1, 2, 3, 4].map((number) => watch.says(look, NOW + number * MINUTE));
      assert.deepEqual(said, [[], [], told ? [`finding address:${SECOND}`] : [], []]);
      assert.equal(watch.episodes().length, told ? 1 : 0);
      assert.deepEqual(watch.says(both, NOW + HOUR), told ? [`fixed address:${SECOND}`] : []);
    });
  }

  it('that never answered is no finding', () => {
    const watch = history();
    const look = [presented(FIRST, LEAF), failed(SECOND, 'refused')];
    watch.watched(HEALTHY, NOW);
    for (let number = 1; number <= 9; number += 1) assert.deepEqual(watch.says(look, NOW + number * HOUR), []);
  });

  it('that answers without TLS is not counted among the silent ones', () => {
    const watch = history();
    watch.watched(both, NOW);
    assert.deepEqual(watch.says([presented(FIRST, LEAF), failed(SECOND, 'injected')], NOW + HOUR), [
      'finding injected',
    ]);
    assert.deepEqual(watch.episodes(), ['injected']);
  });

  it('that was told is fixed when it has left the DNS', () => {
    const watch = history();
    watch.watched(both, NOW);
    for (let number = 1; number <= 3; number += 1)
      watch.look([presented(FIRST, LEAF), failed(SECOND, 'refused')], NOW + number * MINUTE);
    assert.deepEqual(watch.says(HEALTHY, NOW + HOUR), [`fixed address:${SECOND}`]);
  });

  it('that was told is fixed while another cannot be seen from here', () => {
    const watch = history();
    watch.watched(both, NOW);
    for (let number = 1; number <= 3; number += 1)
      watch.look([presented(FIRST, LEAF), failed(SECOND, 'refused')], NOW + number * MINUTE);
    assert.deepEqual(watch.says([...both, failed(THIRD, 'no-route')], NOW + HOUR), [`fixed address:${SECOND}`]);
  });

  it('that was told is not fixed because it cannot be seen from here any more', () => {
    const watch = history();
    const withThird = [presented(FIRST, LEAF), presented(THIRD, LEAF)];
    watch.watched(withThird, NOW);
    for (let number = 1; number <= 3; number += 1)
      watch.look([presented(FIRST, LEAF), failed(THIRD, 'timeout')], NOW + number * MINUTE);
    assert.deepEqual(watch.says([presented(FIRST, LEAF), failed(THIRD, 'no-route')], NOW + HOUR), []);
    assert.deepEqual(watch.says(withThird, NOW + 2 * HOUR), [`fixed address:${THIRD}`]);
  });
});

describe('a partly renewed target', () => {
  const old = [presented(FIRST, LEAF), presented(SECOND, LEAF)];
  const partly = [presented(FIRST, RENEWED), presented(SECOND, LEAF)];
  const renewed = [presented(FIRST, RENEWED), presented(SECOND, RENEWED)];

  const waits: [string, { from: number; grace: number; wait: number }][] = [
    ['a day while nothing is due', { from: NOW, grace: HOUR, wait: DAY }],
    ['an hour where a stage has begun', { from: NOTICE + HOUR, grace: HOUR, wait: HOUR }],
    ['as long as is set, where that is shorter than usual', { from: NOW, grace: MINUTE, wait: MINUTE }],
    ['as long as is set, where that is longer than a day', { from: NOW, grace: 2 * DAY, wait: 2 * DAY }],
  ];
  for (const [name, { from, grace, wait }] of waits)
    it(`is told when it has been so for ${name}`, () => {
      const watch = history({ grace });
      watch.watched(old, from);
      assert.deepEqual(watch.says(partly, from + MINUTE), []);
      assert.deepEqual(watch.says(partly, from + MINUTE + wait - 1), []);
      assert.deepEqual(watch.says(partly, from + MINUTE + wait), ['finding partly-renewed']);
      assert.deepEqual(watch.says(partly, from + MINUTE + wait + HOUR), []);
    });

  const flapping: [string, (leaf: Certificate) => AddressResult[]][] = [
    ['one of two addresses', (leaf) => [presented(FIRST, leaf), presented(SECOND, RENEWED)]],
    ['its only address', (leaf) => [presented(FIRST, leaf)]],
  ];
  for (const [name, seen] of flapping)
    it(`of which ${name} presents old and new in turn for two hours is told of by nothing but the renewal`, () => {
      const watch = history({ grace: HOUR });
      watch.watched(
        seen(LEAF).map((result) => presented(result.address, LEAF)),
        NOW,
      );
      const said: string[] = [];
      for (let turn = 0; turn < 24; turn += 1)
        said.push(...watch.says(seen(turn % 2 === 0 ? RENEWED : LEAF), NOW + HOUR + turn * 5 * MINUTE));
      for (let look = 1; look < 20; look += 1)
        said.push(...watch.says(seen(RENEWED), NOW + 3 * HOUR + look * 6 * HOUR));
      assert.deepEqual(
        said.filter((one) => one !== 'renewed'),
        [],
      );
    });

  it('is told as renewed when the old leaf is presented nowhere', () => {
    const watch = history();
    watch.watched(old, NOW);
    assert.deepEqual(watch.says(partly, NOW + HOUR), []);
    assert.deepEqual(watch.says(partly, NOW + 2 * HOUR), ['finding partly-renewed']);
    assert.deepEqual(watch.says(renewed, NOW + 4 * HOUR), ['renewed', 'fixed partly-renewed']);
  });

  it('that is renewed within the hour says only that', () => {
    const watch = history();
    watch.watched(old, NOW);
    watch.look(partly, NOW + HOUR);
    assert.deepEqual(watch.says(renewed, NOW + HOUR + 30 * MINUTE), ['renewed']);
  });

  const counts: [string, AddressResult[], string][] = [
    [
      'one of two',
      partly,
      'example.com is partly renewed: 1 of 2 renewed, 192.0.2.2 still presents the certificate that expires 21\u{a0}Jan\u{a0}2027.',
    ],
    [
      'two of three',
      [...partly, presented(THIRD, RENEWED)],
      'example.com is partly renewed: 2 of 3 renewed, 192.0.2.2 still presents the certificate that expires 21\u{a0}Jan\u{a0}2027.',
    ],
    [
      'one of three',
      [...partly, presented(THIRD, LEAF)],
      'example.com is partly renewed: 1 of 3 renewed, 192.0.2.2 and 2001:db8::3 still present the certificate that expires 21\u{a0}Jan\u{a0}2027.',
    ],
  ];
  for (const [name, look, sentence] of counts) {
    it(`with ${name} addresses says how many are, and which is not`, () => {
      const watch = history();
      watch.watched([...old, presented(THIRD, LEAF)], NOW);
      watch.look(look, NOW + HOUR);
      const [item] = watch.look(look, NOW + 2 * HOUR);
      assert.ok(item?.kind === 'finding');
      assert.equal(item.sentence, sentence);
    });
  }

  it('is not fixed because the address with the old leaf was silent once', () => {
    const watch = history();
    watch.watched(old, NOW);
    watch.look(partly, NOW + HOUR);
    watch.look(partly, NOW + 2 * HOUR);
    assert.deepEqual(watch.says([presented(FIRST, RENEWED), failed(SECOND, 'timeout')], NOW + 3 * HOUR), []);
    assert.deepEqual(watch.says(partly, NOW + 4 * HOUR), []);
    assert.deepEqual(watch.says(renewed, NOW + 5 * HOUR), ['renewed', 'fixed partly-renewed']);
  });

  it('is fixed although an address that was renewed before is silent just now', () => {
    const watch = history();
    watch.watched([...old, presented(THIRD, LEAF)], NOW);
    for (const hours of [1, 2]) watch.look([...partly, presented(THIRD, RENEWED)], NOW + hours * HOUR);
    assert.deepEqual(watch.says([...renewed, failed(THIRD, 'timeout')], NOW + 3 * HOUR), [
      'renewed',
      'fixed partly-renewed',
    ]);
  });

  it('is fixed although an address that had the new leaf is silent', () => {
    const watch = history();
    watch.watched(old, NOW);
    const third = [...partly, presented(THIRD, RENEWED)];
    watch.look(third, NOW + HOUR);
    assert.deepEqual(watch.says(third, NOW + 2 * HOUR), ['finding partly-renewed']);
    const said = watch.says([...renewed, failed(THIRD, 'timeout')], NOW + 3 * HOUR);
    assert.deepEqual(said, ['renewed', 'fixed partly-renewed']);
  });

  it('is fixed when all addresses present the same two certificates', () => {
    const watch = history();
    const rsa = certificate('rsa', { key: 'RSA 2048' });
    const both = (address: string, leaf: Certificate): AddressResult =>
      presented(address, leaf, { other: presented(address, rsa) });
    watch.watched([both(FIRST, LEAF), both(SECOND, LEAF)], NOW);
    const mixed = [both(FIRST, RENEWED), both(SECOND, LEAF)];
    watch.look(mixed, NOW + HOUR);
    assert.deepEqual(watch.says(mixed, NOW + 2 * HOUR), ['finding partly-renewed']);
    const same = [both(FIRST, RENEWED), both(SECOND, RENEWED)];
    assert.deepEqual(watch.says(same, NOW + 3 * HOUR), ['renewed', 'fixed partly-renewed']);
  });

  it('is told as fixed beside another thing that is', () => {
    const watch = history();
    const nameless = presented(SECOND, LEAF, { nameMatches: false });
    watch.watched(old, NOW);
    assert.deepEqual(watch.says([presented(FIRST, LEAF), nameless], NOW + HOUR), ['finding wrong-name']);
    watch.look([presented(FIRST, RENEWED), nameless], NOW + 2 * HOUR);
    const said = watch.says([presented(FIRST, RENEWED), nameless], NOW + 3 * HOUR);
    assert.deepEqual(said, ['finding partly-renewed']);
    const fixed = ['fixed wrong-name', 'fixed partly-renewed'];
    assert.deepEqual(watch.says(renewed, NOW + 4 * HOUR), ['renewed', ...fixed]);
  });

  it('starts its hour when it opens again', () => {
    const watch = history();
    watch.watched(old, NOW);
    watch.look(partly, NOW + HOUR);
    watch.look(old, NOW + HOUR + MINUTE);
    assert.deepEqual(watch.says(partly, NOW + 2 * HOUR), []);
    assert.deepEqual(watch.says(partly, NOW + 3 * HOUR), ['finding alternating']);
  });

  it('is something else than addresses whose certificates have no name in common', () => {
    const watch = history();
    const different = [presented(FIRST, LEAF), presented(SECOND, ELSEWHERE)];
    watch.watched(HEALTHY, NOW);
    watch.look(different, NOW + HOUR);
    const [item] = watch.look(different, NOW + 2 * HOUR);
    assert.ok(item?.kind === 'finding');
    assert.equal(item.finding, 'different-certificates');
    assert.equal(
      item.sentence,
      'example.com: Its addresses present 2 different certificates; the one on 192.0.2.2 expires first, on 6\u{a0}Jan\u{a0}2027.',
    );
  });

  it('says that it is fixed once, whatever it was in between', () => {
    const watch = history();
    const worse = [...partly, presented(THIRD, ELSEWHERE)];
    watch.watched(old, NOW);
    watch.look(partly, NOW + HOUR);
    watch.look(partly, NOW + 2 * HOUR);
    assert.deepEqual(watch.says(worse, NOW + 3 * HOUR), []);
    assert.deepEqual(watch.says(worse, NOW + 4 * HOUR), ['finding different-certificates']);
    assert.deepEqual(watch.says(renewed, NOW + 5 * HOUR), ['renewed', 'fixed partly-renewed']);
    assert.deepEqual(watch.episodes(), []);
  });
});

describe('something wrong with what is presented', () => {
  it('names the addresses that show it where others do not', () => {
    const broken = presented(SECOND, LEAF, { trust: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
    const sentences = (addresses: AddressResult[]): string =>
      history()
        .look(addresses, NOW)
        .map((item) => (item.kind === 'finding' ? item.sentence : item.kind))
        .join();
    assert.match(sentences([presented(FIRST, LEAF), broken]), /192\.0\.2\.2/);
    const many = [2, 3, 4, 5, 6].map((last) => ({ ...broken, address: `192.0.2.${last}` }));
    assert.match(sentences([presented(FIRST, LEAF), ...many]), /192\.0\.2\.2, .*, 192\.0\.2\.5 and 1 more/);
    assert.doesNotMatch(sentences([broken]), /192\.0\.2/);
    assert.doesNotMatch(sentences([failed(FIRST, 'timeout'), broken]), /192\.0\.2/);
  });

  it('is told once where a renewal lost the very name of the target, and other lost names beside it', () => {
    const watch = history();
    watch.watched(HEALTHY, NOW);
    const lost = { notBefore: NOW, notAfter: NOW + 150 * DAY };
    const nameless = certificate('nameless', { ...lost, dnsNames: ['www.example.com'] });
    assert.deepEqual(watch.says([presented(FIRST, nameless, { nameMatches: false })], NOW + HOUR), [
      'renewed',
      'finding wrong-name',
    ]);
    const other = history();
    other.watched(HEALTHY, NOW);
    const narrow = certificate('narrow', { ...lost, dnsNames: ['example.com'] });
    assert.deepEqual(other.says([presented(FIRST, narrow)], NOW + HOUR), ['renewed', 'lost-names']);
  });

  it('is a use that a renewal took away, once for as long as the new certificate is there', () => {
    const watch = history();
    const uses = { key: ['digitalSignature'], purposes: ['serverAuth', 'clientAuth'] };
    const before = certificate('for clients too', { uses });
    watch.watched([presented(FIRST, before)], NOW);
    const next = { notBefore: NOW, notAfter: NOW + 150 * DAY, uses: { ...uses, purposes: ['serverAuth'] } };
    const after = [presented(FIRST, certificate('for servers', next))];
    assert.deepEqual(watch.says(after, NOW + HOUR), ['renewed', 'lost-uses']);
    assert.deepEqual(watch.says(after, NOW + 2 * HOUR), []);
    const later = { ...next, notAfter: NOW + 240 * DAY };
    assert.deepEqual(watch.says([presented(FIRST, certificate('the next one', later))], NOW + 90 * DAY), ['renewed']);
  });

  const incomplete = [presented(FIRST, LEAF, { trust: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' })];
  const wrong = [presented(FIRST, LEAF, { nameMatches: false })];

  it('is told at once, once, and when it is fixed', () => {
    const watch = history();
    watch.watched(HEALTHY, NOW);
    assert.deepEqual(watch.says(wrong, NOW + HOUR), ['finding wrong-name']);
    assert.deepEqual(watch.says(wrong, NOW + 2 * HOUR), []);
    assert.deepEqual(watch.says(HEALTHY, NOW + 3 * HOUR), ['fixed wrong-name']);
    assert.deepEqual(watch.says(wrong, NOW + 4 * HOUR), ['finding wrong-name']);
  });

  it('is told of a handshake that is broken off when a second look sees it too', () => {
    const broken = [presented(FIRST, LEAF, { brokenOff: { said: 'alert internal error' } })];
    const watch = history();
    watch.watched(HEALTHY, NOW);
    assert.deepEqual(watch.says(broken, NOW + HOUR), []);
    assert.deepEqual(watch.says(HEALTHY, NOW + HOUR + MINUTE), []);
    assert.deepEqual(watch.says(broken, NOW + 2 * HOUR), []);
    assert.deepEqual(watch.says(broken, NOW + 2 * HOUR + MINUTE), ['finding broken-off']);
    assert.deepEqual(watch.says(broken, NOW + 3 * HOUR), []);
    assert.deepEqual(watch.says(HEALTHY, NOW + 4 * HOUR), ['fixed broken-off']);
  });

  it('counts as told by the answer to `watch`', () => {
    const watch = history();
    watch.watched(wrong, NOW);
    assert.deepEqual(watch.says(wrong, NOW + HOUR), []);
    assert.deepEqual(watch.says(HEALTHY, NOW + 2 * HOUR), ['fixed wrong-name']);
  });

  it('that the answer to `watch` no longer shows is over without a word', () => {
    const watch = history();
    watch.watched(wrong, NOW);
    assert.deepEqual(watch.watched(HEALTHY, NOW + HOUR), []);
    assert.deepEqual(watch.episodes(), []);
  });

  it('is told together with a stage, which comes first', () => {
    const watch = history();
    watch.watched(HEALTHY, NOW);
    assert.deepEqual(watch.says(wrong, URGENT), ['stage urgent', 'finding wrong-name']);
  });

  it('is not fixed because the address that shows it was silent once', () => {
    const watch = history();
    watch.watched([presented(FIRST, LEAF), presented(SECOND, LEAF)], NOW);
    const look = [presented(FIRST, LEAF), presented(SECOND, LEAF, { nameMatches: false })];
    assert.deepEqual(watch.says(look, NOW + HOUR), ['finding wrong-name']);
    assert.deepEqual(watch.says([presented(FIRST, LEAF), failed(SECOND, 'timeout')], NOW + 2 * HOUR), []);
    assert.deepEqual(watch.says(look, NOW + 3 * HOUR), []);
  });

  it('is not fixed by the expiry that hides it', () => {
    const watch = history();
    watch.watched(HEALTHY, NOW);
    assert.deepEqual(watch.says(incomplete, NOW + HOUR), ['finding incomplete-chain']);
    const expired = [presented(FIRST, LEAF, { trust: 'CERT_HAS_EXPIRED' })];
    assert.deepEqual(watch.says(expired, LEAF.notAfter), ['stage expired']);
    assert.deepEqual(watch.says([presented(FIRST, RENEWED)], LEAF.notAfter + HOUR), [
      'renewed',
      'fixed incomplete-chain',
    ]);
  });

  describe('of which the look at a certificate that is out of time tells nothing', () => {
    const hidden: [string, string][] = [
      ['self-signed', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
      ['private-ca', 'SELF_SIGNED_CERT_IN_CHAIN'],
      ['incomplete-chain', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
      ['expired-issuer', 'CERT_HAS_EXPIRED'],
      ['untrusted', 'CERT_REJECTED'],
    ];
    const expired = presented(FIRST, LEAF, { trust: 'CERT_HAS_EXPIRED' });
    const early = certificate('early', { notBefore: NOW + 2 * HOUR, notAfter: NOW + 90 * DAY });
    const tooEarly = presented(FIRST, early, { trust: 'CERT_NOT_YET_VALID' });
    for (const [finding, trust] of hidden) {
      it(`is not fixed: ${finding}`, () => {
        const watch = history();
        assert.deepEqual(watch.says([presented(FIRST, LEAF, { trust })], NOW), [`finding ${finding}`]);
        assert.deepEqual(watch.says([tooEarly], NOW + HOUR), ['renewed', 'finding not-yet-valid']);
        watch.look([expired], LEAF.notAfter);
        assert.deepEqual(watch.episodes(), [finding]);
      });
    }

    it('is not fixed while one address of several hides it', () => {
      const watch = history();
      watch.watched([...incomplete, presented(SECOND, LEAF)], NOW);
      watch.look([expired, presented(SECOND, RENEWED)], LEAF.notAfter);
      assert.ok(watch.episodes().includes('incomplete-chain'));
    });

    it('is fixed where the path was found all the same', () => {
      const watch = history();
      watch.watched(incomplete, NOW);
      const found = presented(FIRST, LEAF, { trust: 'CERT_HAS_EXPIRED', issuers: [], anchor: 'public' });
      assert.deepEqual(watch.says([found], LEAF.notAfter), ['stage expired', 'fixed incomplete-chain']);
    });

    it('is fixed where it is about something else than the chain', () => {
      const watch = history();
      watch.watched(wrong, NOW);
      assert.deepEqual(watch.says([expired], LEAF.notAfter), ['stage expired', 'fixed wrong-name']);
    });
  });

  describe('of which only the chain tells', () => {
    const hidden = { trust: 'CERT_HAS_EXPIRED' };
    const expiredIssuer = certificate('issuer', { subject: 'Demo CA E7', notAfter: NOW });
    const chains: [string, Partial<Presented>][] = [
      ['self-signed', { trust: 'DEPTH_ZERO_SELF_SIGNED_CERT' }],
      ['private-ca', { trust: 'SELF_SIGNED_CERT_IN_CHAIN' }],
      ['incomplete-chain', { trust: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }],
      ['expired-issuer', { trust: 'CERT_HAS_EXPIRED', chain: [LEAF, expiredIssuer] }],
      ['untrusted', { trust: 'CERT_REJECTED' }],
    ];
    for (const [finding, chain] of chains)
      it(`goes on where the expiry hides it: ${finding}`, () => {
        const watch = history();
        watch.watched(HEALTHY, NOW);
        assert.deepEqual(watch.says([presented(FIRST, LEAF, chain)], NOW + HOUR), [`finding ${finding}`]);
        assert.deepEqual(watch.says([presented(FIRST, LEAF, hidden)], LEAF.notAfter), ['stage expired']);
        assert.deepEqual(watch.episodes(), [finding]);
      });

    const after: [string, AddressResult[], boolean][] = [
      ['its path is known', [presented(FIRST, LEAF, { ...hidden, issuers: [], anchor: 'private' })], true],
      ['its chain is trusted', [presented(FIRST, LEAF)], true],
      ['it hides at one address of two', [presented(FIRST, LEAF, hidden), presented(SECOND, RENEWED)], false],
    ];
    for (const [name, addresses, isOver] of after)
      it(`is ${isOver ? '' : 'not '}over after expiry where ${name}`, () => {
        const watch = history();
        watch.watched(incomplete, NOW);
        watch.look(addresses, LEAF.notAfter);
        assert.equal(watch.episodes().includes('incomplete-chain'), !isOver);
      });

    const begins: [string, number, boolean][] = [
      ['not valid yet', 1, false],
      ['valid from this very moment on', 0, true],
    ];
    for (const [name, ahead, isOver] of begins)
      it(`is ${isOver ? '' : 'not '}over with a certificate that is ${name}`, () => {
        const watch = history();
        watch.watched(incomplete, NOW);
        const early = certificate('early', { notBefore: NOW + HOUR + ahead, notAfter: NOW + 90 * DAY });
        watch.look([presented(FIRST, early, { trust: 'CERT_NOT_YET_VALID' })], NOW + HOUR);
        assert.equal(watch.episodes().includes('incomplete-chain'), !isOver);
      });
  });

  it('that turns into something else is fixed, and the other told', () => {
    const watch = history();
    watch.watched(incomplete, NOW);
    const selfSigned = [presented(FIRST, RENEWED, { trust: 'DEPTH_ZERO_SELF_SIGNED_CERT' })];
    assert.deepEqual(watch.says(selfSigned, NOW + HOUR), ['renewed', 'finding self-signed', 'fixed incomplete-chain']);
  });
});

describe('a finding that went away', () => {
  const sentences: [string, string][] = [
    ['unreachable', 'example.com:8443 is reachable again.'],
    ['address:2001:db8::3', 'Fixed on example.com:8443: 2001:db8::3 answers again, or has left the DNS.'],
    ['partly-renewed', 'Fixed on example.com:8443: all addresses that answer present the same certificate.'],
    ['different-certificates', 'Fixed on example.com:8443: all addresses that answer present the same certificate.'],
    ['not-yet-valid', 'Fixed on example.com:8443: the certificate is valid now.'],
    ['wrong-name', 'Fixed on example.com:8443: the certificate names the host again.'],
    [
      'self-signed',
      'Fixed on example.com:8443: it no longer presents a self-signed certificate that is not trusted here.',
    ],
    ['incomplete-chain', 'Fixed on example.com:8443: the chain is complete again.'],
    ['untrusted', 'Fixed on example.com:8443: the chain no longer fails as it did.'],
    ['private-ca', 'Fixed on example.com:8443: the chain no longer ends at an authority that is not trusted here.'],
    [
      'expired-issuer',
      'Fixed on example.com:8443: the chain no longer fails because of an issuer that has expired or is not valid yet.',
    ],
    ['of-old:2', 'Fixed on example.com:8443: of-old.'],
    ['of-a-later-version', 'Fixed on example.com:8443: of-a-later-version.'],
  ];
  for (const [finding, sentence] of sentences) {
    it(`such as ${finding} has its sentence`, () => {
      assert.equal(fixedSentence(finding, 'tls://example.com:8443', EN), sentence);
    });
  }
});

describe('the next look', () => {
  const INTERVAL = 6 * HOUR;
  /** In the middle of the jitter. */
  const options = { interval: INTERVAL, now: NOW, random: 0.5 };
  const byDefault = { policy: null, episodes: [] as Episode[] };

  function lookAt(...looks: AddressResult[][]): Look {
    const certificates = new Map([LEAF, RENEWED, ELSEWHERE].map((leaf) => [leaf.fingerprint, leaf]));
    let state: TargetState | null = null;
    let look: Look | null = null;
    for (const addresses of looks) {
      const seen = observation(addresses);
      const next = advance(state, seen, certificates);
      state = next.state;
      look = { observation: seen, ...next, certificates };
    }
    return look!;
  }

  function repeat(times: number, addresses: AddressResult[]): AddressResult[][] {
    return Array.from({ length: times }, () => addresses);
  }

  it('is never when nobody watches', () => {
    assert.equal(nextLook(lookAt(HEALTHY), [], options), null);
  });

  for (const [random, share] of [
    [0, 0.95],
    [0.5, 1],
    [0.999, 1.05],
  ] as const) {
    it(`comes after ${share} of the interval when chance says ${random}`, () => {
      const due = nextLook(lookAt(HEALTHY), [byDefault], { ...options, random })!;
      assert.ok(Math.abs(due - NOW - share * INTERVAL) <= INTERVAL / 5000, String(due - NOW));
    });
  }

  const boundaries: [string, number, number, Threshold[] | null][] = [
    ['notice', NOTICE - HOUR, NOTICE, null],
    ['urgent', URGENT - 1, URGENT, null],
    ['critical', CRITICAL - HOUR, CRITICAL, null],
    ['expiry', LEAF.notAfter - 5 * HOUR, LEAF.notAfter, null],
    ['an own threshold', LEAF.notAfter - 13 * HOUR, LEAF.notAfter - 12 * HOUR, thresholds('12h')],
    ['urgent, at that very instant, is the one after it', URGENT, URGENT + INTERVAL, null],
  ];
  for (const [name, now, due, policy] of boundaries) {
    it(`before ${name} comes exactly then`, () => {
      assert.equal(nextLook(lookAt(HEALTHY), [{ policy, episodes: [] }], { ...options, now }), due);
    });
  }

  it('never comes a fraction of a millisecond before a boundary', () => {
    const odd = certificate('odd', { notBefore: NOW - 7, notAfter: NOW + 2 * HOUR + 6 });
    const look = { ...lookAt([presented(FIRST, odd)]), certificates: new Map([[odd.fingerprint, odd]]) };
    const boundary = odd.notAfter - (odd.notAfter - odd.notBefore) * 0.033;
    assert.ok(!Number.isInteger(boundary));
    const now = odd.notAfter - HOUR;
    const due = nextLook(look, [{ policy: thresholds('3.3%'), episodes: [] }], { ...options, now });
    assert.equal(due, Math.ceil(boundary));
  });

  it('is the earliest that any watch needs', () => {
    const now = LEAF.notAfter - 10 * DAY;
    const contexts = [byDefault, { policy: thresholds('238h'), episodes: [] }];
    assert.equal(nextLook(lookAt(HEALTHY), contexts, { ...options, now }), LEAF.notAfter - 238 * HOUR);
  });

  it('comes when a certificate becomes valid', () => {
    const early = certificate('early', { notBefore: NOW + HOUR });
    const look = { ...lookAt([presented(FIRST, early)]), certificates: new Map([[early.fingerprint, early]]) };
    assert.equal(nextLook(look, [byDefault], options), NOW + HOUR);
  });

  it('comes when the hour of grace of a partly renewed target ends', () => {
    const look = lookAt([presented(FIRST, LEAF), presented(SECOND, RENEWED)]);
    const episode = {
      watchId: 1,
      finding: 'partly-renewed',
      openedAt: NOW - 20 * MINUTE,
      cause: 'host:example.com',
      sureAt: null,
    };
    assert.equal(nextLook(look, [{ policy: null, episodes: [episode] }], options), NOW + 40 * MINUTE);
    const older = { ...episode, openedAt: NOW - DAY + 20 * MINUTE };
    assert.equal(nextLook(look, [{ policy: null, episodes: [older] }], options), NOW + 20 * MINUTE);
    const told = { ...episode, cause: 'host:example.com', sureAt: NOW };
    assert.equal(nextLook(look, [{ policy: null, episodes: [told] }], options), NOW + INTERVAL);
  });

  it('comes soon where a handshake was broken off, and that is not told yet', () => {
    const look = lookAt([presented(FIRST, LEAF, { brokenOff: { said: null } })]);
    const episode = { watchId: 1, finding: 'broken-off', openedAt: NOW, cause: 'host:example.com', sureAt: null };
    assert.equal(nextLook(look, [byDefault, { policy: null, episodes: [episode] }], options), NOW + MINUTE);
    const told = { ...episode, cause: 'host:example.com', sureAt: NOW };
    assert.equal(nextLook(look, [{ policy: null, episodes: [told] }], options), NOW + INTERVAL);
  });

  const backoff: [number, number][] = [
    [1, MINUTE],
    [2, MINUTE],
    [3, 2 * MINUTE],
    [4, 4 * MINUTE],
    [5, 8 * MINUTE],
    [20, INTERVAL],
  ];
  for (const [failures, delay] of backoff) {
    it(`after ${failures} look${failures === 1 ? '' : 's'} at which no address answered comes in ${delay / MINUTE} min`, () => {
      assert.equal(nextLook(lookAt(HEALTHY, ...repeat(failures, DOWN)), [byDefault], options), NOW + delay);
    });
  }

  const SHORT = 10_000;
  const shortly: [string, AddressResult[][], number][] = [
    ['after two looks at which no address answered', [HEALTHY, DOWN, DOWN], SHORT],
    ['after three', [HEALTHY, DOWN, DOWN, DOWN], 2 * SHORT],
    ['after a great many', [HEALTHY, ...repeat(20, DOWN)], 64 * SHORT],
    [
      'to confirm an address that just failed',
      [
        [presented(FIRST, LEAF), presented(SECOND, LEAF)],
        [presented(FIRST, LEAF), failed(SECOND, 'timeout')],
      ],
      SHORT,
    ],
  ];
  for (const [name, looks, delay] of shortly) {
    it(`${name} comes in ${delay / 1000} s where endpoints are looked at every ten seconds`, () => {
      assert.equal(nextLook(lookAt(...looks), [byDefault], { ...options, interval: SHORT }), NOW + delay);
    });
  }

  it('is never put off longer than is said of it', () => {
    assert.equal(longestWait(SHORT), 64 * SHORT);
    assert.equal(longestWait(MINUTE), HOUR);
    assert.equal(longestWait(INTERVAL), 1.05 * INTERVAL);
  });

  it('is an ordinary one where an address that never answered fails', () => {
    const half = [presented(FIRST, LEAF), failed(SECOND, 'timeout')];
    assert.equal(nextLook(lookAt(half), [byDefault], options), NOW + INTERVAL);
  });

  it('is not put off by backoff beyond a stage boundary', () => {
    const now = URGENT - HOUR;
    const due = nextLook(lookAt(HEALTHY, ...repeat(20, DOWN)), [byDefault], { ...options, now });
    assert.equal(due, URGENT);
  });

  it('comes within a minute to confirm an address that just failed, while others answer', () => {
    const both = [presented(FIRST, LEAF), presented(SECOND, LEAF)];
    const half = [presented(FIRST, LEAF), failed(SECOND, 'timeout')];
    assert.equal(nextLook(lookAt(both, half), [byDefault], options), NOW + MINUTE);
    assert.equal(nextLook(lookAt(both, ...repeat(3, half)), [byDefault], options), NOW + INTERVAL);
  });

  it('comes within a minute after the first look at which nothing answered, also where nothing ever has', () => {
    assert.equal(nextLook(lookAt(DOWN), [byDefault], options), NOW + MINUTE);
  });

  it('is an ordinary one where the address that is silent never answered', () => {
    const half = [presented(FIRST, LEAF), failed(SECOND, 'timeout')];
    assert.equal(nextLook(lookAt(half), [byDefault], options), NOW + INTERVAL);
  });

  const longest: [string, number, number][] = [
    ['ten seconds', 10_000, 640_000],
    ['a minute', MINUTE, HOUR],
    ['an hour', HOUR, 1.05 * HOUR],
    ['six hours', INTERVAL, 1.05 * INTERVAL],
  ];
  for (const [name, interval, wait] of longest)
    it(`with an interval of ${name} is never more than ${wait / MINUTE} min ahead`, () =>
      assert.equal(longestWait(interval), wait));

  it('knows no backoff while one address answers', () => {
    const both = [presented(FIRST, LEAF), presented(SECOND, LEAF)];
    const half = [presented(FIRST, LEAF), failed(SECOND, 'timeout')];
    assert.equal(nextLook(lookAt(both, ...repeat(50, half)), [byDefault], options), NOW + INTERVAL);
  });

  for (const code of ['no-route', 'policy'] as const) {
    it(`is an ordinary one where an address is ${code}, also after a failure`, () => {
      const looks = [HEALTHY, DOWN, [failed(FIRST, code)]];
      assert.equal(nextLook(lookAt(...looks), [byDefault], options), NOW + INTERVAL);
      const both = [presented(FIRST, LEAF), presented(SECOND, LEAF)];
      const half = [presented(FIRST, LEAF), failed(SECOND, 'timeout')];
      const blind = [presented(FIRST, LEAF), failed(SECOND, code)];
      assert.equal(nextLook(lookAt(both, half, blind), [byDefault], options), NOW + INTERVAL);
    });
  }
});
