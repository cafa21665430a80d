import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import ipaddr from 'ipaddr.js';
import type { Failure } from '../../core/certificates/certificate.ts';
import { detailText } from './failure.ts';

/** A proxy that connects us by CONNECT (RFC 9110 section 9.3.6), and what is reached without it. */
export interface ProxySettings {
  /** http:// or https://, perhaps with user and password. */
  url: string;
  /**
   * As NO_PROXY has it: names (their subdomains too), addresses, CIDR ranges, each perhaps with a port; `*` for
   * everything.
   */
  noProxy: string;
}

/** The proxy did not connect us. */
export class ProxyError extends Error {
  readonly code = 'PROXY';
  readonly failure: Failure;
  constructor(detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.name = 'ProxyError';
    this.failure = { code: 'proxy', detail: detailText(detail) };
  }
}

export interface Proxy {
  /** Whether connections to that host (as the target names it) at that address and port go through the proxy. */
  serves(host: string, address: string, port: number): boolean;
  /**
   * A tunnel to a literal address: a socket on which the peer's own bytes come first. Throws ProxyError, or the
   * system's error when the proxy cannot be reached. When `signal` ends, what has been opened is destroyed.
   */
  connect(address: string, port: number, signal: AbortSignal): Promise<Socket>;
}

/** More than this before the end of the proxy's answer is none. */
const MOST_HEAD = 16 * 1024;

function matchesRange(address: string, entry: string): boolean {
  try {
    const ip = ipaddr.process(address);
    if (entry.includes('/')) {
      const range = ipaddr.parseCIDR(entry);
      return ip.kind() === range[0].kind() && ip.match(range);
    }
    return isIP(entry) !== 0 && ipaddr.process(entry).toString() === ip.toString();
  } catch {
    return false;
  }
}

/** An entry of NO_PROXY without its port, and that port. */
function readEntry(entry: string): { name: string; port: number | null } {
  if (entry.includes('/') || isIP(entry) === 6) return { name: entry, port: null };
  const [, bracketed, plain, port] = /^(?:\[(.+)\]|([^:]+))(?::(\d+))?$/.exec(entry) ?? [];
  return { name: bracketed ?? plain ?? entry, port: port === undefined ? null : Number(port) };
}

/** Whether one entry of NO_PROXY covers an endpoint. */
function covers(entry: string, host: string, address: string, port: number): boolean {
  if (entry === '*') return true;
  const read = readEntry(entry);
  if (read.port !== null && read.port !== port) return false;
  const name = read.name.toLowerCase().replace(/^\*?\./, '');
  return matchesRange(address, name) || host === name || host.endsWith(`.${name}`);
}

async function opened(socket: Socket, event: 'connect' | 'secureConnect', signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const abort = (): void => void socket.destroy(new Error('given up'));
  signal.addEventListener('abort', abort, { once: true });
  socket.once('error', reject);
  socket.once('close', () => reject(new ProxyError('it closed the connection')));
  socket.once(event, resolve);
  if (signal.aborted) abort();
  try {
    await promise;
  } finally {
    signal.removeEventListener('abort', abort);
    socket.removeListener('error', reject);
  }
}

/** The head of the proxy's answer; what came after it is put back. */
async function readHead(socket: Socket, signal: AbortSignal): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let head = Buffer.alloc(0);
  const abort = (): void => void socket.destroy(new Error('given up'));
  function received(): void {
    for (let chunk = socket.read() as Buffer | null; chunk !== null; chunk = socket.read() as Buffer | null) {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end >= 0) {
        socket.removeListener('readable', received);
        const rest = head.subarray(end + 4);
        if (rest.length > 0) socket.unshift(rest);
        resolve(head.toString('latin1', 0, end));
        return;
      }
      if (head.length > MOST_HEAD) reject(new ProxyError('its answer does not end'));
    }
  }
  const closed = (): void => reject(new ProxyError('it closed the connection'));
  signal.addEventListener('abort', abort, { once: true });
  socket.on('readable', received);
  socket.once('error', reject);
  socket.once('close', closed);
  socket.once('end', closed);
  if (signal.aborted) abort();
  try {
    return await promise;
  } finally {
    signal.removeEventListener('abort', abort);
    socket.removeListener('readable', received);
    socket.removeListener('error', reject);
    socket.removeListener('close', closed);
    socket.removeListener('end', closed);
  }
}

/** Connects through an HTTP proxy. Throws on a URL that is none. */
export function createProxy({ url, noProxy }: ProxySettings): Proxy {
  const proxy = new URL(url);
  const isTls = proxy.protocol === 'https:';
  const host = proxy.hostname.replace(/^\[|\]$/g, '');
  const port = Number(proxy.port) || (isTls ? 443 : 80);
  const user = decodeURIComponent(proxy.username);
  const credentials =
    user === '' ? null : Buffer.from(`${user}:${decodeURIComponent(proxy.password)}`).toString('base64');
  const exceptions = noProxy.split(/[\s,]+/).filter((entry) => entry !== '');

  async function connect(address: string, to: number, signal: AbortSignal): Promise<Socket> {
    const socket: Socket = isTls
      ? connectTls({ host, port, ...(isIP(host) === 0 ? { servername: host } : {}), ALPNProtocols: ['http/1.1'] })
      : connectTcp({ host, port });
    // Whoever holds the socket listens as well; without this one an error in between would end the process.
    socket.on('error', () => {});
    try {
      await opened(socket, isTls ? 'secureConnect' : 'connect', signal);
      const authority = `${address.includes(':') ? `[${address}]` : address}:${to}`;
      const lines = [`CONNECT ${authority} HTTP/1.1`, `Host: ${authority}`];
      if (credentials !== null) lines.push(`Proxy-Authorization: Basic ${credentials}`);
      socket.write(`${lines.join('\r\n')}\r\n\r\n`);
      const head = await readHead(socket, signal);
      const status = /^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1];
      if (status === undefined) throw new ProxyError('it does not speak HTTP');
      if (!status.startsWith('2')) throw new ProxyError(`HTTP ${status}`);
      return socket;
    } catch (error) {
      socket.destroy();
      if (error instanceof ProxyError) throw error;
      throw new ProxyError((error as NodeJS.ErrnoException).code ?? (error as Error).message, { cause: error });
    }
  }

  return {
    serves: (name, address, to) => !exceptions.some((entry) => covers(entry, name.toLowerCase(), address, to)),
    connect,
  };
}
