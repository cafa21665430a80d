import { backoff } from '../../core/backoff.ts';
import { hasCome, type Instant, HOUR } from '../../core/time.ts';
import type { AuthenticationProblem } from '../../core/ports/calendar.ts';
import { AuthenticationRefused } from './authentication.ts';

const FIRST = 60_000;
const LONGEST = HOUR;
/** For those who come while a trial is under way. */
const SOON = 1000;

/** The time in which the bot is not taken for who it says it is. */
export interface Outage {
  problem: AuthenticationProblem;
  /** Refusals so far, that of the opening included; trials without an outcome do not count. */
  refusals: number;
  /** When the next call may try again. */
  retryAt: Instant;
}

/**
 * Milliseconds until the next trial: one minute after the first refusal, doubling, at most an hour, up to a fifth less.
 * `random` is in [0, 1).
 */
export function trialWait(refusals: number, random: number): number {
  return Math.round(backoff(refusals, { first: FIRST, longest: LONGEST, random }));
}

/** The outage after one more refusal; `previous` is null when this one begins it. */
export function outageAfter(
  previous: Outage | null,
  problem: AuthenticationProblem,
  { now, random }: { now: Instant; random: number },
): Outage {
  const refusals = (previous?.refusals ?? 0) + 1;
  return { problem, refusals, retryAt: now + trialWait(refusals, random) };
}

/**
 * What is told when the bot is no longer taken for who it says it is, again when the reason changes, and when it is.
 */
export interface AuthenticationListener {
  failed(problem: AuthenticationProblem): void;
  recovered(): void;
}

/** Leave for one call. Exactly one of its endings counts; the later ones do nothing. */
interface Pass {
  /** `resting`: the bot's own token is not to be used. `trial`: this call finds out whether it is accepted again. */
  kind: 'free' | 'trial' | 'resting';
  /** The bot's own token was accepted. */
  accepted(): void;
  /** It was not. */
  refused(problem: AuthenticationProblem): void;
  /** The bot's own token was not used after all: another call may try in its stead. */
  spare(): void;
  /** Nothing was learned. */
  end(): void;
  /**
   * The error to throw when the bot's own token is not to be had: of the outage, or of this problem while there is
   * none.
   */
  failure(problem: AuthenticationProblem): AuthenticationRefused;
}

interface Circuit {
  enter(): Pass;
}

/**
 * Stops calls with the bot's own token while it is refused, so that nobody is asked over and over: one call at a time
 * tries again, after growing waits. The first success of all is told as `recovered` too: what was told before a restart
 * may have been mended by it.
 */
export function createCircuit(options: {
  now: () => Instant;
  random: () => number;
  authentication: AuthenticationListener;
}): Circuit {
  const { now, random, authentication } = options;
  let outage: Outage | null = null;
  let trying = false;
  let proven = false;

  function failure(problem: AuthenticationProblem): AuthenticationRefused {
    if (!outage) return new AuthenticationRefused(problem);
    return new AuthenticationRefused(outage.problem, {
      retryAfter: Math.min(LONGEST, Math.max(SOON, outage.retryAt - now())),
    });
  }

  function recordRefusal(problem: AuthenticationProblem, kind: Pass['kind']): void {
    const previous = outage;
    const isNews = previous?.problem.what !== problem.what || previous.problem.code !== problem.code;
    // Calls that were under way when the outage began say the same once more: only a trial prolongs it.
    outage =
      previous && kind !== 'trial'
        ? { ...previous, problem }
        : outageAfter(previous, problem, { now: now(), random: random() });
    proven = false;
    if (isNews) authentication.failed(problem);
  }

  function recordSuccess(kind: Pass['kind']): void {
    // A call that began before the outage proves nothing about now.
    if (outage && kind !== 'trial') return;
    outage = null;
    if (proven) return;
    proven = true;
    authentication.recovered();
  }

  function kindOf(): Pass['kind'] {
    if (!outage) return 'free';
    return trying || !hasCome(outage.retryAt, now(), LONGEST) ? 'resting' : 'trial';
  }

  function enter(): Pass {
    const kind = kindOf();
    if (kind === 'trial') trying = true;
    let open = true;

    function close(): boolean {
      if (!open) return false;
      open = false;
      if (kind === 'trial') trying = false;
      return true;
    }
    return {
      kind,
      accepted() {
        if (close()) recordSuccess(kind);
      },
      refused(problem) {
        // A call that was not let through has heard nothing new.
        if (close() && kind !== 'resting') recordRefusal(problem, kind);
      },
      spare: close,
      end() {
        if (!close() || kind !== 'trial' || !outage) return;
        outage = { ...outage, retryAt: now() + trialWait(outage.refusals, random()) };
      },
      failure,
    };
  }

  return { enter };
}
