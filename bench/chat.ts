import { startFakeConnector, teamsActivity } from '../test/support/fake-connector.ts';

/** Between two messages, milliseconds. */
const EVERY = 100;
const TEXTS = ['help', 'list'];
/** Chats that write in turn, so that none waits for its own last answer. */
const CHATS = 40;

/** Writes to the bot as people do, and takes the time from the message to its answer. */
export async function startChat() {
  const connector = await startFakeConnector();
  const waiting = new Map<string, number>();
  const replies: { at: number; took: number }[] = [];
  let sent = 0;
  let timer: NodeJS.Timeout | null = null;
  let closing: Promise<void> | null = null;

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
      body: JSON.stringify({ ...base, conversation: { ...base['conversation'], id } }),
    });
    await response.text();
  }

  return {
    serviceUrl: connector.serviceUrl,
    begin(botUrl: string): void {
      timer = setInterval(() => void write(botUrl).catch(() => {}), EVERY);
    },
    /** Milliseconds from message to answer, of messages between two instants (milliseconds since 1970); how many were never answered. */
    between(from: number, to: number): { took: number[]; unanswered: number } {
      note();
      const took = replies.filter(({ at }) => at >= from && at <= to).map((reply) => reply.took);
      const unanswered = [...waiting.values()].filter((at) => at >= from && at <= to).length;
      return { took, unanswered };
    },
    close(): Promise<void> {
      if (timer) clearInterval(timer);
      closing ??= connector.close();
      return closing;
    },
  };
}
