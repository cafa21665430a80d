import { SocketModeReceiver } from '@slack/bolt';
import type { Log } from '../../core/ports.ts';
import { describeError } from '../../http/failure.ts';
import { apiFailure } from './failures.ts';
import { slackLogger } from './logger.ts';
import type { Processor } from './receivers.ts';

const SECOND = 1000;
/** How long a connection may take until Slack says hello. */
const HELLO_WITHIN = 15 * SECOND;
const MOST_WAIT = 30 * SECOND;
/** The second connection comes this much later, so that Slack does not renew both at once. */
const STAGGER = SECOND;
/** How long the end waits for Slack to agree to the end of the connection. */
const CLOSE_WITHIN = SECOND;

/** How long to wait before connecting again, milliseconds: not at all after a connection that worked, then doubling, jittered. */
function pause(failures: number, retryAfter: number | undefined, random: number): number {
  if (failures === 0) return 0;
  const doubled = Math.min(MOST_WAIT, 500 * 2 ** Math.min(failures - 1, 10));
  return Math.max(retryAfter ?? 0, doubled * (0.8 + 0.2 * random));
}

interface SocketOptions {
  app: Processor;
  appToken: string;
  apiUrl: string;
  log: Log;
  random: () => number;
}

/**
 * One WebSocket to Slack that is kept open. Bolt's own way back waits five seconds each time and ends the process when Slack cannot be reached, so that
 * reconnecting is ours; the rest is Bolt's.
 */
function createConnection({ app, appToken, apiUrl, log, random }: SocketOptions) {
  const receiver = new SocketModeReceiver({
    appToken,
    autoReconnectEnabled: false,
    logger: slackLogger(log),
    installerOptions: {
      clientOptions: {
        slackApiUrl: apiUrl,
        retryConfig: { retries: 0 },
        rejectRateLimitedCalls: true,
        timeout: HELLO_WITHIN,
      },
    },
    // No acknowledgement: Slack delivers it again.
    processEventErrorHandler: () => Promise.resolve(false),
  });
  receiver.init(app as Parameters<SocketModeReceiver['init']>[0]);
  const { client } = receiver;
  const ending = new AbortController();
  let connected = false;
  let running: Promise<void> | null = null;

  /** Resolves when Slack has said hello; rejects when it does not in time. */
  async function connect(): Promise<void> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new Error('Slack did not say hello in time.')), HELLO_WITHIN);
    const starting = client.start();
    starting.catch(() => {});
    try {
      await Promise.race([starting, late.promise]);
    } catch (error) {
      void client.disconnect();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  function sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(done, milliseconds);
      function done(): void {
        clearTimeout(timer);
        ending.signal.removeEventListener('abort', done);
        resolve();
      }
      ending.signal.addEventListener('abort', done);
    });
  }

  async function keepConnected(delay: number): Promise<void> {
    let failures = 0;
    await sleep(delay);
    while (!ending.signal.aborted) {
      let retryAfter: number | undefined;
      try {
        const disconnected = new Promise<void>((resolve) => void client.once('disconnected', () => resolve()));
        await connect();
        failures = 0;
        connected = true;
        log.info({}, 'connected to Slack by Socket Mode');
        await disconnected;
        log.info({}, 'a connection to Slack ended; connecting again');
      } catch (error) {
        if (ending.signal.aborted) return;
        failures += 1;
        const failure = apiFailure('apps.connections.open', error);
        retryAfter = failure.retryAfter;
        log.error({ err: describeError(error), reason: failure.message }, 'Slack could not be reached by Socket Mode');
      }
      connected = false;
      await sleep(pause(failures, retryAfter, random()));
    }
  }

  return {
    /** `delay` is in milliseconds. */
    start(delay: number): void {
      running ??= keepConnected(delay);
    },
    connected: () => connected,
    async close(): Promise<void> {
      ending.abort();
      const late = new Promise<void>((resolve) => setTimeout(resolve, CLOSE_WITHIN).unref());
      await Promise.race([client.disconnect(), late]);
      await running;
      connected = false;
    },
  };
}

/**
 * Socket Mode: two WebSockets to Slack. Slack renews each of them every few hours (docs.slack.dev, "Using Socket Mode", "Using multiple connections"); with one
 * alone, a slash command in between would come to nothing.
 */
export function createSocket(options: SocketOptions) {
  const connections = [createConnection(options), createConnection(options)];
  return {
    start(): void {
      for (const [index, connection] of connections.entries()) connection.start(index * STAGGER);
    },
    connected: () => connections.some((connection) => connection.connected()),
    close: async () => void (await Promise.all(connections.map((connection) => connection.close()))),
  };
}
