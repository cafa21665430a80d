import assert from 'node:assert/strict';
import { alertItems, effectsOf, goneTogether, overItems } from '../../../src/core/alerts/alerts.ts';
import { certificateCause, goneFinding, hostCause, openItems, ownCause } from '../../../src/core/alerts/causes.ts';
import { currentFindings } from '../../../src/core/alerts/findings.ts';
import type { Observation } from '../../../src/core/certificates/certificate.ts';
import type { DocumentFacts, Item } from '../../../src/core/certificates/item.ts';
import { advance, type TargetState } from '../../../src/core/certificates/state.ts';
import { DAY, MINUTE } from '../../../src/core/time.ts';
import { certificate, conversationOf, EN, NOW, observation, watchOf } from '../../support/certificate-facts.ts';
import { history } from '../../support/watch-history.ts';

const URI = 'jwks+https://login.example.com/keys';
const ENDING = certificate('ending', { notBefore: NOW - 70 * DAY, notAfter: NOW + 20 * DAY });
const LASTING = certificate('lasting', { notBefore: NOW - 90 * DAY, notAfter: NOW + 200 * DAY });
const WEAK = certificate('weak', { key: 'RSA 1024', notAfter: NOW + 200 * DAY });

function document(at: number, items: Item[], facts: Partial<DocumentFacts> = {}): Observation {
  const uses = ['signing', 'encryption'] as const;
  // Each in its own place.
  const listed = items.map((item) => ({ item, places: [{ use: item === LASTING ? uses[1] : uses[0] }] }));
  return { ...observation([], { at }), uri: URI, listed, document: { faults: [], ...facts } };
}

/** What is known after these looks, a minute apart. */
function after(...looks: Item[][]) {
  const certificates = new Map([ENDING, LASTING, WEAK].map((item): [string, Item] => [item.fingerprint, item]));
  let state: TargetState | null = null;
  let look = null;
  for (const [index, items] of looks.entries()) {
    const seen = document(NOW + index * MINUTE, items);
    const next = advance(state, seen, certificates);
    state = next.state;
    look = { observation: seen, ...next, certificates };
  }
  return look!;
}

function open(look: ReturnType<typeof after>) {
  const { state, certificates } = look;
  return openItems({ state, episodes: [] }, { certificates, policy: null, now: NOW });
}

describe('what a document lists', () => {
  it('has its stages under the cause that the same certificate has on an endpoint', () => {
    const items = open(after([ENDING, LASTING]));
    assert.deepEqual(
      items.map(({ cause, kind, isLive }) => [cause, kind, isLive]),
      [[certificateCause(ENDING.fingerprint), 'stage', true]],
    );
  });

  it('is not news while a look misses it', () => {
    assert.deepEqual(
      open(after([ENDING, LASTING], [LASTING])).map(({ isLive }) => isLive),
      [false],
    );
  });

  it('is told to be gone at the second look that misses it, once, and for a day', () => {
    const watch = history();
    watch.watched(document(NOW - 40 * DAY, [ENDING, LASTING]), NOW - 40 * DAY);
    const at = (minutes: number): number => NOW - 40 * DAY + minutes * MINUTE;
    assert.deepEqual(watch.says(document(at(1), [LASTING]), at(1)), []);
    assert.deepEqual(watch.says(document(at(2), [LASTING]), at(2)), ['gone']);
    assert.deepEqual(watch.says(document(at(3), [LASTING]), at(3)), []);
    assert.deepEqual(watch.episodes(), [goneFinding(ENDING.fingerprint)]);
    const later = at(3) + DAY;
    assert.deepEqual(watch.says(document(later, [LASTING]), later), []);
    assert.deepEqual(watch.episodes(), []);
  });

  it('is not gone any more when it is there again', () => {
    const watch = history();
    for (const minutes of [0, 1, 2])
      watch.says(document(NOW + minutes * MINUTE, minutes === 0 ? [ENDING, LASTING] : [LASTING]), NOW);
    assert.deepEqual(watch.episodes(), [goneFinding(ENDING.fingerprint)]);
    watch.says(document(NOW + 3 * MINUTE, [ENDING, LASTING]), NOW + 3 * MINUTE);
    assert.deepEqual(watch.episodes(), []);
  });

  it('is not gone where more is listed than is watched', () => {
    const context = { watch: watchOf(), conversation: conversationOf(), episodes: [] };
    const look = after([ENDING, LASTING], [LASTING], [LASTING]);
    const options = { quiet: false, now: NOW, say: EN };
    assert.equal(effectsOf(look, context, options).opened.length, 1);
    const partly = { ...look, observation: { ...look.observation, document: { faults: [], total: 900 } } };
    assert.deepEqual(
      effectsOf(partly, context, options).opened.filter(({ finding }) => finding.startsWith('gone')),
      [],
    );
  });

  it('is said to be gone at once, of several', () => {
    const look = after([ENDING, WEAK, LASTING], [LASTING], [LASTING]);
    const gone = [ENDING, WEAK].map(({ fingerprint }) => {
      const cause = certificateCause(fingerprint);
      const finding = goneFinding(fingerprint);
      return { cause, finding, kind: 'gone', boundary: null, rank: 0, isSure: true, isLive: true };
    });
    const items = goneTogether(alertItems(look, gone, { now: NOW, say: EN }));
    assert.deepEqual(items, [{ kind: 'gone', items: [ENDING, WEAK] }]);
  });

  it('is over with what took its place, else with that it is gone', () => {
    const cause = certificateCause(ENDING.fingerprint);
    const kinds = (look: ReturnType<typeof after>) => overItems(look, cause, []).map(({ kind }) => kind);
    assert.deepEqual(kinds(after([ENDING, LASTING], [WEAK, LASTING])), ['renewed']);
    assert.deepEqual(kinds(after([ENDING, LASTING], [LASTING], [LASTING])), ['gone']);
  });

  it('has its own findings, and the document those about itself', () => {
    const seen = document(NOW, [WEAK, LASTING], { faults: [{ code: 'private-key', detail: 'open' }] });
    const next = advance(null, seen, new Map());
    const look = { observation: seen, ...next, certificates: new Map() };
    const causes = [...currentFindings(look, { now: NOW, say: EN })].map(([finding, { cause }]) => [finding, cause]);
    assert.deepEqual(causes, [
      ['private-key', ownCause(URI)],
      ['weak-key', certificateCause(WEAK.fingerprint)],
    ]);
  });
});

describe('a document that cannot be read', () => {
  const failed = (code: 'timeout' | 'http' | 'document') => {
    const seen: Observation = { ...observation([], { at: NOW }), uri: URI, failure: { code } };
    return { observation: seen, ...advance(null, seen, new Map()), certificates: new Map() };
  };
  for (const [code, cause] of [
    ['timeout', hostCause('tls://login.example.com:443')],
    ['http', ownCause(URI)],
    ['document', ownCause(URI)],
  ] as const)
    it(`is ${code === 'timeout' ? 'silent with its host' : 'alone'}: ${code}`, () => {
      const [found] = currentFindings(failed(code), { now: NOW, say: EN });
      assert.deepEqual([found![0], found![1].cause], ['unreachable', cause]);
    });
});
