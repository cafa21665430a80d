import { AsyncLocalStorage } from 'node:async_hooks';
import { DeliveryError, errorCodes } from '../../core/errors.ts';
import { parseRetryAfter } from '../../http/retry-after.ts';
import { neverSent } from '../../http/unsent.ts';
import { connectorError, objectOf, tokenError } from './refusals.ts';
import { createHolds, type Holds } from '../../timing/holds.ts';
import { within } from '../../timing/within.ts';

/** How far a send has come, seen from inside the SDK's request pipeline. */
interface Passage {
  written: boolean;
  abandoned: boolean;
  /** Takes the id of a message whose answer came too late. */
  late?: (activityId: string) => void;
}

/**
 * How much longer than its deadline an unanswered send is listened to, in case its answer still comes. Milliseconds.
 */
const LATE = 120_000;

/**
 * What a 429 is about: the service limits each operation in each conversation by itself (Teams, "Optimize your bot with
 * rate limiting").
 */
function limitOf(method: string, url: string): string {
  return `${method} ${url.replace(/(?<=\/activities)\/.*/, '')}`;
}

/** Throws DeliveryError as long as the service has asked to wait. */
function heed(holds: Holds, limit: string): void {
  const retryAfter = holds.remaining(limit);
  if (retryAfter > 0)
    throw new DeliveryError('throttled', 'The Bot Framework connector asked to wait.', { status: 429, retryAfter });
}

/** The parts of the SDK's request that are sent on. */
interface ConnectorRequest {
  url: string;
  method: string;
  body?: unknown;
  headers: { headersArray(): { name: string; value: string }[] };
}

/**
 * A failed fetch as DeliveryError: `unavailable` when the connection was never made, `ambiguous` when the request may
 * have arrived.
 */
function fetchError(error: unknown): DeliveryError {
  const codes = errorCodes(error);
  if (neverSent(error))
    return new DeliveryError('unavailable', `The connector could not be reached (${codes[0]}).`, { cause: error });
  return new DeliveryError('ambiguous', `No answer came from the connector (${codes[0] ?? 'timeout'}).`, {
    cause: error,
  });
}

/** What is on its way to the connector, and what has to wait. */
interface Gate {
  sendTimeout: number;
  now: () => number;
  passages: AsyncLocalStorage<Passage>;
  holds: Holds;
}

/**
 * The way to the Bot Framework connector. The SDK's own client retries 5xx and resets three times (duplicates) and
 * never gives up on a silent peer; `httpClient` makes exactly one request with a deadline and throws DeliveryError,
 * which the SDK passes on. `sendTimeout` is in milliseconds. After a 429 with Retry-After further requests of that kind
 * to that conversation fail as `throttled` by themselves until that time has passed.
 */
export function createConnector({ sendTimeout, now }: { sendTimeout: number; now: () => number }) {
  const gate: Gate = { sendTimeout, now, passages: new AsyncLocalStorage(), holds: createHolds(now) };
  return {
    httpClient: { sendRequest: (request: ConnectorRequest) => sendRequest(gate, request) },
    /**
     * Runs one send through the SDK. Fetching the access token has no deadline of its own: after `sendTimeout` without
     * a request on its way the send fails as `unavailable`, and a token that comes later sends nothing. Anything that
     * is no DeliveryError is made one.
     */
    pass: <T>(send: () => Promise<T>, late?: (activityId: string) => void): Promise<T> => pass(gate, send, late),
  };
}

export type Connector = ReturnType<typeof createConnector>;

async function pass<T>(
  { passages, sendTimeout }: Gate,
  send: () => Promise<T>,
  late: ((activityId: string) => void) | undefined,
): Promise<T> {
  const passage: Passage = { written: false, abandoned: false, ...(late ? { late } : {}) };
  const sending = passages.run(passage, send);
  function withoutToken(): Promise<T> {
    // What is on its way has a deadline of its own.
    if (passage.written) return sending;
    passage.abandoned = true;
    throw new DeliveryError('unavailable', 'No access token came in time.');
  }
  try {
    return await within(sending, sendTimeout, withoutToken);
  } catch (error) {
    if (error instanceof DeliveryError) throw error;
    if (!passage.written) throw tokenError(error);
    throw new DeliveryError('ambiguous', 'The Bot Framework SDK failed to send.', { cause: error });
  }
}

async function sendRequest({ passages, holds, sendTimeout, now }: Gate, request: ConnectorRequest) {
  const passage = passages.getStore();
  if (passage?.abandoned) throw new DeliveryError('unavailable', 'The access token came too late.');
  const { method, url } = request;
  const limit = limitOf(method, url);
  heed(holds, limit);
  if (passage) passage.written = true;
  const { response, text } = await fetchOnce(request, sendTimeout, passage?.late);
  const wait = parseRetryAfter(response.headers.get('retry-after'), now());
  const failure = connectorError(method, { status: response.status, text, wait });
  if (failure?.code === 'throttled' && wait) holds.hold(limit, wait);
  if (failure) throw failure;
  return {
    status: response.status,
    request,
    headers: request.headers,
    bodyAsText: JSON.stringify(objectOf(text) ?? {}),
  };
}

interface Answer {
  response: Response;
  text: string;
}

/** Throws DeliveryError when no answer comes in time. */
async function fetchOnce(
  request: ConnectorRequest,
  sendTimeout: number,
  late: ((activityId: string) => void) | undefined,
): Promise<Answer> {
  const { method, url } = request;
  const headers = Object.fromEntries(request.headers.headersArray().map(({ name, value }) => [name, value]));
  // fetch sets these itself and refuses some of them.
  for (const name of Object.keys(headers))
    if (/^(?:content-length|host|connection|accept-encoding)$/i.test(name)) delete headers[name];
  try {
    const body = typeof request.body === 'string' ? { body: request.body } : {};
    const signal = AbortSignal.timeout(method === 'POST' ? sendTimeout + LATE : sendTimeout);
    const answering = fetch(url, { method, headers, ...body, redirect: 'manual', signal }).then(async (answer) => ({
      response: answer,
      text: await answer.text(),
    }));
    return await inTime(answering, sendTimeout, late);
  } catch (error) {
    throw fetchError(error);
  }
}

/**
 * The answer, if it comes within `sendTimeout`; else a TimeoutError. An answer that comes after that means that the
 * message arrived after all: its id is told to `late`, so that an extra copy can be taken back.
 */
async function inTime(
  answering: Promise<Answer>,
  sendTimeout: number,
  late: ((activityId: string) => void) | undefined,
): Promise<Answer> {
  let isLate = false;
  answering.then(
    ({ response, text }) => {
      const { id } = objectOf(text) ?? {};
      if (isLate && response.ok && typeof id === 'string' && id !== '') late?.(id);
    },
    () => {},
  );
  return within(answering, sendTimeout, () => {
    isLate = true;
    throw new DOMException('No answer in time.', 'TimeoutError');
  });
}
