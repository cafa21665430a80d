import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';

/**
 * Runs the suite in two lanes at the same time, since tests that start whole bots or meet peers mostly wait. What the second lane writes is shown when the first has
 * ended. With arguments, one mocha runs with these.
 */
const MOCHA = createRequire(import.meta.url).resolve('mocha/bin/mocha.js');
/** Files whose tests start whole bots, or wait for peers: half of the time. */
const FIRST = ['test/flows/**', 'test/sources/**'];
/** Everything else. */
const SECOND = [
  'test/calendars/**',
  'test/channels/**',
  'test/config/**',
  'test/core/**',
  'test/demo/**',
  'test/outlook/**',
  'test/store/**',
  'test/app.test.ts',
  'test/config.test.ts',
  'test/http.test.ts',
  'test/mailboxes.test.ts',
  'test/main.test.ts',
  'test/manifest.test.ts',
  'test/playground.test.ts',
];

function run(args: string[], stdio: 'inherit' | 'pipe'): { ended: Promise<number>; output: () => string } {
  const child = spawn(process.execPath, [MOCHA, ...args], { stdio: ['inherit', stdio, stdio] });
  const chunks: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk));
  const { promise, resolve } = Promise.withResolvers<number>();
  child.once('close', (code, signal) => resolve(signal ? 1 : (code ?? 1)));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  return { ended: promise, output: () => chunks.join('') };
}

const ignoring = (globs: string[]): string[] => globs.flatMap((glob) => ['--ignore', glob]);

async function main(args: string[]): Promise<number> {
  if (args.length > 0) return run(args, 'inherit').ended;
  const first = run(ignoring(SECOND), 'inherit');
  const second = run([...ignoring(FIRST), process.stdout.isTTY ? '--color' : '--no-color'], 'pipe');
  const codes = [await first.ended, await second.ended];
  process.stdout.write(second.output());
  return Math.max(...codes);
}

process.exitCode = await main(process.argv.slice(2));
