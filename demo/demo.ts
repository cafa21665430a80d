import { spawn, type ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startEndpoints, type Endpoint } from './endpoints.ts';

/** The bot with a handful of loopback endpoints, so that everything can be seen without internet. */

function describe(endpoints: Endpoint[]): string {
  const width = Math.max(...endpoints.map(({ target }) => target.length));
  return [
    'Endpoints of the demonstration:',
    ...endpoints.map(({ target, shows }) => `  ${target.padEnd(width)}  ${shows}`),
    '',
    'To watch them all, paste this into the chat; what is to happen then happens within two minutes:',
    `  watch ${endpoints.map(({ target }) => target).join(' ')}`,
    '',
  ].join('\n');
}

/** The demo's root, together with what was trusted additionally before. */
async function writeTrustBundle(folder: string, rootPem: string): Promise<string> {
  const before = process.env['NODE_EXTRA_CA_CERTS'];
  const others = before ? await readFile(before, 'utf8').catch(() => '') : '';
  const file = join(folder, 'roots.pem');
  await writeFile(file, `${others}\n${rootPem}`);
  return file;
}

/** The exit code a shell would show: the process's own, or 128 and the number of the signal that ended it. */
function exitCode(code: number | null, signal: NodeJS.Signals | null): number {
  return code ?? 128 + (signal ? constants.signals[signal] : 0);
}

const folder = await mkdtemp(join(tmpdir(), 'certbot-demo-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

let bot: ChildProcess | null = null;
let ending = false;
function end(signal: NodeJS.Signals): void {
  if (ending) return;
  ending = true;
  if (bot) bot.kill(signal);
  else process.exit(exitCode(null, signal));
}
process.on('SIGINT', end);
process.on('SIGTERM', end);

const interval = process.env['PROBE_INTERVAL'];
// What is watched is looked at far more often, unless somebody set another interval.
const demo = await startEndpoints(interval ? {} : { idle: 60_000 });
const trusted = await writeTrustBundle(folder, demo.rootPem);
process.stdout.write(`${describe(demo.endpoints)}\n`);
bot = spawn(process.execPath, [fileURLToPath(new URL('../src/main.ts', import.meta.url))], {
  stdio: 'inherit',
  env: {
    ...process.env,
    NODE_EXTRA_CA_CERTS: trusted,
    PROBE_INTERVAL: interval || '5s',
    // Each alert has a message of its own.
    ALERT_INTERVAL: process.env['ALERT_INTERVAL'] || '5s',
    DATABASE_URL: process.env['DATABASE_URL'] || `sqlite:${join(folder, 'demo.sqlite')}`,
  },
});
bot.once('error', (error) => {
  process.stderr.write(`The bot could not be started: ${error.message}\n`);
  process.exit(1);
});
bot.once('exit', (code, signal) => {
  void demo.close().finally(() => process.exit(exitCode(code, signal)));
});
