import assert from 'node:assert/strict';
import { defaultWorkingTime, planEvent, type PlanOptions } from '../../../src/core/reminders/plan-event.ts';
import type { Certificate } from '../../../src/core/certificates/certificate.ts';
import type { ReminderKind, Wanted } from '../../../src/core/model/reminder.ts';
import { certificate, NOW, thresholds } from '../../support/certificate-facts.ts';
import { none, wantedOf } from '../../support/wanted.ts';
import { HOUR, DAY } from '../../../src/core/time.ts';
import { takenAway } from '../../../src/core/reminders/event-text.ts';
import { outlookLink } from '../../../src/core/reminders/outlook-link.ts';
import { renderEvent } from '../../../src/calendars/ics/feed.ts';
import { makeReminder } from '../../peers/graph/reminder.ts';

const BERLIN = defaultWorkingTime('Europe/Berlin');
const LEAF = certificate('leaf', { notBefore: NOW - DAY, notAfter: NOW + 89 * DAY });
const KINDS = ['renew', 'expiry'] as const;

type Overrides = Partial<Wanted> & { certificate?: Certificate };

function event(kind: ReminderKind, overrides: Overrides = {}, options: Partial<PlanOptions> = {}) {
  const wanted = wantedOf(LEAF, ['tls://a.example:443'], overrides);
  return planEvent(kind, wanted, BERLIN, { now: NOW, holidays: none, kept: null, ...options });
}

describe('the body of an event', () => {
  it('says in this order what to do and what is known', () => {
    assert.deepEqual(event('renew', { targets: ['tls://a.example:443', 'tls://b.example:8443'] }).body, [
      'Renew this certificate now, install it on every endpoint below, and restart what serves it.',
      'Presented by: a.example:443 and b.example:8443',
      'Valid until: 2027-02-19 12:00 UTC',
      'Issuer: Demo CA E7',
      'Names: example.com and www.example.com',
      'Serial number: 0a1b',
      'Chain: complete and trusted.',
      'This event is kept by certbot for Teams and Slack: it moves when the certificate is renewed, and goes when nobody watches it any more.',
    ]);
  });

  it('says it in German', () => {
    const overrides = { language: 'de' as const, verdict: ['Die Kette ist unvollständig.', 'Der Name passt nicht.'] };
    assert.deepEqual(event('expiry', overrides, { renewed: ['tls://b.example:443'] }).body, [
      'Von diesem Zeitpunkt an lehnen Clients dieses Zertifikat ab. Ist es noch in Gebrauch, jetzt erneuern.',
      'Ausgeliefert von: a.example:443',
      'Bereits erneuert: b.example:443',
      'Gültig bis: 2027-02-19 12:00 UTC',
      'Aussteller: Demo CA E7',
      'Namen: example.com und www.example.com',
      'Seriennummer: 0a1b',
      'Kette: Die Kette ist unvollständig. Der Name passt nicht.',
      'Diesen Termin pflegt certbot für Teams und Slack: Er wird verschoben, wenn das Zertifikat erneuert ist, und gelöscht, wenn niemand es mehr überwacht.',
    ]);
    assert.ok(event('renew', { language: 'de' }).body.includes('Kette: vollständig und vertrauenswürdig.'));
  });

  for (const language of ['en', 'de'] as const) {
    it(`says in ${language} of what people take away that it is a copy, and not that it is kept`, () => {
      const kept = event('renew', { language });
      const copy = takenAway(kept);
      assert.deepEqual(copy.body.slice(0, -1), kept.body.slice(0, -1));
      assert.match(
        copy.body.at(-1)!,
        language === 'en' ? /is a copy .* stays as it is/ : /ist die Kopie .* ändert sich nichts/,
      );
      const link = new URL(outlookLink(kept)).searchParams.get('body')!;
      assert.ok(link.endsWith(copy.body.at(-1)!), link);
      const file = renderEvent(makeReminder({ event: kept })).replaceAll('\r\n ', '');
      assert.match(file, language === 'en' ? /is a copy/ : /ist die Kopie/);
      assert.doesNotMatch(file, /it moves|wird verschoben/);
    });
  }

  for (const kind of KINDS) {
    it(`of kind ${kind} says what is wrong with the chain`, () => {
      const { body } = event(kind, { verdict: ['The chain is incomplete.', 'The name does not match.'] });
      assert.ok(body.includes('Chain: The chain is incomplete. The name does not match.'));
    });

    it(`of kind ${kind} lists up to 200 endpoints and 500 names, then how many more`, () => {
      const targets = Array.from({ length: 201 }, (_, index) => `tls://h${index}.example:443`);
      const dnsNames = Array.from({ length: 503 }, (_, index) => `n${index}.example`);
      const all = event(kind, {
        targets: targets.slice(1),
        certificate: { ...LEAF, dnsNames: dnsNames.slice(3) },
      }).body;
      assert.ok(all.some((line) => line.startsWith('Presented by: h1.') && line.endsWith(' and h200.example:443')));
      assert.ok(all.some((line) => line.startsWith('Names: n3.') && line.endsWith(' and n502.example')));
      const { body } = event(kind, { targets, certificate: { ...LEAF, dnsNames } });
      assert.ok(body.some((line) => line.startsWith('Presented by: ') && line.endsWith('h199.example:443 and 1 more')));
      assert.ok(body.some((line) => line.startsWith('Names: ') && line.endsWith('n499.example and 3 more')));
    });
  }

  it('shortens what others named without end: a target, an issuer, a finding, a holiday', () => {
    const host = `${'a'.repeat(60)}.${'b'.repeat(60)}.example`;
    const overrides = {
      targets: [`tls://${host}:443`],
      verdict: ['f'.repeat(1001)],
      certificate: { ...LEAF, issuer: 'i'.repeat(201) },
      holidays: ['X'],
    };
    const holidays = () => [{ date: '2027-01-27', name: 'h'.repeat(101) }];
    const { subject, body } = event('renew', overrides, { holidays });
    assert.ok(subject.startsWith(`Renew certificate: ${host.slice(0, 99)}… (`), subject);
    assert.ok(body.includes(`Presented by: ${host}:443`), 'the body has room for all of it');
    assert.ok(body.includes(`Issuer: ${'i'.repeat(199)}…`));
    assert.ok(body.includes(`Chain: ${'f'.repeat(999)}…`));
    assert.ok(body[1]!.endsWith(`(${'h'.repeat(99)}…).`), body[1]);
  });

  it('says so where a certificate has no names', () => {
    assert.ok(event('renew', { certificate: { ...LEAF, dnsNames: [] } }).body.includes('Names: none'));
  });

  it('shows a name in full, however long', () => {
    const name = `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(61)}`;
    assert.ok(event('renew', { certificate: { ...LEAF, dnsNames: [name] } }).body.includes(`Names: ${name}`));
  });

  it('keeps what a certificate, a peer or a holiday smuggles in on its line', () => {
    const evil = 'Evil\r\nDTSTART:20200101\u202e\u2028x';
    const frozen = { holidays: ['X'], verdict: [evil], certificate: { ...LEAF, issuer: evil, dnsNames: [evil] } };
    const everyDay = (_region: string, year: number) =>
      Array.from({ length: 366 }, (_, day) => ({
        date: new Date(Date.UTC(year, 0, 1 + day)).toISOString().slice(0, 10),
        name: evil,
      }));
    const { body } = event('renew', frozen, { holidays: everyDay });
    assert.ok(body.some((line) => line.startsWith('This falls on a public holiday (Evil')));
    for (const line of body) assert.doesNotMatch(line, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  });
});

describe('the importance of an event', () => {
  const long = certificate('long', { notBefore: NOW - 300 * DAY, notAfter: NOW + 98 * DAY });
  const stages: [string, number, Wanted['policies'], string][] = [
    ['while all is well', 60 * DAY, [null], 'normal'],
    ['in the stage notice', 20 * DAY, [null], 'normal'],
    ['in the stage urgent', 7 * DAY, [null], 'high'],
    ['in the stage critical', DAY, [null], 'high'],
    ['when it has expired', -HOUR, [null], 'high'],
    ['when any of several policies says urgent', 20 * DAY, [null, thresholds('60d', '30d', '1d')], 'high'],
    ['without a policy', 7 * DAY, [], 'high'],
  ];
  for (const [when, before, policies, importance] of stages) {
    it(`of kind renew is ${importance} ${when}`, () => {
      const now = long.notAfter - before;
      assert.equal(event('renew', { certificate: long, policies }, { now }).importance, importance);
    });
  }

  it('of kind expiry is high always', () => {
    assert.equal(event('expiry', { certificate: long }, { now: NOW - 200 * DAY }).importance, 'high');
  });
});

describe('an event', () => {
  for (const kind of KINDS) {
    it(`of kind ${kind} links to the conversation, where there is an address of it`, () => {
      assert.equal(event(kind).link, null);
      const link = 'https://teams.microsoft.com/l/channel/19%3Aabc/x';
      assert.deepEqual(event(kind, { link }).link, { text: 'Open the conversation', url: link });
      assert.deepEqual(event(kind, { link, language: 'de' }).link, { text: 'Unterhaltung öffnen', url: link });
    });

    it(`of kind ${kind} shows as free, unless a person chose otherwise`, () => {
      assert.equal(event(kind).showAs, 'free');
      const start = Date.UTC(2027, 0, 12, 9, 30);
      const chosen = event(
        kind,
        { freezes: [{ from: '2027-01-01', to: '2027-12-31' }] },
        { chosen: { start, showAs: 'busy' } },
      );
      assert.equal(chosen.showAs, 'busy');
      assert.equal(chosen.start, start);
      assert.equal(chosen.end, start + HOUR / 2);
      assert.equal(chosen.reminderMinutes, 15);
      assert.ok(!chosen.body.some((line) => /Moved|falls/.test(line)));
    });
  }

  const chosen: [string, number, number][] = [
    ['at the start of work rings when it begins', Date.UTC(2027, 0, 12, 8), 0],
    ['ten minutes later rings not before', Date.UTC(2027, 0, 12, 8, 10), 10],
    ['on a Sunday rings a quarter of an hour before', Date.UTC(2027, 0, 10, 12), 15],
    ['in the past rings at once', NOW - DAY, 0],
  ];
  for (const [what, start, minutes] of chosen) {
    it(`that a person put ${what}`, () => {
      assert.equal(event('renew', {}, { chosen: { start, showAs: 'free' } }).reminderMinutes, minutes);
    });
  }
});
