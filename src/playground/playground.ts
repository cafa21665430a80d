import { type ChildProcess, spawn } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Log } from '../core/ports/log.ts';

const PACKAGE = '@microsoft/m365agentsplayground';
/** The port that the Playground's own documentation uses. */
const DEFAULT_PORT = 56150;
/** How long it may take until its page answers, milliseconds. */
const START_TIMEOUT = 60_000;
/** How much of what it wrote is told when it fails: lines, and characters of each. */
const LINES_TOLD = 12;
const LINE_LENGTH = 500;
/** How long it may take to end by itself before it is killed, milliseconds. */
const END_TIMEOUT = 3000;

/** The Playground did not start. `code` is `missing` when its package is not installed (a production install). */
export class PlaygroundError extends Error {
  readonly code: 'missing' | 'failed';
  /** The last lines that it wrote, oldest first. */
  readonly lines: string[];
  constructor(
    code: 'missing' | 'failed',
    message: string,
    { lines = [], ...options }: ErrorOptions & { lines?: string[] } = {},
  ) {
    super(message, options);
    this.name = 'PlaygroundError';
    this.code = code;
    this.lines = lines;
  }
}

export interface Playground {
  /** Address of its page. */
  url: string;
  /** Ends it. Resolves when its process is gone. */
  close(): Promise<void>;
  /** Resolves when its process has ended, whoever ended it. */
  ended: Promise<void>;
}

/** The script behind the package's command, from its package.json. */
async function findCommand(): Promise<string> {
  try {
    const manifest = fileURLToPath(import.meta.resolve(`${PACKAGE}/package.json`));
    const { bin } = JSON.parse(await readFile(manifest, 'utf8')) as { bin: Record<string, string> };
    return join(dirname(manifest), bin['agentsplayground']!);
  } catch (error) {
    throw new PlaygroundError('missing', `The package ${PACKAGE} is not installed.`, { cause: error });
  }
}

/**
 * The environment without this process's own Node options: its preloads and inspector are not for the Playground. It
 * would open a browser, with xdg-open on Linux, and end where there is none; this is its own way to be told not to. It
 * deletes whatever is where its log is to be, a folder too: somebody's own setting of that is not for this one.
 */
function environment(folder: string, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _options, ...others } = env;
  return {
    ...others,
    CERTBOT_PLAYGROUND_FOLDER: folder,
    TEAMSAPPTESTER_BROWSER: 'none',
    M365_AGENTS_PLAYGROUND_LOGFILE: join(folder, 'playground.log'),
  };
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

async function end(child: ChildProcess, ended: Promise<void>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return ended;
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), END_TIMEOUT);
  await ended.finally(() => clearTimeout(timer));
}

/**
 * Starts the Microsoft 365 Agents Playground, which emulates Teams in the browser, for the bot at `botUrl`, e.g.
 * "http://127.0.0.1:3978". It is bound to loopback, opens no browser, and ends with this process. Resolves when its
 * page answers; rejects with PlaygroundError. `port` is taken if it is free, else another one.
 */
export async function startPlayground(options: {
  botUrl: string;
  port?: number;
  log: Pick<Log, 'debug'>;
  signal?: AbortSignal;
  env?: NodeJS.ProcessEnv;
  /** The script to run; that of the installed package unless given. */
  command?: string;
}): Promise<Playground> {
  const { botUrl, log, signal, env = process.env } = options;
  const command = options.command ?? (await findCommand());
  // It writes its log into the folder it runs in, and reads there which chats it has; otherwise new ones at each start.
  const folder = await mkdtemp(join(tmpdir(), 'certbot-playground-'));
  await copyFile(new URL('./chat.yml', import.meta.url), join(folder, '.m365agentsplayground.yml'));
  const preload = fileURLToPath(new URL('./loopback.cjs', import.meta.url));
  const target = new URL('/api/messages', botUrl).href;
  const port = String(options.port ?? DEFAULT_PORT);
  const args = [
    '--require',
    preload,
    command,
    'start',
    '-e',
    target,
    '-c',
    'msteams',
    '-p',
    port,
    '--disable-telemetry',
  ];
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: environment(folder, env),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const exit = Promise.withResolvers<void>();
  child.once('error', () => exit.resolve());
  child.once('close', () => exit.resolve());
  child.stdin.on('error', () => {});
  const ended = exit.promise.then(() => rm(folder, { recursive: true, force: true }).catch(() => {}));

  // The port it was given, or a random one if that is taken; then whatever answers on the first is somebody else.
  const page: { url: string | null } = { url: null };
  const lines: string[] = [];
  for (const output of [child.stdout, child.stderr]) {
    createInterface({ input: output }).on('line', (line) => {
      const listening = /^Listening on (\d+)/.exec(line);
      if (listening) page.url = `http://127.0.0.1:${listening[1]}/`;
      lines.push(line.slice(0, LINE_LENGTH));
      if (lines.length > LINES_TOLD) lines.shift();
      log.debug({ line: line.slice(0, LINE_LENGTH) }, 'playground');
    });
  }

  const isOver = (): boolean => child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
  const deadline = performance.now() + START_TIMEOUT;
  while (page.url === null || !(await answers(page.url))) {
    if (isOver() || signal?.aborted || performance.now() > deadline) {
      const isSlow = !isOver();
      await end(child, ended);
      const why = isSlow
        ? 'did not answer in time'
        : `ended early (${child.exitCode ?? child.signalCode ?? 'not run'})`;
      throw new PlaygroundError('failed', `The Agents Playground ${why}.`, { lines });
    }
    await sleep(100);
  }
  const close = (): Promise<void> => end(child, ended);
  signal?.addEventListener('abort', () => void close(), { once: true });
  return { url: page.url, close, ended };
}
