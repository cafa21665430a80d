import assert from 'node:assert/strict';
import { textOf } from '../../../src/core/card.ts';
import { bulkCard } from '../../../src/core/chat/cards/bulk.ts';
import { alertsPhrase, observationCard } from '../../../src/core/chat/cards/observation.ts';
import { zonedOnce } from '../../../src/core/chat/cards/zone-once.ts';
import { shortInstant } from '../../../src/core/language/dates.ts';
import { inZone } from '../../../src/core/language/language.ts';
import { lookResult } from '../../../src/flows/chat/commands/bulk.ts';
import { ENDLESS, DAY, HOUR } from '../../../src/core/time.ts';
import {
  certificate,
  DE,
  EN,
  leaveNothingOut,
  NOW,
  observation,
  presented,
  thresholds,
} from '../../support/certificate-facts.ts';
import { factOf, spaced, textsOf } from '../../support/card-texts.ts';

const EN_SENTENCE = 'The certificate is not valid before Tue\u{a0}1\u{a0}Dec\u{a0}2026, 00:15 Berlin\u{a0}time.';
const BERLIN = inZone(EN, 'Europe/Berlin');

describe('the times of a card', () => {
  it('are all in one zone, which is named once', () => {
    const notAfter = Date.UTC(2027, 2, 14, 23, 30);
    const leaf = certificate('leaf', { notBefore: Date.UTC(2026, 10, 30, 23, 15), notAfter });
    const card = observationCard(observation([presented('192.0.2.1', leaf)]), { policy: null, now: NOW, say: BERLIN });
    const texts = textsOf(card).map(spaced);
    assert.equal(textOf(card.lead!), EN_SENTENCE);
    assert.equal(factOf(card, 'Expires'), '15 Mar, in 112 days');
    assert.ok(texts.includes('Mon 15 Mar, 00:30'), texts.join('\n'));
    assert.doesNotMatch(texts.join('\n'), /14 Mar|UTC/, 'the same instant under another date');
    assert.equal(
      texts
        .slice(1)
        .join('\n')
        .match(/Berlin/g)!.length,
      1,
    );
    assert.match(spaced(card.summary), /until 15 Mar 2027/);
  });

  it('are in UTC where no zone is named, which is said once as well', () => {
    const card = observationCard(observation([presented('192.0.2.1', certificate('leaf'))]), {
      policy: null,
      now: NOW,
      say: EN,
    });
    assert.equal(factOf(card, 'Expires'), 'Thu 21 Jan, 12:00 UTC');
    assert.equal(textsOf(card).join('\n').match(/UTC/g)!.length, 1);
  });

  it('of which there are none need no zone', () => {
    const card = { ...observationCard(observation([]), { policy: null, now: NOW, say: BERLIN }) };
    assert.doesNotMatch(textsOf(card).join('\n'), /Berlin/);
  });

  it('name the zone in the first line of several that tell a time', () => {
    const at = shortInstant(NOW, { now: NOW, say: BERLIN });
    const fact = { label: 'A', value: `${at}, in Outlook` };
    const card = {
      language: 'en',
      summary: 'S.',
      title: 'T',
      tone: 'good',
      facts: [fact, fact],
      details: [fact],
    } as const;
    const named = zonedOnce({ ...card, facts: [...card.facts], details: [...card.details] }, BERLIN);
    assert.deepEqual(
      [...named.facts!, ...named.details!].map(({ value }) => spaced(value)),
      ['Sun 22 Nov, 13:00 Berlin time, in Outlook', 'Sun 22 Nov, 13:00, in Outlook', 'Sun 22 Nov, 13:00, in Outlook'],
    );
    assert.equal(zonedOnce(named, BERLIN), named);
  });
});

describe('when alerts of a certificate come', () => {
  const until = (length: number) => certificate('leaf', { notBefore: NOW - 300 * DAY, notAfter: NOW + length });
  const phrases: [string, Parameters<typeof alertsPhrase>[0], Parameters<typeof alertsPhrase>[1], string][] = [
    ['all of them', until(90 * DAY), null, '21 Jan; 13 Feb; 18 Feb, and when it expires'],
    ['those that are left', until(4 * DAY), null, 'Tue 24 Nov, and when it expires'],
    ['to the minute where it is near', until(2 * DAY + HOUR), null, 'Sun 22 Nov, 13:00, and when it expires'],
    [
      'by thresholds of its own',
      until(90 * DAY),
      thresholds('60d', '12h'),
      'Tue 22 Dec; Sat 20 Feb, 00:00, and when it expires',
    ],
    ['the last one', until(DAY), null, 'when it expires'],
    ['none any more', until(-HOUR), null, 'none to come, since it has expired'],
    ['none at all', certificate('leaf', { notAfter: ENDLESS }), null, 'none, since it does not expire within 60 years'],
    ['by a rule while it is not known', undefined, thresholds('1d', '90m'), '1 day and 90 minutes before expiry'],
  ];
  for (const [what, leaf, policy, phrase] of phrases)
    it(`is told: ${what}`, () => assert.equal(spaced(alertsPhrase(leaf, policy, { now: NOW, say: EN })), phrase));

  it('is told in the zone of the card', () => {
    const leaf = certificate('leaf', { notBefore: NOW - 300 * DAY, notAfter: Date.UTC(2027, 2, 14, 23, 30) });
    assert.match(alertsPhrase(leaf, thresholds('60d'), { now: NOW, say: BERLIN }), /^Thu\u{a0}14\u{a0}Jan,/u);
  });
});

describe('a server with two certificates, of which one was renewed', () => {
  const shown = { protocol: 'TLSv1.3', trust: 'trusted', nameMatches: true };
  const old = (length: number) => certificate('old', { key: 'RSA 2048', notAfter: NOW + length });
  const fresh = certificate('fresh', { notBefore: NOW - DAY, notAfter: NOW + 89 * DAY });
  const seen = (length: number) =>
    observation([presented('192.0.2.1', fresh, { other: { ...shown, chain: [old(length)] } })]);
  const options = { policy: null, now: NOW, say: EN };

  it('tells which of them is due, and of both where both are fine nothing', () => {
    const told =
      'Of its two certificates the one with the key EC P-256 was renewed, and the one with the key RSA 2048 was not.';
    const due = observationCard(seen(4 * DAY), options);
    assert.equal(due.title, 'example.com expires in 4 days');
    assert.equal(spaced(textOf(due.lead!)), `Thu 26 Nov, 12:00 UTC. Name and chain are good. ${told}`);
    assert.equal(due.todo!.task, 'Renew the certificate with the key RSA 2048 as well.');
    const over = observationCard(seen(-HOUR), options);
    assert.equal(
      spaced(textOf(over.lead!)),
      `Sun 22 Nov, 11:00 UTC. Clients refuse it now. Name and chain are good. ${told}`,
    );
    assert.doesNotMatch(textsOf(observationCard(seen(60 * DAY), options)).join('\n'), /was not\./);
  });

  for (const [say, sentence] of [
    [
      EN,
      'Of its two certificates the one with the key EC P-256 was renewed, and the one with the key RSA 2048 was not.',
    ],
    [
      DE,
      'Von den beiden Zertifikaten des Servers wurde das mit dem Schlüssel EC P-256 erneuert, das mit dem Schlüssel RSA 2048 nicht.',
    ],
  ] as const)
    it(`tells it among many as well, in ${say.language}`, () => {
      const log = { error: leaveNothingOut } as never;
      const uri = 'tls://example.com:443';
      const one = lookResult({ log }, uri, seen(4 * DAY), { policy: null, now: NOW, outcome: 'already', say });
      assert.equal(one.cause!.sentence, sentence);
      assert.match(bulkCard([one], { now: NOW, say }).groups![0]!.rows![0]!.sub!, /RSA 2048/);
    });
});
