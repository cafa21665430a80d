import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request to the connector, as it arrived. */
export interface ConnectorCall {
  method: string;
  conversationId: string;
  /** Of the message that is changed, deleted or replied to. */
  activityId: string | null;
  activity: Record<string, any>;
  authorization: string | undefined;
  /** When it arrived, milliseconds since 1970. */
  at: number;
  /** The id of the message that it made, changed or deleted; null when it did nothing. */
  answeredId: string | null;
  /** What went wrong with it. */
  fault: Fault | null;
}

/** A member as a roster of Teams has them. */
export interface ConnectorMember {
  id: string;
  name: string;
  aadObjectId?: string;
  /** The same by its older name. */
  objectId?: string;
  email?: string;
  userPrincipalName?: string;
  tenantId?: string;
}

/** A request about people: the roster, or a chat to be opened. */
export interface PeopleCall {
  operation: 'member' | 'members' | 'create' | 'team';
  query: Record<string, string>;
  body: Record<string, any>;
  authorization: string | undefined;
}

/** Query parameters that these take (Bot Framework, "Bot Connector - Direct Line API"); anything else is refused. */
const QUERIES: Record<PeopleCall['operation'], string[]> = {
  member: [],
  members: ['pageSize', 'continuationToken'],
  create: [],
  team: [],
};

function peopleOperation(method: string | undefined, pathname: string): PeopleCall['operation'] | null {
  if (method === 'POST') return /^\/v3\/conversations\/?$/.test(pathname) ? 'create' : null;
  if (method !== 'GET') return null;
  if (/^\/v3\/teams\/[^/]+$/.test(pathname)) return 'team';
  if (/^\/v3\/conversations\/[^/]+\/pagedmembers$/i.test(pathname)) return 'members';
  return /^\/v3\/conversations\/[^/]+\/members\/[^/]+$/i.test(pathname) ? 'member' : null;
}

/**
 * What the connector does with a request instead of answering 200. It is recorded before. `stored`: the message is
 * there all the same, from the moment of the request on.
 */
export type Fault =
  | { kind: 'status'; status: number; retryAfter?: string; body?: string; contentType?: string; stored?: true }
  /** Cuts the connection without an answer, after `until` if given. */
  | { kind: 'drop'; until?: Promise<void>; stored?: true }
  /** Answers after `until`. */
  | { kind: 'delay'; until: Promise<void>; stored?: true };

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(text: string): Record<string, any> {
  return text ? JSON.parse(text) : {};
}

/** The largest message that is taken, bytes of its JSON in UTF-16 (Teams, "Format your bot messages"). */
const LARGEST_MESSAGE = 100_000;

/** A Bot Framework connector on loopback. `serviceUrl` is what activities have to name. */
export async function startFakeConnector() {
  const calls: ConnectorCall[] = [];
  const stored: ConnectorCall[] = [];
  let chaos: ((call: ConnectorCall) => Fault | null) | null = null;
  const faults: { matches: (call: ConnectorCall) => boolean; fault: Fault; times: number }[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  let serial = 0;

  /** Of every conversation alike; those who are no members can be written to all the same, as in Teams. */
  const members = new Map<string, ConnectorMember>();
  const created: Record<string, any>[] = [];
  /** Directory ids of teams, by their id in the chat. */
  const groups = new Map<string, string>();
  const peopleCalls: PeopleCall[] = [];
  const peopleFaults = new Map<PeopleCall['operation'], number | 'drop'>();
  let isClosed = false;
  let largest = LARGEST_MESSAGE;

  function json(response: ServerResponse, status: number, body: object): void {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  }

  /** The roster and the opening of chats; false when the request is about something else. */
  async function answerAboutPeople(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://connector');
    const operation = peopleOperation(request.method, pathname);
    if (operation === null) return false;
    const body = parsed(await readText(request));
    const query = Object.fromEntries(searchParams);
    peopleCalls.push({ operation, query, body, authorization: request.headers.authorization });
    const fault = peopleFaults.get(operation);
    if (fault === 'drop') {
      request.socket.destroy();
      return true;
    }
    const isStrange = Object.keys(query).some((name) => !QUERIES[operation].includes(name));
    if (fault !== undefined || isStrange) {
      json(response, fault ?? 400, { error: { code: 'Fault', message: isStrange ? 'unknown parameter' : 'injected' } });
      return true;
    }
    if (operation === 'team') {
      const id = decodeURIComponent(pathname.split('/').at(-1)!);
      const aadGroupId = groups.get(id);
      if (aadGroupId) json(response, 200, { id, name: 'Operations', aadGroupId });
      else json(response, 404, { error: { code: 'NotFound', message: 'no such team' } });
      return true;
    }
    if (operation === 'create') {
      created.push(body);
      const id = body['members']?.[0]?.id;
      if (isClosed) json(response, 403, { error: { code: 'BotNotInConversationRoster', message: 'injected' } });
      else
        json(response, 201, {
          id: `a:chat of ${[...members.values()].find((one) => one.aadObjectId === id)?.id ?? id}`,
        });
      return true;
    }
    if (operation === 'members') {
      const from = Number(searchParams.get('continuationToken') ?? 0);
      const all = [...members.values()];
      const next = from + 2 < all.length ? { continuationToken: String(from + 2) } : {};
      json(response, 200, { members: all.slice(from, from + 2), ...next });
      return true;
    }
    const key = decodeURIComponent(pathname.split('/').at(-1)!).toLowerCase();
    const member = [...members.values()].find(({ id, aadObjectId, userPrincipalName }) =>
      [id, aadObjectId, userPrincipalName].some((known) => known?.toLowerCase() === key),
    );
    if (member) json(response, 200, member);
    else json(response, 404, { error: { code: 'MemberNotFoundInConversation', message: 'nobody' } });
    return true;
  }

  function store(call: ConnectorCall): string | null {
    if (call.answeredId !== null) return call.answeredId;
    call.answeredId = call.method === 'PUT' ? call.activityId : `activity-${++serial}`;
    stored.push(call);
    return call.answeredId;
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (await answerAboutPeople(request, response)) return;
    const match = /^\/v3\/conversations\/([^/]+)\/activities(?:\/([^/?]*))?/.exec(request.url ?? '');
    if (!match) return void response.writeHead(404).end();
    const text = await readText(request);
    const call: ConnectorCall = {
      method: request.method!,
      conversationId: decodeURIComponent(match[1]!),
      activityId: match[2] === undefined ? null : decodeURIComponent(match[2]),
      activity: parsed(text),
      authorization: request.headers.authorization,
      at: Date.now(),
      answeredId: null,
      fault: null,
    };
    calls.push(call);
    for (const waiter of waiting) if (calls.length >= waiter.count) waiter.resolve();
    if (Buffer.byteLength(text, 'utf16le') > largest) {
      call.fault = { kind: 'status', status: 413 };
      return json(response, 413, { error: { code: 'MessageSizeTooBig', message: 'Message size too large.' } });
    }
    const rule = faults.find((each) => each.times > 0 && each.matches(call));
    if (rule) rule.times -= 1;
    const fault = rule?.fault ?? chaos?.(call) ?? null;
    call.fault = fault;
    if (fault?.stored) store(call);
    if (fault?.kind === 'drop') await fault.until;
    if (fault?.kind === 'drop') return void request.socket.destroy();
    if (fault?.kind === 'status') {
      const wait = fault.retryAfter === undefined ? {} : { 'retry-after': fault.retryAfter };
      response.writeHead(fault.status, { 'content-type': fault.contentType ?? 'application/json', ...wait });
      return void response.end(fault.body ?? '{"error":{"code":"Fault","message":"injected"}}');
    }
    if (fault?.kind === 'delay') await fault.until;
    const id = store(call);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(call.method === 'DELETE' ? '{}' : JSON.stringify({ id }));
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    serviceUrl: `http://127.0.0.1:${port}`,
    calls,
    /** Those that made, changed or deleted a message, in that order. */
    stored,
    /** Asked for each request that no injected fault strikes; null ends it. */
    setChaos(next: typeof chaos): void {
      chaos = next;
    },
    /** Somebody who is a member of every conversation. */
    addMember(member: ConnectorMember): void {
      members.set(member.id, member);
    },
    groups,
    /** Bodies of the requests that opened chats. */
    created,
    /** Requests about people, which are not among `calls`. */
    peopleCalls,
    /**
     * From now on requests of this kind are answered with that status, or cut without an answer; null = as they should
     * be.
     */
    failPeople(operation: PeopleCall['operation'], fault: number | 'drop' | null): void {
      if (fault === null) peopleFaults.delete(operation);
      else peopleFaults.set(operation, fault);
    },
    /**
     * From now on messages above this many bytes of UTF-16 are refused, as older hosts do above 28 kB; 100 kB before.
     */
    takeAtMost(bytes: number): void {
      largest = bytes;
    },
    /** From now on no chat can be opened: the person has not added the app. */
    refuseChats(): void {
      isClosed = true;
    },
    /** Injects a fault into the next `times` requests that match. */
    fail(
      fault: Fault,
      { times = Infinity, matches = () => true }: { times?: number; matches?: (call: ConnectorCall) => boolean } = {},
    ) {
      faults.push({ matches, fault, times });
    },
    /** Resolves once `count` requests have arrived in all. */
    async received(count: number): Promise<void> {
      if (calls.length >= count) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.push({ count, resolve });
      await promise;
    },
    async close(): Promise<void> {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

export type FakeConnector = Awaited<ReturnType<typeof startFakeConnector>>;

export const BOT = { id: '28:bot', name: 'Certbot' };
export const PERSON = { id: '29:alice', name: 'Alice', aadObjectId: '00000000-0000-0000-0000-0000000a11ce' };
export const TENANT = '00000000-0000-0000-0000-00000000ten1';

let serial = 0;

/** An activity as Teams sends it, a message in a personal chat unless `partial` says otherwise. */
export function teamsActivity(serviceUrl: string, partial: Record<string, unknown> = {}): Record<string, any> {
  return {
    type: 'message',
    id: `${1700000000000 + ++serial}`,
    timestamp: '2026-11-22T10:00:00.000Z',
    channelId: 'msteams',
    serviceUrl,
    from: PERSON,
    conversation: { id: 'a:personal-chat', conversationType: 'personal', tenantId: TENANT },
    recipient: BOT,
    entities: [{ type: 'clientInfo', locale: 'de-DE', country: 'DE', platform: 'Web', timezone: 'Europe/Berlin' }],
    channelData: { tenant: { id: TENANT } },
    locale: 'en-US',
    ...partial,
  };
}

/** Posts an activity to the bot, as the Bot Framework does. */
export async function sendActivity(
  botUrl: string,
  activity: unknown,
  { authorization }: { authorization?: string } = {},
): Promise<{ status: number; body: any; text: string }> {
  const response = await fetch(`${botUrl}/api/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', connection: 'close', ...(authorization ? { authorization } : {}) },
    body: JSON.stringify(activity),
  });
  const text = await response.text();
  return { status: response.status, text, body: text ? JSON.parse(text) : null };
}
