import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Stryker } from '@stryker-mutator/core';
import { RUNNER } from './mutation-runner.ts';

/**
 * `npm run mutate -- <folder or file of src> [test files] [--concurrency n]`: Stryker makes small changes of meaning, one at a time, and the tests that
 * belong to the file run with each. One run per file, since each has tests of its own. Every change that no test
 * notices is shown, then the scores.
 */
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const USAGE =
  'Type npm run mutate -- src/core/reminders/freeze.ts, or a folder of src; test files behind it are run instead of its own.';
const IMPORTED = /(?:from|import\()\s*'(\.[^']+)'/g;
/** Types are not there when it runs. */
const TYPES = /^(?:import|export) type [^;]*;/gm;
/** What Stryker needs and git ignores: copies of the repository, and the report as a page. */
const TEMPORARY = '.stryker-tmp';
/** Where nothing but pure code lives. */
const PURE = 'src/core/';
const PURE_TESTS = 'test/core/';

/** How many imports from a test to what it is a test of, where no other is nearer. */
const FEW_IMPORTS = 3;

interface Score {
  file: string;
  noticed: number;
  unnoticed: number;
  tests: string[];
}

function filesLike(...globs: string[]): string[] {
  return globSync(globs, { cwd: ROOT })
    .map((file) => file.replaceAll(sep, '/'))
    .toSorted();
}

type Options = ConstructorParameters<typeof Stryker>[0];

const importsOf = new Map<string, string[]>();

function importedBy(file: string): string[] {
  const known = importsOf.get(file);
  if (known) return known;
  const text = existsSync(join(ROOT, file)) ? readFileSync(join(ROOT, file), 'utf8') : '';
  const found = [...text.replaceAll(TYPES, '').matchAll(IMPORTED)].map((match) =>
    join(dirname(file), match[1]!).replaceAll(sep, '/'),
  );
  importsOf.set(file, found);
  return found;
}

/** How many imports lead from one file to another; Infinity where none do. */
function distance(from: string, to: string): number {
  const seen = new Set([from]);
  let layer = [from];
  for (let steps = 0; layer.length > 0; steps += 1) {
    if (layer.includes(to)) return steps;
    layer = [...new Set(layer.flatMap(importedBy))].filter((file) => !seen.has(file));
    for (const file of layer) seen.add(file);
  }
  return Infinity;
}

/**
 * The tests of a source file, nearest first. Pure code is tested by what is in test/core alone. Else: tests that import
 * it, and those of its own room (test/http for src/http) that reach it; where its room has none, all that reach it by
 * few imports. Tests that start whole processes are slow, and stay out.
 */
function testsOf(source: string): string[] {
  const room = dirname(source).replace(/^src/, 'test');
  const near = filesLike('test/**/*.test.ts')
    .filter((test) => !importedBy(test).includes('test/support/bot-process.ts'))
    .map((test) => ({ test, steps: distance(test, source) }))
    .filter(({ steps }) => steps < Infinity)
    .toSorted((a, b) => a.steps - b.steps);
  if (source.startsWith(PURE)) return near.map(({ test }) => test).filter((test) => test.startsWith(PURE_TESTS));
  const isOwn = ({ test }: { test: string }): boolean => dirname(test) === room;
  const few = Math.max(FEW_IMPORTS, near[0]?.steps ?? 0);
  return near
    .filter((one) => one.steps === 1 || (near.some(isOwn) ? isOwn(one) : one.steps <= few))
    .map(({ test }) => test);
}

/** How Stryker runs tests of pure code: a hundred changes in a few seconds. */
function inOneProcess(tests: string[]): Options {
  return {
    testRunner: RUNNER,
    plugins: [join(ROOT, 'scripts/mutation-runner.ts')],
    tests,
    coverageAnalysis: 'perTest' as Options['coverageAnalysis'],
    // The runner's own option is none of Stryker's.
    warnings: { unknownOptions: false, slow: false, preprocessorErrors: true, unserializableOptions: true },
  };
}

/** How it runs all other tests, which may leave something behind when they fail. */
function inProcessesOfTheirOwn(tests: string[]): Options {
  return {
    testRunner: 'command',
    commandRunner: {
      command: `node node_modules/mocha/bin/mocha.js --bail --require scripts/pass-mutant.cjs ${tests.join(' ')}`,
    },
    coverageAnalysis: 'off' as Options['coverageAnalysis'],
  };
}

/** Runs Stryker on one file. Throws where its tests fail without any change. */
async function mutate(file: string, tests: string[], concurrency: number | undefined): Promise<Score> {
  const stryker = new Stryker({
    mutate: [file],
    ...(file.startsWith(PURE) ? inOneProcess(tests) : inProcessesOfTheirOwn(tests)),
    // Stryker would read it with TypeScript's old API, which TypeScript 7 does not have.
    tsconfigFile: 'none',
    ignorePatterns: ['coverage', 'data', 'dist', 'docs', 'test-output'],
    tempDirName: TEMPORARY,
    reporters: ['clear-text', 'progress', 'html'],
    htmlReporter: { fileName: `${TEMPORARY}-reports/${file.replaceAll('/', '-')}.html` },
    clearTextReporter: { allowColor: process.stdout.isTTY, reportTests: false, reportScoreTable: false },
    allowConsoleColors: process.stdout.isTTY,
    logLevel: 'warn' as Options['logLevel'],
    ...(concurrency ? { concurrency } : {}),
  });
  const results = await stryker.runMutationTest();
  const count = (...statuses: string[]): number => results.filter(({ status }) => statuses.includes(status)).length;
  return { file, tests, noticed: count('Killed', 'Timeout'), unnoticed: count('Survived', 'NoCoverage') };
}

function percent({ noticed, unnoticed }: Pick<Score, 'noticed' | 'unnoticed'>): string {
  const all = noticed + unnoticed;
  return all === 0 ? 'nothing to change' : `${((100 * noticed) / all).toFixed(1)} % of ${all}`;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { concurrency: { type: 'string' } } });
  const paths = positionals.map((path) => relative(ROOT, resolve(path)).replaceAll(sep, '/'));
  const given = paths.filter((path) => path.startsWith('test/'));
  const files = paths
    .filter((path) => path.startsWith('src/'))
    .flatMap((path) => filesLike(path.endsWith('.ts') ? path : `${path}/**/*.ts`));
  if (files.length === 0) {
    console.error(USAGE);
    return 1;
  }
  process.chdir(ROOT);
  // Each change is a process that loads the same files again.
  process.env['NODE_COMPILE_CACHE'] ??= join(ROOT, `${TEMPORARY}-reports`, 'compiled');
  const scores: Score[] = [];
  for (const file of files) {
    const tests = given.length > 0 ? given : testsOf(file);
    console.log(`\n${file}: ${tests.length === 0 ? 'no test reaches it' : tests.join(' ')}`);
    if (tests.length > 0) scores.push(await mutate(file, tests, Number(values.concurrency) || undefined));
  }
  console.log('');
  for (const score of scores) console.log(`${score.file}: ${percent(score)} noticed`);
  if (scores.length > 1) {
    const sum = (pick: (score: Score) => number): number => scores.reduce((total, score) => total + pick(score), 0);
    console.log(
      `All: ${percent({ noticed: sum((one) => one.noticed), unnoticed: sum((one) => one.unnoticed) })} noticed`,
    );
  }
  return 0;
}

process.exitCode = await main();
