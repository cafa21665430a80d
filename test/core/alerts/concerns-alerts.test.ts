import assert from 'node:assert/strict';
import type { AddressResult } from '../../../src/core/certificates/certificate.ts';
import { advance, type TargetState } from '../../../src/core/certificates/state.ts';
import { begunStages, concernsAlerts, effectsOf } from '../../../src/core/alerts/alerts.ts';
import type { Look } from '../../../src/core/alerts/findings.ts';
import type { Episode } from '../../../src/core/model/watch.ts';
import { DAY, HOUR, MINUTE } from '../../../src/core/time.ts';
import {
  certificate,
  conversationOf,
  EN,
  failed,
  NOW,
  observation,
  presented,
  watchOf,
} from '../../support/certificate-facts.ts';

const FIRST = '192.0.2.1';
const SECOND = '192.0.2.2';
const LEAF = certificate('leaf');
const RENEWED = certificate('renewed', { notBefore: NOW, notAfter: NOW + 150 * DAY });
const CERTIFICATES = new Map([LEAF, RENEWED].map((one) => [one.fingerprint, one]));
const UNTRUSTED = 'UNABLE_TO_VERIFY_LEAF_SIGNATURE';
const NOTICE = LEAF.notAfter - 22.5 * DAY;

type Sight = [at: number, ...addresses: AddressResult[]];

const fine = (at: number): Sight => [at, presented(FIRST, LEAF)];
const down = (at: number): Sight => [at, failed(FIRST, 'timeout')];
const broken = (at: number): Sight => [at, presented(FIRST, LEAF, { trust: UNTRUSTED })];
const renewed = (at: number): Sight => [at, presented(FIRST, RENEWED)];
const half = (at: number): Sight => [at, presented(FIRST, LEAF), presented(SECOND, RENEWED)];

/** Whether each of these looks, one after the other, has to be decided on. */
function concerned(sights: Sight[]): boolean[] {
  let state: TargetState | null = null;
  let lastAt: number | null = null;
  let episodes: Episode[] = [];
  return sights.map(([at, ...addresses]) => {
    const seen = observation(addresses, { at });
    const before = state;
    const { state: next, change } = advance(before, seen, CERTIFICATES);
    const look: Look = { observation: seen, state: next, change, certificates: CERTIFICATES };
    const context = { watch: watchOf(), conversation: conversationOf(), episodes };
    const effects = effectsOf(look, context, { quiet: false, now: at, say: EN });
    const begun = begunStages(look, null, lastAt, at);
    const concerns = concernsAlerts(look, before, { effects, begun, policy: null, episodes }, at);
    const open = episodes.filter(({ finding }) => !effects.closed.includes(finding));
    const sure = open.map((one) => (effects.sure.includes(one.finding) ? { ...one, sureAt: at } : one));
    episodes = [...sure, ...effects.opened];
    [state, lastAt] = [next, at];
    return concerns;
  });
}

describe('what conversations are told is decided anew', () => {
  const cases: [string, Sight[], boolean][] = [
    ['not after a first look that finds nothing', [fine(NOW)], false],
    ['not after a look that finds the same', [fine(NOW), fine(NOW + HOUR)], false],
    ['not after a renewal long before anything is due', [fine(NOW), renewed(NOW + HOUR)], false],
    ['not while addresses differ that it is too early to tell of', [fine(NOW), half(NOW + HOUR)], false],
    ['not after a first failure', [fine(NOW), down(NOW + HOUR)], false],
    ['not where nothing has ever answered, at first', [down(NOW)], false],
    ['after a second failure, so that others are looked at', [fine(NOW), down(NOW), down(NOW + MINUTE)], true],
    ['when it is known to be down', [fine(NOW), down(NOW), down(NOW + MINUTE), down(NOW + 2 * MINUTE)], true],
    ['not at each failure after that', [0, 1, 2, 3, 4].map((n) => down(NOW + n * MINUTE)), false],
    ['when it answers again', [down(NOW), down(NOW), down(NOW), fine(NOW + HOUR)], true],
    ['not when something is wrong for the first time', [fine(NOW), broken(NOW)], false],
    ['when something is wrong for long enough', [fine(NOW), broken(NOW), broken(NOW + HOUR)], true],
    ['when it is right again', [broken(NOW), broken(NOW + HOUR), fine(NOW + HOUR)], true],
    ['after a first look at what is due', [fine(NOTICE)], true],
    ['when a stage begins', [fine(NOW), fine(NOTICE)], true],
    ['not while it lasts', [fine(NOTICE), fine(NOTICE + HOUR)], false],
    ['after the renewal of what was due', [fine(NOTICE), renewed(NOTICE + HOUR)], true],
    ['when part of it is renewed', [fine(NOTICE), half(NOTICE + HOUR)], true],
    ['when the rest is', [fine(NOTICE), half(NOTICE + HOUR), renewed(NOTICE + HOUR)], true],
    ['when what is due comes back', [renewed(NOW), renewed(NOTICE), half(NOTICE + HOUR)], true],
  ];
  for (const [name, sights, expected] of cases) it(name, () => assert.equal(concerned(sights).at(-1), expected));
});
