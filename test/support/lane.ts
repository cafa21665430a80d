import type { ChildProcess } from 'node:child_process';
import { subscribe } from 'node:diagnostics_channel';
import { enableCompileCache } from 'node:module';
import type { Server, Socket } from 'node:net';
import { endEverything } from './after-test.ts';
import { COMPILED } from './compiled.ts';
import { skippedBelow } from './skips.ts';
import { leaveUtc } from './zone.ts';

/** How long after the last test a handle may stay open, milliseconds. */
const OPEN_FOR = 20_000;
const SIGN_EVERY = 5000;

leaveUtc();

// Before any test is loaded. What is measured is compiled anew.
if (!process.env['NODE_V8_COVERAGE']) enableCompileCache(COMPILED);

// Loaded by mocha (.mocharc.json). Who runs the lane (scripts/test.ts) hears that it is alive, whatever its tests wait
// for.
if (process.send) setInterval(() => process.send?.('alive'), SIGN_EVERY).unref();

/** How to end what was opened since the test began. */
const opened: (() => unknown)[] = [];
subscribe('tracing:net.server.listen:asyncStart', (message) => {
  const { server } = message as { server: Server };
  opened.push(() => server.listening && server.close());
});
for (const name of ['net.server.socket', 'net.client.socket'])
  subscribe(name, (message) => {
    const { socket } = message as { socket: Socket };
    opened.push(() => socket.destroy());
  });
subscribe('child_process', (message) => {
  const { process: child } = message as { process: ChildProcess };
  opened.push(() => child.kill('SIGKILL'));
});

export const mochaHooks = {
  beforeEach(): void {
    opened.length = 0;
  },
  /** What a test opened ends with it: what it said itself always, everything else where it failed before it could. */
  async afterEach(this: Mocha.Context): Promise<void> {
    await endEverything();
    if (this.currentTest?.state === 'failed') for (const end of opened.splice(0).toReversed()) end();
  },
  /** Says what was skipped. Mocha waits for open handles for ever. */
  afterAll(this: Mocha.Context): void {
    const root = this.test?.parent;
    const skipped = root ? skippedBelow(root) : [];
    if (process.send) process.send({ skipped });
    else for (const line of skipped) process.stdout.write(`\n${line}\n`);
    setTimeout(() => {
      const left = process.getActiveResourcesInfo().filter((name) => !/^(?:TTYWrap|PipeWrap)$/.test(name));
      process.stdout.write(`\nStill open ${OPEN_FOR / 1000} s after the last test: ${left.join(', ')}\n`);
      process.exit(1);
    }, OPEN_FOR).unref();
  },
};
