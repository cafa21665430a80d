import { DeliveryError } from '../../core/errors.ts';
import type { Instant } from '../../core/time.ts';
import type { AuthenticationProblem } from '../../core/ports/calendar.ts';
import { AuthenticationRefused, problemIn, problemOfRefusal } from './authentication.ts';
import { createCircuit, type AuthenticationListener } from './circuit.ts';
import { answerFailure, type GraphAnswer, type GraphMethod } from './failures.ts';
import { createRests } from './rests.ts';
import { createSlots } from './slots.ts';
import { createTransport, type GraphRequestLine } from './transport.ts';
import { within } from '../../timing/within.ts';

/** The two levels that are written to; a pino logger fits. */
interface GraphLog {
  debug(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** A bearer token for Graph: the bot's own, or that of the person whose mailbox it is. */
export interface GraphToken {
  token: string;
  kind: 'application' | 'person';
}

/** Who gives tokens, by mailbox; null stands for the directory, which no person's token is for. */
export interface GraphTokens {
  /**
   * Throws DeliveryError; AuthenticationRefused when Entra refuses the bot itself. With `personOnly` the bot's own
   * token is not wanted now: null where the mailbox's person is not signed in (an answer with the bot's own is not used
   * either).
   */
  get(mailbox: string | null, options: { personOnly: boolean }): Promise<GraphToken | null>;
  /** The service refused this token: it is not to be given again. */
  refused(mailbox: string | null, token: string): void;
}

export interface GraphClientOptions {
  /** https origin (and path, if any) of the service, without `/v1.0`. */
  baseUrl: string;
  tokens: GraphTokens;
  authentication: AuthenticationListener;
  log: GraphLog;
  /** Milliseconds for the token, and again for one call including the reading of its answer. */
  timeout: number;
  now: () => Instant;
  /** From 0 to 1. */
  random: () => number;
}

export interface GraphCall {
  method: GraphMethod;
  /** Directory object id or address; null for what belongs to no mailbox. */
  mailbox: string | null;
  /**
   * Path (and query) below `/users/{mailbox}`, percent-encoded, with a leading slash, or no more than a query for the
   * user itself; without a mailbox below the service's root. Or an absolute `@odata.nextLink`.
   */
  path: string;
  /** JSON text, sent exactly as given. */
  body?: string;
  /** ETag for If-Match. */
  ifMatch?: string | null;
  /** A POST that changes nothing: when its answer is lost it is simply `unavailable`. */
  isRead?: boolean;
  /** An advanced query of the directory (`ConsistencyLevel: eventual`). */
  eventual?: boolean;
}

/** A call of what belongs to a mailbox. */
export type MailboxCall = (call: GraphCall & { mailbox: string }) => Promise<GraphAnswer>;

export interface GraphClient {
  /**
   * One call, repeated only with a fresh token after a 401. Resolves with whatever else was answered (by the directory
   * also a second 401); throws DeliveryError when no whole answer came, when the token was refused, or when the call
   * was not made: `throttled` while the mailbox rests, AuthenticationRefused while the bot itself is refused.
   */
  call(call: GraphCall): Promise<GraphAnswer>;
}

/** Outlook allows four concurrent requests per app and mailbox; half of it leaves room for a second replica. */
const CALLS_PER_MAILBOX = 2;
const CALLS_AT_ONCE = 16;

/** For a call that found the bot's own token not wanted, in the moment in which it became wanted again. */
const UNTOLD: AuthenticationProblem = { what: 'other', code: null };

/** `encodeURIComponent` leaves dots alone, and URL parsers take `.` and `..` for steps up. */
function userPath(mailbox: string): string {
  if (/^\.{0,2}$/.test(mailbox)) {
    throw new DeliveryError('refused', 'The mailbox id is empty or no id: set an owner or CALENDAR_MAILBOX');
  }
  return `/users/${encodeURIComponent(mailbox)}`;
}

function tooLate(): never {
  throw new Error('deadline passed');
}

/** The way to Microsoft Graph, and what is known of whom it leads to. */
interface Graph extends Pick<GraphClientOptions, 'tokens' | 'log' | 'timeout'> {
  base: URL;
  exchange: ReturnType<typeof createTransport>;
  rests: ReturnType<typeof createRests>;
  circuit: ReturnType<typeof createCircuit>;
}

/** Paging links come from the answer: one that leads elsewhere would carry the token there. */
function lineOf(base: URL, { mailbox, path, ...line }: GraphCall): GraphRequestLine {
  if (/^(?:[/?]|$)/.test(path)) return { ...line, path: `${mailbox === null ? '' : userPath(mailbox)}${path}` };
  if (URL.parse(path)?.origin === base.origin) return { ...line, path };
  throw new DeliveryError('unavailable', 'Microsoft Graph answered with a paging link to another host');
}

function refuseWhileResting({ rests }: Graph, key: string): void {
  const remaining = rests.remaining(key);
  if (remaining === 0) return;
  const told = 'Microsoft Graph asked to leave this mailbox alone for a while';
  throw new DeliveryError('throttled', told, { retryAfter: remaining });
}

async function tokenFor(
  { tokens, timeout }: Graph,
  mailbox: string | null,
  personOnly: boolean,
): Promise<GraphToken | null> {
  try {
    return await within(tokens.get(mailbox, { personOnly }), timeout, tooLate);
  } catch (error) {
    if (error instanceof DeliveryError) throw error;
    throw new DeliveryError('unavailable', 'No access token for Microsoft Graph could be had');
  }
}

type Pass = ReturnType<Graph['circuit']['enter']>;

async function exchangeWith(graph: Graph, pass: Pass, call: GraphCall): Promise<GraphAnswer> {
  const { mailbox, method } = call;
  const line = lineOf(graph.base, call);
  let answer: GraphAnswer | undefined;
  for (let round = 0; round < 2; round += 1) {
    const held = await tokenFor(graph, mailbox, pass.kind === 'resting');
    if (!held || (held.kind === 'application' && pass.kind === 'resting')) throw pass.failure(UNTOLD);
    if (held.kind === 'person') pass.spare();
    answer = await graph.exchange(line, held.token);
    if (answer.status !== 401) {
      // Policies of Entra speak up late as well, with 403: then it is the bot that is refused, and not this mailbox.
      const problem = answer.status === 403 && held.kind === 'application' ? problemIn(answer.body) : null;
      if (problem) throw new AuthenticationRefused(problem);
      pass.accepted();
      return answer;
    }
    graph.tokens.refused(mailbox, held.token);
    if (round === 0) continue;
    // What the directory refuses to show says nothing about mailboxes.
    if (mailbox === null) return answer;
    if (held.kind === 'application') throw new AuthenticationRefused(problemOfRefusal(answer.body));
  }
  throw answerFailure(answer!, method);
}

async function perform(graph: Graph, call: GraphCall): Promise<GraphAnswer> {
  const pass = graph.circuit.enter();
  try {
    return await exchangeWith(graph, pass, call);
  } catch (error) {
    if (!(error instanceof AuthenticationRefused)) throw error;
    pass.refused(error.problem);
    throw pass.failure(error.problem);
  } finally {
    pass.end();
  }
}

async function callInTurn(graph: Graph, call: GraphCall, key: string): Promise<GraphAnswer> {
  // While it waited for its turn, another call may have been told to wait.
  refuseWhileResting(graph, key);
  const { log, rests } = graph;
  const { method } = call;
  const began = performance.now();
  const took = () => Math.round(performance.now() - began);
  try {
    const answer = await perform(graph, call);
    const { status, code } = answer;
    log.debug({ method, status, code, ms: took() }, 'Graph call');
    return { ...answer, retryAfter: rests.note(key, answer) ?? answer.retryAfter };
  } catch (error) {
    const code = error instanceof DeliveryError ? error.code : 'internal';
    log.warn({ method, code, ms: took() }, 'Graph call failed');
    throw error;
  }
}

/**
 * Microsoft Graph as everything here calls it: two calls at a time per mailbox and sixteen in all, none to a mailbox
 * that is to be left alone, none with the bot's own token while that is refused. Nothing is loaded or sent before the
 * first call. Throws Error when `baseUrl` is no https address.
 */
export function createGraphClient(options: GraphClientOptions): GraphClient {
  const { tokens, log, timeout, now } = options;
  const base = new URL(options.baseUrl);
  const exchange = createTransport({ base, timeout, now });
  const graph: Graph = {
    tokens,
    log,
    timeout,
    base,
    exchange,
    rests: createRests(now),
    circuit: createCircuit(options),
  };
  const slots = createSlots({ perKey: CALLS_PER_MAILBOX, total: CALLS_AT_ONCE });
  return {
    async call(call) {
      const key = call.mailbox?.toLowerCase() ?? '';
      refuseWhileResting(graph, key);
      return slots(key, () => callInTurn(graph, call, key));
    },
  };
}
