import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/**
 * A forward proxy on loopback that connects by CONNECT (RFC 9110 section 9.3.6). `hosts`: names that only it knows,
 * with the port on loopback that they are.
 */
export async function startConnectProxy(hosts: Record<string, number> = {}) {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  let status = 200;
  function keep(socket: Socket): Socket {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    return socket.once('close', () => sockets.delete(socket));
  }
  const server = createServer((client) => {
    keep(client).once('data', (bytes: Buffer) => {
      const head = bytes.toString('latin1');
      requests.push(head);
      const [, host = '', port = ''] = /^CONNECT (.+):(\d+) HTTP\/1\.1\r\n/.exec(head) ?? [];
      if (status !== 200 || port === '') return void client.end(`HTTP/1.1 ${status === 200 ? 400 : status} No\r\n\r\n`);
      const known = hosts[host];
      const upstream = keep(connect(known ?? Number(port), known ? '127.0.0.1' : host.replace(/^\[|\]$/g, '')));
      upstream.once('connect', () => {
        client.write('HTTP/1.1 200 Connection established\r\n\r\n');
        client.pipe(upstream).pipe(client);
      });
      upstream.once('close', () => client.destroy());
      client.once('close', () => upstream.destroy());
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://user:p%40ss@127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Heads of the requests that arrived. */
    requests,
    /** From now on answers with this status; 200 = connects. */
    answer: (next: number): void => void (status = next),
    /** Tunnels and what waits for one. */
    open: () => sockets.size,
    async close(): Promise<void> {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

export type ConnectProxy = Awaited<ReturnType<typeof startConnectProxy>>;
