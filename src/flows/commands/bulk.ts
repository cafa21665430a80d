import { progressCard, type BulkResult } from '../../core/cards/bulk.ts';
import { reasonFor, toneOf } from '../../core/cards/observation.ts';
import type { Observation } from '../../core/certificate.ts';
import type { TargetArgument } from '../../core/command.ts';
import { askedName } from '../../core/effects.ts';
import type { Say } from '../../core/language.ts';
import { stageAt, type Threshold } from '../../core/policy.ts';
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

/**
 * Runs `work` over the targets, bounded, and shows progress meanwhile. Targets that did not parse come out as failed. `store` receives what was
 * looked at in groups.
 */
export async function lookAtMany(
  context: CommandContext,
  request: Request,
  options: {
    verb: 'check' | 'watch';
    targets: TargetArgument[];
    store: (looks: { uri: string; observation: Observation }[]) => Promise<BulkResult[]>;
    policy: Threshold[] | null;
  },
): Promise<BulkResult[]> {
  const { targets } = options;
  const results: BulkResult[] = [];
  let group: { uri: string; observation: Observation }[] = [];
  const pending = [...targets];
  async function flush(least: number): Promise<void> {
    if (group.length < least || group.length === 0) return;
    const looks = group;
    group = [];
    results.push(...(await options.store(looks)));
  }
  async function work(): Promise<void> {
    for (let next = pending.shift(); next; next = pending.shift()) {
      if ('problem' in next) results.push(problemResult(next, request.say));
      else {
        const observation = await context.observer.look(next.uri);
        if (!observation || forbidden(observation))
          results.push(
            lookResult(next.uri, observation, {
              policy: options.policy,
              now: context.now(),
              outcome: 'failed',
              say: request.say,
            }),
          );
        else group.push({ uri: next.uri, observation });
      }
      await flush(50);
    }
  }
  const ticking = setInterval(() => {
    void request
      .progress(progressCard(options.verb, results.length + group.length, targets.length, request.say))
      .catch((error: unknown) => {
        context.log.warn({ err: error }, 'progress could not be shown');
      });
  }, 2000);
  try {
    await Promise.all(Array.from({ length: Math.min(LOOKS_AT_ONCE, targets.length) }, work));
    await flush(1);
  } finally {
    clearInterval(ticking);
  }
  return results;
}
