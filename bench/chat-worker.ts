/**
 * Writes to the bot as people do, and takes the time from each message to its answer. A process of its own, so that
 * nothing else of the bench is taken for slowness of the bot. Started by chat.ts, ends with its channel.
 */
import { randomUUID } from 'node:crypto';
import { startFakeConnector, teamsActivity } from '../test/peers/teams/connector.ts';

export type ToChat = { begin: { botUrl: string } } | { end: true };
/**
 * `took`: milliseconds from message to answer, with the instant of the message (milliseconds since 1970); null when no
 * answer came.
 */
export interface Reply {
  at: number;
  took: number | null;
}
export type FromChat = { serviceUrl: string } | { replies: Reply[] };

/** Between two messages, milliseconds. */
const EVERY = 100;
const TEXTS = ['help', 'list'];
/** Chats that write in turn, so that none waits for its own last answer. */
const CHATS = 40;
/** How long the last answers are waited for, milliseconds. */
const PATIENCE = 5000;

const connector = await startFakeConnector();
const waiting = new Map<string, number>();
const replies: Reply[] = [];
let sent = 0;
let timer: NodeJS.Timeout | null = null;

function note(): void {
  // All that has arrived since the last message; the connector notes the instants itself.
  for (const { conversationId, at } of connector.calls.splice(0)) {
    const begun = waiting.get(conversationId);
    waiting.delete(conversationId);
    if (begun !== undefined) replies.push({ at: begun, took: at - begun });
  }
}

async function write(botUrl: string): Promise<void> {
  note();
  const id = `a:chat-${sent % CHATS}`;
  // Its last answer has not come yet: that one counts when it comes, however late.
  if (waiting.has(id)) return;
  const base = teamsActivity(connector.serviceUrl, { text: TEXTS[sent % TEXTS.length] });
  sent += 1;
  waiting.set(id, performance.timeOrigin + performance.now());
  const response = await fetch(`${botUrl}/api/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    // Its own id also for a bot that knows what another process wrote before.
    body: JSON.stringify({
      ...base,
      id: randomUUID(),
      conversation: { ...base['conversation'], id },
      // Nobody writes more than the bot takes from one person.
      from: { ...base['from'], id: `29:${id}` },
    }),
  });
  await response.text();
}

async function end(): Promise<void> {
  if (timer) clearInterval(timer);
  timer = null;
  const until = performance.now() + PATIENCE;
  for (note(); waiting.size > 0 && performance.now() < until; note()) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  for (const at of waiting.values()) replies.push({ at, took: null });
  waiting.clear();
  tell({ replies: replies.splice(0) });
}

function tell(message: FromChat): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}

process.on('message', (message: ToChat) => {
  if ('end' in message) return void end();
  const { botUrl } = message.begin;
  timer = setInterval(() => void write(botUrl).catch(() => {}), EVERY);
});
process.on('disconnect', () => process.exit(0));
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
tell({ serviceUrl: connector.serviceUrl });
