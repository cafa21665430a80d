// Plays the steps of the Dockerfile in a plain folder, for machines without Docker: each stage is a folder, COPY and RUN
// happen in it, and the last one is started as its USER, with nothing to write to but its volume and a folder for
// temporary files. It is well when the health check says so, first no and then yes, when nothing in the image was
// changed, and when the files without Node are at most 200 MB. It needs POSIX and npm; who is not root stays who they
// are. The image's Node is the one that this runs with: npm run play-dockerfile

import { spawn, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execForm, lastOf, reachesBuild, stagesOf, type Stage } from './dockerfile.ts';

const ROOT = resolve(import.meta.dirname, '..');
const MOST_MEGABYTES = 200;
const HEALTHY_WITHIN = 30_000;
const END_WITHIN = 15_000;

/** A stage as it is played. */
interface Played {
  /** What stands for its file system. */
  root: string;
  workdir: string;
  env: Record<string, string>;
  user: { uid: number; gid: number } | null;
}

const isRoot = process.getuid?.() === 0;
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'certbot-image-')));
const bin = join(folder, 'bin');

function say(line: string): void {
  process.stdout.write(`play: ${line}\n`);
}

/** Node of this process, and the npm of this machine; the image has no other programs of ours. */
function makePath(): void {
  mkdirSync(bin);
  copyFileSync(process.execPath, join(bin, 'node'));
  chmodSync(join(bin, 'node'), 0o755);
  // Only root can give files away; whoever is not owns everything here already.
  if (!isRoot) symlinkSync('/bin/true', join(bin, 'chown'));
}

/** Paths of the image that are named in commands: its working folders and volumes. */
function placesOf(stages: Stage[]): string[] {
  const places = stages.flatMap(({ instructions }) =>
    instructions.filter(({ name }) => name === 'WORKDIR' || name === 'VOLUME').map(({ rest }) => rest),
  );
  return [...new Set(places)];
}

/** A text of the image, its paths led into the folder that stands for it. */
function led(text: string, root: string, places: string[]): string {
  const pattern = new RegExp(`(?<=^|[\\s:='"])(?=(?:${places.join('|')})(?:[\\s/'"]|$))`, 'g');
  return text.replaceAll(pattern, root);
}

function environmentOf({ env }: Pick<Played, 'env'>): Record<string, string> {
  const { PATH = '', HOME = '', NODE_EXTRA_CA_CERTS: authorities } = process.env;
  return { PATH: `${bin}:${PATH}`, HOME, ...(authorities ? { NODE_EXTRA_CA_CERTS: authorities } : {}), ...env };
}

function copy(rest: string, stage: Played, stages: Map<string, Played>, ignore: string): void {
  const [, from, paths = rest] = /^--from=(\S+)\s+(.*)$/.exec(rest) ?? [];
  const sources = paths.split(/\s+/);
  const target = resolve(stage.workdir, sources.pop()!);
  for (const source of sources) {
    if (from === undefined && !reachesBuild(ignore, source))
      throw new Error(`COPY ${source}: .dockerignore keeps it out.`);
    const whole = from === undefined ? join(ROOT, source) : join(stages.get(from)!.root, source);
    // A folder's content is copied, a file goes into the folder that is named.
    const isFolder = lstatSync(whole).isDirectory();
    cpSync(whole, isFolder ? target : join(target, basename(source)), { recursive: true, verbatimSymlinks: true });
  }
}

function play(stage: Stage, stages: Map<string, Played>, places: string[]): Played {
  const root = join(folder, `stage-${stage.name}`);
  mkdirSync(root);
  const played: Played = { root, workdir: root, env: {}, user: null };
  const ignore = readFileSync(join(ROOT, '.dockerignore'), 'utf8');
  for (const { name, rest } of stage.instructions) {
    if (['CMD', 'HEALTHCHECK', 'EXPOSE', 'VOLUME'].includes(name)) continue;
    say(`${stage.name}: ${name} ${rest}`);
    if (name === 'WORKDIR') mkdirSync((played.workdir = join(root, rest)), { recursive: true });
    else if (name === 'COPY') copy(rest, played, stages, ignore);
    else if (name === 'ENV')
      for (const pair of rest.split(/\s+/)) {
        const [, key = '', value = ''] = /^(\w+)=(.*)$/.exec(pair) ?? [];
        played.env[key] = led(value, root, places);
      }
    else if (name === 'USER') {
      const [uid = 0, gid = 0] = rest.split(':').map(Number);
      played.user = isRoot ? { uid, gid } : null;
    } else if (name === 'RUN')
      execFileSync('/bin/sh', ['-ec', led(rest, root, places)], {
        cwd: played.workdir,
        env: environmentOf(played),
        stdio: ['ignore', 'inherit', 'inherit'],
      });
    else throw new Error(`This instruction is not played: ${name}`);
  }
  return played;
}

/** Every file below a folder, with what would tell of a change. */
function filesIn(
  root: string,
  found = new Map<string, { bytes: number; onDisk: number; changed: number }>(),
): typeof found {
  for (const entry of readdirSync(root, { withFileTypes: true })) {
    const path = join(root, entry.name);
    const { size, blocks, mtimeMs } = lstatSync(path);
    if (entry.isDirectory()) filesIn(path, found);
    else found.set(path, { bytes: size, onDisk: blocks * 512, changed: mtimeMs });
  }
  return found;
}

/** Whoever has the rights of the owner must not get them by that. */
function makeReadOnly(root: string): void {
  execFileSync('chmod', ['-R', 'a-w,a+rX', root]);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/** Runs a command of the image as its user, to its end. */
async function codeOf([command = '', ...args]: string[], options: object): Promise<number | null> {
  const [code] = (await once(spawn(command, args, { stdio: 'inherit', ...options }), 'exit')) as [number | null];
  return code;
}

/** Much is loaded only where it is configured; what was taken away must be missed by none of it. */
const LOADS_EVERYTHING = `
  const { dependencies } = JSON.parse(require('node:fs').readFileSync('package.json', 'utf8'));
  (async () => { for (const name of Object.keys(dependencies)) await import(name); })();`;

/** Starts what was built, and ends it again; throws a sentence where something is not as it should be. */
async function start(stage: Stage, { root, workdir, env, user }: Played): Promise<void> {
  const temporary = join(folder, 'tmp');
  mkdirSync(temporary);
  chmodSync(temporary, 0o1777);
  const own = { PORT: String(await freePort()), METRICS_PORT: 'off', TMPDIR: temporary };
  const options = { cwd: workdir, env: { PATH: bin, ...env, ...own }, ...user };
  if ((await codeOf(['node', '-e', LOADS_EVERYTHING], options)) !== 0) throw new Error('A package cannot be loaded.');
  const check = execForm(lastOf(stage, 'HEALTHCHECK'));
  if ((await codeOf(check, options)) !== 1) throw new Error('The health check says yes before anything was started.');
  const before = filesIn(workdir);
  const [command = '', ...args] = execForm(lastOf(stage, 'CMD'));
  const began = performance.now();
  const bot = spawn(command, args, { stdio: 'inherit', ...options });
  const ended = once(bot, 'exit') as Promise<[number | null, string | null]>;
  try {
    while ((await codeOf(check, options)) !== 0) {
      if (bot.exitCode !== null) throw new Error(`The bot ended by itself, with ${bot.exitCode}.`);
      if (performance.now() - began > HEALTHY_WITHIN) throw new Error('The health check never said yes.');
      await sleep(250);
    }
    say(`it is healthy after ${((performance.now() - began) / 1000).toFixed(1)} s`);
    bot.kill('SIGTERM');
    const late = sleep(END_WITHIN, null, { ref: false });
    const code = (await Promise.race([ended, late]))?.[0];
    if (code !== 0) throw new Error(`It did not end well after SIGTERM: ${code ?? 'not in time'}.`);
  } finally {
    bot.kill('SIGKILL');
  }
  const after = filesIn(workdir);
  const written = [...after].filter(([path, { changed }]) => before.get(path)?.changed !== changed);
  const changed = written.map(([path]) => path);
  if (changed.length > 0) throw new Error(`These files of the image were written to: ${changed.join(', ')}`);
  const volume = readdirSync(join(root, lastOf(stage, 'VOLUME').rest));
  if (!volume.includes('certbot.sqlite')) throw new Error('The database is not in the volume.');
}

function weigh({ workdir }: Played): void {
  const files = [...filesIn(workdir).values()];
  const megabytes = (size: 'bytes' | 'onDisk'): string =>
    (files.reduce((sum, each) => sum + each[size], 0) / 1e6).toFixed(0);
  say(`${megabytes('bytes')} MB of files without Node, ${megabytes('onDisk')} MB on this disk`);
  if (Number(megabytes('bytes')) > MOST_MEGABYTES) throw new Error(`That is more than ${MOST_MEGABYTES} MB.`);
}

async function main(): Promise<void> {
  const stages = stagesOf(readFileSync(join(ROOT, 'Dockerfile'), 'utf8'));
  const places = placesOf(stages);
  const played = new Map<string, Played>();
  makePath();
  for (const stage of stages) played.set(stage.name, play(stage, played, places));
  const last = stages.at(-1)!;
  const image = played.get(last.name)!;
  chmodSync(folder, 0o755);
  makeReadOnly(image.workdir);
  weigh(image);
  await start(last, image);
  say('the steps of the Dockerfile come to a bot that starts, is healthy, writes to nothing but its volume, and ends');
}

try {
  await main();
} catch (error) {
  say((error as Error).message);
  process.exitCode = 1;
} finally {
  execFileSync('chmod', ['-R', 'u+w', folder]);
  rmSync(folder, { recursive: true, force: true });
}
