const ends: (() => unknown)[] = [];

/** Has `end` run when the test is over, however it ends; the last one first. For whatever is opened inside a test. */
export function afterTest(end: () => unknown): void {
  ends.push(end);
}

/** Gives back what is to be closed when the test is over, however it ends. */
export function closedAfterTest<T extends { close(): unknown }>(opened: T): T {
  afterTest(() => opened.close());
  return opened;
}

/** Runs everything that `afterTest` was told; fails with the first failure, after the others have run. */
export async function endEverything(): Promise<void> {
  const failures: unknown[] = [];
  for (const end of ends.splice(0).toReversed()) {
    try {
      await end();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
