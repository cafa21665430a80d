import assert from 'node:assert/strict';
import { bulkCard } from '../../../src/core/chat/cards/bulk.ts';
import { alertsPhrase, observationCard } from '../../../src/core/chat/cards/observation.ts';
import { plainText } from '../../../src/core/chat/cards/plain-text.ts';
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

const BERLIN = inZone(EN, 'Europe/Berlin');

describe('the times of a card', () => {
  it('are all in one zone, which is named once', () => {
    const notAfter = Date.UTC(2027, 2, 14, 23, 30);
    const leaf = certificate('leaf', { notBefore: Date.UTC(2026, 10, 30, 23, 15), notAfter });
    const card = observationCard(observation([presented('192.0.2.1', leaf)]), { policy: null, now: NOW, say: BERLIN });
    const text = plainText(card);
    assert.match(text, /^Expires: 2027-03-15 00:30 \(in 112 days\)$/m);
    assert.match(text, /The certificate is not valid before 2026-12-01 00:15\./);
    assert.doesNotMatch(text, /2027-03-14|UTC/, 'the same instant under another date');
    assert.equal(text.match(/Europe\/Berlin/g)!.length, 1);
    assert.match(card.summary, /expires 2027-03-15 /);
  });

  it('name UTC each where no zone is named', () => {
    const card = observationCard(observation([presented('192.0.2.1', certificate('leaf'))]), {
      policy: null,
      now: NOW,
      say: EN,
    });
    assert.match(plainText(card), /Expires: 2027-01-21 12:00 UTC/);
    assert.doesNotMatch(plainText(card), /Time zone/);
  });
});

describe('when alerts of a certificate come', () => {
  const until = (length: number) => certificate('leaf', { notBefore: NOW - 300 * DAY, notAfter: NOW + length });
  const phrases: [string, Parameters<typeof alertsPhrase>[0], Parameters<typeof alertsPhrase>[1], string][] = [
    ['all of them', until(90 * DAY), null, '2027-01-21, 2027-02-13, 2027-02-18, and when it expires'],
    ['those that are left', until(4 * DAY), null, '2026-11-24, and when it expires'],
    ['to the minute where it is near', until(2 * DAY + HOUR), null, '2026-11-22 13:00 UTC, and when it expires'],
    [
      'by thresholds of its own',
      until(90 * DAY),
      thresholds('60d', '12h'),
      '2026-12-22, 2027-02-20 00:00 UTC, and when it expires',
    ],
    ['the last one', until(DAY), null, 'when it expires'],
    ['none any more', until(-HOUR), null, 'none to come, since it has expired'],
    ['none at all', certificate('leaf', { notAfter: ENDLESS }), null, 'none, since it does not expire within 60 years'],
    ['by a rule while it is not known', undefined, thresholds('1d', '90m'), '1 day and 90 minutes before expiry'],
  ];
  for (const [what, leaf, policy, phrase] of phrases)
    it(`is told: ${what}`, () => assert.equal(alertsPhrase(leaf, policy, { now: NOW, say: EN }), phrase));

  it('is told in the zone of the card', () => {
    const leaf = certificate('leaf', { notBefore: NOW - 300 * DAY, notAfter: Date.UTC(2027, 2, 14, 23, 30) });
    assert.match(alertsPhrase(leaf, thresholds('60d'), { now: NOW, say: BERLIN }), /^2027-01-14,/);
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
    assert.ok(observationCard(seen(4 * DAY), options).text!.includes(`▲ ${told} It is time to renew it (urgent).`));
    const over = observationCard(seen(-HOUR), options).text!;
    assert.deepEqual(over.slice(0, 2), [
      '✖ The certificate expired on 2026-11-22 11:00 UTC. Renew it now.',
      `✖ ${told}`,
    ]);
    assert.doesNotMatch(plainText(observationCard(seen(60 * DAY), options)), /was not\./);
  });

  for (const [say, note] of [
    [EN, '▲ urgent: its certificate with the key RSA 2048 was not renewed, the one with EC P-256 was'],
    [DE, '▲ dringend: Das Zertifikat mit dem Schlüssel RSA 2048 wurde nicht erneuert, das mit EC P-256 schon'],
  ] as const)
    it(`tells it in a row of many as well, in ${say.language}`, () => {
      const log = { error: leaveNothingOut } as never;
      const uri = 'tls://example.com:443';
      const row = lookResult({ log }, uri, seen(4 * DAY), { policy: null, now: NOW, outcome: 'already', say });
      assert.equal(row.note, note);
      assert.match(bulkCard([row], say).table!.rows[0]!.cells[1]!.text, /RSA 2048/);
    });
});
