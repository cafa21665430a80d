import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { familyOf } from '../bench/processes.ts';
import { until, type Report } from './report.ts';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));
/** How `npm start` runs it. */
const FLAGS = ['--max-semi-space-size=4', '--max-old-space-size=768', '--heap-growing-percent=60'];
const READY_WITHIN = 120_000;
const WARNING = 40;

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

/**
 * One process of the bot with its probers, in a process group of its own. It is started again whenever it ends by
 * itself, which is a violation.
 */
export function createReplica(index: number, env: Record<string, string>, report: Report) {
  const name = `bot ${index}`;
  /** Warnings and errors of its log, with how often they came. */
  const complaints = new Map<string, number>();
  let child: ChildProcess | null = null;
  let url = '';
  let state: 'down' | 'starting' | 'up' | 'stopped' = 'down';
  let starts = 0;
  let plain: string[] = [];
  /** Somebody wants it to end, so that its end is no violation. */
  let isWanted = false;

  function read(line: string, listening: (port: number) => void): void {
    if (!line.startsWith('{')) return void plain.push(line);
    const { level, msg, port, err } = JSON.parse(line) as Record<string, unknown> & { err?: { message?: string } };
    if (msg === 'listening') listening(Number(port));
    if (typeof level !== 'number' || level < WARNING) return;
    const key = `${level} ${String(msg)}${err?.message ? `: ${err.message.slice(0, 90)}` : ''}`;
    complaints.set(key, (complaints.get(key) ?? 0) + 1);
  }

  async function isReady(): Promise<boolean> {
    const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5000) }).catch(() => null);
    await answer?.text().catch(() => '');
    return answer?.ok ?? false;
  }

  function signal(name_: NodeJS.Signals): void {
    try {
      if (child?.pid) process.kill(-child.pid, name_);
    } catch {
      // It is gone.
    }
  }

  /** Resolves when it is ready; a start that fails or takes too long is repeated, and is a violation. */
  async function up(): Promise<void> {
    isWanted = true;
    while (isWanted) {
      starts += 1;
      state = 'starting';
      plain = [];
      const own = spawn(process.execPath, [...FLAGS, MAIN], { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
      child = own;
      const listening = Promise.withResolvers<number>();
      const ended = once(own, 'exit').then(([code, cause]): object => ({
        code: code as unknown,
        cause: cause as unknown,
      }));
      for (const stream of [own.stdout, own.stderr])
        createInterface({ input: stream }).on('line', (line) => read(line, listening.resolve));
      void ended.then((how) => onEnd(own, how));
      const port = await Promise.race([listening.promise, ended.then(() => null), sleep(READY_WITHIN, null)]);
      if (port !== null) url = `http://127.0.0.1:${port}`;
      const isOver = (): boolean => child !== own || own.exitCode !== null || own.signalCode !== null;
      if (port !== null) await until(async () => isOver() || (await isReady()), READY_WITHIN, 100);
      if (!isWanted || child !== own) return;
      if (!isOver() && port !== null && (await isReady())) {
        state = 'up';
        return;
      }
      report.violate('replicas', `${name} could not be started`, { said: plain.slice(-8) });
      signal('SIGKILL');
      child = null;
      await sleep(1000);
    }
  }

  function onEnd(own: ChildProcess, how: object): void {
    if (child !== own || !isWanted || state === 'starting') return;
    state = 'down';
    child = null;
    report.violate('replicas', `${name} ended by itself`, { ...how, said: plain.slice(-12) });
    void up();
  }

  async function leave(name_: NodeJS.Signals): Promise<{ code: number | null; cause: NodeJS.Signals | null }> {
    isWanted = false;
    state = 'down';
    const own = child;
    if (!own || own.exitCode !== null || own.signalCode !== null) return { code: null, cause: null };
    const exit = once(own, 'exit');
    if (name_ === 'SIGKILL') signal(name_);
    else own.kill(name_);
    const ended = await Promise.race([exit, sleep(20_000, null)]);
    if (!ended) signal('SIGKILL');
    child = null;
    return ended
      ? { code: ended[0] as number | null, cause: ended[1] as NodeJS.Signals | null }
      : { code: null, cause: null };
  }

  /** SIGTERM to the process itself: how it ended, and how long that took in milliseconds. */
  async function end(): Promise<{ code: number | null; cause: NodeJS.Signals | null; took: number }> {
    const at = Date.now();
    const how = await leave('SIGTERM');
    return { ...how, took: Date.now() - at };
  }

  return {
    name,
    complaints,
    state: () => state,
    url: () => url,
    starts: () => starts,
    isReady,
    up,
    end,
    kill: async () => void (await leave('SIGKILL')),
    /** Stands still, probers too, and goes on. */
    async pause(ms: number): Promise<void> {
      state = 'stopped';
      signal('SIGSTOP');
      await sleep(ms).finally(() => signal('SIGCONT'));
      if (child) state = 'up';
    },
    /** Its probers alone. */
    probers: (): number[] =>
      child?.pid === undefined ? [] : familyOf(child.pid).filter((pid) => /prober\.ts/.test(commandOf(pid))),
    /** For the end: whatever is left, at once. */
    dispose(): void {
      isWanted = false;
      signal('SIGCONT');
      signal('SIGKILL');
    },
  };
}

export type Replica = ReturnType<typeof createReplica>;
