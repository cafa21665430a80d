import assert from 'node:assert/strict';
import { textOf, type Card } from '../../../src/core/card.ts';
import { alertCard } from '../../../src/core/chat/cards/alert.ts';
import { observationCard } from '../../../src/core/chat/cards/observation.ts';
import { problemCard } from '../../../src/core/chat/cards/replies.ts';
import type { AddressResult } from '../../../src/core/certificates/certificate.ts';
import { advance } from '../../../src/core/certificates/state.ts';
import { parseCommand } from '../../../src/core/chat/command.ts';
import { alertItems, effectsOf, overItems, type AlertItem } from '../../../src/core/alerts/alerts.ts';
import { openItems } from '../../../src/core/alerts/causes.ts';
import type { Look } from '../../../src/core/alerts/findings.ts';
import { outlookLink } from '../../../src/core/reminders/outlook-link.ts';
import { boundaries } from '../../../src/core/certificates/stages.ts';
import { defaultWorkingTime, planEvent } from '../../../src/core/reminders/plan-event.ts';
import { enumerate, fullStop, prose, relative } from '../../../src/core/language/wording.ts';
import {
  certificate,
  conversationOf,
  DE,
  failed,
  NOW,
  observation,
  presented,
  watchOf,
} from '../../support/certificate-facts.ts';
import { MINUTE, HOUR, DAY } from '../../../src/core/time.ts';
import { factOf, rowsOf, spaced, textsOf } from '../../support/card-texts.ts';

const FIRST = '192.0.2.1';
const SECOND = '192.0.2.2';
const LEAF = certificate('leaf', { notAfter: NOW + 112 * DAY });
const RENEWED = certificate('renewed', { notBefore: NOW, notAfter: NOW + 200 * DAY });

/** English that slipped through: words that German texts of this product never have. */
const ENGLISH =
  /\b(?:the|is|are|and|expires?|expired|watch(?:es|ed|ing)|issued|certificate|chain|reminder|ago|days?)\b/;

/** What a card shows, with the names and commands in it taken out. */
function assertGerman(card: Card): void {
  assert.equal(card.language, 'de');
  const texts = [
    card.summary,
    card.title,
    card.footnote ?? '',
    ...(card.text ?? []),
    ...(card.facts ?? []).flatMap(({ label, value }) => [label, value]),
    ...(card.groups ?? []).flatMap(({ heading, rows = [] }) => [heading, ...rows.map(({ distance = '' }) => distance)]),
    ...(card.actions ?? []).map(({ label }) => label),
  ];
  for (const text of texts) {
    assert.doesNotMatch(text.replaceAll(/„[^“]*“/g, ''), ENGLISH, text);
    assert.doesNotMatch(text, /\.\.|undefined|null|NaN|`|\(\)| {2}|”/, text);
  }
  for (const line of card.text ?? []) assert.match(line, /[.!?…][“)]*$/, `${line} does not end`);
}

/** The same of a card of one target. */
function assertGermanItem(card: Card): void {
  assert.equal(card.language, 'de');
  for (const text of textsOf(card)) {
    assert.doesNotMatch(text.replaceAll(/„[^“]*“/g, ''), ENGLISH, text);
    assert.doesNotMatch(text, /\.\.|undefined|null|NaN|`|\(\)| {2}|”/, text);
  }
  for (const { label } of [...(card.facts ?? []), ...(card.details ?? [])]) assert.ok(label.length <= 10, label);
}

function lookAt(addresses: AddressResult[]): Look {
  const certificates = new Map([LEAF, RENEWED].map((one) => [one.fingerprint, one]));
  const before = advance(null, observation([presented(FIRST, LEAF), presented(SECOND, LEAF)]), certificates);
  const seen = observation(addresses);
  return { observation: seen, ...advance(before.state, seen, certificates), certificates };
}

describe('in German', () => {
  const times: [number, string][] = [
    [112 * DAY, 'in 112 Tagen'],
    [47 * HOUR, 'in 47 Stunden'],
    [1, 'in 1 Sekunde'],
    [0, 'gerade eben'],
    [-2 * MINUTE, 'vor 2 Minuten'],
    [-21 * DAY, 'vor 21 Tagen'],
  ];
  for (const [offset, words] of times) {
    it(`${offset} ms from now is ${words}`, () => assert.equal(relative(NOW + offset, NOW, DE), words));
  }

  const lists: [string[], string][] = [
    [['a', 'b', 'c'], 'a, b und c'],
    [['a', 'b', 'c', 'd'], 'a, b, c und 1 weitere'],
    [['a', 'b', 'c', 'd', 'e'], 'a, b, c und 2 weitere'],
  ];
  for (const [items, words] of lists) {
    it(`${items.length} items with room for three are “${words}”`, () => {
      assert.equal(enumerate(items, 3, DE), words);
    });
  }

  it('a sentence that ends with a quotation is not ended twice', () => {
    assert.equal(fullStop('Gemeint war „list.“'), 'Gemeint war „list.“');
    assert.equal(prose('`list` eingeben.', DE), '„list“ eingeben.');
  });
});

describe('a German card', () => {
  it('answers `watch` with everything about the certificate', () => {
    const card = observationCard(
      observation([presented(FIRST, LEAF), presented(SECOND, LEAF, { nameMatches: false })]),
      { policy: null, now: NOW, say: DE },
      { watching: 'new' },
    );
    assertGermanItem(card);
    assert.equal(card.title, 'Clients lehnen example.com ab');
    assert.equal(card.state!.word, 'Falscher Name');
    assert.match(card.summary, /^example\.com wird ab jetzt überwacht: falscher Name, gültig bis 14\.\u{a0}Mär/u);
    assert.match(textOf(card.lead!), /^Betrifft 192\.0\.2\.2: Das Zertifikat nennt example\.com, aber/);
    assert.match(card.todo!.task, /^Ein Zertifikat besorgen, .*, genau so geschrieben\.$/);
    assert.equal(card.todo!.then, 'Ab jetzt wird es überwacht: Ich melde, wenn es stimmt.');
    assert.match(factOf(card, 'Gültig ab')!, /^Fr 23\. Okt\.?, 12:00 Uhr/);
    assert.equal(factOf(card, 'Aussteller'), 'Demo CA E7');
    assert.match(factOf(card, 'Kette')!, /^1\. example\.com \(bis 14\. März?\.?\): vertrauenswürdig$/);
    assert.deepEqual(
      rowsOf(card).map(([address, verdict]) => [address, verdict]),
      [
        [SECOND, '✕ falscher Name'],
        [FIRST, '✓ in Ordnung'],
      ],
    );
  });

  it('says that renewal is due, and that a host is down', () => {
    const options = { policy: null, now: NOW, say: DE };
    const due = observationCard(observation([presented(FIRST, { ...LEAF, notAfter: NOW + 4 * DAY })]), options);
    assertGermanItem(due);
    assert.equal(due.title, 'example.com läuft in 4 Tagen ab');
    assert.deepEqual(due.todo, { task: 'Zertifikat erneuern.' });
    assert.match(textOf(due.lead!), / Uhr UTC\. Name und Kette sind in Ordnung\.$/);
    const down = observationCard(observation([failed(FIRST, 'refused')]), options);
    assertGermanItem(down);
    assert.equal(down.title, 'example.com antwortet nicht');
    assert.equal(down.lead, 'Verbindung abgelehnt.');
  });

  const problems: [string, string][] = [
    ['wacth example.com', '„wacth“ ist kein Befehl. War „watch example.com“ gemeint?'],
    [
      'flurb',
      '„flurb“ ist kein Befehl. „help“ zeigt alle Befehle; ein Beispiel für den Anfang ist „watch example.com“.',
    ],
    ['watch', 'Das Ziel fehlt. Zum Beispiel „watch example.com“ eingeben.'],
    ['remind bald', '„bald“ ist weder eine Zeitspanne vor Ablauf'],
    ['show a.example b.example', '„show“ nimmt genau ein Ziel.'],
    ['calendar löschen', '„löschen“ kennt „calendar“ nicht.'],
    [
      `check ${Array.from({ length: 1001 }, (_, index) => `h${index}.example`).join(' ')}`,
      'Eine Nachricht darf höchstens 1.000 Ziele nennen, diese nennt 1.001.',
    ],
  ];
  for (const [text, beginning] of problems) {
    it(`says what is wrong with “${text.slice(0, 40)}”`, () => {
      const command = parseCommand(text, DE);
      assert.ok(command.verb === 'problem');
      const card = problemCard(command.sentence, DE);
      assertGerman(card);
      const shown = card.title === DE('problem.title') ? [] : [card.title];
      const said = [...shown, ...(card.text ?? [])].join(/[?!.]$/.test(card.title) ? ' ' : '. ');
      assert.ok(`${said}.`.startsWith(beginning), said);
    });
  }

  const wrong: [string, string][] = [
    ['*.example.com', '„*.example.com“ ist ein Platzhaltername'],
    ['ops@example.com', '„ops@example.com“ ist eine E-Mail-Adresse.'],
    ['300.1.1.1', '„300.1.1.1“ ist keine vollständige IPv4-Adresse.'],
    ['example.com:99999', 'Der Port „99999“ ist keine Zahl von 1 bis 65535.'],
    ['gopher://example.com', 'Das Schema „gopher://“ kennt dieser Bot nicht.'],
  ];
  for (const [text, beginning] of wrong) {
    it(`says what is wrong with the target ${text}`, () => {
      const command = parseCommand(`watch ${text}`, DE);
      assert.ok(command.verb === 'watch');
      const [target] = command.targets;
      const card = problemCard(target && 'problem' in target ? target.problem : '', DE);
      assertGerman(card);
      const shown = card.title === DE('problem.title') ? [] : [card.title];
      const said = [...shown, ...(card.text ?? [])].join(/[?!.]$/.test(card.title) ? ' ' : '. ');
      assert.ok(`${said}.`.startsWith(beginning), said);
    });
  }
});

describe('a German alert', () => {
  function alert(items: AlertItem[], look: Look, now = NOW): Card {
    const card = alertCard(items, look, { now, policy: null, actions: [], say: DE, owner: 'Ada' });
    assertGermanItem(card);
    return card;
  }

  /** What three looks in a row make of the watch, as items of an alert. */
  function itemsAfter(addresses: AddressResult[], now = NOW): { items: AlertItem[]; look: Look } {
    const look = lookAt(addresses);
    look.state.failures = 3;
    const context = {
      watch: watchOf({ ownerLocale: 'de-DE' }),
      conversation: conversationOf(),
      episodes: [
        { watchId: 1, finding: 'partly-renewed', openedAt: NOW - DAY, cause: 'host:example.com', sureAt: null },
        { watchId: 1, finding: 'self-signed', openedAt: NOW - DAY, cause: 'host:example.com', sureAt: NOW - DAY },
      ],
    };
    const { opened, sure, closed } = effectsOf(look, context, { quiet: false, now, say: DE, twice: 0 });
    const after = [...context.episodes.filter(({ finding }) => sure.includes(finding)), ...opened];
    const options = { now, say: DE, twice: 0 };
    const open = openItems({ state: null, episodes: after }, { certificates: new Map(), policy: null, now });
    const over = overItems(look, 'host:example.com', closed);
    return { items: [...alertItems(look, open, options), ...over], look };
  }

  it('tells of a stage', () => {
    const later = LEAF.notAfter - 7 * DAY;
    const boundary = boundaries(LEAF, null).find(({ key }) => key === 'urgent')!;
    const card = alert([{ kind: 'stage', boundary, certificate: LEAF }], lookAt([presented(FIRST, LEAF)]), later);
    assert.deepEqual(card.state, { symbol: '⚠️', word: 'Dringend' });
    assert.equal(card.title, 'example.com läuft in 7 Tagen ab');
    assert.match(spaced(card.summary), /^Dringend: example\.com läuft in 7 Tagen ab, am So 14\. März?\.? 2027\.$/);
    assert.match(factOf(card, 'Danach')!, /^kritisch, am Fr 12\. März?\.?$/);
    assert.equal(card.todo!.then, 'Ich merke es von selbst.');
  });

  it('tells of expiry', () => {
    const boundary = boundaries(LEAF, null).at(-1)!;
    const look = lookAt([presented(FIRST, LEAF)]);
    const card = alert([{ kind: 'stage', boundary, certificate: LEAF }], look, LEAF.notAfter);
    assert.equal(card.title, 'example.com ist gerade eben abgelaufen');
    assert.match(card.summary, /^Abgelaufen: .* Clients lehnen es jetzt ab\.$/);
    assert.equal(card.todo!.task, 'Jetzt ein neues Zertifikat einspielen.');
  });

  it('tells that a target is unreachable, with the date that stays', () => {
    const { items, look } = itemsAfter([failed(FIRST, 'refused')]);
    const card = alert(items, look);
    assert.equal(card.title, 'example.com antwortet nicht');
    assert.equal(card.lead, '3 Prüfungen nacheinander: Verbindung abgelehnt.');
    assert.match(
      spaced(card.summary),
      /^Nicht erreichbar: example\.com antwortet nicht: Verbindung abgelehnt\. Gültig bis 14\. März?\.? 2027\.$/,
    );
  });

  it('tells of addresses that were left behind, and what is fixed', () => {
    const { items, look } = itemsAfter([presented(FIRST, RENEWED), presented(SECOND, LEAF)]);
    const card = alert(items, look);
    assert.equal(card.title, 'Eine Adresse von example.com ist alt');
    assert.match(
      spaced(card.summary),
      /^Teilweise erneuert: example\.com liefert auf 192\.0\.2\.2 noch das Zertifikat aus, das am 14\. März?\.? 2027 abläuft\.$/,
    );
    assert.deepEqual(card.text, [
      'Behoben: example.com stimmt wieder. Es wird kein selbstsigniertes Zertifikat mehr ausgeliefert, dem hier nicht vertraut wird.',
    ]);
  });

  it('tells of a renewal', () => {
    const card = alert([{ kind: 'renewed', from: LEAF, to: RENEWED }], lookAt([presented(FIRST, RENEWED)]));
    assert.equal(card.state!.word, 'Erneuert');
    assert.equal(card.lead, 'Noch 200 Tage; die Adresse liefert das neue Zertifikat aus.');
    assert.match(card.summary, /Die Adresse liefert das neue Zertifikat aus\.$/);
    assert.equal(factOf(card, 'Geändert'), 'neuer Schlüssel, dieselbe Zertifizierungsstelle, dieselben Namen');
  });

  it('tells that a target is reachable again', () => {
    const card = alert([{ kind: 'fixed', finding: 'unreachable' }], lookAt([presented(FIRST, LEAF)]));
    assert.equal(card.state!.word, 'Wieder erreichbar');
    assert.equal(card.title, 'example.com antwortet');
  });
});

describe('a German event', () => {
  const wanted = {
    certificate: LEAF,
    targets: ['tls://a.example:443', 'tls://b.example:8443'],
    policies: [null],
    language: 'de' as const,
    replaced: [],
    verdict: [],
    link: null,
    holidays: [],
    freezes: [],
  };
  const berlin = defaultWorkingTime('Europe/Berlin');
  const options = { now: NOW, kept: null, chosen: null, holidays: () => [] };

  it('says when to renew', () => {
    const event = planEvent('renew', wanted, berlin, options);
    assert.equal(event.subject, 'Zertifikat erneuern: a.example und 1 weiteres (läuft am 14. März 2027 ab)');
    const lines = event.body.flatMap((paragraph) => paragraph.replaceAll('\u00a0', ' ').split('\n'));
    for (const line of [
      'Dieses Zertifikat jetzt erneuern, auf allen unten genannten Endpunkten installieren und die Dienste, die es ausliefern, neu starten.',
      'Bis: So 14. März 2027, 13:00 Uhr Berliner Zeit',
      'Wo: a.example und b.example:8443',
      'So wird es erneuert:',
      'Namen: example.com und www.example.com',
      'Seriennummer: 0a1b',
    ])
      assert.ok(lines.includes(line), `${line} in ${lines.join('\n')}`);
    for (const line of lines) assert.doesNotMatch(line.replaceAll(/openssl .*|„[^“]*“/g, ''), ENGLISH, line);
  });

  it('says when it expires', () => {
    const event = planEvent('expiry', { ...wanted, targets: ['tls://a.example:443'] }, berlin, options);
    assert.equal(event.subject, 'Zertifikat läuft ab: a.example');
  });

  it('opens in Outlook with its own letters', () => {
    const link = outlookLink(planEvent('expiry', wanted, berlin, options));
    assert.equal(new URL(link).searchParams.get('subject'), 'Zertifikat läuft ab: a.example und 1 weiteres');
  });
});
