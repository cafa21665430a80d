import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { COMPILED } from './compiled.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const START_WITHIN = 120_000;
/** How long an orderly end may take, milliseconds. */
export const STOP_WITHIN = 20_000;
const ERROR_LEVEL = 50;

/** A line of the bot's log. */
export interface LogLine {
  level: number;
  msg: string;
  [field: string]: unknown;
}

export interface BotOptions {
  env?: Record<string, string>;
  /** PEM of authorities that the bot is to trust as well. */
  trusted?: string[];
  /** Whether its coverage is measured where the suite's is; in vain for one that is killed, and it starts slowly. */
  measured?: boolean;
  /** What DATABASE_URL is to be; a SQLite file in a folder of the bot's own unless given. */
  databaseUrl?: string;
  /** What is in the file `.env` of its folder; there is none unless given. */
  envFile?: string;
}

/** What a process wrote and how it ended. */
export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** The environment of a bot: nothing of this process's but the path, so that no setting leaks in. */
function environment(folder: string, options: BotOptions, trustFile: string | null): Record<string, string> {
  const { PATH = '', NODE_V8_COVERAGE } = process.env;
  return {
    PATH,
    // Node sets what is left out.
    ...(NODE_V8_COVERAGE && options.measured !== false
      ? { NODE_V8_COVERAGE }
      : { NODE_V8_COVERAGE: '', NODE_COMPILE_CACHE: COMPILED }),
    PORT: '0',
    METRICS_PORT: 'off',
    PLAYGROUND: 'off',
    PROBE_INTERVAL: '1s',
    ALERT_INTERVAL: '1s',
    PROBE_BUDGET: '100000',
    PERSON_RATE: '100000',
    CONVERSATION_RATE: '100000',
    DATABASE_URL: options.databaseUrl ?? `sqlite:${join(folder, 'bot.sqlite')}`,
    ...(trustFile ? { NODE_EXTRA_CA_CERTS: trustFile } : {}),
    ...options.env,
  };
}

async function prepare(options: BotOptions): Promise<{ folder: string; env: Record<string, string> }> {
  const folder = await mkdtemp(join(tmpdir(), 'certbot-bot-'));
  const trustFile = options.trusted?.length ? join(folder, 'roots.pem') : null;
  if (trustFile) await writeFile(trustFile, options.trusted!.join('\n'));
  if (options.envFile !== undefined) await writeFile(join(folder, '.env'), options.envFile);
  return { folder, env: environment(folder, options, trustFile) };
}

/** Runs `main.ts` to its end, which has to come by itself; for starts that are refused. */
export async function runBot(options: BotOptions): Promise<Ended> {
  const { folder, env } = await prepare(options);
  const child = spawn(process.execPath, [MAIN], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const timer = setTimeout(() => child.kill('SIGKILL'), START_WITHIN);
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  clearTimeout(timer);
  await rm(folder, { recursive: true, force: true });
  return { code, signal, ...output };
}

/** Starts the real process and waits until it says that it is ready. */
export async function startBot(options: BotOptions = {}) {
  const { folder, env } = await prepare(options);
  const child = spawn(process.execPath, [MAIN], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: LogLine[] = [];
  const raw: string[] = [];
  const stderr: string[] = [];
  const listening = Promise.withResolvers<number>();
  createInterface({ input: child.stdout }).on('line', (text) => {
    raw.push(text);
    if (!text.startsWith('{')) return;
    const line = JSON.parse(text) as LogLine;
    lines.push(line);
    if (line.msg === 'listening') listening.resolve(Number(line['port']));
  });
  createInterface({ input: child.stderr }).on('line', (text) => stderr.push(text));
  let ended: { code: number | null; signal: NodeJS.Signals | null } | null = null;
  const end = once(child, 'close').then(([code, signal]) => {
    ended = { code: code as number | null, signal: signal as NodeJS.Signals | null };
    listening.reject(new Error(`the bot ended (${code ?? signal}) before it listened:\n${tail()}`));
    return ended;
  });

  function tail(): string {
    return [...raw.slice(-30), ...stderr.slice(-30)].join('\n');
  }

  async function within<T>(work: Promise<T>, ms: number, what: string): Promise<T> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new Error(`${what} took longer than ${ms} ms:\n${tail()}`)), ms);
    return Promise.race([work, late.promise]).finally(() => clearTimeout(timer));
  }

  async function ready(): Promise<string> {
    const url = `http://127.0.0.1:${await listening.promise}`;
    for (;;) {
      const response = await fetch(`${url}/readyz`, { headers: { connection: 'close' } });
      await response.text();
      if (response.ok) return url;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async function leave(): Promise<void> {
    await rm(folder, { recursive: true, force: true });
  }

  let url: string;
  try {
    url = await within(ready(), START_WITHIN, 'the start of the bot');
  } catch (error) {
    child.kill('SIGKILL');
    await end;
    await leave();
    throw error;
  }

  /** Ends it at once, as a crash would. */
  async function kill(): Promise<void> {
    child.kill('SIGKILL');
    await end;
  }

  /**
   * Asks it to end; fails when it takes longer than 10 s or ends otherwise than well. Returns how long it took,
   * milliseconds.
   */
  async function stop(): Promise<number> {
    const began = performance.now();
    if (!ended) child.kill('SIGTERM');
    const result = await within(end, STOP_WITHIN + 1000, 'the end of the bot');
    const took = performance.now() - began;
    assert.deepEqual(result, { code: 0, signal: null }, `the bot did not end well:\n${tail()}`);
    assert.ok(took < STOP_WITHIN, `the end took ${Math.round(took)} ms`);
    return took;
  }

  /** Ends it if it still runs, and deletes its files. Never fails: for hooks. */
  async function dispose(): Promise<void> {
    if (!ended) child.kill('SIGKILL');
    await end;
    await leave();
  }

  return {
    url,
    pid: child.pid!,
    databaseUrl: env['DATABASE_URL']!,
    /** Every log line so far. */
    lines,
    /** All it wrote, log and otherwise. */
    output: () => [...raw, ...stderr].join('\n'),
    /** What it wrote to standard error: nothing, in a process that is well. */
    stderr: () => stderr.join('\n'),
    /** Log lines that tell of an error. */
    errors: () => lines.filter(({ level }) => level >= ERROR_LEVEL),
    kill,
    stop,
    dispose,
  };
}

export type BotProcess = Awaited<ReturnType<typeof startBot>>;
