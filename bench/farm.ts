import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  generateKeys,
  intermediate,
  root,
  served,
  sign,
  type KeyName,
  type Keys,
  type Signed,
} from '../test/peers/tls/pki.ts';
import type { FarmLeaf, FromWorker, ToWorker } from './farm-worker.ts';
import type { Behaviour, Death } from './endpoints.ts';

/** Keys are made once and shared by leaves: making RSA keys takes a tenth of a second each. */
const KEYS_OF_A_KIND = 4;
const DEATHS: Death[] = ['silent', 'full', 'refused', 'reset'];

export interface FarmOptions {
  /** Where its files go. */
  folder: string;
  leaves: number;
  /** One in this many leaves is RSA-2048, the others are P-256. */
  rsaEvery: number;
  processes: number;
}

async function keysOf(kind: KeyName): Promise<Keys[]> {
  return Promise.all(Array.from({ length: KEYS_OF_A_KIND }, () => generateKeys(kind)));
}

/** Leaves below one intermediate of their own kind of key, below one root of it. */
async function makeLeaves({ leaves, rsaEvery }: FarmOptions): Promise<{ roots: string[]; issued: FarmLeaf[] }> {
  const kinds: KeyName[] = ['RSA-2048', 'P-256'];
  const branches = new Map<KeyName, { anchor: Signed; issuer: Signed; keys: Keys[] }>();
  for (const key of kinds) {
    const anchor = await root(`CN=Bench Root ${key}, O=Bench`, { key });
    const issuer = await intermediate(`CN=Bench Intermediate ${key}, O=Bench`, anchor, { key });
    branches.set(key, { anchor, issuer, keys: await keysOf(key) });
  }
  const issued: FarmLeaf[] = [];
  for (let index = 0; index < leaves; index += 1) {
    const { issuer, keys } = branches.get(index % rsaEvery === 0 ? 'RSA-2048' : 'P-256')!;
    const leaf = await sign({
      subject: `CN=l${index}.bench.test`,
      issuer,
      keys: keys[index % keys.length]!,
      names: [`*.l${index}.bench.test`, `l${index}.bench.test`],
    });
    const { chainPem, keyPem, fingerprint } = served(leaf, issuer);
    issued.push({ chainPem, keyPem, fingerprint });
  }
  return { roots: [...branches.values()].map(({ anchor }) => anchor.pem), issued };
}

function start(leavesFile: string): ChildProcess {
  return fork(fileURLToPath(new URL('farm-worker.ts', import.meta.url)), [leavesFile], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

async function answerOf(child: ChildProcess, wanted: (message: FromWorker) => boolean): Promise<FromWorker> {
  for (;;) {
    const [message] = (await once(child, 'message')) as [FromWorker];
    if (wanted(message)) return message;
  }
}

async function listenOn(child: ChildProcess, behaviour: Behaviour, port: number): Promise<number> {
  const answer = answerOf(child, (message) => 'listening' in message);
  child.send({ listen: { behaviour, port } } satisfies ToWorker);
  return ((await answer) as { listening: { port: number } }).listening.port;
}

async function closeOn(child: ChildProcess, port: number): Promise<void> {
  const answer = answerOf(child, (message) => 'closed' in message);
  child.send({ close: { port } } satisfies ToWorker);
  await answer;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

/**
 * Thousands of TLS endpoints on loopback: processes that share ports and serve all of 127/8 on each, with chains of a
 * leaf and its intermediate below private roots. Ports are named by what becomes of them: `live`, and one for each way
 * to die.
 */
export async function startFarm(options: FarmOptions) {
  const { roots, issued } = await makeLeaves(options);
  const leavesFile = join(options.folder, 'leaves.json');
  const rootsFile = join(options.folder, 'roots.pem');
  await writeFile(leavesFile, JSON.stringify(issued), { mode: 0o600 });
  await writeFile(rootsFile, roots.join(''));
  const workers = Array.from({ length: options.processes }, () => start(leavesFile));
  const blocked: ChildProcess[] = [];
  const closeAll = async (): Promise<void> => {
    await Promise.all([...workers, ...blocked].map((child) => ended(child)));
  };
  await Promise.all(workers.map((worker) => answerOf(worker, (message) => 'ready' in message)));
  const ports = new Map<Behaviour, number>();
  for (const behaviour of ['live', ...DEATHS] as const) {
    let port = 0;
    for (const worker of workers) port = await listenOn(worker, 'live', port);
    ports.set(behaviour, port);
  }

  /** A process that listens and does not accept any more, its queue filled. */
  async function block(port: number): Promise<void> {
    const child = start(leavesFile);
    blocked.push(child);
    await answerOf(child, (message) => 'ready' in message);
    await listenOn(child, 'full', port);
  }

  /** From now on the mortal ports are dead, each in its way. */
  async function die(): Promise<void> {
    for (const death of DEATHS) {
      const port = ports.get(death)!;
      for (const worker of workers) await closeOn(worker, port);
      if (death === 'full') await block(port);
      else if (death !== 'refused') for (const worker of workers) await listenOn(worker, death, port);
    }
  }

  return {
    /** Fingerprint of each leaf, by its number. */
    fingerprints: issued.map(({ fingerprint }) => fingerprint),
    roots,
    rootsFile,
    portOf: (behaviour: Behaviour): number => ports.get(behaviour)!,
    pids: (): number[] => workers.map(({ pid }) => pid!),
    die,
    close: closeAll,
  };
}

export type Farm = Awaited<ReturnType<typeof startFarm>>;
