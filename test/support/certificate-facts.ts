import type {
  Certificate,
  Failed,
  FailureCode,
  Observation,
  Presented,
} from '../../src/core/certificates/certificate.ts';
import { sayIn } from '../../src/core/language/language.ts';
import { parseThreshold, type Threshold } from '../../src/core/certificates/stages.ts';
import type { Conversation } from '../../src/core/model/conversation.ts';
import type { Watch } from '../../src/core/model/watch.ts';
import { DAY } from '../../src/core/time.ts';

/** The languages of tests: most expectations are English. */
export const EN = sayIn('en');
export const DE = sayIn('de');

/** 2026-11-22T12:00:00Z, a Sunday. */
export const NOW = Date.UTC(2026, 10, 22, 12);

/** For tests in which nothing may be left out. */
export function leaveNothingOut(error: unknown): never {
  throw error;
}

/** A certificate as core sees it; valid from 30 days ago for 90 days unless told otherwise. */
export function certificate(name: string, overrides: Partial<Certificate> = {}): Certificate {
  return {
    fingerprint: Buffer.from(name).toString('hex').padEnd(64, '0').slice(0, 64),
    spki: Buffer.from(`key of ${name}`).toString('hex').padEnd(64, '0').slice(0, 64),
    subject: 'example.com',
    issuer: 'Demo CA E7',
    serialNumber: '0a1b',
    notBefore: NOW - 30 * DAY,
    notAfter: NOW + 60 * DAY,
    dnsNames: ['example.com', 'www.example.com'],
    ipAddresses: [],
    key: 'EC P-256',
    selfSigned: false,
    ...overrides,
  };
}

export function presented(address: string, leaf: Certificate, overrides: Partial<Presented> = {}): Presented {
  return {
    kind: 'presented',
    address,
    protocol: 'TLSv1.3',
    chain: [leaf],
    trust: 'trusted',
    nameMatches: true,
    ...overrides,
  };
}

export function failed(address: string, code: FailureCode): Failed {
  return { kind: 'failed', address, failure: { code } };
}

export function observation(addresses: Observation['addresses'], overrides: Partial<Observation> = {}): Observation {
  const empty = addresses.length === 0 ? { failure: { code: 'name-not-found' as const } } : {};
  return { uri: 'tls://example.com:443', at: NOW, duration: 20, addresses, ...empty, ...overrides };
}

export function watchOf(overrides: Partial<Watch> = {}): Watch {
  return {
    id: 1,
    conversationId: 'teams:19:ops',
    targetId: 1,
    uri: 'tls://example.com:443',
    ownerId: '29:alice',
    ownerName: 'Alice',
    ownerMailbox: null,
    ownerTimeZone: null,
    ownerLocale: null,
    ownerTenantId: null,
    policy: null,
    createdAt: NOW,
    createdBy: 'teams:1',
    ...overrides,
  };
}

export function conversationOf(overrides: Partial<Conversation> = {}): Conversation {
  return {
    id: 'teams:19:ops',
    channel: 'teams',
    kind: 'channel',
    tenantId: null,
    name: null,
    reference: {},
    createdAt: NOW,
    goneAt: null,
    closedAt: null,
    warnedAt: null,
    policy: null,
    settings: {},
    ...overrides,
  };
}

export function thresholds(...texts: string[]): Threshold[] {
  return texts.map((text) => {
    const threshold = parseThreshold(text);
    if (!threshold) throw new Error(`no threshold: ${text}`);
    return threshold;
  });
}
