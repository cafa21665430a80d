import { endEverything } from './after-test.ts';

/** How long after the last test a handle may stay open, milliseconds. */
const OPEN_FOR = 20_000;
const SIGN_EVERY = 5000;

// Loaded by mocha (.mocharc.json). Who runs the lane (scripts/test.ts) hears that it is alive, whatever its tests wait for.
if (process.send) setInterval(() => process.send?.('alive'), SIGN_EVERY).unref();

export const mochaHooks = {
  /** What a test opened ends with it, also where it failed. */
  afterEach: endEverything,
  /** Mocha waits for open handles for ever. */
  afterAll(): void {
    setTimeout(() => {
      const left = process.getActiveResourcesInfo().filter((name) => !/^(?:TTYWrap|PipeWrap)$/.test(name));
      process.stdout.write(`\nStill open ${OPEN_FOR / 1000} s after the last test: ${left.join(', ')}\n`);
      process.exit(1);
    }, OPEN_FOR).unref();
  },
};
