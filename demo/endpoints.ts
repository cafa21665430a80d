import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:tls';
import { createAuthority, type Authority, type Issued, type LeafRequest } from './certificates.ts';

const DAY = 86_400_000;
const SECOND = 1000;

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
  leaf: (authority: Authority) => Promise<Issued>;
  /** Sends the leaf without its intermediate. */
  incomplete?: boolean;
  /** Replaces the leaf after a while. */
  renewal?: { after: number; leaf: (authority: Authority) => Promise<Issued> };
}

const HERE: LeafRequest = { names: ['localhost'], ips: ['127.0.0.1', '::1'] };

/** A leaf of 90 days that ends `left` milliseconds from now. */
function ending(left: number, request: LeafRequest = HERE): Plan['leaf'] {
  return (authority) => {
    const notAfter = new Date(Date.now() + left);
    return authority.issue({ ...request, notBefore: new Date(notAfter.getTime() - 90 * DAY), notAfter });
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
    shows: 'renews itself a minute after the start',
    leaf: ending(2 * DAY + 3600 * SECOND),
    renewal: { after: 60 * SECOND, leaf: ending(90 * DAY - 60 * SECOND) },
  },
  { shows: 'becomes urgent 40 seconds after the start', leaf: ending(7 * DAY + 40 * SECOND) },
  { shows: 'expires 90 seconds after the start', leaf: ending(90 * SECOND) },
];

async function listen(server: Server, host: string, port: number): Promise<number> {
  server.listen({ host, port, ipv6Only: host.includes(':') });
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** On 127.0.0.1, and on the same port of ::1 where this machine has it. */
async function serve(material: { key: string; cert: string }): Promise<{ port: number; servers: Server[] }> {
  const create = (): Server =>
    createServer(material, (socket) => socket.on('error', () => {}).end()).on('tlsClientError', () => {});
  const first = create();
  const port = await listen(first, '127.0.0.1', 0);
  const second = create();
  try {
    await listen(second, '::1', port);
    return { port, servers: [first, second] };
  } catch {
    return { port, servers: [first] };
  }
}

/** Starts all endpoints, with certificates made on the spot. */
export async function startEndpoints(): Promise<Endpoints> {
  const root = await createAuthority('CN=Demo Root, O=Demo');
  const authority = await root.intermediate('CN=Demo Intermediate E1, O=Demo');
  const endpoints: Endpoint[] = [];
  const servers: Server[] = [];
  const timers: NodeJS.Timeout[] = [];
  for (const plan of PLANS) {
    const { certPem, chainPem, keyPem } = await plan.leaf(authority);
    const running = await serve({ key: keyPem, cert: plan.incomplete ? certPem : chainPem });
    servers.push(...running.servers);
    endpoints.push({ target: `localhost:${running.port}`, shows: plan.shows });
    if (!plan.renewal) continue;
    const { after, leaf } = plan.renewal;
    const next = await leaf(authority);
    timers.push(
      setTimeout(() => {
        for (const server of running.servers) server.setSecureContext({ key: next.keyPem, cert: next.chainPem });
      }, after),
    );
  }
  async function close(): Promise<void> {
    for (const timer of timers) clearTimeout(timer);
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  }
  return { endpoints, rootPem: root.certPem, close };
}
