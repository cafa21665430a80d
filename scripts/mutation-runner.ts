import { resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { InstrumenterContext, StrykerOptions } from '@stryker-mutator/api/core';
import { commonTokens, declareFactoryPlugin, PluginKind, tokens } from '@stryker-mutator/api/plugin';
import {
  DryRunStatus,
  MutantRunStatus,
  TestStatus,
  type DryRunResult,
  type MutantRunOptions,
  type MutantRunResult,
  type TestResult,
  type TestRunner,
} from '@stryker-mutator/api/test-runner';
import Mocha from 'mocha';
import { endEverything } from '../test/support/after-test.ts';
import { leaveUtc } from '../test/support/zone.ts';

/** What Stryker calls this runner. */
export const RUNNER = 'mocha-in-process';

leaveUtc();

/** How changed code knows which change is at work (Stryker's instrumenter). */
const context: InstrumenterContext = ((globalThis as { __stryker__?: InstrumenterContext }).__stryker__ ??= {});

function escaped(text: string): string {
  return text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);
}

/** Mocha with these files. They are loaded once, and run as often as `run` is called. */
async function load(files: string[]): Promise<Mocha> {
  const mocha = new Mocha({
    bail: true,
    timeout: 10_000,
    // It says nothing.
    reporter: Mocha.reporters.Base,
    rootHooks: { afterEach: endEverything },
  });
  mocha.cleanReferencesAfterRun(false);
  for (const file of files) mocha.addFile(resolve(file));
  await mocha.loadFilesAsync();
  return mocha;
}

interface Run {
  tests: TestResult[];
  /** The first test that failed, or hook. */
  failed: { title: string; message: string } | null;
}

function run(mocha: Mocha): Promise<Run> {
  const { promise, resolve: done } = Promise.withResolvers<Run>();
  const tests: TestResult[] = [];
  let failed: Run['failed'] = null;
  const runner = mocha.run(() => {
    delete context.currentTestId;
    done({ tests, failed });
  });
  runner.on('test', (test) => (context.currentTestId = test.fullTitle()));
  runner.on('pass', (test) => {
    const title = test.fullTitle();
    tests.push({ id: title, name: title, timeSpentMs: test.duration ?? 0, status: TestStatus.Success });
  });
  runner.on('fail', (test, error) => {
    const title = test.fullTitle();
    failed ??= { title, message: String(error.message) };
    tests.push({ id: title, name: title, timeSpentMs: 0, status: TestStatus.Failed, failureMessage: failed.message });
  });
  return promise;
}

/**
 * A runner of Stryker that stays in one process: a change costs the tests that reach it, and no start of Node and
 * mocha. For tests of pure code, which leave nothing behind (a change at load, such as of a constant, gets a process of
 * its own from Stryker). Stryker's own mocha runner does not know mocha 12.
 */
function createRunner(options: StrykerOptions): TestRunner {
  const files = options['tests'] as string[];
  let loaded: Promise<Mocha> | undefined;

  async function dryRun(): Promise<DryRunResult> {
    loaded = load(files);
    const { tests } = await run(await loaded);
    const { mutantCoverage } = context;
    return { status: DryRunStatus.Complete, tests, ...(mutantCoverage ? { mutantCoverage } : {}) };
  }

  async function mutantRun(change: MutantRunOptions): Promise<MutantRunResult> {
    const isStatic = change.mutantActivation === 'static';
    if (isStatic) context.activeMutant = change.activeMutant.id;
    const mocha = await (loaded ??= load(files));
    context.activeMutant = change.activeMutant.id;
    context.hitCount = 0;
    if (change.hitLimit === undefined) delete context.hitLimit;
    else context.hitLimit = change.hitLimit;
    const { testFilter = [] } = change;
    mocha.grep(testFilter.length > 0 ? new RegExp(`^(?:${testFilter.map(escaped).join('|')})$`) : /(?:)/);
    const began = performance.now();
    const { tests, failed } = await run(mocha);
    const duration = performance.now() - began;
    if (!failed) return { status: MutantRunStatus.Survived, nrOfTests: tests.length, duration };
    const { title, message } = failed;
    return {
      status: MutantRunStatus.Killed,
      killedBy: [title],
      failureMessage: message,
      nrOfTests: tests.length,
      duration,
    };
  }

  return { capabilities: () => ({ reloadEnvironment: false }), dryRun, mutantRun };
}
createRunner.inject = tokens(commonTokens.options);

export const strykerPlugins = [declareFactoryPlugin(PluginKind.TestRunner, RUNNER, createRunner)];
