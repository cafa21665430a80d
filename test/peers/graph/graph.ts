import { createFakeApplications, objectsIn } from './applications.ts';
import { createServer } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createFakeDirectory, type FakeDirectory } from './directory.ts';
import { readSchedules } from './schedule.ts';
import { standInIdentity, trustStandIns } from './certificate.ts';
import { ContractError, assertEventBody, routeOf, type Route } from './contract.ts';
import { faultMatches, type FaultMatch, type GraphFault, type GraphRequestRecord } from './faults.ts';
import { createLoads } from './loads.ts';
import { createFakeMailbox, type FakeEvent, type FakeMailbox } from './mailbox.ts';
import { replyError, type Reply } from './answers.ts';

export { graphFaults } from './faults.ts';
export type { FaultMatch, GraphFault, GraphRequestRecord } from './faults.ts';
export type { FakeEvent, FakeMailbox } from './mailbox.ts';
export type { FakeCredential, FakePerson } from './directory.ts';
export type { TakenTime } from './schedule.ts';

export interface FakeGraph {
  /** Base URL, https, without `/v1.0`. */
  url: string;
  /** CA to trust: `trust()` in this process, NODE_EXTRA_CA_CERTS for children. */
  caPem: string;
  /** Makes `fetch` of this process trust it, and all stand-ins like it. */
  trust(): void;
  /** Everything asked so far. */
  requests: GraphRequestRecord[];
  /** What was asked against the contract; a test should find this empty. */
  violations: string[];
  /** The next matching requests meet this fault; several queue up. */
  inject(fault: GraphFault, match?: FaultMatch): void;
  /** No fault waits for a request any more. */
  clearFaults(): void;
  /** Asked for each request that no injected fault strikes; null ends it. */
  setChaos(chaos: ((request: GraphRequestRecord) => GraphFault | null) | null): void;
  events(mailbox: string): FakeEvent[];
  /** Settings and the hands of a person: move, delete, duplicate … */
  mailbox(mailbox: string): FakeMailbox;
  /** People, managers and the bot's own app. */
  directory: FakeDirectory;
  applications: ReturnType<typeof createFakeApplications>;
  /** Requests so far, and the most at once: of one mailbox, or of all. */
  load(mailbox?: string): { requests: number; mostAtOnce: number };
  /** Asked for each request's token (and mailbox): false is answered by 401. Null: every token is good. */
  setTokenCheck(check: ((token: string, mailbox: string | null) => boolean) | null): void;
  /** Resolves when no request is being worked on (silent ones aside). */
  idle(): Promise<void>;
  close(): Promise<void>;
}

const CONCURRENCY_LIMIT = 4;

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/**
 * A stand-in for Microsoft Graph's calendars and directory over TLS, on a free loopback port unless told otherwise. It
 * refuses with 400 whatever the API description does not allow and notes it in `violations`; more than four requests at
 * a time to one mailbox get 429.
 */
export async function startFakeGraph(
  options: {
    port?: number;
    hostname?: string;
    /** Events per page at most, whatever `$top` asks for. */
    pageSize?: number;
    /** Milliseconds before each answer. */
    latency?: number;
  } = {},
): Promise<FakeGraph> {
  const { port = 0, hostname = '127.0.0.1', pageSize = 10, latency = 0 } = options;
  const identity = await standInIdentity();
  const mailboxes = new Map<string, FakeMailbox>();
  const directory = createFakeDirectory();
  const applications = createFakeApplications();
  const loads = createLoads();
  const requests: GraphRequestRecord[] = [];
  const violations: string[] = [];
  const timers = new Set<NodeJS.Timeout>();
  const sockets = new Set<Socket>();
  let faults: { fault: GraphFault; match: FaultMatch; left: number }[] = [];
  let chaos: ((request: GraphRequestRecord) => GraphFault | null) | null = null;
  let tokenCheck: ((token: string, mailbox: string | null) => boolean) | null = null;
  let atWork = 0;
  let waiters: (() => void)[] = [];
  let url = '';

  function mailboxOf(id: string): FakeMailbox {
    const key = directory.mailboxOf(id) ?? id.toLowerCase();
    const found = mailboxes.get(key) ?? createFakeMailbox({ pageSize });
    mailboxes.set(key, found);
    return found;
  }

  function nextFault(record: GraphRequestRecord): GraphFault | null {
    const found = faults.find(({ match }) => faultMatches(record, match));
    if (!found) return chaos?.(record) ?? null;
    found.left -= 1;
    faults = faults.filter(({ left }) => left > 0);
    return found.fault;
  }

  function wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        timers.delete(timer);
        resolve();
      }, ms);
      timers.add(timer);
    });
  }

  /** By its id or by its calendar's owner. */
  function mailboxAt(address: string): FakeMailbox {
    return (
      [...mailboxes.values()].find((one) => one.owner()?.toLowerCase() === address.toLowerCase()) ?? mailboxOf(address)
    );
  }

  function perform(route: Route, record: GraphRequestRecord): Reply {
    const { method, path } = record;
    if (route.resource === 'objects') return applications.read(path, url);
    if (route.resource === 'applications') return directory.readApplications(route.query);
    const id = route.mailbox ?? '';
    if (route.resource === 'teamMembers')
      return directory.readTeamMembers(id, route.query, (skip) => `${url}${path.split('?')[0]}?$skip=${skip}`);
    if (route.resource === 'users') return directory.readPeople(route.query, record.consistencyLevel);
    if (route.resource === 'user') return directory.readPerson(id, route.query);
    if (route.resource === 'manager') return directory.readManager(id, route.query);
    if (directory.mailboxOf(id) === null) return replyError(404, 'ErrorInvalidUser', 'stand-in: no such user');
    const mailbox = mailboxOf(id);
    const missing = mailbox.missing();
    if (missing !== null) return replyError(404, missing, 'stand-in: no such mailbox');
    if (route.resource === 'getSchedule') {
      return readSchedules(JSON.parse(record.body), (address) => mailboxAt(address).schedule());
    }
    if (route.resource === 'calendar') return mailbox.readCalendar(route.query);
    if (route.resource === 'calendars') return mailbox.readCalendars(route.query);
    if (route.resource === 'mailFolder') return mailbox.readFolder(route.folderId ?? '');
    if (route.resource === 'mailboxSettings') return mailbox.readSettings(route.query);
    let body: unknown = {};
    if (method === 'POST' || method === 'PATCH') {
      body = JSON.parse(record.body);
      assertEventBody(body, method);
    }
    if (route.eventId !== null) {
      if (method === 'PATCH' && record.ifMatch === undefined) throw new ContractError('PATCH without If-Match');
      return mailbox.change(method, route.eventId, body as Record<string, unknown>, route.query, record.ifMatch);
    }
    if (method === 'POST') return mailbox.create(body as Record<string, unknown>);
    return mailbox.list(route.folderId, route.query, (skip) => {
      const rest = [...route.query].filter(([name]) => name !== '$skip');
      const query = [...rest, ['$skip', String(skip)]].map(
        ([name, value]) => `${name}=${encodeURIComponent(value ?? '')}`,
      );
      return `${url}${path.split('?')[0]}?${query.join('&')}`;
    });
  }

  function checked(route: Route, record: GraphRequestRecord): Reply {
    try {
      return perform(route, record);
    } catch (error) {
      violations.push(`${record.method} ${record.path}: ${(error as Error).message}`);
      return replyError(400, 'ErrorInvalidRequest', (error as Error).message);
    }
  }

  function respond(
    response: ServerResponse,
    record: GraphRequestRecord,
    reply: Reply,
    headers: Record<string, string> = {},
  ): void {
    record.status = reply.status;
    const text = reply.body === undefined ? '' : JSON.stringify(reply.body);
    response.writeHead(reply.status, { ...(text ? { 'content-type': 'application/json' } : {}), ...headers });
    response.end(text);
  }

  /** What is wrong with a request before anything looks at its body. */
  function objection(request: IncomingMessage, record: GraphRequestRecord): Reply | null {
    const { 'content-type': contentType } = request.headers;
    const { token, mailbox } = record;
    if (token === null || tokenCheck?.(token, mailbox) === false) {
      return replyError(401, 'InvalidAuthenticationToken', 'stand-in: no token, or not a good one');
    }
    if (!/IdType="ImmutableId"/.test(record.prefer ?? '')) throw new ContractError('no Prefer: IdType="ImmutableId"');
    if (record.body !== '' && contentType?.split(';')[0] !== 'application/json')
      throw new ContractError('body is not application/json');
    return null;
  }

  async function carryOut(route: Route, record: GraphRequestRecord, response: ServerResponse): Promise<void> {
    // Others may come in between, as they do over a network.
    await new Promise((resolve) => setImmediate(resolve));
    const fault = nextFault(record);
    const delay = latency + (fault?.kind === 'delay' ? fault.ms : 0);
    if (delay > 0) await wait(delay);
    if (fault?.kind === 'drop-before') {
      response.socket?.destroy();
      return;
    }
    if (fault?.kind === 'answer') {
      const headers = fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) };
      respond(
        response,
        record,
        replyError(fault.status, fault.code ?? 'Fault', fault.message ?? 'injected'),
        headers as Record<string, string>,
      );
      return;
    }
    const reply = checked(route, record);
    if (fault?.kind === 'silent-after') return;
    if (fault?.kind === 'drop-after') response.socket?.destroy();
    else if (fault?.kind === 'error-after')
      respond(response, record, replyError(fault.status ?? 500, 'ErrorInternalServerError', 'injected'));
    else respond(response, record, reply);
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: path = '' } = request;
    const prefer = request.headers['prefer'];
    const record: GraphRequestRecord = {
      method,
      path,
      mailbox: null,
      token: /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? null,
      body: '',
      prefer: Array.isArray(prefer) ? prefer.join(', ') : prefer,
      ifMatch: request.headers['if-match'],
      consistencyLevel: request.headers['consistencylevel'] as string | undefined,
      status: null,
    };
    requests.push(record);
    record.body = await readText(request);
    let route: Route;
    try {
      const asked = method === 'GET' ? objectsIn(path) : null;
      route = asked
        ? { mailbox: null, resource: 'objects', eventId: null, folderId: null, query: asked.query }
        : routeOf(method, path);
      record.mailbox = route.resource === 'teamMembers' ? null : route.mailbox;
      const objected = objection(request, record);
      if (objected) return respond(response, record, objected);
    } catch (error) {
      violations.push(`${method} ${path}: ${(error as Error).message}`);
      return respond(response, record, replyError(400, 'BadRequest', (error as Error).message));
    }
    const { ofMailbox, end } = loads.begin(route.mailbox);
    try {
      if (ofMailbox > CONCURRENCY_LIMIT) {
        const reply = replyError(429, 'ApplicationThrottled', 'MailboxConcurrency');
        return respond(response, record, reply, { 'retry-after': '1' });
      }
      await carryOut(route, record, response);
    } finally {
      end();
    }
  }

  const server = createServer({ key: identity.key, cert: identity.cert }, (request, response) => {
    atWork += 1;
    handle(request, response)
      .catch(() => response.socket?.destroy())
      .finally(() => {
        atWork -= 1;
        if (atWork > 0) return;
        for (const resolve of waiters) resolve();
        waiters = [];
      });
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, hostname, resolve);
  });
  url = `https://${hostname}:${(server.address() as AddressInfo).port}`;

  return {
    url,
    caPem: identity.caPem,
    trust: () => trustStandIns(identity),
    requests,
    violations,
    inject(fault, match = {}) {
      faults.push({ fault, match, left: match.times ?? 1 });
    },
    clearFaults() {
      faults = [];
    },
    setChaos(next) {
      chaos = next;
    },
    events: (mailbox) => mailboxOf(mailbox).events(),
    mailbox: mailboxOf,
    directory,
    applications,
    load: (mailbox) => loads.of(mailbox ?? null),
    setTokenCheck(check) {
      tokenCheck = check;
    },
    async idle() {
      if (atWork > 0) await new Promise<void>((resolve) => waiters.push(resolve));
    },
    async close() {
      for (const timer of timers) clearTimeout(timer);
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      // Also those whose handshake is not done, of which the server does not know yet.
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

if (import.meta.main) {
  const graph = await startFakeGraph({ port: Number(process.env['PORT'] ?? 0) });
  process.stdout.write(`${JSON.stringify({ url: graph.url, caPem: graph.caPem })}\n`);
}
