import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** A server that can be started and ended. */
export interface RunningServer {
  /** Resolves when it listens; rejects with the system's error (EADDRINUSE, EACCES …). */
  listen(): Promise<{ host: string; port: number }>;
  /**
   * Takes no new connections, finishes the requests in flight, closes everything else. Resolves when the last
   * connection is gone.
   */
  close(): Promise<void>;
}

/**
 * How long a request may take to arrive, milliseconds. Whoever sends it byte by byte wants to hold what others need.
 */
const PATIENCE = 30_000;

/**
 * Start and end of an HTTP server on `host` and `port` (0 = any free port), whose requests have to arrive within
 * `patience` milliseconds. Node's own close waits a minute for
 * connections that never sent a request, such as browsers open ahead of need, so that connections are counted here.
 */
export function runningServer(
  server: Server,
  { host, port, patience = PATIENCE }: { host: string; port: number; patience?: number },
): RunningServer {
  server.requestTimeout = patience;
  server.headersTimeout = patience;
  /** Requests in flight per connection. */
  const connections = new Map<Socket, number>();
  let isClosing = false;

  server.on('connection', (socket: Socket) => {
    connections.set(socket, 0);
    socket.once('close', () => connections.delete(socket));
  });
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    connections.set(socket, (connections.get(socket) ?? 0) + 1);
    response.once('close', () => {
      const left = (connections.get(socket) ?? 1) - 1;
      if (connections.has(socket)) connections.set(socket, left);
      if (isClosing && left === 0) socket.end();
    });
  });

  return {
    async listen() {
      const failed = Promise.withResolvers<never>();
      const succeeded = Promise.withResolvers<void>();
      server.once('error', failed.reject);
      server.once('listening', succeeded.resolve);
      try {
        server.listen(port, host);
        await Promise.race([succeeded.promise, failed.promise]);
      } finally {
        server.off('error', failed.reject);
        server.off('listening', succeeded.resolve);
      }
      return { host, port: (server.address() as AddressInfo).port };
    },

    async close() {
      if (!server.listening) return;
      isClosing = true;
      const gone = once(server, 'close');
      server.close();
      for (const [socket, requests] of connections) if (requests === 0) socket.destroy();
      await gone;
    },
  };
}
