import { backoff, jittered } from '../backoff.ts';
import { type Instant, DAY, MINUTE, HOUR } from '../time.ts';
import { FAILURES_TO_TELL, isOurFault } from '../certificates/state.ts';
import { boundaries, type Threshold } from '../certificates/stages.ts';
import type { Episode } from '../model/watch.ts';
import { type Look, calmGrace, isMixed, isUnsure, GRACE, TWICE } from './findings.ts';

function longestPause(interval: number): number {
  return Math.max(interval, Math.min(64 * interval, HOUR));
}

/** The longest that `nextLook` ever puts a look ahead. Milliseconds. */
export function longestWait(interval: number): number {
  return Math.max(longestPause(interval), 1.05 * interval);
}

/**
 * While nothing answers: every minute (or interval, if shorter) until it is sure, then doubling, up to an hour or the
 * interval. Milliseconds.
 */
function pauseAfter(failures: number, interval: number): number {
  const growing = Math.max(1, failures - FAILURES_TO_TELL + 2);
  return backoff(growing, { first: Math.min(interval, MINUTE), longest: longestPause(interval) });
}

/**
 * When to look next: after `interval` (milliseconds; ±5 % by `random` in [0, 1)), sooner when a stage boundary, the
 * start of validity or the end of a grace period comes first, sooner again to confirm a finding or a failing address, or
 * after a fault of our own, with backoff while nothing answers; not before the server wants to be asked again, within a
 * day. Null when nobody watches.
 */
export function nextLook(
  look: Look,
  contexts: { policy: Threshold[] | null; episodes: Episode[] }[],
  options: { interval: number; now: Instant; random: number; grace?: number; twice?: number },
): Instant | null {
  if (contexts.length === 0) return null;
  const { interval, now, random, grace = GRACE, twice = TWICE } = options;
  const { state } = look;
  const period = jittered(interval, random);
  const unsure = contexts.flatMap(({ episodes }) => episodes).filter(({ sureAt }) => sureAt === null);
  const toConfirm = isUnsure(state) || unsure.some(({ finding }) => finding === 'broken-off');
  const answered = toConfirm ? Math.min(period, MINUTE) : period;
  let due =
    now + (state.failures > 0 || isOurFault(look.observation) ? pauseAfter(state.failures, interval) : answered);
  const moments: Instant[] = [];
  for (const fingerprint of state.leaves) {
    const certificate = look.certificates.get(fingerprint);
    if (!certificate) continue;
    moments.push(certificate.notBefore);
    for (const { policy } of contexts) moments.push(...boundaries(certificate, policy).map(({ at }) => at));
  }
  for (const { finding, openedAt } of unsure) {
    const waits = isMixed(finding) ? [grace, calmGrace(grace)] : [twice];
    moments.push(...waits.map((wait) => openedAt + wait));
  }
  for (const moment of moments) if (moment > now && moment < due) due = moment;
  const { notAgainBefore = 0 } = look.observation;
  return Math.ceil(Math.max(due, Math.min(notAgainBefore, now + DAY)));
}
