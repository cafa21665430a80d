import { WebClient } from '@slack/web-api';
import type { Log } from '../../core/ports/log.ts';
import { DeliveryError } from '../../core/errors.ts';
import { apiFailure } from './failures.ts';
import { slackLogger } from './logger.ts';
import { createHolds } from '../../timing/holds.ts';
import { within } from '../../timing/within.ts';

/** The parts of any answer of the Web API that we look at. */
export interface ApiAnswer {
  ok: boolean;
  ts?: string;
  channel?: string;
  /** Scopes of the token, when Slack told them (header x-oauth-scopes). */
  response_metadata?: { scopes?: string[] };
  [field: string]: unknown;
}

/**
 * How much longer than its deadline an unanswered call is listened to, in case its answer still comes. Milliseconds.
 */
const LATE = 120_000;
/** Clients that are kept, one per token. */
const MOST_CLIENTS = 500;

/**
 * Calls Slack's Web API: one request each, with a deadline (`sendTimeout`, milliseconds), since our outbox does the
 * retrying. Everything that goes wrong comes out as DeliveryError. After a 429 further calls of that method with that
 * token fail as `throttled` by themselves until the time that Slack named has passed; new messages have a limit for
 * each channel (docs.slack.dev, "Rate limits", posting messages), so that only that one waits.
 */
export function createSlackApi(options: {
  apiUrl: string;
  sendTimeout: number;
  log: Log;
  now: () => number;
  fetch?: typeof globalThis.fetch;
}) {
  const { apiUrl, sendTimeout, log, now } = options;
  const clients = new Map<string, WebClient>();
  const holds = createHolds(now);
  const logger = slackLogger(log);

  function clientFor(token: string): WebClient {
    const known = clients.get(token);
    if (known) return known;
    if (clients.size >= MOST_CLIENTS) clients.clear();
    const client = new WebClient(token, {
      slackApiUrl: apiUrl,
      logger,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      timeout: sendTimeout + LATE,
      ...(options.fetch ? { fetch: options.fetch } : {}),
    });
    clients.set(token, client);
    return client;
  }

  /** `late` takes the answer of a call that had been given up. */
  async function call(
    token: string,
    method: string,
    args: Record<string, unknown>,
    late?: (answer: ApiAnswer) => void,
  ): Promise<ApiAnswer> {
    const place = method === 'chat.postMessage' ? String(args['channel']) : '';
    const key = `${method} ${token} ${place}`;
    const remaining = holds.remaining(key);
    if (remaining > 0)
      throw new DeliveryError('throttled', `Slack asked to wait with ${method}.`, {
        status: 429,
        retryAfter: remaining,
      });
    let isLate = false;
    const answering = clientFor(token).apiCall(method, args) as Promise<ApiAnswer>;
    function tooLate(): never {
      isLate = true;
      throw new DeliveryError('ambiguous', `No answer came from Slack to ${method} in time.`);
    }
    answering.then(
      (answer) => {
        if (isLate) late?.(answer);
      },
      (error: unknown) => {
        const { code, retryAfter = 0 } = apiFailure(method, error);
        if (code === 'throttled') holds.hold(key, retryAfter);
      },
    );
    try {
      return await within(answering, sendTimeout, tooLate);
    } catch (error) {
      throw apiFailure(method, error);
    }
  }

  return { call };
}

export type SlackApi = ReturnType<typeof createSlackApi>;
