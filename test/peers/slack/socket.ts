import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { performance } from 'node:perf_hooks';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { modalFaults } from './blocks.ts';
import { contentFault } from './methods.ts';
import type { Waits } from './waits.ts';

// Taken before any test replaces the clock.
const { setTimeout: startTimer, setInterval: startInterval, clearInterval: stopInterval } = globalThis;

export type EnvelopeKind = 'events_api' | 'slash_commands' | 'interactive';

/** One delivery of an envelope, and what became of it. */
export interface Delivery {
  envelopeId: string;
  kind: EnvelopeKind;
  payload: Record<string, any>;
  /** From 0. */
  attempt: number;
  /** Number of the connection, from 1. */
  connection: number;
  /** From the sending to the first ack, milliseconds; undefined without one. */
  ms: number | undefined;
  /** How often it was acked. More than once is a violation, unless it was sent in copies. */
  acks: number;
  /** What came with the ack, e.g. the answer to a slash command. */
  answer: Record<string, any> | undefined;
  copies: number;
}

interface Connection {
  number: number;
  socket: WebSocket;
  pings: NodeJS.Timeout;
  /** It was told to go: gets no further envelopes. */
  leaving: boolean;
}

/** Fields of an answer to a slash command; docs.slack.dev/interactivity/implementing-slash-commands. */
const ANSWER_FIELDS = new Set(['text', 'blocks', 'response_type', 'thread_ts', 'replace_original', 'delete_original']);

/** What is wrong with the message with which a command is answered or a `response_url` is called. */
export function answerFaults(answer: Record<string, any>): string[] {
  const faults = Object.keys(answer)
    .filter((key) => !ANSWER_FIELDS.has(key))
    .map((key) => `unknown field: ${key}`);
  const type = answer['response_type'];
  if (type !== undefined && type !== 'ephemeral' && type !== 'in_channel')
    faults.push(`unknown response_type: ${type}`);
  for (const key of ['replace_original', 'delete_original']) {
    if (answer[key] !== undefined && typeof answer[key] !== 'boolean') faults.push(`${key} must be a boolean`);
  }
  if (answer['text'] !== undefined && typeof answer['text'] !== 'string') return [...faults, 'text must be a string'];
  const fault = contentFault(answer);
  if (fault) faults.push(fault.error!, ...(fault['response_metadata']?.messages ?? []));
  return faults;
}

/** What is wrong with the answer to a sent form (docs.slack.dev/surfaces/modals, "Closing views" and the following). */
function formAnswerFaults(answer: Record<string, any>, { view }: Record<string, any>): string[] {
  const { response_action: action, ...rest } = answer;
  if (action === 'clear') return Object.keys(rest).map((key) => `unknown field: ${key}`);
  if (action === 'update') return modalFaults(rest['view']);
  if (action !== 'errors') return [`unknown response_action: ${action}`];
  const ids = new Set(view.blocks.filter(({ type }: any) => type === 'input').map((each: any) => each.block_id));
  const unknown = Object.keys(rest['errors']).filter((id) => !ids.has(id));
  return unknown.map((id) => `an error at no input block: ${id}`);
}

/**
 * The WebSocket side of Socket Mode; docs.slack.dev/apis/events-api/using-socket-mode. `violate` records what an app
 * must not do.
 */
export function createSlackSocket(config: {
  appId: string;
  waits: Waits;
  violate: (what: string) => void;
  /** Milliseconds between pings. */
  pingEvery: number;
}) {
  const { appId, waits, violate, pingEvery } = config;
  const server = new WebSocketServer({ noServer: true });
  const tickets = new Set<string>();
  const connections = new Set<Connection>();
  const deliveries: Delivery[] = [];
  let opened = 0;
  let turn = 0;
  let most = Infinity;

  function received(connection: Connection, text: string, sentAt: Map<string, number>): void {
    let ack: Record<string, any>;
    try {
      ack = JSON.parse(text);
    } catch {
      return violate(`socket: not JSON: ${text}`);
    }
    const { envelope_id: id, payload, ...rest } = ack;
    if (typeof id !== 'string' || Object.keys(rest).length > 0) return violate(`socket: malformed ack: ${text}`);
    const delivery = deliveries.find((each) => each.envelopeId === id);
    if (!delivery) return violate(`socket: ack of an unknown envelope: ${text}`);
    delivery.acks += 1;
    if (delivery.acks > delivery.copies) violate(`socket: acked ${delivery.acks} times: ${id}`);
    if (delivery.connection !== connection.number) violate(`socket: acked on another connection: ${id}`);
    const given = payload !== undefined && Object.keys(payload).length > 0;
    const isForm = delivery.payload['type'] === 'view_submission';
    if (given && delivery.kind !== 'slash_commands' && !isForm)
      violate(`socket: answer not accepted by ${delivery.kind}: ${text}`);
    if (given && isForm) for (const fault of formAnswerFaults(payload, delivery.payload)) violate(`socket: ${fault}`);
    if (given && !isForm) for (const fault of answerFaults(payload)) violate(`socket: answer to a command: ${fault}`);
    if (given) delivery.answer = payload;
    delivery.ms ??= performance.now() - sentAt.get(id)!;
  }

  const sentAt = new Map<string, number>();

  function accept(socket: WebSocket): void {
    opened += 1;
    const pings = startInterval(() => socket.ping(), pingEvery);
    const connection: Connection = { number: opened, socket, pings, leaving: false };
    connections.add(connection);
    socket.on('message', (data, isBinary) => {
      if (isBinary) violate('socket: binary frame');
      else received(connection, (data as Buffer).toString('utf8'), sentAt);
      waits.changed();
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      stopInterval(pings);
      connections.delete(connection);
      waits.changed();
    });
    const debug = { host: 'applink-fake', build_number: 1, approximate_connection_time: 18_060 };
    const hello = {
      type: 'hello',
      num_connections: connections.size,
      debug_info: debug,
      connection_info: { app_id: appId },
    };
    if (connections.size > most) {
      // Slack says so instead of hello, and goes.
      connection.leaving = true;
      socket.send(JSON.stringify({ type: 'disconnect', reason: 'too_many_websockets', debug_info: debug }));
      return socket.close(1000);
    }
    socket.send(JSON.stringify(hello), () => waits.changed());
    socket.ping();
  }

  /** Connections that take envelopes, round robin from where the last one stopped. */
  function nextConnection(): Connection | undefined {
    const open = [...connections].filter((each) => !each.leaving && each.socket.readyState === each.socket.OPEN);
    turn += 1;
    return open[turn % open.length];
  }

  function chosen(only: number | undefined): Connection[] {
    return [...connections].filter((each) => only === undefined || each.number === only);
  }

  return {
    /** Every delivery, redeliveries included. */
    deliveries,
    /** A single-use ticket for a connection. */
    ticket(): string {
      const ticket = randomUUID();
      tickets.add(ticket);
      return ticket;
    },
    upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
      const { pathname, searchParams } = new URL(request.url!, 'http://localhost');
      if (pathname !== '/link/' || !tickets.delete(searchParams.get('ticket') ?? '')) {
        violate(`socket: no such ticket: ${request.url}`);
        waits.changed();
        // Not 401: undici would try once more by itself.
        const refusal = 'HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n';
        return void socket.end(refusal, () => socket.destroy());
      }
      server.handleUpgrade(request, socket, head, accept);
    },
    /** Numbers of the open connections. */
    connections: () => [...connections].map((each) => each.number),
    /** Resolves once `count` connections (default 1) are open at the same time. */
    async connected(count = 1, timeout?: number): Promise<void> {
      const open = () => [...connections].filter((each) => !each.leaving).length;
      await waits.until(() => open() >= count, `${count} Socket Mode connections`, timeout);
    },
    /**
     * Delivers a payload and resolves once it was acked, with that delivery. A connection that goes away before the ack
     * gets it delivered again on the next one, under a new envelope id, at most `retries` times (default 3). `copies`
     * sends the same envelope so many times at once; `connection` picks one.
     */
    async sendEnvelope(
      kind: EnvelopeKind,
      payload: Record<string, any>,
      options: { retries?: number; copies?: number; connection?: number; attempt?: number; timeout?: number } = {},
    ): Promise<Delivery> {
      const { retries = 3, copies = 1, timeout } = options;
      for (let attempt = options.attempt ?? 0; ; attempt += 1) {
        const only = options.connection;
        const next = () => (only === undefined ? nextConnection() : chosen(only)[0]);
        const connection = await waits.until(next, 'a Socket Mode connection', timeout);
        const envelopeId = randomUUID();
        const delivery: Delivery = {
          envelopeId,
          kind,
          payload,
          attempt,
          connection: connection.number,
          ms: undefined,
          acks: 0,
          answer: undefined,
          copies,
        };
        deliveries.push(delivery);
        const retry = { retry_attempt: attempt, retry_reason: attempt > 0 ? 'timeout' : '' };
        const envelope = {
          envelope_id: envelopeId,
          payload,
          type: kind,
          accepts_response_payload: kind === 'slash_commands' || payload['type'] === 'view_submission',
          ...(kind === 'events_api' ? retry : {}),
        };
        sentAt.set(envelopeId, performance.now());
        for (let copy = 0; copy < copies; copy += 1) connection.socket.send(JSON.stringify(envelope));
        const settled = () => delivery.acks >= copies || !connections.has(connection);
        await waits.until(settled, `the ack of ${kind} ${envelopeId}`, timeout);
        if (delivery.acks >= copies) return delivery;
        if (attempt >= retries) throw new Error(`the connection went away before the ack of ${kind} ${envelopeId}`);
      }
    },
    /** Says on every connection (or on one) that it will go, and closes it `after` milliseconds later. */
    disconnect(
      reason: 'warning' | 'refresh_requested' | 'link_disabled' | 'too_many_websockets',
      { connection, after = 100 }: { connection?: number; after?: number } = {},
    ): void {
      for (const each of chosen(connection)) {
        each.leaving = reason !== 'warning';
        each.socket.send(JSON.stringify({ type: 'disconnect', reason, debug_info: { host: 'applink-fake' } }));
        startTimer(() => each.socket.close(1000), after).unref();
      }
    },
    /** How many connections this app may have from now on; Slack allows ten. */
    allow: (connections: number): void => void (most = connections),
    /** How many have ever been opened. */
    opened: () => opened,
    /** Destroys every connection (or one) without a word. */
    cut(connection?: number): void {
      for (const each of chosen(connection)) each.socket.terminate();
    },
    close(): void {
      for (const each of connections) each.socket.terminate();
      server.close();
    },
  };
}

export type SlackSocket = ReturnType<typeof createSlackSocket>;
