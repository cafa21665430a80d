import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
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
    'To watch them all, paste this into the chat:',
    `  watch ${endpoints.map(({ target }) => target).join(' ')}`,
    '',
  ].join('\n');
}

/** The demo's root, together with what was trusted additionally before. */
async function trustBundle(folder: string, rootPem: string): Promise<string> {
  const before = process.env['NODE_EXTRA_CA_CERTS'];
  const others = before ? await readFile(before, 'utf8').catch(() => '') : '';
  const file = join(folder, 'roots.pem');
  await writeFile(file, `${others}\n${rootPem}`);
  return file;
}

const folder = await mkdtemp(join(tmpdir(), 'certbot-demo-'));
const demo = await startEndpoints();
process.stdout.write(`${describe(demo.endpoints)}\n`);
const bot = spawn(process.execPath, [fileURLToPath(new URL('../src/main.ts', import.meta.url))], {
  stdio: 'inherit',
  env: {
    ...process.env,
    NODE_EXTRA_CA_CERTS: await trustBundle(folder, demo.rootPem),
    PROBE_INTERVAL: process.env['PROBE_INTERVAL'] ?? '10s',
    DATABASE_URL: process.env['DATABASE_URL'] ?? `sqlite:${join(folder, 'demo.sqlite')}`,
  },
});
// Ctrl-C reaches the bot as well, being in the same process group; a signal to this process alone is handed on.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => bot.kill('SIGTERM'));
bot.once('exit', (code) => {
  void (async () => {
    await demo.close();
    await rm(folder, { recursive: true, force: true });
    process.exit(code ?? 1);
  })();
});
