import { request as httpRequest, type IncomingMessage } from 'node:http';
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

/** Why there is no tunnel, in our words where it is the proxy's answer, else by the system's code. */
function detailOf({ code, message, rawPacket }: NodeJS.ErrnoException & { rawPacket?: Buffer }): string {
  if (code === 'ABORT_ERR') return 'given up';
  // What is too long is told as such, whatever else is wrong with it.
  if (code === 'HPE_HEADER_OVERFLOW' || (rawPacket && rawPacket.length > MOST_HEAD)) return 'its answer does not end';
  if (code?.startsWith('HPE_')) return 'it does not speak HTTP';
  // A reset that comes from the system has another message.
  if (message === 'socket hang up') return 'it closed the connection';
  return code ?? message;
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

  function open(): Socket {
    const socket: Socket = isTls
      ? connectTls({ host, port, ...(isIP(host) === 0 ? { servername: host } : {}), ALPNProtocols: ['http/1.1'] })
      : connectTcp({ host, port });
    // Whoever holds the socket listens as well; without this one an error in between would end the process.
    return socket.on('error', () => {});
  }

  async function connect(address: string, to: number, signal: AbortSignal): Promise<Socket> {
    const authority = `${address.includes(':') ? `[${address}]` : address}:${to}`;
    const { promise, resolve, reject } = Promise.withResolvers<Socket>();
    const request = httpRequest({
      method: 'CONNECT',
      path: authority,
      setHost: false,
      headers: { Host: authority, ...(credentials === null ? {} : { 'Proxy-Authorization': `Basic ${credentials}` }) },
      maxHeaderSize: MOST_HEAD,
      // Lines that are none, or contradict each other, are nothing to us: where the head ends, the tunnel begins (RFC
      // 9110 section 9.3.6).
      insecureHTTPParser: true,
      signal,
      // Given, so that no agent is: agents keep connections, and may follow the environment's proxy.
      createConnection: open,
    });
    // Without an agent it would be "close", and the proxy might do so.
    request.removeHeader('Connection');
    request.once('connect', ({ statusCode }: IncomingMessage, socket: Socket, rest: Buffer) => {
      if (statusCode! >= 200 && statusCode! <= 299) {
        if (rest.length > 0) socket.unshift(rest);
        resolve(socket);
      } else {
        socket.destroy();
        reject(new ProxyError(`HTTP ${statusCode}`));
      }
    });
    request.on('error', (error) => reject(new ProxyError(detailOf(error), { cause: error })));
    request.end();
    return promise;
  }

  return {
    serves: (name, address, to) => !exceptions.some((entry) => covers(entry, name.toLowerCase(), address, to)),
    connect,
  };
}
