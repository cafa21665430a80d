/**
 * Measures the TLS source, plans of reminders and a large sweep on this machine, on loopback alone. Ends with 1 when a target is missed.
 *
 *   npm run bench -- [--only probes|sweep|plans] [--rounds 7] [--probes 1000] [--endpoints 100000] [--conversations 50] [--leaves 2000] [--calendar ics|graph|none]
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runPlans } from './plans.ts';
import { runProbes } from './probes.ts';
import { runSweep } from './sweep.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    rounds: { type: 'string', default: '7' },
    probes: { type: 'string', default: '1000' },
    endpoints: { type: 'string', default: '100000' },
    conversations: { type: 'string', default: '50' },
    leaves: { type: 'string', default: '2000' },
    calendar: { type: 'string', default: 'ics' },
  },
});
const folder = await mkdtemp(join(tmpdir(), 'certbot-bench-'));
const closings: (() => Promise<void>)[] = [];
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const keep = (closing: () => Promise<void>): void => void closings.push(closing);
/** How long the end waits, after Ctrl-C, for what was being started just then. Milliseconds. */
const END_WITHIN = 5000;

async function clean(): Promise<void> {
  await Promise.allSettled(closings.map((closing) => closing()));
  await rm(folder, { recursive: true, force: true });
}

async function run(): Promise<boolean> {
  const met: boolean[] = [];
  const wanted = (part: string): boolean => values.only === undefined || values.only === part;
  if (wanted('probes'))
    met.push(await runProbes({ folder, rounds: Number(values.rounds), probes: Number(values.probes), say, keep }));
  if (wanted('plans')) met.push(await runPlans({ folder, say, keep }));
  if (wanted('sweep')) {
    const { calendar } = values;
    const [endpoints, conversations, leaves] = [values.endpoints, values.conversations, values.leaves].map(Number) as [
      number,
      number,
      number,
    ];
    met.push(await runSweep({ folder, endpoints, conversations, leaves, calendar, say, keep }));
  }
  return met.every(Boolean);
}

let ending = false;
const running = run();
async function end(): Promise<void> {
  if (ending) return;
  ending = true;
  await clean();
  // Whatever was on its way is refused by now; what it still started is closed as well.
  await Promise.race([running.catch(() => {}), new Promise((resolve) => setTimeout(resolve, END_WITHIN))]);
  await clean();
  process.exit(130);
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end());
// Whoever reads has gone, as `head` does.
process.stdout.on('error', () => void end());
try {
  process.exitCode = (await running) ? 0 : 1;
} catch (error) {
  if (!ending) throw error;
} finally {
  if (!ending) await clean();
}
