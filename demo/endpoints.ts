import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { createServer, type Server } from 'node:tls';
import { createAuthority, type Authority, type Issued, type LeafRequest } from './certificates.ts';

const DAY = 86_400_000;
const SECOND = 1000;
/** How often another port is tried when one is free on 127.0.0.1 but taken on ::1. */
const MOST_PORTS = 20;

/** One loopback TLS endpoint of the demonstration. */
export interface Endpoint {
  /** e.g. "localhost:40123". */
  target: string;
  /** What there is to see. */
  shows: string;
}

export interface Endpoints {
  endpoints: Endpoint[];
  /** PEM of the root that the bot has to trust. */
  rootPem: string;
  close(): Promise<void>;
}

interface Plan {
  shows: string;
  leaf: (authority: Authority, now: number) => Promise<Issued>;
  /** Sends the leaf without its intermediate. */
  incomplete?: boolean;
  /** Replaces the leaf after so many milliseconds. */
  renewal?: { after: number; leaf: (authority: Authority, now: number) => Promise<Issued> };
}

const HERE: LeafRequest = { names: ['localhost'], ips: ['127.0.0.1', '::1'] };

/**
 * A leaf of 90 days that ends `left` milliseconds from now. The default policy says `notice` 22.5 days, `urgent` 7 and
 * `critical` 2 before that.
 */
function ending(left: number, request: LeafRequest = HERE): Plan['leaf'] {
  return (authority, now) => {
    const notAfter = new Date(now + left);
    return authority.issue({ ...request, notBefore: new Date(now + left - 90 * DAY), notAfter });
  };
}

const PLANS: Plan[] = [
  { shows: 'healthy, 80 days left', leaf: ending(80 * DAY) },
  { shows: '20 days left', leaf: ending(20 * DAY) },
  { shows: '3 days left', leaf: ending(3 * DAY) },
  { shows: 'expired a day ago', leaf: ending(-DAY) },
  { shows: 'made out to another name', leaf: ending(60 * DAY, { names: ['other.example'] }) },
  { shows: 'sends no intermediate certificate', leaf: ending(60 * DAY), incomplete: true },
  {
    shows: 'two days left, renews itself a minute after the start',
    leaf: ending(2 * DAY),
    // An hour old already, as authorities issue them.
    renewal: { after: 60 * SECOND, leaf: ending(90 * DAY - 3600 * SECOND) },
  },
  { shows: 'becomes urgent 40 seconds after the start', leaf: ending(7 * DAY + 40 * SECOND) },
  { shows: 'expires 90 seconds after the start', leaf: ending(90 * SECOND) },
];

/** Ends with the server everything that is connected to it, so that closing never waits for a client. */
function createEndpoint(material: { key: string; cert: string }): { server: Server; close: () => Promise<void> } {
  const sockets = new Set<Socket>();
  const server = createServer(material, (socket) => socket.on('error', () => {}).end());
  server.on('tlsClientError', () => {});
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  async function close(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    server.close(() => resolve());
    for (const socket of sockets) socket.destroy();
    await promise;
  }
  return { server, close };
}

async function listen(server: Server, host: string, port: number): Promise<number> {
  server.listen({ host, port, ipv6Only: host.includes(':') });
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

interface Running {
  port: number;
  endpoints: ReturnType<typeof createEndpoint>[];
}

/** On 127.0.0.1, and on the same port of ::1 where this machine has it. */
async function serve(material: { key: string; cert: string }): Promise<Running> {
  for (let tries = 1; ; tries += 1) {
    const first = createEndpoint(material);
    const second = createEndpoint(material);
    const port = await listen(first.server, '127.0.0.1', 0);
    try {
      await listen(second.server, '::1', port);
      return { port, endpoints: [first, second] };
    } catch (error) {
      const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
      if (!taken || tries >= MOST_PORTS) return { port, endpoints: [first] };
      await first.close();
    }
  }
}

/**
 * Starts all endpoints, with certificates made on the spot. The first leaf of each is relative to the time of the call.
 */
export async function startEndpoints(): Promise<Endpoints> {
  const root = await createAuthority('CN=Demo Root, O=Demo');
  const authority = await root.intermediate('CN=Demo Intermediate E1, O=Demo');
  const now = Date.now();
  const endpoints: Endpoint[] = [];
  const running: Running[] = [];
  const timers: NodeJS.Timeout[] = [];
  for (const plan of PLANS) {
    const { certPem, chainPem, keyPem } = await plan.leaf(authority, now);
    const served = await serve({ key: keyPem, cert: plan.incomplete ? certPem : chainPem });
    running.push(served);
    endpoints.push({ target: `localhost:${served.port}`, shows: plan.shows });
    if (!plan.renewal) continue;
    const { after, leaf } = plan.renewal;
    const next = await leaf(authority, now + after);
    const timer = setTimeout(
      () => {
        for (const { server } of served.endpoints) server.setSecureContext({ key: next.keyPem, cert: next.chainPem });
      },
      now + after - Date.now(),
    );
    timers.push(timer);
  }
  async function close(): Promise<void> {
    for (const timer of timers) clearTimeout(timer);
    await Promise.all(running.flatMap((served) => served.endpoints.map((endpoint) => endpoint.close())));
  }
  return { endpoints, rootPem: root.certPem, close };
}
