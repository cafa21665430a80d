import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { createServer, type Server } from 'node:tls';
import pg from 'pg';
import { createAuthority, type Authority, type Issued, type LeafRequest } from '../../demo/certificates.ts';
import { DAY } from '../../src/core/time.ts';

/** A TLS server on loopback whose certificate can be exchanged, and which can go and come back on its port. */
export async function startEndpoint(issued: Issued, { host = '127.0.0.1', port = 0 } = {}) {
  const sockets = new Set<Socket>();
  let current = issued;
  let connections = 0;
  const asked: string[] = [];
  let turns: Issued[] = [];
  let broken = false;
  let server: Server;

  async function listen(at: number): Promise<number> {
    server = createServer({ key: current.keyPem, cert: current.chainPem }, (socket) => {
      asked.push(socket.servername || '');
      socket.on('error', () => {}).end();
    });
    server.on('tlsClientError', () => {});
    server.on('connection', (socket: Socket) => {
      connections += 1;
      const turn = turns[connections % turns.length];
      if (turn) server.setSecureContext({ key: turn.keyPem, cert: turn.chainPem });
      if (broken) socket.destroy();
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
    server.listen({ host, port: at, ipv6Only: host.includes(':') });
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  async function stop(): Promise<void> {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  }

  const bound = await listen(port);
  return {
    port: bound,
    /** What a person types to name it. */
    target: `${host.includes(':') ? `[${host}]` : host}:${bound}`,
    /** How often somebody has connected. */
    connections: () => connections,
    /** The name that each finished handshake asked for, oldest first; empty where it was none. */
    asked: () => [...asked],
    /** Shows another certificate from the next connection on. */
    present(next: Issued) {
      turns = [];
      current = next;
      server.setSecureContext({ key: next.keyPem, cert: next.chainPem });
    },
    /** Shows these in turn, another at each connection. */
    takeTurns(...issued: Issued[]) {
      turns = issued;
    },
    /** Breaks every connection from the next one on, as long as it is so. */
    breakConnections: (isSo: boolean) => void (broken = isSo),
    stop,
    start: async () => void (await listen(bound)),
    close: stop,
  };
}

export type Endpoint = Awaited<ReturnType<typeof startEndpoint>>;

export interface TestAuthority {
  rootPem: string;
  /**
   * A leaf of 90 days (or `lifetime`) that ends `left` milliseconds from now, for 127.0.0.1 and ::1 unless `request`
   * says otherwise.
   */
  leaf(left: number, request?: LeafRequest & { lifetime?: number }): Promise<Issued>;
  /** The same from an authority nobody trusts. */
  untrusted(left: number): Promise<Issued>;
}

/** Certificates for the endpoints of these tests. */
export async function createTestAuthority(): Promise<TestAuthority> {
  const root = await createAuthority('CN=Test Root, O=Test');
  const authority = await root.intermediate('CN=Test Intermediate E1, O=Test');
  const stranger = await createAuthority('CN=Stranger Root, O=Nobody');

  function issue(
    by: Authority,
    left: number,
    { lifetime = 90 * DAY, ...request }: LeafRequest & { lifetime?: number },
  ) {
    const now = Date.now();
    const notAfter = new Date(Math.floor((now + left) / 1000) * 1000);
    const notBefore = new Date(notAfter.getTime() - lifetime);
    return by.issue({ names: ['localhost'], ips: ['127.0.0.1', '::1'], notBefore, notAfter, ...request });
  }

  return {
    rootPem: root.certPem,
    leaf: (left, request = {}) => issue(authority, left, request),
    untrusted: (left) => issue(stranger, left, {}),
  };
}

/**
 * Resolves once the endpoint has been looked at `count` more times. One that is looked at each second is the pulse of
 * its bot: with each look a round has passed, in which everything due was sent.
 */
export async function moreLooks(endpoint: Endpoint, count: number): Promise<void> {
  const enough = endpoint.connections() + count;
  while (endpoint.connections() < enough) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Replicas take over from a dead one when its leases end, after 30 s. Nobody waits for that here. */
export async function endLeases(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  for (const table of ['inbound', 'outbox', 'targets', 'marks'])
    await client.query(`update ${table} set lease_until = 0 where lease_until is not null`);
  await client.end();
}
