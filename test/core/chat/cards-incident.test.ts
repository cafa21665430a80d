import assert from 'node:assert/strict';
import { digestCard, incidentCard, type IncidentPart } from '../../../src/core/chat/cards/incident.ts';
import { sayIn, type Say } from '../../../src/core/language/language.ts';
import { spaced } from '../../support/card-texts.ts';
import { certificate, NOW } from '../../support/certificate-facts.ts';

const EN = sayIn('en');
const DE = sayIn('de');
const LEAF = certificate('leaf');

function rows(number: number): IncidentPart['rows'] {
  return Array.from({ length: number }, (_, index) => ({ uri: `tls://host-${index}.example:443`, owner: '' }));
}

function partOf(given: Partial<IncidentPart>): IncidentPart {
  const plain = {
    boundary: null,
    item: null,
    findings: ['unreachable'],
    advice: '',
    reason: null,
    takenBy: null,
    total: 111,
  };
  return { cause: 'host:host-0.example', rows: [], over: [], isClosed: false, ...plain, ...given };
}

describe('the summary of an incident', () => {
  const ofCertificate = { cause: 'certificate:leaf', item: LEAF, findings: [], isClosed: true };
  const boundary = { key: 'notice', stage: 'notice' as const, at: NOW };
  const ending = { ...ofCertificate, boundary, isClosed: false };
  const cases: [string, Partial<IncidentPart>, string, string][] = [
    [
      'renewed on several',
      { ...ofCertificate, over: rows(6) },
      'Renewed: 6 targets present the new certificate',
      'Erneuert: 6 Ziele zeigen das neue Zertifikat',
    ],
    [
      'renewed on one',
      { ...ofCertificate, over: rows(1) },
      'Renewed: host-0.example presents the new certificate',
      'Erneuert: host-0.example zeigt das neue Zertifikat',
    ],
    [
      'reachable again',
      { over: rows(3), isClosed: true },
      'Fixed: 3 targets can be reached again',
      'Behoben: 3 Ziele wieder erreichbar',
    ],
    [
      'mended',
      { over: rows(2), isClosed: true, findings: ['wrong-name'] },
      'Fixed: 2 targets in order again',
      'Behoben: 2 Ziele wieder in Ordnung',
    ],
    [
      'about to end on several',
      { ...ending, rows: rows(3) },
      'Notice: 3 targets share one certificate, which expires in 60 days, 21 Jan 2027',
      'Hinweis: 3 Ziele mit demselben Zertifikat: es läuft ab in 60 Tagen, 21. Jan. 2027',
    ],
    [
      'about to end on the last of several',
      { ...ending, rows: rows(1), over: rows(2) },
      'Notice: host-0.example expires in 60 days, 21 Jan 2027',
      'Hinweis: host-0.example läuft in 60 Tagen ab, 21. Jan. 2027',
    ],
    [
      'wrong with several',
      { rows: rows(2), findings: ['wrong-name'] },
      'Something is wrong: 2 targets, one cause: wrong name',
      'Etwas stimmt nicht: 2 Ziele, eine Ursache: falscher Name',
    ],
    [
      'wrong with one alone',
      { rows: rows(1), findings: ['wrong-name'] },
      'Something is wrong: host-0.example: wrong name',
      'Etwas stimmt nicht: host-0.example: falscher Name',
    ],
    [
      'there no more, and not closed yet',
      { over: rows(3) },
      'Fixed: 3 targets can be reached again',
      'Behoben: 3 Ziele wieder erreichbar',
    ],
  ];
  for (const [name, part, english, german] of cases)
    it(`says what is ${name}`, () => {
      const summary = (say: Say): string => spaced(incidentCard(partOf(part), { now: NOW, say }).summary);
      assert.equal(summary(EN), english);
      assert.equal(summary(DE), german);
    });
});

describe('what to do about an incident', () => {
  const ofCertificate = { cause: 'certificate:leaf', item: LEAF, findings: [] };
  const taskOf = (stage: 'notice' | 'expired', number: number, say: Say): string =>
    incidentCard(partOf({ ...ofCertificate, boundary: { key: stage, stage, at: NOW }, rows: rows(number) }), {
      now: NOW,
      say,
    }).todo!.task;
  const cases: ['notice' | 'expired', number, string, string][] = [
    ['notice', 2, 'Renew it and install it on all of them.', 'Erneuern und auf allen installieren.'],
    ['notice', 1, 'Renew it and install it.', 'Erneuern und installieren.'],
    [
      'expired',
      1,
      'Clients refuse it now. Install a new certificate at once.',
      'Clients lehnen es jetzt ab. Sofort ein neues Zertifikat installieren.',
    ],
  ];
  for (const [stage, number, english, german] of cases)
    it(`names all of them where there are several: ${stage}, ${number}`, () => {
      assert.equal(taskOf(stage, number, EN), english);
      assert.equal(taskOf(stage, number, DE), german);
    });
});

describe('the summary of several', () => {
  const down = partOf({ rows: rows(1) });
  const back = partOf({ over: rows(1) });
  const cases: [string, IncidentPart[], string, string][] = [
    [
      'of which one is open',
      [down, back],
      'One thing needs attention; host-0.example cannot be reached',
      'Eine Sache braucht Aufmerksamkeit; host-0.example nicht erreichbar',
    ],
    [
      'that are over, with each sentence once',
      [back, back],
      '2 things are over; host-0.example can be reached again',
      '2 Dinge sind vorbei; host-0.example wieder erreichbar',
    ],
  ];
  for (const [name, parts, english, german] of cases)
    it(`counts those ${name}`, () => {
      assert.equal(digestCard(parts, { now: NOW, say: EN }).summary, english);
      assert.equal(digestCard(parts, { now: NOW, say: DE }).summary, german);
    });
});

describe('the owner in an incident', () => {
  const owned = (...owners: string[]): IncidentPart['rows'] =>
    owners.map((owner, index) => ({ uri: `tls://host-${index}.example:443`, owner }));
  const anna = { kind: 'person' as const, id: 'u1', name: 'Anna' };
  const cases: [string, { owners: string[]; isMentioned: boolean; facts: string[]; subs: string[] }][] = [
    ['said once where all are of one', { owners: ['Anna', 'Anna'], isMentioned: false, facts: ['Anna'], subs: [] }],
    ['not said where that one is mentioned', { owners: ['Anna', 'Anna'], isMentioned: true, facts: [], subs: [] }],
    [
      'in each row where they differ',
      { owners: ['Anna', 'Bob'], isMentioned: false, facts: [], subs: ['Anna', 'Bob'] },
    ],
    ['said in the row of the only one', { owners: ['Anna'], isMentioned: false, facts: [], subs: ['Anna'] }],
    ['not said where nobody is', { owners: ['', ''], isMentioned: false, facts: [], subs: [] }],
    [
      'said once of more than have rows',
      { owners: Array(20).fill('Anna'), isMentioned: false, facts: ['Anna'], subs: [] },
    ],
  ];
  for (const [name, { owners, isMentioned, facts, subs }] of cases)
    it(`is ${name}`, () => {
      const mentions = isMentioned ? [anna] : [];
      const card = incidentCard(partOf({ rows: owned(...owners) }), { now: NOW, say: EN, mentions });
      assert.deepEqual(
        (card.facts ?? []).map(({ value }) => value),
        facts,
      );
      assert.deepEqual(
        (card.groups ?? []).flatMap(({ rows: shown = [] }) => shown.flatMap(({ sub }) => sub ?? [])),
        subs,
      );
    });
});
