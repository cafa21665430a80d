import { createHash } from 'node:crypto';
import type { Reminder } from '../../core/ports.ts';
import { createBodyOf, hashIn } from './event.ts';

/** An event of ours as the service holds it. */
export interface StoredCopy {
  id: string;
  etag: string | null;
  /** When the service created it, milliseconds; +Infinity when it did not say. */
  createdAt: number;
  /** Our hash of what we last wrote into it; null when it carries none. */
  hash: string | null;
}

/** Reads one event of an answer; null when it has no id. */
export function storedCopy(event: unknown): StoredCopy | null {
  if (typeof event !== 'object' || event === null) return null;
  const { id, createdDateTime, '@odata.etag': etag } = event as Record<string, unknown>;
  if (typeof id !== 'string' || id === '') return null;
  const createdAt = typeof createdDateTime === 'string' ? Date.parse(createdDateTime) : Number.NaN;
  return {
    id,
    etag: typeof etag === 'string' ? etag : null,
    createdAt: Number.isNaN(createdAt) ? Number.POSITIVE_INFINITY : createdAt,
    hash: hashIn(event),
  };
}

function older(a: StoredCopy, b: StoredCopy): number {
  if (a.createdAt !== b.createdAt) return a.createdAt < b.createdAt ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}

/** Which of several copies stays (the oldest, by id among equals, so that two processes choose alike) and which go. */
export function chooseCopy(copies: StoredCopy[]): { kept: StoredCopy | null; surplus: StoredCopy[] } {
  const [kept, ...surplus] = [...new Map(copies.map((copy) => [copy.id, copy])).values()].toSorted(older);
  return { kept: kept ?? null, surplus };
}

/**
 * The transactionId for an event that replaces a vanished one. A replayed id would get the deleted event back as an answer and create nothing, so it
 * must differ; it is derived (UUID version 8, RFC 9562 section 5.8), so that a repeated attempt at the same replacement has the same one.
 */
export function replacementId(reminderId: string, vanishedEventId: string): string {
  const hex = createHash('sha256').update(`${reminderId}\n${vanishedEventId}`).digest('hex');
  const variant = '89ab'[Number.parseInt(hex[16] ?? '0', 16) % 4];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function transactionIdIn(body: string): string | null {
  try {
    const { transactionId } = JSON.parse(body) as { transactionId?: unknown };
    return typeof transactionId === 'string' ? transactionId : null;
  } catch {
    return null;
  }
}

/**
 * The creating POST for a reminder no event was found of: the body that was perhaps sent before, or a new one, which must be kept before it is sent.
 * When the event it had is gone, a kept body counts only if it was made to replace that very event.
 */
export function planCreation(reminder: Reminder): { body: string; isNew: boolean } {
  const { createBody, eventId } = reminder;
  if (eventId === null) {
    if (createBody !== null) return { body: createBody, isNew: false };
    return { body: createBodyOf(reminder, reminder.transactionId), isNew: true };
  }
  const transactionId = replacementId(reminder.id, eventId);
  if (createBody !== null && transactionIdIn(createBody) === transactionId) return { body: createBody, isNew: false };
  return { body: createBodyOf(reminder, transactionId), isNew: true };
}

/** Our hash in a creating body; null when it cannot be read. */
export function hashInBody(body: string): string | null {
  try {
    return hashIn(JSON.parse(body));
  } catch {
    return null;
  }
}
