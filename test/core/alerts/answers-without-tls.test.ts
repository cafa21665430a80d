import assert from 'node:assert/strict';
import type { AddressResult, FailureCode } from '../../../src/core/certificates/certificate.ts';
import { advance } from '../../../src/core/certificates/state.ts';
import { alertKey, effectsOf } from '../../../src/core/alerts/alerts.ts';
import { boundaries } from '../../../src/core/certificates/stages.ts';
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
import { HOUR, DAY } from '../../../src/core/time.ts';

const FIRST = '192.0.2.1';
const SECOND = '192.0.2.2';
const LEAF = certificate('leaf');

for (const code of ['no-starttls', 'injected'] as const) {
  describe(`a server that answered ${code}`, () => {
    const answering = [failed(FIRST, code), presented(SECOND, LEAF)];
    const silent = (failure: FailureCode): AddressResult[] => [failed(FIRST, failure), presented(SECOND, LEAF)];

    const after: [string, AddressResult[], boolean][] = [
      ['presents a certificate', [presented(FIRST, LEAF), presented(SECOND, LEAF)], true],
      ['is not in the DNS any more', [presented(SECOND, LEAF)], true],
      ['cannot be seen from here any more', silent('no-route'), true],
      ['is refused by policy', silent('policy'), true],
      ['is silent', silent('timeout'), false],
      ['refuses connections', silent('refused'), false],
      ['breaks off', silent('reset'), false],
    ];
    for (const [name, addresses, isOver] of after)
      it(`is ${isOver ? '' : 'not '}told as mended when its address ${name}`, () => {
        const watch = history();
        assert.deepEqual(watch.says(answering, NOW), [`finding ${code}`]);
        const said = watch.says(addresses, NOW + HOUR);
        assert.deepEqual(said, isOver ? [`fixed ${code}`] : []);
        assert.equal(watch.episodes().includes(code), !isOver);
      });

    it('is not told as mended while nothing answers at all', () => {
      const watch = history();
      watch.says([failed(FIRST, code)], NOW);
      watch.says([failed(FIRST, 'timeout')], NOW + HOUR);
      assert.ok(watch.episodes().includes(code));
    });
  });
}

describe('a stage that was told', () => {
  /** What a look means for a watch with these thresholds, of which some were told. */
  function effects(policy: string[], told: string[]) {
    const seen = observation([presented(FIRST, LEAF)]);
    const look = {
      observation: seen,
      ...advance(null, seen, new Map()),
      certificates: new Map([[LEAF.fingerprint, LEAF]]),
    };
    const keys = (texts: string[]) =>
      boundaries(LEAF, thresholds(...policy))
        .filter(({ key }) => texts.includes(key))
        .map((boundary) => alertKey(LEAF.fingerprint, boundary));
    const watch = watchOf({ policy: thresholds(...policy) });
    const context = { watch, conversation: conversationOf(), told: new Set(keys(told)), episodes: [] };
    const result = effectsOf(look, context, { quiet: false, now: LEAF.notAfter - 10 * DAY, say: EN });
    return { items: result.items.map(({ kind }) => kind), told: result.told, keys };
  }

  it('is not told again because an earlier one beside it is new', () => {
    const { items, told, keys } = effects(['40d', '20d', '3d'], ['20d']);
    assert.deepEqual([items, told], [[], keys(['40d'])]);
  });

  it('is not noted again, nor is anything that has not begun', () => {
    assert.deepEqual(effects(['40d', '20d', '3d'], ['40d', '20d']).told, []);
    const { items, told, keys } = effects(['40d', '20d', '3d'], []);
    assert.deepEqual([items, told], [['stage'], keys(['40d', '20d'])]);
  });
});
