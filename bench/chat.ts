import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { FromChat, Reply, ToChat } from './chat-worker.ts';

const WORKER = fileURLToPath(new URL('./chat-worker.ts', import.meta.url));

/** Starts the process that writes to the bot. `serviceUrl` is where the bot answers. */
export async function startChat() {
  const child = fork(WORKER, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const exit = once(child, 'exit');
  const ended = exit.then(() => {
    throw new Error('the process that chats ended');
  });
  ended.catch(() => {});
  const tell = (message: ToChat): void => void child.send(message);
  async function hear(): Promise<FromChat> {
    const [message] = (await Promise.race([once(child, 'message'), ended])) as [FromChat];
    return message;
  }

  const { serviceUrl } = (await hear()) as { serviceUrl: string };
  return {
    serviceUrl,
    begin: (botUrl: string): void => tell({ begin: { botUrl } }),
    /**
     * Ends writing, waits for the last answers (five seconds at most), and returns what was written between two
     * instants (milliseconds since 1970).
     */
    async end({ from, to }: { from: number; to: number }): Promise<Reply[]> {
      const heard = hear();
      tell({ end: true });
      const { replies } = (await heard) as { replies: Reply[] };
      return replies.filter(({ at }) => at >= from && at <= to);
    },
    async close(): Promise<void> {
      if (child.connected) child.disconnect();
      await exit;
    },
  };
}
