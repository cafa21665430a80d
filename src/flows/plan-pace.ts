import { routeKey, type Route } from '../core/route.ts';

/** A place rests for so many times as long as planning it took: it takes a tenth of the time at most. */
const REST = 10;

export interface PlanPace {
  /** Which of these places are to be planned now; the others are planned by themselves when they have rested. */
  due(routes: Route[]): Route[];
  /** Notes how long it took to plan these, in milliseconds. */
  planned(routes: Route[], took: number): void;
  /** Plans at once what is still waiting. */
  drain(): Promise<void>;
}

/**
 * Planning a place reads everything that is watched there. In a sweep over thousands of new endpoints each group of looks would do that again; so a place
 * that took long rests. What waits is lost in a crash, and planned with everything else at the next start.
 */
export function createPlanPace(options: {
  now: () => number;
  plan: (routes: Route[]) => Promise<void>;
  failed: (error: unknown) => void;
}): PlanPace {
  const { now, plan, failed } = options;
  const restUntil = new Map<string, number>();
  const waiting = new Map<string, Route>();
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> = Promise.resolve();

  function rests(route: Route): boolean {
    return (restUntil.get(routeKey(route)) ?? 0) > now();
  }

  async function planSome(routes: Route[]): Promise<void> {
    const began = now();
    try {
      await plan(routes);
    } catch (error) {
      failed(error);
    }
    planned(routes, now() - began);
  }

  function schedule(): void {
    if (timer || waiting.size === 0) return;
    const instants = [...waiting.keys()].map((key) => restUntil.get(key) ?? 0);
    timer = setTimeout(
      () => {
        timer = null;
        const ready = [...waiting.values()].filter((route) => !rests(route));
        for (const route of ready) waiting.delete(routeKey(route));
        running = running.then(() => (ready.length > 0 ? planSome(ready) : undefined)).then(schedule);
      },
      Math.max(1, Math.min(...instants) - now()),
    );
  }

  function due(routes: Route[]): Route[] {
    const ready: Route[] = [];
    for (const route of routes) {
      if (rests(route)) waiting.set(routeKey(route), route);
      else ready.push(route);
    }
    for (const route of ready) waiting.delete(routeKey(route));
    schedule();
    return ready;
  }

  function planned(routes: Route[], took: number): void {
    const until = now() + REST * took;
    for (const [key, instant] of restUntil) if (instant <= now()) restUntil.delete(key);
    if (took > 0) for (const route of routes) restUntil.set(routeKey(route), until);
  }

  async function drain(): Promise<void> {
    if (timer) clearTimeout(timer);
    timer = null;
    const rest = [...waiting.values()];
    waiting.clear();
    await running;
    if (rest.length > 0) await planSome(rest);
  }

  return { due, planned, drain };
}
