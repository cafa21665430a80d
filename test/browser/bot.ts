import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The bot of local mode in a folder of its own; resolves once the Playground is there, with its address. */
export async function startBot(
  folder: string,
  env: Record<string, string>,
): Promise<{ url: string; close: () => Promise<void> }> {
  const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
  const child: ChildProcess = spawn(process.execPath, [main], {
    cwd: folder,
    env: { ...process.env, PORT: '0', METRICS_PORT: 'off', PLAYGROUND: 'on', PROBE_INTERVAL: '2s', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  async function close(): Promise<void> {
    if (child.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  }
  for await (const line of createInterface(child.stdout!)) {
    const page = /Chat with the bot at (http:\S+)/.exec(line);
    if (page) return { url: page[1]!, close };
  }
  throw new Error('the bot ended before the Playground was there');
}
