import manifest from '../package.json' with { type: 'json' };
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import Sqlite from 'better-sqlite3';
import { startChat } from './chat.ts';
import { MORTAL_EVERY } from './endpoints.ts';
import { startFarm } from './farm.ts';
import { judged, quantile, table } from './figures.ts';
import { startGraph } from './graph.ts';
import { cpuOf, familyOf, pssOf } from './processes.ts';
import { checkLooks, plantWatches, type WatchesOptions } from './watches.ts';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));
/** As `npm start` starts it: with the same bounds of memory. */
const FLAGS = (manifest.scripts.start.match(/--\S+=\d+/g) ?? []) as string[];
const RATE_TARGET = 0.9;
const MEMORY_TARGET = 400;
const CHAT_TARGET = 30;
/** While everything is planned anew after a start. */
const PLANNING_TARGET = 100;
const MB = 1024 * 1024;
/** How often progress and memory are looked at, milliseconds. */
const SAMPLE = 1000;
/** No progress for so long means that something is broken, milliseconds. */
const PATIENCE = 120_000;

export interface SweepOptions {
  folder: string;
  endpoints: number;
  conversations: number;
  leaves: number;
  /** CALENDAR of the bot: with feeds (ics) and Graph, which a stand-in plays, every first look plans reminders. */
  calendar: string;
  say: (line: string) => void;
  keep: (closing: () => Promise<void>) => void;
}

/** What one sweep showed. */
interface Sweep {
  /** Looks at live endpoints a second. */
  rate: number;
  seconds: number;
  /** Memory where it was most: of all processes, and of the bot alone. Bytes. */
  peak: number;
  peakBot: number;
  took: number[];
  unanswered: number;
  /** Processor time per look, milliseconds: of the bot, of its probers. */
  cpu: { bot: number; probers: number };
}

async function startBot(env: Record<string, string>, { folder, keep }: Pick<SweepOptions, 'folder' | 'keep'>) {
  const child = spawn(process.execPath, [...FLAGS, MAIN], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'] ?? '',
      PORT: '0',
      METRICS_PORT: 'off',
      PLAYGROUND: 'off',
      LOG_LEVEL: 'info',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const errors: string[] = [];
  const listening = Promise.withResolvers<string>();
  createInterface({ input: child.stdout }).on('line', (text) => {
    if (!text.startsWith('{')) return;
    const line = JSON.parse(text) as { msg: string; level: number; port?: number };
    if (line.msg === 'listening') listening.resolve(`http://127.0.0.1:${line.port}`);
    if (line.level >= 40 && errors.length < 5) errors.push(text.slice(0, 400));
  });
  const exit = once(child, 'exit');
  void exit.then(() => listening.reject(new Error(`the bot ended: ${errors.join('\n')}`)));
  async function stop(): Promise<void> {
    const timer = setTimeout(() => child.kill('SIGKILL'), 15_000);
    child.kill('SIGTERM');
    await exit;
    clearTimeout(timer);
  }
  keep(stop);
  return {
    url: await listening.promise,
    pid: child.pid!,
    errors,
    stop,
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
  };
}

/**
 * Follows the store from outside: how many targets of the first look are left. Counted by the database, which costs the
 * machine the least.
 */
function openProgress(file: string, { dueAt, targets }: { dueAt: number; targets: number[] }) {
  const [first = 0, second = 1] = targets;
  const step = second - first;
  if (targets.some((id, index) => id !== first + index * step)) throw new Error('the targets are not numbered evenly');
  const database = new Sqlite(file, { readonly: true });
  const counts = database.prepare<[number, number, number], { everyone: number; live: number }>(
    'select count(*) as everyone, count(*) filter (where (id - ?) % ? <> 0) as live from targets where due_at <= ?',
  );
  return {
    left(): { all: number; live: number } {
      const { everyone, live } = counts.get(first, MORTAL_EVERY * step, dueAt)!;
      return { all: everyone, live };
    },
    close: () => database.close(),
  };
}

async function follow(
  bot: Awaited<ReturnType<typeof startBot>>,
  progress: ReturnType<typeof openProgress>,
  { live, say }: { live: number; say: (line: string) => void },
): Promise<Pick<Sweep, 'seconds' | 'peak' | 'peakBot' | 'cpu'> & { from: number; to: number }> {
  const from = Date.now();
  let to = 0;
  let peak = 0;
  let peakBot = 0;
  let last = { left: Infinity, at: from };
  let told = from;
  const spent = new Map<number, number>();
  for (;;) {
    await sleep(SAMPLE);
    if (bot.hasEnded()) throw new Error(`the bot ended: ${bot.errors.join('\n')}`);
    const family = familyOf(bot.pid);
    const held = family.map((pid) => pssOf(pid));
    const sum = held.reduce((all, each) => all + each, 0);
    if (sum > peak) [peak, peakBot] = [sum, held[0]!];
    for (const pid of family) spent.set(pid, Math.max(spent.get(pid) ?? 0, cpuOf(pid)));
    const left = progress.left();
    const now = Date.now();
    if (left.all < last.left) last = { left: left.all, at: now };
    if (left.live === 0 && to === 0) to = now;
    if (left.all === 0) break;
    if (now - last.at > PATIENCE)
      throw new Error(`the sweep stands still with ${left.all} left: ${bot.errors.join('\n')}`);
    if (now - told >= 30_000) {
      told = now;
      const rate = ((live - left.live) * 1000) / (now - from);
      say(`  … ${left.all} left, ${rate.toFixed(0)} live looks/s, peak ${(peak / MB).toFixed(0)} MB`);
    }
  }
  const own = spent.get(bot.pid) ?? 0;
  const all = [...spent.values()].reduce((sum, each) => sum + each, 0);
  return { from, to, seconds: (to - from) / 1000, peak, peakBot, cpu: { bot: own, probers: all - own } };
}

async function sweep(
  options: WatchesOptions,
  more: { file: string; targets: number[]; env: Record<string, string> } & Pick<
    SweepOptions,
    'folder' | 'say' | 'keep'
  >,
  chat: Awaited<ReturnType<typeof startChat>>,
): Promise<Sweep> {
  const { endpoints } = options;
  const { folder, file, targets, env, say, keep } = more;
  const dueAt = Date.now();
  const bot = await startBot(env, { folder, keep });
  chat.begin(bot.url);
  const progress = openProgress(file, { dueAt, targets });
  const live = endpoints - Math.ceil(endpoints / 20);
  const { from, to, seconds, peak, peakBot, cpu } = await follow(bot, progress, { live, say });
  progress.close();
  const replies = await chat.end({ from, to });
  const took = replies.flatMap((reply) => reply.took ?? []);
  await bot.stop();
  if (bot.errors.length > 0) say(`  the bot warned: ${bot.errors.join('\n')}`);
  return {
    rate: live / seconds,
    seconds,
    peak,
    peakBot,
    took,
    unanswered: replies.length - took.length,
    cpu: { bot: cpu.bot / endpoints, probers: cpu.probers / endpoints },
  };
}

/**
 * Starts the bot again where nothing is due, and writes to it while it plans everything anew. Says how long it took until
 * it listened and until all was planned, and how long answers took meanwhile.
 */
async function restart(
  env: Record<string, string>,
  { file, folder, say, keep }: { file: string } & Pick<SweepOptions, 'folder' | 'say' | 'keep'>,
): Promise<boolean> {
  const chat = await startChat();
  keep(chat.close);
  const began = Date.now();
  const bot = await startBot(env, { folder, keep });
  const listening = Date.now();
  chat.begin(bot.url);
  const database = new Sqlite(file, { readonly: true });
  const marks = database.prepare<[], { left: number }>(
    "select count(*) as left from marks where queue = 'reminders' and done < version",
  );
  // The start marks everything a moment after it listens.
  while (marks.get()!.left === 0 && Date.now() - listening < SAMPLE * 5) await sleep(20);
  while (marks.get()!.left > 0 && Date.now() - listening < PATIENCE) await sleep(SAMPLE);
  const planned = Date.now();
  const left = marks.get()!.left;
  database.close();
  const replies = await chat.end({ from: listening, to: planned });
  const took = replies.flatMap((reply) => reply.took ?? []);
  await bot.stop();
  await chat.close();
  const slowest = quantile(took, 0.99);
  say(
    `  started again: listens after ${((listening - began) / 1000).toFixed(2)} s, ` +
      `${left === 0 ? 'all' : `all but ${left} mailboxes`} planned ${((planned - listening) / 1000).toFixed(1)} s later`,
  );
  say(
    judged(
      `  target: chat p99 meanwhile under ${PLANNING_TARGET} ms: ${slowest.toFixed(1)} (p50 ${quantile(took, 0.5).toFixed(1)})`,
      slowest < PLANNING_TARGET,
    ),
  );
  return slowest < PLANNING_TARGET && took.length === replies.length;
}

/**
 * Sweeps all endpoints with the whole bot, all alive, and once more with 5 % of them dead; says what it finds. Returns
 * whether the targets are met.
 */
export async function runSweep({
  calendar,
  folder,
  endpoints,
  conversations,
  leaves,
  say,
  keep,
}: SweepOptions): Promise<boolean> {
  say(`\nSweep of ${endpoints} endpoints by the whole bot, watched in ${conversations} conversations`);
  const farm = await startFarm({ folder, leaves, rsaEvery: 10, processes: 2 });
  keep(farm.close);
  const seedChat = await startChat();
  const planted = join(folder, 'planted.sqlite');
  const options = {
    databaseUrl: `sqlite:${planted}`,
    endpoints,
    conversations,
    leaves,
    farm,
    serviceUrl: seedChat.serviceUrl,
  };
  const targets = await plantWatches(options);
  await seedChat.close();
  say('  watches are stored');
  const sweeps: Sweep[] = [];
  const rows = [
    [
      '',
      'live looks/s',
      's',
      'CPU ms/look bot',
      'probers',
      'peak PSS MB',
      '(bot)',
      'chat p50 ms',
      'p99',
      'max',
      'wrong',
    ],
  ];
  let isRight = true;
  let isQuick = true;
  for (const died of [false, true]) {
    if (died) await farm.die();
    const file = join(folder, `sweep-${died}.sqlite`);
    await copyFile(planted, file);
    const chat = await startChat();
    keep(chat.close);
    const graph = calendar === 'graph' ? await startGraph(folder) : null;
    if (graph) keep(graph.close);
    const here = { ...options, databaseUrl: `sqlite:${file}` };
    const env = {
      DATABASE_URL: here.databaseUrl,
      PROBE_CA_FILE: farm.rootsFile,
      PROBE_ALLOW: '127.0.0.0/8',
      ...(graph?.env ?? { CALENDAR: calendar }),
    };
    const result = await sweep(here, { folder, file, targets, env, say, keep }, chat);
    await chat.close();
    const { wrong, examples } = await checkLooks(here, { died, targets });
    for (const example of examples) say(`  wrong: ${example}`);
    if (result.unanswered > 0) say(`  not answered: ${result.unanswered} of ${result.unanswered + result.took.length}`);
    isRight &&= wrong === 0 && result.unanswered === 0;
    if (!died && calendar !== 'none') isQuick = await restart(env, { file, folder, say, keep });
    await graph?.close();
    for (const suffix of ['', '-wal', '-shm', '.lock']) await rm(file + suffix, { force: true });
    sweeps.push(result);
    rows.push([
      died ? '5 % dead' : 'all alive',
      result.rate.toFixed(0),
      result.seconds.toFixed(0),
      result.cpu.bot.toFixed(2),
      result.cpu.probers.toFixed(2),
      (result.peak / MB).toFixed(0),
      (result.peakBot / MB).toFixed(0),
      quantile(result.took, 0.5).toFixed(1),
      quantile(result.took, 0.99).toFixed(1),
      Math.max(...result.took).toFixed(0),
      String(wrong),
    ]);
    say(table([rows[0]!, rows.at(-1)!]));
  }
  await farm.close();
  const [alive, dead] = sweeps as [Sweep, Sweep];
  const ratio = dead.rate / alive.rate;
  const peak = Math.max(alive.peak, dead.peak) / MB;
  const slowest = Math.max(...sweeps.map(({ took }) => quantile(took, 0.99)));
  say(table(rows));
  say(
    judged(
      `  target: rate with 5 % dead at least ${RATE_TARGET} of that without: ${ratio.toFixed(2)}`,
      ratio >= RATE_TARGET,
    ),
  );
  say(judged(`  target: memory under ${MEMORY_TARGET} MB: ${peak.toFixed(0)}`, peak < MEMORY_TARGET));
  say(judged(`  target: chat p99 under ${CHAT_TARGET} ms: ${slowest.toFixed(1)}`, slowest < CHAT_TARGET));
  say(judged('  target: every look right, every message answered', isRight));
  return ratio >= RATE_TARGET && peak < MEMORY_TARGET && slowest < CHAT_TARGET && isRight && isQuick;
}
