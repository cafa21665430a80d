import { randomBytes } from 'node:crypto';
import {
  assertFits,
  dateIn,
  instantOf,
  parseCount,
  parseExpand,
  parseSelect,
  parseTagFilter,
  selected,
} from './contract.ts';
import { atUtc, graphTime, NOT_FOUND, replyError, rewriteHtml, utcTime, type Json, type Reply } from './answers.ts';
import type { TakenTime } from './schedule.ts';
import { DAY } from '../../../src/core/time.ts';

/** An event as the stand-in holds it. */
export interface FakeEvent {
  id: string;
  etag: string;
  createdDateTime: string;
  subject: string;
  /** HTML as "Exchange" has rewritten it. */
  body: string;
  /** Instants, ms. */
  start: number;
  end: number;
  /** Time zone as it was sent. */
  timeZone: string;
  reminderMinutes: number;
  transactionId: string | null;
  showAs: string;
  /**
   * Values of the properties named certbotReminder and certbotInstallation, and what certbotEvent says of the start and
   * the hash we wrote.
   */
  tag: string | null;
  installation: string | null;
  writtenStart: number | null;
  hash: string | null;
  /** Everything as it was sent last. */
  sent: Record<string, unknown>;
}

interface Stored {
  id: string;
  changeKey: string;
  created: number;
  modified: number;
  /** The id of its calendar, or the name of the folder of what was deleted; it answers by its id wherever it is. */
  place: string;
  sent: Record<string, unknown>;
  /** By lower-case id. */
  properties: Map<string, { id: string; value: string }>;
  transactionId: string | null;
}

const DIGITS: Record<string, TakenTime['digit']> = { tentative: '1', busy: '2', oof: '3', workingElsewhere: '4' };
const DEFAULT = 'default';
const TRASH = 'deleteditems';
const RECOVERABLE = 'recoverableitemsdeletions';
/** Where Outlook's block of a Teams meeting begins. */
const MEETING = '<div class="me-email-text">________________<br>Microsoft Teams meeting<br>';
let lastCreated = 0;

/** One mailbox's calendar, behaving as Exchange does towards Graph. */
export function createFakeMailbox({ pageSize }: { pageSize: number }) {
  const stored = new Map<string, Stored>();
  /** What each transactionId made; it answers replays even when the event is long deleted. */
  const transactions = new Map<string, Stored>();
  let taken: TakenTime[] = [];
  let scheduleError: string | null = null;
  let owner: string | null = null;
  let missing: string | null = null;
  /**
   * How much later (ms) the service takes local times of a zone to be than our tz database; null: it does not know the
   * zone's name.
   */
  const calendars = new Map([
    [DEFAULT, 'Calendar'],
    ['birthdays', 'Birthdays'],
  ]);
  let areCalendarsShown = true;
  let areFoldersTold = false;
  /** Lists of the default calendar that are answered as if it were empty. */
  let hiccups = 0;
  const zones = new Map<string, number | null>();
  const invalid = new Set<string>();
  let settings: Json | null = {
    userPurpose: 'user',
    timeZone: 'W. Europe Standard Time',
    workingHours: {
      daysOfWeek: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
      startTime: '08:00:00.0000000',
      endTime: '17:00:00.0000000',
      timeZone: { name: 'W. Europe Standard Time' },
    },
  };

  function touch(event: Stored): void {
    event.changeKey = randomBytes(12).toString('base64url');
    event.modified = Date.now();
  }

  function store(sent: Json, properties: Stored['properties'], transactionId: string | null): Stored {
    lastCreated = Math.max(lastCreated + 1, Date.now());
    const id = `AAkALg${randomBytes(30).toString('base64url')}=`;
    const event = {
      id,
      changeKey: '',
      created: lastCreated,
      modified: 0,
      place: DEFAULT,
      sent,
      properties,
      transactionId,
    };
    touch(event);
    stored.set(id, event);
    return event;
  }

  /** Whole days begin and end at midnight, of one zone. */
  function isWholeDays({ start, end }: Json): boolean {
    const times = [start, end] as { dateTime: string; timeZone: string }[];
    const atMidnight = times.every(({ dateTime }) => /T00:00:00(?:\.0+)?$/.test(dateTime));
    return atMidnight && times[0]!.timeZone === times[1]!.timeZone && instantOf(end) > instantOf(start);
  }

  /** A time as the service takes it by its own rules. */
  function asTaken(value: unknown): unknown {
    const shift = zones.get(String((value as { timeZone?: unknown } | undefined)?.timeZone)) ?? 0;
    return shift === 0 ? value : atUtc(instantOf(value) + shift);
  }

  /** Why a body is refused; null: it is not. */
  function objection(body: Json, before: Json = {}): Reply | null {
    const after = { ...before, ...body };
    if (after['isAllDay'] === true && !isWholeDays(after)) return replyError(400, 'ErrorPropertyValidationFailure');
    for (const value of [body['start'], body['end']]) {
      const zone = String((value as { timeZone?: unknown } | undefined)?.timeZone);
      if (zones.get(zone) === null) return replyError(400, 'TimeZoneNotSupportedException');
    }
    return null;
  }

  function apply(event: Pick<Stored, 'sent' | 'properties'>, body: Json): void {
    const { singleValueExtendedProperties, transactionId: _, ...sent } = body;
    // Graph: "Update event" takes the meeting off an event when its block is not in the new body.
    const { content } = (sent['body'] ?? {}) as { content?: string };
    if (event.sent['isOnlineMeeting'] === true && content !== undefined && !content.includes(MEETING))
      sent['isOnlineMeeting'] = false;
    // Whole days are days in every zone.
    if (sent['isAllDay'] !== true)
      for (const name of ['start', 'end']) if (sent[name]) sent[name] = asTaken(sent[name]);
    event.sent = { ...event.sent, ...sent };
    for (const { id, value } of (singleValueExtendedProperties ?? []) as { id: string; value: string }[]) {
      event.properties.set(id.toLowerCase(), { id, value });
    }
  }

  /** Times are told in UTC; whole days, which belong to no zone, at its midnight. */
  function told(sent: Json, name: 'start' | 'end'): Json {
    const { dateTime } = sent[name] as { dateTime: string };
    return sent['isAllDay'] === true ? utcTime({ dateTime, timeZone: 'UTC' }) : utcTime(sent[name]);
  }

  function represent(event: Stored, query: Map<string, string>): Json {
    const { sent } = event;
    const content = rewriteHtml((sent['body'] as { content: string } | undefined)?.content ?? '');
    const whole: Json = {
      id: event.id,
      createdDateTime: graphTime(event.created),
      lastModifiedDateTime: graphTime(event.modified),
      changeKey: event.changeKey,
      transactionId: event.transactionId,
      type: 'singleInstance',
      ...sent,
      attendees: [],
      body: { contentType: 'html', content },
      start: told(sent, 'start'),
      end: told(sent, 'end'),
    };
    assertFits('event', whole);
    const select = query.get('$select');
    const names = select === undefined ? Object.keys(whole) : parseSelect(select, 'event');
    const answer: Json = { '@odata.etag': `W/"${event.changeKey}"` };
    for (const name of names) answer[name] = whole[name];
    const expand = query.get('$expand');
    const expanded = expand === undefined ? [] : parseExpand(expand).flatMap((id) => event.properties.get(id) ?? []);
    if (expanded.length > 0) answer['singleValueExtendedProperties'] = expanded;
    if (areFoldersTold && select === undefined) answer['parentFolderId'] = folderOf(event.place);
    return answer;
  }

  function create(body: Json): Reply {
    const objected = objection(body);
    if (objected) return objected;
    const transactionId = typeof body['transactionId'] === 'string' ? body['transactionId'] : null;
    const earlier = transactionId === null ? undefined : transactions.get(transactionId);
    if (earlier) return { status: 201, body: represent(earlier, new Map()) };
    const content = { sent: {}, properties: new Map() };
    apply(content, body);
    const event = store(content.sent, content.properties, transactionId);
    if (transactionId !== null) transactions.set(transactionId, event);
    return { status: 201, body: represent(event, new Map()) };
  }

  function list(calendarId: string | null, query: Map<string, string>, linkFor: (skip: number) => string): Reply {
    if (calendarId !== null && !calendars.has(calendarId)) return NOT_FOUND();
    if (hiccups > 0 && calendarId === null) {
      hiccups -= 1;
      return { status: 200, body: { value: [] } };
    }
    const filter = query.get('$filter');
    const wanted = filter === undefined ? null : parseTagFilter(filter);
    const matching = [...stored.values()].filter((event) => {
      return (
        event.place === (calendarId ?? DEFAULT) &&
        (wanted === null || event.properties.get(wanted.id)?.value === wanted.value)
      );
    });
    const skip = parseCount('$skip', query.get('$skip'), 0, 100_000);
    const size = Math.min(pageSize, parseCount('$top', query.get('$top'), 10, 1000));
    const page = matching.slice(skip, skip + size).map((event) => represent(event, query));
    const more = skip + size < matching.length;
    return { status: 200, body: { value: page, ...(more ? { '@odata.nextLink': linkFor(skip + size) } : {}) } };
  }

  function change(
    method: string,
    id: string,
    body: Json,
    query: Map<string, string>,
    ifMatch: string | undefined,
  ): Reply {
    const event = stored.get(id);
    if (!event) return NOT_FOUND();
    if (invalid.has(id)) return replyError(400, 'ErrorInvalidMailboxItemId');
    if (method === 'GET') return { status: 200, body: represent(event, query) };
    if (ifMatch !== undefined && ifMatch !== '*' && ifMatch !== `W/"${event.changeKey}"`) {
      return replyError(412, 'ErrorIrresolvableConflict');
    }
    if (method === 'DELETE') {
      // Into the trash, and from there to where it can still be recovered from.
      event.place = event.place === TRASH ? RECOVERABLE : TRASH;
      return { status: 204 };
    }
    const objected = objection(body, event.sent);
    if (objected) return objected;
    apply(event, body);
    touch(event);
    return { status: 200, body: represent(event, query) };
  }

  function readSettings(query: Map<string, string>): Reply {
    if (settings === null) return replyError(403, 'ErrorAccessDenied');
    return { status: 200, body: selected('mailboxSettings', settings, query) };
  }

  function readCalendars(query: Map<string, string>): Reply {
    if (!areCalendarsShown) return replyError(403, 'ErrorAccessDenied');
    const all = [...calendars].map(([id, name]) => ({ id, name, isDefaultCalendar: id === DEFAULT }));
    const skip = parseCount('$skip', query.get('$skip'), 0, 1000);
    const page = all.slice(skip, skip + parseCount('$top', query.get('$top'), 10, 1000));
    return { status: 200, body: { value: page.map((calendar) => selected('calendar', calendar, query)) } };
  }

  function readFolder(name: string): Reply {
    return areFoldersTold ? { status: 200, body: { id: folderOf(name) } } : replyError(403, 'ErrorAccessDenied');
  }

  /** A calendar's folder has the calendar's id. */
  function folderOf(place: string): string {
    return calendars.has(place) ? place : `folder of ${place}`;
  }

  function readCalendar(query: Map<string, string>): Reply {
    const calendar = { id: DEFAULT, name: 'Calendar', owner: { name: 'Owner', address: owner } };
    return { status: 200, body: selected('calendar', calendar, query) };
  }

  /**
   * Everything that is not free, our own events and the times that were taken; or the code of the error in its place.
   */
  function schedule(): TakenTime[] | string {
    if (scheduleError !== null) return scheduleError;
    const events = [...stored.values()].flatMap(({ sent, place }) => {
      if (!calendars.has(place)) return [];
      const digit = DIGITS[String(sent['showAs'] ?? 'busy')];
      return digit ? [{ start: instantOf(sent['start']), end: instantOf(sent['end']), digit }] : [];
    });
    return [...events, ...taken];
  }

  function need(id: string): Stored {
    const event = stored.get(id);
    if (!event) throw new Error(`no event ${id}`);
    return event;
  }

  function view(event: Stored): FakeEvent {
    const { id, sent, transactionId } = event;
    const named = (name: string) =>
      [...event.properties.values()].find((one) => one.id.endsWith(` Name ${name}`))?.value ?? null;
    const [, writtenStart, hash] = named('certbotEvent')?.split('/') ?? [];
    return {
      id,
      etag: `W/"${event.changeKey}"`,
      createdDateTime: graphTime(event.created),
      subject: String(sent['subject'] ?? ''),
      body: rewriteHtml((sent['body'] as { content: string } | undefined)?.content ?? ''),
      start: instantOf(sent['start']),
      end: instantOf(sent['end']),
      timeZone: (sent['start'] as { timeZone: string }).timeZone,
      reminderMinutes: Number(sent['reminderMinutesBeforeStart'] ?? 15),
      transactionId,
      showAs: String(sent['showAs'] ?? 'busy'),
      tag: named('certbotReminder'),
      installation: named('certbotInstallation'),
      writtenStart: writtenStart === undefined ? null : Number(writtenStart),
      hash: hash ?? null,
      sent,
    };
  }

  return {
    create,
    list,
    change,
    readSettings,
    readCalendar,
    readCalendars,
    readFolder,
    schedule,
    /** Null: the app may not read them. */
    setSettings(value: Json | null) {
      settings = value;
    },
    /** What `userPurpose` says; the other settings stay. */
    setPurpose(userPurpose: string | null) {
      settings = { ...settings, userPurpose };
    },
    /** Times that the person has taken otherwise than by events of ours. */
    setTaken(times: TakenTime[]) {
      taken = times;
    },
    /** Code of the error that getSchedule puts in place of this mailbox's times; null: none. */
    setScheduleError(code: string | null) {
      scheduleError = code;
    },
    /** SMTP address of the calendar's owner; null: the service does not say. */
    setOwner(address: string | null) {
      owner = address;
    },
    owner: () => owner,
    /**
     * The service's rules of a zone are others than ours: it takes its local times to be so many milliseconds later.
     * Null: it refuses the name.
     */
    setZoneRules(zone: string, later: number | null) {
      zones.set(zone, later);
    },
    /** Everything about the mailbox is answered by 404 with this code; null: it exists. */
    setMissing(code: string | null) {
      missing = code;
    },
    missing: () => missing,
    /** All events, oldest first, those of other calendars included; not what was deleted. */
    events: () => [...stored.values()].filter(({ place }) => calendars.has(place)).map(view),
    /** What lies in the trash, or can still be recovered. */
    deleted: () => [...stored.values()].filter(({ place }) => !calendars.has(place)).map(view),
    /** A person drags the event to another time; it stays as long as it was unless an end is given. */
    move(id: string, to: number | { start: number; end: number; allDay?: boolean }) {
      const event = need(id);
      const lasts = instantOf(event.sent['end']) - instantOf(event.sent['start']);
      const { start, end, allDay } = typeof to === 'number' ? { start: to, end: to + lasts, allDay: undefined } : to;
      if (allDay !== undefined) event.sent = { ...event.sent, isAllDay: allDay };
      event.sent = { ...event.sent, start: atUtc(start), end: atUtc(end) };
      touch(event);
    },
    /** A person ticks "all day": the event takes that date (YYYY-MM-DD), which is the one it is on unless given. */
    tickAllDay(id: string, onto?: string) {
      const event = need(id);
      const timeZone = String((settings ?? {})['timeZone']);
      const date = onto ?? dateIn(instantOf(event.sent['start']), timeZone);
      const midnight = (day: string) => ({ dateTime: `${day}T00:00:00`, timeZone });
      const times = { start: midnight(date), end: midnight(dateIn(Date.parse(date) + DAY, 'UTC')) };
      event.sent = { ...event.sent, isAllDay: true, ...times };
      touch(event);
    },
    /** Whatever is asked about this item by its id is answered by 400: it is none of this mailbox. */
    setInvalid(id: string, isInvalid = true) {
      if (isInvalid) invalid.add(id);
      else invalid.delete(id);
    },
    /** A person changes the body: what they see becomes this. */
    edit(id: string, change: (shown: string) => string) {
      const event = need(id);
      const { content } = event.sent['body'] as { content: string };
      event.sent = { ...event.sent, body: { contentType: 'html', content: change(rewriteHtml(content)) } };
      touch(event);
    },
    /** A person makes it a Teams meeting: Outlook puts the meeting's block below the text. */
    makeMeeting(id: string) {
      this.edit(id, (shown) =>
        shown.replace('</body>', `${MEETING}<a href="https://teams.example/join">Join</a></div></body>`),
      );
      this.set(id, { isOnlineMeeting: true, onlineMeetingProvider: 'teamsForBusiness' });
    },
    /** A person changes other properties, such as categories, importance, showAs, sensitivity and the reminder. */
    set(id: string, changes: Json) {
      const event = need(id);
      event.sent = { ...event.sent, ...changes };
      touch(event);
    },
    /** A person writes another subject. */
    rename(id: string, subject: string) {
      const event = need(id);
      event.sent = { ...event.sent, subject };
      touch(event);
    },
    /**
     * An event that is none of ours; with properties (by name in our property set), one of another installation.
     * Returns its id.
     */
    addForeign(event: Json = {}, properties: { id: string; value: string }[] = []): string {
      const time = { dateTime: '2027-03-01T08:00:00', timeZone: 'UTC' };
      const sent = { subject: 'Lunch', showAs: 'free', start: time, end: { ...time, dateTime: '2027-03-01T09:00:00' } };
      return store({ ...sent, ...event }, new Map(properties.map((one) => [one.id.toLowerCase(), one])), null).id;
    },
    /** Takes an extended property away, as versions before it did not write it. */
    dropProperty(id: string, name: string) {
      const { properties } = need(id);
      for (const key of properties.keys()) if (key.endsWith(` name ${name.toLowerCase()}`)) properties.delete(key);
    },
    /** Makes it an event of an earlier version, which told less of what it wrote. */
    forgetDetails(id: string) {
      for (const property of need(id).properties.values())
        if (property.id.endsWith(' Name certbotEvent'))
          property.value = property.value.split('/').slice(0, 4).join('/');
    },
    /** A person moves the event to another calendar of the mailbox: its immutable id stays. */
    moveToOtherCalendar(id: string) {
      const event = need(id);
      calendars.set('work', 'Work');
      event.place = 'work';
      touch(event);
    },
    /** The id of the calendar that an event is in, or the name of a folder of what was deleted. */
    placeOf: (id: string) => need(id).place,
    /** Whether the app may see which calendars there are. */
    showCalendars(areShown: boolean) {
      areCalendarsShown = areShown;
    },
    /** Events tell the id of their folder, as items of mail do, and folders tell theirs. */
    tellFolders() {
      areFoldersTold = true;
    },
    /**
     * A person deletes the event: it goes into the trash, or to where it can still be recovered from, and answers by
     * its id.
     */
    trash(id: string, place: 'deleteditems' | 'recoverableitemsdeletions' = TRASH) {
      const event = need(id);
      event.place = place;
      touch(event);
    },
    /** A person takes the deletion back. */
    restore(id: string) {
      const event = need(id);
      event.place = DEFAULT;
      touch(event);
    },
    /** So many lists of the default calendar are answered as if it were empty. */
    answerEmpty(times = 1) {
      hiccups = times;
    },
    /** A person (or Exchange) changes something we do not look at: only the ETag moves. */
    touch: (id: string) => touch(need(id)),
    /** A person deletes the event for good. */
    delete(id: string) {
      need(id);
      stored.delete(id);
    },
    /**
     * A second event with the same content and extended properties, younger, with an id and ETag of its own: a person's
     * copy, or with a transactionId one that an app made. Returns its id.
     */
    duplicate(id: string, { transactionId = null }: { transactionId?: string | null } = {}): string {
      const { sent, properties } = need(id);
      return store({ ...sent }, new Map(properties), transactionId).id;
    },
  };
}

export type FakeMailbox = ReturnType<typeof createFakeMailbox>;
