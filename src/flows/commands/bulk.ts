import { progressCard, type BulkResult } from '../../core/cards/bulk.ts';
import { reasonFor, toneOf } from '../../core/cards/observation.ts';
import type { Card } from '../../core/card.ts';
import type { Observation } from '../../core/certificate.ts';
import type { TargetArgument } from '../../core/command.ts';
import { askedName } from '../../core/effects.ts';
import type { Say } from '../../core/language.ts';
import { stageAt, type Threshold } from '../../core/policy.ts';
import { allowsPort, formatPortRanges } from '../../core/port-ranges.ts';
import { displayTarget, readTarget } from '../../core/target.ts';
import { judgeAll, leavesOf } from '../../core/verdict.ts';
import { isoDate, prose, STAGE_LOOK } from '../../core/wording.ts';
import type { CommandContext, Request } from './reply.ts';

/** Looks under way at once for one bulk command: silent hosts cost a place each until their timeout. */
const LOOKS_AT_ONCE = 48;

/** Every address is forbidden by policy: nothing could ever be seen, so nothing is kept. */
export function forbidden(observation: Observation): boolean {
  const { addresses } = observation;
  return (
    addresses.length > 0 && addresses.every((result) => result.kind === 'failed' && result.failure.code === 'policy')
  );
}

/** The sentence for schemes that no source observes. */
export function unsupported(uri: string, say: Say): string {
  const { scheme, host } = readTarget(uri);
  return say('watch.starttls', { target: displayTarget(uri), protocol: scheme.toUpperCase(), host });
}

/** The sentence for a target whose port policy does not allow; null when it may be looked at. `brief`: for a line of a bulk answer. */
export function refusedPort(
  { settings: { probePorts } }: CommandContext,
  uri: string,
  say: Say,
  { brief = false } = {},
): string | null {
  const { port } = readTarget(uri);
  if (probePorts === null || allowsPort(probePorts, port)) return null;
  const values = { target: displayTarget(uri), port: String(port), allowed: formatPortRanges(probePorts) };
  return say(brief ? 'port.refused-note' : 'port.refused', values);
}

/** A line of a bulk answer for a target that was not looked at. */
export function refusedResult(uri: string, note: string): BulkResult {
  return { target: { uri }, outcome: 'failed', tone: 'warning', note, expires: '–', rank: 0 };
}

function problemResult({ text, problem }: { text: string; problem: string }, say: Say): BulkResult {
  return { target: { text }, outcome: 'failed', tone: 'warning', note: prose(problem, say), expires: '–', rank: 0 };
}

/** How a look came out, for a line of a bulk answer. */
export function lookResult(
  uri: string,
  observation: Observation | null,
  options: { policy: Threshold[] | null; now: number; outcome: BulkResult['outcome']; say: Say },
): BulkResult {
  const { policy, now, outcome, say } = options;
  const failed = { target: { uri }, outcome: 'failed', tone: 'warning', expires: '–', rank: 0 } as const;
  if (!observation) return { ...failed, note: unsupported(uri, say) };
  if (forbidden(observation)) return { ...failed, note: say('failure.policy') };
  const [leaf] = leavesOf(observation);
  if (!leaf)
    return { target: { uri }, outcome, tone: 'attention', note: reasonFor(observation, say), expires: '–', rank: 1 };
  const [finding] = judgeAll(observation, askedName(readTarget(uri)), now, say).values();
  const stage = stageAt(leaf, policy, now);
  const { symbol } = STAGE_LOOK[stage];
  const word = say(`stage.${stage}`);
  const tone = toneOf(observation, { policy, now, say });
  const note = finding
    ? `${finding.grave ? '✖' : '▲'} ${stage === 'fine' ? '' : `${word}; `}${finding.sentence}`
    : `${symbol} ${word}`;
  return {
    target: { uri },
    outcome,
    tone,
    note,
    expires: isoDate(leaf.notAfter),
    rank: tone === 'good' ? leaf.notAfter : 2 + leaf.notAfter / 1e15,
  };
}

/** Somebody said `unwatch all` while a bulk command was at work. */
class Stopped extends Error {
  readonly code = 'STOPPED';
}

/**
 * Looks at the targets, bounded and within the conversation's budget, and shows progress meanwhile. Targets that did not parse come out as failed. `store` receives
 * what was looked at in groups. `known`: results that are clear without a look. Throws Interrupted, after storing what was seen, when the process ends meanwhile.
 */
export async function lookAtMany(
  context: CommandContext,
  request: Request,
  options: {
    verb: 'check' | 'watch';
    targets: TargetArgument[];
    store: (looks: { uri: string; observation: Observation }[]) => Promise<BulkResult[]>;
    policy: Threshold[] | null;
    known?: Map<string, BulkResult>;
  },
): Promise<BulkResult[]> {
  const { targets, verb } = options;
  const { say } = request;
  const { budget, log } = context;
  const conversationId = request.inbound.conversation.id;
  const results: BulkResult[] = [];
  let group: { uri: string; observation: Observation }[] = [];
  const pending: string[] = [];
  const stop = new AbortController();
  async function flush(least: number): Promise<void> {
    if (group.length < least || group.length === 0) return;
    const looks = group;
    group = [];
    results.push(...(await options.store(looks)));
  }
  /** The result where no look is needed. */
  function clear(target: TargetArgument): BulkResult | undefined {
    if ('problem' in target) return problemResult(target, say);
    const known = options.known?.get(target.uri);
    if (known) return known;
    const note = refusedPort(context, target.uri, say, { brief: true });
    return note === null ? undefined : refusedResult(target.uri, note);
  }
  for (const target of targets) {
    const result = clear(target);
    if (result) results.push(result);
    else if ('uri' in target) pending.push(target.uri);
  }
  async function look(uri: string): Promise<void> {
    await budget.wait(conversationId, stop.signal);
    const observation = await context.observer.look(uri);
    if (observation && !forbidden(observation)) group.push({ uri, observation });
    else {
      const { policy } = options;
      results.push(lookResult(uri, observation, { policy, now: context.now(), outcome: 'failed', say }));
    }
    await flush(50);
  }
  async function work(): Promise<void> {
    for (let next = pending.shift(); next; next = pending.shift()) await look(next);
  }
  function progress(): Card {
    const card = progressCard(verb, results.length + group.length, targets.length, say);
    if (budget.waiting(conversationId) === 0) return card;
    return { ...card, text: [...(card.text ?? []), say('budget.slow', { number: budget.perMinute })] };
  }
  async function tick(): Promise<void> {
    if (budget.waiting(conversationId) > 0) await request.giveWay();
    if (await context.store.isStopped(request.inbound.id)) stop.abort(new Stopped());
    else await request.progress(progress());
  }
  const ticking = setInterval(() => {
    void tick().catch((error: unknown) => {
      log.warn({ err: error }, 'progress could not be shown');
    });
  }, 2000);
  try {
    const working = Array.from({ length: Math.min(LOOKS_AT_ONCE, pending.length) }, () =>
      work().catch((error: unknown) => {
        pending.length = 0;
        throw error;
      }),
    );
    // Looks under way are not wasted, whatever ends the others.
    const ended = await Promise.allSettled(working);
    await flush(1);
    for (const one of ended) if (one.status === 'rejected' && !(one.reason instanceof Stopped)) throw one.reason;
  } finally {
    clearInterval(ticking);
  }
  if (!stop.signal.aborted) return results;
  const done = new Set(results.flatMap(({ target }) => ('uri' in target ? [target.uri] : [])));
  const left = targets.flatMap((target) => ('uri' in target && !done.has(target.uri) ? [target.uri] : []));
  return [...results, ...left.map((uri) => refusedResult(uri, say('bulk.stopped')))];
}
