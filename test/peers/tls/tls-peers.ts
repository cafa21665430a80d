import { once } from 'node:events';
import { connect, createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import type { Issued } from '../../../demo/certificates.ts';

/** A server on loopback that a probe can meet. */
export interface Peer {
  port: number;
  /** Names asked for by SNI, in order. */
  asked: string[];
  /** Connections accepted so far. */
  accepted: () => number;
  server: Server;
}

export interface Place {
  /** 127.0.0.1 unless given. */
  host?: string;
  /** Any free one unless given. */
  port?: number;
}

/** Starts peers and ends them all, with everything that is connected to them. */
export function createPeers() {
  const servers = new Set<Server>();
  const sockets = new Set<Socket>();

  function hold(socket: Socket): void {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
  }

  async function listen(server: Server, { host = '127.0.0.1', port = 0 }: Place, asked: string[] = []): Promise<Peer> {
    let accepted = 0;
    servers.add(server);
    server.on('connection', (socket: Socket) => {
      accepted += 1;
      hold(socket);
    });
    server.listen({ host, port, ipv6Only: host.includes(':') });
    await once(server, 'listening');
    return { port: (server.address() as AddressInfo).port, asked, accepted: () => accepted, server };
  }

  /** Presents a chain. `cert` and other options override those of the issued certificate. */
  function tls(issued: Issued, options: TlsOptions = {}, place: Place = {}): Promise<Peer> {
    const asked: string[] = [];
    const server = createTlsServer(
      {
        key: issued.keyPem,
        cert: issued.chainPem,
        SNICallback: (name, answer) => {
          asked.push(name);
          answer(null);
        },
        ...options,
      },
      hold,
    );
    server.on('tlsClientError', () => {});
    return listen(server, place, asked);
  }

  /** Does whatever `greet` does with each connection. */
  function tcp(greet: (socket: Socket) => void, place: Place = {}): Promise<Peer> {
    return listen(createTcpServer(greet), place);
  }

  /** Stands between the probe and a peer and may change what the peer sends. */
  function between(peer: Peer, change: (bytes: Buffer) => Buffer): Promise<Peer> {
    return tcp((client) => {
      const upstream = connect(peer.port, '127.0.0.1');
      hold(upstream);
      client.on('data', (bytes: Buffer) => upstream.write(bytes));
      upstream.on('data', (bytes: Buffer) => client.write(change(bytes)));
      client.once('close', () => upstream.destroy());
      upstream.once('close', () => client.destroy());
    });
  }

  async function close(): Promise<void> {
    const ended = [...servers].map((server) => new Promise((resolve) => server.close(resolve)));
    for (const socket of sockets) socket.destroy();
    servers.clear();
    await Promise.all(ended);
  }

  return { tls, tcp, between, close };
}

/**
 * Can this machine listen on that loopback address? Not every one has ::1, and only Linux has the whole of 127.0.0.0/8.
 */
export async function hasAddress(host: string): Promise<boolean> {
  const server = createTcpServer();
  try {
    server.listen({ host, port: 0 });
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}

/** A port of 127.0.0.1 on which nobody listens. */
export async function closedPort(): Promise<number> {
  const server = createTcpServer();
  server.listen({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
