import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { stripVTControlCharacters } from 'node:util';

/**
 * Runs the suite in seven lanes at the same time, since tests that start whole bots or meet peers mostly wait. They
 * write as they go, each line behind the number of its lane. With arguments, one mocha runs with these. It always ends:
 * a lane ends itself when something is still open after its last test (test/support/lane.ts), and one that gives no
 * sign of life is ended here, with everything that it started. What failed is said once more at the very end, since the
 * lanes write between each other and many a log shows its end alone.
 */
const MOCHA = createRequire(import.meta.url).resolve('mocha/bin/mocha.js');
/** Files whose tests start whole bots, or wait for peers and databases: six lanes, beside one for everything else. */
const WAITING = [
  ['test/bot/[a-c]*.test.ts'],
  ['test/bot/[d-r]*.test.ts'],
  ['test/bot/s*.test.ts', 'test/*.test.ts'],
  ['test/bot/[t-z]*.test.ts', 'test/doctor/**/*.test.ts', 'test/flows/**/*.test.ts', 'test/playground/*.test.ts'],
  ['test/channels/**/*.test.ts'],
  ['test/sources/**/*.test.ts', 'test/store/**/*.test.ts'],
];
const ALL = 'test/**/*.test.ts';
/** A lane gives a sign of life every five seconds, whatever its tests wait for. Milliseconds. */
const SILENT_FOR = 45_000;
/** From here on mocha says what failed. */
const FAILURES = /^\s*\d+ failing\b/;
/** How many lines of a lane are said once more where it ended without saying what failed. */
const LAST_LINES = 30;

interface Lane {
  ended: Promise<number>;
  /** How many tests it skipped, a sentence per reason, once it has ended. */
  skipped(): string[];
  /** What it said of its failures, or else last. */
  lastWords(): string[];
  kill(signal: NodeJS.Signals): void;
}

/** Kills whatever the lane's process group still holds; on Windows, where there is none, the process alone. */
function killAll(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (process.platform === 'win32' || child.pid === undefined) child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // Nothing of it is left.
  }
}

function run(name: string, args: string[]): Lane {
  // For mocha alone: a colour variable in the environment would colour what tests compare, too.
  const colours = process.stdout.isTTY ? ['--color'] : [];
  const child = spawn(process.execPath, [MOCHA, ...colours, ...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: process.platform !== 'win32',
  });
  const prefix = name === '' ? '' : `${name} `;
  let lastWords: string[] = [];
  let sayFailures = false;
  function write(line: string): void {
    process.stdout.write(`${prefix}${line}\n`);
    if (FAILURES.test(stripVTControlCharacters(line))) {
      sayFailures = true;
      lastWords = [];
    }
    lastWords.push(line);
    if (!sayFailures && lastWords.length > LAST_LINES) lastWords.shift();
  }
  for (const stream of [child.stdout, child.stderr]) if (stream) createInterface({ input: stream }).on('line', write);
  let silence: NodeJS.Timeout;
  let wasSilent = false;
  function hear(): void {
    clearTimeout(silence);
    silence = setTimeout(() => {
      wasSilent = true;
      write(`gave no sign of life for ${SILENT_FOR / 1000} s and is ended.`);
      killAll(child, 'SIGKILL');
    }, SILENT_FOR);
  }
  hear();
  let skipped: string[] = [];
  child.on('message', (message) => {
    hear();
    if (typeof message === 'object' && 'skipped' in message) skipped = message.skipped as string[];
  });
  const { promise: ended, resolve } = Promise.withResolvers<number>();
  // Not `close`: what a test left running may hold the pipes open.
  child.once('exit', (code, signal) => {
    clearTimeout(silence);
    killAll(child, 'SIGKILL');
    if (signal && !wasSilent) write(`was ended by ${signal}.`);
    // What it has written is still on its way through the pipes.
    setTimeout(() => {
      child.stdout?.destroy();
      child.stderr?.destroy();
      resolve(code ?? 1);
    }, 200);
  });
  return {
    ended,
    skipped: () => skipped.map((each) => `${prefix}${each}`),
    lastWords: () => lastWords.map((each) => `${prefix}${each}`),
    kill: (signal) => killAll(child, signal),
  };
}

async function main(args: string[]): Promise<number> {
  const ignored = WAITING.flat().flatMap((glob) => ['--ignore', glob]);
  const lanes =
    args.length > 0
      ? [run('', args)]
      : [...WAITING, [...ignored, ALL]].map((each, index) => run(`${index + 1}│`, each));
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      for (const lane of lanes) lane.kill(signal);
    });
  const codes = await Promise.all(lanes.map(({ ended }) => ended));
  for (const line of lanes.flatMap((lane) => lane.skipped())) process.stdout.write(`${line}\n`);
  if (lanes.length > 1)
    for (const [index, lane] of lanes.entries())
      if (codes[index] !== 0) process.stdout.write(`\nFailed:\n${lane.lastWords().join('\n')}\n`);
  return Math.max(...codes) === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
