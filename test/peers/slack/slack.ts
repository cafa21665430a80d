import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { documented, readArguments } from './arguments.ts';
import { APP } from './events.ts';
import { createInstalls } from './install.ts';
import { createMethods, scopeFault, type Answer } from './methods.ts';
import { createResponses, type ResponsePlace } from './responses.ts';
import { createSlackFiles } from './files.ts';
import { createSlackSocket } from './socket.ts';
import { createWaits } from './waits.ts';
import { ACME, createWorkspaces, type WorkspaceSpec } from './workspaces.ts';

/** A call of a Web API method, as it arrived. */
export interface SlackCall {
  method: string;
  /** Parsed: JSON, booleans. */
  arguments: Record<string, any>;
  token: string | undefined;
  /** Workspace of the token, when it is known. */
  team: string | undefined;
  /** When it arrived, milliseconds since 1970. */
  at: number;
  headers: IncomingMessage['headers'];
  /** What it was answered with; undefined as long as, and when, it was not. */
  answer: Answer | undefined;
}

/** What Slack does with a call instead of answering it well. It is recorded before. */
export type SlackFault =
  /** Nothing is carried out; e.g. 429 with `retryAfter` in seconds, or 503 with a page. */
  | { kind: 'status'; status: number; retryAfter?: number | string; body?: string; contentType?: string }
  /** Nothing is carried out; `{ok: false, error}` with further fields. */
  | { kind: 'error'; error: string; fields?: Record<string, unknown> }
  /** The connection is cut before anything is carried out. */
  | { kind: 'drop' }
  /** It is carried out, then the connection is cut. */
  | { kind: 'drop-after' }
  /** It is carried out and answered after `until`. */
  | { kind: 'delay'; until: Promise<unknown> };

export interface FakeSlackOptions {
  workspaces?: WorkspaceSpec[];
  appId?: string;
  appToken?: string;
  clientId?: string;
  clientSecret?: string;
  /** Prefixes of the redirect URLs in the app's settings. Default: any. */
  redirectUrls?: string[];
  /** Milliseconds between two pings of a WebSocket. */
  pingEvery?: number;
  /** Where WebSockets are to be opened, when not at the fake's own address: `wss://…`. */
  linkOrigin?: string;
}

/** A recorded rule and how often it still strikes. */
interface Rule {
  fault: SlackFault;
  times: number;
  matches: (call: SlackCall) => boolean;
}

/** Errors that no well-behaved app provokes: each is a violation. */
const VIOLATIONS = new Set([
  'unknown_method',
  'invalid_arguments',
  'invalid_blocks',
  'invalid_metadata_format',
  'invalid_post_type',
  'msg_too_long',
  'no_text',
]);

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function refuse(error: string, messages: string[] = []): Answer {
  return { ok: false, error, ...(messages.length > 0 ? { response_metadata: { messages } } : {}) };
}

/**
 * A strict Slack on loopback: Web API, Socket Mode, `response_url`s and OAuth. `violations` has to be empty at the end
 * of a test.
 */
export async function startFakeSlack(options: FakeSlackOptions = {}) {
  const { appId = APP.id, appToken = APP.token, clientId = APP.clientId, clientSecret = APP.clientSecret } = options;
  const { workspaces: specs = [ACME], redirectUrls, pingEvery = 5_000 } = options;
  const calls: SlackCall[] = [];
  const violations: string[] = [];
  const rules: Rule[] = [];
  const world = createWorkspaces(specs);

  function recent(): string {
    const lines = calls.slice(-10).map(({ method, arguments: given, answer }) => {
      const result = answer ? (answer.ok ? 'ok' : answer.error) : 'unanswered';
      return `  ${method} ${JSON.stringify(given).slice(0, 200)} -> ${result}`;
    });
    const broken = violations.length > 0 ? `\nviolations:\n  ${violations.join('\n  ')}` : '';
    return `${calls.length} calls${lines.length > 0 ? `, the latest:\n${lines.join('\n')}` : ''}${broken}`;
  }

  const waits = createWaits(recent);
  const violate = (what: string): void => void violations.push(what);
  const responses = createResponses({ world, appId, violate });
  const socket = createSlackSocket({ appId, waits, violate, pingEvery });
  const installs = createInstalls({ world, appId, clientId, clientSecret, redirectUrls, violate });
  const files = createSlackFiles({ world, origin: () => origin });
  const methods = createMethods(world, { appId, files });

  /** Carries a call out. */
  function perform({ method, arguments: values, token }: SlackCall, faults: string[]): Answer {
    const page = documented(method);
    if (!page) return refuse('unknown_method');
    if (faults.length > 0) return refuse('invalid_arguments', faults);
    if (page.token === 'none') return installs.access(values);
    if (token === undefined) return refuse('not_authed');
    if (page.token === 'app') {
      if (token !== appToken) return refuse(world.tokens.has(token) ? 'not_allowed_token_type' : 'invalid_auth');
      return {
        ok: true,
        url: `${options.linkOrigin ?? `ws://127.0.0.1:${port}`}/link/?ticket=${socket.ticket()}&app_id=${appId}`,
      };
    }
    if (token === appToken) return refuse('not_allowed_token_type');
    const granted = world.tokens.get(token);
    const workspace = world.workspaces.get(granted?.team ?? '');
    if (!granted || !workspace) return refuse('invalid_auth');
    if (granted.revoked) return refuse('token_revoked');
    if (!workspace.active) return refuse('account_inactive');
    return scopeFault(method, granted) ?? methods[method]!({ granted, workspace }, values);
  }

  function reply(response: ServerResponse, call: SlackCall, answer: Answer): void {
    call.answer = answer;
    const granted = world.tokens.get(call.token ?? '')?.scopes ?? [];
    const needed = documented(call.method)?.scopes ?? [];
    response.writeHead(200, {
      'content-type': 'application/json; charset=utf-8',
      ...(call.token === undefined ? {} : { 'x-oauth-scopes': [...granted].join(',') }),
      ...(needed.length > 0 ? { 'x-accepted-oauth-scopes': needed.join(',') } : {}),
    });
    response.end(JSON.stringify(answer));
  }

  async function answerMethod(method: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = new URLSearchParams(await readBody(request));
    // Every method documents `token`, in the header or as an argument. Slack's own client sends both when one is given
    // with a call.
    const argument = form.get('token') ?? undefined;
    form.delete('token');
    const { values, faults } = readArguments(documented(method) ?? { token: 'none' }, form);
    const contentType = request.headers['content-type'] ?? '';
    const isForm = contentType === '' || contentType.startsWith('application/x-www-form-urlencoded');
    if (request.method !== 'POST') faults.push(`[ERROR] ${request.method} instead of POST`);
    const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? argument;
    if (argument !== undefined && argument !== token) faults.push('[ERROR] two different tokens');
    const team = world.tokens.get(token ?? '')?.team;
    const { headers } = request;
    const call: SlackCall = { method, arguments: values, token, team, at: Date.now(), headers, answer: undefined };
    calls.push(call);
    const rule = rules.find((each) => each.times > 0 && each.matches(call));
    if (rule) rule.times -= 1;
    const fault = rule?.fault;
    waits.changed();
    if (fault?.kind === 'drop') return void request.socket.destroy();
    if (fault?.kind === 'status') {
      const wait = fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) };
      response.writeHead(fault.status, { 'content-type': fault.contentType ?? 'application/json', ...wait });
      return void response.end(fault.body ?? '{"ok":false,"error":"injected"}');
    }
    if (fault?.kind === 'error') return reply(response, call, { ok: false, error: fault.error, ...fault.fields });
    if (fault?.kind === 'delay') await fault.until;
    const answer = isForm ? perform(call, faults) : refuse('invalid_post_type');
    if (VIOLATIONS.has(answer.error ?? '')) {
      const why = answer['response_metadata']?.messages?.join('; ') ?? '';
      violate(`${method}: ${answer.error} ${why}`.trim());
    }
    if (answer['warning'] !== undefined) violate(`${method}: ${answer['warning']}`);
    if (fault?.kind === 'drop-after') request.socket.destroy();
    else reply(response, call, answer);
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url!, 'http://localhost');
    const [, root = '', rest = ''] = /^\/(api|response)\/([^/]+)$/.exec(pathname) ?? [];
    if (root === 'api') return await answerMethod(rest, request, response);
    if (root === 'response' && request.method === 'POST') {
      const { status, body } = responses.post(rest, request.headers['content-type'] ?? '', await readBody(request));
      return void response.writeHead(status, { 'content-type': 'text/plain' }).end(body);
    }
    if (files.answer(request, response)) return;
    if (pathname === '/oauth/v2/authorize' && request.method === 'GET') {
      const result = installs.authorize(searchParams);
      if ('location' in result) return void response.writeHead(302, { location: result.location }).end();
      return void response.writeHead(400, { 'content-type': 'text/plain' }).end(result.faults.join('\n'));
    }
    violate(`no such address: ${request.method} ${pathname}`);
    response.writeHead(404).end();
  }

  const server = createServer((request, response) => {
    answer(request, response)
      .catch((error: unknown) => {
        // A fault of the fake itself must not look like one of Slack.
        violate(`fake Slack: ${error instanceof Error ? error.stack : String(error)}`);
        response.destroy();
      })
      .finally(() => waits.changed());
  });
  server.on('upgrade', (request, stream, head) => socket.upgrade(request, stream, head));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;

  return {
    origin,
    /** For `SLACK_API_URL`. */
    apiUrl: `${origin}/api/`,
    authorizeUrl: `${origin}/oauth/v2/authorize`,
    appToken,
    calls,
    violations,
    /** Calls of `response_url`s. */
    responses: responses.responses,
    /** Workspaces, people, conversations, tokens: tests read and change them. */
    world,
    /** Files that people attach. */
    files,
    socket,
    /** Who answers the consent page next, and whether they refuse. */
    installer: installs.installer,
    /** The calls of one method. */
    callsOf: (method: string) => calls.filter((call) => call.method === method),
    /** What a conversation shows now, oldest first. */
    messages: (channel: string) => world.messages.filter((message) => message.channel === channel),
    /** What only this person sees, oldest first. */
    ephemerals: (user: string) => world.ephemerals.filter((message) => message.user === user),
    /** A person's Home tab as it was published last. */
    home: (user: string, team = 'T0ACME') => world.homes.get(`${team}:${user}`),
    /** Injects a fault into the next `times` calls (default: all) of a method (default: any) that match. */
    fail(
      fault: SlackFault,
      given: { method?: string; times?: number; matches?: (call: SlackCall) => boolean } = {},
    ): void {
      const { method, times = Infinity, matches = () => true } = given;
      rules.push({
        fault,
        times,
        matches: (call) => (method === undefined || call.method === method) && matches(call),
      });
    },
    /** From now on no fault strikes. */
    heal(): void {
      rules.length = 0;
    },
    /** Resolves once `count` calls (of a method) have arrived in all, with them. */
    received(count: number, { method, timeout }: { method?: string; timeout?: number } = {}): Promise<SlackCall[]> {
      const matching = () => calls.filter((call) => method === undefined || call.method === method);
      const enough = () => matching().length >= count && matching();
      return waits.until(enough, `${count} calls${method === undefined ? '' : ` of ${method}`}`, timeout);
    },
    /**
     * Resolves with the first call after this moment that matches; it is carried out by then, unless a fault holds it.
     */
    next(predicate: (call: SlackCall) => boolean = () => true, timeout?: number): Promise<SlackCall> {
      const seen = calls.length;
      return waits.until(() => calls.slice(seen).find(predicate), 'a matching call', timeout);
    },
    /**
     * Resolves with what `probe` finds in the state, e.g. a message in a channel; looked at after everything that
     * happens.
     */
    until: waits.until,
    /** A `response_url`, for a command or a click. */
    responseUrl: (place: ResponsePlace): string => `${origin}/response/${responses.open(place)}`,
    /**
     * Shows what the bot answered a slash command with, as Slack does with the body of the HTTP answer or the payload
     * of an ack.
     */
    showAnswer: responses.show,
    async close(): Promise<void> {
      waits.close();
      socket.close();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

export type FakeSlack = Awaited<ReturnType<typeof startFakeSlack>>;
