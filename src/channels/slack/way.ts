import { isIP, type Socket } from 'node:net';
import { Agent, buildConnector, fetch as fetchThrough, type Dispatcher, type RequestInit } from 'undici';

/** Tunnels through a proxy (HTTPS_PROXY): which connections take them, and one to a host, by name or address. */
export interface Tunnels {
  serves(host: string, address: string, port: number): boolean;
  connect(host: string, port: number, signal: AbortSignal): Promise<Socket>;
}

/** How long the proxy may take to connect us, milliseconds. */
const CONNECT_WITHIN = 10_000;

/** How connections to Slack are made: by themselves, or through a proxy. */
export interface Way {
  fetch: typeof globalThis.fetch;
  /** For one WebSocket after another. Undefined dispatcher: Slack's client makes its own. */
  line(): { dispatcher: Dispatcher | undefined; cut(): void };
  close(): Promise<void>;
}

/** Connects through the tunnels where they serve; `opened` is told of every socket. */
function connectorOf(tunnels: Tunnels, opened: (socket: Socket) => void): buildConnector.connector {
  // A WebSocket needs a connection of its own (RFC 6455), which HTTP/2 has not.
  const direct = buildConnector({ allowH2: false });
  return (options, callback) => {
    const { hostname: host } = options;
    const port = Number(options.port) || (options.protocol === 'https:' ? 443 : 80);
    function done(...[error, socket]: Parameters<buildConnector.Callback>): void {
      if (error) return callback(error, null);
      opened(socket!);
      callback(null, socket!);
    }
    if (!tunnels.serves(host, isIP(host) === 0 ? '' : host, port)) return direct(options, done);
    tunnels.connect(host, port, AbortSignal.timeout(CONNECT_WITHIN)).then(
      (socket) =>
        options.protocol === 'https:' ? direct({ ...options, httpSocket: socket }, done) : done(null, socket),
      (error: Error) => done(error, null),
    );
  };
}

/** `tunnels` null: no proxy. */
export function createWay(tunnels: Tunnels | null): Way {
  if (!tunnels)
    return {
      fetch: globalThis.fetch,
      line: () => ({ dispatcher: undefined, cut() {} }),
      close: () => Promise.resolve(),
    };
  const agent = new Agent({ connect: connectorOf(tunnels, () => {}) });
  const lines = new Set<Agent>([agent]);
  return {
    // The same in both: Node's own is an earlier undici, whose parts do not fit those of the package.
    fetch: ((url, init) =>
      fetchThrough(url as string, { ...(init as RequestInit), dispatcher: agent })) as typeof globalThis.fetch,
    line() {
      const open = new Set<Socket>();
      const own = new Agent({
        connect: connectorOf(tunnels, (socket) => {
          open.add(socket);
          socket.once('close', () => open.delete(socket));
        }),
      });
      lines.add(own);
      // Slack's client cannot end a connection whose peer is silent, unless it has made it by itself.
      return { dispatcher: own, cut: () => void [...open].map((socket) => socket.destroy()) };
    },
    async close() {
      await Promise.all([...lines].map((each) => each.destroy()));
    },
  };
}
