import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FromGraph } from './graph-worker.ts';

const WORKER = fileURLToPath(new URL('./graph-worker.ts', import.meta.url));

/**
 * Starts a stand-in of Graph. Resolves to what a bot's environment needs so that it keeps the reminders of everybody in
 * one shared mailbox there. `folder` takes the certificate of its authority.
 */
export async function startGraph(folder: string) {
  const child = fork(WORKER, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const exit = once(child, 'exit');
  const ended = exit.then(() => {
    throw new Error('the stand-in of Graph ended');
  });
  ended.catch(() => {});
  const [{ url, caPem }] = (await Promise.race([once(child, 'message'), ended])) as [FromGraph];
  const authorities = join(folder, 'graph-authority.pem');
  await writeFile(authorities, caPem);
  return {
    env: {
      CALENDAR: 'graph',
      CALENDAR_MAILBOX: 'certificates@bench.example',
      GRAPH_BASE_URL: url,
      GRAPH_ACCESS_TOKEN: 'a-token',
      NODE_EXTRA_CA_CERTS: authorities,
    },
    async close(): Promise<void> {
      if (child.connected) child.disconnect();
      await exit;
    },
  };
}
