import type { AuthenticationRefused } from '../calendars/graph/authentication.ts';
import { createGraphClient, type GraphCall } from '../calendars/graph/client.ts';
import { createTokenSource } from '../calendars/graph/credentials.ts';
import { opens } from '../calendars/graph/mailbox.ts';
import type { Config } from '../config/config.ts';
import { DeliveryError } from '../core/errors.ts';
import type { Log } from '../core/ports/log.ts';

/** How a mailbox was found. */
export type Door = 'opens' | 'forbidden' | 'gone' | { failed: string };

export interface GraphAccess {
  /** The bot's own token. Rejects with AuthenticationRefused or another DeliveryError. */
  token(): Promise<string>;
  /** How the mailbox is found. Rejects where there is no token. */
  door(mailbox: string): Promise<Door>;
}

export interface GraphAccessOptions {
  env: Record<string, string | undefined>;
  /** For each call, milliseconds. */
  timeout: number;
  log: Log;
  now: () => number;
}

async function look(
  at: string,
  baseUrl: string,
  token: () => Promise<string>,
  { timeout, log, now }: GraphAccessOptions,
): Promise<Door> {
  const { call } = createGraphClient({
    baseUrl,
    tokens: { get: async () => ({ token: await token(), kind: 'application' }), refused() {} },
    authentication: { failed() {}, recovered() {} },
    log,
    timeout,
    now,
    random: Math.random,
  });
  try {
    const isOpen = await opens((request: GraphCall & { mailbox: string }) => call(request), at);
    return isOpen ? 'opens' : 'forbidden';
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    if (error.code === 'gone') return 'gone';
    const { problem } = error as Partial<AuthenticationRefused>;
    return { failed: problem?.code ?? (error.status === undefined ? error.code : `HTTP ${error.status}`) };
  }
}

/** Token and mailbox, each asked for once, however many checks look at it. */
export function createGraphAccess({ graph }: Pick<Config, 'graph'>, options: GraphAccessOptions): GraphAccess {
  const { baseUrl, accessToken } = graph;
  let asking: Promise<string> | undefined;
  let looking: Promise<Door> | undefined;

  function token(): Promise<string> {
    asking ??= createTokenSource({ baseUrl, env: options.env, ...(accessToken ? { accessToken } : {}) }).get();
    return asking;
  }

  return {
    token,
    door: (mailbox) => (looking ??= look(mailbox, baseUrl, token, options)),
  };
}
