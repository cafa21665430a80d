import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createProbe } from '../../../src/sources/tls/probe.ts';
import { namingIssuer, namingList, root, served, sign } from '../../peers/tls/pki.ts';
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

  it('fetches what certificates name through the proxy: of anybody from public addresses and ports of the web, of an authority of the house from those on the list as well', async () => {
    const peers = createPeers();
    const tunnels: string[] = [];
    const proxy = createHttpServer().on('connect', ({ url }: IncomingMessage, socket: Socket) => {
      tunnels.push(url!);
      const upstream = connect(Number(url!.split(':').at(-1)), '127.0.0.1', () => {
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
    const house = await root('CN=House');
    const unknown = await root('CN=Nobody’s');
    const issuerAt = (place: string) => ({ issuer: unknown, extensions: [namingIssuer(place)] });
    const listAt = (place: string, issuer = house) => ({
      issuer,
      extensions: [namingList(place)],
    });
    try {
      for (const [request, wanted] of [
        [listAt('http://127.0.0.1/list'), '127.0.0.1:80'],
        [listAt('https://127.0.0.1/list'), '127.0.0.1:443'],
        [listAt(`http://127.0.0.1:${listed}/list`), `127.0.0.1:${listed}`],
        [listAt('http://127.0.0.1:1/list'), null],
        [listAt('http://8.8.8.8/list'), '8.8.8.8:80'],
        [listAt('http://127.0.0.1/list', unknown), null],
        [listAt('http://8.8.8.8/list', unknown), null],
        [issuerAt('http://8.8.8.8/ca'), '8.8.8.8:80'],
        [issuerAt('https://8.8.8.8/ca'), '8.8.8.8:443'],
        [issuerAt('http://[2001:4860:4860::8888]/ca'), '[2001:4860:4860::8888]:80'],
        [issuerAt(`http://8.8.8.8:${listed}/ca`), null],
        [issuerAt('http://8.8.8.8:8080/ca'), null],
        [issuerAt('http://127.0.0.1/ca'), null],
        [issuerAt(`http://127.0.0.1:${listed}/ca`), null],
        [issuerAt('http://[64:ff9b::1]/ca'), null],
        [issuerAt('http://[2001:4860::5efe:a00:1]/ca'), null],
      ] as const) {
        tunnels.length = 0;
        const peer = await peers.tls(served(await sign({ subject: 'CN=leaf', ...request })));
        const ports = [peer.port, listed].map((one) => ({ from: one, to: one }));
        const proxied = { ports, proxy: { url, noProxy: '' }, authorities: [house.pem] };
        const probing = createProbe({ ...settings, ...proxied });
        const { addresses } = await probing({ scheme: 'tls', host: '127.0.0.1', port: peer.port }, { thorough: false });
        assert.equal(addresses[0]!.kind, 'presented');
        assert.deepEqual(tunnels, [`127.0.0.1:${peer.port}`, ...(wanted === null ? [] : [wanted])]);
      }
    } finally {
      proxy.closeAllConnections();
      proxy.close();
      await peers.close();
    }
  });
});
