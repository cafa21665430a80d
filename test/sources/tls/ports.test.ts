import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createProbe } from '../../../src/sources/tls/probe.ts';
import { namingIssuer, root, served, sign } from '../../peers/tls/pki.ts';
import { closedPort, createPeers } from '../../peers/tls/tls-peers.ts';

describe('a probe with a list of ports', () => {
  let server: Server;
  let port: number;
  let connections = 0;
  before(async () => {
    server = createServer((socket) => {
      connections += 1;
      socket.on('error', () => {}).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
  });
  after(() => void server.close());

  function probe(ports: { from: number; to: number }[] | null) {
    const settings = { timeout: 2000, concurrency: 1, allow: ['127.0.0.0/8'], deny: [], dnsServers: [], ports };
    return createProbe(settings)({ scheme: 'tls', host: '127.0.0.1', port }, { thorough: false });
  }

  it('never connects to another one, and says that the port is why', async () => {
    const { addresses, failure } = await probe([
      { from: 1, to: port - 1 },
      { from: port + 1, to: 65_535 },
    ]);
    assert.equal(failure, undefined);
    assert.deepEqual(addresses, [
      { kind: 'failed', address: '127.0.0.1', failure: { code: 'policy', detail: 'port' } },
    ]);
    assert.equal(connections, 0);
  });

  for (const [title, list] of [
    ['one on it', (): { from: number; to: number }[] => [{ from: port, to: port }]],
    ['any without a list', () => null],
  ] as const)
    it(`connects to ${title}`, async () => {
      const before = connections;
      const [result] = (await probe(list())).addresses;
      assert.ok(result?.kind === 'failed' && result.failure.code !== 'policy');
      assert.ok(connections > before);
    });

  it('fetches what certificates name at the ports of the web and those on the list, through the proxy, and at no other', async () => {
    const peers = createPeers();
    const tunnels: string[] = [];
    const proxy = createHttpServer().on('connect', ({ url }: IncomingMessage, socket: Socket) => {
      tunnels.push(url!);
      const upstream = connect(Number(url!.split(':')[1]), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        socket.pipe(upstream).pipe(socket);
      });
      socket.on('error', () => upstream.destroy()).once('close', () => upstream.destroy());
      upstream.on('error', () => socket.end('HTTP/1.1 503 Service Unavailable\r\n\r\n'));
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const settings = { timeout: 2000, concurrency: 1, allow: ['127.0.0.0/8'], deny: [], dnsServers: [] };
    const listed = await closedPort();
    const unknown = await root('CN=Nobody’s');
    try {
      for (const [place, at] of [
        ['http://127.0.0.1/ca', 80],
        ['https://127.0.0.1/ca', 443],
        [`http://127.0.0.1:${listed}/ca`, listed],
        ['http://127.0.0.1:1/ca', null],
      ] as const) {
        tunnels.length = 0;
        const leaf = await sign({ subject: 'CN=leaf', issuer: unknown, extensions: [namingIssuer(place)] });
        const peer = await peers.tls(served(leaf));
        const ports = [peer.port, listed].map((one) => ({ from: one, to: one }));
        const probing = createProbe({ ...settings, ports, proxy: { url, noProxy: '' } });
        const { addresses } = await probing({ scheme: 'tls', host: '127.0.0.1', port: peer.port }, { thorough: false });
        assert.equal(addresses[0]!.kind, 'presented');
        const wanted = at === null ? [] : [`127.0.0.1:${at}`];
        assert.deepEqual(tunnels, [`127.0.0.1:${peer.port}`, ...wanted]);
      }
    } finally {
      proxy.closeAllConnections();
      proxy.close();
      await peers.close();
    }
  });
});
