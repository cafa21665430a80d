import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createSecureServer, type ServerOptions } from 'node:https';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A web server on loopback, such as an OCSP responder. */
export interface WebPeer {
  port: number;
  /** Without a slash at the end. */
  url: string;
  /** Method and path of every request, in order. */
  requests: string[];
  /** Connections accepted so far. */
  accepted: () => number;
  /** Resolves when the next request has arrived. */
  asked(): Promise<void>;
}

export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Starts web servers and ends them all, with everything that is connected to them. */
export function createWebPeers() {
  const servers = new Set<Server>();
  const sockets = new Set<Socket>();

  async function listen(server: Server, scheme: string, requests: string[] = []): Promise<WebPeer> {
    let accepted = 0;
    servers.add(server);
    server.on('connection', (socket: Socket) => {
      accepted += 1;
      sockets.add(socket);
      socket.on('error', () => {});
      socket.once('close', () => sockets.delete(socket));
    });
    server.listen({ host: '127.0.0.1', port: 0 });
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return {
      port,
      url: `${scheme}://127.0.0.1:${port}`,
      requests,
      accepted: () => accepted,
      asked: async () => void (await once(server, 'request')),
    };
  }

  function recording(answer: RequestListener, requests: string[]): RequestListener {
    return (request: IncomingMessage, response: ServerResponse) => {
      requests.push(`${request.method} ${request.url}`);
      response.on('error', () => {});
      answer(request, response);
    };
  }

  return {
    http(answer: RequestListener): Promise<WebPeer> {
      const requests: string[] = [];
      return listen(createServer(recording(answer, requests)), 'http', requests);
    },
    https(options: ServerOptions, answer: RequestListener): Promise<WebPeer> {
      const requests: string[] = [];
      return listen(createSecureServer(options, recording(answer, requests)), 'https', requests);
    },
    /** Does with each connection what it is told. */
    tcp(met: (socket: Socket) => void): Promise<WebPeer> {
      return listen(createTcpServer(met), 'http');
    },
    /** A port of 127.0.0.1 at which nothing listens. */
    async closedPort(): Promise<number> {
      const server = createTcpServer().listen({ host: '127.0.0.1', port: 0 });
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      server.close();
      await once(server, 'close');
      return port;
    },
    async close(): Promise<void> {
      for (const socket of sockets) socket.destroy();
      await Promise.all(
        [...servers].map(async (server) => {
          server.close();
          await once(server, 'close');
        }),
      );
      servers.clear();
    },
  };
}
