/** What is skipped, and why: a test, or everything of a suite. */
const reasons = new WeakMap<Mocha.Runnable | Mocha.Suite, string>();

/**
 * Skips the test (or, from a `before`, its whole suite) on a machine where it has no meaning; the end of the run counts
 * it with the reason.
 */
export function skipOn(context: Mocha.Context, reason: string): never {
  const { test: runnable, currentTest } = context;
  const [, hook] = /^"(before all|before each)" hook/.exec(runnable?.title ?? '') ?? [];
  const skipped = hook === 'before all' ? runnable?.parent : hook ? currentTest : runnable;
  if (skipped) reasons.set(skipped, reason);
  return context.skip();
}

/**
 * The same for want of something that this machine could have. With CI set it fails instead: there everything is to be
 * there.
 */
export function skipWithout(context: Mocha.Context, reason: string): never {
  if (process.env['CI']) throw new Error(`${reason} (and CI is set, so that nothing may be skipped for want of it)`);
  return skipOn(context, reason);
}

function* testsOf(suite: Mocha.Suite): Generator<Mocha.Test> {
  yield* suite.tests;
  for (const inner of suite.suites) yield* testsOf(inner);
}

function reasonOf(test: Mocha.Test): string {
  for (let at: Mocha.Test | Mocha.Suite | undefined = test; at; at = at.parent) {
    const reason = reasons.get(at);
    if (reason) return reason;
  }
  return 'no reason given';
}

/** How many tests below the suite were skipped, one line per reason; empty when none was. */
export function skippedBelow(suite: Mocha.Suite): string[] {
  const counts = new Map<string, number>();
  for (const test of testsOf(suite)) {
    if (!test.isPending()) continue;
    const reason = reasonOf(test);
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return [...counts].map(([reason, count]) => `${count} skipped: ${reason}`);
}
