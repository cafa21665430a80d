/**
 * A process of the farm: TLS on every address of 127/8, the certificate chosen by SNI. Started by farm.ts, ends with
 * its channel.
 */
import { constants } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { setPriority } from 'node:os';
import { createSecureContext, createServer, type SecureContext } from 'node:tls';
import { leafOf, type Behaviour } from './endpoints.ts';

/** One leaf with its intermediate, and its key. */
export interface FarmLeaf {
  chainPem: string;
  keyPem: string;
  fingerprint: string;
}
export type ToWorker = { listen: { behaviour: Behaviour; port: number } } | { close: { port: number } } | { end: true };
export type FromWorker = { listening: { port: number } } | { closed: { port: number } } | { ready: true };

/** Waiting connections of a port: probers connect faster than a busy process accepts. */
const BACKLOG = 4096;
/** The farm stands for machines elsewhere: it is not to take the processor from whom it measures. */
const NICENESS = 10;

const [leavesFile] = process.argv.slice(2);
const leaves = JSON.parse(readFileSync(leavesFile!, 'utf8')) as FarmLeaf[];
const contexts = new Map<number, SecureContext>();
const servers = new Map<number, { server: Server; sockets: Set<Socket> }>();

function contextFor(name: string): SecureContext {
  const index = leafOf(name) % leaves.length;
  const known = contexts.get(index);
  if (known) return known;
  const { chainPem, keyPem } = leaves[index]!;
  const made = createSecureContext({ cert: chainPem, key: keyPem });
  contexts.set(index, made);
  return made;
}

function createLive(): Server {
  const { chainPem, keyPem } = leaves[0]!;
  const server = createServer({
    cert: chainPem,
    key: keyPem,
    SNICallback: (name, done) => done(null, contextFor(name)),
    // As little work as can be: no tickets, and a group for which every client sends its key share at once.
    secureOptions: constants.SSL_OP_NO_TICKET,
    ecdhCurve: 'X25519:P-256',
    minVersion: 'TLSv1.2',
  });
  server.on('secureConnection', (socket) => socket.on('error', () => {}));
  server.on('tlsClientError', () => {});
  return server;
}

function createBehaviour(behaviour: Behaviour): Server {
  if (behaviour === 'live') return createLive();
  return createTcpServer((socket) => {
    socket.on('error', () => {});
    if (behaviour === 'reset') socket.resetAndDestroy();
    else socket.resume();
  });
}

async function listen(behaviour: Behaviour, port: number): Promise<void> {
  const server = createBehaviour(behaviour);
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const backlog = behaviour === 'full' ? 1 : BACKLOG;
  server.listen({ host: '0.0.0.0', port, backlog, reusePort: behaviour !== 'full' });
  await once(server, 'listening');
  const { port: given } = server.address() as { port: number };
  servers.set(given, { server, sockets });
  tell({ listening: { port: given } });
  if (behaviour === 'full') {
    // From here on nobody accepts: what the queue does not hold waits for an answer that does not come. The channel is
    // not heard any more either.
    await new Promise((resolve) => setTimeout(resolve, 100));
    const nothing = new Int32Array(new SharedArrayBuffer(4));
    const parent = process.ppid;
    while (process.ppid === parent) Atomics.wait(nothing, 0, 0, 1000);
    process.exit(0);
  }
}

async function close(port: number): Promise<void> {
  const known = servers.get(port);
  servers.delete(port);
  if (known) {
    const closed = once(known.server, 'close');
    known.server.close();
    for (const socket of known.sockets) socket.destroy();
    await closed;
  }
  tell({ closed: { port } });
}

function tell(message: FromWorker): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}

process.on('message', (message: ToWorker) => {
  if ('listen' in message) void listen(message.listen.behaviour, message.listen.port);
  else if ('close' in message) void close(message.close.port);
  else process.exit(0);
});
process.on('disconnect', () => process.exit(0));
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
setPriority(NICENESS);
tell({ ready: true });
