import assert from 'node:assert/strict';
import type { Shown } from '../../../src/core/certificates/certificate.ts';
import { wordsOf } from '../../../src/core/items/words.ts';
import { certificate, EN, NOW, observation, presented } from '../../support/certificate-facts.ts';

const LEAF = certificate('leaf', { subject: 'leaf' });
const MIDDLE = certificate('middle', { subject: 'Middle', dnsNames: [] });
const STRAY = certificate('stray', { subject: 'Stray', dnsNames: [] });
const ROOT = certificate('root', { subject: 'Root', dnsNames: [] });

const UNTIL = '(until 21\u{a0}Jan)';

/** What is shown, and how its chain is drawn. */
const CHAINS: [string, Partial<Shown>, string][] = [
  ['all on the path', { chain: [LEAF, MIDDLE], anchor: 'public' }, `1. leaf ${UNTIL} ← 2. Middle ${UNTIL}: trusted`],
  [
    'a stray behind the path',
    {
      chain: [LEAF, MIDDLE, STRAY],
      anchor: 'public',
      issuers: [
        { ...MIDDLE, from: 'sent' },
        { ...ROOT, from: 'anchor' },
      ],
    },
    `1. leaf ${UNTIL} ← 2. Middle ${UNTIL} (also sent, not on the path: 3. Stray ${UNTIL}): trusted`,
  ],
  [
    'a stray between leaf and issuer',
    {
      chain: [LEAF, STRAY, MIDDLE],
      anchor: 'public',
      issuers: [
        { ...MIDDLE, from: 'sent' },
        { ...ROOT, from: 'anchor' },
      ],
    },
    `1. leaf ${UNTIL} ← 3. Middle ${UNTIL} (also sent, not on the path: 2. Stray ${UNTIL}): trusted`,
  ],
  [
    'a stray beside a leaf that signs itself',
    { chain: [LEAF, STRAY], anchor: null, issuers: [], trust: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
    `1. leaf ${UNTIL} (also sent, not on the path: 2. Stray ${UNTIL}): not trusted (DEPTH_ZERO_SELF_SIGNED_CERT)`,
  ],
  [
    'the leaf twice',
    { chain: [LEAF, { ...LEAF }], anchor: null, issuers: [], trust: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' },
    `1. leaf ${UNTIL} (also sent, not on the path: 2. leaf ${UNTIL}): not trusted (UNABLE_TO_VERIFY_LEAF_SIGNATURE)`,
  ],
  [
    'no path known, as in observations of earlier versions',
    { chain: [LEAF, STRAY], trust: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' },
    `1. leaf ${UNTIL} ← 2. Stray ${UNTIL}: not trusted (UNABLE_TO_VERIFY_LEAF_SIGNATURE)`,
  ],
];

describe('The chain of a certificate, as a fact', () => {
  for (const [name, shown, expected] of CHAINS)
    it(`with ${name}`, () => {
      const seen = observation([presented('192.0.2.1', LEAF, shown)]);
      const facts = wordsOf(LEAF).facts(LEAF, seen, { now: NOW, say: EN });
      assert.equal(facts.find(({ label }) => label === 'Chain')!.value, expected);
    });
});
