import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { freePort } from '../test/support/free-port.ts';
import type { Endpoint } from './endpoints.ts';
import type { Farm } from './farm.ts';
import { cpuOf, cpuOfEnded, familyOf } from './processes.ts';
import type { FromClient, ToClient } from './prober-client.ts';

/** Something that probes. */
export interface Contender {
  name: string;
  /** Probes each endpoint once. Throws when one of them does not come out right. */
  probe(endpoints: Endpoint[]): Promise<void>;
  /** Processor time of its processes so far, user and system, milliseconds. */
  cpu(): number;
  close(): Promise<void>;
}

/** Probes at once, of each contender. */
const AT_ONCE = 16;
/** Processes of openssl at once: as many as a machine has processors would do; more only wait. */
const PROCESSES_AT_ONCE = 4;

async function inLanes<T>(items: T[], lanes: number, work: (item: T) => Promise<void>): Promise<void> {
  const rest = items.values();
  async function lane(): Promise<void> {
    for (const item of rest) await work(item);
  }
  await Promise.all(Array.from({ length: lanes }, lane));
}

/** Where a program is, by PATH; null when it is not installed. */
export function findProgram(name: string, path = process.env['PATH'] ?? ''): string | null {
  return (
    [...path.split(delimiter), '/usr/sbin', '/usr/local/bin']
      .map((folder) => join(folder, name))
      .find((file) => existsSync(file)) ?? null
  );
}

/** Where jemalloc is, as Debian's libjemalloc2 or Alpine installs it; null when it is not. */
export function findJemalloc(): string | null {
  const folders = [
    '/usr/lib/x86_64-linux-gnu',
    '/usr/lib/aarch64-linux-gnu',
    '/usr/lib64',
    '/usr/lib',
    '/usr/local/lib',
  ];
  return folders.map((folder) => join(folder, 'libjemalloc.so.2')).find((file) => existsSync(file)) ?? null;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  if (child.connected) child.disconnect();
  else child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
  await exit;
  clearTimeout(timer);
}

/** The TLS source of the bot, its probers included. `preload`: a library that all of them load first. */
export async function startOurs(
  farm: Farm,
  { name, preload }: { name: string; preload: string | null },
): Promise<Contender> {
  const child = fork(fileURLToPath(new URL('prober-client.ts', import.meta.url)), [], {
    env: { PATH: process.env['PATH'] ?? '', ...(preload ? { LD_PRELOAD: preload } : {}) },
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  async function ask(message: ToClient): Promise<FromClient> {
    const answer = once(child, 'message');
    child.send(message);
    return ((await answer) as [FromClient])[0];
  }
  await ask({ begin: { authorities: farm.roots, concurrency: AT_ONCE } });
  return {
    name,
    async probe(endpoints) {
      const answer = await ask({ probe: endpoints, port: farm.portOf('live') });
      const wrong = 'done' in answer ? answer.done.wrong : [];
      if (wrong.length > 0)
        throw new Error(`${name}: ${wrong.length} of ${endpoints.length} looks are wrong: ${wrong[0]}`);
    },
    cpu: () => familyOf(child.pid!).reduce((sum, pid) => sum + cpuOf(pid), 0),
    close: () => stop(child),
  };
}

function get(url: string, agent: Agent): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const sent = request(url, { agent }, (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    response.on('error', reject);
  });
  sent.on('error', reject);
  sent.end();
  return promise;
}

async function answering(url: string, agent: Agent): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      await get(url, agent);
      return;
    } catch (error) {
      if (tries > 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** One module per name: that is how blackbox is told which name to send and to check. */
function modulesFor(endpoints: Endpoint[], rootsFile: string): object {
  const names = [...new Set(endpoints.map(({ name }) => name))];
  const module = (name: string): object => ({
    prober: 'tcp',
    timeout: '10s',
    tcp: { tls: true, tls_config: { ca_file: rootsFile, server_name: name, insecure_skip_verify: false } },
  });
  return { modules: Object.fromEntries(names.map((name) => [name, module(name)])) };
}

/** prometheus-blackbox-exporter with its tcp module, asked over HTTP as Prometheus does. */
export async function startBlackbox(
  farm: Farm,
  { program, folder, endpoints }: { program: string; folder: string; endpoints: Endpoint[] },
): Promise<Contender> {
  const config = join(folder, 'blackbox.yml');
  await writeFile(config, stringify(modulesFor(endpoints, farm.rootsFile)));
  const base = `http://127.0.0.1:${await freePort()}`;
  const child = spawn(
    program,
    [`--config.file=${config}`, `--web.listen-address=${base.slice(7)}`, '--log.level=error'],
    {
      stdio: 'ignore',
    },
  );
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  await answering(`${base}/-/healthy`, agent);
  const port = farm.portOf('live');
  return {
    name: 'blackbox',
    probe: (probed) =>
      inLanes(probed, AT_ONCE, async ({ address, name }) => {
        const text = await get(`${base}/probe?module=${name}&target=${address}:${port}`, agent);
        if (!/^probe_success 1$/m.test(text)) throw new Error(`blackbox: the probe of ${name} failed`);
      }),
    cpu: () => cpuOf(child.pid!),
    async close() {
      agent.destroy();
      await stop(child);
    },
  };
}

/** One process of openssl s_client per probe. */
export function createSClient(farm: Farm, program: string): Contender {
  const port = farm.portOf('live');
  const begun = cpuOfEnded();
  async function one({ address, name }: Endpoint): Promise<void> {
    const options = ['-connect', `${address}:${port}`, '-servername', name, '-verify_hostname', name];
    const child = spawn(
      program,
      ['s_client', ...options, '-CAfile', farm.rootsFile, '-verify', '5', '-verify_return_error'],
      {
        stdio: ['ignore', 'ignore', 'ignore'],
      },
    );
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code !== 0) throw new Error(`openssl s_client: the probe of ${name} ended with ${code}`);
  }
  return {
    name: 's_client',
    probe: (endpoints) => inLanes(endpoints, PROCESSES_AT_ONCE, one),
    cpu: () => cpuOfEnded() - begun,
    close: async () => {},
  };
}
