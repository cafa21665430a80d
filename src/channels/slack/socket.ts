import { SocketModeReceiver } from '@slack/bolt';
import { z } from 'zod';
import { backoff } from '../../core/backoff.ts';
import { DeliveryError } from '../../core/errors.ts';
import type { Log } from '../../core/ports/log.ts';
import { apiFailure, slackCode } from './failures.ts';
import { slackLogger } from './logger.ts';
import { createReach, type Reach } from './reach.ts';
import type { Processor } from './receivers.ts';
import { createWay, type Way } from './way.ts';
import { SECOND } from '../../core/time.ts';
import { within } from '../../timing/within.ts';

const envelopeSchema = z.object({ type: z.string(), payload: z.unknown().optional(), reason: z.unknown().optional() });
const eventSchema = z.object({ event: z.object({ type: z.string() }) });

/** How long the request for an address may take. */
const OPEN_WITHIN = 10 * SECOND;
/** How long that request and the connection may take together until Slack says hello. */
const HELLO_WITHIN = 15 * SECOND;
const MOST_WAIT = 30 * SECOND;
/** A connection that ends sooner is a restless one: after several in a row there are pauses. */
const STEADY_AFTER = 10 * SECOND;
const MOST_REST = 2 * SECOND;
/**
 * What Slack calls it that an app has more connections than it may (ten at once), as a reason to disconnect or as an
 * error (github.com/slackapi/bolt-js/issues/2225). Asking again at once would only go on like that.
 */
const CROWDED = 'too_many_websockets';
const LEAST_CROWDED = 2 * SECOND;
const MOST_CROWDED = 300 * SECOND;
/** The second connection comes this much later, so that Slack does not renew both at once. */
const STAGGER = SECOND;
/** How long the end waits for Slack to agree to the end of the connection. */
const CLOSE_WITHIN = SECOND;

/**
 * How long to wait before connecting again, milliseconds: doubled with each failure in a row, jittered, never less than
 * Slack asked for. `failures` counts from 1.
 */
export function pauseAfterFailure(failures: number, retryAfter: number, random: number): number {
  return backoff(failures, { first: SECOND / 2, longest: MOST_WAIT, asked: retryAfter, random });
}

/**
 * The same after a connection that worked: not at all, unless it was one of several that ended soon after they began.
 */
export function pauseAfterLoss(restless: number, random: number): number {
  return backoff(restless - 1, { first: SECOND / 4, longest: MOST_REST, random });
}

/** The same when there are too many connections, which is not over in a moment. `times` counts from 1. */
export function pauseWhenCrowded(times: number, random: number): number {
  return backoff(times, { first: LEAST_CROWDED, longest: MOST_CROWDED, random });
}

/**
 * A frame of text that says its type, and, for an event, brings one (docs.slack.dev, "Using Socket Mode"); null for any other.
 */
function readFrame(frame: unknown): z.infer<typeof envelopeSchema> | null {
  if (typeof frame !== 'string') return null;
  try {
    const parsed = envelopeSchema.safeParse(JSON.parse(frame));
    if (!parsed.success) return null;
    return parsed.data.type !== 'events_api' || eventSchema.safeParse(parsed.data.payload).success ? parsed.data : null;
  } catch {
    return null;
  }
}

interface SocketOptions {
  app: Processor;
  appToken: string;
  apiUrl: string;
  log: Log;
  random: () => number;
  reach?: Reach;
  way?: Way;
}

interface Connection {
  client: SocketModeReceiver['client'];
  line: ReturnType<Way['line']>;
  log: Log;
  reach: Reach;
  random: () => number;
  /** Aborted when the connection is to be closed. */
  ending: AbortController;
  running: Promise<void> | null;
  /** Since when there has been no connection (performance.now()); null while there is one. */
  lostAt: number | null;
  /** Counts connections that came to an end. */
  session: number;
  /** Slack ended the last connection because there are too many. */
  isCrowded: boolean;
  /** How often in a row: it could not be made, it ended soon after it began, there were too many. */
  failures: number;
  restless: number;
  crowded: number;
}

/**
 * One WebSocket to Slack that is kept open. Bolt's own way back waits five seconds each time and ends the process when
 * Slack cannot be reached, so that reconnecting is ours; the rest is Bolt's.
 */
function createConnection({
  app,
  appToken,
  apiUrl,
  log,
  random,
  reach,
  way = createWay(null),
}: SocketOptions & { reach: Reach }) {
  const ending = new AbortController();
  const line = way.line();
  const receiver = createReceiver({ appToken, apiUrl, log, way, line, ending: ending.signal });
  const connection: Connection = {
    client: receiver.client,
    line,
    log,
    reach,
    random,
    ending,
    running: null,
    lostAt: performance.now(),
    session: 0,
    isCrowded: false,
    failures: 0,
    restless: 0,
    crowded: 0,
  };
  guardFrames(connection);
  receiver.init(acknowledging(connection, app) as Parameters<SocketModeReceiver['init']>[0]);
  return {
    /** `delay` is in milliseconds. */
    start(delay: number): void {
      connection.running ??= keepConnected(connection, delay);
    },
    lostAt: () => connection.lostAt,
    close: () => close(connection),
  };
}

function createReceiver({
  appToken,
  apiUrl,
  log,
  way,
  line,
  ending,
}: Pick<SocketOptions, 'appToken' | 'apiUrl' | 'log'> & {
  way: Way;
  line: Connection['line'];
  ending: AbortSignal;
}): SocketModeReceiver {
  return new SocketModeReceiver({
    appToken,
    ...(line.dispatcher ? { dispatcher: line.dispatcher } : {}),
    autoReconnectEnabled: false,
    logger: slackLogger(log),
    installerOptions: {
      clientOptions: {
        slackApiUrl: apiUrl,
        retryConfig: { retries: 0 },
        rejectRateLimitedCalls: true,
        timeout: OPEN_WITHIN,
        // A request that is on its way does not hold up the end.
        fetch: (url, init) =>
          way.fetch(url, { ...init, signal: AbortSignal.any([ending, ...(init?.signal ? [init.signal] : [])]) }),
      },
    },
    // No acknowledgement: Slack delivers it again.
    processEventErrorHandler: () => Promise.resolve(false),
  });
}

/** The client takes for granted that frames are envelopes; anything else would end the process. */
function guardFrames(connection: Connection): void {
  const { client, log } = connection;
  const readers = client.listeners('ws_message');
  client.removeAllListeners('ws_message');
  client.on('ws_message', (data: unknown, isBinary: boolean) => {
    const frame = readFrame(data);
    if (!frame) return log.debug({}, 'a frame of Slack that is no envelope');
    if (frame.type === 'disconnect') connection.isCrowded = frame.reason === CROWDED;
    for (const read of readers) Reflect.apply(read, client, [data, isBinary]);
  });
}

function acknowledging(connection: Connection, app: Processor): Processor {
  return {
    processEvent(event) {
      const arrivedOn = connection.session;
      return app.processEvent({
        ...event,
        async ack(answer) {
          // The client would send it on whatever connection there is by now, where Slack does not know the envelope.
          if (connection.session !== arrivedOn) throw new Error('The connection that it came on is gone.');
          await event.ack(answer);
        },
      });
    },
  };
}

async function keepConnected(connection: Connection, delay: number): Promise<void> {
  const { client, line, ending } = connection;
  await sleep(connection, delay);
  while (!ending.signal.aborted) {
    const lost = Promise.withResolvers<void>();
    function onLost(): void {
      connection.session += 1;
      lost.resolve();
    }
    client.once('disconnected', onLost);
    connection.isCrowded = false;
    try {
      await connect(client);
    } catch (error) {
      client.off('disconnected', onLost);
      line.cut();
      if (ending.signal.aborted) return;
      await restAfterFailure(connection, error);
      continue;
    }
    await stayConnected(connection, lost.promise);
    if (ending.signal.aborted) return;
    await restAfterLoss(connection);
  }
}

/** Resolves when Slack has said hello; rejects when it does not in time. */
async function connect(client: Connection['client']): Promise<void> {
  try {
    await within(client.start(), HELLO_WITHIN, () => {
      throw new DeliveryError('unavailable', 'Slack did not say hello in time.');
    });
  } catch (error) {
    // The first says good-bye, the second does not wait for an answer: what is left of this connection must not end
    // the next one.
    void client.disconnect();
    void client.disconnect();
    throw error ?? new DeliveryError('unavailable', 'The connection to Slack ended before Slack said hello.');
  }
}

async function stayConnected(connection: Connection, lost: Promise<void>): Promise<void> {
  connection.failures = 0;
  connection.restless += 1;
  const steady = setTimeout(() => (connection.restless = connection.crowded = 0), STEADY_AFTER);
  connection.lostAt = null;
  connection.reach.reached();
  connection.log.info({}, 'connected to Slack by Socket Mode');
  await lost;
  connection.line.cut();
  connection.lostAt = performance.now();
  clearTimeout(steady);
}

async function restAfterFailure(connection: Connection, error: unknown): Promise<void> {
  const failure = apiFailure('apps.connections.open', error);
  if (connection.isCrowded || slackCode(failure) === CROWDED) return waitForRoom(connection);
  connection.failures += 1;
  const { retryAfter = 0 } = failure;
  connection.reach.failed(failure);
  await sleep(connection, pauseAfterFailure(connection.failures, retryAfter, connection.random()));
}

async function restAfterLoss(connection: Connection): Promise<void> {
  if (connection.isCrowded) return waitForRoom(connection);
  connection.log.info({}, 'a connection to Slack ended; connecting again');
  await sleep(connection, pauseAfterLoss(connection.restless, connection.random()));
}

async function waitForRoom(connection: Connection): Promise<void> {
  connection.crowded += 1;
  const pause = Math.round(pauseWhenCrowded(connection.crowded, connection.random()));
  connection.log.warn(
    { reason: CROWDED, pause },
    'Slack says that this app has too many Socket Mode connections (ten are allowed); does another bot use the same SLACK_APP_TOKEN?',
  );
  await sleep(connection, pause);
}

/** Ends early when the connection is to be closed. */
function sleep({ ending: { signal } }: Connection, milliseconds: number): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(done, milliseconds);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done);
  });
}

async function close({ client, line, ending, running }: Connection): Promise<void> {
  ending.abort();
  void client.disconnect();
  // Asked again, the client does not wait for Slack to agree.
  const insisting = setInterval(() => void client.disconnect(), CLOSE_WITHIN);
  await running;
  line.cut();
  clearInterval(insisting);
}

/**
 * Socket Mode: two WebSockets to Slack. Slack renews each of them every few hours (docs.slack.dev, "Using Socket Mode",
 * "Using multiple connections"); with one alone, a slash command in between would come to nothing.
 */
export function createSocket(options: SocketOptions) {
  const shared = { ...options, reach: options.reach ?? createReach(options.log) };
  const connections = [createConnection(shared), createConnection(shared)];
  return {
    start(): void {
      for (const [index, connection] of connections.entries()) connection.start(index * STAGGER);
    },
    /** How long there has been no connection, milliseconds; null while there is one. */
    awayFor(): number | null {
      const lost = connections.map((connection) => connection.lostAt());
      // The last one to go says since when there is none.
      return lost.includes(null) ? null : performance.now() - Math.max(...lost.map((at) => at ?? 0));
    },
    close: async () => void (await Promise.all(connections.map((connection) => connection.close()))),
  };
}
