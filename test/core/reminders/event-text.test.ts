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

function linesOf({ body }: { body: string[] }): string[] {
  return body.flatMap((paragraph) => paragraph.split('\n'));
}

function unbroken(body: string[]): string[] {
  return body.map((paragraph) => paragraph.replaceAll('\u00a0', ' '));
}

describe('the body of an event', () => {
  it('says in this order what to do and what is known', () => {
    const targets = ['tls://a.example:443', 'tls://b.example:8443'];
    const overrides = {
      targets,
      owners: ['Ada Lovelace'],
      link: 'https://chat.example',
      message: 'https://chat.example/1',
    };
    const show = { command: 'show a.example', url: null };
    assert.deepEqual(unbroken(event('renew', { ...overrides, show }).body), [
      'Renew this certificate now, install it on every endpoint below, and restart what serves it.',
      'Until: Fri 19 Feb 2027, 13:00 Berlin time\nWhere: a.example and b.example:8443',
      [
        'How to renew it:',
        '1. “Demo CA E7” issued it. I know no public authority of that name, so most likely it is your own: whoever runs it renews it.',
        '2. Make a new key and a request, and have the authority sign it: openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout example.com.key -out example.com.csr -subj "/CN=example.com" -addext "subjectAltName=DNS:example.com,DNS:www.example.com" (OpenSSL)',
        '3. Put it where the web server and the application server read it, on both endpoints, and reload what runs there: nginx -t && systemctl reload nginx (nginx) · openssl pkcs12 -export -in fullchain.pem -inkey privkey.pem -name tomcat -out keystore.p12 && systemctl restart tomcat (Java, Tomcat)',
        '4. See what is presented then: check a.example (here in the chat) · openssl s_client -connect a.example:443 -servername a.example < /dev/null | openssl x509 -noout -enddate -issuer (OpenSSL)',
        '5. Ask whether the authority offers ACME (or EST, SCEP): then the next renewal happens by itself.',
      ].join('\n'),
      'Owner: Ada Lovelace\nOpen the message in the chat: https://chat.example/1\nEverything about it: type “show a.example” there.',
      'Names: example.com and www.example.com\nIssuer: Demo CA E7\nSerial number: 0a1b\nChain: complete and trusted.',
      'This event is kept by certbot for Teams and Slack: it moves when the certificate is renewed, and goes when nobody watches it any more.',
    ]);
  });

  it('says it in German', () => {
    const overrides = { language: 'de' as const, verdict: ['Die Kette ist unvollständig.', 'Der Name passt nicht.'] };
    const body = unbroken(event('expiry', overrides, { renewed: ['tls://b.example:443'] }).body);
    assert.deepEqual(body.slice(0, 2), [
      'Von diesem Zeitpunkt an lehnen Clients dieses Zertifikat ab. Ist es noch in Gebrauch, jetzt erneuern.',
      'Bis: Fr 19. Feb. 2027, 13:00 Uhr Berliner Zeit\nWo: a.example\nBereits erneuert: b.example',
    ]);
    assert.match(body[2]!, /^So wird es erneuert:\n1\. „Demo CA E7“ hat es ausgestellt/);
    assert.deepEqual(body.slice(3), [
      'Namen: example.com und www.example.com\nAussteller: Demo CA E7\nSeriennummer: 0a1b\nKette: Die Kette ist unvollständig. Der Name passt nicht.',
      'Diesen Termin pflegt certbot für Teams und Slack: Er wird verschoben, wenn das Zertifikat erneuert ist, und gelöscht, wenn niemand es mehr überwacht.',
    ]);
    assert.ok(linesOf(event('renew', { language: 'de' })).includes('Kette: vollständig und vertrauenswürdig.'));
  });

  it('leads to a message ready to be sent, where there is such an address', () => {
    const show = { command: 'show a.example', url: 'https://chat.example/?message=show' };
    assert.ok(
      linesOf(event('renew', { show })).includes('Everything about it in the chat: https://chat.example/?message=show'),
    );
  });

  it('names targets that follow one another as ranges, and how many there are', () => {
    const targets = Array.from(
      { length: 18 },
      (_, index) => `tls://app-${String(index + 1).padStart(2, '0')}.example.com:443`,
    );
    const more = ['tls://192.0.2.10:443', 'tls://192.0.2.11:443', 'tls://192.0.2.12:443', 'tls://db.example.com:8443'];
    assert.ok(
      linesOf(event('renew', { targets: [...targets, ...more] })).includes(
        'Where (22): app-01 to app-18.example.com (18), 192.0.2.10 to 192.0.2.12 (3) and db.example.com:8443',
      ),
    );
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
      const body = linesOf(event(kind, { verdict: ['The chain is incomplete.', 'The name does not match.'] }));
      assert.ok(body.includes('Chain: The chain is incomplete. The name does not match.'));
    });

    it(`of kind ${kind} lists up to 200 endpoints and 500 names, then how many more`, () => {
      const targets = Array.from({ length: 201 }, (_, index) => `tls://h${index * 2}.example:443`);
      const dnsNames = Array.from({ length: 503 }, (_, index) => `n${index}.example`);
      const all = linesOf(
        event(kind, { targets: targets.slice(1), certificate: { ...LEAF, dnsNames: dnsNames.slice(3) } }),
      );
      assert.ok(all.some((line) => line.startsWith('Where (200): h2.') && line.endsWith(' and h400.example')));
      assert.ok(all.some((line) => line.startsWith('Names: n3.') && line.endsWith(' and n502.example')));
      const body = linesOf(event(kind, { targets, certificate: { ...LEAF, dnsNames } }));
      assert.ok(body.some((line) => line.startsWith('Where (201): ') && line.endsWith('h398.example and 1 more')));
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
    const planned = event('renew', overrides, { holidays });
    const [subject, body] = [planned.subject, linesOf(planned)];
    assert.ok(subject.startsWith(`Renew certificate: ${host.slice(0, 99)}… (`), subject);
    assert.ok(body.includes(`Where: ${host}`), 'the body has room for all of it');
    assert.ok(body.includes(`Issuer: ${'i'.repeat(199)}…`));
    assert.ok(body.includes(`Chain: ${'f'.repeat(999)}…`));
    assert.ok(body[1]!.endsWith(`(${'h'.repeat(99)}…).`), body[1]);
  });

  it('says so where a certificate has no names', () => {
    assert.ok(linesOf(event('renew', { certificate: { ...LEAF, dnsNames: [] } })).includes('Names: none'));
  });

  it('shows a name in full, however long', () => {
    const name = `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(61)}`;
    assert.ok(linesOf(event('renew', { certificate: { ...LEAF, dnsNames: [name] } })).includes(`Names: ${name}`));
  });

  it('keeps what a certificate, a peer or a holiday smuggles in on its line', () => {
    const evil = 'Evil\r\nDTSTART:20200101\u202e\u2028x';
    const frozen = { holidays: ['X'], verdict: [evil], certificate: { ...LEAF, issuer: evil, dnsNames: [evil] } };
    const everyDay = (_region: string, year: number) =>
      Array.from({ length: 366 }, (_, day) => ({
        date: new Date(Date.UTC(year, 0, 1 + day)).toISOString().slice(0, 10),
        name: evil,
      }));
    const body = linesOf(event('renew', frozen, { holidays: everyDay }));
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
