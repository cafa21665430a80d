/**
 * Tests that mostly wait, run at the same time: all begin before the first of them is awaited, and each succeeds or
 * fails under its own sentence. Call it inside a `describe`; what they need has to be there after that `describe`'s
 * earlier `before` hooks.
 */
export function together(tests: Record<string, () => Promise<void>>): void {
  const outcomes = new Map<string, PromiseSettledResult<void>>();
  let all: Promise<void>;
  before(() => {
    const running = Object.entries(tests).map(async ([sentence, test]) => {
      const [outcome] = await Promise.allSettled([test()]);
      outcomes.set(sentence, outcome);
    });
    all = Promise.all(running).then(() => undefined);
  });
  after(() => all);
  for (const sentence of Object.keys(tests)) {
    it(sentence, async () => {
      while (!outcomes.has(sentence)) await new Promise((resolve) => setTimeout(resolve, 10));
      const outcome = outcomes.get(sentence)!;
      if (outcome.status === 'rejected') throw outcome.reason;
    });
  }
}
