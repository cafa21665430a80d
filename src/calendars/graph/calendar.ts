import { DeliveryError } from '../../core/errors.ts';
import type { Calendar, Reminder, WrittenEvent } from '../../core/ports.ts';
import type { WorkingTime } from '../../core/reminder.ts';
import { createGraphClient } from './client.ts';
import type { GraphClientOptions } from './client.ts';
import { copiesPath, eventHash, eventPath, eventReadPath, updateBodyOf } from './event.ts';
import { answerFailure, meansGone } from './failures.ts';
import { chooseCopy, hashInBody, planCreation, storedCopy } from './reconcile.ts';
import type { StoredCopy } from './reconcile.ts';
import { readWorkingTime } from './working-time.ts';

const DEFAULT_TIMEOUT = 15_000;
const MAX_PAGES = 20;
const MAX_UPDATES = 4;

/**
 * Outlook calendars through Microsoft Graph. `timeout` is in milliseconds, for the token and for each call (default 15 s). Nothing is loaded or sent
 * before the first use. Throws Error when `baseUrl` is no https URL; the calendar's methods throw DeliveryError, and what `keep` threw.
 */
export function createGraphCalendar(options: Omit<GraphClientOptions, 'timeout'> & { timeout?: number }): Calendar {
  const { call } = createGraphClient({ ...options, timeout: options.timeout ?? DEFAULT_TIMEOUT });

  async function listCopies({ id, mailbox }: Reminder): Promise<StoredCopy[]> {
    const copies: StoredCopy[] = [];
    let path = copiesPath(id);
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const answer = await call({ method: 'GET', mailbox, path });
      if (answer.status !== 200) throw answerFailure(answer, 'GET');
      const { value, '@odata.nextLink': nextLink } = (answer.body ?? {}) as {
        value?: unknown;
        '@odata.nextLink'?: unknown;
      };
      if (!Array.isArray(value)) {
        throw new DeliveryError('unavailable', 'Microsoft Graph answered with no list of events');
      }
      copies.push(...value.map(storedCopy).filter((copy) => copy !== null));
      if (typeof nextLink !== 'string') return copies;
      path = nextLink;
    }
    throw new DeliveryError('unavailable', 'Microsoft Graph answered with a list of events that does not end');
  }

  async function readCopy(mailbox: string, eventId: string): Promise<StoredCopy | null> {
    const answer = await call({ method: 'GET', mailbox, path: eventReadPath(eventId) });
    if (meansGone(answer)) return null;
    if (answer.status !== 200) throw answerFailure(answer, 'GET');
    return storedCopy(answer.body);
  }

  /**
   * All events of the reminder. One that a person moved to another calendar of the mailbox is not in the list but still found by its id. Before the
   * first POST there can be none, so nothing is asked.
   */
  async function findCopies(reminder: Reminder): Promise<StoredCopy[]> {
    const { eventId, createBody, mailbox } = reminder;
    if (eventId === null && createBody === null) return [];
    const copies = await listCopies(reminder);
    if (eventId === null || copies.some(({ id }) => id === eventId)) return copies;
    const known = await readCopy(mailbox, eventId);
    return known ? [...copies, known] : copies;
  }

  async function deleteCopy(mailbox: string, eventId: string): Promise<void> {
    const answer = await call({ method: 'DELETE', mailbox, path: eventPath(eventId) });
    if (answer.status < 300 && answer.status >= 200) return;
    if (!meansGone(answer)) throw answerFailure(answer, 'DELETE');
  }

  async function create(reminder: Reminder, keep: (createBody: string) => Promise<void>): Promise<StoredCopy> {
    const { body, isNew } = planCreation(reminder);
    if (isNew) await keep(body);
    const answer = await call({ method: 'POST', mailbox: reminder.mailbox, path: '/events', body });
    if (answer.status !== 201 && answer.status !== 200) throw answerFailure(answer, 'POST');
    const created = storedCopy(answer.body);
    if (!created) throw new DeliveryError('ambiguous', 'Microsoft Graph created an event without telling its id');
    // Extended properties come back only where they are expanded, and a POST cannot expand.
    if (isNew) return { ...created, hash: hashInBody(body) };
    // A replayed transaction is answered with its event even when that was deleted since.
    const stored = await readCopy(reminder.mailbox, created.id);
    return stored ?? create({ ...reminder, eventId: created.id }, keep);
  }

  async function update(reminder: Reminder, copy: StoredCopy, hash: string): Promise<WrittenEvent> {
    const { mailbox, event } = reminder;
    const body = updateBodyOf(event);
    let current = copy;
    for (let round = 0; round < MAX_UPDATES; round += 1) {
      const answer = await call({ method: 'PATCH', mailbox, path: eventPath(copy.id), body, ifMatch: current.etag });
      if (answer.status === 200) {
        return { eventId: copy.id, etag: storedCopy(answer.body)?.etag ?? null, hash };
      }
      // Somebody changed it since it was read: 412 by the precondition, 409 by Exchange's own conflict resolution.
      if (answer.status !== 412 && answer.status !== 409) {
        throw meansGone(answer) ? vanished() : answerFailure(answer, 'PATCH');
      }
      const reread = await readCopy(mailbox, copy.id);
      if (!reread) throw vanished();
      if (reread.hash === hash) return { eventId: reread.id, etag: reread.etag, hash };
      current = reread;
    }
    throw new DeliveryError('unavailable', 'The event keeps changing while it is written', { status: 412 });
  }

  function vanished(): DeliveryError {
    return new DeliveryError('unavailable', 'The event was deleted while it was written');
  }

  async function write(reminder: Reminder, keep: (createBody: string) => Promise<void>): Promise<WrittenEvent> {
    const hash = eventHash(reminder.event);
    const { kept, surplus } = chooseCopy(await findCopies(reminder));
    for (const copy of surplus) await deleteCopy(reminder.mailbox, copy.id);
    const current = kept ?? (await create(reminder, keep));
    if (current.hash === hash) return { eventId: current.id, etag: current.etag, hash };
    return update(reminder, current, hash);
  }

  async function remove(reminder: Reminder): Promise<void> {
    const { eventId, createBody, mailbox } = reminder;
    if (eventId === null && createBody === null) return;
    const ids = new Set((await listCopies(reminder)).map(({ id }) => id));
    if (eventId !== null) ids.add(eventId);
    for (const id of ids) await deleteCopy(mailbox, id);
  }

  async function workingTime(mailbox: string): Promise<WorkingTime | null> {
    const answer = await call({ method: 'GET', mailbox, path: '/mailboxSettings?$select=timeZone,workingHours' });
    if (answer.status === 200) return readWorkingTime(answer.body);
    if (answer.status === 403 || answer.status === 404) return null;
    throw answerFailure(answer, 'GET');
  }

  return { kind: 'graph', write, remove, workingTime };
}
