import { randomBytes } from 'node:crypto';
import { assertFits, instantOf, parseCount, parseExpand, parseSelect, parseTagFilter } from './graph-contract.ts';

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
  /** Values of the properties named certbotReminder and certbotHash. */
  tag: string | null;
  hash: string | null;
  /** Everything as it was sent last. */
  sent: Record<string, unknown>;
}

interface Stored {
  id: string;
  changeKey: string;
  created: number;
  modified: number;
  /** In another calendar of the mailbox: found by id, but not in lists. */
  elsewhere: boolean;
  sent: Record<string, unknown>;
  /** By lower-case id. */
  properties: Map<string, { id: string; value: string }>;
  transactionId: string | null;
}

type Json = Record<string, unknown>;
export interface Reply {
  status: number;
  body?: Json;
}

/** Exchange keeps no fragment as it was: it wraps it into a document and writes entities its own way. */
function rewriteHtml(content: string): string {
  const text = content.replaceAll('&#39;', "'").replaceAll('&quot;', '"').replaceAll('\n', '\r\n');
  const head = '<head>\r\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8">\r\n</head>';
  return `<html>${head}\r\n<body>\r\n${text}\r\n</body>\r\n</html>\r\n`;
}

function graphTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, -1)}0000Z`;
}

function utcTime(value: unknown): Json {
  return { dateTime: `${new Date(instantOf(value)).toISOString().slice(0, -1)}0000`, timeZone: 'UTC' };
}

function replyError(status: number, code: string): Reply {
  return { status, body: { error: { code, message: `stand-in: ${code}` } } };
}

const NOT_FOUND = () => replyError(404, 'ErrorItemNotFound');
let lastCreated = 0;

/** One mailbox's calendar, behaving as Exchange does towards Graph. */
export function createFakeMailbox({ pageSize }: { pageSize: number }) {
  const stored = new Map<string, Stored>();
  /** What each transactionId made; it answers replays even when the event is long deleted. */
  const transactions = new Map<string, Stored>();
  let settings: Json | null = {
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
      elsewhere: false,
      sent,
      properties,
      transactionId,
    };
    touch(event);
    stored.set(id, event);
    return event;
  }

  function apply(event: Pick<Stored, 'sent' | 'properties'>, body: Json): void {
    const { singleValueExtendedProperties, transactionId: _, ...sent } = body;
    event.sent = { ...event.sent, ...sent };
    for (const { id, value } of (singleValueExtendedProperties ?? []) as { id: string; value: string }[]) {
      event.properties.set(id.toLowerCase(), { id, value });
    }
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
      start: utcTime(sent['start']),
      end: utcTime(sent['end']),
    };
    assertFits('event', whole);
    const select = query.get('$select');
    const names = select === undefined ? Object.keys(whole) : parseSelect(select, 'event');
    const answer: Json = { '@odata.etag': `W/"${event.changeKey}"` };
    for (const name of names) answer[name] = whole[name];
    const expand = query.get('$expand');
    const expanded = expand === undefined ? [] : parseExpand(expand).flatMap((id) => event.properties.get(id) ?? []);
    if (expanded.length > 0) answer['singleValueExtendedProperties'] = expanded;
    return answer;
  }

  function create(body: Json): Reply {
    const transactionId = typeof body['transactionId'] === 'string' ? body['transactionId'] : null;
    const earlier = transactionId === null ? undefined : transactions.get(transactionId);
    if (earlier) return { status: 201, body: represent(earlier, new Map()) };
    const content = { sent: {}, properties: new Map() };
    apply(content, body);
    const event = store(content.sent, content.properties, transactionId);
    if (transactionId !== null) transactions.set(transactionId, event);
    return { status: 201, body: represent(event, new Map()) };
  }

  function list(query: Map<string, string>, linkFor: (skip: number) => string): Reply {
    const filter = query.get('$filter');
    const wanted = filter === undefined ? null : parseTagFilter(filter);
    const matching = [...stored.values()].filter((event) => {
      return !event.elsewhere && (wanted === null || event.properties.get(wanted.id)?.value === wanted.value);
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
    if (method === 'GET') return { status: 200, body: represent(event, query) };
    if (ifMatch !== undefined && ifMatch !== '*' && ifMatch !== `W/"${event.changeKey}"`) {
      return replyError(412, 'ErrorIrresolvableConflict');
    }
    if (method === 'DELETE') {
      stored.delete(id);
      return { status: 204 };
    }
    apply(event, body);
    touch(event);
    return { status: 200, body: represent(event, query) };
  }

  function readSettings(query: Map<string, string>): Reply {
    if (settings === null) return replyError(403, 'ErrorAccessDenied');
    assertFits('mailboxSettings', settings);
    const select = query.get('$select');
    const names = select === undefined ? Object.keys(settings) : parseSelect(select, 'mailboxSettings');
    return { status: 200, body: Object.fromEntries(names.map((name) => [name, settings?.[name] ?? null])) };
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
      tag: named('certbotReminder'),
      hash: named('certbotHash'),
      sent,
    };
  }

  return {
    create,
    list,
    change,
    readSettings,
    /** Null: the app may not read them. */
    setSettings(value: Json | null) {
      settings = value;
    },
    /** All events, oldest first, those of other calendars included. */
    events: () => [...stored.values()].map(view),
    /** A person drags the event to another time. */
    move(id: string, { start, end }: { start: number; end: number }) {
      const event = need(id);
      const utc = (ms: number) => ({ dateTime: new Date(ms).toISOString().slice(0, 19), timeZone: 'UTC' });
      event.sent = { ...event.sent, start: utc(start), end: utc(end) };
      touch(event);
    },
    /** A person moves the event to another calendar of the mailbox: its immutable id stays. */
    moveToOtherCalendar(id: string) {
      const event = need(id);
      event.elsewhere = true;
      touch(event);
    },
    /** A person (or Exchange) changes something we do not look at: only the ETag moves. */
    touch: (id: string) => touch(need(id)),
    delete(id: string) {
      need(id);
      stored.delete(id);
    },
    /** A second event with the same content and extended properties, younger, with an id and ETag of its own. Returns its id. */
    duplicate(id: string): string {
      const { sent, properties } = need(id);
      return store({ ...sent }, new Map(properties), null).id;
    },
  };
}

export type FakeMailbox = ReturnType<typeof createFakeMailbox>;
