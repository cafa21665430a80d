import { DeliveryError } from '../../core/errors.ts';
import type { Instant } from '../../core/time.ts';
import { isInPlace, placeOf } from '../../core/reminders/compare.ts';
import type { Calendar, WriteOutcome } from '../../core/ports/calendar.ts';
import type { CalendarEntry, Reminder, WorkingTime } from '../../core/model/reminder.ts';
import { createGraphClient, type GraphClientOptions } from './client.ts';
import { createDirectory, type GraphApp } from './directory.ts';
import {
  copiesPath,
  eventHash,
  eventPath,
  eventReadPath,
  listPath,
  updateBodyOf,
  type GraphEntry,
  type TimeOptions,
} from './event.ts';
import { answerFailure, INVALID_ITEM, meansGone, meansNoMailbox, type GraphAnswer } from './failures.ts';
import { createNames } from './names.ts';
import { withPageSizes } from './page-size.ts';
import { chooseCopy, creationInUtc, entryOf, identityOf, judgeCopy, planCreation, zoneIn } from './reconcile.ts';
import { withRefusals, type MailboxListener } from './refusals.ts';
import { availabilityView, busyTimes, scheduleBody } from './schedule.ts';
import { createWhereabouts, type Elsewhere } from './whereabouts.ts';
import { readWorkingTime } from './working-time.ts';

const DEFAULT_TIMEOUT = 15_000;
/** A list that is longer does not end; the smallest page of ten makes this 20,000 events. */
const MAX_PAGES = 2_000;
const MAX_UPDATES = 4;
/** An event that is older than this is in the lists of its calendar, milliseconds. */
const LISTED_AFTER = 600_000;

export interface GraphCalendarOptions extends Omit<GraphClientOptions, 'timeout' | 'now' | 'random'> {
  /** Id of this bot's database: two bots that keep events in one mailbox do not touch each other's. */
  installation: string;
  /** Hears which mailboxes let the bot in, and which do not. */
  mailboxes?: MailboxListener;
  /** The apps that the bot is, whose credentials it watches. */
  apps: GraphApp[];
  /** Milliseconds, for the token and for each call; default 15 s. */
  timeout?: number;
  now?: () => Instant;
  /** From 0 to 1. */
  random?: () => number;
}

/**
 * Outlook calendars through Microsoft Graph. Nothing is loaded or sent before the first use. Throws Error when
 * `baseUrl` is no https URL; the calendar's methods throw DeliveryError, and what `keep` threw. While Entra refuses the
 * bot itself they throw AuthenticationRefused at once, except for mailboxes whose person is signed in; while a mailbox
 * rests, `throttled`.
 */
export function createGraphCalendar(options: GraphCalendarOptions): Calendar {
  const { installation, apps, log, timeout = DEFAULT_TIMEOUT, now = () => Date.now(), random = Math.random } = options;
  const client = createGraphClient({ ...options, timeout, now, random });
  const names = createNames({ call: withPageSizes(client.call, now), now });
  const callMailbox = options.mailboxes ? withRefusals(names.call, options.mailboxes) : names.call;
  /** Mailboxes found not to be there: then the directory is asked for the manager as well. */
  const missing = new Set<string>();
  /** Names of zones that the service does not take, though mailboxes are said to be in them. */
  const refusedZones = new Set<string>();

  const directory = createDirectory({ call: names.call, apps });

  async function call(request: Parameters<typeof client.call>[0] & { mailbox: string }): Promise<GraphAnswer> {
    const answer = await callMailbox(request);
    const key = request.mailbox.toLowerCase();
    if (meansNoMailbox(answer)) missing.add(key);
    else if (answer.status < 300) missing.delete(key);
    return answer;
  }

  async function listAt(mailbox: string, firstPath: string, reminderId: string | null): Promise<GraphEntry[]> {
    const entries = new Map<string, GraphEntry>();
    let path = firstPath;
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
      for (const event of value as unknown[]) {
        const entry = entryOf(event, reminderId);
        if (entry) entries.set(entry.eventId, entry);
        else if (reminderId !== null) throw unreadable();
      }
      if (typeof nextLink !== 'string') return [...entries.values()];
      if (nextLink === path) break;
      path = nextLink;
    }
    throw new DeliveryError('unavailable', 'Microsoft Graph answered with a list of events that does not end');
  }

  /**
   * An event by its id, with the folder that it is in, if the service tells that; wherever in the mailbox it is, also
   * deleted. Null: there is none.
   */
  async function read(
    { mailbox, id }: Reminder,
    eventId: string,
  ): Promise<{ entry: GraphEntry; folder: string | null } | null> {
    const answer = await call({ method: 'GET', mailbox, path: eventReadPath(eventId) });
    if (meansGone(answer)) return null;
    if (answer.status !== 200) throw answerFailure(answer, 'GET');
    const entry = entryOf(answer.body, id);
    if (!entry) throw unreadable();
    const { parentFolderId } = answer.body as { parentFolderId?: unknown };
    return { entry, folder: typeof parentFolderId === 'string' ? parentFolderId : null };
  }

  async function readCopy(reminder: Reminder, eventId: string): Promise<GraphEntry | null> {
    return (await read(reminder, eventId))?.entry ?? null;
  }

  function unreadable(): DeliveryError {
    return new DeliveryError('unavailable', 'Microsoft Graph answered with an event that cannot be read');
  }

  function wasNeverSent({ eventId, createBody, writtenHash }: Reminder): boolean {
    return eventId === null && createBody === null && writtenHash === null;
  }

  const { elsewhere, isKept } = createWhereabouts({ call, list: listAt });

  /**
   * All events of the reminder that are in a calendar. One that a person moved to another calendar of the mailbox is
   * not in the list but still found by its id, as is one in the trash. Before the first POST there can be none, so
   * nothing is asked.
   */
  async function find(reminder: Reminder): Promise<GraphEntry[]> {
    const { id, eventId, mailbox } = reminder;
    if (wasNeverSent(reminder)) return [];
    const copies = await listAt(mailbox, copiesPath(id), id);
    if (eventId === null || copies.some((copy) => copy.eventId === eventId)) return copies;
    const known = await read(reminder, eventId);
    if (!known) return copies;
    const others = await elsewhere(mailbox, copiesPath(id), id);
    const kept = await isKept(mailbox, { id: eventId, folder: known.folder }, others);
    return kept ? [...copies, known.entry] : copies;
  }

  /** Where the event of one reminder is that was listed nowhere: in a calendar all the same, or null. */
  async function look(reminder: Reminder, eventId: string, others: Elsewhere): Promise<GraphEntry | null> {
    const { id, mailbox } = reminder;
    const known = await read(reminder, eventId);
    const listed = (await listAt(mailbox, copiesPath(id), id)).find((entry) => entry.eventId === eventId);
    if (!known || listed) return listed ?? null;
    return (await isKept(mailbox, { id: eventId, folder: known.folder }, others)) ? known.entry : null;
  }

  async function locate(
    mailbox: string,
    reminders: Reminder[],
  ): Promise<{ entries: CalendarEntry[]; missing: Reminder[] }> {
    const others = await elsewhere(mailbox, listPath(installation), null);
    const entries = new Map<string, CalendarEntry>(others.entries.map((entry) => [entry.eventId, entry]));
    const missing: Reminder[] = [];
    for (const reminder of reminders) {
      const { eventId } = reminder;
      if (eventId === null || entries.has(eventId)) continue;
      try {
        const entry = await look(reminder, eventId, others);
        if (entry) entries.set(eventId, entry);
        else missing.push(reminder);
      } catch (error) {
        // What is refused for one event (as an id of another mailbox) says nothing of it, nor of the others.
        if (!(error instanceof DeliveryError) || error.code !== 'refused' || error.status === 401) throw error;
        log.warn({ reminder: reminder.id, reason: error.message }, 'an event could not be looked for');
      }
    }
    return { entries: [...entries.values()], missing };
  }

  async function removeEvent(mailbox: string, eventId: string): Promise<void> {
    const answer = await call({ method: 'DELETE', mailbox, path: eventPath(eventId) });
    if (answer.status < 300 && answer.status >= 200) return;
    if (!meansGone(answer)) throw answerFailure(answer, 'DELETE');
  }

  function timesFor({ event }: Reminder): TimeOptions {
    return { utc: refusedZones.has(event.zoneName) };
  }

  /** The answer to a body; where that was refused, perhaps for the name of its zone, the answer to the same in UTC. */
  async function withoutZone(
    answer: GraphAnswer,
    body: string,
    again: () => Promise<GraphAnswer>,
  ): Promise<GraphAnswer> {
    const zone = zoneIn(body);
    if (answer.status !== 400 || answer.code === INVALID_ITEM || zone === null) return answer;
    const second = await again();
    if (second.status < 300) refusedZones.add(zone);
    return second;
  }

  /**
   * Makes the event. After a replayed body it is the event as it stands, since that body may be older than the wish.
   */
  async function create(
    reminder: Reminder,
    keep: (createBody: string) => Promise<void>,
    vanished: string | null = null,
  ): Promise<GraphEntry | WriteOutcome> {
    const planned = planCreation(reminder, installation, { vanished, ...timesFor(reminder) });
    let { isNew } = planned;
    if (isNew) await keep(planned.body);
    const post = (body: string) => call({ method: 'POST', mailbox: reminder.mailbox, path: '/events', body });
    const answer = await withoutZone(await post(planned.body), planned.body, async () => {
      // Refused means not stored: this one is the first.
      const body = creationInUtc(reminder, planned.body, installation);
      await keep(body);
      isNew = true;
      return post(body);
    });
    if (answer.status !== 201 && answer.status !== 200) throw answerFailure(answer, 'POST');
    const created = identityOf(answer.body);
    if (!created) throw new DeliveryError('ambiguous', 'Microsoft Graph created an event without telling its id');
    if (isNew) return written(reminder, { eventId: created.id, etag: created.etag, start: created.start });
    // A replayed transaction is answered with its event even when that was deleted since, and extended properties come
    // back only where they are expanded, which a POST cannot.
    return (await madeBefore(reminder, created.id)) ?? create(reminder, keep, created.id);
  }

  /**
   * The event that an earlier POST made, unless it was deleted since. One that was made just now need not be listed
   * anywhere yet.
   */
  async function madeBefore(reminder: Reminder, eventId: string): Promise<GraphEntry | null> {
    const { mailbox, id } = reminder;
    const known = await read(reminder, eventId);
    if (!known || now() - known.entry.createdAt < LISTED_AFTER) return known?.entry ?? null;
    return look(reminder, eventId, await elsewhere(mailbox, copiesPath(id), id));
  }

  function written(
    { event }: Reminder,
    { eventId, etag, start }: Pick<CalendarEntry, 'eventId' | 'etag'> & { start: Instant | null },
  ): WriteOutcome {
    return { kind: 'written', written: { eventId, etag, hash: eventHash(event), start: start ?? event.start } };
  }

  /** One PATCH; once more with times in UTC when the service does not take the name of the zone. */
  async function update(reminder: Reminder, current: GraphEntry): Promise<GraphAnswer> {
    const { mailbox } = reminder;
    const patch = (body: string) =>
      call({ method: 'PATCH', mailbox, path: eventPath(current.eventId), body, ifMatch: current.etag });
    const bodyWith = (times: TimeOptions | null): string =>
      updateBodyOf(reminder, installation, { times, entry: current });
    const body = bodyWith(isInPlace(current, reminder) ? null : timesFor(reminder));
    return withoutZone(await patch(body), body, () => patch(bodyWith({ utc: true })));
  }

  /** Brings one event to what is wanted, unless it is, or a person moved it. */
  async function settle(reminder: Reminder, copy: GraphEntry): Promise<WriteOutcome> {
    let current = copy;
    for (let round = 0; round < MAX_UPDATES; round += 1) {
      const judgement = judgeCopy(current, reminder);
      if (judgement === 'moved') return { kind: 'moved', to: placeOf(current, reminder.event) };
      if (judgement === 'right') return written(reminder, current);
      const answer = await update(reminder, current);
      if (answer.status === 200) {
        const { etag = null, start = null } = identityOf(answer.body) ?? {};
        return written(reminder, { eventId: copy.eventId, etag, start });
      }
      // Somebody changed it since it was read: 412 by the precondition, 409 by Exchange's own conflict resolution.
      if (answer.status !== 412 && answer.status !== 409) {
        throw meansGone(answer) ? vanishedMeanwhile() : answerFailure(answer, 'PATCH');
      }
      const reread = await readCopy(reminder, copy.eventId);
      if (!reread) throw vanishedMeanwhile();
      current = reread;
    }
    throw new DeliveryError('unavailable', 'The event keeps changing while it is written', { status: 412 });
  }

  function vanishedMeanwhile(): DeliveryError {
    return new DeliveryError('unavailable', 'The event was deleted while it was written');
  }

  async function write(reminder: Reminder, keep: (createBody: string) => Promise<void>): Promise<WriteOutcome> {
    const { kept, surplus } = chooseCopy(await find(reminder), reminder);
    for (const copy of surplus) await removeEvent(reminder.mailbox, copy.eventId);
    if (kept) return settle(reminder, kept);
    if (reminder.eventId !== null) return { kind: 'deleted' };
    const created = await create(reminder, keep);
    return 'kind' in created ? created : settle(reminder, created);
  }

  async function remove(reminder: Reminder): Promise<void> {
    const { id, eventId, mailbox } = reminder;
    if (wasNeverSent(reminder)) return;
    if (eventId !== null) return removeEvent(mailbox, eventId);
    const { kept, surplus } = chooseCopy(await listAt(mailbox, copiesPath(id), id), reminder);
    for (const copy of kept ? [kept, ...surplus] : []) await removeEvent(mailbox, copy.eventId);
  }

  async function workingTime(mailbox: string): Promise<WorkingTime | null> {
    const answer = await call({ method: 'GET', mailbox, path: '/mailboxSettings?$select=timeZone,workingHours' });
    if (answer.status === 200) return readWorkingTime(answer.body);
    if (answer.status === 403 || answer.status === 404) return null;
    throw answerFailure(answer, 'GET');
  }

  async function purpose(mailbox: string): Promise<'person' | 'shared' | 'unsaid' | null> {
    const answer = await call({ method: 'GET', mailbox, path: '/mailboxSettings?$select=userPurpose' });
    if (answer.status === 403) return null;
    if (answer.status !== 200) throw answerFailure(answer, 'GET');
    const { userPurpose } = (answer.body ?? {}) as { userPurpose?: unknown };
    // Not every cloud and not every mailbox has the property; what it says counts where it is.
    if (userPurpose === undefined || userPurpose === null) return 'unsaid';
    if (userPurpose === 'user' || userPurpose === 'linked') return 'person';
    const isShared = ['shared', 'room', 'equipment'].some((one) => one === userPurpose);
    return isShared ? 'shared' : null;
  }

  async function opens(mailbox: string): Promise<boolean> {
    const answer = await call({ method: 'GET', mailbox, path: '/calendar?$select=owner' });
    if (answer.status === 200) return true;
    // What a token may not see Exchange does not find.
    if (answer.status === 403 || (answer.status === 404 && meansGone(answer))) return false;
    throw answerFailure(answer, 'GET');
  }

  /** getSchedule takes SMTP addresses only. */
  async function addressOf(mailbox: string): Promise<string> {
    if (mailbox.includes('@')) return mailbox;
    const answer = await call({ method: 'GET', mailbox, path: '/calendar?$select=owner' });
    if (answer.status !== 200) throw answerFailure(answer, 'GET');
    const { owner } = (answer.body ?? {}) as { owner?: { address?: unknown } | null };
    if (typeof owner?.address === 'string' && owner.address.includes('@')) return owner.address;
    // Where the calendar does not say whose it is, the directory may, if it lets us see.
    const person = await call({ method: 'GET', mailbox, path: '?$select=mail,userPrincipalName' });
    const { mail, userPrincipalName } = (person.status === 200 ? (person.body ?? {}) : {}) as Record<string, unknown>;
    return (
      ([mail, userPrincipalName].find((one) => typeof one === 'string' && one.includes('@')) as string | undefined) ??
      mailbox
    );
  }

  async function busy(mailbox: string, from: Instant, to: Instant): Promise<{ start: Instant; end: Instant }[]> {
    if (to <= from) return [];
    const body = scheduleBody(await addressOf(mailbox), from, to);
    const answer = await call({ method: 'POST', mailbox, path: '/calendar/getSchedule', body, isRead: true });
    if (answer.status !== 200) throw answerFailure(answer, 'GET');
    return busyTimes(availabilityView(answer.body), from);
  }

  return {
    kind: 'graph',
    write,
    remove,
    list: (mailbox) => listAt(mailbox, listPath(installation), null),
    locate,
    removeEvent,
    workingTime,
    purpose,
    opens,
    busy,
    person: (mailbox) => directory.person(mailbox, missing.has(mailbox.toLowerCase())),
    lookUp: names.lookUp,
    credentials: directory.credentials,
  };
}
