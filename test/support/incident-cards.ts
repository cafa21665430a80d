import { randomUUID } from 'node:crypto';
import type { Card } from '../../src/core/card.ts';
import { certificateCause } from '../../src/core/alerts/causes.ts';
import { digestCard, incidentCard, type IncidentPart } from '../../src/core/chat/cards/incident.ts';
import { ALL_OF_MESSAGE, heldCard, incidentActions } from '../../src/core/chat/cards/incident-presses.ts';
import { inZone, sayIn, type Language, type Say } from '../../src/core/language/language.ts';
import { DAY, HOUR } from '../../src/core/time.ts';
import { certificate, NOW } from './certificate-facts.ts';

const MESSAGE = randomUUID();
const ANNA = { id: '29:anna', name: 'Ada Lovelace', since: NOW - HOUR };
const LEAF = certificate('leaf', { notBefore: NOW - 84 * DAY, notAfter: NOW + 6 * DAY });

function rowsOf(hosts: string[], owner = 'Ben Okafor'): IncidentPart['rows'] {
  return hosts.map((host, index) => ({ uri: `tls://${host}:443`, owner, watch: index + 1001 }));
}

function part(given: Partial<IncidentPart>): IncidentPart {
  return {
    cause: certificateCause(LEAF.fingerprint),
    incident: { id: randomUUID(), message: MESSAGE },
    ...{ rows: [], over: [], boundary: null, item: null, findings: [], advice: '', reason: null },
    ...{ isClosed: false, takenBy: null, total: 58 },
    ...given,
  };
}

const boundary = { key: 'urgent', stage: 'urgent' as const, at: NOW };
const ending = { boundary, item: LEAF };

function actionsOf(takenBy: typeof ANNA | null, say: Say): ReturnType<typeof incidentActions> {
  const snoozes = [
    { which: 'tomorrow' as const, at: NOW + 20 * HOUR },
    { which: 'slot' as const, at: NOW + 22 * HOUR },
    { which: 'limit' as const, at: NOW + 4 * DAY },
  ];
  const doable = { incident: ALL_OF_MESSAGE, message: MESSAGE, takenBy, isRenewable: true, snoozes };
  return incidentActions({ ...doable, stage: 'critical', appointments: [NOW + DAY] }, [], { now: NOW, say });
}

/** Messages about several targets, as they are posted and as they look when somebody has them. */
export function incidentCards(language: Language): Record<string, Card> {
  const say = inZone(sayIn(language), 'Europe/Berlin');
  const options = { now: NOW, say, actions: actionsOf(null, say) };
  const several = part({ ...ending, rows: rowsOf(['app-01.example.com', 'app-02.example.com', 'app-03.example.com']) });
  const parts = [
    part({ ...ending, rows: rowsOf(['shop.example.com'], 'Ada Lovelace') }),
    part({ ...ending, rows: rowsOf(['a-long-name-of-a-host.corp.example.com']) }),
    several,
    part({ cause: 'host:db.example.com', rows: rowsOf(['db.example.com']), findings: ['unreachable'] }),
    part({ rows: rowsOf(['api.example.com']), findings: ['wrong-name'], takenBy: ANNA.name }),
    part({ ...ending, boundary: null, over: rowsOf(['www.example.com']), isClosed: true }),
  ];
  const held = { takenBy: ANNA, snoozedUntil: null, installsAt: NOW + DAY, booked: null };
  const taken = digestCard(
    parts.map(({ incident: _incident, ...one }) => ({ ...one, takenBy: null })),
    { ...options, actions: actionsOf(ANNA, say) },
  );
  return {
    digest: digestCard(parts, options),
    'a digest that somebody has': heldCard(taken, held, options),
    'one certificate on several': incidentCard({ ...several, over: rowsOf(['app-04.example.com']) }, options),
  };
}
