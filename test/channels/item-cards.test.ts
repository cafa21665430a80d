import assert from 'node:assert/strict';
import { adaptiveCard } from '../../src/channels/teams/cards.ts';
import { messageOf } from '../../src/channels/slack/blocks.ts';
import type { Card, CardAction, Mention } from '../../src/core/card.ts';
import type { AlertItem } from '../../src/core/alerts/alerts.ts';
import type { Look } from '../../src/core/alerts/findings.ts';
import type { AddressResult, Certificate, Observation } from '../../src/core/certificates/certificate.ts';
import type { Item } from '../../src/core/certificates/item.ts';
import { boundaries } from '../../src/core/certificates/stages.ts';
import { advance } from '../../src/core/certificates/state.ts';
import { judgeAll } from '../../src/core/certificates/verdict.ts';
import { alertCard } from '../../src/core/chat/cards/alert.ts';
import { nextAlertFact } from '../../src/core/chat/cards/lifetime.ts';
import { observationCard, watchedFact, type Extra } from '../../src/core/chat/cards/observation.ts';
import { inZone, type Say } from '../../src/core/language/language.ts';
import { DAY, ENDLESS, HOUR, UNDATED } from '../../src/core/time.ts';
import { certificate, DE, EN, failed, NOW, observation, presented } from '../support/certificate-facts.ts';
import { adaptiveFaults, slackFaults } from '../support/card-rules.ts';

/** 253 characters, the most that DNS has (RFC 1035, 2.3.4). */
const LONG = [63, 63, 63, 53].map((length, index) => 'abcd'[index]!.repeat(length)).join('.') + '.example';
const SIXTEEN = Array.from({ length: 16 }, (_, index) => `2001:db8:aaaa:bbbb:cccc:dddd:eeee:${index + 10}`);
const HUNDRED = Array.from({ length: 100 }, (_, index) => `host-${index}.example.com`);
const FEW = ['192.0.2.1', '192.0.2.2'];

/** What the look is at: a name, the names of its certificate, its addresses. */
interface Scene {
  host: string;
  names: string[];
  addresses: string[];
}

const SCENES: Record<string, Scene> = {
  'an ordinary name': { host: 'shop.example.com', names: ['shop.example.com', 'www.example.com'], addresses: FEW },
  'a name of 253 characters': { host: LONG.slice(-253), names: [LONG.slice(-253)], addresses: FEW },
  'a hundred names and sixteen addresses': { host: 'host-0.example.com', names: HUNDRED, addresses: SIXTEEN },
};

function leafOf({ names }: Scene, overrides: Partial<Certificate> = {}): Certificate {
  return certificate('leaf', { subject: names[0]!, dnsNames: names, notAfter: NOW + 112 * DAY, ...overrides });
}

const renewedOf = (scene: Scene): Certificate =>
  certificate('renewed', { subject: scene.names[0]!, dnsNames: scene.names, notBefore: NOW, notAfter: NOW + 90 * DAY });

function seenAt({ host }: Scene, addresses: AddressResult[]): Observation {
  return observation(addresses, { uri: `tls://${host}:443` });
}

const everywhere = (
  { addresses }: Scene,
  leaf: Certificate,
  more: Parameters<typeof presented>[2] = {},
): AddressResult[] => addresses.map((address) => presented(address, leaf, more));

/** What addresses show, by what is said of it. */
const SEEN: [string, (scene: Scene) => AddressResult[]][] = [
  ['fine', (scene) => everywhere(scene, leafOf(scene))],
  ['due', (scene) => everywhere(scene, leafOf(scene, { notAfter: NOW + 9 * DAY }))],
  ['urgent', (scene) => everywhere(scene, leafOf(scene, { notAfter: NOW + 4 * DAY }))],
  ['critical', (scene) => everywhere(scene, leafOf(scene, { notAfter: NOW + 25 * HOUR }))],
  ['expired', (scene) => everywhere(scene, leafOf(scene, { notAfter: NOW - HOUR }))],
  ['endless', (scene) => everywhere(scene, leafOf(scene, { notAfter: ENDLESS }))],
  ['undated', (scene) => everywhere(scene, leafOf(scene, { notAfter: UNDATED, notBefore: UNDATED }))],
  ['not yet valid', (scene) => everywhere(scene, leafOf(scene, { notBefore: NOW + HOUR }))],
  ['never valid', (scene) => everywhere(scene, leafOf(scene, { notBefore: NOW + HOUR, notAfter: NOW - HOUR }))],
  ['wrong', (scene) => everywhere(scene, leafOf(scene, { dnsNames: HUNDRED }), { nameMatches: false })],
  [
    'wrong in many ways',
    (scene) =>
      everywhere(scene, leafOf(scene), {
        nameMatches: false,
        trust: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
        protocol: 'TLSv1',
        disordered: true,
        brokenOff: { said: 'alert internal error' },
      }),
  ],
  [
    'partly renewed',
    (scene) =>
      scene.addresses.map((address, index) => presented(address, index % 2 ? leafOf(scene) : renewedOf(scene))),
  ],
  [
    'of two kinds of keys',
    (scene) =>
      everywhere(scene, leafOf(scene), {
        other: presented('', leafOf(scene, { fingerprint: 'f'.repeat(64), key: 'RSA 2048' })),
        asksCertificate: true,
        clientCertificate: true,
      }),
  ],
  ['silent', ({ addresses }) => addresses.map((address) => failed(address, 'timeout'))],
  ['not TLS', ({ addresses }) => addresses.map((address) => failed(address, 'not-tls'))],
  [
    'out of sight in part',
    (scene) =>
      scene.addresses.map((address, index) =>
        index === 0 ? presented(address, leafOf(scene)) : failed(address, index % 2 ? 'no-route' : 'refused'),
      ),
  ],
  ['no name', () => []],
];

const actions: CardAction[] = [
  { kind: 'execute', label: 'Look again now', action: { name: 'show', data: { watch: 1 } }, style: 'positive' },
  { kind: 'execute', label: 'Book a slot', action: { name: 'book-slots', data: { watch: 1 } } },
  { kind: 'open', label: 'Add to Outlook', url: 'https://outlook.example/', isRare: true },
];

const LANGUAGES: [string, Say][] = [
  ['English', inZone(EN, 'Europe/Berlin')],
  ['German', inZone(DE, 'Europe/Berlin')],
];

function assertKeepsRules(card: Card): void {
  const adaptive = adaptiveCard(card, '00000000-0000-0000-0000-000000000000');
  assert.deepEqual(adaptiveFaults(adaptive), []);
  const { text, blocks } = messageOf(card, { isMentioning: false }) as { text: string; blocks: object[] };
  assert.deepEqual(slackFaults({ text, blocks }), []);
}

function observed(scene: Scene, addresses: AddressResult[], say: Say, extra: Extra): Card {
  return observationCard(seenAt(scene, addresses), { policy: null, now: NOW, say }, { actions, ...extra });
}

for (const [language, say] of LANGUAGES)
  for (const [about, scene] of Object.entries(SCENES))
    describe(`cards of ${about}, in ${language}, keep the rules of the family`, () => {
      const context = { policy: null, now: NOW, say };
      const watched = watchedFact({ createdAt: NOW - DAY }, 'Ada Lovelace', context);
      for (const [name, see] of SEEN)
        it(`where it is ${name}`, () => {
          const leaf = leafOf(scene);
          assertKeepsRules(observed(scene, see(scene), say, { footnote: say('check.once', { typed: scene.host }) }));
          assertKeepsRules(observed(scene, see(scene), say, { watching: 'new', facts: nextAlertFact(leaf, context) }));
          assertKeepsRules(observed(scene, see(scene), say, { watching: 'already', details: [watched] }));
          assertKeepsRules(observed(scene, see(scene), say, { watching: 'shown', details: [watched] }));
        });

      const owner: Mention = { kind: 'person', id: '29:ada', name: 'Ada Lovelace' };

      function lookAt(addresses: AddressResult[], leaves: Certificate[]): Look {
        const certificates = new Map<string, Item>(leaves.map((one) => [one.fingerprint, one]));
        const before = advance(null, seenAt(scene, everywhere(scene, leaves[0]!)), certificates);
        const seen = seenAt(scene, addresses);
        return { observation: seen, ...advance(before.state, seen, certificates), certificates };
      }

      function assertAlert(items: AlertItem[], look: Look, now = NOW): void {
        const options = { now, policy: null, actions, say, owner: 'Ada Lovelace' };
        assertKeepsRules(alertCard(items, look, { ...options, mentions: [owner] }));
        assertKeepsRules(alertCard(items, look, options));
      }

      const leaf = leafOf(scene);
      const renewed = renewedOf(scene);
      const healthy = lookAt(everywhere(scene, leaf), [leaf]);

      for (const boundary of boundaries(leaf, null))
        it(`in the alert of the stage ${boundary.stage}`, () =>
          assertAlert([{ kind: 'stage', boundary, certificate: leaf }], healthy, boundary.at));

      it('in the alert of a renewal, also with names that were lost', () => {
        const look = lookAt(everywhere(scene, renewed), [leaf, renewed]);
        const replaced: AlertItem = { kind: 'renewed', from: leaf, to: renewed };
        assertAlert([{ kind: 'renewed', from: null, to: renewed }], look);
        assertAlert([replaced], look);
        assertAlert([replaced, { kind: 'lost-names', names: scene.names }], look);
        assertAlert([replaced, { kind: 'lost-uses', uses: ['clientAuth', '1.2.3.4.5.6.7.8.9.10'] }], look);
        assertAlert([{ ...replaced, twin: { ...leaf, key: 'RSA 2048' } } as AlertItem], look);
        assertAlert([{ kind: 'renewed', from: { ...renewed, issuer: 'Other' } as Certificate, to: leaf }], healthy);
      });

      it('in the alert of every finding', () => {
        for (const [, see] of SEEN) {
          const addresses = see(scene);
          const look = lookAt(addresses, [leaf, renewed]);
          const codes = judgeAll(look.observation, scene.host, NOW, say).keys();
          for (const finding of codes)
            assertAlert([{ kind: 'finding', finding, sentence: '', advice: '', dated: false }], look);
        }
      });

      it('in the alert of what is silent, in part, or again there', () => {
        const finding = { kind: 'finding', sentence: 'It is so.', advice: 'Look at it.', dated: false } as const;
        const down = lookAt(
          scene.addresses.map((address) => failed(address, 'refused')),
          [leaf],
        );
        assertAlert([{ ...finding, finding: 'unreachable' }], down);
        assertAlert([{ ...finding, finding: `address:${scene.addresses[0]}` }], healthy);
        assertAlert([{ kind: 'fixed', finding: 'unreachable' }], healthy);
        assertAlert([{ kind: 'fixed', finding: 'incomplete-chain' }], healthy);
        const partly = SEEN.find(([name]) => name === 'partly renewed')![1](scene);
        assertAlert([{ ...finding, finding: 'partly-renewed' }], lookAt(partly, [leaf, renewed]));
      });
    });
