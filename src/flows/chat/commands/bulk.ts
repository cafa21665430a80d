import { progressCard, type BulkCause, type BulkResult } from '../../../core/chat/cards/bulk.ts';
import { capital } from '../../../core/chat/cards/rows.ts';
import { leftBehind, reasonFor } from '../../../core/chat/cards/observation.ts';
import type { Conversation } from '../../../core/model/conversation.ts';
import type { Observation } from '../../../core/certificates/certificate.ts';
import type { TargetArgument } from '../../../core/chat/typed-targets.ts';
import type { Item } from '../../../core/certificates/item.ts';
import { atRest } from '../../../core/items/at-rest.ts';
import { wordsOf } from '../../../core/items/words.ts';
import { askedName } from '../../../core/alerts/findings.ts';
import type { Say } from '../../../core/language/language.ts';
import type { Threshold } from '../../../core/certificates/stages.ts';
import { allowsPort, formatPortRanges } from '../../../core/targets/port-ranges.ts';
import { connects, displayTarget, endpointOf, readTarget } from '../../../core/targets/target.ts';
import { answeringOf } from '../../../core/certificates/state.ts';
import { failurePhrase } from '../../../core/certificates/failure-phrase.ts';
import type { Finding, FindingCode } from '../../../core/certificates/finding.ts';
import { judgeAll, itemsOf, presentedOf } from '../../../core/certificates/verdict.ts';
import { prose } from '../../../core/language/wording.ts';
import type { CommandContext, Request } from './reply.ts';

/** Looks under way at once for one bulk command: silent hosts cost a place each until their timeout. */
const LOOKS_AT_ONCE = 48;
/** Looks that are stored together. */
const GROUP = 50;
/** Between two looks after the command as a whole: progress, whether it was stopped. Milliseconds. */
const TICK = 2000;
/** Ticks after which a slow command stores what it has seen, also when that is no whole group. */
const STORED_EVERY = 5;

/** Every address is forbidden by policy: nothing could ever be seen, so nothing is kept. */
export function forbidden(observation: Observation): boolean {
  const { addresses } = observation;
  return (
    addresses.length > 0 && addresses.every((result) => result.kind === 'failed' && result.failure.code === 'policy')
  );
}

/** The sentence for schemes that no source observes. */
export function unsupported(uri: string, say: Say): string {
  return say('watch.no-source', { target: displayTarget(uri), protocol: readTarget(uri).scheme });
}

/**
 * The sentence for a target whose port policy does not allow; null when it may be looked at. `brief`: for a line of a
 * bulk answer.
 */
export function refusedPort(
  { settings: { probePorts } }: CommandContext,
  uri: string,
  say: Say,
  { brief = false } = {},
): string | null {
  const endpoint = endpointOf(uri);
  if (probePorts === null || endpoint === null || allowsPort(probePorts, endpoint.port)) return null;
  const values = { target: displayTarget(uri), port: String(endpoint.port), allowed: formatPortRanges(probePorts) };
  return say(brief ? 'port.refused-note' : 'port.refused', values);
}

function notDone(sentence: string, say: Say): BulkCause {
  return { heading: say('bulk.not-looked'), tone: 'warning', sentence };
}

/** What a bulk answer says of a target that was not looked at. */
export function refusedResult(uri: string, sentence: string, say: Say): BulkResult {
  return { target: { uri }, outcome: 'failed', cause: notDone(sentence, say), notAfter: null };
}

/** The same of what could not be read. */
export function problemResult({ text, problem }: { text: string; problem: string }, say: Say): BulkResult {
  return { target: { text }, outcome: 'failed', cause: notDone(prose(problem, say), say), notAfter: null };
}

interface ResultOptions {
  policy: Threshold[] | null;
  now: number;
  outcome: BulkResult['outcome'];
  say: Say;
  /** The look as this conversation sees it; as it was unless given. */
  ownView?: (observation: Observation) => Observation;
  /** Id of its watch, if there is one. */
  watch?: number | undefined;
  /** What it presented before a command told something new of it. */
  before?: Item | null | undefined;
}

/**
 * How a look came out, for a line of a bulk answer. One of which nothing can be made says so, and takes no other line
 * with it.
 */
export function lookResult(
  { log }: Pick<CommandContext, 'log'>,
  uri: string,
  observation: Observation | null,
  options: ResultOptions,
): BulkResult {
  try {
    return resultOf(uri, observation && (options.ownView?.(observation) ?? observation), options);
  } catch (error) {
    log.error({ err: error, target: uri }, 'a row of a bulk answer could not be shown');
    return refusedResult(uri, options.say('bulk.unshown'), options.say);
  }
}

/** Of very many addresses of a name not all were looked at. */
function partNote({ addresses, outOf }: Observation, say: Say): string[] {
  return outOf === undefined ? [] : [say('addresses.part-note', { number: addresses.length, total: outOf })];
}

/** Nothing was presented: the reason alone where it is the same everywhere, so that targets of one reason are together. */
function unreachedCause(observation: Observation, say: Say): BulkCause {
  const failures = observation.addresses.flatMap((result) => (result.kind === 'failed' ? [result.failure] : []));
  const phrases = new Set(failures.map((failure) => failurePhrase(failure, say)));
  const [phrase] = phrases;
  const sentence = observation.failure === undefined && phrases.size === 1 ? phrase! : reasonFor(observation, say);
  const isAnswered = answeringOf(observation).length > 0;
  const heading = capital(say(isAnswered ? 'condition.nothing' : 'condition.unreachable'));
  return { heading, tone: 'attention', sentence };
}

/** The authority at which a chain ends that nobody here trusts; undefined: that is not what is wrong. */
function authorityOf(code: FindingCode, observation: Observation): BulkCause['authority'] {
  if (code !== 'private-ca' && code !== 'incomplete-chain') return undefined;
  for (const { chain, issuers } of presentedOf(observation)) {
    const top = issuers?.at(-1) ?? chain.at(-1)!;
    // One that the bot could fetch is not the authority's own.
    if (code === 'private-ca') return { name: top.subject, isMissing: false };
    if (issuers?.some(({ from }) => from === 'fetched')) return undefined;
    return { name: top.issuer, isMissing: true };
  }
  return undefined;
}

function findingCause(observation: Observation, finding: Finding, say: Say): BulkCause {
  const { code, grave, sentence, advice } = finding;
  const authority = authorityOf(code, observation);
  return {
    heading: authority ? say('bulk.authority') : capital(say(`condition.${code}`)),
    tone: grave ? 'attention' : 'warning',
    sentence,
    advice,
    ...(authority ? { authority } : {}),
  };
}

function resultOf(uri: string, observation: Observation | null, options: ResultOptions): BulkResult {
  const { policy, now, outcome, say, before, watch } = options;
  if (!observation) return refusedResult(uri, unsupported(uri, say), say);
  if (forbidden(observation)) return refusedResult(uri, say('failure.policy'), say);
  const [leaf] = itemsOf(observation);
  const told = { target: { uri }, outcome, ...(watch === undefined ? {} : { watch }) };
  const rest = leaf ? null : atRest(observation, say);
  if (rest) return { ...told, note: rest.condition, notAfter: null };
  if (!leaf)
    return {
      ...told,
      cause: unreachedCause(observation, say),
      notAfter: null,
      ...(answeringOf(observation).length === 0 ? { unreached: true } : {}),
    };
  const [finding] = judgeAll(observation, askedName(uri), now, say).values();
  const late = leftBehind(observation, leaf, { policy, now });
  const lateCause: BulkCause | undefined = late
    ? { heading: say('bulk.left-behind.heading'), tone: 'warning', sentence: say('verdict.left-behind', late) }
    : undefined;
  // What has expired is told by its day.
  const isExpired = leaf.notAfter <= now;
  const cause =
    finding && !(isExpired && finding.code === 'untrusted') ? findingCause(observation, finding, say) : lateCause;
  const isRenewed = before && before.fingerprint !== leaf.fingerprint;
  const notes = [
    ...(isRenewed
      ? [wordsOf(leaf).renewed({ from: before, to: leaf }, displayTarget(uri), { now, say }).sentence]
      : []),
    ...partNote(observation, say),
  ];
  return {
    ...told,
    ...(cause ? { cause } : {}),
    ...(notes.length > 0 ? { note: notes.join('; ') } : {}),
    notAfter: leaf.notAfter,
  };
}

/** Up to this many targets of one command are looked at thoroughly at once. */
const MOST_THOROUGH = 50;

/** Somebody said `unwatch all` while a bulk command was at work. */
class Stopped extends Error {
  readonly code = 'STOPPED';
}

interface Seen {
  uri: string;
  observation: Observation;
}

/** Looks on their way into the store, in groups. What could not be stored stays for the next group. */
function createGroups(store: (looks: Seen[]) => Promise<BulkResult[]>, results: BulkResult[]) {
  let group: Seen[] = [];
  let beingStored = 0;
  return {
    size: () => group.length + beingStored,
    add: (seen: Seen) => void group.push(seen),
    async flush(least: number): Promise<void> {
      if (group.length === 0 || group.length < least) return;
      const looks = group;
      group = [];
      beingStored += looks.length;
      try {
        results.push(...(await store(looks)));
      } catch (error) {
        group = [...looks, ...group];
        throw error;
      } finally {
        beingStored -= looks.length;
      }
    },
  };
}

/** Calls `tick` every two seconds, never twice at once, until it is ended; ending waits for the one under way. */
function createTicking(tick: () => Promise<void>, failed: (error: unknown) => void): { end: () => Promise<void> } {
  let running: Promise<void> | null = null;
  const timer = setInterval(() => {
    running ??= tick()
      .catch(failed)
      .finally(() => (running = null));
  }, TICK);
  return {
    async end() {
      clearInterval(timer);
      await running;
    },
  };
}

/** The result of a target that needs no look. */
function clearResult(
  context: CommandContext,
  target: TargetArgument,
  { known, say }: { known: Map<string, BulkResult> | undefined; say: Say },
): BulkResult | undefined {
  if ('problem' in target) return problemResult(target, say);
  const clear = known?.get(target.uri);
  if (clear) return clear;
  const note = refusedPort(context, target.uri, say, { brief: true });
  return note === null ? undefined : refusedResult(target.uri, note, say);
}

/**
 * Looks at the targets, bounded and within the conversation's budget, and shows progress meanwhile. Targets that did
 * not parse come out as failed. `store` receives what was looked at in groups. `known`: results that are clear without
 * a look. Throws Interrupted, after storing what was seen, when the process ends meanwhile.
 */
export async function lookAtMany(
  context: CommandContext,
  request: Request,
  options: {
    verb: 'check' | 'watch';
    targets: TargetArgument[];
    store: (looks: Seen[]) => Promise<BulkResult[]>;
    policy: Threshold[] | null;
    /** Who wants to know. */
    asking?: Pick<Conversation, 'settings'>;
    known?: Map<string, BulkResult>;
  },
): Promise<BulkResult[]> {
  const { targets, verb, policy, asking } = options;
  const { say, inbound } = request;
  const { budget, log, store } = context;
  const conversationId = inbound.conversation.id;
  const results: BulkResult[] = [];
  const groups = createGroups(options.store, results);
  const pending: Pick<Extract<TargetArgument, { uri: string }>, 'uri' | 'given'>[] = [];
  const stop = new AbortController();
  let ticks = 0;

  function isThorough(uri: string): boolean {
    return targets.length <= MOST_THOROUGH || !connects(uri);
  }

  async function look({ uri, given }: (typeof pending)[number]): Promise<void> {
    if (connects(uri)) await budget.wait(conversationId, stop.signal);
    // Of very many, what a second handshake finds out is found out within the day.
    const why = { given, asked: true, asking };
    const observation = await context.observer.look(uri, isThorough(uri) ? undefined : null, why);
    budget.charge(conversationId, observation);
    if (observation && !forbidden(observation)) groups.add({ uri, observation });
    else results.push(lookResult(context, uri, observation, { policy, now: context.now(), outcome: 'failed', say }));
    await groups.flush(GROUP);
  }

  /** Ends all others when one fails, so that none goes on waiting for a look that nobody needs any more. */
  async function work(): Promise<void> {
    try {
      for (let next = pending.shift(); next; next = pending.shift()) await look(next);
    } catch (error) {
      stop.abort(error);
      throw error;
    }
  }

  async function tick(): Promise<void> {
    const isSlow = budget.waiting(conversationId) > 0;
    const plain = progressCard(verb, results.length + groups.size(), targets.length, say);
    const slow = { ...plain, text: [say('budget.slow', { number: budget.perMinute })] };
    if (isSlow) {
      await request.runInBackground(slow);
      ticks += 1;
      // A whole group would take minutes, and be lost with the process; storing each look by itself plans all reminders
      // anew for each.
      if (ticks % STORED_EVERY === 0) await groups.flush(1);
    }
    if (await store.isStopped(inbound.id)) return stop.abort(new Stopped());
    await request.progress(isSlow ? slow : plain);
  }

  for (const target of targets) {
    const result = clearResult(context, target, { known: options.known, say });
    if (result) results.push(result);
    else if ('uri' in target) pending.push(target);
  }
  const ticking = createTicking(tick, (error) => log.warn({ err: error }, 'progress could not be shown'));
  const ended = await Promise.allSettled(Array.from({ length: Math.min(LOOKS_AT_ONCE, pending.length) }, work));
  await ticking.end();
  // Looks that were made are not wasted, whatever ended the others.
  await groups.flush(1);
  for (const one of ended) if (one.status === 'rejected' && !(one.reason instanceof Stopped)) throw one.reason;
  if (!stop.signal.aborted) return results;
  const done = new Set(results.flatMap(({ target }) => ('uri' in target ? [target.uri] : [])));
  const left = targets.flatMap((target) => ('uri' in target && !done.has(target.uri) ? [target.uri] : []));
  return [...results, ...left.map((uri) => refusedResult(uri, say('bulk.stopped'), say))];
}
