import assert from 'node:assert/strict';
import { carryOver } from '../../../src/core/certificates/state.ts';
import { itemsOf } from '../../../src/core/certificates/verdict.ts';
import { verdictOf } from '../../../src/core/alerts/findings.ts';
import { conditionOf } from '../../../src/core/chat/cards/list.ts';
import { observationCard } from '../../../src/core/chat/cards/observation.ts';
import { DAY } from '../../../src/core/time.ts';
import { certificate, EN, NOW, observation, watchOf } from '../../support/certificate-facts.ts';
import { history } from '../../support/watch-history.ts';

const OLD = certificate('old', { notBefore: NOW - 30 * DAY, notAfter: NOW + 60 * DAY });
const NEW = certificate('new', { notBefore: NOW, notAfter: NOW + 150 * DAY });

/** What a source saw that shakes no hands. */
function stored(item: typeof OLD | null, at = NOW) {
  return { uri: 'tls://example.com:443', at, duration: 0, addresses: [], item };
}

describe('an item that comes without a handshake', () => {
  it('goes through its stages as any other', () => {
    const watch = history();
    watch.watched(stored(OLD), NOW);
    assert.deepEqual(watch.says(stored(null), NOW + DAY), []);
    assert.deepEqual(watch.says(stored(null), OLD.notAfter - 20 * DAY), ['stage notice']);
    assert.deepEqual(watch.says(stored(null), OLD.notAfter), ['stage expired']);
  });

  it('is renewed by another', () => {
    const watch = history();
    watch.watched(stored(OLD), NOW);
    assert.deepEqual(watch.says(stored(NEW), NOW + DAY), ['renewed']);
    assert.deepEqual(watch.says(stored(null), NOW + 2 * DAY), []);
  });

  it('has no findings, also while nothing was ever said', () => {
    const watch = history();
    assert.deepEqual(watch.says(stored(null), NOW), []);
    assert.deepEqual(watch.says(stored(OLD), NOW), []);
    assert.deepEqual(watch.episodes(), []);
    assert.deepEqual(verdictOf(stored(OLD), 'tls://example.com:443', { now: NOW, say: EN }), []);
    assert.deepEqual(verdictOf(stored(null), 'tls://example.com:443', { now: NOW, say: EN }), [EN('plan.unseen')]);
  });

  it('stays what it was where its end is said again, and where nothing is', () => {
    const again = { ...OLD, fingerprint: 'f'.repeat(64), notBefore: NOW };
    assert.equal(carryOver(stored(again), stored(OLD)).item, OLD);
    assert.equal(carryOver(stored(null), stored(OLD)).item, OLD);
    assert.equal(carryOver(stored(NEW), stored(OLD)).item, NEW);
    assert.equal(carryOver(stored(NEW), null).item, NEW);
    assert.equal(carryOver(stored(null), null).item, null);
  });

  it('is told on a card without a chain or addresses', () => {
    const card = observationCard(stored(OLD), { policy: null, now: NOW, say: EN });
    const labels = card.details!.map(({ label }) => label);
    assert.ok(labels.includes('Serial') && !labels.includes('Chain'), labels.join());
    assert.equal(card.groups, undefined);
    assert.equal(card.tone, 'good');
  });

  it('is in its stage in a list', () => {
    const [leaf] = itemsOf(stored(OLD));
    const state = { leaf: leaf!.fingerprint, leaves: [leaf!.fingerprint], addresses: {}, failures: 0, answeredAt: NOW };
    const target = { id: 1, uri: 'tls://example.com:443', dueAt: NOW, state, observation: stored(OLD) };
    const view = { watch: watchOf(), target, leaves: [leaf!], policy: null };
    assert.deepEqual(conditionOf(view, NOW, EN), { need: 'fine', words: [], since: null });
    const out = { ...view, target: { ...target, observation: observation([], { failure: { code: 'refused' } }) } };
    assert.match(
      conditionOf(out, NOW, EN).words.join(),
      /not reachable from here/,
      'unlike an endpoint that is out of sight',
    );
  });
});
