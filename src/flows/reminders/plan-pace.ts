import { destinationKey, type Destination } from '../../core/reminders/destination.ts';
import { MOST_TARGETS } from './scope.ts';

/**
 * A plan is rested from so many times as long as it took: in the long run planning takes a tenth of the time at most.
 */
const REST = 10;

/**
 * So much may be planned without a rest, in milliseconds, and is earned back by resting: whoever has a few dozen
 * targets never waits for reminders.
 */
const AT_A_STRETCH = 2000;

/** Milliseconds. What is left is planned with everything else at the next start. */
const DRAIN_WITHIN = 2000;

export interface PlanPace {
  /** Whether something may be planned right now. */
  isRested(): boolean;
  /**
   * These are planned by themselves, one after the other, with rests in between. What changed are these targets, and
   * perhaps others elsewhere.
   */
  later(destinations: Destination[], targets: number[]): void;
  /** Something was planned, and took that long, in milliseconds. */
  took(milliseconds: number): void;
  /** Plans at once what is still waiting, as much as can be done in two seconds. */
  drain(): Promise<void>;
}

/**
 * In a sweep over thousands of new endpoints every look changes what should be in a calendar. Planned at each, that
 * would take longer than the looks: so what has to be planned is gathered by place, and the places take turns. What
 * waits is lost in a crash, and planned with everything else at the next start.
 */
export function createPlanPace(options: {
  now: () => number;
  /** Plans a place; `targets` null: everything in it. */
  plan: (destination: Destination, targets: number[] | null) => Promise<void>;
  failed: (error: unknown) => void;
}): PlanPace {
  const { now, plan, failed } = options;
  /** By place; targets null once there are many. */
  const waiting = new Map<string, { destination: Destination; targets: Set<number> | null }>();
  /** When nothing of what was planned is left to be rested from. */
  let restedAt = 0;
  let lookedAt = 0;
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> | null = null;

  function took(milliseconds: number): void {
    rest();
    restedAt = Math.max(restedAt, lookedAt) + REST * Math.max(0, milliseconds);
  }

  /** Milliseconds until something may be planned again. */
  function rest(): number {
    const at = now();
    // A clock that is set back takes the rest with it.
    restedAt -= Math.max(0, lookedAt - at);
    lookedAt = at;
    return Math.max(0, restedAt - REST * AT_A_STRETCH - at);
  }

  async function planNext(): Promise<void> {
    const [next] = waiting;
    if (!next) return;
    const [key, { destination, targets }] = next;
    waiting.delete(key);
    const began = now();
    try {
      await plan(destination, targets && [...targets]);
    } catch (error) {
      failed(error);
    }
    took(now() - began);
  }

  function schedule(): void {
    if (timer || running || waiting.size === 0) return;
    timer = setTimeout(
      () => {
        timer = null;
        running = planNext().finally(() => {
          running = null;
          schedule();
        });
      },
      Math.max(1, rest()),
    );
  }

  function later(destinations: Destination[], targets: number[]): void {
    for (const destination of destinations) {
      const known = waiting.get(destinationKey(destination)) ?? { destination, targets: new Set<number>() };
      for (const target of targets) known.targets?.add(target);
      if ((known.targets?.size ?? 0) > MOST_TARGETS) known.targets = null;
      waiting.set(destinationKey(destination), known);
    }
    schedule();
  }

  async function drain(): Promise<void> {
    const until = now() + DRAIN_WITHIN;
    for (;;) {
      if (timer) clearTimeout(timer);
      timer = null;
      if (running) await running;
      else if (waiting.size > 0 && now() < until) await planNext();
      else return;
    }
  }

  return { isRested: () => rest() === 0 && !running, later, took, drain };
}
