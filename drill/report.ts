import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultKind } from './options.ts';

/** When something was broken, milliseconds since 1970; `to` is Infinity while it lasts. */
interface Window {
  kind: FaultKind;
  from: number;
  to: number;
}

/** What a drill found out: figures, windows of faults, violations with their evidence. */
export function createReport() {
  const began = Date.now();
  const counts = new Map<string, number>();
  const violations: { rule: string; what: string }[] = [];
  const windows: Window[] = [];

  /** Seconds since the beginning. */
  const clock = (at = Date.now()): string => `${((at - began) / 1000).toFixed(1)} s`;

  function say(text: string): void {
    process.stdout.write(`[${clock().padStart(8)}] ${text}\n`);
  }

  function violate(rule: string, what: string, evidence: object = {}): void {
    violations.push({ rule, what });
    say(`VIOLATION ${rule}: ${what} ${JSON.stringify(evidence).slice(0, 1200)}`);
  }

  function count(what: string, by = 1): void {
    counts.set(what, (counts.get(what) ?? 0) + by);
  }

  /** Notes that something is broken while `work` is under way. */
  async function during(kind: FaultKind, detail: string, work: () => Promise<void>): Promise<void> {
    const window = { kind, from: Date.now(), to: Infinity };
    windows.push(window);
    count(`faults: ${kind}`);
    say(`fault: ${kind}, ${detail}`);
    await work().finally(() => (window.to = Date.now()));
  }

  const disturbed = (from: number, to: number, kinds: FaultKind[]): boolean =>
    windows.some((one) => kinds.includes(one.kind) && one.from <= to && one.to >= from);

  return { clock, say, violate, count, during, disturbed, counts, violations };
}

export type Report = ReturnType<typeof createReport>;

/** Asks until the answer is truthy or the time (milliseconds) is over; returns the last answer. */
export async function until<T>(probe: () => T | Promise<T>, within: number, every = 250): Promise<T> {
  const end = Date.now() + within;
  for (;;) {
    const value = await probe();
    if (value || Date.now() >= end) return value;
    await sleep(every);
  }
}
