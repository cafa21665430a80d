import { NOTHING_TOLD, type Incident } from '../../../src/core/model/incident.ts';
import { createHash, randomUUID } from 'node:crypto';
import type { Card } from '../../../src/core/card.ts';
import type { Certificate, Observation } from '../../../src/core/certificates/certificate.ts';
import { type Instant, MINUTE, DAY } from '../../../src/core/time.ts';
import type { ConversationInput } from '../../../src/core/model/conversation.ts';
import type { Inbound } from '../../../src/core/model/inbound.ts';
import type { ObservationCommit, Watch } from '../../../src/core/model/watch.ts';
import type { OutgoingMessage } from '../../../src/core/model/delivery.ts';
import type { Recipient } from '../../../src/core/model/people.ts';
import type { Reminder } from '../../../src/core/model/reminder.ts';
import type { Store } from '../../../src/core/ports/store.ts';

/** The store under test, made anew for each test. */
export type Use = () => Store;

export const NOW: Instant = Date.UTC(2027, 0, 15, 12);
/** A lease that outlives any test, and one that has run out as soon as it is given. */
export const LONG = 60_000;
export const OVER = -1;

export const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');

export function aConversation(id: string, more: Partial<ConversationInput> = {}): ConversationInput {
  const place = { tenantId: 'tenant', team: null, name: 'Ops', reference: { to: id } };
  return { id, channel: 'teams', kind: 'channel', ...place, ...more };
}

/** What the store adds to a conversation of which nothing else is known. */
export const UNTOUCHED = { createdAt: NOW, goneAt: null, closedAt: null, warnedAt: null, policy: null, settings: {} };

export function anInbound(id: string, conversationId: string, more: Partial<Inbound> = {}): Inbound {
  return {
    id,
    conversation: aConversation(conversationId),
    thread: { messageid: '7' },
    ephemeral: { responseUrl: 'https://chat.example/7' },
    actor: {
      id: 'u1',
      name: 'Ada',
      mailbox: null,
      timeZone: 'Europe/Berlin',
      locale: 'de-DE',
      tenantId: 'tenant',
      notice: { about: 'mailbox', sentence: 'The mailbox is not known.' },
    },
    text: 'watch example.com',
    mentions: [{ id: 'u2', text: '@Grace' }],
    attachments: [
      { name: 'ca.pem', type: 'application/x-pem-file', size: 1200, reference: { url: 'https://files.example/1' } },
    ],
    receivedAt: NOW,
    ...more,
  };
}

export function aCard(summary: string): Card {
  return { summary, title: summary, tone: 'neutral', language: 'en' };
}

export function aMessage(conversationId: string, summary = 'hello', id: string = randomUUID()): OutgoingMessage {
  return { id, conversationId, thread: { messageid: '9' }, card: aCard(summary) };
}

export function aCertificate(name: string): Certificate {
  return {
    fingerprint: hashOf(name),
    spki: hashOf(`key of ${name}`),
    subject: name,
    issuer: 'Test CA',
    serialNumber: '1a2b',
    notBefore: NOW - 30 * DAY,
    notAfter: NOW + 60 * DAY,
    dnsNames: [name],
    ipAddresses: [],
    key: 'EC P-256',
    selfSigned: false,
  };
}

export function anObservation(uri: string, leaf: Certificate, addresses = ['192.0.2.1'], at = NOW): Observation {
  return {
    uri,
    at,
    duration: 12,
    addresses: addresses.map((address) => ({
      kind: 'presented',
      address,
      protocol: 'TLSv1.3',
      chain: [leaf, aCertificate('intermediate')],
      trust: 'trusted',
      nameMatches: true,
    })),
  };
}

export function aCommit(
  targetId: number,
  leaseId: string | null,
  leaf: Certificate,
  more: Partial<ObservationCommit> = {},
): ObservationCommit {
  return {
    targetId,
    leaseId,
    observation: anObservation('tls://example.com:443', leaf),
    state: {
      leaf: leaf.fingerprint,
      leaves: [leaf.fingerprint],
      addresses: { '192.0.2.1': { fingerprint: leaf.fingerprint, failures: 0 } },
      failures: 0,
      answeredAt: NOW,
    },
    dueAt: NOW + 6 * 60 * MINUTE,
    episodesOpened: [],
    episodesSure: [],
    episodesClosed: [],
    marked: [],
    alerted: [],
    ...more,
  };
}

export function anIncident(conversationId: string, more: Partial<Incident> = {}): Incident {
  return {
    ...{ id: randomUUID(), conversationId, cause: 'host:example.com', openedAt: NOW, closedAt: null, how: null },
    ...{
      told: NOTHING_TOLD,
      message: null,
      first: null,
      sentAt: null,
      editedAt: null,
      takenBy: null,
      snoozedUntil: null,
      installsAt: null,
    },
    ...more,
  };
}

export function aReminder(mailbox: string, certificate: string, more: Partial<Reminder> = {}): Reminder {
  const id = more.id ?? randomUUID();
  return {
    id,
    calendar: 'graph',
    mailbox,
    fingerprint: hashOf(certificate),
    kind: 'renew',
    event: {
      subject: `Renew certificate: ${certificate}`,
      start: NOW,
      end: NOW + 30 * MINUTE,
      zone: 'Europe/Berlin',
      zoneName: 'W. Europe Standard Time',
      reminderMinutes: 15,
      body: [],
      targets: ['tls://example.com:443'],
      importance: 'normal',
    },
    basis: 'basis',
    wanted: true,
    writtenHash: null,
    eventId: null,
    etag: null,
    answeredStart: null,
    transactionId: `transaction of ${id}`,
    createBody: null,
    chosen: null,
    deleted: null,
    question: null,
    sequence: 0,
    createdAt: NOW,
    updatedAt: NOW,
    ...more,
  };
}

/** Somebody who is asked for a copy of every reminder of the conversation. */
export function aRecipient(conversationId: string, more: Partial<Recipient> = {}): Recipient {
  return {
    id: randomUUID(),
    conversationId,
    uri: null,
    role: 'copy',
    personId: 'u2',
    name: 'Grace',
    mailbox: 'grace',
    timeZone: 'Europe/Paris',
    locale: 'fr',
    tenantId: 'tenant',
    state: 'asked',
    askedBy: 'Ada',
    askedAt: NOW,
    ...more,
  };
}

/** Makes the conversation and lets it watch the target; returns the watch. */
export async function watchIn(
  store: Store,
  conversationId: string,
  uri: string,
  more: Partial<Watch> = {},
  conversation: Partial<ConversationInput> = {},
): Promise<Watch> {
  await store.rememberConversation(aConversation(conversationId, conversation), NOW);
  const target = await store.ensureTarget(uri);
  const { watch } = await store.addWatch({
    conversationId,
    targetId: target.id,
    uri,
    ownerId: 'u1',
    ownerName: 'Ada',
    ownerMailbox: 'ada@contoso.example',
    ownerTimeZone: 'Europe/Berlin',
    ownerLocale: 'de-DE',
    ownerTenantId: 'tenant',
    policy: null,
    createdAt: NOW,
    createdBy: 'inbound-1',
    ...more,
  });
  return watch;
}

/** Claims messages and reminders due at `now` with a long lease. */
export function claim(store: Store, now = NOW, leaseId: string = randomUUID(), leaseMs = LONG) {
  return store.claimDeliveries(now, 100, leaseId, leaseMs);
}
