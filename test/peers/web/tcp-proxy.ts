import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A proxy in front of a database, so that connections can be broken without the server's knowledge. */
export interface TcpProxy {
  /** What DATABASE_URL is with the proxy in place. */
  url: string;
  /** Connections made so far. */
  connections(): number;
  /** Resets every connection, and each new one at once: the server is gone. */
  cut(): void;
  /** Cuts in place of passing on what a client writes with this text in it; resolves then. */
  cutAt(text: string): Promise<void>;
  /**
   * Passes nothing on any more and closes nothing: a failover without a reset. What was open stays dead after
   * `restore`.
   */
  silence(): void;
  /**
   * Resets the connection on which the client writes for the `count`th time from now on, before that is passed on (or
   * after it).
   */
  resetAt(count: number, when: 'before' | 'after'): void;
  /** Passes on what new connections bring, and resets none of them. */
  restore(): void;
  close(): Promise<void>;
}

/** Starts a proxy to the server of a `postgres://` URL, on a free port of loopback. */
export async function startTcpProxy(databaseUrl: string): Promise<TcpProxy> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let mode: 'passing' | 'cut' | 'silent' = 'passing';
  let connections = 0;
  let reset: { left: number; when: 'before' | 'after' } | null = null;
  let awaited: { text: string; heard: () => void } | null = null;

  function cut(): void {
    mode = 'cut';
    for (const socket of sockets) socket.resetAndDestroy();
  }

  function kept(socket: Socket): Socket {
    sockets.add(socket);
    socket.on('error', () => {}).once('close', () => sockets.delete(socket));
    return socket;
  }

  const server = createServer((client) => {
    kept(client);
    connections += 1;
    if (mode === 'cut') return void client.resetAndDestroy();
    if (mode === 'silent') return;
    const upstream = kept(connect(Number(target.port), target.hostname));
    let silenced = false;
    client.once('close', () => upstream.destroy());
    upstream.once('close', () => {
      if (!isSilenced()) client.destroy();
    });
    function isSilenced(): boolean {
      silenced ||= mode === 'silent';
      return silenced;
    }
    client.on('data', (chunk) => {
      if (isSilenced()) return;
      if (awaited && chunk.includes(awaited.text)) {
        cut();
        awaited.heard();
        awaited = null;
        return;
      }
      const now = reset !== null && --reset.left === 0 ? reset.when : null;
      if (now !== 'before') upstream.write(chunk);
      if (now === null) return;
      reset = null;
      client.resetAndDestroy();
    });
    upstream.on('data', (chunk) => {
      if (!isSilenced()) client.write(chunk);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(databaseUrl);
  url.port = String((server.address() as AddressInfo).port);

  return {
    url: url.href,
    connections: () => connections,
    cut,
    cutAt: (text) => new Promise((heard) => (awaited = { text, heard })),
    silence() {
      mode = 'silent';
    },
    resetAt(count, when) {
      reset = { left: count, when };
    },
    restore() {
      reset = null;
      mode = 'passing';
    },
    async close() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}
