import { once } from 'node:events';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer } from 'node:tls';
import { createAuthority, type Authority, type Issued, type LeafRequest } from './certificates.ts';

const DAY = 86_400_000;
const HOUR = 3_600_000;
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
  /** Its time begins with the first look at it: until then nobody waits for what it promises. */
  timed?: boolean;
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
  { shows: 'healthy, 80 days left', leaf: ending(80 * DAY + HOUR) },
  { shows: '20 days left', leaf: ending(20 * DAY + HOUR) },
  { shows: '3 days left', leaf: ending(3 * DAY + HOUR) },
  { shows: 'expired a day ago', leaf: ending(-DAY) },
  { shows: 'made out to another name', leaf: ending(60 * DAY, { names: ['other.example'] }) },
  { shows: 'sends no intermediate certificate', leaf: ending(60 * DAY), incomplete: true },
  {
    shows: 'two days left, renews itself ten seconds after the first look',
    timed: true,
    leaf: ending(2 * DAY),
    // Told of after twelve looks. An hour old already, as authorities issue them.
    renewal: { after: 10 * SECOND, leaf: ending(90 * DAY - HOUR) },
  },
  { shows: 'becomes urgent 40 seconds after the first look', timed: true, leaf: ending(7 * DAY + 40 * SECOND) },
  { shows: 'expires 90 seconds after the first look', timed: true, leaf: ending(90 * SECOND) },
];

interface Material {
  key: string;
  cert: string;
}

/** A TCP server whose connections wait for `secured`; it ends with everything that is connected to it. */
function createEndpoint(secured: () => Promise<ReturnType<typeof createServer>>): {
  server: Server;
  close: () => Promise<void>;
} {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket)).on('error', () => {});
    secured().then(
      (tls) => tls.emit('connection', socket),
      () => socket.destroy(),
    );
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
async function serve(secured: Parameters<typeof createEndpoint>[0]): Promise<Running> {
  for (let tries = 1; ; tries += 1) {
    const first = createEndpoint(secured);
    const second = createEndpoint(secured);
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

/** What an endpoint presents: made at once, or with the first look, and anew where nobody has looked for `idle`. */
function createPresenter(plan: Plan, authority: Authority, idle: number) {
  let running: Promise<ReturnType<typeof createServer>> | null = null;
  let renewal: NodeJS.Timeout | undefined;
  let seenAt = -Infinity;

  async function begin(): Promise<ReturnType<typeof createServer>> {
    clearTimeout(renewal);
    const now = Date.now();
    const { certPem, chainPem, keyPem } = await plan.leaf(authority, now);
    const material: Material = { key: keyPem, cert: plan.incomplete ? certPem : chainPem };
    const server = createServer(material, (socket) => socket.on('error', () => {}).end());
    server.on('tlsClientError', () => {});
    if (plan.renewal) {
      const { after, leaf } = plan.renewal;
      const next = await leaf(authority, now + after);
      const replace = (): void => server.setSecureContext({ key: next.keyPem, cert: next.chainPem });
      renewal = setTimeout(replace, now + after - Date.now());
    }
    return server;
  }

  return {
    secured(): Promise<ReturnType<typeof createServer>> {
      const now = Date.now();
      if (running === null || (plan.timed && now - seenAt > idle)) running = begin();
      seenAt = now;
      return running;
    },
    close: () => clearTimeout(renewal),
  };
}

/**
 * Starts all endpoints, with certificates made on the spot. The time of those that promise something begins with the
 * first look at them, and begins anew where nobody has looked for `idle` milliseconds: somebody only tried it.
 */
export async function startEndpoints({ idle = Infinity } = {}): Promise<Endpoints> {
  const root = await createAuthority('CN=Demo Root, O=Demo');
  const authority = await root.intermediate('CN=Demo Intermediate E1, O=Demo');
  const endpoints: Endpoint[] = [];
  const running: Running[] = [];
  const presenters = PLANS.map((plan) => createPresenter(plan, authority, idle));
  for (const [index, { shows, timed }] of PLANS.entries()) {
    const { secured } = presenters[index]!;
    if (!timed) await secured();
    const served = await serve(secured);
    running.push(served);
    endpoints.push({ target: `localhost:${served.port}`, shows });
  }
  async function close(): Promise<void> {
    for (const presenter of presenters) presenter.close();
    await Promise.all(running.flatMap((served) => served.endpoints.map((endpoint) => endpoint.close())));
  }
  return { endpoints, rootPem: root.certPem, close };
}
