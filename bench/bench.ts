/**
 * The figures of the TLS source and of a large sweep, measured on this machine, on loopback alone.
 * npm run bench -- [--only probes|sweep] [--rounds 7] [--probes 1000] [--endpoints 100000]
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
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
  },
});
const folder = await mkdtemp(join(tmpdir(), 'certbot-bench-'));
const closings: (() => Promise<void>)[] = [];
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const keep = (closing: () => Promise<void>): void => void closings.push(closing);

async function clean(): Promise<void> {
  await Promise.allSettled(closings.map((closing) => closing()));
  await rm(folder, { recursive: true, force: true });
}

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void clean().finally(() => process.exit(130)));
try {
  const met: boolean[] = [];
  if (values.only !== 'sweep')
    met.push(await runProbes({ folder, rounds: Number(values.rounds), probes: Number(values.probes), say, keep }));
  if (values.only !== 'probes') {
    const [endpoints, conversations, leaves] = [
      Number(values.endpoints),
      Number(values.conversations),
      Number(values.leaves),
    ];
    met.push(await runSweep({ folder, endpoints, conversations, leaves, say, keep }));
  }
  process.exitCode = met.every(Boolean) ? 0 : 1;
} finally {
  await clean();
}
